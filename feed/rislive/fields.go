package rislive

import (
	"bytes"
	"slices"

	"tocsin/feed"
)

func (d *Decoder) timestamp() bool {
	d.m.hasAt = false
	switch ch := d.c.peek(); {
	case ch-'0' <= 9:
	case ch == 'n':
		return d.c.skip(2)
	default:
		d.wrong("timestamp is no number")
		return d.c.skip(2)
	}
	s, ok := d.c.number()
	if !ok {
		return false
	}
	if d.m.at, d.m.hasAt = nanoseconds(s); !d.m.hasAt {
		d.wrong("timestamp is no time")
	}
	return true
}

// nanoseconds reads seconds with a decimal fraction, exactly. Further digits than
// nine are cut off.
func nanoseconds(s []byte) (int64, bool) {
	const most = (1<<63-1)/1_000_000_000 - 1 // seconds that fit
	var seconds, fraction int64
	i := 0
	for ; i < len(s) && s[i]-'0' <= 9; i++ {
		if seconds = seconds*10 + int64(s[i]-'0'); seconds > most {
			return 0, false
		}
	}
	if i == len(s) {
		return seconds * 1e9, i > 0
	}
	if s[i] != '.' {
		return 0, false
	}
	i++
	scale := int64(1e8)
	for ; i < len(s) && s[i]-'0' <= 9; i++ {
		fraction += int64(s[i]-'0') * scale
		scale /= 10
	}
	return seconds*1e9 + fraction, i == len(s)
}

func (d *Decoder) peer() bool {
	s, there, ok := d.string("peer is no string")
	d.m.hasPeer = false
	if there {
		if d.m.peer, d.m.hasPeer = parseAddr(s); !d.m.hasPeer {
			d.wrong("peer is no address")
		}
	}
	return ok
}

// peerAS reads what is published as a string and was a number once.
func (d *Decoder) peerAS() bool {
	d.m.hasAS = false
	var s []byte
	var ok bool
	switch ch := d.c.peek(); {
	case ch == '"':
		s, ok = d.c.text()
	case ch-'0' <= 9:
		s, ok = d.c.number()
	case ch == 'n':
		return d.c.skip(2)
	default:
		d.wrong("peer_asn is neither a string nor a number")
		return d.c.skip(2)
	}
	if d.m.as, d.m.hasAS = parseAS(s); !d.m.hasAS {
		d.wrong("peer_asn is no AS number")
	}
	return ok
}

func parseAS(s []byte) (uint32, bool) {
	if len(s) == 0 || len(s) > 10 {
		return 0, false
	}
	var v uint64
	for _, ch := range s {
		if ch-'0' > 9 {
			return 0, false
		}
		v = v*10 + uint64(ch-'0')
	}
	return uint32(v), v <= 1<<32-1
}

func (d *Decoder) host() bool {
	s, there, ok := d.string("host is no string")
	d.m.host = ""
	if there {
		s = collector(s)
		if !isHost(s) {
			return d.wrong("host is no name")
		}
		d.m.host = d.intern(s)
	}
	return ok
}

// collector cuts a host at its first dot: rrc21, rrc25.ripe.net and
// rrc01.ris.ripe.net are names of the same kind. Names of RouteViews' collectors
// have dots of their own, and are no hosts of RIS.
func collector(host []byte) []byte {
	if !bytes.HasPrefix(host, []byte("rrc")) {
		return host
	}
	name, _, _ := bytes.Cut(host, []byte("."))
	return name
}

func isHost(s []byte) bool {
	if len(s) > maxHost {
		return false
	}
	for _, ch := range s {
		if l := ch | 0x20; (l < 'a' || l > 'z') && ch-'0' > 9 && ch != '-' && ch != '.' && ch != '_' {
			return false
		}
	}
	return true
}

