package mrt

import (
	"errors"
	"math/bits"
)

const (
	maxLit  = 288 // symbols for literals, the end and lengths: two of them mean nothing
	maxDist = 32  // symbols for distances, likewise
	maxBits = 15  // of a code
	endSym  = 256

	// A table is asked with so many bits at once. What has longer codes has a second
	// table behind the first.
	litBits  = 11
	distBits = 8

	// litRoom and distRoom are the powers of two above what tables can take: 2342 and
	// 402 entries, by zlib's program that counts all codes (enough 288 11 15, 32 8 15).
	litRoom  = 4096
	distRoom = 512
)

// Entries of tables. All have how many bits to go on by in the lowest eight; those
// of lengths and distances count their extra bits in, and have the code's own in the
// next four, then a base from bit 16, which for literals is the byte. Links have the
// second table's start there, and how many bits it takes in bits 8 to 11.
const (
	isLiteral = 1 << 12
	isLink    = 1 << 14
	isOdd     = 1 << 15 // none of the usual: a link, the end, or nothing at all
	isEnd     = 1 << 31

	baseShift   = 16
	lengthShift = 8
	eachBit     = 1<<lengthShift | 1
)

// codes are what a block is read with.
type codes struct {
	lit  [litRoom]uint32
	dist [distRoom]uint32

	fixed    bool // they are those of a fixed block
	litBase  [maxLit]uint32
	distBase [maxDist]uint32
	lens     [maxLit + maxDist]uint8
	sorted   [maxLit]uint16
}

// begin writes down what symbols mean.
func (c *codes) begin() {
	for i := range endSym {
		c.litBase[i] = uint32(i)<<baseShift | isLiteral
	}
	c.litBase[endSym] = isOdd | isEnd
	base := uint32(3)
	for i := range uint32(28) {
		extra := max(i/4, 1) - 1
		c.litBase[endSym+1+i] = base<<baseShift | extra
		base += 1 << extra
	}
	c.litBase[285] = 258 << baseShift // not 227 and 31 more, as the row goes
	c.litBase[286], c.litBase[287] = isOdd, isOdd
	base = 1
	for i := range uint32(30) {
		extra := max(i/2, 1) - 1
		c.distBase[i] = base<<baseShift | extra
		base += 1 << extra
	}
	c.distBase[30], c.distBase[31] = isOdd, isOdd
}

var errCode = errors.New("it is no prefix code")

// build makes a table of codes of the given lengths.
func (c *codes) build(table []uint32, main uint, lens []uint8, base []uint32) error {
	var count, at [maxBits + 2]uint16
	for _, n := range lens {
		count[n&15]++
	}
	used, left := len(lens)-int(count[0]), 1
	count[0] = 0
	for n := 1; n <= maxBits; n++ {
		left = left<<1 - int(count[n])
		if left < 0 {
			return errCode
		}
		at[n+1] = at[n] + count[n]
	}
	if left > 0 && (used > 1 || count[1] != uint16(used)) {
		return errCode
	}
	for s, n := range lens {
		if n != 0 {
			c.sorted[at[n&15]%maxLit] = uint16(s)
			at[n&15]++
		}
	}
	if left > 0 { // of no code at all, or of one bit: what is not told means nothing
		fill(table[:1<<main], isOdd)
		if used == 1 {
			for i := 0; i < 1<<main; i += 2 {
				table[i] = base[c.sorted[0]] + eachBit
			}
		}
		return nil
	}
	c.lay(table, main, count[:maxBits+1], base)
	return nil
}

func fill(t []uint32, e uint32) {
	for i := range t {
		t[i] = e
	}
}

// lay lays down the entries of a code that is whole, in the order of its codes: each
// bit more doubles the table. Longer ones go to tables behind it.
func (c *codes) lay(table []uint32, main uint, count []uint16, base []uint32) {
	table[0], table[1] = isOdd, isOdd
	code, syms := uint32(0), c.sorted[:]
	for n := uint(1); n <= main; n++ {
		if n > 1 {
			copy(table[1<<(n-1):1<<n], table[:1<<(n-1)])
		}
		for range count[n] {
			table[code] = base[syms[0]] + uint32(n)*eachBit
			syms = syms[1:]
			code = after(code, n)
		}
	}
	first, start, end := ^uint32(0), uint32(0), uint32(1)<<main
	for n := main + 1; n <= maxBits; n++ {
		for ; count[n] > 0; count[n]-- {
			if at := code & (1<<main - 1); at != first {
				size := second(count, n, main)
				first, start = at, end
				end += 1 << size
				table[first] = isOdd | isLink | start<<baseShift | uint32(size)<<lengthShift | uint32(main)
			}
			e := base[syms[0]] + uint32(n-main)*eachBit
			for i := start + code>>main; i < end; i += 1 << (n - main) {
				table[i] = e
			}
			syms = syms[1:]
			code = after(code, n)
		}
	}
}

