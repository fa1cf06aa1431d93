package catalog

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestPlacesOfCanada compares Within and Overlap on every pair of places with the
// divisions that they cover, and Children with the parents.
func TestPlacesOfCanada(t *testing.T) {
	e := canada(t, july2022)
	ground := map[RegionID]map[RegionID]bool{}
	add := func(r, division RegionID) {
		if ground[r] == nil {
			ground[r] = map[RegionID]bool{}
		}
		ground[r][division] = true
	}
	children := map[RegionID][]RegionID{}
	for _, r := range e.Regions() {
		switch r.Level {
		case Division:
			add(r.ID, r.ID)
			add(r.Parent, r.ID)
			add(e.Region(r.Parent).Parent, r.ID)
		case Area:
			for _, m := range r.Members {
				add(r.ID, m)
			}
			continue
		}
		children[r.Parent] = append(children[r.Parent], r.ID)
	}
	pairs := 0
	for a, under := range ground {
		if got := e.Children(a); !slices.Equal(got, children[a]) {
			t.Errorf("children of %s: %v, want %v", a, got, children[a])
		}
		for b, over := range ground {
			shared, inside := false, true
			for d := range under {
				shared = shared || over[d]
				inside = inside && over[d]
			}
			if got := e.Overlap(a, b); got != shared {
				t.Errorf("Overlap(%s, %s) is %v", a, b, got)
			}
			// Yukon is one division: the whole doesn't lie in its only part.
			if got := e.Within(a, b); got != inside && !(len(under) == len(over) && inside) {
				t.Errorf("Within(%s, %s) is %v", a, b, got)
			}
			pairs++
		}
	}
	if pairs != 309*309 {
		t.Errorf("%d pairs", pairs)
	}
}

// TestZonesAreInherited: the nearest region above that has one gives it.
func TestZonesAreInherited(t *testing.T) {
	world := World{Regions: []Region{
		{ID: "c", Level: Country, Zone: "A"},
		{ID: "c-p", Level: Province, Parent: "c"},
		{ID: "c-q", Level: Province, Parent: "c", Zone: "B"},
		{ID: "c-p-1", Level: Division, Parent: "c-p"},
		{ID: "c-p-2", Level: Division, Parent: "c-p", Zone: "C"},
		{ID: "c-q-1", Level: Division, Parent: "c-q"},
		{ID: "area", Level: Area, Parent: "c-q", Members: []RegionID{"c-q-1"}},
		{ID: "lost", Level: Division, Parent: "nowhere"},
	}}
	e := New(day(july2022), "", world)
	for id, want := range map[RegionID]string{
		"c": "A", "c-p": "A", "c-p-1": "A", "c-p-2": "C", "c-q": "B", "c-q-1": "B", "area": "B", "lost": "UTC", "nowhere": "UTC", "": "UTC",
	} {
		if got := e.Zone(id); got != want {
			t.Errorf("zone of %q is %s, want %s", id, got, want)
		}
	}
	if e.Root() != "c" {
		t.Errorf("root %s", e.Root())
	}
	if got := fmt.Sprint(e.Children("c"), e.Children("c-q"), e.Children("c-q-1")); got != "[c-p c-q] [c-q-1] []" {
		t.Errorf("children %s", got)
	}
}

// TestSectorsAndNames: a node's own sector goes before that of its organisation; a
// carrier goes before an organisation; who is unknown goes by the id.
func TestSectorsAndNames(t *testing.T) {
	e := New(day(july2022), "", World{
		Carriers:      []Carrier{{ID: "both", Name: Text{EN: "Carrier", FR: "Fournisseur"}}},
		Organisations: []Organisation{{ID: "both", Name: Text{EN: "Org"}, Sector: "transit"}, {ID: "none"}},
		Nodes: []Node{
			{ID: "both/own", Sector: "retail", ASNs: []ASN{1, 2}}, {ID: "both/inherited", ASNs: []ASN{2}}, {ID: "none/x"}, {ID: "stranger/x"},
		},
	})
	for id, want := range map[NodeID]string{"both/own": "retail", "both/inherited": "transit", "none/x": "", "stranger/x": ""} {
		if got := e.Sector(e.Node(id)); got != want {
			t.Errorf("sector of %s is %q, want %q", id, got, want)
		}
	}
	for id, want := range map[OrgID]Text{
		"both": {EN: "Carrier", FR: "Fournisseur"}, "none": {}, "stranger": {EN: "stranger", FR: "stranger"},
	} {
		if got := e.OrgName(id); got != want {
			t.Errorf("%s is called %v, want %v", id, got, want)
		}
	}
	if got := fmt.Sprint(e.ByASN(1), e.ByASN(2), e.ByASN(3)); got != "[both/own] [both/inherited both/own] []" {
		t.Errorf("by ASN: %s", got)
	}
}

