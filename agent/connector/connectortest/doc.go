// Package connectortest is the suite that every connector passes, and a simulated
// upstream for tests of the parts that use connectors.
//
// A connector's test calls Run with a Harness: how to make a fresh system with
// known stock, and what can be made to happen to it. Not every case exists for
// every system: a folder of files has no throttle. The harness then names the
// case and says why. A case that is neither playable nor excused fails.
package connectortest
