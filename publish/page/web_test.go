package page

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/graph"
	"tocsin/publish"
)

// randomWeb is a world of some nodes that need each other at random, circles
// among them, under one dependent.
func randomWeb(r *rand.Rand) *catalog.Edition {
	w := catalog.World{Regions: []catalog.Region{{ID: "ca", Level: catalog.Country, Name: both("Canada", "Canada"), Zone: "America/Toronto"}}}
	n := 1 + r.IntN(9)
	id := func(i int) catalog.NodeID { return catalog.NodeID(fmt.Sprintf("a/n%d", i)) }
	for i := range n {
		name := []string{"core", "réseau radio de la région", "third-party back-up link of the operations centre", "X"}[r.IntN(4)] + fmt.Sprint(" ", i)
		node := catalog.Node{ID: id(i), Kind: catalog.Core, Name: both(name, name), Regions: []catalog.RegionID{"ca"}}
		if i == 0 {
			node.Kind = catalog.Dependent
		}
		for range r.IntN(3) {
			var members []catalog.NodeID
			for range 1 + r.IntN(3) {
				if m := id(r.IntN(n)); m != node.ID && !slices.Contains(members, m) {
					members = append(members, m)
				}
			}
			if len(members) > 0 {
				node.Needs = append(node.Needs, catalog.Requirement{Members: members, AtLeast: 1 + r.IntN(len(members)), Lost: catalog.Down})
			}
		}
		w.Nodes = append(w.Nodes, node)
	}
	return catalog.New(at(0, 0), "web", w)
}

func webOf(ed *catalog.Edition) *web {
	p := planPicture(false)
	p.Edition = ed
	return &web{v: &view{speech: speech{lang: catalog.EN, all: words()}, edition: ed}, p: p}
}

// Whatever needs whatever: boxes don't overlap and stay in the picture, their
// words stay in them, every line runs down from the foot of a box to the head of
// another, and picture and list hold what the catalogue says.
func TestFiguresOfAnyWeb(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	drawn := 0
	for range 300 {
		ed := randomWeb(r)
		top := ed.Node("a/n0")
		w := webOf(ed)
		f, o := w.figure(top), w.outline(top)
		reach, needs := behind(ed, top)
		if (f == nil) != (len(needs) == 0) {
			t.Fatalf("drawn: %v, of %d needs", f != nil, len(needs))
		}
		if names := listed(o); !slices.Equal(names, reach) {
			t.Fatalf("the list has %v, want %v", names, reach)
		}
		if f == nil {
			continue
		}
		drawn++
		if len(f.Boxes) != len(reach)+1 || len(f.Lines) != len(needs) {
			t.Fatalf("%d boxes, %d lines; want %d, %d", len(f.Boxes), len(f.Lines), len(reach)+1, len(needs))
		}
		checkBoxes(t, f)
		checkLines(t, f)
		if t.Failed() {
			t.Fatalf("of %v", needs)
		}
	}
	if drawn < 100 {
		t.Errorf("only %d of 300 were drawn", drawn)
	}
}

// behind gives the names of all that something rests on, but for itself, and
// all needs among them.
func behind(ed *catalog.Edition, top *catalog.Node) (names []string, needs []graph.Edge) {
	met := map[catalog.NodeID]bool{top.ID: true}
	for open := []*catalog.Node{top}; len(open) > 0; open = open[1:] {
		for _, need := range open[0].Needs {
			for _, m := range need.Members {
				if e := (graph.Edge{From: string(open[0].ID), To: string(m)}); !slices.Contains(needs, e) {
					needs = append(needs, e)
				}
				if !met[m] {
					met[m] = true
					open = append(open, ed.Node(m))
					names = append(names, capital(ed.Node(m).Name.EN))
				}
			}
		}
	}
	slices.Sort(names)
	return names, needs
}

// listed gives the names in a list within a list, each once; the dependent
// itself, which a circle leads back to, left out.
func listed(o outline) []string {
	var names []string
	for _, g := range o.Groups {
		for _, item := range g.Members {
			names = append(append(names, item.Name.Text), listed(item.outline)...)
		}
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(s string) bool { return strings.HasSuffix(s, " 0") })
}

func checkBoxes(t *testing.T, f *figure) {
	t.Helper()
	for i, b := range f.Boxes {
		if b.X < 0 || b.Y < 0 || b.X+b.W > f.Width || b.Y+b.H > f.Height {
			t.Errorf("box %+v leaves the picture of %d × %d", b, f.Width, f.Height)
		}
		for _, c := range f.Boxes[i+1:] {
			if b.X < c.X+c.W && c.X < b.X+b.W && b.Y < c.Y+c.H && c.Y < b.Y+b.H {
				t.Errorf("boxes %+v and %+v overlap", b, c)
			}
		}
		for _, line := range b.Text {
			if line.Y-10 < b.Y || line.Y+3 > b.Y+b.H || line.X != b.X+b.W/2 {
				t.Errorf("words at %d, %d leave the box %+v", line.X, line.Y, b)
			}
		}
	}
}

