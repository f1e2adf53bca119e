package csvfile

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// Whatever a file holds, each line is read or told with its number, and a column that
// is misspelt stops it with the one that was meant.
func TestLinesThatTellMovements(t *testing.T) {
	berlin := time.FixedZone("Berlin", 3_600)
	const head = "id,barcode,quantity,occurred_at,kind\n"
	for name, c := range map[string]struct {
		text string
		says string // of the only line; empty where it can be used
	}{
		"a sale":               {head + "1,4006381333931,-2,2026-05-04 09:30:00,Sale\n", ""},
		"a formula's armour":   {head + "'=1,4006381333931,-2,2026-05-04 09:30:00,\n", ""},
		"no number":            {head + "1,4006381333931,two,2026-05-04 09:30:00,\n", "not a whole number"},
		"more than any stock":  {head + "1,4006381333931,4006381333931,2026-05-04 09:30:00,\n", "more than any stock"},
		"no time":              {head + "1,4006381333931,-2,yesterday,\n", "is not a time"},
		"the year 1":           {head + "1,4006381333931,-2,0001-01-01T00:00:00Z,\n", "cannot be right"},
		"a barcode shortened":  {head + "1,4.00638E+12,-2,2026-05-04 09:30:00,\n", "shortened by a spreadsheet"},
		"an open quote":        {head + "1,\"4006381333931,-2,2026-05-04 09:30:00,\n", "cannot be read"},
		"two faults":           {head + "a\x01,b\x01,-2,2026-05-04 09:30:00,\n", `"a`},
		"control characters":   {head + "a\x01,4006381333931,-2,2026-05-04 09:30:00,\n", "control characters"},
		"too few fields":       {head + "1\n", "not a whole number"},
		"semicolons and a BOM": {"\xef\xbb\xbfID;Barcode;Quantity;Occurred At\n1;400;-2;2026-05-04T09:30:00Z\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := ReadTold(strings.NewReader(c.text), "sales.csv", berlin)
			if err != nil {
				t.Fatal(err)
			}
			told, problem, err := r.Next()
			switch {
			case err != nil:
				t.Fatal(err)
			case c.says == "" && (problem != nil || told.Line != 2 || told.Quantity != -2 || told.Occurred.IsZero()):
				t.Errorf("%+v, %v", told, problem)
			case c.says != "" && (problem == nil || problem.Line != 2 || !strings.Contains(problem.What, c.says) || problem.Do == ""):
				t.Errorf("%+v, want a problem with %q", problem, c.says)
			}
			if _, _, err := r.Next(); !errors.Is(err, io.EOF) {
				t.Errorf("after the last line: %v", err)
			}
		})
	}
	for header, says := range map[string]string{
		"id,sku,quantity,occurred":          `It looks like "occurred_at"`,
		"id,sku,quantiy,occurred_at":        `It looks like "quantity"`,
		"id,sku,quantity,occurred_at,bar":   "",
		"sku,quantity,occurred_at":          `The column "id" is missing`,
		"id,quantity,occurred_at":           "No column says which item moved",
		"id,sku,sku,quantity,occurred_at":   "there twice",
		"":                                  "It is empty",
		"id,sku,quantity,occurred_at,recpt": `It looks like "receipt"`,
	} {
		r, err := ReadTold(strings.NewReader(header+"\n"), "sales.csv", time.UTC)
		var e *agent.Error
		switch {
		case says == "" && (err != nil || len(r.Columns) != 4 || len(r.Warnings) != 1):
			t.Errorf("%q: %v", header, err)
		case says != "" && (!errors.As(err, &e) || !strings.Contains(e.Error(), says)):
			t.Errorf("%q: %v, want %q", header, err, says)
		}
	}
}
