package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/feed"
	"tocsin/feed/mrt"
	"tocsin/feed/rislive"
)

// servesBGP runs BGPServe until the test ends, and gives where it listens.
func servesBGP(t testing.TB, o BGPServeOptions) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	listening, done := make(chan string, 1), make(chan error, 1)
	o.Listen, o.Log, o.Listening = "127.0.0.1:0", quiet(), func(addr string) { listening <- addr }
	if o.Host == "" {
		o.Host = "rrc00.ripe.net"
	}
	go func() { done <- BGPServe(ctx, o) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("bgp serve ended with %v", err)
		}
	})
	select {
	case addr := <-listening:
		return addr
	case err := <-done:
		done <- nil
		t.Fatalf("it ended before it listened: %v", err)
		panic("unreachable")
	}
}

// streamLines reads the HTTP stream to its end.
func streamLines(t testing.TB, addr, filter string) []string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/v1/stream/?format=json&client=test", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-RIS-Subscribe", filter)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var all []string
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		all = append(all, lines.Text())
	}
	if lines.Err() != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s after %d lines: %v", resp.Status, len(all), lines.Err())
	}
	return all
}

// said gives routes in a form that can be compared. Prefixes are in order, since
// the stream tells what is announced under one next hop together.
func said(r *feed.Routes) string {
	show4 := func(list []feed.V4) (s []string) {
		for _, p := range list {
			s = append(s, p.Prefix().String())
		}
		return s
	}
	show6 := func(list []feed.V6) (s []string) {
		for _, p := range list {
			s = append(s, p.Prefix().String())
		}
		return s
	}
	announced := slices.Concat(show4(r.Announced4), show6(r.Announced6))
	withdrawn := slices.Concat(show4(r.Withdrawn4), show6(r.Withdrawn6))
	return fmt.Sprint(r.At/1e6, " ", r.Peer.Addr, " ", r.Peer.AS, " ", r.State, " ", r.Path, " ", r.Origin, " +", announced, " -", withdrawn)
}

// mrtRecord writes one MRT record.
func mrtRecord(seconds uint32, kind, sub uint16, parts ...[]byte) []byte {
	body := slices.Concat(parts...)
	b := binary.BigEndian.AppendUint32(nil, seconds)
	b = binary.BigEndian.AppendUint16(b, kind)
	b = binary.BigEndian.AppendUint16(b, sub)
	b = binary.BigEndian.AppendUint32(b, uint32(len(body)))
	return append(b, body...)
}

// mrtPeer writes the head of a BGP4MP record with AS numbers of four bytes.
func mrtPeer(addr string, as uint32) []byte {
	a := netip.MustParseAddr(addr)
	b := binary.BigEndian.AppendUint32(nil, as)
	b = append(b, 0, 0, 0x31, 0x6e, 0, 0, 0, 1)
	if a.Is6() {
		b[11] = 2
	}
	return slices.Concat(b, a.AsSlice(), make([]byte, len(a.AsSlice())))
}

// bgpMessage writes a BGP message with its header.
func bgpMessage(kind byte, parts ...[]byte) []byte {
	body := slices.Concat(parts...)
	b := slices.Repeat([]byte{0xff}, 16)
	b = binary.BigEndian.AppendUint16(b, uint16(19+len(body)))
	return slices.Concat(b, []byte{kind}, body)
}

func capturedFile(t testing.TB, name string, records ...[]byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, slices.Concat(records...), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	mrtMessage4 = 4
	mrtState4   = 5
)

var (
	withdraws10  = bgpMessage(2, []byte{0, 2, 8, 10, 0, 0})
	announces20  = bgpMessage(2, []byte{0, 0, 0, 20, 0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0, 7, 0x40, 3, 4, 1, 2, 3, 4, 8, 20})
	keepsAlive   = bgpMessage(4)
	attrsOfTable = []byte{0x40, 1, 1, 0, 0x40, 2, 10, 2, 2, 0, 0, 0, 7, 0, 0, 0, 9}
)

