package attribute

import (
	"slices"
	"strings"
	"testing"

	"tocsin/catalog"
)

// TestEveryReasonHasWords: in both languages, each its own; without a full
// stop, which the sentences around them set.
func TestEveryReasonHasWords(t *testing.T) {
	t.Parallel()
	all := []Reason{
		WhyFalls, WhyPartly, WhyStands, WhyNoSign, WhyOwn, WhyTalks, WhyContext, WhyBlind, WhyCut, WhySilent, WhyUnknown,
		WhyStale, WhyElsewhere, WhyUnrelated, WhyBefore, WhyExplained, WhyOldWord, WhySuperseded, WhyNoClaim, WhyHearsay, WhyNoCarrier, WhyOther,
	}
	en, fr := &teller{lang: catalog.EN}, &teller{lang: catalog.FR}
	var said []string
	for _, r := range all {
		for _, s := range []string{en.why(r), fr.why(r)} {
			if s == string(r) || strings.HasSuffix(s, ".") || slices.Contains(said, s) {
				t.Errorf("%s is told as %q", r, s)
			}
			said = append(said, s)
		}
	}
	if len(reasonWords()) != len(all) {
		t.Errorf("%d reasons have words, %d are known here", len(reasonWords()), len(all))
	}
}

// TestPercent: what is nearly sure stays apart from what is.
func TestPercent(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		p      float64
		en, fr string
	}{
		{0.5, "50%", "50\u00a0%"},
		{0.95, "95%", "95\u00a0%"},
		{0.994, "99.4%", "99,4\u00a0%"},
		{0.9999, "more than 99.9%", "plus de 99,9\u00a0%"},
		{0.004, "0.4%", "0,4\u00a0%"},
		{1e-9, "less than 0.1%", "moins de 0,1\u00a0%"},
	} {
		en, fr := (&teller{lang: catalog.EN}).percent(tc.p), (&teller{lang: catalog.FR}).percent(tc.p)
		if en != tc.en || fr != tc.fr {
			t.Errorf("%v: %q, %q; want %q, %q", tc.p, en, fr, tc.en, tc.fr)
		}
	}
}
