package evaluate

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"tocsin/evidence"
	"tocsin/incident"
	"tocsin/pipeline"
)

// QuietOptions say how long nothing happens.
type QuietOptions struct {
	Options
	Days  int
	Learn int // days before them, for the baselines; 0 takes 28
	// Detector is the table of detectors that the program runs.
	Detector func(evidence.SeriesID) pipeline.Detector
}

// Quiet is what the real pipeline made of a time in which nothing failed.
type Quiet struct {
	Seed     uint64 `json:"seed"`
	Days     int    `json:"days"`
	Learning int    `json:"learning_days"` // before these, for the baselines
	Step     string `json:"step"`
	Series   int    `json:"series"`
	// Alarms are the times at which a single series was at Warning or worse
	// after an hour or more of standing below: what would be told if each series
	// spoke for itself.
	Alarms    int     `json:"series_alarms"`
	Suspected int     `json:"suspected"`
	Confirmed int     `json:"confirmed"`
	Public    int     `json:"public_false"` // incidents that a reader would have seen
	Incidents []False `json:"incidents"`
	// Disturbed counts what there was to be misled by.
	Disturbed map[string]int `json:"disturbed"`
}

// False is an incident of something that never happened.
type False struct {
	ID        string   `json:"id"`
	Carrier   string   `json:"carrier"`
	Roots     []string `json:"roots"`
	Suspected string   `json:"suspected"`
	Confirmed string   `json:"confirmed,omitempty"`
	P         float64  `json:"p"`
	During    []string `json:"during"` // what disturbed the evidence then
	Evidence  []string `json:"evidence"`
}

const (
	quietStep  = 5 * time.Minute
	quietLearn = 28 // days: every hour of the week four times
)

// disturbance is something that misleads for a while.
type disturbance struct {
	kind     string
	from, to int // steps
	size     float64
	subjects map[int]float64 // of the crowd: factor on each, or reports of bots
}

// year is a time in which nothing fails, being lived.
type year struct {
	*dice
	s         *stage
	zone      *time.Location
	begin     time.Time
	steps     int
	subjects  []resident
	wires     []wire
	disturbed []disturbance
	active    []int // of disturbed, at the step
	next      int
	mood      float64 // of everybody
}

// resident is one subject's reporting: level and hours of its own.
type resident struct {
	id, own evidence.SeriesID
	level   float64 // reports a step, on an ordinary afternoon
	phase   float64
	share   float64 // through its own network
	mood    float64
	shape   float64
}

// wire is one series of an instrument.
type wire struct {
	id    evidence.SeriesID
	every int // steps
	usual float64
	noise float64
	slow  float64
}

// QuietYear plays a time without any failure, with news, bots, sick collectors
// and vantages, holidays and the change of the clocks, through the pipeline.
func QuietYear(ctx context.Context, o QuietOptions) (Quiet, error) {
	if o.Learn == 0 {
		o.Learn = quietLearn
	}
	y := newYear(&o)
	res := Quiet{Seed: o.Seed, Days: o.Days, Learning: o.Learn, Step: quietStep.String(), Disturbed: map[string]int{}}
	for _, d := range y.disturbed {
		if d.from >= y.step(o.Learn) {
			res.Disturbed[d.kind]++
		}
	}
	var feeds []evidence.Feed
	for id, q := range quiet() {
		feeds = append(feeds, evidence.Feed{ID: id, Quiet: q})
	}
	slices.SortFunc(feeds, func(a, b evidence.Feed) int { return cmp.Compare(a.ID, b.ID) })
	first := y.at(y.step(o.Learn))
	watch := counting{detector: o.Detector, from: first, alarms: &res.Alarms}
	pl := pipeline.New(pipeline.Options{Edition: o.Edition, Feeds: feeds, Detector: watch.make})
	for step := range y.steps {
		if step%288 == 0 {
			if err := ctx.Err(); err != nil {
				return Quiet{}, err
			}
			if o.Progress != nil {
				o.Progress(float64(step) / float64(y.steps))
			}
		}
		now := y.at(step + 1)
		changes, err := pl.Step(now, evidence.Heard{Observations: y.live(step, now)})
		if err != nil {
			return Quiet{}, fmt.Errorf("quiet year, %s: %w", now.Format(time.RFC3339), err)
		}
		if !now.Before(first) {
			res.note(y, changes)
		}
	}
	res.Series = watch.series
	return res, nil
}

