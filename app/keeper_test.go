package app

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tocsin/health"
	"tocsin/incident"
	"tocsin/publish/page"
	"tocsin/replay"
	"tocsin/store"
	"tocsin/store/sqlite"
)

// The small world of these tests: a country that doesn't exist, one carrier,
// one outage from 06:00 to 09:00.
const (
	zzCatalog  = "testdata/zz"
	zzOverlay  = "testdata/overlay"
	zzOutage   = "testdata/northtel-2024-05-02.outage"
	zzIncident = "2024-05-02-northtel"
)

func zz() World { return World{Catalog: zzCatalog} }

// memory is a store that can be full.
type memory struct {
	mu      sync.Mutex
	full    bool
	refused int
	changes []incident.Change
}

func (m *memory) Append(ctx context.Context, changes []incident.Change) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.full {
		m.refused++
		return 0, fmt.Errorf("memory: %w", store.ErrFull)
	}
	m.changes = append(m.changes, changes...)
	return int64(len(m.changes)), ctx.Err()
}

func (m *memory) After(_ context.Context, seq int64, limit int) ([]store.Kept, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var kept []store.Kept
	for i := int(seq); i < len(m.changes) && len(kept) < limit; i++ {
		kept = append(kept, store.Kept{Seq: int64(i + 1), Change: m.changes[i]})
	}
	return kept, nil
}

func (m *memory) Remember(context.Context, []store.Note) error { return nil }

func (m *memory) Recall(context.Context) ([]store.Note, error) { return nil, nil }

func (m *memory) Close() error { return nil }

func (m *memory) fill(full bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.full = full
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func step(rev int) []incident.Change {
	return []incident.Change{{Incident: zzIncident, Rev: rev}}
}

func TestKeeperKeepsWhatItCouldNot(t *testing.T) {
	m := &memory{}
	var log bytes.Buffer
	k := keeper{store: m, log: slog.New(slog.NewTextHandler(&log, nil))}
	minute := func(n int) time.Time { return time.Date(2024, 5, 2, 6, n, 0, 0, time.UTC) }

	k.append(t.Context(), minute(0), step(1))
	if got := k.health(); got != nil {
		t.Errorf("while all is well it warns of %v", got)
	}
	m.fill(true)
	for n := 1; n <= 3; n++ {
		k.append(t.Context(), minute(n), step(n+1))
		want := []health.Warning{{Code: health.StoreLate, Subject: "store", Since: minute(1), Detail: "memory: disk is full"}}
		if got := k.health(); !reflect.DeepEqual(got, want) {
			t.Errorf("minute %d: warnings %v; want %v", n, got, want)
		}
		if got := k.reached(minute(n)); got != minute(1) {
			t.Errorf("minute %d: readers are told as of %v; want the minute when keeping failed", n, got)
		}
	}
	k.append(t.Context(), minute(4), nil) // nothing new: it still tries
	if m.refused != 4 || len(m.changes) != 1 {
		t.Errorf("%d tries were refused and %d changes kept; want 4 and 1", m.refused, len(m.changes))
	}
	m.fill(false)
	k.append(t.Context(), minute(5), nil)
	if got := k.health(); got != nil || k.reached(minute(5)) != minute(5) {
		t.Errorf("after the recovery it warns of %v", got)
	}
	k.append(t.Context(), minute(6), nil)
	var revs []int
	for _, c := range m.changes {
		revs = append(revs, c.Rev)
	}
	if want := []int{1, 2, 3, 4}; !slices.Equal(revs, want) {
		t.Errorf("kept revisions %v; want %v: all, once, in order", revs, want)
	}
	if n := strings.Count(log.String(), "level=ERROR"); n != 1 {
		t.Errorf("one trouble was logged %d times:\n%s", n, log.String())
	}
	if !strings.Contains(log.String(), "kept again") || !strings.Contains(log.String(), "disk is full") {
		t.Errorf("the log doesn't tell the story:\n%s", log.String())
	}
}

// Who stops the program is no trouble of the store.
func TestKeeperIsNotLateWhenStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	k := keeper{store: &memory{}, log: quiet()}
	k.append(ctx, time.Now(), step(1))
	if got := k.health(); got != nil {
		t.Errorf("warnings %v; want none", got)
	}
	if len(k.pending) != 1 {
		t.Errorf("%d changes pend; want 1: it wasn't acknowledged", len(k.pending))
	}
}

// stage is a recorded day on a store, without sockets, for a bubble of time.
type stage struct {
	v     *view
	store *memory
	day   *replay.Outage
}

