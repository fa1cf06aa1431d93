package page

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"tocsin/catalog"
	"tocsin/incident"
	"tocsin/publish"
)

// limits say how many rows of a long list the page of an incident shows; the
// rest stands on pages of their own, see [chapters].
type limits struct{ effects, said, readings, evidence, timeline int }

// ample is what fits on the page of most incidents.
func ample() limits {
	return limits{effects: 24, said: 8, readings: 8, evidence: 4, timeline: 12}
}

// fewer is two thirds of it, and never less than tells something.
func (l limits) fewer() limits {
	less := func(n int) int { return max(2, n*2/3) }
	return limits{
		effects: less(l.effects), said: less(l.said), readings: less(l.readings),
		evidence: less(l.evidence), timeline: less(l.timeline),
	}
}

// whole are limits that cut nothing.
func whole() limits {
	return limits{math.MaxInt, math.MaxInt, math.MaxInt, math.MaxInt, math.MaxInt}
}

// chapters are the pages beside the page of an incident, by the last part of
// their address, with the sections that they hold whole.
func chapters() map[string][]publish.SectionID {
	return map[string][]publish.SectionID{
		"affected": {publish.SecAffected},
		"record":   {publish.SecSaid, publish.SecEvidence, publish.SecTimeline},
	}
}

// sheet is the body of an incident's page.
type sheet struct {
	Headline string
	Mark     mark
	Tag      tag
	Exercise bool
	Back     string // the address of the incident's own page, on a page beside it
	Nav      []link
	Sections []section
}

// section is a part of the page: the table that belongs to it, and rows.
type section struct {
	ID, Title string
	Rows      []row
	Unseen    []row // folded: of these nothing was seen
	Effects   []effect
	Shares    []share
	Readings  []reading
	More      int    // rows that only the page at Whole shows
	Whole     string // the address of the page that shows all
	Below     link   // to where the rest of it stands; blank if all is here
}

func (s section) empty() bool {
	return len(s.Rows) == 0 && len(s.Unseen) == 0 && len(s.Effects) == 0 && len(s.Readings) == 0 && len(s.Shares) == 0 && s.Below.Href == ""
}

// incident draws the pages of an incident: its own, as long as the budget
// allows, and those beside it.
func (b *builder) incident(lang catalog.Lang, in incident.Incident) error {
	report := b.o.tell.report(b.p, in, lang)
	path := "incidents/" + string(in.ID)
	for l, try := ample(), 0; ; l, try = l.fewer(), try+1 {
		v := b.view(lang, path)
		v.sheet(report, in, l, nil)
		d, err := b.draw("incident", v)
		if err != nil {
			return fmt.Errorf("%s: %w", v.Self, err)
		}
		if len(d.wire()) <= Budget || try == 5 {
			if err := b.keep(d); err != nil {
				return err
			}
			break
		}
	}
	for name, only := range chapters() {
		v := b.view(lang, path+"/"+name)
		v.sheet(report, in, whole(), only)
		if err := b.page("incident", v); err != nil {
			return err
		}
	}
	return nil
}

// sheet lays out the page of an incident or, where only some sections are
// asked for, a page beside it.
func (v *view) sheet(report publish.Report, in incident.Incident, l limits, only []publish.SectionID) {
	s := &sheet{Headline: report.Title, Tag: v.stateTag(in.State), Exercise: in.Exercise}
	moved := v.moved(report)
	if only != nil {
		s.Back = v.incidentHref(in.ID)
		moved = func(s publish.Section) ([]publish.Line, link) { return s.Lines, link{} }
	}
	for _, from := range report.Sections {
		var known mark
		if from.Lines, known = v.headline(from.Lines, report.Title); known.Word != "" {
			s.Mark = known
		}
		if only != nil && !slices.Contains(only, from.ID) {
			continue
		}
		var below link
		from.Lines, below = moved(from)
		sec := v.section(from, in, l)
		sec.Below = below
		for name, ids := range chapters() {
			if only == nil && slices.Contains(ids, from.ID) {
				sec.Whole = v.incidentHref(in.ID) + "/" + name + "#" + sec.ID
			}
		}
		if sec.empty() {
			continue
		}
		s.Sections = append(s.Sections, sec)
		s.Nav = append(s.Nav, link{Href: "#" + sec.ID, Text: sec.Title})
	}
	v.Title, v.Icon, v.Body = s.Tag.Word+v.colon()+report.Title, s.Tag.Class, s
}

