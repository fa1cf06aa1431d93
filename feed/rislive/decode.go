package rislive

import "tocsin/feed"

// Kind is what a message is to those who want routes.
type Kind uint8

// Kinds of messages.
const (
	Other    Kind = iota // OPEN, KEEPALIVE, acknowledgements, and what nobody knows yet
	Update               // routes announced or withdrawn
	State                // a change of a peer's session
	EndOfRIB             // a peer has told its whole table; it has no prefix
	Error                // the server complains; [Decoder.Text] has its words
	Pong                 // the answer to a ping
)

// Bounds of what a Decoder keeps between messages, whatever it is sent.
const (
	maxHost  = 63  // bytes of a collector's name, as in the DNS
	maxHosts = 256 // names remembered; RIS has about thirty collectors
	maxText  = 256 // bytes of a complaint
)

// Decoder turns messages of the stream into routes. It allocates only where the
// slices of the Routes that it is given, its path, or its room for strings with
// escapes must grow, and for [maxHosts] names. What it then keeps is at most eight
// bytes for each byte of the longest message, and what it has allocated on the way
// there at most 32. The zero value is ready; it is for one goroutine.
//
// A message is taken whole or refused whole. Keys may come in any order, unknown
// ones are skipped, of equal ones the last counts.
type Decoder struct {
	c     cursor
	hosts map[string]string
	text  []byte
	path  []uint32
	m     message
}

// message is what has been read of a message up to now.
type message struct {
	outer, inner    kind
	at              int64
	peer            address
	as              uint32
	host            string
	state           feed.Session
	hasAt, hasPeer  bool
	hasAS, hasState bool
	endRIB          bool
	origin          uint32
	wrong           string // the first thing that an update or a state may not have
	wrongAt         int
}

// kind is what a type says, of the message or of its data.
type kind uint8

const (
	kindOther kind = iota
	kindMessage
	kindError
	kindPong
	kindUpdate
	kindState
)

// Text is what the server complained of in the last [Error], shortened.
func (d *Decoder) Text() string { return string(d.text) }

// EndOfRIB tells whether the last message had the mark by which a peer ends the
// transfer of its table.
func (d *Decoder) EndOfRIB() bool { return d.m.endRIB }

// Decode reads one message. Unless it is an [Update] or a [State], out means
// nothing. The path in out lasts until the next call. The error is a [*Malformed].
func (d *Decoder) Decode(msg []byte, out *feed.Routes) (Kind, error) {
	d.c.b, d.c.i, d.c.why = msg, 0, ""
	d.m = message{}
	d.text = d.text[:0]
	d.reset(out)
	ok := d.top(out)
	if ok && d.c.peek() != 0 || ok && d.c.i < len(msg) {
		ok = d.c.fail("more after the end")
	}
	d.c.b = nil // the caller's bytes are not kept alive
	if !ok {
		return Other, &Malformed{d.c.i, d.c.why}
	}
	switch {
	case d.m.outer == kindError:
		return Error, nil
	case d.m.outer == kindPong:
		return Pong, nil
	case d.m.outer != kindMessage || d.m.inner != kindUpdate && d.m.inner != kindState:
		return Other, nil
	}
	return d.finish(out)
}

func (d *Decoder) reset(out *feed.Routes) {
	*out = feed.Routes{
		Announced4: out.Announced4[:0], Withdrawn4: out.Withdrawn4[:0],
		Announced6: out.Announced6[:0], Withdrawn6: out.Withdrawn6[:0],
	}
	d.path = d.path[:0]
}

// finish asks for what an update and a state must have, and fills in the rest.
func (d *Decoder) finish(out *feed.Routes) (Kind, error) {
	m := &d.m
	switch {
	case m.wrong != "":
		return Other, &Malformed{m.wrongAt, m.wrong}
	case !m.hasAt:
		return Other, &Malformed{d.c.i, "no timestamp"}
	case !m.hasPeer:
		return Other, &Malformed{d.c.i, "no peer"}
	case !m.hasAS:
		return Other, &Malformed{d.c.i, "no peer_asn"}
	}
	out.At = m.at
	out.Peer = feed.Peer{Collector: m.host, Addr: m.peer.addr(), AS: m.as}
	if m.inner == kindState {
		if !m.hasState {
			return Other, &Malformed{d.c.i, "no state"}
		}
		out.State = m.state
		out.Announced4, out.Announced6 = out.Announced4[:0], out.Announced6[:0]
		out.Withdrawn4, out.Withdrawn6 = out.Withdrawn4[:0], out.Withdrawn6[:0]
		return State, nil
	}
	if len(out.Announced4)+len(out.Announced6) > 0 {
		out.Path, out.Origin = d.path, m.origin
	} else if m.endRIB && len(out.Withdrawn4)+len(out.Withdrawn6) == 0 {
		return EndOfRIB, nil
	}
	return Update, nil
}

