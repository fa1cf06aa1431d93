package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func day(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

// small is the small country of testdata.
func small() fs.FS { return os.DirFS("testdata/small") }

func mustLoad(t testing.TB, asOf string, base fs.FS, overlays ...fs.FS) *Edition {
	t.Helper()
	e, err := Load(base, day(asOf), overlays...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// layer is a directory of one file.
func layer(text string) fs.FS {
	return fstest.MapFS{"bad.yaml": {Data: []byte(text)}}
}

func TestLoadSmall(t *testing.T) {
	e := mustLoad(t, "2022-07-08", small())
	voice, sales, centre := e.Node("red/voice"), e.Node("shop/sales"), e.Node("town-police/911-centre")
	census := e.Region("xx-b-1")
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"root", e.Root(), RegionID("xx")},
		{"as of", e.AsOf(), day("2022-07-08")},
		{"owner", voice.Owner(), OrgID("red")},
		{"a group of all", voice.Needs[0].AtLeast, 1},
		{"at", voice.Needs[0].At, RegionID("xx")},
		{"holdover", voice.Needs[0].Holdover, 5 * time.Minute},
		{"lost, unless said", voice.Needs[0].Lost, Down},
		{"lost", sales.Needs[0].Lost, Degraded},
		{"at least", sales.Needs[0].AtLeast, 2},
		{"members", fmt.Sprint(sales.Needs[0].Members), "[bank/debit red/voice blue/voice]"},
		{"an assumed need has no source of the entry around", len(sales.Needs[0].Sources), 0},
		{"but its day", sales.Needs[0].AsOf, day("2022-07-08")},
		{"a need takes the claim around", fmt.Sprintf("%v %s", voice.Needs[0].Sources, voice.Needs[0].Confidence), "[paper] reported"},
		{"advice", sales.Fallbacks[1].Text.In(FR), "Appelez-nous par Bleu."},
		{"advice that needs", fmt.Sprint(sales.Fallbacks[1].Needs[0].Members), "[blue/voice]"},
		{"advice on a condition", fmt.Sprint(sales.Fallbacks[1].OnlyIf), "{[blue/voice] [red/core] []}"},
		{"dependents are of one kind", sales.Kind, Dependent},
		{"users and people", [2]int{voice.People, sales.People}, [2]int{120, 40}},
		{"no needs", len(centre.Needs), 0},
		{"sector of the organisation", e.Sector(centre), "police"},
		{"a region takes the claim above", fmt.Sprintf("%v %s %d", census.Sources, census.Confidence, census.AsOf.Year()), "[census] reported 2021"},
		{"a population that isn't known", e.Region("xx-b").Counted, false},
		{"a population", e.Region("xx-a").Population, 200},
		{"place", [2]float64{e.Region("xx").Lat, e.Region("xx").Lon}, [2]float64{50, -80.5}},
		{"confidence", e.Carrier("blue").Confidence, Confirmed},
		{"brands of the day", fmt.Sprint(e.Carrier("red").Brands), "[{Red} {Pink}]"},
		{"by asn", fmt.Sprint(e.ByASN(64500)), "[red/core]"},
		{"a source", e.Source("census").URL, "https://example.org/census"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", c.what, c.got, c.want)
		}
	}
}

func TestEditionsByDate(t *testing.T) {
	for _, c := range []struct{ asOf, debit, management, networks string }{
		{"2022-07-08", "[red/core]", "1", "64500 64501 | 64502"},
		{"2022-09-30", "[red/core]", "1", "64500 64501 | 64502"},
		{"2022-10-01", "[red/core blue/voice]", "0", "64500 | 64502 64501"},
		{"2030-01-01", "[red/core blue/voice]", "0", "64500 | 64502 64501"},
	} {
		e := mustLoad(t, c.asOf, small())
		asns := func(id OrgID) (list []string) {
			for _, n := range e.Carrier(id).Networks {
				list = append(list, fmt.Sprint(n.ASN))
			}
			return list
		}
		got := [3]string{
			fmt.Sprint(e.Node("bank/debit").Needs[0].Members), fmt.Sprint(len(e.Node("red/management").Needs)),
			strings.Join(asns("red"), " ") + " | " + strings.Join(asns("blue"), " "),
		}
		if want := [3]string{c.debit, c.management, c.networks}; got != want {
			t.Errorf("%s: %v, want %v", c.asOf, got, want)
		}
	}
	// The day is UTC's, whatever the hour.
	late := time.Date(2022, 9, 30, 23, 0, 0, 0, time.FixedZone("", -4*3600))
	e, err := Load(small(), late)
	if err != nil || e.AsOf() != day("2022-10-01") {
		t.Errorf("edition of %v, error %v", e.AsOf(), err)
	}
	if x, err := e.Explain("red"); err != nil || x.Edition != "2022-10-01" {
		t.Errorf("edition of %s, error %v", x.Edition, err)
	}
}

func TestOverlay(t *testing.T) {
	private := layer(`
dependents:
- id: shop/sales
  name: {en: Our sales, fr: Nos ventes}
  regions: [xx]
  confidence: assumed
- id: shop/phones
  name: {en: Our phones, fr: Nos téléphones}
  regions: [xx-a]
  needs: [{all: [red/voice]}]
  confidence: assumed
- id: bank/debit
  name: {en: Debit as we have it, fr: Débit tel que nous l’avons}
  regions: [xx]
  confidence: assumed
`)
	e := mustLoad(t, "2022-07-08", small(), private)
	if n := e.Node("shop/sales"); n.Name.EN != "Our sales" || len(n.Needs) != 0 {
		t.Errorf("shop/sales is not replaced whole: %+v", n)
	}
	if e.Node("shop/phones") == nil || e.Node("red/core") == nil {
		t.Error("an overlay adds, and leaves the rest")
	}
	for _, asOf := range []string{"2022-07-08", "2024-01-01"} {
		if n := mustLoad(t, asOf, small(), private).Node("bank/debit"); n.Kind != Dependent {
			t.Errorf("%s: a component is replaced by a dependent in all its periods: %+v", asOf, n)
		}
	}
	again := layer("dependents: [{id: shop/sales, name: {en: Third, fr: Troisième}, regions: [xx], confidence: assumed}]")
	if n := mustLoad(t, "2022-07-08", small(), private, again).Node("shop/sales"); n.Name.EN != "Third" {
		t.Errorf("the last overlay wins: %+v", n)
	}
	if e := mustLoad(t, "2022-07-08", small()); e.Node("shop/phones") != nil {
		t.Error("an overlay has changed its base")
	}
}

func TestDigest(t *testing.T) {
	a := mustLoad(t, "2022-07-08", small())
	// The same entries in one file, the other way round.
	text := map[string][]string{}
	for _, name := range []string{"places.yaml", "dependents.yaml", "carriers.yaml"} {
		content, err := fs.ReadFile(small(), name)
		if err != nil {
			t.Fatal(err)
		}
		text[name] = strings.SplitAfter(string(content), "\ncomponents:\n")
	}
	moved := fstest.MapFS{
		"z.yaml": {Data: []byte(text["places.yaml"][0])},
		"m.yaml": {Data: []byte("components:\n" + text["carriers.yaml"][1])},
		"b.yaml": {Data: []byte(strings.Join(text["dependents.yaml"], ""))},
		"a.yaml": {Data: []byte(strings.TrimSuffix(text["carriers.yaml"][0], "components:\n"))},
	}
	if b := mustLoad(t, "2022-07-08", moved); b.Digest() != a.Digest() {
		t.Error("the digest depends on file names or order")
	}
	if b := mustLoad(t, "2022-07-09", small()); b.Digest() != a.Digest() {
		t.Error("the digest depends on the day, though nothing changed")
	}
	if b := mustLoad(t, "2022-10-01", small()); b.Digest() == a.Digest() {
		t.Error("another edition has the same digest")
	}
	if len(a.Digest()) != 64 {
		t.Errorf("digest %q", a.Digest())
	}
}

func TestDirectoryThatCannotBeRead(t *testing.T) {
	_, err := Load(os.DirFS("testdata/nowhere"), day("2022-07-08"))
	var ps Problems
	if !errors.Is(err, fs.ErrNotExist) || errors.As(err, &ps) {
		t.Errorf("error %v", err)
	}
	if _, err := Check(small(), os.DirFS("testdata/nowhere")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

func TestCheckFindsTheFaultsOfEveryEdition(t *testing.T) {
	days, err := Check(small())
	if got := fmt.Sprint(formatted(days)); err != nil || got != "[2021-12-31 2022-01-01 2022-10-01]" {
		t.Errorf("days %s, error %v", got, err)
	}
	later := layer(`
dependents:
- {id: shop/early, name: {en: E, fr: E}, regions: [xx], source: papre, until: 2020-01-01}
- {id: shop/late, name: {en: L, fr: L}, regions: [xx], source: papre, from: 2025-01-01}
`)
	if _, err := Load(small(), day("2022-07-08"), later); err != nil {
		t.Errorf("an edition is checked for itself: %v", err)
	}
	_, err = Check(small(), later)
	want := `bad.yaml:3: unknown source "papre"; did you mean "paper"?
bad.yaml:4: unknown source "papre"; did you mean "paper"?`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	// What is wrong in every edition is said once.
	always := layer("dependents:\n- {id: shop/x, name: {en: X, fr: X}, regions: [xx], source: papre}")
	if _, err := Check(small(), always); err == nil || err.Error() != `bad.yaml:2: unknown source "papre"; did you mean "paper"?` {
		t.Errorf("got\n%v", err)
	}
	if days, err := Check(layer(smallest)); err != nil || len(days) != 1 || !days[0].IsZero() {
		t.Errorf("days %v, error %v", days, err)
	}
	// A catalogue that begins on a day need not be whole before it.
	begun := strings.Replace(smallest, "level:", "from: 2021-01-01, level:", 1)
	if days, err := Check(layer(begun)); err != nil || fmt.Sprint(formatted(days)) != "[2021-01-01]" {
		t.Errorf("days %v, error %v", days, err)
	}
}

func formatted(days []time.Time) (list []string) {
	for _, d := range days {
		list = append(list, d.Format(time.DateOnly))
	}
	return list
}

// smallest is a catalogue with nothing in it but a country.
const smallest = "regions: [{id: xx, level: country, name: {en: X, fr: X}, confidence: assumed}]\n"

func TestFilesThatDoNotCount(t *testing.T) {
	world := fstest.MapFS{
		"a.yaml": {Data: []byte(smallest)}, "b.yaml": {Data: []byte("# nothing yet\n")}, "c.yaml": {},
		"notes.txt": {Data: []byte("{{{")}, "old/d.yaml": {Data: []byte("{{{")},
	}
	mustLoad(t, "2022-07-08", world)
}

func TestTooLargeFile(t *testing.T) {
	big := append([]byte("# "), bytes.Repeat([]byte{'x'}, maxFile)...)
	_, err := Load(fstest.MapFS{"big.yaml": {Data: big}}, day("2022-07-08"))
	if err == nil || err.Error() != "big.yaml: larger than 16 MiB" {
		t.Errorf("error %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	for _, name := range []string{"places.yaml", "carriers.yaml", "dependents.yaml"} {
		content, err := fs.ReadFile(small(), name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Add([]byte(smallest))
	f.Add([]byte("regions: &a [*a]"))
	f.Add([]byte("regions: [{id: a, level: area, parent: a, members: [a, a]}]"))
	f.Add([]byte("carriers: [{id: a, parent: b}, {id: b, parent: a}]"))
	f.Add([]byte("? [a]\n: {b: !!binary x}\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		world := fstest.MapFS{"a.yaml": {Data: content}, "b.yaml": {Data: []byte("services: []")}}
		e, err := Load(world, day("2022-07-08"))
		var ps Problems
		switch {
		case err == nil:
			e.Findings()
			for _, n := range e.Nodes() {
				if x, err := e.Explain(string(n.ID)); err != nil || x.Text(FR) == "" {
					t.Errorf("%s: %v", n.ID, err)
				}
			}
		case !errors.As(err, &ps) || len(ps) == 0:
			t.Errorf("an error without problems: %v", err)
		}
		if _, err := Check(world); err != nil && !errors.As(err, &ps) {
			t.Errorf("an error without problems: %v", err)
		}
	})
}

// TestDeepFile: nesting must not exhaust the stack.
func TestDeepFile(t *testing.T) {
	for _, s := range []string{"[", "{a: ", "- ", "? "} {
		if _, err := Load(layer(strings.Repeat(s, 1<<20)), day("2022-07-08")); err == nil {
			t.Errorf("%q over and over was taken for a catalogue", s)
		}
	}
}

func BenchmarkLoadCanada(b *testing.B) {
	for b.Loop() {
		mustLoad(b, "2022-07-08", Canada())
	}
}
