package store

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/incident"
)

func confirm() incident.Change {
	return incident.Change{
		Incident: "2022-07-08-rogers", Rev: 2, At: time.Date(2022, 7, 8, 8, 56, 0, 0, time.UTC),
		Op: incident.OpConfirm, Author: incident.Tocsin, Note: "« d’accord » \u2028 <b>",
		Roots: []catalog.NodeID{"rogers/ip-core"}, P: 0.1 + 0.2,
	}
}

func TestEncodeRoundTrip(t *testing.T) {
	body, err := Encode(confirm())
	if err != nil {
		t.Fatal(err)
	}
	back, err := Decode(body)
	if err != nil || !reflect.DeepEqual(back, confirm()) {
		t.Errorf("came back as %+v, %v", back, err)
	}
}

func TestEncodeNamesWhatJSONCannotHold(t *testing.T) {
	c := confirm()
	c.P = math.NaN()
	_, err := Encode(c)
	if err == nil || !strings.Contains(err.Error(), "2022-07-08-rogers") || !strings.Contains(err.Error(), "revision 2") {
		t.Errorf("got %v; want an error that names the change", err)
	}
}

func TestDecodeRefusesGarbage(t *testing.T) {
	for _, body := range []string{"", "{", "[]", `{"rev":"two"}`, "\x00\xff"} {
		if c, err := Decode([]byte(body)); err == nil {
			t.Errorf("%q was read as %+v", body, c)
		}
	}
}

func TestSame(t *testing.T) {
	told, err := Encode(confirm())
	if err != nil {
		t.Fatal(err)
	}
	other := confirm()
	other.Author = "dana"
	differs, err := Encode(other)
	if err != nil {
		t.Fatal(err)
	}
	older := strings.Replace(string(told), `{`, `{ "gone":1, "exercise":false, `, 1)
	for name, tc := range map[string]struct {
		kept string
		want bool
	}{
		"same bytes":              {string(told), true},
		"written by another hand": {older, true},
		"another author":          {string(differs), false},
	} {
		if got, err := Same([]byte(tc.kept), told); err != nil || got != tc.want {
			t.Errorf("%s: %v, %v; want %v", name, got, err, tc.want)
		}
	}
	if _, err := Same([]byte("torn {"), told); err == nil {
		t.Error("a torn change compares without an error")
	}
}
