package impact

// walk follows one contingency through the gates, gate by gate. It is scratch
// that is used again: what one contingency left behind is told from the next by
// a stamp and never cleared.
type walk struct {
	*Gates
	now  uint32
	gone []uint32 // stamped: the gate is lost
	met  []uint32 // stamped: hits counts
	hits []int32  // how many inputs of a gate are lost, as far as one walk counted
	lost []int32  // the lost gates, in the order in which they were found
	hurt []int32  // gates that need several lost inputs and have some
}

func (g *Gates) walk() *walk {
	n := len(g.need)
	return &walk{Gates: g, gone: make([]uint32, n), met: make([]uint32, n), hits: make([]int32, n)}
}

// from works out what is lost when some gates are.
func (w *walk) from(gates ...int32) {
	w.now++
	if w.now == 0 { // once in four thousand million walks the stamps begin anew
		clear(w.gone)
		clear(w.met)
		w.now = 1
	}
	w.lost, w.hurt = w.lost[:0], w.hurt[:0]
	for _, x := range gates {
		w.lose(x)
	}
	for i := 0; i < len(w.lost); i++ {
		for _, h := range w.out.of(w.lost[i]) {
			switch {
			case w.gone[h] == w.now:
			case w.need[h] == 1:
				w.lose(h)
			default:
				w.hit(h)
			}
		}
	}
}

func (w *walk) lose(x int32) {
	if w.gone[x] != w.now {
		w.gone[x] = w.now
		w.lost = append(w.lost, x)
	}
}

func (w *walk) hit(h int32) {
	if w.met[h] != w.now {
		w.met[h] = w.now
		w.hits[h] = 0
		w.hurt = append(w.hurt, h)
	}
	if w.hits[h]++; w.hits[h] >= w.need[h] {
		w.lose(h)
	}
}

// isLost tells whether a gate is lost.
func (w *walk) isLost(x int32) bool { return w.gone[x] == w.now }

// missing is how many more inputs a gate that isn't lost must lose.
func (w *walk) missing(x int32) int32 {
	if w.met[x] != w.now {
		return w.need[x]
	}
	return w.need[x] - w.hits[x]
}

// harm is the people behind the lost nodes, the failed ones included.
func (w *walk) harm() int64 {
	var sum int64
	for _, x := range w.lost {
		if n := w.node[x]; n >= 0 {
			sum += w.weight[n]
		}
	}
	return sum
}
