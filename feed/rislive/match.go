package rislive

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// pattern is a path filter that has been read: hops in order, perhaps at the start
// of the path (the peer) or at its end (the origin), perhaps not to be found.
type pattern struct {
	hops       []hop
	start, end bool
	not        bool
}

// hop is an AS, or a set of ASes in ascending order.
type hop struct {
	as  []uint32
	set bool
}

// parsePath reads a path filter: ASes and sets like [789,10111] between commas,
// with ^ before those that must begin the path, $ behind those that must end it,
// and ! before all to turn it round. It is no regular expression.
func parsePath(s string) (pattern, error) {
	var p pattern
	rest, bad := s, fmt.Errorf("path %.60q: want ASes and [sets] between commas, ^ before, $ behind, ! before all", s)
	if rest, p.not = strings.CutPrefix(rest, "!"); rest == "" {
		return p, bad
	}
	rest, p.start = strings.CutPrefix(rest, "^")
	rest, p.end = strings.CutSuffix(rest, "$")
	if rest == "" && (p.start || p.end) {
		return p, bad
	}
	for more := true; more; {
		var item string
		var h hop
		if inner, isSet := strings.CutPrefix(rest, "["); isSet {
			h.set = true
			if item, rest, isSet = strings.Cut(inner, "]"); !isSet {
				return p, bad
			}
			if rest, more = strings.CutPrefix(rest, ","); !more && rest != "" {
				return p, bad
			}
		} else {
			item, rest, more = strings.Cut(rest, ",")
		}
		for text := range strings.SplitSeq(item, ",") {
			as, err := strconv.ParseUint(text, 10, 32)
			if err != nil {
				return p, bad
			}
			h.as = append(h.as, uint32(as))
		}
		slices.Sort(h.as)
		p.hops = append(p.hops, h)
	}
	return p, nil
}

// matcher is a filter made ready to be asked often.
type matcher struct {
	host, kind, require string
	peer                netip.Addr
	path                *pattern
	prefixes            []prefix // as they were given
	set                 prefixSet
	more, less          bool
}

func newMatcher(f Filter) (*matcher, error) {
	m := &matcher{
		host: string(collector([]byte(f.Host))), kind: f.Type, require: f.Require, peer: f.Peer, more: f.More, less: f.Less,
	}
	if m.kind == "STATE" {
		m.kind = typeName(0)
	}
	if f.Path != "" {
		p, err := parsePath(f.Path)
		if err != nil {
			return nil, err
		}
		m.path = &p
	}
	for _, p := range f.Prefix {
		own, ok := parsePrefix(p.AppendTo(nil))
		if !ok {
			return nil, fmt.Errorf("prefix %v is none", p)
		}
		m.prefixes = append(m.prefixes, own)
	}
	m.set = newPrefixSet(m.prefixes)
	return m, nil
}

// match tells whether a message is asked for.
func (m *matcher) match(msg *Message, t *told) bool {
	switch {
	case m.kind != "" && m.kind != typeName(t.kind):
	case m.peer.IsValid() && m.peer != msg.Peer:
	case m.host != "" && m.host != string(hostOf(msg.Host)):
	case m.require != "" && !t.has(m.require, msg):
	case m.path != nil && !m.path.match(t):
	case m.prefixes != nil && !m.anyPrefix(t):
	default:
		return true
	}
	return false
}

// hostOf is collector for a string.
func hostOf(host string) string {
	if strings.HasPrefix(host, "rrc") {
		host, _, _ = strings.Cut(host, ".")
	}
	return host
}

// has tells whether a message has a key, and something under it.
func (t *told) has(key string, msg *Message) bool {
	switch key {
	case "announcements":
		return len(t.announced4)+len(t.announced) > 0
	case "withdrawals":
		return len(t.withdrawn) > 0
	case "path":
		return len(t.path.as) > 0
	case "community":
		return len(t.community) > 0
	case "origin":
		return t.origin >= 0
	case "med":
		return t.hasMED
	case "aggregator":
		return t.agg.there
	case "state":
		return msg.BGP == nil
	case "notification":
		return t.kind == bgpNotification
	case "capabilities", "direction", "version", "asn", "hold_time", "router_id":
		return t.kind == bgpOpen
	case "timestamp", "peer", "peer_asn", "id", "host", "type":
		return true
	}
	return false
}

// match looks for the pattern in the path of a message. A message without a path
// has none to match, turned round or not.
func (p *pattern) match(t *told) bool {
	n := t.path.hops()
	if n == 0 {
		return false
	}
	return p.in(&t.path, n) != p.not
}

func (p *pattern) in(path *asPath, hops int) bool {
	first, last := 0, hops-len(p.hops)
	if p.start {
		last = min(last, 0)
	}
	if p.end {
		first = hops - len(p.hops)
	}
	for at := first; at >= 0 && at <= last; at++ {
		if p.at(path, at) {
			return true
		}
	}
	return false
}

// at compares the pattern with the hops from one on.
func (p *pattern) at(path *asPath, from int) bool {
	n := 0
	for i := range path.segments {
		as, set := path.part(i)
		if set {
			if k := n - from; k >= 0 && k < len(p.hops) && !p.hops[k].isSet(as) {
				return false
			}
			n++
			continue
		}
		for _, a := range as {
			if k := n - from; k >= 0 && k < len(p.hops) && (p.hops[k].set || p.hops[k].as[0] != a) {
				return false
			}
			n++
		}
	}
	return true
}

// isSet compares a set with one of a path, in whatever order that is. Sets are
// short.
func (h *hop) isSet(as []uint32) bool {
	if !h.set {
		return false
	}
	for _, a := range as {
		if !slices.Contains(h.as, a) {
			return false
		}
	}
	for _, a := range h.as {
		if !slices.Contains(as, a) {
			return false
		}
	}
	return true
}

func (m *matcher) anyPrefix(t *told) bool {
	for _, list := range [...][]prefix{t.announced4, t.announced, t.withdrawn} {
		for _, p := range list {
			if m.set.has(p) || m.more && m.set.covers(p) || m.less && m.set.within(p) {
				return true
			}
		}
	}
	return false
}

// covers tells whether q is part of p.
func (p prefix) covers(q prefix) bool {
	return p.six == q.six && p.bits <= q.bits && q.masked(int(p.bits)) == p.address
}
