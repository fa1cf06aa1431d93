package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"tocsin/catalog"
	"tocsin/incident"
	"tocsin/pipeline"
	"tocsin/publish"
	"tocsin/publish/sitrep"
	"tocsin/replay"
)

// The article test: on 8 July 2022 at 19:10Z the situation report must state
// what a good newspaper article stated then, sixteen points, each derived from
// evidence and catalogue, each with its kind, its time and its source. The
// points are checked by what the lines mean, never by their wording.

// told is a line of the report as machines read it.
type told struct {
	Topic   string   `json:"topic"`
	Kind    string   `json:"kind"`
	By      string   `json:"by"`
	Time    moment   `json:"time"`
	Text    string   `json:"text"`
	Node    string   `json:"node"`
	Org     string   `json:"org"`
	Region  string   `json:"region"`
	State   string   `json:"state"`
	Class   string   `json:"class"`
	P       float64  `json:"p"`
	Value   float64  `json:"value"`
	Path    []string `json:"path"`
	Basis   []string `json:"basis"`
	Sources []struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		URL   string `json:"url"`
	} `json:"sources"`
}

// moment is a time, or a day where only that is known.
type moment struct{ time.Time }

func (m *moment) UnmarshalJSON(b []byte) (err error) {
	text := strings.Trim(string(b), `"`)
	if m.Time, err = time.Parse(time.RFC3339, text); err != nil {
		m.Time, err = time.Parse(time.DateOnly, text)
	}
	return err
}

type article struct {
	Title    string `json:"title"`
	Lang     string `json:"lang"`
	Sections []struct {
		ID    string `json:"id"`
		Lines []told `json:"lines"`
	} `json:"sections"`
}

// july is 8 July 2022, played once for all tests that look at it.
type july struct {
	pictures map[string]*publish.Picture // of each moment that they look at
	root     string                      // at 15:07Z: why the IP core
	bell     string                      // at 15:07Z: why not Bell
}

// theArticle is the picture of the hour that the article is of, as the command
// makes it.
var theArticle = sync.OnceValues(func() (*publish.Picture, error) {
	at := time.Date(2022, 7, 8, 19, 10, 0, 0, time.UTC)
	return Picture(context.Background(), ReplayOptions{Outage: "rogers-2022-07-08", At: at})
})

// theDay steps through the day on the same history.
var theDay = sync.OnceValues(func() (*july, error) {
	article, err := theArticle()
	if err != nil {
		return nil, err
	}
	earlier := history{editions: article.Past}
	for _, in := range article.Incidents {
		if article.Past[in.ID] != nil {
			earlier.incidents = append(earlier.incidents, in)
		}
	}
	j := &july{pictures: map[string]*publish.Picture{stamp(article.Now): article}}
	return j, j.play(earlier)
})

func (j *july) play(earlier history) error {
	day, ed, err := World{}.Outage("rogers-2022-07-08", time.Time{})
	if err != nil {
		return err
	}
	var changes []incident.Change
	pl := pipeline.New(pipeline.Options{Edition: ed, Feeds: day.Feeds, Detector: detectors(ed)})
	for player := replay.NewPlayer(day); ; {
		now, heard, ok := player.Next()
		if !ok {
			return nil
		}
		step, err := pl.Step(now, heard)
		if err != nil {
			return err
		}
		changes = append(changes, step...)
		switch stamp(now) {
		case "2022-07-08T15:07:00Z":
			if err := j.explain(pl, past{day, ed}, now); err != nil {
				return err
			}
		case "2022-07-08T08:00:00Z", "2022-07-08T08:30:00Z", "2022-07-08T12:30:00Z", "2022-07-09T02:00:00Z", "2022-07-10T03:00:00Z":
			all, err := incident.Fold(changes)
			if err != nil {
				return err
			}
			j.pictures[stamp(now)] = earlier.picture(past{day, ed}, now, all, pl.Health())
		}
	}
}

