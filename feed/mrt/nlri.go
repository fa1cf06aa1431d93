package mrt

import (
	"encoding/binary"

	"tocsin/feed"
)

// The prefixes of a message are taken with loads of a fixed width, which may run
// beyond its end: b must have slack bytes of capacity there. Whether a prefix was
// there is looked at afterwards.

// appendV4 takes prefixes of a bit length and as many bytes as that needs
// (RFC 4271 §4.3). It stops at the first that isn't one, and then says so.
func appendV4(dst []feed.V4, b []byte) ([]feed.V4, bool) {
	n := len(b)
	b = b[:n+8]
	for i := 0; i < n; {
		v := binary.BigEndian.Uint64(b[i:])
		bits := uint64(b[i]) // where the next one begins waits for nothing else
		i += 1 + int(bits+7)>>3
		if bits > 32 || i > n {
			return dst, false
		}
		dst = append(dst, feed.V4(v>>16&(1<<40-1<<(40-bits))|bits))
	}
	return dst, true
}

// appendV6 is [appendV4] for IPv6.
func appendV6(dst []feed.V6, b []byte) ([]feed.V6, bool) {
	n := len(b)
	b = b[:n+17]
	for i := 0; i < n; {
		bits := b[i]
		hi, lo := binary.BigEndian.Uint64(b[i+1:]), binary.BigEndian.Uint64(b[i+9:])
		i += 1 + int(bits+7)>>3
		if bits > 128 || i > n {
			return dst, false
		}
		dst = append(dst, maskV6(hi, lo, bits))
	}
	return dst, true
}

// maskV6 clears the bits beyond the length.
func maskV6(hi, lo uint64, bits uint8) feed.V6 {
	if bits <= 64 {
		return feed.V6{Hi: hi &^ (1<<(64-bits) - 1), Bits: bits}
	}
	return feed.V6{Hi: hi, Lo: lo &^ (1<<(128-bits) - 1), Bits: bits}
}

// appendV4Paths takes prefixes that have a path identifier of four bytes before
// them (RFC 7911 §3).
func appendV4Paths(dst []feed.V4, b []byte) ([]feed.V4, bool) {
	for len(b) > 0 {
		if len(b) < 5 || b[4] > 32 || len(b) < 5+(int(b[4])+7)/8 {
			return dst, false
		}
		n := 5 + (int(b[4])+7)/8
		dst, _ = appendV4(dst, b[4:n])
		b = b[n:]
	}
	return dst, true
}

// appendV6Paths is [appendV4Paths] for IPv6.
func appendV6Paths(dst []feed.V6, b []byte) ([]feed.V6, bool) {
	for len(b) > 0 {
		if len(b) < 5 || b[4] > 128 || len(b) < 5+(int(b[4])+7)/8 {
			return dst, false
		}
		n := 5 + (int(b[4])+7)/8
		dst, _ = appendV6(dst, b[4:n])
		b = b[n:]
	}
	return dst, true
}

// appendIDs takes the path identifiers of the first n prefixes of a list.
func appendIDs(dst []uint32, b []byte, n int) []uint32 {
	for ; n > 0; n-- {
		dst = append(dst, binary.BigEndian.Uint32(b))
		b = b[5+(int(b[4])+7)/8:]
	}
	return dst
}

// nlri4 takes prefixes with or without path identifiers. Some collectors write
// messages of sessions that have them under the subtypes that haven't: what begins
// with two default routes, or is no list of prefixes otherwise, is tried as one
// with identifiers. paths tells which it was.
func nlri4(dst []feed.V4, b []byte, paths bool) (out []feed.V4, withPaths, ok bool) {
	if paths {
		dst, ok = appendV4Paths(dst, b)
		return dst, true, ok
	}
	odd := len(b) >= 5 && b[0] == 0 && b[1] == 0
	if !odd {
		if out, ok = appendV4(dst, b); ok {
			return out, false, true
		}
	}
	if with, sound := appendV4Paths(dst, b); sound {
		return with, true, true
	}
	out, ok = appendV4(dst, b)
	return out, false, ok
}

// nlri6 is [nlri4] for IPv6.
func nlri6(dst []feed.V6, b []byte, paths bool) (out []feed.V6, withPaths, ok bool) {
	if paths {
		dst, ok = appendV6Paths(dst, b)
		return dst, true, ok
	}
	odd := len(b) >= 5 && b[0] == 0 && b[1] == 0
	if !odd {
		if out, ok = appendV6(dst, b); ok {
			return out, false, true
		}
	}
	if with, sound := appendV6Paths(dst, b); sound {
		return with, true, true
	}
	out, ok = appendV6(dst, b)
	return out, false, ok
}
