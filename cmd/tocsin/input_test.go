package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tocsin/app"
	"tocsin/store/sqlite"
)

// refused holds a run to what a refusal is: its exit code, nothing on standard
// output, one message that names the place, and the way out.
func refused(t *testing.T, r ran, code int, says ...string) {
	t.Helper()
	if r.code != code {
		t.Errorf("exit code %d; want %d", r.code, code)
	}
	if r.out != "" {
		t.Errorf("beside the error it printed %.300q", r.out)
	}
	if !strings.HasPrefix(r.errs, "tocsin: ") || strings.Count(r.errs, "tocsin: ") != 1 {
		t.Errorf("not one message: %q", r.errs)
	}
	if !strings.Contains(r.errs, "\n  → ") {
		t.Errorf("no cure: %q", r.errs)
	}
	for _, word := range says {
		if !strings.Contains(r.errs, word) {
			t.Errorf("it doesn't say %q: %q", word, r.errs)
		}
	}
}

func TestWrongUse(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "nowhere")
	for name, c := range map[string]struct {
		args []string
		says []string
	}{
		"no such command":     {[]string{"sing"}, []string{`"sing"`, "tocsin help"}},
		"half a command":      {[]string{"catalog"}, []string{`"catalog"`, "catalog check", "catalog explain"}},
		"wrong half":          {[]string{"catalog", "chek"}, []string{`"catalog chek"`, "catalog check"}},
		"unknown flag":        {[]string{"replay", "rogers-2022-07-08", "--fast"}, []string{"fast", "replay --help"}},
		"unknown flag, serve": {[]string{"serve", "--port", "80"}, []string{"port", "serve --help"}},
		"flag without value":  {[]string{"replay", "--at"}, []string{"at", "replay --help"}},
		"no outage":           {[]string{"replay"}, []string{"replay", "1", "for example", "rogers-2022-07-08"}},
		"two outages":         {[]string{"replay", "rogers-2021-04-19", "rogers-2022-07-08"}, []string{"replay", "2"}},
		"no id":               {[]string{"catalog", "explain"}, []string{"catalog explain", "interac/debit"}},
		"stray argument":      {[]string{"serve", "rogers-2022-07-08"}, []string{"serve", "for example", "--replay"}},
		"unknown outage":      {[]string{"replay", "rogers-2022-07-09"}, []string{`"rogers-2022-07-09"`, "rogers-2021-04-19", "rogers-2022-07-08"}},
		"unknown, served":     {[]string{"serve", "--data", nowhere, "--replay", "bell"}, []string{`"bell"`, "rogers-2022-07-08"}},
		"too early":           {[]string{"replay", outage, "--catalog", country, "--at", "2024-04-01"}, []string{"2024-04-01", "--at", "2024-05-01T00:00:00Z"}},
		"too late":            {[]string{"replay", outage, "--catalog", country, "--at", "2024-06-01"}, []string{"2024-06-01", "2024-05-02T12:00:00Z"}},
		"no time":             {[]string{"replay", outage, "--at", "noon"}, []string{`"noon"`, "2022-07-08T19:10:00Z"}},
		"no date":             {[]string{"catalog", "check", "--edition", "2022-13-01"}, []string{`"2022-13-01"`, "edition"}},
		"German":              {[]string{"replay", outage, "--catalog", country, "--lang", "de"}, []string{`"de"`, "--lang en", "fr"}},
		"XML":                 {[]string{"replay", outage, "--catalog", country, "--format", "xml"}, []string{`"xml"`, "markdown", "json"}},
		"German, sitrep":      {[]string{"sitrep", "--data", nowhere, "--lang", "de"}, []string{`"de"`}},
		"XML, check":          {[]string{"catalog", "check", "--format", "xml"}, []string{`"xml"`, "text or json"}},
		"HTML, show":          {[]string{"catalog", "show", "--format", "html"}, []string{`"html"`}},
		"standing still":      {[]string{"serve", "--data", nowhere, "--speed", "0"}, []string{"--speed", "0.1"}},
		"backwards":           {[]string{"serve", "--data", nowhere, "--speed", "-5"}, []string{"--speed -5"}},
		"no speed":            {[]string{"serve", "--data", nowhere, "--speed", "NaN"}, []string{"--speed NaN"}},
		"too fast":            {[]string{"serve", "--data", nowhere, "--speed", "Inf"}, []string{"--speed"}},
		"a word for a speed":  {[]string{"serve", "--data", nowhere, "--speed", "quick"}, []string{`"quick"`, "speed", "serve --help"}},
		"no address":          {[]string{"serve", "--data", nowhere, "--listen", "here"}, []string{"here", "127.0.0.1:8080"}},
		"no such port":        {[]string{"serve", "--data", nowhere, "--listen", "127.0.0.1:99999"}, []string{"99999", "--listen"}},
		"unknown node":        {[]string{"catalog", "explain", "interac/debt"}, []string{`"interac/debt"`, `"interac/debit"`}},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, tocsin(t, c.args...), app.ExitUsage, c.says...)
			if _, err := os.Stat(nowhere); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("it made %s, %v", nowhere, err)
			}
		})
	}
}

