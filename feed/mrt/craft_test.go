package mrt_test

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"time"
)

// Records made by hand, for what no capture has.

func be16(v int) []byte    { return binary.BigEndian.AppendUint16(nil, uint16(v)) }
func be32(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }

func join(parts ...[]byte) []byte { return slices.Concat(parts...) }

// count is the bytes 1, 2, … n.
func count(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i + 1)
	}
	return b
}

// rec is a record at second 1000.
func rec(kind, sub int, body ...[]byte) []byte {
	b := join(body...)
	return join(be32(1000), be16(kind), be16(sub), be32(uint32(len(b))), b)
}

// bgpMessage is a BGP message that claims a size; 0 claims the true one.
func bgpMessage(kind byte, size int, body ...[]byte) []byte {
	b := join(body...)
	if size == 0 {
		size = 19 + len(b)
	}
	return join(slices.Repeat([]byte{0xff}, 16), be16(size), []byte{kind}, b)
}

// upd is a BGP UPDATE.
func upd(withdrawn, attrs, announced []byte) []byte {
	return bgpMessage(2, 0, be16(len(withdrawn)), withdrawn, be16(len(attrs)), attrs, announced)
}

// at is an attribute; its flags don't matter to anybody here.
func at(kind byte, v ...[]byte) []byte {
	b := join(v...)
	if len(b) > 255 {
		return join([]byte{0x50, kind}, be16(len(b)), b)
	}
	return join([]byte{0x40, kind, byte(len(b))}, b)
}

// seg is a segment of a path.
func seg(kind byte, size int, as ...uint32) []byte {
	b := []byte{kind, byte(len(as))}
	for _, v := range as {
		if size == 2 {
			b = append(b, be16(int(v))...)
		} else {
			b = append(b, be32(v)...)
		}
	}
	return b
}

// addr6 is an IPv6 address.
func addr6(s string) []byte { return netip.MustParseAddr(s).AsSlice() }

// from4 and from6 put a message into a BGP4MP record of a subtype, from a peer of
// either family.
func from4(kind, sub int, micros []byte, msg []byte) []byte {
	return rec(kind, sub, micros, peers(sub), be16(0), be16(1), []byte{192, 0, 2, 1, 192, 0, 2, 2}, msg)
}

func from6(kind, sub int, micros []byte, msg []byte) []byte {
	return rec(kind, sub, micros, peers(sub), be16(0), be16(2), addr6("2001::1"), addr6("2001::2"), msg)
}

func peers(sub int) []byte {
	if slices.Contains([]int{4, 5, 7, 9, 11}, sub) {
		return join(be32(65001), be32(65002))
	}
	return join(be16(65001), be16(65002))
}

// m4 and m2 are plain messages of a speaker of four and of two bytes.
func m4(withdrawn, attrs, announced []byte) []byte {
	return from4(16, 4, nil, upd(withdrawn, attrs, announced))
}

func m2(attrs, announced []byte) []byte {
	return from4(16, 1, nil, upd(nil, attrs, announced))
}

// within is a message of a peer of the collector's own AS.
func within(msg []byte) []byte {
	return rec(16, 4, nil, be32(65001), be32(65001), be16(0), be16(1), []byte{192, 0, 2, 1, 192, 0, 2, 2}, msg)
}

// must is what an announcement must have besides its path.
func must() []byte { return join(at(1, []byte{0}), at(3, []byte{10, 0, 0, 1})) }

// mpReach and mpUnreach are the attributes of RFC 4760.
func mpReach(afi, safi int, hop []byte, list ...[]byte) []byte {
	return at(14, be16(afi), []byte{byte(safi), byte(len(hop))}, hop, []byte{0}, join(list...))
}

func mpUnreach(afi, safi int, list ...[]byte) []byte {
	return at(15, be16(afi), []byte{byte(safi)}, join(list...))
}

// attrs4 and attrs2 are origin, path 1 2 3 and next hop.
func attrs4() []byte {
	return join(at(1, []byte{0}), at(2, seg(2, 4, 1, 2, 3)), at(3, []byte{10, 0, 0, 1}))
}

func attrs2() []byte {
	return join(at(1, []byte{0}), at(2, seg(2, 2, 1, 2, 3)), at(3, []byte{10, 0, 0, 1}))
}

