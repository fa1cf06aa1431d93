package catalog

import (
	"strings"
	"testing"
	"time"
)

// TestCanada holds the embedded catalogue to what other packages take for
// granted. What it says of single organisations stands in its own files.
func TestCanada(t *testing.T) {
	days, err := Check(Canada())
	if err != nil {
		t.Fatal(err)
	}
	e := mustLoad(t, "2022-07-08", Canada())
	if e.Root() != "ca" || e.Region("ca").Population != 36991981 {
		t.Errorf("root %q with %d people", e.Root(), e.Region("ca").Population)
	}
	counts := map[Level]int{}
	people := map[Level]int{}
	for _, r := range e.Regions() {
		counts[r.Level]++
		people[r.Level] += r.Population
		if _, err := time.LoadLocation(e.Zone(r.ID)); err != nil {
			t.Errorf("%s: %v", r.ID, err)
		}
		if r.Level != Area && !r.Counted {
			t.Errorf("%s has no population", r.ID)
		}
	}
	if counts[Province] != 13 || counts[Division] != 293 || counts[Area] < 2 {
		t.Errorf("regions %v", counts)
	}
	if people[Province] != people[Country] || people[Division] != people[Country] {
		t.Errorf("populations don't add up: %v", people)
	}
	for _, at := range append(days, day("2021-04-19"), day("2022-07-08"), day("2026-01-01")) {
		if _, err := Load(Canada(), at); err != nil {
			t.Errorf("edition of %s: %v", at.Format(time.DateOnly), err)
		}
	}
}

func TestCanadaRecoversInCircles(t *testing.T) {
	const circle = "recovery waits for itself: rogers/ip-core → rogers/management-network → rogers/ip-core"
	for asOf, want := range map[string]bool{"2022-07-08": true, "2026-01-01": false} {
		got := false
		for _, f := range mustLoad(t, asOf, Canada()).Findings() {
			got = got || f.Kind == CircularRecovery && f.Text == circle
			if f.Kind == NeedCycle {
				t.Errorf("%s: %s", asOf, f.Text)
			}
		}
		if got != want {
			t.Errorf("%s: the management network on its own core: %v, want %v", asOf, got, want)
		}
	}
}

// TestCanadaIsExplained asks for everything in both languages.
func TestCanadaIsExplained(t *testing.T) {
	e := mustLoad(t, "2022-07-08", Canada())
	for _, id := range e.known() {
		x, err := e.Explain(id)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range []Lang{EN, FR} {
			if text := x.Text(l); !strings.HasPrefix(text, id+"  "+x.Name.In(l)+"\n") {
				t.Errorf("%s in %s:\n%s", id, l, text)
			}
		}
	}
}
