package rehearse

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/catalog"
)

// Plan is a rehearsal as data: what fails, where, from when, for how long, when
// to look, on which editions. [Plan.Set] fills it a word at a time, from flags
// and from the lines of a plan file alike.
type Plan struct {
	Title    string
	Fails    []Fail
	Day      string      // a recorded outage, whose roots the caller adds to Fails
	Editions []time.Time // of the catalogue; the caller loads them
	From     time.Time   // when what fails begins to, unless it says otherwise
	For      time.Duration
	At       time.Time     // the moment to look at
	After    time.Duration // or: how long after From to look
	Repairs  map[string]time.Duration
}

// Fail is one thing that fails: a node, all networks of an organisation, the
// networks or services of one kind. A zero From is the plan's.
type Fail struct {
	What   string // a node, an organisation, a service, a kind, or ORG:SERVICE or ORG:KIND
	Region catalog.RegionID
	State  catalog.State // Down, Degraded or Unknown
	From   time.Time
}

// longest is the longest time that a plan may name: a year. What lasts longer is
// a slip of the pen more likely than a question.
const longest = 366 * 24 * time.Hour

// Words are what a plan is made of, as flags and in files.
func Words() []string {
	return []string{"title", "fail", "day", "edition", "from", "for", "at", "repair"}
}

// Set adds what a word says to the plan: "fail", "rogers/ip-core@ca-on=degraded".
// Of words that say one thing the last one counts. The error is a
// [catalog.Problem].
func (p *Plan) Set(word, value string) error {
	value = strings.TrimSpace(value)
	if value == "" {
		return slip("for example: "+example(word), "%s says nothing", word)
	}
	switch word {
	case "title":
		p.Title = value
	case "day":
		p.Day = value
	case "fail":
		f, err := ParseFail(value)
		if err != nil {
			return err
		}
		p.Fails = append(p.Fails, f)
	case "edition":
		t, err := moment(word, value)
		if err != nil {
			return err
		}
		p.Editions = append(p.Editions, t)
	case "from":
		t, err := moment(word, value)
		p.From = t
		return err
	case "for":
		d, err := length(word, value)
		p.For = d
		return err
	case "at":
		return p.look(value)
	case "repair":
		return p.repair(value)
	default:
		return slip(didYouMean(word, Words()), "a plan knows no word %q", word)
	}
	return nil
}

// example is a value that a word would take.
func example(word string) string {
	switch word {
	case "title":
		return "title The core fails on a Friday"
	case "day":
		return "day rogers-2022-07-08"
	case "edition":
		return "edition 2022-07-08"
	case "from":
		return "from 2022-07-08T08:44:00Z"
	case "for":
		return "for 12h"
	case "at":
		return "at 6h"
	case "repair":
		return "repair rogers/ip-core=4h"
	}
	return "fail rogers/ip-core@ca-on=degraded"
}

// ParseFail reads NODE[@REGION][=STATE].
func ParseFail(s string) (Fail, error) {
	f := Fail{State: catalog.Down}
	rest, state, given := strings.Cut(s, "=")
	if given {
		f.State = catalog.State(state)
		known := []string{string(catalog.Down), string(catalog.Degraded), string(catalog.Unknown)}
		if !slices.Contains(known, state) {
			return Fail{}, slip("write =down, =degraded or =unknown", "%q is no way to fail", state)
		}
	}
	what, region, placed := strings.Cut(rest, "@")
	f.What, f.Region = what, catalog.RegionID(region)
	if what == "" || placed && region == "" || strings.ContainsAny(s, " \t") {
		return Fail{}, slip("write NODE, NODE@REGION or NODE@REGION=degraded", "%q doesn't say what fails where", s)
	}
	return f, nil
}

// look reads the moment to look at: a time, or how long after the beginning.
func (p *Plan) look(value string) error {
	if d, err := length("at", value); err == nil {
		p.At, p.After = time.Time{}, d
		return nil
	}
	t, err := moment("at", value)
	if err != nil {
		return slip("write 6h for six hours after the beginning, or 2022-07-08T19:10:00Z", "at %s: no time", value)
	}
	p.At, p.After = t, 0
	return nil
}

