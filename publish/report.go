package publish

import (
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// SectionID names a part of a report, the same in every language and format.
type SectionID string

// The sections, in the order in which people need them.
const (
	SecDown      SectionID = "down"      // what is down and where, since when
	SecEmergency SectionID = "emergency" // can I call 911
	SecWorks     SectionID = "works"     // what still works, what to do instead
	SecWhen      SectionID = "when"      // when it is likely to be back
	SecSaid      SectionID = "said"      // what has been said, and what has not
	SecWhere     SectionID = "where"     // where reports come from
	SecAffected  SectionID = "affected"  // who falls with it, and why
	SecPeers     SectionID = "peers"     // whose fault it is not
	SecHistory   SectionID = "history"   // the last such event
	SecUnknown   SectionID = "unknown"   // what is not known; blind and silent feeds
	SecEvidence  SectionID = "evidence"  // how we know
	SecTimeline  SectionID = "timeline"
)

// Report is what can be said of one incident at one time in one language. Page
// and situation report draw the same lines.
type Report struct {
	Lang      catalog.Lang
	At        time.Time
	Zone      string // IANA name of the zone in which its clock times are written
	Incident  incident.Incident
	Title     string // the headline sentence, the state first
	StateName string // "Confirmed outage" / "Panne confirmée"
	Replay    *Replay
	Sections  []Section
}

// Section is a part of a report.
type Section struct {
	ID    SectionID
	Title string
	Lines []Line
}

// Line is one statement of a report, with how it is known and since when. It
// is derived from the incident and the catalogue; none is typed in.
type Line struct {
	Topic   string        // what the line is about, stable for machines: "carrier-state", "service-state", "effect", …
	Kind    incident.Kind // observed, inferred, stated, unseen
	By      catalog.OrgID // the speaker, when Kind is stated
	ByName  string
	At      time.Time // when it happened, was said, or was last seen; never zero
	Approx  bool      // At is loose
	DayOnly bool      // only the day of At is known
	Text    string    // a whole sentence
	Node    catalog.NodeID
	Org     catalog.OrgID // whom the line is about, when not a node
	Region  catalog.RegionID
	Family  evidence.Family // set where the line is about one address family alone
	State   catalog.State
	Class   incident.Class
	P       float64 // probability, where the line shows one
	Value   float64 // the figure of the line, where it has one: a share, minutes, a count
	Until   time.Time
	Path    []catalog.NodeID // the explanation, from the node to a root
	Basis   []evidence.Basis // of the evidence under the line
	Sources []catalog.Source
}
