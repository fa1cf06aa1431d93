package pipeline_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/evidence"
	"tocsin/health"
	"tocsin/incident"
	"tocsin/pipeline"
)

// script reads one of testdata.
func script(t testing.TB, name string) *play {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(string(src), "----\n")
	return parse(t, text)
}

// eachScript runs a test on every script of testdata.
func eachScript(t *testing.T, test func(t *testing.T, p *play)) {
	t.Helper()
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, name := range names {
		name = strings.TrimSuffix(filepath.Base(name), ".txt")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, script(t, name))
		})
	}
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// same compares changes to the byte and names the first that differs.
func same(t *testing.T, want, got []incident.Change) {
	t.Helper()
	for i := range min(len(want), len(got)) {
		if a, b := asJSON(t, want[i]), asJSON(t, got[i]); a != b {
			t.Fatalf("change %d differs\nwant %s\ngot  %s", i, a, b)
		}
	}
	if len(want) != len(got) {
		t.Fatalf("%d changes, want %d", len(got), len(want))
	}
}

// TestShuffled: the order of what is heard in one step makes no difference.
func TestShuffled(t *testing.T) {
	t.Parallel()
	eachScript(t, func(t *testing.T, p *play) {
		want := p.run(t, nil)
		rng := rand.New(rand.NewPCG(1, 0))
		heard := p.minutes()
		for _, h := range heard { // a thousand orders or more
			rng.Shuffle(len(h.Observations), func(i, j int) {
				h.Observations[i], h.Observations[j] = h.Observations[j], h.Observations[i]
			})
			rng.Shuffle(len(h.Statements), func(i, j int) {
				h.Statements[i], h.Statements[j] = h.Statements[j], h.Statements[i]
			})
		}
		same(t, want, through(t, p.pipeline(), heard, nil))
	})
}

// TestShuffledQuarters: nor does it when steps are long and much is heard at
// once.
func TestShuffledQuarters(t *testing.T) {
	t.Parallel()
	eachScript(t, func(t *testing.T, p *play) {
		quarters := func(rng *rand.Rand) []incident.Change {
			pl := p.pipeline()
			var all []incident.Change
			minutes := p.minutes()
			for i := 0; i < len(minutes); i += 15 {
				var h evidence.Heard
				for _, m := range minutes[i:min(i+15, len(minutes))] {
					h.Observations = append(h.Observations, m.Observations...)
					h.Statements = append(h.Statements, m.Statements...)
				}
				if rng != nil {
					rng.Shuffle(len(h.Observations), func(i, j int) {
						h.Observations[i], h.Observations[j] = h.Observations[j], h.Observations[i]
					})
				}
				changes, err := pl.Step(midnight.Add(time.Duration(i+15)*time.Minute), h)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, changes...)
			}
			return all
		}
		want := quarters(nil)
		same(t, want, quarters(rand.New(rand.NewPCG(7, 7))))
	})
}

// TestTwice: what is told again, later, changes nothing.
func TestTwice(t *testing.T) {
	t.Parallel()
	eachScript(t, func(t *testing.T, p *play) {
		want := p.run(t, nil)
		heard := p.minutes()
		again := slices.Clone(heard)
		for i, h := range heard {
			for _, later := range []int{0, 7, 130} {
				if j := i + later; j < len(again) {
					again[j].Observations = slices.Concat(again[j].Observations, h.Observations)
					again[j].Statements = slices.Concat(again[j].Statements, h.Statements)
				}
			}
		}
		same(t, want, through(t, p.pipeline(), again, nil))
	})
}

// TestFold: at each step, the changes so far fold to the incidents that the
// pipeline shows. Who follows the store sees what the pipeline sees.
func TestFold(t *testing.T) {
	t.Parallel()
	eachScript(t, func(t *testing.T, p *play) {
		var all []incident.Change
		p.run(t, func(now time.Time, pl *pipeline.Pipeline, changes []incident.Change) {
			if all = append(all, changes...); len(changes) == 0 && now.Minute() > 0 {
				return
			}
			folded, err := incident.Fold(all)
			if err != nil {
				t.Fatalf("%s: %v", hhmm(now), err)
			}
			byID := map[incident.ID]incident.Incident{}
			for _, in := range folded {
				byID[in.ID] = in
			}
			for _, in := range pl.Incidents() {
				if !reflect.DeepEqual(in, byID[in.ID]) {
					t.Fatalf("%s: %s\nshown  %s\nfolded %s", hhmm(now), in.ID, asJSON(t, in), asJSON(t, byID[in.ID]))
				}
			}
			for _, c := range changes {
				if !c.At.Equal(now) || c.Author != incident.Tocsin || c.Event.After(now) {
					t.Errorf("%s: %s is of %s by %q, about %s", hhmm(now), c.Op, c.At, c.Author, c.Event)
				}
			}
		})
	})
}

