package mrt

import (
	"encoding/binary"
	"net/netip"

	"tocsin/feed"
)

// bgp4mp decodes a BGP4MP record, and tells whether it has routes or a session.
func (r *Reader) bgp4mp(out *feed.Routes, rec *Record) bool {
	b := rec.Body
	as4 := wide(rec.Subtype)
	head := 8
	if as4 {
		head = 12
	}
	if rec.Subtype > subLocal4Paths || rec.Subtype == 2 || rec.Subtype == 3 {
		r.count.Unknown++
		return false
	}
	if len(b) < head+8 {
		r.count.Broken++
		return false
	}
	if sentByCollector(rec.Subtype) {
		r.count.Sent++ // what the collector told the peer is no route of the peer's
		return false
	}
	if as4 {
		out.Peer.AS = binary.BigEndian.Uint32(b)
	} else {
		out.Peer.AS = uint32(binary.BigEndian.Uint16(b))
	}
	switch afi := binary.BigEndian.Uint16(b[head-2:]); {
	case afi == afi4:
		out.Peer.Addr = netip.AddrFrom4([4]byte(b[head:]))
		b = b[head+8:]
	case afi == afi6 && len(b) >= head+32:
		out.Peer.Addr = netip.AddrFrom16([16]byte(b[head:]))
		b = b[head+32:]
	default:
		r.count.Broken++ // among others, what some Zebra wrote without addresses
		return false
	}
	if rec.Subtype == subState || rec.Subtype == subStateAS4 {
		return r.session(out, b)
	}
	if len(b) < markerLen+3 || binary.BigEndian.Uint64(b)&binary.BigEndian.Uint64(b[8:]) != 1<<64-1 {
		r.count.Broken++
		return false
	}
	if b[markerLen+2] != msgUpdate {
		r.count.Messages++
		return false
	}
	size := int(binary.BigEndian.Uint16(b[markerLen:]))
	if size < markerLen+3 || size > len(b) {
		r.count.Broken++ // cut by the collector: what there is, is true
		size = len(b)
	}
	out.Multipath = withPaths(rec.Subtype)
	// The two AS numbers that a record begins with.
	ases := binary.BigEndian.Uint64(rec.Body)
	internal := as4 && uint32(ases>>32) == uint32(ases) || !as4 && uint16(ases>>48) == uint16(ases>>32)
	return r.update(out, b[markerLen+3:size], as4, internal)
}

// session decodes a change of a session. States are those of RFC 4271 §8.2.2; any
// but the last means that the peer has no routes.
func (r *Reader) session(out *feed.Routes, b []byte) bool {
	if len(b) < 4 {
		r.count.Broken++
		return false
	}
	const established = 6
	was, is := binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	if was == established && is == established {
		r.count.Messages++ // nothing has become of it
		return false
	}
	out.State = feed.SessionDown
	if is == established {
		out.State = feed.SessionUp
	}
	return true
}

// update decodes the body of a BGP UPDATE. What RFC 7606 says of a malformed one
// holds: its announcements become withdrawals.
func (r *Reader) update(out *feed.Routes, b []byte, as4, internal bool) bool {
	if len(b) < 4 {
		r.count.Broken++
		return false
	}
	n := int(binary.BigEndian.Uint16(b))
	if 2+n > len(b) {
		r.count.Malformed++
		n = len(b) - 2
	}
	sound := true
	if n > 0 {
		out.Withdrawn4, sound = r.list4(out, out.Withdrawn4, &out.IDs.Withdrawn4, b[2:2+n])
	}
	if b = b[2+n:]; len(b) < 2 {
		return r.counted(out, sound)
	}
	n = int(binary.BigEndian.Uint16(b))
	if b = b[2:]; n > len(b) {
		n, sound = len(b), false
	}
	a := routeAttributes{as4: as4, internal: internal}
	if n > 0 && !r.attributes(out, b[:n], &a) {
		sound = false
	}
	needs := uint32(1<<attrOrigin | 1<<attrPath) // RFC 7606 §3(d)
	if n < len(b) {
		var fine bool
		out.Announced4, fine = r.list4(out, out.Announced4, &out.IDs.Announced4, b[n:])
		sound = sound && fine
		needs |= 1 << attrNextHop
	}
	if len(out.Announced4)+len(out.Announced6) > 0 && (a.seen&needs != needs || !r.takePath(out, &a)) || a.withdraw {
		sound = false
		out.Withdrawn4 = append(out.Withdrawn4, out.Announced4...)
		out.Withdrawn6 = append(out.Withdrawn6, out.Announced6...)
		out.Announced4, out.Announced6 = out.Announced4[:0], out.Announced6[:0]
		ids := &out.IDs
		ids.Withdrawn4, ids.Withdrawn6 = append(ids.Withdrawn4, ids.Announced4...), append(ids.Withdrawn6, ids.Announced6...)
		ids.Announced4, ids.Announced6 = ids.Announced4[:0], ids.Announced6[:0]
		out.Path, out.Origin = nil, 0
	}
	return r.counted(out, sound)
}

