package publish

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tocsin/catalog"
)

// Ask is the question that a rehearsal answers.
type Ask struct {
	Sides []Supposed    // one, or two to be laid side by side
	From  time.Time     // when it begins; zero: now
	For   time.Duration // how long it lasts; 0: [Usual]
	All   bool          // show every row, however long the page
}

// Supposed is what fails on one side.
type Supposed struct {
	// Fail are names of components, of carriers (all that they run), or of a
	// carrier's service: "rogers/ip-core", "rogers", "rogers:mobile-voice".
	Fail    []string
	Region  catalog.RegionID // where; "": everywhere
	Edition time.Time        // a day; zero: today's
}

// Bounds of a question, so that no address makes much work.
const (
	Usual    = 8 * time.Hour       // how long a supposed outage lasts unless said otherwise
	MaxFail  = 4                   // failures on a side
	MaxFor   = 30 * 24 * time.Hour // of an outage
	maxQuery = 64                  // values in an address
	maxValue = 200                 // bytes of one
)

// The fields of a question. Those of the second side have [Beside] before them.
const (
	FieldFail    = "fail"
	FieldService = "service"
	FieldRegion  = "in"
	FieldEdition = "edition"
	FieldFrom    = "at"
	FieldFor     = "for"
	FieldAll     = "all"
	Beside       = "b."
)

// ReadAsk reads the fields of the form, or of an address. Times without a zone
// are of the one given. What fails is not looked up here. The error is a
// [*BadAsk].
func ReadAsk(q url.Values, zone *time.Location) (Ask, error) {
	var a Ask
	if err := bounded(q); err != nil {
		return a, err
	}
	for _, prefix := range []string{"", Beside} {
		s, given, err := readSide(q, prefix)
		if err != nil {
			return a, err
		}
		if given || prefix == "" {
			a.Sides = append(a.Sides, s)
		}
	}
	if len(a.Sides) == 2 && len(a.Sides[1].Fail) == 0 { // the same, elsewhere or on another day
		a.Sides[1].Fail = a.Sides[0].Fail
	}
	if len(a.Sides[0].Fail) == 0 {
		return a, &BadAsk{Field: FieldFail, Says: catalog.Text{EN: "say what fails", FR: "indiquez ce qui tombe en panne"}}
	}
	var err error
	if a.From, err = readTime(q.Get(FieldFrom), zone); err != nil {
		return a, err
	}
	if a.For, err = readSpan(q.Get(FieldFor)); err != nil {
		return a, err
	}
	a.All = q.Get(FieldAll) != ""
	return a, nil
}

// bounded refuses what no form sends.
func bounded(q url.Values) error {
	n := 0
	for field, values := range q {
		for _, v := range values {
			n++
			if len(v) > maxValue || n > maxQuery || !utf8.ValidString(v) {
				return tooLong(field)
			}
		}
	}
	return nil
}

func tooLong(field string) error {
	return &BadAsk{Field: field, Says: catalog.Text{EN: "the question is too long, or no text", FR: "la question est trop longue, ou n’est pas du texte"}}
}

