package rislive

import (
	"encoding/json"
	"errors"
	"math/big"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tocsin/feed"
)

// The twin reads a message in the obvious way: the whole text into maps, then one
// thing after the other, with net/netip and math/big. It is slow and easy to
// believe. What [Decoder] makes of any text must be what the twin makes of it.

var errTwin = errors.New("the twin refuses it")

func twin(msg []byte) (kind Kind, out feed.Routes, endOfRIB bool, err error) {
	dec := json.NewDecoder(strings.NewReader(string(msg)))
	dec.UseNumber()
	if !json.Valid(msg) {
		return Other, out, false, errTwin
	}
	var whole map[string]any
	if strings.TrimLeft(string(msg), " \t\r\n")[0] != '{' {
		return Other, out, false, errTwin
	}
	if err := dec.Decode(&whole); err != nil {
		return Other, out, false, err
	}
	data, _ := whole["data"].(map[string]any)
	switch whole["type"] {
	case "ris_error":
		return Error, out, false, nil
	case "pong":
		return Pong, out, false, nil
	case "ris_message":
	default:
		return Other, out, false, nil
	}
	switch data["type"] {
	case "UPDATE":
		kind = Update
	case "RIS_PEER_STATE", "STATE":
		kind = State
	default:
		return Other, out, false, nil
	}
	defer func() {
		if r := recover(); r != nil {
			if r != errTwin { //nolint:errorlint // it is the very value that want panics with
				panic(r)
			}
			kind, err = Other, errTwin
		}
	}()
	endOfRIB = twinFields(data, &out)
	if kind == State {
		want(out.State != feed.SessionSame)
		out.Announced4, out.Announced6, out.Withdrawn4, out.Withdrawn6 = nil, nil, nil, nil
		out.Path, out.Origin = nil, 0
		return State, out, endOfRIB, nil
	}
	out.State = feed.SessionSame
	if len(out.Announced4)+len(out.Announced6) == 0 {
		out.Path, out.Origin = nil, 0
		if endOfRIB && len(out.Withdrawn4)+len(out.Withdrawn6) == 0 {
			kind = EndOfRIB
		}
	}
	return kind, out, endOfRIB, nil
}

// want refuses the message unless the condition holds.
func want(ok bool) {
	if !ok {
		panic(errTwin)
	}
}

// must gives a value of a type, or refuses the message.
func must[T any](v any) T {
	t, ok := v.(T)
	want(ok)
	return t
}

func twinFields(data map[string]any, out *feed.Routes) (endOfRIB bool) {
	out.At = twinTime(must[json.Number](data["timestamp"]))
	addr, err := netip.ParseAddr(must[string](data["peer"]))
	want(err == nil && addr.Zone() == "")
	out.Peer.Addr = addr
	switch as := data["peer_asn"].(type) {
	case string:
		out.Peer.AS = twinAS(as)
	default:
		out.Peer.AS = twinAS(string(must[json.Number](as)))
	}
	if host := data["host"]; host != nil {
		name := must[string](host)
		if strings.HasPrefix(name, "rrc") {
			name, _, _ = strings.Cut(name, ".")
		}
		want(regexp.MustCompile(`^[-._A-Za-z0-9]{0,63}$`).MatchString(name))
		out.Peer.Collector = name
	}
	if state := data["state"]; state != nil {
		switch s := twinLower(must[string](state)); {
		case slices.Contains([]string{"connected", "up", "established"}, s):
			out.State = feed.SessionUp
		case slices.Contains([]string{"down", "disconnected", "idle", "connect", "active", "opensent", "openconfirm"}, s):
			out.State = feed.SessionDown
		default:
			want(false)
		}
	}
	out.Path, out.Origin = twinPath(data["path"])
	var before []netip.Prefix
	if list := data["announcements"]; list != nil {
		for i, a := range must[[]any](list) {
			prefixes, mark := twinPrefixes(must[map[string]any](a)["prefixes"])
			endOfRIB = endOfRIB || mark
			if i > 0 && slices.Equal(prefixes, before) {
				continue
			}
			before = prefixes
			out.Announced4, out.Announced6 = twinSplit(prefixes, out.Announced4, out.Announced6)
		}
	}
	prefixes, mark := twinPrefixes(data["withdrawals"])
	out.Withdrawn4, out.Withdrawn6 = twinSplit(prefixes, nil, nil)
	return endOfRIB || mark
}

