package rislive

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"tocsin/feed"
)

// from makes a message of a peer of IPv4 at a certain time.
func from(bgp []byte) Message {
	return Message{At: 1_787_141_896_080_000_000, Host: "rrc21.ripe.net", Peer: netip.MustParseAddr("37.49.237.143"), AS: 50628, BGP: bgp}
}

// The shape is the published one, to the byte: the order of the keys, the strings
// that one would take for numbers, the three digits of the time, the id.
func TestShape(t *testing.T) {
	const start = `{"type":"ris_message","data":{"timestamp":1787141896.080,"peer":"37.49.237.143","peer_asn":"50628","id":"37.49.237.143-01a019f537900000","host":"rrc21.ripe.net","type":`
	path := attr(attrASPath, segmentOf(2, 4, 50628, 35280)...)
	hop := attr(attrNextHop, 37, 49, 237, 143)
	origin := attr(attrOrigin, 0)
	for name, c := range map[string]struct {
		m    Message
		want string
	}{
		"announced": {
			from(updateOf(nil, concat(origin, path, hop, attr(attrCommunities, 0x19, 0x35, 0, 86, 0xff, 0xff, 0xff, 1)), nlri("173.82.228.0/24", "10.0.0.0/8"))),
			`"UPDATE","path":[50628,35280],"community":[[6453,86],[65535,65281]],"origin":"IGP","announcements":[{"next_hop":"37.49.237.143","prefixes":["173.82.228.0/24","10.0.0.0/8"]}],"withdrawals":[]`,
		},
		"withdrawn": {
			from(updateOf(nlri("173.82.228.0/24"), nil, nil)),
			`"UPDATE","path":[],"community":[],"announcements":[],"withdrawals":["173.82.228.0/24"]`,
		},
		"withdrawn, of IPv6: uncompressed": {
			from(updateOf(nil, unreach6("2605:de00:bb::/48", "::/0"), nil)),
			`"UPDATE","path":[],"community":[],"announcements":[],"withdrawals":["2605:de00:bb:0:0:0:0:0/48","0:0:0:0:0:0:0:0/0"]`,
		},
		"announced, of IPv6: compressed, with the global next hop": {
			from(updateOf(nil, concat(origin, path, reach6(concat(addr16("2001:7f8:24::82"), addr16("fe80::1")), "2602:fd9e:f00::/40")), nil)),
			`"UPDATE","path":[50628,35280],"community":[],"origin":"IGP","announcements":[{"next_hop":"2001:7f8:24::82","prefixes":["2602:fd9e:f00::/40"]}],"withdrawals":[]`,
		},
		"both families, both ways": {
			from(updateOf(nlri("9.0.0.0/8"), concat(origin, path, hop, reach6(addr16("2001:7f8:24::82"), "1::/16"), unreach6("2::/16")), nlri("8.0.0.0/8"))),
			`"UPDATE","path":[50628,35280],"community":[],"origin":"IGP","announcements":[{"next_hop":"37.49.237.143","prefixes":["8.0.0.0/8"]},{"next_hop":"2001:7f8:24::82","prefixes":["1::/16"]}],"withdrawals":["9.0.0.0/8","2:0:0:0:0:0:0:0/16"]`,
		},
		"sets, med, aggregator": {
			from(updateOf(nil, concat(attr(attrOrigin, 2), attr(attrASPath, concat(segmentOf(2, 4, 1, 2), segmentOf(1, 4, 4, 3), segmentOf(2, 4, 5))...), hop, attr(attrMED, 0, 0, 1, 0), attr(attrAggregator, 0, 0, 0xfb, 0xf4, 192, 0, 2, 9)), nlri("8.0.0.0/8"))),
			`"UPDATE","path":[1,2,[4,3],5],"community":[],"origin":"INCOMPLETE","med":256,"aggregator":"64500:192.0.2.9","announcements":[{"next_hop":"37.49.237.143","prefixes":["8.0.0.0/8"]}],"withdrawals":[]`,
		},
		"a set alone": {
			from(updateOf(nil, concat(attr(attrOrigin, 1), attr(attrASPath, segmentOf(1, 4, 4, 3)...), hop), nlri("8.0.0.0/8"))),
			`"UPDATE","path":[[4,3]],"community":[],"origin":"EGP","announcements":[{"next_hop":"37.49.237.143","prefixes":["8.0.0.0/8"]}],"withdrawals":[]`,
		},
		"end of RIB": {
			from(updateOf(nil, nil, nil)),
			`"UPDATE","path":[],"community":[],"announcements":[],"withdrawals":["eor"]`,
		},
		"end of RIB, of IPv6": {
			from(updateOf(nil, unreach6(), nil)),
			`"UPDATE","path":[],"community":[],"announcements":[],"withdrawals":["eor"]`,
		},
		"keepalive": {from(bgp(bgpKeepalive, nil)), `"KEEPALIVE"`},
		"notification": {
			from(bgp(bgpNotification, []byte{6, 5})),
			`"NOTIFICATION","notification":{"code":6,"subcode":5,"data":"0605"}`,
		},
		"open": {
			from(bgp(bgpOpen, []byte{
				4, 0x31, 0x6e, 0, 180, 193, 0, 4, 28, 24,
				2, 6, 1, 4, 0, 1, 0, 1, 2, 6, 1, 4, 0, 2, 0, 1, 2, 6, 65, 4, 0, 0, 0x31, 0x6e,
			})),
			`"OPEN","direction":"received","version":4,"asn":12654,"hold_time":180,"router_id":"193.0.4.28","capabilities":{"1":{"name":"multiprotocol","families":["ipv4/unicast","ipv6/unicast"]},"65":{"name":"asn4","asn4":12654}}`,
		},
		"open, with what nobody spells out": {
			from(bgp(bgpOpen, []byte{4, 0x5b, 0xa0, 0, 90, 1, 2, 3, 4, 14, 2, 12, 65, 4, 0, 1, 0, 0, 2, 0, 70, 2, 0xab, 0xcd})),
			`"OPEN","direction":"received","version":4,"asn":65536,"hold_time":90,"router_id":"1.2.3.4","capabilities":{"65":{"name":"asn4","asn4":65536},"2":{"name":"unknown","iana":"2","value":""},"70":{"name":"unknown","iana":"70","value":"ABCD"}}`,
		},
		"up":   {func() Message { m := from(nil); m.Up = true; return m }(), `"RIS_PEER_STATE","state":"connected"`},
		"down": {from(nil), `"RIS_PEER_STATE","state":"down"`},
	} {
		got := encoded([]Message{c.m}, false)
		if len(got) != 1 || string(got[0]) != start+c.want+"}}" {
			t.Errorf("%s:\n got %s\nwant %s%s}}", name, got, start, c.want)
			continue
		}
		if !json.Valid(got[0]) {
			t.Errorf("%s: no JSON: %s", name, got[0])
		}
		raw := encoded([]Message{c.m}, true)
		if c.m.BGP != nil {
			c.want += `,"raw":"` + strings.ToUpper(hexOf(c.m.BGP)) + `"`
		}
		if string(raw[0]) != start+c.want+"}}" {
			t.Errorf("%s, raw:\n got %s\nwant %s%s}}", name, raw[0], start, c.want)
		}
	}
}

