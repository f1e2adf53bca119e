package station_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
	"github.com/stockhand/stockhand/agent/station"
	"github.com/stockhand/stockhand/queue"
)

const gs = "\x1d"

// check adds the check digit to the digits of a number.
func check(payload string) string { return payload + string(barcode.CheckDigit(payload)) }

// openShelf is a shop with a count open, no bins, and one item for each barcode:
// its id is the barcode's text.
func openShelf(t *testing.T, opts station.Options, codes ...agent.Barcode) (*floor, agent.CountID) {
	t.Helper()
	f := &floor{path: filepath.Join(t.TempDir(), "stockhand.db")}
	q, err := queue.Open(t.Context(), f.path, queue.Options{Version: "test", AllowFUSE: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	})
	f.testShop = &testShop{t: t, queue: q, clock: &handClock{now: morning}}
	var items []agent.Item
	for _, code := range codes {
		items = append(items, agent.Item{ID: agent.ItemID(code.Text), SKU: code.Text, Name: code.Text, Tracked: true, Codes: []agent.Barcode{code}})
	}
	f.put1(items...)
	opts.Location = here
	if f.Station, err = station.Start(t.Context(), q, f.clock, agent.RunFact{Version: "test"}, opts); err != nil {
		t.Fatal(err)
	}
	return f, f.open()
}

// put1 makes items the catalogue, in a shop without bins.
func (f *floor) put1(items ...agent.Item) {
	f.t.Helper()
	next := func() (item agent.Item, ok bool, err error) {
		if len(items) == 0 {
			return item, false, nil
		}
		item, items = items[0], items[1:]
		return item, true, nil
	}
	if _, err := f.queue.Replace(f.t.Context(), boss.Actor, f.clock.Now(), "test", next, nil, nil); err != nil {
		f.t.Fatal(err)
	}
}

// counts checks that a read counts so many units of an item.
func (f *floor) counts(raw string, item string, units int64) station.Ingested {
	f.t.Helper()
	in := f.hear(raw, station.Counted)
	if in.Scan.Item != agent.ItemID(item) || in.Scan.Quantity != units || in.Scan.Op != agent.Add {
		f.t.Errorf("%q counts %d of %q, want %d of %q", raw, in.Scan.Quantity, in.Scan.Item, units, item)
	}
	return in
}

// keeps checks that a read changes no line.
func (f *floor) keeps(raw string, want station.Heard, flags agent.ScanFlag) station.Ingested {
	f.t.Helper()
	in := f.hear(raw, want)
	if in.Scan.Op != agent.Note || in.Scan.Quantity != 0 || in.Scan.Flags != flags {
		f.t.Errorf("%q is kept as %+v, want the flags %v", raw, in.Scan, flags.Names())
	}
	return in
}

// The same article is counted however its number is written.
func TestAnArticleIsCountedHoweverItIsWritten(t *testing.T) {
	f, count := openShelf(t, station.Options{}, agent.Barcode{Text: colaEAN, Pack: 1}, agent.Barcode{Text: "042100005264", Pack: 1})
	for _, raw := range []string{
		colaEAN, "]E0" + colaEAN, "0" + colaEAN, "]C101" + "0" + colaEAN + "17251231" + "10LOT" + gs + "21S", "010" + colaEAN, gs + "010" + colaEAN,
		"]d2010" + colaEAN + "21A" + gs + "10B" + gs, "https://example.com/01/0" + colaEAN + "/10/LOT", "]Q1HTTPS://EXAMPLE.COM/01/0" + colaEAN + "?17=251231",
		"]E3" + colaEAN + "12", "(01)0" + colaEAN + "(10)LOT",
	} {
		f.counts(raw, colaEAN, 1)
	}
	for _, raw := range []string{"042100005264", "0042100005264", "04252614", "]E004252614"} {
		f.counts(raw, "042100005264", 1)
	}
	f.holds(count, colaEAN, "", 11)
	f.holds(count, "042100005264", "", 4)
}

// The stored code holds the lot and the date for whoever looks later.
func TestTheLotStaysWithTheScan(t *testing.T) {
	f, _ := openShelf(t, station.Options{}, agent.Barcode{Text: colaEAN, Pack: 1})
	in := f.counts("]C1010"+colaEAN+"17251231"+"10LOT-4711", colaEAN, 1)
	all := f.stored(in.Seq).Code.Elements()
	expires, _ := all.Expiry(2025)
	if all.Lot() != "LOT-4711" || expires.String() != "2025-12-31" {
		t.Errorf("%+v", all)
	}
}

