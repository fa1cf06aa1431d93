package mrt

// runs writes out the runs of a block of bzip2, four equal bytes and then how many
// more, and sums what it writes.
type runs struct {
	data  []byte
	last  byte
	equal int  // how many of last have been met, up to four
	more  int  // of last, to be written still
	fresh bool // no byte has been met
	crc   *blockCRC
}

// begin begins a block.
func (r *runs) begin(data []byte) {
	r.data, r.equal, r.more, r.fresh = data, 0, 0, true
	r.crc.value = 0xffffffff
}

// read writes out what p has room for. It gives 0 at the end of the block.
func (r *runs) read(p []byte) int {
	n := 0
	for n < len(p) && (r.more > 0 || len(r.data) > 0) {
		if r.more > 0 {
			k := min(r.more, len(p)-n)
			for i := range p[n : n+k] {
				p[n+i] = r.last
			}
			n, r.more = n+k, r.more-k
			continue
		}
		if r.equal == 4 {
			r.more, r.equal, r.fresh = int(r.data[0]), 0, true
			r.data = r.data[1:]
			continue
		}
		n += r.plain(p[n:])
	}
	r.crc.add(p[:n])
	return n
}

// plain copies bytes up to the fourth that is equal.
func (r *runs) plain(p []byte) int {
	k := min(len(p), len(r.data))
	last, equal := r.last, r.equal
	if r.fresh && k > 0 {
		last, equal, r.fresh = ^r.data[0], 0, false
	}
	for i, v := range r.data[:k] {
		p[i] = v
		if v != last {
			last, equal = v, 1
			continue
		}
		if equal++; equal == 4 {
			k = i + 1
			break
		}
	}
	r.data, r.last, r.equal = r.data[k:], last, equal
	return k
}

// sum is the sum of the block.
func (r *runs) sum() uint32 { return ^r.crc.value }

// blockCRC is the CRC-32 of bzip2: the polynomial of all others, with the highest
// bit first.
type blockCRC struct {
	value uint32
	table [8][256]uint32
}

func newBlockCRC() *blockCRC {
	c := &blockCRC{}
	for i := range 256 {
		v := uint32(i) << 24
		for range 8 {
			top := v >> 31
			v = v<<1 ^ top*0x04c11db7
		}
		c.table[0][i] = v
	}
	for k := 1; k < 8; k++ {
		for i, v := range c.table[k-1] {
			c.table[k][i] = v<<8 ^ c.table[0][v>>24]
		}
	}
	return c
}

// add sums bytes, eight at a time.
func (c *blockCRC) add(p []byte) {
	v, t := c.value, &c.table
	for ; len(p) >= 8; p = p[8:] {
		v ^= uint32(p[0])<<24 | uint32(p[1])<<16 | uint32(p[2])<<8 | uint32(p[3])
		v = t[7][v>>24] ^ t[6][v>>16&0xff] ^ t[5][v>>8&0xff] ^ t[4][v&0xff] ^ t[3][p[4]] ^ t[2][p[5]] ^ t[1][p[6]] ^ t[0][p[7]]
	}
	for _, b := range p {
		v = v<<8 ^ t[0][byte(v>>24)^b]
	}
	c.value = v
}
