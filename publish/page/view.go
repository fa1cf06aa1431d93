package page

import (
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
	"tocsin/publish"
)

// view is what a template is given: what all pages carry, and Body.
type view struct {
	speech
	chrome
	Title    string // of the window; the state comes first
	Icon     string // how the outage stands, for the icon of the window: a tag's class
	Exercise bool   // nothing on the page is real: no search engine may keep it
	Replay   string // set while a recorded day plays
	Updated  stamp
	Forms    []link
	Body     any
	Sources  []source

	css     sheetName
	today   string // the digest of the picture's edition; edition may be another
	edition *catalog.Edition
	zone    *time.Location
	now     time.Time
}

// chrome is what surrounds every page.
type chrome struct {
	Lang, OtherLang          string // BCP 47
	Self, Switch, Home, Site string
	About, Dependents        string
	Rehearse                 string // "": there is no such page
	Style                    template.CSS
}

// link is a link inside the site.
type link struct{ Href, Text string }

// stamp is a time for people and for machines.
type stamp struct{ Text, ISO string }

// tag is a state as people see it: icon and word, and a class for the colour.
type tag struct{ Class, Icon, Word string }

// mark says how a line is known: the word, the time, the basis where it is not
// plain, and the numbers of its sources.
type mark struct {
	Class, Word string
	At          stamp
	Basis       string
	Refs        []ref
}

// ref leads to a source in the list at the foot, or to the first of several
// that follow each other.
type ref struct {
	N    int
	Text string
}

// row is a line of a report.
type row struct {
	Tag  tag
	Text string
	Mark mark
}

// source is an entry of the list at the foot. URL is "" unless it may be linked.
type source struct {
	N               int
	Title, URL, Key string
}

// stamp writes a time in the zone of the country, with its day when that isn't
// today's.
func (v *view) stamp(t time.Time) stamp {
	if t.IsZero() {
		return stamp{}
	}
	text := publish.Clock(v.lang, v.zone, t)
	if day := v.day(t); day != v.day(v.now) {
		text = day + ", " + text
	}
	return stamp{Text: text, ISO: t.UTC().Format(time.RFC3339)}
}

func (v *view) day(t time.Time) string { return publish.Day(v.lang, v.zone, t) }

// lineStamp writes the time of a line as exactly as it is known.
func (v *view) lineStamp(l publish.Line) stamp {
	s := v.stamp(l.At)
	switch {
	case l.DayOnly:
		return v.dateStamp(l.At)
	case l.Approx && s.Text != "":
		s.Text = v.must("about-at", s.Text)
	}
	return s
}

// dateStamp is a day alone, which has no zone.
func (v *view) dateStamp(t time.Time) stamp {
	return stamp{Text: publish.Day(v.lang, time.UTC, t), ISO: t.UTC().Format(time.DateOnly)}
}

// row lays out a line of a report.
func (v *view) row(l publish.Line) row {
	r := row{Text: l.Text, Mark: v.markOf(l)}
	if says(l) {
		r.Tag = v.lineTag(l)
	}
	return r
}

// emergencyCalls is the service of which nobody but the centre or its operator
// may say that it is down.
const emergencyCalls catalog.ServiceID = "emergency-calls"

// lineTag is the state that a line is about. Calls for help "may fail": each
// should be tried, and a flat "down" would keep people from it.
func (v *view) lineTag(l publish.Line) tag {
	t := v.nodeTag(l.State)
	n := v.edition.Node(l.Node)
	if calls := l.Topic == "emergency-access" || n != nil && n.Service == emergencyCalls; calls &&
		(l.State == catalog.Down || l.State == catalog.Degraded) {
		t.Word = v.must("may-fail")
	}
	return t
}

// says tells whether a line is itself about a state. The state of other lines
// is what a speaker claimed, or what was so in the past: as a tag beside advice
// it would be read as the state of whoever gives it.
func says(l publish.Line) bool {
	switch l.Topic {
	case "service-state", "family-state", "emergency-access", "emergency-centre", "peer-works", "peer-verdict",
		"service-stands", "region-state", "facet", "unknown-state":
		return l.State != ""
	}
	return false
}

