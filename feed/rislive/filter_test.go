package rislive

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
)

// Subscriptions as clients send them, and whether a message is theirs. The message
// is announced by peer 192.0.2.1 of rrc21, along 1 2 {789 10111} 812, with
// 99.224.0.0/16 and 2001:db8::/32; it withdraws 10.1.0.0/16.
func TestFilters(t *testing.T) {
	path := concat(segmentOf(2, 4, 1, 2), segmentOf(1, 4, 10111, 789), segmentOf(2, 4, 812))
	update := Message{
		Host: "rrc21.ripe.net", Peer: netip.MustParseAddr("192.0.2.1"), AS: 1,
		BGP: updateOf(nlri("10.1.0.0/16"), concat(attr(attrOrigin, 0), attr(attrASPath, path...), attr(attrNextHop, 1, 2, 3, 4), attr(attrMED, 0, 0, 0, 1), reach6(addr16("2001::1"), "2001:db8::/32")), nlri("99.224.0.0/16")),
	}
	withdrawal, keepalive, state, jinx := update, update, update, update
	withdrawal.BGP = updateOf(nlri("10.1.0.0/16"), nil, nil)
	keepalive.BGP = bgp(bgpKeepalive, nil)
	state.BGP = nil
	jinx.Host = "route-views.jinx"
	for _, c := range []struct {
		filter string
		m      Message
		want   bool
	}{
		{`{}`, update, true},
		{`null`, update, true},
		{`{"host":null,"type":null,"require":null,"peer":null,"path":null,"prefix":null,"moreSpecific":null,"lessSpecific":null}`, update, true},
		{`{"host":"","peer":"","path":"","prefix":""}`, update, true},
		{`{"something":"new"}`, keepalive, true},

		{`{"host":"rrc21"}`, update, true},
		{`{"host":"rrc21.ripe.net"}`, update, true},
		{`{"host":"rrc21.ris.ripe.net"}`, update, true},
		{`{"host":"rrc2"}`, update, false},
		{`{"host":"rrc00"}`, update, false},
		{`{"host":"route-views.jinx"}`, jinx, true},
		{`{"host":"route-views"}`, jinx, false},

		{`{"type":"UPDATE"}`, update, true},
		{`{"type":"UPDATE"}`, keepalive, false},
		{`{"type":"KEEPALIVE"}`, keepalive, true},
		{`{"type":"RIS_PEER_STATE"}`, state, true},
		{`{"type":"STATE"}`, state, true},
		{`{"type":"STATE"}`, update, false},

		{`{"require":"announcements"}`, update, true},
		{`{"require":"announcements"}`, withdrawal, false},
		{`{"require":"withdrawals"}`, withdrawal, true},
		{`{"require":"withdrawals"}`, keepalive, false},
		{`{"require":"path"}`, update, true},
		{`{"require":"path"}`, withdrawal, false},
		{`{"require":"med"}`, update, true},
		{`{"require":"origin"}`, withdrawal, false},
		{`{"require":"origin"}`, update, true},
		{`{"require":"community"}`, update, false},
		{`{"require":"aggregator"}`, update, false},
		{`{"require":"state"}`, state, true},
		{`{"require":"notification"}`, state, false},
		{`{"require":"capabilities"}`, keepalive, false},
		{`{"require":"peer"}`, keepalive, true},
		{`{"require":"nonsense"}`, update, false},

		{`{"peer":"192.0.2.1"}`, update, true},
		{`{"peer":"192.0.2.2"}`, update, false},

		{`{"path":812}`, update, true},
		{`{"path":"812"}`, update, true},
		{`{"path":"812$"}`, update, true},
		{`{"path":"^812"}`, update, false},
		{`{"path":"^1"}`, update, true},
		{`{"path":"^1,2"}`, update, true},
		{`{"path":"1,2"}`, update, true},
		{`{"path":"2,1"}`, update, false},
		{`{"path":"^2"}`, update, false},
		{`{"path":"2$"}`, update, false},
		{`{"path":"2,[789,10111],812$"}`, update, true},
		{`{"path":"^1,2,[789,10111],812$"}`, update, true},
		{`{"path":"^2,[789,10111],812$"}`, update, false},
		{`{"path":"[789,10111]"}`, update, true},
		{`{"path":"[10111,789]"}`, update, true},
		{`{"path":"[789]"}`, update, false},
		{`{"path":"[789,10111,5]"}`, update, false},
		{`{"path":"789"}`, update, false},
		{`{"path":"[812]"}`, update, false},
		{`{"path":"1,2,[789,10111],812,5"}`, update, false},
		{`{"path":"!6666$"}`, update, true},
		{`{"path":"!812$"}`, update, false},
		{`{"path":"!^1"}`, update, false},
		{`{"path":"!^3333"}`, update, true},
		{`{"path":"!6666"}`, withdrawal, false},
		{`{"path":"81"}`, update, false},

		{`{"prefix":"99.224.0.0/16"}`, update, true},
		{`{"prefix":"99.224.0.1/16"}`, update, true},
		{`{"prefix":"99.224.0.0/11"}`, update, true},
		{`{"prefix":"99.224.0.0/11","moreSpecific":true}`, update, true},
		{`{"prefix":"99.224.0.0/11","moreSpecific":false}`, update, false},
		{`{"prefix":"99.224.0.0/16","moreSpecific":false}`, update, true},
		{`{"prefix":"99.224.8.0/24"}`, update, false},
		{`{"prefix":"99.224.8.0/24","lessSpecific":true}`, update, true},
		{`{"prefix":"99.225.8.0/24","lessSpecific":true}`, update, false},
		{`{"prefix":"10.0.0.0/8"}`, update, true},
		{`{"prefix":"10.0.0.0/8"}`, withdrawal, true},
		{`{"prefix":"2001:db8::/32"}`, update, true},
		{`{"prefix":"2001::/16"}`, update, true},
		{`{"prefix":"2001:db8:1::/48","lessSpecific":true}`, update, true},
		{`{"prefix":"::/0"}`, withdrawal, false},
		{`{"prefix":["192.0.2.0/24","2001:db8::/32"]}`, update, true},
		{`{"prefix":["192.0.2.0/24","198.51.100.0/24"]}`, update, false},
		{`{"prefix":"0.0.0.0/0"}`, keepalive, false},

		{`{"host":"rrc21","type":"UPDATE","require":"announcements","peer":"192.0.2.1","path":"812$","prefix":"99.224.0.0/11","moreSpecific":true,"lessSpecific":false,"socketOptions":{"includeRaw":false,"acknowledge":true}}`, update, true},
		{`{"host":"rrc21","type":"UPDATE","peer":"192.0.2.1","path":"813$","prefix":"99.224.0.0/11"}`, update, false},
	} {
		r, err := parseRequest([]byte(`{"type":"ris_subscribe","data":` + c.filter + `}`))
		if err != nil {
			t.Errorf("%s: %v", c.filter, err)
			continue
		}
		m, err := newMatcher(r.filter)
		if err != nil {
			t.Errorf("%s: %v", c.filter, err)
			continue
		}
		var told told
		told.read(&c.m)
		if got := m.match(&c.m, &told); got != c.want {
			t.Errorf("%s: %v", c.filter, got)
		}
		// What we write of a filter asks for the same.
		text, err := json.Marshal(r.filter)
		if err != nil {
			t.Fatal(err)
		}
		var again Filter
		if err := json.Unmarshal(text, &again); err != nil {
			t.Errorf("%s was written as %s: %v", c.filter, text, err)
			continue
		}
		if m, err := newMatcher(again); err != nil || m.match(&c.m, &told) != c.want {
			t.Errorf("%s was written as %s, which is something else: %v", c.filter, text, err)
		}
	}
}

