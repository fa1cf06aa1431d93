package rislive

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"tocsin/feed"
)

// heard is what a client's Hear gets.
type heard struct {
	mu    sync.Mutex
	lines []string
	first chan struct{} // closed by the first
}

func (h *heard) hear(r *feed.Routes) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.lines) == 0 && h.first != nil {
		close(h.first)
	}
	h.lines = append(h.lines, text(Update, r, false))
}

func (h *heard) all() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.lines
}

func socketOf(url string) string { return "ws" + strings.TrimPrefix(url, "http") + "/v1/ws/" }

func streamOf(url string) string { return url + "/v1/stream/?format=json" }

// listens runs a client once, until the stream ends or the test does.
func listens(t testing.TB, o Options) (*Client, error) {
	t.Helper()
	if o.Hear == nil {
		o.Hear = func(*feed.Routes) {}
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	return c, c.Run(ctx, &feed.Ear{})
}

// Both ways bring the same routes, all of them, and all are counted.
func TestClientHearsAll(t *testing.T) {
	messages := random(3000, 1)
	down := messages[7]
	down.BGP, down.Up = nil, false
	messages = append(messages, down, from(bgp(bgpKeepalive, nil)), from(updateOf(nil, nil, nil)))
	url := plays(t, messages, nil)
	var want []string
	var d Decoder
	var r feed.Routes
	bytes := 0
	for _, b := range encoded(messages, false) {
		bytes += len(b)
		if kind, _ := d.Decode(b, &r); kind == Update || kind == State {
			want = append(want, text(Update, &r, false))
		}
	}
	for _, address := range []string{socketOf(url), streamOf(url)} {
		var h heard
		c, err := listens(t, Options{URL: address, Name: "tocsin-test", Hear: h.hear})
		if !errors.Is(err, ErrEnded) {
			t.Errorf("%s: ended with %v", address, err)
		}
		if got := h.all(); strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s: %d heard, want %d", address, len(got), len(want))
		}
		if got, want := c.Counts(), (Counts{Connections: 1, Bytes: int64(bytes), Messages: 3003, Updates: 3000, States: 1, EndOfRIB: 1, Others: 1}); got != want {
			t.Errorf("%s: counted %+v, want %+v", address, got, want)
		}
	}
}

