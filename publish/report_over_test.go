package publish

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// ended makes the test incident one of the past: service came back at 19:00.
func ended(in *incident.Incident) {
	in.State, in.Life.Ended, in.P = incident.Resolved, at("19:00"), 0.002
	in.Effects, in.Verdicts, in.Cleared = nil, nil, nil
	in.Reach = []incident.Reach{
		{Node: "clinic/appointments", State: catalog.Degraded},
		{Node: "metro-police/911-centre", State: catalog.Down},
		{Node: "norda/core", State: catalog.Down},
		{Node: "norda/emergency-calls", State: catalog.Down},
		{Node: "norda/home-internet", State: catalog.Degraded},
		{Node: "norda/mobile-voice", State: catalog.Down},
		{Node: "north-police/mobile-911", State: catalog.Down},
		{Node: "paykit/debit", State: catalog.Down},
	}
}

// Once it is over, the report still tells what was down, until when, and for
// how long; with the evidence of the incident behind it.
func TestWhatWasDown(t *testing.T) {
	for lang, want := range map[catalog.Lang]struct{ title, voice, home, debit, help string }{
		catalog.EN: {
			"What was down", "Down at some time between 5:00 a.m. ET and 2:00 p.m. ET: Norda mobile calls.",
			"Worked only in part at some time between 5:00 a.m. ET and 2:00 p.m. ET: Norda home internet.", "Paykit Debit", "May have been hit",
		},
		catalog.FR: {
			"Ce qui était en panne", "En panne à un moment ou à un autre entre 5 h (HE) et 14 h (HE) : « appels mobiles de Norda ».",
			"En service réduit à un moment ou à un autre entre 5 h (HE) et 14 h (HE) : « Internet résidentiel de Norda ».", "Débit Paykit", "Peut-être touché",
		},
	} {
		r := draw(lang, ended)
		if r.Sections[0].Title != want.title {
			t.Errorf("%s: %q", lang, r.Sections[0].Title)
		}
		was := lines(r, SecDown, "was-hit")
		if len(was) != 2 || loosen(was[0].Text) != want.voice || loosen(was[1].Text) != want.home {
			t.Fatalf("%s: %+v", lang, was)
		}
		if l := was[0]; l.Value != 540 || !l.Until.Equal(at("19:00")) || !l.At.Equal(at("10:00")) || l.State != catalog.Down || len(l.Sources) == 0 {
			t.Errorf("%s: from, until, how long, by what: %+v", lang, l)
		}
		others := lines(r, SecAffected, "was-hit")
		if len(others) != 3 || !strings.Contains(loosen(others[0].Text), want.debit) || others[1].State != catalog.Degraded {
			t.Fatalf("%s: %+v", lang, others)
		}
		help := others[2]
		if help.State != catalog.Unknown || !strings.HasPrefix(help.Text, want.help) || !slices.Equal(help.Path, []catalog.NodeID{"metro-police/911-centre", "north-police/mobile-911"}) {
			t.Errorf("%s: what help rests on was never down for certain: %+v", lang, help)
		}
	}
}

// Advice for an outage that is over would send people the wrong way.
func TestNoAdviceAfterTheEnd(t *testing.T) {
	r := draw(catalog.EN, ended)
	for _, topic := range []string{"emergency-advice", "emergency-warning"} {
		if got := lines(r, SecEmergency, topic); len(got) != 0 {
			t.Errorf("%+v", got)
		}
	}
	if got := section(r, SecWorks); got != nil {
		t.Errorf("%+v", got)
	}
	if got := len(lines(r, SecSaid, "statement")); got != 8 {
		t.Errorf("%d statements: what was said stays", got)
	}
}

