package symbol_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/ui/symbol"
)

// The drawings in testdata were read back by other programs: the linear ones and QR
// by zbarimg (-Supce.enable -Supca.enable), the Data Matrix by dmtxread -G 29, from
// pictures of four pixels a module. Whoever draws them anew does that again.
var write = flag.Bool("write", false, "write the drawings anew")

func TestDrawingsAreThoseThatWereReadBack(t *testing.T) {
	for name, code := range map[string]struct{ symbology, text string }{
		"code-128":       {symbol.Code128, "STOCKHAND-BDFHKLNR-aZyY:/_=?#"},
		"gs1-128":        {symbol.GS1128, "010950600013435210STOCK\x1d21BDFHKLNR"},
		"gs1-datamatrix": {symbol.GS1DataMatrix, "010950600013435210STOCK\x1d21BDFHKLNR"},
		"qr":             {symbol.QR, "http://x/y"},
		"ean-13":         {symbol.EAN13, "4006381333931"},
		"ean-8":          {symbol.EAN8, "96385074"},
		"upc-a":          {symbol.UPCA, "036000291452"},
		"upc-e":          {symbol.UPCE, "04252614"},
		"upc-e-long":     {symbol.UPCE, "01234558"},
	} {
		t.Run(name, func(t *testing.T) {
			drawn, err := symbol.Draw(code.symbology, code.text)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(drawn.Rows, "\n") + "\n"
			file := filepath.Join("testdata", name+".txt")
			if *write {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("drew\n%swant\n%s", got, want)
			}
		})
	}
}

func TestWhatCannotBeDrawnIsRefused(t *testing.T) {
	for _, code := range [][2]string{
		{symbol.UPCE, "24252614"},
		{symbol.UPCE, "0425261"},
		{symbol.UPCE, "0425261x"},
		{symbol.EAN13, "4006381333930"},
		{symbol.EAN8, ""},
		{symbol.Code128, ""},
		{"morse", "sos"},
	} {
		if drawn, err := symbol.Draw(code[0], code[1]); err == nil {
			t.Errorf("%q was drawn as %s: %v", code[1], code[0], drawn.Rows)
		}
	}
}
