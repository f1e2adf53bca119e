package station_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// Sales land on the right side of each bin's own cut-off.
func TestReviewWhileTheShopSells(t *testing.T) {
	s := openShop(t)
	count, pass := s.begin(binA)
	s.state()
	s.count(pass, cola, binA, 7)
	s.clock.pass(time.Hour)
	s.sell(cola, binA, 2, s.clock.Now()) // A was counted before, B is counted after
	s.sell(cola, binB, 1, s.clock.Now())
	s.clock.pass(time.Hour)
	// B's window must not reach back over the sales: the walk goes on with another item.
	s.count(pass, crisps, binA, 5)
	s.count(pass, cola, binB, 4)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.judged(count.ID, cola, agent.Waiting, 0, 0)
	s.settle()
	v := s.judged(count.ID, cola, agent.Matches, 0, 0)
	if want := "Counted 11, as expected: 9 on the books at 11:14, 2 sold after you counted."; !strings.HasPrefix(v.Sentence, want) {
		t.Errorf("%q does not begin with %q", v.Sentence, want)
	}
}

func TestItemsThatNeedSomebodyComeFirst(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	s.sell(cola, "", 1, morning.Add(2*time.Minute))
	s.settle()
	var order []agent.ItemID
	for _, v := range ask[[]agent.Variance](s, boss, "count.review", station.OneCount{Count: count}) {
		order = append(order, v.Item)
	}
	if want := []agent.ItemID{cola, soap, crisps}; !slices.Equal(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
}

func TestRecount(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	s.refused("recount", boss, "count.recount", station.AskRecount{Count: count})
	s.refused("no_item", boss, "count.recount", station.AskRecount{Count: count, Items: []agent.ItemID{soap, "beer"}})
	s.refused("no_recount", clerk, "pass.open", station.OpenPass{Count: count, Round: 1})
	round := ask[agent.Recount](s, boss, "count.recount", station.AskRecount{Count: count, Items: []agent.ItemID{soap}}).Round
	s.clock.pass(time.Minute)
	pass := s.walk(count, binA, round)
	s.refused("not_asked", clerk, "entry.set", station.SetEntry{Pass: pass.ID, Item: crisps, Quantity: 1})
	s.count(pass, soap, binA, 3)
	s.judged(count, soap, agent.Waiting, 0, 0)
	s.settle()
	s.judged(count, soap, agent.Matches, 0, 0)
	s.judged(count, cola, agent.Ready, -1, -1)
}

// Closing with zeros says that what nobody found is gone, in the bins that were
// walked. In others it stays incomplete.
func TestCloseWithZeros(t *testing.T) {
	s := openShop(t)
	count, pass := s.begin(binA)
	s.state()
	s.count(pass, crisps, binA, 5)
	s.clock.pass(30 * time.Minute)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID, Uncounted: agent.ZeroUncounted})
	s.settle()
	v := s.judged(count.ID, soap, agent.Ready, -3, -3)
	if len(v.Lines) != 1 || !v.Lines[0].Window.From.At.Equal(pass.Started.At) {
		t.Errorf("the window of a confirmed zero is not the whole pass: %+v", v.Lines)
	}
	v = s.judged(count.ID, cola, agent.NotComplete, 0, 0)
	if !slices.Equal(v.Missing, []agent.Bin{binB}) {
		t.Errorf("missing %v, want B", v.Missing)
	}

	// A sale at any time of the pass may have come before or after the look.
	s.sell(soap, binA, 1, pass.Started.At.Add(15*time.Minute))
	s.settle()
	s.judged(count.ID, soap, agent.NeedsRecount, -3, -2)
}

func TestCloseWithoutZerosLeavesItemsIncomplete(t *testing.T) {
	s := openShop(t)
	count, pass := s.begin(binA)
	s.count(pass, crisps, binA, 5)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	if v := s.judged(count.ID, soap, agent.NotComplete, 0, 0); !slices.Equal(v.Missing, []agent.Bin{binA}) {
		t.Errorf("missing %v, want A", v.Missing)
	}
}

// What was counted stays in its count whatever becomes of the catalogue, and is approved
// only by who knows that the item left it.
func TestItemThatLeftTheCatalogue(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	s.stock(stocked()[0])
	s.heldBack(count, soap, agent.NeedsRecount, "But it left the catalogue after the count was opened: look whether the shop still has it, or approve -2")
	s.send(s.chosen(count, soap, -2).ID, agent.Delivered)
	s.judged(count, soap, agent.Settled, -2, -2)
}

// Nobody tells more of what the shop does not have any more: it is not waited for.
func TestNothingIsWaitedForOfWhatLeftTheCatalogue(t *testing.T) {
	s := openShop(t)
	count, pass := s.begin(binA)
	s.count(pass, soap, binA, 1)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.judged(count.ID, soap, agent.Waiting, 0, 0)
	s.stock(stocked()[:2]...)
	if v := s.judged(count.ID, soap, agent.NotAdjustable, 0, 0); v.Problem == nil || v.Problem.Code != "left_catalogue" {
		t.Errorf("%+v: %s", v.Problem, v.Sentence)
	}
}

func TestFullCountIsAboutTheWholeCatalogue(t *testing.T) {
	s := openShop(t)
	count := ask[agent.Count](s, boss, "count.open", station.OpenCount{Type: agent.Full})
	if all := s.review(count.ID); len(all) != 3 || all[soap].Status != agent.NotComplete {
		t.Errorf("judged %+v", all)
	}
}

func TestCountIsFinishedOnlyWhenEverythingIsDelivered(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	id := s.approveOne(count, soap)
	s.refused("deliveries_open", boss, "count.finish", station.FinishCount{Count: count, LeaveUndecided: true})
	s.send(id, agent.Delivered)
	if c := ask[agent.Count](s, boss, "count.finish", station.FinishCount{Count: count, LeaveUndecided: true}); c.State != agent.CountDone {
		t.Errorf("the count is %s", c.State)
	}

	// Only what comes to be known later can still be approved.
	if made := ask[station.Approved](s, boss, "count.approve", station.Approve{Count: count, AllReady: true}).Adjustments; len(made) != 0 {
		t.Errorf("approved %+v", made)
	}
	s.sell(soap, binA, 1, morning.Add(-time.Hour))
	if made := ask[station.Approved](s, boss, "count.approve", station.Approve{Count: count, AllReady: true}).Adjustments; len(made) != 1 || made[0].Variance != 1 {
		t.Errorf("approved %+v", made)
	}
}
