package csvfile

import (
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// levels asks for one level and returns the error's code, if there is one.
func levels(t testing.TB, c agent.Connector, item agent.ItemID) (agent.Book, string) {
	t.Helper()
	books, err := c.Levels(t.Context(), "main", []agent.ItemID{item})
	if err != nil {
		return agent.Book{}, agent.AsError(err).Code
	}
	if len(books) != 1 {
		t.Fatalf("%v", books)
	}
	return books[0], ""
}

// put writes files, each left alone for long enough to be read.
func (s *shop) put(files map[string]string) {
	for name, text := range files {
		s.write(name, text)
	}
	s.clock.wait(quiet)
}

func TestALevelSaysWhenItWasStated(t *testing.T) {
	s := newShop(t, false, smallShelf())
	for name, tt := range map[string]struct {
		levels string
		stated time.Time
	}{
		"with a zone":    {"sku,on_hand,stated_at\nTEA,7,2026-05-04T10:30:00+02:00\n", time.Date(2026, 5, 4, 8, 30, 0, 0, time.UTC)},
		"without a zone": {"sku;on_hand;stated_at\r\nTEA;7;2026-05-04 08:30:00\r\n", time.Date(2026, 5, 4, 8, 30, 0, 0, time.UTC)},
		"not at all":     {"sku,on_hand\nTEA,7\n", time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			written := s.clock.Now()
			s.put(map[string]string{"levels.csv": tt.levels})
			b, code := levels(t, s.open(t), "TEA")
			if tt.stated.IsZero() {
				tt.stated = written.Truncate(time.Second)
			}
			if code != "" || b.OnHand != 7 || !b.Stated.Equal(tt.stated) || !b.At.At.Equal(tt.stated) || b.At.Uncertainty != time.Second {
				t.Errorf("%+v %s, want stated at %v", b, code, tt.stated)
			}
		})
	}
}

func TestLevelsThatCannotBeBelievedAreRefusedWithASentence(t *testing.T) {
	for name, tt := range map[string]struct{ levels, code, says string }{
		"no end of the last line": {"sku,on_hand\nTEA,7", "csv.cut", "no line break"},
		"no quantity":             {"sku,name\nTEA,Tea\n", "csv.header", `"on_hand" is missing`},
		"another title":           {"sku,qty\nTEA,7\n", "csv.header", `It looks like "on_hand"`},
		"a time from the future":  {"sku,on_hand,stated_at\nTEA,7,2026-05-04T12:00:00Z\n", "csv.clock", "later than the file was written"},
		"no time":                 {"sku,on_hand,stated_at\nTEA,7,yesterday\n", "csv.time", "line 2, column stated_at"},
		"a time of another age":   {"sku,on_hand,stated_at\nTEA,7,1970-01-01T00:00:00Z\n", "csv.time", "1970"},
		"nothing":                 {"", "csv.header", "It is empty."},
		"a word":                  {"sku,on_hand\nTEA,five\n", "csv.no-levels", `In levels.csv, line 2, column on_hand: "five" is not a whole number.`},
		"a fraction":              {"sku,on_hand\nTEA,5.5\n", "csv.no-levels", "In levels.csv, line 2, column on_hand"},
		"too many digits":         {"sku,on_hand\nTEA,12345678901234567890\n", "csv.no-levels", "In levels.csv, line 2, column on_hand"},
		"words":                   {"sku,on_hand\nTEA,five\nMUG,six\n", "csv.no-levels", "1 other line"},
		"no line":                 {"sku,on_hand\n", "csv.no-levels", "how much is on hand"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, false, smallShelf())
			s.put(map[string]string{"levels.csv": tt.levels})
			c := s.open(t)
			_, err := c.Levels(t.Context(), "main", []agent.ItemID{"TEA"})
			e := agent.AsError(err)
			if err == nil || e.Code != tt.code || !strings.Contains(e.What, tt.says) || e.Means == "" || e.Do == "" {
				t.Fatalf("%+v", e)
			}
			if f := c.Check(t.Context()); len(f) != 1 || f[0].Severity != agent.Broken || f[0].Code != tt.code {
				t.Errorf("the check finds %+v", f)
			}
		})
	}
}

