package app

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
)

// mostCuts bounds how many cut sets are told of: nobody reads more.
const mostCuts = 100_000

// RehearseCuts prints the smallest sets of components that take a node down.
func RehearseCuts(_ context.Context, out io.Writer, o PairsOptions) error {
	lang, form, err := o.Style.table()
	if err != nil {
		return err
	}
	ed, err := o.World.Edition(o.AsOf)
	if err != nil {
		return err
	}
	standing, err := o.standing(ed)
	if err != nil {
		return err
	}
	if ed.Node(catalog.NodeID(o.Cuts)) == nil {
		return usage(likeliest(ed, o.Cuts), "--cuts %s: no component or dependent is called so", o.Cuts)
	}
	gates := impact.New(ed).Gates(impact.GateOptions{Horizon: o.Horizon, Standing: standing})
	sets, err := gates.CutSets(catalog.NodeID(o.Cuts), o.Order, mostCuts)
	if err != nil {
		return usage("--order 2 asks for less", "rehearse: %w", err)
	}
	switch form {
	case "json":
		if sets == nil {
			sets = [][]catalog.NodeID{}
		}
		return printJSON(out, map[string]any{"exercise": true, "as_of": o.AsOf.Format(time.DateOnly), "node": o.Cuts, "order": o.Order, "cut_sets": sets})
	case "csv":
		return cutsCSV(out, sets)
	}
	w := (&pairsReport{lang: lang}).words()
	var b strings.Builder
	b.WriteString(exerciseMark(lang) + "\n")
	fmt.Fprintf(&b, w.cuts, o.Cuts, o.Order, o.AsOf.Format(time.DateOnly), len(sets))
	last := 0
	for _, s := range sets {
		if len(s) != last {
			last = len(s)
			fmt.Fprintf(&b, w.order, last)
		}
		fmt.Fprintf(&b, "  %s\n", names(s, len(s), lang))
	}
	b.WriteString("\n" + exerciseMark(lang) + "\n")
	return Put(out, b.String())
}

func cutsCSV(out io.Writer, sets [][]catalog.NodeID) error {
	w := csv.NewWriter(out)
	rows := [][]string{{"exercise", "order", "components"}}
	for _, s := range sets {
		rows = append(rows, []string{"true", strconv.Itoa(len(s)), names(s, len(s), catalog.EN)})
	}
	if err := w.WriteAll(rows); err != nil {
		return unwritten(err)
	}
	return nil
}
