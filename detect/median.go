package detect

import (
	"slices"
	"time"

	"tocsin/evidence"
)

// IODA's figures, from its own sources; see DESIGN.md.
const (
	warmUp     = time.Hour // history before the first reading
	leastCount = 20        // no reading when less is expected: the ratio would be noise
	// Between these ratios a value joins the history as it is; outside, the
	// prediction joins in its place, so that an outage isn't learned.
	inpaintBelow = 0.8
	inpaintAbove = 2.0
)

// leastSamples is the smallest history whose median one odd value can't decide.
const leastSamples = 3

// maxSamples bounds a history: seven days of five-minute bins.
const maxSamples = 2016

// settings of a detector against a sliding median.
type settings struct {
	method  string
	history time.Duration
	bands   bands
}

// median compares each value with the median of what came before it.
type median struct {
	settings
	run
	window window
	// departed is since when values are outside the inpainting band; zero when
	// the last one was inside.
	departed time.Time
}

func newMedian(s settings) *median {
	return &median{
		settings: s,
		run:      run{method: s.method, rise: s.bands.rise},
		window:   newWindow(s.history, maxSamples),
	}
}

// newIODARoutes is IODA's rule for visible prefixes.
func newIODARoutes() Detector {
	return newMedian(settings{method: "ioda-bgp", history: 24 * time.Hour, bands: bands{warning: 0.99, critical: 0.5}})
}

// newIODAProbing is IODA's rule for answering /24 blocks.
func newIODAProbing() Detector {
	return newMedian(settings{method: "ioda-probing", history: 7 * 24 * time.Hour, bands: bands{warning: 0.8, critical: 0.5}})
}

// newCounts watches counts of routing messages. Its bands are our own choice,
// for a signal that is only context.
func newCounts() Detector {
	return newMedian(settings{method: "count-bands", history: 24 * time.Hour, bands: bands{warning: 2, critical: 4, rise: true}})
}

// Step compares the value with the history, then lets the history learn.
func (m *median) Step(o *evidence.Observation) *evidence.Reading {
	if m.old(o) {
		return &m.last
	}
	if absent(o) {
		return m.read(o, 0, 0, evidence.Blind)
	}
	m.window.expire(o.At)
	if !m.window.warm(o.At) {
		m.window.add(o.At, o.Value)
		return m.read(o, o.Value, 0, evidence.Blind)
	}
	expected := m.window.median()
	if expected < leastCount {
		m.window.add(o.At, o.Value)
		return m.read(o, o.Value, expected, evidence.Blind)
	}
	m.window.add(o.At, m.learn(o, expected))
	return m.read(o, o.Value, expected, m.bands.level(o.Value, expected))
}

// learn is what joins the history for an observation: its value, or while it
// departs the prediction.
func (m *median) learn(o *evidence.Observation, expected float64) float64 {
	if ratio := o.Value / expected; ratio >= inpaintBelow && ratio <= inpaintAbove {
		m.departed = time.Time{}
		return o.Value
	}
	if m.departed.IsZero() {
		m.departed = o.At
	}
	if o.At.Sub(m.departed) > acceptAfter {
		return o.Value
	}
	return expected
}

// sample is one value of a window, at nanoseconds since 1970.
type sample struct {
	at    int64
	value float64
}

// window is a sliding history that knows its median. It holds the samples twice:
// in order of time in a ring, and their values in order of size. Adding one is a
// binary search and a move of at most 16 kB, which beats two heaps at this size
// and is easier to believe.
type window struct {
	span   int64
	ring   []sample
	head   int // of the oldest sample
	count  int
	sorted []float64
}

func newWindow(span time.Duration, capacity int) window {
	return window{span: int64(span), ring: make([]sample, capacity), sorted: make([]float64, 0, capacity)}
}

// expire drops what is as old as the span, seen from a time.
func (w *window) expire(now time.Time) {
	for w.count > 0 && now.UnixNano()-w.ring[w.head].at >= w.span {
		w.drop()
	}
}

// drop forgets the oldest sample.
func (w *window) drop() {
	i, _ := slices.BinarySearch(w.sorted, w.ring[w.head].value)
	w.sorted = slices.Delete(w.sorted, i, i+1)
	w.head = (w.head + 1) % len(w.ring)
	w.count--
}

// add joins a sample that is newer than all others. A full window forgets its
// oldest.
func (w *window) add(at time.Time, value float64) {
	if w.count == len(w.ring) {
		w.drop()
	}
	w.ring[(w.head+w.count)%len(w.ring)] = sample{at.UnixNano(), value}
	w.count++
	i, _ := slices.BinarySearch(w.sorted, value)
	w.sorted = slices.Insert(w.sorted, i, value)
}

// warm tells whether there is history enough to judge a value at a time.
func (w *window) warm(at time.Time) bool {
	return w.count >= leastSamples && at.UnixNano()-w.ring[w.head].at >= int64(warmUp)
}

// median is the nearest-rank median: the smallest value that at least half of
// the samples don't exceed. The window is not empty.
func (w *window) median() float64 { return w.sorted[(w.count+1)/2-1] }
