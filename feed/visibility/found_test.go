package visibility

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"tocsin/evidence"
	"tocsin/feed"
)

// What is an outage, told in ways that would be easy to miss.
func TestFound(t *testing.T) {
	t.Parallel()
	type want struct {
		onset, end int64 // seconds after the plot began; 0: still
		depth      float64
		unseen     bool
	}
	lose := func(s *story, list []feed.V4) {
		for _, p := range s.peers {
			s.say(feed.Routes{Peer: p, Withdrawn4: list})
		}
	}
	restore := func(s *story) {
		for _, p := range s.peers {
			s.announce(p, bigAS)
		}
	}
	plots := []struct {
		name  string
		peers int
		plot  func(s *story)
		want  []want
	}{
		{"a fifth and a bit", 9, func(s *story) { lose(s, s.table[bigAS][:13]) }, []want{{0, 0, 13.0 / 60, false}}},
		{"in steps, dated at the step that goes below", 9, func(s *story) {
			for i := range 6 {
				lose(s, s.table[bigAS][i*4:i*4+4])
				s.wait(7)
			}
		}, []want{{21, 0, 24.0 / 60, false}}},
		{"by the only peer there is", 1, func(s *story) { lose(s, s.table[bigAS]) }, []want{{0, 0, 1, false}}},
		{"by two of two peers", 2, func(s *story) { lose(s, s.table[bigAS]) }, []want{{0, 0, 1, false}}},
		{"gone, back, and gone again", 9, func(s *story) {
			lose(s, s.table[bigAS])
			s.wait(100)
			restore(s)
			s.wait(200)
			lose(s, s.table[bigAS])
			s.wait(400)
			restore(s)
		}, []want{{0, 100, 1, false}, {300, 700, 1, false}}},
		{"while a collector restarts", 9, func(s *story) {
			for i := 0; i < 9; i += 3 {
				s.down(s.peers[i])
			}
			s.wait(30)
			lose(s, s.table[bigAS])
			s.wait(60)
			for i := 0; i < 9; i += 3 {
				for _, as := range s.ases() {
					if as != bigAS {
						s.announce(s.peers[i], as)
					}
				}
			}
		}, []want{{30, 0, 1, false}}},
		{"while the one peer was blind", 1, func(s *story) {
			s.down(s.peers[0])
			s.wait(30)
			for _, as := range s.ases() {
				if as != bigAS {
					s.announce(s.peers[0], as)
				}
			}
		}, []want{{0, 0, 1, true}}}, // when it is seen: with the peer, minutes later
	}
	for _, p := range plots {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			s := tell(t, p.peers)
			s.wait(1800)
			began := s.at
			p.plot(s)
			s.wait(1800)
			got := s.falls()
			if len(got) != len(p.want) {
				t.Fatalf("%d falls, want %d: %+v", len(got), len(p.want), got)
			}
			for i, f := range got {
				w := p.want[i]
				if f.Unseen != w.unseen || f.Depth() != w.depth || !w.unseen && f.Onset-began != w.onset {
					t.Errorf("onset after %d s, depth %v, unseen %v; want %+v", f.Onset-began, f.Depth(), f.Unseen, w)
				}
				if end := f.End - began; f.End != 0 && end != w.end || f.End == 0 && w.end != 0 {
					t.Errorf("it ended after %d s, want %d", end, w.end)
				}
			}
		})
	}
}

// An AS that is most of a small table is not taken for its peers' illness.
func TestAnASThatIsMostOfTheTable(t *testing.T) {
	t.Parallel()
	s := untold(t, 5)
	for as := range s.table {
		if as > 4 && as != bigAS {
			delete(s.table, as)
		}
	}
	for _, p := range s.peers {
		s.transfer(p, true)
	}
	s.wait(600)
	for _, p := range s.peers {
		s.withdraw(p, bigAS)
	}
	s.wait(600)
	if got := s.falls(); len(got) != 1 || got[0].Depth() != 1 || len(s.guard) != 0 {
		t.Errorf("%+v; left out: %+v", got, s.guard)
	}
}

