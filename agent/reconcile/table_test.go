package reconcile_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// clock is a time of the day of the tests: "14:20" or "14:20:30".
func clock(s string) time.Time {
	if len(s) == len("14:20") {
		s += ":00"
	}
	t, err := time.Parse(time.DateTime, "2026-03-02 "+s)
	if err != nil {
		panic(err)
	}
	return t
}

func stamp(s string) agent.Stamp { return agent.Stamp{At: clock(s)} }

// line is a quantity of a bin, counted between two times.
func line(bin agent.Bin, quantity int64, from, to string) agent.Line {
	return agent.Line{Bin: bin, Good: quantity, Entries: 1, Window: agent.Window{From: stamp(from), To: stamp(to)}}
}

// book is a statement: what was on hand, when that changed, when it was stated.
func book(seq agent.Seq, onHand int64, changed, stated string) agent.Book {
	return agent.Book{
		Item: "x", Location: "here", OnHand: onHand, Tracked: true, Stocked: true,
		Changed: clock(changed), Stated: clock(stated), Tick: time.Second, At: stamp(stated), Seq: seq,
	}
}

// moved is a movement that the upstream posted when it happened.
func moved(kind agent.MovementKind, quantity int64, at string) agent.Movement {
	return agent.Movement{
		Source: "shop", SourceID: string(kind) + at, Kind: kind, Item: "x", Location: "here",
		Quantity: quantity, Occurred: stamp(at), Posted: clock(at),
	}
}

func sold(quantity int64, at string) agent.Movement { return moved(agent.Sale, -quantity, at) }

// told is a sale that only a till told of.
func told(receipt string, quantity int64, at string) agent.Movement {
	return agent.Movement{
		Source: "till-1", SourceID: receipt + at, Receipt: receipt, Kind: agent.Sale, Item: "x", Location: "here",
		Quantity: -quantity, Occurred: stamp(at),
	}
}

// facts is a count opened at 13:00 of an item that lies in A: 41 counted from
// 13:59 to 14:00, and a feed complete to 16:00.
func facts(change ...func(*reconcile.Item)) reconcile.Item {
	in := reconcile.Item{
		Item:     agent.Item{ID: "x", Tracked: true, Bins: []agent.Bin{"A"}, Cost: agent.Money{Minor: 250, Currency: "EUR"}},
		Location: "here",
		Count:    agent.Count{ID: "count-1", Opened: stamp("13:00"), Policy: agent.Policy{BasketTime: 10 * time.Minute}},
		Lines:    []agent.Line{line("A", 41, "13:59", "14:00")},
		Books:    []agent.Book{book(10, 42, "12:00", "14:20")},
		Watermarks: []agent.Watermark{
			{Source: "shop", Location: "here", Upstream: clock("16:00"), Local: clock("16:00")},
		},
		Feed: true,
	}
	for _, f := range change {
		f(&in)
	}
	return in
}

func moves(list ...agent.Movement) func(*reconcile.Item) {
	return func(in *reconcile.Item) { in.Movements = list }
}

func books(list ...agent.Book) func(*reconcile.Item) {
	return func(in *reconcile.Item) { in.Books = list }
}

func lines(bins []agent.Bin, list ...agent.Line) func(*reconcile.Item) {
	return func(in *reconcile.Item) { in.Item.Bins, in.Lines = bins, list }
}

func policy(change func(*agent.Policy)) func(*reconcile.Item) {
	return func(in *reconcile.Item) { change(&in.Count.Policy) }
}

// row is one rule: facts, and what must come of them. says are parts of the
// sentence.
type row struct {
	name   string
	in     reconcile.Item
	status agent.Status
	lo, hi int64
	says   []string
}

func checkRows(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			v := reconcile.Reconcile(r.in)
			want := agent.Interval{Lo: r.lo, Hi: r.hi}
			if v.Status != r.status || v.Variance != want {
				t.Errorf("%s %+v, want %s %+v\n%s\n%+v", v.Status, v.Variance, r.status, want, v.Sentence, v.Effects)
			}
			for _, part := range r.says {
				if !strings.Contains(v.Sentence, part) {
					t.Errorf("the sentence does not say %q:\n%s", part, v.Sentence)
				}
			}
			if strings.Contains(v.Sentence, "  ") || !strings.HasSuffix(v.Sentence, ".") {
				t.Errorf("no tidy sentence: %q", v.Sentence)
			}
		})
	}
}

