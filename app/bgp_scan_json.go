package app

import (
	"bufio"
	"fmt"
	"strconv"
	"time"

	"tocsin/feed"
	"tocsin/feed/mrt"
)

// appendRoutes appends routes as one line of JSON.
func appendRoutes(dst []byte, r *feed.Routes) []byte {
	dst = append(dst, `{"time":`...)
	dst = strconv.AppendInt(dst, r.At/int64(time.Second), 10)
	if micros := r.At % int64(time.Second) / int64(time.Microsecond); micros != 0 {
		dst = fmt.Appendf(dst, ".%06d", micros)
	}
	if r.Peer.Collector != "" {
		dst = append(dst, `,"collector":`...)
		dst = strconv.AppendQuote(dst, r.Peer.Collector) // of letters, digits, dots and dashes
	}
	dst = append(dst, `,"peer":"`...)
	dst = r.Peer.Addr.AppendTo(dst)
	dst = append(dst, `","peer_asn":`...)
	dst = strconv.AppendUint(dst, uint64(r.Peer.AS), 10)
	switch {
	case r.State == feed.SessionUp:
		return append(dst, `,"type":"state","state":"up"}`+"\n"...)
	case r.State == feed.SessionDown:
		return append(dst, `,"type":"state","state":"down"}`+"\n"...)
	case r.Dump:
		dst = append(dst, `,"type":"table"`...)
	default:
		dst = append(dst, `,"type":"update"`...)
	}
	if announced, _ := prefixes(r); announced > 0 {
		dst = append(dst, `,"path":[`...)
		for i, as := range r.Path {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = strconv.AppendUint(dst, uint64(as), 10)
		}
		dst = append(dst, ']')
		if r.Origin != 0 {
			dst = append(dst, `,"origin":`...)
			dst = strconv.AppendUint(dst, uint64(r.Origin), 10)
		}
	}
	dst = appendPrefixes(dst, `,"announced":[`, r.Announced4, r.Announced6)
	dst = appendPrefixes(dst, `,"withdrawn":[`, r.Withdrawn4, r.Withdrawn6)
	return append(dst, '}', '\n')
}

// appendPrefixes appends a list of prefixes, if there are any.
func appendPrefixes(dst []byte, name string, four []feed.V4, six []feed.V6) []byte {
	if len(four)+len(six) == 0 {
		return dst
	}
	dst = append(dst, name...)
	for _, p := range four {
		dst = append(p.Prefix().AppendTo(append(dst, '"')), '"', ',')
	}
	for _, p := range six {
		dst = append(p.Prefix().AppendTo(append(dst, '"')), '"', ',')
	}
	dst[len(dst)-1] = ']'
	return dst
}

// summary sums what captures hold.
type summary struct {
	routes feed.Routes // being read
	counts mrt.Counts
	bytes  int64

	first, last          int64
	some                 bool
	announced, withdrawn int64
	dumped, states       int64
	peers                map[feed.Peer]int64
	origins              map[uint32]bool
	four                 map[feed.V4]bool
	six                  map[feed.V6]bool
}

func (s *summary) begin() {
	s.peers, s.origins = map[feed.Peer]int64{}, map[uint32]bool{}
	s.four, s.six = map[feed.V4]bool{}, map[feed.V6]bool{}
}

func (s *summary) add(r *feed.Routes) {
	if !s.some || r.At < s.first {
		s.first = r.At
	}
	if !s.some || r.At > s.last {
		s.last = r.At
	}
	s.some = true
	announced, withdrawn := prefixes(r)
	s.peers[r.Peer] += int64(announced + withdrawn)
	if r.State != feed.SessionSame {
		s.states++
	}
	if r.Dump {
		s.dumped += int64(announced)
	} else {
		s.announced += int64(announced)
	}
	s.withdrawn += int64(withdrawn)
	if r.Origin != 0 {
		s.origins[r.Origin] = true
	}
	for _, p := range r.Announced4 {
		s.four[p] = true
	}
	for _, p := range r.Announced6 {
		s.six[p] = true
	}
}

// write writes the sums. What is zero among the complaints is left out.
func (s *summary) write(out *bufio.Writer) {
	row := func(name, format string, args ...any) {
		_, _ = fmt.Fprintf(out, "%-22s "+format+"\n", append([]any{name}, args...)...) // Flush tells
	}
	if s.some {
		row("from", "%s", time.Unix(0, s.first).UTC().Format(time.RFC3339))
		row("until", "%s", time.Unix(0, s.last).UTC().Format(time.RFC3339))
	}
	row("bytes", "%d", s.bytes)
	row("records", "%d", s.counts.Records)
	row("peers", "%d", len(s.peers))
	row("routes in tables", "%d", s.dumped)
	row("announced", "%d", s.announced)
	row("withdrawn", "%d", s.withdrawn)
	row("prefixes", "%d IPv4, %d IPv6", len(s.four), len(s.six))
	row("origins", "%d", len(s.origins))
	row("changes of sessions", "%d", s.states)
	for _, c := range []struct {
		name string
		n    int64
	}{
		{"broken", s.counts.Broken},
		{"malformed", s.counts.Malformed},
		{"of unknown type", s.counts.Unknown},
		{"generic tables", s.counts.Generic},
		{"other families", s.counts.Families},
		{"other messages", s.counts.Messages},
		{"sent by the collector", s.counts.Sent},
	} {
		if c.n > 0 {
			row(c.name, "%d", c.n)
		}
	}
}
