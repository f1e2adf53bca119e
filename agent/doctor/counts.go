package doctor

import (
	"fmt"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/metrics"
	"github.com/stockhand/stockhand/agent/plan"
)

// transferExplains finds variances that are exactly what is on its way.
func transferExplains(f *Facts) []agent.Finding {
	l := &list{}
	for _, v := range f.undecided() {
		for _, says := range f.underWay(v) {
			l.add(v.Item, "%s: %s", f.called(v.Item), says)
		}
	}
	return recountThese(f, l.finding(agent.Warning, "A difference is exactly what is on its way in a transfer.", "%d differences are exactly what is on its way in transfers.",
		"The goods are probably on the shelf and not received in the shop, or have left and are not sent there. Approving it books them twice.",
		"Receive or send the transfer in the shop first, then look at the difference again."), l)
}

// underWay says which transfers a variance equals. Goods that came and were not
// received are a surplus; what was put on the books before it came, or left before it
// was sent there, is missing.
func (f *Facts) underWay(v agent.Variance) []string {
	var says []string
	named := false
	for _, t := range f.Transfers {
		for _, line := range t.Lines {
			if line.Item != v.Item {
				continue
			}
			named = true
			arriving, leaving := line.UnderWay(), line.Asked-line.Shipped
			switch {
			case t.To == f.Location && arriving > 0 && v.Variance.Lo == arriving:
				says = append(says, fmt.Sprintf("%+d, and %d of transfer %s, open for %s, are not received in the shop", v.Variance.Lo, arriving, t.Name, days(f.Now.Sub(t.Since))))
			case t.To == f.Location && arriving > 0 && v.Variance.Lo == -arriving:
				says = append(says, fmt.Sprintf("%+d, and %d of transfer %s, open for %s, have not arrived", v.Variance.Lo, arriving, t.Name, days(f.Now.Sub(t.Since))))
			case t.From == f.Location && leaving > 0 && v.Variance.Lo == -leaving:
				says = append(says, fmt.Sprintf("%+d, and %d of transfer %s, open for %s, are not sent in the shop", v.Variance.Lo, leaving, t.Name, days(f.Now.Sub(t.Since))))
			}
		}
	}
	// Without the permission for transfers the shop still says how many are incoming.
	if s, known := f.situation(v.Item); known && !named {
		if in := s.States["incoming"]; in > 0 && (v.Variance.Lo == in || v.Variance.Lo == -in) {
			says = append(says, fmt.Sprintf("%+d, and the shop says that %d are incoming", v.Variance.Lo, in))
		}
	}
	return says
}

// committedExplains finds variances that are exactly what is in open orders.
func committedExplains(f *Facts) []agent.Finding {
	l := &list{}
	for _, v := range f.undecided() {
		committed := v.Book.Committed
		if s, known := f.situation(v.Item); known && v.Book.At.IsZero() {
			committed = s.Book.Committed
		}
		if committed > 0 && v.Variance.Lo == -committed {
			l.add(v.Item, "%s: %d units are missing, and %d are in open orders", f.called(v.Item), committed, committed)
		}
	}
	return recountThese(f, l.finding(agent.Warning, "A difference is exactly what is in open orders.", "%d differences are exactly what is in open orders.",
		"The units are probably picked or packed and lie where nobody counted. They are on hand until the order is sent.",
		"Look among the packed parcels, and count what lies there. Then look at the difference again."), l)
}

// few is how many items a pattern needs to be one.
const few = 5

// wrongLocation finds that what was counted fits the books of another location.
func wrongLocation(f *Facts) []agent.Finding {
	compared, here := 0, 0
	fits := map[string][]agent.Variance{}
	for _, v := range f.Variances {
		if !v.Variance.Certain() || v.Status == agent.NotComplete || v.Left {
			continue
		}
		if v.Variance.Lo == 0 {
			here++
		}
		s, known := f.situation(v.Item)
		if !known || len(s.Elsewhere) == 0 {
			continue
		}
		compared++
		for _, e := range s.Elsewhere {
			if e.OnHand == v.Counted && v.Variance.Lo != 0 && v.Counted != 0 {
				fits[e.Name] = append(fits[e.Name], v)
			}
		}
	}
	var best string
	for name, some := range fits {
		if len(some) > len(fits[best]) || len(some) == len(fits[best]) && name < best {
			best = name
		}
	}
	if there := len(fits[best]); there < few || 3*there < 2*compared || there <= 2*here {
		return nil
	}
	l := &list{}
	for _, v := range fits[best] {
		l.add(v.Item, "%s: counted %d, %s has %d, here %d were expected", f.called(v.Item), v.Counted, best, v.Counted, v.Expected.Lo)
	}
	found := l.finding(agent.Broken, "", fmt.Sprintf("What was counted fits the location %q, not the one that is set: %%d of %d items.", best, compared),
		"The agent probably counts with the books of the wrong location. Approving this would make both wrong.",
		"Approve nothing. Check location in the section [upstream] of the configuration, then count again.")
	return found
}

