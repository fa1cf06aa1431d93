package publish

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// hm is a time of the day of these tests.
func hm(hour, minute int) time.Time { return time.Date(2022, 7, 8, hour, minute, 0, 0, time.UTC) }

func askOf(t *testing.T, query string) (Ask, error) {
	t.Helper()
	q, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	return ReadAsk(q, time.FixedZone("", -4*3600))
}

func TestReadAsk(t *testing.T) {
	start := hm(8, 44)
	day := time.Date(2022, 7, 8, 0, 0, 0, 0, time.UTC)
	core := Supposed{Fail: []string{"rogers/ip-core"}}
	for query, want := range map[string]Ask{
		"fail=rogers/ip-core":                       {Sides: []Supposed{core}, For: Usual},
		"fail=+Rogers/IP-Core+&fail=&for=&at=&in=":  {Sides: []Supposed{core}, For: Usual},
		"fail=rogers/ip-core&fail=rogers/ip-core":   {Sides: []Supposed{core}, For: Usual},
		"fail=rogers&service=sms&fail=bell/core":    {Sides: []Supposed{{Fail: []string{"rogers:sms", "bell/core"}}}, For: Usual},
		"fail=rogers&fail=bell&service=sms":         {Sides: []Supposed{{Fail: []string{"rogers:sms", "bell:sms"}}}, For: Usual},
		"fail=rogers:sms&service=sms":               {Sides: []Supposed{{Fail: []string{"rogers:sms"}}}, For: Usual},
		"fail=rogers&in=CA-ON&edition=2022-07-08":   {Sides: []Supposed{{Fail: []string{"rogers"}, Region: "ca-on", Edition: day}}, For: Usual},
		"fail=rogers/ip-core&at=2022-07-08T04:44":   {Sides: []Supposed{core}, From: start, For: Usual}, // local
		"fail=rogers/ip-core&at=2022-07-08T08:44Z":  {Sides: []Supposed{core}, From: start, For: Usual},
		"fail=rogers/ip-core&at=2022-07-08+04:44":   {Sides: []Supposed{core}, From: start, For: Usual},
		"fail=rogers/ip-core&for=90m&all=1":         {Sides: []Supposed{core}, For: 90 * time.Minute, All: true},
		"fail=rogers/ip-core&b.edition=2022-07-08":  {Sides: []Supposed{core, {Fail: core.Fail, Edition: day}}, For: Usual},
		"fail=rogers/ip-core&b.in=ca-on":            {Sides: []Supposed{core, {Fail: core.Fail, Region: "ca-on"}}, For: Usual},
		"fail=rogers/ip-core&b.fail=bell&b.in=":     {Sides: []Supposed{core, {Fail: []string{"bell"}}}, For: Usual},
		"fail=rogers/ip-core&b.fail=&b.service=sms": {Sides: []Supposed{core}, For: Usual}, // nothing to compare with
	} {
		got, err := askOf(t, query)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v\nwant %+v", query, got, err, want)
		}
	}
}

func TestBadAsks(t *testing.T) {
	for query, field := range map[string]string{
		"":                                   "fail",
		"in=ca-on":                           "fail",
		"b.fail=rogers":                      "fail",
		"fail=a&fail=b&fail=c&fail=d&fail=e": "fail",
		"fail=a&b.fail=1&b.fail=2&b.fail=3&b.fail=4&b.fail=5": "b.fail",
		"fail=a/b&service=sms":                                "service",
		"fail=a&b.fail=a/b&b.service=sms":                     "b.service",
		"fail=a&edition=tomorrow":                             "edition",
		"fail=a&b.edition=2022-13-01":                         "b.edition",
		"fail=a&at=25:00":                                     "at",
		"fail=a&at=0001-01-01":                                "at",
		"fail=a&at=9999-01-01":                                "at",
		"fail=a&for=ever":                                     "for",
		"fail=a&for=-1h":                                      "for",
		"fail=a&for=1s":                                       "for",
		"fail=a&for=10000h":                                   "for",
		"fail=%c9":                                            "fail", // no UTF-8
		"fail=" + strings.Repeat("Ⱥ", maxValue/2):             "fail", // longer in lower case
		"fail=a&in=" + strings.Repeat("Ⱥ", maxValue/2):        "in",
		"fail=a&service=" + strings.Repeat("a", maxValue):     "fail",
		"fail=" + strings.Repeat("a", maxValue+1):             "fail",
		"fail=a" + strings.Repeat("&in=x", maxQuery+1):        "in",
	} {
		_, err := askOf(t, query)
		bad, ok := errors.AsType[*BadAsk](err)
		if !ok || bad.Field != field || bad.Says.EN == "" || bad.Says.FR == "" || len(bad.Value) > maxValue {
			t.Errorf("%.60s: %v, want a fault of %s", query, err, field)
		}
	}
}

