package rislive

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/coder/websocket"
)

// stream listens to the HTTP stream: one message a line.
func (c *Client) stream(ctx context.Context, q *queue) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url.String(), nil)
	if err != nil {
		return fmt.Errorf("ask for the stream: %w", err)
	}
	if len(c.o.Filters) > 0 {
		filter, err := json.Marshal(c.o.Filters[0])
		if err != nil {
			return fmt.Errorf("filter: %w", err)
		}
		req.Header.Set("X-RIS-Subscribe", string(filter))
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = resp.Body.Close() }() // there is nothing to lose
	if resp.StatusCode != http.StatusOK {
		first := make([]byte, 200)
		n, _ := io.ReadFull(resp.Body, first) // what it says is for people, if it says anything
		return fmt.Errorf("%s answers %q: %q", c.url.Host, resp.Status, bytes.TrimSpace(first[:n]))
	}
	c.connections.Add(1)
	c.o.Log.Info("listening to the stream", "address", c.url.String())
	return c.lines(resp.Body, q)
}

// lines takes every line. What is longer than a message may be is skipped up to
// its end. A last line that was cut is no message.
func (c *Client) lines(body io.Reader, q *queue) error {
	lines := bufio.NewReaderSize(body, maxLine)
	for {
		line, err := lines.ReadSlice('\n')
		long := int64(0)
		for errors.Is(err, bufio.ErrBufferFull) {
			long += int64(len(line))
			line, err = lines.ReadSlice('\n')
		}
		switch {
		case errors.Is(err, io.EOF):
			return ErrEnded
		case err != nil:
			return fmt.Errorf("read the stream: %w", err)
		case long > 0:
			c.skipped(long + int64(len(line)))
		default:
			if line = bytes.TrimSpace(line); len(line) > 0 {
				c.take(q, line)
			}
		}
	}
}

// socket listens to the WebSocket: one message a frame.
func (c *Client) socket(ctx context.Context, q *queue) error {
	dial, cancel := context.WithTimeout(ctx, connectTime)
	conn, resp, err := websocket.Dial(dial, c.url.String(), &websocket.DialOptions{
		HTTPClient: c.http, CompressionMode: websocket.CompressionDisabled,
	})
	cancel()
	if resp != nil && resp.Body != nil {
		defer func() { _ = resp.Body.Close() }() // there is nothing to lose
	}
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = conn.CloseNow() }() // whoever is left hears it from the connection
	conn.SetReadLimit(-1)                  // frames counts for itself, and goes on after a long one
	// A context that can end costs each read more than the read; the connection is
	// cut instead.
	context.AfterFunc(ctx, func() { _ = conn.CloseNow() })
	c.connections.Add(1)
	c.o.Log.Info("listening to the stream", "address", c.url.String())
	speaks, cancel := context.WithCancel(ctx)
	defer cancel()
	spoke := make(chan error, 1)
	go func() { spoke <- c.speak(speaks, conn) }()
	err = c.frames(conn, q)
	cancel()
	if said := <-spoke; said != nil {
		err = errors.Join(err, said)
	}
	return err
}

// speak subscribes, and then keeps the way open: what lies between forgets
// connections on which nothing is said.
func (c *Client) speak(ctx context.Context, conn *websocket.Conn) error {
	filters := c.o.Filters
	if len(filters) == 0 {
		filters = []Filter{{More: true}}
	}
	for i, f := range filters {
		if i > 0 && !pause(ctx, betweenWords) {
			return nil
		}
		text, err := json.Marshal(envelope{"ris_subscribe", f})
		if err != nil {
			return fmt.Errorf("filter: %w", err)
		}
		if err := conn.Write(ctx, websocket.MessageText, text); err != nil {
			return unless(ctx, fmt.Errorf("subscribe: %w", err))
		}
	}
	for pause(ctx, pingEvery) {
		if err := conn.Write(ctx, websocket.MessageText, []byte(`{"type":"ping","data":null}`)); err != nil {
			return unless(ctx, fmt.Errorf("ping: %w", err))
		}
	}
	return nil
}

// unless gives an error, but not one that comes of being told to end.
func unless(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// pause waits, and tells whether to go on.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// frames takes every message.
func (c *Client) frames(conn *websocket.Conn, q *queue) error {
	msg := make([]byte, 0, 64<<10)
	for {
		_, r, err := conn.Reader(context.Background())
		if err != nil {
			return closing(err)
		}
		var long int64
		if msg, long, err = readMessage(r, msg[:0]); err != nil {
			return closing(err)
		}
		if long > 0 {
			c.skipped(long)
			continue
		}
		c.take(q, msg)
	}
}

// readMessage reads one message. When that is longer than a message may be, the
// rest is read and forgotten, and how long it was is told.
func readMessage(r io.Reader, msg []byte) (whole []byte, long int64, err error) {
	for {
		if len(msg) == cap(msg) {
			if len(msg) >= maxLine {
				n, err := io.Copy(io.Discard, r)
				if n > 0 || err != nil {
					return msg[:0], int64(len(msg)) + n, err
				}
				return msg, 0, nil
			}
			grown := make([]byte, len(msg), min(2*cap(msg), maxLine))
			copy(grown, msg)
			msg = grown
		}
		n, err := r.Read(msg[len(msg):cap(msg)])
		msg = msg[:len(msg)+n]
		if errors.Is(err, io.EOF) {
			return msg, 0, nil
		}
		if err != nil {
			return msg, 0, err
		}
	}
}

// closing makes an error of the way in which a WebSocket ended.
func closing(err error) error {
	if ended, ok := errors.AsType[websocket.CloseError](err); ok {
		return fmt.Errorf("%w: %d %s", ErrEnded, ended.Code, ended.Reason)
	}
	return fmt.Errorf("read the stream: %w", err)
}
