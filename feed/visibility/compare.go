package visibility

import (
	"cmp"
	"slices"

	"tocsin/feed"
)

// Difference is where a store and a table of the same time disagree about a
// peer.
type Difference struct {
	Peer    feed.Peer
	Table   int // prefixes in the table
	Missing int // of them, not in the store
	Extra   int // in the store, not in the table
	Origin  int // in both, with another origin
}

// Share is how much of the table the store has wrong.
func (d Difference) Share() float64 {
	return float64(d.Missing+d.Extra+d.Origin) / float64(max(1, d.Table))
}

// Compare holds what updates have made of a store against a table that was
// dumped at the same time, taken into a store of its own. It gives the peers of
// both, the worst first. Peers that are out are left aside: that their tables are
// wrong is known.
func (s *Store) Compare(table *Store) []Difference {
	if table.dumping {
		table.Settle()
	}
	type pair struct {
		mine, theirs *peer
		Difference
	}
	var pairs []*pair
	for _, q := range table.peers {
		if p := s.byPeer[q.key]; p != nil && !p.out && !p.leaving {
			pairs = append(pairs, &pair{p, q, Difference{Peer: q.key, Table: int(q.carries[0] + q.carries[1])}})
		}
	}
	for v := range s.families {
		f, g := &s.families[v], &table.families[v]
		for id := range g.lines {
			l := g.line(id)
			mine, m := f.find(g.key(id, l))
			for _, p := range pairs {
				as, ok := table.given(g, id, l, p.theirs)
				if !ok {
					continue
				}
				have, has := uint32(0), false
				if m != nil {
					have, has = s.given(f, mine, m, p.mine)
				}
				if !has {
					p.Missing++
				} else if have != as {
					p.Origin++
				}
			}
		}
	}
	var all []Difference
	for _, p := range pairs {
		held := int(p.mine.carries[0] + p.mine.carries[1])
		p.Extra = held - (p.Table - p.Missing)
		all = append(all, p.Difference)
	}
	slices.SortStableFunc(all, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(b.Share(), a.Share()), a.Peer.Addr.Compare(b.Peer.Addr), cmp.Compare(a.Peer.Collector, b.Peer.Collector))
	})
	return all
}

// given is the origin that a peer gives a prefix, if it carries it.
func (s *Store) given(f *family, id uint32, l *line, p *peer) (as uint32, ok bool) {
	if *f.word(id, l, p.id)&(1<<(p.id&63)) == 0 {
		return 0, false
	}
	o := l.origin
	if l.flags&split != 0 {
		if i := giver(f.splits[id], p.id); i >= 0 {
			o = f.splits[id][i].origin
		}
	}
	return s.origins[o].as, true
}
