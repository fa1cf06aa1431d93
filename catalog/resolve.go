package catalog

import (
	"slices"
	"strings"
	"time"
)

// resolver makes the entries of one edition out of what is written, and notes
// everything that doesn't hold together.
type resolver struct {
	Problems
	day    time.Time
	hidden map[string]bool // see file

	sources, regions, services, carriers names
	orgs                                 names // carriers too
	nodes                                names

	rawRegions map[string]*rawRegion       // of the edition
	rawCarrier map[string]*rawCarrier      // of the edition
	rawOrg     map[string]*rawOrganisation // of the edition

	attached map[string]bool    // radio networks of which the core is said
	users    map[string]int     // of each node
	shifted  map[string]float64 // part of each node's users that others absorb so far
}

// resolve makes the edition of a day. The world is fit for use only if there
// are no problems.
func resolve(f file, day time.Time) (World, Problems) {
	r := &resolver{day: day, hidden: f.hidden}
	orgs := append(heads(f.Carriers), heads(f.Organisations)...)
	nodes := append(heads(f.Components), heads(f.Dependents)...)
	r.sources = r.index("source", heads(f.Sources))
	r.regions = r.index("region", heads(f.Regions))
	r.services = r.index("service", heads(f.Services))
	r.carriers = r.index("carrier", heads(f.Carriers))
	r.orgs = r.index("organisation", orgs)
	r.nodes = r.index("node", nodes)
	r.heading("source", heads(f.Sources))
	r.heading("region", heads(f.Regions))
	r.heading("service", heads(f.Services))
	r.heading("organisation", orgs)
	r.heading("node", nodes)
	return r.world(f), r.Problems
}

func (r *resolver) world(f file) World {
	day := r.day
	regions := current(f.Regions, day)
	carriers, orgs := current(f.Carriers, day), current(f.Organisations, day)
	r.rawRegions, r.rawCarrier, r.rawOrg = byID(regions), byID(carriers), byID(orgs)
	components := current(f.Components, day)
	r.attached, r.users, r.shifted = map[string]bool{}, map[string]int{}, map[string]float64{}
	for _, c := range components {
		r.attached[c.ID.text], r.users[c.ID.text] = c.Attaches.text != "", c.Users.n
	}
	r.tree(regions)
	r.owners(carriers)
	w := World{
		Sources:       each(current(f.Sources, day), r.source),
		Regions:       each(regions, r.region),
		Services:      each(current(f.Services, day), r.service),
		Carriers:      each(carriers, r.carrier),
		Organisations: each(orgs, r.organisation),
		Nodes:         each(components, r.component),
	}
	w.Nodes = append(w.Nodes, each(current(f.Dependents, day), r.dependent)...)
	return w
}

func each[R, V any](raw []R, make func(R) V) []V {
	made := []V{}
	for _, e := range raw {
		made = append(made, make(e))
	}
	return made
}

func byID[E headed](entries []E) map[string]E {
	m := make(map[string]E, len(entries))
	for _, e := range entries {
		m[e.head().ID.text] = e
	}
	return m
}

func heads[E headed](entries []E) []*entry {
	return each(entries, func(e E) *entry { return e.head() })
}

// names are the ids of one kind.
type names struct {
	kind string
	now  map[string]bool   // in this edition
	ever map[string]period // one period of it, of any edition
	list []string          // those of this edition, in order
}

// index collects the ids of a kind.
func (r *resolver) index(kind string, entries []*entry) names {
	n := names{kind: kind, now: map[string]bool{}, ever: map[string]period{}}
	for _, e := range entries {
		n.ever[e.ID.text] = e.period
		if e.on(r.day) {
			n.now[e.ID.text] = true
		}
	}
	n.list = sorted(n.now)
	return n
}

// heading checks how the entries of a kind begin: with an id that is written
// well and never stands twice for one day, and with a period.
func (r *resolver) heading(kind string, entries []*entry) {
	periods := map[string][]*entry{}
	for _, e := range entries {
		id := e.ID.text
		r.id(kind, e)
		r.period(e.period, e.At)
		for _, other := range periods[id] {
			if id != "" && e.overlaps(other.period) {
				r.problem(e.At, "end one before the other begins, with from and until",
					"%s %q stands at %s:%d too, for the same days", kind, id, other.At.file, other.At.line)
				break
			}
		}
		periods[id] = append(periods[id], e)
	}
}

