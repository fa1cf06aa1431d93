package app

import (
	"os"
	"strings"
	"testing"
)

// TestDocumentedRosters plays the examples that docs/rosters.md gives to
// strangers.
func TestDocumentedRosters(t *testing.T) {
	page, err := os.ReadFile("../docs/rosters.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := strings.Split(string(page), "```csv\n")
	if len(examples) != 3 {
		t.Fatalf("%d examples", len(examples)-1)
	}
	example := func(i int) string { text, _, _ := strings.Cut(examples[i], "```"); return text }
	o := RehearseOptions{People: PeopleOptions{
		Roster: personal(t, "people.csv", example(1)), Appointments: personal(t, "day.csv", example(2)), RestsOn: []string{"sickkids/virtual-appointments"},
	}}
	for _, w := range [][2]string{{"fail", "rogers/ip-core"}, {"edition", "2022-07-08"}, {"from", "2022-07-08T08:44:00Z"}, {"for", "15h"}} {
		if err := o.Set(w[0], w[1]); err != nil {
			t.Fatal(err)
		}
	}
	text, err := exercised(t, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"A. Tremblay (17), nurse, Birchmount: no path stands", "B. Roy (18), nurse, Birchmount: by landline, Bell home phone",
		"nurse: 1 SHORT", "physician: enough", "A. (4711): ", "1 in person were not looked at",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
}
