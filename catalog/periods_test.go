package catalog

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// bounded is an entry of each kind that has a period, in a layer over the small
// country; PERIOD stands for the period, and seen tells whether an edition has it.
func bounded() map[string]struct {
	text string
	seen func(e *Edition) bool
} {
	node := func(inner string) string {
		return "dependents:\n- {id: shop/x, name: {en: X, fr: X}, regions: [xx], source: paper" + inner + "}"
	}
	carrier := func(inner string) string {
		return "carriers:\n- {id: green, name: {en: Green, fr: Vert}, source: paper" + inner + "}"
	}
	return map[string]struct {
		text string
		seen func(e *Edition) bool
	}{
		"source":       {"sources:\n- {id: s, title: S, PERIOD}", func(e *Edition) bool { return e.Source("s") != nil }},
		"service":      {"services:\n- {id: sms, name: {en: texts, fr: textos}, PERIOD}", func(e *Edition) bool { return e.Service("sms") != nil }},
		"organisation": {"organisations:\n- {id: o, name: {en: O, fr: O}, source: paper, PERIOD}", func(e *Edition) bool { return e.Organisation("o") != nil }},
		"region": {
			"regions:\n- {id: xx-c, level: province, parent: xx, name: {en: C, fr: C}, PERIOD}",
			func(e *Edition) bool { return e.Region("xx-c") != nil && len(e.Children("xx")) == 3 },
		},
		"area": {
			"regions:\n- {id: xx-w, level: area, parent: xx, members: [xx-a-1], name: {en: W, fr: O}, PERIOD}",
			func(e *Edition) bool { return e.Within("xx-a-1", "xx-w") },
		},
		"carrier": {carrier(", PERIOD"), func(e *Edition) bool { return e.Carrier("green") != nil && e.OrgName("green").FR == "Vert" }},
		"brand":   {carrier(", brands: [Green, {name: Lime, PERIOD}]"), func(e *Edition) bool { return len(e.Carrier("green").Brands) == 2 }},
		"network": {carrier(", networks: [{asn: 64900, PERIOD}]"), func(e *Edition) bool { return len(e.Carrier("green").Networks) == 1 }},
		"component": {
			"components:\n- {id: red/x, kind: core, asns: [64500], name: {en: X, fr: X}, regions: [xx], source: paper, PERIOD}",
			func(e *Edition) bool { return e.Node("red/x") != nil && len(e.ByASN(64500)) == 2 },
		},
		"dependent":   {node(", PERIOD"), func(e *Edition) bool { return e.Node("shop/x") != nil }},
		"requirement": {node(", needs: [{all: [red/core]}, {all: [red/voice], PERIOD}]"), func(e *Edition) bool { return len(e.Node("shop/x").Needs) == 2 }},
		"fallback": {
			node(", fallback: [{text: {en: Wait., fr: Attendez.}, PERIOD}]"),
			func(e *Edition) bool { return len(e.Node("shop/x").Fallbacks) == 1 },
		},
		"requirement of a fallback": {
			node(", fallback: [{text: {en: Wait., fr: Attendez.}, needs: [{all: [red/core], PERIOD}]}]"),
			func(e *Edition) bool { return len(e.Node("shop/x").Fallbacks[0].Needs) == 1 },
		},
	}
}

// TestPeriodsOfEveryKind: from is the first day that has an entry, until the first
// that hasn't; either may be left out.
func TestPeriodsOfEveryKind(t *testing.T) {
	days := []string{"1900-01-01", "2022-04-30", "2022-05-01", "2022-05-31", "2022-06-01", "2100-01-01"}
	for what, b := range bounded() {
		for period, want := range map[string]string{
			"from: 2022-05-01, until: 2022-06-01": "..xx..",
			"from: 2022-05-01":                    "..xxxx",
			"until: 2022-06-01":                   "xxxx..",
			"from: 2022-05-01, until: 2022-05-02": "..x...",
		} {
			over := layer(strings.Replace(b.text, "PERIOD", period, 1))
			got := ""
			for _, d := range days {
				if b.seen(mustLoad(t, d, small(), over)) {
					got += "x"
				} else {
					got += "."
				}
			}
			if got != want {
				t.Errorf("%s, %s: on %v %s, want %s", what, period, days, got, want)
			}
		}
		// Every kind of period makes editions, and is checked in them.
		over := layer(strings.Replace(b.text, "PERIOD", "from: 2031-05-01, until: 2032-06-01", 1))
		all, err := Check(small(), over)
		if got := fmt.Sprint(formatted(all)); err != nil || !strings.Contains(got, "2031-05-01 2032-06-01") {
			t.Errorf("%s: editions of %s, %v", what, got, err)
		}
	}
}

