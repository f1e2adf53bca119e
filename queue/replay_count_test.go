package queue

import (
	"errors"
	"strings"
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// plainly judges a count by what a view holds of it: enough to see a difference in
// anything that a real judgement rests upon.
func plainly(v agent.View, id agent.CountID) ([]agent.Variance, error) {
	lines, err := v.Lines(id)
	if err != nil {
		return nil, err
	}
	byItem := map[agent.ItemID]*agent.Variance{}
	var order []agent.ItemID
	for _, l := range lines {
		if byItem[l.Item] == nil {
			byItem[l.Item] = &agent.Variance{Count: id, Item: l.Item}
			order = append(order, l.Item)
		}
		byItem[l.Item].Counted += l.Counted()
	}
	var all []agent.Variance
	for _, item := range order {
		one := byItem[item]
		movements, err := v.MovementsOf(shop, item, start.AddDate(-1, 0, 0))
		if err != nil {
			return nil, err
		}
		for _, m := range movements {
			one.Expected = one.Expected.Plus(agent.Exactly(m.Quantity))
		}
		known, found, err := v.Item(item)
		if err != nil {
			return nil, err
		}
		if one.Sentence = "no item"; found {
			one.Sentence = known.Name
		}
		all = append(all, *one)
	}
	return all, nil
}

// One count is made anew from the log, and what is shown of it is compared: the
// figures say how much that was.
func TestReplayOfOneCount(t *testing.T) {
	path := closed(t, func(q *Queue) {
		for _, facts := range everyKind() {
			put(t, q, facts)
		}
	})
	report := replayedCount(t, path, "count-1")
	if !report.OK() || report.Entries != 7 || report.Lines == 0 || report.Units == 0 || report.Variances == 0 {
		t.Errorf("%+v", report)
	}
	q, err := OpenReadOnly(t.Context(), path, Options{AllowFUSE: true})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	if _, err := q.ReplayCount(t.Context(), "count-9", plainly); !errors.Is(err, &agent.Error{Code: "no_count"}) {
		t.Errorf("a count that is not there: %v", err)
	}
}

// Whatever of a count was changed past the program is found and named; what was
// changed of another count is not this one's.
func TestReplayOfOneCountFindsWhatWasChanged(t *testing.T) {
	for name, c := range map[string]struct{ change, says string }{
		"a quantity":     {"UPDATE part SET quantity = quantity + 1", "Table part differs"},
		"units":          {"UPDATE tally SET units = units + 1", "Table tally differs"},
		"a window":       {`UPDATE part SET "to" = "to" + 1000000`, "Table part differs"},
		"a movement":     {"UPDATE movement SET quantity = -2", "Table movement differs"},
		"what it does":   {"UPDATE movement SET quantity = -2", "expected -2 to -2, difference 0 to 0, : no item; the log says counted"},
		"a book":         {"UPDATE book SET on_hand = 40", "Table book differs"},
		"an approval":    {"UPDATE adjustment SET body = replace(body, 'shrinkage', 'theft')", "Table adjustment differs"},
		"a delivery":     {"UPDATE delivery SET state = 'pending'", "Table delivery differs"},
		"an undone scan": {"DELETE FROM voided", "Table voided differs"},
		"its state":      {"UPDATE count SET state = 'open'", "Table count differs"},
		"who walked":     {"UPDATE pass SET person = 'person:bert'", "Table pass differs"},
		"a scan":         {"UPDATE scan SET quantity = 9 WHERE seq = 5", "Table head differs"}, // though it was undone
	} {
		t.Run(name, func(t *testing.T) {
			path := closed(t, func(q *Queue) {
				for _, facts := range everyKind() {
					put(t, q, facts)
				}
			})
			past(t, path, c.change)
			if report := replayedCount(t, path, "count-1"); report.OK() || !strings.Contains(said(report.Report), c.says) {
				t.Errorf("found %q, not %q", said(report.Report), c.says)
			}
		})
	}
}

func replayedCount(t *testing.T, path string, count agent.CountID) CountReport {
	t.Helper()
	q, err := OpenReadOnly(t.Context(), path, Options{AllowFUSE: true})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	report, err := q.ReplayCount(t.Context(), count, plainly)
	if err != nil {
		t.Fatal(err)
	}
	return report
}
