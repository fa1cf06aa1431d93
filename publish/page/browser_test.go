package page

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"tocsin/incident"
)

// measure is a page that shows another in a narrow frame and writes down what
// is wrong with it: content wider than the screen, also with the text spacing
// of WCAG 1.4.12; targets under 24 pixels; a style sheet that its policy
// keeps out. It is for tests alone and is never served.
const measure = `<!doctype html><title>measure</title><body><pre id=out>waiting</pre><script>
const pages = %s, out = [];
async function check(address) {
  const f = document.createElement('iframe');
  f.width = 320; f.height = 800; f.style.border = 0;
  await new Promise(done => { f.onload = done; f.src = address; document.body.append(f); });
  const d = f.contentDocument, w = f.contentWindow, name = w.location.pathname;
  const wide = what => { if (d.documentElement.scrollWidth > 320) {
    const el = [...d.querySelectorAll('main *')].find(e => e.getBoundingClientRect().right > 321);
    out.push(name + ': ' + what + ' ' + d.documentElement.scrollWidth + ' px wide: ' + (el ? el.outerHTML.slice(0, 90) : '')); } };
  if (w.getComputedStyle(d.querySelector('.site')).fontWeight != '700') out.push(name + ': the style sheet was not taken');
  for (const fold of d.querySelectorAll('details')) fold.open = true;
  wide('content');
  for (const a of d.querySelectorAll('.top a, nav a, footer a, .act a, .tap a, summary, select, input:not([type=hidden]), button')) {
    const h = a.getBoundingClientRect().height;
    if (h < 24) out.push(name + ': target of ' + h + ' px: ' + a.textContent);
  }
  for (const e of d.querySelectorAll('body *')) {
    e.style.lineHeight = '1.5'; e.style.letterSpacing = '.12em'; e.style.wordSpacing = '.16em';
  }
  wide('spaced content');
  f.remove();
}
(async () => {
  try { for (const p of pages) await check(p); } catch (e) { out.push('' + e); }
  document.getElementById('out').textContent = 'done ' + pages.length + '\n' + out.join('\n');
})();
</script>`

// TestInBrowser loads every page in Chromium. Without one it says so, and fails
// where all tools are required.
func TestInBrowser(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("TOCSIN_REQUIRE") == "all" {
			t.Fatalf("chromium is required: %v", err)
		}
		t.Skip("NOT CHECKED IN A BROWSER: no chromium here")
	}
	site := siteOf(rendered(t, picture(60, outage(incident.Confirmed, 60, 40), resolved()), fake()))
	plan := siteOf(rendered(t, planPicture(true), planned()))
	pages := slices.DeleteFunc(site.Pages().Addresses(), isPlan)
	for _, lang := range langs() {
		for _, path := range slices.DeleteFunc(planPages(), func(path string) bool {
			return strings.HasSuffix(path, "/cards") || strings.HasSuffix(path, "-centre") || strings.HasSuffix(path, "?in=ca-on")
		}) { // as others are
			pages = append(pages, "/"+string(lang)+"/"+path)
		}
	}
	slices.Sort(pages)
	var mu sync.Mutex
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.URL.RequestURI())
		mu.Unlock()
		if r.URL.Path == "/measure" {
			_, _ = fmt.Fprintf(w, measure, `["`+strings.Join(pages, `","`)+`"]`) // a torn page shows below
			return
		}
		if isPlan(r.URL.Path) {
			plan.ServeHTTP(framed{w}, r)
			return
		}
		site.ServeHTTP(framed{w}, r)
	}))
	defer server.Close()
	found := browse(t, chromium, server.URL+"/measure")
	if found != fmt.Sprintf("done %d", len(pages)) {
		t.Errorf("in the browser:\n%s", found)
	}
	mu.Lock()
	defer mu.Unlock()
	asked = slices.DeleteFunc(asked, func(path string) bool { return path == "/favicon.ico" || path == "/measure" }) // of the measuring page
	if slices.Sort(asked); !slices.Equal(asked, pages) {
		t.Errorf("the browser asked for %v, want each page once: %v", asked, pages)
	}
}

// isPlan tells whether a page is about dependents or rehearsals.
func isPlan(address string) bool {
	return strings.Contains(address, "/dependents") || strings.Contains(address, "/rehearse")
}

func resolved() incident.Incident {
	in := outage(incident.Resolved, 20, 5)
	in.ID = "2021-04-19-rogers"
	return in
}

// framed lets the measuring page frame ours, and nothing else.
type framed struct{ http.ResponseWriter }

func (f framed) WriteHeader(code int) {
	h := f.Header()
	csp := strings.Replace(h.Get("Content-Security-Policy"), "frame-ancestors 'none'", "frame-ancestors 'self'", 1)
	h.Set("Content-Security-Policy", csp)
	f.ResponseWriter.WriteHeader(code)
}

// browse loads an address and gives what its script wrote down.
func browse(t *testing.T, chromium, address string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+t.TempDir(),
		"--virtual-time-budget=20000", "--window-size=800,900", "--dump-dom", address)
	dom, err := cmd.Output()
	if err != nil {
		t.Fatalf("chromium: %v", err)
	}
	return html.UnescapeString(text(one(t, parse(t, dom), "#out")))
}
