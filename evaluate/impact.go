package evaluate

import (
	"slices"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
	"tocsin/incident"
	"tocsin/replay"
)

// ImpactResult is how what the graph makes of the true roots of a recorded day
// compares with what is known of who fell and who stood. Nothing heard on the
// day goes in but the roots: it judges the catalogue, and the engine by it.
//
// The catalogue and the facts were read in the same sources. So the figures say
// how much of what was reported the graph holds together, and no more: they
// promise nothing for another day.
type ImpactResult struct {
	Outage    string           `json:"outage"`
	Edition   string           `json:"edition"` // a date
	Digest    string           `json:"digest"`
	Roots     []catalog.NodeID `json:"roots"`
	At        time.Time        `json:"at"` // holdovers are run out as far as they were by then
	Precision float64          `json:"precision"`
	Recall    float64          `json:"recall"`
	// Sourced is the recall of paths that have a source for every step.
	Sourced float64     `json:"recall_sourced"`
	Exact   int         `json:"exact"` // hits whose state is right as well
	Hits    []ImpactRow `json:"hits"`
	Misses  []ImpactRow `json:"misses"`
	False   []ImpactRow `json:"false_alarms"`
	Stood   []ImpactRow `json:"stood"`
	Apart   int         `json:"stood_apart"` // of Stood: need nothing that the catalogue knows of, so that they couldn't have fallen
	Beyond  []ImpactRow `json:"beyond"`      // said to be hit, of which the facts say nothing
	edition *catalog.Edition
}

// ImpactRow is one dependent: what is known of it and what the graph says.
type ImpactRow struct {
	Node       catalog.NodeID     `json:"node"`
	Name       catalog.Text       `json:"name"`
	Fact       catalog.State      `json:"fact,omitempty"` // the worst that it reached; up where it stood; "" if nothing is said
	On         catalog.NodeID     `json:"on,omitempty"`   // the backup on which it stood in fact
	Sources    []catalog.Source   `json:"sources,omitempty"`
	Says       catalog.State      `json:"says"` // the graph
	Confidence catalog.Confidence `json:"confidence,omitempty"`
	People     int                `json:"people,omitempty"`
	Line       catalog.Text       `json:"line,omitzero"`   // the effect and its path
	Reason     catalog.Text       `json:"reason,omitzero"` // why a miss is one
}

// ImpactOf computes what falls with the true roots of a recorded day on an
// edition, and compares it with the day's truth.
func ImpactOf(o *replay.Outage, ed *catalog.Edition) ImpactResult {
	r := ImpactResult{Outage: o.ID, Edition: ed.AsOf().Format(time.DateOnly), Digest: ed.Digest(), edition: ed}
	var fails []impact.Failure
	for _, root := range o.Truth.Roots {
		id := catalog.NodeID(root.Target)
		r.Roots = append(r.Roots, id)
		fails = append(fails, impact.Failure{Node: id, Region: root.Region, State: root.State, Since: root.From})
		if root.Until.After(r.At) {
			r.At = root.Until
		}
	}
	worst := map[catalog.NodeID]incident.Effect{}
	for _, e := range impact.Assess(ed, fails, r.At) {
		if have, ok := worst[e.Node]; !ok || have.State != e.State && catalog.Worse(have.State, e.State) == e.State {
			worst[e.Node] = e
		}
	}
	told := map[catalog.NodeID]bool{}
	for _, f := range o.Truth.Dependents {
		told[f.Node] = true
		e, ok := worst[f.Node]
		r.mark(f, e, ok)
	}
	for _, f := range r.others(o.Truth) {
		if !told[f.Node] {
			told[f.Node] = true
			e, ok := r.worstOf(f.Node, worst)
			r.mark(f, e, ok)
		}
	}
	for _, n := range ed.Nodes() {
		if e, ok := worst[n.ID]; ok && n.Kind == catalog.Dependent && !told[n.ID] && suffers(e.State) {
			r.Beyond = append(r.Beyond, r.row(replay.Fate{Node: n.ID}, e, true))
		}
	}
	r.score()
	return r
}

// others are how components, services and whole carriers stood that are none of
// the failed one: rivals above all.
func (r *ImpactResult) others(t replay.Truth) []replay.Fate {
	var out []replay.Fate
	for _, sp := range t.Stood {
		id := catalog.NodeID(sp.Target)
		if !slices.ContainsFunc(r.Roots, func(root catalog.NodeID) bool { return root.Owner() == id.Owner() }) {
			out = append(out, replay.Fate{Node: id, State: sp.State, Sources: sp.Sources})
		}
	}
	return out
}

