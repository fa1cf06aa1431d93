package page

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"tocsin/catalog"
	"tocsin/publish"
)

// checkForm checks that every field of a form has a label, and that it is sent
// with GET to a page.
func checkForm(t *testing.T, root *html.Node) {
	t.Helper()
	for _, form := range find(root, "form") {
		if attr(form, "method") != "get" {
			t.Error("a form that isn't a GET")
		}
		labels := map[string]int{}
		for _, l := range find(form, "label") {
			labels[attr(l, "for")]++
		}
		for _, f := range append(find(form, "select"), find(form, "input")...) {
			if attr(f, "type") != "hidden" && labels[attr(f, "id")] != 1 {
				t.Errorf("field %q has %d labels", attr(f, "name"), labels[attr(f, "id")])
			}
		}
		if len(find(form, "button[type=submit]")) != 1 || len(find(form, "fieldset legend")) != 2 {
			t.Error("the form lacks its button or its legends")
		}
	}
}

// checkExercise checks that a page about what is supposed says so, to people, to
// printers and to search engines; and that no other page does.
func checkExercise(t *testing.T, address string, lang catalog.Lang, page []byte) {
	t.Helper()
	root := parse(t, page)
	is := strings.Contains(address, "/rehearse")
	word := both("EXERCISE", "EXERCICE").In(lang)
	if got := strings.HasPrefix(text(one(t, root, "title")), word); got != is {
		t.Errorf("title %q", text(one(t, root, "title")))
	}
	if got := len(find(root, "meta[content=noindex]")) == 1; got != is {
		t.Errorf("noindex: %v", got)
	}
	if got := strings.Contains(text(one(t, root, "head")), `content:"EXERCISE / EXERCICE"`) || strings.Contains(string(page), `content:"EXERCISE / EXERCICE"`); got != is {
		t.Errorf("printed leaves marked: %v", got)
	}
	banners := find(root, "main .exercise")
	if is && (len(banners) != 2 || !strings.HasPrefix(text(banners[0]), word)) || !is && len(banners) > 0 {
		t.Errorf("%d banners", len(banners))
	}
}

func TestRehearsalForm(t *testing.T) {
	root := parse(t, body(t, rendered(t, planPicture(false), planned()), "/en/rehearse"))
	choices := text(one(t, root, "select#fail"))
	for _, want := range []string{"All networks of Rogers", "Rogers IP core", "All networks of Bell"} {
		if !strings.Contains(choices, want) {
			t.Errorf("no %q among what can fail: %s", want, choices)
		}
	}
	for _, no := range []string{"mobile calls", "Card payments"} { // a service of a carrier, and a dependent
		if strings.Contains(choices, no) {
			t.Errorf("%q can fail: %s", no, choices)
		}
	}
	if got := text(one(t, root, "select#in")); got != "everywhere Ontario Quebec southern Ontario" {
		t.Errorf("places: %s", got)
	}
	if got := attr(one(t, root, "select#for option[selected]"), "value"); got != "8h0m" {
		t.Errorf("it lasts %q", got)
	}
	worst := text(one(t, root, "section[aria-labelledby=h-worst]"))
	for _, want := range []string{"Each of 7 components", "Rogers IP core 5 2 12,345", "Bell mobile calls and Rogers IP core more than each alone 6 3 12,346", "together take down what neither does alone", "Rogers clock and Rogers operations centre"} {
		if !strings.Contains(worst, want) {
			t.Errorf("no %q among the worst: %s", want, worst)
		}
	}
	one(t, root, "section[aria-labelledby=h-worst] a[href=/en/rehearse?fail=rogers%2Fclock&fail=rogers%2Fnoc]")
	p := planPicture(false)
	p.Weak.Paired, p.Weak.Pairs, p.Weak.Joint = false, nil, nil
	root = parse(t, body(t, rendered(t, p, planned()), "/fr/rehearse"))
	if got := text(one(t, root, "section[aria-labelledby=h-worst]")); !strings.Contains(got, "les paires sont trop nombreuses") || len(find(root, "section[aria-labelledby=h-worst] h2")) != 1 {
		t.Errorf("without pairs: %s", got)
	}
}

