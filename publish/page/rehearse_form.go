package page

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/publish"
)

// form is the question, as it may be asked and as it was.
type form struct {
	Sides []formSide
	From  field
	Spans []option
	Zone  string
}

// formSide is what fails on one side.
type formSide struct {
	Prefix    string
	Filled    bool
	Whats     []optionGroup
	Also      []optionGroup // what fails besides; nil: that isn't asked
	Services  []option
	Regions   []optionGroup
	Edition   field
	AlsoNames []string // further failures, which an address may name
}

// field is an input and what stands in it.
type field struct{ Name, Value string }

// option is a choice of a list.
type option struct {
	Value, Text string
	Chosen      bool
}

// optionGroup is choices under a heading; those without one come first.
type optionGroup struct {
	Name    string
	Options []option
}

// refused says which field can't be understood.
type refused struct {
	Text string
	Near link // the same question with the nearest value; blank: none is near
}

// form fills the form in.
func (v *view) form(ask publish.Ask) form {
	f := form{Zone: v.zone.String(), From: field{Name: publish.FieldFrom}}
	if !ask.From.IsZero() {
		f.From.Value = ask.From.In(v.zone).Format("2006-01-02T15:04")
	}
	for i, prefix := range []string{"", publish.Beside} {
		var s publish.Supposed
		if i < len(ask.Sides) {
			s = ask.Sides[i]
		}
		f.Sides = append(f.Sides, v.formSide(prefix, s))
	}
	chosen := cmp.Or(ask.For, publish.Usual)
	spans := []time.Duration{30 * time.Minute, time.Hour, 4 * time.Hour, publish.Usual, 24 * time.Hour, 72 * time.Hour}
	if !slices.Contains(spans, chosen) {
		spans = append(spans, chosen)
		slices.Sort(spans)
	}
	for _, d := range spans {
		f.Spans = append(f.Spans, option{strings.TrimSuffix(d.String(), "0s"), publish.Span(v.lang, d), d == chosen})
	}
	return f
}

func (v *view) formSide(prefix string, s publish.Supposed) formSide {
	side := formSide{Prefix: prefix, Filled: len(s.Fail) > 0, Edition: field{Name: prefix + publish.FieldEdition}}
	if !s.Edition.IsZero() {
		side.Edition.Value = s.Edition.Format(time.DateOnly)
	}
	first, service, rest := "", "", s.Fail
	if len(rest) > 0 {
		first, service, _ = strings.Cut(rest[0], ":")
		rest = rest[1:]
	}
	side.Whats = v.whats(first, "opt-choose")
	if prefix == "" {
		also := ""
		if len(rest) > 0 {
			also, _, _ = strings.Cut(rest[0], ":")
			rest = rest[1:]
		}
		side.Also = v.whats(also, "opt-nothing")
	}
	side.AlsoNames = rest
	side.Services = []option{{"", v.must("opt-all"), service == ""}}
	for _, s := range v.edition.Services() {
		side.Services = append(side.Services, option{string(s.ID), v.text(s.Name), string(s.ID) == service})
	}
	side.Regions = v.places(string(s.Region))
	return side
}

// whats is what can fail: for each carrier all that it runs, then part by part;
// what carriers sell is asked as a service.
func (v *view) whats(chosen, none string) []optionGroup {
	groups := []optionGroup{{Options: []option{{"", v.must(none), chosen == ""}}}}
	add := func(name, value, text string) {
		i := slices.IndexFunc(groups, func(g optionGroup) bool { return g.Name == name })
		if i < 0 {
			i = len(groups)
			groups = append(groups, optionGroup{Name: name})
		}
		groups[i].Options = append(groups[i].Options, option{value, text, value == chosen})
	}
	for _, c := range v.edition.Carriers() {
		if slices.ContainsFunc(v.edition.Nodes(), func(n *catalog.Node) bool { return n.Owner() == c.ID && publish.Public(n) }) {
			name := v.text(c.Name)
			add(name, string(c.ID), v.must("opt-networks", name))
		}
	}
	known := chosen == ""
	for _, n := range v.edition.Nodes() {
		if n.Kind == catalog.Dependent || !publish.Public(n) || n.Kind == catalog.Offering && v.edition.Carrier(n.Owner()) != nil && string(n.ID) != chosen {
			continue
		}
		add(v.text(v.edition.OrgName(n.Owner())), string(n.ID), capital(v.text(n.Name)))
		known = known || string(n.ID) == chosen
	}
	if known = known || v.edition.Carrier(catalog.OrgID(chosen)) != nil; !known {
		groups[0].Options = append(groups[0].Options, option{chosen, chosen, true})
	}
	return groups
}

// places are the regions that are offered; an address may name any.
func (v *view) places(chosen string) []optionGroup {
	root := string(v.edition.Root())
	groups := []optionGroup{
		{Options: []option{{"", v.must("opt-everywhere"), chosen == "" || chosen == root}}},
		{Name: v.must("provinces")},
		{Name: v.must("areas")},
	}
	known := chosen == "" || chosen == root
	for _, r := range v.edition.Regions() {
		i := map[catalog.Level]int{catalog.Province: 1, catalog.Area: 2}[r.Level]
		if i == 0 {
			continue
		}
		groups[i].Options = append(groups[i].Options, option{string(r.ID), v.text(r.Name), string(r.ID) == chosen})
		known = known || string(r.ID) == chosen
	}
	if !known {
		groups[0].Options = append(groups[0].Options, option{chosen, v.regionName(catalog.RegionID(chosen)), true})
	}
	return slices.DeleteFunc(groups, func(g optionGroup) bool { return len(g.Options) == 0 })
}

// refusal is the page that says what is wrong with a question, over a form with
// what could be understood of it.
func (b *builder) refusal(r *http.Request, bad *publish.BadAsk, lang catalog.Lang) (*doc, error) {
	v := b.view(lang, "rehearse")
	v.exercise()
	v.Title = v.must("exercise-word") + v.colon() + v.must("bad-ask")
	says := &refused{Text: capital(v.text(bad.Says)) + "."}
	if bad.Value != "" {
		says.Text = v.must("bad-field", bad.Value, v.text(bad.Says)) + "."
	}
	if bad.Near != "" {
		says.Near = link{v.Home + "rehearse?" + mended(r.URL.Query(), bad).Encode(), v.must("bad-near", bad.Near)}
	}
	q := r.URL.Query()
	q.Del(bad.Field)
	ask, err := publish.ReadAsk(q, v.zone)
	if err != nil {
		ask = publish.Ask{}
	}
	v.Body = &rehearsed{Form: v.form(ask), Refused: says}
	return b.draw("rehearse", v)
}

// mended is the question with the nearest value in place of the wrong one.
func mended(q url.Values, bad *publish.BadAsk) url.Values {
	service := strings.TrimSuffix(bad.Field, publish.FieldFail) + publish.FieldService
	for i, value := range q[bad.Field] {
		value = strings.ToLower(strings.TrimSpace(value))
		if value == bad.Value || value+":"+strings.TrimSpace(q.Get(service)) == bad.Value {
			q[bad.Field][i] = bad.Near
		}
	}
	return q
}

// rehearseHref is the address of a question.
func (v *view) rehearseHref(ask publish.Ask) string { return v.Home + "rehearse?" + ask.Query() }
