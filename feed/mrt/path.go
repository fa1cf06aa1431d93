package mrt

import (
	"encoding/binary"
	"slices"
)

// Segments of an AS path (RFC 4271 §4.3, RFC 5065 §3).
const (
	segSet        = 1
	segSequence   = 2
	segConfed     = 3
	segConfedSet  = 4
	segmentHeader = 2
)

// appendPath appends the AS numbers of a path, one after the other, and tells
// whether all of it made sense.
func appendPath(dst []uint32, b []byte, wide bool) ([]uint32, bool) {
	if wide && plainPath(b) {
		return appendNumbers(dst, b[segmentHeader:]), true
	}
	for len(b) > 0 {
		if len(b) < segmentHeader || b[0]-1 > segConfedSet-1 || b[1] == 0 { // RFC 7606 §7.2
			return dst, false
		}
		n, size := int(b[1]), 2
		if wide {
			size = 4
		}
		if len(b) < segmentHeader+n*size {
			return dst, false
		}
		from := b[segmentHeader : segmentHeader+n*size]
		b = b[segmentHeader+n*size:]
		dst = slices.Grow(dst, n)
		to := dst[len(dst) : len(dst)+n]
		dst = dst[:len(dst)+n]
		if wide {
			for i := range to {
				to[i] = binary.BigEndian.Uint32(from[4*i:])
			}
		} else {
			for i := range to {
				to[i] = uint32(binary.BigEndian.Uint16(from[2*i:]))
			}
		}
	}
	return dst, true
}

// plainPath tells whether a path is one sequence of numbers of four bytes, as nearly
// all are.
func plainPath(b []byte) bool {
	return len(b) > segmentHeader && b[0] == segSequence && len(b) == segmentHeader+4*int(b[1])
}

// straight is how many numbers are taken at once: 92 to 95 in a hundred paths of our
// captures have no more, and a loop whose end can't be foretold costs more than they
// do.
const straight = 8

// appendNumbers appends numbers of four bytes. b and dst should have room behind them,
// as in [appendV4].
func appendNumbers(dst []uint32, b []byte) []uint32 {
	at, n := len(dst), len(b)/4
	if n > straight || cap(dst)-at < straight || cap(b) < 4*straight {
		for ; len(b) >= 4; b = b[4:] {
			dst = append(dst, binary.BigEndian.Uint32(b))
		}
		return dst
	}
	to, from := (*[straight]uint32)(dst[at:at+straight]), (*[4 * straight]byte)(b[:4*straight])
	to[0] = binary.BigEndian.Uint32(from[0:])
	to[1] = binary.BigEndian.Uint32(from[4:])
	to[2] = binary.BigEndian.Uint32(from[8:])
	to[3] = binary.BigEndian.Uint32(from[12:])
	to[4] = binary.BigEndian.Uint32(from[16:])
	to[5] = binary.BigEndian.Uint32(from[20:])
	to[6] = binary.BigEndian.Uint32(from[24:])
	to[7] = binary.BigEndian.Uint32(from[28:])
	return dst[:at+n]
}

// pathOrigin is the AS that announces: the last of the path, 0 when there is none
// or when it is one of a set of several.
func pathOrigin(path []uint32, b []byte, wide bool) uint32 {
	if len(path) == 0 {
		return 0
	}
	size := 2
	if wide {
		size = 4
	}
	// Nearly all paths are one sequence.
	if b[0] == segSequence && len(b) == segmentHeader+int(b[1])*size {
		return path[len(path)-1]
	}
	several := false
	for len(b) >= segmentHeader {
		if n := int(b[1]); n > 0 {
			several = n > 1 && (b[0] == segSet || b[0] == segConfedSet)
		}
		b = b[min(len(b), segmentHeader+int(b[1])*size):]
	}
	if several {
		return 0
	}
	return path[len(path)-1]
}

// pathLength is the length of a path as routes are chosen by it: a set counts one,
// a confederation nothing (RFC 4271 §9.1.2.2, RFC 5065 §5.3).
func pathLength(b []byte, size int) int {
	sum := 0
	for len(b) >= segmentHeader {
		switch b[0] {
		case segSequence:
			sum += int(b[1])
		case segSet:
			sum++
		}
		b = b[min(len(b), segmentHeader+int(b[1])*size):]
	}
	return sum
}

// mergePath writes into dst the path of a speaker that knew only numbers of two
// bytes, with those of four from its AS4_PATH (RFC 6793 §4.2.3): as much of the
// beginning of the one as the other is shorter, and then the other. An AS4_PATH that
// is longer, or makes no sense, is left out.
func mergePath(dst []uint32, b, b4 []byte) ([]uint32, uint32, bool) {
	dst, ok := appendPath(dst[:0], b, false)
	if !ok {
		return dst, 0, false
	}
	lead := pathLength(b, 2) - pathLength(b4, 4)
	if lead < 0 || !sound4(b4) {
		return dst, pathOrigin(dst, b, false), true
	}
	dst = appendLead(dst[:0], b, lead)
	tail := len(dst)
	dst, _ = appendPath(dst, b4, true)
	return dst, pathOrigin(dst[tail:], b4, true), true
}

// sound4 tells whether an AS4_PATH is one: it may have no confederations and no
// empty segments (RFC 6793 §3, §6).
func sound4(b []byte) bool {
	for len(b) > 0 {
		if len(b) < segmentHeader || b[0] != segSet && b[0] != segSequence || b[1] == 0 || len(b) < segmentHeader+4*int(b[1]) {
			return false
		}
		b = b[segmentHeader+4*int(b[1]):]
	}
	return true
}

// appendLead appends the beginning, of a length, of a path of two-byte numbers that
// makes sense.
func appendLead(dst []uint32, b []byte, length int) []uint32 {
	for len(b) > 0 && (length > 0 || b[0] == segConfed || b[0] == segConfedSet) {
		n := int(b[1])
		whole := b[:segmentHeader+2*n]
		b = b[len(whole):]
		switch whole[0] {
		case segSequence:
			if n > length {
				n, b = length, nil // what comes behind a cut is the other path's
			}
			length -= n
		case segSet:
			length--
		}
		for i := range n {
			dst = append(dst, uint32(binary.BigEndian.Uint16(whole[segmentHeader+2*i:])))
		}
	}
	return dst
}
