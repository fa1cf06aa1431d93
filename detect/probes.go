package detect

import (
	"math"
	"time"

	"tocsin/evidence"
)

// Trinocular's figures, from CAIDA's program; see DESIGN.md.
const (
	lossRate     = 0.01                 // of probes that the way loses
	strayBlock   = (1 - lossRate) / 256 // chance that a /24 that is down answers
	strayTarget  = 0.001                // that a single endpoint that is down answers
	leastBelief  = 0.01                 // belief stays within this and its complement
	believesUp   = 0.9                  // above, up
	believesDown = 0.1                  // below, down; between, unknown
	probeRound   = 600                  // seconds
	probeBudget  = 14                   // adaptive probes a round
	recoverShare = 0.2                  // of recoveries that recovery probes may miss
	leastAnswer  = 0.1                  // a sparser block can't be judged by single probes
	firstAnswer  = 0.9                  // chance of an answer, before any was learned
	answerWorth  = 20.0                 // probes that it is worth
	answerMemory = 500.0                // probes
)

// BeliefOptions are what is known of a target. Zero fields take their defaults.
type BeliefOptions struct {
	Answer float64 // long-term chance of an answer while up; 0.9, then learned
	Block  bool    // the target is a /24 block and not a single endpoint
}

// Trinocular watches one target from one vantage by single probes: each
// observation is one probe, 1 when it was answered and 0 when not. It keeps the
// belief that the target is up, which is also the Value of its readings against
// an Expected of 1. A belief in between reads Blind: more probes will tell, see
// [Trinocular.Advice].
type Trinocular struct {
	run
	stray   float64
	up      float64   // the belief
	replies float64   // faded
	probes  float64   // faded
	silent  time.Time // the first probe since the newest answer
	round   int64
	used    int // probes of this round
	down    int // rounds since it went down
}

// NewTrinocular makes one that believes its target up.
func NewTrinocular(o BeliefOptions) *Trinocular {
	worth := answerMemory
	if !(o.Answer > 0 && o.Answer <= 1) {
		o.Answer, worth = firstAnswer, answerWorth
	}
	t := &Trinocular{
		run: run{method: "trinocular"}, stray: strayTarget, up: 1 - leastBelief,
		replies: o.Answer * worth, probes: worth,
	}
	if o.Block {
		t.stray = strayBlock
	}
	return t
}

func newTrinocular() Detector { return NewTrinocular(BeliefOptions{}) }

// answer is the chance of a reply while up. The way's loss bounds it, so that no
// single probe can settle anything.
func (t *Trinocular) answer() float64 {
	return max(leastAnswer, min(t.replies/t.probes, 1-lossRate))
}

// Believe gives the belief that a target is up after a probe, from that before:
// answer is the chance of a reply while up, stray while down.
func Believe(up, answer, stray float64, replied bool) float64 {
	down := 1 - up
	if replied {
		down, up = stray*down, answer*up
	} else {
		down, up = (1-stray)*down, (1-answer)*up
	}
	return max(leastBelief, min(up/(up+down), 1-leastBelief))
}

// Step takes one probe.
func (t *Trinocular) Step(o *evidence.Observation) *evidence.Reading {
	if t.old(o) {
		return &t.last
	}
	if absent(o) {
		return t.read(o, 0, 0, evidence.Blind)
	}
	replied := o.Value >= 0.5
	t.count(floorDiv(o.At.Unix(), probeRound))
	before := t.up
	t.up = Believe(t.up, t.answer(), t.stray, replied)
	if before > believesUp {
		keep := min(1-1/answerMemory, (answerMemory-1)/max(t.probes, 1))
		t.probes = t.probes*keep + 1
		t.replies *= keep
		if replied {
			t.replies++
		}
	}
	if replied {
		t.silent = time.Time{}
	} else if t.silent.IsZero() {
		t.silent = o.At
	}
	f := finding{value: t.up, expected: 1, level: evidence.Blind}
	switch {
	case t.sparse():
	case t.up > believesUp:
		f.level, t.down = evidence.Normal, 0
	case t.up < believesDown:
		f.level, f.score = evidence.Critical, math.Log((1-t.up)/t.up)
	}
	return t.tell(o, f, t.silent)
}

// count tells the rounds.
func (t *Trinocular) count(round int64) {
	if round != t.round {
		if t.started && t.up < believesDown {
			t.down++
		}
		t.round, t.used = round, 0
	}
	t.used++
}

// sparse tells whether the target answers too seldom.
func (t *Trinocular) sparse() bool { return t.replies/t.probes < leastAnswer }

// Advice is what to probe next, beside the one probe of every round.
type Advice struct {
	// Probes are how many more probes this round may take. Stop at the first
	// reading that isn't Blind.
	Probes int
	// Scan asks for all addresses of the block in turn: it answers so seldom that
	// a verdict has to wait for the whole block (full block scanning).
	Scan bool
}

// Advice says what to probe after the newest observation.
func (t *Trinocular) Advice() Advice {
	switch {
	case t.sparse():
		return Advice{Scan: true}
	case t.up > believesUp:
		return Advice{}
	case t.up >= believesDown:
		return Advice{Probes: max(0, probeBudget-t.used)}
	case t.down < 1, t.down > 4 && t.down != 8 && t.down%16 != 0:
		return Advice{} // down, and backing off
	}
	enough := math.Ceil(math.Log(recoverShare) / math.Log(1-t.answer()))
	return Advice{Probes: max(0, min(int(enough), probeBudget+1)-t.used)}
}
