package station_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// busy is a store in which something happens before each write.
type busy struct {
	agent.Store
	before func()
}

func (b *busy) Write(ctx context.Context, c agent.Command, decide func(agent.View) (agent.Facts, error)) (agent.Ack, error) {
	if before := b.before; before != nil {
		b.before = nil // what happens writes, too
		before()
		if b.before == nil {
			b.before = before
		}
	}
	return b.Store.Write(ctx, c, decide)
}

// meanwhile lets something happen before each write of another station on the store.
func (s *testShop) meanwhile(before func()) *testShop {
	s.t.Helper()
	store := &busy{Store: s.queue}
	other := *s
	other.commands += 1_000_000 // its commands are its own
	var err error
	opts := station.Options{Location: here, Feed: true, Policy: agent.Policy{BasketTime: basket, Investigate: agent.Limit{Units: 5, BasisPoints: 500}}}
	if other.Station, err = station.Start(s.t.Context(), store, s.clock, agent.RunFact{Version: "test"}, opts); err != nil {
		s.t.Fatal(err)
	}
	store.before = before
	return &other
}

// once runs something the first time.
func once(do func()) func() {
	done := false
	return func() {
		if !done {
			done = true
			do()
		}
	}
}

// A count is judged before anything is written. What comes to be known in between
// counts all the same.
func TestWhatComesWhileACountIsJudgedIsNotOverlooked(t *testing.T) {
	s := openShop(t)
	count := s.counted() // cola -1, soap -2
	approved := func(s *testShop) []agent.Adjustment {
		return ask[station.Approved](s, boss, "count.approve", station.Approve{Count: count, AllReady: true}).Adjustments
	}
	made := approved(s.meanwhile(once(func() {
		s.sell(soap, binA, 1, morning.Add(-time.Hour)) // before it was counted
		s.state()
	})))
	if len(made) != 2 || made[0].Item != cola || made[0].Variance != -1 || made[1].Item != soap || made[1].Variance != -1 {
		t.Errorf("approved %+v", made)
	}
}

// Two people who approve at once make one adjustment.
func TestWhatIsApprovedWhileACountIsJudgedIsNotApprovedTwice(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	other := s.meanwhile(once(func() { s.approveOne(count, soap) }))
	made := ask[station.Approved](other, boss, "count.approve", station.Approve{Count: count, Items: []station.ApprovedItem{{Item: soap}, {Item: cola}}})
	if len(made.Adjustments) != 1 || made.Adjustments[0].Item != cola || len(made.Already) != 1 {
		t.Errorf("%+v", made)
	}
}

// Where the lines change again and again, a decision is made all the same, by the
// newest of them.
func TestACountThatChangesAllTheTimeIsDecidedAboutAllTheSame(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	round := ask[agent.Recount](s, boss, "count.recount", station.AskRecount{Count: count, Items: []agent.ItemID{soap}}).Round
	pass := s.walk(count, binA, round)
	quantity := int64(10)
	other := s.meanwhile(func() {
		quantity++
		s.count(pass, soap, binA, quantity)
	})
	_, err := other.try(boss, "count.approve", station.Approve{Count: count, Items: []station.ApprovedItem{{Item: soap, Seen: &station.Seen{Counted: 1, Variance: agent.Exactly(-2)}}}})
	if e := agent.AsError(err); err == nil || e.Code != "changed" {
		t.Errorf("what was shown is approved although %d are counted now: %v", quantity, err)
	}
	_, err = other.try(boss, "count.finish", station.FinishCount{Count: count})
	if e := agent.AsError(err); err == nil || e.Code != "undecided" {
		t.Errorf("finished: %v", err)
	}
}

