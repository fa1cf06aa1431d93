package impact

import (
	"cmp"
	"slices"

	"tocsin/catalog"
)

// backup is a group that takes over from another one.
type backup struct {
	group         // its members, how many of them, and where
	full  bool    // it carries all of the service, otherwise a part
	fuel  instant // how long it carries; 0: without limit
}

// shares are the parts of the load that the known members of a requirement
// carry, and how much of them may be missing; nil if members count alike.
func (e *Engine) shares(r *catalog.Requirement) (shares []int, slack int) {
	if len(r.Shares) != len(r.Members) || len(r.Shares) == 0 {
		return nil, 0
	}
	slack = -r.Enough
	var of [][2]int // node and part
	for i, part := range r.Shares {
		slack += part
		if m, ok := e.index[r.Members[i]]; ok {
			of = append(of, [2]int{m, part})
		}
	}
	slices.SortFunc(of, func(a, b [2]int) int { return cmp.Compare(a[0], b[0]) })
	for _, m := range of {
		shares = append(shares, m[1])
	}
	return shares, slack
}

// supply is when what a group gives, as needed in a cell, reaches a level: when
// the group itself does, and when its backup no longer helps either.
//
// A backup stands in at both levels if it can, not only when all is lost.
// Otherwise a needer would be degraded while its supply is, and up again once
// the supply is down.
func (s *study) supply(r *run, g *group, cell, level int) (own, felt instant) {
	own = s.lost(r, g, cell, level)
	b := g.backup
	if b == nil || level == degraded && !b.full {
		return own, own
	}
	felt = max(own, s.lost(r, &b.group, cell, level))
	if b.fuel > 0 {
		felt = min(felt, own.plus(b.fuel))
	}
	return own, felt
}

// load is a member's part of a load and when it goes missing.
type load struct {
	at   instant
	part int
}

// thin is when so much of the shares is missing that a group no longer serves
// fully; what is up then carries less than is needed.
func (g *group) thin(loads []load) instant {
	slices.SortFunc(loads, func(a, b load) int { return cmp.Compare(a.at, b.at) })
	missing := 0
	for _, l := range loads {
		if missing += l.part; missing > g.slack {
			return l.at
		}
	}
	return never
}

// carrying names the members of backups that carry a node in a cell now: the
// group's own service has gone down a level, and the needer's has not.
func (s *study) carrying(slot, cell int) []catalog.NodeID {
	var out []catalog.NodeID
	for gi := range s.needs[s.reached[slot]] {
		g := &s.needs[s.reached[slot]][gi]
		if g.backup == nil {
			continue
		}
		for _, level := range [...]int{degraded, down} {
			if own, felt := s.supply(s.known, g, cell, level); own > 0 || felt <= 0 {
				continue
			}
			for _, m := range g.backup.members {
				member := s.slot[m]
				if member < 0 || s.fails(s.known, member, s.sight(member, g.backup.at, cell), down) > 0 {
					out = append(out, s.nodes[m].ID)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
