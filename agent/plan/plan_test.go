package plan_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/plan"
)

// The work of shops of which a fifth is of class A, counted each month, and the rest
// each quarter.
func TestWorkOfADay(t *testing.T) {
	r := plan.Rules{EveryA: 433 * 7 * day / 100}
	for _, tt := range []struct {
		items int
		week  float64
		day   int64
		at20  int64
		at30  int64
	}{
		{2_000, 215, 44, 15, 22},
		{5_000, 538, 108, 36, 54},
		{20_000, 2_154, 431, 144, 216},
	} {
		items, standings := make([]plan.Item, tt.items), make([]plan.Standing, tt.items)
		for i := range tt.items / 5 {
			standings[i].Class = plan.A
		}
		for seconds, minutes := range map[float64]int64{20: tt.at20, 30: tt.at30} {
			r.SecondsPerLine = seconds
			w := plan.WorkOf(items, standings, nil, r)
			if math.Floor(w.LinesPerWeek) != tt.week || w.LinesPerDay != tt.day || w.MinutesPerDay != minutes || w.Measured {
				t.Errorf("%d items at %.0f seconds: %+v, want %+v", tt.items, seconds, w, tt)
			}
		}
	}
}

// A line is an item in a bin, so that two bins are two lines.
func TestEachBinIsALine(t *testing.T) {
	item := plan.Item{Item: agent.Item{Bins: []agent.Bin{"A", "B", "C"}}}
	w := plan.WorkOf([]plan.Item{item}, []plan.Standing{{Class: plan.C}}, nil, plan.Rules{})
	if w.LinesPerWeek != 3.0/13 || w.LinesPerDay != 1 {
		t.Errorf("%+v", w)
	}
	if want := "1 line a working day keeps everything counted in time: 1 minute, assumed at 25 seconds a line."; w.Sentence != want {
		t.Errorf("%q", w.Sentence)
	}
}

func TestSecondsPerLineAreMeasured(t *testing.T) {
	walk := func(lines int64, took time.Duration) plan.Walk { return plan.Walk{Lines: lines, Took: took} }
	for name, tt := range map[string]struct {
		walks []plan.Walk
		want  float64
		ok    bool
	}{
		"nothing":            {nil, 0, false},
		"two counts":         {[]plan.Walk{walk(50, time.Hour), walk(50, time.Hour)}, 0, false},
		"few lines":          {[]plan.Walk{walk(5, time.Hour), walk(5, time.Hour), walk(5, time.Hour)}, 0, false},
		"three":              {[]plan.Walk{walk(20, 400*time.Second), walk(20, 200*time.Second), walk(20, 600*time.Second)}, 20, true},
		"one over lunch":     {[]plan.Walk{walk(20, 400*time.Second), walk(20, 400*time.Second), walk(1, 2*time.Hour)}, 20, true},
		"nothing to measure": {[]plan.Walk{walk(0, time.Hour), walk(40, 0), walk(40, time.Hour)}, 0, false},
	} {
		if got, ok := plan.Pace(tt.walks); got != tt.want || ok != tt.ok {
			t.Errorf("%s: %f %v", name, got, ok)
		}
	}
}

func TestCoverageByNumberAndByValue(t *testing.T) {
	item := func(days int, onHand int64, cost agent.Money) plan.Item {
		i := counted(map[agent.Bin]int{"A": days})
		i.OnHand, i.Cost = onHand, cost
		return i
	}
	none := item(1, 1, agent.Money{})
	half := item(1, 10, euro(100))
	half.Bins = []agent.Bin{"A", "B"} // only one of its bins was counted
	for _, tt := range []struct {
		items []plan.Item
		want  string
	}{
		{nil, "There is nothing to count: the catalogue holds no items that are tracked."},
		{
			[]plan.Item{item(91, 10, euro(300)), item(92, 10, euro(100))},
			"1 of 2 items was counted in the last 91 days: 50 % by number, 75 % by value.",
		},
		{
			[]plan.Item{item(5, 10, euro(100)), half, none, item(5, -4, euro(100))},
			"3 of 4 items were counted in the last 91 days: 75 % by number. By value 50 % of the 3 items whose value is known; of 1 it is not.",
		},
		{[]plan.Item{none}, "1 of 1 item was counted in the last 91 days: 100 % by number. Nothing is known of their value."},
	} {
		if got := plan.Cover(tt.items, now, plan.Rules{}); got.Sentence != tt.want {
			t.Errorf("%s\nwant %s", got.Sentence, tt.want)
		}
	}
}

