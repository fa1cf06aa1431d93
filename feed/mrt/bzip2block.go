package mrt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
)

// blockDecoder decodes blocks of bzip2: codes, moves to the front, and the
// Burrows-Wheeler transform. Runs are left for [runs].
type blockDecoder struct {
	links     []uint32 // for each byte of the transform: the byte, and which comes next
	codes     [6]codeTable
	selectors []uint8
	front     [256]byte
	counts    [256]uint32
	walk      walk
}

const (
	maxCode    = 20  // bits
	quickCode  = 10  // bits that are looked up at once
	maxSymbols = 258 // two for runs, 255 for moves to the front, one for the end
	groupSize  = 50  // symbols between two choices of a table
)

// bitReader reads bits, the highest first. Its bytes have slack behind them; whether
// it has gone too far is asked at the end.
type bitReader struct {
	b   []byte
	i   int
	acc uint64 // the next bits, from the highest down
	n   uint   // how many of them there are
}

func (r *bitReader) fill() {
	if r.i > len(r.b)-8 {
		r.i = len(r.b) - 8 // too far already: zeros, and an error in the end
		r.n |= 56
		return
	}
	r.acc |= binary.BigEndian.Uint64(r.b[r.i:]) >> r.n
	r.i += int(63-r.n) >> 3
	r.n |= 56
}

func (r *bitReader) bits(n uint) uint32 {
	if r.n < n {
		r.fill()
	}
	v := r.acc >> (64 - n)
	r.acc <<= n
	r.n -= n
	return uint32(v)
}

// used is how many bits have been read.
func (r *bitReader) used() int { return r.i*8 - int(r.n) }

// codeTable finds the symbols of one prefix code.
type codeTable struct {
	quick [1 << quickCode]uint16 // symbol and length, 0 for codes that are longer
	// For the longer: the first code of each length as it stands in 20 bits, and where
	// its symbols begin.
	limit   [maxCode + 2]uint32
	base    [maxCode + 2]int
	symbols [maxSymbols]uint16
	longest int
}

// build makes the table of a code from the lengths of its symbols.
func (t *codeTable) build(lengths []uint8) error {
	clear(t.quick[:])
	var counts [maxCode + 1]int
	for _, n := range lengths {
		counts[n]++
	}
	code, at := uint32(0), 0
	for n := 1; n <= maxCode; n++ {
		t.base[n] = at - int(code)
		for sym, l := range lengths {
			if int(l) != n {
				continue
			}
			t.symbols[at] = uint16(sym)
			at++
			if n <= quickCode {
				from := code << (quickCode - n)
				if code>>n != 0 {
					return errors.New("bzip2: too many codes")
				}
				for i := range uint32(1) << (quickCode - n) {
					t.quick[from+i] = uint16(sym)<<5 | uint16(n)
				}
			}
			code++
		}
		if code > 1<<n {
			return errors.New("bzip2: too many codes")
		}
		t.limit[n] = code << (maxCode - n)
		if counts[n] > 0 {
			t.longest = n
		}
		code <<= 1
	}
	return nil
}

// slow finds the symbol of a code that is longer than what is looked up at once, -1
// if there is none.
func (t *codeTable) slow(top uint32) (sym, n int) {
	for n := quickCode + 1; n <= maxCode; n++ {
		if top < t.limit[n] {
			return int(t.symbols[t.base[n]+int(top>>(maxCode-n))]), n
		}
	}
	return -1, 0
}

// decode decodes a block into its data. What goes wrong where the stream was cut
// off is that it was.
func (d *blockDecoder) decode(b *bzip2Block) ([]byte, error) {
	r := bitReader{b: b.packed}
	data, err := d.block(b, &r)
	if err != nil && b.last && r.used()+maxCode > (len(b.packed)-slack)*8 {
		return b.data, fmt.Errorf("bzip2: %w", io.ErrUnexpectedEOF)
	}
	return data, err
}

func (d *blockDecoder) block(b *bzip2Block, r *bitReader) ([]byte, error) {
	r.bits(b.shift)
	b.crc = r.bits(16)<<16 | r.bits(16)
	if r.bits(1) != 0 {
		return b.data, errors.New("bzip2: the block is of a kind that was given up in 1997")
	}
	origin := int(r.bits(24))
	symbols, err := d.tables(r)
	if err != nil {
		return b.data, err
	}
	if len(d.links) < b.size+1 {
		d.links = make([]uint32, b.size+1) // one for those who walk nowhere
	}
	n, err := d.symbols(r, d.links[:b.size], symbols)
	switch {
	case err != nil:
		return b.data, err
	case r.used() > (len(b.packed)-slack)*8:
		return b.data, errors.New("bzip2: a block is cut short")
	case n == 0 && origin == 0:
		return b.data, nil
	case origin >= n:
		return b.data, errors.New("bzip2: a block starts beyond its end")
	}
	d.link(n)
	return d.walk.all(slices.Grow(b.data, n)[:n], d.links[:n+1], origin), nil
}

