package sqlite

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/store"
)

// claimant is the variable that makes the test binary another process which
// claims the store at the path that is its value, until it is killed.
const claimant = "TOCSIN_TEST_CLAIMANT"

// TestClaim: one at a time, in this process as between two; and whoever dies
// holding a claim leaves the store free.
func TestClaim(t *testing.T) {
	if path, ok := os.LookupEnv(claimant); ok {
		if _, err := Claimed(t.Context(), path); err != nil {
			fmt.Println("refused", err)
			return
		}
		fmt.Println("claimed")
		select {} // until it is killed
	}
	path := filepath.Join(t.TempDir(), "odd ?#% name.db")
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestClaim$")
	cmd.Env = append(os.Environ(), claimant+"="+path)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "claimed\n" {
		t.Fatalf("the other process: %q, %v", line, err)
	}
	if _, err := Claimed(t.Context(), path); !errors.Is(err, store.ErrInUse) || !strings.Contains(err.Error(), path) {
		t.Errorf("while another process has it: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed, as it should be
	mine, err := Claimed(t.Context(), path)
	if err != nil {
		t.Fatalf("after its holder was killed: %v", err)
	}
	if _, err := Claimed(t.Context(), path); !errors.Is(err, store.ErrInUse) {
		t.Errorf("claimed twice in one process: %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("claiming a store made it: %v", err)
	}
	if err := mine.Close(); err != nil {
		t.Error(err)
	}
	again, err := Claimed(t.Context(), path)
	if err != nil {
		t.Fatalf("after it was given up: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestClaimNowhere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Claimed(t.Context(), filepath.Join(file, "tocsin.db")); err == nil || errors.Is(err, store.ErrInUse) || !strings.Contains(err.Error(), file) {
		t.Errorf("beneath a file: %v", err)
	}
	if _, err := Claimed(t.Context(), file); err != nil { // any file has a place beside it
		t.Errorf("beside a file: %v", err)
	}
	if err := os.WriteFile(file+"s.lock", []byte(strings.Repeat("mine", 5000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Claimed(t.Context(), file+"s"); !errors.Is(err, store.ErrForeign) {
		t.Errorf("a lock that is somebody's file: %v", err)
	}
}
