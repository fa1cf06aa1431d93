package incident

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

func onset() time.Time { return time.Date(2022, 7, 8, 8, 44, 0, 0, time.UTC) }

const rogers = ID("2022-07-08-rogers")

// change makes a change with everything that its operation needs.
func change(op Op, rev int, author string) Change {
	at := onset().Add(time.Duration(rev) * time.Minute)
	c := Change{Incident: rogers, Rev: rev, At: at, Op: op, Author: author}
	facet := Facet{Node: "rogers/mobile-data", Region: "ca", Family: evidence.IPv4}
	cite := Citation{
		Kind: Observed, Plane: evidence.PlaneTraffic, At: at, Heard: at, Value: 0.1, Expected: 1,
		Series:  &evidence.SeriesID{Feed: "radar", Measure: evidence.TrafficV4, Subject: "as812", Region: "ca"},
		Sources: []catalog.Source{{ID: "radar", Title: "Radar"}},
	}
	switch op {
	case OpSuspect:
		c.Carrier, c.Roots, c.P, c.Event = "rogers", []catalog.NodeID{"rogers/ip-core"}, 0.7, onset()
	case OpRelapse, OpResolve, OpRetime:
		c.Event = at.Add(-30 * time.Second)
	case OpRoots:
		c.Roots = []catalog.NodeID{"rogers/ip-core", "rogers/management"}
	case OpJudge:
		c.P, c.Evidence = 0.97, []Citation{cite}
		c.Verdicts = []Verdict{{Facet: facet, State: catalog.Down, P: 0.98, Since: onset(), Kind: Observed, Evidence: []Citation{cite}}}
	case OpAssess:
		c.Effects = []Effect{{
			Node: "interac/debit", Region: "ca", State: catalog.Down, Since: onset(),
			Path:   []catalog.NodeID{"interac/debit", "rogers/ip-core"},
			Advice: []Advice{{Text: catalog.Text{EN: "Pay in cash", FR: "Payez en argent comptant"}, Stands: true}},
		}}
	case OpClear:
		c.Cleared = []Clearance{{Org: "bell", State: catalog.Up, Class: SpillOver, P: 0.02, Accused: 900, Expected: 40, Evidence: []Citation{cite}}}
	case OpLocate:
		c.Shares = []Share{{Region: "ca-on", Count: 70, Total: 100, From: onset(), Until: at, Basis: evidence.Reported}}
		c.Areas = []Area{{Regions: []catalog.RegionID{"ca-on"}, Count: 70, Expected: 7, P: 0.99, From: onset(), Until: at, Basis: evidence.Reported}}
	case OpHear:
		c.Said = []Said{{ID: fmt.Sprintf("rogers-%d", rev), By: "rogers", At: at, Heard: at, Text: catalog.Text{EN: "We know", FR: "Nous savons"}}}
	case OpBlind:
		c.Blind = []Blindness{{Feed: "radar", Since: onset(), Late: time.Hour, Text: catalog.Text{EN: "late", FR: "en retard"}}}
	case OpFacet:
		c.Facet = &facet
	case OpAnnotate:
		c.Note = "seen from the street"
	}
	return c
}

func must(t *testing.T, in Incident, cs ...Change) Incident {
	t.Helper()
	for _, c := range cs {
		var err error
		if in, err = Apply(in, c); err != nil {
			t.Fatal(err)
		}
	}
	return in
}

// reach makes an incident in a state by the shortest way.
func reach(t *testing.T, s State) Incident {
	t.Helper()
	ways := map[State][]Op{
		"":         {},
		Suspected:  {OpSuspect},
		Dismissed:  {OpSuspect, OpDismiss},
		Confirmed:  {OpSuspect, OpConfirm},
		Recovering: {OpSuspect, OpConfirm, OpRecover},
		Resolved:   {OpSuspect, OpConfirm, OpRecover, OpResolve},
		Reviewed:   {OpSuspect, OpConfirm, OpRecover, OpResolve, OpReview},
	}
	var in Incident
	for i, op := range ways[s] {
		in = must(t, in, change(op, i+1, Tocsin))
	}
	if in.State != s {
		t.Fatalf("the way to %q leads to %q", s, in.State)
	}
	return in
}

func everyState() []State {
	return []State{"", Suspected, Confirmed, Recovering, Resolved, Reviewed, Dismissed}
}

func everyOp() []Op {
	return []Op{
		OpSuspect, OpConfirm, OpDismiss, OpRecover, OpRelapse, OpResolve, OpReview, OpReopen,
		OpRoots, OpRetime, OpJudge, OpAssess, OpClear, OpLocate, OpHear, OpBlind, OpFacet, OpAnnotate,
	}
}

