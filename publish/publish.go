// Package publish holds the current picture: everything that readers may see,
// rebuilt when something changed and swapped whole behind one atomic pointer,
// and the sentences about it in both languages. Outlets (publish/page,
// publish/sitrep) turn it into bytes.
//
// It follows the store, never the pipeline: nothing is told that was not kept.
// It judges nothing.
package publish

import (
	"slices"
	"sync/atomic"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/health"
	"tocsin/incident"
)

// Picture is the world as published. It is immutable.
type Picture struct {
	Now     time.Time // of the judgement; a replay has its own
	Edition *catalog.Edition
	// Past holds the edition of incidents that happened in another one; see
	// [Picture.EditionOf].
	Past map[incident.ID]*catalog.Edition
	// Incidents are all kept ones, newest onset first.
	Incidents []incident.Incident
	Feeds     []evidence.Feed
	Health    []health.Warning
	Replay    *Replay   // set while a recorded day plays
	Weak      *Weakness // see [Picture.Weakness]; nil while it isn't known
}

// Replay says that what is shown is a recorded day, not today.
type Replay struct {
	Outage string
	Title  catalog.Text
	Speed  float64
	Ends   time.Time
}

// EditionOf is the catalogue in which an incident happened: names and paths of
// an old one may be gone from today's.
func (p *Picture) EditionOf(id incident.ID) *catalog.Edition {
	if ed, ok := p.Past[id]; ok {
		return ed
	}
	return p.Edition
}

// Private names a private node that the picture's editions hold, if there is
// one. Such a picture is for its owner's terminal, never to be published.
func (p *Picture) Private() (catalog.NodeID, bool) {
	editions := []*catalog.Edition{p.Edition}
	for _, in := range p.Incidents {
		if ed := p.EditionOf(in.ID); !slices.Contains(editions, ed) {
			editions = append(editions, ed)
		}
	}
	for _, ed := range editions {
		for _, n := range ed.Nodes() {
			if n.Private {
				return n.ID, true
			}
		}
	}
	return "", false
}

// Incident finds an incident by id.
func (p *Picture) Incident(id incident.ID) (incident.Incident, bool) {
	for _, in := range p.Incidents {
		if in.ID == id {
			return in, true
		}
	}
	return incident.Incident{}, false
}

// Open gives the incidents that need watching, newest first.
func (p *Picture) Open() []incident.Incident {
	var open []incident.Incident
	for _, in := range p.Incidents {
		if in.State.Open() {
			open = append(open, in)
		}
	}
	return open
}

// Blind tells whether no feed speaks: then silence is no good news.
func (p *Picture) Blind() bool {
	silent := 0
	for _, w := range p.Health {
		if w.Code == health.FeedSilent {
			silent++
		}
	}
	return silent >= len(p.Feeds)
}

// Board holds the current picture. The zero value holds none; any number of
// goroutines may read while one swaps.
type Board struct{ p atomic.Pointer[Picture] }

// Picture is the current picture, nil before the first.
func (b *Board) Picture() *Picture { return b.p.Load() }

// Swap shows a new picture.
func (b *Board) Swap(p *Picture) { b.p.Store(p) }
