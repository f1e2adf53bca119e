package main

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
	"github.com/stockhand/stockhand/agent/doctor"
	"github.com/stockhand/stockhand/agent/station"
)

// openPatient opens an agent with a simulated Shopify shop.
func openPatient(t *testing.T, scopes []string) (*works, *shopifysim.Shop) {
	t.Helper()
	shop := shopifysim.New(shopifysim.Options{Token: "shpat_cmd_doctor", Scopes: scopes})
	server := httptest.NewServer(shop)
	t.Cleanup(server.Close)
	secrets := t.TempDir()
	if err := os.WriteFile(filepath.Join(secrets, "shopify.token"), []byte("shpat_cmd_doctor"), 0o600); err != nil {
		t.Fatal(err)
	}
	w := openTest(t, "secrets = '"+secrets+"'\n[upstream]\nconnector = \"shopify\"\nlocation = \""+shop.Main()+"\"\n[upstream.shopify]\nendpoint = \""+server.URL+"\"\n")
	return w, shop
}

func TestTheDoctorOfAnAgentNamesWhatIsWrongInTheShop(t *testing.T) {
	w, shop := openPatient(t, shopifysim.EveryScope)
	good := shop.AddItem(shopifysim.Item{SKU: "GOOD", Title: "Good", Tracked: true, Stocked: true, OnHand: 5})
	off := shop.AddItem(shopifysim.Item{SKU: "OFF", Title: "Off", Stocked: true})
	if _, err := w.as(t, agent.Admin, "catalog.sync", ""); err != nil {
		t.Fatal(err)
	}
	result, err := w.as(t, agent.Manager, "doctor.run", "")
	if err != nil {
		t.Fatal(err)
	}
	report := result.(doctor.Report)
	i := slices.IndexFunc(report.Findings, func(f agent.Finding) bool { return f.Code == "untracked" })
	if i < 0 || !slices.Equal(report.Findings[i].Items, []agent.ItemID{agent.ItemID(off.Item)}) || !strings.Contains(report.Findings[i].Evidence[0], "OFF (Off)") {
		t.Errorf("found %+v", report.Findings)
	}
	for _, f := range report.Findings {
		if f.Severity != agent.Fine && f.Code != "untracked" && f.Code != "counts-overdue" {
			t.Errorf("found %+v", f)
		}
	}

	// Before a count the same is said of its items, and the item is the first to look at.
	for _, item := range []string{good.Item, off.Item} {
		told, err := w.as(t, agent.Manager, "count.check", `{"scope":{"items":["`+item+`"]}}`)
		if err != nil {
			t.Fatal(err)
		}
		checked := told.(station.CheckedCount)
		risk := len(checked.AtRisk) == 1 && checked.AtRisk[0].SKU == "OFF"
		if risk != (item == off.Item) {
			t.Errorf("%s: %+v", item, checked)
		}
	}

	// Without the shop the check says so, and what is known here stays.
	shop.RevokeTokens()
	told, err := w.as(t, agent.Manager, "count.check", `{"scope":{"items":["`+good.Item+`"]}}`)
	if err != nil {
		t.Fatal(err)
	}
	checked := told.(station.CheckedCount)
	if len(checked.Findings) != 1 || checked.Findings[0].Code != "shopify.token" || checked.Items != 1 {
		t.Errorf("without the shop: %+v", checked)
	}
}

func TestTheLiveChecksOfAnAgentReadOnly(t *testing.T) {
	w, shop := openPatient(t, shopifysim.AllScopes)
	shop.AddItem(shopifysim.Item{SKU: "GOOD", Tracked: true, Stocked: true, OnHand: 5})
	if _, err := w.as(t, agent.Admin, "catalog.sync", ""); err != nil {
		t.Fatal(err)
	}
	result, err := w.as(t, agent.Manager, "doctor.live-checks", "")
	if err != nil {
		t.Fatal(err)
	}
	if seen := result.([]agent.Probed); len(seen) < 14 {
		t.Errorf("seen %+v", seen)
	}
	if n := shop.Counters().Applied; n > 0 {
		t.Errorf("%d writes were made", n)
	}
}