// A filter that makes no sense is refused in words for the client.
func TestRefusedRequests(t *testing.T) {
	for text, want := range map[string]string{
		``:                                         "this is no message",
		`[]`:                                       "this is no message",
		`{"type":7}`:                               "this is no message",
		`{"type":"ris_shout"}`:                     `no message has the type "ris_shout"`,
		`{}`:                                       `no message has the type ""`,
		subscribe(`7`):                             "data can't be a number",
		subscribe(`"all"`):                         "data can't be a string",
		subscribe(`{"host":7}`):                    "host can't be a number",
		subscribe(`{"type":"NEWS"}`):               `type "NEWS" is none of UPDATE, OPEN`,
		subscribe(`{"peer":"me"}`):                 `peer "me" is no address`,
		subscribe(`{"path":"8*2"}`):                `path "8*2": want ASes`,
		subscribe(`{"path":"!"}`):                  `path "!": want ASes`,
		subscribe(`{"path":"^$"}`):                 `path "^$": want ASes`,
		subscribe(`{"path":"1,,2"}`):               `path "1,,2": want ASes`,
		subscribe(`{"path":"[1"}`):                 `path "[1": want ASes`,
		subscribe(`{"path":"[1]2"}`):               `path "[1]2": want ASes`,
		subscribe(`{"path":"[]"}`):                 `path "[]": want ASes`,
		subscribe(`{"path":"1,"}`):                 `path "1,": want ASes`,
		subscribe(`{"path":[1]}`):                  `path "[1]`,
		subscribe(`{"path":{}}`):                   `path "{}": want ASes`,
		subscribe(`{"path":4294967296}`):           "want ASes",
		subscribe(`{"prefix":"10.0.0.0"}`):         `prefix "10.0.0.0" is none`,
		subscribe(`{"prefix":["10.0.0.0/8","x"]}`): `prefix "x" is none`,
		subscribe(`{"prefix":7}`):                  "prefix is neither",
		subscribe(`{"prefix":{"a":1}}`):            "prefix is neither",
		subscribe(`{"moreSpecific":"yes"}`):        "moreSpecific can't be a string",
		subscribe(`{"socketOptions":{"includeRaw":"yes"}}`):                            "includeRaw can't be a string",
		subscribe(`{"prefix":[` + strings.Repeat(`"::/0",`, maxPrefixes) + `"::/0"]}`): "more than 10000",
	} {
		r, err := parseRequest([]byte(text))
		if err == nil && r.filter.Path == "[1]" { // an array of one AS reads like a set
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80s: %v; want %q", text, err, want)
		}
		if err != nil && (strings.Contains(err.Error(), "Go ") || strings.Contains(err.Error(), "rislive")) {
			t.Errorf("%.80s: the client reads of Go: %v", text, err)
		}
	}
}

