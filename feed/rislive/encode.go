package rislive

import "strconv"

// encoder writes messages in the shape in which they are published since 2025.
// It allocates nothing but room for the longest.
type encoder struct {
	second  int64 // the millisecond of the last message
	counter uint16
}

// append writes one message. Its id is what the collectors make: the peer, the
// millisecond in twelve hexadecimal digits, and a counter in four.
func (e *encoder) append(b []byte, m *Message, t *told, raw bool) []byte {
	ms := m.At / 1e6
	if ms != e.second {
		e.second, e.counter = ms, 0
	} else {
		e.counter++
	}
	b = append(b, `{"type":"ris_message","data":{"timestamp":`...)
	b = strconv.AppendInt(b, ms/1000, 10)
	b = append(b, '.')
	b = appendPadded(b, uint64(ms%1000), 3, 10)
	b = append(b, `,"peer":"`...)
	from := len(b)
	b = m.Peer.AppendTo(b)
	to := len(b)
	b = append(b, `","peer_asn":"`...)
	b = strconv.AppendUint(b, uint64(m.AS), 10)
	b = append(b, `","id":"`...)
	b = append(b, b[from:to]...)
	b = append(b, '-')
	b = appendPadded(b, uint64(ms), 12, 16)
	b = appendPadded(b, uint64(e.counter), 4, 16)
	b = append(b, `","host":"`...)
	b = append(b, m.Host...)
	b = append(b, `","type":"`...)
	b = append(b, typeName(t.kind)...)
	b = append(b, '"')
	switch t.kind {
	case 0:
		b = appendState(b, t.state)
	case bgpUpdate:
		b = t.appendUpdate(b)
	case bgpOpen:
		b = appendOpen(b, m.BGP[bgpHeader:])
	case bgpNotification:
		b = appendNotification(b, m.BGP[bgpHeader:])
	}
	if raw && m.BGP != nil {
		b = append(b, `,"raw":"`...)
		b = appendHex(b, m.BGP)
		b = append(b, '"')
	}
	return append(b, '}', '}')
}

// typeName is what the stream calls a type of BGP message; 0 is a change of the
// session.
func typeName(kind byte) string {
	switch kind {
	case bgpOpen:
		return "OPEN"
	case bgpUpdate:
		return "UPDATE"
	case bgpNotification:
		return "NOTIFICATION"
	case bgpKeepalive:
		return "KEEPALIVE"
	}
	return "RIS_PEER_STATE"
}

func appendState(b []byte, up bool) []byte {
	if up {
		return append(b, `,"state":"connected"`...)
	}
	return append(b, `,"state":"down"`...)
}

func (t *told) appendUpdate(b []byte) []byte {
	b = append(b, `,"path":`...)
	b = t.appendPath(b)
	b = append(b, `,"community":[`...)
	for i, c := range t.community {
		b = comma(b, i)
		b = append(b, '[')
		b = strconv.AppendUint(b, uint64(c>>16), 10)
		b = append(b, ',')
		b = strconv.AppendUint(b, uint64(c&0xffff), 10)
		b = append(b, ']')
	}
	b = append(b, ']')
	switch t.origin {
	case 0:
		b = append(b, `,"origin":"IGP"`...)
	case 1:
		b = append(b, `,"origin":"EGP"`...)
	case 2:
		b = append(b, `,"origin":"INCOMPLETE"`...)
	}
	if t.hasMED {
		b = append(b, `,"med":`...)
		b = strconv.AppendUint(b, uint64(t.med), 10)
	}
	if t.agg.there {
		b = append(b, `,"aggregator":"`...)
		b = strconv.AppendUint(b, uint64(t.agg.as), 10)
		b = append(b, ':')
		b = t.agg.addr.addr().AppendTo(b)
		b = append(b, '"')
	}
	b = append(b, `,"announcements":[`...)
	b = appendBlock(b, t.next4, t.announced4, 0)
	b = appendBlock(b, t.next6, t.announced, len(t.announced4))
	b = append(b, `],"withdrawals":[`...)
	for i, p := range t.withdrawn {
		b = comma(b, i)
		b = append(b, '"')
		b = p.appendLong(b)
		b = append(b, '"')
	}
	if t.endOfRIB && len(t.withdrawn) == 0 {
		b = append(b, `"eor"`...)
	}
	return append(b, ']')
}

func comma(b []byte, i int) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return b
}

// appendPath writes sets as arrays in the array.
func (t *told) appendPath(b []byte) []byte {
	b = append(b, '[')
	n := 0
	for i := range t.path.segments {
		as, set := t.path.part(i)
		if set {
			b = comma(b, n)
			b = append(b, '[')
			n++
		}
		for j, a := range as {
			if set {
				b = comma(b, j)
			} else {
				b = comma(b, n)
				n++
			}
			b = strconv.AppendUint(b, uint64(a), 10)
		}
		if set {
			b = append(b, ']')
		}
	}
	return append(b, ']')
}

// appendBlock writes one announcement: prefixes with one next hop. before tells
// whether another stands before it.
func appendBlock(b []byte, next address, prefixes []prefix, before int) []byte {
	if len(prefixes) == 0 {
		return b
	}
	b = comma(b, before)
	b = append(b, `{"next_hop":"`...)
	b = next.appendTo(b)
	b = append(b, `","prefixes":[`...)
	for i, p := range prefixes {
		b = comma(b, i)
		b = append(b, '"')
		b = p.appendTo(b)
		b = append(b, '/')
		b = strconv.AppendUint(b, uint64(p.bits), 10)
		b = append(b, '"')
	}
	return append(b, ']', '}')
}

// appendTo writes an address as net/netip does.
func (a address) appendTo(b []byte) []byte {
	if a.six {
		return a.addr().AppendTo(b)
	}
	for shift := 24; shift >= 0; shift -= 8 {
		b = strconv.AppendUint(b, a.lo>>shift&0xff, 10)
		if shift > 0 {
			b = append(b, '.')
		}
	}
	return b
}

// appendLong writes a withdrawn prefix: those of IPv6 are published with all their
// groups, 2605:de00:bb:0:0:0:0:0/48, and whoever listens must bear it.
func (p prefix) appendLong(b []byte) []byte {
	if !p.six {
		b = p.appendTo(b)
	} else {
		for i, half := range [2]uint64{p.hi, p.lo} {
			for shift := 48; shift >= 0; shift -= 16 {
				if i > 0 || shift < 48 {
					b = append(b, ':')
				}
				b = strconv.AppendUint(b, half>>shift&0xffff, 16)
			}
		}
	}
	b = append(b, '/')
	return strconv.AppendUint(b, uint64(p.bits), 10)
}

// appendPadded writes a number with at least so many digits.
func appendPadded(b []byte, v uint64, digits, base int) []byte {
	var buf [20]byte
	s := strconv.AppendUint(buf[:0], v, base)
	for range digits - len(s) {
		b = append(b, '0')
	}
	return append(b, s...)
}

func appendHex(b, raw []byte) []byte {
	const digits = "0123456789ABCDEF"
	for _, ch := range raw {
		b = append(b, digits[ch>>4], digits[ch&15])
	}
	return b
}
