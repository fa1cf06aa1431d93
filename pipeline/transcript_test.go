package pipeline_test

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/detect"
	"tocsin/evidence"
	"tocsin/incident"
	"tocsin/pipeline"
)

var update = flag.Bool("update", false, "write the transcripts anew; review the difference")

// midnight is when every transcript begins.
var midnight = time.Date(2030, 5, 1, 0, 0, 0, 0, time.UTC)

// TestTranscripts plays each script of testdata through a pipeline and
// compares what changed with what the script wants, below its line of dashes.
//
//	option holddown=D
//	feed NAME quiet=D [late=D]
//	NAME MEASURE SUBJECT REGION [FEED] every=D      names a series
//	from HH:MM to HH:MM NAME=V[..V2] …              values, or straight lines
//	say HH:MM BY KIND TARGET [because=WHO]
//	until HH:MM
func TestTranscripts(t *testing.T) {
	t.Parallel()
	scripts, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, name := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			script, want, _ := strings.Cut(string(src), "----\n")
			p := parse(t, script)
			got := trace(p.run(t, nil))
			if *update {
				if err := os.WriteFile(name, []byte(script+"----\n"+got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("changes differ; got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// play is a script, read.
type play struct {
	feeds  []evidence.Feed
	late   map[evidence.FeedID]time.Duration
	series map[string]evidence.SeriesID
	every  map[string]time.Duration
	heard  evidence.Heard
	until  time.Time
	hold   time.Duration
}

func parse(t testing.TB, script string) *play {
	t.Helper()
	p := &play{late: map[evidence.FeedID]time.Duration{}, series: map[string]evidence.SeriesID{}, every: map[string]time.Duration{}}
	for sc := bufio.NewScanner(strings.NewReader(script)); sc.Scan(); {
		line := strings.TrimSpace(sc.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := p.line(strings.Fields(line)); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
	}
	return p
}

func (p *play) line(w []string) error {
	switch w[0] {
	case "feed":
		f := evidence.Feed{ID: evidence.FeedID(w[1])}
		for _, arg := range w[2:] {
			key, v, _ := strings.Cut(arg, "=")
			d, err := time.ParseDuration(v)
			if err != nil {
				return err
			}
			if key == "late" {
				p.late[f.ID] = d
			} else {
				f.Quiet = d
			}
		}
		p.feeds = append(p.feeds, f)
	case "option":
		d, err := time.ParseDuration(strings.TrimPrefix(w[1], "holddown="))
		p.hold = d
		return err
	case "from":
		return p.values(clock(w[1]), clock(w[3]), w[4:])
	case "say":
		c := evidence.Claim{Kind: evidence.ClaimKind(w[3]), Target: w[4]}
		if len(w) > 5 {
			c.Because = strings.TrimPrefix(w[5], "because=")
		}
		at := clock(w[1])
		p.heard.Statements = append(p.heard.Statements, evidence.Statement{
			ID: fmt.Sprintf("%s-%s-%d", w[2], w[1], len(p.heard.Statements)), By: catalog.OrgID(w[2]),
			At: at, Heard: at, Claims: []evidence.Claim{c}, Basis: evidence.Stated,
		})
	case "until":
		p.until = clock(w[1])
	default:
		d, err := time.ParseDuration(strings.TrimPrefix(w[len(w)-1], "every="))
		if err != nil {
			return err
		}
		p.every[w[0]] = d
		p.series[w[0]] = evidence.SeriesID{
			Measure: evidence.Measure(w[1]), Subject: evidence.Subject(w[2]), Region: catalog.RegionID(w[3]), Feed: evidence.FeedID(w[4]),
		}
	}
	return nil
}

func (p *play) values(from, to time.Time, args []string) error {
	for _, arg := range args {
		name, v, _ := strings.Cut(arg, "=")
		a, b, line := strings.Cut(v, "..")
		if !line {
			b = a
		}
		first, err := strconv.ParseFloat(a, 64)
		if err != nil {
			return err
		}
		last, err := strconv.ParseFloat(b, 64)
		if err != nil {
			return err
		}
		for at := from; at.Before(to); at = at.Add(p.every[name]) {
			part := float64(at.Sub(from)) / float64(to.Sub(from))
			p.heard.Observations = append(p.heard.Observations, evidence.Observation{
				Series: p.series[name], At: at, Heard: at.Add(p.late[p.series[name].Feed]),
				Value: first + (last-first)*part, Basis: evidence.Measured,
			})
		}
	}
	return nil
}

// clock reads HH:MM of the first day; hours may go beyond 24.
func clock(s string) time.Time {
	h, m, _ := strings.Cut(s, ":")
	hours, err := strconv.Atoi(h)
	if err != nil {
		panic("clock " + s)
	}
	minutes, err := strconv.Atoi(m)
	if err != nil {
		panic("clock " + s)
	}
	return midnight.Add(time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute)
}

func hhmm(t time.Time) string {
	d := t.Sub(midnight)
	return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60)
}

func detector(id evidence.SeriesID) pipeline.Detector {
	if makes, ok := detect.For(id.Measure); ok {
		return makes()
	}
	return nil
}

// minutes gives what is heard in each minute of the script.
func (p *play) minutes() []evidence.Heard {
	out := make([]evidence.Heard, int(p.until.Sub(midnight)/time.Minute)+1)
	slot := func(heard time.Time) *evidence.Heard {
		i := int((heard.Sub(midnight) + time.Minute - 1) / time.Minute)
		if i >= len(out) {
			return new(evidence.Heard) // after the end
		}
		return &out[i]
	}
	for _, o := range p.heard.Observations {
		h := slot(o.Heard)
		h.Observations = append(h.Observations, o)
	}
	for _, s := range p.heard.Statements {
		h := slot(s.Heard)
		h.Statements = append(h.Statements, s)
	}
	return out
}

func (p *play) pipeline() *pipeline.Pipeline {
	return pipeline.New(pipeline.Options{Edition: world(), Feeds: p.feeds, Detector: detector, HoldDown: p.hold})
}

// run plays the script and gives all changes; after, which may be nil, looks at
// each step.
func (p *play) run(t testing.TB, after func(now time.Time, pl *pipeline.Pipeline, changes []incident.Change)) []incident.Change {
	t.Helper()
	return through(t, p.pipeline(), p.minutes(), after)
}

// through steps a pipeline through the minutes from midnight on.
func through(t testing.TB, pl *pipeline.Pipeline, heard []evidence.Heard, after func(time.Time, *pipeline.Pipeline, []incident.Change)) []incident.Change {
	t.Helper()
	var all []incident.Change
	for i, h := range heard {
		now := midnight.Add(time.Duration(i) * time.Minute)
		changes, err := pl.Step(now, h)
		if err != nil {
			t.Fatalf("%s: %v", hhmm(now), err)
		}
		all = append(all, changes...)
		if after != nil {
			after(now, pl, changes)
		}
	}
	return all
}

// trace writes the changes as a script's reader wants them: what is told again
// in the same words is left out.
func trace(changes []incident.Change) string {
	type key struct {
		incident.ID
		incident.Op
	}
	var b strings.Builder
	last := map[key]string{}
	for _, c := range changes {
		k := key{c.Incident, c.Op}
		if text := describe(c); text != "" && text != last[k] {
			last[k] = text
			fmt.Fprintf(&b, "%s %s %s\n", hhmm(c.At), c.Incident, text)
		}
	}
	return b.String()
}

func describe(c incident.Change) string {
	switch c.Op {
	case incident.OpSuspect, incident.OpRoots:
		text := fmt.Sprintf("%s %v", c.Op, c.Roots)
		if c.Op == incident.OpSuspect {
			text += fmt.Sprintf(" since %s p=%.2f", hhmm(c.Event), c.P)
		}
		return text
	case incident.OpConfirm, incident.OpDismiss:
		return fmt.Sprintf("%s p=%.2f", c.Op, c.P)
	case incident.OpRecover, incident.OpRelapse, incident.OpResolve, incident.OpRetime:
		if c.Event.IsZero() {
			return string(c.Op)
		}
		return fmt.Sprintf("%s %s", c.Op, hhmm(c.Event))
	case incident.OpFacet:
		return fmt.Sprintf("facet %s %s%s %s %s", c.Facet.Node, c.Facet.Region, c.Facet.Family, c.Note, hhmm(c.Event))
	case incident.OpAssess:
		var parts []string
		for _, e := range c.Effects {
			text := fmt.Sprintf("%s=%s", e.Node, e.State)
			for _, a := range e.Advice {
				text += fmt.Sprintf("(%s:%v)", a.Text.EN, a.Stands)
			}
			parts = append(parts, text)
		}
		return "assess " + strings.Join(parts, " ")
	case incident.OpClear:
		var parts []string
		for _, cl := range c.Cleared {
			parts = append(parts, fmt.Sprintf("%s=%s/%s", cl.Org, cl.State, cl.Class))
		}
		return "clear " + strings.Join(parts, " ")
	case incident.OpHear:
		var parts []string
		for _, s := range c.Said {
			parts = append(parts, s.ID)
		}
		return "hear " + strings.Join(parts, " ")
	case incident.OpJudge:
		var parts []string
		for _, v := range c.Verdicts {
			parts = append(parts, fmt.Sprintf("%s@%s%s=%s", v.Node, v.Region, v.Family, v.State))
		}
		return "judge " + strings.Join(parts, " ")
	case incident.OpBlind:
		var parts []string
		for _, b := range c.Blind {
			switch {
			case b.Node != "":
				parts = append(parts, string(b.Node))
			case b.Late > 0:
				parts = append(parts, fmt.Sprintf("%s(late %s)", b.Feed, b.Late))
			default:
				parts = append(parts, fmt.Sprintf("%s(silent since %s)", b.Feed, hhmm(b.Since)))
			}
		}
		return "blind " + strings.Join(parts, " ")
	}
	return "" // shares drift: tested by themselves
}
