package app

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/rehearse"
)

// RehearseOptions says what to rehearse.
type RehearseOptions struct {
	World
	Plan  string    // a plan file; "" for none
	Words []Setting // of the plan, in their order; they add to the file's, or replace what can stand once
	Now   time.Time // when it begins and of which day the edition is, unless the plan says
	Style
	People PeopleOptions
	FailOn string // "": never; lost: bad news if a dependent falls; circular: if a repair waits for itself
}

// Setting is a word of a plan with what it says, as a flag had it.
type Setting struct{ Word, Value string }

// Set notes a word of the plan, and refuses what can't be read.
func (o *RehearseOptions) Set(word, value string) error {
	o.Words = append(o.Words, Setting{word, value})
	var scratch rehearse.Plan
	return scratch.Set(word, value)
}

// Rehearse plays a plan and writes what falls. Everything that it writes is
// marked as an exercise.
func Rehearse(out io.Writer, o RehearseOptions) error {
	lang, err := o.Style.lang()
	if err != nil {
		return err
	}
	if !slices.Contains([]string{"", "text", "markdown", "json", "csv"}, o.Format) {
		return usage("give --format text, markdown, json or csv", "no format is called %q here", o.Format)
	}
	if !slices.Contains([]string{"", "lost", "circular"}, o.FailOn) {
		return usage("give --fail-on lost or --fail-on circular", "--fail-on %q: unknown", o.FailOn)
	}
	if err := o.People.check(o.Format); err != nil {
		return err
	}
	plan, err := o.plan()
	if err != nil {
		return err
	}
	if o.People.asked() {
		return o.people(out, plan)
	}
	if len(plan.Editions) > 1 {
		return o.sideBySide(out, plan, lang)
	}
	ed, err := o.World.Edition(plan.Editions[0])
	if err != nil {
		return err
	}
	result, err := rehearse.New(ed).Run(plan)
	if err != nil {
		return unplayable(err)
	}
	if err := o.write(out, result, ed, lang); err != nil {
		return err
	}
	return o.verdict(result)
}

// plan puts the plan together: the file, then the flags.
func (o RehearseOptions) plan() (rehearse.Plan, error) {
	var p rehearse.Plan
	if o.Plan != "" {
		text, err := os.ReadFile(o.Plan)
		if err != nil {
			return p, input("give --plan a file with a line such as: fail rogers/ip-core", fmt.Errorf("plan: %w", err))
		}
		if p, err = rehearse.Parse(o.Plan, string(text)); err != nil {
			return p, input("docs/rehearsal.md describes plan files", err)
		}
	}
	if o.has("edition") {
		p.Editions = nil
	}
	for _, w := range o.Words {
		if err := p.Set(w.Word, w.Value); err != nil {
			return p, unplayable(err)
		}
	}
	if p.Day != "" {
		if err := o.recall(&p); err != nil {
			return p, err
		}
	}
	if len(p.Editions) == 0 {
		p.Editions = []time.Time{o.Now}
	}
	if p.From.IsZero() {
		p.From = o.Now.UTC().Truncate(time.Second)
	}
	return p, nil
}

// unplayable turns the complaint about a plan into a failure with its cure.
func unplayable(err error) error {
	if p, ok := errors.AsType[catalog.Problem](err); ok {
		return usage(p.Cure, "rehearse: %s", p.Text)
	}
	return usage("'tocsin rehearse --help' shows an example", "rehearse: %w", err)
}

// verdict is bad news if the caller asked to be told so.
func (o RehearseOptions) verdict(r rehearse.Result) error {
	lost := r.Totals.Dependents.Down + r.Totals.Dependents.Degraded
	if o.FailOn == "lost" && lost > 0 {
		return &Failure{Code: ExitBadNews, Err: fmt.Errorf("exercise: %d dependents don't stand", lost), Cure: "the answer above says why, and what still works"}
	}
	for _, c := range r.Recovery.Circles {
		if o.FailOn == "circular" && c.Stuck {
			return &Failure{Code: ExitBadNews, Err: fmt.Errorf("exercise: a repair waits for itself: %s", ring(c.Nodes)), Cure: "the answer above says what would break the circle"}
		}
	}
	return nil
}

func (o RehearseOptions) write(out io.Writer, r rehearse.Result, ed *catalog.Edition, lang catalog.Lang) error {
	switch o.Format {
	case "json":
		return printJSON(out, r)
	case "csv":
		return rehearsalCSV(out, r, lang)
	}
	t := rehearsalText{ed: ed, lang: lang, markdown: o.Format == "markdown"}
	return Put(out, t.result(r))
}

// rehearsalCSV writes a row for each thing affected; each row says that it is an
// exercise, wherever it is pasted.
func rehearsalCSV(out io.Writer, r rehearse.Result, lang catalog.Lang) error {
	w := csv.NewWriter(out)
	rows := [][]string{{
		"exercise", "edition", "at", "node", "name", "kind", "region", "state", "since", "fails", "left_seconds",
		"people", "path", "confidence", "assumed", "standing", "withdrawn",
	}}
	for _, a := range r.Affected {
		var standing, withdrawn []string
		for _, s := range a.Standing {
			standing = append(standing, s.Text.In(lang))
		}
		for _, s := range a.Withdrawn {
			withdrawn = append(withdrawn, s.Text.In(lang))
		}
		rows = append(rows, []string{
			"true", r.Edition, stamp(r.Look), string(a.Node), a.Name.In(lang), string(a.Kind), string(a.Region), string(a.State),
			stamp(a.Since), orNothing(a.Fails), seconds(a), people(a.People), joined(a.Path, " <- "),
			string(a.Confidence), strconv.FormatBool(a.Assumed), strings.Join(standing, " | "), strings.Join(withdrawn, " | "),
		})
	}
	if err := w.WriteAll(rows); err != nil {
		return unwritten(err)
	}
	return nil
}

func orNothing(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return stamp(t)
}

func seconds(a rehearse.Affected) string {
	if a.Fails.IsZero() {
		return ""
	}
	return strconv.FormatInt(int64(time.Duration(a.Left)/time.Second), 10)
}

func people(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func joined[T ~string](ids []T, between string) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = string(id)
	}
	return strings.Join(words, between)
}
