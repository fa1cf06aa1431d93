package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// morning is the small Internet of these tests at 08:00.
func morning() (time.Time, map[uint32][]netip.Prefix) {
	world := map[uint32][]netip.Prefix{812: prefixesOf(812, 90)}
	for as := uint32(64600); as < 64700; as++ {
		world[as] = prefixesOf(as, 5)
	}
	return time.Date(2022, 7, 8, 8, 0, 0, 0, time.UTC), world
}

// withdrawal records that AS812 goes at 08:44:12 by most of five peers, and comes
// back at 09:50:30 by most.
func withdrawal(from time.Time) *recording {
	c := &recording{at: from.Add(44*time.Minute + 10*time.Second)}
	for i := range 5 {
		c.tell(i, nil, prefixesOf(812, 90), 0)
		c.at = c.at.Add(time.Second)
	}
	c.at = from.Add(110*time.Minute + 28*time.Second)
	for i := range 5 {
		c.tell(i, prefixesOf(812, 90), nil, 812)
		c.at = c.at.Add(time.Second)
	}
	return c
}

func outagesOf(t *testing.T, o OutagesOptions) (outagesJSON, error) {
	t.Helper()
	var out bytes.Buffer
	o.Format, o.Share = "json", 0.5
	if o.Depth == 0 {
		o.Depth = 0.2
	}
	err := Outages(t.Context(), &out, o)
	var j outagesJSON
	if out.Len() > 0 {
		if err := json.Unmarshal(out.Bytes(), &j); err != nil {
			t.Fatalf("%v in %s", err, out.String())
		}
	}
	return j, err
}

func TestOutagesDatesAWithdrawal(t *testing.T) {
	t.Parallel()
	at, world := morning()
	files := []string{withdrawal(at).mrt(t, "updates.gz"), table(t, "rib.gz", at, world)} // in any order
	for _, asns := range [][]uint32{nil, {812}, {812, 64600}} {
		j, err := outagesOf(t, OutagesOptions{Files: files, AS: asns, FailOn: true})
		if Code(err) != ExitBadNews {
			t.Errorf("exit code %d, %v; an outage was found", Code(err), err)
		}
		if len(j.Outages) != 1 {
			t.Fatalf("%d outages: %+v", len(j.Outages), j.Outages)
		}
		o := j.Outages[0]
		if o.AS != 812 || o.Family != "ipv4" || o.Onset != "2022-07-08T08:44:12Z" || o.End == nil || *o.End != "2022-07-08T09:50:30Z" {
			t.Errorf("AS%d %s, %s to %v; want AS812 ipv4, 08:44:12 to 09:50:30", o.AS, o.Family, o.Onset, o.End)
		}
		if o.Depth != 1 || o.Usual.Prefixes != 90 || o.Least.Prefixes != 0 || len(o.Lost) != 5 || o.Of != 5 || o.Learned {
			t.Errorf("%+v", o)
		}
		if !j.Table || j.Peers != 5 || j.FullV4 != 5 || j.From != "2022-07-08T08:00:00Z" {
			t.Errorf("%+v", j)
		}
	}
	j, err := outagesOf(t, OutagesOptions{Files: files, AS: []uint32{64600}, FailOn: true})
	if err != nil || len(j.Outages) != 0 {
		t.Errorf("AS64600: %v, %+v", err, j.Outages)
	}
}

// The text for people has the same.
func TestOutagesAsText(t *testing.T) {
	t.Parallel()
	at, world := morning()
	c := withdrawal(at)
	c.messages = c.messages[:5] // it doesn't come back
	files := []string{table(t, "rib.gz", at, world), c.mrt(t, "updates.gz")}
	var out bytes.Buffer
	var progress []float64
	o := OutagesOptions{Files: files, Depth: 0.2, Share: 0.5, Format: "text", Progress: func(p float64) { progress = append(progress, p) }}
	if err := Outages(t.Context(), &out, o); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"2022-07-08T08:44:12Z  AS812  ipv4  100.0 % gone, still", "prefixes 0, usually 90; space 0 /24s, usually 90",
		"lost by 5 of 5 full-feed peers: AS65001 (192.0.2.1)", "590 IPv4 and 0 IPv6 prefixes of 101 AS, told by 5 peers",
		"the captures end 2s after it", "44m10s lie between the table and the first update",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if !slices.Equal(progress, []float64{0.5, 1}) {
		t.Errorf("progress %v", progress)
	}
	out.Reset()
	o.Files = files[:1]
	if err := Outages(t.Context(), &out, o); err != nil || !strings.Contains(out.String(), "No outage found.") {
		t.Errorf("a table alone: %v\n%s", err, out.String())
	}
}