// randomNeeds makes a world of up to six nodes with both kinds of edges.
func randomNeeds(rng *rand.Rand) World {
	var w World
	n := 2 + rng.IntN(5)
	name := func(i int) NodeID { return NodeID(fmt.Sprintf("o/%c", 'a'+i)) }
	for i := range n {
		node := Node{ID: name(i), Kind: Core, Provenance: Provenance{Confidence: []Confidence{Reported, Assumed}[rng.IntN(2)]}}
		for j := range n {
			if i != j && rng.IntN(n) == 0 {
				node.Needs = append(node.Needs, Requirement{
					Members: []NodeID{name(j)}, AtLeast: 1, Provenance: Provenance{Confidence: []Confidence{Confirmed, Assumed}[rng.IntN(2)]},
				})
			}
			if i != j && rng.IntN(2*n) == 0 {
				node.RecoversWith = append(node.RecoversWith, name(j))
			}
		}
		w.Nodes = append(w.Nodes, node)
	}
	return w
}

// leads tells, by trying all walks, whether one node leads to another.
func leads(w World, from, to NodeID, recovery bool, seen map[NodeID]bool) bool {
	if from == to {
		return true
	}
	if seen[from] {
		return false
	}
	seen[from] = true
	i := slices.IndexFunc(w.Nodes, func(n Node) bool { return n.ID == from })
	next := operates(&w.Nodes[i])
	if recovery {
		next = append(next, w.Nodes[i].RecoversWith...)
	}
	return slices.ContainsFunc(next, func(m NodeID) bool { return leads(w, m, to, recovery, seen) })
}

// TestFindingsOfRandomWorlds: an edge is on a cycle that is found if and only if
// there is a way back; every cycle found is one, has its kind of edge, and is
// named from its first name on; what is assumed is counted.
func TestFindingsOfRandomWorlds(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	met := map[FindingKind]int{}
	for range 500 {
		w := randomNeeds(rng)
		found := New(day(july2022), "", w).Findings()
		on := map[string]bool{} // "kind from to" of every edge of a cycle that was found
		for _, f := range found {
			if met[f.Kind]++; f.Kind == AssumedClaims {
				continue
			}
			names := make([]string, 0, len(f.Nodes)+1)
			for i, id := range f.Nodes {
				names = append(names, string(id))
				on[fmt.Sprint(f.Kind, " ", id, " ", f.Nodes[(i+1)%len(f.Nodes)])] = true
			}
			if names[0] != slices.Min(names) || len(slices.Compact(slices.Sorted(slices.Values(names)))) != len(names) {
				t.Fatalf("a cycle without one form: %v", f)
			}
			if !strings.HasSuffix(f.Text, ": "+strings.Join(append(names, names[0]), " → ")) {
				t.Fatalf("text %q of %v", f.Text, f.Nodes)
			}
		}
		ids, assumed, groups := []NodeID{}, 0, 0
		for _, n := range w.Nodes {
			for _, to := range operates(&n) {
				if got, want := on[fmt.Sprint(NeedCycle, " ", n.ID, " ", to)], leads(w, to, n.ID, false, map[NodeID]bool{}); got != want {
					t.Fatalf("%s needs %s: on a cycle of need: found %v, is %v", n.ID, to, got, want)
				}
			}
			for _, to := range n.RecoversWith {
				if got, want := on[fmt.Sprint(CircularRecovery, " ", n.ID, " ", to)], leads(w, to, n.ID, true, map[NodeID]bool{}); got != want {
					t.Fatalf("%s recovers with %s: circular: found %v, is %v", n.ID, to, got, want)
				}
			}
			if n.Confidence == Assumed {
				ids = append(ids, n.ID)
			}
			for _, r := range n.Needs {
				if groups++; r.Confidence == Assumed {
					assumed++
				}
			}
		}
		last := Finding{}
		if len(found) > 0 {
			last = found[len(found)-1]
		}
		want := fmt.Sprintf("%d of %d nodes and %d of %d requirements", len(ids), len(w.Nodes), assumed, groups)
		if (len(ids)+assumed > 0) != (last.Kind == AssumedClaims) || last.Kind == AssumedClaims && (!strings.Contains(last.Text, want) || len(last.Nodes) != len(ids)) {
			t.Fatalf("assumed: %q, want %q", last.Text, want)
		}
	}
	for _, kind := range []FindingKind{NeedCycle, CircularRecovery, AssumedClaims} {
		if met[kind] < 50 {
			t.Errorf("%s was met %d times: the test does nothing", kind, met[kind])
		}
	}
}