// TestEveryStepFromEveryState writes the whole of life out, both for what is
// legal and for what isn't. "o" is legal for an operator alone.
func TestEveryStepFromEveryState(t *testing.T) {
	const table = `
op        nothing   suspected  confirmed  recovering resolved  reviewed  dismissed
suspect   suspected -          -          -          -         -         -
confirm   -         confirmed  -          -          -         -         -
dismiss   -         dismissed  -          -          -         -         -
recover   -         -          recovering -          -         -         -
relapse   -         -          -          confirmed  -         -         -
resolve   -         -          -          resolved   -         -         -
review    -         -          -          -          reviewed  -         -
reopen    -         -          -          -          o:confirmed -       -
roots     -         =          =          =          o:=       -         -
retime    -         =          =          =          o:=       -         -
judge     -         =          =          =          -         -         -
assess    -         =          =          =          -         -         -
clear     -         =          =          =          -         -         -
locate    -         =          =          =          -         -         -
hear      -         =          =          =          =         =         -
blind     -         =          =          =          -         -         -
facet     -         =          =          =          -         -         -
annotate  -         =          =          =          =         =         =
forget    -         -          -          -          -         -         -
`
	rows := strings.Split(strings.TrimSpace(table), "\n")[1:]
	if len(rows) != len(everyOp())+1 {
		t.Fatalf("the table has %d operations, the package %d", len(rows)-1, len(everyOp()))
	}
	for _, row := range rows {
		cells := strings.Fields(row)
		for i, s := range everyState() {
			for _, author := range []string{Tocsin, "dana"} {
				want, open := strings.CutPrefix(cells[i+1], "o:")
				if open && author == Tocsin {
					want = "-"
				}
				t.Run(fmt.Sprintf("%s/%s/%s", stateName(s), cells[0], author), func(t *testing.T) {
					checkStep(t, reach(t, s), Op(cells[0]), author, want)
				})
			}
		}
	}
}

func checkStep(t *testing.T, in Incident, op Op, author, want string) {
	c := change(op, in.Rev+1, author)
	out, err := Apply(in, c)
	if want == "-" {
		if !errors.Is(err, ErrRefused) {
			t.Fatalf("got %v, %v; want ErrRefused", out.State, err)
		}
		for _, part := range []string{string(rogers), fmt.Sprintf("revision %d", c.Rev), string(op)} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q does not name %q", err, part)
			}
		}
		if !reflect.DeepEqual(out, in) {
			t.Error("a refused change left a mark")
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if want == "=" {
		want = string(in.State)
	}
	if string(out.State) != want || out.Rev != in.Rev+1 {
		t.Errorf("got %s at revision %d; want %s at %d", out.State, out.Rev, want, in.Rev+1)
	}
	lines := len(out.Timeline) - len(in.Timeline)
	if quiet := strings.Contains(" judge assess clear locate hear blind ", " "+string(op)+" "); quiet != (lines == 0) || lines > 1 {
		t.Errorf("%s made %d lines of the timeline", op, lines)
	}
}

func TestOrder(t *testing.T) {
	in := reach(t, Confirmed)
	for _, rev := range []int{-1, 0, 1, 2, 4, 100} {
		if _, err := Apply(in, change(OpAnnotate, rev, "dana")); !errors.Is(err, ErrOrder) {
			t.Errorf("revision %d after 2: %v; want ErrOrder", rev, err)
		}
	}
	if _, err := Apply(Incident{}, change(OpSuspect, 2, Tocsin)); !errors.Is(err, ErrOrder) {
		t.Errorf("an incident that begins at revision 2: %v; want ErrOrder", err)
	}
}

func TestChangeThatLacksSomethingIsRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		from  State
		op    Op
		spoil func(*Change)
	}{
		"no incident":          {"", OpSuspect, func(c *Change) { c.Incident = "" }},
		"another incident":     {Confirmed, OpAnnotate, func(c *Change) { c.Incident = "2022-07-08-bell" }},
		"no author":            {Resolved, OpReopen, func(c *Change) { c.Author = "" }},
		"no time":              {Suspected, OpConfirm, func(c *Change) { c.At = time.Time{} }},
		"no onset":             {"", OpSuspect, func(c *Change) { c.Event = time.Time{} }},
		"no root":              {"", OpSuspect, func(c *Change) { c.Roots = nil }},
		"roots without root":   {Confirmed, OpRoots, func(c *Change) { c.Roots = nil }},
		"relapse without time": {Recovering, OpRelapse, func(c *Change) { c.Event = time.Time{} }},
		"resolve without time": {Recovering, OpResolve, func(c *Change) { c.Event = time.Time{} }},
		"retime without time":  {Confirmed, OpRetime, func(c *Change) { c.Event = time.Time{} }},
		"facet without facet":  {Confirmed, OpFacet, func(c *Change) { c.Facet = nil }},
		"empty note":           {Confirmed, OpAnnotate, func(c *Change) { c.Note = " \n" }},
		"more than certain":    {"", OpSuspect, func(c *Change) { c.P = 1.01 }},
		"less than nothing":    {Confirmed, OpJudge, func(c *Change) { c.P = -0.01 }},
		"not a number":         {Confirmed, OpJudge, func(c *Change) { c.P = math.NaN() }},
	} {
		t.Run(name, func(t *testing.T) {
			in := reach(t, tc.from)
			c := change(tc.op, in.Rev+1, "dana")
			must(t, in, c) // it is the spoiling that does it
			tc.spoil(&c)
			if out, err := Apply(in, c); !errors.Is(err, ErrRefused) || !reflect.DeepEqual(out, in) {
				t.Errorf("got %v; want ErrRefused and the incident as it was", err)
			}
		})
	}
}