// counted counts what was decoded, and tells whether it is anything.
func (r *Reader) counted(out *feed.Routes, sound bool) bool {
	if !sound {
		r.count.Malformed++
	}
	n := len(out.Announced4) + len(out.Withdrawn4) + len(out.Announced6) + len(out.Withdrawn6)
	r.count.Prefixes += int64(n)
	return n > 0
}

// list4 takes a list of IPv4 prefixes, and their path identifiers if the record says that
// there are some. Of those that are only guessed, nothing more is made.
func (r *Reader) list4(out *feed.Routes, dst []feed.V4, ids *[]uint32, b []byte) ([]feed.V4, bool) {
	if !out.Multipath && len(b) > 0 && b[0] != 0 {
		if all, ok := appendV4(dst, b); ok { // nearly always
			return all, true
		}
	}
	before, declared := len(dst), out.Multipath
	dst, paths, ok := nlri4(dst, b, declared)
	if declared {
		*ids = appendIDs(*ids, b, len(dst)-before)
	}
	out.Multipath = out.Multipath || paths
	return dst, ok
}

// list6 takes a list of IPv6 prefixes.
func (r *Reader) list6(out *feed.Routes, dst []feed.V6, ids *[]uint32, b []byte) ([]feed.V6, bool) {
	if !out.Multipath && len(b) > 0 && b[0] != 0 {
		if all, ok := appendV6(dst, b); ok { // nearly always
			return all, true
		}
	}
	before, declared := len(dst), out.Multipath
	dst, paths, ok := nlri6(dst, b, declared)
	if declared {
		*ids = appendIDs(*ids, b, len(dst)-before)
	}
	out.Multipath = out.Multipath || paths
	return dst, ok
}

// routeAttributes is what is asked of the attributes of an update.
type routeAttributes struct {
	path, path4 []byte
	as4         bool
	internal    bool   // the peer is of the collector's own AS
	seen        uint32 // a bit for each type up to 31
	aggregator  uint32
	withdraw    bool // an attribute is such that the announcements are withdrawals
}

// usual takes the attributes that nearly all updates begin with, where they are there
// in their order and sound: ORIGIN, AS_PATH and NEXT_HOP. It gives what is behind them.
func (a *routeAttributes) usual(b []byte) []byte {
	const (
		mask = 0x10fffffc00ff0000 // no extended length, type, length, 0 to 3; any flags, type
		want = 0x0001010000020000
	)
	if len(b) < 8 || binary.BigEndian.Uint64(b)&mask != want || b[3] > 2 {
		return b
	}
	extended := int(b[4] / flagExtendedBytes & 1)
	from := 7 + extended
	n := int(binary.BigEndian.Uint16(b[6:]) >> (8 - 8*extended))
	if len(b) < from+n {
		return b
	}
	a.path, a.seen = b[from:from+n], 1<<attrOrigin|1<<attrPath
	if b = b[from+n:]; len(b) >= 7 && binary.BigEndian.Uint32(b)&0x10ffff00 == attrNextHop<<16|4<<8 {
		a.seen |= 1 << attrNextHop
		b = b[7:]
	}
	return b
}

