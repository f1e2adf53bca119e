package queue

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// gtin is the key of the nth item's barcode.
func gtin(n int) string {
	digits := fmt.Sprintf("0400638%06d", n)
	return digits + string(barcode.CheckDigit(digits))
}

// catalogue delivers n items: each with a barcode and a bin of its own hundred.
func catalogue(n int) func() (agent.Item, bool, error) {
	i := -1
	return func() (agent.Item, bool, error) {
		i++
		if i >= n {
			return agent.Item{}, false, nil
		}
		return agent.Item{
			ID: agent.ItemID(fmt.Sprintf("item-%d", i)), SKU: fmt.Sprintf("SKU-%06d", i), Name: fmt.Sprintf("Item number %d", i), Tracked: true,
			Cost: agent.Money{Minor: 199, Currency: "EUR"}, Price: agent.Money{Minor: 399, Currency: "EUR"},
			Codes: []agent.Barcode{{Text: gtin(i)[1:], Pack: 1}}, Bins: []agent.Bin{agent.Bin(fmt.Sprintf("B-%d", i/100))},
		}, true, nil
	}
}

// edition gives every item of a catalogue the same name.
func edition(n int, next func() (agent.Item, bool, error)) func() (agent.Item, bool, error) {
	return func() (agent.Item, bool, error) {
		item, ok, err := next()
		item.Name = fmt.Sprint("edition ", n)
		return item, ok, err
	}
}

func listed(items ...agent.Item) func() (agent.Item, bool, error) {
	return func() (item agent.Item, ok bool, err error) {
		if ok = len(items) > 0; ok {
			item, items = items[0], items[1:]
		}
		return item, ok, nil
	}
}

func replace(t testing.TB, q *Queue, next func() (agent.Item, bool, error), places ...agent.Place) agent.CatalogFact {
	t.Helper()
	fact, err := q.Replace(context.Background(), anna, start, "test", next, places, nil)
	if err != nil {
		t.Fatal(err)
	}
	return fact
}

func lookItUp(t testing.TB, q *Queue, key string) []agent.Match {
	t.Helper()
	return lookUp(t, q, func(v agent.View) ([]agent.Match, error) { return v.Lookup(key) })
}

