package replay

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"tocsin/catalog"
)

// bads change one line of the whole file and say what is to be told of it.
func bads() []bad { return slices.Concat(badFrames(), badSeries(), badWords()) }

type bad struct{ name, old, new, want string }

func badFrames() []bad {
	return []bad{
		// the frame
		{"another format", "tocsin-outage 1", "tocsin-outage 2", "f:1: not an outage file of a version that this program reads; the first line of an outage file is \"tocsin-outage 1\""},
		{"torn", "end\n", "", "f:45: the file is torn: it stops without `end`; the last line of a whole file is `end`"},
		{"text after the end", "end\n", "end\nid again\n", "f:47: text after `end`; remove it, or move `end` below it"},
		{"unknown block", "play 2024", "plai 2024", "f:7: unknown keyword \"plai\"; did you mean \"play\"?\nf:6:"},
		{"indented first", "id small", "  id small", "f:3: an indented line that belongs to no block; start the line at its left edge"},
		{"open quote", `"An exchange" https`, `"An exchange https`, "f:8: a quote that is not closed on its line; add the closing \""},
		{"stray quote", `id small`, `id sm"all`, "f:3: a quote inside the word \"sm\\\"all-2024-05-02\"; put quotes around the whole word"},
		{"unknown escape", `The \"Post\"`, `The \n`, `f:9: an unknown escape; only \" and \\ are known`},
		{"no UTF-8", `"An exchange"`, "\"An \xff\"", "f:8: the line is not UTF-8"},
		{"control character", `"An exchange"`, "\"An \x01\"", "f:8: a control character U+0001; remove it"},
		// the head
		{"no head line", "id small-2024-05-02\n", "", "f:6: the head has no id; add a line `id …` to the head"},
		{"head line twice", "play 2024-05-02T05:30:00Z", "play 2024-05-02T05:30:00Z\nplay 2024-05-02T05:31:00Z", "f:8: a second play; keep one of them"},
		{"id in capitals", "id small", "id Small", "f:3: outage \"Small-2024-05-02\" is no id; an id is made of lower-case letters, digits, dots and dashes"},
		{"no French title", `fr "Petit"`, "", "f:7: no French title; add `title fr \"…\"`"},
		{"window inverted", "window 2024-05-01T00:00:00Z 2024-05-03", "window 2024-05-03T00:00:00Z 2024-05-01", "f:6: the window ends at or before its start; write the earlier time first"},
		{"window too long", "2024-05-03T00:00:00Z\n", "2029-05-03T00:00:00Z\n", "f:6: the window is longer than 400 days; shorten it"},
		{"play outside", "play 2024-05-02", "play 2024-05-04", "f:7: play starts outside the window; choose a time within the window"},
		{"edition with a clock", "edition 2024-05-02", "edition 2024-05-02T00:00:00Z", "f:5: an edition is of a day; write the date alone, e.g. 2022-07-08"},
		{"no time", "play 2024-05-02T05:30:00Z", "play dawn", "f:7: \"dawn\" is no time; write it like 2022-07-08T08:44:00Z, or 2022-07-08 where only the day is known"},
		{"not UTC", "play 2024-05-02T05:30:00Z", "play 2024-05-02T05:30:00-04:00", "f:7: the time 2024-05-02T05:30:00-04:00 is not in UTC; write 2024-05-02T09:30:00Z"},
		{"loose play", "play 2024", "play ~2024", "f:7: the time has to be a full time; write it like 2022-07-08T08:44:00Z"},
		{"word too many", "05:30:00Z\n", "05:30:00Z sharp\n", "f:7: one word too many: \"sharp\"; remove it, or quote the text that it belongs to"},
		// sources and feeds
		{"source twice", "source post", "source ix", "f:9: source ix is declared twice; choose another id; `assumed` is taken"},
		{"source without title", `source ix "An exchange" https://ix.example/?day=2`, "source ix", "f:8: the line ends where its title should be; add the title"},
		{"unknown source", "kind=measured source=post", "kind=measured source=pst", "f:20: unknown source \"pst\"; did you mean \"post\"?"},
		{"no source", "kind=measured source=post", "kind=measured", "f:20: no source is named; add source=ID, or source=assumed"},
		{"feed without quiet", "feed crowd quiet=1h", "feed crowd", "f:13: no quiet= is given; add quiet=15m or the like"},
		{"bad duration", "quiet=1h", "quiet=soon", "f:13: quiet=soon is no duration; write it like 90s, 15m or 1h30m, up to 744h"},
		{"unknown option", "quiet=1h", "quite=1h", "f:13: unknown option \"quite\"; did you mean \"quiet\"?"},
		{"unknown feed", "feed=crowd", "feed=crows", "f:23: unknown feed \"crows\"; did you mean \"crowd\"?"},
		{"feed without French", `"Reports" fr "Signalements"`, `"Reports"`, "f:13: no French name; add `name fr \"…\"`"},
	}
}

