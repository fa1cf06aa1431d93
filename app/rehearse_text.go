package app

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/rehearse"
)

// rehearsalText writes a rehearsal for people. The first and the last line, and
// every heading, say that it is one.
type rehearsalText struct {
	strings.Builder
	ed       *catalog.Edition
	more     []*catalog.Edition // further ones, for names that the first lacks
	lang     catalog.Lang
	markdown bool
}

// say is the words of the reader's language.
func (t *rehearsalText) say(en, fr string) string { return catalog.Text{EN: en, FR: fr}.In(t.lang) }

func (t *rehearsalText) line(depth int, format string, args ...any) {
	switch {
	case t.markdown && depth > 0:
		t.WriteString(strings.Repeat("  ", depth-1) + "- ")
	case !t.markdown:
		t.WriteString(strings.Repeat("  ", depth))
	}
	fmt.Fprintf(&t.Builder, format, args...)
	t.WriteByte('\n')
}

// head begins a part.
func (t *rehearsalText) head(en, fr string) {
	t.WriteByte('\n')
	if t.markdown {
		t.line(0, "## %s %s\n", t.say("Exercise:", "Exercice :"), t.say(en, fr))
		return
	}
	t.line(0, "%s %s", t.say("EXERCISE:", "EXERCICE :"), t.say(en, fr))
}

// exerciseMark begins and ends every answer for people.
func exerciseMark(lang catalog.Lang) string {
	return catalog.Text{EN: "EXERCISE: a rehearsal. Nothing has failed.", FR: "EXERCICE : une répétition. Rien n’est en panne."}.In(lang)
}

func (t *rehearsalText) mark() {
	text := exerciseMark(t.lang)
	if t.markdown {
		text = "**" + text + "**\n"
	}
	t.line(0, "%s", text)
}

// title says what the exercise is called.
func (t *rehearsalText) title(title string) {
	switch {
	case title == "":
	case t.markdown:
		t.line(0, "# %s %s\n", t.say("Exercise:", "Exercice :"), title)
	default:
		t.line(0, "%s", title)
	}
}

// result is all of it.
func (t *rehearsalText) result(r rehearse.Result) string {
	t.mark()
	t.title(r.Title)
	t.frame(r)
	t.totals(r.Totals)
	parts := []struct {
		en, fr string
		in     func(rehearse.Affected) bool
	}{
		{"who falls with it", "qui tombe avec", func(a rehearse.Affected) bool { return a.Kind == catalog.Dependent }},
		{"services", "services", func(a rehearse.Affected) bool { return a.Kind == catalog.Offering }},
		{"other parts", "autres composants", func(a rehearse.Affected) bool {
			return a.Kind != catalog.Dependent && a.Kind != catalog.Offering
		}},
	}
	for _, p := range parts {
		headed := false
		for i := 0; i < len(r.Affected); {
			alike := 1 + slices.IndexFunc(append(r.Affected[i+1:len(r.Affected):len(r.Affected)], rehearse.Affected{}), func(b rehearse.Affected) bool {
				return !fareAlike(r.Affected[i], b)
			})
			rows := r.Affected[i : i+alike]
			i += alike
			if !p.in(rows[0]) {
				continue
			}
			if !headed {
				t.head(p.en, p.fr)
				headed = true
			}
			t.affected(rows)
		}
	}
	t.timeline(r)
	t.failing(r)
	t.recovery(r)
	t.WriteByte('\n')
	t.mark()
	return t.String()
}

// frame says what fails, when, on which edition.
func (t *rehearsalText) frame(r rehearse.Result) {
	depth := 0
	if t.markdown {
		depth = 1 // or the lines would run into one
	}
	for _, root := range r.Roots {
		where := t.say("wherever it exists", "partout où il existe")
		if root.Region != "" {
			where = t.region(root.Region)
		}
		t.line(depth, t.say("Fails: %s (%s), %s, %s", "Tombe : %s (%s), %s, %s"), t.name(root.Node), root.Node, t.state(root.State), where)
	}
	until := t.say("for good", "sans fin")
	if !r.Until.IsZero() {
		until = t.say("until ", "jusqu’à ") + stamp(r.Until)
	}
	t.line(depth, t.say("From %s, %s. Looked at %s later, on the catalogue of %s.", "Dès %s, %s. Vu %s plus tard, sur le catalogue du %s."),
		stamp(r.From), until, t.length(rehearse.Length(r.Look.Sub(r.From))), r.Edition)
}

func (t *rehearsalText) totals(sum rehearse.Totals) {
	count := func(en, fr string, c rehearse.Count) {
		t.line(1, t.say("%s: %d down, %d degraded, %d unknown, %d holding out", "%s : en panne %d, dégradés %d, état inconnu %d, tiennent encore %d"),
			t.say(en, fr), c.Down, c.Degraded, c.Unknown, c.Holding)
	}
	count("Dependents", "Dépendants", sum.Dependents)
	count("Services", "Services", sum.Services)
	count("Other parts", "Autres composants", sum.Parts)
	switch {
	case sum.People > 0:
		t.line(1, t.say("People behind these dependents: at least %d; %d of them uncounted", "Personnes derrière ces dépendants : au moins %d ; %d non comptés"),
			sum.People, sum.Uncounted)
	case sum.Uncounted > 0:
		t.line(1, "%s", t.say("People behind these dependents: nobody counted them", "Personnes derrière ces dépendants : nul ne les a comptées"))
	}
}

