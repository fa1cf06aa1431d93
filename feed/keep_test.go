package feed

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// script is a feed whose runs are written down: each run is one function.
type script struct {
	runs []func(ctx context.Context, ear *Ear) error
	at   []time.Duration // when each run began
	from time.Time
}

func (s *script) Name() string { return "script" }

func (s *script) Run(ctx context.Context, ear *Ear) error {
	s.at = append(s.at, time.Since(s.from))
	if len(s.at) > len(s.runs) {
		<-ctx.Done()
		return ctx.Err()
	}
	return s.runs[len(s.at)-1](ctx, ear)
}

// kept keeps a script for a while, and gives what was told, one line a change.
func kept(t *testing.T, s *script, k Keeper, long time.Duration) (told []string) {
	t.Helper()
	s.from = time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), long)
	defer cancel()
	k.Tell = func(st Status) {
		told = append(told, strings.TrimSpace(fmt.Sprintf("%v %s %s (since %v)", time.Since(s.from), st.State, st.Detail, st.Since.Sub(s.from))))
	}
	if k.Random == nil {
		k.Random = func() float64 { return 0 }
	}
	if err := Keep(ctx, s, k); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Keep: %v", err)
	}
	return told
}

var errCut = errors.New("cut")

func fails(context.Context, *Ear) error { return errCut }

// speaks says something every gap, n times, and is then cut.
func speaks(n int, gap time.Duration) func(context.Context, *Ear) error {
	return func(ctx context.Context, ear *Ear) error {
		for range n {
			ear.Heard(time.Now())
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(gap):
			}
		}
		return errCut
	}
}

func repeat(n int, run func(context.Context, *Ear) error) (runs []func(context.Context, *Ear) error) {
	for range n {
		runs = append(runs, run)
	}
	return runs
}

// The waits between tries double up to the most, and chance shortens them by half
// at the most.
func TestBackOff(t *testing.T) {
	for _, c := range []struct {
		random float64
		want   []time.Duration
	}{
		{0, []time.Duration{0, 1, 3, 7, 15, 23, 31}},
		{1, []time.Duration{0, 1, 3, 7, 15, 23, 31}},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &script{runs: repeat(6, fails)}
			kept(t, s, Keeper{Least: time.Second, Most: 8 * time.Second, Random: func() float64 { return c.random }}, time.Hour)
			var want []time.Duration
			for _, w := range c.want {
				want = append(want, time.Duration(float64(w*time.Second)*(1-c.random/2)))
			}
			if !slices.Equal(s.at, want) {
				t.Errorf("random %v: runs began at %v, want %v", c.random, s.at, want)
			}
		})
	}
}

// However often it has failed, and whatever chance says, a wait stays between half
// the least and the most.
func TestWaitStaysInBounds(t *testing.T) {
	for _, k := range []Keeper{{}, {Least: time.Millisecond}, {Least: time.Hour}, {Least: 1, Most: 1 << 62}} {
		for n := range 200 {
			for _, r := range []float64{0, 0.3, 0.999999} {
				k.Random = func() float64 { return r }
				k := k.withDefaults()
				if d := k.wait(n); d < k.Least/2 || d > k.Most {
					t.Fatalf("%v after %d failures with %v: %v", k.Least, n, r, d)
				}
			}
		}
	}
}

// A run that lasted earns a fresh start; one that was cut at once does not, though
// it said something.
func TestFreshStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		short, long := speaks(1, time.Second), speaks(70, time.Second)
		s := &script{runs: []func(context.Context, *Ear) error{short, short, short, long, short}}
		kept(t, s, Keeper{}, time.Hour)
		var waits []time.Duration
		for i, d := range []time.Duration{1, 1, 1, 70, 1} {
			waits = append(waits, s.at[i+1]-s.at[i]-d*time.Second)
		}
		if want := []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, time.Second, 2 * time.Second}; !slices.Equal(waits, want) {
			t.Errorf("waits %v, want %v", waits, want)
		}
	})
}

