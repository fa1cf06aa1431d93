package roster

import (
	"bufio"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// maxLine bounds a line of a calendar, unfolded.
const maxLine = 1 << 20

// ReadCalendar reads the events of an iCalendar file (RFC 5545) and hands them
// on one by one, as [ReadAppointments] does. Cancelled events and those that
// take a whole day are skipped; one that repeats is a fault, for it stands for
// appointments that the file doesn't list.
func ReadCalendar(r io.Reader, o Options, d *Directory, take func(Appointment) error) (*Reading, error) {
	c := &calendar{Reading: &Reading{}, o: o, d: d, lines: map[string]int{}, zones: map[string]*time.Location{}}
	t := newText(r)
	l := &folded{scan: bufio.NewScanner(t)}
	l.scan.Buffer(nil, maxLine)
	for l.next() {
		if err := c.line(l, take); err != nil {
			if !c.begun && errors.Is(l.scan.Err(), errNotText) {
				return c.Reading, unreadable(o.File, errNotText)
			}
			return c.Reading, err
		}
	}
	c.Legacy = t.legacy
	switch err := l.scan.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return c.Reading, Fault{File: o.File, Line: l.read + 1, Text: "a line of more than a mebibyte", Cure: "is this an iCalendar file?"}
	case err != nil:
		return c.Reading, unreadable(o.File, err)
	case !c.begun:
		return c.Reading, Fault{File: o.File, Line: 1, Text: "not an iCalendar file", Cure: "it begins with BEGIN:VCALENDAR; end the name of a CSV file with .csv"}
	}
	if c.event != nil {
		c.leaveOut("", "the event that begins here has no end", "the file was cut short: export it again")
	}
	return c.Reading, nil
}

// folded joins the lines of a calendar that were folded (RFC 5545 §3.1), and
// knows where each began.
type folded struct {
	scan  *bufio.Scanner
	line  string
	at    int // line of the file, from 1
	ahead string
	read  int // lines that were read
	has   bool
	over  bool

	wanted bool // line is of a property that we read, and whole
}

func (l *folded) next() bool {
	if !l.has && !l.pull() {
		return false
	}
	l.line, l.at, l.has = l.ahead, l.read, false
	if l.wanted = wanted(l.line); !l.wanted { // attachments and the like are not even joined
		for l.pull() && folds(l.ahead) {
			l.has = false
		}
		return true
	}
	var b strings.Builder
	b.WriteString(l.line)
	for l.pull() && folds(l.ahead) {
		if l.has = false; b.Len()+len(l.ahead) < maxLine {
			b.WriteString(l.ahead[1:])
		}
	}
	l.line = b.String()
	return true
}

func (l *folded) pull() bool {
	if l.over {
		return false // asked again, a scanner gives what it couldn't hold
	}
	if l.has = l.scan.Scan(); l.has {
		l.ahead = l.scan.Text()
		l.read++
	}
	l.over = !l.has
	return l.has
}

func folds(line string) bool { return line != "" && (line[0] == ' ' || line[0] == '\t') }

// wanted tells whether a property is one that we read. The others are most of
// a calendar.
func wanted(line string) bool {
	name := line
	if i := strings.IndexAny(line, ":;"); i >= 0 {
		name = line[:i]
	}
	switch strings.ToUpper(name) {
	case "BEGIN", "END", "UID", "SUMMARY", "DTSTART", "DTEND", "DURATION", "STATUS", "RRULE", "RDATE", "RECURRENCE-ID", "CATEGORIES",
		"LOCATION", "CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL", "X-MICROSOFT-ONLINEMEETINGCONFLINK",
		"X-WR-TIMEZONE", "X-TOCSIN-KIND", "X-TOCSIN-NEEDS", "X-TOCSIN-INTERNET", "X-TOCSIN-MOBILE", "X-TOCSIN-LANDLINE", "X-TOCSIN-REGION":
		return true
	}
	return false
}

// calendar reads one file.
type calendar struct {
	*Reading
	o     Options
	d     *Directory
	begun bool
	event map[string]property // of the event that is being read; nil outside
	from  int                 // the event's first line
	inner int                 // how deep in parts of the event, such as alarms
	lines map[string]int      // of the events that were read, by id
	zones map[string]*time.Location
}

// property is a line of an event.
type property struct {
	value string
	zone  string
	date  bool // a day without a time
	line  int
}

// line takes the next line.
func (c *calendar) line(l *folded, take func(Appointment) error) error {
	if !c.begun {
		if strings.TrimSpace(l.line) == "" {
			return nil
		}
		if !strings.EqualFold(strings.TrimSpace(l.line), "BEGIN:VCALENDAR") {
			return Fault{File: c.o.File, Line: l.at, Text: "not an iCalendar file", Cure: "it begins with BEGIN:VCALENDAR; end the name of a CSV file with .csv"}
		}
		c.begun = true
		return nil
	}
	if !l.wanted {
		return nil
	}
	p, err := ics.ParseProperty(ics.ContentLine(l.line))
	if err != nil || p == nil {
		if c.event != nil {
			c.note(l.at, "", "a line that is no property of iCalendar", "export the file again")
		}
		return nil
	}
	name := strings.ToUpper(p.IANAToken)
	switch {
	case name == "BEGIN":
		c.begin(strings.ToUpper(p.Value), l.at)
	case name == "END" && c.inner > 0:
		c.inner--
	case name == "END" && c.event != nil && strings.EqualFold(p.Value, "VEVENT"):
		return c.end(take)
	case name == "X-WR-TIMEZONE" && c.o.Zone == nil:
		c.o.Zone = c.zone(p.Value) // of times without one; what isn't known leaves them faults
	case c.event != nil && c.inner == 0:
		q := property{value: p.Value, line: l.at}
		if z := p.ICalParameters["TZID"]; len(z) > 0 {
			q.zone = z[0]
		}
		q.date = slices.Contains(p.ICalParameters["VALUE"], "DATE")
		if old, ok := c.event[name]; ok && name == "CATEGORIES" {
			q.value = old.value + "," + q.value
		}
		c.event[name] = q
	}
	return nil
}

