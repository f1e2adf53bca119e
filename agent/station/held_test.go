package station_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

const (
	soapCase  = "14006381333938"
	sharedEAN = "5901234123457" // of crisps and soap
)

// coded puts barcodes on the goods, and a case on the soap of which nobody knows the size.
func (s *testShop) coded() {
	s.t.Helper()
	items := stocked()
	items[1].Codes = []agent.Barcode{{Text: sharedEAN, Pack: 1}}
	items[2].Codes = []agent.Barcode{{Text: soapEAN, Pack: 1}, {Text: sharedEAN, Pack: 1}}
	s.stock(items...)
}

// reads has the gun read something a moment later.
func (s *testShop) reads(text string, flags agent.ScanFlag, want station.Heard) station.Ingested {
	s.t.Helper()
	s.clock.pass(time.Second)
	in, err := s.Ingest(s.t.Context(), agent.Read{Device: "gun", Raw: []byte(text), At: s.clock.Now(), Flags: flags})
	if err != nil || in.Heard != want {
		s.t.Fatalf("%q was %s, %v", text, in.Heard, err)
	}
	return in
}

// aimed opens a count that the gun walks, with two soaps scanned in A.
func (s *testShop) aimed() agent.Count {
	s.t.Helper()
	s.coded()
	count := ask[agent.Count](s, boss, "count.open", station.OpenCount{})
	ask[agent.Pass](s, clerk, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Device: "gun"})
	s.state()
	s.clock.pass(time.Minute)
	s.reads(soapEAN, 0, station.Counted)
	s.reads(soapEAN, 0, station.Counted)
	return count
}

// closed closes a count and waits until everything is known of it.
func (s *testShop) closed(count agent.CountID) {
	s.t.Helper()
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count})
	s.settle()
}

// heldBack checks that a line is not taken by an approval of all that is ready, says why,
// and can be approved by itself.
func (s *testShop) heldBack(count agent.CountID, item agent.ItemID, status agent.Status, says string) agent.Variance {
	s.t.Helper()
	v := s.review(count)[item]
	if v.Status != status || v.Held == "" || !strings.Contains(v.Sentence, says) {
		s.t.Errorf("%s, held %q: %s", v.Status, v.Held, v.Sentence)
	}
	made := ask[station.Approved](s, boss, "count.approve", station.Approve{Count: count, AllReady: true})
	if slices.ContainsFunc(made.Adjustments, func(a agent.Adjustment) bool { return a.Item == item }) {
		s.t.Errorf("all that is ready was approved, and %s among it", item)
	}
	s.refused("not_ready", boss, "count.approve", station.Approve{Count: count, Items: []station.ApprovedItem{{Item: item}}})
	return v
}

// chosen approves a line by itself.
func (s *testShop) chosen(count agent.CountID, item agent.ItemID, use int64) agent.Adjustment {
	s.t.Helper()
	made := ask[station.Approved](s, boss, "count.approve", station.Approve{Count: count, Items: []station.ApprovedItem{{Item: item, Use: &use}}})
	if len(made.Adjustments) != 1 || made.Adjustments[0].Variance != use {
		s.t.Fatalf("%+v", made)
	}
	return made.Adjustments[0]
}

func TestARecountUnderWayIsWaitedFor(t *testing.T) {
	s := openShop(t)
	count := s.aimed().ID
	s.closed(count)
	r := ask[agent.Recount](s, boss, "count.recount", station.AskRecount{Count: count, Items: []agent.ItemID{soap}})
	s.heldBack(count, soap, agent.Waiting, "Waiting for recount 1, which was asked for and is not entered yet.")
	again := ask[agent.Pass](s, clerk, "pass.open", station.OpenPass{Count: count, Bin: binA, Device: "gun", Round: r.Round})
	s.reads(soapEAN, 0, station.Counted)
	s.settle()
	s.heldBack(count, soap, agent.Waiting, "Waiting for recount 1, which is being entered: clerk in A.")
	s.reads(soapEAN, 0, station.Counted)
	s.reads(soapEAN, 0, station.Counted)
	ask[station.ClosedPass](s, clerk, "pass.close", station.ClosePass{Pass: again.ID})
	s.settle()
	s.judged(count, soap, agent.Matches, 0, 0)
}

func TestARecountThatNobodyBeginsCanBeDecidedByName(t *testing.T) {
	s := openShop(t)
	count := s.aimed().ID
	s.closed(count)
	ask[agent.Recount](s, boss, "count.recount", station.AskRecount{Count: count, Items: []agent.ItemID{soap}})
	s.heldBack(count, soap, agent.Waiting, "or approve -1 for this item by itself")
	s.chosen(count, soap, -1)
	s.judged(count, soap, agent.Settled, -1, -1)
}