func TestSidesOfTheCutOff(t *testing.T) {
	checkRows(t, []row{
		{
			"nothing moved", facts(), agent.Ready, -1, -1,
			[]string{"Counted 41, expected 42: 42 on the books at 14:20.", "1 missing: approve"},
		},
		{
			"sold after the count", facts(books(book(10, 42, "14:15", "14:20")), moves(sold(3, "14:15"))), agent.Ready, -4, -4,
			[]string{"Counted 41, expected 45: 42 on the books at 14:20, 3 sold after you counted."},
		},
		{
			"sold before the count and on the books", facts(books(book(10, 41, "13:30", "14:20")), moves(sold(3, "13:30"))), agent.Matches, 0, 0,
			[]string{"Counted 41, as expected: 41 on the books at 14:20.", "There is nothing to do."},
		},
		{
			"sold before the count, posted after the statement",
			facts(books(book(10, 42, "12:00", "14:20")), moves(agent.Movement{
				Source: "shop", SourceID: "1", Kind: agent.Sale, Quantity: -1, Occurred: stamp("13:30"), Posted: clock("14:30"),
			})),
			agent.Matches, 0, 0,
			[]string{"1 sold before you counted is not on the books yet"},
		},
		{
			"sold after the count and after the statement", facts(moves(sold(5, "14:40"))), agent.Ready, -1, -1, nil,
		},
		{
			"sold while it was counted", facts(books(book(10, 42, "13:59:30", "14:20")), moves(sold(2, "13:59:30"))), agent.NeedsRecount, -3, -1,
			[]string{"expected between 42 and 44", "2 sold around the time of your count, so you may have counted them or not", "between -3 and -1"},
		},
		{
			"paid for one basket time after the count", facts(books(book(10, 42, "14:10", "14:20")), moves(sold(1, "14:10"))), agent.NeedsRecount, -2, -1, nil,
		},
		{
			"paid for later than a basket time after the count", facts(books(book(10, 42, "14:10:01", "14:20")), moves(sold(1, "14:10:01"))), agent.Ready, -2, -2, nil,
		},
		{
			"paid for just before the window", facts(books(book(10, 42, "13:58:59", "14:20")), moves(sold(1, "13:58:59"))), agent.Ready, -1, -1, nil,
		},
		{
			"returned a basket time before the window", facts(books(book(10, 42, "13:49", "14:20")), moves(moved(agent.Return, 1, "13:49"))), agent.NeedsRecount, -1, 0,
			[]string{"1 returned around the time of your count"},
		},
		{
			"returned longer before", facts(books(book(10, 42, "13:48:59", "14:20")), moves(moved(agent.Return, 1, "13:48:59"))), agent.Ready, -1, -1, nil,
		},
		{
			"returned just after the count", facts(books(book(10, 42, "14:00:01", "14:20")), moves(moved(agent.Return, 1, "14:00:01"))), agent.Matches, 0, 0,
			[]string{"1 returned after you counted"},
		},
		{
			"received just after the count, perhaps shelved before", facts(books(book(10, 47, "14:05", "14:20")), moves(moved(agent.Receipt, 5, "14:05"))), agent.NeedsRecount, -6, -1,
			[]string{"5 received around"},
		},
		{
			"shipped just before the count, perhaps packed after", facts(books(book(10, 42, "13:55", "14:20")), moves(moved(agent.Shipment, -2, "13:55"))), agent.NeedsRecount, -3, -1,
			[]string{"2 shipped around"},
		},
	})
}

func TestClockUncertainty(t *testing.T) {
	doubtful := sold(1, "14:10:30")
	doubtful.Occurred.Uncertainty = time.Minute
	window := line("A", 41, "13:59", "14:00")
	window.Window.To.Uncertainty = 31 * time.Second
	checkRows(t, []row{
		{"the movement's", facts(books(book(10, 42, "14:11", "14:20")), moves(doubtful)), agent.NeedsRecount, -2, -1, nil},
		{"the line's", facts(lines([]agent.Bin{"A"}, window), books(book(10, 42, "14:11", "14:20")), moves(sold(1, "14:10:30"))), agent.NeedsRecount, -2, -1, nil},
	})
}

