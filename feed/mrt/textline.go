package mrt

import (
	"net/netip"
	"strconv"
)

// state prints a change of a session.
func (p *Printer) state(dst []byte, rec *Record, c cursor) []byte {
	as4 := wide(rec.Subtype)
	as := c.asn(as4)
	c.asn(as4)
	addr := netip.AddrFrom4([4]byte{})
	// Some Zebra left out everything but the states.
	if len(rec.Body) != 8 {
		c.u16()
		switch afi := c.u16(); {
		case afi == afi4 && (len(rec.Body) == 20 || len(rec.Body) == 24):
			addr = netip.AddrFrom4(c.ip4())
			c.take(4)
		case afi == afi6 && (len(rec.Body) == 44 || len(rec.Body) == 48):
			addr = netip.AddrFrom16(c.ip6())
			c.take(16)
		default:
			return dst
		}
	}
	if !p.Filter.peer(addr, as) || !p.Filter.sessions() {
		return dst
	}
	dst = p.lead(dst, protocol(rec.Type, "", ""), rec, "STATE")
	dst = appendPeer(dst, addr, as)
	dst = strconv.AppendUint(dst, uint64(c.u16()), 10)
	dst = append(dst, '|')
	dst = strconv.AppendUint(dst, uint64(c.u16()), 10)
	return append(dst, '\n')
}

// protocol is how bgpdump calls a message.
func protocol(kind uint16, local, paths string) string {
	if kind == typeBGP4MPET {
		return "BGP4MP_ET" + local + paths
	}
	return "BGP4MP" + local + paths
}

// message prints a BGP message if it is an update.
func (p *Printer) message(dst []byte, rec *Record, c cursor) []byte {
	as4 := wide(rec.Subtype)
	as, local := c.asn(as4), c.asn(as4)
	ifindex, afi := c.u16(), c.u16()
	var addr, here netip.Addr
	marker := markerLen
	switch {
	case afi == afi4:
		addr, here = netip.AddrFrom4(c.ip4()), netip.AddrFrom4(c.ip4())
	case afi == afi6:
		addr, here = netip.AddrFrom16(c.ip6()), netip.AddrFrom16(c.ip6())
	case afi == 0xffff && ifindex == 0xffff:
		// Some Zebra left out the index, the family and the addresses: what looks
		// like them is the marker.
		addr, here = netip.AddrFrom4([4]byte{}), netip.AddrFrom4([4]byte{})
		marker -= 4
	default:
		return dst
	}
	if !whole(c.take(marker), marker) {
		return dst
	}
	// The length counts the marker and itself. One that is too small counts as none.
	body := c
	if size := int(c.u16()) - markerLen - 2; size >= 0 {
		body = cursor{c.take(size)}
	} else {
		body = c
	}
	if body.u8() != msgUpdate {
		return dst
	}
	if rec.Subtype == subLocalPaths || rec.Subtype == subLocal4Paths {
		addr, as = here, local // bgpdump takes these two for received ones, and turned round
	}
	if !p.Filter.peer(addr, as) {
		return dst
	}
	return p.update(dst, rec, body, addr, as)
}

// whole tells whether b is n bytes of a marker.
func whole(b []byte, n int) bool {
	for _, v := range b {
		if v != 0xff {
			return false
		}
	}
	return len(b) == n
}

// update prints the routes of a BGP UPDATE.
func (p *Printer) update(dst []byte, rec *Record, c cursor, addr netip.Addr, as uint32) []byte {
	local, paths := "", ""
	switch {
	case rec.Subtype == subLocal || rec.Subtype == subLocalAS4:
		local = "_LOCAL"
	case withPaths(rec.Subtype):
		paths = "_AP"
	}
	name := protocol(rec.Type, local, paths)
	withdrawn := c.take(int(c.u16()))
	p.attr.read(&c, wide(rec.Subtype))
	l := lists{p: p, paths: paths != ""}

	p.head = appendPeer(p.lead(p.head[:0], name, rec, "W"), addr, as)
	p.tail = append(p.tail[:0], '\n')
	if !p.Filter.withdrawals() {
		withdrawn = nil
	}
	dst = l.print(dst, withdrawn, false)
	for safi := 1; safi <= 3 && p.Filter.withdrawals(); safi++ {
		dst = l.print(dst, p.attr.unreach[afi4][safi].list, false)
	}
	if local != "" && addr.Is4() {
		var wrong [16]byte // bgpdump takes the address for one of the other family
		copy(wrong[:], addr.AsSlice())
		p.head = appendPeer(p.lead(p.head[:0], name, rec, "W"), netip.AddrFrom16(wrong), as)
	}
	for safi := 1; safi <= 3 && p.Filter.withdrawals(); safi++ {
		dst = l.print(dst, p.attr.unreach[afi6][safi].list, true)
	}
	if !p.Filter.path(&p.attr.path) {
		return dst
	}

	p.head = appendPeer(p.lead(p.head[:0], name, rec, "A"), addr, as)
	p.tail = appendAddr4(p.what(p.tail[:0]), p.attr.nextHop)
	p.tail = p.attr.appendRest(append(p.tail, '|'), false)
	dst = l.print(dst, c.b, false)
	for afi := afi4; afi <= afi6; afi++ {
		for safi := 1; safi <= 3; safi++ {
			r := &p.attr.reach[afi][safi]
			p.reachTail(afi, r)
			dst = l.print(dst, r.list, afi == afi6)
		}
	}
	return dst
}

// what appends path and origin.
func (p *Printer) what(dst []byte) []byte {
	dst = append(dst, '|')
	if p.attr.has(attrPath) {
		dst = append(dst, p.attr.path.text...)
	}
	return p.attr.appendOrigin(append(dst, '|'))
}

