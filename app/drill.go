package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"tocsin/catalog"
	"tocsin/incident"
	"tocsin/publish"
	"tocsin/rehearse"
)

// drill answers the page's questions about supposed outages. Any number of
// goroutines may ask.
type drill struct {
	world World
	today *catalog.Edition
	now   func() time.Time
	weak  func() *publish.Weakness // what today's edition can't bear; nil: not known yet

	mu     sync.Mutex
	stages map[string]*rehearse.Stage // by day
}

// keptStages is how many editions are kept ready; then all are forgotten.
const keptStages = 8

// ask works a question out. The error is a [*publish.BadAsk] if the question is
// at fault.
func (d *drill) ask(ctx context.Context, a publish.Ask) (publish.Rehearsal, error) {
	out := publish.Rehearsal{Ask: a}
	from := a.From
	if from.IsZero() {
		from = d.now().UTC().Truncate(time.Minute)
	}
	for i, s := range a.Sides {
		if err := ctx.Err(); err != nil {
			return out, fmt.Errorf("rehearse: %w", err)
		}
		prefix := ""
		if i > 0 {
			prefix = publish.Beside
		}
		side, err := d.side(s, from, a.For, prefix)
		if err != nil {
			return out, err
		}
		out.Sides = append(out.Sides, side)
	}
	return out, nil
}

func (d *drill) side(s publish.Supposed, from time.Time, long time.Duration, prefix string) (publish.Side, error) {
	stage, err := d.stage(s.Edition, prefix)
	if err != nil {
		return publish.Side{}, err
	}
	ed := stage.Edition()
	if err := known(ed, s, prefix); err != nil {
		return publish.Side{}, err
	}
	plan := rehearse.Plan{From: from, For: long, Editions: []time.Time{ed.AsOf()}}
	for _, what := range s.Fail {
		plan.Fails = append(plan.Fails, rehearse.Fail{What: what, Region: s.Region, State: catalog.Down})
	}
	r, err := stage.Run(plan)
	if err != nil {
		// The names are known: what is left is that they are elsewhere.
		return publish.Side{}, badAsk(prefix+publish.FieldRegion, string(s.Region), "",
			catalog.Text{EN: "nothing of what is to fail is there", FR: "rien de ce qui doit tomber en panne ne s’y trouve"})
	}
	side := staged(r)
	side.Edition = ed
	if ed.Digest() == d.today.Digest() {
		side.Weak = d.weak()
	}
	return side, nil
}

// stage is the edition of a day, made ready; of the zero day, today's. The prefix
// is that of the side which asks for it.
func (d *drill) stage(day time.Time, prefix string) (*rehearse.Stage, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	key := ""
	if !day.IsZero() {
		key = day.Format(time.DateOnly)
	}
	if s, ok := d.stages[key]; ok {
		return s, nil
	}
	ed := d.today
	if key != "" {
		var err error
		if ed, err = d.world.Edition(day); err != nil {
			return nil, badAsk(prefix+publish.FieldEdition, key, "", catalog.Text{EN: "has no catalogue that can be read", FR: "n’a pas de catalogue lisible"})
		}
	}
	if d.stages == nil || len(d.stages) >= keptStages {
		d.stages = map[string]*rehearse.Stage{}
	}
	d.stages[key] = rehearse.New(ed)
	return d.stages[key], nil
}

// known looks up every name of a question, as far as everybody may know it.
func known(ed *catalog.Edition, s publish.Supposed, prefix string) error {
	day := ed.AsOf().Format(time.DateOnly)
	var names, owners []string
	services := map[string]bool{}
	for _, n := range ed.Nodes() {
		if !publish.Public(n) {
			continue
		}
		names, owners = append(names, string(n.ID)), append(owners, string(n.Owner()))
		services[string(n.Owner())+":"+string(n.Service)] = n.Service != ""
		services[string(n.Owner())+":"+string(n.Kind)] = true
	}
	owners = slices.Compact(owners)
	names = slices.Concat(names, owners)
	for of, real := range services {
		if real {
			names = append(names, of)
		}
	}
	slices.Sort(names)
	for _, what := range s.Fail {
		if _, found := slices.BinarySearch(names, what); !found {
			return badAsk(prefix+publish.FieldFail, what, nearest(what, names), catalog.Text{
				EN: "is not in the catalogue of " + day, FR: "ne figure pas au catalogue du " + day,
			})
		}
	}
	if s.Region == "" || ed.Region(s.Region) != nil {
		return nil
	}
	var regions []string
	for _, r := range ed.Regions() {
		regions = append(regions, string(r.ID))
	}
	return badAsk(prefix+publish.FieldRegion, string(s.Region), nearest(string(s.Region), regions), catalog.Text{
		EN: "is no region of the catalogue", FR: "n’est pas une région du catalogue",
	})
}

// nearest is the known name that is most like another. One of a service is
// compared with services only: "rogers:sms" is no slip for "rogers".
func nearest(name string, all []string) string {
	if strings.Contains(name, ":") {
		all = slices.DeleteFunc(slices.Clone(all), func(s string) bool { return !strings.Contains(s, ":") })
	}
	return catalog.Nearest(name, all)
}

func badAsk(field, value, near string, says catalog.Text) error {
	return &publish.BadAsk{Field: field, Value: value, Near: near, Says: says}
}

// staged turns a result into what the page lays out.
func staged(r rehearse.Result) publish.Side {
	side := publish.Side{From: r.From, Until: r.Until, BreakIn: r.Recovery.BreakIn}
	for _, root := range r.Roots {
		side.Roots = append(side.Roots, publish.Root{Node: root.Node, Region: root.Region})
	}
	for _, a := range r.Affected {
		side.Fallen = append(side.Fallen, publish.Fallen{
			Effect: incident.Effect{
				Node: a.Node, Region: a.Region, State: a.State, Since: a.Since, Path: a.Path, Fails: a.Fails,
				Advice: slices.Concat(a.Standing, a.Withdrawn), Assumed: a.Assumed,
			},
			People: a.People,
		})
	}
	for _, c := range r.Recovery.Circles {
		if c.Stuck {
			side.Circles = append(side.Circles, c.Nodes)
		}
	}
	for _, back := range r.Recovery.Returns {
		if back.Root && !back.Back.IsZero() {
			side.Order = append(side.Order, publish.Return{Node: back.Node, After: back.Back.Sub(r.Look), Assumed: back.Assumed})
		}
	}
	return side
}
