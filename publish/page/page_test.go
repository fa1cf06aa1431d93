package page

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tocsin/catalog"
	"tocsin/incident"
	"tocsin/publish"
)

// states are all states of an incident.
func states() []incident.State {
	return []incident.State{
		incident.Suspected, incident.Confirmed, incident.Recovering,
		incident.Resolved, incident.Reviewed, incident.Dismissed,
	}
}

func rendered(t *testing.T, p *publish.Picture, o Options) *Pages {
	t.Helper()
	pages, err := Render(p, o)
	if err != nil {
		t.Fatalf("Render: %v", err)
	}
	return pages
}

func body(t *testing.T, pages *Pages, address string) []byte {
	t.Helper()
	b, ok := pages.Body(address)
	if !ok {
		t.Fatalf("no page %s among %v", address, pages.Addresses())
	}
	return b
}

// everyPage calls f for each state, language and page.
func everyPage(t *testing.T, f func(t *testing.T, address string, lang catalog.Lang, html []byte)) {
	for _, state := range states() {
		pages := rendered(t, picture(8, outage(state, 8, 12)), fake())
		for _, lang := range langs() {
			for _, path := range []string{"", "about", "incidents/2022-07-08-rogers", "incidents/2022-07-08-rogers/affected", "incidents/2022-07-08-rogers/record"} {
				address := "/" + string(lang) + "/" + path
				t.Run(string(state)+address, func(t *testing.T) { f(t, address, lang, body(t, pages, address)) })
			}
		}
	}
}

func TestEveryPageIsWhole(t *testing.T) {
	everyPage(t, func(t *testing.T, address string, lang catalog.Lang, html []byte) {
		root := parse(t, html)
		if got := attr(one(t, root, "html"), "lang"); got != tagOf(lang) {
			t.Errorf("lang %q, want %q", got, tagOf(lang))
		}
		for _, landmark := range []string{"header", "main#main", "footer", "h1", "title", "a.skip[href=#main]", "meta[name=viewport]"} {
			one(t, root, landmark)
		}
		swap := one(t, root, "header a[hreflang="+tagOf(other(lang))+"]")
		if want := "/" + string(other(lang)) + address[3:]; attr(swap, "href") != want || attr(swap, "lang") != tagOf(other(lang)) {
			t.Errorf("switch leads to %q in %q, want %q", attr(swap, "href"), attr(swap, "lang"), want)
		}
		if len(find(root, "script")) > 0 || strings.Contains(string(html), "style=") || strings.Contains(string(html), " on") && len(find(root, "[onclick]")) > 0 {
			t.Error("a script or a style outside of the sheet")
		}
		if bad := regexp.MustCompile(`ZgotmplZ|\[[a-z-]+\]<|%!|<no value>|MISSING`).Find(html); bad != nil {
			t.Errorf("the page shows %q", bad)
		}
		checkStructure(t, address, html)
	})
}

// checkStructure checks what assistive technology needs: headings in order,
// unique ids, links that lead somewhere, tables with headings, times to read.
func checkStructure(t *testing.T, address string, html []byte) {
	t.Helper()
	root := parse(t, html)
	level, ids := 0, map[string]bool{}
	for _, n := range find(root, "[id]") {
		if ids[attr(n, "id")] {
			t.Errorf("id %q twice", attr(n, "id"))
		}
		ids[attr(n, "id")] = true
	}
	for n := range root.Descendants() {
		if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
			if now := int(n.Data[1] - '0'); now > level+1 {
				t.Errorf("heading %q jumps to level %d", text(n), now)
			} else {
				level = now
			}
		}
		if ref := attr(n, "aria-labelledby"); ref != "" && !ids[ref] {
			t.Errorf("aria-labelledby %q names nothing", ref)
		}
	}
	for _, a := range find(root, "a[href]") {
		href := attr(a, "href")
		switch {
		case strings.HasPrefix(href, "#"):
			if !ids[href[1:]] {
				t.Errorf("link to %q leads nowhere", href)
			}
		case strings.HasPrefix(href, "http"):
			if attr(a, "rel") != "noopener noreferrer" {
				t.Errorf("link to %s: rel %q", href, attr(a, "rel"))
			}
		case !strings.HasPrefix(href, "/"):
			t.Errorf("%s: odd link %q", address, href)
		}
		if text(a) == "" {
			t.Errorf("link to %q has no words", href)
		}
	}
	for _, table := range find(root, "table") {
		if len(find(table, "th[scope=col]")) < 2 || len(find(table, "tbody th[scope=row]")) == 0 {
			t.Errorf("table without headings: %.80s", text(table))
		}
	}
}

