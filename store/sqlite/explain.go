package sqlite

import (
	"context"
	"errors"
	"fmt"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"tocsin/store"
)

// explain says where an error happened and what to do about it. It is the one
// place where SQLite's codes become errors of package store; nil stays nil.
func explain(ctx context.Context, path, doing string, err error) error {
	if err == nil {
		return nil
	}
	place := "store " + path + ": " + doing
	if cause := ctx.Err(); cause != nil { // SQLite calls it an interruption
		return fmt.Errorf("%s: %w", place, cause)
	}
	var e *driver.Error
	if !errors.As(err, &e) {
		return fmt.Errorf("%s: %w", place, err)
	}
	way, kind := cure(e.Code())
	if kind != nil {
		return fmt.Errorf("%s: %w (%s): %w", place, kind, way, err)
	}
	return fmt.Errorf("%s: %w (%s)", place, err, way)
}

// cure gives the way out of a result code, and its category, nil if it has
// none. The low byte is the primary code.
func cure(code int) (way string, kind error) {
	if code == codes.SQLITE_IOERR_SHMSIZE { // no room for the log's index: the disk is full by another name
		code = codes.SQLITE_FULL
	}
	switch code & 0xff {
	case codes.SQLITE_FULL:
		return "nothing of it was kept; free space on its disk and it goes on", store.ErrFull
	case codes.SQLITE_CORRUPT:
		return "restore it from a backup", store.ErrDamaged
	case codes.SQLITE_NOTADB:
		return "name another file, or restore it from a backup", store.ErrForeign
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED:
		return "another process is writing to it; stop that one or wait for it", nil
	case codes.SQLITE_CANTOPEN, codes.SQLITE_READONLY, codes.SQLITE_PERM, codes.SQLITE_AUTH:
		return "check that the file and its directory belong to the user who runs tocsin and can be written", nil
	case codes.SQLITE_IOERR:
		return "its disk or file system fails; look at the system's log", nil
	}
	return "its schema or file may be damaged; check it with sqlite3 FILE 'PRAGMA integrity_check'", nil
}
