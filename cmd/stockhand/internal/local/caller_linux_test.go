package local

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

const nobody = 65534

// TestMain is also the program of another user, who calls.
func TestMain(m *testing.M) {
	if data := os.Getenv("LOCAL_TEST_CALL"); data != "" {
		if _, err := Do(context.Background(), data, Call{Op: "x"}); err != nil {
			os.Exit(9)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// Even if somebody opens the rights of the folder and the socket, the kernel
// says who calls, and only the agent's user and root are heard.
func TestAnotherUserIsTurnedAway(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can be two users")
	}
	data := folder(t)
	var called atomic.Bool
	s := serve(t, data, func(context.Context, agent.Caller, string, string, json.RawMessage) (any, error) {
		called.Store(true)
		return nil, nil
	})
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	open := errors.Join(os.Chmod(data, 0o755), os.Chmod(s.Where(), 0o777))
	copied := data + "/self"
	text, err := os.ReadFile(self)
	if err := errors.Join(open, err, os.WriteFile(copied, text, 0o755)); err != nil {
		t.Fatal(err)
	}
	call := func(uid uint32) int {
		c := exec.Command(copied)
		c.Env = append(os.Environ(), "LOCAL_TEST_CALL="+data)
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
		_ = c.Run()
		return c.ProcessState.ExitCode()
	}
	if code := call(nobody); code != 9 || called.Load() {
		t.Fatalf("another user got the exit status %d; heard: %v", code, called.Load())
	}
	if code := call(0); code != 0 || !called.Load() {
		t.Fatalf("root got the exit status %d; heard: %v", code, called.Load())
	}
}
