package rislive

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"tocsin/feed"
)

// Where the published stream is.
const (
	PublishedSocket = "wss://ris-live.ripe.net/v1/ws/"
	PublishedStream = "https://ris-live.ripe.net/v1/stream/?format=json"
)

// Quiet and Late are how long the whole stream may say nothing, and how old its
// news may be: what bgpipe allows it.
const (
	Quiet = 10 * time.Second
	Late  = 3 * time.Minute
)

// Defaults and bounds of a Client.
const (
	queueBytes   = 8 << 20          // twenty thousand messages of the mean length
	maxLine      = 1 << 20          // bytes of a message; the longest published one seen has 13 kB
	maxHeaders   = 64 << 10         // bytes of the answer's headers
	connectTime  = 15 * time.Second // to connect and be answered
	pingEvery    = 30 * time.Second
	betweenWords = 200 * time.Millisecond // between subscriptions, as BGPalerter waits
)

// ErrEnded is why a run ended that the server has ended.
var ErrEnded = errors.New("the server ended the stream")

// Options is what a Client is made of.
type Options struct {
	URL     string   // ws or wss: the WebSocket; http or https: the HTTP stream
	Name    string   // what the client calls itself; the RIPE NCC asks for it
	Filters []Filter // what to hear, added up; none: everything. The HTTP stream takes one.
	Queue   int      // bytes that may wait for Hear; 8 MiB
	Beacons Beacons  // whose silence means blindness; the zero value: not looked at

	// Hear gets all routes, in order, on one goroutine. They are valid until it comes
	// back. While it is slow, messages wait in the queue, and when that is full they
	// are dropped and counted.
	Hear func(*feed.Routes)
	HTTP *http.Client // nil: one with bounds on all that a server can draw out
	Log  *slog.Logger
}

// Counts is what a Client has met, since it was made. Messages is the sum of all
// from Updates to Dropped: nothing is lost without being counted.
type Counts struct {
	Connections int64
	Bytes       int64
	Messages    int64

	Updates  int64 // routes announced or withdrawn
	States   int64 // sessions that went up or down
	EndOfRIB int64 // tables told in full
	Others   int64 // messages without routes
	Errors   int64 // complaints of the server
	Bad      int64 // messages that broke the rules, and were refused
	TooLong  int64 // messages longer than 1 MiB, skipped
	Dropped  int64 // messages that came while the queue was full
}

// Client listens to the stream. It is a [feed.Feed]: let [feed.Keep] run it.
type Client struct {
	o    Options
	url  *url.URL
	http *http.Client

	connections, bytes, messages, tooLong, dropped atomic.Int64
	updates, states, endOfRIB, others, errs, bad   atomic.Int64
	canary                                         canary // of the goroutine that decodes
}

// New makes a client. Nothing is connected before it is run.
func New(o Options) (*Client, error) {
	u, err := url.Parse(o.URL)
	if err != nil {
		return nil, fmt.Errorf("address of the stream: %w", err)
	}
	switch u.Scheme {
	case "ws", "wss":
	case "http", "https":
		if len(o.Filters) > 1 {
			return nil, fmt.Errorf("%s: the HTTP stream takes one filter, not %d; the WebSocket takes several", o.URL, len(o.Filters))
		}
	default:
		return nil, fmt.Errorf("address of the stream %q: want ws, wss, http or https", o.URL)
	}
	if o.Hear == nil {
		return nil, errors.New("nobody hears the routes")
	}
	if o.Queue <= 0 {
		o.Queue = queueBytes
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	q := u.Query()
	if o.Name != "" {
		q.Set("client", o.Name)
	}
	u.RawQuery = q.Encode()
	c := &Client{o: o, url: u, http: o.HTTP, canary: canary{beacons: o.Beacons}}
	if c.http == nil {
		c.http = boundedHTTP()
	}
	return c, nil
}

// boundedHTTP is a client that no server keeps waiting or fills up. The stream
// itself may last for ever.
func boundedHTTP() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            (&net.Dialer{Timeout: connectTime}).DialContext,
			TLSHandshakeTimeout:    connectTime,
			ResponseHeaderTimeout:  connectTime,
			MaxResponseHeaderBytes: maxHeaders,
			DisableKeepAlives:      true, // one connection, one stream
		},
	}
}

// Name is the feed's name.
func (c *Client) Name() string { return "rislive" }

// Counts tells what has been met up to now. Any goroutine may ask.
func (c *Client) Counts() Counts {
	return Counts{
		Connections: c.connections.Load(), Bytes: c.bytes.Load(), Messages: c.messages.Load(),
		Updates: c.updates.Load(), States: c.states.Load(), EndOfRIB: c.endOfRIB.Load(),
		Others: c.others.Load(), Errors: c.errs.Load(), Bad: c.bad.Load(),
		TooLong: c.tooLong.Load(), Dropped: c.dropped.Load(),
	}
}

// Run listens until ctx ends or the stream does, and comes back when all that came
// before has been heard, or ctx has ended.
func (c *Client) Run(ctx context.Context, ear *feed.Ear) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	q := newQueue(c.o.Queue)
	context.AfterFunc(ctx, q.stop)
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		c.hear(q, ear)
	}()
	var err error
	if c.url.Scheme == "ws" || c.url.Scheme == "wss" {
		err = c.socket(ctx, q)
	} else {
		err = c.stream(ctx, q)
	}
	q.close()
	<-heard
	return err
}

// take puts one message into the queue.
func (c *Client) take(q *queue, msg []byte) {
	c.messages.Add(1)
	c.bytes.Add(int64(len(msg)))
	if q.put(msg, 0) {
		return
	}
	if n := c.dropped.Add(1); n&(n-1) == 0 { // said ever more seldom
		c.o.Log.Warn("messages of the stream were dropped: they come faster than they are heard", "dropped", n)
	}
}

// skipped counts a message that was too long to be taken.
func (c *Client) skipped(bytes int64) {
	c.messages.Add(1)
	c.bytes.Add(bytes)
	c.tooLong.Add(1)
}

// hear decodes what waits until nothing more will.
func (c *Client) hear(q *queue, ear *feed.Ear) {
	var d Decoder
	var r feed.Routes
	c.canary.since = time.Time{} // what was due while we did not listen is not judged
	for {
		all, ends, ok := q.take()
		if !ok {
			return
		}
		from, newest, some := 0, int64(0), false
		for _, to := range ends {
			at, ok := c.decode(&d, all[from:to], &r)
			newest, some = max(newest, at), some || ok
			from = to
		}
		if some {
			ear.Heard(time.Unix(0, newest))
		}
		ear.Blind(c.canary.look(time.Now()))
	}
}

// decode takes one message in, and tells whether it was one of the stream's own
// and when that happened.
func (c *Client) decode(d *Decoder, msg []byte, r *feed.Routes) (at int64, ok bool) {
	kind, err := d.Decode(msg, r)
	if err != nil {
		if n := c.bad.Add(1); n&(n-1) == 0 {
			c.o.Log.Warn("a message of the stream was refused", "refused", n, "err", err, "begins", string(msg[:min(len(msg), 80)]))
		}
		return 0, false
	}
	switch kind {
	case Update:
		c.updates.Add(1)
		c.canary.hear(r)
	case State:
		c.states.Add(1)
	case EndOfRIB:
		c.endOfRIB.Add(1)
		return r.At, true
	case Error:
		c.errs.Add(1)
		c.o.Log.Warn("the stream's server complains", "message", d.Text())
		return 0, false
	default:
		c.others.Add(1)
		return 0, kind == Other
	}
	c.o.Hear(r)
	return r.At, true
}
