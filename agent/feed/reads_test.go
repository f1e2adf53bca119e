package feed

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/connectortest"
)

// meter is a store that counts how many stored movements are read, and how many
// movements the largest write adds.
type meter struct {
	agent.Store
	written, read int // in a write, which scans wait for, and outside
	largest       int
}

func (m *meter) Write(ctx context.Context, command agent.Command, decide func(agent.View) (agent.Facts, error)) (agent.Ack, error) {
	return m.Store.Write(ctx, command, func(v agent.View) (agent.Facts, error) {
		facts, err := decide(metered{v, &m.written})
		rows := 0
		for _, e := range facts.Events {
			if fact, err := agent.Decode[agent.MovementsFact](e); err == nil {
				rows += len(fact.Movements)
			}
		}
		m.largest = max(m.largest, rows)
		return facts, err
	})
}

func (m *meter) Read(ctx context.Context, look func(agent.View) error) error {
	return m.Store.Read(ctx, func(v agent.View) error { return look(metered{v, &m.read}) })
}

// metered is a view that counts the stored movements that are read.
type metered struct {
	agent.View
	rows *int
}

func (m metered) MovementsOf(l agent.LocationID, item agent.ItemID, after time.Time) ([]agent.Movement, error) {
	found, err := m.View.MovementsOf(l, item, after)
	*m.rows += len(found)
	return found, err
}

func (m metered) KnownMovements(source string, ids ...string) (map[string]bool, error) {
	found, err := m.View.KnownMovements(source, ids...)
	*m.rows += len(found)
	return found, err
}

// whole is an upstream that tells everything that it has in one page.
type whole struct {
	agent.Connector
	feeder agent.Feeder
}

func (w whole) Movements(ctx context.Context, l agent.LocationID, cursor string) (all agent.Page[agent.Movement], err error) {
	for more := true; more && err == nil; more = all.More {
		rows := all.Rows
		all, err = w.feeder.Movements(ctx, l, cursor)
		all.Rows, cursor = append(rows, all.Rows...), all.Next
	}
	return all, err
}

// However much of one article is sold, what is new costs what it brings: nothing
// that is stored is read again, and no scan waits while one write takes it all.
func TestManySalesOfOneArticleKeepNoScanWaiting(t *testing.T) {
	inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
		r.sell(330)
		r.connector = whole{r.connector, r.connector.(agent.Feeder)}
		m := &meter{Store: r.q}
		f := r.feed(m)
		stop := r.running(f)
		elapse(time.Minute)
		r.sell(170)
		elapse(time.Minute)
		stop()
		if got := len(r.movements()); got != 500 || r.told() != 500 {
			t.Fatalf("%d movements are known, the log tells of %d", got, r.told())
		}
		if m.written != 0 || m.read != 0 {
			t.Errorf("%d stored movements were read in a write and %d outside, and all were new", m.written, m.read)
		}
		if m.largest > piece {
			t.Errorf("one write adds %d movements", m.largest)
		}
	})
}

// A page that is told again costs its rows, not what else was sold of the article.
func TestAPageThatIsToldAgainCostsItsRows(t *testing.T) {
	inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
		r.sell(330)
		stop := r.running(r.feed(r.q))
		elapse(time.Minute)
		stop()
		page, err := r.connector.(agent.Feeder).Movements(context.Background(), here, "")
		if err != nil {
			t.Fatal(err)
		}
		mark, _ := r.mark()
		m := &meter{Store: r.q}
		if err := r.feed(m).keep(context.Background(), page.Rows, mark); err != nil {
			t.Fatal(err)
		}
		if m.written != 0 || m.read != len(page.Rows) || r.told() != 330 {
			t.Errorf("for %d rows %d stored movements were read, %d of them in a write; the log tells of %d", len(page.Rows), m.read+m.written, m.written, r.told())
		}
	})
}

// A page that is stored in pieces is told again after a crash between two of them:
// nothing of it is lost, nothing is told twice, and the watermark never says more
// than is there.
func TestACrashBetweenTwoPiecesOfAPage(t *testing.T) {
	for at, happened := 1, true; happened; at++ {
		t.Run(fmt.Sprint("step ", at), func(t *testing.T) {
			inBubble(t, connectortest.Traits{Feed: true}, func(r *rig) {
				r.sell(3*piece - 10)
				r.connector = whole{r.connector, r.connector.(agent.Feeder)}
				c := &crash{Store: r.q, at: at}
				stop := r.running(r.feed(c))
				elapse(500 * time.Millisecond)
				stop()
				happened = c.happened
				if mark, _ := r.mark(); !mark.Upstream.IsZero() && len(r.movements()) != 3*piece-10 {
					t.Errorf("complete up to %v with %d movements", mark.Upstream, len(r.movements()))
				}
				stop = r.running(r.feed(r.q))
				elapse(time.Minute)
				stop()
				if got := len(r.movements()); got != 3*piece-10 || r.told() != got {
					t.Errorf("%d movements are known, the log tells of %d", got, r.told())
				}
			})
		})
		if at > 50 {
			t.Fatal("it never ends")
		}
	}
}
