package attribute_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// drop takes one piece of evidence out: a reading, or a statement.
func drop(in attribute.Input, c incident.Citation) attribute.Input {
	if c.Series == nil {
		in.Statements = slices.DeleteFunc(slices.Clone(in.Statements), func(s evidence.Statement) bool { return s.ID == c.Statement })
		return in
	}
	in.Readings = slices.DeleteFunc(slices.Clone(in.Readings), func(r evidence.Reading) bool { return r.Series == *c.Series })
	return in
}

// once makes a world of chance in which no series stands twice.
func once(rng *rand.Rand) attribute.Input {
	in := chance(rng)
	seen := map[evidence.SeriesID]bool{}
	in.Readings = slices.DeleteFunc(in.Readings, func(r evidence.Reading) bool {
		twice := seen[r.Series]
		seen[r.Series] = true
		return twice
	})
	return in
}

// adds checks that an explanation adds up: terms to planes, planes to log-odds,
// those to the probability.
func adds(t *testing.T, seed uint64, x attribute.Explanation) {
	t.Helper()
	sum := x.Prior
	for _, p := range x.Planes {
		terms := 0.0
		for _, term := range x.Terms {
			if term.Counts && term.Cite.Plane == p.Plane {
				terms += term.Nats
			}
		}
		if math.Abs(terms-p.Sum) > 1e-9 || p.Counted < p.Least-1e-9 || p.Counted > p.Most+1e-9 {
			t.Fatalf("seed %d: %s: terms make %v: %+v", seed, p.Plane, terms, p)
		}
		if want := 1 / (1 + math.Exp(p.Counted-x.LogOdds)); math.Abs(p.Without-want) > 1e-9 {
			t.Fatalf("seed %d: without %s %v, want %v", seed, p.Plane, p.Without, want)
		}
		sum += p.Counted
	}
	for _, e := range x.Extras {
		sum += e.Nats
	}
	if math.Abs(sum-x.LogOdds) > 1e-9 || math.Abs(logit(x.P)-x.LogOdds) > 1e-6 {
		t.Fatalf("seed %d: adds up to %v, log-odds %v, P %v", seed, sum, x.LogOdds, x.P)
	}
	for _, term := range x.Terms {
		if term.Counts != term.Why.Counts() || !term.Counts && term.Nats != 0 {
			t.Fatalf("seed %d: %+v", seed, term)
		}
	}
}

// TestExplainIsJudge: on worlds of chance an explanation says what the judgement
// says, adds up, names every piece once, and is right about what each of them
// changes.
func TestExplainIsJudge(t *testing.T) {
	t.Parallel()
	eng := attribute.New(world(), falls)
	breaks := 0
	for seed := range uint64(1500) {
		rng := rand.New(rand.NewPCG(seed, 7))
		in := once(rng)
		if rng.IntN(4) == 0 {
			in.Held = []attribute.Root{{Nodes: []catalog.NodeID{"blue/core"}, Carrier: "blue", Region: "xx"}}
		}
		nodes := [][]catalog.NodeID{{"red/core"}, {"red/wireless", "red/radio"}, {"grey/mobile"}, {"blue/home"}}[rng.IntN(4)]
		judge := func(in attribute.Input) attribute.Root { return eng.Judge(in, nodes, "xx") }
		x, root := eng.Explain(in, nodes, "xx"), judge(in)
		if x.P != root.P || x.Kinds != root.Planes || x.Admitted != root.Admitted || (x.Stance == attribute.StanceCertain) != root.Sure() {
			t.Fatalf("seed %d: %+v is not %+v", seed, x, root)
		}
		adds(t, seed, x)
		claims := 0
		for _, s := range in.Statements {
			claims += len(s.Claims)
		}
		if len(x.Terms) != len(in.Readings)+claims {
			t.Fatalf("seed %d: %d terms of %d readings and %d claims", seed, len(x.Terms), len(in.Readings), claims)
		}
		for _, term := range x.Terms {
			if without := judge(drop(in, term.Cite)).P; term.Counts && math.Abs(term.Without-without) > 1e-9 {
				t.Fatalf("seed %d: without %+v: %v, want %v", seed, term.Cite, term.Without, without)
			}
		}
		if checkBreak(t, seed, in, x, judge) {
			breaks++
		}
	}
	if breaks < 200 {
		t.Errorf("only %d of the worlds have a verdict that can be broken", breaks)
	}
}

// stance is where a root stands.
func stance(r attribute.Root) attribute.Stance {
	switch {
	case r.Sure():
		return attribute.StanceCertain
	case r.P >= attribute.Possible:
		return attribute.StancePossible
	}
	return attribute.StanceUnlikely
}

