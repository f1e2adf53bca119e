package queue

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

func update(t testing.TB, q *Queue, mark agent.CatalogMark, items ...agent.Item) agent.CatalogChange {
	t.Helper()
	change, err := q.Update(t.Context(), anna, start, "shop", items, mark)
	if err != nil {
		t.Fatal(err)
	}
	return change
}

func bare(id agent.ItemID, name string, codes ...string) agent.Item {
	i := agent.Item{ID: id, SKU: "SKU-" + string(id), Name: name, Tracked: true}
	for _, c := range codes {
		i.Codes = append(i.Codes, agent.Barcode{Text: c, Pack: 1})
	}
	return i
}

// What changed is found by its new keys and no longer by its old ones; one event
// tells which items it was.
func TestItemsAreChangedInPlace(t *testing.T) {
	q := openTemp(t)
	tea := bare("tea", "Tea", "4006381333931", "TEA-OLD")
	tea.Bins = []agent.Bin{"A"}
	replace(t, q, listed(tea, bare("mug", "Mug", "MUG"), bare("lamp", "Lamp")))
	head := q.head.Load()
	change := update(t, q, agent.CatalogMark{}, bare("tea", "Green tea", "5901234123457"), bare("mug", "Mug", "MUG"), bare("pen", "Pen", "PEN"))
	if !slices.Equal(change.Came, []agent.ItemID{"pen"}) || !slices.Equal(change.Changed, []agent.ItemID{"tea"}) || change.Barcodes != 2 {
		t.Errorf("the change is %+v", change)
	}
	for code, want := range map[string]agent.ItemID{"5901234123457": "tea", "MUG": "mug", "PEN": "pen", "4006381333931": "", "TEA-OLD": ""} {
		found := lookItUp(t, q, barcode.Key(code))
		if want == "" && len(found) > 0 || want != "" && (len(found) != 1 || found[0].Item != want) {
			t.Errorf("%s leads to %+v, want %q", code, found, want)
		}
	}
	items := lookUp(t, q, func(v agent.View) ([]agent.Item, error) { return v.Items() })
	if len(items) != 4 || items[3].Name != "Green tea" || !slices.Equal(items[3].Bins, []agent.Bin{"A"}) {
		t.Errorf("the catalogue holds %+v", items)
	}
	if in := lookUp(t, q, func(v agent.View) ([]agent.ItemID, error) { return v.ItemsIn("A") }); fmt.Sprint(in) != "[tea]" {
		t.Errorf("in bin A: %v", in)
	}
	log := lookUp(t, q, func(v agent.View) ([]agent.Record, error) { return v.Log(agent.Seq(head), 10) })
	if len(log) != 1 || log[0].Event.Kind != agent.CatalogChanged {
		t.Fatalf("the log tells %+v", log)
	}
	if told, err := agent.Decode[agent.CatalogChange](*log[0].Event); err != nil || fmt.Sprint(told) != fmt.Sprint(change) {
		t.Errorf("the log tells %+v, %v", told, err)
	}
	checkSound(t, q)
}

