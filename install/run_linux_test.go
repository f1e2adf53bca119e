package install

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The test binary, started with agentEnv set, is the service program: a stop,
// a signal and the end of a process are real here.
const agentEnv = "INSTALL_TEST_AGENT"

func TestMain(m *testing.M) {
	if kind := os.Getenv(agentEnv); kind != "" {
		os.Exit(runAgent(kind))
	}
	os.Exit(m.Run())
}

// runAgent runs an agent of a kind: "obeys", "hangs", "fails", "returns",
// "sick"; with "managed-" before it as under a service manager.
func runAgent(kind string) int {
	kind, managed := strings.CutPrefix(kind, "managed-")
	p := newProgram(context.Background(), testAgent(kind))
	p.limit = time.Second
	run := p.foreground
	if managed {
		run = p.underManager
	}
	if err := run(); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// running is an agent process and the systemd it speaks to: a real datagram
// socket.
type running struct {
	t    *testing.T
	cmd  *exec.Cmd
	out  strings.Builder
	conn *net.UnixConn
}

func start(t *testing.T, kind string, env ...string) *running {
	t.Helper()
	dir, err := os.MkdirTemp("", "sd") // short: the path of a socket has 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	address := filepath.Join(dir, "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: address, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	r := &running{t: t, cmd: exec.Command(os.Args[0]), conn: conn}
	r.cmd.Env = append(os.Environ(), append(env, agentEnv+"="+kind, "NOTIFY_SOCKET="+address)...)
	r.cmd.Stdout = &r.out
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.cmd.Process.Kill() })
	return r
}

// hears returns the next datagram.
func (r *running) hears() string {
	r.t.Helper()
	buf := make([]byte, 4096)
	if err := r.conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		r.t.Fatal(err)
	}
	n, err := r.conn.Read(buf)
	if err != nil {
		r.t.Fatalf("the agent said nothing: %v", err)
	}
	return string(buf[:n])
}

func (r *running) signal(s os.Signal) {
	r.t.Helper()
	if err := r.cmd.Process.Signal(s); err != nil {
		r.t.Fatal(err)
	}
}

// ends waits for the process and returns its exit status, -1 for a signal.
func (r *running) ends() int {
	_ = r.cmd.Wait()
	return r.cmd.ProcessState.ExitCode()
}

func TestRun(t *testing.T) {
	for _, managed := range []string{"", "managed-"} {
		t.Run(managed+"obeys", func(t *testing.T) {
			r := start(t, managed+"obeys")
			if got := r.hears(); got != "READY=1\nSTATUS=listening READY=0" {
				t.Errorf("first word to systemd: %q", got)
			}
			r.signal(syscall.SIGTERM)
			if got := r.hears(); got != "STOPPING=1" {
				t.Errorf("word on stopping: %q", got)
			}
			if code := r.ends(); code != 0 {
				t.Errorf("exit status %d after a stop that was obeyed: %s", code, r.out.String())
			}
		})
		t.Run(managed+"hangs", func(t *testing.T) {
			r := start(t, managed+"hangs")
			r.hears()
			r.signal(syscall.SIGTERM)
			if code := r.ends(); code != 1 || !strings.Contains(r.out.String(), "did not stop") {
				t.Errorf("exit status %d, %q; want 1 with the reason", code, r.out.String())
			}
		})
		t.Run(managed+"fails", func(t *testing.T) {
			r := start(t, managed+"fails")
			if code := r.ends(); code != 1 || !strings.Contains(r.out.String(), "the queue is locked") {
				t.Errorf("exit status %d, %q; want 1 with the agent's own error", code, r.out.String())
			}
		})
		t.Run(managed+"returns", func(t *testing.T) {
			r := start(t, managed+"returns")
			if code := r.ends(); code != 1 || !strings.Contains(r.out.String(), "nobody asked") {
				t.Errorf("exit status %d, %q; want 1, so that the manager starts it anew", code, r.out.String())
			}
		})
	}
}

// A second interrupt must end even an agent that does not listen to the first.
func TestSecondInterruptEndsAtOnce(t *testing.T) {
	r := start(t, "hangs")
	r.hears()
	r.signal(os.Interrupt)
	if got := r.hears(); got != "STOPPING=1" {
		t.Fatalf("got %q", got)
	}
	r.signal(os.Interrupt)
	if code := r.ends(); code != -1 {
		t.Errorf("exit status %d, want the end by the signal", code)
	}
}

func TestWatchdog(t *testing.T) {
	r := start(t, "obeys", "WATCHDOG_USEC=90000")
	r.hears() // READY
	for range 3 {
		if got := r.hears(); got != "WATCHDOG=1" {
			t.Fatalf("sign of life: %q", got)
		}
	}
	r.signal(syscall.SIGTERM)
	if code := r.ends(); code != 0 {
		t.Errorf("exit status %d", code)
	}
}

func TestSickAgentGivesNoSignOfLife(t *testing.T) {
	r := start(t, "sick", "WATCHDOG_USEC=90000")
	r.hears() // READY
	for range 3 {
		if got := r.hears(); got != "STATUS=not well: the disk is gone" {
			t.Fatalf("got %q, want the reason and no WATCHDOG=1", got)
		}
	}
}

func TestWatchdogOfAnotherProcessIsNotOurs(t *testing.T) {
	t.Setenv("WATCHDOG_USEC", "30000000")
	t.Setenv("WATCHDOG_PID", "1")
	if d := watchdogInterval(); d != 0 {
		t.Errorf("an interval of %v was taken from our parent", d)
	}
	t.Setenv("WATCHDOG_PID", "")
	if d := watchdogInterval(); d != 30*time.Second {
		t.Errorf("interval %v, want 30s", d)
	}
}

func TestAbstractSocket(t *testing.T) {
	address := fmt.Sprintf("@stockhand-test-%d", os.Getpid())
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: address, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	t.Setenv("NOTIFY_SOCKET", address)
	notify("READY=1")
	r := &running{t: t, conn: conn}
	if got := r.hears(); got != "READY=1" {
		t.Errorf("got %q", got)
	}
}

func TestPrepareFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	if err := PrepareFolder(dir); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("made with %v, %v; want only the owner to enter", info.Mode(), err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if PrepareFolder(dir) == nil {
		t.Error("a folder into which anybody may write was taken")
	}
}