// TestLateSameDates: a feed that is later tells the same story with the same
// dates, only later.
func TestLateSameDates(t *testing.T) {
	t.Parallel()
	story := func(late time.Duration) []string {
		p := script(t, "core-outage")
		p.until = p.until.Add(2 * time.Hour)
		for i := range p.heard.Observations {
			o := &p.heard.Observations[i]
			o.Heard = o.At.Add(late)
		}
		var out []string
		for _, c := range p.run(t, nil) {
			switch c.Op {
			case incident.OpFacet, incident.OpRecover, incident.OpRelapse, incident.OpResolve, incident.OpSuspect:
				out = append(out, fmt.Sprint(c.Op, " ", c.Facet != nil, " ", c.Note, " ", hhmm(c.Event)))
			}
		}
		return out
	}
	want := story(0)
	if len(want) < 10 {
		t.Fatalf("a short story: %v", want)
	}
	for _, late := range []time.Duration{time.Minute, 20 * time.Minute, time.Hour} {
		if got := story(late); !slices.Equal(got, want) {
			t.Errorf("%s late:\n%q\nwant\n%q", late, got, want)
		}
	}
}

// TestSilenceIsNeverAReturn: whenever the feeds fall silent, and for how long, a
// return is dated by a value that was heard, and nothing is resolved before the
// last value that was bad.
func TestSilenceIsNeverAReturn(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 1))
		p := script(t, "core-outage")
		from := clock("10:00").Add(time.Duration(rng.IntN(9*60)) * time.Minute)
		to := from.Add(time.Duration(10+rng.IntN(6*60)) * time.Minute)
		kept := map[time.Time]bool{}
		var bad time.Time
		p.heard.Observations = slices.DeleteFunc(p.heard.Observations, func(o evidence.Observation) bool {
			return o.Heard.After(from) && o.Heard.Before(to)
		})
		for _, o := range p.heard.Observations {
			kept[o.At] = true
			if o.Series.Feed == "flow" && o.Value < 0.8 && o.At.After(bad) {
				bad = o.At
			}
		}
		for _, c := range p.run(t, nil) {
			switch c.Op {
			case incident.OpRecover, incident.OpResolve, incident.OpRelapse:
				if !kept[c.Event] {
					t.Errorf("silent %s to %s: %s at %s, when nothing was heard of", hhmm(from), hhmm(to), c.Op, hhmm(c.Event))
				}
			}
			if c.Op == incident.OpResolve && c.Event.Before(bad) {
				t.Errorf("silent %s to %s: over at %s, and %s was still bad", hhmm(from), hhmm(to), hhmm(c.Event), hhmm(bad))
			}
		}
	}
}

// TestBackwards: a time before the last is refused, and nothing is lost by it.
func TestBackwards(t *testing.T) {
	t.Parallel()
	p := script(t, "core-outage")
	want := p.run(t, nil)
	pl := p.pipeline()
	var got []incident.Change
	for i, h := range p.minutes() {
		now := midnight.Add(time.Duration(i) * time.Minute)
		if i > 0 {
			changes, err := pl.Step(now.Add(-time.Minute-time.Nanosecond), h)
			if !errors.Is(err, pipeline.ErrBackwards) || len(changes) > 0 {
				t.Fatalf("%s: %d changes and %v, want ErrBackwards", hhmm(now), len(changes), err)
			}
			if text := err.Error(); !strings.Contains(text, now.Add(-time.Minute).Format(time.RFC3339)) {
				t.Fatalf("the error doesn't name the time: %s", text)
			}
		}
		changes, err := pl.Step(now, h)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, changes...)
	}
	same(t, want, got)
	if _, err := pl.Step(p.until, evidence.Heard{}); err != nil {
		t.Errorf("the same time again: %v", err)
	}
}

// TestQuietDay: 24 hours with nothing wrong and then silence make no change, and
// the silence is told by health from the minute after it is too long.
func TestQuietDay(t *testing.T) {
	t.Parallel()
	p := script(t, "quiet-day")
	p.feeds = append(p.feeds, evidence.Feed{ID: "never", Quiet: 2 * time.Hour}, evidence.Feed{ID: "whenever"})
	p.until = clock("24:00")
	// flow speaks every minute and may be quiet for 15, routes every 5 and 30.
	since := map[string]time.Time{"flow": clock("11:59"), "routes": clock("11:55"), "never": midnight}
	quiet := map[string]time.Duration{"flow": 15 * time.Minute, "routes": 30 * time.Minute, "never": 2 * time.Hour}
	p.run(t, func(now time.Time, pl *pipeline.Pipeline, changes []incident.Change) {
		if len(changes) > 0 || len(pl.Incidents()) > 0 {
			t.Fatalf("%s: %d changes, the first %+v", hhmm(now), len(changes), changes)
		}
		var want []health.Warning
		for _, feed := range []string{"flow", "never", "routes"} {
			if now.Sub(since[feed]) > quiet[feed] && (feed == "never" || now.After(clock("12:00"))) {
				want = append(want, health.Warning{Code: health.FeedSilent, Subject: feed, Since: since[feed]})
			}
		}
		if got := pl.Health(); !reflect.DeepEqual(got, want) {
			t.Fatalf("%s: health %+v, want %+v", hhmm(now), got, want)
		}
	})
}

