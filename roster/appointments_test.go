package roster

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// booked reads appointments, and gives a line for each.
func booked(t *testing.T, read reader, text string, o Options) (string, *Reading, error) {
	t.Helper()
	var lines []string
	o.File = "day.csv"
	r, err := read(strings.NewReader(text), o, small(), func(a Appointment) error {
		line := fmt.Sprintf("%d %s|%s|%s+%v", a.Line, a.ID, a.Label, a.Start.UTC().Format("01-02T15:04Z"), a.End.Sub(a.Start))
		if a.Virtual {
			line += fmt.Sprintf(" virtual %s %v", a.Region, a.Needs)
		}
		for _, p := range a.Paths {
			line += fmt.Sprintf(" %s=%s", p.Kind, p.Node)
		}
		lines = append(lines, line)
		return nil
	})
	return strings.Join(lines, "\n"), r, err
}

func toronto(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/Toronto")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestAppointments(t *testing.T) {
	got, r, err := booked(t, ReadAppointments, `id,patient,start,end,minutes,kind,needs,internet,mobile,region
a,Zqcanary,2022-07-08T10:00:00-04:00,2022-07-08T10:30:00-04:00,,Virtual,clinic/video,blue,pink,East
b,B,2022-07-08T14:00Z,,45,vidéo,clinic/video red/paging,,,
c,C,2022-07-08 11:00,,20,in person,,,,
,D,2022-07-08 11:00:00,2022-07-08 11:00:00-04:00,,téléphone,,,red,
,E,2022-07-08 11:00,,0,À distance,,,,
`, Options{Zone: toronto(t), RestsOn: nodes("clinic/video")})
	want := `2 a|Zqcanary|07-08T14:00Z+30m0s virtual xx-e [clinic/video] internet=blue/home-internet-e mobile=red/mobile-data
3 b|B|07-08T14:00Z+45m0s virtual  [clinic/video red/paging]
4 c|C|07-08T15:00Z+20m0s
5 |D|07-08T15:00Z+0s virtual  [clinic/video] mobile=red/mobile-data
6 |E|07-08T15:00Z+0s virtual  [clinic/video]`
	if got != want || err != nil || !r.Whole() || r.Rows != 5 {
		t.Errorf("got\n%s\n%v %+v\nwant\n%s", got, err, r, want)
	}
	// French, from an office program set to it.
	got, r, err = booked(t, ReadAppointments, "num\xe9ro;d\xe9but;dur\xe9e;type;plateforme\r\n1;2022-07-08 09:00;30;Virtuel;clinic/video\r\n2;2022-07-08 09:00;30;En personne;\r\n",
		Options{Zone: toronto(t)})
	if want := "2 1||07-08T13:00Z+30m0s virtual  [clinic/video]\n3 2||07-08T13:00Z+30m0s"; got != want || err != nil || !r.Whole() || !r.Legacy {
		t.Errorf("got\n%s\n%v %+v\nwant\n%s", got, err, r, want)
	}
}

