package sitrep

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // zones must not depend on the machine
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
	"tocsin/publish"
)

func at(clock string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", "2031-03-03 "+clock)
	if err != nil {
		panic(err)
	}
	return t
}

func wire() catalog.Source {
	return catalog.Source{ID: "wire", Title: "The wire <of> *Norda* & [co]", URL: "https://wire.example/a?b=1&c=2"}
}

// report is one that has every kind of line, with text that formats could trip over.
func report(lang catalog.Lang) publish.Report {
	long := strings.Repeat("a long sentence about nothing much ", 8) + "ends here."
	return publish.Report{
		Lang: lang, At: at("20:00"), Zone: "America/Toronto", Title: "Norda is down <script>alert(1)</script>", StateName: publish.StateName(lang, incident.Confirmed),
		Incident: incident.Incident{
			ID: "2031-03-03-norda", Rev: 7, State: incident.Confirmed, Carrier: "norda", Roots: []catalog.NodeID{"norda/core"}, P: 0.99, Onset: at("10:00"),
			Life: incident.Life{Relapses: []time.Time{at("16:00")}}, Exercise: true,
		},
		Replay: &publish.Replay{Outage: "norda-2031", Title: catalog.Text{EN: "Norda, a bad day", FR: "Norda, une mauvaise journée"}},
		Sections: []publish.Section{
			{ID: publish.SecDown, Title: "What is down", Lines: []publish.Line{
				{Topic: "carrier-state", Kind: incident.Observed, At: at("10:00"), Text: long, Org: "norda", Region: "ca", State: catalog.Down, P: 0.99, Value: 600, Basis: []evidence.Basis{evidence.Measured}, Sources: []catalog.Source{wire(), {ID: "bare"}}},
				{Topic: "family-state", Kind: incident.Inferred, At: at("11:00").AddDate(0, 0, -1), Text: "IPv6 is out.", Node: "norda/core", Family: evidence.IPv6, Path: []catalog.NodeID{"norda/core"}, Until: at("21:00")},
			}},
			{ID: publish.SecSaid, Title: "What has been said", Lines: []publish.Line{
				{Topic: "statement", Kind: incident.Stated, By: "rail", ByName: "Rail", At: at("00:00"), DayOnly: true, Text: "# Rail said: *no* _cards_ `today` | at all.", Sources: []catalog.Source{wire(), wire()}},
				{Topic: "statement", Kind: incident.Stated, By: "rail", ByName: "Rail", At: at("15:00"), Approx: true, Text: "- Rail\nsaid more.", Class: incident.SpillOver, Sources: []catalog.Source{{ID: "evil", Title: "Evil", URL: "javascript:alert(1)"}, {ID: "odd", Title: "Odd", URL: "https://x.example/> <b>"}}},
			}},
			{ID: publish.SecEvidence, Title: "How we know", Lines: []publish.Line{
				{Topic: "reading", Kind: incident.Observed, At: at("12:00"), Text: "Traffic: 0 against 1."},
				{Topic: "forecast", Kind: incident.Unseen, At: at("20:00"), Text: "No forecast yet.", Value: math.NaN(), P: math.Inf(1)},
			}},
		},
	}
}

// quiet is the report of a day without an incident, as package publish makes it.
func quiet(lang catalog.Lang) publish.Report {
	w := catalog.World{
		Regions:  []catalog.Region{{ID: "ca", Level: catalog.Country, Name: catalog.Text{EN: "Canada", FR: "Canada"}, Zone: "America/Toronto"}},
		Carriers: []catalog.Carrier{{ID: "norda", Name: catalog.Text{EN: "Norda", FR: "Norda"}}},
	}
	p := &publish.Picture{
		Now: at("20:00"), Edition: catalog.New(at("00:00"), "", w),
		Feeds: []evidence.Feed{{ID: "crowd", Name: catalog.Text{EN: "Reports", FR: "Signalements"}, Blind: catalog.Text{EN: "People sleep", FR: "Les gens dorment"}}},
	}
	return publish.NoIncident(p, lang)
}

func langs() []catalog.Lang { return []catalog.Lang{catalog.EN, catalog.FR} }

