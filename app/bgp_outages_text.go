package app

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"tocsin/evidence"
	"tocsin/feed"
	"tocsin/feed/visibility"
)

// notes say what the answer can't know.
func (f *outagesFound) notes() []string {
	var n []string
	add := func(format string, args ...any) { n = append(n, fmt.Sprintf(format, args...)) }
	if !f.stand.Dumped {
		add("No table was given: only prefixes that updates told of are known. What is usual for an AS has to be seen for 5 minutes first, and a part of it that nobody told of is in no figure.")
		if f.stand.Strange > 0 {
			add("%d withdrawals were of prefixes that their peer had not announced here: whose they were can't be known without a table.", f.stand.Strange)
		}
	}
	if f.gap > 10*time.Minute {
		add("%s lie between the table and the first update: what changed in them is not known.", f.gap.Round(time.Second))
	}
	if f.stand.Refused > 0 {
		add("%d messages were of peers beyond the first %d and were left out.", f.stand.Refused, f.stand.Peers)
	}
	if f.silence > 10*time.Minute {
		add("Nobody told anything for %s from %s on: what changed in it is not known. Is a file missing?", f.silence.Round(time.Second), stamp(f.silent))
	}
	if f.stand.Lapsed > 0 {
		add("%d time(s) nobody told anything for more than a day: what was known before was old then, and nothing is taken for known until tables were told again.", f.stand.Lapsed)
	}
	if f.early > 0 {
		add("%d updates are older than the table and were left out.", f.early)
	}
	if f.lying > 0 {
		add("%d record(s) give a time that the name of their file and their neighbours contradict: they were dated as those before them.", f.lying)
	}
	for v, name := range []string{"IPv4", "IPv6"} {
		if f.stand.Full[v] < 2 && f.stand.Prefixes[v] > 0 {
			add("%s: %d full-feed peer(s) that count at the end: too few to tell an outage from a peer's own trouble.", name, f.stand.Full[v])
		}
	}
	return n
}

// text is the answer for people.
func (f *outagesFound) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s to %s: %d IPv4 and %d IPv6 prefixes of %d AS, told by %d peers, of which %d (IPv4) and %d (IPv6) are full feeds that count.\n",
		stamp(f.from), stamp(f.until), f.stand.Prefixes[0], f.stand.Prefixes[1], f.stand.Origins, f.stand.Peers, f.stand.Full[0], f.stand.Full[1])
	for _, note := range f.notes() {
		b.WriteString(note + "\n")
	}
	for _, c := range f.checks {
		b.WriteString(c.text() + "\n")
	}
	out := 0
	for _, g := range f.guarded {
		if g.Out {
			out++
		}
	}
	if out > 0 {
		fmt.Fprintf(&b, "Peers taken out of the count because they lost their own tables or sessions: %d time(s); none of that is an outage.\n", out)
	}
	if len(f.falls) == 0 {
		b.WriteString("\nNo outage found.\n")
		return b.String()
	}
	fmt.Fprintf(&b, "\n%d outage(s) found:\n", len(f.falls))
	for _, x := range f.falls {
		b.WriteString(fallText(x))
		if brief := f.until.Sub(time.Unix(x.Onset, 0)); x.End == 0 && !x.EndUnseen && brief < time.Minute {
			fmt.Fprintf(&b, "  the captures end %s after it\n", brief)
		}
	}
	return b.String()
}

// fallText is one outage.
func fallText(x visibility.Fall) string {
	var b strings.Builder
	onset := time.Unix(x.Onset, 0).UTC()
	end := "still"
	if x.EndUnseen {
		end = "until nobody knows when"
	}
	if x.End != 0 {
		at := time.Unix(x.End, 0).UTC()
		end = fmt.Sprintf("until %s (%s)", stamp(at), at.Sub(onset))
	}
	unit := "/24"
	if x.Family == evidence.IPv6 {
		unit = "/48"
	}
	fmt.Fprintf(&b, "\n%s  AS%d  %s  %.1f %% gone, %s\n", stamp(onset), x.AS, x.Family, 100*x.Depth(), end)
	fmt.Fprintf(&b, "  prefixes %d, usually %d; space %d %ss, usually %d\n", x.Least.Prefixes, x.Usual.Prefixes, x.Least.Space, unit, x.Usual.Space)
	if x.Began != x.Onset {
		fmt.Fprintf(&b, "  the decline began at %s\n", stamp(time.Unix(x.Began, 0)))
	}
	fmt.Fprintf(&b, "  lost by %d of %d full-feed peers:", len(x.Lost), x.Of)
	for i, p := range x.Lost {
		if i == mostPeersNamed {
			fmt.Fprintf(&b, " and %d more", len(x.Lost)-i)
			break
		}
		b.WriteString(" " + peerText(p))
	}
	b.WriteByte('\n')
	if x.Unseen {
		b.WriteString("  it began while too few peers could see, at this time at the latest\n")
	}
	if x.EndUnseen {
		b.WriteString("  its end was not seen: nobody listened for more than a day, or a peer came back as another\n")
	}
	if x.Learned {
		b.WriteString("  of the prefixes that updates told of; the AS may have more\n")
	}
	return b.String()
}