func subscribe(data string) string { return `{"type":"ris_subscribe","data":` + data + `}` }

// The options of the socket come with a subscription, and its echo does not have
// them.
func TestSocketOptions(t *testing.T) {
	r, err := parseRequest([]byte(subscribe(`{"type":"UPDATE","host":null,"path":"812$","socketOptions":{"includeRaw":true}}`)))
	if err != nil || r.raw == nil || !*r.raw || r.ack != nil || string(r.echo) != `{"path":"812$","type":"UPDATE"}` {
		t.Errorf("%+v, %v, echo %s", r, err, r.echo)
	}
	if r, err = parseRequest([]byte(subscribe(`null`))); err != nil || string(r.echo) != `{}` {
		t.Errorf("%+v, %v, echo %s", r, err, r.echo)
	}
	for _, header := range []string{`{"path":"812$"}`, subscribe(`{"path":"812$"}`)} {
		if r, err := headerRequest([]string{header}); err != nil || r.filter.Path != "812$" {
			t.Errorf("%s: %+v, %v", header, r, err)
		}
	}
	if r, err := headerRequest(nil); err != nil || r.filter.Path != "" {
		t.Errorf("no header: %+v, %v", r, err)
	}
	if _, err := headerRequest([]string{"812$"}); err == nil {
		t.Error("a header that is no JSON was taken")
	}
}

