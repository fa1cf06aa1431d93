package sqlite

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	codes "modernc.org/sqlite/lib"

	"tocsin/catalog"
	"tocsin/incident"
	"tocsin/store"
)

// version1 is a store as the first version of the schema wrote it: a file of
// SQLite, gzip, base64. It is never made anew: what lies on somebody's disk
// doesn't change either.
const version1 = `
H4sIAAAAAAAC/+zXT0sbTxgH8Gc3/owbMPu7SfEyPHhQ2KRroibdU6MsJTSNNa5Q+wcZN1NdsDtxdgwpxYP1VfQllEKh597sqS/Ei8eeSk9l40
qr3VvpofT5QJjsM8+Qb5a5PJsbnUgL9lyqF1yzOvwPpgl3GQMAEwAK8IMBABM3ntMPBDJMIJ8J1Tcfpu2vYJbPoXxufwZCCCGEEEIIIeRPOeFG
cWZ21ji9pfnugQj3ebwnkmwx13p+K/BZ0Frt+CwrsvmSZVmJOGRj7W7g3/N77GGv/aDV22b3/W0nbYjiMOqLWLPAfxSkjd31gHW3Op3xrhLD68
ev7e7K/svx7mpnffXaWVapsERLJap+HMq+SLu3uu2NLZ/NX/2iw5QYLpQsa4FtBr32WlAxJ2daswZEcV+MksODSIsdfqTl+Hkn+1s7i9mXdK6f
Sl/NdDrkl+fAbpbfl+foqhBCCCGEEELIPz0+FwuTYBuvS6PCK7waQNHDETqoxBC9uoM8LdTcWq3iNipuM3Cb3lLDc93qYq2+tLzSaN55jA7KAX
rI41hqrgU6yI/0vlToYZ/HHB2MpRbojRdWd9jZO/bpbagiLdjZx6cxHp8UzSyJmZ+klp9k5beS1PKS+MYk2Nbp1Cg/yGJ+kOVfgojh5ckbjUv5
iZOjZCBC/XNgLcMkitHBkCsVibSk5J5QSRpFSp2g9ySr3I4GlVAqgc8cHKDnVhvHpXT+ty/A/mZ/sS/orhNCCCGEEEIIIX+34oRtGKNC4XI1zf
8mbMsafQ8AAP//8n+07AAwAAA=
`

// inVersion1 is what was kept in it, written out: no function of today's makes it.
func inVersion1() []incident.Change {
	onset := time.Date(2022, 7, 8, 8, 44, 0, 123456789, time.UTC)
	return []incident.Change{
		{
			Incident: "x", Rev: 1, At: onset.Add(time.Minute), Event: onset, Op: "suspect", Author: "tocsin",
			Carrier: "rogers", Roots: []catalog.NodeID{"rogers/ip-core"}, P: 0.7,
		},
		{Incident: "x", Rev: 2, At: onset.Add(2 * time.Minute), Op: "annotate", Author: "dana", Note: "note 2, « écrite »\n"},
		{Incident: "x", Rev: 3, At: onset.Add(3 * time.Minute), Op: "annotate", Author: "dana", Note: "note 3, « écrite »\n"},
	}
}

// oldStore is the path of a copy of the store of version 1.
func oldStore(t *testing.T) string {
	t.Helper()
	packed, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(version1, "\n", ""))
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "tocsin.db")
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// holds compares what a store has with what it must have.
func holds(t *testing.T, s *Store, want []incident.Change) {
	t.Helper()
	got, err := s.After(t.Context(), 0, len(want)+10)
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d changes, %v; want %d", len(got), err, len(want))
	}
	for i, k := range got {
		if k.Seq != int64(i+1) || !reflect.DeepEqual(k.Change, want[i]) {
			t.Errorf("change %d is %d, %+v; want %+v", i+1, k.Seq, k.Change, want[i])
		}
	}
}

func TestStoreOfVersion1(t *testing.T) {
	path := oldStore(t)
	s := opened(t, path)
	holds(t, s, inVersion1())
	// What it holds is known again, though another version wrote it.
	if last, err := s.Append(t.Context(), inVersion1()); err != nil || last != 3 {
		t.Fatalf("told again: %d, %v; want 3", last, err)
	}
	other := inVersion1()[1]
	other.Note = "another note"
	if last, err := s.Append(t.Context(), []incident.Change{other}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("another change in its place: %d, %v; want ErrConflict", last, err)
	}
	next := inVersion1()[2]
	next.Rev = 4
	if last, err := s.Append(t.Context(), []incident.Change{next}); err != nil || last != 4 {
		t.Fatalf("goes on at %d, %v; want 4", last, err)
	}
	closed(t, s)
	holds(t, opened(t, path), append(inVersion1(), next))
}

