package catalog

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The days on which the Canadian catalogue is held to the facts: the first
// outage that is replayed, the one that all is judged by, and one after all
// that changed since.
const (
	april2021 = "2021-04-19"
	july2022  = "2022-07-08"
	since     = "2026-01-01"
)

// loaded keeps the editions of Canada by day: they never change, so that tests
// may share them.
var loaded sync.Map

func canada(t *testing.T, asOf string) *Edition {
	t.Helper()
	if e, ok := loaded.Load(asOf); ok {
		return e.(*Edition)
	}
	e := mustLoad(t, asOf, Canada())
	loaded.Store(asOf, e)
	return e
}

// TestCanadaHasItsProvinces: SGC code, ISO code, how many census divisions, and
// the population that the census of 2021 counted.
func TestCanadaHasItsProvinces(t *testing.T) {
	e := canada(t, july2022)
	divisions := 0
	for _, c := range []struct {
		id        RegionID
		sgc       string
		divisions int
		people    int
		zone      string
	}{
		{"ca-nl", "10", 11, 510550, "America/St_Johns"},
		{"ca-pe", "11", 3, 154331, "America/Halifax"},
		{"ca-ns", "12", 18, 969383, "America/Halifax"},
		{"ca-nb", "13", 15, 775610, "America/Moncton"},
		{"ca-qc", "24", 98, 8501833, "America/Toronto"},
		{"ca-on", "35", 49, 14223942, "America/Toronto"},
		{"ca-mb", "46", 23, 1342153, "America/Winnipeg"},
		{"ca-sk", "47", 18, 1132505, "America/Regina"},
		{"ca-ab", "48", 19, 4262635, "America/Edmonton"},
		{"ca-bc", "59", 29, 5000879, "America/Vancouver"},
		{"ca-yt", "60", 1, 40232, "America/Whitehorse"},
		{"ca-nt", "61", 6, 41070, "America/Yellowknife"},
		{"ca-nu", "62", 3, 36858, "America/Iqaluit"},
	} {
		r := e.Region(c.id)
		if r == nil {
			t.Errorf("no %s", c.id)
			continue
		}
		if r.SGC != c.sgc || r.Level != Province || r.Population != c.people || len(e.Children(c.id)) != c.divisions {
			t.Errorf("%s: sgc %s, %s, %d people, %d divisions; want %+v", c.id, r.SGC, r.Level, r.Population, len(e.Children(c.id)), c)
		}
		if got := e.Zone(c.id); got != c.zone {
			t.Errorf("%s: zone %s, want %s", c.id, got, c.zone)
		}
		divisions += len(e.Children(c.id))
	}
	if divisions != 293 || len(e.Children("ca")) != 13 {
		t.Errorf("%d divisions in %d provinces and territories", divisions, len(e.Children("ca")))
	}
}

// TestCanadaIsMadeOfItsParts: ids, codes and populations agree up the tree, and
// centres lie in the country.
func TestCanadaIsMadeOfItsParts(t *testing.T) {
	e := canada(t, july2022)
	for _, r := range e.Regions() {
		if r.Level == Area {
			continue
		}
		people := 0
		for _, id := range e.Children(r.ID) {
			c := e.Region(id)
			people += c.Population
			if c.Level == Division && (string(c.ID) != string(r.ID)+"-"+c.SGC || !strings.HasPrefix(c.SGC, r.SGC) || len(c.SGC) != 4) {
				t.Errorf("division %s of %s has sgc %s", c.ID, r.SGC, c.SGC)
			}
		}
		if len(e.Children(r.ID)) > 0 && people != r.Population {
			t.Errorf("%s has %d people, its parts %d", r.ID, r.Population, people)
		}
		if r.Lat < 41.6 || r.Lat > 83.2 || r.Lon < -141.1 || r.Lon > -52.6 {
			t.Errorf("%s has its centre at %v, %v: outside of Canada", r.ID, r.Lat, r.Lon)
		}
	}
}

func TestCanadaHasItsCarriers(t *testing.T) {
	for asOf, brands := range map[string]map[OrgID]string{
		july2022: {
			"rogers": "Rogers, Fido, Chatr", "bell": "Bell, Virgin Plus", "telus": "Telus, Koodo", "freedom": "Freedom", "shaw": "Shaw",
			"videotron": "Videotron", "cogeco": "Cogeco", "eastlink": "Eastlink", "sasktel": "SaskTel", "tbaytel": "Tbaytel", "teksavvy": "TekSavvy",
		},
		since: {"rogers": "Rogers, Fido, Chatr", "shaw": "Shaw", "freedom": "Freedom"},
	} {
		e := canada(t, asOf)
		for id, list := range brands {
			c := e.Carrier(id)
			if c == nil {
				t.Errorf("%s: no carrier %s", asOf, id)
				continue
			}
			for b := range strings.SplitSeq(list, ", ") {
				if !slices.Contains(c.Brands, Brand{Name: b}) {
					t.Errorf("%s: %s doesn't sell as %s: %v", asOf, id, b, c.Brands)
				}
			}
		}
		sold := map[string]OrgID{}
		for _, c := range e.Carriers() {
			for _, b := range c.Brands {
				if other, twice := sold[strings.ToLower(b.Name)]; twice {
					t.Errorf("%s: %s is sold by %s and by %s", asOf, b.Name, other, c.ID)
				}
				sold[strings.ToLower(b.Name)] = c.ID
			}
		}
	}
}

