package detect

// Widths of the trailing windows, in minutes.
const (
	shortTrail = 15
	longTrail  = 60
)

// trail is what was counted and what was due in the last minutes, up to
// [longTrail].
type trail struct {
	slots       [longTrail]Tally // by minute modulo longTrail
	newest      int64            // minutes since 1970
	begun       bool
	short, long Tally
}

// add counts a bin at the minute in which it starts, which is not before the
// newest.
func (t *trail) add(minute int64, seen, due float64) {
	if !t.begun || minute-t.newest >= longTrail {
		*t = trail{newest: minute, begun: true}
	}
	for t.newest < minute {
		t.newest++
		t.slide()
	}
	slot := &t.slots[t.place(minute)]
	for _, sum := range [...]*Tally{slot, &t.short, &t.long} {
		sum.Seen += seen
		sum.Due += due
	}
}

func (t *trail) place(minute int64) int {
	return int(minute - floorDiv(minute, longTrail)*longTrail)
}

// slide drops what has become too old. Once an hour it adds everything up
// again, so that rounding can't pile up.
func (t *trail) slide() {
	i := t.place(t.newest)
	gone, old := &t.slots[i], &t.slots[t.place(t.newest-shortTrail)]
	t.long.Seen -= gone.Seen
	t.long.Due -= gone.Due
	t.short.Seen -= old.Seen
	t.short.Due -= old.Due
	*gone = Tally{}
	if i != 0 {
		return
	}
	t.short, t.long = Tally{}, Tally{}
	for age := int64(longTrail - 1); age > 0; age-- {
		s := t.slots[t.place(t.newest-age)]
		t.long.Seen += s.Seen
		t.long.Due += s.Due
		if age < shortTrail {
			t.short.Seen += s.Seen
			t.short.Due += s.Due
		}
	}
}