func (p *Plan) repair(value string) error {
	node, long, ok := strings.Cut(value, "=")
	if !ok || node == "" {
		return slip("for example: "+example("repair"), "repair %q says not what takes how long", value)
	}
	d, err := length("repair", long)
	if err != nil {
		return err
	}
	if p.Repairs == nil {
		p.Repairs = map[string]time.Duration{}
	}
	p.Repairs[node] = d
	return nil
}

// moment reads a time or a day, in UTC.
func moment(word, s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 1 && t.Year() < 9000 {
			return t.UTC(), nil
		}
	}
	return time.Time{}, slip("write 2022-07-08T19:10:00Z or 2022-07-08", "%s %s: no time", word, s)
}

// length reads a duration as Go has it, or whole days: "36h", "2d".
func length(word, s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if days, isDays := strings.CutSuffix(s, "d"); isDays {
		var n int
		if n, err = strconv.Atoi(days); err == nil && n <= int(longest.Hours()/24) {
			d = time.Duration(n) * 24 * time.Hour
		}
	}
	switch {
	case err != nil:
		return 0, slip("write 90m, 6h or 2d", "%s %s: no length of time", word, s)
	case d <= 0 || d > longest:
		return 0, slip("write more than nothing and at most 366d", "%s %s: a length that can't be meant", word, s)
	}
	return d, nil
}

func slip(cure, format string, args ...any) error {
	var ps catalog.Problems
	ps.Add("", 0, cure, format, args...)
	return ps[0]
}

func didYouMean(name string, known []string) string {
	if near := catalog.Nearest(name, known); near != "" {
		return "did you mean " + strconv.Quote(near) + "?"
	}
	return "there are: " + strings.Join(known, ", ")
}

// until is when what failed is back by the plan; zero if it isn't.
func (p Plan) until() time.Time {
	if p.For == 0 {
		return time.Time{}
	}
	return p.From.Add(p.For)
}

// Look is the moment that the plan looks at: the one it names, or the last one
// of what lasts for a time, or else the first.
func (p Plan) Look() (time.Time, error) {
	at := p.From.Add(p.For)
	switch {
	case !p.At.IsZero():
		at = p.At
	case p.After > 0:
		at = p.From.Add(p.After)
	}
	switch {
	case at.Before(p.From):
		return at, slip("look at a time from then on", "at %s nothing has failed: it begins at %s", stamp(at), stamp(p.From))
	case p.For > 0 && at.After(p.From.Add(p.For)):
		return at, slip("look at an earlier time, or let it last longer with for", "at %s all is back: it ends at %s", stamp(at), stamp(p.until()))
	}
	return at, nil
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Parse reads a plan file: a word and what it says on each line, as the flags
// have them; empty lines and what follows a # that begins a word are passed
// over. All that is wrong comes back as one [catalog.Problems].
func Parse(name, text string) (Plan, error) {
	var p Plan
	var ps catalog.Problems
	no := 0
	for line := range strings.Lines(text) {
		no++
		line = strings.TrimSpace(uncommented(line))
		if line == "" {
			continue
		}
		word := strings.Fields(line)[0]
		if err := p.Set(word, line[len(word):]); err != nil {
			found, _ := err.(catalog.Problem) //nolint:errorlint // Set returns it bare
			ps.Add(name, no, found.Cure, "%s", found.Text)
		}
	}
	if len(p.Fails) == 0 && p.Day == "" && len(ps) == 0 {
		ps.Add(name, 0, "add a line such as: "+example("fail"), "the plan lets nothing fail")
	}
	if len(ps) > 0 {
		return Plan{}, ps
	}
	return p, nil
}

// uncommented cuts off a comment.
func uncommented(line string) string {
	for i, c := range line {
		if c == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
			return line[:i]
		}
	}
	return line
}