// moved takes lines out of a section that the page gives in another, and links
// there: the advice of forty organisations would bury what still works for
// everybody, and their statements what the carrier said.
func (v *view) moved(r publish.Report) func(publish.Section) ([]publish.Line, link) {
	advised, told := map[catalog.NodeID]bool{}, map[string]bool{}
	for _, s := range r.Sections {
		for _, l := range s.Lines {
			switch {
			case s.ID == publish.SecAffected && l.Topic == "effect" && l.Node != "":
				advised[l.Node] = true
			case s.ID == publish.SecTimeline && l.Topic == "statement":
				told[l.Text] = true
			}
		}
	}
	return func(s publish.Section) (rest []publish.Line, below link) {
		for _, l := range s.Lines {
			switch {
			case s.ID == publish.SecWorks && strings.HasPrefix(l.Topic, "fallback") && advised[l.Node]:
				below = link{Href: "#" + string(publish.SecAffected), Text: v.must("below")}
			case s.ID == publish.SecSaid && l.Topic == "statement" && l.By != r.Incident.Carrier && told[l.Text]:
				below = link{Href: v.incidentHref(r.Incident.ID) + "/record#" + string(publish.SecTimeline), Text: v.must("said-below")}
			default:
				rest = append(rest, l)
			}
		}
		return rest, below
	}
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

// semicolon is the one of the language.
func (s speech) semicolon() string {
	if s.lang == catalog.FR {
		return "\u00a0; "
	}
	return "; "
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
// filled from the same incident, the others as they are. Rows beyond the limits
// are counted, not drawn, so that their sources aren't listed either.
func (v *view) section(from publish.Section, in incident.Incident, l limits) section {
	s := section{ID: string(from.ID), Title: from.Title}
	limit := math.MaxInt
	var unseen []publish.Line
	switch from.ID {
	case publish.SecEmergency, publish.SecWorks:
		from.Lines, unseen = unseenApart(from.Lines)
	case publish.SecAffected:
		s.Effects, from.Lines, s.More = v.effects(from.Lines, in.Effects, l.effects)
	case publish.SecSaid:
		limit = l.said
	case publish.SecWhere:
		s.Shares, from.Lines = v.shares(from.Lines, in.Shares)
	case publish.SecEvidence:
		limit = l.evidence
		s.Readings, s.More = v.readings(in, l.readings)
		from.Lines = slices.DeleteFunc(slices.Clone(from.Lines), func(l publish.Line) bool { return l.Topic == "reading" })
	case publish.SecTimeline:
		limit = l.timeline
		from.Lines = newestFirst(from.Lines)
	}
	lines, more := cut(from.Lines, limit)
	s.Rows, s.More = v.rows(lines), s.More+more
	s.Unseen = v.rows(unseen)
	return s
}

// cut gives the first of a list and the number of the others. One row alone is
// never left out: the link to it would take its place.
func cut[T any](all []T, limit int) ([]T, int) {
	if limit >= len(all)-1 {
		return all, 0
	}
	return all[:limit], len(all) - limit
}

// unseenApart parts the lines from those that only say that nothing was seen.
// An answer about emergency calls is never parted, nor are they when they are
// all there is.
func unseenApart(lines []publish.Line) (seen, unseen []publish.Line) {
	for _, l := range lines {
		if l.Kind == incident.Unseen && l.Topic != "emergency-access" {
			unseen = append(unseen, l)
		} else {
			seen = append(seen, l)
		}
	}
	if len(seen) == 0 {
		return unseen, nil
	}
	return seen, unseen
}

func newestFirst(lines []publish.Line) []publish.Line {
	sorted := slices.Clone(lines)
	slices.SortStableFunc(sorted, func(a, b publish.Line) int { return b.At.Compare(a.At) })
	return sorted
}
