package attribute_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/evidence"
)

// squares is a country of three provinces of sixteen towns each, on a grid; the
// towns of the last are hamlets.
func squares() *catalog.Edition {
	w := catalog.World{Regions: []catalog.Region{{ID: "xx", Level: catalog.Country, Population: 3300, Counted: true}}}
	for p, prov := range []catalog.RegionID{"xx-a", "xx-b", "xx-c"} {
		people := 100
		if prov == "xx-c" {
			people = 5
		}
		w.Regions = append(w.Regions, catalog.Region{
			ID: prov, Level: catalog.Province, Parent: "xx", Lat: 45, Lon: float64(10*p - 80), Population: 16 * people, Counted: true,
		})
		for i := range 16 {
			w.Regions = append(w.Regions, catalog.Region{
				ID: catalog.RegionID(fmt.Sprintf("%s-%02d", prov, i)), Level: catalog.Division, Parent: prov, Population: people, Counted: true,
				Lat: 45 + float64(i/4), Lon: float64(10*p-80) + float64(i%4),
			})
		}
	}
	return catalog.New(noon, "squares", w)
}

func regions(ids ...catalog.RegionID) []catalog.RegionID { return ids }

// towns makes a cell a town and subject: what is usual, times a factor.
func towns(factor func(catalog.RegionID, evidence.Subject) float64, subjects ...evidence.Subject) []attribute.Cell {
	var cells []attribute.Cell
	for _, r := range squares().Regions() {
		if r.Level != catalog.Division {
			continue
		}
		for _, s := range subjects {
			b := float64(r.Population) / 20
			cells = append(cells, attribute.Cell{Region: r.ID, Subject: s, Count: math.Round(b * factor(r.ID, s)), Expected: b})
		}
	}
	return cells
}

// hamlets makes every hamlet one where next to nothing is usual, and three
// complain in each of some.
func hamlets(loud ...catalog.RegionID) []attribute.Cell {
	var cells []attribute.Cell
	for i := range 16 {
		id := catalog.RegionID(fmt.Sprintf("xx-c-%02d", i))
		cells = append(cells, attribute.Cell{Region: id, Subject: "red", Count: 3 * b2f(slices.Contains(loud, id)), Expected: 0.01})
	}
	return cells
}

func TestLocate(t *testing.T) {
	t.Parallel()
	eng := attribute.New(squares(), falls)
	all := func(catalog.RegionID, evidence.Subject) float64 { return 20 }
	one := func(ids ...catalog.RegionID) func(catalog.RegionID, evidence.Subject) float64 {
		return func(id catalog.RegionID, _ evidence.Subject) float64 {
			if slices.Contains(ids, id) {
				return 10
			}
			return 1
		}
	}
	for _, tc := range []struct {
		name     string
		cells    []attribute.Cell
		whole    [][]catalog.RegionID // of each area
		rolled   []catalog.RegionID   // of the first
		subjects []evidence.Subject   // of the first
	}{
		{name: "nothing is counted"},
		{name: "all as usual", cells: towns(one(), "red")},
		{name: "one town", cells: towns(one("xx-a-05"), "red"), whole: [][]catalog.RegionID{{"xx-a-05"}}, subjects: []evidence.Subject{"red"}},
		{
			name: "a block of four", cells: towns(one("xx-b-05", "xx-b-06", "xx-b-09", "xx-b-10"), "red"),
			whole: [][]catalog.RegionID{{"xx-b-05", "xx-b-06", "xx-b-09", "xx-b-10"}}, subjects: []evidence.Subject{"red"},
		},
		{
			name: "one service in one province",
			cells: towns(func(id catalog.RegionID, s evidence.Subject) float64 {
				return 1 + 9*b2f(id[:4] == "xx-b" && s == "red/home")
			}, "red/home", "red/mobile"),
			whole: [][]catalog.RegionID{{"xx-b"}}, subjects: []evidence.Subject{"red/home"},
		},
		{
			name: "the whole country", cells: towns(all, "red"), whole: [][]catalog.RegionID{{"xx"}}, subjects: []evidence.Subject{"red"},
		},
		{
			name: "two far towns, each with its own service, the stronger first",
			cells: append(towns(func(id catalog.RegionID, s evidence.Subject) float64 {
				return 1 + 9*b2f(id == "xx-a-00" && s == "red/home" || id == "xx-b-15" && s == "red/mobile")
			}, "red/home", "red/mobile"), attribute.Cell{Region: "xx-b-15", Subject: "red/mobile", Count: 90}),
			whole: [][]catalog.RegionID{{"xx-b-15"}, {"xx-a-00"}}, subjects: []evidence.Subject{"red/mobile"},
		},
		{
			name: "two far towns with the same trouble are one area", cells: towns(one("xx-a-00", "xx-b-15"), "red"),
			whole: [][]catalog.RegionID{{"xx-a-00", "xx-b-15"}}, subjects: []evidence.Subject{"red"},
		},
		{
			name: "a loud hamlet speaks for itself", cells: towns(func(id catalog.RegionID, _ evidence.Subject) float64 { return 1 + 199*b2f(id == "xx-c-07") }, "red"),
			whole: [][]catalog.RegionID{{"xx-c-07"}}, subjects: []evidence.Subject{"red"},
		},
		{
			name: "quiet hamlets are told by their province", cells: hamlets("xx-c-01", "xx-c-06", "xx-c-15"),
			whole: [][]catalog.RegionID{{"xx-c"}}, rolled: regions("xx-c"), subjects: []evidence.Subject{"red"},
		},
		{
			name: "one complaint too few", cells: hamlets("xx-c-01"),
		},
		{
			name:  "what nobody knows is left out",
			cells: []attribute.Cell{{Region: "yy", Count: 99}, {Region: "xx-a", Count: math.NaN(), Expected: 1}, {Region: "xx-a", Count: math.Inf(1)}, {Region: "xx-a", Count: 9, Expected: -1}},
		},
		{
			name: "nothing was ever reported", cells: []attribute.Cell{{Region: "xx-a-01", Subject: "red", Count: 40}},
			whole: [][]catalog.RegionID{{"xx-a-01"}}, subjects: []evidence.Subject{"red"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := eng.Locate(tc.cells)
			var whole [][]catalog.RegionID
			for _, a := range got {
				whole = append(whole, a.Whole)
			}
			if !reflect.DeepEqual(whole, tc.whole) {
				t.Fatalf("areas %v, want %v\n%+v", whole, tc.whole, got)
			}
			if len(got) > 0 && (!slices.Equal(got[0].RolledUp, tc.rolled) || !slices.Equal(got[0].Subjects, tc.subjects)) {
				t.Errorf("rolled up %v, subjects %v; want %v, %v", got[0].RolledUp, got[0].Subjects, tc.rolled, tc.subjects)
			}
		})
	}
}

