package app

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tocsin/feed/mrt"
)

// A capture made by hand: an announcement and a withdrawal of 192.0.2.0/24 and of
// 2001:db8::/32 by AS64500, and the end of its session.
func smallCapture() []byte {
	record := func(sub uint16, body ...byte) []byte {
		h := binary.BigEndian.AppendUint32(nil, 1657269900)
		h = binary.BigEndian.AppendUint16(h, 16)
		h = binary.BigEndian.AppendUint16(h, sub)
		h = binary.BigEndian.AppendUint32(h, uint32(len(body)))
		return append(h, body...)
	}
	peer := []byte{0, 0, 0xfb, 0xf4, 0, 0, 0xfb, 0xf5, 0, 0, 0, 1, 198, 51, 100, 1, 198, 51, 100, 2}
	message := func(withdrawn, attrs, announced string) []byte {
		b := append(bytes.Clone(peer), bytes.Repeat([]byte{0xff}, 16)...)
		b = binary.BigEndian.AppendUint16(b, uint16(23+len(withdrawn)+len(attrs)+len(announced)))
		b = append(b, 2)
		b = binary.BigEndian.AppendUint16(b, uint16(len(withdrawn)))
		b = append(b, withdrawn...)
		b = binary.BigEndian.AppendUint16(b, uint16(len(attrs)))
		return record(4, append(append(b, attrs...), announced...)...)
	}
	const path = "\x40\x01\x01\x00\x40\x02\x0a\x02\x02\x00\x00\xfb\xf4\x00\x00\x03\x2c" + "\x40\x03\x04\xc6\x33\x64\x01"
	const hop6 = "\x20\x01\x0d\xb8\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"
	return bytes.Join([][]byte{
		message("", path, "\x18\xc0\x00\x02"),
		message("", path+"\x80\x0e\x1a\x00\x02\x01\x10"+hop6+"\x00\x20\x20\x01\x0d\xb8", ""),
		message("\x18\xc0\x00\x02", "\x80\x0f\x08\x00\x02\x01\x20\x20\x01\x0d\xb8", ""),
		record(5, append(bytes.Clone(peer), 0, 6, 0, 1)...),
	}, nil)
}

func zip(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// captured writes the capture as RIS would name it.
func captured(t *testing.T, b []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "rrc04", "2022.07", "updates.20220708.0845.gz")
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func scanOf(t *testing.T, o ScanOptions) string {
	t.Helper()
	var out bytes.Buffer
	if err := Scan(t.Context(), &out, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

const smallText = `BGP4MP|1657269900|A|198.51.100.1|64500|192.0.2.0/24|64500 812|IGP|198.51.100.1|0|0||NAG||
BGP4MP|1657269900|A|198.51.100.1|64500|2001:db8::/32|64500 812|IGP|2001:db8:ffff::1|0|0||NAG||
BGP4MP|1657269900|W|198.51.100.1|64500|192.0.2.0/24
BGP4MP|1657269900|W|198.51.100.1|64500|2001:db8::/32
BGP4MP|1657269900|STATE|198.51.100.1|64500|6|1
`

func TestScanAsText(t *testing.T) {
	name := captured(t, zip(t, smallCapture()))
	for what, o := range map[string]ScanOptions{
		"a file":         {Files: []string{name}},
		"a directory":    {Files: []string{filepath.Dir(filepath.Dir(name))}},
		"standard input": {Files: []string{"-"}, In: bytes.NewReader(smallCapture())},
	} {
		o.Format = "bgpdump"
		if got := scanOf(t, o); got != smallText {
			t.Errorf("%s:\n%s", what, got)
		}
	}
	if got := scanOf(t, ScanOptions{Files: []string{name, name}, Format: "bgpdump"}); got != smallText+smallText {
		t.Errorf("twice:\n%s", got)
	}
}

func TestScanFromAnAddress(t *testing.T) {
	packed := zip(t, smallCapture())
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/rrc04/2022.07/updates.20220708.0845.gz" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(packed)
	}))
	defer s.Close()
	o := ScanOptions{Files: []string{s.URL + "/rrc04/2022.07/updates.20220708.0845.gz"}, Client: s.Client(), Format: "json"}
	if got := scanOf(t, o); strings.Count(got, `"collector":"rrc04"`) != 4 {
		t.Errorf("got %s", got)
	}
	o.Files = []string{s.URL + "/nowhere"}
	err := Scan(t.Context(), &bytes.Buffer{}, o)
	failed(t, err, "nowhere")
	if f, ok := errors.AsType[*Failure](err); !ok || !strings.Contains(f.Cure, "address") {
		t.Errorf("the cure of %v says nothing of its address", err)
	}
}

func TestScanAsJSON(t *testing.T) {
	got := scanOf(t, ScanOptions{Files: []string{captured(t, zip(t, smallCapture()))}, Format: "json"})
	var lines []map[string]any
	for line := range strings.Lines(got) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		lines = append(lines, m)
	}
	if len(lines) != 4 || lines[0]["origin"] != 812.0 || lines[0]["collector"] != "rrc04" || lines[3]["state"] != "down" {
		t.Errorf("got %s", got)
	}
	if want := `"announced":["2001:db8::/32"]}`; !strings.Contains(got, want) {
		t.Errorf("no %s in %s", want, got)
	}
	if want := `"withdrawn":["192.0.2.0/24","2001:db8::/32"]}`; !strings.Contains(got, want) {
		t.Errorf("no %s in %s", want, got)
	}
}