// TestOneIDInManyPeriods: an id may stand as often as its periods lie apart, each
// time as something else; a gap is a time without it.
func TestOneIDInManyPeriods(t *testing.T) {
	over := layer(`
carriers:
- {id: green, name: {en: Green, fr: Vert}, source: paper, until: 2022-01-01}
- {id: green, name: {en: Green of Red, fr: Vert de Rouge}, parent: red, source: paper, from: 2022-01-01, until: 2022-07-08}
organisations:
- {id: green, name: {en: Green charity, fr: Œuvre verte}, sector: charity, source: paper, from: 2022-07-09}
regions:
- {id: xx-w, level: area, parent: xx, members: [xx-a-1], name: {en: west, fr: ouest}, until: 2022-01-01}
- {id: xx-w, level: area, parent: xx, members: [xx-a-1, xx-b-1], name: {en: west, fr: ouest}, from: 2022-01-01}
components:
- {id: shop/x, kind: support, name: {en: X, fr: X}, regions: [xx-w], source: paper, until: 2022-01-01}
dependents:
- {id: shop/x, name: {en: X now, fr: X actuel}, regions: [xx-w], source: paper, from: 2022-01-01}
`)
	for asOf, want := range map[string]string{
		"2021-12-31": "Green carrier  | false support",
		"2022-01-01": "Green of Red carrier red | true dependent",
		"2022-07-07": "Green of Red carrier red | true dependent",
		"2022-07-08": "green none  | true dependent",
		"2022-07-09": "Green charity organisation  | true dependent",
	} {
		e := mustLoad(t, asOf, small(), over)
		kind, parent := "none", OrgID("")
		switch {
		case e.Carrier("green") != nil && e.Organisation("green") != nil:
			kind = "both"
		case e.Carrier("green") != nil:
			kind, parent = "carrier", e.Carrier("green").Parent
		case e.Organisation("green") != nil:
			kind = "organisation"
		}
		got := fmt.Sprint(e.OrgName("green").EN, " ", kind, " ", parent, " | ", e.Within("xx-b-1", "xx-w"), " ", e.Node("shop/x").Kind)
		if got != want {
			t.Errorf("%s: %s, want %s", asOf, got, want)
		}
	}
}

// TestWhatLeavesWithItsReferences: a reference is bound to the days on which what
// it names exists; the fault is shown where the reference stands.
func TestWhatLeavesWithItsReferences(t *testing.T) {
	gone := "\n- {id: red/gone, kind: core, name: {en: G, fr: P}, regions: [xx], source: paper, until: 2022-06-01}"
	for what, c := range map[string]struct{ text, want string }{
		"a member": {
			"components:" + gone + "\n- {id: red/x, kind: core, name: {en: X, fr: X}, regions: [xx], source: paper, needs: [{all: [red/gone]}]}",
			`bad.yaml:3: node "red/gone" doesn't exist on 2022-06-01 (until 2022-06-01); end this entry with it, or give it another period`,
		},
		"a member, for as long": {
			"components:" + gone + "\n- {id: red/x, kind: core, name: {en: X, fr: X}, regions: [xx], source: paper, needs: [{all: [red/gone], until: 2022-06-01}]}", "",
		},
		"a carrier": {
			"carriers:\n- {id: green, name: {en: G, fr: V}, source: paper, until: 2022-06-01}\ncomponents:\n- {id: green/x, kind: core, name: {en: X, fr: X}, regions: [xx], source: paper}",
			`bad.yaml:4: organisation "green" doesn't exist on 2022-06-01 (until 2022-06-01); end this entry with it, or give it another period`,
		},
		"a network": {
			"carriers:\n- {id: green, name: {en: G, fr: V}, source: paper, networks: [{asn: 64900, until: 2022-06-01}]}\n" +
				"components:\n- {id: green/x, kind: core, asns: [64900], name: {en: X, fr: X}, regions: [xx], source: paper}",
			`bad.yaml:4: asn 64900 is no network of "green"; add it to the networks of the carrier`,
		},
	} {
		_, err := Check(small(), layer(c.text))
		got := ""
		if err != nil {
			got = err.Error()
		}
		first, _, _ := strings.Cut(got, "\n") // later editions say it again, of their day
		if first != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", what, got, c.want)
		}
		if _, err := Load(small(), day("2022-05-31"), layer(c.text)); err != nil {
			t.Errorf("%s: the day before: %v", what, err)
		}
	}
}

// TestEveryPeriodOfCanadaShows: each day on which something begins or ends is an
// edition that differs from the day before it.
func TestEveryPeriodOfCanadaShows(t *testing.T) {
	days, err := Check(Canada())
	if err != nil || len(days) < 5 {
		t.Fatalf("editions of %v, %v", formatted(days), err)
	}
	digits := regexp.MustCompile(`^[0-9a-f]{64}$`)
	for i, d := range days[1:] {
		before, err := Load(Canada(), d.AddDate(0, 0, -1))
		if err != nil {
			t.Fatal(err)
		}
		same, err := Load(Canada(), days[i])
		if err != nil {
			t.Fatal(err)
		}
		now, err := Load(Canada(), d)
		if err != nil {
			t.Fatal(err)
		}
		if now.Digest() == before.Digest() {
			t.Errorf("nothing changes on %s", d)
		}
		if same.Digest() != before.Digest() || !digits.MatchString(now.Digest()) {
			t.Errorf("something changes between %s and %s, or the digest %q is none", days[i], d, now.Digest())
		}
	}
}