func TestBins(t *testing.T) {
	two := []agent.Bin{"A", "B"}
	both := lines(two, line("A", 30, "13:59", "14:00"), line("B", 12, "15:00", "15:01"))
	between := sold(3, "14:30")
	inA, inB := between, between
	inA.Bin, inB.Bin = "A", "B"
	after := books(book(10, 40, "14:30", "15:20"))
	checkRows(t, []row{
		{"each by its own cut-off: sold from the one counted before", facts(both, after, moves(inA)), agent.Ready, -1, -1, nil},
		{"each by its own cut-off: sold from the one counted after", facts(both, after, moves(inB)), agent.Ready, 2, 2, []string{"2 too many: approve"}},
		{"not known from which", facts(both, after, moves(between)), agent.NeedsRecount, -1, 2, nil},
		{"before both", facts(both, books(book(10, 42, "13:30", "15:20")), moves(sold(1, "13:30"))), agent.Matches, 0, 0, nil},
		{
			"one not counted", facts(lines(two, line("A", 41, "13:59", "14:00"))), agent.NotComplete, 0, 0,
			[]string{"It is also kept in B, where nobody counted it: count it there"},
		},
		{
			"a surplus in a bin that was not known", facts(lines([]agent.Bin{"A"}, line("A", 41, "13:59", "14:00"), line("Z", 1, "14:01", "14:02"))),
			agent.Matches, 0, 0, nil,
		},
		{"nobody counted it in the one bin", facts(lines([]agent.Bin{"A"})), agent.NotComplete, 0, 0, []string{"Nobody counted this yet. It is kept in A: count it there"}},
		{"nobody counted it", facts(lines(nil)), agent.NotComplete, 0, 0, []string{"Nobody counted this yet. Count it, or confirm that there is none."}},
		{
			"a zero confirmed for a whole pass", facts(lines([]agent.Bin{"A"}, line("A", 0, "13:00", "14:00")), books(book(10, 0, "13:20", "14:20")), moves(sold(1, "13:20"))),
			agent.NeedsRecount, -1, 0, nil,
		},
		{"a bin that is known twice", facts(lines([]agent.Bin{"B", "B"}, line("A", 41, "13:59", "14:00"))), agent.NotComplete, 0, 0, []string{"kept in B, where"}},
		{"a later round of one bin", facts(lines(two, line("A", 41, "13:59", "14:00"), line("B", 9, "13:50", "13:51"),
			agent.Line{Bin: "B", Round: 1, Good: 1, Window: agent.Window{From: stamp("14:04"), To: stamp("14:05")}})), agent.Matches, 0, 0, nil},
	})
}

func TestWaiting(t *testing.T) {
	mark := func(local string, offline bool) func(*reconcile.Item) {
		return func(in *reconcile.Item) {
			in.Watermarks[0].Local, in.Watermarks[0].Offline = clock(local), offline
		}
	}
	late := func(in *reconcile.Item) { in.Watermarks[0].Upstream = clock("14:14") }
	checkRows(t, []row{
		{"the feed ends within the basket time", facts(mark("14:09:59", false)), agent.Waiting, -1, -1, []string{"Waiting for what was sold up to 14:10. There is nothing to do"}},
		{"the feed ends just after it", facts(mark("14:10", false)), agent.Ready, -1, -1, nil},
		{"nothing came yet", facts(func(in *reconcile.Item) { in.Watermarks = nil }), agent.Waiting, -1, -1, []string{"what was sold up to"}},
		{"only a source without a feed", facts(mark("16:00", true)), agent.Waiting, -1, -1, nil},
		{"no statement", facts(books()), agent.Waiting, 0, 0, []string{"Counted 41. Waiting for the shop's statement of what is on hand."}},
		{"only a statement from before the cut-off", facts(books(book(10, 42, "12:00", "13:59:30"))), agent.Waiting, -1, -1, []string{"on hand after 14:00"}},
		{"a statement that is too fresh to know what it contains", facts(books(book(10, 42, "14:20", "14:20"))), agent.Waiting, -1, -1, nil},
		{"a statement beyond the feed", facts(books(book(10, 42, "14:15", "14:20")), late), agent.Waiting, -1, -1, nil},
		{"the feed ends within the second of the last change", facts(books(book(10, 42, "14:13:59", "14:20")), func(in *reconcile.Item) {
			in.Watermarks[0].Upstream = clock("14:13:59").Add(500 * time.Millisecond)
		}), agent.Waiting, -1, -1, nil},
		{"an older statement is used meanwhile", facts(books(book(9, 42, "12:00", "14:12"), book(10, 40, "14:15", "14:20")), late), agent.Ready, -1, -1, []string{"14:12"}},
	})
}

