package attribute

import (
	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

func (w *teller) stance(s Stance) string {
	switch s {
	case StanceCertain:
		return w.pick("certain", "certain")
	case StancePossible:
		return w.pick("possible, not certain", "possible, sans être certain")
	}
	return w.pick("unlikely", "peu probable")
}

func (w *teller) state(s catalog.State) string {
	switch s {
	case catalog.Up:
		return w.pick("operational", "en service")
	case catalog.Degraded:
		return w.pick("degraded", "dégradé")
	case catalog.Down:
		return w.pick("down", "en panne")
	}
	return w.pick("unknown", "inconnu")
}

func (w *teller) class(c incident.Class) string {
	switch c {
	case incident.OwnFault:
		return w.pick("a fault of its own", "une défaillance propre")
	case incident.Load:
		return w.pick("slower because others’ customers came", "ralenti par l’afflux des clients des autres")
	case incident.Dependency:
		return w.pick("it rests on what failed", "il repose sur ce qui est tombé")
	case incident.SpillOver:
		return w.pick("complaints that spill over from what failed", "des plaintes qui débordent de ce qui est tombé")
	case incident.Affected:
		return w.pick("it says that it is hit, and why isn’t known", "il se dit touché, on ne sait pas pourquoi")
	}
	return w.pick("no class", "sans classe")
}

func (w *teller) extra(name string) string {
	if name == EdgeExtra {
		return w.pick("a dependence that the catalogue may lack", "une dépendance qui manque peut-être au catalogue")
	}
	if name == RivalsExtra {
		return w.pick("other explanations of the same", "autres explications des mêmes faits")
	}
	if name == LastingExtra {
		return w.pick("what was seen before, and for how long", "ce qu’on a vu avant, et depuis quand")
	}
	return name
}

func (w *teller) level(l string) string {
	switch l {
	case evidence.Critical.String():
		return w.pick("critical", "critique")
	case evidence.Warning.String():
		return w.pick("warning", "alerte")
	case evidence.Normal.String():
		return w.pick("normal", "normal")
	}
	return w.pick("no baseline", "sans niveau habituel")
}

func (w *teller) claim(t Term) string {
	switch t.Claim {
	case evidence.SaysDown:
		return w.pick("says down:", "dit en panne :")
	case evidence.SaysDegraded:
		return w.pick("says degraded:", "dit dégradé :")
	case evidence.SaysUp:
		return w.pick("says up:", "dit en service :")
	case evidence.SaysRestored:
		return w.pick("says restored:", "dit rétabli :")
	case evidence.SaysRecovering:
		return w.pick("says coming back:", "dit en rétablissement :")
	case evidence.SaysLoad:
		return w.pick("says loaded:", "dit surchargé :")
	}
	return w.pick("speaks of", "parle de")
}

// why writes a reason as a sentence without its full stop.
func (w *teller) why(r Reason) string {
	for _, x := range reasonWords() {
		if x.reason == r {
			return x.text.In(w.lang)
		}
	}
	return string(r)
}

type reasonWord struct {
	reason Reason
	text   catalog.Text
}

func reasonWords() []reasonWord {
	return []reasonWord{
		{WhyFalls, catalog.Text{EN: "It falls with it", FR: "Cela tombe avec"}},
		{WhyPartly, catalog.Text{EN: "It is about the carrier as a whole, of which a part falls", FR: "Cela parle de tout le réseau, dont une partie tombe"}},
		{WhyStands, catalog.Text{EN: "It should have fallen, and has not", FR: "Cela aurait dû tomber, et tient"}},
		{WhyNoSign, catalog.Text{EN: "It proves nothing: what is announced need not be alive", FR: "Cela ne prouve rien : une route annoncée peut être morte"}},
		{WhyOwn, catalog.Text{EN: "It is about the carrier itself", FR: "Cela concerne le réseau lui-même"}},
		{WhyTalks, catalog.Text{EN: "Explained: its customers call, or take in, those of what failed", FR: "Expliqué : ses clients appellent ou accueillent ceux de ce qui est tombé"}},
		{WhyContext, catalog.Text{EN: "Totals of a country or a collector, which name no carrier", FR: "Totaux d’un pays ou d’un collecteur, qui ne nomment aucun réseau"}},
		{WhyBlind, catalog.Text{EN: "No judgement is possible yet: no baseline, or no value", FR: "Aucun jugement possible : pas de niveau habituel, ou pas de valeur"}},
		{WhyCut, catalog.Text{EN: "The same reports again, cut by region for the map", FR: "Les mêmes signalements, répartis par région pour la carte"}},
		{WhySilent, catalog.Text{EN: "The feed is silent: that is not knowing, and no zero", FR: "La source est muette : c’est ne pas savoir, et non un zéro"}},
		{WhyUnknown, catalog.Text{EN: "It names nothing that the catalogue knows", FR: "Cela ne nomme rien que le catalogue connaisse"}},
		{WhyStale, catalog.Text{EN: "Too old to weigh anything now", FR: "Trop ancien pour peser encore"}},
		{WhyElsewhere, catalog.Text{EN: "It is about a wider or another region", FR: "Cela concerne une région plus vaste ou une autre"}},
		{WhyUnrelated, catalog.Text{EN: "Nothing that it is about falls with this", FR: "Rien de ce dont il s’agit ne tombe avec"}},
		{WhyBefore, catalog.Text{EN: "It was measured before the fall: no alibi", FR: "Mesuré avant la chute : ce n’est pas un alibi"}},
		{WhyExplained, catalog.Text{EN: "Another incident explains it already", FR: "Un autre incident l’explique déjà"}},
		{WhyOldWord, catalog.Text{EN: "Said more than half a day ago", FR: "Dit il y a plus d’une demi-journée"}},
		{WhySuperseded, catalog.Text{EN: "Its speaker has said otherwise since", FR: "Qui l’a dit s’est repris depuis"}},
		{WhyNoClaim, catalog.Text{EN: "It claims no state: a cause, an advice, a promise", FR: "Cela n’affirme aucun état : une cause, un conseil, une promesse"}},
		{WhyHearsay, catalog.Text{EN: "Only the owner can say that it is up", FR: "Seul le propriétaire peut dire que cela fonctionne"}},
		{WhyNoCarrier, catalog.Text{EN: "It is about something that is no carrier’s", FR: "Cela concerne ce qui n’est à aucun réseau"}},
		{WhyOther, catalog.Text{EN: "It is about another carrier", FR: "Cela concerne un autre réseau"}},
	}
}