// Zeros are stored in parts. What is counted or seen meanwhile is not confirmed to be
// gone.
func TestWhatIsCountedWhileZerosAreStoredIsNotGone(t *testing.T) {
	const items = 450
	s := openShop(t)
	var all []agent.Item
	for n := range items {
		all = append(all, agent.Item{ID: agent.ItemID(fmt.Sprintf("item-%03d", n)), SKU: fmt.Sprint(n), Name: fmt.Sprint("Item ", n), Tracked: true, Bins: []agent.Bin{binA}})
	}
	all[400].Codes = []agent.Barcode{{Text: "twice", Pack: 1}}
	all[401].Codes = []agent.Barcode{{Text: "twice", Pack: 1}}
	s.stock(all...)
	count, pass := s.begin(binA)
	s.count(pass, "item-000", binA, 1)
	device := station.PageDevice(clerk.Origin)
	ask[agent.Pass](s, clerk, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Device: device})
	writes := 0
	other := s.meanwhile(func() {
		if writes++; writes == 3 {
			s.count(pass, "item-449", binA, 1)
			ask[station.PageScan](s, clerk, "scan.read", station.ReadScan{Raw: "twice"})
		}
	})
	closed := ask[station.ClosedPass](other, clerk, "pass.close", station.ClosePass{Pass: pass.ID, Uncounted: agent.ZeroUncounted})
	if writes < 5 {
		t.Errorf("it took %d writes", writes)
	}
	if closed.Zeroed != items-1-1-2 || len(closed.LeftOpen) != 2 {
		t.Errorf("%d zeros, left open %+v", closed.Zeroed, closed.LeftOpen)
	}
	s.read(func(v agent.View) error {
		lines, err := v.Lines(count.ID)
		if len(lines) != items-2 || lines[len(lines)-1].Counted() != 1 {
			t.Errorf("%d lines, the last one %+v", len(lines), lines[len(lines)-1])
		}
		return err
	})
}

// One item is judged alone as it is among all of its count.
func TestOneItemIsJudgedAsAmongAll(t *testing.T) {
	s := openShop(t)
	s.labelled()
	s.counted() // what later counts may roll forward, as each other
	rapid.Check(t, func(r *rapid.T) {
		day := time.Duration(rapid.IntRange(1, 5).Draw(r, "days")) * 24 * time.Hour
		s.clock.pass(day)
		s.state()
		age := time.Duration(rapid.IntRange(0, 7).Draw(r, "age")) * 24 * time.Hour
		count := ask[agent.Count](s, boss, "count.open", station.OpenCount{MaxAge: age}).ID
		ask[agent.Pass](s, clerk, "pass.open", station.OpenPass{Count: count, Device: station.PageDevice(clerk.Origin)})
		for range rapid.IntRange(0, 8).Draw(r, "reads") {
			s.clock.pass(time.Minute)
			raw := rapid.SampledFrom([]string{string(binA), string(binB), "C", "K", "S", "nobody knows this"}).Draw(r, "read")
			ask[station.PageScan](s, clerk, "scan.read", station.ReadScan{Raw: raw})
			if rapid.IntRange(0, 2).Draw(r, "sale") == 0 {
				item := rapid.SampledFrom([]agent.ItemID{cola, crisps, soap}).Draw(r, "sold")
				s.sell(item, rapid.SampledFrom([]agent.Bin{"", binA, binB}).Draw(r, "from"), 1, s.clock.Now())
			}
		}
		uncounted := rapid.SampledFrom([]agent.Uncounted{agent.KeepUncounted, agent.ZeroUncounted}).Draw(r, "uncounted")
		ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count, Uncounted: uncounted})
		if rapid.Bool().Draw(r, "settled") {
			s.settle()
		}
		if rapid.Bool().Draw(r, "approved") {
			_, _ = s.try(boss, "count.approve", station.Approve{Count: count, AllReady: true, Reason: "seen"})
		}
		for item, among := range s.review(count) {
			alone, err := s.JudgeOne(t.Context(), count, item)
			if err != nil {
				r.Fatal(err)
			}
			if !reflect.DeepEqual(decoded[any](t, alone), decoded[any](t, among)) {
				r.Fatalf("alone it is %+v, among all %+v", alone, among)
			}
		}
	})
}
