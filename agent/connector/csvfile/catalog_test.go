package csvfile_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
	"github.com/stockhand/stockhand/agent/connector/csvfile"
)

// readAll reads a catalogue to its end.
func readAll(t *testing.T, text string) ([]agent.Item, *csvfile.CatalogReader) {
	t.Helper()
	c, err := csvfile.ReadCatalog(strings.NewReader(text), "catalog.csv")
	if err != nil {
		t.Fatal(err)
	}
	c.Currency = "EUR"
	var items []agent.Item
	for {
		item, ok, err := c.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return items, c
		}
		items = append(items, item)
	}
}

func TestACatalogueIsReadWithEverythingItSays(t *testing.T) {
	items, c := readAll(t, "sku,name,barcode,pack,bin,zone,cost,price,tracked\n"+
		"TEA-100,\"Green tea, 100 g\",4006381333931|14006381333938=12,1,A-01|C-02,Front|Store,2.50,4.99,yes\n"+
		"WRAP,Gift wrapping,,,,,,,no\n")
	want := []agent.Item{
		{
			ID: "TEA-100", SKU: "TEA-100", Name: "Green tea, 100 g", Tracked: true,
			Cost: agent.Money{Minor: 250, Currency: "EUR"}, Price: agent.Money{Minor: 499, Currency: "EUR"},
			Codes: []agent.Barcode{{Text: "4006381333931", Pack: 1}, {Text: "14006381333938", Pack: 12}},
			Bins:  []agent.Bin{"A-01", "C-02"},
		},
		{ID: "WRAP", SKU: "WRAP", Name: "Gift wrapping"},
	}
	if fmt.Sprint(items) != fmt.Sprint(want) {
		t.Errorf("read %+v\nwant %+v", items, want)
	}
	places := []agent.Place{{Bin: "A-01", Zone: "Front"}, {Bin: "C-02", Zone: "Store"}}
	if !slices.Equal(c.Places(), places) || len(c.Problems()) != 0 {
		t.Errorf("places %v, problems %v", c.Places(), c.Problems())
	}
}

// Whatever program wrote the file, the same items come out.
func TestEveryFormOfCSVIsRead(t *testing.T) {
	for name, text := range map[string]string{
		"commas":                       "sku,name,barcode\nA,\"a, \"\"b\"\"\",123\n",
		"semicolons":                   "sku;name;barcode\nA;\"a, \"\"b\"\"\";123\n",
		"tabs":                         "sku\tname\tbarcode\nA\t\"a, \"\"b\"\"\"\t123\n",
		"a byte order mark":            "\ufeffsku,name,barcode\nA,\"a, \"\"b\"\"\",123\n",
		"CRLF":                         "sku,name,barcode\r\nA,\"a, \"\"b\"\"\",123\r\n",
		"CR":                           "sku,name,barcode\rA,\"a, \"\"b\"\"\",123\r",
		"no line break at the end":     "sku,name,barcode\nA,\"a, \"\"b\"\"\",123",
		"empty lines":                  "\n\nsku,name,barcode\n\n\nA,\"a, \"\"b\"\"\",123\n\n",
		"other titles":                 "SKU, Name ,Bar Code,\nA,\"a, \"\"b\"\"\",123,\n",
		"quotes around all":            "\"sku\",\"name\",\"barcode\"\n\"A\",\"a, \"\"b\"\"\",\"123\"\n",
		"a line break in a name":       "sku,name,barcode\nA,\"a,\r\n  \"\"b\"\"\",123\n",
		"made inert for a spreadsheet": "sku,name,barcode\nA,\"a, \"\"b\"\"\",'=123\n",
	} {
		t.Run(name, func(t *testing.T) {
			if name == "other titles" {
				text = strings.Replace(text, "Bar Code", "Barcode", 1)
			}
			code := "123"
			if strings.Contains(text, "'=") {
				code = "=123"
			}
			items, c := readAll(t, text)
			if len(items) != 1 || items[0].SKU != "A" || items[0].Name != `a, "b"` || len(items[0].Codes) != 1 || items[0].Codes[0].Text != code {
				t.Errorf("%+v, %v", items, c.Problems())
			}
		})
	}
}

