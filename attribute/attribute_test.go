package attribute_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

var noon = time.Date(2030, 5, 1, 12, 0, 0, 0, time.UTC)

// needs is the small world of these tests: who needs whom.
func needs() map[catalog.NodeID][]catalog.NodeID {
	return map[catalog.NodeID][]catalog.NodeID{
		"red/core":     nil,
		"red/wireless": {"red/core"},
		"red/radio":    nil,
		"red/mobile":   {"red/wireless", "red/radio"},
		"red/data":     {"red/wireless", "red/radio"},
		"red/home":     {"red/core"},
		"blue/core":    nil,
		"blue/mobile":  {"blue/core"},
		"blue/home":    {"blue/core"},
		"green/mobile": {"red/wireless"},
		"grey/mobile":  nil,
	}
}

func world() *catalog.Edition {
	service := map[catalog.NodeID]catalog.ServiceID{
		"red/mobile": "mobile-voice", "red/data": "mobile-data", "red/home": "home-internet",
		"blue/mobile": "mobile-voice", "blue/home": "home-internet", "green/mobile": "mobile-voice", "grey/mobile": "mobile-voice",
	}
	asn := map[catalog.NodeID]catalog.ASN{"red/core": 1, "blue/core": 2}
	w := catalog.World{Regions: []catalog.Region{
		{ID: "xx", Level: catalog.Country},
		{ID: "xx-e", Level: catalog.Province, Parent: "xx"},
		{ID: "xx-w", Level: catalog.Province, Parent: "xx"},
	}}
	for _, org := range []catalog.OrgID{"red", "blue", "green", "grey"} {
		w.Carriers = append(w.Carriers, catalog.Carrier{ID: org})
	}
	w.Organisations = []catalog.Organisation{{ID: "police"}}
	for id, need := range needs() {
		n := catalog.Node{ID: id, Kind: catalog.Core, Regions: []catalog.RegionID{"xx"}}
		if s, ok := service[id]; ok {
			n.Kind, n.Service = catalog.Offering, s
		}
		if as, ok := asn[id]; ok {
			n.ASNs = []catalog.ASN{as}
		}
		if len(need) > 0 {
			n.Needs = []catalog.Requirement{{Members: need, AtLeast: len(need), Lost: catalog.Down}}
		}
		if id.Owner() == "blue" || id.Owner() == "grey" {
			n.Interconnects = []catalog.NodeID{"red/mobile"}
		}
		w.Nodes = append(w.Nodes, n)
	}
	return catalog.New(noon, "test", w)
}

// falls follows needs upwards: enough of a graph for these tests.
func falls(node catalog.NodeID, _ catalog.RegionID, state catalog.State) map[catalog.NodeID]catalog.State {
	down := map[catalog.NodeID]catalog.State{node: state}
	for grew := true; grew; {
		grew = false
		for id, need := range needs() {
			if _, done := down[id]; !done && slices.ContainsFunc(need, func(n catalog.NodeID) bool { return down[n] != "" }) {
				down[id], grew = state, true
			}
		}
	}
	return down
}

// reading makes a reading that has stood at its level for half an hour.
func reading(m evidence.Measure, subject string, level evidence.Level) evidence.Reading {
	r := evidence.Reading{
		Series: evidence.SeriesID{Feed: "feed", Measure: m, Subject: evidence.Subject(subject), Region: "xx"},
		At:     noon, Heard: noon, Value: 1, Expected: 1, Level: level, Basis: evidence.Measured,
	}
	if level >= evidence.Warning {
		r.Onset, r.Value = noon.Add(-30*time.Minute), 0
		if m == evidence.Reports {
			r.Value = 400
		}
	}
	return r
}

func said(by catalog.OrgID, kind evidence.ClaimKind, target string) evidence.Statement {
	return evidence.Statement{
		ID: string(by) + "-" + string(kind) + "-" + target, By: by, At: noon, Heard: noon,
		Claims: []evidence.Claim{{Kind: kind, Target: target}}, Basis: evidence.Stated,
	}
}

func because(s evidence.Statement, who string) evidence.Statement {
	s.Claims[0].Because = who
	return s
}

const (
	critical = evidence.Critical
	normal   = evidence.Normal
)

