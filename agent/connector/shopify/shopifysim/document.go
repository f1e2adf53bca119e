package shopifysim

import (
	"regexp"
	"slices"
	"strconv"
)

// reasons are the reasons that a change of quantities can have.
var reasons = []string{
	"correction", "cycle_count_available", "damaged", "movement_created", "movement_updated",
	"movement_received", "movement_canceled", "other", "promotion", "quality_control", "received",
	"reservation_created", "reservation_deleted", "reservation_updated", "restock", "safety_stock", "shrinkage",
}

// documentURI has an app, a type and an id.
var documentURI = regexp.MustCompile(`^gid://([^/\s]+)/[^/\s]+/[^\s]+$`)

// document checks the reason and the reference document of a call.
func (c *checker) document() {
	if !slices.Contains(reasons, c.text("reason")) {
		c.refuse("INVALID_REASON", "The specified reason is invalid.", "reason")
	}
	if uri, given := c.input["referenceDocumentUri"].(string); given && !documentURI.MatchString(uri) {
		c.refuse("INVALID_REFERENCE_DOCUMENT", "The specified reference document is invalid.", "referenceDocumentUri")
	}
}

// ledger checks a line's ledger document: forbidden for available, demanded for
// every other state, of an app's own, and one a call.
func (c *checker) ledger(i int, name string, given any, seen map[string]bool) {
	uri, _ := given.(string)
	parts := documentURI.FindStringSubmatch(uri)
	code := ""
	switch {
	case name == "available" && uri != "":
		code = "INVALID_AVAILABLE_DOCUMENT"
	case name == "available":
		return
	case uri == "":
		code = "INVALID_QUANTITY_DOCUMENT"
	case parts == nil:
		code = "INVALID_LEDGER_DOCUMENT"
	case parts[1] == "shopify":
		code = "INTERNAL_LEDGER_DOCUMENT"
	default:
		seen[uri] = true
		if len(seen) == 1 {
			return
		}
		code = "MAX_ONE_LEDGER_DOCUMENT"
	}
	c.refuse(code, "The ledger document does not fit the quantity.", c.list, strconv.Itoa(i), "ledgerDocumentUri")
}
