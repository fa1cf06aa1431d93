// Package rislive speaks RIS Live, the stream in which the RIPE NCC's collectors
// tell of routes within a second: [Client] listens to it over WebSocket or the HTTP
// stream and turns its JSON into [feed.Routes]; [Server] speaks it, so that a
// recorded day can be listened to as if it happened now.
//
// It keeps no routes and judges none, and it reads no MRT files: who serves a
// capture hands a [Playback] to the server. It promises nothing about the messages
// that it could not take, except that each is counted.
package rislive
