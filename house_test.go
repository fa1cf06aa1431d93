package tocsin_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"
)

// The house is held by this file: what may import what, that every package says
// what it is for and what it is not, that thinking packages stay pure, and that
// nothing grows beyond its budget. It reads the source files itself. A test that
// asked the go command instead would be answered from the test cache after the
// tree has changed.

// module is the path under which our packages import each other.
const module = "tocsin"

// Budgets, beyond which a file, function, struct or contract has become a place
// where things pile up. Tests may have longer functions: they are tables.
const (
	maxFileLines     = 700
	maxFuncLines     = 80
	maxStructFields  = 20
	maxIfaceMethods  = 5
	everything       = "*"
	words            = "graph catalog evidence incident health"
	judgement        = "detect attribute impact forecast"
	purePackages     = words + " " + judgement + " pipeline"
	forbiddenNames   = "util utils common types manager service model helpers base core misc"
	mayImportTesting = "store/storetest bus/bustest"
	clockCalls       = "Now Since Until Sleep After AfterFunc Tick NewTimer NewTicker"
)

// rule is one line of the import plan: what of ours a package may import, and
// why. Packages that no feature has needed yet may stand in the plan.
type rule struct {
	may string // space-separated packages of ours; [everything] for all
	why string
}

// plan is the whole house. A package that is not on it fails.
func plan() map[string]rule {
	p := map[string]rule{
		".":         {"", "embeds recorded outages; it has no code of its own"},
		"graph":     {"", "a graph knows no networks"},
		"health":    {"", "warnings about ourselves need no words about others"},
		"bus":       {"", "subjects and bytes"},
		"catalog":   {"graph", "the world is a graph with names"},
		"evidence":  {"catalog", "what was measured or said names catalogue entries, and judges nothing"},
		"incident":  {"catalog evidence", "a change cites its evidence"},
		"detect":    {"evidence", "one series at a time: it may not even see the graph"},
		"attribute": {words, "judgement goes from words to words"},
		"impact":    {words, "judgement goes from words to words"},
		"forecast":  {words, "judgement goes from words to words"},
		"pipeline":  {words + " " + judgement, "the one place that knows the order of judgement"},
		"replay":    {words + " pipeline", "a recorded day runs exactly what runs live"},
		"evaluate":  {words + " " + judgement + " pipeline replay", "judges the judgement: it asks every method and sees the truth"},
		"roster":    {"catalog", "an organisation's own people, read in the catalogue's names; who of them is cut off is not its business"},
		"rehearse":  {words + " impact roster", "what if: the same engine on supposed failures, for people and appointments too"},
		"feed":      {words, "bytes become evidence; a feed judges nothing"},
		"store":     {words, "what is kept is words"},
		"publish":   {words + " store", "the picture follows what is kept, by the store's contract, never the pipeline"},
		"app":       {everything, "the wiring knows everything and decides nothing"},
	}
	kinds := map[string]string{
		"feed":    "mrt rislive visibility probe crowd statement",
		"store":   "storetest sqlite postgres",
		"publish": "page sitrep notice api syndicate alertcap notify",
	}
	for parent, children := range kinds {
		for child := range strings.FieldsSeq(children) {
			p[parent+"/"+child] = rule{words + " " + parent, "words and its own parent: never a sibling, never judgement or runs"}
		}
	}
	for child := range strings.FieldsSeq("inproc nats bustest") {
		p["bus/"+child] = rule{"bus", "carries bytes for whoever asks"}
	}
	p["cmd/tocsin"] = rule{"app", "flags and signals only"}
	return p
}

// rootTests are the packages whose tests may read the embedded outages: others
// write the few lines of evidence that they need.
const rootTests = "app replay"

// file is one parsed source file.
type file struct {
	path  string
	ast   *ast.File
	fset  *token.FileSet
	lines int
	test  bool
}

// tree is every package of ours by its directory, "." being the root.
type tree map[string][]file

// readTree parses every Go file outside testdata and hidden directories.
func readTree(fsys fs.FS) (tree, error) {
	t := tree{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := d.Name()
		if d.IsDir() {
			if name != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata" || base == "node_modules") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(base, ".go") {
			return nil
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		parsed, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("parse %s: %w", name, err)
		}
		dir := path.Dir(name)
		t[dir] = append(t[dir], file{
			path: name, ast: parsed, fset: fset,
			lines: strings.Count(string(text), "\n"),
			test:  strings.HasSuffix(name, "_test.go"),
		})
		return nil
	})
	return t, err
}