// A path in the obvious form: hops as texts, compared one by one.
func plainMatch(pattern string, path []string) bool {
	if len(path) == 0 {
		return false
	}
	rest, not := strings.CutPrefix(pattern, "!")
	rest, start := strings.CutPrefix(rest, "^")
	rest, end := strings.CutSuffix(rest, "$")
	var want []string
	for rest != "" {
		item := rest
		if i := strings.IndexByte(rest, ','); i >= 0 && rest[0] != '[' {
			item = rest[:i]
		} else if rest[0] == '[' {
			item = rest[:strings.IndexByte(rest, ']')+1]
		}
		want = append(want, item)
		rest = strings.TrimPrefix(strings.TrimPrefix(rest, item), ",")
	}
	found := false
	for at := range path {
		if at+len(want) > len(path) || start && at > 0 || end && at+len(want) < len(path) {
			continue
		}
		same := true
		for i, w := range want {
			same = same && path[at+i] == w
		}
		found = found || same
	}
	return found != not
}

// All short patterns over all short paths of three hops, one of them a set.
func TestPathsAgainstTwin(t *testing.T) {
	hops := []string{"1", "2", "[3,4]"}
	var lists [][]string
	for n := range 5 {
		total := 1
		for range n {
			total *= len(hops)
		}
		for k := range total {
			var list []string
			for range n {
				list = append(list, hops[k%len(hops)])
				k /= len(hops)
			}
			lists = append(lists, list)
		}
	}
	compared := 0
	for _, path := range lists {
		var body []byte
		for _, h := range path {
			switch h {
			case "[3,4]":
				body = concat(body, segmentOf(1, 4, 4, 3))
			case "1":
				body = concat(body, segmentOf(2, 4, 1))
			default:
				body = concat(body, segmentOf(2, 4, 2))
			}
		}
		var told told
		m := from(updateOf(nil, attr(attrASPath, body...), nil))
		told.read(&m)
		for _, want := range lists {
			if len(want) == 0 || len(want) > 3 {
				continue
			}
			for _, signs := range []string{"", "^", "$", "^$", "!", "!^", "!$", "!^$"} {
				text := strings.Join(want, ",")
				if strings.Contains(signs, "^") {
					text = "^" + text
				}
				if strings.Contains(signs, "$") {
					text += "$"
				}
				if strings.Contains(signs, "!") {
					text = "!" + text
				}
				p, err := parsePath(text)
				if err != nil {
					t.Fatal(err)
				}
				if got, want := p.match(&told), plainMatch(text, path); got != want {
					t.Fatalf("%s on %v: %v", text, path, got)
				}
				compared++
			}
		}
	}
	if compared < 30_000 {
		t.Errorf("only %d compared", compared)
	}
}

// Any text from a client: it is understood, or refused in words; what is understood
// can be written, and means the same when it is read again.
func FuzzRequest(f *testing.F) {
	for _, s := range []string{
		subscribe(`{"host":"rrc21","type":"UPDATE","require":"announcements","peer":"192.0.2.1","path":"!^1,[2,3],812$","prefix":["99.224.0.0/11","::/0"],"moreSpecific":true,"lessSpecific":false,"socketOptions":{"includeRaw":false,"acknowledge":true}}`),
		subscribe(`null`), subscribe(`{"path":812,"prefix":"10.0.0.0/8","peer":"fe80::1%a"}`),
		`{"type":"ris_unsubscribe","data":{"prefix":"10.0.0.0/8"}}`, `{"type":"request_rrc_list"}`, `{"type":"ping","data":null}`, `{"type":"what"}`, `7`,
	} {
		f.Add([]byte(s))
	}
	messages := random(10, 11)
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := parseRequest(text)
		if err != nil {
			if e := errorText(err); !json.Valid(e) {
				t.Fatalf("%q: %s", text, e)
			}
			return
		}
		m, err := newMatcher(r.filter)
		if err != nil {
			return // an address with a zone, which no peer has
		}
		written, err := json.Marshal(r.filter)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		var again Filter
		if err := json.Unmarshal(written, &again); err != nil {
			t.Fatalf("%q was written as %s: %v", text, written, err)
		}
		m2, err := newMatcher(again)
		if err != nil {
			t.Fatal(err)
		}
		var told told
		for i := range messages {
			if told.read(&messages[i]); m.match(&messages[i], &told) != m2.match(&messages[i], &told) {
				t.Fatalf("%q and %s differ", text, written)
			}
		}
		if r.kind == "ris_subscribe" && !json.Valid(r.echo) {
			t.Fatalf("%q is echoed as %s", text, r.echo)
		}
	})
}
