package queue

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/stockhand/stockhand/agent"
)

// batch is one transaction and the writes that share it. Only its leader uses it.
type batch struct {
	queue     *Queue
	writes    []*write
	begun     mark      // where the log ended before
	committed agent.Seq // the log's end on disk if it moved
}

// run stores everything that waits, in order, with one commit.
func (b *batch) run() {
	l := b.queue.ledger
	b.begun = l.mark
	if err := l.exec("BEGIN IMMEDIATE"); err != nil {
		if w := b.queue.take(); w != nil {
			b.writes = append(b.writes, w)
		}
		b.fail(explain("begin to store", err))
		return
	}
	for len(b.writes) < batchLimit {
		w := b.queue.take()
		if w == nil {
			break
		}
		b.writes = append(b.writes, w)
		if err := b.perform(w); err != nil {
			b.fail(err)
			return
		}
	}
	if err := b.commit(); err != nil {
		b.fail(explain("store", err))
	}
}

// perform runs one write of its own accord. What it returns concerns the whole
// transaction; a failure of this write alone is kept with the write and leaves
// nothing behind.
func (b *batch) perform(w *write) error {
	l := b.queue.ledger
	before := l.mark
	if err := l.exec("SAVEPOINT one"); err != nil {
		return explain("store", err)
	}
	w.err = guard(w.task)
	if w.err == nil {
		return explain("store", l.exec("RELEASE one"))
	}
	if isStorage(w.err) || l.autocommit() {
		return explain("store", w.err)
	}
	l.restore(before)
	return explain("store", l.exec("ROLLBACK TO one; RELEASE one"))
}

// guard turns a panic of a task into an error: one bad request must not stop the
// agent.
func guard(task func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault("internal", "Something went wrong inside the agent.", fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	return task()
}

func (b *batch) commit() error {
	l := b.queue.ledger
	moved := l.seq != b.begun.seq
	if moved {
		if err := l.seal(); err != nil {
			return err
		}
	}
	if err := l.exec("COMMIT"); err != nil {
		return err
	}
	b.queue.commits.Add(1)
	b.queue.writes.Add(int64(len(b.writes)))
	if moved {
		b.committed = l.seq
		b.queue.head.Store(int64(l.seq))
	}
	return nil
}

// fail takes the whole transaction back: every write of it that had not failed by
// itself gets the error, and the connection stays usable.
func (b *batch) fail(err error) {
	l := b.queue.ledger
	if !l.autocommit() {
		_ = l.exec("ROLLBACK") // nothing is left to do if even this fails: the next BEGIN will tell
	}
	l.restore(b.begun)
	switch {
	case isDamage(err):
		b.queue.spoil(err)
	case isFull(err):
		b.queue.touch() // moving the WAL's pages to their place makes room in it
	}
	for _, w := range b.writes {
		if w.err == nil {
			w.err = err
		}
	}
}

// record carries out one command: the repeat of an old one gets the old answer.
func (q *Queue) record(command agent.Command, decide func(agent.View) (agent.Facts, error)) (agent.Ack, error) {
	if ack, found, err := q.carriedOut(command); found || err != nil {
		return ack, explain("look up the command", err)
	}
	v := &view{session: q.ledger.session}
	facts, err := decide(v)
	v.over = true
	if err != nil {
		return agent.Ack{}, err
	}
	ack, err := q.store(facts)
	if err != nil {
		return agent.Ack{}, explain("store", err)
	}
	return ack, explain("store", q.remember(command, ack))
}

func (q *Queue) carriedOut(c agent.Command) (ack agent.Ack, found bool, err error) {
	if c.ID == "" { // not only the zero command: a client without an id repeats nothing
		return ack, false, nil
	}
	var op string
	ack, found, err = first(q.ledger.session, func(r row) (agent.Ack, error) {
		ack := agent.Ack{Repeated: true}
		var result sql.NullString
		err := r.Scan(&ack.First, &ack.Last, &result, &op)
		if result.Valid {
			ack.Result = json.RawMessage(result.String)
		}
		return ack, err
	}, "SELECT first, last, result, op FROM command WHERE origin = ? AND id = ?", c.Origin, c.ID)
	if found && op != "" && c.Op != op {
		err = refused("command_id", fmt.Sprintf("The number of this command was used for %s before.", op))
	}
	return ack, found, err
}

func (q *Queue) remember(c agent.Command, ack agent.Ack) error {
	if c.ID == "" {
		return nil
	}
	var result any
	if ack.Result != nil {
		result = string(ack.Result)
	}
	return q.ledger.exec("INSERT INTO command (origin, id, first, last, result, op) VALUES (?,?,?,?,?,?)",
		c.Origin, c.ID, int64(ack.First), int64(ack.Last), result, c.Op)
}

// store appends what was decided.
func (q *Queue) store(f agent.Facts) (agent.Ack, error) {
	ack, err := resultOf(f)
	if err != nil {
		return ack, err
	}
	if f.At.IsZero() {
		f.At = q.clock.Now()
	}
	before := q.ledger.seq
	for _, scan := range f.Scans {
		complete, err := completeScan(scan, f.Actor)
		if err == nil {
			err = q.ledger.append(agent.Record{Scan: complete})
		}
		if err != nil {
			return ack, err
		}
	}
	for _, event := range f.Events {
		complete, err := completeEvent(event, f.Actor, f.At)
		if err == nil {
			err = q.ledger.append(agent.Record{Event: complete})
		}
		if err != nil {
			return ack, err
		}
	}
	if q.ledger.seq > before {
		ack.First, ack.Last = before+1, q.ledger.seq
	}
	return ack, errors.Join(q.storeWatermarks(f.Watermarks), q.storeLevels(f.Levels), q.storeUnderWay(f.UnderWay))
}

func resultOf(f agent.Facts) (ack agent.Ack, err error) {
	if f.Result == nil {
		return ack, nil
	}
	if ack.Result, err = json.Marshal(f.Result); err != nil {
		err = fault("result", "The result of the command could not be written down.", err)
	}
	return ack, err
}

func (q *Queue) storeWatermarks(marks []agent.Watermark) error {
	for _, w := range marks {
		err := q.ledger.exec(`INSERT INTO watermark (location, source, upstream, local, offline, cursor, clock) VALUES (?,?,?,?,?,?,?)
			ON CONFLICT DO UPDATE SET upstream = excluded.upstream, local = excluded.local,
			offline = excluded.offline, cursor = excluded.cursor, clock = excluded.clock`,
			string(w.Location), w.Source, at(w.Upstream), at(w.Local), w.Offline, w.Cursor, w.Clock.Microseconds())
		if err != nil {
			return err
		}
	}
	return nil
}
