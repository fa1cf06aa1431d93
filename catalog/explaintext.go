package catalog

import (
	"fmt"
	"strconv"
	"strings"
)

// known is a number, or nothing when it is zero: which stands for not known.
func known(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// Text gives the explanation as lines for a terminal: the keys are those of the
// catalogue, names and notes are in a language.
func (x Explanation) Text(l Lang) string {
	var p printer
	p.lang = l
	p.line(0, "%s  %s", x.ID, x.Name.In(l))
	p.line(1, "kind: %s", x.Kind)
	p.line(1, "edition: %s", x.Edition)
	for _, f := range x.Facts {
		p.line(1, "%s: %s", f.Key, f.Value)
	}
	if note := x.Note.In(l); note != "" {
		p.line(1, "note: %s", note)
	}
	p.claim(1, x.Claim)
	p.names("regions", x.Regions)
	p.groups(1, "needs", x.Needs)
	p.names("needed by", x.NeededBy)
	p.names("behind these", x.Behind)
	p.names("recovers with", x.Repair)
	p.names("recovery of", x.Repairs)
	p.names("phones need", x.Attaches)
	p.names("absorbs the users of", x.Absorbs)
	p.demand(x)
	p.names("its users call those of", x.Calls)
	p.names("nodes", x.Nodes)
	p.advice(x.Advice)
	return p.String()
}

// printer writes indented lines.
type printer struct {
	strings.Builder
	lang Lang
}

func (p *printer) line(depth int, format string, args ...any) {
	p.WriteString(strings.Repeat("  ", depth))
	fmt.Fprintf(&p.Builder, format, args...)
	p.WriteByte('\n')
}

func (p *printer) names(head string, list []Named) {
	if len(list) == 0 {
		return
	}
	p.line(1, "%s:", head)
	for _, n := range list {
		p.line(2, "%s  %s", n.ID, n.Name.In(p.lang))
	}
}

func (p *printer) groups(depth int, head string, groups []Group) {
	if len(groups) == 0 {
		return
	}
	p.line(depth, "%s:", head)
	for _, g := range groups {
		p.group(depth+1, fmt.Sprintf("%d of %d, or it is %s", g.AtLeast, len(g.Of), g.Lost), "after", g)
		if g.Backup != nil {
			p.group(depth+2, fmt.Sprintf("backup: %d of %d, and it is %s", g.Backup.AtLeast, len(g.Backup.Of), g.Backup.Serves), "for", *g.Backup)
		}
	}
}

// group writes what a requirement and its backup have in common.
func (p *printer) group(depth int, head, holdover string, g Group) {
	if g.Holdover != "" {
		head += " " + holdover + " " + g.Holdover
	}
	if g.Enough > 0 {
		head += fmt.Sprintf(", or degraded below %d", g.Enough)
	}
	if g.At != nil {
		head += ", in " + g.At.ID
	}
	p.line(depth, "%s", head)
	for i, n := range g.Of {
		share := ""
		if i < len(g.Shares) {
			share = fmt.Sprintf("  carries %d", g.Shares[i])
		}
		p.line(depth+1, "%s  %s%s", n.ID, n.Name.In(p.lang), share)
	}
	if note := g.Note.In(p.lang); note != "" {
		p.line(depth+1, "note: %s", note)
	}
	p.claim(depth+1, g.Claim)
}

// demand writes how many come when others fail, and for how many there is room.
func (p *printer) demand(x Explanation) {
	if x.Spare == nil {
		return
	}
	p.line(1, "room for %d more users", x.Spare.Users)
	p.claim(2, x.Spare.Claim)
	for _, c := range x.Comes {
		line := fmt.Sprintf("%s%% of the users of %s", c.Percent, c.From.ID)
		if c.Lag != "" {
			line += " after " + c.Lag
		}
		p.line(2, "%s  %s", line, c.From.Name.In(p.lang))
		p.claim(3, c.Claim)
	}
}

func (p *printer) advice(list []Advice) {
	if len(list) == 0 {
		return
	}
	p.line(1, "fallback:")
	for _, a := range list {
		p.line(2, "%s", a.Text.In(p.lang))
		for _, c := range []struct {
			state string
			nodes []Named
		}{{"not down", a.IfUp}, {"down", a.IfDown}, {"attached but dead", a.Attached}} {
			for _, n := range c.nodes {
				p.line(3, "only if %s: %s  %s", c.state, n.ID, n.Name.In(p.lang))
			}
		}
		p.groups(3, "needs", a.Needs)
		p.claim(3, a.Claim)
	}
}

func (p *printer) claim(depth int, c Claim) {
	if c.Confidence == "" {
		return
	}
	head := string(c.Confidence)
	if c.AsOf != "" {
		head += ", as of " + c.AsOf
	}
	p.line(depth, "claim: %s", head)
	for _, s := range c.Sources {
		p.line(depth+1, "%s", strings.TrimSpace(s.Title+"  "+s.URL))
	}
}
