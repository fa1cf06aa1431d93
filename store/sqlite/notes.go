package sqlite

import (
	"context"

	"tocsin/store"
)

// Remember is as [store.Store] has it.
func (s *Store) Remember(ctx context.Context, notes []store.Note) error {
	return explain(ctx, s.path, "remember", s.remember(ctx, notes))
}

func (s *Store) remember(ctx context.Context, notes []store.Note) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // without effect after the commit
	if _, err := tx.ExecContext(ctx, `DELETE FROM notes`); err != nil {
		return err
	}
	insert, err := tx.PrepareContext(ctx, `INSERT INTO notes (name, body) VALUES (?, ?)`)
	if err != nil {
		return err
	}
	defer func() { _ = insert.Close() }()
	for _, n := range notes {
		if _, err := insert.ExecContext(ctx, n.Name, append([]byte{}, n.Body...)); err != nil { // nil would be NULL
			return err
		}
	}
	return tx.Commit()
}

// Recall is as [store.Store] has it.
func (s *Store) Recall(ctx context.Context) ([]store.Note, error) {
	notes, err := s.recall(ctx)
	return notes, explain(ctx, s.path, "recall", err)
}

func (s *Store) recall(ctx context.Context) ([]store.Note, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT name, body FROM notes ORDER BY name`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var notes []store.Note
	for rows.Next() {
		var n store.Note
		if err := rows.Scan(&n.Name, &n.Body); err != nil {
			return nil, err
		}
		notes = append(notes, n)
	}
	return notes, rows.Err()
}