// proposal returns the proposal of a kind.
func proposal(p plan.Plan, kind plan.Kind) (plan.Proposal, bool) {
	i := slices.IndexFunc(p.Proposals, func(p plan.Proposal) bool { return p.Kind == kind })
	if i < 0 {
		return plan.Proposal{}, false
	}
	return p.Proposals[i], true
}

// A shop on its first day: nothing was counted, sold or stated yet.
func TestFirstDay(t *testing.T) {
	items := make([]plan.Item, 100)
	for i := range items {
		items[i].Item = agent.Item{ID: agent.ItemID(fmt.Sprintf("item-%02d", i)), Bins: []agent.Bin{agent.Bin(fmt.Sprintf("B%d", i/10))}}
	}
	p := plan.Make(plan.Facts{Now: now, Items: items, Untracked: 2, Seed: "seed"})
	if p.DueItems != 100 || p.Overdue != 0 || p.Coverage.Counted != 0 {
		t.Errorf("%d due, %d overdue, %+v", p.DueItems, p.Overdue, p.Coverage)
	}
	full, ok := proposal(p, plan.Quarterly)
	if !ok || full.Type != agent.Full || full.Lines != 100 || full.Minutes != 42 || len(full.Bins) != 10 {
		t.Errorf("%+v", full)
	}
	if want := "100 of 100 items were not counted in the last 91 days: a full count is less walking than so many single ones."; full.Why != want {
		t.Errorf("%q", full.Why)
	}
	daily, ok := proposal(p, plan.Daily)
	if !ok || daily.Lines != 2 || daily.Why != "100 items are due, 2 fit into a day. First comes item-00: It was never counted." {
		t.Errorf("%+v", daily)
	}
	want := []string{
		"2 items of the catalogue are left out: the shop does not keep their number.",
		"No movements are known, so there are no classes: everything is counted once in 91 days.",
		"100 items have no cost that can be compared: velocity alone gives the class.",
	}
	if !slices.Equal(p.Notes, want) {
		t.Errorf("%q", p.Notes)
	}
}

// A shop that counts: what is pressing comes first, zeros are confirmed apart, what
// is counted just now is left out, and what did not fit waits for the month.
func TestProposals(t *testing.T) {
	fresh := func(id string) plan.Item {
		i := counted(map[agent.Bin]int{"A": 1})
		i.Item.ID, i.SKU, i.Bins = agent.ItemID(id), strings.ToUpper(id), []agent.Bin{"A"}
		return i
	}
	aged := func(id string, days int) plan.Item {
		i := fresh(id)
		i.Counted[0].At = daysAgo(days)
		return i
	}
	negative, busy, gone := fresh("negative"), aged("busy", 80), fresh("gone")
	negative.OnHand = -1
	busy.Counting = "count-9"
	gone.OnHand, gone.Changed = 0, daysAgo(0)
	items := []plan.Item{fresh("a"), aged("late", 40), aged("later", 80), busy, gone, negative, fresh("b"), fresh("c"), aged("lost", 95)}
	f := plan.Facts{
		Now: now, Items: items, Seed: "seed", Moving: daysAgo(50), Rules: plan.Rules{LinesPerDay: 2, EveryA: 28 * day},
		Counts: []agent.Count{{Type: agent.Spot, State: agent.CountDone, Opened: agent.Stamp{At: daysAgo(6)}}},
	}
	p := plan.Make(f)
	for kind, want := range map[plan.Kind][]agent.ItemID{
		plan.Daily: {"negative", "lost"}, plan.Zeros: {"gone"}, plan.Weekly: nil, plan.Monthly: {"later", "late"}, plan.Quarterly: {"lost"},
	} {
		if got, _ := proposal(p, kind); !slices.Equal(got.Items, want) {
			t.Errorf("%s: %v, want %v (%s)", kind, got.Items, want, got.Why)
		}
	}
	if p.Overdue != 4 || p.DueItems != 6 {
		t.Errorf("%d of %d are overdue", p.Overdue, p.DueItems)
	}
	if zeros, _ := proposal(p, plan.Zeros); zeros.Type != agent.ZeroConfirmation || zeros.Why != "The books say that 1 item is gone, and nobody has looked. One glance each tells." {
		t.Errorf("%+v", zeros)
	}
	if want := "Movements are known for 50 days, not for a year: the classes are preliminary."; !slices.Contains(p.Notes, want) {
		t.Errorf("%q", p.Notes)
	}
	f.Counts[0].Opened.At = daysAgo(7)
	if spot, ok := proposal(plan.Make(f), plan.Weekly); !ok || spot.Type != agent.Spot || len(spot.Items) != len(items) {
		t.Errorf("%+v", spot)
	}
	f.Counts = append(f.Counts, agent.Count{Type: agent.Spot, State: agent.CountCancelled, Opened: agent.Stamp{At: now}})
	if _, ok := proposal(plan.Make(f), plan.Weekly); !ok {
		t.Error("a cancelled spot check passes for one")
	}
}

