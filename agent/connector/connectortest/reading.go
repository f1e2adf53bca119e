package connectortest

import (
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
)

func throttled(t *testing.T, s *System) {
	before := s.truth(tea)
	r := s.request(t, map[string]int64{tea: 1})
	s.Throttle()
	if o := s.Connector.Send(t.Context(), r); o.Class != agent.OutcomeLater || o.Pause {
		t.Fatalf("a throttled request ends as %q (pause %v)", o.Class, o.Pause)
	} else {
		explained(t, o)
		s.Wait(max(o.After, time.Second))
	}
	s.mustBe(t, tea, before)
	s.mustApply(t, r)
	s.mustBe(t, tea, before+1)
	s.Throttle()
	if _, err := s.Connector.Levels(t.Context(), s.Location, []agent.ItemID{s.ID(tea)}); err != nil && !isRetry(err) {
		t.Fatalf("a throttled reading failed for good: %v", err)
	}
}

func offline(t *testing.T, s *System) {
	before := s.truth(tea)
	r := s.request(t, map[string]int64{tea: 1})
	s.Cut(true)
	if _, err := s.Connector.Levels(t.Context(), s.Location, []agent.ItemID{s.ID(tea)}); !isRetry(err) {
		t.Errorf("reading from nobody ends as %v", err)
	}
	if _, err := s.Connector.Catalog(t.Context(), s.Location, ""); !isRetry(err) {
		t.Errorf("the catalogue of nobody ends as %v", err)
	}
	o := s.Connector.Send(t.Context(), r)
	if o.Pause || o.Class != agent.OutcomeUnknown && o.Class != agent.OutcomeLater {
		t.Errorf("sending to nobody ends as %q (pause %v)", o.Class, o.Pause)
	}
	explained(t, o)
	s.lookUpWithoutAnswer(t, r)
	s.Cut(false)
	s.mustBe(t, tea, before)
	s.mustApply(t, r)
	s.mustBe(t, tea, before+1)
}

// lookUpWithoutAnswer holds a Finder to the difference between not being there
// and not being known: nothing was learned, and asking again can help.
func (s *System) lookUpWithoutAnswer(t *testing.T, r agent.Request) {
	finder, ok := s.Connector.(agent.Finder)
	if !ok {
		return
	}
	o := finder.Find(t.Context(), r)
	if o.Class != agent.OutcomeUnknown || o.Problem == nil || o.Problem.Class != agent.Retry {
		t.Errorf("looking up without an answer ends as %q, %v", o.Class, o.Problem)
	}
}

func noAccess(t *testing.T, s *System) {
	before := s.truth(tea)
	r := s.request(t, map[string]int64{tea: 1})
	s.Dismiss()
	o := s.Connector.Send(t.Context(), r)
	if !o.Pause || o.Class == agent.OutcomeApplied || o.Class == agent.OutcomeRepeated {
		t.Errorf("a request without access ends as %q (pause %v)", o.Class, o.Pause)
	}
	explained(t, o)
	if _, err := s.Connector.Levels(t.Context(), s.Location, []agent.ItemID{s.ID(tea)}); err == nil || isRetry(err) {
		t.Errorf("reading without access ends as %v: it must call for a person", err)
	}
	broken := false
	for _, f := range s.Connector.Check(t.Context()) {
		broken = broken || f.Severity == agent.Broken && isSentence(f.Do)
	}
	if !broken {
		t.Error("the check does not find that the access is gone, or not what to do about it")
	}
	s.mustBe(t, tea, before)
}

// drain reads the feed from a cursor to its end.
func (s *System) drain(t *testing.T, cursor string) (moved []agent.Movement, next string, complete time.Time) {
	t.Helper()
	for range 1000 {
		page, err := s.Connector.(agent.Feeder).Movements(t.Context(), s.Location, cursor)
		if err != nil {
			t.Fatal(err)
		}
		if page.Next == "" {
			t.Fatal("a feed's page has no cursor to go on with")
		}
		moved, cursor = append(moved, page.Rows...), page.Next
		if !page.More {
			if page.Complete.IsZero() || page.CompleteLocal.IsZero() {
				t.Fatal("the feed's last page does not say up to when it is complete")
			}
			return moved, cursor, page.Complete
		}
		if !page.Complete.IsZero() {
			t.Fatal("the feed calls itself complete while there is more")
		}
	}
	t.Fatal("the feed never ends")
	return nil, "", time.Time{}
}

