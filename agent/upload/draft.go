package upload

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// draft is what becomes of a batch: a request, deliveries that end otherwise, and
// lines that are held back until it is certain what their statement contains.
type draft struct {
	request agent.Request
	books   []agent.Book
	changes []agent.DeliveryFact
	holds   map[agent.AdjustmentID]hold
}

// errNothingToPlan ends a write that has nothing to add.
var errNothingToPlan = errors.New("nothing to plan")

// draft judges a batch by what was observed and what is stored now.
func (u *Uploader) draft(v agent.View, batch []agent.Delivery, books map[agent.ItemID]agent.Book, look looking, key string) (draft, error) {
	d := draft{holds: make(map[agent.AdjustmentID]hold)}
	_, head, err := v.Head()
	if err != nil {
		return d, err
	}
	open, err := v.Deliveries(agent.Sending, agent.Staged, agent.InDoubt)
	if err != nil {
		return d, err
	}
	var lines []agent.Planned
	for _, delivery := range batch {
		now, ok, err := v.Delivery(delivery.Adjustment.ID)
		if err != nil {
			return d, err
		}
		taken := slices.ContainsFunc(open, func(o agent.Delivery) bool { return placeOf(o) == placeOf(delivery) })
		if !ok || now.State != agent.Pending || taken {
			continue
		}
		// The statements are the first row that this write adds.
		book, known := books[delivery.Adjustment.Item]
		book.Seq = head + 1
		line, err := d.judge(v, now, book, known, look)
		if err != nil {
			return d, err
		}
		if line != nil {
			lines = append(lines, *line)
		}
	}
	return d, u.document(v, &d, lines, batch[0].Adjustment, key)
}

// looking is what is known of the feed while a batch is judged, all as of one
// moment. It is read before the write, because an article may have moved tens of
// thousands of times and scans wait for a write. What comes in between changes no
// answer: a statement is judged only by movements up to complete, and those are
// there.
type looking struct {
	feeds     bool      // movements come from the upstream
	follows   bool      // a statement must be covered by them
	complete  time.Time // up to when they are known, in the upstream's time
	movements map[agent.AdjustmentID][]agent.Movement
}

// look reads what is known of the feed about a batch.
func (u *Uploader) look(ctx context.Context, batch []agent.Delivery, books map[agent.ItemID]agent.Book) (looking, error) {
	l := looking{feeds: u.info.Feed, follows: u.follows(), movements: make(map[agent.AdjustmentID][]agent.Movement)}
	err := u.store.Read(ctx, func(v agent.View) (err error) {
		if l.complete, err = u.complete(v, batch[0].Adjustment.Location); err != nil {
			return err
		}
		for _, delivery := range batch {
			a := delivery.Adjustment
			if _, known := books[a.Item]; !known {
				continue
			}
			if l.movements[a.ID], err = v.MovementsOf(a.Location, a.Item, a.Book.At.Earliest().Add(-horizon)); err != nil {
				return fmt.Errorf("read movements of %s: %w", a.Item, err)
			}
		}
		return nil
	})
	return l, err
}

// covers reports whether every movement that a settled statement contains is known.
func (l looking) covers(b agent.Book) bool {
	return !l.follows || !b.Settled() || !l.complete.Before(b.Changed.Add(b.Tick))
}

