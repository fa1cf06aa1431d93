package app

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tocsin/feed"
	"tocsin/feed/rislive"
)

// captureData is where real captures lie, beside the repository.
const captureData = "../../shared/data/mrt"

// realCapture gives real captures, or skips.
func realCapture(t *testing.T, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(captureData, pattern))
	if err != nil || len(names) == 0 {
		if os.Getenv("TOCSIN_REQUIRE") == "all" {
			t.Fatalf("no capture %s under %s", pattern, captureData)
		}
		t.Skipf("no capture %s under %s", pattern, captureData)
	}
	return names
}

// Minutes of the real Internet of 2002 to 2019, without a table.
func TestOutagesOfRealCaptures(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"bgpdump/updates.*.gz", "libbgpstream/*updates*"} {
		for _, name := range realCapture(t, pattern) {
			t.Run(filepath.Base(name), func(t *testing.T) {
				t.Parallel()
				j, err := outagesOf(t, OutagesOptions{Files: []string{name}})
				if err != nil || len(j.Outages) != 0 {
					t.Errorf("%v, %+v", err, j.Outages)
				}
			})
		}
	}
}

// A real table of 497,000 prefixes, of which its full-feed peer then withdraws
// all that AS812 has, while the real updates of the same collector go on. In
// those one AS fails of itself: for four minutes the peer's routes to AS33785
// get longer, by ever more distant ways, and at 23:53:42 none is left.
func TestOutagesOfARealTable(t *testing.T) {
	t.Parallel()
	rib := realCapture(t, "libbgpstream/*jinx.ribs.1401487200.bz2")[0]
	updates := realCapture(t, "libbgpstream/*jinx.updates.1401493500.bz2")[0]
	c, err := openCaptures([]string{rib})
	if err != nil {
		t.Fatal(err)
	}
	carried := map[feed.Peer][]netip.Prefix{}
	tables := map[feed.Peer]int{}
	if err := c.read(t.Context(), c.tables[0], func(r *feed.Routes) {
		tables[r.Peer] += len(r.Announced4)
		for _, p := range r.Announced4 {
			if r.Origin == 812 {
				carried[r.Peer] = append(carried[r.Peer], p.Prefix())
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	var full feed.Peer
	for p, n := range tables {
		if n > 400_000 {
			full = p
		}
	}
	list := carried[full]
	if len(list) < 300 {
		t.Fatalf("AS812 has %d prefixes by %v", len(list), full)
	}
	var day recording
	at := time.Date(2014, 5, 30, 23, 51, 17, 0, time.UTC)
	for part := range slices.Chunk(list, 100) {
		day.messages = append(day.messages, rislive.Message{
			At: at.UnixNano(), Peer: full.Addr, AS: full.AS, BGP: updateMessage(nil, part, full.AS, 0),
		})
	}
	name := day.mrt(t, "more.gz")
	j, err := outagesOf(t, OutagesOptions{Files: []string{rib, updates, name}})
	if err != nil || len(j.Outages) != 2 || j.FullV4 != 1 {
		t.Fatalf("%v, %+v", err, j.Outages)
	}
	if o := j.Outages[1]; o.AS != 33785 || o.Onset != "2014-05-30T23:53:42Z" || o.Usual.Prefixes != 17 {
		t.Errorf("%+v", o)
	}
	if o := j.Outages[0]; o.AS != 812 || o.Onset != "2014-05-30T23:51:17Z" || o.End != nil || o.Depth != 1 || o.Usual.Prefixes != len(list) {
		t.Errorf("%+v, of %d prefixes", o, len(list))
	}
}
