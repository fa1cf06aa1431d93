package app

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evaluate"
)

// twoRoads is a catalogue in which a shop and its bank hang on two roads.
const twoRoads = `
regions: [{id: zz, level: country, name: {en: Z, fr: Z}, population: 10, confidence: assumed}]
services: [{id: payments, name: {en: Payments, fr: Paiements}}]
organisations:
- {id: a, name: {en: A, fr: A}, sector: shop, confidence: assumed}
components:
- {id: a/hub, kind: core, name: {en: H, fr: H}, regions: [zz], confidence: assumed}
- {id: a/left, kind: access, name: {en: L, fr: L}, regions: [zz], confidence: assumed, needs: [{all: [a/hub]}]}
- {id: a/right, kind: access, name: {en: R, fr: R}, regions: [zz], confidence: assumed}
- {id: a/bank, kind: service, service: payments, users: 500, name: {en: B, fr: B}, regions: [zz], confidence: assumed, needs: [{any: [a/left, a/right], holdover: 4h}]}
dependents:
- {id: a/shop, people: 30, name: {en: S, fr: S}, regions: [zz], confidence: assumed, needs: [{all: [a/bank]}]}
- {id: a/stall, name: {en: T, fr: T}, regions: [zz], confidence: assumed, needs: [{any: [a/bank, a/right]}]}
`

func roads(t *testing.T) PairsOptions {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "roads.yaml"), []byte(twoRoads), 0o600); err != nil {
		t.Fatal(err)
	}
	return PairsOptions{World: World{Catalog: dir}, AsOf: clock(t, "2024-05-02T00:00:00Z"), Sweep: Sweep{Double: true, Top: 20}}
}

func TestRehearsePairsJSON(t *testing.T) {
	o := roads(t)
	o.Format = "json"
	var out bytes.Buffer
	if err := RehearsePairs(t.Context(), &out, o); err != nil {
		t.Fatal(err)
	}
	type row struct {
		Fail, Lost  []catalog.NodeID
		Harm, Extra int64
		Emergent    bool
	}
	var got struct {
		Exercise                                           bool
		Components, Dependents, Requirements, Edges, Pairs int
		EmergentPairs                                      int `json:"emergent_pairs"`
		Seconds                                            *float64
		Worst, Singles                                     []row
		Joint                                              []row `json:"worst_emergent"`
		Points                                             []struct {
			Dependent  catalog.NodeID
			People     *int
			Components []catalog.NodeID
			Pairs      int
		} `json:"single_points"`
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	// hub+right and left+right take the bank and both dependents; bank+right the stall.
	if !got.Exercise || got.Components != 4 || got.Dependents != 2 || got.Requirements != 4 || got.Edges != 6 || got.Pairs != 6 || got.EmergentPairs != 3 || got.Seconds == nil {
		t.Errorf("counts: %+v", got)
	}
	worst := got.Worst[0]
	if !slices.Equal(worst.Fail, []catalog.NodeID{"a/hub", "a/right"}) || worst.Harm != 532 || worst.Extra != 531 || !worst.Emergent ||
		!slices.Equal(worst.Lost, []catalog.NodeID{"a/bank", "a/left", "a/shop", "a/stall"}) {
		t.Errorf("the worst pair: %+v", worst)
	}
	if len(got.Worst) != 6 || len(got.Joint) != 3 || len(got.Singles) != 4 || got.Singles[0].Fail[0] != "a/bank" || got.Singles[0].Harm != 30 {
		t.Errorf("rows: %+v", got)
	}
	if len(got.Points) != 2 || got.Points[0].Dependent != "a/shop" || !slices.Equal(got.Points[0].Components, []catalog.NodeID{"a/bank"}) ||
		got.Points[0].Pairs != 2 || len(got.Points[1].Components) != 0 || got.Points[1].Pairs != 3 {
		t.Errorf("points: %+v", got.Points)
	}
	shop, stall := got.Points[0], got.Points[1]
	if shop.People == nil || *shop.People != 30 || stall.People != nil || stall.Components == nil {
		t.Errorf("nobody counted the stall's people, and nothing takes it down alone, which is an empty list: %s", out.String())
	}
}

// Within the holdover the bank stands, and nothing is emergent.
func TestRehearsePairsHorizon(t *testing.T) {
	o := roads(t)
	o.Format, o.Horizon = "json", time.Hour
	var out bytes.Buffer
	if err := RehearsePairs(t.Context(), &out, o); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), `"horizon": "1h0m0s"`) || !strings.Contains(out.String(), `"emergent_pairs": 1,`) {
		t.Errorf("within an hour only bank and right take the stall together:\n%s", out.String())
	}
	o.Format = "text"
	out.Reset()
	if err := RehearsePairs(t.Context(), &out, o); err != nil || !strings.Contains(out.String(), "Holdovers longer than 1 h hold.") {
		t.Errorf("%v:\n%s", err, out.String())
	}
}

