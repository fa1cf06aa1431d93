package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"tocsin/feed"
	"tocsin/feed/mrt"
)

// captures are MRT files, told apart and in order of time.
type captures struct {
	tables, updates []capture
	broken          []error
	lying           int64 // records whose time was mended, of the files that are read
	finished        int   // files
	progress        func(float64)
	collector       string // of files whose paths name none, where the others name one
}

// capture is one file.
type capture struct {
	name  string
	first time.Time // of its first route
	dump  bool
	own   string      // the collector that its path names
	from  string      // the collector of its routes
	peers []feed.Peer // of a table, as far as its beginning tells
}

// again tells whether a table is of the collector of another: it says so, or where
// neither says whose it is, they have peers in common.
func (t capture) again(other capture) bool {
	if t.own != other.own || t.own != "" {
		return t.own == other.own
	}
	return slices.ContainsFunc(t.peers, func(p feed.Peer) bool { return slices.Contains(other.peers, p) })
}

// firstTables are the tables that a search begins with: of the first half hour, one of
// each collector. A second one is no part of the beginning: laid over the first, it
// would bring back nothing of what went between them, and hide that it did.
func firstTables(tables []capture) (first, later []capture) {
	for _, t := range tables {
		if t.first.Sub(tables[0].first) > tableSpan || slices.ContainsFunc(first, t.again) {
			later = append(later, t)
			continue
		}
		first = append(first, t)
	}
	return first, later
}

// lastTables are the newest table of each collector, and those in whose place they
// stand.
func lastTables(tables []capture) (last, replaced []capture) {
	for i, t := range tables {
		if slices.ContainsFunc(tables[i+1:], t.again) {
			replaced = append(replaced, t)
			continue
		}
		last = append(last, t)
	}
	return last, replaced
}

// openCaptures looks at the first route of each file: that tells what it is.
func openCaptures(names []string) (*captures, error) {
	c := &captures{}
	var useless []error
	names, err := expanded(names)
	if err != nil {
		return nil, err
	}
	c.collector = onlyCollector(names)
	for _, name := range names {
		c.broken = nil
		r, err := c.open(name)
		if err != nil {
			return nil, input("give MRT files: tables (bview, rib) and updates", fmt.Errorf("capture: %w", err))
		}
		var first feed.Routes
		err = c.next(r, &first)
		_ = r.Close() // it was opened for reading
		if errors.Is(err, io.EOF) {
			useless = append(useless, c.broken...) // it holds no routes, and is not read again
			continue
		}
		if err != nil {
			return nil, input("give MRT files: tables (bview, rib) and updates", fmt.Errorf("capture %s: %w", name, err))
		}
		f := capture{name: name, first: time.Unix(0, first.At).UTC(), dump: first.Dump, own: mrt.Collector(name), from: first.Peer.Collector, peers: r.Peers()}
		if f.peers == nil {
			f.peers = []feed.Peer{first.Peer} // a table of the old kind begins with a peer's route
		}
		if f.dump {
			c.tables = append(c.tables, f)
		} else {
			c.updates = append(c.updates, f)
		}
	}
	c.broken = useless // those of the others will be met again
	if len(c.tables)+len(c.updates) == 0 {
		useless = append(useless, fmt.Errorf("%s: no route in it", strings.Join(names, ", ")))
		return nil, input("give MRT files: tables (bview, rib) and updates", useless[0])
	}
	order := func(a, b capture) int {
		return cmp.Or(a.first.Compare(b.first), cmp.Compare(a.name, b.name))
	}
	slices.SortStableFunc(c.tables, order)
	slices.SortStableFunc(c.updates, order)
	return c, nil
}

// expanded puts the files of directories in the place of them. What is read more
// than once can't come from a pipe or a network.
func expanded(names []string) ([]string, error) {
	for _, name := range names {
		if name == "-" || isAddress(name) {
			return nil, input("save it as a file first", fmt.Errorf("%s: tables and updates are put in order, and read twice", name))
		}
	}
	files, _, err := scanned(context.Background(), names)
	return files, err
}

