// Package mrt reads routes from MRT files (RFC 6396 and RFC 8050), as the
// collectors of RIPE RIS and RouteViews keep them: table dumps of both versions,
// updates, changes of sessions; plain, gzip, bzip2 or zstd.
//
// [Reader] is for those who want routes and nothing else, fast. [Printer] is for
// those who want the text that bgpdump -m prints. [Archive] puts the files of
// several collectors in order of time.
//
// It survives any bytes, says where they broke, and counts what it left out. It
// judges no route, keeps none, and knows nothing of the live stream: package
// rislive reads that, package visibility keeps.
package mrt
