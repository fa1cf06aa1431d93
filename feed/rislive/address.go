package rislive

import (
	"net/netip"

	"tocsin/feed"
)

// The addresses and prefixes of a message are read here and not by net/netip,
// which wants strings, and a string of each would cost more than all the rest. A
// test holds these to netip, text by text.

// address is an address in two halves; those of IPv4 lie in the low 32 bits.
type address struct {
	hi, lo uint64
	six    bool
}

// addr gives what net/netip says of the same text.
func (a address) addr() netip.Addr {
	if !a.six {
		return netip.AddrFrom4([4]byte{byte(a.lo >> 24), byte(a.lo >> 16), byte(a.lo >> 8), byte(a.lo)})
	}
	var b [16]byte
	for i := range 8 {
		b[i], b[8+i] = byte(a.hi>>(56-8*i)), byte(a.lo>>(56-8*i))
	}
	return netip.AddrFrom16(b)
}

// parseAddr reads an address without a zone.
func parseAddr(s []byte) (address, bool) {
	for _, ch := range s {
		switch ch {
		case '.':
			v, ok := parseV4(s)
			return address{lo: v}, ok
		case ':':
			return parseV6(s)
		}
	}
	return address{}, false
}

// parseV4 reads four decimal numbers, without leading zeros.
func parseV4(s []byte) (uint64, bool) {
	var ip, v uint64
	digits, dots := 0, 0
	for _, ch := range s {
		if d := ch - '0'; d <= 9 {
			if digits > 0 && v == 0 {
				return 0, false
			}
			if v = v*10 + uint64(d); v > 255 {
				return 0, false
			}
			digits++
			continue
		}
		if ch != '.' || digits == 0 || dots == 3 {
			return 0, false
		}
		ip = ip<<8 | v
		v, digits = 0, 0
		dots++
	}
	return ip<<8 | v, dots == 3 && digits > 0
}

// parseV6 reads up to eight groups, of which one run of zeros may be left out, and
// the last two may be written as an IPv4 address.
func parseV6(s []byte) (address, bool) {
	var groups [8]uint64
	n, gap, i := 0, -1, 0
	if len(s) >= 2 && s[0] == ':' && s[1] == ':' {
		gap, i = 0, 2
	}
	for i < len(s) {
		if n == 8 {
			return address{}, false
		}
		v, size := group(s[i:])
		if size == 0 {
			return address{}, false
		}
		if i+size < len(s) && s[i+size] == '.' {
			four, ok := parseV4(s[i:])
			if !ok || n > 6 {
				return address{}, false
			}
			groups[n], groups[n+1] = four>>16, four&0xffff
			n += 2
			break
		}
		groups[n] = v
		n++
		if i += size; i == len(s) {
			break
		}
		if s[i] != ':' || i+1 == len(s) {
			return address{}, false
		}
		i++
		if s[i] == ':' {
			if gap >= 0 {
				return address{}, false
			}
			gap = n
			i++
		}
	}
	return join(groups, n, gap)
}

// group reads up to four hexadecimal digits, and how many they are: 0 when there
// are none or more.
func group(s []byte) (v uint64, size int) {
	for size < len(s) {
		d, ok := hexDigit(s[size])
		if !ok {
			break
		}
		if size == 4 {
			return 0, 0
		}
		v = v<<4 | d
		size++
	}
	return v, size
}

// join puts n groups together, with zeros where the gap is, -1 for none.
func join(groups [8]uint64, n, gap int) (address, bool) {
	if gap < 0 && n < 8 || gap >= 0 && n == 8 {
		return address{}, false
	}
	if gap >= 0 {
		tail := n - gap
		copy(groups[8-tail:], groups[gap:n])
		clear(groups[gap : 8-tail])
	}
	return address{
		hi:  groups[0]<<48 | groups[1]<<32 | groups[2]<<16 | groups[3],
		lo:  groups[4]<<48 | groups[5]<<32 | groups[6]<<16 | groups[7],
		six: true,
	}, true
}

// prefix is a prefix of either family.
type prefix struct {
	address
	bits uint8
}

// parsePrefix reads an address and a length. Bits beyond the length are dropped:
// the stream has such prefixes, and they mean the network.
func parsePrefix(s []byte) (prefix, bool) {
	slash := len(s) - 1
	for ; slash >= 0 && s[slash] != '/'; slash-- {
	}
	if slash < 0 {
		return prefix{}, false
	}
	bits, ok := parseBits(s[slash+1:])
	if !ok {
		return prefix{}, false
	}
	a, ok := parseAddr(s[:slash])
	if !ok || bits > 128 || bits > 32 && !a.six {
		return prefix{}, false
	}
	return prefix{a.masked(bits), uint8(bits)}, true
}

func parseBits(s []byte) (int, bool) {
	if len(s) == 0 || len(s) > 3 || len(s) > 1 && s[0] == '0' {
		return 0, false
	}
	v := 0
	for _, ch := range s {
		if ch-'0' > 9 {
			return 0, false
		}
		v = v*10 + int(ch-'0')
	}
	return v, true
}

// masked clears the bits beyond the length.
func (a address) masked(bits int) address {
	if !a.six {
		a.lo &= ^uint64(0) << (32 - bits)
		return a
	}
	a.hi &= ^uint64(0) << max(0, 64-bits)
	a.lo &= ^uint64(0) << min(64, 128-bits)
	return a
}

func (p prefix) v4() feed.V4 { return feed.V4(p.lo<<8 | uint64(p.bits)) }

func (p prefix) v6() feed.V6 { return feed.V6{Hi: p.hi, Lo: p.lo, Bits: p.bits} }