// Without a dump, an AS is known once most peers have told of it, and its usual
// after five minutes.
func TestLearnedFromUpdates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		learn int64
		falls int
	}{{100, 0}, {290, 0}, {500, 1}} {
		s := untold(t, 5)
		for _, p := range s.peers {
			s.transfer(p, false)
		}
		s.wait(c.learn)
		for _, p := range s.peers {
			s.withdraw(p, bigAS)
		}
		s.wait(300)
		if got := s.falls(); len(got) != c.falls || c.falls == 1 && !got[0].Learned {
			t.Errorf("after %d s: %+v", c.learn, got)
		}
	}
}

// Who is out is told, with what it had, and again when it is back.
func TestGuard(t *testing.T) {
	t.Parallel()
	s := tell(t, 9)
	all := 100*6 + 2*bigPrefixes
	s.wait(60)
	ases := s.ases()
	lost := 0
	for _, as := range ases[:50] {
		s.withdraw(s.peers[4], as)
		lost += len(s.table[as]) + len(s.six[as])
		if len(s.guard) > 0 {
			break
		}
	}
	// A fifth of the table, the three ASes that lost most left aside.
	if len(s.guard) != 1 || !s.guard[0].Out || s.guard[0].Peer != s.peers[4] || s.guard[0].Had != all || s.guard[0].Has != all-lost || lost < all/5 || lost > all/4 {
		t.Fatalf("%+v after %d of %d", s.guard, lost, all)
	}
	if st := s.store.Stand(); st.Full != [2]int{9, 9} {
		t.Errorf("within the second: %v count", st.Full)
	}
	s.wait(1)
	if st := s.store.Stand(); st.Full != [2]int{8, 8} {
		t.Errorf("a second later: %v count", st.Full)
	}
	s.transfer(s.peers[4], false)
	s.wait(60)
	if st := s.store.Stand(); st.Full != [2]int{9, 9} || len(s.guard) != 2 || s.guard[1].Out {
		t.Errorf("once it is back: %v count, %+v", st.Full, s.guard)
	}
}

// A peer that lost a third over an hour has lost nothing at once.
func TestSlowLossIsNoIllness(t *testing.T) {
	t.Parallel()
	s := tell(t, 9)
	for _, as := range s.ases()[:40] {
		s.withdraw(s.peers[4], as)
		s.wait(90)
	}
	if len(s.guard) != 0 {
		t.Errorf("%+v", s.guard)
	}
}

// Full feeds: by the published numbers, or by a share of the largest.
func TestFullFeeds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		o    Options
		full [2]int
	}{
		{Options{}, [2]int{0, 0}},
		{Options{FullV4: 30, FullV6: 30}, [2]int{8, 8}},
		{Options{Share: 0.5}, [2]int{6, 6}},
		{Options{Share: 0.9}, [2]int{2, 2}},
		{Options{Share: 0.9, FullV4: 50}, [2]int{6, 2}},
	} {
		s := New(c.o)
		for i := range 10 {
			r := feed.Routes{At: 1e18, Peer: peerNo(i), Origin: 1, Dump: true}
			for n := range 10 * (i + 1) {
				r.Announced4 = append(r.Announced4, feed.V4(20<<24|n<<8)<<8|24)
				r.Announced6 = append(r.Announced6, feed.V6{Hi: 0x2000<<48 | uint64(n)<<16, Bits: 48})
			}
			s.Take(&r)
		}
		s.Settle()
		if st := s.Stand(); st.Full != c.full {
			t.Errorf("%+v: %v, want %v", c.o, st.Full, c.full)
		}
	}
}

