package mrt_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"tocsin/feed"
	"tocsin/feed/mrt"
)

// Path identifiers stand beside their prefixes where the record says that there are
// some, and nowhere else.
func TestPathIdentifiers(t *testing.T) {
	two := join(be32(7), p4(), be32(8), []byte{16, 10, 9})
	six := join(be32(5), p6())
	path := at(2, seg(2, 4, 65001, 65002))
	good := join(must(), path)
	type ids = feed.PathIDs
	for _, c := range []struct {
		name string
		rec  []byte
		want ids
	}{
		{"announced and withdrawn", from4(16, 9, nil, upd(two, good, two)), ids{Announced4: []uint32{7, 8}, Withdrawn4: []uint32{7, 8}}},
		{"IPv6", from4(16, 9, nil, upd(nil, join(good, mpReach(2, 1, hop6(), six), mpUnreach(2, 1, six, six)), nil)), ids{Announced6: []uint32{5}, Withdrawn6: []uint32{5, 5}}},
		{"malformed, so withdrawn", from4(16, 9, nil, upd(two, must(), two)), ids{Withdrawn4: []uint32{7, 8, 7, 8}}},
		{"cut", from4(16, 9, nil, upd(nil, good, two[:len(two)-1])), ids{Announced4: []uint32{7}}},
		{"a plain one", m4(p4(), good, p4()), ids{}},
	} {
		r := mrt.NewReader(bytes.NewReader(join(from4(16, 9, nil, upd(nil, good, two)), c.rec)))
		var out feed.Routes
		for range 2 { // what was there before is gone
			if err := r.Next(&out); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
		}
		got := out.IDs
		if !slices.Equal(got.Announced4, c.want.Announced4) || !slices.Equal(got.Withdrawn4, c.want.Withdrawn4) ||
			!slices.Equal(got.Announced6, c.want.Announced6) || !slices.Equal(got.Withdrawn6, c.want.Withdrawn6) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// Lists and their identifiers have one length in tables and updates, whatever they hold.
func TestPathIdentifiersStandBesideTheirPrefixes(t *testing.T) {
	t.Parallel()
	tables := 0
	for _, path := range files(t) {
		if !bytes.Contains([]byte(path), []byte("add_path")) {
			continue
		}
		stream := plain(t, path)
		rng := rand.New(rand.NewPCG(27, 28))
		for i := range 200 {
			hurt := slices.Clone(stream)
			if i > 0 {
				hurt[rng.IntN(len(hurt))] ^= byte(1 << rng.IntN(8))
			}
			r := mrt.NewReader(bytes.NewReader(hurt))
			var out feed.Routes
			for r.Next(&out) == nil {
				if !out.Multipath {
					continue
				}
				tables++
				if len(out.IDs.Announced4) != len(out.Announced4) || len(out.IDs.Announced6) != len(out.Announced6) {
					t.Fatalf("%s: %+v", path, out)
				}
			}
		}
	}
	if tables < 1000 {
		t.Errorf("only %d entries with identifiers", tables)
	}
}
