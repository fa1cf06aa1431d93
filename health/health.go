// Package health holds standing warnings about ourselves: a silent feed, a
// store that can't keep, a clock that is wrong, a blind spot. Pages show them,
// so that nobody takes our silence for good news.
//
// It is not for the state of anybody's network; that is a verdict.
package health

import "time"

// Code names a kind of warning.
type Code string

// The warnings.
const (
	FeedSilent Code = "feed-silent" // a feed said nothing for longer than it may
	StoreLate  Code = "store-late"  // changes could not be kept
)

// Warning is something about ourselves that readers must know.
type Warning struct {
	Code    Code      `json:"code"`
	Subject string    `json:"subject"` // a feed, a store
	Since   time.Time `json:"since"`
	Detail  string    `json:"detail,omitempty"` // for operators, not translated
}
