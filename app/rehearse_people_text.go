package app

import (
	"time"

	"tocsin/catalog"
	"tocsin/rehearse"
	"tocsin/roster"
)

// people is the answer about people, appointments and notices.
func (t *rehearsalText) people(a answers) string {
	t.mark()
	if a.result.Title != "" {
		t.line(0, "%s", a.result.Title)
	}
	t.frame(a.result)
	if a.roll != nil {
		t.roll(a)
	}
	if a.book != nil {
		t.book(a)
	}
	if a.notices != nil {
		t.head("notices written", "avis écrits")
		for _, name := range a.notices {
			t.line(1, "%s", name)
		}
	}
	t.WriteByte('\n')
	if a.roll != nil || a.book != nil {
		t.line(0, "%s", t.say("Nothing of the files of people was kept: this answer is all there is.",
			"Rien des fichiers de personnes n’a été gardé : il n’en reste que cette réponse."))
	}
	t.mark()
	return t.String()
}

// read says how a file was read, if not wholly.
func (t *rehearsalText) read(r roster.Reading) {
	if r.LeftOut > 0 {
		t.line(1, t.say("Left out: %d of %d rows; the faults are listed apart.", "Laissées de côté : %d lignes sur %d ; les fautes sont données à part."), r.LeftOut, r.Rows)
	}
	if r.Legacy {
		t.line(1, "%s", t.say("The file is no UTF-8; it was read as Windows-1252.", "Le fichier n’est pas en UTF-8 ; il a été lu comme du Windows-1252."))
	}
}

func (t *rehearsalText) roll(a answers) {
	count := map[catalog.State]int{}
	bare := 0
	for _, c := range a.roll.Contacts {
		count[c.State]++
		if len(c.Paths) == 0 {
			bare++
		}
	}
	t.head("who can be reached", "qui peut être joint")
	t.line(1, t.say("As of %s, of %d people: %d can be reached, %d by a path that suffers; of %d it isn't known; %d are cut off, %d of them without any path in the roster.",
		"À %s, sur %d personnes : %d peuvent être jointes, %d par une voie dégradée ; pour %d on ne sait pas ; %d sont coupées, dont %d sans aucune voie dans la liste."),
		a.clock(a.roll.At), len(a.roll.Contacts), count[catalog.Up]+count[catalog.Degraded], count[catalog.Degraded], count[catalog.Unknown],
		count[catalog.Down], bare)
	t.read(a.people)
	t.roles(a.roll.Roles)
	t.asks(a)
	t.contacts(a, catalog.Down, "cut off", "coupés")
	t.contacts(a, catalog.Unknown, "not known", "on ne sait pas")
}

func (t *rehearsalText) roles(roles []rehearse.Role) {
	headed := false
	for _, r := range roles {
		if r.Minimum == 0 {
			continue
		}
		if !headed {
			t.head("roles and their minimum", "fonctions et leur minimum")
			headed = true
		}
		name := r.Role
		if r.Site != "" {
			name += ", " + r.Site
		}
		verdict := t.say("enough", "suffisant")
		if r.Short() > 0 {
			verdict = sprintf(t.say("%d SHORT", "IL EN MANQUE %d"), r.Short())
		}
		t.line(1, t.say("%s: %s. Can be reached: %d of %d; needed: %d.", "%s : %s. Joignables : %d sur %d ; minimum : %d."),
			name, verdict, r.Reached, r.People, r.Minimum)
		if r.People == 0 {
			t.line(2, "%s", t.say("nobody in the roster has this role", "personne dans la liste n’a cette fonction"))
		}
	}
}

