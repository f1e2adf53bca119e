package shopifysim

import "strings"

// survey adds to an item what can make a count of it go wrong (shopify.md 1.5 and 5:
// tracking that is locked, an oversell policy, bundles, a SKU on several items, stock
// elsewhere).
func (x *execution) survey(it *item, made object) object {
	reason := any(nil)
	if it.Locked != "" {
		reason = it.Locked
	}
	made["sku"] = orNull(it.SKU)
	made["trackedEditable"] = object{"__typename": "EditableProperty", "locked": it.Locked != "", "reason": reason}
	made["duplicateSkuCount"] = func(arguments) any { return x.sharedSKU(it) }
	made["inventoryHistoryUrl"] = "https://simulated-shop.myshopify.com/admin/products/inventory/" + number(it.ids.Item) + "/inventory_history"
	made["inventoryLevels"] = func(args arguments) any { return x.levels(it, args) }
	made["variants"] = func(args arguments) any {
		return x.connection("ProductVariantConnection", []row{{position(0), func() object { return x.variantObject(it) }}}, args)
	}
	return made
}

// sharedSKU is how many items have the SKU of one. Whether an item is counted among
// those that share its SKU is not documented: Options.SKUCountsItself.
func (x *execution) sharedSKU(it *item) int {
	n := 0
	for _, other := range x.shop.items {
		if other != it && !other.removed && other.SKU == it.SKU && strings.TrimSpace(it.SKU) != "" {
			n++
		}
	}
	if x.shop.options.SKUCountsItself && it.SKU != "" {
		n++
	}
	return n
}

// levels are an item's levels at all locations, in the order in which these were
// opened.
func (x *execution) levels(it *item, args arguments) any {
	inactive, _ := args["includeInactive"].(bool)
	var rows []row
	for i, at := range x.shop.locations {
		l := it.levels[at.id]
		if l == nil || !l.active && !inactive {
			continue
		}
		rows = append(rows, row{position(i), func() object {
			made := x.levelObject(l)
			made["location"] = locationObject(at)
			return made
		}})
	}
	return x.connection("InventoryLevelConnection", rows, args)
}

// policy says whether an item goes on being sold below zero (shopify.md 5, row 12).
func policy(it *item) string {
	if it.Oversell {
		return "CONTINUE"
	}
	return "DENY"
}