// reachTail makes the end of the lines of one MP_REACH_NLRI. If bgpdump doesn't
// know the length of its next hop it leaves that out, and more.
func (p *Printer) reachTail(afi int, r *reach) {
	if !r.set || len(r.list) == 0 {
		return
	}
	switch {
	case r.hopped():
		p.tail = append(p.appendHop(p.what(p.tail[:0]), r), '|')
		p.tail = p.attr.appendRest(p.tail, afi == afi4)
	case afi == afi4:
		p.tail = p.attr.appendEnd(p.attr.appendCommunities(p.what(p.tail[:0])))
	default:
		p.tail = p.attr.appendEnd(p.attr.appendCommunities(append(p.tail[:0], '|')))
	}
}

// hopped tells whether the next hop is one that bgpdump knows.
func (r *reach) hopped() bool { return r.size == 4 || r.size == 16 || r.size == 32 }

func (p *Printer) appendHop(dst []byte, r *reach) []byte {
	if r.size == 4 {
		return appendAddr4(dst, [4]byte(r.hop[:4]))
	}
	return appendAddr6(dst, r.hop)
}

// lists prints lists of prefixes between the head and the tail of a Printer.
type lists struct {
	p     *Printer
	paths bool
}

// print prints a list of prefixes, up to as many as bgpdump takes. A prefix that is
// cut short ends it.
func (l lists) print(dst []byte, list []byte, v6 bool) []byte {
	c := cursor{list}
	for n := 0; len(c.b) > 0 && n < maxTextPrefixes; n++ {
		var path uint32
		if l.paths {
			path = c.u32()
		}
		bits := int(c.u8())
		size := (bits + 7) / 8
		if len(c.b) < size {
			break
		}
		// No address has so many bits. bgpdump writes them over its own memory:
		// over the length, and then over the path identifier.
		var room [32]byte
		b := c.take(size)
		copy(room[:], b)
		if size > 16 {
			bits = int(b[16])
		}
		if size > 20 {
			var id [4]byte
			for i := range id {
				id[i] = byte(path >> (8 * i))
			}
			copy(id[:], b[20:])
			path = uint32(id[0]) | uint32(id[1])<<8 | uint32(id[2])<<16 | uint32(id[3])<<24
		}
		if !l.p.Filter.prefix(prefixOf(room[:16], bits, v6)) {
			continue
		}
		dst = append(dst, l.p.head...)
		if v6 {
			dst = appendAddr6(dst, [16]byte(room[:16]))
		} else {
			dst = appendAddr4(dst, [4]byte(room[:4]))
		}
		dst = append(dst, '/')
		dst = strconv.AppendUint(dst, uint64(bits), 10)
		if l.paths {
			dst = append(dst, '|')
			dst = strconv.AppendUint(dst, uint64(path), 10)
		}
		dst = append(dst, l.p.tail...)
	}
	return dst
}

// prefixOf makes a prefix to ask a filter about.
func prefixOf(b []byte, bits int, v6 bool) netip.Prefix {
	if v6 {
		return netip.PrefixFrom(netip.AddrFrom16([16]byte(b[:16])), bits)
	}
	return netip.PrefixFrom(netip.AddrFrom4([4]byte(b[:4])), bits)
}

// legacy prints a record of MRTD (RFC 6396, appendix B). bgpdump prints the address
// of the peer in the place of a withdrawn prefix, and no bar before communities.
func (p *Printer) legacy(dst []byte, rec *Record, c cursor) []byte {
	as, addr := uint32(c.u16()), netip.AddrFrom4(c.ip4())
	if !p.Filter.peer(addr, as) {
		return dst
	}
	switch rec.Subtype {
	case 3:
		if !p.Filter.sessions() {
			return dst
		}
		dst = appendPeer(p.lead(dst, "BGP", rec, "STATE"), addr, as)
		dst = append(strconv.AppendUint(dst, uint64(c.u16()), 10), '|')
		return append(strconv.AppendUint(dst, uint64(c.u16()), 10), '\n')
	case 1:
	default:
		return dst
	}
	c.take(6) // who was told
	withdrawn := c.take(int(c.u16()))
	p.attr.read(&c, false)
	p.head = appendPeer(p.lead(p.head[:0], "BGP", rec, "W"), addr, as)
	p.tail = append(p.tail[:0], '\n')
	if p.Filter.withdrawals() {
		dst = p.legacyWithdrawn(dst, withdrawn, addr)
	}
	if !p.Filter.path(&p.attr.path) {
		return dst
	}
	p.head = appendPeer(p.lead(p.head[:0], "BGP", rec, "A"), addr, as)
	p.tail = append(appendAddr4(p.what(p.tail[:0]), p.attr.nextHop), '|')
	p.tail = append(strconv.AppendUint(p.tail, uint64(p.attr.pref), 10), '|')
	p.tail = strconv.AppendUint(p.tail, uint64(p.attr.med), 10)
	p.tail = p.attr.appendEnd(p.attr.appendCommunities(p.tail))
	return lists{p: p}.print(dst, c.b, false)
}

func (p *Printer) legacyWithdrawn(dst, list []byte, addr netip.Addr) []byte {
	c := cursor{list}
	for n := 0; len(c.b) > 0 && n < maxTextPrefixes; n++ {
		bits := int(c.u8())
		size := (bits + 7) / 8
		if len(c.b) < size {
			break
		}
		var room [32]byte
		copy(room[:], c.take(size))
		if size > 16 {
			bits = int(room[16])
		}
		if !p.Filter.prefix(prefixOf(room[:16], bits, false)) {
			continue
		}
		dst = appendAddr4(append(dst, p.head...), addr.As4())
		dst = strconv.AppendUint(append(dst, '/'), uint64(bits), 10)
		dst = append(dst, '\n')
	}
	return dst
}
