package replay_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin"
	"tocsin/catalog"
	"tocsin/detect"
	"tocsin/evidence"
	"tocsin/incident"
	"tocsin/pipeline"
	"tocsin/replay"
)

// The nine oracles of 8 July 2022, each by name, and for each the evidence on
// which it rests: without that, the oracle must fail, or it proves nothing.

const (
	rogers2022 = "rogers-2022-07-08"
	rogers2021 = "rogers-2021-04-19"
)

// editions are loaded once; an edition is immutable.
var editions sync.Map

func edition(t testing.TB, day string) *catalog.Edition {
	t.Helper()
	if ed, ok := editions.Load(day); ok {
		return ed.(*catalog.Edition)
	}
	asOf, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	ed, err := catalog.Load(catalog.Canada(), asOf)
	if err != nil {
		t.Fatal(err)
	}
	editions.Store(day, ed)
	return ed
}

// outage reads a recorded outage and the edition of a day; "" is its own.
func outage(t testing.TB, name, day string) (*replay.Outage, *catalog.Edition) {
	t.Helper()
	src, err := tocsin.Outages.ReadFile("testdata/outages/" + name + ".outage")
	if err != nil {
		t.Fatal(err)
	}
	h, err := replay.Header(name, src)
	if err != nil {
		t.Fatal(err)
	}
	own := h.Edition.Format(time.DateOnly)
	o, err := replay.Parse(name, src, edition(t, own))
	if err != nil {
		t.Fatal(err)
	}
	if day == "" {
		day = own
	}
	return o, edition(t, day)
}

func detector(id evidence.SeriesID) pipeline.Detector {
	if makes, ok := detect.ForDeep(id.Measure); ok {
		return makes()
	}
	return nil
}

// day is a day as it was judged. Nobody may change one that is shared.
type day struct {
	ed      *catalog.Edition
	o       *replay.Outage
	changes []incident.Change
}

// judge plays an outage until a time, "" being the end of its window.
func judge(o *replay.Outage, ed *catalog.Edition, until string) (*day, error) {
	d, stop := &day{ed: ed, o: o}, o.Until
	if until != "" {
		stop = moment(until)
	}
	_, err := replay.Run(o, pipeline.Options{Edition: ed, Detector: detector}, stop,
		func(_ time.Time, c []incident.Change) error {
			d.changes = append(d.changes, c...)
			return nil
		})
	return d, err
}

// judged are the recorded days that several tests ask for, each played once.
var judged sync.Map

func asJudged(t testing.TB, name string) *day { return onEdition(t, name, "", "") }

// today is the day of July on a catalogue of four years later, until the
// evening.
func today(t testing.TB) *day { return onEdition(t, rogers2022, "2026-11-01", "08T19:10") }

