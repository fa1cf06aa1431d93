// Package sqlite keeps the changes of incidents in one SQLite file: nothing to
// install, durable once acknowledged, readable with the usual tools. It is the
// default kind of store.
//
// It is not for many machines (that is a store in PostgreSQL), nor for network
// file systems, whose locks SQLite can't trust.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	driver "modernc.org/sqlite"

	"tocsin/incident"
	"tocsin/store"
)

// Store is a [store.Store] in one file, with SQLite's own -wal and -shm beside
// it while it is open. Readers don't wait for the writer, nor it for them.
type Store struct {
	path  string
	write *sql.DB // one connection: appends queue for it in this process
	read  *sql.DB
}

var _ store.Store = (*Store)(nil)

// Open opens the store at path. Where there is none it makes one, and the
// directory for it, readable by the user alone. A store of an older version is
// brought forward; one of a newer version (store.ErrNewer) and a file of
// somebody else (store.ErrForeign) are refused without a byte written.
func Open(ctx context.Context, path string) (*Store, error) {
	return open(ctx, path, migrations())
}

func open(ctx context.Context, path string, steps []string) (*Store, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", path, err)
	}
	if err := create(abs); err != nil {
		return nil, fmt.Errorf("store %s: %w (check that its directory belongs to the user who runs tocsin)", path, err)
	}
	if err := identify(abs, len(steps)); err != nil {
		return nil, fmt.Errorf("store %s: %w", path, err)
	}
	if err := migrate(ctx, abs, steps); err != nil {
		return nil, explain(ctx, path, "open", err)
	}
	s := &Store{path: path}
	if s.write, err = connect(abs, 1, "_txlock=immediate"); err == nil {
		s.read, err = connect(abs, readers, "_query_only=1")
	}
	if err == nil {
		_, err = last(ctx, s.read) // a torn file shows itself here, not in the middle of an outage
	}
	if err != nil {
		return nil, errors.Join(explain(ctx, path, "open", err), s.Close())
	}
	return s, nil
}

// readers is how many reads go on at once; more wait their turn.
const readers = 4

// settings of every connection. FULL: an append that has returned survives the
// loss of power. The size of the write-ahead log is held down after a burst.
const settings = "mode=rw&_busy_timeout=5000&_synchronous=FULL&_defensive=1&_dqs=0" +
	"&_pragma=cell_size_check(1)&_pragma=trusted_schema(0)&_pragma=fullfsync(1)&_pragma=journal_size_limit(16777216)"

func connect(abs string, connections int, more string) (*sql.DB, error) {
	slashed := filepath.ToSlash(abs)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // a drive letter
	}
	name := url.URL{Scheme: "file", Path: slashed, RawQuery: settings + "&" + more}
	c, err := driver.NewConnector(name.String())
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// create makes an empty file that only the user may read, where there is none;
// SQLite gives its own files the same mode.
func create(abs string) error {
	if err := os.MkdirAll(filepath.Dir(abs), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(abs, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// Append is as [store.Store] has it. After a cancellation or an error of the
// disk at the very end the batch may have been kept; telling it again is
// harmless.
func (s *Store) Append(ctx context.Context, changes []incident.Change) (int64, error) {
	bodies := make([][]byte, len(changes))
	for i, c := range changes {
		var err error
		if bodies[i], err = store.Encode(c); err != nil {
			return 0, fmt.Errorf("store %s: append: %w", s.path, err)
		}
	}
	if len(changes) == 0 {
		seq, err := last(ctx, s.read)
		return seq, explain(ctx, s.path, "append", err)
	}
	seq, err := s.keep(ctx, changes, bodies)
	if err != nil {
		return 0, explain(ctx, s.path, "append", err)
	}
	return seq, nil
}

func (s *Store) keep(ctx context.Context, changes []incident.Change, bodies [][]byte) (int64, error) {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }() // without effect after the commit
	seq, err := last(ctx, tx)
	if err != nil {
		return 0, err
	}
	insert, err := tx.PrepareContext(ctx,
		`INSERT INTO changes (seq, incident, rev, body) VALUES (?, ?, ?, ?) ON CONFLICT (incident, rev) DO NOTHING`)
	if err != nil {
		return 0, err
	}
	defer func() { _ = insert.Close() }()
	for i, c := range changes {
		done, err := insert.ExecContext(ctx, seq+1, string(c.Incident), c.Rev, bodies[i])
		if err != nil {
			return 0, err
		}
		n, err := done.RowsAffected()
		if err != nil {
			return 0, err
		}
		if n == 0 {
			err = compare(ctx, tx, c, bodies[i])
		}
		if err != nil {
			return 0, err
		}
		seq += n
	}
	return seq, tx.Commit()
}

// compare makes sure that a change whose place is taken is the one that took it.
func compare(ctx context.Context, tx *sql.Tx, c incident.Change, told []byte) error {
	var kept []byte
	err := tx.QueryRowContext(ctx, `SELECT body FROM changes WHERE incident = ? AND rev = ?`, string(c.Incident), c.Rev).Scan(&kept)
	if err != nil {
		return err
	}
	same, err := store.Same(kept, told)
	if err == nil && !same {
		err = fmt.Errorf("%w (is another tocsin writing to this store?)", store.ErrConflict)
	} else if err != nil {
		err = fmt.Errorf("%w (restore it from a backup): %w", store.ErrDamaged, err)
	}
	if err != nil {
		return fmt.Errorf("incident %s, revision %d: %w", c.Incident, c.Rev, err)
	}
	return nil
}

// queryer is a database or a transaction of one.
type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// last is the newest sequence number, 0 for an empty store.
func last(ctx context.Context, q queryer) (seq int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) FROM changes`).Scan(&seq)
	return seq, err
}

// After is as [store.Store] has it. It doesn't hold a read open between calls,
// so a slow follower doesn't make the log grow.
func (s *Store) After(ctx context.Context, seq int64, limit int) ([]store.Kept, error) {
	out, err := s.after(ctx, seq, max(limit, 0)) // SQLite takes a negative limit for none
	if err != nil {
		return nil, explain(ctx, s.path, fmt.Sprintf("read after %d", seq), err)
	}
	return out, nil
}

func (s *Store) after(ctx context.Context, seq int64, limit int) ([]store.Kept, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT seq, body FROM changes WHERE seq > ? ORDER BY seq LIMIT ?`, seq, limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []store.Kept
	for rows.Next() {
		var k store.Kept
		var body sql.RawBytes
		if err := rows.Scan(&k.Seq, &body); err != nil {
			return nil, err
		}
		if k.Change, err = store.Decode(body); err != nil {
			return nil, fmt.Errorf("change %d: %w (restore it from a backup): %w", k.Seq, store.ErrDamaged, err)
		}
		out = append(out, k)
	}
	return out, rows.Err()
}

// Close ends the use of the store. The writer goes last, so that it can fold
// its log into the file.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("store %s: close: %w", s.path, err)
	}
	return nil
}
