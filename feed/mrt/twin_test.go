package mrt

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"tocsin/feed"
)

// Slow and obvious twins of what is fast in this package.

// slacked gives bytes with room behind them, filled with what must not be believed.
func slacked(b []byte) []byte {
	return append(slices.Clone(b), bytes.Repeat([]byte{0xff}, slack)...)[:len(b)]
}

// twinPrefixes takes a list of prefixes bit by bit.
func twinPrefixes(b []byte, most int) (list []netip.Prefix, sound bool) {
	for len(b) > 0 {
		bits := int(b[0])
		size := bits / 8
		if bits%8 != 0 {
			size++
		}
		if bits > most || len(b) < 1+size {
			return list, false
		}
		room := make([]byte, most/8)
		copy(room, b[1:1+size])
		addr, _ := netip.AddrFromSlice(room)
		p, err := addr.Prefix(bits)
		if err != nil {
			return list, false
		}
		list, b = append(list, p), b[1+size:]
	}
	return list, true
}

func prefixes4(list []feed.V4) (out []netip.Prefix) {
	for _, p := range list {
		out = append(out, p.Prefix())
		if uint64(p)>>40 != 0 {
			return nil // something stands above the address
		}
	}
	return out
}

func prefixes6(list []feed.V6) (out []netip.Prefix) {
	for _, p := range list {
		out = append(out, p.Prefix())
	}
	return out
}

// randomList is mostly a list of prefixes.
func randomList(rng *rand.Rand, most int) []byte {
	var b []byte
	for range rng.IntN(6) {
		bits := rng.IntN(most + 1)
		if rng.IntN(20) == 0 {
			bits = rng.IntN(256)
		}
		b = append(b, byte(bits))
		for range (bits + 7) / 8 {
			b = append(b, byte(rng.Uint32()))
		}
	}
	return b[:len(b)-min(len(b), rng.IntN(20)/19)]
}

func TestPrefixesAgainstTwin(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	sounds := 0
	for range 20_000 {
		b := randomList(rng, 32)
		four, ok := appendV4(nil, slacked(b))
		want, sound := twinPrefixes(b, 32)
		if ok != sound || !slices.Equal(prefixes4(four), want) {
			t.Fatalf("% x: %v, %v; want %v, %v", b, prefixes4(four), ok, want, sound)
		}
		if sound {
			sounds++
		}
		b = randomList(rng, 128)
		six, ok := appendV6(nil, slacked(b))
		if want, sound := twinPrefixes(b, 128); ok != sound || !slices.Equal(prefixes6(six), want) {
			t.Fatalf("% x: %v, %v; want %v, %v", b, prefixes6(six), ok, want, sound)
		}
	}
	if sounds < 10_000 {
		t.Errorf("only %d of the lists were lists", sounds)
	}
}

// With identifiers before them, prefixes are the same ones.
func TestPrefixesWithPathsAgainstTwin(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 5000 {
		for _, most := range []int{32, 128} {
			plain, _ := twinPrefixes(randomList(rng, most), most)
			var with []byte
			for _, p := range plain {
				with = binary.BigEndian.AppendUint32(with, rng.Uint32())
				with = append(with, byte(p.Bits()))
				with = append(with, p.Addr().AsSlice()[:(p.Bits()+7)/8]...)
			}
			cut := len(with) - min(len(with), rng.IntN(10)/9)
			four, ok4 := appendV4Paths(nil, slacked(with[:cut]))
			six, ok6 := appendV6Paths(nil, slacked(with[:cut]))
			got, ok := prefixes4(four), ok4
			if most == 128 {
				got, ok = prefixes6(six), ok6
			}
			if ok != (cut == len(with)) {
				t.Fatalf("% x: sound is %v", with[:cut], ok)
			}
			if want := plain[:len(plain)-min(len(plain), len(with)-cut)]; !slices.Equal(got, want) {
				t.Fatalf("% x: %v, want %v", with[:cut], got, want)
			}
		}
	}
}

// Lists that are lists are never taken for lists with identifiers, but for those
// that begin with two default routes.
func TestPlainListsStayPlain(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for range 20_000 {
		b := randomList(rng, 32)
		want, sound := twinPrefixes(b, 32)
		if !sound || len(want) > 1 && want[0].Bits() == 0 && want[1].Bits() == 0 {
			continue
		}
		got, paths, ok := nlri4(nil, slacked(b), false)
		if paths || !ok || !slices.Equal(prefixes4(got), want) {
			t.Fatalf("% x: %v, paths %v, sound %v; want %v", b, prefixes4(got), paths, ok, want)
		}
	}
}