func TestTitleStartsWithTheState(t *testing.T) {
	everyPage(t, func(t *testing.T, address string, lang catalog.Lang, html []byte) {
		if strings.HasSuffix(address, "about") {
			return
		}
		state, _, _ := strings.Cut(t.Name()[strings.Index(t.Name(), "/")+1:], "/")
		want := publish.StateName(lang, incident.State(state))
		if !incident.State(state).Open() && !strings.Contains(address, "incidents") {
			want = both("No sign of a large outage", "Aucun signe de panne").In(lang)
		}
		if got := text(one(t, parse(t, html), "title")); !strings.HasPrefix(got, want) {
			t.Errorf("title %q, want it to start with %q", got, want)
		}
	})
}

// English state words are of no use to a French reader, and the other way
// round; code attributes are not words.
func TestOneLanguageAPage(t *testing.T) {
	strangers := map[catalog.Lang]*regexp.Regexp{
		catalog.FR: regexp.MustCompile(`(?i)\b(down|degraded|unknown|outage|confirmed|suspected|resolved|recovering|dismissed|observed|inferred|stated|unseen|not seen|updated|reload|since|share|measured|reconstructed)\b`),
		catalog.EN: regexp.MustCompile(`(?i)\b(panne|confirmée|déclaré|observé|déduit|inconnu|depuis|actualiser|mesuré|reconstitué|est|les)\b`),
	}
	everyPage(t, func(t *testing.T, _ string, lang catalog.Lang, html []byte) {
		root := parse(t, html)
		for _, n := range append(find(root, "[lang="+tagOf(other(lang))+"]"), find(root, "ol.src")...) {
			n.Parent.RemoveChild(n) // the switch says so, and sources keep their titles
		}
		if found := strangers[lang].FindString(text(root)); found != "" {
			t.Errorf("%q in a page in %s", found, lang)
		}
	})
}

// The two languages must say as much as each other.
func TestWordsInBothLanguages(t *testing.T) {
	same := []string{"service", "services", "source", "sources", "p-routes"}
	for key, w := range words() {
		if w.EN == "" || w.FR == "" || w.EN == w.FR && !slices.Contains(same, key) {
			t.Errorf("%s: %q, %q", key, w.EN, w.FR)
		}
		verbs := regexp.MustCompile(`%(\[\d\])?[sd]`)
		if en, fr := verbs.FindAllString(w.EN, -1), verbs.FindAllString(w.FR, -1); !slices.Equal(en, fr) {
			t.Errorf("%s: %v in English, %v in French", key, en, fr)
		}
		if loose := regexp.MustCompile(`[^\x{a0}][:;?!»%]`).FindString(w.FR); loose != "" && !regexp.MustCompile(`%[\[sd]`).MatchString(w.FR) {
			t.Errorf("%s: no no-break space before %q in %q", key, loose, w.FR)
		}
	}
}

func TestOrderOfTheIncidentPage(t *testing.T) {
	pages := rendered(t, picture(8, outage(incident.Confirmed, 8, 12)), fake())
	root := parse(t, body(t, pages, "/en/incidents/2022-07-08-rogers"))
	var got []string
	for _, s := range find(root, "main section[id]") {
		got = append(got, attr(s, "id"))
	}
	want := []string{"down", "emergency", "works", "when", "said", "where", "affected", "peers", "history", "unknown", "evidence", "timeline"}
	if !slices.Equal(got, want) {
		t.Errorf("sections\n%v, want\n%v", got, want)
	}
	for i, a := range find(root, "nav a") {
		if attr(a, "href") != "#"+want[i] {
			t.Errorf("contents %d lead to %s", i, attr(a, "href"))
		}
	}
	if len(find(root, "details section")) > 0 || len(find(one(t, root, "#emergency"), "details")) > 0 {
		t.Error("an essential part is folded away")
	}
}

