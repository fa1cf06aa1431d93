package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/app"
)

// A keepalive of AS65001, as an MRT file.
const keepalive = "\x00\x00\x00\x64\x00\x10\x00\x04\x00\x00\x00\x27" +
	"\x00\x00\xfd\xe9\x00\x00\x31\x6e\x00\x00\x00\x01\xc0\x00\x02\x01\x00\x00\x00\x00" +
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x13\x04"

// overheard keeps what a program says while it runs.
type overheard struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *overheard) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *overheard) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// The command plays a file to who asks at the address that it tells, and ends with
// its signal.
func TestBGPServeCommand(t *testing.T) {
	file := filepath.Join(t.TempDir(), "updates")
	if err := os.WriteFile(file, []byte(keepalive), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var errs overheard
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"bgp", "serve", file, "--listen", "127.0.0.1:0", "--speed", "0", "--host", "lab"}, &bytes.Buffer{}, &errs)
	}()
	var url string
	for url == "" {
		select {
		case code := <-done:
			t.Fatalf("it ended with %d: %s", code, errs.String())
		case <-time.After(5 * time.Millisecond):
			if m := regexp.MustCompile(`stream="(http[^"]+)"`).FindStringSubmatch(errs.String()); m != nil {
				url = m[1]
			}
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	var body bytes.Buffer
	if _, err := body.ReadFrom(resp.Body); err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if want := `{"type":"ris_message","data":{"timestamp":100.000,"peer":"192.0.2.1","peer_asn":"65001","id":"192.0.2.1-0000000186a00000","host":"lab","type":"KEEPALIVE"}}` + "\n"; body.String() != want {
		t.Errorf("played %s\nwant %s", body.String(), want)
	}
	cancel()
	if code := <-done; code != app.ExitDone {
		t.Errorf("ended with %d: %s", code, errs.String())
	}
}

func TestBGPServeWrongUse(t *testing.T) {
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"", app.ExitUsage, "at least one file"},
		{"nowhere", app.ExitInput, "nowhere"},
		{"x --speed -1", app.ExitUsage, "not a speed"},
		{"x --speed NaN", app.ExitUsage, "not a speed"},
		{"x --loud", app.ExitUsage, "loud"},
	} {
		r := tocsin(t, append([]string{"bgp", "serve"}, strings.Fields(c.args)...)...)
		if r.code != c.code || !strings.Contains(r.errs, c.want) || !strings.Contains(r.errs, "→") {
			t.Errorf("%q: exit code %d: %s", c.args, r.code, r.errs)
		}
	}
	text := done(t, "bgp", "serve", "--help")
	for _, flag := range []string{"listen HOST:PORT", "speed TIMES", "host NAME", "today"} {
		if !strings.Contains(text, "--"+flag) {
			t.Errorf("--help does not tell of --%s:\n%s", flag, text)
		}
	}
}
