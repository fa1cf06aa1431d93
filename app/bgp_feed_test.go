package app

import (
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/feed/rislive"
	"tocsin/incident"
	"tocsin/publish/page"
	"tocsin/store/sqlite"
)

// northtelDay is a morning on which Northtel's 40 prefixes go at 06:01:07, while
// the rest of a small Internet talks on.
func northtelDay(from time.Time) *recording {
	c := &recording{at: from}
	for i := range 5 {
		c.tell(i, prefixesOf(64500, 40), nil, 64500)
		for as := uint32(64600); as < 64650; as++ {
			c.tell(i, prefixesOf(as, 4), nil, as)
		}
	}
	gone := from.Add(2*time.Hour + time.Minute + 7*time.Second)
	for minute := range 180 {
		c.at = from.Add(time.Duration(minute+1) * time.Minute)
		if c.at.After(gone) && gone.After(c.at.Add(-time.Minute)) {
			c.at = gone
			for i := range 5 {
				c.tell(i, nil, prefixesOf(64500, 40), 0)
			}
			continue
		}
		c.tell(minute%5, prefixesOf(64600+uint32(minute%50), 4), nil, 64600+uint32(minute%50))
	}
	return c
}

func stream(t *testing.T, c *recording) string {
	t.Helper()
	s := &rislive.Server{Open: func() (rislive.Playback, error) { return &played{slices.Clone(c.messages)}, nil }, Log: quiet()}
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(srv.Close)
	return srv.URL
}

// The whole way: a stream as RIS Live would tell it, the store, the judgement,
// the page. It is an old day, so that the page says that it is a replay, and
// nothing of it gets into the store of what happens.
func TestServeListensToAStream(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"/v1/stream/?format=json", "/v1/ws/"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			url := stream(t, northtelDay(time.Date(2024, 5, 2, 4, 0, 0, 0, time.UTC))) + way
			if strings.Contains(way, "ws") {
				url = "ws" + strings.TrimPrefix(url, "http")
			}
			data := t.TempDir()
			o := starts(t, ServeOptions{World: zz(), Data: data, RISLive: url})
			in := o.await(t, "/en/incidents/"+zzIncident, found)
			for _, word := range []string{"Northtel", "06:01", "replay"} {
				if !strings.Contains(in.body, word) {
					t.Errorf("the page of the incident doesn't say %q:\n%s", word, body(in.body))
				}
			}
			if home := o.get(t, "/en/"); !strings.Contains(home.body, "Northtel") {
				t.Errorf("the home page:\n%s", body(home.body))
			}
			o.ends(t)
			if _, err := os.Stat(filepath.Join(data, "recorded.db")); err != nil {
				t.Errorf("the recording was not kept apart: %v", err)
			}
		})
	}
}

// A stream of now is no replay; when it ends, the page says that it is silent.
// The table that was given is known before.
func TestServeListensToNow(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC()
	c := &recording{at: now.Add(-10 * time.Second)}
	for i := range 5 {
		c.tell(i, prefixesOf(64601, 4), nil, 64601)
	}
	rib := table(t, "rib.gz", now.Add(-time.Hour), map[uint32][]netip.Prefix{64500: prefixesOf(64500, 40)})
	data := t.TempDir()
	o := starts(t, ServeOptions{World: zz(), Data: data, RISLive: stream(t, c) + "/v1/stream/", RIBs: []string{rib}})
	home := o.await(t, "/en/", func(a answer) bool { return found(a) && strings.Contains(a.body, "RIS Live") })
	if strings.Contains(home.body, "replay") {
		t.Errorf("it is no replay:\n%s", body(home.body))
	}
	o.ends(t)
	if _, err := os.Stat(filepath.Join(data, "recorded.db")); err == nil {
		t.Error("what happens now was kept as a recording")
	}
}

// What can't be listened to is said at once, or tried again.
func TestServeListensToNobody(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		o    ServeOptions
		says string
	}{
		{ServeOptions{RISLive: "ftp://127.0.0.1/"}, "--rislive"},
		{ServeOptions{RISLive: "http://127.0.0.1:1/v1/stream/", RIBs: []string{filepath.Join(t.TempDir(), "none")}}, "none"},
	} {
		c.o.World, c.o.Data, c.o.Listen, c.o.Log = zz(), t.TempDir(), "127.0.0.1:0", quiet()
		if err := Serve(t.Context(), c.o); Code(err) < ExitUsage || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v", c.o, err)
		}
	}
	o := starts(t, ServeOptions{World: zz(), Data: t.TempDir(), RISLive: "http://127.0.0.1:1/v1/stream/"})
	o.await(t, "/en/", func(a answer) bool { return found(a) && strings.Contains(a.body, "RIS Live") })
	o.ends(t)
}

// What was kept goes on: a program that is started again takes up the incident
// that stood open, and gives its name to no other.
func TestListeningResumes(t *testing.T) {
	t.Parallel()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "tocsin.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	at := clock(t, "2024-05-02T06:02:00Z")
	open := incident.Change{
		Incident: zzIncident, Rev: 1, At: at, Author: incident.Tocsin, Op: incident.OpSuspect, Event: at,
		Carrier: "northtel", Roots: []catalog.NodeID{"northtel/core"}, P: 0.7,
	}
	if _, err := db.Append(t.Context(), []incident.Change{open}); err != nil {
		t.Fatal(err)
	}
	ed, err := zz().Edition(at)
	if err != nil {
		t.Fatal(err)
	}
	v := &view{world: zz(), edition: ed, site: &page.Site{}, feeds: []evidence.Feed{routesFeed()}}
	l := &listening{view: v, o: ServeOptions{Log: quiet()}}
	if err := l.begin(t.Context(), db, false); err != nil {
		t.Fatal(err)
	}
	if err := l.judge(t.Context(), at.Add(time.Minute), nil); err != nil {
		t.Fatal(err)
	}
	got := l.pl.Incidents()
	if len(got) != 1 || got[0].ID != zzIncident || got[0].State != incident.Suspected {
		t.Errorf("after a new start: %+v", got)
	}
}
