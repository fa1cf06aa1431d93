package catalog

import (
	"cmp"
	"fmt"
	"slices"
)

// sharedBackups finds the backups that one failure takes away together with
// the group that they are for: no backup when it is wanted. Named is the cause
// that takes the least with it, which lies nearest.
func (e *Edition) sharedBackups() []Finding {
	var found []Finding
	fallen := map[NodeID]map[NodeID]bool{} // by what failed
	fall := func(id NodeID) map[NodeID]bool {
		if fallen[id] == nil {
			fallen[id] = e.fall(id)
		}
		return fallen[id]
	}
	ways := e.graph(operates)
	for _, n := range e.Nodes() {
		for _, r := range n.Needs {
			if r.Backup == nil {
				continue
			}
			beneath := ways.Reach(nodeNames(r.Backup.Members)...)
			causes := slices.DeleteFunc(nodeIDs(ways.Reach(nodeNames(r.Members)...)), func(id NodeID) bool {
				return !slices.Contains(beneath, string(id)) || id == n.ID ||
					gone(r.Members, fall(id)) <= len(r.Members)-r.AtLeast ||
					gone(r.Backup.Members, fall(id)) <= len(r.Backup.Members)-r.Backup.AtLeast
			})
			if len(causes) == 0 {
				continue
			}
			slices.SortFunc(causes, func(a, b NodeID) int {
				return cmp.Or(cmp.Compare(len(fall(a)), len(fall(b))), cmp.Compare(a, b))
			})
			found = append(found, Finding{
				SharedBackup,
				[]NodeID{n.ID, causes[0]},
				fmt.Sprintf("the backup of %s rests on what it backs up: %s takes both", n.ID, causes[0]),
				fmt.Sprintf("le secours de %s repose sur ce qu’il doit remplacer : %s emporte les deux", n.ID, causes[0]),
			})
		}
	}
	return found
}

// fall is what goes down with one node, wherever it is and for good: holdovers
// and the fuel of backups have run out. It is the least set that its own losses
// don't widen.
func (e *Edition) fall(id NodeID) map[NodeID]bool {
	down := map[NodeID]bool{id: true}
	for again := true; again; {
		again = false
		for _, n := range e.Nodes() {
			if !down[n.ID] && slices.ContainsFunc(n.Needs, func(r Requirement) bool { return r.takesDown(down) }) {
				down[n.ID], again = true, true
			}
		}
	}
	return down
}

// takesDown tells whether a requirement takes its node down with so many gone.
func (r *Requirement) takesDown(down map[NodeID]bool) bool {
	if r.Lost != Down || gone(r.Members, down) <= len(r.Members)-r.AtLeast {
		return false
	}
	b := r.Backup
	return b == nil || b.Holdover > 0 || gone(b.Members, down) > len(b.Members)-b.AtLeast
}

func gone(members []NodeID, down map[NodeID]bool) int {
	n := 0
	for _, m := range members {
		if down[m] {
			n++
		}
	}
	return n
}

func nodeNames(ids []NodeID) []string {
	return each(ids, func(id NodeID) string { return string(id) })
}
