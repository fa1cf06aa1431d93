package app

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"tocsin/feed"
	"tocsin/feed/visibility"
)

// OutagesOptions says in which captures to look for outages, and for which.
type OutagesOptions struct {
	Files []string // tables and updates in any order, MRT, compressed or not
	// Archive is read in place of Files where it has a source.
	Archive ArchiveOptions
	AS      []uint32 // nil for all
	Depth   float64  // the share that must be gone
	Least   int      // the prefixes that must be gone; 0: 5, and 1 where AS asks for some
	Share   float64  // of the largest table: what makes a full feed of a small capture
	Format  string   // "text" or "json"
	FailOn  bool     // an outage found is an error
	// Progress hears how far the reading has come, 0 to 1; nil for none.
	Progress func(done float64)
}

// tableSpan is how far apart the dumps of several collectors may lie that begin
// the same table: RouteViews dumps every two hours, RIPE every eight.
const tableSpan = 30 * time.Minute

// wrongShare of a peer's table is when a check says more than "agrees": a dump
// takes minutes, and the routes that move in them differ honestly.
const wrongShare = 0.01

// Outages reads captures in order of time and writes which autonomous systems
// most of the Internet lost, from when on, and how much of them.
func Outages(ctx context.Context, out io.Writer, o OutagesOptions) error {
	if o.Format != "text" && o.Format != "json" {
		return usage("give --format text or --format json", "no format is called %q", o.Format)
	}
	found, err := outages(ctx, o)
	if err != nil {
		return err
	}
	if o.Format == "json" {
		err = found.json(out)
	} else {
		err = Put(out, found.text())
	}
	if err != nil {
		return err
	}
	if len(found.broken) > 0 {
		return input("what came before and after was read; fetch the file anew", found.broken[0])
	}
	if o.FailOn && len(found.falls) > 0 {
		return &Failure{Code: ExitBadNews, Err: fmt.Errorf("%d outage(s) found", len(found.falls))}
	}
	return nil
}

// outagesFound is what a search has found.
type outagesFound struct {
	from, until time.Time
	stand       visibility.Stand
	falls       []visibility.Fall
	guarded     []visibility.Guarding
	checks      []tableCheck
	broken      []error
	early       int64 // updates older than the table
	lying       int64 // records whose time could not be
	gap         time.Duration
	silent      time.Time // when the longest silence between two updates began
	silence     time.Duration
	share       float64
}

// tableCheck is how a later table compares with what updates have made of the
// first.
type tableCheck struct {
	name  string
	at    time.Time
	peers []visibility.Difference
}

// outagesSearch is one search under way.
type outagesSearch struct {
	o     OutagesOptions
	store *visibility.Store
	found *outagesFound
	since map[string]int64 // nanoseconds since 1970: the time of a collector's table; its updates before that are in it
	last  time.Time        // of the newest update, zero before the first

	lapsed int       // silences that made all old
	anew   []capture // the tables since the last of them
}

func outages(ctx context.Context, o OutagesOptions) (*outagesFound, error) {
	least := o.Least
	if least == 0 && len(o.AS) > 0 {
		least = 1
	}
	s := &outagesSearch{o: o, found: &outagesFound{share: o.Share}, since: map[string]int64{}}
	s.store = visibility.New(visibility.Options{
		Share: o.Share,
		Falls: &visibility.FallOptions{Depth: o.Depth, Least: least},
		Guarded: func(g visibility.Guarding) {
			s.found.guarded = append(s.found.guarded, g)
		},
	})
	f := s.found
	var err error
	if o.Archive.Source != "" {
		f.broken, err = s.archived(ctx)
	} else {
		f.broken, err = s.captured(ctx)
	}
	if err != nil {
		return nil, err
	}
	f.stand = s.store.Stand()
	f.falls = slices.DeleteFunc(s.store.Falls(), func(x visibility.Fall) bool {
		return len(o.AS) > 0 && !slices.Contains(o.AS, x.AS)
	})
	return f, nil
}