func TestALineWithoutAUsableLevelIsFoundByTheCheck(t *testing.T) {
	s := newShop(t, false, smallShelf())
	s.put(map[string]string{"levels.csv": "sku,on_hand\nTEA,7\nMUG,a dozen\nTEA,8\n"})
	c := s.open(t)
	if b, code := levels(t, c, "TEA"); code != "" || b.OnHand != 7 {
		t.Errorf("%+v %s", b, code)
	}
	if b, code := levels(t, c, "MUG"); code != "" || b.Stocked {
		t.Errorf("%+v %s", b, code)
	}
	var found []string
	for _, f := range c.Check(t.Context()) {
		if f.Code == "csv.line" {
			found = append(found, f.What)
		}
	}
	all := strings.Join(found, "\n")
	if !strings.Contains(all, `In levels.csv, line 3, column on_hand: "a dozen" is not a whole number.`) || !strings.Contains(all, "line 4") {
		t.Errorf("%s", all)
	}
}

// One file is enough for a small shop.
func TestTheCatalogueMayHoldTheLevels(t *testing.T) {
	s := newShop(t, false, nil)
	s.put(map[string]string{"catalog.csv": "sku,name,barcode,on_hand,tracked\nTEA,Tea,123,7,\nMUG,Mug,456,,\nBAG,Bag,,3,no\n", "levels.csv": "x"})
	remove(t, s, "levels.csv")
	c := s.open(t)
	if b, code := levels(t, c, "TEA"); code != "" || b.OnHand != 7 || !b.Tracked || !b.Stocked {
		t.Errorf("%+v %s", b, code)
	}
	if b, code := levels(t, c, "MUG"); code != "" || b.Stocked {
		t.Errorf("%+v %s", b, code)
	}
	if b, code := levels(t, c, "BAG"); code != "" || b.Tracked || !b.Stocked {
		t.Errorf("%+v %s", b, code)
	}
}

// A file that is just being written is not read; what it said before still holds.
func TestAFileIsLeftAloneWhileItIsWritten(t *testing.T) {
	s := newShop(t, false, smallShelf())
	c := s.open(t)
	if b, _ := levels(t, c, "TEA"); b.OnHand != 40 {
		t.Fatalf("%+v", b)
	}
	s.clock.wait(time.Minute)
	s.write("levels.csv", "sku,on_hand\n")
	if b, code := levels(t, c, "TEA"); b.OnHand != 40 {
		t.Errorf("while it is written: %+v %s", b, code)
	}
	if _, code := levels(t, s.open(t), "TEA"); code != "csv.writing" {
		t.Errorf("without a reading from before: %q", code)
	}
	s.append("levels.csv", "TEA,39\n")
	s.clock.wait(quiet)
	if b, code := levels(t, c, "TEA"); b.OnHand != 39 {
		t.Errorf("when it was left alone: %+v %s", b, code)
	}
}

func TestACatalogueThatChangesBetweenItsPagesIsReadAgain(t *testing.T) {
	s := newShop(t, false, smallShelf())
	var text strings.Builder
	text.WriteString("sku\n")
	for i := range 2 * pageSize {
		text.WriteString("SKU-" + strings.Repeat("I", i%7) + strings.Repeat("X", i/7) + "\n")
	}
	s.put(map[string]string{"catalog.csv": text.String()})
	c := s.open(t)
	page, err := c.Catalog(t.Context(), "main", "")
	if err != nil || len(page.Rows) != pageSize || page.Next == "" {
		t.Fatalf("%d rows, next %q, %v", len(page.Rows), page.Next, err)
	}
	s.append("catalog.csv", "NEW\n")
	for err == nil && page.Next != "" {
		page, err = c.Catalog(t.Context(), "main", page.Next)
	}
	if agent.AsError(err).Class != agent.Retry {
		t.Fatalf("%v", err)
	}
	if _, err := c.Catalog(t.Context(), "main", "1234"); agent.AsError(err).Code != "csv.page" {
		t.Fatalf("a page of another listing: %v", err)
	}
}

func TestTheCatalogueTellsWhatItLeavesOut(t *testing.T) {
	s := newShop(t, false, smallShelf())
	s.put(map[string]string{"catalog.csv": "sku,barcode\nA,123\n,456\nB,123\n"})
	page, err := s.open(t).Catalog(t.Context(), "main", "")
	if err != nil || len(page.Rows) != 2 || len(page.Skipped) != 2 {
		t.Fatalf("%+v %v", page, err)
	}
	if f := page.Skipped[0]; f.What != "In catalog.csv, line 3, column sku: The SKU is empty." || f.Means != "The line is left out." {
		t.Errorf("%+v", f)
	}
	if f := page.Skipped[1]; !strings.Contains(f.What, "line 4, column barcode: The barcode 123 is in line 2 already.") || f.Means != "The line is used." {
		t.Errorf("%+v", f)
	}
}
