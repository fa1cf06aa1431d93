package app

import (
	"bytes"
	"compress/gzip"
	"regexp"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
	"tocsin/publish"
	"tocsin/publish/page"
)

// Every page about a dependent of the embedded catalogue, then and now, on a
// quiet day and on the day itself, in both languages: it keeps the budget, and
// no word is missing.
func TestPagesOfCanada(t *testing.T) {
	broken := regexp.MustCompile(`ZgotmplZ|\[[a-z-]+\]<|%!|<no value>|MISSING`)
	for _, year := range []int{2022, 2026} {
		d := canadaDrill(t, year)
		p := &publish.Picture{Now: d.today.AsOf().Add(19 * time.Hour), Edition: d.today, Weak: d.weak()}
		if year == 2022 {
			p.Feeds, p.Incidents = []evidence.Feed{routesFeed()}, []incident.Incident{coreDown(t, d)}
		}
		pages, err := page.Render(p, page.Options{Rehearse: d.ask})
		if err != nil {
			t.Fatal(err)
		}
		looked, dependents := 0, 0
		for _, n := range d.today.Nodes() {
			if n.Kind == catalog.Dependent {
				dependents++
			}
		}
		for _, address := range pages.Addresses() {
			if !strings.Contains(address, "dependents") && !strings.Contains(address, "rehearse") {
				continue
			}
			looked++
			html, ok := pages.Body(address)
			if !ok {
				t.Errorf("%d%s can't be drawn", year, address)
				continue
			}
			if bad := broken.Find(html); bad != nil {
				t.Errorf("%d%s shows %q", year, address, bad)
			}
			if size := zipped(t, html); size > page.Budget && !strings.HasSuffix(address, "/all") {
				t.Errorf("%d%s: %d bytes on the wire, budget %d", year, address, size, page.Budget)
			}
		}
		if want := 2 * (dependents + 3); looked != want {
			t.Errorf("%d: %d pages, want %d", year, looked, want)
		}
	}
}

func zipped(t *testing.T, html []byte) int {
	t.Helper()
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(html); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

// coreDown is an outage of the core, with what the engine says of it.
func coreDown(t *testing.T, d *drill) incident.Incident {
	t.Helper()
	got, err := d.ask(t.Context(), publish.Ask{From: d.today.AsOf().Add(8 * time.Hour), For: 10 * time.Hour, Sides: []publish.Supposed{{Fail: []string{"rogers/ip-core"}}}})
	if err != nil {
		t.Fatal(err)
	}
	in := incident.Incident{ID: "2022-07-08-rogers", State: incident.Confirmed, Carrier: "rogers", Onset: got.Sides[0].From, Roots: []catalog.NodeID{"rogers/ip-core"}}
	for _, f := range got.Sides[0].Fallen {
		in.Effects = append(in.Effects, f.Effect)
	}
	return in
}
