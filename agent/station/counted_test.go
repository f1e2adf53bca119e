package station_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

const soapEAN, colaEAN13 = "4006381333931", "5901234123457"

// barcoded gives soap and cola a barcode.
func (s *testShop) barcoded() {
	s.t.Helper()
	items := stocked()
	items[0].Codes = []agent.Barcode{{Text: colaEAN13, Pack: 1}}
	items[2].Codes = []agent.Barcode{{Text: soapEAN, Pack: 1}}
	s.stock(items...)
}

// badge gives somebody a badge and returns its code.
func (s *testShop) badge(of agent.PersonID) string {
	s.t.Helper()
	yes := true
	return ask[station.WithBadge](s, chief, "people.change", station.ChangePerson{Person: of, Badge: &yes}).Code
}

// judge closes a count, and checks that Eva may not approve what was counted of soap.
func (s *testShop) notEvas(count agent.Count) {
	s.t.Helper()
	if count.State == agent.CountOpen {
		ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	}
	s.settle()
	s.refused("own_count", eva, "count.approve", approving(count, soap))
}

// Who undoes decides what is left: three were there, and one counts.
func TestWhoUndidWhatOthersCountedDoesNotApprove(t *testing.T) {
	s := openShop(t)
	s.barcoded()
	count, _ := s.checked()
	ask[agent.Pass](s, anna, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Device: "gun"})
	last := s.scans(nil, soapEAN, soapEAN, soapEAN).Seq
	ask[agent.Scan](s, eva, "entry.void", station.VoidEntry{Seq: last})
	ask[agent.Scan](s, anna, "entry.void", station.VoidEntry{Seq: last - 1}) // her own
	s.notEvas(count)
	ask[station.Approved](s, paul, "count.approve", approving(count, soap))
}

// Nor in a walk of which nothing is left.
func TestWhoUndidAWholeWalkDoesNotApprove(t *testing.T) {
	s := openShop(t)
	s.barcoded()
	count, pass := s.checked()
	ask[agent.Pass](s, anna, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Device: "gun"})
	ask[agent.Scan](s, eva, "entry.void", station.VoidEntry{Seq: s.scans(nil, soapEAN).Seq})
	s.enter(paul, pass, soap, binA, 2)
	s.notEvas(count)
}

// Who counted first has no hand in the recount: not by undoing, not with a scanner's
// command, not from a browser that nobody signed in at, not by a scan that others take in.
func TestWhoCountedFirstHasNoHandInTheRecount(t *testing.T) {
	s := openShop(t)
	s.barcoded()
	count, pass := s.checked()
	badge := s.badge("Eva")
	s.enter(eva, pass, soap, binA, 1)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	r := ask[agent.Recount](s, boss, "count.recount", station.AskRecount{Count: count.ID, Items: []agent.ItemID{soap}})
	again := ask[agent.Pass](s, anna, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Device: "gun", Round: r.Round})
	last := s.scans(nil, soapEAN, soapEAN)
	s.refused("own_recount", eva, "entry.void", station.VoidEntry{Seq: last.Seq})
	s.refused("sign_in_first", boss, "entry.void", station.VoidEntry{Seq: last.Seq})
	s.refused("sign_in_first", boss, "entry.set", station.SetEntry{Pass: again.ID, Item: soap, Quantity: 1})
	in, err := s.Ingest(t.Context(), agent.Read{Device: "gun", Raw: []byte(badge), At: s.clock.Now()})
	if err != nil || in.Heard != station.Greeted {
		t.Fatal(in.Heard, err)
	}
	s.scans(map[string]station.Heard{"SH.C.UNDO": station.OwnRecount, soapEAN: station.OwnRecount, "73513537": station.NotKnown}, "SH.C.UNDO", soapEAN, "73513537")
	taught := ask[station.Teaching](s, paul, "catalog.teach", station.Teach{Text: "73513537", Item: soap, Pack: 1})
	if len(taught.Entries) != 0 || len(taught.Left) != 1 || !strings.Contains(taught.Left[0].Why, "counted the item first") {
		t.Errorf("taught afterwards: %+v", taught.Backward)
	}
	if got := ask[station.ClosedPass](s, boss, "pass.close", station.ClosePass{Pass: again.ID, Uncounted: agent.ZeroUncounted}); got.Zeroed != 0 {
		t.Errorf("%d items are confirmed to be gone", got.Zeroed)
	}
}