func TestRehearsePairsWords(t *testing.T) {
	for lang, words := range map[string][]string{
		"en": {"4 components that can fail, 2 dependents, 4 requirements (6 links)", "EXERCISE: a rehearsal. Nothing has failed.\nRehearsal", "EXERCISE: the worst double failures", "6 pairs judged", "in 3 of them", "a/hub a/right (of them 531 only by both together)", "lost (4): a/bank a/left a/shop a/stall", "EXERCISE: single points of failure", "30  a/shop: alone a/bank; 2 pairs", " –  a/stall: alone –; 3 pairs"},
		"fr": {"4 composants qui peuvent tomber", "EXERCICE : les pires doubles pannes", "6 paires jugées en 0,", "réserves s’épuisent", "a/hub a/right (dont 531 par les deux ensemble seulement)", "tombent (4) : a/bank", "EXERCICE : points uniques de défaillance", "a/shop : chacun à lui seul a/bank ; paires : 2\n"},
	} {
		o := roads(t)
		o.Lang = lang
		var out bytes.Buffer
		if err := RehearsePairs(t.Context(), &out, o); err != nil {
			t.Fatal(err)
		}
		for _, w := range words {
			if !strings.Contains(out.String(), w) {
				t.Errorf("%s: doesn't say %q:\n%s", lang, w, out.String())
			}
		}
		o.Double = false
		out.Reset()
		if err := RehearsePairs(t.Context(), &out, o); err != nil || strings.Contains(out.String(), "531") || strings.Contains(out.String(), "; 0 pairs") || strings.Contains(out.String(), "paires :") || !strings.Contains(out.String(), "30  a/bank") {
			t.Errorf("%s, single failures, %v:\n%s", lang, err, out.String())
		}
	}
}

func TestRehearsePairsCSV(t *testing.T) {
	o := roads(t)
	o.Format, o.Top = "csv", 2
	var out bytes.Buffer
	if err := RehearsePairs(t.Context(), &out, o); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(rows) != 3 || strings.Join(rows[1], "|") != "true|a/hub a/right|532|true|531|a/bank a/left a/shop a/stall" {
		t.Errorf("%v: %q", err, rows)
	}
}

func TestRehearsePairsRefused(t *testing.T) {
	o := roads(t)
	for _, c := range []struct {
		change func(*PairsOptions)
		code   int
		says   string
	}{
		{func(o *PairsOptions) { o.Top = 0 }, ExitUsage, "--top 0"},
		{func(o *PairsOptions) { o.Horizon = -1 }, ExitUsage, "--for"},
		{func(o *PairsOptions) { o.Format = "xml" }, ExitUsage, "xml"},
		{func(o *PairsOptions) { o.Catalog = "nowhere" }, ExitInput, "nowhere"},
	} {
		bad := o
		c.change(&bad)
		complaint(t, RehearsePairs(t.Context(), io.Discard, bad), c.code, []string{c.says})
	}
	for _, format := range []string{"text", "json", "csv"} {
		o.Format = format
		complaint(t, RehearsePairs(t.Context(), &full{room: 20}, o), ExitInput, []string{"no space left"})
	}
}

