package sqlite

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"tocsin/store/storetest"
)

// asNobody runs something with the rights of a user who owns nothing, so that
// modes count even where the tests run as root. The thread is given up with it.
func asNobody(t *testing.T, do func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		if os.Getuid() == 0 {
			const nobody = 65534
			if _, _, errno := syscall.RawSyscall(syscall.SYS_SETFSUID, nobody, 0, 0); errno != 0 {
				t.Error(errno)
				return
			}
		}
		do()
	}()
	<-done
}

// mode sets the mode of a file, and gives the write back at the end so that the
// directory can be removed.
func mode(t *testing.T, name string, m fs.FileMode) {
	t.Helper()
	if err := os.Chmod(name, m); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(name, m|0o700) })
}

func TestWhatCannotBeWritten(t *testing.T) {
	for name, lay := range map[string]func(t *testing.T, path string){
		"a directory without a store": func(t *testing.T, path string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			mode(t, filepath.Dir(path), 0o555)
		},
		"a store": func(t *testing.T, path string) {
			mode(t, path, 0o444)
			mode(t, filepath.Dir(path), 0o777)
		},
		"a directory with a store that can be": func(t *testing.T, path string) {
			mode(t, path, 0o666)
			mode(t, filepath.Dir(path), 0o555)
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filled(t, 3)
			before := files(t, filepath.Dir(path))[filepath.Base(path)]
			mode(t, filepath.Dir(filepath.Dir(path)), 0o755)
			lay(t, path)
			asNobody(t, func() {
				s, err := Open(t.Context(), path)
				if err == nil {
					_, err = s.Append(t.Context(), storetest.Changes("x", 4, 1))
					t.Errorf("opened; Append gives %v", err)
					return
				}
				if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "check that") || !strings.Contains(err.Error(), "directory") {
					t.Errorf("%q doesn't name the file and the cure", err)
				}
			})
			for left, body := range files(t, filepath.Dir(path)) {
				if left != filepath.Base(path) || body != before {
					t.Errorf("%s: %d bytes; before there were %d of the store alone", left, len(body), len(before))
				}
			}
		})
	}
}
