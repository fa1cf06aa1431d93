package mrt_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"tocsin/feed/mrt"
)

// gzips are all captures and texts that came as gzip.
func gzips(t testing.TB) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"bgpdump/*.gz", "bgpdump/expect/*.gz", "libbgpstream/*.gz"} {
		found, err := filepath.Glob(filepath.Join(captures, pattern))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	if len(all) == 0 {
		wanted(t, captures, os.ErrNotExist)
	}
	return all
}

// deflated packs as a member of gzip.
func deflated(t testing.TB, plain []byte, level int) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// member puts blocks that are packed already between a header and a trailer.
func member(blocks, plain []byte) []byte {
	b := join([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}, blocks)
	b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(plain))
	return binary.LittleEndian.AppendUint32(b, uint32(len(plain)))
}

// twin compares what we make of a stream with what the standard library does: the
// same bytes, and an error where it has one; and gives what we make of it. Of a stream that is cut we may give some
// bytes more: it asks for as many bits as the end of a block takes, be there shorter
// codes or not.
func twin(t testing.TB, name string, stream []byte) []byte {
	t.Helper()
	const most = 8 << 20
	got, err := io.ReadAll(io.LimitReader(mrt.Decompress(bytes.NewReader(stream)), most))
	var want []byte
	z, wantErr := gzip.NewReader(bytes.NewReader(stream))
	if wantErr == nil {
		want, wantErr = io.ReadAll(io.LimitReader(z, most))
	}
	cut := errors.Is(wantErr, io.ErrUnexpectedEOF)
	if !bytes.HasPrefix(got, want) || len(got) > len(want) && (!cut || len(got) > len(want)+maxMore) {
		t.Errorf("%s: %d bytes and %v, the standard library gives %d and %v", name, len(got), err, len(want), wantErr)
	}
	if (err == nil) != (wantErr == nil) || errors.Is(err, io.ErrUnexpectedEOF) && !cut {
		t.Errorf("%s: we say %v, the standard library %v", name, err, wantErr)
	}
	return got
}

// maxMore is what 15 bits, the longest code, may give: matches at a bit for the length
// and one for the distance.
const maxMore = 15 / 2 * 258

// samples are kinds of bytes that lead to all kinds of blocks and codes.
func samples() map[string][]byte {
	rng := rand.New(rand.NewPCG(5, 6))
	random := func(n, of int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(rng.IntN(of))
		}
		return b
	}
	skewed := make([]byte, 200_000) // so that codes become long
	for i := range skewed {
		skewed[i] = byte(min(rng.ExpFloat64()*12, 255))
	}
	far := random(32<<10, 256)
	var mixed []byte
	for range 2000 {
		if len(mixed) > 0 && rng.IntN(3) > 0 {
			d := 1 + rng.IntN(min(len(mixed), 1<<(1+rng.IntN(15))))
			for range 3 + rng.IntN(300) {
				mixed = append(mixed, mixed[len(mixed)-d])
			}
		}
		mixed = append(mixed, random(rng.IntN(20), 256)...)
	}
	return map[string][]byte{
		"nothing":      {},
		"a byte":       {7},
		"three":        []byte("abc"),
		"zeros":        make([]byte, 400_000),
		"periods":      bytes.Repeat([]byte("tocsin"), 30_000),
		"random":       random(300_000, 256),
		"random, few":  random(150_000, 3),
		"skewed":       skewed,
		"the farthest": join(far, far, far, far, far, far),
		"mixed":        mixed,
		"text":         bytes.Repeat([]byte("BGP4MP|1385856019|W|144.228.241.130|1239|"), 9000),
	}
}

func TestInflates(t *testing.T) {
	t.Parallel()
	all := samples()
	for _, name := range sorted(all) {
		for _, level := range []int{gzip.HuffmanOnly, gzip.NoCompression, gzip.BestSpeed, gzip.DefaultCompression, gzip.BestCompression} {
			stream := deflated(t, all[name], level)
			got, err := unpacked(t, bytes.NewReader(stream))
			if err != nil || !bytes.Equal(got, all[name]) {
				t.Errorf("%s, level %d: %d bytes and %v, want %d", name, level, len(got), err, len(all[name]))
			}
		}
	}
}

