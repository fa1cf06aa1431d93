package sitrep

import (
	"html/template"
	"io"
	"time"

	"tocsin/catalog"
	"tocsin/publish"
)

// page is a whole document: headings, lists, times and links, nothing that
// runs. Its few rules of style make it readable on paper and on a phone.
const page = `<!DOCTYPE html>
<html lang="{{.Lang}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.State}} - {{.Title}}</title>
<style>body{max-width:46em;margin:1em auto;padding:0 1em;font:1em/1.5 sans-serif}li{margin:.5em 0}.mark{font-size:.9em}.banner{border:2px solid;padding:.5em}</style>
</head>
<body>
<main>
{{- range .Banners}}
<p class="banner"><strong>{{.}}</strong></p>
{{- end}}
<h1>{{.Title}}</h1>
<p><strong>{{.State}}.</strong> {{.Labels.Heading}}. {{.Labels.At}} <time datetime="{{.ISO}}">{{.Stamp}}</time>.</p>
{{- range .Sections}}
<section id="{{.ID}}" aria-labelledby="h-{{.ID}}">
<h2 id="h-{{.ID}}">{{.Title}}</h2>
<ul>
{{- range .Lines}}
<li data-topic="{{.Topic}}">{{.Text}} <span class="mark">[<time datetime="{{.ISO}}">{{.Mark}}</time>]</span>
{{- range .Refs}} <a href="#source-{{.}}">[{{.}}]</a>{{end}}</li>
{{- end}}
</ul>
</section>
{{- end}}
{{- if .Sources}}
<section id="sources" aria-labelledby="h-sources">
<h2 id="h-sources">{{.Labels.Sources}}</h2>
<ol>
{{- range .Sources}}
<li id="source-{{.No}}">{{if .URL}}<a href="{{.URL}}">{{.Title}}</a>{{else}}{{.Title}}{{end}}</li>
{{- end}}
</ol>
</section>
{{- end}}
</main>
<footer><p>{{.Labels.Notice}}</p></footer>
</body>
</html>
`

// The template reads only exported fields, so the view names its own.
type (
	htmlView struct {
		Lang, Title, State, Stamp, ISO string
		Banners                        []string
		Labels                         htmlLabels
		Sections                       []htmlSection
		Sources                        []htmlSource
	}
	htmlLabels  struct{ Heading, At, Sources, Notice string }
	htmlSection struct {
		ID, Title string
		Lines     []htmlLine
	}
	htmlLine struct {
		Topic, Text, Mark, ISO string
		Refs                   []int
	}
	htmlSource struct {
		No         int
		Title, URL string
	}
)

func writeHTML(w io.Writer, r publish.Report) error {
	t, err := template.New("sitrep").Parse(page)
	if err != nil {
		return err
	}
	return t.Execute(w, htmlOf(r))
}

func htmlOf(r publish.Report) htmlView {
	lb, x := labelsIn(r.Lang), indexOf(r)
	v := htmlView{
		Lang: langTag(r.Lang), Title: r.Title, State: r.StateName, Stamp: stamp(r), ISO: r.At.UTC().Format(time.RFC3339),
		Banners: banners(r), Labels: htmlLabels{lb.heading, lb.at, lb.sources, lb.notice},
	}
	for _, s := range r.Sections {
		hs := htmlSection{ID: string(s.ID), Title: s.Title}
		for _, l := range s.Lines {
			iso := l.At.UTC().Format(time.RFC3339)
			if l.DayOnly {
				iso = l.At.UTC().Format(time.DateOnly)
			}
			hs.Lines = append(hs.Lines, htmlLine{Topic: l.Topic, Text: l.Text, Mark: r.Mark(l), ISO: iso, Refs: x.numbers(l)})
		}
		v.Sections = append(v.Sections, hs)
	}
	for i, src := range x.all {
		hs := htmlSource{No: i + 1, Title: title(src)}
		if safe(src.URL) {
			hs.URL = src.URL
		}
		v.Sources = append(v.Sources, hs)
	}
	return v
}

// langTag is the language as HTML names it (BCP 47).
func langTag(l catalog.Lang) string {
	if l == catalog.FR {
		return "fr-CA"
	}
	return "en-CA"
}