func hexOf(b []byte) (s string) {
	for _, c := range b {
		s += string("0123456789abcdef"[c>>4]) + string("0123456789abcdef"[c&15])
	}
	return s
}

// Ids differ within a millisecond and start over in the next.
func TestIDs(t *testing.T) {
	keepalive := from(bgp(bgpKeepalive, nil))
	later := keepalive
	later.At += 1e6
	var ids []string
	for _, text := range encoded([]Message{keepalive, keepalive, later}, false) {
		_, rest, _ := strings.Cut(string(text), `"id":"37.49.237.143-`)
		id, _, _ := strings.Cut(rest, `"`)
		ids = append(ids, id)
	}
	if want := "01a019f537900000 01a019f537900001 01a019f537910000"; strings.Join(ids, " ") != want {
		t.Errorf("ids %v, want %v", ids, want)
	}
}

// Numbers of two bytes are put together with the AS4 attributes as RFC 6793 says.
func TestMergesAS4(t *testing.T) {
	for name, c := range map[string]struct {
		path, as4 []byte
		agg, agg4 []byte
		want      string
	}{
		"nothing to merge":           {segmentOf(2, 2, 1, 2, 3), nil, nil, nil, `"path":[1,2,3]`},
		"as long":                    {segmentOf(2, 2, 1, asTrans), segmentOf(2, 4, 1, 70000), nil, nil, `"path":[1,70000]`},
		"shorter":                    {segmentOf(2, 2, 1, 2, asTrans), segmentOf(2, 4, 70000), nil, nil, `"path":[1,2,70000]`},
		"longer, which is a lie":     {segmentOf(2, 2, 1), segmentOf(2, 4, 1, 70000), nil, nil, `"path":[1]`},
		"a set counts one":           {concat(segmentOf(2, 2, 1), segmentOf(1, 2, 8, 9), segmentOf(2, 2, asTrans)), segmentOf(2, 4, 70000), nil, nil, `"path":[1,[8,9],70000]`},
		"a set in the new":           {concat(segmentOf(2, 2, 1, 5), segmentOf(1, 2, 8, asTrans)), segmentOf(1, 4, 8, 70000), nil, nil, `"path":[1,5,[8,70000]]`},
		"broken off in a sequence":   {segmentOf(2, 2, 1, 2, 3, asTrans, asTrans), segmentOf(2, 4, 70000, 70001), nil, nil, `"path":[1,2,3,70000,70001]`},
		"aggregator":                 {segmentOf(2, 2, 1), nil, []byte{0x5b, 0xa0, 1, 2, 3, 4}, []byte{0, 1, 0x11, 0x70, 1, 2, 3, 4}, `"aggregator":"70000:1.2.3.4"`},
		"an aggregator that is new":  {segmentOf(2, 2, 1, asTrans), segmentOf(2, 4, 1, 70000), []byte{0, 7, 1, 2, 3, 4}, []byte{0, 1, 0x11, 0x70, 1, 2, 3, 4}, `"path":[1,23456],"community":[],"origin":"IGP","aggregator":"7:1.2.3.4"`},
		"a path that breaks is none": {[]byte{2, 9, 0, 1}, nil, nil, nil, `"path":[]`},
		"a segment of no kind":       {[]byte{7, 1, 0, 1}, nil, nil, nil, `"path":[]`},
	} {
		attrs := concat(attr(attrOrigin, 0), attr(attrASPath, c.path...))
		if c.as4 != nil {
			attrs = concat(attrs, attr(attrAS4Path, c.as4...))
		}
		if c.agg != nil {
			attrs = concat(attrs, attr(attrAggregator, c.agg...), attr(attrAS4Agg, c.agg4...))
		}
		m := from(updateOf(nil, attrs, nlri("8.0.0.0/8")))
		m.TwoBytes = true
		if got := encoded([]Message{m}, false); len(got) != 1 || !strings.Contains(string(got[0]), c.want) {
			t.Errorf("%s: %s lacks %s", name, got, c.want)
		}
	}
}

