package shopifysim

import (
	"cmp"
	"slices"
	"time"
)

// orders lists orders as the search index knows them, oldest update first where
// that is asked for.
func (x *execution) orders(args arguments) any {
	terms := x.search(args, "updated_at", "created_at", "processed_at", "source_name", "status")
	var rows []row
	for _, o := range x.shop.orders {
		indexed := x.indexed(o)
		if indexed.IsZero() || !matches(terms, o.searchable(indexed, terms)) {
			continue
		}
		by := o.processed
		if args.text("sortKey") == "UPDATED_AT" {
			by = indexed
		}
		rows = append(rows, row{
			by.UTC().Format(time.RFC3339) + "/" + position(int(o.serial)),
			func() object { return x.orderObject(o) },
		})
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.position, b.position) })
	return x.connection("OrderConnection", rows, args)
}

// indexed is the order's last update that has reached the search index; zero if
// none has.
func (x *execution) indexed(o *order) time.Time {
	seen := x.shop.options.Now().Add(-x.shop.options.SearchLag)
	var last time.Time
	for _, at := range o.updates {
		if !at.After(seen) {
			last = at
		}
	}
	return last
}

func (o *order) searchable(indexed time.Time, terms []term) map[string]string {
	values := map[string]string{
		"updated_at":   indexed.Format(time.RFC3339),
		"created_at":   o.created.Format(time.RFC3339),
		"processed_at": o.processed.Format(time.RFC3339),
		"source_name":  o.source,
	}
	for _, t := range terms {
		if t.key == "status" && t.value == "any" {
			values["status"] = "any"
		}
	}
	return values
}

func (x *execution) orderObject(o *order) object {
	var retail object
	if o.retail {
		retail = x.locationByID(o.location)
	}
	fulfilments, refunds := []object{}, []object{}
	for _, sent := range o.fulfilments {
		fulfilments = append(fulfilments, x.fulfilmentObject(o, sent))
	}
	for _, back := range o.refunds {
		refunds = append(refunds, x.refundObject(o, back))
	}
	return object{
		"__typename": "Order", "id": o.id, "name": o.name,
		"createdAt": o.created, "processedAt": o.processed, "updatedAt": o.updates[len(o.updates)-1], "cancelledAt": o.cancelled,
		"sourceName": o.source, "sourceIdentifier": orNull(o.sourceID), "retailLocation": retail,
		"fulfillments": fulfilments, "refunds": refunds,
	}
}

func (x *execution) fulfilmentObject(o *order, sent *parcel) object {
	status, updated := "SUCCESS", sent.created
	if !sent.cancelled.IsZero() {
		status, updated = "CANCELLED", sent.cancelled
	}
	return object{
		"__typename": "Fulfillment", "id": sent.id, "createdAt": sent.created, "updatedAt": updated,
		"status": status, "location": x.locationByID(o.location),
		"fulfillmentLineItems": x.parcelLines("FulfillmentLineItem", sent, object{}),
	}
}

func (x *execution) refundObject(o *order, back *parcel) object {
	more := object{"restockType": back.restock, "location": x.locationByID(o.location)}
	if back.restock == notReturn {
		more["location"] = object(nil)
	}
	return object{
		"__typename": "Refund", "id": back.id, "createdAt": back.created,
		"refundLineItems": x.parcelLines("RefundLineItem", back, more),
	}
}

// parcelLines is a connection of a parcel's lines; more are fields that all of
// them have.
func (x *execution) parcelLines(typeName string, p *parcel, more object) func(arguments) any {
	return func(args arguments) any {
		var rows []row
		for i, line := range p.lines {
			rows = append(rows, row{position(i), func() object { return x.lineObject(typeName, line, more) }})
		}
		return x.connection(typeName+"Connection", rows, args)
	}
}

func (x *execution) lineObject(typeName string, line parcelLine, more object) object {
	made := object{
		"__typename": typeName, "id": line.id, "quantity": line.quantity,
		"lineItem": x.soldObject(line.sold),
	}
	for name, value := range more {
		made[name] = value
	}
	return made
}

// soldObject has no variant once the item was removed.
func (x *execution) soldObject(sold *orderLine) object {
	var variant object
	if !sold.item.removed {
		variant = x.variantObject(sold.item)
	}
	return object{"__typename": "LineItem", "variant": variant}
}
