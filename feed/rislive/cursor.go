package rislive

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// maxDepth is how deep values may nest. Published messages nest five deep; beyond
// this it is an attack on the stack.
const maxDepth = 32

// Malformed says where a message breaks the rules of JSON or of the stream.
type Malformed struct {
	At  int // byte of the message
	Why string
}

func (m *Malformed) Error() string { return fmt.Sprintf("byte %d: %s", m.At, m.Why) }

// cursor walks over one JSON text. Its methods stop at the first fault: they give
// false and leave where and why. It allocates nothing but room for strings with
// escapes, which is never more than the text is long.
type cursor struct {
	b       []byte
	i       int
	why     string
	scratch []byte
}

func (c *cursor) fail(why string) bool {
	if c.why == "" {
		c.why = why
	}
	return false
}

// space skips white space.
func (c *cursor) space() {
	for c.i < len(c.b) {
		if ch := c.b[c.i]; ch > ' ' || ch != ' ' && ch != '\n' && ch != '\r' && ch != '\t' {
			return
		}
		c.i++
	}
}

// peek gives the next byte that is no white space, 0 at the end.
func (c *cursor) peek() byte {
	if c.i < len(c.b) && c.b[c.i] > ' ' {
		return c.b[c.i]
	}
	c.space()
	if c.i < len(c.b) {
		return c.b[c.i]
	}
	return 0
}

// is takes the next byte if it is this one.
func (c *cursor) is(ch byte) bool {
	if c.peek() != ch {
		return false
	}
	c.i++
	return true
}

// more is asked before every element of an object or array that has been opened:
// it takes the comma, or the closing byte, after which there are no more.
func (c *cursor) more(first *bool, closing byte) bool {
	// Without white space, which is how the stream is written, two bytes tell.
	if i := c.i; i+1 < len(c.b) {
		switch ch := c.b[i]; {
		case ch == closing:
			c.i = i + 1
			return false
		case *first && ch > ' ':
			*first = false
			return true
		case ch == ',' && c.b[i+1] > ' ' && c.b[i+1] != closing:
			c.i = i + 1
			return true
		}
	}
	return c.moreSlowly(first, closing)
}

func (c *cursor) moreSlowly(first *bool, closing byte) bool {
	if c.is(closing) {
		return false
	}
	if *first {
		*first = false
		return true
	}
	if !c.is(',') {
		return c.fail("neither a comma nor the end")
	}
	if c.peek() == closing {
		return c.fail("a comma before the end")
	}
	return true
}

// key takes the name of an object's member and the colon.
func (c *cursor) key() ([]byte, bool) {
	k, ok := c.text()
	if !ok {
		return nil, false
	}
	if c.i < len(c.b) && c.b[c.i] == ':' {
		c.i++
		return k, true
	}
	if !c.is(':') {
		return nil, c.fail("no colon")
	}
	return k, true
}

// text takes a string. What it gives lasts until the next string with escapes.
func (c *cursor) text() ([]byte, bool) {
	if !c.is('"') {
		return nil, c.fail("no string")
	}
	from, b := c.i, c.b
	i := from
	for ; i+8 <= len(b); i += 8 {
		if special := specials(binary.LittleEndian.Uint64(b[i:])); special != 0 {
			i += bits.TrailingZeros64(special) >> 3
			break
		}
	}
	for ; i < len(b); i++ {
		switch ch := b[i]; {
		case ch == '"':
			c.i = i + 1
			return b[from:i], true
		case ch == '\\':
			return c.escaped(from, i)
		case ch < ' ':
			c.i = i
			return nil, c.fail("a control character in a string")
		}
	}
	c.i = len(b)
	return nil, c.fail("a string without end")
}

// specials marks, among eight bytes, those that a string has to be looked at for:
// the quote, the backslash and control characters. The lowest mark is right; higher
// ones may be false, for a borrow runs upwards.
func specials(w uint64) uint64 {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	quote, slash := w^ones*'"', w^ones*'\\'
	return ((quote-ones)&^quote | (slash-ones)&^slash | (w-ones*' ')&^w) & highs
}

// number takes a number, as it is written.
func (c *cursor) number() ([]byte, bool) {
	c.space()
	from := c.i
	if c.i < len(c.b) && c.b[c.i] == '-' {
		c.i++
	}
	switch {
	case c.i < len(c.b) && c.b[c.i] == '0':
		c.i++
	case !c.digits():
		return nil, c.fail("no number")
	}
	if c.i < len(c.b) && c.b[c.i] == '.' {
		c.i++
		if !c.digits() {
			return nil, c.fail("no digit after the point")
		}
	}
	if c.i < len(c.b) && c.b[c.i]|0x20 == 'e' {
		c.i++
		if c.i < len(c.b) && (c.b[c.i] == '+' || c.b[c.i] == '-') {
			c.i++
		}
		if !c.digits() {
			return nil, c.fail("no digit in the exponent")
		}
	}
	return c.b[from:c.i], true
}

func (c *cursor) digits() bool {
	from := c.i
	for c.i < len(c.b) && c.b[c.i]-'0' <= 9 {
		c.i++
	}
	return c.i > from
}

// literal takes one of the three words.
func (c *cursor) literal(word string) bool {
	if len(c.b)-c.i < len(word) || string(c.b[c.i:c.i+len(word)]) != word {
		return c.fail("no value")
	}
	c.i += len(word)
	return true
}

// skip takes any value and looks at none of it but its grammar.
func (c *cursor) skip(depth int) bool {
	switch c.peek() {
	case '"':
		_, ok := c.text()
		return ok
	case '{':
		return c.skipObject(depth + 1)
	case '[':
		return c.skipArray(depth + 1)
	case 't':
		return c.literal("true")
	case 'f':
		return c.literal("false")
	case 'n':
		return c.literal("null")
	default:
		_, ok := c.number()
		return ok
	}
}

func (c *cursor) skipObject(depth int) bool {
	if depth > maxDepth {
		return c.fail(tooDeep)
	}
	c.i++
	for first := true; c.more(&first, '}'); {
		if _, ok := c.key(); !ok || !c.skip(depth) {
			return false
		}
	}
	return c.why == ""
}

func (c *cursor) skipArray(depth int) bool {
	if depth > maxDepth {
		return c.fail(tooDeep)
	}
	if c.skipNumbers() {
		return true
	}
	c.i++
	for first := true; c.more(&first, ']'); {
		if !c.skip(depth) {
			return false
		}
	}
	return c.why == ""
}

// skipNumbers takes an array of whole numbers, or of arrays of such, without white
// space: communities are the longest part of many messages. At anything else it
// takes nothing, and the array must be skipped bit by bit.
func (c *cursor) skipNumbers() bool {
	depth, value := 0, true // whether a value may come
	for i := c.i; i < len(c.b); i++ {
		switch ch := c.b[i]; {
		case ch == ',' && !value && depth > 0:
			value = true
		case ch == '[' && value && depth < 2:
			depth++
		case ch == ']' && !value:
			if depth--; depth == 0 {
				c.i = i + 1
				return true
			}
		case ch-'1' < 9 && value:
			for i+1 < len(c.b) && c.b[i+1]-'0' <= 9 {
				i++
			}
			value = false
		case ch == '0' && value && i+1 < len(c.b) && c.b[i+1]-'0' > 9:
			value = false
		default:
			return false
		}
	}
	return false
}

const tooDeep = "nested too deep"
