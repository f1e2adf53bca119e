package reconcile_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// set is the clock set by so much at row 30, to a time.
func set(to string, by time.Duration) func(*reconcile.Item) {
	return func(in *reconcile.Item) {
		in.Steps = append(in.Steps, agent.ClockStep{Seq: agent.Seq(30 + 10*len(in.Steps)), At: clock(to), By: by})
	}
}

// rows says in which rows the line was entered.
func rows(first, last agent.Seq) func(*reconcile.Item) {
	return func(in *reconcile.Item) { in.Lines[0].First, in.Lines[0].Last = first, last }
}

// kept is a movement that a row stored.
func kept(row agent.Seq, m agent.Movement) agent.Movement {
	m.Seq = row
	return m
}

// moment counts from one time to another.
func moment(from, to string) func(*reconcile.Item) {
	return func(in *reconcile.Item) { in.Lines[0].Window = agent.Window{From: stamp(from), To: stamp(to)} }
}

func ownClock(in *reconcile.Item) { in.OwnClock = true }

// The statement of these tests is of row 100, after all steps.
func TestTimesFromBeforeAStep(t *testing.T) {
	back := set("12:05", -2*time.Hour) // it showed 14:05
	forward := set("15:05", time.Hour) // it showed 14:05
	statement := func(onHand int64, changed string) func(*reconcile.Item) {
		return books(book(100, onHand, changed, "15:20"))
	}
	const says = "Since you began to count this, the clock of this computer was set back by 2 hours: nobody can tell what moved before you counted and what after."
	checkRows(t, []row{
		{"nothing moved", facts(rows(20, 20), back, statement(42, "10:00")), agent.Ready, -1, -1, []string{"Counted 41, expected 42: 42 on the books at 15:20. 1 missing"}},
		{"set back, sold in between", facts(rows(20, 20), back, statement(40, "12:30"), moves(kept(100, sold(1, "12:30")))), agent.NeedsRecount, 0, 1, []string{says, "count the item again"}},
		{"set back, sold while it was wrong", facts(rows(20, 20), back, statement(40, "13:55"), moves(kept(20, sold(1, "13:55")))), agent.NeedsRecount, 0, 1, []string{says}},
		{"set back, sold long before", facts(rows(20, 20), back, statement(40, "11:40"), moves(kept(100, sold(1, "11:40")))), agent.Ready, 1, 1, nil},
		{"set back, sold long after", facts(rows(20, 20), back, statement(40, "14:15"), moves(kept(100, sold(1, "14:15")))), agent.Matches, 0, 0, nil},
		{"counted after it was set back", facts(rows(31, 31), moment("12:20", "12:21"), back, statement(40, "12:40"), moves(kept(100, sold(1, "12:40")))), agent.Matches, 0, 0, nil},
		{"counted before and after it was set back", facts(rows(20, 31), moment("14:00", "12:21"), back, statement(40, "12:10"), moves(kept(100, sold(1, "12:10")))), agent.NeedsRecount, 0, 1, []string{"1 sold around the time of your count"}},
		{"set forward, sold in between", facts(rows(20, 20), forward, statement(40, "14:30"), moves(kept(100, sold(1, "14:30")))), agent.NeedsRecount, 0, 1, []string{"set forward by 1 hour:"}},
		{"set forward, sold just before that", facts(rows(20, 20), forward, statement(40, "13:50"), moves(kept(20, sold(1, "13:50")))), agent.NeedsRecount, 0, 1, []string{"set forward by 1 hour:"}},
		{"set forward, sold after that", facts(rows(20, 20), forward, statement(40, "15:15"), moves(kept(100, sold(1, "15:15")))), agent.Matches, 0, 0, nil},
		{"counted after it was set forward", facts(rows(31, 31), moment("14:04", "15:06"), forward, statement(40, "15:17"), moves(kept(100, sold(1, "15:17")))), agent.Matches, 0, 0, nil},
		{"set forward and back", facts(rows(20, 20), forward, set("14:15", -time.Hour), statement(40, "14:30"), moves(kept(100, sold(1, "14:30")))), agent.NeedsRecount, 0, 1, []string{"set forward by 1 hour, then back by 1 hour:"}},
		{"counted while it was wrong", facts(rows(31, 31), moment("15:06", "15:07"), forward, set("14:15", -time.Hour), statement(40, "13:30"), moves(kept(100, sold(1, "13:30")))), agent.Ready, 1, 1, nil},
		{"counted before and after it was wrong", facts(rows(20, 41), moment("14:00", "14:16"), forward, set("14:15", -time.Hour), statement(40, "15:17"), moves(kept(100, sold(1, "15:17")))), agent.Matches, 0, 0, nil},
		{"two corrections add up", facts(rows(20, 20), set("13:05", -time.Hour), set("12:15", -time.Hour), statement(40, "12:30"), moves(kept(100, sold(1, "12:30")))), agent.NeedsRecount, 0, 1, []string{"set back by 1 hour, then back by 1 hour:"}},
		{"two seconds are nothing", facts(rows(20, 20), set("14:04:58", -2*time.Second), statement(40, "14:30"), moves(kept(100, sold(1, "14:30")))), agent.Matches, 0, 0, nil},
		{"dated by our clock", facts(rows(20, 20), forward, statement(40, "13:10"), moves(kept(20, sold(1, "13:10")))), agent.NeedsRecount, 0, 1, nil},
		{"the shop's own clock goes on", facts(rows(20, 20), ownClock, forward, statement(40, "13:10"), moves(kept(20, sold(1, "13:10")))), agent.Ready, 1, 1, nil},
		{"a page told of it later, by the clock from before", facts(rows(31, 31), forward, statement(40, "14:30"), moves(kept(100, sold(1, "14:30")))), agent.NeedsRecount, 0, 1, nil},
	})
}

