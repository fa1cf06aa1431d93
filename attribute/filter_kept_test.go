package attribute

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"
)

// A belief that was kept goes on as if it had not been.
func TestFilterKept(t *testing.T) {
	t.Parallel()
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 5))
		var one, two Filter
		now := time.Date(2022, 7, 8, 8, 44, 0, 0, time.UTC)
		for range 40 {
			now = now.Add(time.Duration(1+rng.IntN(20)) * time.Minute)
			var r Ratios
			for k := range r {
				if rng.IntN(2) == 0 {
					r[k] = Ratio{Nats: 6 * rng.NormFloat64(), At: now, Heard: true}
				}
			}
			one.Step(now, r)
			two.Step(now, r)
			text, err := json.Marshal(two)
			if err != nil {
				t.Fatal(err)
			}
			two = Filter{}
			if err := json.Unmarshal(text, &two); err != nil {
				t.Fatal(err)
			}
			if one != two {
				t.Fatalf("seed %d: %+v came back as %+v", seed, one, two)
			}
		}
	}
}

func TestFilterRefuses(t *testing.T) {
	t.Parallel()
	var sound Filter
	sound.Step(time.Date(2022, 7, 8, 8, 44, 0, 0, time.UTC), Ratios{})
	for name, text := range map[string]string{
		"nothing":          `{}`,
		"no object":        `"certain"`,
		"more than sure":   `{"Degraded":0.6,"Down":0.6,"Said":[{},{},{},{},{}]}`,
		"below nothing":    `{"Degraded":-0.1,"Said":[{},{},{},{},{}]}`,
		"too few planes":   `{"Degraded":0.1,"Said":[{}]}`,
		"endless evidence": `{"Degraded":0.1,"Said":[{"Nats":1e300},{},{},{},{}]}`,
		"more than whole":  `{"Degraded":0.1,"Said":[{"Part":3},{},{},{},{}]}`,
	} {
		f := sound
		if err := json.Unmarshal([]byte(text), &f); err == nil || f != sound {
			t.Errorf("%s: %v, %+v", name, err, f)
		}
	}
}