// Eight digits that can mean two articles are counted if the shop has one of them,
// and asked if it has both.
func TestEightDigitsAreAskedOnlyIfBothArticlesAreThere(t *testing.T) {
	const digits, upca = "01234558", "012345000058"
	ean8 := "000000" + digits // written in full: nothing but the EAN-8
	t.Run("only the UPC", func(t *testing.T) {
		f, _ := openShelf(t, station.Options{}, agent.Barcode{Text: upca, Pack: 1})
		if in := f.counts(digits, upca, 1); in.Scan.Code.Key != "00"+upca {
			t.Errorf("%+v", in.Scan.Code)
		}
	})
	t.Run("only the EAN-8", func(t *testing.T) {
		f, _ := openShelf(t, station.Options{}, agent.Barcode{Text: ean8, Pack: 1})
		if in := f.counts(digits, ean8, 1); in.Scan.Code.Key != ean8 || in.Scan.Code.OtherKey != "00"+upca {
			t.Errorf("%+v", in.Scan.Code)
		}
		f.keeps("]E0"+digits, station.NotKnown, agent.Unknown) // the scanner says that it is a UPC-E
	})
	t.Run("both", func(t *testing.T) {
		f, _ := openShelf(t, station.Options{}, agent.Barcode{Text: upca, Pack: 1}, agent.Barcode{Text: ean8, Pack: 1})
		f.keeps(digits, station.Several, agent.Ambiguous)
		f.counts("]E0"+digits, upca, 1)
		f.counts("]E4"+digits, ean8, 1)
	})
	t.Run("written as in the catalogue", func(t *testing.T) {
		f, _ := openShelf(t, station.Options{}, agent.Barcode{Text: digits, Pack: 1})
		f.counts(digits, digits, 1)
		f.counts("]E0"+digits, digits, 1)
		f.counts("]E4"+digits, digits, 1)
		f.counts(upca, digits, 1)
	})
	t.Run("neither", func(t *testing.T) {
		f, _ := openShelf(t, station.Options{})
		if in := f.keeps(digits, station.NotKnown, agent.Unknown); in.Scan.Code.Key != "00"+upca {
			t.Errorf("%+v", in.Scan.Code)
		}
	})
}

// A case is never counted as one piece.
func TestACaseIsNeverCountedAsOne(t *testing.T) {
	caseCode := check("1400638133393")
	t.Run("its pack is known", func(t *testing.T) {
		f, _ := openShelf(t, station.Options{}, agent.Barcode{Text: caseCode, Pack: 24})
		f.counts(caseCode, caseCode, 24)
		f.counts("]I1"+caseCode, caseCode, 24)
		f.counts("]C101"+caseCode+"10LOT", caseCode, 24)
	})
	t.Run("the catalogue knows only what is in it", func(t *testing.T) {
		f, _ := openShelf(t, station.Options{}, agent.Barcode{Text: colaEAN, Pack: 1})
		for _, raw := range []string{caseCode, "]I1" + caseCode, "]C101" + caseCode} {
			in := f.keeps(raw, station.NoPack, agent.PackUnknown|agent.Unknown)
			if in.Name != colaEAN || in.Scan.Item != colaEAN {
				t.Errorf("whose case it is is not told: %+v", in)
			}
		}
		f.keeps(check("9400638133393"), station.NotKnown, agent.Unknown) // 9 is for what is weighed
	})
}

// A catalogue that knows no packs has 1 for everything.
func TestACaseWithoutAPackIsAsked(t *testing.T) {
	caseCode := check("1400638133393")
	f, _ := openShelf(t, station.Options{})
	f.put1(agent.Item{ID: cola, SKU: "C", Name: "Cola", Codes: []agent.Barcode{{Text: colaEAN, Pack: 1}, {Text: caseCode, Pack: 1}}})
	if in := f.keeps(caseCode, station.NoPack, agent.PackUnknown); in.Scan.Item != cola || in.Name != "Cola" {
		t.Errorf("%+v", in)
	}
	f.counts(colaEAN, string(cola), 1)
	// Where the case is an article of its own, it is what is counted.
	f.put1(agent.Item{ID: cola, SKU: "C", Codes: []agent.Barcode{{Text: colaEAN, Pack: 1}}}, agent.Item{ID: crisps, SKU: "K", Codes: []agent.Barcode{{Text: caseCode, Pack: 1}}})
	f.counts(caseCode, string(crisps), 1)
}

