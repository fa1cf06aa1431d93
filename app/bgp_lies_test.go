package app

import (
	"strings"
	"testing"
	"time"

	"tocsin/feed/rislive"
)

// A record that says that it is years later dates no outage, and is told of; nobody who
// plays the capture waits for it.
func TestAFutureTimeDatesNothing(t *testing.T) {
	t.Parallel()
	at, world := morning()
	c := withdrawal(at)
	lie := c.messages[0]
	lie.At += int64(3 * 365 * 24 * time.Hour)
	c.messages = append(c.messages[:2:2], append([]rislive.Message{lie}, c.messages[2:]...)...)
	for _, name := range []string{"updates.gz", "updates.20220708.0845.gz"} {
		updates := c.mrt(t, name)
		j, err := outagesOf(t, OutagesOptions{Files: []string{table(t, "rib.gz", at, world), updates}})
		if err != nil {
			t.Fatal(err)
		}
		if len(j.Outages) != 1 || j.Outages[0].Onset != "2022-07-08T08:44:12Z" || *j.Outages[0].End != "2022-07-08T09:50:30Z" || j.Until != "2022-07-08T09:50:32Z" {
			t.Errorf("%s: until %s, %+v", name, j.Until, j.Outages)
		}
		if notes := strings.Join(j.Notes, "\n"); !strings.Contains(notes, "1 record(s) give a time") {
			t.Errorf("%s: nothing is said of it:\n%s", name, notes)
		}
		addr := servesBGP(t, BGPServeOptions{Files: []string{updates}, Speed: 1e9})
		if lines := streamLines(t, addr, "{}"); len(lines) != len(c.messages) || strings.Contains(strings.Join(lines, ""), `"timestamp":175`) {
			t.Errorf("%s: %d lines, want %d", name, len(lines), len(c.messages))
		}
	}
}