func feedsMovements(t *testing.T, s *System) {
	_, cursor, _ := s.drain(t, "")
	sum := make(map[agent.ItemID]int64)
	seen := make(map[string]bool)
	var complete time.Time
	for round := range 3 {
		for i := range 45 {
			s.Sell(s.ID(tea), 1)
			s.Sell(s.ID(mug), int64(1+i%3))
		}
		s.Wait(5 * time.Second)
		rows, next, until := s.drain(t, cursor)
		for _, m := range rows {
			if m.Source == "" || m.SourceID == "" || m.Posted.IsZero() || m.Occurred.IsZero() || m.Location != s.Location {
				t.Fatalf("the movement %+v does not say all of whose, when and where", m)
			}
			// A feed may tell a movement again after its page; its id makes that harmless.
			if id := m.Source + "/" + m.SourceID; !seen[id] {
				seen[id] = true
				sum[m.Item] += m.Quantity
			}
		}
		if until.Before(complete) {
			t.Errorf("round %d: the feed is complete up to %v, and was up to %v before", round, until, complete)
		}
		cursor, complete = next, until
	}
	if sum[s.ID(tea)] != -3*45 || sum[s.ID(mug)] != -3*90 {
		t.Errorf("sold %d and %d, the feed tells %v", 3*45, 3*90, sum)
	}
}

func bookAndFeedAgree(t *testing.T, s *System) {
	id := s.ID(tea)
	_, cursor, _ := s.drain(t, "")
	before := s.settled(t, id)[id]
	s.Sell(id, 2)
	s.Wait(3 * time.Second)
	s.mustApply(t, s.request(t, map[string]int64{tea: 10}))
	s.truth(tea)
	s.Wait(3 * time.Second)
	s.Sell(id, 1)
	s.Wait(5 * time.Second)
	after := s.settled(t, id)[id]
	rows, _, complete := s.drain(t, cursor)
	if complete.Before(after.Changed) {
		t.Fatalf("the feed is complete up to %v, the book knows a change at %v", complete, after.Changed)
	}
	expected := before.OnHand + 10
	for _, m := range rows {
		contains, known := after.Contains(m)
		if was, _ := before.Contains(m); m.Item == id && contains && known && !was {
			expected += m.Quantity
		}
	}
	if after.OnHand != expected {
		t.Fatalf("the book went from %d to %d; sales and our own change make it %d", before.OnHand, after.OnHand, expected)
	}
}

func skewedClock(t *testing.T, s *System) {
	// Only forwards: a clock that is set back leaves changes in its own future.
	for _, ahead := range []time.Duration{2 * time.Hour, 9 * time.Hour} {
		s.Skew(ahead)
		s.Wait(3 * time.Second)
		// The first answer after a clock was set is what shows that it was set.
		s.Connector.Levels(t.Context(), s.Location, []agent.ItemID{s.ID(tea)})
		now := s.Clock.Now()
		b := s.settled(t, s.ID(tea))[s.ID(tea)]
		const slack = 15 * time.Second
		if off := b.Stated.Sub(now) - ahead; off.Abs() > slack {
			t.Errorf("clock ahead by %v: the statement's upstream time is off by %v", ahead, off)
		}
		if b.At.Earliest().After(s.Clock.Now().Add(slack)) || b.At.Latest().Before(now.Add(-slack)) {
			t.Errorf("clock ahead by %v: stated at %v +- %v by our clock, which shows %v", ahead, b.At.At, b.At.Uncertainty, now)
		}
	}
}

// nonsense is what a broken proxy, a captive portal or an attacker may answer.
func nonsense() []string {
	return []string{
		"", "null", "[]", "{", "{}", `""`, "0", "\x00\x00", `{"data":null}`, `{"data":{}}`, `{"data":[]}`,
		`{"errors":[]}`, `{"errors":[{}]}`, `{"errors":null,"data":null}`,
		"<!DOCTYPE html><html><title>Sign in to the guest network</title></html>",
		strings.Repeat("[", 100_000), strings.Repeat("a", 1<<20), `{"data":{"nodes":[{"quantity":1e999}]}}`,
	}
}

func hostileAnswers(t *testing.T, s *System) {
	before := s.truth(tea)
	r := s.request(t, map[string]int64{tea: -1})
	for _, body := range nonsense() {
		s.Garble([]byte(body))
		if books, err := s.Connector.Levels(t.Context(), s.Location, []agent.ItemID{s.ID(tea)}); err == nil && len(books) > 0 {
			t.Errorf("the answer %.40q was read as the level %+v", body, books[0])
		}
		s.Garble([]byte(body))
		o := s.Connector.Send(t.Context(), r)
		if o.Class == agent.OutcomeApplied || o.Class == agent.OutcomeRejected || o.Class == agent.OutcomeConflict {
			t.Errorf("the answer %.40q was taken for %q", body, o.Class)
		}
		explained(t, o)
	}
	s.Wait(10 * time.Minute)
	s.deliver(t, r)
	s.mustBe(t, tea, before-1)
}
