package rislive

import (
	"fmt"
	"net/netip"
	"time"

	"tocsin/feed"
)

// Beacons are prefixes that are announced and withdrawn by the clock, so that it
// is known when the stream must speak of them.
type Beacons struct {
	Prefixes []netip.Prefix
	Every    time.Duration // between an announcement and a withdrawal, from midnight UTC on
	Grace    time.Duration // how long after it is due some peer must have told of it
}

// RISBeacons are the routing beacons of the RIPE NCC (ris.ripe.net/docs/routing-beacons,
// the set of 1 February 2024): up for two hours and down for two, from 00:00 UTC. A
// withdrawal takes minutes to spread; a quarter of an hour is far beyond that, and
// one beacon of the whole set is enough.
func RISBeacons() Beacons {
	b := Beacons{Every: 2 * time.Hour, Grace: 15 * time.Minute}
	for _, s := range []string{
		"84.205.64.0/24", "84.205.65.0/24", "84.205.67.0/24", "84.205.69.0/24", "84.205.70.0/24", "84.205.75.0/24",
		"84.205.76.0/24", "84.205.82.0/24", "93.175.153.0/24",
		"2001:7fb:ee00::/48", "2001:7fb:ee01::/48", "2001:7fb:ee02::/48", "2001:7fb:ee03::/48", "2001:7fb:ee04::/48",
		"2001:7fb:ee05::/48", "2001:7fb:fe01::/48", "2001:7fb:fe03::/48", "2001:7fb:fe04::/48", "2001:7fb:fe05::/48",
		"2001:7fb:fe06::/48", "2001:7fb:fe07::/48", "2001:7fb:fe0a::/48", "2001:7fb:fe0b::/48", "2001:7fb:fe0c::/48",
		"2001:7fb:fe0d::/48", "2001:7fb:fe0e::/48", "2001:7fb:fe0f::/48", "2001:7fb:fe10::/48", "2001:7fb:fe12::/48",
		"2001:7fb:fe13::/48", "2001:7fb:fe14::/48", "2001:7fb:fe15::/48", "2001:7fb:fe16::/48", "2001:7fb:fe17::/48",
		"2001:7fb:fe18::/48", "2001:7fb:fe19::/48", "2001:7fb:fe20::/48",
	} {
		b.Prefixes = append(b.Prefixes, netip.MustParsePrefix(s))
	}
	return b
}

// canary watches for beacons. It is for one goroutine.
type canary struct {
	beacons Beacons
	four    map[feed.V4]bool
	six     map[feed.V6]bool
	since   time.Time // when it began to look
	seen    time.Time // when a beacon last spoke, by the stream's clock
}

// hear looks for beacons in an update.
func (c *canary) hear(r *feed.Routes) {
	if c.beacons.Every <= 0 {
		return
	}
	if c.four == nil {
		c.index()
	}
	if c.any(r) {
		if at := time.Unix(0, r.At); at.After(c.seen) {
			c.seen = at
		}
	}
}

func (c *canary) index() {
	c.four, c.six = map[feed.V4]bool{}, map[feed.V6]bool{}
	for _, p := range c.beacons.Prefixes {
		own, ok := parsePrefix(p.Masked().AppendTo(nil))
		if ok && own.six {
			c.six[own.v6()] = true
		} else if ok {
			c.four[own.v4()] = true
		}
	}
}

func (c *canary) any(r *feed.Routes) bool {
	for _, list := range [...][]feed.V4{r.Announced4, r.Withdrawn4} {
		for _, p := range list {
			if c.four[p] {
				return true
			}
		}
	}
	for _, list := range [...][]feed.V6{r.Announced6, r.Withdrawn6} {
		for _, p := range list {
			if c.six[p] {
				return true
			}
		}
	}
	return false
}

// look says why the stream is blind at a time, or nothing. It may not judge a
// beacon that was due before it began to look.
func (c *canary) look(now time.Time) string {
	if c.beacons.Every <= 0 {
		return ""
	}
	if c.since.IsZero() {
		c.since = now
	}
	due := now.Add(-c.beacons.Grace).UTC().Truncate(c.beacons.Every)
	if c.since.After(due) || !c.seen.Before(due) {
		return ""
	}
	return fmt.Sprintf("no routing beacon has moved since %s, though one was due", due.Format(time.RFC3339))
}
