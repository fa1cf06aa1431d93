package impact_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
)

// returned lays the times of return out over nodes and leaves: never is after all
// else.
func returned(m *mender, r impact.Recovery) map[spot]time.Time {
	out := map[spot]time.Time{}
	for _, ret := range r.Returns {
		for _, s := range m.spots() {
			if s.node == ret.Node && m.ed.Within(s.leaf, ret.Region) {
				out[s] = ret.Full
				if ret.Full.IsZero() {
					out[s] = m.now.AddDate(200, 0, 0)
				}
			}
		}
	}
	return out
}

// A longer repair, or one that needs one node more, brings nothing back earlier.
func TestRecoverMonotone(t *testing.T) {
	later := 0
	for seed := range uint64(cases / 5) {
		r := rand.New(rand.NewPCG(seed, 13))
		ed, repairs := mended(r)
		fails := randomFailures(r, ed)
		now := start().Add(4 * time.Hour)
		m := newMender(newTwin(ed, fails, now), repairs)
		before := returned(m, impact.New(ed).Recover(fails, now, repairs))

		longer := impact.Repairs{}
		for id, d := range repairs {
			longer[id] = d + time.Duration(r.IntN(2))*time.Hour
		}
		var nodes []catalog.Node
		for _, n := range ed.Nodes() {
			made := *n
			if r.IntN(3) == 0 {
				made.RecoversWith = append(append([]catalog.NodeID{}, n.RecoversWith...), name(r.IntN(len(ed.Nodes()))))
			}
			nodes = append(nodes, made)
		}
		harder := catalog.New(start(), "harder", catalog.World{Regions: regions(), Nodes: nodes})
		after := returned(m, impact.New(harder).Recover(fails, now, longer))
		if len(after) != len(before) {
			t.Fatalf("seed %d: %d spots are away, then %d", seed, len(before), len(after))
		}
		for s, t0 := range before {
			if after[s].Before(t0) {
				t.Fatalf("seed %d: %v is back at %v, then already at %v", seed, s, t0, after[s])
			}
			if after[s].After(t0) {
				later++
			}
		}
	}
	if later < 100 {
		t.Errorf("only %d returns come later: the worlds are too tame", later)
	}
}

// Whatever waits tells what it waits for: each the next, and the last for nothing.
func TestWaitsLeadToARepair(t *testing.T) {
	chains := 0
	for seed := range uint64(cases / 5) {
		r := rand.New(rand.NewPCG(seed, 14))
		ed, repairs := mended(r)
		fails := randomFailures(r, ed)
		now := start().Add(4 * time.Hour)
		roots := map[catalog.NodeID]bool{}
		got := impact.New(ed).Recover(fails, now, repairs)
		for _, ret := range got.Returns {
			roots[ret.Node] = roots[ret.Node] || ret.Root
		}
		for _, ret := range got.Returns {
			if len(ret.Waits) == 0 {
				continue
			}
			chains++
			if ret.Waits[0] != ret.Node || !roots[ret.Waits[len(ret.Waits)-1]] {
				t.Fatalf("seed %d: %s waits by %v, which ends at no repair", seed, ret.Node, ret.Waits)
			}
		}
	}
	if chains < 50 {
		t.Errorf("only %d chains", chains)
	}
}

// A length of time survives JSON.
func TestLengthRoundTrip(t *testing.T) {
	for _, d := range []time.Duration{0, time.Second, 90 * time.Minute, 50 * time.Hour, -time.Hour} {
		text, err := json.Marshal(impact.Length(d))
		var back impact.Length
		if err != nil || json.Unmarshal(text, &back) != nil || time.Duration(back) != d {
			t.Errorf("%v becomes %s and %v, %v", d, text, back, err)
		}
	}
	var l impact.Length
	if err := l.UnmarshalText([]byte("soon")); err == nil {
		t.Error("soon is a length of time")
	}
}
