package app

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
)

// PairsOptions asks what every single component, and every pair of them, takes
// down when it fails.
type PairsOptions struct {
	World
	Sweep
	AsOf    time.Time
	Horizon time.Duration // holdovers that last longer hold; 0: for good
	Style
	Progress func(done float64)
}

// Sweep says how many components fail at a time, and what to show of it.
type Sweep struct {
	Single, Double bool     // N-1; N-2, which tells N-1 too
	Top            int      // how many of the worst to show
	Given          []string // nodes that are down already
	Cuts           string   // a node whose cut sets are asked for
	Order          int      // how many components a cut set has at most
}

// Asked tells whether anything is to be tried.
func (s Sweep) Asked() bool { return s.Single || s.Double || s.Cuts != "" }

// Idle refuses what is said of a sweep when none is asked for: an answer that
// passed over it would be taken for one that heeds it.
func (s Sweep) Idle() error {
	if len(s.Given) > 0 && !s.Asked() {
		return usage("add --n1, --n2 or --cuts NODE; or name it by --fail", "--given without --n1, --n2 or --cuts")
	}
	return nil
}

// Pairs makes a sweep of what a rehearsal is asked for: its world, its edition
// and how long failures last. A plan says what fails, so it leaves no room for one.
func (o RehearseOptions) Pairs(sweep Sweep) (PairsOptions, error) {
	plan, err := o.plan()
	if err != nil {
		return PairsOptions{}, err
	}
	switch {
	case len(plan.Fails) > 0 || plan.Day != "":
		return PairsOptions{}, usage("name what has failed already by --given NODE", "--n1, --n2 and --cuts try every component; the plan names what fails")
	case o.People.asked() || o.FailOn != "":
		return PairsOptions{}, usage("leave them out, or name by --fail what fails", "--n1, --n2 and --cuts read no lists of people, write no notices and know no --fail-on")
	case o.has("from", "at", "repair", "title"):
		return PairsOptions{}, usage("leave them out; --for says how long failures last", "--n1, --n2 and --cuts heed no --from, --at, --repair or --title")
	case sweep.Cuts != "" && (sweep.Single || sweep.Double):
		return PairsOptions{}, usage("ask for one of them at a time", "--cuts beside --n1 or --n2")
	case len(plan.Editions) > 1:
		return PairsOptions{}, usage("ask once for each edition", "--n1, --n2 and --cuts look at one edition, not %d", len(plan.Editions))
	}
	return PairsOptions{World: o.World, Sweep: sweep, AsOf: plan.Editions[0], Horizon: plan.For, Style: o.Style}, nil
}

// has tells whether a flag gave one of these words of a plan.
func (o RehearseOptions) has(words ...string) bool {
	return slices.ContainsFunc(o.Words, func(w Setting) bool { return slices.Contains(words, w.Word) })
}

// mostTop bounds how many rows may be asked for.
const mostTop = 10_000

// RehearsePairs answers N-1 or N-2 and prints the worst.
func RehearsePairs(ctx context.Context, out io.Writer, o PairsOptions) error {
	lang, form, err := o.Style.table()
	if err != nil {
		return err
	}
	if o.Top < 1 || o.Top > mostTop {
		return usage("give a number from 1 to 10000", "--top %d: can't show that many", o.Top)
	}
	if o.Horizon < 0 {
		return usage("give a duration like 4h, or none for a failure that lasts", "--for %s: not a time to look ahead", o.Horizon)
	}
	ed, err := o.World.Edition(o.AsOf)
	if err != nil {
		return err
	}
	standing, err := o.standing(ed)
	if err != nil {
		return err
	}
	began := time.Now()
	gates := impact.New(ed).Gates(impact.GateOptions{Horizon: o.Horizon, Standing: standing})
	r := &pairsRun{ctx: ctx, gates: gates, PairsOptions: o}
	pairs := r.run()
	if err := ctx.Err(); err != nil {
		return err
	}
	report := pairsReport{ed: ed, lang: lang, pairs: pairs, gates: gates, options: o, seconds: time.Since(began).Seconds()}
	switch form {
	case "json":
		return printJSON(out, report.json())
	case "csv":
		return report.csv(out)
	}
	return Put(out, report.text())
}

