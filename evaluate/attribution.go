package evaluate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tocsin/attribute"
	"tocsin/catalog"
)

// Options say what to evaluate.
type Options struct {
	Edition  *catalog.Edition
	Seed     uint64
	Worlds   int      // of each scenario
	Scenario []string // by name; none are all
	// Methods makes what is compared; nil takes [Methods].
	Methods func(*catalog.Edition) []Method
	// Progress hears how much is done, 0 to 1, from one goroutine at a time; nil
	// for nobody.
	Progress func(done float64)
	// Workers share the work; the results don't depend on them. 0 is one a
	// processor.
	Workers int

	land *land // the edition's, made once
}

// chosen are the scenarios asked for.
func (o *Options) chosen() ([]Scenario, error) {
	all := Scenarios()
	if len(o.Scenario) == 0 {
		return all, nil
	}
	var out []Scenario
	for _, name := range o.Scenario {
		i := slices.IndexFunc(all, func(s Scenario) bool { return s.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("no scenario is called %q: %w", name, ErrUnknown)
		}
		out = append(out, all[i])
	}
	return out, nil
}

// Result is how the methods did in each scenario.
type Result struct {
	Seed      uint64 `json:"seed"`
	Scenarios []Row  `json:"scenarios"`
	// Pooled are each method's forecasts of all scenarios together.
	Pooled []Pool `json:"pooled"`
	// Skipped are the scenarios that the catalogue can't carry, with the reason.
	Skipped []string `json:"skipped,omitempty"`
}

// graphs is how many pairs of a true and a given graph a scenario's worlds are
// drawn on: a new one for each world would cost more than it tells.
const graphs = 20

// Attribution draws the worlds and scores every method's roots in them.
func Attribution(ctx context.Context, o Options) (Result, error) {
	scenarios, err := o.chosen()
	if err != nil {
		return Result{}, err
	}
	if o.Methods == nil {
		o.Methods = Methods
	}
	o.land = survey(o.Edition)
	var names []string
	for _, m := range o.Methods(o.Edition) {
		names = append(names, m.Name)
	}
	marks := make([][]mark, len(scenarios)) // by scenario; world after world, method after method
	misfits := make([][]error, len(scenarios))
	var jobs []job
	for i := range scenarios {
		marks[i] = make([]mark, o.Worlds*len(names))
		misfits[i] = make([]error, graphs)
		for g := range min(graphs, o.Worlds) {
			jobs = append(jobs, func() error {
				err := o.onGraph(ctx, &scenarios[i], g, func(w *World, methods []Method) {
					for m, method := range methods {
						marks[i][w.Number*len(names)+m] = score(w, method.Roots(w.Input))
					}
				})
				if errors.Is(err, ErrUnfit) {
					misfits[i][g], err = err, nil
				}
				return err
			})
		}
	}
	if err := share(ctx, jobs, o.Workers, o.Progress); err != nil {
		return Result{}, err
	}
	return o.results(scenarios, names, marks, misfits)
}

// results adds up the marks: by scenario, world after world, method after method.
func (o *Options) results(scenarios []Scenario, names []string, marks [][]mark, misfits [][]error) (Result, error) {
	res := Result{Seed: o.Seed}
	pools := make([][]mark, len(names))
	for i := range scenarios {
		if err := firstOf(misfits[i]); err != nil {
			res.Skipped = append(res.Skipped, err.Error())
			continue
		}
		for m, name := range names {
			var of []mark
			for n := range o.Worlds {
				of = append(of, marks[i][n*len(names)+m])
			}
			res.Scenarios = append(res.Scenarios, summary(scenarios[i].Name, name, of, chance(o.Seed, "bootstrap")))
			pools[m] = append(pools[m], of...)
		}
	}
	if len(res.Scenarios) == 0 {
		return Result{}, fmt.Errorf("%s: %w", strings.Join(res.Skipped, "; "), ErrUnfit)
	}
	for m, name := range names {
		res.Pooled = append(res.Pooled, pooled(name, pools[m]))
	}
	return res, nil
}

// firstOf is the first error of several.
func firstOf(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// onGraph draws every world of a scenario that stands on one pair of graphs.
func (o *Options) onGraph(ctx context.Context, sc *Scenario, g int, each func(*World, []Method)) error {
	s := o.stage(sc, g)
	methods := o.Methods(s.given)
	for n := g; n < o.Worlds; n += graphs {
		if err := ctx.Err(); err != nil {
			return err
		}
		w, err := s.world(sc, o.Seed, n)
		if err != nil {
			return err
		}
		each(w, methods)
	}
	return nil
}

// stage makes one pair of graphs of a scenario.
func (o *Options) stage(sc *Scenario, g int) *stage {
	d := chance(o.Seed, fmt.Sprintf("%s/graph/%d", sc.Name, g))
	truth := o.Edition
	if sc.Shared {
		truth = graft(d, truth)
	}
	return newStage(o.land, truth, spoil(d, truth, sc.Graph))
}

// Worlds draws a scenario's worlds one by one, for whoever wants to look at
// them, until see says that it has enough.
func Worlds(ctx context.Context, o Options, see func(*World) bool) error {
	scenarios, err := o.chosen()
	if err != nil {
		return err
	}
	o.land = survey(o.Edition)
	for i := range scenarios {
		stages := map[int]*stage{}
		for n := range o.Worlds {
			if err := ctx.Err(); err != nil {
				return err
			}
			s := stages[n%graphs]
			if s == nil {
				s = o.stage(&scenarios[i], n%graphs)
				stages[n%graphs] = s
			}
			w, err := s.world(&scenarios[i], o.Seed, n)
			if err != nil {
				return err
			}
			if !see(w) {
				return nil
			}
		}
	}
	return nil
}

// mark is how one method did in one world.
type mark struct {
	top1, ac3    float64
	truths, met  float64 // true roots; those that were named
	named, right float64 // roots named; those that were true
	accused      float64 // 1: an innocent was named
	forecasts    []forecast
	surprise     float64 // -ln of the probability that the truth was given
}

// forecast is a probability and whether it came true.
type forecast struct{ p, y float64 }

// score compares the roots that a method names in a world with the truth. What
// is likelier than not is named; what is less likely is a forecast all the same.
func score(w *World, roots []attribute.Root) mark {
	m := mark{truths: float64(len(w.Truth))}
	met := make([]bool, len(w.Truth))
	given := make([]float64, len(w.Truth))
	first := true
	for i, r := range roots {
		t := w.truth(r)
		f := forecast{p: r.P}
		if t >= 0 && !met[t] {
			f.y, met[t], given[t] = 1, true, r.P
			if i < 3 {
				m.ac3 = 1
			}
		}
		m.forecasts = append(m.forecasts, f)
		if r.P < attribute.Possible {
			continue
		}
		m.named++
		if t >= 0 {
			m.right++
			if first {
				m.top1 = 1
			}
		}
		first = false
		if w.slanders(r) {
			m.accused = 1
		}
	}
	for t, ok := range met {
		if !ok {
			m.forecasts = append(m.forecasts, forecast{0, 1})
		} else if given[t] >= attribute.Possible {
			m.met++
		}
	}
	for len(m.forecasts) < w.Carriers {
		m.forecasts = append(m.forecasts, forecast{0, 0}) // about whom nothing is said
	}
	if len(w.Truth) == 0 && m.named == 0 {
		m.top1, m.ac3 = 1, 1
	}
	m.surprise = surprise(w, roots, given)
	return m
}

// truth is which true root a named one is; -1 for none. A set is right when it
// holds a true root and nothing that would have looked otherwise of other
// owners.
func (w *World) truth(r attribute.Root) int {
	if w.slanders(r) {
		return -1
	}
	return slices.IndexFunc(w.Truth, func(f Failure) bool {
		return slices.ContainsFunc(r.Nodes, func(n catalog.NodeID) bool { return slices.Contains(f.Alike, n) })
	})
}

// slanders tells whether a root names anybody who did not fail.
func (w *World) slanders(r attribute.Root) bool {
	return slices.ContainsFunc(r.Nodes, func(n catalog.NodeID) bool {
		return !slices.ContainsFunc(w.Truth, func(f Failure) bool { return f.Node.Owner() == n.Owner() })
	})
}
