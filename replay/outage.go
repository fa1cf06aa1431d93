// Package replay holds recorded outages: it reads outage files, plays them
// through the pipeline and scores the result against what is known afterwards.
//
// It is not a feed and not a judge: a file holds what observers could see or
// hear at the time, and package pipeline has to earn the verdict from it. The
// files' truth block is for the scorer alone. docs/outage-files.md describes
// the format.
package replay

import (
	"fmt"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

// Extension is how the name of an outage file ends.
const Extension = ".outage"

// Head is what an outage file says before its evidence.
type Head struct {
	ID      string
	Title   catalog.Text
	Edition time.Time // the day whose catalogue edition the file is to be read with
	From    time.Time // the earliest evidence
	Until   time.Time // the last tick of a replay
	Play    time.Time // where a live replay starts to show; From ≤ Play ≤ Until
}

// Outage is one recorded outage, its rules expanded to rows.
type Outage struct {
	Head
	Feeds   []evidence.Feed  // in the order of the file
	Sources []catalog.Source // in the order of the file
	Series  []SeriesNote     // in the order of the file
	// Observations are ordered by Heard, then by series and At.
	Observations []evidence.Observation
	// Statements are ordered by Heard, then by id.
	Statements []evidence.Statement
	Truth      Truth
}

// SeriesNote says where the rows of a block of the file come from. The region
// of its series is "*" when the block was spread over regions.
type SeriesNote struct {
	Series  evidence.SeriesID
	Basis   evidence.Basis
	Rule    string // the stated rule of a reconstruction, in English; "" for others
	Sources []catalog.Source
	Rows    int
	Line    int // where the block stands in the file
}

// Truth is what is known afterwards. Only the scorer may read it.
type Truth struct {
	Roots      []Span   // what failed by itself, and for how long
	Stood      []Span   // how components, services and carriers stood, by region
	Dependents []Fate   // who fell and who stood
	Returns    []Moment // when an address family first came back for good
	Relapses   []Moment // when a recovery turned out to be none
}

// Span is a state over a time, From included and Until not.
type Span struct {
	Target  string // a node or an organisation
	State   catalog.State
	Region  catalog.RegionID // "" for a root: wherever it exists
	From    time.Time
	Until   time.Time
	Sources []catalog.Source
}

// Fate is the worst state that a dependent reached.
type Fate struct {
	Node    catalog.NodeID
	State   catalog.State
	Backup  catalog.NodeID // on which it stood all the same; "" for none
	Sources []catalog.Source
}

// Moment is something that happened to a node at one time.
type Moment struct {
	Node    catalog.NodeID
	Family  evidence.Family // Both unless the moment is of one address family
	At      time.Time
	Sources []catalog.Source
}

// Trouble is one thing that is wrong with a file, and what would cure it.
type Trouble struct {
	Line int
	What string
	Cure string // "" when What says it all
}

// ParseError lists what is wrong with an outage file, at most [MaxTroubles] of
// them, in the order of their lines.
type ParseError struct {
	Name     string
	Troubles []Trouble
	More     int // how many further ones were counted and not kept
}

// MaxTroubles is how many troubles of one file are told at once.
const MaxTroubles = 20

// Error gives one line per trouble: file:line: what; cure.
func (e *ParseError) Error() string {
	var b strings.Builder
	for i, t := range e.Troubles {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s:%d: %s", e.Name, t.Line, t.What)
		if t.Cure != "" {
			b.WriteString("; " + t.Cure)
		}
	}
	if e.More > 0 {
		fmt.Fprintf(&b, "\n%s: and %d more", e.Name, e.More)
	}
	return b.String()
}

// MaxRows is how many observations one file may expand to, and how many bins
// its rules may compute on the way. It bounds the memory and the time that a
// file from a stranger can take (a row is some 170 bytes).
const MaxRows = 2_000_000

// maxWindow is the longest window; it bounds the arithmetic of bins.
const maxWindow = 400 * 24 * time.Hour

// assumed is the source of what nobody was found to say.
func assumed() catalog.Source {
	return catalog.Source{ID: "assumed", Title: "assumed for the replay; no source was found"}
}

// Header reads what an outage file says of itself, so that the edition can be
// loaded that [Parse] needs. It tells the troubles of the head alone.
func Header(name string, src []byte) (Head, error) {
	p := newParser(name, nil, MaxRows)
	p.head(p.scan(src))
	return p.out.Head, p.err()
}

// Parse reads an outage file and expands its rules. Name is for errors. With an
// edition, every name is checked against it; without one (nil), names are taken
// as they are and a series that is spread over regions is refused. The edition is
// the one that the head names, even for a replay on another: what was said that
// day names the world of that day. The error is a [*ParseError].
func Parse(name string, src []byte, ed *catalog.Edition) (*Outage, error) {
	return parse(name, src, ed, MaxRows)
}

func parse(name string, src []byte, ed *catalog.Edition, maxRows int) (*Outage, error) {
	p := newParser(name, ed, maxRows)
	blocks := p.scan(src)
	p.head(blocks)
	p.sources(blocks)
	p.feeds(blocks)
	p.statements(blocks)
	all := p.allSeries(blocks)
	p.truth(blocks)
	if p.err() == nil {
		// Rules are expanded only when every part of them could be read.
		p.expand(all)
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	p.sort()
	return p.out, nil
}
