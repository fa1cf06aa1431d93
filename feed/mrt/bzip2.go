package mrt

import (
	"errors"
	"fmt"
	"io"
	"sync"
)

// A bzip2 stream is a header, blocks of up to 900,000 bytes that know nothing of
// each other, and a trailer. Blocks begin at any bit, with a magic number of 48; so
// does the trailer. One goroutine looks for those numbers, some decode what stands
// between them, and Read puts it together again. That a number stands within a
// block by chance is one in 2^48 a bit; such a block would show as cut short.

const (
	magicBits    = 48
	blockMagic   = 0x314159265359 // the digits of pi
	trailerMagic = 0x177245385090 // and of its root

	// maxBlock is the most bytes of a block, before runs are written out.
	maxBlock = 900_000

	// maxPacked bounds a block as it is packed: a code for each byte, of at most 20
	// bits, and tables. It bounds how far the next magic number is looked for.
	maxPacked = maxBlock*20/8 + 64<<10

	bzip2Workers = 2 // what one archive may take of a machine
	bzip2Blocks  = bzip2Workers + 2
)

// bzip2Reader reads bzip2, one stream or several behind each other. It holds at most
// bzip2Blocks blocks, packed and not, and the tables of bzip2Workers decoders.
type bzip2Reader struct {
	from  io.Reader
	free  chan *bzip2Block
	todo  chan *bzip2Block // to the workers
	order chan *bzip2Block // the same in order, to Read
	done  chan struct{}
	stop  sync.Once
	wait  sync.WaitGroup

	now  *bzip2Block // being read
	runs runs
	err  error
}

// bzip2Block is one block on its way.
type bzip2Block struct {
	packed []byte // with slack behind it
	shift  uint   // how many bits of the first byte are another block's
	size   int    // of a block of this stream, at most
	last   bool   // nothing comes after it, so that it may be cut short
	crc    uint32 // of the bytes with their runs written out
	data   []byte
	err    error
	ready  chan struct{}
}

func newBzip2Reader(from io.Reader) *bzip2Reader {
	r := &bzip2Reader{
		from: from, done: make(chan struct{}), runs: runs{crc: newBlockCRC()},
		free: make(chan *bzip2Block, bzip2Blocks),
		todo: make(chan *bzip2Block, bzip2Blocks), order: make(chan *bzip2Block, bzip2Blocks),
	}
	for range bzip2Blocks {
		r.free <- &bzip2Block{ready: make(chan struct{}, 1)}
	}
	r.wait.Go(r.split)
	for range bzip2Workers {
		r.wait.Go(r.decode)
	}
	return r
}

func (r *bzip2Reader) Read(p []byte) (int, error) {
	for r.err == nil {
		if r.now == nil {
			r.take()
			continue
		}
		if n := r.runs.read(p); n > 0 || len(p) == 0 {
			return n, nil
		}
		if sum := r.runs.sum(); sum != r.now.crc {
			r.err = fmt.Errorf("bzip2: the sum of a block is %#08x, not %#08x", sum, r.now.crc)
		}
		r.free <- r.now // there is room for all
		r.now = nil
	}
	return 0, r.err
}

// take takes the next block to read.
func (r *bzip2Reader) take() {
	b, ok := <-r.order
	if !ok {
		r.err = io.EOF
		return
	}
	<-b.ready
	r.now, r.err = b, b.err
	r.runs.begin(b.data)
}

// Close stops the goroutines and waits for them, which may be as long as one Read
// of what is below.
func (r *bzip2Reader) Close() error {
	r.stop.Do(func() { close(r.done) })
	r.wait.Wait()
	return nil
}

// decode decodes blocks.
func (r *bzip2Reader) decode() {
	var d blockDecoder
	for b := range r.todo {
		b.data, b.err = d.decode(b)
		b.ready <- struct{}{}
	}
}

// split cuts the stream into blocks, until its end, an error, or Close.
func (r *bzip2Reader) split() {
	defer close(r.order)
	defer close(r.todo)
	s := newSplitter(r.from)
	for {
		var b *bzip2Block
		select {
		case b = <-r.free:
		case <-r.done:
			return
		}
		b.data, b.last = b.data[:0], false
		b.err = s.next(b)
		if ended(b.err) {
			return
		}
		r.order <- b // there is room for all
		if b.err != nil {
			b.ready <- struct{}{}
			return
		}
		r.todo <- b
	}
}

// splitter finds blocks in a stream.
type splitter struct {
	from io.Reader
	buf  []byte
	pos  int // in bits, of what has not been given
	err  error

	size int // of the stream's blocks; 0: a header has to come
	some bool
	hint [2][256]uint16 // which magic numbers, at which shifts, a byte may be in
}

