package catalog

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func explained(t *testing.T, id string) Explanation {
	t.Helper()
	x, err := mustLoad(t, "2022-07-08", small()).Explain(id)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestExplainDependent(t *testing.T) {
	want := `shop/sales  Ventes
  kind: dependent
  edition: 2022-07-08
  owner: The Shop
  sector: retail
  people: 40
  claim: reported, as of 2022-07-08
    The small paper
  regions:
    xx-a-1  Un
  needs:
    2 of 3, or it is degraded
      bank/debit  Débit
      red/voice  appels chez Rouge
      blue/voice  appels chez Bleu
      claim: assumed, as of 2022-07-08
  fallback:
    Payez comptant.
      claim: reported, as of 2022-07-08
        The small paper
    Appelez-nous par Bleu.
      only if not down: blue/voice  appels chez Bleu
      only if down: red/core  cœur de Rouge
      needs:
        1 of 1, or it is down
          blue/voice  appels chez Bleu
          claim: reported, as of 2022-07-08
            The small paper
      claim: reported, as of 2022-07-08
        The small paper
`
	if got := explained(t, "shop/sales").Text(FR); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestExplainWhatFails(t *testing.T) {
	want := `red/core  Red’s core
  kind: core
  edition: 2022-07-08
  owner: Red
  asn: 64500
  claim: reported
    The small paper
  regions:
    xx  Smallland
  needed by:
    bank/debit  Debit
    red/management  Red’s management network
    red/voice  calls on Red
  behind these:
    shop/sales  Sales
  recovers with:
    red/management  Red’s management network
`
	if got := explained(t, "red/core").Text(EN); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for id, want := range map[string][]string{
		"red/management": {"  recovery of:\n    red/core  Red’s core\n"},
		"red/voice":      {"    1 of 1, or it is down after 5m0s, in xx\n", "  service: mobile-voice\n"},
		"blue/voice":     {"  absorbs the users of:\n    red/voice", "  its users call those of:\n    red/voice"},
		"bank/debit":     {"      note: one supplier\n", "  sector: payments\n"},
	} {
		got := explained(t, id).Text(EN)
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s lacks %q:\n%s", id, w, got)
			}
		}
	}
}

func TestExplainOthers(t *testing.T) {
	for id, want := range map[string]string{
		"red": `red  Red
  kind: carrier
  edition: 2022-07-08
  brand: Red
  brand: Pink
  asn: 64500 everything
  asn: 64501
  users: 120
  claim: reported, as of 2022-07-08
    The small paper
  nodes:
    red/core  Red’s core
    red/management  Red’s management network
    red/voice  calls on Red
`,
		"shop": `shop  The Shop
  kind: organisation
  edition: 2022-07-08
  sector: retail
  claim: reported
    The small paper
  nodes:
    shop/sales  Sales
`,
		"xx-a": `xx-a  Aye
  kind: region
  edition: 2022-07-08
  level: province
  sgc: 01
  parent: Smallland
  population: 200
  zone: America/Winnipeg
  claim: reported, as of 2021-05-11
    Census of the small country  https://example.org/census
  regions:
    xx-a-1  One
    xx-a-2  Two
  nodes:
    red/voice  calls on Red
    shop/sales  Sales
`,
		"xx-east": `xx-east  the east
  kind: region
  edition: 2022-07-08
  level: area
  parent: Smallland
  zone: America/Toronto
  claim: reported, as of 2021-05-11
    Census of the small country  https://example.org/census
  regions:
    xx-a-2  Two
    xx-b-1  Three
  nodes:
    town-police/911-centre  911 centre
`,
		"mobile-voice": `mobile-voice  mobile calls
  kind: service
  edition: 2022-07-08
  nodes:
    blue/voice  calls on Blue
    red/voice  calls on Red
`,
	} {
		if got := explained(t, id).Text(EN); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

func TestExplainUnknown(t *testing.T) {
	_, err := mustLoad(t, "2022-07-08", small()).Explain("red/cor")
	var p Problem
	if !errors.As(err, &p) || err.Error() != `nothing is called "red/cor" on 2022-07-08; did you mean "red/core"?` {
		t.Errorf("error %v", err)
	}
}

func TestExplanationAsJSON(t *testing.T) {
	b, err := json.Marshal(explained(t, "red/voice"))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"id":"red/voice","kind":"service","name":{"en":"calls on Red","fr":"appels chez Rouge"},"edition":"2022-07-08",` +
		`"facts":[{"key":"owner","value":"Red"},{"key":"service","value":"mobile-voice"},{"key":"people","value":"120"}],` +
		`"regions":[{"id":"xx-a","name":{"en":"Aye","fr":"Aé"}},{"id":"xx-b","name":{"en":"Bee","fr":"Bé"}}],` +
		`"needs":[{"at_least":1,"of":[{"id":"red/core","name":{"en":"Red’s core","fr":"cœur de Rouge"}}],"lost":"down",` +
		`"holdover":"5m0s","at":{"id":"xx","name":{"en":"Smallland","fr":"Petipays"}},` +
		`"claim":{"confidence":"reported","sources":[{"id":"paper","title":"The small paper"}]}}],` +
		`"needed_by":[{"id":"shop/sales","name":{"en":"Sales","fr":"Ventes"}}],` +
		`"claim":{"confidence":"reported","sources":[{"id":"paper","title":"The small paper"}]}}`
	if string(b) != want {
		t.Errorf("got\n%s\nwant\n%s", b, want)
	}
}

func TestFindings(t *testing.T) {
	text := func(e *Edition) string {
		var lines []string
		for _, f := range e.Findings() {
			lines = append(lines, string(f.Kind)+": "+f.Text)
		}
		return strings.Join(lines, "\n")
	}
	assumed := "assumed: no source was found for 1 of 7 nodes and 1 of 4 requirements: pages show them as assumed"
	e := mustLoad(t, "2022-07-08", small())
	want := "circular-recovery: recovery waits for itself: red/core → red/management → red/core\n" + assumed
	if got := text(e); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if f := e.Findings()[0]; len(f.Nodes) != 2 || f.Nodes[0] != "red/core" {
		t.Errorf("nodes of the circle: %v", f.Nodes)
	}
	if got := text(mustLoad(t, "2022-10-01", small())); got != strings.Replace(assumed, "of 4", "of 3", 1) {
		t.Errorf("since then the networks are apart: %s", got)
	}
	rings := layer(`
components:
- {id: red/a, kind: core, name: {en: A, fr: A}, regions: [xx], source: paper, needs: [{any: [red/b, red/core]}]}
- {id: red/b, kind: core, name: {en: B, fr: B}, regions: [xx], source: paper, needs: [{all: [red/c]}]}
- {id: red/c, kind: core, name: {en: C, fr: C}, regions: [xx], source: paper, needs: [{all: [red/a]}], recovers_with: [red/d]}
- {id: red/d, kind: support, name: {en: D, fr: D}, regions: [xx], source: paper, needs: [{all: [red/b]}]}
`)
	want = "cycle-of-need: need each other: red/a → red/b → red/c → red/a\n" +
		"circular-recovery: recovery waits for itself: red/b → red/c → red/d → red/b"
	got, _, _ := strings.Cut(text(mustLoad(t, "2022-10-01", small(), rings)), "\nassumed")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := text(mustLoad(t, "2022-07-08", layer(smallest))); got != "" {
		t.Errorf("found in nothing: %s", got)
	}
}
