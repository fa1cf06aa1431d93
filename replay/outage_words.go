package replay

import (
	"slices"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

// bases are the ways in which a row can be known.
func bases() []string {
	return []string{string(evidence.Measured), string(evidence.Stated), string(evidence.Reported), string(evidence.Reconstructed)}
}

// statements reads what organisations said, which stands in the order in which
// it was heard.
func (p *parser) statements(blocks []block) {
	seen := map[string]int{}
	var last time.Time
	for _, b := range blocks {
		if b.key() != "statement" {
			continue
		}
		s := p.statement(b)
		if first, twice := seen[s.ID]; twice && s.ID != "" {
			p.bad(b.no, "choose another id", "statement %s stands on line %d already", s.ID, first)
		}
		seen[s.ID] = b.no
		switch {
		case s.Heard.IsZero():
		case s.Heard.Before(last):
			p.bad(b.no, "put the statements in the order in which they were heard",
				"time runs backwards: heard at %s, after one heard at %s", stamp(s.Heard), stamp(last))
		default:
			last = s.Heard
		}
		p.out.Statements = append(p.out.Statements, s)
	}
}

func (p *parser) statement(b block) evidence.Statement {
	a := p.args(b.line, "by", "kind", "source", "heard")
	s := evidence.Statement{ID: a.next("id")}
	if s.ID != "" {
		p.formed(b.no, "statement", s.ID)
	}
	w := a.time("time")
	a.done()
	s.At, s.Approx, s.DayOnly = w.At, w.Approx, w.DayOnly
	s.Heard = p.heard(b.no, a, w)
	if a.option("by") == "" {
		p.bad(b.no, "add by=ORGANISATION", "no speaker is named")
	}
	s.By = p.organisation(b.no, a.option("by"))
	s.Basis = p.basis(b.no, a.option("kind"))
	if s.Basis == evidence.Reconstructed {
		p.bad(b.no, "use kind=stated or kind=reported", "a statement can't be reconstructed")
	}
	s.Sources = p.sourceList(b.no, a.option("source"))
	for _, l := range b.body {
		switch key, ok := p.keyword(l, "en", "fr", "says"); {
		case !ok:
		case key == "says":
			s.Claims = append(s.Claims, p.claim(l))
		default:
			a := p.args(line{no: l.no, words: append([]word{{text: "text"}}, l.words...)})
			a.text(&s.Text)
			a.done()
		}
	}
	p.both(b.no, "text", s.Text)
	return s
}

// heard is when a statement could be known.
func (p *parser) heard(no int, a *args, said when) time.Time {
	heard := a.optionTime("heard")
	switch {
	case said.At.IsZero():
		return time.Time{} // reported already
	case heard.IsZero() && a.option("heard") != "":
		return time.Time{} // likewise
	case heard.IsZero() && said.DayOnly:
		p.bad(no, "add heard= with the earliest time at which it was surely known", "only the day of the statement is known")
		return time.Time{}
	case heard.IsZero():
		heard = said.At
	case heard.Before(said.At):
		p.bad(no, "correct one of the times", "heard at %s, before it was said", stamp(heard))
	}
	p.within(no, "the statement was heard", heard)
	return heard
}

// within reports a time outside the window.
func (p *parser) within(no int, what string, t time.Time) {
	h := p.out.Head
	if h.From.IsZero() || t.IsZero() || (!t.Before(h.From) && !t.After(h.Until)) {
		return
	}
	p.bad(no, "correct the time, or widen the window", "%s at %s, outside the window", what, stamp(t))
}

func (p *parser) basis(no int, kind string) evidence.Basis {
	if kind == "" {
		p.bad(no, "add kind="+strings.Join(bases(), "|"), "no kind= is given")
		return ""
	}
	p.oneOf(no, "kind", kind, bases())
	return evidence.Basis(kind)
}

// claimKinds are what a statement may say.
func claimKinds() []string {
	return []string{
		string(evidence.SaysDown), string(evidence.SaysDegraded), string(evidence.SaysUp),
		string(evidence.SaysRecovering), string(evidence.SaysRestored), string(evidence.SaysCause),
		string(evidence.SaysETA), string(evidence.SaysProgress), string(evidence.SaysAdvice), string(evidence.SaysLoad),
	}
}

// claim reads one `says` line.
func (p *parser) claim(l line) evidence.Claim {
	a := p.args(l, "in", "because")
	kind := a.next("claim")
	c := evidence.Claim{Kind: evidence.ClaimKind(kind)}
	if a.failed || !p.oneOf(l.no, "claim", kind, claimKinds()) {
		return c
	}
	switch c.Kind {
	case evidence.SaysETA:
		c.Time = a.time("time").At
		c.Target = a.rest()
	case evidence.SaysCause, evidence.SaysAdvice:
		a.text(&c.Text)
		p.both(l.no, kind, c.Text)
		c.Target = a.rest()
	case evidence.SaysProgress:
		c.Target = a.rest()
	default:
		c.Target = a.next("target")
	}
	a.done()
	if c.Target != "" {
		c.Target = p.target(l.no, c.Target)
	}
	if in := a.option("in"); in != "" {
		c.Region = p.region(l.no, in)
	}
	if because := a.option("because"); because != "" {
		c.Because = p.target(l.no, because)
	}
	return c
}

// stamp is a time as errors show it.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// truthKeys are what the truth may say.
func truthKeys() []string {
	return []string{"root", "down", "degraded", "up", "hit", "stood", "back", "relapse"}
}

// truth reads what is known afterwards.
func (p *parser) truth(blocks []block) {
	first := 0
	for _, b := range blocks {
		if b.key() != "truth" {
			continue
		}
		if first > 0 {
			p.bad(b.no, "keep one of them", "a second truth; the first is on line %d", first)
		}
		first = b.no
		p.args(b.line).done()
		for _, l := range b.body {
			if key, ok := p.keyword(l, truthKeys()...); ok {
				p.truthLine(l, key)
			}
		}
	}
}

func (p *parser) truthLine(l line, key string) {
	options := []string{"source"}
	if key == "hit" {
		options = append(options, "backup")
	}
	a := p.args(l, options...)
	t := &p.out.Truth
	sources := p.sourceList(l.no, a.option("source"))
	switch key {
	case "root":
		s := Span{Target: string(p.node(l.no, a.next("node"))), State: catalog.Down, Sources: sources}
		s.From, s.Until = a.exact("start"), a.exact("end")
		t.Roots = append(t.Roots, s)
		p.span(l.no, s)
	case "hit":
		f := Fate{Node: p.node(l.no, a.next("node")), Sources: sources}
		state := a.next("state")
		_ = a.failed || p.oneOf(l.no, "state", state, []string{string(catalog.Degraded), string(catalog.Down)})
		f.State = catalog.State(state)
		if backup := a.option("backup"); backup != "" {
			f.Backup = p.node(l.no, backup)
		}
		t.Dependents = append(t.Dependents, f)
	case "stood":
		t.Dependents = append(t.Dependents, Fate{Node: p.node(l.no, a.next("node")), State: catalog.Up, Sources: sources})
	case "back":
		m := Moment{Sources: sources}
		family := a.next("family")
		_ = a.failed || p.oneOf(l.no, "family", family, []string{string(evidence.IPv4), string(evidence.IPv6)})
		m.Family, m.Node, m.At = evidence.Family(family), p.node(l.no, a.next("node")), a.time("time").At
		t.Returns = append(t.Returns, m)
	case "relapse":
		t.Relapses = append(t.Relapses, Moment{Node: p.node(l.no, a.next("node")), At: a.time("time").At, Sources: sources})
	default:
		s := Span{Target: p.target(l.no, a.next("target")), State: catalog.State(key), Sources: sources}
		s.Region = p.region(l.no, a.next("region"))
		s.From, s.Until = a.exact("start"), a.exact("end")
		t.Stood = append(t.Stood, s)
		p.span(l.no, s)
	}
	a.done()
}

// span reports a span that ends before it starts.
func (p *parser) span(no int, s Span) {
	if !s.From.IsZero() && !s.Until.IsZero() && !s.From.Before(s.Until) {
		p.bad(no, "write the earlier time first", "%s ends at or before its start", s.Target)
	}
}

// feed checks that a feed is declared.
func (p *parser) feed(no int, id string) evidence.FeedID {
	if !slices.Contains(p.feedIDs, id) {
		p.unknown(no, "feed", id, p.feedIDs)
	}
	return evidence.FeedID(id)
}
