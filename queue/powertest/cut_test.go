package powertest

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stockhand/stockhand/queue/powertest/losefs"
)

// cuts is how many cuts each case makes: POWERTEST_CUTS, or a number that
// keeps all of them together under a minute.
func cuts(t *testing.T) int {
	text := os.Getenv("POWERTEST_CUTS")
	if text == "" {
		return 40
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("POWERTEST_CUTS=%q is not a number of cuts", text)
	}
	return n
}

// seed makes a failing run repeatable as far as the choice of moments and
// sectors goes; the processes' own timing is not.
func seed(t *testing.T) *rand.Rand {
	n := uint64(time.Now().UnixNano())
	if text := os.Getenv("POWERTEST_SEED"); text != "" {
		var err error
		if n, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("POWERTEST_SEED=%q is not a number", text)
		}
	}
	t.Logf("POWERTEST_SEED=%d", n)
	return rand.New(rand.NewPCG(n, 0))
}

// tally is what a series of cuts has shown.
type tally struct {
	cuts, acknowledged, losingCuts, lost, most int64
}

func (y *tally) add(said, found int64) {
	y.cuts++
	if lost := said - found; lost > 0 {
		y.losingCuts++
		y.lost += lost
		y.most = max(y.most, lost)
	}
}

func (y tally) String() string {
	return fmt.Sprintf("%d cuts, %d acknowledged, %d lost in %d cuts (most at once %d)",
		y.cuts, y.acknowledged, y.lost, y.losingCuts, y.most)
}

func TestAcknowledgedSurvivesPowerCuts(t *testing.T) {
	for _, c := range []struct {
		writer string
		mode   losefs.Mode
	}{
		{"queue", losefs.Drop},
		{"queue", losefs.Flip},
		{"queue with imports", losefs.Flip},
		{"sqlite FULL", losefs.Drop},
		{"sqlite FULL", losefs.Flip},
		{"sqlite FULL, many checkpoints", losefs.Flip},
	} {
		t.Run(fmt.Sprintf("%s, %s", c.writer, modeNames[c.mode]), func(t *testing.T) {
			y := series(t, c.writer, c.mode, cuts(t))
			t.Log(y)
			if y.lost != 0 {
				t.Errorf("%d acknowledged scans were lost", y.lost)
			}
		})
	}
}

// The same with NORMAL must lose, or the drive above has proved nothing.
func TestTheTwinLoses(t *testing.T) {
	for _, c := range []struct {
		writer string
		mode   losefs.Mode
	}{
		{"sqlite NORMAL", losefs.Drop},
		{"sqlite NORMAL, many checkpoints", losefs.Flip},
	} {
		t.Run(fmt.Sprintf("%s, %s", c.writer, modeNames[c.mode]), func(t *testing.T) {
			y := series(t, c.writer, c.mode, cuts(t))
			t.Log(y)
			if y.lost == 0 {
				t.Error("synchronous=NORMAL lost nothing: the drive keeps what it should lose")
			}
		})
	}
}

var modeNames = map[losefs.Mode]string{losefs.Drop: "all dropped", losefs.Flip: "torn and re-ordered"}

// series lets one writer live on one drive through a number of cuts. Each life
// checks what the ones before have left. One cut in four comes while the
// writer is still opening its store, and so hits recovery from the cut before.
func series(t *testing.T, writer string, mode losefs.Mode, cuts int) tally {
	var y tally
	random := seed(t)
	drive := losefs.NewDrive()
	folder := t.TempDir()
	var said int64 // the highest number acknowledged that must be there
	for y.cuts < int64(cuts) {
		l := begin(t, drive, writer, folder)
		if random.IntN(4) != 0 {
			l.waitUntilOpen()
		}
		time.Sleep(time.Duration(random.Int64N(int64(60 * time.Millisecond)))) // the moment of the cut, not a wait
		drive = drive.Cut(mode, random)
		l.end()
		if l.opened {
			y.add(said, l.found)
			said = l.found
			y.acknowledged += max(0, l.last-l.found)
		} else {
			y.cuts++
		}
		said = max(said, l.last)
	}
	l := begin(t, drive, writer, folder)
	l.waitUntilOpen()
	l.end()
	y.add(said, l.found)
	y.cuts-- // the last life only looked
	return y
}

// life is one process between power on and power cut.
type life struct {
	t       *testing.T
	cmd     *exec.Cmd
	out     *bufio.Reader
	mounted *losefs.Mounted

	opened bool  // the writer has opened its store and found it whole
	found  int64 // what it then found
	last   int64 // the highest number it acknowledged; 0 if none
}

func begin(t *testing.T, drive *losefs.Drive, writer, folder string) *life {
	t.Helper()
	mounted, err := losefs.Mount(drive, folder)
	if err != nil {
		t.Fatalf("%v\nThis proof needs Linux with /dev/fuse, as root or with the package fuse3 (apt-get install fuse3). In a container: --device /dev/fuse --cap-add SYS_ADMIN.", err)
	}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0])
	cmd.Env = append(os.Environ(), writerEnv+"="+writer, folderEnv+"="+folder)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		_ = mounted.Unmount()
		t.Fatal(err)
	}
	return &life{t: t, cmd: cmd, out: bufio.NewReader(out), mounted: mounted}
}

// waitUntilOpen reads the writer's first word. With the power on, anything but
// "found" means that the cut before has damaged the store.
func (l *life) waitUntilOpen() {
	l.t.Helper()
	line, err := l.out.ReadString('\n')
	l.hear(line)
	if !l.opened {
		l.end()
		l.t.Fatalf("the store does not open after the cut: %q (%v)", line, err)
	}
}

func (l *life) hear(line string) {
	line = strings.TrimSpace(line)
	number, isFound := strings.CutPrefix(line, "found ")
	n, err := strconv.ParseInt(number, 10, 64)
	switch {
	case err != nil: // an error of the dead drive
	case isFound:
		l.opened, l.found = true, n
	default:
		l.last = n
	}
}

// end kills the process, hears what it still said, and takes the drive away.
// Only whole lines count: half a line is an acknowledgement nobody has read.
func (l *life) end() {
	_ = l.cmd.Process.Signal(syscall.SIGKILL)
	for {
		line, err := l.out.ReadString('\n')
		if err != nil {
			break
		}
		l.hear(line)
	}
	_ = l.cmd.Wait() // killed, or already ended by the error of the dead drive
	if err := l.mounted.Unmount(); err != nil {
		l.t.Fatal(err)
	}
}
