//go:build !linux

package demo

import "errors"

// Scanner stands in for the simulated scanner of Linux.
type Scanner struct{}

// NewScanner fails: the simulated scanners are pseudo-terminals, which this
// system does not have in the form that the serial driver reads.
func NewScanner(string) (*Scanner, error) {
	return nil, errors.New("the demo's scanners are pseudo-terminals of Linux: run the demo there")
}

// Plug, Path, Release, Scan and Unplug do nothing here.
func (*Scanner) Plug() error       { return nil }
func (*Scanner) Path() string      { return "" }
func (*Scanner) Release()          {}
func (*Scanner) Scan(string) error { return nil }
func (*Scanner) Unplug()           {}
