//go:build !linux

package scanner

import (
	"context"
	"errors"
	"fmt"
)

// Watch calls look whenever something was plugged in or taken out, where the
// system tells; here it does not. Devices are found by trying.
func Watch(context.Context, func()) error {
	return fmt.Errorf("listen to device events: %w", errors.ErrUnsupported)
}
