package mrt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// Gzip (RFC 1952) and DEFLATE (RFC 1951), for who wants all of a stream and wants it
// fast. What makes it fast is in inflateloop.go: as long as there is room on both
// sides, nothing asks whether there is room.

const (
	// history is how far back a match may point.
	history = 32 << 10

	// inflated is how much may stand in the buffer, history and all: together with
	// what reads it, it stays in the cache of one core.
	inflated = 128 << 10

	// maxStep is the most that one step of the fast loop writes: two literals and a
	// match of 258, of which the last store may go on for 32.
	maxStep = 2 + 258 + 32

	// unread is how much of the input is kept behind what was read: what waits as
	// bits may be given back.
	unread = 8
)

// inflater reads gzip, one member or several behind each other. Its memory is its own
// size, whatever the stream.
type inflater struct {
	bitsIn
	codes codes

	out  [inflated + 2*maxStep]byte
	r, w int // out[r:w] is what has not been given
	base int // where in out the member starts: no match points before

	next   func(*inflater) error // what the stream has next
	stored int                   // bytes of a stored block to come
	last   bool                  // it is the member's last block
	sum    uint32                // of what has been given, or is about to be
	summed int                   // up to where in out
	size   uint32                // of the member, up to base in out
	err    error
}

func newInflater(from io.Reader) *inflater {
	f := &inflater{bitsIn: bitsIn{from: from}, next: (*inflater).header}
	f.codes.begin()
	return f
}

func (f *inflater) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for f.r == f.w {
		if f.err != nil {
			return 0, f.err
		}
		f.fill()
	}
	n := copy(p, f.out[f.r:f.w])
	f.r += n
	return n, nil
}

// fill inflates until the buffer is full, or the stream has ended. What has been
// given makes room, but for what matches may point at.
func (f *inflater) fill() {
	if over := f.w - history; f.w >= inflated-maxStep && over > 0 {
		copy(f.out[:history], f.out[over:f.w])
		f.size += uint32(max(over-f.base, 0))
		f.base = max(f.base-over, 0)
		f.r, f.w, f.summed = history, history, history
	}
	for f.err == nil && f.w < inflated-maxStep {
		if err := f.next(f); err != nil {
			f.err = f.broken(err)
		}
	}
	f.add()
}

// add adds to the sum what has been inflated.
func (f *inflater) add() {
	f.sum = crc32.Update(f.sum, crc32.IEEETable, f.out[f.summed:f.w])
	f.summed = f.w
}

// broken says where.
func (f *inflater) broken(err error) error {
	if ended(err) {
		return err
	}
	return fmt.Errorf("gzip: at byte %d: %w", f.at(), err)
}

const (
	flagSum     = 1 << 1
	flagExtra   = 1 << 2
	flagName    = 1 << 3
	flagComment = 1 << 4
)

// begin reads the header of another member, or meets the end.
func (f *inflater) begin() error {
	if f.want(8) != nil && f.n == 0 && ended(f.err0) {
		return io.EOF
	}
	return f.header()
}

// header reads the header of a member.
func (f *inflater) header() error {
	f.headSum = 0
	magic, err := f.word(4)
	if err != nil {
		return err
	}
	if magic&0xffffff != 0x088b1f {
		return errors.New("no header of gzip")
	}
	if err := f.skip(6); err != nil { // the time, and what packed it
		return err
	}
	flags := magic >> 24
	if flags&flagExtra != 0 {
		n, err := f.word(2)
		if err == nil {
			err = f.skip(int(n))
		}
		if err != nil {
			return err
		}
	}
	for _, flag := range []uint32{flagName, flagComment} {
		for flags&flag != 0 {
			b, err := f.word(1)
			if err != nil {
				return err
			}
			if b == 0 {
				break
			}
		}
	}
	if flags&flagSum != 0 {
		want := f.headSum & 0xffff
		if got, err := f.word(2); err != nil {
			return err
		} else if got != want {
			return errors.New("the sum of the header is wrong")
		}
	}
	f.base, f.summed, f.sum, f.size = f.w, f.w, 0, 0
	f.next = (*inflater).block
	return nil
}

// trailer compares what has been inflated with what the member says of itself.
func (f *inflater) trailer() error {
	f.add()
	f.align()
	sum, err := f.word(4)
	if err != nil {
		return err
	}
	size, err := f.word(4)
	if err != nil {
		return err
	}
	if sum != f.sum {
		return fmt.Errorf("the sum is %#08x, not %#08x", f.sum, sum)
	}
	if n := f.size + uint32(f.w-f.base); size != n {
		return fmt.Errorf("there are %d bytes, modulo 2^32, not %d", n, size)
	}
	f.next = (*inflater).begin
	return nil
}

// bitsIn reads bits, the lowest first, and bytes.
type bitsIn struct {
	from io.Reader
	in   [inputBuffer]byte
	p, e int   // in[p:e] is what has not been read
	off  int64 // of in[0] in the stream
	err0 error // why from gives no more

	bits uint64 // the next n bits
	n    uint

	headSum uint32 // of the bytes that word has read
}

// at is the offset of what is next.
func (b *bitsIn) at() int64 { return b.off + int64(b.p) - int64(b.n/8) }

// more reads more of the stream, and tells whether there was any.
func (b *bitsIn) more() bool {
	if keep := max(b.p-unread, 0); keep > 0 {
		copy(b.in[:], b.in[keep:b.e])
		b.p -= keep
		b.e -= keep
		b.off += int64(keep)
	}
	had := b.e
	for empty := 0; b.e == had && b.err0 == nil; empty++ {
		if empty == 100 {
			b.err0 = io.ErrNoProgress
			break
		}
		var n int
		n, b.err0 = b.from.Read(b.in[b.e:])
		b.e += n
	}
	return b.e > had
}

// want makes at least n bits stand in bits, at most 56.
func (b *bitsIn) want(n uint) error {
	for b.n < n {
		if b.p == b.e && !b.more() {
			return b.short()
		}
		if b.e-b.p >= 8 {
			b.bits |= binary.LittleEndian.Uint64(b.in[b.p:]) << (b.n & 63)
			b.p += int(63-b.n) >> 3
			b.n |= 56
			b.bits &= 1<<b.n - 1
			return nil
		}
		b.bits |= uint64(b.in[b.p]) << (b.n & 63)
		b.p++
		b.n += 8
	}
	return nil
}

// short is why there is no more.
func (b *bitsIn) short() error {
	if ended(b.err0) {
		return io.ErrUnexpectedEOF
	}
	return b.err0
}

// take gives n bits that are there.
func (b *bitsIn) take(n uint) uint32 {
	v := uint32(b.bits & (1<<n - 1))
	b.bits >>= n
	b.n -= n
	return v
}

// align goes on to the next byte.
func (b *bitsIn) align() { b.take(b.n & 7) }

// word reads n bytes, at most 4, the lowest first.
func (b *bitsIn) word(n uint) (uint32, error) {
	if err := b.want(n * 8); err != nil {
		return 0, err
	}
	v := b.take(n * 8)
	var w [4]byte
	binary.LittleEndian.PutUint32(w[:], v)
	b.headSum = crc32.Update(b.headSum, crc32.IEEETable, w[:n])
	return v, nil
}

// skip reads n bytes.
func (b *bitsIn) skip(n int) error {
	for range n {
		if _, err := b.word(1); err != nil {
			return err
		}
	}
	return nil
}
