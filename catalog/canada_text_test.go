package catalog

import (
	"fmt"
	"io/fs"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// written is a text of the catalogue with where it stands.
type written struct {
	place string
	Text
}

// texts gives every text of an edition.
func texts(e *Edition) (all []written) {
	var walk func(place string, v reflect.Value)
	walk = func(place string, v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			walk(place, v.Elem())
		case reflect.Slice:
			for i := range v.Len() {
				walk(place, v.Index(i))
			}
		case reflect.Struct:
			if text, ok := reflect.TypeAssert[Text](v); ok {
				if text != (Text{}) {
					all = append(all, written{place, text})
				}
				return
			}
			for i := range v.NumField() {
				if f := v.Type().Field(i); f.IsExported() {
					walk(place+" "+strings.ToLower(f.Name), v.Field(i))
				}
			}
		}
	}
	for _, r := range e.Regions() {
		walk(string(r.ID), reflect.ValueOf(r))
	}
	for _, s := range e.Services() {
		walk(string(s.ID), reflect.ValueOf(s))
	}
	for _, c := range e.Carriers() {
		walk(string(c.ID), reflect.ValueOf(c))
	}
	for _, o := range e.Organisations() {
		walk(string(o.ID), reflect.ValueOf(o))
	}
	for _, n := range e.Nodes() {
		walk(string(n.ID), reflect.ValueOf(n))
	}
	return all
}

// inEveryEdition runs a check on all texts of the editions that matter.
func inEveryEdition(t *testing.T, check func(w written) string) {
	t.Helper()
	said := map[string]bool{}
	seen := 0
	for _, asOf := range []string{april2021, july2022, since} {
		for _, w := range texts(canada(t, asOf)) {
			seen++
			if wrong := check(w); wrong != "" && !said[w.place+wrong] {
				said[w.place+wrong] = true
				t.Errorf("%s: %s", w.place, wrong)
			}
		}
	}
	if seen < 1000 {
		t.Errorf("only %d texts were looked at", seen)
	}
}

// frenchFaults are what French typography, as Canada writes it, doesn't have.
func frenchFaults() map[string]*regexp.Regexp {
	return map[string]*regexp.Regexp{
		"an ordinary space before punctuation":       regexp.MustCompile(` [:;?!»%$]`),
		"no space before punctuation":                regexp.MustCompile(`[^\s\x{a0}\x{202f}][:;?!»](\s|$)`),
		"an ordinary space within guillemets":        regexp.MustCompile(`« |[^\x{a0}\x{202f}]»|«[^\x{a0}\x{202f}]`),
		"a straight apostrophe":                      regexp.MustCompile(`'`),
		"straight or English quotes":                 regexp.MustCompile(`["“”]`),
		"a comma in a number":                        regexp.MustCompile(`\d,\d{3}\b`),
		"an ordinary space in a number":              regexp.MustCompile(`\b\d{1,3} \d{3}\b`),
		"a word of another country’s French":         regexp.MustCompile(`(?i)\b(e-?mails?|mails?|portables?|week-end)\b`),
		"two spaces":                                 regexp.MustCompile(`[ \x{a0}]{2}`),
		"an article that isn’t contracted":           regexp.MustCompile(`\b(de le|de les|à le|à les)\s[a-zà-ÿ]`),
		"a vowel after a word that should be elided": regexp.MustCompile(`\b(de|le|la|que|ne|je|se) [aeiouyàâéèêîôù]`),
	}
}

func TestFrenchOfCanada(t *testing.T) {
	inEveryEdition(t, func(w written) string {
		for what, fault := range frenchFaults() {
			if found := fault.FindString(w.FR); found != "" && found != "de onze" && found != "le onze" {
				return fmt.Sprintf("%s: %q in %q", what, found, w.FR)
			}
		}
		return ""
	})
}

// TestFrenchFaultsAreFound holds the rules themselves to examples.
func TestFrenchFaultsAreFound(t *testing.T) {
	for what, bad := range map[string]string{
		"an ordinary space before punctuation": "Attention : panne", "no space before punctuation": "Attention: panne",
		"an ordinary space within guillemets": "« panne »", "a straight apostrophe": "l'heure", "straight or English quotes": `"panne"`,
		"a comma in a number": "40,000", "an ordinary space in a number": "40 000", "a word of another country’s French": "par email",
		"two spaces": "une  panne", "an article that isn’t contracted": "de le réseau", "a vowel after a word that should be elided": "de appels",
	} {
		if rule := frenchFaults()[what]; rule == nil || !rule.MatchString(bad) {
			t.Errorf("%s is not found in %q", what, bad)
		}
	}
	for what, rule := range frenchFaults() {
		good := "Attention\u00a0: «\u00a0l’heure\u00a0» de 40\u00a0000 personnes\u202f! Courriel ou cellulaire, du réseau de l’école."
		if found := rule.FindString(good); found != "" {
			t.Errorf("%s: found %q in good French", what, found)
		}
	}
}