func TestInflatesCaptures(t *testing.T) {
	t.Parallel()
	for _, path := range gzips(t) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := unpacked(t, bytes.NewReader(b))
		if want := plain(t, path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes and %v, want %d", path, len(got), err, len(want))
		}
	}
}

// Members behind each other, blocks flushed in between, in pieces of any size.
func TestInflatesMembers(t *testing.T) {
	t.Parallel()
	all := samples()
	var stream, want []byte
	for _, name := range sorted(all) {
		stream = append(stream, deflated(t, all[name], 6)...)
		want = append(want, all[name]...)
	}
	for name, from := range map[string]io.Reader{
		"whole":    bytes.NewReader(stream),
		"one byte": iotest.OneByteReader(bytes.NewReader(stream)),
		"halves":   iotest.HalfReader(bytes.NewReader(stream)),
		"early":    iotest.DataErrReader(bytes.NewReader(stream)),
	} {
		if got, err := unpacked(t, from); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes and %v, want %d", name, len(got), err, len(want))
		}
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for i := 0; i < len(want); i += 9973 {
		if _, err := z.Write(want[i:min(i+9973, len(want))]); err != nil {
			t.Fatal(err)
		}
		if err := z.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := iotest.TestReader(mrt.Decompress(&b), want); err != nil {
		t.Error(err)
	}
}

func TestHeadersOfGzip(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Name, z.Comment, z.Extra, z.ModTime = "updates.20160811.1600", "of a collector", make([]byte, 300), time.Unix(1470931200, 0)
	if _, err := z.Write([]byte("tocsin")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	full := b.Bytes()
	summed := bytes.Clone(full)
	summed[3] |= 1 << 1
	end := 10 + 2 + 300 + len(z.Name) + 1 + len(z.Comment) + 1
	sum := crc32.ChecksumIEEE(summed[:end])
	good := join(summed[:end], []byte{byte(sum), byte(sum >> 8)}, summed[end:])
	bad := bytes.Clone(good)
	bad[end] ^= 1
	for name, stream := range map[string][]byte{"all": full, "sum": good, "wrong sum": bad, "another method": join([]byte{0x1f, 0x8b, 7}, full[3:])} {
		twin(t, name, stream)
		for n := 2; n < end+4; n += 1 + n/20 {
			twin(t, name+", cut", stream[:n])
		}
	}
	long := join([]byte{0x1f, 0x8b, 8, 1 << 3, 0, 0, 0, 0, 0, 255}, bytes.Repeat([]byte{'n'}, 5000), []byte{0}, full[end:])
	if got, err := unpacked(t, bytes.NewReader(long)); err != nil || string(got) != "tocsin" {
		t.Errorf("a long name: %q, %v", got, err)
	}
}

// Blocks that no packer writes.
func TestOddBlocks(t *testing.T) {
	t.Parallel()
	for name, blocks := range map[string][]byte{
		"none":                    {},
		"of type 3":               {7},
		"stored, told once":       {1, 3, 0, 0, 0, 'a', 'b', 'c'},
		"stored":                  {1, 3, 0, 0xfc, 0xff, 'a', 'b', 'c'},
		"stored, empty, twice":    {0, 0, 0, 0xff, 0xff, 1, 0, 0, 0xff, 0xff},
		"fixed, empty":            {3, 0},
		"fixed, symbol 286":       bitString("1 10 11000110"),
		"fixed, too far":          bitString("1 10 0000001 00000"),
		"fixed, distance 30":      bitString("1 10 00110000 0000001 11110"),
		"fixed, a run":            bitString("1 10 01110001 1100010 1 00000 0000000"),
		"too many literals":       bitString("1 01 11111 00000 0000"),
		"too many distances":      bitString("1 01 00000 11111 0000"),
		"no lengths at all":       bitString("1 01 00000 00000 0000 000 000 000 000"),
		"lengths that overflow":   bitString("1 01 00000 00000 0000 100 100 100 000"),
		"repeated before a first": bitString("1 01 00000 00000 0000 100 100 000 000 0 00"),
		"repeated beyond the end": bitString("1 01 00000 00000 0000 000 000 100 100 1 1111111 1 1111111"),
	} {
		twin(t, name, member(blocks, []byte("abc")))
		twin(t, name, member(blocks, nil))
		twin(t, name+", behind another", join(deflated(t, []byte("another"), 6), member(blocks, nil)))
		twin(t, name+", and no more", member(blocks, nil)[:10+len(blocks)])
	}
}

// bitString packs bits in the order they are read.
func bitString(s string) []byte {
	var b []byte
	n := 0
	for _, c := range strings.ReplaceAll(s, " ", "") {
		if n%8 == 0 {
			b = append(b, 0)
		}
		b[n/8] |= byte(c-'0') << (n % 8)
		n++
	}
	return b
}

// prefixCode is the codes for symbols of the given lengths, their first bit first.
func prefixCode(lens []int) []string {
	codes := make([]string, len(lens))
	next := 0
	for n := 1; n <= 15; n++ {
		next <<= 1
		for s, l := range lens {
			if l == n {
				codes[s] = fmt.Sprintf("%0*b", n, next)
				next++
			}
		}
	}
	return codes
}

// Two literals, a length and a distance that together take 70 bits, again and again,
// at all positions of the first bit.
func TestLongestCodes(t *testing.T) {
	t.Parallel()
	lits, dists, four := make([]int, 286), make([]int, 30), make([]int, 16)
	for i := range four {
		four[i] = 4
		lits['A'+i], dists[i] = min(i+1, 15), min(i+1, 15)
	}
	lits['A'+14], lits['A'+15], dists[14], dists[15] = 0, 0, 0, 0
	lits[256], lits[284], dists[28], dists[29] = 15, 15, 15, 15
	var s strings.Builder
	s.WriteString("1 01 10111 10111 1111") // 286 of the one, 30 of the other, 19 of the third
	for _, sym := range []int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15} {
		s.WriteString([]string{"001", "000"}[min(max(sym-15, 0), 1)])
	}
	lengths := prefixCode(four)
	for _, n := range append(slices.Clone(lits), dists...) {
		s.WriteString(lengths[n])
	}
	lit, dist := prefixCode(lits), prefixCode(dists)
	rng := rand.New(rand.NewPCG(11, 12))
	for range 33_000 {
		s.WriteString(lit['A'+rng.IntN(14)])
	}
	for range 3000 {
		for range rng.IntN(4) {
			s.WriteString(lit['A'+rng.IntN(14)])
		}
		s.WriteString(lit['A'+10] + lit['A'+10] + lit[284] + fmt.Sprintf("%05b", rng.IntN(32)) + dist[28+rng.IntN(2)])
		fmt.Fprintf(&s, "%013b", rng.IntN(1<<13))
	}
	s.WriteString(lit[256])
	blocks := bitString(s.String())
	plain, err := io.ReadAll(flate.NewReader(bytes.NewReader(blocks)))
	if err != nil || len(plain) < 700_000 {
		t.Fatalf("the standard library gives %d bytes and %v", len(plain), err)
	}
	got, err := unpacked(t, bytes.NewReader(member(blocks, plain)))
	if err != nil || !bytes.Equal(got, plain) {
		t.Errorf("%d bytes and %v, want %d", len(got), err, len(plain))
	}
}

// Dynamic blocks whose codes are drawn by lot, whole ones and others.
func TestCodesByLot(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 8))
	for range 800 {
		var s strings.Builder
		s.WriteString("1 01")
		for range 14 + rng.IntN(60) + 500*rng.IntN(2) {
			s.WriteByte("01"[rng.IntN(2)])
		}
		twin(t, s.String(), member(bitString(s.String()), nil))
	}
}

