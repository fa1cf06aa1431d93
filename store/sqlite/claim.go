package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"tocsin/store"
)

// Claim is the sole use of a store that its owner may throw away.
type Claim struct {
	db *sql.DB
	tx *sql.Tx
}

// Claimed reserves the store at path for this process until the claim is
// closed, or the process ends, however it ends. While another holds it, the
// error is [store.ErrInUse]. It touches the store itself in no way: the claim is
// SQLite's own lock on an empty file beside it, which stays.
func Claimed(ctx context.Context, path string) (*Claim, error) {
	abs, err := filepath.Abs(path + ".lock")
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", path, err)
	}
	if err := create(abs); err != nil {
		return nil, fmt.Errorf("store %s: %w (check that its directory belongs to the user who runs tocsin)", path, err)
	}
	c := &Claim{}
	if c.db, err = connect(abs, 1, "_txlock=exclusive&_pragma=busy_timeout(0)"); err == nil {
		c.tx, err = c.db.BeginTx(context.WithoutCancel(ctx), nil) // a claim outlives what it was asked in
	}
	if err == nil {
		return c, nil
	}
	if e, ok := errors.AsType[*driver.Error](err); ok && e.Code()&0xff == codes.SQLITE_BUSY {
		err = fmt.Errorf("store %s: %w", path, store.ErrInUse)
	} else {
		err = explain(ctx, path+".lock", "claim", err)
	}
	return nil, errors.Join(err, c.Close())
}

// Close gives the store up.
func (c *Claim) Close() error {
	var err error
	if c.tx != nil {
		err = c.tx.Rollback()
	}
	if c.db != nil {
		err = errors.Join(err, c.db.Close())
	}
	return err
}
