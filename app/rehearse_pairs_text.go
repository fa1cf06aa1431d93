package app

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
)

// pairsReport is an answer to N-1 or N-2, ready to be printed.
type pairsReport struct {
	ed      *catalog.Edition
	lang    catalog.Lang
	pairs   *impact.Pairs
	gates   *impact.Gates
	options PairsOptions
	seconds float64
}

// The answer as JSON. Dependents can't fail by themselves: they are counted
// apart, and stand in lost.
type (
	pairsJSON struct {
		Exercise      bool              `json:"exercise"` // always true
		AsOf          string            `json:"as_of"`
		Digest        string            `json:"digest"`
		Components    int               `json:"components"`
		Dependents    int               `json:"dependents"`
		Requirements  int               `json:"requirements"`
		Edges         int               `json:"edges"`
		Horizon       string            `json:"horizon"`
		Standing      []catalog.NodeID  `json:"down_already"`
		Pairs         int64             `json:"pairs"`
		EmergentPairs int64             `json:"emergent_pairs"`
		Seconds       float64           `json:"seconds"`
		Worst         []contingencyJSON `json:"worst"`
		Joint         []contingencyJSON `json:"worst_emergent"`
		Singles       []contingencyJSON `json:"singles"`
		Points        []pointsJSON      `json:"single_points"`
		Harm          string            `json:"harm_is"`
	}
	contingencyJSON struct {
		Fail     []catalog.NodeID `json:"fail"`
		Harm     int64            `json:"harm"`
		Lost     []catalog.NodeID `json:"lost"`
		Emergent bool             `json:"emergent"`
		Extra    int64            `json:"extra"`
		Pairs    *int64           `json:"emergent_pairs,omitempty"`
		Paired   *int64           `json:"emergent_harm,omitempty"`
	}
	pointsJSON struct {
		Dependent catalog.NodeID   `json:"dependent"`
		People    *int             `json:"people"` // null where nobody counted
		Single    []catalog.NodeID `json:"components"`
		Pairs     *int64           `json:"pairs,omitempty"`
	}
)

const harmIs = "people behind what is lost, the failed components themselves left out; a node of which nobody knows counts 1"

func (r *pairsReport) json() pairsJSON {
	out := pairsJSON{
		Exercise: true, AsOf: r.options.AsOf.Format(time.DateOnly), Digest: r.ed.Digest(), Components: r.gates.Components(),
		Dependents: r.dependents(), Horizon: "for good", Standing: r.gates.Standing(), Seconds: r.seconds, Harm: harmIs,
		Worst: []contingencyJSON{}, Joint: []contingencyJSON{}, Singles: []contingencyJSON{}, Points: []pointsJSON{},
	}
	if out.Standing == nil {
		out.Standing = []catalog.NodeID{}
	}
	if r.options.Horizon > 0 {
		out.Horizon = r.options.Horizon.String()
	}
	out.Requirements, out.Edges = r.size()
	if r.options.Double {
		out.Pairs, out.EmergentPairs = r.pairs.Judged, r.pairs.Emergent
		out.Worst, out.Joint = contingenciesJSON(r.pairs.Worst), contingenciesJSON(r.pairs.Joint)
	}
	out.Singles = contingenciesJSON(r.pairs.Singles)
	for i := range out.Singles {
		if r.options.Double {
			out.Singles[i].Pairs, out.Singles[i].Paired = &r.pairs.Singles[i].Pairs, &r.pairs.Singles[i].Paired.Extra
		}
	}
	if !r.options.Double {
		out.Worst = out.Singles
	}
	for _, p := range r.pairs.Points {
		row := pointsJSON{Dependent: p.Node, People: r.people(p.Node), Single: append([]catalog.NodeID{}, p.Single...)} // none is a list too
		if r.options.Double {
			row.Pairs = &p.Pairs
		}
		out.Points = append(out.Points, row)
	}
	return out
}

// people is how many rest on a node; nil where nobody counted them.
func (r *pairsReport) people(id catalog.NodeID) *int {
	if n := r.ed.Node(id); n != nil && n.People > 0 {
		return &n.People
	}
	return nil
}

func contingenciesJSON(cs []impact.Contingency) []contingencyJSON {
	out := []contingencyJSON{}
	for _, c := range cs {
		lost := c.Lost
		if lost == nil {
			lost = []catalog.NodeID{}
		}
		out = append(out, contingencyJSON{Fail: c.Fail, Harm: c.Harm, Lost: lost, Emergent: c.Emergent, Extra: c.Extra})
	}
	return out
}

// dependents counts what rests on components and is not down already.
func (r *pairsReport) dependents() int {
	return len(r.ed.Nodes()) - r.gates.Components() - len(r.gates.Standing())
}

// size counts the groups and their members.
func (r *pairsReport) size() (groups, members int) {
	for _, n := range r.ed.Nodes() {
		groups += len(n.Needs)
		for i := range n.Needs {
			members += len(n.Needs[i].Members)
		}
	}
	return groups, members
}

// csv writes the worst, one row each.
func (r *pairsReport) csv(out io.Writer) error {
	w := csv.NewWriter(out)
	rows := [][]string{{"exercise", "fail", "harm", "emergent", "extra", "lost"}}
	worst := r.pairs.Worst
	if !r.options.Double {
		worst = r.pairs.Singles
	}
	for _, c := range worst {
		rows = append(rows, []string{
			"true", names(c.Fail, len(c.Fail), r.lang), strconv.FormatInt(c.Harm, 10), strconv.FormatBool(c.Emergent),
			strconv.FormatInt(c.Extra, 10), names(c.Lost, len(c.Lost), r.lang),
		})
	}
	if err := w.WriteAll(rows); err != nil {
		return unwritten(err)
	}
	return nil
}

// names lists some ids, the first few of them.
func names(ids []catalog.NodeID, few int, lang catalog.Lang) string {
	var words []string
	for _, id := range ids[:min(few, len(ids))] {
		words = append(words, string(id))
	}
	text := strings.Join(words, " ")
	if more := len(ids) - few; more > 0 {
		text += fmt.Sprintf(catalog.Text{EN: " and %d more", FR: " et %d autres"}.In(lang), more)
	}
	return text
}
