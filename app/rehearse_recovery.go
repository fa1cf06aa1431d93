package app

import (
	"strings"

	"tocsin/catalog"
	"tocsin/impact"
	"tocsin/rehearse"
)

// recovery writes the way back: the repairs, in which order things return, and
// which repairs wait for themselves.
func (t *rehearsalText) recovery(r rehearse.Result) {
	t.head("the way back", "le retour")
	assumed := false
	for _, ret := range r.Recovery.Returns {
		n := t.ed.Node(ret.Node)
		if n == nil || n.Kind == catalog.Dependent && !ret.Back.IsZero() {
			continue // those return with what they rest on; the table has them all
		}
		t.returns(r, ret)
		assumed = assumed || ret.Assumed
	}
	if assumed {
		t.line(1, t.say(
			"* nobody said how long this repair takes: %s is assumed, the middle of outages of all kinds; say it with --repair NODE=4h",
			"* nul n’a dit combien dure cette réparation : on suppose %s, la médiane des pannes de toutes sortes ; dites-le avec --repair NODE=4h"),
			t.length(rehearse.Length(impact.AssumedRepair)))
	}
	for _, c := range r.Recovery.Circles {
		t.circle(c)
	}
	t.breakIn(r.Recovery)
}

func (t *rehearsalText) returns(r rehearse.Result, ret impact.Return) {
	when := t.say("never by itself", "jamais de lui-même")
	if !ret.Back.IsZero() {
		when = "+" + t.length(rehearse.Length(ret.Back.Sub(r.Look)))
	}
	what := ""
	if ret.Root {
		what = t.say(", repaired in ", ", réparé en ") + t.length(ret.Repair)
		if ret.Assumed {
			what += "*"
		}
	}
	if len(ret.Waits) > 1 {
		what += t.say(", after ", ", après ") + t.name(ret.Waits[1])
	}
	if !ret.Back.IsZero() && ret.Full.IsZero() {
		what += t.say(", and then only in part", ", et alors en partie seulement")
	}
	t.line(1, "%s: %s, %s [%s]%s", when, t.name(ret.Node), t.region(ret.Region), ret.Node, what)
	for _, id := range ret.Hurry {
		t.line(2, t.say("hurry: %s still helps, but not until the repair is done", "vite : %s aide encore, mais pas jusqu’à la fin de la réparation"), t.name(id))
	}
}

// circle tells of a repair that waits for itself, tie by tie.
func (t *rehearsalText) circle(c impact.Circle) {
	names := make([]string, 0, len(c.Nodes)+1)
	for _, id := range append(append([]catalog.NodeID{}, c.Nodes...), c.Nodes[0]) {
		names = append(names, string(id))
	}
	head := t.say("the repair waits for itself", "la réparation s’attend elle-même")
	switch {
	case c.Cold:
		head = t.say("they need each other to start", "chacun attend l’autre pour démarrer")
	case !c.Stuck:
		head = t.say("the repair waits for itself, but there is a way round", "la réparation s’attend elle-même, mais un détour existe")
	}
	t.line(1, "%s: %s", head, strings.Join(names, " → "))
	for _, tie := range c.Ties {
		t.tie(tie)
	}
}

func (t *rehearsalText) tie(tie impact.Tie) {
	how := t.say("%s rests on %s", "%s repose sur %s")
	if tie.Repair {
		how = t.say("repairing %s needs %s", "réparer %s exige %s")
	}
	t.line(2, how+" (%s)", t.name(tie.From), t.name(tie.To), t.claim(tie.Provenance))
	if len(tie.Around) > 0 {
		var names []string
		for _, id := range tie.Around {
			names = append(names, t.name(id))
		}
		t.line(3, t.say("or on %s, which works", "ou sur %s, qui marche"), strings.Join(names, ", "))
	}
	switch {
	case tie.Frees:
		t.line(3, "%s", t.say("breaking this tie lets everything come back", "rompre ce lien laisse tout revenir"))
	case tie.Clears:
		t.line(3, "%s", t.say("breaking this tie ends this circle", "rompre ce lien met fin à ce cercle"))
	}
}

// claim says how well a tie is known, and where from.
func (t *rehearsalText) claim(p catalog.Provenance) string {
	words := []string{t.confidence(p.Confidence)}
	for _, id := range p.Sources {
		words = append(words, string(id))
	}
	return strings.Join(words, ", ")
}

func (t *rehearsalText) confidence(c catalog.Confidence) string {
	switch c {
	case catalog.Confirmed:
		return t.say("confirmed", "confirmé")
	case catalog.Reported:
		return t.say("reported", "rapporté")
	}
	return t.say("assumed", "supposé")
}

// breakIn says where to break in so that all comes back.
func (t *rehearsalText) breakIn(r impact.Recovery) {
	list := func(ids []catalog.NodeID) string {
		var names []string
		for _, id := range ids {
			names = append(names, t.name(id)+" ["+string(id)+"]")
		}
		return strings.Join(names, ", ")
	}
	if len(r.BreakIn) > 0 {
		t.line(1, t.say("break in at: %s", "entrer de force par : %s"), list(r.BreakIn))
	}
	if len(r.Helpers) > 0 {
		t.line(1, t.say("or have another way to: %s", "ou avoir un autre accès à : %s"), list(r.Helpers))
	}
	switch {
	case len(r.BreakIn) == 0:
	case r.Exact:
		t.line(2, "%s", t.say("no smaller set would do (all were tried)", "aucun ensemble plus petit ne suffirait (tous ont été essayés)"))
	default:
		t.line(2, "%s", t.say("found greedily: none of them can be spared, but a smaller set may exist", "trouvé de proche en proche : aucun n’est de trop, mais un ensemble plus petit peut exister"))
	}
}
