package app

import (
	"errors"
	"fmt"
	"io"
	"log/slog"

	"tocsin/feed/mrt"
	"tocsin/feed/rislive"
)

// merged plays several captures as one, in order of time. Files are opened when
// their time has come, so that a day of five-minute files needs few at once.
type merged struct {
	log    *slog.Logger
	waits  []playable // in order of their first message
	open   []*track
	played *track // whose head was given last
}

func newMerged(files []playable, log *slog.Logger) *merged { return &merged{log: log, waits: files} }

// Next gives the oldest message that is left. Of equally old ones, that of the
// file that was opened first.
func (m *merged) Next(to *rislive.Message) error {
	if m.played != nil {
		if err := m.advance(); err != nil {
			return err
		}
	}
	oldest := m.oldest()
	for len(m.waits) > 0 && (oldest == nil || m.waits[0].first < oldest.head.At) {
		t, err := openTrack(m.waits[0], m.log)
		if err != nil {
			return err
		}
		m.waits, m.open = m.waits[1:], append(m.open, t)
		m.played = t
		if err := m.advance(); err != nil {
			return err
		}
		oldest = m.oldest()
	}
	if oldest == nil {
		return io.EOF
	}
	m.played, *to = oldest, oldest.head
	return nil
}

// advance moves the track that was played last, and closes it at its end.
func (m *merged) advance() error {
	t := m.played
	m.played = nil
	if t.advance() {
		return nil
	}
	for i := range m.open {
		if m.open[i] == t {
			m.open = append(m.open[:i], m.open[i+1:]...)
			break
		}
	}
	return errors.Join(t.err, t.close())
}

func (m *merged) oldest() *track {
	var oldest *track
	for _, t := range m.open {
		if oldest == nil || t.head.At < oldest.head.At {
			oldest = t
		}
	}
	return oldest
}

// Close closes all files.
func (m *merged) Close() error {
	var err error
	for _, t := range m.open {
		err = errors.Join(err, t.close())
	}
	m.open, m.waits = nil, nil
	return err
}

// track is one capture that is being played.
type track struct {
	file   playable
	reader *mrt.Reader
	log    *slog.Logger
	rec    mrt.Record
	parts  recordParts
	head   rislive.Message
	broken int
	err    error
}

func openTrack(f playable, log *slog.Logger) (*track, error) {
	r, err := mrt.Open(f.path)
	if err != nil {
		return nil, fmt.Errorf("capture: %w", err)
	}
	r.Mend() // nobody should wait for a time that a broken record made up
	return &track{file: f, reader: r, log: log}, nil
}

// advance reads up to the next message, past what is broken; false at the end, or
// when a file is broken in so many places that it is something else.
func (t *track) advance() bool {
	for {
		if t.parts.next(&t.head) {
			t.head.Host = t.file.host
			return true
		}
		err := t.reader.NextRecord(&t.rec)
		if b, ok := errors.AsType[*mrt.Broken](err); ok {
			if t.broken++; t.broken == 1 {
				t.log.Warn("a capture is broken; what comes after is played", "err", b)
			}
			if t.broken > mostBroken {
				t.err = fmt.Errorf("broken in more than %d places: %w", mostBroken, b)
				return false
			}
			continue
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				t.err = err
			}
			if n := t.reader.Counts().Lying; n > 0 {
				t.log.Warn("a capture has times that can't be; they were played as those before them", "file", t.file.path, "records", n)
			}
			return false
		}
		t.parts.begin(&t.rec)
	}
}

func (t *track) close() error { return t.reader.Close() }
