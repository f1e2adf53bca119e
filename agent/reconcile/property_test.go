package reconcile_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// check draws more worlds than rapid does by itself: they are quick, and most of
// them have nothing to decide yet.
func check(t *testing.T, property func(*rapid.T)) {
	for range 10 {
		rapid.Check(t, property)
	}
}

// Whatever happens in the shop, the true variance lies in the interval once the
// item does not wait any more.
func TestTruthLiesInTheInterval(t *testing.T) {
	check(t, func(t *rapid.T) {
		w := drawWorld(t)
		v := reconcile.Reconcile(w.facts(w.complete))
		if v.Status == agent.Waiting || w.late(w.complete) {
			return
		}
		truth := w.truth(w.asked(v.Book))
		if truth < v.Variance.Lo || truth > v.Variance.Hi {
			t.Fatalf("the truth is %d, judged %s %+v: %s\n%+v", truth, v.Status, v.Variance, v.Sentence, v.Effects)
		}
	})
}

// Where nothing happened near the counting, the answer is one number: the truth.
func TestQuietCountIsExact(t *testing.T) {
	check(t, func(t *rapid.T) {
		w := drawWorld(t)
		v := reconcile.Reconcile(w.facts(w.complete))
		if v.Status == agent.Waiting || w.late(w.complete) || !w.quiet() {
			return
		}
		if truth := w.truth(w.asked(v.Book)); v.Variance != agent.Exactly(truth) {
			t.Fatalf("the truth is %d, judged %s %+v: %s\n%+v", truth, v.Status, v.Variance, v.Sentence, v.Effects)
		}
	})
}

// The order in which facts arrived, and facts that arrived twice, change nothing.
func TestOrderAndRepeatsDoNotMatter(t *testing.T) {
	check(t, func(t *rapid.T) {
		w := drawWorld(t)
		in := w.facts(w.complete)
		want := reconcile.Reconcile(in)
		shuffle := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		in.Movements = append(slices.Clone(in.Movements), in.Movements...)
		shuffle.Shuffle(len(in.Movements), func(i, j int) { in.Movements[i], in.Movements[j] = in.Movements[j], in.Movements[i] })
		in.Lines = slices.Clone(in.Lines)
		shuffle.Shuffle(len(in.Lines), func(i, j int) { in.Lines[i], in.Lines[j] = in.Lines[j], in.Lines[i] })
		in.Books = slices.Clone(in.Books)
		shuffle.Shuffle(len(in.Books), func(i, j int) { in.Books[i], in.Books[j] = in.Books[j], in.Books[i] })
		got := reconcile.Reconcile(in)
		if got.Variance != want.Variance || got.Status != want.Status || got.Sentence != want.Sentence || got.Book.Seq != want.Book.Seq {
			t.Fatalf("in order: %s %+v %s\nshuffled: %s %+v %s", want.Status, want.Variance, want.Sentence, got.Status, got.Variance, got.Sentence)
		}
	})
}

// Reconcile changes nothing of what it was given: the caller keeps its facts.
func TestFactsStayAsTheyAre(t *testing.T) {
	check(t, func(t *rapid.T) {
		in := drawWorld(t).facts(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
		movements, books, lines := slices.Clone(in.Movements), slices.Clone(in.Books), slices.Clone(in.Lines)
		reconcile.Reconcile(in)
		if !slices.Equal(movements, in.Movements) || !slices.Equal(books, in.Books) || !slices.Equal(lines, in.Lines) {
			t.Fatal("the facts were changed")
		}
	})
}

// A sale that the feed tells of only after the approval is corrected: what was
// approved and what is left over add up to the truth.
func TestLateMovementsAreCorrected(t *testing.T) {
	check(t, func(t *rapid.T) {
		w := drawWorld(t)
		w.changes = nil
		early := reconcile.Reconcile(w.facts(w.complete))
		if early.Status != agent.Ready {
			return
		}
		approved := agent.Adjustment{
			ID: "adjustment-1", Count: "count-1", Item: "x", Location: "here",
			Variance: early.Variance.Lo, Book: early.Book, CutOff: early.CutOff,
		}
		in := w.facts(w.complete.Add(24 * time.Hour))
		in.Deliveries = []agent.Delivery{{Adjustment: approved, State: agent.Delivered}}
		in.Applied = []agent.Applied{{Adjustment: approved.ID, Item: "x", Location: "here", Delta: approved.Variance, After: early.Book.Seq}}
		late := reconcile.Reconcile(in)
		if late.Status == agent.Settled {
			if approved.Variance != w.wrong {
				t.Fatalf("settled at %d, the truth is %d: %s", approved.Variance, w.wrong, late.Sentence)
			}
			return
		}
		lo, hi := approved.Variance+late.Variance.Lo, approved.Variance+late.Variance.Hi
		if w.wrong < lo || w.wrong > hi || !late.Late {
			t.Fatalf("approved %d, now %s %+v, the truth is %d: %s", approved.Variance, late.Status, late.Variance, w.wrong, late.Sentence)
		}
	})
}

// What a person chooses rightly where it cannot be known settles that, and not what comes
// to be known afterwards: what was chosen and what is left over add up to the truth.
func TestLateMovementsAreAddedToWhatWasChosen(t *testing.T) {
	chosen, corrected := 0, 0
	property := func(t *rapid.T) {
		w := drawWorld(t)
		w.changes = nil
		early := reconcile.Reconcile(w.facts(w.complete))
		if early.Status != agent.NeedsRecount && early.Status != agent.Tolerated {
			return
		}
		right := w.knowable(early.Book)
		if right < early.Variance.Lo || right > early.Variance.Hi {
			t.Fatalf("the variance is %d by what is known, judged %+v: %s", right, early.Variance, early.Sentence)
		}
		chosen++
		approved := agent.Adjustment{
			ID: "adjustment-1", Count: "count-1", Item: "x", Location: "here", Decided: true,
			Variance: right, Book: early.Book, CutOff: early.CutOff,
		}
		in := w.facts(w.complete.Add(24 * time.Hour))
		in.Deliveries = []agent.Delivery{{Adjustment: approved, State: agent.Delivered, Seq: approval}}
		in.Applied = []agent.Applied{{Adjustment: approved.ID, Item: "x", Location: "here", Delta: right, After: early.Book.Seq}}
		late := reconcile.Reconcile(in)
		lo, hi := right+late.Variance.Lo, right+late.Variance.Hi
		if late.Status == agent.Settled {
			lo, hi = right, right
		} else {
			corrected++
		}
		if truth := w.truth(w.asked(early.Book)); truth < lo || truth > hi {
			t.Fatalf("chosen %d of %+v, now %s %+v, the truth is %d: %s\n%+v", right, early.Variance, late.Status, late.Variance, truth, late.Sentence, late.Effects)
		}
	}
	for range 5 { // few worlds leave something to choose
		check(t, property)
	}
	if chosen == 0 || corrected == 0 {
		t.Errorf("%d were chosen and %d corrected: the worlds prove nothing", chosen, corrected)
	}
}