// twinPath takes a path apart into segments.
func twinPath(b []byte, size int) (segments [][]uint32, kinds []byte, sound bool) {
	for len(b) > 0 {
		if len(b) < 2 || b[0] < 1 || b[0] > 4 || b[1] == 0 || len(b) < 2+int(b[1])*size {
			return segments, kinds, false
		}
		var s []uint32
		for i := range int(b[1]) {
			v := uint32(0)
			for _, c := range b[2+i*size : 2+(i+1)*size] {
				v = v<<8 | uint32(c)
			}
			s = append(s, v)
		}
		segments, kinds, b = append(segments, s), append(kinds, b[0]), b[2+int(b[1])*size:]
	}
	return segments, kinds, true
}

func randomPath(rng *rand.Rand, size int) []byte {
	var b []byte
	for range rng.IntN(4) {
		n := 1 + rng.IntN(4)
		if rng.IntN(40) == 0 {
			n = 0
		}
		kind := byte(2)
		if rng.IntN(3) == 0 {
			kind = byte(1 + rng.IntN(4))
		}
		if rng.IntN(40) == 0 {
			kind = byte(rng.IntN(7))
		}
		b = append(b, kind, byte(n))
		for range n * size {
			b = append(b, byte(rng.IntN(5)))
		}
	}
	return b[:len(b)-min(len(b), rng.IntN(30)/29)]
}

func TestPathsAgainstTwin(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	for range 20_000 {
		size := 2 + 2*rng.IntN(2)
		b := randomPath(rng, size)
		segments, kinds, sound := twinPath(b, size)
		got, ok := appendPath(nil, b, size == 4)
		if ok != sound {
			t.Fatalf("% x: sound is %v, want %v", b, ok, sound)
		}
		// With room behind it, as in a record, it is taken another way.
		if roomy, ok := appendPath(make([]uint32, 1, 64), slacked(b), size == 4); ok != sound || sound && !slices.Equal(roomy[1:], got) {
			t.Fatalf("% x: %v and %v with room, want %v and %v", b, roomy[1:], ok, got, sound)
		}
		if !sound {
			continue
		}
		if want := slices.Concat(segments...); !slices.Equal(got, want) {
			t.Fatalf("% x: %v, want %v", b, got, want)
		}
		origin, length := uint32(0), 0
		for i, s := range segments {
			switch kinds[i] {
			case 2:
				length += len(s)
			case 1:
				length++
			}
			if len(s) == 0 {
				continue
			}
			origin = s[len(s)-1]
			if len(s) > 1 && (kinds[i] == 1 || kinds[i] == 4) {
				origin = 0
			}
		}
		if g := pathOrigin(got, b, size == 4); g != origin {
			t.Fatalf("% x: the origin is %d, want %d", b, g, origin)
		}
		if g := pathLength(b, size); g != length {
			t.Fatalf("% x: the length is %d, want %d", b, g, length)
		}
	}
}

// A merge has the length of the path of two bytes, and ends in the one of four.
func TestMergeKeepsItsLength(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	merged := 0
	for range 20_000 {
		b, b4 := randomPath(rng, 2), randomPath(rng, 4)
		plain, _, sound := twinPath(b, 2)
		four, kinds4, sound4 := twinPath(b4, 4)
		got, _, ok := mergePath(nil, b, b4)
		if ok != sound {
			t.Fatalf("% x, % x: sound is %v", b, b4, ok)
		}
		if !sound {
			continue
		}
		flat, flat4 := slices.Concat(plain...), slices.Concat(four...)
		if !sound4 || slices.ContainsFunc(kinds4, func(k byte) bool { return k > 2 }) || pathLength(b, 2) < pathLength(b4, 4) {
			if !slices.Equal(got, flat) {
				t.Fatalf("% x, % x: %v, want %v", b, b4, got, flat)
			}
			continue
		}
		merged++
		lead := len(got) - len(flat4)
		if lead < 0 || !slices.Equal(got[lead:], flat4) || lead > len(flat) || !slices.Equal(got[:lead], flat[:lead]) && !slices.Contains(b, segSet) {
			t.Fatalf("% x, % x: %v of %v and %v", b, b4, got, flat, flat4)
		}
	}
	if merged < 2000 {
		t.Errorf("only %d were merged", merged)
	}
}

