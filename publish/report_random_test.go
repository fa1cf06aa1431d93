package publish

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// days is how many random incidents each property is tried on.
const days = 100

// later is what nobody has said yet; no report may have it.
const later = "Heard too late"

// plausible makes incidents that could be: times in order, states that the life
// allows, advice that is whole. What [gen] makes need not be.
type plausible struct{ gen }

// outages calls f for random incidents at their time, each with its number.
func outages(t *testing.T, f func(t *testing.T, p *Picture, in incident.Incident)) {
	t.Helper()
	for seed := range uint64(days) {
		r := plausible{gen{rand.New(rand.NewPCG(seed, 11))}}
		in := r.outage()
		t.Run(fmt.Sprint(seed, " ", in.State), func(t *testing.T) { f(t, testPicture(in, pastIncident()), in) })
	}
}

// between gives a minute from one time to another.
func (g plausible) between(from, until time.Time) time.Time {
	return from.Add(time.Duration(g.Int64N(1+int64(until.Sub(from)/time.Minute))) * time.Minute)
}

// past is a minute between the onset and now.
func (g plausible) past() time.Time { return g.between(at("10:00"), at("20:00")) }

func (g plausible) known() catalog.NodeID { return pick(g.gen, nodeIDs()...) }

func nodeIDs() []catalog.NodeID {
	var ids []catalog.NodeID
	for _, n := range testNodes() {
		ids = append(ids, n.ID)
	}
	return ids
}

func (g plausible) bad() catalog.State { return pick(g.gen, catalog.Down, catalog.Degraded) }

func (g plausible) place(id catalog.NodeID) catalog.RegionID {
	return pick(g.gen, testEdition().Node(id).Regions...)
}

func (g plausible) cites() []incident.Citation {
	return some(g.gen, 3, func() incident.Citation {
		c := read(pick(g.gen, evidence.Traffic, evidence.TrafficV6, evidence.Reports, evidence.Prefixes), pick[evidence.Subject](g.gen, "as65010", "norda", "country/ca"), g.Float64(), 1)
		if g.one(3) {
			c = cited(pick[catalog.OrgID](g.gen, "norda", "rail", "press"), "any")
		}
		c.At = g.past()
		return c
	})
}

func (g plausible) effect(i int) incident.Effect {
	id := g.known()
	e := incident.Effect{
		Node: id, Region: g.place(id), State: g.bad(), Since: g.past(), Path: []catalog.NodeID{id, "norda/core"}, Assumed: g.one(4), Evidence: g.cites(),
	}
	if g.one(4) {
		e.Fails = g.between(at("12:00"), at("23:59"))
	}
	for j := range g.IntN(3) {
		name := fmt.Sprintf("%d-%d", i, j)
		a := incident.Advice{Text: both("Do "+name, "Faites "+name), Stands: g.one(2), Assumed: g.one(3)}
		if !a.Stands && !g.one(4) {
			a.Lost = []catalog.NodeID{g.known()}
		}
		if !g.one(3) {
			a.Sources = []catalog.SourceID{"guide"}
		}
		e.Advice = append(e.Advice, a)
	}
	return e
}

func (g plausible) verdict() incident.Verdict {
	id := g.known()
	v := incident.Verdict{
		Facet: incident.Facet{Node: id, Region: g.place(id), Family: pick(g.gen, evidence.Both, evidence.IPv4, evidence.IPv6)},
		State: pick(g.gen, catalog.Down, catalog.Degraded, catalog.Up, catalog.Unknown), P: g.Float64(), Since: g.past(), Kind: incident.Observed,
		Evidence: append(g.cites(), read(evidence.Traffic, "as65010", 0.1, 1)),
	}
	if v.State == catalog.Up && !g.one(3) {
		v.Until = g.between(v.Since, at("20:00"))
	}
	return v
}

func (g plausible) said(i int) incident.Said {
	s := speech(pick[catalog.OrgID](g.gen, "norda", "press", "rail", "meridio", "metro-police", "paykit"), "10:00", both(fmt.Sprintf("Word %d", i), fmt.Sprintf("Parole %d", i)))
	s.ID, s.At, s.Approx = fmt.Sprint("said-", i), g.past(), g.one(4)
	s.Heard = s.At.Add(time.Duration(g.IntN(60)) * time.Minute)
	if g.one(5) {
		s.At, s.DayOnly, s.Approx = at("00:00"), true, false
	}
	if s.Heard.After(at("20:00")) {
		s.Text = both(later, later)
	}
	s.Claims = some(g.gen, 3, func() evidence.Claim {
		return evidence.Claim{
			Kind:   pick(g.gen, evidence.SaysDown, evidence.SaysDegraded, evidence.SaysUp, evidence.SaysRestored, evidence.SaysAdvice, evidence.SaysCause, evidence.SaysETA, evidence.SaysRecovering),
			Target: string(g.known()), Time: g.between(at("12:00"), at("23:59")),
		}
	})
	return s
}

