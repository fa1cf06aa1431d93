package rislive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// listener is one connection to a Server.
type listener struct {
	server *Server
	out    *queue
	name   string
	write  func(text []byte) error // one message into out

	mu      sync.Mutex
	filters []subscribed
	raw     bool
	ack     bool
	begun   chan struct{} // closed when the first subscription has been answered
	begin   func()        // closes it
}

// subscribed is a filter with the words that end it again.
type subscribed struct {
	filter Filter
	match  *matcher
}

func (s *Server) newListener(r *http.Request) *listener {
	begun := make(chan struct{})
	return &listener{
		server: s, out: newQueue(clientQueue), name: r.URL.Query().Get("client"),
		begun: begun, begin: sync.OnceFunc(func() { close(begun) }),
	}
}

// listen answers what the client says until it says no more.
func (c *listener) listen(conn *websocket.Conn) {
	for {
		_, text, err := conn.Read(context.Background())
		if err != nil {
			return
		}
		req, err := parseRequest(text)
		if err == nil {
			err = c.answer(req)
		}
		if err != nil && c.write(errorText(err)) != nil {
			return
		}
	}
}

// answer does what a client asks for.
func (c *listener) answer(r request) error {
	switch r.kind {
	case "ping":
		return c.write([]byte(`{"type":"pong","data":null}`))
	case "request_rrc_list":
		return c.write(jsonText("ris_rrc_list", c.server.Hosts))
	case "ris_unsubscribe":
		c.unsubscribe(r.filter)
		return nil
	}
	if err := c.subscribe(r); err != nil {
		return err
	}
	defer c.begin() // the answer comes before what was asked for
	c.mu.Lock()
	ack, raw := c.ack, c.raw
	c.mu.Unlock()
	if !ack {
		return nil
	}
	var ok struct {
		Subscription json.RawMessage `json:"subscription"`
		Options      struct {
			Raw bool `json:"includeRaw"`
			Ack bool `json:"acknowledge"`
		} `json:"socketOptions"`
	}
	ok.Subscription, ok.Options.Raw, ok.Options.Ack = r.echo, raw, ack
	return c.write(jsonText("ris_subscribe_ok", ok))
}

// envelope is every message but those that carry routes, in the published order.
type envelope struct {
	Type string `json:"type"`
	Data any    `json:"data"`
}

func jsonText(kind string, data any) []byte {
	text, err := json.Marshal(envelope{kind, data})
	if err != nil {
		return errorText(err)
	}
	return text
}

func errorText(err error) []byte {
	return jsonText("ris_error", map[string]string{"message": err.Error()})
}

// subscribe adds a filter.
func (c *listener) subscribe(r request) error {
	m, err := newMatcher(r.filter)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	prefixes := len(m.prefixes)
	for _, s := range c.filters {
		prefixes += len(s.match.prefixes)
	}
	if len(c.filters) >= maxFilters || prefixes > maxPrefixes {
		return fmt.Errorf("more than %d subscriptions or %d prefixes", maxFilters, maxPrefixes)
	}
	c.filters = append(c.filters, subscribed{r.filter, m})
	if r.raw != nil {
		c.raw = *r.raw
	}
	if r.ack != nil {
		c.ack = *r.ack
	}
	return nil
}

// unsubscribe ends what was subscribed to in the same words. Each of several
// prefixes is a subscription of its own.
func (c *listener) unsubscribe(f Filter) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.filters = slices.DeleteFunc(c.filters, func(s subscribed) bool {
		return len(f.Prefix) == 0 && len(s.filter.Prefix) == 0 && f.equal(s.filter)
	})
	for i := range c.filters {
		c.filters[i] = c.filters[i].without(f)
	}
	c.filters = slices.DeleteFunc(c.filters, func(s subscribed) bool { return s.match == nil })
}

