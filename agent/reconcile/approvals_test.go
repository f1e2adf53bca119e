package reconcile_test

import (
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// approved is an adjustment of the count of facts, judged by its statement.
func approved(variance int64, state agent.DeliveryState) agent.Delivery {
	return agent.Delivery{State: state, Adjustment: agent.Adjustment{
		ID: "adjustment-1", Count: "count-1", Item: "x", Location: "here", Variance: variance,
		Book: book(10, 42, "12:00", "14:20"), CutOff: stamp("14:00"),
	}}
}

func deliveries(list ...agent.Delivery) func(*reconcile.Item) {
	return func(in *reconcile.Item) { in.Deliveries = list }
}

func ofAnotherCount(d agent.Delivery) agent.Delivery {
	d.Adjustment.Count, d.Adjustment.ID = "count-0", "adjustment-0"
	return d
}

func decided(d agent.Delivery) agent.Delivery {
	d.Adjustment.Decided = true
	return d
}

// applied is a change of the book by a delivery, made after the statement with seq.
func applied(id agent.AdjustmentID, delta int64, after agent.Seq) func(*reconcile.Item) {
	return func(in *reconcile.Item) {
		in.Applied = append(in.Applied, agent.Applied{Adjustment: id, Item: "x", Location: "here", Delta: delta, After: after})
	}
}

// lateSale left the shelf before the count and was posted after everything else.
var lateSale = agent.Movement{
	Source: "shop", SourceID: "late", Kind: agent.Sale, Item: "x", Location: "here",
	Quantity: -1, Occurred: stamp("13:30"), Posted: clock("15:30"),
}

func recountedLater(quantity int64) func(*reconcile.Item) {
	return func(in *reconcile.Item) {
		again := line("A", quantity, "14:59", "15:00")
		again.Round = 1
		in.Lines = append(in.Lines, again)
	}
}

func TestApproved(t *testing.T) {
	checkRows(t, []row{
		{"waits to be sent", facts(deliveries(approved(-1, agent.Pending))), agent.Settled, -1, -1, []string{"-1 was approved, and nothing has changed since"}},
		{"on its way", facts(deliveries(approved(-1, agent.Sending))), agent.Settled, -1, -1, nil},
		{"a draft of it is there", facts(deliveries(approved(-1, agent.Staged)), moves(lateSale)), agent.Ready, 1, 1, nil},
		{
			"the upstream says no quantity is kept by now", facts(deliveries(approved(-1, agent.Delivered)), books(book(10, 42, "12:00", "14:20"), func() agent.Book {
				b := book(20, 41, "14:25", "15:20")
				b.Tracked = false
				return b
			}())), agent.Settled, -1, -1, nil,
		},
		{"delivered", facts(deliveries(approved(-1, agent.Delivered)), applied("adjustment-1", -1, 10)), agent.Settled, -1, -1, nil},
		{
			"delivered and stated since", facts(deliveries(approved(-1, agent.Delivered)), applied("adjustment-1", -1, 10),
				books(book(10, 42, "12:00", "14:20"), book(20, 41, "14:25", "14:40"))), agent.Settled, -1, -1, nil,
		},
		{"given up", facts(deliveries(approved(-1, agent.Superseded))), agent.Ready, -1, -1, nil},
		{
			"in conflict: the card asks", facts(deliveries(approved(-1, agent.Conflict))), agent.Settled, -1, -1,
			[]string{"-1 was approved and not sent, because the shop's number was changed meanwhile: choose"},
		},
		{"refused by the shop", facts(deliveries(approved(-1, agent.Rejected))), agent.Settled, -1, -1, []string{"the shop's system refused it. Look why: choose"}},
		{"nobody knows whether it arrived", facts(deliveries(approved(-1, agent.InDoubt))), agent.Settled, -1, -1, []string{"nobody knows whether it arrived: choose"}},
		{
			"somebody typed over it later", facts(deliveries(approved(-1, agent.Delivered)), applied("adjustment-1", -1, 10),
				books(book(10, 42, "12:00", "14:20"), book(20, 99, "15:00", "15:20"))), agent.Settled, -1, -1, nil,
		},
	})
}

func TestLateMovement(t *testing.T) {
	early := approved(-1, agent.Delivered)
	early.Adjustment.Book = book(5, 42, "12:00", "13:10")
	unclear := lateSale
	unclear.Occurred = stamp("13:59:30")
	checkRows(t, []row{
		{
			"after delivery: only the difference is left", facts(deliveries(approved(-1, agent.Delivered)), applied("adjustment-1", -1, 10), moves(lateSale)),
			agent.Ready, 1, 1,
			[]string{"1 sold before you counted is not on the books yet", "This became known after -1 was approved: approve +1 to put it right."},
		},
		{"on the way: the same", facts(deliveries(approved(-1, agent.Sending)), moves(lateSale)), agent.Ready, 1, 1, nil},
		{
			"not sent yet: all of it, in place of the approval", facts(deliveries(approved(-3, agent.Pending)), moves(lateSale)),
			agent.Ready, 0, 0,
			[]string{"-3 was approved and is not sent yet: approve 0 in its place"},
		},
		{"unclear: a person decides", facts(deliveries(approved(-1, agent.Delivered)), applied("adjustment-1", -1, 10), moves(unclear)), agent.NeedsRecount, 0, 1, []string{"-1 was approved; what remains lies between 0 and +1"}},
		{"unclear, within tolerance", facts(deliveries(approved(-1, agent.Delivered)), applied("adjustment-1", -1, 10), moves(unclear), policy(func(p *agent.Policy) { p.Tolerance = agent.Limit{Units: 2} })), agent.Tolerated, 0, 1, []string{"-1 was approved; what remains lies between 0 and +1, which is within tolerance"}},
		{
			"judged by a statement from before the cut-off", facts(deliveries(early), moves(lateSale), books(early.Adjustment.Book)), agent.Ready, 1, 1, nil,
		},
	})
	late := reconcile.Reconcile(facts(deliveries(approved(-1, agent.Delivered)), moves(lateSale)))
	if !late.Late {
		t.Error("a correction of an approval is not marked as late")
	}
	if v := reconcile.Reconcile(facts(deliveries(approved(-3, agent.Pending)), moves(lateSale))); v.Late {
		t.Error("what takes an approval's place is marked as a correction of it")
	}
}

// chosen is an approval of row 20 that a person chose.
func chosen(variance int64) func(*reconcile.Item) {
	return func(in *reconcile.Item) {
		d := decided(approved(variance, agent.Delivered))
		d.Seq = 20
		in.Deliveries = []agent.Delivery{d}
		in.Applied = []agent.Applied{{Adjustment: d.Adjustment.ID, Item: "x", Location: "here", Delta: variance, After: 10}}
	}
}

// inRow is a movement that a row told of.
func inRow(seq agent.Seq, m agent.Movement) agent.Movement {
	m.Seq = seq
	return m
}

// A choice settles what was in doubt, and nothing that comes to be known afterwards.
func TestAfterAPersonChose(t *testing.T) {
	doubtful := inRow(5, told("R", 1, "13:30")) // -1 or 0
	posted := inRow(30, lateSale)
	posted.Receipt = "R"
	unclear := inRow(30, lateSale)
	unclear.Occurred = stamp("13:59:30")
	late := inRow(30, lateSale)
	checkRows(t, []row{
		{"nothing came since", facts(chosen(-1), moves(doubtful)), agent.Settled, -1, -1, nil},
		{"sold after the count", facts(chosen(-1), moves(doubtful, inRow(30, sold(5, "15:30")))), agent.Settled, -1, -1, nil},
		{"sold after the count, by a till without receipts", facts(chosen(-1), moves(doubtful, inRow(30, told("", 5, "15:30")))), agent.Settled, -1, -1, nil},
		{
			"a late sale is added", facts(chosen(-1), moves(doubtful, late)), agent.Ready, 1, 1,
			[]string{"This became known after -1 was approved: approve +1 to put it right."},
		},
		{"to the other choice, too", facts(chosen(0), moves(doubtful, late)), agent.Ready, 1, 1, nil},
		{"one that may have been counted", facts(chosen(-1), moves(doubtful, unclear)), agent.NeedsRecount, 0, 1, nil},
		{"what was in doubt is as it was chosen", facts(chosen(0), moves(doubtful, posted)), agent.Settled, 0, 0, nil},
		{"what was in doubt is not as it was chosen", facts(chosen(-1), moves(doubtful, posted)), agent.Ready, 1, 1, nil},
		{"the shop's number was kept, and a sale comes late", facts(chosen(5), moves(late)), agent.Ready, 1, 1, nil},
		{"the shop's number was kept, and more of the doubt is known", facts(chosen(5), moves(doubtful, posted)), agent.Settled, 5, 5, nil},
	})
	if v := reconcile.Reconcile(facts(chosen(-1), moves(doubtful, late))); !v.Late || !v.Decided {
		t.Errorf("late %v, decided %v", v.Late, v.Decided)
	}
}

// A correction of a choice rests on the choice: what was in doubt is not asked again.
func TestACorrectionOfAChoiceSettlesIt(t *testing.T) {
	second := decided(approved(1, agent.Delivered))
	second.Adjustment.ID, second.Seq = "adjustment-2", 40
	again := func(in *reconcile.Item) { in.Deliveries = append(in.Deliveries, second) }
	seen := moves(inRow(5, told("R", 1, "13:30")), inRow(30, lateSale))
	checkRows(t, []row{
		{"both delivered", facts(chosen(-1), again, applied("adjustment-2", 1, 10), seen), agent.Settled, 0, 0, nil},
	})
}

func TestTwoApprovalsAddUp(t *testing.T) {
	second := approved(1, agent.Delivered)
	second.Adjustment.ID = "adjustment-2"
	checkRows(t, []row{{
		"both delivered", facts(deliveries(approved(-1, agent.Delivered), second), moves(lateSale), applied("adjustment-1", -1, 10), applied("adjustment-2", 1, 20)),
		agent.Settled, 0, 0, nil,
	}})
}

func TestRecountAfterApproval(t *testing.T) {
	after := books(book(10, 42, "12:00", "14:20"), book(20, 41, "14:25", "15:20"))
	checkRows(t, []row{
		{"the same again", facts(recountedLater(41), after, deliveries(approved(-1, agent.Delivered)), applied("adjustment-1", -1, 10)), agent.Settled, -1, -1, nil},
		{"another quantity: only the difference is left", facts(recountedLater(40), after, deliveries(approved(-1, agent.Delivered)), applied("adjustment-1", -1, 10)), agent.Ready, -1, -1, nil},
		{"another quantity, not sent yet", facts(recountedLater(40), books(book(10, 42, "12:00", "15:20")), deliveries(approved(-1, agent.Pending))), agent.Ready, -2, -2, nil},
		{"the same quantity waits for a statement after it, too", facts(recountedLater(41), deliveries(approved(-1, agent.Pending))), agent.Waiting, -1, -1, nil},
		{"waits for a statement after it", facts(recountedLater(40), deliveries(approved(-1, agent.Pending))), agent.Waiting, -2, -2, nil},
		{"a person's choice is judged anew", facts(recountedLater(42), after, deliveries(decided(approved(-1, agent.Delivered))), applied("adjustment-1", -1, 10)), agent.Ready, 1, 1, nil},
		{
			"nobody knows whether the approval arrived", facts(recountedLater(40), books(book(10, 42, "12:00", "15:20")), deliveries(approved(-1, agent.InDoubt))),
			agent.Waiting, -2, -2,
			[]string{"nobody knows whether it arrived. Decide about it first."},
		},
	})
}

func TestOtherCounts(t *testing.T) {
	checkRows(t, []row{
		{"on its way", facts(deliveries(ofAnotherCount(approved(-1, agent.Sending)))), agent.Waiting, -1, -1, []string{"an adjustment of another count that is on its way"}},
		{"waits to be sent", facts(deliveries(ofAnotherCount(approved(-1, agent.Pending)))), agent.Waiting, -1, -1, nil},
		{"in doubt", facts(deliveries(ofAnotherCount(approved(-1, agent.InDoubt)))), agent.Waiting, -1, -1, nil},
		{
			"delivered before the statement", facts(applied("adjustment-0", -1, 5)), agent.Ready, -1, -1, nil,
		},
		{
			"delivered after the statement", facts(applied("adjustment-0", -1, 10)), agent.Matches, 0, 0,
			[]string{"-1 by another count is not in that number yet"},
		},
		{
			"delivered after the second of two statements",
			facts(books(book(5, 42, "12:00", "13:10"), book(10, 42, "12:00", "14:20")), applied("adjustment-0", -1, 10)), agent.Matches, 0, 0, nil,
		},
		{
			"delivered between two statements: nothing is unexplained",
			facts(books(book(5, 43, "12:00", "13:10"), book(10, 42, "14:10", "14:20")), applied("adjustment-0", -1, 5)), agent.Ready, -1, -1, nil,
		},
	})
}

func TestOwnAdjustmentOnTheBooks(t *testing.T) {
	in := facts(recountedLater(40), books(book(20, 41, "14:25", "15:20")), deliveries(approved(-1, agent.Delivered)), applied("adjustment-1", -1, 10))
	checkRows(t, []row{{"it is taken out and named", in, agent.Ready, -1, -1, []string{"-1 by an adjustment is on the books already"}}})
}

// A person who answers to a change is asked about the newest statement, whatever an
// earlier approval was judged by.
func TestNumberOnlyLooksAtTheNewestStatement(t *testing.T) {
	only := func(in *reconcile.Item) { in.NumberOnly = true }
	checkRows(t, []row{{
		"typed over after a delivery", facts(only, deliveries(approved(-1, agent.Delivered)), applied("adjustment-1", -1, 10),
			books(book(10, 42, "12:00", "14:20"), book(20, 99, "15:00", "15:20"))), agent.Ready, -58, -58, []string{"99 on the books at 15:20"},
	}})
}

func TestWhatIsSettledIsNotInvestigated(t *testing.T) {
	in := facts(books(book(10, 99, "12:00", "14:20")), deliveries(approved(-58, agent.Delivered)))
	in.Deliveries[0].Adjustment.Book = in.Books[0]
	if v := reconcile.Reconcile(in); v.Status != agent.Settled || v.Investigate {
		t.Errorf("%s, investigate %v: %s", v.Status, v.Investigate, v.Sentence)
	}
}

func FuzzReconcile(f *testing.F) {
	f.Add(int64(0), int64(41), int64(42), int64(-3), int64(60), int64(900), uint8(0), uint8(0))
	f.Add(int64(-1), int64(1<<62), int64(-1<<63), int64(1<<63-1), int64(-5), int64(1<<62), uint8(255), uint8(7))
	states := []agent.DeliveryState{agent.Pending, agent.Sending, agent.InDoubt, agent.Delivered, agent.Conflict, agent.Superseded, "no such state"}
	f.Fuzz(func(t *testing.T, at, counted, onHand, quantity, wide, basket int64, bits, pick uint8) {
		in := facts(recountedLater(counted), moves(sold(quantity, "14:05"), told("R", quantity, "13:30")), applied("adjustment-1", quantity, agent.Seq(at)))
		in.Count.Policy.BasketTime = time.Duration(basket)
		in.Count.Policy.Tolerance = agent.Limit{Units: wide, BasisPoints: at, Money: agent.Money{Minor: counted, Currency: "EUR"}}
		in.Lines[0].Window.From.At = clock("13:00").Add(time.Duration(at))
		in.Lines[0].Window.To.Uncertainty = time.Duration(wide)
		in.Books[0].OnHand, in.Books[0].Tick = onHand, time.Duration(wide)
		in.Books = append(in.Books, agent.Book{Seq: agent.Seq(at), OnHand: quantity, Tracked: true, Stocked: bits&1 == 0})
		in.Feed, in.NumberOnly = bits&2 == 0, bits&4 == 0
		if bits&8 != 0 {
			in.Count.Policy.Method = agent.Snapshot
		}
		if bits&16 != 0 {
			in.Lines = nil
		}
		if bits&32 != 0 {
			in.Watermarks[0] = agent.Watermark{}
		}
		in.Deliveries = []agent.Delivery{approved(quantity, states[int(pick)%len(states)]), decided(approved(at, states[int(bits)%len(states)]))}
		v := reconcile.Reconcile(in)
		if v.Status == "" || v.Sentence == "" {
			t.Errorf("no status or sentence: %+v", v)
		}
	})
}

func BenchmarkReconcile(b *testing.B) {
	for _, n := range []struct {
		name string
		in   reconcile.Item
	}{
		{"nothing moved", facts()},
		{"ten sales, two statements", facts(books(book(5, 52, "12:00", "13:10"), book(10, 42, "14:15", "14:20")), moves(manySales(10)...))},
		{"thousand sales, two statements", facts(books(book(5, 1042, "12:00", "13:10"), book(10, 42, "14:15", "14:20")), moves(manySales(1000)...))},
	} {
		b.Run(n.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				reconcile.Reconcile(n.in)
			}
		})
	}
}

func manySales(n int) []agent.Movement {
	list := make([]agent.Movement, n)
	for i := range list {
		list[i] = sold(1, "14:15")
		list[i].SourceID = clock("14:15").Add(time.Duration(i)).String()
	}
	return list
}

// What an adjustment added to the books is told with when it reached the shop.
func TestAnAdjustmentIsToldWithItsTime(t *testing.T) {
	d := ofAnotherCount(approved(-1, agent.Delivered))
	d.Changed = clock("14:30")
	in := facts(deliveries(d), applied(d.Adjustment.ID, -1, 42))
	var told []time.Time
	for _, e := range reconcile.Reconcile(in).Effects {
		if e.Movement.Kind == agent.Adjusted {
			told = append(told, e.Movement.Occurred.At)
		}
	}
	if len(told) != 1 || !told[0].Equal(clock("14:30")) {
		t.Errorf("told at %v", told)
	}
}
