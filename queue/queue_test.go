package queue

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// The shop of the tests: one count, one pass with a scanner.
const (
	shop   = agent.LocationID("gid://shopify/Location/1")
	cola   = agent.ItemID("gid://shopify/InventoryItem/30322695")
	crisps = agent.ItemID("gid://shopify/InventoryItem/30322696")
	gun    = agent.DeviceID("usb:1a86:7523:3-2")
	shelf  = agent.Bin("A-01-1")
)

var (
	anna  = agent.Actor{Kind: agent.PersonActor, ID: "anna"}
	start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
)

// sec is a stamp so many seconds after start.
func sec(n int) agent.Stamp {
	return agent.Stamp{At: start.Add(time.Duration(n) * time.Second), Uncertainty: time.Millisecond}
}

// tempPath is where the tests keep their database.
func tempPath(t testing.TB) string { return filepath.Join(t.TempDir(), "stockhand.db") }

func openAt(t testing.TB, path string) *Queue {
	t.Helper()
	q, err := Open(t.Context(), path, Options{Version: "test", AllowFUSE: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	})
	return q
}

func openTemp(t testing.TB) *Queue { return openAt(t, tempPath(t)) }

// put stores facts that need no decision.
func put(t testing.TB, q *Queue, facts agent.Facts) agent.Ack {
	t.Helper()
	ack, err := tryPut(q, facts)
	if err != nil {
		t.Fatal(err)
	}
	return ack
}

func tryPut(q *Queue, facts agent.Facts) (agent.Ack, error) {
	if facts.Actor == (agent.Actor{}) {
		facts.Actor = anna
	}
	if facts.At.IsZero() {
		facts.At = start
	}
	return q.Write(context.Background(), agent.Command{}, func(agent.View) (agent.Facts, error) { return facts, nil })
}

func events(events ...agent.Event) agent.Facts { return agent.Facts{Events: events} }
func scans(scans ...agent.Scan) agent.Facts    { return agent.Facts{Scans: scans} }

// openCount opens a count with n passes called pass-1 and so on; the first one
// owns the gun.
func openCount(t testing.TB, q *Queue, passes int) {
	t.Helper()
	count := agent.Count{
		ID: "count-1", Name: "Monday", Type: agent.Cycle, Location: shop, Policy: agent.Policy{}.WithDefaults(),
		State: agent.CountOpen, Opened: sec(0), OpenedBy: anna,
	}
	put(t, q, events(agent.NewEvent(agent.CountOpened, count)))
	for i := range passes {
		pass := agent.Pass{ID: agent.PassID(fmt.Sprintf("pass-%d", i+1)), Count: "count-1", Zone: "A", Person: anna, Started: sec(10 * i)}
		if i == 0 {
			pass.Device = gun
		}
		put(t, q, events(agent.NewEvent(agent.PassOpened, pass)))
	}
}

// read is one read of a barcode by the gun in pass-1, n seconds after start.
func read(n int) agent.Scan {
	raw := []byte("4006381333931")
	return agent.Scan{
		Actor: agent.Actor{Kind: agent.DeviceActor, ID: string(gun)}, Device: gun, Sequence: int64(n), Run: 1,
		Raw: raw, Code: barcode.Parse(raw), Op: agent.Add, Count: "count-1", Pass: "pass-1", Item: cola, Bin: shelf,
		Quantity: 1, Cond: agent.Good, Read: sec(n), Mono: int64(n) * 1_000_000_007,
	}
}

// look reads one thing from the store.
func lookUp[T any](t testing.TB, q *Queue, look func(agent.View) (T, error)) T {
	t.Helper()
	var got T
	err := q.Read(context.Background(), func(v agent.View) (err error) {
		got, err = look(v)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// checkSound verifies the log and replays it.
func checkSound(t testing.TB, q *Queue) {
	t.Helper()
	for name, check := range map[string]func(context.Context) (Report, error){"verify": q.Verify, "replay": q.Replay} {
		report, err := check(context.Background())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !report.OK() {
			t.Fatalf("%s found %d rows with: %+v", name, report.Scans+report.Events, report.Findings)
		}
	}
}

func TestAScanIsStoredWithItsViews(t *testing.T) {
	path := tempPath(t)
	q := openAt(t, path)
	openCount(t, q, 1)
	put(t, q, scans(read(20), read(21)))
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	q = openAt(t, path)
	stored := lookUp(t, q, func(v agent.View) ([]agent.Scan, error) { return v.Scans(agent.ScanQuery{Count: "count-1"}) })
	if len(stored) != 2 {
		t.Fatalf("stored %d scans", len(stored))
	}
	want := read(21)
	want.Seq = stored[0].Seq
	if got, want := fmt.Sprintf("%+v", stored[0]), fmt.Sprintf("%+v", want); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	lines := lookUp(t, q, func(v agent.View) ([]agent.Line, error) { return v.Lines("count-1") })
	if len(lines) != 1 || lines[0].Good != 2 || lines[0].Window.From != sec(0) || lines[0].Window.To != sec(21) {
		t.Errorf("lines %+v", lines)
	}
	checkSound(t, q)
}
