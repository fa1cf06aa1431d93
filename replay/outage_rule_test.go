package replay

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

// rule makes a file with one series of hourly bins, as64500 in zz.
func rule(terms string) string {
	head := whole[:strings.Index(whole, "series traffic as64500")]
	return head + "series traffic as64500 zz feed=flow every=1h kind=reconstructed source=ix name=one\n  basis \"r\"\n" + terms + "end\n"
}

// bins are the rows of that series as "clock=value".
func bins(t *testing.T, terms string) string {
	t.Helper()
	var out []string
	for _, v := range parsed(t, rule(terms)).Observations {
		if v.Series.Subject == "as64500" {
			out = append(out, fmt.Sprintf("%s=%g", v.At.Format("15"), v.Value))
		}
	}
	return strings.Join(out, " ")
}

func TestTerms(t *testing.T) {
	for _, c := range []struct{ name, terms, want string }{
		{
			"linear",
			"  linear\n    anchor 2024-05-02T01:00:00Z 0 ix\n    anchor 2024-05-02T03:00:00Z 8 ix\n    anchor 2024-05-02T05:00:00Z 4 ix\n",
			"01=0 02=4 03=8 04=6 05=4",
		},
		{
			"linear with anchors between bins",
			"  linear\n    anchor 2024-05-02T00:30:00Z 1 ix\n    anchor 2024-05-02T02:30:00Z 5 ix\n",
			"01=2 02=4",
		},
		{
			"hold",
			"  hold\n    anchor 2024-05-02T01:00:00Z 7 ix\n    anchor 2024-05-02T03:00:00Z 2 ix\n    anchor 2024-05-02T04:00:00Z 9 ix\n",
			"01=7 02=7 03=2 04=9",
		},
		{
			"daily wraps at midnight",
			"  daily from=2024-05-01T22:00:00Z until=2024-05-02T03:00:00Z\n    anchor 02:00 10 ix\n    anchor 20:00 4 ix\n",
			"22=6 23=7 00=8 01=9 02=10",
		},
		{
			"daily with one anchor",
			"  daily from=2024-05-02T00:00:00Z until=2024-05-02T02:00:00Z\n    anchor 12:00 3 ix\n",
			"00=3 01=3",
		},
		{
			"terms add up where both cover",
			"  hold\n    anchor 2024-05-02T01:00:00Z 1 ix\n    anchor 2024-05-02T03:00:00Z 1 ix\n  hold\n    anchor 2024-05-02T03:00:00Z 5 ix\n    anchor 2024-05-02T04:00:00Z 5 ix\n",
			"01=1 02=1 03=6 04=5",
		},
		{
			"a gap between terms has no rows",
			"  hold\n    anchor 2024-05-02T01:00:00Z 1 ix\n    anchor 2024-05-02T02:00:00Z 1 ix\n  hold\n    anchor 2024-05-02T05:00:00Z 5 ix\n    anchor 2024-05-02T06:00:00Z 5 ix\n",
			"01=1 02=1 05=5 06=5",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := bins(t, c.terms); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestOfIsAMultipleBinByBin(t *testing.T) {
	terms := "  hold\n    anchor 2024-05-02T01:00:00Z 1 ix\n    anchor 2024-05-02T02:00:00Z 1 ix\n  hold\n    anchor 2024-05-02T04:00:00Z 5 ix\n    anchor 2024-05-02T05:00:00Z 5 ix\n" +
		"series reports north zz feed=crowd every=1h kind=reconstructed source=ix\n  basis \"r\"\n  of one by=0.5\n" +
		"  hold\n    anchor 2024-05-02T02:00:00Z 10 ix\n    anchor 2024-05-02T03:00:00Z 10 ix\n"
	got := values(parsed(t, rule(terms)), "crowd", "north", "zz")
	if want := []float64{0.5, 10.5, 10, 2.5, 2.5}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestOfASpreadSeriesTakesTheWhole(t *testing.T) {
	src := strings.Replace(whole, "series reports north * feed=crowd every=1h kind=reconstructed source=post",
		"series reports south zz feed=crowd every=1h kind=reconstructed source=post\n  basis \"r\"\n  of map by=0.1\nseries reports north * feed=crowd every=1h kind=reconstructed source=post name=map", 1)
	got := values(parsed(t, src), "crowd", "south", "zz")
	if len(got) != 5 || !near(got[0], 10) || !near(got[2], 5) || !near(got[4], 0) {
		t.Errorf("got %v, want 10 down to 0", got)
	}
}

func TestLagMakesHeard(t *testing.T) {
	o := parsed(t, whole)
	i := slices.IndexFunc(o.Observations, func(v evidence.Observation) bool { return v.Series.Subject == "as64500" })
	if v := o.Observations[i]; v.Heard.Sub(v.At) != 5*time.Minute {
		t.Errorf("heard %s after its time", v.Heard.Sub(v.At))
	}
}

func TestSpreadIsByPopulation(t *testing.T) {
	// 100 in the first bin: 70 to zz-a by 400:100, 30 to all by 400:100:500.
	o := parsed(t, whole)
	for region, want := range map[catalog.RegionID]float64{"zz-a-1": 56 + 12, "zz-a-2": 14 + 3, "zz-b": 15} {
		got := values(o, "crowd", "north", region)
		if len(got) != 5 || !near(got[0], want) {
			t.Errorf("%s gets %v, want %g first", region, got, want)
		}
	}
	if got := values(o, "crowd", "north", "zz-a"); got != nil {
		t.Errorf("the province itself has rows beside its leaves: %v", got)
	}
}

func TestSpreadOverAnArea(t *testing.T) {
	src := strings.NewReplacer("spread 0.7 zz-a", "spread 0.7 zz-south,zz-a-1", "spread 0.3 zz\n", "spread 0.3 zz-b\n").Replace(whole)
	o := parsed(t, src)
	if got := values(o, "crowd", "north", "zz-a-1"); !near(got[0], 70) {
		t.Errorf("a leaf of two named regions counts once: %v", got)
	}
	if got := values(o, "crowd", "north", "zz-a-2"); got != nil {
		t.Errorf("a leaf outside the area has rows: %v", got)
	}
}

func TestSpreadLosesNothing(t *testing.T) {
	o := parsed(t, whole)
	sums := map[time.Time]float64{}
	for _, v := range o.Observations {
		if v.Series.Subject == "north" {
			sums[v.At] += v.Value
		}
	}
	for i, want := range []float64{100, 75, 50, 25, 0} {
		if got := sums[at(fmt.Sprintf("%02d:00:00", i))]; !near(got, want) {
			t.Errorf("bin %d sums to %g, want %g", i, got, want)
		}
	}
}

func TestRowsShareTheirSources(t *testing.T) {
	o := parsed(t, whole)
	var first []catalog.Source
	for _, v := range o.Observations {
		if v.Series.Subject != "as64500" {
			continue
		}
		if first == nil {
			first = v.Sources
		}
		if &first[0] != &v.Sources[0] {
			t.Fatal("each row has a copy of its sources")
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"abc", "abc", 0},
		{"abc", "abd", 1},
		{"abc", "ab", 1},
		{"abc", "xabc", 1},
		{"kitten", "sitting", 3},
		{"short", "muchlongerword", 5},
		{strings.Repeat("x", 500), strings.Repeat("x", 500), 5},
	} {
		if got := distance(c.a, c.b, 5); got != c.want {
			t.Errorf("distance(%.10q, %.10q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{`a b`, []string{"a", "b"}},
		{"  a\t\tb  ", []string{"a", "b"}},
		{`a "b c" d`, []string{"a", "b c", "d"}},
		{`"" x`, []string{"", "x"}},
		{`"say \"no\" \\"`, []string{`say "no" \`}},
		{`k="v"`, nil},
		{`"a"b`, nil},
		{`"a`, nil},
		{`"a\`, nil},
	} {
		words, err := split(c.text)
		if (err != nil) != (c.want == nil) {
			t.Errorf("split(%s): %v", c.text, err)
			continue
		}
		if got := ids(words, func(w word) string { return w.text }); c.want != nil && !slices.Equal(got, c.want) {
			t.Errorf("split(%s) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestOptionsAndURLs(t *testing.T) {
	for text, want := range map[string]bool{"feed=flow": true, "by=": true, "https://x.example/?p=1": false, "=x": false, "A=b": false, "plain": false} {
		if _, _, ok := option(word{text: text}); ok != want {
			t.Errorf("option(%s) = %v", text, ok)
		}
	}
	if _, _, ok := option(word{text: "a=b", quoted: true}); ok {
		t.Error("a quoted word is no option")
	}
}
