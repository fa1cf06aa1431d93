package app

import (
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/feed"
)

func TestStreamClock(t *testing.T) {
	t.Parallel()
	const now = int64(1.7e18)
	minute, day := int64(time.Minute), int64(24*time.Hour)
	type message struct {
		at       int64
		times    int // how often it comes
		believed int
	}
	for _, c := range []struct {
		name     string
		messages []message
		recorded bool
	}{
		{"live", []message{{now, 5, 5}, {now - 3*minute, 5, 5}, {now + minute, 1, 1}}, false},
		{"live, with liars", []message{{now, 1, 1}, {now + day, 19, 0}, {now, 1, 1}, {now + day, 18, 0}, {0, 1, 0}, {now - 9*minute, 1, 1}}, false},
		{"live, liars first", []message{{now - day, 4, 0}, {now, 1, 1}, {now - day, 99, 0}, {now, 1, 1}}, false},
		{"live, and falls behind", []message{{now, 1, 1}, {now - 11*minute, 99, 0}, {now - 9*minute, 1, 1}}, false},
		{"a recording", []message{{now - day, 5, 1}, {now - day + minute, 3, 3}, {now - day + 59*minute, 1, 1}}, true},
		{"a recording with a gap", []message{{now - day, 5, 1}, {now - day/2, 3, 2}, {now, 1, 0}, {now + minute, 1, 1}}, true},
		{"a recording with liars", []message{{now - day, 5, 1}, {now + day, 1, 0}, {now - day + minute, 2, 2}, {now + day, 1, 0}, {now + 9*day, 1, 0}, {now - day + minute, 2, 2}}, true},
		{"a recording that starts again", []message{{now - day, 5, 1}, {now - day/2, 2, 1}, {now - day, 50, 0}, {now - day/2 - 9*minute, 1, 1}}, true},
	} {
		var clock streamClock
		for _, m := range c.messages {
			got := 0
			for range m.times {
				if clock.believes(m.at, now) {
					got++
				}
			}
			if got != m.believed {
				t.Errorf("%s: %d of %d at %v from now were believed, want %d", c.name, got, m.times, time.Duration(m.at-now), m.believed)
			}
		}
		if clock.recorded != c.recorded {
			t.Errorf("%s: recorded %v", c.name, clock.recorded)
		}
	}
}

