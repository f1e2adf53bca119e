// Package scannertest is the conformance suite that every scanner driver runs.
// A driver brings a Rig, which plays the scanner at the far end of its cable,
// and calls Run.
package scannertest