// What is said of a scan afterwards makes nobody else count it.
func TestWhatIsTaughtTakenInOrWidenedIsCountedByWhoScannedIt(t *testing.T) {
	for name, c := range map[string]struct {
		code, heard string
		scope       []agent.ItemID
		flags       agent.ScanFlag
		then        func(*testShop, agent.Count, agent.Seq)
		helps       bool // who did that may approve
	}{
		"taught": {code: "73513537", heard: "unknown", helps: true, then: func(s *testShop, _ agent.Count, _ agent.Seq) {
			ask[station.Teaching](s, paul, "catalog.teach", station.Teach{Text: "73513537", Item: soap, Pack: 1})
		}},
		"taken in": {code: soapEAN, heard: "repeated", flags: agent.Repeated, then: func(s *testShop, _ agent.Count, seq agent.Seq) {
			ask[[]agent.Scan](s, paul, "scan.accept", station.AcceptScans{Seq: seq})
		}},
		"widened": {code: soapEAN, heard: "not asked", scope: []agent.ItemID{cola}, helps: true, then: func(s *testShop, count agent.Count, _ agent.Seq) {
			ask[station.WidenedCount](s, paul, "count.widen", station.WidenCount{Count: count.ID, Items: []agent.ItemID{soap}})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := openShop(t)
			s.barcoded()
			s.checked()
			policy := agent.Policy{BasketTime: basket, VerifyByOther: true, ApproveByOther: true}
			count := ask[agent.Count](s, boss, "count.open", station.OpenCount{Policy: &policy, Scope: station.OpenScope{Items: c.scope}})
			ask[agent.Pass](s, eva, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Device: "gun"})
			s.clock.pass(time.Minute)
			in, err := s.Ingest(t.Context(), agent.Read{Device: "gun", Raw: []byte(c.code), At: s.clock.Now(), Flags: c.flags})
			if err != nil || string(in.Heard) != c.heard {
				t.Fatal(in.Heard, err)
			}
			c.then(s, count, in.Seq)
			s.notEvas(count)
			if _, err := s.try(paul, "count.approve", approving(count, soap)); (err == nil) != c.helps {
				t.Errorf("Paul, who only said what it is: %v", err)
			}
			f := ask[station.Figures](s, boss, "count.metrics", station.OneCount{Count: count.ID})
			if len(f.Speeds) != 1 || f.Speeds[0].Counter != "Eva" || f.Speeds[0].Lines != 1 {
				t.Errorf("the figures say %+v", f.Speeds)
			}
		})
	}
}

// What is scanned into a page is of whoever has signed in there, whoever began the walk
// and whatever badge is held in front of it.
func TestAPagesScansAreOfWhoSignedInThere(t *testing.T) {
	s := openShop(t)
	s.barcoded()
	count, _ := s.checked()
	ask[agent.Pass](s, anna, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Device: station.PageDevice(eva.Origin)})
	badge := s.badge("Anna")
	if got := ask[station.PageScan](s, eva, "scan.read", station.ReadScan{Raw: badge}); got.Heard != station.NotStock {
		t.Errorf("Anna's badge at Eva's page is %s", got.Heard)
	}
	s.clock.pass(time.Minute)
	if got := ask[station.PageScan](s, eva, "scan.read", station.ReadScan{Raw: soapEAN}); got.Heard != station.Counted {
		t.Fatal(got)
	}
	unsigned := agent.Caller{Actor: agent.Actor{Kind: agent.BrowserActor, ID: "office"}, Role: agent.Counter, Origin: eva.Origin}
	if got := ask[station.PageScan](s, unsigned, "scan.read", station.ReadScan{Raw: soapEAN}); got.Heard != station.NotSigned {
		t.Errorf("with nobody signed in it is %s", got.Heard)
	}
	s.notEvas(count)
}

// Whoever walked along a shelf counted what is said to be gone from it, whoever says it.
func TestWhoWalkedCountedTheZeros(t *testing.T) {
	for name, end := range map[string]func(*testShop, agent.Count){
		"closing": func(s *testShop, count agent.Count) {
			ask[station.ClosedCount](s, paul, "count.close", station.CloseCount{Count: count.ID, Uncounted: agent.ZeroUncounted})
		},
		"deciding for the zone": func(s *testShop, count agent.Count) {
			ask[station.SettledZone](s, paul, "zone.settle", station.SettleZone{
				UncountedOf: station.UncountedOf{Count: count.ID, Zone: "shop"}, Anyway: true,
				Decisions: []agent.DecidedUncounted{{Item: soap, Bin: binA, As: agent.ZeroUncounted}},
			})
			ask[station.ClosedCount](s, paul, "count.close", station.CloseCount{Count: count.ID})
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := openShop(t)
			s.barcoded()
			count, _ := s.checked()
			ask[agent.Pass](s, eva, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Device: "gun"})
			s.scans(nil, colaEAN13)
			end(s, count)
			count.State = agent.CountClosed
			s.notEvas(count)
		})
	}
}

