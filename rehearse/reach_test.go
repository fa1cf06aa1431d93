package rehearse

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/roster"
)

// hospital is a world of four ways to reach somebody: a network that fails at
// noon, a tower that lasts two hours on batteries, a line that suffers, pagers
// that stand.
func hospital(t *testing.T, f ...Fail) *Course {
	t.Helper()
	need := func(id catalog.NodeID, lost catalog.State, hold time.Duration) []catalog.Requirement {
		return []catalog.Requirement{{Members: []catalog.NodeID{id}, AtLeast: 1, Lost: lost, Holdover: hold}}
	}
	all := []catalog.RegionID{"xx"}
	ed := catalog.New(noon, "", catalog.World{Regions: places(), Nodes: []catalog.Node{
		{ID: "o/net", Kind: catalog.Core, Regions: all},
		{ID: "o/mobile", Kind: catalog.Offering, Regions: all, Needs: need("o/net", catalog.Down, 0)},
		{ID: "o/tower", Kind: catalog.Offering, Regions: all, Needs: need("o/net", catalog.Down, 2*time.Hour)},
		{ID: "o/line", Kind: catalog.Offering, Regions: all, Needs: need("o/net", catalog.Degraded, 0)},
		{ID: "o/pager", Kind: catalog.Core, Regions: all},
	}})
	if f == nil {
		f = []Fail{{What: "o/net", State: catalog.Down}}
	}
	c, err := New(ed).Course(Plan{Fails: f, From: noon})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// who makes a person: "id role [oncall] [@site] path…".
func who(text string) roster.Person {
	words := strings.Fields(text)
	p := roster.Person{ID: words[0], Role: words[1]}
	for _, w := range words[2:] {
		switch {
		case w == "oncall":
			p.OnCall = true
		case w[0] == '@':
			p.Site = w[1:]
		case w == "?":
			p.Paths = append(p.Paths, roster.Path{Kind: "other"})
		default:
			p.Paths = append(p.Paths, roster.Path{Kind: w, Node: catalog.NodeID("o/" + w)})
		}
	}
	return p
}

func hour(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format("15:04")
}

// TestWhoCanBeReached: each person by the best path that there is, and when the
// last one falls.
func TestWhoCanBeReached(t *testing.T) {
	for person, want := range map[string]string{
		"a nurse mobile":         "down  12:00 | down  12:00",
		"b nurse mobile tower":   "up tower 14:00 | down  14:00",
		"c nurse tower mobile":   "up tower 14:00 | down  14:00",
		"d nurse mobile line":    "degraded line - | degraded line -",
		"e nurse line pager":     "up pager - | up pager -",
		"f nurse pager line":     "up pager - | up pager -",
		"g nurse pager pager":    "up pager - | up pager -",
		"h nurse":                "down  - | down  -",
		"i nurse ?":              "unknown other - | unknown other -",
		"j nurse ? line":         "degraded line - | degraded line -",
		"k nurse mobile ? tower": "up tower - | unknown other -",
	} {
		var got []string
		for _, at := range []time.Duration{time.Hour, 3 * time.Hour} {
			r := Reach(hospital(t), []roster.Person{who(person)}, nil, noon, noon.Add(at))
			c := r.Contacts[0]
			got = append(got, fmt.Sprintf("%s %s %s", c.State, c.By.Kind, hour(c.Lost)))
			if c.CutOff() != (c.State == catalog.Down) || r.At != noon.Add(at) {
				t.Errorf("%s: %+v", person, r)
			}
		}
		if text := strings.Join(got, " | "); text != want {
			t.Errorf("%s: %s, want %s", person, text, want)
		}
	}
}

// TestWhoIsAskedToComeIn: those on call who will be cut off, by a path while it
// stands; those of a role that falls short. The most urgent first.
func TestWhoIsAskedToComeIn(t *testing.T) {
	people := []roster.Person{
		who("p1 porter pager"), who("n1 nurse @North tower"), who("n2 nurse @North oncall mobile tower"), who("n3 Nurse @South oncall mobile"),
		who("n4 nurse @South pager"), who("n5 nurse @south mobile"), who("n6 nurse ?"), who("d1 doctor oncall line"), who("d2 doctor mobile"),
	}
	least := []roster.Minimum{{Role: "NURSE", N: 2}, {Role: "nurse", Site: "South", N: 1}, {Role: "doctor", N: 1}, {Role: "cook", N: 1}}
	r := Reach(hospital(t), people, least, noon.Add(time.Minute), noon.Add(3*time.Hour))
	var roles, asks []string
	for _, x := range r.Roles {
		roles = append(roles, fmt.Sprintf("%s@%s %d: %d+%d?-%d of %d, short %d", x.Role, x.Site, x.People, x.Reached, x.Unknown, x.CutOff, x.Minimum, x.Short()))
	}
	for _, x := range r.Asks {
		asks = append(asks, fmt.Sprintf("%s %s by %s before %s", x.ID, x.Why, x.Path.Kind, hour(x.Before)))
	}
	wantRoles := []string{
		"cook@ 0: 0+0?-0 of 1, short 1", "doctor@ 2: 1+0?-1 of 1, short 0", "NURSE@ 6: 1+1?-4 of 2, short 1",
		"nurse@South 3: 1+0?-2 of 1, short 0", "porter@ 1: 1+0?-0 of 0, short 0",
	}
	wantAsks := []string{
		"n3 on-call by  before -", "n1 short by tower before 14:00", "n2 on-call by tower before 14:00", "n4 short by pager before -",
	}
	if got, want := strings.Join(roles, "\n"), strings.Join(wantRoles, "\n"); got != want {
		t.Errorf("roles:\n%s\nwant\n%s", got, want)
	}
	if got, want := strings.Join(asks, "\n"), strings.Join(wantAsks, "\n"); got != want {
		t.Errorf("asked:\n%s\nwant\n%s", got, want)
	}
	// A site that is short asks its own people, and nobody else.
	r = Reach(hospital(t), people, []roster.Minimum{{Role: "nurse", Site: "North", N: 1}}, noon, noon.Add(3*time.Hour))
	asks = nil
	for _, x := range r.Asks {
		asks = append(asks, x.ID)
	}
	if got := strings.Join(asks, " "); got != "n3 n1 n2" {
		t.Errorf("of the north: %s", got)
	}
}

// TestUnknownIsNotReached: of what isn't known nobody may be counted on.
func TestUnknownIsNotReached(t *testing.T) {
	c := hospital(t, Fail{What: "o/net", State: catalog.Unknown})
	r := Reach(c, []roster.Person{who("a nurse mobile"), who("b nurse mobile pager")}, []roster.Minimum{{Role: "nurse", N: 2}}, noon, noon)
	if r.Contacts[0].State != catalog.Unknown || r.Contacts[1].By.Kind != "pager" || r.Roles[0].Short() != 1 || r.Roles[0].Unknown != 1 {
		t.Errorf("%+v", r)
	}
}

// TestMomentsOfAPlan: what --at and --for mean for people.
func TestMomentsOfAPlan(t *testing.T) {
	c := hospital(t)
	for name, x := range map[string]struct {
		plan        Plan
		asked, ends time.Time
	}{
		"for good":      {Plan{From: noon}, noon, noon.Add(2 * time.Hour)},
		"for a while":   {Plan{From: noon, For: 9 * time.Hour}, noon, noon.Add(9 * time.Hour)},
		"looked at":     {Plan{From: noon, For: 9 * time.Hour, After: time.Hour}, noon.Add(time.Hour), noon.Add(9 * time.Hour)},
		"looked at, at": {Plan{From: noon, At: noon.Add(3 * time.Hour)}, noon.Add(3 * time.Hour), noon.Add(2 * time.Hour)},
	} {
		asked, err := x.plan.Asked()
		if err != nil || asked != x.asked || x.plan.Ends(c) != x.ends {
			t.Errorf("%s: asked %s, ends %s, error %v", name, asked, x.plan.Ends(c), err)
		}
	}
	if _, err := (Plan{From: noon, For: time.Hour, After: 2 * time.Hour}).Asked(); err == nil {
		t.Error("asked after the end")
	}
}
