// Package page is the outlet for people with a browser: small pages in English
// and French, drawn on the server when the picture changes, kept compressed,
// and handed out as they are. One request, no script, no foreign host; readable
// without the style sheet.
//
// It is not the place for wording about an incident or for judgement: what can
// be said comes from package publish as a report, and pages only lay it out.
package page

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"tocsin/catalog"
	"tocsin/incident"
	"tocsin/publish"
)

// Budget is the size in bytes on the wire that a page should keep: what a new
// connection carries in its first window. The page of an incident shows fewer
// rows, and links to the rest, until it fits.
const Budget = 14000

// Options say what the pages are besides the picture.
type Options struct {
	// SiteName is what the observatory calls itself; "" is "Tocsin".
	SiteName string
	// Extra are documents of other outlets by their address, e.g.
	// "/en/report.txt". They are served beside the pages, and those right below
	// a page's own address are linked from it.
	Extra map[string]Doc
	// Rehearse answers a question about a supposed outage. An error that is a
	// [*publish.BadAsk] is told to whoever asked; nil: there is no such page. It
	// may be called by any number of goroutines.
	Rehearse func(context.Context, publish.Ask) (publish.Rehearsal, error)
	// tell makes the reports; tests put their own.
	tell teller
}

// Doc is a document of another outlet.
type Doc struct {
	ContentType string
	Body        []byte
	Title       catalog.Text // of the link to it; blank: no link
	// Policy is its Content-Security-Policy; "" forbids it everything.
	Policy string
}

// teller makes what the pages draw.
type teller struct {
	report func(*publish.Picture, incident.Incident, catalog.Lang) publish.Report
	quiet  func(*publish.Picture, catalog.Lang) publish.Report
}

// Pages are all documents of one picture, by address. They are immutable.
type Pages struct {
	docs map[string]*doc
	late map[string]func() (*doc, error) // drawn when first asked for; see [builder.later]
	lost *doc
	desk *desk // nil: nothing is rehearsed
}

// doc is a document ready to be sent.
type doc struct {
	address string // the address, escaped
	kind    string // its media type
	lang    string
	policy  string
	body    []byte
	etag    string
	zipped  []byte // gzip of body; nil when it is no smaller
	zipTag  string
	noindex bool // search engines are asked to forget it
}

// Addresses gives the addresses of all pages and documents, in order.
func (p *Pages) Addresses() []string {
	all := make([]string, 0, len(p.docs)+len(p.late))
	for a := range p.docs {
		all = append(all, a)
	}
	for a := range p.late {
		all = append(all, a)
	}
	slices.Sort(all)
	return all
}

// Body gives the bytes of a page or document, uncompressed; they are shared
// and must not be written.
func (p *Pages) Body(address string) ([]byte, bool) {
	d, err := p.find(address)
	if d == nil || err != nil {
		return nil, false
	}
	return d.body, true
}

// find gives the document of an address, which may have to be drawn; nil if
// there is none.
func (p *Pages) find(address string) (*doc, error) {
	if draw, ok := p.late[address]; ok {
		return draw()
	}
	return p.docs[address], nil
}

// Render draws all pages of a picture in both languages. On an error there are
// no pages, and what was shown before should stay.
func Render(p *publish.Picture, o Options) (*Pages, error) {
	b, err := newBuilder(p, o)
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	for _, lang := range langs() {
		if err := b.language(lang); err != nil {
			return nil, fmt.Errorf("page: in %s: %w", lang, err)
		}
	}
	if b.out.lost, err = b.draw("lost", b.view(catalog.EN, "")); err != nil {
		return nil, fmt.Errorf("page: not-found page: %w", err)
	}
	for _, address := range b.extras() {
		d := o.Extra[address]
		if d.Policy == "" {
			d.Policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
		}
		if err := b.keep(&doc{address: address, kind: d.ContentType, policy: d.Policy, body: d.Body}); err != nil {
			return nil, fmt.Errorf("page: %w", err)
		}
	}
	return b.out, nil
}

// keep adds a document; two must not have one address.
func (b *builder) keep(d *doc) error {
	if !strings.HasPrefix(d.address, "/") {
		return fmt.Errorf("address %q: does not begin with a slash", d.address)
	}
	_, taken := b.out.docs[d.address]
	if _, late := b.out.late[d.address]; taken || late {
		return fmt.Errorf("address %q: taken twice", d.address)
	}
	if d.etag == "" {
		if err := d.pack(); err != nil {
			return fmt.Errorf("address %q: %w", d.address, err)
		}
	}
	b.out.docs[d.address] = d
	if u := (&url.URL{Path: d.address}); u.EscapedPath() != d.address {
		d.address = u.EscapedPath()
	}
	return nil
}

// later promises a page, by its path below the language, that is drawn when it
// is first asked for, once. There are hundreds of dependents, a replay makes a new
// picture four times a second, and most of these pages nobody opens before.
func (b *builder) later(lang catalog.Lang, path string, draw func(path string) (*doc, error)) {
	address := "/" + string(lang) + "/" + path
	b.out.late[address] = sync.OnceValues(func() (*doc, error) {
		d, err := draw(path)
		if err != nil {
			return nil, fmt.Errorf("page: %s: %w", address, err)
		}
		return d, nil
	})
}

// pack compresses the body and names both forms by their content.
func (d *doc) pack() error {
	sum := sha256.Sum256(d.body)
	name := hex.EncodeToString(sum[:12])
	d.etag = `"` + name + `"`
	var buf bytes.Buffer
	z, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return fmt.Errorf("compress: %w", err)
	}
	if _, err := z.Write(d.body); err != nil {
		return fmt.Errorf("compress: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("compress: %w", err)
	}
	if buf.Len() < len(d.body) {
		d.zipped, d.zipTag = buf.Bytes(), `"`+name+`-gz"`
	}
	return nil
}

// wire is the smallest form of the document.
func (d *doc) wire() []byte {
	if d.zipped != nil {
		return d.zipped
	}
	return d.body
}

// policy is the Content-Security-Policy of our own pages: nothing but the one
// style sheet inside them, named by its hash.
func policy(style string) string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}
