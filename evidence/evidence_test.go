package evidence

import (
	"cmp"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
)

// measures is what every measure is expected to be.
func measures() map[Measure]struct {
	family Family
	plane  Plane
} {
	return map[Measure]struct {
		family Family
		plane  Plane
	}{
		Traffic:       {Both, PlaneTraffic},
		TrafficV4:     {IPv4, PlaneTraffic},
		TrafficV6:     {IPv6, PlaneTraffic},
		Prefixes:      {Both, PlaneRoutes},
		Withdrawals:   {Both, PlaneRoutes},
		Announcements: {Both, PlaneRoutes},
		Blocks:        {Both, PlaneProbes},
		Replies:       {Both, PlaneProbes},
		Reports:       {Both, PlaneCrowd},
		ReportsOwn:    {Both, PlaneCrowd},
	}
}

func TestMeasures(t *testing.T) {
	for m, want := range measures() {
		if m.Family() != want.family || m.Plane() != want.plane {
			t.Errorf("%s is of family %q and plane %s, want %q and %s", m, m.Family(), m.Plane(), want.family, want.plane)
		}
	}
	// A measure of one family that comes later is told apart by its suffix alone.
	for m, want := range map[Measure]Family{
		"bgp-prefixes-v6": IPv6, "probe-blocks-v4": IPv4, "v4-traffic": Both, "traffic-v46": Both, "trafficv6": Both, "": Both,
	} {
		if got := m.Family(); got != want {
			t.Errorf("%q is of family %q, want %q", m, got, want)
		}
	}
}

// TestEveryConstantIsHeldTo reads the source: a measure, a level or a claim that is
// added without a line in these tests fails here.
func TestEveryConstantIsHeldTo(t *testing.T) {
	declared := map[string][]string{}
	f, err := parser.ParseFile(token.NewFileSet(), "evidence.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		typ := ""
		for _, s := range g.Specs {
			v := s.(*ast.ValueSpec)
			if id, ok := v.Type.(*ast.Ident); ok {
				typ = id.Name
			}
			for _, name := range v.Names {
				declared[typ] = append(declared[typ], name.Name)
			}
		}
	}
	for typ, want := range map[string]int{
		"Measure": len(measures()), "Level": len(levels()), "Plane": 5, "Family": 3, "Basis": 4, "ClaimKind": len(claims()),
	} {
		if got := declared[typ]; len(got) != want {
			t.Errorf("%s has %d values, %d are tested: %v", typ, len(got), want, got)
		}
	}
}

func levels() []Level { return []Level{Blind, Normal, Warning, Critical} }

func TestLevels(t *testing.T) {
	var names []string
	for i, l := range levels() {
		names = append(names, l.String())
		if int(l) != i { // detectors compare them with <
			t.Errorf("%s is %d, want %d", l, l, i)
		}
	}
	if got := strings.Join(names, " "); got != "blind normal warning critical" {
		t.Errorf("levels %s", got)
	}
	if zero := (Reading{}).Level; zero != Blind {
		t.Errorf("a reading that nobody filled in is %s: it must be blind, neither good news nor bad", zero)
	}
}

func TestRatio(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		what                  string
		value, expected, want float64
	}{
		{"as expected", 40, 40, 1},
		{"half", 20, 40, 0.5},
		{"nothing came", 0, 40, 0},
		{"five times as many", 4963, 992.6, 5},
		{"nothing expected, nothing came", 0, 0, 1},
		{"nothing expected, something came", 7, 0, 7},
		{"a fraction where nothing was expected", 0.25, 0, 0.25},
		{"less than nothing expected", 3, -2, 3},
		{"less than nothing expected, nothing came", 0, -2, 1},
		{"less than nothing came", -3, 6, -0.5},
		{"hardly anything expected", 1, math.SmallestNonzeroFloat64, inf},
		{"no end expected", 5, inf, 0},
	} {
		if got := (Reading{Value: c.value, Expected: c.expected}).Ratio(); got != c.want {
			t.Errorf("%s: %v over %v is %v, want %v", c.what, c.value, c.expected, got, c.want)
		}
	}
	// Over what is expected the ratio grows with the value, from 0 on.
	for _, expected := range []float64{0.5, 1, 970} {
		before := -1.0
		for value := 0.0; value <= 3*expected; value += expected / 4 {
			got := (Reading{Value: value, Expected: expected}).Ratio()
			if got <= before || got < 0 {
				t.Errorf("%v over %v is %v, after %v", value, expected, got, before)
			}
			before = got
		}
	}
}

// TestSeriesNames: the text of a series is used to put them in order, so no two
// series may share one.
func TestSeriesNames(t *testing.T) {
	id := SeriesID{Feed: "ris", Measure: Withdrawals, Subject: "collector/rrc04", Region: "ca"}
	if got := id.String(); got != "ris/bgp-withdrawals collector/rrc04 ca" {
		t.Errorf("series %q", got)
	}
	seen := map[string]SeriesID{}
	for _, feed := range []FeedID{"ris", "crowd", "isi-probe", "a", "a-b"} {
		for m := range measures() {
			for _, subject := range []Subject{"as812", "rogers", "rogers/mobile-data", "any/home-internet", "collector/rrc04", "country/ca", ""} {
				for _, region := range []catalog.RegionID{"", "ca", "ca-on", "ca-on-3520"} {
					id := SeriesID{feed, m, subject, region}
					if other, taken := seen[id.String()]; taken {
						t.Fatalf("%+v and %+v are both %q", id, other, id)
					}
					seen[id.String()] = id
				}
			}
		}
	}
}

