package storetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/incident"
	"tocsin/store"
)

// faultEnv makes the test binary run the suite against one broken store; its
// value names the fault.
const faultEnv = "TOCSIN_TEST_FAULT"

// faulty is a store that does one thing wrong. What isn't set is Memory's.
type faulty struct {
	*Memory
	appends func(ctx context.Context, m *Memory, changes []incident.Change) (int64, error)
	after   func(ctx context.Context, m *Memory, seq int64, limit int) ([]store.Kept, error)
	close   func(m *Memory) error
	notes   func(notes []store.Note) []store.Note
}

func (f *faulty) Remember(ctx context.Context, notes []store.Note) error {
	if f.notes != nil {
		notes = f.notes(notes)
	}
	return f.Memory.Remember(ctx, notes)
}

func (f *faulty) Append(ctx context.Context, changes []incident.Change) (int64, error) {
	if f.appends != nil {
		return f.appends(ctx, f.Memory, changes)
	}
	return f.Memory.Append(ctx, changes)
}

func (f *faulty) After(ctx context.Context, seq int64, limit int) ([]store.Kept, error) {
	if f.after != nil {
		return f.after(ctx, f.Memory, seq, limit)
	}
	return f.Memory.After(ctx, seq, limit)
}

func (f *faulty) Close() error {
	if f.close != nil {
		return f.close(f.Memory)
	}
	return f.Memory.Close()
}

// appended breaks what is kept: it changes a batch before Memory sees it.
func appended(change func([]incident.Change) []incident.Change) func() *faulty {
	return func() *faulty {
		return &faulty{appends: func(ctx context.Context, m *Memory, changes []incident.Change) (int64, error) {
			return m.Append(ctx, change(slices.Clone(changes)))
		}}
	}
}

// told breaks what is given back: it changes the answer of Memory.
func told(change func(seq int64, limit int, kept []store.Kept) []store.Kept) func() *faulty {
	return func() *faulty {
		return &faulty{after: func(ctx context.Context, m *Memory, seq int64, limit int) ([]store.Kept, error) {
			kept, err := m.After(ctx, seq, limit)
			return change(seq, limit, kept), err
		}}
	}
}

// fault is a way to be broken, and the first test that must see it.
type fault struct {
	seenBy string
	make   func() *faulty
}

// everyChange changes each change of a batch.
func everyChange(f func(*incident.Change)) func() *faulty {
	return appended(func(changes []incident.Change) []incident.Change {
		for i := range changes {
			f(&changes[i])
		}
		return changes
	})
}

// faultsOfKeeping are wrong in what they keep.
func faultsOfKeeping() map[string]fault {
	return map[string]fault{
		"loses all on reopen": {"what was kept lasts", func() *faulty { return &faulty{close: forget} }},
		"keeps half of a refused batch": {"conflict keeps nothing", func() *faulty {
			return &faulty{appends: oneByOne}
		}},
		"keeps what comes before the unencodable": {"unencodable keeps nothing", func() *faulty {
			return &faulty{appends: oneByOne}
		}},
		"accepts conflicts": {"conflict keeps nothing", func() *faulty {
			return &faulty{appends: func(ctx context.Context, m *Memory, changes []incident.Change) (int64, error) {
				last, err := m.Append(ctx, changes)
				if errors.Is(err, store.ErrConflict) {
					return m.Append(ctx, nil) // the first one is as good as the second
				}
				return last, err
			}}
		}},
		"refuses what it has": {"telling twice is harmless", func() *faulty { return &faulty{appends: strict} }},
		"counts the batch":    {"order without gaps", func() *faulty { return &faulty{appends: countBatch} }},
		"names nothing in a quarrel": {"conflict keeps nothing", func() *faulty {
			return &faulty{appends: func(ctx context.Context, m *Memory, changes []incident.Change) (int64, error) {
				last, err := m.Append(ctx, changes)
				if err != nil {
					err = store.ErrConflict
				}
				return last, err
			}}
		}},
		"keeps whole seconds":   {"content comes back", everyChange(func(c *incident.Change) { c.At = c.At.Truncate(time.Second) })},
		"rounds figures":        {"content comes back", everyChange(func(c *incident.Change) { c.P = float64(float32(c.P)) })},
		"loses verdicts":        {"content comes back", everyChange(func(c *incident.Change) { c.Verdicts = nil })},
		"loses exercises":       {"content comes back", everyChange(func(c *incident.Change) { c.Exercise = false })},
		"keeps notes of 64 KiB": {"big change", everyChange(func(c *incident.Change) { c.Note = c.Note[:min(len(c.Note), 1<<16)] })},
		"keeps a thousand of a batch": {"big batch", appended(func(changes []incident.Change) []incident.Change {
			return changes[:min(len(changes), 1000)]
		})},
		"remembers one note": {"notes in place of notes", func() *faulty {
			return &faulty{notes: func(notes []store.Note) []store.Note { return notes[:min(len(notes), 1)] }}
		}},
		"sorts a batch by incident": {"order without gaps", appended(func(changes []incident.Change) []incident.Change {
			slices.SortStableFunc(changes, func(a, b incident.Change) int { return strings.Compare(string(a.Incident), string(b.Incident)) })
			return changes
		})},
	}
}

