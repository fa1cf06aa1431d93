package attribute

import "math"

// Lasting is what a [Filter] adds to the log-odds of a moment: what was seen
// before, and for how long. The zero value adds nothing.
type Lasting struct {
	believed bool
	nats     float64
}

// Lasts compares the probability that a filter gives a root with the root as the
// moment's evidence has it.
func Lasts(p float64, now Root) Lasting {
	return Lasting{believed: true, nats: LogOdds(p) - doubted(now.LogOdds)}
}

// odds are the log-odds of the moment, with what lasts. The filter never is
// surer than its bound, however much speaks for a root: so that one piece of
// more than enough changes nothing.
func (l Lasting) odds(now float64) float64 {
	if !l.believed {
		return now
	}
	return doubted(now) + l.nats
}

// doubted keeps log-odds within what a filter believes at most.
func doubted(odds float64) float64 {
	most := LogOdds(1 - faintest)
	return math.Max(-most, math.Min(most, odds))
}
