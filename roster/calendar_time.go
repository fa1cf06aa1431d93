package roster

import (
	"strings"
	"time"
)

// moment reads a date-time of the event (RFC 5545 §3.3.5).
func (c *calendar) moment(name string) (time.Time, bool) {
	p := c.event[name]
	if utc, err := time.Parse("20060102T150405Z", p.value); err == nil {
		return utc, true
	}
	local, err := time.Parse("20060102T150405", p.value)
	if err != nil {
		c.leaveOut(name, "not a date and time of iCalendar", "export the file again")
		return local, false
	}
	zone := c.o.Zone
	if p.zone != "" {
		if zone = c.zone(p.zone); zone == nil {
			c.leaveOut(name, "a time zone (TZID) that isn't known", "export the file with times in UTC, or with names like America/Toronto")
			return local, false
		}
	}
	if zone == nil {
		c.leaveOut(name, "a time without a zone", "give --zone America/Toronto for all")
		return local, false
	}
	at, wrong := wall(local, zone)
	if wrong != "" {
		c.leaveOut(name, wrong, "export the file with times in UTC")
	}
	return at, wrong == ""
}

// zone finds a time zone by its IANA name or by the one that Windows has for
// Canada's; nil if there is none.
func (c *calendar) zone(name string) *time.Location {
	if z, ok := c.zones[name]; ok {
		return z
	}
	iana := name
	if known, ok := windowsZone(name); ok {
		iana = known
	}
	var z *time.Location
	if iana != "" && !strings.EqualFold(iana, "local") { // of this machine: nobody knows which that was
		z, _ = time.LoadLocation(iana) // nil if there is none
	}
	if len(c.zones) < 1000 {
		c.zones[name] = z
	}
	return z
}

// windowsZone gives the IANA name of a time zone as Outlook and Exchange name
// it, for Canada's (Unicode CLDR, windowsZones, territory CA).
func windowsZone(name string) (string, bool) {
	switch name {
	case "Newfoundland Standard Time":
		return "America/St_Johns", true
	case "Atlantic Standard Time":
		return "America/Halifax", true
	case "Eastern Standard Time":
		return "America/Toronto", true
	case "Central Standard Time":
		return "America/Winnipeg", true
	case "Canada Central Standard Time":
		return "America/Regina", true
	case "Mountain Standard Time":
		return "America/Edmonton", true
	case "Yukon Standard Time":
		return "America/Whitehorse", true
	case "Pacific Standard Time":
		return "America/Vancouver", true
	}
	return "", false
}

// duration reads a duration of iCalendar (RFC 5545 §3.3.6), forwards and at
// most a week long: an appointment is no longer.
func duration(s string) (time.Duration, bool) {
	const longest = 7 * 24 * time.Hour
	s = strings.TrimPrefix(s, "+")
	if !strings.HasPrefix(s, "P") || len(s) < 3 {
		return 0, false
	}
	units := map[byte]time.Duration{'W': longest, 'D': 24 * time.Hour}
	var sum time.Duration
	n, digits := time.Duration(0), false
	for _, b := range []byte(s[1:]) {
		switch unit, ok := units[b]; {
		case b >= '0' && b <= '9':
			if n, digits = n*10+time.Duration(b-'0'), true; n > 1e6 {
				return 0, false
			}
		case b == 'T' && !digits:
			units = map[byte]time.Duration{'H': time.Hour, 'M': time.Minute, 'S': time.Second}
		case ok && digits:
			if sum += n * unit; sum > longest {
				return 0, false
			}
			n, digits = 0, false
		default:
			return 0, false
		}
	}
	return sum, !digits
}
