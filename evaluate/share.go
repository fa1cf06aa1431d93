package evaluate

import (
	"context"
	"errors"
	"runtime"
	"sync"
)

// ErrUnknown means a name that there is not.
var ErrUnknown = errors.New("unknown name")

// job is a piece of work whose result has its own place, so that it doesn't
// matter who does it or when.
type job func() error

// share does all jobs on some goroutines, and stops at the first error of the
// first job that has one.
func share(ctx context.Context, jobs []job, workers int, progress func(float64)) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	errs := make([]error, len(jobs))
	next := make(chan int)
	var mu sync.Mutex
	var wg sync.WaitGroup
	done := 0
	for range workers {
		wg.Go(func() {
			for i := range next {
				if ctx.Err() == nil {
					errs[i] = jobs[i]()
				}
				mu.Lock()
				done++
				if progress != nil {
					progress(float64(done) / float64(len(jobs)))
				}
				mu.Unlock()
			}
		})
	}
	for i := range jobs {
		next <- i
	}
	close(next)
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	return firstOf(errs)
}
