package station

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// Trouble is a kind of thing that would go wrong in a count.
type Trouble string

// The kinds of trouble, the worst first.
const (
	Untracked   Trouble = "untracked"   // the shop keeps no number of it: what is counted corrects nothing
	NoNumber    Trouble = "no_number"   // the shop has nothing to say about it
	NotStocked  Trouble = "not_stocked" // the shop does not stock it here: what is counted can't be put on its books
	Negative    Trouble = "negative"    // the books are below zero: something was not booked
	OnItsWay    Trouble = "on_its_way"  // an adjustment of another count has not arrived
	InOther     Trouble = "in_other"    // it is being counted in another count
	OnTransfer  Trouble = "on_transfer" // it is on a transfer that is not ended
	Transferred Trouble = "transferred" // a transfer moved it lately, and may not be finished
	NoShelf     Trouble = "no_shelf"    // nobody who walks the shelves will find it
	NoBarcode   Trouble = "no_barcode"  // nothing can be scanned of it
	OneBarcode  Trouble = "one_barcode" // a barcode of it leads to other items, too
	NoCost      Trouble = "no_cost"     // its difference has no value
)

// lately is how long ago a transfer may have been begun that is not finished yet.
const lately = 7 * 24 * time.Hour

// shownTroubled is how many items of a trouble are named.
const shownTroubled = 20

// CheckCount asks what would go wrong in a count: one that is there, or one that is
// to be opened.
type CheckCount struct {
	Count agent.CountID   `json:"count,omitempty"`
	Type  agent.CountType `json:"type,omitempty"`
	Scope OpenScope       `json:"scope,omitzero"`
}

// CheckedCount is the answer to CheckCount.
type CheckedCount struct {
	Items    int64          `json:"items"` // that were looked at
	Troubles []TroubledList `json:"troubles"`
	// NotKnown says what nobody can tell beforehand.
	NotKnown []string `json:"not_known"`
	// AsOf is when the shop said the oldest of the numbers that it was looked at by.
	AsOf time.Time `json:"as_of,omitzero"`
	// Problem is why the shop could not be asked for newer ones.
	Problem *agent.Error `json:"problem,omitempty"`
	// Findings are what the doctor found when it asked the shop, and AtRisk the items of
	// them: those to count first, or not at all before something is put right.
	Findings []agent.Finding `json:"findings,omitempty"`
	AtRisk   []FoundItem     `json:"at_risk,omitempty"`
}

// TroubledList is the items of one kind of trouble.
type TroubledList struct {
	Trouble  Trouble     `json:"trouble"`
	Number   int64       `json:"number"`
	Items    []FoundItem `json:"items"` // the first of them
	Sentence string      `json:"sentence"`
}

func (s *Station) checkCount(ctx context.Context, c command, a CheckCount) (CheckedCount, error) {
	if err := c.caller.Require(agent.MayManage); err != nil {
		return CheckedCount{}, err
	}
	count := agent.Count{Type: cmp.Or(a.Type, agent.Cycle), Location: s.opts.Location}
	err := s.store.Read(ctx, func(v agent.View) (err error) {
		if a.Count != "" {
			count, err = findCount(v, a.Count)
		}
		return err
	})
	if err != nil {
		return CheckedCount{}, err
	}
	problem, err := s.learnAbout(ctx, count, a.Scope)
	if err == nil && a.Count == "" {
		count.Scope, err = s.scopeOf(ctx, count, a.Scope)
	}
	if err != nil {
		return CheckedCount{}, err
	}
	var checked CheckedCount
	var items []agent.Item
	err = s.store.Read(ctx, func(v agent.View) error {
		checked, items, err = s.check(v, count, problem)
		return err
	})
	if err != nil {
		return CheckedCount{}, err
	}
	s.examine(ctx, &checked, items)
	return checked, nil
}

// checking collects troubles.
type checking struct {
	station *Station
	count   agent.Count
	of      map[agent.ItemID]agent.Activity
	sending map[agent.ItemID]bool // other counts' adjustments that are on their way
	sharing map[agent.ItemID]bool // items with a barcode that another has, too
	items   map[Trouble][]FoundItem
	unasked int64        // items of which the shop was not asked for its number yet
	problem *agent.Error // why not
	asOf    time.Time
	under   agent.UnderWay
	on      map[agent.ItemID][]string // open transfers by item
	binned  bool                      // bins are known in this catalogue
}

