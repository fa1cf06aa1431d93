package feed

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// Feed is one source of evidence that can be run.
type Feed interface {
	// Name says which feed it is, in logs and in warnings.
	Name() string
	// Run hears until ctx ends or the source fails, and tells ear of it. It comes
	// back soon after ctx has ended. No error means that the source is over and has
	// nothing more to say, as a file has; a stream that was cut is an error.
	Run(ctx context.Context, ear *Ear) error
}

// ErrSilent is why a run was ended that had said nothing for too long. A
// connection whose other side has gone without a word is cured by nothing else.
var ErrSilent = errors.New("said nothing for too long")

// Ear is what a running feed tells its keeper. The zero value is ready; any
// goroutine may call its methods.
type Ear struct {
	mu    sync.Mutex
	heard bool      // since the keeper asked last
	at    time.Time // the newest event heard of
	blind string
}

// Heard says that the source said something, and when that happened; the zero
// time when it doesn't say. A fast feed calls it once for many.
func (e *Ear) Heard(at time.Time) {
	e.mu.Lock()
	e.heard = true
	if at.After(e.at) {
		e.at = at
	}
	e.mu.Unlock()
}

// Blind says that the source speaks and yet does not show what it should, and
// why that is known. Empty: it sees again.
func (e *Ear) Blind(why string) {
	e.mu.Lock()
	e.blind = why
	e.mu.Unlock()
}

// take gives what was told since the last call.
func (e *Ear) take() (heard bool, at time.Time, blind string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	heard, at, blind = e.heard, e.at, e.blind
	e.heard, e.at = false, time.Time{}
	return heard, at, blind
}

// State is how a feed does.
type State string

// States of a feed, the worst first. A feed that is not [Fine] makes what it
// measures unknown; it is never a zero.
const (
	Failing State = "failing" // cut off, refused, never reached; it is being tried again
	Silent  State = "silent"  // connected, and said nothing for longer than it may
	Late    State = "late"    // what it says happened long ago, or has not happened yet
	Blind   State = "blind"   // it speaks and does not show what it should
	Fine    State = "fine"
	Over    State = "over" // the source has ended, and will say no more
)

// Status is how a feed does, and since when.
type Status struct {
	Feed   string
	State  State
	Since  time.Time
	Detail string // for operators, not translated
}

// Keeper is how a feed is kept running. Zero fields have the values that their
// comments give.
type Keeper struct {
	Quiet time.Duration // how long it may be silent; no limit. Beyond, it is restarted.
	Late  time.Duration // how far an event's time may be from ours; no limit. Beyond, it is said only.
	Least time.Duration // the first wait before another try; a second
	Most  time.Duration // the longest such wait; a minute

	Now    func() time.Time                       // time.Now
	After  func(d time.Duration) <-chan time.Time // time.After
	Random func() float64                         // from 0 to 1; math/rand/v2's
	Tell   func(Status)                           // hears every change of state, from one goroutine; nobody
}

// Defaults of a Keeper. RIS Live's other clients wait at most a minute between
// tries, too.
const (
	leastWait = time.Second
	mostWait  = time.Minute
	glance    = time.Second // how often a running feed is looked at, at the least
)

func (k Keeper) withDefaults() Keeper {
	if k.Least <= 0 {
		k.Least = leastWait
	}
	if k.Most < k.Least {
		k.Most = max(mostWait, k.Least)
	}
	if k.Now == nil {
		k.Now = time.Now
	}
	if k.After == nil {
		k.After = time.After
	}
	if k.Random == nil {
		k.Random = rand.Float64
	}
	if k.Tell == nil {
		k.Tell = func(Status) {}
	}
	return k
}

// wait is how long to wait before try number n after a failure, the first being
// 0: it doubles up to the most, and chance takes up to half of it away, so that
// the clients of a server that comes back do not come all at once.
func (k Keeper) wait(n int) time.Duration {
	d := k.Most
	if n < 30 && k.Least<<n > 0 {
		d = min(k.Least<<n, k.Most)
	}
	return d - time.Duration(k.Random()*float64(d/2))
}