// Whatever an address is written as, it reads back.
func TestAddressesReadBack(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	for range 20_000 {
		var a [16]byte
		for i := 0; i < 16; i += 2 {
			if rng.IntN(2) == 0 {
				binary.BigEndian.PutUint16(a[i:], uint16(rng.Uint32())>>rng.IntN(16))
			}
		}
		text := string(appendAddr6(nil, a))
		back, err := netip.ParseAddr(text)
		if err != nil || back.As16() != a {
			t.Fatalf("% x is written as %s: %v", a, text, err)
		}
		four := [4]byte(a[12:])
		if got, want := string(appendAddr4(nil, four)), netip.AddrFrom4(four).String(); got != want {
			t.Fatalf("%s, want %s", got, want)
		}
	}
}

func TestCursorReadsZerosBeyondItsEnd(t *testing.T) {
	c := cursor{[]byte{1, 2, 3}}
	if got := c.u16(); got != 0x0102 {
		t.Errorf("%#x", got)
	}
	if got := c.u32(); got != 0x03000000 {
		t.Errorf("%#x", got)
	}
	if c.u8() != 0 || c.ip4() != [4]byte{} || c.ip6() != [16]byte{} || len(c.take(9)) != 0 || c.asn(true) != 0 || c.asn(false) != 0 {
		t.Error("something is there")
	}
}

// twinSymbol reads a code bit by bit.
func twinSymbol(bits string, codes map[string]int) (sym, n int) {
	for n = 1; n <= len(bits); n++ {
		if s, ok := codes[bits[:n]]; ok {
			return s, n
		}
	}
	return -1, 0
}

func TestCodesAgainstTwin(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 18))
	for range 300 {
		lengths := randomCode(rng)
		var table codeTable
		if err := table.build(lengths); err != nil {
			t.Fatalf("%v: %v", lengths, err)
		}
		codes := map[string]int{}
		code := 0
		for n := 1; n <= maxCode; n++ {
			for sym, l := range lengths {
				if int(l) == n {
					s := ""
					for i := n - 1; i >= 0; i-- {
						s += string(rune('0' + code>>i&1))
					}
					codes[s] = sym
					code++
				}
			}
			code <<= 1
		}
		for range 200 {
			v := rng.Uint32() >> (32 - maxCode)
			s := ""
			for i := maxCode - 1; i >= 0; i-- {
				s += string(rune('0' + v>>i&1))
			}
			want, wantLen := twinSymbol(s, codes)
			q := table.quick[v>>(maxCode-quickCode)]
			got, n := int(q>>5), int(q&31)
			if n == 0 {
				got, n = table.slow(v)
			}
			if got != want || n != wantLen {
				t.Fatalf("%v: %s is %d of %d bits, want %d of %d", lengths, s, got, n, want, wantLen)
			}
		}
	}
}

// randomCode draws lengths that make a prefix code, complete or not.
func randomCode(rng *rand.Rand) []uint8 {
	left, lengths := 1<<maxCode, []uint8(nil)
	for range 2 + rng.IntN(256) {
		n := 1 + rng.IntN(maxCode)
		if rng.IntN(2) == 0 {
			n = 5 + rng.IntN(8)
		}
		if cost := 1 << (maxCode - n); cost <= left {
			left -= cost
			lengths = append(lengths, uint8(n))
		}
	}
	return lengths
}

func TestTooManyCodesAreRefused(t *testing.T) {
	var table codeTable
	for _, lengths := range [][]uint8{{1, 1, 1}, {1, 2, 2, 2}, slices.Repeat([]uint8{4}, 17), append([]uint8{1, 1}, 20)} {
		if table.build(lengths) == nil {
			t.Errorf("%v is taken for a code", lengths)
		}
	}
}

