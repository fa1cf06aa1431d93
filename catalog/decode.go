package catalog

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// The entries of a catalogue file as they are written. Every word keeps its
// place, so that a fault found late can still be shown where it stands. The
// yaml tags are the whole vocabulary; schema.json holds the same one.
type (
	file struct {
		Sources       []*rawSource       `yaml:"sources"`
		Regions       []*rawRegion       `yaml:"regions"`
		Services      []*rawService      `yaml:"services"`
		Carriers      []*rawCarrier      `yaml:"carriers"`
		Organisations []*rawOrganisation `yaml:"organisations"`
		Components    []*rawComponent    `yaml:"components"`
		Dependents    []*rawDependent    `yaml:"dependents"`

		days   []time.Time     // on which something begins or ends
		hidden map[string]bool // ids of private entries that were left out
	}
	word struct { // a scalar; the zero word was not written
		place
		text string
	}
	words []word // one word or a list of them
	date  struct {
		place
		time.Time
	}
	span struct { // a duration
		place
		time.Duration
	}
	number struct {
		place
		n int
	}
	percent struct { // written "30%"
		place
		part float64
	}
	yesno struct {
		place
		yes bool
	}
	rawText struct {
		At     place
		EN, FR word
	}
	period struct {
		From  date `yaml:"from"`
		Until date `yaml:"until"`
	}
	claim struct {
		Source     words `yaml:"source"`
		AsOf       date  `yaml:"as_of"`
		Confidence word  `yaml:"confidence"`
	}
	entry struct {
		At      place
		ID      word  `yaml:"id"`
		Private yesno `yaml:"private"`
		period
	}
	rawSource struct {
		entry
		Title word `yaml:"title"`
		URL   word `yaml:"url"`
	}
	rawRegion struct {
		entry
		Level      word     `yaml:"level"`
		SGC        word     `yaml:"sgc"`
		Parent     word     `yaml:"parent"`
		Name       rawText  `yaml:"name"`
		Population *number  `yaml:"population"`
		Lat        *float64 `yaml:"lat"`
		Lon        *float64 `yaml:"lon"`
		Zone       word     `yaml:"zone"`
		Holidays   []word   `yaml:"holidays"`
		Members    []word   `yaml:"members"`
		claim
	}
	rawService struct {
		entry
		Name rawText `yaml:"name"`
	}
	rawBrand struct { // written as a bare name, or as a mapping
		At   place
		Name word `yaml:"name"`
		period
	}
	rawNetwork struct {
		At   place
		ASN  number `yaml:"asn"`
		Note word   `yaml:"note"`
		claim
		period
	}
	rawCarrier struct {
		entry
		Name     rawText       `yaml:"name"`
		Brands   []*rawBrand   `yaml:"brands"`
		Networks []*rawNetwork `yaml:"networks"`
		Parent   word          `yaml:"parent"`
		Users    number        `yaml:"users"`
		claim
	}
	rawOrganisation struct {
		entry
		Name   rawText `yaml:"name"`
		Sector word    `yaml:"sector"`
		claim
	}
	rawMember struct { // written as a bare id, or as a mapping
		At    place
		ID    word    `yaml:"id"`
		Share *number `yaml:"share"`
	}
	rawGroup struct { // what a need and its backup share
		At       place
		All      []*rawMember `yaml:"all"`
		Any      []*rawMember `yaml:"any"`
		AtLeast  *number      `yaml:"at_least"`
		Region   word         `yaml:"at"`
		Holdover span         `yaml:"holdover"`
		Note     *rawText     `yaml:"note"`
		claim
	}
	rawNeed struct {
		rawGroup
		Enough *number    `yaml:"enough"`
		Lost   word       `yaml:"lost"`
		Backup *rawBackup `yaml:"backup"`
		period
	}
	rawBackup struct {
		rawGroup
		Serves word `yaml:"serves"`
	}
	rawShift struct { // written as a bare id, or as a mapping
		At   place
		ID   word    `yaml:"id"`
		Part percent `yaml:"part"`
		Lag  span    `yaml:"lag"`
		claim
	}
	rawSpare struct {
		At    place
		Users *number `yaml:"users"`
		claim
	}
	rawCondition struct {
		Up       []word `yaml:"up"`
		Down     []word `yaml:"down"`
		Attached []word `yaml:"attached_but_dead"`
	}
	rawFallback struct {
		At     place
		Text   rawText      `yaml:"text"`
		Needs  []*rawNeed   `yaml:"needs"`
		OnlyIf rawCondition `yaml:"only_if"`
		claim
		period
	}
	rawNode struct {
		entry
		Name         rawText        `yaml:"name"`
		Regions      []word         `yaml:"regions"`
		Needs        []*rawNeed     `yaml:"needs"`
		RecoversWith []word         `yaml:"recovers_with"`
		Fallbacks    []*rawFallback `yaml:"fallback"`
		Note         *rawText       `yaml:"note"`
		claim
	}
	rawComponent struct {
		rawNode
		Kind          word        `yaml:"kind"`
		Service       word        `yaml:"service"`
		ASNs          []number    `yaml:"asns"`
		Users         number      `yaml:"users"`
		Attaches      word        `yaml:"attaches"`
		Absorbs       []*rawShift `yaml:"absorbs"`
		Spare         *rawSpare   `yaml:"spare"`
		Interconnects []word      `yaml:"interconnects"`
	}
	rawDependent struct {
		rawNode
		Sector word   `yaml:"sector"`
		People number `yaml:"people"`
	}
)

