//go:build !linux

package keyboard

import (
	"context"
	"errors"
	"runtime"

	"github.com/stockhand/stockhand/scanner"
)

// system is nothing here: keyboards belong to the desktop.
type system struct{}

var theSystem system

// Find finds nothing, and says that a scanner which acts as a keyboard cannot be
// heard here.
func Find(context.Context) ([]scanner.Candidate, error) {
	f := notOn(runtime.GOOS)
	return nil, errors.New("a scanner that acts as a keyboard is not heard by a service here. " + f.Remedy)
}

// Open explains why a service cannot read a keyboard here and what works.
func (d *Driver) Open(context.Context) (scanner.Conn, error) {
	return nil, notOn(runtime.GOOS)
}
