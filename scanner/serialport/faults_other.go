//go:build !linux

package serialport

import (
	"syscall"

	"github.com/stockhand/stockhand/scanner"
)

const rightsRemedy = "Close other programs that may use the port; if that does not help, run the service with rights to it."

// sharingViolation is what Windows says when another program has a file open.
// Access denied (5) at an open is reported as PortBusy by the library; while the
// port is open it means, like 2, 22, 31, 433, 995 and 1167, that it was taken away.
const sharingViolation syscall.Errno = 32

func stateOfErrno(code syscall.Errno) scanner.StateName {
	if code == sharingViolation {
		return scanner.Busy
	}
	return scanner.Missing
}

func (t Tree) holder(string) string { return "Another program" }

// users is not known here: a port in use says so when it is opened.
func (t Tree) users([]Port) map[string]string { return nil }

// mayOpen is not known here before a port is opened.
func (t Tree) mayOpen(string) *scanner.Fault { return nil }
