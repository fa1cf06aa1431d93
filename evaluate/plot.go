package evaluate

import (
	"encoding/xml"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Plot is a drawing as an SVG file. It has a title and a description for those
// who can't see it, and follows the reader's choice of dark or light.
type Plot struct {
	Name string // of the file
	SVG  string
}

// Plots draws how honest the probabilities are, and who was accused wrongly.
func (r Result) Plots() []Plot {
	accused := strip{
		title: "Worlds in which an innocent was named",
		desc:  "One row a scenario, one mark a method; further left is better. Lines hold 95 % of the bootstrap by world.",
		unit:  "%", least: 1,
	}
	bins := map[string][]Bin{}
	var methods []string
	for _, row := range r.Scenarios {
		accused.add(row.Scenario, row.Method, 100*row.FalseAccusation, 100*row.AccusedRange[0], 100*row.AccusedRange[1])
		if bins[row.Method] == nil {
			methods = append(methods, row.Method)
		}
		bins[row.Method] = pool(bins[row.Method], row.Reliability)
	}
	return []Plot{{"reliability.svg", curves(methods, bins)}, {"accusation.svg", accused.draw()}}
}

// Plots draws how soon onsets are seen.
func (r Detection) Plots() []Plot {
	s := strip{
		title: "Minutes until an onset is seen, at one false alarm a series and month",
		desc:  "One row a kind of series, one mark a chart at its median; the line ends at the 90th percentile.",
		unit:  "min", least: 10,
	}
	for _, row := range r.Scenarios {
		if !row.Shipped {
			s.add(row.Scenario, row.Method, row.Median, row.Median, row.P90)
		}
	}
	return []Plot{{"delay.svg", s.draw()}}
}

// Plots draws how much of the named ground is the hit ground.
func (r Localisation) Plots() []Plot {
	s := strip{
		title: "Shared regions over all regions of answer and truth",
		desc:  "One row a kind of place, one mark a method; further right is better.",
		unit:  "%", least: 100,
	}
	for _, row := range r.Scenarios {
		s.add(row.Scenario, row.Method, 100*row.Overlap, 100*row.Overlap, 100*row.Overlap)
	}
	return []Plot{{"overlap.svg", s.draw()}}
}

// Plots of a quiet year: there is nothing to draw.
func (q Quiet) Plots() []Plot { return nil }

// pool adds bins of several scenarios up, by the edge they begin at.
func pool(all, more []Bin) []Bin {
	e := edges()
	at := func(b Bin) int {
		i, _ := slices.BinarySearch(e, math.Nextafter(b.Forecast, 2))
		return i
	}
	for _, b := range more {
		i := slices.IndexFunc(all, func(have Bin) bool { return at(have) == at(b) })
		if i < 0 {
			all = append(all, b)
			continue
		}
		n := float64(all[i].Count + b.Count)
		all[i].Forecast = (all[i].Forecast*float64(all[i].Count) + b.Forecast*float64(b.Count)) / n
		all[i].Observed = (all[i].Observed*float64(all[i].Count) + b.Observed*float64(b.Count)) / n
		all[i].Count += b.Count
		all[i].Range = wilson(all[i].Observed, n)
	}
	slices.SortFunc(all, func(a, b Bin) int { return at(a) - at(b) })
	return all
}

// sheet is the style of every drawing: text and lines in the reader's colours,
// and six colours that are told apart on either ground, each with a shape too.
const sheet = `<style>
:root{--ground:#fff;--ink:#1b1b1b;--faint:#767676;--c0:#0b5fa5;--c1:#a63a00;--c2:#1b7a3d;--c3:#7b3fa0;--c4:#8a6d00;--c5:#a3195b}
@media (prefers-color-scheme:dark){:root{--ground:#161616;--ink:#eee;--faint:#9a9a9a;--c0:#6db3f2;--c1:#ff9a66;--c2:#6fd08c;--c3:#cf9df0;--c4:#e3c34a;--c5:#ff8fc0}}
text{fill:var(--ink);font:13px system-ui,sans-serif}.small{font-size:11px;fill:var(--faint)}.title{font-size:15px;font-weight:600}
.axis{stroke:var(--faint);stroke-width:1;fill:none}.grid{stroke:var(--faint);stroke-width:.5;opacity:.4}
</style>`

// canvas gathers the elements of one drawing.
type canvas struct {
	strings.Builder
	width, height int
}

func newCanvas(width, height int, title, desc string) *canvas {
	c := &canvas{width: width, height: height}
	c.put(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-labelledby="t d">`+"\n", width, height)
	c.put("<title id=\"t\">%s</title>\n<desc id=\"d\">%s</desc>\n%s\n", escaped(title), escaped(desc), sheet)
	c.WriteString(`<rect width="100%" height="100%" fill="var(--ground)"/>` + "\n")
	c.text(12, 22, "title", title)
	return c
}

func (c *canvas) end() string {
	c.WriteString("</svg>\n")
	return c.String()
}

func (c *canvas) put(format string, args ...any) { fmt.Fprintf(&c.Builder, format, args...) }

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}

func (c *canvas) text(x, y float64, class, s string) {
	c.put(`<text x="%.1f" y="%.1f" class="%s">%s</text>`+"\n", x, y, class, escaped(s))
}

func (c *canvas) line(x1, y1, x2, y2 float64, class string) {
	c.put(`<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" class="%s"/>`+"\n", x1, y1, x2, y2, class)
}

// mark draws the sign of the nth method: its colour and its shape.
func (c *canvas) mark(n int, x, y, r float64) {
	paint := fmt.Sprintf(`style="fill:var(--c%d)"`, n%6)
	switch n % 4 {
	case 0:
		c.put(`<circle cx="%.1f" cy="%.1f" r="%.1f" %s/>`+"\n", x, y, r, paint)
	case 1:
		c.put(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" %s/>`+"\n", x-r, y-r, 2*r, 2*r, paint)
	case 2:
		c.put(`<path d="M%.1f %.1fl%.1f %.1fh%.1fz" %s/>`+"\n", x, y-r, r, 2*r, -2*r, paint)
	default:
		c.put(`<path d="M%.1f %.1fl%.1f %.1f %.1f %.1f %.1f %.1fz" %s/>`+"\n", x, y-r-1, r+1, r+1, -r-1, r+1, -r-1, -r-1, paint)
	}
}

// legend names the methods in a row.
func (c *canvas) legend(y float64, methods []string) {
	x := 16.0
	for i, m := range methods {
		c.mark(i, x, y-4, 5)
		c.text(x+10, y, "", m)
		x += 26 + 7.5*float64(len(m))
	}
}

// strip is a drawing of rows with marks on a common scale.
type strip struct {
	title, desc, unit string
	least             float64 // the scale reaches at least this far
	rows, methods     []string
	points            []point
}

// point is one mark with its line.
type point struct {
	row, method     int
	value, from, to float64
}

func (s *strip) add(row, method string, value, from, to float64) {
	index := func(of *[]string, name string) int {
		i := slices.Index(*of, name)
		if i < 0 {
			i = len(*of)
			*of = append(*of, name)
		}
		return i
	}
	s.points = append(s.points, point{index(&s.rows, row), index(&s.methods, method), value, from, to})
}

func (s *strip) draw() string {
	const left, right, top = 170.0, 30.0, 64.0
	pitch := 8.0*float64(len(s.methods)) + 10
	width, height := 860, int(top+pitch*float64(len(s.rows))+50)
	most := s.least
	for _, p := range s.points {
		most = max(most, p.to, p.value)
	}
	scale := (float64(width) - left - right) / most
	c := newCanvas(width, height, s.title, s.desc)
	c.legend(46, s.methods)
	bottom := top + pitch*float64(len(s.rows))
	for i := range 6 {
		v := most * float64(i) / 5
		c.line(left+v*scale, top, left+v*scale, bottom, "grid")
		c.text(left+v*scale-8, bottom+18, "small", fmt.Sprintf("%.4g", math.Round(v*10)/10))
	}
	c.text(left, bottom+38, "small", s.unit)
	for i, row := range s.rows {
		y := top + pitch*float64(i)
		c.line(left, y, float64(width)-right, y, "grid")
		c.text(12, y+pitch/2+4, "", row)
	}
	for _, p := range s.points {
		y := top + pitch*float64(p.row) + 9 + 8*float64(p.method)
		c.put(`<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" style="stroke:var(--c%d);stroke-width:1.5"/>`+"\n",
			left+p.from*scale, y, left+p.to*scale, y, p.method%6)
		c.mark(p.method, left+p.value*scale, y, 3.5)
	}
	return c.end()
}

// curves draws what came true against what was forecast, all scenarios
// together; a mark's size is the number of forecasts.
func curves(methods []string, bins map[string][]Bin) string {
	const left, top, side = 60.0, 84.0, 420.0
	c := newCanvas(560, 560, "What was forecast, and what came true",
		"On the diagonal a probability means what it says. Below it a method is too sure. A mark's area grows with the number of forecasts.")
	c.legend(46, methods)
	at := func(x, y float64) (float64, float64) { return left + side*x, top + side*(1-y) }
	for i := range 6 {
		v := float64(i) / 5
		x, y := at(v, v)
		c.line(left, y, left+side, y, "grid")
		c.line(x, top, x, top+side, "grid")
		c.text(x-8, top+side+16, "small", fmt.Sprintf("%.1f", v))
		c.text(left-26, y+4, "small", fmt.Sprintf("%.1f", v))
	}
	c.line(left, top+side, left+side, top, "axis")
	c.text(left+side/2-40, top+side+36, "small", "forecast")
	c.text(8, top-8, "small", "came true")
	for i, m := range methods {
		var path strings.Builder
		for j, b := range bins[m] {
			x, y := at(b.Forecast, b.Observed)
			fmt.Fprintf(&path, "%s%.1f %.1f", map[bool]string{true: "M", false: "L"}[j == 0], x, y)
		}
		if len(bins[m]) > 0 {
			c.put(`<path d="%s" style="fill:none;stroke:var(--c%d);stroke-width:1.5"/>`+"\n", path.String(), i%6)
		}
		for _, b := range bins[m] {
			x, y := at(b.Forecast, b.Observed)
			_, low := at(0, b.Range[0])
			_, high := at(0, b.Range[1])
			c.put(`<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" style="stroke:var(--c%d)"/>`+"\n", x, low, x, high, i%6)
			c.mark(i, x, y, min(9, 2+math.Sqrt(float64(b.Count))/12))
		}
	}
	return c.end()
}
