package rislive

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"tocsin/feed"
)

// text gives what was decoded in a form that can be read and compared.
func text(kind Kind, r *feed.Routes, endOfRIB bool) string {
	if kind != Update && kind != State && kind != EndOfRIB {
		return fmt.Sprint(kind)
	}
	var b strings.Builder
	fmt.Fprint(&b, kind, " ", r.At, " ", r.Peer.Collector, " ", r.Peer.Addr, " AS", r.Peer.AS, " ", r.State, " ", r.Path, " ", r.Origin)
	for _, list := range []struct {
		sign string
		four []feed.V4
		six  []feed.V6
	}{{"+", r.Announced4, r.Announced6}, {"-", r.Withdrawn4, r.Withdrawn6}} {
		for _, p := range list.four {
			fmt.Fprint(&b, " ", list.sign, prefixOf4(p))
		}
		for _, p := range list.six {
			fmt.Fprint(&b, " ", list.sign, prefixOf6(p))
		}
	}
	if endOfRIB {
		b.WriteString(" eor")
	}
	return b.String()
}

func prefixOf4(p feed.V4) netip.Prefix {
	return netip.PrefixFrom(address{lo: uint64(p) >> 8}.addr(), int(p&0xff))
}

func prefixOf6(p feed.V6) netip.Prefix {
	return netip.PrefixFrom(address{hi: p.Hi, lo: p.Lo, six: true}.addr(), int(p.Bits))
}

// update wraps the members of an update's data in all that it must have.
func update(members string) string {
	return `{"type":"ris_message","data":{"timestamp":1568279796.63,"peer":"192.0.2.0","peer_asn":"64496","id":"21-192-0-2-0-11188782","host":"rrc21","type":"UPDATE",` + members + `}}`
}

