package notice

import (
	"strings"

	"tocsin/catalog"
)

// words are what a sheet says in one language. English and French are each
// written, none is made from the other.
type words struct {
	states                   map[catalog.State]string
	where, since, fails, why string
	instead, none, unsure    string
	issued, dayAt, colon     string
	exercise, exerciseMore   string
	recorded, recordedMore   string
	rests, that, guess       string
}

func wordsIn(l catalog.Lang) words {
	if l == catalog.FR {
		return words{
			states: map[catalog.State]string{
				catalog.Down: "Ne fonctionne pas en ce moment", catalog.Degraded: "Ne fonctionne qu’en partie en ce moment",
				catalog.Up: "Fonctionne encore, mais peut s’arrêter", catalog.Unknown: "Nous ne savons pas si cela fonctionne",
			},
			where: "Où", since: "Depuis", fails: "Peut empirer", why: "Pourquoi",
			instead: "Que faire à la place",
			none:    "Nous n’avons pas de solution de rechange vérifiée. Adressez-vous au personnel sur place.",
			unsure:  "La cause est une supposition\u00a0: personne ne l’a confirmée.",
			issued:  "Avis rédigé le %s. Demandez au personnel si quelque chose a changé depuis.", dayAt: "%s à %s", colon: "\u00a0: ",
			exercise: "EXERCICE", exerciseMore: "Ceci est une répétition. Rien n’est en panne.",
			recorded: "JOURNÉE PASSÉE", recordedMore: "Cet avis raconte une panne d’autrefois. Il ne dit rien d’aujourd’hui.",
			rests: "Dépend de ceci, qui est touché par la panne\u00a0: ", that: ", puis ", guess: " (non confirmé)",
		}
	}
	return words{
		states: map[catalog.State]string{
			catalog.Down: "Does not work at the moment", catalog.Degraded: "Works only in part at the moment",
			catalog.Up: "Still works, but may stop", catalog.Unknown: "We don’t know whether this works",
		},
		where: "Where", since: "Since", fails: "May get worse", why: "Why",
		instead: "What to do instead",
		none:    "We have no other way that has been checked. Please ask the staff here.",
		unsure:  "The cause is our assumption: nobody has confirmed it.",
		issued:  "Notice written on %s. Ask the staff whether anything has changed since.", dayAt: "%s, %s", colon: ": ",
		exercise: "EXERCISE", exerciseMore: "This is a rehearsal. Nothing has failed.",
		recorded: "A PAST DAY", recordedMore: "This notice tells of an outage long ago. It says nothing about today.",
		rests: "It depends on this, which the outage has hit: ", that: ", then ", guess: " (not confirmed)",
	}
}

// reason names what it rests on. Two steps are enough on a door: the nearest,
// which people may know, and the root.
func (w words) reason(why []string) string {
	switch len(why) {
	case 0:
		return ""
	case 1:
		return w.rests + why[0]
	}
	return w.rests + strings.Join([]string{why[0], why[len(why)-1]}, w.that)
}
