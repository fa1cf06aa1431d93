package rislive

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Filter is what a client subscribes to: messages that fulfil all of it. Empty
// fields ask for nothing. Several subscriptions add up.
type Filter struct {
	Host    string         // a collector; its domain doesn't matter
	Type    string         // UPDATE, OPEN, NOTIFICATION, KEEPALIVE or RIS_PEER_STATE
	Require string         // a key that the message must have: announcements, withdrawals
	Peer    netip.Addr     // who told the collector
	Path    string         // ASes that the path must have, see parsePath
	Prefix  []netip.Prefix // any of these is announced or withdrawn …
	More    bool           // … or part of them is …
	Less    bool           // … or what they are part of
}

// Filters of the published manual that are off are left out of the text, and
// moreSpecific is on unless it is turned off.
type filterText struct {
	Host    *string         `json:"host,omitempty"`
	Type    *string         `json:"type,omitempty"`
	Require *string         `json:"require,omitempty"`
	Peer    *string         `json:"peer,omitempty"`
	Path    json.RawMessage `json:"path,omitempty"`
	Prefix  json.RawMessage `json:"prefix,omitempty"`
	More    *bool           `json:"moreSpecific,omitempty"`
	Less    *bool           `json:"lessSpecific,omitempty"`
}

// MarshalJSON writes a filter as clients send it.
func (f Filter) MarshalJSON() ([]byte, error) {
	var t filterText
	for _, s := range []struct {
		to   **string
		text string
	}{{&t.Host, f.Host}, {&t.Type, f.Type}, {&t.Require, f.Require}} {
		if s.text != "" {
			*s.to = &s.text
		}
	}
	if f.Peer.IsValid() {
		peer := f.Peer.String()
		t.Peer = &peer
	}
	if f.Path != "" {
		t.Path, _ = json.Marshal(f.Path) // a string always can be
	}
	switch len(f.Prefix) {
	case 0:
	case 1:
		t.Prefix, _ = json.Marshal(f.Prefix[0])
	default:
		t.Prefix, _ = json.Marshal(f.Prefix)
	}
	if len(f.Prefix) > 0 {
		t.More, t.Less = &f.More, &f.Less
	}
	return json.Marshal(t)
}

// maxPrefixes is how many prefixes a client may ask for at once. The largest
// client that is known restrains itself to as many.
const maxPrefixes = 10_000

// UnmarshalJSON reads a filter as clients send it. Unknown keys are left aside,
// and null is as good as nothing.
func (f *Filter) UnmarshalJSON(body []byte) error {
	var t filterText
	if err := json.Unmarshal(body, &t); err != nil {
		return plain(err)
	}
	*f = Filter{More: t.More == nil || *t.More, Less: t.Less != nil && *t.Less}
	for _, s := range []struct {
		to   *string
		text *string
	}{{&f.Host, t.Host}, {&f.Type, t.Type}, {&f.Require, t.Require}} {
		if s.text != nil {
			*s.to = *s.text
		}
	}
	if f.Type != "" && !slices.Contains([]string{"UPDATE", "OPEN", "NOTIFICATION", "KEEPALIVE", "RIS_PEER_STATE", "STATE"}, f.Type) {
		return fmt.Errorf("type %.40q is none of UPDATE, OPEN, NOTIFICATION, KEEPALIVE, RIS_PEER_STATE", f.Type)
	}
	if t.Peer != nil && *t.Peer != "" {
		peer, err := netip.ParseAddr(*t.Peer)
		if err != nil {
			return fmt.Errorf("peer %.60q is no address", *t.Peer)
		}
		f.Peer = peer
	}
	return errors.Join(f.readPath(t.Path), f.readPrefix(t.Prefix))
}

// plain takes the names of Go's types out of an error that a client gets to read.
func plain(err error) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		article := "a"
		if strings.ContainsRune("ao", rune(wrong.Value[0])) { // array, object
			article = "an"
		}
		return fmt.Errorf("%s can't be %s %s", cmp.Or(wrong.Field, "data"), article, wrong.Value)
	}
	return err
}

func isNull(body []byte) bool { return len(body) == 0 || string(body) == "null" }

// readPath takes a pattern, or one AS as a number.
func (f *Filter) readPath(body []byte) error {
	if isNull(body) {
		return nil
	}
	f.Path = string(body)
	if body[0] == '"' {
		if err := json.Unmarshal(body, &f.Path); err != nil || f.Path == "" {
			return err
		}
	}
	if _, err := parsePath(f.Path); err != nil {
		return err
	}
	return nil
}

// readPrefix takes a prefix, or an array of prefixes.
func (f *Filter) readPrefix(body []byte) error {
	if isNull(body) {
		return nil
	}
	if body[0] != '[' {
		body = slices.Concat([]byte("["), body, []byte("]"))
	}
	var list []string
	if err := json.Unmarshal(body, &list); err != nil {
		return errors.New("prefix is neither a string nor an array of strings")
	}
	if len(list) > maxPrefixes {
		return fmt.Errorf("%d prefixes, more than %d", len(list), maxPrefixes)
	}
	for _, s := range list {
		if s == "" && len(list) == 1 {
			return nil
		}
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return fmt.Errorf("prefix %.60q is none", s)
		}
		f.Prefix = append(f.Prefix, p.Masked())
	}
	return nil
}

// request is what a client says.
type request struct {
	kind     string
	filter   Filter
	raw, ack *bool           // options of the socket, if they are given
	echo     json.RawMessage // what it subscribes to, in its own words
}

// parseRequest reads what a client sends on a WebSocket.
func parseRequest(body []byte) (request, error) {
	var outer struct {
		Type string          `json:"type"`
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(body, &outer); err != nil {
		return request{}, errors.New("this is no message: want {\"type\":…,\"data\":…}")
	}
	r := request{kind: outer.Type}
	switch r.kind {
	case "ris_subscribe", "ris_unsubscribe":
	case "request_rrc_list", "ping":
		return r, nil
	default:
		return r, fmt.Errorf("no message has the type %.40q", r.kind)
	}
	return r, r.readFilter(outer.Data)
}

// readFilter reads a filter with the options that come along with it.
func (r *request) readFilter(data []byte) error {
	r.filter.More = true
	r.echo = json.RawMessage("{}")
	if isNull(data) {
		return nil
	}
	var options struct {
		Socket *struct {
			Raw *bool `json:"includeRaw"`
			Ack *bool `json:"acknowledge"`
		} `json:"socketOptions"`
	}
	if err := json.Unmarshal(data, &options); err != nil {
		return plain(err)
	}
	if o := options.Socket; o != nil {
		r.raw, r.ack = o.Raw, o.Ack
	}
	if err := json.Unmarshal(data, &r.filter); err != nil {
		return err
	}
	var words map[string]json.RawMessage
	if err := json.Unmarshal(data, &words); err != nil {
		return err
	}
	delete(words, "socketOptions")
	for key, value := range words {
		if isNull(bytes.TrimSpace(value)) {
			delete(words, key)
		}
	}
	var err error
	r.echo, err = json.Marshal(words)
	return err
}
