package evaluate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/pipeline"
)

// Fusion is how well many planes of evidence become one probability, minute by
// minute through the real pipeline.
type Fusion struct {
	Seed      uint64      `json:"seed"`
	Scenarios []FusionRow `json:"scenarios"`
	Overall   []FusionRow `json:"overall"` // all scenarios together, by method
	Fit       Fit         `json:"fit"`
	Skipped   []string    `json:"skipped,omitempty"`
}

// FusionRow is how one method did in one scenario. The unit is an incident of a
// carrier: an alarm is right from five minutes before to an hour after an onset
// of that carrier.
type FusionRow struct {
	Scenario       string   `json:"scenario"`
	Method         string   `json:"method"`
	Worlds         int      `json:"worlds"`
	Truths         int      `json:"truths"`
	Precision      float64  `json:"precision"`
	Recall         float64  `json:"recall"`
	F1             float64  `json:"f1"`
	Suspected      Delay    `json:"suspected"`
	Confirmed      Delay    `json:"confirmed"`
	Relapses       float64  `json:"relapses_per_world"`            // told as over, and within the hour as there again
	False          float64  `json:"false_incidents_per_world"`     // of carriers that stood
	FalseConfirmed float64  `json:"false_confirmations_per_world"` // the same, as certain
	Brier          float64  `json:"brier"`                         // of single forecasts, one a world and carrier
	BrierRange     Interval `json:"brier_interval"`
	LogLoss        float64  `json:"log_loss"`
	Murphy         Murphy   `json:"murphy"`
	Reliability    []Bin    `json:"reliability"`
}

// Delay is in minutes from the onset; 240 is never, or later.
type Delay struct {
	P50 float64 `json:"p50"`
	P90 float64 `json:"p90"`
}

// watched is how long after its onset a failure is watched: longer than the hour
// in which an alarm is right.
func watched(sc Scenario) Scenario {
	if sc.After[0] <= soonLate {
		sc.After = [2]float64{soonLate + 15, 2*soonLate + 45}
	}
	return sc
}

// Steps are a minute long from shortly before an onset until most is decided, and
// five minutes before and after: the filter knows how much time has passed.
const (
	early  = 10
	nearby = 40
	slow   = 5
)

// due tells whether a minute is one of the steps.
func due(minute int) bool {
	return minute%slow == 0 || minute >= lead-early && minute < lead+nearby
}

// FusionOf draws the worlds, plays them and scores every method.
func FusionOf(ctx context.Context, o Options) (Fusion, error) {
	scenarios, err := o.chosen()
	if err != nil {
		return Fusion{}, err
	}
	o.land = survey(o.Edition)
	played := make([][]playedWorld, len(scenarios))
	misfits := make([][]error, len(scenarios))
	var jobs []job
	for i := range scenarios {
		sc := watched(scenarios[i])
		played[i] = make([]playedWorld, o.Worlds)
		misfits[i] = make([]error, graphs)
		for g := range min(graphs, o.Worlds) {
			jobs = append(jobs, func() error {
				err := o.playGraph(ctx, &sc, g, played[i])
				if errors.Is(err, ErrUnfit) {
					misfits[i][g], err = err, nil
				}
				return err
			})
		}
	}
	if err := share(ctx, jobs, o.Workers, o.Progress); err != nil {
		return Fusion{}, err
	}
	res := Fusion{Seed: o.Seed}
	var all []playedWorld
	for i := range scenarios {
		if err := firstOf(misfits[i]); err != nil {
			res.Skipped = append(res.Skipped, err.Error())
			continue
		}
		all = append(all, played[i]...)
		res.Scenarios = append(res.Scenarios, fusionRows(scenarios[i].Name, played[i], o.Seed)...)
	}
	if len(all) == 0 {
		return Fusion{}, fmt.Errorf("%s: %w", strings.Join(res.Skipped, "; "), ErrUnfit)
	}
	res.Overall = fusionRows("all", all, o.Seed)
	res.Fit = fit(all)
	return res, nil
}

// playGraph plays every world of a scenario that stands on one pair of graphs.
func (o *Options) playGraph(ctx context.Context, sc *Scenario, g int, into []playedWorld) error {
	s := o.stage(sc, g)
	for n := g; n < o.Worlds; n += graphs {
		w, err := s.world(sc, o.Seed, n)
		if err != nil {
			return err
		}
		p := newPlay(s, w, chance(o.Seed, fmt.Sprintf("moments/%s/%d", sc.Name, n)))
		if into[n], err = p.run(ctx); err != nil {
			return err
		}
	}
	return nil
}

