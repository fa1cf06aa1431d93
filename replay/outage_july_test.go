package replay

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

func TestJulyReports(t *testing.T) {
	o, ed := recorded(t, july2022)
	const from, until = "2022-07-08T08:30:00Z", "2022-07-08T10:45:00Z"
	blackout := sum(t, o, key{evidence.Reports, "rogers", "ca"}, from, until)
	mobile := sum(t, o, key{evidence.Reports, "rogers/mobile-data", "ca"}, from, until)
	home := sum(t, o, key{evidence.Reports, "rogers/home-internet", "ca"}, from, until)
	total := blackout + mobile + home
	// The everyday level adds a handful to the 20,000.
	if total < 20_000 || total > 20_020 {
		t.Errorf("%.1f reports by 10:45Z, want 20,000 and the everyday level", total)
	}
	for name, got := range map[string][2]float64{"blackout": {blackout, 0.45}, "mobile internet": {mobile, 0.29}, "landline internet": {home, 0.26}} {
		if math.Abs(got[0]/total-got[1]) > 1e-9 {
			t.Errorf("%s is %.3f of the reports, want %.2f", name, got[0]/total, got[1])
		}
	}
	south, all := 0.0, 0.0
	for _, v := range o.Observations {
		if v.Series.Feed == "crowd-map" && !v.At.Before(instant(t, from)) && v.At.Before(instant(t, until)) {
			all += v.Value
			if ed.Within(v.Series.Region, "ca-on-south") {
				south += v.Value
			}
		}
	}
	if math.Abs(all-total) > 1e-6 {
		t.Errorf("%.3f reports by place, %.3f by symptom: two cuts of the same", all, total)
	}
	if south/all <= 0.5 || south/all > 0.9 {
		t.Errorf("southern Ontario has %.2f of the reports, want the majority", south/all)
	}
}

func TestJulyReportsHaveThreeDaysBefore(t *testing.T) {
	o, _ := recorded(t, july2022)
	for _, k := range []key{{evidence.Reports, "rogers", "ca"}, {evidence.Reports, "bell", "ca"}, {evidence.Reports, "telus", "ca"}, {evidence.Reports, "freedom", "ca"}} {
		first := rowsOf(o, k)[0].At
		if instant(t, "2022-07-08T08:30:00Z").Sub(first) < 72*time.Hour {
			t.Errorf("%v begins only at %s", k, first)
		}
	}
	night, day := value(t, o, key{evidence.Reports, "rogers", "ca"}, "2022-07-07T08:30:00Z"), value(t, o, key{evidence.Reports, "rogers", "ca"}, "2022-07-07T18:00:00Z")
	if night*5 > day {
		t.Errorf("%.2f at night, %.2f by day: nobody reports at night", night, day)
	}
}

func TestJulyRivalsAreAccused(t *testing.T) {
	o, _ := recorded(t, july2022)
	for subject, share := range map[evidence.Subject]float64{"bell": 0.04, "telus": 0.03, "freedom": 0.015} {
		k := key{evidence.Reports, subject, "ca"}
		got := value(t, o, k, "2022-07-08T15:00:00Z")
		everyday := value(t, o, k, "2022-07-07T15:00:00Z")
		if math.Abs(got-everyday-share*4444.4444) > 0.5 {
			t.Errorf("%s has %.1f reports at 15:00Z over %.1f the day before, want %g of Rogers' more", subject, got, everyday, share)
		}
	}
}

func TestJulyTraffic(t *testing.T) {
	o, _ := recorded(t, july2022)
	v4, v6 := key{evidence.TrafficV4, "as812", "ca"}, key{evidence.TrafficV6, "as812", "ca"}
	for at, want := range map[string]float64{
		"2022-07-07T08:44:00Z": 1, "2022-07-08T08:43:00Z": 1, "2022-07-08T08:45:00Z": 0.01, "2022-07-08T14:30:00Z": 0.01,
		"2022-07-08T23:00:00Z": 0, "2022-07-09T00:04:00Z": 0, "2022-07-09T00:05:00Z": 0.02, "2022-07-09T00:45:00Z": 0.18,
		"2022-07-09T02:00:00Z": 0.22, "2022-07-09T04:00:00Z": 0.42, "2022-07-09T11:00:00Z": 0.85, "2022-07-09T16:00:00Z": 1,
	} {
		if got := value(t, o, v4, at); !near(got, want) {
			t.Errorf("IPv4 at %s is %g, want %g", at, got, want)
		}
	}
	for _, v := range rowsOf(o, v6) {
		dead := !v.At.Before(instant(t, "2022-07-08T08:45:00Z")) && v.At.Before(instant(t, "2022-07-09T08:30:00Z"))
		if dead != (v.Value == 0) {
			t.Fatalf("IPv6 at %s is %g", v.At, v.Value)
		}
	}
	for _, rival := range []evidence.Subject{"as577", "as852"} {
		for _, v := range rowsOf(o, key{evidence.Traffic, rival, "ca"}) {
			if v.Value != 1 {
				t.Fatalf("%s at %s is %g: the rivals lost nothing", rival, v.At, v.Value)
			}
		}
	}
	if got := rowsOf(o, key{evidence.Traffic, "country/ca", "ca"}); len(got) != 1 || got[0].Value != 0.75 || got[0].Basis != evidence.Measured {
		t.Errorf("NetBlocks: %+v", got)
	}
}