// attributes walks the attributes of an update, and tells whether they were sound.
func (r *Reader) attributes(out *feed.Routes, b []byte, a *routeAttributes) bool {
	sound := true
	b = a.usual(b)
	for len(b) > 0 {
		if len(b) < 3 {
			a.withdraw = true // RFC 7606 §4
			return false
		}
		kind, n, from := b[1], int(b[2]), 3
		if b[0]&flagExtendedBytes != 0 {
			n, from = n<<8|int(b[3:4:4][0]), 4
		}
		if len(b) < from+n {
			a.withdraw = true
			return false
		}
		v := b[from : from+n]
		b = b[from+n:]
		if kind < 32 {
			bit := uint32(1) << kind
			if a.seen&bit != 0 && kind != attrReach && kind != attrUnreach {
				sound = false // RFC 7606 §3(g): all but the first are left out
				continue
			}
			a.seen |= bit
		}
		fits := true // RFC 7606 §7: those that don't make withdrawals of announcements
		switch kind {
		case attrPath:
			a.path = v
		case attrReach:
			sound = r.reach(out, v) && sound
		case attrUnreach:
			sound = r.unreach(out, v) && sound
		case attrPath4:
			a.path4 = v
		case attrAtomic:
			sound = sound && n == 0
		case attrAggregator:
			switch {
			case n == 8 && a.as4:
			case n == 6 && !a.as4:
				a.aggregator = uint32(binary.BigEndian.Uint16(v))
			default:
				sound = false // RFC 7606 §7.7: it is left out
			}
		case attrOrigin:
			fits = n == 1 && v[0] <= 2
		case attrNextHop, attrMED:
			fits = n == 4
		case attrLocalPref:
			fits = n == 4 || !a.internal // RFC 7606 §7.5: others' is left out
			sound = sound && n == 4
		case attrCommunities:
			fits = n > 0 && n%4 == 0
		case attrExtended:
			fits = n > 0 && n%8 == 0 // RFC 7606 §7.14
		case attrLarge:
			fits = n > 0 && n%12 == 0 // RFC 8092 §6
		}
		if !fits {
			a.withdraw, sound = true, false
		}
	}
	return sound
}

// reach takes the prefixes of an MP_REACH_NLRI attribute (RFC 4760 §3).
func (r *Reader) reach(out *feed.Routes, v []byte) bool {
	if len(v) < 5 || len(v) < 5+int(v[3]) {
		return false
	}
	afi, safi := binary.BigEndian.Uint16(v), v[2]
	list := v[5+int(v[3]):]
	sound := true
	switch {
	case afi == afi6 && safi == 1:
		out.Announced6, sound = r.list6(out, out.Announced6, &out.IDs.Announced6, list)
	case afi == afi4 && safi == 1:
		out.Announced4, sound = r.list4(out, out.Announced4, &out.IDs.Announced4, list)
	default:
		r.count.Families++
	}
	return sound
}

// unreach takes the prefixes of an MP_UNREACH_NLRI attribute (RFC 4760 §4).
func (r *Reader) unreach(out *feed.Routes, v []byte) bool {
	if len(v) < 3 {
		return false
	}
	sound := true
	switch afi, safi := binary.BigEndian.Uint16(v), v[2]; {
	case afi == afi6 && safi == 1:
		out.Withdrawn6, sound = r.list6(out, out.Withdrawn6, &out.IDs.Withdrawn6, v[3:])
	case afi == afi4 && safi == 1:
		out.Withdrawn4, sound = r.list4(out, out.Withdrawn4, &out.IDs.Withdrawn4, v[3:])
	default:
		r.count.Families++
	}
	return sound
}

// takePath decodes the path of an update, and tells whether it makes sense.
func (r *Reader) takePath(out *feed.Routes, a *routeAttributes) bool {
	ok := false
	// Whoever aggregates and knows two bytes alone has not kept AS4_PATH up to date
	// (RFC 6793 §4.2.3).
	stale := a.seen&(1<<attrAggregator) != 0 && a.seen&(1<<attrAggregator4) != 0 && a.aggregator != transAS
	if !a.as4 && len(a.path4) > 0 && !stale {
		r.path, out.Origin, ok = mergePath(r.path[:0], a.path, a.path4)
	} else {
		out.Origin, ok = r.takeNumbers(a.path, a.as4)
	}
	out.Path = r.path
	return ok
}

// takeNumbers decodes a path, and gives its origin.
func (r *Reader) takeNumbers(b []byte, wide bool) (origin uint32, ok bool) {
	if wide && plainPath(b) {
		r.path = appendNumbers(r.path[:0], b[segmentHeader:])
		return r.path[len(r.path)-1], true
	}
	if r.path, ok = appendPath(r.path[:0], b, wide); ok {
		origin = pathOrigin(r.path, b, wide)
	}
	return origin, ok
}
