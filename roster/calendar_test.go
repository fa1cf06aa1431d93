package roster

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
)

type reader func(io.Reader, Options, *Directory, func(Appointment) error) (*Reading, error)

func nodes(ids ...catalog.NodeID) []catalog.NodeID { return ids }

// calendarOf is a calendar of events, each of some lines.
func calendarOf(events ...string) string {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n")
	for i, e := range events {
		fmt.Fprintf(&b, "BEGIN:VEVENT\r\nUID:%d\r\n%s\r\nEND:VEVENT\r\n", i+1, strings.ReplaceAll(e, "\n", "\r\n"))
	}
	b.WriteString("END:VCALENDAR\r\n")
	return b.String()
}

// TestCalendars: what programs for calendars write.
func TestCalendars(t *testing.T) {
	o := Options{Zone: toronto(t), RestsOn: nodes("clinic/video")}
	for name, c := range map[string]struct{ event, want string }{
		"UTC":             {"DTSTART:20220708T140000Z\nDTEND:20220708T143000Z\nCONFERENCE:https://video.example/1", "4 1||07-08T14:00Z+30m0s virtual  [clinic/video]"},
		"a zone":          {"DTSTART;TZID=America/Vancouver:20220708T070000\nDURATION:PT30M\nLOCATION:https://video.example/1", "4 1||07-08T14:00Z+30m0s virtual  [clinic/video]"},
		"Outlook's zone":  {"DTSTART;TZID=Eastern Standard Time:20220708T100000\nDTEND;TZID=\"Eastern Standard Time\":20220708T110000\nX-MICROSOFT-SKYPETEAMSMEETINGURL:https://x", "4 1||07-08T14:00Z+1h0m0s virtual  [clinic/video]"},
		"in winter":       {"DTSTART;TZID=Canada Central Standard Time:20220108T100000", "4 1||01-08T16:00Z+0s"},
		"floating":        {"DTSTART:20220708T100000\nDTEND:20220708T101500", "4 1||07-08T14:00Z+15m0s"},
		"folded":          {"SUMMARY:Zq\n canary\nDTSTART:2022070\n\t8T140000Z\nATTACH:AAAA\n BBBB\nDESCRIPTION:x\n y", "4 1|Zqcanary|07-08T14:00Z+0s"},
		"escaped":         {"SUMMARY:A\\, B\\; C\\nD\nDTSTART:20220708T140000Z", "4 1|A, B; C\nD|07-08T14:00Z+0s"},
		"an alarm within": {"DTSTART:20220708T140000Z\nBEGIN:VALARM\nUID:9\nSUMMARY:alarm\nDURATION:PT5H\nTRIGGER:-PT15M\nEND:VALARM\nDURATION:PT1H", "4 1||07-08T14:00Z+1h0m0s"},
		"a category":      {"DTSTART:20220708T140000Z\nCATEGORIES:RED\nCATEGORIES:Follow-up,Virtual", "4 1||07-08T14:00Z+0s virtual  [clinic/video]"},
		"ours": {
			"DTSTART:20220708T140000Z\nX-TOCSIN-KIND:virtuel\nX-TOCSIN-NEEDS:red/paging\nX-TOCSIN-INTERNET:Bleu\nX-TOCSIN-MOBILE:none\nX-TOCSIN-LANDLINE:red\nX-TOCSIN-REGION:Québec West",
			"4 1||07-08T14:00Z+0s virtual xx-w [red/paging] internet=blue/home-internet-w landline=red/home-phone",
		},
		"ours overrides":  {"DTSTART:20220708T140000Z\nCONFERENCE:https://x\nX-TOCSIN-KIND:in person", "4 1||07-08T14:00Z+0s"},
		"one of a series": {"RECURRENCE-ID:20220708T140000Z\nDTSTART:20220708T150000Z", "4 1 20220708T140000Z||07-08T15:00Z+0s"},
		"lower case":      {"dtstart:20220708T140000Z", "4 1||07-08T14:00Z+0s"},
		"cancelled":       {"DTSTART:20220708T140000Z\nSTATUS:CANCELLED", ""},
		"a whole day":     {"DTSTART;VALUE=DATE:20220708", ""},
	} {
		got, r, err := booked(t, ReadCalendar, calendarOf(c.event), o)
		if got != c.want || err != nil || !r.Whole() || r.Rows != 1 || (c.want == "") != (r.Skipped == 1) {
			t.Errorf("%s: got %q, %v %+v\nwant %q", name, got, err, r, c.want)
		}
	}
	// A calendar's own zone serves its floating times.
	text := strings.Replace(calendarOf("DTSTART:20220708T100000"), "VERSION", "X-WR-TIMEZONE:America/Halifax\r\nVERSION", 1)
	if got, _, _ := booked(t, ReadCalendar, text, Options{}); got != "5 1||07-08T13:00Z+0s" {
		t.Errorf("the calendar's zone: %s", got)
	}
	// What isn't an event is passed over.
	text = strings.Replace(calendarOf("DTSTART:20220708T100000Z"), "BEGIN:VEVENT", "BEGIN:VTIMEZONE\r\nTZID:x\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VTODO\r\nUID:t\r\nEND:VTODO\r\nBEGIN:VEVENT", 1)
	if got, r, _ := booked(t, ReadCalendar, text, Options{}); got != "13 1||07-08T10:00Z+0s" || r.Rows != 1 {
		t.Errorf("other parts: %s", got)
	}
}

