package connectortest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// truth is the true on hand of a SKU after the upstream did what it accepted.
func (s *System) truth(sku string) int64 {
	if s.Settle != nil {
		s.Settle()
	}
	return s.OnHand(s.ID(sku))
}

// settled reads levels until every one of them is settled.
func (s *System) settled(t *testing.T, ids ...agent.ItemID) map[agent.ItemID]agent.Book {
	t.Helper()
	for range 20 {
		books, err := s.Connector.Levels(t.Context(), s.Location, ids)
		if err != nil {
			t.Fatal(err)
		}
		found := make(map[agent.ItemID]agent.Book, len(books))
		for _, b := range books {
			if b.Settled() || b.Changed.IsZero() && !s.Connector.Info().Feed {
				found[b.Item] = b
			}
		}
		if len(found) == len(ids) {
			return found
		}
		s.Wait(time.Second)
	}
	t.Fatalf("the levels of %v never settle", ids)
	return nil
}

// operation describes a request for changes by SKU, as the agent makes it: with
// the levels read just before. keys are all of one length, as fresh ones are.
func (s *System) operation(t *testing.T, key int, deltas map[string]int64) agent.Operation {
	t.Helper()
	op := agent.Operation{
		Request: agent.RequestID(fmt.Sprintf("request-%d", key)), Key: fmt.Sprintf("%032x", 0xfeed0000+key),
		Location: s.Location, Count: "count-1",
	}
	skus := make([]string, 0, len(deltas))
	for sku := range deltas {
		skus = append(skus, sku)
	}
	slices.Sort(skus)
	for i, sku := range skus {
		id := s.ID(sku)
		b := s.settled(t, id)[id]
		op.Lines = append(op.Lines, agent.Planned{
			Adjustment: agent.AdjustmentID(fmt.Sprintf("adjustment-%d", key*100+i)), Item: id, Observed: b,
			Counted: b.OnHand + deltas[sku], Expected: b.OnHand, Delta: deltas[sku], Target: b.OnHand + deltas[sku],
			CutOff: agent.Stamp{At: s.Clock.Now().Add(-time.Minute)}, Reason: "counted",
		})
	}
	return op
}

// stored is the request for an operation as it lies on disk before it is sent.
func (s *System) stored(t *testing.T, op agent.Operation) agent.Request {
	t.Helper()
	doc, err := s.Connector.Plan(op)
	if err != nil {
		t.Fatal(err)
	}
	return agent.Request{
		ID: op.Request, Location: op.Location, Document: doc, Lines: op.Lines,
		State: agent.RequestSent, FirstSent: s.Clock.Now(), Attempts: 1,
	}
}

func (s *System) request(t *testing.T, deltas map[string]int64) agent.Request {
	t.Helper()
	return s.stored(t, s.operation(t, 1, deltas))
}

// deliver sends a request as the agent does, through drafts, until it ends.
func (s *System) deliver(t *testing.T, r agent.Request) agent.Outcome {
	t.Helper()
	for range 5 {
		o := s.Connector.Send(t.Context(), r)
		if o.Class != agent.OutcomeStaged {
			return o
		}
		r.Outcome = &o
		r.Attempts++
	}
	t.Fatal("a draft is never confirmed")
	return agent.Outcome{}
}

func (s *System) mustApply(t *testing.T, r agent.Request) {
	t.Helper()
	if o := s.deliver(t, r); o.Class != agent.OutcomeApplied {
		t.Fatalf("outcome %q, %v", o.Class, o.Problem)
	}
}

func (s *System) mustBe(t *testing.T, sku string, want int64) {
	t.Helper()
	if got := s.truth(sku); got != want {
		t.Fatalf("%s: on hand is %d, must be %d", sku, got, want)
	}
}

func contextThatIsOver(t *testing.T) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx, cancel
}

func plansPurely(t *testing.T, s *System) {
	op := s.operation(t, 1, map[string]int64{tea: -2, mug: 3})
	a, b := s.stored(t, op), s.stored(t, op)
	if !bytes.Equal(a.Document.Body, b.Document.Body) || a.Document.Key != op.Key || a.Document.Mode != b.Document.Mode {
		t.Fatal("the same operation was planned differently")
	}
	if a.Document.Mode == "" || len(a.Document.Body) == 0 {
		t.Fatalf("the document is empty or its mode has no name: %+v", a.Document)
	}
	op.Key = strings.Repeat("e", 32)
	if other := s.stored(t, op); other.Document.Key != op.Key {
		t.Fatal("another key was not taken")
	}
}

func refusesInPlan(t *testing.T, s *System) {
	op := s.operation(t, 1, map[string]int64{tea: -2})
	s.Unwritable(&op.Lines[0])
	_, err := s.Connector.Plan(op)
	if e := agent.AsError(err); err == nil || e.Class != agent.Refuse || !isSentence(e.What) {
		t.Fatalf("a line that can never be written was answered with %v", err)
	}
}

func applies(t *testing.T, s *System) {
	before, mugs := s.truth(tea), s.truth(mug)
	s.mustApply(t, s.request(t, map[string]int64{tea: -2, mug: 5}))
	s.mustBe(t, tea, before-2)
	s.mustBe(t, mug, mugs+5)
}

func repeatsHarmless(t *testing.T, s *System) {
	before := s.truth(tea)
	r := s.request(t, map[string]int64{tea: 7})
	s.mustApply(t, r)
	o := s.deliver(t, r)
	if o.Class != agent.OutcomeRepeated && (o.Class != agent.OutcomeConflict || s.Connector.Info().KeyLife > 0) {
		t.Errorf("a repeat of what was applied ends as %q", o.Class)
	}
	s.mustBe(t, tea, before+7)
}