// note takes down what the pipeline told.
func (q *Quiet) note(y *year, changes []incident.Change) {
	for _, c := range changes {
		switch c.Op {
		case incident.OpSuspect:
			q.Suspected++
			q.Public++
			f := False{ID: string(c.Incident), Carrier: string(c.Carrier), Suspected: c.At.Format(time.RFC3339), P: c.P}
			for _, n := range c.Roots {
				f.Roots = append(f.Roots, string(n))
			}
			for _, i := range y.active {
				f.During = append(f.During, y.disturbed[i].kind)
			}
			for _, e := range c.Evidence[:min(6, len(c.Evidence))] {
				if e.Series != nil {
					f.Evidence = append(f.Evidence, fmt.Sprintf("%s: %.4g, expected %.4g", e.Series, e.Value, e.Expected))
				}
			}
			q.Incidents = append(q.Incidents, f)
		case incident.OpConfirm:
			q.Confirmed++
			for i := range q.Incidents {
				if q.Incidents[i].ID == string(c.Incident) {
					q.Incidents[i].Confirmed = c.At.Format(time.RFC3339)
				}
			}
		}
	}
}

// counting counts the alarms of single series on their way through.
type counting struct {
	detector func(evidence.SeriesID) pipeline.Detector
	from     time.Time
	alarms   *int
	series   int
}

// listener is a detector with somebody who listens in.
type listener struct {
	of   pipeline.Detector
	c    *counting
	last time.Time // at Warning or worse
}

func (c *counting) make(id evidence.SeriesID) pipeline.Detector {
	c.series++
	d := c.detector(id)
	if d == nil {
		return nil
	}
	return &listener{of: d, c: c}
}

// Step passes an observation on.
func (c *listener) Step(o *evidence.Observation) *evidence.Reading {
	r := c.of.Step(o)
	if r.Level >= evidence.Warning {
		if o.At.Sub(c.last) > time.Hour && !o.At.Before(c.c.from) {
			*c.c.alarms++
		}
		c.last = o.At
	}
	return r
}

func (y *year) step(day int) int { return day * int(24*time.Hour/quietStep) }

func (y *year) at(step int) time.Time { return y.begin.Add(time.Duration(step) * quietStep) }

func newYear(o *QuietOptions) *year {
	s := newStage(survey(o.Edition), o.Edition, o.Edition)
	zone, err := time.LoadLocation(o.Edition.Zone(o.Edition.Root()))
	if err != nil {
		zone = time.UTC
	}
	y := &year{
		dice: chance(o.Seed, "quiet-year"), s: s, zone: zone,
		begin: o.Edition.AsOf().UTC().Truncate(24*time.Hour).AddDate(0, 0, -o.Learn),
	}
	y.steps = y.step(o.Learn + o.Days)
	root := o.Edition.Root()
	for _, sub := range s.subjects {
		r := resident{
			id:    evidence.SeriesID{Feed: FeedCrowd, Measure: evidence.Reports, Subject: evidence.Subject(sub.name), Region: root},
			level: s.everyday * sub.users * y.about(0.5) * quietStep.Minutes(), phase: 0.7 * y.NormFloat64(),
			mood: 1, shape: 1 / (0.1 + 0.2*y.Float64()),
		}
		if sub.node == "" {
			r.own, r.share = r.id, y.beta(0.6, 20)
			r.own.Measure = evidence.ReportsOwn
		}
		y.subjects = append(y.subjects, r)
	}
	for i := range s.networks {
		w := &s.networks[i]
		id := evidence.SeriesID{Feed: FeedRoutes, Measure: evidence.Prefixes, Subject: evidence.Subject(w.name), Region: root}
		y.wires = append(y.wires, wire{id: id, every: 1, usual: max(25, math.Round(300*y.about(1.2))), noise: 0.002})
		id.Feed, id.Measure = FeedTraffic, evidence.Traffic
		y.wires = append(y.wires, wire{id: id, every: 1, usual: 1, noise: 0.02})
		for _, c := range w.cells {
			if blocks := math.Round(s.land.count(c.leaves) / 2000 * y.about(0.5)); blocks >= 25 {
				id := evidence.SeriesID{Feed: FeedProbes, Measure: evidence.Blocks, Subject: evidence.Subject(w.name), Region: c.region}
				y.wires = append(y.wires, wire{id: id, every: 2, usual: blocks, noise: 0.01})
			}
		}
	}
	slices.SortFunc(y.subjects, func(a, b resident) int { return a.id.Compare(b.id) })
	slices.SortFunc(y.wires, func(a, b wire) int { return a.id.Compare(b.id) })
	y.disturb(o.Days + o.Learn)
	return y
}

