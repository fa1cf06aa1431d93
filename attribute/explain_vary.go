package attribute

import (
	"slices"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// How far the smallest set that changes a verdict is sought by trying all: up
// to this many pieces at once, among so many of the heaviest. Beyond, the
// heaviest are taken out one by one. 16 over 3 are 560 verdicts.
const (
	breakAtOnce = 3
	breakAmong  = 16
)

// outcome is a verdict for some evidence.
type outcome struct {
	p      float64
	stance Stance
	state  catalog.State
	class  incident.Class
	peer   bool
}

func (o outcome) same(as outcome) bool {
	return o.stance == as.stance && o.state == as.state && o.class == as.class
}

// vary asks for the verdict without each piece that counts, and seeks the
// smallest set of them without which the verdict is another. Of a root it is
// one that stands lower; of a peer any other.
func (e *Engine) vary(x *Explanation, in Input, verdict func(Input) outcome) {
	in = trim(in, x.Terms)
	whole := verdict(in)
	var pieces []int // by the place of their first term: the heaviest first
	for i := range x.Terms {
		t := &x.Terms[i]
		if !t.Counts {
			continue
		}
		t.Without = verdict(without(in, t.piece)).p
		if !slices.ContainsFunc(pieces, func(j int) bool { return x.Terms[j].piece == t.piece }) && (whole.peer || t.Nats > 0) {
			pieces = append(pieces, i)
		}
	}
	if !whole.peer && whole.stance == StanceUnlikely {
		return // it stands as low as it can
	}
	try := func(set []int) (outcome, bool) {
		drop := make([]int, len(set))
		for i, t := range set {
			drop[i] = x.Terms[t].piece
		}
		o := verdict(without(in, drop...))
		return o, !o.same(whole)
	}
	x.Break = smallest(pieces, try)
}

// smallest finds the smallest set that try says yes to; nil if there is none.
func smallest(pieces []int, try func([]int) (outcome, bool)) *Break {
	among := pieces[:min(len(pieces), breakAmong)]
	for size := 1; size <= min(breakAtOnce, len(among)); size++ {
		if b := ofSize(among, nil, size, try); b != nil {
			b.Exact = len(among) == len(pieces) || size == 1
			return b
		}
	}
	for n := breakAtOnce + 1; n <= len(pieces); n++ {
		if _, other := try(pieces[:n]); other {
			return thin(slices.Clone(pieces[:n]), try)
		}
	}
	return nil
}

// ofSize tries every set of a size that begins with some pieces.
func ofSize(rest, begun []int, size int, try func([]int) (outcome, bool)) *Break {
	if size == 0 {
		if o, other := try(begun); other {
			return newBreak(begun, o)
		}
		return nil
	}
	for i := 0; i+size <= len(rest); i++ {
		if b := ofSize(rest[i+1:], append(slices.Clip(begun), rest[i]), size-1, try); b != nil {
			return b
		}
	}
	return nil
}

// thin puts back whatever need not be taken out, the lightest first.
func thin(set []int, try func([]int) (outcome, bool)) *Break {
	for i := range slices.Backward(set) {
		less := slices.Delete(slices.Clone(set), i, i+1)
		if _, other := try(less); other {
			set = less
		}
	}
	o, _ := try(set)
	return newBreak(set, o)
}

func newBreak(set []int, o outcome) *Break {
	return &Break{Terms: slices.Clone(set), P: o.p, Stance: o.stance, State: o.state, Class: o.class}
}

// trim drops the readings that can't count whatever else is taken out, and
// marks each place so that terms still find their pieces.
func trim(in Input, terms []Term) Input {
	in.Readings = slices.Clone(in.Readings)
	for _, t := range terms {
		switch t.Why {
		case WhyContext, WhyBlind, WhyCut, WhySilent, WhyUnknown, WhyStale, WhyOther:
			if t.piece < len(in.Readings) {
				in.Readings[t.piece].Level = evidence.Blind
			}
		}
	}
	return in
}

// without makes the input without some pieces; they keep their places, empty.
func without(in Input, pieces ...int) Input {
	out := in
	out.Readings, out.Statements = slices.Clone(in.Readings), slices.Clone(in.Statements)
	for _, p := range pieces {
		if p < len(out.Readings) {
			out.Readings[p].Level = evidence.Blind
			continue
		}
		out.Statements[p-len(out.Readings)].Claims = nil
	}
	return out
}
