package app

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/publish"
	"tocsin/publish/sitrep"
)

func publishText(t *testing.T, p *publish.Picture, lang catalog.Lang) string {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out, report(p, lang), sitrep.Text); err != nil {
		t.Fatal(err)
	}
	return unwrapped(out.String())
}

func TestRecorded(t *testing.T) {
	names, err := Recorded()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"rogers-2021-04-19", "rogers-2022-07-08"} {
		if !slices.Contains(names, want) {
			t.Errorf("recorded are %v; %s is missing", names, want)
		}
	}
	if !slices.IsSorted(names) {
		t.Errorf("%v: not in order", names)
	}
}

// Every recorded outage can be read, and is called what its file is called.
func TestRecordedOutagesAreWhole(t *testing.T) {
	names, err := Recorded()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		day, ed, err := World{}.Outage(name, time.Time{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if day.ID != name || !ed.AsOf().Equal(day.Edition) {
			t.Errorf("%s calls itself %s, with the edition of %s", name, day.ID, ed.AsOf())
		}
	}
}

// The names in a file are those of its own day: a later edition, which may have
// dropped some, doesn't refuse it.
func TestOutageIsReadWithItsOwnEdition(t *testing.T) {
	dir := t.TempDir()
	src, err := os.ReadFile(filepath.Join(zzCatalog, "zz.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	const line = "  name: {en: Northtel mobile data, fr: données mobiles de Nordtel}\n"
	old := strings.Replace(string(src), "needs: [{all: [northtel/mobile-data], source: post}]", "needs: [{all: [northtel/mobile-data], source: post, until: 2025-01-01}]", 1)
	old = strings.Replace(old, line, line+"  until: 2025-01-01\n", 1)
	if err := os.WriteFile(filepath.Join(dir, "zz.yaml"), []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	later := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	day, ed, err := World{Catalog: dir}.Outage(zzOutage, later)
	if err != nil {
		t.Fatal(err)
	}
	if ed.Node("northtel/mobile-data") != nil || !ed.AsOf().Equal(later) {
		t.Errorf("the edition of %s still has the node", ed.AsOf())
	}
	if len(day.Statements) != 1 {
		t.Errorf("%d statements; want 1", len(day.Statements))
	}
	at := day.From.Add(32 * time.Hour)
	text := replayed(t, ReplayOptions{World: World{Catalog: dir}, Outage: zzOutage, Edition: later, At: at})
	if !strings.Contains(text, "Northtel") {
		t.Errorf("on the later edition the day comes out as:\n%s", text)
	}
}

// The history of a country is not that of another.
func TestBefore(t *testing.T) {
	ids := func(w World, from time.Time) (ids []string) {
		earlier, err := w.before(from)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range earlier {
			ids = append(ids, p.day.ID)
		}
		return ids
	}
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		w    World
		from time.Time
		want []string
	}{
		"before any":      {World{}, day(2020, 1, 1), nil},
		"amid the first":  {World{}, day(2021, 4, 19), nil},
		"between":         {World{}, day(2022, 7, 1), []string{"rogers-2021-04-19"}},
		"after both":      {World{}, day(2026, 1, 1), []string{"rogers-2021-04-19", "rogers-2022-07-08"}},
		"another country": {zz(), day(2026, 1, 1), nil},
	} {
		if got := ids(c.w, c.from); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v; want %v", name, got, c.want)
		}
	}
	// With the built-in catalogue nothing is left out: an overlay that breaks it is told.
	dir := t.TempDir()
	src := "dependents:\n- {id: nobody/nothing, name: {en: a, fr: b}, regions: [ca-xx], confidence: assumed}\n"
	if err := os.WriteFile(filepath.Join(dir, "own.yaml"), []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := World{Overlays: []string{dir}}.before(day(2026, 1, 1))
	complaint(t, err, ExitInput, []string{dir, "own.yaml:2", `"ca-xx"`})
}

// Which incident the report is about.
func TestReportOfWhichIncident(t *testing.T) {
	pictureAt := func(at string) *publish.Picture {
		p, err := Picture(t.Context(), ReplayOptions{World: zz(), Outage: zzOutage, At: clock(t, at)})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if text := publishText(t, pictureAt("2024-05-02T08:00:00Z"), catalog.EN); !strings.Contains(text, "Northtel is down") {
		t.Errorf("while it is open:\n%s", text)
	}
	p := pictureAt("2024-05-02T12:00:00Z")
	if text := publishText(t, p, catalog.EN); !strings.Contains(text, "back to normal") {
		t.Errorf("hours after its end:\n%s", text)
	}
	p.Now = p.Now.AddDate(0, 0, 2)
	if text := publishText(t, p, catalog.FR); strings.Contains(text, "est en panne") || !strings.Contains(text, "Aucun signe") {
		t.Errorf("days after its end:\n%s", text)
	}
}