// Each trap of the published stream, and what must come of it.
func TestTraps(t *testing.T) {
	const start = "1 1568279796630000000 rrc21 192.0.2.0 AS64496 0 "
	for name, c := range map[string]struct{ msg, want string }{
		"everything": {
			update(`"path":[64496,3356,15169],"community":[[3356,100]],"origin":"igp","med":0,"aggregator":"64500:192.0.2.9","announcements":[{"next_hop":"192.0.2.0","prefixes":["192.0.3.0/24"]}],"withdrawals":["2605:de00:bb:0:0:0:0:0/48"]`),
			start + "[64496 3356 15169] 15169 +192.0.3.0/24 -2605:de00:bb::/48",
		},
		"peer_asn as a number": {
			`{"type":"ris_message","data":{"timestamp":1,"peer":"192.0.2.0","peer_asn":64496,"host":"rrc21","type":"UPDATE","withdrawals":["10.0.0.0/8"]}}`,
			"1 1000000000 rrc21 192.0.2.0 AS64496 0 [] 0 -10.0.0.0/8",
		},
		"a set in the path":          {update(`"path":[64496,[64500,64501],7],"announcements":[{"prefixes":["10.0.0.0/8"]}]`), start + "[64496 64500 64501 7] 7 +10.0.0.0/8"},
		"a set at the end":           {update(`"path":[64496,[64500,64501]],"announcements":[{"prefixes":["10.0.0.0/8"]}]`), start + "[64496 64500 64501] 0 +10.0.0.0/8"},
		"a set of one at the end":    {update(`"path":[64496,[64500]],"announcements":[{"prefixes":["10.0.0.0/8"]}]`), start + "[64496 64500] 64500 +10.0.0.0/8"},
		"an empty set":               {update(`"path":[64496,[]],"announcements":[{"prefixes":["10.0.0.0/8"]}]`), start + "[64496] 0 +10.0.0.0/8"},
		"an empty path":              {update(`"path":[],"announcements":[{"prefixes":["10.0.0.0/8"]}]`), start + "[] 0 +10.0.0.0/8"},
		"no path where none belongs": {update(`"path":[1,2],"announcements":[],"withdrawals":["10.0.0.0/8"]`), start + "[] 0 -10.0.0.0/8"},
		"bits beyond the length":     {update(`"path":[1],"announcements":[{"prefixes":["10.1.2.3/8","2001:db8::1/32"]}]`), start + "[1] 1 +10.0.0.0/8 +2001:db8::/32"},
		"uncompressed":               {update(`"withdrawals":["2a01:6e00:0:0:0:0:0:0/48","0:0:0:0:0:0:0:0/0"]`), start + "[] 0 -2a01:6e00::/48 -::/0"},
		"end of RIB":                 {update(`"withdrawals":["eor"]`), strings.Replace(start, "1", "3", 1) + "[] 0 eor"},
		"end of RIB, announced":      {update(`"path":[1],"announcements":[{"next_hop":"192.0.2.0","prefixes":["eor"]}]`), strings.Replace(start, "1", "3", 1) + "[] 0 eor"},
		"end of RIB among others":    {update(`"withdrawals":["10.0.0.0/8","eor"]`), start + "[] 0 -10.0.0.0/8 eor"},
		"two next hops": {
			update(`"path":[1],"announcements":[{"next_hop":"2001:7f8:24::82","prefixes":["2602:fd9e:f00::/40"]},{"next_hop":"fe80::768e:f8ff:fea6:b2c4","prefixes":["2602:fd9e:f00::/40"]}]`),
			start + "[1] 1 +2602:fd9e:f00::/40",
		},
		"two next hops, other prefixes": {
			update(`"path":[1],"announcements":[{"prefixes":["10.0.0.0/8"],"next_hop":"10.0.0.1"},{"prefixes":["11.0.0.0/8"],"next_hop":"10.0.0.2"}]`),
			start + "[1] 1 +10.0.0.0/8 +11.0.0.0/8",
		},
		"two in one next hop":  {update(`"path":[1],"announcements":[{"next_hop":"2001:7f8::1,fe80::1","prefixes":["2602::/24"]}]`), start + "[1] 1 +2602::/24"},
		"nulls":                {update(`"path":null,"announcements":null,"withdrawals":null`), start + "[] 0"},
		"escapes":              {update(`"withdrawals":["10.0.0.0\/8","1\u0031.0.0.0/8"]`), start + "[] 0 -10.0.0.0/8 -11.0.0.0/8"},
		"an escaped key":       {update(`"withdraw\u0061ls":["10.0.0.0/8"]`), start + "[] 0 -10.0.0.0/8"},
		"a key that lies":      {update(`"raw":"\"withdrawals\":[\"9.0.0.0/8\"]","withdrawals":["10.0.0.0/8"]`), start + "[] 0 -10.0.0.0/8"},
		"data before type":     {`{"data":{"withdrawals":["10.0.0.0/8"],"type":"UPDATE","host":"rrc00","peer_asn":"1","peer":"2001:db8::1","timestamp":0.5},"type":"ris_message"}`, "1 500000000 rrc00 2001:db8::1 AS1 0 [] 0 -10.0.0.0/8"},
		"white space":          {" {\n\t\"type\" : \"ris_message\" , \"data\" : {\"timestamp\" : 1 , \"peer\":\"::1\", \"peer_asn\" : \"1\" , \"type\" : \"UPDATE\", \"path\" : [ 1 , [ 2 , 3 ] ] ,\r\"announcements\" : [ { \"prefixes\" : [ \"::/0\" ] } ] } } \r\n", "1 1000000000  ::1 AS1 0 [1 2 3] 0 +::/0"},
		"peer state":           {`{"type": "ris_message", "data": {"timestamp": 1553625081.88, "peer": "195.66.224.59", "peer_asn": "24931", "id": "195.66.224.59-1553625081.88-235807", "host": "rrc01", "type": "RIS_PEER_STATE", "state": "down"}}`, "2 1553625081880000000 rrc01 195.66.224.59 AS24931 2 [] 0"},
		"peer state, as STATE": {`{"type":"ris_message","data":{"timestamp":1,"peer":"::1","peer_asn":"1","host":"rrc00","type":"STATE","state":"connected"}}`, "2 1000000000 rrc00 ::1 AS1 1 [] 0"},
		"an error":             {`{"type":"ris_error","data":{"message":"this is a test error message"}}`, "4"},
		"an error of nothing":  {`{"type":"ris_error","data":null}`, "4"},
		"a pong":               {`{"type":"pong","data":null}`, "5"},
		"a pong alone":         {`{"type":"pong"}`, "5"},
		"acknowledged":         {`{"type":"ris_subscribe_ok","data":{"subscription":{"type":"UPDATE","path":"812$","peer":7}}}`, "0"},
		"acknowledged, flat":   {`{"type":"ris_subscribe_ok","data":{"type":"UPDATE","path":"812$","host":7}}`, "0"},
		"collectors":           {`{"type":"ris_rrc_list","data":["rrc00","rrc01"]}`, "0"},
		"a keepalive":          {`{"type":"ris_message","data":{"timestamp":1,"peer":"::1","peer_asn":"1","type":"KEEPALIVE"}}`, "0"},
		"a type to come":       {`{"type":"ris_message","data":{"timestamp":"now","type":"NEW"}}`, "0"},
		"no type at all":       {`{"data":{"timestamp":1}}`, "0"},
	} {
		var d Decoder
		var r feed.Routes
		kind, err := d.Decode([]byte(c.msg), &r)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if got := text(kind, &r, d.EndOfRIB()); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
	}
}