// intern gives one string for equal names, so that a name costs nothing when it
// comes again. A server that invents names makes it forget them, not grow.
func (d *Decoder) intern(s []byte) string {
	if name, ok := d.hosts[string(s)]; ok {
		return name
	}
	if d.hosts == nil || len(d.hosts) >= maxHosts {
		d.hosts = make(map[string]string)
	}
	name := string(s)
	d.hosts[name] = name
	return name
}

func (d *Decoder) state() bool {
	s, there, ok := d.string("state is no string")
	d.m.hasState = false
	if there {
		var low [16]byte // longer than any state's name
		switch string(lower(low[:0], s)) {
		case "connected", "up", "established":
			d.m.state, d.m.hasState = feed.SessionUp, true
		case "down", "disconnected", "idle", "connect", "active", "opensent", "openconfirm":
			// A session that is not established has no routes, whatever it is doing.
			d.m.state, d.m.hasState = feed.SessionDown, true
		default:
			d.wrong("a state that nobody knows")
		}
	}
	return ok
}

// lower appends ASCII letters as small ones, as far as there is room.
func lower(to, s []byte) []byte {
	for _, ch := range s[:min(len(s), cap(to))] {
		if 'A' <= ch && ch <= 'Z' {
			ch |= 0x20
		}
		to = append(to, ch)
	}
	return to
}

func (d *Decoder) complaint() bool {
	if d.c.peek() != '"' {
		return d.c.skip(2)
	}
	s, ok := d.c.text()
	d.text = append(d.text[:0], s[:min(len(s), maxText)]...)
	return ok
}

// readPath reads ASes and sets of ASes, flattened in order.
func (d *Decoder) readPath() bool {
	d.path, d.m.origin = d.path[:0], 0
	switch d.c.peek() {
	case '[':
	case 'n':
		return d.c.skip(2)
	default:
		d.wrong("path is no array")
		return d.c.skip(2)
	}
	d.c.i++
	for first := true; d.c.more(&first, ']'); {
		if d.c.peek() == '[' {
			if !d.set() {
				return false
			}
			continue
		}
		as, ok := d.as(3)
		if !ok {
			return false
		}
		d.path, d.m.origin = append(d.path, as), as
	}
	return d.c.why == ""
}

// set reads a set of ASes. If the path ends here, its origin is known only if the
// set has one member.
func (d *Decoder) set() bool {
	from := len(d.path)
	d.c.i++
	for first := true; d.c.more(&first, ']'); {
		as, ok := d.as(4)
		if !ok {
			return false
		}
		d.path = append(d.path, as)
	}
	d.m.origin = 0
	if len(d.path) == from+1 {
		d.m.origin = d.path[from]
	}
	return d.c.why == ""
}

// as takes the number of an AS. Most are followed by a comma or the end at once;
// those that are not are read bit by bit.
func (d *Decoder) as(depth int) (uint32, bool) {
	b, i, v := d.c.b, d.c.i, uint64(0)
	for ; i < len(b) && b[i]-'0' <= 9; i++ {
		v = v*10 + uint64(b[i]-'0')
	}
	if n := i - d.c.i; n > 0 && n <= 10 && v <= 1<<32-1 && (b[d.c.i] != '0' || n == 1) && i < len(b) && (b[i] == ',' || b[i] == ']') {
		d.c.i = i
		return uint32(v), true
	}
	return d.asSlowly(depth)
}

func (d *Decoder) asSlowly(depth int) (uint32, bool) {
	if d.c.peek()-'0' > 9 {
		d.wrong("an AS of the path is no number")
		return 0, d.c.skip(depth)
	}
	s, ok := d.c.number()
	as, good := parseAS(s)
	if !good {
		d.wrong("an AS of the path is no AS number")
	}
	return as, ok
}