// Three partial returns, each under an hour, before the full relapse.
func TestJulyFalseRecoveries(t *testing.T) {
	o, _ := recorded(t, july2022)
	var runs []time.Duration
	var began time.Time
	for _, v := range rowsOf(o, key{evidence.TrafficV4, "as812", "ca"}) {
		if v.At.Before(instant(t, "2022-07-08T09:00:00Z")) || !v.At.Before(instant(t, "2022-07-09T00:05:00Z")) {
			continue
		}
		switch up := v.Value > 0.0101; {
		case up && began.IsZero():
			began = v.At
		case !up && !began.IsZero():
			runs = append(runs, v.At.Sub(began))
			began = time.Time{}
		}
		if v.Value > 0.15 {
			t.Errorf("%g at %s is more than any partial return", v.Value, v.At)
		}
	}
	if len(runs) != 3 || slices.Max(runs) > 50*time.Minute || slices.Min(runs) < 20*time.Minute {
		t.Errorf("partial returns of %v, want three of 20 to 50 minutes", runs)
	}
}

func TestJulyRoutes(t *testing.T) {
	o, _ := recorded(t, july2022)
	k := key{evidence.Prefixes, "as812", "ca"}
	for _, v := range rowsOf(o, k) {
		switch before := v.At.Before(instant(t, "2022-07-08T08:40:00Z")); {
		case before && v.Value != 970:
			t.Fatalf("%g prefixes at %s, want 970", v.Value, v.At)
		case v.Value < 200:
			t.Fatalf("%g prefixes at %s: hundreds stayed", v.Value, v.At)
		case v.At.Before(instant(t, "2022-07-08T14:30:00Z")) && !before && v.Value >= 970/2:
			t.Fatalf("%g prefixes at %s: a majority was withdrawn", v.Value, v.At)
		}
	}
	// Announced is not alive: most prefixes up, nothing behind them.
	const at = "2022-07-08T15:30:00Z"
	if routes, traffic := value(t, o, k, at), value(t, o, key{evidence.TrafficV4, "as812", "ca"}, at); routes < 0.95*970 || traffic > 0.02 {
		t.Errorf("at %s %g prefixes and traffic of %g", at, routes, traffic)
	}
	if got := value(t, o, k, "2022-07-08T23:00:00Z"); got >= 970/2 {
		t.Errorf("%g prefixes at 23:00Z, in the relapse", got)
	}
}

func TestJulyProbes(t *testing.T) {
	o, _ := recorded(t, july2022)
	lost := func(region catalog.RegionID) (float64, float64) {
		k := key{evidence.Blocks, "any/home-internet", region}
		before := value(t, o, k, "2022-07-08T08:50:00Z")
		return before, before - value(t, o, k, "2022-07-08T09:00:00Z")
	}
	if before, gone := lost("ca-on-3520"); before != 22_000 || gone != 6_500 {
		t.Errorf("Toronto lost %g of %g blocks", gone, before)
	}
	if before, gone := lost("ca-nb-1307"); gone != 196 || gone/before <= 0.45 || gone/before > 0.46 {
		t.Errorf("Moncton lost %g of %g blocks", gone, before)
	}
	if before, gone := lost("ca-nl"); gone/before != 0.5 {
		t.Errorf("Newfoundland lost %g of %g", gone, before)
	}
	for _, v := range o.Observations {
		if v.Series.Feed == "isi" && v.Heard.Sub(v.At) != time.Hour {
			t.Fatalf("the probes' row of %s was heard at %s", v.At, v.Heard)
		}
	}
	toronto := key{evidence.Blocks, "any/home-internet", "ca-on-3520"}
	if got := value(t, o, toronto, "2022-07-09T05:10:00Z"); got != 0.9*22_000 {
		t.Errorf("%g blocks in the snapshot of 06:15Z, want 10 %% out", got)
	}
}

