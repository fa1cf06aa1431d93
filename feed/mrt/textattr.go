package mrt

import (
	"slices"
	"strconv"
)

// Attributes that bgpdump prints or that change what it prints.
const (
	attrOrigin        = 1
	attrPath          = 2
	attrNextHop       = 3
	attrMED           = 4
	attrLocalPref     = 5
	attrAtomic        = 6
	attrAggregator    = 7
	attrCommunities   = 8
	attrReach         = 14
	attrUnreach       = 15
	attrExtended      = 16
	attrPath4         = 17
	attrAggregator4   = 18
	attrLarge         = 32
	transAS           = 23456 // stands for a number that two bytes can't hold (RFC 6793 §9)
	broadcast         = 255   // of every byte of an address that bgpdump takes for none
	maxPathText       = 8000 - 100
	maxCommunityText  = 8192 - 1
	maxTextPrefixes   = 8192
	maxMerged         = 128 << 10 // beyond it nothing is printed of a path
	flagExtendedBytes = 0x10
)

// attributes are the attributes of one route, as bgpdump sees them.
type attributes struct {
	seen        uint64 // a bit for each type up to 32
	origin      int    // -1 when there is none
	nextHop     [4]byte
	med, pref   uint32
	aggregator  aggregator
	aggregator4 aggregator
	path, path4 textPath
	communities []byte
	reach       [3][4]reach // by address family and subsequent family
	unreach     [3][4]reach
}

type aggregator struct {
	as   uint32
	addr [4]byte
}

// reach is one MP_REACH_NLRI or MP_UNREACH_NLRI attribute.
type reach struct {
	set  bool
	size int // of the next hop, as it was told
	hop  [16]byte
	list []byte // of prefixes
}

func (a *attributes) has(kind int) bool { return a.seen&(1<<kind) != 0 }

// read reads attributes from a block that begins with its length.
func (a *attributes) read(c *cursor, wide bool) {
	none := [4]byte{broadcast, broadcast, broadcast, broadcast}
	*a = attributes{
		origin: -1, nextHop: none, aggregator: aggregator{addr: none},
		path: textPath{text: a.path.text[:0], merged: a.path.merged}, path4: textPath{text: a.path4.text[:0]},
	}
	block := cursor{c.take(int(c.u16()))}
	for len(block.b) > 0 {
		flags, kind := block.u8(), int(block.u8())
		n := int(block.u8())
		if flags&flagExtendedBytes != 0 {
			n = n<<8 | int(block.u8())
		}
		value := cursor{block.take(n)}
		if len(value.b) != n {
			break // it is cut short, and so is whatever comes after it
		}
		first := !a.has(kind)
		if kind <= 32 {
			a.seen |= 1 << kind
		}
		// bgpdump aborts at the second of most attributes: RFC 7606 §3(g) wants all
		// but the first left out.
		if first || kind == attrAggregator || kind == attrReach || kind == attrUnreach {
			a.one(kind, value, wide)
		}
	}
	a.merge(wide)
}

func (a *attributes) one(kind int, c cursor, wide bool) {
	switch kind {
	case attrOrigin:
		a.origin = int(c.u8())
	case attrPath:
		a.path.set(c.b, wide)
	case attrNextHop:
		a.nextHop = c.ip4()
	case attrMED:
		a.med = c.u32()
	case attrLocalPref:
		a.pref = c.u32()
	case attrAggregator:
		a.aggregator = aggregator{as: c.asn(wide), addr: c.ip4()}
	case attrCommunities:
		a.communities = c.b
	case attrReach:
		a.readReach(c)
	case attrUnreach:
		afi, safi := c.u16(), c.u8()
		if afi <= afi6 && safi <= 3 && !a.unreach[afi][safi].set {
			a.unreach[afi][safi] = reach{set: true, list: c.b}
		}
	case attrPath4:
		a.path4.set(c.b, true)
	case attrAggregator4:
		a.aggregator4 = aggregator{as: c.u32(), addr: c.ip4()}
	}
}

// readReach reads an MP_REACH_NLRI attribute. In a table it may have been shortened
// to its next hop (RFC 6396 §4.3.4): then it doesn't begin with the high byte of a
// family, which is zero.
func (a *attributes) readReach(c cursor) {
	if len(c.b) == 0 || c.b[0] != 0 {
		if r := &a.reach[afi6][1]; !r.set {
			*r = nextHop(&c)
		}
		return
	}
	afi, safi := c.u16(), c.u8()
	if afi > afi6 || safi > 3 || a.reach[afi][safi].set {
		return
	}
	r := nextHop(&c)
	for n := c.u8(); n > 0; n-- { // SNPAs, which RFC 4760 §3 has abolished
		c.take(int(c.u8()))
	}
	r.list = c.b
	a.reach[afi][safi] = r
}

// nextHop reads a next hop. One of a length that bgpdump doesn't know is left
// standing, to be read as what comes after it.
func nextHop(c *cursor) reach {
	r := reach{set: true, size: int(c.u8())}
	switch r.size {
	case 4:
		hop := c.ip4()
		copy(r.hop[:], hop[:])
	case 16:
		r.hop = c.ip6()
	case 32:
		r.hop = c.ip6()
		c.take(16) // the link-local one
	}
	return r
}

// merge puts the numbers of four bytes into a path of a speaker that knew two
// (RFC 6793 §4.2.3).
func (a *attributes) merge(wide bool) {
	if wide {
		return
	}
	if a.has(attrAggregator) && a.has(attrAggregator4) {
		if a.aggregator.as != transAS {
			return
		}
		a.aggregator = a.aggregator4
	}
	if a.has(attrPath4) && a.has(attrPath) && a.path.count >= a.path4.count {
		a.path.merge(&a.path4)
	}
}

