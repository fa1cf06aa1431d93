package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// Load reads the catalogue in a directory of YAML files, lays overlays over it
// in their order, and gives the edition of the UTC day of asOf. Whatever is
// wrong with it comes back as one error that holds all [Problems].
//
// The digest of the edition is of its content: it doesn't depend on asOf, on
// the names of files, or on the order of entries.
//
// Entries of overlays are marked private unless they say otherwise; [Public]
// leaves them out.
func Load(base fs.FS, asOf time.Time, overlays ...fs.FS) (*Edition, error) {
	return load(layers{base, overlays, false}, asOf)
}

// Public is [Load] without anything private: an entry of an overlay is, unless
// it says `private: false`; an entry of the base is if it says `private: true`.
// What is published is made from this edition alone: what isn't loaded can't
// slip out. Where an overlay has private words about a public entry, the public
// entry stays as the base has it. What is public may rest on public entries
// only.
func Public(base fs.FS, asOf time.Time, overlays ...fs.FS) (*Edition, error) {
	return load(layers{base, overlays, true}, asOf)
}

func load(l layers, asOf time.Time) (*Edition, error) {
	f, ps, err := l.read()
	if err != nil {
		return nil, err
	}
	day := asOf.UTC().Truncate(24 * time.Hour)
	w, more := resolve(f, day)
	if err := append(ps, more...).err(); err != nil {
		return nil, err
	}
	digest, err := w.digest()
	if err != nil {
		return nil, err
	}
	return New(day, digest, w), nil
}

// Check reads a catalogue as [Load] does and checks every edition of it: one
// for each day on which something begins or ends, and one for the day before
// the first of them. It gives the days of these editions, in order, and the
// problems of all as one error. A catalogue in which nothing begins or ends has
// one edition, of the zero day.
func Check(base fs.FS, overlays ...fs.FS) ([]time.Time, error) {
	f, all, err := layers{base, overlays, false}.read()
	if err != nil {
		return nil, err
	}
	days := []time.Time{{}}
	if len(f.days) > 0 {
		days = append([]time.Time{f.days[0].AddDate(0, 0, -1)}, f.days...)
	}
	if f.empty(days[0]) && len(days) > 1 {
		days = days[1:] // before the first day there was no catalogue
	}
	for _, day := range days {
		_, ps := resolve(f, day)
		all = append(all, ps...)
	}
	return days, all.err()
}

// layers are the directories of a catalogue, the base first.
type layers struct {
	base     fs.FS
	overlays []fs.FS
	public   bool // leave out what is private
}

// read reads all layers into one, with the faults of writing. It is an
// error when a directory can't be read, or when a file is torn: what is missing
// then would only bring up false complaints about unknown names.
func (l layers) read() (file, Problems, error) {
	all := file{hidden: map[string]bool{}}
	var ps Problems
	torn := false
	for i, layer := range append([]fs.FS{l.base}, l.overlays...) {
		f, t, err := read(layer, &ps)
		if err != nil {
			return file{}, nil, err
		}
		torn = torn || t
		f.mark(i > 0)
		if l.public {
			f.hide(all.hidden)
		}
		all.overlay(f)
	}
	if torn {
		return file{}, nil, ps.err()
	}
	slices.SortFunc(all.days, time.Time.Compare)
	all.days = slices.CompactFunc(all.days, time.Time.Equal)
	return all, ps, nil
}

// digest identifies the content, whatever the order of the entries.
func (w World) digest() (string, error) {
	sortByID(w.Sources, func(s Source) string { return string(s.ID) })
	sortByID(w.Regions, func(r Region) string { return string(r.ID) })
	sortByID(w.Services, func(s Service) string { return string(s.ID) })
	sortByID(w.Carriers, func(c Carrier) string { return string(c.ID) })
	sortByID(w.Organisations, func(o Organisation) string { return string(o.ID) })
	sortByID(w.Nodes, func(n Node) string { return string(n.ID) })
	h := sha256.New()
	if err := json.NewEncoder(h).Encode(w); err != nil {
		return "", fmt.Errorf("digest of the catalogue: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func sortByID[V any](entries []V, id func(V) string) {
	slices.SortFunc(entries, func(a, b V) int { return strings.Compare(id(a), id(b)) })
}
