package usbtest_test

import (
	"bufio"
	"encoding/json"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stockhand/stockhand/scanner/usbtest"
)

// program is one of the guest's programs, seen from the host. It remembers
// everything it was told.
type program struct {
	machine *machine
	conn    net.Conn

	mu      sync.Mutex
	next    int
	lines   []usbtest.Line
	changed chan struct{}
	ended   bool
}

func newProgram(m *machine, conn net.Conn) *program {
	p := &program{machine: m, conn: conn, changed: make(chan struct{})}
	go p.hear()
	return p
}

func (p *program) hear() {
	in := bufio.NewScanner(p.conn)
	in.Buffer(nil, 4<<20)
	for in.Scan() {
		var l usbtest.Line
		if err := json.Unmarshal(in.Bytes(), &l); err != nil {
			l.Fatal = "it says " + in.Text() + ": " + err.Error()
		}
		p.change(func() { p.lines = append(p.lines, l) })
	}
	p.change(func() { p.ended = true })
}

func (p *program) change(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
	close(p.changed)
	p.changed = make(chan struct{})
}

// said returns what the program has said from its n-th line on.
func (p *program) said(n int) (lines []usbtest.Line, more <-chan struct{}, ended bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lines[n:len(p.lines):len(p.lines)], p.changed, p.ended
}

// count is how many lines it has said.
func (p *program) count() int {
	lines, _, _ := p.said(0)
	return len(lines)
}

// await waits for a line of which ok is true, among those from the n-th on. It
// returns the line and the number of the one after it.
func (p *program) await(t testing.TB, n int, what string, ok func(usbtest.Line) bool) (usbtest.Line, int) {
	t.Helper()
	deadline := time.After(patience)
	for {
		lines, more, ended := p.said(n)
		for _, l := range lines {
			n++
			if l.Fatal != "" {
				t.Fatalf("waiting for %s: %s", what, l.Fatal)
			}
			if ok(l) {
				return l, n
			}
		}
		if ended {
			t.Fatalf("waiting for %s: the guest has hung up", what)
		}
		select {
		case <-more:
		case <-p.machine.dead:
			t.Fatalf("waiting for %s: the machine has ended", what)
		case <-deadline:
			t.Fatalf("waited %v for %s", patience, what)
		}
	}
}

func (p *program) ready(t testing.TB) {
	t.Helper()
	p.await(t, 0, "the guest's programs", func(usbtest.Line) bool { return true })
}

// do has the program carry out a command and returns the line of its answer.
func (p *program) do(t testing.TB, name string, args, result any) usbtest.Line {
	t.Helper()
	raw, err := json.Marshal(args)
	if err != nil {
		t.Fatal(err)
	}
	id, from := p.send(t, name, raw)
	l, _ := p.await(t, from, "the answer to "+name, func(l usbtest.Line) bool { return l.Answer != nil && l.Answer.ID == id })
	if l.Answer.Error != "" {
		t.Fatalf("%s: %s", name, l.Answer.Error)
	}
	if result != nil {
		if err := json.Unmarshal(l.Answer.Result, result); err != nil {
			t.Fatalf("the answer to %s: %v", name, err)
		}
	}
	return l
}

// start has the program keep the scanners of some sections of a configuration
// open until the test ends, and then see that nothing is left of that. It returns
// what is told of each of them.
func (p *program) start(t *testing.T, sections ...map[string]any) []*watch {
	t.Helper()
	var ids []string
	from := p.count()
	p.do(t, "start", sections, &ids)
	t.Cleanup(func() { p.stop(t) })
	var watches []*watch
	for _, id := range ids {
		watches = append(watches, &watch{agent: p, id: id, seen: from})
	}
	return watches
}

// stop may be called before the test ends.
func (p *program) stop(t *testing.T) {
	t.Helper()
	p.endsClean(t, "stop")
}

// endsClean ends something by a command that tells what is left of it.
func (p *program) endsClean(t *testing.T, command string) {
	t.Helper()
	var left usbtest.Leaks
	p.do(t, command, nil, &left)
	if len(left.Goroutines)+len(left.Files) > 0 {
		t.Errorf("left behind: files %q, goroutines:\n%s", left.Files, strings.Join(left.Goroutines, "\n\n"))
	}
}

func (p *program) send(t testing.TB, name string, raw json.RawMessage) (id, from int) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next++
	command, err := json.Marshal(usbtest.Command{ID: p.next, Do: name, Args: raw})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.conn.Write(append(command, '\n')); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return p.next, len(p.lines)
}
