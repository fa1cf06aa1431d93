package mrt

import (
	"encoding/binary"
	"net/netip"

	"tocsin/feed"
)

// rib is what is left of a record of a table dump: entries of one prefix.
type rib struct {
	peers []feed.Peer
	known bool

	left  int // entries
	rest  []byte
	v4    feed.V4
	v6    feed.V6
	six   bool
	paths bool
	at    int64
}

// index takes the table of peers that a table dump begins with (RFC 6396 §4.3.1).
func (r *Reader) index(b []byte) {
	c := cursor{b}
	c.take(4)
	c.take(int(c.u16()))
	r.rib.known, r.rib.peers = true, r.rib.peers[:0]
	for n := int(c.u16()); n > 0; n-- {
		if len(c.b) < 5+4+2 {
			r.count.Broken++
			return
		}
		kind := c.u8()
		c.take(4)
		p := feed.Peer{Collector: r.collector}
		if kind&1 != 0 {
			p.Addr = netip.AddrFrom16(c.ip6())
		} else {
			p.Addr = netip.AddrFrom4(c.ip4())
		}
		p.AS = c.asn(kind&2 != 0)
		r.rib.peers = append(r.rib.peers, p)
	}
}

// ribRecord begins a record of a table: what its peers say of one prefix.
func (r *Reader) ribRecord(rec *Record) {
	t, b := &r.rib, rec.Body
	switch rec.Subtype {
	case subPeerIndex:
		r.index(b)
		return
	case subRIB4, subRIB4Paths, subRIB6, subRIB6Paths:
	case subRIBGeneric, subGenericPaths:
		r.count.Generic++
		return
	case subRIB4Multicast, subRIB6Multicast, subRIB4MultiPaths, subRIB6MultiPaths:
		r.count.Families++
		return
	default:
		r.count.Unknown++
		return
	}
	t.six = rec.Subtype == subRIB6 || rec.Subtype == subRIB6Paths
	t.paths = rec.Subtype >= subRIB4Paths
	if len(b) < 7 || len(b) < 7+(int(b[4])+7)/8 || !t.known {
		r.count.Broken++
		return
	}
	bits, end := b[4], 5+(int(b[4])+7)/8
	if bits > 128 || bits > 32 && !t.six {
		r.count.Broken++
		return
	}
	if t.six {
		room := b[5 : 5+16]
		t.v6 = maskV6(binary.BigEndian.Uint64(room), binary.BigEndian.Uint64(room[8:]), bits)
	} else {
		v := uint64(binary.BigEndian.Uint32(b[5:9]))
		t.v4 = feed.V4(v<<8&^(1<<(40-bits)-1) | uint64(bits))
	}
	t.at = int64(rec.Seconds) * 1e9
	t.left, t.rest = int(binary.BigEndian.Uint16(b[end:])), b[end+2:]
}

// ribEntries takes the next entry that is one, of the record at hand, and tells whether
// there was one.
func (r *Reader) ribEntries(out *feed.Routes) bool {
	for r.rib.left > 0 {
		if r.ribEntry(out) {
			return true
		}
	}
	return false
}

// ribEntry takes the next entry of a record of a table, and tells whether there was
// one.
func (r *Reader) ribEntry(out *feed.Routes) bool {
	t, b := &r.rib, r.rib.rest
	t.left--
	head := 8
	if t.paths {
		head = 12
	}
	if len(b) < head {
		r.count.Broken++
		t.left = 0
		return false
	}
	n := int(binary.BigEndian.Uint16(b[head-2:]))
	peer := int(binary.BigEndian.Uint16(b))
	if len(b) < head+n {
		r.count.Broken++
		t.left = 0
		return false
	}
	t.rest = b[head+n:]
	if peer >= len(t.peers) {
		r.count.Broken++
		return false
	}
	p := &t.peers[peer]
	out.At, out.Dump, out.Multipath = t.at, true, t.paths
	out.Peer.Collector, out.Peer.Addr, out.Peer.AS = p.Collector, p.Addr, p.AS
	if t.six {
		out.Announced6 = append(out.Announced6, t.v6)
	} else {
		out.Announced4 = append(out.Announced4, t.v4)
	}
	if t.paths {
		t.identify(out, binary.BigEndian.Uint32(b[6:]))
	}
	if path := findPath(b[head : head+n]); path != nil {
		if origin, ok := r.takeNumbers(path, true); ok {
			out.Path, out.Origin = r.path, origin
		} else {
			r.count.Malformed++ // the route stands in a table: only whose it is, is unknown
		}
	}
	r.count.Prefixes++
	return true
}

