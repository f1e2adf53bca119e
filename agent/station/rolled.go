package station

import (
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// bookWithin is how long after an earlier counting the shop's first statement may have
// been made that is known. What changed before that and no movement told of would not
// be seen.
const bookWithin = 24 * time.Hour

// earlierCounts returns the counts from which a count may take the bins that it did not
// reach: those of its place whose counting is over, and that began before it.
func earlierCounts(v agent.View, count agent.Count) ([]agent.Count, error) {
	if count.Policy.MaxAge <= 0 || count.Policy.Method == agent.Snapshot {
		return nil, nil
	}
	all, err := v.Counts()
	oldest := count.Opened.At.Add(-count.Policy.MaxAge)
	return slices.DeleteFunc(all, func(c agent.Count) bool {
		over := c.State == agent.CountClosed || c.State == agent.CountDone
		return !over || c.ID == count.ID || c.Location != count.Location || !c.Opened.At.Before(count.Opened.At) || c.Closed.At.Before(oldest)
	}), err
}

// rolledForward returns the lines by which earlier counts stand for the bins of an item
// that this count did not reach. Of an item that it did not count at all, and of a bin
// in which somebody was, no earlier count can speak.
func rolledForward(v agent.View, in reconcile.Item, earlier []agent.Count) ([]agent.Line, error) {
	if len(in.Lines) == 0 || len(earlier) == 0 {
		return nil, nil
	}
	var rolled []agent.Line
	for _, bin := range unique(in.Item.Bins) {
		here := func(l agent.Line) bool { return l.Bin == bin }
		noted := func(n reconcile.Noted) bool { return n.Bin == bin }
		if slices.ContainsFunc(in.Lines, here) || slices.Contains(in.Opened, bin) || slices.ContainsFunc(in.Noted, noted) {
			continue
		}
		line, found, err := newestLine(v, in, bin, earlier)
		if err != nil {
			return nil, err
		}
		if found {
			rolled = append(rolled, line)
		}
	}
	return rolled, nil
}

// newestLine finds the newest counting of a bin that is young enough.
func newestLine(v agent.View, in reconcile.Item, bin agent.Bin, earlier []agent.Count) (newest agent.Line, found bool, err error) {
	oldest := in.Count.Opened.At.Add(-in.Count.Policy.MaxAge)
	for _, count := range earlier {
		lines, err := v.LinesOf(count.ID, in.Item.ID)
		if err != nil {
			return newest, false, err
		}
		for _, l := range lines {
			to := reconcile.CutOff(l, in.Steps).At
			if l.Bin == bin && !to.Before(oldest) && (!found || to.After(reconcile.CutOff(newest, in.Steps).At)) {
				newest, found = l, true
			}
		}
	}
	return newest, found, nil
}

// reachesBack reports whether the shop's statements reach back to a counting.
func reachesBack(books []agent.Book, since time.Time, l agent.Line) bool {
	return slices.ContainsFunc(books, func(b agent.Book) bool {
		return !b.At.At.Before(since) && b.At.At.Before(l.Window.To.At.Add(bookWithin))
	})
}
