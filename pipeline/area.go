package pipeline

import (
	"time"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// usualDays is how many earlier days make what is usual at a time of day: four
// weeks, as for the sparse series of package detect.
const usualDays = 28

// areas finds where more is reported about the carrier since the onset than is
// usual at such a time. What has no history is left out: nothing is known of
// what is usual there.
func (p *Pipeline) areas(w *watch) []incident.Area {
	var cells []attribute.Cell
	var until time.Time
	var basis evidence.Basis
	var sources []catalog.Source
	for _, t := range p.order {
		if t.counts == nil || catalog.NodeID(t.id.Subject).Owner() != w.in.Carrier {
			continue
		}
		c, last, known := t.cell(w.in.Onset)
		if !known {
			continue
		}
		cells = append(cells, c)
		basis, sources = t.basis, t.sources
		if last.After(until) {
			until = last
		}
	}
	var areas []incident.Area
	for _, a := range p.attr.Locate(cells) {
		areas = append(areas, incident.Area{
			Regions: a.Whole, AtLeast: a.RolledUp, Subjects: a.Subjects, Count: a.Count, Expected: a.Expected, P: a.P,
			People: a.People, Share: a.Share, From: w.in.Onset, Until: until, Basis: basis, Source: sources,
		})
	}
	return areas
}

// cell adds up a series since a time, beside what is usual for each of its
// bins. It is not known where the series has no bin before that time.
func (t *track) cell(since time.Time) (c attribute.Cell, last time.Time, known bool) {
	c = attribute.Cell{Region: t.id.Region, Subject: t.id.Subject}
	n := 0 // bins before
	for n < len(t.counts) && t.counts[n].at.Before(since) {
		n++
	}
	before := t.counts[:n]
	if n == 0 || n == len(t.counts) {
		return c, last, false
	}
	mean := 0.0
	for _, b := range before {
		mean += b.value / float64(n)
	}
	for _, b := range t.counts[n:] {
		c.Count += b.value
		c.Expected += usual(before, b.at, mean)
		last = b.at
	}
	return c, last, true
}

// usual is the mean of the same time on earlier days, or else the given mean of
// all times.
func usual(before []count, at time.Time, mean float64) float64 {
	sum, days := 0.0, 0
	for d := 1; d <= usualDays; d++ {
		then := at.Add(-time.Duration(d) * 24 * time.Hour)
		if then.Before(before[0].at) {
			break
		}
		if i, told := place(before, then); told {
			sum += before[i].value
			days++
		}
	}
	if days == 0 {
		return mean
	}
	return sum / float64(days)
}
