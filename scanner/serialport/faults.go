package serialport

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"go.bug.st/serial"

	"github.com/stockhand/stockhand/scanner"
)

// explain turns an error of opening a port into a fault with a sentence and a
// remedy.
func (t Tree) explain(path string, err error) error {
	cause := fmt.Errorf("open serial port %s: %w", path, err)
	switch stateOf(err) {
	case scanner.Busy:
		return busy(path, t.holder(path), cause)
	case scanner.NoRights:
		return noRights(path, cause)
	case scanner.WrongMode:
		return &scanner.Fault{
			State:    scanner.WrongMode,
			Sentence: path + " is there but cannot be used as a serial port with these settings.",
			Remedy:   `Check "port", "baud", "data_bits", "parity" and "stop_bits"; "stockhand devices" lists the ports.`,
			Err:      cause,
		}
	}
	return scanner.Gone(cause)
}

func busy(path, user string, cause error) *scanner.Fault {
	return &scanner.Fault{
		State:    scanner.Busy,
		Sentence: fmt.Sprintf("%s uses the scanner's port %s; only one program can.", user, path),
		Remedy:   "Close that program, or leave the scanner to it and count with another one.",
		Err:      cause,
	}
}

func noRights(path string, cause error) *scanner.Fault {
	return &scanner.Fault{
		State:    scanner.NoRights,
		Sentence: "This program may not open the scanner's port " + path + ".",
		Remedy:   rightsRemedy,
		Err:      cause,
	}
}

// faultIn returns the fault that an error is or holds, nil if it is another one.
func faultIn(err error) *scanner.Fault {
	var f *scanner.Fault
	if errors.As(err, &f) {
		return f
	}
	return nil
}

func stateOf(err error) scanner.StateName {
	var port *serial.PortError
	var code syscall.Errno
	switch {
	case errors.Is(err, errLocked):
		return scanner.Busy
	case errors.As(err, &port):
		return stateOfPort(port.Code())
	case errors.Is(err, fs.ErrPermission):
		return scanner.NoRights
	case errors.As(err, &code):
		return stateOfErrno(code)
	}
	return scanner.Missing
}

func stateOfPort(code serial.PortErrorCode) scanner.StateName {
	switch code {
	case serial.PortBusy:
		return scanner.Busy
	case serial.PermissionDenied:
		return scanner.NoRights
	case serial.InvalidSerialPort, serial.InvalidSpeed, serial.InvalidDataBits,
		serial.InvalidParity, serial.InvalidStopBits:
		return scanner.WrongMode
	}
	return scanner.Missing // PortNotFound; PortClosed means unplugged
}
