package station_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/plan"
	"github.com/stockhand/stockhand/agent/station"
)

// asking plays the shop that is asked for levels: of items in silent it says nothing.
type asking struct {
	s      *testShop
	calls  int
	silent []agent.ItemID
	open   []agent.OpenTransfer
	err    error
}

func (a *asking) ReadLevels(ctx context.Context, items []agent.ItemID, _ time.Time) error {
	if a.calls++; a.err != nil {
		return a.err
	}
	at := a.s.clock.Now()
	facts := agent.Facts{Actor: agent.System("feed"), At: at, UnderWay: &agent.UnderWay{Location: here, At: at, Open: a.open}}
	for _, id := range items {
		l := agent.Level{Asked: at, Unknown: slices.Contains(a.silent, id)}
		l.Item, l.Location, l.OnHand, l.Tracked, l.Stocked, l.At = id, here, a.s.onHand[id], true, true, agent.Stamp{At: at}
		facts.Levels = append(facts.Levels, l)
	}
	_, err := a.s.queue.Write(ctx, agent.Command{}, func(agent.View) (agent.Facts, error) { return facts, nil })
	return err
}

func openAskingShop(t *testing.T) (*testShop, *asking) {
	a := &asking{}
	a.s = openShopWith(t, station.Options{Location: here, Feed: true, Levels: a, Transfers: true})
	return a.s, a
}

func troubled(c station.CheckedCount) map[station.Trouble][]agent.ItemID {
	got := map[station.Trouble][]agent.ItemID{}
	for _, trouble := range c.Troubles {
		for _, item := range trouble.Items {
			got[trouble.Trouble] = append(got[trouble.Trouble], item.Item)
		}
	}
	return got
}

// What is below zero, unknown to the shop or on a transfer is flagged before anybody
// counted anything.
func TestTroublesAreKnownBeforeTheFirstCount(t *testing.T) {
	s, a := openAskingShop(t)
	s.onHand[soap] = -2
	a.silent = []agent.ItemID{crisps}
	a.open = []agent.OpenTransfer{{Name: "T-104", Lines: []agent.TransferLine{{Item: cola, Asked: 5, Shipped: 5, Received: 2}, {Item: soap, Asked: 1, Shipped: 1, Received: 1}}}}
	c := ask[station.CheckedCount](s, boss, "count.check", station.CheckCount{})
	got := troubled(c)
	if !slices.Equal(got[station.Negative], []agent.ItemID{soap}) || !slices.Equal(got[station.NoNumber], []agent.ItemID{crisps}) || !slices.Equal(got[station.OnTransfer], []agent.ItemID{cola}) {
		t.Errorf("%v", got)
	}
	if len(c.NotKnown) != 1 || c.Problem != nil || !c.AsOf.Equal(morning) {
		t.Errorf("not known %q, as of %v, %v", c.NotKnown, c.AsOf, c.Problem)
	}
	for _, trouble := range c.Troubles {
		if trouble.Trouble == station.OnTransfer && !strings.Contains(trouble.Sentence, `"T-104"`) {
			t.Error(trouble.Sentence)
		}
	}
}

// Without a connection a check says so, and tells what it can.
func TestACheckWithoutAConnectionGoesOn(t *testing.T) {
	s, a := openAskingShop(t)
	a.err = errors.Join(&agent.Error{Code: "offline", Class: agent.Retry, What: "The shop can't be reached."})
	s.stock(append(stocked(), agent.Item{ID: "loose", SKU: "L", Tracked: true})...)
	c := ask[station.CheckedCount](s, boss, "count.check", station.CheckCount{})
	if got := troubled(c); !slices.Equal(got[station.NoShelf], []agent.ItemID{"loose"}) {
		t.Errorf("%v", got)
	}
	text := strings.Join(c.NotKnown, " ")
	if c.Problem == nil || !strings.Contains(text, "4 items is not known yet") || !strings.Contains(text, "The shop can't be reached.") || !strings.Contains(text, "could not be asked") {
		t.Errorf("%q %v", text, c.Problem)
	}
	s.refused("empty_list", boss, "count.open", station.OpenCount{Type: agent.ZeroConfirmation})
}

// A zero confirmation finds what the shop says is gone, though nobody ever counted it.
func TestAFirstZeroConfirmationFindsTheZeros(t *testing.T) {
	s, _ := openAskingShop(t)
	s.onHand[crisps], s.onHand[soap] = 0, -2
	count := ask[agent.Count](s, boss, "count.open", station.OpenCount{Type: agent.ZeroConfirmation})
	var listed []agent.ItemID
	s.read(func(v agent.View) (err error) { listed, err = v.Listed(count.ID); return err })
	slices.Sort(listed)
	if !slices.Equal(listed, []agent.ItemID{crisps, soap}) {
		t.Errorf("%v", listed)
	}
}

// The first plan knows what the shop says of everything, and asks for it once.
func TestTheFirstPlanKnowsTheShopsNumbers(t *testing.T) {
	s, a := openAskingShop(t)
	s.onHand[soap] = -2
	for range 2 {
		p := ask[station.PlanShown](s, boss, "plan.show", station.ShowPlan{})
		if first := p.Due[0]; first.Item != soap || first.Because[0].Reason != plan.Negative {
			t.Errorf("%+v", first)
		}
	}
	if a.calls != 1 {
		t.Errorf("asked %d times", a.calls)
	}
}
