package catalog

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestWorse(t *testing.T) {
	order := []State{Up, Unknown, Degraded, Down} // each is worse than those before it
	for i, a := range order {
		for j, b := range order {
			if got, want := Worse(a, b), order[max(i, j)]; got != want {
				t.Errorf("Worse(%s, %s) is %s, want %s", a, b, got, want)
			}
			if Worse(a, b) != Worse(b, a) {
				t.Errorf("Worse is not commutative on %s and %s", a, b)
			}
			for _, c := range order {
				if Worse(Worse(a, b), c) != Worse(a, Worse(b, c)) {
					t.Errorf("Worse is not associative on %s, %s and %s", a, b, c)
				}
				// Monotone: what is worse stays worse beside anything.
				if i <= j && slices.Index(order, Worse(a, c)) > slices.Index(order, Worse(b, c)) {
					t.Errorf("Worse is not monotone on %s, %s and %s", a, b, c)
				}
			}
		}
		if Worse(a, a) != a {
			t.Errorf("Worse(%s, %s) is %s", a, a, Worse(a, a))
		}
	}
}

func TestWithinAndOverlap(t *testing.T) {
	e := mustLoad(t, "2022-07-08", small())
	// For each pair: is the first within the second, the second within the
	// first, do they overlap. The area xx-east is xx-a-2 and xx-b-1.
	for _, c := range []struct {
		a, b            RegionID
		ab, ba, overlap bool
	}{
		{"xx", "xx", true, true, true},
		{"xx-a", "xx", true, false, true},
		{"xx-a-1", "xx", true, false, true},
		{"xx-a-1", "xx-a", true, false, true},
		{"xx-a-1", "xx-a-2", false, false, false},
		{"xx-a", "xx-b", false, false, false},
		{"xx-a-1", "xx-b", false, false, false},
		{"xx-east", "xx", true, false, true},
		{"xx-a-2", "xx-east", true, false, true},
		{"xx-a-1", "xx-east", false, false, false},
		{"xx-a", "xx-east", false, false, true},
		{"xx-b", "xx-east", false, false, true}, // the area reaches beyond it, and may hold less than all of it
		{"moon", "xx", false, false, false},
	} {
		got := [3]bool{e.Within(c.a, c.b), e.Within(c.b, c.a), e.Overlap(c.a, c.b)}
		if want := [3]bool{c.ab, c.ba, c.overlap}; got != want {
			t.Errorf("%s and %s: %v, want %v", c.a, c.b, got, want)
		}
		if e.Overlap(c.b, c.a) != got[2] {
			t.Errorf("overlap of %s and %s depends on the order", c.a, c.b)
		}
	}
}

func TestEditionAnswers(t *testing.T) {
	e := mustLoad(t, "2022-07-08", small())
	for _, c := range []struct {
		what      string
		got, want string
	}{
		{"children", fmt.Sprint(e.Children("xx")), "[xx-a xx-b]"},
		{"children without areas", fmt.Sprint(e.Children("xx-a")), "[xx-a-1 xx-a-2]"},
		{"own zone", e.Zone("xx-a"), "America/Winnipeg"},
		{"zone above", e.Zone("xx-a-1"), "America/Winnipeg"},
		{"zone of the country", e.Zone("xx-b-1"), "America/Toronto"},
		{"zone of nowhere", e.Zone("moon"), "UTC"},
		{"name of a carrier", e.OrgName("red").FR, "Rouge"},
		{"name of an organisation", e.OrgName("bank").EN, "The Bank"},
		{"name of a stranger", e.OrgName("moon").EN, "moon"},
		{"service", e.Service("debit").Name.FR, "paiements par débit"},
		{"sizes", fmt.Sprint(len(e.Regions()), len(e.Services()), len(e.Carriers()), len(e.Organisations()), len(e.Nodes())), "7 3 2 3 7"},
		{"sector of a carrier's node", e.Sector(e.Node("red/core")), ""},
		{"asn of nobody", fmt.Sprint(e.ByASN(1)), "[]"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
	ids := make([]NodeID, 0, len(e.Nodes()))
	for _, n := range e.Nodes() {
		ids = append(ids, n.ID)
	}
	if !slices.IsSorted(ids) {
		t.Errorf("nodes out of order: %v", ids)
	}
	if e.Region("moon") != nil || e.Service("moon") != nil || e.Carrier("moon") != nil ||
		e.Organisation("moon") != nil || e.Node("moon/base") != nil || e.Source("moon") != nil {
		t.Error("something is found on the moon")
	}
	if NodeID("red/core").Owner() != "red" || (Text{EN: "a", FR: "b"}).In(EN) != "a" {
		t.Error("owner or language")
	}
	if New(time.Time{}, "", World{}).Root() != "" {
		t.Error("a root of nothing")
	}
}
