package page

import (
	"strconv"

	"tocsin/catalog"
	"tocsin/publish"
)

// outline is the needs of a node as a list within a list.
type outline struct {
	Groups []outlineGroup
	Told   bool // they stand further up
	Cut    bool // there is more than a page can hold
}

// outlineGroup is a group, and what its members need in turn.
type outlineGroup struct {
	Words   string
	Assumed bool
	Members []outlineItem
}

type outlineItem struct {
	Name  link
	Tag   tag  // blank where no outage touches it
	Spare bool // it takes over when the others don't serve
	outline
}

// longest is how many entries a list within a list may have.
const longest = 200

// outline lists what a node rests on, each node's needs once.
func (w *web) outline(n *catalog.Node) outline {
	if w.told == nil {
		w.told = map[catalog.NodeID]bool{}
	}
	if len(n.Needs) == 0 {
		return outline{}
	}
	if w.told[n.ID] {
		return outline{Told: true}
	}
	w.told[n.ID] = true
	var o outline
	for _, r := range n.Needs {
		if w.items > longest {
			o.Cut = true
			break
		}
		o.Groups = append(o.Groups, w.group(r))
	}
	return o
}

func (w *web) group(r catalog.Requirement) outlineGroup {
	g := outlineGroup{Words: w.v.needWords(r), Assumed: r.Confidence == catalog.Assumed}
	members := w.v.shown(r.Members)
	spare := len(members)
	if r.Backup != nil {
		members = append(members, w.v.shown(r.Backup.Members)...)
	}
	for i, id := range members {
		w.items++
		n := w.v.edition.Node(id)
		item := outlineItem{Name: w.link(id), Spare: i >= spare}
		if s := w.p.Standing(n); len(s.Effects) > 0 {
			item.Tag = w.v.standingTag(s)
		}
		item.outline = w.outline(n)
		g.Members = append(g.Members, item)
	}
	return g
}

// link leads from a component to the rehearsal of its failure.
func (w *web) link(id catalog.NodeID) link {
	l := w.v.nodeLink(id)
	if l.Href == "" && w.rehearse {
		l.Href = w.v.rehearseHref(publish.Ask{Sides: []publish.Supposed{{Fail: []string{string(id)}}}})
	}
	return l
}

// point writes two coordinates.
func point(x, y int) string { return strconv.Itoa(x) + " " + strconv.Itoa(y) }
