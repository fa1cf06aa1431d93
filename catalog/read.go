package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"time"

	"go.yaml.in/yaml/v4"
)

// maxFile bounds a catalogue file in bytes, so that no file can exhaust memory.
const maxFile = 16 << 20

// read reads a layer: all *.yaml files of a directory, in the order of their
// names. Faults are noted in ps; an error means that the directory itself
// can't be read. A file that can't be read to its end leaves torn set.
func read(fsys fs.FS, ps *Problems) (all file, torn bool, err error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return file{}, false, fmt.Errorf("catalogue directory: %w", err)
	}
	if _, err := fs.ReadDir(fsys, "."); err != nil { // Glob hides it
		return file{}, false, fmt.Errorf("catalogue directory: %w", err)
	}
	slices.Sort(names)
	for _, name := range names {
		d := &decoder{file: path.Base(name)}
		f, ok := d.read(fsys, name)
		*ps = append(*ps, d.Problems...)
		torn = torn || !ok
		all.add(f)
	}
	return all, torn, nil
}

func (f *file) add(g file) {
	f.Sources = append(f.Sources, g.Sources...)
	f.Regions = append(f.Regions, g.Regions...)
	f.Services = append(f.Services, g.Services...)
	f.Carriers = append(f.Carriers, g.Carriers...)
	f.Organisations = append(f.Organisations, g.Organisations...)
	f.Components = append(f.Components, g.Components...)
	f.Dependents = append(f.Dependents, g.Dependents...)
	f.days = append(f.days, g.days...)
}

// empty tells whether nothing at all exists on a day.
func (f *file) empty(day time.Time) bool {
	return len(current(f.Regions, day)) == 0 && len(current(f.Components, day)) == 0 && len(current(f.Dependents, day)) == 0
}

// read decodes one file; false if it is not YAML to its end.
func (d *decoder) read(fsys fs.FS, name string) (f file, ok bool) {
	content, err := readBounded(fsys, name)
	if err != nil {
		d.problem(place{d.file, 0}, "", "%v", err)
		return f, false
	}
	loader, err := yaml.NewLoader(bytes.NewReader(content))
	if err != nil {
		d.problem(place{d.file, 0}, "", "%v", err)
		return f, false
	}
	var doc yaml.Node
	switch err := loader.Load(&doc); {
	case errors.Is(err, io.EOF):
		return f, true // nothing but comments
	case err != nil:
		d.torn(content, err)
		return f, false
	}
	if len(doc.Content) == 1 {
		d.value(doc.Content[0], reflect.ValueOf(&f).Elem())
		f.days = d.days
	}
	var more yaml.Node
	switch err := loader.Load(&more); {
	case errors.Is(err, io.EOF):
		return f, true
	case err != nil:
		d.torn(content, err)
	default:
		d.problem(d.at(&more), "put it into a file of its own", "a second document in one file")
	}
	return f, false
}

// torn notes what keeps a file from being YAML.
func (d *decoder) torn(content []byte, err error) {
	at := place{d.file, 0}
	text := err.Error()
	if fault := (*yaml.LoadError)(nil); errors.As(err, &fault) {
		// At the end of a file, the place is behind the last line.
		at.line, text = min(fault.Mark.Line, 1+bytes.Count(content, []byte("\n"))), fault.Message
		if 0 < fault.ContextMark.Line && fault.ContextMark.Line < at.line {
			text += fmt.Sprintf(" (%s from line %d on)", fault.ContextMsg, fault.ContextMark.Line)
		}
	}
	cure := ""
	if bytes.Contains(content, []byte("\t")) {
		cure = "indent with spaces, not tabs"
	}
	d.problem(at, cure, "not YAML: %s", text)
}

func readBounded(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("catalogue file: %w", err)
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("catalogue file: %w", err)
	}
	if len(content) > maxFile {
		return nil, fmt.Errorf("larger than %d MiB", maxFile>>20)
	}
	return content, nil
}

// headed is any entry of a list.
type headed interface{ head() *entry }

// overlay puts a layer over what lies below: an id of the upper layer replaces
// the entries of that id below whole, in all their periods. Carriers and
// organisations share their ids, as components and dependents do.
func (f *file) overlay(upper file) {
	f.Sources = without(f.Sources, ids(upper.Sources))
	f.Regions = without(f.Regions, ids(upper.Regions))
	f.Services = without(f.Services, ids(upper.Services))
	orgs := append(ids(upper.Carriers), ids(upper.Organisations)...)
	f.Carriers = without(f.Carriers, orgs)
	f.Organisations = without(f.Organisations, orgs)
	nodes := append(ids(upper.Components), ids(upper.Dependents)...)
	f.Components = without(f.Components, nodes)
	f.Dependents = without(f.Dependents, nodes)
	f.add(upper)
}

func ids[E headed](entries []E) []string {
	var names []string
	for _, e := range entries {
		names = append(names, e.head().ID.text)
	}
	return names
}

func without[E headed](entries []E, replaced []string) []E {
	gone := make(map[string]bool, len(replaced))
	for _, id := range replaced {
		gone[id] = true
	}
	return slices.DeleteFunc(entries, func(e E) bool { return gone[e.head().ID.text] })
}

// on tells whether an entry exists on a day.
func (p period) on(day time.Time) bool {
	return !day.Before(p.From.Time) && (p.Until.IsZero() || day.Before(p.Until.Time))
}

// overlaps tells whether two periods share a day.
func (p period) overlaps(q period) bool {
	return (p.Until.IsZero() || q.From.Before(p.Until.Time)) && (q.Until.IsZero() || p.From.Before(q.Until.Time))
}

// current keeps the entries that exist on a day.
func current[E headed](entries []E, day time.Time) []E {
	var on []E
	for _, e := range entries {
		if e.head().on(day) {
			on = append(on, e)
		}
	}
	return on
}
