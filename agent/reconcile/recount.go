package reconcile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// Doubtful is an item of a closed count with what was judged of it.
type Doubtful struct {
	Item     agent.Item
	Variance agent.Variance
	// Policy is that of the item's class.
	Policy agent.Policy
	// Confirmed is true where two rounds counted the same.
	Confirmed bool
	// Asked is true where a recount asks for it already.
	Asked bool
}

// Advised is an item that is worth counting once more.
type Advised struct {
	Item agent.ItemID `json:"item"`
	// Risk is what is at stake: the further end of the variance, at cost, or at the
	// price where no cost is known. Zero where neither is.
	Risk agent.Money `json:"risk,omitzero"`
	// Chance is how likely a miscount is, in basis points.
	Chance int64 `json:"chance_basis_points"`
	// Loss is Risk x Chance: what is lost by not counting again, on average.
	Loss agent.Money `json:"loss,omitzero"`
	Why  string      `json:"why"`

	units int64
	sure  bool // the decision differs at both ends, whatever it is worth
}

// Advice is what is worth counting once more, the worst loss first.
type Advice struct {
	Lines []Advised `json:"lines"`
	// Below are the items of which the decision could change too, but of which all
	// together are worth less than a twentieth of what is at stake.
	Below     int64       `json:"below,omitempty"`
	BelowLoss agent.Money `json:"below_loss,omitzero"`
	// Pending are those that a recount asks for already.
	Pending  int64  `json:"pending,omitempty"`
	Sentence string `json:"sentence"`
}

// restShare is up to which part of all that is at stake the least of the items are
// left alone: a twentieth.
//
// Source: our convention.
const restShare = 20

// Advise says which items of a count to count once more. Asked are only those of which
// a recount could change the decision: an interval of which both ends lead to different
// decisions, and a difference beyond the tolerance, unless two rounds agree on it. What
// matches or is tolerated stays what it is.
//
// Source: ranking by expected money at risk times probability of miscount is the
// stopping rule of sampling inspection; the chances are our convention, see chanceOf.
func Advise(items []Doubtful) Advice {
	var a Advice
	for _, j := range items {
		line, can := advised(j)
		switch {
		case !can:
		case j.Asked:
			a.Pending++
		default:
			a.Lines = append(a.Lines, line)
		}
	}
	currency := mostly(a.Lines)
	slices.SortStableFunc(a.Lines, func(x, y Advised) int {
		return cmp.Or(cmp.Compare(y.in(currency), x.in(currency)), cmp.Compare(y.units*y.Chance, x.units*x.Chance), cmp.Compare(x.Item, y.Item))
	})
	a.leaveRest(currency)
	a.Sentence = a.sentence()
	return a
}

// in is the expected loss in a currency; 0 where it is none in that.
func (a Advised) in(currency string) int64 {
	if a.Loss.Currency != currency {
		return 0
	}
	return a.Loss.Minor
}

func mostly(lines []Advised) (most string) {
	uses := map[string]int{}
	for _, l := range lines {
		if c := l.Loss.Currency; c != "" && l.Loss.Minor > 0 {
			uses[c]++
		}
	}
	for c, n := range uses {
		if n > uses[most] || n == uses[most] && c < most {
			most = c
		}
	}
	return most
}

// leaveRest leaves the least of the items out. What has no price is never left out:
// nobody knows what it is worth.
func (a *Advice) leaveRest(currency string) {
	var all, rest int64
	for _, l := range a.Lines {
		all += l.in(currency)
	}
	left := map[agent.ItemID]bool{}
	for _, l := range slices.Backward(a.Lines) {
		worth := l.in(currency)
		if worth == 0 || l.sure {
			continue
		}
		if (rest+worth)*restShare > all {
			break
		}
		rest += worth
		left[l.Item] = true
	}
	a.Lines = slices.DeleteFunc(a.Lines, func(l Advised) bool { return left[l.Item] })
	if a.Below = int64(len(left)); a.Below > 0 {
		a.BelowLoss = agent.Money{Minor: rest, Currency: currency}
	}
}

// advised works out what counting an item once more is worth; false where that could
// change nothing.
func advised(j Doubtful) (Advised, bool) {
	v := j.Variance
	r := &reckoning{Item: Item{Item: j.Item}, policy: j.Policy.WithDefaults(), counted: counted{units: v.Counted}}
	far := farEnd(v.Variance)
	open := v.Status == agent.NeedsRecount || v.Status == agent.Ready && !j.Confirmed
	if !open || v.Left || far == 0 || v.Status == agent.Ready && r.within(far) {
		return Advised{}, false
	}
	chance, why := chanceOf(j)
	a := Advised{Item: v.Item, Chance: chance, units: abs(far), sure: v.Status == agent.NeedsRecount}
	each := j.Item.Cost
	if each.Minor <= 0 {
		each = j.Item.Price
	}
	if each.Minor > 0 {
		a.Risk = each.Times(abs(far))
		a.Loss = agent.Money{Minor: (a.Risk.Minor*chance + 9_999) / 10_000, Currency: each.Currency}
	}
	a.Why = strings.Join(why, ", ") + "."
	return a, true
}

func (a *Advice) sentence() string {
	n := int64(len(a.Lines))
	if n == 0 && a.Below == 0 {
		if a.Pending > 0 {
			return "Everything that is worth counting once more is asked for already."
		}
		return "No recount could change a decision."
	}
	text := fmt.Sprintf("%d %s worth counting once more.", n, plural(n, "item is", "items are"))
	if a.Below > 0 {
		text += fmt.Sprintf(" %d more could change a decision, but together they are worth less than a twentieth of what is at stake.", a.Below)
	}
	if a.Pending > 0 {
		text += fmt.Sprintf(" %d %s asked for already.", a.Pending, plural(a.Pending, "is", "are"))
	}
	return text
}
