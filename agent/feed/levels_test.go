package feed

import (
	"context"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
)

// catalogue puts A, B and C in force, and one item that the upstream does not know.
func (r *rig) catalogue() (ids []agent.ItemID) {
	r.t.Helper()
	for _, sku := range []string{"A", "B", "C", "D"} {
		ids = append(ids, connectortest.IDOf(sku))
	}
	n := -1
	_, err := r.q.Replace(context.Background(), anna, time.Now(), "test", func() (agent.Item, bool, error) {
		if n++; n == len(ids) {
			return agent.Item{}, false, nil
		}
		return agent.Item{ID: ids[n], SKU: string(ids[n]), Tracked: true}, true, nil
	}, nil, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return ids
}

func (r *rig) activities() map[agent.ItemID]agent.Activity {
	of := map[agent.ItemID]agent.Activity{}
	r.read(func(v agent.View) error {
		all, err := v.Activities(here, time.Now().AddDate(-1, 0, 0), time.Now().AddDate(0, -3, 0))
		for _, a := range all.Items {
			of[a.Item] = a
		}
		return err
	})
	return of
}

func (r *rig) head() (head agent.Seq) {
	r.read(func(v agent.View) (err error) { _, head, err = v.Head(); return err })
	return head
}

// What the shop says of items that nobody counted is known before a count begins, and
// costs the log nothing. What was asked for lately is not asked for again.
func TestLevelsOfItemsThatNobodyCounted(t *testing.T) {
	inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
		ids := r.catalogue()
		r.sim.Edit(ids[1], -2)
		levels, _ := r.counting()
		f, before := r.feed(r.q), r.head()
		var told []agent.Progress
		if err := f.ReadLevels(context.Background(), ids, time.Now(), func(p agent.Progress) { told = append(told, p) }); err != nil {
			t.Fatal(err)
		}
		of := r.activities()
		if of[ids[0]].OnHand != 1000 || of[ids[1]].OnHand != -2 || of[ids[1]].Book.At.At.IsZero() || !of[ids[3]].Unknown {
			t.Errorf("%+v", of)
		}
		if r.head() != before {
			t.Error("levels stand in the log")
		}
		if last := told[len(told)-1]; last.Stage != agent.Leveling || last.Done != 4 {
			t.Errorf("told %+v", told)
		}
		elapse(time.Minute)
		if err := f.ReadLevels(context.Background(), ids, time.Now().Add(-time.Hour), nil); err != nil || levels.Load() != 1 {
			t.Errorf("asked %d times: %v", levels.Load(), err)
		}
		if err := f.ReadLevels(context.Background(), ids, time.Now(), nil); err != nil || levels.Load() != 2 {
			t.Errorf("asked %d times: %v", levels.Load(), err)
		}
	})
}

// Nobody waits for a shop that is known not to answer, and what is known stays.
func TestLevelsWithoutAConnection(t *testing.T) {
	inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
		ids := r.catalogue()
		f := r.feed(r.q)
		if err := f.ReadLevels(context.Background(), ids, time.Now(), nil); err != nil {
			t.Fatal(err)
		}
		r.sim.Cut(true)
		stop := r.running(f)
		defer stop()
		elapse(time.Minute)
		levels, _ := r.counting()
		err := f.ReadLevels(context.Background(), ids, time.Now(), nil)
		if e := agent.AsError(err); err == nil || e.Class != agent.Retry || e.What == "" || levels.Load() != 0 {
			t.Errorf("asked %d times: %v", levels.Load(), err)
		}
		if r.activities()[ids[0]].OnHand != 1000 {
			t.Error("what was known is gone")
		}
	})
}

// The whole catalogue's levels are kept a day old at most, a new item's within minutes,
// also after the shop was away.
func TestLevelsAreKept(t *testing.T) {
	inBubble(t, connectortest.Traits{}, func(r *rig) {
		f := r.feed(r.q)
		ctx, end := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		r.sim.Cut(true)
		go func() { ended <- f.KeepLevels(ctx) }()
		defer func() { end(); <-ended }()
		elapse(time.Minute)
		ids := r.catalogue()
		elapse(10 * time.Minute)
		r.sim.Cut(false)
		elapse(againMost)
		if r.activities()[ids[0]].OnHand != 1000 {
			t.Errorf("%+v", r.activities())
		}
		r.sim.Edit(ids[0], 7)
		elapse(levelsEvery + newEvery)
		if r.activities()[ids[0]].OnHand != 7 {
			t.Errorf("a day later: %+v", r.activities()[ids[0]])
		}
	})
}

// transfersOf is a connector that tells transfers.
type transfersOf struct {
	agent.Connector
	open []agent.OpenTransfer
	err  error
}

func (c *transfersOf) Info() agent.ConnectorInfo {
	info := c.Connector.Info()
	info.Transfers = true
	return info
}

func (c *transfersOf) Transfers(context.Context, agent.LocationID) ([]agent.OpenTransfer, error) {
	return c.open, c.err
}

// Open transfers are told with the levels; where the shop does not permit it, it is known
// why, and the levels come all the same.
func TestOpenTransfersComeWithTheLevels(t *testing.T) {
	inBubble(t, connectortest.Traits{}, func(r *rig) {
		ids := r.catalogue()
		c := &transfersOf{Connector: r.connector, open: []agent.OpenTransfer{{Name: "T-104", Lines: []agent.TransferLine{{Item: ids[0], Shipped: 3}}}}}
		r.connector = c
		under := func() (u agent.UnderWay) {
			f := r.feed(r.q)
			if err := f.ReadLevels(context.Background(), ids, time.Now(), nil); err != nil {
				t.Fatal(err)
			}
			r.read(func(v agent.View) (err error) { u, _, err = v.UnderWay(here); return err })
			elapse(time.Second)
			return u
		}
		if u := under(); len(u.Open) != 1 || u.Open[0].Name != "T-104" {
			t.Errorf("%+v", u)
		}
		c.err = &agent.Error{Code: "scope", Class: agent.Refuse, What: "The shop does not permit it."}
		if u := under(); len(u.Open) != 0 || u.Problem == nil || r.activities()[ids[0]].OnHand != 1000 {
			t.Errorf("%+v", u)
		}
	})
}