// equal compares all but the prefixes.
func (f Filter) equal(g Filter) bool {
	return f.Host == g.Host && f.Type == g.Type && f.Require == g.Require && f.Peer == g.Peer &&
		f.Path == g.Path && f.More == g.More && f.Less == g.Less
}

// without takes prefixes out of a subscription. If none is left, there is no
// matcher.
func (s subscribed) without(f Filter) subscribed {
	if len(s.filter.Prefix) == 0 || !f.equal(s.filter) {
		return s
	}
	left := s.filter
	left.Prefix = slices.DeleteFunc(slices.Clone(left.Prefix), func(p netip.Prefix) bool { return slices.Contains(f.Prefix, p) })
	if len(left.Prefix) == 0 {
		return subscribed{}
	}
	m, err := newMatcher(left)
	if err != nil { // it was a good one before
		return s
	}
	return subscribed{left, m}
}

// wants tells whether any subscription asks for a message, and whether its bytes
// are wanted along with it.
func (c *listener) wants(m *Message, t *told) (raw, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.filters {
		if s.match.match(m, t) {
			return c.raw, true
		}
	}
	return false, false
}

// play sends the recording, from the first subscription on, until it is over, or
// the client has gone or is too slow.
func (c *listener) play(ctx context.Context) error {
	select {
	case <-c.begun:
	case <-ctx.Done():
		return ctx.Err()
	}
	p, err := c.server.Open()
	if err != nil {
		return errors.Join(err, c.write(errorText(errors.New("the recording can't be opened"))))
	}
	err = c.playAll(ctx, p)
	if errors.Is(err, errTooSlow) {
		_ = c.write(errorText(err)) // there is room kept for it
	}
	return errors.Join(err, p.Close())
}

func (c *listener) playAll(ctx context.Context, p Playback) error {
	var m Message
	var e encoder
	var text []byte
	var t told
	clock := pace{speed: c.server.Speed, today: c.server.Today}
	for n := 0; ; n++ {
		switch err := p.Next(&m); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if n%1024 == 0 && ctx.Err() != nil { // a client that wants little is seldom written to
			return ctx.Err()
		}
		if err := clock.wait(ctx, &m); err != nil {
			return err
		}
		if !t.read(&m) {
			continue
		}
		raw, ok := c.wants(&m, &t)
		if !ok {
			continue
		}
		text = e.append(text[:0], &m, &t, raw)
		if err := c.send(ctx, text); err != nil {
			return err
		}
	}
}

// send puts a message into the queue. When that is full, a live stream does not
// wait; one without a clock does.
func (c *listener) send(ctx context.Context, text []byte) error {
	if c.out.full() && (c.server.Speed > 0 || !c.out.wait(stall, ctx.Done())) {
		if err := ctx.Err(); err != nil {
			return err
		}
		return errTooSlow
	}
	err := c.write(text)
	if gone := ctx.Err(); gone != nil {
		return gone
	}
	return err
}

// pace tells when a message of a recording is due.
type pace struct {
	speed float64
	today bool

	begun bool
	first int64
	start time.Time
	timer *time.Timer
}

// wait waits until a message is due, and moves its time if it is to be today's.
func (p *pace) wait(ctx context.Context, m *Message) error {
	if !p.begun {
		p.begun, p.first, p.start = true, m.At, time.Now()
	}
	if p.speed <= 0 {
		if p.today {
			m.At = time.Now().UnixNano()
		}
		return nil
	}
	due := p.start.Add(time.Duration(float64(m.At-p.first) / p.speed))
	if p.today {
		m.At = due.UnixNano()
	}
	left := time.Until(due)
	if left <= 0 {
		return nil
	}
	if p.timer == nil {
		p.timer = time.NewTimer(left)
	} else {
		p.timer.Reset(left)
	}
	select {
	case <-p.timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// errTooSlow is the last word to a client that can't keep up.
var errTooSlow = errors.New("too slow: messages wait for longer than this server keeps them")
