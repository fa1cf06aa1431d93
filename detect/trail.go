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
	at          int              // the place of the newest
	begun       bool
	short, long Tally
}

// add counts a bin at the minute in which it starts, which is not before the
// newest.
func (t *trail) add(minute int64, seen, due float64) {
	if !t.begun || minute-t.newest >= longTrail {
		*t = trail{newest: minute, at: int(minute - floorDiv(minute, longTrail)*longTrail), begun: true}
	}
	for t.newest < minute {
		t.slide()
	}
	slot := &t.slots[t.at]
	slot.Seen += seen
	slot.Due += due
	t.short.Seen += seen
	t.short.Due += due
	t.long.Seen += seen
	t.long.Due += due
}

// place is that of a minute so many before the newest.
func (t *trail) place(age int) int {
	if age > t.at {
		return t.at - age + longTrail
	}
	return t.at - age
}

// slide moves on by a minute and drops what has become too old. Once an hour it
// adds everything up again, so that rounding can't pile up.
func (t *trail) slide() {
	t.newest++
	if t.at++; t.at == longTrail {
		t.at = 0
	}
	gone, old := &t.slots[t.at], &t.slots[t.place(shortTrail)]
	t.long.Seen -= gone.Seen
	t.long.Due -= gone.Due
	t.short.Seen -= old.Seen
	t.short.Due -= old.Due
	*gone = Tally{}
	if t.at != 0 {
		return
	}
	t.short, t.long = Tally{}, Tally{}
	for age := longTrail - 1; age > 0; age-- {
		s := t.slots[t.place(age)]
		t.long.Seen += s.Seen
		t.long.Due += s.Due
		if age < shortTrail {
			t.short.Seen += s.Seen
			t.short.Due += s.Due
		}
	}
}
