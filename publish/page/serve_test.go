package page

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"tocsin/catalog"
	"tocsin/incident"
)

func served(t *testing.T) *Site {
	t.Helper()
	o := fake()
	o.Extra = map[string]Doc{"/en/report": {ContentType: "text/plain; charset=utf-8", Body: []byte(strings.Repeat("report ", 99))}, "/fr/report": {ContentType: "text/plain; charset=utf-8", Body: []byte("r")}}
	s := &Site{}
	s.Swap(rendered(t, picture(8, outage(incident.Confirmed, 8, 12)), o))
	return s
}

// answer is what came back.
type answer struct {
	StatusCode int
	Header     http.Header
	Body       []byte
}

// ask sends a request; headers come as pairs.
func ask(s http.Handler, method, address string, headers ...string) answer {
	r := httptest.NewRequest(method, "http://tocsin.example/", nil)
	r.URL = &url.URL{Path: address}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return answer{StatusCode: w.Code, Header: w.Header(), Body: w.Body.Bytes()}
}

func TestPagesAreSmall(t *testing.T) {
	in := outage(incident.Confirmed, 60, 40)
	pages := rendered(t, picture(60, in), fake())
	s := &Site{}
	s.Swap(pages)
	for _, address := range pages.Addresses() {
		b := ask(s, "GET", address, "Accept-Encoding", "gzip").Body
		t.Logf("%-40s %6d bytes, %6d on the wire", address, len(body(t, pages, address)), len(b))
		if len(b) > Budget {
			t.Errorf("%s: %d bytes on the wire, budget %d", address, len(b), Budget)
		}
	}
}

// One request and no foreign host: nothing in a page makes the browser fetch.
func TestPagesFetchNothing(t *testing.T) {
	everyPage(t, func(t *testing.T, _ string, _ catalog.Lang, html []byte) {
		root := parse(t, html)
		for _, selector := range []string{"script", "img", "iframe", "object", "embed", "link[rel=stylesheet]", "[src]", "[srcset]", "video", "audio", "form"} {
			if n := find(root, selector); len(n) > 0 {
				t.Errorf("%s in the page", selector)
			}
		}
		for _, l := range find(root, "link") {
			if !strings.HasPrefix(attr(l, "href"), "data:") {
				t.Errorf("link to %q", attr(l, "href"))
			}
		}
		if sheet := one(t, root, "style").FirstChild.Data; strings.Contains(sheet, "url(") || strings.Contains(sheet, "@import") {
			t.Error("the style sheet fetches")
		}
	})
}

func TestPolicyNamesTheStyle(t *testing.T) {
	s := served(t)
	for _, address := range s.Pages().Addresses() {
		r := ask(s, "GET", address)
		have := r.Header.Get("Content-Security-Policy")
		if !strings.HasPrefix(have, "default-src 'none'") {
			t.Errorf("%s: policy %q", address, have)
		}
		if !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
			continue
		}
		sheet := one(t, parse(t, r.Body), "style").FirstChild.Data
		if have != policy(sheet) {
			t.Errorf("%s: the policy %q does not fit the sheet", address, have)
		}
	}
}