func badSeries() []bad {
	return []bad{
		// series
		{"unknown measure", "series traffic country", "series traffics country", "f:20: unknown measure \"traffics\"; did you mean \"traffic\"?"},
		{"unknown network", "as64500", "as64501", "f:15: unknown network \"as64501\"; did you mean \"as64500\"?"},
		{"unknown region", "country/zz zz", "country/zz zx", "f:20: unknown region \"zx\"; did you mean \"zz\"?"},
		{"unknown country", "country/zz zz", "country/zy zz", "f:20: unknown region \"zy\"; did you mean \"zz\"?"},
		{"unknown carrier", "reports north *", "reports nort *", "f:23: unknown subject \"nort\"; did you mean \"north\"?"},
		{"unknown node", "reports north *", "reports north/mobile *", "f:23: unknown node \"north/mobile\"; did you mean \"north/core\"?"},
		{"unknown service", "reports north *", "reports any/mobile-dat *", "f:23: unknown service \"mobile-dat\"; did you mean \"mobile-data\"?"},
		{"no subject", "reports north *", "reports NORTH *", "f:23: \"NORTH\" is no subject; write as<number>, a carrier, a node, any/<service>, collector/<name> or country/<region>"},
		{"unknown kind", "kind=measured", "kind=measurd", "f:20: unknown kind \"measurd\"; did you mean \"measured\"?"},
		{"no kind", "kind=measured ", "", "f:20: no kind= is given; add kind=measured|stated|reported|reconstructed"},
		{"no rule", "  basis \"A rule.\"\n", "", "f:15: a reconstructed series without its rule; add basis \"…\" with the rule and what it assumes"},
		{"odd bins", "every=1h lag=5m", "every=7m lag=5m", "f:15: bins of every=7m don't fill a day; use a length of which a whole number makes a day"},
		{"rows in a rule", "  linear\n", "  row 2024-05-02T00:00:00Z 1\n  linear\n", "f:17: a typed-in row in a reconstructed series; use a rule with anchors, or another kind"},
		{"a rule among rows", "  row 2024-05-02T00:00:00Z 0.75", "  linear", "f:21: a rule in a series that is no reconstruction; use rows, or kind=reconstructed"},
		{"row not a number", "Z 0.75", "Z NaN", "f:21: \"NaN\" is no value; write a decimal number from 0 to 1e15"},
		{"row infinite", "Z 0.75", "Z Inf", "f:21: \"Inf\" is no value; write a decimal number from 0 to 1e15"},
		{"row negative", "Z 0.75", "Z -1", "f:21: \"-1\" is no value; write a decimal number from 0 to 1e15"},
		{"row hexadecimal", "Z 0.75", "Z 0x1p4", "f:21: \"0x1p4\" is no value; write a decimal number from 0 to 1e15"},
		{"row backwards", "row 2024-05-02T01", "row 2024-05-02T00", "f:22: time runs backwards: 2024-05-02T00:00:00Z after 2024-05-02T00:00:00Z; put the rows in the order of their times, one each"},
		{"row outside", "row 2024-05-02T00", "row 2024-04-02T00", "f:21: the row happened at 2024-04-02T00:00:00Z, outside the window; correct the time, or widen the window"},
		{"heard before", "heard=2024-05-02T03", "heard=2024-05-02T00", "f:22: heard at 2024-05-02T00:00:00Z, before it happened; correct one of the times"},
		{"anchor backwards", "anchor 2024-05-02T04", "anchor 2024-05-01T04", "f:19: time runs backwards: an anchor at 2024-05-01T04:00:00Z; put the anchors in the order of their times, one each"},
		{"anchor not a number", "Z 0 assumed", "Z none assumed", "f:19: \"none\" is no value; write a decimal number from 0 to 1e15"},
		{"anchor without source", "Z 0 assumed", "Z 0", "f:19: the line ends where its source should be; add the source"},
		{"anchor of an unknown source", "Z 0 assumed", "Z 0 asumed", "f:19: unknown source \"asumed\"; did you mean \"assumed\"?"},
		{"anchor without a term", "  linear\n", "", "f:17: an anchor that belongs to no term; put it below linear, hold or daily"},
		{"one anchor", "    anchor 2024-05-02T04:00:00Z 0 assumed\n", "", "f:17: linear needs 2 anchors or more and has 1; add anchor lines"},
		{"parts that are not all", "spread 0.3", "spread 0.2", "f:23: the parts of the spread lines sum to 0.9; make them 1"},
		{"spread of a place", "north *", "north zz", "f:23: region \"zz\" and 2 spread lines; a series with region * has spread lines, and no other has"},
		{"name twice", "every=1h kind", "every=1h name=all kind", "f:23: a series named all stands on line 15 already; choose another name"},
		// expansion
		{"of nothing", "of all", "of al", "f:25: unknown series \"al\"; did you mean \"all\"?"},
		{"of other bins", "every=1h kind", "every=2h kind", "f:25: all has bins of 1h0m0s, this one of 2h0m0s; give both the same every="},
		{"same series twice", "traffic country/zz zz", "traffic as64500 zz", "f:20: the series flow/traffic as64500 zz comes from line 15 already; make them one series of several terms"},
		{"no leaf", "spread 0.7 zz-a", "spread 0.7 zz-b-1", "f:26: no leaf lies in zz-b-1; name its province in `leaves`, or spread over the province"},
		{"leaves that are none", "leaves zz-a", "leaves zz-a-1", "f:23: leaves names zz-a-1, which does not lie right below the country; did you mean \"zz-a\"?"},
	}
}