// worstOf is the worst effect on a node, or on any node of an organisation: what
// is only slow by others' users is no fault of the whole.
func (r *ImpactResult) worstOf(id catalog.NodeID, worst map[catalog.NodeID]incident.Effect) (out incident.Effect, found bool) {
	if e, ok := worst[id]; ok || r.edition.Node(id) != nil {
		return e, ok
	}
	for _, n := range r.edition.Nodes() {
		e, ok := worst[n.ID]
		if ok && n.Owner() == catalog.OrgID(id) && e.Load == "" && (!found || catalog.Worse(out.State, e.State) != out.State) {
			out, found = e, true
		}
	}
	return out, found
}

func suffers(s catalog.State) bool { return s == catalog.Down || s == catalog.Degraded }

// mark sorts one dependent in. One that stood on a backup stood.
func (r *ImpactResult) mark(f replay.Fate, e incident.Effect, found bool) {
	fell, says := f.State != catalog.Up && f.Backup == "", found && suffers(e.State)
	row := r.row(f, e, found)
	list := &r.Stood
	switch {
	case fell && says:
		list = &r.Hits
	case fell:
		list = &r.Misses
		row.Reason = r.why(f.Node, e)
	case says:
		list = &r.False
	}
	*list = append(*list, row)
}

func (r *ImpactResult) row(f replay.Fate, e incident.Effect, found bool) ImpactRow {
	row := ImpactRow{Node: f.Node, Fact: f.State, On: f.Backup, Sources: f.Sources, Says: catalog.Up}
	row.Name = r.edition.OrgName(catalog.OrgID(f.Node))
	if n := r.edition.Node(f.Node); n != nil {
		row.Name, row.People = n.Name, n.People
	}
	if found {
		row.Says, row.Confidence = e.State, e.Confidence
		row.Line = catalog.Text{EN: e.Line(r.edition, catalog.EN), FR: e.Line(r.edition, catalog.FR)}
	}
	return row
}

// why says for what reason the graph lets a dependent stand that fell.
func (r *ImpactResult) why(id catalog.NodeID, e incident.Effect) catalog.Text {
	n := r.edition.Node(id)
	switch {
	case n == nil && r.edition.Carrier(catalog.OrgID(id)) != nil:
		return catalog.Text{EN: "nothing of it is known to need what failed", FR: "on ne sait rien d’elle qui dépende de ce qui est tombé"}
	case n == nil:
		return catalog.Text{EN: "not in this edition", FR: "absent de cette édition"}
	case len(e.Backup) > 0:
		return catalog.Text{EN: "the catalogue has a backup for it that doesn’t fall", FR: "le catalogue lui connaît un secours qui ne tombe pas"}
	case !e.Fails.IsZero():
		return catalog.Text{EN: "its holdover lasts longer than the outage did", FR: "son autonomie dépasse la durée de la panne"}
	case e.State == catalog.Unknown:
		return catalog.Text{EN: "only possibly: a root’s state isn’t known", FR: "seulement possible : l’état d’une cause n’est pas connu"}
	case len(n.Needs) == 0:
		return catalog.Text{EN: "no source says what it rests on", FR: "aucune source ne dit sur quoi cela repose"}
	}
	return catalog.Text{EN: "none of its needs falls with the roots", FR: "aucun de ses besoins ne tombe avec les causes"}
}

// score works out the ratios. With nothing called, nothing was called wrongly.
func (r *ImpactResult) score() {
	ratio := func(right, wrong int) float64 {
		if right+wrong == 0 {
			return 1
		}
		return float64(right) / float64(right+wrong)
	}
	sourced := 0
	for _, row := range r.Hits {
		if row.Confidence != catalog.Assumed {
			sourced++
		}
		if row.Says == row.Fact {
			r.Exact++
		}
	}
	for _, row := range r.Stood {
		if n := r.edition.Node(row.Node); n != nil && len(n.Needs) == 0 {
			r.Apart++
		}
	}
	r.Precision = ratio(len(r.Hits), len(r.False))
	r.Recall = ratio(len(r.Hits), len(r.Misses))
	r.Sourced = ratio(sourced, len(r.Hits)+len(r.Misses)-sourced)
	byName := func(a, b ImpactRow) int { return slices.Compare([]byte(a.Node), []byte(b.Node)) }
	for _, list := range [][]ImpactRow{r.Hits, r.Misses, r.False, r.Stood, r.Beyond} {
		slices.SortFunc(list, byName)
	}
}
