// Package feed says what a feed is, and holds the words that the feeds of routes
// share.
//
// It judges nothing and keeps nothing: package pipeline judges, package store keeps.
package feed