// top reads the outer object.
func (d *Decoder) top(out *feed.Routes) bool {
	if !d.c.is('{') {
		return d.c.fail("no object")
	}
	for first := true; d.c.more(&first, '}'); {
		key, ok := d.c.key()
		if !ok {
			return false
		}
		switch string(key) {
		case "type":
			d.m.outer, ok = d.kind()
		case "data":
			if d.c.peek() == '{' {
				ok = d.data(out)
			} else {
				ok = d.c.skip(1)
			}
		default:
			ok = d.c.skip(1)
		}
		if !ok {
			return false
		}
	}
	return d.c.why == ""
}

// kind reads a type. One that is no string is one that nobody knows.
func (d *Decoder) kind() (kind, bool) {
	if d.c.peek() != '"' {
		return kindOther, d.c.skip(1)
	}
	s, ok := d.c.text()
	switch string(s) {
	case "ris_message":
		return kindMessage, ok
	case "ris_error":
		return kindError, ok
	case "pong":
		return kindPong, ok
	case "UPDATE":
		return kindUpdate, ok
	case "RIS_PEER_STATE", "STATE":
		return kindState, ok
	}
	return kindOther, ok
}

// data reads the inner object. What is wrong in it is held back until it is known
// what the message is: an acknowledgement echoes filters under the same names.
func (d *Decoder) data(out *feed.Routes) bool {
	d.c.i++
	d.m = message{outer: d.m.outer}
	d.reset(out)
	next := 0
	for first := true; d.c.more(&first, '}'); {
		f, ok := d.expected(&next)
		if !ok {
			key, ok := d.c.key()
			if !ok {
				return false
			}
			f = fieldOf(key)
		}
		if !d.member(f, out) {
			return false
		}
	}
	return d.c.why == ""
}

// field is a member of a message's data that is looked at.
type field uint8

const (
	fieldOther field = iota
	fieldTimestamp
	fieldPeer
	fieldPeerAS
	fieldHost
	fieldType
	fieldPath
	fieldAnnouncements
	fieldWithdrawals
	fieldState
	fieldMessage
)

func fieldOf(key []byte) field {
	switch string(key) {
	case "timestamp":
		return fieldTimestamp
	case "peer":
		return fieldPeer
	case "peer_asn":
		return fieldPeerAS
	case "host":
		return fieldHost
	case "type":
		return fieldType
	case "path":
		return fieldPath
	case "announcements":
		return fieldAnnouncements
	case "withdrawals":
		return fieldWithdrawals
	case "state":
		return fieldState
	case "message":
		return fieldMessage
	}
	return fieldOther
}

// usual gives the members of an update in the order in which they are published.
func usual(n int) (string, field) {
	switch n {
	case 0:
		return `"timestamp":`, fieldTimestamp
	case 1:
		return `"peer":`, fieldPeer
	case 2:
		return `"peer_asn":`, fieldPeerAS
	case 3:
		return `"id":`, fieldOther
	case 4:
		return `"host":`, fieldHost
	case 5:
		return `"type":`, fieldType
	case 6:
		return `"path":`, fieldPath
	case 7:
		return `"community":`, fieldOther
	case 8:
		return `"origin":`, fieldOther
	case 9:
		return `"announcements":`, fieldAnnouncements
	case 10:
		return `"withdrawals":`, fieldWithdrawals
	}
	return "", fieldOther
}

// expected takes the next key if it is the usual one, or the one after, which
// saves looking at it letter by letter. Otherwise it takes nothing.
func (d *Decoder) expected(next *int) (field, bool) {
	rest := d.c.b[d.c.i:]
	for n := *next; n < *next+2; n++ {
		key, f := usual(n)
		if len(key) > 0 && len(rest) >= len(key) && string(rest[:len(key)]) == key {
			d.c.i += len(key)
			*next = n + 1
			return f, true
		}
	}
	return fieldOther, false
}

func (d *Decoder) member(f field, out *feed.Routes) bool {
	var ok bool
	switch f {
	case fieldTimestamp:
		return d.timestamp()
	case fieldPeer:
		return d.peer()
	case fieldPeerAS:
		return d.peerAS()
	case fieldHost:
		return d.host()
	case fieldType:
		d.m.inner, ok = d.kind()
		return ok
	case fieldPath:
		return d.readPath()
	case fieldAnnouncements:
		return d.announcements(out)
	case fieldWithdrawals:
		out.Withdrawn4, out.Withdrawn6 = out.Withdrawn4[:0], out.Withdrawn6[:0]
		out.Withdrawn4, out.Withdrawn6, ok = d.prefixes(out.Withdrawn4, out.Withdrawn6)
		return ok
	case fieldState:
		return d.state()
	case fieldMessage:
		return d.complaint()
	}
	return d.c.skip(2)
}

// wrong notes what is wrong with a value.
func (d *Decoder) wrong(why string) bool {
	if d.m.wrong == "" {
		d.m.wrong, d.m.wrongAt = why, d.c.i
	}
	return true
}

// string takes a value that should be a string. null is as good as nothing.
func (d *Decoder) string(why string) (s []byte, there, ok bool) {
	switch d.c.peek() {
	case '"':
		s, ok = d.c.text()
		return s, ok, ok
	case 'n':
		return nil, false, d.c.skip(2)
	}
	d.wrong(why)
	return nil, false, d.c.skip(2)
}
