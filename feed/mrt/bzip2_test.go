package mrt_test

import (
	"bytes"
	"compress/bzip2"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"tocsin/feed/mrt"
)

// packed compresses with the program bzip2.
func packed(t testing.TB, b []byte, args ...string) []byte {
	t.Helper()
	program, err := exec.LookPath("bzip2")
	wanted(t, "bzip2", err)
	c := exec.CommandContext(t.Context(), program, append([]string{"-c"}, args...)...)
	c.Stdin = bytes.NewReader(b)
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// unpacked decompresses.
func unpacked(t testing.TB, from io.Reader) ([]byte, error) {
	t.Helper()
	r := mrt.Decompress(from)
	b, err := io.ReadAll(r)
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	return b, err
}

func TestDecompressesBzip2(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	random := func(n, of int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(rng.IntN(of))
		}
		return b
	}
	for name, plain := range map[string][]byte{
		"nothing":           {},
		"a byte":            {7},
		"a run of 4":        bytes.Repeat([]byte{7}, 4),
		"a run of 5":        bytes.Repeat([]byte{7}, 5),
		"a run of 259":      bytes.Repeat([]byte{7}, 259),
		"runs":              bytes.Repeat(append(bytes.Repeat([]byte{7}, 300), 8), 99),
		"zeros":             make([]byte, 1_200_000),
		"all bytes":         count(255),
		"random":            random(250_000, 256),
		"random, few":       random(1_100_000, 3),
		"two by two":        bytes.Repeat([]byte("ab"), 200_000),
		"a period of 5000":  bytes.Repeat(random(5000, 256), 60),
		"a period of a few": bytes.Repeat([]byte("tocsin"), 30_000),
		"text":              bytes.Repeat([]byte("BGP4MP|1385856019|W|144.228.241.130|1239|"), 9000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, level := range []string{"-1", "-9"} {
				got, err := unpacked(t, bytes.NewReader(packed(t, plain, level)))
				if err != nil || !bytes.Equal(got, plain) {
					t.Errorf("%s: %d bytes and %v, want %d", level, len(got), err, len(plain))
				}
			}
		})
	}
}

// Several streams behind each other, as parallel packers make them, in pieces.
func TestDecompressesStreamsOfBzip2(t *testing.T) {
	one, two := bytes.Repeat([]byte("one "), 99), bytes.Repeat([]byte("two"), 70_000)
	all := join(packed(t, one, "-1"), packed(t, nil), packed(t, two, "-2"))
	for name, from := range map[string]io.Reader{
		"whole":    bytes.NewReader(all),
		"one byte": iotest.OneByteReader(bytes.NewReader(all)),
		"early":    iotest.DataErrReader(bytes.NewReader(all)),
	} {
		if got, err := unpacked(t, from); err != nil || !bytes.Equal(got, join(one, two)) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
}

// The captures, against the standard library.
func TestDecompressesCaptures(t *testing.T) {
	found, err := filepath.Glob(filepath.Join(captures, "libbgpstream/*.bz2"))
	if err == nil && len(found) == 0 {
		err = os.ErrNotExist
	}
	wanted(t, captures, err)
	for _, path := range found {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(b) > 1<<20 && os.Getenv("TOCSIN_REQUIRE") != "all" {
			continue // the standard library takes long
		}
		if got, err := unpacked(t, bytes.NewReader(b)); err != nil || !bytes.Equal(got, plain(t, path)) {
			t.Errorf("%s: %d bytes, %v", path, len(got), err)
		}
	}
}

func TestBrokenBzip2(t *testing.T) {
	plain := bytes.Repeat([]byte("one two three "), 5000)
	good := packed(t, plain, "-1")
	flip := func(at int) []byte {
		b := bytes.Clone(good)
		b[at] ^= 0x55
		return b
	}
	for name, c := range map[string]struct {
		stream []byte
		says   string
	}{
		"cut":              {good[:len(good)/2], "unexpected EOF"},
		"no trailer":       {good[:len(good)-8], "unexpected EOF"},
		"no sum":           {good[:len(good)-2], "unexpected EOF"},
		"no level":         {join([]byte("BZh0"), good[4:]), "no header"},
		"no block":         {flip(6), "no block"},
		"wrong sum":        {flip(11), "sum of a block"},
		"something behind": {join(good, []byte("more")), "no header"},
		"no end":           {join(good[:20], make([]byte, 4<<20)), "no end"},
	} {
		got, err := unpacked(t, bytes.NewReader(c.stream))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v and %d bytes, want %q", name, err, len(got), c.says)
		}
		if whole := name == "no trailer" || name == "no sum"; whole && !bytes.Equal(got, plain) {
			t.Errorf("%s: %d bytes of %d, though the block is whole", name, len(got), len(plain))
		}
	}
	for at := 14; at < len(good)-10; at += 7 {
		if got, err := unpacked(t, bytes.NewReader(flip(at))); err == nil && !bytes.Equal(got, plain) {
			t.Errorf("a wrong byte at %d is not noticed", at)
		}
	}
	_, err := unpacked(t, io.MultiReader(bytes.NewReader(good[:50]), iotest.ErrReader(errors.New("the disk is gone"))))
	if err == nil || !strings.Contains(err.Error(), "the disk is gone") {
		t.Errorf("what is below says it's gone, and we say %v", err)
	}
}