// The measured counts are those of the published dataset.
func TestJulyCollector(t *testing.T) {
	o, _ := recorded(t, july2022)
	path := filepath.Join("..", "..", "shared", "facts", "rrc04-5min.csv")
	f, err := os.Open(path)
	if err != nil {
		if os.Getenv("TOCSIN_REQUIRE") == "all" {
			t.Fatalf("TOCSIN_REQUIRE=all, and %v", err)
		}
		t.Skipf("SKIPPED: the dataset is not at %s, so the measured rows were NOT compared", path)
	}
	rows, err := csv.NewReader(f).ReadAll()
	f.Close() //nolint:errcheck // opened for reading; there is nothing to lose
	if err != nil {
		t.Fatal(err)
	}
	for column, measure := range map[int]evidence.Measure{1: evidence.Announcements, 2: evidence.Withdrawals} {
		got := rowsOf(o, key{measure, "collector/rrc04", "ca"})
		if len(got) != len(rows)-1 {
			t.Fatalf("%d rows of %s, want %d", len(got), measure, len(rows)-1)
		}
		for i, row := range rows[1:] {
			want, err := strconv.ParseFloat(row[column], 64)
			if err != nil {
				t.Fatal(err)
			}
			if !got[i].At.Equal(instant(t, row[0])) || got[i].Value != want || got[i].Basis != evidence.Measured {
				t.Errorf("%s: %g at %s, want %g at %s", measure, got[i].Value, got[i].At, want, row[0])
			}
		}
	}
}

// The first public word, what it claims, and what nobody had claimed by 19:10Z.
func TestJulyStatements(t *testing.T) {
	o, _ := recorded(t, july2022)
	report := instant(t, "2022-07-08T19:10:00Z")
	var first evidence.Statement
	for _, s := range o.Statements {
		if s.By == "rogers" && first.ID == "" {
			first = s
		}
		if s.By != "rogers" || s.Heard.After(report) {
			continue
		}
		for _, c := range s.Claims {
			if c.Kind == evidence.SaysCause || c.Kind == evidence.SaysETA || c.Kind == evidence.SaysRestored {
				t.Errorf("%s claims %s before 19:10Z", s.ID, c.Kind)
			}
		}
	}
	if first.ID != "rogers-1254" || !first.At.Equal(instant(t, "2022-07-08T12:54:00Z")) {
		t.Errorf("the first word is %s at %s", first.ID, first.At)
	}
	for id, want := range map[string]struct {
		kind   evidence.ClaimKind
		target string
	}{
		"toronto-police-1031": {evidence.SaysDegraded, "rogers/emergency-calls"},
		"toronto-police-1230": {evidence.SaysUp, "toronto-police/911-centre"},
		"interac-1244":        {evidence.SaysDegraded, "interac/debit"},
		"bell-1507":           {evidence.SaysUp, "bell"},
		"telus-1622":          {evidence.SaysLoad, "telus/mobile-data"},
		"shaw-1358":           {evidence.SaysDown, "rogers/mobile-voice"},
		"metrolinx-day":       {evidence.SaysDown, "metrolinx/card-sales"},
		"venues-day":          {evidence.SaysAdvice, "venues/mobile-tickets"},
		"sickkids-day":        {evidence.SaysAdvice, "sickkids/virtual-appointments"},
		"shn-day":             {evidence.SaysAdvice, "shn/on-call-staff"},
	} {
		s := spoken(t, o, id)
		if !says(s, want.kind, want.target) || s.Heard.After(report) {
			t.Errorf("%s, heard at %s, claims %+v", id, s.Heard, s.Claims)
		}
	}
}

// What came to light later is no evidence.
func TestJulyHoldsNoHindsight(t *testing.T) {
	o, _ := recorded(t, july2022)
	late := []catalog.SourceID{"xona", "western", "sask", "finx", "vaughan", "peavey"}
	for _, n := range o.Series {
		for _, s := range n.Sources {
			if slices.Contains(late, s.ID) {
				t.Errorf("line %d rests on %s, read after the day", n.Line, s.ID)
			}
		}
	}
	for _, s := range o.Statements {
		for _, from := range s.Sources {
			if slices.Contains(late, from.ID) {
				t.Errorf("%s rests on %s, read after the day", s.ID, from.ID)
			}
		}
		if s.At.Equal(instant(t, "2022-07-08T10:00:00Z")) {
			t.Errorf("%s: the notice of 10:00Z was private", s.ID)
		}
		if s.DayOnly && !s.Heard.After(s.At.Add(12*time.Hour)) {
			t.Errorf("%s was heard at %s though only its day is known", s.ID, s.Heard)
		}
	}
}

func TestJulyTruth(t *testing.T) {
	o, _ := recorded(t, july2022)
	if len(o.Truth.Roots) != 1 || o.Truth.Roots[0].Target != "rogers/ip-core" || !o.Truth.Roots[0].From.Equal(instant(t, "2022-07-08T08:44:00Z")) {
		t.Errorf("the root is %+v", o.Truth.Roots)
	}
	if r := o.Truth.Returns; len(r) != 2 || r[1].At.Sub(r[0].At) != 8*time.Hour+25*time.Minute {
		t.Errorf("the families return at %+v", r)
	}
	hit := 0
	for _, f := range o.Truth.Dependents {
		if f.State != catalog.Up {
			hit++
		}
	}
	if stood := len(o.Truth.Dependents) - hit; hit < 30 || stood < 15 {
		t.Errorf("%d fell and %d stood", hit, stood)
	}
}