// checkBreak: the smallest set changes the verdict, and, when it is said to be
// exact, no single piece of it does alone.
func checkBreak(t *testing.T, seed uint64, in attribute.Input, x attribute.Explanation, judge func(attribute.Input) attribute.Root) bool {
	t.Helper()
	if x.Break == nil {
		return false
	}
	less := in
	for _, i := range x.Break.Terms {
		less = drop(less, x.Terms[i].Cite)
		if alone := judge(drop(in, x.Terms[i].Cite)); len(x.Break.Terms) > 1 && x.Break.Exact && stance(alone) != x.Stance {
			t.Fatalf("seed %d: %v breaks it alone: %+v", seed, x.Terms[i].Cite, x.Break)
		}
	}
	r := judge(less)
	if stance(r) == x.Stance || stance(r) != x.Break.Stance || math.Abs(r.P-x.Break.P) > 1e-9 {
		t.Fatalf("seed %d: %+v leaves %v at %v", seed, x.Break, stance(r), r.P)
	}
	return true
}

// TestExplainPeerIsClear: the explanation of a peer says what its clearance
// says, and adds up to the same probability.
func TestExplainPeerIsClear(t *testing.T) {
	t.Parallel()
	eng := attribute.New(world(), falls)
	red := attribute.Root{Nodes: []catalog.NodeID{"red/core"}, Carrier: "red", Region: "xx"}
	cleared, classes := 0, map[incident.Class]bool{}
	for seed := range uint64(2000) {
		in := once(rand.New(rand.NewPCG(seed, 8)))
		all := eng.Clear(in, red)
		for _, org := range []catalog.OrgID{"blue", "green", "grey"} {
			x := eng.ExplainPeer(in, red, org)
			adds(t, seed, x)
			i := slices.IndexFunc(all, func(c incident.Clearance) bool { return c.Org == org })
			if (i < 0) != x.Peer.Silent {
				t.Fatalf("seed %d: %s: cleared %v, explained %+v", seed, org, all, x.Peer)
			}
			if i < 0 {
				continue
			}
			cleared++
			c := all[i]
			classes[c.Class] = true
			if math.Abs(c.P-x.P) > 1e-9 || c.State != x.Peer.State || c.Class != x.Peer.Class || c.Accused != x.Peer.Accused || c.Expected != x.Peer.Expected {
				t.Fatalf("seed %d: %s: cleared %+v, explained %v %+v", seed, org, c, x.P, x.Peer)
			}
			if c.State == catalog.Up && c.Class == incident.SpillOver && !x.Peer.Alive {
				t.Fatalf("seed %d: %s is operational, and nothing says that it works", seed, org)
			}
		}
	}
	if cleared < 500 || len(classes) != 5 {
		t.Errorf("%d clearances of classes %v prove little", cleared, classes)
	}
}

