package rislive

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

// Playback is a recording, played once from its start. Next fills in what comes
// next, in order of time, and gives [io.EOF] at the end; what it filled in is valid
// until the next call.
type Playback interface {
	Next(m *Message) error
	Close() error
}

// Bounds of what one client may cost.
const (
	clientQueue   = 4 << 20          // bytes that wait for a client
	clientReserve = 64 << 10         // bytes beyond that, for answers and the last error
	maxRequest    = 1 << 20          // bytes of what it says
	maxFilters    = 1000             // subscriptions of one connection
	maxClients    = 256              // connections at once: each reads the recording for itself
	stall         = 10 * time.Second // how long a client may take nothing before it is too slow
)

// Server plays a recording to every client that connects, as RIS Live would: the
// WebSocket at /v1/ws/, the HTTP stream at /v1/stream/?format=json. Each client
// hears it from the start, beginning with its first subscription, so that one that
// comes later misses nothing.
type Server struct {
	// Open starts the recording anew.
	Open func() (Playback, error)
	// Hosts are the collectors in it, for clients that ask.
	Hosts []string
	// Speed is how many times faster than the recording it is played; 0 plays as
	// fast as the client takes it. At a speed, a client that can't keep up gets a
	// last error and is cut off, as it would be by RIS Live; at 0 only one that takes
	// nothing at all.
	Speed float64
	// Today moves times, so that the recording begins now.
	Today bool
	Log   *slog.Logger

	clients atomic.Int64
}

// Handler serves both addresses.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/ws/", s.bounded(s.socket))
	mux.HandleFunc("GET /v1/ws", s.bounded(s.socket))
	mux.HandleFunc("GET /v1/stream/", s.bounded(s.stream))
	mux.HandleFunc("GET /v1/stream", s.bounded(s.stream))
	return mux
}

// bounded serves so many at once, and tells the others to come again.
func (s *Server) bounded(serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		defer s.clients.Add(-1)
		if s.clients.Add(1) > maxClients {
			w.Header().Set("Retry-After", "60")
			http.Error(w, fmt.Sprintf("%d clients are connected, and no more are taken", maxClients), http.StatusServiceUnavailable)
			return
		}
		serve(w, r)
	}
}

// stream serves the HTTP stream: what is subscribed to stands in a header, and one
// message a line is the answer.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	if f := r.URL.Query().Get("format"); f != "" && f != "json" {
		http.Error(w, "format: there is only json", http.StatusBadRequest)
		return
	}
	c := s.newListener(r)
	c.write = func(text []byte) error {
		if !c.out.put(append(text, '\n'), clientReserve) {
			return errTooSlow
		}
		return nil
	}
	req, err := headerRequest(r.Header.Values("X-RIS-Subscribe"))
	if err == nil {
		err = c.subscribe(req)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write(append(errorText(err), '\n')) // whoever has gone does not want to know
		return
	}
	c.begin()
	flush := http.NewResponseController(w)
	_ = flush.Flush() // the client sees that it is heard before the first message
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		defer c.out.stop()
		defer cancel()
		c.drain(func(p []byte) error {
			_ = flush.SetWriteDeadline(time.Now().Add(stall))
			if _, err := w.Write(p); err != nil {
				return err
			}
			return flush.Flush()
		})
	}()
	s.log(c, "stream", c.play(ctx))
	c.out.close()
	<-sent
}

// headerRequest reads what clients put into X-RIS-Subscribe: the filter, or the
// whole message that a WebSocket would get. No header asks for everything.
func headerRequest(values []string) (request, error) {
	r := request{kind: "ris_subscribe", filter: Filter{More: true}, echo: json.RawMessage("{}")}
	if len(values) == 0 || values[0] == "" {
		return r, nil
	}
	var outer struct {
		Type string          `json:"type"`
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal([]byte(values[0]), &outer); err == nil && outer.Type == "ris_subscribe" {
		return r, r.readFilter(outer.Data)
	}
	return r, r.readFilter([]byte(values[0]))
}

// socket serves the WebSocket.
func (s *Server) socket(w http.ResponseWriter, r *http.Request) {
	c := s.newListener(r)
	var raw net.Conn
	conn, err := websocket.Accept(gathering{w, c.out, &raw}, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // what is served is public, and any page may listen to it
		CompressionMode:    websocket.CompressionDisabled,
	})
	if err != nil {
		s.Log.Debug("a client of the stream did not become one", "client", c.name, "err", err)
		return
	}
	conn.SetReadLimit(maxRequest)
	c.write = func(text []byte) error { return conn.Write(context.Background(), websocket.MessageText, text) }
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	sent, heard := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(sent)
		defer c.out.stop()
		defer cancel()
		c.drain(into(raw))
	}()
	go func() {
		defer close(heard)
		defer cancel()
		c.listen(conn)
	}()
	err = c.play(ctx)
	s.log(c, "socket", err)
	_ = conn.Close(farewell(r.Context(), err)) // it may have gone already
	c.out.close()
	<-sent
	_ = raw.Close()
	<-heard
}

// farewell is what a client is told of why the playing has ended so.
func farewell(server context.Context, err error) (websocket.StatusCode, string) {
	switch {
	case err == nil:
		return websocket.StatusNormalClosure, "the recording is over"
	case errors.Is(err, errTooSlow):
		return websocket.StatusPolicyViolation, errTooSlow.Error()
	case server.Err() != nil:
		return websocket.StatusGoingAway, "the server ends"
	case errors.Is(err, context.Canceled): // the listening has ended
		return websocket.StatusProtocolError, "what was said can't be read"
	}
	return websocket.StatusInternalError, "the recording can't be read"
}

func (s *Server) log(c *listener, how string, err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		s.Log.Warn("a client of the stream was cut off", "client", c.name, "by", how, "err", err)
		return
	}
	s.Log.Info("a client of the stream has gone", "client", c.name, "by", how)
}

// atOnce is how much a client must take within the stall: what waits may be 4 MiB, and
// a slow line that takes it steadily has not stalled.
const atOnce = 64 << 10

// drain sends what waits until the queue is closed and empty, or sending fails.
func (c *listener) drain(send func([]byte) error) {
	for {
		all, _, ok := c.out.take()
		if !ok {
			return
		}
		for piece := range slices.Chunk(all, atOnce) {
			if send(piece) != nil {
				return
			}
		}
	}
}

// into writes to a connection, and gives up what takes nothing.
func into(raw net.Conn) func([]byte) error {
	return func(p []byte) error {
		_ = raw.SetWriteDeadline(time.Now().Add(stall))
		_, err := raw.Write(p)
		return err
	}
}

// gathering is a ResponseWriter whose connection, once it is a WebSocket's, writes
// into a queue. Otherwise each message would cost a system call.
type gathering struct {
	http.ResponseWriter
	out *queue
	raw *net.Conn
}

// Hijack gives the connection with its writing side turned into the queue.
func (g gathering) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(g.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	*g.raw = conn
	queued := &queuedConn{conn, g.out}
	return queued, bufio.NewReadWriter(rw.Reader, bufio.NewWriterSize(queued, 16<<10)), nil
}

// queuedConn is a connection that is written to through a queue. Closing it lets
// the queue run dry, and leaves the connection to whoever drains it.
type queuedConn struct {
	net.Conn
	out *queue
}

func (q *queuedConn) Write(p []byte) (int, error) {
	if !q.out.put(p, clientReserve) {
		return 0, errTooSlow
	}
	return len(p), nil
}

func (q *queuedConn) Close() error {
	q.out.close()
	return q.SetReadDeadline(time.Unix(1, 0)) // nobody waits for words any more
}
