package attribute

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

// Text writes the explanation for people, with the names of the edition.
func (x Explanation) Text(ed *catalog.Edition, lang catalog.Lang) string {
	w := &teller{x: x, ed: ed, lang: lang}
	w.head()
	w.sum()
	w.counts()
	w.counting()
	w.asides()
	w.change()
	w.others()
	if lang == catalog.FR { // a no-break space before these marks, as print has it
		const nbsp = "\u00a0"
		return strings.NewReplacer(" :", nbsp+":", "« ", "«"+nbsp, " »", nbsp+"»").Replace(w.b.String())
	}
	return w.b.String()
}

// teller writes one explanation.
type teller struct {
	x    Explanation
	ed   *catalog.Edition
	lang catalog.Lang
	b    strings.Builder
}

// say writes a line in the language.
func (w *teller) say(en, fr string, args ...any) {
	format := en
	if w.lang == catalog.FR {
		format = fr
	}
	fmt.Fprintf(&w.b, format+"\n", args...)
}

func (w *teller) pick(en, fr string) string {
	return catalog.Text{EN: en, FR: fr}.In(w.lang)
}

func (w *teller) head() {
	switch {
	case w.x.Peer != nil:
		w.say("%s, beside what failed: %s", "%s, à côté de ce qui est tombé : %s", w.org(w.x.Carrier), w.nodes(w.x.Peer.Root))
	default:
		w.say("%s, %s", "%s, %s", w.nodes(w.x.Nodes), w.region(w.x.Region))
	}
	w.say("At %s, from what was known then.\n", "Le %s, d’après ce qu’on savait alors.\n", w.clock(w.x.At))
	if w.x.Peer != nil {
		w.peer()
		return
	}
	w.say("Probability that it failed: %s. That is %s.", "Probabilité que ce soit défaillant : %s. C’est %s.",
		w.percent(w.x.P), w.stance(w.x.Stance))
	w.say("  Possible begins at %s; certain at %s with %d independent kinds of evidence, or with the owner’s own word and another kind.",
		"  « Possible » commence à %s; « certain » à %s avec %d sortes indépendantes d’indices, ou avec l’aveu du propriétaire et une autre sorte.",
		w.percent(w.x.Bar.Possible), w.percent(w.x.Bar.Certain), w.x.Bar.Planes)
	if w.x.Barred {
		w.say("  Another carrier has failed, and no instrument shows a loss that is this one’s alone: it is not named, whatever the probability.",
			"  Un autre réseau est tombé, et aucun instrument ne montre de perte propre à celui-ci : il n’est pas nommé, quelle que soit la probabilité.")
	}
	if w.x.Admitted {
		w.say("  Kinds that speak for it: %d. The owner itself says so.", "  Sortes qui parlent pour : %d. Le propriétaire le dit lui-même.", w.x.Kinds)
		return
	}
	w.say("  Kinds that speak for it: %d.", "  Sortes qui parlent pour : %d.", w.x.Kinds)
}

func (w *teller) peer() {
	p := w.x.Peer
	w.say("Verdict: %s; %s. Probability of a fault of its own: %s.", "Verdict : %s; %s. Probabilité d’une défaillance propre : %s.",
		w.state(p.State), w.class(p.Class), w.percent(w.x.P))
	if p.Silent {
		w.say("  Nobody accuses it and it says nothing of itself, so that nothing is published about it.",
			"  Personne ne l’accuse et elle ne dit rien d’elle-même : rien n’est publié à son sujet.")
	}
	if p.Accused > 0 {
		w.say("  Reports about it: %s, where %s are usual.", "  Signalements à son sujet : %s, contre %s d’ordinaire.", w.number(p.Accused), w.number(p.Expected))
	}
	if p.Talks {
		w.say("  Its customers call or take in those of what failed, so complaints about it are expected and weigh nothing.",
			"  Ses clients appellent ou accueillent ceux de ce qui est tombé : des plaintes à son sujet sont attendues et ne pèsent rien.")
	}
	if p.Alive {
		w.say("  An instrument, or its own word, shows that it works.", "  Un instrument, ou sa propre parole, montre qu’elle fonctionne.")
	} else {
		w.say("  No instrument, and no word of its own, shows that it works.", "  Ni instrument ni parole de sa part ne montre qu’elle fonctionne.")
	}
	if p.Rests != catalog.Up {
		w.say("  Services of its own rest on what failed: %s.", "  Ses propres services reposent sur ce qui est tombé : %s.", w.state(p.Rests))
	}
}

// sum writes the addition.
func (w *teller) sum() {
	parts := []string{w.pick("prior ", "a priori ") + w.nats(w.x.Prior)}
	for _, p := range w.x.Planes {
		parts = append(parts, w.plane(p.Plane)+" "+w.nats(p.Counted))
	}
	for _, e := range w.x.Extras {
		parts = append(parts, w.extra(e.Name)+" "+w.nats(e.Nats))
	}
	w.say("  Log-odds %s = %s.", "  Logarithme de la cote %s = %s.", w.nats(w.x.LogOdds), strings.Join(parts, ", "))
}

