package roster

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"tocsin/catalog"
)

// column is one that a file of ours may have.
type column struct {
	name    string            // what faults and documents call it
	also    string            // other words for it, space-separated, folded
	service catalog.ServiceID // what a carrier's name stands for there
	path    bool              // it holds a way to reach somebody
	wanted  string            // the file must have it; with others of this word, one of them
}

// table reads a CSV file row by row, whatever stands between its columns, and
// however the office program wrote it.
type table struct {
	*Reading
	file    string
	csv     *csv.Reader
	text    *text
	columns []column // that the file has, in its order; the zero column isn't ours
	record  []string
	line    int
}

// openTable reads the head of a file. An error, a [Fault], means that nothing
// can be read.
func openTable(r io.Reader, file string, known []column) (*table, error) {
	t := &table{Reading: &Reading{}, file: file, text: newText(r)}
	head, err := headOf(t.text)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadable(file, err)
	}
	if strings.TrimSpace(head) == "" {
		return nil, Fault{File: file, Text: "empty", Cure: "begin it with a line that names the columns: " + list(known)}
	}
	t.csv = csv.NewReader(io.MultiReader(strings.NewReader(head), t.text))
	t.csv.Comma = separator(head)
	t.csv.FieldsPerRecord = -1
	t.csv.TrimLeadingSpace = t.csv.Comma != '\t'
	t.csv.ReuseRecord = true
	names, err := t.csv.Read()
	if err != nil {
		return nil, Fault{File: file, Line: 1, Text: "a quotation mark out of place", Cure: "close it, or double it inside a quoted cell"}
	}
	return t, t.head(names, known)
}

// headOf reads the first line with something in it, its end included.
func headOf(r io.Reader) (string, error) {
	var b strings.Builder
	var one [1]byte
	for b.Len() < 1<<16 {
		if _, err := r.Read(one[:]); err != nil {
			return b.String(), err
		}
		b.WriteByte(one[0])
		if one[0] == '\n' && strings.TrimSpace(b.String()) != "" {
			break
		}
	}
	return b.String(), nil
}

// separator is what stands between the columns: most of the world's office
// programs write a comma, those set to French a semicolon.
func separator(head string) rune {
	best, most := ',', 0
	for _, c := range ",;\t|" {
		if n := strings.Count(head, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

// head finds the columns. A head may be a line of data, where the file has
// none: its cells are never repeated.
func (t *table) head(names []string, known []column) error {
	var slips []Fault
	for i, name := range names {
		c, ok := columnOf(name, known)
		if !c.path && ok && slices.ContainsFunc(t.columns, func(o column) bool { return o.name == c.name }) {
			return Fault{File: t.file, Line: 1, Column: c.name, Text: "two columns are called this", Cure: "take one out"}
		}
		t.columns = append(t.columns, c)
		if near := slip(name, known); !ok && near != "" {
			slips = append(slips, Fault{File: t.file, Line: 1, Column: near, Text: "column " + itoa(i+1) + " looks like this, written otherwise", Cure: "call it " + near})
		}
	}
	for _, want := range known {
		if want.wanted == "" {
			continue
		}
		group := slices.DeleteFunc(slices.Clone(known), func(c column) bool { return c.wanted != want.wanted })
		has := slices.ContainsFunc(t.columns, func(c column) bool { return c.wanted == want.wanted })
		if has {
			continue
		}
		f := Fault{File: t.file, Line: 1, Text: "no column " + list(group), Cure: "the first line names the columns: " + list(known)}
		for _, s := range slips {
			if slices.ContainsFunc(group, func(c column) bool { return c.name == s.Column }) {
				f.Cure = s.Text[:strings.Index(s.Text, " looks")] + ` looks like "` + s.Column + `": call it so`
			}
		}
		return f
	}
	for _, s := range slips {
		t.fault(s)
	}
	return nil
}

// columnOf finds the column of a name; a number behind it, as in "mobile 2",
// makes no difference.
func columnOf(name string, known []column) (column, bool) {
	word := strings.TrimRight(fold(name), "0123456789")
	for _, c := range known {
		if word != "" && (word == fold(c.name) || slices.Contains(strings.Fields(c.also), word)) {
			return c, true
		}
	}
	return column{}, false
}

// slip is the column that a name was meant to be, "" if it is like none.
func slip(name string, known []column) string {
	word := strings.TrimRight(fold(name), "0123456789")
	if len(word) < 3 {
		return ""
	}
	var all []string
	for _, c := range known {
		all = append(all, fold(c.name))
		all = append(all, strings.Fields(c.also)...)
	}
	best := catalog.Nearest(word, all)
	if best == "" || best[0] != word[0] { // a "phone" is no slip for "home"
		return ""
	}
	near, _ := columnOf(best, known)
	return near.name
}

func list(cs []column) string {
	var names []string
	for _, c := range cs {
		names = append(names, c.name)
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// next reads the next row that holds something. It is false at the end.
func (t *table) next() (bool, error) {
	for {
		record, err := t.csv.Read()
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if broken := (*csv.ParseError)(nil); errors.As(err, &broken) {
			t.Rows++
			t.LeftOut++
			t.fault(t.quote(broken))
			continue
		}
		if err != nil {
			return false, unreadable(t.file, err)
		}
		if !slices.ContainsFunc(record, func(cell string) bool { return strings.TrimSpace(cell) != "" }) {
			continue
		}
		t.Rows++
		t.line, _ = t.csv.FieldPos(0)
		t.record = record
		if extra := len(record) - len(t.columns); extra > 0 && strings.TrimSpace(strings.Join(record[len(t.columns):], "")) != "" {
			t.leaveOut("", itoa(extra)+" cells more than the first line has", "put a cell that holds a separator into quotation marks")
			continue
		}
		return true, nil
	}
}

// quote is the fault of a quotation mark that is out of place.
func (t *table) quote(e *csv.ParseError) Fault {
	f := Fault{File: t.file, Line: e.StartLine, Text: "a quotation mark out of place", Cure: "close it, or double it inside a quoted cell"}
	if e.Line > e.StartLine {
		f.Text = "the quotation mark that opens here is not closed; lines " + itoa(e.StartLine) + " to " + itoa(e.Line) + " are left out"
		f.Cure = "close it, or take it out"
	}
	return f
}

// leaveOut notes a fault that spoils the row.
func (t *table) leaveOut(column, text, cure string) {
	t.LeftOut++
	t.note(column, text, cure)
}

// note notes a fault in the row.
func (t *table) note(column, text, cure string) {
	t.fault(Fault{File: t.file, Line: t.line, Column: column, Text: text, Cure: cure})
}

// cell is the row's cell under the first column of a name.
func (t *table) cell(name string) string {
	for i, c := range t.columns {
		if c.name == name && i < len(t.record) {
			return strings.TrimSpace(t.record[i])
		}
	}
	return ""
}

// paths reads the row's cells under the columns of paths, those of some names
// alone if any are given.
func (t *table) paths(d *Directory, region catalog.RegionID, names ...string) []Path {
	var paths []Path
	for i, c := range t.columns {
		if !c.path || i >= len(t.record) || blank(t.record[i]) || (len(names) > 0 && !slices.Contains(names, c.name)) {
			continue
		}
		node, wrong, cure := d.path(c, t.record[i], region)
		if wrong != "" {
			t.note(c.name, wrong, cure)
		}
		paths = append(paths, Path{Kind: c.name, Node: node})
	}
	return paths
}
