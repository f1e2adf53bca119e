package keyboard

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/stockhand/stockhand/scanner"
)

const rightsRemedy = `Run the agent as its service ("stockhand service install"), which may. By hand: ` +
	`sudo usermod -aG input "$USER", then log in again; programs of that user may then read every keyboard.`

// explain turns an error of opening an event device into a fault with a sentence
// and a remedy.
func explain(path string, err error) error {
	cause := fmt.Errorf("open keyboard %s: %w", path, err)
	switch {
	case errors.Is(err, unix.EBUSY):
		return &scanner.Fault{
			State:    scanner.Busy,
			Sentence: "Another program has taken the scanner's keys for itself; only one can.",
			Remedy:   "Close that program: a POS, another copy of this agent, or one that changes keys (keyd, evremap).",
			Err:      cause,
		}
	case errors.Is(err, errHeld):
		return &scanner.Fault{
			State:    scanner.Busy,
			Sentence: "A key of the scanner is down and does not go up, so that it cannot be taken over.",
			Remedy:   "Unplug the scanner and plug it in again.",
			Err:      cause,
		}
	case errors.Is(err, fs.ErrPermission):
		return noRights(path, cause)
	case errors.Is(err, fs.ErrNotExist):
		return &scanner.Fault{
			State:    scanner.Missing,
			Sentence: "The system knows the scanner, but " + path + " is not there.",
			Remedy:   "Wait a moment. In a container, pass /dev/input into it.",
			Err:      cause,
		}
	case errors.Is(err, unix.ENOTTY), errors.Is(err, unix.EINVAL):
		return &scanner.Fault{
			State:    scanner.WrongMode,
			Sentence: path + " is not a keyboard that can be read.",
			Remedy:   otherWays,
			Err:      cause,
		}
	}
	return scanner.Gone(cause) // ENODEV, ENXIO, EIO: it was unplugged meanwhile
}

func noRights(path string, cause error) *scanner.Fault {
	return &scanner.Fault{
		State:    scanner.NoRights,
		Sentence: "This program may not read the scanner's keys from " + path + ".",
		Remedy:   rightsRemedy,
		Err:      cause,
	}
}

// noKeyboard explains a scanner that is there, but not as a keyboard. In another
// mode a scanner usually has another product id; with the same one it is more
// likely that the system is still at work on it.
func noKeyboard(usb Where, sameProduct bool, cause error) *scanner.Fault {
	const anew = `pair it anew as what it is now, which is the better way to read it, or scan the setup barcode for "USB keyboard" from its manual.`
	if sameProduct {
		return &scanner.Fault{
			State:    scanner.Missing,
			Sentence: "The scanner is plugged in but not ready yet.",
			Remedy:   "Wait a moment. If it stays so, it does not act as a keyboard: " + anew,
			Err:      cause,
		}
	}
	return &scanner.Fault{
		State:    scanner.WrongMode,
		Sentence: fmt.Sprintf("The scanner is plugged in (socket %s) but does not act as a keyboard; it may be a COM port or a HID POS device.", usb.Socket),
		Remedy:   "To use it, " + anew,
		Err:      cause,
	}
}

// The kernel shows a new device before udev has given it its rights.
const (
	youth     = 2 * time.Second
	youthLook = 50 * time.Millisecond
)

// openSoon opens an event device, and waits for the rights to one that has just
// appeared.
func (s system) openSoon(ctx context.Context, path string) (*node, error) {
	for {
		n, err := s.open(path)
		if !errors.Is(err, fs.ErrPermission) || !isNew(path) {
			return n, err
		}
		if err := sleep(ctx, youthLook); err != nil {
			return nil, err
		}
	}
}

func isNew(path string) bool {
	info, err := os.Stat(path)
	return err == nil && time.Since(info.ModTime()).Abs() < youth
}