func b2f(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// TestAreaFigures: who lives there, how bad it is, how many times the usual.
func TestAreaFigures(t *testing.T) {
	t.Parallel()
	eng := attribute.New(squares(), falls)
	double := func(id catalog.RegionID, _ evidence.Subject) float64 {
		return 1 + 3*b2f(id == "xx-a-05" || id == "xx-a-06")
	}
	got := eng.Locate(towns(double, "red"))
	if len(got) != 1 {
		t.Fatalf("areas %+v", got)
	}
	a := got[0]
	if a.Count != 40 || a.Expected != 10 || a.Factor() != 4 || a.People != 200 || a.Severity != 0.75 || math.Abs(a.Share-150.0/3300) > 1e-12 {
		t.Errorf("%+v", a)
	}
	if a.P < 0.9 || a.P > 1 || a.RolledUp != nil {
		t.Errorf("P %v", a.P)
	}
	small := eng.Locate(hamlets("xx-c-01", "xx-c-06", "xx-c-15"))
	if len(small) != 1 || small[0].People != 15 || small[0].Count != 9 || !slices.Equal(small[0].Regions, regions("xx-c")) {
		t.Errorf("%+v", small) // those of the hamlets, though they aren't named
	}
}

// TestLocateProperties: on maps of chance, the order of the cells makes no
// difference, every area has something new, the first scores no less than any single
// cell does, more complaints inside an area never lower it, and a factor of one
// is never told.
func TestLocateProperties(t *testing.T) {
	t.Parallel()
	eng := attribute.New(squares(), falls)
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 6))
		spread, centre := 1+r.Float64()*4, r.IntN(16)
		cells := towns(func(id catalog.RegionID, s evidence.Subject) float64 {
			q := math.Exp(0.3 * r.NormFloat64())
			if id[:4] == "xx-a" && s == "red" && math.Abs(float64(centre-int(id[5]-'0')*10-int(id[6]-'0'))) < spread {
				q *= 6
			}
			return q
		}, "red", "blue")
		areas := eng.Locate(cells)
		mixed := slices.Clone(cells)
		r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if again := eng.Locate(mixed); !reflect.DeepEqual(areas, again) {
			t.Fatalf("seed %d: order matters\n%+v\n%+v", seed, areas, again)
		}
		if len(areas) == 0 {
			continue
		}
		checkAreas(t, seed, cells, areas)
		top := areas[0]
		more := slices.Clone(cells)
		for i, c := range more {
			if slices.Contains(top.Regions, c.Region) && slices.Contains(top.Subjects, c.Subject) {
				more[i].Count += 5
			}
		}
		if again := eng.Locate(more); len(again) == 0 || again[0].Score < top.Score {
			t.Errorf("seed %d: more complaints, less score: %+v then %+v", seed, top, again)
		}
	}
}

func checkAreas(t *testing.T, seed uint64, cells []attribute.Cell, areas []attribute.Area) {
	t.Helper()
	type cell struct {
		r catalog.RegionID
		s evidence.Subject
	}
	seen := map[cell]bool{}
	for _, a := range areas {
		if a.Factor() <= 1 || a.P < attribute.Possible || a.P > 1 || a.Score <= 0 || len(a.Regions) == 0 || len(a.Subjects) == 0 {
			t.Errorf("seed %d: %+v", seed, a)
		}
		fresh := false
		for _, r := range a.Regions {
			for _, s := range a.Subjects {
				fresh = fresh || !seen[cell{r, s}]
				seen[cell{r, s}] = true
			}
		}
		if !fresh {
			t.Errorf("seed %d: all of %+v was told already", seed, a)
		}
	}
	// A single cell is an area too, as the smallest disc among 48 places, with one
	// subject of two: ln(3·48·3.1) + ln 8.
	cost := math.Log(3*48*3.1033) + math.Log(8)
	for _, c := range cells {
		if c.Expected < 0.5 || c.Count <= c.Expected {
			continue
		}
		if f := c.Count*math.Log(c.Count/c.Expected) + c.Expected - c.Count - cost; f > areas[0].Score+1e-9 && areas[0].P >= attribute.Possible {
			t.Errorf("seed %d: %s of %s alone scores %v, the first area %v", seed, c.Subject, c.Region, f, areas[0].Score)
		}
	}
}
