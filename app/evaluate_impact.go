package app

import (
	"io"
	"time"

	"tocsin/evaluate"
)

// EvaluateImpactOptions says which recorded day to look at, and how to print it.
type EvaluateImpactOptions struct {
	World
	Outage  string    // a recorded outage by name, or a path
	Edition time.Time // another edition of the catalogue; zero is the outage's own
	Style
}

// EvaluateImpact prints what falls with the true roots of a recorded day by the
// graph alone, beside what is known of who fell and who stood.
func EvaluateImpact(out io.Writer, o EvaluateImpactOptions) error {
	lang, asJSON, err := o.Style.plain()
	if err != nil {
		return err
	}
	day, ed, err := o.World.Outage(o.Outage, o.Edition)
	if err != nil {
		return err
	}
	res := evaluate.ImpactOf(day, ed)
	if asJSON {
		return printJSON(out, res)
	}
	return Put(out, res.In(lang))
}