func (g plausible) outage() incident.Incident {
	in := testIncident()
	in.State = pick(g.gen, incident.Suspected, incident.Confirmed, incident.Confirmed, incident.Recovering, incident.Resolved, incident.Reviewed, incident.Dismissed)
	in.P = 0.5 + g.Float64()/2
	in.Roots = pick(g.gen, []catalog.NodeID{"norda/core"}, []catalog.NodeID{"norda/core", "norda/radio"}, nil)
	in.Verdicts = some(g.gen, 6, g.verdict)
	in.Effects, in.Said, in.Reach = nil, nil, nil
	for i := range g.IntN(9) {
		in.Effects = append(in.Effects, g.effect(i))
	}
	for i := range g.IntN(9) {
		in.Said = append(in.Said, g.said(i))
	}
	for _, id := range nodeIDs() {
		if g.one(2) {
			in.Reach = append(in.Reach, incident.Reach{Node: id, State: g.bad()})
		}
	}
	in.Cleared = in.Cleared[:g.IntN(len(in.Cleared)+1)]
	switch in.State {
	case incident.Recovering:
		in.Life.Recovering = g.past()
	case incident.Resolved, incident.Reviewed:
		in.Life.Ended = g.between(at("17:00"), at("20:00"))
		in.Effects, in.Verdicts = nil, slices.DeleteFunc(in.Verdicts, func(v incident.Verdict) bool { return v.State != catalog.Up })
	}
	return in
}

// Every line is whole, dated, and not from the future.
func TestAnyOutageHasWholeLines(t *testing.T) {
	outages(t, func(t *testing.T, p *Picture, in incident.Incident) {
		for _, lang := range langs() {
			r := NewReport(p, in, lang)
			for _, s := range r.Sections {
				for _, l := range s.Lines {
					where := string(lang) + "/" + string(s.ID) + "/" + l.Topic
					checkLine(t, where, l)
					if l.At.After(p.Now) {
						t.Errorf("%s: from the future, %s: %q", where, l.At, l.Text)
					}
					if strings.Contains(l.Text, later) {
						t.Errorf("%s: not heard yet: %q", where, l.Text)
					}
					if l.P < 0 || l.P > 1 {
						t.Errorf("%s: no probability: %v", where, l.P)
					}
					if lang == catalog.FR {
						setWell(t, l.Text)
					}
				}
			}
		}
	})
}

// The sections come in one order, whatever is in them; the two languages have
// the same lines; and the same incident gives the same report.
func TestAnyOutageIsToldTheSame(t *testing.T) {
	order := []SectionID{SecDown, SecEmergency, SecWorks, SecWhen, SecSaid, SecWhere, SecAffected, SecPeers, SecHistory, SecUnknown, SecEvidence, SecTimeline}
	outages(t, func(t *testing.T, p *Picture, in incident.Incident) {
		en, fr := NewReport(p, in, catalog.EN), NewReport(p, in, catalog.FR)
		if again := NewReport(p, in, catalog.EN); !reflect.DeepEqual(en, again) {
			t.Error("two reports of one incident differ")
		}
		next := 0
		for _, s := range en.Sections {
			i := slices.Index(order, s.ID)
			if i < next {
				t.Fatalf("section %s out of its place", s.ID)
			}
			next = i + 1
			if len(s.Lines) == 0 {
				t.Errorf("section %s is empty", s.ID)
			}
		}
		if a, b := bones(en), bones(fr); !slices.Equal(a, b) {
			for i := range min(len(a), len(b)) {
				if a[i] != b[i] {
					t.Fatalf("line %d differs:\n%s\n%s", i, a[i], b[i])
				}
			}
			t.Fatalf("%d lines in English, %d in French", len(a), len(b))
		}
	})
}

// bones are the lines of a report without their words.
func bones(r Report) []string {
	var out []string
	for _, s := range r.Sections {
		for _, l := range s.Lines {
			l.Text, l.ByName = "", ""
			out = append(out, fmt.Sprintf("%s %+v", s.ID, l))
		}
	}
	return out
}

