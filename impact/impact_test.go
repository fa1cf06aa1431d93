package impact_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
	"tocsin/incident"
)

// at is a time of the day of the tests, "15:04".
func at(clock string) time.Time {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		panic(err)
	}
	return start().Truncate(24 * time.Hour).Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
}

// node makes a node that exists in the regions of a list "ca-on ca-qc".
func node(id catalog.NodeID, where string, needs ...catalog.Requirement) catalog.Node {
	n := catalog.Node{ID: id, Needs: needs}
	for r := range strings.FieldsSeq(where) {
		n.Regions = append(n.Regions, catalog.RegionID(r))
	}
	return n
}

// atLeast makes a requirement of k members of a list.
func atLeast(k int, members string) catalog.Requirement {
	r := catalog.Requirement{AtLeast: k, Lost: catalog.Down}
	for m := range strings.FieldsSeq(members) {
		r.Members = append(r.Members, catalog.NodeID(m))
	}
	return r
}

func all(members string) catalog.Requirement {
	return atLeast(len(strings.Fields(members)), members)
}

func anyOf(members string) catalog.Requirement { return atLeast(1, members) }

func holding(r catalog.Requirement, d time.Duration) catalog.Requirement {
	r.Holdover = d
	return r
}

func lostDegraded(r catalog.Requirement) catalog.Requirement {
	r.Lost = catalog.Degraded
	return r
}

func located(r catalog.Requirement, at catalog.RegionID) catalog.Requirement {
	r.At = at
	return r
}

// fails reads "a/x@ca-on down 08:44" lines; the region may be left out.
func fails(lines ...string) []impact.Failure {
	var out []impact.Failure
	for _, l := range lines {
		f := strings.Fields(l)
		id, region, _ := strings.Cut(f[0], "@")
		out = append(out, impact.Failure{
			Node: catalog.NodeID(id), Region: catalog.RegionID(region), State: catalog.State(f[1]), Since: at(f[2]),
		})
	}
	return out
}

// tell writes an effect as the tables have it.
func tell(e incident.Effect) string {
	s := fmt.Sprintf("%s %s %s %s", e.Node, e.Region, e.State, e.Since.Format("15:04"))
	if !e.Fails.IsZero() {
		s += " fails " + e.Fails.Format("15:04")
	}
	if len(e.Path) > 1 {
		var via []string
		for _, id := range e.Path[1:] {
			via = append(via, string(id))
		}
		s += " by " + strings.Join(via, " < ")
	}
	if e.Load != "" {
		s += " load " + string(e.Load)
	}
	for _, id := range e.Backup {
		s += " on " + string(id)
	}
	return s
}

func world(nodes ...catalog.Node) *catalog.Edition {
	return catalog.New(start(), "test", catalog.World{Regions: regions(), Nodes: nodes})
}

type row struct {
	name  string
	nodes []catalog.Node
	fails []impact.Failure
	now   string // "" is 12:00
	want  []string
}

func run(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			now := at("12:00")
			if r.now != "" {
				now = at(r.now)
			}
			var got []string
			for _, e := range impact.Assess(world(r.nodes...), r.fails, now) {
				got = append(got, tell(e))
			}
			if !slices.Equal(got, r.want) {
				t.Errorf("got\n  %s\nexpected\n  %s", strings.Join(got, "\n  "), strings.Join(r.want, "\n  "))
			}
		})
	}
}

