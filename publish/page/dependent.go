package page

import (
	"cmp"
	"slices"

	"tocsin/catalog"
	"tocsin/publish"
)

// dependentBody is the body of the page of one dependent.
type dependentBody struct {
	Name, Org, Sector string
	Where, People     string
	Now               standing
	Text              string // of Now, in a sentence
	Outage            link
	Notice            link // to the printable notice; blank: there is none
	Note              string
	Claim             claim
	Needs             []need
	Figure            *figure
	Outline           outline
	Alone             weakness
	Instead           []fallback
	Hits              []hit
}

// claim says how well the catalogue knows an entry.
type claim struct {
	Word    string
	Assumed bool
	AsOf    stamp
	Refs    []ref
}

// need is a requirement in words.
type need struct {
	Words   string
	Members []link // Href is "" where there is no page
	Else    string
	Holds   string
	At      string
	Note    string
	Backup  string // what takes over, in a sentence
	Claim   claim
}

// weakness is what takes a dependent down. Known is false while it is being
// worked out.
type weakness struct {
	Known bool
	Alone []link
	Pairs string // in how many ways two together do; "": none, or not tried
}

// fallback is advice of the catalogue, with how it stands now where an outage
// has tried it.
type fallback struct {
	advice
	Conditions []string
	Claim      claim
}

// hit is an outage that reached the dependent.
type hit struct {
	Began stamp
	Who   string
	Worst tag
	Link  link
}

// noticePath is where the outlet of notices puts the one of a dependent, below
// the page of it.
const noticePath = "/notice"

// dependent lays out the page of one dependent.
func (v *view) dependent(b *builder, s publish.Standing) {
	n := s.Node
	body := &dependentBody{
		Name: capital(v.text(n.Name)), Org: v.text(v.edition.OrgName(n.Owner())), Sector: v.sectorName(v.edition.Sector(n)),
		Where: v.regionList(n.Regions), Now: v.standing(s), Note: v.text(n.Note), Claim: v.claim(n.Provenance),
		Hits: v.hits(b.p.Hits(n.ID)),
	}
	if n.People > 0 {
		body.People = v.must("people", publish.Number(v.lang, float64(n.People)))
	}
	if _, ok := b.o.Extra[v.Self+noticePath]; ok {
		body.Notice = link{v.dependentHref(n.ID) + noticePath, v.must("notice")}
	}
	body.now(v, s)
	for _, r := range n.Needs {
		body.Needs = append(body.Needs, v.need(r))
	}
	if len(n.Needs) > 0 {
		w := &web{v: v, p: b.p, rehearse: b.o.Rehearse != nil}
		body.Figure, body.Outline = w.figure(n), w.outline(n)
	}
	body.Alone = v.weakness(b, n.ID)
	for _, f := range n.Fallbacks {
		body.Instead = append(body.Instead, v.fallback(f, s))
	}
	v.css = planSheet
	v.Title, v.Body = body.Now.Tag.Word+v.colon()+body.Name, body
}

// now says how it stands in a sentence.
func (body *dependentBody) now(v *view, s publish.Standing) {
	switch {
	case len(s.Effects) > 0:
		body.Outage = link{v.incidentHref(s.Incident), v.must("see-outage", s.Incident)}
		switch {
		case len(s.Effects[0].Path) > 1:
			body.Text = body.Now.Why + "."
		case s.State != catalog.Up:
			body.Text = v.must("root-text")
		}
	case s.Blind:
		body.Text = v.must("blind-text")
	case s.Groundless:
		body.Text = v.must("ground-text")
	default:
		body.Text = v.must("clear-text")
	}
}

func (v *view) sectorName(id string) string {
	for _, s := range sectorWords() {
		if s.id == id && id != "" {
			return v.text(s.name)
		}
	}
	return capital(id)
}

// regionList names where something is: few by name, many by their number.
func (v *view) regionList(ids []catalog.RegionID) string {
	names := ""
	for i, id := range ids {
		if i == fewRegions && len(ids) > fewRegions+1 {
			return names + v.must("regions-more", len(ids)-i)
		}
		if i > 0 {
			names += ", "
		}
		names += v.regionName(id)
	}
	return names
}

func (v *view) claim(p catalog.Provenance) claim {
	c := claim{Refs: v.refs(v.sourcesOf(p.Sources)), Assumed: p.Confidence == catalog.Assumed}
	switch p.Confidence {
	case catalog.Assumed:
		c.Word = v.must("assumed")
	case "":
	default:
		c.Word = v.must("conf-" + string(p.Confidence))
	}
	if !p.AsOf.IsZero() {
		c.AsOf = v.dateStamp(p.AsOf)
	}
	return c
}

func (v *view) sourcesOf(ids []catalog.SourceID) []catalog.Source {
	var sources []catalog.Source
	for _, id := range ids {
		if s := v.edition.Source(id); s != nil {
			sources = append(sources, *s)
		}
	}
	return sources
}

