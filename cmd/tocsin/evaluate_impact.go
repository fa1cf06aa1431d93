package main

import (
	"context"

	"tocsin/app"
)

func evaluateImpact(_ context.Context, k *call) error {
	var o app.EvaluateImpactOptions
	k.world(&o.World)
	k.flags.StringVar(&o.Outage, "outage", "rogers-2022-07-08", "`OUTAGE`: a recorded one by name, or a path")
	k.moment(&o.Edition, "edition", "`DATE` of the catalogue's edition (default: the outage's own)")
	k.style(&o.Style, "text|json")
	if _, err := k.parse(0); err != nil {
		return err
	}
	return app.EvaluateImpact(k.out, o)
}
