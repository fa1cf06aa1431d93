package rislive

import (
	"encoding/json"
	"net/netip"
	"strconv"
	"testing"
	"time"

	"github.com/valyala/fastjson"

	"tocsin/feed"
)

// sum is what every decoder must get out of a message: peer, time, path, origin and
// all prefixes, mixed so that the order counts.
func sum(h uint64, r *feed.Routes) uint64 {
	mix := func(v uint64) { h = (h ^ v) * 0x100000001b3; h ^= h >> 29 }
	mix(uint64(r.At))
	mix(uint64(r.Peer.AS))
	for _, as := range r.Path {
		mix(uint64(as))
	}
	mix(uint64(r.Origin))
	for _, list := range [...][]feed.V4{r.Announced4, r.Withdrawn4} {
		for _, p := range list {
			mix(uint64(p))
		}
		mix(uint64(len(list)))
	}
	for _, list := range [...][]feed.V6{r.Announced6, r.Withdrawn6} {
		for _, p := range list {
			mix(p.Hi)
			mix(p.Lo)
			mix(uint64(p.Bits))
		}
		mix(uint64(len(list)))
	}
	return h
}

// The peers do the same work with what they have: fastjson with our readers of
// addresses, since it gives bytes; encoding/json into structs, with net/netip.

type fast struct{ p fastjson.Parser }

func (f *fast) decode(msg []byte, out *feed.Routes) error {
	v, err := f.p.ParseBytes(msg)
	if err != nil {
		return err
	}
	data := v.Get("data")
	*out = feed.Routes{
		Announced4: out.Announced4[:0], Withdrawn4: out.Withdrawn4[:0],
		Announced6: out.Announced6[:0], Withdrawn6: out.Withdrawn6[:0], Path: out.Path[:0],
	}
	out.At = int64(data.GetFloat64("timestamp")*1000+0.5) * 1e6
	as, _ := parseAS(data.GetStringBytes("peer_asn"))
	peer, _ := parseAddr(data.GetStringBytes("peer"))
	out.Peer = feed.Peer{Addr: peer.addr(), AS: as}
	for _, hop := range data.GetArray("path") {
		out.Origin = 0
		if hop.Type() == fastjson.TypeArray {
			set := hop.GetArray()
			for _, a := range set {
				out.Path = append(out.Path, uint32(a.GetUint()))
			}
			if len(set) == 1 {
				out.Origin = uint32(set[0].GetUint())
			}
			continue
		}
		out.Origin = uint32(hop.GetUint())
		out.Path = append(out.Path, out.Origin)
	}
	for _, a := range data.GetArray("announcements") {
		for _, p := range a.GetArray("prefixes") {
			if q, ok := parsePrefix(p.GetStringBytes()); ok && q.six {
				out.Announced6 = append(out.Announced6, q.v6())
			} else if ok {
				out.Announced4 = append(out.Announced4, q.v4())
			}
		}
	}
	for _, p := range data.GetArray("withdrawals") {
		if q, ok := parsePrefix(p.GetStringBytes()); ok && q.six {
			out.Withdrawn6 = append(out.Withdrawn6, q.v6())
		} else if ok {
			out.Withdrawn4 = append(out.Withdrawn4, q.v4())
		}
	}
	return nil
}

type plainMessage struct {
	Data struct {
		Timestamp     float64           `json:"timestamp"`
		Peer          string            `json:"peer"`
		PeerASN       string            `json:"peer_asn"`
		Host          string            `json:"host"`
		Type          string            `json:"type"`
		Path          []json.RawMessage `json:"path"`
		Announcements []struct {
			Prefixes []string `json:"prefixes"`
		} `json:"announcements"`
		Withdrawals []string `json:"withdrawals"`
	} `json:"data"`
}