// TestApplyWritesToNothing walks at random through life and looks at every
// incident that was made on the way again at the end. Two branches grow from
// each, so that an append into shared room would show.
func TestApplyWritesToNothing(t *testing.T) {
	type seen struct {
		in   Incident
		then string
	}
	for seed := range uint64(50) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		var past []seen
		in := reach(t, Suspected)
		for range 60 {
			op := everyOp()[rnd.IntN(len(everyOp()))]
			if op == OpDismiss || op == OpReview {
				continue // ends of life; the walk goes on
			}
			c := change(op, in.Rev+1, "dana")
			was := asJSON(t, c)
			past = append(past, seen{in, asJSON(t, in)})
			out, err := Apply(in, c)
			if err != nil {
				continue
			}
			other := change(OpAnnotate, in.Rev+1, "robin")
			other.Note = "the other branch"
			must(t, in, other)
			if asJSON(t, c) != was {
				t.Fatalf("seed %d: %s wrote to its change", seed, op)
			}
			in = out
		}
		for _, p := range past {
			if now := asJSON(t, p.in); now != p.then {
				t.Fatalf("seed %d: revision %d changed afterwards\nwas %s\nnow %s", seed, p.in.Rev, p.then, now)
			}
		}
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestJSONRoundTrip(t *testing.T) {
	in := reach(t, Confirmed)
	for _, op := range everyOp() {
		c := change(op, in.Rev+1, "dana")
		var back Change
		if err := json.Unmarshal([]byte(asJSON(t, c)), &back); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(c, back) {
			t.Errorf("%s came back as %+v; want %+v", op, back, c)
		}
		if out, err := Apply(in, c); err == nil {
			in = out
		}
	}
	var back Incident
	if err := json.Unmarshal([]byte(asJSON(t, in)), &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(in, back) {
		t.Errorf("the incident came back as %+v; want %+v", back, in)
	}
	if len(in.Said) == 0 || len(in.Verdicts) == 0 || len(in.Effects) == 0 || len(in.Cleared) == 0 || len(in.Shares) == 0 || len(in.Areas) == 0 || len(in.Blind) == 0 {
		t.Error("the incident is too empty to prove anything")
	}
}

func TestFold(t *testing.T) {
	first := func(id ID, at time.Time) Change {
		c := change(OpSuspect, 1, Tocsin)
		c.Incident, c.Event = id, at
		return c
	}
	then := change(OpConfirm, 2, Tocsin)
	then.Incident = "b"
	got, err := Fold([]Change{
		first("c", onset().Add(time.Hour)), first("b", onset()), first("a", onset()), then, first("d", onset().Add(-time.Hour)),
	})
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, in := range got {
		order = append(order, fmt.Sprintf("%s %s", in.ID, in.State))
	}
	if want := "d suspected, a suspected, b confirmed, c suspected"; strings.Join(order, ", ") != want {
		t.Errorf("got %v; want %s", order, want)
	}

	then.Rev = 3
	got, err = Fold([]Change{first("a", onset()), first("b", onset()), then})
	if got != nil || !errors.Is(err, ErrOrder) || !strings.Contains(err.Error(), "change 3 of 3") {
		t.Errorf("got %v, %v; want ErrOrder at change 3 of 3", got, err)
	}
	if got, err = Fold(nil); err != nil || len(got) != 0 {
		t.Errorf("no changes fold to %v, %v", got, err)
	}
}

func BenchmarkApply(b *testing.B) {
	in, _ := Apply(Incident{}, change(OpSuspect, 1, Tocsin))
	for i := range 200 {
		in, _ = Apply(in, change(OpAnnotate, i+2, "dana"))
	}
	c := change(OpJudge, in.Rev+1, Tocsin)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Apply(in, c); err != nil {
			b.Fatal(err)
		}
	}
}