func onEdition(t testing.TB, name, asOf, until string) *day {
	t.Helper()
	play := sync.OnceValues(func() (*day, error) {
		o, ed := outage(t, name, asOf)
		return judge(o, ed, until)
	})
	once, _ := judged.LoadOrStore(name+asOf, play)
	d, err := once.(func() (*day, error))()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// raced tells whether this is a run under the race detector, in which a day
// costs ten times as much.
func raced() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// outcome marks a test that plays a day of its own only to see what comes out.
// One goroutine judges a day and shares nothing, so that the race detector
// learns no more from it than from the days that are played anyway.
func outcome(t *testing.T) {
	t.Helper()
	if raced() {
		t.Skip("what comes out is asked without the race detector")
	}
}

// at gives the incidents as they stood at a time of 2022 ("08T19:10").
func (d *day) at(clock string) []incident.Incident {
	when := moment(clock)
	i, _ := slices.BinarySearchFunc(d.changes, when, func(c incident.Change, t time.Time) int {
		if c.At.After(t) {
			return 1
		}
		return -1
	})
	all, err := incident.Fold(d.changes[:i])
	if err != nil {
		panic(err) // the pipeline has applied them all once
	}
	return all
}

func moment(clock string) time.Time {
	t, err := time.Parse("2006-01-02T15:04", "2022-07-"+clock)
	if err != nil {
		panic(err)
	}
	return t
}

// one gives the only incident at a time, or says why there isn't one.
func (d *day) one(clock string) (incident.Incident, string) {
	all := d.at(clock)
	if len(all) != 1 {
		return incident.Incident{}, fmt.Sprintf("%d incidents at %s, want one", len(all), clock)
	}
	return all[0], ""
}

func (d *day) effect(clock string, id catalog.NodeID) (incident.Effect, string) {
	in, why := d.one(clock)
	if why != "" {
		return incident.Effect{}, why
	}
	for _, e := range in.Effects {
		if e.Node == id {
			return e, ""
		}
	}
	return incident.Effect{}, fmt.Sprintf("%s is not among the effects at %s", id, clock)
}

func (d *day) cleared(clock string, org catalog.OrgID) (incident.Clearance, string) {
	in, why := d.one(clock)
	if why != "" {
		return incident.Clearance{}, why
	}
	for _, c := range in.Cleared {
		if c.Org == org {
			return c, ""
		}
	}
	return incident.Clearance{}, fmt.Sprintf("%s is not cleared at %s", org, clock)
}

// change looks for a change that fits.
func (d *day) change(fits func(incident.Change) bool) (incident.Change, bool) {
	i := slices.IndexFunc(d.changes, fits)
	if i < 0 {
		return incident.Change{}, false
	}
	return d.changes[i], true
}

// returned says when a facet began to come back for good, by event time.
func (d *day) returned(fits func(incident.Facet) bool) (time.Time, string) {
	var last time.Time
	for _, c := range d.changes {
		if c.Op != incident.OpFacet || !fits(*c.Facet) {
			continue
		}
		switch {
		case c.Note != incident.Returning && c.Note != string(catalog.Up):
			last = time.Time{}
		case last.IsZero():
			last = c.Event
		}
	}
	if last.IsZero() {
		return last, "it never came back"
	}
	return last, ""
}

func near(got time.Time, want string, within time.Duration) string {
	if d := got.Sub(moment(want)).Abs(); d > within {
		return fmt.Sprintf("at %s, want %s within %s", got.Format("02T15:04"), want, within)
	}
	return ""
}

// drop removes observations and statements.
func drop(o *replay.Outage, obs func(evidence.Observation) bool, stm func(evidence.Statement) bool) {
	if obs != nil {
		o.Observations = slices.DeleteFunc(slices.Clone(o.Observations), obs)
	}
	if stm != nil {
		o.Statements = slices.DeleteFunc(slices.Clone(o.Statements), stm)
	}
}

func by(orgs ...catalog.OrgID) func(evidence.Statement) bool {
	return func(s evidence.Statement) bool { return slices.Contains(orgs, s.By) }
}

func subject(subjects ...evidence.Subject) func(evidence.Observation) bool {
	return func(o evidence.Observation) bool { return slices.Contains(subjects, o.Series.Subject) }
}

// oracle is one thing that must come out, and what it rests on.
type oracle struct {
	name    string
	holds   func(d *day) string // "" or why not
	until   string              // the last that it looks at; "" for the end
	without func(o *replay.Outage)
	world   func(ed *catalog.Edition) *catalog.Edition // without the support, when it lies in the catalogue
	today   bool                                       // the support is gone in the edition of [today]
}

func oracles() []oracle {
	return []oracle{
		{name: "1 the culprit is AS812 and not AS577 or AS852", holds: culprit, until: "08T15:07", without: func(o *replay.Outage) {
			drop(o, subject("as577", "as852"), by("bell", "telus"))
		}},
		{name: "2 announced is not alive", holds: announced, until: "08T15:30", without: func(o *replay.Outage) {
			drop(o, func(ob evidence.Observation) bool { return ob.Series.Measure != evidence.Prefixes },
				func(evidence.Statement) bool { return true })
		}},
		{name: "3 the 911 centre is up and can't be reached", holds: centre, until: "08T19:10", without: func(o *replay.Outage) {
			drop(o, nil, by("toronto-police"))
		}},
		{name: "4 nothing is resolved before 00:05Z", holds: relapsed, until: "09T00:05", without: func(o *replay.Outage) {
			drop(o, func(ob evidence.Observation) bool {
				return ob.Series.Feed == "flow" && ob.Heard.After(moment("08T22:20")) && ob.Heard.Before(moment("09T01:00"))
			}, nil)
		}},
		{name: "5 IPv4 and IPv6 come back 8.4 hours apart", holds: families, without: func(o *replay.Outage) {
			drop(o, func(ob evidence.Observation) bool { return ob.Series.Measure == evidence.TrafficV6 }, nil)
		}},
		{name: "6 late feeds don't reopen, and date the return by event", holds: late, without: func(o *replay.Outage) {
			for i := range o.Observations { // as if what was heard had just happened
				if ob := &o.Observations[i]; ob.Series.Feed == "isi" {
					ob.At = ob.Heard
				}
			}
		}},
		{name: "7 Interac falls though Bell and Telus stand", holds: interac, today: true},
		{name: "8 Hamilton Health Sciences and Peavey Mart stand", holds: stand, until: "08T19:10", world: onRogersAlone},
		{name: "9 Bell and Telus are accused or loaded, not down", holds: loaded, until: "08T19:10", without: func(o *replay.Outage) {
			drop(o, subject("bell", "telus"), by("bell", "telus"))
		}},
	}
}

func TestOracles(t *testing.T) {
	t.Parallel()
	asItWas := asJudged(t, rogers2022)
	for i, or := range oracles() {
		t.Run(or.name, func(t *testing.T) {
			t.Parallel()
			if why := or.holds(asItWas); why != "" {
				t.Errorf("does not hold: %s", why)
			}
			if raced() && i > 0 {
				return
			}
			if or.holds(or.altered(t)) == "" {
				t.Error("holds even without the evidence that it rests on")
			}
		})
	}
}

// altered is the day without what the oracle rests on.
func (or oracle) altered(t *testing.T) *day {
	t.Helper()
	if or.today {
		return today(t)
	}
	o, ed := outage(t, rogers2022, "")
	if or.without != nil {
		or.without(o)
	}
	if or.world != nil {
		ed = or.world(ed)
	}
	d, err := judge(o, ed, or.until)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func culprit(d *day) string {
	in, why := d.one("08T15:07")
	if why != "" {
		return why
	}
	if in.State != incident.Confirmed || in.Carrier != "rogers" || len(in.Roots) != 1 {
		return fmt.Sprintf("%s %s %v", in.State, in.Carrier, in.Roots)
	}
	if n := d.ed.Node(in.Roots[0]); !slices.Contains(n.ASNs, 812) {
		return fmt.Sprintf("the root %s is not AS812", n.ID)
	}
	for _, org := range []catalog.OrgID{"bell", "telus"} {
		c, why := d.cleared("08T15:07", org)
		if why != "" {
			return why
		}
		if c.State != catalog.Up || c.P >= 0.05 || c.Accused < 5*c.Expected {
			return fmt.Sprintf("%s is %s, P %.2f, accused %.0f of usually %.0f", org, c.State, c.P, c.Accused, c.Expected)
		}
	}
	if c, ok := d.change(func(c incident.Change) bool { return c.Op == incident.OpSuspect && c.Carrier != "rogers" }); ok {
		return "an incident was opened against " + string(c.Carrier)
	}
	return ""
}

// announced: at 15:30 nearly all prefixes are announced again, and nothing
// behind them answers.
func announced(d *day) string {
	seen := 0.0
	for _, ob := range d.o.Observations {
		if ob.Series.Measure == evidence.Prefixes && !ob.Heard.After(moment("08T15:30")) {
			seen = ob.Value
		}
	}
	if seen < 0.9*970 {
		return fmt.Sprintf("only %.0f prefixes are announced: the trap is not set", seen)
	}
	in, why := d.one("08T15:30")
	if why != "" {
		return why
	}
	if v := in.Verdicts[0]; in.State != incident.Confirmed || v.State != catalog.Down || v.Node != "rogers/ip-core" {
		return fmt.Sprintf("%s, %s is %s", in.State, v.Node, v.State)
	}
	return ""
}

func centre(d *day) string {
	e, why := d.effect("08T19:10", "toronto-police/911-centre")
	if why != "" {
		return why
	}
	if e.State != catalog.Up || e.Kind() != incident.Stated {
		return fmt.Sprintf("the centre is %s, %s", e.State, e.Kind())
	}
	calls, why := d.effect("08T19:10", "rogers/emergency-calls")
	if why != "" {
		return why
	}
	if calls.State != catalog.Down {
		return fmt.Sprintf("911 calls from Rogers phones are %s", calls.State)
	}
	return ""
}

func relapsed(d *day) string {
	first := moment("09T00:05")
	for _, c := range d.changes {
		if c.Op == incident.OpResolve && (c.At.Before(first) || c.Event.Before(first)) {
			return fmt.Sprintf("resolved at %s", c.At.Format("02T15:04"))
		}
	}
	in, why := d.one("09T00:04")
	if why != "" {
		return why
	}
	if in.State != incident.Confirmed || len(in.Life.Relapses) == 0 {
		return fmt.Sprintf("%s with %d relapses at 00:04", in.State, len(in.Life.Relapses))
	}
	return near(in.Life.Relapses[len(in.Life.Relapses)-1], "08T23:00", 20*time.Minute)
}

func families(d *day) string {
	family := func(f evidence.Family) (time.Time, string) {
		return d.returned(func(x incident.Facet) bool { return x.Node == "rogers/ip-core" && x.Family == f })
	}
	v4, why := family(evidence.IPv4)
	if why != "" {
		return "IPv4: " + why
	}
	v6, why := family(evidence.IPv6)
	if why != "" {
		return "IPv6: " + why
	}
	if why := near(v4, "09T00:05", 15*time.Minute); why != "" {
		return "IPv4 " + why
	}
	if why := near(v6, "09T08:30", 15*time.Minute); why != "" {
		return "IPv6 " + why
	}
	if apart := v6.Sub(v4).Hours(); apart < 8.1 || apart > 8.7 {
		return fmt.Sprintf("%.2f hours apart", apart)
	}
	return ""
}

// late: the probes' news of the return in New Brunswick came an hour late.
func late(d *day) string {
	nb, why := d.returned(func(f incident.Facet) bool { return f.Region == "ca-nb-1307" })
	if why != "" {
		return "Moncton: " + why
	}
	if why := near(nb, "09T05:15", 15*time.Minute); why != "" {
		return "Moncton back " + why
	}
	if c, ok := d.change(func(c incident.Change) bool {
		return (c.Op == incident.OpRelapse || c.Op == incident.OpReopen) && c.At.After(moment("09T00:30"))
	}); ok {
		return fmt.Sprintf("%s at %s", c.Op, c.At.Format("02T15:04"))
	}
	all := d.at("10T03:00")
	if len(all) != 1 || all[0].State != incident.Resolved {
		return fmt.Sprintf("%d incidents at the end", len(all))
	}
	return ""
}

func interac(d *day) string {
	for _, id := range []catalog.NodeID{"interac/debit", "interac/e-transfer"} {
		e, why := d.effect("08T12:00", id) // before Interac itself said so
		if why != "" {
			return why
		}
		if e.State != catalog.Down || e.Region != "ca" || e.Path[len(e.Path)-1] != "rogers/ip-core" {
			return fmt.Sprintf("%s is %s in %s by %v", id, e.State, e.Region, e.Path)
		}
	}
	for _, org := range []catalog.OrgID{"bell", "telus"} {
		if c, why := d.cleared("08T12:00", org); why != "" || c.State != catalog.Up {
			return fmt.Sprintf("%s: %s %s", org, c.State, why)
		}
	}
	return ""
}

func stand(d *day) string {
	in, why := d.one("08T19:10")
	if why != "" {
		return why
	}
	for _, e := range in.Effects {
		if (e.Node == "hamilton-health-sciences/clinical-systems" || e.Node == "peavey-mart/stores") && e.State != catalog.Up {
			return fmt.Sprintf("%s is %s by %v", e.Node, e.State, e.Path)
		}
	}
	if d.ed.Node("hamilton-health-sciences/clinical-systems") == nil || d.ed.Node("peavey-mart/stores") == nil {
		return "the catalogue doesn't hold them"
	}
	return ""
}

// onRogersAlone is a world in which the two had Rogers as their one supplier.
func onRogersAlone(ed *catalog.Edition) *catalog.Edition {
	w := catalog.World{}
	for _, r := range ed.Regions() {
		w.Regions = append(w.Regions, *r)
	}
	for _, c := range ed.Carriers() {
		w.Carriers = append(w.Carriers, *c)
	}
	for _, o := range ed.Organisations() {
		w.Organisations = append(w.Organisations, *o)
	}
	for _, s := range ed.Services() {
		w.Services = append(w.Services, *s)
	}
	for _, n := range ed.Nodes() {
		n := *n
		if n.ID == "hamilton-health-sciences/clinical-systems" || n.ID == "peavey-mart/stores" {
			n.Needs = []catalog.Requirement{{Members: []catalog.NodeID{"rogers/business-internet"}, AtLeast: 1, Lost: catalog.Down}}
		}
		w.Nodes = append(w.Nodes, n)
	}
	return catalog.New(ed.AsOf(), "altered", w)
}

func loaded(d *day) string {
	for org, classes := range map[catalog.OrgID][]incident.Class{
		"bell": {incident.SpillOver, incident.Load}, "telus": {incident.Load},
	} {
		c, why := d.cleared("08T19:10", org)
		if why != "" {
			return why
		}
		if c.State == catalog.Down || c.P >= 0.5 || !slices.Contains(classes, c.Class) {
			return fmt.Sprintf("%s is %s, %s, P %.2f", org, c.State, c.Class, c.P)
		}
	}
	return ""
}

// TestWirelessOnly: the outage of 2021 spared the wires, and 911.
func TestWirelessOnly(t *testing.T) {
	t.Parallel()
	d := asJudged(t, rogers2021)
	all, err := incident.Fold(d.changes)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 1 || all[0].State != incident.Resolved {
		t.Fatalf("%d incidents, the first %+v", len(all), all)
	}
	touched := map[catalog.NodeID]catalog.State{}
	for _, c := range d.changes {
		for _, e := range c.Effects {
			if e.State != catalog.Up {
				touched[e.Node] = catalog.Worse(e.State, e.State)
			}
			if e.Node == "rogers/emergency-calls" && e.State == catalog.Down {
				t.Errorf("911 from Rogers phones was called down at %s", c.At)
			}
		}
		for _, r := range c.Roots {
			if r == "rogers/ip-core" {
				t.Errorf("the IP core was accused at %s", c.At)
			}
		}
	}
	for _, id := range []catalog.NodeID{"rogers/home-internet", "rogers/home-phone", "rogers/cable-tv", "rogers/business-internet", "interac/debit"} {
		if st, hit := touched[id]; hit {
			t.Errorf("%s was called %s", id, st)
		}
	}
	for _, id := range []catalog.NodeID{"rogers/mobile-voice", "rogers/sms", "rogers/mobile-data"} {
		if _, hit := touched[id]; !hit {
			t.Errorf("%s was never called hit", id)
		}
	}
	i, _ := slices.BinarySearchFunc(d.changes, time.Date(2021, 4, 19, 18, 0, 0, 0, time.UTC), func(c incident.Change, at time.Time) int { return c.At.Compare(at) })
	all, _ = incident.Fold(d.changes[:i])
	if e := slices.IndexFunc(all[0].Effects, func(e incident.Effect) bool {
		return e.Node == "rogers/emergency-calls" && e.State == catalog.Up && e.Kind() == incident.Stated
	}); e < 0 {
		t.Error("at 18:00Z nobody says that 911 can be reached, though the police did")
	}
}

// TestSameBytes: the same evidence gives the same changes to the byte, on one
// core or two, however rows of one moment are shuffled.
func TestSameBytes(t *testing.T) {
	// Not parallel: it sets the number of cores.
	names := []string{rogers2021, rogers2022}
	if raced() {
		names = names[:1]
	}
	for _, name := range names {
		want := encode(t, asJudged(t, name))
		o, ed := outage(t, name, "")
		cores := runtime.GOMAXPROCS(1)
		rng := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a shuffle that can be repeated
		shuffle(rng, o)
		d, err := judge(o, ed, "")
		runtime.GOMAXPROCS(cores)
		if err != nil {
			t.Fatal(err)
		}
		if got := encode(t, d); !bytes.Equal(want, got) {
			t.Errorf("%s: shuffled on one core it gives other bytes (%d against %d)", name, len(got), len(want))
		}
	}
}

func encode(t *testing.T, d *day) []byte {
	t.Helper()
	b, err := json.Marshal(d.changes)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// shuffle mixes the rows that were heard at one moment.
func shuffle(rng *rand.Rand, o *replay.Outage) {
	obs := o.Observations
	for i := 0; i < len(obs); {
		j := i
		for j < len(obs) && obs[j].Heard.Equal(obs[i].Heard) {
			j++
		}
		part := obs[i:j]
		rng.Shuffle(len(part), func(a, b int) { part[a], part[b] = part[b], part[a] })
		i = j
	}
	stm := o.Statements
	for i := 0; i < len(stm); {
		j := i
		for j < len(stm) && stm[j].Heard.Equal(stm[i].Heard) {
			j++
		}
		part := stm[i:j]
		rng.Shuffle(len(part), func(a, b int) { part[a], part[b] = part[b], part[a] })
		i = j
	}
}

// TestToday: on today's edition the same day leaves Interac up.
func TestToday(t *testing.T) {
	t.Parallel()
	outcome(t)
	d := today(t)
	in, why := d.one("08T19:10")
	if why != "" {
		t.Fatal(why)
	}
	for _, e := range in.Effects {
		if strings.HasPrefix(string(e.Node), "interac/") && len(e.Path) > 0 && e.State == catalog.Down {
			t.Errorf("%s is %s by %v on today's edition", e.Node, e.State, e.Path)
		}
	}
}

func BenchmarkReplay2022(b *testing.B) {
	o, ed := outage(b, rogers2022, "")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := judge(o, ed, ""); err != nil {
			b.Fatal(err)
		}
	}
}
