package page

import (
	"strings"
	"testing"

	"tocsin/catalog"
	"tocsin/incident"
)

func TestHome(t *testing.T) {
	p := picture(8, outage(incident.Confirmed, 8, 1))
	root := parse(t, body(t, rendered(t, p, fake()), "/en/"))
	if got := text(one(t, root, "h1")); got != "Rogers is down across Canada" {
		t.Errorf("h1 %q", got)
	}
	if got := text(one(t, root, "header .note")); got != "This is a replay, at 60 times speed: 8 July 2022. Nothing here is happening now." {
		t.Errorf("replay banner %q", got)
	}
	for want, selector := range map[string]string{
		"Mobile calls ● ":              "main table",
		"Calls to 911 from Rogers":     ".urgent",
		"2022-07-08-rogers":            "#history",
		"Kentik has been silent since": "section[aria-labelledby=h-ourselves]",
		"2 carriers in Canada":         "section[aria-labelledby=h-watched]",
		"Statistics Canada":            "footer",
		"not 911":                      "footer",
		"10 h 25 min":                  "main",
		"Updated 3:10 p.m. ET":         "main",
	} {
		if n := find(root, selector); len(n) == 0 || !strings.Contains(text(n[0]), want) {
			t.Errorf("no %q in %s", want, selector)
		}
	}
	p.Replay.Speed = 1
	if got := text(one(t, parse(t, body(t, rendered(t, p, fake()), "/fr/")), ".note")); got != "Ceci est une reprise : 8 juillet 2022. Rien de ceci ne se passe en ce moment." {
		t.Errorf("replay banner %q", got)
	}
	p.Replay = nil
	if n := find(parse(t, body(t, rendered(t, p, fake()), "/en/")), ".note"); len(n) != 0 {
		t.Error("a replay banner without a replay")
	}
}

func TestHomeWithSeveralAndNone(t *testing.T) {
	second := outage(incident.Suspected, 0, 0)
	second.ID = "2022-07-08-bell"
	root := parse(t, body(t, rendered(t, picture(0, outage(incident.Confirmed, 0, 0), second), fake()), "/en/"))
	if got := text(one(t, root, "h1")); got != "2 outages at this time" {
		t.Errorf("h1 %q", got)
	}
	if got := len(find(root, "main section h2")); got < 4 || len(find(root, ".urgent h3")) != 2 {
		t.Errorf("%d headings", got)
	}
	root = parse(t, body(t, rendered(t, picture(0), fake()), "/fr/"))
	if got := text(one(t, root, "h1")); !strings.HasPrefix(got, "Aucun signe de panne majeure") {
		t.Errorf("h1 %q", got)
	}
	if got := text(one(t, root, "#history")); !strings.Contains(got, "Aucune panne") {
		t.Errorf("history %q", got)
	}
}

// The real reports fit the pages: headline, tables and marks find their lines.
func TestRealReports(t *testing.T) {
	for _, state := range states() {
		in := outage(state, 8, 3)
		for _, s := range offerings() {
			in.Verdicts = append(in.Verdicts, incident.Verdict{
				Facet: incident.Facet{Node: catalog.NodeID("rogers/" + s.id), Region: "ca"}, State: catalog.Down, P: 0.99,
				Since: at(8, 45), Kind: incident.Observed, Evidence: in.Evidence,
			})
		}
		pages := rendered(t, picture(8, in), Options{})
		for _, lang := range langs() {
			address := "/" + string(lang) + "/incidents/2022-07-08-rogers"
			html := body(t, pages, address)
			checkStructure(t, address, html)
			root := parse(t, html)
			for selector, least := range map[string]int{"#affected tbody tr": 8, "#where tbody tr": 1, "#evidence tbody tr": 2, "#down li": 6} {
				if got := len(find(root, selector)); got < least && state != incident.Dismissed { // then nothing was down
					t.Errorf("%s in %s: %d of %s, want %d", state, lang, got, selector, least)
				}
			}
			home := parse(t, body(t, pages, "/"+string(lang)+"/"))
			if got := len(find(home, "main section table tbody tr")); state.Open() && got < 7 {
				t.Errorf("%s in %s: %d rows on the first page", state, lang, got)
			}
			if h1 := text(one(t, home, "h1")); h1 == "" || strings.Contains(h1, "[") {
				t.Errorf("%s in %s: h1 %q", state, lang, h1)
			}
		}
	}
}
