package app

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"

	"tocsin/catalog"
	"tocsin/rehearse"
	"tocsin/roster"
)

func sprintf(format string, args ...any) string { return fmt.Sprintf(format, args...) }

// The answer for machines.
type (
	peopleJSON struct {
		Exercise     bool            `json:"exercise"`
		Title        string          `json:"title,omitempty"`
		Edition      string          `json:"edition"`
		From         time.Time       `json:"from"`
		Until        time.Time       `json:"until,omitzero"`
		Roots        []rehearse.Root `json:"roots"`
		Roster       *rollJSON       `json:"roster,omitempty"`
		Appointments *bookJSON       `json:"appointments,omitempty"`
		Notices      []string        `json:"notices,omitempty"`
	}
	rollJSON struct {
		At      time.Time      `json:"at"`
		Asked   time.Time      `json:"asked"`
		Reading roster.Reading `json:"reading"`
		Roles   []roleJSON     `json:"roles"`
		Ask     []askJSON      `json:"ask"`
		People  []personJSON   `json:"people"`
	}
	roleJSON struct {
		Role    string `json:"role"`
		Site    string `json:"site,omitempty"`
		People  int    `json:"people"`
		Reached int    `json:"reached"`
		Unknown int    `json:"unknown"`
		CutOff  int    `json:"cut_off"`
		Minimum int    `json:"minimum,omitempty"`
		Short   int    `json:"short"`
	}
	personJSON struct {
		ID     string           `json:"id"`
		Name   string           `json:"name,omitempty"`
		Role   string           `json:"role"`
		Site   string           `json:"site,omitempty"`
		Region catalog.RegionID `json:"region,omitempty"`
		OnCall bool             `json:"on_call,omitempty"`
		State  string           `json:"state"` // reached, suffers, unknown, cut-off
		By     *pathJSON        `json:"by,omitempty"`
		Lost   time.Time        `json:"lost,omitzero"`
	}
	pathJSON struct {
		Kind string         `json:"kind"`
		Node catalog.NodeID `json:"node"`
	}
	askJSON struct {
		ID     string       `json:"id"`
		Name   string       `json:"name,omitempty"`
		Role   string       `json:"role"`
		Why    rehearse.Why `json:"why"`
		By     *pathJSON    `json:"by,omitempty"` // none: no path stands
		Before time.Time    `json:"before,omitzero"`
	}
	bookJSON struct {
		Basis    string         `json:"basis"` // of p: the plan, or a forecast
		Reading  roster.Reading `json:"reading"`
		Virtual  int            `json:"virtual"`
		InPerson int            `json:"in_person"`
		Stand    int            `json:"stand"`
		Rebook   []rebookJSON   `json:"rebook"`
	}
	rebookJSON struct {
		ID    string         `json:"id,omitempty"`
		Label string         `json:"label,omitempty"`
		Start time.Time      `json:"start"`
		End   time.Time      `json:"end"`
		State catalog.State  `json:"state"`
		From  time.Time      `json:"from"`
		Node  catalog.NodeID `json:"node"`
		P     float64        `json:"p"`
	}
)

func (a answers) json() peopleJSON {
	r := a.result
	j := peopleJSON{Exercise: true, Title: r.Title, Edition: r.Edition, From: r.From, Until: r.Until, Roots: r.Roots, Notices: a.notices}
	if a.roll != nil {
		j.Roster = &rollJSON{At: a.roll.At, Asked: a.roll.Asked, Reading: a.people, Roles: []roleJSON{}, Ask: []askJSON{}, People: []personJSON{}}
		for _, x := range a.roll.Roles {
			j.Roster.Roles = append(j.Roster.Roles, roleJSON{x.Role, x.Site, x.People, x.Reached, x.Unknown, x.CutOff, x.Minimum, x.Short()})
		}
		for _, x := range a.roll.Asks {
			j.Roster.Ask = append(j.Roster.Ask, askJSON{x.ID, x.Name, x.Role, x.Why, pathOf(x.Path), x.Before})
		}
		for _, c := range a.roll.Contacts {
			j.Roster.People = append(j.Roster.People, personJSON{
				c.ID, c.Name, c.Role, c.Site, c.Region, c.OnCall, contactState(c), pathOf(c.By), c.Lost,
			})
		}
	}
	if a.book != nil {
		b := a.book
		j.Appointments = &bookJSON{
			Basis: "plan", Reading: b.Reading, Virtual: b.virtual, InPerson: b.inPerson, Stand: b.virtual - len(b.rebook), Rebook: []rebookJSON{},
		}
		for _, x := range b.rebook {
			j.Appointments.Rebook = append(j.Appointments.Rebook, rebookJSON{x.ID, x.Label, x.Start, x.End, x.State, x.From, x.Node, x.P})
		}
	}
	return j
}

func pathOf(p roster.Path) *pathJSON {
	if p.Node == "" {
		return nil
	}
	return &pathJSON{p.Kind, p.Node}
}

// contactState is the word of a state for people.
func contactState(c rehearse.Contact) string {
	switch c.State {
	case catalog.Up:
		return "reached"
	case catalog.Degraded:
		return "suffers"
	case catalog.Down:
		return "cut-off"
	}
	return "unknown"
}

// csv writes a row for each person, or for each appointment to rebook, or for
// each notice.
func (a answers) csv(out io.Writer) error {
	rows := [][]string{{"exercise", "notice"}}
	for _, name := range a.notices {
		rows = append(rows, []string{"true", name})
	}
	switch {
	case a.roll != nil:
		rows = a.rollRows()
	case a.book != nil:
		rows = [][]string{{"exercise", "id", "label", "start", "end", "state", "from", "node", "p", "basis"}}
		for _, x := range a.book.rebook {
			rows = append(rows, []string{
				"true", inert(x.ID), inert(x.Label), x.Start.In(a.zone).Format(time.RFC3339), x.End.In(a.zone).Format(time.RFC3339), string(x.State),
				x.From.In(a.zone).Format(time.RFC3339), string(x.Node), strconv.FormatFloat(x.P, 'f', -1, 64), "plan",
			})
		}
	}
	if err := csv.NewWriter(out).WriteAll(rows); err != nil {
		return unwritten(err)
	}
	return nil
}

func (a answers) rollRows() [][]string {
	rows := [][]string{{"exercise", "at", "id", "name", "role", "site", "region", "on_call", "state", "by", "node", "lost", "ask", "ask_by", "ask_node", "ask_before"}}
	asks := map[int]rehearse.Ask{}
	for _, x := range a.roll.Asks {
		asks[x.Line] = x
	}
	for _, c := range a.roll.Contacts {
		row := []string{
			"true", stamp(a.roll.At), inert(c.ID), inert(c.Name), inert(c.Role), inert(c.Site), string(c.Region), strconv.FormatBool(c.OnCall),
			contactState(c), c.By.Kind, string(c.By.Node), orNothing(c.Lost),
		}
		x := asks[c.Line]
		rows = append(rows, append(row, string(x.Why), x.Path.Kind, string(x.Path.Node), orNothing(x.Before)))
	}
	return rows
}

// inert keeps a spreadsheet from taking a cell of the file for a formula.
func inert(cell string) string {
	if cell != "" && (cell[0] == '=' || cell[0] == '+' || cell[0] == '-' || cell[0] == '@' || cell[0] == '\t' || cell[0] == '\r') {
		return "'" + cell
	}
	return cell
}
