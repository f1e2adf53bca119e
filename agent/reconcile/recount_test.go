package reconcile_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

func euro(minor int64) agent.Money { return agent.Money{Minor: minor, Currency: "EUR"} }

// difference is an item of which some number was counted instead of the expected.
func difference(id agent.ItemID, counted, expected, cost int64) reconcile.Doubtful {
	v := agent.Variance{
		Item: id, Status: agent.Ready, Counted: counted, Expected: agent.Exactly(expected), Variance: agent.Exactly(counted - expected),
		Lines: []agent.Line{{Item: id, Bin: "A", Good: counted}},
	}
	if counted == expected {
		v.Status = agent.Matches
	}
	return reconcile.Doubtful{Item: agent.Item{ID: id, Cost: euro(cost)}, Variance: v}
}

func asked(a reconcile.Advice) string {
	var ids []string
	for _, l := range a.Lines {
		ids = append(ids, string(l.Item))
	}
	return strings.Join(ids, " ")
}

func TestOnlyWhatCanChangeADecisionIsAskedAgain(t *testing.T) {
	with := func(j reconcile.Doubtful, change func(*reconcile.Doubtful)) reconcile.Doubtful {
		change(&j)
		return j
	}
	missing := difference("x", 40, 47, 100)
	for name, c := range map[string]struct {
		judged reconcile.Doubtful
		want   string
	}{
		"matches":          {difference("x", 47, 47, 100), ""},
		"differs":          {missing, "x"},
		"within tolerance": {with(missing, func(j *reconcile.Doubtful) { j.Policy.Tolerance.Units = 7 }), ""},
		"beyond tolerance": {with(missing, func(j *reconcile.Doubtful) { j.Policy.Tolerance.Units = 6 }), "x"},
		"within its share": {with(missing, func(j *reconcile.Doubtful) { j.Policy.Tolerance.BasisPoints = 1_500 }), ""},
		"too dear":         {with(missing, func(j *reconcile.Doubtful) { j.Policy.Tolerance = agent.Limit{Units: 7, Money: euro(600)} }), "x"},
		"two rounds agree": {with(missing, func(j *reconcile.Doubtful) { j.Confirmed = true }), ""},
		"not certain": {with(missing, func(j *reconcile.Doubtful) {
			j.Variance.Status, j.Variance.Variance, j.Confirmed = agent.NeedsRecount, agent.Interval{Lo: -7, Hi: 0}, true
		}), "x"},
		"left":       {with(missing, func(j *reconcile.Doubtful) { j.Variance.Left = true }), ""},
		"incomplete": {with(missing, func(j *reconcile.Doubtful) { j.Variance.Status = agent.NotComplete }), ""},
		"settled":    {with(missing, func(j *reconcile.Doubtful) { j.Variance.Status = agent.Settled }), ""},
		"waiting":    {with(missing, func(j *reconcile.Doubtful) { j.Variance.Status = agent.Waiting }), ""},
	} {
		if got := asked(reconcile.Advise([]reconcile.Doubtful{c.judged})); got != c.want {
			t.Errorf("%s: asked for %q, want %q", name, got, c.want)
		}
	}
}

func TestTheWorstExpectedLossComesFirstAndSaysWhy(t *testing.T) {
	boxed := difference("boxed", 35, 47, 100) // exactly one case of 12
	boxed.Item.Codes = []agent.Barcode{{Text: "1", Pack: 1}, {Text: "2", Pack: 12}}
	unsure := difference("unsure", 9, 9, 10)
	unsure.Variance.Status, unsure.Variance.Variance = agent.NeedsRecount, agent.Interval{Lo: -1, Hi: 1}
	free := difference("free", 3, 9, 0)
	pending := difference("pending", 1, 9, 100)
	pending.Asked = true
	advice := reconcile.Advise([]reconcile.Doubtful{
		difference("cheap", 40, 47, 1), difference("dear", 40, 47, 1_000), boxed, unsure, free, pending,
		difference("swapped", 12, 21, 100), difference("doubled", 18, 9, 100), difference("gone", 0, 9, 100),
	})
	if got, want := asked(advice), "doubled boxed dear swapped gone unsure free"; got != want {
		t.Errorf("asked for %s, want %s", got, want)
	}
	if advice.Below != 1 || advice.BelowLoss != euro(1) || advice.Pending != 1 {
		t.Errorf("left alone %+v", advice)
	}
	for _, l := range advice.Lines {
		want := map[agent.ItemID]string{
			"boxed": "one case of 12", "doubled": "twice what was expected", "dear": "beyond the tolerance", "swapped": "two digits",
			"gone": "none was found", "unsure": "not certain", "free": "more than half",
		}[l.Item]
		if !strings.Contains(l.Why, want) || !strings.HasSuffix(l.Why, ".") {
			t.Errorf("%s (%d): %s, want %s", l.Item, l.Loss.Minor, l.Why, want)
		}
	}
	if !strings.Contains(advice.Sentence, "7 items are worth counting once more") || !strings.Contains(advice.Sentence, "1 is asked for already") {
		t.Errorf("the advice says %s", advice.Sentence)
	}
	if text := reconcile.Advise(nil).Sentence; text != "No recount could change a decision." {
		t.Errorf("of nothing it says %s", text)
	}
}

// Whatever was counted: the order of the items does not matter, what is asked for is in
// order and could change a decision, and what is left alone is little.
func TestAdviceHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var items []reconcile.Doubtful
		for n := range rapid.IntRange(0, 40).Draw(t, "items") {
			j := difference(agent.ItemID(fmt.Sprint(n)), rapid.Int64Range(0, 60).Draw(t, "counted"), rapid.Int64Range(0, 60).Draw(t, "expected"), rapid.Int64Range(0, 5_000).Draw(t, "cost"))
			j.Policy.Tolerance.Units = rapid.Int64Range(0, 3).Draw(t, "tolerance")
			j.Asked, j.Confirmed = rapid.Bool().Draw(t, "asked"), rapid.IntRange(0, 4).Draw(t, "confirmed") == 0
			items = append(items, j)
		}
		advice := reconcile.Advise(items)
		shuffled := reconcile.Advise(rapid.Permutation(items).Draw(t, "order"))
		if asked(advice) != asked(shuffled) || advice.Below != shuffled.Below {
			t.Fatalf("%s, and in another order %s", asked(advice), asked(shuffled))
		}
		could, loss := int64(0), int64(0)
		for _, j := range items {
			if v := j.Variance.Variance.Lo; v != 0 && max(v, -v) > j.Policy.Tolerance.Units && !j.Confirmed {
				could++
			}
		}
		if could != int64(len(advice.Lines))+advice.Below+advice.Pending {
			t.Fatalf("%d could change a decision, %+v", could, advice)
		}
		for i, l := range advice.Lines {
			loss += l.Loss.Minor
			if i > 0 && l.Loss.Minor > advice.Lines[i-1].Loss.Minor || l.Chance < 1 || l.Chance > 9_000 || l.Loss.Minor > l.Risk.Minor {
				t.Fatalf("line %d is %+v behind %+v", i, l, advice.Lines[max(i-1, 0)])
			}
		}
		if 20*advice.BelowLoss.Minor > loss+advice.BelowLoss.Minor {
			t.Fatalf("%d of %d is left alone", advice.BelowLoss.Minor, loss)
		}
	})
}
