package queue

import (
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// acceptLast is the entry by which the row counts that was stored last and only noted.
func acceptLast(t *testing.T, q *Queue, n int) agent.Scan {
	t.Helper()
	entry := read(n)
	entry.Voids = lookUp(t, q, func(v agent.View) (agent.Seq, error) { _, head, err := v.Head(); return head, err })
	return entry
}

func keptScan(n int) agent.Scan {
	s := read(n)
	s.Op, s.Flags = agent.Note, agent.Repeated
	return s
}

func tallyOf(t *testing.T, q *Queue) agent.Tally {
	t.Helper()
	tally := lookUp(t, q, func(v agent.View) (agent.Tally, error) { return v.Tally("count-1") })
	tally.Head = 0
	return tally
}

// The receipt is true in words: a scan that was kept and counted after all was heard
// once and is counted; one that somebody undid is undone.
func TestAScanThatCountsAfterAllIsHeardOnceAndNotUndone(t *testing.T) {
	q := openTemp(t)
	openCount(t, q, 1)
	put(t, q, scans(read(1)))
	put(t, q, scans(keptScan(2)))
	kept := tallyOf(t, q)
	if want := (agent.Tally{Entries: 2, Noted: 1, Lines: 1, Units: 1}); kept != want {
		t.Fatalf("kept: %+v, want %+v", kept, want)
	}
	put(t, q, scans(acceptLast(t, q, 3)))
	if got, want := tallyOf(t, q), (agent.Tally{Entries: 2, Lines: 1, Units: 2}); got != want {
		t.Errorf("counted after all: %+v, want %+v", got, want)
	}
	void := acceptLast(t, q, 4)
	void.Op, void.Quantity = agent.Void, 0
	put(t, q, scans(void))
	if got := tallyOf(t, q); got != kept {
		t.Errorf("undone again: %+v, want %+v", got, kept)
	}
	checkSound(t, q)
}

// A database whose receipts counted such scans twice is put right when it is opened.
func TestOlderReceiptsArePutRight(t *testing.T) {
	path := closed(t, func(q *Queue) {
		openCount(t, q, 1)
		put(t, q, scans(read(1)))
		for n := 2; n < 6; n += 2 {
			put(t, q, scans(keptScan(n)))
			put(t, q, scans(acceptLast(t, q, n+1)))
		}
	})
	change(t, path, "UPDATE tally SET entries = entries + 2, voided = voided + 2",
		"ALTER TABLE catalog DROP COLUMN source", "ALTER TABLE catalog DROP COLUMN cursor", "ALTER TABLE catalog DROP COLUMN full_at", "ALTER TABLE catalog DROP COLUMN fresh",
		"DROP TABLE counting", "DROP TABLE emptied", "DROP TABLE counting_since", "DROP TABLE upload_pause", "DROP TABLE belated", "DROP TABLE level", "DROP TABLE under_way", "ALTER TABLE watermark DROP COLUMN clock", "ALTER TABLE command DROP COLUMN op",
		"PRAGMA user_version = 2", "DELETE FROM schema_history WHERE version > 2")
	q := openAt(t, path)
	if got, want := tallyOf(t, q), (agent.Tally{Entries: 3, Lines: 1, Units: 3}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	checkSound(t, q)
}
