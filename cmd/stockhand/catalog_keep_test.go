package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

// openSimulated opens an agent's works that are connected to a simulated shop.
func openSimulated(t *testing.T) (*works, *shopifysim.Shop) {
	t.Helper()
	secrets := t.TempDir()
	if err := os.WriteFile(filepath.Join(secrets, "shopify.token"), []byte("shpat_test"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CREDENTIALS_DIRECTORY", secrets)
	shop := shopifysim.New(shopifysim.Options{Token: "shpat_test", BucketSize: 1e6, RestoreRate: 1e6})
	server := httptest.NewServer(shop)
	t.Cleanup(server.Close)
	at := shop.Main()[strings.LastIndexByte(shop.Main(), '/')+1:]
	return openTest(t, fmt.Sprintf("[upstream]\nconnector = \"shopify\"\nlocation = %q\n[upstream.shopify]\nendpoint = %q\n", at, server.URL)), shop
}

// What items share is named when the catalogue was read, and stays to be seen.
func TestWhatItemsShareIsToldAfterReading(t *testing.T) {
	w, shop := openSimulated(t)
	for _, item := range []shopifysim.Item{
		{SKU: "T-1", Title: "Tea", Barcode: "4006381333931", Tracked: true},
		{SKU: "T-1", Title: "<b>Old tea</b>", Barcode: "4006381333931", Tracked: true},
		{SKU: "BOX", Title: "Gift box", Bundle: true},
	} {
		shop.AddItem(item)
	}
	got, err := w.as(t, agent.Admin, "catalog.sync", "")
	if err != nil {
		t.Fatal(err)
	}
	r := got.(imported)
	var said []string
	for _, p := range r.Problems {
		said = append(said, p.Error())
	}
	text := strings.Join(said, "\n")
	for _, want := range []string{
		`"Gift box" is made of other items`,
		`The barcode 4006381333931 belongs to 2 items: "Tea" (T-1), "<b>Old tea</b>" (T-1).`,
		`The SKU T-1 belongs to 2 items: "Tea", "<b>Old tea</b>".`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s\ndoes not say %s", text, want)
		}
	}
	if r.Fact.Items != 2 || r.LeftOut != 1 || r.Warnings != 2 {
		t.Errorf("%+v", r)
	}
	state, err := w.as(t, agent.Manager, "catalog.state", "")
	s := state.(catalogState)
	if err != nil || s.Items != 2 || s.Full.IsZero() || !s.Fresh.Equal(s.Full) || s.Running || len(s.Findings) != 3 {
		t.Errorf("%+v %v", s, err)
	}
}

// Barcodes and packs of a file stay when the shop is read again, until another file
// says otherwise.
func TestAFilesBarcodesStayUntilTheNextFile(t *testing.T) {
	w, shop := openSimulated(t)
	id := shop.AddItem(shopifysim.Item{SKU: "TEA", Title: "Tea", Barcode: "TEA-1", Barcodes: []string{"TEA-6"}, Tracked: true}).Item
	sync := func() {
		t.Helper()
		if _, err := w.as(t, agent.Admin, "catalog.sync", ""); err != nil {
			t.Fatal(err)
		}
	}
	file := func(text string) {
		t.Helper()
		if _, err := w.as(t, agent.Admin, "catalog.import", fmt.Sprintf(`{"source":"bins.csv","csv":%q}`, text)); err != nil {
			t.Fatal(err)
		}
	}
	codes := func() string {
		t.Helper()
		var item agent.Item
		err := w.queue.Read(context.Background(), func(v agent.View) (err error) { item, _, err = v.Item(agent.ItemID(id)); return err })
		if err != nil {
			t.Fatal(err)
		}
		return codesOf(item)
	}
	sync()
	file("sku,barcode,bin\nTEA,TEA-6=6|CASE=12,R1\n")
	sync()
	if got := codes(); got != "TEA-1|TEA-6=6|CASE=12" {
		t.Errorf("after the shop was read again: %s", got)
	}
	file("sku,bin\nTEA,R2\n")
	if got := codes(); got != "TEA-1|TEA-6=6|CASE=12" {
		t.Errorf("after a file that says nothing of barcodes: %s", got)
	}
	file("sku,barcode\nTEA,PALLET=144\n")
	sync()
	if got := codes(); got != "TEA-1|TEA-6|PALLET=144" {
		t.Errorf("after another file: %s", got)
	}
}
