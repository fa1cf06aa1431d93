package catalog

import (
	"testing"
	"time"
)

// TestGroundTwin holds what is worked out once to its definition, for every pair
// of places of Canada and for names that nobody knows.
func TestGroundTwin(t *testing.T) {
	ed, err := Load(Canada(), time.Date(2022, 7, 8, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	ids := []RegionID{"", "atlantis"}
	areas := 0
	for _, r := range ed.Regions() {
		ids = append(ids, r.ID)
		if r.Level == Area {
			areas++
		}
	}
	if areas == 0 {
		t.Fatal("no area: half of the rule goes unseen")
	}
	for _, a := range ids {
		for _, b := range ids {
			if got, want := ed.Within(a, b), ed.lies(a, b); got != want {
				t.Errorf("%q within %q: %v, by definition %v", a, b, got, want)
			}
		}
	}
}