// p4 and p6 are prefixes, 10.1.2.0/24 and 2001:db8::/32; hop6 is a next hop.
func p4() []byte   { return []byte{24, 10, 1, 2} }
func p6() []byte   { return []byte{32, 0x20, 1, 0x0d, 0xb8} }
func hop6() []byte { return addr6("2001::") }

// list is a prefix of so many bits, and as many bytes as that needs.
func list(bits int) []byte { return join([]byte{byte(bits)}, count((bits+7)/8)) }

// tablePeer is a peer of a table: of either family, with an AS number of either size.
func tablePeer(six, as4 bool, as uint32) []byte {
	b := []byte{0, 1, 1, 1, 1}
	if six {
		b = append(b, hop6()...)
		b[0] |= 1
	} else {
		b = append(b, 9, 9, 9, 9)
	}
	if as4 {
		b[0] |= 2
		return append(b, be32(as)...)
	}
	return append(b, be16(int(as))...)
}

// table is a table of peers that claims to have n.
func table(name string, n int, of ...[]byte) []byte {
	return rec(13, 1, []byte{1, 2, 3, 4}, be16(len(name)), []byte(name), be16(n), join(of...))
}

func twoPeers() []byte {
	return table("view", 2, tablePeer(false, false, 65001), tablePeer(true, true, 100000))
}

// entry is what one peer of a table says; path is its path identifier or nothing.
func entry(peer int, path []byte, attrs ...[]byte) []byte {
	b := join(attrs...)
	return join(be16(peer), be32(88), path, be16(len(b)), b)
}

func ribOf(sub int, prefix []byte, entries ...[]byte) []byte {
	return rec(13, sub, be32(1), prefix, be16(len(entries)), join(entries...))
}

// old is a record of TABLE_DUMP.
func old(sub, bits int, attrs []byte) []byte {
	size, as := 4, be16(65001)
	if sub%2 == 0 {
		size = 16
	}
	if sub > 2 {
		as = be32(65001)
	}
	return rec(12, sub, be16(0), be16(1), count(size), []byte{byte(bits), 1}, be32(77), slices.Repeat([]byte{9}, size), as, be16(len(attrs)), attrs)
}

// crafted are streams by name. bgpdump gets through all of them.
func crafted() map[string][]byte {
	m := map[string][]byte{}
	for _, add := range []func(map[string][]byte){craftSubtypes, craftPrefixes, craftHops, craftFamilies, craftPaths, craftMerges, craftAttributes, craftSizes, craftSessions, craftOld, craftTables} {
		add(m)
	}
	return m
}

func craftSubtypes(m map[string][]byte) {
	for _, sub := range []int{1, 4, 6, 7, 8, 9, 10, 11} {
		attrs, id := attrs2(), []byte(nil)
		if len(peers(sub)) == 8 {
			attrs = attrs4()
		}
		if sub >= 8 {
			id = be32(7)
		}
		msg := upd(join(id, p4()), join(attrs, mpReach(2, 1, hop6(), id, p6()), mpUnreach(2, 1, id, p6())), join(id, p4()))
		m[fmt.Sprintf("subtype %d", sub)] = from4(16, sub, nil, msg)
		m[fmt.Sprintf("subtype %d, IPv6", sub)] = from6(16, sub, nil, msg)
		m[fmt.Sprintf("subtype %d, microseconds", sub)] = from4(17, sub, be32(5), msg)
		m[fmt.Sprintf("subtype %d, microseconds, IPv6", sub)] = from6(17, sub, be32(1234567), msg)
	}
	m["subtypes that none has"] = join(rec(16, 2, count(9)), rec(16, 3, count(9)), rec(16, 12, count(9)), m4(p4(), nil, nil))
}

