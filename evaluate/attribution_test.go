package evaluate_test

import (
	"encoding/json"
	"testing"
	"time"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/evaluate"
)

// canada is the catalogue that comes with the program.
func canada(t testing.TB) *catalog.Edition {
	t.Helper()
	ed, err := catalog.Load(catalog.Canada(), time.Date(2022, 7, 8, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return ed
}

func bytesOf(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestSameSeedSameBytes: the seed alone decides, not who does the work.
func TestSameSeedSameBytes(t *testing.T) {
	t.Parallel()
	ed := canada(t)
	run := func(seed uint64, workers int) string {
		r, err := evaluate.Attribution(t.Context(), evaluate.Options{
			Edition: ed, Seed: seed, Worlds: 6, Scenario: []string{"carrier-day", "two-roots"}, Workers: workers,
		})
		if err != nil {
			t.Fatal(err)
		}
		return bytesOf(t, r)
	}
	one, many, other := run(1, 1), run(1, 7), run(2, 1)
	if one != many {
		t.Error("one worker and seven give different bytes")
	}
	if one == other {
		t.Error("two seeds give the same bytes")
	}
}

// BenchmarkAttribution is one verdict on the catalogue that comes with the program,
// with everything that may fall known already, as in a program that runs.
func BenchmarkAttribution(b *testing.B) {
	for _, scenario := range []string{"carrier-day", "carrier-night", "carrier-news"} {
		var inputs []attribute.Input
		var engine *attribute.Engine
		err := evaluate.Worlds(b.Context(), evaluate.Options{Edition: canada(b), Seed: 1, Worlds: 161, Scenario: []string{scenario}},
			func(w *evaluate.World) bool {
				if engine == nil {
					engine = attribute.New(w.Edition, evaluate.Falls(w.Edition))
				}
				if w.Number%20 == 0 { // those of one graph
					inputs = append(inputs, w.Input)
				}
				return true
			})
		if err != nil {
			b.Fatal(err)
		}
		for _, in := range inputs {
			engine.Roots(in)
		}
		b.Run(scenario, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				engine.Roots(inputs[i%len(inputs)])
			}
		})
	}
}
