package page

import (
	"fmt"
	"strings"
	"testing"

	"tocsin/catalog"
	"tocsin/incident"
	"tocsin/publish"
)

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
