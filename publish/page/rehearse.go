package page

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"tocsin/catalog"
	"tocsin/publish"
)

// Bounds of the answers that are worked out while somebody waits.
const (
	keptAnswers = 64               // per picture; then all are forgotten
	patience    = 10 * time.Second // for one answer
	// atOnce is how many are worked out at once; others are asked to come back.
	atOnce = 8
)

// desk answers questions about supposed outages. Its answers are of one picture,
// and go with it.
type desk struct {
	b    *builder
	mu   sync.Mutex
	kept map[string]*doc // by address and question
}

// rehearse promises the page with the form, and sets up the desk behind it.
func (b *builder) rehearse(lang catalog.Lang) {
	if b.o.Rehearse == nil {
		return
	}
	if b.out.desk == nil {
		b.out.desk = &desk{b: b, kept: map[string]*doc{}}
	}
	b.later(lang, "rehearse", func(path string) (*doc, error) {
		v := b.view(lang, path)
		v.exercise()
		v.Title = v.must("exercise-word") + v.colon() + v.must("rehearse")
		v.Body = &rehearsed{Form: v.form(publish.Ask{}), Worst: v.worst(b)}
		return b.draw("rehearse", v)
	})
}

// exercise marks the page.
func (v *view) exercise() { v.css, v.Exercise = exerciseSheet, true }

// format is the kind of an answer, by its address.
type format int

const (
	noFormat format = iota
	asHTML
	asCSV
	asJSON
)

// asked tells in which form and language a request wants an answer worked out.
func (d *desk) asked(r *http.Request) (format, catalog.Lang) {
	if d == nil {
		return noFormat, ""
	}
	switch r.URL.Path {
	case "/rehearse.csv":
		return asCSV, catalog.EN
	case "/rehearse.json":
		return asJSON, catalog.EN
	case "/rehearse":
		return asHTML, "" // to be led on
	}
	for _, lang := range langs() {
		if r.URL.Path == "/"+string(lang)+"/rehearse" && r.URL.RawQuery != "" {
			return asHTML, lang
		}
	}
	return noFormat, ""
}

// serve answers a question. Site sees to it that not too many ask at once.
func (d *desk) serve(w http.ResponseWriter, r *http.Request, as format, lang catalog.Lang) {
	if lang == "" {
		d.lead(w, r)
		return
	}
	ask, err := publish.ReadAsk(r.URL.Query(), d.b.view(lang, "").zone)
	if err != nil {
		d.refuse(w, r, as, lang, err)
		return
	}
	key := r.URL.Path + "?" + ask.Query()
	if kept := d.have(key); kept != nil {
		kept.serve(w, r, http.StatusOK)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	got, err := d.b.o.Rehearse(ctx, ask)
	if err != nil {
		d.refuse(w, r, as, lang, err)
		return
	}
	for i := range got.Sides {
		got.Sides[i] = got.Sides[i].Public()
	}
	answer, err := d.draw(got, as, lang)
	if err != nil {
		d.refuse(w, r, as, lang, err)
		return
	}
	d.keep(key, answer)
	answer.serve(w, r, http.StatusOK)
}

// lead sends whoever gave no language to the page in theirs, with the question.
func (d *desk) lead(w http.ResponseWriter, r *http.Request) {
	to := "/" + string(prefer(strings.Join(r.Header.Values("Accept-Language"), ","))) + "/rehearse"
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	w.Header().Set("Vary", "Accept-Language")
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusFound)
}

func (d *desk) have(key string) *doc {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.kept[key]
}

func (d *desk) keep(key string, answer *doc) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.kept) >= keptAnswers {
		clear(d.kept)
	}
	d.kept[key] = answer
}

func (d *desk) draw(got publish.Rehearsal, as format, lang catalog.Lang) (*doc, error) {
	switch as {
	case asCSV:
		return exported("text/csv; charset=utf-8; header=present", asTable(got))
	case asJSON:
		return exported("application/json", asObject(got))
	}
	return d.b.answer(got, lang)
}

// exported is a document for machines; it may fetch nothing.
func exported(kind string, body []byte) (*doc, error) {
	d := &doc{kind: kind, body: body, noindex: true, policy: "default-src 'none'; frame-ancestors 'none'"}
	return d, d.pack()
}

// refuse says what is wrong with a question, or that there is no answer now.
func (d *desk) refuse(w http.ResponseWriter, r *http.Request, as format, lang catalog.Lang, err error) {
	bad, isBad := errors.AsType[*publish.BadAsk](err)
	code := http.StatusBadRequest
	switch {
	case isBad:
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		code = http.StatusServiceUnavailable
		w.Header().Set("Retry-After", "2")
	default:
		code = http.StatusInternalServerError
	}
	if !isBad {
		text := d.b.all["busy"]
		plain(w, code, text.EN+" / "+text.FR+"\n")
		return
	}
	if as != asHTML {
		w.Header().Set("X-Robots-Tag", "noindex")
		short(w, code, "application/problem+json", problem(bad, code))
		return
	}
	page, err := d.b.refusal(r, bad, lang)
	if err != nil {
		plain(w, http.StatusInternalServerError, bad.Error()+"\n")
		return
	}
	page.serve(w, r, code)
}
