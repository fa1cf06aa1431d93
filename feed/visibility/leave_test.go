package visibility

import (
	"math/rand/v2"
	"testing"

	"tocsin/feed"
)

// To the only eye that there is, its own slow leaving looks as if all went, one after
// the other. It raises nothing, at whichever pace, in its midst or after.
func TestTheOnlyEyeLeavesSlowly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		peers int
		pace  int64 // seconds for each AS
	}{{1, 7}, {1, 11}, {1, 60}, {1, 240}, {2, 11}} {
		s := tell(t, c.peers)
		s.wait(1800)
		for i, as := range s.ases() {
			for _, p := range s.peers {
				s.withdraw(p, as)
			}
			s.wait(c.pace)
			if c.pace <= 11 && i%5 == 4 {
				s.quiet()
			}
		}
		s.quiet()
		s.wait(7200)
		s.quiet()
		if len(s.guard) == 0 || !s.guard[0].Out {
			t.Errorf("%+v: nobody was recognised as leaving", c)
		}
		if st := s.store.Stand(); !st.Blind[0] || s.store.Count(bigAS).Known {
			t.Errorf("%+v: it still sees: %+v", c, st)
		}
		// It comes back whole, and sees again.
		for _, p := range s.peers {
			s.transfer(p, false)
		}
		s.wait(120)
		s.quiet()
		if !s.store.Count(bigAS).Known || s.store.Stand().Full[0] != c.peers {
			t.Errorf("%+v: it is back, and not counted: %+v", c, s.store.Stand())
		}
	}
}

// It has come to rest on a smaller table, and is full all the same: that is another eye,
// not an outage of all that it doesn't show any more.
func TestASmallerTableIsAnotherEye(t *testing.T) {
	t.Parallel()
	s := tell(t, 1)
	s.wait(1800)
	for _, as := range s.ases()[:35] {
		s.withdraw(s.peers[0], as)
		s.wait(30)
	}
	s.wait(3 * 3600)
	s.quiet()
	if s.store.Stand().Full[0] != 1 {
		t.Fatalf("%+v", s.store.Stand())
	}
	s.withdraw(s.peers[0], bigAS)
	s.wait(1800)
	if got := s.falls(); len(got) != 1 || got[0].Unseen {
		t.Errorf("what it lost then: %+v", got)
	}
}

// One AS that goes slowly before the only eye is told, as are three; so is what fell
// before the eye began to leave.
func TestASlowOutageBeforeOneEye(t *testing.T) {
	t.Parallel()
	s := tell(t, 1)
	s.wait(1800)
	onset := s.at
	s.withdraw(s.peers[0], bigAS)
	s.wait(1800)
	check := func(when string) {
		t.Helper()
		if got := s.falls(); len(got) != 1 || got[0].Onset != onset {
			t.Errorf("%s: %+v", when, got)
		}
	}
	check("at once")
	for _, as := range s.ases()[:60] {
		s.withdraw(s.peers[0], as)
		s.wait(20)
	}
	check("it leaves")
	s.wait(7200)
	check("it has left")
}

// Others see what one that leaves doesn't: it is found by that, and what all lose is
// nobody's leaving.
func TestOneOfManyLeavesSlowly(t *testing.T) {
	t.Parallel()
	s := tell(t, 5)
	s.wait(1800)
	for i, as := range s.ases() {
		s.withdraw(s.peers[0], as)
		if i < 40 { // these are gone indeed
			for _, p := range s.peers[1:] {
				s.withdraw(p, as)
			}
		}
		s.wait(15)
	}
	s.wait(600)
	if st := s.store.Stand(); st.Full[0] != 4 || len(s.guard) != 1 || s.guard[0].Peer != s.peers[0] {
		t.Errorf("%d count, guarded %+v; want all but one", st.Full[0], s.guard)
	}
	gone := map[uint32]bool{}
	for _, f := range s.store.Falls() {
		gone[f.AS] = true
		if f.AS > 40 {
			t.Errorf("AS%d stands", f.AS)
		}
	}
	if len(gone) != 40 {
		t.Errorf("%d fell, want 40", len(gone))
	}
}

