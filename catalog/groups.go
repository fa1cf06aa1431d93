package catalog

import "slices"

// need makes a requirement.
func (r *resolver) need(n *rawNeed, self string, around *Provenance) Requirement {
	made := Requirement{
		Lost: choice(r, n.Lost, "state", Down, Degraded), Holdover: n.Holdover.Duration,
		Note: r.note(n.Note), Provenance: r.provenance(n.claim, n.At, around),
	}
	made.Members, made.AtLeast, made.At = r.group(&n.rawGroup, self)
	made.Shares, made.Enough = r.shares(n, made.AtLeast)
	if n.Backup != nil {
		made.Backup = r.backup(n, self, &made.Provenance)
	}
	return made
}

// group makes what a need and a backup have in common: the members, how many
// of them, and where.
func (r *resolver) group(g *rawGroup, self string) (members []NodeID, atLeast int, at RegionID) {
	list := each(append(slices.Clone(g.All), g.Any...), func(m *rawMember) word {
		if m.ID.line == 0 {
			return word{place: m.At}
		}
		return m.ID
	})
	members, atLeast = refs[NodeID](r, list, r.nodes), len(list)
	switch {
	case len(g.All) > 0 && len(g.Any) > 0:
		r.problem(g.At, "make two groups of them", "a group is either all or any")
	case len(list) == 0:
		r.problem(g.At, "name its members with all: or any:", "an empty group")
	case len(g.Any) > 0:
		atLeast = 1
	}
	for _, w := range list {
		if w.text == self {
			r.problem(w.place, "take it out", "%q needs itself", self)
		}
	}
	if g.AtLeast != nil {
		if atLeast = g.AtLeast.n; atLeast < 1 || atLeast > len(list) {
			r.problem(g.AtLeast.place, "", "at_least is %d, of a group of %d", atLeast, len(list))
		}
	}
	if g.Region.text != "" && r.ref(g.Region, r.regions) {
		at = RegionID(g.Region.text)
	}
	return members, atLeast, at
}

// mostShare bounds a share, so that no sum of them overflows.
const mostShare = 1_000_000_000

// shares gives the members' parts of the load and how much is enough, by
// default all of it; none if none is written.
func (r *resolver) shares(n *rawNeed, atLeast int) (shares []int, enough int) {
	list := append(slices.Clone(n.All), n.Any...)
	total := 0
	for _, m := range list {
		switch {
		case m.Share == nil || m.Share.line == 0: // not written, or not to be read
			continue
		case m.Share.n < 1 || m.Share.n > mostShare:
			r.problem(m.Share.place, "leave out a member that carries nothing", "a share of %d: write one from 1 to %d", m.Share.n, mostShare)
		}
		shares, total = append(shares, m.Share.n), total+m.Share.n
	}
	switch {
	case shares == nil:
		if n.Enough != nil {
			r.problem(n.Enough.place, "give each member a share", "enough says how much of the shares is needed, and there are none")
		}
		return nil, 0
	case len(shares) < len(list):
		r.problem(n.At, "give each member a share, or none", "%d of %d members have a share", len(shares), len(list))
	case atLeast == len(list) && len(list) > 1:
		r.problem(n.At, "write any:, or at_least", "shares in a group that is lost with any one of its members")
	}
	if enough = total; n.Enough != nil {
		if enough = n.Enough.n; enough < 1 || enough > total {
			r.problem(n.Enough.place, "", "enough is %d, of shares of %d in all", enough, total)
		}
	}
	return shares, enough
}

// backup makes the group that takes over from a need.
func (r *resolver) backup(n *rawNeed, self string, around *Provenance) *Backup {
	raw := n.Backup
	made := &Backup{
		Serves: choice(r, raw.Serves, "state", Up, Degraded), Holdover: raw.Holdover.Duration,
		Note: r.note(raw.Note), Provenance: r.provenance(raw.claim, raw.At, around),
	}
	made.Members, made.AtLeast, made.At = r.group(&raw.rawGroup, self)
	for _, m := range append(slices.Clone(raw.All), raw.Any...) {
		if m.Share != nil {
			r.problem(m.Share.place, "take it out", "the members of a backup have no shares")
		}
		if slices.ContainsFunc(append(slices.Clone(n.All), n.Any...), func(o *rawMember) bool { return o.ID.text == m.ID.text }) {
			r.problem(m.ID.place, "take it out of one of them", "%q backs itself up", m.ID.text)
		}
	}
	if made.Serves == Degraded && n.Lost.text == string(Degraded) {
		r.problem(raw.At, "", "a backup that serves degraded, of a group whose loss does no more")
	}
	return made
}

// condition makes the situation that advice is limited to.
func (r *resolver) condition(c rawCondition) Condition {
	for _, w := range c.Attached {
		if r.nodes.now[w.text] && !r.attached[w.text] {
			r.problem(w.place, "say with attaches: which core its phones need", "%q attaches phones to nothing", w.text)
		}
	}
	return Condition{
		Up: refs[NodeID](r, c.Up, r.nodes), Down: refs[NodeID](r, c.Down, r.nodes), Attached: refs[NodeID](r, c.Attached, r.nodes),
	}
}

// attaches notes the core that a radio network's phones need.
func (r *resolver) attaches(c *rawComponent, made *Node) {
	switch {
	case c.Attaches.text == "":
	case made.Kind != Radio:
		r.problem(c.Attaches.place, "write kind: radio", "%q attaches phones but is of kind %s", made.ID, made.Kind)
	case c.Attaches.text == c.ID.text:
		r.problem(c.Attaches.place, "take it out", "%q names itself", c.ID.text)
	case r.ref(c.Attaches, r.nodes):
		made.Attaches = NodeID(c.Attaches.text)
	}
}

// demand makes what comes to a component when others fail, and its room for it.
func (r *resolver) demand(c *rawComponent, made *Node) {
	made.Absorbs = r.others(&c.rawNode, each(c.Absorbs, func(s *rawShift) word { return s.ID }))
	for _, s := range c.Absorbs {
		if s.Part.line == 0 {
			if s.Lag.line > 0 || s.Confidence.line > 0 || len(s.Source) > 0 {
				r.problem(s.At, "say with part: how many of its users come", "what comes from %q is described without its size", s.ID.text)
			}
			continue
		}
		made.Shifts = append(made.Shifts, Shift{
			From: NodeID(s.ID.text), Part: s.Part.part, Lag: s.Lag.Duration, Provenance: r.provenance(s.claim, s.At, &made.Provenance),
		})
		if users, known := r.users[s.ID.text]; known && users == 0 {
			r.problem(s.At, "give it users:", "a part of the users of %q, whose number isn't known", s.ID.text)
		}
		if r.shifted[s.ID.text] += s.Part.part; r.shifted[s.ID.text] > 1+rounding {
			r.problem(s.Part.place, "", "more than all users of %q come to others: %.4g%%", s.ID.text, 100*r.shifted[s.ID.text])
		}
	}
	if c.Spare == nil {
		if len(made.Shifts) > 0 {
			r.problem(c.At, "add spare: {users: …}", "%q is said to take so many users, not for how many it has room", made.ID)
		}
		return
	}
	made.Spare = &Spare{Provenance: r.provenance(c.Spare.claim, c.Spare.At, &made.Provenance)}
	if c.Spare.Users == nil {
		r.problem(c.Spare.At, "add users:", "spare room without a number")
	} else {
		made.Spare.Users = c.Spare.Users.n
	}
}

// rounding forgives what sums of percentages lose as binary fractions.
const rounding = 1e-9
