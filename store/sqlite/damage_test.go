package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"tocsin/store"
	"tocsin/store/storetest"
)

// TestTornFile cuts a store at every so many bytes: no cut may go unnoticed
// when the store is opened.
func TestTornFile(t *testing.T) {
	path := filled(t, 300)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := 1; cut < len(whole); cut += 2039 {
		if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(t.Context(), path)
		if !errors.Is(err, store.ErrDamaged) && !errors.Is(err, store.ErrForeign) {
			t.Fatalf("cut at %d of %d: Open = %v, %v; want ErrDamaged", cut, len(whole), s, err)
		}
		if !strings.Contains(err.Error(), path) {
			t.Errorf("cut at %d: %q doesn't name the file", cut, err)
		}
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	count(t, opened(t, path), 300)
}

// TestGarbage overwrites parts of a store. It may be noticed on opening or on
// reading, or hit nothing that counts; it may not panic, nor give changes out
// of order.
func TestGarbage(t *testing.T) {
	path := filled(t, 300)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(8, 7))
	noticed := 0
	for range 60 {
		torn := bytes.Clone(whole)
		from := headerBytes + rnd.IntN(len(torn)-headerBytes)
		for i := from; i < min(from+1+rnd.IntN(4096), len(torn)); i++ {
			torn[i] = byte(rnd.Uint32())
		}
		if err := os.WriteFile(path, torn, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := readAll(t.Context(), path); err != nil {
			noticed++
			if !strings.Contains(err.Error(), path) {
				t.Errorf("garbage from %d: %q doesn't name the file", from, err)
			}
		}
		for _, side := range []string{"-wal", "-shm"} {
			if err := os.Remove(path + side); err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
		}
	}
	if noticed < 10 {
		t.Errorf("only %d of 60 were noticed: the test does nothing", noticed)
	}
}

func readAll(ctx context.Context, path string) (err error) {
	s, err := Open(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	for seq := int64(0); ; {
		kept, err := s.After(ctx, seq, 100)
		if err != nil || len(kept) == 0 {
			return err
		}
		for _, k := range kept {
			if k.Seq <= seq {
				return fmt.Errorf("change %d after %d", k.Seq, seq) // names no file: the test fails on it
			}
			seq = k.Seq
		}
	}
}

func TestGarbageInAChange(t *testing.T) {
	path := filled(t, 3)
	s := opened(t, path)
	if _, err := s.write.ExecContext(t.Context(), `UPDATE changes SET body = x'7b00ff' WHERE seq = 2`); err != nil {
		t.Fatal(err)
	}
	got, err := s.After(t.Context(), 0, 10)
	if !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), "change 2") {
		t.Errorf("After = %v, %v; want ErrDamaged at change 2", got, err)
	}
	if last, err := s.Append(t.Context(), storetest.Changes("x", 2, 1)); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("Append = %d, %v; want ErrDamaged", last, err)
	}
	if got, err := s.After(t.Context(), 2, 10); err != nil || len(got) != 1 {
		t.Errorf("After = %v, %v; want the change behind the damage", got, err)
	}
}
