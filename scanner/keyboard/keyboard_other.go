//go:build !linux

package keyboard

import (
	"context"
	"runtime"

	"github.com/stockhand/stockhand/scanner"
)

// system is nothing here: keyboards belong to the desktop.
type system struct{}

var theSystem system

// Find finds nothing: the system keeps keyboards to itself.
func Find(context.Context) ([]scanner.Candidate, error) { return nil, nil }

// Open explains why a service cannot read a keyboard here and what works.
func (d *Driver) Open(context.Context) (scanner.Conn, error) {
	name := map[string]string{"windows": "Windows", "darwin": "macOS"}[runtime.GOOS]
	if name == "" {
		name = "This system"
	}
	return nil, &scanner.Fault{
		State:    scanner.WrongMode,
		Sentence: "The scanner acts as a keyboard. " + name + " does not let a service read keyboards.",
		Remedy:   otherWays,
	}
}
