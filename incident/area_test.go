package incident

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestLocateReplacesBoth: shares and areas are told together, so that an area
// that is no more goes with the shares that replace it.
func TestLocateReplacesBoth(t *testing.T) {
	t.Parallel()
	in := Incident{ID: "x", Rev: 3, State: Confirmed, Shares: []Share{{Region: "a"}}, Areas: []Area{{Count: 5}}}
	out, err := Apply(in, Change{Incident: "x", Rev: 4, At: onset(), Op: OpLocate, Author: Tocsin, Shares: []Share{{Region: "b"}}})
	if err != nil || len(out.Shares) != 1 || out.Shares[0].Region != "b" || len(out.Areas) != 0 {
		t.Errorf("%+v, %v", out, err)
	}
	if len(in.Areas) != 1 {
		t.Error("the argument was written to")
	}
}

func TestAreaFactor(t *testing.T) {
	t.Parallel()
	if f := (Area{Count: 30, Expected: 6}).Factor(); f != 5 {
		t.Errorf("30 of 6 is a factor of %v", f)
	}
	if f := (Area{Count: 30}).Factor(); f != 0 {
		t.Errorf("30 of nothing is told as a factor of %v", f)
	}
}

// TestAreaJSON: the names by which machines read an area.
func TestAreaJSON(t *testing.T) {
	t.Parallel()
	raw, err := json.Marshal(Area{})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"regions", "subjects", "count", "expected", "p", "people", "share", "from", "until", "basis"} {
		if !strings.Contains(string(raw), `"`+key+`"`) {
			t.Errorf("no %q in %s", key, raw)
		}
	}
}
