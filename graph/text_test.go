package graph

import (
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	g := New([]Edge{{"b", "a"}, {"a", "two words"}, {"a", ""}, {"->", "#x"}}, "lone", "é", "say \"no\"")
	want := `"->" -> "#x"
a -> ""
a -> "two words"
b -> a
lone
"say \"no\""
é
`
	if got := g.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if again := parse(t, want).String(); again != want {
		t.Errorf("read back\n%s", again)
	}
}

func TestParseTakesAnyOrder(t *testing.T) {
	g := parse(t, "# needs\n\nb -> c\r\n  a -> b # of course\na -> b\nb\n")
	if got, want := g.String(), "a -> b\nb -> c\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a ->", "line 1: want"},
		{"a\n-> b", "line 2: want"},
		{"a b", "line 1: want"},
		{"a -> b -> c", "line 1: want"},
		{"->", "line 1: want"},
		{`a -> "b`, "line 1: a quote that doesn't end"},
		{"\n\na\"b", "line 3: \"a\\\"b\" is not a plain word"},
		{"a->b", "is not a plain word"},
		{"a\x00", "is not a plain word"},
		{"\xff", "is not a plain word"},
	} {
		if _, err := Parse(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want %q", c.text, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "a -> b\nc\n", `"" -> "\xff"`, "# nothing", "a->b", "\"a\"\"b\"", "a -> \"->\""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		g, err := Parse(text)
		if err != nil {
			return
		}
		form := g.String()
		again, err := Parse(form)
		if err != nil {
			t.Fatalf("its own form can't be read: %v\n%s", err, form)
		}
		if again.String() != form {
			t.Fatalf("two forms:\n%s\n%s", form, again)
		}
	})
}
