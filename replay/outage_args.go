package replay

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/catalog"
)

// args are the words of a line after its first, taken one by one; options
// (key=value) may stand anywhere among them.
type args struct {
	p       *parser
	no      int
	words   []word
	options map[string]string
	failed  bool // one trouble of this kind per line is enough
}

// args prepares the words of a line; allowed are the options that it may have.
func (p *parser) args(l line, allowed ...string) *args {
	a := &args{p: p, no: l.no, options: map[string]string{}}
	for _, w := range l.words[1:] {
		key, value, ok := option(w)
		if !ok {
			a.words = append(a.words, w)
			continue
		}
		switch _, twice := a.options[key]; {
		case twice:
			p.bad(l.no, "keep one of them", "option %s= stands twice", key)
		case len(allowed) == 0:
			p.bad(l.no, "remove it, or quote the word", "option %s= where none is known", key)
		case p.oneOf(l.no, "option", key, allowed):
			a.options[key] = value
		}
	}
	return a
}

// option cuts key=value; a URL with an equals sign in it is none.
func option(w word) (key, value string, ok bool) {
	key, value, ok = strings.Cut(w.text, "=")
	if !ok || w.quoted || key == "" {
		return "", "", false
	}
	for _, r := range key {
		if r < 'a' || r > 'z' {
			return "", "", false
		}
	}
	return key, value, true
}

// next takes a word that must be there; what names it in the error.
func (a *args) next(what string) string {
	if len(a.words) == 0 {
		if !a.failed {
			a.p.bad(a.no, fmt.Sprintf("add the %s", what), "the line ends where its %s should be", what)
		}
		a.failed = true
		return ""
	}
	w := a.words[0]
	a.words = a.words[1:]
	return w.text
}

// rest takes a word that may be missing.
func (a *args) rest() string {
	if len(a.words) == 0 {
		return ""
	}
	return a.next("")
}

// done reports words that nothing took.
func (a *args) done() {
	if len(a.words) > 0 && !a.failed {
		a.p.bad(a.no, "remove it, or quote the text that it belongs to", "one word too many: %s", shown(a.words[0].text))
	}
}

// text takes `en "…"`, `fr "…"` or both.
func (a *args) text(into *catalog.Text) {
	for first := true; first || a.atLanguage(); first = false {
		lang := a.next("language (en or fr)")
		if a.failed || !a.p.oneOf(a.no, "language", lang, []string{"en", "fr"}) {
			a.words = nil
			return
		}
		part := &into.EN
		if lang == "fr" {
			part = &into.FR
		}
		if *part != "" {
			a.p.bad(a.no, "keep one of them", "a second text in %s", lang)
		}
		if *part = a.next("text"); *part == "" && !a.failed {
			a.p.bad(a.no, "write the text", "an empty text in %s", lang)
		}
	}
}

func (a *args) atLanguage() bool {
	return len(a.words) > 1 && !a.words[0].quoted && (a.words[0].text == "en" || a.words[0].text == "fr")
}

// when is a time as well as it is known.
type when struct {
	At      time.Time
	Approx  bool
	DayOnly bool
}

// time takes a time, an approximate one or a bare date.
func (a *args) time(what string) when {
	text := a.next(what)
	if text == "" {
		return when{}
	}
	return a.p.when(a.no, text)
}

// exact takes a time that is neither approximate nor a bare date.
func (a *args) exact(what string) time.Time {
	w := a.time(what)
	if w.Approx || w.DayOnly {
		a.p.bad(a.no, "write it like 2022-07-08T08:44:00Z", "the %s has to be a full time", what)
	}
	return w.At
}

// when reads a time; a zero time was reported.
func (p *parser) when(no int, text string) when {
	bare, approx := strings.CutPrefix(text, "~")
	if t, err := time.Parse(time.DateOnly, bare); err == nil {
		return when{At: t, Approx: approx, DayOnly: true}
	}
	t, err := time.Parse(time.RFC3339, bare)
	switch {
	case err != nil:
		p.bad(no, "write it like 2022-07-08T08:44:00Z, or 2022-07-08 where only the day is known", "%s is no time", shown(text))
		return when{}
	case !strings.HasSuffix(bare, "Z"):
		p.bad(no, fmt.Sprintf("write %s", t.UTC().Format(time.RFC3339)), "the time %s is not in UTC", text)
		return when{}
	case t.Year() < 1970 || t.Year() > 2199 || t.Nanosecond() != 0:
		p.bad(no, "use a time of 1970 to 2199, in whole seconds", "the time %s is out of range", text)
		return when{}
	}
	return when{At: t, Approx: approx}
}

// option is the text of an option, "" when it was not given.
func (a *args) option(key string) string { return a.options[key] }

// optionTime is the time of an option; zero when it was not given.
func (a *args) optionTime(key string) time.Time {
	text, given := a.options[key]
	if !given {
		return time.Time{}
	}
	w := a.p.when(a.no, text)
	if w.Approx || w.DayOnly {
		a.p.bad(a.no, "write it like 2022-07-08T08:44:00Z", "%s= has to be a full time", key)
	}
	return w.At
}

// duration is the duration of an option, in whole seconds and up to 31 days.
func (a *args) duration(key string, required bool) time.Duration {
	text, given := a.options[key]
	if !given {
		if required {
			a.p.bad(a.no, fmt.Sprintf("add %s=15m or the like", key), "no %s= is given", key)
		}
		return 0
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 || d > 31*24*time.Hour || d%time.Second != 0 {
		a.p.bad(a.no, "write it like 90s, 15m or 1h30m, up to 744h", "%s=%s is no duration", key, text)
		return 0
	}
	return d
}

// largest bounds every figure, so that no sum or product of them overflows.
const largest = 1e15

// number reads a figure: a plain decimal, never negative, NaN or infinite.
func (p *parser) number(no int, text string) float64 {
	plain := text != "" && !strings.ContainsFunc(text, func(r rune) bool { return !strings.ContainsRune("0123456789.e+-", r) })
	v, err := strconv.ParseFloat(text, 64)
	if !plain || err != nil || v < 0 || v > largest {
		p.bad(no, "write a decimal number from 0 to 1e15", "%s is no value", shown(text))
		return 0
	}
	return v
}

// keyword is the first word of a line, checked against those that may stand
// there.
func (p *parser) keyword(l line, known ...string) (string, bool) {
	if l.words[0].quoted && slices.Contains(known, l.key()) {
		p.bad(l.no, "take the quotes away", "a keyword in quotes")
		return "", false
	}
	return l.key(), p.oneOf(l.no, "keyword", l.key(), known)
}