func newSplitter(from io.Reader) *splitter {
	s := &splitter{from: from}
	for shift := range 8 {
		for i, magic := range [...]uint64{blockMagic, trailerMagic} {
			// Bytes 1 and 2 are all of the number's wherever it begins in byte 0.
			at := magic << (16 - shift)
			s.hint[0][byte(at>>48)] |= 1 << (2*shift + i)
			s.hint[1][byte(at>>40)] |= 1 << (2*shift + i)
		}
	}
	return s
}

// next gives the next block, or [io.EOF].
func (s *splitter) next(b *bzip2Block) error {
	for {
		if s.size == 0 {
			if err := s.header(); err != nil {
				return err
			}
		}
		magic, ok := s.bits(magicBits)
		if !ok {
			return s.short()
		}
		switch magic {
		case trailerMagic:
			if _, ok := s.bits(32); !ok {
				return s.short()
			}
			s.pos = (s.pos + 7) &^ 7
			s.size = 0
			continue
		case blockMagic:
			return s.block(b)
		}
		return errors.New("bzip2: no block where one should start")
	}
}

// header reads the header of a stream.
func (s *splitter) header() error {
	h, ok := s.bits(32)
	if !ok {
		if s.some && ended(s.err) && s.pos>>3 >= len(s.buf) {
			return io.EOF
		}
		return s.short()
	}
	level := int(h&0xff) - '0'
	if h>>8 != 'B'<<16|'Z'<<8|'h' || level < 1 || level > 9 {
		return errors.New("bzip2: no header of a stream")
	}
	s.size, s.some = level*100_000, true
	return nil
}

// block gives the bits up to the next magic number.
func (s *splitter) block(b *bzip2Block) error {
	from := s.pos >> 3
	for i := from; ; {
		// Seven bytes hold a magic number wherever it begins.
		for ; i+7 <= len(s.buf); i++ {
			if s.hint[0][s.buf[i+1]]&s.hint[1][s.buf[i+2]] == 0 {
				continue
			}
			if shift := magicAt(s.buf[i : i+7]); shift >= 0 && i*8+shift >= s.pos {
				s.give(b, i*8+shift)
				return nil
			}
		}
		if len(s.buf)-from > maxPacked {
			return errors.New("bzip2: a block has no end")
		}
		moved := s.fill()
		if moved < 0 && ended(s.err) {
			// What was cut off may be the trailer alone: whether a block is whole
			// shows when it is decoded. What comes after it is missing all the same.
			b.last = true
			s.give(b, len(s.buf)*8)
			return nil
		}
		if moved < 0 {
			return s.short()
		}
		i, from = i-moved, from-moved
	}
}

// give gives the bits up to an end to a block.
func (s *splitter) give(b *bzip2Block, end int) {
	b.shift, b.size = uint(s.pos&7), s.size
	b.packed = append(b.packed[:0], s.buf[s.pos>>3:(end+7)>>3]...)
	b.packed = append(b.packed, make([]byte, slack)...)
	s.pos = end
}

// magicAt finds at which bit of seven bytes a magic number begins, -1 if at none.
func magicAt(b []byte) int {
	var v uint64
	for _, c := range b {
		v = v<<8 | uint64(c)
	}
	for shift := range 8 {
		if m := v >> (8 - shift) & (1<<magicBits - 1); m == blockMagic || m == trailerMagic {
			return shift
		}
	}
	return -1
}

// bits reads up to 48 bits, and tells whether there were as many.
func (s *splitter) bits(n int) (uint64, bool) {
	for s.pos+n > len(s.buf)*8 {
		if s.fill() < 0 {
			return 0, false
		}
	}
	var v uint64
	for i := s.pos >> 3; i <= (s.pos+n-1)>>3; i++ {
		v = v<<8 | uint64(s.buf[i])
	}
	v >>= 7 - uint(s.pos+n-1)&7
	s.pos += n
	return v & (1<<n - 1), true
}

// fill reads more. It tells by how many bytes what was there has moved to the front,
// or -1 if there is no more.
func (s *splitter) fill() int {
	if s.err != nil {
		return -1
	}
	moved := 0
	if cap(s.buf)-len(s.buf) < inputBuffer {
		moved = s.pos >> 3
		rest := s.buf[moved:]
		if cap(s.buf)-len(rest) < inputBuffer {
			s.buf = make([]byte, 0, 2*cap(s.buf)+2*inputBuffer)
		}
		s.buf = append(s.buf[:0], rest...)
		s.pos -= moved * 8
	}
	n, err := s.from.Read(s.buf[len(s.buf) : len(s.buf)+inputBuffer])
	s.buf, s.err = s.buf[:len(s.buf)+n], err
	return moved
}

// short is why there is no more.
func (s *splitter) short() error {
	if ended(s.err) {
		return fmt.Errorf("bzip2: %w", io.ErrUnexpectedEOF)
	}
	return s.err
}
