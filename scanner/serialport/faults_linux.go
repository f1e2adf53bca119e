package serialport

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/stockhand/stockhand/scanner"
)

const rightsRemedy = "Run: sudo usermod -aG dialout \"$USER\" (for the service: its own user), then log in again or restart the service."

func stateOfErrno(code syscall.Errno) scanner.StateName {
	switch code {
	case syscall.EBUSY:
		return scanner.Busy
	case syscall.EACCES, syscall.EPERM:
		return scanner.NoRights
	case syscall.ENOTTY, syscall.EINVAL, syscall.EISDIR:
		return scanner.WrongMode
	}
	return scanner.Missing // ENOENT, ENXIO, ENODEV, EIO: it is not there
}

// holder names the process that has the port open, as far as this user may see.
func (t Tree) holder(path string) string {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "Another program"
	}
	processes, _ := os.ReadDir(t.Proc) // what cannot be seen cannot be named
	for _, p := range processes {
		pid, err := strconv.Atoi(p.Name())
		if err != nil || pid == os.Getpid() || !t.hasOpen(p.Name(), real) {
			continue
		}
		return fmt.Sprintf("The program %s (process %d)", attribute(filepath.Join(t.Proc, p.Name()), "comm"), pid)
	}
	return "Another program"
}

func (t Tree) hasOpen(pid, path string) bool {
	folder := filepath.Join(t.Proc, pid, "fd")
	fds, _ := os.ReadDir(folder)
	for _, fd := range fds {
		target, err := os.Readlink(filepath.Join(folder, fd.Name()))
		if err == nil && strings.TrimSuffix(target, " (deleted)") == path {
			return true
		}
	}
	return false
}