// imports lists what a file imports.
func (f file) imports() []string {
	var paths []string
	for _, spec := range f.ast.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			p = spec.Path.Value // the parser has accepted it; name it as it stands
		}
		paths = append(paths, p)
	}
	return paths
}

// ours turns an import path into a package of ours.
func ours(importPath string) (string, bool) {
	if importPath == module {
		return ".", true
	}
	return strings.CutPrefix(importPath, module+"/")
}

// has reports whether a space-separated list holds a word.
func has(list, word string) bool { return slices.Contains(strings.Fields(list), word) }

// problems are all the ways in which a tree breaks the house, sorted.
func problems(t tree) []string {
	var found []string
	for dir, files := range t {
		found = append(found, planProblems(dir, files)...)
		found = append(found, nameProblems(dir)...)
		found = append(found, commentProblems(dir, files)...)
		for _, f := range files {
			found = append(found, sizeProblems(f)...)
			found = append(found, initProblems(f)...)
			if !f.test {
				found = append(found, testingProblems(dir, f)...)
				if has(purePackages, dir) {
					found = append(found, purityProblems(dir, f)...)
				}
			}
		}
	}
	slices.Sort(found)
	return found
}

// planProblems holds a package to its line of the plan. Tests are freer, since
// nobody can import them: they may use what stands below the wiring. The
// embedded outages are for [rootTests] alone.
func planProblems(dir string, files []file) []string {
	r, planned := plan()[dir]
	if !planned {
		return []string{fmt.Sprintf("package %s is not on the plan of house_test.go: give it a line there, with a reason, or put its code where it is used", dir)}
	}
	var found []string
	for _, f := range files {
		for _, imported := range f.imports() {
			pkg, mine := ours(imported)
			if !mine || pkg == dir {
				continue
			}
			if allowed := r.may == everything || has(r.may, pkg); allowed {
				continue
			}
			if f.test && pkg == "." && has(rootTests, dir) {
				continue
			}
			wiring := pkg == "." || pkg == "app" || strings.HasPrefix(pkg, "cmd/")
			if f.test && !wiring {
				continue
			}
			found = append(found, fmt.Sprintf("%s: package %s may not import %s: %s", f.path, dir, pkg, r.why))
		}
	}
	return found
}

// nameProblems refuses drawers named for nothing: they grow for ever and hide
// the real package.
func nameProblems(dir string) []string {
	if base := path.Base(dir); has(forbiddenNames, base) {
		return []string{fmt.Sprintf("package %s: %q names nothing; name it for what it holds", dir, base)}
	}
	return nil
}

// commentProblems asks each package what it is for and what it is not.
func commentProblems(dir string, files []file) []string {
	var comment, name string
	for _, f := range files {
		if f.test {
			continue
		}
		name = f.ast.Name.Name
		if f.ast.Doc != nil {
			comment += f.ast.Doc.Text() + " "
		}
	}
	if name == "" {
		return nil // tests alone
	}
	comment = strings.ToLower(strings.Join(strings.Fields(comment), " ")) + " "
	if want := "package " + name + " "; name != "main" && !strings.HasPrefix(comment, want) {
		return []string{fmt.Sprintf("package %s has no comment that starts %q", dir, "Package "+name)}
	}
	for _, word := range strings.FieldsFunc(comment, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }) {
		if has("not nothing never no none nobody only", word) || strings.HasSuffix(word, "n't") {
			return nil
		}
	}
	return []string{fmt.Sprintf("package %s: its comment says what it is for but not what it is not", dir)}
}

// sizeProblems measures a file against the budgets.
func sizeProblems(f file) []string {
	var found []string
	if f.lines > maxFileLines {
		found = append(found, fmt.Sprintf("%s: %d lines, more than %d", f.path, f.lines, maxFileLines))
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			lines := f.fset.Position(n.End()).Line - f.fset.Position(n.Pos()).Line + 1
			if lines > maxFuncLines && !f.test {
				found = append(found, fmt.Sprintf("%s: %s has %d lines, more than %d", f.path, n.Name.Name, lines, maxFuncLines))
			}
		case *ast.TypeSpec:
			found = append(found, typeProblems(f, n)...)
		}
		return true
	})
	return found
}

