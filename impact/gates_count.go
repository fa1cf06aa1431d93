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
// set. The inputs are rows of len(out) words, given by their place in rows.
func threshold(out, rows []uint64, inputs []int, k int32) {
	switch k {
	case 1:
		clear(out)
		for _, at := range inputs {
			for i, x := range rows[at : at+len(out)] {
				out[i] |= x
			}
		}
	case 2:
		for i := range out {
			var one, two uint64
			for _, at := range inputs {
				x := rows[at+i]
				two |= one & x
				one |= x
			}
			out[i] = two
		}
	default:
		var c counter
		for i := range out {
			c.need(k)
			for _, at := range inputs {
				c.add(rows[at+i])
			}
			out[i] = c.over
		}
	}
}
