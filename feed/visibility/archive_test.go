package visibility_test

import (
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"

	"tocsin/feed"
	"tocsin/feed/mrt"
	"tocsin/feed/visibility"
)

// archive is a real capture, decompressed.
func archive(tb testing.TB, name string) []byte {
	tb.Helper()
	f, err := os.Open("../../../shared/data/mrt/" + name)
	if err != nil {
		if os.Getenv("TOCSIN_REQUIRE") == "all" {
			tb.Fatal(err)
		}
		tb.Skipf("SKIPPED: no real capture: %v", err)
	}
	defer func() { _ = f.Close() }()
	r := bzip2.NewReader(f)
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			tb.Fatal(err)
		}
	}
	b, err := io.ReadAll(r)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// play decodes a capture and gives each route; it counts the prefixes.
func play(tb testing.TB, b []byte, take func(*feed.Routes)) (prefixes int) {
	tb.Helper()
	r := mrt.NewReader(bytes.NewReader(b))
	defer func() { _ = r.Close() }()
	var to feed.Routes
	for {
		switch err := r.Next(&to); {
		case errors.Is(err, io.EOF):
			return prefixes
		case err != nil:
			tb.Fatal(err)
		}
		prefixes += len(to.Announced4) + len(to.Announced6) + len(to.Withdrawn4) + len(to.Withdrawn6)
		take(&to)
	}
}

// Real updates through decoder and store, one core, processor time: quarters of
// an hour of RIS, played again and again into one store. "decode" is the same
// without the store.
func BenchmarkArchive(b *testing.B) {
	for _, name := range []string{"libbgpstream/updates.example.bz2", "bgpdump/updates.20070211.0141.gz", "bgpdump/updates.20160811.1600.gz"} {
		for _, what := range []string{"decode", "store"} {
			b.Run(name[strings.Index(name, "/")+1:]+"/"+what, func(b *testing.B) {
				file := archive(b, name)
				s := visibility.New(visibility.Options{Share: 0.5, Falls: &visibility.FallOptions{}})
				take := s.Take
				if what == "decode" {
					take = func(*feed.Routes) {}
				}
				prefixes := 0
				began := processor(b)
				for b.Loop() {
					prefixes += play(b, file, take)
				}
				b.ReportMetric(float64(prefixes)/(processor(b)-began)/1e6, "Mprefixes/cpu-s")
			})
		}
	}
}

func processor(b *testing.B) float64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// The same capture gives the same, twice; and each peer's table is what its own
// updates make of it, whoever else speaks.
func TestArchiveTwice(t *testing.T) {
	t.Parallel()
	file := archive(t, "bgpdump/updates.20160811.1600.gz")
	one, two := visibility.New(visibility.Options{Share: 0.5}), visibility.New(visibility.Options{Share: 0.5})
	play(t, file, one.Take)
	play(t, file, two.Take)
	if one.Stand() != two.Stand() || one.Stand().Prefixes[0] < 1000 {
		t.Errorf("%+v, %+v", one.Stand(), two.Stand())
	}
	tables := map[feed.Peer]map[feed.V4]bool{}
	play(t, file, func(r *feed.Routes) {
		if tables[r.Peer] == nil || r.State == feed.SessionDown {
			tables[r.Peer] = map[feed.V4]bool{}
		}
		for _, p := range r.Withdrawn4 {
			delete(tables[r.Peer], p)
		}
		for _, p := range r.Announced4 {
			tables[r.Peer][p] = true
		}
	})
	// A table of those tables agrees with the store.
	table := visibility.New(visibility.Options{Share: 0.5})
	for peer, list := range tables {
		for p := range list {
			table.Take(&feed.Routes{At: one.Stand().Second * 1e9, Peer: peer, Announced4: []feed.V4{p}, Dump: true})
		}
	}
	compared := 0
	for _, d := range one.Compare(table) {
		compared += d.Table
		if d.Missing != 0 {
			t.Errorf("%+v", d)
		}
	}
	if compared < 1000 {
		t.Errorf("only %d routes compared", compared)
	}
}
