package page

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tocsin/catalog"
	"tocsin/incident"
	"tocsin/publish"
)

// asked sends a GET with a question.
func asked(t *testing.T, s http.Handler, address string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
	return w
}

func TestEveryPlanPageIsWhole(t *testing.T) {
	everyPlanPage(t, func(t *testing.T, address string, lang catalog.Lang, html []byte) {
		root := parse(t, html)
		if got := attr(one(t, root, "html"), "lang"); got != tagOf(lang) {
			t.Errorf("lang %q, want %q", got, tagOf(lang))
		}
		for _, landmark := range []string{"header", "main#main", "footer", "h1", "title", "a.skip[href=#main]"} {
			one(t, root, landmark)
		}
		if len(find(root, "script")) > 0 || len(find(root, "[style]")) > 0 {
			t.Error("a script or a style outside of the sheet")
		}
		if bad := regexp.MustCompile(`ZgotmplZ|\[[a-z-]+\]<|%!|<no value>|MISSING`).Find(html); bad != nil {
			t.Errorf("the page shows %q", bad)
		}
		for _, n := range find(root, "[aria-describedby]") {
			one(t, root, "#"+attr(n, "aria-describedby"))
		}
		for _, selector := range []string{"th.act", "li.act", ".rows .act"} {
			if len(find(root, selector)) > 0 {
				t.Errorf("%s is not printed", selector)
			}
		}
		checkStructure(t, address, html)
		checkForm(t, root)
		checkExercise(t, address, lang, html)
		if size := len(packed(t, html)); size > Budget {
			t.Errorf("%d bytes on the wire, budget %d", size, Budget)
		}
	})
}

func packed(t *testing.T, html []byte) []byte {
	t.Helper()
	d := &doc{body: html}
	if err := d.pack(); err != nil {
		t.Fatal(err)
	}
	return d.wire()
}

// No page speaks the other language, but for the switch and the titles of sources.
func TestPlanPagesInOneLanguage(t *testing.T) {
	strangers := map[catalog.Lang]*regexp.Regexp{
		catalog.FR: regexp.MustCompile(`(?i)\b(down|degraded|unknown|outage|rests|needs|needed|enough|without|assumed|confirmed by|reported|exercise|rehearse|falls?|failed|compare|everywhere|people|at once|holding)\b`),
		catalog.EN: regexp.MustCompile(`(?i)\b(panne|repose|nécessaires?|suffit|sinon|supposé|confirmé|rapporté|exercice|simuler|tombe|activités?|partout|aussitôt|tient)\b`),
	}
	everyPlanPage(t, func(t *testing.T, _ string, lang catalog.Lang, html []byte) {
		root := parse(t, html)
		for _, n := range slices.Concat(find(root, "[lang="+tagOf(other(lang))+"]"), find(root, "ol.src")) {
			n.Parent.RemoveChild(n)
		}
		if found := strangers[lang].FindString(text(root)); found != "" {
			t.Errorf("%q in a page in %s", found, lang)
		}
	})
}

// French has its no-break spaces wherever the words are put together.
func TestPlanPagesAreTypeset(t *testing.T) {
	loose := regexp.MustCompile(`[^\s\x{a0}/0-9][:;?!»]( |$)| [:;?!»%]`)
	everyPlanPage(t, func(t *testing.T, _ string, lang catalog.Lang, html []byte) {
		if lang != catalog.FR {
			return
		}
		root := parse(t, html)
		for _, n := range slices.Concat(find(root, "[lang=en-CA]"), find(root, "ol.src"), find(root, "style")) {
			n.Parent.RemoveChild(n)
		}
		for n := range root.Descendants() {
			if n.Type == 1 { // words
				if found := loose.FindString(n.Data); found != "" && !strings.Contains(n.Data, "http") {
					t.Errorf("%q in %q", found, n.Data)
				}
			}
		}
	})
}

