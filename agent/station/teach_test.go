package station_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

const newcomer = "5901234123457" // no item of the tests has it

func (f *floor) teach(text string, item agent.ItemID, pack int64) station.Teaching {
	f.t.Helper()
	f.clock.pass(time.Minute)
	return ask[station.Teaching](f.testShop, boss, "catalog.teach", station.Teach{Text: text, Item: item, Pack: pack})
}

func (f *floor) forget(text string) station.Forgotten {
	f.t.Helper()
	for {
		f.clock.pass(time.Minute)
		if got := ask[station.Forgotten](f.testShop, boss, "catalog.forget", station.Forget{Text: text}); got.More == 0 {
			return got
		}
	}
}

// Many scans are undone in parts, so that no scan waits for all of them. The barcode is
// forgotten with the last part.
func TestManyScansAreForgottenInParts(t *testing.T) {
	f, count, _ := begun(t)
	for range 60 {
		f.hear(newcomer, station.NotKnown)
	}
	f.teach(newcomer, soap, 1)
	got := ask[station.Forgotten](f.testShop, boss, "catalog.forget", station.Forget{Text: newcomer})
	if got.Undone[0].Scans+got.More != 60 || got.More == 0 {
		t.Errorf("%+v", got)
	}
	f.holds(count, soap, binA, got.More)
	f.forget(newcomer)
	f.hear(newcomer, station.NotKnown)
	if left := f.unknownCodes(); left[0].Times != 61 {
		t.Errorf("%+v", left)
	}
	f.replays()
}

func (f *floor) unknownCodes() []station.UnknownCode {
	f.t.Helper()
	return ask[station.UnknownList](f.testShop, clerk, "unknown.list", station.ListUnknown{}).Codes
}

// A barcode that no item has is kept. Once somebody says that it is a case of 12, its
// scans count, each at its own time, and the next one counts by itself.
func TestATaughtCaseCountsBackwardsAndFromThenOn(t *testing.T) {
	f, count, pass := begun(t)
	f.hear(newcomer, station.NotKnown)
	at := f.clock.Now()
	f.hear(newcomer, station.NotKnown)
	notes := f.tally(count)
	f.restart()
	taught := f.teach(newcomer, cola, 12)
	f.holds(count, cola, binA, 24)
	if got := taught.Counted; len(got) != 1 || got[0].Scans != 2 || got[0].Units != 24 || got[0].Count != count || len(taught.Left) > 0 || taught.More > 0 {
		t.Fatalf("%+v", taught)
	}
	entry := f.stored(taught.Entries[0])
	if entry.Op != agent.Add || entry.Quantity != 12 || entry.Pass != pass || entry.Bin != binA || entry.Actor != boss.Actor || !entry.Read.At.Equal(at) {
		t.Errorf("%+v", entry)
	}
	if got := f.tally(count); got.Entries != notes.Entries || got.Noted != 0 || got.Unknown != 0 || got.Voided != 0 || got.Units != 24 {
		t.Errorf("%+v", got)
	}
	f.restart()
	f.hear(newcomer, station.Counted)
	f.holds(count, cola, binA, 36)
	if left := f.unknownCodes(); len(left) > 0 {
		t.Errorf("it is known and shown as unknown: %+v", left)
	}
	f.replays()
}

func TestTeachingTheSameTwiceIsHarmless(t *testing.T) {
	f, count, _ := begun(t)
	f.hear(newcomer, station.NotKnown)
	args := station.Teach{Text: newcomer, Item: cola, Pack: 12}
	for range 2 { // the same command, since its answer was lost
		got, err := f.tryAs(boss, "once", "catalog.teach", args)
		if err != nil || decoded[station.Teaching](t, got).Entries[0] == 0 {
			t.Fatal(got, err)
		}
	}
	head := f.head()
	again := f.teach(newcomer, cola, 12)
	if !again.Known || len(again.Counted) > 0 || f.head() != head {
		t.Errorf("%+v, and the log went from %d to %d", again, head, f.head())
	}
	f.holds(count, cola, binA, 12)
	f.replays()
}

// Each of the entries can be undone, and then teaching the same counts it again.
func TestWhatTeachingCountedCanBeUndone(t *testing.T) {
	f, count, _ := begun(t)
	f.hear(newcomer, station.NotKnown)
	f.hear(newcomer, station.NotKnown)
	entries := f.teach(newcomer, soap, 3).Entries
	f.undo(entries[0])
	f.holds(count, soap, binA, 3)
	if left := f.unknownCodes(); len(left) != 1 || left[0].Times != 1 || left[0].Known == nil || left[0].Known.Item != soap {
		t.Errorf("%+v", left)
	}
	f.teach(newcomer, soap, 3)
	f.holds(count, soap, binA, 6)
	f.replays()
}