// With the right road down already, the left one and the hub are single points.
func TestRehearseGiven(t *testing.T) {
	o := roads(t)
	o.Given = []string{"a/right"}
	var out bytes.Buffer
	if err := RehearsePairs(t.Context(), &out, o); err != nil {
		t.Fatal(err)
	}
	for _, w := range []string{"3 components that can fail, 2 dependents", "3 pairs judged", "in 0 of them", "Down already, with what follows (1): a/right", "532  a/hub", "a/shop: alone a/bank a/hub a/left; 0 pairs"} {
		if !strings.Contains(out.String(), w) {
			t.Errorf("doesn't say %q:\n%s", w, out.String())
		}
	}
	o.Given = []string{"a/rigth"}
	complaint(t, RehearsePairs(t.Context(), io.Discard, o), ExitUsage, []string{"a/rigth", `did you mean "a/right"?`})
	complaint(t, RehearseCuts(t.Context(), io.Discard, o), ExitUsage, []string{"a/rigth"})
}

func TestRehearseCuts(t *testing.T) {
	for format, want := range map[string]string{
		"text": "EXERCISE: a rehearsal. Nothing has failed.\nWhat takes a/shop down, 2 at most together, edition of 2024-05-02: 3 sets.\n\n1 together:\n  a/bank\n\n2 together:\n  a/hub a/right\n  a/left a/right\n\nEXERCISE: a rehearsal. Nothing has failed.\n",
		"csv":  "exercise,order,components\ntrue,1,a/bank\ntrue,2,a/hub a/right\ntrue,2,a/left a/right\n",
		"json": `"cut_sets": [`,
	} {
		o := roads(t)
		o.Cuts, o.Order, o.Format = "a/shop", 2, format
		var out bytes.Buffer
		if err := RehearseCuts(t.Context(), &out, o); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("%s, %v:\n%s", format, err, out.String())
		}
		complaint(t, RehearseCuts(t.Context(), &full{room: 9}, o), ExitInput, []string{"no space left"})
		o.Lang = "fr"
		out.Reset()
		if err := RehearseCuts(t.Context(), &out, o); err != nil || format == "text" && !strings.Contains(out.String(), "À 2 :\n  a/hub a/right") {
			t.Errorf("%s in French, %v:\n%s", format, err, out.String())
		}
		o.Cuts = "a/shpo"
		complaint(t, RehearseCuts(t.Context(), io.Discard, o), ExitUsage, []string{"a/shpo", `did you mean "a/shop"?`})
		o.Cuts, o.Order = "a/shop", 4
		complaint(t, RehearseCuts(t.Context(), io.Discard, o), ExitUsage, []string{"--order"})
		o.Format = "xml"
		complaint(t, RehearseCuts(t.Context(), io.Discard, o), ExitUsage, []string{"xml"})
		o.Format, o.Catalog = "text", "nowhere"
		complaint(t, RehearseCuts(t.Context(), io.Discard, o), ExitInput, []string{"nowhere"})
	}
}

// Progress goes up to one and is never told by two at once.
func TestRehearsePairsProgress(t *testing.T) {
	o := roads(t)
	last := 0.0
	o.Progress = func(done float64) {
		if done <= last || done > 1 {
			t.Errorf("%v after %v", done, last)
		}
		last = done
	}
	if err := RehearsePairs(t.Context(), io.Discard, o); err != nil || last != 1 {
		t.Errorf("ended at %v, %v", last, err)
	}
}

func TestGenerateCatalog(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "invented")
	o := GenerateOptions{Draft: evaluate.Draft{Components: 50, Requirements: 100, Seed: 4}, Dir: dir}
	var out bytes.Buffer
	if err := GenerateCatalog(&out, o); err != nil || !strings.Contains(out.String(), "50 components and 100 requirements") {
		t.Fatalf("%v: %s", err, out.String())
	}
	if _, err := (World{Catalog: dir}).check(); err != nil {
		t.Error(err)
	}
	complaint(t, GenerateCatalog(io.Discard, o), ExitUsage, []string{"holds a catalogue already"})
	o.Components = 0
	complaint(t, GenerateCatalog(io.Discard, o), ExitUsage, []string{"0 components"})
	o = GenerateOptions{Draft: evaluate.Draft{Components: 5}, Dir: filepath.Join(dir, "00-places.yaml", "x")}
	complaint(t, GenerateCatalog(io.Discard, o), ExitInput, []string{"catalog generate"})
}