func TestBoard(t *testing.T) {
	root := parse(t, body(t, rendered(t, planPicture(true), planned()), "/en/dependents"))
	var sectors, rows []string
	for _, n := range find(root, "tr.group") {
		sectors = append(sectors, text(n))
	}
	if want := []string{"911 centres", "Hospitals", "Banks", "Balloons"}; !slices.Equal(sectors, want) {
		t.Errorf("sectors %q, want %q", sectors, want)
	}
	for _, n := range find(root, "tbody tr") {
		if attr(n, "class") == "" {
			rows = append(rows, text(n))
		}
	}
	for i, want := range [][]string{
		{"The 911 centre", "may fail", "inferred", "4:45 a.m. ET", "Rests on 911 calls from Rogers phones, which rests on Rogers IP core"},
		{"Calling in staff", "still holding out", "It holds out until about 4:15 p.m. ET.", "Use the pagers.", "Rogers mobile calls or Bell mobile calls; 2 of these: Rogers radio network, Rogers clock and Rogers operations centre", "In the end, on Rogers IP core"},
		{"Card payments at the bank", "down", "assumed, no source found", "Rogers IP core"},
		{"Balloon rides", "not known", "What it rests on is not known."},
	} {
		for _, word := range want {
			if !strings.Contains(rows[i], word) {
				t.Errorf("no %q in row %q", word, rows[i])
			}
		}
	}
	if strings.Contains(rows[1], "Call on Bell phones") {
		t.Error("withdrawn advice stands on the board")
	}
	if got := text(one(t, root, "tbody#sector-hospital th a[href=/en/dependents/clinic/on-call]")); got != "Calling in staff of the clinic" {
		t.Errorf("link %q", got)
	}
}

// On a quiet day nothing is said to work; without observers nothing is said at all.
func TestBoardClaimsNothing(t *testing.T) {
	p := planPicture(false)
	main := text(one(t, parse(t, body(t, rendered(t, p, planned()), "/en/dependents")), "main"))
	if strings.Contains(main, "working") || !strings.Contains(main, "no sign of trouble") || strings.Contains(main, "No observer") {
		t.Errorf("quiet: %s", main)
	}
	p.Feeds = nil
	pages := rendered(t, p, planned())
	main = text(one(t, parse(t, body(t, pages, "/en/dependents")), "main"))
	if strings.Contains(main, "no sign of trouble") || !strings.Contains(main, "No observer speaks now") {
		t.Errorf("blind: %s", main)
	}
	if main = text(one(t, parse(t, body(t, pages, "/fr/dependents/bank/cards")), "main")); !strings.Contains(main, "Aucun observateur ne répond en ce moment") {
		t.Errorf("blind, in French: %s", main)
	}
	p.Feeds, p.Edition = planPicture(false).Feeds, catalog.New(at(0, 0), "empty", catalog.World{})
	if main = text(one(t, parse(t, body(t, rendered(t, p, planned()), "/en/dependents")), "main")); !strings.Contains(main, "names no dependents") {
		t.Errorf("empty: %s", main)
	}
}

func TestStandingTags(t *testing.T) {
	v := &view{speech: speech{lang: catalog.EN, all: words()}, edition: planWorld()}
	node := func(id catalog.NodeID) *catalog.Node { return v.edition.Node(id) }
	one := func(state catalog.State, fails bool) []incident.Effect {
		e := incident.Effect{State: state}
		if fails {
			e.Fails = at(20, 0)
		}
		return []incident.Effect{e}
	}
	for _, c := range []struct {
		s    publish.Standing
		want string
		rank int
	}{
		{publish.Standing{Node: node("bank/cards"), State: catalog.Down, Effects: one(catalog.Down, false)}, "down", 0},
		{publish.Standing{Node: node("bank/cards"), State: catalog.Down, Maybe: true, Effects: one(catalog.Down, false)}, "possibly down", 0},
		{publish.Standing{Node: node("clinic/911-centre"), State: catalog.Down, Effects: one(catalog.Down, false)}, "may fail", 0},
		{publish.Standing{Node: node("rogers/emergency-calls"), State: catalog.Degraded, Effects: one(catalog.Degraded, false)}, "may fail", 1},
		{publish.Standing{Node: node("bank/cards"), State: catalog.Up, Effects: one(catalog.Up, true)}, "still holding out", 2},
		{publish.Standing{Node: node("bank/cards"), State: catalog.Unknown, Blind: true}, "not known", 3},
		{publish.Standing{Node: node("bank/cards"), State: catalog.Up, Effects: one(catalog.Up, false)}, "working", 4}, // somebody said so
		{publish.Standing{Node: node("bank/cards"), State: catalog.Up}, "no sign of trouble", 4},
	} {
		if got := v.standingTag(c.s).Word; got != c.want || urgency(c.s) != c.rank {
			t.Errorf("%+v: %q, rank %d; want %q, rank %d", c.s, got, urgency(c.s), c.want, c.rank)
		}
	}
}