// Forgetting takes back the barcode and what teaching it had counted; what was scanned
// since then was counted while somebody looked, and is told.
func TestForgettingUndoesTheTeaching(t *testing.T) {
	f, count, _ := begun(t)
	f.hear(newcomer, station.NotKnown)
	before := f.tally(count)
	f.teach(newcomer, cola, 12)
	f.hear(newcomer, station.Counted)
	f.restart()
	var got station.Forgotten
	for range 2 { // the same command, since its answer was lost
		answer, err := f.tryAs(boss, "once", "catalog.forget", station.Forget{Text: newcomer})
		if err != nil {
			t.Fatal(err)
		}
		got = decoded[station.Forgotten](t, answer)
	}
	if len(got.Undone) != 1 || got.Undone[0].Units != 12 || len(got.Left) != 1 || got.Left[0].Scans != 1 || !strings.Contains(got.Left[0].Why, "undo it in the count") {
		t.Errorf("%+v", got)
	}
	f.holds(count, cola, binA, 12)
	if now := f.tally(count); now.Noted != before.Noted || now.Unknown != before.Unknown {
		t.Errorf("%+v, and it was %+v", now, before)
	}
	f.hear(newcomer, station.NotKnown)
	f.refused("not_taught", boss, "catalog.forget", station.Forget{Text: newcomer})
	f.teach(newcomer, soap, 1) // it was the wrong item
	f.holds(count, soap, binA, 2)
	f.replays()
}

