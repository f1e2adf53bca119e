package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// What the configuration says of barcodes holds for every read that is stored.
func TestTheConfiguredBarcodesAreUnderstood(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "stockhand.toml")
	text := `[agent]
data = "data"
[barcodes]
weighed = "de"
weighed_as = "grams"
patterns = ["23PPPPPVVVVV price 2"]
prefix = "LAGER/"
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loadConfig(file)
	if err != nil {
		t.Fatal(err)
	}
	w, err := openWorks(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.queue.Close(); err != nil {
			t.Error(err)
		}
	})
	if !w.config.weightInGrams() {
		t.Error("weight is not counted in grams")
	}
	for raw, want := range map[string]barcode.Code{
		"2812347012503": {Key: "02812340000002", Amount: barcode.Amount{Of: barcode.Kilogram, Value: 1250, Decimals: 3}},
		"2312345019998": {Key: "02312345000002", Amount: barcode.Amount{Of: barcode.Price, Value: 1999, Decimals: 2}}, // the shop's own comes first
		"LAGER/B.A-01":  {Key: "LAGER/B.A-01", Kind: barcode.Bin},
	} {
		in, err := w.station.Ingest(t.Context(), agent.Read{Device: "gun", Sequence: 1, Raw: []byte(raw), At: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		if got := in.Scan.Code; got.Key != want.Key || got.Amount != want.Amount || got.Kind != want.Kind {
			t.Errorf("%s is understood as %+v", raw, got)
		}
	}
}
