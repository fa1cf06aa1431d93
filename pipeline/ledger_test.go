package pipeline_test

import (
	"slices"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// TestLedger: which statements an incident hears. Core-outage begins at 10:00
// and is resolved at 18:46.
func TestLedger(t *testing.T) {
	t.Parallel()
	claim := func(k evidence.ClaimKind, target, because string) []evidence.Claim {
		return []evidence.Claim{{Kind: k, Target: target, Because: because}}
	}
	for _, tc := range []struct {
		name, at string
		by       catalog.OrgID
		claims   []evidence.Claim
		heard    bool
	}{
		{"the carrier", "12:30", "red", claim(evidence.SaysDown, "red", ""), true},
		{"the carrier, before it began", "09:30", "red", claim(evidence.SaysUp, "red", ""), false},
		{"whom it touches", "12:30", "shop", claim(evidence.SaysDown, "shop/tills", ""), true},
		{"whom it touches, about something else", "12:30", "shop", claim(evidence.SaysUp, "museum/doors", ""), true},
		{"about whom it touches", "12:30", "museum", claim(evidence.SaysDown, "shop/tills", ""), true},
		{"nobody about nobody", "12:30", "museum", claim(evidence.SaysDown, "museum/doors", ""), false},
		{"nobody, who blames the carrier", "12:30", "museum", claim(evidence.SaysDown, "museum/doors", "red"), true},
		{"nobody, who blames somebody else", "12:30", "museum", claim(evidence.SaysDown, "museum/doors", "council"), false},
		{"nobody, who claims nothing", "12:30", "museum", nil, true},
		{"a peer that is cleared", "12:30", "blue", claim(evidence.SaysLoad, "blue/data", ""), true},
		{"the carrier, when all is over", "20:00", "red", claim(evidence.SaysCause, "red", ""), true},
		{"whom it touched, when all is over", "20:00", "shop", claim(evidence.SaysRestored, "shop/tills", ""), true},
		{"the carrier, a day later", "42:46", "red", claim(evidence.SaysCause, "red", ""), true},
		{"the carrier, later than that", "42:48", "red", claim(evidence.SaysCause, "red", ""), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := script(t, "core-outage")
			p.until = clock("43:00")
			at := clock(tc.at)
			p.heard.Statements = append(p.heard.Statements, evidence.Statement{
				ID: "asked", By: tc.by, At: at, Heard: at, Claims: tc.claims, Basis: evidence.Stated,
			})
			got := slices.ContainsFunc(p.run(t, nil), func(c incident.Change) bool {
				return slices.ContainsFunc(c.Said, func(s incident.Said) bool { return s.ID == "asked" })
			})
			if got != tc.heard {
				t.Errorf("heard: %v, want %v", got, tc.heard)
			}
		})
	}
}

// TestShares: where the reports come from, each counted once, however often it
// is told.
func TestShares(t *testing.T) {
	t.Parallel()
	p := script(t, "core-outage")
	for _, part := range []struct {
		region catalog.RegionID
		value  float64
	}{{"xx-e", 30}, {"xx-w", 10}} {
		for at := clock("09:00"); at.Before(clock("14:00")); at = at.Add(5 * time.Minute) {
			o := evidence.Observation{
				Series: evidence.SeriesID{Feed: "map", Measure: evidence.Reports, Subject: "red", Region: part.region},
				At:     at, Heard: at, Value: part.value, Basis: evidence.Reported,
			}
			p.heard.Observations = append(p.heard.Observations, o)
			o.Heard = at.Add(22 * time.Minute) // told twice
			p.heard.Observations = append(p.heard.Observations, o)
		}
	}
	var last []incident.Share
	for _, c := range p.run(t, nil) {
		if c.Op == incident.OpLocate {
			last = c.Shares
		}
	}
	if len(last) != 2 || last[0].Region != "xx-e" || last[0].Count != 48*30 || last[0].Total != 48*40 || last[1].Count != 48*10 {
		t.Fatalf("shares %+v, want xx-e with 1440 of 1920", last)
	}
	if !last[0].From.Equal(clock("10:00")) || !last[0].Until.Equal(clock("13:55")) {
		t.Errorf("from %s until %s, want 10:00 until 13:55", hhmm(last[0].From), hhmm(last[0].Until))
	}
}
