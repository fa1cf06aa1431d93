package catalog

import (
	"errors"
	"strings"
	"testing"
)

// entries with all they must have, to put one fault into.
const (
	dep  = "dependents:\n- {id: shop/x, name: {en: X, fr: X}, regions: [xx], source: paper"
	comp = "components:\n- {id: red/x, name: {en: X, fr: X}, regions: [xx], source: paper"
	car  = "carriers:\n- {id: green, name: {en: Green, fr: Vert}, source: paper"
	reg  = "regions:\n- {id: xx-c, name: {en: C, fr: C}"
)

// TestBadCatalogues puts faults over the small country as an overlay: each has
// its place, its words and its cure.
func TestBadCatalogues(t *testing.T) {
	for _, c := range []struct{ what, text, want string }{
		// How a file is written.
		{"not YAML", "carriers:\n- {id: a\n- b", `bad.yaml:3: not YAML: did not find expected ',' or '}' (while parsing a flow mapping from line 2 on)`},
		{"tabs", "carriers:\n\t- id: a", `bad.yaml:2: not YAML: found character that cannot start any token; indent with spaces, not tabs`},
		{"control characters", "a: \x01", `bad.yaml: not YAML: control characters are not allowed (value: 1)`},
		{"a list at the top", "- a", `bad.yaml:1: expected a mapping, found a list`},
		{"two documents", smallest + "---\nservices: []", `bad.yaml:2: a second document in one file; put it into a file of its own`},
		{"torn second document", smallest + "---\n- {", `bad.yaml:3: not YAML: did not find expected node content`},
		{"an unknown list", "services: []\ndependants: []", `bad.yaml:2: unknown key "dependants"; did you mean "dependents"?`},
		{"an unknown key", dep + ",\n  confidense: assumed}", `bad.yaml:3: unknown key "confidense"; did you mean "confidence"?`},
		{"a key that is like none", dep + ",\n  colour: red}", `bad.yaml:3: unknown key "colour"`},
		{"a merge key", dep + ",\n  <<: {people: 3}}", `bad.yaml:3: unknown key "<<"`},
		{"a key twice", dep + ",\n  people: 3, people: 4}", `bad.yaml:3: key "people" is written twice`},
		{"a key that is a list", dep + ",\n  [people]: 3}", `bad.yaml:3: unknown key ""`},
		{"an anchor", dep + ",\n  recovers_with: &a [red/core]}", `bad.yaml:3: anchors and aliases are not used in a catalogue; write the value out`},
		{"a mapping for a list", dep + ",\n  needs: {all: [red/core]}}", `bad.yaml:3: expected a list, found a mapping`},
		{"a word for a list", dep + ",\n  recovers_with: red/core}", `bad.yaml:3: expected a list, found "red/core"`},
		{"a word for a mapping", "dependents: [shop/x]", `bad.yaml:1: expected a mapping, found "shop/x"`},
		{"a list for a word", dep + ",\n  sector: [a]}", `bad.yaml:3: expected text, found a list`},
		{"nothing for a list", "dependents:\n", `bad.yaml:1: expected a list, found nothing`},
		{"nothing for a word", dep + ",\n  sector: }", `bad.yaml:3: expected text, found nothing`},
		{"a number for a word", "regions: [{id: xx-c, level: province, parent: xx, name: {en: C, fr: C},\n  sgc: 35}]", `bad.yaml:2: expected text, found int 35; put it in quotes`},
		{"a word for a number", dep + ",\n  people: many}", `bad.yaml:3: expected a whole number, not negative, found "many"`},
		{"a number in quotes", dep + ",\n  people: '4'}", `bad.yaml:3: expected a whole number, not negative, found "4"`},
		{"a number below zero", dep + ",\n  people: -4}", `bad.yaml:3: expected a whole number, not negative, found "-4"`},
		{"a number that is too large", dep + ",\n  people: 99999999999999999999}", `bad.yaml:3: expected a whole number, not negative, found "99999999999999999999"`},
		{"a date that is none", dep + ",\n  as_of: 2022-02-30}", `bad.yaml:3: expected a date like 2022-07-08, found "2022-02-30"`},
		{"a duration without unit", dep + ",\n  needs: [{all: [red/core], holdover: 4}]}", `bad.yaml:3: expected a duration like 4h or 90m, not negative, found "4"`},
		{"a duration below zero", dep + ",\n  needs: [{all: [red/core], holdover: -4h}]}", `bad.yaml:3: expected a duration like 4h or 90m, not negative, found "-4h"`},
		{"degrees", reg + ", level: province, parent: xx,\n  lat: 45, lon: -790}", `bad.yaml:3: expected degrees between -180 and 180, found "-790"`},
		{"half a place", reg + ", level: province, parent: xx, lat: 45}", `bad.yaml:2: lat and lon stand together or not at all`},
		{"latitude", reg + ", level: province, parent: xx, lat: 145, lon: -79}", `bad.yaml:2: lat is between -90 and 90`},

		// Names.
		{"an unknown node", dep + ",\n  needs: [{all: [red/cor]}]}", `bad.yaml:3: unknown node "red/cor"; did you mean "red/core"?`},
		{"a node like none", dep + ",\n  needs: [{all: [moon/base]}]}", `bad.yaml:3: unknown node "moon/base"`},
		{
			"a node of another time", dep + ",\n  needs: [{any: [bank/debit, old/x]}]}\n- {id: bank/debit, name: {en: X, fr: X}, regions: [xx], source: paper, from: 2023-01-01}",
			`bad.yaml:3: node "bank/debit" doesn't exist on 2022-07-08 (from 2023-01-01); end this entry with it, or give it another period
bad.yaml:3: unknown node "old/x"`,
		},
		{"repair by an unknown node", dep + ",\n  recovers_with: [red/managment]}", `bad.yaml:3: unknown node "red/managment"; did you mean "red/management"?`},
		{"the users of an unknown node", comp + ", kind: core,\n  absorbs: [red/voices]}", `bad.yaml:3: unknown node "red/voices"; did you mean "red/voice"?`},
		{"calls to an unknown node", comp + ", kind: core,\n  interconnects: [red/voices]}", `bad.yaml:3: unknown node "red/voices"; did you mean "red/voice"?`},
		{
			"a condition on unknown nodes", dep + ", fallback: [{text: {en: A, fr: B},\n  only_if: {up: [red/cores],\n  down: [blue/voic]}}]}",
			`bad.yaml:3: unknown node "red/cores"; did you mean "red/core"?
bad.yaml:4: unknown node "blue/voic"; did you mean "blue/voice"?`,
		},
		{"advice that needs an unknown node", dep + ", fallback: [{text: {en: A, fr: B},\n  needs: [{all: [blue/voic]}]}]}", `bad.yaml:3: unknown node "blue/voic"; did you mean "blue/voice"?`},
		{"an unknown owner", "dependents:\n- {id: shops/x, name: {en: X, fr: X}, regions: [xx], source: paper}", `bad.yaml:2: unknown organisation "shops"; did you mean "shop"?`},
		{"an unknown region", "dependents:\n- {id: shop/x, name: {en: X, fr: X}, source: paper,\n  regions: [xx-aa]}", `bad.yaml:3: unknown region "xx-aa"; did you mean "xx-a"?`},
		{"needed in an unknown region", dep + ", needs: [{all: [red/core],\n  at: yy}]}", `bad.yaml:3: unknown region "yy"`},
		{"an unknown service", comp + ", kind: service,\n  service: debits}", `bad.yaml:3: unknown service "debits"; did you mean "debit"?`},
		{"an unknown source", dep + ",\n  needs: [{all: [red/core], source: [paper, papers]}]}", `bad.yaml:3: unknown source "papers"; did you mean "paper"?`},
		{"an unknown carrier as parent", car + ",\n  parent: bleu}", `bad.yaml:3: unknown carrier "bleu"; did you mean "blue"?`},
		{"a name twice", dep + ",\n  recovers_with: [red/core, red/core]}", `bad.yaml:3: node "red/core" is written twice; take one out`},
		{"a member twice", dep + ",\n  needs: [{any: [red/core, red/core]}]}", `bad.yaml:3: node "red/core" is written twice; take one out`},
		{"no id", "services:\n- {name: {en: X, fr: X}}", `bad.yaml:2: service without an id`},
		{"an id in capitals", "services:\n- {id: SMS, name: {en: X, fr: X}}", `bad.yaml:2: id "SMS" is not a name; write it in lower-case letters, digits, dots and dashes`},
		{
			"a node without owner", "dependents:\n- {id: sales, name: {en: X, fr: X}, regions: [xx], source: paper}",
			`bad.yaml:2: id "sales" is not a node's; write "owner/name", in lower-case letters, digits, dots and dashes`,
		},
		{
			"one id for one day", dep + "}\n- {id: shop/x, name: {en: X, fr: X}, regions: [xx], source: paper, from: 2022-01-01}",
			`bad.yaml:3: node "shop/x" stands at bad.yaml:2 too, for the same days; end one before the other begins, with from and until`,
		},
		{
			"a component and a dependent of one id", comp + ", kind: core}\ndependents:\n- {id: red/x, name: {en: X, fr: X}, regions: [xx], source: paper}",
			`bad.yaml:4: node "red/x" stands at bad.yaml:2 too, for the same days; end one before the other begins, with from and until`,
		},
		{
			"a carrier and an organisation of one id", car + "}\norganisations:\n- {id: green, name: {en: X, fr: X}, source: paper}",
			`bad.yaml:4: organisation "green" stands at bad.yaml:2 too, for the same days; end one before the other begins, with from and until`,
		},
		{"an end before the beginning", dep + ",\n  from: 2022-07-08, until: 2022-07-08}", `bad.yaml:2: from 2022-07-08 is not before until 2022-07-08; until is the first day on which it is no more`},
		{
			"a need that ends before it begins", dep + ",\n  needs: [{all: [red/core], from: 2022-07-08, until: 2022-07-01}]}",
			`bad.yaml:3: from 2022-07-08 is not before until 2022-07-01; until is the first day on which it is no more`,
		},

		// Requirements.
		{"more than there are", dep + ", needs: [{any: [red/core, blue/voice],\n  at_least: 3}]}", `bad.yaml:3: at_least is 3, of a group of 2`},
		{"none at least", dep + ", needs: [{any: [red/core, blue/voice],\n  at_least: 0}]}", `bad.yaml:3: at_least is 0, of a group of 2`},
		{"an empty group", dep + ",\n  needs: [{all: []}]}", `bad.yaml:3: an empty group; name its members with all: or any:`},
		{"no group", dep + ",\n  needs: [{lost: down}]}", `bad.yaml:3: an empty group; name its members with all: or any:`},
		{"two groups in one", dep + ",\n  needs: [{all: [red/core], any: [blue/voice]}]}", `bad.yaml:3: a group is either all or any; make two groups of them`},
		{"lost that is no state", dep + ",\n  needs: [{all: [red/core], lost: degrade}]}", `bad.yaml:3: unknown state "degrade"; did you mean "degraded"?`},
		{"lost that says nothing", dep + ",\n  needs: [{all: [red/core], lost: unknown}]}", `bad.yaml:3: unknown state "unknown"; write one of down, degraded`},
		{"self", dep + ",\n  needs: [{all: [shop/x]}]}", `bad.yaml:3: "shop/x" needs itself; take it out`},
		{"repair by itself", dep + ",\n  recovers_with: [shop/x]}", `bad.yaml:3: "shop/x" names itself; take it out`},

		// Nodes.
		{"no regions", "dependents:\n- {id: shop/x, name: {en: X, fr: X}, regions: [], source: paper}", `bad.yaml:2: "shop/x" has no regions; say where it exists`},
		{"no kind", comp + "}", `bad.yaml:2: "red/x" has no kind; write kind: core, access, radio, management, database, support or service`},
		{"a kind that is none", comp + ",\n  kind: cores}", `bad.yaml:3: unknown kind "cores"; did you mean "core"?`},
		{"kind service without one", comp + ", kind: service}", `bad.yaml:2: "red/x" is of kind service but delivers none; name the service`},
		{"a service of a core", comp + ", kind: core,\n  service: debit}", `bad.yaml:3: "red/x" names a service but is of kind core; write kind: service`},
		{"the asn of another", comp + ", kind: core,\n  asns: [64500, 64502]}", `bad.yaml:3: asn 64502 is no network of "red"; add it to the networks of the carrier`},
		{"no French", "dependents:\n- {id: shop/x, regions: [xx], source: paper,\n  name: {en: X}}", `bad.yaml:3: name has no French text; add fr:`},
		{"no English", dep + ",\n  note: {en: ' ', fr: X}}", `bad.yaml:3: note has no English text; add en:`},
		{"no name", "dependents:\n- {id: shop/x, regions: [xx], source: paper}", `bad.yaml:2: name is missing; write {en: …, fr: …}`},
		{"advice without words", dep + ", fallback: [\n  {needs: []}]}", `bad.yaml:3: text is missing; write {en: …, fr: …}`},

		// Where claims come from.
		{"no source", "dependents:\n- {id: shop/x, name: {en: X, fr: X}, regions: [xx]}", `bad.yaml:2: no source; name a source, or write "confidence: assumed"`},
		{"reported by nobody", "organisations:\n- {id: x, name: {en: X, fr: X}, confidence: reported}", `bad.yaml:2: no source; name a source, or write "confidence: assumed"`},
		{"an empty list of sources", "organisations:\n- {id: x, name: {en: X, fr: X}, source: []}", `bad.yaml:2: no source; name a source, or write "confidence: assumed"`},
		{"confidence that is none", dep + ",\n  confidence: asumed}", `bad.yaml:3: unknown confidence "asumed"; did you mean "assumed"?`},
		{
			"confirmed in an assumed entry", "dependents:\n- {id: shop/x, name: {en: X, fr: X}, regions: [xx], confidence: assumed,\n  needs: [{all: [red/core], confidence: confirmed}]}",
			`bad.yaml:3: no source; name a source, or write "confidence: assumed"`,
		},
		{"a source without title", "sources:\n- {id: s, url: 'ftp://x'}", `bad.yaml:2: "ftp://x" is not a web address; write it from https:// on
bad.yaml:2: source "s" has no title`},
		{
			"advice to a 911 centre", "dependents:\n- {id: town-police/x, name: {en: X, fr: X}, regions: [xx], source: paper, fallback: [\n  {text: {en: Shout., fr: Criez.}}]}",
			`bad.yaml:3: advice about emergency calls without a source of its own; name the source that gives it, or take it out`,
		},
		{
			"advice on emergency calls", comp + ", kind: service, service: emergency-calls, fallback: [\n  {text: {en: Shout., fr: Criez.}, confidence: assumed, source: paper}]}",
			`bad.yaml:3: advice about emergency calls without a source of its own; name the source that gives it, or take it out`,
		},
		{
			"advice that names 911", dep + ", fallback: [\n  {text: {en: Call 9-1-1., fr: Appelez le 911.}}]}",
			`bad.yaml:3: advice about emergency calls without a source of its own; name the source that gives it, or take it out`,
		},
		{
			"advice in a 911 sector", dep + ", sector: '911', fallback: [\n  {text: {en: Shout., fr: Criez.}}]}",
			`bad.yaml:3: advice about emergency calls without a source of its own; name the source that gives it, or take it out`,
		},

		// Carriers.
		{"an asn of two carriers", car + ", networks: [\n  {asn: 64500}]}", `bad.yaml:3: asn 64500 belongs to "red" already; a network has one owner at a time: use from and until`},
		{"an asn twice", car + ", networks: [{asn: 64900},\n  {asn: 64900}]}", `bad.yaml:3: asn 64900 belongs to "green" already; a network has one owner at a time: use from and until`},
		{"no asn", car + ", networks: [\n  {note: x}]}", `bad.yaml:3: asn 0 is not the number of a network`},
		{"a brand without name", car + ", brands: [\n  {from: 2020-01-01}]}", `bad.yaml:3: brand without a name`},
		{"its own owner", car + ",\n  parent: green}", `bad.yaml:3: carrier "green" owns itself`},
		{
			"owners in a circle", car + ",\n  parent: grey}\n- {id: grey, name: {en: Grey, fr: Gris}, source: paper,\n  parent: green}",
			"bad.yaml:3: carrier \"green\" owns itself\nbad.yaml:5: carrier \"grey\" owns itself",
		},

		// Regions.
		{"no level", reg + ", parent: xx}", `bad.yaml:2: region "xx-c" has no level; write level: country, province, division or area`},
		{"a level that is none", reg + ", parent: xx,\n  level: provinces}", `bad.yaml:3: unknown level "provinces"; did you mean "province"?`},
		{"a second country", reg + ", level: country, source: paper}", `bad.yaml:2: a second country "xx-c"; a catalogue describes one country`},
		{"a country in a country", "regions:\n- {id: xx, name: {en: C, fr: C}, level: country, source: paper,\n  parent: xx-a}", `bad.yaml:3: a country has no parent`},
		{"no parent", reg + ", level: province, source: census}", `bad.yaml:2: region "xx-c" has no parent; name the region around it`},
		{"an unknown parent", reg + ", level: province, source: census,\n  parent: xy}", `bad.yaml:3: unknown region "xy"; did you mean "xx"?`},
		{"a province in a division", reg + ", level: province, source: census,\n  parent: xx-a-1}", `bad.yaml:3: province "xx-c" can't lie in division "xx-a-1"; divisions lie in provinces, provinces in the country, areas in any of them`},
		{"an area without members", reg + ", level: area, parent: xx}", `bad.yaml:2: area "xx-c" has no members; name its divisions`},
		{"an unknown member", reg + ", level: area, parent: xx,\n  members: [xx-a-3]}", `bad.yaml:3: unknown region "xx-a-3"; did you mean "xx-a-1"?`},
		{"an area in an area", reg + ", level: area, parent: xx,\n  members: [xx-east]}", `bad.yaml:3: area "xx-east" can't be part of an area; name its divisions`},
		{"a member elsewhere", reg + ", level: area, parent: xx-a,\n  members: [xx-a-1,\n  xx-b-1]}", `bad.yaml:4: "xx-b-1" doesn't lie in "xx-a", as its area does`},
		{"members of a province", reg + ", level: province, parent: xx,\n  members: [xx-a-1]}", `bad.yaml:3: only an area has members; name it as the parent of these instead`},
		{
			"owned by one that owns itself", car + ",\n  parent: grey}\n- {id: grey, name: {en: Grey, fr: Gris}, source: paper,\n  parent: grey}",
			"bad.yaml:5: carrier \"grey\" owns itself",
		},
	} {
		t.Run(c.what, func(t *testing.T) {
			_, err := Load(small(), day("2022-07-08"), layer(c.text))
			if err == nil {
				t.Fatalf("loaded:\n%s", c.text)
			}
			var own []string // without what a replaced country brings about in the base
			for line := range strings.Lines(err.Error() + "\n") {
				if strings.HasPrefix(line, "bad.yaml") {
					own = append(own, strings.TrimSuffix(line, "\n"))
				}
			}
			if got := strings.Join(own, "\n"); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", err, c.want)
			}
		})
	}
}

