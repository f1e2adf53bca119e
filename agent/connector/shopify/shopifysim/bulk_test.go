package shopifysim_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

func (r *rig) startBulk(text string) *admin.BulkStarted {
	r.Helper()
	started, _, err := admin.StartBulk(context.Background(), r.client, text)
	if err != nil {
		r.Fatal(err)
	}
	return started.BulkOperationRunQuery
}

func (r *rig) bulkStatus(id string) *admin.BulkOperation {
	r.Helper()
	status, _, err := admin.BulkStatus(context.Background(), r.client, id)
	if err != nil {
		r.Fatal(err)
	}
	return status.BulkOperation
}

// A list takes its time, says how far it is, and then lies as a file whose numbers
// are right; children are lines of their own, behind all variants.
func TestAListIsWrittenIntoAFile(t *testing.T) {
	r := open(t)
	for range 3 {
		r.shop.AddItem(shopifysim.Item{SKU: "S", Title: "Thing", Barcode: "B1", Barcodes: []string{"B2"}})
	}
	r.shop.SetBulk(shopifysim.Bulk{Takes: 3 * time.Second})
	id := r.startBulk(admin.BulkCatalog_Operation).BulkOperation.Id
	r.clock.pass(time.Second)
	if op := r.bulkStatus(id); op.Status != "RUNNING" || op.RootObjectCount != "1" || op.Url != nil {
		t.Errorf("after a third of its time: %+v", op)
	}
	r.clock.pass(2 * time.Second)
	op := r.bulkStatus(id)
	if op.Status != "COMPLETED" || op.ObjectCount != "9" || op.RootObjectCount != "3" || op.Url == nil {
		t.Fatalf("afterwards: %+v", op)
	}
	answer, err := http.Get(*op.Url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	lines, parents := 0, 0
	for in := bufio.NewScanner(answer.Body); in.Scan(); lines++ {
		var line map[string]any
		if err := json.Unmarshal(in.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		if line["__parentId"] != nil {
			parents++
		} else if parents > 0 {
			t.Error("a variant stands behind a barcode")
		}
	}
	if lines != 9 || parents != 6 {
		t.Errorf("%d lines, %d of them barcodes", lines, parents)
	}
}

// The shop refuses what a list cannot be asked for.
func TestWhatNoListIsMadeOf(t *testing.T) {
	r := open(t)
	for _, text := range []string{
		"nonsense", "{ shop { id } }", "query A($n: Int) { productVariants(first: $n) { edges { node { id } } } }",
		"{ productVariants { nodes { id } } }", "{ productVariants { edges { node { sofa } } } }",
	} {
		if begun := r.startBulk(text); len(begun.UserErrors) != 1 || begun.UserErrors[0].Code == nil || *begun.UserErrors[0].Code != "INVALID" {
			t.Errorf("%s: %+v", text, begun)
		}
	}
	if r.bulkStatus("gid://shopify/BulkOperation/1") != nil {
		t.Error("a list that nobody began is known")
	}
}