// id checks how an id is written; a node's has its owner before a slash.
func (r *resolver) id(kind string, e *entry) {
	id := e.ID.text
	owner, name, slash := strings.Cut(id, "/")
	switch {
	case id == "":
		r.problem(e.At, "", "%s without an id", kind)
	case kind == "node" && !(slash && plain(owner) && plain(name)):
		r.problem(e.ID.place, `write "owner/name", in lower-case letters, digits, dots and dashes`, "id %q is not a node's", id)
	case kind != "node" && !plain(id):
		r.problem(e.ID.place, "write it in lower-case letters, digits, dots and dashes", "id %q is not a name", id)
	case kind == "node" && !r.orgs.now[owner] && e.on(r.day):
		r.ref(word{e.ID.place, owner}, r.orgs)
	}
}

func plain(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.')
	})
}

// period checks that something begins before it ends.
func (r *resolver) period(p period, at place) {
	if !p.Until.IsZero() && !p.From.Before(p.Until.Time) {
		r.problem(at, "until is the first day on which it is no more",
			"from %s is not before until %s", p.From.Format(time.DateOnly), p.Until.Format(time.DateOnly))
	}
}

// ref tells whether a name is known in this edition.
func (r *resolver) ref(w word, known names) bool {
	if known.now[w.text] {
		return true
	}
	if p, ok := known.ever[w.text]; ok {
		r.problem(w.place, "end this entry with it, or give it another period",
			"%s %q doesn't exist on %s%s", known.kind, w.text, r.day.Format(time.DateOnly), p.words())
		return false
	}
	if r.hidden[w.text] {
		r.problem(w.place, "write private: true here, or private: false there", "%s %q is private, and this entry is not", known.kind, w.text)
		return false
	}
	r.problem(w.place, didYouMean(w.text, known.list), "unknown %s %q", known.kind, w.text)
	return false
}

// words tells a period in brackets, as " (from 2022-10-01)".
func (p period) words() string {
	var parts []string
	if !p.From.IsZero() {
		parts = append(parts, "from "+p.From.Format(time.DateOnly))
	}
	if !p.Until.IsZero() {
		parts = append(parts, "until "+p.Until.Format(time.DateOnly))
	}
	if parts == nil {
		return ""
	}
	return " (" + strings.Join(parts, " ") + ")"
}

// refs gives the known ones of a list of names; each may stand only once.
func refs[T ~string](r *resolver, list []word, known names) []T {
	var ids []T
	seen := make(map[string]bool, len(list))
	for _, w := range list {
		if seen[w.text] {
			r.problem(w.place, "take one out", "%s %q is written twice", known.kind, w.text)
		} else if r.ref(w, known) {
			ids = append(ids, T(w.text))
		}
		seen[w.text] = true
	}
	return ids
}

// choice is one of a few words, or the first of them if none was written.
func choice[T ~string](r *resolver, w word, what string, of ...T) T {
	if w.line == 0 {
		return of[0]
	}
	if i := slices.Index(of, T(w.text)); i >= 0 {
		return of[i]
	}
	known := each(of, func(t T) string { return string(t) })
	cure := didYouMean(w.text, known)
	if cure == "" {
		cure = "write one of " + strings.Join(known, ", ")
	}
	r.problem(w.place, cure, "unknown %s %q", what, w.text)
	return of[0]
}

// text checks that words are written in both languages.
func (r *resolver) text(t rawText, at place, what string) Text {
	switch {
	case t.At.line == 0:
		r.problem(at, "write {en: …, fr: …}", "%s is missing", what)
	case strings.TrimSpace(t.EN.text) == "":
		r.problem(t.At, "add en:", "%s has no English text", what)
	case strings.TrimSpace(t.FR.text) == "":
		r.problem(t.At, "add fr:", "%s has no French text", what)
	}
	return Text{EN: t.EN.text, FR: t.FR.text}
}

// note is a text that may be missing.
func (r *resolver) note(t *rawText) Text {
	if t == nil {
		return Text{}
	}
	return r.text(*t, t.At, "note")
}

// provenance makes the reason for a claim. What a claim doesn't say it takes
// from the entry around it, if there is one.
func (r *resolver) provenance(c claim, at place, around *Provenance) Provenance {
	p := Provenance{Sources: refs[SourceID](r, c.Source, r.sources), AsOf: c.AsOf.Time}
	if around == nil {
		around = &Provenance{}
	}
	if p.AsOf.IsZero() {
		p.AsOf = around.AsOf
	}
	sourced := len(c.Source) > 0
	switch {
	case c.Confidence.line > 0:
		p.Confidence = choice(r, c.Confidence, "confidence", Reported, Confirmed, Assumed)
	case sourced:
		p.Confidence = Reported
	default:
		p.Confidence = around.Confidence
	}
	if !sourced && p.Confidence != Assumed {
		p.Sources = around.Sources
		if len(around.Sources) == 0 {
			r.problem(at, `name a source, or write "confidence: assumed"`, "no source")
		}
	}
	return p
}
