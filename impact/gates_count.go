package impact

import "math/bits"

// The kernels that judge 64 contingencies a word: a bit tells whether an input
// is lost in that contingency, and the result has a bit where at least so many
// inputs are.

// counter counts lost inputs in every bit of a word at once, in binary: plane i
// holds the bits of worth 2^i. It begins so high that the count overflows with
// the input that makes the gate lost.
type counter struct {
	planes [31]uint64
	used   int
	over   uint64
}

// need sets the counter to overflow with the k-th input.
func (c *counter) need(k int32) {
	c.used = bits.Len32(uint32(k - 1))
	start := uint32(1)<<c.used - uint32(k)
	for i := range c.used {
		c.planes[i] = -uint64(start >> i & 1)
	}
	c.over = 0
}

// add counts one input.
func (c *counter) add(x uint64) {
	for i := 0; i < c.used && x != 0; i++ {
		c.planes[i], x = c.planes[i]^x, c.planes[i]&x
	}
	c.over |= x
}

// threshold writes, for every word of out, where at least k of the inputs are
// set: rows of at least as many words.
func threshold(out []uint64, inputs [][]uint64, k int32) {
	switch k {
	case 1:
		clear(out)
		for _, in := range inputs {
			merge(out, in)
		}
	case 2:
		if len(inputs) == 2 { // nearly always
			a, b := inputs[0][:len(out)], inputs[1][:len(out)]
			for i := range out {
				out[i] = a[i] & b[i]
			}
			return
		}
		for i := range out {
			var one, two uint64
			for _, in := range inputs {
				two |= one & in[i]
				one |= in[i]
			}
			out[i] = two
		}
	default:
		var c counter
		for i := range out {
			c.need(k)
			for _, in := range inputs {
				c.add(in[i])
			}
			out[i] = c.over
		}
	}
}

// adds tells whether more has a bit that row lacks.
func adds(row, more []uint64) bool {
	more = more[:len(row)]
	for i, w := range row {
		if more[i]&^w != 0 {
			return true
		}
	}
	return false
}

// merge sets the bits of more in row.
func merge(row, more []uint64) {
	more = more[:len(row)]
	for i := range row {
		row[i] |= more[i]
	}
}
