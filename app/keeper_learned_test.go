package app

import (
	"log/slog"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/evidence"
	"tocsin/incident"
	"tocsin/pipeline"
	"tocsin/publish/page"
	"tocsin/store"
	"tocsin/store/sqlite"
)

// northtelRoutes is what a minute brings of Northtel and of a neighbour: two days of
// forty prefixes, which fall away at the 30th hour for two hours.
func northtelRoutes(from time.Time, minute int) []evidence.Observation {
	at := from.Add(time.Duration(minute) * time.Minute)
	count := 40.0
	if minute >= 30*60 && minute < 32*60 {
		count = 1
	}
	var obs []evidence.Observation
	for subject, value := range map[evidence.Subject]float64{"as64500": count, "as64501": 60 + math.Mod(float64(minute), 2)} {
		obs = append(obs, evidence.Observation{
			Series: evidence.SeriesID{Feed: routesID, Measure: evidence.Prefixes, Subject: subject, Region: "zz"},
			At:     at, Heard: at.Add(time.Minute), Value: value, Basis: evidence.Measured,
		})
	}
	return obs
}

// stoppable is an observatory on a store, without its pages and its stream.
func stoppable(t *testing.T, db store.Store) *listening {
	t.Helper()
	ed, err := zz().Edition(clock(t, "2024-05-02T00:00:00Z"))
	if err != nil {
		t.Fatal(err)
	}
	v := &view{world: zz(), edition: ed, site: &page.Site{}, feeds: []evidence.Feed{routesFeed()}}
	l := &listening{view: v, o: ServeOptions{Log: quiet()}}
	if err := l.begin(t.Context(), db, false); err != nil {
		t.Fatal(err)
	}
	return l
}

// twoDays plays two days, stopped and started again at the minutes that are given,
// and gives the changes that were kept and what is known of the series in the end.
func twoDays(t *testing.T, stops ...int) ([]incident.Change, []store.Note) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "tocsin.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	from := clock(t, "2024-05-01T00:00:00Z")
	l := stoppable(t, db)
	for minute := range 36 * 60 {
		if slices.Contains(stops, minute) {
			l.end(t.Context())
			l = stoppable(t, db)
		}
		if err := l.judge(t.Context(), from.Add(time.Duration(minute+1)*time.Minute), northtelRoutes(from, minute)); err != nil {
			t.Fatal(err)
		}
	}
	l.end(t.Context())
	kept, err := db.After(t.Context(), 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	var changes []incident.Change
	for _, k := range kept {
		changes = append(changes, k.Change)
	}
	notes, err := db.Recall(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return changes, notes
}

// ofSeries is what was learned of series, without what is believed.
func ofSeries(notes []store.Note) []store.Note {
	return slices.DeleteFunc(slices.Clone(notes), func(n store.Note) bool { return n.Name == "beliefs" })
}

// TestRestartKeepsWhatWasLearned: an observatory that is stopped, before an outage
// and in it, and started again, tells the same incident, and knows the same of each
// series in the end as one that was never stopped.
func TestRestartKeepsWhatWasLearned(t *testing.T) {
	t.Parallel()
	changes, notes := twoDays(t)
	want, err := incident.Fold(changes)
	if err != nil || len(want) != 1 || len(notes) < 2 {
		t.Fatalf("%d incidents, %d notes, %v", len(want), len(notes), err)
	}
	for _, stops := range [][]int{{29*60 + 55}, {30*60 + 20}, {1000, 29*60 + 59, 31*60 + 3}} {
		changes, after := twoDays(t, stops...)
		got, err := incident.Fold(changes)
		if err != nil || len(got) != 1 {
			t.Errorf("stopped at %v: %d incidents, %v", stops, len(got), err)
			continue
		}
		if g, w := got[0], want[0]; g.ID != w.ID || g.State != w.State || !g.Onset.Equal(w.Onset) || !reflect.DeepEqual(g.Life, w.Life) {
			t.Errorf("stopped at %v: %s %s since %s, %+v\nwant %s %s since %s, %+v", stops, g.ID, g.State, g.Onset, g.Life, w.ID, w.State, w.Onset, w.Life)
		}
		if !reflect.DeepEqual(ofSeries(after), ofSeries(notes)) {
			t.Errorf("stopped at %v: what is known of the series is not the same", stops)
		}
	}
}

// Notes that nobody can read keep nobody from starting.
func TestRestartWithForeignNotes(t *testing.T) {
	t.Parallel()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "tocsin.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.Remember(t.Context(), []store.Note{{Name: "x", Body: []byte("{")}, {Name: "y"}}); err != nil {
		t.Fatal(err)
	}
	if l := stoppable(t, db); len(l.pl.Learned()) != 0 {
		t.Error("it learned from nonsense")
	}
}

// TestRestartGuesses: an observatory that finds an open incident, and nothing of what was
// learned, says so and goes on.
func TestRestartGuesses(t *testing.T) {
	t.Parallel()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "tocsin.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	from := clock(t, "2024-05-01T00:00:00Z")
	l := stoppable(t, db)
	for minute := range 30*60 + 20 {
		if err := l.judge(t.Context(), from.Add(time.Duration(minute+1)*time.Minute), northtelRoutes(from, minute)); err != nil {
			t.Fatal(err)
		}
	}
	l.end(t.Context())
	for _, forget := range []bool{false, true} {
		if forget {
			if err := db.Remember(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		}
		l := stoppable(t, db)
		var said strings.Builder
		l.keep.log = slog.New(slog.NewTextHandler(&said, nil))
		if err := l.keep.recall(t.Context(), pipeline.New(pipeline.Options{Edition: l.view.edition, Resume: l.view.follower.Incidents()})); err != nil {
			t.Fatal(err)
		}
		if named := strings.Contains(said.String(), "2024-05-02-northtel") && strings.Contains(said.String(), "guess"); named != forget {
			t.Errorf("forgotten %v: it says %q", forget, said.String())
		}
	}
}