// TestOneEdgeBreaksARing: a ring is found whole, and not at all once any one of
// its edges is gone.
func TestOneEdgeBreaksARing(t *testing.T) {
	for _, size := range []int{2, 3, 7} {
		for gone := -1; gone < size; gone++ {
			for _, recovery := range []bool{false, true} {
				var w World
				for i := range size {
					n := Node{ID: NodeID(fmt.Sprintf("o/%d", i))}
					next := NodeID(fmt.Sprintf("o/%d", (i+1)%size))
					switch {
					case i == gone:
					case recovery && i == size-1:
						n.RecoversWith = []NodeID{next}
					default:
						n.Needs = []Requirement{{Members: []NodeID{"o/leaf", next}, AtLeast: 1}}
					}
					w.Nodes = append(w.Nodes, n)
				}
				w.Nodes = append(w.Nodes, Node{ID: "o/leaf"})
				kind := map[bool]FindingKind{false: NeedCycle, true: CircularRecovery}[recovery]
				found := New(day(july2022), "", w).Findings()
				if whole := gone < 0; whole != (len(found) == 1) || whole && (found[0].Kind != kind || len(found[0].Nodes) != size) {
					t.Errorf("ring of %d, without edge %d, recovery %v: %v", size, gone, recovery, found)
				}
			}
		}
	}
}

// TestOneCircleOfTwoRepairs: a circle that holds two edges of recovery is one.
func TestOneCircleOfTwoRepairs(t *testing.T) {
	found := New(day(july2022), "", World{Nodes: []Node{
		{ID: "o/a", RecoversWith: []NodeID{"o/b"}}, {ID: "o/b", RecoversWith: []NodeID{"o/a"}},
	}}).Findings()
	if len(found) != 1 || found[0].Text != "recovery waits for itself: o/a → o/b → o/a" {
		t.Errorf("found %v", found)
	}
}

// TestCirclesOfCanada: by name, those of July 2022, and how many claims are assumed.
func TestCirclesOfCanada(t *testing.T) {
	circles := func(asOf string) (texts []string) {
		for _, f := range canada(t, asOf).Findings() {
			if f.Kind == CircularRecovery {
				texts = append(texts, strings.TrimPrefix(f.Text, "recovery waits for itself: "))
			}
		}
		return texts
	}
	then, now := circles(july2022), circles(since)
	for _, want := range []string{
		"rogers/ip-core → rogers/management-network → rogers/ip-core", "rogers/ip-core → rogers/noc → rogers/ip-core",
	} {
		if !slices.Contains(then, want) {
			t.Errorf("July 2022 has not %s: %q", want, then)
		}
	}
	for _, c := range now {
		if strings.Contains(c, "management-network") {
			t.Errorf("today has %s", c)
		}
	}
	if len(now) >= len(then) {
		t.Errorf("%d circles then, %d now", len(then), len(now))
	}
	e := canada(t, july2022)
	all := e.Findings()
	m := regexp.MustCompile(`for (\d+) of (\d+) nodes and (\d+) of (\d+) req`).FindStringSubmatch(all[len(all)-1].Text)
	if m == nil || m[2] != fmt.Sprint(len(e.Nodes())) || m[1] != fmt.Sprint(len(all[len(all)-1].Nodes)) {
		t.Errorf("assumed: %q, of %d nodes", all[len(all)-1].Text, len(e.Nodes()))
	}
}