func (e *entry) head() *entry { return e }

// brief is a mapping of which mostly one word is written: it may stand alone.
type brief interface{ bare() *word }

func (b *rawBrand) bare() *word  { return &b.Name }
func (m *rawMember) bare() *word { return &m.ID }
func (s *rawShift) bare() *word  { return &s.ID }

// decoder turns the nodes of one YAML file into entries, and goes on after a
// fault so that all of them are found.
type decoder struct {
	Problems
	file string
	days []time.Time                       // every from and until
	keys map[reflect.Type]map[string][]int // see fields
}

func (d *decoder) at(n *yaml.Node) place { return place{d.file, n.Line} }

// value decodes a node into a settable value.
func (d *decoder) value(n *yaml.Node, v reflect.Value) {
	switch {
	case n.Anchor != "" || n.Kind == yaml.AliasNode:
		// They would let a small file be a huge one, and hide where a claim stands.
		d.problem(d.at(n), "write the value out", "anchors and aliases are not used in a catalogue")
	case d.scalar(n, v):
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem())
	case v.Kind() == reflect.Slice:
		d.list(n, v)
	default:
		d.mapping(n, v)
	}
}

// list decodes a sequence; of words that may stand alone, also a bare one.
func (d *decoder) list(n *yaml.Node, v reflect.Value) {
	if _, ok := reflect.TypeAssert[*words](v.Addr()); ok && n.Kind == yaml.ScalarNode {
		v.Set(reflect.ValueOf(words{d.word(n)}))
		return
	}
	if n.Kind != yaml.SequenceNode {
		d.problem(d.at(n), "", "expected a list, found %s", found(n))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	kept := 0
	for _, c := range n.Content {
		e := v.Index(kept)
		d.value(c, e)
		if !reflect.Indirect(e).IsZero() { // else it could not be read, and was complained of
			kept++
		}
	}
	v.SetLen(kept)
}

// mapping decodes a mapping into a struct by its yaml tags. Keys that are
// unknown or written twice are faults.
func (d *decoder) mapping(n *yaml.Node, v reflect.Value) {
	keys := d.fields(v.Type())
	brief, mayBeBare := reflect.TypeAssert[brief](v.Addr())
	bare := mayBeBare && n.Kind == yaml.ScalarNode
	if n.Kind != yaml.MappingNode && !bare {
		d.problem(d.at(n), "", "expected a mapping, found %s", found(n))
		return
	}
	if at := v.FieldByName("At"); at.IsValid() {
		*at.Addr().Interface().(*place) = d.at(n)
	}
	if bare {
		*brief.bare() = d.word(n)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		field, ok := keys[key.Value]
		switch {
		case key.Kind != yaml.ScalarNode || !ok:
			d.problem(d.at(key), didYouMean(key.Value, sorted(keys)), "unknown key %q", key.Value)
		case seen[key.Value]:
			d.problem(d.at(key), "", "key %q is written twice", key.Value)
		default:
			seen[key.Value] = true
			into := v.FieldByIndex(field)
			d.value(n.Content[i+1], into)
			if day, ok := reflect.TypeAssert[*date](into.Addr()); ok && key.Value != "as_of" && !day.IsZero() {
				d.days = append(d.days, day.Time)
			}
		}
	}
}

// fields gives the fields of a struct by their key, embedded ones included. They
// are worked out once for each kind: a large catalogue has a million mappings.
func (d *decoder) fields(t reflect.Type) map[string][]int {
	if keys, ok := d.keys[t]; ok {
		return keys
	}
	keys := map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		switch tag := f.Tag.Get("yaml"); {
		case t == reflect.TypeFor[rawText]() && f.Name != "At":
			keys[strings.ToLower(f.Name)] = f.Index
		case tag != "":
			keys[tag] = f.Index
		}
	}
	if d.keys == nil {
		d.keys = map[reflect.Type]map[string][]int{}
	}
	d.keys[t] = keys
	return keys
}

