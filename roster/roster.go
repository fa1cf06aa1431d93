// Package roster reads what an organisation knows of its own people: who can
// be reached by which paths (CSV), and which appointments rest on what (CSV or
// iCalendar). Names of carriers and nodes are the catalogue's.
//
// It is not a store and not a log: it keeps nothing, writes nothing, and no
// fault that it reports repeats a word of the file. Faults name file, line,
// column and cure. It doesn't know what has failed; package rehearse does.
package roster

import (
	"fmt"
	"strings"
	"time"

	"tocsin/catalog"
)

// Person is one line of a roster.
type Person struct {
	ID     string // the name, in a roster without ids
	Name   string
	Role   string
	Site   string           // as the file has it
	Region catalog.RegionID // where the paths are needed; "" if not said
	OnCall bool
	Paths  []Path // in the order of preference: that of the columns
	Line   int    // of the file, from 1
}

// Path is a way to reach somebody.
type Path struct {
	Kind string         // "mobile", "pager", …: the column
	Node catalog.NodeID // what it rests on; "" if the file names nothing that is known
}

// Minimum is how many people of a role must be within reach.
type Minimum struct {
	Role string
	Site string // "" counts all sites together
	N    int
	Line int
}

// Appointment is one meeting of two people at a time.
type Appointment struct {
	ID         string
	Label      string // whatever helps its owner to find it; may be empty
	Start, End time.Time
	Virtual    bool
	Region     catalog.RegionID // the patient's; "" if not said
	Needs      []catalog.NodeID // each of them must stand
	Paths      []Path           // any of them is enough; none: the patient's own line isn't known
	Line       int
}

// Fault is something that can't be used, in words that tell nothing of what
// stands there: rosters are about people.
type Fault struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`   // 0: the whole file
	Column string `json:"column,omitempty"` // a name of ours, never the file's
	Text   string `json:"text"`
	Cure   string `json:"cure,omitempty"`
}

// Error gives "file:line: column: what is wrong; cure".
func (f Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d", f.Line)
	}
	if f.Column != "" {
		b.WriteString(": " + f.Column)
	}
	b.WriteString(": " + f.Text)
	if f.Cure != "" {
		b.WriteString("; " + f.Cure)
	}
	return b.String()
}

// maxFaults bounds how many faults of a file are told one by one.
const maxFaults = 100

// Reading is how a file was read. What is good in it was used; a row with a
// fault that spoils it was left out, and one in which only a path can't be read
// was used with that path unknown.
type Reading struct {
	Rows    int     `json:"rows"`     // that were there
	LeftOut int     `json:"left_out"` // of them
	Skipped int     `json:"skipped"`  // of them, for good: cancelled, or a whole day
	Legacy  bool    `json:"legacy,omitempty"`
	Faults  []Fault `json:"faults,omitempty"`
	More    int     `json:"more_faults,omitempty"` // beyond those listed
}

// Whole tells whether all of the file was understood.
func (r *Reading) Whole() bool { return len(r.Faults) == 0 }

func (r *Reading) fault(f Fault) {
	if len(r.Faults) < maxFaults {
		r.Faults = append(r.Faults, f)
	} else {
		r.More++
	}
}