// counts writes what the model of counts found.
func (w *teller) counts() {
	if w.x.Fit == nil {
		return
	}
	w.say("  It brings %s times the usual reports; everybody else is complained of %s times as much as usual.",
		"  Cela amène %s fois les signalements habituels; on se plaint de tous les autres %s fois plus que d’habitude.",
		w.number(w.x.Fit.Severity), w.number(1+w.x.Fit.Attention))
}

func (w *teller) counting() {
	any := slices.ContainsFunc(w.x.Terms, func(t Term) bool { return t.Counts })
	if !any {
		w.say("\nNothing counts.", "\nRien ne compte.")
		return
	}
	w.say("\nWhat counts", "\nCe qui compte")
	for _, p := range w.x.Planes {
		w.say("  %s: %s, of a sum of %s and of %s at most; without it %s.", "  %s : %s, d’une somme de %s et d’au plus %s; sans cela %s.",
			w.plane(p.Plane), w.nats(p.Counted), w.nats(p.Sum), w.nats(w.bound(p)), w.percent(p.Without))
		for _, t := range w.x.Terms {
			if t.Counts && t.Cite.Plane == p.Plane {
				w.term(t)
			}
		}
	}
	for _, t := range w.x.Terms {
		if t.Counts && !slices.ContainsFunc(w.x.Planes, func(p PlaneSum) bool { return p.Plane == t.Cite.Plane }) {
			w.term(t)
		}
	}
}

// bound is the end of a plane's range on the side of its sum.
func (w *teller) bound(p PlaneSum) float64 {
	if p.Sum < 0 {
		return p.Least
	}
	return p.Most
}

func (w *teller) term(t Term) {
	w.say("    %s  %s. %s; without it %s.", "    %s  %s. %s; sans cela %s.", w.nats(t.Nats), w.what(t), w.why(t.Why), w.percent(t.Without))
}

// what names a reading or a claim.
func (w *teller) what(t Term) string {
	c := t.Cite
	if c.Series == nil {
		return fmt.Sprintf(w.pick("%s, %s: %s %s", "%s, %s : %s %s"), w.org(c.By), w.clock(c.At), w.claim(t), w.target(t.Target))
	}
	s := fmt.Sprintf(w.pick("%s: %s where %s is usual, %s", "%s : %s contre %s d’ordinaire, %s"),
		c.Series.String(), w.number(c.Value), w.number(c.Expected), w.level(t.Level))
	if !t.Onset.IsZero() {
		s += w.pick(" since ", " depuis ") + w.clock(t.Onset)
	}
	return s
}

func (w *teller) target(id string) string {
	if w.ed.Node(catalog.NodeID(id)) != nil {
		return w.nodes([]catalog.NodeID{catalog.NodeID(id)})
	}
	return w.org(catalog.OrgID(id))
}

// asides counts what doesn't count, by reason, and names what is about the same
// carrier.
func (w *teller) asides() {
	var reasons []Reason
	number := map[Reason]int{}
	for _, t := range w.x.Terms {
		if t.Counts {
			continue
		}
		if number[t.Why] == 0 {
			reasons = append(reasons, t.Why)
		}
		number[t.Why]++
	}
	if len(reasons) == 0 {
		return
	}
	w.say("\nWhat doesn’t count", "\nCe qui ne compte pas")
	for _, r := range reasons {
		w.say("  %d × %s", "  %d × %s", number[r], lower(w.why(r)))
		for _, t := range w.x.Terms {
			if t.Why == r && w.named(t) {
				w.say("       %s", "       %s", w.what(t))
			}
		}
	}
}

// named tells whether a piece that doesn't count is worth naming: it is about
// the carrier, and its reason is about this verdict.
func (w *teller) named(t Term) bool {
	switch t.Why {
	case WhyBlind, WhyCut, WhyContext, WhyUnknown, WhyNoClaim, WhyOther, WhyNoCarrier:
		return false
	}
	if t.Cite.Series == nil {
		return catalog.NodeID(t.Target).Owner() == w.x.Carrier
	}
	s := string(t.Cite.Series.Subject)
	return catalog.NodeID(s).Owner() == w.x.Carrier || w.ofCarrier(s)
}

// ofCarrier tells whether a subject is a network of the carrier.
func (w *teller) ofCarrier(subject string) bool {
	c := w.ed.Carrier(w.x.Carrier)
	return c != nil && slices.ContainsFunc(c.Networks, func(n catalog.Network) bool { return fmt.Sprintf("as%d", n.ASN) == subject })
}

