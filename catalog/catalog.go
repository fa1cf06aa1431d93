// Package catalog is the world as it stood on a date: carriers, the components
// and services they run, regions, and the dependents that rest on them, with
// the source of every claim. An [Edition] is loaded whole from a directory of
// YAML files, checked, and never changed afterwards; any number of goroutines
// may read it.
//
// It is not the place for what happened (package evidence) or for who suffers
// when something fails (package impact): it only says what needs what.
package catalog

import (
	"strings"
	"time"
)

// Identifiers. Each is lower case, made of letters, digits, dots and dashes;
// a NodeID is "owner/name".
type (
	// RegionID names a place: "ca", "ca-on" (ISO 3166-2), "ca-on-3520" (a
	// census division by its StatCan SGC code) or an area such as "ca-on-south".
	RegionID string
	// OrgID names an organisation; a carrier is an organisation.
	OrgID string
	// ServiceID names what people use, e.g. "mobile-voice".
	ServiceID string
	// NodeID names a component or a dependent: "rogers/ip-core",
	// "metrolinx/card-sales". The part before the slash is its owner.
	NodeID string
	// SourceID names where a claim was read.
	SourceID string
	// ASN is an autonomous system number (RFC 6793).
	ASN uint32
	// Lang is a language that Tocsin speaks.
	Lang string
)

// The two languages, equals.
const (
	EN Lang = "en"
	FR Lang = "fr"
)

// Owner is the organisation that a node belongs to.
func (id NodeID) Owner() OrgID {
	owner, _, _ := strings.Cut(string(id), "/")
	return OrgID(owner)
}

// Text is the same words in both languages, each written, none translated at
// run time. A missing French text is an error of the catalogue, not a blank.
type Text struct {
	EN string `json:"en" yaml:"en"`
	FR string `json:"fr" yaml:"fr"`
}

// In gives the text in a language; any but French is English.
func (t Text) In(l Lang) string {
	if l == FR {
		return t.FR
	}
	return t.EN
}

// State is how a component, dependent or requirement stands. The order of the
// values is not an order of severity; use [Worse].
type State string

// The four states. Unknown is not down and not up.
const (
	Up       State = "up"
	Degraded State = "degraded"
	Down     State = "down"
	Unknown  State = "unknown"
)

// rank orders states by how much they decide: unknown never overrides a known
// down or degraded, and never counts as up.
func (s State) rank() int {
	switch s {
	case Up:
		return 0
	case Unknown:
		return 1
	case Degraded:
		return 2
	default:
		return 3
	}
}

// Worse is the worse of two states: down, then degraded, then unknown, then up.
func Worse(a, b State) State {
	if a.rank() >= b.rank() {
		return a
	}
	return b
}

// Confidence says how well a claim of the catalogue is known.
type Confidence string

// Assumed marks what no source was found for; pages show it so.
const (
	Confirmed Confidence = "confirmed" // the organisation or a regulator says so
	Reported  Confidence = "reported"  // press or a third party says so
	Assumed   Confidence = "assumed"   // nobody was found who says so
)

// Source is where something was read.
type Source struct {
	ID    SourceID `json:"id"`
	Title string   `json:"title"`
	URL   string   `json:"url,omitempty"`
}

// Provenance says why the catalogue believes an entry.
type Provenance struct {
	Sources    []SourceID `json:"sources,omitempty"`
	AsOf       time.Time  `json:"as_of"` // the day for which the claim was read
	Confidence Confidence `json:"confidence"`
}

// Level is a rung of the region tree.
type Level string

// Country holds provinces (and territories), which hold census divisions. An
// area is a named set of divisions beside the tree.
const (
	Country  Level = "country"
	Province Level = "province"
	Division Level = "division"
	Area     Level = "area"
)

// Region is a place.
type Region struct {
	ID         RegionID
	Level      Level
	SGC        string   // StatCan standard geographical classification; "" for an area
	Parent     RegionID // "" for the country
	Name       Text
	Population int     // of the 2021 census; see Counted
	Counted    bool    // false: the population is unknown, never zero
	Lat, Lon   float64 // a centre, WGS 84
	Zone       string  // IANA time zone; "" inherits the parent's
	Holidays   []Holiday
	Members    []RegionID
	Provenance
}

// Service is what people use.
type Service struct {
	ID   ServiceID
	Name Text
}

// Brand is a name under which a carrier sells.
type Brand struct {
	Name string
}

