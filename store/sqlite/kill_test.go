package sqlite

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tocsin/incident"
	"tocsin/store/storetest"
)

// victim is the variable that makes the test binary a writer to be killed; its
// value is the path of the store.
const victim = "TOCSIN_TEST_VICTIM"

func TestMain(m *testing.M) {
	if path := os.Getenv(victim); path != "" {
		fmt.Fprintln(os.Stderr, appendForEver(context.Background(), path))
		os.Exit(1)
	}
	if id, path, ok := strings.Cut(os.Getenv(colleague), " "); ok {
		if err := appendMine(context.Background(), incident.ID(id), path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// appendForEver goes on where the store ends, and prints each sequence number
// once the store has acknowledged it. Change n is revision n of incident x.
func appendForEver(ctx context.Context, path string) error {
	s, err := Open(ctx, path)
	if err != nil {
		return err
	}
	last, err := s.Append(ctx, nil)
	for n := 1; err == nil; n = n%7 + 1 {
		if last, err = s.Append(ctx, storetest.Changes("x", int(last)+1, n)); err == nil {
			_, err = fmt.Println(last)
		}
	}
	return err
}

// TestKill kills a writer at random moments, on one store: no acknowledged
// change may be lost, none may be kept by halves.
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tocsin.db")
	rnd := rand.New(rand.NewPCG(2022, 7))
	checked := int64(0)
	for round := range 10 {
		acknowledged := killed(t, path, rnd.IntN(60), rnd.IntN(2000))
		s := opened(t, path)
		last, err := s.Append(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if last < acknowledged || last < checked {
			t.Fatalf("round %d: %d were acknowledged, %d checked before; %d are left", round, acknowledged, checked, last)
		}
		kept, err := s.After(t.Context(), checked, int(last))
		if err != nil || int64(len(kept)) != last-checked {
			t.Fatalf("round %d: %d changes after %d, %v; want up to %d", round, len(kept), checked, err, last)
		}
		for i, k := range kept {
			want := storetest.Changes("x", int(checked)+i+1, 1)[0]
			if k.Seq != checked+int64(i+1) || k.Change.Rev != want.Rev || k.Change.Note != want.Note {
				t.Fatalf("round %d: change %d is %+v; want %+v", round, k.Seq, k.Change, want)
			}
		}
		checked = last
		closed(t, s)
	}
	if checked == 0 {
		t.Error("nothing was ever kept: the test proves nothing")
	}
}

// killed runs a writer, kills it after some acknowledgements and a few turns of
// the processor more, and gives the last number that was acknowledged.
func killed(t *testing.T, path string, acknowledgements, turns int) (acknowledged int64) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), victim+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for n := 0; lines.Scan(); n++ { // to the end: what was printed before the blow counts
		if n == acknowledgements {
			for x := turns * 1000; x > 0; x-- { // somewhere in the next append
				_ = x * x
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
		last, err := strconv.ParseInt(lines.Text(), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		acknowledged = max(acknowledged, last) // a line that the blow cut short is a smaller number
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != -1 {
		t.Fatalf("the writer ended by itself: %v", err)
	}
	return acknowledged
}