// What was asked stands in the form again, be it offered there or not.
func TestFormKeepsTheQuestion(t *testing.T) {
	site := siteOf(rendered(t, planPicture(false), planned()))
	root := parse(t, asked(t, site, "/en/rehearse?fail=bell&service=mobile-voice&fail=rogers/radio&fail=bank/cards&in=ca-on&at=2022-07-08T04:44&for=90m&edition=2022-07-08&b.fail=rogers").Body.Bytes())
	for selector, want := range map[string]string{
		"select#fail": "bell", "select#service": "mobile-voice", "select#in": "ca-on", "select#for": "1h30m", "[id=b.fail]": "rogers",
	} {
		found := ""
		for _, n := range find(root, selector+" option[selected]") {
			found += attr(n, "value")
		}
		if found != want {
			t.Errorf("%s has %q chosen, want %q", selector, found, want)
		}
	}
	if got := attr(one(t, root, "input#at"), "value"); got != "2022-07-08T04:44" {
		t.Errorf("it begins at %q", got)
	}
	if got := attr(one(t, root, "input#edition"), "value"); got != "2022-07-08" {
		t.Errorf("catalogue of %q", got)
	}
	hidden := find(root, "input[type=hidden]")
	if len(hidden) != 1 || attr(hidden[0], "value") != "bank/cards" {
		t.Errorf("%d further failures are kept", len(hidden))
	}
}

func TestRehearsalResult(t *testing.T) {
	site := siteOf(rendered(t, planPicture(false), planned()))
	w := asked(t, site, "/en/rehearse?fail=rogers/ip-core")
	if w.Code != 200 || w.Header().Get("X-Robots-Tag") != "noindex" || w.Header().Get("Content-Language") != "en-CA" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	root := parse(t, w.Body.Bytes())
	main := text(one(t, root, "main"))
	for _, want := range []string{
		"If this failed: Rogers IP core", "From 3:00 p.m. ET, for 8 h.", "Catalogue of July 8, 2022.",
		"Dependents: ● down 2 ◐ partly working 1", "Services: ● down 1", "Parts of networks: ● down 1",
		"People behind them: 120. Of 2 nobody counted the people.",
		"● may fail The 911 centre , Ontario at once.", "911 centres that are not listed here are not touched",
		"Card payments at the bank ● down at once Rests on Rogers IP core (assumed, no source found)",
		"Calling in staff of the clinic , Ontario about 120 people ◐ partly working after 1 h 30 min",
		"No longer stands, it needs Bell mobile calls: Call on Bell phones.",
		"Rogers IP core : 2", // alone takes down two of those that stop
		"Its repair waits for itself: Rogers IP core needs Rogers operations centre; Rogers operations centre needs Rogers IP core.",
		"To break in, this must be mended from outside: Rogers operations centre.", "Rogers IP core, after 4 h",
	} {
		if !strings.Contains(main, want) {
			t.Errorf("no %q in %s", want, main)
		}
	}
	if got := find(root, "section[aria-labelledby=h-deps] tbody tr"); len(got) != 2 {
		t.Errorf("%d rows of dependents: what fails itself and 911 stand elsewhere", len(got))
	}
	swap := one(t, root, "header a[hreflang=fr-CA]")
	if got := attr(swap, "href"); got != "/fr/rehearse?fail=rogers%2Fip-core" {
		t.Errorf("the switch loses the question: %q", got)
	}
	for _, kind := range []string{"csv", "json"} {
		one(t, root, "a[href=/rehearse."+kind+"?fail=rogers%2Fip-core]")
	}
}

func TestRehearsalOfNothing(t *testing.T) {
	o := planned()
	o.Rehearse = func(_ context.Context, a publish.Ask) (publish.Rehearsal, error) {
		return publish.Rehearsal{Ask: a, Sides: []publish.Side{{Edition: planWorld(), From: at(19, 0), Until: at(20, 0)}}}, nil
	}
	main := text(one(t, parse(t, asked(t, siteOf(rendered(t, planPicture(false), o)), "/fr/rehearse?fail=bell").Body.Bytes()), "main"))
	for _, want := range []string{"Rien dans le catalogue ne tombe avec cela.", "Aucun accès au 911", "Activités\u00a0: aucun"} {
		if !strings.Contains(main, strings.ReplaceAll(want, "\u00a0", " ")) {
			t.Errorf("no %q in %s", want, main)
		}
	}
}

