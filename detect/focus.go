package detect

import (
	"math"
	"slices"

	"tocsin/evidence"
)

// Figures of FOCuS; see DESIGN.md.
const (
	focusRatio    = 1.5      // smallest ratio of interest
	focusWatch    = 8.0      // nats: about 25 to 80 false alarms a series-year
	focusPossible = 12.0     // nats: 1 to 2
	focusLongest  = 3 * 3600 // seconds: beyond, the baseline has drifted
)

// FOCuSOptions are the settings of a [FOCuS]. A zero field takes its default.
type FOCuSOptions struct {
	Ratio    float64 // smallest ratio of seen to expected that is of interest; 1.5
	Watch    float64 // nats at which Warning begins; 8
	Possible float64 // nats at which Critical begins; 12
	Longest  int64   // seconds an onset may lie back; 10,800
}

// Change is the likeliest rise that a [FOCuS] sees. Its zero value is none.
type Change struct {
	Score float64 // log-likelihood ratio against no change, in nats
	Onset int64   // start of the first bin of the rise, in seconds since 1970
	Seen  float64 // counted since then, deflated
	Due   float64 // expected since then, deflated
}

// FOCuS finds the likeliest rise of a Poisson count that ends now: over all
// onsets not older than Longest, and all ratios from Ratio upwards, the largest
//
//	seen·ln(ratio) − (ratio − 1)·expected
//
// It is exact: it says what trying every onset would say. What makes it fast is
// that most onsets can never again be the best. An onset is dropped for good
// when one after it is better whatever comes (whoever starts later lives longer,
// so the age limit changes nothing), and is skipped while it lies inside the
// convex hull of the others.
//
// It is not safe for concurrent use.
type FOCuS struct {
	opt      FOCuSOptions
	logRatio float64
	critical float64 // (ratio − 1)/ln(ratio): at fewer per expected one, an onset is worth nothing

	seen, due float64 // sums since the last time that nothing was suspected
	points    []onset // of onsets that may yet be the best, oldest first, from head on
	head      int
	hull      []int32 // places in points of those that can be the best now, oldest first, from linked on
	linked    int     // before it, next holds what can be the best
	next      []int32 // of a point, the one after it on the hull of all up to linked
	last      Change
}

// onset is a moment at which a rise may have begun.
type onset struct {
	at        int64   // start of the first bin of the rise
	seen, due float64 // the sums before it
	best      float64 // Score just before it: what an older onset can have gained by then
}

// NewFOCuS makes one that has seen nothing.
func NewFOCuS(o FOCuSOptions) *FOCuS {
	f := &FOCuS{}
	f.init(o)
	return f
}

func (f *FOCuS) init(o FOCuSOptions) {
	if !(o.Ratio > 1) {
		o.Ratio = focusRatio
	}
	if o.Watch == 0 {
		o.Watch = focusWatch
	}
	if o.Possible == 0 {
		o.Possible = focusPossible
	}
	if o.Longest == 0 {
		o.Longest = focusLongest
	}
	f.opt = o
	f.logRatio = math.Log(o.Ratio)
	f.critical = (o.Ratio - 1) / f.logRatio
}

// Reset forgets every onset.
func (f *FOCuS) Reset() {
	f.seen, f.due, f.head, f.linked, f.last = 0, 0, 0, 0, Change{}
	f.points, f.hull = f.points[:0], f.hull[:0]
}

// Step takes the bin that starts at a time (seconds since 1970, later than the
// one before) with what was counted and what was due in it, both divided by the
// dispersion where a series is more than Poisson. Due is positive; a count below
// zero or not finite counts as zero.
func (f *FOCuS) Step(at int64, seen, due float64) Change {
	if !(seen >= 0 && seen <= math.MaxFloat32) {
		seen = 0
	}
	if !(due >= math.SmallestNonzeroFloat32 && due <= math.MaxFloat32) {
		due = math.SmallestNonzeroFloat32
	}
	if f.head < len(f.points) && at-f.points[f.head].at > f.opt.Longest {
		f.drop(at)
	}
	start := onset{at: at, seen: f.seen, due: f.due, best: f.last.Score}
	f.seen += seen
	f.due += due
	if height := f.height(f.seen, f.due); f.height(start.seen, start.due) < height {
		f.hull = append(f.hull, int32(len(f.points)))
		f.points = append(f.points, start)
	} else if f.prune(height); f.head == len(f.points) {
		f.Reset()
		return f.last
	}
	f.skip()
	f.last = f.best()
	return f.last
}

// Level places the newest change; shift raises both thresholds.
func (f *FOCuS) Level(shift float64) evidence.Level {
	switch {
	case f.last.Score >= f.opt.Possible+shift:
		return evidence.Critical
	case f.last.Score >= f.opt.Watch+shift:
		return evidence.Warning
	}
	return evidence.Normal
}

// drop drops onsets that are too old. What only they hid may count again: of the
// hull that grows at its newer end, that can't be told. So now and then, when all
// that were linked have gone, the onsets are linked the other way round: to the
// next that counts if this one is the oldest.
func (f *FOCuS) drop(now int64) {
	for f.head < len(f.points) && now-f.points[f.head].at > f.opt.Longest {
		f.head++
	}
	if f.head < f.linked {
		return
	}
	n := copy(f.points, f.points[f.head:])
	f.points, f.hull, f.head, f.linked = f.points[:n], f.hull[:0], 0, n
	f.next = slices.Grow(f.next[:0], n)[:n]
	for i := n - 1; i >= 0; i-- {
		p, k := &f.points[i], i+1
		for k < n && int(f.next[k]) < n {
			top, after := &f.points[k], &f.points[f.next[k]]
			if (after.seen-p.seen)*(top.due-p.due) > (top.seen-p.seen)*(after.due-p.due) {
				break
			}
			k = int(f.next[k])
		}
		f.next[i] = int32(k)
	}
}

