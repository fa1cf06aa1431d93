package mrt

import (
	"encoding/binary"
	"time"
)

// clock holds the times of a file's records against each other and against its name.
// A record that lies about its time would otherwise date all that comes after it.
type clock struct {
	on          bool
	named       bool // the name says which times it has, and the first records agree
	from, until int64
	begun       bool
	last        int64 // seconds, of the record before
}

// mostStep is how far apart the times of two records may be that follow each other
// before others are asked, in seconds, and how far beyond what a file's name says: own
// choice, four times what the longest file of updates lasts.
const mostStep = 3600

// longestDump is how long the writing of a table may take: RouteViews begins one every
// two hours.
const longestDump = 2 * time.Hour

// Mend has the reader correct times that lie, from the next record on: a record whose
// time is more than an hour from that of the one before it, and of one of the two
// behind it, or from what the name of the file says, gets the time of the one before
// it. [Counts.Lying] tells how many. A name that the first records contradict says
// nothing. Without this, times are as they stand.
func (r *Reader) Mend() {
	r.clock = clock{on: true}
	if f, ok := ParseName(r.name); ok {
		long := longestUpdates
		if f.Kind == Table {
			long = longestDump
		}
		r.clock.named = true
		r.clock.from, r.clock.until = f.Start.Unix()-mostStep, f.Start.Add(long).Unix()+mostStep
	}
}

func near(a, b int64) bool { return a-b <= mostStep && b-a <= mostStep }

// promised tells whether the name of the file allows a time.
func (c *clock) promised(at int64) bool { return !c.named || at >= c.from && at <= c.until }

// mend corrects the time of a record that has just been read.
func (r *Reader) mend(rec *Record) {
	c, at := &r.clock, int64(rec.Seconds)
	if c.begun && near(at, c.last) && c.promised(at) {
		c.last = at
		return
	}
	next, n := r.frames.ahead(rec)
	if !c.begun {
		c.begin(at, next[:n])
		if near(at, c.last) {
			c.last = at
			return
		}
	} else if n > 0 && near(next[0], at) && near(next[n-1], at) && c.promised(at) {
		c.last = at // a gap: what is behind it agrees
		return
	}
	r.count.Lying++
	rec.Seconds, rec.Micros = uint32(c.last), 0
}

// begin finds out what time it is from the first record and those behind it: the one
// of three that stands alone lies, and where the name knows better, it is believed.
func (c *clock) begin(at int64, next []int64) {
	c.begun, c.last = true, at
	if len(next) == 2 && !near(at, next[0]) && !near(at, next[1]) && near(next[0], next[1]) {
		c.last = next[0]
	}
	if c.promised(c.last) {
		return
	}
	for _, t := range next {
		if c.promised(t) {
			c.last = t
			return
		}
	}
	c.named = false
}

// ahead gives the times of up to two records that follow the one that has just been
// read. What rec holds may move.
func (f *frames) ahead(rec *Record) (times [2]int64, n int) {
	size := f.r - f.start
	lead := size - len(rec.Body)
	f.r = f.start
	for at := size; n < len(times) && at+headerLen <= maxRecord; n++ {
		if !f.fill(at + headerLen) {
			break
		}
		h := f.buf[f.r+at : f.r+at+headerLen]
		if !plausible(h) {
			break
		}
		times[n] = int64(binary.BigEndian.Uint32(h))
		at += headerLen + int(binary.BigEndian.Uint32(h[8:]))
	}
	f.start = f.r
	rec.Body = f.buf[f.r+lead : f.r+size : f.r+size+slack]
	f.r += size
	return times, n
}
