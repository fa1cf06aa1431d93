package rislive

import (
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net/netip"
	"slices"
)

// attr writes one path attribute.
func attr(kind byte, value ...byte) []byte {
	return append([]byte{0x50, kind, byte(len(value) >> 8), byte(len(value))}, value...)
}

// segmentOf writes one segment of an AS path: kind 1 is a set, 2 a sequence.
func segmentOf(kind byte, size int, as ...uint32) []byte {
	b := []byte{kind, byte(len(as))}
	for _, a := range as {
		if size == 2 {
			b = binary.BigEndian.AppendUint16(b, uint16(a))
		} else {
			b = binary.BigEndian.AppendUint32(b, a)
		}
	}
	return b
}

// nlri writes prefixes as BGP does.
func nlri(prefixes ...string) []byte {
	var b []byte
	for _, s := range prefixes {
		p := netip.MustParsePrefix(s)
		b = append(b, byte(p.Bits()))
		b = append(b, p.Addr().AsSlice()[:(p.Bits()+7)/8]...)
	}
	return b
}

func concat(parts ...[]byte) []byte { return slices.Concat(parts...) }

// bgp wraps a body in the header of a BGP message.
func bgp(kind byte, body []byte) []byte {
	b := slices.Repeat([]byte{0xff}, 16)
	b = binary.BigEndian.AppendUint16(b, uint16(bgpHeader+len(body)))
	return concat(b, []byte{kind}, body)
}

// updateOf makes an UPDATE of its three parts.
func updateOf(withdrawn, attrs, announced []byte) []byte {
	body := binary.BigEndian.AppendUint16(nil, uint16(len(withdrawn)))
	body = append(body, withdrawn...)
	body = binary.BigEndian.AppendUint16(body, uint16(len(attrs)))
	return bgp(bgpUpdate, concat(body, attrs, announced))
}

// reach6 and unreach6 are the attributes that carry IPv6.
func reach6(hops []byte, prefixes ...string) []byte {
	return attr(attrMPReach, concat([]byte{0, 2, 1, byte(len(hops))}, hops, []byte{0}, nlri(prefixes...))...)
}

func unreach6(prefixes ...string) []byte {
	return attr(attrMPUnreach, concat([]byte{0, 2, 1}, nlri(prefixes...))...)
}

func addr16(s string) []byte { return netip.MustParseAddr(s).AsSlice() }

// recording is a Playback of messages at hand.
type recording struct {
	messages []Message
	next     int
	closed   int
}

func (r *recording) Next(m *Message) error {
	if r.next == len(r.messages) {
		return io.EOF
	}
	*m = r.messages[r.next]
	r.next++
	return nil
}

func (r *recording) Close() error { r.closed++; return nil }

// noon is when made-up recordings begin.
const noon = int64(1_546_344_000_000_000_000) // 2019-01-01T12:00:00Z

// random makes up n messages of the length and composition of real ones: bgp.md's
// captures encode to a mean of 411 bytes.
func random(n int, seed uint64) []Message {
	rnd := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // not for secrets
	out := make([]Message, n)
	for i := range out {
		m := &out[i]
		m.At = noon + int64(i)*3e6
		m.Host = [...]string{"rrc00.ripe.net", "rrc06.ripe.net", "rrc21.ripe.net"}[rnd.IntN(3)]
		m.AS = 64496 + rnd.Uint32N(76)
		m.Peer = netip.AddrFrom4([4]byte{192, 0, 2, byte(m.AS)})
		six := rnd.IntN(4) == 0
		if six {
			m.Peer = netip.AddrFrom16([16]byte{0x20, 1, 7, 0xf8, 15: byte(m.AS)})
		}
		m.BGP = randomUpdate(rnd, m, six)
	}
	return out
}

func randomUpdate(rnd *rand.Rand, m *Message, six bool) []byte {
	prefixes := func(n int) (list []string) {
		for range n {
			a := netip.AddrFrom4([4]byte{byte(1 + rnd.IntN(220)), byte(rnd.IntN(256)), byte(rnd.IntN(256)), 0})
			bits := 16 + rnd.IntN(9)
			if six {
				a = netip.AddrFrom16([16]byte{0x2a, byte(rnd.IntN(16)), byte(rnd.IntN(256)), byte(rnd.IntN(256)), byte(rnd.IntN(256)), byte(rnd.IntN(256))})
				bits = 29 + rnd.IntN(20)
			}
			list = append(list, netip.PrefixFrom(a, bits).Masked().String())
		}
		return list
	}
	count := 1 + int(rnd.ExpFloat64()*2.4)
	if rnd.IntN(8) == 0 {
		if six {
			return updateOf(nil, unreach6(prefixes(count)...), nil)
		}
		return updateOf(nlri(prefixes(count)...), nil, nil)
	}
	path := []uint32{m.AS}
	for range 2 + rnd.IntN(5) {
		path = append(path, 1+rnd.Uint32N(400_000))
	}
	attrs := concat(attr(attrOrigin, byte(rnd.IntN(3))), attr(attrASPath, segmentOf(2, 4, path...)...))
	if rnd.IntN(20) == 0 {
		attrs = concat(attr(attrOrigin, 0), attr(attrASPath, concat(segmentOf(2, 4, path...), segmentOf(1, 4, 64500, 64501))...))
	}
	var communities []byte
	for range rnd.IntN(14) {
		communities = binary.BigEndian.AppendUint32(communities, rnd.Uint32())
	}
	attrs = concat(attrs, attr(attrCommunities, communities...))
	if rnd.IntN(4) == 0 {
		attrs = concat(attrs, attr(attrMED, 0, 0, byte(rnd.IntN(256)), 1))
	}
	if six {
		return updateOf(nil, concat(attrs, reach6(addr16("2001:7f8::1"), prefixes(count)...)), nil)
	}
	attrs = concat(attrs, attr(attrNextHop, 192, 0, 2, byte(m.AS)))
	return updateOf(nil, attrs, nlri(prefixes(count)...))
}

// encoded writes messages as the server does.
func encoded(messages []Message, raw bool) [][]byte {
	var e encoder
	var t told
	var out [][]byte
	for i := range messages {
		if t.read(&messages[i]) {
			out = append(out, e.append(nil, &messages[i], &t, raw))
		}
	}
	return out
}