// What was scanned and not counted speaks against a line until somebody says what it is.
func TestGoodsThatWereScannedAndNotCountedHoldALineBack(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		flags agent.ScanFlag
		heard station.Heard
		says  string
	}{
		"a case of unknown size":   {soapCase, 0, station.NoPack, "in A a pack or label of it was scanned, and it is not known how many that are"},
		"a scan that may be twice": {soapEAN, agent.Repeated, station.Twice, "in A a scan of it was kept aside because it may have come twice"},
		"which of two items":       {sharedEAN, 0, station.Several, "in A a barcode was scanned that several items have"},
	} {
		t.Run(name, func(t *testing.T) {
			s := openShop(t)
			count := s.aimed().ID
			kept := s.reads(c.text, c.flags, c.heard)
			s.closed(count)
			if v := s.heldBack(count, soap, agent.NeedsRecount, c.says); !slices.Equal(v.Aside, []agent.Seq{kept.Seq}) {
				t.Errorf("it names the scans %v, and %d was kept", v.Aside, kept.Seq)
			}
			made := s.chosen(count, soap, -1)
			if !slices.Equal(made.Despite, []agent.Seq{kept.Seq}) {
				t.Errorf("the approval was despite %v", made.Despite)
			}
			s.judged(count, soap, agent.Settled, -1, -1)
		})
	}
}

// Who typed how many there are, after the scan and in the same place, has said what it is.
func TestATypedQuantityAnswersWhatWasKept(t *testing.T) {
	s := openShop(t)
	count := s.aimed()
	kept := s.reads(soapCase, 0, station.NoPack)
	s.reads(sharedEAN, 0, station.Several)
	bin := binA
	ask[agent.Scan](s, clerk, "entry.set", station.SetEntry{Pass: kept.Scan.Pass, Item: soap, Bin: &bin, Quantity: 2})
	s.closed(count.ID)
	s.judged(count.ID, soap, agent.Ready, -1, -1)
}

func TestARecountAnswersWhatWasKeptBefore(t *testing.T) {
	s := openShop(t)
	count := s.aimed().ID
	s.reads(soapCase, 0, station.NoPack)
	s.closed(count)
	r := ask[agent.Recount](s, boss, "count.recount", station.AskRecount{Count: count, Items: []agent.ItemID{soap}})
	s.count(s.walk(count, binA, r.Round), soap, binA, 2)
	s.settle()
	s.judged(count, soap, agent.Ready, -1, -1)
}

// A barcode that is taught when its goods were approved already speaks against that.
func TestWhatIsTaughtAfterAnApprovalIsSaid(t *testing.T) {
	s := openShop(t)
	count := s.aimed().ID
	s.reads("96385074", 0, station.NotKnown)
	s.reads("96385074", 0, station.NotKnown)
	s.closed(count)
	s.approveOne(count, soap)
	ask[station.Teaching](s, boss, "catalog.teach", station.Teach{Text: "96385074", Item: soap, Pack: 1})
	v := s.heldBack(count, soap, agent.NeedsRecount, "-1 was approved. But in A it was scanned before its barcode was known: count the item again, or approve -1")
	if len(v.Aside) != 2 {
		t.Errorf("of two scans it names %v", v.Aside)
	}
	s.chosen(count, soap, -1)
	s.judged(count, soap, agent.Settled, -1, -1)
}

// Whoever scans on when the count is closed may not know it.
func TestWhatIsScannedAfterTheCloseIsSaid(t *testing.T) {
	s := openShop(t)
	count := s.aimed().ID
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count})
	s.reads(soapEAN, 0, station.NotOwned)
	s.settle()
	s.heldBack(count, soap, agent.NeedsRecount, "in A it was scanned when the count had been closed already")
	s.judged(count, crisps, agent.NotComplete, 0, 0)
}

// Two passes in one bin may have counted the same goods: what they add up to is not
// approved in passing where that would explain it.
func TestPassesThatMayHaveCountedTheSameGoods(t *testing.T) {
	s := openShop(t)
	count := s.aimed()
	second := s.walk(count.ID, binA, 0)
	s.count(second, soap, binA, 3)
	s.closed(count.ID)
	s.heldBack(count.ID, soap, agent.NeedsRecount, "in A 2 passes counted it, 2 and 3, perhaps the same goods")
	s.chosen(count.ID, soap, 2)
}

func TestASecondPassThatExplainsNothingHoldsNothingBack(t *testing.T) {
	s := openShop(t)
	count, first := s.begin(binA)
	s.state()
	s.count(first, crisps, binA, 3)
	s.count(s.walk(count.ID, binA, 0), crisps, binA, 1)
	s.closed(count.ID)
	s.judged(count.ID, crisps, agent.Ready, -1, -1)
}

func TestAllThatIsReadyGoesAlone(t *testing.T) {
	s := openShop(t)
	use := int64(-1)
	s.refused("bad_arguments", boss, "count.approve", station.Approve{Count: s.counted(), AllReady: true, Items: []station.ApprovedItem{{Item: soap, Use: &use}}})
}