// judge decides about one delivery: a line for the request, another end, or to
// hold it back.
func (d *draft) judge(v agent.View, delivery agent.Delivery, book agent.Book, known bool, look looking) (*agent.Planned, error) {
	a := delivery.Adjustment
	// What the shop would have if nobody had changed it but those we know of.
	meant := a.Book.OnHand + a.Variance
	end := func(state agent.DeliveryState, problem *agent.Error) (*agent.Planned, error) {
		if known {
			d.books = append(d.books, book)
		}
		fact := agent.DeliveryFact{Adjustment: a.ID, State: state, Problem: problem}
		if known {
			fact.Numbers = &agent.DeliveryNumbers{Observed: book.OnHand, Target: meant}
		}
		d.changes = append(d.changes, fact)
		return nil, nil
	}
	switch {
	case !known:
		return end(agent.Rejected, unknownItem())
	case !book.Stocked:
		return end(agent.Rejected, unstocked())
	case !book.Tracked:
		return end(agent.Rejected, untracked())
	case !book.Settled() && (look.feeds || !book.Changed.IsZero()):
		d.holds[a.ID] = hold{tick: max(book.Tick, shortestPause)}
		return nil, nil
	case !look.covers(book):
		d.holds[a.ID] = hold{tick: max(book.Tick, shortestPause), reach: book.Changed.Add(book.Tick)}
		return nil, nil
	}
	applied, err := v.AppliedTo(a.Location, a.Item)
	if err != nil {
		return nil, fmt.Errorf("read changes of %s: %w", a.Item, err)
	}
	if rest := unexplained(a.Book, book, look.movements[a.ID], applied); rest != 0 {
		meant = book.OnHand - rest + a.Variance
		return end(agent.Conflict, changed(delivery, book, rest))
	}
	d.books = append(d.books, book)
	return &agent.Planned{
		Adjustment: a.ID, Item: a.Item, Observed: book, Counted: a.Counted, Expected: a.Expected,
		Delta: a.Variance, Target: book.OnHand + a.Variance, CutOff: a.CutOff, Reason: a.Reason,
	}, nil
}

// document plans the lines. Those that can never be written are rejected, the
// others planned without them.
func (u *Uploader) document(v agent.View, d *draft, lines []agent.Planned, first agent.Adjustment, key string) error {
	n, err := v.Next("request")
	if err != nil {
		return err
	}
	op := agent.Operation{Request: agent.RequestID(fmt.Sprintf("request-%d", n)), Key: key, Location: first.Location, Count: first.Count, Lines: lines}
	if len(lines) == 0 {
		return nil
	}
	doc, err := u.connector.Plan(op)
	if refused(err) {
		op.Lines = nil
		for _, line := range lines {
			alone := op
			alone.Lines = []agent.Planned{line}
			if _, err := u.connector.Plan(alone); refused(err) {
				d.changes = append(d.changes, agent.DeliveryFact{Adjustment: line.Adjustment, State: agent.Rejected, Problem: agent.AsError(err)})
				continue
			}
			op.Lines = append(op.Lines, line)
		}
		if len(op.Lines) == 0 {
			return nil
		}
		doc, err = u.connector.Plan(op)
	}
	if err != nil {
		return fmt.Errorf("make the document of %s: %w", op.Request, err)
	}
	d.request = agent.Request{ID: op.Request, Location: op.Location, Document: doc, Lines: op.Lines, State: agent.RequestStored}
	return nil
}

func refused(err error) bool {
	var e *agent.Error
	return errors.As(err, &e) && e.Class == agent.Refuse
}

// facts returns what a draft adds to the log: the statements first, because lines
// refer to their row.
func (d *draft) facts(u *Uploader) (agent.Facts, error) {
	var events []agent.Event
	if len(d.books) > 0 {
		events = append(events, agent.NewEvent(agent.BookStated, agent.BookFact{Books: unstored(d.books)}))
	}
	for _, c := range d.changes {
		events = append(events, agent.NewEvent(agent.DeliveryChanged, c))
	}
	if d.request.ID != "" {
		events = append(events, agent.NewEvent(agent.RequestPlanned, d.request))
	}
	if len(events) == 0 {
		return agent.Facts{}, errNothingToPlan
	}
	return u.facts(events...), nil
}

// unstored returns statements without the row that will store them.
func unstored(books []agent.Book) []agent.Book {
	plain := slices.Clone(books)
	for i := range plain {
		plain[i].Seq = 0
	}
	return plain
}
