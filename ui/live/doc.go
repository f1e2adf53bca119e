// Package live keeps pages up to date over websockets: it turns the log into
// snapshots and events, and the pages' commands into calls of the agent.
//
// The protocol is stockhand.v1. The agent opens with a challenge, the page says
// hello with what it was let in by, and is welcomed. For each topic that it asks
// for it gets a snapshot, then events whose values are absolute, so that one too
// many does no harm. Every frame carries a place in the log (epoch and sequence);
// a page that comes back names the place that it reached and is told what it
// missed, from the log itself.
//
// One goroutine, Hub.Run, reads the log and serves all pages. It never waits for
// a page: what a page does not take in time is bounded, and made good by a new
// snapshot or by cutting the page off. Nobody who stores a scan waits for it.
package live