// A label that says how many it stands for is believed where that is certain.
func TestALabelSaysHowManyItStandsFor(t *testing.T) {
	six := check("1400638133393")
	f, _ := openShelf(t, station.Options{}, agent.Barcode{Text: colaEAN, Pack: 1}, agent.Barcode{Text: six, Pack: 6})
	item, inside := "]C1010"+colaEAN, "]C10012345678901234567"+string(barcode.CheckDigit("12345678901234567"))
	f.counts(item+"3012", colaEAN, 12)
	f.counts(item+"30000012", colaEAN, 12)
	f.counts(inside+"020"+colaEAN+"3748", colaEAN, 48)
	f.counts(inside+"02"+six+"3704", six, 24)
	f.counts("]C101"+six+"306", six, 6)
	f.keeps("]C101"+six+"307", station.NoPack, agent.PackUnknown) // the label and the catalogue differ
	f.keeps(item+"3000", station.NoPack, agent.PackUnknown)
	f.keeps(item+"3010000", station.NoPack, agent.PackUnknown)
	f.keeps(inside+"020"+colaEAN+"3799999999", station.NoPack, agent.PackUnknown)
	f.keeps(inside+"020"+colaEAN, station.NoPack, agent.PackUnknown) // a pallet of it, but of how many
	f.keeps("]C180060"+colaEAN+"0103", station.NoPack, agent.PackUnknown)
	f.counts("]C180060"+colaEAN+"0101", colaEAN, 1)
	f.keeps(inside, station.NotKnown, agent.Unknown) // a pallet of whatever
}

// What is broken behind the item is told; the item is certain.
func TestABrokenElementStringIsMarked(t *testing.T) {
	f, _ := openShelf(t, station.Options{}, agent.Barcode{Text: colaEAN, Pack: 1})
	in := f.counts("]C1010"+colaEAN+"10LOT-471121SERIAL-0000000000001", colaEAN, 1) // a separator got lost
	if in.Scan.Flags != agent.Malformed {
		t.Errorf("%+v", in.Scan)
	}
	if in = f.counts("010"+colaEAN+"10LOT-471121SERIAL-0000000000001", colaEAN, 1); in.Scan.Code.Key != "0"+colaEAN || in.Scan.Flags != agent.Malformed {
		t.Errorf("%+v", in.Scan)
	}
	f.keeps("]C1010"+colaEAN[:12]+"2"+"10A", station.NotKnown, agent.Unknown|agent.BadCheckDigit)
}

func TestLabelsOfWeighedGoods(t *testing.T) {
	german, err := barcode.WeighedIn("de")
	if err != nil {
		t.Fatal(err)
	}
	cheese, ham, rolls := check("281234000000"), check("221234000000"), check("251234000000")
	codes := []agent.Barcode{{Text: cheese, Pack: 1}, {Text: ham, Pack: 1}, {Text: rolls, Pack: 1}}
	label := check("281234701250")
	t.Run("each label is one", func(t *testing.T) {
		f, _ := openShelf(t, station.Options{Barcodes: barcode.Rules{Weighed: german}}, codes...)
		in := f.counts(label, cheese, 1)
		if grams, ok := f.stored(in.Seq).Code.Amount.Grams(); !ok || grams != 1250 {
			t.Errorf("%+v", in.Scan.Code)
		}
		f.counts(check("221234701999"), ham, 1)
		f.counts(check("251234700012"), rolls, 12)
		f.keeps(check("251234700000"), station.NoPack, agent.PackUnknown)
		f.keeps(check("289999701250"), station.NotKnown, agent.Unknown)
	})
	t.Run("in grams", func(t *testing.T) {
		f, _ := openShelf(t, station.Options{Barcodes: barcode.Rules{Weighed: german}, WeightInGrams: true}, append(codes, agent.Barcode{Text: "98765432109213", Pack: 1})...)
		f.counts(label, cheese, 1250)
		f.counts("]C10198765432109213"+"3103001250", "98765432109213", 1250)
		f.counts(check("221234701999"), ham, 1)
		f.keeps(check("281234700000"), station.NoPack, agent.PackUnknown)
	})
	t.Run("off", func(t *testing.T) {
		f, _ := openShelf(t, station.Options{}, codes...)
		f.keeps(label, station.NotKnown, agent.Unknown)
	})
	t.Run("a number of its own is asked beside the pattern", func(t *testing.T) {
		f, _ := openShelf(t, station.Options{Barcodes: barcode.Rules{Weighed: german}}, append(codes, agent.Barcode{Text: label, Pack: 1})...)
		f.keeps(label, station.Several, agent.Ambiguous)
	})
}

