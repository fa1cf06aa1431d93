package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"tocsin/catalog"
	"tocsin/publish"
)

//go:embed *.css *.tmpl
var files embed.FS

// sheetName is which style sheet a page carries: what few pages need costs the
// others nothing.
type sheetName string

// The sheet of all pages, the one of those about dependents, and the one of
// those about what is only supposed.
const (
	plainSheet    sheetName = "page.css"
	planSheet     sheetName = "plan.css"
	exerciseSheet sheetName = "exercise.css"
)

// sheets reads the style sheets; each holds what the one before it holds too.
func sheets() (map[sheetName]string, error) {
	all, css := map[sheetName]string{}, ""
	for _, name := range []sheetName{plainSheet, planSheet, exerciseSheet} {
		more, err := files.ReadFile(string(name))
		if err != nil {
			return nil, fmt.Errorf("style: %w", err)
		}
		css += string(more)
		all[name] = squeeze(css)
	}
	return all, nil
}

// builder draws the pages of one picture.
type builder struct {
	p         *publish.Picture
	o         Options
	all       map[string]catalog.Text
	templates map[catalog.Lang]*template.Template
	style     map[sheetName]string
	out       *Pages
}

func newBuilder(p *publish.Picture, o Options) (*builder, error) {
	if p == nil || p.Edition == nil {
		return nil, fmt.Errorf("no picture, or one without an edition")
	}
	if id, found := p.Private(); found {
		return nil, fmt.Errorf("%s is private: pages are drawn of the public edition alone", id)
	}
	if o.SiteName == "" {
		o.SiteName = "Tocsin"
	}
	if o.tell.report == nil {
		o.tell = teller{report: publish.NewReport, quiet: publish.NoIncident}
	}
	styles, err := sheets()
	if err != nil {
		return nil, err
	}
	b := &builder{
		p: p, o: o, all: words(), templates: map[catalog.Lang]*template.Template{},
		style: styles, out: &Pages{docs: map[string]*doc{}, late: map[string]func() (*doc, error){}},
	}
	for _, lang := range langs() {
		say := speech{lang: lang, all: b.all}
		funcs := template.FuncMap{"t": say.t, "colon": say.colon}
		t, err := template.New("").Funcs(funcs).Option("missingkey=error").ParseFS(files, "*.tmpl")
		if err != nil {
			return nil, fmt.Errorf("templates: %w", err)
		}
		b.templates[lang] = t
	}
	return b, nil
}

// squeeze takes comments and needless blanks out of the style sheet. The sheet
// holds no strings in which blanks count.
func squeeze(css string) string {
	var out strings.Builder
	for {
		before, after, comment := strings.Cut(css, "/*")
		out.WriteString(before)
		if !comment {
			break
		}
		_, css, _ = strings.Cut(after, "*/")
	}
	s := regexp.MustCompile(`\s*([{};,])\s*`).ReplaceAllString(out.String(), "$1")
	s = strings.Join(strings.Fields(s), " ")
	return strings.NewReplacer(": ", ":", ";}", "}").Replace(s)
}

// language draws all pages of one language.
func (b *builder) language(lang catalog.Lang) error {
	home := b.view(lang, "")
	b.home(home)
	if err := b.page("home", home); err != nil {
		return err
	}
	if err := b.page("about", b.about(lang)); err != nil {
		return err
	}
	for _, in := range b.p.Incidents {
		if err := b.incident(lang, in); err != nil {
			return err
		}
	}
	b.dependents(lang)
	b.rehearse(lang)
	return nil
}

// page draws one page and keeps it.
func (b *builder) page(name string, v *view) error {
	d, err := b.draw(name, v)
	if err != nil {
		return fmt.Errorf("%s: %w", v.Self, err)
	}
	return b.keep(d)
}

func (b *builder) draw(name string, v *view) (*doc, error) {
	var buf bytes.Buffer
	v.Style = template.CSS(b.style[v.css]) //nolint:gosec // our own file
	if err := b.templates[v.lang].ExecuteTemplate(&buf, name, v); err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	d := &doc{
		address: v.Self, lang: v.Lang, kind: "text/html; charset=utf-8",
		policy: policy(b.style[v.css]), body: trimmed(buf.Bytes()), noindex: v.Exercise,
	}
	return d, d.pack()
}

// trimmed takes away the indentation and blank lines that templates leave; no
// page holds preformatted text.
func trimmed(html []byte) []byte {
	out := make([]byte, 0, len(html))
	for line := range bytes.Lines(html) {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			out = append(append(out, line...), '\n')
		}
	}
	return out
}

// extras gives the addresses of other outlets' documents in order.
func (b *builder) extras() []string { return slices.Sorted(maps.Keys(b.o.Extra)) }

// forms are the links to other outlets' documents right below an address.
func (b *builder) forms(self string, lang catalog.Lang) []link {
	var links []link
	for _, address := range b.extras() {
		below, ok := strings.CutPrefix(address, strings.TrimSuffix(self, "/")+"/")
		title := b.o.Extra[address].Title.In(lang)
		if ok && title != "" && !strings.Contains(below, "/") {
			links = append(links, link{Href: (&url.URL{Path: address}).EscapedPath(), Text: title})
		}
	}
	return links
}

// view starts a page: what all of them carry. Path is below the language.
func (b *builder) view(lang catalog.Lang, path string) *view {
	v := &view{
		speech: speech{lang: lang, all: b.all},
		chrome: chrome{
			Lang: tagOf(lang), OtherLang: tagOf(other(lang)),
			Self: "/" + string(lang) + "/" + path, Switch: "/" + string(other(lang)) + "/" + path,
			Home: "/" + string(lang) + "/", About: "/" + string(lang) + "/about",
			Dependents: "/" + string(lang) + "/dependents", Site: b.o.SiteName,
		},
		css: plainSheet, today: b.p.Edition.Digest(),
		edition: b.p.Edition, zone: publish.Zone(b.p.Edition.Zone(b.p.Edition.Root())), now: b.p.Now,
	}
	if b.o.Rehearse != nil {
		v.Rehearse = "/" + string(lang) + "/rehearse"
	}
	v.Updated = v.stamp(b.p.Now)
	v.Forms = b.forms(v.Self, lang)
	if r := b.p.Replay; r != nil {
		v.Replay = v.must("replay-as", v.text(r.Title))
		if r.Speed > 1 {
			v.Replay = v.must("replay", v.text(r.Title), publish.Number(lang, r.Speed))
		}
	}
	return v
}
