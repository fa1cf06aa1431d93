package evaluate

import (
	"fmt"
	"math"
	"strings"
)

// Text is the result as tables for people.
func (r Fusion) Text() string {
	t := table{head: []string{
		"scenario", "method", "precision", "recall", "F1", "suspected", "p90", "confirmed", "p90", "relapses", "false", "false conf.", "Brier", "log loss",
	}}
	for _, row := range append(r.Scenarios, r.Overall...) {
		t.add(row.Scenario, row.Method, rate(row.Precision), rate(row.Recall), rate(row.F1),
			minutes(row.Suspected.P50), minutes(row.Suspected.P90), minutes(row.Confirmed.P50), minutes(row.Confirmed.P90),
			fmt.Sprintf("%.2f", row.Relapses), rate(row.False), rate(row.FalseConfirmed),
			fmt.Sprintf("%.4f", row.Brier), fmt.Sprintf("%.3f", row.LogLoss))
	}
	worlds := 0
	for _, row := range r.Scenarios {
		worlds = row.Worlds
	}
	return fmt.Sprintf("Fusion: %d simulated worlds a scenario, seed %d.\n", worlds, r.Seed) + t.String() + `
One forecast a world and carrier, at a moment drawn from every fifteenth minute; of whom nothing is believed, ours
is how often carriers fail. suspected, confirmed: minutes from the onset, half and nine tenths of the failures. false:
incidents a world of carriers that stood; false conf.: those told as certain. relapses: told as over, then anew.

` + r.honesty() + "\n" + r.Fit.text() + skipped(r.Skipped)
}

// honesty is the reliability of what is shown, bin by bin.
func (r Fusion) honesty() string {
	t := table{flat: true, head: []string{"shown", "", "forecasts", "mean", "came true", "could be", "within"}}
	for _, row := range r.Overall[:min(1, len(r.Overall))] {
		for _, b := range row.Reliability {
			within := "yes"
			if !b.honest() {
				within = "no"
			}
			t.add(band(b.Forecast), "", fmt.Sprint(b.Count), rate(b.Forecast), rate(b.Observed),
				fmt.Sprintf("%.3f to %.3f", b.Range[0], b.Range[1]), within)
		}
	}
	return t.String()
}

// honest tells whether what was forecast lies within the error bars of what came
// true.
func (b Bin) honest() bool { return b.Forecast >= b.Range[0] && b.Forecast <= b.Range[1] }

// band names the bin of a probability.
func band(p float64) string {
	e := edges()
	for i := range len(e) - 1 {
		if p < e[i+1] {
			return fmt.Sprintf("%.2f to %.2f", e[i], math.Min(1, e[i+1]))
		}
	}
	return ""
}

func (f Fit) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, `Fitted to these %d beliefs, of which %d true: A = %.2f, B = %.2f, log loss %.4f against %.4f as tuned.
With the weights of the planes fitted too: A = %.2f, B = %.2f, log loss %.4f.
`, f.Points, f.Failed, f.A, f.B, f.Platt, f.LogLoss, f.WeighedA, f.WeighedB, f.Weighed)
	t := table{flat: true, head: []string{"plane", "", "misleading pairs", "lag-1", "memory", "weight"}}
	for _, p := range f.Planes {
		memory := "-"
		if p.Memory > 0 {
			memory = fmt.Sprintf("%.0f min", p.Memory)
		}
		t.add(p.Plane, "", fmt.Sprint(p.Pairs), fmt.Sprintf("%.2f", p.Lag1), memory, fmt.Sprintf("%.2f", p.Weight))
	}
	return b.String() + t.String()
}

// Plots draws how honest the probabilities are, and how soon failures are told.
func (r Fusion) Plots() []Plot {
	delays := strip{
		title: "Minutes until a failure is suspected",
		desc:  "One row a scenario, one mark a method at its median; the line ends at the 90th percentile. 240 is never.",
		unit:  "min", least: 10,
	}
	sure := delays
	sure.title = "Minutes until a failure is confirmed"
	for _, row := range r.Scenarios {
		if row.Truths > 0 {
			delays.add(row.Scenario, row.Method, row.Suspected.P50, row.Suspected.P50, row.Suspected.P90)
			sure.add(row.Scenario, row.Method, row.Confirmed.P50, row.Confirmed.P50, row.Confirmed.P90)
		}
	}
	bins := map[string][]Bin{}
	var methods []string
	for _, row := range r.Overall {
		methods = append(methods, row.Method)
		bins[row.Method] = row.Reliability
	}
	return []Plot{{"reliability.svg", curves(methods, bins)}, {"suspected.svg", delays.draw()}, {"confirmed.svg", sure.draw()}}
}
