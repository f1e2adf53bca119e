package shopifysim

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
)

// needs are the scopes that the fields of the roots demand.
var needs = map[string]string{
	"productVariants":           "read_products",
	"productVariantsCount":      "read_products",
	"bulkOperationRunQuery":     "read_products",
	"locations":                 "read_locations",
	"nodes":                     "read_inventory",
	"orders":                    "read_orders",
	"inventoryTransfers":        "read_inventory_transfers",
	"shopifyqlQuery":            "read_reports",
	"inventorySetQuantities":    "write_inventory",
	"inventoryAdjustQuantities": "write_inventory",
}

// root carries out the fields of an operation one after another.
func (x *execution) root(operation *ast.OperationDefinition) map[string]any {
	resolvers := object{
		"shop":                   x.shopObject,
		"currentAppInstallation": x.installation,
		"locations":              x.locations,
		"productVariants":        x.variants,
		"productVariantsCount":   x.variantsCount,
		"bulkOperation":          x.bulkOperation,
		"nodes":                  x.nodes,
		"node":                   func(args arguments) any { return x.node(args.text("id")) },
		"orders":                 x.orders,
		"inventoryTransfers":     x.transferList,
		"shopifyqlQuery":         x.shopifyql,
	}
	data := map[string]any{}
	for _, selected := range operation.SelectionSet {
		field, ok := selected.(*ast.Field)
		switch {
		case !ok:
			x.fail(problem{message: "The simulated shop does not know fragments on a root.", code: "BAD_REQUEST"})
		case field.Name == "__typename":
			data[field.Alias] = field.ObjectDefinition.Name
		case !x.allowed(field):
		case bulkMutations[field.Name] != nil:
			data[field.Alias] = x.project(field.SelectionSet, bulkMutations[field.Name](x, field.ArgumentMap(x.variables)))
		case operation.Operation == ast.Mutation:
			data[field.Alias] = x.mutate(field)
		default:
			data[field.Alias] = x.field(field, resolvers)
		}
	}
	return data
}

func (x *execution) allowed(field *ast.Field) bool {
	scope := needs[field.Name]
	if scope == "" || slices.Contains(x.shop.scopes, scope) {
		return true
	}
	access := "`" + scope + "` access scope."
	x.fail(problem{
		message: "Access denied for " + field.Name + " field. Required access: " + access,
		code:    "ACCESS_DENIED", path: []any{field.Alias}, more: map[string]any{"requiredAccess": access},
	})
	return false
}

func (x *execution) fail(p problem) { x.problems = append(x.problems, p) }

func (x *execution) shopObject(arguments) any {
	return object{
		"__typename": "Shop", "id": "gid://shopify/Shop/1", "name": x.shop.options.Name,
		"currencyCode": x.shop.options.Currency, "myshopifyDomain": "simulated-shop.myshopify.com", "ianaTimezone": "Europe/Berlin",
		"plan": object{"__typename": "ShopPlan", "publicDisplayName": x.shop.options.Plan},
	}
}

func (x *execution) installation(arguments) any {
	scopes := []object{}
	for _, scope := range x.shop.scopes {
		scopes = append(scopes, object{"__typename": "AccessScope", "handle": scope})
	}
	return object{
		"__typename": "AppInstallation", "id": "gid://shopify/AppInstallation/1", "accessScopes": scopes,
		"app": object{"__typename": "App", "id": "gid://shopify/App/1", "title": "Stockhand"},
	}
}

func (x *execution) locations(args arguments) any {
	inactive, _ := args["includeInactive"].(bool)
	var rows []row
	for i, at := range x.shop.locations {
		if at.active || inactive {
			rows = append(rows, row{position(i), func() object { return locationObject(at) }})
		}
	}
	return x.connection("LocationConnection", rows, args)
}

func locationObject(at *location) object {
	return object{
		"__typename": "Location", "id": at.id, "name": at.name,
		"isActive": at.active, "isFulfillmentService": at.service,
	}
}

func (x *execution) locationByID(id string) object {
	if at := x.shop.location(id); at != nil {
		return locationObject(at)
	}
	return nil
}

