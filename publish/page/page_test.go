package page

import (
	"fmt"
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
			for _, path := range []string{"", "about", "incidents/2022-07-08-rogers"} {
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
	if len(find(root, "details section, details #emergency")) > 0 || len(find(one(t, root, "#emergency"), "details")) > 0 {
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
		if said := text(one(t, root, "#said")); !strings.Contains(said, publish.KindName(lang, incident.Stated, "Interac")) {
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
	last := find(said[9], "time")[0]
	if text(last) != "July 8, 2022" || attr(last, "datetime") != "2022-07-08" {
		t.Errorf("a day alone is %q, %q", text(last), attr(last, "datetime"))
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

func TestLongListsFoldButLoseNothing(t *testing.T) {
	pages := rendered(t, picture(60, outage(incident.Confirmed, 60, 40)), fake())
	root := parse(t, body(t, pages, "/en/incidents/2022-07-08-rogers"))
	for selector, want := range map[string][2]int{
		"#affected tbody tr": {60, 60 - openEffects}, "#said li": {40, 40 - openSaid}, "#timeline li": {48, 48 - openTimeline},
	} {
		section, rest, _ := strings.Cut(selector, " ")
		if got := len(find(root, selector)); got != want[0] {
			t.Errorf("%s: %d, want %d", selector, got, want[0])
		}
		if got := len(find(root, section+" details "+rest)); got != want[1] {
			t.Errorf("%s: %d folded, want %d", selector, got, want[1])
		}
	}
	steps := find(root, "#timeline li")
	if got := text(steps[0]); !strings.HasPrefix(got, "Step 47.") {
		t.Errorf("the newest step is not first: %s", got)
	}
}

// What outsiders wrote is shown as text and never followed.
func TestHostileText(t *testing.T) {
	o := fake()
	o.tell.report = func(p *publish.Picture, in incident.Incident, lang catalog.Lang) publish.Report {
		r := told(p, in, lang)
		r.Title = `</title><script>alert(1)</script>`
		r.Sections[4].Lines = []publish.Line{{
			Kind: incident.Stated, ByName: `"><img src=x onerror=alert(1)>`, At: at(12, 0), Text: `<b onclick="x">bold</b> {{.}} </style>`,
			Sources: []catalog.Source{
				{ID: "a", Title: "<i>js</i>", URL: "javascript:alert(1)"},
				{ID: "b", Title: "data", URL: "data:text/html,x"},
				{ID: "c", Title: "user", URL: "https://user:pw@example.org/"},
				{ID: "d", Title: "quote", URL: `https://example.org/" onclick="alert(1)`},
				{ID: "e", URL: "https://example.org/no-title"},
				{ID: "f", Title: "scheme", URL: "//example.org/x"},
			},
		}}
		return r
	}
	html := body(t, rendered(t, picture(0, outage(incident.Confirmed, 0, 0)), o), "/en/incidents/2022-07-08-rogers")
	root := parse(t, html)
	for _, selector := range []string{"script", "img", "[onclick]", "[onerror]", "main b[onclick]"} {
		if len(find(root, selector)) != 0 {
			t.Errorf("%s got into the page", selector)
		}
	}
	if got := text(one(t, root, "#said")); !strings.Contains(got, `<b onclick="x">bold</b> {{.}} </style>`) {
		t.Errorf("the text is not shown as it is: %s", got)
	}
	links := map[string]bool{}
	for _, a := range find(root, "ol.src a") {
		links[text(a)] = true
	}
	if want := map[string]bool{"quote": true, "example.org": true, "Network observer kentik": true, "Outage tracker, by city": true, "Network observer routeviews": true}; fmt.Sprint(links) != fmt.Sprint(want) {
		t.Errorf("links %v, want %v", links, want)
	}
	if !strings.Contains(text(one(t, root, "ol.src")), "<i>js</i>") {
		t.Error("a source that can't be linked must still be named")
	}
}

func TestRenderFailsWhole(t *testing.T) {
	p := picture(0, outage(incident.Confirmed, 0, 0))
	for name, o := range map[string]Options{
		"taken":    {Extra: map[string]Doc{"/en/": {Body: []byte("x")}}},
		"no slash": {Extra: map[string]Doc{"report": {Body: []byte("x")}}},
	} {
		o.tell = fake().tell
		if pages, err := Render(p, o); err == nil || pages != nil {
			t.Errorf("%s: %v, %v", name, pages, err)
		}
	}
	for _, bad := range []*publish.Picture{nil, {}} {
		if _, err := Render(bad, fake()); err == nil {
			t.Error("a picture without an edition was drawn")
		}
	}
	twice := outage(incident.Confirmed, 0, 0)
	if _, err := Render(picture(0, twice, twice), fake()); err == nil || !strings.Contains(err.Error(), "2022-07-08-rogers") {
		t.Errorf("two incidents with one id: %v", err)
	}
}

func TestExtraDocumentsAreLinked(t *testing.T) {
	o := fake()
	o.Extra = map[string]Doc{
		"/en/report": {ContentType: "text/html; charset=utf-8", Body: []byte("r"), Title: both("Situation report", "Rapport de situation")},
		"/en/incidents/2022-07-08-rogers/report.txt": {ContentType: "text/plain", Body: []byte("r"), Title: both("Text", "Texte")},
		"/en/silent": {ContentType: "text/plain", Body: []byte("r")},
	}
	pages := rendered(t, picture(0, outage(incident.Confirmed, 0, 0)), o)
	for address, want := range map[string]string{"/en/": "/en/report", "/en/incidents/2022-07-08-rogers": "/en/incidents/2022-07-08-rogers/report.txt"} {
		root := parse(t, body(t, pages, address))
		if len(find(root, "footer a[href="+want+"]")) != 1 {
			t.Errorf("%s has no link to %s", address, want)
		}
		if len(find(root, "a[href=/en/silent]")) != 0 {
			t.Errorf("%s links a document without a title", address)
		}
	}
	if got := string(body(t, pages, "/en/report")); got != "r" {
		t.Errorf("report is %q", got)
	}
}

func TestTwoRendersAreAlike(t *testing.T) {
	p := picture(60, outage(incident.Confirmed, 60, 40))
	a, b := rendered(t, p, fake()), rendered(t, p, fake())
	for _, address := range a.Addresses() {
		if a.docs[address].etag != b.docs[address].etag || a.docs[address].zipTag != b.docs[address].zipTag {
			t.Errorf("%s differs between two renders", address)
		}
	}
}
