package mrt_test

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	klauspost "github.com/klauspost/compress/gzip"
	"github.com/osrg/gobgp/v4/pkg/packet/bgp"
	gobgp "github.com/osrg/gobgp/v4/pkg/packet/mrt"

	"tocsin/feed"
	"tocsin/feed/mrt"
)

// decode reads a stream to its end, and counts prefixes.
func decode(tb testing.TB, from io.Reader) int64 {
	tb.Helper()
	r := mrt.NewReader(from)
	defer func() { _ = r.Close() }()
	var routes feed.Routes
	for {
		if err := r.Next(&routes); errors.Is(err, io.EOF) {
			return r.Counts().Prefixes
		} else if err != nil {
			tb.Fatal(err)
		}
	}
}

// decodeGobgp does the same with the peer, as its own programs do: split, header,
// body.
func decodeGobgp(tb testing.TB, from io.Reader) (prefixes, failed int64) {
	tb.Helper()
	s := bufio.NewScanner(from)
	s.Buffer(make([]byte, 1<<20), 1<<24)
	s.Split(gobgp.SplitMrt)
	for s.Scan() {
		b := s.Bytes()
		h, err := gobgp.ParseHeader(b)
		if err != nil {
			failed++
			continue
		}
		m, err := gobgp.ParseBody(b[gobgp.MRT_COMMON_HEADER_LEN:], h)
		if err != nil {
			failed++
			continue
		}
		prefixes += prefixesOf(m)
	}
	return prefixes, failed
}

// prefixesOf counts the prefixes of IPv4 and IPv6 unicast: we leave others out.
func prefixesOf(m *gobgp.MRTMessage) int64 {
	switch body := m.Body.(type) {
	case *gobgp.BGP4MPMessage:
		u, ok := body.BGPMessage.Body.(*bgp.BGPUpdate)
		if !ok {
			return 0
		}
		n := len(u.NLRI) + len(u.WithdrawnRoutes)
		for _, a := range u.PathAttributes {
			switch a := a.(type) {
			case *bgp.PathAttributeMpReachNLRI:
				if a.SAFI == bgp.SAFI_UNICAST {
					n += len(a.Value)
				}
			case *bgp.PathAttributeMpUnreachNLRI:
				if a.SAFI == bgp.SAFI_UNICAST {
					n += len(a.Value)
				}
			}
		}
		return int64(n)
	case *gobgp.Rib:
		return int64(len(body.Entries))
	}
	return 0
}

// many repeats a capture until it has a size worth measuring.
func many(b *testing.B, name string, size int) []byte {
	b.Helper()
	one := plain(b, filepath.Join(captures, name))
	return bytes.Repeat(one, max(1, size/len(one)))
}