func craftPrefixes(m map[string][]byte) {
	for _, bits := range []int{0, 1, 25, 32, 33, 40, 64, 65, 120, 128, 136, 160, 168, 200, 255} {
		m[fmt.Sprintf("%d bits", bits)] = m4(list(bits), join(attrs4(), mpReach(2, 1, hop6(), list(bits), p6())), join(list(bits), p4()))
		id := be32(0x01020304)
		m[fmt.Sprintf("%d bits, path", bits)] = from4(16, 9, nil, upd(join(id, list(bits)), attrs4(), join(id, list(bits), id, p4())))
	}
	for _, s := range []string{
		"::", "::1", "::1.2.3.4", "::ffff:1.2.3.4", "1:0:0:2::3", "1:0:0:2:0:0:0:3", "0:0:0:1::", "2001:db8:0:1:1:1:1:1", "fe80::1", "0:1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7:0", "::ffff:0:1.2.3.4", "64:ff9b::1.2.3.4", "::5", "::2", "::1:0", "::ffff:0:0", "::ffff:0:1", "::fffe:1.2.3.4", "::1:0:0", "::ff", "::10:0:5", "abcd:ef01::", "0:0:1:0:0:1:0:0", "1:0:1:0:1:0:1:0",
	} {
		m["address "+s] = m4(nil, join(attrs4(), mpReach(2, 1, hop6(), []byte{128}, addr6(s))), nil)
	}
	m["a prefix cut short"] = m4(join(p4(), []byte{24, 1}), attrs4(), join(p4(), []byte{24, 1}))
}

func craftHops(m map[string][]byte) {
	for _, n := range []int{0, 4, 8, 12, 16, 20, 24, 32, 48} {
		m[fmt.Sprintf("hop of %d", n)] = m4(nil, join(attrs4(), mpReach(2, 1, count(n), p6()), mpReach(1, 1, count(n), p4()), at(8, be32(65537))), nil)
		m[fmt.Sprintf("hop of %d, path", n)] = from4(16, 9, nil, upd(nil, join(attrs4(), mpReach(2, 1, count(n), be32(5), p6())), nil))
		m[fmt.Sprintf("hop of %d in an old table", n)] = join(old(2, 24, join(attrs2(), at(14, []byte{byte(n)}, count(n)))), old(4, 24, join(attrs4(), at(14, []byte{byte(n)}, count(n)))))
		if n == 4 || n == 16 || n == 32 { // at others it prints its own stack
			m[fmt.Sprintf("hop of %d in a table", n)] = join(twoPeers(),
				ribOf(2, p4(), entry(0, nil, attrs4()), entry(1, nil, attrs4(), at(14, []byte{byte(n)}, count(n)))),
				ribOf(2, p4(), entry(1, nil, attrs4(), mpReach(1, 1, count(n), p4()))),
				ribOf(4, p6(), entry(1, nil, attrs4(), mpReach(2, 1, count(n), p6()))))
		}
	}
	m["a subnetwork point of attachment"] = m4(nil, join(attrs4(), at(14, []byte{0, 2, 1, 16}, hop6(), []byte{2, 3, 1, 2, 3, 1, 9}, p6())), nil)
	m["a hop that stays"] = join(twoPeers(), ribOf(4, p6(), entry(0, nil, attrs4()), entry(1, nil, attrs4(), at(14, []byte{8}, count(8)))))
}

func craftFamilies(m map[string][]byte) {
	for afi := range 4 {
		for safi := range 5 {
			hop, list := hop6()[:4], p4()
			if afi == 2 {
				hop, list = hop6(), p6()
			}
			m[fmt.Sprintf("family %d, %d", afi, safi)] = m4(nil, join(attrs4(), mpReach(afi, safi, hop, list), mpUnreach(afi, safi, list)), p4())
		}
	}
	m["three families"] = m4(nil, join(attrs4(), mpReach(2, 1, hop6(), p6()), mpReach(1, 1, count(4), p4()), mpReach(2, 2, hop6(), p6())), p4())
	m["one family twice"] = m4(nil, join(attrs4(), mpReach(2, 1, hop6(), p6()), mpReach(2, 1, hop6(), p6()), mpUnreach(2, 1, p6()), mpUnreach(2, 1, p6())), p4())
	m["nothing reached"] = m4(nil, join(at(14), attrs4(), at(15)), p4())
	m["a hop alone in an update"] = m4(nil, join(attrs4(), at(14, []byte{16}, hop6())), p4())
}

