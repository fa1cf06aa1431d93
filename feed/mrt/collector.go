package mrt

import (
	"math"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind is what a file of an archive holds.
type Kind uint8

// Kinds of files.
const (
	Table   Kind = iota // a dump of all routes at one moment
	Updates             // what changed from one moment on
)

// File is one file of an archive.
type File struct {
	Path      string // in its source
	Collector string
	Kind      Kind
	Start     time.Time
}

// ParseName reads what the path of a file tells, as RIS, RouteViews and the caches
// of CAIDA name their files:
//
//	rrc04/2022.07/updates.20220708.0845.gz, rrc04/2022.07/bview.20220708.0800.gz
//	route-views.jinx/bgpdata/2022.07/RIBS/rib.20220708.0800.bz2
//	ris.rrc06.updates.1401488100.gz, routeviews.route-views.jinx.ribs.1401487200.bz2
func ParseName(name string) (File, bool) {
	name = filepath.ToSlash(name)
	f := File{Path: name}
	base := path.Base(name)
	for _, packed := range []string{".gz", ".bz2", ".zst"} {
		base = strings.TrimSuffix(base, packed)
	}
	parts := strings.Split(base, ".")
	if parts[0] == "ris" || parts[0] == "routeviews" {
		return cached(f, parts)
	}
	switch parts[0] {
	case "bview", "rib":
		f.Kind = Table
	case "updates":
		f.Kind = Updates
	default:
		return f, false
	}
	if len(parts) != 3 { // what has more behind is something that was made of one
		return f, false
	}
	start, err := time.Parse("20060102.1504", parts[1]+"."+parts[2])
	if err != nil || !dated(start.Unix()) {
		return f, false
	}
	f.Start, f.Collector = start, Collector(name)
	return f, true
}

// dated reports whether an MRT record can carry this time: RFC 6396 §2 counts
// seconds in 32 bits without a sign. A name of another time was not given by a
// collector.
func dated(seconds int64) bool { return seconds > 0 && seconds <= math.MaxUint32 }

// cached reads a name of CAIDA's.
func cached(f File, parts []string) (File, bool) {
	n := len(parts)
	seconds, err := strconv.ParseInt(parts[n-1], 10, 64)
	if err != nil || n < 4 || !dated(seconds) {
		return f, false
	}
	switch parts[n-2] {
	case "ribs":
		f.Kind = Table
	case "updates":
		f.Kind = Updates
	default:
		return f, false
	}
	f.Collector, f.Start = strings.Join(parts[1:n-2], "."), time.Unix(seconds, 0).UTC()
	return f, true
}

// Collector is what the path of a file says of where its routes were heard, "" if
// it says nothing.
func Collector(name string) string {
	dirs := strings.Split(filepath.ToSlash(name), "/")
	for i, d := range slices.Backward(dirs) {
		switch {
		case i == len(dirs)-1:
			if parts := strings.Split(strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(d, ".gz"), ".bz2"), ".zst"), "."); parts[0] == "ris" || parts[0] == "routeviews" {
				if f, ok := cached(File{}, parts); ok {
					return f.Collector
				}
			}
		case isCollector(d):
			return d
		case d == "bgpdata" && (i == 0 || !isCollector(dirs[i-1])):
			return "route-views2" // the first of RouteViews has no directory of its own
		}
	}
	return ""
}

// isCollector tells whether a directory is named as collectors are.
func isCollector(s string) bool {
	if digits, ok := strings.CutPrefix(s, "rrc"); ok && len(digits) == 2 {
		_, err := strconv.ParseUint(digits, 10, 8)
		return err == nil
	}
	return strings.HasPrefix(s, "route-views")
}
