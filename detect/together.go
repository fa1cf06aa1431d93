package detect

import (
	"math"

	"tocsin/evidence"
)

// Figures of the combination of vantages; see DESIGN.md.
const (
	falseDown  = 0.01 // chance that a vantage calls a target down that is up
	likeness   = 0.05 // correlation of such mistakes
	leastNets  = 2    // networks that have to agree
	chanceMost = 0.01 // of so many mistaken at once, at most
)

// Vote is what one vantage believes of a target.
type Vote struct {
	Network string         // where the vantage stands
	Level   evidence.Level // of its reading; Blind is no vote
}

// Agreement is what vantages say together.
type Agreement struct {
	Down, Known  int // vantages
	NetworksDown int // networks of those that see it down
	// Level is Critical when more than half of the vantages, in two networks at
	// least, see the target down, and chance can't explain it; Warning when some
	// do; Blind when fewer than two networks can tell and none sees it down.
	Level evidence.Level
	Score float64 // −ln of the chance that so many are mistaken at once
}

// Together combines vantages: a target that one network can't reach may be that
// network's fault.
func Together(votes []Vote) Agreement {
	var a Agreement
	known, down := 0, 0
	for i, v := range votes {
		if v.Level == evidence.Blind {
			continue
		}
		a.Known++
		known += firstOf(votes[:i], v, evidence.Normal)
		if v.Level > evidence.Normal {
			a.Down++
			down += firstOf(votes[:i], v, evidence.Warning)
		}
	}
	a.NetworksDown = down
	switch {
	case a.Down == 0 && known < leastNets:
		a.Level = evidence.Blind
	case a.Down == 0:
		a.Level = evidence.Normal
	default:
		chance := Tail(a.Down, a.Known, falseDown, likeness)
		a.Level, a.Score = evidence.Warning, -math.Log(chance)
		if down >= leastNets && 2*a.Down > a.Known && chance <= chanceMost {
			a.Level = evidence.Critical
		}
	}
	return a
}

// firstOf is 1 when no vote before is of the same network at a level or worse.
func firstOf(before []Vote, v Vote, level evidence.Level) int {
	for _, b := range before {
		if b.Network == v.Network && b.Level >= level {
			return 0
		}
	}
	return 1
}

// Tail is the chance that k or more of n fail when each fails with chance p and
// any two of them are correlated by rho (beta-binomial); 0 ≤ rho < 1.
func Tail(k, n int, p, rho float64) float64 {
	switch {
	case k <= 0:
		return 1
	case k > n || p <= 0:
		return 0
	case p >= 1:
		return 1
	}
	sum := 0.0
	for i := k; i <= n; i++ {
		sum += math.Exp(logChoose(n, i) + logMoment(i, n-i, p, rho))
	}
	return math.Min(sum, 1)
}

// logMoment is the logarithm of the mean of q^a (1−q)^b over a Beta of mean p
// and correlation rho, factor by factor.
func logMoment(a, b int, p, rho float64) float64 {
	sum := 0.0
	for i := range a {
		sum += math.Log(p*(1-rho) + float64(i)*rho)
	}
	for i := range b {
		sum += math.Log((1-p)*(1-rho) + float64(i)*rho)
	}
	for i := range a + b {
		sum -= math.Log(1 - rho + float64(i)*rho)
	}
	return sum
}

func logChoose(n, k int) float64 {
	sum := 0.0
	for i := 1; i <= k; i++ {
		sum += math.Log(float64(n-k+i) / float64(i))
	}
	return sum
}