// TestStepsFromVersion1 brings the old store forward over steps to come, from
// each state that a version between could have left, and finds it whole.
func TestStepsFromVersion1(t *testing.T) {
	steps := append(migrations()[:1:1],
		`ALTER TABLE changes ADD COLUMN carrier TEXT NOT NULL DEFAULT ''`,
		`UPDATE changes SET carrier = coalesce(json_extract(body, '$.carrier'), '')`,
		`CREATE INDEX by_carrier ON changes (carrier)`)
	for between := 1; between <= len(steps); between++ {
		path := oldStore(t)
		for _, n := range []int{between, len(steps), len(steps)} { // the last time there is nothing to do
			s, err := open(t.Context(), path, steps[:n])
			if err != nil {
				t.Fatalf("to schema %d by way of %d: %v", n, between, err)
			}
			holds(t, s, inVersion1())
			closed(t, s)
		}
		s, err := open(t.Context(), path, steps)
		if err != nil {
			t.Fatal(err)
		}
		var found int
		err = s.read.QueryRowContext(t.Context(), `SELECT count(*) FROM changes WHERE carrier = 'rogers'`).Scan(&found)
		if err != nil || found != 1 {
			t.Errorf("by way of %d: %d changes of the carrier, %v; want 1", between, found, err)
		}
		closed(t, s)
		refused(t, path, store.ErrNewer) // today's version knows the first step alone
	}
}

// TestNewVersionIsInTheFile: another tocsin looks at the file itself, so a step
// that was taken may not wait in the log.
func TestNewVersionIsInTheFile(t *testing.T) {
	path := oldStore(t)
	other, err := open(t.Context(), path, migrations()[:1]) // while it is open, closing folds no log into the file
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, other)
	s, err := open(t.Context(), path, append(migrations()[:1:1], `CREATE TABLE marvels (id INTEGER PRIMARY KEY) STRICT`))
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, s)
	body, err := os.ReadFile(path) // while it is open, as after a kill
	if err != nil {
		t.Fatal(err)
	}
	if got := binary.BigEndian.Uint32(body[atVersion:]); got != 2 {
		t.Errorf("the file says schema %d, want 2", got)
	}
	if err := identify(path, 1); !errors.Is(err, store.ErrNewer) {
		t.Errorf("an older tocsin: %v, want ErrNewer", err)
	}
}

// TestCures: what SQLite calls a failure, and what we call it and advise.
func TestCures(t *testing.T) {
	for code, want := range map[int]struct {
		kind error
		way  string
	}{
		codes.SQLITE_FULL:             {store.ErrFull, "free space"},
		codes.SQLITE_IOERR_SHMSIZE:    {store.ErrFull, "free space"},
		codes.SQLITE_IOERR_WRITE:      {nil, "disk or file system fails"},
		codes.SQLITE_IOERR:            {nil, "disk or file system fails"},
		codes.SQLITE_CORRUPT:          {store.ErrDamaged, "backup"},
		codes.SQLITE_CORRUPT_INDEX:    {store.ErrDamaged, "backup"},
		codes.SQLITE_NOTADB:           {store.ErrForeign, "another file"},
		codes.SQLITE_BUSY:             {nil, "another process"},
		codes.SQLITE_BUSY_SNAPSHOT:    {nil, "another process"},
		codes.SQLITE_READONLY:         {nil, "belong to the user"},
		codes.SQLITE_READONLY_DBMOVED: {nil, "belong to the user"},
		codes.SQLITE_CANTOPEN:         {nil, "belong to the user"},
		codes.SQLITE_ERROR:            {nil, "integrity_check"},
	} {
		way, kind := cure(code)
		if !errors.Is(kind, want.kind) || !strings.Contains(way, want.way) {
			t.Errorf("code %d: %v, %q; want %v, %q", code, kind, way, want.kind, want.way)
		}
	}
}

// TestFirstStepIsNeverEdited: a new store and one of version 1 have one schema.
func TestFirstStepIsNeverEdited(t *testing.T) {
	schema := func(path string) (sql string) {
		s, err := open(t.Context(), path, migrations()[:1])
		if err != nil {
			t.Fatal(err)
		}
		err = s.read.QueryRowContext(t.Context(), `SELECT group_concat(name || ': ' || coalesce(sql, ''), char(10)) FROM sqlite_schema`).Scan(&sql)
		if err != nil {
			t.Fatal(err)
		}
		closed(t, s)
		return sql
	}
	before, now := schema(oldStore(t)), schema(filepath.Join(t.TempDir(), "new.db"))
	if before != now {
		t.Errorf("the first step is\n%s\nand was\n%s\nadd a step instead", now, before)
	}
}
