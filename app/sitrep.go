package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"tocsin/incident"
	"tocsin/publish"
)

// SitrepOptions says of which store, and of which incident, to report.
type SitrepOptions struct {
	World
	Data     string
	Incident string // "" is the newest open one
	Style
}

// Sitrep writes the situation report from what a store has kept.
func Sitrep(ctx context.Context, out io.Writer, o SitrepOptions) (err error) {
	lang, format, err := o.Style.report()
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(o.Data, "tocsin.db")); err != nil {
		return input("start 'tocsin serve' without --replay first, or give its directory with --data", fmt.Errorf("no store: %w", err))
	}
	db, err := openStore(ctx, o.Data, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	now := time.Now().UTC()
	v := &view{world: o.World}
	if v.edition, err = o.World.Edition(now); err != nil {
		return err
	}
	v.follow(db)
	p, err := v.picture(ctx, now)
	if err != nil {
		return err
	}
	confide(p)
	r := report(p, lang)
	if o.Incident != "" {
		in, ok := p.Incident(incident.ID(o.Incident))
		if !ok {
			return usage("the home page lists the kept incidents", "no incident %q in %s", o.Incident, o.Data)
		}
		r = publish.NewReport(p, in, lang)
	}
	return write(out, r, format)
}