// TestCanadaHasItsNetworks: whose an autonomous system is decides who is blamed.
func TestCanadaHasItsNetworks(t *testing.T) {
	for _, asOf := range []string{april2021, july2022, since} {
		e := canada(t, asOf)
		owner := map[ASN]*Carrier{}
		claim := map[ASN]Confidence{}
		for _, c := range e.Carriers() {
			for _, n := range c.Networks {
				owner[n.ASN], claim[n.ASN] = c, n.Confidence
			}
		}
		for as, want := range map[ASN]OrgID{
			812: "rogers", 577: "bell", 601: "bell", 602: "bell", 684: "bell", 855: "bell", 852: "telus", 6327: "shaw", 5769: "videotron",
			7992: "cogeco", 5645: "teksavvy", 11260: "eastlink", 803: "sasktel", 15290: "allstream", 549: "orion", 851: "risq",
		} {
			switch {
			case owner[as] == nil || owner[as].ID != want:
				t.Errorf("%s: AS%d belongs to %v, want %s", asOf, as, owner[as], want)
			case claim[as] == Assumed:
				t.Errorf("%s: AS%d of %s was read in a source, and is marked assumed", asOf, as, want)
			}
		}
		for _, as := range []ASN{3602, 36522, 7122, 11290, 174, 1299, 3356, 6453, 6461} { // nobody was found who says so
			if claim[as] != Assumed {
				t.Errorf("%s: AS%d is %s, though no source was found", asOf, as, claim[as])
			}
		}
		// What shows the life of a node belongs to its owner.
		for _, n := range e.Nodes() {
			for _, as := range n.ASNs {
				if owner[as] == nil || owner[as].ID != n.Owner() {
					t.Errorf("%s: AS%d is to show the life of %s, and isn't its owner's", asOf, as, n.ID)
				}
			}
		}
		if got := fmt.Sprint(e.ByASN(812)); got != "[rogers/ip-core]" {
			t.Errorf("%s: AS812 shows the life of %s", asOf, got)
		}
	}
}

// TestWhatChangedInCanada: what differs between the days is why there are editions.
func TestWhatChangedInCanada(t *testing.T) {
	names := func(needs []Requirement) string {
		var groups []string
		for _, r := range needs {
			groups = append(groups, fmt.Sprintf("%d of %v", r.AtLeast, r.Members))
		}
		return strings.Join(groups, "; ")
	}
	for _, c := range []struct{ asOf, shaw, freedom, debit, transfer, management, noc string }{
		{
			july2022, "", "shaw", "1 of [rogers/business-internet]", "1 of [rogers/business-internet]",
			"1 of [rogers/ip-core]", "1 of [rogers/ip-core]",
		},
		{
			since, "rogers", "videotron", "1 of [rogers/business-internet interac/second-supplier]",
			"1 of [rogers/business-internet interac/second-supplier]", "", "1 of [rogers/ip-core rogers/noc-backup-link]",
		},
	} {
		e := canada(t, c.asOf)
		for what, pair := range map[string][2]string{
			"owner of Shaw":               {string(e.Carrier("shaw").Parent), c.shaw},
			"owner of Freedom":            {string(e.Carrier("freedom").Parent), c.freedom},
			"needs of Interac Debit":      {names(e.Node("interac/debit").Needs), c.debit},
			"needs of e-Transfer":         {names(e.Node("interac/e-transfer").Needs), c.transfer},
			"needs of Rogers' management": {names(e.Node("rogers/management-network").Needs), c.management},
			"needs of Rogers' operations": {names(e.Node("rogers/noc").Needs), c.noc},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s: %s: %q, want %q", c.asOf, what, pair[0], pair[1])
			}
		}
	}
	if canada(t, july2022).Node("interac/second-supplier") != nil || canada(t, july2022).Node("rogers/emergency-roaming") != nil {
		t.Error("July 2022 has what came of it")
	}
	if canada(t, since).Node("cbsa/arrivecan") != nil || canada(t, july2022).Node("cbsa/arrivecan") == nil {
		t.Error("ArriveCAN was compulsory in July 2022 and is not since")
	}
}

