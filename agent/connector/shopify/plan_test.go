package shopify

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

func operation(lines ...agent.Planned) agent.Operation {
	return agent.Operation{
		Request: "request-3", Key: "0123456789abcdef0123456789abcdef", Location: "gid://shopify/Location/71", Count: "count-7", Lines: lines,
	}
}

func planned(item agent.ItemID, onHand, available, delta int64) agent.Planned {
	return agent.Planned{Item: item, Observed: agent.Book{OnHand: onHand, Available: available}, Delta: delta, Target: onHand + delta, Reason: "counted"}
}

// The exact bytes that are stored and sent. A generator that writes another byte
// would break the promise that a retry sends what was stored.
func TestTheBytesOfARequest(t *testing.T) {
	c := newRig(t, wish{}).Connector
	for name, tt := range map[string]struct {
		op   agent.Operation
		mode string
	}{
		"set":    {operation(planned("gid://shopify/InventoryItem/11", 45, 42, -4), planned("gid://shopify/InventoryItem/12", 0, -2, 1), planned("gid://shopify/InventoryItem/13", -3, -3, 3)), modeSet},
		"adjust": {operation(planned("gid://shopify/InventoryItem/11", -5, -6, 3), planned("gid://shopify/InventoryItem/12", 8, 0, -2)), modeAdjust},
	} {
		doc, err := c.Plan(tt.op)
		if err != nil {
			t.Fatal(err)
		}
		if doc.Mode != tt.mode || doc.Key != tt.op.Key {
			t.Errorf("%s: mode %q, key %q", name, doc.Mode, doc.Key)
		}
		want, err := os.ReadFile(filepath.Join("testdata", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(doc.Body, bytes.TrimSuffix(want, []byte("\n"))) {
			t.Errorf("%s: the bytes are\n%s\nand must be\n%s", name, doc.Body, want)
		}
	}
}

// What the bytes say, for people: every line compares, nothing is left out.
func TestWhatARequestSays(t *testing.T) {
	c := newRig(t, wish{}).Connector
	doc, err := c.Plan(operation(planned("gid://shopify/InventoryItem/11", 45, 42, -4), planned("gid://shopify/InventoryItem/12", 0, -2, 1)))
	if err != nil {
		t.Fatal(err)
	}
	var sent struct {
		Variables json.RawMessage `json:"variables"`
	}
	if err := json.Unmarshal(doc.Body, &sent); err != nil {
		t.Fatal(err)
	}
	const want = `{"input":{"name":"on_hand","quantities":[` +
		`{"changeFromQuantity":45,"inventoryItemId":"gid://shopify/InventoryItem/11","locationId":"gid://shopify/Location/71","quantity":41},` +
		`{"changeFromQuantity":0,"inventoryItemId":"gid://shopify/InventoryItem/12","locationId":"gid://shopify/Location/71","quantity":1}],` +
		`"reason":"cycle_count_available","referenceDocumentUri":"gid://stockhand/CycleCount/count-7.request-3"},` +
		`"key":"0123456789abcdef0123456789abcdef"}`
	if string(sent.Variables) != want {
		t.Errorf("the variables are\n%s\nand must be\n%s", sent.Variables, want)
	}
	if !bytes.Contains(doc.Body, []byte("@idempotent(key: $key)")) {
		t.Error("the request has no key")
	}
}

// On hand can become negative only by a change; it is done once like a set.
func TestANegativeTargetIsWrittenAsAChange(t *testing.T) {
	r := newRig(t, wish{})
	tea, mug := r.item("TEA", 1), r.item("MUG", 12)
	r.sell(tea, 6, "") // oversold
	request := r.request(1, target{tea, -2}, target{mug, 13})
	r.shop.LoseReplies("AdjustQuantities", 1)
	if o := r.Send(t.Context(), request); o.Class != agent.OutcomeUnknown {
		t.Fatalf("ends as %+v", o)
	}
	r.onHand(tea, -2)
	r.onHand(mug, 13)
	r.once(request, tea, -2, agent.OutcomeRepeated)

	stale := r.request(2, target{tea, -1})
	r.sell(tea, 1, "")
	if o := r.Send(t.Context(), stale); o.Class != agent.OutcomeConflict || len(o.Lines) != 1 {
		t.Errorf("a change of what moved ends as %+v", o)
	}
	r.onHand(tea, -3)
}

func TestWhatCanNeverBeWrittenIsRefusedInPlan(t *testing.T) {
	c := newRig(t, wish{}).Connector
	item := agent.ItemID("gid://shopify/InventoryItem/11")
	other := operation(planned(item, 1, 1, 1))
	other.Location = "shelf"
	many := operation()
	for range maxLines + 1 {
		many.Lines = append(many.Lines, planned(item, 1, 1, 1))
	}
	for name, op := range map[string]agent.Operation{
		"another system's item": operation(planned("SKU-1", 1, 1, 1)), "another system's location": other,
		"no line": operation(), "too many lines": many, "an item twice": operation(planned(item, 1, 1, 1), planned(item, 1, 1, 2)),
		"a barcode for a quantity": operation(planned(item, 1, 1, 4006381333931)),
	} {
		_, err := c.Plan(op)
		if e := agent.AsError(err); err == nil || e.Class != agent.Refuse || e.Do == "" || !strings.HasSuffix(e.What, ".") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
