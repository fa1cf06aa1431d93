package publish

import (
	"cmp"
	"slices"
	"strings"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// How much of what was found is told: a line is for reading, the data has all.
const (
	fewAreas  = 3
	fewPlaces = 5
)

// areas says where more is reported than usual, the strongest first. It is an
// inference: the counts are observed, where an area ends is not.
func (d *draft) areas() {
	for i, a := range d.in.Areas {
		if i == fewAreas {
			return
		}
		if len(a.Regions) == 0 {
			continue
		}
		regions := slices.Clone(a.Regions)
		slices.SortStableFunc(regions, func(x, y catalog.RegionID) int {
			return cmp.Or(cmp.Compare(d.population(y), d.population(x)), strings.Compare(string(x), string(y)))
		})
		of := areaOf{
			first: i == 0, count: finite(a.Count), factor: finite(a.Factor()), rare: a.Expected < 1, basis: a.Basis,
			from: moment{t: a.From}, until: moment{t: a.Until},
		}
		for n, id := range regions {
			if n == fewPlaces {
				of.more = len(regions) - n
				break
			}
			of.regions = append(of.regions, d.region(id))
		}
		for _, id := range a.AtLeast {
			of.atLeast = append(of.atLeast, d.region(id))
		}
		for _, s := range a.Subjects {
			if s != evidence.Subject(d.in.Carrier) {
				of.about = append(of.about, d.subject(s))
			}
		}
		if len(of.about) < len(a.Subjects) {
			of.about = nil // the carrier as a whole
		}
		d.add(Line{
			Topic: "area", Kind: incident.Inferred, At: d.orNow(a.Until).t, Region: d.first(a.Regions), Org: d.in.Carrier,
			P: finite(a.P), Value: of.factor, Text: d.w.area(of), Basis: []evidence.Basis{a.Basis}, Sources: slices.Clone(a.Source),
		})
	}
}
