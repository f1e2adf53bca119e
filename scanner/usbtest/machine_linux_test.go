package usbtest_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stockhand/stockhand/scanner/usbtest"
)

// patience is how long anything is waited for that must happen. An emulated
// processor on a busy computer is slow, ten times slower at times.
const patience = 3 * time.Minute

// machine is the virtual machine.
type machine struct {
	qemu    *exec.Cmd
	folder  string
	control *control
	agent   *program // reads scanners
	second  *program // does, too
	user    *program // does with the rights of the service
	player  *program // plays those that the guest makes itself
	dead    chan struct{}
}

// startMachine boots the guest and returns when its programs are ready.
func startMachine(t *testing.T) *machine {
	t.Helper()
	k := theKernel(t)
	m := &machine{folder: t.TempDir(), dead: make(chan struct{})}
	sockets := map[string]net.Listener{}
	for _, name := range m.sockets() {
		l, err := net.Listen("unix", filepath.Join(m.folder, name))
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		sockets[name] = l
	}
	began := time.Now()
	m.start(t, k.image, makeInitramfs(t, k))
	conns := map[string]net.Conn{}
	for _, name := range m.sockets() {
		conns[name] = m.accept(t, name, sockets[name])
		t.Cleanup(func() { conns[name].Close() })
	}
	m.control = newControl(t, conns["control"])
	m.player, m.agent = newProgram(m, conns[usbtest.PlayerPort]), newProgram(m, conns[usbtest.AgentPort])
	m.second, m.user = newProgram(m, conns[usbtest.SecondPort]), newProgram(m, conns[usbtest.UserPort])
	for _, p := range []*program{m.player, m.agent, m.second, m.user} {
		p.ready(t)
	}
	t.Logf("the guest was ready after %v", time.Since(began).Round(time.Millisecond))
	return m
}

// programs are those in the guest, each with a line of its own.
var programs = []string{usbtest.PlayerPort, usbtest.AgentPort, usbtest.SecondPort, usbtest.UserPort}

func (m *machine) sockets() []string { return append([]string{"control"}, programs...) }

func (m *machine) start(t *testing.T, image, initramfs string) {
	t.Helper()
	// With icount the guest's clock goes by what its processor has done: how busy
	// the host is does not show in it, or little.
	args := []string{
		"-M", "pc", "-accel", "tcg", "-icount", "shift=1", "-cpu", "max", "-m", "256", "-nodefaults", "-display", "none", "-no-reboot",
		"-kernel", image, "-initrd", initramfs, "-append", "console=ttyS0 quiet panic=-1",
		"-serial", "file:" + filepath.Join(m.folder, "console"),
		"-device", "qemu-xhci,id=usb", "-device", "virtio-serial-pci",
		"-qmp", "unix:" + filepath.Join(m.folder, "control"),
	}
	for _, name := range programs {
		args = append(args, "-chardev", m.chardev(name), "-device", "virtserialport,chardev="+name+",name="+name)
	}
	m.qemu = exec.Command("qemu-system-x86_64", args...)
	m.qemu.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // also if the test is killed
	var complaint strings.Builder
	m.qemu.Stdout, m.qemu.Stderr = &complaint, &complaint
	if err := m.qemu.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = m.qemu.Wait()
		close(m.dead)
	}()
	t.Cleanup(func() {
		_ = m.qemu.Process.Kill()
		<-m.dead
		if t.Failed() {
			t.Logf("%s\nthe guest's console:\n%s", complaint.String(), m.console())
		}
	})
}

func (m *machine) isDead() bool {
	select {
	case <-m.dead:
		return true
	default:
		return false
	}
}

func (m *machine) chardev(name string) string {
	return fmt.Sprintf("socket,id=%s,path=%s", name, filepath.Join(m.folder, name))
}

func (m *machine) console() string {
	text, _ := os.ReadFile(filepath.Join(m.folder, "console"))
	return string(text)
}

// accept waits for the machine to open a line. Who asked for it closes it: a cable
// stays plugged in for longer than the test that plugged it in.
func (m *machine) accept(t testing.TB, name string, l net.Listener) net.Conn {
	t.Helper()
	if err := l.(*net.UnixListener).SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		select {
		case <-m.dead:
			l.Close()
		case <-stop:
		}
	}()
	c, err := l.Accept()
	if err != nil {
		t.Fatalf("the machine does not open the line %q: %v", name, err)
	}
	return c
}

// control is the machine's own control line (QMP).
type control struct {
	mu   sync.Mutex
	conn net.Conn
	in   *bufio.Scanner
}

func newControl(t *testing.T, conn net.Conn) *control {
	t.Helper()
	c := &control{conn: conn, in: bufio.NewScanner(conn)}
	c.in.Scan() // the greeting
	if err := c.try("qmp_capabilities", map[string]any{}); err != nil {
		t.Fatal(err)
	}
	return c
}

// try gives a command and waits for its answer.
func (c *control) try(name string, args map[string]any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	command, err := json.Marshal(map[string]any{"execute": name, "arguments": args})
	if err != nil {
		return err
	}
	if _, err := c.conn.Write(command); err != nil {
		return err
	}
	for c.in.Scan() {
		var answer struct {
			Return json.RawMessage
			Error  *struct{ Desc string }
		}
		if err := json.Unmarshal(c.in.Bytes(), &answer); err != nil {
			return err
		}
		switch {
		case answer.Error != nil:
			return fmt.Errorf("%s %v: %s", name, args, answer.Error.Desc)
		case answer.Return != nil:
			return nil
		}
	}
	return fmt.Errorf("%s %v: the machine has hung up: %v", name, args, c.in.Err())
}

func (c *control) do(t testing.TB, name string, args map[string]any) {
	t.Helper()
	if err := c.try(name, args); err != nil {
		t.Fatal(err)
	}
}
