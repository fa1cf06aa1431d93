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
)

// streamClock finds out what time a stream tells: now, or that of a recording. It
// is one or the other from its beginning on: a live stream that falls behind is
// late, and must not turn what happens into an exercise. Times are nanoseconds
// since 1970.
type streamClock struct {
	begun    bool
	recorded bool
	newest   int64
	astray   int   // messages at the beginning that are far from now
	refused  int64 // messages that were not believed
}

// believes tells whether a message of a time can be taken, at a time on the wall.
// One from before what was told already is not: it is told twice, or a lie. Before
// the clock has begun, no is not the last word.
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
	}
	c.newest = max(c.newest, at)
	return true
}
