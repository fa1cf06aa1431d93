package evaluate

import (
	"fmt"
	"strings"

	"tocsin/catalog"
)

// write turns the drawing into files.
func (w *drawing) write(put func(name string, content []byte) error) error {
	if err := put("00-places.yaml", []byte(w.places())); err != nil {
		return err
	}
	if err := put("10-organisations.yaml", []byte(w.owners())); err != nil {
		return err
	}
	components, dependents := w.nodes[:w.Components], w.nodes[w.Components:]
	if err := w.pages(put, "components", components); err != nil {
		return err
	}
	return w.pages(put, "dependents", dependents)
}

// banner says at the head of every file what it is.
func (w *drawing) banner() string {
	return fmt.Sprintf(`# Invented by "tocsin catalog generate --components %d --requirements %d --seed %d":
# nothing in it is true. For benchmarks and tests.
`, w.Components, w.Requirements, w.Seed)
}

func (w *drawing) places() string {
	var b strings.Builder
	b.WriteString(w.banner())
	b.WriteString(`regions:
- {id: zz, level: country, name: {en: Inventia, fr: Inventie}, population: 9000000, confidence: assumed}
`)
	for p := range w.provinces {
		fmt.Fprintf(&b, "- {id: zz-%02d, level: province, parent: zz, name: {en: Province %d, fr: Province %d}, population: %d}\n",
			p+1, p+1, p+1, 9_000_000/w.provinces)
	}
	b.WriteString("services:\n")
	for _, s := range draftServices() {
		fmt.Fprintf(&b, "- {id: %s, name: {en: %s, fr: %s}}\n", s[0], s[1], s[2])
	}
	return b.String()
}

func draftServices() [][3]string {
	return [][3]string{
		{"mobile-voice", "Mobile voice", "Voix mobile"},
		{"mobile-data", "Mobile data", "Données mobiles"},
		{"home-internet", "Home internet", "Internet à domicile"},
		{"business-internet", "Business internet", "Internet d'affaires"},
		{"payments", "Payments", "Paiements"},
	}
}

func (w *drawing) owners() string {
	var b strings.Builder
	b.WriteString(w.banner())
	b.WriteString("carriers:\n")
	for c := range w.shares {
		fmt.Fprintf(&b, "- {id: carrier-%02d, name: {en: Carrier %d, fr: Opérateur %d}, confidence: assumed}\n", c+1, c+1, c+1)
	}
	b.WriteString("organisations:\n")
	sectors := []string{"hospital", "transit", "payments", "school", "venue"}
	for _, n := range w.nodes[w.Components:] {
		fmt.Fprintf(&b, "- {id: organisation-%05d, name: {en: Organisation %d, fr: Organisation %d}, sector: %s, confidence: assumed}\n",
			n.number, n.number, n.number, sectors[n.number%len(sectors)])
	}
	return b.String()
}

// pages writes nodes into as many files as they need.
func (w *drawing) pages(put func(name string, content []byte) error, list string, nodes []drawn) error {
	for page := 0; len(nodes) > 0; page++ {
		var b strings.Builder
		fmt.Fprintf(&b, "%s%s:\n", w.banner(), list)
		n := min(perFile, len(nodes))
		for i := range nodes[:n] {
			w.entry(&b, &nodes[i])
		}
		nodes = nodes[n:]
		if err := put(fmt.Sprintf("20-%s-%04d.yaml", list, page+1), []byte(b.String())); err != nil {
			return err
		}
	}
	return nil
}

func (w *drawing) entry(b *strings.Builder, n *drawn) {
	region := "zz"
	if n.province > 0 {
		region = fmt.Sprintf("zz-%02d", n.province)
	}
	fmt.Fprintf(b, "- id: %s\n  regions: [%s]\n  confidence: assumed\n", n.id, region)
	if n.kind == catalog.Dependent {
		fmt.Fprintf(b, "  name: {en: Function %d, fr: Fonction %d}\n", n.number, n.number)
	} else {
		t := w.tiers[n.tier]
		fmt.Fprintf(b, "  name: {en: %s %d of carrier %d, fr: %s %d de l’opérateur %d}\n  kind: %s\n",
			t.en, n.number, n.carrier+1, t.fr, n.number, n.carrier+1, n.kind)
	}
	known := w.IntN(10) > 0 // of some nobody knows how many people rest on them
	switch {
	case n.kind == catalog.Dependent && known:
		fmt.Fprintf(b, "  people: %d\n", 1+w.IntN(draftPeople))
	case n.kind == catalog.Offering:
		services := draftServices()
		fmt.Fprintf(b, "  service: %s\n", services[n.number%len(services)][0])
		if known {
			fmt.Fprintf(b, "  users: %d\n", 1+w.IntN(draftPeople))
		}
	}
	if len(n.groups) > 0 {
		b.WriteString("  needs:\n")
	}
	for _, g := range n.groups {
		fmt.Fprintf(b, "  - %s\n", g)
	}
}