// spoilt is a directory with a copy of a file in which one thing was replaced.
func spoilt(t *testing.T, from, old, new string) (dir, file string) {
	t.Helper()
	src, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(src, []byte(old)) {
		t.Fatalf("%s has no %q", from, old)
	}
	dir = t.TempDir()
	file = filepath.Join(dir, filepath.Base(from))
	if err := os.WriteFile(file, bytes.Replace(src, []byte(old), []byte(new), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, file
}

// A catalogue that doesn't hold together is refused by every command that
// reads it, with the line, and the nearest name.
func TestBrokenCatalogue(t *testing.T) {
	const needs = "{all: [northtel/mobile-data], source: post}"
	data := filepath.Join(t.TempDir(), "data")
	for name, c := range map[string]struct {
		new  string
		says []string
	}{
		"unknown name":  {"{all: [northtel/mobile-dat], source: post}", []string{`"northtel/mobile-dat"`, `did you mean "northtel/mobile-data"`}},
		"cannot be met": {"{any: [northtel/core, northtel/mobile-data], at_least: 5, source: post}", []string{"at_least is 5", "2"}},
	} {
		dir, _ := spoilt(t, filepath.Join(country, "zz.yaml"), needs, c.new)
		for _, args := range [][]string{
			{"catalog", "check"},
			{"catalog", "show"},
			{"catalog", "explain", "northtel"},
			{"replay", outage},
			{"serve", "--data", data, "--listen", "127.0.0.1:0"},
		} {
			t.Run(name+", "+strings.Join(args[:2], " "), func(t *testing.T) {
				r := tocsin(t, append(args, "--catalog", dir)...)
				refused(t, r, app.ExitInput, append(c.says, dir+": zz.yaml:44: ")...)
			})
		}
	}
	if _, err := os.Stat(data); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("serving a broken catalogue made a store, %v", err)
	}
}

func TestBrokenOutageFile(t *testing.T) {
	for name, c := range map[string]struct {
		old, new string
		says     []string
	}{
		"torn":      {"\nend\n", "\n", []string{"torn", "`end`"}},
		"backwards": {"anchor 2024-05-02T09:00:00Z 1 ix", "anchor 2024-05-02T05:00:00Z 1 ix", []string{":20: ", "time runs backwards"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, file := spoilt(t, outage, c.old, c.new)
			for _, args := range [][]string{{"replay", file}, {"serve", "--listen", "127.0.0.1:0", "--data", t.TempDir(), "--replay", file}} {
				r := tocsin(t, append(args, "--catalog", country)...)
				refused(t, r, app.ExitInput, append(c.says, file+":", "docs/outage-files.md")...)
			}
		})
	}
}

func TestNoSuchFile(t *testing.T) {
	for name, c := range map[string]struct{ args, says []string }{
		"outage":    {[]string{"replay", "no/such.outage"}, []string{"no/such.outage"}},
		"catalogue": {[]string{"catalog", "check", "--catalog", "no/such"}, []string{"no/such", "--catalog"}},
		"a file":    {[]string{"catalog", "check", "--catalog", outage}, []string{outage, "--catalog", "directory"}},
		"overlay":   {[]string{"catalog", "check", "--overlay", "no/such"}, []string{"no/such", "--overlay"}},
		"store":     {[]string{"sitrep", "--data", "no/such"}, []string{filepath.Join("no/such", "tocsin.db"), "tocsin serve", "--data"}},
	} {
		t.Run(name, func(t *testing.T) { refused(t, tocsin(t, c.args...), app.ExitInput, c.says...) })
	}
}

// A store that can't be used is refused by those who write and by those who
// read, and stays as it was to the byte.
func TestStoresThatCannotBeUsed(t *testing.T) {
	fresh := filepath.Join(t.TempDir(), "tocsin.db")
	db, err := sqlite.Open(t.Context(), fresh)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(fresh)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file []byte
		says []string
	}{
		"newer":   {patched(whole, 60, 0, 0, 0, 9), []string{"newer version", "start the newer version"}},
		"foreign": {[]byte("PK\x03\x04 a file of somebody else"), []string{"not a Tocsin store", "left as it is"}},
		"another": {patched(whole, 68, 'E', 'l', 's', 'e'), []string{"not a Tocsin store", "left as it is"}},
		"damaged": {whole[:len(whole)-4096], []string{"damaged", "backup"}},
	} {
		dir := t.TempDir()
		file := filepath.Join(dir, "tocsin.db")
		if err := os.WriteFile(file, c.file, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"sitrep", "--data", dir}, {"serve", "--listen", "127.0.0.1:0", "--data", dir}} {
			t.Run(name+", "+args[0], func(t *testing.T) {
				r := tocsin(t, args...)
				refused(t, r, app.ExitInput, append(c.says, file, "--data")...)
				if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, c.file) {
					t.Errorf("the file was changed, %v", err)
				}
				if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
					t.Errorf("beside the file there is now %v, %v", left, err)
				}
			})
		}
	}
}