// TestReasons: every piece that doesn't count says why.
func TestReasons(t *testing.T) {
	t.Parallel()
	eng := attribute.New(world(), falls)
	old := func(r evidence.Reading, d time.Duration) evidence.Reading {
		r.At, r.Heard = r.At.Add(-d), r.Heard.Add(-d)
		r.Onset = r.Onset.Add(-d)
		return r
	}
	at := func(r evidence.Reading, region catalog.RegionID) evidence.Reading {
		r.Series.Region = region
		return r
	}
	from := func(r evidence.Reading, feed evidence.FeedID) evidence.Reading {
		r.Series.Feed = feed
		return r
	}
	late := said("red", evidence.SaysDown, "red/home")
	late.Heard = noon.Add(-13 * time.Hour)
	for _, tc := range []struct {
		name  string
		read  *evidence.Reading
		words []evidence.Statement
		past  bool
		want  attribute.Reason
	}{
		{name: "total", read: new(reading(evidence.Traffic, "country/xx", critical)), want: attribute.WhyContext},
		{name: "blind", read: new(reading(evidence.Traffic, "as1", evidence.Blind)), want: attribute.WhyBlind},
		{name: "cut", read: new(at(reading(evidence.Reports, "red", critical), "xx-e")), want: attribute.WhyCut},
		{name: "silent", read: new(from(old(reading(evidence.Traffic, "as1", critical), time.Hour), "mute")), want: attribute.WhySilent},
		{name: "stranger", read: new(reading(evidence.Traffic, "as99", critical)), want: attribute.WhyUnknown},
		{name: "stale", read: new(old(reading(evidence.Traffic, "as1", critical), 5*time.Hour)), want: attribute.WhyStale},
		{name: "wider", read: new(at(reading(evidence.Traffic, "as1", critical), "yy")), want: attribute.WhyElsewhere},
		{name: "other", read: new(reading(evidence.Traffic, "as2", critical)), want: attribute.WhyUnrelated},
		{name: "explained", read: new(reading(evidence.Traffic, "as1", critical)), past: true, want: attribute.WhyExplained},
		{name: "falls", read: new(reading(evidence.Traffic, "as1", critical)), want: attribute.WhyFalls},
		{name: "stands", read: new(reading(evidence.Traffic, "as1", normal)), want: attribute.WhyStands},
		{name: "announced", read: new(reading(evidence.Prefixes, "as1", normal)), want: attribute.WhyNoSign},
		{name: "old word", words: []evidence.Statement{late}, want: attribute.WhyOldWord},
		{name: "hearsay", words: []evidence.Statement{said("blue", evidence.SaysUp, "red/home")}, want: attribute.WhyHearsay},
		{name: "cause", words: []evidence.Statement{said("red", evidence.SaysCause, "red/home")}, want: attribute.WhyNoClaim},
		{name: "police", words: []evidence.Statement{said("police", evidence.SaysDown, "police/line")}, want: attribute.WhyNoCarrier},
		{name: "no node", words: []evidence.Statement{said("police", evidence.SaysDown, "red/nothing")}, want: attribute.WhyUnknown},
		{
			name:  "takes back",
			words: []evidence.Statement{said("red", evidence.SaysDown, "red/home"), said("red", evidence.SaysUp, "red/home")},
			want:  attribute.WhySuperseded,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			in := attribute.Input{Now: noon, Statements: tc.words, Quiet: map[evidence.FeedID]time.Duration{"mute": time.Minute}}
			if tc.read != nil {
				in.Readings = []evidence.Reading{*tc.read}
			}
			if tc.past {
				in.Held = []attribute.Root{{Nodes: []catalog.NodeID{"red/core"}, Carrier: "red", Region: "xx"}}
			}
			x := eng.Explain(in, []catalog.NodeID{"red/core"}, "xx")
			if !slices.ContainsFunc(x.Terms, func(term attribute.Term) bool { return term.Why == tc.want }) {
				t.Errorf("%+v, want one that %s", x.Terms, tc.want)
			}
		})
	}
	t.Run("before", func(t *testing.T) {
		in := attribute.Input{Now: noon, Readings: append(redDown(), old(reading(evidence.Traffic, "red/home", normal), 31*time.Minute))}
		x := eng.Explain(in, []catalog.NodeID{"red/core"}, "xx")
		if x.Terms[2].Why != attribute.WhyBefore || x.Terms[2].Counts {
			t.Errorf("%+v", x.Terms[2])
		}
	})
}

// TestRivals: others are listed with what they leave over, and the set itself
// isn't its own rival; beside another failure a node is barred unless an
// instrument speaks for it.
func TestRivals(t *testing.T) {
	t.Parallel()
	eng := attribute.New(world(), falls)
	in := attribute.Input{Now: noon, Readings: append(redDown(), reading(evidence.Reports, "red/mobile", critical))}
	x := eng.Explain(in, []catalog.NodeID{"red/core"}, "xx")
	if len(x.Rivals) == 0 || slices.ContainsFunc(x.Rivals, func(r attribute.Rival) bool { return r.Node == "red/core" || r.P >= x.P }) {
		t.Errorf("rivals %+v", x.Rivals)
	}
	if i := slices.IndexFunc(x.Rivals, func(r attribute.Rival) bool { return r.Node == "red/wireless" }); i < 0 || x.Rivals[i].Missed != 2 {
		t.Errorf("rivals %+v, want red/wireless, which leaves two", x.Rivals)
	}
	in.Held = []attribute.Root{{Nodes: []catalog.NodeID{"red/core"}, Carrier: "red", Region: "xx"}}
	in.Readings = append(in.Readings, reading(evidence.Reports, "grey/mobile", critical))
	if x := eng.Explain(in, []catalog.NodeID{"grey/mobile"}, "xx"); !x.Barred {
		t.Errorf("grey is not barred: %+v", x)
	}
	in.Readings = append(in.Readings, reading(evidence.Prefixes, "as2", critical))
	if x := eng.Explain(in, []catalog.NodeID{"blue/core"}, "xx"); x.Barred {
		t.Errorf("blue is barred: %+v", x)
	}
}