// announcements reads blocks of prefixes with one next hop each. IPv6 routes come
// twice when the next hop has a link-local address, too: a block that repeats the
// one before it is left out.
func (d *Decoder) announcements(out *feed.Routes) bool {
	out.Announced4, out.Announced6 = out.Announced4[:0], out.Announced6[:0]
	switch d.c.peek() {
	case '[':
	case 'n':
		return d.c.skip(2)
	default:
		d.wrong("announcements is no array")
		return d.c.skip(2)
	}
	d.c.i++
	before4, before6 := 0, 0
	for first := true; d.c.more(&first, ']'); {
		from4, from6 := len(out.Announced4), len(out.Announced6)
		if !d.announcement(out) {
			return false
		}
		if from4+from6 > 0 &&
			slices.Equal(out.Announced4[before4:from4], out.Announced4[from4:]) &&
			slices.Equal(out.Announced6[before6:from6], out.Announced6[from6:]) {
			out.Announced4, out.Announced6 = out.Announced4[:from4], out.Announced6[:from6]
			continue
		}
		before4, before6 = from4, from6
	}
	return d.c.why == ""
}

func (d *Decoder) announcement(out *feed.Routes) bool {
	if d.c.peek() != '{' {
		d.wrong("an announcement is no object")
		return d.c.skip(3)
	}
	d.c.i++
	from4, from6 := len(out.Announced4), len(out.Announced6)
	for first := true; d.c.more(&first, '}'); {
		key, ok := d.c.key()
		if !ok {
			return false
		}
		if string(key) != "prefixes" {
			ok = d.c.skip(4)
		} else {
			out.Announced4, out.Announced6, ok = d.prefixes(out.Announced4[:from4], out.Announced6[:from6])
		}
		if !ok {
			return false
		}
	}
	return d.c.why == ""
}

// prefixes reads an array of prefixes, or of the mark that a table has ended.
func (d *Decoder) prefixes(four []feed.V4, six []feed.V6) ([]feed.V4, []feed.V6, bool) {
	switch d.c.peek() {
	case '[':
	case 'n':
		return four, six, d.c.skip(2)
	default:
		d.wrong("prefixes are no array")
		return four, six, d.c.skip(2)
	}
	d.c.i++
	for first := true; d.c.more(&first, ']'); {
		if p, ok := d.prefix4(); ok {
			four = append(four, p)
			continue
		}
		s, there, ok := d.string("a prefix is no string")
		if !ok {
			return four, six, false
		}
		p, good := parsePrefix(s)
		switch {
		case !there:
			d.wrong("a prefix is no string")
		case good && p.six:
			six = append(six, p.v6())
		case good:
			four = append(four, p.v4())
		case string(s) == "eor":
			d.m.endRIB = true
		default:
			d.wrong("a prefix is none")
		}
	}
	return four, six, d.c.why == ""
}

// prefix4 takes a prefix of IPv4 as it is mostly written. At anything else it takes
// nothing.
func (d *Decoder) prefix4() (feed.V4, bool) {
	b := d.c.b[d.c.i:]
	if len(b) == 0 || b[0] != '"' {
		return 0, false
	}
	var ip, v uint64
	i, from, dots := 1, 1, 0
	for ; i < len(b); i++ {
		if digit := b[i] - '0'; digit <= 9 {
			v = v*10 + uint64(digit)
			continue
		}
		if n := i - from; n == 0 || n > 3 || v > 255 || n > 1 && b[from] == '0' {
			return 0, false
		}
		if b[i] != '.' {
			break
		}
		ip, v, from = ip<<8|v, 0, i+1
		dots++
	}
	if i == len(b) || b[i] != '/' || dots != 3 {
		return 0, false
	}
	ip = ip<<8 | v
	length := uint64(0)
	for from, i = i+1, i+1; i < len(b) && b[i]-'0' <= 9 && i < from+3; i++ {
		length = length*10 + uint64(b[i]-'0')
	}
	if n := i - from; n == 0 || length > 32 || n > 1 && b[from] == '0' || i == len(b) || b[i] != '"' {
		return 0, false
	}
	d.c.i += i + 1
	ip &= 0xffffffff << (32 - length)
	return feed.V4(ip<<8 | length), true
}