// faultsOfManners are wrong in how they answer.
func faultsOfManners() map[string]fault {
	return map[string]fault{
		"leaves gaps": {"order without gaps", told(func(_ int64, _ int, kept []store.Kept) []store.Kept {
			for i := range kept {
				kept[i].Seq *= 2
			}
			return kept
		})},
		"counts from 0": {"order without gaps", told(func(_ int64, _ int, kept []store.Kept) []store.Kept {
			for i := range kept {
				kept[i].Seq--
			}
			return kept
		})},
		"gives the newest first": {"order without gaps", told(func(_ int64, _ int, kept []store.Kept) []store.Kept {
			slices.Reverse(kept)
			return kept
		})},
		"ignores the limit": {"limits", func() *faulty {
			return &faulty{after: func(ctx context.Context, m *Memory, seq int64, _ int) ([]store.Kept, error) {
				return m.After(ctx, seq, 1<<40)
			}}
		}},
		"takes a limit below nothing for none": {"limits", func() *faulty {
			return &faulty{after: func(ctx context.Context, m *Memory, seq int64, limit int) ([]store.Kept, error) {
				if limit < 0 {
					limit = 1 << 40
				}
				return m.After(ctx, seq, limit)
			}}
		}},
		"tells the last one again": {"limits", func() *faulty {
			return &faulty{after: func(ctx context.Context, m *Memory, seq int64, limit int) ([]store.Kept, error) {
				return m.After(ctx, max(seq-1, 0), limit)
			}}
		}},
		"shows nothing to those who follow": {"readers beside a writer", told(func(seq int64, _ int, kept []store.Kept) []store.Kept {
			if seq == 150 {
				return nil
			}
			return kept
		})},
		"forgets the context of a write": {"cancelled", func() *faulty {
			return &faulty{appends: func(ctx context.Context, m *Memory, changes []incident.Change) (int64, error) {
				return m.Append(context.WithoutCancel(ctx), changes)
			}}
		}},
		"forgets the context of a read": {"cancelled", func() *faulty {
			return &faulty{after: func(ctx context.Context, m *Memory, seq int64, limit int) ([]store.Kept, error) {
				return m.After(context.WithoutCancel(ctx), seq, limit)
			}}
		}},
		"refuses an empty batch": {"empty batch", func() *faulty {
			return &faulty{appends: func(ctx context.Context, m *Memory, changes []incident.Change) (int64, error) {
				if len(changes) == 0 {
					return 0, errors.New("nothing to keep")
				}
				return m.Append(ctx, changes)
			}}
		}},
		"goes on when closed": {"closed", func() *faulty { return &faulty{close: func(*Memory) error { return nil }} }},
		"can't be closed twice": {"closed", func() *faulty {
			return &faulty{close: func(m *Memory) error {
				if err := m.ready(context.Background()); err != nil {
					return err
				}
				return m.Close()
			}}
		}},
		"takes one writer at a time": {"many goroutines may append", oneWriter},
	}
}