// TestHoldDown: service must hold for the whole time, to the minute.
func TestHoldDown(t *testing.T) {
	t.Parallel()
	for hold, want := range map[time.Duration]time.Duration{
		0: pipeline.DefaultHoldDown, 30 * time.Minute: 30 * time.Minute, 2 * time.Hour: 2 * time.Hour,
	} {
		p := script(t, "core-outage")
		p.hold = hold
		end := clock("17:16")
		p.run(t, func(now time.Time, pl *pipeline.Pipeline, _ []incident.Change) {
			if now.Before(clock("17:31")) || now.Before(end.Add(want-time.Minute)) {
				return
			}
			in := pl.Incidents()[0]
			if held := now.Sub(end) >= want; held != (in.State == incident.Resolved) {
				t.Fatalf("hold-down %s: %s after %s", want, in.State, now.Sub(end))
			}
			if in.State == incident.Resolved && (!in.Life.Ended.Equal(end) || !in.Life.Resolved.Equal(end.Add(want))) {
				t.Fatalf("hold-down %s: ended %s, resolved %s", want, hhmm(in.Life.Ended), hhmm(in.Life.Resolved))
			}
		})
	}
}

// TestRelapses: each fall after a return is counted, dated by what fell.
func TestRelapses(t *testing.T) {
	t.Parallel()
	p := script(t, "hold-down")
	var at []string
	p.run(t, func(now time.Time, pl *pipeline.Pipeline, _ []incident.Change) {
		if now.Equal(p.until) {
			for _, r := range pl.Incidents()[0].Life.Relapses {
				at = append(at, hhmm(r))
			}
		}
	})
	if !slices.Equal(at, []string{"12:44"}) {
		t.Errorf("relapses at %v, want 12:44", at)
	}
}

// TestAccused: complaints alone never confirm, and when nobody else is counted
// they don't even suspect: talk would look the same. Beside a failed carrier
// they suspect nobody.
func TestAccused(t *testing.T) {
	t.Parallel()
	for _, c := range script(t, "peers").run(t, nil) {
		if c.Op == incident.OpSuspect && c.Carrier != "red" {
			t.Errorf("%s was suspected at %s", c.Carrier, hhmm(c.At))
		}
	}
	p := script(t, "peers")
	p.heard.Observations = slices.DeleteFunc(p.heard.Observations, func(o evidence.Observation) bool {
		return o.Series.Subject != "blue"
	})
	var ops []incident.Op
	for _, c := range p.run(t, nil) {
		if c.Op == incident.OpSuspect || c.Op == incident.OpConfirm || c.Op == incident.OpDismiss {
			ops = append(ops, c.Op)
		}
	}
	if len(ops) > 0 {
		t.Errorf("complaints alone lead to %v", ops)
	}
}

// TestExercise: an incident that was not today says so.
func TestExercise(t *testing.T) {
	t.Parallel()
	p := script(t, "hold-down")
	pl := pipeline.New(pipeline.Options{Edition: world(), Feeds: p.feeds, Detector: detector, Exercise: true})
	through(t, pl, p.minutes(), nil)
	if all := pl.Incidents(); len(all) != 1 || !all[0].Exercise {
		t.Errorf("incidents %+v, want one that is an exercise", all)
	}
}

// TestWithoutDetectors: series that nobody judges are kept and accuse nobody.
func TestWithoutDetectors(t *testing.T) {
	t.Parallel()
	p := script(t, "core-outage")
	pl := pipeline.New(pipeline.Options{Edition: world(), Feeds: p.feeds})
	p.heard.Statements = nil
	if changes := through(t, pl, p.minutes(), nil); len(changes) > 0 {
		t.Errorf("%d changes, the first %+v", len(changes), changes[0])
	}
}

// BenchmarkStep is one minute of judgement in the small world: a quiet one, and
// one amid an outage.
func BenchmarkStep(b *testing.B) {
	for name, from := range map[string]string{"quiet": "09:00", "outage": "12:01"} {
		b.Run(name, func(b *testing.B) {
			p := script(b, "core-outage")
			minutes := p.minutes()
			first := int(clock(from).Sub(midnight) / time.Minute)
			const span = 45 // minutes in which nothing begins or ends
			b.ReportAllocs()
			for i, pl := span, (*pipeline.Pipeline)(nil); b.Loop(); i++ {
				if i == span {
					b.StopTimer()
					pl, i = p.pipeline(), 0
					through(b, pl, minutes[:first], nil)
					b.StartTimer()
				}
				if _, err := pl.Step(midnight.Add(time.Duration(first+i)*time.Minute), minutes[first+i]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
