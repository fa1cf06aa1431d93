package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"tocsin"
	"tocsin/catalog"
	"tocsin/replay"
)

// World says which catalogue to use.
type World struct {
	Catalog  string   // a directory; "" is the embedded catalogue of Canada
	Overlays []string // directories whose entries are added, or replace the base's
	// public leaves out what is private: for whatever is published. What answers on
	// the operator's own terminal sees all.
	public bool
}

// Edition loads and checks the catalogue as of a date.
func (w World) Edition(asOf time.Time) (*catalog.Edition, error) {
	files, err := w.files()
	if err != nil {
		return nil, err
	}
	load := catalog.Load
	if w.public {
		load = catalog.Public
	}
	ed, err := load(files[0], asOf, files[1:]...)
	if err != nil {
		return nil, w.broken(err)
	}
	return ed, nil
}

// check reads every edition; it gives the days on which one begins.
func (w World) check() ([]time.Time, error) {
	files, err := w.files()
	if err != nil {
		return nil, err
	}
	days, err := catalog.Check(files[0], files[1:]...)
	if err != nil {
		return nil, w.broken(err)
	}
	return days, nil
}

func (w World) broken(err error) error {
	return input("mend these lines; 'tocsin catalog check' with the same flags shows what is left",
		fmt.Errorf("catalogue %s: %w", w.place(), err))
}

// place says where the catalogue lies, the base first.
func (w World) place() string {
	base := w.Catalog
	if base == "" {
		base = "(built in)"
	}
	return strings.Join(append([]string{base}, w.Overlays...), " + ")
}

func (w World) files() ([]fs.FS, error) {
	base := catalog.Canada()
	if w.Catalog != "" {
		dir, err := directory(w.Catalog, "--catalog")
		if err != nil {
			return nil, err
		}
		base = dir
	}
	files := []fs.FS{base}
	for _, o := range w.Overlays {
		dir, err := directory(o, "--overlay")
		if err != nil {
			return nil, err
		}
		files = append(files, dir)
	}
	return files, nil
}

func directory(name, flag string) (fs.FS, error) {
	switch info, err := os.Stat(name); {
	case err != nil:
		return nil, input("give "+flag+" a directory of .yaml files", fmt.Errorf("catalogue: %w", err))
	case !info.IsDir():
		return nil, input("give "+flag+" the directory that holds it", fmt.Errorf("catalogue: %s is a file", name))
	}
	return os.DirFS(name), nil
}

// recorded is where the outages lie that come with the program.
const recorded = "testdata/outages"

// Recorded lists the outages that come with the program, oldest first by name.
func Recorded() ([]string, error) {
	entries, err := tocsin.Outages.ReadDir(recorded)
	if err != nil {
		return nil, fmt.Errorf("recorded outages: %w", err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), replay.Extension))
	}
	return names, nil
}

// file reads an outage file: one that comes with the program, by name, or any
// by path.
func file(name string) (label string, src []byte, err error) {
	src, err = tocsin.Outages.ReadFile(path.Join(recorded, name+replay.Extension))
	if err == nil {
		return name + replay.Extension, src, nil
	}
	src, err = os.ReadFile(name) //nolint:gosec // the path is the user's own argument
	if err == nil {
		return name, src, nil
	}
	if !strings.ContainsAny(name, "/\\") && !strings.HasSuffix(name, replay.Extension) && errors.Is(err, fs.ErrNotExist) {
		names, _ := Recorded()
		return "", nil, usage("known outages: "+strings.Join(names, ", ")+"; or give the path of an outage file", "no outage is called %q", name)
	}
	return "", nil, input("give a recorded outage by name, or the path of an outage file", fmt.Errorf("outage: %w", err))
}

// Outage reads an outage file with the edition it asks for, or as of another
// date when that isn't zero.
func (w World) Outage(name string, asOf time.Time) (*replay.Outage, *catalog.Edition, error) {
	label, src, err := file(name)
	if err != nil {
		return nil, nil, err
	}
	const cure = "docs/outage-files.md describes the format"
	head, err := replay.Header(label, src)
	if err != nil {
		return nil, nil, input(cure, err)
	}
	own, err := w.Edition(head.Edition)
	if err != nil {
		return nil, nil, err
	}
	// Its names are those of its own day, whatever world it is played in.
	o, err := replay.Parse(label, src, own)
	if err != nil {
		return nil, nil, input(cure, err)
	}
	if asOf.IsZero() {
		return o, own, nil
	}
	ed, err := w.Edition(asOf)
	return o, ed, err
}

// past is a recorded outage with the edition it happened in.
type past struct {
	day     *replay.Outage
	edition *catalog.Edition
}

// before reads the recorded outages that were over when another began, oldest
// first: its history. A catalogue of another country doesn't know the names in
// them; what can't be read with it is no part of its history.
func (w World) before(from time.Time) ([]past, error) {
	names, err := Recorded()
	if err != nil {
		return nil, err
	}
	var earlier []past
	for _, name := range names {
		label, src, err := file(name)
		if err != nil {
			return nil, err
		}
		head, err := replay.Header(label, src)
		if err != nil {
			return nil, input("this program's own file is broken: please report it", err)
		}
		if head.Until.After(from) {
			continue
		}
		day, ed, err := w.Outage(name, time.Time{})
		switch {
		case err == nil:
			earlier = append(earlier, past{day, ed})
		case w.Catalog == "":
			return nil, err
		}
	}
	slices.SortFunc(earlier, func(a, b past) int { return a.day.From.Compare(b.day.From) })
	return earlier, nil
}