// After the shift for which a badge was scanned nobody knows who holds the scanner; that
// the clock is set says nothing of that.
func TestABadgeHoldsForAShiftHoweverTheClockIsSet(t *testing.T) {
	s := openShop(t)
	s.barcoded()
	count, _ := s.checked()
	badge := s.badge("Eva")
	ask[agent.Pass](s, anna, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Device: "gun"})
	s.scans(nil, badge)
	s.clock.pass(-time.Hour)
	s.put(event(agent.ClockStepped, agent.ClockFact{By: -time.Hour}))
	if in := s.scans(nil, soapEAN); in.Scan.Actor.ID != "Eva" {
		t.Errorf("after the clock was set back it is of %v", in.Scan.Actor)
	}
	s.clock.pass(12 * time.Hour)
	s.scans(map[string]station.Heard{soapEAN: station.NotSigned}, soapEAN)
	s.notEvas(count)
}

// Somebody who walks with a scanner does not count somewhere else all at once.
func TestAScannerIsNotTakenFromWhoWalksWithIt(t *testing.T) {
	s := openShop(t)
	s.barcoded()
	one := ask[agent.Count](s, boss, "count.open", station.OpenCount{Name: "One"})
	two := ask[agent.Count](s, boss, "count.open", station.OpenCount{Name: "Two"})
	first := ask[agent.Pass](s, clerk, "pass.open", station.OpenPass{Count: one.ID, Bin: binA, Device: "gun"})
	s.scans(nil, soapEAN)
	wanted := station.OpenPass{Count: two.ID, Bin: binB, Device: "gun"}
	_, err := s.try(boss, "pass.open", wanted)
	var e *agent.Error
	if !errors.As(err, &e) || e.Code != "scanner_in_use" || !strings.Contains(e.What, "clerk") || !strings.Contains(e.What, `A of "One"`) {
		t.Errorf("it is refused with %v", err)
	}
	if in := s.scans(nil, soapEAN); in.Scan.Pass != first.ID {
		t.Errorf("the scan goes into %s", in.Scan.Pass)
	}
	wanted.Take = true
	opened := ask[station.OpenedPass](s, boss, "pass.open", wanted)
	if opened.From == nil || opened.From.ID != first.ID {
		t.Errorf("taken from %+v", opened.From)
	}
	s.clock.pass(time.Hour)
	if opened := ask[station.OpenedPass](s, clerk, "pass.open", station.OpenPass{Count: one.ID, Bin: binA, Device: "gun"}); opened.From == nil {
		t.Error("it is not said that the scanner was in another pass, an hour ago")
	}
	s.refused("other_page", clerk, "pass.open", station.OpenPass{Count: one.ID, Bin: binA, Device: station.PageDevice(boss.Origin)})
	ask[agent.Pass](s, boss, "pass.open", station.OpenPass{Count: one.ID, Bin: binA, Device: station.PageDevice(boss.Origin)})
}

// Who counts undoes what is theirs, and what is being counted together.
func TestUndoIsOfOnesOwnWork(t *testing.T) {
	s := openShop(t)
	s.barcoded()
	s.checked()
	count := ask[agent.Count](s, boss, "count.open", station.OpenCount{})
	pass := ask[agent.Pass](s, eva, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Device: "gun"})
	s.scans(nil, soapEAN)
	typed := s.enter(paul, pass, crisps, binA, 5)
	if in := s.scans(map[string]station.Heard{"SH.C.UNDO": station.Undone}, "SH.C.UNDO"); in.Scan.Item != soap {
		t.Errorf("who holds the scanner undid what Paul typed: %s", in.Scan.Item)
	}
	mine := s.enter(anna, pass, cola, binA, 5)
	ask[station.ClosedPass](s, eva, "pass.close", station.ClosePass{Pass: pass.ID})
	s.refused("not_yours", anna, "entry.void", station.VoidEntry{Seq: typed.Seq})
	ask[agent.Scan](s, anna, "entry.void", station.VoidEntry{Seq: mine.Seq})
	ask[agent.Scan](s, eva, "entry.void", station.VoidEntry{Seq: typed.Seq}) // she manages
}

// The figures are of who scanned, not of who began the walk at a desk.
func TestFiguresAreOfWhoScanned(t *testing.T) {
	s := openShop(t)
	s.barcoded()
	count, _ := s.checked()
	walk := ask[agent.Pass](s, boss, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Device: "gun"})
	s.scans(nil, s.badge("Anna"), soapEAN, soapEAN, soapEAN)
	s.enter(paul, walk, crisps, binA, 5)
	f := ask[station.Figures](s, boss, "count.metrics", station.OneCount{Count: count.ID})
	var said []string
	for _, speed := range f.Speeds {
		said = append(said, speed.Counter)
		if want := map[string]int64{"Anna": 3, "Paul": 5}[speed.Counter]; speed.Units != want || speed.Lines != 1 {
			t.Errorf("%+v, want %d units", speed, want)
		}
	}
	if !slices.Equal(said, []string{"Anna", "Paul"}) {
		t.Errorf("counted by %v", said)
	}
}