func TestNotAdjustable(t *testing.T) {
	checkRows(t, []row{
		{"untracked", facts(func(in *reconcile.Item) { in.Books[0].Tracked = false }), agent.NotAdjustable, -1, -1, []string{"keeps no quantity", "Switch on"}},
		{"untracked in the catalogue, no statement", facts(books(), func(in *reconcile.Item) { in.Item.Tracked = false }), agent.NotAdjustable, 0, 0, nil},
		{"not stocked here", facts(func(in *reconcile.Item) { in.Books[0].Stocked = false }), agent.NotAdjustable, -1, -1, []string{"does not stock this item at this location"}},
		{"tracked by now", facts(books(func() agent.Book { b := book(9, 42, "12:00", "13:00"); b.Tracked = false; return b }(), book(10, 42, "12:00", "14:20"))), agent.Ready, -1, -1, nil},
	})
}

func TestStatements(t *testing.T) {
	opening := book(5, 45, "12:00", "13:10")
	checkRows(t, []row{
		{
			"both sides of the cut-off agree", facts(books(opening, book(10, 42, "14:15", "14:20")), moves(sold(3, "14:15"))),
			agent.Ready, -4, -4,
			[]string{"42 on the books at 14:20"},
		},
		{
			"a till told of a sale without a receipt: it may be another record of a known one",
			facts(books(opening, book(10, 45, "12:00", "14:20")), moves(told("", 4, "13:30"))), agent.NeedsRecount, -4, 0, nil,
		},
		{
			"only a till told of a sale, and a statement is older than it",
			facts(books(opening, book(10, 45, "12:00", "14:20")), moves(told("R1", 4, "13:30"))),
			agent.Matches, 0, 0,
			[]string{"45 on the books at 13:10, 4 sold before you counted are not on the books yet"},
		},
		{
			"only a till told of a sale, and all statements are younger",
			facts(books(book(10, 45, "12:00", "14:20")), moves(told("R1", 4, "13:30"))),
			agent.NeedsRecount, -4, 0,
			[]string{"4 sold before you counted, and it is not known whether the books have them"},
		},
		{
			"a till's sale after the count", facts(books(book(10, 45, "12:00", "14:20")), moves(told("R1", 4, "14:16"))),
			agent.NeedsRecount, -8, -4,
			[]string{"4 sold after you counted, and it is not known whether the books have them"},
		},
		{
			"a change that was taken back", facts(books(book(8, 42, "12:00", "13:10"), book(9, 54, "13:59:30", "13:59:40"), book(10, 42, "14:10", "14:20"))),
			agent.NeedsRecount, -13, 11,
			[]string{"42 on the books at 14:20, the books changed by +12 and back by -12, and no movement says why: perhaps a sale that they booked later than it was told."},
		},
		{
			"typed over around the count", facts(books(opening, book(10, 20, "14:10", "14:20"))), agent.NeedsRecount, -4, 21,
			[]string{"the books changed by -25 and no movement says why"},
		},
		{
			"typed over before the count", facts(books(opening, book(10, 20, "13:40", "14:20"))), agent.Ready, 21, 21, nil,
		},
		{
			"typed over in the last second before the count", facts(books(opening, book(10, 20, "13:58:59", "14:20"))), agent.NeedsRecount, -4, 21, nil,
		},
		{
			"typed over a second earlier", facts(books(opening, book(10, 20, "13:58:58", "14:20"))), agent.Ready, 21, 21, nil,
		},
		{
			"typed over after the count", facts(books(opening, book(9, 45, "12:00", "14:05"), book(10, 20, "14:10", "14:20"))), agent.NeedsRecount, -4, 21, nil,
		},
		{
			"typed over, and a person says that no goods moved",
			facts(books(opening, book(10, 20, "14:10", "14:20")), func(in *reconcile.Item) { in.NumberOnly = true }), agent.Ready, 21, 21, nil,
		},
		{
			"typed over: older statements are not used any more, however narrow",
			facts(books(opening, book(10, 20, "13:40", "14:20")), moves(told("R1", 4, "13:30"))), agent.NeedsRecount, 21, 25, nil,
		},
		{
			"a statement from before all known movements is not compared",
			facts(books(book(1, 99, "12:00", "12:30"), book(10, 42, "13:59:30", "14:20")), func(in *reconcile.Item) { in.Since = clock("12:45") }),
			agent.Ready, -1, -1, nil,
		},
	})
}

