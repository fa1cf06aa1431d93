package catalog

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestHolidays holds the rules to days that are known from calendars.
func TestHolidays(t *testing.T) {
	for _, c := range []struct {
		rule string
		days string
	}{
		{"07-01", "2022-07-01 2026-07-01"},
		{"02-29", "2024-02-29 2023-03-01"},
		{"easter -2", "2021-04-02 2022-04-15 2024-03-29 2026-04-03 2038-04-23"},
		{"Easter 1", "2019-04-22 2025-04-21"},
		{"monday before 05-25", "2020-05-18 2021-05-24 2022-05-23 2026-05-18"},
		{"monday 1 of 09", "2020-09-07 2022-09-05 2025-09-01"},
		{"monday 2 of 10", "2022-10-10 2023-10-09 2029-10-08"},
		{"thursday 4 of 11", "2022-11-24 2029-11-22"},
	} {
		h, err := ParseHoliday(c.rule)
		if err != nil {
			t.Fatal(err)
		}
		for day := range strings.FieldsSeq(c.days) {
			want, err := time.Parse(time.DateOnly, day)
			if err != nil {
				t.Fatal(err)
			}
			if got := h.On(want.Year()); !got.Equal(want) {
				t.Errorf("%s of %d: %s, want %s", c.rule, want.Year(), got.Format(time.DateOnly), day)
			}
		}
	}
}

// TestHolidayTwin finds the weekday before a day by walking back to it.
func TestHolidayTwin(t *testing.T) {
	for year := 2000; year < 2040; year++ {
		for day := time.Sunday; day <= time.Saturday; day++ {
			h := Holiday{Month: time.May, Day: 25, Weekday: day, Nth: -1}
			want := time.Date(year, time.May, 24, 0, 0, 0, 0, time.UTC)
			for want.Weekday() != day {
				want = want.AddDate(0, 0, -1)
			}
			if got := h.On(year); !got.Equal(want) {
				t.Errorf("%s before 25 May %d: %s, want %s", day, year, got, want)
			}
		}
	}
}

func TestBadHolidays(t *testing.T) {
	for _, s := range []string{
		"", "13-01", "02-30", "easter", "easter soon", "easter 400", "monday", "funday before 05-25",
		"monday before 99", "monday 0 of 09", "monday 5 of 09", "monday 1 of 13", "monday 1 in 09", "a b c d e",
	} {
		if h, err := ParseHoliday(s); err == nil {
			t.Errorf("%q is taken for %+v", s, h)
		}
	}
}

// TestHolidaysAreInherited: a place has its own holidays or those of what is
// around it.
func TestHolidaysAreInherited(t *testing.T) {
	own, all := []Holiday{{Month: time.June, Day: 24}}, []Holiday{{Month: time.July, Day: 1}}
	ed := New(time.Now(), "", World{Regions: []Region{
		{ID: "xx", Level: Country, Holidays: all},
		{ID: "xx-a", Level: Province, Parent: "xx", Holidays: own},
		{ID: "xx-a-1", Level: Division, Parent: "xx-a"},
		{ID: "xx-b", Level: Province, Parent: "xx"},
	}})
	for id, want := range map[RegionID][]Holiday{"xx": all, "xx-a": own, "xx-a-1": own, "xx-b": all, "atlantis": nil} {
		if got := ed.Holidays(id); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", id, got, want)
		}
	}
}
