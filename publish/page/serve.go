package page

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
)

// Site answers requests with the newest pages. Any number of goroutines may
// read while one shows new pages; a reader never waits.
type Site struct {
	pages atomic.Pointer[Pages]
	busy  atomic.Int32 // answers being worked out
}

// Swap shows new pages. Nil is ignored: what was shown stays.
func (s *Site) Swap(p *Pages) {
	if p != nil {
		s.pages.Store(p)
	}
}

// Pages gives what is shown now, nil before the first Swap.
func (s *Site) Pages() *Pages { return s.pages.Load() }

// How long a copy may be used: a proxy on the way takes most of the load, and
// goes on answering when we are gone.
const caching = "public, max-age=15, stale-while-revalidate=60, stale-if-error=86400"

// ServeHTTP answers GET and HEAD. Nearly all bytes were made beforehand: what is
// done here is a look-up and a copy. Pages about dependents are drawn when first
// asked for, and questions about supposed outages are worked out.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		plain(w, http.StatusMethodNotAllowed, "only GET and HEAD\n")
		return
	}
	pages := s.pages.Load()
	switch {
	case r.URL.Path == "/livez":
		plain(w, http.StatusOK, "ok\n")
	case pages == nil:
		h.Set("Retry-After", "2")
		if r.URL.Path == "/readyz" {
			plain(w, http.StatusServiceUnavailable, "starting / démarrage\n")
			return
		}
		short(w, http.StatusServiceUnavailable, "text/html", starting)
	case r.URL.Path == "/readyz":
		plain(w, http.StatusOK, "ok\n")
	default:
		if as, lang := pages.desk.asked(r); as != noFormat {
			s.answer(w, func() { pages.desk.serve(w, r, as, lang) })
			return
		}
		pages.serve(w, r)
	}
}

// answer has a question about a supposed outage worked out, unless too many are.
func (s *Site) answer(w http.ResponseWriter, work func()) {
	defer s.busy.Add(-1)
	if s.busy.Add(1) > atOnce {
		w.Header().Set("Retry-After", "2")
		plain(w, http.StatusServiceUnavailable, "too many ask at once / trop de demandes à la fois\n")
		return
	}
	work()
}

// starting is what there is to read before the first pages are drawn. Whoever
// comes that early is not left on it: it asks again by itself.
const starting = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="2">
<title>Tocsin is starting / Tocsin démarre</title>
</head>
<body>
<h1>Tocsin is starting. / <span lang="fr">Tocsin démarre.</span></h1>
<p>The first pages are being drawn. This page asks for them every two seconds.</p>
<p lang="fr">Les premières pages se préparent. Celle-ci les redemande toutes les deux secondes.</p>
</body>
</html>
`

// plain writes a short answer for machines.
func plain(w http.ResponseWriter, code int, text string) { short(w, code, "text/plain", text) }

// short writes an answer that nobody may keep, and that may fetch nothing.
func short(w http.ResponseWriter, code int, kind, text string) {
	w.Header().Set("Content-Type", kind+"; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	w.WriteHeader(code)
	_, _ = w.Write([]byte(text)) // the reader left; there is nobody to tell
}

func (p *Pages) serve(w http.ResponseWriter, r *http.Request) {
	switch d, err := p.find(r.URL.Path); {
	case err != nil:
		plain(w, http.StatusInternalServerError, "this page can't be drawn / cette page ne peut être préparée\n")
		return
	case d != nil:
		d.serve(w, r, http.StatusOK)
		return
	}
	if to, ok := p.redirect(r); ok {
		w.Header().Set("Vary", "Accept-Language")
		w.Header().Set("Cache-Control", caching)
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
		return
	}
	p.lost.serve(w, r, http.StatusNotFound)
}

// redirect finds the page of a language-neutral address in the reader's
// language, and the home page when its last slash was left out. It leads to
// known addresses only, so it can't be made to lead elsewhere.
func (p *Pages) redirect(r *http.Request) (string, bool) {
	to := "/" + string(prefer(strings.Join(r.Header.Values("Accept-Language"), ","))) + r.URL.Path
	for _, candidate := range []string{to, r.URL.Path + "/"} {
		if d, ok := p.docs[candidate]; ok {
			return d.address, true
		}
		if _, ok := p.late[candidate]; ok {
			return (&url.URL{Path: candidate}).EscapedPath(), true
		}
	}
	return "", false
}

// serve writes a document, or that the reader has it already.
func (d *doc) serve(w http.ResponseWriter, r *http.Request, code int) {
	h := w.Header()
	h.Set("Cache-Control", caching)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Content-Security-Policy", d.policy)
	if d.noindex {
		h.Set("X-Robots-Tag", "noindex")
	}
	body, etag := d.body, d.etag
	if d.zipped != nil && takesGzip(strings.Join(r.Header.Values("Accept-Encoding"), ",")) {
		body, etag = d.zipped, d.zipTag
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", etag)
	if code == http.StatusOK && matches(r.Header.Values("If-None-Match"), etag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", d.kind)
	if d.lang != "" {
		h.Set("Content-Language", d.lang)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(code)
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // the reader left; there is nobody to tell
	}
}

// matches tells whether If-None-Match names the tag, compared weakly (RFC 9110
// §13.1.2): a proxy may have weakened it.
func matches(headers []string, etag string) bool {
	for _, header := range headers {
		for part := range strings.SplitSeq(header, ",") {
			part = strings.TrimSpace(part)
			if part == "*" || strings.TrimPrefix(part, "W/") == etag {
				return true
			}
		}
	}
	return false
}
