package page

import (
	"slices"
	"strings"
	"unicode/utf8"

	"tocsin/catalog"
	"tocsin/graph"
	"tocsin/publish"
)

// web draws what a dependent rests on, as a picture and as a list of the same.
type web struct {
	v        *view
	p        *publish.Picture
	rehearse bool
	told     map[catalog.NodeID]bool // in the list
	items    int
}

// figure is a picture in pixels of a page that isn't scaled: its text is as
// large as the text around it.
type figure struct {
	Width, Height int
	Boxes         []box
	Lines         []stroke
}

// box is a node, with its state as a class and a sign.
type box struct {
	X, Y, W, H int
	Class      string
	Text       []caption
}

// caption is a line of a label.
type caption struct {
	X, Y int
	Text string
}

// stroke is a line from a node to what it rests on.
type stroke struct {
	D    string
	Some bool // one of several that would do
}

// Measures of the picture, in pixels: two boxes fit side by side into the
// narrowest screen that pages are made for.
const (
	boxWide  = 136
	boxGap   = 8  // between boxes
	layerGap = 34 // between layers
	lineHigh = 16
	boxPad   = 7
	// label is how many characters fit into a line of a box, in the widest of the
	// usual faces: at 12.5 px a letter of DejaVu Sans is 7.3 px wide in the mean.
	label = 17
)

// most is how many nodes a picture shows: more can't be taken in.
const most = 40

// figure draws what a node rests on; nil if that is too much for a picture.
func (w *web) figure(n *catalog.Node) *figure {
	edges, some := w.edges(n)
	d := graph.New(edges, string(n.ID)).Draw()
	places := 0
	for _, layer := range d.Layers {
		places += len(layer)
	}
	if len(edges) == 0 || places > 2*most {
		return nil
	}
	f := &figure{}
	tops, highs := f.place(w, d)
	for _, r := range d.Routes {
		f.Lines = append(f.Lines, stroke{D: way(d, r, tops, highs), Some: some[r.Edge]})
	}
	return f
}

// edges are all needs behind a node; some holds those of which not all are
// needed. More than can be drawn are not gathered.
func (w *web) edges(n *catalog.Node) (edges []graph.Edge, some map[graph.Edge]bool) {
	some = map[graph.Edge]bool{}
	met := map[catalog.NodeID]bool{n.ID: true}
	for open := []*catalog.Node{n}; len(open) > 0 && len(met) <= most; open = open[1:] {
		for _, r := range open[0].Needs {
			members, all := r.Members, r.AtLeast == len(r.Members) && r.Backup == nil
			if r.Backup != nil {
				members = slices.Concat(members, r.Backup.Members)
			}
			for _, m := range w.v.shown(members) {
				e := graph.Edge{From: string(open[0].ID), To: string(m)}
				if _, twice := some[e]; twice {
					some[e] = some[e] && !all
				} else {
					some[e] = !all
				}
				edges = append(edges, e)
				if !met[m] {
					met[m] = true
					open = append(open, w.v.edition.Node(m))
				}
			}
		}
	}
	if len(met) > most {
		return nil, nil
	}
	return edges, some
}

// place puts the boxes; it gives the top and the height of each layer.
func (f *figure) place(w *web, d graph.Drawing) (tops, highs []int) {
	y := 1
	for _, layer := range d.Layers {
		high := 0
		from := len(f.Boxes)
		for _, p := range layer {
			if f.Width = max(f.Width, across(p.X+p.Wide()/2)); p.Name == "" {
				continue
			}
			b := w.box(catalog.NodeID(p.Name), across(p.X)-boxWide/2, y)
			high = max(high, b.H)
			f.Boxes = append(f.Boxes, b)
		}
		for i := range f.Boxes[from:] {
			f.Boxes[from+i].stretch(high)
		}
		tops, highs = append(tops, y), append(highs, high)
		y += high + layerGap
	}
	f.Height = y - layerGap + 1
	return tops, highs
}

// across turns a position of a drawing into pixels.
func across(x float64) int { return int(x*(boxWide+boxGap)) + 1 - boxGap/2 }

func (w *web) box(id catalog.NodeID, x, y int) box {
	s := w.p.Standing(w.v.edition.Node(id))
	b := box{X: x, Y: y, W: boxWide}
	name := capital(w.v.nodeName(id))
	if len(s.Effects) > 0 {
		t := w.v.standingTag(s)
		b.Class, name = t.Class, t.Icon+" "+name
	}
	for i, text := range wrap(name, label) {
		b.Text = append(b.Text, caption{x + boxWide/2, y + boxPad + lineHigh*(i+1) - 4, text})
	}
	b.H = 2*boxPad + lineHigh*len(b.Text)
	return b
}

// stretch makes a box as high as its neighbours, its words in the middle.
func (b *box) stretch(high int) {
	for i := range b.Text {
		b.Text[i].Y += (high - b.H) / 2
	}
	b.H = high
}

// way is the path of a line: from the lower edge of a box through its places to
// the upper edge of another, in curves that leave and arrive upright.
func way(d graph.Drawing, r graph.Route, tops, highs []int) string {
	at := func(i int) int { return across(d.Layers[r.Top+i][r.Through[i]].X) }
	var path strings.Builder
	x, y := at(0), tops[r.Top]+highs[r.Top]
	path.WriteString("M" + point(x, y))
	for i := 1; i < len(r.Through); i++ {
		top := tops[r.Top+i]
		next, middle := at(i), (y+top)/2
		if next == x {
			path.WriteString("L" + point(next, top))
		} else {
			path.WriteString("C" + point(x, middle) + " " + point(next, middle) + " " + point(next, top))
		}
		if x, y = next, top; i < len(r.Through)-1 {
			y += highs[r.Top+i]
			path.WriteString("L" + point(x, y))
		}
	}
	return path.String()
}

// wrap breaks a label into lines of so many characters, between words.
func wrap(text string, width int) []string {
	var lines []string
	for word := range strings.FieldsSeq(text) {
		last := len(lines) - 1
		if last >= 0 && utf8.RuneCountInString(lines[last])+1+utf8.RuneCountInString(word) <= width {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}
