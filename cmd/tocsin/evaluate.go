package main

import (
	"context"
	"io"
	"strconv"
	"time"

	"tocsin/app"
)

// evaluation adds the flags that every evaluation has.
func (k *call) evaluation(o *app.EvaluateOptions) {
	o.AsOf = time.Now().UTC().Truncate(24 * time.Hour)
	k.world(&o.World)
	k.moment(&o.AsOf, "edition", "`DATE` of the catalogue to draw worlds from (default today)")
	k.flags.Func("seed", "`N` that decides everything (default: from the clock, and printed)", func(s string) error {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			return err
		}
		o.Seed = &n
		return nil
	})
	k.flags.StringVar(&o.Format, "format", "text", "`text|json`")
}

// scenarios adds the flags of the evaluations that run scenarios.
func (k *call) scenarios(o *app.EvaluateOptions) {
	k.flags.IntVar(&o.Worlds, "worlds", 400, "`N` simulated worlds of each scenario")
	k.flags.Func("scenario", "`NAME` of a scenario; may be given more than once (default: all)", func(s string) error {
		o.Scenario = append(o.Scenario, s)
		return nil
	})
	k.flags.StringVar(&o.Plots, "plots", "", "`DIR` to write drawings into, as SVG; made if it isn't there")
}

func evaluateAttribution(ctx context.Context, k *call) error {
	return k.evaluate(ctx, app.EvaluateAttribution)
}

func evaluateDetection(ctx context.Context, k *call) error {
	return k.evaluate(ctx, app.EvaluateDetection)
}

func evaluateLocalisation(ctx context.Context, k *call) error {
	return k.evaluate(ctx, app.EvaluateLocalisation)
}

func evaluateQuiet(ctx context.Context, k *call) error {
	var o app.EvaluateOptions
	k.evaluation(&o)
	k.flags.IntVar(&o.Days, "days", 365, "`N` days on which nothing fails")
	return k.judge(ctx, &o, app.EvaluateQuiet)
}

// evaluate runs one of the evaluations of scenarios.
func (k *call) evaluate(ctx context.Context, run func(context.Context, io.Writer, app.EvaluateOptions) error) error {
	var o app.EvaluateOptions
	k.evaluation(&o)
	k.scenarios(&o)
	return k.judge(ctx, &o, run)
}

// judge reads the flags and runs an evaluation.
func (k *call) judge(ctx context.Context, o *app.EvaluateOptions, run func(context.Context, io.Writer, app.EvaluateOptions) error) error {
	if _, err := k.parse(0); err != nil {
		return err
	}
	done := k.progress("evaluating")
	o.Progress = done.at
	err := run(ctx, k.out, *o)
	done.clear()
	return err
}
