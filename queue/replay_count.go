package queue

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// CountReport is what the replay of one count found: how much of it was made anew
// from the log alone, and what of that is not what is shown.
type CountReport struct {
	Count     agent.CountID `json:"count"`
	Entries   int64         `json:"entries"` // scans and typed quantities of the count
	Lines     int64         `json:"lines"`
	Units     int64         `json:"units"`
	Variances int64         `json:"variances"`
	Report
}

// judging returns the variances of a count within a view.
type judging = func(v agent.View, count agent.CountID) ([]agent.Variance, error)

// ReplayCount writes the log anew into an empty temporary database, as Replay does,
// and compares all that concerns one count: its tables row by row, and the variances
// that judge makes of what is there. The catalogue and how far the sources had told
// what moved do not follow from the log: they are taken over as they are.
func (q *Queue) ReplayCount(ctx context.Context, count agent.CountID, judge judging) (CountReport, error) {
	folder, err := os.MkdirTemp("", "stockhand-replay-")
	if err != nil {
		return CountReport{}, explain("be replayed", err)
	}
	defer os.RemoveAll(folder)
	report := CountReport{Count: count}
	err = q.read(ctx, func(v *view) error {
		if _, found, err := v.Count(count); err != nil || !found {
			return orMissing(err, count)
		}
		return use(ctx, filepath.Join(folder, "replay.db"), rebuilding, func(s session) error {
			r := countReplay{replay{from: v, to: newLedger(s), report: &report.Report}, &report, judge}
			return r.run(ctx)
		})
	})
	return report, explain("be replayed", err)
}

func orMissing(err error, count agent.CountID) error {
	if err != nil {
		return err
	}
	return &agent.Error{
		Code: "no_count", Class: agent.Missing, What: fmt.Sprintf("There is no count %q.", count),
		Means: "Nothing was replayed.", Do: "Check the name, or look at the list: stockhand count list.",
	}
}

// countReplay compares one count of two databases.
type countReplay struct {
	replay
	found *CountReport
	judge judging
}

func (r countReplay) run(ctx context.Context) error {
	if err := r.replay.run(ctx); err != nil {
		return err
	}
	if err := r.takeOver(); err != nil {
		return err
	}
	for _, part := range ofCount {
		if err := ctx.Err(); err != nil {
			return err
		}
		where := strings.ReplaceAll(part.where, "$symbol", symbolIs)
		if err := r.compareTable(part.table, where, string(r.found.Count)); err != nil {
			return fmt.Errorf("compare table %s: %w", part.table, err)
		}
	}
	return r.compareVariances()
}

// ofCount says which rows of the tables concern a count. What was stated and what
// moved concern it where its items do. The head, with the hash over the whole log,
// tells whether the log is the one that was stored.
var ofCount = []struct{ table, where string }{
	{"head", "one = 1 AND ? <> ''"},
	{"count", "id = ?"},
	{"listed", "count = ?"},
	{"class", "count = ?"},
	{"pass", "count = ?"},
	{"counting", "pass IN (SELECT id FROM pass WHERE count = ?)"},
	{"emptied", "count = $symbol"},
	{"awaited", "pass IN (SELECT id FROM pass WHERE count = ?)"},
	{"scan", "context IN (SELECT no FROM context WHERE count = $symbol)"},
	{"voided", "seq IN (SELECT s.seq FROM scan s JOIN context x ON x.no = s.context WHERE x.count = $symbol)"},
	{"part", "count = $symbol"},
	{"serial", "count = $symbol"},
	{"tally", "count = ?"},
	{"recount", "count = ?"},
	{"book", "item IN (SELECT item FROM part WHERE count = $symbol)"},
	{"movement", "item IN (SELECT item FROM part WHERE count = $symbol)"},
	{"belated", "item IN (SELECT item FROM part WHERE count = $symbol)"},
	{"applied", "item IN (SELECT item FROM part WHERE count = $symbol)"},
	{"adjustment", "count = ?"},
	{"delivery", "adjustment IN (SELECT id FROM adjustment WHERE count = ?)"},
}

// takenOver are the tables by which a count is judged and that no log tells.
var takenOver = []string{"catalog", "item", "barcode", "item_bin", "place", "watermark"}

func (r countReplay) takeOver() error {
	if err := r.to.exec("BEGIN"); err != nil {
		return err
	}
	if err := r.to.exec("DELETE FROM catalog"); err != nil {
		return err
	}
	for _, table := range takenOver {
		if err := r.copyTable(table); err != nil {
			return fmt.Errorf("take over table %s: %w", table, err)
		}
	}
	return r.to.exec("COMMIT")
}

func (r countReplay) copyTable(table string) error {
	rows, err := r.from.conn.QueryContext(background, fmt.Sprintf("SELECT * FROM %q", table))
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	insert := fmt.Sprintf("INSERT INTO %q VALUES (?%s)", table, strings.Repeat(",?", len(columns)-1))
	for {
		values, err := nextRow(rows, len(columns))
		if err != nil || values == nil {
			return err
		}
		if err := r.to.exec(insert, values...); err != nil {
			return err
		}
	}
}

// compareVariances judges the count in both places.
func (r countReplay) compareVariances() error {
	fresh := &view{session: r.to.session}
	if _, found, err := fresh.Count(r.found.Count); err != nil || !found {
		return err // why it is not there was found before
	}
	tally, err := fresh.Tally(r.found.Count)
	if err != nil {
		return err
	}
	if r.found.Entries, err = fresh.ScanCount(agent.ScanQuery{Count: r.found.Count}); err != nil {
		return err
	}
	r.found.Lines, r.found.Units = tally.Lines, tally.Units
	want, err := r.judge(fresh, r.found.Count)
	if err != nil {
		return err
	}
	r.found.Variances = int64(len(want))
	have, err := r.judge(r.from, r.found.Count)
	if err != nil {
		return err
	}
	r.compareEach(have, want)
	return nil
}

func (r countReplay) compareEach(have, want []agent.Variance) {
	shown := map[agent.ItemID]agent.Variance{}
	for _, v := range have {
		shown[v.Item] = v
	}
	const means = "What is shown of this item is not what the log adds up to."
	for _, w := range want {
		h, there := shown[w.Item]
		delete(shown, w.Item)
		switch {
		case !there:
			r.report.add("variance", fmt.Sprintf("The log judges %s, which is not shown.", w.Item), means)
		case !sameVariance(h, w):
			r.report.add("variance", fmt.Sprintf("%s differs: shown is %s; the log says %s.", w.Item, briefly(h), briefly(w)), means)
		}
	}
	for _, h := range have {
		if _, left := shown[h.Item]; left {
			r.report.add("variance", fmt.Sprintf("%s is shown, and the log does not judge it.", h.Item), means)
		}
	}
}

func sameVariance(a, b agent.Variance) bool {
	x, err := json.Marshal(a)
	y, failed := json.Marshal(b)
	return err == nil && failed == nil && bytes.Equal(x, y)
}

func briefly(v agent.Variance) string {
	return fmt.Sprintf("counted %d, expected %d to %d, difference %d to %d, %s: %s",
		v.Counted, v.Expected.Lo, v.Expected.Hi, v.Variance.Lo, v.Variance.Hi, v.Status, v.Sentence)
}
