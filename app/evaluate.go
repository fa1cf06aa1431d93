package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"tocsin/evaluate"
)

// EvaluateOptions says what the scorers are to run on.
type EvaluateOptions struct {
	World
	AsOf     time.Time // the edition of the catalogue that worlds are drawn from
	Seed     *uint64   // nil: drawn from the clock, and always printed
	Worlds   int       // simulated worlds of each scenario
	Scenario []string  // by name; none are all
	Format   string    // text or json
	Plots    string    // a directory to write SVG plots into; "" for none
	Progress func(done float64)
}

// most is how many worlds, days or series may be asked for: a slip of the
// finger should not keep a machine busy for a week.
const most = 1_000_000

// drawn is an evaluation ready to run.
func (o *EvaluateOptions) drawn() (evaluate.Options, bool, error) {
	asJSON := o.Format == "json"
	if !asJSON && o.Format != "text" {
		return evaluate.Options{}, false, usage("give --format text or json", "unknown format %q", o.Format)
	}
	if o.Worlds < 1 || o.Worlds > most {
		return evaluate.Options{}, false, usage(fmt.Sprintf("give a number from 1 to %d", most), "--worlds %d: can't draw that many", o.Worlds)
	}
	ed, err := o.World.Edition(o.AsOf)
	if err != nil {
		return evaluate.Options{}, false, err
	}
	seed := uint64(time.Now().UnixNano()) % 1_000_000_000 //nolint:gosec // the wrap-around of a seed is welcome
	if o.Seed != nil {
		seed = *o.Seed
	}
	return evaluate.Options{Edition: ed, Seed: seed, Worlds: o.Worlds, Scenario: o.Scenario, Progress: o.Progress}, asJSON, nil
}

// judged turns an error of an evaluation into a Failure.
func judged(ctx context.Context, err error, names []string) error {
	switch {
	case errors.Is(err, evaluate.ErrUnknown):
		return usage("there are: "+strings.Join(names, ", "), "evaluate: %w", err)
	case ctx.Err() != nil:
		return stopped(ctx, err)
	}
	return input("the simulator needs carriers with services of their own in the catalogue", fmt.Errorf("evaluate: %w", err))
}

// EvaluateAttribution draws worlds and prints how well every method names the
// roots in them.
func EvaluateAttribution(ctx context.Context, out io.Writer, o EvaluateOptions) error {
	return o.run(ctx, out, evaluate.ScenarioNames(), func(opt evaluate.Options) (outcome, error) {
		return evaluate.Attribution(ctx, opt)
	})
}

// EvaluateDetection prints how soon every chart and detector sees an onset.
func EvaluateDetection(ctx context.Context, out io.Writer, o EvaluateOptions) error {
	return o.run(ctx, out, evaluate.OnsetNames(), func(opt evaluate.Options) (outcome, error) {
		return evaluate.DetectionOf(ctx, opt)
	})
}

// EvaluateLocalisation prints how well every method finds the places that are
// hit.
func EvaluateLocalisation(ctx context.Context, out io.Writer, o EvaluateOptions) error {
	return o.run(ctx, out, evaluate.SpotNames(), func(opt evaluate.Options) (outcome, error) {
		return evaluate.LocalisationOf(ctx, opt)
	})
}

// outcome is a result that can be shown.
type outcome interface{ Text() string }

// run does one evaluation and prints it.
func (o *EvaluateOptions) run(ctx context.Context, out io.Writer, names []string, evaluation func(evaluate.Options) (outcome, error)) error {
	opt, asJSON, err := o.drawn()
	if err != nil {
		return err
	}
	res, err := evaluation(opt)
	if err != nil {
		return judged(ctx, err, names)
	}
	if asJSON {
		return printJSON(out, res)
	}
	return Put(out, res.Text())
}
