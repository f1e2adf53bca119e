package station_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

func (s *testShop) history(item string, before agent.Seq, limit int) station.History {
	s.t.Helper()
	return ask[station.History](s, boss, "item.history", station.HistoryOf{Item: item, Before: before, Limit: limit})
}

// What happened to an item is told in one list: counted, undone, sold, stated, asked
// for again, approved, with who, when and why.
func TestTheHistoryOfAnItem(t *testing.T) {
	f, count, _ := begun(t)
	f.hear(colaEAN, station.Counted)
	f.undo(f.last())
	f.enter(station.SetEntry{Pass: f.passes(count)[0].ID, Item: cola, Quantity: 7})
	f.put(event(agent.MovementsReceived, agent.MovementsFact{Movements: []agent.Movement{
		{Source: "till-2", SourceID: "1", Receipt: "R-1", Kind: agent.Sale, Item: cola, Location: here, Quantity: -2, Occurred: agent.Stamp{At: f.clock.Now().Add(-time.Hour)}},
		{Source: "till-2", SourceID: "2", Receipt: "R-1", Kind: agent.Sale, Item: soap, Location: here, Quantity: -1, Occurred: agent.Stamp{At: f.clock.Now()}},
	}}))
	h := f.history(colaEAN, 0, 0)
	var what []string
	for _, e := range h.Entries {
		what = append(what, e.What)
		if e.At.IsZero() || e.By == "" || e.Does == "" || e.Seq == 0 {
			t.Errorf("an entry that does not say when, who or what: %+v", e)
		}
	}
	if h.Item.ID != cola || h.Older != 0 || !slices.IsSortedFunc(h.Entries, func(a, b station.Told) int { return int(a.Seq - b.Seq) }) {
		t.Errorf("%+v", h)
	}
	for _, want := range []string{station.ToldCount, station.ToldScan, station.ToldUndone, station.ToldTyped, station.ToldMovement} {
		if !slices.Contains(what, want) {
			t.Errorf("no %s in %v", want, what)
		}
	}
	scan := h.Entries[slices.Index(what, station.ToldScan)]
	if !scan.Undone || *scan.Quantity != 1 || scan.Source == "" || scan.By == scan.Source || scan.Bin != binA || scan.Count != count {
		t.Errorf("the scan that was undone: %+v", scan)
	}
	if sale := h.Entries[slices.Index(what, station.ToldMovement)]; *sale.Quantity != -2 || sale.Source != "till-2" || sale.ID != "1" || sale.Why != "receipt R-1" || sale.Learned.IsZero() || !strings.Contains(sale.Does, "Sale of -2") {
		t.Errorf("the sale: %+v", sale)
	}
	for _, name := range []string{"C", "cola"} {
		if same := f.history(name, 0, 0); len(same.Entries) != len(h.Entries) {
			t.Errorf("by %q there are %d entries, not %d", name, len(same.Entries), len(h.Entries))
		}
	}
	if soaps := f.history("S", 0, 0); slices.ContainsFunc(soaps.Entries, func(e station.Told) bool { return e.What == station.ToldScan }) {
		t.Errorf("scans of cola told of soap: %+v", soaps.Entries)
	}
	f.refused("no_item", boss, "item.history", station.HistoryOf{Item: "c"})
	f.refused("no_item", boss, "item.history", station.HistoryOf{})
	f.refused("forbidden", clerk, "item.history", station.HistoryOf{Item: "C"})
}

// An approval is told with its reason and who gave it, and how it went on its way.
func TestTheHistoryTellsApprovals(t *testing.T) {
	s := openShop(t)
	count := s.counted()
	ready := s.review(count)[soap]
	s.approve(count, soap, "theft")
	judge := station.Options{Location: here, Feed: true}.Judge
	if r, err := s.queue.ReplayCount(t.Context(), count, judge); err != nil || !r.OK() || r.Variances != int64(len(s.review(count))) || r.Units == 0 {
		t.Errorf("made anew from the log: %+v, %v", r, err)
	}
	h := s.history("S", 0, 0)
	at := slices.IndexFunc(h.Entries, func(e station.Told) bool { return e.What == station.ToldApproval })
	if at < 0 {
		t.Fatalf("no approval: %+v", h.Entries)
	}
	if e := h.Entries[at]; *e.Quantity != ready.Variance.Lo || e.Why != "theft" || e.By != "boss" || e.Count != count || !strings.Contains(e.Does, ready.Sentence) {
		t.Errorf("%+v", e)
	}
	if !slices.ContainsFunc(h.Entries, func(e station.Told) bool { return e.What == station.ToldBook && *e.Quantity == 3 }) {
		t.Errorf("the shop's number is not told: %+v", h.Entries)
	}
	if !slices.ContainsFunc(h.Entries, func(e station.Told) bool { return e.Does == fmt.Sprintf("%s is closed.", count) && e.By != "" }) {
		t.Errorf("who closed the count is not told: %+v", h.Entries)
	}
}

// However long it is, nothing of a history is left out unsaid: page by page all of it
// can be had, although more comes meanwhile.
func TestAHistoryInPages(t *testing.T) {
	f, _, _ := begun(t)
	const many = 230
	for range many {
		f.hear(colaEAN, station.Counted)
	}
	all := f.history("C", 0, 1_000)
	var got []station.Told
	older := int64(-1)
	for before := agent.Seq(0); ; {
		part := f.history("C", before, 50)
		if older >= 0 && part.Older+50 < older {
			t.Errorf("%d older rows, then %d", older, part.Older)
		}
		got = slices.Concat(part.Entries, got)
		f.clock.pass(time.Second)
		f.hear(colaEAN, station.Counted)
		if older, before = part.Older, part.Next; older == 0 {
			break
		}
	}
	if len(got) != len(all.Entries) || got[0].Seq != all.Entries[0].Seq {
		t.Errorf("%d entries in pages, %d at once", len(got), len(all.Entries))
	}
}
