package rislive

import (
	"encoding/binary"
	"net/netip"
)

// Message is one thing that a collector has recorded: a BGP message of a peer, or
// a change of the session with it.
type Message struct {
	At   int64  // nanoseconds since 1970
	Host string // the collector, as it is to be published
	Peer netip.Addr
	AS   uint32

	BGP      []byte // a whole BGP message with its header; nil for a change of the session
	TwoBytes bool   // the session has AS numbers of two bytes (RFC 6793)
	Paths    bool   // prefixes have path identifiers (RFC 7911)
	Up       bool   // what the session has become, when BGP is nil
}

// Types of BGP messages (RFC 4271 §4.1).
const (
	bgpOpen         = 1
	bgpUpdate       = 2
	bgpNotification = 3
	bgpKeepalive    = 4
	bgpHeader       = 19
)

// Path attributes that the stream shows.
const (
	attrOrigin      = 1
	attrASPath      = 2
	attrNextHop     = 3
	attrMED         = 4
	attrAggregator  = 7
	attrCommunities = 8
	attrMPReach     = 14 // RFC 4760
	attrMPUnreach   = 15
	attrAS4Path     = 17 // RFC 6793
	attrAS4Agg      = 18

	asTrans = 23456 // stands for an AS that two bytes can't hold
)

// segment is one part of an AS path: the members of set lie in a path from from on.
type segment struct {
	set  bool
	from int
}

// asPath is an AS path whose sets can still be told.
type asPath struct {
	as       []uint32
	segments []segment
}

func (p *asPath) reset() { p.as, p.segments = p.as[:0], p.segments[:0] }

// part gives segment i.
func (p *asPath) part(i int) (as []uint32, set bool) {
	to := len(p.as)
	if i+1 < len(p.segments) {
		to = p.segments[i+1].from
	}
	return p.as[p.segments[i].from:to], p.segments[i].set
}

// hops counts as RFC 4271 §9.1.2.2 does: a set is one.
func (p *asPath) hops() (n int) {
	for i := range p.segments {
		if as, set := p.part(i); set {
			n++
		} else {
			n += len(as)
		}
	}
	return n
}

// told is what a message says, as far as the stream shows it. Its slices are
// reused.
type told struct {
	kind      byte // a type of BGP message; 0 for a change of the session
	state     bool
	path      asPath
	origin    int // -1 when there is none
	med       uint32
	hasMED    bool
	agg       aggregator
	community []uint32

	next4, next6 address
	announced4   []prefix // with next4
	announced    []prefix // of MP_REACH_NLRI, with next6
	withdrawn    []prefix
	endOfRIB     bool

	as4    asPath
	agg4   aggregator
	broken int // messages that made no sense, since ever
}

type aggregator struct {
	as    uint32
	addr  address
	there bool
}

// read takes a message apart. What makes no sense in an update is left out, as RFC
// 7606 asks; false says that nothing is left.
func (t *told) read(m *Message) bool {
	*t = told{
		origin: -1, path: t.path, as4: t.as4, community: t.community[:0], broken: t.broken,
		announced4: t.announced4[:0], announced: t.announced[:0], withdrawn: t.withdrawn[:0],
	}
	t.path.reset()
	t.as4.reset()
	if m.BGP == nil {
		t.state = m.Up
		return true
	}
	if len(m.BGP) < bgpHeader || int(binary.BigEndian.Uint16(m.BGP[16:])) != len(m.BGP) {
		t.broken++
		return false
	}
	t.kind = m.BGP[18]
	if t.kind == bgpUpdate && !t.update(m.BGP[bgpHeader:], m) {
		t.broken++
		return false
	}
	return t.kind >= bgpOpen && t.kind <= bgpKeepalive
}

// cut takes the first n bytes of b, if there are so many.
func cut(b []byte, n int) (first, rest []byte, ok bool) {
	if n > len(b) {
		return nil, b, false
	}
	return b[:n], b[n:], true
}

