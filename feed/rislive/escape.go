package rislive

import (
	"unicode/utf16"
	"unicode/utf8"
)

// escaped takes the rest of a string that began at from and has its first
// backslash at i. Strings of the stream have none, so that this may be slow.
func (c *cursor) escaped(from, i int) ([]byte, bool) {
	out := append(c.scratch[:0], c.b[from:i]...)
	c.i = i
	for c.i < len(c.b) {
		switch ch := c.b[c.i]; {
		case ch == '"':
			c.i++
			c.scratch = out
			return out, true
		case ch < ' ':
			return nil, c.fail("a control character in a string")
		case ch != '\\':
			out = append(out, ch)
			c.i++
		default:
			var ok bool
			if out, ok = c.escape(out); !ok {
				return nil, false
			}
		}
	}
	return nil, c.fail("a string without end")
}

// escape takes one escape and appends what it means.
func (c *cursor) escape(out []byte) ([]byte, bool) {
	if c.i+1 >= len(c.b) {
		c.i = len(c.b)
		return out, c.fail("a string without end")
	}
	ch := c.b[c.i+1]
	if ch == 'u' {
		r, ok := c.unicode()
		return utf8.AppendRune(out, r), ok
	}
	switch ch {
	case '"', '\\', '/':
	case 'b':
		ch = '\b'
	case 'f':
		ch = '\f'
	case 'n':
		ch = '\n'
	case 'r':
		ch = '\r'
	case 't':
		ch = '\t'
	default:
		return out, c.fail("an escape that JSON has not")
	}
	c.i += 2
	return append(out, ch), true
}

// unicode takes \uXXXX, or two of them that make one character. Half of a pair
// alone stands for a character that isn't known.
func (c *cursor) unicode() (rune, bool) {
	r, ok := c.hex4(c.i)
	if !ok {
		return 0, c.fail("no four hexadecimal digits")
	}
	c.i += 6
	if !utf16.IsSurrogate(r) {
		return r, true
	}
	if low, ok := c.hex4(c.i); ok {
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			c.i += 6
			return pair, true
		}
	}
	return utf8.RuneError, true
}

// hex4 reads \uXXXX at i.
func (c *cursor) hex4(i int) (rune, bool) {
	if len(c.b)-i < 6 || c.b[i] != '\\' || c.b[i+1] != 'u' {
		return 0, false
	}
	var r rune
	for _, ch := range c.b[i+2 : i+6] {
		d, ok := hexDigit(ch)
		if !ok {
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	return r, true
}

func hexDigit(ch byte) (uint64, bool) {
	switch {
	case ch-'0' <= 9:
		return uint64(ch - '0'), true
	case ch|0x20 >= 'a' && ch|0x20 <= 'f':
		return uint64(ch|0x20-'a') + 10, true
	}
	return 0, false
}
