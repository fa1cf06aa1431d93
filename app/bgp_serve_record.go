package app

import (
	"encoding/binary"
	"net/netip"

	"tocsin/feed/mrt"
	"tocsin/feed/rislive"
)

// Types and subtypes of MRT records that hold messages or entries of tables (RFC
// 6396 §4, RFC 8050).
const (
	mrtTableDump   = 12
	mrtTableDumpV2 = 13
	mrtBGP4MP      = 16
	mrtBGP4MPET    = 17
)

// recordParts takes MRT records apart into messages: the one BGP message of a
// BGP4MP record, or one for each entry of a table, as if its peer had announced it
// then. What is none of these is passed over.
type recordParts struct {
	rec   *mrt.Record
	one   rislive.Message // of a record that is one message
	has   bool
	peers []tablePeer
	table entries
	bgp   []byte // an entry of a table as a message
}

type tablePeer struct {
	addr netip.Addr
	as   uint32
}

// entries is what is left of the entries of one prefix in a table.
type entries struct {
	left   int
	paths  bool // with path identifiers
	six    bool
	prefix []byte // as BGP writes it
	rest   fields
}

// fields reads big-endian fields; beyond the end they are zero, and short says so.
type fields struct {
	b     []byte
	short bool
}

func (f *fields) take(n int) []byte {
	if n > len(f.b) {
		f.short, f.b = true, nil
		return make([]byte, min(n, 16)) // no field that is read as a number is longer
	}
	v := f.b[:n]
	f.b = f.b[n:]
	return v
}

func (f *fields) u8() int     { return int(f.take(1)[0]) }
func (f *fields) u16() int    { return int(binary.BigEndian.Uint16(f.take(2))) }
func (f *fields) u32() uint32 { return binary.BigEndian.Uint32(f.take(4)) }

func (f *fields) as(four bool) uint32 {
	if four {
		return f.u32()
	}
	return uint32(f.u16())
}

func (f *fields) addr(six bool) netip.Addr {
	if six {
		return netip.AddrFrom16([16]byte(f.take(16)))
	}
	return netip.AddrFrom4([4]byte(f.take(4)))
}

// begin takes a record.
func (p *recordParts) begin(rec *mrt.Record) {
	p.rec, p.has, p.table.left = rec, false, 0
	f := fields{b: rec.Body}
	switch rec.Type {
	case mrtBGP4MP, mrtBGP4MPET:
		p.message(f)
	case mrtTableDumpV2:
		switch rec.Subtype {
		case 1:
			p.index(f)
		case 2, 4, 8, 10:
			p.rib(f)
		}
	case mrtTableDump:
		if rec.Subtype == 1 || rec.Subtype == 2 {
			p.oldTable(f)
		}
	}
}

func (p *recordParts) at() int64 { return int64(p.rec.Seconds)*1e9 + int64(p.rec.Micros)*1e3 }

// next gives the next message of the record.
func (p *recordParts) next(m *rislive.Message) bool {
	if p.has {
		p.has = false
		*m = p.one
		return true
	}
	for p.table.left > 0 {
		p.table.left--
		if p.entry(m) {
			return true
		}
	}
	return false
}

// message reads a BGP4MP record. Messages that the collector itself has sent are
// none of the stream's.
func (p *recordParts) message(f fields) {
	sub := p.rec.Subtype
	change := sub == 0 || sub == 5
	if !change && sub != 1 && sub != 4 && sub != 8 && sub != 9 {
		return
	}
	four := sub == 4 || sub == 5 || sub == 9
	m := rislive.Message{At: p.at(), TwoBytes: !four, Paths: sub >= 8, AS: f.as(four)}
	f.as(four)
	f.take(2) // the interface
	family := f.u16()
	if family != 1 && family != 2 {
		return
	}
	m.Peer = f.addr(family == 2)
	f.addr(family == 2)
	if change {
		const established = 6
		was, is := f.u16(), f.u16()
		m.Up = is == established
		p.has = (was == established) != m.Up && !f.short
	} else {
		m.BGP = f.b
		// Some writers pad; the message's own length tells.
		if len(f.b) >= 18 {
			if size := int(binary.BigEndian.Uint16(f.b[16:])); size < len(f.b) {
				m.BGP = f.b[:size]
			}
		}
		p.has = !f.short
	}
	p.one = m
}

