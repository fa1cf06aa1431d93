package mrt_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/iotest"

	"tocsin/feed"
	"tocsin/feed/mrt"
)

// mended reads the times of a stream in seconds beyond 08:00 of 8 July 2022, mended, and
// how many lied.
func mended(t *testing.T, r *mrt.Reader) (times []int, lying int64) {
	t.Helper()
	r.Mend()
	var routes feed.Routes
	for {
		switch err := r.Next(&routes); {
		case errors.Is(err, io.EOF):
			return times, r.Counts().Lying
		case err != nil:
			t.Fatal(err)
		}
		times = append(times, int(routes.At/1e9-clock("2022-07-08 08:00").Unix()))
	}
}

const (
	day  = 24 * 3600
	year = 365 * day
	far  = 2 * year
)

// A time that lies dates neither its own record nor those behind it.
func TestMendsTimesThatLie(t *testing.T) {
	t.Parallel()
	const named, other, odd = "updates.20220708.0800.gz", "updates.20010203.0405.gz", "some.gz"
	for _, c := range []struct {
		name       string
		file       string
		times, are []int
		lying      int64
	}{
		{"none", named, []int{1, 2, 2, 1, 300}, []int{1, 2, 2, 1, 300}, 0},
		{"one in the midst", named, []int{1, far, 2, 3}, []int{1, 1, 2, 3}, 1},
		{"one in the midst, no name", odd, []int{1, far, 2, 3}, []int{1, 1, 2, 3}, 1},
		{"one of the past", odd, []int{1, -year, 2, 3}, []int{1, 1, 2, 3}, 1},
		{"the first", named, []int{far, 1, 2, 3}, []int{1, 1, 2, 3}, 1},
		{"the first, no name", odd, []int{far, 1, 2, 3}, []int{1, 1, 2, 3}, 1},
		{"the second, no name", odd, []int{1, far, 2, 3}, []int{1, 1, 2, 3}, 1},
		{"the last", named, []int{1, 2, 3, far}, []int{1, 2, 3, 3}, 1},
		{"the last, no name", odd, []int{1, 2, 3, far}, []int{1, 2, 3, 3}, 1},
		{"two, one after the other", odd, []int{1, 2, far, far, 3, 4}, []int{1, 2, 2, 2, 3, 4}, 2},
		{"all that are left", named, []int{1, 2, far, far, far, far}, []int{1, 2, 2, 2, 2, 2}, 4},
		{"most of them, the name knows", named, []int{far, far + 1, 1, 2}, []int{1, 1, 1, 2}, 2},
		{"a gap, no name", odd, []int{1, 2, day, day + 1, day + 2}, []int{1, 2, day, day + 1, day + 2}, 0},
		{"a gap before the last two", odd, []int{1, 2, day, day + 1}, []int{1, 2, day, day + 1}, 0},
		{"a name of another time", other, []int{1, 2, 3, 4}, []int{1, 2, 3, 4}, 0},
		{"a name of another time, and a lie", other, []int{1, 2, far, 4, 5}, []int{1, 2, 2, 4, 5}, 1},
		{"one alone", odd, []int{5}, []int{5}, 0},
		{"none at all", odd, nil, nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), c.file)
			if err := os.WriteFile(path, zipped(stamped(c.times...)), 0o600); err != nil {
				t.Fatal(err)
			}
			r, err := mrt.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = r.Close() }()
			if got, lying := mended(t, r); !slices.Equal(got, c.are) || lying != c.lying {
				t.Errorf("%v, %d lie; want %v, %d", got, lying, c.are, c.lying)
			}
			// Unasked, times are as they stand.
			raw, err := mrt.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = raw.Close() }()
			var rec mrt.Record
			for i := range c.times {
				if err := raw.NextRecord(&rec); err != nil || int(int64(rec.Seconds)-clock("2022-07-08 08:00").Unix()) != c.times[i] {
					t.Errorf("record %d says %d, want %d: %v", i, rec.Seconds, c.times[i], err)
				}
			}
		})
	}
}

// Looking ahead loses nothing of a record, wherever the window ends: routes are those
// that are read without it.
func TestMendingLosesNothing(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(25, 26))
	for n := range 14 {
		var stream []byte
		for i := range 300 {
			var many []byte
			for range rng.IntN(1 << rng.IntN(10)) {
				many = append(many, 24, 10, byte(rng.IntN(256)), byte(i))
			}
			b := m4(join(p4(), many), nil, nil)
			at := uint32(clock("2022-07-08 08:00").Unix()) + uint32(i)
			if rng.IntN(4) == 0 {
				at = rng.Uint32()
			}
			copy(b, be32(at))
			stream = append(stream, b...)
		}
		if n%2 == 0 {
			stream = stream[:rng.IntN(len(stream))]
		}
		routes := func(from io.Reader, mend bool) (all []string) {
			r := mrt.NewReader(from)
			if mend {
				r.Mend()
			}
			var told feed.Routes
			for {
				err := r.Next(&told)
				if _, broken := errors.AsType[*mrt.Broken](err); err != nil && !broken {
					return all
				} else if broken {
					all = append(all, err.Error())
					continue
				}
				all = append(all, fmt.Sprint(told.Withdrawn4))
			}
		}
		want := routes(bytes.NewReader(stream), false)
		for _, from := range []io.Reader{bytes.NewReader(stream), iotest.HalfReader(bytes.NewReader(stream))} {
			if got := routes(from, true); !slices.Equal(got, want) {
				t.Fatalf("%d: %d things told, want %d", n, len(got), len(want))
			}
		}
	}
}

// The captures of real collectors don't lie.
func TestCapturesDontLie(t *testing.T) {
	for _, path := range files(t) {
		if filepath.Ext(path) == ".bz2" {
			continue // the tests that unpack them take long enough
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			r, err := mrt.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = r.Close() }()
			if _, lying := mended(t, r); lying != 0 {
				t.Errorf("%d records are said to lie", lying)
			}
		})
	}
}

// One lying record delays no other collector's, and none of its own.
func TestArchiveMendsTimes(t *testing.T) {
	dir := laid(t)
	liar := filepath.Join(string(dir), "rrc06", "2022.07", "updates.20220708.0800.gz")
	if err := os.WriteFile(liar, zipped(stamped(5, far, 10, 299)), 0o600); err != nil {
		t.Fatal(err)
	}
	a := archive(t, dir, mrt.Span{}, nil)
	got, _ := played(t, a, 1000)
	want := whole()
	want = slices.Insert(want, slices.Index(want, "rrc06 5")+1, "rrc06 5")
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	if n := a.Counts().Lying; n != 1 {
		t.Errorf("%d lie", n)
	}
}
