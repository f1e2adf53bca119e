package shopify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/shopifysim"
)

// stock fills the shop: every item has a barcode, every tenth two more, every
// hundredth is a bundle.
func (r *rig) stock(n int) {
	r.Helper()
	for i := range n {
		item := shopifysim.Item{SKU: fmt.Sprint("SKU-", i), Title: fmt.Sprint("Thing ", i), Barcode: fmt.Sprintf("40063%08d", i), Price: "9.90", Tracked: true, Bundle: i%100 == 99}
		if i%10 == 0 {
			item.Barcodes = []string{fmt.Sprint("OLD-", i), fmt.Sprint("BOX-", i)}
		}
		r.shop.AddItem(item)
	}
}

// read is a catalogue as it was read.
type read struct {
	items   []agent.Item
	skipped []agent.Finding
	mark    string
	pages   int
}

// whole reads a catalogue to its end as the feed does.
func (r *rig) whole() (all read, err error) {
	r.Helper()
	cursor := ""
	for range 5000 {
		page, err := r.Catalog(r.Context(), r.at(), cursor)
		if err != nil {
			r.Abandon(context.Background())
			return all, err
		}
		all.pages++
		all.items, all.skipped, all.mark = append(all.items, page.Rows...), append(all.skipped, page.Skipped...), page.Mark
		if cursor = page.Next; cursor == "" {
			return all, nil
		}
		r.clock.pass(page.Wait)
	}
	r.Fatal("the catalogue does not end")
	return all, nil
}

func (r *rig) spools() []string {
	left, err := filepath.Glob(filepath.Join(r.dir, "*"))
	if err != nil {
		r.Fatal(err)
	}
	return left
}

// codesAre holds every item to what stock gave it.
func (r *rig) codesAre(all read, n int) {
	r.Helper()
	if len(all.items) != n-n/100 {
		r.Fatalf("%d items, want %d", len(all.items), n-n/100)
	}
	for _, item := range all.items {
		var i int
		if _, err := fmt.Sscanf(item.SKU, "SKU-%d", &i); err != nil {
			r.Fatal(err)
		}
		want := fmt.Sprintf("[{40063%08d 1 false false}]", i)
		if i%10 == 0 {
			want = fmt.Sprintf("[{40063%08d 1 false false} {OLD-%d 1 false false} {BOX-%d 1 false false}]", i, i, i)
		}
		if fmt.Sprint(item.Codes) != want || item.Name != fmt.Sprint("Thing ", i) || item.Price.Minor != 990 {
			r.Fatalf("item %d came as %+v", i, item)
		}
	}
}

func TestALargeShopWritesItsCatalogueIntoAFile(t *testing.T) {
	r := newRig(t, wish{})
	r.stock(1500)
	r.shop.SetBulk(shopifysim.Bulk{Takes: time.Minute})
	all, err := r.whole()
	if err != nil {
		t.Fatal(err)
	}
	r.codesAre(all, 1500)
	if len(all.skipped) != 15 || all.skipped[0].Code != "shopify.bundle" || all.mark == "" {
		t.Errorf("%d skipped, %v, the mark is %q", len(all.skipped), all.skipped[0], all.mark)
	}
	asked, files := r.shop.Counters().Requests, r.shop.BulkCounters()
	if asked["CatalogPage"] != 0 || files.Started != 1 || files.Fetched != 1 || files.Tokens != 0 {
		t.Errorf("the shop was asked %v, for files %+v", asked, files)
	}
	if n := asked["BulkStatus"]; n > 15 {
		t.Errorf("a file that takes a minute was looked at %d times", n)
	}
	if left := r.spools(); len(left) > 0 {
		t.Errorf("files are left: %v", left)
	}
	r.secretKept()
	if strings.Contains(r.log.String(), "/bulk/") {
		t.Error("the place of the file is in the log: whoever reads it can fetch the file")
	}
}

func TestASmallShopIsReadPageByPage(t *testing.T) {
	r := newRig(t, wish{})
	r.stock(1000)
	all, err := r.whole()
	if err != nil {
		t.Fatal(err)
	}
	r.codesAre(all, 1000)
	if n := r.shop.BulkCounters().Started; n != 0 || all.mark == "" {
		t.Errorf("%d files were begun; the mark is %q", n, all.mark)
	}
}