// check looks at every item that a count may be about.
func (s *Station) check(v agent.View, count agent.Count, problem *agent.Error) (CheckedCount, []agent.Item, error) {
	all, err := v.Items()
	if err != nil {
		return CheckedCount{}, nil, err
	}
	items, err := aboutItems(v, count, all)
	if err != nil {
		return CheckedCount{}, nil, err
	}
	k := checking{station: s, count: count, problem: problem, of: map[agent.ItemID]agent.Activity{}, sending: map[agent.ItemID]bool{}, items: map[Trouble][]FoundItem{}}
	now := s.clock.Now().UTC()
	known, err := v.Activities(count.Location, now.AddDate(0, 0, -365), now.AddDate(0, 0, -91))
	if err != nil {
		return CheckedCount{}, nil, err
	}
	for _, a := range known.Items {
		k.of[a.Item] = a
	}
	open, err := v.Deliveries(agent.Pending, agent.Sending, agent.Staged, agent.InDoubt)
	if err != nil {
		return CheckedCount{}, nil, err
	}
	for _, d := range open {
		if d.Adjustment.Location == count.Location && d.Adjustment.Count != count.ID {
			k.sending[d.Adjustment.Item] = true
		}
	}
	k.sharing = sharing(all)
	k.binned = slices.ContainsFunc(all, func(item agent.Item) bool { return len(item.Bins) > 0 })
	if k.under, _, err = v.UnderWay(count.Location); err != nil {
		return CheckedCount{}, nil, err
	}
	k.on = onTransfers(k.under)
	for _, item := range items {
		k.look(item, now)
	}
	return CheckedCount{
		Items: int64(len(items)), Troubles: k.troubles(), NotKnown: k.notKnown(known.Moving), AsOf: k.asOf, Problem: problem,
	}, items, nil
}

// aboutItems returns the items that a count may be about: all of the catalogue where
// nothing is said.
func aboutItems(v agent.View, count agent.Count, all []agent.Item) ([]agent.Item, error) {
	switch {
	case count.Scope.Free():
		return all, nil
	case !count.Scope.HasList():
		return scope(v, count, nil, nil)
	}
	listed, err := count.Scope.Items, error(nil)
	if count.ID != "" {
		listed, err = v.Listed(count.ID)
	}
	asked := make(map[agent.ItemID]bool, len(listed))
	for _, id := range listed {
		asked[id] = true
	}
	return slices.DeleteFunc(slices.Clone(all), func(item agent.Item) bool { return !asked[item.ID] }), err
}

// sharing finds the items that have a barcode in common.
func sharing(all []agent.Item) map[agent.ItemID]bool {
	first := make(map[string]agent.ItemID, len(all))
	shared := map[agent.ItemID]bool{}
	for i := range all {
		for _, code := range all[i].Codes {
			key := barcode.Key(code.Text)
			if other, known := first[key]; known && other != all[i].ID {
				shared[other], shared[all[i].ID] = true, true
				continue
			}
			first[key] = all[i].ID
		}
	}
	return shared
}

// look notes what is the matter with an item.
func (k *checking) look(item agent.Item, now time.Time) {
	note := func(is bool, t Trouble) {
		if is {
			k.items[t] = append(k.items[t], FoundItem{Item: item.ID, SKU: item.SKU, Name: item.Name, Bins: item.Bins})
		}
	}
	a := k.of[item.ID]
	stated := !a.Book.At.At.IsZero()
	tracked := item.Tracked && (!stated || a.Book.Tracked)
	alone := k.station.opts.Alone
	note(!tracked && !alone, Untracked)
	note(tracked && a.Unknown && !alone, NoNumber)
	note(tracked && stated && !a.Book.Stocked, NotStocked)
	if tracked && !stated && !a.Unknown && !alone {
		k.unasked++
	}
	if at := a.Book.At.At; tracked && stated && (k.asOf.IsZero() || at.Before(k.asOf)) {
		k.asOf = at
	}
	note(tracked && stated && a.OnHand < 0, Negative)
	note(k.sending[item.ID], OnItsWay)
	note(a.Counting != "" && a.Counting != k.count.ID, InOther)
	note(len(k.on[item.ID]) > 0, OnTransfer)
	toldOf := !k.under.At.IsZero() && k.under.Problem == nil
	note(!toldOf && !a.Transferred.IsZero() && now.Sub(a.Transferred) < lately, Transferred)
	note(k.binned && len(item.Bins) == 0, NoShelf)
	note(len(item.Codes) == 0, NoBarcode)
	note(k.sharing[item.ID], OneBarcode)
	note(item.Cost.Currency == "", NoCost)
}