// absurd finds quantities that look like a barcode.
func absurd(f *Facts) []agent.Finding {
	const cap = 9_999
	l := &list{}
	for _, v := range f.Variances {
		if v.Counted > cap && v.Counted > 100*max(1, v.Expected.Hi) && !v.Left && v.Status != agent.Settled {
			l.add(v.Item, "%s: counted %d, expected %d", f.called(v.Item), v.Counted, v.Expected.Hi)
		}
	}
	return recountThese(f, l.finding(agent.Broken, "A quantity is far larger than the books: it may be a barcode that was read into it.",
		"%d quantities are far larger than the books: they may be barcodes that were read into them.",
		"Approving it puts a number on the books that no shelf holds.", "Count it again."), l)
}

// recountThese offers to have items of one open count counted again.
func recountThese(f *Facts, found []agent.Finding, l *list) []agent.Finding {
	var count agent.CountID
	for _, v := range f.Variances {
		if !slices.Contains(l.items, v.Item) {
			continue
		}
		if count != "" && count != v.Count {
			return found
		}
		count = v.Count
	}
	if len(found) == 0 || count == "" || len(l.items) > shownItems {
		return found
	}
	return with(found, "Have them counted again", "count.recount", map[string]any{"count": count, "items": l.items, "why": found[0].What})
}

// discrepancy finds differences over the limit of investigation.
func discrepancy(f *Facts) []agent.Finding {
	l := &list{}
	for _, v := range f.undecided() {
		if v.Investigate {
			l.add(v.Item, "%s: counted %d, expected %d, %+d", f.called(v.Item), v.Counted, v.Expected.Lo, v.Variance.Lo)
		}
	}
	return l.finding(agent.Warning, "A difference is over the limit from which a reason is asked.", "%d differences are over the limit from which a reason is asked.",
		"By default that is more than 5 % and more than 2 units.", "Look at each in the review, and say a reason where it is approved.")
}

// shrinkage finds that more is missing than the limit.
func shrinkage(f *Facts) []agent.Finding {
	var found []agent.Finding
	for _, s := range f.Shrinkage {
		for _, r := range s.Rates {
			if r.Verdict == metrics.Over {
				found = append(found, agent.Finding{
					Severity: agent.Warning, What: fmt.Sprintf("Shrinkage is over its limit: %s of %s in %q.", r.Loss.Says(), r.Of, f.Shrunk.Name),
					Means: "The value of what is missing, gains not set against it, is more than the limit, by default 2 %.",
					Do:    "Look at the figures of that count: they name the items with the largest loss.",
				})
			}
		}
	}
	return found
}

// countsOverdue finds that items are not counted as often as the plan says.
func countsOverdue(f *Facts) []agent.Finding {
	p := f.Plan
	if p == nil || p.Overdue == 0 {
		return nil
	}
	found := []agent.Finding{{
		Severity: agent.Warning, What: fmt.Sprintf("%d items should have been counted by now and were not.", p.Overdue),
		Means: p.Coverage.Sentence, Do: "Open today's count of the plan. A share each day covers everything in a quarter.", Total: p.Overdue,
	}}
	for _, d := range p.Due[:min(len(p.Due), shownItems)] {
		found[0].Items = append(found[0].Items, d.Item)
	}
	for _, job := range p.Proposals {
		if job.Kind == plan.Daily {
			return with(found, "Open today's count", "plan.open", map[string]any{"job": string(plan.Daily)})
		}
	}
	return found
}

// transferOpen finds transfers that are open for long, or received in part only.
func transferOpen(f *Facts) []agent.Finding {
	const long = 7 * 24 * time.Hour
	l := &list{}
	for _, t := range f.Transfers {
		for _, line := range t.Lines {
			under, part := line.UnderWay(), line.Received > 0
			if under <= 0 || t.To != f.Location || !part && f.Now.Sub(t.Since) < long {
				continue
			}
			l.add(line.Item, "%s: %d of transfer %s from %s are on their way, %d of %d are received, open for %s",
				f.called(line.Item), under, t.Name, t.FromName, line.Received, line.Shipped, days(f.Now.Sub(t.Since)))
		}
	}
	return l.finding(agent.Warning, "Of an item a transfer to here is received in part only, or open for more than a week.",
		"Of %d items transfers to here are received in part only, or open for more than a week.",
		"If the goods have come, they lie on the shelf and not on the books. If not, they are missing in both places.",
		"Finish the transfer in the shop before counting these items.")
}
