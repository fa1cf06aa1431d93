package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

func supply() fs.FS { return os.DirFS("testdata/supply") }

// TestLoadSupply: what is written of shares, backups and demand is what an
// edition has.
func TestLoadSupply(t *testing.T) {
	e := mustLoad(t, july2022, small(), supply())
	need := e.Node("farm/barn").Needs[0]
	voice := e.Node("farm/voice")
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"members", fmt.Sprintln(need.Members, need.AtLeast), "[farm/grid farm/sun] 1"},
		{"shares", fmt.Sprintln(need.Shares, need.Enough), "[3 2] 2"},
		{"no shares", fmt.Sprintln(e.Node("shop/sales").Needs[0].Shares), "[]"},
		{"backup", fmt.Sprintln(need.Backup.Members, need.Backup.AtLeast, need.Backup.Serves, need.Backup.Holdover), "[farm/generator] 1 up 8h0m0s"},
		{"a backup takes the claim around", fmt.Sprintln(need.Backup.Sources, need.Backup.Confidence), "[paper] reported"},
		{"no backup", e.Node("shop/sales").Needs[0].Backup == nil, true},
		{"attaches", e.Node("farm/radio").Attaches, NodeID("farm/core")},
		{"attached but dead", fmt.Sprintln(e.Node("farm/barn").Fallbacks[0].OnlyIf), "{[] [] [farm/radio]}"},
		{"absorbs", fmt.Sprintln(voice.Absorbs), "[red/voice]"},
		{"how many come", fmt.Sprintln(voice.Shifts[0].From, voice.Shifts[0].Part, voice.Shifts[0].Lag, voice.Shifts[0].Confidence), "red/voice 0.2 15m0s assumed"},
		{"room", fmt.Sprintln(voice.Spare.Users, voice.Spare.Confidence), "10 reported"},
		{"how many isn't said", fmt.Sprintln(e.Node("blue/voice").Absorbs, e.Node("blue/voice").Shifts, e.Node("blue/voice").Spare), "[red/voice] [] <nil>"},
	} {
		if got := strings.TrimSpace(fmt.Sprint(c.got)); got != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}

// By default all of the shares are needed, and a backup does all and for ever.
func TestSupplyByDefault(t *testing.T) {
	e := mustLoad(t, july2022, small(), supply(), layer(`dependents:
- id: farm/mill
  name: {en: X, fr: X}
  regions: [xx-b-1]
  source: paper
  needs: [{any: [{id: farm/grid, share: 3}, {id: farm/sun, share: 2}], backup: {all: [farm/generator, red/core]}}]
`))
	need := e.Node("farm/mill").Needs[0]
	if need.Enough != 5 || need.Backup.AtLeast != 2 || need.Backup.Serves != Up || need.Backup.Holdover != 0 {
		t.Errorf("got %+v, backup %+v", need, need.Backup)
	}
}

