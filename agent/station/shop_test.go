package station_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
	"github.com/stockhand/stockhand/queue"
)

// The shop of these tests: cola in A and B, crisps and soap in A.
const (
	here   agent.LocationID = "here"
	cola   agent.ItemID     = "cola"
	crisps agent.ItemID     = "crisps"
	soap   agent.ItemID     = "soap"
	binA   agent.Bin        = "A"
	binB   agent.Bin        = "B"
)

const basket = 10 * time.Minute

var morning = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

var (
	boss  = agent.Caller{Actor: agent.Actor{Kind: agent.PersonActor, ID: "boss"}, Role: agent.Manager, Origin: "office"}
	clerk = agent.Caller{Actor: agent.Actor{Kind: agent.PersonActor, ID: "clerk"}, Role: agent.Counter, Origin: "tablet"}
)

// handClock is a clock that stands still until it is moved.
type handClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *handClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// testShop is a station on a real queue, with the upstream played by hand.
type testShop struct {
	*station.Station
	t        *testing.T
	queue    *queue.Queue
	clock    *handClock
	commands int
	sales    int
	changed  map[agent.ItemID]time.Time
	onHand   map[agent.ItemID]int64
}

func openShop(t *testing.T) *testShop {
	t.Helper()
	return openShopWith(t, station.Options{Location: here, Feed: true, Policy: agent.Policy{BasketTime: basket, Investigate: agent.Limit{Units: 5, BasisPoints: 500}}})
}

func openShopWith(t *testing.T, opts station.Options) *testShop {
	t.Helper()
	q, err := queue.Open(t.Context(), filepath.Join(t.TempDir(), "stockhand.db"), queue.Options{Version: "test", AllowFUSE: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	})
	s := &testShop{
		t: t, queue: q, clock: &handClock{now: morning},
		changed: map[agent.ItemID]time.Time{}, onHand: map[agent.ItemID]int64{cola: 12, crisps: 5, soap: 3},
	}
	s.stock(stocked()...)
	if s.Station, err = station.Start(t.Context(), q, s.clock, agent.RunFact{Version: "test"}, opts); err != nil {
		t.Fatal(err)
	}
	return s
}

func stocked() []agent.Item {
	return []agent.Item{
		{ID: cola, SKU: "C", Name: "Cola", Tracked: true, Bins: []agent.Bin{binA, binB}},
		{ID: crisps, SKU: "K", Name: "Crisps", Tracked: true, Bins: []agent.Bin{binA}},
		{ID: soap, SKU: "S", Name: "Soap", Tracked: true, Bins: []agent.Bin{binA}},
	}
}

// stock puts a catalogue in force.
func (s *testShop) stock(items ...agent.Item) {
	s.t.Helper()
	next := func() (agent.Item, bool, error) {
		if len(items) == 0 {
			return agent.Item{}, false, nil
		}
		item := items[0]
		items = items[1:]
		return item, true, nil
	}
	places := []agent.Place{{Bin: binA, Zone: "shop"}, {Bin: binB, Zone: "store"}}
	if _, err := s.queue.Replace(s.t.Context(), boss.Actor, s.clock.Now(), "test", next, places, nil); err != nil {
		s.t.Fatal(err)
	}
}

// try asks the station for something under a fresh command id.
func (s *testShop) try(who agent.Caller, name string, args any) (any, error) {
	s.commands++
	return s.tryAs(who, fmt.Sprintf("command-%d", s.commands), name, args)
}

func (s *testShop) tryAs(who agent.Caller, id, name string, args any) (any, error) {
	s.t.Helper()
	text, err := json.Marshal(args)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.Dispatch(context.Background(), who, id, name, text)
}

// ask is try for what must succeed.
func ask[T any](s *testShop, who agent.Caller, name string, args any) T {
	s.t.Helper()
	result, err := s.try(who, name, args)
	if err != nil {
		s.t.Fatalf("%s: %v", name, err)
	}
	if as, same := result.(T); same {
		return as
	}
	return decoded[T](s.t, result) // a part of the answer, as a program would read it
}

func decoded[T any](t *testing.T, result any) (as T) {
	t.Helper()
	text, err := json.Marshal(result)
	if err == nil {
		err = json.Unmarshal(text, &as)
	}
	if err != nil {
		t.Fatal(err)
	}
	return as
}

