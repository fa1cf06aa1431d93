package visibility

import (
	"math/bits"

	"tocsin/feed"
)

// key is a prefix of either family: its network address from the top bit down,
// and its length. An IPv4 address fills the upper half of hi.
type key struct {
	hi, lo uint64
	bits   uint8
}

func key4(p feed.V4) key { return key{hi: uint64(p>>8) << 32, bits: uint8(p)} }

func key6(p feed.V6) key { return key{hi: p.Hi, lo: p.Lo, bits: p.Bits} }

// top keeps the first n bits of an address's upper half.
func top(hi uint64, n uint8) uint64 {
	if n >= 64 {
		return hi
	}
	return hi &^ (^uint64(0) >> n)
}

// lineWords is how many words of peers stand in a line; peers beyond them stand
// in planes.
const (
	lineWords  = 5
	planeWords = 8
)

// line is one prefix: exactly one cache line, because an update of a cold prefix
// costs what it waits for memory.
type line struct {
	hi     uint64
	seen   [lineWords]uint64 // peers that carry it, with any origin
	origin uint32            // place of its owner: the origin that most counted peers give
	next   uint32            // the next line of the same chain, plus one
	under  uint32            // units that visible longer prefixes hold below it
	n      uint16            // counted peers that carry it
	bits   uint8
	flags  uint8
}

// Flags of a line.
const (
	shown = 1 << iota // visible
	split             // peers give it different origins: see family.splits
	was               // has been visible
)

// Lines come in chunks, so that growing copies nothing and wastes little.
const (
	chunkBits = 14
	chunkSize = 1 << chunkBits
	loadLimit = 0.7 // beyond, probes get long; the published prototype's is the same order
)

// table finds lines by prefix: open addressing, eight bytes a slot, half of it
// a fingerprint, so that a miss seldom touches a line.
type table struct {
	slots  []uint64 // fingerprint, then the line's number plus one
	shift  uint8
	chunks []*[chunkSize]line
	lines  uint32
	lows   map[uint32]uint64 // the lower halves of prefixes longer than /64
	planes [][]*[chunkSize][planeWords]uint64
}

const firstSlots = 1 << 10

func newTable() table {
	return table{slots: make([]uint64, firstSlots), shift: 64 - 10, lows: map[uint32]uint64{}}
}

// The multipliers are the golden ratio's and two of the 64-bit finalizer of
// MurmurHash3 (public domain): odd and without pattern, which is all it takes.
func hash(k key) uint64 {
	h := (k.hi ^ uint64(k.bits)) * 0x9e3779b97f4a7c15
	if k.bits > 64 {
		h ^= bits.RotateLeft64(k.lo*0xc4ceb9fe1a85ec53, 29)
	}
	h = (h ^ h>>32) * 0xff51afd7ed558ccd
	return h ^ h>>29
}

func (t *table) line(id uint32) *line { return &t.chunks[id>>chunkBits][id&(chunkSize-1)] }

// key gives a line's prefix back.
func (t *table) key(id uint32, l *line) key {
	k := key{hi: l.hi, bits: l.bits}
	if l.bits > 64 {
		k.lo = t.lows[id]
	}
	return k
}

// home is where the search for a prefix starts, and mark its fingerprint.
func (t *table) home(k key) (at, mark uint64) {
	h := hash(k)
	return (h * 0x9e3779b97f4a7c15) >> t.shift, h &^ (1<<32 - 1)
}

// find looks for a prefix.
func (t *table) find(k key) (uint32, *line) {
	at, mark := t.home(k)
	return t.search(k, at, mark)
}

func (t *table) search(k key, at, mark uint64) (uint32, *line) {
	for mask := uint64(len(t.slots) - 1); ; at = (at + 1) & mask {
		s := t.slots[at&mask]
		if s == 0 {
			return 0, nil
		}
		if (s^mark)>>32 != 0 {
			continue
		}
		id := uint32(s) - 1
		if l := t.line(id); l.hi == k.hi && l.bits == k.bits && (k.bits <= 64 || t.lows[id] == k.lo) {
			return id, l
		}
	}
}

// ahead is how many prefixes of an update are fetched at once.
const ahead = 8

// fetch has the memory brought in that some prefixes will need, all of it at the
// same time: one after the other, waiting is most of an update's cost. What it
// gives says nothing; without it, loads that nobody uses would not be made.
func (t *table) fetch(keys []key) (unused uint64) {
	var at, mark [ahead]uint64
	n := min(len(keys), ahead)
	for i, k := range keys[:n] {
		at[i], mark[i] = t.home(k)
		unused ^= t.slots[at[i]]
	}
	mask := uint64(len(t.slots) - 1)
	for i := range n {
		for j := at[i]; ; j = (j + 1) & mask {
			s := t.slots[j&mask]
			if s == 0 {
				break
			}
			if (s^mark[i])>>32 == 0 {
				unused ^= t.line(uint32(s) - 1).seen[0]
				break
			}
		}
	}
	return unused
}

