package sitrep

import (
	"encoding/json"
	"io"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
	"tocsin/publish"
)

// The JSON form is a contract: names may be added, never changed. Lists are
// never null; what a line doesn't have is left out.
type (
	jsonReport struct {
		At       string        `json:"at"`
		Lang     catalog.Lang  `json:"lang"`
		Zone     string        `json:"zone"`
		Outage   string        `json:"outage,omitempty"` // of a replay
		Incident *jsonIncident `json:"incident,omitempty"`
		Title    string        `json:"title"`
		Sections []jsonSection `json:"sections"`
	}
	jsonIncident struct {
		ID        incident.ID      `json:"id"`
		Rev       int              `json:"rev"`
		State     incident.State   `json:"state"`
		StateName string           `json:"state_name"`
		Carrier   catalog.OrgID    `json:"carrier"`
		Roots     []catalog.NodeID `json:"roots"`
		P         float64          `json:"p"`
		Onset     string           `json:"onset"`
		Ended     string           `json:"ended,omitempty"`
		Relapses  []string         `json:"relapses"`
		Exercise  bool             `json:"exercise,omitempty"`
	}
	jsonSection struct {
		ID    publish.SectionID `json:"id"`
		Title string            `json:"title"`
		Lines []jsonLine        `json:"lines"`
	}
	jsonLine struct {
		Topic   string           `json:"topic"`
		Kind    incident.Kind    `json:"kind"`
		By      catalog.OrgID    `json:"by,omitempty"`
		ByName  string           `json:"by_name,omitempty"`
		Time    string           `json:"time"` // RFC 3339 in UTC; a bare date when only the day is known
		Approx  bool             `json:"approx,omitempty"`
		Text    string           `json:"text"`
		Node    catalog.NodeID   `json:"node,omitempty"`
		Org     catalog.OrgID    `json:"org,omitempty"`
		Region  catalog.RegionID `json:"region,omitempty"`
		Family  evidence.Family  `json:"family,omitempty"`
		State   catalog.State    `json:"state,omitempty"`
		Class   incident.Class   `json:"class,omitempty"`
		P       float64          `json:"p,omitempty"`
		Value   *float64         `json:"value,omitempty"`
		Until   string           `json:"until,omitempty"`
		Path    []catalog.NodeID `json:"path"`
		Basis   []evidence.Basis `json:"basis"`
		Sources []catalog.Source `json:"sources"`
	}
)

func writeJSON(w io.Writer, r publish.Report) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false) // the text is for people; HTML outlets escape for themselves
	enc.SetIndent("", "  ")
	return enc.Encode(jsonOf(r))
}

func jsonOf(r publish.Report) jsonReport {
	out := jsonReport{At: iso(r.At), Lang: r.Lang, Zone: r.Zone, Title: r.Title, Sections: []jsonSection{}}
	if r.Replay != nil {
		out.Outage = r.Replay.Outage
	}
	if in := r.Incident; in.ID != "" {
		out.Incident = &jsonIncident{
			ID: in.ID, Rev: in.Rev, State: in.State, StateName: r.StateName, Carrier: in.Carrier, Roots: some(in.Roots),
			P: number(in.P), Onset: iso(in.Onset), Ended: iso(in.Life.Ended), Relapses: []string{}, Exercise: in.Exercise,
		}
		for _, t := range in.Life.Relapses {
			out.Incident.Relapses = append(out.Incident.Relapses, iso(t))
		}
	}
	for _, s := range r.Sections {
		js := jsonSection{ID: s.ID, Title: s.Title, Lines: []jsonLine{}}
		for _, l := range s.Lines {
			js.Lines = append(js.Lines, jsonLineOf(l))
		}
		out.Sections = append(out.Sections, js)
	}
	return out
}

func jsonLineOf(l publish.Line) jsonLine {
	j := jsonLine{
		Topic: l.Topic, Kind: l.Kind, By: l.By, ByName: l.ByName, Time: iso(l.At), Approx: l.Approx, Text: l.Text,
		Node: l.Node, Org: l.Org, Region: l.Region, Family: l.Family, State: l.State, Class: l.Class, P: number(l.P),
		Until: iso(l.Until), Path: some(l.Path), Basis: some(l.Basis), Sources: some(l.Sources),
	}
	if l.DayOnly {
		j.Time = l.At.UTC().Format(time.DateOnly)
	}
	// Nothing measured is a figure too: a reading keeps its zero.
	if v := number(l.Value); v != 0 || l.Topic == "reading" {
		j.Value = &v
	}
	return j
}

// iso is a time in UTC; "" if it is not known.
func iso(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// some is a list that is never null.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// number keeps out what JSON can't write.
func number(v float64) float64 {
	if v-v != 0 { // infinite, or not a number
		return 0
	}
	return v
}
