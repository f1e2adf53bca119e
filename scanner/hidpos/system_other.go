//go:build !linux && !windows

package hidpos

import (
	"context"
	"errors"
)

// noSystem is a system on which HID devices are not read.
type noSystem struct{}

var thisSystem system = noSystem{}

var errNoSystem = errors.New("HID POS scanners are read on Linux and on Windows only")

func (noSystem) list(context.Context) ([]hidDevice, error) { return nil, errNoSystem }
func (noSystem) open(hidDevice) (node, error)              { return nil, errNoSystem }
