package app

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
)

// explained gives what tocsin explain prints.
func explained(t *testing.T, o ExplainOptions) string {
	t.Helper()
	var out bytes.Buffer
	if err := Explain(t.Context(), &out, o); err != nil {
		t.Fatalf("%+v: %v", o, err)
	}
	return out.String()
}

// At 15:07Z Bell has said that it is up and its traffic is as usual: operational,
// and the complaints are explained. The carrier's own core is certain, and no
// single piece of the evidence could be spared to make it less.
func TestExplainTheDay(t *testing.T) {
	t.Parallel()
	type shape struct {
		P      float64
		Stance string
		Nodes  []string
		Planes []struct{ Plane string }
		Terms  []struct {
			Counts  bool
			Why     string
			Without float64 `json:"p_without"`
		}
		Peer *struct{ State, Class string }
	}
	asked := func(answer string) (x shape) {
		if err := json.Unmarshal([]byte(answer), &x); err != nil {
			t.Fatal(err)
		}
		return x
	}
	j := recordedJuly(t)
	root := asked(j.root)
	if root.Stance != "certain" || len(root.Nodes) != 1 || root.Nodes[0] != "rogers/ip-core" || len(root.Planes) < 4 {
		t.Errorf("%+v", root)
	}
	for _, term := range root.Terms {
		if term.Counts && term.Without < 0.95 {
			t.Errorf("one piece of the evidence decides: %+v", term)
		}
	}
	if bell := asked(j.bell); bell.Peer == nil || bell.Peer.State != "up" || bell.Peer.Class != "spill-over" || bell.P > 0.05 {
		t.Errorf("%+v", bell)
	}
}

// Both languages; the same bytes twice.
func TestExplainSpeaksBoth(t *testing.T) {
	t.Parallel()
	o := ExplainOptions{World: zz(), Outage: zzOutage, Node: "northtel/core"}
	en := explained(t, o)
	o.Lang = "fr"
	fr := explained(t, o)
	if !strings.Contains(en, "Northtel core (northtel/core), Examplia") || !strings.Contains(en, "What would change it") {
		t.Errorf("English:\n%s", en)
	}
	if !strings.Contains(fr, "cœur de Nordtel (northtel/core), Examplie") || !strings.Contains(fr, "Ce qui le changerait") {
		t.Errorf("French:\n%s", fr)
	}
	if fr != explained(t, o) {
		t.Error("two runs differ")
	}
}

func TestExplainRefuses(t *testing.T) {
	t.Parallel()
	good := ExplainOptions{World: zz(), Outage: zzOutage}
	for _, tc := range []struct {
		name string
		with func(*ExplainOptions)
		says []string
	}{
		{"two questions", func(o *ExplainOptions) { o.Node, o.Carrier = "northtel/core", "northtel" }, []string{"two questions"}},
		{"a time outside", func(o *ExplainOptions) { o.At = clock(t, "2001-01-01T00:00:00Z") }, []string{"holds no evidence"}},
		{"no such incident", func(o *ExplainOptions) { o.Incident = "2001-01-01-nobody" }, []string{"2001-01-01-nobody", "no such incident"}},
		{"no such node", func(o *ExplainOptions) { o.Node = "northtel/moon" }, []string{"northtel/moon"}},
		{"a language", func(o *ExplainOptions) { o.Lang = "de" }, []string{`"de"`}},
		{"a form", func(o *ExplainOptions) { o.Format = "html" }, []string{`"html"`}},
		{"no such day", func(o *ExplainOptions) { o.Outage = "yesterday" }, []string{"yesterday"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := good
			tc.with(&o)
			complaint(t, Explain(t.Context(), io.Discard, o), ExitUsage, tc.says)
		})
	}
	o := good
	o.Node = "northtel/core"
	complaint(t, Explain(t.Context(), &full{room: 20}, o), ExitInput, []string{"write the output"})
}