func TestAHeaderThatCannotBeUsedSaysWhatToDo(t *testing.T) {
	for name, tt := range map[string]struct{ text, what, do string }{
		"misspelt":       {"sku,barcod\n", `The column "barcod" is not known. It looks like "barcode".`, `Rename the column to "barcode"`},
		"swapped":        {"sku,nmae,barcode\n", `The column "nmae" is not known. It looks like "name".`, `Rename the column to "name"`},
		"swapped, short": {"sku,bni\n", `It looks like "bin"`, "Rename"},
		"another word":   {"sku,EAN\n", `It looks like "barcode"`, "Rename"},
		"no sku":         {"name,barcode\n", `The column "sku" is missing.`, "Add it."},
		"article number": {"article,name\n", `The column "article" is not known. It looks like "sku".`, "Rename"},
		"twice":          {"sku,name,NAME\n", `The column "name" is there twice.`, "Remove or rename"},
		"empty":          {"", "It is empty.", "names the columns"},
		"blank":          {"\n\n \n", "It is empty.", "names the columns"},
		"UTF-16":         {"\xff\xfes\x00k\x00u\x00\n\x00", "UTF-16", "CSV UTF-8"},
		"open quote":     {"\"sku,name\n", "a quote is opened and never closed", "names the columns"},
		"a spreadsheet":  {"PK\x03\x04\x14\x00\x06\x00", "a spreadsheet program's own file", "CSV UTF-8"},
		"endless":        {strings.Repeat("x", 1<<20), "longer than 64 KiB", "names the columns"},
		"very wide":      {strings.Repeat("x,", 1000) + "\n", "more than 256 fields", "names the columns"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := csvfile.ReadCatalog(strings.NewReader(tt.text), "items.csv")
			var e *agent.Error
			if !errors.As(err, &e) || e.Class != agent.Refuse {
				t.Fatalf("%v", err)
			}
			if !strings.HasPrefix(e.What, "items.csv cannot be used. ") || !strings.Contains(e.What, tt.what) || !strings.Contains(e.Do, tt.do) {
				t.Errorf("what: %s\ndo: %s", e.What, e.Do)
			}
		})
	}
}

// A line that cannot be used is told with its number, and the others are used.
func TestALineThatCannotBeUsedIsNamed(t *testing.T) {
	for name, tt := range map[string]struct{ line, column, what string }{
		"no sku":               {`,x,,,,,,`, "sku", "The SKU is empty."},
		"sku twice":            {`OK,x,,,,,,`, "sku", `The SKU "OK" is in line 2 already.`},
		"Latin-1 sku":          {"M\xfcsli,x,,,,,,", "sku", "not UTF-8"},
		"NUL in the sku":       {"A\x00B,x,,,,,,", "sku", "control characters"},
		"long sku":             {strings.Repeat("A", 1001) + ",x,,,,,,", "sku", "longer than 1,000 bytes"},
		"pack of nothing":      {"A,x,123,0,,,,", "pack", "not possible"},
		"pack of words":        {"A,x,123,dozen,,,,", "pack", "not possible"},
		"shortened barcode":    {"A,x,4.00638E+12,,,,,", "barcode", "shortened by a spreadsheet"},
		"neither yes nor no":   {"A,x,,,,,maybe,", "tracked", "neither yes nor no"},
		"no number":            {"A,x,,,,,,many", "on_hand", "not a whole number"},
		"half a unit":          {"A,x,,,,,,1.5", "on_hand", "not a whole number"},
		"a barcode as a stock": {"A,x,,,,,,4006381333931", "on_hand", "more than any stock"},
		"open quote":           {`A,"x,,,,,,`, "", "a quote is opened and never closed"},
		"after a quote":        {`A,"x"y,,,,,,`, "", "something follows a closing quote"},
		"huge field":           {"A," + strings.Repeat("x", 70_000), "", "longer than 64 KiB"},
		"too many fields":      {"A" + strings.Repeat(",", 300), "", "more than 256 fields"},
	} {
		t.Run(name, func(t *testing.T) {
			items, c := readAll(t, "sku,name,barcode,pack,bin,cost,tracked,on_hand\nOK,fine,,,,,,\n"+tt.line+"\nNEXT,fine,,,,,,\n")
			if len(items) != 2 || items[1].SKU != "NEXT" {
				t.Errorf("read %v", items)
			}
			p := c.Problems()
			if len(p) != 1 || c.Skipped() != 1 || p[0].Line != 3 || p[0].Column != tt.column || !strings.Contains(p[0].What, tt.what) || p[0].Do == "" {
				t.Errorf("%v, skipped %d", p, c.Skipped())
			}
		})
	}
}