func write(t *testing.T, r publish.Report, f Format) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r, f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Every format holds every line, of an outage and of a quiet day.
func TestEveryFormatHoldsEveryLine(t *testing.T) {
	squeeze := func(s string) string { return strings.Join(words(s), "") }
	for _, lang := range langs() {
		for _, r := range []publish.Report{report(lang), quiet(lang)} {
			for _, f := range Formats() {
				out := write(t, r, f)
				if f == HTML {
					out = textOf(parse(t, out))
				}
				for _, s := range r.Sections {
					for _, l := range s.Lines {
						want := l.Text
						switch f {
						case Markdown:
							want = plain(want)
						case JSON:
							quoted, err := json.Marshal(want)
							if err != nil {
								t.Fatal(err)
							}
							want = strings.Trim(string(quoted), `"`)
						}
						if !strings.Contains(squeeze(out), squeeze(want)) {
							t.Errorf("%s %s lacks %q", lang, f, l.Text)
						}
					}
				}
			}
		}
	}
}

func TestText(t *testing.T) {
	for lang, wants := range map[catalog.Lang][]string{
		catalog.EN: {"*** EXERCISE", "*** Replay of a recorded day: Norda, a bad day", "SITUATION REPORT", "As of March 3, 2031, 3:00 p.m. ET (2031-03-03 20:00 UTC).", "[observed 05:00]", "[inferred 2031-03-02 06:00]", "[stated by Rail, 2031-03-03]", "[stated by Rail, ~10:00]", "[no sign seen, 15:00]", "SOURCES", "not an alerting authority"},
		catalog.FR: {"*** EXERCICE", "Rejeu d’une journée enregistrée\u00a0: Norda, une mauvaise journée", "RAPPORT DE SITUATION", "[observé 5\u00a0h]", "[selon Rail, 2031-03-03]", "[aucun signe vu, 15\u00a0h]", "ni le 911 ni une autorité"},
	} {
		out := write(t, report(lang), Text)
		for _, want := range wants {
			if !strings.Contains(out, want) {
				t.Errorf("%s: text lacks %q:\n%s", lang, want, out)
			}
		}
		for row := range strings.SplitSeq(out, "\n") {
			if utf8.RuneCountInString(row) > columns && len(strings.Fields(row)) > 1 {
				t.Errorf("%s: %d columns: %q", lang, utf8.RuneCountInString(row), row)
			}
			if strings.TrimRight(row, " ") != row {
				t.Errorf("%s: blanks at the end of %q", lang, row)
			}
		}
	}
}