// every is the distance of the moments at which forecasts are scored. One of them
// is drawn for each world and carrier: neighbours would say the same again.
// The opening lies so that none falls on an onset, of which nobody could know.
const (
	every   = 15
	opening = 40
)

// playedWorld is what came of one world.
type playedWorld struct {
	marks []fused // by method
	lives []life  // of what is believed of a carrier, up to its moment
	noise noise
}

// play is one world being played.
type play struct {
	w        *World
	carriers []catalog.OrgID
	moment   map[catalog.OrgID]int // at which its forecast is taken
	pl       *pipeline.Pipeline
	known    []*known
	fusers   []fuser
	trails   []*trail
	tapes    map[catalog.OrgID]*tape
	before   int // the minute of the step before
	view     view
	out      playedWorld
}

func newPlay(s *stage, w *World, d *dice) *play {
	p := &play{w: w, carriers: s.carriers(w), moment: map[catalog.OrgID]int{}, fusers: fusers(), tapes: map[catalog.OrgID]*tape{}}
	end := int(w.Now.Sub(w.From) / time.Minute)
	for _, org := range p.carriers {
		p.moment[org] = opening + every*d.IntN((end-opening)/every+1)
	}
	for range p.fusers {
		p.trails = append(p.trails, newTrail())
	}
	var feeds []evidence.Feed
	for id, q := range quiet() {
		feeds = append(feeds, evidence.Feed{ID: id, Quiet: q})
	}
	p.pl = pipeline.New(pipeline.Options{Edition: w.Edition, Feeds: feeds, Detector: w.knowing(&p.known)})
	p.view = view{ed: w.Edition, quiet: quiet(), pl: p.pl}
	return p
}

// run plays the world minute by minute.
func (p *play) run(ctx context.Context) (playedWorld, error) {
	var heard evidence.Heard
	for minute, more := range p.w.minutes() {
		if err := ctx.Err(); err != nil {
			return p.out, err
		}
		heard.Observations = append(heard.Observations, more.Observations...)
		heard.Statements = append(heard.Statements, more.Statements...)
		if !due(minute) {
			continue
		}
		now := p.w.From.Add(time.Duration(minute) * time.Minute)
		if _, err := p.pl.Step(now, heard); err != nil {
			return p.out, fmt.Errorf("fusion, %s %d: %w", p.w.Scenario, p.w.Number, err)
		}
		v := &p.view
		v.now, v.known, v.beliefs, v.passed = now, p.known, p.pl.Beliefs(), float64(minute-p.before)
		v.said = append(v.said, heard.Statements...)
		heard = evidence.Heard{}
		v.look()
		for m, f := range p.fusers {
			stances := f.judge(v)
			for _, org := range p.carriers {
				at, held := stances[org]
				if !held {
					at.p = f.rest
				}
				p.trails[m].minute(org, minute, at)
				if p.moment[org] == minute {
					p.trails[m].points = append(p.trails[m].points, forecast{at.p, p.failed(org, now)})
				}
			}
		}
		p.record(minute, now)
	}
	for _, t := range p.trails {
		p.out.marks = append(p.out.marks, t.score(p.w))
	}
	return p.out, nil
}

// failed is 1 while a carrier is in a true failure.
func (p *play) failed(org catalog.OrgID, now time.Time) float64 {
	if slices.ContainsFunc(p.w.Truth, func(f Failure) bool { return f.Node.Owner() == org && !now.Before(f.Onset) }) {
		return 1
	}
	return 0
}

// record keeps what the filters were given, for the fits.
func (p *play) record(minute int, now time.Time) {
	for _, b := range p.view.beliefs {
		t := p.tapes[b.Carrier]
		if t == nil || t.last != p.before {
			t = &tape{}
			p.tapes[b.Carrier] = t
		}
		t.last = minute
		if !b.At.Equal(now) {
			continue
		}
		if n := len(t.beats); n > 0 && p.failed(b.Carrier, now) == 0 {
			p.out.noise.add(t.beats[n-1].ratios, b.Took)
		}
		t.beats = append(t.beats, beat{now, b.Took})
	}
	for _, org := range p.carriers {
		if t := p.tapes[org]; p.moment[org] == minute && t != nil && t.last == minute {
			p.out.lives = append(p.out.lives, life{slices.Clone(t.beats), now, p.failed(org, now)})
		}
	}
	p.before = minute
}

// tape is what the filter of a carrier was given without a break.
type tape struct {
	beats []beat
	last  int // minute
}

// beat is one step of a filter.
type beat struct {
	at     time.Time
	ratios attribute.Ratios
}

// life is the beats of a filter up to a moment, and whether the carrier had
// failed by then.
type life struct {
	beats []beat
	at    time.Time
	y     float64
}
