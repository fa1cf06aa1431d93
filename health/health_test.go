package health

import (
	"encoding/json"
	"testing"
	"time"
)

// TestWarningAsJSON fixes the form that pages and interfaces show: a warning
// without detail has none, and its time is always said.
func TestWarningAsJSON(t *testing.T) {
	since := time.Date(2022, 7, 8, 8, 44, 0, 0, time.UTC)
	for want, w := range map[string]Warning{
		`{"code":"feed-silent","subject":"isi-probe","since":"2022-07-08T08:44:00Z"}`: {
			Code: FeedSilent, Subject: "isi-probe", Since: since,
		},
		`{"code":"store-late","subject":"tocsin.db","since":"2022-07-08T08:44:00Z","detail":"disk is full"}`: {
			Code: StoreLate, Subject: "tocsin.db", Since: since, Detail: "disk is full",
		},
		`{"code":"","subject":"","since":"0001-01-01T00:00:00Z"}`: {},
	} {
		body, err := json.Marshal(w)
		if err != nil || string(body) != want {
			t.Errorf("%+v is %s, %v; want %s", w, body, err, want)
		}
		var back Warning
		if err := json.Unmarshal(body, &back); err != nil || back != w {
			t.Errorf("%s came back as %+v, %v", body, back, err)
		}
	}
}