func (j *july) explain(pl *pipeline.Pipeline, today past, at time.Time) error {
	var root, bell strings.Builder
	o := ExplainOptions{Style: Style{Format: "json"}}
	err := o.answer(&root, pl, today, at)
	o.Carrier = "bell"
	err = errors.Join(err, o.answer(&bell, pl, today, at))
	j.root, j.bell = root.String(), bell.String()
	return err
}

func recordedJuly(t *testing.T) *july {
	t.Helper()
	j, err := theDay()
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func picture(t *testing.T, at string) *publish.Picture {
	t.Helper()
	p := recordedJuly(t).pictures[at]
	if p == nil {
		t.Fatalf("nobody looks at %s", at)
	}
	return p
}

func read(t *testing.T, lang, at string) article {
	t.Helper()
	var out bytes.Buffer
	if err := sitrep.Write(&out, report(picture(t, at), catalog.Lang(lang)), sitrep.JSON); err != nil {
		t.Fatal(err)
	}
	var a article
	if err := json.Unmarshal(out.Bytes(), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// lines gives the lines of a section that fit.
func (a article) lines(section string, fits func(told) bool) []told {
	var found []told
	for _, s := range a.Sections {
		if s.ID != section {
			continue
		}
		for _, l := range s.Lines {
			if fits(l) {
				found = append(found, l)
			}
		}
	}
	return found
}

func effect(node, state string) func(told) bool {
	return func(l told) bool {
		return (l.Topic == "effect" || l.Topic == "service-state") && l.Node == node && l.State == state
	}
}

func statement(org string, clock string) func(told) bool {
	return func(l told) bool {
		return l.By == org && l.Kind == "stated" && (clock == "" || l.Time.UTC().Format("15:04") == clock)
	}
}

func topic(name string) func(told) bool { return func(l told) bool { return l.Topic == name } }

func both(a, b func(told) bool) func(told) bool {
	return func(l told) bool { return a(l) && b(l) }
}

func endsAt(root string) func(told) bool {
	return func(l told) bool { return len(l.Path) > 0 && l.Path[len(l.Path)-1] == root }
}

// point is one of the sixteen, with the lines that must be there.
type point struct {
	name  string
	wants []want
}

type want struct {
	what    string
	section string
	fits    func(told) bool
}

func points() []point {
	onset := time.Date(2022, 7, 8, 8, 44, 0, 0, time.UTC)
	since := func(l told) bool { return l.Time.Equal(onset) }
	national := func(l told) bool { return l.Region == "ca" }
	services := []want{
		{"Rogers is down nationally since 08:44Z, for 10 h 26 min", "down", func(l told) bool {
			return l.Topic == "carrier-state" && l.Org == "rogers" && l.State == "down" && national(l) && since(l) && l.Value == 626
		}},
	}
	for _, s := range []string{"mobile-voice", "sms", "mobile-data", "home-internet", "home-phone", "cable-tv"} {
		services = append(services, want{s + " is down", "down", effect("rogers/"+s, "down")})
	}
	return []point{
		{"1 Rogers is down nationally, by service", services},
		{"2 debit payments are down for everybody, and why", []want{
			{"Interac Debit is down across Canada by the IP core", "affected", both(both(effect("interac/debit", "down"), national), endsAt("rogers/ip-core"))},
			{"also for those who are no customers: one supplier", "affected", func(l told) bool { return l.Topic == "effect-scope" && l.Node == "interac/debit" }},
		}},
		{"3 what the carrier has said, and not", []want{
			{"first word at 12:54Z, 4 h 10 min after the start", "said", func(l told) bool {
				return l.Topic == "first-word" && l.By == "rogers" && l.Value == 250 && l.Time.Format("15:04") == "12:54"
			}},
			{"no cause", "said", topic("no-cause")},
			{"no time of return", "said", topic("no-eta")},
		}},
		{"4 its newest statement", []want{{"shortly after 15:00 in Toronto", "said", func(l told) bool {
			return l.Topic == "newest-statement" && l.By == "rogers" && !l.Time.Before(onset.Add(10*time.Hour+16*time.Minute))
		}}}},
		{"5 where reports come from", []want{{"most from southern Ontario, with the share", "where", func(l told) bool {
			return l.Topic == "report-share" && l.Region == "ca-on-south" && l.Value > 0.5 && l.Value < 1
		}}}},
		{"6 911", []want{
			{"calls from Rogers phones may fail", "emergency", func(l told) bool {
				return l.Topic == "emergency-access" && l.Node == "rogers/emergency-calls" && l.State == "down"
			}},
			{"the centre is up, says Toronto's police", "emergency", func(l told) bool {
				return l.Topic == "emergency-centre" && l.Node == "toronto-police/911-centre" && l.State == "up" && l.By == "toronto-police"
			}},
			{"Toronto's police have warned", "emergency", both(topic("emergency-warning"), statement("toronto-police", ""))},
			{"Peel's police have warned", "emergency", both(topic("emergency-warning"), statement("peel-police", "12:12"))},
			{"what to do", "emergency", func(l told) bool { return l.Topic == "emergency-advice" && len(l.Sources) > 0 }},
		}},
		{"7 GO Transit", []want{
			{"tickets can't be bought by card", "affected", both(effect("metrolinx/card-sales", "down"), statement("metrolinx", ""))},
			{"what still works", "works", func(l told) bool { return l.Topic == "fallback" && l.Node == "metrolinx/card-sales" }},
		}},
		{"8 venues", []want{
			{"ticket apps may not open", "affected", effect("venues/mobile-tickets", "degraded")},
			{"bring printed tickets", "works", func(l told) bool { return l.Topic == "fallback" && l.Node == "venues/mobile-tickets" }},
		}},
		{"9 SickKids", []want{
			{"virtual appointments are disrupted", "affected", both(effect("sickkids/virtual-appointments", "degraded"), statement("sickkids", ""))},
			{"patients will be contacted", "works", func(l told) bool {
				return l.Topic == "fallback" && (l.Node == "sickkids/virtual-appointments" || l.By == "sickkids")
			}},
		}},
		{"10 Scarborough Health Network", []want{
			{"on-call staff can't be reached", "affected", effect("shn/on-call-staff", "degraded")},
			{"they are asked to come in", "works", func(l told) bool { return l.Topic == "fallback" && l.By == "shn" }},
		}},
		{"11 Bell is operational", []want{{"explained, not believed", "peers", func(l told) bool {
			return l.Topic == "peer-verdict" && l.Org == "bell" && l.State == "up" && l.Class == "spill-over" && l.P < 0.05
		}}, {"its own word", "peers", statement("bell", "15:07")}}},
		{"12 Telus is operational", []want{{"some load", "peers", func(l told) bool {
			return l.Topic == "peer-verdict" && l.Org == "telus" && l.State == "up" && l.Class == "load" && l.P < 0.05
		}}, {"its own word", "peers", statement("telus", "16:22")}}},
		{"13 Interac's own statement", []want{{"a network provider's outage", "said", statement("interac", "12:44")}}},
		{"14 the last such event", []want{{"April 2021, national, wireless", "history", func(l told) bool {
			return l.Topic == "last-event" && l.Org == "rogers" && l.Time.Format("2006-01") == "2021-04" && l.Region == "ca" && l.Value > 22*60
		}}}},
		{"15 when it will be back", []want{{"no forecast yet, said so", "when", topic("forecast")}}},
		{"16 what is not known", []want{
			{"the collector rrc04 is silent since 11:00Z", "unknown", func(l told) bool {
				return l.Topic == "blind" && l.Time.UTC().Format("15:04") == "11:00" && strings.Contains(l.Text, "rrc04")
			}},
			{"services that nobody observes", "unknown", func(l told) bool {
				return l.Topic == "blind" && slices.Contains(l.Path, "rogers/cable-tv")
			}},
			{"no cause", "unknown", topic("no-cause")},
		}},
	}
}

func TestArticle(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "fr"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			a := read(t, lang, "2022-07-08T19:10:00Z")
			for _, p := range points() {
				t.Run(p.name, func(t *testing.T) {
					for _, w := range p.wants {
						found := a.lines(w.section, w.fits)
						if len(found) == 0 {
							t.Errorf("not stated: %s (section %s)", w.what, w.section)
							continue
						}
						sound(t, found[0])
					}
				})
			}
		})
	}
}

