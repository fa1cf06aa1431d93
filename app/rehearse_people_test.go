package app

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The people of these tests, all of whose names are canaries. Northtel has no
// home phone, so one column is a fault; one row has no role.
const (
	zzPeople = `id,name,role,site,region,on_call,minimum,data,landline,other
1,Zqcanary One,nurse,Pier,zz,yes,2,northtel,,
2,Zqcanary Two,nurse,Pier,zz,no,,northtel,,harbour/records
3,Zqcanary Three,nurse,Hill,zz,no,,northtel,,
4,Zqcanary Four,porter,Hill,zz,yes,,Northtel,,ferries/tickets
`
	zzSpoilt = zzPeople + "5,Zqcanary Five,,Hill,zz,yes,,northtel,,\n6,Zqcanary Six,porter,Hill,zz,,,,northtel,\n7,\"Zqcanary Seven,porter\n"
	zzDay    = `id,patient,start,end,kind,needs,mobile
a,Zqcanary Patient,2024-05-02T07:00:00Z,2024-05-02T07:30:00Z,virtual,harbour/records,
b,Zqcanary Other,2024-05-02T07:30:00Z,2024-05-02T08:00:00Z,virtual,,northtel
c,Zqcanary Late,2024-05-02T10:00:00Z,2024-05-02T10:30:00Z,virtual,,northtel
d,Zqcanary Walker,2024-05-02T08:00:00Z,2024-05-02T08:30:00Z,in person,,
e,Zqcanary Long,2024-05-02T07:30:00Z,2024-05-02T08:30:00Z,virtual,harbour/records,
`
	zzCalendar = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:zq-1\r\nSUMMARY:Zqcanary Patient\r\nDTSTART:20240502T073000\r\nDURATION:PT30M\r\nCONFERENCE:https://zqcanary.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)

// personal writes a file of people and gives its name.
func personal(t testing.TB, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// exercise is the failure of Northtel's core from six to nine.
func exercise(t testing.TB, p PeopleOptions) RehearseOptions {
	t.Helper()
	o := RehearseOptions{World: zz(), People: p}
	for _, w := range [][2]string{{"fail", "northtel/core"}, {"from", "2024-05-02T06:00:00Z"}, {"for", "3h"}, {"edition", "2024-05-02"}} {
		if err := o.Set(w[0], w[1]); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// answer is what a rehearsal writes.
func exercised(t testing.TB, o RehearseOptions) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := Rehearse(&out, o)
	return out.String(), err
}

func TestRosterInWords(t *testing.T) {
	o := exercise(t, PeopleOptions{Roster: personal(t, "people.csv", zzPeople)})
	text, err := exercised(t, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"EXERCISE: a rehearsal. Nothing has failed.",
		"As of 2024-05-02 09:00 UTC, of 4 people: 1 can be reached, 1 by a path that suffers; of 0 it isn't known; 3 are cut off, 0 of them without any path",
		"nurse: 1 SHORT. Can be reached: 1 of 3; needed: 2.",
		"Zqcanary One (1), nurse, Pier: no path stands: send somebody (on call, and will be cut off)",
		"Zqcanary Two (2), nurse, Pier: by another path, patient records (the role is short)",
		"EXERCISE: cut off\n  Zqcanary One (1), nurse, Pier: from 2024-05-02 06:00 UTC\n  Zqcanary Three (3), nurse, Hill: from",
		"Nothing of the files of people was kept",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
	// While the records last on their holdover, their reader is reached by them.
	o.People.RosterNow = true
	if text, _ := exercised(t, o); !strings.Contains(text, "As of 2024-05-02 06:00 UTC, of 4 people: 1 can be reached, 0 by a path that suffers") {
		t.Errorf("now:\n%s", text)
	}
	o.Lang = "fr"
	text, _ = exercised(t, o)
	for _, want := range []string{"EXERCICE : qui peut être joint", "nurse : IL EN MANQUE 1.", "Zqcanary One (1), nurse, Pier : dès ", "de garde, et sera coupé", "envoyez quelqu’un", "EXERCICE : coupés", "Rien des fichiers de personnes n’a été gardé"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
	// Minimums of their own file replace those of the roster.
	o.Lang, o.People.Minimums = "", personal(t, "least.csv", "role,site,minimum\nnurse,Hill,1\nporter,,0\ncook,,2\n")
	text, err = exercised(t, o)
	for _, want := range []string{"nurse, Hill: 1 SHORT", "cook: 2 SHORT", "nobody in the roster has this role"} {
		if !strings.Contains(text, want) || err != nil {
			t.Errorf("no %q, error %v, in:\n%s", want, err, text)
		}
	}
}

func TestAppointmentsInWords(t *testing.T) {
	o := exercise(t, PeopleOptions{Appointments: personal(t, "day.csv", zzDay)})
	text, err := exercised(t, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Of 4 virtual appointments 1 fall into the outage, 1 may suffer and 2 stand. 1 in person were not looked at further.",
		"the plan's word, not a forecast",
		"2024-05-02 07:30 UTC – 08:00  Zqcanary Other (b): Northtel mobile data, down",
		"2024-05-02 07:30 UTC – 08:30  Zqcanary Long (e): patient records, degraded",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
	for _, innocent := range []string{"Zqcanary Patient", "Zqcanary Late", "Zqcanary Walker"} {
		if strings.Contains(text, innocent) {
			t.Errorf("%s is to be rebooked", innocent)
		}
	}
	// A calendar, in the hospital's own zone.
	o.People = PeopleOptions{Appointments: personal(t, "day.ics", zzCalendar), Zone: "Europe/Paris", RestsOn: []string{"northtel/mobile-data"}}
	if text, err := exercised(t, o); err != nil || strings.Contains(text, "Zqcanary") {
		t.Errorf("half past five in UTC is before the failure: %v\n%s", err, text)
	}
	o.People.Zone, o.Lang = "UTC", "fr"
	if text, err := exercised(t, o); err != nil || !strings.Contains(text, "07:30 UTC – 08:00  Zqcanary Patient (zq-1) : données mobiles de Nordtel, en panne") &&
		!strings.Contains(text, "Zqcanary Patient (zq-1): données mobiles de Nordtel, en panne") {
		t.Errorf("calendar: %v\n%s", err, text)
	}
}

// TestPeopleForMachines: JSON and CSV say the same as the words.
func TestPeopleForMachines(t *testing.T) {
	o := exercise(t, PeopleOptions{Roster: personal(t, "people.csv", zzPeople), Appointments: personal(t, "day.csv", zzDay)})
	o.Format = "json"
	text, err := exercised(t, o)
	var j peopleJSON
	if err != nil || json.Unmarshal([]byte(text), &j) != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if r := j.Roster; !j.Exercise || len(r.People) != 4 || len(r.Ask) != 3 || r.People[1].State != "suffers" || r.People[1].By.Node != "harbour/records" ||
		r.People[0].By != nil || r.Roles[0].Short != 1 || r.Reading.Rows != 4 {
		t.Errorf("roster: %+v", r)
	}
	if a := j.Appointments; a.Basis != "plan" || len(a.Rebook) != 2 || a.Rebook[0].P != 1 || a.Rebook[1].State != "degraded" || a.Stand != 2 || a.InPerson != 1 ||
		!a.Rebook[1].From.Equal(clock(t, "2024-05-02T08:00:00Z")) {
		t.Errorf("appointments: %+v", a)
	}
	for name, c := range map[string]struct {
		p    PeopleOptions
		want string
	}{
		"people": {PeopleOptions{Roster: o.People.Roster}, "true,2024-05-02T09:00:00Z,2,Zqcanary Two,nurse,Pier,zz,false,suffers,other,harbour/records,,short,other,harbour/records,"},
		"appointments": {
			PeopleOptions{Appointments: o.People.Appointments},
			"true,b,Zqcanary Other,2024-05-02T07:30:00Z,2024-05-02T08:00:00Z,down,2024-05-02T07:30:00Z,northtel/mobile-data,1,plan",
		},
		"a formula": {PeopleOptions{Roster: personal(t, "evil.csv", "id,role,data\n=cmd|x,+nurse,northtel\n")}, "true,2024-05-02T09:00:00Z,'=cmd|x,,'+nurse,"},
	} {
		o := exercise(t, c.p)
		o.Format = "csv"
		text, err := exercised(t, o)
		if _, broken := csv.NewReader(strings.NewReader(text)).ReadAll(); err != nil || broken != nil || !strings.Contains(text, c.want) {
			t.Errorf("%s: %v, %v\n%s", name, err, broken, text)
		}
	}
}

// TestPeopleLeaveNoTrace: of files of people nothing is written but the answer,
// whatever is wrong with them: no file in the working directory, in the one for
// temporary files or at home, no word in an error, none in a notice.
func TestPeopleLeaveNoTrace(t *testing.T) {
	roster, day := personal(t, "people.csv", zzSpoilt), personal(t, "day.csv", zzDay+"f,Zqcanary Faulty,Zqcanary o'clock,,virtual,Zqcanary,\n")
	files := map[string]PeopleOptions{
		"roster": {Roster: roster}, "appointments": {Appointments: day},
		"calendar": {Appointments: personal(t, "day.ics", strings.Replace(zzCalendar, "CONFERENCE", "RRULE:X=Zqcanary\r\nCONFERENCE", 1)), Zone: "UTC"},
		"no head":  {Roster: personal(t, "bare.csv", "Zqcanary,Zqcanary,Zqcanary\n")}, "a list as calendar": {Appointments: personal(t, "list.ics", zzDay)},
		"minimums": {Roster: roster, Minimums: personal(t, "least.csv", "role,minimum\nZqcanary,Zqcanary\n")},
	}
	catalogue, err := filepath.Abs(zzCatalog)
	if err != nil {
		t.Fatal(err)
	}
	traces := t.TempDir()
	for _, name := range []string{"TMPDIR", "HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"} {
		t.Setenv(name, traces)
	}
	t.Chdir(traces)
	notices := filepath.Join(t.TempDir(), "notices")
	for name, p := range files {
		for _, format := range []string{"text", "json", "csv"} {
			p.Notices = filepath.Join(notices, name+format)
			o := exercise(t, p)
			o.Catalog, o.Format = catalogue, format
			text, err := exercised(t, o)
			if Code(err) != ExitInput {
				t.Errorf("%s: exit code %d: %v", name, Code(err), err)
			}
			clean(t, "the error of "+name, fmt.Sprint(err))
			if name == "roster" && !strings.Contains(text, "Zqcanary One") {
				t.Errorf("%s as %s: the rest of the file has no answer:\n%s", name, format, text)
			}
			if strings.Contains(text, "faults") && strings.Contains(text, "Zqcanary Five") {
				t.Errorf("%s: a row that was left out is in the answer", name)
			}
		}
	}
	if left, err := os.ReadDir(traces); err != nil || len(left) > 0 {
		t.Errorf("it left %v, %v", left, err)
	}
	if cleanFiles(t, notices) == "" {
		t.Error("no notices were written: the test does nothing")
	}
}

// TestFaultsOfPeople: they are told with line and cure after the answer, and
// ask for the exit code of broken input.
func TestFaultsOfPeople(t *testing.T) {
	o := exercise(t, PeopleOptions{Roster: personal(t, "people.csv", zzSpoilt)})
	o.FailOn = "lost" // broken input goes first
	text, err := exercised(t, o)
	file := o.People.Roster
	for _, want := range []string{
		"2 rows were left out", file + ":6: role: no role; give one", file + ":7: landline: the catalogue has no such service of this carrier; name a node",
		file + ":8: a quotation mark out of place; close it",
	} {
		if Code(err) != ExitInput || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	if !strings.Contains(text, "Left out: 2 of 7 rows") {
		t.Errorf("the answer is silent about it:\n%s", text)
	}
	o.People.Roster = personal(t, "many.csv", "id,role,data\n"+strings.Repeat("1,,x\n", 500))
	if _, err := exercised(t, o); strings.Count(err.Error(), "\n") != 21 || !strings.HasSuffix(err.Error(), "and 480 more") {
		t.Errorf("many faults: %v", err)
	}
	o = exercise(t, PeopleOptions{Roster: personal(t, "people.csv", zzPeople)})
	o.FailOn = "lost"
	if _, err := exercised(t, o); Code(err) != ExitBadNews {
		t.Errorf("bad news: %v", err)
	}
	for name, c := range map[string]struct {
		p      PeopleOptions
		format string
		code   int
		says   string
	}{
		"no roster":    {PeopleOptions{RosterNow: true}, "", ExitUsage, "--roster"},
		"no day":       {PeopleOptions{Zone: "UTC"}, "", ExitUsage, "--zone"},
		"markdown":     {PeopleOptions{Roster: "x"}, "markdown", ExitUsage, "Markdown"},
		"both as CSV":  {PeopleOptions{Roster: "x", Appointments: "y"}, "csv", ExitUsage, "not both"},
		"no file":      {PeopleOptions{Roster: "no/such.csv"}, "", ExitInput, "no/such.csv"},
		"a directory":  {PeopleOptions{Roster: t.TempDir()}, "", ExitInput, "can't be read"},
		"no zone":      {PeopleOptions{Appointments: personal(t, "d.csv", zzDay), Zone: "Nowhere/City"}, "", ExitUsage, "Nowhere/City"},
		"no such node": {PeopleOptions{Appointments: personal(t, "d.csv", zzDay), RestsOn: []string{"no/node"}}, "", ExitUsage, "no/node"},
	} {
		o := exercise(t, c.p)
		o.Format = c.format
		if _, err := exercised(t, o); Code(err) != c.code || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: code %d, error %v", name, Code(err), err)
		}
	}
	o = exercise(t, PeopleOptions{Roster: personal(t, "people.csv", zzPeople)})
	if err := o.Set("edition", "2024-05-03"); err != nil {
		t.Fatal(err)
	}
	if _, err := exercised(t, o); Code(err) != ExitUsage || !strings.Contains(err.Error(), "one edition") {
		t.Errorf("two editions: %v", err)
	}
}

// crowd is a roster of n people of Canada, and a day of n appointments in
// both forms.
func crowd(n int) (people, day, calendar string) {
	carriers := []string{"Rogers", "Fido", "Bell", "Telus", "Koodo", "rogers/mobile-voice"}
	var p, d, c strings.Builder
	p.WriteString("id,name,role,site,region,on_call,minimum,mobile,landline,internet\n")
	d.WriteString("id,patient,start,minutes,kind,needs,internet\n")
	c.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
	start := time.Date(2022, 7, 8, 11, 0, 0, 0, time.UTC)
	for i := range n {
		fmt.Fprintf(&p, "%d,Person %d,role %d,site %d,ca-on,%v,300,%s,%s,Bell\n", i, i, i%20, i%7, []string{"yes", "no"}[i%2], carriers[i%6], carriers[i%3])
		at := start.Add(time.Duration(i%600) * time.Minute)
		fmt.Fprintf(&d, "%d,Patient %d,%s,30,%s,%s,%s\n", i, i, at.Format(time.RFC3339), []string{"virtual", "in person"}[i%2], "sickkids/virtual-appointments", carriers[i%3])
		fmt.Fprintf(&c, "BEGIN:VEVENT\r\nUID:%d@example.org\r\nDTSTAMP:20220701T000000Z\r\nSUMMARY:Patient %d\r\nDTSTART;TZID=America/Toronto:%s\r\nDURATION:PT30M\r\n"+
			"CATEGORIES:VIRTUAL\r\nDESCRIPTION:Please join ten minutes early and have your health card at\r\n  hand.\r\nSTATUS:CONFIRMED\r\nTRANSP:OPAQUE\r\n"+
			"BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nACTION:DISPLAY\r\nEND:VALARM\r\nEND:VEVENT\r\n", i, i, at.Add(-4*time.Hour).Format("20060102T150405"))
	}
	c.WriteString("END:VCALENDAR\r\n")
	return p.String(), d.String(), c.String()
}

// BenchmarkPeople is the whole command on a large hospital: 10,000 people, a day
// of 100,000 appointments as CSV and as iCalendar.
func BenchmarkPeople(b *testing.B) {
	people, _, _ := crowd(10_000)
	_, day, calendar := crowd(100_000)
	for name, p := range map[string]PeopleOptions{
		"roster-10000":        {Roster: personal(b, "people.csv", people)},
		"appointments-100000": {Appointments: personal(b, "day.csv", day)},
		"icalendar-100000":    {Appointments: personal(b, "day.ics", calendar), RestsOn: []string{"sickkids/virtual-appointments"}},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				o := RehearseOptions{People: p}
				for _, w := range [][2]string{{"fail", "rogers/ip-core"}, {"from", "2022-07-08T08:44:00Z"}, {"for", "15h"}, {"edition", "2022-07-08"}} {
					if err := o.Set(w[0], w[1]); err != nil {
						b.Fatal(err)
					}
				}
				if err := Rehearse(io.Discard, o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
