package visibility

import "tocsin/feed"

// mostPaths bounds how many paths are told apart, of all peers together: own choice, a
// whole table or two. Peers beyond it don't count.
const mostPaths = 2 << 20

// paths is which paths a peer that sends several of a prefix (ADD-PATH, RFC 7911) has
// told. What counts is prefixes: only the last path that is withdrawn takes its prefix
// with it.
type paths struct {
	told  map[path]struct{}
	count map[place]uint32
}

// place is a prefix of a family.
type place struct {
	key
	v int
}

// path is one way to a prefix.
type path struct {
	place
	id uint32
}

// several makes of what such a peer tells what one with a single path of each prefix
// would have told: what is still reached by another path isn't withdrawn.
func (s *Store) several(p *peer, r *feed.Routes) *feed.Routes {
	ids := &r.IDs
	told := r.Multipath && len(ids.Announced4) == len(r.Announced4) && len(ids.Withdrawn4) == len(r.Withdrawn4) &&
		len(ids.Announced6) == len(r.Announced6) && len(ids.Withdrawn6) == len(r.Withdrawn6)
	if p.vague || !told || p.paths == nil && p.carries != [2]uint32{} || s.paths >= mostPaths {
		p.vague = true // what was told before, or is now, can't be told apart
		s.forgetPaths(p)
		return r
	}
	if p.paths == nil {
		p.paths = &paths{told: map[path]struct{}{}, count: map[place]uint32{}}
	}
	single := *r
	single.Withdrawn4, single.Withdrawn6 = nil, nil
	for i, k := range r.Withdrawn4 {
		if s.lastPath(p.paths, path{place{key4(k), 0}, ids.Withdrawn4[i]}) {
			single.Withdrawn4 = append(single.Withdrawn4, k)
		}
	}
	for i, k := range r.Withdrawn6 {
		if s.lastPath(p.paths, path{place{key6(k), 1}, ids.Withdrawn6[i]}) {
			single.Withdrawn6 = append(single.Withdrawn6, k)
		}
	}
	for i, k := range r.Announced4 {
		s.addPath(p.paths, path{place{key4(k), 0}, ids.Announced4[i]})
	}
	for i, k := range r.Announced6 {
		s.addPath(p.paths, path{place{key6(k), 1}, ids.Announced6[i]})
	}
	return &single
}

// lastPath takes a path away, and tells whether none is left. One that nobody told of
// is a strange withdrawal.
func (s *Store) lastPath(p *paths, w path) bool {
	if _, ok := p.told[w]; !ok {
		s.strange++
		return false
	}
	delete(p.told, w)
	s.paths--
	if p.count[w.place]--; p.count[w.place] > 0 {
		return false
	}
	delete(p.count, w.place)
	return true
}

func (s *Store) addPath(p *paths, w path) {
	if _, ok := p.told[w]; ok {
		return
	}
	p.told[w] = struct{}{}
	p.count[w.place]++
	s.paths++
}

// forgetPaths forgets the paths of a peer.
func (s *Store) forgetPaths(p *peer) {
	if p.paths != nil {
		s.paths -= len(p.paths.told)
		p.paths = nil
	}
}