func TestSuppliers(t *testing.T) {
	core := node("rogers/core", "ca")
	other := node("bell/core", "ca")
	third := node("telus/core", "ca")
	run(t, []row{
		{
			"nothing failed", []catalog.Node{core, node("interac/debit", "ca", all("rogers/core"))}, nil, "", nil,
		},
		{
			"single supplier",
			[]catalog.Node{core, node("interac/debit", "ca", all("rogers/core"))},
			fails("rogers/core down 08:44"), "",
			[]string{"interac/debit ca down 08:44 by rogers/core", "rogers/core ca down 08:44"},
		},
		{
			"two suppliers, one left",
			[]catalog.Node{core, other, node("interac/debit", "ca", anyOf("rogers/core bell/core"))},
			fails("rogers/core down 08:44"), "",
			[]string{"rogers/core ca down 08:44"},
		},
		{
			"two suppliers, none left: down since the last, explained by the first name",
			[]catalog.Node{core, other, node("interac/debit", "ca", anyOf("rogers/core bell/core"))},
			fails("rogers/core down 08:44", "bell/core down 10:00"), "",
			[]string{"bell/core ca down 10:00", "interac/debit ca down 10:00 by bell/core", "rogers/core ca down 08:44"},
		},
		{
			"both needed: what fails later is no cause",
			[]catalog.Node{core, other, node("x/y", "ca", all("rogers/core bell/core"))},
			fails("rogers/core down 08:44", "bell/core down 10:00"), "",
			[]string{"bell/core ca down 10:00", "rogers/core ca down 08:44", "x/y ca down 08:44 by rogers/core"},
		},
		{
			"two of three, one lost",
			[]catalog.Node{core, other, third, node("x/y", "ca", atLeast(2, "rogers/core bell/core telus/core"))},
			fails("rogers/core down 08:44"), "",
			[]string{"rogers/core ca down 08:44"},
		},
		{
			"two of three, two lost",
			[]catalog.Node{core, other, third, node("x/y", "ca", atLeast(2, "rogers/core bell/core telus/core"))},
			fails("rogers/core down 08:44", "telus/core down 09:00"), "",
			[]string{"rogers/core ca down 08:44", "telus/core ca down 09:00", "x/y ca down 09:00 by rogers/core"},
		},
		{
			"losing the group only degrades",
			[]catalog.Node{core, node("metrolinx/card-sales", "ca-on", lostDegraded(all("rogers/core")))},
			fails("rogers/core down 08:44"), "",
			[]string{"metrolinx/card-sales ca-on degraded 08:44 by rogers/core", "rogers/core ca down 08:44"},
		},
		{
			"two groups, the worse counts",
			[]catalog.Node{core, other, node("x/y", "ca", lostDegraded(all("bell/core")), all("rogers/core"))},
			fails("rogers/core down 09:00", "bell/core down 08:00"), "",
			[]string{"bell/core ca down 08:00", "rogers/core ca down 09:00", "x/y ca down 09:00 by rogers/core"},
		},
		{
			"chain, shortest way",
			[]catalog.Node{
				core, node("a/a", "ca", all("rogers/core")), node("b/b", "ca", all("a/a")),
				node("c/c", "ca", all("b/b"), all("a/a")),
			},
			fails("rogers/core down 08:44"), "",
			[]string{
				"a/a ca down 08:44 by rogers/core", "b/b ca down 08:44 by a/a < rogers/core",
				"c/c ca down 08:44 by a/a < rogers/core", "rogers/core ca down 08:44",
			},
		},
		{
			"a root that would fail anyway explains itself",
			[]catalog.Node{core, node("a/a", "ca", all("rogers/core"))},
			fails("rogers/core down 08:44", "a/a down 08:44"), "",
			[]string{"a/a ca down 08:44", "rogers/core ca down 08:44"},
		},
		{
			"names that the edition lacks, and failures to come, do nothing",
			[]catalog.Node{core, node("a/a", "ca", all("rogers/core gone/away"))},
			fails("gone/away down 08:44", "rogers/core down 13:00", "rogers/core@mars down 08:44", "rogers/core up 08:44"), "", nil,
		},
	})
}

func TestHoldover(t *testing.T) {
	core := node("rogers/core", "ca")
	site := node("x/site", "ca", holding(all("rogers/core"), 4*time.Hour))
	user := node("y/user", "ca", all("x/site"))
	slow := node("y/slow", "ca", holding(all("x/site"), time.Hour))
	run(t, []row{
		{
			"before",
			[]catalog.Node{core, site, user, slow},
			fails("rogers/core down 08:00"), "11:59",
			[]string{
				"rogers/core ca down 08:00", "x/site ca up 08:00 fails 12:00 by rogers/core",
				"y/slow ca up 08:00 fails 13:00 by x/site < rogers/core", "y/user ca up 08:00 fails 12:00 by x/site < rogers/core",
			},
		},
		{
			"at the moment and after",
			[]catalog.Node{core, site, user, slow},
			fails("rogers/core down 08:00"), "12:00",
			[]string{
				"rogers/core ca down 08:00", "x/site ca down 12:00 by rogers/core",
				"y/slow ca up 08:00 fails 13:00 by x/site < rogers/core", "y/user ca down 12:00 by x/site < rogers/core",
			},
		},
		{
			"degraded now, down when the holdover ends",
			[]catalog.Node{core, node("a/a", "ca", lostDegraded(all("rogers/core")), holding(all("rogers/core"), 6*time.Hour))},
			fails("rogers/core down 08:00"), "",
			[]string{"a/a ca degraded 08:00 fails 14:00 by rogers/core", "rogers/core ca down 08:00"},
		},
		{
			"the holdover also bridges a degraded supply",
			[]catalog.Node{core, site},
			fails("rogers/core degraded 08:00", "rogers/core down 10:00"), "11:00",
			[]string{"rogers/core ca down 10:00", "x/site ca up 08:00 fails 12:00 by rogers/core"},
		},
		{
			"and then it is felt in its turn",
			[]catalog.Node{core, site},
			fails("rogers/core degraded 08:00", "rogers/core down 10:00"), "13:00",
			[]string{"rogers/core ca down 10:00", "x/site ca degraded 12:00 fails 14:00 by rogers/core"},
		},
		{
			"the second of two suppliers starts the clock",
			[]catalog.Node{core, node("bell/core", "ca"), node("x/y", "ca", holding(anyOf("rogers/core bell/core"), 3*time.Hour))},
			fails("rogers/core down 08:00", "bell/core down 10:00"), "",
			[]string{"bell/core ca down 10:00", "rogers/core ca down 08:00", "x/y ca up 10:00 fails 13:00 by bell/core"},
		},
	})
}

