package app

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tocsin/catalog"
	"tocsin/rehearse"
)

// recall fills a plan with the roots of a recorded outage: what is known to have
// failed, for as long as it did.
func (o RehearseOptions) recall(p *rehearse.Plan) error {
	day, _, err := o.World.Outage(p.Day, time.Time{})
	if err != nil {
		return err
	}
	if len(day.Truth.Roots) == 0 {
		return usage("choose another one, or say what failed with --fail", "%s: nobody knows what failed that day", p.Day)
	}
	if p.Title == "" {
		lang, _ := o.Style.lang() // asked before
		p.Title = day.Title.In(lang)
	}
	moved := !p.From.IsZero()
	var end time.Time
	for _, r := range day.Truth.Roots {
		f := rehearse.Fail{What: r.Target, Region: r.Region, State: r.State}
		if !moved {
			f.From = r.From
			if p.From.IsZero() || r.From.Before(p.From) {
				p.From = r.From
			}
		}
		p.Fails = append(p.Fails, f)
		if r.Until.After(end) {
			end = r.Until
		}
	}
	if p.For == 0 && !moved {
		p.For = end.Sub(p.From)
	}
	if len(p.Editions) == 0 {
		p.Editions = []time.Time{day.Edition, o.Now}
	}
	return nil
}

// sideBySide plays a plan on several editions.
func (o RehearseOptions) sideBySide(out io.Writer, plan rehearse.Plan, lang catalog.Lang) error {
	days, err := o.World.check()
	if err != nil {
		return err
	}
	load := func(dates []time.Time) (eds []*catalog.Edition, err error) {
		for _, d := range dates {
			if d.IsZero() {
				continue
			}
			ed, err := o.World.Edition(d)
			if err != nil {
				return nil, err
			}
			eds = append(eds, ed)
		}
		return eds, nil
	}
	editions, err := load(plan.Editions)
	if err != nil {
		return err
	}
	between, err := load(days)
	if err != nil {
		return err
	}
	var stages []*rehearse.Stage
	for _, ed := range editions {
		stages = append(stages, rehearse.New(ed))
	}
	c, err := rehearse.Compare(stages, plan, between)
	if err != nil {
		return unplayable(err)
	}
	switch o.Format {
	case "json":
		err = printJSON(out, c)
	case "csv":
		err = comparisonCSV(out, c, lang)
	default:
		t := rehearsalText{ed: editions[0], more: editions[1:], lang: lang, markdown: o.Format == "markdown"}
		err = Put(out, t.comparison(c))
	}
	if err != nil {
		return err
	}
	return o.verdict(c.Results[len(c.Results)-1])
}

// comparison is all of it.
func (t *rehearsalText) comparison(c rehearse.Comparison) string {
	t.mark()
	t.title(c.Results[0].Title)
	for _, r := range c.Results {
		t.WriteByte('\n')
		t.frame(r)
		t.totals(r.Totals)
		stuck := 0
		for _, circle := range r.Recovery.Circles {
			if circle.Stuck {
				stuck++
				t.line(1, t.say("The repair waits for itself: %s", "La réparation s’attend elle-même : %s"), ring(circle.Nodes))
			}
		}
		if stuck == 0 {
			t.line(1, "%s", t.say("No repair waits for itself.", "Aucune réparation ne s’attend elle-même."))
		}
	}
	for _, p := range c.Pairs {
		t.differences(p, p.Spared,
			t.say("what no longer falls, %s beside %s", "ce qui ne tombe plus, %s à côté de %s"),
			t.say("undoing any one of these alone brings the loss back", "défaire un seul de ces changements ramène la perte"))
		t.differences(p, p.Fallen,
			t.say("what falls now and did not, %s beside %s", "ce qui tombe maintenant et ne tombait pas, %s à côté de %s"),
			t.say("undoing any one of these alone averts the loss", "défaire un seul de ces changements évite la perte"))
		t.WriteByte('\n')
		t.line(0, t.say("Alike on both: %d.", "Pareil des deux côtés : %d."), p.Same)
	}
	t.WriteByte('\n')
	t.mark()
	return t.String()
}

// differences lists what fares otherwise, under the change that makes it so.
func (t *rehearsalText) differences(p rehearse.Pair, list []rehearse.Difference, head, proof string) {
	if len(list) == 0 {
		return
	}
	head = fmt.Sprintf(head, p.Is, p.Was)
	t.head(head, head)
	var order []string
	groups := map[string][]rehearse.Difference{}
	for _, d := range list {
		why := t.why(d)
		if _, met := groups[why]; !met {
			order = append(order, why)
		}
		groups[why] = append(groups[why], d)
	}
	for _, why := range order {
		t.line(1, "%s", why)
		if d := groups[why][0]; len(d.Changes) > 0 {
			proof := proof
			if d.Together {
				proof = t.say("only undoing all of these brings it about", "seul le fait de défaire tous ceux-ci y ramène")
			}
			t.line(2, t.say("tried: %s", "essayé : %s"), proof)
		}
		for _, d := range groups[why] {
			t.line(3, t.say("%s: %s, now %s [%s]", "%s : %s, maintenant %s [%s]"), d.Name.In(t.lang), t.standing(d.Was), t.standing(d.Is), d.Node)
		}
	}
}

