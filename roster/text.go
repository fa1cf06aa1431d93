package roster

import (
	"bufio"
	"errors"
	"io"
	"unicode/utf8"
)

// maxFile bounds a file of people in bytes: hundreds of thousands of lines.
const maxFile = 256 << 20

var (
	errTooLarge = errors.New("larger than 256 MiB")
	errNotText  = errors.New("not plain text")
)

// text reads a file as UTF-8, whatever office program wrote it: without its
// byte order mark, with one kind of line end, and with bytes that are no UTF-8
// taken as Windows-1252, of which Latin-1 is a part. What has zero bytes in it,
// as UTF-16 does, is no text.
type text struct {
	b      *bufio.Reader
	read   int
	begun  bool
	most   int
	legacy bool // some bytes were no UTF-8
	rest   []byte
	made   [utf8.UTFMax]byte
}

func newText(r io.Reader) *text {
	return &text{b: bufio.NewReaderSize(r, 1<<16), most: maxFile}
}

// Read gives the next characters, at least one.
func (t *text) Read(p []byte) (n int, err error) {
	if !t.begun {
		t.begun = true
		if mark, _ := t.b.Peek(3); string(mark) == "\xef\xbb\xbf" {
			_, _ = t.b.Discard(3) // they were peeked at
		}
	}
	for n < len(p) {
		if len(t.rest) > 0 {
			k := copy(p[n:], t.rest)
			t.rest, n = t.rest[k:], n+k
			continue
		}
		if n > 0 && t.b.Buffered() == 0 {
			return n, nil
		}
		c, err := t.b.ReadByte()
		if err != nil {
			return n, err
		}
		switch t.read++; {
		case t.read > t.most:
			return n, errTooLarge
		case c == 0:
			return n, errNotText
		case c < utf8.RuneSelf && c != '\r': // nearly all
			p[n] = c
			n++
		default:
			t.rest = t.special(c)
		}
	}
	return n, nil
}

// special is what a byte that isn't plain ASCII stands for, with those after it
// that belong to it.
func (t *text) special(c byte) []byte {
	if c == '\r' {
		if after, _ := t.b.Peek(1); len(after) == 1 && after[0] == '\n' {
			_, _ = t.b.Discard(1)
		}
		return append(t.made[:0], '\n')
	}
	after, _ := t.b.Peek(utf8.UTFMax - 1)
	whole := append(append(t.made[:0], c), after...)
	if r, size := utf8.DecodeRune(whole); r != utf8.RuneError || size > 1 {
		_, _ = t.b.Discard(size - 1)
		t.read += size - 1
		return whole[:size]
	}
	t.legacy = true
	return utf8.AppendRune(t.made[:0], windows1252(c))
}

// windows1252 is the character of a byte from 0x80 on, by the table of the
// WHATWG Encoding Standard: like Latin-1, but for 32 of them.
func windows1252(c byte) rune {
	const low = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"
	if c >= 0xa0 {
		return rune(c)
	}
	return []rune(low)[c-0x80]
}

// unreadable is the fault of a file that can't be read at all. The cause of the
// system is not repeated: it may hold what the file does.
func unreadable(file string, err error) error {
	switch {
	case errors.Is(err, errNotText):
		return Fault{File: file, Text: "not plain text", Cure: "save it as “CSV UTF-8”, or a calendar as UTF-8; a workbook (.xlsx) or UTF-16 can't be read"}
	case errors.Is(err, errTooLarge):
		return Fault{File: file, Text: "larger than 256 MiB", Cure: "split it"}
	}
	return Fault{File: file, Text: "it can't be read to its end", Cure: "is it a file, and may you read it?"}
}
