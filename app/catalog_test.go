package app

import (
	"bytes"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"testing"
)

func asked(t *testing.T, o CatalogOptions) CatalogOptions {
	t.Helper()
	o.AsOf = clock(t, "2024-05-02T00:00:00Z")
	return o
}

func TestCatalogCommands(t *testing.T) {
	explain := func(id string) func(io.Writer, CatalogOptions) error {
		return func(out io.Writer, o CatalogOptions) error { return ExplainCatalog(out, o, id) }
	}
	for name, c := range map[string]struct {
		run func(io.Writer, CatalogOptions) error
		en  []string
		fr  []string
	}{
		"check":   {CheckCatalog, []string{"holds together", "Carriers: 1", "2024-05-02"}, nil},
		"show":    {ShowCatalog, []string{"harbour/records", "ferry tickets by phone", "reported"}, []string{"billets de traversier"}},
		"explain": {explain("ferries/tickets"), []string{"northtel/mobile-data", "ferry tickets"}, []string{"billets de traversier"}},
	} {
		for lang, words := range map[string][]string{"en": c.en, "fr": c.fr} {
			var out bytes.Buffer
			if err := c.run(&out, asked(t, CatalogOptions{World: zz(), Style: Style{Lang: lang}})); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, word := range words {
				if !strings.Contains(out.String(), word) {
					t.Errorf("%s, %s: doesn't say %q:\n%s", name, lang, word, out.String())
				}
			}
		}
		var out bytes.Buffer
		if err := c.run(&out, asked(t, CatalogOptions{World: zz(), Style: Style{Format: "json"}})); err != nil || !json.Valid(out.Bytes()) {
			t.Errorf("%s: no JSON, %v:\n%s", name, err, out.String())
		}
		for _, format := range []string{"text", "json"} {
			err := c.run(&full{room: 20}, asked(t, CatalogOptions{World: zz(), Style: Style{Format: format}}))
			complaint(t, err, ExitInput, []string{"no space left"})
		}
		for flag, style := range map[string]Style{"--lang": {Lang: "de"}, "--format": {Format: "markdown"}} {
			complaint(t, c.run(io.Discard, asked(t, CatalogOptions{World: zz(), Style: style})), ExitUsage, []string{flag})
		}
		complaint(t, c.run(io.Discard, asked(t, CatalogOptions{World: World{Catalog: "nowhere"}})), ExitInput, []string{"nowhere", "--catalog"})
	}
}

func TestCatalogSchema(t *testing.T) {
	var out bytes.Buffer
	if err := CatalogSchema(&out); err != nil || !json.Valid(out.Bytes()) {
		t.Errorf("no JSON, %v", err)
	}
	complaint(t, CatalogSchema(&full{}), ExitInput, []string{"no space left"})
}

func TestExplainOfAnUnknownName(t *testing.T) {
	err := ExplainCatalog(io.Discard, asked(t, CatalogOptions{World: zz()}), "harbour/record")
	complaint(t, err, ExitUsage, []string{`"harbour/record"`, `"harbour/records"`, "catalog show"})
}

func TestBrokenCatalogue(t *testing.T) {
	const (
		needs = "needs: [{all: [northtel/mobile-data], source: post}]"
		torn  = "needs: [{all: [north"
	)
	for name, c := range map[string]struct {
		old, new string
		says     []string
	}{
		"unknown name":      {needs, "needs: [{all: [northtel/mobil-data], source: post}]", []string{`"northtel/mobil-data"`, `"northtel/mobile-data"`}},
		"impossible k":      {needs, "needs: [{any: [northtel/core, northtel/mobile-data], at_least: 5, source: post}]", []string{"at_least", "5", "2"}},
		"unknown key":       {"sector: transit", "sectr: transit", []string{"sectr"}},
		"needs itself":      {needs, "needs: [{all: [ferries/tickets], source: post}]", []string{"itself"}},
		"cut in the middle": {needs, torn, nil},
	} {
		t.Run(name, func(t *testing.T) {
			path, place := broken(t, filepath.Join(zzCatalog, "zz.yaml"), c.old, c.new)
			if c.new == torn {
				place = "zz.yaml:" // where YAML gives up
			}
			o := asked(t, CatalogOptions{World: World{Catalog: filepath.Dir(path)}})
			var out bytes.Buffer
			complaint(t, CheckCatalog(&out, o), ExitInput, append(c.says, filepath.Dir(path), place, "catalog check"))
			if out.Len() > 0 {
				t.Errorf("beside the error it printed %q", out.String())
			}
		})
	}
}
