package incident

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

func TestMain(m *testing.M) {
	flag.Bool("update", false, "rewrite the traces of testdata/*.txt")
	os.Exit(m.Run())
}

// TestTranscripts plays the files of testdata. A block is commands, a line of
// four dashes, and the trace that they must leave; a blank line ends it. Lines
// that begin with # are remarks.
//
//	OP 2022-07-08T08:50Z [incident=ID] [by=dana] [rev=3] [event=TIME] [p=0.7] [roots=a/b,c/d]
//	   [facet=node@region/family] [said=id,id] [note=words to the end of the line]
//	show [ID]     the whole incident
//	fold          all changes so far, folded anew: must equal what was applied one by one
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			was, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := perform(t, string(was))
			if got == string(was) {
				return
			}
			if flag.Lookup("update").Value.String() == "true" {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			a, b := strings.Split(string(was), "\n"), strings.Split(got, "\n")
			for i := range min(len(a), len(b)) {
				if a[i] != b[i] {
					t.Fatalf("%s:%d (-update rewrites)\nwant %s\ngot  %s", file, i+1, a[i], b[i])
				}
			}
			t.Fatalf("%s: %d lines, want %d", file, len(b), len(a))
		})
	}
}

// perform gives the transcript again with the traces as they come out now.
func perform(t *testing.T, text string) string {
	p := play{t: t, now: map[ID]Incident{}}
	var out, trace strings.Builder
	inTrace := false
	for line := range strings.Lines(text) {
		bare := strings.TrimSpace(line)
		switch {
		case bare == "----":
			inTrace = true
			out.WriteString("----\n" + trace.String())
			trace.Reset()
		case bare == "":
			inTrace = false
			out.WriteString("\n")
		case inTrace: // the old trace
		default:
			out.WriteString(line)
			if !strings.HasPrefix(bare, "#") {
				trace.WriteString(p.command(bare))
			}
		}
	}
	return out.String()
}

// play is the state of a transcript.
type play struct {
	t    *testing.T
	last ID // the incident that a command without one means
	now  map[ID]Incident
	done []Change
}

func (p *play) command(line string) string {
	words := strings.Fields(line)
	switch words[0] {
	case "show":
		if len(words) > 1 {
			p.last = ID(words[1])
		}
		return show(p.now[p.last])
	case "fold":
		return p.fold()
	}
	c := p.parse(line)
	in := p.now[c.Incident]
	out, err := Apply(in, c)
	if err != nil {
		if !errors.Is(err, ErrOrder) && !errors.Is(err, ErrRefused) {
			p.t.Errorf("%q: %v is neither ErrOrder nor ErrRefused", line, err)
		}
		return fmt.Sprintf("! %v\n", err)
	}
	p.now[c.Incident], p.done = out, append(p.done, c)
	return fmt.Sprintf("%s rev %d: %s → %s%s\n", out.ID, out.Rev, stateName(in.State), out.State, difference(in, out))
}

func (p *play) fold() string {
	ins, err := Fold(p.done)
	if err != nil {
		p.t.Fatal(err)
	}
	var b strings.Builder
	for _, in := range ins {
		if asJSON(p.t, in) != asJSON(p.t, p.now[in.ID]) {
			p.t.Errorf("%s folds to something else than it was applied to", in.ID)
		}
		fmt.Fprintf(&b, "%s rev %d: %s, onset %s\n", in.ID, in.Rev, in.State, clock(in.Onset))
	}
	if len(ins) != len(p.now) {
		p.t.Errorf("%d incidents folded, %d applied", len(ins), len(p.now))
	}
	return b.String()
}

func (p *play) parse(line string) Change {
	line, note, _ := strings.Cut(line, " note=")
	words := strings.Fields(line)
	c := Change{Op: Op(words[0]), Author: Tocsin, At: p.time(words[1]), Note: note}
	id, rev := p.last, 0
	for _, w := range words[2:] {
		key, value, _ := strings.Cut(w, "=")
		var err error
		switch key {
		case "incident":
			id = ID(value)
		case "by":
			c.Author = value
		case "rev":
			rev, err = strconv.Atoi(value)
		case "event":
			c.Event = p.time(value)
		case "p":
			c.P, err = strconv.ParseFloat(value, 64)
		case "roots":
			for r := range strings.SplitSeq(value, ",") {
				c.Roots = append(c.Roots, catalog.NodeID(r))
			}
			c.Carrier = c.Roots[0].Owner()
		case "facet":
			node, rest, _ := strings.Cut(value, "@")
			region, family, _ := strings.Cut(rest, "/")
			c.Facet = &Facet{Node: catalog.NodeID(node), Region: catalog.RegionID(region), Family: evidence.Family(family)}
		case "said":
			for s := range strings.SplitSeq(value, ",") {
				c.Said = append(c.Said, Said{ID: s, At: c.At})
			}
		default:
			err = errors.New("no such word")
		}
		if err != nil {
			p.t.Fatalf("%q in %q: %v", w, line, err)
		}
	}
	p.last, c.Incident, c.Rev = id, id, rev
	if rev == 0 {
		c.Rev = p.now[id].Rev + 1
	}
	return c
}

const minutes = "2006-01-02T15:04Z07:00"

func (p *play) time(s string) time.Time {
	at, err := time.Parse(minutes, s)
	if err != nil {
		p.t.Fatal(err)
	}
	return at
}

func clock(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(minutes)
}

// facts are the parts of an incident that a trace shows, by name.
func facts(in Incident) map[string]string {
	var relapses, said []string
	for _, r := range in.Life.Relapses {
		relapses = append(relapses, clock(r))
	}
	for _, s := range in.Said {
		said = append(said, s.ID+" at "+clock(s.At))
	}
	return map[string]string{
		"carrier": string(in.Carrier), "roots": fmt.Sprint(in.Roots), "p": fmt.Sprintf("%.2f", in.P), "onset": clock(in.Onset),
		"suspected": clock(in.Life.Suspected), "confirmed": clock(in.Life.Confirmed), "recovering": clock(in.Life.Recovering),
		"resolved": clock(in.Life.Resolved), "reviewed": clock(in.Life.Reviewed), "dismissed": clock(in.Life.Dismissed),
		"ended": clock(in.Life.Ended), "relapses": fmt.Sprint(relapses), "said": fmt.Sprint(said),
	}
}

func difference(old, now Incident) string {
	var b strings.Builder
	a, f := facts(old), facts(now)
	for _, key := range slices.Sorted(maps.Keys(f)) {
		if a[key] != f[key] {
			fmt.Fprintf(&b, "; %s %s", key, f[key])
		}
	}
	for _, e := range now.Timeline[len(old.Timeline):] {
		b.WriteString("; line " + event(e))
	}
	return b.String()
}

func event(e Event) string {
	s := fmt.Sprintf("%s by %s of %s", e.Op, e.Author, clock(e.Event))
	if e.Facet != nil {
		s += fmt.Sprintf(" on %s@%s/%s", e.Facet.Node, e.Facet.Region, e.Facet.Family)
	}
	if e.Note != "" {
		s += fmt.Sprintf(" %q", e.Note)
	}
	return s
}

func show(in Incident) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s rev %d %s\n", in.ID, in.Rev, in.State)
	f := facts(in)
	for _, key := range slices.Sorted(maps.Keys(f)) {
		fmt.Fprintf(&b, "  %s %s\n", key, f[key])
	}
	for _, e := range in.Timeline {
		fmt.Fprintf(&b, "  %s %s\n", clock(e.At), event(e))
	}
	return b.String()
}
