package rehearse_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/rehearse"
)

func begin() time.Time { return time.Date(2024, 5, 2, 6, 0, 0, 0, time.UTC) }

// town is a country of two provinces with a carrier, a payment network on it and
// dependents, as of some year: until 2026 the payments have one supplier.
func town(year int, change ...func(*catalog.World)) *catalog.Edition {
	region := func(id, parent catalog.RegionID, level catalog.Level, people int) catalog.Region {
		return catalog.Region{ID: id, Parent: parent, Level: level, Population: people, Counted: true}
	}
	need := func(members ...catalog.NodeID) []catalog.Requirement {
		return []catalog.Requirement{{Members: members, AtLeast: len(members), Lost: catalog.Down, Provenance: catalog.Provenance{Confidence: catalog.Reported}}}
	}
	both := []catalog.RegionID{"zz"}
	debit := catalog.Node{ID: "pay/debit", Kind: catalog.Offering, Service: "debit", Regions: both, Needs: need("north/data")}
	w := catalog.World{
		Regions:  []catalog.Region{region("zz", "", catalog.Country, 400), region("zz-a", "zz", catalog.Province, 300), region("zz-b", "zz", catalog.Province, 100)},
		Services: []catalog.Service{{ID: "debit"}, {ID: "mobile-data"}},
		Carriers: []catalog.Carrier{{ID: "north"}},
		Nodes: []catalog.Node{
			{ID: "north/core", Kind: catalog.Core, Regions: both, RecoversWith: []catalog.NodeID{"north/crew"}},
			{ID: "north/radio", Kind: catalog.Radio, Regions: both},
			{ID: "north/crew", Kind: catalog.Support, Regions: both},
			{ID: "north/data", Kind: catalog.Offering, Service: "mobile-data", Regions: both, People: 200, Needs: need("north/core", "north/radio")},
			{ID: "shop/sales", Kind: catalog.Dependent, Regions: both, People: 40, Needs: need("pay/debit")},
			{ID: "ward/monitors", Kind: catalog.Dependent, Regions: []catalog.RegionID{"zz-a"}, Needs: []catalog.Requirement{
				{Members: []catalog.NodeID{"north/data"}, AtLeast: 1, Lost: catalog.Degraded},
				{Members: []catalog.NodeID{"north/data"}, AtLeast: 1, Lost: catalog.Down, Holdover: 4 * time.Hour},
			}, Fallbacks: []catalog.Fallback{
				{Text: catalog.Text{EN: "go round", FR: "faire la ronde"}},
				{Text: catalog.Text{EN: "pay by debit", FR: "payer par débit"}, Needs: need("pay/debit")},
			}},
			{ID: "school/alarm", Kind: catalog.Dependent, Regions: []catalog.RegionID{"zz-b"}, Needs: []catalog.Requirement{
				{Members: []catalog.NodeID{"ward/monitors"}, AtLeast: 1, Lost: catalog.Down, Holdover: 2 * time.Hour},
			}},
		},
	}
	if year >= 2026 {
		debit.Needs = []catalog.Requirement{{Members: []catalog.NodeID{"north/data", "pay/second"}, AtLeast: 1, Lost: catalog.Down}}
		w.Nodes = append(w.Nodes, catalog.Node{ID: "pay/second", Kind: catalog.Access, Regions: both})
	}
	w.Nodes = append(w.Nodes, debit)
	for _, c := range change {
		c(&w)
	}
	return catalog.New(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), fmt.Sprint(year), w)
}

func plan(specs ...string) rehearse.Plan {
	p := rehearse.Plan{From: begin()}
	for _, s := range specs {
		f, err := rehearse.ParseFail(s)
		if err != nil {
			panic(err)
		}
		p.Fails = append(p.Fails, f)
	}
	return p
}

