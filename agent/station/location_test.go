package station_test

import (
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// Whoever sets the agent to another shop while somebody counts books nothing there:
// what was scanned, judged and approved stays where the count was opened.
func TestACountStaysAtTheLocationItWasOpenedFor(t *testing.T) {
	const there agent.LocationID = "there"
	s := openShop(t)
	s.labelled()
	count, pass := s.scoped(station.OpenScope{}, binA)
	s.state()
	before := s.scan("S")
	var err error
	if s.Station, err = station.Start(t.Context(), s.queue, s.clock, agent.RunFact{Version: "test"}, station.Options{Location: there, Feed: true}); err != nil {
		t.Fatal(err)
	}
	after := s.scan("S")
	if before.Heard != station.Counted || after.Heard != station.Counted || after.Scan.Pass != pass.ID || after.Scan.Count != count.ID {
		t.Fatalf("%+v and then %+v", before, after)
	}
	s.put(event(agent.BookStated, agent.BookFact{Books: []agent.Book{{
		Item: soap, Location: there, OnHand: 70, Tracked: true, Stocked: true, Stated: s.clock.Now().Add(time.Hour), Tick: time.Second, At: agent.Stamp{At: s.clock.Now()},
	}}}))
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.clock.pass(basket)
	s.settle()
	if v := s.judged(count.ID, soap, agent.Ready, -1, -1); v.Location != here || v.Expected != agent.Exactly(3) {
		t.Errorf("it is judged at %s: %s", v.Location, v.Sentence)
	}
	if d := s.delivery(s.approveOne(count.ID, soap)); d.Adjustment.Location != here || d.Adjustment.Book.Location != here || d.Adjustment.Variance != -1 {
		t.Errorf("it would be booked as %+v", d.Adjustment)
	}
	if next := ask[agent.Count](s, boss, "count.open", station.OpenCount{}); next.Location != there {
		t.Errorf("the next count is of %s", next.Location)
	}
}

// A count of another place would wait for ever: nobody tells this agent of it.
func TestACountIsOfWhereTheAgentIs(t *testing.T) {
	openShop(t).refused("bad_location", boss, "count.open", station.OpenCount{Location: "there"})
}