func TestRehearsalsCompared(t *testing.T) {
	site := siteOf(rendered(t, planPicture(false), planned()))
	root := parse(t, asked(t, site, "/en/rehearse?fail=rogers/ip-core&b.fail=rogers&b.in=ca-on").Body.Bytes())
	heads := find(root, "main .two h2")
	if len(heads) != 2 || text(heads[0]) != "A: Rogers IP core" || text(heads[1]) != "B: All networks of Rogers, in Ontario" {
		t.Fatalf("%d sides", len(heads))
	}
	rows := find(root, "section[aria-labelledby=h-compare] tbody tr")
	if first := text(rows[0]); !strings.HasPrefix(first, "Card payments at the bank ● down at once") || !strings.Contains(first, "still holding out fails after 4 h") {
		t.Errorf("the difference: %s", first)
	}
	if got := text(one(t, root, "section[aria-labelledby=h-compare] summary")); got != "Alike on both sides: 3" {
		t.Errorf("the rest: %s", got)
	}
	one(t, root, "a[href=/en/rehearse?fail=rogers&in=ca-on]") // side B alone
}

// A part that fares differently is named among the differences: a network that
// repairs are made from, which no longer falls, is one.
func TestPartsCompared(t *testing.T) {
	o := planned()
	o.Rehearse = func(ctx context.Context, a publish.Ask) (publish.Rehearsal, error) {
		got, err := drilled(ctx, a)
		got.Sides[1].Circles = nil
		got.Sides[1].Fallen = slices.DeleteFunc(got.Sides[1].Fallen, func(f publish.Fallen) bool { return f.Node == "rogers/noc" })
		return got, err
	}
	site := siteOf(rendered(t, planPicture(false), o))
	root := parse(t, asked(t, site, "/en/rehearse?fail=rogers/ip-core&b.edition=2026-11-28").Body.Bytes())
	rows := text(find(root, "section[aria-labelledby=h-compare] tbody")[0])
	if name := planWorld().Node("rogers/noc").Name.EN; !strings.Contains(rows, name) || !strings.Contains(rows, "not touched") {
		t.Errorf("%s is not among the differences: %s", name, rows)
	}
	if got := text(one(t, root, "section[aria-labelledby=h-compare] summary")); got != "Alike on both sides: 3" {
		t.Errorf("the rest: %s", got)
	}
	sides := asked(t, site, "/rehearse.json?fail=rogers/ip-core&b.edition=2026-11-28").Body.String()
	if strings.Count(sides, `"circular_recovery": [`) != 2 || strings.Count(sides, `"circular_recovery": []`) != 1 {
		t.Errorf("no circles are an empty list:\n%s", sides)
	}
}