func TestEnglishOfCanada(t *testing.T) {
	fault := regexp.MustCompile(`['"]|\s[:;?!.,]|  |\b\d{4,}\d{2}\b|\bfor free\b`)
	american := regexp.MustCompile(`(?i)\b(center|centers|organization|cell ?phones?|meters?)\b`)
	inEveryEdition(t, func(w written) string {
		if found := fault.FindString(w.EN); found != "" {
			return fmt.Sprintf("%q in %q", found, w.EN)
		}
		if found := american.FindString(w.EN); found != "" {
			return fmt.Sprintf("%q in %q", found, w.EN)
		}
		return ""
	})
}

// TestWordsAreTranslated: what is made of words has other words in French. Only
// names of one language stay: of places, and of what is called by its own name.
func TestWordsAreTranslated(t *testing.T) {
	e := canada(t, july2022)
	for _, n := range e.Nodes() {
		if n.Name.EN == n.Name.FR {
			t.Errorf("%s is %q in both languages", n.ID, n.Name.EN)
		}
	}
	for _, s := range e.Services() {
		if s.Name.EN == s.Name.FR {
			t.Errorf("%s is %q in both languages", s.ID, s.Name.EN)
		}
	}
	words := regexp.MustCompile(`(?i)\b(police|city of|city|hospital for|ambulance|fire|courts|banks?|venues|region of|division no|county|united counties|district of)\b`)
	brands := []OrgID{"sickkids", "tdsb"} // bodies that go by an English name in French too
	for _, o := range e.Organisations() {
		if o.Name.EN == o.Name.FR && words.MatchString(o.Name.EN) && !slices.Contains(brands, o.ID) {
			t.Errorf("%s is %q in both languages", o.ID, o.Name.EN)
		}
	}
	inEveryEdition(t, func(w written) string {
		if strings.HasSuffix(w.place, "note") && w.EN == w.FR || strings.HasSuffix(w.place, "text") && w.EN == w.FR {
			return fmt.Sprintf("%q in both languages", w.EN)
		}
		return ""
	})
	for id, want := range map[RegionID]string{
		"ca-bc": "Colombie-Britannique", "ca-qc": "Québec", "ca-nb": "Nouveau-Brunswick", "ca-ns": "Nouvelle-Écosse",
		"ca-nl": "Terre-Neuve-et-Labrador", "ca-pe": "Île-du-Prince-Édouard", "ca-nt": "Territoires du Nord-Ouest",
	} {
		if got := e.Region(id).Name.FR; got != want {
			t.Errorf("%s is %q in French, want %q", id, got, want)
		}
	}
}

// TestLanguagesSayTheSame: figures, and 911, stand in both languages or in neither.
func TestLanguagesSayTheSame(t *testing.T) {
	figure := regexp.MustCompile(`\d[\d,\x{a0}\x{202f}]*`)
	figures := func(s string) string {
		s = strings.NewReplacer("9-1-1", "911", "10:00", "10", "une centaine", "100").Replace(s)
		var all []string
		for _, f := range figure.FindAllString(s, -1) {
			all = append(all, strings.Map(func(r rune) rune {
				if unicode.IsDigit(r) {
					return r
				}
				return -1
			}, f))
		}
		slices.Sort(all)
		return strings.Join(all, " ")
	}
	inEveryEdition(t, func(w written) string {
		if en, fr := figures(w.EN), figures(w.FR); en != fr {
			return fmt.Sprintf("the figures are %q in English, %q in French: %q, %q", en, fr, w.EN, w.FR)
		}
		return ""
	})
}

// TestAdviceIsSentences: advice and notes are sentences in both languages; names
// are none.
func TestAdviceIsSentences(t *testing.T) {
	inEveryEdition(t, func(w written) string {
		for _, s := range []string{w.EN, w.FR} {
			if s != strings.TrimSpace(s) {
				return fmt.Sprintf("space around %q", s)
			}
			ends := strings.HasSuffix(s, ".")
			if !strings.HasSuffix(w.place, " name") {
				first := []rune(strings.TrimPrefix(s, "«\u00a0"))[0]
				if !ends || unicode.IsLower(first) {
					return fmt.Sprintf("no sentence: %q", s)
				}
			} else if ends {
				return fmt.Sprintf("a name that ends like a sentence: %q", s)
			}
		}
		return ""
	})
}