// Path identifiers are left aside.
func TestPathIdentifiers(t *testing.T) {
	m := from(updateOf(concat([]byte{0, 0, 0, 1}, nlri("9.0.0.0/8")), concat(attr(attrOrigin, 0), attr(attrASPath, segmentOf(2, 4, 1)...)),
		concat([]byte{0, 0, 0, 7}, nlri("8.0.0.0/8"), []byte{0, 0, 0, 8}, nlri("8.0.0.0/8"))))
	for _, m.Paths = range []bool{true, false} { // some captures have them and say that they have none
		got := string(encoded([]Message{m}, false)[0])
		if !strings.Contains(got, `"prefixes":["8.0.0.0/8","8.0.0.0/8"]}],"withdrawals":["9.0.0.0/8"]`) {
			t.Errorf("said to be there: %v: %s", m.Paths, got)
		}
	}
	// A default route alone is one, and so is what begins with one.
	m = from(updateOf(concat([]byte{0}, nlri("9.0.0.0/8"), []byte{1, 0}), nil, nil))
	if got := string(encoded([]Message{m}, false)[0]); !strings.Contains(got, `"withdrawals":["0.0.0.0/0","9.0.0.0/8","0.0.0.0/1"]`) {
		t.Errorf("%s", got)
	}
}

