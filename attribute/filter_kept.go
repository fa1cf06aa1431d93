package attribute

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"
)

// filterKept is a filter in the form that is kept over a restart.
type filterKept struct {
	Degraded, Down float64
	At             time.Time
	Said           []saidKept
}

type saidKept struct {
	Ratio
	Part float64
}

// MarshalJSON writes all that the filter remembers.
func (f Filter) MarshalJSON() ([]byte, error) {
	k := filterKept{Degraded: f.degraded, Down: f.down, At: f.at}
	for _, s := range f.last {
		k.Said = append(k.Said, saidKept{s.Ratio, s.part})
	}
	return json.Marshal(k)
}

// UnmarshalJSON takes up what MarshalJSON has written, and refuses what no filter can
// have come to.
func (f *Filter) UnmarshalJSON(b []byte) error {
	var k filterKept
	if err := json.Unmarshal(b, &k); err != nil {
		return fmt.Errorf("attribute: a belief: %w", err)
	}
	if !(k.Degraded >= 0 && k.Down >= 0 && k.Degraded+k.Down < 1) || len(k.Said) != planes {
		return errors.New("attribute: a belief that can't be")
	}
	next := Filter{degraded: k.Degraded, down: k.Down, at: k.At}
	for i, s := range k.Said {
		if math.Abs(s.Nats) > mostKept || !(s.Part >= 0 && s.Part <= 1) {
			return fmt.Errorf("attribute: a belief that took %g nats by %g", s.Nats, s.Part)
		}
		next.last[i] = said{s.Ratio, s.Part}
	}
	*f = next
	return nil
}

// mostKept is far more nats than any plane is let say.
const mostKept = 1e6