// All walkers together meet what one alone meets.
func TestWalkAgainstTwin(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 20))
	for _, n := range []int{1, 2, 3, walkAlone - 1, walkAlone, walkAlone + 1, 50_000} {
		for _, of := range []int{1, 2, 256} {
			for _, period := range []int{0, 1, 2, 100} {
				plain := make([]byte, n)
				for i := range plain {
					plain[i] = byte(rng.IntN(of))
					if period > 0 && i >= period {
						plain[i] = plain[i-period]
					}
				}
				walked(t, plain)
			}
		}
	}
}

// walked makes links of bytes as the transform would that has them sorted, and walks
// them.
func walked(t *testing.T, column []byte) {
	t.Helper()
	d := blockDecoder{links: make([]uint32, len(column)+1)}
	for i, v := range column {
		d.links[i] = uint32(v)
	}
	d.link(len(column))
	for _, origin := range []int{0, len(column) / 2, len(column) - 1} {
		want := make([]byte, len(column))
		at := d.links[origin] &^ startFlag >> linkShift
		for i := range want {
			v := d.links[at] &^ startFlag
			want[i] = byte(v)
			at = v >> linkShift
		}
		links := slices.Clone(d.links)
		if got := d.walk.all(make([]byte, len(column)), links, origin); !bytes.Equal(got, want) {
			t.Fatalf("%d bytes from %d: they meet something else", len(column), origin)
		}
	}
}

// twinRuns writes out runs byte by byte.
func twinRuns(data []byte) (out []byte) {
	equal := 0
	for i, v := range data {
		if equal == 4 {
			out = append(out, bytes.Repeat(data[i-1:i], int(v))...)
			equal = 0
			continue
		}
		if equal > 0 && v == data[i-1] {
			equal++
		} else {
			equal = 1
		}
		out = append(out, v)
	}
	return out
}

// twinCRC sums bit by bit.
func twinCRC(data []byte) uint32 {
	v := uint32(0xffffffff)
	for _, b := range data {
		for i := 7; i >= 0; i-- {
			top := v>>31 ^ uint32(b)>>i&1
			v <<= 1
			if top != 0 {
				v ^= 0x04c11db7
			}
		}
	}
	return ^v
}

func TestRunsAgainstTwin(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	r := runs{crc: newBlockCRC()}
	for range 3000 {
		data := make([]byte, rng.IntN(40))
		for i := range data {
			data[i] = byte(rng.IntN(2) * (1 + rng.IntN(8)/7))
		}
		want := twinRuns(data)
		r.begin(data)
		var got []byte
		p := make([]byte, 1+rng.IntN(9))
		for n := r.read(p); n > 0; n = r.read(p) {
			got = append(got, p[:n]...)
		}
		if !bytes.Equal(got, want) || r.sum() != twinCRC(want) {
			t.Fatalf("% x: % x and %#x, want % x and %#x", data, got, r.sum(), want, twinCRC(want))
		}
	}
}

// A magic number is found at whichever bit it begins, and the bits before it are the
// block's.
func TestFindsMagicNumbersAtAnyBit(t *testing.T) {
	for _, magic := range []uint64{blockMagic, trailerMagic} {
		for shift := range 8 {
			b := make([]byte, 7)
			v := magic << (8 - shift)
			for i := range b {
				b[i] = byte(v >> (48 - 8*i))
			}
			if got := magicAt(b); got != shift {
				t.Errorf("%#x at bit %d: found at %d", magic, shift, got)
			}
			b[3] ^= 4
			if got := magicAt(b); got >= 0 {
				t.Errorf("%#x with a wrong bit: found at %d", magic, got)
			}
		}
	}
}

func TestBitsAreReadHighestFirst(t *testing.T) {
	plain := []byte{0xa5, 0x0f, 0x33, 0xcc, 0x81, 0x7e, 0x01, 0x80, 0x55, 0xaa}
	r := bitReader{b: append(slices.Clone(plain), make([]byte, slack)...)}
	at := 0
	for _, n := range []uint{1, 3, 7, 8, 13, 24, 2, 20, 1} {
		want := uint32(0)
		for range n {
			want = want<<1 | uint32(plain[at/8]>>(7-at%8)&1)
			at++
		}
		if got := r.bits(n); got != want || r.used() != at {
			t.Fatalf("%d bits up to %d: %#x, want %#x; %d used", n, at, got, want, r.used())
		}
	}
	for range 100 {
		r.bits(24)
	}
	if r.used() <= len(plain)*8 {
		t.Error("it doesn't know that it has gone too far")
	}
}
