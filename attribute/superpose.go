package attribute

import (
	"math"
	"slices"

	"tocsin/catalog"
)

// Costs of causes in nats; see DESIGN.md for how they were chosen.
const (
	// costRoot is minus the log-odds that a carrier is in an outage at a random time.
	costRoot = -prior
	// costCrowd is what reports must bring before they count for a root: together
	// with costRoot it is the penalty of seven nats of the shared method notes, §c.
	costCrowd = 2.2
	// plenty is so much that those gone astray can't undo it: how many go is fitted, and
	// may be next to none.
	plenty = 25.0
	// costPart is what a root in a part of its footprint costs beyond one in all of it.
	costPart = 1.0
	// costService is what a service costs beyond a component: services rarely fail
	// while all that delivers them stands.
	costService = 2.0
	// costRumour is what it costs besides when no instrument saw a loss: a surge of
	// reports about one service is more often talk. What is said of others then
	// doesn't count for it either.
	costRumour = 3.0
	// costAttention is the cost of the story that people only talk about a carrier.
	costAttention = 10.0
	// costFault is the cost of an observer that has lost its own sight: a collector's
	// sessions, a vantage.
	costFault = 4.0
	// maxCauses is more at once than the graph can tell apart.
	maxCauses = 6
	// shortlist is how many candidates are fitted in full after the quick look.
	shortlist = 8
	// refits is how much of what a set leaves unexplained elsewhere a further cause may
	// win by having all else fitted anew, and byChance what of each series is left
	// unexplained in any case, in nats; see DESIGN.md.
	refits   = 0.4
	byChance = 0.25
	// closeBehind is how far behind the best a start may climb and still be settled.
	closeBehind = 2.0
	// starts is how many carriers the search begins with.
	starts = 3
)

// state is a set of causes with its fit and its posterior, up to a constant.
type state struct {
	*fitted
	view view
	post float64
	// What may be added to it and lead beyond a posterior, once it was looked at.
	looked bool
	beyond float64
	next   []prospect
}

// Superpose finds the roots by the superposition of counts: every series of
// reports is what is usual, times the attention of the day, plus what each root
// adds by its column. Instruments and words weigh in by their capped ratios. The
// search is greedy, with moves that swap and drop.
func (e *Engine) Superpose(in Input) []Root {
	if e.calm(in) {
		return nil // most minutes of most days
	}
	sc := e.scene(in)
	if len(sc.cands) == 0 {
		return nil
	}
	return slices.DeleteFunc(sc.roots(sc.search()), func(r Root) bool { return r.P < Possible })
}

// ready works out what a cause is worth before any fit, once.
func (sc *scene) ready(c *cause) {
	if !c.known {
		c.known, c.leak, c.leads, c.quiet = true, sc.leaks(c), sc.lead(c), sc.quiet(c)
	}
}

// price is the prior of a cause, in nats.
func (sc *scene) price(c *cause) float64 {
	switch c.kind {
	case attention:
		return costAttention
	case fault:
		return costFault
	case affected:
		return edge
	}
	cost := costRoot
	if sc.e.ed.Node(c.h.node).Kind == catalog.Offering {
		cost += costService
	}
	if sc.rumour(c) {
		cost += costRumour
	}
	if !sc.e.whole(c.h) {
		cost += costPart
	}
	return cost
}

// weigh gives a set its posterior. Each root either stays silent, which costs at
// most quietCrowd, or its reports must bring more than costCrowd.
func (sc *scene) weigh(set []*cause) *state {
	key := sc.key(set)
	s := sc.known[key]
	if s == nil {
		s = sc.judge(set)
		sc.known[key] = s
	}
	return s
}

// key is the same for the same causes, in whatever order.
func (sc *scene) key(set []*cause) string {
	ids := make([]byte, 0, 24)
	for _, c := range set {
		if c.id == 0 {
			sc.ids++
			c.id = sc.ids
		}
		ids = append(ids, byte(c.id>>8), byte(c.id))
		for i := len(ids) - 2; i > 0 && string(ids[i-2:i]) > string(ids[i:i+2]); i -= 2 {
			ids[i-2], ids[i-1], ids[i], ids[i+1] = ids[i], ids[i+1], ids[i-2], ids[i-1]
		}
	}
	return string(ids)
}

// judge is weigh, anew.
func (sc *scene) judge(set []*cause) *state {
	set = slices.Clone(set)
	f := sc.fit(set)
	crowd := f.sum
	for k, c := range set {
		if c.kind == root && !c.fix {
			crowd -= sc.heeds(f, k)
		}
	}
	s := &state{fitted: f, view: sc.view(set)}
	s.post = crowd + s.view.sum - sc.costs(f)
	return s
}