func onStage(t *testing.T) stage {
	t.Helper()
	day, ed, err := zz().Outage(zzOutage, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	s := stage{&view{world: zz(), edition: ed, feeds: day.Feeds, site: &page.Site{}}, &memory{}, day}
	s.v.follow(s.store)
	return s
}

// page gives what a reader sees.
func (s stage) page(path string) (int, string) {
	w := httptest.NewRecorder()
	s.v.site.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w.Code, w.Body.String()
}

// A disk fills up before the outage and is full for a while, or until after
// the end of the day. The day plays 9600 times as fast: a tick each 6.25 ms, the
// outage is heard of at 0.125 s, the day is over after 2.4 s.
func TestFullDiskLosesNothing(t *testing.T) {
	want := wholeDay(t)
	const (
		late = "could not be kept"
		soon = time.Second / 16
	)
	for name, free := range map[string]time.Duration{"in the middle": 750 * time.Millisecond, "after the end": 3 * time.Second} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithCancel(t.Context())
				s := onStage(t)
				done := make(chan error, 1)
				go func() { done <- s.v.play(ctx, s.store, s.day, ServeOptions{Speed: 9600, Log: quiet()}) }()
				<-time.After(soon)
				s.store.fill(true)
				<-time.After(free - soon)
				synctest.Wait()

				if code, _ := s.page("/en/incidents/" + zzIncident); code != 404 {
					t.Errorf("while the disk is full its page is told of: %d", code)
				}
				if _, home := s.page("/en/"); !strings.Contains(home, late) || !strings.Contains(home, `Updated <time datetime="2024-05-02T06:0`) {
					t.Errorf("while the disk is full the page claims to be of now, or doesn't say that it is late:\n%s", body(home))
				}
				s.store.fill(false)
				<-time.After(quietly + time.Second) // at the end of the day it is tried again that often
				synctest.Wait()
				code, text := s.page("/en/incidents/" + zzIncident)
				if code != 200 || strings.Contains(text, late) {
					t.Errorf("after the recovery: %d\n%s", code, body(text))
				}
				stop()
				if err := <-done; err != nil {
					t.Errorf("stopped: %v", err)
				}
				if !reflect.DeepEqual(s.store.changes, want) {
					t.Errorf("%d changes were kept; want the same %d as without trouble", len(s.store.changes), len(want))
				}
			})
		})
	}
}

// body is what a page says, for a message.
func body(html string) string {
	if _, after, ok := strings.Cut(html, "<body"); ok {
		return after
	}
	return html
}

// wholeDay gives the changes of the day without any trouble.
func wholeDay(t *testing.T) []incident.Change {
	t.Helper()
	day, ed, err := zz().Outage(zzOutage, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	want, err := changesOf(t.Context(), day, ed)
	if err != nil {
		t.Fatal(err)
	}
	if len(want) == 0 {
		t.Fatal("nothing happens on that day: it proves nothing")
	}
	return want
}

// Nothing that was decided depends on when readers were shown it.
func TestPlayKeepsWhatReplayDecides(t *testing.T) {
	want := wholeDay(t)
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		s := onStage(t)
		done := make(chan error, 1)
		go func() { done <- s.v.play(ctx, s.store, s.day, ServeOptions{Speed: 60000, Log: quiet()}) }()
		<-time.After(time.Minute)
		stop()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(s.store.changes, want) {
			t.Errorf("%d changes were kept; want %d", len(s.store.changes), len(want))
		}
	})
}

// kept makes a store with the outage in it and gives its path.
func kept(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Append(t.Context(), wholeDay(t)); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// troubles are files that can't be a store, each made from a good one.
func troubles() map[string]struct {
	spoil func(whole []byte) []byte
	want  error
	says  []string
} {
	return map[string]struct {
		spoil func(whole []byte) []byte
		want  error
		says  []string
	}{
		"newer":   {func(b []byte) []byte { b[63] = 99; return b }, store.ErrNewer, []string{"newer version", "schema 99"}},
		"diary":   {func([]byte) []byte { return []byte("Dear diary,\n") }, store.ErrForeign, []string{"not a Tocsin store"}},
		"foreign": {func(b []byte) []byte { b[68] ^= 0xff; return b }, store.ErrForeign, []string{"not a Tocsin store"}},
		"torn":    {func(b []byte) []byte { return b[:len(b)*2/3] }, store.ErrDamaged, []string{"damaged", "backup"}},
	}
}

func TestOpenStoreLeavesWhatItCannotUse(t *testing.T) {
	for name, c := range troubles() {
		t.Run(name, func(t *testing.T) {
			path := kept(t, "tocsin.db")
			spoilt := spoil(t, path, c.spoil)
			_, err := openStore(t.Context(), filepath.Dir(path), nil)
			refusal(t, err, c.want, append(c.says, path, "--data"))
			same(t, path, spoilt)
		})
	}
}

// A replay begins anew, but over nobody else's file.
func TestReplayClearsOnlyItsOwnStore(t *testing.T) {
	day := &replay.Outage{Head: replay.Head{ID: "northtel-2024-05-02"}}
	const name = "replay-northtel-2024-05-02.db"
	for kind, c := range troubles() {
		t.Run(kind, func(t *testing.T) {
			path := kept(t, name)
			spoilt := spoil(t, path, c.spoil)
			db, err := openStore(t.Context(), filepath.Dir(path), day)
			if kind == "torn" { // a replay's own, cut short: nothing in it is needed
				empty(t, db, err)
				return
			}
			refusal(t, err, c.want, append(c.says, path))
			same(t, path, spoilt)
		})
	}
	t.Run("own", func(t *testing.T) {
		db, err := openStore(t.Context(), filepath.Dir(kept(t, name)), day)
		empty(t, db, err)
	})
}

func spoil(t *testing.T, path string, how func([]byte) []byte) []byte {
	t.Helper()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	spoilt := how(whole)
	if err := os.WriteFile(path, spoilt, 0o600); err != nil {
		t.Fatal(err)
	}
	return spoilt
}

func same(t *testing.T, path string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s was changed: %d bytes, %v; want %d", path, len(got), err, len(want))
	}
}

func empty(t *testing.T, db store.Store, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	left, err := db.After(t.Context(), 0, 1)
	if err != nil || len(left) != 0 {
		t.Errorf("of the last replay %v is left, %v", left, err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}