func survivesRequest(t *testing.T, s *System) {
	before := s.truth(tea)
	r := s.request(t, map[string]int64{tea: -3})
	s.LoseRequest()
	o := s.Connector.Send(t.Context(), r)
	if o.Class != agent.OutcomeUnknown && o.Class != agent.OutcomeLater {
		t.Fatalf("a request that got lost ends as %q", o.Class)
	}
	explained(t, o)
	s.mustBe(t, tea, before)
	s.mustApply(t, r)
	s.mustBe(t, tea, before-3)
}

// drafted sends a request as far as its draft, where there are drafts.
func (s *System) drafted(t *testing.T, r agent.Request) agent.Request {
	t.Helper()
	if s.Connector.Info().Repeat == agent.Draft {
		o := s.Connector.Send(t.Context(), r)
		r.Outcome = &o
	}
	return r
}

func survivesReply(t *testing.T, s *System) {
	before := s.truth(tea)
	r := s.drafted(t, s.request(t, map[string]int64{tea: -3}))
	s.loseReplyOf(t, r)
	if info := s.Connector.Info(); info.KeyLife > 0 || info.Repeat == agent.Draft {
		if o := s.deliver(t, r); o.Class != agent.OutcomeRepeated {
			t.Errorf("the repeat ends as %q", o.Class)
		}
	}
	s.mustBe(t, tea, before-3)
}

// loseReplyOf sends a request so that it arrives and its answer does not.
func (s *System) loseReplyOf(t *testing.T, r agent.Request) {
	t.Helper()
	s.LoseReply()
	o := s.Connector.Send(t.Context(), r)
	life := s.Connector.Info().KeyLife > 0
	if o.Class != agent.OutcomeUnknown && (o.Class != agent.OutcomeLater || !life) {
		t.Fatalf("a request whose answer got lost ends as %q", o.Class)
	}
	explained(t, o)
}

func oldKey(t *testing.T, s *System) {
	before := s.truth(tea)
	r := s.request(t, map[string]int64{tea: -3})
	s.loseReplyOf(t, r)
	s.Wait(s.Connector.Info().KeyLife + time.Hour)
	o := s.Connector.Send(t.Context(), r)
	if o.Class == agent.OutcomeApplied {
		t.Error("a request was applied under a dead key")
	}
	explained(t, o)
	s.mustBe(t, tea, before-3)
}

func finds(t *testing.T, s *System) {
	r := s.drafted(t, s.request(t, map[string]int64{tea: 4}))
	s.loseReplyOf(t, r)
	s.Wait(s.Connector.Info().KeyLife + time.Hour)
	if o := s.Connector.(agent.Finder).Find(t.Context(), r); o.Class != agent.OutcomeRepeated {
		t.Fatalf("what arrived is looked up as %q, %v", o.Class, o.Problem)
	}
}

func findsNothing(t *testing.T, s *System) {
	r := s.request(t, map[string]int64{tea: 4})
	s.LoseRequest()
	s.Connector.Send(t.Context(), r)
	s.Wait(s.Connector.Info().KeyLife + time.Hour)
	if o := s.Connector.(agent.Finder).Find(t.Context(), r); o.Class != agent.OutcomeLater {
		t.Fatalf("what never arrived is looked up as %q, %v", o.Class, o.Problem)
	}
}

func stages(t *testing.T, s *System) {
	before := s.truth(tea)
	r := s.request(t, map[string]int64{tea: 4})
	draft := s.Connector.Send(t.Context(), r)
	if draft.Class != agent.OutcomeStaged || draft.Ref == "" {
		t.Fatalf("the first attempt ends as %q with the reference %q", draft.Class, draft.Ref)
	}
	s.mustBe(t, tea, before)
	r.Outcome = &draft
	s.mustApply(t, r)
	s.mustBe(t, tea, before+4)
	if o := s.Connector.Send(t.Context(), r); o.Class != agent.OutcomeRepeated {
		t.Errorf("confirming a draft again ends as %q", o.Class)
	}
	s.mustBe(t, tea, before+4)
}

func stale(t *testing.T, s *System) {
	mugs := s.truth(mug)
	r := s.request(t, map[string]int64{tea: -2, mug: 5})
	s.Edit(s.ID(tea), 33)
	o := s.deliver(t, r)
	if o.Class != agent.OutcomeConflict {
		t.Fatalf("a quantity that somebody changed meanwhile ends as %q", o.Class)
	}
	explained(t, o)
	for _, l := range o.Lines {
		if l.Index < 0 || l.Index >= len(r.Lines) || r.Lines[l.Index].Item != s.ID(tea) {
			t.Errorf("line %d is called stale, which nobody touched", l.Index)
		}
	}
	s.mustBe(t, tea, 33)
	s.mustBe(t, mug, mugs)
}

func rejectsLines(t *testing.T, s *System) {
	teas := s.truth(tea)
	r := s.request(t, map[string]int64{tea: -2, mug: 5})
	s.Delist(s.ID(mug))
	o := s.deliver(t, r)
	if o.Class != agent.OutcomeRejected || len(o.Lines) != 1 {
		t.Fatalf("a line that may not be written ends as %q with lines %v", o.Class, o.Lines)
	}
	if i := o.Lines[0].Index; r.Lines[i].Item != s.ID(mug) {
		t.Errorf("line %d is rejected instead of the mug's", i)
	}
	explained(t, o)
	s.mustBe(t, tea, teas)
}
