package evaluate

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"tocsin/catalog"
)

// Draft is a catalogue to be invented: for benchmarks and tests, of any size, and
// the same for the same draft on every machine. It is laid out as carriers are:
// a few large ones and many small, each with a national core, regional networks
// below it, hubs, sites, and services on top; dependents rest on services. Some
// of what supports a core rests on the core.
type Draft struct {
	Components   int // that can fail; there is one dependent more for every ten of them
	Requirements int // groups of components that a component or dependent needs
	Seed         uint64
}

// Bounds of a draft. A group for every component and dependent is the least that
// a catalogue of layers needs to hang together; fewer leave some standing alone.
const (
	maxDraft    = 2_000_000
	perFile     = 2000 // entries of a file
	draftPeople = 4000 // at most behind a dependent
)

// Check tells whether the draft can be drawn.
func (d Draft) Check() error {
	switch {
	case d.Components < 1 || d.Components > maxDraft:
		return fmt.Errorf("%d components: give a number from 1 to %d", d.Components, maxDraft)
	case d.Requirements < 0 || d.Requirements > 20*d.Components:
		return fmt.Errorf("%d requirements: give a number from 0 to 20 for each component", d.Requirements)
	case d.Requirements > 0 && d.Components < 2:
		return errors.New("one component has nothing to require: give at least 2, or no requirements")
	}
	return nil
}

// tier is a layer of a carrier's network: what lies in a tier needs what lies in
// the tiers above.
type tier struct {
	name  string
	en    string
	fr    string
	share float64 // of the carrier's components
	least int
	kinds []catalog.Kind
}

func tiers() []tier {
	return []tier{
		{"core", "Core", "Cœur", .005, 4, []catalog.Kind{catalog.Core, catalog.Management, catalog.Core, catalog.Database, catalog.Core, catalog.Support}},
		{"region", "Regional network", "Réseau régional", .045, 2, []catalog.Kind{catalog.Access, catalog.Radio}},
		{"hub", "Hub", "Nœud", .2, 1, []catalog.Kind{catalog.Access, catalog.Radio}},
		{"site", "Site", "Site", .45, 1, []catalog.Kind{catalog.Access, catalog.Radio}},
		{"service", "Service", "Service", .3, 1, []catalog.Kind{catalog.Offering}},
	}
}

// drawn is a component or dependent of a draft.
type drawn struct {
	id       string
	carrier  int
	tier     int // len(tiers()) for a dependent
	number   int // in its tier of its carrier
	kind     catalog.Kind
	province int // 0: all of the country
	home     int // the node above; -1 if none
	groups   []string
}

// drawing is a draft at work.
type drawing struct {
	Draft
	*rand.Rand
	tiers     []tier
	provinces int
	shares    []int // of each carrier: its components
	nodes     []drawn
	at        [][][]int // by carrier and tier: nodes
}

// Write draws the catalogue and hands over its files one after the other.
func (d Draft) Write(put func(name string, content []byte) error) error {
	if err := d.Check(); err != nil {
		return fmt.Errorf("draft of a catalogue: %w", err)
	}
	w := &drawing{Draft: d, Rand: rand.New(rand.NewPCG(d.Seed, 0x70c51)), tiers: tiers()}
	w.provinces = min(13, 1+d.Components/20)
	w.share()
	for c, n := range w.shares {
		w.carrier(c, n)
	}
	w.dependents()
	if left := w.require(); left > 0 {
		return fmt.Errorf("draft of a catalogue: %d of %d requirements find no members among %d components: give fewer, or more components",
			left, d.Requirements, d.Components)
	}
	return w.write(put)
}

// share gives each carrier its components: by Zipf's law, as markets are.
func (w *drawing) share() {
	carriers := min(1+w.Components/40, 4+w.Components/1500, 60)
	sum := 0.0
	for c := range carriers {
		sum += 1 / float64(c+1)
	}
	left := w.Components
	for c := range carriers {
		n := min(left, max(1, int(float64(w.Components)/float64(c+1)/sum)))
		w.shares = append(w.shares, n)
		left -= n
	}
	w.shares[0] += left
}

// carrier draws one carrier's components, tier by tier.
func (w *drawing) carrier(c, n int) {
	w.at = append(w.at, make([][]int, len(w.tiers)))
	left := n
	for t, tier := range w.tiers {
		size := max(tier.least, int(tier.share*float64(n)))
		if t == len(w.tiers)-1 {
			size = left
		}
		for i := range min(size, left) {
			node := drawn{
				id:      fmt.Sprintf("carrier-%02d/%s-%05d", c+1, tier.name, i+1),
				carrier: c, tier: t, number: i + 1, kind: tier.kinds[i%len(tier.kinds)], home: -1,
			}
			if t > 0 {
				node.province = 1 + w.IntN(w.provinces)
				node.home = w.above(c, t, node.province)
			}
			w.at[c][t] = append(w.at[c][t], len(w.nodes))
			w.nodes = append(w.nodes, node)
		}
		left -= min(size, left)
	}
}

