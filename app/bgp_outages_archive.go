package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

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

// archived reads an archive in order of time: the tables that it begins with, and
// then the updates. Later tables are passed over.
func (s *outagesSearch) archived(ctx context.Context) ([]error, error) {
	o := s.o.Archive
	src, err := o.source()
	if err != nil {
		return nil, err
	}
	a, err := mrt.NewArchive(ctx, src, mrt.Span{Collectors: o.Collectors, From: o.From, Until: o.Until}, nil)
	if err != nil {
		return nil, input("give --collector, --from and --until with an archive on the web", fmt.Errorf("archive %s: %w", o.Source, err))
	}
	if s.o.Progress != nil {
		a.Progress = func(p mrt.Progress) { s.o.Progress(float64(p.Done) / float64(max(p.Files, 1))) }
	}
	var broken []error
	begun, last := false, time.Time{}
	for {
		r, err := a.Next(ctx)
		if b, ok := errors.AsType[*mrt.Broken](err); ok {
			broken = append(broken, b)
			continue
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		at := time.Unix(0, r.At).UTC()
		switch {
		case r.Dump && begun:
			continue
		case r.Dump:
			if s.found.from.IsZero() {
				s.found.from = at
			}
		case at.Before(s.found.from):
			s.found.early++
			continue
		case !o.Until.IsZero() && !at.Before(o.Until):
			continue
		case !begun:
			begun = true
			if !s.found.from.IsZero() {
				s.store.Settle()
			}
			s.begin(at)
		default:
			if quiet := at.Sub(last); quiet > s.found.silence {
				s.found.silent, s.found.silence = last, quiet
			}
		}
		last = at
		s.store.Take(r)
	}
	if last.IsZero() {
		return nil, input("look at --collector, --from and --until, and whether the files are named as RIS and RouteViews name them",
			fmt.Errorf("archive %s: no file of that time holds a route", o.Source))
	}
	s.found.until = time.Unix(s.store.Stand().Second, 0).UTC()
	return broken, nil
}
