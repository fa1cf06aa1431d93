package impact

import (
	"slices"

	"tocsin/catalog"
	"tocsin/incident"
)

// advise checks a node's fallbacks in a place. Advice for another situation is
// left out; advice whose own needs are lost is listed as withdrawn.
func (s *study) advise(n int, place ground) []incident.Advice {
	var out []incident.Advice
	for _, a := range s.advice[n] {
		if !s.applies(a, place) {
			continue
		}
		lost := s.withdrawn(a.needs, place)
		out = append(out, incident.Advice{
			Text: a.Text, Stands: len(lost) == 0, Lost: lost,
			Sources: slices.Clone(a.Sources), Assumed: a.Confidence == catalog.Assumed,
		})
	}
	return out
}

// applies tells whether the advice is for this situation: all of its down are
// known to be down, none of its up is.
func (s *study) applies(a advice, place ground) bool {
	isDown := func(n int) bool { return s.fallen(n, place) <= 0 }
	return !slices.ContainsFunc(a.up, isDown) &&
		!slices.ContainsFunc(a.down, func(n int) bool { return !isDown(n) })
}

// withdrawn names what advice needs and has lost, holdovers counted; none if the
// advice stands. Whatever a group's loss would do to a node, to advice it is
// fatal: nobody is sent to something that is known not to work.
func (s *study) withdrawn(needs []group, place ground) []catalog.NodeID {
	var out []catalog.NodeID
	for i := range needs {
		g := &needs[i]
		where := place
		if g.at != nil {
			where = g.at
		}
		var when []instant
		var fallen []catalog.NodeID
		for _, m := range g.members {
			t := s.fallen(m, where)
			when = append(when, t)
			if t <= 0 {
				fallen = append(fallen, s.nodes[m].ID)
			}
		}
		lost := nth(when, g.loss)
		if b := g.backup; b != nil {
			lost = s.relieved(lost, b, place)
		}
		if lost.plus(g.holdover) <= 0 {
			out = append(out, fallen...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// fallen is when a node is known to be down in a place, all of it that is there.
func (s *study) fallen(n int, place ground) instant {
	slot := s.slot[n]
	if slot < 0 {
		return never
	}
	return s.fails(s.known, slot, s.sight(slot, place, 0), down)
}

// relieved is when what advice needs is lost for all that its backup can do.
func (s *study) relieved(lost instant, b *backup, place ground) instant {
	if b.at != nil {
		place = b.at
	}
	var when []instant
	for _, m := range b.members {
		when = append(when, s.fallen(m, place))
	}
	felt := max(lost, nth(when, b.loss))
	if b.fuel > 0 {
		felt = min(felt, lost.plus(b.fuel))
	}
	return felt
}
