package catalog

import (
	"slices"
	"strings"
	"time"
)

// Edition is the catalogue as it stood on a date. It is immutable; slices that
// its methods return are shared and must not be written.
type Edition struct {
	asOf     time.Time
	digest   string
	regions  table[RegionID, Region]
	services table[ServiceID, Service]
	carriers table[OrgID, Carrier]
	orgs     table[OrgID, Organisation]
	nodes    table[NodeID, Node]
	sources  table[SourceID, Source]
	byASN    map[ASN][]NodeID
	children map[RegionID][]RegionID
	ground   ground
}

// table keeps entries by id and in the order of their ids.
type table[K ~string, V any] struct {
	byID map[K]*V
	all  []*V
}

func newTable[K ~string, V any](entries []V, id func(*V) K) table[K, V] {
	t := table[K, V]{byID: make(map[K]*V, len(entries))}
	for i := range entries {
		t.byID[id(&entries[i])] = &entries[i]
		t.all = append(t.all, &entries[i])
	}
	slices.SortFunc(t.all, func(a, b *V) int { return strings.Compare(string(id(a)), string(id(b))) })
	return t
}

// World is what an edition is made of; see [New].
type World struct {
	Regions       []Region
	Services      []Service
	Carriers      []Carrier
	Organisations []Organisation
	Nodes         []Node
	Sources       []Source
}

// New makes an edition from entries that hold together already; [Load] reads
// and checks them. Digest identifies the content. The edition keeps the slices.
func New(asOf time.Time, digest string, w World) *Edition {
	e := &Edition{
		asOf: asOf, digest: digest,
		regions:  newTable(w.Regions, func(r *Region) RegionID { return r.ID }),
		services: newTable(w.Services, func(s *Service) ServiceID { return s.ID }),
		carriers: newTable(w.Carriers, func(c *Carrier) OrgID { return c.ID }),
		orgs:     newTable(w.Organisations, func(o *Organisation) OrgID { return o.ID }),
		nodes:    newTable(w.Nodes, func(n *Node) NodeID { return n.ID }),
		sources:  newTable(w.Sources, func(s *Source) SourceID { return s.ID }),
		byASN:    map[ASN][]NodeID{},
		children: map[RegionID][]RegionID{},
	}
	for _, n := range e.nodes.all {
		for _, as := range n.ASNs {
			e.byASN[as] = append(e.byASN[as], n.ID)
		}
	}
	for _, r := range e.regions.all {
		if r.Level != Area && r.Parent != "" {
			e.children[r.Parent] = append(e.children[r.Parent], r.ID)
		}
	}
	e.ground = e.survey()
	return e
}

// AsOf is the date of the edition.
func (e *Edition) AsOf() time.Time { return e.asOf }

// Digest identifies the content: two editions with one digest are the same.
func (e *Edition) Digest() string { return e.digest }

// Region finds a region; nil if there is none of that id.
func (e *Edition) Region(id RegionID) *Region { return e.regions.byID[id] }

// Regions gives all regions in the order of their ids.
func (e *Edition) Regions() []*Region { return e.regions.all }

// Children gives the regions right below one in the tree, areas left out.
func (e *Edition) Children(id RegionID) []RegionID { return e.children[id] }

// Root is the country: the region without a parent.
func (e *Edition) Root() RegionID {
	for _, r := range e.regions.all {
		if r.Level == Country {
			return r.ID
		}
	}
	return ""
}

// Overlap tells whether two places share ground.
func (e *Edition) Overlap(a, b RegionID) bool {
	if e.Within(a, b) || e.Within(b, a) {
		return true
	}
	for _, id := range []RegionID{a, b} {
		other := a
		if id == a {
			other = b
		}
		if r := e.regions.byID[id]; r != nil && r.Level == Area {
			if slices.ContainsFunc(r.Members, func(m RegionID) bool { return e.Overlap(m, other) }) {
				return true
			}
		}
	}
	return false
}

// Zone is the IANA time zone of a region, its own or its nearest parent's.
func (e *Edition) Zone(id RegionID) string {
	for r := e.regions.byID[id]; r != nil; r = e.regions.byID[r.Parent] {
		if r.Zone != "" {
			return r.Zone
		}
	}
	return "UTC"
}

// Service finds a service; nil if there is none.
func (e *Edition) Service(id ServiceID) *Service { return e.services.byID[id] }

// Services gives all services.
func (e *Edition) Services() []*Service { return e.services.all }

// Carrier finds a carrier; nil if there is none.
func (e *Edition) Carrier(id OrgID) *Carrier { return e.carriers.byID[id] }

// Carriers gives all carriers.
func (e *Edition) Carriers() []*Carrier { return e.carriers.all }

// Organisation finds an organisation that is no carrier; nil if there is none.
func (e *Edition) Organisation(id OrgID) *Organisation { return e.orgs.byID[id] }

// Organisations gives all organisations that are no carriers.
func (e *Edition) Organisations() []*Organisation { return e.orgs.all }

// OrgName is the name of a carrier or organisation, or its id if unknown.
func (e *Edition) OrgName(id OrgID) Text {
	if c := e.carriers.byID[id]; c != nil {
		return c.Name
	}
	if o := e.orgs.byID[id]; o != nil {
		return o.Name
	}
	return Text{EN: string(id), FR: string(id)}
}

// Node finds a component or dependent; nil if there is none.
func (e *Edition) Node(id NodeID) *Node { return e.nodes.byID[id] }

// Nodes gives all components and dependents in the order of their ids.
func (e *Edition) Nodes() []*Node { return e.nodes.all }

// ByASN gives the nodes whose life an autonomous system shows.
func (e *Edition) ByASN(as ASN) []NodeID { return e.byASN[as] }

// Source finds a source; nil if there is none.
func (e *Edition) Source(id SourceID) *Source { return e.sources.byID[id] }

// Sector is the sector of a node: its own, or its organisation's.
func (e *Edition) Sector(n *Node) string {
	if n.Sector != "" {
		return n.Sector
	}
	if o := e.orgs.byID[n.Owner()]; o != nil {
		return o.Sector
	}
	return ""
}