func checkLines(t *testing.T, f *figure) {
	t.Helper()
	coordinates := regexp.MustCompile(`-?\d+`)
	foot, head := map[[2]int]bool{}, map[[2]int]bool{}
	for _, b := range f.Boxes {
		foot[[2]int{b.X + b.W/2, b.Y + b.H}], head[[2]int{b.X + b.W/2, b.Y}] = true, true
	}
	for _, line := range f.Lines {
		var at []int
		for _, n := range coordinates.FindAllString(line.D, -1) {
			v, _ := strconv.Atoi(n)
			at = append(at, v)
		}
		last := len(at) - 2
		if !foot[[2]int{at[0], at[1]}] || !head[[2]int{at[last], at[last+1]}] {
			t.Errorf("line %s begins at no foot or ends at no head", line.D)
		}
		for i := 3; i < len(at); i += 2 {
			if at[i] < at[i-2] {
				t.Errorf("line %s runs up", line.D)
			}
			if at[i-1] < 0 || at[i-1] > f.Width {
				t.Errorf("line %s leaves the picture", line.D)
			}
		}
	}
}

// A group of one is a solid line even where another group has the same node as
// one of several.
func TestLinesOfTwoGroups(t *testing.T) {
	need := func(k int, members ...catalog.NodeID) catalog.Requirement {
		return catalog.Requirement{Members: members, AtLeast: k, Lost: catalog.Down}
	}
	for _, groups := range [][]catalog.Requirement{
		{need(1, "a/n1", "a/n2"), need(1, "a/n1")}, {need(1, "a/n1"), need(1, "a/n1", "a/n2")},
	} {
		ca := []catalog.RegionID{"ca"}
		ed := catalog.New(at(0, 0), "two", catalog.World{
			Regions: []catalog.Region{{ID: "ca", Level: catalog.Country, Name: both("Canada", "Canada"), Zone: "UTC"}},
			Nodes: []catalog.Node{
				{ID: "a/n0", Kind: catalog.Dependent, Name: both("top", "haut"), Regions: ca, Needs: groups},
				{ID: "a/n1", Kind: catalog.Core, Name: both("one", "un"), Regions: ca},
				{ID: "a/n2", Kind: catalog.Core, Name: both("two", "deux"), Regions: ca},
			},
		})
		_, some := webOf(ed).edges(ed.Node("a/n0"))
		if some[graph.Edge{From: "a/n0", To: "a/n1"}] || !some[graph.Edge{From: "a/n0", To: "a/n2"}] {
			t.Errorf("of %v some are %v", groups, some)
		}
	}
}

// Every sort of group, in words of both languages.
func TestNeedWords(t *testing.T) {
	members := []catalog.NodeID{"rogers/radio", "rogers/clock", "rogers/noc"}
	for _, c := range []struct {
		n, k   int
		en, fr string
		rests  string
	}{
		{1, 1, "This is needed:", "Cet élément est nécessaire\u00a0:", "Rogers radio network"},
		{2, 2, "All of these are needed:", "Tous ces éléments sont nécessaires\u00a0:", "Rogers radio network and Rogers clock"},
		{2, 1, "One of these is enough:", "Un seul de ces éléments suffit\u00a0:", "Rogers radio network or Rogers clock"},
		{3, 2, "At least 2 of these 3 are needed:", "Il faut au moins 2 de ces 3 éléments\u00a0:", "2 of these: Rogers radio network, Rogers clock and Rogers operations centre"},
		{3, 1, "One of these is enough:", "Un seul de ces éléments suffit\u00a0:", "Rogers radio network, Rogers clock or Rogers operations centre"},
	} {
		r := catalog.Requirement{Members: members[:c.n], AtLeast: c.k}
		for lang, want := range map[catalog.Lang]string{catalog.EN: c.en, catalog.FR: c.fr} {
			v := &view{speech: speech{lang: lang, all: words()}, edition: planWorld()}
			if got := v.needWords(r); got != want {
				t.Errorf("%d of %d: %q, want %q", c.k, c.n, got, want)
			}
		}
		v := &view{speech: speech{lang: catalog.EN, all: words()}, edition: planWorld()}
		if got := v.rests(&catalog.Node{Needs: []catalog.Requirement{r}}); got != c.rests {
			t.Errorf("%d of %d: rests on %q, want %q", c.k, c.n, got, c.rests)
		}
	}
}

func TestClaims(t *testing.T) {
	v := &view{speech: speech{lang: catalog.FR, all: words()}, edition: planWorld()}
	for _, c := range []struct {
		of      catalog.Provenance
		word    string
		assumed bool
		asOf    string
		refs    int
	}{
		{catalog.Provenance{}, "", false, "", 0},
		{catalog.Provenance{Confidence: catalog.Assumed}, "supposé, aucune source trouvée", true, "", 0},
		{catalog.Provenance{Confidence: catalog.Reported, Sources: []catalog.SourceID{"paper", "lost"}, AsOf: at(0, 0)}, "rapporté", false, "8 juillet 2022", 1},
		{catalog.Provenance{Confidence: catalog.Confirmed, Sources: []catalog.SourceID{"paper", "advice"}}, "confirmé par l’organisme ou une autorité", false, "", 2},
	} {
		got := v.claim(c.of)
		if got.Word != c.word || got.Assumed != c.assumed || strings.ReplaceAll(got.AsOf.Text, "\u00a0", " ") != c.asOf || len(got.Refs) != c.refs {
			t.Errorf("%+v: %+v", c.of, got)
		}
	}
	if len(v.Sources) != 2 {
		t.Errorf("%d sources are listed, each once", len(v.Sources))
	}
}

