package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"tocsin/feed/mrt"
	"tocsin/feed/rislive"
)

// BGPServeOptions says which captures to play as a stream of RIS Live, and how.
type BGPServeOptions struct {
	Files  []string
	Listen string  // host:port
	Speed  float64 // how many times faster than they were recorded; 0: as fast as each client takes it
	Today  bool    // times moved, so that the captures begin now
	Host   string  // the collector of files whose paths name none
	Log    *slog.Logger
	// Listening hears the address once connections are taken; nil for none.
	Listening func(addr string)
}

// BGPServe plays captures to whoever connects, until ctx ends. Files of several
// collectors are merged in order of time.
func BGPServe(ctx context.Context, o BGPServeOptions) (err error) {
	files, err := o.recordings()
	if err != nil {
		return err
	}
	ln, err := listen(ctx, o.Listen)
	if err != nil {
		return err
	}
	stream := &rislive.Server{
		Open:  func() (rislive.Playback, error) { return newMerged(files, o.Log), nil },
		Speed: o.Speed, Today: o.Today, Log: o.Log,
	}
	for _, f := range files {
		if !slices.Contains(stream.Hosts, f.host) {
			stream.Hosts = append(stream.Hosts, f.host)
		}
	}
	slices.Sort(stream.Hosts)
	// Connections that have become WebSockets outlive the shutdown of an HTTP server;
	// the end of their context ends them.
	live, cancel := context.WithCancel(ctx)
	defer cancel()
	srv := &http.Server{
		Handler: stream.Handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		BaseContext: func(net.Listener) context.Context { return live },
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	defer func() { err = errors.Join(err, stopHTTP(srv, served)) }()
	addr := ln.Addr().String()
	if o.Listening != nil {
		o.Listening(addr)
	}
	o.Log.Info("playing captures", "files", len(files), "socket", "ws://"+addr+"/v1/ws/", "stream", "http://"+addr+"/v1/stream/?format=json")
	<-ctx.Done()
	cancel()
	return nil
}

// playable is one file, and what its first message tells.
type playable struct {
	path  string
	host  string
	first int64
}

// recordings looks at the first message of every file. One that has none is left
// out; if all have none, that is an error.
func (o BGPServeOptions) recordings() ([]playable, error) {
	var files []playable
	paths, err := expanded(o.Files)
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		f := playable{path: path, host: o.host(path)}
		t, err := openTrack(f, o.Log)
		if err != nil {
			return nil, input("name MRT files: updates or tables", err)
		}
		ok := t.advance()
		err = errors.Join(t.err, t.close())
		switch {
		case err != nil:
			return nil, input("name MRT files: updates or tables", fmt.Errorf("%s: %w", path, err))
		case !ok:
			o.Log.Warn("a capture has no message, and is left out", "file", path)
			continue
		}
		f.first = t.head.At
		files = append(files, f)
	}
	if len(files) == 0 {
		return nil, input("name MRT files: updates or tables", errors.New("there is no message in "+strings.Join(o.Files, ", ")))
	}
	slices.SortStableFunc(files, func(a, b playable) int { return int(min(1, max(-1, a.first-b.first))) })
	return files, nil
}

// host is what a file's collector is published as.
func (o BGPServeOptions) host(path string) string {
	switch name := mrt.Collector(path); {
	case strings.HasPrefix(name, "rrc"):
		return name + ".ripe.net"
	case name != "":
		return name
	}
	return o.Host
}
