package evaluate

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Text is the result as a table for people: each scenario with ours beside the
// baselines.
func (r Result) Text() string {
	t := table{head: []string{"scenario", "method", "top-1", "AC@3", "recall", "precision", "accused", "Brier", "log loss", "NLL"}}
	for _, row := range r.Scenarios {
		t.add(row.Scenario, row.Method,
			rate(row.Top1), rate(row.AC3), rate(row.SetRecall), rate(row.SetPrecision), rate(row.FalseAccusation),
			fmt.Sprintf("%.3f", row.Brier), fmt.Sprintf("%.2f", row.LogLoss), fmt.Sprintf("%.2f", row.NLL))
	}
	return fmt.Sprintf("Attribution: %d simulated worlds a scenario, seed %d.\n", worldsOf(r.Scenarios), r.Seed) +
		t.String() + `
top-1: the first root named is a true one; where nothing failed, nothing is named. accused: worlds in which an
innocent was named. Brier: summed over a world's forecasts, lower is better. Named is what is likelier than not.
` + r.calibration() + skipped(r.Skipped)
}

// calibration is the reliability of our own forecasts, all scenarios together.
func (r Result) calibration() string {
	if len(r.Pooled) == 0 {
		return ""
	}
	p := r.Pooled[0]
	t := table{head: []string{"said", "", "forecasts", "came true", "95 %", ""}, flat: true}
	for _, b := range p.Reliability {
		verdict := ""
		if !b.holds() {
			verdict = "off"
		}
		t.add(rate(b.Forecast), "", fmt.Sprint(b.Count), rate(b.Observed), rate(b.Range[0])+" to "+rate(b.Range[1]), verdict)
	}
	return fmt.Sprintf("\n%s in all scenarios: %d forecasts; best curve %.3f ln p - %.3f ln(1-p) %+.3f.\n", p.Method, p.Count, p.Beta.Doubt, p.Beta.Sure, p.Beta.Offset) + t.String()
}

// skipped says which scenarios are missing, and why.
func skipped(why []string) string {
	var b strings.Builder
	for _, w := range why {
		b.WriteString("Skipped: " + w + "\n")
	}
	return b.String()
}

func worldsOf(rows []Row) int {
	if len(rows) == 0 {
		return 0
	}
	return rows[0].Worlds
}

// rate is a share with the digits that some hundred worlds can carry.
func rate(share float64) string { return fmt.Sprintf("%.3f", share) }

// table lays out rows in columns: the first two to the left, figures to the
// right; a name that is that of the row above is left out.
type table struct {
	head []string
	flat bool // every row stands for itself: nothing is left out
	rows [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) String() string {
	width := make([]int, len(t.head))
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i, c := range row {
			width[i] = max(width[i], utf8.RuneCountInString(c))
		}
	}
	var b strings.Builder
	line := func(row []string) {
		var cells []string
		for i, c := range row {
			pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(c))
			if i < 2 {
				cells = append(cells, c+pad)
			} else {
				cells = append(cells, pad+c)
			}
		}
		b.WriteString(strings.TrimRight(strings.Join(cells, "  "), " ") + "\n")
	}
	line(t.head)
	last := ""
	for _, row := range t.rows {
		shown := slices.Clone(row)
		if t.flat {
			line(row)
			continue
		}
		if row[0] == last {
			shown[0] = ""
		} else if last != "" {
			b.WriteByte('\n')
		}
		last = row[0]
		line(shown)
	}
	return b.String()
}

// Text is the result as a table for people.
func (r Detection) Text() string {
	t := table{head: []string{"series", "method", "onsets", "threshold", "false alarms", "median", "p90", "missed", "precision", "recall"}}
	for _, row := range r.Scenarios {
		threshold := "its own"
		if !row.Shipped {
			threshold = fmt.Sprintf("%.1f", row.Threshold)
		}
		t.add(row.Scenario, row.Method, fmt.Sprint(row.Worlds), threshold, fmt.Sprintf("%.2f", row.FalseAlarms),
			minutes(row.Median), minutes(row.P90), rate(row.Missed), rate(row.Precision), rate(row.Recall))
	}
	return fmt.Sprintf("Detection: seed %d. Delays in minutes from the onset.\n", r.Seed) + t.String() + `
Charts (focus, window-…) know the baseline and stand at the threshold that a quiet series passes once a month; a
count that only takes few values can't use all of that. Detectors as they are shipped learn their own baselines
and keep their own thresholds: compare their delays with an eye on their false alarms a series and month.
`
}

func minutes(m float64) string {
	if m >= longest {
		return fmt.Sprintf(">%d", longest)
	}
	return fmt.Sprintf("%.0f", m)
}

// Text is the result as a table for people.
func (r Localisation) Text() string {
	t := table{head: []string{"scenario", "method", "found", "precision", "recall", "F1", "overlap", "service F1", "km off"}}
	for _, row := range r.Scenarios {
		t.add(row.Scenario, row.Method, rate(row.Found), rate(row.Precision), rate(row.Recall), rate(row.F1),
			rate(row.Overlap), rate(row.ServiceF1), fmt.Sprintf("%.0f", row.Distance))
	}
	return fmt.Sprintf("Localisation: seed %d. Regions are the finest of the catalogue.\n", r.Seed) + t.String() + `
found: worlds in which an area was named at all; where nothing is wrong that is a false area. A method may say that
some small places stand together and it can't tell which is hit: that counts for its recall, not for its precision.
`
}