func craftPaths(m map[string][]byte) {
	for name, path := range map[string][]byte{
		"set":                     seg(1, 4, 5, 6, 7),
		"sequence, set":           join(seg(2, 4, 1), seg(1, 4, 5)),
		"confederation, sequence": join(seg(3, 4, 1, 2), seg(2, 4, 3)),
		"set of confederations":   seg(4, 4, 1, 2),
		"two sequences":           join(seg(2, 4, 1), seg(2, 4, 2)),
		"empty sequence first":    join(seg(2, 4), seg(2, 4, 2)),
		"empty sequence last":     join(seg(2, 4, 1), seg(2, 4)),
		"empty set first":         join(seg(1, 4), seg(2, 4, 2)),
		"empty set last":          join(seg(2, 4, 1), seg(1, 4)),
		"all kinds":               join(seg(2, 4, 1), seg(1, 4, 2, 3), seg(1, 4, 4), seg(3, 4, 5, 6), seg(2, 4, 7)),
		"fifth kind":              seg(5, 4, 1),
		"empty":                   nil,
		"cut short":               {2, 3, 0, 0, 0, 1},
		"very long":               slices.Repeat(seg(2, 4, slices.Repeat([]uint32{4200000000, 7}, 100)...), 7),
		"very long set":           slices.Repeat(seg(1, 4, slices.Repeat([]uint32{4200000000}, 200)...), 5),
	} {
		m["path: "+name] = m4(nil, join(at(1, []byte{1}), at(2, path)), p4())
	}
}

func craftMerges(m map[string][]byte) {
	const trans = 23456
	for name, p := range map[string][2][]byte{
		"one":                 {seg(2, 2, 1, trans, 3, 4), seg(2, 4, 100002, 3, 4)},
		"second segment":      {join(seg(2, 2, 1, 2), seg(2, 2, trans, 4)), seg(2, 4, 100002)},
		"set":                 {join(seg(2, 2, 1, 2), seg(1, 2, trans, 4)), seg(2, 4, 100002)},
		"set first":           {join(seg(1, 2, 7, 8), seg(2, 2, 1, 2, trans)), seg(2, 4, 100002)},
		"too short":           {seg(2, 2, 1), seg(2, 4, 100002, 5)},
		"as long":             {seg(2, 2, 1, 2), seg(2, 4, 100002, 5)},
		"nothing":             {seg(2, 2, 1, 2), nil},
		"confederation":       {seg(2, 2, 1, 2, 3), join(seg(3, 4, 9), seg(2, 4, 100002))},
		"senseless":           {seg(2, 2, 1, 2, 3), seg(9, 4, 9)},
		"into senseless":      {seg(9, 2, 1, 2, 3), seg(2, 4, 9)},
		"confederation first": {join(seg(3, 2, 7, 7), seg(2, 2, 1, 2, trans)), seg(2, 4, 100002)},
		"two segments":        {join(seg(2, 2, 1, 2, 3), seg(2, 2, 4, 5, trans)), seg(2, 4, 100002)},
		"empty":               {nil, nil},
	} {
		m["merge: "+name] = m2(join(at(1, []byte{0}), at(2, p[0]), at(17, p[1]), at(3, count(4))), p4())
		m["merge in an old table: "+name] = old(1, 24, join(at(2, p[0]), at(17, p[1])))
	}
	m["merge: not with four bytes"] = m4(nil, join(attrs4(), at(17, seg(2, 4, 100002))), p4())
	as := at(17, seg(2, 4, 100003))
	for name, own := range map[string]int{"one that knows two bytes": 5, "one that stands for another": trans} {
		m["aggregator: "+name] = m2(join(attrs2(), at(7, be16(own), count(4)), at(18, be32(100002), []byte{5, 6, 7, 8}), as), p4())
	}
	m["aggregator: only the new one"] = m2(join(attrs2(), at(18, be32(100002), count(4))), p4())
	m["aggregator: too short"] = m4(nil, join(attrs4(), at(7, be16(77), count(4))), p4())
	m["aggregator: too long"] = m2(join(attrs2(), at(7, be32(77), count(4))), p4())
	m["aggregator: no address"] = m4(nil, join(attrs4(), at(7, be32(77), slices.Repeat([]byte{255}, 4))), p4())
	m["aggregator: empty"] = m4(nil, join(attrs4(), at(7)), p4())
	m["aggregator: twice"] = m4(nil, join(attrs4(), at(7, be32(77), count(4)), at(7, be32(78), count(4))), p4())
}

