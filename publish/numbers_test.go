package publish

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
)

// utc reads a time of the kind that the store keeps.
func utc(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		panic(err)
	}
	return t
}

// The clock of a place is the clock on its walls: half hours in Newfoundland,
// summer and winter, and the two nights a year that have an hour too few or
// one twice.
func TestClockOnTheWall(t *testing.T) {
	for _, tt := range []struct{ zone, utc, en, fr string }{
		{"America/St_Johns", "2026-01-15 03:29", "11:59 p.m. NT", "23 h 59 (HT)"},
		{"America/St_Johns", "2026-01-15 03:30", "12:00 a.m. NT", "0 h (HT)"},
		{"America/St_Johns", "2026-07-15 02:30", "12:00 a.m. NT", "0 h (HT)"},
		{"America/Toronto", "2026-03-08 06:59", "1:59 a.m. ET", "1 h 59 (HE)"},
		{"America/Toronto", "2026-03-08 07:00", "3:00 a.m. ET", "3 h (HE)"},
		{"America/Toronto", "2026-11-01 05:30", "1:30 a.m. ET", "1 h 30 (HE)"},
		{"America/Toronto", "2026-11-01 06:30", "1:30 a.m. ET", "1 h 30 (HE)"},
		{"America/Toronto", "2026-11-01 07:30", "2:30 a.m. ET", "2 h 30 (HE)"},
		{"America/Regina", "2026-07-01 18:00", "12:00 p.m. CT", "12 h (HC)"},
		{"America/Regina", "2026-01-01 18:00", "12:00 p.m. CT", "12 h (HC)"},
		{"America/Whitehorse", "2026-07-01 18:00", "11:00 a.m. MT", "11 h (HR)"},
		{"America/Blanc-Sablon", "2026-07-01 18:00", "2:00 p.m. AT", "14 h (HA)"},
		{"America/Vancouver", "2026-03-08 10:00", "3:00 a.m. PT", "3 h (HP)"},
		{"Canada/Pacific", "2026-07-01 07:05", "12:05 a.m. PT", "0 h 05 (HP)"},
		{"Asia/Kathmandu", "2026-07-01 18:00", "11:45 p.m. UTC+5:45", "23 h 45 (UTC+5:45)"},
		{"America/Argentina/Buenos_Aires", "2026-07-01 18:00", "3:00 p.m. UTC-3", "15 h (UTC-3)"},
		{"Pacific/Marquesas", "2026-07-01 18:00", "8:30 a.m. UTC-9:30", "8 h 30 (UTC-9:30)"},
		{"Europe/London", "2026-01-01 09:09", "9:09 a.m. UTC", "9 h 09 (UTC)"},
	} {
		en, fr := Clock(catalog.EN, Zone(tt.zone), utc(tt.utc)), Clock(catalog.FR, Zone(tt.zone), utc(tt.utc))
		if en != tt.en || loosen(fr) != tt.fr {
			t.Errorf("%s in %s: %q, %q; want %q, %q", tt.utc, tt.zone, en, fr, tt.en, tt.fr)
		}
		setWell(t, fr)
	}
}

// A time on another day of the reader's has its day; one in another year has
// its year. The reader's day is not that of UTC.
func TestDaysOfTheReader(t *testing.T) {
	for _, tt := range []struct{ zone, utc, now, en, fr string }{
		{"America/Toronto", "2031-01-01 04:59", "2031-01-01 05:00", "December 31, 2030, 11:59 p.m. ET", "31 décembre 2030, 23 h 59 (HE)"},
		{"America/Toronto", "2031-01-01 05:00", "2031-01-01 05:00", "12:00 a.m. ET", "0 h (HE)"},
		{"America/Vancouver", "2031-01-01 05:00", "2031-01-01 07:59", "9:00 p.m. PT", "21 h (HP)"},
		{"UTC", "2030-12-31 23:59", "2031-01-01 00:00", "December 31, 2030, 11:59 p.m. UTC", "31 décembre 2030, 23 h 59 (UTC)"},
		{"America/Toronto", "2026-03-08 05:00", "2026-03-09 03:59", "12:00 a.m. ET", "0 h (HE)"}, // a day of 23 hours
		{"America/Toronto", "2026-11-01 04:00", "2026-11-02 04:59", "12:00 a.m. ET", "0 h (HE)"}, // a day of 25
		{"America/Toronto", "2026-11-01 04:00", "2026-11-02 05:00", "November 1, 12:00 a.m. ET", "1er novembre, 0 h (HE)"},
		{"America/St_Johns", "2026-08-01 02:29", "2026-08-01 02:30", "July 31, 11:59 p.m. NT", "31 juillet, 23 h 59 (HT)"},
		{"America/Toronto", "2024-02-29 17:00", "2024-03-01 17:00", "February 29, 12:00 p.m. ET", "29 février, 12 h (HE)"},
	} {
		en, fr := When(catalog.EN, Zone(tt.zone), utc(tt.utc), utc(tt.now)), When(catalog.FR, Zone(tt.zone), utc(tt.utc), utc(tt.now))
		if en != tt.en || loosen(fr) != tt.fr {
			t.Errorf("%s at %s in %s: %q, %q; want %q, %q", tt.utc, tt.now, tt.zone, en, fr, tt.en, tt.fr)
		}
		setWell(t, fr)
	}
}

// Every month has its name, and none is another's.
func TestMonths(t *testing.T) {
	want := strings.Fields("janvier février mars avril mai juin juillet août septembre octobre novembre décembre")
	for i, month := range want {
		day := time.Date(2026, time.Month(i+1), 15, 12, 0, 0, 0, time.UTC)
		if got := loosen(Day(catalog.FR, time.UTC, day)); got != "15 "+month+" 2026" {
			t.Errorf("%q", got)
		}
		if got := Day(catalog.EN, time.UTC, day); got != day.Format("January 2, 2006") {
			t.Errorf("%q", got)
		}
	}
}

