package rislive

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Each client reads the recording for itself: there is an end to how many.
func TestServerIsBounded(t *testing.T) {
	t.Parallel()
	url := plays(t, nil, func(s *Server) { s.clients.Store(maxClients) })
	for _, path := range []string{"/v1/stream/?format=json", "/v1/stream", "/v1/ws/", "/v1/ws"} {
		resp, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		says, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" || !strings.Contains(string(says), "256 clients") {
			t.Errorf("%s: %v, %s, %q", path, err, resp.Status, says)
		}
	}
	free := plays(t, nil, func(s *Server) { s.clients.Store(maxClients - 1) })
	for range 3 { // whoever has gone makes room
		resp, err := http.Get(free + "/v1/stream/")
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%v, %v", resp, err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
}

// A client that doesn't speak the protocol is not told that the recording is over.
func TestFarewellOfAClientThatCantSpeak(t *testing.T) {
	t.Parallel()
	url := plays(t, nil, nil)
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	const hello = "GET /v1/ws/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
	if _, err := io.WriteString(conn, hello+"\x81\x05hello"); err != nil { // not masked
		t.Fatal(err)
	}
	in := bufio.NewReader(conn)
	for line := ""; line != "\r\n"; {
		if line, err = in.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	var frame [4]byte
	if _, err := io.ReadFull(in, frame[:]); err != nil {
		t.Fatal(err)
	}
	if code := binary.BigEndian.Uint16(frame[2:]); frame[0] != 0x88 || code != 1002 {
		t.Errorf("frame %x, code %d; want a close with 1002", frame[0], code)
	}
}
