package mrt_test

import (
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tocsin/feed/mrt"
)

// captures are real ones, beside the repository and never in it.
const captures = "../../../shared/data/mrt"

// wanted skips loudly what needs something that isn't there, or fails if all is
// required.
func wanted(t testing.TB, what string, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if os.Getenv("TOCSIN_REQUIRE") == "all" {
		t.Fatalf("%s is required: %v", what, err)
	}
	t.Skipf("SKIPPED: %s is not here: %v", what, err)
}

// enough bytes of a capture have records of all kinds that it has.
const enough = 500 << 10

// files are all captures.
func files(t testing.TB) []string {
	t.Helper()
	_, err := os.Stat(captures)
	wanted(t, captures, err)
	var all []string
	for _, pattern := range []string{"bgpdump/*.gz", "libbgpstream/*.gz", "libbgpstream/*.bz2", "mrtparse/*_*"} {
		found, err := filepath.Glob(filepath.Join(captures, pattern))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	if len(all) < 20 {
		t.Fatalf("only %d captures in %s", len(all), captures)
	}
	return all
}

// plain reads a capture and decompresses it, not by our own reader.
func plain(t testing.TB, path string) []byte { return begun(t, path, math.MaxInt64) }

// begun is the first bytes of a capture, decompressed: the standard library takes a
// second for the whole of a large one.
func begun(t testing.TB, path string, most int64) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	wanted(t, path, err)
	var from io.Reader = bytes.NewReader(b)
	switch {
	case strings.HasSuffix(path, ".gz"):
		if from, err = gzip.NewReader(from); err != nil {
			t.Fatal(err)
		}
	case strings.HasSuffix(path, ".bz2"):
		from = bzip2.NewReader(from)
	}
	b, err = io.ReadAll(io.LimitReader(from, most))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return b
}

// text is what a Printer makes of a stream, and where it broke.
func text(t testing.TB, r *mrt.Reader, f *mrt.Filter) (out []byte, broken []*mrt.Broken) {
	t.Helper()
	p := mrt.Printer{Filter: f}
	var rec mrt.Record
	for {
		err := r.NextRecord(&rec)
		if errors.Is(err, io.EOF) {
			return out, broken
		}
		if b, ok := errors.AsType[*mrt.Broken](err); ok {
			broken = append(broken, b)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		out = p.Append(out, &rec)
	}
}

// bgpdump runs the peer on a file.
func bgpdump(t testing.TB, path string) []byte {
	t.Helper()
	program, err := exec.LookPath("bgpdump")
	wanted(t, "bgpdump", err)
	out, err := exec.CommandContext(t.Context(), program, "-q", "-m", path).Output()
	if err != nil {
		t.Fatalf("bgpdump %s: %v", path, err)
	}
	return out
}

// same compares two texts, and shows the first line that differs.
func same(t testing.TB, name string, got, want []byte) {
	t.Helper()
	if bytes.Equal(got, want) {
		return
	}
	g, w := bytes.Split(got, []byte("\n")), bytes.Split(want, []byte("\n"))
	for i := range min(len(g), len(w)) {
		if !bytes.Equal(g[i], w[i]) {
			t.Errorf("%s, line %d of %d:\n got %.300q\nwant %.300q", name, i+1, len(w), g[i], w[i])
			return
		}
	}
	t.Errorf("%s: %d lines, want %d", name, len(g), len(w))
}

// This is what the printer is accepted by.
func TestPrintsWhatBgpdumpPrinted(t *testing.T) {
	expect, err := filepath.Glob(filepath.Join(captures, "bgpdump/expect/*.bgp.gz"))
	if err == nil && len(expect) < 8 {
		err = os.ErrNotExist
	}
	wanted(t, captures+"/bgpdump/expect", err)
	for _, want := range expect {
		name := strings.TrimSuffix(filepath.Base(want), ".bgp.gz")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := mrt.Open(filepath.Join(captures, "bgpdump", name))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = r.Close() }()
			got, broken := text(t, r, nil)
			if len(broken) > 0 {
				t.Errorf("it broke: %v", broken)
			}
			same(t, name, got, plain(t, want))
		})
	}
}

// sampled is as many whole records of a stream: its first ones, and then one in so many,
// so that something of all of it is there.
func sampled(stream []byte, most int) (some []byte) {
	next := func(at int) int { return at + 12 + int(binary.BigEndian.Uint32(stream[at+8:])) }
	at := 0
	for at+12 <= len(stream) && at < most/2 {
		at = next(at)
	}
	at = min(at, len(stream))
	some = bytes.Clone(stream[:at])
	in := 1 + 2*len(stream[at:])/most
	for n := 0; at+12 <= len(stream); n++ {
		end := min(next(at), len(stream))
		if n%in == 0 {
			some = append(some, stream[at:end]...)
		}
		at = end
	}
	return some
}

// Against the program itself, on all captures: a sample of the large ones, since it
// takes half a minute for all that there is, or the whole where all is required.
func TestPrintsWhatBgpdumpPrints(t *testing.T) {
	for _, path := range files(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			if os.Getenv("TOCSIN_REQUIRE") != "all" {
				b, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if b, err = unpacked(t, bytes.NewReader(b)); err != nil {
					t.Fatal(err)
				}
				if len(b) > enough {
					path = written(t, sampled(b, enough))
				}
			}
			r, err := mrt.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = r.Close() }()
			got, broken := text(t, r, nil)
			if len(broken) > 0 && !strings.Contains(broken[0].Error(), "unexpected EOF") {
				t.Errorf("it broke: %v", broken)
			}
			same(t, path, got, bgpdump(t, path))
		})
	}
}

// sorted gives the keys of a table in order, so that tests run in one.
func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
