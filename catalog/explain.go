package catalog

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Explanation is everything that an edition says of one name, put together for
// a reader. What doesn't apply to its kind is empty.
type Explanation struct {
	ID       string   `json:"id"`
	Kind     string   `json:"kind"` // of a node its Kind; or region, carrier, organisation, service
	Name     Text     `json:"name"`
	Edition  string   `json:"edition"` // a date
	Facts    []Fact   `json:"facts,omitempty"`
	Regions  []Named  `json:"regions,omitempty"` // where a node is; the members of an area
	Needs    []Group  `json:"needs,omitempty"`
	NeededBy []Named  `json:"needed_by,omitempty"` // by a group of their own
	Behind   []Named  `json:"behind,omitempty"`    // who rest on those, in turn
	Repair   []Named  `json:"recovers_with,omitempty"`
	Repairs  []Named  `json:"recovery_of,omitempty"` // whose repair needs this
	Attaches []Named  `json:"attaches,omitempty"`    // the core that the phones on a radio network need
	Absorbs  []Named  `json:"absorbs,omitempty"`
	Comes    []Come   `json:"shifts,omitempty"` // how many of those that it absorbs
	Spare    *Room    `json:"spare,omitempty"`
	Calls    []Named  `json:"interconnects,omitempty"`
	Nodes    []Named  `json:"nodes,omitempty"` // what an organisation runs, what is in a region, what delivers a service
	Advice   []Advice `json:"fallback,omitempty"`
	Note     Text     `json:"note,omitzero"`
	Claim    Claim    `json:"claim,omitzero"`
}

// Named is an id and what it is called.
type Named struct {
	ID   string `json:"id"`
	Name Text   `json:"name"`
}

// Fact is a plain value, by the key under which the catalogue has it.
type Fact struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Group is a requirement in words, or its backup.
type Group struct {
	AtLeast  int     `json:"at_least"`
	Of       []Named `json:"of"`
	Shares   []int   `json:"shares,omitempty"` // in the order of Of
	Enough   int     `json:"enough,omitempty"` // of the shares
	Lost     State   `json:"lost,omitempty"`   // of a requirement
	Serves   State   `json:"serves,omitempty"` // of a backup
	Backup   *Group  `json:"backup,omitempty"`
	Holdover string  `json:"holdover,omitempty"` // as time.Duration prints it; "" for none
	At       *Named  `json:"at,omitempty"`       // nil for the needer's own region
	Note     Text    `json:"note,omitzero"`
	Claim    Claim   `json:"claim,omitzero"`
}

// Come is load that moves when a node is down, in words.
type Come struct {
	From    Named  `json:"from"`
	Percent string `json:"percent"`       // of its users
	Lag     string `json:"lag,omitempty"` // as time.Duration prints it; "" for none
	Claim   Claim  `json:"claim,omitzero"`
}

// Room is how many more users can be served well, in words.
type Room struct {
	Users int   `json:"users"`
	Claim Claim `json:"claim,omitzero"`
}

// Advice is a fallback in words.
type Advice struct {
	Text     Text    `json:"text"`
	Needs    []Group `json:"needs,omitempty"`
	IfUp     []Named `json:"if_up,omitempty"`
	IfDown   []Named `json:"if_down,omitempty"`
	Attached []Named `json:"if_attached_but_dead,omitempty"`
	Claim    Claim   `json:"claim,omitzero"`
}

// Claim is a provenance with its sources spelt out.
type Claim struct {
	Confidence Confidence `json:"confidence,omitempty"`
	AsOf       string     `json:"as_of,omitempty"` // a date; "" if not said
	Sources    []Source   `json:"sources,omitempty"`
}

// Explain says everything about a node, a carrier, an organisation, a region or
// a service. The error, a [Problem], names the nearest known id.
func (e *Edition) Explain(id string) (Explanation, error) {
	x := Explanation{ID: id, Edition: e.asOf.Format(time.DateOnly)}
	switch {
	case e.Node(NodeID(id)) != nil:
		e.explainNode(&x, e.Node(NodeID(id)))
	case e.Carrier(OrgID(id)) != nil:
		e.explainCarrier(&x, e.Carrier(OrgID(id)))
	case e.Organisation(OrgID(id)) != nil:
		o := e.Organisation(OrgID(id))
		x.Kind, x.Name, x.Claim = "organisation", o.Name, e.claim(o.Provenance)
		x.fact("sector", o.Sector)
		x.Nodes = e.nodesWhere(func(n *Node) bool { return n.Owner() == o.ID })
	case e.Region(RegionID(id)) != nil:
		e.explainRegion(&x, e.Region(RegionID(id)))
	case e.Service(ServiceID(id)) != nil:
		x.Kind, x.Name = "service", e.Service(ServiceID(id)).Name
		x.Nodes = e.nodesWhere(func(n *Node) bool { return n.Service == ServiceID(id) })
	default:
		return Explanation{}, Problem{Text: "nothing is called " + strconv.Quote(id) + " on " + x.Edition, Cure: didYouMean(id, e.known())}
	}
	return x, nil
}

// known gives all ids that Explain takes.
func (e *Edition) known() []string {
	return slices.Concat(e.nodes.ids(), e.carriers.ids(), e.orgs.ids(), e.regions.ids(), e.services.ids())
}

func (t table[K, V]) ids() []string {
	var ids []string
	for id := range t.byID {
		ids = append(ids, string(id))
	}
	slices.Sort(ids)
	return ids
}

