package mrt_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"tocsin/feed"
	"tocsin/feed/mrt"
)

// heard writes routes as lines, so that they can be compared.
func heard(r *feed.Routes) []string {
	peer := fmt.Sprintf("%d.%06d %s AS%d", r.At/1e9, r.At%1e9/1e3, r.Peer.Addr, r.Peer.AS)
	if r.State != feed.SessionSame {
		return []string{fmt.Sprintf("%s session %d", peer, r.State)}
	}
	kind := "A"
	if r.Dump {
		kind = "B"
	}
	var lines []string
	for _, p := range r.Withdrawn4 {
		lines = append(lines, peer+" W "+p.Prefix().String())
	}
	for _, p := range r.Withdrawn6 {
		lines = append(lines, peer+" W "+p.Prefix().String())
	}
	what := fmt.Sprintf(" %v %d", r.Path, r.Origin)
	for _, p := range r.Announced4 {
		lines = append(lines, peer+" "+kind+" "+p.Prefix().String()+what)
	}
	for _, p := range r.Announced6 {
		lines = append(lines, peer+" "+kind+" "+p.Prefix().String()+what)
	}
	return lines
}

// readAll reads a stream to its end.
func readAll(t testing.TB, r *mrt.Reader) (lines []string, broken []*mrt.Broken) {
	t.Helper()
	var routes feed.Routes
	for {
		switch err := r.Next(&routes); {
		case err == nil:
			lines = append(lines, heard(&routes)...)
		case errors.Is(err, io.EOF):
			return lines, broken
		default:
			b, ok := errors.AsType[*mrt.Broken](err)
			if !ok {
				t.Fatalf("an error that is no Broken: %v", err)
			}
			broken = append(broken, b)
		}
	}
}

func read(t testing.TB, stream []byte) []string {
	t.Helper()
	lines, broken := readAll(t, mrt.NewReader(bytes.NewReader(stream)))
	if len(broken) > 0 {
		t.Errorf("it broke: %v", broken)
	}
	return lines
}

const who = "1000.000000 192.0.2.1 AS65001"

