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
// see, by the ports' paths. Names are not compared: a container has a /dev of its
// own, where another device may have our port's name, and our port another one.
func (t Tree) users(ports []Port) map[string]string {
	devices := map[string]os.FileInfo{} // by the port's path
	for _, p := range ports {
		if device, err := os.Stat(p.Path); err == nil {
			devices[p.Path] = device
		}
	}
	users := map[string]string{}
	processes, _ := os.ReadDir(t.Proc) // what cannot be seen cannot be named
	for _, process := range processes {
		pid, err := strconv.Atoi(process.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		for _, open := range t.openDevices(process.Name()) {
			for path, device := range devices {
				if sameDevice(open, device) {
					users[path] = fmt.Sprintf("The program %s (process %d)", attribute(filepath.Join(t.Proc, process.Name()), "comm"), pid)
				}
			}
		}
	}
	return users
}

// openDevices are what a process has open below a folder /dev, its own or ours. Other
// files are not even looked at: one may lie on a server that does not answer.
func (t Tree) openDevices(pid string) (open []os.FileInfo) {
	folder := filepath.Join(t.Proc, pid, "fd")
	fds, _ := os.ReadDir(folder)
	for _, fd := range fds {
		link := filepath.Join(folder, fd.Name())
		if target, err := os.Readlink(link); err != nil || !strings.Contains(target, "/dev/") {
			continue
		}
		if device, err := os.Stat(link); err == nil {
			open = append(open, device)
		}
	}
	return open
}

// sameDevice reports whether two files lead to one device. The kernel numbers devices,
// whatever files lead to them; but pseudo-terminals are numbered anew in each file
// system of them.
func sameDevice(a, b os.FileInfo) bool {
	n := deviceNumber(a)
	pseudo := unix.Major(n) >= firstPseudo && unix.Major(n) <= lastPseudo
	return os.SameFile(a, b) || n != 0 && n == deviceNumber(b) && !pseudo
}

// The major numbers of pseudo-terminals.
const firstPseudo, lastPseudo = 136, 143

// deviceNumber is 0 if a file is no device that is read as a stream.
func deviceNumber(file os.FileInfo) uint64 {
	stat, ok := file.Sys().(*syscall.Stat_t)
	if !ok || file.Mode()&os.ModeCharDevice == 0 {
		return 0
	}
	return uint64(stat.Rdev) // 32 bits wide on some processors
}
