package mrt

import "slices"

// walk follows the links of a Burrows-Wheeler transform. They lead all over several
// megabytes, so that one walker waits for memory at every step. But they make a
// circle: many can walk at once, each from where it is put to where another was
// put, and what they met is put in order afterwards. (Where the bytes repeat
// themselves there are several circles. The way from the start is then gone round
// more than once, and the other circles are left out.)
type walk struct {
	starts []start
	met    []uint64 // a byte of each walker, for every step
}

// start is a place where a walker is put, and what it met until it came to another.
type start struct {
	at       uint32
	first    byte // what is met there; the rest is in met
	walker   int
	from, to int
	next     int // the start it came to
}

const (
	walkers   = 8
	wayStarts = 128     // so many that none walks long alone
	startFlag = 1 << 31 // of a link where a walker is put
	walkAlone = 4 << 10 // links that the nearest memory holds
	linkShift = 8
)

// all writes the bytes of a way that begins at the link of origin. The last of the
// links is no part of it.
func (w *walk) all(data []byte, links []uint32, origin int) []byte {
	at := links[origin] >> linkShift
	if len(data) < walkAlone {
		for i := range data {
			v := links[at]
			data[i] = byte(v)
			at = v >> linkShift
		}
		return data
	}
	w.put(links, at)
	w.together(links)
	for n, s := 0, 0; n < len(data); s = w.starts[s].next {
		seg := &w.starts[s]
		data[n] = seg.first
		met := w.met[seg.from:seg.to]
		met = met[:min(len(met), len(data)-n-1)]
		to := data[n+1:]
		for i, v := range met {
			to[i] = byte(v >> (8 * seg.walker))
		}
		n += 1 + len(met)
	}
	return data
}

// put chooses where walkers are put: at the beginning, and all over.
func (w *walk) put(links []uint32, at uint32) {
	n := len(links) - 1
	w.starts = append(w.starts[:0], start{at: at})
	for i := range wayStarts - 1 {
		if other := uint32(i * n / wayStarts); other != at {
			w.starts = append(w.starts, start{at: other})
		}
	}
	for _, s := range w.starts {
		links[s.at] |= startFlag
	}
	links[n] = uint32(n) << linkShift // whoever has no more to do goes round here
}

// together lets all walk until all starts have been walked from.
func (w *walk) together(links []uint32) {
	var at [walkers]uint32
	var of [walkers]int
	put, left := 0, len(w.starts)
	w.met = slices.Grow(w.met[:0], len(links)/walkers*5/4)
	// send puts a walker where none has been.
	send := func(walker int) {
		if put == len(w.starts) {
			at[walker], of[walker] = uint32(len(links)-1), -1
			return
		}
		s := &w.starts[put]
		v := links[s.at] &^ startFlag
		s.first, s.walker, s.from = byte(v), walker, len(w.met)
		at[walker], of[walker] = v>>linkShift, put
		put++
	}
	for i := range at {
		send(i)
	}
	for {
		w.met, at = steps(w.met, links, at)
		for i := range at {
			for links[at[i]]&startFlag != 0 {
				s := &w.starts[of[i]]
				s.to, s.next = len(w.met), w.find(at[i])
				if left--; left == 0 {
					return
				}
				send(i)
			}
		}
	}
}

// find finds a start.
func (w *walk) find(at uint32) int {
	for i := range w.starts {
		if w.starts[i].at == at {
			return i
		}
	}
	return 0 // never: only starts have flags
}

// steps goes on until a walker stands at a start.
func steps(met []uint64, links []uint32, at [walkers]uint32) ([]uint64, [walkers]uint32) {
	a, b, c, d, e, f, g, h := at[0], at[1], at[2], at[3], at[4], at[5], at[6], at[7]
	for {
		va, vb, vc, vd, ve, vf, vg, vh := links[a], links[b], links[c], links[d], links[e], links[f], links[g], links[h]
		if (va|vb|vc|vd|ve|vf|vg|vh)&startFlag != 0 {
			return met, [walkers]uint32{a, b, c, d, e, f, g, h}
		}
		met = append(met, uint64(va&0xff)|uint64(vb&0xff)<<8|uint64(vc&0xff)<<16|uint64(vd&0xff)<<24|
			uint64(ve&0xff)<<32|uint64(vf&0xff)<<40|uint64(vg&0xff)<<48|uint64(vh&0xff)<<56)
		a, b, c, d = va>>linkShift, vb>>linkShift, vc>>linkShift, vd>>linkShift
		e, f, g, h = ve>>linkShift, vf>>linkShift, vg>>linkShift, vh>>linkShift
	}
}
