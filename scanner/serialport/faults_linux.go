package serialport

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

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

// mayOpen returns why this user may not open a path, nil if nothing is known
// against it.
func (t Tree) mayOpen(path string) *scanner.Fault {
	if err := unix.Access(path, unix.R_OK|unix.W_OK); errors.Is(err, os.ErrPermission) {
		return noRights(path, fmt.Errorf("access %s: %w", path, err))
	}
	return nil
}

// holder names the process that has the port open, as far as this user may see.
func (t Tree) holder(path string) string {
	if user := t.users([]Port{{Path: path}})[path]; user != "" {
		return user
	}
	return "Another program"
}

// users names the other processes that have ports open, as far as this user may
// see, by the ports' paths.
func (t Tree) users(ports []Port) map[string]string {
	paths := map[string]string{} // by what the path leads to
	for _, p := range ports {
		if real, err := filepath.EvalSymlinks(p.Path); err == nil {
			paths[real] = p.Path
		}
	}
	users := map[string]string{}
	processes, _ := os.ReadDir(t.Proc) // what cannot be seen cannot be named
	for _, process := range processes {
		pid, err := strconv.Atoi(process.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		for _, open := range t.openFiles(process.Name()) {
			if path, ours := paths[open]; ours {
				users[path] = fmt.Sprintf("The program %s (process %d)", attribute(filepath.Join(t.Proc, process.Name()), "comm"), pid)
			}
		}
	}
	return users
}

func (t Tree) openFiles(pid string) (paths []string) {
	folder := filepath.Join(t.Proc, pid, "fd")
	fds, _ := os.ReadDir(folder)
	for _, fd := range fds {
		if target, err := os.Readlink(filepath.Join(folder, fd.Name())); err == nil {
			paths = append(paths, strings.TrimSuffix(target, " (deleted)"))
		}
	}
	return paths
}
