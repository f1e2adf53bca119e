package station_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

func byPIN(name string, role agent.Role) agent.Caller {
	return agent.Caller{Actor: agent.Actor{Kind: agent.PersonActor, ID: name}, Role: role, Origin: "office"}
}

var (
	anna = byPIN("Anna", agent.Counter)
	eva  = byPIN("Eva", agent.Manager)
	paul = byPIN("Paul", agent.Manager)
)

// checked opens a count in which one person checks another, with three people.
func (s *testShop) checked() (agent.Count, agent.Pass) {
	s.t.Helper()
	for _, p := range []station.AddPerson{{Name: "Anna"}, {Name: "Eva", Role: agent.Manager}, {Name: "Paul", Role: agent.Manager}} {
		ask[station.WithBadge](s, chief, "people.add", p)
	}
	policy := agent.Policy{BasketTime: basket, Blind: true, VerifyByOther: true, ApproveByOther: true}
	count := ask[agent.Count](s, chief, "count.open", station.OpenCount{Policy: &policy})
	s.state()
	return count, ask[agent.Pass](s, eva, "pass.open", station.OpenPass{Count: count.ID, Bin: binA})
}

func (s *testShop) enter(who agent.Caller, pass agent.Pass, item agent.ItemID, bin agent.Bin, quantity int64) agent.Scan {
	s.t.Helper()
	s.clock.pass(1)
	return ask[agent.Scan](s, who, "entry.set", station.SetEntry{Pass: pass.ID, Item: item, Bin: &bin, Quantity: quantity})
}

func approving(count agent.Count, items ...agent.ItemID) station.Approve {
	a := station.Approve{Count: count.ID, Reason: "Not known"}
	for _, item := range items {
		a.Items = append(a.Items, station.ApprovedItem{Item: item})
	}
	return a
}

func TestWhoCountedDoesNotApprove(t *testing.T) {
	s := openShop(t)
	count, pass := s.checked()
	s.enter(eva, pass, soap, binA, 1)
	s.enter(anna, pass, crisps, binA, 4) // into Eva's pass: Anna counted it all the same
	ask[agent.Count](s, eva, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	s.refused("own_count", eva, "count.approve", approving(count, soap))
	s.refused("sign_in_first", boss, "count.approve", approving(count, soap)) // a browser that nobody signed in at
	made := ask[station.Approved](s, eva, "count.approve", station.Approve{Count: count.ID, AllReady: true, Reason: "Not known"})
	if len(made.Adjustments) != 1 || made.Adjustments[0].Item != crisps || len(made.Refused) != 1 || made.Refused[0].Item != soap {
		t.Fatalf("Eva approved %+v", made)
	}
	if text := made.Refused[0].Problem.Error(); !strings.Contains(text, "somebody else has to approve") {
		t.Errorf("the refusal says %s", text)
	}
	if made := ask[station.Approved](s, paul, "count.approve", approving(count, soap)); len(made.Adjustments) != 1 {
		t.Errorf("Paul approved %+v", made)
	}
	// The same holds for using one's count against a change by somebody else.
	adjustment := s.deliveries(count.ID)[1].Adjustment.ID
	s.typeOver(soap, 9)
	s.clash(adjustment)
	s.refused("own_count", eva, "delivery.decide", station.Decide{Adjustment: adjustment, Decision: station.DecideUseMine})
	ask[agent.Delivery](s, eva, "delivery.decide", station.Decide{Adjustment: adjustment, Decision: station.DecideKeepTheirs})
}

func TestARecountIsBySomebodyElse(t *testing.T) {
	s := openShop(t)
	count, pass := s.checked()
	s.enter(eva, pass, soap, binA, 1)
	s.enter(anna, pass, crisps, binA, 4)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	one := ask[agent.Recount](s, boss, "count.recount", station.AskRecount{Count: count.ID, Items: []agent.ItemID{soap}})
	s.refused("own_recount", eva, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Round: one.Round})
	s.refused("sign_in_first", boss, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Round: one.Round})

	both := ask[agent.Recount](s, boss, "count.recount", station.AskRecount{Count: count.ID, Items: []agent.ItemID{soap, crisps}})
	again := ask[agent.Pass](s, eva, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Device: "gun", Round: both.Round})
	s.refused("own_recount", eva, "entry.set", station.SetEntry{Pass: again.ID, Item: soap, Quantity: 2})
	s.enter(eva, again, crisps, binA, 4)
	s.enter(anna, again, soap, binA, 2) // whoever types it counts
	got := ask[station.ClosedPass](s, eva, "pass.close", station.ClosePass{Pass: again.ID, Uncounted: agent.ZeroUncounted})
	if got.Zeroed != 0 {
		t.Errorf("%d items are confirmed to be gone", got.Zeroed)
	}
	s.settle()
	if v := s.review(count.ID)[soap]; v.Counted != 2 || v.Lines[0].Round != both.Round {
		t.Errorf("soap is %+v", v)
	}
	// Eva did not count what stands now.
	if made := ask[station.Approved](s, eva, "count.approve", approving(count, soap)); len(made.Adjustments) != 1 {
		t.Errorf("Eva approved %+v", made)
	}
}

