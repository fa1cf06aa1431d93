package app

import "time"

// Bounds of what a stream's time is believed.
const (
	// strayTime is how far from now, or how far behind its own newest, a message may
	// be. RIPE's slowest collectors are minutes late.
	strayTime = 10 * time.Minute
	// strays in a row are no accident any more: all of the stream is elsewhere.
	strays = 20
)

// streamClock finds out what time a stream tells: now, or that of a recording.
// Once a recording, always one. Times are nanoseconds since 1970.
type streamClock struct {
	begun    bool
	recorded bool
	newest   int64
	astray   int   // messages in a row that are far from now
	refused  int64 // messages that were not believed
}

// believes tells whether a message of a time can be taken, at a time on the wall.
// One from before what was told already is not: it is told twice, or a lie.
func (c *streamClock) believes(at, wall int64) bool {
	far := at-wall > int64(strayTime) || wall-at > int64(strayTime)
	switch {
	case !c.begun:
		c.begun, c.recorded, c.newest = true, far, at
		return true
	case c.recorded:
		if c.newest-at > int64(strayTime) {
			c.refused++
			return false
		}
	case far:
		if c.astray++; c.astray < strays {
			c.refused++
			return false
		}
		c.recorded = true
	default:
		c.astray = 0
	}
	c.newest = max(c.newest, at)
	return true
}
