package feed

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
)

// lister is an upstream that works at its catalogue for a while before it comes, and
// tells what changed by the number of the change.
type lister struct {
	agent.Connector
	mu        sync.Mutex
	items     []agent.Item
	changes   []agent.Item // since ever; a cursor is how many of them are known
	waits     int          // pages that only say to wait
	down      *agent.Error
	wholes    int
	asked     int
	abandoned int
}

func (l *lister) Info() agent.ConnectorInfo {
	info := l.Connector.Info()
	info.Refresh = true
	return info
}

func (l *lister) Catalog(_ context.Context, _ agent.LocationID, cursor string) (page agent.Page[agent.Item], err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down != nil {
		return page, l.down
	}
	at, _ := strconv.Atoi(cursor)
	page.Next = strconv.Itoa(at + 1)
	if at < l.waits {
		page.Wait = 10 * time.Second
		page.Progress = agent.Progress{Stage: agent.Preparing, Done: int64(at), Of: int64(len(l.items))}
		return page, nil
	}
	l.wholes++
	page.Rows, page.Next, page.Mark = slices.Clone(l.items), "", fmt.Sprint(len(l.changes))
	page.Skipped = []agent.Finding{{Code: "odd", What: "A row is odd."}}
	return page, nil
}

func (l *lister) Changed(_ context.Context, _ agent.LocationID, cursor string) (page agent.Page[agent.Item], err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked++
	if l.down != nil {
		return page, l.down
	}
	from, err := strconv.Atoi(cursor)
	to := min(from+2, len(l.changes))
	page.Rows, page.Next, page.More = slices.Clone(l.changes[from:to]), strconv.Itoa(to), to < len(l.changes)
	return page, err
}

func (l *lister) Abandon(context.Context) { l.in(func() { l.abandoned++ }) }

// seen is how often the whole was read and changes were asked for.
func (l *lister) seen() (wholes, asked int) {
	l.in(func() { wholes, asked = l.wholes, l.asked })
	return wholes, asked
}

// in changes the upstream, or looks at it.
func (l *lister) in(do func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	do()
}

func article(id, name string) agent.Item {
	return agent.Item{ID: agent.ItemID(id), SKU: id, Name: name, Codes: []agent.Barcode{{Text: "code-" + id, Pack: 1}}}
}

func (r *rig) lister(names ...string) (*lister, *Feed) {
	l := &lister{Connector: r.connector}
	for _, name := range names {
		l.items = append(l.items, article(name, name))
	}
	r.connector = l
	return l, r.feed(r.q)
}

func (r *rig) names() (names []string) {
	r.t.Helper()
	r.read(func(v agent.View) error {
		items, err := v.Items()
		for _, i := range items {
			names = append(names, i.Name)
		}
		return err
	})
	return names
}

// keeping keeps the catalogue until the returned function is called.
func (r *rig) keeping(f *Feed) (stop func()) {
	ctx, end := context.WithCancel(context.Background())
	done := make(chan error)
	go func() {
		done <- f.Keep(ctx, r.q, func(ctx context.Context) error {
			_, _, err := f.Sync(ctx, r.q, agent.System("feed"), nil)
			return err
		})
	}()
	return func() {
		end()
		if err := <-done; err != nil {
			r.t.Error(err)
		}
	}
}

func TestTheCatalogueIsKeptLikeTheShops(t *testing.T) {
	inBubble(t, connectortest.Traits{}, func(r *rig) {
		l, f := r.lister("A", "B", "C")
		defer r.keeping(f)()
		elapse(time.Hour)
		if wholes, asked := l.seen(); asked+wholes > 0 {
			t.Fatal("a catalogue that nobody asked for is read")
		}
		if _, _, err := f.Sync(context.Background(), r.q, anna, nil); err != nil {
			t.Fatal(err)
		}
		elapse(7 * time.Minute)
		l.in(func() {
			l.changes = append(l.changes, article("B", "B, renamed"), article("D", "D"), article("E", "E"))
			l.items = append(slices.Clone(l.items[:1]), l.changes...) // C was deleted
		})
		elapse(6 * time.Minute)
		wholes, before := l.seen()
		if got := fmt.Sprint(r.names()); got != "[A B, renamed C D E]" || wholes != 1 {
			t.Errorf("after some minutes: %s, %d times read whole", got, wholes)
		}
		elapse(time.Hour)
		_, asked := l.seen()
		if n := asked - before; n < 10 || n > 14 {
			t.Errorf("it was asked %d times in an hour", n)
		}
		elapse(23 * time.Hour)
		wholes, _ = l.seen()
		if got := fmt.Sprint(r.names()); got != "[A B, renamed D E]" || wholes != 2 {
			t.Errorf("after a day: %s, %d times read whole", got, wholes)
		}
		if s := f.CatalogStatus(); s.Running || s.Problem != nil || s.NextAt.IsZero() || len(s.Skipped) != 1 {
			t.Errorf("the status is %+v", s)
		}
	})
}

