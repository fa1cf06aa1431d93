package app

import (
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"tocsin/store"
)

// refusal holds an error to what people and programs need: the kind, exit code
// 3, a cure, and the words that name the place.
func refusal(t *testing.T, err, kind error, says []string) {
	t.Helper()
	if kind != nil && !errors.Is(err, kind) {
		t.Fatalf("error %v; want %v", err, kind)
	}
	complaint(t, err, ExitInput, says)
}

// complaint holds an error to its code and its words.
func complaint(t *testing.T, err error, code int, says []string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	if got := Code(err); got != code {
		t.Errorf("exit code %d; want %d: %v", got, code, err)
	}
	f, ok := errors.AsType[*Failure](err)
	if !ok || f.Cure == "" {
		t.Fatalf("an error without a cure: %v", err)
	}
	for _, word := range says {
		if !strings.Contains(f.Error()+"\n"+f.Cure, word) {
			t.Errorf("%q doesn't say %q; its cure: %q", f, word, f.Cure)
		}
	}
}

func TestCode(t *testing.T) {
	cases := []struct {
		err  error
		want int
	}{
		{nil, ExitDone},
		{usage("", "wrong"), ExitUsage},
		{input("", errors.New("broken")), ExitInput},
		{&Failure{Code: ExitBadNews, Err: errors.New("down")}, ExitBadNews},
		{fmt.Errorf("wrapped: %w", usage("", "wrong")), ExitUsage},
		{errors.Join(usage("", "wrong"), errors.New("and the store didn't close")), ExitUsage},
		{errors.New("anything else"), ExitInput},
	}
	for _, c := range cases {
		if got := Code(c.err); got != c.want {
			t.Errorf("Code(%v) = %d; want %d", c.err, got, c.want)
		}
	}
}

func TestFailureKeepsItsCause(t *testing.T) {
	cause := fmt.Errorf("append: %w", store.ErrFull)
	err := unkept(cause)
	if !errors.Is(err, store.ErrFull) || err.Error() != cause.Error() {
		t.Errorf("unkept(%v) = %v: the cause is gone", cause, err)
	}
	complaint(t, err, ExitInput, []string{"free some space"})
}

// full is an output that takes so many bytes and no more.
type full struct{ room int }

func (f *full) Write(b []byte) (int, error) {
	n := min(len(b), f.room)
	f.room -= n
	if n < len(b) {
		return n, errors.New("no space left on device")
	}
	return n, nil
}

func TestPut(t *testing.T) {
	if err := Put(&full{room: 4}, "four"); err != nil {
		t.Error(err)
	}
	complaint(t, Put(&full{room: 4}, "fives"), ExitInput, []string{"write the output", "no space left", "elsewhere"})
}

// raced tells whether this is a run under the race detector, in which a day
// costs ten times as much.
func raced() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}
