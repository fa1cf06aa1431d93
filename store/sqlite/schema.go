package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"tocsin/store"
)

// applicationID marks a file as ours in SQLite's header: "Tocs" in ASCII. It
// must never change.
const applicationID = 0x546f6373

// migrations are the steps that the schema has taken. Step i brings a store of
// version i to version i+1; SQLite's user_version counts those taken. A step
// that has been released is never edited: add another.
func migrations() []string {
	return []string{
		// 1: the changes, in the order they were decided.
		`CREATE TABLE changes (
			seq      INTEGER PRIMARY KEY,
			incident TEXT    NOT NULL,
			rev      INTEGER NOT NULL,
			body     BLOB    NOT NULL, -- store.Encode
			UNIQUE (incident, rev)
		) STRICT`,
		// 2: what the judgement has learned.
		`CREATE TABLE notes (
			name TEXT PRIMARY KEY,
			body BLOB NOT NULL
		) STRICT, WITHOUT ROWID`,
	}
}

// Where SQLite's file header holds what identify reads; big-endian
// (https://www.sqlite.org/fileformat2.html, "The Database Header").
const (
	magic       = "SQLite format 3\x00"
	atPageSize  = 16 // 2 bytes, 1 for 65536
	atChanges   = 24
	atPages     = 28 // counts only while the number at atValid is that at atChanges
	atVersion   = 60
	atID        = 68
	atValid     = 92
	headerBytes = 100
)

// identify refuses a file that isn't ours or is too new. It reads the header
// itself because SQLite may write to what it opens. An empty file is a store to
// be.
func identify(abs string, newest int) error {
	f, err := os.Open(abs)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	header := make([]byte, headerBytes)
	n, err := io.ReadFull(f, header)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	if n < headerBytes || !bytes.HasPrefix(header, []byte(magic)) || binary.BigEndian.Uint32(header[atID:]) != applicationID {
		return fmt.Errorf("%w; name another file", store.ErrForeign)
	}
	if err := tooNew(int(binary.BigEndian.Uint32(header[atVersion:])), newest); err != nil {
		return err
	}
	return torn(f, header)
}

// torn refuses a file that is shorter than its header says. SQLite would take
// half a page at the end for a whole one, filled with zeros. While a log lies
// beside the file, what is missing may be in there.
func torn(f *os.File, header []byte) error {
	for _, log := range []string{"-wal", "-journal"} {
		if info, err := os.Stat(f.Name() + log); err == nil && info.Size() > 0 {
			return nil
		}
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	size := int64(binary.BigEndian.Uint16(header[atPageSize:]))
	if size == 1 {
		size = 65536
	}
	want := size * int64(binary.BigEndian.Uint32(header[atPages:]))
	valid := bytes.Equal(header[atChanges:atChanges+4], header[atValid:atValid+4])
	if valid && info.Size() < want {
		return fmt.Errorf("%w: it has %d of %d bytes; restore it from a backup", store.ErrDamaged, info.Size(), want)
	}
	return nil
}

func tooNew(version, newest int) error {
	if version <= newest {
		return nil
	}
	return fmt.Errorf("%w: it has schema %d, this one knows up to %d; use the newer tocsin or another file", store.ErrNewer, version, newest)
}

// migrate takes the steps that the store has not taken, all or none. A new
// store becomes ours before it gets a write-ahead log: the mark is then in the
// file itself, where identify looks, and not in the log.
func migrate(ctx context.Context, abs string, steps []string) (err error) {
	db, err := connect(abs, 1, "_txlock=immediate")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	taken, err := version(ctx, db, len(steps))
	if err != nil {
		return err
	}
	if taken < len(steps) {
		if err := take(ctx, db, steps); err != nil {
			return err
		}
		// Into the file with it, for identify.
		if _, err := db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
			return err
		}
	}
	mode, err := logAhead(ctx, db)
	if err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("no write-ahead log on this file system (journal mode %q); put the store on a local disk", mode)
	}
	return nil
}

// logAhead asks for a write-ahead log, and gives the mode that the store is in.
// SQLite refuses this without waiting while another process asks for it too, as
// when several open a new store at once: so it waits for a lock of that one here.
func logAhead(ctx context.Context, db *sql.DB) (mode string, err error) {
	const attempts = 50 // each ends with a lock that somebody else has had
	for range attempts {
		err = db.QueryRowContext(ctx, `PRAGMA journal_mode = WAL`).Scan(&mode)
		var e *driver.Error
		if !errors.As(err, &e) || e.Code()&0xff != codes.SQLITE_BUSY {
			return mode, err
		}
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return "", err
		}
		if err := tx.Rollback(); err != nil {
			return "", err
		}
	}
	return "", err
}

// take takes the missing steps in one transaction. It counts again inside:
// another process may have been quicker.
func take(ctx context.Context, db *sql.DB, steps []string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // without effect after the commit
	taken, err := version(ctx, tx, len(steps))
	if err != nil {
		return err
	}
	for i := taken; i < len(steps); i++ {
		if _, err := tx.ExecContext(ctx, steps[i]); err != nil {
			return fmt.Errorf("migration to schema %d: %w", i+1, err)
		}
	}
	mark := fmt.Sprintf(`PRAGMA application_id = %d; PRAGMA user_version = %d`, applicationID, len(steps))
	if _, err := tx.ExecContext(ctx, mark); err != nil {
		return err
	}
	return tx.Commit()
}

func version(ctx context.Context, q queryer, newest int) (taken int, err error) {
	if err := q.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&taken); err != nil {
		return 0, err
	}
	return taken, tooNew(taken, newest)
}