// TestNothingDangerousIsAdvised: no tinkering with SIM cards, no telephone numbers,
// no test calls to 911; what touches emergency calls has a source of its own.
func TestNothingDangerousIsAdvised(t *testing.T) {
	number := regexp.MustCompile(`\(?\b\d{3}\b\)?[-. \x{a0}]\d{3}[-. \x{a0}]\d{4}\b|\b\d{3}-\d{4}\b|\b1[-. ]8\d\d\b|\*\d{3}\b|(?i)\btel:`)
	for _, s := range []string{"416-555-0123", "(416) 555-0123", "416 555 0123", "555-0123", "1-800 numbers", "*611"} {
		if !number.MatchString(s) {
			t.Errorf("%q is not taken for a telephone number", s)
		}
	}
	inEveryEdition(t, func(w written) string {
		for _, s := range []string{w.EN, w.FR} {
			if found := number.FindString(s); found != "" {
				return fmt.Sprintf("a telephone number: %q", s)
			}
			if strings.Contains(s, "SIM") && !strings.HasPrefix(w.place, "rogers/emergency-sims name") {
				return fmt.Sprintf("a SIM card: %q", s)
			}
		}
		return ""
	})
	for _, asOf := range []string{april2021, july2022, since} {
		e := canada(t, asOf)
		for _, n := range e.Nodes() {
			for _, f := range n.Fallbacks {
				touches := n.Service == "emergency-calls" || slices.Contains([]string{"police", "911", "psap"}, e.Sector(n)) ||
					strings.Contains(f.Text.EN+f.Text.FR, "911")
				if touches && (len(f.Sources) == 0 || f.Confidence == Assumed) {
					t.Errorf("%s: %s: advice about emergency calls without a source: %q", asOf, n.ID, f.Text.EN)
				}
				if touches && regexp.MustCompile(`(?i)\btest\b|\bessai\b`).MatchString(f.Text.EN+f.Text.FR) {
					t.Errorf("%s: %s: advises a test call: %q", asOf, n.ID, f.Text.EN)
				}
			}
		}
	}
}

// TestWhatAPhoneThatIsAttachedCanDo: the classic of advice on a condition.
func TestWhatAPhoneThatIsAttachedCanDo(t *testing.T) {
	f := canada(t, july2022).Node("rogers/emergency-calls").Fallbacks[0]
	if fmt.Sprint(f.OnlyIf) != "{[] [] [rogers/radio-access]}" || canada(t, july2022).Node("rogers/radio-access").Attaches != "rogers/ip-core" || len(f.Needs) != 1 {
		t.Errorf("condition %v, needs %v", f.OnlyIf, f.Needs)
	}
	for _, m := range f.Needs[0].Members {
		if m.Owner() == "rogers" {
			t.Errorf("the way around Rogers leads through %s", m)
		}
	}
}

// TestEverythingInCanadaHasASource, or says that it is assumed.
func TestEverythingInCanadaHasASource(t *testing.T) {
	used := map[SourceID]bool{}
	for _, asOf := range []string{april2021, july2022, since} {
		e := canada(t, asOf)
		check := func(what any, p Provenance) {
			for _, id := range p.Sources {
				if used[id] = true; e.Source(id) == nil {
					t.Errorf("%s: %v: source %s is unknown", asOf, what, id)
				}
			}
			if p.Confidence != Assumed && (len(p.Sources) == 0 || p.Confidence != Reported && p.Confidence != Confirmed) {
				t.Errorf("%s: %v is %q, from %v", asOf, what, p.Confidence, p.Sources)
			}
			if p.Confidence == Confirmed && p.AsOf.IsZero() {
				t.Errorf("%s: %v is confirmed for no day", asOf, what)
			}
			if len(p.Sources) > 0 && p.AsOf.IsZero() {
				t.Errorf("%s: %v has a source, and no day for which it was read", asOf, what)
			}
		}
		for _, r := range e.Regions() {
			check(r.ID, r.Provenance)
		}
		for _, c := range e.Carriers() {
			check(c.ID, c.Provenance)
			for _, n := range c.Networks {
				check(fmt.Sprint(c.ID, " AS", n.ASN), n.Provenance)
			}
		}
		for _, o := range e.Organisations() {
			check(o.ID, o.Provenance)
		}
		for _, n := range e.Nodes() {
			check(n.ID, n.Provenance)
			for _, r := range n.Needs {
				check(fmt.Sprint(n.ID, " needs ", r.Members), r.Provenance)
			}
			for _, f := range n.Fallbacks {
				check(fmt.Sprint(n.ID, ": ", f.Text.EN), f.Provenance)
			}
		}
	}
	for id := range canada(t, since).sources.byID {
		if !used[id] {
			t.Errorf("source %s is named by nothing", id)
		}
	}
}

// TestSourcesOfCanada: a reader can go there, safely, and is not sent to what
// only one machine has.
func TestSourcesOfCanada(t *testing.T) {
	var all struct{ Sources []Source }
	names, err := fs.Glob(Canada(), "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	titles, addresses := map[string]SourceID{}, map[string]SourceID{}
	for _, name := range names {
		body, err := fs.ReadFile(Canada(), name)
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal(body, &all); err != nil {
			t.Fatal(err)
		}
		for _, s := range all.Sources {
			if other, twice := titles[s.Title]; twice {
				t.Errorf("%s and %s have one title", other, s.ID)
			}
			if other, twice := addresses[s.URL]; twice && s.URL != "" {
				t.Errorf("%s and %s have one address", other, s.ID)
			}
			titles[s.Title], addresses[s.URL] = s.ID, s.ID
			if regexp.MustCompile(`localhost|127\.|[?&]utm_|\s`).MatchString(s.URL) {
				t.Errorf("%s: address %q", s.ID, s.URL)
			}
		}
		all.Sources = nil
	}
	if len(titles) < 40 {
		t.Errorf("%d sources", len(titles))
	}
}