// burnt is the processor time of this process: others may be at work beside us.
func burnt(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// benchCaptures are what gobgp can read too: numbers of four bytes, no microseconds.
func benchCaptures() map[string]string {
	return map[string]string{
		"updates2016": "bgpdump/updates.20160811.1600.gz",
		"updates2013": "libbgpstream/updates.example.bz2",
		"table2014":   "libbgpstream/routeviews.route-views.jinx.ribs.1401487200.bz2",
	}
}

// both keeps of a stream the records that gobgp decodes.
func both(tb testing.TB, stream []byte) (kept []byte) {
	tb.Helper()
	for len(stream) > gobgp.MRT_COMMON_HEADER_LEN {
		h, err := gobgp.ParseHeader(stream)
		if err != nil {
			tb.Fatal(err)
		}
		n := gobgp.MRT_COMMON_HEADER_LEN + int(h.Len)
		if _, err := gobgp.ParseBody(stream[gobgp.MRT_COMMON_HEADER_LEN:n:n], h); err == nil {
			kept = append(kept, stream[:n]...)
		}
		stream = stream[n:]
	}
	return kept
}

// BenchmarkDecode times ours beside gobgp on the same bytes in the same process, in
// turn; run it with -cpu 1. The second ratio is of the records alone that both decode:
// what a decoder refuses at once costs it nothing.
func BenchmarkDecode(b *testing.B) {
	for _, name := range sorted(benchCaptures()) {
		b.Run(name, func(b *testing.B) {
			all := many(b, benchCaptures()[name], 16<<20)
			common := both(b, all)
			theirs, _ := decodeGobgp(b, bytes.NewReader(common))
			if ours := decode(b, bytes.NewReader(common)); ours != theirs {
				b.Fatalf("gobgp finds %d prefixes where we find %d", theirs, ours)
			}
			var failed, prefixes int64
			own, peer := math.Inf(1), math.Inf(1)
			ownBoth, peerBoth := math.Inf(1), math.Inf(1)
			for b.Loop() {
				own = min(own, fastest(b, 3, func() { prefixes = decode(b, bytes.NewReader(all)) }))
				peer = min(peer, fastest(b, 1, func() { _, failed = decodeGobgp(b, bytes.NewReader(all)) }))
				if len(common) < len(all) {
					ownBoth = min(ownBoth, fastest(b, 3, func() { decode(b, bytes.NewReader(common)) }))
					peerBoth = min(peerBoth, fastest(b, 1, func() { decodeGobgp(b, bytes.NewReader(common)) }))
				}
			}
			if len(common) == len(all) {
				ownBoth, peerBoth = own, peer
			}
			b.ReportMetric(float64(prefixes)/own*1e3, "Mprefixes/cpu-s")
			b.ReportMetric(peer/own, "×gobgp")
			b.ReportMetric(peerBoth/ownBoth, "×gobgp-both")
			b.ReportMetric(float64(failed), "gobgp-failed")
		})
	}
}

// fastest is the least processor time of n runs, in nanoseconds: on a machine that
// does other work too, the others tell of that.
func fastest(b *testing.B, n int, run func()) float64 {
	least := math.Inf(1)
	for range n {
		start := burnt(b)
		run()
		least = min(least, float64(burnt(b)-start))
	}
	return least
}

// From a compressed archive, on one core for gzip and zstd.
func BenchmarkArchive(b *testing.B) {
	for _, c := range []struct{ name, file string }{
		{"gz2016", "bgpdump/updates.20160811.1600.gz"},
		{"gz2007", "bgpdump/updates.20070211.0141.gz"},
		{"bz2updates", "libbgpstream/updates.example.bz2"},
		{"bz2table", "libbgpstream/routeviews.route-views.jinx.ribs.1401487200.bz2"},
	} {
		b.Run(c.name, func(b *testing.B) {
			packed, err := os.ReadFile(filepath.Join(captures, c.file))
			wanted(b, c.file, err)
			b.SetBytes(int64(len(plain(b, filepath.Join(captures, c.file)))))
			b.ReportAllocs()
			var prefixes int64
			own, wall := math.Inf(1), math.Inf(1)
			for b.Loop() {
				start := time.Now()
				own = min(own, fastest(b, 1, func() { prefixes = decode(b, bytes.NewReader(packed)) }))
				wall = min(wall, float64(time.Since(start)))
			}
			b.ReportMetric(float64(prefixes)/wall*1e3, "Mprefixes/s")
			b.ReportMetric(float64(prefixes)/own*1e3, "Mprefixes/cpu-s")
		})
	}
}

// BenchmarkBzip2 times our decompressor beside the standard library's, by processor
// time, so that what the second core adds is not counted.
func BenchmarkBzip2(b *testing.B) {
	for _, file := range []string{"libbgpstream/updates.example.bz2", "libbgpstream/routeviews.route-views.jinx.ribs.1401487200.bz2"} {
		b.Run(filepath.Base(file), func(b *testing.B) {
			packed, err := os.ReadFile(filepath.Join(captures, file))
			wanted(b, file, err)
			var size int64
			theirs := fastest(b, 2, func() {
				if size, err = io.Copy(io.Discard, bzip2.NewReader(bytes.NewReader(packed))); err != nil {
					b.Fatal(err)
				}
			})
			b.SetBytes(size)
			b.ReportAllocs()
			own := math.Inf(1)
			for b.Loop() {
				own = min(own, fastest(b, 1, func() {
					if err := unpack(packed); err != nil {
						b.Fatal(err)
					}
				}))
			}
			b.ReportMetric(float64(size)/own*1e3, "MB/cpu-s")
			b.ReportMetric(theirs/own, "×compress/bzip2")
		})
	}
}

// BenchmarkInflate times our decompressor beside two others, by processor time.
func BenchmarkInflate(b *testing.B) {
	for _, path := range gzips(b) {
		packed, err := os.ReadFile(path)
		wanted(b, path, err)
		if len(packed) < 200<<10 {
			continue // too short to be timed
		}
		b.Run(filepath.Base(path), func(b *testing.B) {
			var size int64
			run := func(open func() (io.Reader, error)) float64 {
				return fastest(b, 1, func() {
					z, err := open()
					if err == nil {
						size, err = io.Copy(io.Discard, z)
					}
					if err != nil {
						b.Fatal(err)
					}
				})
			}
			own, std, peer := math.Inf(1), math.Inf(1), math.Inf(1)
			for b.Loop() {
				own = min(own, run(func() (io.Reader, error) { return mrt.Decompress(bytes.NewReader(packed)), nil }))
				std = min(std, run(func() (io.Reader, error) { return gzip.NewReader(bytes.NewReader(packed)) }))
				peer = min(peer, run(func() (io.Reader, error) { return klauspost.NewReader(bytes.NewReader(packed)) }))
			}
			b.ReportMetric(float64(size)/own*1e3, "MB/cpu-s")
			b.ReportMetric(std/own, "×compress/gzip")
			b.ReportMetric(peer/own, "×klauspost")
		})
	}
}

// unpack decompresses without decoding.
func unpack(packed []byte) error {
	r := mrt.Decompress(bytes.NewReader(packed))
	_, err := io.Copy(io.Discard, r)
	return errors.Join(err, r.Close())
}
