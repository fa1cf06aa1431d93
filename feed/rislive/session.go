package rislive

import (
	"encoding/binary"
	"strconv"
)

// appendNotification writes code, subcode and data of a NOTIFICATION. The data of
// a published one repeats both.
func appendNotification(b, body []byte) []byte {
	if len(body) < 2 {
		return b
	}
	b = append(b, `,"notification":{"code":`...)
	b = strconv.AppendUint(b, uint64(body[0]), 10)
	b = append(b, `,"subcode":`...)
	b = strconv.AppendUint(b, uint64(body[1]), 10)
	b = append(b, `,"data":"`...)
	b = appendHex(b, body)
	return append(b, '"', '}')
}

// appendOpen writes an OPEN (RFC 4271 §4.2) and, of its capabilities, the two that
// published messages spell out; others by their number and value. Whether the peer
// or the collector sent it is not told by a capture; what a collector keeps is what
// it received.
func appendOpen(b, body []byte) []byte {
	if len(body) < 10 {
		return b
	}
	b = append(b, `,"direction":"received","version":`...)
	b = strconv.AppendUint(b, uint64(body[0]), 10)
	b = append(b, `,"asn":`...)
	b = strconv.AppendUint(b, uint64(openAS(body)), 10)
	b = append(b, `,"hold_time":`...)
	b = strconv.AppendUint(b, uint64(binary.BigEndian.Uint16(body[3:])), 10)
	b = append(b, `,"router_id":"`...)
	b = address{lo: uint64(binary.BigEndian.Uint32(body[5:]))}.appendTo(b)
	b = append(b, `","capabilities":{`...)
	var seen [4]uint64
	n := 0
	capabilities(body[10:], func(code byte, _ []byte) {
		if seen[code>>6]&(1<<(code&63)) != 0 {
			return // an object has each key once: the first gathers all
		}
		seen[code>>6] |= 1 << (code & 63)
		b = comma(b, n)
		n++
		b = append(b, '"')
		b = strconv.AppendUint(b, uint64(code), 10)
		b = append(b, `":`...)
		b = appendCapability(b, body[10:], code)
	})
	return append(b, '}')
}

// capabilities walks over the capabilities in the parameters of an OPEN (RFC 5492).
func capabilities(params []byte, each func(code byte, value []byte)) {
	for len(params) >= 2 {
		value, rest, ok := cut(params[2:], int(params[1]))
		if !ok {
			return
		}
		kind := params[0]
		params = rest
		for kind == 2 && len(value) >= 2 {
			one, more, ok := cut(value[2:], int(value[1]))
			if !ok {
				break
			}
			each(value[0], one)
			value = more
		}
	}
}

// openAS is the AS of an OPEN, from its capability if it has more than two bytes.
func openAS(body []byte) uint32 {
	as := uint32(binary.BigEndian.Uint16(body[1:]))
	capabilities(body[10:], func(code byte, v []byte) {
		if code == 65 && len(v) == 4 {
			as = binary.BigEndian.Uint32(v)
		}
	})
	return as
}

func appendCapability(b, params []byte, want byte) []byte {
	n := 0
	switch want {
	case 1:
		b = append(b, `{"name":"multiprotocol","families":[`...)
	case 65:
		b = append(b, `{"name":"asn4","asn4":`...)
	default:
		b = append(b, `{"name":"unknown","iana":"`...)
		b = strconv.AppendUint(b, uint64(want), 10)
		b = append(b, `","value":"`...)
	}
	capabilities(params, func(code byte, v []byte) {
		switch {
		case code != want:
		case want == 1 && len(v) == 4:
			b = comma(b, n)
			b = append(b, '"')
			b = append(b, familyName(v)...)
			b = append(b, '"')
			n++
		case want == 65 && len(v) == 4 && n == 0:
			b = strconv.AppendUint(b, uint64(binary.BigEndian.Uint32(v)), 10)
			n++
		case want != 1 && want != 65 && n == 0:
			b = appendHex(b, v)
			n++
		}
	})
	switch want {
	case 1:
		return append(b, ']', '}')
	case 65:
		if n == 0 {
			b = append(b, '0')
		}
		return append(b, '}')
	}
	return append(b, '"', '}')
}

func familyName(v []byte) string {
	switch [3]byte{v[0], v[1], v[3]} {
	case [3]byte{0, 1, 1}:
		return "ipv4/unicast"
	case [3]byte{0, 1, 2}:
		return "ipv4/multicast"
	case [3]byte{0, 2, 1}:
		return "ipv6/unicast"
	case [3]byte{0, 2, 2}:
		return "ipv6/multicast"
	}
	return "unknown"
}
