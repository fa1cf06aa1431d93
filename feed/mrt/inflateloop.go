package mrt

import (
	"encoding/binary"
	"errors"
)

var (
	errSymbol = errors.New("what stands there is no code of the block")
	errFar    = errors.New("a match points before the start")
)

// decode decodes a block until its end, or until the buffer is full.
func (f *inflater) decode() error {
	for f.w < inflated-maxStep {
		if f.e-f.p > maxTake {
			if err := f.fast(); err != nil {
				return err
			}
		}
		if end, err := f.careful(); err != nil {
			return err
		} else if end {
			f.next = (*inflater).block
			return nil
		}
	}
	return nil
}

// maxTake is how many bytes of input one step of the fast loop looks at, at most:
// three loads of eight.
const maxTake = 24

// maxDistBits is the most bits that a distance takes.
const maxDistBits = maxBits + 13

const (
	litMask  = 1<<litBits - 1
	distMask = 1<<distBits - 1
)

// fast decodes as long as there is room for a whole step on both sides. Bits beyond
// n may be there already: what is loaded over them is the same. Only the lowest six
// bits of n count. The next entry is asked for before what came last is copied, so
// that the one goes on while the other waits.
func (f *inflater) fast() error {
	in, out, lit, dist := &f.in, &f.out, &f.codes.lit, &f.codes.dist
	w, base := uint(f.w), uint(f.base)
	end := uint(f.e) - maxTake
	bits, n, p := refill(in, f.bits, uint64(f.n), uint(f.p))
	e := lit[bits&litMask]
	var err error
	for p < end && p < inputBuffer-maxTake && w < inflated-maxStep {
		if e&isLiteral != 0 { // three of them fit what was loaded, or two and a length
			bits, n = bits>>(e&63), n-uint64(e)
			out[w] = byte(e >> baseShift)
			w++
			e = lit[bits&litMask]
			if e&isLiteral != 0 {
				bits, n = bits>>(e&63), n-uint64(e)
				out[w] = byte(e >> baseShift)
				w++
				e = lit[bits&litMask]
			}
		}
		if e&isOdd != 0 {
			if e&isLink != 0 {
				e = lit[linked(e, bits>>litBits)&(litRoom-1)]
			}
			if e&isOdd != 0 {
				break // the end, or nothing: not for here
			}
			bits, n = bits>>litBits, n-litBits
		}
		if e&isLiteral != 0 { // the third, or one with a long code
			bits, n = bits>>(e&63), n-uint64(e)
			out[w] = byte(e >> baseShift)
			w++
			bits, n, p = refill(in, bits, n, p)
			e = lit[bits&litMask]
			continue
		}
		length := value(e, bits)
		bits, n = bits>>(e&63), n-uint64(e)
		if n&63 < maxDistBits {
			bits, n, p = refill(in, bits, n, p)
		}
		e = dist[bits&distMask]
		if e&isLink != 0 {
			bits, n = bits>>distBits, n-distBits
			e = dist[linked(e, bits)&(distRoom-1)]
		}
		d := value(e, bits)
		bits, n = bits>>(e&63), n-uint64(e)
		if d > w-base || e&isOdd != 0 {
			err = wrong(e)
			break
		}
		bits, n, p = refill(in, bits, n, p)
		e = lit[bits&litMask]
		s, to := w-d, w+length
		if d < 16 {
			overlap(out[s:to], d)
			w = to
			continue
		}
		for ; w < to; w, s = w+16, s+16 {
			from, dst := out[s&(inflated-1):], out[w:w+16]
			a, b := binary.LittleEndian.Uint64(from), binary.LittleEndian.Uint64(from[8:])
			binary.LittleEndian.PutUint64(dst, a)
			binary.LittleEndian.PutUint64(dst[8:], b)
		}
		w = to
	}
	f.p, f.w, f.n = int(p), int(w), uint(n&63)
	f.bits = bits & (1<<f.n - 1)
	return err
}

// refill makes at least 56 bits stand in bits.
func refill(in *[inputBuffer]byte, bits, n uint64, p uint) (uint64, uint64, uint) {
	return bits | binary.LittleEndian.Uint64(in[p:p+8])<<(n&63), n | 56, p + uint(^n>>3&7)
}

// linked is where a link points, with the bits behind those that found it.
func linked(e uint32, bits uint64) uint64 {
	return uint64(e>>baseShift) + bits&(1<<(e>>lengthShift&15)-1)
}

// value is the base of an entry with its extra bits added.
func value(e uint32, bits uint64) uint {
	return uint(e>>baseShift) + uint(bits&(1<<(e&63)-1)>>(e>>lengthShift&15))
}

// overlap repeats what is in the first d bytes.
func overlap(b []byte, d uint) {
	for n := int(d); n < len(b); {
		n += copy(b[n:], b[:n])
	}
}

// wrong tells what is wrong about the entry of a distance.
func wrong(e uint32) error {
	if e&isOdd != 0 {
		return errSymbol
	}
	return errFar
}

// careful decodes one symbol, of which the bits may not all be there. It tells
// whether it was the end of the block.
func (f *inflater) careful() (end bool, err error) {
	_ = f.want(48) // fewer may do
	e, length, err := f.symbol(f.codes.lit[:], litBits)
	if err != nil {
		return false, err
	}
	if e&isLiteral != 0 {
		f.out[f.w] = byte(e >> baseShift)
		f.w++
		return false, nil
	}
	if e&isOdd != 0 {
		return true, nil
	}
	_, d, err := f.symbol(f.codes.dist[:], distBits)
	if err != nil {
		return false, err
	}
	if d > uint(f.w-f.base) {
		return false, errFar
	}
	to := f.w + int(length)
	overlap(f.out[f.w-int(d):to], d)
	f.w = to
	return false, nil
}

// symbol reads one entry of a table, and its value.
func (f *inflater) symbol(table []uint32, main uint) (e uint32, v uint, err error) {
	e = table[f.bits&(1<<main-1)]
	code := uint(0)
	if e&isLink != 0 {
		code = main
		e = table[linked(e, f.bits>>main)]
	}
	n := uint(e & 63)
	if code+n > f.n || f.n == 0 {
		return 0, 0, f.short()
	}
	if e&isOdd != 0 && e&isEnd == 0 {
		return 0, 0, errSymbol
	}
	v = value(e, f.bits>>code)
	f.take(code)
	f.take(n)
	return e, v, nil
}
