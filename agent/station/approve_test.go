package station_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

func TestApproveAllReadyMakesDeliveries(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	s.judged(count, cola, agent.Ready, -1, -1)
	s.judged(count, crisps, agent.Matches, 0, 0)
	s.judged(count, soap, agent.Ready, -2, -2)

	ask[station.Approved](s, boss, "count.approve", station.Approve{Count: count, AllReady: true, Reason: "theft"})
	made := s.deliveries(count)
	if len(made) != 2 {
		t.Fatalf("%d deliveries, want those of cola and soap", len(made))
	}
	for _, d := range made {
		a := d.Adjustment
		if d.State != agent.Pending || a.Reason != "theft" || a.By != boss.Actor || a.Decided || a.Sentence == "" || a.Expected+a.Variance != a.Counted {
			t.Errorf("delivery %+v", d)
		}
		s.judged(count, a.Item, agent.Settled, a.Variance, a.Variance)
		s.send(a.ID, agent.Delivered)
		s.judged(count, a.Item, agent.Settled, a.Variance, a.Variance)
	}
	if s.onHand[cola] != 11 || s.onHand[soap] != 1 {
		t.Errorf("the books say %v", s.onHand)
	}
	if again := ask[station.Approved](s, boss, "count.approve", station.Approve{Count: count, AllReady: true}).Adjustments; len(again) != 0 {
		t.Errorf("approving again made %+v", again)
	}
}

func TestApproveRefuses(t *testing.T) {
	s := openShop(t)
	open, pass := s.begin(binA)
	s.count(pass, cola, binA, 7)
	s.refused("count_state", boss, "count.approve", station.Approve{Count: open.ID, AllReady: true})
	s.refused("no_count", boss, "count.approve", station.Approve{Count: "count-99", AllReady: true})
	ask[agent.Count](s, boss, "count.cancel", station.OneCount{Count: open.ID})

	count := s.counted()
	two := int64(2)
	for _, c := range []struct {
		code  string
		items []station.ApprovedItem
	}{
		{"no_variance", []station.ApprovedItem{{Item: "beer"}}},
		{"no_variance", []station.ApprovedItem{{Item: soap}, {Item: soap}}},
		{"not_ready", []station.ApprovedItem{{Item: crisps}}},
		{"no_variance", []station.ApprovedItem{{Item: soap}, {Item: "beer"}}},
		{"not_possible", []station.ApprovedItem{{Item: soap, Use: &two}}},
	} {
		s.refused(c.code, boss, "count.approve", station.Approve{Count: count, Items: c.items})
	}
	if made := s.deliveries(count); len(made) != 0 {
		t.Errorf("a refused approval made %+v", made)
	}
}

func TestWhatIsOverTheLimitNeedsAReason(t *testing.T) {
	s := openShop(t)
	count, pass := s.begin(binA)
	s.state()
	s.count(pass, soap, binA, 30)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	if v := s.judged(count.ID, soap, agent.Ready, 27, 27); !v.Investigate {
		t.Errorf("not to be investigated: %s", v.Sentence)
	}
	s.refused("reason_needed", boss, "count.approve", station.Approve{Count: count.ID, AllReady: true})
	ask[station.Approved](s, boss, "count.approve", station.Approve{Count: count.ID, Items: []station.ApprovedItem{{Item: soap, Reason: "found"}}})
	if d := s.deliveries(count.ID); len(d) != 1 || d[0].Adjustment.Reason != "found" {
		t.Errorf("deliveries %+v", d)
	}
}