func TestNoCountry(t *testing.T) {
	_, err := Load(layer("services: []"), day("2022-07-08"))
	if err == nil || err.Error() != "no country on 2022-07-08; add a region with level: country" {
		t.Errorf("error %v", err)
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	_, err := Load(small(), day("2022-07-08"), layer(dep+", people: many,\n  needs: [{all: [red/cor]}],\n  colour: red}"))
	var ps Problems
	if !errors.As(err, &ps) || len(ps) != 3 {
		t.Fatalf("error %v", err)
	}
	want := Problem{File: "bad.yaml", Line: 3, Text: `unknown node "red/cor"`, Cure: `did you mean "red/core"?`}
	if ps[1] != want {
		t.Errorf("got %+v, want %+v", ps[1], want)
	}
	if got := (Problem{Text: "all is lost"}).Error(); got != "all is lost" {
		t.Error(got)
	}
}

func TestNearest(t *testing.T) {
	known := []string{"rogers/ip-core", "rogers/sms", "bell/sms", "ca-on", "ca-nb"}
	for _, c := range []struct{ name, want string }{
		{"rogers/ipcore", "rogers/ip-core"},
		{"roger/sms", "rogers/sms"},
		{"ca-oo", "ca-on"},
		{"ca-n", "ca-nb"}, // as near as ca-on, and before it
		{"moon/base", ""},
		{"", ""},
		{strings.Repeat("rogers/ip-core", 9), ""},
	} {
		if got := nearest(c.name, known); got != c.want {
			t.Errorf("nearest to %q: %q, want %q", c.name, got, c.want)
		}
	}
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"", "ab", 2}, {"kitten", "sitting", 3}, {"ab", "ba", 2}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance of %q and %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