// What makes no sense is left out, and the rest is told.
func TestBrokenMessages(t *testing.T) {
	good := concat(attr(attrOrigin, 0), attr(attrASPath, segmentOf(2, 4, 1)...))
	for name, c := range map[string]struct {
		bgp  []byte
		want string // empty: not told
	}{
		"cut":                         {updateOf(nil, good, nlri("8.0.0.0/8"))[:30], ""},
		"empty":                       {[]byte{}, ""},
		"of no kind":                  {bgp(9, nil), ""},
		"withdrawals longer than all": {bgp(bgpUpdate, []byte{0, 9, 1}), ""},
		"attributes longer than all":  {bgp(bgpUpdate, []byte{0, 0, 0, 9, 1}), ""},
		"no attributes":               {bgp(bgpUpdate, []byte{0, 0}), ""},
		"a prefix too long":           {updateOf(nil, good, []byte{33, 8, 8, 8, 8}), ""},
		"a prefix cut off":            {updateOf(nil, good, []byte{32, 8}), ""},
		"withdrawn, too long":         {updateOf([]byte{33, 8, 8, 8, 8}, nil, nil), ""},
		"an attribute cut off":        {updateOf(nil, concat(good, []byte{0x50, 4, 0}), nlri("8.0.0.0/8")), `"prefixes":["8.0.0.0/8"]`},
		"an attribute that lies":      {updateOf(nil, concat(good, []byte{0x40, 4, 200, 1}), nlri("8.0.0.0/8")), `"prefixes":["8.0.0.0/8"]`},
		"lengths that can't be": {
			updateOf(nil, concat(attr(attrOrigin, 7), attr(attrMED, 1), attr(attrNextHop, 1), attr(attrAggregator, 1), attr(attrCommunities, 1)), nlri("8.0.0.0/8")),
			`"path":[],"community":[],"announcements":[{"next_hop":"0.0.0.0","prefixes":["8.0.0.0/8"]}]`,
		},
		"families that nobody knows": {
			updateOf(nil, concat(good, attr(attrMPReach, 0, 25, 70, 0, 0), attr(attrMPUnreach, 0, 25, 70), attr(attrMPUnreach, 0, 2)), nil),
			`"announcements":[],"withdrawals":[]`,
		},
		"a next hop cut off":    {updateOf(nil, concat(good, attr(attrMPReach, 0, 2, 1, 16, 0)), nil), `"announcements":[]`},
		"no next hop":           {updateOf(nil, concat(good, attr(attrMPReach, 0, 2, 1)), nil), `"announcements":[]`},
		"an open cut off":       {bgp(bgpOpen, []byte{4, 0}), `"type":"OPEN"}}`},
		"capabilities that lie": {bgp(bgpOpen, []byte{4, 0, 1, 0, 1, 1, 1, 1, 1, 9, 2, 4, 65, 9, 0, 0, 2, 99}), `"capabilities":{}`},
		"an asn4 too short":     {bgp(bgpOpen, []byte{4, 0, 1, 0, 1, 1, 1, 1, 1, 4, 2, 2, 65, 0}), `"65":{"name":"asn4","asn4":0}`},
		"a notification cut":    {bgp(bgpNotification, []byte{6}), `"type":"NOTIFICATION"}}`},
	} {
		got := encoded([]Message{from(c.bgp)}, false)
		switch {
		case c.want == "" && len(got) != 0:
			t.Errorf("%s was told: %s", name, got)
		case c.want != "" && (len(got) != 1 || !strings.Contains(string(got[0]), c.want) || !json.Valid(got[0])):
			t.Errorf("%s: %s lacks %s", name, got, c.want)
		}
	}
}

