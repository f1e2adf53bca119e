package shopify

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"
	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector"
	reading "github.com/stockhand/stockhand/agent/feed"
	"github.com/stockhand/stockhand/queue"
)

// shelf is a shop that has written its list already, so that what a benchmark
// measures is not the simulation.
type shelf struct {
	path        string
	lines, size int64
	variants    int
}

func newShelf(b *testing.B, variants int) *shelf {
	b.Helper()
	s := &shelf{path: filepath.Join(b.TempDir(), "list.jsonl"), variants: variants}
	file, err := os.Create(s.path)
	if err != nil {
		b.Fatal(err)
	}
	out := bufio.NewWriter(file)
	say := func(format string, args ...any) {
		n, _ := fmt.Fprintf(out, format+"\n", args...)
		s.lines, s.size = s.lines+1, s.size+int64(n)
	}
	for i := range variants {
		say(`{"id":"gid://shopify/ProductVariant/%[1]d","sku":"SKU-%[1]d","barcode":"40063%08[1]d","displayName":"A thing of a usual length, number %[1]d - Blue / L","price":"9.90","requiresComponents":false,"inventoryItem":{"id":"gid://shopify/InventoryItem/%[1]d","tracked":true,"unitCost":{"amount":"4.20","currencyCode":"EUR"}}}`, i+1)
	}
	for i := range variants {
		say(`{"value":"40063%08[1]d","__parentId":"gid://shopify/ProductVariant/%[1]d"}`, i+1)
	}
	if err := errors.Join(out.Flush(), file.Close()); err != nil {
		b.Fatal(err)
	}
	return s
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		http.ServeFile(w, r, s.path)
		return
	}
	var asked struct {
		Operation string `json:"operationName"`
	}
	_ = json.NewDecoder(r.Body).Decode(&asked)
	const id = "gid://shopify/BulkOperation/1"
	switch asked.Operation {
	case "CatalogSize":
		fmt.Fprintf(w, `{"data":{"shop":{"currencyCode":"EUR"},"productVariantsCount":{"count":%d,"precision":"EXACT"}}}`, min(s.variants, pagesMost+1))
	case "StartBulk":
		fmt.Fprintf(w, `{"data":{"bulkOperationRunQuery":{"bulkOperation":{"id":%q},"userErrors":[]}}}`, id)
	case "BulkStatus":
		fmt.Fprintf(w, `{"data":{"bulkOperation":{"id":%q,"status":"COMPLETED","objectCount":"%d","rootObjectCount":"%d","fileSize":"%d","url":"http://%s/list","createdAt":"2026-11-24T09:00:00Z"}}}`,
			id, s.lines, s.variants, s.size, r.Host)
	}
}

// BenchmarkCatalog brings a whole catalogue from the shop's file into the store. What
// it adds to the memory in use must not depend on the number of variants.
func BenchmarkCatalog(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(n, "-variants"), func(b *testing.B) {
			server := httptest.NewServer(newShelf(b, n))
			defer server.Close()
			r := newRig(b, wish{})
			c, err := open(connector.Settings{
				Decode: func(into any) error { return toml.Unmarshal([]byte("endpoint = \""+server.URL+"\""), into) },
				Secret: func(string) (string, error) { return testToken, nil }, Dir: b.TempDir(), Clock: r.clock,
			})
			if err != nil {
				b.Fatal(err)
			}
			q, err := queue.Open(b.Context(), filepath.Join(b.TempDir(), "stockhand.db"), queue.Options{Clock: r.clock, AllowFUSE: true})
			if err != nil {
				b.Fatal(err)
			}
			defer q.Close()
			f := reading.New(q, at{c}, r.clock, reading.Options{Location: r.at()})
			peak := watchHeap(b)
			for b.Loop() {
				fact, _, err := f.Sync(b.Context(), q, agent.System("bench"), nil)
				if err != nil || fact.Items != int64(n) || fact.Barcodes != int64(n) {
					b.Fatal(fact, err)
				}
			}
			b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "variants/s")
			b.ReportMetric(peak(), "MB-more")
		})
	}
}

// at asks again at once where the shop would be waited for.
type at struct{ *Connector }

func (a at) Catalog(ctx context.Context, l agent.LocationID, cursor string) (agent.Page[agent.Item], error) {
	page, err := a.Connector.Catalog(ctx, l, cursor)
	page.Wait = 0
	return page, err
}

// watchHeap returns what tells by how much the memory that is in use grew at most.
// It is measured after each collection, of which there are many then.
func watchHeap(b *testing.B) func() float64 {
	b.Helper()
	before := debug.SetGCPercent(5)
	live := func() uint64 {
		s := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(s)
		return s[0].Value.Uint64()
	}
	runtime.GC()
	base := live()
	most := base
	ctx, stop := context.WithCancel(context.Background())
	var watching sync.WaitGroup
	watching.Go(func() {
		for t := time.NewTicker(2 * time.Millisecond); ; {
			select {
			case <-ctx.Done():
				t.Stop()
				return
			case <-t.C:
				most = max(most, live())
			}
		}
	})
	return func() float64 {
		stop()
		watching.Wait()
		debug.SetGCPercent(before)
		return float64(most-base) / (1 << 20)
	}
}

// BenchmarkChanged brings what changed since the catalogue was read: nothing, as
// most of the time.
func BenchmarkChanged(b *testing.B) {
	r := newRig(b, wish{})
	r.stock(1000)
	r.clock.pass(time.Hour)
	mark := r.mark(r.clock.shop())
	for b.Loop() {
		if page, err := r.Changed(b.Context(), r.at(), mark); err != nil || len(page.Rows) > 0 {
			b.Fatal(len(page.Rows), err)
		}
	}
	b.ReportMetric(r.client.budget.costs["CatalogPage"], "points")
}