// What each kind of record becomes, of two collectors in order of time.
func TestBGPServe(t *testing.T) {
	dir := t.TempDir()
	first := filepath.Join(dir, "rrc06", "2022.07", "updates.20220708.0845.gz")
	if err := os.MkdirAll(filepath.Dir(first), 0o700); err != nil {
		t.Fatal(err)
	}
	body := slices.Concat(
		mrtRecord(100, 16, mrtMessage4, mrtPeer("192.0.2.1", 65001), withdraws10),
		mrtRecord(102, 16, mrtMessage4, mrtPeer("192.0.2.1", 65001), keepsAlive),
		mrtRecord(103, 16, mrtState4, mrtPeer("192.0.2.1", 65001), []byte{0, 6, 0, 1}),
		mrtRecord(103, 16, mrtState4, mrtPeer("192.0.2.1", 65001), []byte{0, 1, 0, 2}), // down, still: not told
		mrtRecord(105, 16, mrtState4, mrtPeer("192.0.2.1", 65001), []byte{0, 5, 0, 6}),
		mrtRecord(105, 16, 7, mrtPeer("192.0.2.1", 65001), announces20), // what the collector said itself
		mrtRecord(105, 48, 0, []byte("OSPF")),
	)
	if err := os.WriteFile(first, body, 0o600); err != nil {
		t.Fatal(err)
	}
	second := capturedFile(t, "mine",
		mrtRecord(101, 17, mrtMessage4, []byte{0, 3, 0xd0, 0x90}, mrtPeer("2001:db8::1", 65002), announces20), // 0.25 s
		mrtRecord(104, 16, 1, []byte{0xfd, 0xea, 0x31, 0x6e, 0, 0, 0, 1, 192, 0, 2, 2, 0, 0, 0, 0}, withdraws10, []byte("padding")),
	)
	addr := servesBGP(t, BGPServeOptions{Files: []string{second, first}, Host: "lab"})
	var got []string
	for _, line := range streamLines(t, addr, `{}`) {
		var m struct {
			Data struct {
				Timestamp      json.Number
				Peer, Host     string
				Type, State    string
				PeerASN        string `json:"peer_asn"`
				Path           []int
				Withdrawals    []string
				Announcements  []any
				SomethingElse_ any
			}
		}
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		d := m.Data
		got = append(got, fmt.Sprint(d.Timestamp, " ", d.Host, " ", d.Peer, " ", d.PeerASN, " ", d.Type, " ", d.State, d.Path, d.Announcements, d.Withdrawals))
	}
	want := []string{
		"100.000 rrc06.ripe.net 192.0.2.1 65001 UPDATE [] [] [10.0.0.0/8]",
		"101.250 lab 2001:db8::1 65002 UPDATE [7] [map[next_hop:1.2.3.4 prefixes:[20.0.0.0/8]]] []",
		"102.000 rrc06.ripe.net 192.0.2.1 65001 KEEPALIVE [] [] []",
		"103.000 rrc06.ripe.net 192.0.2.1 65001 RIS_PEER_STATE down[] [] []",
		"104.000 lab 192.0.2.2 65002 UPDATE [] [] [10.0.0.0/8]",
		"105.000 rrc06.ripe.net 192.0.2.1 65001 RIS_PEER_STATE connected[] [] []",
	}
	if !slices.Equal(got, want) {
		t.Errorf("played:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got := streamLines(t, addr, `{"type":"KEEPALIVE"}`); len(got) != 1 {
		t.Errorf("of keepalives: %q", got)
	}
}

// Entries of tables are played as what their peers may have said.
func TestBGPServeTables(t *testing.T) {
	index := slices.Concat([]byte{1, 2, 3, 4, 0, 1, 'v', 0, 2},
		[]byte{2, 9, 9, 9, 9, 192, 0, 2, 1, 0, 0, 0xfd, 0xe9},
		[]byte{1, 9, 9, 9, 9}, netip.MustParseAddr("2001:db8::1").AsSlice(), []byte{0xfd, 0xea})
	hop := netip.MustParseAddr("2001:db8::2").AsSlice()
	entry := func(peer byte, path []byte, attrs ...[]byte) []byte {
		a := slices.Concat(attrs...)
		return slices.Concat([]byte{0, peer, 0, 0, 0, 1}, path, binary.BigEndian.AppendUint16(nil, uint16(len(a))), a)
	}
	short := slices.Concat([]byte{0x80, 14, 17, 16}, hop)
	full := slices.Concat([]byte{0x80, 14, 21, 0, 2, 1, 16}, hop, []byte{0})
	long := slices.Concat([]byte{0x90, 14, 0, 17, 16}, hop)
	old := slices.Concat([]byte{0, 1, 0, 1, 30, 0, 0, 0, 8, 1, 0, 0, 0, 1, 192, 0, 2, 9, 0xfd, 0xeb, 0, 17},
		[]byte{0x40, 1, 1, 0, 0x40, 2, 6, 2, 2, 0, 7, 0, 9, 0x80, 4, 1, 0})
	path := capturedFile(t, "table",
		mrtRecord(200, 13, 1, index),
		mrtRecord(200, 13, 2, []byte{0, 0, 0, 1, 8, 20, 0, 3}, entry(0, nil, attrsOfTable), entry(9, nil, attrsOfTable), entry(1, nil, attrsOfTable)),
		mrtRecord(200, 13, 4, []byte{0, 0, 0, 2, 16, 0x20, 1, 0, 3}, entry(0, nil, attrsOfTable, short), entry(0, nil, full, attrsOfTable), entry(1, nil, long, attrsOfTable)),
		mrtRecord(200, 13, 8, []byte{0, 0, 0, 3, 8, 21, 0, 1}, entry(0, []byte{0, 0, 0, 5}, attrsOfTable)),
		mrtRecord(200, 13, 2, []byte{0, 0, 0, 4, 8, 22, 0, 9}, entry(0, nil, attrsOfTable)), // eight are missing
		mrtRecord(200, 13, 2, []byte{0, 0, 0, 4, 8, 23, 0, 1}, entry(0, nil, attrsOfTable, []byte{0x40, 3, 9})),
		mrtRecord(200, 13, 2, nil),
		mrtRecord(200, 13, 6, []byte{1, 2, 3}),
		mrtRecord(200, 12, 1, old),
		mrtRecord(200, 12, 1, old[:12]),
	)
	var d rislive.Decoder
	var r feed.Routes
	var got []string
	for _, line := range streamLines(t, servesBGP(t, BGPServeOptions{Files: []string{path}}), "") {
		if kind, err := d.Decode([]byte(line), &r); err != nil || kind != rislive.Update {
			t.Fatalf("%s: %v, %v", line, kind, err)
		}
		got = append(got, said(&r))
	}
	want := []string{
		"200000 192.0.2.1 65001 0 [7 9] 9 +[20.0.0.0/8] -[]",
		"200000 2001:db8::1 65002 0 [7 9] 9 +[20.0.0.0/8] -[]",
		"200000 192.0.2.1 65001 0 [7 9] 9 +[2001::/16] -[]",
		"200000 192.0.2.1 65001 0 [7 9] 9 +[2001::/16] -[]",
		"200000 2001:db8::1 65002 0 [7 9] 9 +[2001::/16] -[]",
		"200000 192.0.2.1 65001 0 [7 9] 9 +[21.0.0.0/8] -[]",
		"200000 192.0.2.1 65001 0 [7 9] 9 +[22.0.0.0/8] -[]",
		"200000 192.0.2.9 65003 0 [7 9] 9 +[30.0.0.0/8] -[]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("played:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Real captures, played and heard again, are what package mrt reads in them.
func TestBGPServeAgainstMRT(t *testing.T) {
	const captures = "../../shared/data/mrt"
	if _, err := os.Stat(captures); err != nil {
		if os.Getenv("TOCSIN_REQUIRE") == "all" {
			t.Fatalf("TOCSIN_REQUIRE=all, and %v", err)
		}
		t.Skipf("not looked at: %v", err)
	}
	for _, name := range []string{
		"bgpdump/updates.20020722.2238.gz", "bgpdump/updates.20160811.1600.gz", "bgpdump/updates.20071015.1505.gz",
		"bgpdump/bview.ipv4_unicast_add_path.gz", "bgpdump/bview.ipv6_unicast_add_path.gz",
		"libbgpstream/ris.rrc06.updates.1427846400.gz", "libbgpstream/routeviews.route-views.jinx.updates.1427846400.bz2",
		"mrtparse/openbgpd_rib_table-v2", "mrtparse/bird6-mrtdump_rib", "mrtparse/bird_bgp", "mrtparse/quagga_rib",
	} {
		path := filepath.Join(captures, name)
		want := map[string]int{}
		r, err := mrt.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		var routes feed.Routes
		for n := 0; n < 200_000; {
			err := r.Next(&routes)
			if errors.Is(err, io.EOF) {
				break
			}
			if _, broken := errors.AsType[*mrt.Broken](err); err != nil && !broken {
				t.Fatal(err)
			}
			if err == nil && routes.State == feed.SessionSame && len(routes.Announced4)+len(routes.Announced6)+len(routes.Withdrawn4)+len(routes.Withdrawn6) > 0 {
				want[said(&routes)]++
				n++
			}
		}
		_ = r.Close()
		var d rislive.Decoder
		heard, last := 0, int64(0)
		for _, line := range streamLines(t, servesBGP(t, BGPServeOptions{Files: []string{path}}), `{"type":"UPDATE"}`) {
			kind, err := d.Decode([]byte(line), &routes)
			if err != nil {
				t.Fatalf("%s: %s: %v", name, line, err)
			}
			if kind != rislive.Update || len(routes.Announced4)+len(routes.Announced6)+len(routes.Withdrawn4)+len(routes.Withdrawn6) == 0 {
				continue
			}
			heard++
			if want[said(&routes)]--; want[said(&routes)] < 0 {
				t.Errorf("%s: heard, and not in the file: %s", name, said(&routes))
				break
			}
			last = routes.At
		}
		if heard == 0 || last == 0 {
			t.Errorf("%s: nothing heard", name)
		}
		for s, n := range want {
			if n > 0 {
				t.Errorf("%s: in the file and not heard, %d times: %s", name, n, s)
				break
			}
		}
	}
}

// Wrong use and broken input are said, with what cures them.
func TestBGPServeRefuses(t *testing.T) {
	good := capturedFile(t, "good", mrtRecord(100, 16, mrtMessage4, mrtPeer("192.0.2.1", 65001), withdraws10))
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	for name, c := range map[string]struct {
		o    BGPServeOptions
		code int
		want string
	}{
		"no file":       {BGPServeOptions{Files: []string{"nowhere"}}, ExitInput, "nowhere"},
		"nothing in it": {BGPServeOptions{Files: []string{capturedFile(t, "empty")}}, ExitInput, "no message"},
		"no capture":    {BGPServeOptions{Files: []string{capturedFile(t, "text", bytes.Repeat([]byte("it is text\n"), 9999))}}, ExitInput, "text"},
		"an address taken": {
			BGPServeOptions{Files: []string{good}, Listen: ln.Addr().String()}, ExitUsage, "in use",
		},
		"no address": {BGPServeOptions{Files: []string{good}, Listen: "here"}, ExitUsage, "here"},
	} {
		c.o.Log = quiet()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		err := BGPServe(ctx, c.o)
		cancel()
		if Code(err) != c.code || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, exit code %d", name, err, Code(err))
		}
	}
}

// It ends when it is told to, though clients listen.
func TestBGPServeEnds(t *testing.T) {
	path := capturedFile(t, "slow",
		mrtRecord(100, 16, mrtMessage4, mrtPeer("192.0.2.1", 65001), withdraws10),
		mrtRecord(9999, 16, mrtMessage4, mrtPeer("192.0.2.1", 65001), withdraws10))
	ctx, cancel := context.WithCancel(t.Context())
	listening, done := make(chan string, 1), make(chan error, 1)
	o := BGPServeOptions{Files: []string{path}, Listen: "127.0.0.1:0", Speed: 1, Today: true, Log: quiet(), Listening: func(a string) { listening <- a }}
	go func() { done <- BGPServe(ctx, o) }()
	addr := <-listening
	began := time.Now()
	ended := make(chan error, 2)
	heard := make(chan int64, 9)
	for _, url := range []string{"ws://" + addr + "/v1/ws/", "http://" + addr + "/v1/stream/?format=json"} {
		c, err := rislive.New(rislive.Options{URL: url, Hear: func(r *feed.Routes) { heard <- r.At }})
		if err != nil {
			t.Fatal(err)
		}
		go func() { ended <- c.Run(t.Context(), &feed.Ear{}) }()
	}
	for range 2 {
		if at := time.Unix(0, <-heard); at.Before(began.Add(-time.Second)) || at.After(time.Now()) {
			t.Errorf("told to have happened at %v, not now", at)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("ended with %v", err)
	}
	for range 2 {
		if err := <-ended; err == nil {
			t.Error("a client was told nothing")
		}
	}
}
