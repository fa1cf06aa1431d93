package graph

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
)

// hostile are names that a text form may trip over.
func hostile() []string {
	return []string{
		"", " ", "a", "a b", "->", "a->b", "-", ">", "-->", "->a", "a->", "#", "#a", "a#b", `"`, `""`, `"a"`, `a"b`, `\`, `\n`, "\n", "\r", "\r\n", "\t",
		"\x00", "\xff", "\xc3\x28", "\u00a0", "\u2028", "\u200b", "\ufeff", "\u202e", "é", "e\u0301", "🔔", "`", "'", "rogers/ip-core",
		"line 1: want", strings.Repeat("long ", 1000), "\ufffd", "a\u0085b",
	}
}

// TestHostileNamesComeBack: whatever names are, the text form is read back as the
// same graph.
func TestHostileNamesComeBack(t *testing.T) {
	names := hostile()
	same := func(g *Graph) {
		t.Helper()
		again, err := Parse(g.String())
		if err != nil {
			t.Fatalf("%v, in\n%s", err, g)
		}
		if !slices.Equal(again.Names(), g.Names()) || !slices.Equal(again.Edges(), g.Edges()) || !reflect.DeepEqual(again, g) {
			t.Fatalf("came back as\n%s\nwant\n%s", again, g)
		}
	}
	same(New(nil, names...))
	for _, a := range names {
		same(New(nil, a))
		for _, b := range names {
			same(New([]Edge{{a, b}}))
			same(New([]Edge{{a, b}, {b, a}, {a, a}}, "x"))
		}
	}
	rng := rand.New(rand.NewPCG(11, 12))
	for range 300 {
		var edges []Edge
		for range rng.IntN(30) {
			edges = append(edges, Edge{names[rng.IntN(len(names))], names[rng.IntN(len(names))]})
		}
		same(New(edges, names[:rng.IntN(len(names))]...))
	}
	if got := len(New(nil, names...).Names()); got != len(names) {
		t.Errorf("%d names of %d: two are taken for one", got, len(names))
	}
}

// TestOneLineEach: the text form has a line for each edge and each lone name, no
// name breaks a line, and the lines are in order.
func TestOneLineEach(t *testing.T) {
	names := hostile()
	var edges []Edge
	for i := range names[:20] {
		edges = append(edges, Edge{names[i], names[i+5]})
	}
	g := New(edges, names...)
	lines := strings.Split(strings.TrimSuffix(g.String(), "\n"), "\n")
	if want := len(edges) + len(names) - 25; len(lines) != want {
		t.Errorf("%d lines, want %d:\n%s", len(lines), want, g)
	}
	for i, line := range lines {
		if one := parse(t, line); len(one.Edges()) > 1 || len(one.Names()) == 0 {
			t.Errorf("line %d says %d edges: %q", i+1, len(one.Edges()), line)
		}
		if strings.ContainsAny(line, "\x00\r\t\u2028\u00a0\u202e\ufeff\u200b") {
			t.Errorf("line %d holds what can't be seen: %q", i+1, line)
		}
	}
}

// TestParserNamesTheLine: every fault is shown in its line, the first one of a text.
func TestParserNamesTheLine(t *testing.T) {
	const want = `want "name" or "from -> to"`
	for fault, text := range map[string]string{
		"a b":         want,
		`"a"->`:       want,
		"a ->":        want,
		"-> a":        want,
		"->":          want,
		"a -> -> b":   want,
		"-> -> ->":    want,
		"a -> b c":    want,
		"a -> b -> c": want,
		`a -> "b`:     "a quote that doesn't end",
		`"\q"`:        "a quote that doesn't end",
		`a"b`:         `"a\"b" is not a plain word: put it in quotes`,
		"a->b":        `"a->b" is not a plain word: put it in quotes`,
		"a\x00":       `"a\x00" is not a plain word: put it in quotes`,
		"\xff":        `"\xff" is not a plain word: put it in quotes`,
		"x \ufeffa":   `"\ufeffa" is not a plain word: put it in quotes`,
	} {
		for before, line := range map[string]int{"": 1, "\n": 2, "# remark\n\nx -> y\n": 4, "x\r\ny\r\n": 3, strings.Repeat("a -> b\n", 999): 1000} {
			g, err := Parse(before + fault + "\na b c\n")
			if wanted := fmt.Sprintf("graph: line %d: %s", line, text); err == nil || err.Error() != wanted {
				t.Errorf("%q after %d lines: %v, want %q", fault, line-1, err, wanted)
			}
			if g != nil {
				t.Errorf("%q: a graph beside an error", fault)
			}
		}
	}
}

// TestWhatParserPassesOver: remarks begin a word; space is any space; quotes may
// hold anything, and touch what follows.
func TestWhatParserPassesOver(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "",
		"#":                          "",
		" \t# a -> b":                "",
		"a#b":                        "a#b\n",
		"a #b":                       "a\n",
		"a -> b #c -> d":             "a -> b\n",
		`"#" -> b`:                   "\"#\" -> b\n",
		"a\u00a0->\u2003b":           "a -> b\n",
		"a -> b\r\n":                 "a -> b\n",
		`"a" -> "a"`:                 "a -> a\n",
		"`a` -> b":                   "`a` -> b\n",
		`"\x61" -> "\u00e9"`:         "a -> é\n",
		"b\na\nb -> c\nb -> c\nc\na": "a\nb -> c\n",
	} {
		g, err := Parse(text)
		if err != nil || g.String() != want {
			t.Errorf("%q: %v, %v; want %q", text, g, err, want)
		}
	}
}

