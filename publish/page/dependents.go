package page

import (
	"cmp"
	"math"
	"net/url"
	"slices"
	"strings"

	"tocsin/catalog"
	"tocsin/incident"
	"tocsin/publish"
)

// board is the body of the page of all dependents.
type board struct {
	Blind   bool
	Counts  []count
	Sectors []sector
	Nav     []link
	Whole   string // the address of the page that lists them all
}

// count is how many dependents stand so.
type count struct {
	Tag tag
	N   int
}

// sector is the dependents of one sector, those worst off first.
type sector struct {
	ID, Name string
	Rows     []standing
	More     int // rows that only the whole page shows
}

// standing is a row of the table of dependents.
type standing struct {
	Who, Href   string
	Tag         tag
	Why         string
	Mark        mark
	Rests, Deep string
	Advice      []advice
}

// dependents promises the pages about dependents: the table of all, as far as the
// budget allows and whole, and one page of each.
func (b *builder) dependents(lang catalog.Lang) {
	all := b.p.Dependents()
	b.later(lang, "dependents", func(path string) (*doc, error) {
		limit := math.MaxInt
		for try := 0; ; try++ {
			v := b.view(lang, path)
			v.board(all, limit)
			d, err := b.draw("dependents", v)
			if err != nil || len(d.wire()) <= Budget || try == 6 {
				return d, err
			}
			limit = max(1, min(limit/2, 8))
		}
	})
	b.later(lang, "dependents/all", func(path string) (*doc, error) {
		v := b.view(lang, path)
		v.board(all, math.MaxInt)
		return b.draw("dependents", v)
	})
	for _, s := range all {
		b.later(lang, "dependents/"+string(s.Node.ID), func(path string) (*doc, error) {
			v := b.view(lang, path)
			v.dependent(b, s)
			return b.draw("dependent", v)
		})
	}
}

// board fills the table of all dependents, of each sector the first rows.
func (v *view) board(all []publish.Standing, limit int) {
	body := &board{Whole: v.Home + "dependents/all"}
	rows := map[string][]publish.Standing{}
	counts := map[string]int{}
	for _, s := range all {
		id := v.edition.Sector(s.Node)
		rows[id] = append(rows[id], s)
		body.Blind = body.Blind || s.Blind
		counts[v.standingTag(s).Word]++
	}
	for _, s := range v.sectors(rows) {
		of := rows[s.id]
		slices.SortStableFunc(of, byUrgency)
		shown, more := cut(of, limit)
		sec := sector{ID: "sector-" + cmp.Or(s.id, "other"), Name: v.text(s.name), More: more}
		for _, standing := range shown {
			sec.Rows = append(sec.Rows, v.standing(standing))
		}
		body.Sectors = append(body.Sectors, sec)
		body.Nav = append(body.Nav, link{Href: "#" + sec.ID, Text: sec.Name})
	}
	for _, s := range slices.SortedStableFunc(slices.Values(all), byUrgency) {
		t := v.standingTag(s)
		if n := counts[t.Word]; n > 0 {
			body.Counts = append(body.Counts, count{t, n})
			delete(counts, t.Word)
		}
	}
	v.css, v.Title, v.Body = planSheet, v.must("deps"), body
}

// sectors are those that have rows, in their order; one without a name of ours
// has its id, behind the others.
func (v *view) sectors(rows map[string][]publish.Standing) []named {
	known := sectorWords()
	var all, strange []named
	for _, s := range known {
		if len(rows[s.id]) > 0 {
			all = append(all, s)
		}
	}
	for id := range rows {
		if !slices.ContainsFunc(known, func(s named) bool { return s.id == id }) {
			strange = append(strange, named{id, catalog.Text{EN: capital(id), FR: capital(id)}})
		}
	}
	slices.SortFunc(strange, func(a, b named) int { return strings.Compare(a.id, b.id) })
	return append(all, strange...)
}

func byUrgency(a, b publish.Standing) int { return cmp.Compare(urgency(a), urgency(b)) }

// urgency orders standings: what is down, what is hit in part, what holds out,
// what is not known, the rest.
func urgency(s publish.Standing) int {
	switch {
	case s.State == catalog.Down:
		return 0
	case s.State == catalog.Degraded:
		return 1
	case holding(s):
		return 2
	case s.State == catalog.Unknown:
		return 3
	}
	return 4
}

// holding tells whether something still works on a reserve that runs out.
func holding(s publish.Standing) bool {
	return s.State == catalog.Up && len(s.Effects) > 0 && !s.Effects[0].Fails.IsZero()
}

func (v *view) holdingTag() tag {
	return tag{Class: "recovering", Icon: "◔", Word: v.must("holding")}
}