// What is no article is kept, counts nothing, opens nothing and commands nothing.
func TestCodesThatAreNoArticlesHaveNoPower(t *testing.T) {
	f, count := openShelf(t, station.Options{}, agent.Barcode{Text: "SH.C.close", Pack: 1}, agent.Barcode{Text: "STOCKHAND-7F3Q-aZyY:/_=?#", Pack: 1})
	reads := []string{"SH.C.close", "SH.P.boss", "SH.Z.shop", "SH.B.A", "STOCKHAND-7F3Q-aZyY:/_=?#", "#@12345#", "]Z6TERMID131", "]E112", "A\x00B", "]e017251231"}
	for _, raw := range reads {
		if in := f.hear(raw, station.NotStock); in.Scan.Op != agent.Note || in.Scan.Flags != agent.NotArticle|agent.Unowned {
			t.Errorf("%q: %+v", raw, in.Scan)
		}
	}
	if passes := f.passes(count); len(passes) != 0 {
		t.Errorf("a pass was opened: %+v", passes)
	}
	f.hear("5901234123457", station.NotKnown)
	for _, raw := range reads {
		f.keeps(raw, station.NotStock, agent.NotArticle)
	}
	if got := f.tally(count); got.Lines != 0 || got.Unknown != 1 || got.Noted != int64(len(reads))+1 {
		t.Errorf("%+v", got)
	}
}

// A label of our own leads to the bin with its name, unless the catalogue has the
// whole text as a label.
func TestOurOwnBinLabels(t *testing.T) {
	f := openFloor(t, append(labelled(), agent.Place{Bin: "C", Zone: "shop", Label: "SH.B.X"})...)
	count := f.open()
	for raw, bin := range map[string]agent.Bin{"SH.B.B": binB, "]C0SH.B.BIN-A": binA, "SH.B.X": "C"} {
		if in := f.hear(raw, station.Moved); in.Scan.Bin != bin || in.Scan.Op != agent.Move {
			t.Errorf("%q leads to %q", raw, in.Scan.Bin)
		}
	}
	f.hear("BIN-A", station.Moved)
	f.hear(colaEAN, station.Counted)
	f.holds(count, cola, binA, 1)
}

// The label of a shelf that the catalogue does not have, or not any more, ends the shelf
// before all the same: what is scanned then does not lie there. It begins nothing.
func TestTheLabelOfAnUnlistedBinEndsTheBinBefore(t *testing.T) {
	f := openFloor(t, labelled()...)
	count := f.open()
	f.hear("SH.B.C-99", station.NotStock)
	f.hear("BIN-A", station.Moved)
	if in := f.hear("SH.B.C-99", station.Moved); in.Scan.Bin != "C-99" {
		t.Errorf("it leads to %q", in.Scan.Bin)
	}
	f.hear(colaEAN, station.Counted)
	f.holds(count, cola, "C-99", 1)
	f.hear("SH.B. C-99 ", station.NotStock)
}

// Two scans that ran together are both counted, if both are certain; otherwise
// neither is.
func TestScansThatRanTogetherAreCountedBoth(t *testing.T) {
	f, count := openShelf(t, station.Options{}, agent.Barcode{Text: colaEAN, Pack: 1}, agent.Barcode{Text: "96385074", Pack: 1}, agent.Barcode{Text: "042100005264", Pack: 6})
	in := f.hear(colaEAN+colaEAN, station.Counted)
	if in.Scan.Flags != agent.Joined || len(in.More) != 1 || in.More[0].Flags != agent.Joined {
		t.Fatalf("%+v", in)
	}
	second := f.stored(in.Seq + 1)
	if second.Item != colaEAN || second.Quantity != 1 || string(second.Raw) != colaEAN+colaEAN || second.Code.Key != "0"+colaEAN {
		t.Errorf("%+v", second)
	}
	f.holds(count, colaEAN, "", 2)
	f.hear("04252614"+"96385074", station.Counted)
	f.holds(count, "042100005264", "", 6)
	f.holds(count, "96385074", "", 1)
	f.keeps(colaEAN+"5901234123457", station.NotKnown, agent.Unknown|agent.Joined)
	f.keeps(strings.Repeat(colaEAN, 3), station.NotKnown, agent.Unknown)
	f.holds(count, colaEAN, "", 2)
	if got := f.tally(count); got.Entries != 6 {
		t.Errorf("%+v", got)
	}
}

// A typed quantity finds its item by any of the item's codes.
func TestATypedQuantityFindsItsItemByAnyCode(t *testing.T) {
	f, count := openShelf(t, station.Options{}, agent.Barcode{Text: "042100005264", Pack: 1})
	pass := ask[agent.Pass](f.testShop, clerk, "pass.open", station.OpenPass{Count: count})
	for i, code := range []string{"04252614", "]C10100042100005264" + "10A", "https://example.com/01/00042100005264"} {
		scan := ask[agent.Scan](f.testShop, clerk, "entry.set", station.SetEntry{Pass: pass.ID, Code: code, Quantity: int64(i + 1)})
		if scan.Item != "042100005264" || scan.Quantity != int64(i+1) {
			t.Errorf("%s: %+v", code, scan)
		}
	}
}
