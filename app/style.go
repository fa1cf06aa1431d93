package app

import (
	"tocsin/catalog"
	"tocsin/publish/sitrep"
)

// Style is how a command speaks: "" is English, and text.
type Style struct {
	Lang   string // en or fr
	Format string
}

func (s Style) lang() (catalog.Lang, error) {
	switch s.Lang {
	case "", string(catalog.EN):
		return catalog.EN, nil
	case string(catalog.FR):
		return catalog.FR, nil
	}
	return "", usage("give --lang en or --lang fr", "no language is called %q here", s.Lang)
}

// report reads the style of a situation report.
func (s Style) report() (catalog.Lang, sitrep.Format, error) {
	lang, err := s.lang()
	if err != nil {
		return "", "", err
	}
	if s.Format == "" {
		return lang, sitrep.Text, nil
	}
	for _, f := range []sitrep.Format{sitrep.Text, sitrep.Markdown, sitrep.HTML, sitrep.JSON} {
		if s.Format == string(f) {
			return lang, f, nil
		}
	}
	return "", "", usage("give --format text, markdown, html or json", "no format is called %q here", s.Format)
}

// plain reads the style of a listing: text, or JSON.
func (s Style) plain() (lang catalog.Lang, asJSON bool, err error) {
	if lang, err = s.lang(); err != nil {
		return "", false, err
	}
	switch s.Format {
	case "", "text":
		return lang, false, nil
	case "json":
		return lang, true, nil
	}
	return "", false, usage("give --format text or json", "no format is called %q here", s.Format)
}
