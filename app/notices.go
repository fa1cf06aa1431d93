package app

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/incident"
	"tocsin/publish"
	"tocsin/publish/notice"
	"tocsin/rehearse"
)

// tidings are what notices are made of: effects on dependents, when they were
// looked at, and what they must not be taken for.
type tidings struct {
	effects []incident.Effect
	at      time.Time
	mark    notice.Mark
}

// noticesOf takes the dependents of a rehearsal.
func noticesOf(r rehearse.Result) tidings {
	t := tidings{at: r.Look, mark: notice.Exercise}
	for _, a := range r.Affected {
		t.effects = append(t.effects, incident.Effect{
			Node: a.Node, Region: a.Region, State: a.State, Since: a.Since, Path: a.Path, Fails: a.Fails, Assumed: a.Assumed, Advice: a.Standing,
		})
	}
	return t
}

// noticesIn takes the dependents of the open incidents of a picture.
func noticesIn(p *publish.Picture) tidings {
	t := tidings{at: p.Now}
	if p.Replay != nil {
		t.mark = notice.Recorded
	}
	for _, in := range p.Open() {
		if in.Exercise {
			t.mark = notice.Exercise
		}
		t.effects = append(t.effects, in.Effects...)
	}
	return t
}

// writeNotices writes a notice for each dependent, in each language, into a new
// or empty directory: one that held older notices would soon hang beside these.
// It gives the names of the files.
func writeNotices(dir string, ed *catalog.Edition, t tidings) ([]string, error) {
	if err := emptyDir(dir); err != nil {
		return nil, err
	}
	var names []string
	for _, id := range dependents(ed, t.effects) {
		for _, lang := range []catalog.Lang{catalog.EN, catalog.FR} {
			var b bytes.Buffer
			if err := notice.Write(&b, t.about(ed, id, lang)); err != nil {
				return nil, fmt.Errorf("%s: %w", id, err)
			}
			name := strings.ReplaceAll(string(id), "/", "_") + "." + string(lang) + ".html"
			if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644); err != nil { //nolint:gosec // a notice is for everybody to read
				return nil, input("make room there, or give --notices another directory", fmt.Errorf("notices: %w", err))
			}
			names = append(names, name)
		}
	}
	return names, nil
}

// emptyDir makes a directory, or finds that it holds nothing.
func emptyDir(dir string) error {
	const cure = "give --notices a new or empty directory"
	switch entries, err := os.ReadDir(dir); {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // a notice is for everybody to read
			return input(cure, fmt.Errorf("notices: %w", err))
		}
	case err != nil:
		return input(cure, fmt.Errorf("notices: %w", err))
	case len(entries) > 0:
		return usage(cure, "notices: %s holds %d files already, and old notices would mix with new ones", dir, len(entries))
	}
	return nil
}

// dependents are those that effects hit or will, in the order of their ids.
func dependents(ed *catalog.Edition, effects []incident.Effect) []catalog.NodeID {
	var ids []catalog.NodeID
	for _, e := range effects {
		if n := ed.Node(e.Node); n != nil && n.Kind == catalog.Dependent && (e.State == catalog.Down || e.State == catalog.Degraded || !e.Fails.IsZero()) {
			ids = append(ids, e.Node)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// about puts together all that is known of one dependent: its worst state, and
// where it is in it.
func (t tidings) about(ed *catalog.Edition, id catalog.NodeID, lang catalog.Lang) notice.Notice {
	var own []incident.Effect
	for _, e := range t.effects {
		if e.Node == id {
			own = append(own, e)
		}
	}
	slices.SortStableFunc(own, func(a, b incident.Effect) int {
		return cmp.Or(worth(a.State)-worth(b.State), cmp.Compare(a.Region, b.Region))
	})
	first := own[0]
	n := notice.Notice{
		Lang: lang, Mark: t.mark, What: ed.Node(id).Name.In(lang), From: ed.OrgName(id.Owner()).In(lang), State: first.State,
		Since: first.Since, Fails: first.Fails, Issued: t.at, Zone: publish.Zone(ed.Zone(first.Region)), Assumed: first.Assumed,
	}
	if len(first.Path) > 1 {
		for _, on := range first.Path[1:] {
			n.Why = append(n.Why, nameOf(ed, on, lang))
		}
	}
	for _, e := range own {
		if e.State != first.State {
			continue
		}
		if r := ed.Region(e.Region); r != nil && e.Region != ed.Root() {
			n.Where = append(n.Where, r.Name.In(lang))
		}
		for _, a := range e.Advice {
			told := notice.Advice{Text: a.Text.In(lang), Assumed: a.Assumed}
			if a.Stands && !slices.Contains(n.Instead, told) {
				n.Instead = append(n.Instead, told)
			}
		}
		if e.Since.Before(n.Since) {
			n.Since = e.Since
		}
	}
	return n
}

// worth orders states for a door: the worst first.
func worth(s catalog.State) int {
	return slices.Index([]catalog.State{catalog.Down, catalog.Degraded, catalog.Up, catalog.Unknown}, s)
}

func nameOf(ed *catalog.Edition, id catalog.NodeID, lang catalog.Lang) string {
	if n := ed.Node(id); n != nil {
		return n.Name.In(lang)
	}
	return string(id)
}