// fareAlike tells whether two rows say the same of a node in two places.
func fareAlike(a, b rehearse.Affected) bool {
	return a.Node == b.Node && a.State == b.State && a.Fails.Equal(b.Fails) && slices.Equal(a.Path, b.Path) &&
		slices.Equal(a.Backup, b.Backup) && a.Load == b.Load &&
		len(a.Standing) == len(b.Standing) && len(a.Withdrawn) == len(b.Withdrawn)
}

// affected writes rows that say the same of one node.
func (t *rehearsalText) affected(rows []rehearse.Affected) {
	a := rows[0]
	where, behind := make([]string, len(rows)), 0
	for i, row := range rows {
		where[i] = t.region(row.Region)
		behind += row.People
	}
	sure := ""
	if a.Assumed {
		sure = t.say(" (assumed)", " (supposé)")
	}
	t.line(1, t.say("%s: %s, %s [%s]%s", "%s : %s, %s [%s]%s"), t.state(a.State), a.Name.In(t.lang), strings.Join(where, ", "), a.Node, sure)
	var way []string
	for _, id := range a.Path[1:] {
		way = append(way, t.name(id))
	}
	t.line(2, t.say("because it rests on %s", "car cela repose sur : %s"), strings.Join(way, t.say(", that on ", ", qui repose sur : ")))
	if !a.Fails.IsZero() {
		t.line(2, t.say("worsens in %s, at %s", "s’aggrave dans %s, à %s"), t.length(a.Left), stamp(a.Fails))
	}
	if a.Load != "" {
		t.line(2, t.say("only because users of others come to %s", "seulement parce que des usagers d’autres réseaux se tournent vers %s"), t.name(a.Load))
	}
	if len(a.Backup) > 0 {
		t.line(2, t.say("carried by %s", "porté par %s"), t.names(a.Backup))
	} else if a.State == catalog.Up && a.Fails.IsZero() {
		t.line(2, "%s", t.say("its reserves outlast the failure", "ses réserves durent plus que la panne"))
	}
	if behind > 0 {
		t.line(2, t.say("people: %d", "personnes : %d"), behind)
	}
	for _, s := range a.Standing {
		t.line(2, t.say("still works: %s", "marche encore : %s"), s.Text.In(t.lang))
	}
	for _, s := range a.Withdrawn {
		t.line(2, t.say("not now: %s (%s is down)", "pas maintenant : %s (en panne : %s)"), s.Text.In(t.lang), t.names(s.Lost))
	}
}

// timeline shows what falls after the beginning: what falls at once stands above.
func (t *rehearsalText) timeline(r rehearse.Result) {
	headed := false
	for _, e := range r.Timeline {
		if e.After == 0 {
			continue
		}
		if !headed {
			t.head("as holdovers run out", "à mesure que les réserves s’épuisent")
			headed = true
		}
		t.line(1, t.say("+%s  %s: %s, %s [%s]", "+%s  %s : %s, %s [%s]"), t.length(e.After), t.state(e.State), t.name(e.Node), t.region(e.Region), e.Node)
	}
}

// failing is the table of how long each dependent lasts.
func (t *rehearsalText) failing(r rehearse.Result) {
	headed := false
	for _, f := range r.Failing {
		if f.Kind != catalog.Dependent || f.Suffers == 0 && (!f.Goes || f.Down == 0) {
			continue
		}
		if !headed {
			t.head("time to failure of dependents that don’t fall at once", "temps avant la panne de ceux qui ne tombent pas tout de suite")
			headed = true
		}
		down := t.say("not down", "pas en panne")
		if f.Goes {
			down = t.say("down after ", "en panne après ") + t.length(f.Down)
		}
		t.line(1, t.say("%s: suffers after %s, %s", "%s : touché après %s, %s"), t.name(f.Node), t.length(f.Suffers), down)
	}
}

func (t *rehearsalText) state(s catalog.State) string {
	switch s {
	case catalog.Down:
		return t.say("down", "en panne")
	case catalog.Degraded:
		return t.say("degraded", "dégradé")
	case catalog.Unknown:
		return t.say("unknown", "inconnu")
	}
	return t.say("holds out", "tient encore")
}

func (t *rehearsalText) name(id catalog.NodeID) string {
	for _, ed := range append([]*catalog.Edition{t.ed}, t.more...) {
		if n := ed.Node(id); n != nil {
			return n.Name.In(t.lang)
		}
	}
	return string(id)
}

func (t *rehearsalText) region(id catalog.RegionID) string {
	if r := t.ed.Region(id); r != nil {
		return r.Name.In(t.lang)
	}
	return string(id)
}

// length is a duration as people say it, to the minute.
func (t *rehearsalText) length(l rehearse.Length) string {
	minutes := int(time.Duration(l).Round(time.Minute) / time.Minute)
	days, hours, minutes := minutes/1440, minutes/60%24, minutes%60
	var parts []string
	if days > 0 {
		parts = append(parts, fmt.Sprintf(t.say("%d d", "%d j"), days))
	}
	if hours > 0 {
		parts = append(parts, fmt.Sprintf("%d h", hours))
	}
	if minutes > 0 || len(parts) == 0 {
		parts = append(parts, fmt.Sprintf("%d min", minutes))
	}
	return strings.Join(parts, " ")
}