// disturb draws what misleads, by how often it comes in a month.
func (y *year) disturb(days int) {
	kinds := []struct {
		kind     string
		monthly  float64
		hours    [2]float64
		size     [2]float64
		someBody bool
	}{
		{"news", 2, [2]float64{1, 10}, [2]float64{2, 25}, false},
		{"talk", 8, [2]float64{0.2, 1.5}, [2]float64{2, 8}, true},
		{"bots", 4, [2]float64{0.1, 0.4}, [2]float64{botBlocks * botCap, botBlocks * botCap}, true},
		{"collector-reset", 2, [2]float64{0.1, 0.5}, [2]float64{0.05, 0.6}, false},
		{"dead-vantage", 2, [2]float64{0.5, 12}, [2]float64{0.2, 1}, false},
		{"feed-silent", 2, [2]float64{0.3, 8}, [2]float64{0, 4}, false},
		{"holiday", 0.9, [2]float64{24, 24}, [2]float64{0.5, 0.8}, false},
	}
	perHour := float64(time.Hour / quietStep)
	for _, k := range kinds {
		for range int(y.poisson(k.monthly * float64(days) / 30)) {
			d := disturbance{kind: k.kind, from: y.IntN(y.steps), size: y.between(k.size)}
			d.to = d.from + 1 + int(y.between(k.hours)*perHour)
			if k.someBody || k.kind == "news" {
				d.subjects = map[int]float64{}
				for _, i := range y.crowd(k.kind) {
					d.subjects[i] = d.size * y.about(0.5)
				}
			}
			y.disturbed = append(y.disturbed, d)
		}
	}
	slices.SortFunc(y.disturbed, func(a, b disturbance) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to), cmp.Compare(a.kind, b.kind), cmp.Compare(a.size, b.size))
	})
}

// crowd draws whom a disturbance is about.
func (y *year) crowd(kind string) []int {
	all := make([]int, len(y.subjects))
	for i := range all {
		all[i] = i
	}
	switch kind {
	case "news":
		return all
	case "bots":
		return some(y.dice, all, 1+y.IntN(3))
	}
	return some(y.dice, all, 1)
}

