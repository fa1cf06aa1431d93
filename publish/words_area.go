package publish

import (
	"math"
	"slices"

	"tocsin/catalog"
	"tocsin/evidence"
)

// areaOf is a place where more is reported than usual.
type areaOf struct {
	first       bool     // the strongest one
	regions     []string // the largest first
	more        int      // regions beyond those
	atLeast     []string // named for their small places alone
	about       []string // services; none: the carrier as a whole
	count       float64
	factor      float64 // times the usual
	rare        bool    // so little is usual that a factor says nothing
	from, until moment
	basis       evidence.Basis
}

// times writes a factor as people say one.
func times(lang catalog.Lang, factor float64) string {
	if factor >= 10 {
		return Number(lang, math.Round(factor))
	}
	return Number(lang, math.Round(factor*10)/10)
}

func (w english) area(a areaOf) string {
	text := "affected too"
	if a.first {
		text = "most affected"
	}
	if !a.from.t.IsZero() && !a.until.t.IsZero() {
		text = w.between(a.from, a.until) + ", " + text
	}
	names := a.regions
	if a.more > 0 {
		more := " more places"
		if a.more == 1 {
			more = " more place"
		}
		names = append(slices.Clip(names), Number(w.lang, float64(a.more))+more)
	}
	text += ": " + list(names, "and") + ", with "
	if a.rare {
		text += Number(w.lang, math.Round(a.count)) + " reports where hardly any are usual"
	} else {
		text += times(w.lang, a.factor) + " times as many reports as usual"
	}
	if len(a.about) > 0 {
		text += ", about " + list(a.about, "and")
	}
	text = upper(text) + " (" + w.basis(a.basis) + ")."
	if len(a.atLeast) > 0 {
		text += " In " + list(a.atLeast, "and") + " it is at least one of the small places; the counts can’t tell which."
	}
	return text
}

func (w french) area(a areaOf) string {
	text := "touché aussi"
	if a.first {
		text = "le plus touché"
	}
	if !a.from.t.IsZero() && !a.until.t.IsZero() {
		text += " " + w.between(a.from, a.until)
	}
	names := a.regions
	if a.more > 0 {
		more := " autres endroits"
		if a.more == 1 {
			more = " autre endroit"
		}
		names = append(slices.Clip(names), Number(w.lang, float64(a.more))+more)
	}
	text += " : " + list(names, "et") + ", avec "
	if a.rare {
		text += Number(w.lang, math.Round(a.count)) + " signalements là où il n’y en a presque jamais"
	} else {
		text += times(w.lang, a.factor) + " fois le nombre habituel de signalements"
	}
	if len(a.about) > 0 {
		text += ", à propos de ceci : " + list(a.about, "et")
	}
	text = upper(text) + " (" + w.basis(a.basis) + ")."
	if len(a.atLeast) > 0 {
		text += " Là où les petits endroits sont comptés ensemble (" + list(a.atLeast, "et") + "), au moins un d’eux est touché, sans qu’on sache lequel."
	}
	return text
}
