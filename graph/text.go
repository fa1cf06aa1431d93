package graph

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// arrow stands between the ends of an edge.
const arrow = "->"

// String is the text form: a line "from -> to" for each edge, and a line for
// each name without edges, all in order. A name that isn't a plain word is
// quoted as in Go. [Parse] reads it back.
func (g *Graph) String() string {
	touched := make([]bool, len(g.names))
	for i, out := range g.out {
		for _, j := range out {
			touched[i], touched[j] = true, true
		}
	}
	var b strings.Builder
	for i, name := range g.names {
		if !touched[i] {
			b.WriteString(quoted(name) + "\n")
		}
		for _, j := range g.out[i] {
			b.WriteString(quoted(name) + " " + arrow + " " + quoted(g.names[j]) + "\n")
		}
	}
	return b.String()
}

// Parse reads the text form. Lines may stand in any order and more than once;
// empty lines and what follows a # that begins a word are passed over. An error
// names the line.
func Parse(text string) (*Graph, error) {
	var edges []Edge
	var lone []string
	line := 0
	for s := range strings.Lines(text) {
		line++
		words, err := split(s)
		if err != nil {
			return nil, fmt.Errorf("graph: line %d: %w", line, err)
		}
		switch {
		case len(words) == 0:
		case len(words) == 1 && !words[0].arrow:
			lone = append(lone, words[0].text)
		case len(words) == 3 && !words[0].arrow && words[1].arrow && !words[2].arrow:
			edges = append(edges, Edge{words[0].text, words[2].text})
		default:
			return nil, fmt.Errorf("graph: line %d: want %q or %q", line, "name", "from "+arrow+" to")
		}
	}
	return New(edges, lone...), nil
}

type token struct {
	text  string
	arrow bool
}

func split(line string) ([]token, error) {
	var words []token
	for {
		line = strings.TrimLeftFunc(line, unicode.IsSpace)
		switch {
		case line == "" || line[0] == '#':
			return words, nil
		case line[0] == '"':
			prefix, err := strconv.QuotedPrefix(line)
			if err != nil {
				return nil, errors.New("a quote that doesn't end")
			}
			text, err := strconv.Unquote(prefix)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", prefix, err)
			}
			words, line = append(words, token{text: text}), line[len(prefix):]
		default:
			end := strings.IndexFunc(line, unicode.IsSpace)
			if end < 0 {
				end = len(line)
			}
			word := line[:end]
			if word != arrow && !plain(word) {
				return nil, fmt.Errorf("%q is not a plain word: put it in quotes", word)
			}
			words, line = append(words, token{word, word == arrow}), line[end:]
		}
	}
}

func quoted(name string) string {
	if plain(name) {
		return name
	}
	return strconv.Quote(name)
}

// plain tells whether a word may stand without quotes.
func plain(word string) bool {
	return word != "" && word[0] != '#' && !strings.Contains(word, arrow) && utf8.ValidString(word) && !strings.ContainsFunc(word, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsGraphic(r) || r == '"'
	})
}
