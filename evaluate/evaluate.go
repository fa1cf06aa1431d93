// Package evaluate judges the judgement. It draws simulated worlds from a
// catalogue, each with a truth that is known and with the evidence that
// observers would hear of it, asks every method the same questions, ours and the
// peers' named baselines, and scores the answers. DESIGN.md says how the worlds
// are made and why they differ from the model that is judged in them. Of recorded
// days it judges the graph alone ([ImpactOf]).
//
// It decides nothing about the real world, and its worlds are no forecast: a
// figure from here is a figure about these scenarios. It reads no clock and no
// chance but its seed: one seed gives the same bytes however many processors
// share the work.
package evaluate

import (
	"math/rand/v2"
	"time"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/evidence"
)

// Feeds of a simulated world.
const (
	FeedCrowd   evidence.FeedID = "crowd"
	FeedTraffic evidence.FeedID = "traffic"
	FeedRoutes  evidence.FeedID = "routes"
	FeedProbes  evidence.FeedID = "probes"
	FeedWords   evidence.FeedID = "statements"
)

// quiet is how long each feed may say nothing: three bins, as a feed's
// configuration would have it; organisations may be silent for ever.
func quiet() map[evidence.FeedID]time.Duration {
	return map[evidence.FeedID]time.Duration{
		FeedCrowd: 10 * time.Minute, FeedTraffic: 10 * time.Minute,
		FeedRoutes: 15 * time.Minute, FeedProbes: 30 * time.Minute, FeedWords: 0,
	}
}

// Failure is one true root.
type Failure struct {
	Node   catalog.NodeID
	Region catalog.RegionID // "" is the node's whole footprint
	Onset  time.Time
	// Alike are the nodes whose failure nobody outside could tell from this one:
	// naming one of them is right. The node itself is among them.
	Alike []catalog.NodeID
}

// place is a failure whatever its time.
type place struct {
	node   catalog.NodeID
	region catalog.RegionID
}

// Series is one series of a world: what was counted, and what was expected by
// somebody who knows its past well.
type Series struct {
	ID       evidence.SeriesID
	Step     time.Duration
	Values   []float64 // by bin from the world's From; NaN: the observer has no value
	Expected []float64
}

// World is one draw: what failed, and what was heard by Now. The methods see
// the Edition, which is not quite the graph by which things fell.
type World struct {
	Scenario string
	Number   int
	Edition  *catalog.Edition
	Truth    []Failure
	From     time.Time // of the first bin
	Now      time.Time // when the verdict is asked for
	Series   []Series
	Input    attribute.Input
	Carriers int // that could have failed: each is a forecast, whether named or not
	// Hit are the regions in which the first root's carrier lost its services,
	// the finest that the series tell apart, and the services it lost there.
	Hit      []catalog.RegionID
	Services []catalog.NodeID

	feeds map[evidence.FeedID]feedHealth
}

// chance gives the generator of a purpose: the same for the same seed and name,
// and independent of every other name.
func chance(seed uint64, name string) *dice {
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a, 64 bits
	h := uint64(offset)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * prime
	}
	return &dice{rand.New(rand.NewPCG(seed, h))} //nolint:gosec // chance for a simulation, not for secrets
}
