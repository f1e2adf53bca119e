package queue

import (
	"os"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// stepped is the clock set by some seconds, so that it then shows n.
func stepped(n, by int) agent.Facts {
	facts := events(agent.NewEvent(agent.ClockStepped, agent.ClockFact{By: time.Duration(by) * time.Second}))
	facts.At = sec(n).At
	return facts
}

func lineIn(t *testing.T, q *Queue, item agent.ItemID) agent.Line {
	t.Helper()
	lines := lookUp(t, q, func(v agent.View) ([]agent.Line, error) { return v.LinesOf("count-1", item) })
	if len(lines) != 1 {
		t.Fatalf("%d lines of %s", len(lines), item)
	}
	return lines[0]
}

func of(item agent.ItemID, s agent.Scan) agent.Scan {
	s.Item = item
	return s
}

func checkWindow(t *testing.T, l agent.Line, from, to int) {
	t.Helper()
	if !l.Window.From.At.Equal(sec(from).At) || !l.Window.To.At.Equal(sec(to).At) {
		t.Errorf("%s was counted from %v to %v, want %v to %v", l.Item,
			l.Window.From.At.Sub(start), l.Window.To.At.Sub(start), time.Duration(from)*time.Second, time.Duration(to)*time.Second)
	}
}

// What is counted after the clock was set back begins where the entry before it lies
// by the clock as it was set, and no line takes a later time for its own.
func TestWindowsGoBackWithTheClock(t *testing.T) {
	q := openTemp(t)
	openCount(t, q, 1)
	put(t, q, scans(of(cola, read(7200)), of(cola, read(7260))))
	step := put(t, q, stepped(70, -7200)).First
	put(t, q, scans(of(crisps, read(100)), of(cola, read(110))))
	put(t, q, scans(of(crisps, read(120))))

	steps := lookUp(t, q, agent.View.ClockSteps)
	if want := (agent.ClockStep{Seq: step, At: sec(70).At, By: -2 * time.Hour}); len(steps) != 1 || steps[0] != want {
		t.Errorf("the steps are %+v", steps)
	}
	if !steps[0].Before().Equal(sec(7270).At) {
		t.Errorf("before it the clock showed %v", steps[0].Before())
	}
	l := lineIn(t, q, crisps)
	checkWindow(t, l, 60, 120)
	if l.First < step {
		t.Errorf("counted after the step %d, and it says since %d", step, l.First)
	}
	l = lineIn(t, q, cola)
	checkWindow(t, l, 0, 110)
	if l.First > step || l.Last < step {
		t.Errorf("counted before and after the step %d, and it says from %d to %d", step, l.First, l.Last)
	}
	checkSound(t, q)
}

// A clock that is set forward leaves beginnings where they are: rather too early.
func TestWindowsBeginBeforeAStepForward(t *testing.T) {
	q := openTemp(t)
	openCount(t, q, 1)
	put(t, q, scans(of(cola, read(20))))
	put(t, q, stepped(3630, 3600))
	put(t, q, scans(of(crisps, read(3640))))
	checkWindow(t, lineIn(t, q, cola), 0, 20)
	checkWindow(t, lineIn(t, q, crisps), 20, 3640)
	checkSound(t, q)
}

// A pass that begins with its count, as that of a scanner nobody opened one for, does
// not begin later than the clock now shows.
func TestAPassBeginsWithItsCountWhateverTheClock(t *testing.T) {
	q := openTemp(t)
	openCount(t, q, 0)
	put(t, q, stepped(-7000, -7200))
	put(t, q, events(agent.NewEvent(agent.PassOpened, agent.Pass{ID: "pass-1", Count: "count-1", Person: anna, Device: gun, Started: sec(0)})))
	put(t, q, scans(of(cola, read(-6000))))
	checkWindow(t, lineIn(t, q, cola), -7200, -6000)
	checkSound(t, q)
}

// What was read before the pass's newest entry, as a page may send it that held it
// back, is in a window that begins before it.
func TestAWindowBeginsBeforeWhatWasRead(t *testing.T) {
	q := openTemp(t)
	openCount(t, q, 1)
	moved := read(50)
	moved.Op, moved.Item, moved.Cond, moved.Quantity = agent.Move, "", "", 0
	put(t, q, scans(of(cola, read(20)), moved, of(crisps, read(30)), of(cola, read(55)), of(crisps, read(60))))
	checkWindow(t, lineIn(t, q, crisps), 0, 60)

	// Also where the line has begun already.
	late := of("soap", read(70))
	put(t, q, scans(late, of("soap", read(40))))
	checkWindow(t, lineIn(t, q, "soap"), 0, 70)

	// What was read before the pass began at all can have begun then.
	put(t, q, events(agent.NewEvent(agent.PassOpened, agent.Pass{ID: "pass-2", Count: "count-1", Person: anna, Started: sec(90)})))
	early := of("water", read(80))
	early.Pass = "pass-2"
	put(t, q, scans(early))
	checkWindow(t, lineIn(t, q, "water"), 80, 80)
	checkSound(t, q)
}

// A database from before steps were used has those that it recorded, and knows which
// rows came before them.
func TestAnOlderDatabaseKnowsItsSteps(t *testing.T) {
	path := tempPath(t)
	if err := os.WriteFile(path, []byte(content(t, frozenName(1))), 0o600); err != nil {
		t.Fatal(err)
	}
	q := openAt(t, path)
	steps := lookUp(t, q, agent.View.ClockSteps)
	if len(steps) != 1 || steps[0].By != time.Second {
		t.Fatalf("the steps are %+v", steps)
	}
	for _, l := range lookUp(t, q, func(v agent.View) ([]agent.Line, error) { return v.Lines("count-1") }) {
		if l.First <= steps[0].Seq || l.First > l.Last {
			t.Errorf("%s %s is said to be from rows %d to %d", l.Item, l.Bin, l.First, l.Last)
		}
	}
}
