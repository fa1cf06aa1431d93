package app

import (
	"time"

	"tocsin/catalog"
	"tocsin/detect"
	"tocsin/evidence"
	"tocsin/pipeline"
)

// detectors is the table of detectors that the program runs: the deep method of a
// measure, or its first baseline. Reports are judged by the clock and the holidays
// of the place where they are counted.
func detectors(ed *catalog.Edition) func(evidence.SeriesID) pipeline.Detector {
	calendars := map[catalog.RegionID]detect.Calendar{}
	return func(id evidence.SeriesID) pipeline.Detector {
		if id.Measure == evidence.Reports {
			c, known := calendars[id.Region]
			if !known {
				c = calendar(ed, id.Region)
				calendars[id.Region] = c
			}
			return detect.NewCrowd(detect.CrowdOptions{Season: detect.SeasonalOptions{Calendar: c}})
		}
		if makes, ok := detect.ForDeep(id.Measure); ok {
			return makes()
		}
		return nil
	}
}

// Years around an edition for which its calendar is worked out.
const (
	yearsBefore = 2
	yearsAfter  = 6
)

// calendar is the clock and the holidays of a region, as data.
func calendar(ed *catalog.Edition, region catalog.RegionID) detect.Calendar {
	var c detect.Calendar
	first := ed.AsOf().Year() - yearsBefore
	until := time.Date(first+yearsBefore+yearsAfter, 1, 1, 0, 0, 0, 0, time.UTC)
	if zone, err := time.LoadLocation(ed.Zone(region)); err == nil {
		for t := time.Date(first, 1, 1, 0, 0, 0, 0, time.UTC); t.Before(until); {
			_, offset := t.In(zone).Zone()
			c.Shifts = append(c.Shifts, detect.Shift{From: t.Unix(), Offset: int32(offset)})
			_, t = t.In(zone).ZoneBounds()
			if t.IsZero() {
				break
			}
		}
	}
	for year := first; year < until.Year(); year++ {
		for _, h := range ed.Holidays(region) {
			c.Holidays = append(c.Holidays, int32(h.On(year).Unix()/(24*60*60)))
		}
	}
	return c
}
