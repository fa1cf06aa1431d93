package replay

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

// parser reads one file. It goes on after a trouble, so that a writer sees all
// of them at once.
type parser struct {
	name     string
	ed       *catalog.Edition // nil: names are not checked
	maxRows  int
	out      *Outage
	troubles []Trouble
	more     int
	stop     bool // the file is of another kind; nothing else is worth telling
	byID     map[catalog.SourceID]catalog.Source
	feedIDs  []string
}

func newParser(name string, ed *catalog.Edition, maxRows int) *parser {
	return &parser{
		name: name, ed: ed, maxRows: maxRows, out: &Outage{},
		byID: map[catalog.SourceID]catalog.Source{assumed().ID: assumed()},
	}
}

// bad notes a trouble; cure may be empty.
func (p *parser) bad(no int, cure, format string, args ...any) {
	if len(p.troubles) >= MaxTroubles {
		p.more++
		return
	}
	p.troubles = append(p.troubles, Trouble{Line: no, What: fmt.Sprintf(format, args...), Cure: cure})
}

// err is all troubles so far in the order of their lines, or nil.
func (p *parser) err() error {
	if len(p.troubles) == 0 {
		return nil
	}
	found := slices.Clone(p.troubles)
	slices.SortStableFunc(found, func(a, b Trouble) int { return cmp.Compare(a.Line, b.Line) })
	return &ParseError{Name: p.name, Troubles: found, More: p.more}
}

// sort brings what was read into the order in which it was heard.
func (p *parser) sort() {
	slices.SortStableFunc(p.out.Observations, func(a, b evidence.Observation) int {
		return cmp.Or(a.Heard.Compare(b.Heard), a.Series.Compare(b.Series), a.At.Compare(b.At))
	})
	slices.SortStableFunc(p.out.Statements, func(a, b evidence.Statement) int {
		return cmp.Or(a.Heard.Compare(b.Heard), cmp.Compare(a.ID, b.ID))
	})
}

// head reads the blocks that say what the file is.
func (p *parser) head(blocks []block) {
	if p.stop {
		return
	}
	seen := map[string]bool{}
	last := 1
	for _, b := range blocks {
		switch b.key() {
		case "id", "title", "edition", "window", "play":
		default:
			continue
		}
		last = b.no
		p.noBody(b)
		p.once(b, seen)
		p.headLine(b.line)
	}
	h := &p.out.Head
	for _, key := range []string{"id", "title", "edition", "window", "play"} {
		if !seen[key] {
			p.bad(last, fmt.Sprintf("add a line `%s …` to the head", key), "the head has no %s", key)
		}
	}
	if seen["title"] {
		p.both(last, "title", h.Title)
	}
	p.window(blocks)
}

// once reports a head line that stands twice; titles come one a language.
func (p *parser) once(b block, seen map[string]bool) {
	if seen[b.key()] && b.key() != "title" {
		p.bad(b.no, "keep one of them", "a second %s", b.key())
	}
	seen[b.key()] = true
}

func (p *parser) headLine(l line) {
	a := p.args(l)
	h := &p.out.Head
	switch l.key() {
	case "id":
		if h.ID = a.next("id"); h.ID != "" {
			p.formed(l.no, "outage", h.ID)
		}
	case "title":
		a.text(&h.Title)
	case "edition":
		if t := a.time("date"); t.DayOnly {
			h.Edition = t.At
		} else if !t.At.IsZero() {
			p.bad(l.no, "write the date alone, e.g. 2022-07-08", "an edition is of a day")
		}
	case "window":
		h.From, h.Until = a.exact("start"), a.exact("end")
	case "play":
		h.Play = a.exact("time")
	}
	a.done()
}

// window checks the three times of the head against each other.
func (p *parser) window(blocks []block) {
	h := p.out.Head
	for _, b := range blocks {
		switch {
		case h.From.IsZero() || h.Until.IsZero():
			return
		case b.key() == "window" && !h.From.Before(h.Until):
			p.bad(b.no, "write the earlier time first", "the window ends at or before its start")
			p.out.From, p.out.Until = time.Time{}, time.Time{} // nothing can be checked against it
			return
		case b.key() == "window" && h.Until.Sub(h.From) > maxWindow:
			p.bad(b.no, "shorten it", "the window is longer than 400 days")
		case b.key() == "play" && !h.Play.IsZero() && (h.Play.Before(h.From) || h.Play.After(h.Until)):
			p.bad(b.no, "choose a time within the window", "play starts outside the window")
		}
	}
}

// sources reads where the file's claims were read.
func (p *parser) sources(blocks []block) {
	for _, b := range blocks {
		if b.key() != "source" {
			continue
		}
		p.noBody(b)
		a := p.args(b.line)
		s := catalog.Source{ID: catalog.SourceID(a.next("id")), Title: a.next("title"), URL: a.rest()}
		a.done()
		if !p.formed(b.no, "source", string(s.ID)) {
			continue
		}
		if _, twice := p.byID[s.ID]; twice {
			p.bad(b.no, "choose another id; `assumed` is taken", "source %s is declared twice", s.ID)
			continue
		}
		p.byID[s.ID] = s
		p.out.Sources = append(p.out.Sources, s)
	}
}

// sourceList resolves "a,b"; an empty list is a trouble.
func (p *parser) sourceList(no int, list string) []catalog.Source {
	if list == "" {
		p.bad(no, "add source=ID, or source=assumed", "no source is named")
		return nil
	}
	var out []catalog.Source
	for id := range strings.SplitSeq(list, ",") {
		s, ok := p.byID[catalog.SourceID(id)]
		if !ok {
			p.unknown(no, "source", id, p.sourceIDs())
			continue
		}
		out = append(out, s)
	}
	return out
}

func (p *parser) sourceIDs() []string {
	return append(ids(p.out.Sources, func(s catalog.Source) string { return string(s.ID) }), string(assumed().ID))
}

// feeds reads who observes.
func (p *parser) feeds(blocks []block) {
	for _, b := range blocks {
		if b.key() != "feed" {
			continue
		}
		a := p.args(b.line, "quiet")
		f := evidence.Feed{ID: evidence.FeedID(a.next("id")), Quiet: a.duration("quiet", true)}
		a.done()
		if !p.formed(b.no, "feed", string(f.ID)) {
			continue
		}
		if slices.Contains(p.feedIDs, string(f.ID)) {
			p.bad(b.no, "choose another id", "feed %s is declared twice", f.ID)
			continue
		}
		for _, l := range b.body {
			if !p.oneOf(l.no, "keyword", l.key(), []string{"name", "blind"}) {
				continue
			}
			into := &f.Name
			if l.key() == "blind" {
				into = &f.Blind
			}
			a := p.args(l)
			a.text(into)
			a.done()
		}
		p.both(b.no, "name", f.Name)
		if f.Blind != (catalog.Text{}) {
			p.both(b.no, "blind", f.Blind)
		}
		p.feedIDs = append(p.feedIDs, string(f.ID))
		p.out.Feeds = append(p.out.Feeds, f)
	}
}

// both reports a text that lacks a language.
func (p *parser) both(no int, what string, t catalog.Text) {
	if t.EN == "" {
		p.bad(no, fmt.Sprintf("add `%s en \"…\"`", what), "no English %s", what)
	}
	if t.FR == "" {
		p.bad(no, fmt.Sprintf("add `%s fr \"…\"`", what), "no French %s", what)
	}
}

// noBody reports lines below a block that has none.
func (p *parser) noBody(b block) {
	for _, l := range b.body {
		p.bad(l.no, "start the line at its left edge", "`%s` has no lines below it", b.key())
	}
}
