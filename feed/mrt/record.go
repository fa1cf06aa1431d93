package mrt

import "encoding/binary"

// Record is one MRT record (RFC 6396 §2). Body is valid until the next record is
// read.
type Record struct {
	Seconds, Micros uint32 // since 1970; Micros is 0 but for the types that have it
	Type, Subtype   uint16
	Body            []byte

	Number int64 // of the record in its stream, the first is 0
	Offset int64 // where its header starts, in the bytes after decompression
}

// Types of records. The others of RFC 6396 §4 hold no BGP.
const (
	typeBGP         = 5 // deprecated, of MRTD
	typeTableDump   = 12
	typeTableDumpV2 = 13
	typeBGP4MP      = 16
	typeBGP4MPET    = 17
)

// Subtypes of TABLE_DUMP_V2 (RFC 6396 §4.3, RFC 8050 §4).
const (
	subPeerIndex      = 1
	subRIB4           = 2
	subRIB4Multicast  = 3
	subRIB6           = 4
	subRIB6Multicast  = 5
	subRIBGeneric     = 6
	subRIB4Paths      = 8
	subRIB4MultiPaths = 9
	subRIB6Paths      = 10
	subRIB6MultiPaths = 11
	subGenericPaths   = 12
)

// Subtypes of BGP4MP (RFC 6396 §4.4, RFC 8050 §3).
const (
	subState         = 0
	subMessage       = 1
	subMessageAS4    = 4
	subStateAS4      = 5
	subLocal         = 6
	subLocalAS4      = 7
	subMessagePaths  = 8
	subMessage4Paths = 9
	subLocalPaths    = 10
	subLocal4Paths   = 11
)

const (
	headerLen = 12
	markerLen = 16
	afi4      = 1
	afi6      = 2
	msgUpdate = 2
)

// wide tells whether a BGP4MP subtype has AS numbers of four bytes.
func wide(subtype uint16) bool {
	const all = 1<<subMessageAS4 | 1<<subStateAS4 | 1<<subLocalAS4 | 1<<subMessage4Paths | 1<<subLocal4Paths
	return uint32(all)>>subtype&1 != 0
}

// sentByCollector tells whether a BGP4MP subtype is of messages that the collector
// has sent, not received.
func sentByCollector(subtype uint16) bool {
	return subtype == subLocal || subtype == subLocalAS4 || subtype == subLocalPaths || subtype == subLocal4Paths
}

// withPaths tells whether a BGP4MP subtype has path identifiers.
func withPaths(subtype uint16) bool {
	return subtype >= subMessagePaths && subtype <= subLocal4Paths
}

// plausible tells whether a header can be one: a type that has been assigned, with
// a subtype that it has, and a length that can be. It is how the start of a record
// is found again.
func plausible(h []byte) bool {
	kind, sub := binary.BigEndian.Uint16(h[4:]), binary.BigEndian.Uint16(h[6:])
	if binary.BigEndian.Uint32(h[8:]) > maxRecord {
		return false
	}
	switch kind {
	case typeTableDump:
		return sub >= 1 && sub <= 4
	case typeTableDumpV2:
		return sub >= 1 && sub <= subGenericPaths
	case typeBGP4MP, typeBGP4MPET:
		return sub <= subLocal4Paths
	case typeBGP:
		return sub <= 7
	case 11, 32, 33, 48, 49: // OSPFv2, IS-IS, OSPFv3 and those with microseconds
		return sub <= 1
	}
	return false
}

// cursor reads the fields of a record one after the other. Beyond the end it reads
// zeros: a record that is cut short gives what it has.
type cursor struct{ b []byte }

func (c *cursor) u8() byte {
	if len(c.b) < 1 {
		return 0
	}
	v := c.b[0]
	c.b = c.b[1:]
	return v
}

func (c *cursor) u16() uint16 { return uint16(c.u8())<<8 | uint16(c.u8()) }

func (c *cursor) u32() uint32 { return uint32(c.u16())<<16 | uint32(c.u16()) }

// asn reads an AS number of two or four bytes.
func (c *cursor) asn(wide bool) uint32 {
	if wide {
		return c.u32()
	}
	return uint32(c.u16())
}

// take cuts off the next n bytes, or as many as there are.
func (c *cursor) take(n int) []byte {
	n = min(n, len(c.b))
	v := c.b[:n]
	c.b = c.b[n:]
	return v
}

func (c *cursor) ip4() (a [4]byte) {
	copy(a[:], c.take(4))
	return a
}

func (c *cursor) ip6() (a [16]byte) {
	copy(a[:], c.take(16))
	return a
}
