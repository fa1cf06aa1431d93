package detect

import (
	"slices"

	"tocsin/evidence"
)

// Deep are the methods that go beyond the [Baselines], in the same shape. Blocks
// are not among them: the count of answering blocks breathes with the hours, so
// that FOCuS on lost blocks would alarm every evening, and IODA's band stays.
// "similar-days" is for volumes; no measure is one yet, since observers of
// traffic divide by what they expect themselves.
func Deep() []Baseline {
	return []Baseline{
		{Method: "reports-focus", Measures: []evidence.Measure{evidence.Reports}, New: newCrowd},
		{Method: "routes-focus", Measures: []evidence.Measure{evidence.Prefixes}, New: newRoutes},
		{Method: "trinocular", Measures: []evidence.Measure{evidence.Replies}, New: newTrinocular},
		{
			Method:   "sustained-drop",
			Measures: []evidence.Measure{evidence.Traffic, evidence.TrafficV4, evidence.TrafficV6},
			New:      newDrop,
		},
		{Method: "similar-days", New: newSimilar},
	}
}

// ForDeep gives the deep method for a measure, or its first baseline where there
// is none; false when there is neither.
func ForDeep(m evidence.Measure) (func() Detector, bool) {
	for _, b := range Deep() {
		if slices.Contains(b.Measures, m) {
			return b.New, true
		}
	}
	return For(m)
}