func TestSeriesAreKeys(t *testing.T) {
	a := SeriesID{"ris", Prefixes, "as812", "ca"}
	count := map[SeriesID]int{a: 1}
	b := SeriesID{Feed: "ris", Measure: "bgp-" + "prefixes", Subject: Subject(fmt.Sprintf("as%d", 812)), Region: "ca"}
	count[b]++
	if len(count) != 1 || count[a] != 2 {
		t.Errorf("equal series are two keys: %v", count)
	}
	body, err := json.Marshal(a)
	if want := `{"feed":"ris","measure":"bgp-prefixes","subject":"as812","region":"ca"}`; err != nil || string(body) != want {
		t.Errorf("as JSON %s, %v; want %s", body, err, want)
	}
}

func claims() []ClaimKind {
	return []ClaimKind{
		SaysDown, SaysDegraded, SaysUp, SaysRecovering, SaysRestored, SaysCause, SaysETA, SaysProgress, SaysAdvice, SaysLoad,
	}
}

func TestClaimsAreDistinct(t *testing.T) {
	kinds := claims()
	slices.Sort(kinds)
	if got := slices.Compact(slices.Clone(kinds)); len(got) != len(kinds) {
		t.Errorf("two claims share a name: %v", kinds)
	}
	for _, k := range []ClaimKind{SaysDown, SaysDegraded, SaysUp} { // the states of the catalogue go by the same words
		if !slices.Contains([]catalog.State{catalog.Down, catalog.Degraded, catalog.Up}, catalog.State(k)) {
			t.Errorf("%s is no state", k)
		}
	}
}

// spoken is a statement with every field set, in an awkward form.
func spoken() Statement {
	toronto := time.FixedZone("EDT", -4*3600)
	return Statement{
		ID: "rogers-1254", By: "rogers", At: time.Date(2022, 7, 8, 12, 54, 0, 0, time.UTC), Approx: true, DayOnly: true,
		Heard: time.Date(2022, 7, 8, 12, 54, 59, 999999999, time.UTC),
		Text:  catalog.Text{EN: `"We know" <b>& regret</b>` + "\u2028", FR: "« Nous savons : hélas ! »\x00"},
		Claims: []Claim{
			{Kind: SaysDown, Target: "rogers", Region: "ca", Because: "rogers/ip-core", Text: catalog.Text{EN: "a", FR: "b"}, Time: time.Date(2022, 7, 9, 0, 0, 0, 0, toronto)},
			{Kind: SaysProgress},
		},
		Basis: Stated, Sources: []catalog.Source{{ID: "nar854", Title: "Narcity"}, {ID: "x", URL: "https://example.org/?a=b&c"}},
	}
}

func TestStatementComesBackFromJSON(t *testing.T) {
	for name, s := range map[string]Statement{"full": spoken(), "empty": {}, "no claims": {ID: "x", By: "bell", Claims: []Claim{}}} {
		body, err := json.Marshal(s)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var back Statement
		if err := json.Unmarshal(body, &back); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i := range s.Claims { // a zone comes back by its offset, not by its name
			if !back.Claims[i].Time.Equal(s.Claims[i].Time) {
				t.Errorf("%s: claim %d at %s, want %s", name, i, back.Claims[i].Time, s.Claims[i].Time)
			}
			back.Claims[i].Time = s.Claims[i].Time
		}
		if !reflect.DeepEqual(back, s) {
			t.Errorf("%s came back as\n%+v\nwant\n%+v", name, back, s)
		}
		again, err := json.Marshal(back)
		if err != nil || string(again) != string(body) {
			t.Errorf("%s: two forms\n%s\n%s\n%v", name, body, again, err)
		}
	}
}

// TestClaimAsJSON fixes the form: incidents that were kept hold claims in it.
func TestClaimAsJSON(t *testing.T) {
	for want, c := range map[string]Claim{
		`{"kind":"progress"}`:              {Kind: SaysProgress},
		`{"kind":"up","target":"bell"}`:    {Kind: SaysUp, Target: "bell"},
		`{"kind":"down","region":"ca-on"}`: {Kind: SaysDown, Region: "ca-on"},
		`{"kind":"load","because":"rogers","text":{"en":"slow","fr":"lent"}}`: {
			Kind: SaysLoad, Because: "rogers", Text: catalog.Text{EN: "slow", FR: "lent"},
		},
		`{"kind":"eta","time":"2022-07-09T00:00:00Z"}`: {Kind: SaysETA, Time: time.Date(2022, 7, 9, 0, 0, 0, 0, time.UTC)},
	} {
		body, err := json.Marshal(c)
		if err != nil || string(body) != want {
			t.Errorf("%+v is %s, %v; want %s", c, body, err, want)
		}
		var back Claim
		if err := json.Unmarshal([]byte(want), &back); err != nil || !reflect.DeepEqual(back, c) {
			t.Errorf("%s reads as %+v, %v; want %+v", want, back, err, c)
		}
	}
}

// TestSeriesOrder: series are ordered by field, and only equal ones are equal.
func TestSeriesOrder(t *testing.T) {
	t.Parallel()
	all := []SeriesID{
		{Feed: "a", Measure: "m", Subject: "s", Region: "r"},
		{Feed: "a", Measure: "m", Subject: "s", Region: "s"},
		{Feed: "a", Measure: "m", Subject: "t", Region: "a"},
		{Feed: "a", Measure: "n", Subject: "a", Region: "a"},
		{Feed: "ab", Measure: "a", Subject: "a", Region: "a"},
		{Feed: "b"},
	}
	for i, a := range all {
		for j, b := range all {
			if got, want := a.Compare(b), cmp.Compare(i, j); got != want {
				t.Errorf("%s to %s: %d, want %d", a, b, got, want)
			}
		}
	}
}
