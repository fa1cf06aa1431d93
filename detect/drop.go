package detect

import (
	"math"
	"time"

	"tocsin/evidence"
)

// Figures of the sustained-drop rule; see DESIGN.md.
const (
	dropStep   = 0.2  // the drop that the sum weighs against none
	dropNoise  = 0.05 // deviation of the ratio from 1, before any was learned
	noiseWorth = 60.0 // bins that it is worth
	noiseKeep  = 1 - 1.0/2000
	dropClip   = 4.0   // nats a minute may add: the bound of the traffic plane
	dropBin    = 3.0   // minutes' worth that one bin may add, at most
	dropMost   = 100.0 // nats; beyond, nothing can become surer
)

// drop finds a sustained fall of a ratio to the expected: a sum of clipped
// log-likelihood ratios of "a fifth less" against "as expected". One odd minute
// is never enough.
type drop struct {
	run
	bin     float64 // minutes
	squares float64 // of the ratio's deviation, faded
	bins    float64 // faded
	sum     float64 // nats for a drop
	calm    float64 // nats for the end of one
	since   time.Time
	alarmed bool
}

func (d *drop) init(method string) {
	d.run = run{method: method}
	d.squares, d.bins = dropNoise*dropNoise*noiseWorth, noiseWorth
}

// newDrop judges a series whose observer has divided by the expected value.
func newDrop() Detector {
	d := &drop{}
	d.init("sustained-drop")
	return d
}

// Step compares the value with 1.
func (d *drop) Step(o *evidence.Observation) *evidence.Reading {
	if d.old(o) {
		return &d.last
	}
	if absent(o) {
		return d.read(o, 0, 0, evidence.Blind)
	}
	return d.tell(o, d.weigh(o, 1), d.since)
}

// weigh judges a value against what was expected of it, which is positive.
func (d *drop) weigh(o *evidence.Observation, expected float64) finding {
	if d.started {
		gap := o.At.Sub(d.last.At).Minutes()
		if d.bin == 0 || gap < d.bin {
			d.bin = gap
		}
	}
	ratio := o.Value / expected
	most := dropClip * max(1, min(d.bin, dropBin))
	worth := dropStep / (d.squares / d.bins) * (1 - ratio - dropStep/2)
	worth = max(-most, min(worth, most))
	if d.sum == 0 {
		d.since = o.At
	}
	d.sum = max(0, min(d.sum+worth, dropMost))
	level := evidence.Normal
	switch {
	case d.sum >= focusPossible && ratio < 0.5:
		level = evidence.Critical
	case d.sum >= focusWatch && ratio < inpaintBelow:
		level = evidence.Warning
	}
	if d.alarmed {
		d.calm = max(0, d.calm-worth)
		if d.calm >= focusWatch && ratio >= inpaintBelow {
			d.sum, level = 0, evidence.Normal
		} else {
			level = max(level, evidence.Warning)
		}
	}
	d.learn(1-ratio, level)
	return finding{value: o.Value, expected: expected, score: d.sum, level: level}
}

// learn takes the deviation as noise, unless it is a drop.
func (d *drop) learn(off float64, level evidence.Level) {
	if d.alarmed = level >= evidence.Warning; d.alarmed {
		return
	}
	d.calm = 0
	off = min(math.Abs(off), dropStep) // a drop that is building up
	d.squares = max(noiseKeep*d.squares+off*off, dropFloor*d.bins)
	d.bins = noiseKeep*d.bins + 1
}

// dropFloor is the least variance: no traffic is predicted better than to 2 %.
const dropFloor = 0.02 * 0.02
