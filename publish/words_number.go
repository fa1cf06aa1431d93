package publish

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tocsin/catalog"
	"tocsin/incident"
)

// nbsp keeps a number and its unit, and French marks, on one line.
const nbsp = "\u00a0"

// Zone finds a time zone; one that is unknown here is UTC, which is always
// right and never local.
func Zone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return time.UTC
	}
	return loc
}

// Clock is a time of day with its zone: "4:44 a.m. ET", "4 h 44 (HE)".
func Clock(lang catalog.Lang, zone *time.Location, t time.Time) string {
	local := t.In(zone)
	if lang == catalog.FR {
		return hourFR(local) + " (" + zoneName(lang, local) + ")"
	}
	half := "a.m."
	if local.Hour() >= 12 {
		half = "p.m."
	}
	return local.Format("3:04") + " " + half + " " + zoneName(lang, local)
}

func hourFR(local time.Time) string {
	if local.Minute() == 0 {
		return strconv.Itoa(local.Hour()) + nbsp + "h"
	}
	return fmt.Sprintf("%d%sh%s%02d", local.Hour(), nbsp, nbsp, local.Minute())
}

// zoneName is the everyday name of a zone: one for summer and winter, as people
// write it. Zones outside North America give their distance from UTC.
func zoneName(lang catalog.Lang, local time.Time) string {
	abbr, offset := local.Zone()
	zone := local.Location().String()
	if strings.HasPrefix(zone, "America/") || strings.HasPrefix(zone, "Canada/") {
		if len(abbr) == 3 && strings.Contains("NACEMP", abbr[:1]) && abbr[2] == 'T' {
			if lang == catalog.FR {
				return map[byte]string{'N': "HT", 'A': "HA", 'C': "HC", 'E': "HE", 'M': "HR", 'P': "HP"}[abbr[0]]
			}
			return abbr[:1] + "T"
		}
	}
	if offset == 0 {
		return "UTC"
	}
	sign := '+'
	if offset < 0 {
		sign, offset = '-', -offset
	}
	name := fmt.Sprintf("UTC%c%d", sign, offset/3600)
	if m := offset % 3600 / 60; m != 0 {
		name += fmt.Sprintf(":%02d", m)
	}
	return name
}

// Day is a date: "July 8, 2022", "8 juillet 2022".
func Day(lang catalog.Lang, zone *time.Location, t time.Time) string {
	local := t.In(zone)
	return dayMonth(lang, local) + map[bool]string{true: " ", false: ", "}[lang == catalog.FR] + strconv.Itoa(local.Year())
}

func dayMonth(lang catalog.Lang, local time.Time) string {
	if lang != catalog.FR {
		return local.Format("January 2")
	}
	months := [...]string{
		"janvier", "février", "mars", "avril", "mai", "juin",
		"juillet", "août", "septembre", "octobre", "novembre", "décembre",
	}
	day := strconv.Itoa(local.Day())
	if local.Day() == 1 {
		day = "1er"
	}
	return day + nbsp + months[local.Month()-1]
}

// Span is a length of time to the minute: "4 h 10 min". From three days on it
// is in days. A negative one counts as its size.
func Span(lang catalog.Lang, d time.Duration) string {
	gap, days := " ", " days"
	if lang == catalog.FR {
		gap, days = nbsp, nbsp+"jours"
	}
	minutes := int64(math.Abs(math.Round(d.Minutes())))
	hours, rest := minutes/60, minutes%60
	switch {
	case hours >= 72:
		return Number(lang, math.Round(float64(hours)/24)) + days
	case hours == 0:
		return strconv.FormatInt(rest, 10) + gap + "min"
	case rest == 0:
		return strconv.FormatInt(hours, 10) + gap + "h"
	}
	return fmt.Sprintf("%d%sh%s%d%smin", hours, gap, gap, rest, gap)
}

// Number writes a figure, with one decimal if it is not whole: "1,234",
// "1 234", "0.5", "0,5".
func Number(lang catalog.Lang, v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "?"
	}
	group, point := ",", "."
	if lang == catalog.FR {
		group, point = nbsp, ","
	}
	sign := ""
	if math.Signbit(v) { // nothing, too, can have a sign
		sign, v = "-", -v
	}
	whole, frac, _ := strings.Cut(strconv.FormatFloat(v, 'f', 1, 64), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + group + whole[i:]
	}
	if whole == "0" && frac == "0" {
		sign = ""
	}
	if frac != "0" {
		whole += point + frac
	}
	return sign + whole
}