// Whatever goes wrong with a file, the catalogue comes whole or not at all.
func TestAFileComesWholeOrNotAtAll(t *testing.T) {
	const always = shopifysim.Always
	for name, c := range map[string]struct {
		bulk  shopifysim.Bulk
		code  string // of the error; empty where the catalogue comes
		pages bool   // it comes page by page
	}{
		"slow":                         {bulk: shopifysim.Bulk{Takes: 30 * time.Minute}},
		"cut once":                     {bulk: shopifysim.Bulk{Cut: true}},
		"cut always":                   {bulk: shopifysim.Bulk{CutAll: true}, code: "shopify.bulk-partial"},
		"a line is missing":            {bulk: shopifysim.Bulk{Short: true}, code: "shopify.bulk-partial"},
		"a line is missing, size fits": {bulk: shopifysim.Bulk{Short: true, Size: -1}, code: "shopify.bulk-partial"},
		"a line is garbled":            {bulk: shopifysim.Bulk{Garbled: true}, code: "shopify.bulk-partial"},
		"longer than said":             {bulk: shopifysim.Bulk{Endless: 1 << 30}, code: "shopify.bulk-partial"},
		"size too large":               {bulk: shopifysim.Bulk{Size: 1}, code: "shopify.bulk-partial"},
		"size too small":               {bulk: shopifysim.Bulk{Size: -1}, code: "shopify.bulk-partial"},
		"size absurd":                  {bulk: shopifysim.Bulk{Size: 1 << 40}, code: "shopify.bulk-large"},
		"fails once":                   {bulk: shopifysim.Bulk{Fail: "INTERNAL_SERVER_ERROR", Failures: 1}},
		"fails always":                 {bulk: shopifysim.Bulk{Fail: "INTERNAL_SERVER_ERROR", Failures: always}, pages: true},
		"takes too long for the shop":  {bulk: shopifysim.Bulk{Fail: "TIMEOUT", Failures: always}, pages: true},
		"a permission is missing":      {bulk: shopifysim.Bulk{Fail: "ACCESS_DENIED", Failures: always}, code: "shopify.scope"},
		"fails in an unknown way":      {bulk: shopifysim.Bulk{Fail: "NEW_CODE", Failures: 2}},
		"stuck":                        {bulk: shopifysim.Bulk{Stuck: true}, code: "shopify.bulk-stuck"},
		"expired":                      {bulk: shopifysim.Bulk{Expired: true}, pages: true},
		"called off by somebody":       {bulk: shopifysim.Bulk{Cancelled: true}, code: "shopify.bulk-called-off"},
		"another one runs":             {bulk: shopifysim.Bulk{Refuse: "OPERATION_IN_PROGRESS", Refusals: 5}},
		"another one runs for ever":    {bulk: shopifysim.Bulk{Refuse: "OPERATION_IN_PROGRESS", Refusals: always}, pages: true},
		"too many run":                 {bulk: shopifysim.Bulk{Refuse: "LIMIT_REACHED", Refusals: 5}},
		"the query is refused":         {bulk: shopifysim.Bulk{Refuse: "INVALID", Refusals: always}, pages: true},
		"refused in an unknown way":    {bulk: shopifysim.Bulk{Refuse: "NEW_CODE", Refusals: always}, pages: true},
		"at a place without TLS":       {bulk: shopifysim.Bulk{URL: "http://files.example/list.jsonl"}, code: "shopify.bulk-place"},
		"at a place of the machine":    {bulk: shopifysim.Bulk{URL: "file:///etc/passwd"}, code: "shopify.bulk-place"},
		"redirected to plain http":     {bulk: shopifysim.Bulk{Redirect: "http://files.example/list.jsonl"}, code: "shopify.bulk-place"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, wish{})
			r.stock(1100)
			r.shop.SetBulk(c.bulk)
			all, err := r.whole()
			switch {
			case c.code == "" && err != nil:
				t.Fatal(err)
			case c.code != "" && (err == nil || agent.AsError(err).Code != c.code):
				t.Fatalf("%d items, %v; want %s", len(all.items), err, c.code)
			case c.code != "" && all.mark != "":
				t.Error("a catalogue that did not come whole has a mark")
			case c.code == "":
				r.codesAre(all, 1100)
			}
			if paged := r.shop.Counters().Requests["CatalogPage"] > 0; paged != c.pages {
				t.Errorf("pages were read: %v", paged)
			}
			if n := r.shop.BulkCounters(); n.Tokens != 0 {
				t.Errorf("the token was shown to another host %d times", n.Tokens)
			}
			if left := r.spools(); len(left) > 0 {
				t.Errorf("files are left: %v", left)
			}
			if strings.Contains(r.log.String(), "/bulk/") {
				t.Error("the place of the file is in the log")
			}
		})
	}
}

