// Package visibility holds which prefixes which peers carry, and tells at every
// moment how much of each autonomous system most of the Internet still sees.
//
// A prefix is visible when more than half of the full-feed peers carry it. Its
// address space is counted once, by longest match, in units of a /24 or a /48.
// Peers that fall ill are taken out of the count, so that the collector's own
// troubles look like nothing. DESIGN.md says how, and what it can't see.
//
// It judges no outage and knows no carrier: it counts, and tells which
// autonomous systems fell below their own usual. It reads no clock (time is what
// the routes say), starts no goroutine and does no I/O. A [Store] is for one
// goroutine.
package visibility