// heeds is what the reports about a root take off its set, all else equal: silence, or
// what they must bring before they count, those about what fell and those gone astray.
func (sc *scene) heeds(f *fitted, k int) float64 {
	c := f.set[k]
	own := -sc.shift(f, c.falls, -f.sev[k], spreadOwn)
	if own > plenty && !sc.rumour(c) {
		return costCrowd
	}
	leak := -sc.shift(f, c.leak, -f.sev[k]*f.stray[k], spreadLeak)
	off := min(costCrowd, max(0, own+leak)+quietCrowd*c.quiet)
	if sc.rumour(c) {
		off += max(0, leak)
	}
	return off
}

// rumour tells whether a cause is a service that nothing but reports and words
// speak against, and those not from outside its network alone.
func (sc *scene) rumour(c *cause) bool {
	return sc.e.ed.Node(c.h.node).Kind == catalog.Offering && !c.phys.sight && !c.mute
}

// Severity beyond which an outcry is hard to believe: Rogers 2022 drew 1,300
// times its everyday reports and AT&T 2024 drew 5,000 times.
const loudest = 100.0

// outcry is the cost of a severity, in nats.
func outcry(sev float64) float64 {
	over := math.Log(math.Max(1, sev/loudest))
	return over * over / 2
}

// quiet is how much of what should be heard of a cause is not.
func (sc *scene) quiet(c *cause) float64 {
	mute, all := 0.0, 0.0
	for _, w := range c.own {
		all += w.w
		if !sc.tallies[w.i].raised {
			mute += w.w
		}
	}
	if all == 0 {
		return 0
	}
	return mute / all
}

// costs are the priors of the causes of a set, with what depends on its fit.
func (sc *scene) costs(f *fitted) float64 {
	cost := 0.0
	for k, c := range f.set {
		if c.fix {
			continue
		}
		cost += c.cost + outcry(f.sev[k])
		if c.kind != root {
			continue
		}
		cost -= c.leads
		if !sc.sees(f.set, c) && slices.ContainsFunc(f.set, func(o *cause) bool { return o != c && o.kind == root && !o.past }) {
			cost += edge
		}
	}
	return cost
}

// search grows the set of causes greedily, from nothing and from each of the
// likeliest first roots, then swaps and drops: the best first step may lead to a
// lower hill.
func (sc *scene) search() *state {
	empty := sc.weigh(sc.held)
	first := sc.look(empty, math.Inf(-1))
	best := sc.settle(sc.climb(empty))
	var tried []catalog.OrgID
	if len(best.set) > len(sc.held) {
		tried = append(tried, best.set[len(sc.held)].org)
	}
	for _, p := range first {
		c := p.c
		if c.kind != root || slices.Contains(tried, c.org) {
			continue
		}
		if tried = append(tried, c.org); len(tried) > starts {
			break
		}
		// What climbs a lower hill was hardly ever seen to settle on a higher one.
		s := sc.climb(sc.weigh(sc.admit(empty.set, c)))
		if s.post > best.post-closeBehind {
			s = sc.settle(s)
		}
		if s.post > best.post+1e-9 {
			best = s
		}
	}
	return best
}

// climb adds causes as long as one is worth its cost.
func (sc *scene) climb(cur *state) *state {
	for len(cur.set)-len(sc.held) < maxCauses {
		next := sc.grow(cur, cur.post)
		if next == nil {
			break
		}
		cur = next
	}
	return cur
}

// settle drops what the later causes have made needless, and swaps a cause for
// another where that explains more: a root steps aside for talk about its carrier
// too, if that lets another root in which the edge rule kept out.
func (sc *scene) settle(cur *state) *state {
	for range 2 {
		was := cur.post
		for k := len(cur.set) - 1; k >= len(sc.held); k-- {
			if k >= len(cur.set) {
				continue
			}
			c := cur.set[k]
			rest := slices.Delete(slices.Clone(cur.set), k, k+1)
			cur = sc.better(cur, rest)
			if c.kind != root {
				continue
			}
			for _, talk := range sc.cands {
				if talk.kind == attention && talk.org == c.org && !sc.bars(rest, talk) {
					cur = sc.better(cur, append(rest, talk))
				}
			}
		}
		if cur.post <= was {
			break
		}
	}
	return cur
}

