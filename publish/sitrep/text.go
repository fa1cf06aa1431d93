package sitrep

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"tocsin/publish"
)

// columns is the width of a text report: what every terminal and every e-mail
// reader shows.
const columns = 80

func writeText(w io.Writer, r publish.Report) error {
	out := bufio.NewWriter(w)
	lb, x := labelsIn(r.Lang), indexOf(r)
	put := func(first, rest, s string) { _, _ = out.WriteString(wrap(first, rest, s)) } // bufio keeps the first error for Flush
	for _, b := range banners(r) {
		put("*** ", "    ", b)
	}
	put("", "", strings.ToUpper(lb.heading))
	put("", "", r.Title)
	put("", "", r.StateName+". "+lb.at+" "+stamp(r)+".")
	for _, s := range r.Sections {
		put("", "", "")
		put("", "", strings.ToUpper(s.Title))
		for _, l := range s.Lines {
			text := "[" + r.Mark(l) + "] " + l.Text
			if refs := x.refs(l); refs != "" {
				text += " " + refs
			}
			put("- ", "  ", text)
		}
	}
	if len(x.all) > 0 {
		put("", "", "")
		put("", "", strings.ToUpper(lb.sources))
	}
	for i, src := range x.all {
		text := title(src)
		if src.URL != "" {
			text += ", " + src.URL
		}
		put(fmt.Sprintf("[%d] ", i+1), "    ", text)
	}
	put("", "", "")
	put("", "", lb.notice)
	return out.Flush()
}

// wrap breaks a paragraph at plain spaces only, so that no-break spaces hold;
// a word that is longer than a line, such as an address, stands alone. First
// goes before the first line and rest before the others.
func wrap(first, rest, s string) string {
	var b strings.Builder
	b.WriteString(first)
	width, empty := utf8.RuneCountInString(first), true
	for _, word := range words(s) {
		n := utf8.RuneCountInString(word)
		switch {
		case empty:
		case width+1+n > columns:
			b.WriteString("\n" + rest)
			width = utf8.RuneCountInString(rest)
		default:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += n
		empty = false
	}
	return strings.TrimRight(b.String(), " ") + "\n"
}

// words splits at white space other than the no-break kinds.
func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' || r == '\r' })
}