// cut16 takes what a length of two bytes before it says.
func cut16(b []byte) (first, rest []byte, ok bool) {
	if len(b) < 2 {
		return nil, b, false
	}
	return cut(b[2:], int(binary.BigEndian.Uint16(b)))
}

// update reads the body of an UPDATE (RFC 4271 §4.3).
func (t *told) update(b []byte, m *Message) bool {
	withdrawn, b, ok := cut16(b)
	if !ok {
		return false
	}
	attrs, nlri, ok := cut16(b)
	if !ok {
		return false
	}
	mp := len(attrs) > 0
	t.withdrawn, ok = readPrefixes(t.withdrawn, withdrawn, false, m.Paths)
	if !ok {
		return false
	}
	for len(attrs) >= 3 {
		flags, kind, size := attrs[0], attrs[1], int(attrs[2])
		head := 3
		if flags&0x10 != 0 {
			if len(attrs) < 4 {
				break
			}
			size, head = int(binary.BigEndian.Uint16(attrs[2:])), 4
		}
		var value []byte
		if value, attrs, ok = cut(attrs[head:], size); !ok {
			break
		}
		t.attribute(kind, value, m)
	}
	t.announced4, ok = readPrefixes(t.announced4, nlri, false, m.Paths)
	t.merge(m.TwoBytes)
	if !mp && len(withdrawn) == 0 && len(nlri) == 0 {
		t.endOfRIB = true // RFC 4724 §2
	}
	return ok
}

// attribute reads one path attribute. One of a wrong length is left out.
func (t *told) attribute(kind byte, v []byte, m *Message) {
	switch kind {
	case attrOrigin:
		if len(v) == 1 && v[0] <= 2 {
			t.origin = int(v[0])
		}
	case attrASPath:
		// Some captures say two bytes of a session that had four.
		if !t.path.read(v, m.TwoBytes) && !t.path.read(v, !m.TwoBytes) {
			t.path.reset()
		}
	case attrAS4Path:
		if !t.as4.read(v, false) {
			t.as4.reset()
		}
	case attrNextHop:
		if len(v) == 4 {
			t.next4 = address{lo: uint64(binary.BigEndian.Uint32(v))}
		}
	case attrMED:
		if t.hasMED = len(v) == 4; t.hasMED {
			t.med = binary.BigEndian.Uint32(v)
		}
	case attrAggregator:
		t.agg.read(v)
	case attrAS4Agg:
		t.agg4.read(v)
	case attrCommunities:
		for ; len(v) >= 4; v = v[4:] {
			t.community = append(t.community, binary.BigEndian.Uint32(v))
		}
	case attrMPReach:
		t.reach(v, m.Paths)
	case attrMPUnreach:
		if six, rest, ok := unicast(v); ok {
			t.endOfRIB = t.endOfRIB || len(rest) == 0
			t.withdrawn, _ = readPrefixes(t.withdrawn, rest, six, m.Paths)
		}
	}
}

// unicast reads the family of a multiprotocol attribute; only the two that have
// prefixes of addresses are known.
func unicast(v []byte) (six bool, rest []byte, ok bool) {
	if len(v) < 3 || v[0] != 0 || v[1] != 1 && v[1] != 2 || v[2] != 1 {
		return false, nil, false
	}
	return v[1] == 2, v[3:], true
}

// reach reads MP_REACH_NLRI: the first of its next hops is the global one.
func (t *told) reach(v []byte, paths bool) {
	six, v, ok := unicast(v)
	if !ok || len(v) < 1 {
		return
	}
	hop, v, ok := cut(v[1:], int(v[0]))
	if !ok || len(v) < 1 {
		return
	}
	switch {
	case len(hop) >= 16:
		t.next6 = address{hi: binary.BigEndian.Uint64(hop), lo: binary.BigEndian.Uint64(hop[8:]), six: true}
	case len(hop) == 4:
		t.next6 = address{lo: uint64(binary.BigEndian.Uint32(hop))}
	}
	t.announced, _ = readPrefixes(t.announced, v[1:], six, paths)
}