// above picks a node of the next tier up, of the same province if a few draws
// find one; -1 if the carrier has none.
func (w *drawing) above(carrier, tier, province int) int {
	found := -1
	for t := tier - 1; t >= 0 && found < 0; t-- {
		if up := w.at[carrier][t]; len(up) > 0 {
			found = up[w.IntN(len(up))]
			for range 2 * w.provinces {
				if w.nodes[found].province == province {
					break
				}
				found = up[w.IntN(len(up))]
			}
		}
	}
	return found
}

// dependents draws one for every ten components, on services of its province.
func (w *drawing) dependents() {
	for i := range max(1, w.Components/10) {
		c := w.nodes[w.IntN(w.Components)].carrier
		province := 1 + w.IntN(w.provinces)
		w.nodes = append(w.nodes, drawn{
			id:      fmt.Sprintf("organisation-%05d/function", i+1),
			carrier: c, tier: len(w.tiers), number: i + 1, kind: catalog.Dependent,
			province: province, home: w.above(c, len(w.tiers), province),
		})
	}
}

// require spends the requirements: first one for everything that has a home above
// it, in a drawn order; then, while some are left, groups of all kinds.
func (w *drawing) require() int {
	left := w.Requirements
	for _, i := range w.Perm(len(w.nodes)) {
		if left > 0 && w.nodes[i].home >= 0 {
			w.need(i, w.homeGroup(i))
			left--
		}
	}
	for tries := 0; left > 0 && tries < 100*w.Requirements; tries++ {
		i := w.IntN(len(w.nodes))
		if g := w.group(i); g != "" {
			w.need(i, g)
			left--
		}
	}
	return left
}

func (w *drawing) need(i int, group string) { w.nodes[i].groups = append(w.nodes[i].groups, group) }

// homeGroup is what a node hangs on: its home, or one of two.
func (w *drawing) homeGroup(i int) string {
	n := &w.nodes[i]
	members := []int{n.home}
	if w.IntN(10) < 4 {
		members = w.join(members, w.above(n.carrier, n.tier, n.province), i)
	}
	return w.words("any", members, 1)
}

// group draws a group for a node; "" if the draw found too few members.
func (w *drawing) group(i int) string {
	kinds := []struct{ size, least, weight int }{
		{2, 1, 30}, {3, 1, 18}, {3, 2, 18}, {4, 3, 7}, {5, 3, 7}, {2, 2, 10}, {3, 3, 5}, {1, 1, 5},
	}
	draw, k := w.IntN(100), 0
	for draw >= kinds[k].weight {
		draw -= kinds[k].weight
		k++
	}
	n := &w.nodes[i]
	var members []int
	for tries := 0; len(members) < kinds[k].size && tries < 20; tries++ {
		carrier, tier := n.carrier, n.tier
		if w.IntN(8) == 0 {
			carrier = w.nodes[w.IntN(w.Components)].carrier
		}
		if tier > 1 && w.IntN(4) == 0 {
			tier--
		}
		member := w.above(carrier, tier, n.province)
		if tier == 0 { // what supports a core, and what it supports
			member = w.at[carrier][0][w.IntN(len(w.at[carrier][0]))]
		}
		members = w.join(members, member, i)
	}
	if len(members) < kinds[k].size {
		return ""
	}
	return w.words("any", members, kinds[k].least)
}

// join adds a member that isn't there yet.
func (w *drawing) join(members []int, member, self int) []int {
	if member < 0 || member == self || slices.Contains(members, member) {
		return members
	}
	return append(members, member)
}

// words writes a group.
func (w *drawing) words(kind string, members []int, least int) string {
	var ids []string
	for _, m := range members {
		ids = append(ids, w.nodes[m].id)
	}
	more := ""
	switch {
	case least == len(members):
		kind = "all"
	case least > 1:
		more = fmt.Sprintf(", at_least: %d", least)
	}
	if w.IntN(5) == 0 {
		more += ", lost: degraded"
	}
	if w.IntN(6) == 0 {
		more += ", holdover: " + []string{"30m", "4h", "8h", "24h", "72h"}[w.IntN(5)]
	}
	if w.IntN(50) == 0 {
		more += ", at: zz"
	}
	return fmt.Sprintf("{%s: [%s]%s}", kind, strings.Join(ids, ", "), more)
}
