// Package notice is the outlet on paper: one page for the door, the counter or
// the waiting room of whatever fell, in plain words and one language: what
// doesn't work, since when, what to do instead, who says so. It is HTML that
// prints on one sheet, asks for nothing from anywhere, and is marked when what
// it tells of is a rehearsal or a recorded day.
//
// It judges nothing and knows no incident: its caller hands in what is to be
// said. It doesn't hang itself up anywhere either.
package notice

import (
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tocsin/catalog"
	"tocsin/publish"
)

// Mark says what a notice must not be taken for: today's news.
type Mark string

// Marks. A notice without one is about what has happened.
const (
	Real     Mark = ""
	Exercise Mark = "exercise" // a rehearsal: nothing has failed
	Recorded Mark = "recorded" // a day of the past, played again
)

// Notice is what one sheet says.
type Notice struct {
	Lang   catalog.Lang
	Mark   Mark
	What   string        // the function, as the catalogue names it
	From   string        // the organisation whose function it is
	State  catalog.State // Up: it still works, until Fails
	Where  []string      // names of regions; none: everywhere
	Since  time.Time
	Fails  time.Time // when it worsens; zero if that isn't known
	Issued time.Time
	Zone   *time.Location // of the clock that its readers know
	Why    []string       // names of what it rests on, the nearest first
	// Instead is the advice that has been checked and stands.
	Instead []Advice
	// Assumed: nobody is known to say that it rests on what failed.
	Assumed bool
}

// Advice is something to do instead.
type Advice struct {
	Text    string
	Assumed bool // no source gives it
}

// sheet is what the template draws.
type sheet struct {
	Tag, Title, Name, State, Banner, BannerMore string
	Facts                                       []fact
	Head                                        string
	Instead                                     []Advice
	None, Unsure, Guess                         string
	From, Foot                                  string
}

// fact is one line of a notice: "Since: …".
type fact struct{ Key, Value string }

// Write writes the sheet as a whole HTML document.
func Write(w io.Writer, n Notice) error {
	t, err := template.New("notice").Parse(page)
	if err != nil {
		return fmt.Errorf("notice: template: %w", err)
	}
	if n.Zone == nil {
		n.Zone = time.UTC
	}
	if err := t.Execute(w, n.sheet()); err != nil {
		return fmt.Errorf("notice: %w", err)
	}
	return nil
}

func (n Notice) sheet() sheet {
	w := wordsIn(n.Lang)
	s := sheet{
		Tag: string(n.Lang) + "-CA", Name: capital(n.What), State: w.states[n.State], Head: w.instead, Instead: n.Instead,
		From: capital(n.From), Foot: fmt.Sprintf(w.issued, n.when(n.Issued)), Guess: w.guess,
	}
	s.Title = s.Name + w.colon + s.State
	switch n.Mark {
	case Exercise:
		s.Banner, s.BannerMore = w.exercise, w.exerciseMore
	case Recorded:
		s.Banner, s.BannerMore = w.recorded, w.recordedMore
	}
	add := func(key, value string) {
		if value != "" {
			s.Facts = append(s.Facts, fact{key, value})
		}
	}
	add(w.where, strings.Join(n.Where, ", "))
	if n.State != catalog.Up {
		add(w.since, n.when(n.Since))
	}
	if !n.Fails.IsZero() {
		add(w.fails, n.when(n.Fails))
	}
	add(w.why, w.reason(n.Why))
	if len(n.Instead) == 0 {
		s.None = w.none
	}
	if n.Assumed {
		s.Unsure = w.unsure
	}
	return s
}

// when is a day and a time of day on the reader's clock.
func (n Notice) when(t time.Time) string {
	return fmt.Sprintf(wordsIn(n.Lang).dayAt, publish.Day(n.Lang, n.Zone, t), publish.Clock(n.Lang, n.Zone, t))
}

// capital begins a heading as headings begin.
func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// page is the sheet. Black on white, large, readable without its style; the
// frame of an exercise goes round all of it, so that a photograph of a part
// shows it too.
const page = `<!DOCTYPE html>
<html lang="{{.Tag}}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{with .Banner}}{{.}} - {{end}}{{.Title}}</title>
<style>
@page { size: letter; margin: 16mm }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.2rem; max-width: 46rem; color: #000; background: #fff;
  font: 1.25rem/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; overflow-wrap: break-word }
main { page-break-inside: avoid; break-inside: avoid }
.marked { border: .5rem dashed #000; padding: 1rem }
.mark { margin: 0 0 1rem; padding: .4rem .8rem; background: #000; color: #fff; font-size: 1.15rem;
  -webkit-print-color-adjust: exact; print-color-adjust: exact }
.mark strong { display: block; font-size: 2rem; letter-spacing: .15em; line-height: 1.2 }
h1 { margin: 0; font-size: 2.3rem; line-height: 1.15; text-wrap: balance }
.state { margin: .5rem 0 1rem; font-size: 1.6rem; font-weight: 700; line-height: 1.25 }
dl { margin: 0 0 1rem; display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem }
dt { font-weight: 700 } dd { margin: 0 }
h2 { margin: 1.2rem 0 .4rem; padding-bottom: .1rem; border-bottom: .2rem solid #000; font-size: 1.6rem; line-height: 1.2 }
ul { margin: 0; padding-left: 1.3rem; font-size: 1.45rem; line-height: 1.35 } li { margin: .35rem 0 }
.small, footer { font-size: 1rem } footer { margin-top: 1.5rem; padding-top: .4rem; border-top: 1px solid #000 }
@media (max-width: 30rem) { dl { display: block } dd { margin: 0 0 .4rem } body { padding: .6rem } }
@media print { html { font-size: 13px } body { max-width: none; padding: 0 } }
</style>
</head>
<body>
<main{{if .Banner}} class="marked"{{end}}>
{{- if .Banner}}
<p class="mark"><strong>{{.Banner}}</strong> {{.BannerMore}}</p>
{{- end}}
<h1>{{.Name}}</h1>
<p class="state">{{.State}}</p>
<dl>
{{- range .Facts}}
<dt>{{.Key}}</dt><dd>{{.Value}}</dd>
{{- end}}
</dl>
<h2>{{.Head}}</h2>
{{- if .Instead}}
<ul>
{{- range .Instead}}
<li>{{.Text}}{{if .Assumed}}<span class="small">{{$.Guess}}</span>{{end}}</li>
{{- end}}
</ul>
{{- end}}
{{- with .None}}
<p>{{.}}</p>
{{- end}}
{{- with .Unsure}}
<p class="small">{{.}}</p>
{{- end}}
<footer><strong>{{.From}}</strong><br>{{.Foot}}</footer>
</main>
</body>
</html>
`
