package evaluate

import (
	"slices"
	"time"

	"tocsin/catalog"
)

// again is how soon, in minutes, what was told as over and then told anew is a
// relapse and no new incident.
const again = 60

// alarm is one incident of a carrier as a method told it.
type alarm struct {
	org      catalog.OrgID
	told     int // minute
	sure     int // minute; -1: never
	relapses int
}

// trail follows what a method tells.
type trail struct {
	alarms []alarm
	open   map[catalog.OrgID]int // the alarm that stands, by its place
	ended  map[catalog.OrgID]int // the minute at which the last one ended
	points []forecast
}

func newTrail() *trail {
	return &trail{open: map[catalog.OrgID]int{}, ended: map[catalog.OrgID]int{}}
}

// minute takes what is told of a carrier in a minute.
func (t *trail) minute(org catalog.OrgID, minute int, s stance) {
	i, known := t.open[org]
	end, over := t.ended[org]
	switch {
	case !s.told && known && !over:
		t.ended[org] = minute
	case s.told && known && over && minute-end <= again:
		delete(t.ended, org)
		t.alarms[i].relapses++
	case s.told && (!known || over):
		delete(t.ended, org)
		i = len(t.alarms)
		t.open[org] = i
		t.alarms = append(t.alarms, alarm{org: org, told: minute, sure: -1})
	}
	if s.told && s.sure && t.alarms[i].sure < 0 {
		t.alarms[i].sure = minute
	}
}

// fused is how a method did in one world.
type fused struct {
	truths, hits         float64 // true failures; those told in time
	alarms, right        float64
	wrong, wrongSure     float64 // of carriers that stood
	relapses             float64
	suspected, confirmed []float64 // minutes, by true failure
	points               []forecast
}

// score holds a trail against the truth. Each failure takes the first alarm that
// is in time; a later one about it is a late one, no accusation.
func (t *trail) score(w *World) fused {
	f := fused{truths: float64(len(w.Truth)), alarms: float64(len(t.alarms)), points: t.points}
	taken := make([]bool, len(t.alarms))
	for _, truth := range w.Truth {
		onset := int(truth.Onset.Sub(w.From) / time.Minute)
		told, sure := float64(longest), float64(longest)
		hit := false
		for i, a := range t.alarms {
			if a.org != truth.Node.Owner() || a.told < onset-soonEarly {
				continue
			}
			if !hit && !taken[i] && a.told <= onset+soonLate {
				hit, taken[i] = true, true
				f.hits++
				f.right++
			}
			told = min(told, max(0, float64(a.told-onset)))
			if a.sure >= 0 {
				sure = min(sure, max(0, float64(a.sure-onset)))
			}
		}
		f.suspected, f.confirmed = append(f.suspected, told), append(f.confirmed, sure)
	}
	for _, a := range t.alarms {
		f.relapses += float64(a.relapses)
		guilty := slices.ContainsFunc(w.Truth, func(truth Failure) bool {
			return truth.Node.Owner() == a.org && a.told >= int(truth.Onset.Sub(w.From)/time.Minute)-soonEarly
		})
		if guilty {
			continue
		}
		f.wrong++
		if a.sure >= 0 {
			f.wrongSure++
		}
	}
	return f
}

// fusionRows adds up some worlds, method by method.
func fusionRows(scenario string, worlds []playedWorld, seed uint64) []FusionRow {
	var rows []FusionRow
	for m, f := range fusers() {
		var of []fused
		for _, w := range worlds {
			of = append(of, w.marks[m])
		}
		rows = append(rows, fusionRow(scenario, f.name, of, chance(seed, "bootstrap")))
	}
	return rows
}

func fusionRow(scenario, method string, of []fused, d *dice) FusionRow {
	r := FusionRow{Scenario: scenario, Method: method, Worlds: len(of)}
	var points []forecast
	var suspected, confirmed []float64
	var truths, hits, alarms, right float64
	briers := make([]float64, len(of))
	for i, f := range of {
		truths, hits, alarms, right = truths+f.truths, hits+f.hits, alarms+f.alarms, right+f.right
		r.Relapses += f.relapses
		r.False += f.wrong
		r.FalseConfirmed += f.wrongSure
		suspected, confirmed = append(suspected, f.suspected...), append(confirmed, f.confirmed...)
		points = append(points, f.points...)
		for _, p := range f.points {
			briers[i] += (p.p - p.y) * (p.p - p.y) / float64(len(f.points))
			r.LogLoss += logLoss(p.p, p.y)
		}
		r.Brier += briers[i]
	}
	n := max(1, float64(len(of)))
	r.Relapses, r.False, r.FalseConfirmed, r.Brier = r.Relapses/n, r.False/n, r.FalseConfirmed/n, r.Brier/n
	r.LogLoss /= max(1, float64(len(points)))
	r.Truths = int(truths)
	r.Precision, r.Recall = part(right, alarms), part(hits, truths)
	if r.Precision+r.Recall > 0 {
		r.F1 = 2 * r.Precision * r.Recall / (r.Precision + r.Recall)
	}
	r.Suspected, r.Confirmed = delay(suspected), delay(confirmed)
	r.Reliability = reliability(points)
	r.Murphy = murphy(r.Reliability)
	r.BrierRange = bootstrap(d, len(of), func(i int) float64 { return briers[i] })
	return r
}

// delay sorts the minutes.
func delay(minutes []float64) Delay {
	slices.Sort(minutes)
	return Delay{quantile(minutes, 0.5), quantile(minutes, 0.9)}
}