// Cut anywhere, and wrong anywhere.
func TestBrokenGzip(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(9, 10))
	all := samples()
	for _, name := range sorted(all) {
		for _, level := range []int{gzip.HuffmanOnly, gzip.NoCompression, gzip.DefaultCompression} {
			stream := deflated(t, all[name][:min(len(all[name]), 8000)], level)
			for range 20 {
				cut := stream[:2+rng.IntN(len(stream)-2)]
				if got := twin(t, name+", cut", cut); !bytes.HasPrefix(all[name], got) {
					t.Errorf("%s, cut: %d bytes are not its first", name, len(got))
				}
				bad := bytes.Clone(stream)
				bad[2+rng.IntN(len(bad)-2)] ^= 1 << rng.IntN(8)
				twin(t, name+", wrong", bad)
			}
			for n := range 12 {
				twin(t, name+", the end cut", stream[:len(stream)-n])
			}
			twin(t, name+", more behind", join(stream, []byte("more than a header")))
			twin(t, name+", zeros behind", join(stream, make([]byte, 40)))
		}
	}
}

func TestGzipSaysWhereItBroke(t *testing.T) {
	stream := deflated(t, samples()["random"], gzip.DefaultCompression)
	size := len(stream)
	wrong := func(at int) []byte {
		b := bytes.Clone(stream)
		b[at] ^= 0x55
		return b
	}
	for name, c := range map[string]struct {
		from io.Reader
		says string
	}{
		"cut":       {bytes.NewReader(stream[:200_001]), "gzip: at byte 200001: unexpected EOF"},
		"sum":       {bytes.NewReader(wrong(size - 8)), "the sum is"},
		"size":      {bytes.NewReader(wrong(size - 1)), "there are 300000 bytes"},
		"no header": {bytes.NewReader(join(stream, []byte("more"))), "no header of gzip"},
		"no disk":   {io.MultiReader(bytes.NewReader(stream[:70_000]), iotest.ErrReader(errors.New("the disk is gone"))), "gzip: at byte 70000: the disk is gone"},
	} {
		if _, err := unpacked(t, c.from); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
}

// A thousand to one: a bomb takes no more memory than anything else.
func TestGzipBombTakesNoMemory(t *testing.T) {
	bomb := deflated(t, make([]byte, 16<<20), gzip.BestCompression)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n, err := io.Copy(io.Discard, mrt.Decompress(bytes.NewReader(bomb)))
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; err != nil || n != 16<<20 || got > 1<<20 {
		t.Errorf("%d bytes of %d, %d allocated, %v", n, len(bomb), got, err)
	}
}

// The blocks alone, between a header and a trailer that are right: otherwise most of
// what is tried would be stopped by a sum.
func FuzzInflate(f *testing.F) {
	for _, s := range []string{"", "a", "aaaaaaaaaa", "tocsin tocsin tocsin"} {
		for _, level := range []int{gzip.HuffmanOnly, gzip.NoCompression, gzip.DefaultCompression} {
			z := deflated(f, []byte(s), level)
			f.Add(z, true)
			f.Add(z[10:len(z)-8], false)
		}
	}
	all := samples()
	for _, name := range sorted(all) {
		z := deflated(f, all[name][:min(len(all[name]), 3000)], gzip.DefaultCompression)
		f.Add(z[10:len(z)-8], false)
	}
	f.Fuzz(func(t *testing.T, b []byte, whole bool) {
		if !whole {
			plain, _ := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(b)), 1<<20))
			b = member(b, plain)
		}
		if !bytes.HasPrefix(b, []byte("\x1f\x8b")) || len(b) > 3 && b[3]&(1<<3|1<<4) != 0 {
			return // the standard library takes no name of more than 511 bytes
		}
		twin(t, "fuzzed", b)
	})
}