// leftovers counts the rows that belong to no catalogue in force.
func leftovers(t *testing.T, q *Queue) (rows int64) {
	t.Helper()
	err := q.read(t.Context(), func(v *view) error {
		for _, table := range []string{"item", "barcode", "item_bin", "place"} {
			n, _, err := get(v, value[int64], "SELECT count(*) FROM "+table+" WHERE generation <> "+inForce)
			if err != nil {
				return err
			}
			rows += n
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestACatalogueIsFoundByEveryKey(t *testing.T) {
	path := tempPath(t)
	q := openAt(t, path)
	cola6 := agent.Item{
		ID: "i1", SKU: "C-1", Name: "Cola", Tracked: true, Cost: agent.Money{Minor: 50, Currency: "EUR"},
		Codes: []agent.Barcode{{Text: "4006381333931", Pack: 1}, {Text: "14006381333938", Pack: 6}, {Text: "INT-7"}}, Bins: []agent.Bin{"A", "B"},
	}
	other := agent.Item{ID: "i2", SKU: "C-2", Name: "Other cola", Codes: []agent.Barcode{{Text: "4006381333931", Pack: 1}}, Bins: []agent.Bin{"A"}}
	bare := agent.Item{ID: "i3", SKU: "C-3", Name: "Loose"}
	places := []agent.Place{{Bin: "A", Zone: "Z", Label: "LOC-A"}, {Bin: "B", Zone: "Z"}}
	fact := replace(t, q, listed(cola6, other, bare, agent.Item{SKU: "no id"}, agent.Item{ID: "i1", Name: "again"}), places...)
	if fact.Items != 3 || fact.Skipped != 2 || fact.Barcodes != 4 || fact.Places != 2 || fact.Source != "test" {
		t.Errorf("fact %+v", fact)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	q = openAt(t, path)
	if found := lookItUp(t, q, barcode.Key("4006381333931")); len(found) != 2 || found[0].Item != "i1" || found[1].Item != "i2" {
		t.Errorf("an ambiguous barcode leads to %+v", found)
	}
	if found := lookItUp(t, q, barcode.Key("]C114006381333938")); len(found) != 1 || found[0].Pack != 6 {
		t.Errorf("a pack leads to %+v", found)
	}
	if found := lookItUp(t, q, "INT-7"); len(found) != 1 || found[0].Pack != 1 {
		t.Errorf("a code without a pack leads to %+v", found)
	}
	if found := lookItUp(t, q, "nothing"); len(found) != 0 {
		t.Errorf("nothing leads to %+v", found)
	}
	items := lookUp(t, q, func(v agent.View) ([]agent.Item, error) { return v.Items("i3", "i1", "unknown") })
	if len(items) != 2 || items[0].ID != "i3" || fmt.Sprint(items[1]) != fmt.Sprint(cola6) {
		t.Errorf("items %+v", items)
	}
	if in := lookUp(t, q, func(v agent.View) ([]agent.ItemID, error) { return v.ItemsIn("A") }); fmt.Sprint(in) != "[i1 i2]" {
		t.Errorf("in bin A: %v", in)
	}
	for label, bin := range map[string]agent.Bin{"LOC-A": "A", "B": "B"} {
		place, found, err := agent.Place{}, false, error(nil)
		_ = q.Read(t.Context(), func(v agent.View) error { place, found, err = v.PlaceByLabel(label); return err })
		if !found || place.Bin != bin {
			t.Errorf("label %s: %+v", label, place)
		}
	}
	if got := lookUp(t, q, func(v agent.View) ([]agent.Place, error) { return v.Places() }); fmt.Sprint(got) != fmt.Sprint(places) {
		t.Errorf("places %v", got)
	}
	log := lookUp(t, q, func(v agent.View) ([]agent.Record, error) { return v.Log(0, 10) })
	if told, err := agent.Decode[agent.CatalogFact](*log[0].Event); err != nil || told != fact || log[0].Event.Actor != anna {
		t.Errorf("the log tells %+v %v", told, err)
	}
	checkSound(t, q)
}

func TestAFailedImportLeavesTheCatalogueInForce(t *testing.T) {
	q := openTemp(t)
	replace(t, q, edition(1, catalogue(300)))
	wrong := errors.New("line 251 is wrong")
	for name, next := range map[string]func() (agent.Item, bool, error){
		"an error in the middle": func() func() (agent.Item, bool, error) {
			from := edition(2, catalogue(300))
			n := 0
			return func() (agent.Item, bool, error) {
				if n++; n > 250 {
					return agent.Item{}, false, wrong
				}
				return from()
			}
		}(),
		"an error at once": func() (agent.Item, bool, error) { return agent.Item{}, false, wrong },
	} {
		head := q.head.Load()
		if _, err := q.Replace(t.Context(), anna, start, "test", next, nil, nil); !errors.Is(err, wrong) {
			t.Errorf("%s: %v", name, err)
		}
		items := lookUp(t, q, func(v agent.View) ([]agent.Item, error) { return v.Items() })
		if len(items) != 300 || items[0].Name != "edition 1" || leftovers(t, q) != 0 || q.head.Load() != head {
			t.Errorf("%s: %d items of %s, %d leftovers", name, len(items), items[0].Name, leftovers(t, q))
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := q.Replace(ctx, anna, start, "test", edition(2, catalogue(1000)), nil, func(int64) { cancel() })
	if !errors.Is(err, context.Canceled) || leftovers(t, q) != 0 || lookItUp(t, q, gtin(7))[0].Name != "edition 1" {
		t.Errorf("called off: %v, %d leftovers", err, leftovers(t, q))
	}
	replace(t, q, edition(3, catalogue(200)))
	if found := lookItUp(t, q, gtin(7)); len(found) != 1 || found[0].Name != "edition 3" || leftovers(t, q) != 0 {
		t.Errorf("afterwards: %+v", found)
	}
	if found := lookItUp(t, q, gtin(250)); len(found) != 0 {
		t.Errorf("an item that is gone is still found: %+v", found)
	}
}

// importUntilKilled is a child that imports catalogues, each under a name of its
// own, for as long as it lives.
func importUntilKilled(path string) error {
	q, err := Open(context.Background(), path, Options{AllowFUSE: true})
	if err != nil {
		return err
	}
	fmt.Println("open")
	_, head, err := headOf(q)
	for n := head + 1; err == nil; n++ {
		_, err = q.Replace(context.Background(), anna, start, "child", edition(int(n), catalogue(1000)), nil, func(items int64) { fmt.Println("at", items) })
		fmt.Println("done", n)
	}
	return err
}

func TestAKilledImportLeavesOneWholeCatalogue(t *testing.T) {
	path := tempPath(t)
	random := rand.New(rand.NewPCG(3, 4))
	last := 0
	for range 8 {
		c := startChild(t, "importer", path)
		for range random.IntN(40) + 1 {
			note(c.line(t), &last)
		}
		for _, line := range c.kill() {
			note(line, &last)
		}
		q := openAt(t, path)
		items := lookUp(t, q, func(v agent.View) ([]agent.Item, error) { return v.Items() })
		if len(items) != 0 && len(items) != 1000 || len(items) == 0 && last > 0 {
			t.Fatalf("%d items after edition %d was done", len(items), last)
		}
		for _, item := range items {
			if n := 0; item.Name != items[0].Name || len(lookItUp(t, q, barcode.Key(item.Codes[0].Text))) != 1 {
				t.Fatalf("%s among %s %d", item.Name, items[0].Name, n)
			} else if _, err := fmt.Sscanf(item.Name, "edition %d", &n); err != nil || n < last {
				t.Fatalf("%s is in force after edition %d was done", item.Name, last)
			}
		}
		if n := leftovers(t, q); n != 0 {
			t.Errorf("%d rows of a broken-off import are left", n)
		}
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if last == 0 {
		t.Error("no import was ever done: nothing was proved")
	}
}

func note(line string, done *int) {
	if strings.HasPrefix(line, "done") {
		_, _ = fmt.Sscanf(line, "done %d", done)
	}
}

// A large import keeps scans waiting for one chunk at most, and readers see the
// old catalogue until the new one is whole.
func TestAHundredThousandItemsWhileScanningGoesOn(t *testing.T) {
	q := openTemp(t)
	openCount(t, q, 1)
	replace(t, q, edition(1, catalogue(10)))
	var all sync.WaitGroup
	stop := make(chan struct{})
	scanned := 0
	all.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			put(t, q, scans(read(scanned)))
			scanned++
			name := lookItUp(t, q, gtin(7))[0].Name
			if name != "edition 1" && name != "edition 2" {
				t.Errorf("a reader sees %q", name)
				return
			}
		}
	})
	told := int64(0)
	fact, err := q.Replace(t.Context(), anna, start, "test", edition(2, catalogue(100_000)), nil, func(items int64) {
		if items <= told {
			t.Errorf("progress went from %d to %d", told, items)
		}
		told = items
	})
	close(stop)
	all.Wait()
	if err != nil || fact.Items != 100_000 || told != 100_000 {
		t.Fatalf("%+v %v, told %d", fact, err, told)
	}
	for _, n := range []int{0, 7, 99_999} {
		if found := lookItUp(t, q, gtin(n)); len(found) != 1 || found[0].Name != "edition 2" {
			t.Errorf("item %d: %+v", n, found)
		}
	}
	t.Logf("%d scans stored during the import", scanned)
	if scanned < 10 {
		t.Errorf("only %d scans were stored during the import", scanned)
	}
	checkSound(t, q)
}