// What does not keep an article from being counted is told, and the line is used.
func TestALineWithALesserFaultIsUsed(t *testing.T) {
	for name, tt := range map[string]struct{ line, column, what string }{
		"barcode of another":   {"B,x,123,,,", "barcode", "is in line 2 already"},
		"thousands":            {"B,x,,,,1.234", "cost", "could mean thousands or decimals"},
		"currency sign":        {"B,x,,,,€ 3", "cost", "is not an amount"},
		"Latin-1 name":         {"B,M\xfcsli,,,,", "name", "not UTF-8"},
		"bin in another zone":  {"B,x,,A-01,Back,", "zone", `The bin "A-01" was in the zone "Front" before.`},
		"two zones, one bin":   {"B,x,,B-01,Front|Back,", "zone", "There are 2 zones for 1 bins."},
		"bin without a zone":   {"B,x,,A-01,,", "", ""},
		"one zone, two bins":   {"B,x,,A-01|A-02,Front,", "", ""},
		"barcode in two forms": {"B,x,0000000123|0123,,,", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			items, c := readAll(t, "sku,name,barcode,bin,zone,cost\nA,a,123,A-01,Front,\n"+tt.line+"\n")
			if len(items) != 2 || items[1].SKU != "B" || c.Skipped() != 0 {
				t.Errorf("read %v, skipped %d", items, c.Skipped())
			}
			p := c.Problems()
			if tt.what == "" {
				if len(p) != 0 {
					t.Errorf("%v", p)
				}
				return
			}
			if len(p) != 1 || !p[0].Warning || p[0].Line != 3 || p[0].Column != tt.column || !strings.Contains(p[0].What, tt.what) {
				t.Errorf("%v", p)
			}
		})
	}
}

// A typing error in a number is told with its line; a scanner would never find the
// article. What has no check digit cannot have a wrong one.
func TestAWrongCheckDigitIsToldAndTheTextKept(t *testing.T) {
	items, c := readAll(t, "sku,barcode\n"+
		"FITS,4006381333931|96385074|04252614|036000291452|14006381333938=12\n"+
		"OWN,4711|123456789|ABC-12345678\n"+
		"WRONG,4006381333932\n"+
		"PACK,4006381333931|14006381333939=12\n")
	if len(items) != 4 || items[2].Codes[0].Text != "4006381333932" || c.Skipped() != 0 {
		t.Errorf("read %v, skipped %d", items, c.Skipped())
	}
	var told []string
	for _, p := range c.Problems() {
		if p.Column == "barcode" && p.Warning && p.Do != "" && strings.Contains(p.What, "does not fit") {
			told = append(told, fmt.Sprintf("%d: %s", p.Line, p.What))
		}
	}
	if len(told) != 2 || !strings.Contains(told[0], "4: The barcode 4006381333932") || !strings.Contains(told[0], "1 would") || !strings.Contains(told[1], "5: The barcode 14006381333939") {
		t.Errorf("told %q", told)
	}
}

// The same article number in two lengths is one barcode.
func TestABarcodeOfAnotherIsFoundInWhateverLength(t *testing.T) {
	_, c := readAll(t, "sku,barcode\nA,036000291452\nB,0036000291452\nC,00036000291452|036000291452\n")
	p := c.Problems()
	if len(p) != 2 || p[0].Line != 3 || p[1].Line != 4 {
		t.Errorf("%v", p)
	}
}

