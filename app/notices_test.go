package app

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tocsin/catalog"
	"tocsin/incident"
	"tocsin/publish"
	"tocsin/publish/notice"
)

// hung are the notices of a directory, by name.
func hung(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, e := range entries {
		body, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(body)
	}
	return all
}

func TestNoticesOfARehearsal(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "notices")
	text, err := exercised(t, exercise(t, PeopleOptions{Notices: dir}))
	if err != nil {
		t.Fatal(err)
	}
	all := hung(t, dir)
	if len(all) != 4 {
		t.Errorf("%d notices, want two dependents in two languages", len(all))
	}
	for name, wants := range map[string][]string{
		"ferries_tickets.en.html": {"EXERCISE", "Ferry tickets by phone", "Does not work", "May 2, 2024, 6:00 a.m. UTC", "Buy a ticket at the pier", "Examplia Ferries", "Northtel mobile data, then Northtel core"},
		"ferries_tickets.fr.html": {"EXERCICE", "Billets de traversier", "Ne fonctionne pas", "Achetez un billet sur le quai", "Traversiers d’Examplie"},
		"harbour_records.en.html": {"Patient records", "Works only in part", "8:00 a.m. UTC", "ask the staff"},
		"harbour_records.fr.html": {"Dossiers des patients", "qu’en partie"},
	} {
		for _, want := range wants {
			if !strings.Contains(all[name], want) {
				t.Errorf("%s: no %q in:\n%s", name, want, all[name])
			}
		}
		if !strings.Contains(text, name) {
			t.Errorf("the answer doesn't name %s", name)
		}
	}
	// Old ones never hang beside new ones.
	if _, err := exercised(t, exercise(t, PeopleOptions{Notices: dir})); Code(err) != ExitUsage || !strings.Contains(err.Error(), "holds 4 files") {
		t.Errorf("a second time: %v", err)
	}
	file := personal(t, "file", "")
	for _, at := range []string{file, filepath.Join(file, "below")} {
		if _, err := exercised(t, exercise(t, PeopleOptions{Notices: at})); Code(err) != ExitInput || !strings.Contains(err.Error(), at) {
			t.Errorf("in a file: %v", err)
		}
	}
}

// TestNoticesWhileAHoldoverLasts: whoever still works is told until when.
func TestNoticesWhileAHoldoverLasts(t *testing.T) {
	o := exercise(t, PeopleOptions{Notices: t.TempDir()})
	if err := o.Set("at", "30m"); err != nil {
		t.Fatal(err)
	}
	if _, err := exercised(t, o); err != nil {
		t.Fatal(err)
	}
	if page := hung(t, o.People.Notices)["harbour_records.en.html"]; !strings.Contains(page, "Still works, but may stop") || !strings.Contains(page, "8:00 a.m. UTC") {
		t.Errorf("records:\n%s", page)
	}
}

// TestNoticesOfARecordedDay: they are marked as of the past.
func TestNoticesOfARecordedDay(t *testing.T) {
	dir := t.TempDir()
	if err := Replay(t.Context(), io.Discard, ReplayOptions{World: zz(), Outage: zzOutage, At: clock(t, "2024-05-02T08:10:00Z"), Notices: dir}); err != nil {
		t.Fatal(err)
	}
	page := hung(t, dir)["ferries_tickets.en.html"]
	if !strings.Contains(page, "A PAST DAY") || strings.Contains(page, "EXERCISE") || !strings.Contains(page, "Buy a ticket at the pier") {
		t.Errorf("tickets:\n%s", page)
	}
	err := Replay(t.Context(), io.Discard, ReplayOptions{World: zz(), Outage: zzOutage, Notices: dir})
	if Code(err) != ExitUsage {
		t.Errorf("into the same directory: %v", err)
	}
}

// TestNoticesPutEffectsTogether: one sheet for a dependent that fares differently
// in places: the worst state, the places that are in it, the advice of all of
// them once.
func TestNoticesPutEffectsTogether(t *testing.T) {
	ed, err := zz().Edition(clock(t, "2024-05-02T00:00:00Z"))
	if err != nil {
		t.Fatal(err)
	}
	six := clock(t, "2024-05-02T06:00:00Z")
	advice := []incident.Advice{{Text: catalog.Text{EN: "Walk"}, Stands: true}, {Text: catalog.Text{EN: "Fly"}, Lost: []catalog.NodeID{"a/b"}}}
	effects := []incident.Effect{
		{Node: "ferries/tickets", Region: "zz", State: catalog.Degraded, Since: six.Add(-1), Path: []catalog.NodeID{"ferries/tickets", "northtel/core"}},
		{Node: "ferries/tickets", Region: "zz-b", State: catalog.Down, Since: six.Add(60), Advice: advice},
		{Node: "ferries/tickets", Region: "zz", State: catalog.Down, Since: six, Advice: advice, Path: []catalog.NodeID{"ferries/tickets", "northtel/mobile-data"}},
		{Node: "northtel/core", Region: "zz", State: catalog.Down, Since: six},
		{Node: "harbour/records", Region: "zz", State: catalog.Unknown, Since: six},
	}
	picture := &publish.Picture{Now: six, Edition: ed, Incidents: []incident.Incident{
		{State: incident.Confirmed, Effects: effects}, {State: incident.Resolved, Effects: []incident.Effect{{Node: "harbour/records", State: catalog.Down}}},
	}}
	told := noticesIn(picture)
	if told.mark != notice.Real {
		t.Errorf("what happens now is marked %q", told.mark)
	}
	if ids := dependents(ed, told.effects); !slices.Equal(ids, []catalog.NodeID{"ferries/tickets"}) {
		t.Errorf("of %v", ids)
	}
	n := told.about(ed, "ferries/tickets", catalog.EN)
	if n.State != catalog.Down || n.Since != six || len(n.Instead) != 1 || n.Instead[0].Text != "Walk" || !slices.Equal(n.Why, []string{"Northtel mobile data"}) || len(n.Where) != 0 {
		t.Errorf("%+v", n)
	}
	picture.Incidents[0].Exercise = true
	if told := noticesIn(picture); told.mark != notice.Exercise {
		t.Errorf("an exercise is marked %q", told.mark)
	}
}

// TestPrivateOnOnesOwnTerminal: rehearsals, replays and notices of an overlay's
// owner know what is private.
func TestPrivateOnOnesOwnTerminal(t *testing.T) {
	o := exercise(t, PeopleOptions{Notices: t.TempDir(), Roster: personal(t, "people.csv", "id,role,other\n1,nurse,zqcanary/wifi\n")})
	o.Overlays = []string{privateOverlay(t)}
	text, err := exercised(t, o)
	if err != nil || !strings.Contains(text, "1 are cut off") {
		t.Errorf("%v\n%s", err, text)
	}
	if page := hung(t, o.People.Notices)["zqcanary_rounds.fr.html"]; !strings.Contains(page, "Visites zqcanary") || !strings.Contains(page, "Demandez zqcanary") {
		t.Errorf("no notice for one's own:\n%s", page)
	}
}
