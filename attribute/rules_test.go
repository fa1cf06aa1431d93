package attribute_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// redDown is what instruments see when red's core is gone.
func redDown() []evidence.Reading {
	return []evidence.Reading{reading(evidence.TrafficV4, "as1", critical), reading(evidence.Prefixes, "as1", critical)}
}

// logit turns a probability back into the sum of weights under it.
func logit(p float64) float64 { return math.Log(p / (1 - p)) }

// weight is what evidence adds to the log-odds that red's core has failed.
func weight(t *testing.T, in attribute.Input) float64 {
	t.Helper()
	in.Now = noon
	eng, core := attribute.New(world(), falls), []catalog.NodeID{"red/core"}
	none := eng.Judge(attribute.Input{Now: noon}, core, "xx")
	return logit(eng.Judge(in, core, "xx").P) - logit(none.P)
}

func wants(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("%s: %+.3f nats, want %+.3f", what, got, want)
	}
}

// TestEdgeRule: beside a failed carrier another is a root of its own only by a
// loss that instruments saw of it, whether the first was found just now or is
// held by an incident.
func TestEdgeRule(t *testing.T) {
	t.Parallel()
	type read = []evidence.Reading
	for _, tc := range []struct {
		name  string
		reads read
		says  []evidence.Statement
		want  []catalog.OrgID // beside red
	}{
		{name: "nothing else"},
		{name: "complaints about one who calls red", reads: read{reading(evidence.Reports, "blue", critical)}},
		{
			name:  "complaints and its own word",
			reads: read{reading(evidence.Reports, "grey/mobile", critical)},
			says:  []evidence.Statement{said("grey", evidence.SaysDown, "grey/mobile")},
		},
		{
			name: "its word, and that of two others",
			says: []evidence.Statement{
				said("grey", evidence.SaysDown, "grey/mobile"),
				said("police", evidence.SaysDown, "grey/mobile"), said("blue", evidence.SaysDown, "grey/mobile"),
			},
		},
		{
			name:  "a total of the country names no carrier",
			reads: read{reading(evidence.Traffic, "country/xx", critical), reading(evidence.Withdrawals, "collector/one", critical)},
			says:  []evidence.Statement{said("blue", evidence.SaysDegraded, "blue")},
		},
		{
			name:  "it rests on red, and its loss is seen",
			reads: read{reading(evidence.Traffic, "green/mobile", critical), reading(evidence.Reports, "green/mobile", critical)},
			says:  []evidence.Statement{said("green", evidence.SaysDown, "green/mobile")},
		},
		{name: "its own routes", reads: read{reading(evidence.Prefixes, "as2", critical)}, want: []catalog.OrgID{"blue"}},
		{
			name:  "its own traffic, and its word",
			reads: read{reading(evidence.Traffic, "as2", critical)},
			says:  []evidence.Statement{said("blue", evidence.SaysDown, "blue")},
			want:  []catalog.OrgID{"blue"},
		},
		{
			name: "two others, each seen", want: []catalog.OrgID{"blue", "grey"},
			reads: read{
				reading(evidence.Prefixes, "as2", critical), reading(evidence.Traffic, "as2", critical),
				reading(evidence.Blocks, "grey/mobile", critical),
			},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			eng := attribute.New(world(), falls)
			carriers := func(in attribute.Input) []catalog.OrgID {
				in.Now, in.Readings, in.Statements = noon, slices.Concat(redDown(), tc.reads), tc.says
				var orgs []catalog.OrgID
				for _, r := range eng.Roots(in) {
					orgs = append(orgs, r.Carrier)
				}
				slices.Sort(orgs)
				return orgs
			}
			found := slices.DeleteFunc(carriers(attribute.Input{}), func(o catalog.OrgID) bool { return o == "red" })
			held := carriers(attribute.Input{Held: []attribute.Root{{Nodes: []catalog.NodeID{"red/core"}, Carrier: "red", Region: "xx"}}})
			if !slices.Equal(found, tc.want) || !slices.Equal(held, tc.want) {
				t.Errorf("found %v, with red held %v, want %v", found, held, tc.want)
			}
		})
	}
}