func run(t *testing.T, p rehearse.Plan) rehearse.Result {
	t.Helper()
	r, err := rehearse.New(town(2024)).Run(p)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The rows, in their order, of a core that fails for good, looked at at once.
func TestRun(t *testing.T) {
	r := run(t, plan("north/core"))
	if !r.Exercise || r.Edition != "2024-01-01" || !r.Look.Equal(begin()) {
		t.Errorf("frame %+v", r)
	}
	var got []string
	for _, a := range r.Affected {
		got = append(got, fmt.Sprint(a.Node, " ", a.Region, " ", a.State, " ", a.Left, " ", a.People, " ", len(a.Standing), len(a.Withdrawn), " ", a.Path[len(a.Path)-1]))
	}
	want := []string{
		"shop/sales zz down 0s 40 0 0 north/core",
		"ward/monitors zz-a degraded 4h0m0s 0 1 1 north/core",
		"school/alarm zz-b up 2h0m0s 0 0 0 north/core",
		"north/data zz down 0s 200 0 0 north/core",
		"pay/debit zz down 0s 0 0 0 north/core",
	}
	if !slices.Equal(got, want) {
		t.Errorf("rows %q\nwant %q", got, want)
	}
	sum := rehearse.Totals{
		Dependents: rehearse.Count{Down: 1, Degraded: 1, Holding: 1}, Services: rehearse.Count{Down: 2},
		People: 40, Uncounted: 1,
	}
	if r.Totals != sum {
		t.Errorf("totals %+v, want %+v", r.Totals, sum)
	}
	if r.Failing[0].Node == "north/core" {
		t.Error("a root is among those who last")
	}
	for _, a := range r.Affected {
		if back := begin().Add(70 * time.Minute); a.State != catalog.Up && !a.Back.Equal(back) {
			t.Errorf("%s is back at %v", a.Node, a.Back)
		}
	}
}

// The time line unfolds as holdovers run out, whenever one looks.
func TestTimeline(t *testing.T) {
	want := []string{
		"0s north/core down", "0s north/data down", "0s pay/debit down", "0s shop/sales down", "0s ward/monitors degraded",
		"2h0m0s school/alarm degraded", "4h0m0s ward/monitors down", "6h0m0s school/alarm down",
	}
	for _, after := range []time.Duration{0, 5 * time.Hour} {
		p := plan("north/core")
		p.After = after
		r := run(t, p)
		var got []string
		for _, e := range r.Timeline {
			got = append(got, fmt.Sprint(e.After, " ", e.Node, " ", e.State))
		}
		if !slices.Equal(got, want) {
			t.Errorf("looked at after %v: %q\nwant %q", after, got, want)
		}
		var lasts []string
		for _, f := range r.Failing {
			lasts = append(lasts, fmt.Sprint(f.Node, " ", f.Suffers, " ", f.Down, " ", f.Goes))
		}
		if last := []string{"ward/monitors 0s 4h0m0s true", "school/alarm 2h0m0s 6h0m0s true"}; !slices.Equal(lasts[len(lasts)-2:], last) {
			t.Errorf("time to failure %q", lasts)
		}
	}
}

// What lasts for a time takes nothing with it that holds out as long.
func TestWhatHoldsOutIsSpared(t *testing.T) {
	p := plan("north/core")
	p.For = 5 * time.Hour
	r := run(t, p)
	state := map[catalog.NodeID]rehearse.Affected{}
	for _, a := range r.Affected {
		state[a.Node] = a
	}
	if a := state["ward/monitors"]; a.State != catalog.Down {
		t.Errorf("after five hours the monitors are %s", a.State)
	}
	if a := state["school/alarm"]; a.State != catalog.Degraded || !a.Fails.IsZero() {
		t.Errorf("the alarm is %s and fails at %v", a.State, a.Fails)
	}
	for _, e := range r.Timeline {
		if e.Node == "school/alarm" && e.State == catalog.Down {
			t.Errorf("the alarm falls: %+v", e)
		}
	}
	if ret := r.Recovery.Returns[0]; ret.Node != "north/core" || time.Duration(ret.Repair) != 0 {
		t.Errorf("at the end the core's repair takes %v", ret.Repair)
	}
}

// A failure in part of the country leaves the rest, and counts its people by
// population.
func TestInAProvince(t *testing.T) {
	r := run(t, plan("north/core@zz-b"))
	for _, a := range r.Affected {
		if a.Region != "zz-b" || a.Node == "shop/sales" && a.People != 10 || a.Node == "north/data" && a.People != 50 {
			t.Errorf("%s in %s: %d people", a.Node, a.Region, a.People)
		}
	}
}

// Anything may fail: a carrier is its networks, a service or a kind all that
// are of it.
func TestTargets(t *testing.T) {
	for spec, want := range map[string]string{
		"north":              "north/core north/radio",
		"pay":                "pay/debit",
		"ward":               "ward/monitors",
		"north:mobile-data":  "north/data",
		"north:radio":        "north/radio",
		"mobile-data":        "north/data",
		"service":            "north/data pay/debit",
		"dependent@zz-a":     "shop/sales ward/monitors",
		"north/core=unknown": "north/core",
	} {
		var got []string
		for _, root := range run(t, plan(spec, spec)).Roots {
			got = append(got, string(root.Node))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s fails as %q, want %s", spec, got, want)
		}
	}
}

func TestTargetsRefused(t *testing.T) {
	for spec, want := range map[string]string{
		"north/cor":          `nothing is called "north/cor" on 2024-01-01; did you mean "north/core"?`,
		"nort":               `did you mean "north"?`,
		"nort:radio":         `did you mean "north"?`,
		"north:mobile-dat":   `north has no service or kind "mobile-dat" on 2024-01-01; did you mean "mobile-data"?`,
		"north:xxxxxxxxxxxx": "there are: core, mobile-data, radio, support",
		"zz-a":               `"zz-a" is a region, which doesn't fail by itself; write what fails there: NODE@zz-a`,
		"north/core@zz-c":    `no region is called "zz-c" on 2024-01-01; did you mean "zz-a"?`,
		"north/core@nowhere": "'tocsin catalog explain' shows where a node is",
		"ward/monitors@zz-b": "ward/monitors isn't in zz-b; ward/monitors is in: zz-a",
		"pay/second":         `nothing is called "pay/second" on 2024-01-01`,
		"qqqqqqqq":           "'tocsin catalog show --edition 2024-01-01' lists the names",
	} {
		_, err := rehearse.New(town(2024)).Run(plan(spec))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", spec, err, want)
		}
	}
	p := plan("north/core")
	p.Repairs = map[string]time.Duration{"nort/core": time.Hour}
	if _, err := rehearse.New(town(2024)).Run(p); err == nil || !strings.Contains(err.Error(), `did you mean "north/core"?`) {
		t.Errorf("a repair of nothing: %v", err)
	}
	if _, err := rehearse.New(town(2024)).Run(rehearse.Plan{From: begin()}); err == nil {
		t.Error("an empty plan runs")
	}
	if p := plan("north/core"); true {
		p.At = begin().Add(-time.Hour)
		if _, err := rehearse.New(town(2024)).Run(p); err == nil {
			t.Error("a moment before the failure is looked at")
		}
	}
}

// Repairs may be said for a node, or for all of a name.
func TestRepairs(t *testing.T) {
	p := plan("north")
	p.Repairs = map[string]time.Duration{"north": 2 * time.Hour, "north/radio": 3 * time.Hour}
	for _, ret := range run(t, p).Recovery.Returns {
		if want := map[catalog.NodeID]time.Duration{"north/core": 2 * time.Hour, "north/radio": 3 * time.Hour}[ret.Node]; ret.Root && (time.Duration(ret.Repair) != want || ret.Assumed) {
			t.Errorf("%s takes %v", ret.Node, ret.Repair)
		}
	}
}

// However a result is passed on, it says that it is an exercise.
func TestMarked(t *testing.T) {
	text, err := json.Marshal(run(t, plan("north/core")))
	if err != nil || !strings.HasPrefix(string(text), `{"exercise":true,`) || !strings.Contains(string(text), `"left":"4h0m0s"`) {
		t.Errorf("%v: %.300s", err, text)
	}
}
