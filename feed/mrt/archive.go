package mrt

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"

	"tocsin/feed"
)

// Archive reads the files of several collectors, in order of time: of what the
// collectors have next, it gives what was first. Times that lie are mended. It holds one open file for each
// collector. It is for one goroutine.
type Archive struct {
	// Progress, if it isn't nil, is told when a file has been read.
	Progress func(Progress)

	source Source
	lanes  []*lane
	given  *lane // whose routes were given, and have to be fetched anew
	done   int
	files  int
	count  Counts
}

// Progress is how far an [Archive] has been read.
type Progress struct {
	File        File // that has been read
	Done, Files int
}

// Position is how far the files of an archive have been read, for each collector. It
// can be kept, as JSON say, and given to another [Archive].
type Position map[string]Mark

// Mark is how far one collector's files have been read.
type Mark struct {
	File   string `json:"file"`   // that is being read; those before it have been
	Routes int64  `json:"routes"` // that have been given of it
}

// lane is one collector's files.
type lane struct {
	collector string
	files     []File
	reader    *Reader
	body      io.Closer
	head      feed.Routes
	ready     bool // head has not been given yet
	mark      Mark
	over      bool
}

// NewArchive lists the files of a source and goes to a position in them; nil is
// the beginning.
func NewArchive(ctx context.Context, source Source, span Span, from Position) (*Archive, error) {
	files, err := source.List(ctx, span)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(files, func(a, b File) int {
		return cmp.Or(cmp.Compare(a.Collector, b.Collector), a.Start.Compare(b.Start), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Path, b.Path))
	})
	a := &Archive{source: source, files: len(files)}
	for _, f := range files {
		if n := len(a.lanes); n == 0 || a.lanes[n-1].collector != f.Collector {
			a.lanes = append(a.lanes, &lane{collector: f.Collector})
		}
		l := a.lanes[len(a.lanes)-1]
		l.files = append(l.files, f)
	}
	for _, l := range a.lanes {
		l.mark = from[l.collector]
		if at := slices.IndexFunc(l.files, func(f File) bool { return f.Path == l.mark.File }); at >= 0 {
			a.done += at
			l.files = l.files[at:]
		} else {
			l.mark = Mark{}
		}
	}
	return a, nil
}

// Next gives what comes next, valid until the call after it. It gives [io.EOF] at
// the end, and a [*Broken] where a file broke or couldn't be opened, after which it
// may be called again.
func (a *Archive) Next(ctx context.Context) (*feed.Routes, error) {
	if a.given != nil {
		a.given.mark.Routes++
		a.given = nil
	}
	var first *lane
	for _, l := range a.lanes {
		if l.over {
			continue
		}
		if !l.ready {
			if err := a.fetch(ctx, l); err != nil {
				return nil, err
			}
			if l.over {
				continue
			}
		}
		if first == nil || l.head.At < first.head.At {
			first = l
		}
	}
	if first == nil {
		return nil, io.EOF
	}
	first.ready = false
	a.given = first
	return &first.head, nil
}

// fetch gets what a lane has next into its head, from whichever file has it.
func (a *Archive) fetch(ctx context.Context, l *lane) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if l.reader == nil {
			if len(l.files) == 0 {
				l.over = true
				return nil
			}
			if err := a.open(ctx, l); err != nil {
				return err
			}
		}
		switch err := l.reader.Next(&l.head); {
		case err == nil:
			// Those that were given before the position was taken are passed over.
			if l.reader.count.Routes > l.mark.Routes {
				l.ready = true
				return nil
			}
		case errors.Is(err, io.EOF):
			a.shut(l)
		default:
			return err
		}
	}
}

// open opens the next file of a lane. One that can't be opened is left out, and
// told of.
func (a *Archive) open(ctx context.Context, l *lane) error {
	f := l.files[0]
	if l.mark.File != f.Path {
		l.mark = Mark{File: f.Path}
	}
	body, err := a.source.Open(ctx, f)
	if err != nil {
		if ctx.Err() == nil {
			a.passed(l)
		}
		return &Broken{Name: f.Path, Err: err}
	}
	l.reader, l.body = NewReader(body), body
	l.reader.name, l.reader.collector = f.Path, f.Collector
	l.reader.Mend()
	return nil
}

// shut closes the file of a lane, which has been read.
func (a *Archive) shut(l *lane) {
	a.count.Add(l.reader.Counts())
	_ = l.reader.Close() // it was read to its end: there is nothing to lose
	_ = l.body.Close()
	l.reader, l.body = nil, nil
	a.passed(l)
}

// passed goes on to the next file of a lane.
func (a *Archive) passed(l *lane) {
	f := l.files[0]
	l.files = l.files[1:]
	a.done++
	if a.Progress != nil {
		a.Progress(Progress{File: f, Done: a.done, Files: a.files})
	}
}

// Position is how far it has been read: what Next gave last counts as read.
func (a *Archive) Position() Position {
	p := Position{}
	for _, l := range a.lanes {
		if m := l.mark; m.File != "" {
			if l == a.given {
				m.Routes++
			}
			p[l.collector] = m
		}
	}
	return p
}

// Counts tells what the files had that have been read.
func (a *Archive) Counts() Counts {
	sum := a.count
	for _, l := range a.lanes {
		if l.reader != nil {
			sum.Add(l.reader.Counts())
		}
	}
	return sum
}

// Close closes what is open.
func (a *Archive) Close() error {
	var errs []error
	for _, l := range a.lanes {
		if l.reader != nil {
			errs = append(errs, l.reader.Close(), l.body.Close())
			l.reader, l.over = nil, true
		}
	}
	return errors.Join(errs...)
}
