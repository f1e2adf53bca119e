package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/cmd/stockhand/internal/local"
)

// A demo that is killed can't end its agent any more. The agent notices by itself,
// ends as it does when it is asked to, and lets go of database and port.
func TestTheAgentEndsWithAKilledDemo(t *testing.T) {
	dir := t.TempDir()
	demo := exec.Command(self(t), "demo", "--no-browser", "--keep", "--items", "40", "--dir", dir)
	out, err := demo.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.Start(); err != nil {
		t.Fatal(err)
	}
	killed := false
	t.Cleanup(func() {
		if !killed {
			_, _ = demo.Process.Kill(), demo.Wait()
		}
	})
	address := linkOf(t, out)
	agents := childrenOf(t, demo.Process.Pid)
	if len(agents) != 1 {
		t.Fatalf("the demo has started %d processes", len(agents))
	}
	if err := demo.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	killed = true
	_ = demo.Wait()
	until(t, "the agent of a killed demo ends", func() bool { return ended(agents[0]) })
	if err := local.Ping(t.Context(), filepath.Join(dir, "data")); err == nil {
		t.Error("something still answers in the agent's place")
	}
	log, err := os.ReadFile(filepath.Join(dir, "agent.log"))
	if err != nil || strings.Contains(string(log), "level=ERROR") {
		t.Errorf("the agent did not end in peace (%v):\n%s", err, log)
	}
	port, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatalf("the page's port is still taken: %v", err)
	}
	_ = port.Close()
}

// linkOf reads what the demo prints until its link is there, and returns the
// address of its page.
func linkOf(t *testing.T, out io.Reader) (address string) {
	t.Helper()
	link := regexp.MustCompile(`http://\S+#sign-in=\S+`)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found := link.FindString(lines.Text()); found != "" {
			parsed, err := url.Parse(found)
			if err != nil {
				t.Fatal(err)
			}
			return parsed.Host
		}
	}
	t.Fatal("the demo printed no link")
	return ""
}

// childrenOf returns the processes that a process has started.
func childrenOf(t *testing.T, pid int) []string {
	t.Helper()
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, task := range tasks {
		children, err := os.ReadFile(task)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		all = append(all, strings.Fields(string(children))...)
	}
	return all
}

// ended reports whether a process is over, even if nobody has asked for its exit
// status.
func ended(pid string) bool {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	_, state, _ := strings.Cut(string(stat), ") ")
	return err != nil || strings.HasPrefix(state, "Z")
}

// An input that ends ends the context; one that does not leaves it alone.
func TestUntilEOF(t *testing.T) {
	input, leash := io.Pipe()
	ctx, stop := untilEOF(t.Context(), input)
	defer stop()
	if _, err := leash.Write([]byte("what is written does not matter\n")); err != nil || ctx.Err() != nil {
		t.Fatalf("%v, %v", err, ctx.Err())
	}
	_ = leash.Close()
	<-ctx.Done()
	if context.Cause(ctx) != context.Canceled {
		t.Errorf("the context ended with %v", context.Cause(ctx))
	}
}