// Who closes early leaves nobody working.
func TestBzip2StopsWhenClosed(t *testing.T) {
	all := packed(t, bytes.Repeat([]byte("tocsin"), 400_000), "-1")
	before := runtime.NumGoroutine()
	for _, n := range []int{0, 1, 100_000, 1_000_000} {
		r := mrt.Decompress(bytes.NewReader(all))
		if _, err := io.ReadFull(r, make([]byte, n)); err != nil {
			t.Fatal(err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines, before it %d", after, before)
	}
}

// 4.6 million to 1: a bomb takes no more memory than anything else.
func TestBzip2BombTakesNoMemory(t *testing.T) {
	bomb := packed(t, make([]byte, 20<<20), "-9")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n, err := io.Copy(io.Discard, mrt.Decompress(bytes.NewReader(bomb)))
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; err != nil || n != 20<<20 || got > 32<<20 {
		t.Errorf("%d bytes of %d, %d allocated, %v", n, len(bomb), got, err)
	}
}

// bzip2Says is what the program itself makes of a stream: at most so many bytes,
// and an error if it refused the stream before it had given as many.
func bzip2Says(t *testing.T, b []byte, most int64) ([]byte, error) {
	program, err := exec.LookPath("bzip2")
	wanted(t, "bzip2", err)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	c := exec.CommandContext(ctx, program, "-dc")
	c.Stdin = bytes.NewReader(b)
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(io.LimitReader(out, most))
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(got)) < most {
		return got, c.Wait()
	}
	stop() // it was asked for no more, so it can't be blamed for what comes
	_ = c.Wait()
	return got, nil
}

// What the standard library and bzip2 take, we take and the same.
func FuzzBzip2(f *testing.F) {
	for _, s := range []string{"", "a", "aaaaaaaaaa", "tocsin tocsin tocsin"} {
		f.Add(packed(f, []byte(s)))
	}
	f.Add(packed(f, bytes.Repeat([]byte("abcabd"), 2000), "-1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if !bytes.HasPrefix(b, []byte("BZh")) {
			return
		}
		const most = 4 << 20
		r := mrt.Decompress(bytes.NewReader(b))
		got, err := io.ReadAll(io.LimitReader(r, most))
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		want, wantErr := io.ReadAll(io.LimitReader(bzip2.NewReader(bytes.NewReader(b)), most))
		if wantErr != nil || err == nil && bytes.Equal(got, want) {
			return
		}
		// Codes that don't use up all bits have no one meaning. The standard library
		// gives them one of its own, so bzip2 itself decides.
		if judge, said := bzip2Says(t, b, most); said == nil && bytes.Equal(judge, want) {
			t.Errorf("%d bytes and %v, bzip2 and the standard library give %d", len(got), err, len(want))
		}
	})
}
