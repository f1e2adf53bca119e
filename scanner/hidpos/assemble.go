package hidpos

import (
	"time"

	"github.com/stockhand/stockhand/scanner"
)

const (
	// continuationTime is how long after a report the next one of the same scan
	// may come.
	continuationTime = 500 * time.Millisecond
	// longest is how many bytes a scan may have. Larger codes are no stock codes.
	longest = scanner.DefaultMax
	// keptOfTooLong is how much of a longer scan is kept, to show it.
	keptOfTooLong = 64
)

// Why a scan that has begun is given up, as a part of a sentence.
const (
	lostRest    = "the rest of it did not come in time"
	lostReplace = "the scanner began another one before its end"
	lostEnd     = "the connection ended in the middle of it"
	lostSlow    = "the computer was too slow"
	lostBroken  = "the scanner sent a report that is shorter than it says"
)

// scan is what the scanner sent for one barcode. Its bytes are valid until the
// next report.
type scan struct {
	aim         [3]byte
	data        []byte
	length      int // len(data), or more if only the beginning was kept
	first, last time.Time
}

// assembler joins the reports of a scan. It is a pure function of the reports
// and the times at which they came; the zero value is ready.
type assembler struct {
	scan
	open bool // more must follow
}

// take adds the piece of a report. It returns the scan that is whole now, and
// why one before it was given up, if that happened.
func (a *assembler) take(p piece, at time.Time) (whole *scan, lost string) {
	lost = a.expire(at)
	if a.open && p.aim != a.aim && p.aim != [3]byte{} {
		a.open, lost = false, lostReplace
	}
	if !a.open {
		a.scan = scan{aim: p.aim, data: a.data[:0], first: at}
	}
	a.last, a.open = at, p.more
	a.add(p.data)
	if a.open {
		return nil, lost
	}
	return &a.scan, lost
}

func (a *assembler) add(data []byte) {
	a.length += len(data)
	if a.length > longest {
		a.data = a.data[:min(len(a.data), keptOfTooLong)]
		return
	}
	a.data = append(a.data, data...)
}

// due is when a scan that goes on must have gone on; false if there is none.
func (a *assembler) due() (time.Time, bool) {
	return a.last.Add(continuationTime), a.open
}

// expire gives a scan up whose next report did not come in time.
func (a *assembler) expire(now time.Time) (lost string) {
	if due, open := a.due(); open && now.After(due) {
		return a.drop(lostRest)
	}
	return ""
}

// drop gives up a scan that is not whole and says why, if there is one.
func (a *assembler) drop(reason string) (lost string) {
	if !a.open {
		return ""
	}
	a.open = false
	return reason
}