// More than 25,000 variants cannot be paged through: there the file is the only way.
func TestMoreThanCanBePaged(t *testing.T) {
	r := newRig(t, wish{})
	r.stock(25_100)
	all, err := r.whole()
	if err != nil {
		t.Fatal(err)
	}
	r.codesAre(all, 25_100)
	for _, c := range []struct {
		bulk shopifysim.Bulk
		code string
	}{
		{shopifysim.Bulk{Refuse: "INVALID", Refusals: shopifysim.Always}, "shopify.bulk-refused"},
		{shopifysim.Bulk{Fail: "TIMEOUT", Failures: shopifysim.Always}, "shopify.bulk-failed"},
		{shopifysim.Bulk{Refuse: "LIMIT_REACHED", Refusals: shopifysim.Always}, "shopify.bulk-busy"},
	} {
		r.shop.SetBulk(c.bulk)
		if _, err := r.whole(); err == nil || agent.AsError(err).Code != c.code {
			t.Errorf("%+v ends as %v, want %s", c.bulk, err, c.code)
		}
	}
	if n := r.shop.Counters().Requests["CatalogPage"]; n > 0 {
		t.Errorf("%d pages were read", n)
	}
}

// A shop that does not write barcodes into a file has a catalogue of first barcodes,
// and says so.
func TestAFileWithoutFurtherBarcodes(t *testing.T) {
	r := newRig(t, wish{})
	r.stock(1100)
	r.shop.SetBulk(shopifysim.Bulk{NoBarcodes: true})
	all, err := r.whole()
	if err != nil || len(all.items) != 1089 || len(all.items[0].Codes) != 1 {
		t.Fatalf("%d items, %v", len(all.items), err)
	}
	told := 0
	for _, f := range all.skipped {
		if f.Code == "shopify.one-barcode" {
			told++
		}
	}
	if told != 1 {
		t.Errorf("it is told %d times", told)
	}
}

