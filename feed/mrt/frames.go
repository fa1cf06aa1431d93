package mrt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const (
	// maxRecord bounds what a record may claim to hold, and with it our memory. The
	// largest that can be told by a peer is a BGP message of 64 KiB; a record of a
	// table has an entry for each of a collector's peers, some 1,400 of them today
	// with a few hundred bytes each.
	maxRecord = 16 << 20

	// window is how much is read at once: it stays in the cache of one core.
	window = 256 << 10

	// slack is how far beyond a record its bytes may be read, though not believed:
	// prefixes are taken by loads of a fixed width.
	slack = 32
)

// frames cuts a stream into records. It holds one window of it, and as much more as
// the record at hand needs.
type frames struct {
	from  io.Reader
	buf   []byte // with slack bytes beyond
	r, w  int    // what is not yet read is buf[r:w]
	start int    // of the record that was read last

	offset int64 // of buf[0] in the stream
	number int64 // of the next record
	err    error // why from gives no more
	lost   bool  // the start of the next record has to be searched for
}

// next gives the next record. It gives a [*Broken] when there is none where one
// should start; the call after that searches for one.
func (f *frames) next(rec *Record) error {
	// Nearly always all of it is there, and of a usual type. If there are fewer bytes
	// than a header has, its length is of old bytes, but too much all the same.
	if h := f.buf[f.r:]; len(h) >= slack {
		n := int(binary.BigEndian.Uint32(h[8:]))
		kind := binary.BigEndian.Uint16(h[4:])
		if n <= f.w-f.r-headerLen && (kind == typeBGP4MP || kind == typeTableDumpV2) && !f.lost {
			rec.Seconds, rec.Micros = binary.BigEndian.Uint32(h), 0
			rec.Type, rec.Subtype = kind, binary.BigEndian.Uint16(h[6:])
			rec.Offset, rec.Number = f.offset+int64(f.r), f.number
			rec.Body = h[headerLen : headerLen+n : headerLen+n+slack]
			f.start = f.r
			f.r += headerLen + n
			f.number++
			return nil
		}
	}
	return f.careful(rec)
}

// careful gives the next record, whatever it may be.
func (f *frames) careful(rec *Record) error {
	if f.lost {
		if err := f.search(); err != nil {
			return err
		}
	}
	if !f.fill(headerLen) {
		return f.end()
	}
	h := f.buf[f.r : f.r+headerLen]
	n := int(binary.BigEndian.Uint32(h[8:]))
	kind, sub := binary.BigEndian.Uint16(h[4:]), binary.BigEndian.Uint16(h[6:])
	if n > maxRecord {
		return f.broken(fmt.Errorf("it claims %d bytes, more than %d", n, maxRecord))
	}
	if !f.fill(headerLen + n) {
		return f.broken(f.cut(n))
	}
	if kind != typeBGP4MP && kind != typeTableDumpV2 && !plausible(f.buf[f.r:]) && !f.sound(n) {
		return f.broken(fmt.Errorf("type %d, subtype %d, and no record after it", kind, sub))
	}
	start := f.r + headerLen // only now: fill may have moved everything
	rec.Seconds, rec.Micros = binary.BigEndian.Uint32(f.buf[f.r:]), 0
	rec.Type, rec.Subtype = kind, sub
	rec.Offset, rec.Number = f.offset+int64(f.r), f.number
	rec.Body = f.buf[start : start+n : start+n+slack]
	if kind == typeBGP4MPET {
		if n < 4 {
			return f.broken(errors.New("no room for its microseconds"))
		}
		rec.Micros = binary.BigEndian.Uint32(rec.Body)
		rec.Body = rec.Body[4:]
	}
	f.start, f.r = f.r, start+n
	f.number++
	return nil
}

// ended tells whether a stream has come to its end. A Reader says so with the bare
// [io.EOF]: one that is wrapped is of something else, which has failed.
func ended(err error) bool {
	return err == io.EOF //nolint:errorlint // see above
}

// sound tells whether what claims n bytes and no type that we know is a record all
// the same: whether another one, or the end, follows it.
func (f *frames) sound(n int) bool {
	n += headerLen
	if f.w-f.r < n+headerLen && !f.fill(n+headerLen) {
		return f.w-f.r == n && ended(f.err)
	}
	return plausible(f.buf[f.r+n : f.r+n+headerLen])
}

// fill makes at least n bytes stand at buf[r:], and tells whether it could.
func (f *frames) fill(n int) bool {
	for f.w-f.r < n {
		if f.err != nil {
			return false
		}
		f.room(n)
		var got int
		got, f.err = f.from.Read(f.buf[f.w : len(f.buf)-slack])
		f.w += got
	}
	return true
}

// room makes place for something behind w. A lying length costs no memory before its
// bytes have come: the buffer at most doubles.
func (f *frames) room(n int) {
	if f.w < len(f.buf)-slack && f.r+n <= len(f.buf)-slack {
		return
	}
	if f.r > 0 {
		copy(f.buf, f.buf[f.r:f.w])
		f.offset += int64(f.r)
		f.w -= f.r
		f.r = 0
	}
	if f.w == len(f.buf)-slack || len(f.buf) == 0 {
		size := min(max(2*len(f.buf), window), maxRecord+window) + slack
		f.buf = append(make([]byte, 0, size), f.buf[:f.w]...)[:size]
	}
}

// cut says what is missing of a record of n bytes.
func (f *frames) cut(n int) error {
	return fmt.Errorf("it has %d of %d bytes: %w", f.w-f.r-headerLen, n, f.told())
}

// told is why there is no more, to be told once.
func (f *frames) told() error {
	if ended(f.err) {
		return io.ErrUnexpectedEOF
	}
	err := f.err
	f.err = io.EOF
	return err
}

// end tells how the stream ended.
func (f *frames) end() error {
	switch {
	case !ended(f.err):
		return f.broken(f.told())
	case f.w > f.r:
		return f.broken(fmt.Errorf("%d bytes are no header: %w", f.w-f.r, io.ErrUnexpectedEOF))
	}
	return io.EOF
}

// broken gives a [*Broken] for the record at hand, which is then skipped.
func (f *frames) broken(err error) error {
	b := &Broken{Record: f.number, Offset: f.offset + int64(f.r), Err: err}
	f.number++
	f.lost = true
	return b
}

// search goes on to where two headers follow each other as headers do, or one is
// followed by the end.
func (f *frames) search() error {
	for {
		f.r = min(f.r+1, f.w)
		if !f.fill(headerLen) {
			f.r = f.w
			if !ended(f.err) {
				return f.broken(f.told())
			}
			return io.EOF
		}
		if h := f.buf[f.r : f.r+headerLen]; plausible(h) && f.sound(int(binary.BigEndian.Uint32(h[8:]))) {
			f.lost = false
			return nil
		}
	}
}
