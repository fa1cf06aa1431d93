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
	hull      []int32 // places in points of those that can be the best now, oldest first
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
	f.seen, f.due, f.head, f.last = 0, 0, 0, Change{}
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
	f.expire(at)
	f.push(onset{at: at, seen: f.seen, due: f.due, best: f.last.Score})
	f.seen += seen
	f.due += due
	f.prune()
	if f.head == len(f.points) {
		f.Reset()
		return f.last
	}
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

// expire drops onsets that are too old. What they hid may count again, so the
// hull is made anew; that happens only when a rise is older than Longest.
func (f *FOCuS) expire(now int64) {
	before := f.head
	for f.head < len(f.points) && now-f.points[f.head].at > f.opt.Longest {
		f.head++
	}
	if f.head == before {
		return
	}
	if f.head*2 >= len(f.points) {
		f.points = f.points[:copy(f.points, f.points[f.head:])]
		f.head = 0
	}
	f.hull = f.hull[:0]
	for i := f.head; i < len(f.points); i++ {
		f.skip(f.points[i].seen, f.points[i].due)
		f.hull = append(f.hull, int32(i))
	}
}

func (f *FOCuS) push(o onset) {
	f.points = append(f.points, o)
	f.hull = append(f.hull, int32(len(f.points)-1))
}

// prune drops the onsets since which less was seen than is worth anything: a
// start right now is better than they are, whatever comes. Then the hull closes.
func (f *FOCuS) prune() {
	height := f.seen - f.critical*f.due
	for n := len(f.points); n > f.head; n-- {
		p := &f.points[n-1]
		if p.seen-f.critical*p.due < height {
			break
		}
		f.points = f.points[:n-1]
		if h := len(f.hull); h > 0 && int(f.hull[h-1]) == n-1 {
			f.hull = f.hull[:h-1]
		}
	}
	f.skip(f.seen, f.due)
}

// skip takes from the hull each newest onset since which the rate was no higher
// than since the one before it.
func (f *FOCuS) skip(seen, due float64) {
	for n := len(f.hull); n > 1; n-- {
		top, next := &f.points[f.hull[n-1]], &f.points[f.hull[n-2]]
		if (seen-top.seen)*(due-next.due) > (seen-next.seen)*(due-top.due) {
			break
		}
		f.hull = f.hull[:n-1]
	}
}

// best walks the hull from the newest onset back. An older one can't have gained
// more before a point than best says there, nor more after it than the point
// itself.
func (f *FOCuS) best() Change {
	var c Change
	for _, at := range slices.Backward(f.hull) {
		p := &f.points[at]
		seen, due := f.seen-p.seen, f.due-p.due
		score := f.score(seen, due)
		if score > c.Score {
			c = Change{Score: score, Onset: p.at, Seen: seen, Due: due}
		}
		if p.best+score <= c.Score {
			break
		}
	}
	return c
}

// score is the log-likelihood ratio at the best ratio that is of interest.
func (f *FOCuS) score(seen, due float64) float64 {
	if ratio := seen / due; ratio > f.opt.Ratio {
		return seen*math.Log(ratio) - (seen - due)
	}
	return seen*f.logRatio - (f.opt.Ratio-1)*due
}