// A node that one catalogue lacks is said to be absent, and one that is made to
// fail is no victim.
func TestPairCells(t *testing.T) {
	v := &view{speech: speech{lang: catalog.EN, all: words()}, edition: planWorld()}
	s := publish.Side{Edition: planWorld(), Roots: []publish.Root{{Node: "rogers/radio"}}}
	for id, want := range map[catalog.NodeID]string{"moon/base": "not in this catalogue", "rogers/radio": "fails itself", "bank/cards": "not touched"} {
		if got := v.pairCell(s, nil, id).Tag.Word; got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}

func TestBadQuestions(t *testing.T) {
	site := siteOf(rendered(t, planPicture(false), planned()))
	for address, want := range map[string]string{
		"/en/rehearse?in=ca-on":                            "Say what fails.",
		"/en/rehearse?fail=rogers/ipcore":                  "“rogers/ipcore” is not in the catalogue. Did you mean rogers/ip-core?",
		"/fr/rehearse?fail=rogers/ipcore":                  "« rogers/ipcore » ne figure pas au catalogue. Vouliez-vous dire rogers/ip-core ?",
		"/en/rehearse?fail=rogers&for=soon":                "“soon” is no length of time",
		"/en/rehearse?fail=rogers&at=noon":                 "“noon” is no time",
		"/en/rehearse?fail=rogers&edition=x":               "“x” is no date",
		"/en/rehearse?fail=a&fail=b&fail=c&fail=d&fail=e":  "more than four failures",
		"/en/rehearse?fail=rogers/ip-core&service=sms":     "a component fails as a whole",
		"/en/rehearse?fail=" + strings.Repeat("x", 5000):   "question is too long",
		"/en/rehearse?fail=%3Cscript%3E&for=%3Cscript%3E1": "“<script>1” is no length",
	} {
		w := asked(t, site, address)
		root := parse(t, w.Body.Bytes())
		if got := text(one(t, root, "[role=alert]")); w.Code != http.StatusBadRequest || !strings.Contains(got, want) {
			t.Errorf("%.60s: %d %q, want %q", address, w.Code, got, want)
		}
		if len(find(root, "script")) != 0 || len(find(root, "form")) != 1 {
			t.Errorf("%.60s: no form, or a script", address)
		}
	}
	root := parse(t, asked(t, site, "/en/rehearse?fail=rogers/ipcore&for=1h").Body.Bytes())
	one(t, root, "[role=alert] a[href=/en/rehearse?fail=rogers%2Fip-core&for=1h]")
}

func TestExports(t *testing.T) {
	site := siteOf(rendered(t, planPicture(false), planned()))
	const query = "?fail=rogers/ip-core&b.fail=bell"
	w := asked(t, site, "/rehearse.csv"+query)
	table, bom := strings.CutPrefix(w.Body.String(), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	if err != nil || !bom || len(rows) != 1+2*6 || w.Header().Get("X-Robots-Tag") != "noindex" {
		t.Fatalf("%v, byte order mark %v, %d rows", err, bom, len(rows))
	}
	for i, row := range rows[1:] {
		if row[0] != "EXERCISE / EXERCICE" || row[1] != []string{"A", "B"}[i/6] {
			t.Errorf("a row without its mark: %v", row)
		}
	}
	if got := strings.Join(rows[4], ","); !strings.Contains(got, "clinic/on-call,calling in staff of the clinic,rappel du personnel de la clinique,dependent,hospital,ca-on,degraded,2022-07-08T20:30:00Z,90,,120,false,clinic/on-call > rogers/mobile-voice > rogers/ip-core,Use the pagers.,Utilisez les téléavertisseurs.") {
		t.Errorf("row %s", got)
	}
	w = asked(t, site, "/rehearse.json"+query)
	var got struct {
		Exercise bool
		Sides    []struct {
			Fail   []string
			Fallen []struct {
				Node  string
				Since time.Time
				Name  catalog.Text
			}
			Totals struct{ Dependents struct{ Down int } }
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || !got.Exercise || len(got.Sides) != 2 || len(got.Sides[0].Fallen) != 6 || got.Sides[0].Totals.Dependents.Down != 2 || got.Sides[1].Fail[0] != "bell" {
		t.Errorf("%v: %+v", err, got)
	}
	w = asked(t, site, "/rehearse.json?fail=rogers/ipcore")
	var bad struct {
		Status                int
		Field, Nearest, Title string
	}
	if err := json.Unmarshal(w.Body.Bytes(), &bad); err != nil || w.Code != 400 || bad.Status != 400 || bad.Field != "fail" || bad.Nearest != "rogers/ip-core" || w.Header().Get("Content-Type") != "application/problem+json; charset=utf-8" {
		t.Errorf("%d %v %+v", w.Code, err, bad)
	}
	if got := inert("=SUM(A1)"); got != "'=SUM(A1)" {
		t.Errorf("a formula leaves as %q", got)
	}
}

func TestRehearsalLanguages(t *testing.T) {
	site := siteOf(rendered(t, planPicture(false), planned()))
	for _, c := range []struct{ address, lang, want string }{
		{"/rehearse?fail=bell", "fr-CA", "/fr/rehearse?fail=bell"}, {"/rehearse?fail=bell", "", "/en/rehearse?fail=bell"}, {"/rehearse", "fr", "/fr/rehearse"},
	} {
		u, err := url.Parse(c.address)
		if err != nil {
			t.Fatal(err)
		}
		got := asked(t, headed(site, "Accept-Language", c.lang), u.String()).Header().Get("Location")
		if got != c.want {
			t.Errorf("%s in %q leads to %q, want %q", c.address, c.lang, got, c.want)
		}
	}
}

// headed adds a header to every request.
func headed(h http.Handler, key, value string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set(key, value)
		h.ServeHTTP(w, r)
	})
}

// Equal questions are worked out once for a picture, however they are written.
func TestAnswersAreKept(t *testing.T) {
	o := planned()
	calls := 0
	o.Rehearse = func(ctx context.Context, a publish.Ask) (publish.Rehearsal, error) {
		calls++
		return drilled(ctx, a)
	}
	site := siteOf(rendered(t, planPicture(false), o))
	for _, q := range []string{"fail=bell&fail=rogers", "fail=rogers&fail=bell", "fail=ROGERS&fail=bell&for=8h&b.fail=&service="} {
		asked(t, site, "/en/rehearse?"+q)
	}
	if calls != 1 {
		t.Errorf("worked out %d times", calls)
	}
	for i := range keptAnswers + 5 {
		asked(t, site, fmt.Sprintf("/rehearse.json?fail=bell&for=%dm", i+1))
	}
	if kept := len(site.Pages().desk.kept); kept > keptAnswers {
		t.Errorf("%d answers are kept, bound %d", kept, keptAnswers)
	}
}

// Of too many at once some are asked to come back; the others get their answer.
func TestTooManyAtOnce(t *testing.T) {
	o := planned()
	begun, finish := make(chan bool, atOnce), make(chan bool)
	o.Rehearse = func(ctx context.Context, a publish.Ask) (publish.Rehearsal, error) {
		begun <- true
		<-finish
		return drilled(ctx, a)
	}
	site := siteOf(rendered(t, planPicture(false), o))
	var wait sync.WaitGroup
	codes := make(chan int, atOnce)
	for i := range atOnce {
		wait.Go(func() { codes <- asked(t, site, fmt.Sprintf("/en/rehearse?fail=bell&for=%dm", i+1)).Code })
	}
	for range atOnce {
		<-begun
	}
	w := asked(t, site, "/en/rehearse?fail=bell")
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("one too many: %d", w.Code)
	}
	if w := asked(t, site, "/en/rehearse"); w.Code != 200 {
		t.Errorf("the form alone: %d", w.Code)
	}
	close(finish)
	wait.Wait()
	for range atOnce {
		if code := <-codes; code != 200 {
			t.Errorf("answered %d", code)
		}
	}
	if w := asked(t, site, "/en/rehearse?fail=bell"); w.Code != 200 {
		t.Errorf("afterwards: %d", w.Code)
	}
}

func TestRehearserFails(t *testing.T) {
	o := planned()
	var fault error
	o.Rehearse = func(context.Context, publish.Ask) (publish.Rehearsal, error) { return publish.Rehearsal{}, fault }
	site := siteOf(rendered(t, planPicture(false), o))
	for code, err := range map[int]error{
		http.StatusServiceUnavailable: fmt.Errorf("late: %w", context.DeadlineExceeded), http.StatusInternalServerError: fmt.Errorf("broken inside"),
	} {
		fault = err
		w := asked(t, site, "/fr/rehearse?fail=bell")
		if w.Code != code || strings.Contains(w.Body.String(), "inside") {
			t.Errorf("%v: %d %s", err, w.Code, w.Body)
		}
	}
}

// A long answer is cut to the budget, and whole where that is asked.
func TestLongAnswers(t *testing.T) {
	ed := world(300)
	o := planned()
	o.Rehearse = func(_ context.Context, a publish.Ask) (publish.Rehearsal, error) {
		side := publish.Side{Edition: ed, From: at(8, 45), Until: at(16, 45)}
		for _, e := range outage("confirmed", 300, 0).Effects {
			side.Fallen = append(side.Fallen, publish.Fallen{Effect: e})
		}
		sides := []publish.Side{side, side}
		return publish.Rehearsal{Ask: a, Sides: sides[:len(a.Sides)]}, nil
	}
	site := siteOf(rendered(t, planPicture(false), o))
	for _, q := range []string{"fail=bell", "fail=bell&b.fail=rogers"} {
		page := asked(t, site, "/fr/rehearse?"+q).Body.Bytes()
		if size := len(packed(t, page)); size > Budget {
			t.Errorf("%s: %d bytes on the wire, budget %d", q, size, Budget)
		}
	}
	root := parse(t, asked(t, site, "/fr/rehearse?fail=bell").Body.Bytes())
	one(t, root, "a[href=/fr/rehearse?all=1&fail=bell]")
	if rows := find(parse(t, asked(t, site, "/fr/rehearse?fail=bell&all=1").Body.Bytes()), "section[aria-labelledby=h-deps] tbody tr"); len(rows) != 300 {
		t.Errorf("%d rows of 300", len(rows))
	}
}
