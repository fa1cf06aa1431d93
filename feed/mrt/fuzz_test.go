package mrt_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"runtime"
	"testing"

	"tocsin/feed"
	"tocsin/feed/mrt"
)

func seeds(f *testing.F) {
	cases := crafted()
	for _, name := range sorted(cases) {
		if len(cases[name]) < 2000 {
			f.Add(cases[name])
		}
	}
}

// ends reads to the end of anything, and checks what holds whatever it is.
func ends(t *testing.T, stream []byte, step func(r *mrt.Reader) error) {
	t.Helper()
	r := mrt.NewReader(bytes.NewReader(stream))
	last := int64(-1)
	for {
		err := step(r)
		if errors.Is(err, io.EOF) {
			break
		}
		b, ok := errors.AsType[*mrt.Broken](err)
		if err != nil && !ok {
			t.Fatalf("an error that is no Broken: %v", err)
		}
		if ok && (b.Offset < last || b.Offset > int64(len(stream))) {
			t.Fatalf("it broke at %d after %d, of %d bytes", b.Offset, last, len(stream))
		}
		if ok {
			last = b.Offset
		}
	}
	if r.Offset() != int64(len(stream)) {
		t.Fatalf("it ended at %d of %d bytes", r.Offset(), len(stream))
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
}

// compressed tells what another target is for.
func compressed(stream []byte) bool {
	for _, magic := range []string{"\x1f\x8b", "BZh", "\x28\xb5\x2f\xfd"} {
		if bytes.HasPrefix(stream, []byte(magic)) {
			return true
		}
	}
	return false
}

// perByte and atLeast bound what a stream may make us allocate: its bytes, the
// window over them, and prefixes, of which one byte can tell.
const (
	perByte = 200
	atLeast = 4 << 20
)

func FuzzReader(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, stream []byte) {
		if compressed(stream) {
			return
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var routes feed.Routes
		ends(t, stream, func(r *mrt.Reader) error {
			err := r.Next(&routes)
			if err == nil {
				sane(t, &routes)
			}
			return err
		})
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > uint64(perByte*len(stream)+atLeast) {
			t.Errorf("%d bytes allocated for %d", got, len(stream))
		}
	})
}

// sane checks what the store relies on.
func sane(t *testing.T, r *feed.Routes) {
	t.Helper()
	n := 0
	for _, list := range [][]feed.V4{r.Announced4, r.Withdrawn4} {
		for _, p := range list {
			if q := p.Prefix(); !q.IsValid() || q != q.Masked() || p>>40 != 0 {
				t.Fatalf("%#x is no prefix", uint64(p))
			}
			n++
		}
	}
	for _, list := range [][]feed.V6{r.Announced6, r.Withdrawn6} {
		for _, p := range list {
			if q := p.Prefix(); !q.IsValid() || q != q.Masked() {
				t.Fatalf("%v is no prefix", p)
			}
			n++
		}
	}
	if n == 0 && r.State == feed.SessionSame {
		t.Fatal("nothing is told")
	}
	if len(r.Announced4)+len(r.Announced6) == 0 && len(r.Path) > 0 || r.Origin != 0 && (len(r.Path) == 0 || r.Path[len(r.Path)-1] != r.Origin) {
		t.Fatalf("path %v and origin %d with %d announcements", r.Path, r.Origin, len(r.Announced4)+len(r.Announced6))
	}
	if !r.Peer.Addr.IsValid() {
		t.Fatal("a peer without address")
	}
}

func FuzzPrinter(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, stream []byte) {
		if compressed(stream) {
			return
		}
		var p mrt.Printer
		filtered := mrt.Printer{Filter: &mrt.Filter{AS: 2, Prefix: prefix("0.0.0.0/0")}}
		var rec mrt.Record
		var out, less []byte
		ends(t, stream, func(r *mrt.Reader) error {
			err := r.NextRecord(&rec)
			if err == nil {
				out, less = p.Append(out[:0], &rec), filtered.Append(less[:0], &rec)
				if len(out) > 0 && out[len(out)-1] != '\n' || bytes.Count(less, []byte("\n")) > bytes.Count(out, []byte("\n")) {
					t.Fatalf("printed %.200q and filtered %.200q", out, less)
				}
			}
			return err
		})
	})
}

func FuzzParseName(f *testing.F) {
	for _, s := range []string{"rrc04/2022.07/updates.20220708.0845.gz", "ris.rrc06.updates.1401488100.gz", "route-views.jinx/bgpdata/2022.07/RIBS/rib.20220708.0800.bz2", "rib.00010101.0000", "ris.rrc06.updates.99999999999999.gz"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if file, ok := mrt.ParseName(s); ok && (file.Start.Unix() <= 0 || file.Start.Unix() > math.MaxUint32) {
			t.Errorf("%q starts at %v", s, file.Start)
		}
	})
}