func TestRoots(t *testing.T) {
	t.Parallel()
	type read = []evidence.Reading
	for _, tc := range []struct {
		name   string
		in     attribute.Input
		want   []catalog.NodeID // the first root's nodes; nil for none
		sure   bool
		state  catalog.State
		others int // further roots
	}{
		{name: "silence", in: attribute.Input{}},
		{name: "all normal", in: attribute.Input{Readings: read{reading(evidence.Traffic, "as1", normal)}}},
		{
			name: "traffic and routes gone, at night",
			in: attribute.Input{Readings: read{
				reading(evidence.TrafficV4, "as1", critical), reading(evidence.Prefixes, "as1", critical),
			}},
			want: []catalog.NodeID{"red/core"}, sure: true, state: catalog.Down,
		},
		{
			name: "routes alone are a suspicion",
			in:   attribute.Input{Readings: read{reading(evidence.Prefixes, "as1", critical)}},
			want: []catalog.NodeID{"red/core"}, state: catalog.Down,
		},
		{
			name: "reports alone never confirm",
			in: attribute.Input{Readings: read{
				reading(evidence.Reports, "red/mobile", critical), reading(evidence.Reports, "red/data", critical),
				reading(evidence.Reports, "red/home", critical), reading(evidence.Reports, "red", critical),
				reading(evidence.Reports, "blue", normal), reading(evidence.Reports, "grey", normal),
			}},
			want: []catalog.NodeID{"red/core"}, state: catalog.Degraded,
		},
		{
			name: "wireless alone: two causes that can't be told apart are a set",
			in: attribute.Input{
				Readings: read{
					reading(evidence.Traffic, "as1", normal), reading(evidence.Reports, "red/home", normal),
					reading(evidence.Reports, "red/mobile", critical), reading(evidence.Reports, "red/data", critical),
				},
				Statements: []evidence.Statement{
					said("red", evidence.SaysDegraded, "red/mobile"), said("red", evidence.SaysUp, "red/home"),
				},
			},
			want: []catalog.NodeID{"red/radio", "red/wireless"}, sure: true, state: catalog.Degraded,
		},
		{
			name: "a carrier that rests on wireless tells the two apart",
			in: attribute.Input{
				Readings: read{
					reading(evidence.Traffic, "as1", normal), reading(evidence.Reports, "red/home", normal),
					reading(evidence.Reports, "red/mobile", critical), reading(evidence.Reports, "green/mobile", critical),
				},
				Statements: []evidence.Statement{said("red", evidence.SaysDown, "red/mobile")},
			},
			want: []catalog.NodeID{"red/wireless"}, sure: true, state: catalog.Down,
		},
		{
			name: "complaints about a peer come with the fall",
			in: attribute.Input{Readings: read{
				reading(evidence.TrafficV4, "as1", critical), reading(evidence.Prefixes, "as1", critical),
				reading(evidence.Reports, "red/mobile", critical), reading(evidence.Reports, "blue/mobile", critical),
			}},
			want: []catalog.NodeID{"red/core"}, sure: true, state: catalog.Down,
		},
		{
			name: "a peer's own word is not enough beside a failed carrier",
			in: attribute.Input{
				Readings: read{
					reading(evidence.TrafficV4, "as1", critical), reading(evidence.Prefixes, "as1", critical),
					reading(evidence.Reports, "grey/mobile", critical),
				},
				Statements: []evidence.Statement{said("grey", evidence.SaysDegraded, "grey/mobile")},
			},
			want: []catalog.NodeID{"red/core"}, sure: true, state: catalog.Down,
		},
		{
			name: "a peer's own loss, seen by instruments, is a second root",
			in: attribute.Input{Readings: read{
				reading(evidence.TrafficV4, "as1", critical), reading(evidence.Prefixes, "as1", critical),
				reading(evidence.TrafficV4, "as2", critical), reading(evidence.Prefixes, "as2", critical),
			}},
			want: []catalog.NodeID{"blue/core"}, sure: true, state: catalog.Down, others: 1,
		},
		{
			name: "one who blames another names that one",
			in: attribute.Input{
				Readings:   read{reading(evidence.Prefixes, "as1", critical)},
				Statements: []evidence.Statement{because(said("green", evidence.SaysDown, "green/mobile"), "red")},
			},
			want: []catalog.NodeID{"red/core"}, sure: true, state: catalog.Down,
		},
		{
			name: "announced is not alive: routes that stand don't acquit",
			in: attribute.Input{Readings: read{
				reading(evidence.Prefixes, "as1", normal), reading(evidence.TrafficV4, "as1", critical),
				reading(evidence.Reports, "red/home", critical), reading(evidence.Reports, "red/mobile", critical),
				reading(evidence.Reports, "blue", normal), reading(evidence.Reports, "grey", normal),
			}},
			want: []catalog.NodeID{"red/core"}, sure: true, state: catalog.Down,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.in.Now = noon
			roots := attribute.New(world(), falls).Roots(tc.in)
			if tc.want == nil {
				if len(roots) > 0 {
					t.Fatalf("roots %v, want none", roots)
				}
				return
			}
			if len(roots) != 1+tc.others {
				t.Fatalf("%d roots %+v, want %d", len(roots), roots, 1+tc.others)
			}
			r := roots[0]
			if !slices.Equal(r.Nodes, tc.want) || r.Sure() != tc.sure || r.State != tc.state {
				t.Errorf("root %v sure %v state %s (P %.3f, %d planes), want %v sure %v state %s",
					r.Nodes, r.Sure(), r.State, r.P, r.Planes, tc.want, tc.sure, tc.state)
			}
		})
	}
}