func TestOneSaleOfTwoSources(t *testing.T) {
	posted := sold(3, "14:15")
	posted.Receipt = "R7"
	posted.Occurred.Uncertainty = 10 * time.Minute
	after := books(book(10, 42, "14:15", "14:20"))
	less := posted
	less.Quantity = -2
	refund := moved(agent.Return, 3, "14:17")
	refund.Receipt = "R7"
	otherTill := told("R7", 3, "14:15")
	otherTill.Source = "till-2"
	contradicted := posted
	contradicted.Occurred = stamp("14:30")
	inA, inB := told("R7", 1, "14:15"), told("R7", 2, "14:15:01")
	inA.Bin, inB.Bin = "A", "B"
	two := lines([]agent.Bin{"A", "B"}, line("A", 21, "13:59", "14:00"), line("B", 20, "14:40", "14:41"))
	yesterday := told("R7", 1, "14:15")
	yesterday.Occurred.At = yesterday.Occurred.At.Add(-25 * time.Hour)
	checkRows(t, []row{
		{"the upstream's alone is doubtful", facts(after, moves(posted)), agent.NeedsRecount, -4, -1, nil},
		{"the till knows when", facts(after, moves(posted, told("R7", 3, "14:15"))), agent.Ready, -4, -4, []string{"3 sold after you counted."}},
		{"the till sold one more", facts(books(book(10, 43, "14:15", "14:20")), moves(less, told("R7", 3, "14:15"))), agent.NeedsRecount, -5, -4, nil},
		{"in several rows", facts(after, moves(posted, told("R7", 1, "14:15"), told("R7", 2, "14:15:01"))), agent.Ready, -4, -4, nil},
		{"a refund of the receipt is another movement", facts(books(book(10, 45, "14:17", "14:20")), moves(posted, told("R7", 3, "14:15"), refund)), agent.Ready, -4, -4, nil},
		{"the upstream posted more than the till sold", facts(after, moves(posted, told("R7", 1, "14:15"))), agent.Ready, -4, -4, nil},
		{"two tills with the same number", facts(after, moves(posted, told("R7", 3, "14:15"), otherTill)), agent.NeedsRecount, -10, -1, nil},
		{"two times that contradict each other", facts(lines([]agent.Bin{"A"}, line("A", 41, "14:19", "14:20")), books(book(10, 42, "14:15", "14:45")), moves(contradicted, told("R7", 3, "14:15"))), agent.NeedsRecount, -4, -1, nil},
		{"taken from two bins", facts(two, books(book(10, 42, "14:15", "14:50")), moves(posted, inA, inB)), agent.NeedsRecount, -4, -1, nil},
		{"taken from one bin", facts(two, books(book(10, 42, "14:15", "14:50")), moves(posted, inB)), agent.Ready, -1, -1, nil},
		{"another sale of that number, of another till perhaps", facts(after, moves(posted, told("R7", 1, "13:30"))), agent.NeedsRecount, -4, 0, nil},
		{"another day's receipt of the same number", facts(after, moves(posted, yesterday)), agent.NeedsRecount, -4, 0, nil},
	})
}

