package app

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"tocsin/evaluate"
)

// GenerateOptions says what catalogue to invent, and where to put it.
type GenerateOptions struct {
	evaluate.Draft
	Dir string // made if it isn't there; must hold no YAML files
}

// GenerateCatalog writes an invented catalogue, the same for the same draft.
func GenerateCatalog(out io.Writer, o GenerateOptions) error {
	if err := o.Check(); err != nil {
		return usage("for example: tocsin catalog generate --components 1000 --requirements 2200 --seed 7 DIR", "catalog generate: %w", err)
	}
	if there, _ := filepath.Glob(filepath.Join(o.Dir, "*.yaml")); len(there) > 0 {
		return usage("name a new directory", "catalog generate: %s holds a catalogue already (%s)", o.Dir, filepath.Base(there[0]))
	}
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return input("name a directory that can be made", fmt.Errorf("catalog generate: %w", err))
	}
	files := 0
	err := o.Write(func(name string, content []byte) error {
		files++
		return os.WriteFile(filepath.Join(o.Dir, name), content, 0o644) //nolint:gosec // a catalogue is for everybody to read
	})
	if err != nil {
		return input("make room, or name another directory", fmt.Errorf("catalog generate: %w", err))
	}
	return Put(out, fmt.Sprintf("%s: an invented catalogue of %d components and %d requirements in %d files.\n", o.Dir, o.Components, o.Requirements, files))
}
