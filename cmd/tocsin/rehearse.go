package main

import (
	"context"
	"time"

	"tocsin/app"
)

// rehearsal is tocsin rehearse.
func rehearsal(ctx context.Context, k *call) error {
	o := app.RehearseOptions{Now: time.Now()}
	k.world(&o.World)
	k.word(&o, "fail", "`NODE[@REGION][=degraded|unknown]`: what fails, and where; also an organisation (all its networks), a service, a kind, ORG:SERVICE or ORG:KIND; may be given more than once")
	k.word(&o, "day", "`OUTAGE`: what is known to have failed on a recorded day, for as long; by default on its own edition and on today's, side by side")
	k.word(&o, "from", "`TIME` at which it fails (default now)")
	k.word(&o, "for", "`DURATION` that it lasts, as 12h or 2d (default: for good)")
	k.word(&o, "at", "`TIME|DURATION`: the moment to look at, or how long after the failure (default: at the end with --for, else at once)")
	k.word(&o, "edition", "`DATE` of the catalogue's edition (default today); given more than once: side by side, and which change makes the difference")
	k.word(&o, "repair", "`NODE=DURATION`: how long its own repair takes, once what it needs is there; may be given more than once")
	k.word(&o, "title", "`TEXT`: what the exercise is called")
	k.flags.StringVar(&o.Plan, "plan", "", "`FILE`: a plan, one word and what it says a line: fail rogers/ip-core")
	k.people(&o.People)
	k.flags.StringVar(&o.FailOn, "fail-on", "", "`lost|circular`: exit with 1 if a dependent falls, or if a repair waits for itself")
	var sweep app.Sweep
	k.sweep(&sweep)
	k.style(&o.Style, "text|markdown|json|csv")
	if _, err := k.parse(0); err != nil {
		return err
	}
	if sweep.Asked() {
		return k.rehearsePairs(ctx, o, sweep)
	}
	if err := sweep.Idle(); err != nil {
		return err
	}
	return app.Rehearse(k.out, o)
}

// word adds a flag that is a word of a plan.
func (k *call) word(o *app.RehearseOptions, name, text string) {
	k.flags.Func(name, text, func(s string) error { return o.Set(name, s) })
}