// why puts the changes behind a difference into words.
func (t *rehearsalText) why(d rehearse.Difference) string {
	if d.Absent {
		return t.say("only one of the editions has it", "une seule des éditions le connaît")
	}
	if len(d.Changes) == 0 {
		return t.say("no change of the catalogue was found that explains it", "aucun changement du catalogue qui l’explique n’a été trouvé")
	}
	var words []string
	for _, c := range d.Changes {
		words = append(words, t.change(c))
	}
	if d.Together {
		return strings.Join(words, t.say("; and ", " ; et "))
	}
	return strings.Join(words, t.say("; or ", " ; ou "))
}

func (t *rehearsalText) change(c rehearse.Change) string {
	name := t.name(c.Node)
	var text string
	switch c.Kind {
	case rehearse.NeedEnded:
		text = fmt.Sprintf(t.say("since %s, %s no longer needs %s", "depuis le %s, %s n’a plus besoin %s"), c.Since, name, t.de(t.need(*c.Need)))
		if len(c.Instead) == 0 {
			text += " (" + t.claim(c.Need.Provenance) + ")"
		}
	case rehearse.NeedBegan:
		text = fmt.Sprintf(t.say("since %s, %s needs %s", "depuis le %s, %s a besoin %s"), c.Since, name, t.de(t.need(*c.Need)))
	case rehearse.NodeBegan:
		text = fmt.Sprintf(t.say("since %s there is %s", "depuis le %s, il y a %s"), c.Since, name)
	case rehearse.NodeEnded:
		text = fmt.Sprintf(t.say("since %s there is no %s", "depuis le %s, il n’y a plus %s"), c.Since, name)
	case rehearse.PlaceChange:
		text = fmt.Sprintf(t.say("since %s, %s is in other regions", "depuis le %s, %s est dans d’autres régions"), c.Since, name)
	case rehearse.LoadChange:
		text = fmt.Sprintf(t.say("since %s, other users come to %s, or it has other room for them", "depuis le %s, d’autres usagers se tournent vers %s, ou la place y est autre"), c.Since, name)
	}
	for _, r := range c.Instead {
		if c.Kind == rehearse.NeedEnded {
			text += fmt.Sprintf(t.say(", but %s", ", mais %s"), t.de(t.need(r)))
		} else {
			text += fmt.Sprintf(t.say(", instead of %s", ", au lieu %s"), t.de(t.need(r)))
		}
		text += " (" + t.claim(r.Provenance) + ")"
	}
	for _, id := range c.New {
		text += fmt.Sprintf(t.say("; new: %s", " ; nouveau : %s"), t.name(id))
	}
	return text
}

func (t *rehearsalText) need(r catalog.Requirement) string {
	text := t.group(r.Members, r.AtLeast)
	if r.Backup != nil {
		text += t.say(", backed up by ", ", avec le secours ") + t.de(t.group(r.Backup.Members, r.Backup.AtLeast))
	}
	return text
}

// de is French "de" before a name, which loses its e before a vowel. English has
// its "of" in the sentence.
func (t *rehearsalText) de(name string) string {
	first, _ := utf8.DecodeRuneInString(name)
	switch {
	case t.lang != catalog.FR:
		return name
	case strings.ContainsRune("aeiouyàâéèêëîïôùûœAEIOUYÀÂÉÈÊËÎÏÔÙÛŒ", first):
		return "d’" + name
	}
	return "de " + name
}

func (t *rehearsalText) names(ids []catalog.NodeID) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = t.name(id)
	}
	return strings.Join(names, ", ")
}

func (t *rehearsalText) group(ids []catalog.NodeID, atLeast int) string {
	list := t.names(ids)
	switch {
	case len(ids) == 1:
		return list
	case atLeast == len(ids):
		return t.say("all of ", "l’ensemble ") + t.de(list)
	case atLeast == 1:
		return t.say("any of ", "l’un ou l’autre ") + t.de(list)
	}
	return fmt.Sprintf(t.say("%d of %s", "%d parmi %s"), atLeast, list)
}

// standing is a state where up means that it stood.
func (t *rehearsalText) standing(s catalog.State) string {
	switch s {
	case catalog.Up:
		return t.say("stands", "debout")
	case "":
		return t.say("not there", "absent")
	}
	return t.state(s)
}

func ring(ids []catalog.NodeID) string {
	return joined(append(append([]catalog.NodeID{}, ids...), ids[0]), " → ")
}

// comparisonCSV writes a row for each difference.
func comparisonCSV(out io.Writer, c rehearse.Comparison, lang catalog.Lang) error {
	w := csv.NewWriter(out)
	rows := [][]string{{
		"exercise", "was_edition", "is_edition", "node", "name", "kind", "was", "is", "path", "change", "changed_node", "since", "together",
	}}
	for _, p := range c.Pairs {
		for _, d := range append(append([]rehearse.Difference{}, p.Spared...), p.Fallen...) {
			row := []string{"true", p.Was, p.Is, string(d.Node), d.Name.In(lang), string(d.Kind), string(d.Was), string(d.Is), joined(d.Path, " <- ")}
			if len(d.Changes) == 0 {
				rows = append(rows, append(row, "", "", "", ""))
			}
			for _, change := range d.Changes {
				rows = append(rows, append(append([]string{}, row...), string(change.Kind), string(change.Node), change.Since, strconv.FormatBool(d.Together)))
			}
		}
	}
	if err := w.WriteAll(rows); err != nil {
		return unwritten(err)
	}
	return nil
}