func plainDecode(msg []byte, out *feed.Routes) error {
	var m plainMessage
	if err := json.Unmarshal(msg, &m); err != nil {
		return err
	}
	*out = feed.Routes{At: int64(m.Data.Timestamp*1000+0.5) * 1e6}
	as, err := strconv.ParseUint(m.Data.PeerASN, 10, 32)
	if err != nil {
		return err
	}
	out.Peer.AS = uint32(as)
	if out.Peer.Addr, err = netip.ParseAddr(m.Data.Peer); err != nil {
		return err
	}
	for _, hop := range m.Data.Path {
		set := []uint32{0}
		if hop[0] == '[' {
			err = json.Unmarshal(hop, &set)
		} else {
			err = json.Unmarshal(hop, &set[0])
		}
		if err != nil {
			return err
		}
		out.Path = append(out.Path, set...)
		out.Origin = 0
		if len(set) == 1 {
			out.Origin = set[0]
		}
	}
	var announced, withdrawn []netip.Prefix
	for _, a := range m.Data.Announcements {
		for _, s := range a.Prefixes {
			p, err := netip.ParsePrefix(s)
			if err != nil {
				return err
			}
			announced = append(announced, p.Masked())
		}
	}
	for _, s := range m.Data.Withdrawals {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return err
		}
		withdrawn = append(withdrawn, p.Masked())
	}
	out.Announced4, out.Announced6 = twinSplit(announced, nil, nil)
	out.Withdrawn4, out.Withdrawn6 = twinSplit(withdrawn, nil, nil)
	return nil
}

// Three decoders, one sum: what the benchmark compares is the same work.
func TestDecodersAgree(t *testing.T) {
	msgs := encoded(random(3000, 7), false)
	var ours, theirs, plain uint64
	var d Decoder
	var f fast
	var a, b, c feed.Routes
	bytes := 0
	for _, m := range msgs {
		bytes += len(m)
		if kind, err := d.Decode(m, &a); err != nil || kind != Update {
			t.Fatalf("%s: %v, %v", m, kind, err)
		}
		if err := f.decode(m, &b); err != nil {
			t.Fatal(err)
		}
		if err := plainDecode(m, &c); err != nil {
			t.Fatal(err)
		}
		ours, theirs, plain = sum(ours, &a), sum(theirs, &b), sum(plain, &c)
		if ours != theirs || ours != plain {
			t.Fatalf("%s:\nours     %v\nfastjson %v\njson     %v", m, a, b, c)
		}
	}
	if mean := bytes / len(msgs); mean < 350 || mean > 470 {
		t.Errorf("the messages have %d bytes in the mean; real ones 411", mean)
	}
}

// rates is how many messages a second each decoder does. They take turns in rounds
// of a millisecond or two, and the best round of each counts: what else the machine
// does then hits all alike, or none.
func rates(b *testing.B, msgs [][]byte, decoders ...func([]byte, *feed.Routes) error) []float64 {
	b.Helper()
	best := make([]float64, len(decoders))
	var r feed.Routes
	for range 200 {
		for i, decode := range decoders {
			start := time.Now()
			for _, m := range msgs {
				if err := decode(m, &r); err != nil {
					b.Fatal(err)
				}
			}
			best[i] = max(best[i], float64(len(msgs))/time.Since(start).Seconds())
		}
	}
	return best
}

// BenchmarkDecode times ours beside the peers on the same messages in the same
// process; run it with -cpu 1.
func BenchmarkDecode(b *testing.B) {
	for _, raw := range []bool{false, true} {
		b.Run(map[bool]string{false: "plain", true: "raw"}[raw], func(b *testing.B) {
			msgs := encoded(random(3000, 7), raw)
			size := 0
			for _, m := range msgs {
				size += len(m)
			}
			var d Decoder
			var r feed.Routes
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				for _, m := range msgs {
					if _, err := d.Decode(m, &r); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.StopTimer()
			var f fast
			own := func(m []byte, r *feed.Routes) error { _, err := d.Decode(m, r); return err }
			rate := rates(b, msgs[:200], own, f.decode, plainDecode)
			b.ReportMetric(rate[0]/1e6, "Mmsg/s")
			b.ReportMetric(rate[0]/rate[1], "×fastjson")
			b.ReportMetric(rate[0]/rate[2], "×encoding/json")
			b.ReportMetric(float64(size)/float64(len(msgs)), "bytes/msg")
		})
	}
}

// BenchmarkEncode times what the server does to a message: take it apart, match
// it, write it.
func BenchmarkEncode(b *testing.B) {
	messages := random(3000, 7)
	m, err := newMatcher(Filter{Type: "UPDATE", More: true})
	if err != nil {
		b.Fatal(err)
	}
	var e encoder
	var t told
	var text []byte
	b.ReportAllocs()
	for b.Loop() {
		for i := range messages {
			if t.read(&messages[i]) && m.match(&messages[i], &t) {
				text = e.append(text[:0], &messages[i], &t, false)
			}
		}
	}
	b.ReportMetric(float64(b.N*len(messages))/b.Elapsed().Seconds()/1e6, "Mmsg/s")
}
