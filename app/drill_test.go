package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
	"tocsin/publish"
)

// canadaDrill rehearses on the edition of a day of the embedded catalogue.
func canadaDrill(t *testing.T, year int) *drill {
	t.Helper()
	ed, err := World{}.Edition(time.Date(year, 7, 8, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	weak := weigh(t.Context(), ed)
	return &drill{today: ed, now: func() time.Time { return ed.AsOf() }, weak: func() *publish.Weakness { return weak }}
}

func states(s publish.Side) map[catalog.NodeID]catalog.State {
	all := map[catalog.NodeID]catalog.State{}
	for _, f := range s.Worst() {
		all[f.Node] = f.State
	}
	return all
}

// The day itself, and the same on a later catalogue, side by side.
func TestDrillOfTheDay(t *testing.T) {
	d := canadaDrill(t, 2022)
	later := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	got, err := d.ask(t.Context(), publish.Ask{
		From: d.now().Add(8*time.Hour + 44*time.Minute), For: publish.Usual,
		Sides: []publish.Supposed{{Fail: []string{"rogers/ip-core"}}, {Fail: []string{"rogers/ip-core"}, Edition: later}},
	})
	if err != nil || len(got.Sides) != 2 {
		t.Fatalf("%d sides, %v", len(got.Sides), err)
	}
	then, now := states(got.Sides[0]), states(got.Sides[1])
	for id, want := range map[catalog.NodeID]catalog.State{
		"interac/debit": catalog.Down, "rogers/emergency-calls": catalog.Down, "sickkids/virtual-appointments": catalog.Degraded,
		"hamilton-health-sciences/clinical-systems": "", "bell/core": "",
	} {
		if then[id] != want {
			t.Errorf("%s is %q then, want %q", id, then[id], want)
		}
	}
	if now["interac/debit"] != "" || now["rogers/emergency-calls"] != catalog.Down {
		t.Errorf("later: debit %q, 911 calls %q", now["interac/debit"], now["rogers/emergency-calls"])
	}
	side := got.Sides[0]
	if side.Until.Sub(side.From) != publish.Usual || side.Edition != d.today || side.Weak == nil || got.Sides[1].Weak != nil {
		t.Errorf("from %v until %v, weakness %v and %v", side.From, side.Until, side.Weak != nil, got.Sides[1].Weak != nil)
	}
	if !slices.ContainsFunc(side.Circles, func(c []catalog.NodeID) bool {
		return slices.Contains(c, "rogers/ip-core") && slices.Contains(c, "rogers/management-network")
	}) || len(side.BreakIn) == 0 {
		t.Errorf("the repair doesn't wait for itself: %v, %v", side.Circles, side.BreakIn)
	}
	if alone := side.Weak.Alone["interac/debit"]; alone != nil {
		t.Errorf("interac/debit is no dependent, yet hangs on %v", alone)
	}
	if alone := side.Weak.Alone["metrolinx/card-sales"]; !slices.Contains(alone, "rogers/ip-core") {
		t.Errorf("card sales hang on %v", alone)
	}
}

// A carrier fails with its networks, and a service of it alone.
func TestDrillNames(t *testing.T) {
	d := canadaDrill(t, 2026)
	for name, want := range map[string][]catalog.NodeID{
		"rogers:sms": {"rogers/sms"}, "interac/debit": {"interac/debit"}, "bell": {"bell/core"},
	} {
		got, err := d.ask(t.Context(), publish.Ask{Sides: []publish.Supposed{{Fail: []string{name}}}, For: time.Hour})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var roots []catalog.NodeID
		for _, r := range got.Sides[0].Roots {
			roots = append(roots, r.Node)
		}
		if !slices.Equal(roots, want) {
			t.Errorf("%s fails as %v, want %v", name, roots, want)
		}
		if !got.Sides[0].From.Equal(d.now()) {
			t.Errorf("%s fails from %v on, want now", name, got.Sides[0].From)
		}
	}
}

// A question that can't be answered says which field is at fault, and what the
// nearest is.
func TestDrillRefuses(t *testing.T) {
	d := canadaDrill(t, 2026)
	d.world = World{Catalog: t.TempDir()}
	one := func(s publish.Supposed) []publish.Supposed { return []publish.Supposed{s} }
	fine := publish.Supposed{Fail: []string{"bell"}}
	for name, c := range map[string]struct {
		sides       []publish.Supposed
		field, near string
	}{
		"component": {one(publish.Supposed{Fail: []string{"rogers/ipcore"}}), "fail", "rogers/ip-core"},
		"carrier":   {one(publish.Supposed{Fail: []string{"rogres"}}), "fail", "rogers"},
		"service":   {one(publish.Supposed{Fail: []string{"rogers:mobile-voise"}}), "fail", "rogers:mobile-voice"},
		"second":    {one(publish.Supposed{Fail: []string{"bell", "moon/base"}}), "fail", ""},
		"region":    {one(publish.Supposed{Fail: []string{"bell"}, Region: "ca-onn"}), "in", "ca-on"},
		"elsewhere": {one(publish.Supposed{Fail: []string{"sasktel/core"}, Region: "ca-on"}), "in", ""},
		"beside":    {[]publish.Supposed{fine, {Fail: []string{"rogers/ipcore"}}}, "b.fail", "rogers/ip-core"},
		"edition":   {one(publish.Supposed{Fail: []string{"bell"}, Edition: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)}), "edition", ""},
	} {
		_, err := d.ask(t.Context(), publish.Ask{Sides: c.sides, For: time.Hour})
		bad, ok := errors.AsType[*publish.BadAsk](err)
		if !ok || bad.Field != c.field || bad.Says.EN == "" || bad.Says.FR == "" {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if c.near != "" && bad.Near != c.near { // otherwise any or none will do
			t.Errorf("%s: the nearest is %q, want %q", name, bad.Near, c.near)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.ask(ctx, publish.Ask{Sides: one(fine), For: time.Hour}); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits, and yet %v", err)
	}
}

// Editions are kept ready, and not without end.
func TestDrillKeepsStages(t *testing.T) {
	d := canadaDrill(t, 2026)
	d.world = zz()
	first, err := d.stage(d.today.AsOf().AddDate(0, 0, 1), "")
	again, err2 := d.stage(d.today.AsOf().AddDate(0, 0, 1), "")
	if err != nil || err2 != nil || first != again {
		t.Errorf("made ready twice: %v, %v", err, err2)
	}
	for i := range 2 * keptStages {
		if _, err := d.stage(d.today.AsOf().AddDate(0, 0, i), ""); err != nil {
			t.Fatal(err)
		}
		if len(d.stages) > keptStages {
			t.Fatalf("%d editions are kept", len(d.stages))
		}
	}
}

// What takes dependents down alone is what the engine says, asked one by one.
func TestWeighTwin(t *testing.T) {
	ed, err := World{}.Edition(time.Date(2022, 7, 8, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	weak := weigh(t.Context(), ed)
	if weak == nil || weak.Edition != ed.Digest() || !weak.Paired || len(weak.Pairs) == 0 {
		t.Fatalf("weakness %+v", weak)
	}
	alone := map[catalog.NodeID][]catalog.NodeID{}
	tried, engine := 0, impact.New(ed)
	now := ed.AsOf().AddDate(1, 0, 0) // by then every holdover has run out
	for _, n := range ed.Nodes() {
		if n.Kind == catalog.Dependent {
			continue
		}
		tried++
		ground := map[catalog.NodeID]int{} // in how many regions of its footprint each is down
		for _, e := range engine.Assess([]impact.Failure{{Node: n.ID, State: catalog.Down, Since: ed.AsOf()}}, now) {
			if m := ed.Node(e.Node); m.Kind == catalog.Dependent && e.State == catalog.Down && len(m.Regions) == 1 && e.Region == m.Regions[0] {
				ground[e.Node]++
			}
		}
		for id := range ground {
			alone[id] = append(alone[id], n.ID)
		}
	}
	if weak.Tried != tried {
		t.Errorf("%d components were tried, want %d", weak.Tried, tried)
	}
	for _, n := range ed.Nodes() {
		if n.Kind == catalog.Dependent && len(n.Regions) == 1 && fmt.Sprint(weak.Alone[n.ID]) != fmt.Sprint(alone[n.ID]) {
			t.Errorf("%s falls with each of %v, want %v", n.ID, weak.Alone[n.ID], alone[n.ID])
		}
	}
	if worst := weak.Singles[0]; worst.Fail[0] != "rogers/ip-core" || worst.Dependents < 10 || worst.Lost < worst.Dependents {
		t.Errorf("the worst is %+v", worst)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if weigh(ctx, ed) != nil {
		t.Error("it went on when it was told to stop")
	}
}

// The pages about dependents and rehearsals are served, with what was worked out
// beside them, in both languages.
func TestServeRehearses(t *testing.T) {
	o := starts(t, ServeOptions{World: zz(), Data: t.TempDir(), Replay: zzOutage, Speed: 1e6})
	o.await(t, "/en/incidents/"+zzIncident, says("is back to normal"))
	o.await(t, "/en/rehearse", says("Each of 2 components"))
	for _, c := range []struct {
		path string
		code int
		says []string
	}{
		{"/en/", 200, []string{"/en/dependents", "/en/rehearse"}},
		{"/en/dependents", 200, []string{"Ferry tickets by phone", "Northtel mobile data"}},
		{"/fr/dependents/ferries/tickets", 200, []string{"Billets de traversier par téléphone", "<svg", zzIncident, "/fr/rehearse?fail=northtel%2Fcore"}},
		{"/dependents/harbour/records", 200, []string{"Patient records", "It holds out for 2 h without."}},
		{"/fr/rehearse?fail=northtel&for=4h", 200, []string{"EXERCICE", "Dossiers des patients", "après 2\u00a0h"}},
		{"/en/rehearse?fail=northtel/cor", 400, []string{"northtel/core"}},
		{"/rehearse.csv?fail=northtel/core", 200, []string{"ferries/tickets"}},
		{"/rehearse.json?fail=northtel/core", 200, []string{`"exercise": true`}},
	} {
		a := o.get(t, c.path)
		if a.code != c.code {
			t.Errorf("%s = %d, want %d", c.path, a.code, c.code)
		}
		for _, word := range c.says {
			if !strings.Contains(a.body, word) {
				t.Errorf("%s doesn't say %q", c.path, word)
			}
		}
	}
	o.ends(t)
}
