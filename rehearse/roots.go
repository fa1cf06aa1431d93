package rehearse

import (
	"slices"
	"strings"
	"time"

	"tocsin/catalog"
)

// roots are the nodes that a plan makes fail, each place once, in the order of
// the plan.
func (s *Stage) roots(p Plan) ([]Root, error) {
	if len(p.Fails) == 0 {
		return nil, slip("say what fails: "+example("fail"), "the plan lets nothing fail")
	}
	var roots []Root
	var ps catalog.Problems
	for _, f := range p.Fails {
		nodes, err := s.targets(f)
		if err != nil {
			found, _ := err.(catalog.Problem) //nolint:errorlint // targets returns it bare
			ps = append(ps, found)
			continue
		}
		from := f.From
		if from.IsZero() {
			from = p.From
		}
		for _, n := range nodes {
			r := Root{Node: n.ID, Region: f.Region, State: f.State, From: from, Target: f.What}
			if !slices.ContainsFunc(roots, func(o Root) bool { return o.Node == r.Node && o.Region == r.Region && o.State == r.State }) {
				roots = append(roots, r)
			}
		}
	}
	for _, name := range sortedKeys(p.Repairs) {
		if _, err := s.named(name); err != nil {
			found, _ := err.(catalog.Problem) //nolint:errorlint // named returns it bare
			ps = append(ps, found)
		}
	}
	if len(ps) > 0 {
		return nil, ps
	}
	return roots, nil
}

func sortedKeys(m map[string]time.Duration) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// targets finds the nodes that one line of a plan means. A failure is of the
// node's own ground: where it isn't, it can't fail.
func (s *Stage) targets(f Fail) ([]*catalog.Node, error) {
	nodes, err := s.named(f.What)
	if err != nil || f.Region == "" {
		return nodes, err
	}
	if s.edition.Region(f.Region) == nil {
		var regions []string
		for _, r := range s.edition.Regions() {
			regions = append(regions, string(r.ID))
		}
		cure := "'tocsin catalog explain' shows where a node is"
		if near := catalog.Nearest(string(f.Region), regions); near != "" {
			cure = "did you mean \"" + near + "\"?"
		}
		return nil, slip(cure, "no region is called %q on %s", f.Region, s.day())
	}
	there := slices.DeleteFunc(slices.Clone(nodes), func(n *catalog.Node) bool {
		return !slices.ContainsFunc(n.Regions, func(r catalog.RegionID) bool { return s.edition.Overlap(r, f.Region) })
	})
	if len(there) == 0 {
		var where []string
		for _, r := range nodes[0].Regions {
			where = append(where, string(r))
		}
		return nil, slip(string(nodes[0].ID)+" is in: "+strings.Join(where, ", "), "%s isn't in %s", f.What, f.Region)
	}
	return there, nil
}

func (s *Stage) day() string { return s.edition.AsOf().Format(time.DateOnly) }

// named finds what a name means: a node; an organisation, which is its
// networks; a service or a kind, of everyone or, behind a colon, of one
// organisation.
func (s *Stage) named(what string) ([]*catalog.Node, error) {
	if n := s.edition.Node(catalog.NodeID(what)); n != nil {
		return []*catalog.Node{n}, nil
	}
	org, word, some := strings.Cut(what, ":")
	if !some {
		if s.owns(org) {
			return s.networks(catalog.OrgID(org)), nil
		}
		org, word = "", what
	} else if !s.owns(org) {
		return nil, s.unknown(org)
	}
	nodes := s.where(func(n *catalog.Node) bool {
		return (org == "" || n.Owner() == catalog.OrgID(org)) && (string(n.Kind) == word || n.Service != "" && string(n.Service) == word)
	})
	switch {
	case len(nodes) > 0:
		return nodes, nil
	case org == "":
		return nil, s.unknown(what)
	}
	var words []string
	for _, n := range s.where(func(n *catalog.Node) bool { return n.Owner() == catalog.OrgID(org) }) {
		words = append(words, string(cmpOr(string(n.Service), string(n.Kind))))
	}
	slices.Sort(words)
	return nil, slip(didYouMean(word, slices.Compact(words)), "%s has no service or kind %q on %s", org, word, s.day())
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// unknown says that nothing that can fail has this name.
func (s *Stage) unknown(name string) error {
	if s.edition.Region(catalog.RegionID(name)) != nil {
		return slip("write what fails there: NODE@"+name, "%q is a region, which doesn't fail by itself", name)
	}
	_, err := s.edition.Explain(name)
	if p, ok := err.(catalog.Problem); ok { //nolint:errorlint // Explain returns it bare
		if p.Cure == "" {
			p.Cure = "'tocsin catalog show --edition " + s.day() + "' lists the names"
		}
		return p
	}
	return slip("'tocsin catalog show --edition "+s.day()+"' lists the nodes", "nothing of %q is in the catalogue on %s", name, s.day())
}

func (s *Stage) owns(org string) bool {
	return slices.ContainsFunc(s.edition.Nodes(), func(n *catalog.Node) bool { return n.Owner() == catalog.OrgID(org) })
}

// networks is what fails when an organisation is said to: its cores, access and
// radio networks and databases. One that has none in the catalogue fails with
// its services, and one without these with everything it has.
func (s *Stage) networks(org catalog.OrgID) []*catalog.Node {
	for _, kinds := range [][]catalog.Kind{
		{catalog.Core, catalog.Access, catalog.Radio, catalog.Database},
		{catalog.Offering},
	} {
		nodes := s.where(func(n *catalog.Node) bool { return n.Owner() == org && slices.Contains(kinds, n.Kind) })
		if len(nodes) > 0 {
			return nodes
		}
	}
	return s.where(func(n *catalog.Node) bool { return n.Owner() == org })
}

func (s *Stage) where(is func(*catalog.Node) bool) []*catalog.Node {
	var found []*catalog.Node
	for _, n := range s.edition.Nodes() {
		if is(n) {
			found = append(found, n)
		}
	}
	return found
}