// TestSets: what can't be told apart is named together, in the order of ids, and
// is judged as one.
func TestSets(t *testing.T) {
	t.Parallel()
	mobile, data := reading(evidence.Reports, "red/mobile", critical), reading(evidence.Reports, "red/data", critical)
	probes := reading(evidence.Blocks, "red/mobile", critical)
	bystanders := []evidence.Reading{reading(evidence.Reports, "blue", normal), reading(evidence.Reports, "grey", normal)}
	for _, tc := range []struct {
		name  string
		reads []evidence.Reading
		want  []catalog.NodeID
	}{
		{"reports about one service accuse nobody", []evidence.Reading{mobile}, nil},
		{"probes of one service", []evidence.Reading{probes}, []catalog.NodeID{"red/core", "red/mobile", "red/radio", "red/wireless"}},
		{"and another stands", []evidence.Reading{probes, mobile, reading(evidence.Reports, "red/data", normal)}, []catalog.NodeID{"red/mobile"}},
		{"and another fell", []evidence.Reading{mobile, data}, []catalog.NodeID{"red/core", "red/radio", "red/wireless"}},
		{
			"and the wires stand",
			[]evidence.Reading{mobile, data, reading(evidence.Reports, "red/home", normal)},
			[]catalog.NodeID{"red/radio", "red/wireless"},
		},
		{
			"and one who rests on the wireless core stands",
			[]evidence.Reading{mobile, data, reading(evidence.Reports, "red/home", normal), reading(evidence.Reports, "green/mobile", normal)},
			[]catalog.NodeID{"red/radio"},
		},
	} {
		in := attribute.Input{Now: noon, Readings: slices.Concat(tc.reads, bystanders)}
		eng := attribute.New(world(), falls)
		roots := eng.Roots(in)
		if tc.want == nil && len(roots) == 0 {
			continue
		}
		if len(roots) != 1 || !slices.Equal(roots[0].Nodes, tc.want) {
			t.Errorf("%s: %+v, want %v", tc.name, roots, tc.want)
			continue
		}
		for _, n := range tc.want {
			first := eng.Judge(in, tc.want[:1], "xx").P
			if p := eng.Judge(in, []catalog.NodeID{n}, "xx").P; math.Abs(p-first) > 1e-12 {
				t.Errorf("%s: %s alone has P %.4f, another of the set %.4f", tc.name, n, p, first)
			}
		}
	}
}

// TestPast: what began before the end of an incident, and is explained by it, is
// its tail; what began after is news.
func TestPast(t *testing.T) {
	t.Parallel()
	ended := noon.Add(-2 * time.Hour)
	past := attribute.Root{Nodes: []catalog.NodeID{"red/core"}, Carrier: "red", Region: "xx", Ended: ended}
	loss := func(org string, onset time.Time) []evidence.Reading {
		both := []evidence.Reading{reading(evidence.TrafficV4, org, critical), reading(evidence.Prefixes, org, critical)}
		both[0].Onset, both[1].Onset = onset, onset
		return both
	}
	complaint := reading(evidence.Reports, "blue", critical)
	complaint.Onset = ended.Add(-time.Minute)
	for _, tc := range []struct {
		name  string
		reads []evidence.Reading
		roots int
	}{
		{"the tail", loss("as1", ended.Add(-time.Minute)), 0},
		{"to the minute of the end", loss("as1", ended), 0},
		{"after it", loss("as1", ended.Add(time.Minute)), 1},
		{"of another carrier", loss("as2", ended.Add(-time.Minute)), 1},
		{"complaints about a peer, from before", []evidence.Reading{complaint}, 0},
	} {
		in := attribute.Input{Now: noon, Readings: tc.reads, Past: []attribute.Root{past}}
		eng := attribute.New(world(), falls)
		if roots := eng.Roots(in); len(roots) != tc.roots {
			t.Errorf("%s: %d roots, want %d", tc.name, len(roots), tc.roots)
		}
		if r := eng.Judge(in, []catalog.NodeID{"red/core"}, "xx"); tc.roots == 0 && (r.P >= attribute.Possible || r.Planes > 0 || !r.Onset.IsZero()) {
			t.Errorf("%s: judged again P %.2f since %s by %d planes", tc.name, r.P, r.Onset, r.Planes)
		}
	}
}