func TestReadsMessages(t *testing.T) {
	const hop = "10.1.2.0/24 [1 2 3] 3"
	six := who + " A 2001:db8::/32 [1 2 3] 3"
	for name, c := range map[string]struct {
		stream []byte
		want   []string
	}{
		"update":      {m4(p4(), attrs4(), p4()), []string{who + " W 10.1.2.0/24", who + " A " + hop}},
		"two bytes":   {m2(attrs2(), p4()), []string{who + " A " + hop}},
		"bits beyond": {m4([]byte{20, 10, 1, 255, 1, 255}, nil, nil), []string{who + " W 10.1.240.0/20", who + " W 128.0.0.0/1"}},
		"IPv6":        {m4(nil, join(attrs4(), mpReach(2, 1, hop6(), p6())), nil), []string{six}},
		"IPv6 long": {
			m4(nil, mpUnreach(2, 1, []byte{65}, addr6("2001:db8::ffff:ffff:ffff:ffff")[:9], []byte{0}, []byte{128}, addr6("::1")), nil),
			[]string{who + " W 2001:db8:0:0:8000::/65", who + " W ::/0", who + " W ::1/128"},
		},
		"IPv4 in the attribute": {m4(nil, join(attrs4(), mpReach(1, 1, count(4), p4()), mpUnreach(1, 1, p4())), nil), []string{who + " W 10.1.2.0/24", who + " A " + hop}},
		"multicast":             {m4(nil, join(attrs4(), mpReach(2, 2, hop6(), p6())), nil), nil},
		"IPv6 peer, microseconds": {
			from6(17, 4, be32(250), upd(p4(), nil, nil)),
			[]string{"1000.000250 2001::1 AS65001 W 10.1.2.0/24"},
		},
		"path identifiers": {
			from4(16, 9, nil, upd(join(be32(7), p4()), join(attrs4(), mpReach(2, 1, hop6(), be32(9), p6())), join(be32(8), p4()))),
			[]string{who + " W 10.1.2.0/24", who + " A " + hop, six},
		},
		"identifiers that nobody spoke of": {m4(nil, attrs4(), join(be32(1), p4(), be32(2), p4())), []string{who + " A " + hop, who + " A " + hop}},
		"large ones, too":                  {m4(join(be32(0xc8010203), p4()), nil, nil), []string{who + " W 10.1.2.0/24"}},
		"identifiers of IPv6":              {m4(nil, join(attrs4(), mpReach(2, 1, hop6(), be32(1), p6())), nil), []string{six}},
		"two default routes":               {m4([]byte{0, 0}, nil, nil), []string{who + " W 0.0.0.0/0", who + " W 0.0.0.0/0"}},
		"a set at the end":                 {m4(nil, join(must(), at(2, seg(2, 4, 1), seg(1, 4, 5, 6))), p4()), []string{who + " A 10.1.2.0/24 [1 5 6] 0"}},
		"a set of one":                     {m4(nil, join(must(), at(2, seg(2, 4, 1), seg(1, 4, 5))), p4()), []string{who + " A 10.1.2.0/24 [1 5] 5"}},
		"an empty path":                    {m4(nil, join(must(), at(2)), p4()), []string{who + " A 10.1.2.0/24 [] 0"}},
		"what the collector said":          {join(from4(16, 6, nil, upd(nil, attrs2(), p4())), from4(16, 7, nil, upd(nil, attrs4(), p4())), from4(16, 11, nil, upd(nil, attrs4(), p4()))), nil},
		"keepalive":                        {from4(16, 4, nil, bgpMessage(4, 0)), nil},
		"session up":                       {rec(16, 5, peers(5), be16(0), be16(1), count(8), be16(5), be16(6)), []string{"1000.000000 1.2.3.4 AS65001 session 1"}},
		"session as before":                {rec(16, 5, peers(5), be16(0), be16(1), count(8), be16(6), be16(6)), nil},
		"session down":                     {rec(16, 0, peers(0), be16(0), be16(1), count(8), be16(6), be16(1)), []string{"1000.000000 1.2.3.4 AS65001 session 2"}},
		"end of the table":                 {m4(nil, nil, nil), nil},
		"what the collector cut":           {from4(16, 4, nil, bgpMessage(2, 4000, be16(4), p4(), be16(0))), []string{who + " W 10.1.2.0/24"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := read(t, c.stream); !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

// RFC 7606: what is malformed makes withdrawals of announcements, and costs no other
// message.
func TestMalformedIsWithdrawn(t *testing.T) {
	with := func(attrs ...[]byte) []byte { return m4(nil, join(attrs...), p4()) }
	path, origin, hop := at(2, seg(2, 4, 1, 2, 3)), at(1, []byte{0}), at(3, []byte{10, 0, 0, 1})
	gone, there := who+" W 10.1.2.0/24", who+" A 10.1.2.0/24 [1 2 3] 3"
	for name, c := range map[string]struct {
		stream []byte
		want   string
	}{
		"origin of two bytes (7.1)":      {with(at(1, count(2)), path, hop), gone},
		"path with a segment of a kind":  {with(origin, at(2, seg(9, 4, 1)), hop), gone},
		"path that is cut (7.2)":         {with(origin, at(2, seg(2, 4, 1, 2)[:9]), hop), gone},
		"next hop of three bytes (7.3)":  {with(origin, path, at(3, count(3))), gone},
		"metric of two bytes (7.4)":      {with(origin, path, hop, at(4, count(2))), gone},
		"preference of five (7.5)":       {from4(16, 4, nil, upd(nil, join(origin, path, hop, at(5, count(5))), p4())), there},
		"the same within an AS (7.5)":    {within(upd(nil, join(origin, path, hop, at(5, count(5))), p4())), gone},
		"an origin that isn't (7.1)":     {with(at(1, []byte{3}), path, hop), gone},
		"path with an empty part (7.2)":  {with(origin, at(2, seg(2, 4), seg(2, 4, 1, 2, 3)), hop), gone},
		"no community (7.8)":             {with(origin, path, hop, at(8)), gone},
		"half an extended one (7.14)":    {with(origin, path, hop, at(16, count(12))), gone},
		"half a large one (RFC 8092)":    {with(origin, path, hop, at(32, count(18))), gone},
		"no origin (3d)":                 {with(path, hop), gone},
		"no next hop (3d)":               {with(origin, path), gone},
		"half a community (7.8)":         {with(origin, path, hop, at(8, count(6))), gone},
		"no path (3d)":                   {with(origin, hop), gone},
		"attribute beyond the rest (4)":  {with(origin, path, hop, []byte{0x40, 16, 9, 1}), gone},
		"two bytes that are no header":   {with(origin, path, hop, []byte{0x40, 4}), gone},
		"second path left out (3g)":      {with(origin, path, at(2, seg(2, 4, 9)), hop), there},
		"aggregator left out (7.7)":      {with(origin, path, hop, at(7, count(3))), there},
		"atomic aggregate with a value":  {with(origin, path, hop, at(6, count(3))), there},
		"multiprotocol too short (5.3)":  {with(origin, path, hop, at(14, count(3)), at(15, count(2))), there},
		"prefix that no address has":     {m4(nil, join(origin, path, hop), join(p4(), []byte{60, 1, 2, 3, 4, 5, 6, 7, 8})), there},
		"prefix that is cut":             {m4(nil, join(origin, path, hop), join(p4(), []byte{24, 1})), there},
		"withdrawals beyond the message": {from4(16, 4, nil, bgpMessage(2, 0, be16(99), p4())), gone},
	} {
		t.Run(name, func(t *testing.T) {
			r := mrt.NewReader(bytes.NewReader(join(c.stream, m4(p4(), nil, nil))))
			got, _ := readAll(t, r)
			if want := []string{c.want, gone}; !slices.Equal(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
			if n := r.Counts().Malformed; n != 1 {
				t.Errorf("%d are counted as malformed, want 1", n)
			}
		})
	}
}

// RFC 6793 §4.2.3, where bgpdump errs too.
func TestMergesPaths(t *testing.T) {
	const trans = 23456
	for name, c := range map[string]struct {
		path, path4, aggregator []byte
		want                    string
	}{
		"one number":           {seg(2, 2, 1, trans, 3, 4), seg(2, 4, 100002, 3, 4), nil, "[1 100002 3 4] 4"},
		"across segments":      {join(seg(2, 2, 1, 2), seg(2, 2, 5, trans)), seg(2, 4, 100002), nil, "[1 2 5 100002] 100002"},
		"a set counts one":     {join(seg(2, 2, 1, 2), seg(1, 2, trans, 4)), seg(2, 4, 100002), nil, "[1 2 100002] 100002"},
		"a set leads":          {join(seg(1, 2, 7, 8), seg(2, 2, 1, trans)), seg(2, 4, 100002), nil, "[7 8 1 100002] 100002"},
		"confederations lead":  {join(seg(3, 2, 7, 8), seg(2, 2, 1, trans)), seg(2, 4, 1, 100002), nil, "[7 8 1 100002] 100002"},
		"longer is left out":   {seg(2, 2, 1), seg(2, 4, 100002, 5), nil, "[1] 1"},
		"senseless is out":     {seg(2, 2, 1, 2), seg(9, 4, 100002), nil, "[1 2] 2"},
		"confederation is out": {seg(2, 2, 1, 2), join(seg(3, 4, 9), seg(2, 4, 100002)), nil, "[1 2] 2"},
		"an empty part is out": {seg(2, 2, 1, 2), join(seg(2, 4), seg(2, 4, 100002)), nil, "[1 2] 2"},
		"a set at the end":     {seg(2, 2, 1, trans, trans), join(seg(2, 4, 100002), seg(1, 4, 5, 6)), nil, "[1 100002 5 6] 0"},
		"stale":                {seg(2, 2, 1, trans), seg(2, 4, 1, 100002), join(at(7, be16(5), count(4)), at(18, be32(6), count(4))), "[1 23456] 23456"},
		"fresh":                {seg(2, 2, 1, trans), seg(2, 4, 1, 100002), join(at(7, be16(trans), count(4)), at(18, be32(6), count(4))), "[1 100002] 100002"},
	} {
		t.Run(name, func(t *testing.T) {
			got := read(t, m2(join(must(), at(2, c.path), at(17, c.path4), c.aggregator), p4()))
			if want := []string{who + " A 10.1.2.0/24 " + c.want}; !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestReadsTables(t *testing.T) {
	stream := join(twoPeers(),
		ribOf(2, p4(), entry(0, nil, attrs4()), entry(1, nil, at(2, seg(2, 4, 5, 6)))),
		ribOf(6, p4()), ribOf(3, p4(), entry(0, nil, attrs4())), ribOf(7, p4()),
		ribOf(10, p6(), entry(1, be32(3), attrs4())),
		ribOf(4, p6(), entry(9, nil, attrs4()), entry(0, nil, at(1, []byte{0}))),
		rec(13, 2, be32(1), p4(), be16(3), entry(0, nil, attrs4()), be16(1)),
		ribOf(2, list(33), entry(0, nil, attrs4())),
		old(1, 24, join(at(2, seg(2, 2, 1, 23456)), at(17, seg(2, 4, 100002)))), old(4, 64, attrs4()), old(5, 24, nil), old(1, 33, attrs2()))
	r := mrt.NewReader(bytes.NewReader(stream))
	got, broken := readAll(t, r)
	first, second := "1000.000000 9.9.9.9 AS65001", "1000.000000 2001:: AS100000"
	want := []string{
		first + " B 10.1.2.0/24 [1 2 3] 3", second + " B 10.1.2.0/24 [5 6] 6",
		second + " B 2001:db8::/32 [1 2 3] 3", first + " B 2001:db8::/32 [] 0",
		first + " B 10.1.2.0/24 [1 2 3] 3",
		first + " B 1.2.3.0/24 [1 100002] 100002",
		"1000.000000 909:909:909:909:909:909:909:909 AS65001 B 102:304:506:708::/64 [1 2 3] 3",
	}
	if !slices.Equal(got, want) || len(broken) > 0 {
		t.Errorf("got  %q\nwant %q\nbroken %v", got, want, broken)
	}
	c := r.Counts()
	if c.Generic != 1 || c.Families != 1 || c.Unknown != 2 || c.Broken != 4 || c.Records != 13 || c.Routes != 7 || c.Prefixes != 7 {
		t.Errorf("counted %+v", c)
	}
}

// The text, which is bgpdump's to the byte, is the twin of the reader.
func TestReaderAgreesWithText(t *testing.T) {
	for _, path := range files(t) {
		if name := filepath.Base(path); name == "bird_bgp" || name == "bird6_bgp" {
			continue // they lie about their path identifiers, and bgpdump believes them
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			stream := begun(t, path, enough)
			r := mrt.NewReader(bytes.NewReader(stream))
			got, _ := readAll(t, r)
			lines, _ := text(t, mrt.NewReader(bytes.NewReader(stream)), nil)
			want := toldBy(t, string(lines))
			slices.Sort(got)
			slices.Sort(want)
			if c := r.Counts(); c.Malformed > 1 || c.Broken > 1 {
				t.Errorf("counted %+v", c)
			}
			missing := 0
			for len(want) > 0 && len(got) > 0 {
				switch strings.Compare(got[0], want[0]) {
				case 0:
					got, want = got[1:], want[1:]
				case 1:
					missing, want = missing+1, want[1:]
				default:
					t.Fatalf("bgpdump doesn't say %s", got[0])
				}
			}
			if missing += len(want); len(got) > 0 || missing > 0 && r.Counts().Families == 0 {
				t.Errorf("%d are missing, but nothing was left out; beyond the end: %.3q", missing, got)
			}
		})
	}
}

// BIRD writes messages with path identifiers under the subtypes of those without.
// The same laboratory's other capture has the right ones, and bgpdump reads those.
func TestFindsPathIdentifiersThatNobodySpokeOf(t *testing.T) {
	announced := func(lines []string) (all []string) {
		for _, l := range lines {
			if _, what, ok := strings.Cut(l, " A "); ok && !strings.HasSuffix(what, "[] 0") { // its own
				all = append(all, what)
			}
		}
		slices.Sort(all)
		return slices.Compact(all)
	}
	for wrong, right := range map[string]string{"bird_bgp": "bird-mrtdump_bgp", "bird6_bgp": "bird6-mrtdump_bgp"} {
		got := announced(read(t, plain(t, filepath.Join(captures, "mrtparse", wrong))))
		lines, _ := text(t, mrt.NewReader(bytes.NewReader(plain(t, filepath.Join(captures, "mrtparse", right)))), nil)
		if want := announced(toldBy(t, string(lines))); !slices.Equal(got, want) || len(want) < 2 {
			t.Errorf("%s: got  %q\nwant %q", wrong, got, want)
		}
	}
}

// toldBy turns lines of bgpdump into those of heard.
func toldBy(t testing.TB, lines string) []string {
	t.Helper()
	var out []string
	for line := range strings.Lines(lines) {
		f := strings.Split(strings.TrimSpace(line), "|")
		seconds, micros, some := strings.Cut(f[1], ".")
		if !some {
			micros = "000000"
		}
		peer := seconds + "." + micros + " " + address(f[3]).String() + " AS" + f[4]
		kind := f[2]
		if kind == "STATE" {
			state := feed.SessionDown
			if f[6] == "6" {
				state = feed.SessionUp
			}
			out = append(out, fmt.Sprintf("%s session %d", peer, state))
			continue
		}
		s := peer + " " + kind + " " + prefix(f[5]).Masked().String()
		if kind != "W" {
			path := f[6]
			if strings.HasSuffix(f[0], "_AP") {
				path = f[7]
			}
			s += pathTold(path)
		}
		out = append(out, s)
	}
	return out
}

// pathTold is a path and its origin.
func pathTold(path string) string {
	numbers := strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune(" ,{}()[]", r) })
	origin := "0"
	if n := len(numbers); n > 0 {
		if last := path[strings.LastIndexAny(" "+path, " "):]; !strings.Contains(last, ",") {
			origin = numbers[n-1]
		}
	}
	return " [" + strings.Join(numbers, " ") + "] " + origin
}

// Reads of any size give the same.
func TestReadsInAnyPieces(t *testing.T) {
	stream := plain(t, files(t)[3])[:60<<10]
	stream = stream[:lastWhole(stream)]
	want := read(t, join(stream[:0], stream))
	for name, from := range map[string]io.Reader{
		"one byte":  iotest.OneByteReader(bytes.NewReader(stream)),
		"half":      iotest.HalfReader(bytes.NewReader(stream)),
		"err early": iotest.DataErrReader(bytes.NewReader(stream)),
	} {
		got, _ := readAll(t, mrt.NewReader(from))
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d lines, want %d", name, len(got), len(want))
		}
	}
}

func TestSaysWhereItBrokeAndGoesOn(t *testing.T) {
	good := m4(p4(), nil, nil)
	line := who + " W 10.1.2.0/24"
	n := int64(len(good))
	for name, c := range map[string]struct {
		stream []byte
		at     int64
		record int64
		says   string
		lines  int
	}{
		"garbage between":        {join(good, slices.Repeat([]byte{0xee}, 50), good, good), n, 1, "claims", 3},
		"a length that lies":     {join(good, rec(16, 4)[:8], be32(1<<31), good, good), n, 1, "claims", 3},
		"a length beyond":        {join(good, rec(16, 4)[:8], be32(5000), good, good), n, 1, "of 5000 bytes", 3},
		"cut":                    {join(good, good[:40]), n, 1, "unexpected EOF", 1},
		"cut in the header":      {join(good, good[:7]), n, 1, "7 bytes are no header", 1},
		"no microseconds":        {join(good, rec(17, 4, []byte{1}), good), n, 1, "microseconds", 2},
		"an unknown type at all": {join(good, rec(300, 4, count(5)), count(30), good, good), n, 1, "type 300", 3},
		"nothing but garbage":    {[]byte("This is no MRT file, whatever its name says."), 0, 0, "", 0},
		"trailing zeros":         {join(good, make([]byte, 5)), n, 1, "5 bytes", 1},
	} {
		t.Run(name, func(t *testing.T) {
			lines, broken := readAll(t, mrt.NewReader(bytes.NewReader(c.stream)))
			if len(broken) != 1 {
				t.Fatalf("broken %v", broken)
			}
			b := broken[0]
			if b.Offset != c.at || b.Record != c.record || !strings.Contains(b.Error(), c.says) {
				t.Errorf("%+v: %v, want record %d at %d and %q", b, b, c.record, c.at, c.says)
			}
			if len(lines) != c.lines || c.lines > 0 && lines[len(lines)-1] != line {
				t.Errorf("read %q, want %d", lines, c.lines)
			}
		})
	}
	if lines := read(t, join(good, rec(300, 4, count(50)), good, rec(49, 0), good)); len(lines) != 3 {
		t.Errorf("records of unknown types cost others: %q", lines)
	}
}

// A break in what is compressed is told once, and what came before it is read.
func TestBrokenBelow(t *testing.T) {
	good := m4(p4(), nil, nil)
	lines, broken := readAll(t, mrt.NewReader(io.MultiReader(bytes.NewReader(join(good, good[:20])), iotest.ErrReader(errors.New("the disk is gone")))))
	if len(lines) != 1 || len(broken) != 1 || !strings.Contains(broken[0].Error(), "the disk is gone") {
		t.Errorf("read %q, broken %v", lines, broken)
	}
	lines, broken = readAll(t, mrt.NewReader(io.MultiReader(bytes.NewReader(good), iotest.ErrReader(errors.New("the disk is gone")))))
	if len(lines) != 1 || len(broken) != 1 || !strings.Contains(broken[0].Error(), "the disk is gone") {
		t.Errorf("read %q, broken %v", lines, broken)
	}
}

// Random damage to a real capture costs records near it, and no others.
func TestDamageIsLocal(t *testing.T) {
	t.Parallel()
	stream := plain(t, filepath.Join(captures, "bgpdump/updates.20160811.1600.gz"))[:150<<10]
	whole := len(read(t, stream[:lastWhole(stream)]))
	rng := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		hurt := slices.Clone(stream)
		at := 1000 + rng.IntN(len(hurt)-2000)
		for i := range 40 {
			hurt[at+i] = byte(rng.Uint32())
		}
		lines, _ := readAll(t, mrt.NewReader(bytes.NewReader(hurt)))
		if len(lines) < whole*9/10 {
			t.Errorf("40 bytes at %d cost %d of %d lines", at, whole-len(lines), whole)
		}
	}
}

// lastWhole is where the last whole record ends.
func lastWhole(stream []byte) int {
	at := 0
	for at+12 <= len(stream) {
		n := int(stream[at+8])<<24 | int(stream[at+9])<<16 | int(stream[at+10])<<8 | int(stream[at+11])
		if at+12+n > len(stream) {
			break
		}
		at += 12 + n
	}
	return at
}

// A record is read without allocating.
func TestAllocatesNothingPerRecord(t *testing.T) {
	one := join(crafted()["subtype 4"], crafted()["merge: set"], crafted()["session whole, 5, 16"])
	allocs := func(n int) float64 {
		stream := bytes.Repeat(one, n)
		return testing.AllocsPerRun(5, func() {
			r := mrt.NewReader(bytes.NewReader(stream))
			var routes feed.Routes
			for r.Next(&routes) == nil {
				continue
			}
		})
	}
	if few, many := allocs(10), allocs(5000); many > few {
		t.Errorf("30 records take %v allocations, 15000 take %v", few, many)
	}
}

// A length that lies costs no memory: at most twice what has come, and 512 KiB.
func TestAllocationIsBounded(t *testing.T) {
	for name, stream := range map[string][]byte{
		"a record of 16 MiB": join(rec(16, 4)[:8], be32(16<<20), make([]byte, 1000)),
		"many of them":       bytes.Repeat(join(rec(16, 4)[:8], be32(15<<20)), 5000),
		"prefixes of 0 bits": m4(make([]byte, 60000), nil, nil),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		readAll(t, mrt.NewReader(bytes.NewReader(stream)))
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > 40<<20 {
			t.Errorf("%s: %d bytes allocated", name, got)
		}
	}
}