func TestSpanLimits(t *testing.T) {
	for _, tt := range []struct {
		d      time.Duration
		en, fr string
	}{
		{29 * time.Second, "0 min", "0 min"},
		{30 * time.Second, "1 min", "1 min"},
		{59*time.Minute + 29*time.Second, "59 min", "59 min"},
		{59*time.Minute + 31*time.Second, "1 h", "1 h"},
		{61 * time.Minute, "1 h 1 min", "1 h 1 min"},
		{71*time.Hour + 59*time.Minute, "71 h 59 min", "71 h 59 min"},
		{71*time.Hour + 59*time.Minute + 31*time.Second, "3 days", "3 jours"},
		{83 * time.Hour, "3 days", "3 jours"},
		{85 * time.Hour, "4 days", "4 jours"},
		{-90 * time.Minute, "1 h 30 min", "1 h 30 min"},
		{math.MaxInt64, "106,752 days", "106 752 jours"},
		{math.MinInt64, "106,752 days", "106 752 jours"},
	} {
		en, fr := Span(catalog.EN, tt.d), Span(catalog.FR, tt.d)
		if en != tt.en || loosen(fr) != tt.fr {
			t.Errorf("%d: %q, %q; want %q, %q", tt.d, en, fr, tt.en, tt.fr)
		}
		setWell(t, fr)
	}
}

// On the night that has an hour twice, the clock shows the same time and the
// span tells the hour between.
func TestSpanOverTheChangeOfClocks(t *testing.T) {
	for _, tt := range []struct{ from, to, clocks, span string }{
		{"2026-11-01 05:30", "2026-11-01 06:30", "1:30 a.m. ET 1:30 a.m. ET", "1 h"},
		{"2026-03-08 06:30", "2026-03-08 07:30", "1:30 a.m. ET 3:30 a.m. ET", "1 h"},
	} {
		zone := Zone("America/Toronto")
		clocks := Clock(catalog.EN, zone, utc(tt.from)) + " " + Clock(catalog.EN, zone, utc(tt.to))
		if span := Span(catalog.EN, utc(tt.to).Sub(utc(tt.from))); clocks != tt.clocks || span != tt.span {
			t.Errorf("%s to %s: %q, %q", tt.from, tt.to, clocks, span)
		}
	}
}

func TestFiguresAtTheirLimits(t *testing.T) {
	inf := math.Inf(1)
	for _, tt := range []struct {
		write  func(catalog.Lang, float64) string
		v      float64
		en, fr string
	}{
		{Number, 999.94, "999.9", "999,9"},
		{Number, 999.96, "1,000", "1 000"},
		{Number, -1234567.8, "-1,234,567.8", "-1 234 567,8"},
		{Number, 1e15, "1,000,000,000,000,000", "1 000 000 000 000 000"},
		{Number, math.Copysign(0, -1), "0", "0"},
		{Number, 0.04, "0", "0"},
		{Number, inf, "?", "?"},
		{Number, -inf, "?", "?"},
		{Percent, -0.5, "-50%", "-50 %"},
		{Percent, 1e-12, "under 1%", "moins de 1 %"},
		{Percent, 0.0099, "under 1%", "moins de 1 %"},
		{Percent, 0.01, "1%", "1 %"},
		{Percent, 0.99, "99%", "99 %"},
		{Percent, 0.9901, "over 99%", "plus de 99 %"},
		{Percent, 1, "100%", "100 %"},
		{Percent, inf, "?", "?"},
		{figure, 9.96, "10", "10"},
		{figure, 9.94, "9.9", "9,9"},
		{figure, 12.34, "12.3", "12,3"},
		{figure, 0.0012, "0.0012", "0,0012"},
		{figure, 0.00001, "0", "0"},
		{figure, -0.5, "-0.5", "-0,5"},
		{figure, math.NaN(), "?", "?"},
		{figure, -inf, "?", "?"},
	} {
		if en, fr := tt.write(catalog.EN, tt.v), tt.write(catalog.FR, tt.v); en != tt.en || loosen(fr) != tt.fr {
			t.Errorf("%v: %q, %q; want %q, %q", tt.v, en, fr, tt.en, tt.fr)
		}
	}
}

// What is written can be read back, to the decimal that is shown, and the two
// languages show the same figure.
func TestNumbersReadBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test's dice
	for range 2000 {
		v := (r.Float64() - 0.5) * math.Pow(10, float64(r.IntN(12)))
		en := strings.ReplaceAll(Number(catalog.EN, v), ",", "")
		fr := strings.ReplaceAll(strings.ReplaceAll(Number(catalog.FR, v), nbsp, ""), ",", ".")
		got, err := strconv.ParseFloat(en, 64)
		if err != nil || math.Abs(got-v) > 0.0501 || en != fr {
			t.Fatalf("%v is written %q and %q", v, en, fr)
		}
	}
}

// The more likely never reads as the less likely.
func TestPercentGrows(t *testing.T) {
	rank := func(p float64) int {
		s := strings.TrimSuffix(Percent(catalog.EN, p), "%")
		switch s {
		case "under 1":
			return 1
		case "over 99":
			return 199
		}
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("%v: %q", p, s)
		}
		return 2 * n // 1% is more than under 1%
	}
	last := -1
	for i := range 10001 {
		p := float64(i) / 10000
		if got := rank(p); got < last {
			t.Fatalf("%v reads as less than the one before it", p)
		} else {
			last = got
		}
	}
}
