package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"tocsin/app"
)

func bgpServe(ctx context.Context, k *call) error {
	o := app.BGPServeOptions{Log: slog.New(slog.NewTextHandler(k.err, nil))}
	k.flags.StringVar(&o.Listen, "listen", "127.0.0.1:8081", "`HOST:PORT` to take connections on")
	k.flags.Float64Var(&o.Speed, "speed", 1, "how many `TIMES` faster than it was recorded; 0: as fast as each client takes it")
	k.flags.BoolVar(&o.Today, "today", false, "move times, so that the captures begin now")
	k.flags.StringVar(&o.Host, "host", "rrc00.ripe.net", "`NAME` of the collector of files whose paths name none")
	files, err := k.parseAny()
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return &app.Failure{Code: app.ExitUsage, Err: errors.New("bgp serve takes at least one file"), Cure: "for example: " + k.example}
	}
	if !(o.Speed >= 0 && o.Speed <= 1e9) {
		return &app.Failure{Code: app.ExitUsage, Err: fmt.Errorf("--speed %v: not a speed", o.Speed), Cure: "give a number from 0 to 1000000000"}
	}
	o.Files = files
	return app.BGPServe(ctx, o)
}
