package impact

// Takers is, for a range of components by rank, which gates each takes down
// alone: seconds that a first failure is paired with. It is never changed after
// it is made.
type Takers struct {
	from, to int      // ranks
	words    int      // of a row of bits
	rows     []uint64 // of each gate: where it is lost; nil if lists are kept
}

// Ranges is in how many ranges the components must be taken as seconds; one
// where there is room for all.
func (s *Singles) Ranges() int {
	if s.lists != nil {
		return 1
	}
	width := s.width()
	return max(1, (len(s.fails)+width-1)/width)
}

// width is how many components fit into one range, a multiple of 64.
func (s *Singles) width() int { return 64 * max(1, s.room/4/8/len(s.need)) }

// Takers makes the i-th range.
func (s *Singles) Takers(i int) *Takers {
	t := &Takers{to: len(s.fails)}
	if s.lists != nil {
		return t
	}
	t.from = i * s.width()
	t.to = min(t.to, t.from+s.width())
	t.words = (t.to - t.from + 63) / 64
	t.rows = make([]uint64, t.words*len(s.need))
	b := s.Batch(min(8, t.words))
	for at := t.from; at < t.to; at += b.Size() {
		b.Clear()
		for j := range min(b.Size(), t.to-at) {
			b.Fail(j, int(s.ranked[at+j]))
		}
		b.Settle()
		for _, x := range b.used {
			copy(t.row(x)[(at-t.from)/64:], b.row(x))
		}
	}
	return t
}

func (t *Takers) row(x int32) []uint64 { return t.rows[int(x)*t.words:][:t.words] }