// refused checks that something is refused with a code, and that nothing is stored.
func (s *testShop) refused(code string, who agent.Caller, name string, args any) {
	s.t.Helper()
	before := s.head()
	_, err := s.try(who, name, args)
	var e *agent.Error
	if !errors.As(err, &e) || e.Code != code || e.Do == "" {
		s.t.Errorf("%s by %s: %v, want %s", name, who.Role, err, code)
	}
	if s.head() != before {
		s.t.Errorf("%s was refused and changed the log", name)
	}
}

func (s *testShop) head() (head agent.Seq) {
	s.t.Helper()
	s.read(func(v agent.View) (err error) {
		_, head, err = v.Head()
		return err
	})
	return head
}

func (s *testShop) read(look func(agent.View) error) {
	s.t.Helper()
	if err := s.queue.Read(context.Background(), look); err != nil {
		s.t.Fatal(err)
	}
}

// put stores facts of the upstream.
func (s *testShop) put(facts agent.Facts) agent.Ack {
	s.t.Helper()
	facts.Actor, facts.At = agent.System("feed"), s.clock.Now()
	ack, err := s.queue.Write(context.Background(), agent.Command{}, func(agent.View) (agent.Facts, error) { return facts, nil })
	if err != nil {
		s.t.Fatal(err)
	}
	return ack
}

func event(kind agent.Kind, payload any) agent.Facts {
	return agent.Facts{Events: []agent.Event{agent.NewEvent(kind, payload)}}
}

// state lets the upstream say what is on hand now, and the feed reach this moment.
func (s *testShop) state() {
	s.t.Helper()
	now := s.clock.Now()
	var books []agent.Book
	for _, item := range []agent.ItemID{cola, crisps, soap} {
		changed, moved := s.changed[item]
		if !moved {
			changed = morning.Add(-time.Hour)
		}
		books = append(books, agent.Book{
			Item: item, Location: here, OnHand: s.onHand[item], Tracked: true, Stocked: true,
			Changed: changed, Stated: now, Tick: time.Second, At: agent.Stamp{At: now},
		})
	}
	facts := event(agent.BookStated, agent.BookFact{Books: books})
	facts.Watermarks = []agent.Watermark{{Source: "shop", Location: here, Upstream: now, Local: now}}
	s.put(facts)
}

// sell posts a sale that was paid for at a time.
func (s *testShop) sell(item agent.ItemID, bin agent.Bin, quantity int64, paid time.Time) {
	s.t.Helper()
	s.sales++
	now := s.clock.Now()
	s.put(event(agent.MovementsReceived, agent.MovementsFact{Movements: []agent.Movement{{
		Source: "shop", SourceID: fmt.Sprint(s.sales), Kind: agent.Sale, Item: item, Location: here, Bin: bin,
		Quantity: -quantity, Occurred: agent.Stamp{At: paid}, Posted: now,
	}}}))
	s.onHand[item] -= quantity
	s.changed[item] = now
}

// typeOver lets somebody change the book by hand.
func (s *testShop) typeOver(item agent.ItemID, quantity int64) {
	s.onHand[item], s.changed[item] = quantity, s.clock.Now()
}

// settle lets the shop run on until everything about the counted items is known.
func (s *testShop) settle() {
	s.t.Helper()
	s.clock.pass(basket + time.Minute)
	s.state()
}

// send delivers an adjustment as the upload does, up to a state.
func (s *testShop) send(id agent.AdjustmentID, until agent.DeliveryState) {
	s.t.Helper()
	d := s.delivery(id)
	item := d.Adjustment.Item
	s.state()
	now := s.clock.Now()
	observed := agent.Book{
		Item: item, Location: here, OnHand: s.onHand[item], Tracked: true, Stocked: true, Changed: s.changed[item],
		Stated: now, Tick: time.Second, At: agent.Stamp{At: now}, Seq: s.head(),
	}
	request := agent.Request{
		ID: agent.RequestID("request-of-" + string(id)), Location: here, State: agent.RequestStored,
		Lines: []agent.Planned{{Adjustment: id, Item: item, Observed: observed, Delta: d.Adjustment.Variance}},
	}
	s.put(event(agent.RequestPlanned, request))
	if until == agent.Sending {
		return
	}
	answer := agent.AnswerFact{
		Request: request.ID, State: agent.RequestAnswered,
		Changes: []agent.DeliveryFact{{Adjustment: id, State: until}},
	}
	if until == agent.Delivered {
		answer.Applied = []agent.Applied{{Adjustment: id, Item: item, Location: here, Delta: d.Adjustment.Variance, After: observed.Seq}}
		s.onHand[item] += d.Adjustment.Variance
		s.changed[item] = now
	}
	s.put(event(agent.RequestOutcome, answer))
}