// troubleWords are what is said about one item, and about several.
var troubleWords = []struct {
	trouble   Trouble
	one, more string
}{
	{Untracked, "of 1 item the shop keeps no number: counting it corrects nothing", "of %d items the shop keeps no number: counting them corrects nothing"},
	{NoNumber, "the shop has no number of 1 item: it is compared with nothing", "the shop has no number of %d items: they are compared with nothing"},
	{NotStocked, "1 item is not stocked here in the shop: what is counted of it can't be put on the books", "%d items are not stocked here in the shop: what is counted of them can't be put on the books"},
	{Negative, "1 item is below zero on the books: something that came was not booked", "%d items are below zero on the books: something that came was not booked"},
	{OnItsWay, "of 1 item an adjustment of another count has not arrived: it waits for that", "of %d items an adjustment of another count has not arrived: they wait for that"},
	{InOther, "1 item is being counted in another count", "%d items are being counted in other counts"},
	{OnTransfer, "1 item is on a transfer that is not ended: goods on their way are missing in both places, so end it before counting", "%d items are on transfers that are not ended: goods on their way are missing in both places, so end these before counting"},
	{Transferred, "1 item was moved by a transfer in the last 7 days: look whether all of it has arrived", "%d items were moved by a transfer in the last 7 days: look whether all of it has arrived"},
	{NoShelf, "1 item has no shelf: nobody who walks along the shelves will find it", "%d items have no shelf: nobody who walks along the shelves will find them"},
	{NoBarcode, "1 item has no barcode: its quantity is typed", "%d items have no barcode: their quantities are typed"},
	{OneBarcode, "1 item shares a barcode with another: its scans do not tell which it is", "%d items share barcodes with others: their scans do not tell which it is"},
	{NoCost, "1 item has no cost: a difference of it has no value", "%d items have no cost: a difference of them has no value"},
}

func (k *checking) troubles() []TroubledList {
	list := []TroubledList{}
	for _, w := range troubleWords {
		items := k.items[w.trouble]
		if len(items) == 0 {
			continue
		}
		text := w.one
		if len(items) > 1 {
			text = fmt.Sprintf(w.more, len(items))
		}
		if w.trouble == OnTransfer {
			text += k.transferNames(items)
		}
		list = append(list, TroubledList{
			Trouble: w.trouble, Number: int64(len(items)), Items: items[:min(len(items), shownTroubled)],
			Sentence: sentenceOf(text),
		})
	}
	return list
}

// sentenceOf makes a sentence of a clause.
func sentenceOf(text string) string {
	if text[0] >= 'a' && text[0] <= 'z' {
		text = string(text[0]-'a'+'A') + text[1:]
	}
	return text + "."
}

// notKnown says what nobody can tell beforehand.
func (k *checking) notKnown(moving time.Time) []string {
	opts := k.station.opts
	list := []string{}
	switch {
	case opts.Alone:
		return []string{"No shop system is connected: nothing is compared, whatever is counted."}
	case !opts.Feed:
		list = append(list, "This shop does not tell what is sold: sales between its statement and the count look like differences.")
	case moving.IsZero():
		list = append(list, "No movement is known yet: whether a transfer was begun lately can't be told.")
	}
	if k.unasked > 0 {
		list = append(list, k.unaskedSentence())
	}
	if text := k.transfersUnknown(); text != "" {
		list = append(list, text)
	}
	return list
}