// A refresh that brings nothing new leaves no row in the log, only the mark.
func TestNothingNewIsNotTold(t *testing.T) {
	q := openTemp(t)
	replace(t, q, listed(bare("tea", "Tea", "TEA")))
	head := q.head.Load()
	mark := agent.CatalogMark{Source: "shop", Cursor: "c-2", Full: start, Fresh: start.Add(time.Minute)}
	if change := update(t, q, mark, bare("tea", "Tea", "TEA")); len(change.Changed)+len(change.Came) > 0 || q.head.Load() != head {
		t.Errorf("an item that is the same is told as %+v", change)
	}
	err := q.Read(t.Context(), func(v agent.View) error {
		got, found, err := v.CatalogMark("shop")
		if !found || got.Cursor != "c-2" || !got.Full.Equal(mark.Full) || !got.Fresh.Equal(mark.Fresh) {
			t.Errorf("the mark is %+v", got)
		}
		if got, found, _ := v.CatalogMark("other"); found {
			t.Errorf("another source has the mark %+v", got)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What was added here stays when the shop tells the item anew, and goes with it.
func TestWhatWasAddedHereStays(t *testing.T) {
	q := openTemp(t)
	tea := bare("tea", "Tea", "SHOP-1", "SHOP-2")
	tea.Codes[1].Pack, tea.Codes[1].Packed = 6, true
	tea.Codes = append(tea.Codes, agent.Barcode{Text: "CASE", Pack: 12, Local: true})
	replace(t, q, listed(tea))
	update(t, q, agent.CatalogMark{}, bare("tea", "Tea, new", "SHOP-2", "SHOP-3"))
	for code, pack := range map[string]int64{"SHOP-2": 6, "SHOP-3": 1, "CASE": 12} {
		if found := lookItUp(t, q, code); len(found) != 1 || found[0].Pack != pack {
			t.Errorf("%s leads to %+v, want a pack of %d", code, found, pack)
		}
	}
	if found := lookItUp(t, q, "SHOP-1"); len(found) != 0 {
		t.Errorf("a barcode that the shop took away leads to %+v", found)
	}
	checkSound(t, q)
}

func TestAThousandItemsChangeWhileACatalogueIsReplaced(t *testing.T) {
	q := openTemp(t)
	replace(t, q, edition(1, catalogue(1000)))
	var items []agent.Item
	for next := edition(2, catalogue(1001)); ; {
		item, ok, _ := next()
		if !ok {
			break
		}
		items = append(items, item)
	}
	done := make(chan error, 1)
	go func() {
		_, err := q.Replace(t.Context(), anna, start, "test", edition(3, catalogue(1000)), nil, nil)
		done <- err
	}()
	change := update(t, q, agent.CatalogMark{}, items...)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	all := lookUp(t, q, func(v agent.View) ([]agent.Item, error) { return v.Items() })
	if len(change.Changed) != 1000 || len(change.Came) != 1 || len(all) < 1000 {
		t.Errorf("%d changed, %d came, %d are there", len(change.Changed), len(change.Came), len(all))
	}
	for _, item := range all {
		if item.Name != all[0].Name {
			t.Fatalf("%s beside %s: neither the one nor the other came last", item.Name, all[0].Name)
		}
	}
	if leftovers(t, q) != 0 {
		t.Error("rows are left over")
	}
	checkSound(t, q)
}

func TestWhatItemsShareIsNamed(t *testing.T) {
	q := openTemp(t)
	twin := bare("b", "Old tea", "4006381333931", "ALONE")
	twin.SKU = "SKU-a"
	case6 := bare("c", "Tea case", "4006381333931")
	case6.Codes[0].Pack = 6
	replace(t, q, listed(bare("a", "Tea", "4006381333931", "4006381333931"), twin, case6, bare("d", "Pen"), agent.Item{ID: "e"}, agent.Item{ID: "f"}))
	found := lookUp(t, q, func(v agent.View) ([]agent.Duplicate, error) { return v.Duplicates(10) })
	if len(found) != 2 || found[0].Barcode != "4006381333931" || len(found[0].Items) != 3 || found[1].SKU != "SKU-a" || len(found[1].Items) != 2 {
		t.Errorf("found %+v", found)
	}
	if one := lookUp(t, q, func(v agent.View) ([]agent.Duplicate, error) { return v.Duplicates(1) }); len(one) != 1 {
		t.Errorf("asked for one: %+v", one)
	}
	var many []agent.Item
	for i := range 12 {
		many = append(many, bare(agent.ItemID(fmt.Sprint("m", i)), "Many", "MANY"))
	}
	replace(t, q, listed(many...))
	if d := lookUp(t, q, func(v agent.View) ([]agent.Duplicate, error) { return v.Duplicates(10) }); len(d) != 1 || len(d[0].Items) != 5 || d[0].More != 7 {
		t.Errorf("of twelve: %+v", d)
	}
}