func (v *view) rows(lines []publish.Line) []row {
	rows := make([]row, 0, len(lines))
	for _, l := range lines {
		rows = append(rows, v.row(l))
	}
	return rows
}

func (v *view) markOf(l publish.Line) mark {
	m := mark{Class: string(l.Kind), At: v.lineStamp(l), Refs: v.refs(l.Sources), Basis: v.basis(l.Basis)}
	by := l.ByName
	if by == "" && l.By != "" {
		by = v.edition.OrgName(l.By).In(v.lang)
	}
	m.Word = publish.KindName(v.lang, l.Kind, by)
	return m
}

// basis names what must not be taken for a measurement: a reconstructed row.
func (v *view) basis(all []evidence.Basis) string {
	if slices.Contains(all, evidence.Reconstructed) {
		return v.must("basis-reconstructed")
	}
	return ""
}

// text is what the catalogue says, in the language of the page.
func (v *view) text(t catalog.Text) string {
	if v.lang == catalog.FR {
		return strings.ReplaceAll(spaced(t.FR), " %", "\u00a0%")
	}
	return t.EN
}

// refs numbers sources in the order in which the page first cites them. One
// that is cited twice has one number.
func (v *view) refs(sources []catalog.Source) []ref {
	var cited []int
	for _, s := range sources {
		key := s.URL
		if key == "" {
			key = s.Title
		}
		if key == "" {
			key = string(s.ID)
		}
		if key == "" {
			continue
		}
		i := slices.IndexFunc(v.Sources, func(have source) bool { return have.Key == key })
		if i < 0 {
			i = len(v.Sources)
			v.Sources = append(v.Sources, source{N: i + 1, Title: titled(s), URL: linkable(s.URL), Key: key})
		}
		if !slices.Contains(cited, i+1) {
			cited = append(cited, i+1)
		}
	}
	slices.Sort(cited)
	var refs []ref
	for i := 0; i < len(cited); {
		run := 1
		for i+run < len(cited) && cited[i+run] == cited[i]+run {
			run++
		}
		if run < 3 { // two are as short one by one
			run = 1
		}
		r := ref{N: cited[i], Text: strconv.Itoa(cited[i])}
		if run > 1 {
			r.Text += "–" + strconv.Itoa(cited[i+run-1])
		}
		refs = append(refs, r)
		i += run
	}
	return refs
}

// titled is what a source is called: its title, else its host, else its id.
func titled(s catalog.Source) string {
	if s.Title != "" {
		return s.Title
	}
	if u, err := url.Parse(s.URL); err == nil && u.Host != "" {
		return u.Host
	}
	return string(s.ID)
}

// linkable gives the address back if a browser may be led there: http(s) with
// a host and nothing else. Statements come from outside.
func linkable(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return ""
	}
	if scheme := strings.ToLower(u.Scheme); scheme != "http" && scheme != "https" {
		return ""
	}
	return u.String()
}

// stateTag is the state of an incident.
func (v *view) stateTag(s incident.State) tag {
	icon := map[incident.State]string{
		incident.Suspected: "◐", incident.Confirmed: "●", incident.Recovering: "↑",
		incident.Resolved: "✓", incident.Reviewed: "✓", incident.Dismissed: "×",
	}[s]
	return tag{Class: string(s), Icon: icon, Word: publish.StateName(v.lang, s)}
}

// nodeTag is the state of a service, a dependent or a carrier.
func (v *view) nodeTag(s catalog.State) tag {
	icon := map[catalog.State]string{
		catalog.Up: "○", catalog.Degraded: "◐", catalog.Down: "●", catalog.Unknown: "–",
	}[s]
	return tag{Class: string(s), Icon: icon, Word: publish.NodeStateName(v.lang, s)}
}