// The minutes of a group: its prefixes, and what isn't known is missing.
func TestObserve(t *testing.T) {
	t.Parallel()
	var got []evidence.Observation
	s := untold(t, 5)
	groups := []Group{{"as812", "ca", []uint32{bigAS}}, {"both", "ca", []uint32{1, bigAS}}, {"as999", "ca", []uint32{999}}}
	s.store.opt.Minute = func(end int64) { got = s.store.Observe(got, "x", groups, end) }
	for _, p := range s.peers {
		s.transfer(p, true)
	}
	s.store.Settle()
	value := func(at int) string {
		text := ""
		for _, o := range got[len(got)-5*at : len(got)-5*at+5] {
			v := fmt.Sprint(o.Value)
			if o.Missing {
				v = "missing"
			}
			text += fmt.Sprintf("%s %s %s; ", o.Series.Measure, o.Series.Subject, v)
		}
		return text
	}
	expect := func(want string) {
		t.Helper()
		if v := value(1); v != want {
			t.Errorf("%s, want %s", v, want)
		}
	}
	s.wait(60)
	expect("bgp-prefixes as812 120; bgp-prefixes both 126; bgp-prefixes as999 missing; bgp-announcements collector/x 3600; bgp-withdrawals collector/x 0; ")
	for _, p := range s.peers[:3] {
		s.say(feed.Routes{Peer: p, Withdrawn4: s.table[bigAS]})
	}
	s.wait(60)
	expect("bgp-prefixes as812 60; bgp-prefixes both 66; bgp-prefixes as999 missing; bgp-announcements collector/x 0; bgp-withdrawals collector/x 180; ")
	for _, p := range s.peers {
		s.down(p)
	}
	s.wait(60)
	expect("bgp-prefixes as812 missing; bgp-prefixes both missing; bgp-prefixes as999 missing; bgp-announcements collector/x 0; bgp-withdrawals collector/x 0; ")
	last := got[len(got)-1]
	if last.At.Unix() != s.at-60 || last.Heard.Unix() != s.at || last.Basis != evidence.Measured {
		t.Errorf("%+v at %d", last, s.at)
	}
}

// A series goes on over a change of who looks.
func TestLinked(t *testing.T) {
	t.Parallel()
	s := tell(t, 5)
	// Half of the AS is seen by three of five: without one of these, by two of four.
	for _, p := range s.peers[:2] {
		s.say(feed.Routes{Peer: p, Withdrawn4: s.table[bigAS][:30]})
	}
	s.wait(60)
	before := s.store.Count(bigAS)
	s.down(s.peers[4])
	s.wait(60)
	during := s.store.Count(bigAS)
	s.transfer(s.peers[4], false)
	s.wait(120)
	after := s.store.Count(bigAS)
	if before.Prefixes != [2]int{60, 60} || during.Prefixes != [2]int{30, 60} || after.Prefixes != [2]int{60, 60} {
		t.Fatalf("%v, %v, %v", before.Prefixes, during.Prefixes, after.Prefixes)
	}
	for _, c := range []Count{before, during, after} {
		if c.Linked != 120 || !c.Known {
			t.Errorf("linked %v, known %v; want 120", c.Linked, c.Known)
		}
	}
	s.quiet()
}

// What updates made of a table against the table itself.
func TestCompare(t *testing.T) {
	t.Parallel()
	s := tell(t, 3)
	table := tell(t, 3)
	for _, d := range s.store.Compare(table.store) {
		if d != (Difference{Peer: d.Peer, Table: 720}) {
			t.Errorf("equal: %+v", d)
		}
	}
	s.withdraw(s.peers[1], 7)     // six are missing
	table.withdraw(s.peers[1], 8) // six too many
	s.say(feed.Routes{Peer: s.peers[1], Announced4: s.table[9], Origin: 10})
	table.withdraw(s.peers[2], 8)
	want := []Difference{{s.peers[1], 714, 6, 6, 5}, {s.peers[2], 714, 0, 6, 0}, {s.peers[0], 720, 0, 0, 0}}
	if got := s.store.Compare(table.store); !slices.Equal(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
}

// The usual against a twin that keeps each second of the day.
func TestUsual(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		rng := rand.New(rand.NewPCG(seed, 5))
		tr := &trace{since: 1000}
		var seconds []Size
		for range 60 {
			secs := rng.IntN(4000) + 1
			for range secs {
				seconds = append(seconds, tr.now)
			}
			tr.stand(tr.since + int64(secs))
			n := rng.IntN(6)
			tr.now = Size{n, n * 10}
			day := slices.Clone(seconds[max(0, len(seconds)-usualFor):])
			slices.SortFunc(day, func(a, b Size) int { return cmp.Compare(a.Space, b.Space) })
			want := day[(len(day)+1)/2-1]
			got, ok := tr.usual()
			if wantOK := len(day) >= warmAfter && want.Prefixes > 0; ok != wantOK || ok && got != want {
				t.Fatalf("seed %d after %d s: %v, %v; want %v, %v", seed, len(seconds), got, ok, want, wantOK)
			}
		}
	}
}