func (v *view) standing(s publish.Standing) standing {
	row := standing{
		Who: capital(v.nodeName(s.Node.ID)), Href: v.dependentHref(s.Node.ID), Tag: v.standingTag(s),
		Rests: capital(v.rests(s.Node)), Deep: v.deep(s.Node),
	}
	if len(s.Effects) > 0 {
		e := s.Effects[0]
		row.Why, row.Mark = v.because(e.Path), v.effectMark(e)
		if !e.Fails.IsZero() {
			row.Why = strings.TrimSpace(v.must("holds-until", v.stamp(e.Fails).Text) + " " + row.Why)
		}
		for _, a := range e.Advice {
			if a.Stands {
				row.Advice = append(row.Advice, v.advice(a))
			}
		}
	}
	return row
}

// standingTag is the state of a dependent in a word. No sign of trouble is not
// "working": mostly nobody looks.
func (v *view) standingTag(s publish.Standing) tag {
	t := v.nodeTag(s.State)
	switch {
	case holding(s):
		return v.holdingTag()
	case s.State == catalog.Up && len(s.Effects) > 0: // somebody says that it works, or saw it
	case s.State == catalog.Up:
		t.Word = v.must("clear")
	case s.State != catalog.Unknown && v.rescue(s.Node):
		t.Word = v.must("may-fail")
	case s.Maybe && s.State != catalog.Unknown:
		t.Word = v.must("possibly", t.Word)
	}
	return t
}

// rescue tells whether people call for help through a node: of those nothing is
// ever said but that it may fail, since each call should be tried.
func (v *view) rescue(n *catalog.Node) bool {
	switch v.edition.Sector(n) {
	case "911", "psap", "police", "fire", "ambulance":
		return true
	}
	return n.Service == emergencyCalls
}

// effectMark says how an effect is known and since when.
func (v *view) effectMark(e incident.Effect) mark {
	var by string
	var sources []catalog.Source
	for _, c := range e.Evidence {
		if c.By != "" {
			by = v.text(v.edition.OrgName(c.By))
		}
		sources = append(sources, c.Sources...)
	}
	m := mark{
		Class: string(e.Kind()), Word: publish.KindName(v.lang, e.Kind(), by), At: v.stamp(e.Since), Refs: v.refs(sources),
	}
	if e.Assumed {
		m.Basis = v.must("assumed")
	}
	return m
}

func (v *view) dependentHref(id catalog.NodeID) string {
	return (&url.URL{Path: v.Home + "dependents/" + string(id)}).EscapedPath()
}

// rests names what a node needs directly, group by group.
func (v *view) rests(n *catalog.Node) string {
	var groups []string
	for _, r := range n.Needs {
		members := v.shown(r.Members)
		switch {
		case len(members) == 0:
			continue
		case r.AtLeast >= len(r.Members):
			groups = append(groups, v.list(members, "and"))
		case r.AtLeast == 1:
			groups = append(groups, v.list(members, "or"))
		default:
			groups = append(groups, v.must("k-of", r.AtLeast, v.list(members, "and")))
		}
	}
	return strings.Join(groups, v.semicolon())
}

// shown are those of some nodes that may be shown.
func (v *view) shown(ids []catalog.NodeID) []catalog.NodeID {
	return slices.DeleteFunc(slices.Clone(ids), func(id catalog.NodeID) bool { return !publish.Public(v.edition.Node(id)) })
}

// list joins the names of nodes with a word before the last.
func (v *view) list(ids []catalog.NodeID, word string) string {
	if len(ids) < 2 {
		return v.names(ids, "")
	}
	last := len(ids) - 1
	return v.names(ids[:last], ", ") + v.must(word) + v.nodeName(ids[last])
}

// fewRoots is how many of the last things that something rests on are named.
const fewRoots = 4

// deep names what a node rests on in the end: what its needs come down to,
// beyond what it needs itself.
func (v *view) deep(n *catalog.Node) string {
	direct, met := map[catalog.NodeID]bool{}, map[catalog.NodeID]bool{n.ID: true}
	for _, r := range n.Needs {
		for _, m := range r.Members {
			direct[m] = true
		}
	}
	var last []catalog.NodeID
	for open := []*catalog.Node{n}; len(open) > 0; open = open[1:] {
		for _, r := range open[0].Needs {
			for _, m := range r.Members {
				next := v.edition.Node(m)
				if met[m] || !publish.Public(next) {
					continue
				}
				met[m] = true
				open = append(open, next)
				if len(next.Needs) == 0 && !direct[m] {
					last = append(last, m)
				}
			}
		}
	}
	if len(last) == 0 || len(last) > fewRoots {
		return ""
	}
	slices.Sort(last)
	return v.must("dep-deep", v.list(last, "and"))
}
