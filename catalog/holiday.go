package catalog

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Holiday is a rule for a day of each year on which people keep other hours. It
// is comparable.
type Holiday struct {
	Month   time.Month // 0 for a day that follows Easter
	Day     int        // of the month; from Easter Sunday on, in days, where Month is 0
	Weekday time.Weekday
	// Nth is which such weekday of the month: 1 is the first, 0 is none, so that Day
	// counts; -1 is the last one before Day.
	Nth int
}

// On is the day of a year, at midnight UTC.
func (h Holiday) On(year int) time.Time {
	switch {
	case h.Month == 0:
		return easter(year).AddDate(0, 0, h.Day)
	case h.Nth > 0:
		first := time.Date(year, h.Month, 1, 0, 0, 0, 0, time.UTC)
		return first.AddDate(0, 0, int(h.Weekday-first.Weekday()+7)%7+7*(h.Nth-1))
	}
	day := time.Date(year, h.Month, h.Day, 0, 0, 0, 0, time.UTC)
	if h.Nth < 0 {
		return day.AddDate(0, 0, -1-int(day.Weekday()-h.Weekday+6)%7)
	}
	return day
}

// easter is Easter Sunday of the Gregorian calendar, by the anonymous rule of
// 1876 (Meeus, Astronomical Algorithms, ch. 8).
func easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e, g := b/4, b%4, (8*b+13)/25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(year, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}

// ParseHoliday reads a rule: "07-01", "easter -2", "monday before 05-25" or
// "monday 1 of 09".
func ParseHoliday(s string) (Holiday, error) {
	f := strings.Fields(strings.ToLower(s))
	switch {
	case len(f) == 1:
		return monthDay(f[0])
	case len(f) == 2 && f[0] == "easter":
		n, err := strconv.Atoi(f[1])
		if err != nil || n < -100 || n > 100 {
			return Holiday{}, fmt.Errorf("%q is no number of days from Easter", f[1])
		}
		return Holiday{Day: n}, nil
	case len(f) == 3 && f[1] == "before":
		h, err := monthDay(f[2])
		if err != nil {
			return Holiday{}, err
		}
		h.Nth = -1
		h.Weekday, err = weekday(f[0])
		return h, err
	case len(f) == 4 && f[2] == "of":
		day, err := weekday(f[0])
		n, errN := strconv.Atoi(f[1])
		month, errM := strconv.Atoi(f[3])
		if err != nil || errN != nil || errM != nil || n < 1 || n > 4 || month < 1 || month > 12 {
			break
		}
		return Holiday{Month: time.Month(month), Weekday: day, Nth: n}, nil
	}
	return Holiday{}, fmt.Errorf("%q is no rule for a holiday", s)
}

func monthDay(s string) (Holiday, error) {
	t, err := time.Parse("2006-01-02", "2000-"+s)
	if err != nil {
		return Holiday{}, fmt.Errorf("%q is no day of the year", s)
	}
	return Holiday{Month: t.Month(), Day: t.Day()}, nil
}

func weekday(s string) (time.Weekday, error) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(s, d.String()) {
			return d, nil
		}
	}
	return 0, fmt.Errorf("%q is no weekday", s)
}

// Holidays are those of a region: its own, or its nearest parent's.
func (e *Edition) Holidays(id RegionID) []Holiday {
	for r := e.regions.byID[id]; r != nil; r = e.regions.byID[r.Parent] {
		if len(r.Holidays) > 0 {
			return r.Holidays
		}
	}
	return nil
}
