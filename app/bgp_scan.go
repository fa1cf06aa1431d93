package app

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"

	"tocsin/feed"
	"tocsin/feed/mrt"
)

// ScanOptions says which captures to show, how, and what of them.
type ScanOptions struct {
	Files    []string // paths, directories, addresses; "-" is In
	In       io.Reader
	Format   string // bgpdump, json or summary
	Filter   mrt.Filter
	Client   *http.Client // for addresses; nil for the usual one
	Progress func(done float64)
}

// scan is one run over captures.
type scan struct {
	o       ScanOptions
	out     *bufio.Writer
	shown   summary
	broken  []error
	done    int64 // bytes of files, and of how many
	size    int64
	printer mrt.Printer
}

// scanBuffer is what is written at once.
const scanBuffer = 256 << 10

// Scan shows what is in captures. What is broken in them is passed over, and told
// at the end.
func Scan(ctx context.Context, out io.Writer, o ScanOptions) error {
	if !slices.Contains([]string{"bgpdump", "json", "summary"}, o.Format) {
		return usage("give --format bgpdump, json or summary", "no format is called %q", o.Format)
	}
	files, size, err := scanned(ctx, o.Files)
	if err != nil {
		return err
	}
	s := &scan{o: o, out: bufio.NewWriterSize(out, scanBuffer), size: size}
	s.shown.begin()
	for _, name := range files {
		if err := s.file(ctx, name); err != nil {
			_ = s.out.Flush() // there is an error to tell already
			return err
		}
	}
	if o.Format == "summary" {
		s.shown.write(s.out)
	}
	if err := s.out.Flush(); err != nil {
		return unwritten(err)
	}
	if n := len(s.broken); n > 0 {
		err := s.broken[0]
		if n > 1 {
			err = fmt.Errorf("%w; and %d more", err, n-1)
		}
		return input(cureOf(s.shown.counts.Records), err)
	}
	return nil
}

// cureOf says what to do about broken captures of which so many records could be
// read.
func cureOf(records int64) string {
	if records == 0 {
		return "nothing in it is MRT: name updates or tables of RIS or RouteViews, as they are or compressed (gzip, bzip2, zstd)"
	}
	return "what came before and after was read; fetch the file anew"
}

// scanned puts the files of directories in the place of them, in order of time,
// and sums sizes.
func scanned(ctx context.Context, names []string) ([]string, int64, error) {
	var files []string
	var size int64
	for _, name := range names {
		if name == "-" || isAddress(name) {
			files = append(files, name)
			continue
		}
		info, err := os.Stat(name)
		if err != nil {
			return nil, 0, input("name an MRT file, a directory of an archive, or - for standard input", err)
		}
		if !info.IsDir() {
			files, size = append(files, name), size+info.Size()
			continue
		}
		found, err := mrt.Dir(name).List(ctx, mrt.Span{})
		if err != nil {
			return nil, 0, input("name a directory that can be read", err)
		}
		if len(found) == 0 {
			return nil, 0, input("files are named as RIS and RouteViews name them: updates.20220708.0845.gz", fmt.Errorf("%s holds no file of an archive", name))
		}
		slices.SortFunc(found, func(a, b mrt.File) int {
			return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Path, b.Path))
		})
		for _, f := range found {
			if info, err := os.Stat(f.Path); err == nil {
				size += info.Size()
			}
			files = append(files, f.Path)
		}
	}
	return files, size, nil
}

func isAddress(name string) bool {
	return strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://")
}

// open opens one of the captures.
func (s *scan) open(ctx context.Context, name string) (io.ReadCloser, error) {
	switch {
	case name == "-":
		return io.NopCloser(s.o.In), nil
	case !isAddress(name):
		return os.Open(name)
	}
	base, path, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(name, "https://"), "http://"), "/")
	web := mrt.Web{Base: name[:strings.Index(name, "//")+2] + base, Client: s.o.Client}
	if web.Client == nil {
		web.Client = http.DefaultClient
	}
	return web.Open(ctx, mrt.File{Path: path})
}

// counted tells how far a file has been read.
type counted struct {
	io.Reader
	s *scan
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.s.done += int64(n)
	if c.s.o.Progress != nil && c.s.size > 0 {
		c.s.o.Progress(min(1, float64(c.s.done)/float64(c.s.size)))
	}
	return n, err
}

// file shows one capture.
func (s *scan) file(ctx context.Context, name string) error {
	body, err := s.open(ctx, name)
	if err != nil {
		cure := "name an MRT file, a directory of an archive, or - for standard input"
		if isAddress(name) {
			cure = "look whether the address is right and answers"
		}
		return input(cure, err)
	}
	defer func() { _ = body.Close() }() // it was only read
	s.printer = mrt.Printer{}
	if s.o.Filter != (mrt.Filter{}) {
		s.printer.Filter = &s.o.Filter
	}
	r := mrt.NewReader(&counted{body, s})
	r.From(mrt.Collector(name))
	defer func() { _ = r.Close() }()
	show := s.routes
	if s.o.Format == "bgpdump" {
		show = s.text
	}
	for n := 0; ; n++ {
		err := show(r)
		if n%4096 == 0 && ctx.Err() != nil {
			return input("give it more time, or fewer files", fmt.Errorf("stopped before it was done: %w", ctx.Err()))
		}
		if err == nil {
			continue
		}
		if errors.Is(err, io.EOF) {
			break
		}
		b, ok := errors.AsType[*mrt.Broken](err)
		if !ok {
			return err
		}
		b.Name = name
		s.broken = append(s.broken, b)
	}
	s.shown.counts.Add(r.Counts())
	s.shown.bytes += r.Offset()
	return nil
}

// text shows the next record as bgpdump does.
func (s *scan) text(r *mrt.Reader) error {
	var rec mrt.Record
	if err := r.NextRecord(&rec); err != nil {
		return err
	}
	buf := s.printer.Append(s.out.AvailableBuffer(), &rec)
	if len(buf) == 0 {
		return nil
	}
	if _, err := s.out.Write(buf); err != nil {
		return unwritten(err)
	}
	return nil
}

// routes shows what comes next as JSON, or sums it.
func (s *scan) routes(r *mrt.Reader) error {
	routes := &s.shown.routes
	if err := r.Next(routes); err != nil {
		return err
	}
	if !s.o.Filter.Keep(routes) {
		return nil
	}
	if s.o.Format == "summary" {
		s.shown.add(routes)
		return nil
	}
	if _, err := s.out.Write(appendRoutes(s.out.AvailableBuffer(), routes)); err != nil {
		return unwritten(err)
	}
	return nil
}

// prefixes counts what routes hold.
func prefixes(r *feed.Routes) (announced, withdrawn int) {
	return len(r.Announced4) + len(r.Announced6), len(r.Withdrawn4) + len(r.Withdrawn6)
}
