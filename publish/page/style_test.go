package page

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// sheet is the style sheet as it is sent.
func sentSheet(t *testing.T) string {
	t.Helper()
	css, err := files.ReadFile("page.css")
	if err != nil {
		t.Fatal(err)
	}
	return squeeze(string(css))
}

func TestSqueeze(t *testing.T) {
	for in, want := range map[string]string{
		"a { b: c; d: e }\n":           "a{b:c;d:e}",
		"/* x */ a{b:c} /* y":          "a{b:c}",
		"a, b > c { d: 1px 2px; }":     "a,b > c{d:1px 2px}",
		"@media (x: y) { a { b: c } }": "@media (x:y){a{b:c}}",
		"":                             "",
	} {
		if got := squeeze(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
	if sheet := sentSheet(t); strings.Count(sheet, "{") != strings.Count(sheet, "}") || strings.Contains(sheet, "</") {
		t.Error("the sheet is torn")
	}
}

// Words must be readable on every ground of either scheme (WCAG 1.4.3: 4.5:1).
func TestContrast(t *testing.T) {
	schemes := regexp.MustCompile(`:root\{([^}]*)\}`).FindAllStringSubmatch(sentSheet(t), -1)
	if len(schemes) != 3 {
		t.Fatalf("%d schemes, want light, dark and print", len(schemes))
	}
	for _, scheme := range schemes {
		colour := map[string]float64{}
		for _, m := range regexp.MustCompile(`--([a-z]+):#([0-9a-f]+)`).FindAllStringSubmatch(scheme[1], -1) {
			colour[m[1]] = luminance(t, m[2])
		}
		for _, ground := range []string{"paper", "tint"} {
			for _, ink := range []string{"ink", "soft", "link", "bad", "warn", "good"} {
				a, b := max(colour[ink], colour[ground]), min(colour[ink], colour[ground])
				if ratio := (a + .05) / (b + .05); ratio < 4.5 {
					t.Errorf("%s on %s: %.1f:1 in %s", ink, ground, ratio, scheme[1])
				}
			}
		}
	}
}

// luminance is the relative luminance of a colour, as WCAG defines it.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	v, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || len(hex) != 6 {
		t.Fatalf("colour %q: %v", hex, err)
	}
	sum := 0.0
	for i, weight := range []float64{.2126, .7152, .0722} {
		c := float64(v>>(16-8*i)&255) / 255
		if c <= .04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
