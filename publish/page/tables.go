package page

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
	"tocsin/publish"
)

// effect is a row of the table of who is affected. Notes are the further lines
// of the report about the same node.
type effect struct {
	Who, People string
	Tag         tag
	Fails       string
	Mark        mark
	Why         string
	Notes       []row
	Advice      []advice
}

// advice is what to do instead; Lost says why it no longer stands.
type advice struct {
	Text, Lost string
	Assumed    bool
	Refs       []ref
}

// share is a row of the table of where reports come from.
type share struct {
	Place, Part, Of, Window string
	Width                   int // of the bar, 0 to 100
	Mark                    mark
}

// reading is a row of the table of measurements.
type reading struct {
	What, About, Value, Usual string
	At                        stamp
	Method, Basis             string
	Refs                      []ref
}

// effects makes a table row of every line about an effect, puts the further
// lines about its node beside it, and gives the lines back that fit nowhere.
// Beyond the limit it only counts.
func (v *view) effects(lines []publish.Line, all []incident.Effect, limit int) (rows []effect, rest []publish.Line, more int) {
	var heads []publish.Line
	notes := map[catalog.NodeID][]publish.Line{}
	for _, l := range lines {
		switch {
		case l.Topic == "effect" && l.Node != "":
			heads = append(heads, l)
			if notes[l.Node] == nil {
				notes[l.Node] = []publish.Line{}
			}
		case l.Node != "" && notes[l.Node] != nil:
			notes[l.Node] = append(notes[l.Node], l)
		default:
			rest = append(rest, l)
		}
	}
	heads, more = cut(heads, limit)
	for i, l := range heads {
		e := v.effect(l, all)
		if later := heads[i+1:]; !slices.ContainsFunc(later, func(other publish.Line) bool { return other.Node == l.Node }) {
			for _, note := range v.rows(notes[l.Node]) {
				note.Tag = tag{} // the row has one
				e.Notes = append(e.Notes, note)
			}
		}
		rows = append(rows, e)
	}
	return rows, rest, more
}

// effect fills a row from its line and from what the incident holds about the
// same node in the same state.
func (v *view) effect(l publish.Line, all []incident.Effect) effect {
	e := effect{Who: capital(v.nodeName(l.Node)), Tag: v.lineTag(l), Mark: v.markOf(l), Why: v.because(l.Path)}
	if l.Value > 0 {
		e.People = v.must("people", publish.Number(v.lang, l.Value))
	}
	if !l.Until.IsZero() {
		e.Fails = v.must("fails", v.stamp(l.Until).Text)
	}
	var regions []string
	for _, from := range all {
		if from.Node != l.Node || from.State != l.State {
			continue
		}
		regions = append(regions, v.regionName(from.Region))
		if from.Assumed && !strings.Contains(e.Mark.Basis, v.must("assumed")) {
			e.Mark.Basis = strings.TrimPrefix(e.Mark.Basis+", "+v.must("assumed"), ", ")
		}
		for _, a := range from.Advice {
			say := v.advice(a)
			if !slices.ContainsFunc(e.Advice, func(have advice) bool { return have.Text == say.Text }) {
				e.Advice = append(e.Advice, say)
			}
		}
	}
	e.Who += v.where(l.Region, regions)
	return e
}

// because says a path in words; that of a root, which has itself alone, is "".
func (v *view) because(path []catalog.NodeID) string {
	var why strings.Builder
	for i, id := range path[min(1, len(path)):] {
		why.WriteString(v.must([]string{"rests", "rests-too"}[min(i, 1)], v.nodeName(id)))
	}
	return why.String()
}

// fewRegions is how many regions are named beside an effect.
const fewRegions = 3

// where says where, after a name; the whole country goes without saying.
func (v *view) where(region catalog.RegionID, regions []string) string {
	switch {
	case region == v.edition.Root():
		return ""
	case region != "":
		return ", " + v.regionName(region)
	case len(regions) > fewRegions:
		return v.must("regions", len(regions))
	case len(regions) > 0:
		return ", " + strings.Join(regions, ", ")
	}
	return ""
}

func (v *view) advice(a incident.Advice) advice {
	var sources []catalog.Source
	for _, id := range a.Sources {
		if s := v.edition.Source(id); s != nil {
			sources = append(sources, *s)
		}
	}
	out := advice{Text: v.text(a.Text), Assumed: a.Assumed, Refs: v.refs(sources)}
	if !a.Stands {
		out.Lost = v.must("lost-advice", v.names(a.Lost, ", "))
	}
	return out
}

