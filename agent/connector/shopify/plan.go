package shopify

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"github.com/Khan/genqlient/graphql"
	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
)

// The ways to write, as people see them.
const (
	modeSet    = "set on hand, compared"
	modeAdjust = "change available, compared"
)

const (
	// reason is the shop's word for a count.
	reason = "cycle_count_available"
	// most units that the shop takes.
	largest = 1_000_000_000
)

var locationGID = regexp.MustCompile(`^gid://shopify/Location/[0-9]{1,20}$`)

// Plan implements agent.Connector. On hand is set from what was observed to the
// target. A set can't make on hand negative; where a line must, the whole request
// changes what is available by the difference instead, compared with what was
// observed to be available: on hand moves by the same.
func (c *Connector) Plan(op agent.Operation) (agent.Document, error) {
	if err := writable(op); err != nil {
		return agent.Document{}, err
	}
	mode, call := modeSet, setCall(op)
	if slices.ContainsFunc(op.Lines, func(l agent.Planned) bool { return l.Target < 0 }) {
		mode, call = modeAdjust, adjustCall(op)
	}
	body, err := admin.Body(call)
	if err != nil {
		return agent.Document{}, fmt.Errorf("write the request's body: %w", err)
	}
	return agent.Document{Key: op.Key, Body: body, Mode: mode}, nil
}

// writable refuses what the shop would refuse whatever happens.
func writable(op agent.Operation) error {
	switch {
	case !locationGID.MatchString(string(op.Location)):
		return unwritable(fmt.Sprintf("%q is not a location of a Shopify shop.", op.Location), "Choose the location anew in the settings.")
	case len(op.Lines) == 0 || len(op.Lines) > maxLines:
		return unwritable(fmt.Sprintf("A request has 1 to %d lines, not %d.", maxLines, len(op.Lines)), "Report this: it is a mistake of the agent.")
	}
	seen := make(map[agent.ItemID]bool, len(op.Lines))
	for _, l := range op.Lines {
		switch {
		case !itemGID.MatchString(string(l.Item)):
			return unwritable(fmt.Sprintf("%q is not an item of a Shopify shop.", l.Item), "Read the catalogue from the shop, then count the item again.")
		case l.Target > largest || l.Target < -largest || l.Observed.OnHand > largest || l.Observed.OnHand < -largest:
			return unwritable(fmt.Sprintf("The quantity %d is larger than the shop takes.", l.Target), "Recount the item: a barcode may have been typed as a quantity.")
		case seen[l.Item]:
			return unwritable(fmt.Sprintf("%s stands in two lines.", l.Item), "Report this: it is a mistake of the agent.")
		case l.Target != l.Observed.OnHand+l.Delta:
			return unwritable(fmt.Sprintf("%d and %+d do not make %d.", l.Observed.OnHand, l.Delta, l.Target), "Report this: it is a mistake of the agent.")
		}
		seen[l.Item] = true
	}
	return nil
}

func unwritable(what, do string) *agent.Error {
	return &agent.Error{Code: "shopify.unwritable", Class: agent.Refuse, What: what, Means: "The adjustment can't be sent.", Do: do}
}

// document is what the shop's history shows beside the change.
func document(op agent.Operation) *string {
	uri := "gid://stockhand/CycleCount/" + string(op.Count) + "." + string(op.Request)
	return &uri
}

func setCall(op agent.Operation) func(graphql.Client) error {
	input := admin.InventorySetQuantitiesInput{Name: "on_hand", Reason: reason, ReferenceDocumentUri: document(op)}
	for _, l := range op.Lines {
		from := int(l.Observed.OnHand)
		input.Quantities = append(input.Quantities, admin.InventoryQuantityInput{
			InventoryItemId: string(l.Item), LocationId: string(op.Location), Quantity: int(l.Target), ChangeFromQuantity: &from,
		})
	}
	return func(c graphql.Client) error {
		_, _, err := admin.SetQuantities(context.Background(), c, input, op.Key)
		return err
	}
}

func adjustCall(op agent.Operation) func(graphql.Client) error {
	input := admin.InventoryAdjustQuantitiesInput{Name: "available", Reason: reason, ReferenceDocumentUri: document(op)}
	for _, l := range op.Lines {
		from := int(l.Observed.Available)
		input.Changes = append(input.Changes, admin.InventoryChangeInput{
			InventoryItemId: string(l.Item), LocationId: string(op.Location), Delta: int(l.Delta), ChangeFromQuantity: &from,
		})
	}
	return func(c graphql.Client) error {
		_, _, err := admin.AdjustQuantities(context.Background(), c, input, op.Key)
		return err
	}
}
