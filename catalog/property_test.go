package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v4"
)

// files reads a directory into memory, so that a test can change it.
func files(t *testing.T, fsys fs.FS) fstest.MapFS {
	t.Helper()
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m := fstest.MapFS{}
	for _, name := range names {
		content, err := fs.ReadFile(fsys, name)
		if err != nil {
			t.Fatal(err)
		}
		m[name] = &fstest.MapFile{Data: content}
	}
	return m
}

// supplied is the small country with a farm in it that has all there is of
// shares, backups and demand.
func supplied(t *testing.T) fstest.MapFS {
	world := files(t, small())
	maps.Copy(world, files(t, os.DirFS("testdata/supply")))
	return world
}

// scalars gives every value under a key of a file, list items included.
func scalars(n *yaml.Node, key string, visit func(key string, n *yaml.Node)) {
	switch n.Kind {
	case yaml.ScalarNode:
		visit(key, n)
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			scalars(n.Content[i+1], n.Content[i].Value, visit)
		}
	default:
		for _, c := range n.Content {
			scalars(c, key, visit)
		}
	}
}

// TestEveryReferenceIsChecked misspells each name of the small country that
// refers to something, one at a time: the check must point at that very line
// and give the right name back.
func TestEveryReferenceIsChecked(t *testing.T) {
	referring := strings.Fields("parent members regions at all any recovers_with absorbs interconnects attaches attached_but_dead up down source service")
	world := supplied(t)
	tried := map[string]int{}
	for name, f := range world {
		var doc yaml.Node
		if err := yaml.Unmarshal(f.Data, &doc); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(f.Data), "\n")
		scalars(&doc, "", func(key string, n *yaml.Node) {
			if !slices.Contains(referring, key) || n.Value == "" {
				return
			}
			tried[key]++
			bad := slices.Clone(lines)
			line := bad[n.Line-1]
			at := n.Column - 1
			at = len(string([]rune(line)[:at])) // columns count letters, not bytes
			bad[n.Line-1] = line[:at] + strings.Replace(line[at:], n.Value, n.Value+"q", 1)
			changed := maps.Clone(world)
			changed[name] = &fstest.MapFile{Data: []byte(strings.Join(bad, "\n"))}
			_, err := Check(changed)
			var ps Problems
			if !errors.As(err, &ps) || !slices.ContainsFunc(ps, func(p Problem) bool {
				return p.File == name && p.Line == n.Line && strings.Contains(p.Text, fmt.Sprintf("%q", n.Value+"q")) &&
					p.Cure == fmt.Sprintf("did you mean %q?", n.Value)
			}) {
				t.Errorf("%s:%d: %s: %q misspelt: %v", name, n.Line, key, n.Value, err)
			}
		})
	}
	for _, key := range referring {
		if tried[key] == 0 {
			t.Errorf("the small country has no %s to misspell", key)
		}
	}
}

// TestEveryLineMayBeLost takes each line out of the small country, one at a
// time: whatever that does, it is said with a place or the rest still holds.
func TestEveryLineMayBeLost(t *testing.T) {
	world := supplied(t)
	for name, f := range world {
		lines := strings.Split(string(f.Data), "\n")
		for i := range lines {
			changed := maps.Clone(world)
			rest := slices.Concat(lines[:i], lines[i+1:])
			changed[name] = &fstest.MapFile{Data: []byte(strings.Join(rest, "\n"))}
			_, err := Load(changed, day("2022-07-08"))
			var ps Problems
			if err == nil {
				continue
			}
			if !errors.As(err, &ps) {
				t.Fatalf("%s without line %d: %v", name, i+1, err)
			}
			for _, p := range ps {
				if (p.File == "" || p.Line == 0) && !strings.HasPrefix(p.Text, "no country") {
					t.Errorf("%s without line %d: no place: %v", name, i+1, p)
				}
			}
		}
	}
}

