package incident

import (
	"slices"
	"strings"
	"time"

	"tocsin/catalog"
)

// Left is how long the node still holds out at a time, on its batteries or its
// backup's fuel; false if it doesn't, or if its state won't worsen.
func (e Effect) Left(now time.Time) (time.Duration, bool) {
	if e.Fails.IsZero() || e.Fails.Before(now) {
		return 0, false
	}
	return e.Fails.Sub(now), true
}

// phrases are what [Effect.Line] says in a language. They are put so that no
// name has to agree with a verb or an adjective.
type phrases struct {
	state               map[catalog.State]string
	colon, quote, close string
	itself, load, on    string
	first, then         string
	until, worse, stamp string
	assumed             string
}

func wording(l catalog.Lang) phrases {
	if l == catalog.FR {
		return phrases{
			state: map[catalog.State]string{catalog.Down: "en panne", catalog.Degraded: "service réduit", catalog.Up: "en service", catalog.Unknown: "état inconnu"},
			colon: " : ", quote: "« ", close: " »",
			itself: ", sans autre cause", load: " par l’affluence des clients de ", on: " grâce à ",
			first: "D’abord ", then: ", puis ", until: "Tient jusqu’au ", worse: "Empire le ", stamp: "2006-01-02 à 15:04 UTC",
			assumed: " (en partie supposé)",
		}
	}
	return phrases{
		state: map[catalog.State]string{catalog.Down: "down", catalog.Degraded: "degraded", catalog.Up: "up", catalog.Unknown: "unknown"},
		colon: ": ", itself: ", by itself", load: " by the load of those who come from ", on: " on ",
		first: "First ", then: ", then ", until: "Holds out until ", worse: "Worsens at ", stamp: "2006-01-02 15:04 UTC",
		assumed: " (in part assumed)",
	}
}

// Line is the effect and its shortest explanation as one line of text, with the
// names of an edition: what fell first, and what then, until the node.
func (e Effect) Line(ed *catalog.Edition, l catalog.Lang) string {
	w := wording(l)
	bare := func(id catalog.NodeID) string {
		if n := ed.Node(id); n != nil {
			return n.Name.In(l)
		}
		return string(id)
	}
	name := func(id catalog.NodeID) string { return w.quote + bare(id) + w.close }
	var b strings.Builder
	b.WriteString(bare(e.Node) + w.colon + w.state[e.State])
	if i := slices.Index(e.Path, e.Load); e.Load == e.Node && i+1 < len(e.Path) {
		b.WriteString(w.load + name(e.Path[i+1]))
	}
	for i, id := range e.Backup {
		b.WriteString(map[bool]string{true: w.on, false: ", "}[i == 0] + name(id))
	}
	if len(e.Path) == 1 {
		b.WriteString(w.itself)
	}
	b.WriteString(".")
	for i := len(e.Path) - 1; i > 0; i-- {
		lead := w.then
		if i == len(e.Path)-1 {
			lead = " " + w.first
		}
		b.WriteString(lead + name(e.Path[i]))
	}
	if len(e.Path) > 1 {
		if e.Assumed {
			b.WriteString(w.assumed)
		}
		b.WriteString(".")
	}
	if !e.Fails.IsZero() {
		lead := w.worse
		if e.State == catalog.Up {
			lead = w.until
		}
		b.WriteString(" " + lead + e.Fails.UTC().Format(w.stamp) + ".")
	}
	return b.String()
}