// Two people who press the button at the same time get one effect.
func TestTwoApproveAtOnce(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			who := boss
			who.Origin = string(rune('a' + i))
			if _, err := s.tryAs(who, "same", "count.approve", station.Approve{Count: count, AllReady: true}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if made := s.deliveries(count); len(made) != 2 {
		t.Errorf("%d deliveries, want 2", len(made))
	}
}

func TestRepeatedCommandIsHarmless(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	for range 3 {
		made, err := s.tryAs(boss, "approve-1", "count.approve", station.Approve{Count: count, AllReady: true})
		if err != nil || len(made.(station.Approved).Adjustments) != 2 {
			t.Fatalf("%+v, %v", made, err)
		}
	}
	id := s.deliveries(count)[0].Adjustment.ID
	s.clash(id)
	for range 3 {
		d, err := s.tryAs(boss, "decide-1", "delivery.decide", station.Decide{Adjustment: id, Decision: station.DecideRecount})
		if err != nil || d.(agent.Delivery).State != agent.Superseded {
			t.Fatalf("%+v, %v", d, err)
		}
	}
	for range 3 {
		r, err := s.tryAs(boss, "recount-1", "count.recount", station.AskRecount{Count: count, Items: []agent.ItemID{soap}})
		if err != nil || r.(agent.Recount).Round != 2 {
			t.Fatalf("%+v, %v", r, err)
		}
	}
}

// A sale that became known after delivery was taken for a loss: it is given back.
func TestLateMovementRaisesACompensation(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	s.send(s.approveOne(count, soap), agent.Delivered)
	s.clock.pass(time.Hour)
	s.sell(soap, binA, 1, morning.Add(-time.Hour))
	if v := s.judged(count, soap, agent.Ready, 1, 1); !v.Late {
		t.Errorf("not marked as late: %s", v.Sentence)
	}
	s.send(s.approveOne(count, soap), agent.Delivered)
	s.judged(count, soap, agent.Settled, -1, -1)
	if s.onHand[soap] != 1 {
		t.Errorf("%d on the books, 1 on the shelf", s.onHand[soap])
	}
}

// What is not sent yet is replaced as a whole, what is on its way is added to.
func TestLateMovementBeforeDelivery(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	first := s.approveOne(count, soap)
	s.sell(soap, binA, 1, morning.Add(-time.Hour))
	if v := s.judged(count, soap, agent.Ready, -1, -1); v.Late {
		t.Errorf("marked as late: %s", v.Sentence)
	}
	second := s.approveOne(count, soap)
	if d := s.delivery(first); d.State != agent.Superseded {
		t.Errorf("the first approval is %s", d.State)
	}
	s.send(second, agent.Sending)
	s.sell(soap, binA, 1, morning.Add(-time.Hour))
	s.judged(count, soap, agent.Ready, 1, 1)
	third := s.approveOne(count, soap)
	if d := s.delivery(second); d.State != agent.Sending {
		t.Errorf("what was on its way is %s", d.State)
	}
	s.judged(count, soap, agent.Settled, 0, 0)
	if d := s.delivery(third); d.State != agent.Pending || d.Adjustment.Variance != 1 {
		t.Errorf("the third approval is %+v", d)
	}
}

func TestAnotherCountsAdjustmentOnItsWayIsWaitedFor(t *testing.T) {
	s := openShop(t)
	first := s.counted()
	id := s.approveOne(first, soap)
	s.send(id, agent.Sending)
	second := s.counted()
	s.judged(second, soap, agent.Waiting, -2, -2)
	s.judged(second, cola, agent.Ready, -1, -1)
}

func TestPersonChoosesWithinTheInterval(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	s.sell(cola, "", 2, morning.Add(2*time.Minute)) // after the cut-off in A, before that in B, and in a basket
	s.settle()
	s.judged(count, cola, agent.NeedsRecount, -1, 1)
	s.refused("not_ready", boss, "count.approve", station.Approve{Count: count, Items: []station.ApprovedItem{{Item: cola}}})
	three, none := int64(3), int64(0)
	s.refused("not_possible", boss, "count.approve", station.Approve{Count: count, Items: []station.ApprovedItem{{Item: cola, Use: &three}}})
	made := ask[station.Approved](s, boss, "count.approve", station.Approve{Count: count, Items: []station.ApprovedItem{{Item: cola, Use: &none}}}).Adjustments
	if len(made) != 1 || !made[0].Decided || made[0].Variance != 0 {
		t.Fatalf("made %+v", made)
	}
	s.judged(count, cola, agent.Settled, 0, 0)

	// Counted again it is judged again.
	ask[agent.Recount](s, boss, "count.recount", station.AskRecount{Count: count, Items: []agent.ItemID{cola}})
	pass := s.walk(count, binA, 1)
	s.count(pass, cola, binA, 6)
	s.count(pass, cola, binB, 4)
	s.settle()
	s.judged(count, cola, agent.Settled, 0, 0)
	s.count(pass, cola, binB, 5)
	s.settle()
	s.judged(count, cola, agent.Ready, 1, 1)
}

func seen(counted, variance int64) *station.Seen {
	return &station.Seen{Counted: counted, Variance: agent.Exactly(variance)}
}

// The page may offer a moment longer what somebody has approved already: that is no
// mistake, and it keeps nothing else.
func TestApprovingTwiceIsHarmless(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	first := s.approveOne(count, soap)
	for _, shown := range []*station.Seen{nil, seen(1, -2)} {
		all := ask[station.Approved](s, boss, "count.approve", station.Approve{Count: count, Items: []station.ApprovedItem{{Item: soap, Seen: shown}}})
		if len(all.Adjustments) != 0 || len(all.Refused) != 0 || len(all.Already) != 1 || all.Already[0].ID != first {
			t.Errorf("approving again: %+v", all)
		}
	}
	both := ask[station.Approved](s, boss, "count.approve", station.Approve{Count: count, Items: []station.ApprovedItem{{Item: soap, Seen: seen(1, -2)}, {Item: cola, Seen: seen(11, -1)}}})
	if len(both.Adjustments) != 1 || both.Adjustments[0].Item != cola || len(both.Already) != 1 {
		t.Errorf("approving what is new with what is not: %+v", both)
	}
	if made := s.deliveries(count); len(made) != 2 {
		t.Errorf("%d deliveries, want 2", len(made))
	}

	// The same once it is delivered and the count is finished.
	for _, d := range s.deliveries(count) {
		s.send(d.Adjustment.ID, agent.Delivered)
	}
	ask[agent.Count](s, boss, "count.finish", station.FinishCount{Count: count, LeaveUndecided: true})
	if all := ask[station.Approved](s, boss, "count.approve", station.Approve{Count: count, Items: []station.ApprovedItem{{Item: soap, Seen: seen(1, -2)}}}); len(all.Already) != 1 || len(all.Adjustments) != 0 {
		t.Errorf("approving again at the end: %+v", all)
	}
}

// A person approves the numbers that he saw: a line that shows others now is
// refused, and says what changed. The others go through.
func TestOnlyWhatWasShownIsApproved(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	s.sell(soap, binA, 1, morning.Add(-time.Hour)) // explains one of the two that are missing
	s.refused("changed", boss, "count.approve", station.Approve{Count: count, Items: []station.ApprovedItem{{Item: soap, Seen: seen(1, -2)}}})
	all := ask[station.Approved](s, boss, "count.approve", station.Approve{Count: count, Items: []station.ApprovedItem{{Item: soap, Seen: seen(1, -2)}, {Item: cola, Seen: seen(11, -1)}}})
	if len(all.Adjustments) != 1 || all.Adjustments[0].Item != cola || len(all.Refused) != 1 || all.Refused[0].Item != soap {
		t.Fatalf("approved %+v", all)
	}
	want := `The line of "soap" changed since it was shown: it showed 1 counted and a variance that is -2; now 1 are counted and the variance is -1.`
	if got := all.Refused[0].Problem; got.Code != "changed" || got.What != want {
		t.Errorf("refused with %q, want %q", got.What, want)
	}
	ask[station.Approved](s, boss, "count.approve", station.Approve{Count: count, Items: []station.ApprovedItem{{Item: soap, Seen: seen(1, -1)}}})
	s.refused("changed", boss, "count.approve", station.Approve{Count: count, Items: []station.ApprovedItem{{Item: soap, Seen: seen(1, -2)}}})
	if d := s.deliveries(count); len(d) != 2 || d[1].Adjustment.Variance != -1 {
		t.Errorf("deliveries %+v", d)
	}
}