// Every line says how it is known and when.
func TestEveryLineIsMarked(t *testing.T) {
	pages := rendered(t, picture(8, outage(incident.Confirmed, 8, 12)), fake())
	for _, lang := range langs() {
		root := parse(t, body(t, pages, "/"+string(lang)+"/incidents/2022-07-08-rogers"))
		lines := append(find(root, "ul.rows li"), find(root, "#affected tbody tr")...)
		if len(lines) < 40 {
			t.Fatalf("%d lines", len(lines))
		}
		for _, l := range lines {
			marks := find(l, ".mark")
			if len(marks) == 0 || text(find(marks[0], "b")[0]) == "" || len(find(marks[0], "time[datetime]")) != 1 {
				t.Errorf("no mark or time: %s", text(l))
			}
		}
		down := text(one(t, root, "#down"))
		for _, want := range []string{publish.KindName(lang, incident.Observed, ""), both("reconstructed", "reconstitué").In(lang), "[1]", publish.NodeStateName(lang, catalog.Down)} {
			if !strings.Contains(down, want) {
				t.Errorf("no %q in %s", want, down)
			}
		}
		if said := text(one(t, root, "#said")); !strings.Contains(said, publish.KindName(lang, incident.Stated, "Rogers")) {
			t.Errorf("the speaker is missing: %.200s", said)
		}
	}
}

func TestLooseTimesLookLoose(t *testing.T) {
	pages := rendered(t, picture(0, outage(incident.Confirmed, 0, 10)), fake())
	root := parse(t, body(t, pages, "/en/incidents/2022-07-08-rogers"))
	said := find(root, "#said li")
	if got := text(find(said[0], "time")[0]); got != "about 8:00 a.m. ET" {
		t.Errorf("approximate time is %q", got)
	}
	last := find(said[7], "time")[0]
	if text(last) != "July 8, 2022" || attr(last, "datetime") != "2022-07-08" {
		t.Errorf("a day alone is %q, %q", text(last), attr(last, "datetime"))
	}
}

// What the carrier said stands first; what others said is in the timeline, once.
func TestCarrierSpeaksFirst(t *testing.T) {
	pages := rendered(t, picture(0, outage(incident.Confirmed, 0, 8)), fake())
	root := parse(t, body(t, pages, "/en/incidents/2022-07-08-rogers"))
	said := one(t, root, "#said")
	timeline := one(t, parse(t, body(t, pages, "/en/incidents/2022-07-08-rogers/record")), "#timeline")
	if strings.Contains(text(said), "stated by Interac") || len(find(said, "li")) != 6 {
		t.Errorf("said: %s", text(said))
	}
	if got := strings.Count(text(timeline), "stated by Interac"); got != 2 {
		t.Errorf("%d statements of others in the timeline, want 2", got)
	}
	one(t, said, "a[href=/en/incidents/2022-07-08-rogers/record#timeline]")
}

// Lines that only say that nothing was seen are folded away, save the one that
// answers whether 911 can be called.
func TestUnseenApart(t *testing.T) {
	unseen := publish.Line{Kind: incident.Unseen, Topic: "emergency-centre"}
	answer := publish.Line{Kind: incident.Unseen, Topic: "emergency-access"}
	warned := publish.Line{Kind: incident.Stated, Topic: "emergency-warning"}
	lines, folded := unseenApart([]publish.Line{answer, unseen, unseen, warned})
	if len(lines) != 2 || lines[0].Topic != "emergency-access" || lines[1].Topic != "emergency-warning" || len(folded) != 2 {
		t.Errorf("%v open, %v folded", lines, folded)
	}
	if lines, folded = unseenApart([]publish.Line{unseen, unseen}); len(lines) != 2 || len(folded) != 0 {
		t.Errorf("%d open where nothing was seen at all", len(lines))
	}
}

// A state that was claimed, or that was so in the past, is no tag.
func TestTagsAreStates(t *testing.T) {
	for topic, want := range map[string]bool{"service-state": true, "emergency-access": true, "statement": false, "emergency-advice": false, "last-event": false} {
		if says(publish.Line{Topic: topic, State: catalog.Down}) != want {
			t.Errorf("%s: a tag or none against what it is", topic)
		}
	}
	if says(publish.Line{Topic: "service-state"}) {
		t.Error("a tag without a state")
	}
}

