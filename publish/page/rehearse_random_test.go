package page

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/incident"
	"tocsin/publish"
)

// randomSide lets anything of the small country fall, in any state and place,
// at any time of the outage.
func randomSide(r *rand.Rand, long time.Duration) publish.Side {
	ed := planWorld()
	nodes, regions := ed.Nodes(), []catalog.RegionID{"ca", "ca-on", "ca-qc", "ca-on-south"}
	s := publish.Side{Edition: ed, From: at(8, 0), Until: at(8, 0).Add(long)}
	any := func() catalog.NodeID { return nodes[r.IntN(len(nodes))].ID }
	s.Roots = []publish.Root{{Node: any(), Region: []catalog.RegionID{"", "ca-on"}[r.IntN(2)]}}
	for range r.IntN(12) {
		f := publish.Fallen{People: r.IntN(3) * 1000}
		f.Node, f.Region = any(), regions[r.IntN(len(regions))]
		f.State = []catalog.State{catalog.Up, catalog.Degraded, catalog.Down, catalog.Unknown}[r.IntN(4)]
		f.Since = s.From.Add(time.Duration(r.IntN(int(long.Minutes()))) * time.Minute)
		f.Path = []catalog.NodeID{f.Node}
		for range r.IntN(4) {
			f.Path = append(f.Path, any())
		}
		if f.State == catalog.Up && r.IntN(2) == 0 {
			f.Fails = s.Until.Add(time.Hour)
		}
		f.Assumed = r.IntN(3) == 0
		for range r.IntN(3) {
			f.Advice = append(f.Advice, incident.Advice{Text: both("Use the pagers.", "Utilisez les téléavertisseurs."), Stands: r.IntN(2) == 0, Lost: []catalog.NodeID{any()}})
		}
		s.Fallen = append(s.Fallen, f)
	}
	if r.IntN(2) == 0 {
		s.Weak = planPicture(false).Weak
		s.Circles, s.BreakIn = [][]catalog.NodeID{{any()}, {any(), any()}}, []catalog.NodeID{any()}
	}
	for range r.IntN(3) {
		s.Order = append(s.Order, publish.Return{Node: any(), After: time.Duration(r.IntN(9)) * time.Hour, Assumed: r.IntN(2) == 0})
	}
	return s
}

// randomQuestion asks for one side or two.
func randomQuestion(r *rand.Rand) publish.Ask {
	a := publish.Ask{For: time.Duration(1+r.IntN(48)) * time.Hour, All: r.IntN(4) == 0}
	for range 1 + r.IntN(2) {
		s := publish.Supposed{Region: []catalog.RegionID{"", "ca-on", "ca-xx"}[r.IntN(3)]}
		for range 1 + r.IntN(publish.MaxFail) {
			s.Fail = append(s.Fail, []string{"rogers", "rogers:sms", "rogers/ip-core", "bell", "bank/cards", "x/y"}[r.IntN(6)])
		}
		a.Sides = append(a.Sides, s)
	}
	return a
}

// Whatever falls: the page is whole in both languages, the table and the object
// can be read again and hold every row, and nothing says that 911 is down.
func TestAnyRehearsal(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	b, err := newBuilder(planPicture(false), planned())
	if err != nil {
		t.Fatal(err)
	}
	broken := regexp.MustCompile(`ZgotmplZ|\[[a-z-]+\]<|%!|<no value>|MISSING`)
	for i := range 60 {
		got := publish.Rehearsal{Ask: randomQuestion(r)}
		rows := 0
		for range got.Ask.Sides {
			s := randomSide(r, got.Ask.For)
			got.Sides, rows = append(got.Sides, s), rows+len(s.Fallen)
		}
		lang := langs()[i%2]
		d, err := b.answer(got, lang)
		if err != nil {
			t.Fatalf("%s: %v", got.Ask.Query(), err)
		}
		if bad := broken.Find(d.body); bad != nil {
			t.Fatalf("the page shows %q", bad)
		}
		checkStructure(t, d.address, d.body)
		checkExercise(t, d.address, lang, d.body)
		root := parse(t, d.body)
		checkForm(t, root)
		for _, row := range find(root, ".urgent li") {
			if len(find(row, ".down, .degraded")) > 0 && !strings.Contains(text(row), mayFail(lang)) {
				t.Errorf("of calls for help it says %s", text(row))
			}
		}
		table, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(asTable(got), []byte("\ufeff")))).ReadAll()
		if err != nil || len(table) != rows+1 {
			t.Fatalf("%d rows of %d in the table, %v", len(table)-1, rows, err)
		}
		var object struct{ Sides []struct{ Fallen []any } }
		if err := json.Unmarshal(asObject(got), &object); err != nil || len(object.Sides) != len(got.Sides) {
			t.Fatalf("the object: %v", err)
		}
		if t.Failed() {
			t.Fatalf("asked %s", got.Ask.Query())
		}
	}
}

func mayFail(lang catalog.Lang) string { return words()["may-fail"].In(lang) }

// Every node that a side names stands once in the comparison: among the
// differences or among what is alike; parts of networks that fare alike are left
// out, since nobody asks for them.
func TestComparisonLosesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	v := &view{speech: speech{lang: catalog.EN, all: words()}, edition: planWorld()}
	for range 500 {
		sides := []publish.Side{randomSide(r, 4*time.Hour), randomSide(r, 4*time.Hour)}
		want := map[string]bool{}
		for i, s := range sides {
			other := map[catalog.NodeID]publish.Fallen{}
			for _, f := range sides[1-i].Worst() {
				other[f.Node] = f
			}
			for _, f := range s.Worst() {
				n := s.Edition.Node(f.Node)
				asked := n.Kind == catalog.Dependent || n.Kind == catalog.Offering
				a, b := v.pairCell(s, map[catalog.NodeID]publish.Fallen{f.Node: f}, f.Node), v.pairCell(sides[1-i], other, f.Node)
				if asked || a.Tag != b.Tag || a.When != b.When {
					want[capital(n.Name.EN)] = true
				}
			}
		}
		c := v.compare(sides, 100)
		got := map[string]bool{}
		for _, row := range append(c.Rows, c.Same...) {
			if got[row.Who] {
				t.Fatalf("%s stands twice", row.Who)
			}
			got[row.Who] = true
		}
		if fmt.Sprint(got) != fmt.Sprint(want) || c.SameN != len(c.Same) {
			t.Fatalf("compared %v, want %v", got, want)
		}
		for _, row := range c.Rows {
			if row.A.Tag == row.B.Tag && row.A.When == row.B.When {
				t.Fatalf("%s is no difference: %+v", row.Who, row)
			}
		}
	}
}

// The same question gets the same bytes.
func TestAnswersAreAlike(t *testing.T) {
	ask := publish.Ask{For: publish.Usual, Sides: []publish.Supposed{{Fail: []string{"rogers"}}, {Fail: []string{"bell"}}}}
	got, err := drilled(context.Background(), ask)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range langs() {
		var bodies [2][]byte
		for i := range bodies {
			b, err := newBuilder(planPicture(true), planned())
			if err != nil {
				t.Fatal(err)
			}
			d, err := b.answer(got, lang)
			if err != nil {
				t.Fatal(err)
			}
			bodies[i] = d.body
		}
		if !bytes.Equal(bodies[0], bodies[1]) {
			t.Errorf("two answers in %s", lang)
		}
	}
	if !bytes.Equal(asObject(got), asObject(got)) || !bytes.Equal(asTable(got), asTable(got)) {
		t.Error("two exports")
	}
}