// Percent writes a ratio as a percentage: 0.38 is "38%", "38 %". What is not
// quite nothing or not quite all is not rounded to it.
func Percent(lang catalog.Lang, ratio float64) string {
	if math.IsNaN(ratio) || math.IsInf(ratio, 0) {
		return "?"
	}
	unit, under, over := "%", "under ", "over "
	if lang == catalog.FR {
		unit, under, over = nbsp+"%", "moins de"+nbsp, "plus de"+nbsp
	}
	switch pc := ratio * 100; {
	case pc > 0 && pc < 1:
		return under + "1" + unit
	case pc > 99 && pc < 100:
		return over + "99" + unit
	default:
		return Number(lang, math.Round(pc)) + unit
	}
}

// likelihood is the step of a probability that has a name: 0 below one half,
// then possible, likely and confirmed. The bounds are those of the pages'
// wording, not those of a decision.
func likelihood(p float64) int {
	switch {
	case p > 0.95:
		return 3
	case p >= 0.80:
		return 2
	case p >= 0.50:
		return 1
	}
	return 0
}

// sameDay tells whether two times fall on one local day.
func (d dial) sameDay(a, b time.Time) bool {
	return a.In(d.zone).Format(time.DateOnly) == b.In(d.zone).Format(time.DateOnly)
}

// date is the day of a time, with its year when that is not the present one.
func (d dial) date(t time.Time) string {
	if t.In(d.zone).Year() == d.now.In(d.zone).Year() {
		return dayMonth(d.lang, t.In(d.zone))
	}
	return Day(d.lang, d.zone, t)
}

// stop ends a text with a full stop unless it has an end already.
func stop(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?") || strings.HasSuffix(s, "…") {
		return s
	}
	return s + "."
}

// upper makes the first letter a capital.
func upper(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 || r == utf8.RuneError {
		return s
	}
	return string(unicode.ToUpper(r)) + s[size:]
}

// typeset sets French marks as print does: a no-break space before : ; ? ! %
// and inside « ». It leaves marks without a space alone, so that it does not
// touch addresses and clock times.
func typeset(lang catalog.Lang, s string) string {
	if lang != catalog.FR {
		return s
	}
	return strings.NewReplacer(
		" :", nbsp+":", " ;", nbsp+";", " ?", nbsp+"?", " !", nbsp+"!", " %", nbsp+"%",
		"« ", "«"+nbsp, " »", nbsp+"»", "n° ", "n°"+nbsp,
	).Replace(s)
}

// list joins names as a sentence does.
func list(names []string, and string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	last, sep, pause := len(names)-1, ", ", " "
	if all := strings.Join(names, ""); !strings.HasPrefix(all, "«") { // what stands in marks keeps to itself
		if strings.Contains(all, ", ") {
			sep, pause = "; ", "; "
		} else if len(names) > 2 && strings.Contains(all, " "+and+" ") {
			pause = ", " // or the end of a name would look like the end of the list
		}
	}
	return strings.Join(names[:last], sep) + pause + and + " " + names[last]
}

// calendar is the day of a moment. A day that stands alone is kept at midnight
// UTC and means that date, wherever the reader is.
func (d dial) calendar(m moment) string {
	if m.dayOnly {
		return dial{lang: d.lang, zone: time.UTC, now: d.now}.date(m.t)
	}
	return d.date(m.t)
}

// When is a time as a label: the clock alone on the day of now, with the day
// before it otherwise: "July 7, 4:44 a.m. ET", "7 juillet, 4 h 44 (HE)".
func When(lang catalog.Lang, zone *time.Location, t, now time.Time) string {
	d := dial{lang: lang, zone: zone, now: now}
	if d.sameDay(t, now) {
		return Clock(lang, zone, t)
	}
	return d.date(t) + ", " + Clock(lang, zone, t)
}

// figure writes a measured value: finer than [Number] where it is small.
func figure(lang catalog.Lang, v float64) string {
	if a := math.Abs(v); a >= 10 || a == 0 || math.IsNaN(v) {
		return Number(lang, v)
	}
	s := strconv.FormatFloat(v, 'g', 2, 64)
	if strings.Contains(s, "e") {
		s = "0"
	}
	if lang == catalog.FR {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

// Mark says how and when a line is known, for formats that have nothing but
// characters: "observed 04:44", "selon Interac, 8 h 44". A time on another day
// than the report's has its date before it.
func (r Report) Mark(l Line) string {
	d := dial{lang: r.Lang, zone: Zone(r.Zone), now: r.At}
	kind := KindName(r.Lang, l.Kind, l.ByName)
	if l.DayOnly {
		return kind + ", " + l.At.UTC().Format(time.DateOnly)
	}
	clock := l.At.In(d.zone).Format("15:04")
	if r.Lang == catalog.FR {
		clock = hourFR(l.At.In(d.zone))
	}
	if l.Approx {
		clock = "~" + clock
	}
	if !d.sameDay(l.At, r.At) {
		clock = l.At.In(d.zone).Format(time.DateOnly) + " " + clock
	}
	if l.Kind == incident.Observed || l.Kind == incident.Inferred {
		return kind + " " + clock
	}
	return kind + ", " + clock
}
