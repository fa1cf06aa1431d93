package mrt

import (
	"bufio"
	"bytes"
	"io"

	"github.com/klauspost/compress/zstd"
)

// decompressor reads a stream that may be compressed; its first bytes tell how.
type decompressor struct {
	from io.Reader
	to   io.Reader // nil: not known yet
	stop func()
}

// Decompress gives what a stream holds that may be gzip, bzip2, zstd or none of them:
// its first bytes tell. Close stops decompressing; who has opened from closes it.
func Decompress(from io.Reader) io.ReadCloser { return &decompressor{from: from} }

// inputBuffer is how many compressed bytes are read at once.
const inputBuffer = 64 << 10

func (d *decompressor) Read(p []byte) (int, error) {
	if d.to == nil {
		if err := d.open(); err != nil {
			return 0, err
		}
	}
	return d.to.Read(p)
}

// open looks at the first bytes.
func (d *decompressor) open() error {
	in := bufio.NewReaderSize(d.from, inputBuffer)
	magic, _ := in.Peek(4) // fewer, or an error that the next Read will give again
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		d.to = newInflater(in)
	case bytes.HasPrefix(magic, []byte("BZh")):
		z := newBzip2Reader(in)
		d.to, d.stop = z, func() { _ = z.Close() }
	case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxZstdWindow))
		if err != nil {
			return err
		}
		d.to, d.stop = z, z.Close
	default:
		d.to = in
	}
	return nil
}

// maxZstdWindow bounds what a zstd stream may ask us to remember of itself: what
// zstd itself accepts.
const maxZstdWindow = 128 << 20

// Close stops decompressing.
func (d *decompressor) Close() error {
	if d.stop != nil {
		d.stop()
		d.stop = nil
	}
	return nil
}
