package app

import "time"

// Bounds of what a stream's time is believed.
const (
	// strayTime is how far from now, or how far behind its own newest, a message may
	// be. RIPE's slowest collectors are minutes late.
	strayTime = 10 * time.Minute
	// firstStrays in a row at the beginning are no accident: all of the stream is
	// elsewhere. One collector that is late is one of some thirty, in turn with the
	// others.
	firstStrays = 5
	// mostLeap is how far a recording may go on at once. Beyond, the next message must
	// agree: one that lies would make all that come after it old. It is what package mrt
	// allows files.
	mostLeap = time.Hour
)

// streamClock finds out what time a stream tells: now, or that of a recording. It
// is one or the other from its beginning on: a live stream that falls behind is
// late, and must not turn what happens into an exercise. Times are nanoseconds
// since 1970.
type streamClock struct {
	begun    bool
	recorded bool
	newest   int64
	leap     int64 // the time of a message of a recording that waits for the next to agree; 0: none
	astray   int   // messages at the beginning that are far from now
	refused  int64 // messages that were not believed
}

// believes tells whether a message of a time can be taken, at a time on the wall.
// One from before what was told already is not: it is told twice, or a lie. No is not
// the last word where [streamClock.holds] says so.
func (c *streamClock) believes(at, wall int64) bool {
	far := at-wall > int64(strayTime) || wall-at > int64(strayTime)
	switch {
	case !c.begun:
		if far {
			if c.astray++; c.astray < firstStrays {
				return false
			}
		}
		c.begun, c.recorded, c.newest = true, far, at
		return true
	case !c.recorded && far, c.recorded && c.newest-at > int64(strayTime):
		c.refused++
		return false
	case c.recorded && at-c.newest > int64(mostLeap) && (c.leap == 0 || max(at-c.leap, c.leap-at) > int64(mostLeap)):
		c.leap = at
		return false
	}
	c.newest, c.leap = max(c.newest, at), 0
	return true
}

// holds tells whether a message that was not believed may yet be: the next ones tell.
func (c *streamClock) holds(at int64) bool { return !c.begun || c.leap == at }