// captured reads the files.
func (s *outagesSearch) captured(ctx context.Context) ([]error, error) {
	c, err := openCaptures(s.o.Files)
	if err != nil {
		return nil, err
	}
	c.progress = s.o.Progress
	err = s.run(ctx, c)
	s.found.lying = c.lying
	return c.broken, err
}

// run takes the first tables, then the updates, and looks at later tables as
// their time comes.
func (s *outagesSearch) run(ctx context.Context, c *captures) error {
	first, later := firstTables(c.tables)
	for _, t := range first {
		s.dumped(t.from, t.first)
		if err := c.read(ctx, t, s.store.Take); err != nil {
			return err
		}
	}
	if len(first) > 0 {
		s.tabled(first[0].first)
	}
	err := c.merge(ctx, func(r *feed.Routes) error {
		for len(later) > 0 && r.At >= later[0].first.UnixNano() {
			if err := s.check(ctx, c, later[0]); err != nil {
				return err
			}
			later = later[1:]
		}
		s.update(r)
		return nil
	})
	if err != nil {
		return err
	}
	for _, t := range later {
		if err := s.check(ctx, c, t); err != nil {
			return err
		}
	}
	s.found.until = time.Unix(s.store.Stand().Second, 0).UTC()
	return nil
}

// dumped notes when a collector's table was dumped.
func (s *outagesSearch) dumped(collector string, at time.Time) { s.since[collector] = at.UnixNano() }

// tabled says that the tables to begin with have been taken, the first of a time.
func (s *outagesSearch) tabled(at time.Time) {
	s.found.from = at
	s.store.Settle()
}

// told tells whether an update is older than the table that it would change.
func (s *outagesSearch) told(r *feed.Routes) bool {
	since, ok := s.since[r.Peer.Collector]
	if !ok { // a collector without a table: the first one's is the beginning
		since = s.found.from.UnixNano()
	}
	return len(s.since) > 0 && r.At < since
}

// update takes an update.
func (s *outagesSearch) update(r *feed.Routes) {
	if s.told(r) {
		s.found.early++
		return
	}
	at := time.Unix(0, r.At).UTC()
	if s.last.IsZero() {
		s.begin(at)
	} else if quiet := at.Sub(s.last); quiet > s.found.silence {
		s.found.silent, s.found.silence = s.last, quiet
	}
	s.last = at
	s.store.Take(r)
}

// begin notes when the updates do.
func (s *outagesSearch) begin(at time.Time) {
	if s.found.from.IsZero() {
		s.found.from = at
		return
	}
	s.found.gap = at.Sub(s.found.from)
}

// check compares a later table. After a silence that made all old, tables are a new
// beginning.
func (s *outagesSearch) check(ctx context.Context, c *captures, t capture) error {
	s.store.Reach(t.first.Unix())
	if n := s.store.Stand().Lapsed; n > s.lapsed {
		s.lapsed, s.anew = n, nil
	} else if len(s.anew) == 0 {
		return s.compare(ctx, c, t)
	}
	if first, _ := firstTables(append(s.anew, t)); len(first) == len(s.anew) {
		return s.compare(ctx, c, t)
	}
	s.anew = append(s.anew, t)
	s.dumped(t.from, t.first)
	if err := c.read(ctx, t, s.store.Take); err != nil {
		return err
	}
	s.store.Settle()
	return nil
}

// compare compares a later table with what the updates have made of the first.
func (s *outagesSearch) compare(ctx context.Context, c *captures, t capture) error {
	table := visibility.New(visibility.Options{Share: s.o.Share})
	if err := c.read(ctx, t, table.Take); err != nil {
		return err
	}
	s.found.checks = append(s.found.checks, tableCheck{t.name, t.first, s.store.Compare(table)})
	return nil
}
