package queue

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// scanUntilKilled is a child: four scanners store as fast as they can and say
// each row when it is acknowledged.
func scanUntilKilled(path string) error {
	q, err := Open(context.Background(), path, Options{AllowFUSE: true})
	if err != nil {
		return err
	}
	go func() { _ = q.Run(context.Background()) }()
	_, head, err := headOf(q)
	if err == nil && head == 0 {
		err = foundShop(q)
	}
	if err != nil {
		return err
	}
	fmt.Println("open", head)
	var mu sync.Mutex
	out := bufio.NewWriter(os.Stdout)
	var all sync.WaitGroup
	for device := range 4 {
		all.Go(func() {
			for n := int64(0); ; n++ {
				s := read(int(n))
				s.Device, s.Sequence = agent.DeviceID(fmt.Sprint(device)), n
				ack, err := tryPut(q, scans(s))
				mu.Lock()
				if err != nil {
					fmt.Fprintln(out, "error", err)
				} else {
					fmt.Fprintln(out, "row", ack.First, device, n)
				}
				out.Flush()
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return nil
}

func headOf(q *Queue) (epoch string, head agent.Seq, err error) {
	err = q.Read(context.Background(), func(v agent.View) error {
		epoch, head, err = v.Head()
		return err
	})
	return epoch, head, err
}

func foundShop(q *Queue) error {
	count := agent.Count{ID: "count-1", Location: shop, State: agent.CountOpen, Opened: sec(0), OpenedBy: anna}
	pass := agent.Pass{ID: "pass-1", Count: "count-1", Person: anna, Started: sec(0)}
	_, err := tryPut(q, events(agent.NewEvent(agent.CountOpened, count), agent.NewEvent(agent.PassOpened, pass)))
	return err
}

// A process that is killed at any moment has lost nothing that it acknowledged.
// (That a power cut loses nothing either is proved in powertest.)
func TestKillsLoseNothingAcknowledged(t *testing.T) {
	path := tempPath(t)
	said := map[agent.Seq]string{}
	kills := 15
	if testing.Short() {
		kills = 3
	}
	for kill := range kills {
		c := startChild(t, "scanner", path)
		c.line(t)
		for range kill * 20 { // later each time, and at an arbitrary point of what it does
			hear(t, said, c.line(t))
		}
		for _, line := range c.kill() {
			hear(t, said, line)
		}
	}
	q := openAt(t, path)
	for seq, want := range said {
		s := lookUp(t, q, func(v agent.View) (agent.Scan, error) { s, _, err := v.Scan(seq); return s, err })
		if got := fmt.Sprint(s.Device, " ", s.Sequence); got != want {
			t.Fatalf("row %d was acknowledged as %q and holds %q", seq, want, got)
		}
	}
	t.Logf("%d rows acknowledged in %d lives", len(said), kills)
	if len(said) < kills {
		t.Errorf("only %d rows: nothing was proved", len(said))
	}
	checkSound(t, q)
}

func hear(t *testing.T, said map[agent.Seq]string, line string) {
	t.Helper()
	var seq agent.Seq
	var device string
	var n int64
	if _, err := fmt.Sscanf(line, "row %d %s %d", &seq, &device, &n); err != nil {
		if strings.HasPrefix(line, "row") {
			return // half a line: an acknowledgement that nobody has read
		}
		t.Fatal(line)
	}
	if before, twice := said[seq]; twice {
		t.Fatalf("row %d was acknowledged twice: %s", seq, before)
	}
	said[seq] = fmt.Sprint(device, " ", n)
}