// Without a table, what is usual must be seen first, and the answer says what it
// can't know.
func TestOutagesFromUpdatesAlone(t *testing.T) {
	t.Parallel()
	at, world := morning()
	c := &recording{at: at}
	for i := range 5 {
		for as, list := range world {
			c.tell(i, list, nil, as)
		}
	}
	c.messages = append(c.messages, withdrawal(at).messages...)
	j, err := outagesOf(t, OutagesOptions{Files: []string{c.mrt(t, "updates.gz")}})
	if err != nil || len(j.Outages) != 1 || j.Outages[0].Onset != "2022-07-08T08:44:12Z" || !j.Outages[0].Learned {
		t.Fatalf("%v, %+v", err, j.Outages)
	}
	if j.Table || len(j.Notes) == 0 || !strings.Contains(j.Notes[0], "No table was given") {
		t.Errorf("notes: %q", j.Notes)
	}
	j, err = outagesOf(t, OutagesOptions{Files: []string{withdrawal(at).mrt(t, "updates.gz")}, FailOn: true})
	if err != nil || len(j.Outages) != 0 || len(j.Notes) < 2 || !strings.Contains(j.Notes[1], "450 withdrawals") {
		t.Errorf("withdrawals of what nobody announced: %v, %+v, %q", err, j.Outages, j.Notes)
	}
}

// Two collectors' updates in several files, and files that overlap, are one
// stream in order of time.
func TestOutagesMergesFiles(t *testing.T) {
	t.Parallel()
	at, world := morning()
	whole := withdrawal(at)
	var even, odd, late recording
	for i, m := range whole.messages {
		switch {
		case i >= 5:
			late.messages = append(late.messages, m)
		case i%2 == 0:
			even.messages = append(even.messages, m)
		default:
			odd.messages = append(odd.messages, m)
		}
	}
	files := []string{late.mrt(t, "c.gz"), odd.mrt(t, "b.gz"), table(t, "rib.gz", at, world), even.mrt(t, "a.gz")}
	j, err := outagesOf(t, OutagesOptions{Files: files})
	if err != nil || len(j.Outages) != 1 || j.Outages[0].Onset != "2022-07-08T08:44:12Z" || *j.Outages[0].End != "2022-07-08T09:50:30Z" {
		t.Errorf("%v, %+v", err, j.Outages)
	}
}

// Resets and a restart in files raise nothing, and who was left out is named.
func TestOutagesIgnoresSessions(t *testing.T) {
	t.Parallel()
	at, world := morning()
	c := &recording{at: at.Add(10 * time.Minute)}
	back := func(peer int) {
		for as, list := range world {
			c.tell(peer, list, nil, as)
		}
	}
	c.down(2)
	c.at = c.at.Add(time.Minute)
	back(2)
	c.at = c.at.Add(10 * time.Minute)
	for i := range 5 {
		c.down(i)
	}
	c.at = c.at.Add(3 * time.Minute)
	for i := range 5 {
		back(i)
		c.at = c.at.Add(20 * time.Second)
	}
	c.at = c.at.Add(20 * time.Minute)
	back(0)
	j, err := outagesOf(t, OutagesOptions{Files: []string{table(t, "rib.gz", at, world), c.mrt(t, "updates.gz")}, FailOn: true})
	if err != nil || len(j.Outages) != 0 {
		t.Errorf("%v, %+v", err, j.Outages)
	}
	if out := len(slices.DeleteFunc(slices.Clone(j.Guarded), func(g guardedJSON) bool { return !g.Out })); out != 6 || len(j.Guarded) != 12 {
		t.Errorf("%d left out of %d, want 6 of 12", out, len(j.Guarded))
	}
}