// twinLower is for ASCII: other letters are in no state's name, and some of them
// have small forms that are.
func twinLower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r - 'A' + 'a'
		}
		return r
	}, s)
}

func twinTime(n json.Number) int64 {
	want(regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`).MatchString(string(n)))
	r, ok := new(big.Rat).SetString(string(n))
	want(ok)
	r.Mul(r, big.NewRat(1e9, 1))
	ns := new(big.Int).Quo(r.Num(), r.Denom())
	want(new(big.Int).Quo(ns, big.NewInt(1e9)).Cmp(big.NewInt(9223372035)) <= 0)
	return ns.Int64()
}

func twinAS(s string) uint32 {
	want(regexp.MustCompile(`^[0-9]{1,10}$`).MatchString(s))
	as, err := strconv.ParseUint(s, 10, 32)
	want(err == nil)
	return uint32(as)
}

func twinPath(path any) (flat []uint32, origin uint32) {
	if path == nil {
		return nil, 0
	}
	for _, hop := range must[[]any](path) {
		set, isSet := hop.([]any)
		if !isSet {
			set = []any{hop}
		}
		origin = 0
		for _, as := range set {
			flat = append(flat, twinAS(string(must[json.Number](as))))
		}
		if len(set) == 1 {
			origin = flat[len(flat)-1]
		}
	}
	return flat, origin
}

func twinPrefixes(list any) (prefixes []netip.Prefix, endOfRIB bool) {
	if list == nil {
		return nil, false
	}
	for _, text := range must[[]any](list) {
		if must[string](text) == "eor" {
			endOfRIB = true
			continue
		}
		p, err := netip.ParsePrefix(text.(string))
		want(err == nil)
		prefixes = append(prefixes, p.Masked())
	}
	return prefixes, endOfRIB
}

func twinSplit(prefixes []netip.Prefix, four []feed.V4, six []feed.V6) ([]feed.V4, []feed.V6) {
	for _, p := range prefixes {
		if p.Addr().Is4() {
			var v uint64
			for _, b := range p.Addr().As4() {
				v = v<<8 | uint64(b)
			}
			four = append(four, feed.V4(v<<8|uint64(p.Bits())))
			continue
		}
		v := feed.V6{Bits: uint8(p.Bits())}
		for i, b := range p.Addr().As16() {
			if i < 8 {
				v.Hi = v.Hi<<8 | uint64(b)
			} else {
				v.Lo = v.Lo<<8 | uint64(b)
			}
		}
		six = append(six, v)
	}
	return four, six
}

// doubles tells whether an object has a key twice. There the twin's maps forget
// that the first value was wrong, and nothing can be compared.
func doubles(msg []byte) bool {
	dec := json.NewDecoder(strings.NewReader(string(msg)))
	var seen []map[string]bool // of the objects that are open; nil for arrays
	key := false
	for {
		tok, err := dec.Token()
		if err != nil {
			return false
		}
		switch tok := tok.(type) {
		case json.Delim:
			switch tok {
			case '{':
				seen, key = append(seen, map[string]bool{}), true
				continue
			case '[':
				seen, key = append(seen, nil), false
				continue
			}
			seen = seen[:len(seen)-1]
		case string:
			if key {
				if seen[len(seen)-1][tok] {
					return true
				}
				seen[len(seen)-1][tok], key = true, false
				continue
			}
		}
		key = len(seen) > 0 && seen[len(seen)-1] != nil
	}
}
