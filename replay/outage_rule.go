package replay

import (
	"math"
	"slices"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

// curve is the value of a rule bin by bin. Bins are counted from the epoch in
// steps of the series' length.
type curve struct {
	first   int64
	value   []float64
	covered []bool // a bin that no term covers has no row
}

// span gives the bins of a curve: first included, end not.
func (c *curve) span() (first, end int64) { return c.first, c.first + int64(len(c.value)) }

// expander turns rules to rows. It works one series at a time and keeps the
// curves that others are multiples of.
type expander struct {
	p      *parser
	named  map[string]*series
	done   map[*series]*curve
	path   []*series // being expanded now, outermost first
	work   int       // bins computed so far
	seen   map[evidence.SeriesID]int
	failed bool
}

// expand writes the rows of all series to the outage.
func (p *parser) expand(all []*series) {
	e := &expander{
		p: p, named: map[string]*series{}, done: map[*series]*curve{},
		seen: map[evidence.SeriesID]int{},
	}
	for _, s := range all {
		if s.name != "" {
			e.named[s.name] = s
		}
	}
	for _, s := range all {
		before := len(p.out.Observations)
		switch {
		case len(s.rows) > 0:
			e.rows(s)
		case s.id.Region == "*":
			e.split(s, e.curve(s))
		default:
			e.emit(s, s.id.Region, e.curve(s), 1)
		}
		if e.failed && e.full() {
			return // further series would only say the same
		}
		p.out.Series = append(p.out.Series, SeriesNote{
			Series: s.id, Basis: s.basis, Rule: s.rule, Sources: s.sources,
			Rows: len(p.out.Observations) - before, Line: s.line,
		})
	}
}

func (e *expander) full() bool {
	return e.work > e.p.maxRows || len(e.p.out.Observations) > e.p.maxRows
}

// charge counts bins or rows before they are made; false means too many.
func (e *expander) charge(no int, total int64) bool {
	if total <= int64(e.p.maxRows) {
		return true
	}
	if !e.failed {
		e.p.bad(no, "use longer bins or a shorter time", "the file expands to more than %d rows and bins", e.p.maxRows)
	}
	e.failed = true
	e.work = e.p.maxRows + 1
	return false
}

// rows emits a series that was observed.
func (e *expander) rows(s *series) {
	if !e.fresh(s, s.id) || !e.charge(s.line, int64(len(e.p.out.Observations)+len(s.rows))) {
		return
	}
	for _, r := range s.rows {
		e.p.out.Observations = append(e.p.out.Observations, evidence.Observation{
			Series: s.id, At: r.at, Heard: r.heard, Value: r.value, Missing: r.missing,
			Basis: s.basis, Sources: s.sources,
		})
	}
}

// fresh tells whether no other block gave rows to this series.
func (e *expander) fresh(s *series, id evidence.SeriesID) bool {
	if first, twice := e.seen[id]; twice {
		e.p.bad(s.line, "make them one series of several terms", "the series %s comes from line %d already", id, first)
		return false
	}
	e.seen[id] = s.line
	return true
}

// emit writes a curve, times a factor, as the rows of one region.
func (e *expander) emit(s *series, in catalog.RegionID, c *curve, factor float64) {
	id := s.id
	id.Region = in
	if c == nil || !e.fresh(s, id) || !e.charge(s.line, int64(len(e.p.out.Observations)+len(c.value))) {
		return
	}
	for i, v := range c.value {
		if !c.covered[i] {
			continue
		}
		at := time.Unix((c.first+int64(i))*int64(s.every/time.Second), 0).UTC()
		e.p.out.Observations = append(e.p.out.Observations, evidence.Observation{
			Series: id, At: at, Heard: at.Add(s.lag), Value: v * factor,
			Basis: s.basis, Sources: s.sources,
		})
	}
}

// curve is the rule of a series bin by bin; nil when a trouble was told.
func (e *expander) curve(s *series) *curve {
	if c, ok := e.done[s]; ok {
		return c
	}
	if slices.Contains(e.path, s) {
		names := ids(append(slices.Clone(e.path), s), (*series).label)
		e.p.bad(s.line, "let one of them rest on anchors", "series rest on each other: %s", strings.Join(names, " → "))
		return nil
	}
	e.path = append(e.path, s)
	c := e.sum(s)
	e.path = e.path[:len(e.path)-1]
	e.done[s] = c
	return c
}

// sum adds up the terms of a series.
func (e *expander) sum(s *series) *curve {
	parts := make([]part, 0, len(s.terms))
	first, end := int64(math.MaxInt64), int64(math.MinInt64)
	for _, t := range s.terms {
		q, ok := e.part(s, t)
		if !ok {
			return nil
		}
		if q.first >= q.end {
			continue // too short to hold the start of a bin
		}
		if !e.charge(t.line, int64(e.work)+q.end-q.first) {
			return nil
		}
		e.work += int(q.end - q.first)
		first, end = min(first, q.first), max(end, q.end)
		parts = append(parts, q)
	}
	if len(parts) == 0 {
		e.p.bad(s.line, "use shorter bins or a longer time", "no bin of %s starts within the rule", s.every)
		return nil
	}
	// The curve itself costs memory too, even in the gaps between its terms.
	if !e.charge(s.line, int64(e.work)+end-first) {
		return nil
	}
	e.work += int(end - first)
	c := &curve{first: first, value: make([]float64, end-first), covered: make([]bool, end-first)}
	for _, q := range parts {
		for bin := q.first; bin < q.end; bin++ {
			v, ok := q.value(bin)
			if !ok {
				continue
			}
			// The conversion forbids a fused multiply-add, which would
			// make the rows differ between processors.
			c.value[bin-first] += float64(v)
			c.covered[bin-first] = true
		}
	}
	if i := slices.IndexFunc(c.value, func(v float64) bool { return v > largest }); i >= 0 {
		e.p.bad(s.line, "correct the anchors or by=", "the rule gives values above %g", float64(largest))
		return nil
	}
	return c
}

// part is a term over its bins: first included, end not.
type part struct {
	first, end int64
	value      func(bin int64) (float64, bool)
}

func (e *expander) part(s *series, t term) (part, bool) {
	step := int64(s.every / time.Second)
	at := func(bin int64) time.Time { return time.Unix(bin*step, 0) }
	switch t.kind {
	case "of":
		return e.multiple(s, t)
	case "daily":
		return part{first: firstBin(t.from, step), end: firstBin(t.until, step), value: func(bin int64) (float64, bool) {
			return daily(t.anchors, time.Duration(bin*step%86400)*time.Second), true
		}}, true
	}
	value := linear
	if t.kind == "hold" {
		value = hold
	}
	last := t.anchors[len(t.anchors)-1].at
	return part{first: firstBin(t.anchors[0].at, step), end: firstBin(last.Add(time.Second), step), value: func(bin int64) (float64, bool) {
		return value(t.anchors, at(bin)), true
	}}, true
}

// multiple is the term `of`: another series' curve, before that one is split
// over regions.
func (e *expander) multiple(s *series, t term) (part, bool) {
	other := e.named[t.of]
	switch {
	case other == nil:
		e.p.unknown(t.line, "series", t.of, e.names())
		return part{}, false
	case other.basis != evidence.Reconstructed:
		e.p.bad(t.line, "take a multiple of a reconstructed series", "%s has rows, not a rule", t.of)
		return part{}, false
	case other.every != s.every:
		e.p.bad(t.line, "give both the same every=", "%s has bins of %s, this one of %s", t.of, other.every, s.every)
		return part{}, false
	}
	c := e.curve(other)
	if c == nil {
		return part{}, false
	}
	first, end := c.span()
	return part{first: first, end: end, value: func(bin int64) (float64, bool) {
		i := bin - first
		return float64(c.value[i] * t.by), c.covered[i]
	}}, true
}

func (e *expander) names() []string {
	out := make([]string, 0, len(e.named))
	for name := range e.named {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// firstBin is the first bin that starts at t or later. Times are after 1970.
func firstBin(t time.Time, step int64) int64 { return (t.Unix() + step - 1) / step }

// linear is the straight line between the anchors around a time.
func linear(anchors []anchor, at time.Time) float64 {
	i := after(anchors, at)
	if i == len(anchors) {
		return anchors[i-1].value
	}
	a, b := anchors[i-1], anchors[i]
	return between(a.value, b.value, at.Sub(a.at), b.at.Sub(a.at))
}

// hold is the value of the newest anchor.
func hold(anchors []anchor, at time.Time) float64 {
	return anchors[after(anchors, at)-1].value
}

// after is the index of the first anchor later than a time. Terms cover no bin
// before their first anchor, so it is 1 or more.
func after(anchors []anchor, at time.Time) int {
	i, _ := slices.BinarySearchFunc(anchors, at, func(a anchor, t time.Time) int {
		if a.at.After(t) {
			return 1
		}
		return -1
	})
	return i
}

// daily is the straight line between the anchors around a time of day; the last
// one leads to the first of the next day.
func daily(anchors []anchor, of time.Duration) float64 {
	const day = 24 * time.Hour
	i, _ := slices.BinarySearchFunc(anchors, of, func(a anchor, d time.Duration) int {
		if a.daily > d {
			return 1
		}
		return -1
	})
	a, b := anchors[(i+len(anchors)-1)%len(anchors)], anchors[i%len(anchors)]
	gone, span := (of-a.daily+day)%day, (b.daily-a.daily+day)%day
	if span == 0 {
		return a.value // one anchor alone
	}
	return between(a.value, b.value, gone, span)
}

// between is the point of a straight line; each product is rounded by itself,
// so that every processor gives the same value.
func between(a, b float64, gone, span time.Duration) float64 {
	if a == b {
		return a // rounding must not lift a plateau
	}
	x := float64(gone) / float64(span)
	return float64(a*(1-x)) + float64(b*x)
}
