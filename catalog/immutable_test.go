package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v4"
)

// everything asks an edition all there is to ask, and gives the answers.
func everything(e *Edition) string {
	var b strings.Builder
	fmt.Fprintln(&b, e.AsOf(), e.Digest(), e.Root(), len(e.Regions()), len(e.Services()), len(e.Carriers()), len(e.Organisations()))
	for _, id := range e.known() {
		x, err := e.Explain(id)
		fmt.Fprintln(&b, x.Text(EN), x.Text(FR), err)
	}
	_, err := e.Explain("rogers/ip-cor")
	fmt.Fprintln(&b, err, e.Findings())
	for _, r := range e.Regions() {
		fmt.Fprintln(&b, r.ID, e.Children(r.ID), e.Zone(r.ID), e.Within(r.ID, "ca-on"), e.Overlap("ca-on-south", r.ID))
	}
	for _, n := range e.Nodes() {
		fmt.Fprintln(&b, n.ID, e.Sector(n), e.OrgName(n.Owner()), *n)
		for _, as := range n.ASNs {
			fmt.Fprintln(&b, e.ByASN(as))
		}
	}
	return b.String()
}

// TestEditionsHaveManyReaders asks one edition from many goroutines at once: the
// race detector sees any write, and the answers any change.
func TestEditionsHaveManyReaders(t *testing.T) {
	e := canada(t, july2022)
	want := everything(e)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if got := everything(e); got != want {
				t.Error("the answers differ from the first ones")
			}
		})
	}
	wg.Go(func() { // beside the loading of another one from the same files
		if got, err := Load(Canada(), day(july2022)); err != nil || got.Digest() != e.Digest() {
			t.Errorf("loaded beside readers: %v", err)
		}
	})
	wg.Wait()
}

// TestEveryValueShowsInTheDigest changes each value of the small country, one at
// a time: what loads as another world has another digest in some edition.
func TestEveryValueShowsInTheDigest(t *testing.T) {
	world := supplied(t)
	digests := func(world fs.FS) (all []string, err error) {
		for _, asOf := range []string{"2021-12-31", july2022, "2022-10-01"} {
			e, err := Load(world, day(asOf))
			if err != nil {
				return nil, err
			}
			all = append(all, e.Digest())
		}
		return all, nil
	}
	before, err := digests(world)
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]int{}
	for name, f := range world {
		var doc yaml.Node
		if err := yaml.Unmarshal(f.Data, &doc); err != nil {
			t.Fatal(err)
		}
		scalars(&doc, "", func(key string, n *yaml.Node) {
			was := n.Value
			if was == "" {
				return
			}
			n.Value = another(n)
			body, err := yaml.Marshal(&doc)
			if err != nil {
				t.Fatal(err)
			}
			changed := maps.Clone(world)
			changed[name] = &fstest.MapFile{Data: body}
			after, err := digests(changed)
			switch {
			case err != nil: // a reference; TestEveryReferenceIsChecked has them
			case slices.Equal(after, before):
				t.Errorf("%s:%d: %s: %s for %s doesn't show", name, n.Line, key, n.Value, was)
			default:
				shown[key]++
			}
			n.Value = was
		})
	}
	for key := range strings.FieldsSeq("id en fr title url population lat lon zone sgc note users people sector asn holdover at_least lost " +
		"as_of confidence brands name until share enough serves lag part") {
		if shown[key] == 0 {
			t.Errorf("no %s shows in the digest", key)
		}
	}
}

// another is a value that may stand where one stands, and isn't it.
func another(n *yaml.Node) string {
	if other, ok := map[string]string{
		"2022-07-08": "2022-07-07", "2021-05-11": "2021-05-12", "2022-01-01": "2021-12-31", "5m": "6m", "10m": "6m", "15m": "6m", "8h": "7h", "20%": "30%", "degraded": "down", "up": "degraded",
		"assumed": "reported", "confirmed": "reported", "America/Toronto": "America/Halifax", "America/Winnipeg": "America/Regina",
	}[n.Value]; ok {
		return other
	}
	if _, err := strconv.ParseFloat(n.Value, 64); err == nil && n.Style == 0 {
		return map[bool]string{true: "3", false: "7"}[n.Value == "2"] // at_least may not pass the size of its group
	}
	return n.Value + "q"
}