func TestWithoutFeed(t *testing.T) {
	alone := func(list ...agent.Book) reconcile.Item {
		for i := range list {
			list[i].Changed = time.Time{}
		}
		return facts(books(list...), func(in *reconcile.Item) { in.Feed, in.Watermarks[0].Offline = false, true })
	}
	checkRows(t, []row{
		{"a statement from before the count", alone(book(10, 42, "12:00", "13:00")), agent.Ready, -1, -1, []string{"does not tell what was sold, so sales between that time and your count are not in these numbers"}},
		{"the same number before and after", alone(book(5, 42, "12:00", "13:00"), book(10, 42, "12:00", "14:20")), agent.Ready, -1, -1, nil},
		{"another number after the count", alone(book(5, 42, "12:00", "13:00"), book(10, 40, "12:00", "14:20")), agent.NeedsRecount, -1, 1, []string{"changed by -2"}},
		{"no statement", alone(), agent.Waiting, 0, 0, nil},
	})
}

func TestSnapshotKnowsNothingOfSales(t *testing.T) {
	naive := policy(func(p *agent.Policy) { p.Method = agent.Snapshot })
	checkRows(t, []row{
		{
			"sold before the count", facts(naive, books(book(5, 45, "12:00", "13:10"), book(10, 41, "13:30", "14:20")), moves(sold(4, "13:30"))),
			agent.Ready, -4, -4,
			[]string{"45 on the books at 13:10, when the count was opened, and nothing that was sold since is looked at"},
		},
		{"only an older statement", facts(naive, books(book(5, 45, "12:00", "12:10"))), agent.Ready, -4, -4, nil},
		{"an older one and the opening one", facts(naive, books(book(4, 50, "12:00", "12:10"), book(5, 45, "12:00", "13:10"))), agent.Ready, -4, -4, nil},
		{"does not wait for a feed", facts(naive, func(in *reconcile.Item) { in.Watermarks = nil }), agent.Ready, -1, -1, nil},
		{"no statement", facts(naive, books()), agent.Waiting, 0, 0, nil},
	})
}

func TestTolerance(t *testing.T) {
	unclear := func(n int64) reconcile.Item {
		return facts(books(book(10, 42, "13:59:30", "14:20")), moves(sold(n, "13:59:30")))
	}
	with := func(in reconcile.Item, limit agent.Limit) reconcile.Item {
		in.Count.Policy.Tolerance = limit
		return in
	}
	eur := func(minor int64) agent.Money { return agent.Money{Minor: minor, Currency: "EUR"} }
	checkRows(t, []row{
		{"no limit tolerates nothing", unclear(1), agent.NeedsRecount, -2, -1, nil},
		{"both ends within", with(unclear(1), agent.Limit{Units: 2}), agent.Tolerated, -2, -1, []string{"between -2 and -1, which is within tolerance: nothing is sent."}},
		{"one end outside", with(unclear(2), agent.Limit{Units: 2}), agent.NeedsRecount, -3, -1, nil},
		{"a share of expected", with(unclear(1), agent.Limit{BasisPoints: 500}), agent.Tolerated, -2, -1, nil},
		{"too small a share", with(unclear(1), agent.Limit{BasisPoints: 400}), agent.NeedsRecount, -2, -1, nil},
		{"the larger of units and share", with(unclear(1), agent.Limit{Units: 1, BasisPoints: 500}), agent.Tolerated, -2, -1, nil},
		{"too much money", with(unclear(1), agent.Limit{Units: 2, Money: eur(499)}), agent.NeedsRecount, -2, -1, nil},
		{"money of another currency is no bound", with(unclear(1), agent.Limit{Units: 2, Money: agent.Money{Minor: 1, Currency: "USD"}}), agent.Tolerated, -2, -1, nil},
		{"money alone", with(unclear(1), agent.Limit{Money: eur(500)}), agent.Tolerated, -2, -1, nil},
		{"what is certain is sent even within tolerance", with(facts(), agent.Limit{Units: 2}), agent.Ready, -1, -1, nil},
	})
}