// Of calls for help a page never says more than that they may fail.
func TestEmergencyCallsMayFail(t *testing.T) {
	v := &view{speech: speech{lang: catalog.EN, all: words()}, edition: world(0)}
	for _, state := range []catalog.State{catalog.Down, catalog.Degraded} {
		for _, l := range []publish.Line{{Topic: "emergency-access", State: state}, {Topic: "service-state", Node: "rogers/emergency-calls", State: state}} {
			if got := v.lineTag(l).Word; got != "may fail" {
				t.Errorf("%s of %s: %q", l.Topic, state, got)
			}
		}
	}
	for _, l := range []publish.Line{{Topic: "emergency-access", State: catalog.Up}, {Topic: "service-state", Node: "rogers/sms", State: catalog.Down}} {
		if got, want := v.lineTag(l).Word, publish.NodeStateName(catalog.EN, l.State); got != want {
			t.Errorf("%s: %q, want %q", l.Topic, got, want)
		}
	}
}

func TestSourcesAreNumberedOnce(t *testing.T) {
	v := &view{}
	one, two := catalog.Source{Title: "1", URL: "https://a.example/1"}, catalog.Source{Title: "2"}
	three, four, six := catalog.Source{ID: "3"}, catalog.Source{Title: "4"}, catalog.Source{Title: "6"}
	for _, c := range []struct {
		cite []catalog.Source
		want string
	}{
		{[]catalog.Source{one, two}, "[{1 1} {2 2}]"},
		{[]catalog.Source{two, one, two, {}}, "[{1 1} {2 2}]"},
		{[]catalog.Source{one, two, three}, "[{1 1–3}]"},
		{[]catalog.Source{four, {Title: "5"}, six}, "[{4 4–6}]"},
		{[]catalog.Source{six, four, three, one}, "[{1 1} {3 3} {4 4} {6 6}]"},
		{nil, "[]"},
	} {
		if got := fmt.Sprint(v.refs(c.cite)); got != c.want {
			t.Errorf("%v cited as %s, want %s", c.cite, got, c.want)
		}
	}
}

func TestTables(t *testing.T) {
	pages := rendered(t, picture(8, outage(incident.Confirmed, 8, 1)), fake())
	root := parse(t, body(t, pages, "/en/incidents/2022-07-08-rogers"))
	rows := find(root, "#affected tbody tr")
	if len(rows) != 8 {
		t.Fatalf("%d rows of effects, want 8", len(rows))
	}
	first := text(rows[0])
	for _, want := range []string{dependentName(0) + ", Ontario", "Rests on Interac debit, which rests on Rogers IP core", "Pay cash, or ask at counter 0", "No longer stands", "Mobile calls"} {
		if !strings.Contains(first, want) {
			t.Errorf("no %q in %s", want, first)
		}
	}
	if len(find(rows[0], "s")) != 1 || len(find(rows[1], "s")) != 0 {
		t.Error("advice that no longer stands must be struck, and only that")
	}
	if !strings.Contains(text(rows[3]), "assumed") {
		t.Errorf("an assumed path is not marked: %s", text(rows[3]))
	}
	share := one(t, root, "#where tbody tr")
	if got := text(share); !strings.Contains(got, "Ontario 57% (5,700 of 10,000)") || !strings.Contains(got, "reconstructed") {
		t.Errorf("share: %s", got)
	}
	if got := attr(one(t, share, "rect"), "width"); got != "57" {
		t.Errorf("bar is %s wide", got)
	}
	readings := find(root, "#evidence tbody tr")
	if len(readings) != 2 || !strings.Contains(text(readings[0]), "Routes that others see AS812 480 970 ratio") || !strings.Contains(text(readings[1]), "AS812 2% 100% ratio") {
		t.Errorf("%d readings: %s", len(readings), text(one(t, root, "#evidence")))
	}
}

// The advice of forty organisations stands in their table, so that what works
// for everybody is not buried; nothing else leaves its section.
func TestAdviceStandsOnce(t *testing.T) {
	pages := rendered(t, picture(8, outage(incident.Confirmed, 8, 1)), fake())
	works := one(t, parse(t, body(t, pages, "/en/incidents/2022-07-08-rogers")), "#works")
	if rows := find(works, "li"); len(rows) != 2 || !strings.Contains(text(rows[0]), "another network") {
		t.Errorf("what works: %s", text(works))
	}
	one(t, works, "a[href=#affected]")
	works = one(t, parse(t, body(t, rendered(t, picture(0, outage(incident.Confirmed, 0, 1)), fake()), "/en/incidents/2022-07-08-rogers")), "#works")
	if len(find(works, "a[href=#affected]")) != 0 {
		t.Error("a link to a table that is not there")
	}
}

