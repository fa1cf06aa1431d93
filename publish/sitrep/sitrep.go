// Package sitrep writes a situation report as text, Markdown, HTML or JSON:
// everything that [publish.NewReport] says, line by line, each with how it is
// known, since when, and from which source.
//
// It words nothing and judges nothing: what a report says is made in package
// publish, the same for every outlet. It is not the public page (publish/page),
// which chooses and lays out.
package sitrep

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"tocsin/catalog"
	"tocsin/publish"
)

// Format is a way to write a report.
type Format string

// The formats.
const (
	Text     Format = "text" // 80 columns
	Markdown Format = "markdown"
	HTML     Format = "html" // a whole page, without script
	JSON     Format = "json"
)

// Formats gives all formats, for messages.
func Formats() []Format { return []Format{Text, Markdown, HTML, JSON} }

// ParseFormat reads the name of a format, or its usual file ending. The error
// names those that there are.
func ParseFormat(name string) (Format, error) {
	switch strings.ToLower(name) {
	case "text", "txt":
		return Text, nil
	case "markdown", "md":
		return Markdown, nil
	case "html", "htm":
		return HTML, nil
	case "json":
		return JSON, nil
	}
	return "", fmt.Errorf("sitrep: no format %q; there are %q", name, Formats())
}

// Write writes a report in a format.
func Write(w io.Writer, r publish.Report, f Format) error {
	var err error
	switch f {
	case Text:
		err = writeText(w, r)
	case Markdown:
		err = writeMarkdown(w, r)
	case HTML:
		err = writeHTML(w, r)
	case JSON:
		err = writeJSON(w, r)
	default:
		_, err = ParseFormat(string(f))
		if err == nil {
			err = fmt.Errorf("sitrep: format %q is written %q", f, Formats())
		}
		return err
	}
	if err != nil {
		return fmt.Errorf("sitrep: writing %s: %w", f, err)
	}
	return nil
}

// labels are the words around a report, one set per language. They are filled
// without keys, so that a language that lacks one does not compile.
type labels struct {
	heading, at, replay, exercise, sources, notice string
}

func labelsIn(l catalog.Lang) labels {
	if l == catalog.FR {
		return labels{
			"Rapport de situation", "État au", "Rejeu d’une journée enregistrée", "EXERCICE",
			"Sources", "Tocsin n’est ni le 911 ni une autorité d’alerte.",
		}
	}
	return labels{
		"Situation report", "As of", "Replay of a recorded day", "EXERCISE",
		"Sources", "Tocsin is not 911 and not an alerting authority.",
	}
}

// stamp is the time of a report: its local day and clock, and UTC beside them.
func stamp(r publish.Report) string {
	zone := publish.Zone(r.Zone)
	return publish.Day(r.Lang, zone, r.At) + ", " + publish.Clock(r.Lang, zone, r.At) +
		" (" + r.At.UTC().Format("2006-01-02 15:04") + " UTC)"
}

// banners are the warnings that go before everything: that this is an
// exercise, that this is not today.
func banners(r publish.Report) []string {
	lb := labelsIn(r.Lang)
	var all []string
	if r.Incident.Exercise {
		all = append(all, lb.exercise)
	}
	if r.Replay != nil {
		gap := ": "
		if r.Lang == catalog.FR {
			gap = "\u00a0: "
		}
		all = append(all, lb.replay+gap+r.Replay.Title.In(r.Lang))
	}
	return all
}

// index numbers the sources of a report in the order in which they appear.
type index struct{ all []catalog.Source }

func indexOf(r publish.Report) index {
	var x index
	for _, s := range r.Sections {
		for _, l := range s.Lines {
			for _, src := range l.Sources {
				if !slices.Contains(x.all, src) {
					x.all = append(x.all, src)
				}
			}
		}
	}
	return x
}

// numbers are those of a line's sources, from 1.
func (x index) numbers(l publish.Line) []int {
	var ns []int
	for _, src := range l.Sources {
		ns = append(ns, slices.Index(x.all, src)+1)
	}
	slices.Sort(ns)
	return slices.Compact(ns)
}

// refs are a line's sources as "[1] [4]", "" if it has none.
func (x index) refs(l publish.Line) string {
	var parts []string
	for _, n := range x.numbers(l) {
		parts = append(parts, fmt.Sprintf("[%d]", n))
	}
	return strings.Join(parts, " ")
}

// title names a source; one without a title keeps its id.
func title(s catalog.Source) string {
	if s.Title != "" {
		return s.Title
	}
	return string(s.ID)
}
