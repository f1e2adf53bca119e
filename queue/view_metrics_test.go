package queue

import (
	"fmt"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// What was undone, noted or moved counts nothing, and pages of any size give the same.
func TestEntriesThatCountAreReadByPages(t *testing.T) {
	q := openTemp(t)
	put(t, q, events(opened(1, 0, agent.CountOpen)...))
	put(t, q, scans(entered(1, 10, cola, "A", 4, 0), entered(1, 20, crisps, "B", 9, 0)))
	put(t, q, events(opened(2, 25, agent.CountOpen)...))
	put(t, q, scans(entered(2, 30, cola, "A", 7, 0)))
	add := entered(1, 40, cola, "A", 1, 0)
	add.Op, add.Cond = agent.Add, agent.Damaged
	put(t, q, scans(add, entered(1, 50, crisps, "A", 3, 0)))
	newest := lookUp(t, q, func(v agent.View) ([]agent.Scan, error) { return v.Scans(agent.ScanQuery{Count: "count-1"}) })
	undo, note := entered(1, 60, "", "A", 0, 0), entered(1, 61, cola, "A", 1, 0)
	undo.Op, undo.Voids, undo.Cond = agent.Void, newest[0].Seq, ""
	note.Op, note.Cond, note.Flags = agent.Note, "", agent.Repeated
	put(t, q, scans(undo, note))
	for limit := 1; limit < 5; limit++ {
		var said []string
		lookUp(t, q, func(v agent.View) (int, error) {
			after := agent.Seq(0)
			for {
				page, err := v.Entered("count-1", after, limit)
				if err != nil || len(page) == 0 {
					return 0, err
				}
				for _, e := range page {
					said = append(said, fmt.Sprintf("%s %s %s %s %d %s", e.Pass, e.Bin, e.Item, e.Op, e.Quantity, e.At.Format("15:04:05")))
					after = e.Seq
				}
			}
		})
		same(t, said, []string{
			"pass-1 A " + string(cola) + " set 4 09:00:10", "pass-1 B " + string(crisps) + " set 9 09:00:20",
			"pass-1 A " + string(cola) + " add 1 09:00:40",
		})
	}
}

// Parts keep what each pass found in each round, good and damaged goods in one.
func TestPartsKeepEveryRound(t *testing.T) {
	q := openTemp(t)
	put(t, q, events(opened(1, 0, agent.CountOpen)...))
	broken := entered(1, 20, cola, "A", 2, 0)
	broken.Cond = agent.Damaged
	put(t, q, scans(entered(1, 10, cola, "A", 4, 0), broken, entered(1, 30, cola, "A", 5, 1)))
	var said []string
	for _, p := range lookUp(t, q, func(v agent.View) ([]agent.Part, error) { return v.Parts("count-1") }) {
		said = append(said, fmt.Sprintf("%s %s %d %s %d until %s", p.Item, p.Bin, p.Round, p.Pass, p.Quantity, p.Window.To.At.Format("15:04:05")))
	}
	same(t, said, []string{
		string(cola) + " A 0 pass-1 6 until 09:00:20", string(cola) + " A 1 pass-1 5 until 09:00:30",
	})
}

// BenchmarkEntered shows what reading a count's entries by pages costs.
func BenchmarkEntered(b *testing.B) {
	q := openTemp(b)
	openCount(b, q, 1)
	const all = 100_000
	for n := range all / 1_000 {
		page := make([]agent.Scan, 1_000)
		for i := range page {
			page[i] = read(n*1_000 + i)
			page[i].Item = agent.ItemID(fmt.Sprint("item-", (n*1_000+i)/10))
		}
		put(b, q, scans(page...))
	}
	b.ReportAllocs()
	for b.Loop() {
		err := q.Read(b.Context(), func(v agent.View) error {
			after, found := agent.Seq(0), 0
			for {
				page, err := v.Entered("count-1", after, 10_000)
				if err != nil || len(page) == 0 {
					if found != all {
						b.Fatalf("%d entries", found)
					}
					return err
				}
				after, found = page[len(page)-1].Seq, found+len(page)
			}
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/all, "ns/entry")
}