func TestDegraded(t *testing.T) {
	core, other := node("rogers/core", "ca"), node("bell/core", "ca")
	run(t, []row{
		{
			"a degraded supplier degrades",
			[]catalog.Node{core, node("a/a", "ca", all("rogers/core")), node("b/b", "ca", all("a/a"))},
			fails("rogers/core degraded 08:44"), "",
			[]string{"a/a ca degraded 08:44 by rogers/core", "b/b ca degraded 08:44 by a/a < rogers/core", "rogers/core ca degraded 08:44"},
		},
		{
			"not while enough are fully up",
			[]catalog.Node{core, other, node("a/a", "ca", anyOf("rogers/core bell/core"))},
			fails("rogers/core degraded 08:44"), "",
			[]string{"rogers/core ca degraded 08:44"},
		},
		{
			"one down and one degraded still serve, badly",
			[]catalog.Node{core, other, node("a/a", "ca", anyOf("rogers/core bell/core"))},
			fails("rogers/core degraded 08:44", "bell/core down 09:00"), "",
			[]string{"a/a ca degraded 09:00 by bell/core", "bell/core ca down 09:00", "rogers/core ca degraded 08:44"},
		},
	})
}

func TestUnknown(t *testing.T) {
	core, other := node("rogers/core", "ca"), node("bell/core", "ca")
	run(t, []row{
		{
			"unknown supplier",
			[]catalog.Node{core, node("a/a", "ca", all("rogers/core")), node("b/b", "ca", lostDegraded(all("rogers/core")))},
			fails("rogers/core unknown 08:44"), "",
			[]string{
				"a/a ca unknown 08:44 by rogers/core", "b/b ca unknown 08:44 by rogers/core", "rogers/core ca unknown 08:44",
			},
		},
		{
			"enough others are up",
			[]catalog.Node{core, other, node("a/a", "ca", anyOf("rogers/core bell/core"))},
			fails("rogers/core unknown 08:44"), "",
			[]string{"rogers/core ca unknown 08:44"},
		},
		{
			"it doesn't count as up",
			[]catalog.Node{core, other, node("a/a", "ca", anyOf("rogers/core bell/core"))},
			fails("rogers/core unknown 08:44", "bell/core down 09:00"), "",
			[]string{"a/a ca unknown 09:00 by bell/core", "bell/core ca down 09:00", "rogers/core ca unknown 08:44"},
		},
		{
			"beside a degraded supplier it may be up or degraded",
			[]catalog.Node{core, other, node("a/a", "ca", anyOf("rogers/core bell/core"))},
			fails("rogers/core unknown 08:44", "bell/core degraded 09:00"), "",
			[]string{"a/a ca unknown 09:00 by bell/core", "bell/core ca degraded 09:00", "rogers/core ca unknown 08:44"},
		},
		{
			"it never overrides a known down",
			[]catalog.Node{core, other, node("a/a", "ca", all("rogers/core bell/core"))},
			fails("rogers/core unknown 08:44", "bell/core down 09:00"), "",
			[]string{"a/a ca down 09:00 by bell/core", "bell/core ca down 09:00", "rogers/core ca unknown 08:44"},
		},
		{
			"nor a known degraded",
			[]catalog.Node{core, other, node("a/a", "ca", all("rogers/core bell/core"))},
			fails("rogers/core unknown 08:44", "bell/core degraded 09:00"), "",
			[]string{"a/a ca degraded 09:00 by bell/core", "bell/core ca degraded 09:00", "rogers/core ca unknown 08:44"},
		},
		{
			"what is up on a holdover from the unknown is not listed",
			[]catalog.Node{core, node("a/a", "ca", holding(all("rogers/core"), 6*time.Hour))},
			fails("rogers/core unknown 08:44"), "",
			[]string{"rogers/core ca unknown 08:44"},
		},
	})
}

func TestCycles(t *testing.T) {
	power, net := node("grid/power", "ca", all("rogers/net")), node("rogers/net", "ca", all("grid/power"))
	spare := node("grid/power", "ca", anyOf("rogers/net grid/diesel"))
	run(t, []row{
		{
			"a cycle that supports itself stays up",
			[]catalog.Node{power, net, node("z/z", "ca")},
			fails("z/z down 08:44"), "",
			[]string{"z/z ca down 08:44"},
		},
		{
			"and goes down together",
			[]catalog.Node{power, net},
			fails("rogers/net down 08:44"), "",
			[]string{"grid/power ca down 08:44 by rogers/net", "rogers/net ca down 08:44"},
		},
		{
			"a spare outside the cycle",
			[]catalog.Node{spare, net, node("grid/diesel", "ca")},
			fails("grid/diesel down 08:44"), "",
			[]string{"grid/diesel ca down 08:44"},
		},
		{
			"a node that needs itself",
			[]catalog.Node{node("a/a", "ca", all("a/a"), all("b/b")), node("b/b", "ca")},
			fails("b/b down 08:44"), "",
			[]string{"a/a ca down 08:44 by b/b", "b/b ca down 08:44"},
		},
	})
}
