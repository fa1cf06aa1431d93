package rislive

import (
	"sync"
	"time"
)

// queue is bytes between one goroutine that puts pieces and one that takes all
// that there are. What waits is bounded; beyond, a piece is refused, and whoever
// puts says what becomes of it. The two sides exchange two buffers, so that
// nothing is allocated once they have grown.
type queue struct {
	limit int

	mu      sync.Mutex
	bytes   []byte
	ends    []int // of each piece
	spare   []byte
	ends2   []int
	closed  bool
	some    chan struct{} // has one when something waits, or it is closed
	emptied chan struct{} // has one when all was taken
}

func newQueue(limit int) *queue {
	return &queue{limit: limit, some: make(chan struct{}, 1), emptied: make(chan struct{}, 1)}
}

// put adds a piece, unless more than the limit and slack would then wait.
func (q *queue) put(piece []byte, slack int) bool {
	q.mu.Lock()
	ok := !q.closed && len(q.bytes)+len(piece) <= q.limit+slack
	if ok {
		q.bytes = append(q.bytes, piece...)
		q.ends = append(q.ends, len(q.bytes))
	}
	q.mu.Unlock()
	if ok {
		signal(q.some)
	}
	return ok
}

// full tells whether the limit is reached. One that is closed never is: its put
// tells that.
func (q *queue) full() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.bytes) >= q.limit && !q.closed
}

// wait waits until all was taken, at most so long; or until it is closed or done.
func (q *queue) wait(long time.Duration, done <-chan struct{}) bool {
	t := time.NewTimer(long)
	defer t.Stop()
	for q.full() {
		select {
		case <-q.emptied:
		case <-t.C:
			return !q.full()
		case <-done:
			return false
		}
	}
	return true
}

// take gives all that waits, as soon as there is something, until the next call;
// false when it is closed and nothing is left.
func (q *queue) take() (all []byte, ends []int, ok bool) {
	for {
		q.mu.Lock()
		all, ends, closed := q.bytes, q.ends, q.closed
		if len(ends) > 0 {
			q.bytes, q.spare = q.spare[:0], all
			q.ends, q.ends2 = q.ends2[:0], ends
		}
		q.mu.Unlock()
		if len(ends) > 0 {
			signal(q.emptied)
			return all, ends, true
		}
		if closed {
			return nil, nil, false
		}
		<-q.some
	}
}

// close lets what waits be taken, and nothing more be put.
func (q *queue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	signal(q.some)
	signal(q.emptied)
}

// stop throws away what waits, and lets nothing more be put or taken.
func (q *queue) stop() {
	q.mu.Lock()
	q.closed, q.bytes, q.ends = true, nil, nil
	q.mu.Unlock()
	signal(q.some)
	signal(q.emptied)
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
