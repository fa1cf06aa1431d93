package main

import (
	"context"

	"tocsin/app"
)

func explain(ctx context.Context, k *call) error {
	var o app.ExplainOptions
	k.world(&o.World)
	k.moment(&o.At, "at", "`TIME` of the verdict (default: the end of the recording)")
	k.moment(&o.Edition, "edition", "`DATE` of the catalogue's edition (default: the outage's own)")
	k.flags.StringVar(&o.Incident, "incident", "", "`ID` of an incident (default: the carrier's, else the newest open one)")
	k.flags.StringVar(&o.Node, "node", "", "`NODE`: why this component is held to have failed, or not")
	k.flags.StringVar(&o.Carrier, "carrier", "", "`ORG`: why this carrier is at fault, or is cleared")
	k.style(&o.Style, "text|json")
	args, err := k.parse(1)
	if err != nil {
		return err
	}
	o.Outage = args[0]
	done := k.progress("replaying " + o.Outage)
	o.Progress = done.at
	err = app.Explain(ctx, k.out, o)
	done.clear()
	return err
}