// need says a requirement in words.
func (v *view) need(r catalog.Requirement) need {
	n := need{Words: v.needWords(r), Claim: v.claim(r.Provenance), Note: v.text(r.Note), Else: v.must("else-down"), Holds: v.must("holdover-none")}
	for _, id := range v.shown(r.Members) {
		n.Members = append(n.Members, v.nodeLink(id))
	}
	if r.Lost == catalog.Degraded {
		n.Else = v.must("else-degraded")
	}
	if r.Holdover > 0 {
		n.Holds = v.must("holdover", publish.Span(v.lang, r.Holdover))
	}
	if r.Backup != nil {
		n.Backup = v.backup(r.Backup)
	}
	if r.At != "" {
		n.At = v.must("looked-at", v.regionName(r.At))
	}
	return n
}

// backup says what takes over, how well and for how long.
func (v *view) backup(b *catalog.Backup) string {
	key := "backup-full"
	if b.Serves == catalog.Degraded {
		key = "backup-part"
	}
	text := v.must(key, v.rests(&catalog.Node{Needs: []catalog.Requirement{{Members: b.Members, AtLeast: b.AtLeast}}}))
	if b.Holdover > 0 {
		text += " " + v.must("backup-for", publish.Span(v.lang, b.Holdover))
	}
	return text
}

// needWords says how many of a group are needed.
func (v *view) needWords(r catalog.Requirement) string {
	switch n := len(r.Members); {
	case n == 1:
		return v.must("need-one")
	case r.AtLeast >= n:
		return v.must("need-all")
	case r.AtLeast == 1:
		return v.must("need-any")
	default:
		return v.must("need-k", r.AtLeast, n)
	}
}

// nodeLink leads to the page of a node, if it has one.
func (v *view) nodeLink(id catalog.NodeID) link {
	l := link{Text: capital(v.nodeName(id))}
	if n := v.edition.Node(id); n != nil && n.Kind == catalog.Dependent && publish.Public(n) {
		l.Href = v.dependentHref(id)
	}
	return l
}

// weakness tells what takes a dependent down, as far as the picture has it.
func (v *view) weakness(b *builder, id catalog.NodeID) weakness {
	weak := b.p.Weakness()
	if weak == nil {
		return weakness{}
	}
	w := weakness{Known: true}
	for _, id := range v.shown(weak.Alone[id]) {
		w.Alone = append(w.Alone, v.rehearseLink(b, id))
	}
	if n := weak.Pairwise[id]; n > 0 {
		w.Pairs = v.must("pairwise", publish.Number(v.lang, float64(n)))
	}
	return w
}

// rehearseLink names what fails, and leads to the rehearsal of it if there is one.
func (v *view) rehearseLink(b *builder, ids ...catalog.NodeID) link {
	l := link{Text: capital(v.list(ids, "and"))}
	if b.o.Rehearse != nil {
		l.Href = v.rehearseHref(publish.Ask{Sides: []publish.Supposed{{Fail: failing(ids)}}})
	}
	return l
}

func failing(ids []catalog.NodeID) []string {
	var fail []string
	for _, id := range ids {
		fail = append(fail, string(id))
	}
	return fail
}

// fallback is advice, with what the newest effect says of it.
func (v *view) fallback(f catalog.Fallback, s publish.Standing) fallback {
	out := fallback{Claim: v.claim(f.Provenance)}
	out.Text = v.text(f.Text)
	for _, e := range s.Effects {
		for _, a := range e.Advice {
			if a.Text == f.Text && !a.Stands && out.Lost == "" {
				out.Lost = v.must("lost-advice", v.names(v.shown(a.Lost), ", "))
			}
		}
	}
	for _, c := range []struct {
		key string
		ids []catalog.NodeID
	}{{"only-down", f.OnlyIf.Down}, {"only-up", f.OnlyIf.Up}} {
		if ids := v.shown(c.ids); len(ids) > 0 {
			out.Conditions = append(out.Conditions, v.must(c.key, v.list(ids, "and")))
		}
	}
	if needs := v.rests(&catalog.Node{Needs: f.Needs}); needs != "" {
		out.Conditions = append(out.Conditions, v.must("advice-needs", needs))
	}
	return out
}

func (v *view) hits(all []publish.Hit) []hit {
	all = slices.SortedStableFunc(slices.Values(all), func(a, b publish.Hit) int {
		return cmp.Compare(b.Incident.Onset.Unix(), a.Incident.Onset.Unix())
	})
	var rows []hit
	for _, h := range all {
		rows = append(rows, hit{
			Began: stamp{Text: v.day(h.Incident.Onset), ISO: v.stamp(h.Incident.Onset).ISO},
			Who:   v.text(v.edition.OrgName(h.Incident.Carrier)), Worst: v.nodeTag(h.State),
			Link: link{v.incidentHref(h.Incident.ID), string(h.Incident.ID)},
		})
	}
	return rows
}