// height is how much more was seen than is worth nothing.
func (f *FOCuS) height(seen, due float64) float64 { return seen - f.critical*due }

// prune drops the onsets since which less was seen than is worth anything: a
// start right now is better than they are, whatever comes.
func (f *FOCuS) prune(height float64) {
	n := len(f.points)
	for n > f.head && !(f.height(f.points[n-1].seen, f.points[n-1].due) < height) {
		n--
	}
	f.points, f.linked = f.points[:n], min(f.linked, n)
	h := len(f.hull)
	for h > 0 && int(f.hull[h-1]) >= n {
		h--
	}
	f.hull = f.hull[:h]
}

// skip takes from the hull each newest onset since which the rate was no higher
// than since the one before it.
func (f *FOCuS) skip() {
	n := len(f.hull)
	for ; n > 1; n-- {
		top, next := &f.points[f.hull[n-1]], &f.points[f.hull[n-2]]
		if (f.seen-top.seen)*(f.due-next.due) > (f.seen-next.seen)*(f.due-top.due) {
			break
		}
	}
	f.hull = f.hull[:n]
}

// best looks at all onsets that can be the best, the linked ones first: in a long
// rise the oldest is the best or nearly so. On the hull it walks from the newest
// onset back. An older one can't have gained more before a point than best says
// there, nor more after it than the point itself. Of equals, the newest is taken.
func (f *FOCuS) best() Change {
	var old, c Change
	var b bar
	for i, since, usual := f.head, 0.0, 1.0; i < f.linked; i = int(f.next[i]) {
		p := &f.points[i]
		seen, due := f.seen-p.seen, f.due-p.due
		if seen*usual < since*due {
			break // the hull bends away: from here on the rate only falls
		}
		if since, usual = seen, due; b.above(seen, due) {
			continue
		}
		if score := f.score(seen, due); score > 0 && score >= old.Score {
			old = Change{Score: score, Onset: p.at, Seen: seen, Due: due}
			b.raise(f, score, seen, due)
		}
	}
	for i, at := range slices.Backward(f.hull) {
		p := &f.points[at]
		seen, due := f.seen-p.seen, f.due-p.due
		if b.above(seen, due) {
			continue
		}
		score := f.score(seen, due)
		if score > c.Score {
			c = Change{Score: score, Onset: p.at, Seen: seen, Due: due}
		}
		if p.best+score <= c.Score {
			break
		}
		if i > 0 {
			b.raise(f, score, seen, due)
		}
	}
	if c.Score < old.Score {
		return old
	}
	return c
}

// bar is a score that others are held against, without a logarithm of their own.
// The zero value lets all pass.
type bar struct {
	score float64
	// The logarithm of a ratio is below its tangent at that of the bar.
	k, slope float64
}

// raise sets the bar at the score of a count, if that is higher and the ratio of
// interest, so that ln(seen/due) is in the score.
func (b *bar) raise(f *FOCuS, score, seen, due float64) {
	if score > b.score && seen > f.opt.Ratio*due {
		b.score = score * (1 - 1e-12) // equals pass
		b.k, b.slope = (score-due)/seen-1, due/seen
	}
}

// above tells of most counts that don't reach the bar that they don't. With r for
// the best ratio, ln r < (r−1)(r+5)/(4r+2) where r > 1 (Topsøe, 2007), so that a
// score is less than (seen−due)²(seen+2due) / 2due(2seen+due); and ln r is not above its
// tangent at the ratio of the bar.
func (b *bar) above(seen, due float64) bool {
	over := seen - due
	return over*over*(seen+2*due) < 2*due*b.score*(2*seen+due) ||
		due*(seen*b.k+due)+seen*seen*b.slope < due*b.score
}

// score is the log-likelihood ratio at the best ratio that is of interest.
func (f *FOCuS) score(seen, due float64) float64 {
	if seen > f.opt.Ratio*due {
		return seen*logRatio(seen, due) - (seen - due)
	}
	return seen*f.logRatio - (f.opt.Ratio-1)*due
}

// logRatio is ln(a/b) of positive numbers, to the last digits but one, in two thirds
// of the time of [math.Log]: with b brought near to a by a power of two, it is
// 2·artanh((a−b)/(a+b)), whose series is short there, and one division is all.
func logRatio(a, b float64) float64 {
	const one, bits = 1023, 52
	k := (int64(math.Float64bits(a)) - int64(math.Float64bits(b)) + 1<<(bits-1)) >> bits
	b *= math.Float64frombits(uint64(k+one) << bits)
	s := (a - b) / (a + b)
	z := s * s
	w := z * z
	low := 2./3 + z*(2./5) + w*(2./7+z*(2./9))
	high := 2./11 + z*(2./13) + w*(2./15+z*(2./17)) + w*w*(2./19+z*(2./21))
	return float64(k)*math.Ln2 + (2*s + s*z*(low+w*w*high))
}