// mostPeersNamed keeps a line short; JSON names all.
const mostPeersNamed = 6

func peerText(p feed.Peer) string {
	text := fmt.Sprintf("AS%d (%s", p.AS, p.Addr)
	if p.Collector != "" {
		text += " at " + p.Collector
	}
	return text + ")"
}

// text says how a later table agrees.
func (c tableCheck) text() string {
	worse := 0
	for _, d := range c.peers {
		if d.Share() > wrongShare {
			worse++
		}
	}
	s := fmt.Sprintf("Table of %s (%s): %d peers compared, %d differ by more than %.0f %%", stamp(c.at), c.name, len(c.peers), worse, 100*wrongShare)
	if len(c.peers) > 0 {
		d := c.peers[0]
		s += fmt.Sprintf("; the worst is %s, %d of %d missing, %d too many, %d with another origin", peerText(d.Peer), d.Missing, d.Table, d.Extra, d.Origin)
	}
	return s + "."
}

// The answer for machines.
type (
	outagesJSON struct {
		From    string        `json:"from"`
		Until   string        `json:"until"`
		Peers   int           `json:"peers"`
		FullV4  int           `json:"full_feeds_ipv4"`
		FullV6  int           `json:"full_feeds_ipv6"`
		Table   bool          `json:"table"`
		Notes   []string      `json:"notes"`
		Outages []outageJSON  `json:"outages"`
		Guarded []guardedJSON `json:"guarded"`
		Checks  []checkJSON   `json:"table_checks"`
	}
	outageJSON struct {
		AS        uint32          `json:"as"`
		Family    evidence.Family `json:"family"`
		Began     string          `json:"began"`
		Onset     string          `json:"onset"`
		End       *string         `json:"end"` // null: still
		Depth     float64         `json:"depth"`
		Usual     visibility.Size `json:"usual"`
		Least     visibility.Size `json:"least"`
		Lost      []peerJSON      `json:"lost_by"`
		Of        int             `json:"full_feeds"`
		Unseen    bool            `json:"onset_unseen,omitempty"`
		EndUnseen bool            `json:"end_unseen,omitempty"` // end is null: not seen
		Learned   bool            `json:"usual_from_updates_alone,omitempty"`
	}
	peerJSON struct {
		Collector string `json:"collector,omitempty"`
		Address   string `json:"address"`
		AS        uint32 `json:"as"`
	}
	guardedJSON struct {
		At   string   `json:"at"`
		Peer peerJSON `json:"peer"`
		Out  bool     `json:"out"`
		Had  int      `json:"had"`
		Has  int      `json:"has"`
	}
	checkJSON struct {
		Table string           `json:"table"`
		At    string           `json:"at"`
		Peers []differenceJSON `json:"peers"`
	}
	differenceJSON struct {
		Peer    peerJSON `json:"peer"`
		Table   int      `json:"table"`
		Missing int      `json:"missing"`
		Extra   int      `json:"extra"`
		Origin  int      `json:"other_origin"`
	}
)

func asPeerJSON(p feed.Peer) peerJSON { return peerJSON{p.Collector, p.Addr.String(), p.AS} }

// json writes the answer for machines.
func (f *outagesFound) json(out io.Writer) error {
	j := outagesJSON{
		From: stamp(f.from), Until: stamp(f.until), Peers: f.stand.Peers, FullV4: f.stand.Full[0], FullV6: f.stand.Full[1],
		Table: f.stand.Dumped, Notes: append([]string{}, f.notes()...), Outages: []outageJSON{}, Guarded: []guardedJSON{}, Checks: []checkJSON{},
	}
	unix := func(s int64) string { return stamp(time.Unix(s, 0)) }
	for _, x := range f.falls {
		o := outageJSON{
			AS: x.AS, Family: x.Family, Began: unix(x.Began), Onset: unix(x.Onset), Depth: x.Depth(), Usual: x.Usual, Least: x.Least,
			Lost: []peerJSON{}, Of: x.Of, Unseen: x.Unseen, EndUnseen: x.EndUnseen, Learned: x.Learned,
		}
		if x.End != 0 {
			end := unix(x.End)
			o.End = &end
		}
		for _, p := range x.Lost {
			o.Lost = append(o.Lost, asPeerJSON(p))
		}
		j.Outages = append(j.Outages, o)
	}
	for _, g := range f.guarded {
		j.Guarded = append(j.Guarded, guardedJSON{unix(g.At), asPeerJSON(g.Peer), g.Out, g.Had, g.Has})
	}
	for _, c := range f.checks {
		check := checkJSON{Table: c.name, At: stamp(c.at), Peers: []differenceJSON{}}
		for _, d := range c.peers {
			check.Peers = append(check.Peers, differenceJSON{asPeerJSON(d.Peer), d.Table, d.Missing, d.Extra, d.Origin})
		}
		j.Checks = append(j.Checks, check)
	}
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	if err := e.Encode(j); err != nil {
		return unwritten(err)
	}
	return nil
}
