package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"tocsin/catalog"
	"tocsin/incident"
	"tocsin/pipeline"
)

// ExplainOptions says which verdict of a recorded day to explain.
type ExplainOptions struct {
	World
	Outage   string    // a recorded outage by name, or a path
	At       time.Time // the moment; zero is the end of the window
	Edition  time.Time // another edition of the catalogue; zero is the outage's own
	Incident string    // zero: the carrier's, else the newest open one
	Node     string    // why this is a root, or is not
	Carrier  string    // why this carrier is at fault, or is cleared
	Style
	Progress func(done float64)
}

// Explain plays a recorded outage to a moment and writes how a verdict of that
// moment came about.
func Explain(ctx context.Context, out io.Writer, o ExplainOptions) error {
	if _, _, err := o.Style.plain(); err != nil {
		return err
	}
	if o.Node != "" && o.Carrier != "" {
		return usage("give one of --node and --carrier", "a node and a carrier are two questions")
	}
	day, ed, err := o.World.Outage(o.Outage, o.Edition)
	if err != nil {
		return err
	}
	at, err := within(day, o.At)
	if err != nil {
		return err
	}
	pl, _, err := play(ctx, day, ed, at, o.Progress)
	if err != nil {
		return err
	}
	return o.answer(out, pl, past{day, ed}, at)
}

// answer writes what the pipeline says of the question as it stands.
func (o ExplainOptions) answer(out io.Writer, pl *pipeline.Pipeline, today past, at time.Time) error {
	lang, asJSON, err := o.Style.plain()
	if err != nil {
		return err
	}
	x, err := pl.Explain(pipeline.Question{
		Incident: incident.ID(o.Incident), Node: catalog.NodeID(o.Node), Carrier: catalog.OrgID(o.Carrier),
	})
	switch {
	case errors.Is(err, pipeline.ErrNoIncident):
		return usage("give --at a time within an incident, or --node to ask about any component; 'tocsin replay "+o.Outage+"' tells of them",
			"at %s: %w", stamp(at), err)
	case err != nil:
		return usage("'tocsin catalog show' lists the names", "%w", err)
	case asJSON:
		return printJSON(out, x)
	}
	return Put(out, fmt.Sprintf("%s\n%s", today.day.Title.In(lang), x.Text(today.edition, lang)))
}