// clash ends a delivery before sending, because somebody changed the quantity.
func (s *testShop) clash(id agent.AdjustmentID) {
	s.t.Helper()
	s.state()
	s.put(event(agent.DeliveryChanged, agent.DeliveryFact{
		Adjustment: id, State: agent.Conflict, Problem: &agent.Error{Code: "changed", Class: agent.Clash, What: "Somebody changed it."},
	}))
}

func (s *testShop) delivery(id agent.AdjustmentID) (d agent.Delivery) {
	s.t.Helper()
	s.read(func(v agent.View) error {
		var found bool
		var err error
		if d, found, err = v.Delivery(id); err == nil && !found {
			s.t.Fatalf("there is no delivery of %s", id)
		}
		return err
	})
	return d
}

func (s *testShop) deliveries(count agent.CountID) (list []agent.Delivery) {
	s.t.Helper()
	s.read(func(v agent.View) (err error) {
		list, err = v.DeliveriesOf(count)
		return err
	})
	return list
}

// begin opens a count and a pass in a bin.
func (s *testShop) begin(bin agent.Bin) (agent.Count, agent.Pass) {
	s.t.Helper()
	count := ask[agent.Count](s, boss, "count.open", station.OpenCount{})
	return count, s.walk(count.ID, bin, 0)
}

func (s *testShop) walk(count agent.CountID, bin agent.Bin, round int64) agent.Pass {
	s.t.Helper()
	return ask[agent.Pass](s, clerk, "pass.open", station.OpenPass{Count: count, Bin: bin, Round: round})
}

// count types a quantity; every entry takes a minute.
func (s *testShop) count(pass agent.Pass, item agent.ItemID, bin agent.Bin, quantity int64) {
	s.t.Helper()
	s.clock.pass(time.Minute)
	ask[agent.Scan](s, clerk, "entry.set", station.SetEntry{Pass: pass.ID, Item: item, Bin: &bin, Quantity: quantity})
}

// counted is a closed count of everything: cola 7+4 of 12, crisps 5 of 5, soap 1 of 3.
func (s *testShop) counted() agent.CountID {
	s.t.Helper()
	count, pass := s.begin(binA)
	s.state()
	s.count(pass, cola, binA, 7)
	s.count(pass, crisps, binA, 5)
	s.count(pass, soap, binA, 1)
	s.count(pass, cola, binB, 4)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	return count.ID
}

func (s *testShop) review(count agent.CountID) map[agent.ItemID]agent.Variance {
	s.t.Helper()
	byItem := map[agent.ItemID]agent.Variance{}
	for _, v := range ask[[]agent.Variance](s, boss, "count.review", station.OneCount{Count: count}) {
		byItem[v.Item] = v
	}
	return byItem
}

// judged checks what a count says of an item now.
func (s *testShop) judged(count agent.CountID, item agent.ItemID, status agent.Status, lo, hi int64) agent.Variance {
	s.t.Helper()
	v := s.review(count)[item]
	if want := (agent.Interval{Lo: lo, Hi: hi}); v.Status != status || v.Variance != want {
		s.t.Errorf("%s is %s %+v, want %s %+v: %s", item, v.Status, v.Variance, status, want, v.Sentence)
	}
	return v
}

// approveOne approves the variance of an item.
func (s *testShop) approveOne(count agent.CountID, item agent.ItemID) agent.AdjustmentID {
	s.t.Helper()
	made := ask[station.Approved](s, boss, "count.approve", station.Approve{Count: count, Items: []station.ApprovedItem{{Item: item}}}).Adjustments
	if len(made) != 1 {
		s.t.Fatalf("%d adjustments were made", len(made))
	}
	return made[0].ID
}
