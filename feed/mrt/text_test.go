package mrt_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"tocsin/feed/mrt"
)

var update = flag.Bool("update", false, "write testdata/bgpdump.txt anew, with bgpdump")

// What bgpdump makes of records that no capture has is kept in
// testdata/bgpdump.txt: a line "# name" and then what it prints.
func TestPrintsCraftedRecords(t *testing.T) {
	const golden = "testdata/bgpdump.txt"
	cases := crafted()
	if *update {
		var all bytes.Buffer
		for _, name := range sorted(cases) {
			fmt.Fprintf(&all, "# %s\n%s", name, bgpdump(t, written(t, cases[name])))
		}
		if err := os.WriteFile(golden, all.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]byte{}
	var name string
	for line := range bytes.Lines(text) {
		if title, ok := bytes.CutPrefix(line, []byte("# ")); ok {
			name = string(bytes.TrimSpace(title))
			want[name] = []byte{}
			continue
		}
		want[name] = append(want[name], line...)
	}
	for _, name := range sorted(cases) {
		if _, ok := want[name]; !ok {
			t.Errorf("%s: not in %s; -update writes it", name, golden)
			continue
		}
		same(t, name, printed(t, cases[name]), want[name])
	}
	if len(want) != len(cases) {
		t.Errorf("%s has %d cases, %d are made", golden, len(want), len(cases))
	}
}

// The golden file is held to the program itself, all cases in a handful of runs.
func TestCraftedRecordsAgainstBgpdump(t *testing.T) {
	var all, want []byte
	cases := crafted()
	for _, name := range sorted(cases) {
		switch name {
		case "cut", "cut in its header", "table without peers": // they change what comes after
			same(t, name, printed(t, cases[name]), bgpdump(t, written(t, cases[name])))
			continue
		}
		all, want = append(all, cases[name]...), append(want, printed(t, cases[name])...)
	}
	if len(want) < 10000 {
		t.Fatalf("only %d bytes are printed", len(want))
	}
	same(t, "all", want, bgpdump(t, written(t, all)))
}

// bgpdump keeps no more than 8192 prefixes of a list.
func TestPrintsNoMoreThanBgpdumpKeeps(t *testing.T) {
	got := printed(t, m4(make([]byte, 9000), nil, make([]byte, 8191)))
	if w, a := bytes.Count(got, []byte("|W|")), bytes.Count(got, []byte("|A|")); w != 8192 || a != 8191 {
		t.Errorf("%d withdrawals and %d announcements, want 8192 and 8191", w, a)
	}
}

func printed(t testing.TB, stream []byte) []byte {
	t.Helper()
	got, _ := text(t, mrt.NewReader(bytes.NewReader(stream)), nil)
	return got
}

func written(t testing.TB, stream []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "crafted")
	if err := os.WriteFile(path, stream, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Where bgpdump gives up or aborts we go on; docs/bgp.md says by which right.
func TestGoesOnWhereBgpdumpDoesNot(t *testing.T) {
	line := "BGP4MP|1000|W|192.0.2.1|65001|10.1.2.0/24\n"
	again := m4(p4(), nil, nil)
	announced := "BGP4MP|1000|A|192.0.2.1|65001|10.1.2.0/24|1 2 3|IGP|10.0.0.1|0|0||NAG||\n"
	for name, c := range map[string]struct {
		stream []byte
		want   string
	}{
		"empty record":          {join(rec(16, 4), again), line},
		"no microseconds":       {join(rec(17, 4), again), line},
		"two origins":           {join(m4(nil, join(attrs4(), at(1, []byte{1})), p4()), again), announced + line},
		"two paths":             {join(m4(nil, join(attrs4(), at(2, seg(2, 4, 9))), p4()), again), announced + line},
		"new aggregator before": {join(m2(join(at(18, be32(1), count(4)), attrs2()), p4()), again), announced + line},
		"peer that is none": {
			join(twoPeers(), ribOf(2, p4(), entry(7, nil, attrs4()), entry(0, nil, attrs4()))),
			"TABLE_DUMP2|1000|B|9.9.9.9|65001|10.1.2.0/24|1 2 3|IGP|10.0.0.1|0|0||NAG||\n",
		},
		"long name of a view": {
			join(table(string(make([]byte, 300)), 1, tablePeer(false, false, 5)), ribOf(2, p4(), entry(0, nil, attrs4()))),
			"TABLE_DUMP2|1000|B|9.9.9.9|5|10.1.2.0/24|1 2 3|IGP|10.0.0.1|0|0||NAG||\n",
		},
		"no communities":       {m4(nil, join(attrs4(), at(8)), p4()), announced},
		"a segment of nothing": {m2(join(at(1, []byte{0}), at(2, seg(2, 2), seg(2, 2, 1, 2, 3)), at(17, seg(2, 4, 3)), at(3, []byte{10, 0, 0, 1})), p4()), ""},
	} {
		got := printed(t, c.stream)
		if c.want == "" {
			continue // that it ends is enough
		}
		same(t, name, got, []byte(c.want))
	}
}

func TestFilteredText(t *testing.T) {
	stream := join(crafted()["subtype 4"], crafted()["session whole, 5, 16"], twoPeers(), ribOf(2, p4(), entry(0, nil, attrs4()), entry(1, nil, attrs4())), old(1, 24, attrs2()), crafted()["BGP: update"])
	for name, c := range map[string]struct {
		filter mrt.Filter
		lines  int
	}{
		"all":                 {mrt.Filter{}, 12},
		"an AS of the path":   {mrt.Filter{AS: 2}, 7},
		"another":             {mrt.Filter{AS: 65001}, 0},
		"a prefix":            {mrt.Filter{Prefix: prefix("10.1.0.0/16")}, 7},
		"an IPv6 prefix":      {mrt.Filter{Prefix: prefix("2001::/16")}, 2},
		"a peer":              {mrt.Filter{Peer: address("192.0.2.1")}, 4},
		"the peers of an AS":  {mrt.Filter{PeerAS: 100000}, 1},
		"before":              {mrt.Filter{Until: second(1000)}, 0},
		"from":                {mrt.Filter{From: second(1000), Until: second(1001)}, 12},
		"too late":            {mrt.Filter{From: second(1001)}, 0},
		"a peer and a prefix": {mrt.Filter{Peer: address("192.0.2.1"), Prefix: prefix("2001::/16")}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := text(t, mrt.NewReader(bytes.NewReader(stream)), &c.filter)
			if n := bytes.Count(got, []byte("\n")); n != c.lines {
				t.Errorf("%d lines, want %d:\n%s", n, c.lines, got)
			}
		})
	}
}

// A printer of damaged captures ends and allocates no more than it is given.
func TestPrintsDamage(t *testing.T) {
	for _, path := range files(t)[:4] {
		stream := plain(t, path)
		stream = stream[:min(len(stream), 200<<10)]
		for i := 37; i < len(stream); i += 211 {
			stream[i] ^= byte(i)
		}
		r := mrt.NewReader(bytes.NewReader(stream))
		text(t, r, nil)
		var rec mrt.Record
		if err := r.NextRecord(&rec); !errors.Is(err, io.EOF) {
			t.Errorf("%s: after the end: %v", path, err)
		}
	}
}