func (x *execution) variants(args arguments) any {
	terms := x.search(args, "sku", "barcode", "updated_at")
	asks := slices.ContainsFunc(terms, func(t term) bool { return t.key == "updated_at" })
	var rows []row
	for i, it := range x.shop.items {
		late := asks && x.shop.options.Now().Sub(it.updated) < x.shop.options.SearchLag
		values := map[string]string{"sku": it.SKU, "barcode": it.Barcode, "updated_at": it.updated.UTC().Format(time.RFC3339)}
		if !it.removed && !late && matches(terms, values) {
			rows = append(rows, row{position(i), func() object { return x.variantObject(it) }})
		}
	}
	return x.connection("ProductVariantConnection", rows, args)
}

func (x *execution) variantObject(it *item) object {
	return object{
		"__typename": "ProductVariant", "id": it.ids.Variant,
		"sku": orNull(it.SKU), "barcode": orNull(it.Barcode), "displayName": it.Title,
		"price": cmp.Or(it.Price, "0.00"), "requiresComponents": it.Bundle, "inventoryPolicy": policy(it), "inventoryItem": x.itemObject(it),
		"barcodes": func(args arguments) any { return x.barcodes(it, args) },
	}
}

// barcodes are an item's first barcode and its others.
func (x *execution) barcodes(it *item, args arguments) any {
	var rows []row
	for _, code := range append([]string{it.Barcode}, it.Barcodes...) {
		if code != "" {
			made := object{"__typename": "ProductVariantBarcode", "value": code}
			rows = append(rows, row{position(len(rows)), func() object { return made }})
		}
	}
	return x.connection("ProductVariantBarcodeConnection", rows, args)
}

func (x *execution) itemObject(it *item) object {
	var cost object
	if it.Cost != "" {
		cost = object{"__typename": "MoneyV2", "amount": it.Cost, "currencyCode": x.shop.options.Currency}
	}
	return x.survey(it, object{
		"__typename": "InventoryItem", "id": it.ids.Item, "tracked": it.Tracked, "unitCost": cost,
		"inventoryLevel": func(args arguments) any {
			l := it.levels[args.text("locationId")]
			inactive, _ := args["includeInactive"].(bool)
			if l == nil || !l.active && !inactive {
				return nil
			}
			return x.levelObject(l)
		},
	})
}

func (x *execution) levelObject(l *level) object {
	return object{
		"__typename": "InventoryLevel", "id": l.id, "createdAt": l.created, "isActive": l.active,
		"quantities": func(args arguments) any {
			quantities := []object{}
			names, _ := args["names"].([]any)
			for _, name := range names {
				name, _ := name.(string)
				if !slices.Contains(stateNames, name) {
					x.fail(problem{message: fmt.Sprintf("%q is not the name of a quantity.", name), code: "INVALID_FIELD_ARGUMENTS"})
				}
				held := l.states[name]
				quantities = append(quantities, object{
					"__typename": "InventoryQuantity", "name": name, "quantity": held.units, "updatedAt": held.changed,
				})
			}
			return quantities
		},
	}
}

func (x *execution) nodes(args arguments) any {
	ids, _ := args["ids"].([]any)
	if len(ids) > pageLimit {
		x.tooMany("ids")
		return nil
	}
	found := make([]object, len(ids))
	for i, id := range ids {
		id, _ := id.(string)
		found[i] = x.node(id)
	}
	return found
}

// node finds what has an id of its own in the schema that we use.
func (x *execution) node(id string) object {
	if it := x.shop.byItem[id]; it != nil && !it.removed {
		return x.itemObject(it)
	}
	if it := x.shop.byVariant[id]; it != nil && !it.removed {
		return x.variantObject(it)
	}
	if made := x.shop.groups[id]; made != nil {
		return x.groupObject(made)
	}
	if o, sent := x.shop.fulfilment(id); sent != nil {
		return x.fulfilmentObject(o, sent)
	}
	for _, o := range x.shop.orders {
		for _, back := range o.refunds {
			if back.id == id {
				return x.refundObject(o, back)
			}
		}
	}
	return x.transferNode(id)
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