func badWords() []bad {
	return []bad{
		// statements
		{"no speaker", "by=north ", "", "f:29: no speaker is named; add by=ORGANISATION"},
		{"unknown speaker", "by=north ", "by=nort ", "f:29: unknown organisation \"nort\"; did you mean \"north\"?"},
		{"statements backwards", "~2024-05-02T07:00:00Z", "~2024-05-02T23:30:00Z", "f:34: time runs backwards: heard at 2024-05-02T23:00:00Z, after one heard at 2024-05-02T23:30:00Z; put the statements in the order in which they were heard"},
		{"statement twice", "statement post-day", "statement north-0700", "f:34: statement north-0700 stands on line 29 already; choose another id"},
		{"day without heard", "heard=2024-05-02T23:00:00Z ", "", "f:34: only the day of the statement is known; add heard= with the earliest time at which it was surely known"},
		{"heard before said", "heard=2024-05-02T23:00:00Z", "heard=2024-05-01T23:00:00Z", "f:34: heard at 2024-05-01T23:00:00Z, before it was said; correct one of the times"},
		{"heard outside", "heard=2024-05-02T23", "heard=2024-05-09T23", "f:34: the statement was heard at 2024-05-09T23:00:00Z, outside the window; correct the time, or widen the window"},
		{"reconstructed words", "by=north kind=stated", "by=north kind=reconstructed", "f:29: a statement can't be reconstructed; use kind=stated or kind=reported"},
		{"no French words", ` fr "En panne"`, "", "f:29: no French text; add `text fr \"…\"`"},
		{"unknown claim", "says down", "says dwn", "f:31: unknown claim \"dwn\"; did you mean \"down\"?"},
		{"claim without target", "says down north/mobile-data", "says down", "f:31: the line ends where its target should be; add the target"},
		{"claim of an unknown node", "says down north/mobile-data", "says down north/mobil-data", "f:31: unknown node \"north/mobil-data\"; did you mean \"north/mobile-data\"?"},
		{"claim blames nobody known", "because=north/core", "because=north/cor", "f:31: unknown node \"north/cor\"; did you mean \"north/core\"?"},
		{"claim in no place", "in=zz ", "in=zq ", "f:31: unknown region \"zq\"; did you mean \"zz\"?"},
		// truth
		{"unknown truth", "  stood post", "  stands post", "f:43: unknown keyword \"stands\"; did you mean \"stood\"?"},
		{"truth without source", "degraded source=post", "degraded", "f:42: no source is named; add source=ID, or source=assumed"},
		{"unknown state", "mobile-data degraded source", "mobile-data degrade source", "f:42: unknown state \"degrade\"; did you mean \"degraded\"?"},
		{"unknown family", "back ipv4", "back ipv5", "f:44: unknown family \"ipv5\"; did you mean \"ipv4\"?"},
		{"truth backwards", "root north/core 2024-05-02T06", "root north/core 2024-05-02T16", "f:40: north/core ends at or before its start; write the earlier time first"},
		{"second truth", "end\n", "truth\nend\n", "f:46: a second truth; the first is on line 39; keep one of them"},
	}
}

