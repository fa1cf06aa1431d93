package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"syscall"
	"time"

	"tocsin/evidence"
	"tocsin/pipeline"
	"tocsin/publish"
	"tocsin/publish/page"
	"tocsin/replay"
	"tocsin/store"
)

// ServeOptions is what the observatory is started with.
type ServeOptions struct {
	World
	Listen string  // host:port; loopback unless the operator says otherwise
	Data   string  // directory of the store
	Replay string  // a recorded outage to play live; "" for none
	Speed  float64 // how many times faster than the day itself; > 0
	// RISLive is the address of a stream of routes to listen to; "" for none. RIBs
	// are tables to begin with.
	RISLive string
	RIBs    []string
	Log     *slog.Logger
	// Listening hears the address once connections are taken; nil for none.
	Listening func(addr string)
}

// Serve runs the observatory until ctx ends. Wired in one line, undone in the
// opposite order.
func Serve(ctx context.Context, o ServeOptions) (err error) {
	now := time.Now().UTC()
	if _, err := o.World.Edition(now); err != nil { // also what stays private must hold together
		return err
	}
	o.public = true // from here on nobody knows of anything else
	ed, err := o.World.Edition(now)
	if err != nil {
		return err
	}
	v := &view{world: o.World, edition: ed, site: &page.Site{}}
	var day *replay.Outage
	if o.Replay != "" {
		if day, v.edition, err = o.World.Outage(o.Replay, time.Time{}); err != nil {
			return err
		}
		v.feeds = day.Feeds
		v.replay = &publish.Replay{Outage: day.ID, Title: day.Title, Speed: o.Speed, Ends: day.Until}
	}

	ln, err := listen(ctx, o.Listen)
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: v.site, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	defer func() { err = errors.Join(err, stopHTTP(srv, served)) }()

	db, err := openStore(ctx, o.Data, day)
	if err != nil {
		return stopped(ctx, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	v.follow(db)
	defer v.prepare(ctx)()

	if o.Listening != nil {
		o.Listening(ln.Addr().String())
	}
	o.Log.Info("serving", "address", "http://"+ln.Addr().String()+"/", "data", o.Data)

	until := now
	if day != nil {
		until = day.From
	}
	earlier, err := o.World.before(until)
	if err != nil {
		return err
	}
	if err := v.remember(ctx, db, earlier, o.Log); err != nil {
		return err
	}
	switch {
	case day != nil:
		return v.play(ctx, db, day, o)
	case o.RISLive != "":
		return v.listen(ctx, db, o)
	}
	return v.idle(ctx)
}

func listen(ctx context.Context, addr string) (net.Listener, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, usage("stop the other program, or choose another port with --listen 127.0.0.1:8081",
			"%s is in use by another program", addr)
	case err != nil:
		return nil, usage("give --listen as host:port, for example 127.0.0.1:8080", "listen on %s: %w", addr, err)
	}
	return ln, nil
}

// stopHTTP lets answers under way finish, for a moment.
func stopHTTP(srv *http.Server, served <-chan error) error {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if err := srv.Shutdown(ctx); err != nil {
		_ = srv.Close() // readers that linger are cut off
	}
	if err := <-served; err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// quietly is how often the pages are drawn again when nothing happens, and
// brisk how often at most when much does.
const (
	quietly = time.Minute
	brisk   = 250 * time.Millisecond
)

// idle shows the kept incidents: no feed was asked for.
func (v *view) idle(ctx context.Context) error {
	return v.stay(ctx, func() time.Time { return time.Now().UTC() })
}

// stay draws the pages quietly, as of the time that is given before each
// drawing, until ctx ends.
func (v *view) stay(ctx context.Context, now func() time.Time) error {
	tick := time.NewTicker(quietly)
	defer tick.Stop()
	for {
		if err := v.show(ctx, now()); err != nil {
			return stopped(ctx, err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-v.news:
		case <-tick.C:
		}
	}
}

// play runs the recorded day: what came before its first scene at once, the
// rest at the asked speed.
func (v *view) play(ctx context.Context, db store.Store, day *replay.Outage, o ServeOptions) error {
	pl := pipeline.New(pipeline.Options{Edition: v.edition, Feeds: day.Feeds, Detector: detectors(v.edition)})
	pace := time.NewTicker(max(time.Duration(float64(replay.Tick)/o.Speed), time.Microsecond))
	defer pace.Stop()
	keep := keeper{store: db, log: o.Log}
	var shown time.Time
	for player := replay.NewPlayer(day); ; {
		now, heard, ok := player.Next()
		if !ok {
			o.Log.Info("the recorded day is over; its pages stay up", "outage", day.ID)
			return v.stay(ctx, func() time.Time {
				keep.append(ctx, day.Until, nil)
				v.health = slices.Concat(pl.Health(), keep.health())
				return keep.reached(day.Until)
			})
		}
		if err := v.tick(ctx, pl, &keep, now, heard); err != nil {
			return stopped(ctx, err)
		}
		if now.Before(day.Play) {
			continue
		}
		if time.Since(shown) >= brisk {
			if err := v.show(ctx, keep.reached(now)); err != nil {
				return stopped(ctx, err)
			}
			shown = time.Now() // drawing takes a while: it may not take all of it
		}
		select {
		case <-ctx.Done():
			return nil
		case <-pace.C:
		}
	}
}

// tick is one step: judged, kept, and only then to be shown.
func (v *view) tick(ctx context.Context, pl *pipeline.Pipeline, keep *keeper, now time.Time, heard evidence.Heard) error {
	changes, err := pl.Step(now, heard)
	if err != nil {
		return err
	}
	keep.append(ctx, now, changes)
	v.health = slices.Concat(pl.Health(), keep.health())
	return nil
}

// stopped turns the error of a context that ended into none: it was asked to.
func stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}
