package impact

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"tocsin/catalog"
)

// ground is a set of leaf regions, one bit each: what a place comes down to
// once country, provinces, divisions and areas are laid over each other.
type ground []uint64

func (g ground) overlaps(h ground) bool {
	for i, w := range g {
		if w&h[i] != 0 {
			return true
		}
	}
	return false
}

// meets tells whether three pieces of ground share any.
func (g ground) meets(h, k ground) bool {
	for i, w := range g {
		if w&h[i]&k[i] != 0 {
			return true
		}
	}
	return false
}

func (g ground) within(h ground) bool {
	for i, w := range g {
		if w&^h[i] != 0 {
			return false
		}
	}
	return true
}

func (g ground) and(h ground) ground {
	out := slices.Clone(g)
	for i := range out {
		out[i] &= h[i]
	}
	return out
}

func (g ground) add(h ground) {
	for i, w := range h {
		g[i] |= w
	}
}

func (g ground) remove(h ground) {
	for i, w := range h {
		g[i] &^= w
	}
}

func (g ground) size() int {
	n := 0
	for _, w := range g {
		n += bits.OnesCount64(w)
	}
	return n
}

// land is the region tree and its areas as pieces of ground.
type land struct {
	words  int
	of     map[catalog.RegionID]ground
	named  []place
	people []int // of each leaf; -1: not counted
}

// place is a piece of ground that has a name.
type place struct {
	id     catalog.RegionID
	ground ground
}

// survey numbers the leaves of the tree and says of which of them each region
// consists. The children of a region are taken to cover it.
func survey(ed *catalog.Edition) land {
	var leaves []catalog.RegionID
	for _, r := range ed.Regions() {
		if r.Level != catalog.Area && len(ed.Children(r.ID)) == 0 {
			leaves = append(leaves, r.ID)
		}
	}
	l := land{words: (len(leaves) + 63) / 64, of: map[catalog.RegionID]ground{}}
	for i, id := range leaves {
		l.of[id] = l.none()
		l.of[id][i/64] |= 1 << (i % 64)
		l.people = append(l.people, -1)
		if r := ed.Region(id); r.Counted {
			l.people[i] = r.Population
		}
	}
	for _, r := range ed.Regions() {
		if g := l.lay(ed, r.ID); g.size() > 0 {
			l.named = append(l.named, place{r.ID, g})
		}
	}
	areas := func(id catalog.RegionID) int {
		if ed.Region(id).Level == catalog.Area {
			return 1
		}
		return 0
	}
	slices.SortFunc(l.named, func(a, b place) int {
		return cmp.Or(
			cmp.Compare(b.ground.size(), a.ground.size()),
			cmp.Compare(areas(a.id), areas(b.id)),
			strings.Compare(string(a.id), string(b.id)))
	})
	return l
}

// lay works out the ground of a region from its parts. It is entered before its
// parts are, so a region that holds itself ends the walk and not the program.
func (l *land) lay(ed *catalog.Edition, id catalog.RegionID) ground {
	if g, ok := l.of[id]; ok {
		return g
	}
	g := l.none()
	r := ed.Region(id)
	if r == nil {
		return g
	}
	l.of[id] = g
	parts := ed.Children(id)
	if r.Level == catalog.Area {
		parts = r.Members
	}
	for _, p := range parts {
		g.add(l.lay(ed, p))
	}
	return g
}

// heads is how many people live on a piece of ground; 0 if some of them are not
// counted.
func (l *land) heads(g ground) int {
	sum := 0
	for i, w := range g {
		for ; w != 0; w &= w - 1 {
			n := l.people[64*i+bits.TrailingZeros64(w)]
			if n < 0 {
				return 0
			}
			sum += n
		}
	}
	return sum
}

func (l *land) none() ground { return make(ground, l.words) }

// cover names a piece of ground by as few regions as the largest first gives,
// a region of the tree before an area of the same size; in the order of ids.
func (l *land) cover(g ground) []catalog.RegionID {
	rest := slices.Clone(g)
	left := rest.size()
	var out []catalog.RegionID
	for _, p := range l.named {
		if left == 0 {
			break
		}
		if p.ground.within(g) && p.ground.overlaps(rest) {
			rest.remove(p.ground)
			left = rest.size()
			out = append(out, p.id)
		}
	}
	slices.Sort(out)
	return out
}

// split cuts the land along the edges of some pieces of ground. All of a cell
// fares alike, so it is judged once. Cells come in the order of their first
// leaves, whatever the order of the cuts.
func (l *land) split(cuts []ground) []ground {
	whole := l.none()
	for _, p := range l.named {
		whole.add(p.ground)
	}
	cells := []ground{whole}
	for _, cut := range cuts {
		for i := range cells { // those appended meanwhile lie outside the cut
			c := cells[i]
			if !c.overlaps(cut) || c.within(cut) {
				continue
			}
			in := c.and(cut)
			c.remove(cut)
			cells[i] = in
			cells = append(cells, c)
		}
	}
	slices.SortFunc(cells, func(a, b ground) int { return cmp.Compare(a.first(), b.first()) })
	return cells
}

// first is the number of the first leaf.
func (g ground) first() int {
	for i, w := range g {
		if w != 0 {
			return 64*i + bits.TrailingZeros64(w)
		}
	}
	return 64 * len(g)
}
