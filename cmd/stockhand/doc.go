// Command stockhand counts a shop while it sells: it reads barcode scanners, puts
// every scan on disk before anything acknowledges it, shows the count on a web
// page, reconciles it with what was sold meanwhile, and tells the shop's system
// what was approved, exactly once.
//
// Each subcommand is a file of this package. run.go wires the agent together and
// is the only place that knows every package.
package main
