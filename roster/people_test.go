package roster

import (
	"fmt"
	"strings"
	"testing"
)

// read reads a roster that must be readable, and gives a line for each person.
func read(t *testing.T, text string) (string, *People) {
	t.Helper()
	p, err := ReadPeople(strings.NewReader(text), "people.csv", small())
	if err != nil {
		t.Fatalf("%v, of:\n%s", err, text)
	}
	var lines []string
	for _, x := range p.People {
		line := fmt.Sprintf("%d %s|%s|%s|%s|%s|%v", x.Line, x.ID, x.Name, x.Role, x.Site, x.Region, x.OnCall)
		for _, path := range x.Paths {
			line += fmt.Sprintf(" %s=%s", path.Kind, path.Node)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n"), p
}

// TestRostersOfTheWorld: one roster, as the office programs of both languages
// write it.
func TestRostersOfTheWorld(t *testing.T) {
	const want = "2 7|Zoé Zqcanary|nurse|North wing|xx-e|true mobile=red/mobile-voice internet=blue/home-internet-e pager=red/paging\n" +
		"3 8|Al|clerk|||false landline=red/home-phone"
	comma := "id,name,role,site,region,on_call,mobile,landline,internet,pager\n" +
		"7,Zoé Zqcanary,nurse,North wing,xx-e,yes,red,,blue,red/paging\n" +
		"8,Al,clerk,,,no,,Red,-,none\n"
	french := "Matricule;Nom;Rôle;Lieu;Région;Garde;Cellulaire;Ligne fixe;Internet;Téléavertisseur\r\n" +
		"7;Zoé Zqcanary;nurse;North wing;Est;oui;Rouge;;Bleu;red/paging\r\n" +
		"8;Al;clerk;;;non;;ROUGE;aucun;s/o\r\n"
	for name, text := range map[string]string{
		"comma": comma, "a byte order mark": "\xef\xbb\xbf" + comma, "DOS": strings.ReplaceAll(comma, "\n", "\r\n"), "an old Mac": strings.ReplaceAll(comma, "\n", "\r"),
		"tabs": strings.ReplaceAll(comma, ",", "\t"), "bars": strings.ReplaceAll(comma, ",", "|"), "French": french,
		"Latin-1":       strings.NewReplacer("é", "\xe9", "ô", "\xf4").Replace(french),
		"quoted":        strings.ReplaceAll(comma, "North wing", `"North wing"`),
		"spaces":        strings.ReplaceAll(comma, ",", ", "),
		"a brand":       strings.ReplaceAll(comma, ",red,", ",pink,"),
		"a node":        strings.ReplaceAll(comma, ",red,", ",red/mobile-voice,"),
		"no last line":  strings.TrimRight(comma, "\n"),
		"other columns": strings.NewReplacer("id,", "id,shoe size,", "7,", "7,41,", "8,", "8,39,").Replace(comma),
	} {
		if got, p := read(t, text); got != want || !p.Whole() || p.Rows != 2 || p.Legacy != (name == "Latin-1") {
			t.Errorf("%s:\n%s\n%+v\nwant\n%s", name, got, p.Reading, want)
		}
	}
	// Lines are those of the file, whatever a quoted cell holds.
	got, p := read(t, "name,role,mobile\n\n\"Zqcanary\nJr\",nurse,red\n\n,,\nAl,clerk,blue\n")
	if got != "3 Zqcanary\nJr|Zqcanary\nJr|nurse|||false mobile=red/mobile-voice\n7 Al|Al|clerk|||false mobile=blue/mobile-voice" || !p.Whole() {
		t.Errorf("quoted lines:\n%q %+v", got, p.Reading)
	}
	// The order of preference is that of the columns, and a kind may come twice.
	got, _ = read(t, "mobile 2,id,pager,mobile,role\nblue,1,red/paging,red,nurse\n")
	if got != "2 1||nurse|||false mobile=blue/mobile-voice pager=red/paging mobile=red/mobile-voice" {
		t.Errorf("order: %s", got)
	}
}

// TestBadRows: what is wrong is told by line, column and cure, without a word of
// the file; the good rest is used.
func TestBadRows(t *testing.T) {
	const head = "id,name,role,region,on_call,minimum,mobile,pager\n"
	const good = "g,Good,nurse,,,,red,\n"
	for name, c := range map[string]struct {
		row  string
		says string
		keep int // of two rows
	}{
		"unknown carrier, near":  {"z,Zqcanary,nurse,,,,reed,", "people.csv:2: mobile: no carrier of the catalogue is called this; did you mean “red”?", 2},
		"unknown carrier, far":   {"z,Zqcanary,nurse,,,,Zqcanary Telecom,", "people.csv:2: mobile: no carrier of the catalogue is called this; 'tocsin catalog show'", 2},
		"two carriers":           {"z,Zqcanary,nurse,,,,Both,", "mobile: several carriers are called this; write the carrier's id", 2},
		"unknown node":           {"z,Zqcanary,nurse,,,,,red/pagin", "pager: no node of the catalogue is called this; did you mean “red/paging”?", 2},
		"a carrier for a pager":  {"z,Zqcanary,nurse,,,,,zqcanary", "pager: no node of the catalogue is called this; name a node, as owner/name", 2},
		"a carrier's no service": {"z,Zqcanary,nurse,,,,,red", "pager: the catalogue has no such service of this carrier; name a node", 2},
		"a telephone number":     {"z,Zqcanary,nurse,,,,416-555-0199,", "mobile: a number or an address; write whom the line is with", 2},
		"an address":             {"z,Zqcanary,nurse,,,,zqcanary@example.org,", "mobile: a number or an address", 2},
		"unknown region":         {"z,Zqcanary,nurse,xx-n,,,red,", "region: no region of the catalogue is called this; did you mean “xx-", 2},
		"two regions":            {"z,Zqcanary,nurse,twin,,,red,", "region: several regions are called this; write the region's id", 2},
		"on call, maybe":         {"z,Zqcanary,nurse,,Zqcanary,,red,", "on_call: neither yes nor no; write yes or no", 2},
		"a minimum of words":     {"z,Zqcanary,nurse,,,Zqcanary,red,", "minimum: not a number of people", 2},
		"two minimums":           {"z,Zqcanary,nurse,,,3,red,\ny,Y,Nurse,,,4,red,", "people.csv:3: minimum: another one than in line 2 for the same role", 3},
		"nobody":                 {",,nurse,,,,red,", "id: nobody is named; give an id or a name", 1},
		"no role":                {"z,Zqcanary,,,,,red,", "role: no role; give one", 1},
		"twice":                  {"z,Zqcanary,nurse,,,,red,\nz,Zqcanary,clerk,,,,red,", "people.csv:3: id: the one of line 2 again; give each person an id", 2},
		"too many cells":         {"z,Zqcanary,nurse,,,,red,,Zqcanary,Zqcanary", "people.csv:2: 2 cells more than the first line has; put a cell that holds a separator into quotation marks", 1},
		"a stray quote":          {`z,Zqcanary "Z" Q,nurse,,,,red,`, "people.csv:2: a quotation mark out of place; close it, or double it", 1},
	} {
		got, p := read(t, head+c.row+"\n"+good)
		wants(t, name, told(t, &p.Reading, nil), c.says)
		if len(p.Faults) != 1 || !strings.Contains(got, "g|Good|nurse") || len(p.People) != c.keep || p.Rows-p.LeftOut != c.keep {
			t.Errorf("%s: %d people of %d rows, %d left out, want %d:\n%s", name, len(p.People), p.Rows, p.LeftOut, c.keep, got)
		}
	}
	// A quotation mark that is never closed swallows what follows, and says so.
	_, p := read(t, head+"a,A,nurse,,,,red,\nz,\"Zqcanary,nurse,,,,red,\n"+good)
	wants(t, "open quote", told(t, &p.Reading, nil), "people.csv:3: the quotation mark that opens here is not closed; lines 3 to ", "close it")
	if len(p.People) != 1 || p.LeftOut != 1 {
		t.Errorf("open quote: %+v", p)
	}
	// A path that can't be read is unknown, not absent.
	got, _ := read(t, head+"z,Z,nurse,,,,Zqcanary,red/paging\n")
	if !strings.HasSuffix(got, "mobile= pager=red/paging") {
		t.Errorf("an unknown path: %s", got)
	}
}

// TestBadHeads: without the columns nothing can be read; a head may be a line of
// people, so no cell of it is repeated.
func TestBadHeads(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"empty":          {"", "people.csv: empty; begin it with a line that names the columns: id, name, role"},
		"blank":          {"\n \n", "people.csv: empty"},
		"no head":        {"Zqcanary,Zqcanary Street,416-555-0199\nx,y,z\n", "people.csv:1: no column id or name; the first line names the columns: id, name"},
		"no role":        {"id,mobile\n1,red\n", "people.csv:1: no column role"},
		"a slip":         {"id,roel,mobile\n1,nurse,red\n", `no column role; column 2 looks like "role": call it so`},
		"no path":        {"id,role,shoe\n1,nurse,41\n", "no column mobile, sms, data, landline"},
		"twice":          {"id,role,Role,mobile\n", "people.csv:1: role: two columns are called this; take one out"},
		"a stray quote":  {"id,ro\"le,mobile\n", "people.csv:1: a quotation mark out of place"},
		"UTF-16":         {"\xff\xfei\x00d\x00,\x00", "people.csv: not plain text; save it as “CSV UTF-8”"},
		"a zero byte":    {"id,role,mobile\nZqcanary,\x00,red\n", "people.csv: not plain text"},
		"a workbook":     {"PK\x03\x04\x14\x00\x06\x00", "not plain text"},
		"a huge heading": {strings.Repeat(canary, 10000) + "\n", "no column id or name"},
	} {
		_, err := ReadPeople(strings.NewReader(c.text), "people.csv", small())
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		wants(t, name, told(t, nil, err), c.says)
	}
	// A slip in a column that needn't be there is told, and the rest is used.
	_, p := read(t, "id,role,moblie,pager\n1,nurse,red,red/paging\n")
	wants(t, "an optional slip", told(t, &p.Reading, nil), "people.csv:1: mobile: column 3 looks like this, written otherwise; call it mobile")
	if len(p.People) != 1 {
		t.Error("an optional slip: nobody is left")
	}
	// Other people's columns are nobody's slip.
	if _, p := read(t, "id,role,mobile,phone,e-mail,notes,department,shift,manager,start date\n1,nurse,red,,,,,,,\n"); !p.Whole() {
		t.Errorf("innocent columns: %s", told(t, &p.Reading, nil))
	}
}

// TestManyFaults: a file that is wrong in every line is told of in a hundred.
func TestManyFaults(t *testing.T) {
	_, p := read(t, "id,role,mobile\n"+strings.Repeat(canary+",,red\n", 250))
	if told(t, &p.Reading, nil); len(p.Faults) != maxFaults || p.More != 150 || p.LeftOut != 250 || p.Rows != 250 {
		t.Errorf("%d faults, %d more, %d left out of %d", len(p.Faults), p.More, p.LeftOut, p.Rows)
	}
}

func TestMinimums(t *testing.T) {
	all, r, err := ReadMinimums(strings.NewReader("fonction;minimum;lieu\nNurse;4;\nnurse;2;North\nclerk;x;\n;1;\nNURSE ;5;\nporter;0;\n"), "least.csv")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(all); got != "[{Nurse  4 2} {nurse North 2 3} {porter  0 7}]" || r.LeftOut != 3 {
		t.Errorf("%s, %d left out", got, r.LeftOut)
	}
	wants(t, "faults", told(t, r, nil), "least.csv:4: minimum: not a number", "least.csv:5: role: no role", "least.csv:6: role: the one of line 2 again")
	_, _, err = ReadMinimums(strings.NewReader("role,count\n"), "least.csv")
	wants(t, "head", told(t, nil, err), "no column minimum")
	_, p := read(t, "id,role,mobile,minimum\n1,nurse,red,2\n2,Nurse,red,2\n3,clerk,red,\n")
	if got := fmt.Sprint(p.Minimums); got != "[{nurse  2 2}]" {
		t.Errorf("of the roster: %s", got)
	}
}

// FuzzReadPeople: no bytes crash it, every row is used or counted, and faults name
// a line of the file.
func FuzzReadPeople(f *testing.F) {
	f.Add("id,role,mobile\n1,nurse,red\n")
	f.Add("Matricule;Fonction;Cellulaire\r\n1;\"a\nb\";bleu\r\n")
	f.Add("id,role,mobile\n\"1,nurse,red\n2,x,y\n")
	d := small()
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ReadPeople(strings.NewReader(text), "f", d)
		if err != nil {
			if _, ok := err.(Fault); !ok { //nolint:errorlint // it must be one, bare
				t.Fatalf("error %T: %v", err, err)
			}
			return
		}
		if len(p.People)+p.LeftOut != p.Rows {
			t.Fatalf("%d people and %d left out of %d rows", len(p.People), p.LeftOut, p.Rows)
		}
		lines := 1 + strings.Count(text, "\n") + strings.Count(text, "\r")
		for _, x := range p.Faults {
			if x.Line < 1 || x.Line > lines {
				t.Fatalf("line %d of %d: %v", x.Line, lines, x)
			}
		}
	})
}
