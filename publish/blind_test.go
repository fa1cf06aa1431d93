package publish

import (
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/health"
)

// TestSilenceIsNoGoodNews: with no feed, or with none that speaks, a report
// never says that there is no sign of an outage.
func TestSilenceIsNoGoodNews(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	feeds := []evidence.Feed{{ID: "a"}, {ID: "b"}}
	silent := func(ids ...string) (w []health.Warning) {
		for _, id := range ids {
			w = append(w, health.Warning{Code: health.FeedSilent, Subject: id, Since: now})
		}
		return w
	}
	for _, tc := range []struct {
		name  string
		p     Picture
		blind bool
	}{
		{"no feed", Picture{}, true},
		{"all speak", Picture{Feeds: feeds}, false},
		{"one is silent", Picture{Feeds: feeds, Health: silent("a")}, false},
		{"all are silent", Picture{Feeds: feeds, Health: silent("a", "b")}, true},
		{"the store is late", Picture{Feeds: feeds, Health: []health.Warning{{Code: health.StoreLate}, {Code: health.StoreLate}}}, false},
	} {
		tc.p.Now, tc.p.Edition = now, catalog.New(now, "", catalog.World{})
		for lang, hope := range map[catalog.Lang]string{catalog.EN: "No sign", catalog.FR: "Aucun signe"} {
			r := NoIncident(&tc.p, lang)
			if got := !strings.HasPrefix(r.Title, hope); got != tc.blind || tc.p.Blind() != tc.blind {
				t.Errorf("%s, %s: %q (%s)", tc.name, lang, r.Title, r.StateName)
			}
		}
	}
}
