package page

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/incident"
	"tocsin/publish"
)

// markExercise is on every row and every object that leaves: a row that is torn out
// still says what it is.
const markExercise = "EXERCISE / EXERCICE"

// asTable writes the answer as a table: UTF-8 with a byte order mark, since
// spreadsheets ask for one, fields as RFC 4180 has them, times in UTC.
func asTable(got publish.Rehearsal) []byte {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	put := func(fields ...string) {
		for i := range fields {
			fields[i] = inert(fields[i])
		}
		_ = w.Write(fields) // a buffer takes everything
	}
	put("exercise", "side", "edition", "node", "name_en", "name_fr", "kind", "sector", "region", "state", "since", "after_minutes", "fails", "people", "assumed", "path", "advice_en", "advice_fr")
	for i, s := range got.Sides {
		for _, f := range s.Fallen {
			n := s.Edition.Node(f.Node)
			people := ""
			if f.People > 0 {
				people = strconv.Itoa(f.People)
			}
			put(markExercise, string(rune('A'+i)), s.Edition.AsOf().Format(time.DateOnly), string(f.Node), n.Name.EN, n.Name.FR,
				string(n.Kind), s.Edition.Sector(n), string(f.Region), string(f.State), isoTime(f.Since),
				strconv.Itoa(int(f.Since.Sub(s.From).Minutes())), isoTime(f.Fails), people, strconv.FormatBool(f.Assumed),
				joinIDs(f.Path), adviceText(f.Advice, catalog.EN), adviceText(f.Advice, catalog.FR))
		}
	}
	w.Flush()
	return b.Bytes()
}

// inert keeps a spreadsheet from taking words for a formula.
func inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func isoTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func joinIDs(ids []catalog.NodeID) string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = string(id)
	}
	return strings.Join(all, " > ")
}

// adviceText joins the advice that stands.
func adviceText(all []incident.Advice, lang catalog.Lang) string {
	var texts []string
	for _, a := range all {
		if a.Stands {
			texts = append(texts, a.Text.In(lang))
		}
	}
	return strings.Join(texts, " | ")
}

// asObject writes the answer for programs.
func asObject(got publish.Rehearsal) []byte {
	type object map[string]any
	var sides []object
	for i, s := range got.Sides {
		fallen := []object{}
		for _, f := range s.Fallen {
			n := s.Edition.Node(f.Node)
			o := object{
				"node": f.Node, "name": n.Name, "kind": n.Kind, "region": f.Region, "state": f.State, "since": f.Since.UTC(),
				"after_seconds": int(f.Since.Sub(s.From).Seconds()), "path": f.Path, "assumed": f.Assumed,
			}
			if sector := s.Edition.Sector(n); sector != "" {
				o["sector"] = sector
			}
			if !f.Fails.IsZero() {
				o["fails"] = f.Fails.UTC()
			}
			if f.People > 0 {
				o["people"] = f.People
			}
			if len(f.Advice) > 0 {
				o["advice"] = f.Advice
			}
			fallen = append(fallen, o)
		}
		side := object{
			"fail": got.Ask.Sides[i].Fail, "region": got.Ask.Sides[i].Region, "edition": s.Edition.AsOf().Format(time.DateOnly),
			"digest": s.Edition.Digest(), "from": s.From.UTC(), "until": s.Until.UTC(), "roots": rootsOf(s), "totals": totalsOf(s.Totals()),
			"fallen": fallen, "circular_recovery": [][]catalog.NodeID{}, "break_in": []catalog.NodeID{},
		}
		if len(s.Circles) > 0 {
			side["circular_recovery"], side["break_in"] = s.Circles, s.BreakIn
		}
		sides = append(sides, side)
	}
	return indented(object{"exercise": true, "notice": markExercise, "query": got.Ask.Query(), "sides": sides})
}

func rootsOf(s publish.Side) []map[string]string {
	roots := []map[string]string{}
	for _, r := range s.Roots {
		roots = append(roots, map[string]string{"node": string(r.Node), "region": string(r.Region)})
	}
	return roots
}

func totalsOf(t publish.Totals) map[string]any {
	count := func(c publish.Count) map[string]int {
		return map[string]int{"down": c.Down, "degraded": c.Degraded, "unknown": c.Unknown, "holding": c.Holding}
	}
	return map[string]any{
		"dependents": count(t.Dependents), "services": count(t.Services), "parts": count(t.Parts),
		"people": t.People, "uncounted": t.Uncounted,
	}
}

// problem is what is wrong with a question, for programs (RFC 9457).
func problem(bad *publish.BadAsk, code int) string {
	p := map[string]any{
		"type": "about:blank", "title": "This question can't be answered", "status": code, "detail": bad.Error(), "field": bad.Field,
	}
	if bad.Near != "" {
		p["nearest"] = bad.Near
	}
	return string(indented(p))
}

// indented is JSON that people can read too. What is put in can be written.
func indented(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v)
	return b.Bytes()
}
