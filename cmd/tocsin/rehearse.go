package main

import (
	"context"
	"errors"

	"tocsin/app"
)

// rehearse asks what would fail with what.
func rehearse(ctx context.Context, k *call) error {
	pairs := app.PairsOptions{AsOf: today()}
	k.world(&pairs.World)
	k.moment(&pairs.AsOf, "edition", "`DATE` of the catalogue's edition (default today)")
	k.flags.DurationVar(&pairs.Horizon, "for", 0, "`DURATION` to look ahead: holdovers that last longer hold (default: for good)")
	single := k.flags.Bool("n1", false, "every single component failing alone")
	k.pairs(&pairs)
	k.style(&pairs.Style, "text|json|csv")
	if _, err := k.parse(0); err != nil {
		return err
	}
	if !*single && !pairs.Double && pairs.Cuts == "" {
		return &app.Failure{Code: app.ExitUsage, Err: errors.New("rehearse: what is to fail?"), Cure: "give --n1, --n2 or --cuts NODE"}
	}
	return k.rehearsePairs(ctx, pairs)
}
