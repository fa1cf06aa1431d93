package app

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// archive lays the withdrawal out as RIS does: a table, the updates, and a second
// table that the answer doesn't need.
func archive(t *testing.T) string {
	t.Helper()
	at, world := morning()
	dir := t.TempDir()
	month := filepath.Join(dir, "rrc04", "2022.07")
	if err := os.MkdirAll(month, 0o700); err != nil {
		t.Fatal(err)
	}
	before := &recording{at: at.Add(-5 * time.Minute)} // in a file that the span touches
	before.tell(0, nil, prefixesOf(64600, 5), 0)
	for name, from := range map[string]string{
		"updates.20220708.0750.gz": before.mrt(t, "before.gz"),
		"bview.20220708.0800.gz":   table(t, "rib.gz", at, world),
		"updates.20220708.0840.gz": withdrawal(at).mrt(t, "updates.gz"),
		"bview.20220708.1600.gz":   table(t, "rib2.gz", at.Add(8*time.Hour), world),
	} {
		if err := os.Rename(from, filepath.Join(month, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestOutagesOfAnArchive: the same outage from a directory and over HTTP, dated to
// the second, with the table that came before it.
func TestOutagesOfAnArchive(t *testing.T) {
	t.Parallel()
	dir := archive(t)
	srv := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(srv.Close)
	at, _ := morning()
	for _, source := range []string{dir, srv.URL, srv.URL + "/"} {
		done := 0.0
		j, err := outagesOf(t, OutagesOptions{
			FailOn: true, Progress: func(p float64) { done = p },
			Archive: ArchiveOptions{Source: source, Collectors: []string{"rrc04"}, From: at, Until: at.Add(9 * time.Hour)},
		})
		if Code(err) != ExitBadNews || len(j.Outages) != 1 {
			t.Fatalf("%s: %v, %+v", source, err, j.Outages)
		}
		if o := j.Outages[0]; o.AS != 812 || o.Onset != "2022-07-08T08:44:12Z" {
			t.Errorf("%s: %+v", source, o)
		}
		if j.From != "2022-07-08T08:00:00Z" || !j.Table {
			t.Errorf("%s: it begins at %s, with a table: %v", source, j.From, j.Table)
		}
		if done != 1 {
			t.Errorf("%s: progress ends at %v", source, done)
		}
	}
}

func TestArchiveRefuses(t *testing.T) {
	t.Parallel()
	dir := archive(t)
	at, _ := morning()
	for name, o := range map[string]ArchiveOptions{
		"no directory":     {Source: filepath.Join(dir, "nowhere")},
		"another time":     {Source: dir, From: at.AddDate(1, 0, 0)},
		"no collector":     {Source: "ris", From: at, Until: at.Add(time.Hour)},
		"no end":           {Source: "routeviews", From: at, Collectors: []string{"route-views2"}},
		"nobody's archive": {Source: dir, Collectors: []string{"rrc99"}},
	} {
		if _, err := outagesOf(t, OutagesOptions{Archive: o}); Code(err) != ExitInput {
			t.Errorf("%s: exit code %d, %v", name, Code(err), err)
		}
	}
}
