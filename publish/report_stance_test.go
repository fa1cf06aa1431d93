package publish

import (
	"slices"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

func verdict(node catalog.NodeID, region catalog.RegionID, f evidence.Family, s catalog.State) incident.Verdict {
	return incident.Verdict{Facet: incident.Facet{Node: node, Region: region, Family: f}, State: s, Since: at("11:00")}
}

func effect(node catalog.NodeID, region catalog.RegionID, s catalog.State) incident.Effect {
	return incident.Effect{Node: node, Region: region, State: s, Since: at("10:00"), Path: []catalog.NodeID{node, "norda/core"}}
}

// How a node stands, from what is seen of it and what its needs make of it.
func TestStand(t *testing.T) {
	up, down, degraded, unknown := catalog.Up, catalog.Down, catalog.Degraded, catalog.Unknown
	const home, voice = catalog.NodeID("norda/home-internet"), catalog.NodeID("norda/mobile-voice")
	type want struct {
		state   catalog.State
		regions []catalog.RegionID
	}
	tests := []struct {
		name     string
		verdicts []incident.Verdict
		effects  []incident.Effect
		node     catalog.NodeID
		want     []want
	}{
		{"the graph alone", nil, []incident.Effect{effect(voice, "ca", down)}, voice, []want{{down, []catalog.RegionID{"ca"}}}},
		{"a verdict alone", []incident.Verdict{verdict(voice, "ca", evidence.Both, degraded)}, nil, voice, []want{{degraded, []catalog.RegionID{"ca"}}}},
		{"the graph is worse", []incident.Verdict{verdict(voice, "ca", evidence.Both, degraded)}, []incident.Effect{effect(voice, "ca", down)}, voice, []want{{down, []catalog.RegionID{"ca"}}}},
		{"the verdict is worse", []incident.Verdict{verdict(voice, "ca", evidence.Both, down)}, []incident.Effect{effect(voice, "ca", degraded)}, voice, []want{{down, []catalog.RegionID{"ca"}}}},
		{"seen to work", []incident.Verdict{verdict(voice, "ca", evidence.Both, up)}, []incident.Effect{effect(voice, "ca", down)}, voice, []want{{up, []catalog.RegionID{"ca"}}}},
		{"not to be seen", []incident.Verdict{verdict(voice, "ca", evidence.Both, unknown)}, []incident.Effect{effect(voice, "ca", down)}, voice, []want{{down, []catalog.RegionID{"ca"}}}},
		{"unknown and no effect", []incident.Verdict{verdict(voice, "ca", evidence.Both, unknown)}, nil, voice, []want{{unknown, []catalog.RegionID{"ca"}}}},
		{"one family works", []incident.Verdict{verdict(voice, "ca", evidence.IPv4, up), verdict(voice, "ca", evidence.IPv6, down)}, nil, voice, []want{{degraded, []catalog.RegionID{"ca"}}}},
		{"both families fail", []incident.Verdict{verdict(voice, "ca", evidence.IPv4, down), verdict(voice, "ca", evidence.IPv6, down)}, nil, voice, []want{{down, []catalog.RegionID{"ca"}}}},
		{"one family works in part", []incident.Verdict{verdict(voice, "ca", evidence.IPv4, degraded), verdict(voice, "ca", evidence.IPv6, down)}, nil, voice, []want{{degraded, []catalog.RegionID{"ca"}}}},
		{"one family is not to be seen", []incident.Verdict{verdict(voice, "ca", evidence.IPv4, unknown), verdict(voice, "ca", evidence.IPv6, down)}, nil, voice, []want{{down, []catalog.RegionID{"ca"}}}},
		{"one family works in part, both together don't", []incident.Verdict{verdict(voice, "ca", evidence.IPv4, degraded), verdict(voice, "ca", evidence.IPv6, down), verdict(voice, "ca", evidence.Both, down)}, nil, voice, []want{{down, []catalog.RegionID{"ca"}}}},
		{"a national verdict on a regional service", []incident.Verdict{verdict(home, "ca", evidence.Both, degraded)}, nil, home, []want{{degraded, []catalog.RegionID{"ca-on", "ca-qc"}}}},
		{"and the graph in its regions", []incident.Verdict{verdict(home, "ca", evidence.Both, degraded)}, []incident.Effect{effect(home, "ca-on", down)}, home, []want{{down, []catalog.RegionID{"ca-on"}}, {degraded, []catalog.RegionID{"ca-qc"}}}},
		{"a town inside a province", []incident.Verdict{verdict(home, "ca-on-1", evidence.Both, degraded)}, []incident.Effect{effect(home, "ca-on", down)}, home, []want{{down, []catalog.RegionID{"ca-on", "ca-on-1"}}}},
		{"a place that the service is not in", []incident.Verdict{verdict(home, "ca-nl", evidence.Both, down)}, nil, home, []want{{down, []catalog.RegionID{"ca-nl"}}}},
		{"a stranger", []incident.Verdict{verdict("who/knows", "ca", evidence.Both, down)}, nil, "who/knows", []want{{down, []catalog.RegionID{"ca"}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := incident.Incident{ID: "x", Carrier: "norda", Onset: at("10:00"), Verdicts: tt.verdicts, Effects: tt.effects}
			d := newDraft(testPicture(in), in, catalog.EN)
			var got []want
			for _, s := range d.standings {
				if s.node == tt.node {
					got = append(got, want{s.state, s.regions})
				}
			}
			if !slices.EqualFunc(got, tt.want, func(a, b want) bool { return a.state == b.state && slices.Equal(a.regions, b.regions) }) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// The earliest start and the latest return of all that is merged.
func TestStandTimes(t *testing.T) {
	early, late := verdict("norda/mobile-voice", "ca-on", evidence.Both, catalog.Up), verdict("norda/mobile-voice", "ca-qc", evidence.Both, catalog.Up)
	early.Until, late.Until = at("12:00"), at("13:00")
	in := incident.Incident{ID: "x", Carrier: "norda", Verdicts: []incident.Verdict{late, early}}
	d := newDraft(testPicture(in), in, catalog.EN)
	if got := d.standings[0].until; !got.Equal(at("13:00")) {
		t.Errorf("back since %s: the service is back when its last region is", got)
	}
	in.Verdicts[0].State, in.Verdicts[1].State = catalog.Down, catalog.Down
	in.Verdicts[1].Since = at("10:30")
	d = newDraft(testPicture(in), in, catalog.EN)
	if got := d.standings[0].since; !got.Equal(at("10:30")) {
		t.Errorf("down since %s: the service is down since its first region is", got)
	}
}

func TestEarliestLatest(t *testing.T) {
	zero, a, b := time.Time{}, at("10:00"), at("11:00")
	for _, tt := range []struct{ x, y, early, late time.Time }{
		{a, b, a, b}, {b, a, a, b}, {zero, a, a, a}, {a, zero, a, a}, {zero, zero, zero, zero},
	} {
		if got := earliest(tt.x, tt.y); !got.Equal(tt.early) {
			t.Errorf("earliest(%s, %s) = %s", tt.x, tt.y, got)
		}
		if got := latest(tt.x, tt.y); !got.Equal(tt.late) {
			t.Errorf("latest(%s, %s) = %s", tt.x, tt.y, got)
		}
	}
}

func TestPlaces(t *testing.T) {
	d := newDraft(testPicture(), incident.Incident{}, catalog.EN)
	tests := []struct {
		name    string
		regions []catalog.RegionID
		country string
		names   []string
		first   catalog.RegionID
	}{
		{"nowhere", nil, "", nil, ""},
		{"the country", []catalog.RegionID{"ca"}, "Canada", nil, "ca"},
		{"the country and a part of it", []catalog.RegionID{"ca-on", "ca"}, "Canada", nil, "ca"},
		{"every province", []catalog.RegionID{"ca-on", "ca-qc", "ca-nl"}, "Canada", nil, "ca"},
		{"one", []catalog.RegionID{"ca-qc"}, "", []string{"Quebec"}, "ca-qc"},
		{"one inside another", []catalog.RegionID{"ca-on-1", "ca-on"}, "", []string{"Ontario"}, "ca-on"},
		{"two", []catalog.RegionID{"ca-qc", "ca-on"}, "", []string{"Ontario", "Quebec"}, ""},
		{"twice", []catalog.RegionID{"ca-qc", "ca-qc"}, "", []string{"Quebec"}, "ca-qc"},
		{"no name", []catalog.RegionID{"mars"}, "", []string{"mars"}, "mars"},
		{"not said", []catalog.RegionID{""}, "", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := d.place(tt.regions)
			if p.country != tt.country || !slices.Equal(p.names, tt.names) {
				t.Errorf("place %+v", p)
			}
			if got := d.first(tt.regions); got != tt.first {
				t.Errorf("first %q, want %q", got, tt.first)
			}
		})
	}
}

func TestProve(t *testing.T) {
	reading, word := read(evidence.Traffic, "as65010", 0, 1), cited("norda", "n")
	tests := []struct {
		name  string
		cites []incident.Citation
		kind  incident.Kind
		by    catalog.OrgID
	}{
		{"nothing", nil, incident.Inferred, ""},
		{"a reading", []incident.Citation{reading}, incident.Observed, ""},
		{"a word", []incident.Citation{word}, incident.Stated, "norda"},
		{"both", []incident.Citation{word, reading}, incident.Observed, ""},
		{"two speakers", []incident.Citation{word, cited("rail", "r")}, incident.Stated, "norda"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pr := prove(tt.cites)
			if pr.kind != tt.kind || pr.by != tt.by {
				t.Errorf("%+v", pr)
			}
			if tt.kind != incident.Inferred && len(pr.sources) != 1 {
				t.Errorf("the sources are those of the kind that is named: %+v", pr.sources)
			}
		})
	}
}

func TestClaimState(t *testing.T) {
	for kind, want := range map[evidence.ClaimKind]catalog.State{
		evidence.SaysDown: catalog.Down, evidence.SaysDegraded: catalog.Degraded, evidence.SaysLoad: catalog.Degraded,
		evidence.SaysRecovering: catalog.Degraded, evidence.SaysUp: catalog.Up, evidence.SaysRestored: catalog.Up,
		evidence.SaysCause: "", evidence.SaysETA: "", evidence.SaysProgress: "", evidence.SaysAdvice: "",
	} {
		if got := claimState(kind); got != want {
			t.Errorf("claimState(%s) = %q, want %q", kind, got, want)
		}
	}
}
