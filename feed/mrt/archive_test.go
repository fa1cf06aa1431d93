package mrt_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/feed/mrt"
)

func TestParseName(t *testing.T) {
	for name, want := range map[string]mrt.File{
		"rrc04/2022.07/updates.20220708.0845.gz":                           {Collector: "rrc04", Kind: mrt.Updates, Start: clock("2022-07-08 08:45")},
		"/data/ris/rrc04/2022.07/bview.20220708.0800.gz":                   {Collector: "rrc04", Kind: mrt.Table, Start: clock("2022-07-08 08:00")},
		"route-views.jinx/bgpdata/2022.07/RIBS/rib.20220708.0800.bz2":      {Collector: "route-views.jinx", Kind: mrt.Table, Start: clock("2022-07-08 08:00")},
		"bgpdata/2022.07/UPDATES/updates.20220708.0815.bz2":                {Collector: "route-views2", Kind: mrt.Updates, Start: clock("2022-07-08 08:15")},
		"ris.rrc06.updates.1401488100.gz":                                  {Collector: "rrc06", Kind: mrt.Updates, Start: time.Unix(1401488100, 0)},
		"a/routeviews.route-views.jinx.ribs.1401487200.bz2":                {Collector: "route-views.jinx", Kind: mrt.Table, Start: time.Unix(1401487200, 0)},
		"updates.20220708.0845":                                            {Kind: mrt.Updates, Start: clock("2022-07-08 08:45")},
		"rrc1/updates.20220708.0845.zst":                                   {Kind: mrt.Updates, Start: clock("2022-07-08 08:45")},
		"https://data.ris.ripe.net/rrc00/2022.07/updates.20220708.0845.gz": {Collector: "rrc00", Kind: mrt.Updates, Start: clock("2022-07-08 08:45")},
	} {
		got, ok := mrt.ParseName(name)
		if !ok || got.Collector != want.Collector || got.Kind != want.Kind || !got.Start.Equal(want.Start) || got.Path != name {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
		if got := mrt.Collector(name); got != want.Collector {
			t.Errorf("%s: the collector is %q, want %q", name, got, want.Collector)
		}
	}
	for _, name := range []string{"", "updates", "updates.gz", "updates.20220708.gz", "updates.20221308.0845.gz", "latest-bview.gz", "ris.rrc06.updates.gz", "ris.rrc06.state.1401488100.gz", "ris.rrc06.updates.-5.gz", "index.html"} {
		if f, ok := mrt.ParseName(name); ok {
			t.Errorf("%q is taken for %+v", name, f)
		}
	}
}

func clock(s string) time.Time {
	v, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		panic(err)
	}
	return v
}

// stamped is a stream of withdrawals at these seconds beyond 08:00 of 8 July 2022.
func stamped(seconds ...int) []byte {
	var all []byte
	for _, s := range seconds {
		b := m4(p4(), nil, nil)
		copy(b, be32(uint32(clock("2022-07-08 08:00").Unix())+uint32(s)))
		all = append(all, b...)
	}
	return all
}

// tree is a small archive: two collectors, with gaps, a table and a broken file.
func tree() map[string][]byte {
	return map[string][]byte{
		"rrc04/2022.07/bview.20220708.0800.gz":                               zipped(join(twoPeersAt(0), stamped(1))),
		"rrc04/2022.07/updates.20220708.0800.gz":                             zipped(stamped(2, 10, 250)),
		"rrc04/2022.07/updates.20220708.0805.gz":                             zipped(stamped(300, 310)),
		"rrc04/2022.07/updates.20220708.0815.gz":                             zipped(stamped(900, 1000)),
		"rrc06/2022.07/updates.20220708.0800.gz":                             zipped(stamped(5, 10, 299)),
		"rrc06/2022.07/updates.20220708.0805.gz":                             zipped(stamped(305))[:30],
		"rrc06/2022.07/updates.20220708.0810.gz":                             zipped(stamped(600)),
		"rrc06/2022.07/latest-update.gz":                                     nil,
		"route-views.jinx/bgpdata/2022.07/UPDATES/updates.20220708.0800.bz2": stamped(7, 700),
		"route-views.jinx/bgpdata/2022.07/RIBS/rib.20220708.0800.bz2":        stamped(3),
	}
}

