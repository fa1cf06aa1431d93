package app

import (
	"slices"
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
	var order []string
	with := map[string][]string{}
	for _, ret := range r.Recovery.Returns {
		if ret.Root || len(ret.Hurry) > 0 {
			t.repair(r, ret)
			assumed = assumed || ret.Assumed
			continue
		}
		when := t.when(r, ret)
		if _, met := with[when]; !met {
			order = append(order, when)
		}
		if name := t.name(ret.Node); !slices.Contains(with[when], name) {
			with[when] = append(with[when], name)
		}
	}
	for _, when := range order {
		t.line(1, t.say("%s: %s", "%s : %s"), when, strings.Join(with[when], ", "))
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

// when is when something is back, counted from the moment looked at.
func (t *rehearsalText) when(r rehearse.Result, ret impact.Return) string {
	switch {
	case ret.Back.IsZero():
		return t.say("never by itself", "jamais de soi-même")
	case ret.Full.IsZero():
		return "+" + t.length(rehearse.Length(ret.Back.Sub(r.Look))) + t.say(", only in part", ", en partie seulement")
	}
	return "+" + t.length(rehearse.Length(ret.Full.Sub(r.Look)))
}

// repair tells of a root.
func (t *rehearsalText) repair(r rehearse.Result, ret impact.Return) {
	star := ""
	if ret.Assumed {
		star = "*"
	}
	what := t.say("its own repair takes ", "sa réparation dure ") + t.length(ret.Repair) + star
	if len(ret.Waits) > 1 {
		what += t.say(", once there is ", ", une fois revenu : ") + t.name(ret.Waits[1])
	}
	t.line(1, t.say("%s: %s, %s [%s]; %s", "%s : %s, %s [%s] ; %s"), t.when(r, ret), t.name(ret.Node), t.region(ret.Region), ret.Node, what)
	for _, id := range ret.Hurry {
		t.line(2, t.say("hurry: %s still helps, but not until the repair is done", "vite : %s aide encore, mais pas jusqu’à la fin de la réparation"), t.name(id))
	}
}

// circle tells of a repair that waits for itself, tie by tie.
func (t *rehearsalText) circle(c impact.Circle) {
	head := t.say("the repair waits for itself", "la réparation s’attend elle-même")
	switch {
	case c.Cold:
		head = t.say("they need each other to start", "chacun attend l’autre pour démarrer")
	case !c.Stuck:
		head = t.say("the repair waits for itself, but there is a way round", "la réparation s’attend elle-même, mais un détour existe")
	}
	t.line(1, t.say("%s: %s", "%s : %s"), head, ring(c.Nodes))
	for _, tie := range c.Ties {
		t.tie(tie, c.Stuck)
	}
}

func (t *rehearsalText) tie(tie impact.Tie, stuck bool) {
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
	case tie.Frees && stuck:
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
