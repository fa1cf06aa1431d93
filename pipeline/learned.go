package pipeline

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

// ErrLearned means that bytes are not what a pipeline has learned.
var ErrLearned = errors.New("not what was learned of a series")

// Learned is what is known beside the incidents: of one series its detector's memory,
// its newest reading and its counts; or what is believed, which also has the memory of open
// incidents, of feeds, and what was said.
type Learned struct {
	Name  string // of the series, or "beliefs"
	State []byte // for [Pipeline.Recall]
}

// keeper is a detector whose memory outlives the program; see package detect.
type keeper interface {
	AppendState(b []byte) []byte
	Restore(state []byte, last evidence.Reading) error
}

// kept is a track in the form that is kept, or the beliefs.
type kept struct {
	Series   evidence.SeriesID
	Basis    evidence.Basis   `json:",omitempty"`
	Sources  []catalog.Source `json:",omitempty"`
	Reading  evidence.Reading
	Counts   []byte `json:",omitempty"`
	Detector []byte
	Beliefs  *beliefs `json:",omitempty"`
}

// Learned gives what is known as of the last step, series in their order, then what is
// believed: a new pipeline that recalls it judges on as this one would. Series whose
// detector keeps nothing, or whose figures can't be written, are left out: they learn
// anew.
func (p *Pipeline) Learned() []Learned {
	var all []Learned
	for _, t := range p.order {
		d, ok := t.det.(keeper)
		if !ok {
			continue
		}
		k := kept{Series: t.id, Basis: t.basis, Sources: t.sources, Reading: t.reading, Detector: d.AppendState(nil)}
		for i, c := range t.counts {
			before := time.Time{}
			if i > 0 {
				before = t.counts[i-1].at
			}
			k.Counts = appendCount(k.Counts, before, c)
		}
		if state, err := json.Marshal(k); err == nil {
			all = append(all, Learned{Name: t.id.String(), State: state})
		}
	}
	if p.now.IsZero() && p.stopped.IsZero() {
		return all
	}
	if state, err := json.Marshal(kept{Beliefs: p.beliefs()}); err == nil {
		all = append(all, Learned{Name: "beliefs", State: state})
	}
	return all
}

// Recall takes up something that was learned, before the first step. What can't be
// read, or has no place here, is refused, and changes nothing.
func (p *Pipeline) Recall(state []byte) error {
	var k kept
	if err := json.Unmarshal(state, &k); err != nil {
		return fmt.Errorf("pipeline: recall: %w: %w", ErrLearned, err)
	}
	if k.Beliefs != nil {
		return p.recallBeliefs(k.Beliefs)
	}
	if err := p.recallTrack(&k); err != nil {
		return fmt.Errorf("pipeline: recall %s: %w", k.Series, err)
	}
	return nil
}

func (p *Pipeline) recallTrack(k *kept) error {
	t := &track{id: k.Series, reading: k.Reading, basis: k.Basis, sources: k.Sources}
	if p.opt.Detector != nil {
		t.det = p.opt.Detector(k.Series)
	}
	d, ok := t.det.(keeper)
	switch {
	case p.tracks[k.Series] != nil:
		return fmt.Errorf("%w: it is known already", ErrLearned)
	case !ok:
		return fmt.Errorf("%w: nobody watches it", ErrLearned)
	case k.Reading.Series != k.Series || len(k.Counts) > 0 && !p.regional(k.Series):
		return fmt.Errorf("%w: it is another's", ErrLearned)
	}
	if err := d.Restore(k.Detector, k.Reading); err != nil {
		return err
	}
	for b := k.Counts; len(b) > 0; {
		before := time.Time{}
		if n := len(t.counts); n > 0 {
			before = t.counts[n-1].at
		}
		c, n := readCount(b, before)
		if n == 0 || len(t.counts) > 0 && !c.at.After(before) {
			return fmt.Errorf("%w: its counts", ErrLearned)
		}
		t.counts, b = append(t.counts, c), b[n:]
	}
	p.add(t)
	return nil
}

// add puts a track that is new in its place.
func (p *Pipeline) add(t *track) {
	p.tracks[t.id] = t
	i, _ := slices.BinarySearchFunc(p.order, t, func(a, b *track) int { return a.id.Compare(b.id) })
	p.order = slices.Insert(p.order, i, t)
}

// appendCount writes a count by its distance in time from the one before, and its
// value with the zeros at its end left out: some four bytes for most.
func appendCount(b []byte, before time.Time, c count) []byte {
	b = binary.AppendVarint(b, c.at.Unix()-before.Unix())
	b = binary.AppendUvarint(b, uint64(c.at.Nanosecond()))
	return binary.AppendUvarint(b, bits.ReverseBytes64(math.Float64bits(c.value)))
}

// readCount reads a count, and how many bytes it took; 0 when it is none.
func readCount(b []byte, before time.Time) (c count, size int) {
	seconds, n := binary.Varint(b)
	if n <= 0 {
		return count{}, 0
	}
	nanos, m := binary.Uvarint(b[n:])
	if m <= 0 || nanos >= 1e9 {
		return count{}, 0
	}
	value, l := binary.Uvarint(b[n+m:])
	if l <= 0 {
		return count{}, 0
	}
	c = count{time.Unix(before.Unix()+seconds, int64(nanos)).UTC(), math.Float64frombits(bits.ReverseBytes64(value))}
	if !(math.Abs(c.value) <= math.MaxFloat64) {
		return count{}, 0
	}
	return c, n + m + l
}
