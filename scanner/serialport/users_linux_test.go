package serialport

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// TestMain is also a program in a container, see contained.
func TestMain(m *testing.M) {
	if path := os.Getenv("SERIALPORT_TEST_OPEN"); path != "" {
		if err := holdOpen(path); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// holdOpen opens a pseudo-terminal of that name, one of its own if it is in a container
// that has its own, says so and waits for the end of its input.
func holdOpen(path string) error {
	if os.Getenv("SERIALPORT_TEST_OWN") != "" {
		if err := ownTerminals(path); err != nil {
			return err
		}
	}
	port, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return err
	}
	defer port.Close()
	fmt.Println("open")
	_, _ = os.Stdin.Read(make([]byte, 1))
	return nil
}

// ownTerminals replaces all pseudo-terminals by new ones until one has that name. They
// end with the process.
func ownTerminals(path string) error {
	err := errors.Join(
		unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""),
		unix.Mount("devpts", "/dev/pts", "devpts", 0, "newinstance,ptmxmode=0666,mode=0600"),
		unix.Mount("/dev/pts/ptmx", "/dev/ptmx", "", unix.MS_BIND, ""),
	)
	for err == nil {
		var far *os.File
		if _, far, err = pty.Open(); err == nil && far.Name() == path {
			break
		}
	}
	return err
}

// contained starts a program in a container, as far as files go, that has a port open
// until the test ends.
func contained(t *testing.T, path string, own bool) (pid int) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "SERIALPORT_TEST_OPEN="+path)
	if own {
		c.Env = append(c.Env, "SERIALPORT_TEST_OWN=1")
	}
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		c.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		c.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		c.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Skipf("this system makes no containers: %v", err)
	}
	t.Cleanup(func() {
		in.Close()
		_ = c.Wait()
	})
	said := make([]byte, 200)
	if n, err := out.Read(said); err != nil || string(said[:n]) != "open\n" {
		t.Skipf("this system makes no containers with terminals of their own: %s %v", said[:n], err)
	}
	return c.Process.Pid
}

// A container's /dev/pts/3 is not ours, though it has the same name and number; but who
// holds ours from within a container is named.
func TestAPortIsUsedByWhoHasTheDeviceNotTheName(t *testing.T) {
	c := newCable(t)
	path, err := filepath.EvalSymlinks(c.path)
	if err != nil {
		t.Fatal(err)
	}
	contained(t, path, true)
	if users := System.users([]Port{{Path: c.path}}); len(users) > 0 {
		t.Fatalf("another container's port is taken for ours: %v", users)
	}
	pid := contained(t, path, false)
	if user := System.users([]Port{{Path: c.path}})[c.path]; !strings.Contains(user, fmt.Sprintf("(process %d)", pid)) {
		t.Fatalf("process %d has the port open, said is %q", pid, user)
	}
}

// A container may know our port by a file of its own.
func TestAPortIsUsedUnderAnotherName(t *testing.T) {
	other := filepath.Join(t.TempDir(), "dev", "scanner")
	if err := os.MkdirAll(filepath.Dir(other), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mknod(other, unix.S_IFCHR|0o600, int(unix.Mkdev(1, 3))); err != nil {
		t.Skipf("only root makes devices: %v", err)
	}
	tree := Tree{Proc: fakeProc(t, 4711, "minicom", other)}
	if user := tree.users([]Port{{Path: "/dev/null"}})["/dev/null"]; !strings.Contains(user, "minicom (process 4711)") {
		t.Fatalf("%q", user)
	}
	if users := tree.users([]Port{{Path: "/dev/zero"}}); len(users) > 0 {
		t.Fatalf("%v", users)
	}
}
