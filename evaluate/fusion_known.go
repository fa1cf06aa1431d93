package evaluate

import (
	"math"
	"time"

	"tocsin/evidence"
	"tocsin/pipeline"
)

// known is a detector of one series that knows what is expected of it, so that
// fusion is judged by itself and needs no month to learn. It reads as
// [World].Input does, bin after bin.
type known struct {
	all    map[evidence.SeriesID]*Series
	from   time.Time
	s      *Series
	next   int // the bin after the last that was heard
	value  float64
	usual  float64
	begin  int
	read   evidence.Reading
	nobody bool // no series of the world
}

// knowing makes the detectors of a world and keeps them in a list.
func (w *World) knowing(list *[]*known) func(evidence.SeriesID) pipeline.Detector {
	all := map[evidence.SeriesID]*Series{}
	for i := range w.Series {
		all[w.Series[i].ID] = &w.Series[i]
	}
	return func(evidence.SeriesID) pipeline.Detector {
		k := &known{all: all, from: w.From}
		*list = append(*list, k)
		return k
	}
}

// Step takes the next bin; one that was taken already changes nothing.
func (k *known) Step(o *evidence.Observation) *evidence.Reading {
	if k.s == nil && !k.nobody {
		k.s = k.all[o.Series]
		k.nobody = k.s == nil
		k.read = evidence.Reading{Series: o.Series, Basis: o.Basis}
	}
	if k.nobody {
		return &k.read
	}
	b := int(o.At.Sub(k.from) / k.s.Step)
	if b != k.next || b >= len(k.s.Values) {
		return &k.read
	}
	k.next++
	k.read.At, k.read.Heard = o.At, o.Heard
	if k.s.ID.Measure.Plane() == evidence.PlaneCrowd {
		k.count(b)
	} else {
		k.gauge(b)
	}
	k.read.Onset = time.Time{}
	if k.read.Level > evidence.Normal {
		k.read.Onset = k.from.Add(time.Duration(k.begin) * k.s.Step)
	}
	return &k.read
}

// count is [counted], one bin further.
func (k *known) count(b int) {
	s, r := k.s, &k.read
	r.Method = "reports-15m"
	k.value += s.Values[b]
	k.usual += s.Expected[b]
	if b >= window {
		k.value -= s.Values[b-window]
		k.usual -= s.Expected[b-window]
	}
	was := r.Level
	r.Level = loud(k.value, k.usual)
	switch {
	case r.Level <= evidence.Normal:
		r.Peak = 0
	case was <= evidence.Normal:
		k.begin = b
		r.Peak = k.value / max(k.usual, 1e-3)
	default:
		r.Peak = max(r.Peak, k.value/max(k.usual, 1e-3))
	}
	r.Value, r.Expected = math.Round(k.value), max(0, k.usual)
}

// gauge is [gauged], one bin further.
func (k *known) gauge(b int) {
	s, r := k.s, &k.read
	r.Method = "bands"
	r.Value, r.Expected = s.Values[b], s.Expected[b]
	was, ratio := r.Level, s.Values[b]/s.Expected[b]
	switch {
	case ratio < halfGone:
		r.Level = evidence.Critical
	case ratio < warns(s.ID.Measure):
		r.Level = evidence.Warning
	default:
		r.Level, r.Peak = evidence.Normal, 0
		return
	}
	if was <= evidence.Normal {
		k.begin, r.Peak = b, ratio
	}
	r.Peak = min(r.Peak, ratio)
}

// minutes gives what is heard of a world in each of its minutes.
func (w *World) minutes() []evidence.Heard {
	end := int(w.Now.Sub(w.From) / time.Minute)
	out := make([]evidence.Heard, end+1)
	for i := range w.Series {
		s := &w.Series[i]
		h, step := w.feeds[s.ID.Feed], int(s.Step/time.Minute)
		for b, v := range s.Values {
			at := (b+1)*step + h.lag
			if at > end || (b+1)*step > h.died {
				break
			}
			out[at].Observations = append(out[at].Observations, evidence.Observation{
				Series: s.ID, At: w.From.Add(time.Duration(b*step) * time.Minute),
				Heard: w.From.Add(time.Duration(at) * time.Minute), Value: v, Basis: evidence.Measured,
			})
		}
	}
	for _, st := range w.Input.Statements {
		at := int(math.Ceil(st.Heard.Sub(w.From).Minutes()))
		if at = max(0, at); at <= end {
			out[at].Statements = append(out[at].Statements, st)
		}
	}
	return out
}
