package sitrep

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"tocsin/publish"
)

func writeMarkdown(w io.Writer, r publish.Report) error {
	out := bufio.NewWriter(w)
	lb, x := labelsIn(r.Lang), indexOf(r)
	put := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format, args...) } // bufio keeps the first error for Flush
	for _, b := range banners(r) {
		put("> **%s**\n\n", plain(b))
	}
	put("# %s\n\n", plain(r.Title))
	put("**%s.** %s. %s %s.\n", plain(r.StateName), lb.heading, lb.at, plain(stamp(r)))
	for _, s := range r.Sections {
		put("\n## %s\n\n", plain(s.Title))
		for _, l := range s.Lines {
			put("- %s *(%s)*", plain(l.Text), plain(r.Mark(l)))
			for _, n := range x.numbers(l) {
				put(" \\[%d\\]", n)
			}
			put("\n")
		}
	}
	if len(x.all) > 0 {
		put("\n## %s\n\n", lb.sources)
	}
	for i, src := range x.all {
		put("%d. %s", i+1, plain(title(src)))
		if safe(src.URL) {
			put(", <%s>", src.URL)
		}
		put("\n")
	}
	put("\n%s\n", lb.notice)
	return out.Flush()
}

// plain makes text that Markdown shows as it stands (CommonMark §2.4). White
// space is one blank, so that no text can begin a block of its own.
func plain(s string) string {
	s = strings.Join(words(s), " ")
	return strings.NewReplacer(
		`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "#", `\#`, "|", `\|`, "&", `\&`,
	).Replace(s)
}

// safe tells whether an address may stand between angle brackets: one of the
// web, without what would end it early.
func safe(url string) bool {
	return (strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://")) && !strings.ContainsAny(url, "<> \n\t\r")
}
