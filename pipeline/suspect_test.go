package pipeline_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/attribute"
	"tocsin/evidence"
	"tocsin/incident"
	"tocsin/pipeline"
)

// held is what is believed of red at some minutes of a script.
func held(t *testing.T, p *play, at ...string) map[string]*pipeline.Belief {
	t.Helper()
	out := map[string]*pipeline.Belief{}
	p.run(t, func(now time.Time, pl *pipeline.Pipeline, _ []incident.Change) {
		if !slices.Contains(at, hhmm(now)) {
			return
		}
		for _, b := range pl.Beliefs() {
			if b.Carrier == "red" {
				out[hhmm(now)] = &b
			}
		}
	})
	return out
}

// TestBeliefs: a suspicion is held before it is told, lapses a quarter of an hour
// after its last ground, and goes on as the belief of its incident.
func TestBeliefs(t *testing.T) {
	t.Parallel()
	b := held(t, script(t, "suspicion"), "29:00", "30:05", "30:40", "34:10", "34:44", "34:45", "40:00")
	for _, at := range []string{"29:00", "30:40", "40:00"} {
		if b[at] != nil {
			t.Errorf("%s: %+v", at, b[at])
		}
	}
	if early := b["34:10"]; early == nil || early.Incident != "" || early.P < 0.02 || early.P >= 0.8 {
		t.Errorf("34:10: %+v", early)
	}
	before, told := b["34:44"], b["34:45"]
	if before == nil || told == nil || before.Incident != "" || told.Incident != "2030-05-02-red" || told.P < 0.8 {
		t.Fatalf("34:44: %+v\n34:45: %+v", before, told)
	}
	if told.Moment <= 0 || told.Moment >= 1 || !told.At.Equal(clock("34:45")) || told.Root.Carrier != "red" {
		t.Errorf("%+v", told)
	}
}

// TestBeliefIsShown: what is believed of an open incident is what it tells, in
// every script, and health from before the onset is never held against it.
func TestBeliefIsShown(t *testing.T) {
	t.Parallel()
	eachScript(t, func(t *testing.T, p *play) {
		p.run(t, func(now time.Time, pl *pipeline.Pipeline, changes []incident.Change) {
			for _, b := range pl.Beliefs() {
				for _, c := range changes {
					if c.Incident == b.Incident && c.Op == incident.OpJudge && c.P != b.P {
						t.Fatalf("%s: %s tells %v and is believed at %v", hhmm(now), c.Incident, c.P, b.P)
					}
				}
				for k, r := range b.Took {
					if r.Heard && r.Nats < 0 && r.At.Before(b.Root.Onset) && b.Incident == "" {
						t.Fatalf("%s: %s of %s, before the onset at %s, counts against it", hhmm(now), attribute.PlaneAt(k), hhmm(r.At), hhmm(b.Root.Onset))
					}
				}
			}
		})
	})
}

// TestSilentOwner: that a carrier which has spoken before says nothing counts a
// little against its outage, the more the longer; one that never speaks is as
// before; its word takes the silence back.
func TestSilentOwner(t *testing.T) {
	t.Parallel()
	with := func(lines string) *play {
		return parse(t, strings.Join([]string{
			"feed crowd quiet=45m", "redcrowd reports red xx crowd every=5m", "bluecrowd reports blue xx crowd every=5m",
			"from 00:00 to 38:00 bluecrowd=5", "from 00:00 to 34:00 redcrowd=5", "from 34:00 to 38:00 redcrowd=80", lines, "until 37:00",
		}, "\n"))
	}
	words := func(b *pipeline.Belief) attribute.Ratio {
		for k, r := range b.Took {
			if attribute.PlaneAt(k) == evidence.PlaneWords {
				return r
			}
		}
		return attribute.Ratio{}
	}
	const spoke = "say 10:00 red up red"
	never := held(t, with(""), "34:30", "36:30")
	known := held(t, with(spoke), "34:30", "36:30")
	spoken := held(t, with(spoke+"\nsay 36:00 red degraded red"), "36:30")
	for at, b := range never {
		if words(b).Heard {
			t.Errorf("%s: %+v of a carrier that never speaks", at, words(b))
		}
	}
	if len(never) != 2 || len(known) != 2 || len(spoken) != 1 {
		t.Fatalf("beliefs %v, %v, %v", never, known, spoken)
	}
	if early, late := words(known["34:30"]).Nats, words(known["36:30"]).Nats; early >= 0 || early < -0.3 || late >= early || late < -1.2 {
		t.Errorf("after half an hour %v nats, after two and a half hours %v", early, late)
	}
	if known["36:30"].P >= never["36:30"].P {
		t.Errorf("silent P is %v, of one that never speaks %v", known["36:30"].P, never["36:30"].P)
	}
	if words(spoken["36:30"]).Nats <= 0 || spoken["36:30"].P <= never["36:30"].P {
		t.Errorf("it has spoken: %+v", spoken["36:30"])
	}
}

// TestOwnReportsAreNoFacet: the reports that came through the carrier's own network
// are counted among all its reports; no part of an incident comes back with them.
func TestOwnReportsAreNoFacet(t *testing.T) {
	t.Parallel()
	p := script(t, "suspicion")
	own := p.series["redcrowd"]
	own.Measure = evidence.ReportsOwn
	for _, o := range slices.Clone(p.heard.Observations) {
		if o.Series == p.series["redcrowd"] {
			o.Series = own
			p.heard.Observations = append(p.heard.Observations, o)
		}
	}
	told := false
	for _, c := range p.run(t, nil) {
		told = told || c.Op == incident.OpSuspect
		for _, v := range c.Verdicts {
			for _, e := range v.Evidence {
				if v.Kind == incident.Observed && e.Series != nil && e.Series.Measure == evidence.ReportsOwn {
					t.Fatalf("%s: a facet of its own: %+v", hhmm(c.At), v.Facet)
				}
			}
		}
	}
	if !told {
		t.Error("nothing is suspected")
	}
}
