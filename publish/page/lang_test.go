package page

import (
	"strings"
	"testing"

	"tocsin/catalog"
	"tocsin/health"
	"tocsin/publish"
)

// No header, however odd, may do more than choose a language or a coding.
func FuzzHeaders(f *testing.F) {
	for _, seed := range []string{"", "fr-CA,fr;q=0.9,en;q=0.8", "gzip, br;q=1.0", "*;q=0", ";;;q=,,,", "en;q=1e400", "q=1;q=0", "\x00;q=\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if l := prefer(header); l != catalog.EN && l != catalog.FR {
			t.Errorf("%q: language %q", header, l)
		}
		takesGzip(header)
		for _, w := range weigh(header) {
			if !(w.q >= 0 && w.q <= 1) || w.name == "" {
				t.Errorf("%q: %v", header, w)
			}
		}
		if spaces := prefer(strings.ReplaceAll(header, ",", " , ")); spaces != prefer(header) {
			t.Errorf("%q: blanks change the language", header)
		}
	})
}

func TestLinkable(t *testing.T) {
	for in, want := range map[string]string{
		"https://example.org/a?b=c&d#e":   "https://example.org/a?b=c&d#e",
		"http://example.org":              "http://example.org",
		"HTTPS://example.org/":            "https://example.org/",
		"javascript:alert(1)":             "",
		" https://example.org/":           "",
		"java\nscript:alert(1)":           "",
		"data:text/html;base64,xx":        "",
		"//example.org/":                  "",
		"/en/":                            "",
		"https:///path":                   "",
		"https:opaque":                    "",
		"https://user@example.org/":       "",
		"ftp://example.org/":              "",
		"":                                "",
		"[memory] not an address":         "",
		"https://example.org/\"><script>": "https://example.org/%22%3E%3Cscript%3E",
	} {
		if got := linkable(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestFrenchSpaces(t *testing.T) {
	for in, want := range map[string]string{
		"Quoi ? « Oui » : %s !":   "Quoi\u00a0? «\u00a0Oui\u00a0»\u00a0: %s\u00a0!",
		"https://a:80/?b 4:45":    "https://a:80/?b 4:45",
		"rien ; tout":             "rien\u00a0; tout",
		"déjà\u00a0: fait, aussi": "déjà\u00a0: fait, aussi",
	} {
		if got := spaced(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestCatalogueWords(t *testing.T) {
	said := both("5% off", "Rabais de 5 % : oui")
	if got := drawing(t, catalog.FR).text(said); got != "Rabais de 5\u00a0%\u00a0: oui" {
		t.Errorf("French %q", got)
	}
	if got := drawing(t, catalog.EN).text(said); got != "5% off" {
		t.Errorf("English %q", got)
	}
}

func TestMissingWordsAreAnError(t *testing.T) {
	s := speech{lang: catalog.FR, all: words()}
	if _, err := s.t("nothing"); err == nil {
		t.Error("words that do not exist were found")
	}
	if got := s.must("nothing"); got != "[nothing]" {
		t.Errorf("missing words show as %q", got)
	}
	if got := s.or("nothing", "as it is"); got != "as it is" {
		t.Errorf("fallback %q", got)
	}
}

// A warning that the page has no words for is shown all the same.
func TestWarnings(t *testing.T) {
	p := picture(0)
	p.Health = []health.Warning{
		{Code: health.FeedSilent, Subject: "kentik", Since: at(18, 0)},
		{Code: health.FeedSilent, Subject: "unlisted", Since: at(17, 0)},
		{Code: health.StoreLate, Subject: "sqlite", Since: at(16, 0)},
		{Code: "clock-wrong", Subject: "ntp"},
	}
	want := []string{
		"Kentik has been silent since 2:00 p.m. ET. What only it shows is unknown.",
		"unlisted has been silent since 1:00 p.m. ET. What only it shows is unknown.",
		"Changes since 12:00 p.m. ET could not be kept yet (sqlite); this page may lag behind.",
		"clock-wrong: ntp",
	}
	v := drawing(t, catalog.EN)
	got := v.warnings(p)
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("warnings\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	p.Feeds, p.Health = nil, nil
	root := parse(t, body(t, rendered(t, p, fake()), "/en/"))
	if got := text(one(t, root, "section[aria-labelledby=h-watched]")); !strings.Contains(got, "nothing can be seen") {
		t.Errorf("without observers: %s", got)
	}
	if len(find(root, "#h-ourselves")) != 0 {
		t.Error("a heading over no warnings")
	}
}

// The real report about nothing fits the first page.
func TestRealReportOfNothing(t *testing.T) {
	for _, lang := range langs() {
		p := picture(0)
		root := parse(t, body(t, rendered(t, p, Options{}), "/"+string(lang)+"/"))
		want := publish.NoIncident(p, lang).Title
		if got := text(one(t, root, "h1")); got != strings.Join(strings.Fields(want), " ") {
			t.Errorf("h1 %q, want %q", got, want)
		}
		if !strings.HasPrefix(text(one(t, root, "title")), strings.Join(strings.Fields(want), " ")) {
			t.Errorf("title %q", text(one(t, root, "title")))
		}
		if got := strings.Count(text(one(t, root, "main")), strings.Join(strings.Fields(want), " ")); got != 1 {
			t.Errorf("the headline is there %d times", got)
		}
	}
}
