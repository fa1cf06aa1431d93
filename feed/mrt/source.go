package mrt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Span is which files of an archive are wanted.
type Span struct {
	Collectors  []string // nil for all, where the source can tell which there are
	Kinds       []Kind   // nil for all
	From, Until time.Time
}

// wants tells whether a file is wanted. A file of updates that starts before From
// may hold what is after it: as long before as the longest of them lasts.
func (s *Span) wants(f File) bool {
	if len(s.Collectors) > 0 && !slices.Contains(s.Collectors, f.Collector) || len(s.Kinds) > 0 && !slices.Contains(s.Kinds, f.Kind) {
		return false
	}
	from := s.From
	if f.Kind == Updates {
		from = from.Add(-longestUpdates)
	}
	return (s.From.IsZero() || f.Start.After(from) || f.Kind == Table && f.Start.Equal(from)) && (s.Until.IsZero() || f.Start.Before(s.Until))
}

// longestUpdates is how long a file of updates lasts: 15 minutes at RouteViews, 5
// at RIS.
const longestUpdates = 15 * time.Minute

// Source is where the files of an archive are.
type Source interface {
	// List gives the files that are wanted, in any order.
	List(ctx context.Context, span Span) ([]File, error)
	// Open opens one of them.
	Open(ctx context.Context, f File) (io.ReadCloser, error)
}

// Dir is a directory with files of an archive in it, however deep.
type Dir string

// List walks the directory. Files that are named as no archive names them are left
// out.
func (d Dir) List(ctx context.Context, span Span) ([]File, error) {
	var files []File
	err := filepath.WalkDir(string(d), func(name string, e fs.DirEntry, err error) error {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if f, ok := ParseName(name); ok && e.Type().IsRegular() && span.wants(f) {
			files = append(files, f)
		}
		return nil
	})
	return files, err
}

// Open opens a file.
func (d Dir) Open(_ context.Context, f File) (io.ReadCloser, error) { return os.Open(f.Path) }

// Project is whose archive it is: they differ in where they put their files.
type Project uint8

// Projects.
const (
	RIS        Project = iota // https://data.ris.ripe.net
	RouteViews                // https://archive.routeviews.org
)

// Web is an archive that is served by HTTP.
type Web struct {
	Project Project
	Base    string // without a slash at its end
	Client  *http.Client
}

// dirs are the directories of one collector and month.
func (w *Web) dirs(collector string, month time.Time) []string {
	m := month.Format("2006.01")
	if w.Project == RIS {
		return []string{collector + "/" + m + "/"}
	}
	if collector == "route-views2" {
		return []string{"bgpdata/" + m + "/RIBS/", "bgpdata/" + m + "/UPDATES/"}
	}
	return []string{collector + "/bgpdata/" + m + "/RIBS/", collector + "/bgpdata/" + m + "/UPDATES/"}
}

// List reads the indexes of the months of a span, which must have an end and name
// its collectors. A month that isn't there has no files.
func (w *Web) List(ctx context.Context, span Span) ([]File, error) {
	if span.From.IsZero() || span.Until.IsZero() || len(span.Collectors) == 0 {
		return nil, errors.New("an archive on the web is listed by collector, from one time until another")
	}
	var files []File
	first := span.From.UTC().Add(-longestUpdates)
	for month := time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, time.UTC); month.Before(span.Until); month = month.AddDate(0, 1, 0) {
		for _, c := range span.Collectors {
			for _, dir := range w.dirs(c, month) {
				more, err := w.index(ctx, dir, span)
				if err != nil {
					return nil, err
				}
				files = append(files, more...)
			}
		}
	}
	return files, nil
}

// maxIndex bounds the index of a month: 9,000 files of RIS take a tenth of it.
const maxIndex = 16 << 20

// index reads the links of one directory.
func (w *Web) index(ctx context.Context, dir string, span Span) ([]File, error) {
	body, err := w.get(ctx, dir, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }()
	page, err := io.ReadAll(io.LimitReader(body, maxIndex))
	if err != nil {
		return nil, fmt.Errorf("%s/%s: %w", w.Base, dir, err)
	}
	var files []File
	met := map[string]bool{}
	for _, part := range strings.Split(string(page), "href=")[1:] {
		part = strings.TrimLeft(part, `"'`)
		end := strings.IndexAny(part, `"'> `)
		if end < 0 {
			continue
		}
		name, err := url.PathUnescape(part[:end])
		if err != nil || strings.Contains(name, "/") || met[name] {
			continue
		}
		met[name] = true
		if f, ok := ParseName(dir + name); ok && span.wants(f) {
			files = append(files, f)
		}
	}
	return files, nil
}

// Open gets a file. What is cut off is asked for again, from where it was cut.
func (w *Web) Open(ctx context.Context, f File) (io.ReadCloser, error) {
	body, err := w.get(ctx, f.Path, 0)
	if err != nil {
		return nil, err
	}
	return &download{web: w, ctx: ctx, path: f.Path, body: body}, nil
}

// get gets a path from an offset on.
func (w *Web) get(ctx context.Context, path string, offset int64) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.Base+"/"+path, nil)
	if err != nil {
		return nil, err
	}
	want := http.StatusOK
	if offset > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
		want = http.StatusPartialContent
	}
	resp, err := w.Client.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != want {
		_ = resp.Body.Close()
		err := fmt.Errorf("%s: %s", req.URL, resp.Status)
		if resp.StatusCode == http.StatusNotFound {
			err = fmt.Errorf("%s: %w", req.URL, fs.ErrNotExist)
		}
		return nil, err
	}
	return resp.Body, nil
}

// download is a body that goes on after it was cut.
type download struct {
	web    *Web
	ctx    context.Context //nolint:containedctx // it lives as long as one file is read
	path   string
	body   io.ReadCloser
	offset int64
	cuts   int
}

const maxCuts = 5 // without a byte between them

func (d *download) Read(p []byte) (int, error) {
	for {
		n, err := d.body.Read(p)
		d.offset += int64(n)
		if n > 0 {
			d.cuts = 0
		}
		if err == nil || ended(err) || n > 0 {
			if !ended(err) {
				err = nil // if it's cut, the next Read says so again
			}
			return n, err
		}
		if d.cuts++; d.cuts > maxCuts || d.ctx.Err() != nil {
			return 0, fmt.Errorf("%s/%s at byte %d: %w", d.web.Base, d.path, d.offset, err)
		}
		body, again := d.web.get(d.ctx, d.path, d.offset)
		if again != nil {
			return 0, fmt.Errorf("%s/%s at byte %d: %w", d.web.Base, d.path, d.offset, errors.Join(err, again))
		}
		_ = d.body.Close()
		d.body = body
	}
}

func (d *download) Close() error { return d.body.Close() }
