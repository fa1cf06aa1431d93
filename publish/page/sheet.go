package page

import (
	"slices"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
	"tocsin/publish"
)

// How many lines of a list stand open; the rest is folded, never left out.
const (
	openEffects  = 24
	openSaid     = 8
	openReadings = 8
	openTimeline = 12
	openOther    = 30
)

// sheet is the body of an incident's page.
type sheet struct {
	Headline string
	Tag      tag
	Exercise bool
	Nav      []link
	Sections []section
}

// section is a part of the page: rows, then the table that belongs to it.
type section struct {
	ID, Title string
	Rows      fold[row]
	Effects   fold[effect]
	Shares    []share
	Readings  fold[reading]
}

// fold is a list of which the first part stands open.
type fold[T any] struct{ Open, Rest []T }

func folded[T any](all []T, open int) fold[T] {
	// One line folded away saves nobody anything.
	if len(all) <= open+1 {
		return fold[T]{Open: all}
	}
	return fold[T]{Open: all[:open], Rest: all[open:]}
}

// Empty tells whether there is nothing to show.
func (f fold[T]) Empty() bool { return len(f.Open) == 0 }

// effect is a row of the table of who is affected.
type effect struct {
	Who    string
	Tag    tag
	Fails  string
	Mark   mark
	Why    string
	Advice []advice
}

// advice is what to do instead; Lost says why it no longer stands.
type advice struct {
	Text, Lost string
	Assumed    bool
	Refs       []int
}

// share is a row of the table of where reports come from.
type share struct {
	Place, Part, Of, Window string
	Width                   int // of the bar, 0 to 100
	Basis                   string
	Refs                    []int
}

// reading is a row of the table of measurements.
type reading struct {
	What, About, Value, Usual string
	At                        stamp
	Method, Basis             string
	Refs                      []int
}

// sheet draws an incident's page from its report.
func (b *builder) sheet(v *view, in incident.Incident) {
	report := b.o.tell.report(b.p, in, v.lang)
	s := &sheet{
		Headline: report.Title, Tag: v.stateTag(in.State), Exercise: in.Exercise,
	}
	for _, from := range report.Sections {
		sec := v.section(from, in)
		if sec.Rows.Empty() && sec.Effects.Empty() && sec.Readings.Empty() && len(sec.Shares) == 0 {
			continue
		}
		s.Sections = append(s.Sections, sec)
		s.Nav = append(s.Nav, link{Href: "#" + sec.ID, Text: sec.Title})
	}
	v.Title, v.Icon, v.Body = s.Tag.Word+v.colon()+report.Title, s.Tag.Class, s
}

// colon is the colon of the language.
func (s speech) colon() string {
	if s.lang == catalog.FR {
		return "\u00a0: "
	}
	return ": "
}

// lasted is how long an incident lasted, or has lasted by now.
func (v *view) lasted(in incident.Incident) string {
	end := in.Life.Ended
	if end.IsZero() {
		end = v.now
		if !in.Life.Resolved.IsZero() {
			end = in.Life.Resolved
		}
	}
	return publish.Span(v.lang, end.Sub(in.Onset))
}

// section lays out a section of a report. Its lines stay whole, and its tables
// are drawn from the same incident.
func (v *view) section(from publish.Section, in incident.Incident) section {
	s := section{ID: string(from.ID), Title: from.Title}
	open := openOther
	switch from.ID {
	case publish.SecAffected:
		lines, effects := v.effects(from.Lines, in.Effects)
		s.Effects = folded(effects, openEffects)
		from.Lines = lines
	case publish.SecSaid:
		open = openSaid
	case publish.SecWhere:
		s.Shares = v.shares(in.Shares)
	case publish.SecEvidence:
		s.Readings = folded(v.readings(in), openReadings)
	case publish.SecTimeline:
		open = openTimeline
		from.Lines = newestFirst(from.Lines)
	}
	s.Rows = folded(v.rows(from.Lines), open)
	return s
}

func newestFirst(lines []publish.Line) []publish.Line {
	sorted := slices.Clone(lines)
	slices.SortStableFunc(sorted, func(a, b publish.Line) int { return b.At.Compare(a.At) })
	return sorted
}