// TestOrder: the order of the input must not matter.
func TestOrder(t *testing.T) {
	t.Parallel()
	in := attribute.Input{Now: noon, Readings: []evidence.Reading{
		reading(evidence.TrafficV4, "as1", critical), reading(evidence.Prefixes, "as1", critical),
		reading(evidence.Reports, "red", critical), reading(evidence.Reports, "blue", critical),
	}}
	want := attribute.New(world(), falls).Roots(in)
	for range len(in.Readings) {
		in.Readings = append(in.Readings[1:], in.Readings[0])
		got := attribute.New(world(), falls).Roots(in)
		if len(got) != len(want) || !slices.Equal(got[0].Nodes, want[0].Nodes) || math.Abs(got[0].P-want[0].P) > 1e-12 {
			t.Fatalf("rotated: %+v, want %+v", got, want)
		}
	}
}

// TestStale: evidence about the past weighs less, and a silent feed nothing.
func TestStale(t *testing.T) {
	t.Parallel()
	eng := attribute.New(world(), falls)
	p := func(age time.Duration) float64 {
		r := reading(evidence.Prefixes, "as1", critical)
		r.At, r.Onset, r.Heard = noon.Add(-age), noon.Add(-age-time.Hour), noon
		return eng.Judge(attribute.Input{Now: noon, Readings: []evidence.Reading{r}}, []catalog.NodeID{"red/core"}, "xx").P
	}
	if now, hour, day := p(0), p(time.Hour), p(24*time.Hour); !(now > hour && hour > day) {
		t.Errorf("P now %.3f, an hour late %.3f, a day late %.3f: want falling", now, hour, day)
	}
	r := reading(evidence.Prefixes, "as1", critical)
	r.Heard = noon.Add(-time.Hour)
	in := attribute.Input{
		Now: noon, Readings: []evidence.Reading{r},
		Quiet: map[evidence.FeedID]time.Duration{"feed": 10 * time.Minute},
	}
	if roots := eng.Roots(in); len(roots) > 0 {
		t.Errorf("a silent feed still accuses: %+v", roots)
	}
}

// TestNewestWord: a speaker's newest claim about a target replaces the older.
func TestNewestWord(t *testing.T) {
	t.Parallel()
	eng := attribute.New(world(), falls)
	down, restored := said("red", evidence.SaysDown, "red/mobile"), said("red", evidence.SaysRestored, "red/mobile")
	judge := func(s ...evidence.Statement) float64 {
		return eng.Judge(attribute.Input{Now: noon, Statements: s}, []catalog.NodeID{"red/wireless"}, "xx").P
	}
	if before, after := judge(down), judge(down, restored); !(before > 0.5 && after < 0.01) {
		t.Errorf("P after the admission %.3f, after 'restored' %.3f", before, after)
	}
}

