package mrt

import (
	"fmt"
	"io"
	"os"

	"tocsin/feed"
)

// Reader reads routes from one MRT stream. It is for one goroutine.
type Reader struct {
	from  io.Reader
	close func() error
	count Counts
}

// Counts tells what a Reader has met.
type Counts struct {
	Records  int64 // whole records, of whatever type
	Routes   int64 // what Next has given
	Prefixes int64 // announced and withdrawn, in those

	Broken    int64 // records that were cut, lied about their length, or made no sense
	Malformed int64 // updates with an attribute that RFC 7606 makes a withdrawal or leaves out
	Unknown   int64 // records of a type or subtype that holds no routes that we know
	Generic   int64 // RIB_GENERIC records, which are left out
	Families  int64 // prefixes' families that are neither IPv4 nor IPv6 unicast, left out
}

// Broken says where a stream broke. Reading can go on: the next call of Next
// starts at the next record that makes sense.
type Broken struct {
	Name   string // of the file, "" for a stream
	Record int64  // number of the record, the first is 0
	Offset int64  // where it starts, in the bytes after decompression
	Err    error
}

func (b *Broken) Error() string {
	return fmt.Sprintf("%s: record %d at byte %d: %v", b.Name, b.Record, b.Offset, b.Err)
}

func (b *Broken) Unwrap() error { return b.Err }

// NewReader gives a Reader of a stream, which may be compressed: its first bytes
// tell. The caller closes from.
func NewReader(from io.Reader) *Reader {
	return &Reader{from: from, close: func() error { return nil }}
}

// Open gives a Reader of a file. The collector of its routes is what the file's
// path says, if it does.
func Open(path string) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r := NewReader(f)
	r.close = f.Close
	return r, nil
}

// Next fills out with what comes next, and reuses its slices. It gives [io.EOF]
// at the end, and a [*Broken] where the stream broke, after which it may be called
// again.
func (r *Reader) Next(out *feed.Routes) error {
	return io.EOF
}

// Counts tells what has been met up to now.
func (r *Reader) Counts() Counts { return r.count }

// Close closes the file that Open has opened, and stops decompressing.
func (r *Reader) Close() error { return r.close() }
