package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/app"
)

// An invented catalogue can be checked and rehearsed by the program.
func TestGenerateAndRehearse(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "invented")
	done(t, "catalog", "generate", "--components", "60", "--requirements", "130", "--seed", "5", dir)
	done(t, "catalog", "check", "--catalog", dir)
	var got struct {
		Components, Pairs int
		Worst             []struct{ Fail []string }
	}
	if err := json.Unmarshal([]byte(done(t, "rehearse", "--n2", "--format", "json", "--top", "3", "--catalog", dir)), &got); err != nil {
		t.Fatal(err)
	}
	if got.Components != 60 || got.Pairs != 60*59/2 || len(got.Worst) != 3 || len(got.Worst[0].Fail) != 2 {
		t.Errorf("%+v", got)
	}
	if text := done(t, "rehearse", "--n1", "--catalog", dir, "--lang", "fr"); !strings.Contains(text, "EXERCICE : les pires pannes simples") {
		t.Errorf("no single failures in:\n%s", text)
	}
}

func TestRehearseCutsAndGiven(t *testing.T) {
	text := done(t, "rehearse", "--cuts", "interac/debit", "--order", "2", "--edition", "2022-07-08")
	if !strings.Contains(text, "1 together:") || !strings.Contains(text, "rogers/ip-core") {
		t.Errorf("debit hangs on the one core, but:\n%s", text)
	}
	if text := done(t, "rehearse", "--n1", "--given", "rogers/ip-core", "--edition", "2022-07-08"); !strings.Contains(text, "Down already") {
		t.Errorf("nothing is down already in:\n%s", text)
	}
}

func TestRehearseRefused(t *testing.T) {
	for _, args := range [][]string{
		{"rehearse"},
		{"rehearse", "--n3"},
		{"rehearse", "--n2", "--top", "x"},
		{"rehearse", "--fail", "rogers/ip-core", "--given", "bell/core"},
		{"rehearse", "--n2", "--repair", "rogers/ip-core=4h"},
		{"rehearse", "--n1", "--cuts", "interac/debit"},
		{"catalog", "generate"},
	} {
		if r := tocsin(t, args...); r.code != app.ExitUsage || !strings.Contains(r.errs, "→") {
			t.Errorf("tocsin %v: exit code %d: %s", args, r.code, r.errs)
		}
	}
}