func TestSourcesAreNumberedOnce(t *testing.T) {
	out := write(t, report(catalog.EN), Text)
	if strings.Count(out, "https://wire.example/") != 1 || !strings.Contains(out, "[1] The wire") || !strings.Contains(out, "[2] bare") {
		t.Errorf("sources:\n%s", out)
	}
	x := indexOf(report(catalog.EN))
	if got := x.numbers(report(catalog.EN).Sections[1].Lines[0]); !slices.Equal(got, []int{1}) {
		t.Errorf("a source that is named twice has one number: %v", got)
	}
	if got := x.refs(publish.Line{}); got != "" {
		t.Errorf("refs of a line without sources: %q", got)
	}
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct{ name, first, rest, in, want string }{
		{"short", "- ", "  ", "a b", "- a b\n"},
		{"empty", "- ", "  ", "", "-\n"},
		{"white space", "", "", " a \n\t b ", "a b\n"},
		{"long", "- ", "  ", strings.Repeat("x", 70) + " " + strings.Repeat("y", 20), "- " + strings.Repeat("x", 70) + "\n  " + strings.Repeat("y", 20) + "\n"},
		{"exact", "", "", strings.Repeat("x", 39) + " " + strings.Repeat("y", 40), strings.Repeat("x", 39) + " " + strings.Repeat("y", 40) + "\n"},
		{"one too many", "", "", strings.Repeat("x", 40) + " " + strings.Repeat("y", 40), strings.Repeat("x", 40) + "\n" + strings.Repeat("y", 40) + "\n"},
		{"too long a word", "", "  ", strings.Repeat("x", 90) + " y", strings.Repeat("x", 90) + "\n  y\n"},
		{"a no-break space holds", "", "", strings.Repeat("x", 75) + " 10\u00a0000", strings.Repeat("x", 75) + "\n10\u00a0000\n"},
		{"letters count, not bytes", "", "", strings.Repeat("é", 39) + " " + strings.Repeat("é", 40), strings.Repeat("é", 39) + " " + strings.Repeat("é", 40) + "\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := wrap(tt.first, tt.rest, tt.in); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestMarkdown(t *testing.T) {
	out := write(t, report(catalog.EN), Markdown)
	for _, want := range []string{
		"> **EXERCISE**", "# Norda is down \\<script\\>", "## What is down", "*(observed 05:00)* \\[1\\] \\[2\\]",
		"- \\# Rail said: \\*no\\* \\_cards\\_ \\`today\\` \\| at all.", "- - Rail said more.", "1. The wire \\<of\\> \\*Norda\\* \\& \\[co\\], <https://wire.example/a?b=1&c=2>", "2. bare\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("lacks %q:\n%s", want, out)
		}
	}
	for _, bad := range []string{"javascript:", "<script", "https://x.example/>"} {
		if strings.Contains(strings.ReplaceAll(out, `\<`, ""), bad) {
			t.Errorf("holds %q", bad)
		}
	}
}

func parse(t *testing.T, page string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func elements(n *html.Node, a atom.Atom) []*html.Node {
	var found []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.DataAtom == a {
			found = append(found, d)
		}
	}
	return found
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func TestHTML(t *testing.T) {
	for lang, tag := range map[catalog.Lang]string{catalog.EN: "en-CA", catalog.FR: "fr-CA"} {
		for name, r := range map[string]publish.Report{"outage": report(lang), "quiet": quiet(lang)} {
			page := write(t, r, HTML)
			root := parse(t, page)
			if !strings.HasPrefix(page, "<!DOCTYPE html>") || attr(elements(root, atom.Html)[0], "lang") != tag {
				t.Errorf("%s %s: no doctype, or another language than %s", lang, name, tag)
			}
			if n := len(elements(root, atom.Script)); n != 0 {
				t.Errorf("%s %s: %d scripts", lang, name, n)
			}
			if h := elements(root, atom.H1); len(h) != 1 || textOf(h[0]) != r.Title {
				t.Errorf("%s %s: one first heading, the report's title", lang, name)
			}
			if title := textOf(elements(root, atom.Title)[0]); !strings.HasPrefix(title, r.StateName) {
				t.Errorf("%s %s: the title begins with the state, not %q", lang, name, title)
			}
			if got, least := len(elements(root, atom.H2)), len(r.Sections); got < least {
				t.Errorf("%s %s: %d second headings for %d sections", lang, name, got, least)
			}
			checkLinks(t, root)
		}
	}
}

// checkLinks follows every link inside the page and refuses those that run.
func checkLinks(t *testing.T, root *html.Node) {
	t.Helper()
	ids := map[string]bool{}
	for d := range root.Descendants() {
		id := attr(d, "id")
		if id != "" && ids[id] {
			t.Errorf("two elements are %q", id)
		}
		ids[id] = true
	}
	for _, a := range elements(root, atom.A) {
		href := attr(a, "href")
		if inside, ok := strings.CutPrefix(href, "#"); ok && !ids[inside] {
			t.Errorf("the link %s leads nowhere", href)
		} else if !ok && !strings.HasPrefix(href, "https://") {
			t.Errorf("the link %q", href)
		}
	}
	for _, s := range elements(root, atom.Section) {
		if !ids[attr(s, "aria-labelledby")] {
			t.Errorf("section %s is named by nothing", attr(s, "id"))
		}
	}
	for _, tm := range elements(root, atom.Time) {
		stamp := attr(tm, "datetime")
		if _, err := time.Parse(time.RFC3339, stamp); err != nil {
			if _, err := time.Parse(time.DateOnly, stamp); err != nil {
				t.Errorf("time %q", stamp)
			}
		}
	}
}

// decoded is what a reader in another language sees of the JSON form.
type decoded struct {
	At, Lang, Zone, Outage, Title string
	Incident                      *struct {
		ID, State, Carrier, Onset string
		Roots, Relapses           []string
		Exercise                  bool
	}
	Sections []struct {
		ID, Title string
		Lines     []map[string]any
	}
}

func decode(t *testing.T, r publish.Report) decoded {
	t.Helper()
	var d decoded
	if err := json.Unmarshal([]byte(write(t, r, JSON)), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestJSON(t *testing.T) {
	d := decode(t, report(catalog.FR))
	if d.At != "2031-03-03T20:00:00Z" || d.Lang != "fr" || d.Outage != "norda-2031" || d.Zone != "America/Toronto" || d.Incident.ID != "2031-03-03-norda" {
		t.Errorf("%+v", d)
	}
	if in := d.Incident; in.State != "confirmed" || in.Onset != "2031-03-03T10:00:00Z" || !slices.Equal(in.Relapses, []string{"2031-03-03T16:00:00Z"}) || !in.Exercise {
		t.Errorf("%+v", in)
	}
	for _, s := range d.Sections {
		for _, l := range s.Lines {
			for _, key := range []string{"topic", "kind", "time", "text"} {
				if l[key] == "" || l[key] == nil {
					t.Errorf("%s: no %s in %v", s.ID, key, l)
				}
			}
			for _, key := range []string{"path", "basis", "sources"} {
				if _, ok := l[key].([]any); !ok {
					t.Errorf("%s: %s is no list in %v", s.ID, key, l)
				}
			}
		}
	}
	first := d.Sections[0].Lines[0]
	source := first["sources"].([]any)[0].(map[string]any)
	if first["p"] != 0.99 || first["value"] != 600.0 || first["state"] != "down" || first["region"] != "ca" || source["url"] != wire().URL || source["title"] != wire().Title {
		t.Errorf("%v", first)
	}
	if d.Sections[0].Lines[1]["family"] != "ipv6" || d.Sections[0].Lines[1]["until"] != "2031-03-03T21:00:00Z" {
		t.Errorf("%v", d.Sections[0].Lines[1])
	}
	said := d.Sections[1].Lines
	if said[0]["time"] != "2031-03-03" || said[0]["by"] != "rail" || said[1]["approx"] != true || said[1]["class"] != "spill-over" {
		t.Errorf("%v", said)
	}
	zero, odd := d.Sections[2].Lines[0], d.Sections[2].Lines[1]
	if v, ok := zero["value"]; !ok || v != 0.0 {
		t.Errorf("a reading of nothing is a figure: %v", zero)
	}
	if _, ok := odd["value"]; ok {
		t.Errorf("what is not a number is left out: %v", odd)
	}
}

func TestJSONOfNothing(t *testing.T) {
	d := decode(t, publish.Report{Lang: catalog.EN})
	if d.Incident != nil || d.Sections == nil || d.Outage != "" {
		t.Errorf("%+v", d)
	}
	if q := decode(t, quiet(catalog.EN)); q.Incident != nil || len(q.Sections) == 0 || q.Sections[0].Lines[0]["topic"] != "no-incident" {
		t.Errorf("%+v", q)
	}
}

func TestParseFormat(t *testing.T) {
	for name, want := range map[string]Format{"text": Text, "txt": Text, "MD": Markdown, "markdown": Markdown, "html": HTML, "htm": HTML, "json": JSON} {
		if got, err := ParseFormat(name); err != nil || got != want {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	}
	_, err := ParseFormat("pdf")
	if err == nil || !strings.Contains(err.Error(), "pdf") || !strings.Contains(err.Error(), "markdown") {
		t.Errorf("the error names what was wanted and what there is: %v", err)
	}
	for _, f := range Formats() {
		if got, err := ParseFormat(string(f)); err != nil || got != f {
			t.Errorf("%q: %q, %v", f, got, err)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	for _, f := range []Format{"pdf", "md", ""} {
		if err := Write(io.Discard, report(catalog.EN), f); err == nil {
			t.Errorf("format %q was written", f)
		}
	}
}

// full is a disk without room.
type full struct{}

var errFull = errors.New("no room")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriteTellsOfErrors(t *testing.T) {
	for _, f := range Formats() {
		if err := Write(full{}, report(catalog.EN), f); !errors.Is(err, errFull) || !strings.Contains(err.Error(), string(f)) {
			t.Errorf("%s: %v", f, err)
		}
	}
}

func TestSameBytesTwice(t *testing.T) {
	for _, f := range Formats() {
		if first, second := write(t, report(catalog.FR), f), write(t, report(catalog.FR), f); first != second {
			t.Errorf("%s differs from itself", f)
		}
	}
}
