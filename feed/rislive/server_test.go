package rislive

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
)

// patience bounds every wait of these tests; nothing waits that long unless it is
// broken.
const patience = 5 * time.Minute

// plays starts a server of these messages.
func plays(t testing.TB, messages []Message, change func(*Server)) string {
	t.Helper()
	s := &Server{
		Open:  func() (Playback, error) { return &recording{messages: messages}, nil },
		Hosts: []string{"rrc00.ripe.net", "rrc21.ripe.net"},
		Log:   slog.New(slog.DiscardHandler),
	}
	if change != nil {
		change(s)
	}
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(srv.Close)
	return srv.URL
}

// connected is a WebSocket client written against the manual, and not ours.
type connected struct {
	t    *testing.T
	ctx  context.Context
	conn *websocket.Conn
}

func connect(t *testing.T, url string) *connected {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	conn, resp, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(url, "http")+"/v1/ws/?client=test", nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body != nil {
		_ = resp.Body.Close()
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	conn.SetReadLimit(-1)
	return &connected{t, ctx, conn}
}

func (c *connected) say(text string) {
	c.t.Helper()
	if err := c.conn.Write(c.ctx, websocket.MessageText, []byte(text)); err != nil {
		c.t.Fatalf("say %s: %v", text, err)
	}
}

func (c *connected) hear() string {
	c.t.Helper()
	kind, text, err := c.conn.Read(c.ctx)
	if err != nil || kind != websocket.MessageText {
		c.t.Fatalf("hear: %v, %v", kind, err)
	}
	return string(text)
}

// rest gives all that comes until the connection is closed, and how it was.
func (c *connected) rest() (all []string, code websocket.StatusCode) {
	c.t.Helper()
	for {
		_, text, err := c.conn.Read(c.ctx)
		if err != nil {
			return all, websocket.CloseStatus(err)
		}
		all = append(all, string(text))
	}
}

func texts(messages []Message, raw bool) (all []string) {
	for _, b := range encoded(messages, raw) {
		all = append(all, string(b))
	}
	return all
}

// A client that asks for everything gets everything, in order, and a regular end.
func TestSocketPlaysAll(t *testing.T) {
	messages := random(500, 1)
	c := connect(t, plays(t, messages, nil))
	c.say(subscribe(`{}`))
	got, code := c.rest()
	if want := texts(messages, false); !slices.Equal(got, want) {
		t.Errorf("%d messages, want %d; the first is %.300s", len(got), len(want), got)
	}
	if code != websocket.StatusNormalClosure {
		t.Errorf("closed with %v", code)
	}
}

// The HTTP stream has the same, one message a line; each client hears it from the
// start.
func TestStreamPlaysAll(t *testing.T) {
	messages := random(500, 2)
	url := plays(t, messages, nil)
	for _, address := range []string{"/v1/stream/?format=json&client=test", "/v1/stream/?client=test", "/v1/stream"} {
		code, body := get(t, url+address, "")
		if want := strings.Join(texts(messages, false), "\n") + "\n"; code != http.StatusOK || body != want {
			t.Errorf("%s: %d, %d bytes, want %d", address, code, len(body), len(want))
		}
	}
	for filter, want := range map[string]int{
		`{"host":"rrc06"}`: len(slices.DeleteFunc(slices.Clone(messages), func(m Message) bool { return m.Host != "rrc06.ripe.net" })),
		`{"type":"OPEN"}`:  0,
		subscribe(`{"peer":"` + messages[0].Peer.String() + `"}`): len(slices.DeleteFunc(slices.Clone(messages), func(m Message) bool { return m.Peer != messages[0].Peer })),
	} {
		if code, body := get(t, url+"/v1/stream/?format=json", filter); code != http.StatusOK || strings.Count(body, "\n") != want {
			t.Errorf("%s: %d, %d lines, want %d", filter, code, strings.Count(body, "\n"), want)
		}
	}
}

func get(t *testing.T, url, filter string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if filter != "" {
		req.Header.Set("X-RIS-Subscribe", filter)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestStreamRefuses(t *testing.T) {
	url := plays(t, nil, nil)
	for _, c := range []struct{ address, filter, want string }{
		{"/v1/stream/?format=json", `{"peer":"me"}`, `{"type":"ris_error","data":{"message":"peer \"me\" is no address"}}` + "\n"},
		{"/v1/stream/?format=xml", "", "format: there is only json\n"},
	} {
		if code, body := get(t, url+c.address, c.filter); code != http.StatusBadRequest || body != c.want {
			t.Errorf("%s %s: %d %s", c.address, c.filter, code, body)
		}
	}
	if code, _ := get(t, url+"/v1/", ""); code != http.StatusNotFound {
		t.Errorf("another address: %d", code)
	}
	if code, _ := get(t, url+"/v1/ws/", ""); code != http.StatusUpgradeRequired {
		t.Errorf("a WebSocket that is asked for as a page: %d", code)
	}
}

// The server answers what the manual says that it answers, before anything is
// subscribed to, too.
func TestAnswers(t *testing.T) {
	c := connect(t, plays(t, random(3, 1), nil))
	for _, x := range []struct{ say, want string }{
		{`{"type":"ping","data":null}`, `{"type":"pong","data":null}`},
		{`{"type":"ping"}`, `{"type":"pong","data":null}`},
		{`{"type":"request_rrc_list","data":null}`, `{"type":"ris_rrc_list","data":["rrc00.ripe.net","rrc21.ripe.net"]}`},
		{`{"type":"shout"}`, `{"type":"ris_error","data":{"message":"no message has the type \"shout\""}}`},
		{`shout`, `{"type":"ris_error","data":{"message":"this is no message: want {\"type\":…,\"data\":…}"}}`},
		{subscribe(`{"path":"x"}`), `{"type":"ris_error","data":{"message":"path \"x\": want ASes and [sets] between commas, ^ before, $ behind, ! before all"}}`},
		{
			subscribe(`{"type":"OPEN","path":"812$","socketOptions":{"acknowledge":true}}`),
			`{"type":"ris_subscribe_ok","data":{"subscription":{"path":"812$","type":"OPEN"},"socketOptions":{"includeRaw":false,"acknowledge":true}}}`,
		},
	} {
		c.say(x.say)
		if got := c.hear(); got != x.want {
			t.Errorf("%s:\n got %s\nwant %s", x.say, got, x.want)
		}
	}
}

// Messages with their bytes, for a client that wants them; several subscriptions
// add up.
func TestRawAndUnion(t *testing.T) {
	messages := random(300, 4)
	gate := make(chan struct{})
	url := plays(t, messages, func(s *Server) {
		s.Open = func() (Playback, error) { <-gate; return &recording{messages: messages}, nil }
	})
	c := connect(t, url)
	c.say(subscribe(`{"host":"rrc00","socketOptions":{"includeRaw":true,"acknowledge":true}}`))
	c.hear()
	c.say(subscribe(`{"host":"rrc06.ripe.net"}`))
	c.hear() // acknowledged, too: the option stays
	close(gate)
	got, _ := c.rest()
	if want := texts(without21(messages), true); !sameIgnoringIDs(got, want) {
		t.Errorf("%d messages, want %d", len(got), len(want))
	}
}

func without21(messages []Message) []Message {
	return slices.DeleteFunc(slices.Clone(messages), func(m Message) bool { return m.Host == "rrc21.ripe.net" })
}

func sameIgnoringIDs(a, b []string) bool {
	cut := func(s string) string {
		head, rest, _ := strings.Cut(s, `"id":"`)
		_, rest, _ = strings.Cut(rest, `"`)
		return head + rest
	}
	return slices.EqualFunc(a, b, func(a, b string) bool { return cut(a) == cut(b) })
}

// What is unsubscribed is heard no more: one prefix of several, and a filter in
// the words with which it was asked for.
func TestUnsubscribe(t *testing.T) {
	c := (&Server{}).newListener(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	ask := func(text string) {
		t.Helper()
		r, err := parseRequest([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		c.write = func([]byte) error { return nil }
		if err := c.answer(r); err != nil {
			t.Fatal(err)
		}
	}
	heard := func(prefix string) bool {
		m := from(updateOf(nlri(prefix), nil, nil))
		var told told
		told.read(&m)
		_, ok := c.wants(&m, &told)
		return ok
	}
	ask(subscribe(`{"prefix":["10.0.0.0/8","11.0.0.0/8"]}`))
	ask(subscribe(`{"prefix":"12.0.0.0/8","path":"812$"}`))
	ask(subscribe(`{"type":"KEEPALIVE"}`))
	for _, step := range []struct {
		text     string
		ten, ele bool
		left     int
	}{
		{`{"prefix":"12.0.0.0/8"}`, true, true, 3},
		{`{"prefix":"10.0.0.0/8","moreSpecific":false}`, true, true, 3},
		{`{"prefix":"10.0.0.0/8"}`, false, true, 3},
		{`{"prefix":"10.0.0.0/8"}`, false, true, 3},
		{`{}`, false, true, 3},
		{`{"prefix":["12.0.0.0/8","11.0.0.0/8"]}`, false, false, 2},
		{`{"prefix":"12.0.0.0/8","path":"812$"}`, false, false, 1},
		{`{"type":"KEEPALIVE"}`, false, false, 0},
	} {
		ask(strings.Replace(subscribe(step.text), "ris_subscribe", "ris_unsubscribe", 1))
		if heard("10.0.0.0/8") != step.ten || heard("11.0.0.0/8") != step.ele || len(c.filters) != step.left {
			t.Errorf("after %s: %v, %v, %d subscriptions", step.text, heard("10.0.0.0/8"), heard("11.0.0.0/8"), len(c.filters))
		}
	}
}

// One client can't have subscriptions without end.
func TestSubscriptionsAreBounded(t *testing.T) {
	c := (&Server{}).newListener(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	for i := range maxFilters + 1 {
		if err := c.subscribe(request{}); (err != nil) != (i == maxFilters) {
			t.Fatalf("subscription %d: %v", i, err)
		}
	}
	c.filters = nil
	many := request{filter: Filter{Prefix: make([]netip.Prefix, maxPrefixes)}}
	for i := range many.filter.Prefix {
		many.filter.Prefix[i] = netip.MustParsePrefix("10.0.0.0/8")
	}
	if err := c.subscribe(many); err != nil {
		t.Fatal(err)
	}
	many.filter.Prefix = many.filter.Prefix[:1]
	if err := c.subscribe(many); err == nil {
		t.Error("one prefix too many was taken")
	}
}

// A client that can't keep up with a stream that has a clock gets a last error and
// is closed, after what was already on its way. Here nobody takes anything.
func TestTooSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, speed := range []float64{1, 0} {
			messages := random(20_000, 6)
			s := &Server{Open: func() (Playback, error) { return &recording{messages: messages}, nil }, Speed: speed}
			c := s.newListener(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
			c.write = func(text []byte) error {
				if !c.out.put(text, clientReserve) {
					return errTooSlow
				}
				return nil
			}
			if err := c.subscribe(request{}); err != nil {
				t.Fatal(err)
			}
			c.begin()
			start := time.Now()
			if err := c.play(t.Context()); !errors.Is(err, errTooSlow) {
				t.Errorf("speed %v: it ended with %v", speed, err)
			}
			c.out.close()
			all, ends, _ := c.out.take()
			if last := string(all[ends[len(ends)-2]:]); last != `{"type":"ris_error","data":{"message":"`+errTooSlow.Error()+`"}}` {
				t.Errorf("speed %v: the last word is %.200s", speed, last)
			}
			if len(all) < clientQueue || len(all) > clientQueue+clientReserve {
				t.Errorf("speed %v: %d bytes waited", speed, len(all))
			}
			// Without a clock it is given time; with one, the stream waits for nobody.
			if took := time.Since(start); speed == 0 && took != stall {
				t.Errorf("it was given %v", took)
			}
		}
	})
}

// Messages come when they are due: at speed 2 in half the time, and with today's
// times if that was asked for.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		p := pace{speed: 2, today: true}
		for i, gap := range []time.Duration{0, 4 * time.Second, 4 * time.Second, 3 * time.Second, 10 * time.Second} {
			m := Message{At: noon + int64(gap)}
			if err := p.wait(t.Context(), &m); err != nil {
				t.Fatal(err)
			}
			want := []time.Duration{0, 2 * time.Second, 2 * time.Second, 2 * time.Second, 5 * time.Second}[i]
			if took := time.Since(start); took != want {
				t.Errorf("message %d came after %v, want %v", i, took, want)
			}
			if at := time.Unix(0, m.At).Sub(start); at != gap/2 {
				t.Errorf("message %d says %v, want %v", i, at, gap/2)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := p.wait(ctx, &Message{At: noon + int64(time.Hour)}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it waited on: %v", err)
		}
		p = pace{}
		for range 3 {
			if m := (Message{At: noon}); p.wait(t.Context(), &m) != nil || m.At != noon {
				t.Error("without a clock nothing is moved")
			}
		}
	})
}

// A recording that breaks off ends the stream; one that can't be opened is told of.
func TestBrokenRecordings(t *testing.T) {
	url := plays(t, nil, func(s *Server) { s.Open = func() (Playback, error) { return nil, io.ErrUnexpectedEOF } })
	if _, body := get(t, url+"/v1/stream/", ""); !strings.Contains(body, "the recording can't be opened") {
		t.Errorf("%s", body)
	}
	r := &recording{messages: random(3, 1)}
	url = plays(t, nil, func(s *Server) { s.Open = func() (Playback, error) { return breaks{r}, nil } })
	if _, body := get(t, url+"/v1/stream/", ""); strings.Count(body, "\n") != 3 || r.closed != 1 {
		t.Errorf("closed %d times: %s", r.closed, body)
	}
}

// breaks is a recording that has no end, but a fault.
type breaks struct{ *recording }

func (b breaks) Next(m *Message) error {
	if err := b.recording.Next(m); err != nil {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// A client that goes frees what was its own, on either way.
func TestClientGoes(t *testing.T) {
	gone := make(chan struct{}, 2)
	url := plays(t, nil, func(s *Server) {
		s.Speed = 1
		s.Open = func() (Playback, error) { return endless{gone, &recording{messages: random(10, 1)}}, nil }
	})
	c := connect(t, url)
	c.say(subscribe(`{}`))
	c.hear()
	_ = c.conn.CloseNow()
	<-gone

	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/v1/stream/", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(resp.Body).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	cancel()
	_ = resp.Body.Close()
	<-gone
}

// endless is a recording whose last message is an hour away, for ever.
type endless struct {
	gone chan struct{}
	*recording
}

func (e endless) Next(m *Message) error {
	if e.recording.Next(m) != nil {
		*m = e.messages[0]
		m.At += int64(time.Hour)
	}
	return nil
}

func (e endless) Close() error { e.gone <- struct{}{}; return nil }

// A client that says too much at once is closed; the server goes on.
func TestTooLongRequest(t *testing.T) {
	url := plays(t, random(1, 1), nil)
	c := connect(t, url)
	c.say(`{"type":"ping","data":"` + strings.Repeat("x", maxRequest) + `"}`)
	if got, code := c.rest(); code != websocket.StatusMessageTooBig {
		t.Errorf("%v, closed with %v", got, code)
	}
	if code, _ := get(t, url+"/v1/stream/", ""); code != http.StatusOK {
		t.Errorf("then: %d", code)
	}
}

func TestEveryLineIsJSON(t *testing.T) {
	_, body := get(t, plays(t, random(200, 8), nil)+"/v1/stream/", `{"socketOptions":{"includeRaw":true}}`)
	for line := range strings.Lines(body) {
		if !json.Valid([]byte(line)) || !strings.Contains(line, `"raw":"FFFF`) {
			t.Fatalf("%s", line)
		}
	}
}