// Calls for help may have failed, unless the newest word was that they work.
func TestCallsForHelpAfterTheEnd(t *testing.T) {
	l := line(t, draw(catalog.EN, ended), SecEmergency, "emergency-was")
	if l.Text != "911 calls from Norda phones may have failed between 5:00 a.m. ET and 2:00 p.m. ET." || l.Kind != incident.Inferred || !l.Until.Equal(at("19:00")) {
		t.Errorf("%+v", l)
	}
	works := func(in *incident.Incident) {
		ended(in)
		in.Said = append(in.Said, speech("metro-police", "15:00", both("Calls reach us", "On nous joint"), says(evidence.SaysUp, "norda/emergency-calls")))
	}
	if got := lines(draw(catalog.EN, works), SecEmergency, "emergency-was"); len(got) != 0 {
		t.Errorf("said to work: %+v", got)
	}
}

// A probability that is small because all is well again is not told as doubt
// about the failure.
func TestChanceThatItGoesOn(t *testing.T) {
	for _, state := range []incident.State{incident.Confirmed, incident.Recovering, incident.Resolved} {
		l := line(t, draw(catalog.EN, func(in *incident.Incident) { in.State = state }), SecEvidence, "root-probability")
		if still := strings.Contains(l.Text, "still failing"); still != (state != incident.Confirmed) {
			t.Errorf("%s: %q", state, l.Text)
		}
	}
}

// When it is over nobody waits for a time of return, and one that was given is
// neither early nor late.
func TestReturnAfterTheEnd(t *testing.T) {
	r := draw(catalog.EN, ended)
	if got := lines(r, SecUnknown, "no-eta"); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	r = draw(catalog.EN, ended, func(in *incident.Incident) {
		in.Said = append(in.Said, speech("norda", "15:00", both("Back at one", "Retour à 13 h"), evidence.Claim{Kind: evidence.SaysETA, Target: "norda", Time: at("18:00")}))
	})
	if l := line(t, r, SecWhen, "eta"); strings.Contains(l.Text, "has passed") {
		t.Errorf("%q", l.Text)
	}
}

// Recovery is told from when service began to come back, not from when that
// was judged; of several recoveries, the last.
func TestRecoveryIsDatedByTheEvidence(t *testing.T) {
	r := draw(catalog.EN, func(in *incident.Incident) {
		in.State, in.Life.Recovering = incident.Recovering, at("18:46")
		in.Timeline = append(in.Timeline,
			incident.Event{At: at("15:46"), Event: at("15:30"), Op: incident.OpRecover, Author: "tocsin"},
			incident.Event{At: at("18:46"), Event: at("18:30"), Op: incident.OpRecover, Author: "tocsin"},
			incident.Event{At: at("20:46"), Event: at("19:30"), Op: incident.OpRecover, Author: "tocsin"}, // not yet
		)
	})
	if l := line(t, r, SecWhen, "recovering"); !l.At.Equal(at("18:30")) || !strings.Contains(l.Text, "since 1:30 p.m. ET") {
		t.Errorf("%+v", l)
	}
}

// The timeline dates what we did by when we did it, and what happened by when
// it happened; of one minute, what came last is first.
func TestTimelineKeepsOurTimesApart(t *testing.T) {
	r := draw(catalog.EN, func(in *incident.Incident) {
		facet := &incident.Facet{Node: "norda/core", Region: "ca"}
		in.Timeline = append(in.Timeline,
			incident.Event{At: at("17:31"), Event: at("17:15"), Op: incident.OpFacet, Author: "tocsin", Facet: facet, Note: incident.Returning},
			incident.Event{At: at("17:46"), Event: at("17:15"), Op: incident.OpRecover, Author: "tocsin"},
		)
	})
	var told []string
	for _, l := range section(r, SecTimeline) {
		if l.Topic == "event" || l.Topic == "facet" {
			told = append(told, l.Text)
		}
	}
	want := []string{
		"At 12:15 p.m. ET, service at Norda began to come back.",
		"At 12:15 p.m. ET, the Norda core (Canada) began to come back.",
		"At 11:20 a.m. ET, service at Norda failed again.",
		"At 5:10 a.m. ET, the outage at Norda was confirmed.",
		"At 5:05 a.m. ET, an outage at Norda was suspected.",
		"At 5:01 a.m. ET, the Norda core over IPv6 (Canada) went down.",
	}
	if !slices.Equal(told, want) {
		t.Errorf("%s", strings.Join(told, "\n"))
	}
}