// typeProblems measures a struct or an interface.
func typeProblems(f file, n *ast.TypeSpec) []string {
	count := func(l *ast.FieldList) int {
		sum := 0
		for _, field := range l.List {
			sum += max(1, len(field.Names))
		}
		return sum
	}
	switch spec := n.Type.(type) {
	case *ast.StructType:
		if got := count(spec.Fields); got > maxStructFields {
			return []string{fmt.Sprintf("%s: struct %s has %d fields, more than %d", f.path, n.Name.Name, got, maxStructFields)}
		}
	case *ast.InterfaceType:
		// A contract is exported; what stays in its package may be as wide as
		// its one user needs.
		if got := count(spec.Methods); got > maxIfaceMethods && n.Name.IsExported() {
			return []string{fmt.Sprintf("%s: interface %s has %d methods, more than %d", f.path, n.Name.Name, got, maxIfaceMethods)}
		}
	}
	return nil
}

// initProblems refuses work done by importing: its order is luck.
func initProblems(f file) []string {
	for _, d := range f.ast.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
			return []string{f.path + ": func init: pass tables in by hand instead"}
		}
	}
	return nil
}

// testingProblems keeps the test framework out of the program.
func testingProblems(dir string, f file) []string {
	for _, imported := range f.imports() {
		if (imported == "testing" || strings.HasPrefix(imported, "testing/")) && !has(mayImportTesting, dir) {
			return []string{fmt.Sprintf("%s: imports %s in production", f.path, imported)}
		}
	}
	return nil
}

// purityProblems holds a thinking package to being a function of its inputs.
func purityProblems(dir string, f file) []string {
	const banned = "os net log math/rand math/rand/v2 crypto/rand database/sql net/http syscall unsafe runtime"
	var found []string
	for _, imported := range f.imports() {
		if has(banned, imported) || strings.HasPrefix(imported, "os/") || strings.HasPrefix(imported, "log/") || strings.HasPrefix(imported, "net/http/") {
			found = append(found, fmt.Sprintf("%s: imports %s; package %s has no I/O, no log and no chance", f.path, imported, dir))
		}
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			found = append(found, fmt.Sprintf("%s: a go statement; package %s thinks on one goroutine, its caller's", f.path, dir))
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && has(clockCalls, n.Sel.Name) {
				found = append(found, fmt.Sprintf("%s: time.%s; time reaches package %s as data", f.path, n.Sel.Name, dir))
			}
		}
		return true
	})
	return found
}

