package page

import (
	"slices"
	"strings"

	"tocsin/catalog"
	"tocsin/incident"
	"tocsin/publish"
)

// How many lines of a list stand open; the rest is folded, never left out.
const (
	openEffects  = 24
	openSaid     = 8
	openReadings = 8
	openEvidence = 4
	openTimeline = 12
	openOther    = 30
)

// sheet is the body of an incident's page.
type sheet struct {
	Headline string
	Mark     mark
	Tag      tag
	Exercise bool
	Nav      []link
	Sections []section
}

// section is a part of the page: the table that belongs to it, and rows.
type section struct {
	ID, Title string
	Rows      fold[row]
	Effects   fold[effect]
	Shares    []share
	Readings  fold[reading]
	Below     string // a link to where the rest of it stands; "" if all is here
}

func (s section) empty() bool {
	return len(s.Rows.Open) == 0 && len(s.Effects.Open) == 0 && len(s.Readings.Open) == 0 && len(s.Shares) == 0 && s.Below == ""
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

// sheet draws an incident's page from its report.
func (b *builder) sheet(v *view, in incident.Incident) {
	report := b.o.tell.report(b.p, in, v.lang)
	s := &sheet{Headline: report.Title, Tag: v.stateTag(in.State), Exercise: in.Exercise}
	advised := affectedNodes(report)
	for _, from := range report.Sections {
		var known mark
		if from.Lines, known = v.headline(from.Lines, report.Title); known.Word != "" {
			s.Mark = known
		}
		var moved bool
		if from.ID == publish.SecWorks {
			from.Lines, moved = withoutAdvice(from.Lines, advised)
		}
		sec := v.section(from, in)
		if moved {
			sec.Below = "#" + string(publish.SecAffected)
		}
		if sec.empty() {
			continue
		}
		s.Sections = append(s.Sections, sec)
		s.Nav = append(s.Nav, link{Href: "#" + sec.ID, Text: sec.Title})
	}
	v.Title, v.Icon, v.Body = s.Tag.Word+v.colon()+report.Title, s.Tag.Class, s
}

// affectedNodes are the nodes of the table of who is affected, whose advice
// stands in that table.
func affectedNodes(r publish.Report) map[catalog.NodeID]bool {
	nodes := map[catalog.NodeID]bool{}
	for _, s := range r.Sections {
		for _, l := range s.Lines {
			if s.ID == publish.SecAffected && l.Topic == "effect" && l.Node != "" {
				nodes[l.Node] = true
			}
		}
	}
	return nodes
}

// withoutAdvice takes the advice out that the table of who is affected gives:
// forty organisations' would bury what still works for everybody.
func withoutAdvice(lines []publish.Line, nodes map[catalog.NodeID]bool) (rest []publish.Line, moved bool) {
	for _, l := range lines {
		if strings.HasPrefix(l.Topic, "fallback") && nodes[l.Node] {
			moved = true
			continue
		}
		rest = append(rest, l)
	}
	return rest, moved
}

// headline takes the line out that the page has as its heading, and gives how
// that is known.
func (v *view) headline(lines []publish.Line, title string) (rest []publish.Line, known mark) {
	for _, l := range lines {
		if l.Text == title && known.Word == "" {
			known = v.markOf(l)
			continue
		}
		rest = append(rest, l)
	}
	return rest, known
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

// section lays out a section of a report: some of its lines as a table that is
// filled from the same incident, the others as they are.
func (v *view) section(from publish.Section, in incident.Incident) section {
	s := section{ID: string(from.ID), Title: from.Title}
	open := openOther
	switch from.ID {
	case publish.SecEmergency:
		open = len(from.Lines)
	case publish.SecAffected:
		var effects []effect
		effects, from.Lines = v.effects(from.Lines, in.Effects)
		s.Effects = folded(effects, openEffects)
	case publish.SecSaid:
		open = openSaid
	case publish.SecWhere:
		s.Shares, from.Lines = v.shares(from.Lines, in.Shares)
	case publish.SecEvidence:
		open = openEvidence
		s.Readings = folded(v.readings(in), openReadings)
		from.Lines = slices.DeleteFunc(slices.Clone(from.Lines), func(l publish.Line) bool { return l.Topic == "reading" })
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