// oneWriter makes a store that refuses a writer while another is at it. The first of
// several stays until a second has come and was refused: however the machine is loaded,
// they meet. Only testWriters has incidents "a" to "d", each a writer's own.
func oneWriter() *faulty {
	var busy sync.Mutex
	met := make(chan struct{})
	meet := sync.OnceFunc(func() { close(met) })
	return &faulty{appends: func(ctx context.Context, m *Memory, changes []incident.Change) (int64, error) {
		if !busy.TryLock() {
			meet()
			return 0, errors.New("busy")
		}
		defer busy.Unlock()
		if len(changes) == 1 && len(changes[0].Incident) == 1 && changes[0].Incident <= "d" {
			<-met
		}
		return m.Append(ctx, changes)
	}}
}

func forget(m *Memory) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.bodies, m.places, m.notes, m.closed = nil, nil, nil, true
	return nil
}

// oneByOne isn't atomic.
func oneByOne(ctx context.Context, m *Memory, changes []incident.Change) (last int64, err error) {
	if len(changes) == 0 {
		return m.Append(ctx, nil)
	}
	for i := range changes {
		if last, err = m.Append(ctx, changes[i:i+1]); err != nil {
			return 0, err
		}
	}
	return last, nil
}

// strict takes every repetition for a conflict.
func strict(ctx context.Context, m *Memory, changes []incident.Change) (int64, error) {
	before, err := m.Append(ctx, nil)
	if err != nil {
		return 0, err
	}
	last, err := m.Append(ctx, changes)
	if err == nil && last != before+int64(len(changes)) {
		return 0, store.ErrConflict
	}
	return last, err
}

// countBatch returns the size of the batch, where the end of the store is due.
func countBatch(ctx context.Context, m *Memory, changes []incident.Change) (int64, error) {
	_, err := m.Append(ctx, changes)
	return int64(len(changes)), err
}

func allFaults() map[string]fault {
	all := faultsOfKeeping()
	maps.Copy(all, faultsOfManners())
	return all
}

// TestTheSuiteCanFail runs the suite against stores that are broken, each in one
// way, in a process of its own since it is to fail: each must fail the test that
// is there for it, and every test of the suite must be failed by some.
func TestTheSuiteCanFail(t *testing.T) {
	if name, ok := os.LookupEnv(faultEnv); ok {
		suiteAgainst(t, name)
		return
	}
	failed := map[string]bool{}
	for name, f := range allFaults() {
		seen, out := verdicts(t, name)
		if !seen[f.seenBy] {
			t.Errorf("a store that %s passes %q:\n%s", name, f.seenBy, out)
		}
		for test, bad := range seen {
			failed[test] = failed[test] || bad
		}
	}
	sound, out := verdicts(t, "")
	for test, bad := range sound {
		if bad {
			t.Errorf("a sound store fails %q:\n%s", test, out)
		}
		if !failed[test] {
			t.Errorf("no broken store fails %q: what is it for?", test)
		}
	}
	if len(sound) < 14 {
		t.Errorf("only %d tests of the suite ran:\n%s", len(sound), out)
	}
}

// suiteAgainst is the part of the child.
func suiteAgainst(t *testing.T, name string) {
	kept := map[string]*faulty{} // subtests run one after another
	Test(t, func(_ *testing.T, dir string) store.Store {
		if s, ok := kept[dir]; ok {
			s.Reopen()
			return s
		}
		s := &faulty{}
		if f, ok := allFaults()[name]; ok {
			s = f.make()
		}
		s.Memory = &Memory{}
		kept[dir] = s
		return s
	})
}

// verdicts runs the suite against a fault and gives its tests, true for those
// that failed.
func verdicts(t *testing.T, name string) (failed map[string]bool, out string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTheSuiteCanFail$", "-test.v", "-test.timeout=60s",
		"-test.outputdir="+t.TempDir())
	cmd.Env = append(os.Environ(), faultEnv+"="+name)
	cmd.Dir = filepath.Dir(os.Args[0])
	body, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	failed = map[string]bool{}
	for _, m := range regexp.MustCompile(`--- (PASS|FAIL): TestTheSuiteCanFail/(\S+)`).FindAllStringSubmatch(string(body), -1) {
		failed[strings.ReplaceAll(m[2], "_", " ")] = m[1] == "FAIL"
	}
	if strings.Contains(string(body), "panic: test timed out") {
		t.Errorf("a store that %s hangs the suite", name)
	}
	return failed, fmt.Sprintf("%s\n%v", body, err)
}