// effects makes a table row of every line that speaks of an affected node, and
// gives the other lines back.
func (v *view) effects(lines []publish.Line, all []incident.Effect) (rest []publish.Line, rows []effect) {
	for _, l := range lines {
		i := slices.IndexFunc(all, func(e incident.Effect) bool { return e.Node == l.Node && e.Region == l.Region })
		if l.Node == "" || i < 0 {
			rest = append(rest, l)
			continue
		}
		rows = append(rows, v.effect(l, all[i]))
	}
	return rest, rows
}

func (v *view) effect(l publish.Line, e incident.Effect) effect {
	row := effect{Who: v.nodeName(e.Node), Tag: v.nodeTag(e.State), Mark: v.markOf(l), Why: v.why(e.Path)}
	if e.Region != v.edition.Root() {
		row.Who += ", " + v.regionName(e.Region)
	}
	if !e.Fails.IsZero() {
		row.Fails = v.must("fails", v.stamp(e.Fails).Text)
	}
	if e.Assumed && row.Mark.Basis == "" {
		row.Mark.Basis = v.must("assumed")
	}
	for _, a := range e.Advice {
		row.Advice = append(row.Advice, v.advice(a))
	}
	return row
}

func (v *view) advice(a incident.Advice) advice {
	var sources []catalog.Source
	for _, id := range a.Sources {
		if s := v.edition.Source(id); s != nil {
			sources = append(sources, *s)
		}
	}
	out := advice{Text: a.Text.In(v.lang), Assumed: a.Assumed, Refs: v.refs(sources)}
	if !a.Stands {
		out.Lost = v.must("lost-advice", v.names(a.Lost, ", "))
	}
	return out
}

// why is the explanation of an effect: what the node needs, down to the root.
func (v *view) why(path []catalog.NodeID) string {
	if len(path) < 2 {
		return ""
	}
	return v.names(path[1:], " ← ")
}

func (v *view) names(ids []catalog.NodeID, between string) string {
	out := ""
	for i, id := range ids {
		if i > 0 {
			out += between
		}
		out += v.nodeName(id)
	}
	return out
}

func (v *view) nodeName(id catalog.NodeID) string {
	if n := v.edition.Node(id); n != nil {
		return n.Name.In(v.lang)
	}
	return string(id)
}

func (v *view) regionName(id catalog.RegionID) string {
	if r := v.edition.Region(id); r != nil {
		return r.Name.In(v.lang)
	}
	return string(id)
}

func (v *view) shares(all []incident.Share) []share {
	var rows []share
	for _, s := range all {
		if s.Total <= 0 {
			continue
		}
		part := s.Count / s.Total
		rows = append(rows, share{
			Place: v.regionName(s.Region), Part: publish.Percent(v.lang, part),
			Of:     v.must("of", publish.Number(v.lang, s.Count), publish.Number(v.lang, s.Total)),
			Window: v.must("from-to", v.stamp(s.From).Text, v.stamp(s.Until).Text),
			Width:  int(min(max(part, 0), 1)*100 + 0.5), Basis: v.or("basis-"+string(s.Basis), string(s.Basis)), Refs: v.refs(s.Source),
		})
	}
	return rows
}

// readings are the measurements under the roots and under each verdict, each
// once. Statements have their own section.
func (v *view) readings(in incident.Incident) []reading {
	cited := slices.Clone(in.Evidence)
	for _, verdict := range in.Verdicts {
		cited = append(cited, verdict.Evidence...)
	}
	var rows []reading
	seen := map[evidence.SeriesID]bool{}
	for _, c := range cited {
		if c.Series == nil || seen[*c.Series] {
			continue
		}
		seen[*c.Series] = true
		rows = append(rows, v.reading(c))
	}
	return rows
}

func (v *view) reading(c incident.Citation) reading {
	about := string(c.Series.Subject)
	if c.Series.Region != "" && c.Series.Region != v.edition.Root() {
		about += ", " + v.regionName(c.Series.Region)
	}
	return reading{
		What: v.or("m-"+string(c.Series.Measure), v.or("p-"+string(c.Plane), string(c.Series.Measure))), About: about,
		Value: publish.Number(v.lang, c.Value), Usual: publish.Number(v.lang, c.Expected), At: v.stamp(c.At),
		Method: c.Method, Basis: v.or("basis-"+string(c.Basis), string(c.Basis)), Refs: v.refs(c.Sources),
	}
}
