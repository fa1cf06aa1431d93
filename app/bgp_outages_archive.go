package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"tocsin/feed"
	"tocsin/feed/mrt"
)

// ArchiveOptions says which files of which archive to read.
type ArchiveOptions struct {
	Source      string   // a directory, the address of an archive, or "ris" or "routeviews"
	Collectors  []string // nil for all of a directory
	From, Until time.Time
}

// source is where the files are. An archive at an address is laid out as RIS's,
// unless its name says that it is RouteViews'.
func (a ArchiveOptions) source() (mrt.Source, error) {
	web := func(project mrt.Project, base string) mrt.Source {
		return &mrt.Web{Project: project, Base: strings.TrimRight(base, "/"), Client: http.DefaultClient}
	}
	switch s := a.Source; {
	case s == "ris":
		return web(mrt.RIS, "https://data.ris.ripe.net"), nil
	case s == "routeviews":
		return web(mrt.RouteViews, "https://archive.routeviews.org"), nil
	case strings.HasPrefix(s, "http://"), strings.HasPrefix(s, "https://"):
		if strings.Contains(s, "routeviews") {
			return web(mrt.RouteViews, s), nil
		}
		return web(mrt.RIS, s), nil
	}
	if info, err := os.Stat(a.Source); err != nil || !info.IsDir() {
		return nil, input("give --archive a directory, an address, ris or routeviews", fmt.Errorf("archive %s: no such directory", a.Source))
	}
	return mrt.Dir(a.Source), nil
}

// archived reads an archive in order of time: the first tables that it has, of
// all collectors, and then the updates. Later tables are passed over.
func (s *outagesSearch) archived(ctx context.Context) ([]error, error) {
	o := s.o.Archive
	src, err := o.source()
	if err != nil {
		return nil, err
	}
	span := mrt.Span{Collectors: o.Collectors, Kinds: []mrt.Kind{mrt.Table}, From: o.From, Until: o.Until}
	tables, err := src.List(ctx, span)
	if err != nil {
		return nil, input("give --collector, --from and --until with an archive on the web", fmt.Errorf("archive %s: %w", o.Source, err))
	}
	var broken []error
	if len(tables) > 0 {
		first := slices.MinFunc(tables, func(a, b mrt.File) int { return a.Start.Compare(b.Start) }).Start
		begin := span
		begin.From, begin.Until = first, first.Add(tableSpan)
		if broken, err = s.lanes(ctx, oneTable{src, s.dumped}, begin, s.store.Take); err != nil {
			return nil, err
		}
		s.tabled(first)
	}
	span.Kinds = []mrt.Kind{mrt.Updates}
	more, err := s.lanes(ctx, src, span, func(r *feed.Routes) {
		at := time.Unix(0, r.At)
		if !at.Before(o.From) && (o.Until.IsZero() || at.Before(o.Until)) { // a file holds more than was asked for
			s.update(r)
		}
	})
	if err != nil {
		return nil, err
	}
	if len(tables) == 0 && s.last.IsZero() {
		return nil, input("look at --collector, --from and --until, and whether the files are named as RIS and RouteViews name them",
			fmt.Errorf("archive %s: no file of that time holds a route", o.Source))
	}
	s.found.until = time.Unix(s.store.Stand().Second, 0).UTC()
	return append(broken, more...), nil
}

// oneTable is the first table of each collector of an archive, and tells when that was:
// a second one must not be laid over it.
type oneTable struct {
	mrt.Source
	dumped func(collector string, at time.Time)
}

// List gives them.
func (o oneTable) List(ctx context.Context, span mrt.Span) ([]mrt.File, error) {
	files, err := o.Source.List(ctx, span)
	slices.SortFunc(files, func(a, b mrt.File) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Path, b.Path)) })
	var first []mrt.File
	for _, f := range files {
		if !slices.ContainsFunc(first, func(g mrt.File) bool { return g.Collector == f.Collector }) {
			first = append(first, f)
			o.dumped(f.Collector, f.Start)
		}
	}
	return first, err
}

// lanes reads the files of a span, merged in order of time, and gives what broke.
func (s *outagesSearch) lanes(ctx context.Context, src mrt.Source, span mrt.Span, take func(*feed.Routes)) ([]error, error) {
	a, err := mrt.NewArchive(ctx, src, span, nil)
	if err != nil {
		return nil, fmt.Errorf("archive %s: %w", s.o.Archive.Source, err)
	}
	if s.o.Progress != nil {
		a.Progress = func(p mrt.Progress) { s.o.Progress(float64(p.Done) / float64(max(p.Files, 1))) }
	}
	var broken []error
	for {
		r, err := a.Next(ctx)
		if b, ok := errors.AsType[*mrt.Broken](err); ok {
			broken = append(broken, b)
			continue
		}
		if errors.Is(err, io.EOF) {
			s.found.lying += a.Counts().Lying
			return broken, nil
		}
		if err != nil {
			return nil, err
		}
		take(r)
	}
}
