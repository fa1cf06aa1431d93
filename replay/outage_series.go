package replay

import (
	"fmt"
	"math"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

// series is one block of the file before its rule is expanded.
type series struct {
	line       int
	id         evidence.SeriesID // Region is "*" when shares split it
	name       string            // by which `of` finds it; "" if none
	every, lag time.Duration
	basis      evidence.Basis
	rule       string
	sources    []catalog.Source
	terms      []term
	rows       []row
	shares     []share
	leaves     []catalog.RegionID
}

// term is one part of a rule; a bin's value is the sum of the terms that cover it.
type term struct {
	line        int
	kind        string // linear, hold, daily or of
	anchors     []anchor
	from, until time.Time // of daily: from included, until not
	of          string
	by          float64
}

// anchor is a figure that a rule hangs on.
type anchor struct {
	at    time.Time     // of linear and hold
	daily time.Duration // of daily: since midnight UTC
	value float64
}

// row is one row of a series that is no reconstruction.
type row struct {
	at, heard time.Time
	value     float64
	missing   bool
}

// share is a part of each value that goes to some regions by population.
type share struct {
	line    int
	part    float64
	regions []catalog.RegionID
}

// allSeries reads the series without expanding them.
func (p *parser) allSeries(blocks []block) []*series {
	var all []*series
	names := map[string]int{}
	for _, b := range blocks {
		if b.key() != "series" {
			continue
		}
		s := p.seriesLine(b)
		if first, twice := names[s.name]; twice && s.name != "" {
			p.bad(b.no, "choose another name", "a series named %s stands on line %d already", s.name, first)
		}
		names[s.name] = b.no
		for _, l := range b.body {
			p.seriesBody(s, l)
		}
		p.seriesWhole(s)
		all = append(all, s)
	}
	return all
}

func (p *parser) seriesLine(b block) *series {
	a := p.args(b.line, "feed", "every", "lag", "kind", "source", "name")
	s := &series{line: b.no, name: a.option("name")}
	measure := a.next("measure")
	_ = a.failed || p.oneOf(b.no, "measure", measure, measures())
	s.id.Measure = evidence.Measure(measure)
	s.id.Subject = p.subject(b.no, a.next("subject"))
	if s.id.Region = "*"; len(a.words) == 0 || a.words[0].text != "*" {
		s.id.Region = p.region(b.no, a.next("region"))
	} else {
		a.next("region")
	}
	a.done()
	if a.option("feed") == "" {
		p.bad(b.no, "add feed=ID", "no feed is named")
	} else {
		s.id.Feed = p.feed(b.no, a.option("feed"))
	}
	if s.name != "" {
		p.formed(b.no, "series", s.name)
	}
	s.basis = p.basis(b.no, a.option("kind"))
	s.sources = p.sourceList(b.no, a.option("source"))
	s.every = a.duration("every", s.basis == evidence.Reconstructed)
	s.lag = a.duration("lag", false)
	if a.option("every") != "" && (s.every <= 0 || 24*time.Hour%s.every != 0) {
		p.bad(b.no, "use a length of which a whole number makes a day", "bins of every=%s don't fill a day", a.option("every"))
		s.every = time.Hour // so that what follows can be read
	}
	return s
}

func (p *parser) seriesBody(s *series, l line) {
	key, ok := p.keyword(l, "basis", "linear", "hold", "daily", "of", "anchor", "spread", "leaves", "row")
	if !ok {
		return
	}
	switch key {
	case "basis":
		a := p.args(l)
		s.rule = a.next("rule")
		a.done()
	case "row":
		p.row(s, l)
	case "anchor":
		p.anchor(s, l)
	case "spread":
		p.spread(s, l)
	case "leaves":
		a := p.args(l)
		s.leaves = append(s.leaves, p.regions(l.no, a.next("regions"))...)
		a.done()
	default:
		p.term(s, l, key)
	}
}

// seriesWhole checks what can be known only when the block was read to its end.
func (p *parser) seriesWhole(s *series) {
	rebuilt := s.basis == evidence.Reconstructed
	if rebuilt && s.rule == "" {
		p.bad(s.line, "add basis \"…\" with the rule and what it assumes", "a reconstructed series without its rule")
	}
	if rebuilt && len(s.terms) == 0 || !rebuilt && len(s.rows) == 0 {
		p.bad(s.line, "a reconstruction has linear, hold, daily or of; any other kind has rows", "a series without values")
	}
	for _, t := range s.terms {
		p.termWhole(t)
	}
	spread := len(s.shares) > 0
	switch sum := 0.0; {
	case spread != (s.id.Region == "*"):
		p.bad(s.line, "a series with region * has spread lines, and no other has", "region %s and %d spread lines", shown(string(s.id.Region)), len(s.shares))
	case spread && !rebuilt:
		p.bad(s.line, "use kind=reconstructed", "a series that is split over regions was not observed like that")
	case spread:
		for _, sh := range s.shares {
			sum += sh.part
		}
		if math.Abs(sum-1) > 1e-9 {
			p.bad(s.line, "make them 1", "the parts of the spread lines sum to %.6g", sum)
		}
	}
}

func (p *parser) termWhole(t term) {
	least := map[string]int{"linear": 2, "hold": 2, "daily": 1}[t.kind]
	if len(t.anchors) < least {
		p.bad(t.line, "add anchor lines", "%s needs %d anchors or more and has %d", t.kind, least, len(t.anchors))
	}
}

func (p *parser) row(s *series, l line) {
	a := p.args(l, "heard")
	r := row{at: a.exact("time")}
	value := a.next("value")
	a.done()
	if r.missing = value == "-"; !r.missing && !a.failed {
		r.value = p.number(l.no, value)
	}
	if s.basis == evidence.Reconstructed {
		p.bad(l.no, "use a rule with anchors, or another kind", "a typed-in row in a reconstructed series")
	}
	if r.at.IsZero() {
		return
	}
	if r.heard = a.optionTime("heard"); r.heard.IsZero() {
		r.heard = r.at.Add(s.lag)
	}
	if r.heard.Before(r.at) {
		p.bad(l.no, "correct one of the times", "heard at %s, before it happened", stamp(r.heard))
	}
	if n := len(s.rows); n > 0 && !s.rows[n-1].at.Before(r.at) {
		p.bad(l.no, "put the rows in the order of their times, one each", "time runs backwards: %s after %s", stamp(r.at), stamp(s.rows[n-1].at))
	}
	p.within(l.no, "the row happened", r.at)
	s.rows = append(s.rows, r)
}

// term opens a part of a rule; anchors below it belong to it.
func (p *parser) term(s *series, l line, kind string) {
	if s.basis != evidence.Reconstructed {
		p.bad(l.no, "use rows, or kind=reconstructed", "a rule in a series that is no reconstruction")
	}
	t := term{line: l.no, kind: kind}
	var a *args
	switch kind {
	case "daily":
		a = p.args(l, "from", "until")
		t.from, t.until = a.optionTime("from"), a.optionTime("until")
		if a.option("from") == "" || a.option("until") == "" {
			p.bad(l.no, "add from= and until=", "daily doesn't say from when until when")
		} else if !t.from.IsZero() && !t.until.IsZero() && !t.from.Before(t.until) {
			p.bad(l.no, "write the earlier time first", "daily ends at or before its start")
		}
		p.within(l.no, "daily starts", t.from)
		p.within(l.no, "daily ends", t.until)
	case "of":
		a = p.args(l, "by")
		t.of, t.by = a.next("series"), 1
		if by := a.option("by"); by != "" {
			t.by = p.number(l.no, by)
		}
	default:
		a = p.args(l)
	}
	a.done()
	s.terms = append(s.terms, t)
}

func (p *parser) anchor(s *series, l line) {
	if len(s.terms) == 0 || s.terms[len(s.terms)-1].kind == "of" {
		p.bad(l.no, "put it below linear, hold or daily", "an anchor that belongs to no term")
		return
	}
	t := &s.terms[len(s.terms)-1]
	a := p.args(l)
	at, value, from := a.next("time"), a.next("value"), a.next("source")
	a.done()
	if a.failed {
		return
	}
	n := anchor{value: p.number(l.no, value)}
	if t.kind == "daily" {
		clock, err := time.Parse("15:04", at)
		if err != nil || len(at) != len("15:04") {
			p.bad(l.no, "write the time of day in UTC, like 08:30", "%s is no time of day", shown(at))
			return
		}
		n.daily = time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute
	} else {
		w := p.when(l.no, at)
		if n.at = w.At; w.Approx || w.DayOnly {
			p.bad(l.no, "write it like 2022-07-08T08:44:00Z", "the time of an anchor has to be a full time")
		}
		if n.at.IsZero() {
			return
		}
		p.within(l.no, "the anchor stands", n.at)
	}
	if k := len(t.anchors); k > 0 && (t.anchors[k-1].daily > n.daily || t.anchors[k-1].at.After(n.at) ||
		t.anchors[k-1].daily == n.daily && t.anchors[k-1].at.Equal(n.at)) {
		p.bad(l.no, "put the anchors in the order of their times, one each", "time runs backwards: an anchor at %s", at)
	}
	t.anchors = append(t.anchors, n)
	p.cite(s, l.no, from)
}

// cite adds the source of an anchor to those of its series.
func (p *parser) cite(s *series, no int, id string) {
	for _, have := range s.sources {
		if string(have.ID) == id {
			return
		}
	}
	s.sources = append(s.sources, p.sourceList(no, id)...)
}

func (p *parser) spread(s *series, l line) {
	a := p.args(l)
	part, regions := a.next("part"), a.next("regions")
	a.done()
	if a.failed {
		return
	}
	s.shares = append(s.shares, share{line: l.no, part: p.number(l.no, part), regions: p.regions(l.no, regions)})
}

// regions reads "a,b,c".
func (p *parser) regions(no int, list string) []catalog.RegionID {
	if list == "" {
		return nil
	}
	var out []catalog.RegionID
	for id := range strings.SplitSeq(list, ",") {
		if id == "" {
			p.bad(no, "write ids with commas between them and no spaces", "an empty region in %s", shown(list))
			continue
		}
		out = append(out, p.region(no, id))
	}
	return out
}

// label names a series in errors.
func (s *series) label() string {
	if s.name != "" {
		return s.name
	}
	return fmt.Sprintf("%s %s", s.id.Measure, s.id.Subject)
}