// TestPlacesAgainstGround compares Within and Overlap on random trees with the
// slow and obvious: the sets of divisions that regions cover.
func TestPlacesAgainstGround(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		regions, ground := randomPlaces(rng)
		e := New(day("2022-07-08"), "", World{Regions: regions})
		for a, under := range ground {
			for b, over := range ground {
				inside := !slices.ContainsFunc(under, func(d RegionID) bool { return !slices.Contains(over, d) })
				shared := slices.ContainsFunc(under, func(d RegionID) bool { return slices.Contains(over, d) })
				if got := e.Overlap(a, b); got != shared {
					t.Fatalf("Overlap(%s, %s) is %v; ground %v and %v", a, b, got, under, over)
				}
				// Within may not guess from coverage that a whole lies in its parts.
				if got := e.Within(a, b); got && !inside {
					t.Fatalf("Within(%s, %s), but ground %v and %v", a, b, under, over)
				} else if !got && inside && len(under) < len(over) && e.Region(a).Level == Division {
					t.Fatalf("not Within(%s, %s), but ground %v and %v", a, b, under, over)
				}
			}
		}
	}
}

// randomPlaces makes a country with provinces, divisions and areas, and tells
// which divisions each of them covers. Nothing is empty.
func randomPlaces(rng *rand.Rand) ([]Region, map[RegionID][]RegionID) {
	regions := []Region{{ID: "c", Level: Country}}
	ground := map[RegionID][]RegionID{}
	var all []RegionID
	for p := range 1 + rng.IntN(3) {
		province := RegionID(fmt.Sprintf("c-%d", p))
		regions = append(regions, Region{ID: province, Level: Province, Parent: "c"})
		for d := range 1 + rng.IntN(3) {
			division := RegionID(fmt.Sprintf("%s-%d", province, d))
			regions = append(regions, Region{ID: division, Level: Division, Parent: province})
			ground[division] = []RegionID{division}
			ground[province] = append(ground[province], division)
			all = append(all, division)
		}
	}
	ground["c"] = all
	for a := range rng.IntN(3) {
		area := Region{ID: RegionID(fmt.Sprintf("area-%d", a)), Level: Area, Parent: "c"}
		for _, i := range rng.Perm(len(all))[:1+rng.IntN(len(all))] {
			area.Members = append(area.Members, all[i])
		}
		regions, ground[area.ID] = append(regions, area), area.Members
	}
	return regions, ground
}

// TestPeriodsAgainstDays compares the rules of periods with counting days.
func TestPeriodsAgainstDays(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	first := day("2022-01-01")
	random := func() period {
		var p period
		if rng.IntN(3) > 0 {
			p.From.Time = first.AddDate(0, 0, rng.IntN(6))
		}
		if rng.IntN(3) > 0 {
			p.Until.Time = first.AddDate(0, 0, 6+rng.IntN(6))
			if rng.IntN(2) == 0 && !p.From.IsZero() {
				p.Until.Time = p.From.AddDate(0, 0, 1+rng.IntN(3))
			}
		}
		return p
	}
	for range 2000 {
		p, q := random(), random()
		shared := false
		for d := -1; d < 20; d++ {
			today := first.AddDate(0, 0, d)
			on := !today.Before(p.From.Time) && (p.Until.IsZero() || today.Before(p.Until.Time))
			if p.on(today) != on {
				t.Fatalf("%s on %s: %v", p.words(), today, p.on(today))
			}
			shared = shared || p.on(today) && q.on(today)
		}
		if p.overlaps(q) != shared || q.overlaps(p) != shared {
			t.Fatalf("%s and %s overlap: %v, share a day: %v", p.words(), q.words(), p.overlaps(q), shared)
		}
	}
}

// TestOrderDoesNotShow turns the entries of Canada round and loads them again.
func TestOrderDoesNotShow(t *testing.T) {
	want := mustLoad(t, "2022-07-08", Canada())
	turned := fstest.MapFS{}
	for name, f := range files(t, Canada()) {
		var doc yaml.Node
		if err := yaml.Unmarshal(f.Data, &doc); err != nil {
			t.Fatal(err)
		}
		top := doc.Content[0]
		for i := 1; i < len(top.Content); i += 2 {
			slices.Reverse(top.Content[i].Content)
		}
		b, err := yaml.Marshal(&doc)
		if err != nil {
			t.Fatal(err)
		}
		turned["z-"+name] = &fstest.MapFile{Data: b}
	}
	got := mustLoad(t, "2022-07-08", turned)
	if got.Digest() != want.Digest() {
		t.Error("the order of entries shows in the digest")
	}
	if a, b := fmt.Sprint(got.Findings()), fmt.Sprint(want.Findings()); a != b {
		t.Errorf("the order of entries shows in the findings:\n%s\n%s", a, b)
	}
}
