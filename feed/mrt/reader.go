package mrt

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"tocsin/feed"
)

// Reader reads routes from one MRT stream. It is for one goroutine.
type Reader struct {
	frames    frames
	name      string
	collector string
	close     func() error

	count Counts
	rec   Record
	rib   rib
	path  []uint32
	clock clock
}

// Counts tells what a Reader has met.
type Counts struct {
	Records  int64 // whole records, of whatever type
	Routes   int64 // what Next has given
	Prefixes int64 // announced and withdrawn, in those

	Broken    int64 // records, and entries of tables, that were cut, lied or made no sense
	Malformed int64 // updates and entries with an attribute or a prefix that is malformed (RFC 7606)
	Unknown   int64 // records of a type or subtype that holds no routes that we know
	Generic   int64 // RIB_GENERIC records, which are left out
	Families  int64 // attributes and records of neither IPv4 nor IPv6 unicast, left out
	Messages  int64 // BGP messages that are no updates
	Sent      int64 // BGP messages that the collector itself has sent, left out
	Lying     int64 // records whose time could not be, and was mended: see [Reader.Mend]
}

// Add adds what another Reader has met.
func (c *Counts) Add(d Counts) {
	c.Records += d.Records
	c.Routes += d.Routes
	c.Prefixes += d.Prefixes
	c.Broken += d.Broken
	c.Malformed += d.Malformed
	c.Unknown += d.Unknown
	c.Generic += d.Generic
	c.Families += d.Families
	c.Messages += d.Messages
	c.Sent += d.Sent
	c.Lying += d.Lying
}

// Broken says where a stream broke. Reading can go on: the next call starts at the
// next record that makes sense.
type Broken struct {
	Name   string // of the file, "" for a stream
	Record int64  // number of the record, the first is 0
	Offset int64  // where it starts, in the bytes after decompression
	Err    error
}

func (b *Broken) Error() string {
	if b.Name == "" {
		return fmt.Sprintf("record %d at byte %d: %v", b.Record, b.Offset, b.Err)
	}
	return fmt.Sprintf("%s: record %d at byte %d: %v", b.Name, b.Record, b.Offset, b.Err)
}

func (b *Broken) Unwrap() error { return b.Err }

// NewReader gives a Reader of a stream, which may be compressed: its first bytes
// tell. Close stops decompressing; who has opened from closes it.
func NewReader(from io.Reader) *Reader {
	d := &decompressor{from: from}
	return &Reader{frames: frames{from: d}, close: d.Close, path: make([]uint32, 0, 64)}
}

// Open gives a Reader of a file. The collector of its routes is the one that the
// file's path names as archives do, if it does.
func Open(path string) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r := NewReader(f)
	r.name, r.collector = path, Collector(path)
	stop := r.close
	r.close = func() error { return errors.Join(stop(), f.Close()) }
	return r, nil
}

// From says which collector the routes are from, where the path of the file doesn't.
func (r *Reader) From(collector string) { r.collector = collector }

// Next fills out with what comes next, and reuses its slices. It gives [io.EOF]
// at the end, and a [*Broken] where the stream broke, after which it may be called
// again. What broke within a record costs that record alone, and is counted.
func (r *Reader) Next(out *feed.Routes) error {
	for {
		out.Announced4, out.Withdrawn4 = out.Announced4[:0], out.Withdrawn4[:0]
		out.Announced6, out.Withdrawn6 = out.Announced6[:0], out.Withdrawn6[:0]
		out.Path, out.Origin = nil, 0
		if out.Multipath {
			out.IDs.Reset()
		}
		out.State, out.Dump, out.Multipath = feed.SessionSame, false, false
		if r.rib.left > 0 && r.ribEntries(out) {
			r.count.Routes++
			return nil
		}
		if err := r.read(&r.rec); err != nil {
			return err
		}
		if r.decode(out, &r.rec) {
			r.count.Routes++
			return nil
		}
	}
}

// decode decodes a record, of a table of many peers its first entry, and tells
// whether it gave anything.
func (r *Reader) decode(out *feed.Routes, rec *Record) bool {
	switch rec.Type {
	case typeBGP4MP, typeBGP4MPET:
		out.At = int64(rec.Seconds)*1e9 + int64(rec.Micros)*1e3
		out.Peer.Collector = r.collector
		return r.bgp4mp(out, rec)
	case typeTableDumpV2:
		r.ribRecord(rec)
		return r.ribEntries(out)
	case typeTableDump:
		out.At = int64(rec.Seconds) * 1e9
		out.Peer.Collector = r.collector
		return r.oldTable(out, rec)
	}
	r.count.Unknown++
	return false
}

// NextRecord reads the next record whole, for a [Printer]. It gives errors as Next
// does. What is left of a table's record that Next was at is skipped.
func (r *Reader) NextRecord(rec *Record) error {
	r.rib.left = 0
	return r.read(rec)
}

// read reads the next record of whatever type.
func (r *Reader) read(rec *Record) error {
	if err := r.frames.next(rec); err != nil {
		return r.told(err)
	}
	r.count.Records++
	if r.clock.on {
		r.mend(rec)
	}
	return nil
}

// told counts an error of the stream, and says which stream it was.
func (r *Reader) told(err error) error {
	if b, ok := errors.AsType[*Broken](err); ok {
		b.Name = r.name
		r.count.Broken++
	}
	return err
}

// Peers are those that the table which is being read begins with, as far as it has been
// read; nil where there is no such list.
func (r *Reader) Peers() []feed.Peer { return slices.Clone(r.rib.peers) }

// Offset is how many bytes after decompression have been read.
func (r *Reader) Offset() int64 { return r.frames.offset + int64(r.frames.r) }

// Counts tells what has been met up to now.
func (r *Reader) Counts() Counts { return r.count }

// Close closes the file that Open has opened, and stops decompressing.
func (r *Reader) Close() error { return r.close() }