func TestScanSummary(t *testing.T) {
	got := strings.Join(strings.Fields(scanOf(t, ScanOptions{Files: []string{captured(t, zip(t, smallCapture()))}, Format: "summary"})), " ")
	for _, want := range []string{
		"from 2022-07-08T08:45:00Z", "records 4", "peers 1", "announced 2", "withdrawn 2", "prefixes 1 IPv4, 1 IPv6", "origins 1", "changes of sessions 1",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	if strings.Contains(got, "broken") {
		t.Errorf("broken: %s", got)
	}
}

// The filters let the same through whatever the format.
func TestScanFilters(t *testing.T) {
	name := captured(t, zip(t, smallCapture()))
	for what, c := range map[string]struct {
		filter         mrt.Filter
		routes, events int // lines of text, of JSON
	}{
		"AS":              {mrt.Filter{AS: 812}, 2, 2},
		"another AS":      {mrt.Filter{AS: 813}, 0, 0},
		"prefix":          {mrt.Filter{Prefix: netip.MustParsePrefix("192.0.0.0/16")}, 2, 2},
		"smaller prefix":  {mrt.Filter{Prefix: netip.MustParsePrefix("192.0.2.0/25")}, 0, 0},
		"peer":            {mrt.Filter{Peer: netip.MustParseAddr("198.51.100.1")}, 5, 4},
		"another peer":    {mrt.Filter{Peer: netip.MustParseAddr("198.51.100.9")}, 0, 0},
		"peers of an AS":  {mrt.Filter{PeerAS: 64500}, 5, 4},
		"prefix and AS":   {mrt.Filter{AS: 812, Prefix: netip.MustParsePrefix("2001::/16")}, 1, 1},
		"everything":      {mrt.Filter{}, 5, 4},
		"IPv6, all of it": {mrt.Filter{Prefix: netip.MustParsePrefix("::/0")}, 2, 2},
	} {
		text := scanOf(t, ScanOptions{Files: []string{name}, Format: "bgpdump", Filter: c.filter})
		lines := scanOf(t, ScanOptions{Files: []string{name}, Format: "json", Filter: c.filter})
		if n, m := strings.Count(text, "\n"), strings.Count(lines, "\n"); n != c.routes || m != c.events {
			t.Errorf("%s: %d lines of text and %d of JSON, want %d and %d", what, n, m, c.routes, c.events)
		}
	}
}

func failed(t *testing.T, err error, says string) {
	t.Helper()
	if Code(err) != ExitInput || !strings.Contains(err.Error(), says) {
		t.Errorf("code %d, %v; want %q", Code(err), err, says)
	}
}

// What is broken is named by file, record and byte; what stands around it is read.
func TestScanOfSomethingBroken(t *testing.T) {
	capture := smallCapture()
	hurt := bytes.Join([][]byte{capture, bytes.Repeat([]byte{0xee}, 33), capture}, nil)
	name := captured(t, zip(t, hurt))
	var out bytes.Buffer
	err := Scan(t.Context(), &out, ScanOptions{Files: []string{name}, Format: "bgpdump"})
	failed(t, err, "record 4 at byte "+strconv.Itoa(len(capture)))
	if !strings.Contains(err.Error(), name) || out.String() != smallText+smallText {
		t.Errorf("%v:\n%s", err, out.String())
	}
	b, ok := errors.AsType[*mrt.Broken](err)
	if !ok || b.Offset != int64(len(capture)) {
		t.Errorf("%v at %d", err, len(capture))
	}
	packed := zip(t, bytes.Repeat(capture, 50))
	failed(t, Scan(t.Context(), &out, ScanOptions{Files: []string{captured(t, packed[:len(packed)/2])}, Format: "summary"}), "unexpected EOF")
	failed(t, Scan(t.Context(), &out, ScanOptions{Files: []string{captured(t, []byte("no capture at all"))}, Format: "json"}), "record 0")
}

func TestScanRefuses(t *testing.T) {
	name := captured(t, zip(t, smallCapture()))
	if err := Scan(t.Context(), &bytes.Buffer{}, ScanOptions{Files: []string{name}, Format: "xml"}); Code(err) != ExitUsage {
		t.Errorf("a format that isn't there: %v", err)
	}
	failed(t, Scan(t.Context(), &bytes.Buffer{}, ScanOptions{Files: []string{name + ".gone"}, Format: "json"}), ".gone")
	failed(t, Scan(t.Context(), &bytes.Buffer{}, ScanOptions{Files: []string{t.TempDir()}, Format: "json"}), "no file of an archive")
	failed(t, Scan(t.Context(), noRoom{}, ScanOptions{Files: []string{name}, Format: "bgpdump"}), "write the output")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	failed(t, Scan(ctx, &bytes.Buffer{}, ScanOptions{Files: []string{name}, Format: "json"}), "stopped")
}

// noRoom takes nothing.
type noRoom struct{}

func (noRoom) Write([]byte) (int, error) { return 0, errors.New("no room") }

func TestScanTellsItsProgress(t *testing.T) {
	last := 0.0
	o := ScanOptions{Files: []string{captured(t, zip(t, smallCapture()))}, Format: "bgpdump", Progress: func(done float64) {
		if done < last || done > 1 {
			t.Errorf("%v after %v", done, last)
		}
		last = done
	}}
	scanOf(t, o)
	if last != 1 {
		t.Errorf("it ended at %v", last)
	}
}