func TestDependent(t *testing.T) {
	pages := rendered(t, planPicture(true), planned())
	root := parse(t, body(t, pages, "/en/dependents/clinic/on-call"))
	for section, words := range map[string][]string{
		"main": {
			"still holding out", "It holds out until about 4:15 p.m. ET.", "The Clinic · Hospitals · Ontario · about 120 people", "Note: Three sites.",
			"confirmed by the organisation or a regulator · as of July 8, 2022", "The outage 2022-07-08-rogers",
		},
		"section[aria-labelledby=h-instead]": {
			"Use the pagers.", "No longer stands, it needs Bell mobile calls: Call on Bell phones.",
			"only when this is down: Rogers IP core", "only while this is not down: Rogers radio network", "needs Bell mobile calls",
		},
		"section[aria-labelledby=h-needs]": {
			"One of these is enough: Rogers mobile calls Bell mobile calls Otherwise it works only in part. It holds out for 1 h 30 min without. What counts is how things stand here: Ontario.",
			"At least 2 of these 3 are needed: Rogers radio network Rogers clock Rogers operations centre Otherwise it stops. At once: no reserve is known. Two of three sites.",
			"assumed, no source found · as of July 8, 2022",
		},
		"#web-list":                        {"All of these are needed:", "(what it rests on: see above)", "● down Rogers IP core"},
		"section[aria-labelledby=h-alone]": {"No single failure takes it down wholly", "Pairs of which both must fail to take it down: 3."},
		"section[aria-labelledby=h-hits]":  {"None on record."},
		"footer":                           {"Rehearse a failure"},
	} {
		got := text(one(t, root, section))
		for _, want := range words {
			if !strings.Contains(got, want) {
				t.Errorf("no %q in %s: %s", want, section, got)
			}
		}
	}
	root = parse(t, body(t, pages, "/en/dependents/bank/cards"))
	if got := text(one(t, root, "section[aria-labelledby=h-hits] tbody")); !strings.Contains(got, "July 8, 2022 Rogers ● down 2022-07-08-rogers") {
		t.Errorf("outages: %s", got)
	}
	one(t, root, "section[aria-labelledby=h-alone] a[href=/en/rehearse?fail=rogers%2Fip-core]")
	root = parse(t, body(t, pages, "/en/dependents/odd/balloons"))
	if got := text(one(t, root, "main")); !strings.Contains(got, "No source was found that says what it rests on.") || !strings.Contains(got, "The catalogue knows no way round.") {
		t.Errorf("of nothing: %s", got)
	}
	if len(find(root, "svg")) != 0 {
		t.Error("a drawing of nothing")
	}
}

// Where nothing is rehearsed no link leads there, and the weakness may be late.
func TestDependentWithoutRehearsals(t *testing.T) {
	p := planPicture(false)
	p.Weak = nil
	pages := rendered(t, p, fake())
	for _, address := range []string{"/en/", "/en/dependents", "/en/dependents/bank/cards"} {
		if html := body(t, pages, address); strings.Contains(string(html), "rehearse") {
			t.Errorf("%s leads to rehearsals that aren't there", address)
		}
	}
	if got := text(one(t, parse(t, body(t, pages, "/en/dependents/bank/cards")), "section[aria-labelledby=h-alone]")); !strings.Contains(got, "Being worked out") {
		t.Errorf("weakness: %s", got)
	}
	if w := asked(t, siteOf(pages), "/en/rehearse?fail=rogers"); w.Code != http.StatusNotFound {
		t.Errorf("a rehearsal without a rehearser: %d", w.Code)
	}
}

func siteOf(pages *Pages) *Site {
	s := &Site{}
	s.Swap(pages)
	return s
}

// The notice of another outlet is linked from the page that it is of.
func TestNoticeIsLinked(t *testing.T) {
	o := planned()
	o.Extra = map[string]Doc{"/fr/dependents/bank/cards/notice": {ContentType: "text/html", Body: []byte("x")}}
	pages := rendered(t, planPicture(false), o)
	one(t, parse(t, body(t, pages, "/fr/dependents/bank/cards")), "main a[href=/fr/dependents/bank/cards/notice]")
	if len(find(parse(t, body(t, pages, "/en/dependents/bank/cards")), "a[href=/en/dependents/bank/cards/notice]")) != 0 {
		t.Error("a link to a notice that isn't there")
	}
}

