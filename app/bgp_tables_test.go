package app

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tocsin/feed"
)

// under moves a file into a directory of a collector.
func under(t *testing.T, file string, dirs ...string) string {
	t.Helper()
	to := filepath.Join(append(append([]string{t.TempDir()}, dirs...), filepath.Base(file))...)
	move(t, file, to)
	return to
}

// A second table of a collector within half an hour is not laid over the first: it is
// compared with what has become of that, as later ones are.
func TestASecondTableIsNotLaidOverTheFirst(t *testing.T) {
	t.Parallel()
	at, world := morning()
	without := map[uint32][]netip.Prefix{64999: prefixesOf(64999, 3)}
	for as, list := range world {
		if as != 812 {
			without[as] = list
		}
	}
	c := withdrawal(at) // an update, so that time goes on
	c.messages = c.messages[:1]
	for _, dirs := range [][]string{nil, {"rrc00", "2022.07"}} {
		first := under(t, table(t, "rib.gz", at, world), dirs...)
		second := under(t, table(t, "rib2.gz", at.Add(20*time.Minute), without), dirs...)
		j, err := outagesOf(t, OutagesOptions{Files: []string{second, first, under(t, c.mrt(t, "updates.gz"), dirs...)}})
		if err != nil {
			t.Fatal(err)
		}
		if len(j.Checks) != 1 || len(j.Checks[0].Peers) != 5 {
			t.Fatalf("%v: %d tables were compared: %+v", dirs, len(j.Checks), j.Checks)
		}
		for _, p := range j.Checks[0].Peers {
			if p.Extra != 90 || p.Missing != 3 {
				t.Errorf("%v: %+v; want 90 that went and 3 that came", dirs, p)
			}
		}
	}
	// In an archive it is passed over.
	dir := t.TempDir()
	for name, w := range map[string]map[uint32][]netip.Prefix{"bview.20220708.0800.gz": world, "bview.20220708.0820.gz": without} {
		when := at
		if w[812] == nil {
			when = at.Add(20 * time.Minute)
		}
		move(t, table(t, name, when, w), filepath.Join(dir, "rrc00", "2022.07", name))
	}
	found, err := outages(t.Context(), OutagesOptions{Archive: ArchiveOptions{Source: dir, From: at, Until: at.Add(time.Hour)}, Share: 0.5})
	if err != nil || found.stand.Prefixes[0] != 590 || found.stand.Full[0] != 5 || !found.from.Equal(at) {
		t.Errorf("%v, %+v", err, found.stand)
	}
}

func move(t *testing.T, from, to string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// What a collector's updates changed before its own table was dumped is in that table.
func TestUpdatesBeforeACollectorsOwnTable(t *testing.T) {
	t.Parallel()
	at, world := morning()
	early := &recording{at: at.Add(10 * time.Minute)}
	for i := range 5 {
		early.tell(i, nil, prefixesOf(812, 90), 0)
	}
	files := []string{
		under(t, table(t, "rib.gz", at, world), "rrc00"),
		under(t, table(t, "rib.gz", at.Add(20*time.Minute), world), "rrc01"),
		under(t, early.mrt(t, "updates.gz"), "rrc01"),
	}
	j, err := outagesOf(t, OutagesOptions{Files: files})
	if err != nil || len(j.Checks) != 0 || j.Peers != 10 || len(j.Outages) != 0 {
		t.Fatalf("%v: %d peers, %+v", err, j.Peers, j.Outages)
	}
	if len(j.Notes) == 0 {
		t.Error("that updates were left out is not said")
	}
}

// After days without a word, the next tables are a new beginning: what isn't in them any
// more fell nobody knows when.
func TestTablesAfterASilenceOfDays(t *testing.T) {
	t.Parallel()
	at, world := morning()
	before := withdrawal(at)
	before.messages = before.messages[:5] // it doesn't come back, as far as is known
	later := at.Add(50 * time.Hour)
	after := withdrawal(later)
	without := map[uint32][]netip.Prefix{}
	for as, list := range world {
		if as != 64600 {
			without[as] = list
		}
	}
	files := []string{
		table(t, "rib.gz", at, world), before.mrt(t, "updates.gz"), table(t, "rib.gz", later, without), after.mrt(t, "updates.gz"),
	}
	o := OutagesOptions{Files: files, Format: "text", Share: 0.5, Depth: 0.2}
	found, err := outages(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(found.falls) != 2 || found.stand.Lapsed != 1 || found.stand.Full[0] != 5 || len(found.checks) != 0 {
		t.Fatalf("%+v, %d checks, %+v", found.falls, len(found.checks), found.stand)
	}
	first, second := found.falls[0], found.falls[1]
	if first.AS != 812 || !first.EndUnseen || first.End != 0 || first.Onset != at.Add(44*time.Minute+12*time.Second).Unix() {
		t.Errorf("%+v", first)
	}
	if second.AS != 812 || second.EndUnseen || second.Unseen || second.Onset != later.Add(44*time.Minute+12*time.Second).Unix() || second.End == 0 {
		t.Errorf("%+v", second)
	}
	if text := found.text(); !strings.Contains(text, "until nobody knows when") || !strings.Contains(text, "1 time(s) nobody told anything for more than a day") {
		t.Error(text)
	}
}

// A stream begins with the newest table of each collector.
func TestTheNewestTableOfEachCollector(t *testing.T) {
	t.Parallel()
	minute := func(n int) time.Time { return time.Unix(int64(n)*60, 0) }
	_, as := peerOf(0)
	one, other := []feed.Peer{{AS: as}}, []feed.Peer{{AS: as + 1}}
	tables := []capture{
		{name: "a", first: minute(0), own: "rrc00"},
		{name: "b", first: minute(1), peers: one},
		{name: "c", first: minute(2), own: "rrc00"},
		{name: "d", first: minute(3), own: "rrc01"},
		{name: "e", first: minute(4), peers: other},
		{name: "f", first: minute(5), peers: one},
		{name: "g", first: minute(31), own: "rrc02"},
	}
	names := func(list []capture) (s string) {
		for _, c := range list {
			s += c.name
		}
		return s
	}
	last, replaced := lastTables(tables)
	if names(last) != "cdefg" || names(replaced) != "ab" {
		t.Errorf("last %s, replaced %s", names(last), names(replaced))
	}
	first, later := firstTables(tables)
	if names(first) != "abde" || names(later) != "cfg" {
		t.Errorf("first %s, later %s", names(first), names(later))
	}
}