// TestFormDoesNotShow: how a file is written is not what it says.
func TestFormDoesNotShow(t *testing.T) {
	world := files(t, small())
	want := mustLoad(t, july2022, world).Digest()
	for what, rewrite := range map[string]func(*yaml.Node){
		"block style": func(n *yaml.Node) { n.Style &^= yaml.FlowStyle },
		"quotes": func(n *yaml.Node) {
			if n.ShortTag() == "!!str" {
				n.Style = yaml.DoubleQuotedStyle
			}
		},
		"keys the other way round": func(n *yaml.Node) {
			if n.Kind != yaml.MappingNode {
				return
			}
			for i, j := 0, len(n.Content)-2; i < j; i, j = i+2, j-2 {
				n.Content[i], n.Content[j] = n.Content[j], n.Content[i]
				n.Content[i+1], n.Content[j+1] = n.Content[j+1], n.Content[i+1]
			}
		},
		"comments": func(n *yaml.Node) {
			if n.Kind == yaml.ScalarNode {
				n.HeadComment = ""
			} else {
				n.HeadComment = "# a remark"
			}
		},
	} {
		changed := fstest.MapFS{}
		for name, f := range world {
			var doc yaml.Node
			if err := yaml.Unmarshal(f.Data, &doc); err != nil {
				t.Fatal(err)
			}
			var walk func(n *yaml.Node)
			walk = func(n *yaml.Node) {
				rewrite(n)
				for _, c := range n.Content {
					walk(c)
				}
			}
			walk(&doc)
			body, err := yaml.Marshal(&doc)
			if err != nil {
				t.Fatal(err)
			}
			if string(body) == string(f.Data) {
				t.Errorf("%s: %s is as it was", what, name)
			}
			changed[name] = &fstest.MapFile{Data: body}
		}
		if e := mustLoad(t, july2022, changed); e.Digest() != want {
			t.Errorf("%s show in the digest", what)
		}
	}
}

// TestOverlaysOfEveryKind: an id of an overlay takes the place of what lay below,
// whole, and everything else stays.
func TestOverlaysOfEveryKind(t *testing.T) {
	below := mustLoad(t, july2022, small())
	for what, c := range map[string]struct {
		text string
		got  func(e *Edition) string
		want string
	}{
		"a source":  {"sources:\n- {id: paper, title: Ours}", func(e *Edition) string { return fmt.Sprint(*e.Source("paper")) }, "{paper Ours }"},
		"a service": {"services:\n- {id: debit, name: {en: D, fr: E}}", func(e *Edition) string { return e.Service("debit").Name.FR }, "E"},
		"a region": {
			"regions:\n- {id: xx-b, level: province, parent: xx, name: {en: B, fr: C}, population: 9}",
			func(e *Edition) string {
				return fmt.Sprint(e.Region("xx-b").Population, e.Children("xx-b"), e.Region("xx-b").SGC)
			},
			"9 [xx-b-1]",
		},
		"a carrier": {
			"carriers:\n- {id: blue, name: {en: Ours, fr: Le nôtre}, confidence: assumed}",
			func(e *Edition) string { return fmt.Sprint(e.OrgName("blue").EN, len(e.Carrier("blue").Networks)) }, "Ours0",
		},
		"a carrier by an organisation": {
			"organisations:\n- {id: blue, name: {en: Ours, fr: Le nôtre}, confidence: assumed}",
			func(e *Edition) string { return fmt.Sprint(e.OrgName("blue").EN, e.Carrier("blue") == nil) }, "Ourstrue",
		},
		"an organisation by a carrier": {
			"carriers:\n- {id: shop, name: {en: Ours, fr: Le nôtre}, confidence: assumed}",
			func(e *Edition) string { return fmt.Sprint(e.OrgName("shop").EN, e.Organisation("shop") == nil) }, "Ourstrue",
		},
		"a dependent by a component": {
			"components:\n- {id: shop/sales, kind: support, name: {en: S, fr: V}, regions: [xx], confidence: assumed}",
			func(e *Edition) string {
				return fmt.Sprint(e.Node("shop/sales").Kind, len(e.Node("shop/sales").Fallbacks))
			}, "support0",
		},
	} {
		e := mustLoad(t, july2022, small(), layer(c.text))
		if got := c.got(e); got != c.want {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
		if len(e.known()) != len(below.known()) || e.Digest() == below.Digest() {
			t.Errorf("%s: %d names, below %d; digest %s", what, len(e.known()), len(below.known()), e.Digest())
		}
	}
	// Nothing laid over is nothing changed; the same laid over itself neither.
	for what, over := range map[string]fs.FS{"nothing": fstest.MapFS{}, "a remark": layer("# nothing"), "itself": small()} {
		if e := mustLoad(t, july2022, small(), over); e.Digest() != below.Digest() {
			t.Errorf("%s laid over changes the world", what)
		}
	}
}

// TestOverlayThatTearsAHole: what an overlay breaks below is shown where it
// stands, and a fault within one layer isn't excused by another.
func TestOverlayThatTearsAHole(t *testing.T) {
	for what, c := range map[string]struct{ text, want string }{
		"a carrier without the network": {
			"carriers:\n- {id: red, name: {en: R, fr: R}, source: paper}",
			`carriers.yaml:20: asn 64500 is no network of "red"; add it to the networks of the carrier`,
		},
		"a node that moves in time": {
			"components:\n- {id: red/core, kind: core, name: {en: C, fr: C}, regions: [xx], source: paper, from: 2023-01-01}",
			`node "red/core" doesn't exist on 2022-07-08 (from 2023-01-01)`,
		},
		"an id twice in the layer": {
			"services:\n- {id: debit, name: {en: D, fr: E}}\n- {id: debit, name: {en: D, fr: E}}",
			`bad.yaml:3: service "debit" stands at bad.yaml:2 too, for the same days`,
		},
		"a file that is torn": {"services:\n- {id: debit", `bad.yaml:2: not YAML`},
	} {
		_, err := Load(small(), day(july2022), layer(c.text))
		var ps Problems
		if !errors.As(err, &ps) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got\n%v\nwant\n%s", what, err, c.want)
		}
	}
}
