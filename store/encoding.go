package store

import (
	"bytes"
	"encoding/json"
	"fmt"

	"tocsin/incident"
)

// Encode is the form in which every kind of store keeps a change: JSON, so
// that a kept one can be read without Tocsin. It fails on what JSON can't
// hold, a figure that is not a number.
func Encode(c incident.Change) ([]byte, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("incident %s, revision %d, %s: %w", c.Incident, c.Rev, c.Op, err)
	}
	return body, nil
}

// Decode is the reverse of [Encode].
func Decode(body []byte) (incident.Change, error) {
	var c incident.Change
	if err := json.Unmarshal(body, &c); err != nil {
		return incident.Change{}, fmt.Errorf("a change of %d bytes: %w", len(body), err)
	}
	return c, nil
}

// Same tells whether an encoded change that is told again is the one that was
// kept. The kept one is encoded anew when the bytes differ: an older version
// may have written it with other fields or in another order.
func Same(kept, told []byte) (bool, error) {
	if bytes.Equal(kept, told) {
		return true, nil
	}
	c, err := Decode(kept)
	if err != nil {
		return false, err
	}
	anew, err := Encode(c)
	return bytes.Equal(anew, told), err
}