// standing is what is down already.
func (o PairsOptions) standing(ed *catalog.Edition) ([]impact.Failure, error) {
	var out []impact.Failure
	for _, id := range o.Given {
		if ed.Node(catalog.NodeID(id)) == nil {
			return nil, usage(likeliest(ed, id), "--given %s: no component or dependent is called so", id)
		}
		out = append(out, impact.Failure{Node: catalog.NodeID(id), State: catalog.Down})
	}
	return out, nil
}

// likeliest is the cure for a node that nothing is called.
func likeliest(ed *catalog.Edition, id string) string {
	var all []string
	for _, n := range ed.Nodes() {
		all = append(all, string(n.ID))
	}
	if near := catalog.Nearest(id, all); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "'tocsin catalog show' lists the names"
}

// pairsRun shares the work out among the processors.
type pairsRun struct {
	ctx   context.Context
	gates *impact.Gates
	PairsOptions
}

// In how many components at a time the work is cut. Alone, they are judged many at
// once; in pairs, some take much longer than others.
const (
	reachPiece = 2048
	rowPiece   = 64
)

func (r *pairsRun) run() *impact.Pairs {
	n := r.gates.Components()
	reach := make([]impact.Reach, (n+reachPiece-1)/reachPiece)
	r.share(len(reach), func(_, i int) { reach[i] = r.gates.Reach(i*reachPiece, min(n, (i+1)*reachPiece)) })
	if r.ctx.Err() != nil {
		return nil
	}
	singles := r.gates.Singles(reach...)
	if !r.Double {
		return singles.Pairs(r.Top)
	}
	workers := runtime.GOMAXPROCS(0)
	parts := make([]*impact.PairsPart, workers)
	r.share(workers, func(_, i int) { parts[i] = singles.PlainPairs(i, workers, r.Top) })
	if r.ctx.Err() != nil {
		return nil
	}
	o := impact.PairOptions{Top: r.Top, Floor: singles.Floor(r.Top, parts...)}
	for i := range singles.Ranges() {
		o.Seconds = singles.Takers(i)
		parts = append(parts, r.rows(singles, o, i)...)
		if r.ctx.Err() != nil {
			return nil
		}
	}
	return singles.Pairs(r.Top, parts...)
}

// rows judges all firsts with the seconds of one range.
func (r *pairsRun) rows(singles *impact.Singles, o impact.PairOptions, turn int) []*impact.PairsPart {
	n := r.gates.Components()
	pairers := make([]*impact.Pairer, runtime.GOMAXPROCS(0))
	var mu sync.Mutex
	pieces := (n + rowPiece - 1) / rowPiece
	done := turn * pieces
	r.share(pieces, func(worker, i int) {
		if pairers[worker] == nil {
			pairers[worker] = singles.Pairer(o)
		}
		pairers[worker].Rows(i*rowPiece, min(n, (i+1)*rowPiece))
		if r.Progress != nil {
			mu.Lock()
			defer mu.Unlock()
			done++
			r.Progress(float64(done) / float64(pieces*singles.Ranges()))
		}
	})
	var parts []*impact.PairsPart
	for _, p := range pairers {
		if p != nil {
			parts = append(parts, p.Part())
		}
	}
	return parts
}

// share runs a piece of work for every number below n, on all processors, until
// it is done or the context is. The work is told which worker does it.
func (r *pairsRun) share(n int, work func(worker, i int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	for worker := range min(n, runtime.GOMAXPROCS(0)) {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && r.ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				work(worker, i)
			}
		})
	}
	all.Wait()
}

// table reads the style of rows: text, JSON or CSV.
func (s Style) table() (lang catalog.Lang, form string, err error) {
	if lang, err = s.lang(); err != nil {
		return "", "", err
	}
	switch s.Format {
	case "":
		return lang, "text", nil
	case "text", "json", "csv":
		return lang, s.Format, nil
	}
	return "", "", usage("give --format text, json or csv", "no format is called %q here", s.Format)
}