// index reads the peers of a table (RFC 6396 §4.3.1).
func (p *recordParts) index(f fields) {
	f.take(4)
	f.take(f.u16())
	p.peers = p.peers[:0]
	for n := f.u16(); n > 0 && !f.short; n-- {
		kind := f.u8()
		f.take(4)
		peer := tablePeer{addr: f.addr(kind&1 != 0)}
		peer.as = f.as(kind&2 != 0)
		p.peers = append(p.peers, peer)
	}
}

// rib begins the entries of one prefix (RFC 6396 §4.3.2).
func (p *recordParts) rib(f fields) {
	f.take(4)
	t := &p.table
	t.six, t.paths = p.rec.Subtype == 4 || p.rec.Subtype == 10, p.rec.Subtype >= 8
	if len(f.b) == 0 {
		return
	}
	t.prefix = f.take(1 + (int(f.b[0])+7)/8)
	t.left = f.u16()
	if t.rest = f; f.short {
		t.left = 0
	}
}

// entry reads one entry (RFC 6396 §4.3.4), and makes the message of it that its
// peer may have sent.
func (p *recordParts) entry(m *rislive.Message) bool {
	t := &p.table
	peer := t.rest.u16()
	t.rest.take(4) // since when
	if t.paths {
		t.rest.take(4)
	}
	attrs := t.rest.take(t.rest.u16())
	if t.rest.short {
		t.left = 0
		return false
	}
	if peer >= len(p.peers) {
		return false
	}
	*m = rislive.Message{At: p.at(), Peer: p.peers[peer].addr, AS: p.peers[peer].as}
	return p.announce(m, attrs, t.prefix, t.six)
}

// oldTable reads an entry of a TABLE_DUMP (RFC 6396 §4.2).
func (p *recordParts) oldTable(f fields) {
	six := p.rec.Subtype == 2
	size := 4
	if six {
		size = 16
	}
	f.take(4)
	prefix := append([]byte(nil), f.take(size)...)
	bits := f.u8()
	f.take(5)
	m := rislive.Message{At: p.at(), TwoBytes: true, Peer: f.addr(six)}
	m.AS = uint32(f.u16())
	attrs := f.take(f.u16())
	if f.short || bits > 8*size {
		return
	}
	wire := append([]byte{byte(bits)}, prefix[:(bits+7)/8]...)
	p.has = p.announce(&m, attrs, wire, six)
	p.one = m
}

// announce makes an UPDATE of the attributes of an entry and its prefix. Those of
// IPv6 stand in MP_REACH_NLRI, which tables keep without the prefix, and mostly
// with the next hop alone (RFC 6396 §4.3.4).
func (p *recordParts) announce(m *rislive.Message, attrs, prefix []byte, six bool) bool {
	b := append(p.bgp[:0], make([]byte, 23)...)
	for i := range 16 {
		b[i] = 0xff
	}
	b[18] = 2
	reached := !six
	for len(attrs) >= 3 {
		head, size := 3, int(attrs[2])
		if attrs[0]&0x10 != 0 && len(attrs) >= 4 {
			head, size = 4, int(binary.BigEndian.Uint16(attrs[2:]))
		}
		if head+size > len(attrs) {
			return false
		}
		value := attrs[head : head+size]
		if attrs[1] != 14 {
			b = append(b, attrs[:head+size]...)
		} else if six {
			b, reached = appendReach(b, value, prefix), true
		}
		attrs = attrs[head+size:]
	}
	if !reached { // some tables keep no next hop
		b = appendReach(b, append([]byte{16}, make([]byte, 16)...), prefix)
	}
	binary.BigEndian.PutUint16(b[21:], uint16(len(b)-23))
	if !six {
		b = append(b, prefix...)
	}
	p.bgp = b
	if len(b) > 1<<16-1 {
		return false
	}
	binary.BigEndian.PutUint16(b[16:], uint16(len(b)))
	m.BGP = b
	return true
}

// appendReach writes an MP_REACH_NLRI for one prefix of IPv6, from what a table
// keeps of it.
func appendReach(b, value, prefix []byte) []byte {
	hop := value
	if len(value) >= 4 && value[0] == 0 { // the full form: family, then the next hop
		hop = value[3:]
	}
	if len(hop) == 0 || int(hop[0])+1 > len(hop) {
		return b
	}
	hop = hop[:int(hop[0])+1]
	size := 3 + len(hop) + 1 + len(prefix)
	b = append(b, 0x90, 14, byte(size>>8), byte(size), 0, 2, 1)
	b = append(b, hop...)
	b = append(b, 0)
	return append(b, prefix...)
}
