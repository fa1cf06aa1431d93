package catalog

import (
	"testing"
	"testing/fstest"
	"time"
)

func day(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestLoadSmallest(t *testing.T) {
	world := fstest.MapFS{"a.yaml": {Data: []byte("regions:\n- {id: xx, level: country, name: {en: X, fr: X}, confidence: assumed}\n")}}
	e, err := Load(world, day("2022-07-08"))
	if err != nil {
		t.Fatal(err)
	}
	if e.Root() != "xx" || !e.AsOf().Equal(day("2022-07-08")) {
		t.Errorf("root %q on %s", e.Root(), e.AsOf())
	}
}