// TestCaps: series of one plane fail together, so many of them say no more than
// the plane may; silence of the crowd says little.
func TestCaps(t *testing.T) {
	t.Parallel()
	many := func(m evidence.Measure, level evidence.Level) attribute.Input {
		var in attribute.Input
		for i := range 9 {
			r := reading(m, "red/home", level)
			r.Series.Feed = evidence.FeedID(fmt.Sprint("feed", i))
			in.Readings = append(in.Readings, r)
		}
		return in
	}
	for _, tc := range []struct {
		measure    evidence.Measure
		down, well float64
	}{
		{evidence.Traffic, 6, -6},
		{evidence.Prefixes, 7.5, 0}, // announced is not alive
		{evidence.Blocks, 9, -9},
		{evidence.Reports, 6, -1.2},
	} {
		wants(t, string(tc.measure)+" critical", weight(t, many(tc.measure, critical)), tc.down)
		wants(t, string(tc.measure)+" normal", weight(t, many(tc.measure, normal)), tc.well)
	}
	var words []evidence.Statement
	for _, who := range []catalog.OrgID{"red", "blue", "green", "grey", "police"} {
		words = append(words, said(who, evidence.SaysDown, "red/home"))
	}
	wants(t, "five who say so", weight(t, attribute.Input{Statements: words}), 5.3)

	night := many(evidence.Reports, normal)
	night.Readings = append(night.Readings, redDown()...)
	if r := attribute.New(world(), falls).Roots(attribute.Input{Now: noon, Readings: night.Readings}); len(r) != 1 || !r[0].Sure() {
		t.Errorf("nine silent crowds keep instruments from confirming: %+v", r)
	}
}

// TestWeights: one reading alone, by level and by age of the anomaly.
func TestWeights(t *testing.T) {
	t.Parallel()
	of := func(m evidence.Measure, level evidence.Level, run, age time.Duration) float64 {
		r := reading(m, "red/home", level)
		r.At = noon.Add(-age)
		if level >= evidence.Warning {
			r.Onset = r.At.Add(-run)
		}
		return weight(t, attribute.Input{Readings: []evidence.Reading{r}})
	}
	wants(t, "traffic, at once", of(evidence.Traffic, critical, 0, 0), 4)
	wants(t, "traffic, a quarter of an hour", of(evidence.Traffic, critical, 15*time.Minute, 0), 5)
	wants(t, "traffic, half a day", of(evidence.Traffic, critical, 12*time.Hour, 0), 6)
	wants(t, "traffic, a warning", of(evidence.Traffic, evidence.Warning, 0, 0), 2)
	wants(t, "probes that don't know", of(evidence.Blocks, evidence.Blind, 0, 0), 0)
	wants(t, "probes, 20 minutes late", of(evidence.Blocks, critical, 0, 20*time.Minute), 6)
	wants(t, "probes, two hours and 20 minutes late", of(evidence.Blocks, critical, 0, 140*time.Minute), 3)
	wants(t, "probes, five hours late", of(evidence.Blocks, critical, 0, 5*time.Hour), 0)
	wants(t, "probes that answered, two hours and 20 minutes late", of(evidence.Blocks, normal, 0, 140*time.Minute), -3)
}

// TestBeforeOnset: that it was well before it fell is no alibi.
func TestBeforeOnset(t *testing.T) {
	t.Parallel()
	fell := reading(evidence.Prefixes, "as1", critical) // since 11:30
	alone := weight(t, attribute.Input{Readings: []evidence.Reading{fell}})
	for age, want := range map[time.Duration]float64{31 * time.Minute: 0, 30 * time.Minute: -5.75, 10 * time.Minute: -6} {
		well := reading(evidence.Blocks, "red/home", normal)
		well.At = noon.Add(-age)
		both := weight(t, attribute.Input{Readings: []evidence.Reading{fell, well}})
		wants(t, fmt.Sprint("probes answered ", age, " ago"), both-alone, want)
	}
}