func TestBadFiles(t *testing.T) {
	for _, c := range bads() {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(whole, c.old) {
				t.Fatalf("the whole file has no %q", c.old)
			}
			o, err := Parse("f", []byte(strings.Replace(whole, c.old, c.new, 1)), world())
			if err == nil {
				t.Fatalf("read as %+v", o.Head)
			}
			if o != nil {
				t.Error("an outage came with the error")
			}
			want, _, _ := strings.Cut(c.want, "\n")
			if !slices.Contains(strings.Split(err.Error(), "\n"), want) {
				t.Errorf("got  %s\nwant %s", err, want)
			}
		})
	}
}

func TestSpreadOverUncountedPeople(t *testing.T) {
	_, err := Parse("f", []byte(whole), world(catalog.Region{ID: "zz-c", Parent: "zz", Level: catalog.Province}))
	want := "f:27: the population of zz-c is unknown; spread over regions whose population is known"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestSpreadWhereNobodyLives(t *testing.T) {
	empty := catalog.Region{ID: "zz-c", Parent: "zz", Level: catalog.Province, Counted: true}
	_, err := Parse("f", []byte(strings.Replace(whole, "spread 0.3 zz\n", "spread 0.3 zz-c\n", 1)), world(empty))
	want := "f:27: nobody lives in zz-c; spread over regions where people live"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestAllTroublesAreToldAtOnce(t *testing.T) {
	src := strings.NewReplacer("play 2024-05-02", "play 2024-05-04", "quiet=1h", "quiet=soon", "Z 0.75", "Z NaN", "stood post", "stands post").Replace(whole)
	_, err := Parse("f", []byte(src), world())
	var pe *ParseError
	if !errors.As(err, &pe) {
		t.Fatalf("got %T", err)
	}
	var lines []int
	for _, trouble := range pe.Troubles {
		lines = append(lines, trouble.Line)
	}
	if !slices.Equal(lines, []int{7, 13, 21, 43}) {
		t.Errorf("troubles on lines %v:\n%v", lines, err)
	}
}

func TestTroublesAreLimited(t *testing.T) {
	rows := strings.Repeat("  row 2024-05-02T00:00:00Z x\n", 100)
	_, err := Parse("f", []byte(strings.Replace(whole, "  row 2024-05-02T00:00:00Z 0.75\n", rows, 1)), world())
	var pe *ParseError
	if !errors.As(err, &pe) || len(pe.Troubles) != MaxTroubles || pe.More == 0 {
		t.Fatalf("got %v", err)
	}
	if !strings.HasSuffix(err.Error(), fmt.Sprintf("and %d more", pe.More)) {
		t.Errorf("the error doesn't count the rest: %v", err)
	}
}

func TestSeriesThatRestOnEachOther(t *testing.T) {
	two := "series traffic as64500 zz-%s feed=flow every=1h kind=reconstructed source=ix name=%s\n  basis \"r\"\n  of %s\n"
	ring := fmt.Sprintf(two, "a", "one", "two") + fmt.Sprintf(two, "b", "two", "one")
	_, err := Parse("f", []byte(strings.Replace(whole, "statement north", ring+"statement north", 1)), world())
	want := "f:29: series rest on each other: one → two → one; let one of them rest on anchors"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestExpansionIsBounded(t *testing.T) {
	src := []byte(strings.ReplaceAll(whole, "every=1h", "every=1s"))
	_, err := parse("f", src, world(), 10_000)
	want := "f:17: the file expands to more than 10000 rows and bins; use longer bins or a shorter time"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	started := testing.AllocsPerRun(1, func() { _, _ = parse("f", src, world(), 10_000) })
	if started > 5_000 {
		t.Errorf("a refused file took %g allocations", started)
	}
}

// A gap between two terms has no rows, but it has bins: many series with wide
// gaps must be refused as well.
func TestGapsCountAgainstTheBound(t *testing.T) {
	gap := "series traffic as64500 zz-%d feed=flow every=1s kind=reconstructed source=ix\n  basis \"r\"\n" +
		"  hold\n    anchor 2024-05-01T00:00:00Z 1 ix\n    anchor 2024-05-01T00:00:02Z 1 ix\n" +
		"  hold\n    anchor 2024-05-02T23:00:00Z 1 ix\n    anchor 2024-05-02T23:00:02Z 1 ix\n"
	src := whole[:strings.Index(whole, "series traffic as64500")] + fmt.Sprintf(gap, 1) + fmt.Sprintf(gap, 2) + "end\n"
	if _, err := parse("f", []byte(src), nil, 400_000); err != nil {
		t.Fatalf("two gaps of 169,203 bins fit: %v", err)
	}
	if _, err := parse("f", []byte(src), nil, 300_000); err == nil || !strings.Contains(err.Error(), "more than 300000") {
		t.Errorf("got %v", err)
	}
}

func TestValuesCannotOverflow(t *testing.T) {
	src := strings.Replace(whole, "Z 1 ix", "Z 1e15 ix", 1)
	_, err := Parse("f", []byte(src), world())
	want := "f:23: the rule gives values above 1e+15; correct the anchors or by="
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestARuleWithoutABin(t *testing.T) {
	src := strings.NewReplacer("2024-05-02T00:00:00Z 1 ix", "2024-05-02T00:10:00Z 1 ix", "2024-05-02T04:00:00Z 0", "2024-05-02T00:50:00Z 0").Replace(whole)
	_, err := Parse("f", []byte(src), world())
	want := "f:15: no bin of 1h0m0s starts within the rule; use shorter bins or a longer time"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestLongWordsAreCutInErrors(t *testing.T) {
	_, err := Parse("f", []byte(strings.Replace(whole, "feed=crowd", "feed="+strings.Repeat("x", 10_000), 1)), world())
	if err == nil || len(err.Error()) > 400 {
		t.Errorf("the error has %d bytes", len(err.Error()))
	}
}

func TestEmptyAndForeignFiles(t *testing.T) {
	for _, src := range []string{"", "\n\n", "# nothing\n", "{\"json\": true}", "tocsin-outage 1\n", "\x1f\x8b\x08", "tocsin-outage 1\nend\n"} {
		if _, err := Parse("f", []byte(src), nil); err == nil {
			t.Errorf("%q was read", src)
		}
		if _, err := Header("f", []byte(src)); err == nil {
			t.Errorf("%q has a head", src)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(whole))
	for _, c := range bads() {
		f.Add([]byte(strings.Replace(whole, c.old, c.new, 1)))
	}
	ed := world()
	f.Fuzz(func(t *testing.T, src []byte) {
		const most = 20_000
		o, err := parse("f", src, ed, most)
		if err != nil {
			var pe *ParseError
			if !errors.As(err, &pe) || len(pe.Troubles) == 0 || len(pe.Troubles) > MaxTroubles || o != nil {
				t.Fatalf("a bad error: %v", err)
			}
			return
		}
		if len(o.Observations) > most {
			t.Fatalf("%d rows", len(o.Observations))
		}
		for _, v := range o.Observations {
			if v.Heard.Before(v.At) || math.IsNaN(v.Value) || v.Value < 0 || v.Value > largest || len(v.Sources) == 0 || v.Basis == "" {
				t.Fatalf("a bad row: %+v", v)
			}
		}
		for _, s := range o.Statements {
			if s.Heard.IsZero() || len(s.Sources) == 0 || s.Text.EN == "" || s.Text.FR == "" {
				t.Fatalf("a bad statement: %+v", s)
			}
		}
	})
}