// A live stream that rested was not listened to: its minutes are no observations.
// One that was heard tells of each minute.
func TestRoutesTellNoMinuteThatNobodyHeard(t *testing.T) {
	t.Parallel()
	ed, err := catalog.Load(catalog.Canada(), time.Date(2024, 5, 2, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	groups := routeGroups(ed)
	has := map[evidence.Subject]bool{}
	for _, g := range groups {
		if has[g.Subject] || g.Region != "ca" || len(g.ASNs) != 1 {
			t.Errorf("%+v", g)
		}
		has[g.Subject] = true
	}
	if !has["as812"] || !has["as577"] || !has["as852"] {
		t.Errorf("groups: %+v", groups)
	}
	wall := time.Date(2026, 11, 27, 12, 0, 5, 0, time.UTC)
	r := newRoutes(groups, quiet())
	r.wall = func() time.Time { return wall }
	hear := func() {
		r.hear(&feed.Routes{At: wall.UnixNano(), Announced4: []feed.V4{(24<<24)<<8 | 16}, Origin: 812})
	}
	told := func() (minutes, observations int) {
		h := r.take()
		for _, m := range h.minutes {
			observations += len(m.obs)
		}
		return len(h.minutes), observations
	}
	each := len(groups) + 2
	hear()
	for _, c := range []struct {
		rest          time.Duration
		minutes, seen int
	}{{30 * time.Second, 0, 0}, {time.Minute, 1, 1}, {2 * time.Minute, 2, 2}, {7 * time.Minute, 7, 0}, {time.Minute, 1, 1}} {
		wall = wall.Add(c.rest)
		hear()
		if m, o := told(); m != c.minutes || o != c.seen*each {
			t.Errorf("after a rest of %v: %d minutes, %d observations; want %d, %d", c.rest, m, o, c.minutes, c.seen*each)
		}
	}
	r.tell(feed.Status{State: feed.Blind, Detail: "no beacon"})
	wall = wall.Add(time.Minute)
	hear()
	if m, o := told(); m != 1 || o != 0 {
		t.Errorf("blind: %d minutes, %d observations", m, o)
	}
	if h := r.take(); len(h.health()) != 1 || h.health()[0].Subject != string(routesID) || h.recorded {
		t.Errorf("%+v", h.health())
	}
	r.tell(feed.Status{State: feed.Fine})
	if h := r.take(); h.health() != nil {
		t.Errorf("%+v", h.health())
	}
}

// What comes before it is known whether a stream is live is not lost of a recording.
func TestRoutesHoldTheFirstBack(t *testing.T) {
	t.Parallel()
	wall := time.Date(2026, 11, 27, 12, 0, 5, 0, time.UTC)
	for _, live := range []bool{false, true} {
		r := newRoutes(nil, quiet())
		r.wall = func() time.Time { return wall }
		told := feed.Routes{At: wall.Add(-24 * time.Hour).UnixNano(), Announced4: []feed.V4{0}}
		for i := range firstStrays {
			told.Announced4[0] = feed.V4(i)<<32 | 8
			if live && i == firstStrays-1 {
				told.At = wall.UnixNano()
			}
			r.hear(&told)
		}
		want, refused := firstStrays, int64(0)
		if live {
			want, refused = 1, firstStrays-1
		}
		if st := r.store.Stand(); st.Prefixes[0] != want || r.clock.refused != refused || r.clock.recorded == live || r.held != nil {
			t.Errorf("live %v: %d prefixes, %d refused, recorded %v; want %d and %d", live, st.Prefixes[0], r.clock.refused, r.clock.recorded, want, refused)
		}
	}
}

// A message of a recording that lies about its time is left out, and dates nothing that
// comes after it; the first after a gap is not lost.
func TestRoutesOfARecordingThatLies(t *testing.T) {
	t.Parallel()
	r := newRoutes(nil, quiet())
	wall := time.Date(2026, 11, 27, 12, 0, 5, 0, time.UTC)
	r.wall = func() time.Time { return wall }
	start := wall.Add(-100 * time.Hour)
	hear := func(after time.Duration, n int) {
		r.hear(&feed.Routes{At: start.Add(after).UnixNano(), Announced4: []feed.V4{feed.V4(n)<<32 | 8}})
	}
	for i := range firstStrays {
		hear(0, i)
	}
	hear(1000*time.Hour, 100) // a lie
	hear(time.Minute, 10)
	hear(2000*time.Hour, 101) // and two
	hear(3000*time.Hour, 102)
	hear(2*time.Minute, 11)
	if st := r.store.Stand(); st.Prefixes[0] != firstStrays+2 || st.Second != start.Add(2*time.Minute).Unix() || r.clock.refused != 3 {
		t.Errorf("%d prefixes, at %v, %d refused", st.Prefixes[0], time.Unix(st.Second, 0).UTC(), r.clock.refused)
	}
	hear(5*time.Hour, 12) // a gap
	hear(5*time.Hour+time.Minute, 13)
	if st := r.store.Stand(); st.Prefixes[0] != firstStrays+4 || r.held != nil || r.clock.refused != 3 {
		t.Errorf("after a gap: %d prefixes, %d held, %d refused", st.Prefixes[0], len(r.held), r.clock.refused)
	}
}

// A live stream that is late, or shows no beacon, is ill; a recording is neither.
func TestHealthOfAStream(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		state    feed.State
		recorded bool
		ill      int
	}{{feed.Fine, false, 0}, {feed.Late, false, 1}, {feed.Blind, false, 1}, {feed.Silent, false, 1}, {feed.Late, true, 0}, {feed.Blind, true, 0}, {feed.Failing, true, 1}} {
		h := heard{status: feed.Status{State: c.state}, recorded: c.recorded}
		if got := h.health(); len(got) != c.ill {
			t.Errorf("%s, recorded %v: %+v", c.state, c.recorded, got)
		}
	}
	for address, some := range map[string]bool{
		"wss://ris-live.ripe.net/v1/ws/": true, "https://ris-live.ripe.net:443/v1/stream/?format=json": true,
		"http://127.0.0.1:8081/v1/stream/": false, "wss://ripe.net.example/v1/ws/": false, "wss://xripe.net/": false,
	} {
		if got := beaconsOf(address).Every > 0; got != some {
			t.Errorf("%s: beacons %v, want %v", address, got, some)
		}
	}
}