// A later table is compared with what the updates have made of the first.
func TestOutagesChecksALaterTable(t *testing.T) {
	t.Parallel()
	at, world := morning()
	c := withdrawal(at)
	c.messages = c.messages[:5]
	after := map[uint32][]netip.Prefix{}
	for as, list := range world {
		if as != 812 {
			after[as] = list
		}
	}
	first := table(t, "rib1.gz", at, world)
	right := table(t, "rib2.gz", at.Add(2*time.Hour), after)
	wrong := table(t, "rib3.gz", at.Add(4*time.Hour), world)
	j, err := outagesOf(t, OutagesOptions{Files: []string{wrong, right, first, c.mrt(t, "updates.gz")}})
	if err != nil || len(j.Checks) != 2 {
		t.Fatalf("%v, %+v", err, j.Checks)
	}
	for i, want := range []differenceJSON{{Table: 500}, {Table: 590, Missing: 90}} {
		for _, p := range j.Checks[i].Peers {
			if p.Peer = (peerJSON{}); p != want {
				t.Errorf("check %d: %+v, want %+v", i, p, want)
			}
		}
		if len(j.Checks[i].Peers) != 5 {
			t.Errorf("check %d: %d peers", i, len(j.Checks[i].Peers))
		}
	}
}

// A directory stands for the files of an archive that lie in it, and a file that is
// missing between two others is missed.
func TestOutagesOfADirectory(t *testing.T) {
	t.Parallel()
	at, world := morning()
	dir := t.TempDir()
	for name, from := range map[string]string{
		"rib.20220708.0800.gz":     table(t, "rib.gz", at, world),
		"updates.20220708.0840.gz": withdrawal(at).mrt(t, "updates.gz"),
	} {
		if err := os.Rename(from, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	j, err := outagesOf(t, OutagesOptions{Files: []string{dir}})
	if err != nil || len(j.Outages) != 1 || j.Outages[0].Onset != "2022-07-08T08:44:12Z" {
		t.Errorf("%v, %+v", err, j.Outages)
	}
	if want := "Nobody told anything for 1h6m14s from 2022-07-08T08:44:14Z on"; !slices.ContainsFunc(j.Notes, func(s string) bool { return strings.HasPrefix(s, want) }) {
		t.Errorf("notes %q, want one that begins %q", j.Notes, want)
	}
}

func TestOutagesOfBrokenInput(t *testing.T) {
	t.Parallel()
	at, world := morning()
	rib := table(t, "rib.gz", at, world)
	updates := withdrawal(at).mrt(t, "updates.gz")
	none := filepath.Join(t.TempDir(), "none")
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("no MRT at all, and nothing like it\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		files []string
		code  int
	}{
		"whole":     {[]string{rib, updates}, ExitDone},
		"empty":     {[]string{empty}, ExitInput},
		"text":      {[]string{text}, ExitInput},
		"a pipe":    {[]string{rib, "-"}, ExitInput},
		"nothing":   {[]string{filepath.Dir(none)}, ExitInput},
		"not there": {[]string{rib, none}, ExitInput},
		"not MRT":   {[]string{rib, updates, text}, ExitInput},
	} {
		_, err := outagesOf(t, OutagesOptions{Files: c.files})
		if Code(err) != c.code {
			t.Errorf("%s: exit code %d, %v; want %d", name, Code(err), err, c.code)
		}
		if f, ok := errors.AsType[*Failure](err); ok && !strings.Contains(f.Error(), filepath.Base(c.files[len(c.files)-1])) {
			t.Errorf("%s: the file is not named: %v", name, err)
		}
	}
	if err := Outages(t.Context(), os.Stdout, OutagesOptions{Format: "yaml"}); Code(err) != ExitUsage {
		t.Errorf("a format that isn't there: %v", err)
	}
}