// scalar decodes the kinds of scalars, and tells whether v is one.
func (d *decoder) scalar(n *yaml.Node, v reflect.Value) bool {
	switch p := v.Addr().Interface().(type) {
	case *word:
		*p = d.word(n)
	case *date:
		day, err := time.Parse(time.DateOnly, n.Value)
		if d.wants(n, err == nil, "a date like 2022-07-08") {
			*p = date{d.at(n), day}
		}
	case *span:
		length, err := time.ParseDuration(n.Value)
		if d.wants(n, err == nil && length >= 0, "a duration like 4h or 90m, not negative") {
			*p = span{d.at(n), length}
		}
	case *number:
		x, err := strconv.Atoi(strings.ReplaceAll(n.Value, "_", ""))
		if d.wants(n, err == nil && x >= 0 && n.ShortTag() == "!!int", "a whole number, not negative") {
			*p = number{d.at(n), x}
		}
	case *percent:
		x, err := strconv.ParseFloat(strings.TrimSuffix(n.Value, "%"), 64)
		if d.wants(n, err == nil && strings.HasSuffix(n.Value, "%") && 0 < x && x <= 100, "a percentage like 30%, above 0% and not above 100%") {
			*p = percent{d.at(n), x / 100}
		}
	case *yesno:
		yes := n.Value == "true"
		if d.wants(n, n.ShortTag() == "!!bool" && (yes || n.Value == "false"), "true or false") {
			*p = yesno{d.at(n), yes}
		}
	case *float64:
		x, err := strconv.ParseFloat(n.Value, 64)
		if d.wants(n, err == nil && -180 <= x && x <= 180 && n.ShortTag() != "!!str", "degrees between -180 and 180") {
			*p = x
		}
	default:
		return false
	}
	return true
}

func (d *decoder) word(n *yaml.Node) word {
	if n.Kind == yaml.ScalarNode && n.ShortTag() != "!!str" && n.ShortTag() != "!!null" {
		d.problem(d.at(n), "put it in quotes", "expected text, found %s %s", strings.TrimPrefix(n.ShortTag(), "!!"), n.Value)
		return word{place: d.at(n), text: n.Value}
	}
	if !d.wants(n, n.ShortTag() == "!!str", "text") {
		return word{}
	}
	return word{d.at(n), n.Value}
}

// wants notes a fault unless the node is a scalar that is as it should be.
func (d *decoder) wants(n *yaml.Node, ok bool, what string) bool {
	if n.Kind == yaml.ScalarNode && ok {
		return true
	}
	d.problem(d.at(n), "", "expected %s, found %s", what, found(n))
	return false
}

func found(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.ShortTag() == "!!null":
		return "nothing"
	default:
		return strconv.Quote(n.Value)
	}
}

func sorted[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