// An agent that starts in the middle goes on with the operation by its id; one that
// the shop forgot meanwhile is begun anew.
func TestARestartGoesOnWithTheFile(t *testing.T) {
	r := newRig(t, wish{})
	r.stock(1200)
	r.shop.SetBulk(shopifysim.Bulk{Takes: 5 * time.Minute})
	first, err := r.Catalog(t.Context(), r.at(), "")
	if err != nil || first.Wait == 0 || first.Progress.Stage != agent.Preparing || first.Progress.Of != 1200 {
		t.Fatalf("%+v %v", first, err)
	}
	again := r.connect("")
	again.dir = r.dir
	r.Connector = again
	if _, err := r.Catalog(t.Context(), r.at(), first.Next); err == nil || agent.AsError(err).Code != "shopify.page" {
		t.Errorf("a page of another run: %v", err)
	}
	r.clock.pass(10 * time.Minute)
	all, err := r.whole()
	if err != nil {
		t.Fatal(err)
	}
	r.codesAre(all, 1200)
	if n := r.shop.BulkCounters().Started; n != 1 {
		t.Errorf("%d files were begun", n)
	}
	late := changedCursor{}
	if err := jsonInto(all.mark, &late); err != nil || late.Since.After(opening.Add(time.Minute)) {
		t.Errorf("changes are asked for since %v, though the file is from %v", late.Since, opening)
	}
	if err := os.WriteFile(filepath.Join(r.dir, "catalogue.json"), []byte(`{"operation":"gid://shopify/BulkOperation/1","shop":"`+r.url+`","begun":"`+r.clock.Now().Format(time.RFC3339)+`"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if all, err = r.whole(); err != nil || len(all.items) != 1188 {
		t.Errorf("after an operation that is gone: %d items, %v", len(all.items), err)
	}
}

// A reading that is called off calls the shop's work off as well, unless the shop
// cannot be reached: then it is gone on with.
func TestAReadingThatIsCalledOff(t *testing.T) {
	r := newRig(t, wish{})
	r.stock(1200)
	r.shop.SetBulk(shopifysim.Bulk{Takes: time.Hour})
	if _, err := r.Catalog(t.Context(), r.at(), ""); err != nil {
		t.Fatal(err)
	}
	r.shop.Offline(true)
	r.Abandon(t.Context())
	r.shop.Offline(false)
	if _, err := r.Catalog(t.Context(), r.at(), ""); err != nil || r.shop.BulkCounters().Started != 1 {
		t.Fatalf("%v, %+v", err, r.shop.BulkCounters())
	}
	r.Abandon(t.Context())
	r.Abandon(t.Context())
	if n := r.shop.BulkCounters(); n.Cancelled != 1 || len(r.spools()) > 0 {
		t.Errorf("%+v, left %v", n, r.spools())
	}
}

// A file that brings nothing any more, or whose reading is called off, lets the
// others have their turn.
func TestAFetchEndsWithItsContext(t *testing.T) {
	r := newRig(t, wish{})
	r.stock(1200)
	r.shop.SetBulk(shopifysim.Bulk{Pause: time.Hour})
	cursor := ""
	for range 4 {
		page, err := r.Catalog(t.Context(), r.at(), cursor)
		if err != nil {
			t.Fatal(err)
		}
		if cursor = page.Next; r.listing.spool != nil {
			break
		}
		r.clock.pass(page.Wait)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := r.Catalog(ctx, r.at(), cursor)
	if err == nil || agent.AsError(err).Code != "shopify.bulk-partial" || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Errorf("it ends as %v", err)
	}
	r.Abandon(t.Context())
	if left := r.spools(); len(left) > 0 {
		t.Errorf("files are left: %v", left)
	}
}

// A file is bounded by its own size and by ours, whatever is said of it.
func TestAHugeFileIsNotRead(t *testing.T) {
	r := newRig(t, wish{})
	r.stock(1200)
	r.bulkLimit = 64 << 10
	if _, err := r.whole(); err == nil || agent.AsError(err).Code != "shopify.bulk-large" || r.shop.BulkCounters().Fetched != 0 {
		t.Errorf("%v, %+v", err, r.shop.BulkCounters())
	}
	r.bulkLimit = bulkMost
	s, err := newSpool(r.dir, counts{bytes: -1}, 1<<10)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	line := []byte(`{"id":"gid://shopify/ProductVariant/1","sku":"` + strings.Repeat("A", 600) + `"}` + "\n")
	if err := s.take(line); err != nil {
		t.Fatal(err)
	}
	if err := s.take(line); agent.AsError(err).Code != "shopify.bulk-large" {
		t.Errorf("a file of no known size ends as %v", err)
	}
}

// Titles are text, whatever they look like; rows that cannot be used are named.
func TestOddRowsAreNamed(t *testing.T) {
	for _, n := range []int{0, 1100} { // page by page, and from a file
		r := newRig(t, wish{})
		r.stock(n)
		r.shop.AddItem(shopifysim.Item{SKU: "HTML", Title: "<script>alert(1)</script>\n<b>Tea</b> &amp; \x1b[31mmore\x00", Barcode: "HTML-1"})
		r.shop.AddItem(shopifysim.Item{SKU: "LONG", Title: strings.Repeat("name ", 1000), Barcode: strings.Repeat("9", 5000), Barcodes: []string{"LONG-1"}})
		r.shop.AddItem(shopifysim.Item{})
		all, err := r.whole()
		if err != nil {
			t.Fatal(err)
		}
		byName := map[string]agent.Item{}
		for _, item := range all.items {
			byName[item.SKU] = item
		}
		if got := byName["HTML"].Name; got != "<script>alert(1)</script> <b>Tea</b> &amp; [31mmore" {
			t.Errorf("markup came as %q", got)
		}
		long := byName["LONG"]
		if len(long.Name) > 510 || len(long.Codes) != 1 || long.Codes[0].Text != "LONG-1" {
			t.Errorf("what is long came as %d characters, %d barcodes", len(long.Name), len(long.Codes))
		}
		if _, there := byName[""]; !there {
			t.Error("an item without a name, a SKU or a barcode can be counted all the same")
		}
		if last := all.skipped[len(all.skipped)-1]; n == 0 && last.Code != "shopify.barcode" {
			t.Errorf("the barcode is told as %+v", last)
		}
	}
}

func TestARowOfAnotherFormIsNamed(t *testing.T) {
	r := newRig(t, wish{})
	r.stock(1100)
	r.shop.SetBulk(shopifysim.Bulk{Rewrite: func(line map[string]any) {
		switch line["sku"] {
		case "SKU-1":
			line["inventoryItem"] = nil
		case "SKU-2":
			line["price"] = 12
		case "SKU-3":
			line["inventoryItem"] = []any{1, 2}
		}
	}})
	all, err := r.whole()
	if err != nil || len(all.items) != 1089-3 {
		t.Fatalf("%d items, %v", len(all.items), err)
	}
	rows := 0
	for _, f := range all.skipped {
		if f.Code == "shopify.row" {
			rows++
		}
	}
	if rows != 3 {
		t.Errorf("%d rows are told", rows)
	}
}

// Changes are found from the mark of a whole catalogue on; deletions are not.
func TestOnlyWhatChangedIsReadAgain(t *testing.T) {
	r := newRig(t, wish{shop: func(o *shopifysim.Options) { o.SearchLag = 30 * time.Second }})
	r.stock(300)
	r.clock.pass(time.Hour)
	all, err := r.whole()
	if err != nil {
		t.Fatal(err)
	}
	changed := func(mark string) (rows []agent.Item, next string) {
		t.Helper()
		for {
			page, err := r.Changed(t.Context(), r.at(), mark)
			if err != nil {
				t.Fatal(err)
			}
			rows, mark = append(rows, page.Rows...), page.Next
			if !page.More {
				return rows, mark
			}
		}
	}
	if rows, _ := changed(all.mark); len(rows) != 0 {
		t.Errorf("nothing changed, and %d rows came", len(rows))
	}
	r.clock.pass(time.Minute)
	rename := func(id agent.ItemID, to string) {
		if err := r.shop.ChangeItem(string(id), func(i *shopifysim.Item) { i.Title, i.Barcode = to, "NEW-"+to }); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 120 {
		rename(all.items[i].ID, fmt.Sprint("renamed-", i))
	}
	r.shop.AddItem(shopifysim.Item{SKU: "FRESH", Title: "Fresh"})
	if err := r.shop.Remove(string(all.items[200].ID)); err != nil {
		t.Fatal(err)
	}
	_, early := changed(all.mark) // the search has not found them yet
	r.clock.pass(31 * time.Second)
	rows, mark := changed(early)
	if len(rows) != 121 || rows[0].Name != "renamed-0" || rows[0].Codes[0].Text != "NEW-renamed-0" {
		t.Errorf("%d rows came: %+v", len(rows), rows[0])
	}
	r.clock.pass(10 * time.Minute)
	_, mark = changed(mark)
	if rows, _ := changed(mark); len(rows) != 0 {
		t.Errorf("long after, %d rows come again", len(rows))
	}
	other := strings.Replace(mark, "127.0.0.1", "127.0.0.2", 1)
	for _, wrong := range []string{other, "", "nonsense"} {
		if _, err := r.Changed(t.Context(), r.at(), wrong); err == nil || agent.AsError(err).Class != agent.Missing {
			t.Errorf("the cursor %q: %v", wrong, err)
		}
	}
}

// The file's host is never shown the token, even if it asks for it.
func TestARedirectIsFollowedWithoutTheToken(t *testing.T) {
	r := newRig(t, wish{})
	r.stock(1100)
	hops := 0
	r.before = func(request *http.Request) {
		if strings.HasPrefix(request.URL.Path, "/bulk/") {
			if hops++; request.Header.Get("X-Shopify-Access-Token") != "" {
				t.Error("the token was shown")
			}
			if hops < 3 {
				r.mu.Lock()
				r.redirect = r.url + request.URL.Path
				r.mu.Unlock()
			}
		}
	}
	_, err := r.whole()
	if err != nil || hops == 0 {
		t.Errorf("%v after %d hops", err, hops)
	}
}
