package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong in a catalogue, and what to do about it.
type Problem struct {
	File string `json:"file"` // as named in its directory; "" when no file is to blame
	Line int    `json:"line"` // from 1; 0 when the whole file is meant
	Text string `json:"text"`
	Cure string `json:"cure,omitempty"` // e.g. `did you mean "rogers/ip-core"?`
}

// Error gives "file:line: what is wrong; cure".
func (p Problem) Error() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File)
		if p.Line > 0 {
			fmt.Fprintf(&b, ":%d", p.Line)
		}
		b.WriteString(": ")
	}
	b.WriteString(p.Text)
	if p.Cure != "" {
		b.WriteString("; " + p.Cure)
	}
	return b.String()
}

// Problems are all the things that are wrong in a catalogue, in the order of
// files and lines. [Load] and [Check] return them as one error, which
// errors.As finds.
type Problems []Problem

// Error gives one line for each problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// err is the problems as an error, sorted, each once; nil if there are none.
func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), strings.Compare(a.Text, b.Text))
	})
	return slices.Compact(ps)
}

// place is where something stands in a catalogue.
type place struct {
	file string
	line int
}

// problem notes something wrong at a place.
func (ps *Problems) problem(at place, cure, format string, args ...any) {
	*ps = append(*ps, Problem{File: at.file, Line: at.line, Text: fmt.Sprintf(format, args...), Cure: cure})
}

// Add notes something wrong on a line of a file, with its cure; "" and 0 where
// there is none.
func (ps *Problems) Add(file string, line int, cure, format string, args ...any) {
	ps.problem(place{file, line}, cure, format, args...)
}

// Nearest is the known name that an unknown one was probably meant to be; "" if
// none is near enough to be a slip of the pen.
func Nearest(name string, known []string) string { return nearest(name, known) }

// didYouMean is the cure for an unknown name: the nearest known one, if one is
// near enough to be a slip of the pen.
func didYouMean(name string, known []string) string {
	if near := nearest(name, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return ""
}

// nearest is the known name with the least edit distance, the first in the
// alphabet among equals; "" if none is within a third of the name's length.
func nearest(name string, known []string) string {
	const longest = 80 // names are short: a long one is no slip, and costs time
	if len(name) > longest {
		return ""
	}
	best, least := "", (len(name)+2)/3
	for _, k := range known {
		if len(k)-len(name) > least || len(name)-len(k) > least {
			continue
		}
		if d := distance(name, k); d < least || d == least && (best == "" || k < best) {
			best, least = k, d
		}
	}
	return best
}

// distance is the Levenshtein distance of two names, in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
