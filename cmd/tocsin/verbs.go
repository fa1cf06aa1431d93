package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"tocsin/app"
)

// world adds the flags that choose a catalogue.
func (k *call) world(w *app.World) {
	k.flags.StringVar(&w.Catalog, "catalog", "", "`DIR` of another catalogue; the default is Canada's, built in")
	k.flags.Func("overlay", "`DIR` whose entries are added to the catalogue; may be given more than once", func(s string) error {
		w.Overlays = append(w.Overlays, s)
		return nil
	})
}

// moment adds a flag that takes a time.
func (k *call) moment(t *time.Time, name, text string) {
	k.flags.Func(name, text, func(s string) error {
		for _, layout := range []string{time.RFC3339, time.DateOnly} {
			if v, err := time.Parse(layout, s); err == nil {
				*t = v.UTC()
				return nil
			}
		}
		return fmt.Errorf("want 2022-07-08T19:10:00Z or 2022-07-08, not %q", s)
	})
}

// style adds the flags that choose a language and a form.
func (k *call) style(s *app.Style, formats string) {
	k.flags.StringVar(&s.Lang, "lang", "en", "`en|fr`, the language")
	k.flags.StringVar(&s.Format, "format", "text", "`"+formats+"`")
}

func serve(ctx context.Context, k *call) error {
	o := app.ServeOptions{Log: slog.New(slog.NewTextHandler(k.err, nil))}
	k.world(&o.World)
	k.flags.StringVar(&o.Listen, "listen", "127.0.0.1:8080", "`HOST:PORT` to take connections on")
	k.flags.StringVar(&o.Data, "data", "tocsin-data", "`DIR` of the store; made if it isn't there")
	k.flags.StringVar(&o.Replay, "replay", "", "`OUTAGE` to play as if it happened now: a recorded one by name, or a path")
	k.flags.StringVar(&o.RISLive, "rislive", "", "`URL` of a stream of routes to judge, http://HOST/v1/stream/ or ws://HOST/v1/ws/; nothing is asked of anybody without it")
	k.flags.Func("rib", "`FILE`: a table (MRT) to begin with, so that a stream's first hours aren't blind; may be given more than once", func(s string) error {
		o.RIBs = append(o.RIBs, s)
		return nil
	})
	k.flags.Float64Var(&o.Speed, "speed", 60, "how many `TIMES` faster than the day itself a replay runs")
	if _, err := k.parse(0); err != nil {
		return err
	}
	if !(o.Speed > 0 && o.Speed <= 1e6) {
		return &app.Failure{Code: app.ExitUsage, Err: fmt.Errorf("--speed %v: not a speed", o.Speed), Cure: "give a number from 0.1 to 1000000"}
	}
	if o.Replay != "" && o.RISLive != "" {
		return &app.Failure{Code: app.ExitUsage, Err: errors.New("--replay and --rislive: one of them"), Cure: "start another observatory for the other, with its own --data"}
	}
	if len(o.RIBs) > 0 && o.RISLive == "" {
		return &app.Failure{Code: app.ExitUsage, Err: errors.New("--rib without --rislive"), Cure: "tables alone tell nothing new; 'tocsin bgp outages' reads files"}
	}
	return app.Serve(ctx, o)
}

func replayDay(ctx context.Context, k *call) error {
	var o app.ReplayOptions
	k.world(&o.World)
	k.moment(&o.At, "at", "`TIME` to report (default: the end of the recording)")
	k.moment(&o.Edition, "edition", "`DATE` of the catalogue's edition (default: the outage's own)")
	k.flags.StringVar(&o.Notices, "notices", "", "`DIR` to write a notice to, for each dependent that is hit: one page to print, in each language")
	k.style(&o.Style, "text|markdown|html|json")
	args, err := k.parse(1)
	if err != nil {
		return err
	}
	o.Outage = args[0]
	done := k.progress("replaying " + o.Outage)
	o.Progress = done.at
	err = app.Replay(ctx, k.out, o)
	done.clear()
	return err
}

func situation(ctx context.Context, k *call) error {
	var o app.SitrepOptions
	k.world(&o.World)
	k.flags.StringVar(&o.Data, "data", "tocsin-data", "`DIR` of the store")
	k.flags.StringVar(&o.Incident, "incident", "", "`ID` of an incident (default: the newest open one)")
	k.style(&o.Style, "text|markdown|html|json")
	if _, err := k.parse(0); err != nil {
		return err
	}
	return app.Sitrep(ctx, k.out, o)
}

// catalogue adds the flags of the catalog commands and parses them.
func (k *call) catalogue(args int) (app.CatalogOptions, []string, error) {
	o := app.CatalogOptions{AsOf: time.Now().UTC()}
	k.world(&o.World)
	k.moment(&o.AsOf, "edition", "`DATE` as of which to look (default today)")
	k.style(&o.Style, "text|json")
	rest, err := k.parse(args)
	return o, rest, err
}

func catalogCheck(_ context.Context, k *call) error {
	o, _, err := k.catalogue(0)
	if err != nil {
		return err
	}
	return app.CheckCatalog(k.out, o)
}

func catalogShow(_ context.Context, k *call) error {
	o, _, err := k.catalogue(0)
	if err != nil {
		return err
	}
	return app.ShowCatalog(k.out, o)
}

func catalogExplain(_ context.Context, k *call) error {
	o, rest, err := k.catalogue(1)
	if err != nil {
		return err
	}
	return app.ExplainCatalog(k.out, o, rest[0])
}

func catalogSchema(_ context.Context, k *call) error {
	if _, err := k.parse(0); err != nil {
		return err
	}
	return app.CatalogSchema(k.out)
}

// progress shows how far long work has come, on a terminal only.
type progress struct {
	out  io.Writer // nil: stays quiet
	what string
	last int
}

func (k *call) progress(what string) *progress {
	p := &progress{what: what, last: -1}
	if f, ok := k.err.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.out = f
		}
	}
	return p
}

func (p *progress) at(done float64) {
	if percent := int(done * 100); p.out != nil && percent != p.last {
		p.last = percent
		_, _ = fmt.Fprintf(p.out, "\r%s: %d %%", p.what, percent)
	}
}

func (p *progress) clear() {
	if p.out != nil && p.last >= 0 {
		_, _ = fmt.Fprintf(p.out, "\r%s\r", strings.Repeat(" ", len(p.what)+8))
	}
}