// levels counts the steps to every name from one, by widening a set: no queue, no
// order of names.
func levels(edges []Edge, from string) map[string]int {
	steps := map[string]int{from: 0}
	for changed := true; changed; {
		changed = false
		for _, e := range edges {
			n, ok := steps[e.From]
			if old, met := steps[e.To]; ok && (!met || n+1 < old) {
				steps[e.To], changed = n+1, true
			}
		}
	}
	return steps
}

// TestLargerGraphs holds sparse graphs of forty names to what must be true of any:
// the twin of all walks is too slow for them.
func TestLargerGraphs(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	for range 40 {
		var edges []Edge
		var names []string
		for i := range 40 {
			names = append(names, fmt.Sprintf("n%02d", i))
		}
		for range 30 + rng.IntN(60) {
			edges = append(edges, Edge{names[rng.IntN(40)], names[rng.IntN(40)]})
		}
		g := New(edges, names...)
		of := map[string]int{}
		for i, set := range g.Components() {
			if !slices.IsSorted(set) {
				t.Fatalf("component out of order: %v", set)
			}
			for _, name := range set {
				if _, twice := of[name]; twice {
					t.Fatalf("%s is in two components", name)
				}
				of[name] = i
			}
		}
		if len(of) != len(names) {
			t.Fatalf("%d of %d names are in components", len(of), len(names))
		}
		for _, a := range names {
			steps := levels(edges, a)
			reached := g.Reach(a)
			if len(reached) != len(steps) || !slices.IsSorted(reached) {
				t.Fatalf("%s reaches %v, want %v", a, reached, steps)
			}
			for _, b := range names {
				checkPath(t, g, a, b, steps)
				_, there := steps[b]
				_, back := levels(edges, b)[a]
				if (of[a] == of[b]) != (there && back) {
					t.Fatalf("%s and %s: components %d and %d, ways %v and %v", a, b, of[a], of[b], there, back)
				}
			}
		}
		onCycle := map[Edge]int{}
		for _, cycle := range g.Cycles() {
			for i, name := range cycle {
				e := Edge{name, cycle[(i+1)%len(cycle)]}
				if !slices.Contains(edges, e) {
					t.Fatalf("cycle %v goes where no edge is", cycle)
				}
				if n, ok := onCycle[e]; !ok || len(cycle) < n {
					onCycle[e] = len(cycle)
				}
			}
		}
		for _, e := range g.Edges() {
			back, ok := levels(edges, e.To)[e.From]
			if n, found := onCycle[e]; found != ok || found && n != back+1 || len(g.Cycle(e)) != n {
				t.Fatalf("edge %v: the shortest cycle has %d names, found %d and %v", e, back+1, n, g.Cycle(e))
			}
		}
	}
}

// checkPath holds a path to the least number of steps, and to edges that are there.
func checkPath(t *testing.T, g *Graph, a, b string, steps map[string]int) {
	t.Helper()
	path := g.Path(a, b)
	n, ok := steps[b]
	if ok != (path != nil) || ok && (len(path) != n+1 || path[0] != a || path[n] != b) {
		t.Fatalf("path from %s to %s in %d steps, %v: %v", a, b, n, ok, path)
	}
	for i := 1; i < len(path); i++ {
		if !slices.Contains(g.Next(path[i-1]), path[i]) {
			t.Fatalf("path %v goes where no edge is", path)
		}
	}
}

// TestAnswersAreCopies: what a graph gives out may be written to, by many at once.
func TestAnswersAreCopies(t *testing.T) {
	given := []Edge{{"a", "b"}, {"b", "c"}, {"c", "a"}}
	lone := []string{"x", "a"}
	g := New(given, lone...)
	want := g.String()
	given[0], lone[0] = Edge{"z", "z"}, "z"
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for _, names := range [][]string{g.Names(), g.Next("a"), g.Reach("a"), g.Path("a", "c"), g.Cycle(Edge{"a", "b"}), g.Components()[0], g.Cycles()[0]} {
				for i := range names {
					names[i] = "spoilt"
				}
			}
			for i := range g.Edges() {
				g.Edges()[i] = Edge{}
			}
			if g.String() != want || g.Reverse().Reverse().String() != want {
				t.Errorf("the graph has changed:\n%s", g)
			}
		})
	}
	wg.Wait()
	if lone[1] != "a" || given[1] != (Edge{"b", "c"}) {
		t.Error("New has sorted what it was given")
	}
}

func TestRotationsHaveOneForm(t *testing.T) {
	cycle := []string{"c", "d", "a", "b"}
	for i := range cycle {
		turned := slices.Concat(cycle[i:], cycle[:i])
		kept := slices.Clone(turned)
		if got := join(Rotate(turned)); got != "a b c d" {
			t.Errorf("%v is begun as %s", turned, got)
		}
		if !slices.Equal(turned, kept) {
			t.Errorf("%v was changed", kept)
		}
	}
	part := []string{"b", "a", "behind"}
	if got := join(Rotate(part[:2])); got != "a b" || part[2] != "behind" {
		t.Errorf("%s; what stands behind the cycle is %s", got, part[2])
	}
	if got := join(Rotate([]string{"a", "d", "c", "b"})); got != "a d c b" {
		t.Errorf("the other way round: %s", got)
	}
}