// Advice that can't be followed is told as such or not at all.
func TestWithdrawnAdviceNeverStands(t *testing.T) {
	outages(t, func(t *testing.T, p *Picture, in incident.Incident) {
		told := map[string]string{} // by the advice's words, which are its alone
		for _, s := range NewReport(p, in, catalog.EN).Sections {
			for _, l := range s.Lines {
				if m := regexp.MustCompile(`Do \d+-\d+`).FindString(l.Text); m != "" {
					told[m] = l.Topic
				}
			}
		}
		for _, e := range in.Effects {
			for _, a := range e.Advice {
				topic := told[a.Text.EN]
				if !a.Stands && topic != "" && topic != "fallback-withdrawn" {
					t.Errorf("%q is withdrawn and told as %s", a.Text.EN, topic)
				}
				if a.Stands && topic == "fallback-withdrawn" {
					t.Errorf("%q stands and is told as withdrawn", a.Text.EN)
				}
				if topic == "emergency-advice" && (a.Assumed || len(a.Sources) == 0) {
					t.Errorf("%q tells how to get help, on nobody's word", a.Text.EN)
				}
			}
		}
		if d := newDraft(p, in, catalog.EN); d.over() && len(told) > 0 {
			t.Errorf("advice after the end: %v", told)
		}
	})
}

// Calls for help may fail; the emergency number is never down.
func TestAnyOutageLeaves911Alone(t *testing.T) {
	for lang, wrong := range map[catalog.Lang]*regexp.Regexp{
		catalog.EN: regexp.MustCompile(`(?i)\b911\b[^.:;]*\b(is|are|was|were) (down|out)\b|911[^.:;]*works? only in part`),
		catalog.FR: regexp.MustCompile(`(?i)\b911\b[^.:;]*(est|sont|était) (en panne|interrompue)|911[^.:;]*n(’est|e)( peut-être)? (assurée|fonctionne)( peut-être)? qu’en partie`),
	} {
		outages(t, func(t *testing.T, p *Picture, in incident.Incident) {
			for _, s := range NewReport(p, in, lang).Sections {
				for _, l := range s.Lines {
					if m := wrong.FindString(l.Text); m != "" && !strings.Contains(m, " may ") && !strings.Contains(m, "peut-être") {
						t.Errorf("%s/%s: %q", s.ID, l.Topic, m)
					}
				}
			}
		})
	}
}

// French has none of the words of the other language's states.
func TestAnyOutageIsFrenchInFrench(t *testing.T) {
	english := regexp.MustCompile(`(?i)\b(down|up|unknown|degraded|confirmed|suspected|recovering|resolved|since|across|stated|observed|inferred|the|and|because|calls?|works?|back)\b`)
	outages(t, func(t *testing.T, p *Picture, in incident.Incident) {
		r := NewReport(p, in, catalog.FR)
		for _, s := range r.Sections {
			for _, l := range s.Lines {
				if m := english.FindString(l.Text); m != "" && l.Topic != "note" {
					t.Errorf("%s/%s: %q in %q", s.ID, l.Topic, m, l.Text)
				}
			}
		}
	})
}

// When it is over, all that was hit is told, once, and nothing is down; what
// was never an outage hit nothing.
func TestAnyOutageEnds(t *testing.T) {
	outages(t, func(t *testing.T, p *Picture, in incident.Incident) {
		d := newDraft(p, in, catalog.EN)
		if !d.over() && in.State != incident.Dismissed {
			return
		}
		r := NewReport(p, in, catalog.EN)
		told := map[catalog.NodeID]int{}
		for _, s := range r.Sections {
			for _, l := range s.Lines {
				switch l.Topic {
				case "was-hit":
					for _, id := range l.Path {
						told[id]++
					}
					if !l.Until.Equal(in.Life.Ended) || l.Value != in.Life.Ended.Sub(in.Onset).Minutes() {
						t.Errorf("ends %s after %v: %+v", l.Until, l.Value, l)
					}
				case "emergency-was":
					told[l.Node]++
				case "service-state", "effect", "emergency-access":
					if l.State == catalog.Down || l.State == catalog.Degraded {
						t.Errorf("%s is hit when all is over: %q", l.Node, l.Text)
					}
				}
			}
		}
		for _, reached := range in.Reach {
			want := 1
			_, claim, claimed := d.latestClaim(reached.Node)
			own := d.own(reached.Node)
			inside := reached.Node.Owner() == in.Carrier && !own
			spared := d.callsHelp(reached.Node) && claimed && claimState(claim) == catalog.Up && d.e.Node(reached.Node).Service == emergencyCalls
			if in.State == incident.Dismissed || inside || spared {
				want = 0
			}
			if told[reached.Node] != want {
				t.Errorf("%s is told %d times, want %d", reached.Node, told[reached.Node], want)
			}
		}
	})
}
