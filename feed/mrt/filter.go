package mrt

import (
	"net/netip"
	"slices"
	"time"

	"tocsin/feed"
)

// Filter says which routes are wanted. The zero value, and nil, want all.
type Filter struct {
	// AS wants announcements whose path has this AS in it. A withdrawal has no path,
	// so none comes through.
	AS uint32
	// Prefix wants this prefix and those within it.
	Prefix netip.Prefix
	// Peer wants what this peer says; PeerAS what the peers of this AS say.
	Peer   netip.Addr
	PeerAS uint32
	// From and Until want what is not before the one and before the other.
	From, Until time.Time
}

func (f *Filter) time(seconds uint32) bool {
	if f == nil {
		return true
	}
	at := time.Unix(int64(seconds), 0)
	return (f.From.IsZero() || !at.Before(f.From)) && (f.Until.IsZero() || at.Before(f.Until))
}

func (f *Filter) peer(addr netip.Addr, as uint32) bool {
	return f == nil || (!f.Peer.IsValid() || f.Peer == addr) && (f.PeerAS == 0 || f.PeerAS == as)
}

func (f *Filter) prefix(p netip.Prefix) bool {
	if f == nil || !f.Prefix.IsValid() {
		return true
	}
	return p.IsValid() && p.Bits() >= f.Prefix.Bits() && f.Prefix.Contains(p.Addr())
}

func (f *Filter) path(p *textPath) bool {
	return f == nil || f.AS == 0 || p.contains(f.AS)
}

// withdrawals tells whether withdrawals can come through.
func (f *Filter) withdrawals() bool { return f == nil || f.AS == 0 }

// sessions tells whether changes of sessions can come through.
func (f *Filter) sessions() bool { return f == nil || f.AS == 0 && !f.Prefix.IsValid() }

// Keep leaves in r what the filter wants, and tells whether that is anything.
func (f *Filter) Keep(r *feed.Routes) bool {
	if f == nil {
		return true
	}
	if !f.time(uint32(r.At/int64(time.Second))) || !f.peer(r.Peer.Addr, r.Peer.AS) {
		return false
	}
	if r.State != feed.SessionSame {
		return f.sessions()
	}
	if r.Multipath {
		r.IDs.Reset() // what is left would have those of others
	}
	if f.AS != 0 {
		r.Withdrawn4, r.Withdrawn6 = r.Withdrawn4[:0], r.Withdrawn6[:0]
		if !slices.Contains(r.Path, f.AS) {
			r.Announced4, r.Announced6 = r.Announced4[:0], r.Announced6[:0]
		}
	}
	if f.Prefix.IsValid() {
		no4 := func(p feed.V4) bool { return !f.prefix(p.Prefix()) }
		no6 := func(p feed.V6) bool { return !f.prefix(p.Prefix()) }
		r.Announced4, r.Withdrawn4 = slices.DeleteFunc(r.Announced4, no4), slices.DeleteFunc(r.Withdrawn4, no4)
		r.Announced6, r.Withdrawn6 = slices.DeleteFunc(r.Announced6, no6), slices.DeleteFunc(r.Withdrawn6, no6)
	}
	return len(r.Announced4)+len(r.Withdrawn4)+len(r.Announced6)+len(r.Withdrawn6) > 0
}
