package page

import (
	"tocsin/catalog"
	"tocsin/publish"
)

// comparison lays two sides beside each other: what differs, and what doesn't.
type comparison struct {
	Rows  []pairRow
	More  int
	Same  []pairRow // as many as Rows may be; SameN is how many there are
	SameN int
}

// pairRow is a node on both sides.
type pairRow struct {
	Who  string
	A, B pairCell
}

// pairCell is how a node fares on a side.
type pairCell struct {
	Tag       tag
	When, Why string
}

// compare lays out what suffers on two sides. Of the other parts only those that
// fare differently are told: they say why the rest does.
func (v *view) compare(sides []publish.Side, limit int) *comparison {
	c := &comparison{}
	at := [2]map[catalog.NodeID]publish.Fallen{{}, {}}
	var order []catalog.NodeID
	for i, s := range sides {
		for _, f := range s.Worst() {
			if _, met := at[0][f.Node]; !met || i == 0 {
				order = append(order, f.Node)
			}
			at[i][f.Node] = f
		}
	}
	for _, id := range order {
		a, b := v.pairCell(sides[0], at[0], id), v.pairCell(sides[1], at[1], id)
		row := pairRow{A: a, B: b}
		part := false
		for _, s := range sides {
			if n := s.Edition.Node(id); n != nil {
				row.Who = capital(v.text(n.Name))
				part = n.Kind != catalog.Dependent && n.Kind != catalog.Offering
			}
		}
		switch {
		case a.Tag != b.Tag || a.When != b.When:
			c.Rows = append(c.Rows, row)
		case !part:
			c.Same = append(c.Same, row)
		}
	}
	c.Rows, c.More = cut(c.Rows, limit)
	c.SameN = len(c.Same)
	c.Same = c.Same[:min(len(c.Same), limit)]
	return c
}

func (v *view) pairCell(s publish.Side, fallen map[catalog.NodeID]publish.Fallen, id catalog.NodeID) pairCell {
	n := s.Edition.Node(id)
	if n == nil {
		t := v.nodeTag(catalog.Unknown)
		t.Word = v.must("absent")
		return pairCell{Tag: t}
	}
	for _, r := range s.Roots {
		if r.Node == id {
			t := v.nodeTag(catalog.Down)
			t.Word = v.must("fails-itself")
			return pairCell{Tag: t}
		}
	}
	f, hit := fallen[id]
	if !hit {
		t := v.nodeTag(catalog.Up)
		t.Word = v.must("stays-up")
		return pairCell{Tag: t}
	}
	in := *v
	in.edition = s.Edition
	return pairCell{Tag: in.fallenTag(n, f), When: in.whenFallen(s, f), Why: in.because(f.Path)}
}

// worst is what takes most down in today's edition.
type worst struct {
	Known   bool
	How     string
	Singles []blow
	Pairs   []blow
	Joint   []blow // more than each alone
}

// blow is a row of it.
type blow struct {
	Name     link
	Lost     int
	Deps     int
	Harm     string
	Emergent bool
}

func (v *view) worst(b *builder) *worst {
	weak := b.p.Weakness()
	if weak == nil {
		return &worst{}
	}
	key := "worst-how"
	if !weak.Paired {
		key = "worst-how-one"
	}
	w := &worst{Known: true, How: v.must(key, publish.Number(v.lang, float64(weak.Tried)))}
	rows := func(blows []publish.Blow, few int, named bool) []blow {
		var rows []blow
		for _, x := range blows {
			if len(v.shown(x.Fail)) < len(x.Fail) || len(rows) == few {
				continue
			}
			rows = append(rows, blow{
				Name: v.rehearseLink(b, x.Fail...), Lost: x.Lost, Deps: x.Dependents,
				Harm: publish.Number(v.lang, float64(x.Harm)), Emergent: x.Emergent && named,
			})
		}
		return rows
	}
	w.Singles, w.Pairs, w.Joint = rows(weak.Singles, 10, true), rows(weak.Pairs, 5, true), rows(weak.Joint, 8, false)
	return w
}
