package detect

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"time"

	"tocsin/evidence"
)

// Keeper is a detector whose memory outlives the program: all that the program
// runs are.
type Keeper interface {
	Detector
	// AppendState appends all that the detector knows but its newest reading. It
	// holds nothing of what it was made with.
	AppendState(b []byte) []byte
	// Restore gives a new detector the state of another of the same make, and the
	// reading that stood then: it goes on as that one would have. Bytes that no
	// AppendState has written are refused; the detector is then good for nothing.
	Restore(state []byte, last evidence.Reading) error
}

// stateVersion is the first byte of a state. Whoever changes what a state holds
// raises it: an older state is refused, and the detector learns anew.
const stateVersion = 1

// ErrState means that bytes are not the state of a detector of this make.
var ErrState = errors.New("not a state of this detector")

// codec writes the fields of a detector, or reads them: one list of fields does for
// both, so that they can't part.
type codec struct {
	b       []byte
	reading bool
	err     error
}

// fielder is what the detectors have in common here.
type fielder interface {
	fields(c *codec)
}

func appendState(b []byte, d fielder) []byte {
	c := codec{b: append(b, stateVersion)}
	d.fields(&c)
	return c.b
}

// restore reads a state, and takes up the run that the reading stands in.
func (r *run) restore(d fielder, state []byte, last evidence.Reading) error {
	c := codec{b: state, reading: true}
	switch {
	case len(state) == 0 || state[0] != stateVersion:
		c.fail("the version")
	case last.Method != r.method:
		c.fail("the method")
	case last.Level < evidence.Blind || last.Level > evidence.Critical || !finite(last.Value, last.Expected, last.Peak, last.Score):
		c.fail("the reading")
	}
	if c.err == nil {
		c.b = state[1:]
		d.fields(&c)
	}
	if c.err == nil && len(c.b) > 0 {
		c.fail("what comes after the end")
	}
	if c.err != nil {
		return fmt.Errorf("detect: restore %s: %w", r.method, c.err)
	}
	r.last, r.started = last, true
	return nil
}

func finite(all ...float64) bool {
	for _, v := range all {
		if !(math.Abs(v) <= math.MaxFloat64) {
			return false
		}
	}
	return true
}

// fail notes what is wrong, the first time.
func (c *codec) fail(what string) {
	if c.err == nil {
		c.err = fmt.Errorf("%w: %s can't be", ErrState, what)
	}
}

func (c *codec) check(ok bool, what string) {
	if c.reading && !ok {
		c.fail(what)
	}
}

func (c *codec) word(v *uint64) {
	if !c.reading {
		c.b = binary.AppendUvarint(c.b, *v)
		return
	}
	w, n := binary.Uvarint(c.b)
	if n <= 0 {
		c.fail("the length")
		c.b, *v = nil, 0
		return
	}
	c.b, *v = c.b[n:], w
}

// float is the shorter the fewer digits a number has: counts take two bytes.
func (c *codec) float(v *float64) {
	w := bits.ReverseBytes64(math.Float64bits(*v))
	if c.word(&w); !c.reading {
		return
	}
	*v = math.Float64frombits(bits.ReverseBytes64(w))
	if !(math.Abs(*v) <= mostSum) {
		c.fail("a figure")
		*v = 0
	}
}

func (c *codec) floats(all ...*float64) {
	for _, v := range all {
		c.float(v)
	}
}

func (c *codec) tally(t *Tally) { c.floats(&t.Seen, &t.Due) }

// int is a whole number within bounds of time.
func (c *codec) int(v *int64) {
	w := uint64(*v)<<1 ^ uint64(*v>>63)
	if c.word(&w); !c.reading {
		return
	}
	*v = int64(w>>1) ^ -int64(w&1)
	if *v < -maxTime || *v > maxTime {
		c.fail("a number")
		*v = 0
	}
}

func (c *codec) bool(v *bool) {
	w := uint64(0)
	if *v {
		w = 1
	}
	c.word(&w)
	*v = w == 1
}

// count is how many follow, of which each takes a byte at least.
func (c *codec) count(n, most int) int {
	w := uint64(n)
	c.word(&w)
	if w > uint64(most) || c.reading && w > uint64(len(c.b)) {
		c.fail("a count")
		return 0
	}
	return int(w)
}

// time is to the nanosecond.
func (c *codec) time(v *time.Time) {
	seconds, nanos := v.Unix(), int64(v.Nanosecond())
	c.int(&seconds)
	c.int(&nanos)
	if c.reading {
		*v = time.Unix(seconds, nanos).UTC()
	}
}

// nanos is a time in nanoseconds since 1970.
func (c *codec) nanos(v *int64) {
	t := time.Unix(0, *v)
	c.time(&t)
	*v = t.UnixNano()
}
