package app

import (
	"compress/gzip"
	"encoding/binary"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tocsin/feed/rislive"
)

// capture is what a test's collectors record, in order.
type recording struct {
	at       time.Time
	messages []rislive.Message
}

// peerOf is one of the test's peers.
func peerOf(i int) (netip.Addr, uint32) {
	return netip.AddrFrom4([4]byte{192, 0, 2, byte(i + 1)}), uint32(65001 + i)
}

// prefixesOf are /24s of an AS that no other AS of the tests has.
func prefixesOf(as uint32, n int) []netip.Prefix {
	var all []netip.Prefix
	for i := range n {
		all = append(all, netip.PrefixFrom(netip.AddrFrom4([4]byte{20 + byte(as%200), byte(as / 200), byte(i), 0}), 24))
	}
	return all
}

// tell records one update of a peer.
func (c *recording) tell(peer int, announced, withdrawn []netip.Prefix, origin uint32) {
	addr, as := peerOf(peer)
	c.messages = append(c.messages, rislive.Message{
		At: c.at.UnixNano(), Host: "rrc00.ripe.net", Peer: addr, AS: as, BGP: updateMessage(announced, withdrawn, as, origin),
	})
}

// down records the end of a peer's session.
func (c *recording) down(peer int) {
	addr, as := peerOf(peer)
	c.messages = append(c.messages, rislive.Message{At: c.at.UnixNano(), Host: "rrc00.ripe.net", Peer: addr, AS: as})
}

// updateMessage is a BGP UPDATE (RFC 4271 §4.3) of a session with AS numbers of
// four bytes.
func updateMessage(announced, withdrawn []netip.Prefix, peer, origin uint32) []byte {
	prefixes := func(list []netip.Prefix) (b []byte) {
		for _, p := range list {
			a := p.Addr().As4()
			b = append(append(b, byte(p.Bits())), a[:(p.Bits()+7)/8]...)
		}
		return b
	}
	w := prefixes(withdrawn)
	var attrs []byte
	if len(announced) > 0 {
		attrs = []byte{0x40, 1, 1, 0, 0x40, 2, 10, 2, 2} // ORIGIN IGP; AS_PATH: a sequence of two
		attrs = binary.BigEndian.AppendUint32(attrs, peer)
		attrs = binary.BigEndian.AppendUint32(attrs, origin)
		attrs = append(attrs, 0x40, 3, 4, 192, 0, 2, 1) // NEXT_HOP
	}
	body := binary.BigEndian.AppendUint16(nil, uint16(len(w)))
	body = append(body, w...)
	body = binary.BigEndian.AppendUint16(body, uint16(len(attrs)))
	body = slices.Concat(body, attrs, prefixes(announced))
	head := slices.Repeat([]byte{0xff}, 16)
	head = binary.BigEndian.AppendUint16(head, uint16(19+len(body)))
	return slices.Concat(head, []byte{2}, body)
}

// mrt writes what was recorded as an MRT file of updates (RFC 6396 §4.4), gzipped.
func (c *recording) mrt(t *testing.T, name string) string {
	t.Helper()
	var b []byte
	for _, m := range c.messages {
		body := binary.BigEndian.AppendUint32(nil, m.AS)
		body = binary.BigEndian.AppendUint32(body, 12654) // the collector
		body = append(body, 0, 0, 0, 1)                   // interface; IPv4
		a := m.Peer.As4()
		body = append(append(body, a[:]...), 193, 0, 4, 28)
		kind := uint16(4) // BGP4MP_MESSAGE_AS4
		if m.BGP == nil {
			kind = 5                        // BGP4MP_STATE_CHANGE_AS4
			body = append(body, 0, 6, 0, 1) // established to idle
			if m.Up {
				body = append(body[:len(body)-4], 0, 5, 0, 6)
			}
		}
		b = appendMRT(b, m.At, 16, kind, append(body, m.BGP...))
	}
	return writeGzip(t, name, b)
}

func appendMRT(b []byte, at int64, kind, sub uint16, body []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(at/1e9))
	b = binary.BigEndian.AppendUint16(b, kind)
	b = binary.BigEndian.AppendUint16(b, sub)
	b = binary.BigEndian.AppendUint32(b, uint32(len(body)))
	return append(b, body...)
}

// table writes a TABLE_DUMP_V2 (RFC 6396 §4.3) of five peers that all carry the
// same.
func table(t *testing.T, name string, at time.Time, origins map[uint32][]netip.Prefix) string {
	t.Helper()
	const peers = 5
	index := []byte{193, 0, 4, 28, 0, 0}
	index = binary.BigEndian.AppendUint16(index, peers)
	for i := range peers {
		addr, as := peerOf(i)
		a := addr.As4()
		index = append(append(index, 2, 1, 1, 1, 1), a[:]...) // IPv4, AS of four bytes; a router id
		index = binary.BigEndian.AppendUint32(index, as)
	}
	b := appendMRT(nil, at.UnixNano(), 13, 1, index)
	var asns []uint32
	for as := range origins {
		asns = append(asns, as)
	}
	slices.Sort(asns)
	seq := uint32(0)
	for _, origin := range asns {
		for _, p := range origins[origin] {
			a := p.Addr().As4()
			body := binary.BigEndian.AppendUint32(nil, seq)
			seq++
			body = append(append(body, byte(p.Bits())), a[:(p.Bits()+7)/8]...)
			body = binary.BigEndian.AppendUint16(body, peers)
			for i := range peers {
				_, as := peerOf(i)
				attrs := []byte{0x40, 1, 1, 0, 0x40, 2, 10, 2, 2}
				attrs = binary.BigEndian.AppendUint32(attrs, as)
				attrs = binary.BigEndian.AppendUint32(attrs, origin)
				body = binary.BigEndian.AppendUint16(body, uint16(i))
				body = binary.BigEndian.AppendUint32(body, uint32(at.Unix()))
				body = binary.BigEndian.AppendUint16(body, uint16(len(attrs)))
				body = append(body, attrs...)
			}
			b = appendMRT(b, at.UnixNano(), 13, 2, body)
		}
	}
	return writeGzip(t, name, b)
}

func writeGzip(t *testing.T, name string, b []byte) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

// played plays a recording's messages.
type played struct{ left []rislive.Message }

func (p *played) Next(m *rislive.Message) error {
	if len(p.left) == 0 {
		return io.EOF
	}
	*m, p.left = p.left[0], p.left[1:]
	return nil
}

func (p *played) Close() error { return nil }