// Network is an autonomous system of a carrier.
type Network struct {
	ASN  ASN
	Note string
	Provenance
}

// Carrier is an organisation that runs networks.
type Carrier struct {
	ID       OrgID
	Name     Text
	Brands   []Brand
	Networks []Network
	Parent   OrgID // the carrier that owns it, "" if none: siblings share a parent
	Users    int   // customers of all services; 0: not known
	Provenance
}

// Organisation owns dependents and speaks; it runs no network of its own here.
type Organisation struct {
	ID     OrgID
	Name   Text
	Sector string // hospital, transit, police, payments, …
	// Private: for its owner's eyes, never published; see [Public].
	Private bool `json:"-"`
	Provenance
}

// Requirement is a k-of-n group of nodes that something needs. The group is
// met while at least AtLeast members are up in the region. Where Shares says
// what part of the load each member carries, it serves fully only while the
// members that are up carry Enough: a partial loss degrades.
type Requirement struct {
	Members  []NodeID
	AtLeast  int           // 1 ≤ AtLeast ≤ len(Members)
	Shares   []int         // in the order of Members, in any one unit; nil: not said
	Enough   int           // in the unit of Shares
	Lost     State         // what losing the group does: Down or Degraded
	Holdover time.Duration // how long the needer survives the loss
	Backup   *Backup       // takes over when the group doesn't serve; nil: none
	At       RegionID      // "" means the needer's own region
	Note     Text
	Provenance
}

// Backup is a group that takes over from another one: a second line, a
// generator with its fuel.
type Backup struct {
	Members  []NodeID
	AtLeast  int           // 1 ≤ AtLeast ≤ len(Members)
	Serves   State         // its capacity: Up for all of the service, Degraded for a part
	Holdover time.Duration // how long it carries once it has taken over; 0: without limit
	At       RegionID      // "" means the needer's own region
	Note     Text
	Provenance
}

// Condition limits advice to a situation: all of Up are not known to be down,
// all of Down are down, and of each of Attached the phones are attached but
// dead: the radio network is not known to be down, and the core that it
// attaches to (Node.Attaches) is.
type Condition struct {
	Up, Down, Attached []NodeID
}

// Fallback is advice: what to do instead. It is a path through the same graph
// and is withdrawn when its own needs are not met.
type Fallback struct {
	Text   Text
	Needs  []Requirement
	OnlyIf Condition
	Provenance
}

// Kind is the part that a node plays.
type Kind string

// Kinds of components, and the one of dependents.
const (
	Core       Kind = "core"
	Access     Kind = "access"
	Radio      Kind = "radio"
	Management Kind = "management"
	Database   Kind = "database"
	Support    Kind = "support" // people and tools that a repair needs
	Offering   Kind = "service" // delivers a Service to people
	Dependent  Kind = "dependent"
)

// Node is a component or a dependent: a part that can fail by itself, or a
// function that rests on such parts.
type Node struct {
	ID      NodeID
	Kind    Kind
	Name    Text
	Service ServiceID  // "" unless Kind is Offering
	ASNs    []ASN      // whose traffic and routes show this node's life
	Regions []RegionID // where it exists; never empty
	Sector  string     // of a dependent; "" takes the organisation's
	People  int        // who rest on it; 0: not known

	Needs        []Requirement // operates-with
	RecoversWith []NodeID      // what its repair needs: a second kind of edge
	// Attaches is the core that the phones on this radio network need; "" if
	// not said, and for nodes of other kinds.
	Attaches NodeID
	// Absorbs are nodes whose users come here when they fail, so that this
	// one may be slow without being at fault. Shifts are those of them of which
	// it is said how many come.
	Absorbs []NodeID
	Shifts  []Shift
	Spare   *Spare // nil: how many more users it could serve isn't said
	// Interconnects are nodes that this one's users call: when they fail, people
	// complain here.
	Interconnects []NodeID
	Fallbacks     []Fallback
	Note          Text
	// Private: for its owner's eyes, never published; see [Public]. It is no part
	// of the content, so the digest doesn't show it.
	Private bool `json:"-"`
	Provenance
}

// Shift is load that moves here when a node is down.
type Shift struct {
	From NodeID
	Part float64       // of From's users, above 0, at most 1
	Lag  time.Duration // until they come
	Provenance
}

// Spare is how many users a node can serve well besides its own.
type Spare struct {
	Users int
	Provenance
}

// Owner is the organisation that the node belongs to.
func (n *Node) Owner() OrgID { return n.ID.Owner() }