// live draws what is heard of one step.
func (y *year) live(step int, now time.Time) []evidence.Observation {
	for y.next < len(y.disturbed) && y.disturbed[y.next].from <= step {
		y.active = append(y.active, y.next)
		y.next++
	}
	y.active = slices.DeleteFunc(y.active, func(i int) bool { return y.disturbed[i].to <= step })
	at := y.at(step)
	local := at.In(y.zone)
	hour := float64(local.Hour()) + float64(local.Minute())/60
	day := 1.0
	if w := local.Weekday(); w == time.Saturday || w == time.Sunday {
		day = 0.8
	}
	silent := [5]bool{}
	reset, vantage := 0.0, 0.0
	for _, i := range y.active {
		switch d := &y.disturbed[i]; d.kind {
		case "holiday":
			day *= d.size
		case "collector-reset":
			reset = max(reset, d.size)
		case "dead-vantage":
			vantage = max(vantage, d.size)
		case "feed-silent":
			silent[int(d.size)] = true
		}
	}
	out := make([]evidence.Observation, 0, 2*len(y.subjects)+len(y.wires))
	add := func(id evidence.SeriesID, at time.Time, v float64) {
		out = append(out, evidence.Observation{Series: id, At: at, Heard: now, Value: v, Basis: evidence.Measured})
	}
	if !silent[0] {
		y.chatter(step, hour, day, func(id evidence.SeriesID, v float64) { add(id, at, v) })
	}
	for i := range y.wires {
		w := &y.wires[i]
		if (step+1)%w.every != 0 {
			continue
		}
		v, mute := y.gauge(w, reset, vantage), false
		switch w.id.Feed {
		case FeedTraffic:
			mute = silent[1]
		case FeedRoutes:
			mute = silent[2]
		case FeedProbes:
			mute = silent[3]
		}
		if !mute {
			add(w.id, now.Add(-time.Duration(w.every)*quietStep), v)
		}
	}
	return out
}

// gauge draws a value of an instrument.
func (y *year) gauge(w *wire, reset, vantage float64) float64 {
	switch w.id.Feed {
	case FeedTraffic:
		w.slow = 0.9*w.slow + 0.015*y.NormFloat64()
		return max(0, 1+w.slow+w.noise*y.NormFloat64())
	case FeedRoutes:
		return math.Round(max(0, w.usual*(1-reset-math.Abs(y.NormFloat64())*w.noise)))
	}
	return math.Round(max(0, w.usual*(1-vantage)*(1-math.Abs(y.NormFloat64())*w.noise)))
}

// chatter draws the reports of a step.
func (y *year) chatter(step int, hour, day float64, add func(evidence.SeriesID, float64)) {
	renew := step%2 == 0 // moods last ten minutes
	if renew {
		y.mood = y.gamma(20)
	}
	for i := range y.subjects {
		r := &y.subjects[i]
		if renew {
			r.mood = y.gamma(r.shape)
		}
		factor, bots := 1.0, 0.0
		for _, j := range y.active {
			d := &y.disturbed[j]
			size, about := d.subjects[i]
			switch {
			case !about:
			case d.kind == "bots":
				if step == d.from {
					bots += botBlocks * botCap
				}
			case d.kind == "news":
				// It rises within the hour and fades with the day.
				since := float64(step - d.from)
				factor += size * (1 - math.Exp(-since/4)) * math.Exp(-since/60)
			default:
				factor += size
			}
		}
		n := y.poisson(r.level * habit(hour+r.phase) * day * factor * r.mood * y.mood)
		add(r.id, n+bots)
		if r.share > 0 {
			add(r.own, y.thin(n, r.share))
		}
	}
}

// Text is the result for people.
func (q Quiet) Text() string {
	t := table{flat: true, head: []string{"carrier", "suspected", "p", "confirmed", "during"}}
	for _, f := range q.Incidents {
		t.add(f.Carrier, f.Suspected, fmt.Sprintf("%.2f", f.P), f.Confirmed, strings.Join(f.During, ", "))
	}
	text := fmt.Sprintf("%d quiet days, seed %d. False incidents that a reader would have seen: %d; confirmed: %d.\n",
		q.Days, q.Seed, q.Public, q.Confirmed)
	var what []string
	for _, kind := range slices.Sorted(maps.Keys(q.Disturbed)) {
		what = append(what, fmt.Sprintf("%s %d", kind, q.Disturbed[kind]))
	}
	text += fmt.Sprintf("%d series in steps of %s. Single series stood out %d times. Disturbances: %s.\n",
		q.Series, q.Step, q.Alarms, strings.Join(what, ", "))
	if len(q.Incidents) > 0 {
		text += t.String()
	}
	return text
}