// A page that isn't drawn yet has an address, can be led to, and is drawn once.
func TestLatePages(t *testing.T) {
	pages := rendered(t, planPicture(true), planned())
	if !slices.Contains(pages.Addresses(), "/fr/dependents/bank/cards") {
		t.Errorf("addresses %v", pages.Addresses())
	}
	first, err := pages.find("/fr/dependents/bank/cards")
	again, err2 := pages.find("/fr/dependents/bank/cards")
	if err != nil || err2 != nil || first != again {
		t.Errorf("drawn twice: %v, %v", err, err2)
	}
	w := asked(t, siteOf(pages), "/dependents/bank/cards")
	if w.Code != http.StatusFound || w.Header().Get("Location") != "/en/dependents/bank/cards" {
		t.Errorf("led to %d %q", w.Code, w.Header().Get("Location"))
	}
	b, err := newBuilder(planPicture(false), planned())
	if err != nil {
		t.Fatal(err)
	}
	b.later(catalog.EN, "broken", func(path string) (*doc, error) { return b.draw("no such template", b.view(catalog.EN, path)) })
	b.out.lost = first
	if w := asked(t, siteOf(b.out), "/en/broken"); w.Code != http.StatusInternalServerError {
		t.Errorf("a page that can't be drawn: %d", w.Code)
	}
	if _, ok := b.out.Body("/en/broken"); ok {
		t.Error("a page that can't be drawn has a body")
	}
	if err := b.keep(&doc{address: "/en/broken"}); err == nil {
		t.Error("an address was taken twice")
	}
}

// However many dependents, the board keeps the budget, and what it leaves out
// stands on a page of its own.
func TestBoardOfMany(t *testing.T) {
	const many = 1500
	w := catalog.World{Regions: []catalog.Region{{ID: "ca", Level: catalog.Country, Name: both("Canada", "Canada"), Zone: "America/Toronto"}}}
	for i := range many {
		name := prose(i, "", "Hamilton Moncton Barrie Peel transit tickets police clinic library meters venue school court ferry radio payments appointments phones staff")
		w.Nodes = append(w.Nodes, catalog.Node{ID: dependent(i), Kind: catalog.Dependent, Regions: []catalog.RegionID{"ca"}, Name: both(name, name)})
	}
	p := planPicture(false)
	p.Edition = catalog.New(at(0, 0), "many", w)
	pages := rendered(t, p, fake())
	d, err := pages.find("/fr/dependents")
	if err != nil || len(d.wire()) > Budget {
		t.Fatalf("%v, %d bytes on the wire, budget %d", err, len(d.wire()), Budget)
	}
	root := parse(t, d.body)
	if rows := len(find(root, "tbody tr")); rows < 5 || rows > many {
		t.Errorf("%d rows", rows)
	}
	links := find(root, "a[href=/fr/dependents/all#sector-other]")
	if len(links) != 1 || !strings.HasPrefix(text(links[0]), "Encore ") {
		t.Errorf("%d links to the rest", len(links))
	}
	if rows := len(find(parse(t, body(t, pages, "/fr/dependents/all")), "tbody tr")); rows != many+1 {
		t.Errorf("%d rows on the page of all", rows)
	}
}