func TestBadSupply(t *testing.T) {
	const voice = ", kind: service, service: mobile-voice"
	for _, c := range []struct{ what, text, want string }{
		{"a share of nothing", dep + ", needs: [{any: [{id: red/core,\n  share: 0}]}]}", `bad.yaml:3: a share of 0: write one from 1 to 1000000000; leave out a member that carries nothing`},
		{"a share beyond all", dep + ", needs: [{any: [{id: red/core,\n  share: 1000000001}]}]}", `bad.yaml:3: a share of 1000000001: write one from 1 to 1000000000; leave out a member that carries nothing`},
		{"a share below zero", dep + ", needs: [{any: [{id: red/core,\n  share: -1}]}]}", `bad.yaml:3: expected a whole number, not negative, found "-1"`},
		{"half the shares", dep + ",\n  needs: [{any: [{id: red/core, share: 3}, blue/voice]}]}", `bad.yaml:3: 1 of 2 members have a share; give each member a share, or none`},
		{"shares of all", dep + ",\n  needs: [{all: [{id: red/core, share: 3}, {id: blue/voice, share: 1}]}]}", `bad.yaml:3: shares in a group that is lost with any one of its members; write any:, or at_least`},
		{"more than all is enough", dep + ", needs: [{any: [{id: red/core, share: 3}, {id: blue/voice, share: 1}],\n  enough: 5}]}", `bad.yaml:3: enough is 5, of shares of 4 in all`},
		{"nothing is enough", dep + ", needs: [{any: [{id: red/core, share: 3}],\n  enough: 0}]}", `bad.yaml:3: enough is 0, of shares of 3 in all`},
		{"enough of nothing", dep + ", needs: [{any: [red/core],\n  enough: 1}]}", `bad.yaml:3: enough says how much of the shares is needed, and there are none; give each member a share`},
		{"a member without id", dep + ", needs: [{any: [\n  {share: 3}]}]}", `bad.yaml:3: unknown node ""`},
		{"an unknown member with a share", dep + ", needs: [{any: [\n  {id: red/cor, share: 3}]}]}", `bad.yaml:3: unknown node "red/cor"; did you mean "red/core"?`},

		{"an empty backup", dep + ", needs: [{any: [red/core],\n  backup: {serves: up}}]}", `bad.yaml:3: an empty group; name its members with all: or any:`},
		{"a backup of more than there are", dep + ", needs: [{any: [red/core],\n  backup: {any: [blue/voice], at_least: 2}}]}", `bad.yaml:3: at_least is 2, of a group of 1`},
		{"a backup that is what it backs up", dep + ", needs: [{any: [red/core],\n  backup: {any: [red/core]}}]}", `bad.yaml:3: "red/core" backs itself up; take it out of one of them`},
		{"a backup by itself", dep + ", needs: [{any: [red/core],\n  backup: {any: [shop/x]}}]}", `bad.yaml:3: "shop/x" needs itself; take it out`},
		{"a backup that serves down", dep + ", needs: [{any: [red/core],\n  backup: {any: [blue/voice], serves: down}}]}", `bad.yaml:3: unknown state "down"; write one of up, degraded`},
		{"a backup that helps nobody", dep + ", needs: [{any: [red/core], lost: degraded,\n  backup: {any: [blue/voice], serves: degraded}}]}", `bad.yaml:3: a backup that serves degraded, of a group whose loss does no more`},
		{"a backup with shares", dep + ", needs: [{any: [red/core], backup: {any: [\n  {id: blue/voice, share: 3}]}}]}", `bad.yaml:3: the members of a backup have no shares; take it out`},
		{"a backup of a backup", dep + ", needs: [{any: [red/core], backup: {any: [blue/voice],\n  backup: {any: [red/voice]}}}]}", `bad.yaml:3: unknown key "backup"`},

		{"a part without its sign", comp + voice + ",\n  absorbs: [{id: red/voice, part: 20}]}", `bad.yaml:3: expected a percentage like 30%, above 0% and not above 100%, found "20"`},
		{"a part of nothing", comp + voice + ", spare: {users: 3},\n  absorbs: [{id: red/voice, part: 0%}]}", `bad.yaml:3: expected a percentage like 30%, above 0% and not above 100%, found "0%"`},
		{"more than all of one", comp + voice + ", spare: {users: 3},\n  absorbs: [{id: red/voice, part: 101%}]}", `bad.yaml:3: expected a percentage like 30%, above 0% and not above 100%, found "101%"`},
		{"more than all of one in two", comp + voice + ", spare: {users: 3}, absorbs: [{id: red/voice, part: 60%}]}\n- {id: red/y, name: {en: X, fr: X}, regions: [xx], source: paper" + voice + ", spare: {users: 3},\n  absorbs: [{id: red/voice, part: 50%}]}", `bad.yaml:4: more than all users of "red/voice" come to others: 110%`},
		{"a lag of nobody", comp + voice + ",\n  absorbs: [{id: red/voice, lag: 20m}]}", `bad.yaml:3: what comes from "red/voice" is described without its size; say with part: how many of its users come`},
		{"a part of an unknown number", comp + voice + ", spare: {users: 3},\n  absorbs: [{id: blue/voice, part: 20%}]}", `bad.yaml:3: a part of the users of "blue/voice", whose number isn't known; give it users:`},
		{"users, and no room", comp + voice + ", absorbs: [{id: red/voice, part: 20%}]}", `bad.yaml:2: "red/x" is said to take so many users, not for how many it has room; add spare: {users: …}`},
		{"room without a number", comp + voice + ",\n  spare: {}}", `bad.yaml:3: spare room without a number; add users:`},
		{"an unknown node to absorb", comp + voice + ",\n  absorbs: [{id: red/voic, part: 20%}], spare: {users: 3}}", `bad.yaml:3: unknown node "red/voic"; did you mean "red/voice"?`},

		{"phones on a core", comp + ", kind: core,\n  attaches: red/core}", `bad.yaml:3: "red/x" attaches phones but is of kind core; write kind: radio`},
		{"phones on themselves", comp + ", kind: radio,\n  attaches: red/x}", `bad.yaml:3: "red/x" names itself; take it out`},
		{"phones on an unknown core", comp + ", kind: radio,\n  attaches: red/cor}", `bad.yaml:3: unknown node "red/cor"; did you mean "red/core"?`},
		{"attached to nothing", dep + ", fallback: [{text: {en: A, fr: B}, source: paper,\n  only_if: {attached_but_dead: [red/core]}}]}", `bad.yaml:3: "red/core" attaches phones to nothing; say with attaches: which core its phones need`},
		{"advice to the attached without a source", comp + ", kind: radio, attaches: red/core, fallback: [\n  {text: {en: A, fr: B}, only_if: {attached_but_dead: [red/x]}}]}", `bad.yaml:3: advice for phones that are attached but dead, without a source of its own; name the source that gives it, or take it out`},
	} {
		t.Run(c.what, func(t *testing.T) {
			_, err := Load(small(), day(july2022), layer(c.text))
			var ps Problems
			if !errors.As(err, &ps) {
				t.Fatalf("got %v, want problems", err)
			}
			if got := strings.ReplaceAll(ps.Error(), "overlay.yaml", "bad.yaml"); !strings.HasPrefix(got, c.want) {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestExplainSupply(t *testing.T) {
	e := mustLoad(t, july2022, small(), supply())
	for id, want := range map[string]string{
		"farm/barn": `  needs:
    1 of 2, or it is down after 10m0s, or degraded below 2
      farm/grid  the grid  carries 3
      farm/sun  the panels  carries 2
      claim: reported
        The small paper
      backup: 1 of 1, and it is up for 8h0m0s
        farm/generator  the generator
        note: one tank
        claim: reported
          The small paper
  fallback:
    Use the horn.
      only if attached but dead: farm/radio  the farm’s radio
`,
		"farm/voice": `  absorbs the users of:
    red/voice  calls on Red
  room for 10 more users
    claim: reported
      The small paper
    20% of the users of red/voice after 15m0s  calls on Red
      claim: assumed
`,
		"farm/radio":     "  phones need:\n    farm/core  the farm’s core\n",
		"farm/generator": "  needed by:\n    farm/barn  The barn\n",
	} {
		x, err := e.Explain(id)
		if err != nil {
			t.Fatal(err)
		}
		if got := x.Text(EN); !strings.Contains(got, want) {
			t.Errorf("%s: got\n%s\nwant in it\n%s", id, got, want)
		}
	}
}

// backed makes an edition of nodes "x/a" with needs written "a b | c", of which
// the part after the bar is the backup.
func backed(needs map[string]string) *Edition {
	var w World
	ids := func(list string) (out []NodeID) {
		for id := range strings.FieldsSeq(list) {
			out = append(out, NodeID("x/"+id))
		}
		return out
	}
	for _, id := range sorted(needs) {
		n := Node{ID: NodeID("x/" + id)}
		if group, backup, _ := strings.Cut(needs[id], "|"); group != "" {
			r := Requirement{Members: ids(group), Lost: Down}
			r.AtLeast = len(r.Members)
			if backup != "" {
				r.Backup = &Backup{Members: ids(backup), Serves: Up}
				r.Backup.AtLeast = len(r.Backup.Members)
			}
			n.Needs = append(n.Needs, r)
		}
		w.Nodes = append(w.Nodes, n)
	}
	return New(day(july2022), "test", w)
}

// A backup that rests on what it backs up is none, whatever lies between.
func TestSharedBackups(t *testing.T) {
	for _, c := range []struct {
		what  string
		needs map[string]string
		want  string // what takes both; "" for nothing
	}{
		{"apart", map[string]string{"v": "a|b", "a": "", "b": ""}, ""},
		{"on the line itself", map[string]string{"v": "a|b", "a": "", "b": "a"}, "x/a"},
		{"on the line, by another", map[string]string{"v": "a|b", "a": "", "b": "c", "c": "a"}, "x/a"},
		{"on one core", map[string]string{"v": "a|b", "a": "core", "b": "core", "core": ""}, "x/core"},
		{"the nearest of two", map[string]string{"v": "a|b", "a": "duct", "b": "duct", "duct": "core", "core": ""}, "x/duct"},
		{"the backup has a backup", map[string]string{"v": "a|b", "a": "core", "b": "core|own", "core": "", "own": ""}, ""},
		{"in a ring", map[string]string{"v": "a|b", "a": "b", "b": "a"}, "x/a"},
		{"one of two lines only", map[string]string{"v": "a|b c", "a": "", "b": "", "c": "a"}, "x/a"},
	} {
		t.Run(c.what, func(t *testing.T) {
			got := ""
			for _, f := range backed(c.needs).Findings() {
				if f.Kind == SharedBackup {
					got = string(f.Nodes[1])
					if f.Nodes[0] != "x/v" || f.Text != "the backup of x/v rests on what it backs up: "+got+" takes both" {
						t.Errorf("finding %+v", f)
					}
				}
			}
			if got != c.want {
				t.Errorf("%q takes both, want %q", got, c.want)
			}
		})
	}
}

// A slow twin tries every single failure on random worlds.
func TestSharedBackupsTwin(t *testing.T) {
	found := 0
	for seed := range uint64(1500) {
		r := rand.New(rand.NewPCG(seed, 9))
		needs := map[string]string{"v": "a|b"}
		names := strings.Fields("a b c d e f")
		for _, id := range names {
			other := names[r.IntN(len(names))]
			if needs[id] = ""; other != id && r.IntN(3) > 0 {
				needs[id] = other
			}
		}
		e := backed(needs)
		takes := func(cause NodeID) bool {
			down := map[NodeID]bool{cause: true}
			for range e.Nodes() {
				for _, n := range e.Nodes() {
					for _, g := range n.Needs {
						down[n.ID] = down[n.ID] || n.ID != "x/v" && slices.ContainsFunc(g.Members, func(m NodeID) bool { return down[m] })
					}
				}
			}
			return down["x/a"] && down["x/b"]
		}
		want := slices.ContainsFunc(names, func(id string) bool { return takes(NodeID("x/" + id)) })
		got := slices.ContainsFunc(e.Findings(), func(f Finding) bool { return f.Kind == SharedBackup && takes(f.Nodes[1]) })
		if got != want {
			t.Fatalf("seed %d: %v: found %v, want %v", seed, needs, got, want)
		}
		if want {
			found++
		}
	}
	if found < 200 || found > 1300 {
		t.Errorf("%d of 1500 backups are shared: the worlds are too tame", found)
	}
}
