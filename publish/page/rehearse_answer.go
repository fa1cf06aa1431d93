package page

import (
	"math"
	"slices"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/publish"
)

// rehearsed is the body of the page about a supposed outage: the form alone, or
// what came of the question.
type rehearsed struct {
	Form     form
	Refused  *refused
	Headline string // "": nothing was asked
	Sides    []sideView
	Compare  *comparison // of two sides, instead of all about each
	Exports  []link
	Self     string // the address of the question
	Worst    *worst // beside the empty form
}

// sideView is all about one supposed outage.
type sideView struct {
	Letter  string // A or B
	Name    string
	Href    string // of the page about it alone
	Facts   []string
	Counts  []tally
	People  string
	Nothing bool
	Urgent  []fallen
	Rows    []fallen // dependents
	More    link
	Sold    []fallen // services
	Parts   []fallen
	Single  *single // nil: it isn't known
	Circles []string
	BreakIn string
	Order   []string
}

// tally is a row of counts: a name, and how many stand how.
type tally struct {
	Name   string
	Counts []count
}

// fallen is a row of what falls.
type fallen struct {
	Who     link
	Where   string
	Tag     tag
	When    string
	People  string
	Assumed bool
	Why     string
	Advice  []advice
}

// single lists what many dependents hang on alone.
type single struct {
	Rows []singleRow
}

type singleRow struct {
	Name link
	N    int
}

// answer draws the page of an answer, with fewer rows until it fits.
func (b *builder) answer(got publish.Rehearsal, lang catalog.Lang) (*doc, error) {
	limit := 60
	if got.Ask.All {
		limit = math.MaxInt
	}
	for try := 0; ; try++ {
		v := b.view(lang, "rehearse")
		query := "?" + got.Ask.Query()
		v.Self, v.Switch = v.Self+query, v.Switch+query
		v.exercise()
		v.answer(b, got, limit)
		d, err := b.draw("rehearse", v)
		if err != nil || len(d.wire()) <= Budget || got.Ask.All || try == 5 {
			return d, err
		}
		limit = max(2, limit/2)
	}
}

func (v *view) answer(b *builder, got publish.Rehearsal, limit int) {
	body := &rehearsed{Form: v.form(got.Ask), Self: v.Self}
	for i, s := range got.Sides {
		side := v.side(b, got.Ask.Alone(i), s, limit)
		side.Letter = string(rune('A' + i))
		body.Sides = append(body.Sides, side)
	}
	body.Headline = v.must("if-compare")
	if len(got.Sides) == 1 {
		body.Headline = v.must("if-fails", body.Sides[0].Name)
		body.Sides[0].Href = ""
	} else {
		body.Compare = v.compare(got.Sides, limit)
	}
	body.Exports = []link{
		{"/rehearse.csv?" + got.Ask.Query(), v.must("export-csv")}, {"/rehearse.json?" + got.Ask.Query(), v.must("export-json")},
	}
	v.Title, v.Body = v.must("exercise-word")+v.colon()+body.Headline, body
}

// side lays out all about one supposed outage.
func (v *view) side(b *builder, ask publish.Ask, s publish.Side, limit int) sideView {
	view := *v // its names are those of its own edition
	in := &view
	in.edition = s.Edition
	out := sideView{Name: in.supposed(ask.Sides[0]), Href: v.rehearseHref(ask)}
	out.Facts = []string{
		v.must("from-for", v.stamp(s.From).Text, publish.Span(v.lang, s.Until.Sub(s.From))),
		v.must("of-edition", publish.Day(v.lang, time.UTC, s.Edition.AsOf())),
	}
	t := s.Totals()
	out.Counts = []tally{in.tally("dependents", t.Dependents), in.tally("services", t.Services), in.tally("parts", t.Parts)}
	out.People = in.peopleBehind(t)
	out.Nothing = len(s.Fallen) == 0
	rows := map[string][]fallen{}
	for _, f := range s.Worst() {
		n := s.Edition.Node(f.Node)
		kind := "parts"
		switch {
		case in.rescue(n):
			kind = "911"
		case n.Kind == catalog.Dependent:
			kind = "deps"
		case n.Kind == catalog.Offering:
			kind = "sold"
		}
		rows[kind] = append(rows[kind], in.fallen(s, f))
	}
	out.Urgent = rows["911"]
	more := 0
	for _, list := range []struct {
		to   *[]fallen
		kind string
	}{{&out.Rows, "deps"}, {&out.Sold, "sold"}, {&out.Parts, "parts"}} {
		var n int
		*list.to, n = cut(rows[list.kind], limit)
		more += n
	}
	if more > 0 {
		ask.All = true
		out.More = link{v.rehearseHref(ask), v.must("all-rows", len(s.Worst()))}
	}
	out.Single = in.single(b, s)
	in.repair(&out, s)
	v.Sources = in.Sources
	return out
}

// supposed names what fails, and where.
func (v *view) supposed(s publish.Supposed) string {
	var names []string
	for _, f := range s.Fail {
		names = append(names, v.failName(f))
	}
	name := strings.Join(names, " + ")
	if s.Region != "" && s.Region != v.edition.Root() {
		name = v.must("in-region", name, v.regionName(s.Region))
	}
	return name
}