func TestHouse(t *testing.T) {
	tr, err := readTree(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	if len(tr["evidence"]) == 0 {
		t.Fatal("no package evidence was read: is the test run from the module's root?")
	}
	for _, p := range problems(tr) {
		t.Error(p)
	}
}

// The module's name stands in go.mod and in this file.
func TestHouseKnowsTheModule(t *testing.T) {
	text, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if first, _, _ := strings.Cut(string(text), "\n"); first != "module "+module {
		t.Errorf("go.mod starts %q, want module %s", first, module)
	}
}

// A checker that finds nothing may be blind. Each row breaks a sound tree in one
// way and names the words that must be in the complaint.
func TestHouseCatchesMutations(t *testing.T) {
	type mutation struct{ name, path, text, want string }
	pkg := func(name, body string) string {
		return "// Package " + name + " is for this test and not for that.\npackage " + name + "\n" + body
	}
	rows := []mutation{
		{"detect sees the graph", "detect/x.go", pkg("detect", `import _ "tocsin/graph"`), "detect may not import graph"},
		{"a feed judges", "feed/mrt/x.go", pkg("mrt", `import _ "tocsin/pipeline"`), "feed/mrt may not import pipeline"},
		{"an outlet knows its sibling", "publish/page/x.go", pkg("page", `import _ "tocsin/publish/api"`), "publish/page may not import publish/api"},
		{"publish follows the pipeline", "publish/x.go", pkg("publish", `import _ "tocsin/pipeline"`), "publish may not import pipeline"},
		{"a command goes round the wiring", "cmd/tocsin/x.go", "// Command tocsin is not more.\npackage main\nimport _ \"tocsin/store\"", "cmd/tocsin may not import store"},
		{"the pipeline reads embedded outages", "pipeline/x.go", pkg("pipeline", `import _ "tocsin"`), "pipeline may not import ."},
		{"a test of detect reads embedded outages", "detect/x_test.go", "package detect\nimport _ \"tocsin\"", "detect may not import ."},
		{"a test starts the wiring", "pipeline/x_test.go", "package pipeline\nimport _ \"tocsin/app\"", "pipeline may not import app"},
		{"a drawer", "util/x.go", pkg("util", ""), "package util is not on the plan"},
		{"a drawer's name", "util/x.go", pkg("util", ""), `"util" names nothing`},
		{"a hidden drawer", "store/common/x.go", pkg("common", ""), "store/common is not on the plan"},
		{"testing in production", "store/x.go", pkg("store", `import _ "testing"`), "imports testing in production"},
		{"no package comment", "graph/x.go", "package graph", "graph has no comment"},
		{"a comment that only praises", "graph/x.go", "// Package graph is for graphs.\npackage graph", "not what it is not"},
		{"a clock in the pipeline", "pipeline/x.go", pkg("pipeline", "import \"time\"\nfunc f() time.Time { return time.Now() }"), "time.Now"},
		{"a clock handed on", "impact/x.go", pkg("impact", "import \"time\"\nvar f = time.Since"), "time.Since"},
		{"a goroutine in detect", "detect/x.go", pkg("detect", "func f() { go f() }"), "go statement"},
		{"a logger in attribute", "attribute/x.go", pkg("attribute", `import _ "log/slog"`), "imports log/slog"},
		{"a file read in the catalogue", "catalog/x.go", pkg("catalog", `import _ "os"`), "imports os"},
		{"chance in a forecast", "forecast/x.go", pkg("forecast", `import _ "math/rand/v2"`), "imports math/rand/v2"},
		{"init", "app/x.go", pkg("app", "func init() {}"), "func init"},
		{"a long file", "app/x.go", pkg("app", strings.Repeat("\n", 701)), "more than 700"},
		{"a long function", "app/x.go", pkg("app", "func f() {"+strings.Repeat("\n", 80)+"}"), "more than 80"},
		{"a wide struct", "app/x.go", pkg("app", "type t struct { "+strings.Repeat("_, ", 20)+"_ int }"), "more than 20"},
		{"a wide contract", "store/x.go", pkg("store", "type T interface { a(); b(); c(); d(); e(); f() }"), "more than 5"},
	}
	for _, m := range rows {
		t.Run(m.name, func(t *testing.T) {
			tr, err := readTree(fstest.MapFS{m.path: {Data: []byte(m.text)}})
			if err != nil {
				t.Fatal(err)
			}
			if got := problems(tr); !slices.ContainsFunc(got, func(p string) bool { return strings.Contains(p, m.want) }) {
				t.Errorf("no complaint has %q in it: %q", m.want, got)
			}
		})
	}
}

// What the plan allows raises nothing.
func TestHouseLetsTheSoundPass(t *testing.T) {
	const doc = "// Package %s is for this test and not for that.\npackage %[1]s\n"
	sound := fstest.MapFS{
		"catalog/x.go":         {Data: fmt.Appendf(nil, doc+"import (\n_ \"embed\"\n_ \"io/fs\"\n_ \"net/netip\"\n_ \"tocsin/graph\"\n)", "catalog")},
		"replay/x.go":          {Data: fmt.Appendf(nil, doc+"import (\n_ \"tocsin/health\"\n_ \"tocsin/pipeline\"\n)", "replay")},
		"replay/x_test.go":     {Data: []byte("package replay_test\nimport _ \"tocsin\"")},
		"store/storetest/x.go": {Data: fmt.Appendf(nil, doc+"import (\n_ \"testing\"\n_ \"tocsin/store\"\n)", "storetest")},
		"store/sqlite/a_test.go": {
			Data: []byte("package sqlite_test\nimport _ \"tocsin/store/storetest\""),
		},
		"app/x.go":         {Data: fmt.Appendf(nil, doc+"import (\n_ \"tocsin\"\n_ \"tocsin/store/sqlite\"\n\"time\"\n)\nvar f = time.Now", "app")},
		"testdata/util.go": {Data: []byte("not Go at all")},
	}
	tr, err := readTree(sound)
	if err != nil {
		t.Fatal(err)
	}
	if got := problems(tr); len(got) != 0 {
		t.Errorf("complaints about a sound tree: %q", got)
	}
}