func craftAttributes(m map[string][]byte) {
	m["large numbers"] = m4(nil, join(attrs4(), at(4, be32(0xfffffff0)), at(5, be32(0xfffffff1))), p4())
	m["large numbers with a sign"] = m4(nil, join(attrs4(), at(4, be32(0xfffffff0)), at(5, be32(0xfffffff1)), mpReach(1, 1, count(4), p4())), nil)
	m["communities"] = m4(nil, join(attrs4(), at(8, be32(0), be32(1), be32(0xffff0000), be32(0xffff029a), be32(0xffffff01), be32(0xffffff02), be32(0xffffff03), be32(0xffffff04), be32(0xffffffff))), p4())
	m["half a community"] = m4(nil, join(attrs4(), at(8, be32(65538), be16(3))), p4())
	var many []byte
	for i := range uint32(700) {
		many = append(many, be32(0xfffe0000+5000+i)...)
	}
	m["many communities"] = m4(nil, join(attrs4(), at(8, many)), p4())
	m["many communities, then names"] = m4(nil, join(attrs4(), at(8, many[:4*682], slices.Repeat(be32(0xffffff01), 3), slices.Repeat(be32(1), 3))), p4())
	for _, n := range []byte{2, 3, 255} {
		m[fmt.Sprintf("origin %d", n)] = m4(nil, join(at(1, []byte{n}), at(2, seg(2, 4, 1))), p4())
	}
	m["empty origin"] = m4(nil, join(at(1), at(2, seg(2, 4, 1))), p4())
	m["no origin"] = m4(nil, at(2, seg(2, 4, 1)), p4())
	m["short ones"] = m4(nil, join(at(3, count(3)), at(2, seg(2, 4, 1)), at(4, count(2)), at(5), at(6, count(3))), p4())
	m["attribute beyond the rest"] = m4(nil, join(attrs4(), []byte{0x40, 4, 32, 0, 0}), p4())
	m["attributes beyond the message"] = from4(16, 4, nil, bgpMessage(2, 0, be16(0), be16(len(attrs4())+400), attrs4(), p4()))
	m["withdrawals beyond the message"] = from4(16, 4, nil, bgpMessage(2, 0, be16(400), p4(), p4()))
	m["unknown ones"] = m4(nil, join(at(0, count(3)), at(16, count(8)), at(32, count(12)), at(33, count(5)), at(128, count(300)), attrs4()), p4())
}

func craftSizes(m map[string][]byte) {
	body := join(be16(4), p4(), be16(0))
	for _, n := range []int{1, 5, 17, 18, 19, 500} {
		m[fmt.Sprintf("size %d", n)] = from4(16, 4, nil, bgpMessage(2, n, body))
	}
	m["size that leaves out"] = from4(16, 4, nil, bgpMessage(2, 19+2+4+2+len(attrs4())+4, be16(4), p4(), be16(len(attrs4())), attrs4(), p4(), p4()))
	m["unknown type"] = join(rec(99, 4, count(5)), m4(p4(), nil, nil))
	m["cut"] = join(m4(p4(), nil, nil), m4(p4(), nil, nil)[:40])
	m["cut in its header"] = join(m4(p4(), nil, nil), m4(p4(), nil, nil)[:7])
	m["no addresses"] = join(rec(16, 1, be16(1), be16(2), be16(0xffff), be16(0xffff), upd(p4(), nil, nil)[4:]), rec(16, 4, be32(1), be32(2), be16(0xffff), be16(0xffff), upd(p4(), nil, nil)[4:]))
	m["third family of peers"] = rec(16, 4, be32(1), be32(2), be16(0), be16(3), count(8), upd(p4(), nil, nil))
	m["a bad marker"] = join(rec(16, 4, be32(1), be32(2), be16(0), be16(1), count(8), []byte{0}, upd(p4(), nil, nil)[1:]), m4(p4(), nil, nil))
	m["other messages"] = join(from4(16, 4, nil, bgpMessage(1, 0, count(10))), from4(16, 4, nil, bgpMessage(3, 0, count(5))), from4(16, 4, nil, bgpMessage(4, 0)), from4(16, 4, nil, bgpMessage(5, 0, count(4))), from4(16, 4, nil, bgpMessage(77, 0)))
	m["nothing of a peer"] = join(rec(16, 4, be32(1)), rec(16, 1, be16(1), be16(2), be16(0), be16(1)), m4(p4(), nil, nil))
}

