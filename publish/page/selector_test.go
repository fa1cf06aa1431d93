package page

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// parse reads a page as a browser does.
func parse(t *testing.T, body []byte) *html.Node {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatalf("parse page: %v", err)
	}
	return root
}

// find gives the elements under n that a selector names: simple selectors
// (tag, #id, .class, [attr], [attr=value]) with blanks for "somewhere below".
func find(n *html.Node, selector string) []*html.Node {
	at := []*html.Node{n}
	for part := range strings.FieldsSeq(selector) {
		var next []*html.Node
		for _, from := range at {
			for d := range from.Descendants() {
				if d.Type == html.ElementNode && fits(d, part) {
					next = append(next, d)
				}
			}
		}
		at = next
	}
	return at
}

func fits(n *html.Node, part string) bool {
	part, bracket, _ := strings.Cut(part, "[")
	if key, want, valued := strings.Cut(strings.TrimSuffix(bracket, "]"), "="); key != "" {
		have, ok := lookup(n, key)
		if !ok || valued && have != want {
			return false
		}
	}
	for i, class := range strings.Split(part, ".") {
		if i == 0 {
			name, id, _ := strings.Cut(class, "#")
			if name != "" && n.Data != name || id != "" && attr(n, "id") != id {
				return false
			}
		} else if !strings.Contains(" "+attr(n, "class")+" ", " "+class+" ") {
			return false
		}
	}
	return true
}

func lookup(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func attr(n *html.Node, key string) string {
	value, _ := lookup(n, key)
	return value
}

// text gives the words of an element, blanks squeezed.
func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent.Data != "style" {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// one gives the only element that a selector names.
func one(t *testing.T, n *html.Node, selector string) *html.Node {
	t.Helper()
	all := find(n, selector)
	if len(all) != 1 {
		t.Fatalf("%q: %d elements, want 1", selector, len(all))
	}
	return all[0]
}

func TestSelector(t *testing.T) {
	root := parse(t, []byte(`<main id=a><p class="x y">1<p class=y>2<a href=/z>3</a></main>`))
	for selector, want := range map[string]int{
		"p": 2, "p.x": 1, ".y": 2, "p.x.y": 1, "main#a p": 2, "#a a[href]": 1,
		"a[href=/z]": 1, "a[href=/q]": 0, "#b": 0, "p main": 0, ".z": 0,
	} {
		if got := len(find(root, selector)); got != want {
			t.Errorf("%q: %d elements, want %d", selector, got, want)
		}
	}
}