func TestBadAppointments(t *testing.T) {
	const head = "id,label,start,end,minutes,kind,needs,internet,region\n"
	const good = "g,Good,2022-07-08T10:00:00Z,,30,virtual,clinic/video,,\n"
	for name, c := range map[string]struct {
		row, says string
		left      int
	}{
		"no zone":           {"z,Zqcanary,2022-07-08 10:00,,30,virtual,clinic/video,,", "day.csv:2: start: a time without a zone; write it like 2022-07-08T14:00:00-04:00, or give --zone", 1},
		"no time":           {"z,Zqcanary,,,30,virtual,clinic/video,,", "start: no time", 1},
		"not a time":        {"z,Zqcanary,Zqcanary o'clock,,30,virtual,clinic/video,,", "start: not a time; write it like", 1},
		"an American date":  {"z,Zqcanary,07/08/2022 10:00,,30,virtual,clinic/video,,", "start: not a time", 1},
		"no end":            {"z,Zqcanary,2022-07-08T10:00:00Z,,,virtual,clinic/video,,", "end: no time", 1},
		"backwards":         {"z,Zqcanary,2022-07-08T10:00:00Z,2022-07-08T09:00:00Z,,virtual,clinic/video,,", "end: before the start", 1},
		"minutes of words":  {"z,Zqcanary,2022-07-08T10:00:00Z,,Zqcanary,virtual,clinic/video,,", "minutes: not a length in minutes", 1},
		"a year of minutes": {"z,Zqcanary,2022-07-08T10:00:00Z,,525600,virtual,clinic/video,,", "minutes: not a length in minutes", 1},
		"kind":              {"z,Zqcanary,2022-07-08T10:00:00Z,,30,Zqcanary,clinic/video,,", "kind: neither virtual nor in person", 1},
		"unknown node":      {"z,Zqcanary,2022-07-08T10:00:00Z,,30,virtual,clinic/vido,,", "needs: no node of the catalogue is called this; did you mean “clinic/video”?", 1},
		"nothing":           {"z,Zqcanary,2022-07-08T10:00:00Z,,30,virtual,,,", "needs: a virtual appointment that rests on nothing; name its platform there, or give --rests-on", 1},
		"twice":             {"g,Zqcanary,2022-07-08T10:00:00Z,,30,virtual,clinic/video,,", "day.csv:3: id: the one of line 2 again", 1},
		"unknown carrier":   {"z,Zqcanary,2022-07-08T10:00:00Z,,30,virtual,clinic/video,Zqcanary,", "internet: no carrier of the catalogue is called this", 0},
		"unknown region":    {"z,Zqcanary,2022-07-08T10:00:00Z,,30,virtual,clinic/video,,Zqcanary", "region: no region of the catalogue is called this", 0},
	} {
		got, r, err := booked(t, ReadAppointments, head+c.row+"\n"+good, Options{})
		wants(t, name, told(t, r, err), c.says)
		if len(r.Faults) != 1 || r.LeftOut != c.left || r.Rows != 2 || !strings.Contains(got, "g|") {
			t.Errorf("%s: %+v\n%s", name, r, got)
		}
	}
	for name, c := range map[string]struct{ text, says string }{
		"no start": {"id,end,kind\n", "no column start"}, "no end": {"id,start,kind\n", "no column end or minutes"}, "no kind": {"id,start,end\n", "no column kind"},
		"people": {"Zqcanary,Zqcanary\n", "no column start"}, "empty": {"", "empty"},
	} {
		_, r, err := booked(t, ReadAppointments, c.text, Options{})
		wants(t, name, told(t, r, err), c.says)
	}
	// In the hour that is skipped in spring no clock of the zone shows such a time.
	_, r, err := booked(t, ReadAppointments, head+"z,Z,2024-03-10 02:30,,30,virtual,clinic/video,,\n", Options{Zone: toronto(t)})
	wants(t, "skipped hour", told(t, r, err), "start: a time that the clocks skip; write it with its zone")
}

// TestTakersMayStop: what the taker says ends the reading.
func TestTakersMayStop(t *testing.T) {
	enough := errors.New("enough")
	for name, read := range map[string]func(take func(Appointment) error) error{
		"CSV": func(take func(Appointment) error) error {
			_, err := ReadAppointments(strings.NewReader("id,start,minutes,kind\n1,2022-07-08T10:00:00Z,5,clinic\n2,2022-07-08T10:00:00Z,5,clinic\n"), Options{}, small(), take)
			return err
		},
		"iCalendar": func(take func(Appointment) error) error {
			_, err := ReadCalendar(strings.NewReader(calendarOf("DTSTART:20220708T100000Z", "DTSTART:20220708T110000Z")), Options{}, small(), take)
			return err
		},
	} {
		n := 0
		if err := read(func(Appointment) error { n++; return enough }); !errors.Is(err, enough) || n != 1 {
			t.Errorf("%s: %d taken, error %v", name, n, err)
		}
	}
}

// FuzzReadAppointments: no bytes crash it, every row is handed on or counted.
func FuzzReadAppointments(f *testing.F) {
	f.Add("id,start,minutes,kind,needs\n1,2022-07-08T10:00:00Z,5,virtual,clinic/video\n")
	f.Add("début;fin;type\n2022-07-08 10:00;2022-07-08 11:00;en personne\n")
	d := small()
	f.Fuzz(func(t *testing.T, text string) {
		n := 0
		r, err := ReadAppointments(strings.NewReader(text), Options{File: "f", Zone: time.UTC}, d, func(a Appointment) error {
			if n++; a.End.Before(a.Start) {
				t.Fatal("it ends before it starts")
			}
			return nil
		})
		if err == nil && n+r.LeftOut != r.Rows {
			t.Fatalf("%d taken and %d left out of %d rows", n, r.LeftOut, r.Rows)
		}
	})
}
