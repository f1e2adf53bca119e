package queue

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// TestAFullFileRefusesAndGoesOn fills a file up to a limit, with several writes in
// each commit: those that are refused are refused whole.
func TestAFullFileRefusesAndGoesOn(t *testing.T) {
	q := openTemp(t)
	openCount(t, q, 1)
	limit := func(pages int) {
		release := hold(t, q) // the connection is the leader's alone
		defer release()
		if err := q.ledger.exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	limit(1) // SQLite makes it as few as there are
	var mu sync.Mutex
	acknowledged, refused := int64(0), 0
	var all sync.WaitGroup
	for sender := range 8 {
		all.Go(func() {
			for n := range 30 {
				s := read(n)
				s.Device, s.Raw = agent.DeviceID(fmt.Sprint(sender)), make([]byte, 1000)
				_, err := tryPut(q, scans(s))
				mu.Lock()
				if err == nil {
					acknowledged++
				} else {
					refused++
					refusedAs(t, err, "disk-full")
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if tally := lookUp(t, q, func(v agent.View) (agent.Tally, error) { return v.Tally("count-1") }); refused == 0 || tally.Entries != acknowledged {
		t.Errorf("%d acknowledged, %d refused, %d stored", acknowledged, refused, tally.Entries)
	}
	limit(1 << 20)
	put(t, q, scans(read(99)))
	checkSound(t, q)
}
