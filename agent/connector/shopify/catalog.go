package shopify

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
)

// catalogPages returns the next page of a catalogue that is read page by page.
func (c *Connector) catalogPages(ctx context.Context, l *listing) (agent.Page[agent.Item], error) {
	var page agent.Page[agent.Item]
	var after *string
	err := c.steadily(ctx, func() (err error) {
		page, after, err = c.variants(ctx, l.after, nil)
		return err
	})
	l.after, l.ended = after, err == nil && after == nil
	page.Progress = agent.Progress{Stage: agent.Storing, Of: l.size}
	return page, err
}

// variants returns a page of variants that a query finds, and where the next one
// begins.
func (c *Connector) variants(ctx context.Context, after, query *string) (agent.Page[agent.Item], *string, error) {
	answered, _, err := admin.CatalogPage(ctx, c.client, c.sizes.variants, after, query)
	switch {
	case halve(&c.sizes.variants, err):
		return c.variants(ctx, after, query)
	case err != nil:
		return agent.Page[agent.Item]{}, nil, err
	case answered.ProductVariants.Nodes == nil || answered.Shop.CurrencyCode == "":
		return agent.Page[agent.Item]{}, nil, senseless("it holds no catalogue")
	}
	c.steer(&c.sizes.variants, "CatalogPage", 250)
	var page agent.Page[agent.Item]
	variants := answered.ProductVariants.Nodes
	codes, err := c.barcodes(ctx, variants)
	if err != nil {
		return page, nil, err
	}
	for _, v := range variants {
		c.admit(&page, v, answered.Shop.CurrencyCode, codes[v.Id])
	}
	more, err := next(answered.ProductVariants.PageInfo, after)
	return page, more, err
}

// admit adds a variant to a page, or says why it is left out.
func (c *Connector) admit(page *agent.Page[agent.Item], v admin.Variant, currency string, codes []string) {
	switch {
	case v.RequiresComponents:
		page.Skipped = append(page.Skipped, bundle(v))
	case !itemGID.MatchString(v.InventoryItem.Id):
		page.Skipped = append(page.Skipped, leftOut(v, "has no stock of its own in the shop", "Delete it in the shop and add it again."))
	default:
		item, unusable := itemOf(v, currency, codes)
		page.Rows = append(page.Rows, item)
		for _, text := range unusable {
			page.Skipped = append(page.Skipped, unusableCode(item, text))
		}
	}
}

func bundle(v admin.Variant) agent.Finding {
	f := leftOut(v, "is made of other items", "Count its parts.")
	f.Code, f.Means = "shopify.bundle", "Its quantity follows from its parts."
	return f
}

func leftOut(v admin.Variant, why, do string) agent.Finding {
	name := "An item without a name"
	if shown := tidy(v.DisplayName, 100); shown != "" {
		name = "\"" + shown + "\""
	}
	return agent.Finding{
		Severity: agent.Warning, Code: "shopify.row", What: name + " " + why + " and was left out.",
		Means: "It can't be counted.", Do: do,
	}
}

func unusableCode(item agent.Item, text string) agent.Finding {
	return agent.Finding{
		Severity: agent.Warning, Code: "shopify.barcode",
		What:  "A barcode of \"" + clip(item.Name, 100) + "\" is longer than any that can be printed: " + clip(text, 30) + ".",
		Means: "The item is in the catalogue without this barcode.", Do: "Correct the barcode in the shop.",
	}
}

const (
	nameMost = 500 // characters of a name that are kept
	codeMost = 128 // of a barcode; what is longer no scanner reads in one go
)

// tidy makes one line of a text of the shop. Markup in it is text like any other:
// whoever shows it must show it as such.
func tidy(text string, most int) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	return clip(text, most)
}

// itemOf returns a variant as an item, and the barcodes that are none.
func itemOf(v admin.Variant, currency string, codes []string) (item agent.Item, unusable []string) {
	item = agent.Item{
		ID: agent.ItemID(v.InventoryItem.Id), Tracked: v.InventoryItem.Tracked,
		// A product without variants has one of this title.
		Name:  strings.TrimSuffix(tidy(v.DisplayName, nameMost), " - Default Title"),
		Price: money(v.Price, currency),
	}
	if v.Sku != nil {
		item.SKU = strings.TrimSpace(*v.Sku)
	}
	if cost := v.InventoryItem.UnitCost; cost != nil {
		item.Cost = money(cost.Amount, cost.CurrencyCode)
	}
	if v.Barcode != nil {
		codes = append([]string{*v.Barcode}, codes...)
	}
	var seen []string
	for _, text := range codes {
		text = strings.TrimSpace(text)
		switch {
		case text == "" || slices.Contains(seen, text):
		case len(text) > codeMost:
			unusable = append(unusable, text)
		default:
			item.Codes = append(item.Codes, agent.Barcode{Text: text, Pack: 1})
		}
		seen = append(seen, text)
	}
	return item, unusable
}

// few is the number of barcodes that are asked for of every variant, most the
// number that a variant can have.
const few, most = 5, 20

// barcodes asks for all barcodes of the variants, by variant. A shop that knows
// one barcode a variant only is not asked again.
func (c *Connector) barcodes(ctx context.Context, variants []admin.Variant) (map[string][]string, error) {
	found := make(map[string][]string)
	var ids []string
	for _, v := range variants {
		ids = append(ids, v.Id)
	}
	ask := func(first int, size *int, ids []string) (more []string, err error) {
		for len(ids) > 0 && !c.single {
			n := min(*size, len(ids))
			rest, err := c.barcodePage(ctx, ids[:n], first, found)
			if halve(size, err) {
				continue
			}
			if isInvalid(err) {
				c.single = true
				return nil, nil
			}
			if err != nil {
				return nil, plain(err)
			}
			more, ids = append(more, rest...), ids[n:]
		}
		return more, nil
	}
	more, err := ask(few, &c.sizes.barcodes, ids)
	if err == nil && len(more) > 0 {
		size := max(c.sizes.barcodes/4, 1)
		_, err = ask(most, &size, more)
	}
	return found, err
}

// barcodePage adds what some variants have to found, and returns those that have
// more.
func (c *Connector) barcodePage(ctx context.Context, ids []string, first int, found map[string][]string) (more []string, err error) {
	page, _, err := admin.BarcodesByVariants(ctx, c.client, ids, first)
	if err != nil {
		return nil, err
	}
	for _, node := range page.Nodes {
		if node == nil {
			continue
		}
		variant, ok := (*node).(*admin.BarcodeNodeProductVariant)
		if !ok {
			continue
		}
		var texts []string
		for _, b := range variant.Barcodes.Nodes {
			texts = append(texts, b.Value)
		}
		found[variant.Id] = texts
		if variant.Barcodes.PageInfo.HasNextPage {
			more = append(more, variant.Id)
		}
	}
	return more, nil
}