// The French report has no English word for a state or a kind of knowledge.
// Titles of sources stay as they were published.
func TestFrenchIsFrench(t *testing.T) {
	t.Parallel()
	small, err := Picture(t.Context(), ReplayOptions{World: zz(), Outage: zzOutage, At: clock(t, "2024-05-02T08:10:00Z")})
	if err != nil {
		t.Fatal(err)
	}
	english := regexp.MustCompile(`(?i)\b(down|degraded|unknown|resolved|confirmed|suspected|recovering|dismissed|observed|inferred|stated|unseen|outage|since|until|the|and)\b`)
	for name, p := range map[string]*publish.Picture{"small": small, "large": picture(t, "2022-07-08T19:10:00Z")} {
		var out bytes.Buffer
		if err := write(&out, report(p, catalog.FR), sitrep.Text); err != nil {
			t.Fatal(err)
		}
		text, _, ok := strings.Cut(out.String(), "\nSOURCES\n")
		if !ok || !strings.Contains(text, "RAPPORT DE SITUATION") || !strings.Contains(text, "est en panne") {
			t.Errorf("%s: this is no French report:\n%.1000s", name, text)
		}
		for line := range strings.SplitSeq(text, "\n") {
			if word := english.FindString(line); word != "" {
				t.Errorf("%s: English %q in %q", name, word, line)
			}
		}
	}
}

