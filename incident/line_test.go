package incident

import (
	"testing"
	"time"

	"tocsin/catalog"
)

func named(id catalog.NodeID, en, fr string) catalog.Node {
	return catalog.Node{ID: id, Name: catalog.Text{EN: en, FR: fr}}
}

func TestLine(t *testing.T) {
	ed := catalog.New(time.Time{}, "test", catalog.World{Nodes: []catalog.Node{
		named("red/core", "Red’s core", "cœur de Rouge"),
		named("red/line", "Red’s line", "ligne de Rouge"),
		named("blue/data", "data on Blue", "données chez Bleu"),
		named("shop/sales", "sales", "ventes"),
		named("shop/till", "the till", "la caisse"),
		named("shop/generator", "the generator", "la génératrice"),
	}})
	at := time.Date(2022, 7, 8, 14, 30, 0, 0, time.UTC)
	path := func(ids ...catalog.NodeID) []catalog.NodeID { return ids }
	for _, c := range []struct {
		what   string
		e      Effect
		en, fr string
	}{
		{
			"a root",
			Effect{Node: "red/core", State: catalog.Down, Path: path("red/core")},
			"Red’s core: down, by itself.", "cœur de Rouge : en panne, sans autre cause.",
		},
		{
			"one step",
			Effect{Node: "red/line", State: catalog.Down, Path: path("red/line", "red/core")},
			"Red’s line: down. First Red’s core.", "ligne de Rouge : en panne. D’abord « cœur de Rouge ».",
		},
		{
			"two steps, assumed",
			Effect{Node: "shop/sales", State: catalog.Degraded, Path: path("shop/sales", "red/line", "red/core"), Assumed: true},
			"sales: degraded. First Red’s core, then Red’s line (in part assumed).",
			"ventes : service réduit. D’abord « cœur de Rouge », puis « ligne de Rouge » (en partie supposé).",
		},
		{
			"load",
			Effect{Node: "blue/data", State: catalog.Degraded, Path: path("blue/data", "red/line", "red/core"), Load: "blue/data"},
			"data on Blue: degraded by the load of those who come from Red’s line. First Red’s core, then Red’s line.",
			"données chez Bleu : service réduit par l’affluence des clients de « ligne de Rouge ». D’abord « cœur de Rouge », puis « ligne de Rouge ».",
		},
		{
			"through load",
			Effect{Node: "shop/sales", State: catalog.Degraded, Path: path("shop/sales", "blue/data", "red/line"), Load: "blue/data"},
			"sales: degraded. First Red’s line, then data on Blue.", "ventes : service réduit. D’abord « ligne de Rouge », puis « données chez Bleu ».",
		},
		{
			"on a backup with fuel",
			Effect{Node: "shop/till", State: catalog.Up, Path: path("shop/till", "red/line"), Backup: path("shop/generator"), Fails: at},
			"the till: up on the generator. First Red’s line. Holds out until 2022-07-08 14:30 UTC.",
			"la caisse : en service grâce à « la génératrice ». D’abord « ligne de Rouge ». Tient jusqu’au 2022-07-08 à 14:30 UTC.",
		},
		{
			"getting worse",
			Effect{Node: "shop/till", State: catalog.Degraded, Path: path("shop/till", "red/line"), Fails: at},
			"the till: degraded. First Red’s line. Worsens at 2022-07-08 14:30 UTC.",
			"la caisse : service réduit. D’abord « ligne de Rouge ». Empire le 2022-07-08 à 14:30 UTC.",
		},
		{
			"known by words alone, of another edition",
			Effect{Node: "old/x", State: catalog.Unknown},
			"old/x: unknown.", "old/x : état inconnu.",
		},
	} {
		if got := c.e.Line(ed, catalog.EN); got != c.en {
			t.Errorf("%s: got  %q\nwant %q", c.what, got, c.en)
		}
		if got := c.e.Line(ed, catalog.FR); got != c.fr {
			t.Errorf("%s: got  %q\nwant %q", c.what, got, c.fr)
		}
	}
}

func TestLeft(t *testing.T) {
	now := time.Date(2022, 7, 8, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		fails time.Time
		left  time.Duration
		ok    bool
	}{
		{time.Time{}, 0, false},
		{now.Add(-time.Minute), 0, false},
		{now, 0, true},
		{now.Add(4 * time.Hour), 4 * time.Hour, true},
	} {
		if left, ok := (Effect{Fails: c.fails}).Left(now); left != c.left || ok != c.ok {
			t.Errorf("fails at %v: %v, %v", c.fails, left, ok)
		}
	}
}