// A host is cut at its first dot where it is one of RIS.
func TestHosts(t *testing.T) {
	for host, want := range map[string]string{
		"rrc21": "rrc21", "rrc25.ripe.net": "rrc25", "rrc01.ris.ripe.net": "rrc01",
		"route-views.jinx": "route-views.jinx", "": "",
	} {
		var d Decoder
		var r feed.Routes
		msg := `{"type":"ris_message","data":{"timestamp":1,"peer":"::1","peer_asn":"1","type":"UPDATE","host":"` + host + `"}}`
		if _, err := d.Decode([]byte(msg), &r); err != nil || r.Peer.Collector != want {
			t.Errorf("%s became %q, %v; want %q", host, r.Peer.Collector, err, want)
		}
	}
}

// What lies is refused whole, and it is said where and why.
func TestRefuses(t *testing.T) {
	for msg, why := range map[string]string{
		``:                        "no object",
		`null`:                    "no object",
		`[]`:                      "no object",
		`{`:                       "no string",
		`{"type"`:                 "no colon",
		`{"type":}`:               "no number",
		`{"type":"pong",}`:        "a comma before the end",
		`{"type":"pong"`:          "neither a comma nor the end",
		`{"type":"pong"}x`:        "more after the end",
		"{\"type\":\"pong\"}\x00": "more after the end",
		`{"type":"pon`:            "a string without end",
		`{"type":"po\`:            "a string without end",
		`{"type":"\x"}`:           "an escape that JSON has not",
		`{"type":"\u12x4"}`:       "no four hexadecimal digits",
		"{\"type\":\"\x01\"}":     "a control character in a string",
		"{\"a\":\"\\n\x01\"}":     "a control character in a string",
		`{"a":tru}`:               "no value",
		`{"a":01}`:                "neither a comma nor the end",
		`{"a":-}`:                 "no number",
		`{"a":1.}`:                "no digit after the point",
		`{"a":1e}`:                "no digit in the exponent",
		`{"a":` + strings.Repeat("[", 99) + strings.Repeat("]", 99) + `}`: tooDeep,
		`{"a":` + strings.Repeat(`{"a":`, 99):                             tooDeep,

		update(`"path":"812"`):                                 "path is no array",
		update(`"path":[1,"2"]`):                               "an AS of the path is no number",
		update(`"path":[1,[2,[3]]]`):                           "an AS of the path is no number",
		update(`"path":[4294967296]`):                          "an AS of the path is no AS number",
		update(`"path":[1.5]`):                                 "an AS of the path is no AS number",
		update(`"path":[-1]`):                                  "an AS of the path is no number",
		update(`"announcements":{}`):                           "announcements is no array",
		update(`"announcements":["10.0.0.0/8"]`):               "an announcement is no object",
		update(`"announcements":[{"prefixes":"a"}]`):           "prefixes are no array",
		update(`"announcements":[{"prefixes":[1]}]`):           "a prefix is no string",
		update(`"withdrawals":[null]`):                         "a prefix is no string",
		update(`"withdrawals":["10.0.0.0/33"]`):                "a prefix is none",
		update(`"withdrawals":["10.0.0.0"]`):                   "a prefix is none",
		update(`"withdrawals":["10.0.0/8"]`):                   "a prefix is none",
		update(`"withdrawals":["::1/129"]`):                    "a prefix is none",
		update(`"withdrawals":["fe80::1%eth0/64"]`):            "a prefix is none",
		update(`"withdrawals":"10.0.0.0/8"`):                   "prefixes are no array",
		update(`"timestamp":"1"`):                              "timestamp is no number",
		update(`"timestamp":1e9`):                              "timestamp is no time",
		update(`"timestamp":-1`):                               "timestamp is no number",
		update(`"timestamp":99999999999999999999`):             "timestamp is no time",
		update(`"timestamp":null`):                             "no timestamp",
		update(`"peer":"fe80::1%eth0"`):                        "peer is no address",
		update(`"peer":7`):                                     "peer is no string",
		update(`"peer":null`):                                  "no peer",
		update(`"peer_asn":"AS1"`):                             "peer_asn is no AS number",
		update(`"peer_asn":4294967296`):                        "peer_asn is no AS number",
		update(`"peer_asn":[]`):                                "peer_asn is neither a string nor a number",
		update(`"peer_asn":null`):                              "no peer_asn",
		update(`"host":7`):                                     "host is no string",
		update(`"host":"a b"`):                                 "host is no name",
		update(`"host":"` + strings.Repeat("a", 64) + `"`):     "host is no name",
		update(`"state":"asleep"`):                             "a state that nobody knows",
		update(`"state":7`):                                    "state is no string",
		strings.Replace(update(`"a":1`), "UPDATE", "STATE", 1): "no state",
	} {
		var d Decoder
		var r feed.Routes
		kind, err := d.Decode([]byte(msg), &r)
		m, ok := errors.AsType[*Malformed](err)
		if !ok || m.Why != why || kind != Other {
			t.Errorf("%.200s: %v, %v; want %q", msg, kind, err, why)
		}
		if ok && (m.At < 0 || m.At > len(msg)) {
			t.Errorf("%.200s: the fault is at %d", msg, m.At)
		}
	}
}

// The server's own words are kept, but not without end.
func TestErrorText(t *testing.T) {
	var d Decoder
	var r feed.Routes
	for msg, want := range map[string]string{
		`{"type":"ris_error","data":{"message":"too \u0073low"}}`:                           "too slow",
		`{"data":{"message":"first"},"type":"ris_error"}`:                                   "first",
		`{"type":"ris_error","data":{"message":7}}`:                                         "",
		`{"type":"ris_error","data":{"message":"` + strings.Repeat("x", 10*maxText) + `"}}`: strings.Repeat("x", maxText),
	} {
		if kind, err := d.Decode([]byte(msg), &r); err != nil || kind != Error || d.Text() != want {
			t.Errorf("%.100s: %v, %v, %q", msg, kind, err, d.Text())
		}
	}
}

// Nothing of one message is left in the next.
func TestNothingStays(t *testing.T) {
	var d Decoder
	var used feed.Routes
	full := update(`"path":[1,[2,3]],"announcements":[{"prefixes":["10.0.0.0/8","::/0"]}],"withdrawals":["11.0.0.0/8","1::/16","eor"]`)
	state := strings.Replace(update(`"state":"down"`), "UPDATE", "STATE", 1)
	for _, msg := range []string{update(`"path":[]`), state, update(`"withdrawals":["12.0.0.0/8"]`), `{"type":"pong"}`} {
		for _, before := range []string{full, state, `{"type":"ris_error","data":{"message":"x"}}`, full[:len(full)-9]} {
			_, _ = d.Decode([]byte(before), &used)
			kind, err := d.Decode([]byte(msg), &used)
			var alone Decoder
			var fresh feed.Routes
			kind2, err2 := alone.Decode([]byte(msg), &fresh)
			if err != nil || err2 != nil || kind != kind2 || text(kind, &used, d.EndOfRIB()) != text(kind2, &fresh, alone.EndOfRIB()) || d.Text() != alone.Text() {
				t.Errorf("%s after %s: %s", msg, before, text(kind, &used, d.EndOfRIB()))
			}
		}
	}
}

// compare holds the decoder to its twin.
func compare(t *testing.T, d *Decoder, msg []byte, r *feed.Routes) {
	t.Helper()
	kind, err := d.Decode(msg, r)
	if m, ok := errors.AsType[*Malformed](err); ok && m.Why == tooDeep || doubles(msg) {
		return
	}
	wantKind, want, endOfRIB, wantErr := twin(msg)
	if (err == nil) != (wantErr == nil) {
		t.Fatalf("%q: %v; the twin: %v", msg, err, wantErr)
	}
	if err != nil {
		return
	}
	if got, want := text(kind, r, d.EndOfRIB()), text(wantKind, &want, endOfRIB); got != want || kind != wantKind {
		t.Fatalf("%q:\n got %s\nwant %s", msg, got, want)
	}
	if kind == Update && !slices.Equal(r.Path, want.Path) {
		t.Fatalf("%q: path %v, want %v", msg, r.Path, want.Path)
	}
}

// seeds are messages to begin from: published ones, and every trap.
func seeds() []string {
	return []string{
		`{"type":"ris_message","data":{"timestamp":1553627987.89,"peer":"72.22.223.9","peer_asn":"11708","id":"72.22.223.9-1553627987.89-1829343","raw":"FFFF","host":"rrc00","type":"UPDATE","path":[11708,32097,1299,[52320,263009]],"origin":"igp","announcements":[{"next_hop":"72.22.223.9","prefixes":["45.161.192.0/23"]}]}}`,
		update(`"path":[1],"community":[],"announcements":[{"next_hop":"2001:7f8:24::82,fe80::1","prefixes":["2602:fd9e:f00::/40","::ffff:1.2.3.4/100"]},{"next_hop":"fe80::1","prefixes":["2602:fd9e:f00::/40","::ffff:1.2.3.4/100"]}],"withdrawals":["1:2:3:4:5:6:7:8/64","eor"]`),
		`{"type":"ris_message","data":{"timestamp":1,"peer":"::1","peer_asn":1,"host":"rrc25.ripe.net","type":"STATE","state":"connected"}}`,
		`{"data":{"message":"no \ud83d\ude00 \ud83d","path":"812$"},"type":"ris_error"}`,
		`{"type":"pong","data":null}`,
		`{"type":"ris_message","data":{"type":"OPEN","capabilities":{"1":{"name":"multiprotocol","families":["ipv4/unicast"]}},"a":[true,false,null,-0.5E+3]}}`,
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range seeds() {
		f.Add([]byte(s))
	}
	var d Decoder
	var r feed.Routes
	f.Fuzz(func(t *testing.T, msg []byte) {
		before := bytes.Clone(msg)
		compare(t, &d, msg, &r)
		if !bytes.Equal(before, msg) {
			t.Fatal("the message was written to")
		}
		if len(d.hosts) > maxHosts || len(d.text) > maxText {
			t.Fatalf("%d hosts, %d bytes of text kept", len(d.hosts), len(d.text))
		}
	})
}

// Messages with one byte changed, cut or doubled: the decoder and its twin agree
// on every one.
func TestMutationsAgainstTwin(t *testing.T) {
	var d Decoder
	var r feed.Routes
	for _, s := range seeds() {
		compare(t, &d, []byte(s), &r)
		for i := range len(s) {
			compare(t, &d, []byte(s[:i]), &r)
			compare(t, &d, []byte(s[:i]+s[i+1:]), &r)
			for _, ch := range "\"\\{}[],:0-.e/ \x00x" {
				compare(t, &d, []byte(s[:i]+string(ch)+s[i+1:]), &r)
			}
		}
	}
}

// Addresses and prefixes are what net/netip says of them.
func FuzzPrefix(f *testing.F) {
	for _, s := range []string{
		"10.0.0.0/8", "1.2.3.4/32", "01.2.3.4/8", "1.2.3/8", "256.0.0.0/8", "1.2.3.4.5/8", "1..2.3/4", ".1.2.3/4", "1.2.3./4",
		"::/0", "1::/16", "1::2/128", "::1:2:3:4:5:6:7/64", "1:2:3:4:5:6:7::/64", "1:2:3:4:5:6:7:8/64", "1:2:3:4:5:6:7:8:9/64",
		"1::2::3/64", ":1::/16", "1:/16", ":::/16", "12345::/16", "::ffff:1.2.3.4/96", "1:2:3:4:5:6:1.2.3.4/64", "1:2:3:4:5:6:7:1.2.3.4/64",
		"::1.2.3.4:5/64", "::1.2.3/64", "1:2:3:4:5:6:7:8::/64", "fe80::1%a/64", "::/128", "::/129", "::/00", "::/", "/", "", "::/+1", "::/-1", "ABCD::/16", "::g/1",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, err := netip.ParsePrefix(s)
		got, ok := parsePrefix([]byte(s))
		if ok != (err == nil) {
			t.Fatalf("%q: %v, want %v", s, ok, err)
		}
		if ok && netip.PrefixFrom(got.addr(), int(got.bits)) != want.Masked() {
			t.Fatalf("%q: %v, want %v", s, got, want.Masked())
		}
		addr, err := netip.ParseAddr(s)
		a, ok := parseAddr([]byte(s))
		if ok != (err == nil && addr.Zone() == "") {
			t.Fatalf("%q: %v, want %v, %v", s, ok, addr, err)
		}
		if ok && a.addr() != addr {
			t.Fatalf("%q: %v, want %v", s, a.addr(), addr)
		}
	})
}

// Published messages of 2019, as they are kept beside the project.
func TestPublishedMessages(t *testing.T) {
	body, err := os.ReadFile("../../../shared/data/mrt/libbgpstream/ris-live-stream.json")
	if err != nil {
		absent(t, err)
	}
	var d Decoder
	var r feed.Routes
	var kinds []Kind
	for line := range bytes.Lines(body) {
		compare(t, &d, line, &r)
		kind, err := d.Decode(line, &r)
		if broken := !json.Valid(line); broken != (err != nil) {
			t.Errorf("%s: %v", line, err)
		}
		kinds = append(kinds, kind)
	}
	if want := []Kind{Update, State, Error, Other, Other, Other, Other}; !slices.Equal(kinds, want) {
		t.Errorf("kinds %v, want %v", kinds, want)
	}
}

// absent skips a test for want of a file, and says so; where everything is
// required it fails.
func absent(t testing.TB, err error) {
	t.Helper()
	if os.Getenv("TOCSIN_REQUIRE") == "all" {
		t.Fatalf("TOCSIN_REQUIRE=all, and %v", err)
	}
	t.Skipf("not looked at: %v", err)
}

// No allocation once the slices have grown, and on hostile input no more than is
// stated at [Decoder].
func TestAllocations(t *testing.T) {
	msgs := make([][]byte, 0, 8)
	for _, s := range seeds() {
		msgs = append(msgs, []byte(s))
	}
	var d Decoder
	var r feed.Routes
	if n := testing.AllocsPerRun(100, func() {
		for _, m := range msgs {
			if _, err := d.Decode(m, &r); err != nil {
				t.Fatal(err)
			}
		}
	}); n != 0 {
		t.Errorf("%v allocations for %d messages", n, len(msgs))
	}
	hostile := []string{
		`{"a":"` + strings.Repeat(`\n`, 1<<20) + `"}`,
		`{"a":` + strings.Repeat(`[`, 1<<20),
		update(`"path":[` + strings.Repeat(`1,`, 1<<20) + `1]`),
		update(`"withdrawals":[` + strings.Repeat(`"::/0",`, 1<<18) + `"::/0"]`),
	}
	for _, s := range hostile {
		msg := []byte(s)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var d Decoder
		var r feed.Routes
		_, _ = d.Decode(msg, &r)
		runtime.ReadMemStats(&after)
		// A prefix written as ::/0 is seven bytes of text and 24 of memory, and
		// growing leaves behind what was outgrown.
		if got, most := after.TotalAlloc-before.TotalAlloc, uint64(32*len(s)); got > most {
			t.Errorf("%.60s…: %d bytes allocated for %d", s, got, len(s))
		}
		if kept := 4*cap(d.path) + cap(d.c.scratch) + 24*cap(r.Withdrawn6); kept > 8*len(s) {
			t.Errorf("%.60s…: %d bytes kept for %d", s, kept, len(s))
		}
	}
	for i := range 10 * maxHosts {
		msg := update(fmt.Sprintf(`"host":"h%d"`, i))
		if _, err := d.Decode([]byte(msg), &r); err != nil || len(d.hosts) > maxHosts {
			t.Fatalf("%d hosts remembered, %v", len(d.hosts), err)
		}
	}
}