// better is the better of a state and what a set, or the set with the best cause
// added, makes.
func (sc *scene) better(cur *state, set []*cause) *state {
	next := sc.weigh(set)
	if grown := sc.grow(next, cur.post); grown != nil {
		next = grown
	}
	if next.post > cur.post+1e-9 {
		return next
	}
	return cur
}

// grow adds the best cause, nil when none leads beyond a posterior.
func (sc *scene) grow(cur *state, beyond float64) *state {
	var best *state
	for _, p := range sc.look(cur, beyond) {
		if cur.post+p.gain+p.slack < beyond {
			continue
		}
		if s := sc.weigh(sc.admit(cur.set, p.c)); s.post > beyond+1e-9 {
			best, beyond = s, s.post
		}
	}
	return best
}

// prospect is a cause that may be added to a set, with what a quick look says that
// it gains, and how much more it may be once all else is fitted anew.
type prospect struct {
	c           *cause
	gain, slack float64
}

// look gives the most promising candidates by a quick fit of one severity over
// what a set explains already, the best first, of those that may lead beyond a
// posterior.
func (sc *scene) look(cur *state, beyond float64) []prospect {
	if cur.looked && cur.beyond <= beyond {
		return cur.next
	}
	unexplained := sc.measure(cur.fitted) - byChance*float64(len(sc.packs))
	cur.next, cur.looked, cur.beyond = nil, true, beyond
	for _, c := range sc.cands {
		most, room := sc.adds(&cur.view, c)-c.cost, sc.roomFor(cur.fitted, c)
		slack := 1 + refits*math.Max(0, unexplained-room)
		if cur.post+most+room+slack < beyond || sc.bars(cur.set, c) {
			continue
		}
		p := prospect{c, most + sc.quick(cur.fitted, c), slack}
		at := len(cur.next)
		for at > 0 && cur.next[at-1].gain < p.gain {
			at--
		}
		cur.next = slices.Insert(cur.next, at, p)
		cur.next = cur.next[:min(shortlist, len(cur.next))]
	}
	return cur.next
}

// bars tells whether a cause can't join a set: one of its carrier is there, or
// the edge rule forbids it. Beside a failed carrier, another one in the same
// place is a root of its own only with a loss that instruments saw: complaints
// and words may as well come from an edge that the graph lacks.
func (sc *scene) bars(set []*cause, c *cause) bool {
	beside := false
	for _, o := range set {
		if o == c || (o.kind == c.kind && o.org == c.org && !o.past) {
			return true
		}
		beside = beside || c.kind == root && o.kind == root && !o.past && sc.e.touch(o.shape, c.shape)
	}
	return c.kind == root && beside && !sc.sees(set, c)
}

// admit adds a cause to a set. A root that nobody but people speaks for steps
// back when one that instruments see turns up in its place: it is affected, by
// an edge that the graph lacks or by talk.
func (sc *scene) admit(set []*cause, c *cause) []*cause {
	set = append(slices.Clone(set), c)
	for i, o := range set[:len(set)-1] {
		if c.kind == root && o.kind == root && !o.fix && !sc.sees(set, o) && sc.e.touch(o.shape, c.shape) {
			if o.echo == nil {
				o.echo = &cause{kind: affected, org: o.org, own: o.own, falls: o.falls, worth: worth{cost: edge}}
			}
			set[i] = o.echo
		}
	}
	return set
}

// sees tells whether an instrument that a set trusts saw a loss of a cause's own
// carrier.
func (sc *scene) sees(set []*cause, c *cause) bool {
	return slices.ContainsFunc(c.phys.sights, func(i int) bool {
		return !slices.ContainsFunc(set, func(o *cause) bool { return o.kind == fault && o.phys.parts[i] > 0 })
	})
}

// quick is what a cause adds to the likelihood of its own tallies, the rest as
// it stands.
func (sc *scene) quick(f *fitted, c *cause) float64 {
	sev := sc.firstSeverity(f, c)
	for range 4 {
		num, den := 0.0, 0.0
		for j := range c.falls {
			s := &c.falls[j]
			x, p := &f.packs[s.k], &sc.packs[s.k]
			own := sev * p.pot
			pull := 1 / (1 + (x.vari+spreadOwn*own*own)/(x.total+own))
			if f.uneven[s.k] || s.cuts != nil {
				num += pull * sc.asked(sc.spread(f, s.k), s, sev)
			} else {
				num += pull * s.w * p.y / (x.total + sev*s.w)
			}
			den += pull * s.w
		}
		if den > 0 {
			sev *= num / den
		}
	}
	return sc.shift(f, c.falls, sev, spreadOwn)
}
