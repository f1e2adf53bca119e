package admin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Khan/genqlient/graphql"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/schema"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// operations reads ops/*.graphql as one document, for fragments are shared.
func operations(t *testing.T) *ast.QueryDocument {
	t.Helper()
	paths, err := filepath.Glob("../../ops/*.graphql")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no operations found: %v", err)
	}
	var all bytes.Buffer
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	document, errs := gqlparser.LoadQueryWithRules(load(t), all.String(), nil)
	if errs != nil {
		t.Fatalf("the operations do not fit the schema; run update-schema.sh: %v", errs)
	}
	return document
}

func load(t *testing.T) *ast.Schema {
	t.Helper()
	loaded, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphql", Input: schema.SDL})
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

// harmless are the mutations that change nothing in the shop, however often they
// are sent.
var harmless = map[string]bool{"StartBulk": true, "CancelBulk": true}

func TestEveryOperationFitsTheSchema(t *testing.T) {
	for _, operation := range operations(t).Operations {
		for _, selected := range operation.SelectionSet {
			field := selected.(*ast.Field)
			if operation.Operation == ast.Mutation && !harmless[operation.Name] && field.Directives.ForName("idempotent") == nil {
				t.Errorf("%s: a repeat of %s would not be safe: @idempotent is missing", operation.Name, field.Name)
			}
		}
	}
}

// What is sent is what was checked: the generated text of each operation is valid
// by itself and present for every operation of ops.
func TestGeneratedOperationsFitTheSchema(t *testing.T) {
	generated := map[string]string{
		"Handshake": admin.Handshake_Operation, "Locations": admin.Locations_Operation,
		"CatalogPage": admin.CatalogPage_Operation, "BarcodesByVariants": admin.BarcodesByVariants_Operation, "LevelsByItems": admin.LevelsByItems_Operation,
		"SetQuantities": admin.SetQuantities_Operation, "AdjustQuantities": admin.AdjustQuantities_Operation,
		"AdjustmentGroup": admin.AdjustmentGroup_Operation, "OrdersPage": admin.OrdersPage_Operation,
		"CatalogSize": admin.CatalogSize_Operation, "StartBulk": admin.StartBulk_Operation, "BulkStatus": admin.BulkStatus_Operation, "CancelBulk": admin.CancelBulk_Operation,
		"BulkCatalog": admin.BulkCatalog_Operation, "BulkCatalogSingle": admin.BulkCatalogSingle_Operation,
		"SurveyByItems": admin.SurveyByItems_Operation, "AdjustmentHistory": admin.AdjustmentHistory_Operation,
		"TransfersPage": admin.TransfersPage_Operation, "TransfersByID": admin.TransfersByID_Operation, "TransferLines": admin.TransferLines_Operation,
		"TransferShipments": admin.TransferShipments_Operation, "ShipmentLines": admin.ShipmentLines_Operation,
		"FulfillmentLines": admin.FulfillmentLines_Operation, "RefundLines": admin.RefundLines_Operation,
	}
	loaded := load(t)
	for _, operation := range operations(t).Operations {
		text, ok := generated[operation.Name]
		if !ok {
			t.Errorf("%s is in ops and was not checked", operation.Name)
		}
		if _, errs := gqlparser.LoadQueryWithRules(loaded, text, nil); errs != nil {
			t.Errorf("%s: %v", operation.Name, errs)
		}
	}
}

func TestCompareIsSentAsNullOrNumberAndNeverLeftOut(t *testing.T) {
	zero, twelve := 0, 12
	tests := []struct {
		name    string
		compare *int
		want    string
	}{
		{"no compare", nil, `"changeFromQuantity":null`},
		{"compare with zero", &zero, `"changeFromQuantity":0`},
		{"compare with a number", &twelve, `"changeFromQuantity":12`},
	}
	for _, test := range tests {
		set := setBody(t, test.compare)
		adjust := body(t, func(c graphql.Client) error {
			input := admin.InventoryAdjustQuantitiesInput{Name: "available", Reason: "correction", Changes: []admin.InventoryChangeInput{
				{InventoryItemId: "i", LocationId: "l", Delta: -1, ChangeFromQuantity: test.compare},
			}}
			_, _, err := admin.AdjustQuantities(context.Background(), c, input, "k")
			return err
		})
		for _, sent := range []string{set, adjust} {
			if !strings.Contains(sent, test.want) {
				t.Errorf("%s: %s is not in the request:\n%s", test.name, test.want, sent)
			}
		}
	}
}

func TestBodyIsTheSameForTheSameRequest(t *testing.T) {
	five := 5
	first, second := setBody(t, &five), setBody(t, &five)
	if first != second {
		t.Errorf("two bodies for one request:\n%s\n%s", first, second)
	}
	var request graphql.Request
	if err := json.Unmarshal([]byte(first), &request); err != nil || request.OpName != "SetQuantities" {
		t.Errorf("the body is no request for SetQuantities (%v): %s", err, first)
	}
}

func TestBodyReportsACallThatSentNothing(t *testing.T) {
	broken := errors.New("no such item")
	if _, err := admin.Body(func(graphql.Client) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("got %v, want the call's own error", err)
	}
	if _, err := admin.Body(func(graphql.Client) error { return nil }); err == nil {
		t.Error("a call without a request gave a body")
	}
}

func setBody(t *testing.T, compare *int) string {
	t.Helper()
	return body(t, func(c graphql.Client) error {
		input := admin.InventorySetQuantitiesInput{Name: "on_hand", Reason: "cycle_count_available", Quantities: []admin.InventoryQuantityInput{
			{InventoryItemId: "i", LocationId: "l", Quantity: 7, ChangeFromQuantity: compare},
		}}
		_, _, err := admin.SetQuantities(context.Background(), c, input, "k")
		return err
	})
}

func body(t *testing.T, call func(graphql.Client) error) string {
	t.Helper()
	text, err := admin.Body(call)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
