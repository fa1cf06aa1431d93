package app

import (
	"bytes"
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/health"
	"tocsin/incident"
	"tocsin/publish"
	"tocsin/publish/page"
	"tocsin/publish/sitrep"
	"tocsin/store"
)

// view is what readers are shown: it follows the store, makes the picture and
// the pages, and swaps them.
type view struct {
	world    World
	edition  *catalog.Edition
	editions map[string]*catalog.Edition // by day
	feeds    []evidence.Feed
	replay   *publish.Replay
	health   []health.Warning
	follower *publish.Follower
	board    publish.Board
	site     *page.Site
	drill    *drill
	weak     atomic.Pointer[publish.Weakness] // of edition; nil while it is worked out
	news     chan struct{}                    // something was worked out that pages wait for
}

// prepare works out what the edition can't bear, beside everything else, until
// it is done or stop is called, which waits for it.
func (v *view) prepare(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	v.news = make(chan struct{}, 1)
	v.drill = &drill{world: v.world, today: v.edition, weak: v.weak.Load, now: func() time.Time {
		if p := v.board.Picture(); p != nil {
			return p.Now
		}
		return time.Now()
	}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if weak := weigh(ctx, v.edition); weak != nil {
			v.weak.Store(weak)
			v.news <- struct{}{}
		}
	}()
	return func() { cancel(); <-done }
}

func (v *view) follow(db store.Store) {
	v.follower = publish.Follow(db)
	v.editions = map[string]*catalog.Edition{v.edition.AsOf().Format(time.DateOnly): v.edition}
}

// picture catches up with the store and puts together what readers may see.
func (v *view) picture(ctx context.Context, now time.Time) (*publish.Picture, error) {
	if _, err := v.follower.Catch(ctx); err != nil {
		return nil, fmt.Errorf("follow the store: %w", err)
	}
	p := &publish.Picture{
		Now: now, Edition: v.edition, Past: map[incident.ID]*catalog.Edition{},
		Incidents: v.follower.Incidents(), Feeds: v.feeds, Health: v.health, Replay: v.replay,
		Weak: v.weak.Load(),
	}
	for _, in := range p.Incidents {
		ed, err := v.editionOn(in.Onset)
		if err != nil {
			return nil, err
		}
		p.Past[in.ID] = ed
	}
	return p, nil
}

// show draws the picture and swaps the pages.
func (v *view) show(ctx context.Context, now time.Time) error {
	p, err := v.picture(ctx, now)
	if err != nil {
		return err
	}
	extra, err := documents(p)
	if err != nil {
		return err
	}
	pages, err := page.Render(p, page.Options{Extra: extra, Rehearse: v.drill.ask})
	if err != nil {
		return fmt.Errorf("draw the pages: %w", err)
	}
	v.board.Swap(p)
	v.site.Swap(pages)
	return nil
}

// editionOn is the catalogue of a day, loaded once.
func (v *view) editionOn(t time.Time) (*catalog.Edition, error) {
	day := t.UTC().Format(time.DateOnly)
	if ed, ok := v.editions[day]; ok {
		return ed, nil
	}
	ed, err := v.world.Edition(t.UTC().Truncate(24 * time.Hour))
	if err != nil {
		return nil, err
	}
	v.editions[day] = ed
	return ed, nil
}

// documents are the situation report in every format and language.
func documents(p *publish.Picture) (map[string]page.Doc, error) {
	docs := map[string]page.Doc{}
	for _, lang := range []catalog.Lang{catalog.EN, catalog.FR} {
		r := report(p, lang)
		for _, d := range []struct {
			format sitrep.Format
			path   string
			kind   string
			title  catalog.Text
		}{
			{sitrep.Text, "report.txt", "text/plain; charset=utf-8", catalog.Text{EN: "Situation report, plain text", FR: "Rapport de situation, texte brut"}},
			{sitrep.JSON, "report.json", "application/json", catalog.Text{EN: "Situation report for machines (JSON)", FR: "Rapport de situation pour machines (JSON)"}},
		} {
			var b bytes.Buffer
			if err := sitrep.Write(&b, r, d.format); err != nil {
				return nil, fmt.Errorf("situation report: %w", err)
			}
			docs["/"+string(lang)+"/"+d.path] = page.Doc{ContentType: d.kind, Body: b.Bytes(), Title: d.title}
		}
	}
	return docs, nil
}
