package pipeline_test

import (
	"errors"
	"math"
	"sync/atomic"
	"testing"
	"time"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/incident"
	"tocsin/pipeline"
)

// TestExplainedAsJudged: in every minute of every script in which an incident's
// probability is told, the explanation of it gives that probability, and asking
// changes nothing.
func TestExplainedAsJudged(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	t.Cleanup(func() { // after the scripts, which run side by side
		if asked.Load() < 20 {
			t.Errorf("only %d verdicts were asked about", asked.Load())
		}
	})
	eachScript(t, func(t *testing.T, p *play) {
		plain := p.run(t, nil)
		got := p.run(t, func(now time.Time, pl *pipeline.Pipeline, changes []incident.Change) {
			for _, c := range changes {
				if c.Op != incident.OpJudge {
					continue
				}
				asked.Add(1)
				x, err := pl.Explain(pipeline.Question{Incident: c.Incident})
				if err != nil {
					t.Fatal(err)
				}
				if math.Abs(x.P-c.P) > 1e-12 || !x.At.Equal(now) {
					t.Errorf("at %s %s is judged %v and explained %v", hhmm(now), c.Incident, c.P, x.P)
				}
			}
		})
		same(t, plain, got)
	})
}

// TestQuestions: which verdict is meant.
func TestQuestions(t *testing.T) {
	t.Parallel()
	p := script(t, "peers")
	var pl *pipeline.Pipeline
	p.run(t, func(_ time.Time, at *pipeline.Pipeline, _ []incident.Change) {
		if pl == nil && len(at.Incidents()) > 0 && at.Incidents()[0].State == incident.Confirmed && len(at.Incidents()[0].Cleared) > 0 {
			checkQuestions(t, at)
			pl = at
		}
	})
	if pl == nil {
		t.Fatal("no confirmed incident with a cleared peer")
	}
}

func checkQuestions(t *testing.T, pl *pipeline.Pipeline) {
	t.Helper()
	in := pl.Incidents()[0]
	ask := func(q pipeline.Question) attribute.Explanation {
		x, err := pl.Explain(q)
		if err != nil {
			t.Fatalf("%+v: %v", q, err)
		}
		return x
	}
	if x := ask(pipeline.Question{}); x.Carrier != "red" || x.Peer != nil || x.Nodes[0] != in.Roots[0] {
		t.Errorf("no question: %+v", x)
	}
	if x := ask(pipeline.Question{Carrier: "red"}); x.Peer != nil || x.Nodes[0] != in.Roots[0] {
		t.Errorf("the failed carrier: %+v", x)
	}
	blue := ask(pipeline.Question{Carrier: "blue"})
	if c := in.Cleared[0]; c.Org != "blue" || blue.Peer == nil || blue.Peer.State != c.State || blue.Peer.Class != c.Class {
		t.Errorf("cleared %+v, explained %+v", c, blue.Peer)
	}
	if x := ask(pipeline.Question{Node: "red/home"}); x.Nodes[0] != "red/home" || x.Barred {
		t.Errorf("another node of the carrier: %+v", x)
	}
	if x := ask(pipeline.Question{Node: "blue/core"}); x.P >= attribute.Possible || !x.Barred {
		t.Errorf("the peer's core beside the incident: %+v", x)
	}
	for _, q := range []pipeline.Question{{Incident: "2022-07-08-nobody"}, {Node: "red/nothing"}, {Carrier: "nobody"}} {
		if _, err := pl.Explain(q); err == nil {
			t.Errorf("%+v is answered", q)
		}
	}
}

// TestExplainNoIncident: before anything happened only nodes can be asked
// about.
func TestExplainNoIncident(t *testing.T) {
	t.Parallel()
	pl := pipeline.New(pipeline.Options{Edition: world()})
	if _, err := pl.Explain(pipeline.Question{}); !errors.Is(err, pipeline.ErrNoIncident) {
		t.Errorf("got %v", err)
	}
	x, err := pl.Explain(pipeline.Question{Node: "red/core"})
	if err != nil || x.Stance != attribute.StanceUnlikely || x.Region != catalog.RegionID("xx") {
		t.Errorf("%+v, %v", x, err)
	}
}