func TestRegionLists(t *testing.T) {
	v := &view{speech: speech{lang: catalog.EN, all: words()}, edition: planWorld()}
	for _, c := range []struct{ ids, want string }{
		{"", ""},
		{"ca-on", "Ontario"},
		{"ca-on ca-qc", "Ontario, Quebec"},
		{"ca-on ca-qc ca ca", "Ontario, Quebec, Canada, Canada"},
		{"ca-on ca-qc ca x y", "Ontario, Quebec, Canada and 2 more regions"},
	} {
		var ids []catalog.RegionID
		for id := range strings.FieldsSeq(c.ids) {
			ids = append(ids, catalog.RegionID(id))
		}
		if got := v.regionList(ids); got != c.want {
			t.Errorf("%q is %q, want %q", c.ids, got, c.want)
		}
	}
}

// What a node rests on in the end is named, unless that is much.
func TestDeep(t *testing.T) {
	v := &view{speech: speech{lang: catalog.EN, all: words()}, edition: planWorld()}
	for id, want := range map[catalog.NodeID]string{
		"clinic/on-call": "In the end, on Rogers IP core", "bank/cards": "", "odd/balloons": "", "clinic/911-centre": "In the end, on Rogers IP core",
		"rogers/clock": "", // a circle has no end
	} {
		if got := v.deep(v.edition.Node(id)); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}

// A question leads back to itself: what a link asks is what is read from it.
func TestLinksAskWhatTheySay(t *testing.T) {
	b, err := newBuilder(planPicture(false), planned())
	if err != nil {
		t.Fatal(err)
	}
	v := b.view(catalog.FR, "")
	l := v.rehearseLink(b, "rogers/radio", "rogers/ip-core")
	if l.Text != "Réseau radio de Rogers et cœur IP de Rogers" || l.Href != "/fr/rehearse?fail=rogers%2Fip-core&fail=rogers%2Fradio" {
		t.Errorf("link %+v", l)
	}
	for fail, want := range map[string]string{
		"rogers/ip-core": "cœur IP de Rogers", "rogers": "Tous les réseaux de Rogers", "rogers:mobile-voice": "Rogers, appels mobiles", "rogers:radio": "Rogers, radio",
	} {
		if got := v.supposed(publish.Supposed{Fail: []string{fail}}); got != want {
			t.Errorf("%s is called %q, want %q", fail, got, want)
		}
	}
	if got := v.supposed(publish.Supposed{Fail: []string{"bell", "rogers/radio"}, Region: "ca-qc"}); got != "Tous les réseaux de Bell + réseau radio de Rogers, ici\u00a0: Québec" {
		t.Errorf("two in a province are called %q", got)
	}
}

// What takes over is said with its measure and its time, drawn as one of several,
// and listed as a reserve.
func TestBackups(t *testing.T) {
	ca := []catalog.RegionID{"ca"}
	backup := &catalog.Backup{Members: []catalog.NodeID{"a/n2"}, AtLeast: 1, Serves: catalog.Degraded, Holdover: 4 * time.Hour}
	ed := catalog.New(at(0, 0), "backup", catalog.World{
		Regions: []catalog.Region{{ID: "ca", Level: catalog.Country, Name: both("Canada", "Canada"), Zone: "UTC"}},
		Nodes: []catalog.Node{
			{ID: "a/n0", Kind: catalog.Dependent, Name: both("top", "haut"), Regions: ca, Needs: []catalog.Requirement{{Members: []catalog.NodeID{"a/n1"}, AtLeast: 1, Backup: backup}}},
			{ID: "a/n1", Kind: catalog.Core, Name: both("line", "ligne"), Regions: ca},
			{ID: "a/n2", Kind: catalog.Core, Name: both("generator", "génératrice"), Regions: ca},
		},
	})
	w := webOf(ed)
	if got := w.v.need(ed.Node("a/n0").Needs[0]).Backup; got != "In reserve, for a part: generator. That lasts 4 h." {
		t.Errorf("in words: %q", got)
	}
	backup.Serves, backup.Holdover = catalog.Up, 0
	if got := w.v.backup(backup); got != "In reserve: generator." {
		t.Errorf("in words: %q", got)
	}
	if _, some := w.edges(ed.Node("a/n0")); !some[graph.Edge{From: "a/n0", To: "a/n1"}] || !some[graph.Edge{From: "a/n0", To: "a/n2"}] {
		t.Errorf("drawn as %v", some)
	}
	members := w.outline(ed.Node("a/n0")).Groups[0].Members
	if len(members) != 2 || members[0].Spare || !members[1].Spare || members[1].Name.Text != "Generator" {
		t.Errorf("listed as %+v", members)
	}
}
