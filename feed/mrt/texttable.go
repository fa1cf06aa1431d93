package mrt

import (
	"net/netip"
	"strconv"
)

// table prints a record of the old TABLE_DUMP. bgpdump forgets that subtype 4 is
// IPv6 too.
func (p *Printer) table(dst []byte, rec *Record, c cursor) []byte {
	if rec.Subtype < 1 || rec.Subtype > 4 {
		return dst
	}
	c.take(4) // view and sequence
	var prefix, peer [16]byte
	six, as4 := rec.Subtype%2 == 0, rec.Subtype > 2
	size := 4
	if six {
		size = 16
	}
	copy(prefix[:], c.take(size))
	bits := int(c.u8())
	c.take(5) // status and time
	copy(peer[:], c.take(size))
	as := c.asn(as4)
	p.attr.read(&c, as4)
	addr := netip.AddrFrom4([4]byte(peer[:4]))
	shown := rec.Subtype == 2
	if shown {
		addr = netip.AddrFrom16(peer)
	}
	if !p.Filter.peer(addr, as) || !p.Filter.prefix(prefixOf(prefix[:], bits, six)) || !p.Filter.path(&p.attr.path) {
		return dst
	}
	dst = appendPeer(p.lead(dst, "TABLE_DUMP", rec, "B"), addr, as)
	dst = appendPrefix(dst, prefix, bits, shown)
	dst = p.what(dst)
	if r := &p.attr.reach[afi6][1]; r.set {
		dst = appendAddr6(dst, r.hop)
	} else {
		dst = appendAddr4(dst, p.attr.nextHop)
	}
	return p.attr.appendRest(append(dst, '|'), false)
}

func appendPrefix(dst []byte, prefix [16]byte, bits int, six bool) []byte {
	if six {
		dst = appendAddr6(dst, prefix)
	} else {
		dst = appendAddr4(dst, [4]byte(prefix[:4]))
	}
	dst = append(dst, '/')
	return strconv.AppendUint(dst, uint64(bits), 10)
}

// index takes the table of peers of a TABLE_DUMP_V2.
func (p *Printer) index(c cursor) {
	c.take(4) // the collector's identifier
	c.take(int(c.u16()))
	p.known = true
	p.peers = p.peers[:0]
	for range c.u16() {
		kind := c.u8()
		c.take(4) // the peer's identifier
		var t textPeer
		if kind&1 != 0 {
			t.addr = netip.AddrFrom16(c.ip6())
		} else {
			t.addr = netip.AddrFrom4(c.ip4())
		}
		t.as = c.asn(kind&2 != 0)
		p.peers = append(p.peers, t)
	}
}

// rib prints what the peers of a table say of one prefix.
func (p *Printer) rib(dst []byte, rec *Record, c cursor) []byte {
	if !p.known {
		return dst
	}
	six := rec.Subtype == subRIB6 || rec.Subtype == subRIB6Paths
	paths := rec.Subtype == subRIB4Paths || rec.Subtype == subRIB6Paths
	name := "TABLE_DUMP2"
	if paths {
		name = "TABLE_DUMP2_AP"
	}
	c.u32() // the sequence
	bits := int(c.u8())
	var prefix [16]byte
	copy(prefix[:], c.take((bits+7)/8))
	if !p.Filter.prefix(prefixOf(prefix[:], bits, six)) {
		return dst
	}
	p.head = p.lead(p.head[:0], name, rec, "B")
	p.tail = p.tail[:0] // the next hop of the entry before: it stays when there is no other
	for range c.u16() {
		index, _ := int(c.u16()), c.u32()
		var path uint32
		if paths {
			path = c.u32()
		}
		p.attr.read(&c, true)
		if index >= len(p.peers) { // bgpdump aborts
			continue
		}
		peer := p.peers[index]
		p.ribHop()
		if !p.Filter.peer(peer.addr, peer.as) || !p.Filter.path(&p.attr.path) {
			continue
		}
		dst = appendPeer(append(dst, p.head...), peer.addr, peer.as)
		dst = appendPrefix(dst, prefix, bits, six)
		if paths {
			dst = append(dst, '|')
			dst = strconv.AppendUint(dst, uint64(path), 10)
		}
		dst = append(p.what(dst), p.tail...)
		dst = p.attr.appendRest(append(dst, '|'), false)
	}
	return dst
}

// ribHop puts the next hop of an entry into p.tail, if it has one that bgpdump knows.
func (p *Printer) ribHop() {
	r := &p.attr.reach[afi6][1]
	if !r.set {
		r = &p.attr.reach[afi4][1]
	}
	switch {
	case !r.set:
		p.tail = appendAddr4(p.tail[:0], p.attr.nextHop)
	case r.hopped():
		p.tail = p.appendHop(p.tail[:0], r)
	}
}
