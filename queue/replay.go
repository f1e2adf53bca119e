package queue

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// derived are the tables that follow from the log: its views, and also the way in
// which the log itself is kept. Everything else in the file does not.
var derived = []string{
	"symbol", "context", "scan", "event", "checkpoint", "head", "number",
	"count", "listed", "tally", "pass", "counting", "emptied", "awaited", "bearer", "damaged", "part", "serial", "voided", "recount", "device",
	"book", "movement", "belated", "applied", "adjustment", "delivery", "request", "access", "paired", "step",
	"person", "signed_in", "class", "taught",
}

// Replay writes the log anew into an empty temporary database, by the same code
// that wrote it first, and compares every table that follows from the log row by
// row. The report names the first difference of each table. The temporary file
// needs about as much room as the database.
//
// All of it is one read transaction: the WAL grows while it runs.
func (q *Queue) Replay(ctx context.Context) (Report, error) {
	folder, err := os.MkdirTemp("", "stockhand-replay-")
	if err != nil {
		return Report{}, explain("be replayed", err)
	}
	defer os.RemoveAll(folder)
	var report Report
	err = q.read(ctx, func(v *view) error {
		return use(ctx, filepath.Join(folder, "replay.db"), rebuilding, func(s session) error {
			r := replay{from: v, to: newLedger(s), report: &report}
			if err := r.run(ctx); err != nil {
				return err
			}
			return r.compare(ctx)
		})
	})
	return report, explain("be replayed", err)
}

// replay rebuilds one database from another's log.
type replay struct {
	from   *view
	to     *ledger
	report *Report
}

func (r replay) run(ctx context.Context) error {
	steps, err := ownMigrations()
	if err != nil {
		return err
	}
	for _, step := range steps {
		if err := step.run(r.to.session, systemClock{}.Now(), ""); err != nil {
			return err
		}
	}
	if r.report.Epoch, r.report.Head, err = r.from.Head(); err != nil {
		return err
	}
	older, _, err := first(r.from.session, value[int64], "SELECT seq FROM counting_since")
	if err != nil {
		return err
	}
	if err := r.to.exec("UPDATE counting_since SET seq = ?", older); err != nil {
		return err
	}
	if err := errors.Join(r.to.found(r.report.Epoch), r.to.load()); err != nil {
		return err
	}
	for {
		records, err := r.from.Log(r.to.seq, page)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || len(records) == 0 {
			r.report.Hash = hex.EncodeToString(r.to.hash[:])
			return err
		}
		if whole, err := r.copy(records); err != nil || !whole {
			return err
		}
	}
}

// copy appends a page of rows. A row that cannot follow is a finding, and the end.
func (r replay) copy(records []agent.Record) (whole bool, err error) {
	if err := r.to.exec("BEGIN"); err != nil {
		return false, err
	}
	whole = true
	for _, record := range records {
		if record.Seq != r.to.seq+1 {
			r.report.add("gap", fmt.Sprintf("The log goes from row %d to row %d.", r.to.seq, record.Seq), "The rows between cannot be replayed.")
			whole = false
			break
		}
		if err := r.to.append(record); err != nil {
			if isStorage(err) {
				return false, err
			}
			r.report.add("row", fmt.Sprintf("Row %d cannot follow the rows before it: %s", record.Seq, agent.AsError(err).Error()), "The rest of the log was not replayed.")
			whole = false
			break
		}
		if record.Scan != nil {
			r.report.Scans++
		} else {
			r.report.Events++
		}
	}
	return whole, errors.Join(r.to.seal(), r.to.exec("COMMIT"))
}

// compare looks for the first difference in each table.
func (r replay) compare(ctx context.Context) error {
	for _, table := range derived {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.compareTable(table, "true"); err != nil {
			return fmt.Errorf("compare table %s: %w", table, err)
		}
	}
	return nil
}

// compareTable compares the rows for which a condition holds.
func (r replay) compareTable(table, where string, args ...any) error {
	keys, err := all(r.to.session, value[string], "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", table)
	if err != nil {
		return err
	}
	query := fmt.Sprintf("SELECT * FROM %q WHERE %s ORDER BY %q", table, where, keys[0])
	for _, key := range keys[1:] {
		query += fmt.Sprintf(", %q", key)
	}
	stored, err := r.from.conn.QueryContext(background, query, args...)
	if err != nil {
		return err
	}
	defer stored.Close()
	rebuilt, err := r.to.conn.QueryContext(background, query, args...)
	if err != nil {
		return err
	}
	defer rebuilt.Close()
	return r.compareRows(table, stored, rebuilt)
}

func (r replay) compareRows(table string, stored, rebuilt *sql.Rows) error {
	columns, err := stored.Columns()
	if err != nil {
		return err
	}
	for {
		have, err := nextRow(stored, len(columns))
		if err != nil {
			return err
		}
		want, err := nextRow(rebuilt, len(columns))
		if err != nil {
			return err
		}
		switch {
		case have == nil && want == nil:
			return nil
		case !reflect.DeepEqual(have, want):
			r.report.add("view", fmt.Sprintf("Table %s differs: it holds %s; the log says %s.", table, describe(columns, have), describe(columns, want)),
				"What is shown from this table is not what the log adds up to.")
			return nil
		}
	}
}

// nextRow returns a row's values, or nil at the end.
func nextRow(rows *sql.Rows, columns int) ([]any, error) {
	if !rows.Next() {
		return nil, rows.Err()
	}
	values, targets := make([]any, columns), make([]any, columns)
	for i := range values {
		targets[i] = &values[i]
	}
	return values, rows.Scan(targets...)
}

func describe(columns []string, values []any) string {
	if values == nil {
		return "no such row"
	}
	parts := make([]string, len(values))
	for i, v := range values {
		if raw, ok := v.([]byte); ok {
			v = fmt.Sprintf("%x", raw)
		}
		parts[i] = fmt.Sprintf("%s=%v", columns[i], v)
	}
	return strings.Join(parts, " ")
}
