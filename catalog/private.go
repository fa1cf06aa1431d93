package catalog

import "slices"

// mark settles what a layer doesn't say: an overlay's entries are private, the
// base's aren't.
func (f *file) mark(overlay bool) {
	for _, e := range f.entries() {
		if e.Private.line == 0 {
			e.Private.yes = overlay
		}
	}
}

// hide takes the private entries out and notes their ids.
func (f *file) hide(hidden map[string]bool) {
	for _, e := range f.entries() {
		if e.Private.yes {
			hidden[e.ID.text] = true
		}
	}
	f.Sources = shown(f.Sources)
	f.Regions = shown(f.Regions)
	f.Services = shown(f.Services)
	f.Carriers = shown(f.Carriers)
	f.Organisations = shown(f.Organisations)
	f.Components = shown(f.Components)
	f.Dependents = shown(f.Dependents)
}

// entries are the heads of all entries of all lists.
func (f *file) entries() []*entry {
	return slices.Concat(heads(f.Sources), heads(f.Regions), heads(f.Services), heads(f.Carriers),
		heads(f.Organisations), heads(f.Components), heads(f.Dependents))
}

func shown[E headed](entries []E) []E {
	return slices.DeleteFunc(entries, func(e E) bool { return e.head().Private.yes })
}
