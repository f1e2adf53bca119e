package station_test

import (
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// Moving damaged units is a wish of its own: it changes neither what was counted nor
// what is sent, and says that nothing is.
func TestDamagedUnitsAreMovedBySomebody(t *testing.T) {
	f := openFloor(t, labelled()...)
	count := f.open()
	f.hear("BIN-A", station.Moved)
	f.hear("SH.C.X3", station.Awaits)
	f.hear("SH.C.DAMAGED", station.Awaits)
	f.hear(colaEAN, station.Counted)
	f.hear(sixPack, station.Counted)
	f.hear("SOAP 1", station.Counted)
	wanted := station.SomeItems{Count: count, Items: []agent.ItemID{cola}}
	f.refused("count_state", boss, "damaged.ask", wanted)
	ask[agent.Count](f.testShop, boss, "count.close", station.CloseCount{Count: count})
	before := f.review(count)[cola]
	if before.Counted != 9 || before.Damaged != 3 {
		t.Fatalf("good and damaged are compared together: %+v", before)
	}
	goods := ask[[]station.DamagedGoods](f.testShop, boss, "damaged.list", station.OneCount{Count: count})
	if len(goods) != 1 || goods[0].Counted != 3 || goods[0].Wish != nil || !strings.Contains(goods[0].Sentence, "nothing else is wanted") {
		t.Fatalf("%+v", goods)
	}
	f.refused("forbidden", clerk, "damaged.ask", wanted)
	f.refused("not_asked", boss, "damaged.moved", wanted)
	f.refused("no_damaged", boss, "damaged.ask", station.SomeItems{Count: count, Items: []agent.ItemID{soap}})
	f.refused("bad_arguments", boss, "damaged.ask", station.SomeItems{Count: count})
	goods = ask[[]station.DamagedGoods](f.testShop, boss, "damaged.ask", wanted)
	if len(goods) != 1 || goods[0].Sentence != "3 units are damaged: move 3 in the shop's own program; nothing is sent." {
		t.Fatalf("%+v", goods)
	}
	f.refused("already_asked", boss, "damaged.ask", wanted)
	if after := f.review(count)[cola]; after.Counted != 9 || after.Damaged != 3 || after.Status != before.Status || after.Variance != before.Variance {
		t.Errorf("the wish changed the variance: %+v", after)
	}
	if d := f.deliveries(count); len(d) != 0 {
		t.Errorf("something would be sent: %+v", d)
	}
	goods = ask[[]station.DamagedGoods](f.testShop, boss, "damaged.moved", wanted)
	if goods[0].Sentence != "3 units are damaged. Somebody has moved 3 in the shop's own program." || goods[0].Wish.MovedBy != boss.Actor {
		t.Errorf("%+v", goods[0])
	}
	f.refused("not_asked", boss, "damaged.moved", wanted)
	f.replays()
}

// A wish for damaged units is still there when a recount finds none: somebody may have
// moved them, or not.
func TestAWishForDamagedUnitsOutlivesARecount(t *testing.T) {
	s := openShop(t)
	count, pass := s.begin(binA)
	s.state()
	bin := binA
	ask[agent.Scan](s, clerk, "entry.set", station.SetEntry{Pass: pass.ID, Item: soap, Bin: &bin, Quantity: 3, Condition: agent.Damaged})
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	ask[[]station.DamagedGoods](s, boss, "damaged.ask", station.SomeItems{Count: count.ID, Items: []agent.ItemID{soap}})
	r := ask[agent.Recount](s, boss, "count.recount", station.AskRecount{Count: count.ID, Items: []agent.ItemID{soap}})
	s.count(s.walk(count.ID, binA, r.Round), soap, binA, 3)
	list := ask[[]station.DamagedGoods](s, boss, "damaged.list", station.OneCount{Count: count.ID})
	if len(list) != 1 || list[0].Counted != 0 || list[0].Wish == nil || list[0].Sentence != "0 units are damaged by the newest counting, and 3 were to be moved in the shop's own program: look how many there are." {
		t.Fatalf("%+v", list)
	}
	s.refused("no_damaged", boss, "damaged.ask", station.SomeItems{Count: count.ID, Items: []agent.ItemID{soap}})
	ask[[]station.DamagedGoods](s, boss, "damaged.moved", station.SomeItems{Count: count.ID, Items: []agent.ItemID{soap}})
}