// What the server writes, the decoder reads, and gets out of it what stood in the
// message.
func TestRoundTrip(t *testing.T) {
	messages := random(5000, 3)
	var told told
	var d Decoder
	var r feed.Routes
	for i, text := range encoded(messages, true) {
		m := &messages[i]
		told.read(m)
		kind, err := d.Decode(text, &r)
		if err != nil || kind != Update {
			t.Fatalf("%s: %v, %v", text, kind, err)
		}
		var want feed.Routes
		for _, list := range [][]prefix{told.announced4, told.announced} {
			for _, p := range list {
				if p.six {
					want.Announced6 = append(want.Announced6, p.v6())
				} else {
					want.Announced4 = append(want.Announced4, p.v4())
				}
			}
		}
		for _, p := range told.withdrawn {
			if p.six {
				want.Withdrawn6 = append(want.Withdrawn6, p.v6())
			} else {
				want.Withdrawn4 = append(want.Withdrawn4, p.v4())
			}
		}
		want.At, want.Peer = m.At/1e6*1e6, feed.Peer{Collector: hostOf(m.Host), Addr: m.Peer, AS: m.AS}
		if len(want.Announced4)+len(want.Announced6) > 0 {
			want.Path = told.path.as
			if as, set := told.path.part(len(told.path.segments) - 1); !set {
				want.Origin = as[len(as)-1]
			}
		}
		if got, want := text2(&r), text2(&want); got != want {
			t.Fatalf("%s:\n got %s\nwant %s", text, got, want)
		}
	}
}

func text2(r *feed.Routes) string { return text(Update, r, false) }

// Any bytes for a BGP message: nothing panics, and what is written is JSON that
// the decoder takes.
func FuzzMessage(f *testing.F) {
	for _, m := range random(20, 5) {
		f.Add(m.BGP, false, false)
	}
	f.Add(bgp(bgpOpen, []byte{4, 0x31, 0x6e, 0, 180, 193, 0, 4, 28, 8, 2, 6, 1, 4, 0, 1, 0, 1}), true, false)
	f.Add(bgp(bgpNotification, []byte{6, 5}), false, true)
	var d Decoder
	var r feed.Routes
	f.Fuzz(func(t *testing.T, b []byte, two, paths bool) {
		m := from(b)
		m.TwoBytes, m.Paths = two, paths
		for _, text := range encoded([]Message{m}, true) {
			if _, err := d.Decode(text, &r); err != nil || !json.Valid(text) {
				t.Fatalf("%x: %s: %v", b, text, err)
			}
		}
	})
}

// Taking apart, matching and writing allocate nothing.
func TestEncodeAllocations(t *testing.T) {
	messages := random(500, 9)
	m, err := newMatcher(Filter{Type: "UPDATE", Path: "!1,2$", Prefix: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}, More: true})
	if err != nil {
		t.Fatal(err)
	}
	var e encoder
	var told told
	var text []byte
	if n := testing.AllocsPerRun(20, func() {
		for i := range messages {
			if told.read(&messages[i]); m.match(&messages[i], &told) {
				text = e.append(text[:0], &messages[i], &told, true)
			}
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
