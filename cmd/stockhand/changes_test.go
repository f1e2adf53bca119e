package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// bring imports articles that are named by their numbers, from up to before to.
func (w *works) bring(t *testing.T, from, to int, replace bool) (imported, error) {
	t.Helper()
	text := "sku,name\n"
	for i := from; i < to; i++ {
		text += fmt.Sprintf("S%d,Article\n", i)
	}
	args, err := json.Marshal(importCatalog{Source: "a.csv", CSV: text, Replace: replace})
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.as(t, agent.Admin, "catalog.import", string(args))
	r, _ := got.(imported)
	return r, err
}

// A file that was meant to add an article must not take the others away: while a
// count is open they would become unknown barcodes.
func TestAnImportThatTakesMuchAwayMustBeMeant(t *testing.T) {
	for name, tt := range map[string]struct {
		before, from, to int
		refused          string
	}{
		"one line instead of fifty": {50, 0, 1, "49 of 50 items would go"},
		"other items":               {50, 50, 100, "50 of 50 items would go"},
		"none":                      {50, 0, 0, "50 of 50 items would go"},
		"none of a few":             {3, 0, 0, "3 of 3 items would go"},
		"none of one":               {1, 0, 0, "1 of 1 item would go"},
		"more than a tenth":         {100, 0, 89, "11 of 100 items would go"},
		"a tenth":                   {100, 0, 90, ""},
		"six of fifty":              {50, 0, 44, "6 of 50 items would go"},
		"five of fifty":             {50, 0, 45, ""},
		"five of five":              {5, 5, 10, ""},
		"more items":                {50, 0, 1200, ""},
		"the first import":          {0, 0, 50, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := openTest(t, "")
			if _, err := w.bring(t, 0, tt.before, true); err != nil {
				t.Fatal(err)
			}
			_, err := w.bring(t, tt.from, tt.to, false)
			if tt.refused == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if e := agent.AsError(err); err == nil || e.Code != "catalog-shrinks" || e.Class != agent.Refuse || !strings.Contains(e.What, tt.refused) || !strings.Contains(e.Do, "--replace") {
				t.Fatalf("got %v", err)
			}
			if x, err := w.catalogExport(t.Context(), agent.Caller{}, nothing{}); err != nil || len(x.Items) != tt.before {
				t.Errorf("%d items are in force, %v", len(x.Items), err)
			}
			if r, err := w.bring(t, tt.from, tt.to, true); err != nil || r.Fact.Items != int64(tt.to-tt.from) {
				t.Errorf("with replace: %+v, %v", r, err)
			}
		})
	}
}

// What an import did is said in numbers, over the borders of what is compared at
// once.
func TestAnImportSaysWhatCameChangedAndWent(t *testing.T) {
	w := openTest(t, "")
	for _, tt := range []struct {
		from, to int
		want     changes
	}{
		{0, 1203, changes{Came: 1203}},
		{0, 1203, changes{Before: 1203}},
		{3, 1210, changes{Before: 1203, Came: 7, Went: 3}},
	} {
		r, err := w.bring(t, tt.from, tt.to, false)
		if err != nil || r.Changes == nil || *r.Changes != tt.want {
			t.Errorf("%d to %d: %+v, %v", tt.from, tt.to, r.Changes, err)
		}
	}
	for _, text := range []string{"sku,name,barcode,bin\nA,Pen,4711=6,R1\nB,Cup,,\n", "sku,name,barcode,bin\nA,Pen,4711=12,R1\nB,Cup,,\n"} {
		args, _ := json.Marshal(importCatalog{CSV: text, Replace: true})
		got, err := w.as(t, agent.Admin, "catalog.import", string(args))
		r, _ := got.(imported)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(text, "=12") && (*r.Changes != changes{Before: 2, Changed: 1}) {
			t.Errorf("another pack: %+v", r.Changes)
		}
	}
}