// failName is the name of what a question says fails.
func (v *view) failName(fail string) string {
	org, service, some := strings.Cut(fail, ":")
	switch s := v.edition.Service(catalog.ServiceID(service)); {
	case some && s != nil:
		return v.text(v.edition.OrgName(catalog.OrgID(org))) + ", " + v.text(s.Name)
	case some:
		return v.text(v.edition.OrgName(catalog.OrgID(org))) + ", " + service
	case !strings.Contains(fail, "/"):
		return v.must("opt-networks", v.text(v.edition.OrgName(catalog.OrgID(fail))))
	}
	return v.nodeName(catalog.NodeID(fail))
}

// tally counts how many stand how.
func (v *view) tally(key string, c publish.Count) tally {
	t := tally{Name: v.must(key)}
	for _, part := range []struct {
		n   int
		tag tag
	}{
		{c.Down, v.nodeTag(catalog.Down)},
		{c.Degraded, v.nodeTag(catalog.Degraded)},
		{c.Unknown, v.nodeTag(catalog.Unknown)},
		{c.Holding, v.holdingTag()},
	} {
		if part.n > 0 {
			t.Counts = append(t.Counts, count{part.tag, part.n})
		}
	}
	return t
}

func (v *view) peopleBehind(t publish.Totals) string {
	var parts []string
	if t.People > 0 {
		parts = append(parts, v.must("behind", publish.Number(v.lang, float64(t.People))))
	}
	if t.Uncounted > 0 {
		parts = append(parts, v.must("uncounted", t.Uncounted))
	}
	return strings.Join(parts, " ")
}

// fallen is a row about one node, in the place where it is worst.
func (v *view) fallen(s publish.Side, f publish.Fallen) fallen {
	n := s.Edition.Node(f.Node)
	row := fallen{Who: link{Text: capital(v.nodeName(f.Node))}, Tag: v.fallenTag(n, f), When: v.whenFallen(s, f), Assumed: f.Assumed, Why: v.because(f.Path)}
	if here := v.nodeLink(f.Node); here.Href != "" && s.Edition.Digest() == v.today {
		row.Who.Href = here.Href
	}
	var regions []string
	for _, other := range s.Fallen {
		if other.Node == f.Node && other.State == f.State {
			regions = append(regions, v.regionName(other.Region))
		}
	}
	row.Where = v.where("", regions)
	if f.Region == s.Edition.Root() {
		row.Where = ""
	}
	if f.People > 0 {
		row.People = v.must("people", publish.Number(v.lang, float64(f.People)))
	}
	for _, a := range f.Advice {
		row.Advice = append(row.Advice, v.advice(a))
	}
	return row
}

func (v *view) fallenTag(n *catalog.Node, f publish.Fallen) tag {
	t := v.nodeTag(f.State)
	switch {
	case f.State == catalog.Up:
		t = v.holdingTag()
	case f.State != catalog.Unknown && v.rescue(n):
		t.Word = v.must("may-fail")
	}
	return t
}

// whenFallen says how long after the beginning it falls.
func (v *view) whenFallen(s publish.Side, f publish.Fallen) string {
	switch {
	case f.State == catalog.Up && !f.Fails.IsZero():
		return v.must("fails-after", publish.Span(v.lang, f.Fails.Sub(s.From)))
	case f.State == catalog.Up:
		return ""
	case f.Since.Sub(s.From) < time.Minute:
		return v.must("at-once")
	}
	return v.must("after", publish.Span(v.lang, f.Since.Sub(s.From)))
}

// fewSingles is how many single points of failure are named.
const fewSingles = 8

// single counts which components alone would stop the dependents that stop here.
func (v *view) single(b *builder, s publish.Side) *single {
	if s.Weak == nil {
		return nil
	}
	n := map[catalog.NodeID]int{}
	for _, f := range s.Worst() {
		if f.State != catalog.Down {
			continue
		}
		for _, id := range s.Weak.Alone[f.Node] {
			if publish.Public(s.Edition.Node(id)) {
				n[id]++
			}
		}
	}
	out := &single{}
	for id, count := range n {
		out.Rows = append(out.Rows, singleRow{Name: link{Text: string(id)}, N: count})
	}
	slices.SortFunc(out.Rows, func(a, b singleRow) int {
		if a.N != b.N {
			return b.N - a.N
		}
		return strings.Compare(a.Name.Text, b.Name.Text)
	})
	out.Rows = out.Rows[:min(len(out.Rows), fewSingles)]
	for i := range out.Rows {
		out.Rows[i].Name = v.rehearseLink(b, catalog.NodeID(out.Rows[i].Name.Text))
	}
	return out
}

// repair says what stands in the way of the return.
func (v *view) repair(out *sideView, s publish.Side) {
	for _, circle := range s.Circles {
		var steps []string
		for i, id := range circle {
			steps = append(steps, v.must("circle-needs", v.nodeName(id), v.nodeName(circle[(i+1)%len(circle)])))
		}
		out.Circles = append(out.Circles, v.must("circle", strings.Join(steps, v.semicolon())))
	}
	if len(s.BreakIn) > 0 {
		out.BreakIn = v.must("break-in", v.names(s.BreakIn, ", "))
	}
	for _, r := range s.Order {
		name := capital(v.nodeName(r.Node))
		if r.After > 0 {
			name += ", " + v.must("after", publish.Span(v.lang, r.After))
		}
		if r.Assumed {
			name += ", " + v.must("repair-assumed")
		}
		out.Order = append(out.Order, name)
	}
}