// The spot check is a sample by chance, and beside it what sells best.
func TestWeeklySpotCheck(t *testing.T) {
	items := make([]plan.Item, 5_000)
	for i := range items {
		items[i] = sold(fmt.Sprintf("item-%04d", i), euro(100), int64(5_000-i), int64(5_000-i))
		items[i].Counted = []agent.Counted{{At: now}}
	}
	f := plan.Facts{Now: now, Items: items, Seed: "seed", Moving: daysAgo(400)}
	p := plan.Make(f)
	spot, ok := proposal(p, plan.Weekly)
	if !ok || spot.Sample == nil || len(p.Proposals) != 1 {
		t.Fatalf("%+v", p.Proposals)
	}
	if want := "59 of 5,000 items, drawn by chance from each class: if all are right, at least 95 % of everything is, with 95 % confidence. With 10 items that sell best."; spot.Why != want {
		t.Errorf("%q", spot.Why)
	}
	if !slices.Equal(spot.Sample.Items(), spot.Items[:59]) || spot.Items[59] != "item-0000" {
		t.Errorf("%v", spot.Items)
	}
	standings := plan.Classify(items, plan.Rules{})
	var list []plan.Member
	for i := range items {
		list = append(list, plan.Member{Item: items[i].Item.ID, Class: standings[i].Class})
	}
	if !spot.Sample.DrawnFrom(list) {
		t.Error("the sample can't be drawn again")
	}
	f.Seed = "other"
	if other, _ := proposal(plan.Make(f), plan.Weekly); slices.Equal(other.Items, spot.Items) {
		t.Error("another seed draws the same")
	}
}

// Whatever the shop: each item that is due is proposed or being counted, no job holds
// an item twice, a day is not overfilled, and the order of the catalogue changes
// nothing.
func TestPlans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := make([]plan.Item, rapid.IntRange(0, 25).Draw(t, "items"))
		for i := range items {
			items[i] = drawCounted(t, fmt.Sprintf("item-%02d", i))
		}
		f := plan.Facts{Now: now, Items: items, Seed: "seed", Rules: plan.Rules{LinesPerDay: rapid.Int64Range(0, 9).Draw(t, "lines")}}
		p := plan.Make(f)
		checkProposals(t, p, items)
		f.Items = rapid.Permutation(items).Draw(t, "order")
		if a, b := text(t, p), text(t, plan.Make(f)); a != b {
			t.Fatalf("the order changes the plan:\n%s\n%s", a, b)
		}
	})
}

func checkProposals(t *rapid.T, p plan.Plan, items []plan.Item) {
	proposed := map[agent.ItemID]bool{}
	for _, job := range p.Proposals {
		in := map[agent.ItemID]bool{}
		for _, item := range job.Items {
			if in[item] {
				t.Fatalf("%s is in the %s job twice", item, job.Kind)
			}
			in[item], proposed[item] = true, true
		}
		if len(job.Items) == 0 || job.Why == "" || job.Name == "" || job.Minutes <= 0 || strings.Contains(job.Why, "%!") {
			t.Fatalf("%+v", job)
		}
		limit := max(p.Rules.LinesPerDay, 1)
		if p.Rules.LinesPerDay == 0 {
			limit = p.Work.LinesPerDay
		}
		if job.Kind == plan.Daily && job.Lines > limit && len(job.Items) > 1 {
			t.Fatalf("%d lines for a day of %d", job.Lines, limit)
		}
	}
	var due, counted, of int64
	for _, c := range p.Classes {
		due, counted, of = due+c.Due, counted+c.Counted, of+c.Items
	}
	if due != p.DueItems || counted != p.Coverage.Counted || of != int64(len(items)) {
		t.Fatalf("the classes add up to %d due, %d counted of %d", due, counted, of)
	}
	for i := range items {
		item := &items[i]
		overdue := slices.ContainsFunc(p.Due, func(d plan.Due) bool { return d.Item == item.Item.ID && d.Overdue && d.Standing.Class == plan.A })
		if overdue && item.Counting == "" && !proposed[item.Item.ID] {
			t.Fatalf("%s is overdue and in no job", item.Item.ID)
		}
	}
}

func text(t *rapid.T, p plan.Plan) string {
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