func TestQuery(t *testing.T) {
	a, err := askOf(t, "fail=rogers&fail=bell/core&service=sms&in=ca-on&at=2022-07-08T04:44&for=30m&b.edition=2022-07-08")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := a.Query(), "at=2022-07-08T08%3A44Z&b.edition=2022-07-08&b.fail=bell%2Fcore&b.fail=rogers%3Asms&fail=bell%2Fcore&fail=rogers%3Asms&for=30m&in=ca-on"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := a.Alone(1).Query(); got != "at=2022-07-08T08%3A44Z&edition=2022-07-08&fail=bell%2Fcore&fail=rogers%3Asms&for=30m" {
		t.Errorf("the second side alone: %s", got)
	}
	for d, want := range map[time.Duration]string{time.Hour: "1h", 90 * time.Minute: "1h30m", 30 * time.Minute: "30m", 720 * time.Hour: "720h", 20 * time.Minute: "20m"} {
		if got := shortSpan(d); got != want {
			t.Errorf("%v is written %s, want %s", d, got, want)
		}
	}
}

// A question that is written and read again is the same, in whatever order it
// was asked.
func TestQueryReadsBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	side := func() Supposed {
		s := Supposed{}
		for range 1 + r.IntN(MaxFail) {
			name := []string{"rogers", "rogers:sms", "bell/core", "x y&=", "é"}[r.IntN(5)]
			if !slices.Contains(s.Fail, name) {
				s.Fail = append(s.Fail, name)
			}
		}
		if r.IntN(2) == 0 {
			s.Region = "ca-on"
		}
		if r.IntN(2) == 0 {
			s.Edition = time.Date(2020+r.IntN(9), 7, 8, 0, 0, 0, 0, time.UTC)
		}
		return s
	}
	for range 2000 {
		a := Ask{Sides: []Supposed{side()}, For: time.Duration(1+r.IntN(4000)) * time.Minute, All: r.IntN(2) == 0}
		if r.IntN(2) == 0 {
			a.Sides = append(a.Sides, side())
		}
		if r.IntN(2) == 0 {
			a.From = hm(r.IntN(24), r.IntN(60))
		}
		back, err := askOf(t, a.Query())
		if err != nil || back.Query() != a.Query() {
			t.Fatalf("%+v\nis written %s\nand read back %s, %v", a, a.Query(), back.Query(), err)
		}
		if again, err := askOf(t, back.Query()); err != nil || fmt.Sprint(again) != fmt.Sprint(back) {
			t.Fatalf("%s is read as %+v, then as %+v, %v", back.Query(), back, again, err)
		}
	}
}

// Whatever stands in an address: it is understood and bounded, or refused with
// the field that is at fault.
func FuzzReadAsk(f *testing.F) {
	for _, seed := range []string{"fail=rogers/ip-core", "fail=rogers&service=sms&b.in=ca-on&for=8h&at=2022-07-08T04:44", "fail=%00&edition=x", "fail=a&fail=b&fail=c&fail=d&fail=e", "fail=0&service=A"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		a, err := ReadAsk(q, time.UTC)
		if err != nil {
			if bad, ok := errors.AsType[*BadAsk](err); !ok || bad.Says.EN == "" || bad.Says.FR == "" {
				t.Fatalf("refused without a reason: %v", err)
			}
			return
		}
		if len(a.Sides) < 1 || len(a.Sides) > 2 || a.For < time.Minute || a.For > MaxFor {
			t.Fatalf("out of bounds: %+v", a)
		}
		for _, s := range a.Sides {
			if len(s.Fail) < 1 || len(s.Fail) > MaxFail {
				t.Fatalf("%d failures", len(s.Fail))
			}
		}
		back, err := ReadAsk(must(url.ParseQuery(a.Query())), time.UTC)
		if err != nil || back.Query() != a.Query() {
			t.Fatalf("%q is written %q and read back %q, %v", query, a.Query(), back.Query(), err)
		}
	})
}

func must(q url.Values, err error) url.Values {
	if err != nil {
		panic(err)
	}
	return q
}