// Keep runs a feed until ctx ends or the feed is over: it starts it again when it
// fails, with growing patience, restarts it when it is silent, and tells when it
// is late or blind. It gives ctx's error, or none when the feed was over.
func Keep(ctx context.Context, f Feed, k Keeper) error {
	k = k.withDefaults()
	w := &watch{keeper: k, feed: f, status: Status{Feed: f.Name()}}
	for n := 0; ; n++ {
		began := k.Now()
		err := w.run(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			w.tell(Over, "")
			return nil
		}
		// A run that lasted has earned a fresh start. One that was cut at once has
		// not, even if it said something: its server would see us every second.
		if k.Now().Sub(began) >= k.Most {
			n = 0
		}
		d := k.wait(n)
		if errors.Is(err, ErrSilent) {
			w.tell(Silent, err.Error())
		} else {
			w.tell(Failing, fmt.Sprintf("%v; tried again in %v", err, d.Round(time.Millisecond)))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-k.After(d):
		}
	}
}

// watch is one feed under a keeper's eyes. It is for one goroutine.
type watch struct {
	keeper Keeper
	feed   Feed
	status Status
	last   time.Time // when something was heard last, or the run began
	off    time.Duration
	blind  string
}

// run runs the feed once and looks at it until it ends.
func (w *watch) run(ctx context.Context) error {
	runs, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	ear, done := &Ear{}, make(chan error, 1)
	go func() { done <- w.feed.Run(runs, ear) }()
	w.last, w.off, w.blind = w.keeper.Now(), 0, ""
	for {
		select {
		case err := <-done:
			w.look(ear) // the last words count
			if cause := context.Cause(runs); errors.Is(cause, ErrSilent) {
				return cause
			}
			return err
		case <-w.keeper.After(w.patience()):
		}
		w.look(ear)
		if quiet := w.keeper.Now().Sub(w.last); w.keeper.Quiet > 0 && quiet >= w.keeper.Quiet {
			stop(fmt.Errorf("%w: %v", ErrSilent, quiet.Round(time.Millisecond)))
			return w.leave(done, context.Cause(runs))
		}
	}
}

// leave waits for a run that was told to end.
func (w *watch) leave(done <-chan error, why error) error {
	w.tell(Silent, why.Error())
	if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("%w; then: %w", why, err)
	}
	return why
}

// patience is how long the feed need not be looked at.
func (w *watch) patience() time.Duration {
	if w.keeper.Quiet <= 0 {
		return glance
	}
	left := w.keeper.Quiet - w.keeper.Now().Sub(w.last)
	return max(min(left, glance), time.Millisecond)
}

// look takes what the feed has told and judges how it does.
func (w *watch) look(ear *Ear) {
	heard, at, blind := ear.take()
	now := w.keeper.Now()
	if heard {
		w.last = now
	}
	if !at.IsZero() {
		w.off = now.Sub(at)
	}
	w.blind = blind
	switch {
	case !heard && w.status.State != Fine && w.status.State != Late && w.status.State != Blind:
		// Connected is not heard: it stays what it was.
	case w.keeper.Late > 0 && w.off.Abs() > w.keeper.Late:
		w.tell(Late, fmt.Sprintf("what it says is %v from our time", w.off.Round(time.Second)))
	case w.blind != "":
		w.tell(Blind, w.blind)
	default:
		w.tell(Fine, "")
	}
}

// tell passes on a change of state. Silence began when something was heard last.
func (w *watch) tell(s State, detail string) {
	if s == w.status.State {
		return
	}
	since := w.keeper.Now()
	if s == Silent {
		since = w.last
	}
	w.status.State, w.status.Since, w.status.Detail = s, since, detail
	w.keeper.Tell(w.status)
}
