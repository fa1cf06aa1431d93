package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
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
	Days     int       // of a quiet year
	Format   string    // text or json
	Plots    string    // a directory to write SVG plots into; "" for none
	Progress func(done float64)
}

// What may be asked for: a slip of the finger should not keep a machine busy for
// a week.
const (
	most     = 1_000_000
	mostDays = 3660
)

// drawn is an evaluation ready to run.
func (o *EvaluateOptions) drawn() (evaluate.Options, bool, error) {
	asJSON := o.Format == "json"
	if !asJSON && o.Format != "text" {
		return evaluate.Options{}, false, usage("give --format text or json", "unknown format %q", o.Format)
	}
	if o.Days < 0 || o.Days > mostDays {
		return evaluate.Options{}, false, usage(fmt.Sprintf("give a number from 1 to %d", mostDays), "--days %d: can't play that many", o.Days)
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
		return input("give it more time, or ask for fewer --worlds or --days", fmt.Errorf("stopped before it was done: %w", err))
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

// EvaluateQuiet plays days on which nothing fails through the pipeline and prints
// the incidents that it saw in them.
func EvaluateQuiet(ctx context.Context, out io.Writer, o EvaluateOptions) error {
	if o.Days < 1 {
		return usage("give a number of days, such as 365", "--days %d: not a number of days", o.Days)
	}
	o.Worlds = 1
	return o.run(ctx, out, nil, func(opt evaluate.Options) (outcome, error) {
		return evaluate.QuietYear(ctx, evaluate.QuietOptions{Options: opt, Days: o.Days, Detector: detectors(opt.Edition)})
	})
}

// outcome is a result that can be shown.
type outcome interface {
	Text() string
	Plots() []evaluate.Plot
}

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
	if err := o.draw(res.Plots()); err != nil {
		return err
	}
	if asJSON {
		return printJSON(out, res)
	}
	return Put(out, res.Text())
}

// draw writes the plots, when a directory was given for them.
func (o *EvaluateOptions) draw(plots []evaluate.Plot) error {
	if o.Plots == "" {
		return nil
	}
	const cure = "choose another directory with --plots"
	if err := os.MkdirAll(o.Plots, 0o755); err != nil { //nolint:gosec // drawings are for everybody
		return input(cure, fmt.Errorf("plots: %w", err))
	}
	for _, p := range plots {
		if err := os.WriteFile(filepath.Join(o.Plots, p.Name), []byte(p.SVG), 0o644); err != nil { //nolint:gosec // the same
			return input(cure, fmt.Errorf("plots: %w", err))
		}
	}
	return nil
}
