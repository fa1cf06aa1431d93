package main

import (
	"context"

	"tocsin/app"
)

// evaluateFusion plays whole worlds and not moments of them: a few do.
func evaluateFusion(ctx context.Context, k *call) error {
	var o app.EvaluateOptions
	k.evaluation(&o)
	k.scenarios(&o)
	few := k.flags.Lookup("worlds")
	few.DefValue = "20"
	if err := few.Value.Set(few.DefValue); err != nil {
		return err
	}
	return k.judge(ctx, &o, app.EvaluateFusion)
}