// A case whose number is known, but not how many are in it, is taught in the same way,
// also where the catalogue has it as a single piece.
func TestTheSizeOfACaseIsTaught(t *testing.T) {
	each := check("400638133393")
	cases := check("1" + "400638133393")
	for name, c := range map[string]struct {
		flags agent.ScanFlag
		codes []agent.Barcode
	}{
		"a case that the catalogue does not have":      {agent.Unknown | agent.PackUnknown, []agent.Barcode{{Text: each, Pack: 1}}},
		"a case that the catalogue has without a pack": {agent.PackUnknown, []agent.Barcode{{Text: each, Pack: 1}, {Text: cases, Pack: 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			f, count := openShelf(t, station.Options{})
			f.put1(agent.Item{ID: cola, SKU: "C", Name: "Cola", Tracked: true, Codes: c.codes}, agent.Item{ID: soap, SKU: "S", Name: "Soap"})
			f.keeps(cases, station.NoPack, c.flags)
			if seen := f.unknownCodes(); len(seen) != 1 || seen[0].Case == nil || seen[0].Case.Item != cola {
				t.Fatalf("%+v", seen)
			}
			f.teach(cases, cola, 24)
			f.holds(count, cola, "", 24)
			f.counts(cases, string(cola), 24)
			f.forget(cases)
			f.keeps(cases, station.NoPack, c.flags)
			f.replays()
		})
	}
}

// What differs from piece to piece is left out: one lesson is enough for every lot.
func TestAllLotsOfAnItemAreTaughtAtOnce(t *testing.T) {
	f, count, _ := begun(t)
	code := func(lot string) string { return "]C101" + check("0590123412345") + "10" + lot }
	f.hear(code("L1"), station.NotKnown)
	f.hear(code("L2"), station.NotKnown)
	seen := f.unknownCodes()
	if len(seen) != 1 || seen[0].Times != 2 {
		t.Fatalf("%+v", seen)
	}
	f.teach(seen[0].Text, cola, 1)
	f.holds(count, cola, binA, 2)
	f.hear(code("L3"), station.Counted)
	f.hear(newcomer, station.Counted) // the same number without a lot
	f.replays()
}

// One piece counts once, however often its serial number was scanned before anybody
// knew what it was.
func TestASerialNumberIsCountedBackwardsOnce(t *testing.T) {
	f, count, _ := begun(t)
	code := func(serial string) string { return "]C101" + check("0590123412345") + "21" + serial }
	for _, serial := range []string{"A", "B", "A"} {
		f.hear(code(serial), station.NotKnown)
	}
	taught := f.teach(newcomer, soap, 1)
	f.holds(count, soap, binA, 2)
	if len(taught.Left) != 1 || taught.Left[0].Scans != 1 || !strings.Contains(taught.Left[0].Why, "serial number") {
		t.Errorf("%+v", taught.Left)
	}
	f.replays()
}

// What was said before a scan holds for it when it counts.
func TestAMultiplierCountsWithTheScanThatItWasSaidOf(t *testing.T) {
	f, count, _ := begun(t)
	f.hear("SH.C.X5", station.Awaits)
	f.hear(newcomer, station.NotKnown)
	f.teach(newcomer, cola, 2)
	f.holds(count, cola, binA, 10)
}

// What was decided since a scan may hold it already: then it stays as it is, and the
// answer says why.
func TestScansAreLeftWhereSomethingWasDecidedSince(t *testing.T) {
	f, count, pass := begun(t)
	left := func(t *testing.T, taught station.Teaching, why string) {
		t.Helper()
		if len(taught.Left) != 1 || taught.Left[0].Scans != 1 || !strings.Contains(taught.Left[0].Why, why) {
			t.Errorf("%+v, want %q", taught, why)
		}
	}
	f.hear("NEW-1", station.NotKnown)
	f.enter(station.SetEntry{Pass: pass, Item: crisps, Quantity: 7})
	f.hear("NEW-1", station.NotKnown)
	taught := f.teach("NEW-1", crisps, 1)
	left(t, taught, "a quantity was typed")
	f.holds(count, crisps, binA, 8)
	f.hear("NEW-2", station.NotKnown)
	f.hearFlagged("NEW-2", agent.Repeated, station.NotKnown)
	left(t, f.teach("NEW-2", soap, 1), "may have come twice")
	f.holds(count, soap, binA, 1)

	f.hear("NEW-3", station.NotKnown)
	f.hear("NEW-4", station.NotKnown)
	ask[agent.Count](f.testShop, boss, "count.close", station.CloseCount{Count: count})
	f.teach("NEW-3", soap, 1) // nothing was decided yet
	f.holds(count, soap, binA, 2)
	ask[agent.Recount](f.testShop, boss, "count.recount", station.AskRecount{Count: count, Items: []agent.ItemID{cola}})
	left(t, f.teach("NEW-4", cola, 1), "counted once more")
	ask[agent.Count](f.testShop, boss, "count.cancel", station.OneCount{Count: count})
	f.replays()
}

// A pass may say of everything that it did not count that it is gone, while goods lay
// there that nobody knew. Those count.
func TestAZeroForTheWholePassDoesNotHideWhatWasNotKnown(t *testing.T) {
	f, count, pass := begun(t)
	f.hear(newcomer, station.NotKnown)
	ask[any](f.testShop, clerk, "pass.close", map[string]any{"pass": pass, "uncounted": "zero"})
	f.holds(count, crisps, binA, 0)
	f.teach(newcomer, crisps, 6)
	f.holds(count, crisps, binA, 6)
	f.replays()
}

func TestScansOfCountsThatAreDoneAreOnlyTold(t *testing.T) {
	s := openShop(t)
	s.stock(append(stocked(), agent.Item{ID: "other", SKU: "O", Name: "Other"})...)
	count := ask[agent.Count](s, boss, "count.open", station.OpenCount{Name: "Monday"})
	ask[agent.Pass](s, clerk, "pass.open", station.OpenPass{Count: count.ID, Zone: "shop", Bin: binA, Device: gun})
	if _, err := s.Ingest(t.Context(), agent.Read{Device: gun, Sequence: 1, Raw: []byte(newcomer), At: s.clock.Now()}); err != nil {
		t.Fatal(err)
	}
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	ask[agent.Count](s, boss, "count.finish", station.FinishCount{Count: count.ID, LeaveUndecided: true})
	taught := ask[station.Teaching](s, boss, "catalog.teach", station.Teach{Text: newcomer, Item: cola, Pack: 12})
	if len(taught.Counted) > 0 || len(taught.Left) != 1 || taught.Left[0].Name != "Monday" || taught.Left[0].Why != "the count is done" {
		t.Errorf("%+v", taught)
	}
}

// An item that was approved is not changed under whoever approved it.
func TestAnApprovedItemIsLeft(t *testing.T) {
	s := openShop(t)
	s.state()
	count := ask[agent.Count](s, boss, "count.open", station.OpenCount{Name: "Monday"})
	pass := ask[agent.Pass](s, clerk, "pass.open", station.OpenPass{Count: count.ID, Zone: "shop", Bin: binA, Device: gun})
	if _, err := s.Ingest(t.Context(), agent.Read{Device: gun, Sequence: 1, Raw: []byte(newcomer), At: s.clock.Now()}); err != nil {
		t.Fatal(err)
	}
	s.count(pass, soap, binA, 1)
	ask[agent.Count](s, boss, "count.close", station.CloseCount{Count: count.ID})
	s.settle()
	s.approveOne(count.ID, soap)
	taught := ask[station.Teaching](s, boss, "catalog.teach", station.Teach{Text: newcomer, Item: soap, Pack: 1})
	if len(taught.Counted) > 0 || len(taught.Left) != 1 || !strings.Contains(taught.Left[0].Why, "approved") {
		t.Errorf("%+v", taught)
	}
}

func TestWhatCannotBeTaughtIsRefusedWithASentence(t *testing.T) {
	f, _, _ := begun(t)
	f.teach(newcomer, cola, 12)
	head := f.head()
	for name, c := range map[string]struct {
		code string
		args any
	}{
		"no text":                        {"no_text", station.Teach{Text: " ", Item: cola, Pack: 1}},
		"no item":                        {"no_item", station.Teach{Text: "NEW", Pack: 1}},
		"an item that does not exist":    {"no_item", station.Teach{Text: "NEW", Item: "nothing", Pack: 1}},
		"an item by an unknown barcode":  {"no_item", station.Teach{Text: "NEW", Of: "96385081", Pack: 1}},
		"an item by a shared barcode":    {"ambiguous_item", station.Teach{Text: "NEW", Of: "SHARED", Pack: 1}},
		"no pack":                        {"bad_pack", station.Teach{Text: "NEW", Item: cola}},
		"a pack of -1":                   {"bad_pack", station.Teach{Text: "NEW", Item: cola, Pack: -1}},
		"a pack of a billion":            {"bad_pack", station.Teach{Text: "NEW", Item: cola, Pack: 1e9}},
		"a pack that is no number":       {"bad_arguments", json.RawMessage(`{"text":"NEW","item":"cola","pack":"12"}`)},
		"half a pack":                    {"bad_arguments", json.RawMessage(`{"text":"NEW","item":"cola","pack":0.5}`)},
		"a command":                      {"not_article", station.Teach{Text: "SH.C.UNDO", Item: cola, Pack: 1}},
		"a badge":                        {"not_article", station.Teach{Text: "SH.P.boss", Item: cola, Pack: 1}},
		"a bin's label":                  {"bin_label", station.Teach{Text: "BIN-A", Item: cola, Pack: 1}},
		"a bin's label of our own":       {"bin_label", station.Teach{Text: "SH.B.B", Item: cola, Pack: 1}},
		"a label of a bin that is gone":  {"not_article", station.Teach{Text: "SH.B.Z-99", Item: cola, Pack: 1}},
		"the code that pairs a scanner":  {"not_article", station.Teach{Text: "STOCKHAND-1234", Item: cola, Pack: 1}},
		"two barcodes in one":            {"two_codes", station.Teach{Text: colaEAN + newcomer, Item: cola, Pack: 1}},
		"a long text":                    {"too_long", station.Teach{Text: strings.Repeat("9", 257), Item: cola, Pack: 1}},
		"one that several items have":    {"ambiguous_barcode", station.Teach{Text: "SHARED", Item: cola, Pack: 1}},
		"one of another item":            {"barcode_known", station.Teach{Text: colaEAN, Item: soap, Pack: 1}},
		"one of the item, another pack":  {"barcode_known", station.Teach{Text: sixPack, Item: cola, Pack: 12}},
		"taught before as another item":  {"taught_before", station.Teach{Text: newcomer, Item: soap, Pack: 12}},
		"taught before with other packs": {"taught_before", station.Teach{Text: newcomer, Item: cola, Pack: 6}},
	} {
		t.Run(name, func(t *testing.T) {
			f.refused(c.code, boss, "catalog.teach", c.args)
			if f.head() != head {
				t.Errorf("the log went from %d to %d", head, f.head())
			}
		})
	}
	f.refused("not_taught", boss, "catalog.forget", station.Forget{Text: colaEAN})
	f.refused("not_taught", boss, "catalog.forget", station.Forget{})
	f.refused("forbidden", clerk, "catalog.teach", station.Teach{Text: "NEW", Item: cola, Pack: 1})
}

// Whoever teaches has the item in hand: its barcode, its SKU and its id will all do.
func TestTheItemIsNamedByWhateverIsAtHand(t *testing.T) {
	f, _, _ := begun(t)
	for text, of := range map[string]string{"NEW-1": colaEAN, "NEW-2": "C", "NEW-3": string(cola), "NEW-4": " " + sixPack + "\r"} {
		got := ask[station.Teaching](f.testShop, boss, "catalog.teach", station.Teach{Text: text, Of: of, Pack: 2})
		if got.Item != cola || got.Name != "Cola" || got.Pack != 2 {
			t.Errorf("%q: %+v", of, got)
		}
	}
}

// A taught barcode is looked for, typed and sold as any other.
func TestATaughtBarcodeLeadsToItsItemEverywhere(t *testing.T) {
	f, count, pass := begun(t)
	f.teach(newcomer, soap, 6)
	found := ask[[]station.FoundItem](f.testShop, clerk, "catalog.search", station.SearchCatalog{Text: newcomer})
	if len(found) != 1 || found[0].Item != soap || found[0].Name != "Soap" {
		t.Errorf("%+v", found)
	}
	f.enter(station.SetEntry{Pass: pass, Code: newcomer, Quantity: 4})
	f.holds(count, soap, binA, 4)
}

// A barcode of the catalogue wins, and it is said that it does.
func TestACatalogueThatKnowsBetterWinsAndIsSaid(t *testing.T) {
	f, count, _ := begun(t)
	f.teach(newcomer, cola, 12)
	f.fill(labelled()) // a new catalogue as before
	list := func() station.TaughtShown {
		return ask[[]station.TaughtShown](f.testShop, boss, "catalog.taught", struct{}{})[0]
	}
	if got := list(); got.Warning != "" || got.Name != "Cola" || got.By != boss.Actor || got.At.IsZero() || got.Pack != 12 {
		t.Errorf("%+v", got)
	}
	f.hear(newcomer, station.Counted)
	f.holds(count, cola, binA, 12)

	f.put1(agent.Item{ID: cola, SKU: "C", Name: "Cola"}, agent.Item{ID: soap, SKU: "S", Name: "Soap", Codes: []agent.Barcode{{Text: newcomer, Pack: 1}}})
	if got := list(); got.Instead == nil || got.Instead.Item != soap || !strings.Contains(got.Warning, "has the barcode \"5901234123457\" for Soap (a single piece) by now") || !strings.Contains(got.Warning, "The catalogue counts") {
		t.Errorf("%+v", got)
	}
	f.hear(newcomer, station.Counted)
	f.holds(count, soap, binA, 1)

	f.put1(agent.Item{ID: soap, SKU: "S", Name: "Soap"})
	if got := list(); !got.Gone || !strings.Contains(got.Warning, "unknown again") {
		t.Errorf("%+v", got)
	}
	f.hear(newcomer, station.NotKnown)
	f.forget(newcomer)
	f.replays()
}

// The tray tells of each barcode how often, when, where, by whom, and what stood
// beside it. A counter may see it.
func TestTheTrayTellsWhereAnUnknownBarcodeWasAndWhatStoodBesideIt(t *testing.T) {
	f, count, _ := begun(t)
	f.hear(colaEAN, station.Counted)
	f.hear(newcomer, station.NotKnown)
	first := f.clock.Now()
	f.hear("NEW", station.NotKnown)
	f.hear("96385074", station.Counted)
	f.hear("B", station.Moved)
	f.hear(newcomer, station.NotKnown)
	last := f.clock.Now()
	f.hear(colaEAN, station.Counted)
	codes := f.unknownCodes()
	if len(codes) != 2 || codes[0].Text != newcomer || codes[1].Text != "NEW" {
		t.Fatalf("%+v", codes)
	}
	u := codes[0]
	if u.Times != 2 || !u.First.Equal(first) || !u.Last.Equal(last) || !slices.Equal(u.Bins, []agent.Bin{binB, binA}) ||
		!slices.Equal(u.By, []agent.Actor{clerk.Actor}) || len(u.Counts) != 1 || u.Counts[0].Count != count || u.Counts[0].Times != 2 {
		t.Errorf("%+v", u)
	}
	if len(u.Seen) != 2 || u.Seen[0].Bin != binB || u.Seen[0].Before != nil || u.Seen[0].After.Item != cola ||
		u.Seen[1].Before.Item != cola || u.Seen[1].After.Item != crisps || u.Seen[1].Device != gun {
		t.Errorf("%+v", u.Seen)
	}
	if len(u.Near) != 2 || u.Near[0].Item != cola || u.Near[0].Times != 2 || u.Near[1].Item != crisps {
		t.Errorf("%+v", u.Near)
	}
	f.teach("NEW", soap, 1) // by an entry of now, which stood beside nothing
	if again := f.unknownCodes()[0]; len(again.Near) != 2 {
		t.Errorf("%+v", again.Near)
	}
	text, _ := json.Marshal(u)
	for _, secret := range []string{"expected", "on_hand", "quantity", "variance", "cost"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("the tray tells of %s: %s", secret, text)
		}
	}
	f.refused("no_count", clerk, "unknown.list", station.ListUnknown{Count: "count-9"})
}