// TestExplainText: both languages say the same figures, each in its own way.
func TestExplainText(t *testing.T) {
	t.Parallel()
	eng := attribute.New(world(), falls)
	in := attribute.Input{
		Now:        noon,
		Readings:   append(redDown(), reading(evidence.Reports, "blue", critical), reading(evidence.Traffic, "as2", normal), reading(evidence.Traffic, "country/xx", critical)),
		Statements: []evidence.Statement{said("red", evidence.SaysDown, "red/home"), said("blue", evidence.SaysUp, "blue")},
	}
	root := eng.Explain(in, []catalog.NodeID{"red/core"}, "xx")
	peer := eng.ExplainPeer(in, eng.Judge(in, []catalog.NodeID{"red/core"}, "xx"), "blue")
	for _, tc := range []struct {
		name string
		x    attribute.Explanation
		lang catalog.Lang
		want []string
	}{
		{"root, English", root, catalog.EN, []string{
			"Probability that it failed: more than 99.9%. That is certain.", "certain at 95%", "prior −4.80", "traffic +6.00",
			"The owner itself says so", "1 × totals of a country", "What would change it", "red, 2030-05-01 12:00Z: says down: red/home",
		}},
		{"root, French", root, catalog.FR, []string{
			"plus de 99,9 %. C’est certain.", "« certain » à 95 %", "a priori −4,80", "trafic +6,00", //nolint:misspell // French
			"Le propriétaire le dit lui-même", "1 × totaux d’un pays", "Ce qui le changerait", "red, 2030-05-01 12:00Z : dit en panne : red/home",
		}},
		{"peer, English", peer, catalog.EN, []string{
			"blue, beside what failed: red/core", "Verdict: operational; complaints that spill over", "Reports about it: 400, where 1 are usual",
			"complaints about it are expected and weigh nothing", "shows that it works", "Without these 2 together it would be unknown",
		}},
		{"peer, French", peer, catalog.FR, []string{
			"blue, à côté de ce qui est tombé : red/core", "Verdict : en service; des plaintes qui débordent", "400, contre 1 d’ordinaire",
			"des plaintes à son sujet sont attendues", "montre qu’elle fonctionne", "Sans ces 2 ensemble, ce serait inconnu",
		}},
	} {
		text := tc.x.Text(world(), tc.lang)
		for _, want := range tc.want {
			if !strings.Contains(strings.ReplaceAll(text, "\u00a0", " "), want) {
				t.Errorf("%s lacks %q:\n%s", tc.name, want, text)
			}
		}
		if strings.Contains(text, "NaN") || strings.Contains(text, "%!") {
			t.Errorf("%s:\n%s", tc.name, text)
		}
	}
	figures := func(s string) []string {
		return strings.FieldsFunc(strings.ReplaceAll(s, ",", "."), func(r rune) bool { return !unicode.IsDigit(r) && r != '−' && r != '+' && r != '.' })
	}
	keep := func(all []string) (out []string) {
		for _, f := range all {
			if strings.ContainsAny(f, "−+") {
				out = append(out, strings.Trim(f, "."))
			}
		}
		return out
	}
	en, fr := keep(figures(root.Text(world(), catalog.EN))), keep(figures(root.Text(world(), catalog.FR)))
	if !slices.Equal(en, fr) {
		t.Errorf("the languages differ in figures:\n%v\n%v", en, fr)
	}
}

// TestExplainNothing: with no evidence at all there is still an explanation.
func TestExplainNothing(t *testing.T) {
	t.Parallel()
	x := attribute.New(world(), falls).Explain(attribute.Input{Now: noon}, []catalog.NodeID{"red/core"}, "xx")
	if x.LogOdds != x.Prior || x.Stance != attribute.StanceUnlikely || x.Break != nil || len(x.Terms) != 0 {
		t.Errorf("%+v", x)
	}
	if text := x.Text(world(), catalog.EN); !strings.Contains(text, "Nothing counts.") || !strings.Contains(text, "Evidence of +4.80 more would make it possible.") {
		t.Error(text)
	}
}

// TestExplainJSON: the shape that machines read.
func TestExplainJSON(t *testing.T) {
	t.Parallel()
	eng := attribute.New(world(), falls)
	in := attribute.Input{Now: noon, Readings: redDown()}
	raw, err := json.Marshal(eng.Explain(in, []catalog.NodeID{"red/core"}, "xx"))
	if err != nil {
		t.Fatal(err)
	}
	var x map[string]any
	if err := json.Unmarshal(raw, &x); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"at", "nodes", "carrier", "region", "prior", "log_odds", "p", "thresholds", "stance", "planes_for", "planes", "terms", "break"} {
		if _, ok := x[key]; !ok {
			t.Errorf("no %q in %s", key, raw)
		}
	}
	term := x["terms"].([]any)[0].(map[string]any)
	for _, key := range []string{"cite", "level", "part", "nats", "counts", "why", "p_without"} {
		if _, ok := term[key]; !ok {
			t.Errorf("no %q in term %v", key, term)
		}
	}
	if again, _ := json.Marshal(eng.Explain(in, []catalog.NodeID{"red/core"}, "xx")); string(again) != string(raw) {
		t.Error("two explanations of the same differ")
	}
}