// second is how many bits a second table takes of which the first code has n: as
// many as fill it, for codes come in order of length.
func second(count []uint16, n, main uint) uint {
	used := int(count[n])
	for used < 1<<(n-main) {
		n++
		used = used<<1 + int(count[n])
	}
	return n - main
}

// after is the code that follows one of n bits, both with their first bit lowest.
func after(code uint32, n uint) uint32 {
	gap := code ^ (1<<n - 1)
	if gap == 0 {
		return code // it was the last
	}
	bit := uint32(1) << (bits.Len32(gap) - 1)
	return code&(bit-1) | bit
}

var (
	errBlock  = errors.New("no block begins like this")
	errLens   = errors.New("lengths of codes make no sense")
	errStored = errors.New("the length of a stored block is not told twice")
)

// block begins a block.
func (f *inflater) block() error {
	if f.last {
		f.last = false
		f.next = (*inflater).trailer
		return nil
	}
	if err := f.want(3); err != nil {
		return err
	}
	f.last = f.take(1) == 1
	var err error
	switch f.take(2) {
	case 0:
		f.align()
		n, err := f.word(4)
		if err != nil {
			return err
		}
		if n&0xffff != ^n>>16 {
			return errStored
		}
		f.stored = int(n & 0xffff)
		f.next = (*inflater).copyStored
	case 1:
		f.codes.fix()
		f.next = (*inflater).decode
	case 2:
		err = f.dynamic()
		f.next = (*inflater).decode
	default:
		err = errBlock
	}
	return err
}

// copyStored copies what a block has stored.
func (f *inflater) copyStored() error {
	for f.n > 0 && f.stored > 0 && f.w < inflated-maxStep {
		f.out[f.w] = byte(f.take(8))
		f.w++
		f.stored--
	}
	for f.stored > 0 && f.w < inflated-maxStep {
		if f.p == f.e && !f.more() {
			return f.short()
		}
		n := copy(f.out[f.w:min(f.w+f.stored, inflated-maxStep)], f.in[f.p:f.e])
		f.p += n
		f.w += n
		f.stored -= n
	}
	if f.stored == 0 {
		f.next = (*inflater).block
	}
	return nil
}

// fix makes the tables of a fixed block.
func (c *codes) fix() {
	if c.fixed {
		return
	}
	for i := range c.lens {
		switch {
		case i < 144:
			c.lens[i] = 8
		case i < 256:
			c.lens[i] = 9
		case i < 280:
			c.lens[i] = 7
		case i < maxLit:
			c.lens[i] = 8
		default:
			c.lens[i] = 5
		}
	}
	_ = c.build(c.lit[:], litBits, c.lens[:maxLit], c.litBase[:]) // it is one
	_ = c.build(c.dist[:], distBits, c.lens[maxLit:], c.distBase[:])
	c.fixed = true
}

const lensBits = 7 // of a code for lengths of codes, at most

// dynamic reads the codes of a block, and makes its tables.
func (f *inflater) dynamic() error {
	f.codes.fixed = false
	if err := f.want(14); err != nil {
		return err
	}
	lits, dists, n := int(f.take(5))+257, int(f.take(5))+1, int(f.take(4))+4
	if lits > 286 || dists > 30 {
		return errLens
	}
	var lens [19]uint8
	order := [...]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
	for _, i := range order[:n] {
		if err := f.want(3); err != nil {
			return err
		}
		lens[i] = uint8(f.take(3))
	}
	c := &f.codes
	if err := c.build(c.dist[:], lensBits, lens[:], c.litBase[:]); err != nil {
		return err
	}
	if err := f.lengths(c.lens[:lits+dists]); err != nil {
		return err
	}
	if err := c.build(c.lit[:], litBits, c.lens[:lits], c.litBase[:]); err != nil {
		return err
	}
	return c.build(c.dist[:], distBits, c.lens[lits:lits+dists], c.distBase[:])
}

// lengths reads the lengths of codes.
func (f *inflater) lengths(lens []uint8) error {
	for i := 0; i < len(lens); {
		if f.n < 14 {
			_ = f.want(14) // less may do
		}
		e := f.codes.dist[f.bits&(1<<lensBits-1)]
		if uint(e&63) > f.n {
			return f.short()
		}
		if e&isOdd != 0 {
			return errLens
		}
		f.take(uint(e & 63))
		sym := uint8(e >> baseShift)
		if sym < 16 {
			lens[i] = sym
			i++
			continue
		}
		value, times, extra := uint8(0), 3, uint(3)
		switch sym {
		case 16:
			if i == 0 {
				return errLens
			}
			value, extra = lens[i-1], 2
		case 18:
			times, extra = 11, 7
		}
		if f.n < extra {
			return f.short()
		}
		times += int(f.take(extra))
		if times > len(lens)-i {
			return errLens
		}
		for range times {
			lens[i] = value
			i++
		}
	}
	return nil
}
