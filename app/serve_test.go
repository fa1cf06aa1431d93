package app

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/incident"
	"tocsin/store"
	"tocsin/store/sqlite"
)

// patience bounds every wait of these tests; nothing waits that long unless it
// is broken.
const patience = 10 * time.Minute

// observatory is a Serve that runs.
type observatory struct {
	addr string
	stop context.CancelFunc
	done <-chan error
}

// starts runs Serve until the test ends or stops it, and waits until it listens.
func starts(t *testing.T, o ServeOptions) observatory {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	listening, done := make(chan string, 1), make(chan error, 1)
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	o.Log, o.Listening = quiet(), func(addr string) { listening <- addr }
	go func() { done <- Serve(ctx, o) }()
	t.Cleanup(cancel)
	select {
	case addr := <-listening:
		return observatory{addr, cancel, done}
	case err := <-done:
		t.Fatalf("it ended before it listened: %v", err)
		panic("unreachable")
	}
}

// ends stops it as a signal does.
func (o observatory) ends(t *testing.T) {
	t.Helper()
	o.stop()
	select {
	case err := <-o.done:
		if err != nil {
			t.Errorf("stopped: %v", err)
		}
	case <-time.After(patience):
		t.Fatal("it didn't stop")
	}
}

// answer is one answer over HTTP.
type answer struct {
	code int
	kind string
	body string
}

func (o observatory) get(t *testing.T, path string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+o.addr+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	return answer{res.StatusCode, res.Header.Get("Content-Type"), string(text)}
}

// await asks until an answer will do.
func (o observatory) await(t *testing.T, path string, will func(answer) bool) answer {
	t.Helper()
	tick, late := time.NewTicker(10*time.Millisecond), time.After(patience)
	defer tick.Stop()
	for {
		a := o.get(t, path)
		if will(a) {
			return a
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("GET %s: the last answer was %d:\n%s", path, a.code, body(a.body))
		}
	}
}

func found(a answer) bool { return a.code == http.StatusOK }

func says(text string) func(answer) bool {
	return func(a answer) bool { return found(a) && strings.Contains(a.body, text) }
}

// rows counts the links of a page to incidents.
func rows(home string) int { return strings.Count(home, `href="/en/incidents/`) }

func TestServePlaysADay(t *testing.T) {
	data := t.TempDir()
	o := starts(t, ServeOptions{World: zz(), Data: data, Replay: zzOutage, Speed: 1e6})
	if a := o.get(t, "/livez"); a.code != 200 {
		t.Errorf("/livez = %d", a.code)
	}
	in := o.await(t, "/en/incidents/"+zzIncident, says("is back to normal"))
	for _, c := range []struct {
		path, kind string
		says       []string
	}{
		{"/", "text/html", []string{"Northtel"}}, // redirected
		{"/en/", "text/html", []string{"Northtel", "replay", zzIncident}},
		{"/fr/", "text/html", []string{"Nordtel", "Examplie"}},
		{"/fr/incidents/" + zzIncident, "text/html", []string{"Nordtel"}},
		{"/incidents/" + zzIncident, "text/html", []string{"Northtel"}},
		{"/readyz", "text/plain", []string{"ok"}},
		{"/en/report.txt", "text/plain", []string{"Northtel", "SITUATION REPORT"}},
		{"/fr/report.txt", "text/plain", []string{"Nordtel", "RAPPORT DE SITUATION"}},
		{"/en/report.json", "application/json", []string{"northtel"}},
	} {
		a := o.get(t, c.path)
		if a.code != 200 || !strings.HasPrefix(a.kind, c.kind) {
			t.Errorf("%s = %d, %s; want 200, %s", c.path, a.code, a.kind, c.kind)
		}
		for _, word := range c.says {
			if !strings.Contains(a.body, word) {
				t.Errorf("%s doesn't say %q", c.path, word)
			}
		}
		if strings.HasSuffix(c.path, ".json") && !json.Valid([]byte(a.body)) {
			t.Errorf("%s is no JSON", c.path)
		}
	}
	if strings.Contains(in.body, "<script") {
		t.Error("the page has a script")
	}
	if a := o.get(t, "/en/incidents/nope"); a.code != 404 {
		t.Errorf("a page that isn't there = %d", a.code)
	}
	o.ends(t)
	if _, err := net.DialTimeout("tcp", o.addr, time.Second); err == nil {
		t.Error("it still listens after its end")
	}
	if _, err := os.Stat(filepath.Join(data, "tocsin.db")); err == nil {
		t.Error("a replay wrote into the store of what happened")
	}
}

