package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/app"
)

// sessionEnd is a record in which AS64500 loses its session.
const sessionEnd = "\x62\xc7\xef\x8c\x00\x10\x00\x05\x00\x00\x00\x18" +
	"\x00\x00\xfb\xf4\x00\x00\xfb\xf5\x00\x00\x00\x01\xc6\x33\x64\x01\xc6\x33\x64\x02\x00\x06\x00\x01"

func TestBGPScan(t *testing.T) {
	name := filepath.Join(t.TempDir(), "capture")
	if err := os.WriteFile(name, []byte(sessionEnd), 0o600); err != nil {
		t.Fatal(err)
	}
	const line = "BGP4MP|1657270156|STATE|198.51.100.1|64500|6|1\n"
	for want, args := range map[string][][]string{
		line: {nil, {"--format", "bgpdump"}, {"--peer", "AS64500"}, {"--peer", "64500"}, {"--peer", "198.51.100.1"}, {"--from", "2022-07-08"}, {"--until", "2022-07-08T08:49:17Z"}},
		"":   {{"--peer", "as64501"}, {"--as", "812"}, {"--prefix", "192.0.2.1/24"}, {"--until", "2022-07-08"}, {"--from", "2022-07-08T08:49:17Z"}},
	} {
		for _, flags := range args {
			if got := done(t, append([]string{"bgp", "scan", name}, flags...)...); got != want {
				t.Errorf("%v: %q, want %q", flags, got, want)
			}
		}
	}
	if got := done(t, "bgp", "scan", name, "--format", "json"); !strings.Contains(got, `"state":"down"`) {
		t.Errorf("got %q", got)
	}
}

func TestBGPScanRefuses(t *testing.T) {
	name := filepath.Join(t.TempDir(), "capture")
	if err := os.WriteFile(name, []byte(sessionEnd[:20]), 0o600); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		code int
		args []string
		says []string
	}{
		"no file":       {app.ExitUsage, nil, []string{"at least one file", "bgp scan --format"}},
		"no format":     {app.ExitUsage, []string{name, "--format", "xml"}, []string{"xml", "bgpdump, json or summary"}},
		"no AS":         {app.ExitUsage, []string{name, "--as", "rogers"}, []string{"rogers", "AS812"}},
		"AS 0":          {app.ExitUsage, []string{name, "--as", "0"}, []string{"AS812"}},
		"no peer":       {app.ExitUsage, []string{name, "--peer", "rogers"}, []string{"rogers", "AS64496"}},
		"no prefix":     {app.ExitUsage, []string{name, "--prefix", "192.0.2.0"}, []string{"192.0.2.0"}},
		"no such file":  {app.ExitInput, []string{name + ".gone"}, []string{".gone", "MRT file"}},
		"a broken file": {app.ExitInput, []string{name}, []string{name, "record 0 at byte 0", "8 of 24 bytes"}},
	} {
		t.Run(what, func(t *testing.T) {
			refused(t, tocsin(t, append([]string{"bgp", "scan"}, c.args...)...), c.code, c.says...)
		})
	}
}