func (w *teller) change() {
	w.say("\nWhat would change it", "\nCe qui le changerait")
	b := w.x.Break
	switch {
	case b == nil && w.x.Peer == nil && w.x.Stance == StanceUnlikely:
		need := math.Log(w.x.Bar.Possible/(1-w.x.Bar.Possible)) - w.x.LogOdds
		w.say("  Evidence of %s more would make it possible.", "  Des indices de %s de plus le rendraient possible.", w.nats(need))
	case b == nil:
		w.say("  Nothing that can be taken out: it stands without any of its pieces.", "  Rien de ce qu’on peut retirer : il tient sans aucun de ses éléments.")
	default:
		w.broken(*b)
	}
}

func (w *teller) broken(b Break) {
	became := w.stance(b.Stance)
	if w.x.Peer != nil {
		became = w.state(b.State) + "; " + w.class(b.Class)
	}
	switch {
	case len(b.Terms) == 1:
		w.say("  Without this one piece it would be %s (%s):", "  Sans ce seul élément, ce serait %s (%s) :", became, w.percent(b.P))
	case b.Exact:
		w.say("  Any single piece may be wrong. Without these %d together it would be %s (%s):",
			"  Chaque élément, à lui seul, peut être faux. Sans ces %d ensemble, ce serait %s (%s) :", len(b.Terms), became, w.percent(b.P))
	default:
		w.say("  It takes many. Without these %d together it would be %s (%s):",
			"  Il en faut beaucoup. Sans ces %d ensemble, ce serait %s (%s) :", len(b.Terms), became, w.percent(b.P))
	}
	for _, i := range b.Terms {
		w.say("    %s", "    %s", w.what(w.x.Terms[i]))
	}
}

func (w *teller) others() {
	if len(w.x.Rivals) == 0 {
		return
	}
	w.say("\nOther explanations that were weighed", "\nAutres explications pesées")
	for _, r := range w.x.Rivals {
		w.say("  %s, %s: log-odds %s (%s); leaves %d signals about its carrier unexplained",
			"  %s, %s : logarithme de la cote %s (%s); laisse %d signaux sur son réseau sans explication",
			w.nodes([]catalog.NodeID{r.Node}), w.region(r.Region), w.nats(r.LogOdds), w.percent(r.P), r.Missed)
	}
	if w.x.Missed > 0 {
		w.say("  This one leaves %d.", "  Celle-ci en laisse %d.", w.x.Missed)
	}
}

func (w *teller) org(id catalog.OrgID) string {
	if name := w.ed.OrgName(id).In(w.lang); name != "" {
		return name
	}
	return string(id)
}

func (w *teller) nodes(ids []catalog.NodeID) string {
	var names []string
	for _, id := range ids {
		name := string(id)
		if n := w.ed.Node(id); n != nil && n.Name.In(w.lang) != "" {
			name = n.Name.In(w.lang) + " (" + name + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, w.pick(" or ", " ou "))
}

func (w *teller) region(id catalog.RegionID) string {
	if r := w.ed.Region(id); r != nil && r.Name.In(w.lang) != "" {
		return r.Name.In(w.lang)
	}
	return string(id)
}

// clock writes a time as the evidence has it.
func (w *teller) clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04Z") }

// percent writes a probability; what is nearly sure stays apart from what is.
func (w *teller) percent(p float64) string {
	sign := w.pick("%", "\u00a0%")
	switch {
	case p > 0.999:
		return w.pick("more than 99.9", "plus de 99,9") + sign
	case p < 0.001:
		return w.pick("less than 0.1", "moins de 0,1") + sign
	case p > 0.99 || p < 0.01:
		return w.decimal(100*p, 1) + sign
	}
	return w.decimal(100*p, 0) + sign
}

// nats writes a weight with its sign.
func (w *teller) nats(v float64) string {
	if math.Abs(v) < 0.005 {
		v = 0
	}
	s := w.decimal(math.Abs(v), 2)
	if v < 0 {
		return "−" + s
	}
	return "+" + s
}

func (w *teller) number(v float64) string {
	switch a := math.Abs(v); {
	case a >= 10, v == math.Trunc(v):
		return w.decimal(v, 0)
	case a < 0.01:
		return w.decimal(v, 4)
	}
	return w.decimal(v, 2)
}

// decimal writes a number as the language does.
func (w *teller) decimal(v float64, digits int) string {
	s := fmt.Sprintf("%.*f", digits, v)
	if w.lang == catalog.FR {
		return strings.Replace(s, ".", ",", 1)
	}
	return s
}

func lower(s string) string {
	r := []rune(s)
	return strings.ToLower(string(r[:1])) + string(r[1:])
}

func (w *teller) plane(p evidence.Plane) string {
	switch p {
	case evidence.PlaneTraffic:
		return w.pick("traffic", "trafic") //nolint:misspell // French
	case evidence.PlaneRoutes:
		return w.pick("routes", "routes")
	case evidence.PlaneProbes:
		return w.pick("probes", "sondes")
	case evidence.PlaneCrowd:
		return w.pick("reports by people", "signalements du public")
	}
	return w.pick("statements", "déclarations")
}