func craftSessions(m map[string][]byte) {
	for _, sub := range []int{0, 5} {
		for kind, micros := range map[int][]byte{16: nil, 17: be32(9)} {
			state := join(peers(sub), be16(0), be16(1), count(8), be16(6), be16(1), count(8))
			full := len(peers(sub)) + 16
			for name, n := range map[string]int{"whole": full, "short": full - 2, "of 8": 8, "of 20": 20, "of 24": 24} {
				m[fmt.Sprintf("session %s, %d, %d", name, sub, kind)] = rec(kind, sub, micros, state[:n])
			}
			m[fmt.Sprintf("session IPv6, %d, %d", sub, kind)] = rec(kind, sub, micros, peers(sub), be16(0), be16(2), count(32), be16(6), be16(1))
			m[fmt.Sprintf("session of a third family, %d, %d", sub, kind)] = rec(kind, sub, micros, peers(sub), be16(0), be16(3), count(8), be16(6), be16(1))
		}
	}
}

func craftOld(m map[string][]byte) {
	who := join(be16(65001), []byte{1, 2, 3, 4}, be16(65002), []byte{5, 6, 7, 8})
	attrs := join(attrs2(), at(8, be32(65538)), at(5, be32(7)), at(4, be32(0xff000007)))
	m["BGP: update"] = rec(5, 1, who, be16(8), p4(), p4(), be16(len(attrs)), attrs, p4(), list(200))
	m["BGP: withdrawal of many bits"] = rec(5, 1, who, be16(len(list(200))), list(200), be16(0))
	mp := join(attrs2(), mpReach(2, 1, hop6(), p6()), mpUnreach(2, 1, p6()))
	m["BGP: IPv6"] = rec(5, 1, who, be16(0), be16(len(mp)), mp)
	m["BGP: session"] = rec(5, 3, be16(65002), count(4), be16(6), be16(1))
	m["BGP: others"] = join(rec(5, 7, who, be32(0)), rec(5, 5, who), rec(5, 2, who), rec(5, 0, who))
	for sub := 1; sub <= 5; sub++ {
		attrs := attrs2()
		if sub > 2 {
			attrs = attrs4()
		}
		m[fmt.Sprintf("old table %d", sub)] = old(sub, 24, attrs)
		m[fmt.Sprintf("old table %d, many bits", sub)] = old(sub, 200, attrs)
		m[fmt.Sprintf("old table %d, whole attribute", sub)] = old(sub, 24, join(attrs, mpReach(2, 1, hop6(), p6())))
		m[fmt.Sprintf("old table %d, IPv4 attribute", sub)] = old(sub, 24, join(attrs, mpReach(1, 1, count(4), p4())))
	}
}

func craftTables(m map[string][]byte) {
	plain := ribOf(2, p4(), entry(0, nil, attrs4()))
	m["table without peers"] = join(plain, twoPeers(), plain)
	for _, sub := range []int{2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12} {
		prefix, id := p4(), []byte(nil)
		if sub == 4 || sub == 5 || sub == 10 || sub == 11 {
			prefix = p6()
		}
		if sub >= 8 {
			id = be32(55)
		}
		m[fmt.Sprintf("table %d", sub)] = join(twoPeers(), ribOf(sub, prefix, entry(0, id, attrs4()), entry(1, id, attrs4(), at(14, []byte{16}, hop6()))))
	}
	for _, bits := range []int{0, 32, 33, 64, 128, 136, 255} {
		m[fmt.Sprintf("table of %d bits", bits)] = join(twoPeers(), ribOf(2, list(bits), entry(0, nil, attrs4())), ribOf(4, list(bits), entry(0, nil, attrs4())))
	}
	m["entry cut short"] = join(twoPeers(), rec(13, 2, be32(1), p4(), be16(3), entry(0, nil, attrs4()), be16(1), be32(88), be16(400), attrs4()))
	m["entries that aren't there"] = join(twoPeers(), rec(13, 2, be32(1), p4()[:2]))
	m["peers that aren't there"] = join(table("", 3, tablePeer(false, false, 65001)), ribOf(2, p4(), entry(0, nil, attrs4()), entry(1, nil, attrs4()), entry(2, nil, attrs4())))
	m["two tables of peers"] = join(twoPeers(), table("", 1, tablePeer(false, false, 5)), plain)
	m["entry without path"] = join(twoPeers(), ribOf(2, p4(), entry(0, nil, at(1, []byte{2}))))
}

func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }
func address(s string) netip.Addr  { return netip.MustParseAddr(s) }
func second(n int64) time.Time     { return time.Unix(n, 0) }