// However a badge is read, nobody can print it from the log.
func TestASecretOfABadgeIsIllegibleWhateverElseWasRead(t *testing.T) {
	s := openShop(t)
	badge := ask[station.WithBadge](s, chief, "people.add", station.AddPerson{Name: "Anna", Badge: true}).Code
	s.begin(binA)
	for _, raw := range []string{badge + badge, soapEAN + badge, badge + soapEAN, " " + badge, strings.ToLower(badge), "\x02" + badge + "\x03", badge + "\x1d", badge[:len(badge)-2]} {
		in, err := s.Ingest(t.Context(), agent.Read{Device: "gun", Raw: []byte(raw), At: s.clock.Now()})
		kept := strings.ToUpper(string(in.Scan.Raw) + in.Scan.Code.Text + in.Scan.Code.Key + in.Scan.Code.Value)
		if err != nil || strings.Contains(kept, badge[5:15]) {
			t.Errorf("%q is %s: %q %v", raw, in.Heard, kept, err)
		}
	}
}

// An id of a command that was used for something else is no repeat of it.
func TestTheIDOfAnotherCommandIsRefused(t *testing.T) {
	s := openShop(t)
	_, pass := s.begin(binA)
	for range 2 {
		if _, err := s.tryAs(clerk, "same", "pass.move", station.MovePass{Pass: pass.ID, Bin: binA}); err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.tryAs(clerk, "same", "entry.set", station.SetEntry{Pass: pass.ID, Item: soap, Quantity: 2})
	if agent.AsError(err).Code != "command_id" {
		t.Errorf("a quantity with the number of another command: %v", err)
	}
}

// Who verifies is not told what is verified.
func TestWhoCountsOnceMoreIsNotToldTheFirstNumber(t *testing.T) {
	s := openShop(t)
	count, pass := s.checked()
	s.enter(eva, pass, soap, binA, 1)
	s.enter(eva, pass, crisps, binA, 4)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	r := ask[agent.Recount](s, boss, "count.recount", station.AskRecount{Count: count.ID, Items: []agent.ItemID{soap}})
	again := ask[agent.Pass](s, anna, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Round: r.Round})
	told := func(who agent.Caller, item agent.ItemID) (rounds []int64) {
		got := ask[station.ItemScans](s, who, "count.scans", station.ScansOf{Count: count.ID, Item: item})
		if int(got.Total) != len(got.Scans) {
			t.Errorf("%d of %d", len(got.Scans), got.Total)
		}
		for _, scan := range got.Scans {
			rounds = append(rounds, scan.Round)
		}
		return rounds
	}
	s.enter(anna, again, soap, binA, 2)
	if got := told(anna, soap); !slices.Equal(got, []int64{r.Round}) {
		t.Errorf("Anna is told of the rounds %v", got)
	}
	if got := told(eva, soap); len(got) != 2 {
		t.Errorf("Eva, who manages, is told of the rounds %v", got)
	}
	if got := told(anna, crisps); len(got) != 1 {
		t.Errorf("of what nobody counts again Anna is told of the rounds %v", got)
	}
}

// Everything that shows a scan says who made it, and who said later what it is.
func TestAScanIsShownWithWhoMadeIt(t *testing.T) {
	s := openShop(t)
	count := ask[agent.Count](s, boss, "count.open", station.OpenCount{})
	ask[agent.Pass](s, eva, "pass.open", station.OpenPass{Count: count.ID, Bin: binA, Device: "gun"})
	s.scans(map[string]station.Heard{soapEAN: station.NotKnown}, soapEAN)
	ask[station.Teaching](s, paul, "catalog.teach", station.Teach{Text: soapEAN, Item: soap, Pack: 1})
	scans := ask[station.ItemScans](s, boss, "count.scans", station.ScansOf{Count: count.ID, Item: soap}).Scans
	if len(scans) != 1 || scans[0].By != eva.Actor || scans[0].Later == nil || *scans[0].Later != paul.Actor {
		t.Errorf("shown as %+v", scans)
	}
	for _, told := range ask[station.History](s, boss, "item.history", station.HistoryOf{Item: "S"}).Entries {
		if told.What == station.ToldScan && (told.By != "Eva" || told.Source != "gun" || !strings.Contains(told.Why, "Paul")) {
			t.Errorf("the history says %+v", told)
		}
	}
}