// scans reads codes one after the other. What is not said in want counts, is a label or a
// badge.
func (s *testShop) scans(want map[string]station.Heard, codes ...string) (last station.Ingested) {
	s.t.Helper()
	for _, code := range codes {
		s.clock.pass(time.Second)
		in, err := s.Ingest(s.t.Context(), agent.Read{Device: "gun", Raw: []byte(code), At: s.clock.Now()})
		usual := slices.Contains([]station.Heard{station.Counted, station.Moved, station.Greeted}, in.Heard)
		if err != nil || want[code] == "" && !usual || want[code] != "" && in.Heard != want[code] {
			s.t.Fatalf("%s is %s %v", code, in.Heard, err)
		}
		last = in
	}
	return last
}

// A scan is never refused: it is kept, and counts nothing.
func TestAReadOfOnesOwnRecountIsKept(t *testing.T) {
	s := openShop(t)
	items := stocked()
	items[2].Codes = []agent.Barcode{{Text: "4006381333931", Pack: 1}}
	items[1].Codes = []agent.Barcode{{Text: "96385074", Pack: 1}}
	s.stock(items...)
	count, pass := s.checked()
	s.enter(eva, pass, soap, binA, 1)
	s.enter(anna, pass, crisps, binA, 4)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	r := ask[agent.Recount](s, boss, "count.recount", station.AskRecount{Count: count.ID, Items: []agent.ItemID{soap, crisps}})
	again := ask[agent.Pass](s, eva, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Device: "gun", Round: r.Round})
	s.clock.pass(basket)
	for code, want := range map[string]station.Heard{"4006381333931": station.OwnRecount, "96385074": station.Counted} {
		in, err := s.Ingest(t.Context(), agent.Read{Device: "gun", Raw: []byte(code), At: s.clock.Now()})
		if err != nil || in.Heard != want || in.Seq == 0 {
			t.Errorf("%s is %s %v, want %s", code, in.Heard, err, want)
		}
	}
	got := ask[station.ClosedPass](s, eva, "pass.close", station.ClosePass{Pass: again.ID, Uncounted: agent.ZeroUncounted})
	if got.Zeroed != 0 || !slices.ContainsFunc(got.LeftOpen, func(l station.LeftOpen) bool { return l.Item == soap }) {
		t.Errorf("confirmed to be gone: %+v", got)
	}
}

// Where one person checks another and nobody had signed in, nobody could be told apart
// from whoever approves: who it is is asked for before the first item counts.
func TestItIsAskedWhoCountsBeforeTheFirstItem(t *testing.T) {
	s := openShop(t)
	items := stocked()
	items[2].Codes = []agent.Barcode{{Text: "4006381333931", Pack: 1}}
	s.stock(items...)
	count, pass := s.checked()
	yes := true
	badge := ask[station.WithBadge](s, chief, "people.change", station.ChangePerson{Person: "Anna", Badge: &yes}).Code
	walk := ask[agent.Pass](s, boss, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Device: "gun"})
	want := map[string]station.Heard{"4006381333931": station.NotSigned}
	s.scans(want, "4006381333931")
	s.refused("sign_in_first", boss, "entry.set", station.SetEntry{Pass: pass.ID, Item: soap, Quantity: 1})
	got := ask[station.ClosedPass](s, anna, "pass.close", station.ClosePass{Pass: walk.ID, Uncounted: agent.ZeroUncounted})
	if got.Zeroed != 2 || len(got.LeftOpen) != 1 || got.LeftOpen[0].Item != soap {
		t.Errorf("what was scanned is not left open: %+v", got) // cola and crisps are gone
	}
	s.scans(want, "A", "4006381333931")
	s.scans(map[string]station.Heard{}, badge, "4006381333931")
	s.enter(anna, pass, soap, binA, 1)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	ask[station.Approved](s, paul, "count.approve", approving(count, soap))
}

// One person alone can do everything unless somebody asks for more, and whoever opens
// a count can't ask for less.
func TestControlIsAskedForOnceAndHolds(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	if made := ask[station.Approved](s, clerkAsBoss, "count.approve", station.Approve{Count: count, AllReady: true}); len(made.Adjustments) != 2 {
		t.Errorf("alone one approved %+v", made)
	}
	strict := openShopWith(t, station.Options{Location: here, Policy: agent.Policy{VerifyByOther: true, ApproveByOther: true}})
	opened := ask[agent.Count](strict, boss, "count.open", station.OpenCount{Policy: &agent.Policy{}})
	if !opened.Policy.VerifyByOther || !opened.Policy.ApproveByOther {
		t.Errorf("the count is opened with %+v", opened.Policy)
	}
}

var clerkAsBoss = agent.Caller{Actor: clerk.Actor, Role: agent.Manager, Origin: "tablet"}