func twoPeersAt(second int) []byte {
	b := twoPeers()
	copy(b, be32(uint32(clock("2022-07-08 08:00").Unix())+uint32(second)))
	return b
}

func zipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(b) // a buffer takes all
	_ = z.Close()
	return out.Bytes()
}

// laid writes the archive into a directory.
func laid(t *testing.T) mrt.Dir {
	t.Helper()
	dir := t.TempDir()
	for name, b := range tree() {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return mrt.Dir(dir)
}

// played reads an archive to its end, or n things of it.
func played(t *testing.T, a *mrt.Archive, n int) (told []string, broken int) {
	t.Helper()
	for len(told) < n {
		r, err := a.Next(t.Context())
		if err == nil {
			told = append(told, fmt.Sprintf("%s %d", r.Peer.Collector, r.At/1e9-clock("2022-07-08 08:00").Unix()))
			continue
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if _, ok := errors.AsType[*mrt.Broken](err); !ok {
			t.Fatal(err)
		}
		broken++
	}
	return told, broken
}

func whole() []string {
	return []string{
		"rrc04 1", "rrc04 2", "route-views.jinx 3", "rrc06 5", "route-views.jinx 7", "rrc04 10", "rrc06 10", "rrc04 250", "rrc06 299",
		"rrc04 300", "rrc04 310", "rrc06 600", "route-views.jinx 700", "rrc04 900", "rrc04 1000",
	}
}

func archive(t *testing.T, s mrt.Source, span mrt.Span, from mrt.Position) *mrt.Archive {
	t.Helper()
	a, err := mrt.NewArchive(t.Context(), s, span, from)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

func TestArchiveIsInOrderOfTime(t *testing.T) {
	a := archive(t, laid(t), mrt.Span{}, nil)
	var seen []string
	a.Progress = func(p mrt.Progress) {
		seen = append(seen, fmt.Sprintf("%d/%d %s", p.Done, p.Files, path.Base(p.File.Path)))
	}
	got, broken := played(t, a, 1000)
	if !slices.Equal(got, whole()) || broken != 1 {
		t.Errorf("got %q and %d breaks", got, broken)
	}
	if n := len(seen); n != 9 || !strings.HasPrefix(seen[n-1], "9/9 ") {
		t.Errorf("progress %q", seen)
	}
	if c := a.Counts(); c.Routes != 15 || c.Broken != 1 {
		t.Errorf("counted %+v", c)
	}
	if _, err := a.Next(t.Context()); !errors.Is(err, io.EOF) {
		t.Errorf("after the end: %v", err)
	}
}

// Wherever it stops, another goes on from there; the position survives JSON.
func TestArchiveResumes(t *testing.T) {
	dir := laid(t)
	for n := range len(whole()) + 1 {
		a := archive(t, dir, mrt.Span{}, nil)
		first, _ := played(t, a, n)
		kept, err := json.Marshal(a.Position())
		if err != nil {
			t.Fatal(err)
		}
		var from mrt.Position
		if err := json.Unmarshal(kept, &from); err != nil {
			t.Fatal(err)
		}
		rest, _ := played(t, archive(t, dir, mrt.Span{}, from), 1000)
		if got := append(first, rest...); !slices.Equal(got, whole()) {
			t.Errorf("after %d, at %s: %q", n, kept, rest)
		}
	}
}

func TestArchiveSpan(t *testing.T) {
	dir := laid(t)
	for name, c := range map[string]struct {
		span mrt.Span
		want []string
	}{
		"one collector":  {mrt.Span{Collectors: []string{"route-views.jinx"}}, []string{"route-views.jinx 3", "route-views.jinx 7", "route-views.jinx 700"}},
		"tables":         {mrt.Span{Kinds: []mrt.Kind{mrt.Table}}, []string{"rrc04 1", "route-views.jinx 3"}},
		"until":          {mrt.Span{Until: clock("2022-07-08 08:00")}, nil},
		"from":           {mrt.Span{From: clock("2022-07-08 08:20"), Collectors: []string{"rrc04"}}, []string{"rrc04 900", "rrc04 1000"}}, // a file may last a quarter of an hour
		"from a table":   {mrt.Span{From: clock("2022-07-08 08:00"), Kinds: []mrt.Kind{mrt.Table}}, []string{"rrc04 1", "route-views.jinx 3"}},
		"nowhere at all": {mrt.Span{Collectors: []string{"rrc99"}}, nil},
	} {
		if got, _ := played(t, archive(t, dir, c.span, nil), 1000); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if _, err := mrt.NewArchive(t.Context(), mrt.Dir(filepath.Join(string(dir), "nowhere")), mrt.Span{}, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a directory that isn't there: %v", err)
	}
}

// server serves an archive as RIS and RouteViews do: an index of each month. Each
// file is cut once in the middle.
func server(t *testing.T) *httptest.Server {
	t.Helper()
	files := tree()
	cut := map[string]bool{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		if b, ok := files[name]; ok {
			if !cut[name] && len(b) > 60 {
				cut[name] = true
				w.Header().Set("Content-Length", fmt.Sprint(len(b)))
				_, _ = w.Write(b[:50])
				return
			}
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
			return
		}
		found := false
		for file := range files {
			if path.Dir(file)+"/" == name {
				if !found {
					_, _ = io.WriteString(w, `<a href="?C=N;O=D">Name</a> <a href="/">Parent</a>`)
				}
				found = true
				_, _ = fmt.Fprintf(w, `<a href="%s">x</a> <a href='%[1]s'>again</a>`, path.Base(file))
			}
		}
		if !found {
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func TestArchiveOnTheWeb(t *testing.T) {
	s := server(t)
	day := mrt.Span{From: clock("2022-07-08 08:00"), Until: clock("2022-07-08 09:00"), Collectors: []string{"rrc04", "rrc06", "rrc99"}}
	ris := &mrt.Web{Project: mrt.RIS, Base: s.URL, Client: s.Client()}
	got, broken := played(t, archive(t, ris, day, nil), 1000)
	want := slices.DeleteFunc(whole(), func(s string) bool { return strings.HasPrefix(s, "route-views") })
	if !slices.Equal(got, want) || broken != 1 {
		t.Errorf("got %q and %d breaks", got, broken)
	}
	day.Collectors = []string{"route-views.jinx", "route-views2"}
	views := &mrt.Web{Project: mrt.RouteViews, Base: s.URL, Client: s.Client()}
	got, _ = played(t, archive(t, views, day, nil), 1000)
	if want := []string{"route-views.jinx 3", "route-views.jinx 7", "route-views.jinx 700"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if _, err := mrt.NewArchive(t.Context(), ris, mrt.Span{From: day.From}, nil); err == nil {
		t.Error("all collectors until the end of time are listed")
	}
}

// A server that fails is told of, and its files are passed over.
func TestArchiveSurvivesItsServer(t *testing.T) {
	lists := true
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if lists && strings.HasSuffix(r.URL.Path, "/") {
			_, _ = io.WriteString(w, `<a href="updates.20220708.0800.gz">1</a><a href="updates.20220708.0805.gz">2</a><a href=updates.20220708.0810.gz>3</a><a href="`)
			return
		}
		if strings.Contains(r.URL.Path, "0810") {
			_, _ = w.Write(stamped(600))
			return
		}
		http.Error(w, "out of order", http.StatusServiceUnavailable)
	}))
	defer s.Close()
	web := &mrt.Web{Base: s.URL, Client: s.Client()}
	span := mrt.Span{From: clock("2022-07-08 08:00"), Until: clock("2022-07-08 09:00"), Collectors: []string{"rrc04"}}
	got, broken := played(t, archive(t, web, span, nil), 1000)
	if broken != 2 || !slices.Equal(got, []string{"rrc04 600"}) {
		t.Errorf("%q and %d breaks", got, broken)
	}
	lists = false
	if _, err := mrt.NewArchive(t.Context(), web, span, nil); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("an index that fails: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	a := archive(t, laid(t), mrt.Span{}, nil)
	cancel()
	if _, err := a.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