// readSide reads one side; given tells whether anything of it was filled in.
func readSide(q url.Values, prefix string) (s Supposed, given bool, err error) {
	service := strings.ToLower(strings.TrimSpace(q.Get(prefix + FieldService)))
	for _, name := range q[prefix+FieldFail] {
		if name = strings.ToLower(strings.TrimSpace(name)); name == "" {
			continue
		}
		if service != "" && !strings.ContainsAny(name, "/:") {
			name += ":" + service
		}
		if len(name) > maxValue { // lower case may be longer
			return s, true, tooLong(prefix + FieldFail)
		}
		if !slices.Contains(s.Fail, name) {
			s.Fail = append(s.Fail, name)
		}
	}
	if len(s.Fail) > MaxFail {
		return s, true, &BadAsk{
			Field: prefix + FieldFail, Value: s.Fail[MaxFail],
			Says: catalog.Text{EN: "that is more than four failures at once", FR: "cela fait plus de quatre pannes à la fois"},
		}
	}
	if service != "" && len(s.Fail) > 0 && !slices.ContainsFunc(s.Fail, func(f string) bool { return strings.HasSuffix(f, ":"+service) }) {
		return s, true, &BadAsk{
			Field: prefix + FieldService, Value: service,
			Says: catalog.Text{EN: "a component fails as a whole: choose a carrier to fail one of its services", FR: "un élément tombe en panne en entier : choisissez une entreprise pour n’arrêter qu’un de ses services"},
		}
	}
	s.Region = catalog.RegionID(strings.ToLower(strings.TrimSpace(q.Get(prefix + FieldRegion))))
	if len(s.Region) > maxValue {
		return s, true, tooLong(prefix + FieldRegion)
	}
	if day := strings.TrimSpace(q.Get(prefix + FieldEdition)); day != "" {
		if s.Edition, err = time.Parse(time.DateOnly, day); err != nil {
			return s, true, &BadAsk{Field: prefix + FieldEdition, Value: day, Says: catalog.Text{EN: "is no date: write it as 2022-07-08", FR: "n’est pas une date : écrivez-la ainsi, 2022-07-08"}}
		}
	}
	return s, len(s.Fail) > 0 || s.Region != "" || !s.Edition.IsZero(), nil
}

// toMinute is a time as an address has it.
const toMinute = "2006-01-02T15:04Z07:00"

func readTime(s string, zone *time.Location) (time.Time, error) {
	if s = strings.TrimSpace(s); s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, toMinute, "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return within(s, t)
		}
	}
	return time.Time{}, &BadAsk{Field: FieldFrom, Value: s, Says: catalog.Text{EN: "is no time: write it as 2022-07-08T04:44", FR: "n’est pas une heure : écrivez-la ainsi, 2022-07-08T04:44"}}
}

// within refuses times that no calendar of ours reaches.
func within(s string, t time.Time) (time.Time, error) {
	if t.Year() < 1970 || t.Year() > 2200 {
		return time.Time{}, &BadAsk{Field: FieldFrom, Value: s, Says: catalog.Text{EN: "lies outside the years 1970 to 2200", FR: "sort des années 1970 à 2200"}}
	}
	return t.UTC().Truncate(time.Minute), nil
}

func readSpan(s string) (time.Duration, error) {
	if s = strings.TrimSpace(s); s == "" {
		return Usual, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < time.Minute || d > MaxFor {
		return 0, &BadAsk{Field: FieldFor, Value: s, Says: catalog.Text{EN: "is no length of time from 1m to 720h: write 30m or 8h", FR: "n’est pas une durée de 1m à 720h : écrivez 30m ou 8h"}}
	}
	return d.Truncate(time.Minute), nil
}

// Query writes the question as an address has it. Equal questions have one
// form, whatever the order in which they were asked.
func (a Ask) Query() string {
	q := url.Values{}
	for i, s := range a.Sides {
		prefix := []string{"", Beside}[min(i, 1)]
		for _, name := range slices.Sorted(slices.Values(s.Fail)) {
			q.Add(prefix+FieldFail, name)
		}
		if s.Region != "" {
			q.Set(prefix+FieldRegion, string(s.Region))
		}
		if !s.Edition.IsZero() {
			q.Set(prefix+FieldEdition, s.Edition.Format(time.DateOnly))
		}
	}
	if !a.From.IsZero() {
		q.Set(FieldFrom, a.From.UTC().Format(toMinute))
	}
	if a.For != 0 && a.For != Usual {
		q.Set(FieldFor, shortSpan(a.For))
	}
	if a.All {
		q.Set(FieldAll, "1")
	}
	return q.Encode()
}

// shortSpan is a duration without its zero parts: "8h", "1h30m".
func shortSpan(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// Alone is the question of one side only.
func (a Ask) Alone(side int) Ask {
	a.Sides = a.Sides[side : side+1]
	return a
}