// After more than a day without a word, what was known is no truth: nothing is, until
// tables are told anew; and what is missing then is no outage of that moment.
func TestSilenceOfADay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		silence int64
		stale   bool
	}{{23 * 3600, false}, {25 * 3600, true}, {30 * 24 * 3600, true}} {
		s := tell(t, 5)
		s.wait(1800)
		for _, p := range s.peers {
			s.withdraw(p, 3) // is gone before, and nobody sees it come back
		}
		s.wait(1800)
		s.wait(c.silence)
		if known := s.store.Count(bigAS).Known; known == c.stale {
			t.Errorf("after %d s of silence: known %v", c.silence, known)
		}
		if st := s.store.Stand(); (st.Lapsed == 1) != c.stale || st.Blind[0] != c.stale {
			t.Errorf("after %d s of silence: %+v", c.silence, st)
		}
		for _, f := range s.store.Falls() {
			if f.AS != 3 || f.End != 0 || f.EndUnseen != c.stale {
				t.Errorf("after %d s of silence: %+v", c.silence, f)
			}
		}
		if !c.stale {
			continue
		}
		s.announce(s.peers[0], 7) // one word is no table
		s.wait(120)
		if s.store.Count(bigAS).Known {
			t.Error("one word is taken for all tables")
		}
		for _, p := range s.peers {
			for _, as := range s.ases() {
				if as != 9 { // went in the meantime
					s.announce(p, as)
				}
			}
		}
		s.wait(1800)
		if got := s.store.Count(bigAS); !got.Known || got.Prefixes != [2]int{60, 60} {
			t.Errorf("after the tables came back: %+v", got)
		}
		for _, f := range s.store.Falls() {
			if f.AS != 3 {
				t.Errorf("AS%d fell: %+v", f.AS, f)
			}
		}
	}
}

// tellBoth tells a story and its twin, of IPv4 alone: a twin counts every /48.
func tellBoth(t *testing.T, peers int) (*story, *twin) {
	t.Helper()
	s, tw := untold(t, peers), newTwin()
	clear(s.six)
	for _, p := range s.peers {
		s.transfer(p, true)
		for _, as := range s.ases() {
			tw.take(&feed.Routes{Peer: p, Announced4: s.table[as], Origin: as})
		}
	}
	s.store.Settle()
	return s, tw
}

// A peer that flaps costs a walk over the lines each second, not each flap; and nothing
// of what it says is lost.
func TestFlappingIsBounded(t *testing.T) {
	t.Parallel()
	s, tw := tellBoth(t, 9)
	rng := rand.New(rand.NewPCG(3, 4))
	for second := range 50 {
		s.wait(1)
		s.store.walks = 0
		for range 200 {
			r := feed.Routes{At: s.at * 1e9, Peer: s.peers[rng.IntN(9)]}
			switch as := uint32(rng.IntN(100) + 1); rng.IntN(4) {
			case 0:
				r.State = feed.SessionDown
			case 1:
				r.State = feed.SessionUp
			case 2:
				r.Announced4, r.Origin = s.table[as], as
			case 3:
				r.Withdrawn4 = s.table[as]
			}
			s.store.Take(&r)
			tw.take(&r)
		}
		s.store.catchUp()
		if s.store.walks > 4 { // to clear, and to count anew, in two families
			t.Fatalf("%d walks in a second", s.store.walks)
		}
		if second%10 == 0 {
			agree(t, s.store, tw, "after a second of flapping")
		}
	}
}

// New short prefixes, each of which may hold all that is known, are counted together
// where a second has many.
func TestManyShortPrefixesAreBounded(t *testing.T) {
	t.Parallel()
	s, tw := tellBoth(t, 3)
	s.wait(1)
	s.store.walks = 0
	for i := range feed.V4(24) {
		for _, p := range s.peers {
			r := feed.Routes{At: s.at * 1e9, Peer: p, Announced4: []feed.V4{(20<<24|i<<18)<<8 | 14}, Origin: 5 + uint32(i)}
			s.store.Take(&r)
			tw.take(&r)
		}
	}
	s.store.catchUp()
	if s.store.walks > mostMeasures+2 {
		t.Errorf("%d walks in a second", s.store.walks)
	}
	agree(t, s.store, tw, "after a second of short prefixes")
}
