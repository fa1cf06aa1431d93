package replay

import (
	"fmt"
	"time"

	"tocsin/evidence"
	"tocsin/incident"
	"tocsin/pipeline"
)

// Tick is how often the pipeline steps: silence must be noticed too.
const Tick = time.Minute

// Player hands out a recorded day, tick by tick, as it was heard.
type Player struct {
	o        *Outage
	now      time.Time
	obs, stm int
	started  bool
}

// NewPlayer starts at the beginning of the outage's window.
func NewPlayer(o *Outage) *Player { return &Player{o: o, now: o.From} }

// Next gives what was heard since the last tick. It returns false after the
// end of the window.
func (p *Player) Next() (now time.Time, heard evidence.Heard, ok bool) {
	if p.started {
		p.now = p.now.Add(Tick)
	}
	p.started = true
	if p.now.After(p.o.Until) {
		return time.Time{}, evidence.Heard{}, false
	}
	first := p.obs
	for p.obs < len(p.o.Observations) && !p.o.Observations[p.obs].Heard.After(p.now) {
		p.obs++
	}
	heard.Observations = p.o.Observations[first:p.obs]
	first = p.stm
	for p.stm < len(p.o.Statements) && !p.o.Statements[p.stm].Heard.After(p.now) {
		p.stm++
	}
	heard.Statements = p.o.Statements[first:p.stm]
	return p.now, heard, true
}

// Run plays an outage through a pipeline of its own until a time, at most to
// the end of its window, and gives each step's changes to each, which may be
// nil. It returns the pipeline as it stands then. Opt.Feeds is taken from the
// outage; its Edition must be the one the outage was parsed with.
func Run(o *Outage, opt pipeline.Options, until time.Time, each func(now time.Time, changes []incident.Change) error) (*pipeline.Pipeline, error) {
	opt.Feeds = o.Feeds
	pl := pipeline.New(opt)
	for player := NewPlayer(o); ; {
		now, heard, ok := player.Next()
		if !ok || now.After(until) {
			return pl, nil
		}
		changes, err := pl.Step(now, heard)
		if err != nil {
			return nil, fmt.Errorf("replay %s at %s: %w", o.ID, now.Format(time.RFC3339), err)
		}
		if each == nil {
			continue
		}
		if err := each(now, changes); err != nil {
			return nil, fmt.Errorf("replay %s at %s: %w", o.ID, now.Format(time.RFC3339), err)
		}
	}
}
