package attribute

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tocsin/catalog"
)

// TestExplainSuperposed: on drawn evenings, what the superposition names is
// explained with the same probability; terms make planes, and these with the
// prior and the extras the log-odds; every piece stands once; what is taken out
// to break a verdict breaks it.
func TestExplainSuperposed(t *testing.T) {
	t.Parallel()
	e := engine(country())
	named, broken := 0, 0
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 9))
		in := draw(rng, e, rng.Float64(), seed%3 > 0, catalog.NodeID(orgs()[seed%5]+"/core"))
		for _, r := range e.Superpose(in) {
			named++
			x := e.ExplainSuperposed(in, r.Nodes, r.Region)
			if math.Abs(x.P-r.P) > 1e-9 || !slices.Equal(x.Nodes, r.Nodes) || x.Kinds != r.Planes || x.Fit == nil || x.Fit.Severity <= 0 {
				t.Fatalf("seed %d: explained %v %v, found %v %v", seed, x.Nodes, x.P, r.Nodes, r.P)
			}
			checkSum(t, seed, x)
			claims := 0
			for _, s := range in.Statements {
				claims += len(s.Claims)
			}
			if len(x.Terms) != len(in.Readings)+claims {
				t.Errorf("seed %d: %d terms of %d readings and %d claims", seed, len(x.Terms), len(in.Readings), claims)
			}
			if x.Break != nil {
				broken++
				if x.Break.Stance == x.Stance {
					t.Errorf("seed %d: %+v leaves it %s", seed, x.Break, x.Stance)
				}
			}
		}
	}
	if named < 8 || broken == 0 {
		t.Errorf("%d roots were explained, %d of them can be broken", named, broken)
	}
}

func checkSum(t *testing.T, seed uint64, x Explanation) {
	t.Helper()
	sum := x.Prior
	for _, p := range x.Planes {
		terms := 0.0
		for _, term := range x.Terms {
			if term.Counts && term.Cite.Plane == p.Plane {
				terms += term.Nats
			}
		}
		if math.Abs(terms-p.Sum) > 1e-9 || p.Counted < p.Least-1e-9 || p.Counted > p.Most+1e-9 || p.Without < 0 || p.Without > 1 {
			t.Errorf("seed %d: terms of %v make %v: %+v", seed, p.Plane, terms, p)
		}
		sum += p.Counted
	}
	for _, e := range x.Extras {
		sum += e.Nats
	}
	if math.Abs(sum-x.LogOdds) > 1e-9 || math.Abs(chance(x.LogOdds)-x.P) > 1e-9 {
		t.Errorf("seed %d: adds up to %v, log-odds %v, P %v", seed, sum, x.LogOdds, x.P)
	}
	if _, err := json.Marshal(x); err != nil {
		t.Errorf("seed %d: %v", seed, err)
	}
}

// TestExplainSuperposedOther: a node that is not named is explained as well, and
// is less likely; one that nothing speaks for is as likely as on any day.
func TestExplainSuperposedOther(t *testing.T) {
	t.Parallel()
	e := engine(country())
	in := draw(rand.New(rand.NewPCG(1, 9)), e, 0.2, true, "ash/core")
	core := e.ExplainSuperposed(in, []catalog.NodeID{"ash/core"}, "xx")
	if core.Stance != StanceCertain || core.Carrier != "ash" {
		t.Fatalf("%+v", core)
	}
	for _, id := range []catalog.NodeID{"ash/access", "birch/core"} {
		if x := e.ExplainSuperposed(in, []catalog.NodeID{id}, "xx"); x.P >= core.P || x.P >= Possible {
			t.Errorf("%s: %v beside %v", id, x.P, core.P)
		}
	}
	quiet := e.ExplainSuperposed(Input{Now: eve}, []catalog.NodeID{"ash/core"}, "xx")
	if quiet.LogOdds != quiet.Prior || len(quiet.Terms) != 0 || quiet.Stance != StanceUnlikely {
		t.Errorf("%+v", quiet)
	}
	for lang, want := range map[catalog.Lang]string{catalog.EN: "times the usual reports", catalog.FR: "fois les signalements habituels"} {
		if text := core.Text(country(), lang); !strings.Contains(text, want) || strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
			t.Errorf("%s:\n%s", lang, text)
		}
	}
}
