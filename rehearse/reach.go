package rehearse

import (
	"cmp"
	"slices"
	"time"

	"tocsin/catalog"
	"tocsin/roster"
)

// Contact is whether one person can be reached.
type Contact struct {
	roster.Person
	// State is up: reached by By, which stands; degraded: by By, which suffers;
	// unknown: nobody can tell; down: every path has fallen, or there is none.
	State catalog.State
	By    roster.Path // the first that is as good as it gets; zero when down
	// Lost is when the last path falls; zero if one stands for good.
	Lost time.Time
}

// CutOff tells whether nothing of the person's is left.
func (c Contact) CutOff() bool { return c.State == catalog.Down }

// Role is how many people of a role can be reached.
type Role struct {
	Role    string
	Site    string // "" is all sites
	People  int
	Reached int // by a path that stands or suffers; unknown is not reached
	Unknown int
	CutOff  int
	Minimum int // 0: none is asked for
}

// Short is how many people are missing from the minimum.
func (r Role) Short() int { return max(0, r.Minimum-r.Reached) }

// Why somebody is asked to come in.
type Why string

// A person on call who will be cut off must be there for the shift, since
// nobody can call; a person of a role below its minimum fills it.
const (
	OnCall Why = "on-call"
	Short  Why = "short"
)

// Ask is somebody to be asked to come in.
type Ask struct {
	Contact
	Why Why
	// Path stands at the time of asking; zero: no path does, somebody has to go.
	Path   roster.Path
	Before time.Time // when Path falls; zero: it doesn't
}

// Roll is a roster as it fares in a rehearsal.
type Roll struct {
	At    time.Time // as of which Contacts and Roles are judged
	Asked time.Time // when people are asked to come in
	// Contacts are in the order of the roster.
	Contacts []Contact
	Roles    []Role // by name; those with a site after those without
	Asks     []Ask  // the most urgent first
}

// Reach calls the roll: who can be reached at a time, which roles are below
// their minimum then, and whom to ask, at an earlier time, to come in.
func Reach(c *Course, people []roster.Person, least []roster.Minimum, asked, at time.Time) Roll {
	r := Roll{At: at, Asked: asked}
	for _, p := range people {
		r.Contacts = append(r.Contacts, c.contact(p, at))
	}
	short := r.count(least)
	for _, x := range r.Contacts {
		switch k := roster.Key(x.Role); {
		case x.OnCall && x.CutOff():
			r.Asks = append(r.Asks, c.ask(x, OnCall, asked))
		case short[place{k, ""}] || short[place{k, roster.Key(x.Site)}]:
			if a := c.ask(x, Short, asked); a.Path.Node != "" {
				r.Asks = append(r.Asks, a)
			}
		}
	}
	slices.SortStableFunc(r.Asks, func(a, b Ask) int {
		return cmp.Or(cmp.Compare(urgency(a), urgency(b)), soonest(a.Before, b.Before))
	})
	return r
}

// urgency puts those first whom only a messenger reaches, then those whose path
// is about to fall.
func urgency(a Ask) int {
	switch {
	case a.Path.Node == "":
		return 0
	case !a.Before.IsZero():
		return 1
	}
	return 2
}

// soonest orders times, never last.
func soonest(a, b time.Time) int {
	if a.IsZero() || b.IsZero() {
		return 0
	}
	return a.Compare(b)
}

// contact finds the best path of a person at a time.
func (c *Course) contact(p roster.Person, at time.Time) Contact {
	x := Contact{Person: p, Lost: c.lost(p)}
	x.By, x.State = c.best(p, at)
	return x
}

// best is the best path at a time: the first of those that stand, or else of
// those that suffer, or else of those of which nothing is known.
func (c *Course) best(p roster.Person, at time.Time) (by roster.Path, state catalog.State) {
	state = catalog.Down
	for _, path := range p.Paths {
		s := catalog.Unknown
		if path.Node != "" {
			s = c.State(path.Node, p.Region, at)
		}
		if better(s, state) {
			by, state = path, s
		}
	}
	return by, state
}

// better orders states by what they are worth to a caller: a path that suffers
// before one of which nothing is known.
func better(a, b catalog.State) bool {
	worth := func(s catalog.State) int {
		return slices.Index([]catalog.State{catalog.Down, catalog.Unknown, catalog.Degraded, catalog.Up}, s)
	}
	return worth(a) > worth(b)
}

// lost is when the last path of a person falls; zero if one never does, if one
// isn't known, or if there is none.
func (c *Course) lost(p roster.Person) time.Time {
	var last time.Time
	for _, path := range p.Paths {
		var t time.Time
		if path.Node != "" {
			t = c.falls(path.Node, p.Region, c.moments[0].at)
		}
		if t.IsZero() {
			return t
		}
		if t.After(last) {
			last = t
		}
	}
	return last
}

// ask finds the path by which somebody can be asked to come in.
func (c *Course) ask(x Contact, why Why, asked time.Time) Ask {
	a := Ask{Contact: x, Why: why}
	if by, state := c.best(x.Person, asked); state == catalog.Up || state == catalog.Degraded {
		a.Path, a.Before = by, c.falls(by.Node, x.Region, asked)
	}
	return a
}

// place is a role at a site, by their keys.
type place struct{ role, site string }

// count fills the roles and gives those that are short.
func (r *Roll) count(least []roster.Minimum) map[place]bool {
	at := map[place]int{}
	enter := func(role, site string) int {
		k := place{roster.Key(role), roster.Key(site)}
		i, ok := at[k]
		if !ok {
			i = len(r.Roles)
			at[k] = i
			r.Roles = append(r.Roles, Role{Role: role, Site: site})
		}
		return i
	}
	for _, m := range least {
		r.Roles[enter(m.Role, m.Site)].Minimum = m.N
	}
	for _, x := range r.Contacts {
		r.Roles[enter(x.Role, "")].add(x)
		if i, ok := at[place{roster.Key(x.Role), roster.Key(x.Site)}]; ok && roster.Key(x.Site) != "" {
			r.Roles[i].add(x)
		}
	}
	short := map[place]bool{}
	for k, i := range at {
		short[k] = r.Roles[i].Short() > 0
	}
	slices.SortStableFunc(r.Roles, func(a, b Role) int {
		return cmp.Or(cmp.Compare(roster.Key(a.Role), roster.Key(b.Role)), cmp.Compare(roster.Key(a.Site), roster.Key(b.Site)))
	})
	return short
}

func (r *Role) add(x Contact) {
	r.People++
	switch x.State {
	case catalog.Up, catalog.Degraded:
		r.Reached++
	case catalog.Unknown:
		r.Unknown++
	case catalog.Down:
		r.CutOff++
	}
}
