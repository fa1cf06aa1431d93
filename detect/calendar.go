package detect

// Calendar is what the clock says where the people of a series live. It is data:
// whoever wires looks the time zone up once, and hands the changes in. The zero
// value is UTC without holidays.
type Calendar struct {
	// Shifts are the offsets of local time from UTC, each from its time on, in
	// order of time. Before the first, its offset holds.
	Shifts []Shift
	// Holidays are local days, in days since 1970, in order.
	Holidays []int32
}

// Shift is an offset that holds from a time on.
type Shift struct {
	From   int64 // seconds since 1970, UTC
	Offset int32 // seconds to add to UTC
}

const (
	hourSeconds = 3600
	daySeconds  = 24 * hourSeconds
	weekHours   = 7 * 24
	// monday shifts hours since 1970, a Thursday, to a week that begins on Monday.
	monday = 3 * 24
	// sunday is the first hour of a Sunday.
	sunday = 6 * 24
)

// local is a local hour: which hour of the week it is like, whether it is on a
// holiday, and the times (seconds since 1970) between which nothing of that
// changes.
type local struct {
	hour        int // 0 is Monday, 00:00 to 01:00
	holiday     bool
	from, until int64
}

// at says what local hour a time is in. A holiday is like a Sunday.
func (c *Calendar) at(now int64) local {
	offset, last, next := c.offset(now)
	wall := now + int64(offset)
	hours := floorDiv(wall, hourSeconds)
	l := local{hour: int(hours + monday - floorDiv(hours+monday, weekHours)*weekHours)}
	l.from = max(last, hours*hourSeconds-int64(offset))
	l.until = min(next, (hours+1)*hourSeconds-int64(offset))
	day := int32(floorDiv(hours, 24))
	for _, h := range c.Holidays {
		if h == day {
			l.hour, l.holiday = sunday+l.hour%24, true
		}
	}
	return l
}

// offset is what holds at a time, since when, and until when.
func (c *Calendar) offset(now int64) (offset int32, from, until int64) {
	const ever = 1 << 62
	from = -ever
	for i, s := range c.Shifts {
		if i > 0 && s.From > now {
			return offset, from, s.From
		}
		offset = s.Offset
		if i > 0 {
			from = s.From
		}
	}
	return offset, from, ever
}