// onlyCollector is the one that the files' paths name; "" where they name several.
// A file that somebody has renamed beside files of one collector is its too.
func onlyCollector(names []string) string {
	only := ""
	for _, name := range names {
		switch c := mrt.Collector(name); {
		case c == "" || c == only:
		case only != "":
			return ""
		default:
			only = c
		}
	}
	return only
}

func (c *captures) open(name string) (*mrt.Reader, error) {
	r, err := mrt.Open(name)
	if err != nil {
		return nil, err
	}
	r.Mend()
	if mrt.Collector(name) == "" {
		r.From(c.collector)
	}
	return r, nil
}

// next reads a route past whatever is broken before it, and notes that.
func (c *captures) next(r *mrt.Reader, to *feed.Routes) error {
	for {
		err := r.Next(to)
		b, broken := errors.AsType[*mrt.Broken](err)
		if !broken {
			return err
		}
		c.broken = append(c.broken, b)
		if len(c.broken) > mostBroken {
			return fmt.Errorf("broken in more than %d places, first: %w", mostBroken, c.broken[0])
		}
	}
}

// mostBroken places are an accident; more are a file of something else.
const mostBroken = 1000

// read gives all routes of a table.
func (c *captures) read(ctx context.Context, f capture, take func(*feed.Routes)) error {
	r, err := c.open(f.name)
	if err != nil {
		return input("", fmt.Errorf("capture: %w", err))
	}
	defer func() { _ = r.Close() }() // it was opened for reading
	var to feed.Routes
	for n := 0; ; n++ {
		switch err := c.next(r, &to); {
		case errors.Is(err, io.EOF):
			c.done(r)
			return nil
		case err != nil:
			return input("", fmt.Errorf("capture %s: %w", f.name, err))
		}
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		take(&to)
	}
}

// done notes that a file is read.
func (c *captures) done(r *mrt.Reader) {
	c.lying += r.Counts().Lying
	if c.finished++; c.progress != nil {
		c.progress(float64(c.finished) / float64(len(c.tables)+len(c.updates)))
	}
}

// playing is a file of updates that is being read, at its next route.
type playing struct {
	name  string
	r     *mrt.Reader
	route feed.Routes
}

// merge gives the routes of all updates in order of time. A file is opened when
// its time has come, so that a day of many collectors needs few at once.
func (c *captures) merge(ctx context.Context, take func(*feed.Routes) error) (err error) {
	var open []*playing
	defer func() {
		for _, p := range open {
			_ = p.r.Close() // opened for reading
		}
	}()
	waiting := c.updates
	for n := 0; len(open)+len(waiting) > 0; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		at := earliest(open)
		if len(waiting) > 0 && (at < 0 || waiting[0].first.UnixNano() <= open[at].route.At) {
			p, err := c.start(waiting[0])
			if err != nil {
				return err
			}
			if waiting = waiting[1:]; p != nil {
				open = append(open, p)
			}
			continue
		}
		p := open[at]
		if err := take(&p.route); err != nil {
			return err
		}
		switch err := c.next(p.r, &p.route); {
		case errors.Is(err, io.EOF):
			c.done(p.r)
			_ = p.r.Close() // opened for reading
			open = slices.Delete(open, at, at+1)
		case err != nil:
			return input("", fmt.Errorf("capture %s: %w", p.name, err))
		}
	}
	return nil
}

// start opens a file of updates at its first route; nil when it has none.
func (c *captures) start(f capture) (*playing, error) {
	r, err := c.open(f.name)
	if err != nil {
		return nil, input("", fmt.Errorf("capture: %w", err))
	}
	p := &playing{name: f.name, r: r}
	switch err := c.next(r, &p.route); {
	case errors.Is(err, io.EOF):
		c.done(r)
		return nil, r.Close()
	case err != nil:
		_ = r.Close() // what went wrong is said already
		return nil, input("", fmt.Errorf("capture %s: %w", f.name, err))
	}
	return p, nil
}

// earliest is the place of the file whose next route is the oldest; -1 without
// any.
func earliest(open []*playing) int {
	best := -1
	for i, p := range open {
		if best < 0 || p.route.At < open[best].route.At {
			best = i
		}
	}
	return best
}
