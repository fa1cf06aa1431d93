package page

import (
	"strconv"
	"strings"

	"tocsin/catalog"
)

// langs are the languages that every page exists in.
func langs() []catalog.Lang { return []catalog.Lang{catalog.EN, catalog.FR} }

// other is the language that a page's switch leads to.
func other(l catalog.Lang) catalog.Lang {
	if l == catalog.FR {
		return catalog.EN
	}
	return catalog.FR
}

// tag is the language as HTML and HTTP name it (BCP 47).
func tagOf(l catalog.Lang) string { return string(l) + "-CA" }

// prefer reads an Accept-Language header (RFC 9110 §12.5.4): the language with
// the highest quality, the first named on a tie, English when neither is asked
// for.
func prefer(header string) catalog.Lang {
	best, bestQ := catalog.EN, 0.0
	for _, part := range weigh(header) {
		lang, known := catalog.EN, part.q > bestQ
		switch primary, _, _ := strings.Cut(part.name, "-"); primary {
		case "fr":
			lang = catalog.FR
		case "en", "*":
		default:
			known = false
		}
		if known {
			best, bestQ = lang, part.q
		}
	}
	return best
}

// takesGzip reads an Accept-Encoding header (RFC 9110 §12.5.3). A named coding
// decides before the wildcard.
func takesGzip(header string) bool {
	any := false
	for _, part := range weigh(header) {
		switch part.name {
		case "gzip", "x-gzip":
			return part.q > 0
		case "*":
			any = part.q > 0
		}
	}
	return any
}

// weighed is a member of a list header with its quality, 0 to 1.
type weighed struct {
	name string
	q    float64
}

// weigh splits a list header such as "fr-CA, en;q=0.5". A quality that can't
// be read counts as 0: what is not understood is not asked for.
func weigh(header string) []weighed {
	var list []weighed
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		w := weighed{name: strings.ToLower(strings.TrimSpace(name)), q: 1}
		if w.name == "" {
			continue
		}
		for param := range strings.SplitSeq(params, ";") {
			key, value, _ := strings.Cut(strings.TrimSpace(param), "=")
			if !strings.EqualFold(key, "q") {
				continue
			}
			q, err := strconv.ParseFloat(value, 64)
			if err != nil || !(q >= 0 && q <= 1) {
				q = 0
			}
			w.q = q
		}
		list = append(list, w)
	}
	return list
}
