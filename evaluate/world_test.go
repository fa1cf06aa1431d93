package evaluate

import (
	"errors"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/evidence"
)

func canadian(t testing.TB) *catalog.Edition {
	t.Helper()
	ed, err := catalog.Load(catalog.Canada(), time.Date(2022, 7, 8, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return ed
}

// each draws worlds of every scenario.
func each(t *testing.T, ed *catalog.Edition, worlds int, see func(*testing.T, *World)) {
	t.Helper()
	for _, name := range ScenarioNames() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := Worlds(t.Context(), Options{Edition: ed, Seed: 11, Worlds: worlds, Scenario: []string{name}}, func(w *World) bool {
				see(t, w)
				return true
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestWorldsAreSound: counts are counts, parts add up to their wholes, nothing
// is heard before it happened or after the question.
func TestWorldsAreSound(t *testing.T) {
	t.Parallel()
	each(t, canadian(t), 2, func(t *testing.T, w *World) {
		whole := map[evidence.SeriesID]*Series{}
		for i := range w.Series {
			whole[w.Series[i].ID] = &w.Series[i]
		}
		cuts := map[evidence.Subject][]float64{}
		for i := range w.Series {
			s := &w.Series[i]
			soundSeries(t, w, s)
			if s.ID.Measure == evidence.Reports && s.ID.Region != "ca" {
				if cuts[s.ID.Subject] == nil {
					cuts[s.ID.Subject] = make([]float64, len(s.Values))
				}
				for b, v := range s.Values {
					cuts[s.ID.Subject][b] += v
				}
			}
			if s.ID.Measure == evidence.ReportsOwn {
				all := s.ID
				all.Measure = evidence.Reports
				for b, v := range s.Values {
					if v > whole[all].Values[b] {
						t.Fatalf("%s: %v of %v came through its own network", s.ID, v, whole[all].Values[b])
					}
				}
			}
		}
		for subject, sum := range cuts {
			id := evidence.SeriesID{Feed: FeedCrowd, Measure: evidence.Reports, Subject: subject, Region: "ca"}
			for b, v := range whole[id].Values {
				if sum[b] > v {
					t.Fatalf("%s: the regions hold %v reports, the country %v", subject, sum[b], v)
				}
			}
		}
		soundInput(t, w)
	})
}

func soundSeries(t *testing.T, w *World, s *Series) {
	t.Helper()
	if len(s.Values) == 0 || len(s.Values) != len(s.Expected) {
		t.Fatalf("%s has %d values and %d expectations", s.ID, len(s.Values), len(s.Expected))
	}
	for b, v := range s.Values {
		if v < 0 || math.IsNaN(v) || math.IsInf(v, 0) || s.Expected[b] <= 0 {
			t.Fatalf("%s: bin %d holds %v, expected %v", s.ID, b, v, s.Expected[b])
		}
		if s.ID.Measure != evidence.Traffic && v != math.Trunc(v) {
			t.Fatalf("%s: bin %d holds %v, no count", s.ID, b, v)
		}
	}
	if end := w.From.Add(time.Duration(len(s.Values)) * s.Step); end.After(w.Now) {
		t.Fatalf("%s ends %s after the question", s.ID, end.Sub(w.Now))
	}
}

func soundInput(t *testing.T, w *World) {
	t.Helper()
	if !slices.IsSortedFunc(w.Input.Readings, func(a, b evidence.Reading) int { return a.Series.Compare(b.Series) }) {
		t.Error("the readings have no order")
	}
	for _, r := range w.Input.Readings {
		switch {
		case r.Heard.After(w.Now) || r.Heard.Before(r.At):
			t.Fatalf("%s of %s was heard at %s, asked at %s", r.Series, r.At, r.Heard, w.Now)
		case (r.Level > evidence.Normal) != !r.Onset.IsZero():
			t.Fatalf("%s is %s since %s", r.Series, r.Level, r.Onset)
		case r.Onset.After(r.At) || !r.Onset.IsZero() && r.Onset.Before(w.From):
			t.Fatalf("%s began at %s, read at %s", r.Series, r.Onset, r.At)
		}
	}
	for _, s := range w.Input.Statements {
		if s.Heard.After(w.Now) || s.At.After(s.Heard) || len(s.Claims) == 0 {
			t.Fatalf("statement %+v, asked at %s", s, w.Now)
		}
	}
	for _, f := range w.Truth {
		if !slices.Contains(f.Alike, f.Node) || f.Onset.After(w.Now) {
			t.Fatalf("truth %+v, asked at %s", f, w.Now)
		}
	}
}

// TestTruthIsThere: whoever sees the truth scores in full in every scenario,
// and whoever sees nothing at chance.
func TestTruthIsThere(t *testing.T) {
	t.Parallel()
	ed := canadian(t)
	each(t, ed, 4, func(t *testing.T, w *World) {
		var roots []attribute.Root
		for _, f := range w.Truth {
			roots = append(roots, named(1, f.Node))
		}
		m := score(w, roots)
		if m.top1 != 1 || m.accused != 0 || m.met != m.truths || m.right != m.named {
			t.Errorf("world %d: the truth scores %+v", w.Number, m)
		}
	})
	res, err := Attribution(t.Context(), Options{
		Edition: ed, Seed: 5, Worlds: 30, Scenario: []string{"carrier-day", "news-only"},
		Methods: func(*catalog.Edition) []Method {
			return []Method{
				{"stubborn", func(attribute.Input) []attribute.Root { return []attribute.Root{named(0.9, "bell/core")} }},
				{"silent", func(attribute.Input) []attribute.Root { return nil }},
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range res.Scenarios {
		quiet, silent := r.Scenario == "news-only", r.Method == "silent"
		switch {
		case silent && r.FalseAccusation != 0, silent && quiet && r.Top1 != 1, silent && !quiet && r.Top1 != 0:
			t.Errorf("silence: %+v", r)
		case !silent && quiet && r.FalseAccusation != 1, !silent && !quiet && r.Top1 > 0.35:
			t.Errorf("a fixed answer: %+v", r)
		}
	}
}

// TestTruthShows: where something fails, some series of those who fell stands
// out, by the cruder of the peers' means. In a small town that is asking much.
func TestTruthShows(t *testing.T) {
	t.Parallel()
	least := map[string]float64{"small-town": 0.3, "hidden-shared-root": 0.7, "carrier-night": 0.7, "slow-recovery": 0.7}
	ed := canadian(t)
	for _, name := range ScenarioNames() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all, shown := 0.0, 0.0
			err := Worlds(t.Context(), Options{Edition: ed, Seed: 2, Worlds: 10, Scenario: []string{name}}, func(w *World) bool {
				for _, f := range w.Truth {
					all++
					falls := Falls(w.Edition)(f.Node, "", catalog.Down)
					if slices.ContainsFunc(w.Input.Readings, func(r evidence.Reading) bool {
						id := catalog.NodeID(r.Series.Subject)
						_, fell := falls[id]
						about := fell || id.Owner() == f.Node.Owner() || r.Series.Measure.Plane() != evidence.PlaneCrowd
						return about && r.Level >= evidence.Warning
					}) {
						shown++
					}
				}
				return true
			})
			if err != nil {
				t.Fatal(err)
			}
			want := least[name]
			if want == 0 {
				want = 0.85
			}
			if part(shown, all) < want {
				t.Errorf("%v of %v failures show", shown, all)
			}
		})
	}
}

// TestScenariosAreWhatTheySay: each mandatory scenario has its mark.
func TestScenariosAreWhatTheySay(t *testing.T) {
	t.Parallel()
	ed := canadian(t)
	draws := func(name string) (all []*World) {
		err := Worlds(t.Context(), Options{Edition: ed, Seed: 4, Worlds: 10, Scenario: []string{name}}, func(w *World) bool {
			all = append(all, w)
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	low := func(w *World, m evidence.Measure) (n, of int) {
		for _, r := range w.Input.Readings {
			if r.Series.Measure == m {
				of++
				if r.Peak != 0 && r.Level > evidence.Normal {
					n++
				}
			}
		}
		return n, of
	}
	for _, w := range draws("news-only") {
		if len(w.Truth) != 0 {
			t.Error("news-only: something failed")
		}
	}
	for _, w := range draws("two-roots") {
		if len(w.Truth) != 2 || w.Truth[0].Node.Owner() == w.Truth[1].Node.Owner() {
			t.Errorf("two-roots: %+v", w.Truth)
		}
	}
	for _, w := range draws("hidden-shared-root") {
		if w.Truth[0].Node != hiddenNode || w.Edition.Node(hiddenNode) == nil {
			t.Errorf("hidden-shared-root: %+v", w.Truth)
		}
	}
	for _, w := range draws("partial-plane") {
		if n, of := low(w, evidence.Prefixes); n > of/2 {
			t.Errorf("partial-plane: routes show it: %d of %d", n, of)
		}
	}
	for _, w := range draws("carrier-night") {
		zone, _ := time.LoadLocation(ed.Zone(ed.Root()))
		if h := w.Truth[0].Onset.In(zone).Hour(); h < 1 || h > 5 {
			t.Errorf("carrier-night begins at %d o'clock", h)
		}
	}
	for _, w := range draws("small-town") {
		if r := ed.Region(w.Truth[0].Region); r == nil || r.Level != catalog.Division || r.Population > smallTown {
			t.Errorf("small-town is %+v", r)
		}
	}
	for _, w := range draws("slow-recovery") {
		if w.Now.Sub(w.Truth[0].Onset) < 3*time.Hour {
			t.Errorf("slow-recovery is asked after %s", w.Now.Sub(w.Truth[0].Onset))
		}
	}
	everywhere := 0
	for _, w := range draws("dead-vantage") {
		if n, of := low(w, evidence.Blocks); n > of/2 {
			everywhere++
		}
	}
	if everywhere < 5 {
		t.Errorf("dead-vantage: only %d of 10 worlds show it everywhere", everywhere)
	}
}

// TestGraphsDiffer: methods get another graph than the true one, in the measure
// that the scenario asks for, and the catalogue itself is left alone.
func TestGraphsDiffer(t *testing.T) {
	t.Parallel()
	ed := canadian(t)
	count := func(ed *catalog.Edition) (edges int) {
		for _, n := range ed.Nodes() {
			for _, g := range n.Needs {
				edges += len(g.Members)
				if g.AtLeast < 1 || g.AtLeast > len(g.Members) {
					t.Errorf("%s needs %d of %d", n.ID, g.AtLeast, len(g.Members))
				}
			}
		}
		return edges
	}
	before := count(ed)
	lost := 0.0
	for i := range 20 {
		s := spoil(chance(uint64(i), "g"), ed, Wrongs{Missing: 0.2})
		after := count(s)
		lost += 1 - float64(after)/float64(before)
	}
	if lost /= 20; lost < 0.16 || lost > 0.24 {
		t.Errorf("%.2f of the edges are missing, want 0.2", lost)
	}
	if again := count(ed); again != before {
		t.Errorf("the catalogue itself lost %d edges", before-again)
	}
	more := count(spoil(chance(1, "g"), ed, Wrongs{Added: 0.1}))
	if want := before + int(float64(before)*0.1+0.5); more != want {
		t.Errorf("%d edges, want %d", more, want)
	}
	g := graft(chance(1, "g"), ed)
	if falls := Falls(g)(hiddenNode, "", catalog.Down); len(falls) < 6 {
		t.Errorf("the hidden component takes only %v down", falls)
	}
}

// TestOtherCatalogues: worlds come from any catalogue, or it is said what it
// lacks.
func TestOtherCatalogues(t *testing.T) {
	t.Parallel()
	small, err := catalog.Load(os.DirFS("../catalog/testdata/small"), time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range ScenarioNames() {
		err := Worlds(t.Context(), Options{Edition: small, Seed: 1, Worlds: 4, Scenario: []string{name}}, func(w *World) bool {
			soundInput(t, w)
			return true
		})
		if err != nil && !errors.Is(err, ErrUnfit) {
			t.Errorf("%s: %v", name, err)
		}
	}
	empty := catalog.New(small.AsOf(), "empty", catalog.World{Regions: []catalog.Region{{ID: "xx", Level: catalog.Country}}})
	if _, err := Attribution(t.Context(), Options{Edition: empty, Seed: 1, Worlds: 2}); !errors.Is(err, ErrUnfit) {
		t.Errorf("a catalogue of nothing: %v", err)
	}
	if _, err := LocalisationOf(t.Context(), Options{Edition: empty, Seed: 1, Worlds: 2}); !errors.Is(err, ErrUnfit) {
		t.Errorf("places of nothing: %v", err)
	}
}

// FuzzWorlds: whatever the seed and the scenario, worlds are sound.
func FuzzWorlds(f *testing.F) {
	f.Add(uint64(0), uint(0))
	f.Add(uint64(math.MaxUint64), uint(14))
	ed := canadian(f)
	names := ScenarioNames()
	f.Fuzz(func(t *testing.T, seed uint64, n uint) {
		o := Options{Edition: ed, Seed: seed, Worlds: 1, Scenario: []string{names[n%uint(len(names))]}}
		err := Worlds(t.Context(), o, func(w *World) bool {
			for i := range w.Series {
				soundSeries(t, w, &w.Series[i])
			}
			soundInput(t, w)
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