func TestHeaders(t *testing.T) {
	r := ask(served(t), "GET", "/fr/")
	for name, want := range map[string]string{
		"Content-Type":           "text/html; charset=utf-8",
		"Content-Language":       "fr-CA",
		"Cache-Control":          "public, max-age=15, stale-while-revalidate=60, stale-if-error=86400",
		"Vary":                   "Accept-Encoding",
		"X-Content-Type-Options": "nosniff",
		"Referrer-Policy":        "no-referrer",
		"Content-Encoding":       "",
	} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestCompression(t *testing.T) {
	s := served(t)
	plainBody := ask(s, "GET", "/en/").Body
	for header, zipped := range map[string]bool{
		"gzip": true, "br, gzip": true, "GZIP;q=0.1": true, "*": true, "x-gzip": true, "*;q=0, gzip": true,
		"": false, "br": false, "gzip;q=0": false, "identity": false, "gzip;q=0, *": false, "gzip;q=much": false, "*;q=0": false,
	} {
		r := ask(s, "GET", "/en/", "Accept-Encoding", header)
		b := r.Body
		if got := r.Header.Get("Content-Encoding") == "gzip"; got != zipped {
			t.Errorf("%q: compressed %v, want %v", header, got, zipped)
			continue
		}
		if r.Header.Get("Content-Length") != fmt.Sprint(len(b)) {
			t.Errorf("%q: length %s of %d", header, r.Header.Get("Content-Length"), len(b))
		}
		if zipped {
			z, err := gzip.NewReader(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			if b, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(b, plainBody) {
			t.Errorf("%q: other bytes", header)
		}
	}
	if got := ask(s, "GET", "/fr/report", "Accept-Encoding", "gzip").Header.Get("Content-Encoding"); got != "" {
		t.Error("a document was sent compressed that is smaller as it is")
	}
}

func TestNotModified(t *testing.T) {
	s := served(t)
	first := ask(s, "GET", "/en/")
	zipped := ask(s, "GET", "/en/", "Accept-Encoding", "gzip")
	tag, zipTag := first.Header.Get("ETag"), zipped.Header.Get("ETag")
	if tag == "" || tag == zipTag {
		t.Fatalf("tags %s and %s", tag, zipTag)
	}
	for _, c := range []struct {
		match, encoding string
		want            int
	}{
		{tag, "", 304},
		{zipTag, "gzip", 304},
		{"W/" + tag, "", 304},
		{`"x", ` + tag, "", 304},
		{"*", "", 304},
		{tag, "gzip", 200},
		{zipTag, "", 200},
		{`"x"`, "", 200},
		{"", "", 200},
	} {
		r := ask(s, "GET", "/en/", "If-None-Match", c.match, "Accept-Encoding", c.encoding)
		if r.StatusCode != c.want {
			t.Errorf("%s over %q: %d, want %d", c.match, c.encoding, r.StatusCode, c.want)
		}
		if r.StatusCode == 304 && (len(r.Body) > 0 || r.Header.Get("ETag") == "" || r.Header.Get("Cache-Control") == "" || r.Header.Get("Vary") == "") {
			t.Errorf("%s: a 304 with a body or without its headers", c.match)
		}
	}
	changed := picture(8, outage(incident.Recovering, 8, 12))
	s.Swap(rendered(t, changed, fake()))
	if r := ask(s, "GET", "/en/", "If-None-Match", tag); r.StatusCode != 200 {
		t.Errorf("after a change: %d", r.StatusCode)
	}
}

func TestRedirectsByLanguage(t *testing.T) {
	s := served(t)
	for header, want := range map[string]string{
		"": "en", "fr": "fr", "fr-CA,fr;q=0.9,en;q=0.8": "fr", "en-CA,en;q=0.9,fr;q=0.8": "en",
		"en;q=0.5, fr;q=0.7": "fr", "de, fr;q=0.3": "fr", "de": "en", "fr;q=0": "en", "en;q=0, fr;q=0.1": "fr",
		"fr;q=nonsense": "en", "*": "en", "FR-ca": "fr", "fr;q=0.9,*;q=0.1": "fr", "frisian": "en", ",;q=,": "en", "fr;q=2": "en",
		"fr; q=0.2, en;q=0.9": "en", "fr;q=NaN": "en",
	} {
		r := ask(s, "GET", "/", "Accept-Language", header)
		if r.StatusCode != http.StatusFound || r.Header.Get("Location") != "/"+want+"/" {
			t.Errorf("%q: %d to %s, want %s", header, r.StatusCode, r.Header.Get("Location"), want)
		}
		if r.Header.Get("Vary") != "Accept-Language" {
			t.Errorf("%q: Vary %q", header, r.Header.Get("Vary"))
		}
	}
	for from, to := range map[string]string{
		"/about": "/fr/about", "/incidents/2022-07-08-rogers": "/fr/incidents/2022-07-08-rogers",
		"/report": "/fr/report", "/en": "/en/", "/fr": "/fr/",
	} {
		if r := ask(s, "HEAD", from, "Accept-Language", "fr"); r.StatusCode != 302 || r.Header.Get("Location") != to {
			t.Errorf("%s: %d to %q", from, r.StatusCode, r.Header.Get("Location"))
		}
	}
}

func TestUnknownAddress(t *testing.T) {
	s := served(t)
	for _, address := range []string{"/nothing", "/en/incidents/none", "//evil.example/", "/en//", "/../etc/passwd", "", "/en/incidents/", "/de/", "/favicon.ico"} {
		r := ask(s, "GET", address, "Accept-Encoding", "gzip", "If-None-Match", "*")
		if r.StatusCode != http.StatusNotFound || r.Header.Get("Location") != "" {
			t.Errorf("%q: %d to %q", address, r.StatusCode, r.Header.Get("Location"))
		}
	}
	root := parse(t, ask(s, "GET", "/nothing").Body)
	for _, want := range []string{"main a[href=/en/]", "main a[href=/fr/]", "section[lang=fr-CA]"} {
		one(t, root, want)
	}
	if got := text(one(t, root, "main")); !strings.Contains(got, "There is no such page") || !strings.Contains(got, "n’existe pas") {
		t.Errorf("not-found page: %s", got)
	}
}

func TestMethods(t *testing.T) {
	s := served(t)
	get, head := ask(s, "GET", "/en/"), ask(s, "HEAD", "/en/")
	if head.StatusCode != 200 || len(head.Body) != 0 || head.Header.Get("Content-Length") != get.Header.Get("Content-Length") || head.Header.Get("ETag") != get.Header.Get("ETag") {
		t.Errorf("HEAD is not GET without a body: %v", head.Header)
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"} {
		if r := ask(s, method, "/en/"); r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d, Allow %q", method, r.StatusCode, r.Header.Get("Allow"))
		}
	}
}

func TestBeforeTheFirstPicture(t *testing.T) {
	s := &Site{}
	for address, want := range map[string]int{"/livez": 200, "/readyz": 503, "/en/": 503, "/nothing": 503} {
		r := ask(s, "GET", address)
		if r.StatusCode != want || r.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, want %d", address, r.StatusCode, want)
		}
	}
	early := ask(s, "GET", "/en/")
	page := parse(t, early.Body)
	if m := one(t, page, `meta[http-equiv]`); attr(m, "content") != early.Header.Get("Retry-After") {
		t.Errorf("who comes early asks again after %q s, and is told after %q", attr(m, "content"), early.Header.Get("Retry-After"))
	}
	if said := text(page); !strings.Contains(said, "is starting") || !strings.Contains(said, "démarre") {
		t.Errorf("in both languages it says %q", said)
	}
	if csp := early.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") {
		t.Errorf("policy %q", csp)
	}
	s.Swap(nil)
	if s.Pages() != nil {
		t.Error("no pages were shown")
	}
	s = served(t)
	for _, address := range []string{"/livez", "/readyz"} {
		if r := ask(s, "GET", address); r.StatusCode != 200 || string(r.Body) != "ok\n" {
			t.Errorf("%s: %d", address, r.StatusCode)
		}
	}
	old := s.Pages()
	s.Swap(nil)
	if s.Pages() != old {
		t.Error("nothing took the pages away")
	}
}

// Readers see either the old pages or the new, whole, while they are swapped.
func TestSwapWhileReading(t *testing.T) {
	kinds := []*Pages{
		rendered(t, picture(8, outage(incident.Confirmed, 8, 12)), fake()),
		rendered(t, picture(8, outage(incident.Recovering, 8, 12)), fake()),
	}
	whole := map[string]string{}
	for _, p := range kinds {
		whole[p.docs["/en/"].etag] = string(p.docs["/en/"].body)
	}
	s := &Site{}
	s.Swap(kinds[0])
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 300 {
				r := ask(s, "GET", "/en/")
				if whole[r.Header.Get("ETag")] != string(r.Body) {
					t.Error("torn page")
					return
				}
			}
		})
	}
	for i := range 600 {
		s.Swap(kinds[i%2])
	}
	group.Wait()
}

func BenchmarkRender(b *testing.B) {
	p := picture(60, outage(incident.Confirmed, 60, 40))
	for b.Loop() {
		if _, err := Render(p, fake()); err != nil {
			b.Fatal(err)
		}
	}
}
