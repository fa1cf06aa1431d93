package roster

import (
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/catalog"
)

// Options say how a file of appointments is to be understood.
type Options struct {
	File string         // what faults call it
	Zone *time.Location // of times without one; nil: such times are faults
	// RestsOn is what virtual appointments rest on that name nothing themselves.
	RestsOn []catalog.NodeID
}

func appointmentColumns() []column {
	return []column{
		{name: "id", also: "identifiant number numero"},
		{name: "label", also: "patient name nom title titre subject objet"},
		{name: "start", also: "debut begin from", wanted: "start"},
		{name: "end", also: "fin until", wanted: "end"},
		{name: "minutes", also: "duration duree", wanted: "end"},
		{name: "kind", also: "type mode", wanted: "kind"},
		{name: "needs", also: "restson platform plateforme"},
		{name: "internet", also: "homeinternet", service: "home-internet", path: true},
		{name: "mobile", also: "data mobiledata cellulaire", service: "mobile-data", path: true},
		{name: "landline", also: "home homephone maison", service: "home-phone", path: true},
		{name: "region", also: "province"},
	}
}

// ReadAppointments reads a CSV file of appointments and hands them on one by
// one, as they come: a file may be as long as it likes. An error is a [Fault],
// which means that nothing more can be read, or what take returned.
func ReadAppointments(r io.Reader, o Options, d *Directory, take func(Appointment) error) (*Reading, error) {
	t, err := openTable(r, o.File, appointmentColumns())
	if err != nil {
		return nil, err
	}
	lines := map[string]int{}
	for {
		more, err := t.next()
		if err != nil {
			return t.Reading, err
		}
		if !more {
			t.Legacy = t.text.legacy
			return t.Reading, nil
		}
		a, ok := t.appointment(o, d)
		if !ok {
			continue
		}
		if a.ID != "" {
			if lines[a.ID] > 0 {
				t.leaveOut("id", "the one of line "+itoa(lines[a.ID])+" again", "give each appointment an id of its own")
				continue
			}
			lines[a.ID] = a.Line
		}
		if err := take(a); err != nil {
			return t.Reading, err
		}
	}
}

// appointment reads a row; false if it is left out.
func (t *table) appointment(o Options, d *Directory) (Appointment, bool) {
	a := Appointment{ID: t.cell("id"), Label: t.cell("label"), Line: t.line}
	var wrong, cure string
	if a.Start, wrong, cure = clock(t.cell("start"), o.Zone); wrong != "" {
		t.leaveOut("start", wrong, cure)
		return a, false
	}
	if minutes := t.cell("minutes"); t.cell("end") == "" && minutes != "" {
		n, err := strconv.Atoi(minutes)
		if err != nil || n < 0 || n > 7*24*60 {
			t.leaveOut("minutes", "not a length in minutes", "write a whole number, at most a week's")
			return a, false
		}
		a.End = a.Start.Add(time.Duration(n) * time.Minute)
	} else if a.End, wrong, cure = clock(t.cell("end"), o.Zone); wrong != "" {
		t.leaveOut("end", wrong, cure)
		return a, false
	}
	if a.End.Before(a.Start) {
		t.leaveOut("end", "before the start", "is one of them of another day?")
		return a, false
	}
	var ok bool
	if a.Virtual, ok = isVirtual(t.cell("kind")); !ok {
		t.leaveOut("kind", "neither virtual nor in person", "write virtual or in person")
		return a, false
	}
	if a.Region, wrong, cure = d.region(t.cell("region")); wrong != "" {
		t.note("region", wrong, cure)
	}
	if !a.Virtual {
		return a, true
	}
	var bad string
	if a.Needs, bad, cure = d.needs(t.cell("needs")); bad != "" {
		t.leaveOut("needs", bad, cure)
		return a, false
	}
	a.Paths = t.paths(d, a.Region)
	if a.Needs = o.restsOn(a); len(a.Needs)+len(a.Paths) == 0 {
		t.leaveOut("needs", "a virtual appointment that rests on nothing", "name its platform there, or give --rests-on NODE for all")
		return a, false
	}
	return a, true
}

// restsOn are the needs of an appointment, or those of all that name none.
func (o Options) restsOn(a Appointment) []catalog.NodeID {
	if len(a.Needs) == 0 {
		return o.RestsOn
	}
	return a.Needs
}

// needs reads a list of nodes.
func (d *Directory) needs(cell string) (ids []catalog.NodeID, wrong, cure string) {
	for _, word := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(" ,;|\t\n", r) }) {
		id := catalog.NodeID(word)
		if d.ed.Node(id) == nil {
			return nil, "no node of the catalogue is called this", nearest(word, d.nodes)
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, "", ""
}

// isVirtual reads the kind of an appointment.
func isVirtual(cell string) (virtual, ok bool) {
	switch fold(cell) {
	case "virtual", "virtuel", "virtuelle", "video", "phone", "telephone", "remote", "online", "enligne", "adistance", "distance":
		return true, true
	case "inperson", "person", "enpersonne", "presentiel", "surplace", "onsite", "clinic", "clinique":
		return false, true
	}
	return false, false
}

// clock reads a time. One without a zone needs one from elsewhere: guessing it
// would move a whole day of appointments.
func clock(cell string, zone *time.Location) (t time.Time, wrong, cure string) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04Z07:00"} {
		if t, err := time.Parse(layout, cell); err == nil {
			return t.UTC(), "", ""
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		t, err := time.Parse(layout, cell)
		if err != nil {
			continue
		}
		if zone == nil {
			return t, "a time without a zone", "write it like 2022-07-08T14:00:00-04:00, or give --zone America/Toronto for all"
		}
		local, wrong := wall(t, zone)
		if wrong != "" {
			return t, wrong, "write it with its zone, like 2022-07-08T14:00:00-04:00"
		}
		return local, "", ""
	}
	if cell == "" {
		return t, "no time", "write it like 2022-07-08T14:00:00-04:00"
	}
	return t, "not a time", "write it like 2022-07-08T14:00:00-04:00"
}

// wall is the moment at which clocks of a zone show a time. In the hour that is
// skipped in spring they never do.
func wall(t time.Time, zone *time.Location) (time.Time, string) {
	local := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, zone)
	if local.Hour() != t.Hour() || local.Minute() != t.Minute() {
		return time.Time{}, "a time that the clocks skip"
	}
	return local.UTC(), ""
}
