package main

import (
	"context"

	"tocsin/app"
)

// sweep adds the flags of N-1 and N-2.
func (k *call) sweep(o *app.Sweep) {
	k.flags.BoolVar(&o.Single, "n1", false, "every single component failing alone, in place of --fail")
	k.flags.BoolVar(&o.Double, "n2", false, "every two components failing together, and every one alone")
	k.flags.IntVar(&o.Top, "top", 20, "`N`: how many of the worst to show, of --n1 and --n2")
	k.flags.Func("given", "`NODE` that is down already, as rogers/ip-core; may be given more than once", func(s string) error {
		o.Given = append(o.Given, s)
		return nil
	})
	k.flags.StringVar(&o.Cuts, "cuts", "", "`NODE`: the smallest sets of components that take it down together")
	k.flags.IntVar(&o.Order, "order", 3, "`1|2|3`: how many components a set of --cuts may have")
}

// rehearsePairs runs N-1 and N-2 once the flags are read.
func (k *call) rehearsePairs(ctx context.Context, o app.RehearseOptions, sweep app.Sweep) error {
	pairs, err := o.Pairs(sweep)
	if err != nil {
		return err
	}
	done := k.progress("rehearsing")
	pairs.Progress = done.at
	answer := app.RehearsePairs
	if pairs.Cuts != "" {
		answer = app.RehearseCuts
	}
	err = answer(ctx, k.out, pairs)
	done.clear()
	return err
}

// catalogGenerate invents a catalogue.
func catalogGenerate(_ context.Context, k *call) error {
	var o app.GenerateOptions
	k.flags.IntVar(&o.Components, "components", 1000, "`N` components that can fail; there is one dependent more for every ten")
	k.flags.IntVar(&o.Requirements, "requirements", 2200, "`M` requirement groups, of one to five members each, over components and dependents")
	k.flags.Uint64Var(&o.Seed, "seed", 1, "`S`: the same seed gives the same files")
	rest, err := k.parse(1)
	if err != nil {
		return err
	}
	o.Dir = rest[0]
	return app.GenerateCatalog(k.out, o)
}