// A day of the past plays again from its beginning: what the last time kept is
// gone, and isn't there twice.
func TestServePlaysAgain(t *testing.T) {
	data := t.TempDir()
	want := wholeDay(t)
	for range 2 {
		o := starts(t, ServeOptions{World: zz(), Data: data, Replay: zzOutage, Speed: 1e6})
		home := o.await(t, "/en/", says(`datetime="2024-05-02T12:00:00Z"`)) // the end of the day
		if n := rows(home.body); n == 0 {
			t.Error("the home page doesn't link to the incident")
		}
		o.ends(t)
		db, err := sqlite.Open(t.Context(), filepath.Join(data, "replay-northtel-2024-05-02.db"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := db.After(t.Context(), 0, 10*len(want))
		if err != nil || len(got) != len(want) {
			t.Errorf("%d changes are kept, %v; want %d", len(got), err, len(want))
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A second player of the same day on the same directory is refused; the first
// goes on with all that it has kept, and another day finds room beside it.
func TestServeTwoReplaysOfOneDay(t *testing.T) {
	data := t.TempDir()
	o := starts(t, ServeOptions{World: zz(), Data: data, Replay: zzOutage, Speed: 1e6})
	before := o.await(t, "/en/incidents/"+zzIncident, says("is back to normal"))
	err := Serve(t.Context(), ServeOptions{World: zz(), Data: data, Replay: zzOutage, Speed: 1e6, Listen: "127.0.0.1:0", Log: quiet()})
	refusal(t, err, store.ErrInUse, []string{"replay-northtel-2024-05-02.db", "stop the other tocsin", "--data"})
	if after := o.get(t, "/en/incidents/"+zzIncident); after != before {
		t.Errorf("the first one's page is now %d:\n%s", after.code, body(after.body))
	}
	beside := starts(t, ServeOptions{World: zz(), Data: data}) // its own store
	beside.await(t, "/en/", found)
	beside.ends(t)
	o.ends(t)
	again := starts(t, ServeOptions{World: zz(), Data: data, Replay: zzOutage, Speed: 1e6})
	again.ends(t)
}

// A recorded day of the real catalogue, by name.
func TestServePlaysARecordedDay(t *testing.T) {
	t.Parallel()
	o := starts(t, ServeOptions{Data: t.TempDir(), Replay: "rogers-2021-04-19", Speed: 1e6})
	a := o.await(t, "/en/incidents/2021-04-19-rogers", found)
	if !strings.Contains(a.body, "Rogers") {
		t.Errorf("the page of the incident doesn't name the carrier:\n%s", body(a.body))
	}
	o.ends(t) // in the middle of the day
}

// Without a replay, both recorded outages are the history, the page owns up to
// hearing nothing, and a second start adds nothing.
func TestServeShowsTheHistory(t *testing.T) {
	t.Parallel()
	if raced() {
		t.Skip("the small country's tests do the same in little")
	}
	data := t.TempDir()
	sum := func() (changes int) {
		db, err := sqlite.Open(t.Context(), filepath.Join(data, "tocsin.db"))
		if err != nil {
			t.Fatal(err)
		}
		kept, err := db.After(t.Context(), 0, 1e6)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		return len(kept)
	}
	o := starts(t, ServeOptions{Data: data})
	home := o.await(t, "/en/", found)
	for _, word := range []string{"2022-07-08-rogers", "2021-04-19-rogers", "No observer is connected"} {
		if !strings.Contains(home.body, word) {
			t.Errorf("the home page doesn't say %q:\n%s", word, body(home.body))
		}
	}
	for _, path := range []string{"/en/incidents/2022-07-08-rogers", "/fr/incidents/2021-04-19-rogers"} {
		if a := o.get(t, path); a.code != 200 {
			t.Errorf("%s = %d", path, a.code)
		}
	}
	if a := o.get(t, "/fr/"); !strings.Contains(a.body, "Aucun observateur n’est branché") {
		t.Errorf("the French home page doesn't say that nothing is heard:\n%s", body(a.body))
	}
	o.ends(t)
	first := sum()

	o = starts(t, ServeOptions{Data: data})
	again := o.await(t, "/en/", found)
	o.ends(t)
	if n, want := rows(again.body), rows(home.body); n != want || want == 0 {
		t.Errorf("after a restart the home page has %d links to incidents; want %d", n, want)
	}
	if n := sum(); n != first || n == 0 {
		t.Errorf("after a restart %d changes are kept; want %d", n, first)
	}
	t.Run("another country", func(t *testing.T) { abroad(t, data) })
}

// Without a replay and without a history of its own, a small country shows what
// it has kept.
func TestServeShowsWhatIsKept(t *testing.T) {
	o := starts(t, ServeOptions{World: zz(), Data: filepath.Dir(kept(t, "tocsin.db"))})
	for path, word := range map[string]string{"/en/": "Northtel", "/fr/": "Nordtel", "/en/incidents/" + zzIncident: "Northtel"} {
		if a := o.await(t, path, found); !strings.Contains(a.body, word) {
			t.Errorf("%s doesn't say %q:\n%s", path, word, body(a.body))
		}
	}
	if a := o.get(t, "/en/"); !strings.Contains(a.body, "No observer is connected") {
		t.Errorf("the home page doesn't own up to hearing nothing:\n%s", body(a.body))
	}
	o.ends(t)
}

// Outages that are played side by side come out as each does alone.
func TestHistorySideBySide(t *testing.T) {
	want := wholeDay(t)
	var twice []past
	for range 2 {
		day, ed, err := zz().Outage(zzOutage, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		twice = append(twice, past{day, ed})
	}
	got, err := changesOfAll(t.Context(), twice)
	if err != nil || !reflect.DeepEqual(got, [][]incident.Change{want, want}) {
		t.Errorf("%v; %d and %d changes, want %d", err, len(got[0]), len(got[1]), len(want))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := changesOfAll(ctx, twice); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

// The report of a store with a history.
func TestSitrep(t *testing.T) {
	data := filepath.Dir(kept(t, "tocsin.db"))
	report := func(o SitrepOptions) string {
		var out strings.Builder
		o.Data, o.World = data, zz()
		if err := Sitrep(t.Context(), &out, o); err != nil {
			t.Fatalf("%+v: %v", o, err)
		}
		return out.String()
	}
	for _, format := range []string{"text", "markdown", "html", "json"} {
		text := report(SitrepOptions{Incident: zzIncident, Style: Style{Format: format}})
		if !strings.Contains(text, "Northtel") {
			t.Errorf("%s doesn't name the carrier", format)
		}
		if format == "json" && !json.Valid([]byte(text)) {
			t.Error("json is no JSON")
		}
	}
	if text := report(SitrepOptions{Style: Style{Lang: "fr"}}); !strings.Contains(strings.Join(strings.Fields(text), " "), "0 source de données") {
		t.Errorf("on a quiet day it doesn't own up to hearing nothing:\n%s", text)
	}
	err := Sitrep(t.Context(), io.Discard, SitrepOptions{World: zz(), Data: data, Incident: "2022-07-08-bell"})
	complaint(t, err, ExitUsage, []string{"2022-07-08-bell", data})
	err = Sitrep(t.Context(), &full{room: 10}, SitrepOptions{World: zz(), Data: data})
	complaint(t, err, ExitInput, []string{"no space left"})
}

// abroad opens the same store with a catalogue that knows none of its names.
func abroad(t *testing.T, data string) {
	o := starts(t, ServeOptions{World: zz(), Data: data})
	for _, path := range []string{"/en/", "/fr/incidents/2022-07-08-rogers"} {
		if a := o.await(t, path, found); !strings.Contains(a.body, "ogers") {
			t.Errorf("%s lost what was kept:\n%s", path, body(a.body))
		}
	}
	o.ends(t)
}

func TestSitrepWithoutAStore(t *testing.T) {
	dir := t.TempDir()
	err := Sitrep(t.Context(), io.Discard, SitrepOptions{Data: dir})
	complaint(t, err, ExitInput, []string{"no store", filepath.Join(dir, "tocsin.db"), "tocsin serve", "--data"})
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("asking made %v, %v", left, err)
	}
}

// The second to want a port is told so before it touches anything.
func TestServePortInUse(t *testing.T) {
	o := starts(t, ServeOptions{World: zz(), Data: t.TempDir(), Replay: zzOutage, Speed: 1e6})
	o.await(t, "/readyz", found)
	late := filepath.Join(t.TempDir(), "data")
	err := Serve(t.Context(), ServeOptions{World: zz(), Data: late, Listen: o.addr, Log: quiet()})
	complaint(t, err, ExitUsage, []string{o.addr, "in use", "--listen"})
	if _, err := os.Stat(late); err == nil {
		t.Error("the one who came late made a store")
	}
	if a := o.get(t, "/en/"); a.code != 200 {
		t.Errorf("the one who was there answers %d", a.code)
	}
	o.ends(t)
}

func TestServeRefusals(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		o    ServeOptions
		code int
		says []string
	}{
		"address":           {ServeOptions{Listen: "nonsense"}, ExitUsage, []string{"nonsense", "127.0.0.1:8080"}},
		"outage":            {ServeOptions{Replay: "rogers-1066"}, ExitUsage, []string{"rogers-1066", "rogers-2022-07-08"}},
		"catalogue":         {ServeOptions{World: World{Catalog: file + "s"}}, ExitInput, []string{file + "s", "--catalog"}},
		"data is a file":    {ServeOptions{World: zz(), Data: file}, ExitInput, []string{file, "--data"}},
		"data beneath file": {ServeOptions{World: zz(), Data: filepath.Join(file, "x")}, ExitInput, []string{file, "--data"}},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			if c.o.Listen == "" {
				c.o.Listen = "127.0.0.1:0"
			}
			if c.o.Data == "" {
				c.o.Data = t.TempDir()
			}
			c.o.Log = quiet()
			complaint(t, Serve(ctx, c.o), c.code, c.says)
			same(t, file, []byte("mine"))
		})
	}
}

// A stop before the history is whole is no error.
func TestServeStopsEarly(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	o := ServeOptions{Data: t.TempDir(), Listen: "127.0.0.1:0", Log: quiet(), Listening: func(string) { cancel() }}
	if err := Serve(ctx, o); err != nil {
		t.Errorf("stopped: %v", err)
	}
}

// What was kept of a recorded outage was told. It stays, whatever this version
// would make of that day.
func TestHistoryLeavesWhatIsKept(t *testing.T) {
	onset := clock(t, "2021-04-19T05:00:00Z")
	told := []incident.Change{{
		Incident: "2021-04-19-rogers", Rev: 1, At: onset, Event: onset, Op: incident.OpSuspect, Author: "tocsin",
		Carrier: "rogers", Roots: []catalog.NodeID{"rogers/wireless-core"}, P: 0.5,
	}}
	ed, err := World{}.Edition(onset)
	if err != nil {
		t.Fatal(err)
	}
	earlier, err := World{}.before(clock(t, "2022-01-01T00:00:00Z"))
	if err != nil || len(earlier) != 1 {
		t.Fatalf("%d outages before 2022, %v", len(earlier), err)
	}
	m, v := &memory{changes: slices.Clone(told)}, &view{edition: ed}
	v.follow(m)
	if err := v.remember(t.Context(), m, earlier, quiet()); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(m.changes, told) {
		t.Errorf("%d changes are kept; want the one that was", len(m.changes))
	}
}

// A disk that is full at the start is told with the outage that had no room,
// and what there was room for stays.
func TestHistoryOntoAFullDisk(t *testing.T) {
	day, ed, err := zz().Outage(zzOutage, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	m, v := &memory{}, &view{world: zz(), edition: ed}
	v.follow(m)
	m.fill(true)
	err = v.remember(t.Context(), m, []past{{day, ed}}, quiet())
	refusal(t, err, store.ErrFull, []string{"northtel-2024-05-02", "free some space"})
	m.fill(false)
	if err := v.remember(t.Context(), m, []past{{day, ed}}, quiet()); err != nil || !reflect.DeepEqual(m.changes, wholeDay(t)) {
		t.Errorf("with room again: %v, %d changes", err, len(m.changes))
	}
}