// TestClaims: what each kind of claim weighs, by who makes it.
func TestClaims(t *testing.T) {
	t.Parallel()
	late := said("red", evidence.SaysDown, "red/home")
	late.Heard = noon.Add(-12*time.Hour - time.Second)
	alive := late
	alive.Heard = noon.Add(-12 * time.Hour)
	east := said("red", evidence.SaysDown, "red/home")
	east.Claims[0].Region = "xx-e"
	for _, tc := range []struct {
		name string
		says evidence.Statement
		want float64
	}{
		{"its owner says down", said("red", evidence.SaysDown, "red/home"), 5.3},
		{"its owner says degraded", said("red", evidence.SaysDegraded, "red/home"), 5.3},
		{"its owner says down, in the east", east, 5.3},
		{"its owner says up", said("red", evidence.SaysUp, "red/home"), -2.3},
		{"its owner says restored", said("red", evidence.SaysRestored, "red/home"), -2.3},
		{"its owner says that it is coming back", said("red", evidence.SaysRecovering, "red/home"), 2.3},
		{"its owner says that work goes on", said("red", evidence.SaysProgress, "red/home"), 0},
		{"its owner gives a cause", said("red", evidence.SaysCause, "red/home"), 0},
		{"its owner speaks of load", said("red", evidence.SaysLoad, "red/home"), 0},
		{"its owner speaks of it all", said("red", evidence.SaysDown, "red"), 5.3},
		{"its owner blames another", because(said("red", evidence.SaysDown, "red/home"), "blue"), 0},
		{"another says down", said("police", evidence.SaysDown, "red/home"), 2.3},
		{"another says up", said("police", evidence.SaysUp, "red/home"), 0},
		{"another blames it", because(said("green", evidence.SaysDown, "green/mobile"), "red"), 2.3},
		{"another blames its core", because(said("green", evidence.SaysDegraded, "green/mobile"), "red/core"), 2.3},
		{"another speaks of nothing known", said("police", evidence.SaysDown, "museum/doors"), 0},
		{"twelve hours ago", alive, 5.3},
		{"more than twelve hours ago", late, 0},
	} {
		wants(t, tc.name, weight(t, attribute.Input{Statements: []evidence.Statement{tc.says}}), tc.want)
	}
}

// TestWordsAlone: words are one plane: the owner's makes it possible, nobody's
// makes it sure, and with something that is seen it is.
func TestWordsAlone(t *testing.T) {
	t.Parallel()
	eng := attribute.New(world(), falls)
	own, other := said("red", evidence.SaysDown, "red/home"), said("police", evidence.SaysDown, "red/home")
	if r := eng.Roots(attribute.Input{Now: noon, Statements: []evidence.Statement{other}}); len(r) > 0 {
		t.Errorf("one stranger's word makes %+v", r)
	}
	r := eng.Roots(attribute.Input{Now: noon, Statements: []evidence.Statement{own, other}})
	if len(r) != 1 || r[0].Sure() || !r[0].Admitted || r[0].State != catalog.Down {
		t.Errorf("the owner's word makes %+v", r)
	}
	r = eng.Roots(attribute.Input{
		Now: noon, Statements: []evidence.Statement{own}, Readings: []evidence.Reading{reading(evidence.Reports, "red/home", evidence.Warning)},
	})
	if len(r) != 1 || !r[0].Sure() {
		t.Errorf("the owner's word and complaints make %+v", r)
	}
}

// TestClock: traffic dates better than routes, routes than probes, those than
// people, people than words; the first of the best.
func TestClock(t *testing.T) {
	t.Parallel()
	var in attribute.Input
	in.Now = noon
	for i, m := range []evidence.Measure{evidence.Reports, evidence.Blocks, evidence.Prefixes, evidence.TrafficV6, evidence.TrafficV4} {
		subject := "red/home"
		if m.Plane() != evidence.PlaneCrowd {
			subject = "as1"
		}
		r := reading(m, subject, critical)
		r.Onset = noon.Add(-time.Duration(i+1) * 7 * time.Minute)
		if m == evidence.TrafficV4 {
			r.Onset = noon.Add(-5 * time.Minute) // later than that of IPv6
		}
		in.Readings = append(in.Readings, r)
		want := r.Onset
		if m == evidence.TrafficV4 {
			want = noon.Add(-28 * time.Minute)
		}
		root := attribute.New(world(), falls).Judge(in, []catalog.NodeID{"red/core"}, "xx")
		if clock := max(3-i, 0); !root.Onset.Equal(want) || root.Clock != clock {
			t.Errorf("with %s: onset %s by clock %d, want %s by %d", m, root.Onset.Format("15:04"), root.Clock, want.Format("15:04"), clock)
		}
	}
}

