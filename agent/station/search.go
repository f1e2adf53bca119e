package station

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// Most results that a page is given at once.
const (
	defaultFound = 20
	maxFound     = 100
	maxScans     = 1_000 // see ScansOf.Before
)

// SearchCatalog looks for items by a part of their name or SKU, or by a barcode.
type SearchCatalog struct {
	Text  string `json:"text"`
	Limit int    `json:"limit,omitempty"`
}

// FoundItem is an item as whoever counts may see it: without its cost.
type FoundItem struct {
	Item agent.ItemID `json:"item"`
	SKU  string       `json:"sku"`
	Name string       `json:"name"`
	Bins []agent.Bin  `json:"bins"`
}

func (s *Station) searchCatalog(ctx context.Context, c command, a SearchCatalog) ([]FoundItem, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return nil, err
	}
	text := strings.ToLower(strings.TrimSpace(a.Text))
	if text == "" {
		return []FoundItem{}, nil
	}
	if a.Limit <= 0 || a.Limit > maxFound {
		a.Limit = defaultFound
	}
	var found []FoundItem
	err := s.store.Read(ctx, func(v agent.View) error {
		items, err := v.Items()
		if err != nil {
			return err
		}
		found, err = s.withTaught(v, a.Text, best(items, text, a.Limit))
		return err
	})
	return found, err
}

// best returns the items that fit a text, those that fit it best first.
func best(items []agent.Item, text string, limit int) []FoundItem {
	type hit struct {
		item agent.Item
		rank int
	}
	key := barcode.Key(text)
	var hits []hit
	for _, item := range items {
		if rank := fit(item, text, key); rank > 0 {
			hits = append(hits, hit{item, rank})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.item.Name, b.item.Name), cmp.Compare(a.item.SKU, b.item.SKU))
	})
	found := make([]FoundItem, 0, min(limit, len(hits)))
	for _, h := range hits[:min(limit, len(hits))] {
		found = append(found, FoundItem{Item: h.item.ID, SKU: h.item.SKU, Name: h.item.Name, Bins: h.item.Bins})
	}
	return found
}

// fit tells how well an item fits a text in lower case: 1 is best, 0 not at all.
func fit(item agent.Item, text, key string) int {
	sku, name := strings.ToLower(item.SKU), strings.ToLower(item.Name)
	switch {
	case sku == text, slices.ContainsFunc(item.Codes, func(b agent.Barcode) bool { return barcode.Key(b.Text) == key }):
		return 1
	case strings.HasPrefix(name, text), strings.HasPrefix(sku, text):
		return 2
	case strings.Contains(name, text), strings.Contains(sku, text),
		slices.ContainsFunc(item.Codes, func(b agent.Barcode) bool { return strings.Contains(strings.ToLower(b.Text), text) }):
		return 3
	}
	return 0
}

// ScansOf asks for the scans that made an item's quantity. Whoever only counts is told of
// the newest round alone that asks for the item: what is verified must not be known.
type ScansOf struct {
	Count  agent.CountID `json:"count"`
	Item   agent.ItemID  `json:"item"`
	Bin    *agent.Bin    `json:"bin,omitempty"`    // nil: in all bins
	Before agent.Seq     `json:"before,omitempty"` // those older than this row
}

// ItemScans is the answer to ScansOf: the newest of them, oldest first, and how many
// there are in all. Whoever wants the others asks for those before the first.
type ItemScans struct {
	Scans []agent.ShownScan `json:"scans"`
	Total int64             `json:"total"`
	// Lots are what was counted of each lot, where codes say so.
	Lots []agent.Lot `json:"lots,omitempty"`
}

func (s *Station) scansOf(ctx context.Context, c command, a ScansOf) (ItemScans, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return ItemScans{}, err
	}
	var answer ItemScans
	err := s.store.Read(ctx, func(v agent.View) error {
		if _, err := findCount(v, a.Count); err != nil {
			return err
		}
		query := agent.ScanQuery{Count: a.Count, Item: a.Item, Bin: a.Bin, Limit: maxScans}
		if !c.caller.May(agent.MayManage) {
			recounts, err := v.Recounts(a.Count)
			if err != nil {
				return err
			}
			query.From = agent.AskedAgain(recounts)[a.Item]
		}
		var err error
		if answer.Total, err = v.ScanCount(query); err != nil {
			return err
		}
		if a.Before == 0 {
			if answer.Lots, err = lotsOf(v, query); err != nil {
				return err
			}
		}
		query.Before = a.Before
		scans, err := v.Scans(query)
		if err != nil {
			return err
		}
		slices.Reverse(scans)
		answer.Scans, err = agent.Show(v, scans)
		return err
	})
	return answer, err
}

// lotsOf splits what was counted of an item by lots.
func lotsOf(v agent.View, q agent.ScanQuery) ([]agent.Lot, error) {
	q.Limit = wholeCount
	scans, err := v.Scans(q)
	if err != nil {
		return nil, err
	}
	slices.Reverse(scans)
	undone, err := v.Voided(seqsOf(scans)...)
	return agent.LotsOf(scans, undone), err
}
