package roster

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestTextIsUTF8(t *testing.T) {
	for name, c := range map[string]struct {
		in, want string
		legacy   bool
	}{
		"plain":                        {"a,b\nc,d\n", "a,b\nc,d\n", false},
		"a byte order mark":            {"\xef\xbb\xbfrôle\n", "rôle\n", false},
		"the mark within":              {"a\xef\xbb\xbfb", "a\ufeffb", false},
		"line ends of DOS":             {"a\r\nb\r\n", "a\nb\n", false},
		"of an old Mac":                {"a\rb\r", "a\nb\n", false},
		"both":                         {"a\r\r\nb", "a\n\nb", false},
		"Latin-1":                      {"r\xf4le,B\xe9a", "rôle,Béa", true},
		"Windows-1252":                 {"l\x92\x9cil \x80", "l’œil €", true},
		"its holes":                    {"\x81\x8d\x8f\x90\x9d", "\u0081\u008d\u008f\u0090\u009d", true},
		"cut short":                    {"Bé\xc3", "BéÃ", true},
		"four bytes":                   {"🚑", "🚑", false},
		"the mark of a lost character": {"\uFFFD", "\uFFFD", false},
		"empty":                        {"", "", false},
	} {
		for how, wrap := range map[string]func(io.Reader) io.Reader{"": func(r io.Reader) io.Reader { return r }, " byte by byte": iotest.OneByteReader} {
			x := newText(wrap(strings.NewReader(c.in)))
			got, err := io.ReadAll(iotest.OneByteReader(x))
			if err != nil || string(got) != c.want || x.legacy != c.legacy {
				t.Errorf("%s%s: %q, legacy %v, error %v; want %q, %v", name, how, got, x.legacy, err, c.want, c.legacy)
			}
		}
	}
}

func TestTextRefuses(t *testing.T) {
	for name, in := range map[string]string{"UTF-16": "\xff\xfei\x00d\x00", "a zero byte": "id,role\nx\x00", "a workbook": "PK\x03\x04\x00"} {
		if _, err := io.ReadAll(newText(strings.NewReader(in))); !errors.Is(err, errNotText) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	for size, ok := range map[int]bool{1000: true, 1001: false} {
		huge := newText(strings.NewReader(strings.Repeat("x", size)))
		huge.most = 1000
		if _, err := io.ReadAll(huge); ok != (err == nil) || !ok && !errors.Is(err, errTooLarge) {
			t.Errorf("%d bytes of 1000: error %v", size, err)
		}
	}
	if _, err := io.ReadAll(newText(iotest.ErrReader(io.ErrUnexpectedEOF))); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a file that fails: error %v", err)
	}
}

// FuzzText: whatever the bytes, what comes out is UTF-8 without the line ends of
// others, and what was UTF-8 with our line ends comes out as it was.
func FuzzText(f *testing.F) {
	f.Add([]byte("\xef\xbb\xbfa\r\nb\r\x80é"))
	f.Fuzz(func(t *testing.T, in []byte) {
		x := newText(bytes.NewReader(in))
		got, err := io.ReadAll(x)
		if bytes.IndexByte(in, 0) >= 0 {
			if !errors.Is(err, errNotText) {
				t.Fatalf("zero byte: error %v", err)
			}
			return
		}
		if err != nil || bytes.IndexByte(got, '\r') >= 0 || !bytes.Equal(bytes.ToValidUTF8(got, nil), got) {
			t.Fatalf("%q became %q, error %v", in, got, err)
		}
		if same := bytes.Equal(bytes.ToValidUTF8(in, nil), in); same == x.legacy {
			t.Fatalf("%q: legacy %v", in, x.legacy)
		}
	})
}