func (v *view) names(ids []catalog.NodeID, between string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = v.nodeName(id)
	}
	return strings.Join(names, between)
}

func (v *view) nodeName(id catalog.NodeID) string {
	if n := v.edition.Node(id); n != nil {
		return v.text(n.Name)
	}
	return string(id)
}

// capital makes the first letter of a name a capital, for a cell of its own.
func capital(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + name[size:]
}

func (v *view) regionName(id catalog.RegionID) string {
	if r := v.edition.Region(id); r != nil {
		return v.text(r.Name)
	}
	return string(id)
}

// shares makes a table row of every line about a share of the reports, and
// gives the other lines back.
func (v *view) shares(lines []publish.Line, all []incident.Share) (rows []share, rest []publish.Line) {
	for _, l := range lines {
		i := slices.IndexFunc(all, func(s incident.Share) bool { return s.Region == l.Region })
		if l.Topic != "report-share" || i < 0 {
			rest = append(rest, l)
			continue
		}
		s := all[i]
		rows = append(rows, share{
			Place: capital(v.regionName(s.Region)), Part: publish.Percent(v.lang, l.Value),
			Of:     v.must("of", publish.Number(v.lang, math.Round(s.Count)), publish.Number(v.lang, math.Round(s.Total))),
			Window: v.must("from-to", v.stamp(s.From).Text, v.stamp(s.Until).Text),
			Width:  int(min(max(l.Value, 0), 1)*100 + 0.5), Mark: v.markOf(l),
		})
	}
	return rows, rest
}

// readings are the measurements under the roots, the verdicts and the effects:
// of each series the newest, the planes together. Beyond the limit it only counts.
func (v *view) readings(in incident.Incident, limit int) ([]reading, int) {
	cited := slices.Clone(in.Evidence)
	for _, verdict := range in.Verdicts {
		cited = append(cited, verdict.Evidence...)
	}
	for _, e := range in.Effects {
		cited = append(cited, e.Evidence...)
	}
	cited = slices.DeleteFunc(cited, func(c incident.Citation) bool { return c.Series == nil })
	slices.SortStableFunc(cited, func(a, b incident.Citation) int {
		return cmp.Or(strings.Compare(string(a.Plane), string(b.Plane)),
			strings.Compare(a.Series.String(), b.Series.String()), b.At.Compare(a.At))
	})
	cited = slices.CompactFunc(cited, func(a, b incident.Citation) bool { return *a.Series == *b.Series })
	cited, more := cut(cited, limit)
	rows := make([]reading, len(cited))
	for i, c := range cited {
		rows[i] = v.reading(c)
	}
	return rows, more
}

func (v *view) reading(c incident.Citation) reading {
	about := v.subject(c.Series.Subject)
	if c.Series.Region != "" && c.Series.Region != v.edition.Root() {
		about += ", " + v.regionName(c.Series.Region)
	}
	// Traffic is a ratio already; everything else is a count.
	figure := publish.Number
	if c.Series.Measure.Plane() == evidence.PlaneTraffic {
		figure = publish.Percent
	}
	return reading{
		What: v.or("m-"+string(c.Series.Measure), v.or("p-"+string(c.Plane), string(c.Series.Measure))), About: about,
		Value: figure(v.lang, c.Value), Usual: figure(v.lang, c.Expected), At: v.stamp(c.At),
		Method: c.Method, Basis: v.or("basis-"+string(c.Basis), string(c.Basis)), Refs: v.refs(c.Sources),
	}
}

// subject names what a series is about, as far as the catalogue has a name.
func (v *view) subject(s evidence.Subject) string {
	kind, name, cut := strings.Cut(string(s), "/")
	switch {
	case cut && kind == "country":
		return v.regionName(catalog.RegionID(name))
	case cut && kind == "any":
		if service := v.edition.Service(catalog.ServiceID(name)); service != nil {
			return v.text(service.Name)
		}
		return name
	case cut && kind == "collector":
		return name
	case cut:
		return v.nodeName(catalog.NodeID(s))
	}
	if number, ok := strings.CutPrefix(string(s), "as"); ok && number != "" && strings.Trim(number, "0123456789") == "" {
		return "AS" + number
	}
	return v.text(v.edition.OrgName(catalog.OrgID(s)))
}