// The page shows the first of long lists; the pages beside it show all.
func TestLongListsLoseNothing(t *testing.T) {
	pages := rendered(t, picture(60, outage(incident.Confirmed, 60, 40)), fake())
	self := "/en/incidents/2022-07-08-rogers"
	root := parse(t, body(t, pages, self))
	for _, c := range []struct {
		selector, beside string
		short, all       int
	}{
		{"#affected tbody tr", "/affected", ample().effects, 60},
		{"#said li", "/record", ample().said, 40},
		{"#timeline li", "/record", ample().timeline, 88},
	} {
		if got := len(find(root, c.selector)); got != c.short {
			t.Errorf("%s: %d, want %d", c.selector, got, c.short)
		}
		section, _, _ := strings.Cut(c.selector, " ")
		more := one(t, root, section+" a[href="+self+c.beside+section+"]")
		beside := parse(t, body(t, pages, self+c.beside))
		if got := len(find(beside, c.selector)); got != c.all {
			t.Errorf("%s beside the page: %d, want %d", c.selector, got, c.all)
		}
		one(t, beside, "main a[href="+self+"]")
		if !strings.HasSuffix(text(more), "more") {
			t.Errorf("link %q", text(more))
		}
	}
	steps := find(root, "#timeline li")
	if got := text(steps[0]); !strings.HasPrefix(got, "Step 47.") {
		t.Errorf("the newest step is not first: %s", got)
	}
}

// An outage of any size has a page within the budget, with its essentials.
func TestPageOfAHugeOutage(t *testing.T) {
	in := outage(incident.Confirmed, 400, 200)
	o := fake()
	o.tell.report = func(p *publish.Picture, in incident.Incident, lang catalog.Lang) publish.Report {
		r := told(p, in, lang)
		for i := range 200 { // essentials that can't be left out
			l := publish.Line{Kind: incident.Stated, ByName: prose(i, "", "a b c d"), At: at(12, i), Text: prose(i, "Police:", "call from a landline if your phone fails to reach us or go to the nearest station Hamilton Moncton Barrie Peel Ottawa Winnipeg another network neighbour fire hall counter patrol")}
			r.Sections[1].Lines = append(r.Sections[1].Lines, l)
		}
		return r
	}
	pages := rendered(t, picture(400, in), o)
	d := pages.docs["/fr/incidents/2022-07-08-rogers"]
	root := parse(t, d.body)
	if got := len(find(root, "#emergency li")); got != 201 {
		t.Errorf("%d lines about 911, want all 201", got)
	}
	if got := len(find(root, "#affected tbody tr")); got < 2 || got >= ample().effects {
		t.Errorf("%d effects on a page of %d bytes", got, len(d.wire()))
	}
	if len(d.wire()) > Budget {
		t.Errorf("%d bytes on the wire, budget %d", len(d.wire()), Budget)
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct{ n, limit, shown, more int }{{0, 3, 0, 0}, {3, 3, 3, 0}, {4, 3, 4, 0}, {5, 3, 3, 2}, {5, math.MaxInt, 5, 0}} {
		if got, more := cut(make([]int, c.n), c.limit); len(got) != c.shown || more != c.more {
			t.Errorf("%d cut at %d: %d and %d more", c.n, c.limit, len(got), more)
		}
	}
	if l := ample().fewer().fewer().fewer().fewer().fewer().fewer().fewer(); l != (limits{2, 2, 2, 2, 2}) {
		t.Errorf("the least is %v", l)
	}
}

func TestTwoRendersAreAlike(t *testing.T) {
	p := picture(16, outage(incident.Confirmed, 16, 40))
	a, b := rendered(t, p, fake()), rendered(t, p, fake())
	for _, address := range a.Addresses() {
		x, err := a.find(address)
		y, err2 := b.find(address)
		if err != nil || err2 != nil || x.etag != y.etag || x.zipTag != y.zipTag {
			t.Errorf("%s differs between two renders: %v, %v", address, err, err2)
		}
	}
}
