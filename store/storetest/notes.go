package storetest

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"tocsin/store"
)

// testNotes: the notes of the last time are there, whole and by name, after a
// restart too, beside the changes; a batch that is refused leaves those before.
func testNotes(t *testing.T, b bench) {
	all := Changes("x", 1, 2)
	s := b.store(t)
	recalled(t, s)
	appendAll(t, s, 2, all...)
	remembered(t, s, store.Note{Name: "b", Body: []byte("\x00\xff")}, store.Note{Name: "a «é»", Body: bytes.Repeat([]byte{7}, 1<<20)}, store.Note{Name: "c"})
	remembered(t, s, store.Note{Name: "d", Body: []byte("4")}, store.Note{Name: "b", Body: []byte("2")})
	recalled(t, s, store.Note{Name: "b", Body: []byte("2")}, store.Note{Name: "d", Body: []byte("4")})

	if err := s.Remember(t.Context(), []store.Note{{Name: "e"}, {Name: "e"}}); err == nil {
		t.Error("two notes of one name were taken")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Remember(ctx, []store.Note{{Name: "f"}}); !errors.Is(err, context.Canceled) {
		t.Errorf("Remember = %v; want Canceled", err)
	}
	if _, err := s.Recall(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Recall = %v; want Canceled", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Remember(t.Context(), nil); err == nil {
		t.Error("a closed store remembers")
	}
	s = b.store(t)
	recalled(t, s, store.Note{Name: "b", Body: []byte("2")}, store.Note{Name: "d", Body: []byte("4")})
	expect(t, s, all...)
	remembered(t, s)
	recalled(t, s)
}

func remembered(t *testing.T, s store.Store, notes ...store.Note) {
	t.Helper()
	if err := s.Remember(t.Context(), notes); err != nil {
		t.Fatal(err)
	}
}

func recalled(t *testing.T, s store.Store, want ...store.Note) {
	t.Helper()
	got, err := s.Recall(t.Context())
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d notes, %v; want %d", len(got), err, len(want))
	}
	for i, n := range got {
		if n.Name != want[i].Name || !bytes.Equal(n.Body, want[i].Body) {
			t.Errorf("note %d is %q of %d bytes, want %q of %d", i, n.Name, len(n.Body), want[i].Name, len(want[i].Body))
		}
	}
}