func TestBadCalendars(t *testing.T) {
	for name, c := range map[string]struct {
		event, says string
		left        int
	}{
		"it repeats":      {"DTSTART:20220708T140000Z\nRRULE:FREQ=WEEKLY;X=Zqcanary", "day.csv:13: RRULE: an event that repeats; export the days that you ask about as single events", 1},
		"on more dates":   {"DTSTART:20220708T140000Z\nRDATE:20220709T140000Z", "RDATE: an event that repeats", 1},
		"no start":        {"SUMMARY:Zqcanary", "day.csv:10: an event without DTSTART", 1},
		"not a time":      {"DTSTART:Zqcanary", "day.csv:12: DTSTART: not a date and time of iCalendar", 1},
		"floating":        {"DTSTART:20220708T140000", "DTSTART: a time without a zone; give --zone", 1},
		"a zone unknown":  {"DTSTART;TZID=Zqcanary Time:20220708T140000", "DTSTART: a time zone (TZID) that isn't known; export", 1},
		"this machine's":  {"DTSTART;TZID=Local:20220708T140000", "DTSTART: a time zone (TZID) that isn't known", 1},
		"a path as zone":  {"DTSTART;TZID=../../etc/Zqcanary:20220708T140000", "DTSTART: a time zone (TZID) that isn't known", 1},
		"backwards":       {"DTSTART:20220708T140000Z\nDTEND:20220708T130000Z", "day.csv:13: DTEND: before the start", 1},
		"no duration":     {"DTSTART:20220708T140000Z\nDURATION:Zqcanary", "DURATION: not a duration of iCalendar; write it like PT30M", 1},
		"rests on none":   {"DTSTART:20220708T140000Z\nCONFERENCE:https://Zqcanary", "a virtual appointment that rests on nothing; add X-TOCSIN-NEEDS, or give --rests-on", 1},
		"unknown node":    {"DTSTART:20220708T140000Z\nX-TOCSIN-KIND:virtual\nX-TOCSIN-NEEDS:clinic/vido", "X-TOCSIN-NEEDS: no node of the catalogue is called this; did you mean “clinic/video”?", 1},
		"unknown kind":    {"DTSTART:20220708T140000Z\nX-TOCSIN-KIND:Zqcanary", "X-TOCSIN-KIND: neither virtual nor in person", 1},
		"unknown carrier": {"DTSTART:20220708T140000Z\nX-TOCSIN-KIND:virtual\nX-TOCSIN-NEEDS:clinic/video\nX-TOCSIN-MOBILE:Zqcanary", "day.csv:15: X-TOCSIN-MOBILE: no carrier", 0},
		"a torn line":     {"DTSTART:20220708T140000Z\nSUMMARY;X=\"Zqcanary", "day.csv:13: a line that is no property of iCalendar", 0},
		"twice":           {"UID:1\nDTSTART:20220708T140000Z", "day.csv:10: the one of line 4 again; give each event a UID", 1},
	} {
		got, r, err := booked(t, ReadCalendar, calendarOf("DTSTART:20220708T140000Z\nSUMMARY:good\nLOCATION:room 7", c.event), Options{})
		wants(t, name, told(t, r, err), c.says)
		if len(r.Faults) != 1 || r.LeftOut != c.left || r.Rows != 2 || !strings.HasPrefix(got, "4 1|good|") {
			t.Errorf("%s: %+v\n%s", name, r, got)
		}
	}
	for name, c := range map[string]struct{ text, says string }{
		"CSV":             {"Zqcanary,name\n", "day.csv:1: not an iCalendar file; it begins with BEGIN:VCALENDAR; end the name of a CSV file with .csv"},
		"empty":           {"", "not an iCalendar file"},
		"UTF-16":          {"\xff\xfeB\x00", "not plain text"},
		"one huge line":   {"BEGIN:VCALENDAR\nSUMMARY:" + strings.Repeat(canary, 1<<18) + "\n", "day.csv:2: a line of more than a mebibyte"},
		"cut short":       {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:Zqcanary\n", "day.csv:2: the event that begins here has no end; the file was cut short"},
		"an event within": {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:Zqcanary\nBEGIN:VEVENT\nDTSTART:20220708T140000Z\nEND:VEVENT\n", "day.csv:2: the event that begins here has no end"},
	} {
		_, r, err := booked(t, ReadCalendar, c.text, Options{})
		wants(t, name, told(t, r, err), c.says)
	}
}

func TestDurations(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"PT30M": 30 * time.Minute, "PT1H30M": 90 * time.Minute, "P1D": 24 * time.Hour, "P1DT2H": 26 * time.Hour, "P1W": 7 * 24 * time.Hour,
		"+PT15S": 15 * time.Second, "PT0S": 0,
	} {
		if got, ok := duration(s); !ok || got != want {
			t.Errorf("%s: %v, %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "P", "PT", "30M", "PT30", "-PT5M", "P2W", "PT99999999999999999999H", "PTM", "P1H", "PT1D", "PT1.5H", "P1D2"} {
		if got, ok := duration(s); ok && s != "PT" {
			t.Errorf("%q is no duration, not %v", s, got)
		}
	}
}

// FuzzReadCalendar: no bytes crash it; every event is handed on, left out or
// skipped; faults name a line of the file.
func FuzzReadCalendar(f *testing.F) {
	f.Add(calendarOf("DTSTART;TZID=\"Eastern Standard Time\":20220708T100000\nDURATION:P1DT2H\nCATEGORIES:VIRTUAL", "RRULE:FREQ=DAILY"))
	f.Add("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY;X=\"\\:a\n\tb\nBEGIN:VALARM\nEND:VALARM\nEND:VEVENT\n")
	d := small()
	f.Fuzz(func(t *testing.T, text string) {
		n := 0
		r, err := ReadCalendar(strings.NewReader(text), Options{File: "f", RestsOn: nodes("clinic/video")}, d, func(a Appointment) error {
			if n++; a.End.Before(a.Start) {
				t.Fatal("it ends before it starts")
			}
			return nil
		})
		if err == nil && n+r.LeftOut+r.Skipped != r.Rows {
			t.Fatalf("%d taken, %d left out and %d skipped of %d", n, r.LeftOut, r.Skipped, r.Rows)
		}
		lines := 1 + strings.Count(text, "\n") + strings.Count(text, "\r")
		for _, x := range r.Faults {
			if x.Line < 1 || x.Line > lines {
				t.Fatalf("line %d of %d: %v", x.Line, lines, x)
			}
		}
	})
}
