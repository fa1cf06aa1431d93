package notice

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"tocsin/catalog"
)

// counter is a notice about a ticket counter.
func counter(lang catalog.Lang) Notice {
	zone, err := time.LoadLocation("America/Toronto")
	if err != nil {
		panic(err)
	}
	since := time.Date(2022, 7, 8, 8, 44, 0, 0, time.UTC)
	return Notice{
		Lang: lang, Mark: Exercise, What: "card sales <of> tickets", From: "the Railway & Sons", State: catalog.Down, Where: []string{"Ontario", "Québec"},
		Since: since, Fails: since.Add(2 * time.Hour), Issued: since.Add(time.Hour), Zone: zone, Why: []string{"debit", "its network", "a core"},
		Instead: []Advice{{Text: "Pay in cash."}, {Text: "Ride & pay later.", Assumed: true}}, Assumed: true,
	}
}

func written(t *testing.T, n Notice) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, n); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// words are what a reader of the sheet sees, without its style.
func plainText(t *testing.T, page string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode && n.Parent.Data != "style" {
			b.WriteString(n.Data + " ")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
	return strings.Join(strings.Fields(b.String()), " ")
}

func TestNoticeInWords(t *testing.T) {
	for lang, want := range map[catalog.Lang][]string{
		catalog.EN: {
			"EXERCISE - Card sales <of> tickets: Does not work at the moment", "EXERCISE This is a rehearsal. Nothing has failed.", "Where Ontario, Québec",
			"Since July 8, 2022, 4:44 a.m. ET", "May get worse July 8, 2022, 6:44 a.m. ET", "which the outage has hit: debit, then a core", "What to do instead Pay in cash. Ride & pay later. (not confirmed)",
			"nobody has confirmed it.", "The Railway & Sons Notice written on July 8, 2022, 5:44 a.m. ET.",
		},
		catalog.FR: {
			"EXERCICE - Card sales <of> tickets : Ne fonctionne pas en ce moment", "Ceci est une répétition. Rien n’est en panne.", "Où Ontario, Québec",
			"Depuis 8 juillet 2022 à 4 h 44 (HE)", "Peut empirer 8 juillet 2022 à 6 h 44 (HE)", "touché par la panne : debit, puis a core", "Que faire à la place", "(non confirmé)",
			"Avis rédigé le 8 juillet 2022 à 5 h 44 (HE).",
		},
	} {
		got := plainText(t, written(t, counter(lang)))
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: no %q in:\n%s", lang, w, got)
			}
		}
	}
}

// TestMarks: a sheet about a rehearsal or a past day can't be taken for news, and
// news not for a rehearsal.
func TestMarks(t *testing.T) {
	for mark, want := range map[Mark][2]string{Exercise: {"EXERCISE", "EXERCICE"}, Recorded: {"A PAST DAY", "JOURNÉE PASSÉE"}, Real: {}} {
		for i, lang := range []catalog.Lang{catalog.EN, catalog.FR} {
			n := counter(lang)
			n.Mark = mark
			page := written(t, n)
			got := plainText(t, page)
			if marked := strings.Contains(page, `class="marked"`); marked != (mark != Real) {
				t.Errorf("%q in %s: framed %v", mark, lang, marked)
			}
			if want[i] != "" && strings.Count(got, want[i]) != 2 { // in the title too, which is the name of a tab and of a print job
				t.Errorf("%q in %s isn't marked:\n%s", mark, lang, got)
			}
			for _, word := range []string{"EXERCISE", "EXERCICE", "A PAST DAY", "JOURNÉE PASSÉE"} {
				if word != want[i] && strings.Contains(got, word) {
					t.Errorf("%q in %s says %s", mark, lang, word)
				}
			}
		}
	}
}

// TestStatesAndGaps: what isn't known is left out, not blank.
func TestStatesAndGaps(t *testing.T) {
	n := Notice{Lang: catalog.EN, What: "éclairs", State: catalog.Up, Fails: time.Unix(0, 0), Issued: time.Unix(0, 0)}
	got := plainText(t, written(t, n))
	for _, want := range []string{"Éclairs Still works, but may stop", "May get worse January 1, 1970, 12:00 a.m. UTC", "Please ask the staff here."} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in: %s", want, got)
		}
	}
	for _, none := range []string{"Where", "Since", "Why", "confirmed"} {
		if strings.Contains(got, none) {
			t.Errorf("%q in: %s", none, got)
		}
	}
	for state, want := range map[catalog.State]string{catalog.Degraded: "only in part", catalog.Unknown: "don’t know", catalog.Down: "not work"} {
		n.State = state
		if got := plainText(t, written(t, n)); !strings.Contains(got, want) {
			t.Errorf("%s: no %q in: %s", state, want, got)
		}
	}
}

// TestNoticeAsksForNothing: no address, no script, no form; all that is hostile
// in a name is text.
func TestNoticeAsksForNothing(t *testing.T) {
	n := counter(catalog.EN)
	n.What = `<script src="https://evil.example/x.js"></script><img src=x onerror=alert(1)>`
	n.From, n.Instead[0].Text = n.What, `"><a href="//evil.example">`
	page := written(t, n)
	if m := regexp.MustCompile(`(?i)<(script|img|link|iframe|form|a|base|object)\b|url\(|@import|(src|href|action)\s*=\s*["']`).FindString(page); m != "" {
		t.Errorf("it holds %q", m)
	}
	if !strings.Contains(page, `content="default-src 'none'`) {
		t.Error("it forbids nothing")
	}
	if err := Write(full{}, n); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("a full disk: error %v", err)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// TestNoticePrintsOnOnePage asks a browser to print a sheet that is as full as
// they get: six pieces of advice.
func TestNoticePrintsOnOnePage(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("TOCSIN_REQUIRE") == "all" {
			t.Fatalf("chromium is required: %v", err)
		}
		t.Skip("NOT CHECKED ON PAPER: no chromium here")
	}
	n := counter(catalog.FR)
	for range 4 {
		n.Instead = append(n.Instead, Advice{Text: "Présentez-vous au comptoir avec une pièce d’identité et votre carte d’assurance maladie, ou revenez demain."})
	}
	dir := t.TempDir()
	sheet, pdf := filepath.Join(dir, "notice.html"), filepath.Join(dir, "notice.pdf")
	if err := os.WriteFile(sheet, []byte(written(t, n)), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
		"--user-data-dir="+filepath.Join(dir, "profile"), "--no-pdf-header-footer", "--print-to-pdf="+pdf, "file://"+sheet)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("chromium: %v\n%s", err, out)
	}
	body, err := os.ReadFile(pdf)
	if err != nil {
		t.Fatal(err)
	}
	if pages := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(body, -1)); pages != 1 {
		t.Errorf("it prints on %d pages", pages)
	}
}
