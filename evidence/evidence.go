// Package evidence holds what was measured or said, by whom, when it happened
// and when it was heard: series, observations, readings of them, statements.
//
// It holds no verdict: a row says what an observer could see at the time, and
// judgement (packages detect, attribute, impact) has to earn the rest.
// Everything here is a value; nothing does I/O or reads a clock.
package evidence

import (
	"cmp"
	"strings"
	"time"

	"tocsin/catalog"
)

// FeedID names a feed: one observer and its way to us.
type FeedID string

// Feed is what is known of a feed before it says anything.
type Feed struct {
	ID   FeedID
	Name catalog.Text
	// Quiet is how long the feed may say nothing. Beyond it, its series are
	// unknown; they are not zero.
	Quiet time.Duration
	// Blind says what this feed can't see, for the page.
	Blind catalog.Text
}

// Measure is what a series counts.
type Measure string

// The measures. A family suffix keeps IPv4 and IPv6 apart; see [Measure.Family].
const (
	Traffic       Measure = "traffic"      // ratio to the expected volume; 1 is normal
	TrafficV4     Measure = "traffic-v4"   // the same, IPv4 alone
	TrafficV6     Measure = "traffic-v6"   // the same, IPv6 alone
	Prefixes      Measure = "bgp-prefixes" // prefixes seen by most full-feed peers
	Withdrawals   Measure = "bgp-withdrawals"
	Announcements Measure = "bgp-announcements"
	Blocks        Measure = "probe-blocks" // /24 blocks that answer probes
	// Replies is one probe of one target by one vantage: 1 when it was answered,
	// 0 when not. The feed is the vantage.
	Replies Measure = "probe-replies"
	Reports Measure = "reports" // reports by people in the bin
	// ReportsOwn counts those of them that came in through the network of the
	// accused itself: a network that is down carries no complaints about it.
	ReportsOwn Measure = "reports-own"
)

// Family is the address family that a measure sees.
type Family string

// Both means that the measure doesn't tell the families apart.
const (
	Both Family = ""
	IPv4 Family = "ipv4"
	IPv6 Family = "ipv6"
)

// Family is the address family of the measure.
func (m Measure) Family() Family {
	switch {
	case strings.HasSuffix(string(m), "-v4"):
		return IPv4
	case strings.HasSuffix(string(m), "-v6"):
		return IPv6
	}
	return Both
}

// Plane groups measures that fail together: two planes that agree are two
// independent kinds of evidence, two series of one plane are not.
type Plane string

// The planes of evidence.
const (
	PlaneTraffic Plane = "traffic"
	PlaneRoutes  Plane = "routes"
	PlaneProbes  Plane = "probes"
	PlaneCrowd   Plane = "crowd"
	PlaneWords   Plane = "statements"
)

// Plane is the plane that the measure belongs to.
func (m Measure) Plane() Plane {
	switch m {
	case Prefixes, Withdrawals, Announcements:
		return PlaneRoutes
	case Blocks, Replies:
		return PlaneProbes
	case Reports, ReportsOwn:
		return PlaneCrowd
	}
	return PlaneTraffic
}

// Subject is what a series is about: "as812", a carrier ("rogers"), a node
// ("rogers/mobile-data"), one service of whichever carrier
// ("any/home-internet"), a collector ("collector/rrc04") or a whole country
// ("country/ca").
type Subject string

// SeriesID is one measured quantity over time. It is comparable.
type SeriesID struct {
	Feed    FeedID           `json:"feed"`
	Measure Measure          `json:"measure"`
	Subject Subject          `json:"subject"`
	Region  catalog.RegionID `json:"region"`
}

// String is "feed/measure subject region", for messages.
func (s SeriesID) String() string {
	return string(s.Feed) + "/" + string(s.Measure) + " " + string(s.Subject) + " " + string(s.Region)
}