// sound checks that a line says how it is known, when, and by whom.
func sound(t *testing.T, l told) {
	t.Helper()
	if !slices.Contains([]string{"observed", "inferred", "stated", "unseen"}, l.Kind) || l.Time.IsZero() || l.Text == "" {
		t.Errorf("%s: kind %q, time %s, text %q", l.Topic, l.Kind, l.Time, l.Text)
	}
	if l.Kind == "stated" && l.By == "" {
		t.Errorf("%s is stated by nobody: %s", l.Topic, l.Text)
	}
	if len(l.Sources) == 0 && l.Kind != "unseen" && len(l.Path) == 0 && !strings.Contains(l.Text, "assumed") && !strings.Contains(l.Text, "suppos") {
		t.Errorf("%s has no source: %s", l.Topic, l.Text)
	}
}

// TestEveryLineIsSound: no line of the report lacks kind, time or speaker, at
// any hour of the day, in either language.
func TestEveryLineIsSound(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"2022-07-08T12:30:00Z", "2022-07-08T19:10:00Z", "2022-07-09T02:00:00Z", "2022-07-10T03:00:00Z"} {
		for _, lang := range []string{"en", "fr"} {
			a := read(t, lang, at)
			n := 0
			for _, s := range a.Sections {
				for _, l := range s.Lines {
					n++
					sound(t, l)
				}
			}
			if n < 20 || a.Lang != lang {
				t.Errorf("%s %s: only %d lines", lang, at, n)
			}
		}
	}
}

// TestNotYet: before it happened, nothing is said of it; and what was said
// later is not known earlier.
func TestNotYet(t *testing.T) {
	t.Parallel()
	a := read(t, "en", "2022-07-08T08:30:00Z")
	if found := a.lines("down", topic("carrier-state")); len(found) > 0 {
		t.Errorf("at 08:30Z it is said: %s", found[0].Text)
	}
	a = read(t, "en", "2022-07-08T12:30:00Z")
	if found := a.lines("said", statement("rogers", "")); len(found) > 0 {
		t.Errorf("at 12:30Z Rogers has spoken: %s", found[0].Text)
	}
	if found := a.lines("said", topic("first-word")); len(found) > 0 && found[0].Kind == "stated" {
		t.Errorf("at 12:30Z there is a first word: %s", found[0].Text)
	}
	for _, s := range a.Sections {
		for _, l := range s.Lines {
			if l.Time.After(time.Date(2022, 7, 8, 12, 30, 0, 0, time.UTC)) && l.Topic != "holdover" {
				t.Errorf("at 12:30Z a line is of %s: %s", l.Time.Format(time.RFC3339), l.Text)
			}
		}
	}
}