// identify gives the path identifier of an entry.
func (t *rib) identify(out *feed.Routes, id uint32) {
	if t.six {
		out.IDs.Announced6 = append(out.IDs.Announced6, id)
	} else {
		out.IDs.Announced4 = append(out.IDs.Announced4, id)
	}
}

// findPath finds the AS_PATH among attributes; nothing else is asked of a table.
func findPath(b []byte) []byte {
	if len(b) >= 4 && binary.BigEndian.Uint32(b)&0x10ffff00 == attrOrigin<<16|1<<8 {
		b = b[4:] // ORIGIN comes first nearly always
	}
	for len(b) >= 3 {
		n, from := int(b[2]), 3
		if b[0]&flagExtendedBytes != 0 {
			n, from = n<<8|int(b[3:4:4][0]), 4
		}
		if len(b) < from+n {
			return nil
		}
		if b[1] == attrPath {
			return b[from : from+n]
		}
		b = b[from+n:]
	}
	return nil
}

// oldTable decodes a record of TABLE_DUMP (RFC 6396 §4.2): one peer's route to one
// prefix.
func (r *Reader) oldTable(out *feed.Routes, rec *Record) bool {
	size, asn := 4, 2
	six := rec.Subtype%2 == 0
	if six {
		size = 16
	}
	if rec.Subtype > 2 {
		asn = 4
	}
	b := rec.Body
	if rec.Subtype < 1 || rec.Subtype > 4 {
		r.count.Unknown++
		return false
	}
	head := 4 + size + 6 + size + asn + 2
	if len(b) < head || len(b) < head+int(binary.BigEndian.Uint16(b[head-2:])) {
		r.count.Broken++
		return false
	}
	bits := b[4+size]
	if int(bits) > size*8 {
		r.count.Broken++
		return false
	}
	peer := b[4+size+6:]
	if six {
		out.Announced6 = append(out.Announced6, maskV6(binary.BigEndian.Uint64(b[4:]), binary.BigEndian.Uint64(b[12:]), bits))
		out.Peer.Addr = netip.AddrFrom16([16]byte(peer))
	} else {
		v := uint64(binary.BigEndian.Uint32(b[4:]))
		out.Announced4 = append(out.Announced4, feed.V4(v<<8&^(1<<(40-bits)-1)|uint64(bits)))
		out.Peer.Addr = netip.AddrFrom4([4]byte(peer))
	}
	c := cursor{peer[size:]}
	out.Peer.AS = c.asn(asn == 4)
	out.Dump = true
	attrs := c.take(int(c.u16()))
	r.tablePath(out, attrs, asn == 4)
	r.count.Prefixes++
	return true
}

// tablePath takes the path of an entry of a TABLE_DUMP, whose attributes are those
// of an update.
func (r *Reader) tablePath(out *feed.Routes, b []byte, as4 bool) {
	a := routeAttributes{as4: as4}
	announced6, withdrawn6, announced4, withdrawn4 := len(out.Announced6), len(out.Withdrawn6), len(out.Announced4), len(out.Withdrawn4)
	sound := r.attributes(out, b, &a)
	out.Announced6, out.Withdrawn6 = out.Announced6[:announced6], out.Withdrawn6[:withdrawn6]
	out.Announced4, out.Withdrawn4 = out.Announced4[:announced4], out.Withdrawn4[:withdrawn4]
	if a.seen&(1<<attrPath) != 0 && !r.takePath(out, &a) {
		sound, out.Path, out.Origin = false, nil, 0
	}
	if !sound {
		r.count.Malformed++
	}
}
