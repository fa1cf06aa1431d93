package attribute

import (
	"math"
	"testing"
)

// TestLasting: the moment's odds with what lasts are the filter's, and what there
// is more than enough of changes nothing when it is taken out.
func TestLasting(t *testing.T) {
	for _, p := range []float64{0.002, 0.3, 0.5, 0.97, 0.998} {
		for _, odds := range []float64{-20, -3, 0, 2, 6, 25} {
			l := Lasts(p, Root{LogOdds: odds})
			if got := sigmoid(l.odds(odds)); math.Abs(got-p) > 1e-12 {
				t.Errorf("believed %v at %v: %v", p, odds, got)
			}
			if less := l.odds(odds - 1); less > l.odds(odds) {
				t.Errorf("believed %v at %v: less evidence makes it likelier", p, odds)
			}
		}
	}
	l := Lasts(0.999, Root{LogOdds: 25})
	if l.odds(25) != l.odds(15) {
		t.Error("one of many pieces decides")
	}
	if l.odds(2) >= l.odds(25) {
		t.Error("nearly all of the evidence may go, and nothing changes")
	}
	if got := (Lasting{}).odds(25); got != 25 {
		t.Errorf("without a filter: %v", got)
	}
}
