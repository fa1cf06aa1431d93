package impact

// shared tells whether a group may serve badly by the shares of its members.
func (c *compiler) shared(g *group) bool { return c.level == degraded && g.shares != nil }

// standIn is the backup that makes a difference to a group at an instant; nil
// if none does. Fuel that has run out by then is none, and for good all has.
func (c *compiler) standIn(g *group, at instant) *backup {
	b := g.backup
	if b == nil || c.level == degraded && !b.full || b.fuel > 0 && at == never {
		return nil
	}
	return b
}

// plain tells whether a group is felt as soon as so many of its members are lost.
func (c *compiler) plain(g *group, at instant) bool {
	return !c.shared(g) && c.standIn(g, at) == nil
}

// lit tells at which instant a group must have been lost for its backup to have
// burnt all its fuel by another.
func (c *compiler) lit(b *backup, at instant) (instant, bool) {
	return at - b.fuel, b.fuel > 0 && at-b.fuel >= c.first
}

// draws visits the groups whose state at some instant a moment rests on: those it
// needs, what stands in for them, and those again as they stood when that began
// to burn its fuel.
func (c *compiler) draws(m moment, visit func(g *group, at instant)) {
	for i := range c.needs[m.node] {
		g := &c.needs[m.node][i]
		at, ok := c.felt(g, m.at)
		if !ok {
			continue
		}
		visit(g, at)
		if b := c.standIn(g, at); b != nil {
			visit(&b.group, at)
			if began, ok := c.lit(b, at); ok {
				visit(g, began)
			}
		}
	}
}

// wiring goes over the gates of a moment's groups twice, the same way: to number
// them, and to link them once all are numbered.
type wiring struct {
	*compiler
	m     moment
	gates []int32 // those between the moment's own and its members'
	next  int     // which of them comes next; -1 while they are numbered
}

// group leads a group to the moment's own gate, if it is felt.
func (w *wiring) group(g *group) {
	at, ok := w.felt(g, w.m.at)
	if !ok {
		return
	}
	if w.plain(g, at) && g.loss == 1 {
		w.members(w.gateOf[w.m], g, at, nil)
		return
	}
	felt := w.lost(g, at)
	if b := w.standIn(g, at); b != nil {
		gone := w.between(int32(b.loss))
		w.members(gone, &b.group, at, nil)
		if began, ok := w.lit(b, at); ok {
			gone = w.between(1, gone, w.lost(g, began))
		}
		felt = w.between(2, felt, gone)
	}
	w.join(w.gateOf[w.m], felt)
}

// lost is the gate of a group by itself at an instant.
func (w *wiring) lost(g *group, at instant) int32 {
	count := w.between(int32(g.loss))
	w.members(count, g, at, nil)
	if !w.shared(g) {
		return count
	}
	unit := 0 // the largest that all parts are multiples of
	for _, part := range g.shares {
		unit = divisor(unit, part)
	}
	unit = max(unit, 1)
	parts := make([]int, len(g.shares))
	for i, part := range g.shares {
		parts[i] = part / unit
	}
	thin := w.between(int32(g.slack/unit + 1))
	w.members(thin, g, at, parts)
	return w.between(1, count, thin)
}

// between numbers a gate, or gives the one that was.
func (w *wiring) between(need int32, in ...int32) int32 {
	if w.next < 0 {
		w.gates = append(w.gates, w.gate(need))
		return w.gates[len(w.gates)-1]
	}
	w.next++
	w.join(w.gates[w.next-1], in...)
	return w.gates[w.next-1]
}

func (w *wiring) join(into int32, in ...int32) {
	if w.next >= 0 {
		w.in[into] = append(w.in[into], in...)
	}
}

// members leads a group's members to a gate, each as often as it counts; nil is
// once each.
func (w *wiring) members(into int32, g *group, at instant, parts []int) {
	if w.next < 0 {
		return
	}
	for i, member := range g.members {
		seen := w.seen(member, g, w.m.cell, at)
		if len(seen) == 0 {
			continue
		}
		gate, times := w.together(seen), 1
		if parts != nil {
			times = parts[i]
		}
		for range times {
			w.join(into, gate)
		}
	}
}

// divisor is the greatest common one.
func divisor(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