// The last event is told by its reach: what it hit at any time, where, and
// what it did not hit.
func TestHistoryTellsTheReach(t *testing.T) {
	old := pastIncident()
	old.Verdicts = nil
	tell := func(change func(*incident.Incident)) Line {
		past, in := old, testIncident()
		change(&past)
		return line(t, NewReport(testPicture(in, past), in, catalog.EN), SecHistory, "last-event")
	}
	for name, tt := range map[string]struct {
		change func(*incident.Incident)
		says   []string
		not    []string
	}{
		"nothing is known": {func(*incident.Incident) {}, []string{"lasted 20 h. Cause"}, []string{"Hit", "No sign"}},
		"two services, in two provinces": {func(in *incident.Incident) {
			in.Reach = []incident.Reach{{Node: "norda/core", State: catalog.Down}, {Node: "norda/home-internet", State: catalog.Down}, {Node: "norda/cable-tv", State: catalog.Degraded}}
		}, []string{"Hit in Ontario and Quebec: cable TV and home internet.", "were hit: business internet, 911 calls and mobile calls."}, nil},
		"calls for help": {func(in *incident.Incident) {
			in.Reach = []incident.Reach{{Node: "norda/emergency-calls", State: catalog.Down}, {Node: "norda/mobile-voice", State: catalog.Down}}
		}, []string{"Hit across Canada: mobile calls.", "911 calls from its phones may have failed."}, []string{"Hit across Canada: 911"}},
		"calls for help that worked": {func(in *incident.Incident) {
			in.Reach = []incident.Reach{{Node: "norda/emergency-calls", State: catalog.Down}, {Node: "norda/mobile-voice", State: catalog.Down}}
			in.Said = append(in.Said,
				speech("press", "08:00", both("No help", "Pas de secours"), says(evidence.SaysDown, "norda/emergency-calls")),
				speech("metro-police", "09:00", both("We hear you", "On vous entend"), says(evidence.SaysUp, "norda/emergency-calls")))
		}, []string{"Hit across Canada: mobile calls."}, []string{"911"}},
		"calls for help that failed after all": {func(in *incident.Incident) {
			in.Reach = []incident.Reach{{Node: "norda/emergency-calls", State: catalog.Down}}
			in.Said = append(in.Said,
				speech("metro-police", "09:00", both("We hear you", "On vous entend"), says(evidence.SaysUp, "norda/emergency-calls")),
				speech("press", "10:00", both("No help", "Pas de secours"), says(evidence.SaysDown, "norda/emergency-calls")))
		}, []string{"911 calls from its phones may have failed."}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			l := tell(tt.change)
			for _, want := range tt.says {
				if !strings.Contains(l.Text, want) {
					t.Errorf("%q lacks %q", l.Text, want)
				}
			}
			for _, not := range tt.not {
				if strings.Contains(l.Text, not) {
					t.Errorf("%q says %q", l.Text, not)
				}
			}
		})
	}
}

// History is what came before; exercises and false alarms are none.
func TestHistoryIsEarlier(t *testing.T) {
	in := testIncident()
	other := func(id incident.ID, onset time.Time) incident.Incident {
		o := pastIncident()
		o.ID, o.Onset = id, onset
		return o
	}
	after, drill, alarm := other("after", at("12:00")), other("drill", at("04:00")), other("alarm", at("05:00"))
	drill.Exercise, alarm.State = true, incident.Dismissed
	p := testPicture(in, pastIncident(), after, drill, alarm)
	if l := line(t, NewReport(p, in, catalog.EN), SecHistory, "last-event"); !l.At.Equal(pastIncident().Onset) {
		t.Errorf("%+v", l)
	}
	p = testPicture(pastIncident(), drill, alarm)
	if l := line(t, NoIncident(p, catalog.EN), SecHistory, "last-event"); !l.At.Equal(pastIncident().Onset) {
		t.Errorf("%+v", l)
	}
}