// The drawing says what the list says: the same names, and a line for each need.
func TestFigure(t *testing.T) {
	root := parse(t, body(t, rendered(t, planPicture(true), planned()), "/en/dependents/clinic/on-call"))
	figure := one(t, root, "svg.web")
	drawn := map[string]bool{}
	for _, g := range find(figure, "g") {
		drawn[strings.Trim(text(g), "●◐◔– ")] = true
	}
	listed := map[string]bool{"Calling in staff of the clinic": true}
	for _, a := range find(root, "#web-list a") {
		listed[text(a)] = true
	}
	if fmt.Sprint(drawn) != fmt.Sprint(listed) {
		t.Errorf("drawn %v, listed %v", drawn, listed)
	}
	if lines, dashed := len(find(figure, "path")), len(find(figure, "path.some")); lines != 10 || dashed != 5 {
		t.Errorf("%d lines, %d dashed; want 10, 5", lines, dashed)
	}
	wide, _ := strconv.Atoi(attr(figure, "width"))
	high, _ := strconv.Atoi(attr(figure, "height"))
	for _, r := range find(figure, "rect") {
		var at [4]int
		for i, key := range []string{"x", "y", "width", "height"} {
			at[i], _ = strconv.Atoi(attr(r, key))
		}
		if at[0] < 0 || at[1] < 0 || at[0]+at[2] > wide || at[1]+at[3] > high {
			t.Errorf("a box at %v leaves the picture of %d × %d", at, wide, high)
		}
	}
	if len(find(figure, "g.down")) != 1 || attr(figure, "role") != "img" {
		t.Errorf("states are not shown: %d down", len(find(figure, "g.down")))
	}
}

// What is too much for a picture is told by the list, and that ends somewhere.
func TestFigureOfTooMuch(t *testing.T) {
	w := catalog.World{Regions: []catalog.Region{{ID: "ca", Level: catalog.Country, Name: both("Canada", "Canada"), Zone: "America/Toronto"}}}
	ca := []catalog.RegionID{"ca"}
	top := catalog.Node{ID: "a/top", Kind: catalog.Dependent, Name: both("top", "haut"), Regions: ca}
	for i := range 500 {
		id := catalog.NodeID(fmt.Sprintf("a/n%03d", i))
		n := catalog.Node{ID: id, Kind: catalog.Core, Name: both(string(id), string(id)), Regions: ca}
		if i > 0 {
			n.Needs = []catalog.Requirement{{Members: []catalog.NodeID{catalog.NodeID(fmt.Sprintf("a/n%03d", i-1))}, AtLeast: 1}}
		}
		top.Needs = append(top.Needs, catalog.Requirement{Members: []catalog.NodeID{id}, AtLeast: 1})
		w.Nodes = append(w.Nodes, n)
	}
	w.Nodes = append(w.Nodes, top)
	p := planPicture(false)
	p.Edition = catalog.New(at(0, 0), "much", w)
	root := parse(t, body(t, rendered(t, p, planned()), "/en/dependents/a/top"))
	if len(find(root, "svg.web")) != 0 || !strings.Contains(text(root), "Too much to draw") {
		t.Error("500 boxes were drawn")
	}
	if items := len(find(root, "#web-list li")); items < 200 || items > 260 || !strings.Contains(text(root), "and more, not listed here") {
		t.Errorf("%d items in the list", items)
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text string
		want string
	}{
		{"", ""},
		{"Bell", "Bell"},
		{"Rogers IP core", "Rogers IP|core"},
		{"réseau à Québec", "réseau à|Québec"},
		{"Elektrizitätswerke of it", "Elektrizitätswerke|of it"},
	} {
		if got := strings.Join(wrap(c.text, 10), "|"); got != c.want {
			t.Errorf("%q is wrapped as %q, want %q", c.text, got, c.want)
		}
	}
}

// Names come from files that others write: they are shown and never followed.
func TestHostileNames(t *testing.T) {
	evil := both(`</text></svg><script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`)
	p := planPicture(false)
	p.Edition = catalog.New(at(0, 0), "plan", catalog.World{
		Regions: []catalog.Region{{ID: "ca", Level: catalog.Country, Name: evil, Zone: "America/Toronto"}},
		Nodes: []catalog.Node{
			{ID: "a/b", Kind: catalog.Core, Name: evil, Regions: []catalog.RegionID{"ca"}},
			{ID: "a/c", Kind: catalog.Dependent, Name: evil, Note: evil, Regions: []catalog.RegionID{"ca"}, Needs: []catalog.Requirement{{Members: []catalog.NodeID{"a/b"}, AtLeast: 1, Note: evil}}},
		},
	})
	pages := rendered(t, p, planned())
	for _, lang := range langs() {
		for _, path := range []string{"dependents", "dependents/a/c", "rehearse"} {
			root := parse(t, body(t, pages, "/"+string(lang)+"/"+path))
			for _, selector := range []string{"script", "img", "[onerror]"} {
				if len(find(root, selector)) != 0 {
					t.Errorf("%s got into %s", selector, path)
				}
			}
		}
	}
}