// Compare orders series by feed, measure, subject and region.
func (s SeriesID) Compare(o SeriesID) int {
	return cmp.Or(strings.Compare(string(s.Feed), string(o.Feed)), strings.Compare(string(s.Measure), string(o.Measure)),
		strings.Compare(string(s.Subject), string(o.Subject)), strings.Compare(string(s.Region), string(o.Region)))
}

// Basis says how a row came to be known. It travels with the row into every
// verdict and page.
type Basis string

// Reconstructed rows come from a stated rule anchored on sourced figures.
const (
	Measured      Basis = "measured"
	Stated        Basis = "stated"
	Reported      Basis = "reported"
	Reconstructed Basis = "reconstructed"
)

// Observation is one value of a series.
type Observation struct {
	Series  SeriesID
	At      time.Time // event time: the start of the bin that Value counts
	Heard   time.Time // when we could know it; never before At
	Value   float64
	Missing bool // the observer said that it has no value: unknown, not zero
	Basis   Basis
	Sources []catalog.Source
}

// Level is how far a reading stands from its baseline.
type Level int

// Blind means that no judgement is possible: no baseline yet, or no value.
const (
	Blind Level = iota
	Normal
	Warning
	Critical
)

func (l Level) String() string {
	return [...]string{"blind", "normal", "warning", "critical"}[l]
}

// Reading is one series as a detector sees it now. A reading at Warning or
// Critical is an anomaly: it has an onset and a strength.
type Reading struct {
	Series   SeriesID
	At       time.Time // event time of the newest value that counted
	Heard    time.Time
	Value    float64
	Expected float64 // the baseline that Value was compared with
	Level    Level
	Onset    time.Time // first event time of the present run at Warning or worse
	Peak     float64   // largest departure of the run, as a ratio to Expected
	Score    float64   // log-likelihood ratio of the anomaly in nats; 0 when none, or when Method gives none
	Method   string    // the detector, by name
	Basis    Basis
	Sources  []catalog.Source
}

// Ratio is Value over Expected; 1 when nothing was expected and nothing came.
func (r Reading) Ratio() float64 {
	if r.Expected > 0 {
		return r.Value / r.Expected
	}
	if r.Value == 0 {
		return 1
	}
	return r.Value // against nothing expected, the count itself is the departure
}

// ClaimKind is what a statement says of its target.
type ClaimKind string

// The claims. What a statement doesn't claim, it didn't say: no cause claim
// means no cause was given.
const (
	SaysDown       ClaimKind = "down"
	SaysDegraded   ClaimKind = "degraded"
	SaysUp         ClaimKind = "up"
	SaysRecovering ClaimKind = "recovering"
	SaysRestored   ClaimKind = "restored"
	SaysCause      ClaimKind = "cause"    // Text is the cause
	SaysETA        ClaimKind = "eta"      // Time is the promised return
	SaysProgress   ClaimKind = "progress" // work goes on; nothing more
	SaysAdvice     ClaimKind = "advice"   // Text is what to do
	SaysLoad       ClaimKind = "load"     // slower because others' users came
)

// Claim is one thing that a statement says.
type Claim struct {
	Kind   ClaimKind        `json:"kind"`
	Target string           `json:"target,omitempty"` // a node or an organisation
	Region catalog.RegionID `json:"region,omitempty"` // "" is the target's whole footprint
	// Because is the organisation or node that the speaker blames.
	Because string       `json:"because,omitempty"`
	Text    catalog.Text `json:"text,omitzero"`
	Time    time.Time    `json:"time,omitzero"`
}

// Statement is something an organisation said. Text paraphrases it in both
// languages.
type Statement struct {
	ID      string // unique in its feed, e.g. "rogers-1254"
	By      catalog.OrgID
	At      time.Time // when it was said
	Approx  bool      // At is a few minutes loose
	DayOnly bool      // only the day of At is known
	Heard   time.Time
	Text    catalog.Text
	Claims  []Claim
	Basis   Basis
	Sources []catalog.Source
}

// Heard is everything that arrived since the last step, in any order.
type Heard struct {
	Observations []Observation
	Statements   []Statement
}