// appendRest appends preference, metric and what comes behind them, up to the end
// of the line. bgpdump prints the first two with a sign in one place.
func (a *attributes) appendRest(dst []byte, signed bool) []byte {
	for _, v := range [...]uint32{a.pref, a.med} {
		if signed {
			dst = strconv.AppendInt(dst, int64(int32(v)), 10)
		} else {
			dst = strconv.AppendUint(dst, uint64(v), 10)
		}
		dst = append(dst, '|')
	}
	return a.appendEnd(a.appendCommunities(dst))
}

// appendEnd appends what follows the communities.
func (a *attributes) appendEnd(dst []byte) []byte {
	dst = append(dst, '|')
	if a.has(attrAtomic) {
		dst = append(dst, "AG|"...)
	} else {
		dst = append(dst, "NAG|"...)
	}
	if a.aggregator.addr != [4]byte{broadcast, broadcast, broadcast, broadcast} {
		dst = strconv.AppendUint(dst, uint64(a.aggregator.as), 10)
		dst = append(dst, ' ')
		dst = appendAddr4(dst, a.aggregator.addr)
	}
	return append(dst, '|', '\n')
}

// appendCommunities appends the communities, as many as bgpdump has room for.
func (a *attributes) appendCommunities(dst []byte) []byte {
	from := len(dst)
	room := func(n int) bool { return len(dst)-from+n <= maxCommunityText-1 }
	for b := a.communities; len(b) >= 4; b = b[4:] {
		space := ""
		if len(dst) > from {
			space = " "
		}
		var name string
		switch [4]byte(b) {
		case [4]byte{0xff, 0xff, 0xff, 1}:
			name = "no-export"
		case [4]byte{0xff, 0xff, 0xff, 2}:
			name = "no-advertise"
		case [4]byte{0xff, 0xff, 0xff, 3}:
			name = "local-AS"
		}
		if name != "" {
			if room(len(space) + len(name)) { // else it is left out whole
				dst = append(append(dst, space...), name...)
			}
			continue
		}
		dst = append(dst, space...)
		dst = strconv.AppendUint(dst, uint64(b[0])<<8|uint64(b[1]), 10)
		dst = append(dst, ':')
		dst = strconv.AppendUint(dst, uint64(b[2])<<8|uint64(b[3]), 10)
		dst = dst[:min(len(dst), from+maxCommunityText-1)] // here it is cut
	}
	return dst
}

// appendOrigin appends the name of the origin.
func (a *attributes) appendOrigin(dst []byte) []byte {
	switch a.origin {
	case 0:
		return append(dst, "IGP|"...)
	case 1:
		return append(dst, "EGP|"...)
	}
	return append(dst, "INCOMPLETE|"...)
}

// textPath is an AS path and its text.
type textPath struct {
	b      []byte
	wide   bool
	count  int // its length as bgpdump counts it: confederations count too
	text   []byte
	merged []byte // what b may stand in
}

const pathError = "! Error !"

func (p *textPath) set(b []byte, wide bool) {
	p.b, p.wide, p.count, p.text = b, wide, 0, p.text[:0]
	size := 2
	if wide {
		size = 4
	}
	last, space := byte(2), false
	for len(b) > 0 {
		if b[0] < 1 || b[0] > 4 || len(b) < 2 || len(b) < 2+int(b[1])*size {
			p.count, p.text = 0, append(p.text[:0], pathError...)
			return
		}
		kind, n := b[0], int(b[1])
		p.text = appendDelimiter(p.text, last, "}\x00)]")
		if space {
			p.text = append(p.text, ' ')
		}
		p.text = appendDelimiter(p.text, kind, "{\x00([")
		if kind == 1 || kind == 4 {
			p.count++
		} else {
			p.count += n
		}
		c := cursor{b[2 : 2+n*size]}
		b, last, space = b[2+n*size:], kind, false
		for range n {
			if space {
				p.text = append(p.text, " ,  ,"[kind])
			}
			space = true
			p.text = strconv.AppendUint(p.text, uint64(c.asn(wide)), 10)
			if len(p.text) > maxPathText {
				p.text = append(p.text, "..."...)
				return
			}
		}
	}
	p.text = appendDelimiter(p.text, last, "}\x00)]")
}

// appendDelimiter appends what begins or ends a segment; a plain sequence has
// nothing.
func appendDelimiter(dst []byte, kind byte, signs string) []byte {
	if kind == 2 {
		return dst
	}
	return append(dst, signs[kind-1])
}

// merge puts p4 in the place of the end of p. bgpdump takes what p has more from
// its first segment alone, again and again if that is too short; where RFC 6793
// §4.2.3 wants the next segment.
func (p *textPath) merge(p4 *textPath) {
	merged, need := p.merged[:0], p.count-p4.count
	for got := 0; got < need && len(p.b) >= 2 && len(merged) < maxMerged; {
		kind, n := p.b[0], int(p.b[1])
		if n == 0 && kind != 1 && kind != 4 {
			break // bgpdump goes round for ever
		}
		at := len(merged)
		merged = append(merged, kind, byte(n))
		c := cursor{p.b[2:]}
		for range n {
			as := c.u16()
			merged = append(merged, 0, 0, byte(as>>8), byte(as))
		}
		if kind == 1 || kind == 4 {
			got++
			continue
		}
		if got += n; got > need {
			merged[at+1] = byte(n - (got - need))
			merged = merged[:len(merged)-4*(got-need)]
		}
	}
	p.merged = append(merged, p4.b...)
	p.set(p.merged, true)
}

// contains tells whether an AS stands in the path.
func (p *textPath) contains(as uint32) bool {
	all, _ := appendPath(nil, p.b, p.wide)
	return slices.Contains(all, as)
}