func (e *Edition) explainNode(x *Explanation, n *Node) {
	x.Kind, x.Name, x.Note, x.Claim = string(n.Kind), n.Name, n.Note, e.claim(n.Provenance)
	x.fact("owner", e.OrgName(n.Owner()).EN)
	x.fact("service", string(n.Service))
	x.fact("sector", e.Sector(n))
	x.fact("people", known(n.People))
	for _, as := range n.ASNs {
		x.fact("asn", strconv.Itoa(int(as)))
	}
	x.Regions = named(e, n.Regions)
	x.Needs = e.groups(n.Needs)
	e.explainDemand(x, n)
	x.Repair, x.Absorbs, x.Calls = named(e, n.RecoversWith), named(e, n.Absorbs), named(e, n.Interconnects)
	back := e.graph(operates).Reverse()
	near := back.Next(x.ID)
	x.NeededBy = named(e, near)
	x.Behind = named(e, slices.DeleteFunc(back.Reach(near...), func(id string) bool {
		return id == x.ID || slices.Contains(near, id)
	}))
	x.Repairs = named(e, e.graph(recovers).Reverse().Next(x.ID))
	for _, f := range n.Fallbacks {
		x.Advice = append(x.Advice, Advice{
			Text: f.Text, Needs: e.groups(f.Needs), Claim: e.claim(f.Provenance),
			IfUp: named(e, f.OnlyIf.Up), IfDown: named(e, f.OnlyIf.Down), Attached: named(e, f.OnlyIf.Attached),
		})
	}
}

// explainDemand says what comes to a node when others fail, and how the phones
// on a radio network can be attached and dead.
func (e *Edition) explainDemand(x *Explanation, n *Node) {
	if n.Attaches != "" {
		x.Attaches = named(e, []NodeID{n.Attaches})
	}
	for _, s := range n.Shifts {
		c := Come{From: named(e, []NodeID{s.From})[0], Percent: strconv.FormatFloat(100*s.Part, 'g', 4, 64), Claim: e.claim(s.Provenance)}
		if s.Lag > 0 {
			c.Lag = s.Lag.String()
		}
		x.Comes = append(x.Comes, c)
	}
	if n.Spare != nil {
		x.Spare = &Room{Users: n.Spare.Users, Claim: e.claim(n.Spare.Provenance)}
	}
}

func (e *Edition) explainCarrier(x *Explanation, c *Carrier) {
	x.Kind, x.Name, x.Claim = "carrier", c.Name, e.claim(c.Provenance)
	if c.Parent != "" {
		x.fact("parent", e.OrgName(c.Parent).EN)
	}
	for _, b := range c.Brands {
		x.fact("brand", b.Name)
	}
	for _, n := range c.Networks {
		x.fact("asn", strings.TrimSpace(strconv.Itoa(int(n.ASN))+" "+n.Note))
	}
	x.fact("users", known(c.Users))
	x.Nodes = e.nodesWhere(func(n *Node) bool { return n.Owner() == c.ID })
}

func (e *Edition) explainRegion(x *Explanation, g *Region) {
	x.Kind, x.Name, x.Claim = "region", g.Name, e.claim(g.Provenance)
	x.fact("level", string(g.Level))
	x.fact("sgc", g.SGC)
	if g.Parent != "" {
		x.fact("parent", e.Region(g.Parent).Name.EN)
	}
	if g.Counted {
		x.fact("population", strconv.Itoa(g.Population))
	}
	x.fact("zone", e.Zone(g.ID))
	x.Regions = named(e, append(slices.Clone(g.Members), e.Children(g.ID)...))
	x.Nodes = e.nodesWhere(func(n *Node) bool {
		return slices.ContainsFunc(n.Regions, func(r RegionID) bool { return e.Within(r, g.ID) })
	})
}

// fact adds a value, unless there is none.
func (x *Explanation) fact(key, value string) {
	if value != "" {
		x.Facts = append(x.Facts, Fact{key, value})
	}
}

func (e *Edition) groups(needs []Requirement) []Group {
	var groups []Group
	for _, r := range needs {
		g := Group{
			AtLeast: r.AtLeast, Of: named(e, r.Members), Shares: r.Shares, Enough: r.Enough, Lost: r.Lost,
			Note: r.Note, Claim: e.claim(r.Provenance),
		}
		e.where(&g, r.Holdover, r.At)
		if b := r.Backup; b != nil {
			g.Backup = &Group{AtLeast: b.AtLeast, Of: named(e, b.Members), Serves: b.Serves, Note: b.Note, Claim: e.claim(b.Provenance)}
			e.where(g.Backup, b.Holdover, b.At)
		}
		groups = append(groups, g)
	}
	return groups
}

// where adds a group's holdover and place.
func (e *Edition) where(g *Group, holdover time.Duration, at RegionID) {
	if holdover > 0 {
		g.Holdover = holdover.String()
	}
	if at != "" {
		g.At = &named(e, []RegionID{at})[0]
	}
}

func (e *Edition) claim(p Provenance) Claim {
	c := Claim{Confidence: p.Confidence}
	if !p.AsOf.IsZero() {
		c.AsOf = p.AsOf.Format(time.DateOnly)
	}
	for _, id := range p.Sources {
		if s := e.Source(id); s != nil {
			c.Sources = append(c.Sources, *s)
		}
	}
	return c
}

func (e *Edition) nodesWhere(is func(*Node) bool) []Named {
	var found []Named
	for _, n := range e.Nodes() {
		if is(n) {
			found = append(found, Named{string(n.ID), n.Name})
		}
	}
	return found
}

// named gives nodes and regions their names.
func named[T ~string](e *Edition, ids []T) []Named {
	var list []Named
	for _, id := range ids {
		item := Named{ID: string(id), Name: Text{EN: string(id), FR: string(id)}}
		if n := e.Node(NodeID(id)); n != nil {
			item.Name = n.Name
		} else if g := e.Region(RegionID(id)); g != nil {
			item.Name = g.Name
		}
		list = append(list, item)
	}
	return list
}