// Where too much changed the whole catalogue is read; a failure is tried again, ever
// more seldom, and shown until then.
func TestAKeptCatalogueSurvivesFailures(t *testing.T) {
	inBubble(t, connectortest.Traits{}, func(r *rig) {
		l, f := r.lister("A", "B")
		if _, _, err := f.Sync(context.Background(), r.q, anna, nil); err != nil {
			t.Fatal(err)
		}
		defer r.keeping(f)()
		l.in(func() {
			for range changesMost + 1 {
				l.changes = append(l.changes, article("A", "A"))
			}
		})
		elapse(6 * time.Minute)
		wholes, before := l.seen()
		if wholes != 2 {
			t.Errorf("it was read whole %d times", wholes)
		}
		l.in(func() {
			l.changes = append(l.changes, article("F", "F"))
			l.down = &agent.Error{Code: "down", Class: agent.Retry, What: "The shop is down."}
		})
		elapse(12 * time.Hour)
		_, asked := l.seen()
		if n := asked - before; n < 10 || n > 20 {
			t.Errorf("a shop that is down was asked %d times in 12 hours", n)
		}
		if p := f.CatalogStatus().Problem; p == nil || p.Code != "down" {
			t.Errorf("the problem is %v", p)
		}
		l.in(func() { l.down = nil })
		elapse(time.Hour + time.Minute)
		if got := fmt.Sprint(r.names()); got != "[A B F]" || f.CatalogStatus().Problem != nil {
			t.Errorf("afterwards: %s, %v", got, f.CatalogStatus().Problem)
		}
	})
}

// While the shop works at its catalogue, that is told; whoever calls it off is heard
// there.
func TestAShopThatWorksAtItsCatalogue(t *testing.T) {
	inBubble(t, connectortest.Traits{}, func(r *rig) {
		l, f := r.lister("A", "B")
		l.waits = 5
		began := time.Now()
		var told []agent.Progress
		if _, _, err := f.Sync(context.Background(), r.q, anna, func(p agent.Progress) { told = append(told, p) }); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != 50*time.Second || len(told) != 6 || told[4] != (agent.Progress{Stage: agent.Preparing, Done: 4, Of: 2}) || told[5].Stage != agent.Storing {
			t.Errorf("it took %v and told %+v", took, told)
		}
		ctx, cancel := context.WithCancel(context.Background())
		_, _, err := f.Sync(ctx, r.q, anna, func(p agent.Progress) {
			if p.Done == 2 {
				cancel()
			}
		})
		if !errors.Is(err, context.Canceled) || l.abandoned != 1 || len(r.names()) != 2 || f.CatalogStatus().Problem != nil {
			t.Errorf("called off: %v, the shop heard of it %d times, %+v", err, l.abandoned, f.CatalogStatus())
		}
	})
}

// What was added here to an item stays, whole catalogue or changes.
func TestAdditionsStayWhenTheShopIsReadAgain(t *testing.T) {
	inBubble(t, connectortest.Traits{}, func(r *rig) {
		l, f := r.lister("A")
		added := article("A", "A")
		added.Codes = append(added.Codes, agent.Barcode{Text: "CASE", Pack: 12, Local: true})
		added.Bins = []agent.Bin{"R1"}
		given := []agent.Item{added}
		_, err := r.q.Replace(context.Background(), anna, time.Now(), "bins.csv", func() (i agent.Item, ok bool, err error) {
			if ok = len(given) > 0; ok {
				i, given = given[0], given[1:]
			}
			return i, ok, nil
		}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		stays := func() {
			t.Helper()
			r.read(func(v agent.View) error {
				item, _, err := v.Item("A")
				if len(item.Codes) != 2 || item.Codes[1].Pack != 12 || len(item.Bins) != 1 {
					t.Errorf("the item is %+v", item)
				}
				return err
			})
		}
		if _, _, err := f.Sync(context.Background(), r.q, anna, nil); err != nil {
			t.Fatal(err)
		}
		stays()
		l.changes = append(l.changes, article("A", "A, renamed"))
		change, _, err := f.Refresh(context.Background(), r.q, anna)
		if err != nil || len(change.Changed) != 1 {
			t.Errorf("%+v %v", change, err)
		}
		stays()
	})
}