func TestAColumnThatResemblesNothingIsLeftOutAndTold(t *testing.T) {
	items, c := readAll(t, "sku,colour\nA,red\n")
	p := c.Problems()
	if len(items) != 1 || len(p) != 1 || !p[0].Warning || p[0].Column != "colour" || p[0].Line != 1 {
		t.Errorf("%v %v", items, p)
	}
}

// endless makes n lines of a catalogue as they are read.
type endless struct {
	n, line int
	left    []byte
}

func (e *endless) Read(p []byte) (int, error) {
	for len(e.left) == 0 {
		if e.line > e.n {
			return 0, io.EOF
		}
		if e.line == 0 {
			e.left = []byte("sku,name,barcode,bin,cost\n")
		} else {
			code := fmt.Sprintf("%012d", e.line)
			e.left = fmt.Appendf(nil, "SKU-%07d,\"Article, number %d\",%s%c,B-%02d,1.99\n", e.line, e.line, code, barcode.CheckDigit(code), e.line%40)
		}
		e.line++
	}
	n := copy(p, e.left)
	e.left = e.left[n:]
	return n, nil
}

// A million lines are read as a stream: what is kept is what doubles are found by.
func TestAMillionLinesAreNotHeldInMemory(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	c, err := csvfile.ReadCatalog(&endless{n: manyLines}, "catalog.csv")
	if err != nil {
		t.Fatal(err)
	}
	c.Currency = "EUR"
	n := 0
	for {
		_, ok, err := c.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			break
		}
		n++
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	kept := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	if n != manyLines || len(c.Problems()) != 0 || c.Line() != manyLines+1 {
		t.Errorf("%d items, %d problems, line %d", n, len(c.Problems()), c.Line())
	}
	t.Logf("%d MiB are kept for %d lines", kept>>20, n)
	if kept > 200<<20 {
		t.Errorf("%d MiB are kept", kept>>20)
	}
	runtime.KeepAlive(c)
}

// A reader that fails is not the file's fault, and not its end.
func TestAFileThatCannotBeReadToItsEndIsNoCatalogue(t *testing.T) {
	broken := io.MultiReader(strings.NewReader("sku\nA\nB\n"), badReader{})
	c, err := csvfile.ReadCatalog(broken, "catalog.csv")
	for err == nil {
		var ok bool
		if _, ok, err = c.Next(); err == nil && !ok {
			t.Fatal("the failure was taken for the end of the file")
		}
	}
	if !errors.Is(err, errDisk) {
		t.Fatal(err)
	}
}

var errDisk = errors.New("the disk failed")

type badReader struct{}

func (badReader) Read([]byte) (int, error) { return 0, errDisk }

// Nothing that a file can hold makes the reader fail, stand still or forget a line.
func FuzzReadCatalog(f *testing.F) {
	f.Add([]byte("sku,name,barcode\nA,\"a, \"\"b\"\"\",123\n"))
	f.Add([]byte("\xef\xbb\xbfsku;cost;on_hand\r\nA;1,50;-3\r\n\"B"))
	f.Add([]byte("sku\tbin\tzone\nA\tX|Y\tZ\n\x00\n\"\"\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		c, err := csvfile.ReadCatalog(bytes.NewReader(file), "catalog.csv")
		if err != nil {
			var e *agent.Error
			if !errors.As(err, &e) {
				t.Fatalf("the header is refused without a sentence: %v", err)
			}
			return
		}
		seen := make(map[string]bool)
		last := 1
		for {
			item, ok, err := c.Next()
			if err != nil {
				t.Fatalf("a fault of a line ended the file: %v", err)
			}
			if !ok {
				break
			}
			if item.SKU == "" || seen[item.SKU] || item.ID != agent.ItemID(item.SKU) || c.Line() <= last && last > 1 {
				t.Fatalf("item %+v in line %d", item, c.Line())
			}
			seen[item.SKU], last = true, c.Line()
			for _, code := range item.Codes {
				if code.Text == "" || code.Pack < 1 {
					t.Fatalf("barcode %+v", code)
				}
			}
		}
		for _, p := range c.Problems() {
			if p.Line < 1 || p.What == "" || p.Do == "" {
				t.Fatalf("problem %+v", p)
			}
		}
	})
}