// A feed that says nothing for too long is said to be silent since it was heard
// last, is ended and tried again; and it is fine when it is heard again, not when
// it is connected again.
func TestSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mute := func(ctx context.Context, _ *Ear) error {
			<-ctx.Done()
			if !errors.Is(context.Cause(ctx), ErrSilent) {
				t.Errorf("ended because of %v", context.Cause(ctx))
			}
			return ctx.Err()
		}
		once := func(ctx context.Context, ear *Ear) error {
			ear.Heard(time.Time{})
			return mute(ctx, ear)
		}
		s := &script{runs: []func(context.Context, *Ear) error{once, mute, speaks(100, time.Second)}}
		got := kept(t, s, Keeper{Quiet: 10 * time.Second}, time.Minute)
		want := []string{
			"1s fine  (since 1s)",
			"11s silent said nothing for too long: 10s (since 1s)",
			"25s fine  (since 25s)",
		}
		if !slices.Equal(got, want) {
			t.Errorf("told:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

// What is late or blind is said, and nothing is restarted for it: a wrong clock of
// ours must not cut us off.
func TestLateAndBlind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wait := func(d time.Duration) { time.Sleep(d) }
		s := &script{runs: []func(context.Context, *Ear) error{func(ctx context.Context, ear *Ear) error {
			wait(500 * time.Millisecond) // between two looks
			for _, off := range []time.Duration{0, -time.Hour, time.Hour, 0} {
				ear.Heard(time.Now().Add(off))
				wait(2 * time.Second)
			}
			ear.Blind("no beacon")
			wait(2 * time.Second)
			ear.Blind("")
			wait(2 * time.Second)
			return errCut
		}}}
		got := kept(t, s, Keeper{Late: time.Minute, Quiet: time.Minute}, 13*time.Second)
		want := []string{
			"1s fine  (since 1s)",
			"3s late what it says is 1h0m1s from our time (since 3s)",
			"7s fine  (since 7s)",
			"9s blind no beacon (since 9s)",
			"11s fine  (since 11s)",
			"12.5s failing cut; tried again in 1s (since 12.5s)",
		}
		if !slices.Equal(got, want) {
			t.Errorf("told:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if len(s.at) != 1 {
			t.Errorf("%d runs", len(s.at))
		}
	})
}

// A feed that is over is not started again.
func TestOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{runs: []func(context.Context, *Ear) error{func(_ context.Context, ear *Ear) error {
			ear.Heard(time.Now())
			return nil
		}}}
		if got, want := kept(t, s, Keeper{}, time.Hour), []string{"0s fine  (since 0s)", "0s over  (since 0s)"}; !slices.Equal(got, want) {
			t.Errorf("told %q, want %q", got, want)
		}
		if len(s.at) != 1 {
			t.Errorf("%d runs", len(s.at))
		}
	})
}

// The end of the context ends it, in a run and between runs, and it waits for the
// run to come back.
func TestKeepEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var back sync.WaitGroup
		slow := func(ctx context.Context, _ *Ear) error {
			back.Add(1)
			defer back.Done()
			<-ctx.Done()
			time.Sleep(time.Second)
			return nil
		}
		for _, run := range []func(context.Context, *Ear) error{slow, fails} {
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			if err := Keep(ctx, &script{runs: repeat(1, run), from: time.Now()}, Keeper{}); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("ended with %v", err)
			}
			cancel()
			back.Wait()
		}
	})
}

// Clock and chance are the keeper's own: with them handed in, no other is asked.
func TestOwnClock(t *testing.T) {
	now := time.Date(2022, 7, 8, 8, 44, 0, 0, time.UTC)
	var waits []time.Duration
	ctx, cancel := context.WithCancel(t.Context())
	k := Keeper{
		Now: func() time.Time { return now },
		After: func(d time.Duration) <-chan time.Time {
			never := make(chan time.Time)
			if d == glance { // a look at a feed that runs
				return never
			}
			waits = append(waits, d)
			now = now.Add(d)
			if len(waits) == 3 {
				cancel()
				return never
			}
			c := make(chan time.Time, 1)
			c <- now
			return c
		},
		Random: func() float64 { return 0.5 },
	}
	if err := Keep(ctx, &script{runs: repeat(9, fails)}, k); !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
	if want := []time.Duration{750 * time.Millisecond, 1500 * time.Millisecond, 3 * time.Second}; !slices.Equal(waits, want) {
		t.Errorf("waits %v, want %v", waits, want)
	}
}
