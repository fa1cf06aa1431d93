package pipeline_test

import (
	"slices"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// mapped adds reports by region to a script, every five minutes from 06:00 to
// 14:00: as many as usual, and that many times the usual from the onset at 10:00.
func mapped(p *play, factor map[catalog.RegionID]float64) {
	for region, times := range factor {
		for at := clock("06:00"); at.Before(clock("14:00")); at = at.Add(5 * time.Minute) {
			o := evidence.Observation{
				Series: evidence.SeriesID{Feed: "map", Measure: evidence.Reports, Subject: "red", Region: region},
				At:     at, Heard: at, Value: 4, Basis: evidence.Reported,
			}
			if !at.Before(clock("10:00")) {
				o.Value *= times
			}
			p.heard.Observations = append(p.heard.Observations, o)
		}
	}
}

// TestAreas: where more is reported than usual, beside the shares and replaced
// with them. A region in which the usual number complains is in no area,
// however large its share.
func TestAreas(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		factor map[catalog.RegionID]float64
		want   []catalog.RegionID
	}{
		{"the east alone", map[catalog.RegionID]float64{"xx-e": 10, "xx-w": 1}, []catalog.RegionID{"xx-e"}},
		{"all of it", map[catalog.RegionID]float64{"xx-e": 10, "xx-w": 10}, []catalog.RegionID{"xx"}},
		{"nowhere", map[catalog.RegionID]float64{"xx-e": 1, "xx-w": 1}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := script(t, "core-outage")
			mapped(p, tc.factor)
			var last incident.Change
			for _, c := range p.run(t, nil) {
				if c.Op == incident.OpLocate {
					last = c
				}
			}
			if len(last.Shares) != 2 {
				t.Fatalf("shares %+v", last.Shares)
			}
			var got []catalog.RegionID
			for _, a := range last.Areas {
				got = append(got, a.Regions...)
			}
			if !slices.Equal(got, tc.want) {
				t.Fatalf("areas %+v, want %v", last.Areas, tc.want)
			}
			if len(last.Areas) == 0 {
				return
			}
			a := last.Areas[0]
			if f := a.Factor(); f < 9.999 || f > 10.001 || a.P < 0.99 || a.AtLeast != nil || !slices.Equal(a.Subjects, []evidence.Subject{"red"}) {
				t.Errorf("%+v", a)
			}
			if !a.From.Equal(clock("10:00")) || !a.Until.Equal(clock("13:55")) || a.Basis != evidence.Reported {
				t.Errorf("%+v", a)
			}
			want := 0
			for _, id := range tc.want {
				want += world().Region(id).Population
			}
			if a.People != want {
				t.Errorf("%d people, want %d", a.People, want)
			}
		})
	}
}

// TestAreasNeedAPast: what was never counted before the onset has nothing that
// is usual, and is in no area.
func TestAreasNeedAPast(t *testing.T) {
	t.Parallel()
	p := script(t, "core-outage")
	mapped(p, map[catalog.RegionID]float64{"xx-e": 10})
	p.heard.Observations = slices.DeleteFunc(p.heard.Observations, func(o evidence.Observation) bool {
		return o.Series.Feed == "map" && o.At.Before(clock("10:00"))
	})
	for _, c := range p.run(t, nil) {
		if c.Op == incident.OpLocate && len(c.Areas) > 0 {
			t.Fatalf("%+v", c.Areas)
		}
	}
}
