package app

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
	"tocsin/rehearse"
)

// fewLost is how many lost nodes a line of text names.
const fewLost = 6

// pairsWords is what the text says, in a language.
type pairsWords struct {
	head, held, good, pairs, pairsTitle, jointTitle, singlesTitle string
	pointsTitle, none, row, extra, lost, alone, point, pointPairs string
	standing, cuts, order, title, harm                            string
}

func (r *pairsReport) words() pairsWords {
	if r.lang == catalog.FR {
		return pairsWords{
			title:        "\nEXERCICE : %s\n",
			head:         "Répétition, édition du %s : %d composants qui peuvent tomber, %d services qui en dépendent, %d exigences (%d liens).\n",
			held:         "Les réserves de plus de %s tiennent. ",
			good:         "Les pannes durent : toutes les réserves s’épuisent. ",
			pairs:        "%d paires jugées en %s s ; dans %d d’entre elles, les deux ensemble font tomber ce que ni l’une ni l’autre ne ferait tomber seule.\n",
			pairsTitle:   "les pires doubles pannes",
			jointTitle:   "ce que seules les deux ensemble font tomber",
			singlesTitle: "les pires pannes simples",
			pointsTitle:  "points uniques de défaillance",
			none:         "  aucune\n",
			row:          "  %10d  %s%s\n",
			extra:        " (dont %d par les deux ensemble seulement)",
			lost:         "              tombent (%d) : %s\n",
			alone:        " (paires : %d ; personnes en plus : %d)",
			point:        "  %10s  %s : chacun à lui seul %s",
			pointPairs:   " ; paires : %d",
			standing:     "Déjà en panne, avec ce qui s’ensuit (%d) : %s\n",
			cuts:         "Ce qui fait tomber %s, au plus %d à la fois, édition du %s : %d ensembles.\n",
			order:        "\nÀ %d :\n",
			harm:         "Les chiffres sont les personnes derrière ce qui tombe, sans les composants en panne eux-mêmes ; 1 où nul ne les connaît.\n",
		}
	}
	return pairsWords{
		title:        "\nEXERCISE: %s\n",
		head:         "Rehearsal, edition of %s: %d components that can fail, %d dependents, %d requirements (%d links).\n",
		held:         "Holdovers longer than %s hold. ",
		good:         "Failures last: every holdover runs out. ",
		pairs:        "%d pairs judged in %s s; in %d of them both together take down what neither does alone.\n",
		pairsTitle:   "the worst double failures",
		jointTitle:   "what only both together take down",
		singlesTitle: "the worst single failures",
		pointsTitle:  "single points of failure",
		none:         "  none\n",
		row:          "  %10d  %s%s\n",
		extra:        " (of them %d only by both together)",
		lost:         "              lost (%d): %s\n",
		alone:        " (and in %d pairs, %d people more)",
		point:        "  %10s  %s: alone %s",
		pointPairs:   "; %d pairs",
		standing:     "Down already, with what follows (%d): %s\n",
		cuts:         "What takes %s down, %d at most together, edition of %s: %d sets.\n",
		order:        "\n%d together:\n",
		harm:         "Figures are the people behind what is lost, the failed components themselves left out; 1 where nobody knows.\n",
	}
}

// text is the answer for people.
func (r *pairsReport) text() string {
	var b strings.Builder
	w := r.words()
	groups, members := r.size()
	b.WriteString(exerciseMark(r.lang) + "\n")
	fmt.Fprintf(&b, w.head, r.options.AsOf.Format(time.DateOnly), r.gates.Components(), r.dependents(), groups, members)
	if r.options.Horizon > 0 {
		fmt.Fprintf(&b, w.held, (&rehearsalText{lang: r.lang}).length(rehearse.Length(r.options.Horizon)))
	} else {
		b.WriteString(w.good)
	}
	b.WriteString(w.harm)
	if down := r.gates.Standing(); len(down) > 0 {
		fmt.Fprintf(&b, w.standing, len(down), names(down, fewLost, r.lang))
	}
	if r.options.Double {
		fmt.Fprintf(&b, w.pairs, r.pairs.Judged, decimal(r.seconds, r.lang), r.pairs.Emergent)
		r.list(&b, w.pairsTitle, r.pairs.Worst)
		r.list(&b, w.jointTitle, r.pairs.Joint)
	}
	r.list(&b, w.singlesTitle, r.pairs.Singles)
	fmt.Fprintf(&b, w.title, w.pointsTitle)
	points := r.pairs.Points
	for _, p := range points {
		single := names(p.Single, fewLost, r.lang)
		if single == "" {
			single = "–"
		}
		counted := "–"
		if n := r.people(p.Node); n != nil {
			counted = strconv.Itoa(*n)
		}
		fmt.Fprintf(&b, w.point, counted, p.Node, single)
		if r.options.Double {
			fmt.Fprintf(&b, w.pointPairs, p.Pairs)
		}
		b.WriteByte('\n')
	}
	if len(points) == 0 {
		b.WriteString(w.none)
	}
	b.WriteString("\n" + exerciseMark(r.lang) + "\n")
	return b.String()
}

// decimal has two places, behind the mark of the language.
func decimal(x float64, lang catalog.Lang) string {
	text := strconv.FormatFloat(x, 'f', 2, 64)
	if lang == catalog.FR {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}

func (r *pairsReport) list(b *strings.Builder, title string, rows []impact.Contingency) {
	w := r.words()
	fmt.Fprintf(b, w.title, title)
	for _, c := range rows {
		more := ""
		if c.Emergent {
			more = fmt.Sprintf(w.extra, c.Extra)
		} else if c.Paired.Pairs > 0 {
			more = fmt.Sprintf(w.alone, c.Paired.Pairs, c.Paired.Extra)
		}
		fmt.Fprintf(b, w.row, c.Harm, names(c.Fail, 2, r.lang), more)
		if len(c.Lost) > 0 {
			fmt.Fprintf(b, w.lost, len(c.Lost), names(c.Lost, fewLost, r.lang))
		}
	}
	if len(rows) == 0 {
		b.WriteString(w.none)
	}
}
