package rehearse_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/rehearse"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

const written = `# The core on a Friday
title  The core fails # in the morning
fail   north/core
fail   north:radio@zz-a=degraded
fail	south=unknown
from   2024-05-02T06:00:00+02:00
for    2d
at     90m
edition 2024-05-02
edition 2026-01-01
repair north/core=4h
day    northtel-2024-05-02
`

func TestParse(t *testing.T) {
	got, err := rehearse.Parse("p.plan", written)
	if err != nil {
		t.Fatal(err)
	}
	want := rehearse.Plan{
		Title: "The core fails", Day: "northtel-2024-05-02",
		Fails: []rehearse.Fail{
			{What: "north/core", State: catalog.Down},
			{What: "north:radio", Region: "zz-a", State: catalog.Degraded},
			{What: "south", State: catalog.Unknown},
		},
		Editions: []time.Time{day("2024-05-02"), day("2026-01-01")},
		From:     day("2024-05-02").Add(4 * time.Hour), For: 48 * time.Hour, After: 90 * time.Minute,
		Repairs: map[string]time.Duration{"north/core": 4 * time.Hour},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("plan %+v\nwant %+v", got, want)
	}
}

// Every fault is told with its line and its cure, all of them at once.
func TestParseTellsEveryFault(t *testing.T) {
	for name, row := range map[string]struct{ text, want string }{
		"unknown word":    {"fial north/core", `p.plan:1: a plan knows no word "fial"; did you mean "fail"?`},
		"strange word":    {"zzzzzzzzz 1", `p.plan:1: a plan knows no word "zzzzzzzzz"; there are: title, fail, day, edition, from, for, at, repair`},
		"nothing":         {"\n# only words\n", "p.plan: the plan lets nothing fail; add a line such as: fail rogers/ip-core@ca-on=degraded"},
		"empty word":      {"\nfail", "p.plan:2: fail says nothing; for example: fail rogers/ip-core@ca-on=degraded"},
		"empty for":       {"for # long", "p.plan:1: for says nothing; for example: for 12h"},
		"state":           {"fail a/b=up", `p.plan:1: "up" is no way to fail; write =down, =degraded or =unknown`},
		"no node":         {"fail @ca", `p.plan:1: "@ca" doesn't say what fails where; write NODE, NODE@REGION or NODE@REGION=degraded`},
		"no region":       {"fail a/b@", `p.plan:1: "a/b@" doesn't say what fails where; write NODE, NODE@REGION or NODE@REGION=degraded`},
		"two nodes":       {"fail a/b c/d", `p.plan:1: "a/b c/d" doesn't say what fails where; write NODE, NODE@REGION or NODE@REGION=degraded`},
		"from":            {"from noon", "p.plan:1: from noon: no time; write 2022-07-08T19:10:00Z or 2022-07-08"},
		"edition":         {"edition 2022", "p.plan:1: edition 2022: no time; write 2022-07-08T19:10:00Z or 2022-07-08"},
		"year of nothing": {"from 0001-01-01", "p.plan:1: from 0001-01-01: no time; write 2022-07-08T19:10:00Z or 2022-07-08"},
		"for":             {"for ever", "p.plan:1: for ever: no length of time; write 90m, 6h or 2d"},
		"for negative":    {"for -1h", "p.plan:1: for -1h: a length that can't be meant; write more than nothing and at most 366d"},
		"for too long":    {"for 367d", "p.plan:1: for 367d: a length that can't be meant; write more than nothing and at most 366d"},
		"at":              {"at some time", "p.plan:1: at some time: no time; write 6h for six hours after the beginning, or 2022-07-08T19:10:00Z"},
		"repair":          {"repair a/b", `p.plan:1: repair "a/b" says not what takes how long; for example: repair rogers/ip-core=4h`},
		"repair length":   {"repair a/b=x", "p.plan:1: repair x: no length of time; write 90m, 6h or 2d"},
		"two":             {"for x\nfrom y", "p.plan:1: for x: no length of time; write 90m, 6h or 2d\np.plan:2: from y: no time; write 2022-07-08T19:10:00Z or 2022-07-08"},
	} {
		_, err := rehearse.Parse("p.plan", row.text)
		if err == nil || err.Error() != row.want {
			t.Errorf("%s: error %v\nwant %s", name, err, row.want)
		}
		if _, ok := errors.AsType[catalog.Problems](err); !ok {
			t.Errorf("%s: error is no catalog.Problems: %T", name, err)
		}
	}
}

// Of what can stand once, the last word counts; a moment replaces a length.
func TestTheLastWordCounts(t *testing.T) {
	p, err := rehearse.Parse("p", "fail a/b\nat 2024-05-02\nat 3h\nfor 1h\nfor 5h")
	if err != nil {
		t.Fatal(err)
	}
	if !p.At.IsZero() || p.After != 3*time.Hour || p.For != 5*time.Hour {
		t.Errorf("at %v, after %v, for %v", p.At, p.After, p.For)
	}
}

func TestLook(t *testing.T) {
	from := day("2024-05-02")
	for name, row := range map[string]struct {
		plan rehearse.Plan
		want time.Duration
		fail string
	}{
		"at once":       {rehearse.Plan{From: from}, 0, ""},
		"at the end":    {rehearse.Plan{From: from, For: 6 * time.Hour}, 6 * time.Hour, ""},
		"after":         {rehearse.Plan{From: from, For: 6 * time.Hour, After: time.Hour}, time.Hour, ""},
		"a moment":      {rehearse.Plan{From: from, At: from.Add(time.Minute)}, time.Minute, ""},
		"before":        {rehearse.Plan{From: from, At: from.Add(-time.Minute)}, 0, "it begins at 2024-05-02T00:00:00Z"},
		"when all over": {rehearse.Plan{From: from, For: time.Hour, After: 2 * time.Hour}, 0, "it ends at 2024-05-02T01:00:00Z"},
	} {
		got, err := row.plan.Look()
		switch {
		case row.fail == "" && (err != nil || !got.Equal(from.Add(row.want))):
			t.Errorf("%s: %v, %v", name, got, err)
		case row.fail != "" && (err == nil || !strings.Contains(err.Error(), row.fail)):
			t.Errorf("%s: error %v, want %q", name, err, row.fail)
		}
	}
}

// FuzzParse holds the parser to giving either a plan that lets something fail,
// or errors that each name a line.
func FuzzParse(f *testing.F) {
	f.Add(written)
	f.Add("fail a/b@c=degraded\nat 1h # soon")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := rehearse.Parse("p", text)
		if err != nil {
			ps, ok := errors.AsType[catalog.Problems](err)
			if !ok || len(ps) == 0 {
				t.Fatalf("error %v is no list of problems", err)
			}
			for _, one := range ps {
				if one.Text == "" || one.Cure == "" || one.Line > strings.Count(text, "\n")+1 {
					t.Fatalf("a poor complaint: %+v", one)
				}
			}
			return
		}
		if len(p.Fails) == 0 && p.Day == "" {
			t.Fatal("a plan in which nothing fails")
		}
		for _, x := range p.Fails {
			if x.What == "" || x.State == catalog.Up {
				t.Fatalf("a strange failure: %+v", x)
			}
		}
		if p.For < 0 || p.After < 0 || p.For > 367*24*time.Hour {
			t.Fatalf("a strange time: %+v", p)
		}
	})
}
