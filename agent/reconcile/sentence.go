package reconcile

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// sentence explains a variance: what was counted, what was expected and why, what
// that means and what to do.
func (r *reckoning) sentence(v agent.Variance) string {
	parts := []string{r.told(v)}
	if text := r.setClock(); text != "" {
		parts = append(parts, text)
	}
	if hint := r.hint(v); hint != "" {
		parts = append(parts, hint)
	}
	return strings.Join(append(parts, r.advice(v)), " ")
}

// told says the numbers and where they come from.
func (r *reckoning) told(v agent.Variance) string {
	if len(r.lines) == 0 {
		if r.over() {
			return "Nobody counted this."
		}
		return "Nobody counted this yet."
	}
	text := fmt.Sprintf("Counted %d", v.Counted)
	if v.Damaged > 0 {
		text += fmt.Sprintf(" (%d of them damaged)", v.Damaged)
	}
	text += r.rolled()
	if !r.basis.found || v.Status == agent.NotAdjustable {
		return text + "."
	}
	total := agent.Exactly(v.Counted).Minus(v.Expected)
	switch {
	case total == agent.Exactly(0):
		text += ", as expected: "
	case v.Expected.Certain():
		text += fmt.Sprintf(", expected %d: ", v.Expected.Lo)
	default:
		text += fmt.Sprintf(", expected between %d and %d: ", v.Expected.Lo, v.Expected.Hi)
	}
	return text + strings.Join(r.reasons(), ", ") + "." + r.blind()
}

// rolled says what an earlier count stands for, and how old that is.
func (r *reckoning) rolled() string {
	var text strings.Builder
	for _, l := range r.lines {
		if l.Count == "" || l.Count == r.Count.ID {
			continue
		}
		age := r.cutOff.At.Sub(CutOff(l, r.Steps).At)
		fmt.Fprintf(&text, ", %d of them in %s %s earlier, by %s", l.Counted(), l.Bin, long(age), l.Count)
	}
	return text.String()
}

// blind says what the numbers leave out where the shop does not tell what was sold.
func (r *reckoning) blind() string {
	if r.Feed || r.policy.Method == agent.Snapshot {
		return ""
	}
	var tills []string
	for _, w := range r.live() {
		tills = append(tills, w.Source)
	}
	if len(tills) > 0 {
		return fmt.Sprintf(" This shop does not tell what was sold, so of the sales between that time and your count only those of %s are in these numbers.", listed(tills))
	}
	return " This shop does not tell what was sold, so sales between that time and your count are not in these numbers."
}

// reasons lists the statement and what was added to it.
func (r *reckoning) reasons() []string {
	list := []string{fmt.Sprintf("%d on the books at %s", r.basis.book.OnHand, r.clock(r.statedAt(r.basis.book).At))}
	if r.policy.Method == agent.Snapshot {
		list[0] += ", when the count was opened, and nothing that was sold since is looked at"
	}
	all := groups(r.basis.effects)
	for i, g := range all {
		switch back := undone(all, g); {
		case back < 0:
			list = append(list, g.words())
		case back > i:
			list = append(list, fmt.Sprintf("the books changed by %s and back by %s, and no movement says why: perhaps a sale that they booked later than it was told", g.signed(), all[back].signed()))
		}
	}
	return list
}

// undone finds the change that nobody explains and that takes another one back; -1 where
// there is none.
func undone(all []group, g group) int {
	if g.kind != agent.Unexplained {
		return -1
	}
	return slices.IndexFunc(all, func(o group) bool { return o.kind == agent.Unexplained && o.gain != g.gain && o.units == g.units })
}

// group is effects that can be told in one phrase.
type group struct {
	kind      agent.MovementKind
	verdict   agent.Verdict
	contained string
	gain      bool
	units     int64
}

func groups(effects []agent.Effect) []group {
	var list []group
	for _, e := range effects {
		g := group{kind: e.Movement.Kind, verdict: e.Verdict, contained: e.Contained, gain: e.Movement.Quantity > 0}
		i := slices.IndexFunc(list, func(o group) bool {
			return o.kind == g.kind && o.verdict == g.verdict && o.contained == g.contained && o.gain == g.gain
		})
		if i < 0 {
			i = len(list)
			list = append(list, g)
		}
		list[i].units += abs(e.Movement.Quantity)
	}
	return list
}

func (g group) words() string {
	n := fmt.Sprintf("%d %s", g.units, g.did())
	are, they := plural(g.units, "is", "are"), plural(g.units, "it", "them")
	switch {
	case g.kind == agent.Adjusted && g.contained == "yes":
		return fmt.Sprintf("%s by an adjustment is on the books already", g.signed())
	case g.kind == agent.Adjusted && g.contained == "unknown":
		return fmt.Sprintf("it is not known whether the books have the adjustment of %s", g.signed())
	case g.kind == agent.Adjusted:
		return fmt.Sprintf("%s by another count is not in that number yet", g.signed())
	case g.kind == agent.Unexplained:
		return fmt.Sprintf("the books changed by %s and no movement says why", g.signed())
	case g.kind == agent.Edited:
		return fmt.Sprintf("somebody changed the books by %s", g.signed())
	case g.verdict == agent.Unclear:
		return fmt.Sprintf("%s around the time of your count, so you may have counted %s or not", n, they)
	case g.contained == "unknown":
		return fmt.Sprintf("%s %s you counted, and it is not known whether the books have %s", n, g.verdict, they)
	case g.verdict == agent.Before:
		return fmt.Sprintf("%s before you counted %s not on the books yet", n, are)
	}
	return n + " after you counted"
}

func plural(n int64, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

func (g group) signed() string {
	if g.gain {
		return signed(g.units)
	}
	return signed(-g.units)
}

// signed writes a difference: a gain has its plus, nothing has no sign.
func signed(n int64) string {
	if n == 0 {
		return "0"
	}
	return fmt.Sprintf("%+d", n)
}

// did says in one word what happened to goods.
func (g group) did() string {
	switch {
	case g.kind == agent.Sale && !g.gain:
		return "sold"
	case g.kind == agent.Shipment && !g.gain:
		return "shipped"
	case g.kind == agent.Return && g.gain:
		return "returned"
	case g.kind == agent.Receipt && g.gain:
		return "received"
	case g.gain:
		return "moved in"
	}
	return "moved out"
}

// hint names a likely cause.
func (r *reckoning) hint(v agent.Variance) string {
	committed := v.Book.Committed
	if !v.Variance.Certain() || committed <= 0 || abs(v.Variance.Lo) != committed || v.Status == agent.Settled {
		return ""
	}
	return fmt.Sprintf("Exactly %d %s reserved for open orders: look whether %s packed already and left out of the count.",
		committed, plural(committed, "is", "are"), plural(committed, "it was", "they were"))
}

// clock writes a time as people read it, with the day where it is another one than
// that of the count.
func (r *reckoning) clock(t time.Time) string {
	zone := r.Zone
	if zone == nil {
		zone = time.UTC
	}
	t = t.In(zone)
	layout := "15:04"
	if r.cutOff.At.In(zone).Format(time.DateOnly) != t.Format(time.DateOnly) {
		layout = "2 January 15:04"
	}
	return t.Format(layout)
}
