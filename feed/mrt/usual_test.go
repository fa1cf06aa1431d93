package mrt

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"tocsin/feed"
)

// attribute is one of any kind, with a length of two bytes if it needs or wants one.
func attribute(flags, kind byte, value []byte) []byte {
	if len(value) > 255 || flags&flagExtendedBytes != 0 {
		head := []byte{flags | flagExtendedBytes, kind, 0, 0}
		binary.BigEndian.PutUint16(head[2:], uint16(len(value)))
		return append(head, value...)
	}
	return append([]byte{flags, kind, byte(len(value))}, value...)
}

// randomAttributes are mostly those that updates begin with, in their order.
func randomAttributes(rng *rand.Rand) []byte {
	some := func(one, other []byte) []byte {
		if rng.IntN(12) == 0 {
			return other
		}
		return one
	}
	list := [][]byte{
		attribute(byte(rng.IntN(256))&^flagExtendedBytes, attrOrigin, some([]byte{byte(rng.IntN(3))}, []byte{byte(rng.IntN(256)), 0}[:rng.IntN(3)])),
		attribute(byte(rng.IntN(256)), attrPath, randomPath(rng, 4)),
		attribute(0x40, attrNextHop, some([]byte{192, 0, 2, 1}, make([]byte, rng.IntN(6)))),
		attribute(0x80, attrMED, some(make([]byte, 4), make([]byte, rng.IntN(6)))),
		attribute(0xc0, attrCommunities, make([]byte, rng.IntN(9))),
		attribute(0xc0, attrAggregator, make([]byte, 6+2*rng.IntN(2))),
		attribute(0x80, attrUnreach, []byte{0, 1, 1, 24, 10, 1, byte(rng.IntN(256))}),
	}
	list = list[:rng.IntN(len(list)+1)]
	if rng.IntN(3) == 0 {
		rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	if len(list) > 0 && rng.IntN(6) == 0 {
		list = slices.Insert(list, rng.IntN(len(list)), list[rng.IntN(len(list))]) // one twice
	}
	b := slices.Concat(list...)
	if rng.IntN(20) == 0 && len(b) > 0 {
		b = b[:rng.IntN(len(b))]
	}
	return b
}

// What is taken at once is what the walk over all of them takes: an attribute of a kind
// that nobody knows before them changes nothing but that they are walked over.
func TestUsualAttributesAgainstTheWalk(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(23, 24))
	taken := 0
	for range 20_000 {
		b := slacked(randomAttributes(rng))
		walked := slacked(append(attribute(0xc0, 99, nil), b...))
		read := func(b []byte) (a routeAttributes, out feed.Routes, sound bool) {
			a.as4 = true
			sound = new(Reader).attributes(&out, b, &a)
			return a, out, sound
		}
		got, gotOut, gotSound := read(b)
		want, wantOut, wantSound := read(walked)
		if !bytes.Equal(got.path, want.path) || got.seen != want.seen || got.withdraw != want.withdraw || gotSound != wantSound ||
			!slices.Equal(gotOut.Withdrawn4, wantOut.Withdrawn4) {
			t.Fatalf("% x:\n%+v %v\n%+v %v", b, got, gotSound, want, wantSound)
		}
		if path := findPath(b); len(b) > 0 && !bytes.Equal(path, findPath(walked)) {
			t.Fatalf("% x: the path is % x", b, path)
		}
		if a := (routeAttributes{}); len(a.usual(b)) < len(b) {
			taken++
		}
	}
	if taken < 5000 || taken > 18_000 {
		t.Errorf("%d of 20,000 were taken at once: it is one case alone that is looked at", taken)
	}
}
