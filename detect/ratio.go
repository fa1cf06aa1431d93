package detect

import "tocsin/evidence"

// ratio judges a series whose observer has divided by the expected value: 1 is
// normal, so there is no history to learn.
type ratio struct {
	run
	bands bands
}

// newRatio borrows its bands from IODA: below 0.8 a value no longer counts as
// normal there, and below 0.5 its routes and probes are critical.
func newRatio() Detector {
	return &ratio{
		run:   run{method: "ratio-bands"},
		bands: bands{warning: inpaintBelow, critical: 0.5},
	}
}

// Step compares the value with 1.
func (r *ratio) Step(o *evidence.Observation) *evidence.Reading {
	if r.old(o) {
		return &r.last
	}
	if absent(o) {
		return r.read(o, 0, 0, evidence.Blind)
	}
	return r.read(o, o.Value, 1, r.bands.level(o.Value, 1))
}
