package evaluate_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"tocsin/catalog"
	"tocsin/evaluate"
)

// drawn is a draft as the files of a directory.
func drawn(t *testing.T, d evaluate.Draft) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := d.Write(func(name string, content []byte) error {
		files[name] = &fstest.MapFile{Data: content}
		return nil
	})
	if err != nil {
		t.Fatalf("%+v: %v", d, err)
	}
	return files
}

// Whatever the size and the seed, an invented catalogue is one: it passes the
// check, holds what was asked for, and says in every file that it is invented.
func TestDraft(t *testing.T) {
	for _, d := range []evaluate.Draft{
		{1, 0, 1}, {2, 1, 1}, {2, 3, 2}, {3, 40, 3}, {7, 20, 4}, {40, 0, 5}, {41, 100, 6}, {100, 30, 7}, {300, 700, 8}, {900, 2000, 9},
	} {
		files := drawn(t, d)
		if _, err := catalog.Check(files); err != nil {
			t.Fatalf("%+v: %v", d, err)
		}
		ed, err := catalog.Load(files, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		if err != nil {
			t.Fatalf("%+v: %v", d, err)
		}
		components, groups := 0, 0
		for _, n := range ed.Nodes() {
			if n.Kind != catalog.Dependent {
				components++
			}
			groups += len(n.Needs)
		}
		if components != d.Components || groups != d.Requirements {
			t.Errorf("%+v: %d components and %d requirements", d, components, groups)
		}
		for name, f := range files {
			if !strings.HasPrefix(string(f.Data), "# Invented by ") {
				t.Errorf("%+v: %s doesn't say that it is invented", d, name)
			}
		}
	}
}

// A draft of some size has of everything that makes judgement hard.
func TestDraftIsRich(t *testing.T) {
	ed, err := catalog.Load(drawn(t, evaluate.Draft{Components: 600, Requirements: 1500, Seed: 3}), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, n := range ed.Nodes() {
		seen[string(n.Kind)]++
		seen["in "+string(n.Regions[0])]++
		for _, g := range n.Needs {
			seen[fmt.Sprintf("%d of %d", g.AtLeast, len(g.Members))]++
			seen["lost "+string(g.Lost)]++
			if g.Holdover > 0 {
				seen["holdover"]++
			}
			if g.At != "" {
				seen["placed"]++
			}
		}
	}
	cycles := 0
	for _, f := range ed.Findings() {
		if strings.HasPrefix(f.Text, "need each other") {
			cycles++
		}
	}
	for _, want := range []string{
		"core", "management", "access", "radio", "service", "dependent", "in zz", "in zz-01", "in zz-13", "1 of 1", "1 of 2", "2 of 2",
		"1 of 3", "2 of 3", "3 of 4", "3 of 5", "lost down", "lost degraded", "holdover", "placed",
	} {
		if seen[want] == 0 {
			t.Errorf("nothing is %q among %v", want, seen)
		}
	}
	if cycles == 0 {
		t.Error("no cycle of need")
	}
}

func TestDraftRepeats(t *testing.T) {
	d := evaluate.Draft{Components: 200, Requirements: 450, Seed: 12}
	a, b := drawn(t, d), drawn(t, d)
	d.Seed++
	c := drawn(t, d)
	differs := false
	for name, f := range a {
		if !bytes.Equal(f.Data, b[name].Data) {
			t.Errorf("%s differs from one drawing to the next", name)
		}
		differs = differs || c[name] == nil || !bytes.Equal(f.Data, c[name].Data)
	}
	if !differs {
		t.Error("another seed draws the same")
	}
}

func TestDraftRefused(t *testing.T) {
	for _, d := range []evaluate.Draft{{0, 0, 1}, {-1, 2, 1}, {5, -1, 1}, {5, 101, 1}, {1, 1, 1}, {3_000_000, 1, 1}} {
		if err := d.Write(func(string, []byte) error { return nil }); err == nil {
			t.Errorf("%+v is drawn", d)
		}
	}
	err := evaluate.Draft{Components: 10, Seed: 1}.Write(func(string, []byte) error { return fs.ErrPermission })
	if err == nil {
		t.Error("a file that can't be written is no error")
	}
}
