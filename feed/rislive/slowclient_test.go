package rislive

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
)

// The last error does arrive, over a real connection whose client sleeps until the
// server has given it up: the recording has no end, so that no socket holds it. Little fits into its sockets: what waits, waits in the
// queue, and the client wakes long before a write that is stuck would be given up.
func TestTooSlowOverSocket(t *testing.T) {
	t.Parallel()
	const little = 256 << 10       // less than a few packets of the loopback would make it crawl
	gone := make(chan struct{}, 1) // has one when the server has said its last word
	s := &Server{Speed: 1e9, Log: slog.New(slog.DiscardHandler)}
	s.Open = func() (Playback, error) { return endless{gone, &recording{messages: random(2000, 6)}}, nil }
	srv := httptest.NewUnstartedServer(s.Handler())
	srv.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		if err := c.(*net.TCPConn).SetWriteBuffer(little); err != nil {
			t.Error(err)
		}
		return ctx
	}
	srv.Start()
	t.Cleanup(srv.Close)
	dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, addr)
		if err == nil {
			err = conn.(*net.TCPConn).SetReadBuffer(little)
		}
		return conn, err
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	conn, resp, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(srv.URL, "http")+"/v1/ws/", &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: &http.Transport{DialContext: dial}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body != nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(-1)
	c := &connected{t, ctx, conn}
	c.say(subscribe(`{"socketOptions":{"includeRaw":true}}`))
	select {
	case <-gone:
	case <-ctx.Done():
		t.Fatal("the server sends on to a client that takes nothing")
	}
	got, code := c.rest()
	if code != websocket.StatusPolicyViolation || len(got) == 0 || !strings.Contains(got[len(got)-1], errTooSlow.Error()) {
		t.Fatalf("%d messages, closed with %v, the last %.200s", len(got), code, got[max(0, len(got)-1):])
	}
	bytes := 0
	for _, m := range got {
		bytes += len(m)
	}
	if bytes < clientQueue {
		t.Errorf("it was given up after %d bytes: the queue holds %d", bytes, clientQueue)
	}
}

// Who takes what waits slowly, and yet takes it, is not given up in its midst; who
// takes nothing for as long as may be is.
func TestSlowIsNotStalled(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		pause time.Duration // between pieces
		all   bool
	}{{"slow", stall - time.Second, true}, {"stalled", stall + time.Second, false}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := &listener{out: newQueue(clientQueue)}
				waits := make([]byte, 1<<20)
				l.out.put(waits, 0)
				l.out.close()
				ours, theirs := net.Pipe()
				go func() {
					l.drain(into(ours))
					_ = ours.Close()
				}()
				taken, piece := 0, make([]byte, atOnce)
				for {
					time.Sleep(c.pause)
					n, err := io.ReadFull(theirs, piece)
					taken += n
					if err != nil {
						break
					}
				}
				if (taken == len(waits)) != c.all {
					t.Errorf("%d of %d bytes came", taken, len(waits))
				}
			})
		})
	}
}