func (t *rehearsalText) asks(a answers) {
	if len(a.roll.Asks) == 0 {
		return
	}
	t.head("to be asked to come in, as of "+a.clock(a.roll.Asked), "à faire venir, à "+a.clock(a.roll.Asked))
	for _, x := range a.roll.Asks {
		why := t.say("the role is short", "il en manque dans la fonction")
		if x.Why == rehearse.OnCall {
			why = t.say("on call, and will be cut off", "de garde, et sera coupé")
		}
		way := t.say("no path stands: send somebody", "aucune voie ne tient : envoyez quelqu’un")
		if x.Path.Node != "" {
			way = sprintf(t.say("by %s, %s", "par %s, %s"), t.way(x.Path), t.name(x.Path.Node))
		}
		if !x.Before.IsZero() {
			way += sprintf(t.say(", before %s", ", avant %s"), a.clock(x.Before))
		}
		t.line(1, t.say("%s: %s (%s)", "%s : %s (%s)"), person(x.Contact), way, why)
	}
}

func (t *rehearsalText) contacts(a answers, state catalog.State, en, fr string) {
	headed := false
	for _, c := range a.roll.Contacts {
		if c.State != state {
			continue
		}
		if !headed {
			t.head(en, fr)
			headed = true
		}
		switch {
		case len(c.Paths) == 0:
			t.line(1, t.say("%s: %s", "%s : %s"), person(c), t.say("no path in the roster", "aucune voie dans la liste"))
		case !c.Lost.IsZero():
			t.line(1, t.say("%s: %s %s", "%s : %s %s"), person(c), t.say("from", "dès"), a.clock(c.Lost))
		default:
			t.line(1, "%s", person(c))
		}
	}
}

// person names somebody as the roster does.
func person(c rehearse.Contact) string {
	name := c.ID
	if c.Name != "" && c.Name != c.ID {
		name = c.Name + " (" + c.ID + ")"
	}
	name += ", " + c.Role
	if c.Site != "" {
		name += ", " + c.Site
	}
	return name
}

// way is a kind of path in the reader's language.
func (t *rehearsalText) way(p roster.Path) string {
	switch p.Kind {
	case "mobile":
		return t.say("mobile", "mobile")
	case "sms":
		return t.say("text message", "texto")
	case "data":
		return t.say("mobile data", "données mobiles")
	case "landline":
		return t.say("landline", "ligne fixe")
	case "internet":
		return t.say("home internet", "internet à la maison")
	case "work":
		return t.say("the line at work", "ligne du bureau")
	case "pager":
		return t.say("pager", "téléavertisseur")
	case "radio":
		return t.say("radio", "radio")
	case "satellite":
		return t.say("satellite", "satellite")
	}
	return t.say("another path", "une autre voie")
}

func (t *rehearsalText) book(a answers) {
	b := a.book
	down := 0
	for _, r := range b.rebook {
		if r.State == catalog.Down {
			down++
		}
	}
	t.head("appointments to rebook", "rendez-vous à déplacer")
	t.line(1, t.say("Of %d virtual appointments %d fall into the outage, %d may suffer and %d stand. %d in person were not looked at further.",
		"Sur %d rendez-vous virtuels, %d tombent dans la panne, %d peuvent en souffrir et %d tiennent. %d en personne n’ont pas été examinés."),
		b.virtual, down, len(b.rebook)-down, b.virtual-len(b.rebook), b.inPerson)
	t.line(1, "%s", t.say("Until when it lasts is the plan's word, not a forecast.", "Jusqu’à quand elle dure, c’est le plan qui le dit ; ce n’est pas une prévision."))
	t.read(b.Reading)
	for _, r := range b.rebook {
		name := r.Label
		if r.ID != "" {
			name += " (" + r.ID + ")"
		}
		t.line(1, t.say("%s – %s  %s: %s, %s", "%s – %s  %s : %s, %s"), a.clock(r.Start), r.End.In(a.zone).Format("15:04"), name, t.name(r.Node), t.state(r.State))
	}
}

// clock is a time as lists of people have it: in the zone that was asked for.
func (a answers) clock(t time.Time) string { return t.In(a.zone).Format("2006-01-02 15:04 MST") }