// TestExplainedInFrench: names and notes are French, keys are the catalogue's.
func TestExplainedInFrench(t *testing.T) {
	for id, want := range map[string]string{
		"red": `red  Rouge
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
    red/core  cœur de Rouge
    red/management  réseau de gestion de Rouge
    red/voice  appels chez Rouge
`,
		"bank": `bank  La Banque
  kind: organisation
  edition: 2022-07-08
  sector: payments
  claim: reported
    The small paper
  nodes:
    bank/debit  Débit
`,
		"xx-east": `xx-east  l’est
  kind: region
  edition: 2022-07-08
  level: area
  parent: Smallland
  zone: America/Toronto
  claim: reported, as of 2021-05-11
    Census of the small country  https://example.org/census
  regions:
    xx-a-2  Deux
    xx-b-1  Trois
  nodes:
    town-police/911-centre  centrale 911
`,
		"debit": `debit  paiements par débit
  kind: service
  edition: 2022-07-08
  nodes:
    bank/debit  Débit
`,
		"bank/debit": `bank/debit  Débit
  kind: service
  edition: 2022-07-08
  owner: The Bank
  service: debit
  sector: payments
  claim: reported, as of 2022-07-08
    The small paper
  regions:
    xx  Petipays
  needs:
    1 of 1, or it is down
      red/core  cœur de Rouge
      note: un seul fournisseur
      claim: reported, as of 2022-07-08
        The small paper
  needed by:
    shop/sales  Ventes
`,
		"blue/voice": `blue/voice  appels chez Bleu
  kind: service
  edition: 2022-07-08
  owner: Blue
  service: mobile-voice
  claim: reported
    The small paper
  regions:
    xx  Petipays
  needed by:
    shop/sales  Ventes
  absorbs the users of:
    red/voice  appels chez Rouge
  its users call those of:
    red/voice  appels chez Rouge
`,
	} {
		if got := explained(t, id).Text(FR); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

// TestExplainedByEdition: the same name, before and after.
func TestExplainedByEdition(t *testing.T) {
	for asOf, want := range map[string]string{
		july2022: "1 of 1, or it is down\n      rogers/ip-core  Rogers IP core\n      note: No back-up link from another provider.\n",
		since:    "1 of 2, or it is down\n      rogers/ip-core  Rogers IP core\n      rogers/noc-backup-link  third-party back-up link of the Rogers operations centre\n",
	} {
		x, err := canada(t, asOf).Explain("rogers/noc")
		if err != nil || x.Edition != asOf || !strings.Contains(x.Text(EN), "  needs:\n    "+want) {
			t.Errorf("%s: %v\n%s", asOf, err, x.Text(EN))
		}
	}
	_, err := canada(t, july2022).Explain("rogers/noc-backup-link")
	if p := (Problem{}); !errors.As(err, &p) || p.File != "" || !strings.Contains(p.Text, `"rogers/noc-backup-link" on 2022-07-08`) {
		t.Errorf("error %v", err)
	}
	// Whoever is behind a node is told, and nobody twice.
	x, err := canada(t, july2022).Explain("rogers/ip-core")
	if err != nil {
		t.Fatal(err)
	}
	all := slices.Concat(x.NeededBy, x.Behind)
	for i, n := range all {
		if n.ID == "rogers/ip-core" || slices.Contains(all[:i], n) {
			t.Errorf("%s is behind the core, told twice or itself", n.ID)
		}
	}
	for _, id := range []string{"metrolinx/card-sales", "sickkids/virtual-appointments", "interac/debit", "td/banking"} {
		if !slices.ContainsFunc(all, func(n Named) bool { return n.ID == id }) {
			t.Errorf("%s doesn't rest on Rogers' core", id)
		}
	}
}