// TestCanadaHasItsDependents: at least forty, and every organisation of the day.
func TestCanadaHasItsDependents(t *testing.T) {
	for _, asOf := range []string{april2021, july2022, since} {
		e := canada(t, asOf)
		count := map[OrgID]int{}
		dependents := 0
		for _, n := range e.Nodes() {
			count[n.Owner()]++
			if n.Kind == Dependent {
				dependents++
				if e.Sector(n) == "" {
					t.Errorf("%s: %s is of no sector", asOf, n.ID)
				}
			}
		}
		if dependents < 40 {
			t.Errorf("%s: %d dependents", asOf, dependents)
		}
		for _, id := range []OrgID{
			"rogers", "bell", "telus", "interac", "metrolinx", "venues", "sickkids", "shn", "toronto-police", "peel-police", // of the story
			"ottawa-police", "halton-police", "hamilton-police", "niagara-police", "e-comm", "thunder-bay-police", "kahnawake-fire",
			"td", "bmo", "rbc", "cibc", "vancity", "meridian", "tangerine", "ttc", "miway", "oc-transpo", "darts", "bike-share-toronto",
			"communauto", "green-p", "toronto-city", "rvh", "hamilton-health-sciences", "montfort", "cheo", "ottawa-hospital", "service-canada",
			"montreal-courts", "montreal-city", "pearson", "air-canada", "bc-ferries", "sqdc", "rogers-centre", "cbc", "tdsb", "crtc", "peavey-mart",
		} {
			if count[id] == 0 {
				t.Errorf("%s: nothing is said of %s", asOf, id)
			}
		}
	}
}

// reaches tells what lies beneath a node by the groups that it can't do without:
// those that are lost with any one of the nodes that fail.
func reaches(e *Edition, id NodeID, failed ...NodeID) bool {
	seen := map[NodeID]bool{}
	var falls func(id NodeID) bool
	falls = func(id NodeID) bool {
		if slices.Contains(failed, id) {
			return true
		}
		if seen[id] {
			return false
		}
		seen[id] = true
		defer delete(seen, id)
		return slices.ContainsFunc(e.Node(id).Needs, func(r Requirement) bool {
			left := 0
			for _, m := range r.Members {
				if !falls(m) {
					left++
				}
			}
			return left < r.AtLeast
		})
	}
	return falls(id)
}

// TestWhatRogersCoreCarries holds the paths of July 2022 to what happened.
func TestWhatRogersCoreCarries(t *testing.T) {
	e := canada(t, july2022)
	for id, want := range map[NodeID]bool{
		"rogers/mobile-voice": true, "rogers/sms": true, "rogers/mobile-data": true, "rogers/home-internet": true, "rogers/home-phone": true,
		"rogers/cable-tv": true, "rogers/emergency-calls": true, "rogers/public-alerting": true, "rogers/business-internet": true,
		"interac/debit": true, "interac/e-transfer": true, "metrolinx/card-sales": true, "sickkids/virtual-appointments": true,
		"shn/on-call-staff": true, "venues/mobile-tickets": true, "tbaytel/mobile-voice": true, "rogers/management-network": true,
		"rogers/radio-access": false, "bell/mobile-voice": false, "telus/mobile-voice": false, "shaw/home-internet": false,
		"tbaytel/home-phone": false, "toronto-police/911-centre": false, "e-comm/911-centre": false, "peavey-mart/stores": false,
		"hamilton-health-sciences/clinical-systems": false, "montfort/hospital": false, "metrolinx/safety-dispatch": false,
		"ttc/safety-systems": false, "cards/credit": false,
	} {
		if e.Node(id) == nil {
			t.Errorf("no %s", id)
		} else if got := reaches(e, id, "rogers/ip-core"); got != want {
			t.Errorf("%s falls with Rogers' core: %v, want %v", id, got, want)
		}
	}
	// April 2021 was the wireless core alone, and took no wired service with it.
	e = canada(t, april2021)
	for id, want := range map[NodeID]bool{
		"rogers/mobile-voice": true, "rogers/home-internet": false, "rogers/cable-tv": false, "rogers/home-phone": false, "interac/debit": false,
	} {
		if got := reaches(e, id, "rogers/wireless-core"); got != want {
			t.Errorf("%s falls with the wireless core: %v, want %v", id, got, want)
		}
	}
	// Since then Interac stands on either of two suppliers.
	e = canada(t, since)
	if reaches(e, "interac/debit", "rogers/ip-core") || !reaches(e, "interac/debit", "rogers/ip-core", "interac/second-supplier") {
		t.Error("Interac Debit doesn't stand on either of two suppliers")
	}
}

// TestCallsReachRivals: who absorbs whom, and whose users call whom, hold both ways
// for the three that share the country: what clears the innocent rests on it.
func TestCallsReachRivals(t *testing.T) {
	e := canada(t, july2022)
	for _, id := range []OrgID{"bell", "telus"} {
		voice := e.Node(NodeID(id) + "/mobile-voice")
		if !slices.Contains(voice.Interconnects, "rogers/mobile-voice") || !slices.Contains(voice.Absorbs, "rogers/mobile-voice") {
			t.Errorf("%s: calls to %v, absorbs %v", voice.ID, voice.Interconnects, voice.Absorbs)
		}
	}
	for _, n := range e.Nodes() {
		for _, other := range slices.Concat(n.Absorbs, n.Interconnects) {
			if e.Node(other).Owner() == n.Owner() || e.Node(other).Kind != Offering {
				t.Errorf("%s takes the users or calls of %s, of kind %s", n.ID, other, e.Node(other).Kind)
			}
		}
	}
}