func patched(whole []byte, at int, with ...byte) []byte {
	whole = bytes.Clone(whole)
	copy(whole[at:], with)
	return whole
}

func TestUnreadableData(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Run("a file", func(t *testing.T) {
		refused(t, tocsin(t, "serve", "--listen", "127.0.0.1:0", "--catalog", country, "--data", file), app.ExitInput, file, "--data")
		refused(t, tocsin(t, "sitrep", "--data", file), app.ExitInput, file, "--data")
	})
	t.Run("a closed directory", func(t *testing.T) {
		if os.Geteuid() == 0 {
			t.Skip("nothing is closed to root")
		}
		dir := t.TempDir()
		if err := os.Chmod(dir, 0); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"sitrep"}} {
			refused(t, tocsin(t, append(args, "--catalog", country, "--data", dir)...), app.ExitInput, dir, "--data")
		}
	})
}

// A port in use is told before anything is made, and whoever has it goes on.
func TestPortInUse(t *testing.T) {
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	other := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTeapot)
	})}
	go func() { _ = other.Serve(ln) }()
	defer func() { _ = other.Close() }()
	addr := ln.Addr().String()
	data := filepath.Join(t.TempDir(), "data")
	refused(t, tocsin(t, "serve", "--catalog", country, "--listen", addr, "--data", data), app.ExitUsage, addr, "in use", "--listen")
	if _, err := os.Stat(data); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it made a store, %v", err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("the other program no longer answers: %v", err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusTeapot {
		t.Errorf("the other program answers %d, %v", res.StatusCode, err)
	}
}

// What can't be written was not answered, whatever the command.
func TestFullDisk(t *testing.T) {
	disk, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("no /dev/full here")
	}
	defer func() { _ = disk.Close() }()
	for _, args := range [][]string{
		nil,
		{"help"},
		{"serve", "--help"},
		{"help", "replay"},
		{"replay", outage, "--catalog", country},
		{"replay", outage, "--catalog", country, "--format", "markdown"},
		{"replay", outage, "--catalog", country, "--format", "html"},
		{"replay", outage, "--catalog", country, "--format", "json"},
		{"catalog", "check"},
		{"catalog", "check", "--format", "json"},
		{"catalog", "show"},
		{"catalog", "show", "--format", "json"},
		{"catalog", "explain", "interac/debit"},
		{"catalog", "explain", "interac/debit", "--format", "json"},
		{"catalog", "schema"},
	} {
		var errs bytes.Buffer
		code := run(t.Context(), args, disk, &errs)
		refused(t, ran{code: code, errs: errs.String()}, app.ExitInput, "no space left on device", "send it elsewhere")
		if t.Failed() {
			t.Fatalf("tocsin %v", args)
		}
	}
}

// Serving ends well when it is asked to end.
func TestServeEndsOnASignal(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	code := run(ctx, []string{"serve", "--catalog", country, "--replay", outage, "--listen", "127.0.0.1:0", "--data", t.TempDir()}, &out, &errs)
	if code != app.ExitDone || strings.Contains(errs.String(), "tocsin: ") {
		t.Errorf("exit code %d: %s", code, errs.String())
	}
}

// Progress is for terminals: in a pipe or a file there is none.
func TestProgressStaysQuiet(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "errs"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	var out bytes.Buffer
	if code := run(t.Context(), []string{"replay", outage, "--catalog", country}, &out, file); code != app.ExitDone {
		t.Errorf("exit code %d", code)
	}
	if info, err := file.Stat(); err != nil || info.Size() != 0 {
		t.Errorf("it wrote %d bytes of progress into a file, %v", info.Size(), err)
	}
	var shown bytes.Buffer
	p := &progress{out: &shown, what: "replaying", last: -1}
	for _, done := range []float64{0, 0.001, 0.5, 0.501, 1} {
		p.at(done)
	}
	p.clear()
	if got, want := strings.Count(shown.String(), "%"), 3; got != want || !strings.HasSuffix(shown.String(), "\r") {
		t.Errorf("on a terminal: %d updates; want %d, and a clean line: %q", got, want, shown.String())
	}
}
