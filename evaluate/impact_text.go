package evaluate

import (
	"fmt"
	"strings"

	"tocsin/catalog"
)

// In is the result as text in a language: the figures first, then what is wrong
// with its reasons, then every dependent in a line.
func (r ImpactResult) In(l catalog.Lang) string {
	w := impactWords(l)
	var b strings.Builder
	fmt.Fprintf(&b, w.head, r.Outage, r.Edition, joined(r.Roots))
	hits, called, hit := len(r.Hits), len(r.Hits)+len(r.False), len(r.Hits)+len(r.Misses)
	fmt.Fprintf(&b, w.figures, ofAll(r.Precision, called, l), hits, called, ofAll(r.Recall, hit, l), hits, hit, ofAll(r.Sourced, hit, l), r.Exact, len(r.Stood), r.Apart)
	b.WriteString(w.caveat)
	for _, part := range []struct {
		head string
		rows []ImpactRow
	}{{w.missed, r.Misses}, {w.wrong, r.False}, {w.hits, r.Hits}, {w.stood, r.Stood}, {w.beyond, r.Beyond}} {
		fmt.Fprintf(&b, "\n%s (%d)\n", part.head, len(part.rows))
		for _, row := range part.rows {
			b.WriteString("  " + row.in(l, w) + "\n")
		}
	}
	return b.String()
}

// ofAll is a figure for people: a dash where it would be a share of nothing.
func ofAll(x float64, of int, l catalog.Lang) string {
	if of == 0 {
		return "–"
	}
	text := rate(x)
	if l == catalog.FR {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}

// in is one dependent as a line.
func (row ImpactRow) in(l catalog.Lang, w impactWording) string {
	line := row.Line.In(l)
	if line == "" {
		line = row.Name.In(l) + w.up
	}
	if reason := row.Reason.In(l); reason != "" {
		line += " " + w.why + reason + "."
	}
	if row.Fact != "" && row.Fact != row.Says {
		line += " " + w.fact + w.state[row.Fact]
		if row.On != "" {
			line += w.on + string(row.On)
		}
		line += "."
	}
	var ids []string
	for _, s := range row.Sources {
		ids = append(ids, string(s.ID))
	}
	if len(ids) > 0 {
		line += " [" + strings.Join(ids, ", ") + "]"
	}
	return string(row.Node) + "  " + line
}

func joined(ids []catalog.NodeID) string {
	var names []string
	for _, id := range ids {
		names = append(names, string(id))
	}
	return strings.Join(names, ", ")
}

// impactWording is what the text says in a language.
type impactWording struct {
	head, figures, caveat              string
	missed, wrong, hits, stood, beyond string
	up, why, fact, on                  string
	state                              map[catalog.State]string
}

func impactWords(l catalog.Lang) impactWording {
	if l == catalog.FR {
		return impactWording{
			head: "Ce qui tombe avec les causes réelles de %s, d’après le graphe seul, sur l’édition du %s. Causes : %s.\n",
			figures: "Précision %s (%d sur %d dits touchés). Rappel %s (%d sur %d touchés) ; par des chemins sourcés d’un bout à l’autre, %s.\n" +
				"État exact pour %d. Restés debout, et dits debout : %d, dont %d à qui le catalogue ne connaît aucun besoin.\n",
			caveat: "Le catalogue et les faits viennent des mêmes sources : ces chiffres disent ce que le graphe relie, et ne promettent rien pour un autre jour.\n",
			missed: "Manqués", wrong: "Fausses alertes", hits: "Touchés", stood: "Debout", beyond: "Dits touchés, dont les faits ne parlent pas",
			up: " : en service.", why: "Raison : ", fact: "En fait : ", on: ", grâce à ",
			state: map[catalog.State]string{catalog.Down: "en panne", catalog.Degraded: "service réduit", catalog.Up: "en service"},
		}
	}
	return impactWording{
		head: "What falls with the true roots of %s, by the graph alone, on the edition of %s. Roots: %s.\n",
		figures: "Precision %s (%d of %d called hit). Recall %s (%d of %d that were hit); by paths with a source for every step, %s.\n" +
			"State exact for %d. Stood, and were said to stand: %d, of which %d have no need that the catalogue knows of.\n",
		caveat: "Catalogue and facts were read in the same sources: the figures say what the graph holds together, and promise nothing for another day.\n",
		missed: "Missed", wrong: "False alarms", hits: "Hit", stood: "Stood", beyond: "Said to be hit, of which the facts say nothing",
		up: ": up.", why: "Reason: ", fact: "In fact: ", on: ", on ",
		state: map[catalog.State]string{catalog.Down: "down", catalog.Degraded: "degraded", catalog.Up: "up"},
	}
}