// chance makes evidence at random: every reading stands at noon.
func chance(rng *rand.Rand) attribute.Input {
	in := attribute.Input{Now: noon}
	subjects := []string{
		"as1", "as2", "red", "blue", "green", "grey", "red/mobile", "red/data", "red/home", "blue/home", "blue/mobile",
		"green/mobile", "grey/mobile", "any/mobile-voice", "any/home-internet", "country/xx",
	}
	measures := []evidence.Measure{evidence.Traffic, evidence.TrafficV4, evidence.Prefixes, evidence.Blocks, evidence.Reports}
	for range rng.IntN(12) {
		r := reading(measures[rng.IntN(len(measures))], subjects[rng.IntN(len(subjects))], evidence.Level(rng.IntN(4)))
		if r.Level >= evidence.Warning {
			r.Onset = noon.Add(-time.Duration(rng.IntN(90)) * time.Minute)
		}
		if rng.IntN(4) == 0 {
			r.Series.Region = []catalog.RegionID{"xx-e", "xx-w"}[rng.IntN(2)]
		}
		in.Readings = append(in.Readings, r)
	}
	kinds := []evidence.ClaimKind{evidence.SaysDown, evidence.SaysDegraded, evidence.SaysUp, evidence.SaysRestored, evidence.SaysRecovering, evidence.SaysLoad}
	orgs := []catalog.OrgID{"red", "blue", "green", "grey", "police"}
	for i := range rng.IntN(5) {
		s := said(orgs[rng.IntN(len(orgs))], kinds[rng.IntN(len(kinds))], subjects[2+rng.IntN(11)])
		s.ID += fmt.Sprint(i)
		if rng.IntN(3) == 0 {
			s = because(s, string(orgs[rng.IntN(4)]))
		}
		in.Statements = append(in.Statements, s)
	}
	return in
}

// TestMoreIsNotLess: a further anomaly that a root explains never makes it less
// likely, whatever else is known.
func TestMoreIsNotLess(t *testing.T) {
	t.Parallel()
	eng := attribute.New(world(), falls)
	nodes := []catalog.NodeID{"red/core", "red/wireless", "red/radio", "red/home", "blue/core"}
	for seed := range uint64(3000) {
		rng := rand.New(rand.NewPCG(seed, 2))
		in := chance(rng)
		node := []catalog.NodeID{nodes[rng.IntN(len(nodes))]}
		before := eng.Judge(in, node, "xx")
		for _, more := range chance(rng).Readings {
			if more.Level < evidence.Warning {
				continue
			}
			in.Readings = append(in.Readings, more)
			after := eng.Judge(in, node, "xx")
			if after.P < before.P-1e-12 {
				t.Fatalf("seed %d: %s fell from P %.6f to %.6f by %s", seed, node[0], before.P, after.P, more.Series)
			}
			before = after
		}
	}
}

// TestRootsOfChance: whatever the evidence, each root is of another carrier, has
// something that accuses it, and is likelier than not; the order of the evidence
// makes no difference.
func TestRootsOfChance(t *testing.T) {
	t.Parallel()
	eng := attribute.New(world(), falls)
	found := 0
	for seed := range uint64(3000) {
		rng := rand.New(rand.NewPCG(seed, 3))
		in := chance(rng)
		if rng.IntN(3) == 0 {
			in.Held = []attribute.Root{{Nodes: []catalog.NodeID{"red/wireless"}, Carrier: "red", Region: "xx"}}
		}
		roots := eng.Roots(in)
		seen := map[catalog.OrgID]bool{}
		for _, h := range in.Held {
			seen[h.Carrier] = true
		}
		for _, r := range roots {
			found++
			if seen[r.Carrier] {
				t.Fatalf("seed %d: %s twice in %+v", seed, r.Carrier, roots)
			}
			seen[r.Carrier] = true
			accused := slices.ContainsFunc(r.Evidence, func(c incident.Citation) bool { return c.Weight > 0 })
			if r.P < attribute.Possible || r.P > 1 || !accused || len(r.Nodes) == 0 || r.Onset.IsZero() || r.Onset.After(noon) {
				t.Fatalf("seed %d: %+v", seed, r)
			}
			if r.Sure() && r.Planes < 2 {
				t.Fatalf("seed %d: sure by %d planes", seed, r.Planes)
			}
		}
		rng.Shuffle(len(in.Readings), func(i, j int) { in.Readings[i], in.Readings[j] = in.Readings[j], in.Readings[i] })
		again := eng.Roots(in)
		if len(again) != len(roots) {
			t.Fatalf("seed %d: shuffled, %d roots instead of %d", seed, len(again), len(roots))
		}
		for i := range roots {
			if !slices.Equal(again[i].Nodes, roots[i].Nodes) || again[i].Region != roots[i].Region || math.Abs(again[i].P-roots[i].P) > 1e-9 {
				t.Fatalf("seed %d: shuffled, %v in %s instead of %v in %s", seed, again[i].Nodes, again[i].Region, roots[i].Nodes, roots[i].Region)
			}
		}
	}
	if found < 1000 {
		t.Errorf("only %d roots in all: the worlds of chance are too quiet to prove anything", found)
	}
}
