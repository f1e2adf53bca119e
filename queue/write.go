package queue

import (
	"context"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// write is one call that waits to be stored.
type write struct {
	ctx  context.Context
	task func() error // runs inside the transaction
	err  error
	turn chan struct{} // closed when this write is to lead the next commit
	done chan struct{} // closed when err is final
	lead bool          // turn was closed
}

// batchLimit bounds how many writes share a commit, so that the first of them
// does not wait for ever in a flood.
const batchLimit = 256

// Write implements agent.Store.
//
// There is no writer goroutine and no timer: whoever finds no commit running
// leads one and takes along what others bring meanwhile; the rest wait. The
// running sync is what fills the next batch.
func (q *Queue) Write(ctx context.Context, command agent.Command, decide func(agent.View) (agent.Facts, error)) (agent.Ack, error) {
	var ack agent.Ack
	err := q.submit(ctx, func() (err error) {
		ack, err = q.record(command, decide)
		return err
	})
	if err != nil {
		return agent.Ack{}, err
	}
	return ack, nil
}

// submit runs a task in a transaction and returns when that is on disk. A context
// that ends before the task has begun takes it back; afterwards the caller gets
// what really happened.
func (q *Queue) submit(ctx context.Context, task func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w := &write{ctx: ctx, task: task, turn: make(chan struct{}), done: make(chan struct{})}
	leads, err := q.enqueue(w)
	if err != nil {
		return err
	}
	if leads {
		q.lead()
		return w.err
	}
	select {
	case <-w.done:
	case <-w.turn:
		q.lead()
	case <-ctx.Done():
		if q.withdraw(w) {
			return ctx.Err()
		}
		<-w.done
	}
	return w.err
}

// enqueue adds a write and reports whether its caller is to lead.
func (q *Queue) enqueue(w *write) (leads bool, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.writer == nil {
		return false, errReadOnly
	}
	if q.closing {
		return false, errClosed
	}
	q.waiting = append(q.waiting, w)
	if q.leading {
		return false, nil
	}
	q.leading = true
	return true, nil
}

// take returns the next write to be stored, or nil. Those whose callers have gone
// are dropped.
func (q *Queue) take() *write {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) > 0 {
		w := q.waiting[0]
		q.waiting[0] = nil
		q.waiting = q.waiting[1:]
		if w.err = w.ctx.Err(); w.err == nil {
			return w
		}
		close(w.done)
	}
	return nil
}

// withdraw takes back a write that has not begun.
func (q *Queue) withdraw(w *write) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.waiting, w)
	if i < 0 {
		return false
	}
	q.waiting = slices.Delete(q.waiting, i, i+1)
	if w.lead {
		q.handOver()
	}
	return true
}

// handOver lets the next waiting caller lead; q.mu is held.
func (q *Queue) handOver() {
	if len(q.waiting) > 0 {
		next := q.waiting[0]
		next.lead = true
		close(next.turn)
		return
	}
	q.leading = false
	q.idle.Broadcast()
}

// lead stores one batch, tells its callers and the publisher, and hands over.
func (q *Queue) lead() {
	b := &batch{queue: q}
	// A task may end its goroutine (runtime.Goexit, as a failing test does). Nobody
	// may wait for ever because of that.
	finished := false
	defer func() {
		if !finished {
			b.fail(fault("abandoned", "The write was abandoned before it ended.", nil))
			b.release()
		}
	}()
	b.run()
	finished = true
	b.release()
}

// release wakes the callers of a batch, tells the publisher and hands over. The
// publisher is told before the next leader begins, so that heads come in order.
// The others go on even if it panics.
func (b *batch) release() {
	q := b.queue
	defer func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.handOver()
	}()
	for _, w := range b.writes {
		close(w.done)
	}
	if b.committed > 0 {
		if p := q.publisher.Load(); p != nil {
			(*p).Committed(b.committed)
		}
		q.touch()
	}
}