// A client says its name, and what it wants.
func TestClientSubscribes(t *testing.T) {
	asked := make(chan string, 9)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.Query().Get("client") + " " + r.URL.Query().Get("format") + " " + r.Header.Get("X-RIS-Subscribe")
		if strings.Contains(r.URL.Path, "stream") {
			return
		}
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = conn.CloseNow() }()
		for range 2 {
			_, text, err := conn.Read(r.Context())
			if err != nil {
				return
			}
			asked <- string(text)
		}
	}))
	t.Cleanup(srv.Close)
	one := Filter{Host: "rrc21", Type: "UPDATE", Path: "812$"}
	two := Filter{Prefix: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::/0")}, More: true, Peer: netip.MustParseAddr("192.0.2.1"), Require: "withdrawals"}
	if _, err := listens(t, Options{URL: streamOf(srv.URL), Name: "me & you", Filters: []Filter{one}}); !errors.Is(err, ErrEnded) {
		t.Errorf("the stream ended with %v", err)
	}
	if _, err := listens(t, Options{URL: socketOf(srv.URL), Name: "me & you", Filters: []Filter{one, two}}); err == nil {
		t.Error("the socket ended with nothing")
	}
	for _, want := range []string{
		`me & you json {"host":"rrc21","type":"UPDATE","path":"812$"}`,
		`me & you  `,
		`{"type":"ris_subscribe","data":{"host":"rrc21","type":"UPDATE","path":"812$"}}`,
		`{"type":"ris_subscribe","data":{"require":"withdrawals","peer":"192.0.2.1","prefix":["10.0.0.0/8","::/0"],"moreSpecific":true,"lessSpecific":false}}`,
	} {
		if got := <-asked; got != want {
			t.Errorf("asked:\n got %s\nwant %s", got, want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	hear := func(*feed.Routes) {}
	for _, o := range []Options{
		{URL: "ris-live.ripe.net", Hear: hear},
		{URL: "ftp://ris-live.ripe.net/", Hear: hear},
		{URL: "://", Hear: hear},
		{URL: PublishedSocket},
		{URL: PublishedStream, Hear: hear, Filters: make([]Filter, 2)},
	} {
		if _, err := New(o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
	for _, url := range []string{PublishedSocket, PublishedStream} {
		if c, err := New(Options{URL: url, Hear: hear}); err != nil || c.Name() != "rislive" {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// answers is a server that says these bytes to whoever connects, and then nothing,
// until the connection is closed; or closes it itself.
func answers(t *testing.T, say string, hangUp bool) string {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				_, _ = http.ReadRequest(bufio.NewReader(conn))
				_, err := conn.Write([]byte(say))
				for !hangUp && err == nil {
					_, err = conn.Read(make([]byte, 1))
				}
			}()
		}
	}()
	return "http://" + ln.Addr().String()
}

// Servers that refuse, lie or break off: each is survived, what was sound is heard,
// and the end says why.
func TestLyingServers(t *testing.T) {
	good := update(`"withdrawals":["10.0.0.0/8"]`)
	const ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
	long := `{"a":"` + strings.Repeat("x", 3*maxLine) + `"}`
	for name, c := range map[string]struct {
		say  string
		want string // in the error
		n    Counts
	}{
		"nothing":           {"", "EOF", Counts{}},
		"no HTTP":           {"220 smtp.example.org ready\r\n", "malformed", Counts{}},
		"refused":           {"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 9\r\n\r\ngo away\r\n", `"429 Too Many Requests": "go away"`, Counts{}},
		"a page":            {"HTTP/1.1 503 Busy\r\n\r\n" + strings.Repeat("<html>", 9999), `"503 Busy": "<html>`, Counts{}},
		"not quite right":   {"HTTP/1.1 204 No Content\r\n\r\n", `"204 No Content"`, Counts{}},
		"endless headers":   {"HTTP/1.1 200 OK\r\n" + strings.Repeat("X-More: and more\r\n", 1<<16), "header", Counts{}},
		"ends at once":      {ok, ErrEnded.Error(), Counts{Connections: 1}},
		"half a message":    {ok + good + "\n" + good[:50], ErrEnded.Error(), Counts{Connections: 1, Messages: 1, Updates: 1}},
		"half a chunk":      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n" + good + "\n", "unexpected EOF", Counts{Connections: 1, Messages: 1, Updates: 1}},
		"a lie of length":   {"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + good + "\n", "unexpected EOF", Counts{Connections: 1, Messages: 1, Updates: 1}},
		"wrong types":       {ok + update(`"path":{}`) + "\n[1]\n7\n\x00\n" + good + "\n", ErrEnded.Error(), Counts{Connections: 1, Messages: 5, Updates: 1, Bad: 4}},
		"no JSON":           {ok + "<html>\n" + good + "\n", ErrEnded.Error(), Counts{Connections: 1, Messages: 2, Updates: 1, Bad: 1}},
		"empty lines":       {ok + "\n\r\n  \n" + good + "\r\n", ErrEnded.Error(), Counts{Connections: 1, Messages: 1, Updates: 1}},
		"too long":          {ok + long + "\n" + good + "\n", ErrEnded.Error(), Counts{Connections: 1, Messages: 2, Updates: 1, TooLong: 1}},
		"too long, no end":  {ok + long, ErrEnded.Error(), Counts{Connections: 1}},
		"complaints":        {ok + `{"type":"ris_error","data":{"message":"too slow"}}` + "\n", ErrEnded.Error(), Counts{Connections: 1, Messages: 1, Errors: 1}},
		"unasked words":     {ok + `{"type":"pong"}` + "\n" + `{"type":"ris_rrc_list","data":[]}` + "\n", ErrEnded.Error(), Counts{Connections: 1, Messages: 2, Others: 2}},
		"a state of a peer": {ok + strings.Replace(update(`"state":"down"`), "UPDATE", "RIS_PEER_STATE", 1) + "\n", ErrEnded.Error(), Counts{Connections: 1, Messages: 1, States: 1}},
	} {
		var h heard
		client, err := listens(t, Options{URL: answers(t, c.say, true), Hear: h.hear})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: ended with %v, want %q", name, err, c.want)
		}
		got := client.Counts()
		got.Bytes = 0
		if got != c.n || int64(len(h.all())) != c.n.Updates+c.n.States {
			t.Errorf("%s: counted %+v, want %+v; heard %v", name, got, c.n, h.all())
		}
		if sum := got.Updates + got.States + got.EndOfRIB + got.Others + got.Errors + got.Bad + got.TooLong + got.Dropped; sum != got.Messages {
			t.Errorf("%s: %d of %d messages are accounted for", name, sum, got.Messages)
		}
	}
}

// A WebSocket that lies.
func TestLyingSockets(t *testing.T) {
	good := update(`"withdrawals":["10.0.0.0/8"]`)
	for name, c := range map[string]struct {
		serve func(ctx context.Context, conn *websocket.Conn)
		want  string
		n     Counts
	}{
		"hangs up": {func(context.Context, *websocket.Conn) {}, "EOF", Counts{Connections: 1}},
		"closes": {func(_ context.Context, conn *websocket.Conn) {
			_ = conn.Close(websocket.StatusPolicyViolation, "too slow")
		}, "too slow", Counts{Connections: 1}},
		"too long": {func(ctx context.Context, conn *websocket.Conn) {
			_ = conn.Write(ctx, websocket.MessageText, []byte(`{"a":"`+strings.Repeat("x", 3*maxLine)+`"}`))
			_ = conn.Write(ctx, websocket.MessageBinary, []byte(good))
			_ = conn.Close(websocket.StatusNormalClosure, "")
		}, ErrEnded.Error(), Counts{Connections: 1, Messages: 2, Updates: 1, TooLong: 1}},
		"as long as may be": {func(ctx context.Context, conn *websocket.Conn) {
			_ = conn.Write(ctx, websocket.MessageText, []byte(`{"a":"`+strings.Repeat("x", maxLine-8)+`"}`))
			_ = conn.Close(websocket.StatusNormalClosure, "")
		}, ErrEnded.Error(), Counts{Connections: 1, Messages: 1, Others: 1}},
		"empty": {func(ctx context.Context, conn *websocket.Conn) {
			_ = conn.Write(ctx, websocket.MessageText, nil)
			_ = conn.Close(websocket.StatusNormalClosure, "")
		}, ErrEnded.Error(), Counts{Connections: 1, Messages: 1, Bad: 1}},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			conn, err := websocket.Accept(w, r, nil)
			if err != nil {
				return
			}
			defer func() { _ = conn.CloseNow() }()
			if _, _, err := conn.Read(r.Context()); err == nil {
				c.serve(r.Context(), conn)
			}
		}))
		client, err := listens(t, Options{URL: socketOf(srv.URL)})
		srv.Close()
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: ended with %v, want %q", name, err, c.want)
		}
		got := client.Counts()
		got.Bytes = 0
		if got != c.n {
			t.Errorf("%s: counted %+v, want %+v", name, got, c.n)
		}
	}
	for name, say := range map[string]string{
		"a page":             "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
		"refused":            "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
		"another's key":      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: bm8=\r\n\r\n",
		"endless headers":    "HTTP/1.1 101 Switching Protocols\r\n" + strings.Repeat("X-More: and more\r\n", 1<<16),
		"nothing but noises": "\x00\x01\x02\r\n\r\n",
	} {
		if c, err := listens(t, Options{URL: "ws" + strings.TrimPrefix(answers(t, say, true), "http")}); err == nil || c.Counts().Connections != 0 {
			t.Errorf("%s: %v, %+v", name, err, c.Counts())
		}
	}
}

// A server that answers and is then mute does not hold the client when its time
// is over; nor does one that never answers.
func TestMuteServers(t *testing.T) {
	for name, say := range map[string]string{
		"after the headers": "HTTP/1.1 200 OK\r\n\r\n",
		"in a message":      "HTTP/1.1 200 OK\r\n\r\n" + update(`"path":[`)[:99],
		"in the headers":    "HTTP/1.1 200 OK\r\nX-",
		"from the start":    "",
	} {
		for _, scheme := range []string{"http", "ws"} {
			c, err := New(Options{URL: scheme + strings.TrimPrefix(answers(t, say, false), "http"), Hear: func(*feed.Routes) {}})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			if err := c.Run(ctx, &feed.Ear{}); err == nil {
				t.Errorf("%s, %s: it ended with nothing", name, scheme)
			}
			cancel()
		}
	}
}

// With feed.Keep: cut connections are taken up again, and all is heard as often as
// it was told; a silent one is said to be silent.
func TestKept(t *testing.T) {
	messages := random(100, 3)
	url := plays(t, messages, nil)
	for _, address := range []string{socketOf(url), streamOf(url)} {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		n := 0
		c, err := New(Options{URL: address, Hear: func(*feed.Routes) {
			if n++; n == 3*len(messages) {
				cancel()
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		if err := feed.Keep(ctx, c, feed.Keeper{Least: time.Millisecond, Most: 2 * time.Millisecond}); !errors.Is(err, context.Canceled) {
			t.Errorf("kept until %v", err)
		}
		if got := c.Counts(); got.Connections != 3 {
			t.Errorf("%d connections", got.Connections)
		}
	}
	states := make(chan feed.Status, 9)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c, err := New(Options{URL: answers(t, "HTTP/1.1 200 OK\r\n\r\n"+update(`"withdrawals":[]`)+"\n", false), Hear: func(*feed.Routes) {}})
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = feed.Keep(ctx, c, feed.Keeper{Quiet: 50 * time.Millisecond, Late: time.Minute, Tell: func(s feed.Status) { states <- s }})
	}()
	for _, want := range []feed.State{feed.Late, feed.Silent} {
		if got := <-states; got.State != want || got.Feed != "rislive" {
			t.Errorf("told %+v, want %s", got, want)
		}
	}
}

// While nobody takes what was heard, no more than the queue waits; the rest is
// dropped, and counted. The connection is read all the while.
func TestDropsAreCounted(t *testing.T) {
	messages := random(2000, 3)
	url := plays(t, messages, nil)
	hold, n := make(chan struct{}), 0
	c, err := New(Options{URL: streamOf(url), Queue: 64 << 10, Hear: func(*feed.Routes) {
		if n++; n == 1 {
			<-hold
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- c.Run(t.Context(), &feed.Ear{}) }()
	for c.Counts().Messages < int64(len(messages)) {
		select {
		case err := <-done:
			t.Fatal(err)
		case <-time.After(time.Millisecond):
		}
	}
	close(hold)
	if err := <-done; !errors.Is(err, ErrEnded) {
		t.Fatal(err)
	}
	got := c.Counts()
	if got.Dropped == 0 || got.Updates+got.Dropped != int64(len(messages)) || n != int(got.Updates) || got.Updates > 1000 {
		t.Errorf("heard %d, counted %+v", n, got)
	}
}

// The queue keeps order and bounds, and gives all that was put.
func TestQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(10)
		if !q.put([]byte("12345"), 0) || !q.put([]byte("67890"), 0) || q.put([]byte("x"), 0) || !q.put([]byte("y"), 1) {
			t.Error("the bound is not kept")
		}
		if !q.full() || q.wait(time.Second, nil) {
			t.Error("it is not full")
		}
		all, ends, ok := q.take()
		if !ok || string(all) != "1234567890y" || fmt.Sprint(ends) != "[5 10 11]" {
			t.Errorf("took %q, %v", all, ends)
		}
		if !q.wait(time.Second, nil) {
			t.Error("it is full")
		}
		go func() {
			time.Sleep(time.Second)
			q.put([]byte("late"), 0)
			time.Sleep(time.Second)
			q.put([]byte("last"), 0)
			q.close()
			q.put([]byte("never"), 0)
		}()
		for _, want := range []string{"late", "last"} {
			if all, _, ok := q.take(); !ok || string(all) != want {
				t.Errorf("took %q", all)
			}
		}
		if _, _, ok := q.take(); ok {
			t.Error("it is not closed")
		}
		q = newQueue(1)
		q.put([]byte("1"), 0)
		done := make(chan struct{})
		close(done)
		if q.wait(time.Hour, done) {
			t.Error("it waited for nobody")
		}
		q.stop()
		if _, _, ok := q.take(); ok || q.put([]byte("1"), 0) || q.full() {
			t.Error("it was not stopped")
		}
	})
}

// Beacons: blind when none has moved a while after it was due, not before, not for
// what was due before we looked, and seeing again with the next.
func TestCanary(t *testing.T) {
	midnight := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	c := canary{beacons: RISBeacons()}
	says := func(after time.Duration, prefix string) {
		m := from(updateOf(nlri(prefix), nil, nil))
		if strings.Contains(prefix, ":") {
			m = from(updateOf(nil, unreach6(prefix), nil))
		}
		m.At = midnight.Add(after).UnixNano()
		var d Decoder
		var r feed.Routes
		if _, err := d.Decode(encoded([]Message{m}, false)[0], &r); err != nil {
			t.Fatal(err)
		}
		c.hear(&r)
	}
	for i, step := range []struct {
		after time.Duration
		hears string
		blind bool
	}{
		{time.Hour, "", false},                              // it began to look
		{2 * time.Hour, "", false},                          // one is due
		{2*time.Hour + 14*time.Minute, "10.0.0.0/8", false}, // and has a while
		{2*time.Hour + 15*time.Minute, "10.0.0.0/8", true},  // but comes not
		{2*time.Hour + 20*time.Minute, "84.205.64.0/25", true},
		{2*time.Hour + 30*time.Minute, "84.205.65.0/24", false},
		{4*time.Hour + 10*time.Minute, "", false},
		{4*time.Hour + 16*time.Minute, "", true},
		{4*time.Hour + 17*time.Minute, "2001:7fb:fe01::/48", false},
		{6 * time.Hour, "2001:7fb:ee00::/48", false},
		{6*time.Hour + 20*time.Minute, "", false},
		{30 * time.Hour, "", true},
	} {
		if step.hears != "" {
			says(step.after, step.hears)
		}
		if why := c.look(midnight.Add(step.after)); (why != "") != step.blind {
			t.Errorf("step %d, after %v: %q", i, step.after, why)
		}
	}
	off := canary{}
	off.hear(&feed.Routes{})
	if off.look(midnight) != "" || off.look(midnight.Add(99*time.Hour)) != "" {
		t.Error("it looks though nobody asked")
	}
}

// The published beacons are what they are said to be.
func TestBeacons(t *testing.T) {
	b := RISBeacons()
	seen := map[netip.Prefix]bool{}
	for _, p := range b.Prefixes {
		inside := netip.MustParsePrefix("84.205.64.0/19").Overlaps(p) || netip.MustParsePrefix("93.175.144.0/20").Overlaps(p) || netip.MustParsePrefix("2001:7fb::/32").Overlaps(p)
		if p != p.Masked() || seen[p] || !inside {
			t.Errorf("%v", p)
		}
		seen[p] = true
	}
	if b.Every != 2*time.Hour || b.Grace >= b.Every || len(seen) < 30 {
		t.Errorf("%d beacons every %v", len(seen), b.Every)
	}
}

// A client that decodes knows of blindness, through the ear.
func TestClientIsBlind(t *testing.T) {
	url := plays(t, random(10, 1), nil)
	c, err := New(Options{URL: streamOf(url), Hear: func(*feed.Routes) {}, Beacons: Beacons{Every: time.Nanosecond, Prefixes: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}})
	if err != nil {
		t.Fatal(err)
	}
	states := make(chan feed.State, 9)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	go func() {
		_ = feed.Keep(ctx, c, feed.Keeper{Least: time.Millisecond, Tell: func(s feed.Status) { states <- s.State }})
	}()
	for s := range states {
		if s == feed.Blind {
			return
		}
	}
}

// BenchmarkLoopback times the whole way: a recording, the server, a real loopback
// connection, the client, its decoder. Server and client share the machine.
func BenchmarkLoopback(b *testing.B) {
	for _, way := range []string{"socket", "stream"} {
		b.Run(way, func(b *testing.B) {
			messages := random(200_000, 1)
			url := plays(b, messages, nil)
			address := socketOf(url)
			if way == "stream" {
				address = streamOf(url)
			}
			n := int64(0)
			for b.Loop() {
				c, err := listens(b, Options{URL: address, Hear: func(*feed.Routes) { n++ }, Queue: 1 << 30})
				if !errors.Is(err, ErrEnded) || c.Counts().Updates != int64(len(messages)) {
					b.Fatalf("%v, %+v", err, c.Counts())
				}
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "msg/s")
		})
	}
}
