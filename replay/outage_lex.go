package replay

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// formatLine is the first line of every outage file.
const formatLine = "tocsin-outage 1"

// word is a word of a line; a quoted one is never an option.
type word struct {
	text   string
	quoted bool
}

// line is a line that says something.
type line struct {
	no    int
	words []word
}

// key is the first word of the line.
func (l line) key() string { return l.words[0].text }

// block is an unindented line with the indented ones below it.
type block struct {
	line
	body []line
}

// blockKeys are the words that may open a block.
func blockKeys() []string {
	return []string{"id", "title", "edition", "window", "play", "source", "feed", "series", "statement", "truth", "end"}
}

// scan cuts a file into blocks and checks its frame: the first line, the last
// line, and that each line can be read as words. Blocks with an unknown key are
// told and left out.
func (p *parser) scan(src []byte) []block {
	var blocks []block
	ended, last, opened := false, 1, false
	for i, text := range strings.Split(string(src), "\n") {
		no := i + 1
		text = strings.TrimSuffix(text, "\r")
		trimmed := strings.TrimSpace(text)
		if trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		last = no
		if !opened {
			opened = true
			if strings.Join(strings.Fields(text), " ") != formatLine {
				p.bad(no, fmt.Sprintf("the first line of an outage file is %q", formatLine), "not an outage file of a version that this program reads")
				p.stop = true
				return nil
			}
			continue
		}
		if ended {
			p.bad(no, "remove it, or move `end` below it", "text after `end`")
			break
		}
		words, err := split(text)
		if err != nil {
			p.bad(no, "", "%v", err)
			continue
		}
		l := line{no: no, words: words}
		if indented(text) {
			if len(blocks) == 0 {
				p.bad(no, "start the line at its left edge", "an indented line that belongs to no block")
				continue
			}
			blocks[len(blocks)-1].body = append(blocks[len(blocks)-1].body, l)
			continue
		}
		if ended = l.key() == "end"; !ended {
			blocks = append(blocks, block{line: l})
		}
	}
	if !ended {
		p.bad(last, "the last line of a whole file is `end`", "the file is torn: it stops without `end`")
	}
	return p.known(blocks)
}

// known drops the blocks whose key means nothing. It comes after the cutting,
// so that the lines below such a key are not taken for another block's.
func (p *parser) known(blocks []block) []block {
	var out []block
	for _, b := range blocks {
		if p.oneOf(b.no, "keyword", b.key(), blockKeys()) {
			out = append(out, b)
		}
	}
	return out
}

// indented tells whether a line belongs to the block above: two spaces or more,
// or a tab.
func indented(text string) bool {
	return strings.HasPrefix(text, "  ") || strings.HasPrefix(text, "\t")
}

// split cuts a line into words. A word is bare, or stands in double quotes
// where \" and \\ are the only escapes.
func split(text string) ([]word, error) {
	if !utf8.ValidString(text) {
		return nil, fmt.Errorf("the line is not UTF-8")
	}
	var words []word
	for rest := strings.TrimLeft(text, " \t"); rest != ""; rest = strings.TrimLeft(rest, " \t") {
		var w word
		var err error
		if rest[0] == '"' {
			w.quoted = true
			w.text, rest, err = unquote(rest[1:])
		} else {
			w.text, rest, err = bare(rest)
		}
		if err != nil {
			return nil, err
		}
		words = append(words, w)
	}
	return words, nil
}

// bare reads a word without quotes.
func bare(text string) (got, rest string, err error) {
	end := strings.IndexAny(text, " \t")
	if end < 0 {
		end = len(text)
	}
	got = text[:end]
	if strings.ContainsRune(got, '"') {
		return "", "", fmt.Errorf("a quote inside the word %s; put quotes around the whole word", shown(got))
	}
	if r, ok := control(got); ok {
		return "", "", fmt.Errorf("a control character %U; remove it", r)
	}
	return got, text[end:], nil
}

// unquote reads up to the closing quote; text starts after the opening one.
func unquote(text string) (got, rest string, err error) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			rest = text[i+1:]
			if rest != "" && rest[0] != ' ' && rest[0] != '\t' {
				return "", "", fmt.Errorf("no space after a closing quote; write \\\" for a quote inside the text")
			}
			got = b.String()
			if r, ok := control(got); ok {
				return "", "", fmt.Errorf("a control character %U; remove it", r)
			}
			return got, rest, nil
		case '\\':
			i++
			if i == len(text) || (text[i] != '"' && text[i] != '\\') {
				return "", "", fmt.Errorf("an unknown escape; only \\\" and \\\\ are known")
			}
			b.WriteByte(text[i])
		default:
			b.WriteByte(text[i])
		}
	}
	return "", "", fmt.Errorf("a quote that is not closed on its line; add the closing \"")
}

// control finds a control character.
func control(s string) (rune, bool) {
	for _, r := range s {
		if unicode.IsControl(r) && r != '\t' {
			return r, true
		}
	}
	return 0, false
}

// shown is a word as an error shows it: quoted, and cut when it is long.
func shown(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
