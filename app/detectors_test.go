package app

import (
	"slices"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/detect"
	"tocsin/evidence"
)

// TestCalendar holds the calendar of a place to the zone database, hour by hour,
// and to a holiday that everybody knows.
func TestCalendar(t *testing.T) {
	t.Parallel()
	ed, err := World{}.Edition(time.Date(2022, 7, 8, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	for region, zone := range map[catalog.RegionID]string{"ca": "America/Toronto", "ca-nl": "America/St_Johns", "ca-sk": "America/Regina"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		c := calendar(ed, region)
		for at := time.Date(2021, 3, 1, 0, 30, 0, 0, time.UTC); at.Year() < 2023; at = at.Add(time.Hour) {
			_, want := at.In(loc).Zone()
			var got int32
			for _, s := range c.Shifts {
				if s.From <= at.Unix() {
					got = s.Offset
				}
			}
			if int(got) != want {
				t.Fatalf("%s at %s: offset %d, want %d", region, at, got, want)
			}
		}
		canadaDay := int32(time.Date(2022, 7, 1, 0, 0, 0, 0, time.UTC).Unix() / 86400)
		if !slices.Contains(c.Holidays, canadaDay) || slices.Contains(c.Holidays, canadaDay+1) {
			t.Errorf("%s: Canada Day is not among %v", region, c.Holidays)
		}
		if !slices.IsSorted(c.Holidays) {
			t.Errorf("%s: holidays out of order", region)
		}
	}
}

// TestDetectors: every measure that the program judges has a detector, the deep
// one where there is one.
func TestDetectors(t *testing.T) {
	t.Parallel()
	ed, err := zz().Edition(time.Date(2022, 7, 8, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	table := detectors(ed)
	for _, b := range detect.Deep() {
		for _, m := range b.Measures {
			if table(evidence.SeriesID{Measure: m, Region: ed.Root()}) == nil {
				t.Errorf("%s has no detector", m)
			}
		}
	}
	if _, ok := table(evidence.SeriesID{Measure: evidence.Reports, Region: ed.Root()}).(*detect.Crowd); !ok {
		t.Error("reports aren't watched by the seasonal baseline")
	}
	if table(evidence.SeriesID{Measure: "heartbeats"}) != nil {
		t.Error("a measure that nobody knows is judged")
	}
}