func TestClear(t *testing.T) {
	t.Parallel()
	loss := []evidence.Reading{reading(evidence.TrafficV4, "as1", critical), reading(evidence.Prefixes, "as1", critical)}
	root := attribute.Root{Nodes: []catalog.NodeID{"red/core"}, Carrier: "red", Region: "xx"}
	for _, tc := range []struct {
		name  string
		reads []evidence.Reading
		says  []evidence.Statement
		org   catalog.OrgID // "" for nobody
		class incident.Class
		state catalog.State
	}{
		{name: "nobody is mentioned"},
		{
			name:  "accused, and alive by its traffic",
			reads: []evidence.Reading{reading(evidence.Reports, "blue", critical), reading(evidence.Traffic, "as2", normal)},
			org:   "blue", class: incident.SpillOver, state: catalog.Up,
		},
		{
			name:  "accused, and nobody sees it",
			reads: []evidence.Reading{reading(evidence.Reports, "blue", critical)},
			org:   "blue", class: incident.SpillOver, state: catalog.Unknown,
		},
		{
			name:  "accused, alive, and slower by others' users",
			reads: []evidence.Reading{reading(evidence.Reports, "blue", critical), reading(evidence.Traffic, "as2", normal)},
			says:  []evidence.Statement{said("blue", evidence.SaysUp, "blue"), said("blue", evidence.SaysLoad, "blue/mobile")},
			org:   "blue", class: incident.Load, state: catalog.Up,
		},
		{
			name: "says that it is hit, not why",
			says: []evidence.Statement{said("grey", evidence.SaysDegraded, "grey/mobile")},
			org:  "grey", class: incident.Affected, state: catalog.Degraded,
		},
		{
			name: "rests on what fell",
			says: []evidence.Statement{because(said("green", evidence.SaysDown, "green/mobile"), "red")},
			org:  "green", class: incident.Dependency, state: catalog.Down,
		},
		{
			name:  "a fault of its own",
			reads: []evidence.Reading{reading(evidence.Reports, "blue", critical), reading(evidence.TrafficV4, "as2", critical), reading(evidence.Prefixes, "as2", critical)},
			org:   "blue", class: incident.OwnFault, state: catalog.Down,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := attribute.New(world(), falls).Clear(attribute.Input{
				Now: noon, Readings: slices.Concat(loss, tc.reads), Statements: tc.says,
			}, root)
			if tc.org == "" {
				if len(got) > 0 {
					t.Fatalf("cleared %+v, want nobody", got)
				}
				return
			}
			if len(got) != 1 || got[0].Org != tc.org || got[0].Class != tc.class || got[0].State != tc.state {
				t.Fatalf("got %+v, want %s %s %s", got, tc.org, tc.class, tc.state)
			}
			if len(got[0].Evidence) == 0 {
				t.Error("a verdict without evidence")
			}
			if own := tc.class == incident.OwnFault; own != (got[0].P >= attribute.Possible) {
				t.Errorf("P of a fault of its own is %.2f, class %s", got[0].P, got[0].Class)
			}
		})
	}
}

// TestRegion: a loss in one province is not a national outage.
func TestRegion(t *testing.T) {
	t.Parallel()
	east := reading(evidence.Blocks, "red/home", critical)
	east.Series.Region = "xx-e"
	west := reading(evidence.Blocks, "red/home", normal)
	west.Series.Region = "xx-w"
	nation := reading(evidence.Traffic, "as1", normal)
	roots := attribute.New(world(), falls).Roots(attribute.Input{Now: noon, Readings: []evidence.Reading{east, west, nation}})
	if len(roots) != 1 || roots[0].Region != "xx-e" {
		t.Fatalf("roots %+v, want one in xx-e", roots)
	}
}

func BenchmarkRoots(b *testing.B) {
	in := attribute.Input{Now: noon, Readings: []evidence.Reading{
		reading(evidence.TrafficV4, "as1", critical), reading(evidence.Prefixes, "as1", critical),
		reading(evidence.Reports, "red", critical), reading(evidence.Reports, "blue", critical), reading(evidence.Traffic, "as2", normal),
	}}
	eng := attribute.New(world(), falls)
	b.ReportAllocs()
	for b.Loop() {
		eng.Roots(in)
	}
}
