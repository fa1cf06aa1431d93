package app

import (
	"context"
	"io"

	"tocsin/evaluate"
)

// EvaluateFusion plays simulated worlds through the pipeline and prints how soon
// and how rightly incidents are told, and whether the probabilities mean what
// they say.
func EvaluateFusion(ctx context.Context, out io.Writer, o EvaluateOptions) error {
	return o.run(ctx, out, evaluate.ScenarioNames(), func(opt evaluate.Options) (outcome, error) {
		return evaluate.FusionOf(ctx, opt)
	})
}