func TestInvestigation(t *testing.T) {
	for _, c := range []struct {
		onHand int64
		limit  agent.Limit
		want   bool
	}{
		{43, agent.Limit{}, false}, // 2 of 43 are under 5 %
		{44, agent.Limit{}, true},  // 3 of 44 are over 5 % and over 2 units
		{44, agent.Limit{Units: 3, BasisPoints: 500}, false},
		{44, agent.Limit{Units: 3, BasisPoints: 500, Money: agent.Money{Minor: 700, Currency: "EUR"}}, true},
		{44, agent.Limit{BasisPoints: 500}, true},
		{300, agent.Limit{BasisPoints: 9000}, false},
		{0, agent.Limit{BasisPoints: 9000}, true}, // nothing expected: no share of it
		{41, agent.Limit{Units: 1}, false},
	} {
		in := facts(books(book(10, c.onHand, "12:00", "14:20")), policy(func(p *agent.Policy) { p.Investigate = c.limit }))
		v := reconcile.Reconcile(in)
		if v.Investigate != c.want {
			t.Errorf("41 counted, %d expected, limit %+v: investigate %v", c.onHand, c.limit, v.Investigate)
		}
		if v.Investigate && !strings.Contains(v.Sentence, "a reason is needed") {
			t.Errorf("the sentence asks for no reason: %s", v.Sentence)
		}
	}
}

func TestValueIsThatOfTheFurtherEnd(t *testing.T) {
	v := reconcile.Reconcile(facts(books(book(10, 42, "13:59:30", "14:20")), moves(sold(2, "13:59:30"))))
	if want := (agent.Money{Minor: -750, Currency: "EUR"}); v.Value != want {
		t.Errorf("value %+v of %+v, want %+v", v.Value, v.Variance, want)
	}
}

func TestCommittedIsNamed(t *testing.T) {
	committed := func(in *reconcile.Item) { in.Books[0].Committed = 1 }
	checkRows(t, []row{{"exactly what is reserved", facts(committed), agent.Ready, -1, -1, []string{"Exactly 1 is reserved for open orders"}}})
}

func TestDamagedGoodsAreOnHand(t *testing.T) {
	in := facts()
	in.Lines[0].Damaged = 2
	checkRows(t, []row{{"good and damaged are compared", in, agent.Ready, 1, 1, []string{"Counted 43 (2 of them damaged), expected 42"}}})
}

func TestTimesAreToldInTheShopsZone(t *testing.T) {
	in := facts()
	in.Zone = time.FixedZone("shop", 3600)
	checkRows(t, []row{{"an hour ahead", in, agent.Ready, -1, -1, []string{"on the books at 15:20"}}})
}

// Every movement that changes the result is shown, and the shown ones add up.
func TestEffectsAddUpToExpected(t *testing.T) {
	in := facts(books(book(10, 42, "14:15", "14:20")), moves(sold(3, "14:15"), sold(1, "13:00"), sold(2, "14:40"), sold(1, "13:59:30")))
	v := reconcile.Reconcile(in)
	sum := agent.Exactly(v.Book.OnHand)
	for _, e := range v.Effects {
		sum = sum.Plus(e.Expected)
	}
	if sum != v.Expected || len(v.Effects) != 2 {
		t.Errorf("expected %+v, effects add up to %+v: %s", v.Expected, sum, fmt.Sprint(v.Effects))
	}
}

// After a restart of the agent less is known of the shop's clock, and a statement
// that was read later can be stated, by what is known, a little earlier.
func TestAStatementAfterTheCutOffEndsTheWaitingInAnyOrder(t *testing.T) {
	before := book(10, 41, "12:00", "14:00:01")
	before.At = agent.Stamp{At: clock("14:00"), Uncertainty: time.Second}
	after := book(11, 41, "12:00", "14:00:00")
	after.At = agent.Stamp{At: clock("14:00:02"), Uncertainty: time.Second}
	if v := reconcile.Reconcile(facts(books(before, after))); v.Status != agent.Matches {
		t.Errorf("%s: %s", v.Status, v.Sentence)
	}
}
