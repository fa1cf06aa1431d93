package mrt

import (
	"net/netip"
	"strconv"
)

// Printer writes records as bgpdump -m does, to the byte: bgpdump 1.6.2, which is
// Debian's. What it gets wrong is got wrong here, so that what reads it can read
// us; docs/bgp.md has the list, and the few places where we differ. It is for one
// goroutine.
type Printer struct {
	// Filter lets through what is to be printed; nil lets everything.
	Filter *Filter

	peers []textPeer
	known bool // a table of peers has been met
	attr  attributes

	head, tail []byte // of a line, before and behind its prefix
}

// textPeer is one of the peers of a table dump.
type textPeer struct {
	addr netip.Addr
	as   uint32
}

// Append appends the lines of one record, which may be none.
func (p *Printer) Append(dst []byte, rec *Record) []byte {
	if !p.Filter.time(rec.Seconds) && !(rec.Type == typeTableDumpV2 && rec.Subtype == subPeerIndex) {
		return dst
	}
	c := cursor{rec.Body}
	switch rec.Type {
	case typeBGP:
		return p.legacy(dst, rec, c)
	case typeTableDump:
		return p.table(dst, rec, c)
	case typeTableDumpV2:
		switch rec.Subtype {
		case subPeerIndex:
			p.index(c)
		case subRIB4, subRIB4Paths, subRIB6, subRIB6Paths:
			return p.rib(dst, rec, c)
		}
	case typeBGP4MP, typeBGP4MPET:
		switch rec.Subtype {
		case subState, subStateAS4:
			return p.state(dst, rec, c)
		case 2, 3: // BGP4MP_ENTRY and BGP4MP_SNAPSHOT, which nothing writes any more
		default:
			if rec.Subtype <= subLocal4Paths {
				return p.message(dst, rec, c)
			}
		}
	}
	return dst
}

// lead begins a line: what it is, when, and which kind.
func (p *Printer) lead(dst []byte, name string, rec *Record, kind string) []byte {
	dst = append(dst, name...)
	dst = append(dst, '|')
	dst = strconv.AppendUint(dst, uint64(rec.Seconds), 10)
	if rec.Type == typeBGP4MPET {
		dst = append(dst, '.')
		digits := strconv.AppendUint(nil, uint64(rec.Micros), 10)
		for range 6 - len(digits) {
			dst = append(dst, '0')
		}
		dst = append(dst, digits...)
	}
	dst = append(dst, '|')
	dst = append(dst, kind...)
	return append(dst, '|')
}

// appendPeer appends an address and an AS number.
func appendPeer(dst []byte, addr netip.Addr, as uint32) []byte {
	dst = appendAddr(dst, addr)
	dst = append(dst, '|')
	dst = strconv.AppendUint(dst, uint64(as), 10)
	return append(dst, '|')
}

// appendAddr appends an address as bgpdump does, which is not as RFC 5952 does: one
// group of zeros is shortened too, and the low half of an address may be written as
// IPv4.
func appendAddr(dst []byte, addr netip.Addr) []byte {
	if addr.Is4() {
		return appendAddr4(dst, addr.As4())
	}
	return appendAddr6(dst, addr.As16())
}

func appendAddr4(dst []byte, a [4]byte) []byte {
	for i, b := range a {
		if i > 0 {
			dst = append(dst, '.')
		}
		dst = strconv.AppendUint(dst, uint64(b), 10)
	}
	return dst
}

func appendAddr6(dst []byte, a [16]byte) []byte {
	var words [8]uint16
	for i := range words {
		words[i] = uint16(a[2*i])<<8 | uint16(a[2*i+1])
	}
	if [10]byte(a[:10]) == [10]byte{} && (words[5] == 0xffff || words[5] == 0 && (words[6] != 0 || words[7] > 1)) {
		dst = append(dst, "::"...)
		if words[5] != 0 {
			dst = append(dst, "ffff:"...)
		}
		return appendAddr4(dst, [4]byte(a[12:]))
	}
	from, n := longestZeros(words)
	for i := range 8 {
		if n > 0 && i == from {
			dst = append(dst, ':')
		}
		if n > 0 && i >= from && i < from+n {
			continue
		}
		if i > 0 {
			dst = append(dst, ':')
		}
		dst = strconv.AppendUint(dst, uint64(words[i]), 16)
	}
	if n > 0 && from+n == 8 {
		dst = append(dst, ':')
	}
	return dst
}

// longestZeros finds the first of the longest runs of zeros.
func longestZeros(words [8]uint16) (from, n int) {
	run := 0
	for i, w := range words {
		if w != 0 {
			run = 0
			continue
		}
		if run++; run > n {
			from, n = i-run+1, run
		}
	}
	return from, n
}