// begin opens a part of the calendar.
func (c *calendar) begin(what string, line int) {
	switch {
	case what != "VEVENT" && c.event != nil:
		c.inner++
	case what == "VEVENT":
		if c.event != nil {
			c.leaveOut("", "the event that begins here has no end", "export the file again")
		}
		c.event, c.from, c.inner = map[string]property{}, line, 0
		c.Rows++
	}
}

// end closes an event and hands it on.
func (c *calendar) end(take func(Appointment) error) error {
	a, ok := c.appointment()
	c.event = nil
	if !ok {
		return nil
	}
	if a.ID != "" {
		if c.lines[a.ID] > 0 {
			c.leaveOut("", "the one of line "+itoa(c.lines[a.ID])+" again", "give each event a UID of its own")
			return nil
		}
		c.lines[a.ID] = a.Line
	}
	return take(a)
}

func (c *calendar) note(line int, column, text, cure string) {
	c.fault(Fault{File: c.o.File, Line: line, Column: column, Text: text, Cure: cure})
}

// leaveOut notes a fault of the event, at its first line.
func (c *calendar) leaveOut(column, text, cure string) {
	line := c.from
	if p, ok := c.event[column]; ok {
		line = p.line
	}
	c.LeftOut++
	c.note(line, column, text, cure)
}

// appointment makes one of the event; false if it is left out or skipped.
func (c *calendar) appointment() (Appointment, bool) {
	e := c.event
	a := Appointment{ID: e["UID"].value, Label: e["SUMMARY"].value, Line: c.from}
	if id := e["RECURRENCE-ID"].value; id != "" {
		a.ID += " " + id
	}
	start, ok := e["DTSTART"]
	switch {
	case strings.EqualFold(e["STATUS"].value, "CANCELLED"), ok && start.date:
		c.Skipped++
		return a, false
	case !ok:
		c.leaveOut("", "an event without DTSTART", "export the file again")
		return a, false
	}
	for _, name := range []string{"RRULE", "RDATE"} {
		if _, repeats := e[name]; repeats {
			c.leaveOut(name, "an event that repeats", "export the days that you ask about as single events")
			return a, false
		}
	}
	if !c.times(&a) || !c.rests(&a) {
		return a, false
	}
	return a, true
}

// times reads when the event begins and ends.
func (c *calendar) times(a *Appointment) bool {
	var ok bool
	if a.Start, ok = c.moment("DTSTART"); !ok {
		return false
	}
	a.End = a.Start // RFC 5545 §3.6.1: without an end it takes no time
	if _, has := c.event["DTEND"]; has {
		if a.End, ok = c.moment("DTEND"); !ok {
			return false
		}
	} else if d, has := c.event["DURATION"]; has {
		length, ok := duration(d.value)
		if !ok {
			c.leaveOut("DURATION", "not a duration of iCalendar", "write it like PT30M")
			return false
		}
		a.End = a.Start.Add(length)
	}
	if a.End.Before(a.Start) {
		c.leaveOut("DTEND", "before the start", "export the file again")
		return false
	}
	return true
}

// rests reads whether the event is virtual and what it rests on.
func (c *calendar) rests(a *Appointment) bool {
	e := c.event
	region, wrong, cure := c.d.region(e["X-TOCSIN-REGION"].value)
	if wrong != "" {
		c.note(e["X-TOCSIN-REGION"].line, "X-TOCSIN-REGION", wrong, cure)
	}
	a.Region = region
	if kind, ok := e["X-TOCSIN-KIND"]; ok {
		if a.Virtual, ok = isVirtual(kind.value); !ok {
			c.leaveOut("X-TOCSIN-KIND", "neither virtual nor in person", "write virtual or in person")
			return false
		}
	} else {
		a.Virtual = c.online()
	}
	if !a.Virtual {
		return true
	}
	if a.Needs, wrong, cure = c.d.needs(e["X-TOCSIN-NEEDS"].value); wrong != "" {
		c.leaveOut("X-TOCSIN-NEEDS", wrong, cure)
		return false
	}
	for _, col := range appointmentColumns() {
		name := "X-TOCSIN-" + strings.ToUpper(col.name)
		p, ok := e[name]
		if !col.path || !ok || blank(p.value) {
			continue
		}
		node, wrong, cure := c.d.path(col, p.value, a.Region)
		if wrong != "" {
			c.note(p.line, name, wrong, cure)
		}
		a.Paths = append(a.Paths, Path{Kind: col.name, Node: node})
	}
	if a.Needs = c.o.restsOn(*a); len(a.Needs)+len(a.Paths) == 0 {
		c.leaveOut("", "a virtual appointment that rests on nothing", "add X-TOCSIN-NEEDS, or give --rests-on NODE for all")
		return false
	}
	return true
}

// online tells by what programs for calendars write whether people meet over a
// network.
func (c *calendar) online() bool {
	for _, name := range []string{"CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL", "X-MICROSOFT-ONLINEMEETINGCONFLINK"} {
		if c.event[name].value != "" {
			return true
		}
	}
	if where := strings.ToLower(c.event["LOCATION"].value); strings.HasPrefix(where, "https://") || strings.HasPrefix(where, "http://") {
		return true
	}
	for word := range strings.SplitSeq(c.event["CATEGORIES"].value, ",") {
		if virtual, ok := isVirtual(word); ok && virtual {
			return true
		}
	}
	return false
}
