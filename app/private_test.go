package app

import (
	"bytes"
	"context"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/incident"
	"tocsin/publish"
	"tocsin/publish/page"
)

// canary is the word that stands in every line of these tests' private files.
const canary = "zqcanary"

// privateOverlay is an overlay whose every name is a canary, one of them upon a
// public entry.
func privateOverlay(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	text := `
sources: [{id: zqcanary-memo, title: zqcanary memo}]
organisations: [{id: zqcanary, name: {en: Zqcanary Clinic, fr: Clinique Zqcanary}, source: zqcanary-memo}]
components:
- {id: zqcanary/wifi, kind: access, name: {en: zqcanary wifi, fr: wifi zqcanary}, regions: [zz], needs: [{all: [northtel/mobile-data]}], source: zqcanary-memo}
dependents:
- id: zqcanary/rounds
  name: {en: zqcanary rounds, fr: visites zqcanary}
  regions: [zz]
  people: 31
  needs: [{all: [zqcanary/wifi]}]
  fallback: [{text: {en: Ask zqcanary, fr: Demandez zqcanary}, source: zqcanary-memo}]
  source: zqcanary-memo
- {id: ferries/tickets, name: {en: zqcanary tickets, fr: billets zqcanary}, regions: [zz], source: zqcanary-memo}
`
	if err := os.WriteFile(filepath.Join(dir, "own.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// clean fails if a text has the canary in it.
func clean(t *testing.T, what, text string) {
	t.Helper()
	if i := strings.Index(strings.ToLower(text), canary); i >= 0 {
		t.Errorf("%s tells of private things: …%s…", what, text[max(0, i-80):min(len(text), i+80)])
	}
}

// cleanFiles fails if a file below a directory, or its name, has the canary in
// it; it gives all that is in them.
func cleanFiles(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		clean(t, "the name of a file", name)
		body, err := os.ReadFile(name)
		clean(t, name, string(body))
		all.Write(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// TestNothingPrivateIsPublished plays a day with a private overlay and reads all
// that there is to read: every page and document that a link leads to, the
// files of the store, the log.
func TestNothingPrivateIsPublished(t *testing.T) {
	world := World{Catalog: zzCatalog, Overlays: []string{privateOverlay(t)}}
	data := t.TempDir()
	var log lockedBuffer
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	listening, done := make(chan string, 1), make(chan error, 1)
	o := ServeOptions{
		World: world, Data: data, Listen: "127.0.0.1:0", Replay: zzOutage, Speed: 1e6,
		Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})), Listening: func(a string) { listening <- a },
	}
	go func() { done <- Serve(ctx, o) }()
	ob := observatory{<-listening, cancel, done}
	ob.await(t, "/en/incidents/"+zzIncident, says("is back to normal"))

	read := map[string]bool{}
	link := regexp.MustCompile(`(?:href|src|action)="(/[^"#?]*)`)
	open := []string{"/en/", "/fr/", "/en/report.txt", "/fr/report.txt", "/en/report.json", "/fr/report.json", "/nowhere"}
	for len(open) > 0 {
		path := open[0]
		open = open[1:]
		if read[path] {
			continue
		}
		read[path] = true
		a := ob.get(t, path)
		clean(t, path, a.body)
		for _, m := range link.FindAllStringSubmatch(a.body, -1) {
			open = append(open, m[1])
		}
	}
	if len(read) < 10 {
		t.Errorf("only %d addresses were read", len(read))
	}
	if a := ob.get(t, "/en/incidents/"+zzIncident+"/affected"); !strings.Contains(a.body, "erry tickets") {
		t.Error("the public entry that the overlay speaks of is missing")
	}
	ob.ends(t)
	if kept := cleanFiles(t, data); !strings.Contains(kept, "ferries/tickets") {
		t.Error("the store can't be searched like this: what is public isn't found either")
	}
	clean(t, "the log", log.String())
}

// lockedBuffer takes lines from several goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// TestPagesRefuseWhatIsPrivate: a mistake in the wiring stops the pages, and
// publishes nothing.
func TestPagesRefuseWhatIsPrivate(t *testing.T) {
	world := World{Catalog: zzCatalog, Overlays: []string{privateOverlay(t)}}
	at := clock(t, "2024-05-02T08:00:00Z")
	whole, err := world.Edition(at)
	if err != nil {
		t.Fatal(err)
	}
	world.public = true
	public, err := world.Edition(at)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[incident.ID]*catalog.Edition{"a": whole}
	past := publish.Picture{Now: at, Edition: public, Past: ids, Incidents: []incident.Incident{{ID: "a"}}}
	for what, p := range map[string]*publish.Picture{"today's edition": {Now: at, Edition: whole}, "an old one": &past} {
		if _, err := page.Render(p, page.Options{}); err == nil || !strings.Contains(err.Error(), "is private") {
			t.Errorf("%s: error %v", what, err)
		}
	}
	if _, err := page.Render(&publish.Picture{Now: at, Edition: public}, page.Options{}); err != nil {
		t.Error(err)
	}
}

// TestSitrepConfides: on the operator's own terminal, private dependents fall
// with what the store says of public ones, and are explained to the root.
func TestSitrepConfides(t *testing.T) {
	world := World{Catalog: zzCatalog, Overlays: []string{privateOverlay(t)}}
	at := clock(t, "2024-05-02T08:00:00Z")
	since := at.Add(-time.Hour)
	ed, err := world.Edition(at)
	if err != nil {
		t.Fatal(err)
	}
	kept := []incident.Effect{
		{Node: "northtel/core", Region: "zz", State: catalog.Down, Since: since, Path: []catalog.NodeID{"northtel/core"}},
		{Node: "northtel/mobile-data", Region: "zz", State: catalog.Down, Since: since, Path: []catalog.NodeID{"northtel/mobile-data", "northtel/core"}},
	}
	p := &publish.Picture{Now: at, Edition: ed, Incidents: []incident.Incident{
		{ID: "open", State: incident.Confirmed, Effects: kept}, {ID: "over", State: incident.Resolved, Effects: kept},
	}}
	confide(p)
	var got []string
	for _, e := range p.Incidents[0].Effects {
		for _, id := range e.Path {
			got = append(got, string(id))
		}
		got = append(got, string(e.State)+" "+e.Since.Format(time.TimeOnly))
	}
	want := "northtel/core down 07:00:00 northtel/mobile-data northtel/core down 07:00:00 " +
		"zqcanary/rounds zqcanary/wifi northtel/mobile-data northtel/core down 07:00:00 zqcanary/wifi northtel/mobile-data northtel/core down 07:00:00"
	if text := strings.Join(got, " "); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	if len(p.Incidents[1].Effects) != 2 || len(kept) != 2 {
		t.Error("an incident that is over was added to")
	}
}
