package app

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"tocsin/catalog"
)

// CatalogOptions says which catalogue to look at, and how to print it.
type CatalogOptions struct {
	World
	AsOf time.Time
	Style
}

// CheckCatalog checks every edition of a catalogue, and prints what readers of
// the one asked for should know. Broken input is a Failure with [ExitInput].
func CheckCatalog(out io.Writer, o CatalogOptions) error {
	lang, asJSON, err := o.Style.plain()
	if err != nil {
		return err
	}
	days, err := o.World.check()
	if err != nil {
		return err
	}
	ed, err := o.World.Edition(o.AsOf)
	if err != nil {
		return err
	}
	findings := ed.Findings()
	if asJSON {
		return printJSON(out, map[string]any{
			"editions": days, "as_of": o.AsOf.Format(time.DateOnly), "digest": ed.Digest(), "carriers": len(ed.Carriers()),
			"nodes": len(ed.Nodes()), "regions": len(ed.Regions()), "findings": findings,
		})
	}
	var b strings.Builder
	head := catalog.Text{
		EN: "The catalogue holds together. Editions: %d. As of %s: Carriers: %d; components and dependents: %d; regions: %d.\n",
		FR: "Le catalogue se tient. Éditions : %d. Au %s : fournisseurs : %d ; composants et dépendants : %d ; régions : %d.\n",
	}
	fmt.Fprintf(&b, head.In(lang), len(days), o.AsOf.Format(time.DateOnly), len(ed.Carriers()), len(ed.Nodes()), len(ed.Regions()))
	for _, f := range findings {
		fmt.Fprintf(&b, "- %s\n", f.In(lang))
	}
	return Put(out, b.String())
}

// ShowCatalog lists what a catalogue holds.
func ShowCatalog(out io.Writer, o CatalogOptions) error {
	lang, asJSON, err := o.Style.plain()
	if err != nil {
		return err
	}
	ed, err := o.World.Edition(o.AsOf)
	if err != nil {
		return err
	}
	type row struct {
		ID         catalog.NodeID     `json:"id"`
		Kind       catalog.Kind       `json:"kind"`
		Name       string             `json:"name"`
		Sector     string             `json:"sector,omitempty"`
		Regions    []catalog.RegionID `json:"regions"`
		Confidence catalog.Confidence `json:"confidence"`
	}
	var rows []row
	for _, n := range ed.Nodes() {
		rows = append(rows, row{n.ID, n.Kind, n.Name.In(lang), ed.Sector(n), n.Regions, n.Confidence})
	}
	if asJSON {
		return printJSON(out, rows)
	}
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "%-44s %-11s %-10s %s\n", r.ID, r.Kind, r.Confidence, r.Name)
	}
	return Put(out, b.String())
}

// printJSON writes a value for machines.
func printJSON(out io.Writer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return unwritten(err)
	}
	return nil
}

// ExplainCatalog prints what a node needs, who needs it, and how that is known.
func ExplainCatalog(out io.Writer, o CatalogOptions, id string) error {
	lang, asJSON, err := o.Style.plain()
	if err != nil {
		return err
	}
	ed, err := o.World.Edition(o.AsOf)
	if err != nil {
		return err
	}
	e, err := ed.Explain(id)
	if err != nil {
		return usage("'tocsin catalog show' lists the names", "explain: %w", err)
	}
	if asJSON {
		return printJSON(out, e)
	}
	return Put(out, e.Text(lang))
}

// CatalogSchema prints the JSON Schema of a catalogue file.
func CatalogSchema(out io.Writer) error {
	return Put(out, string(catalog.Schema()))
}
