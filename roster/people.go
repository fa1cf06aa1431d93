package roster

import (
	"io"
	"slices"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// peopleColumns are those of a roster. The order in which the paths stand in the
// file is the order of preference.
func peopleColumns() []column {
	return []column{
		{name: "id", also: "identifiant matricule number numero employee employe", wanted: "who"},
		{name: "name", also: "nom", wanted: "who"},
		{name: "role", also: "fonction poste", wanted: "role"},
		{name: "site", also: "lieu location"},
		{name: "region", also: "province"},
		{name: "on_call", also: "garde degarde"},
		{name: "minimum", also: "least min"},
		{name: "mobile", also: "cell cellular cellulaire mobilecarrier", service: "mobile-voice", path: true, wanted: "path"},
		{name: "sms", also: "texto", service: "sms", path: true, wanted: "path"},
		{name: "data", also: "donnees mobiledata", service: "mobile-data", path: true, wanted: "path"},
		{name: "landline", also: "home homecarrier homephone maison lignefixe", service: "home-phone", path: true, wanted: "path"},
		{name: "internet", also: "homeinternet", service: "home-internet", path: true, wanted: "path"},
		{name: "work", also: "bureau travail", service: "business-internet", path: true, wanted: "path"},
		{name: "pager", also: "teleavertisseur", path: true, wanted: "path"},
		{name: "radio", path: true, wanted: "path"},
		{name: "satellite", path: true, wanted: "path"},
		{name: "other", also: "autre", path: true, wanted: "path"},
	}
}

// People is a roster as read.
type People struct {
	Reading
	People   []Person
	Minimums []Minimum // that the roster itself names
}

// ReadPeople reads a roster; file is what faults call it. An error, a [Fault],
// means that nothing can be read of it; faults of single rows are in the
// Reading, and the rest is used.
func ReadPeople(r io.Reader, file string, d *Directory) (*People, error) {
	t, err := openTable(r, file, peopleColumns())
	if err != nil {
		return nil, err
	}
	p := &People{}
	lines := map[string]int{}    // of ids
	least := map[string]int{}    // of roles: index into Minimums
	cells := map[string]string{} // one string for each that many rows hold
	same := func(s string) string {
		if _, ok := cells[s]; !ok {
			cells[s] = s
		}
		return cells[s]
	}
	for {
		more, err := t.next()
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		who, ok := t.person(d, lines)
		if !ok {
			continue
		}
		who.Role, who.Site = same(who.Role), same(who.Site)
		p.People = append(p.People, who)
		t.minimum(p, who.Role, least)
	}
	p.Reading = *t.Reading
	p.Legacy = t.text.legacy
	return p, nil
}

// person reads a row; false if it is left out.
func (t *table) person(d *Directory, lines map[string]int) (Person, bool) {
	p := Person{ID: t.cell("id"), Name: t.cell("name"), Role: t.cell("role"), Site: t.cell("site"), Line: t.line}
	if p.ID == "" {
		p.ID = p.Name
	}
	switch {
	case p.ID == "":
		t.leaveOut("id", "nobody is named", "give an id or a name")
		return p, false
	case p.Role == "":
		t.leaveOut("role", "no role", "give one")
		return p, false
	case lines[p.ID] > 0:
		t.leaveOut("id", "the one of line "+itoa(lines[p.ID])+" again", "give each person an id of their own")
		return p, false
	}
	lines[p.ID] = t.line
	region, wrong, cure := d.region(t.cell("region"))
	if wrong != "" {
		t.note("region", wrong, cure)
	}
	p.Region = region
	yes, ok := yes(t.cell("on_call"))
	if !ok {
		t.note("on_call", "neither yes nor no", "write yes or no")
	}
	p.OnCall = yes
	p.Paths = t.paths(d, region)
	return p, true
}

// yes reads a cell that says yes or no; an empty one says no.
func yes(cell string) (yes, ok bool) {
	switch fold(cell) {
	case "y", "yes", "oui", "o", "x", "1", "true", "vrai":
		return true, true
	case "", "n", "no", "non", "0", "false", "faux":
		return false, true
	}
	return false, false
}

// minimum reads the row's minimum of its role.
func (t *table) minimum(p *People, role string, least map[string]int) {
	cell := t.cell("minimum")
	if cell == "" {
		return
	}
	n, ok := t.count(cell)
	if !ok {
		return
	}
	k := fold(role)
	i, known := least[k]
	switch {
	case !known:
		least[k] = len(p.Minimums)
		p.Minimums = append(p.Minimums, Minimum{Role: role, N: n, Line: t.line})
	case p.Minimums[i].N != n:
		t.note("minimum", "another one than in line "+itoa(p.Minimums[i].Line)+" for the same role", "write one number; that of the first line counts")
	}
}

// count reads a number of people.
func (t *table) count(cell string) (int, bool) {
	n, err := strconv.Atoi(cell)
	if err != nil || n < 0 || n > 1e6 {
		t.note("minimum", "not a number of people", "write a whole number")
		return 0, false
	}
	return n, true
}

// ReadMinimums reads a file of roles and their minimums.
func ReadMinimums(r io.Reader, file string) ([]Minimum, *Reading, error) {
	t, err := openTable(r, file, []column{
		{name: "role", also: "fonction poste", wanted: "role"},
		{name: "minimum", also: "least min", wanted: "minimum"},
		{name: "site", also: "lieu location"},
	})
	if err != nil {
		return nil, nil, err
	}
	var all []Minimum
	for {
		more, err := t.next()
		if err != nil {
			return nil, nil, err
		}
		if !more {
			t.Legacy = t.text.legacy
			return all, t.Reading, nil
		}
		m := Minimum{Role: t.cell("role"), Site: t.cell("site"), Line: t.line}
		if m.Role == "" {
			t.leaveOut("role", "no role", "give one")
			continue
		}
		var ok bool
		if m.N, ok = t.count(t.cell("minimum")); !ok {
			t.LeftOut++
			continue
		}
		if i := slices.IndexFunc(all, func(o Minimum) bool { return SameRole(o.Role, m.Role) && SameRole(o.Site, m.Site) }); i >= 0 {
			t.leaveOut("role", "the one of line "+itoa(all[i].Line)+" again", "write each role and site once")
			continue
		}
		all = append(all, m)
	}
}

// SameRole tells whether two roles, or two sites, are one but for capitals,
// accents and spaces.
func SameRole(a, b string) bool { return Key(a) == Key(b) }

// Key is a role or site without what makes no difference to [SameRole].
func Key(role string) string { return fold(strings.TrimSpace(role)) }