// tables reads which bytes there are and the codes, and gives how many symbols.
func (d *blockDecoder) tables(r *bitReader) (int, error) {
	bytes := 0
	for i, ranges := 0, r.bits(16); i < 16; i++ {
		if ranges>>(15-i)&1 == 0 {
			continue
		}
		for j, there := 0, r.bits(16); j < 16; j++ {
			if there>>(15-j)&1 != 0 {
				d.front[bytes] = byte(16*i + j)
				bytes++
			}
		}
	}
	tables, n := int(r.bits(3)), int(r.bits(15))
	if bytes == 0 || tables < 2 || tables > len(d.codes) || n == 0 {
		return 0, errors.New("bzip2: a block has no bytes or no codes")
	}
	order := [6]uint8{0, 1, 2, 3, 4, 5}
	d.selectors = d.selectors[:0]
	for range n {
		j := 0
		for r.bits(1) != 0 {
			if j++; j >= tables {
				return 0, errors.New("bzip2: a code is chosen that there isn't")
			}
		}
		v := order[j]
		copy(order[1:j+1], order[:j])
		order[0] = v
		d.selectors = append(d.selectors, v)
	}
	symbols := bytes + 2
	var lengths [maxSymbols]uint8
	for i := range tables {
		length := int(r.bits(5))
		for j := range symbols {
			for {
				if length < 1 || length > maxCode {
					return 0, errors.New("bzip2: a code has no length")
				}
				if r.bits(1) == 0 {
					break
				}
				length += 1 - 2*int(r.bits(1))
			}
			lengths[j] = uint8(length)
		}
		if err := d.codes[i].build(lengths[:symbols]); err != nil {
			return 0, err
		}
	}
	return symbols, nil
}

// symbols decodes the symbols of a block into bytes, one in the low bits of each
// link, and gives how many.
func (d *blockDecoder) symbols(r *bitReader, links []uint32, symbols int) (int, error) {
	n, run, weight := 0, 0, 1
	end := symbols - 1
	for _, selector := range d.selectors {
		t := &d.codes[selector]
		for range groupSize {
			if r.n < maxCode {
				r.fill()
			}
			q := t.quick[r.acc>>(64-quickCode)]
			sym, length := int(q>>5), uint(q&31)
			if length == 0 {
				s, l := t.slow(uint32(r.acc >> (64 - maxCode)))
				if s < 0 {
					return 0, errors.New("bzip2: a code that there isn't")
				}
				sym, length = s, uint(l)
			}
			r.acc <<= length
			r.n -= length
			if sym < 2 {
				// Digits of a number, of weight 1 and 2, 2 and 4, …
				run += weight << sym
				weight <<= 1
				if run > len(links)-n {
					return 0, errors.New("bzip2: a block is too large")
				}
				continue
			}
			if run > 0 {
				v := uint32(d.front[0])
				for i := range links[n : n+run] {
					links[n+i] = v
				}
				n += run
				run, weight = 0, 1
			}
			if sym == end {
				return n, nil
			}
			if n == len(links) {
				return 0, errors.New("bzip2: a block is too large")
			}
			links[n] = uint32(d.toFront(sym - 1))
			n++
		}
	}
	return 0, errors.New("bzip2: a block has no end")
}

// toFront moves the byte at i to the front.
func (d *blockDecoder) toFront(i int) byte {
	v := d.front[i]
	if i < 16 {
		for j := i; j > 0; j-- {
			d.front[j] = d.front[j-1]
		}
	} else {
		copy(d.front[1:i+1], d.front[:i])
	}
	d.front[0] = v
	return v
}

// link makes the links of the Burrows-Wheeler transform of n bytes: where the byte
// that comes next stands.
func (d *blockDecoder) link(n int) {
	links := d.links[:n]
	clear(d.counts[:])
	for _, v := range links {
		d.counts[v&0xff]++
	}
	sum := uint32(0)
	for i, n := range d.counts {
		d.counts[i] = sum
		sum += n
	}
	for i := range links {
		c := &d.counts[links[i]&0xff]
		links[*c] |= uint32(i) << 8
		*c++
	}
}