// A clock that was years ahead makes nobody wait for years: the cut-off is told, and
// waited for, by the clock as it is now.
func TestNobodyWaitsForAClockThatWasAhead(t *testing.T) {
	const years = 10 * 365 * 24 * time.Hour
	item := facts(rows(20, 20), set("14:05", -years), books(book(100, 42, "10:00", "14:20")))
	item.Lines[0].Window = agent.Window{From: agent.Stamp{At: clock("13:59").Add(years)}, To: agent.Stamp{At: clock("14:00").Add(years)}}
	v := reconcile.Reconcile(item)
	if v.Status != agent.Ready || !v.CutOff.At.Equal(clock("14:00")) {
		t.Errorf("%s until %v, cut off at %v: %s", v.Status, v.Until, v.CutOff, v.Sentence)
	}
	item.Watermarks[0].Local = clock("14:05")
	if v := reconcile.Reconcile(item); v.Status != agent.Waiting || !v.Until.Equal(clock("14:10")) {
		t.Errorf("%s until %v: %s", v.Status, v.Until, v.Sentence)
	}
}

// A recount holds although the clock then shows an earlier time than it did when the
// first counting was approved.
func TestARecountHoldsWhereTheClockWentBack(t *testing.T) {
	item := facts(rows(20, 20), set("12:05", -2*time.Hour), books(book(10, 42, "12:00", "14:20"), book(100, 42, "10:00", "15:20")))
	item.Deliveries = []agent.Delivery{{
		Seq: 25, State: agent.Pending,
		Adjustment: agent.Adjustment{ID: "adjustment-1", Count: "count-1", Item: "x", Location: "here", Variance: -1, Book: item.Books[0], CutOff: stamp("14:00")},
	}}
	if v := reconcile.Reconcile(item); v.Status != agent.Settled {
		t.Errorf("%s: %s", v.Status, v.Sentence)
	}
	again := line("A", 39, "12:30", "12:31")
	again.Round, again.First, again.Last = 1, 50, 50
	item.Lines = append(item.Lines, again)
	if v := reconcile.Reconcile(item); v.Status != agent.Ready || v.Variance != agent.Exactly(-3) {
		t.Errorf("%s %+v: %s", v.Status, v.Variance, v.Sentence)
	}
}

// Many steps are not listed one by one.
func TestManyStepsAreCounted(t *testing.T) {
	item := facts(rows(20, 20), books(book(100, 40, "13:30", "15:20")), moves(kept(100, sold(1, "13:30"))))
	for range 4 {
		set("14:05", -time.Hour)(&item)
		set("15:05", time.Hour)(&item)
	}
	if v := reconcile.Reconcile(item); !strings.Contains(v.Sentence, "was set 8 times:") {
		t.Error(v.Sentence)
	}
}