// place finds a prefix or makes room for it.
func (t *table) place(k key) (id uint32, l *line, fresh bool) {
	if id, l := t.find(k); l != nil {
		return id, l, false
	}
	if float64(t.lines+1) > loadLimit*float64(len(t.slots)) {
		t.grow()
	}
	id = t.lines
	if id&(chunkSize-1) == 0 {
		t.chunks = append(t.chunks, new([chunkSize]line))
		for i := range t.planes {
			t.planes[i] = append(t.planes[i], new([chunkSize][planeWords]uint64))
		}
	}
	t.lines++
	l = t.line(id)
	l.hi, l.bits = k.hi, k.bits
	if k.bits > 64 {
		t.lows[id] = k.lo
	}
	t.enter(k, id)
	return id, l, true
}

func (t *table) enter(k key, id uint32) {
	at, mark := t.home(k)
	mask := uint64(len(t.slots) - 1)
	for t.slots[at] != 0 {
		at = (at + 1) & mask
	}
	t.slots[at] = mark | uint64(id+1)
}

func (t *table) grow() {
	t.slots = make([]uint64, 2*len(t.slots))
	t.shift--
	for id := range t.lines {
		t.enter(t.key(id, t.line(id)), id)
	}
}

// word is the word of peers that holds one of them.
func (t *table) word(id uint32, l *line, peer uint32) *uint64 {
	w := peer >> 6
	if w < lineWords {
		return &l.seen[w]
	}
	w -= lineWords
	return &t.planes[w/planeWords][id>>chunkBits][id&(chunkSize-1)][w%planeWords]
}

// widen makes room for a peer's number.
func (t *table) widen(peer uint32) {
	for int(peer>>6) >= lineWords+planeWords*len(t.planes) {
		var plane []*[chunkSize][planeWords]uint64
		for range t.chunks {
			plane = append(plane, new([chunkSize][planeWords]uint64))
		}
		t.planes = append(t.planes, plane)
	}
}

// bare tells whether no peer carries a line.
func (t *table) bare(id uint32, l *line) bool {
	if l.seen[0]|l.seen[1]|l.seen[2]|l.seen[3]|l.seen[4] != 0 {
		return false
	}
	for _, plane := range t.planes {
		for _, w := range plane[id>>chunkBits][id&(chunkSize-1)] {
			if w != 0 {
				return false
			}
		}
	}
	return true
}

// count counts the peers of a mask that carry a line.
func (t *table) count(id uint32, l *line, mask set) int {
	n := 0
	for i := range min(len(mask), lineWords) {
		n += bits.OnesCount64(l.seen[i] & mask[i])
	}
	for i, plane := range t.planes {
		words := &plane[id>>chunkBits][id&(chunkSize-1)]
		for j := range planeWords {
			if w := lineWords + i*planeWords + j; w < len(mask) {
				n += bits.OnesCount64(words[j] & mask[w])
			}
		}
	}
	return n
}

// drop takes the peers of a mask off a line.
func (t *table) drop(id uint32, l *line, mask set) {
	for i := range min(len(mask), lineWords) {
		l.seen[i] &^= mask[i]
	}
	for i, plane := range t.planes {
		words := &plane[id>>chunkBits][id&(chunkSize-1)]
		for j := range planeWords {
			if w := lineWords + i*planeWords + j; w < len(mask) {
				words[j] &^= mask[w]
			}
		}
	}
}

// set is a set of peers by number. It ends with its last word in use.
type set []uint64

func (s set) has(peer uint32) bool {
	w := int(peer >> 6)
	return w < len(s) && s[w]&(1<<(peer&63)) != 0
}

func (s *set) put(peer uint32) {
	for int(peer>>6) >= len(*s) {
		*s = append(*s, 0)
	}
	(*s)[peer>>6] |= 1 << (peer & 63)
}

func (s set) take(peer uint32) {
	if w := int(peer >> 6); w < len(s) {
		s[w] &^= 1 << (peer & 63)
	}
}

func (s set) empty() bool {
	for _, w := range s {
		if w != 0 {
			return false
		}
	}
	return true
}

// common counts the peers that two sets share.
func (s set) common(o set) int {
	n := 0
	for i := range min(len(s), len(o)) {
		n += bits.OnesCount64(s[i] & o[i])
	}
	return n
}

// minus takes the peers of another set out.
func (s set) minus(o set) {
	for i := range min(len(s), len(o)) {
		s[i] &^= o[i]
	}
}