// read reads an aggregator, whose length tells how long its AS number is.
func (a *aggregator) read(v []byte) {
	switch len(v) {
	case 6:
		a.as = uint32(binary.BigEndian.Uint16(v))
	case 8:
		a.as = binary.BigEndian.Uint32(v)
	default:
		return
	}
	a.addr, a.there = address{lo: uint64(binary.BigEndian.Uint32(v[len(v)-4:]))}, true
}

// read reads an AS path; confederations' segments are kept as they stand.
func (p *asPath) read(v []byte, two bool) bool {
	p.reset()
	size := 4
	if two {
		size = 2
	}
	for len(v) >= 2 {
		kind := v[0]
		as, rest, ok := cut(v[2:], int(v[1])*size)
		if !ok || kind < 1 || kind > 4 {
			return false
		}
		p.segments = append(p.segments, segment{set: kind == 1 || kind == 4, from: len(p.as)})
		for ; len(as) > 0; as = as[size:] {
			if two {
				p.as = append(p.as, uint32(binary.BigEndian.Uint16(as)))
			} else {
				p.as = append(p.as, binary.BigEndian.Uint32(as))
			}
		}
		v = rest
	}
	return len(v) == 0
}

// merge puts the numbers that two bytes couldn't hold back into the path: RFC 6793
// §4.2.3.
func (t *told) merge(two bool) {
	if !two {
		return
	}
	if t.agg.there && t.agg4.there {
		if t.agg.as != asTrans {
			return // the aggregator is newer than both AS4 attributes
		}
		t.agg = t.agg4
	}
	lead := t.path.hops() - t.as4.hops()
	if len(t.as4.segments) == 0 || lead < 0 {
		return
	}
	t.path.truncate(lead)
	from := len(t.path.as)
	for _, s := range t.as4.segments {
		t.path.segments = append(t.path.segments, segment{set: s.set, from: from + s.from})
	}
	t.path.as = append(t.path.as, t.as4.as...)
}

// truncate keeps the first hops.
func (p *asPath) truncate(hops int) {
	for i := range p.segments {
		as, set := p.part(i)
		n := len(as)
		if set {
			n = 1
		}
		if hops >= n {
			hops -= n
			continue
		}
		from := p.segments[i].from
		p.as = p.as[:from+hops] // a set counts one, so that none is cut in two
		if p.segments = p.segments[:i]; hops > 0 {
			p.segments = append(p.segments, segment{from: from})
		}
		return
	}
}

// readPrefixes reads prefixes as BGP writes them. Some collectors keep path
// identifiers and say that there are none: then the list is none of prefixes, or
// begins with two default routes, which are the upper half of a small number.
func readPrefixes(to []prefix, b []byte, six, paths bool) ([]prefix, bool) {
	list, ok := readList(to, b, six, paths)
	if paths || ok && (len(b) < 2 || b[0] != 0 || b[1] != 0) {
		return list, ok
	}
	if other, fits := readList(to, b, six, true); fits {
		return other, true
	}
	return readList(to, b, six, false) // the other way has written over it
}

// readList ends at a length that can't be: what follows can't be found.
func readList(to []prefix, b []byte, six, paths bool) ([]prefix, bool) {
	most := 32
	if six {
		most = 128
	}
	for len(b) > 0 {
		if paths {
			if len(b) < 5 {
				return to, false
			}
			b = b[4:]
		}
		bits := int(b[0])
		value, rest, ok := cut(b[1:], (bits+7)/8)
		if bits > most || !ok {
			return to, false
		}
		to, b = append(to, prefix{wire(value, six).masked(bits), uint8(bits)}), rest
	}
	return to, true
}

// wire gives the address that begins with these bytes.
func wire(v []byte, six bool) address {
	a := address{six: six}
	if !six {
		for i, ch := range v {
			a.lo |= uint64(ch) << (24 - 8*i)
		}
		return a
	}
	for i, ch := range v {
		if i < 8 {
			a.hi |= uint64(ch) << (56 - 8*i)
		} else {
			a.lo |= uint64(ch) << (120 - 8*i)
		}
	}
	return a
}
