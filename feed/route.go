package feed

import (
	"encoding/binary"
	"net/netip"
)

// V4 is an IPv4 prefix: its network address shifted left by eight, and its length
// in the low eight bits. Bits beyond the length are zero, so that equal prefixes are
// equal numbers.
type V4 uint64

// Prefix gives the prefix as others know it.
func (p V4) Prefix() netip.Prefix {
	a := uint32(p >> 8)
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(a >> 24), byte(a >> 16), byte(a >> 8), byte(a)}), int(p&0xff))
}

// V6 is an IPv6 prefix: the two halves of its network address and its length. Bits
// beyond the length are zero, so that equal prefixes are equal values.
type V6 struct {
	Hi, Lo uint64
	Bits   uint8
}

// Prefix gives the prefix as others know it.
func (p V6) Prefix() netip.Prefix {
	var a [16]byte
	binary.BigEndian.PutUint64(a[:], p.Hi)
	binary.BigEndian.PutUint64(a[8:], p.Lo)
	return netip.PrefixFrom(netip.AddrFrom16(a), int(p.Bits))
}

// Routes is one thing that one peer of one collector told: prefixes that it
// announces with one set of attributes and prefixes that it withdraws, or a change
// of its session. A decoder reuses one Routes and its slices: what is kept must be
// copied.
type Routes struct {
	At   int64 // nanoseconds since 1970
	Peer Peer

	Announced4, Withdrawn4 []V4
	Announced6, Withdrawn6 []V6

	// Path is the AS path as it stands, sets and confederations flattened in order;
	// nil when nothing is announced.
	Path []uint32
	// Origin is the AS that announces: the last of the path, 0 when the path is empty
	// or ends in a set of several.
	Origin uint32

	// State is what became of the session; [SessionSame] for a plain update.
	State Session
	// Dump tells that this is an entry of a table dump, not an update.
	Dump bool
	// Multipath tells that the peer may have several paths to a prefix (ADD-PATH, RFC
	// 7911): a withdrawal takes away one of them, perhaps not the last.
	Multipath bool
	// IDs are the path identifiers then, where the source gives them.
	IDs PathIDs
}

// PathIDs are the path identifiers of the prefixes of a [Routes] (RFC 7911 §3), place for
// place. A list without is empty.
type PathIDs struct {
	Announced4, Withdrawn4 []uint32
	Announced6, Withdrawn6 []uint32
}

// Reset empties them, and keeps their memory.
func (p *PathIDs) Reset() {
	p.Announced4, p.Withdrawn4 = p.Announced4[:0], p.Withdrawn4[:0]
	p.Announced6, p.Withdrawn6 = p.Announced6[:0], p.Withdrawn6[:0]
}

// Peer is who told a collector. It is comparable.
type Peer struct {
	Collector string // "rrc04", "route-views.jinx"; "" when the source doesn't say
	Addr      netip.Addr
	AS        uint32
}

// Session is what became of a peer's session with its collector.
type Session uint8

// Sessions. A session that is down has no routes: that is no withdrawal.
const (
	SessionSame Session = iota
	SessionUp
	SessionDown
)
