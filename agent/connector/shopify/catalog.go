package shopify

import (
	"context"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
)

// Catalog implements agent.Connector: the shop's variants, whether they are
// stocked at the location or not. Bundles are left out, since their quantity
// follows from their parts.
func (c *Connector) Catalog(ctx context.Context, location agent.LocationID, cursor string) (agent.Page[agent.Item], error) {
	if err := c.use(location); err != nil {
		return agent.Page[agent.Item]{}, err
	}
	var after *string
	if cursor != "" {
		after = &cursor
	}
	var page agent.Page[agent.Item]
	err := c.steadily(ctx, func() (err error) {
		page, err = c.variants(ctx, after)
		return err
	})
	return page, plain(err)
}

func (c *Connector) variants(ctx context.Context, after *string) (agent.Page[agent.Item], error) {
	answered, _, err := admin.CatalogPage(ctx, c.client, c.sizes.variants, after, nil)
	switch {
	case halve(&c.sizes.variants, err):
		return c.variants(ctx, after)
	case err != nil:
		return agent.Page[agent.Item]{}, err
	case answered.ProductVariants.Nodes == nil || answered.Shop.CurrencyCode == "":
		return agent.Page[agent.Item]{}, senseless("it holds no catalogue")
	}
	c.steer(&c.sizes.variants, "CatalogPage", 250)
	return c.catalogPage(ctx, answered, after)
}

func (c *Connector) catalogPage(ctx context.Context, answered *admin.CatalogPageResponse, after *string) (agent.Page[agent.Item], error) {
	variants := answered.ProductVariants.Nodes
	codes, err := c.barcodes(ctx, variants)
	if err != nil {
		return agent.Page[agent.Item]{}, err
	}
	var page agent.Page[agent.Item]
	for _, v := range variants {
		switch {
		case v.RequiresComponents:
			page.Skipped = append(page.Skipped, bundle(v))
		case !itemGID.MatchString(v.InventoryItem.Id):
			return page, senseless("a variant has no inventory item")
		default:
			page.Rows = append(page.Rows, itemOf(v, answered.Shop.CurrencyCode, codes[v.Id]))
		}
	}
	cursor, err := next(answered.ProductVariants.PageInfo, after)
	if cursor != nil {
		page.Next, page.More = *cursor, true
	}
	return page, err
}

func bundle(v admin.Variant) agent.Finding {
	return agent.Finding{
		Severity: agent.Warning, Code: "shopify.bundle",
		What:  "\"" + clip(v.DisplayName, 100) + "\" is made of other items and was left out.",
		Means: "Its quantity follows from its parts.", Do: "Count its parts.",
	}
}

func itemOf(v admin.Variant, currency string, codes []string) agent.Item {
	item := agent.Item{
		ID: agent.ItemID(v.InventoryItem.Id), Tracked: v.InventoryItem.Tracked,
		// A product without variants has one of this title.
		Name:  strings.TrimSuffix(v.DisplayName, " - Default Title"),
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
		if text = strings.TrimSpace(text); text != "" && !slices.Contains(seen, text) {
			seen = append(seen, text)
			item.Codes = append(item.Codes, agent.Barcode{Text: text, Pack: 1})
		}
	}
	return item
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
