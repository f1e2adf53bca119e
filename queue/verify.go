package queue

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/stockhand/stockhand/agent"
)

// Report is what a verification or a replay found.
type Report struct {
	Epoch  string    `json:"epoch"`
	Head   agent.Seq `json:"head"`   // the newest row that was looked at
	Hash   string    `json:"hash"`   // the chain's hash there, hex: keep it elsewhere to notice a cut tail
	Scans  int64     `json:"scans"`  // rows looked at
	Events int64     `json:"events"` // rows looked at
	// Findings are what is wrong; empty if nothing is.
	Findings []agent.Finding `json:"findings,omitempty"`
}

// OK reports whether nothing was found.
func (r Report) OK() bool { return len(r.Findings) == 0 }

func (r *Report) add(code, what, means string) {
	r.Findings = append(r.Findings, agent.Finding{
		Severity: agent.Broken, Code: code, What: what, Means: means,
		Do: "Keep the file as it is, look at the newest backup, and ask for help before you go on counting.",
	})
}

// page is how many rows are read at once. Between pages no transaction is open,
// so that a long check does not hold the WAL up; rows never change.
const page = 4096

// Verify computes the hash chain anew over every row and compares it with the
// checkpoints and the head; it lets SQLite check the file as well. The error says
// that it could not be done; what it found is in the report.
func (q *Queue) Verify(ctx context.Context) (Report, error) {
	c := &chainCheck{stored: map[agent.Seq]hash{}}
	err := q.read(ctx, func(v *view) error {
		if err := sound(v.session, "integrity_check"); err != nil {
			c.unreadable(err)
		}
		return c.begin(v.session, 0)
	})
	for err == nil && !c.done() {
		if err = ctx.Err(); err == nil {
			err = q.read(ctx, c.next)
		}
	}
	switch {
	case err == nil:
		return c.end(), nil
	case agent.AsError(err).Class == agent.Fault && ctx.Err() == nil: // what cannot be read is found, not failed
		c.unreadable(err)
		return c.report, nil
	}
	return Report{}, explain("be verified", err)
}

// checkTail checks the rows since the last checkpoint: what a start can afford.
func checkTail(s session) error {
	last, _, err := first(s, value[agent.Seq], "SELECT ifnull(max(seq), 0) FROM checkpoint")
	if err != nil {
		return err
	}
	c := &chainCheck{stored: map[agent.Seq]hash{}}
	err = c.begin(s, last)
	for err == nil && !c.done() {
		err = c.next(&view{session: s})
	}
	if err != nil {
		return err
	}
	if r := c.end(); !r.OK() {
		return damaged("The newest part of the log does not agree with its hashes.", errors.New(r.Findings[0].What))
	}
	return nil
}

// chainCheck walks the log and compares.
type chainCheck struct {
	report Report
	head   hash
	stored map[agent.Seq]hash // checkpoints
	seq    agent.Seq
	hash   hash
	broken bool // a stretch did not agree: the head need not be looked at
}

// unreadable tells that the rest cannot be looked at.
func (c *chainCheck) unreadable(err error) {
	c.report.add("file", "The file is damaged: "+agent.AsError(err).Error(), "Parts of what was stored may not be readable.")
}

// begin begins after a row that is 0 or has a checkpoint.
func (c *chainCheck) begin(s session, after agent.Seq) error {
	c.seq = after
	var newest agent.Seq
	_, found, err := first(s, func(r row) (sum []byte, err error) {
		err = r.Scan(&c.report.Epoch, &c.report.Head, &sum, &newest)
		copy(c.head[:], sum)
		return sum, err
	}, `SELECT epoch, seq, hash, max(ifnull((SELECT max(seq) FROM scan), 0), ifnull((SELECT max(seq) FROM event), 0)) FROM head`)
	if err != nil {
		return explain("be verified", err)
	}
	if !found {
		c.report.add("head", "The log has no head row.", "It is not known where the log ends.")
	}
	if newest != c.report.Head {
		c.report.add("head", fmt.Sprintf("The log ends at row %d, but its head says %d.", newest, c.report.Head),
			"Rows were added or removed past the program.")
		c.broken = true
	}
	_, err = all(s, func(r row) (seq agent.Seq, err error) {
		var sum []byte
		err = r.Scan(&seq, &sum)
		var kept hash
		copy(kept[:], sum)
		c.stored[seq] = kept
		return seq, err
	}, "SELECT seq, hash FROM checkpoint WHERE seq >= ? AND seq <= ?", int64(after), int64(c.report.Head))
	if c.hash = genesis(c.report.Epoch); after > 0 {
		c.hash = c.stored[after]
	}
	return explain("be verified", err)
}

func (c *chainCheck) done() bool { return c.seq >= c.report.Head }

// next checks one page of rows.
func (c *chainCheck) next(v *view) error {
	records, err := v.Log(c.seq, page)
	if err != nil {
		return err
	}
	for _, r := range records {
		if c.done() {
			return nil
		}
		c.check(r)
	}
	if len(records) == 0 {
		c.missing(c.report.Head + 1)
	}
	return nil
}

func (c *chainCheck) check(r agent.Record) {
	if r.Seq != c.seq+1 {
		c.missing(r.Seq)
	}
	if r.Scan != nil {
		c.report.Scans++
	} else {
		c.report.Events++
	}
	c.seq, c.hash = r.Seq, c.hash.then(r)
	if c.seq%stride != 0 {
		return
	}
	want, found := c.stored[c.seq]
	switch {
	case !found:
		c.report.add("checkpoint", fmt.Sprintf("The checkpoint at row %d is missing.", c.seq), "It was removed past the program.")
	case want != c.hash:
		c.report.add("chain", fmt.Sprintf("Something between rows %d and %d was changed.", c.seq-stride+1, c.seq),
			"These rows are not what the agent stored.")
		c.hash = want // so that later changes are found as well
	}
}

// missing tells that the log goes on with another row than the next one.
func (c *chainCheck) missing(next agent.Seq) {
	c.broken = true
	switch {
	case next <= c.seq:
		c.report.add("order", fmt.Sprintf("Row %d is there twice.", next), "It was added past the program.")
	case next == c.seq+2:
		c.report.add("gap", fmt.Sprintf("Row %d is missing.", c.seq+1), "It was removed past the program, or the file is damaged.")
	default:
		c.report.add("gap", fmt.Sprintf("Rows %d to %d are missing.", c.seq+1, next-1), "They were removed past the program, or the file is damaged.")
	}
	c.seq = next - 1
}

func (c *chainCheck) end() Report {
	if !c.broken && c.hash != c.head {
		c.report.add("chain", fmt.Sprintf("Something between rows %d and %d was changed.", c.seq/stride*stride+1, c.report.Head),
			"These rows are not what the agent stored.")
	}
	c.report.Hash = hex.EncodeToString(c.hash[:])
	return c.report
}
