// Package tocsin embeds the outage files that come with the program, so that
// one binary can replay them.
//
// It holds no code: package replay reads the files, and cmd/tocsin is the
// program.
package tocsin

import "embed"

// Outages holds the recorded outages under testdata/outages, one text file
// each; docs/outage-files.md describes their format.
//
//go:embed testdata/outages/*.outage
var Outages embed.FS
