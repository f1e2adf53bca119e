package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// reviewed is a count's variances with what their items are called.
type reviewed struct {
	count     agent.CountID
	variances []agent.Variance
	items     map[agent.ItemID]agent.Item
}

func review(ctx context.Context, a asker, named string) (reviewed, error) {
	var r reviewed
	var err error
	if r.count, err = theCount(ctx, a, named, agent.CountClosed, agent.CountOpen); err != nil {
		return r, err
	}
	if r.variances, err = variancesOf(ctx, a, r.count); err != nil {
		return r, err
	}
	var wanted []agent.ItemID
	for _, v := range r.variances {
		wanted = append(wanted, v.Item)
	}
	r.items, err = itemsOf(ctx, a, wanted)
	return r, err
}

func variancesOf(ctx context.Context, a asker, count agent.CountID) (variances []agent.Variance, err error) {
	err = a.ask(ctx, call{op: "count.review", args: station.OneCount{Count: count}, result: &variances})
	return variances, err
}

// itemsOf looks up what some items are called.
func itemsOf(ctx context.Context, a asker, ids []agent.ItemID) (map[agent.ItemID]agent.Item, error) {
	var list []agent.Item
	err := a.ask(ctx, call{op: "catalog.items", args: wantedItems{Items: ids}, result: &list})
	items := make(map[agent.ItemID]agent.Item, len(list))
	for _, item := range list {
		items[item.ID] = item
	}
	return items, err
}

// find returns the item of the count that a SKU, a barcode or an id means.
func (r reviewed) find(text string) (agent.Variance, error) {
	for _, v := range r.variances {
		item := r.items[v.Item]
		if string(v.Item) == text || item.SKU == text {
			return v, nil
		}
		for _, c := range item.Codes {
			if c.Text == text {
				return v, nil
			}
		}
	}
	return agent.Variance{}, &agent.Error{
		Code: "no-item", Class: agent.Missing, What: fmt.Sprintf("No item of %s is %q.", r.count, text),
		Means: "Nothing was changed.", Do: "Name it by its SKU as \"stockhand count review --all\" shows it.",
	}
}

func (r reviewed) findAll(texts []string) ([]agent.Variance, error) {
	var all []agent.Variance
	for _, text := range texts {
		v, err := r.find(text)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

// reckoned reports whether there is anything to compare: all bins were counted and
// the shop has stated its number. Otherwise a 0 would be a lie.
func reckoned(v agent.Variance) bool {
	return v.Status != agent.NotComplete && !v.Book.At.At.IsZero()
}

// interval writes a quantity that may not be certain.
func interval(i agent.Interval) string {
	if i.Certain() {
		return fmt.Sprint(i.Lo)
	}
	return fmt.Sprintf("%d..%d", i.Lo, i.Hi)
}

func signed(i agent.Interval) string {
	if i.Certain() {
		return fmt.Sprintf("%+d", i.Lo)
	}
	return fmt.Sprintf("%+d..%+d", i.Lo, i.Hi)
}

// statusOf is what can be done about a variance, in one word.
func statusOf(v agent.Variance) string {
	if v.Left {
		return "left"
	}
	return string(v.Status)
}

func countReview(ctx context.Context, t *terminal, args []string) error {
	set := flags("count review")
	path, asJSON, all := configFlag(set), set.Bool("json", false, ""), set.Bool("all", false, "")
	named, err := optional(parse(set, args))
	if err != nil {
		return err
	}
	return with(ctx, t, *path, func(a asker) error {
		r, err := review(ctx, a, named)
		if err != nil {
			return err
		}
		if *asJSON {
			return t.json(r.variances)
		}
		r.print(t, *all)
		if err := t.loose(ctx, a, r.count); err != nil {
			return err
		}
		return t.strays(ctx, a, r.count)
	})
}

// print writes the variances, and a sum of those that are not shown.
func (r reviewed) print(t *terminal, all bool) {
	rows := [][]string{{"STATUS", "SKU", "COUNTED", "EXPECTED", "VARIANCE", "WHY"}}
	matches := 0
	for _, v := range r.variances {
		if v.Status == agent.Matches {
			matches++
			if !all {
				continue
			}
		}
		expected, variance := "–", "–"
		if reckoned(v) {
			expected, variance = interval(v.Expected), signed(v.Variance)
		}
		rows = append(rows, []string{
			statusOf(v), clean(cmp.Or(r.items[v.Item].SKU, string(v.Item))), fmt.Sprint(v.Counted),
			expected, variance, clean(v.Sentence),
		})
	}
	if len(rows) > 1 {
		t.table(rows)
	}
	t.printf("%s: %d items, %d match.\n", r.count, len(r.variances), matches)
}

func countShow(ctx context.Context, t *terminal, args []string) error {
	set := flags("count show")
	path, asJSON := configFlag(set), set.Bool("json", false, "")
	rest, err := parse(set, args)
	if err != nil {
		return err
	}
	if len(rest) != 2 {
		return usageError{"say which count and which item: count show COUNT ITEM"}
	}
	return with(ctx, t, *path, func(a asker) error {
		r, err := review(ctx, a, rest[0])
		if err != nil {
			return err
		}
		v, err := r.find(rest[1])
		if err != nil {
			return err
		}
		scans, lots, err := scansOf(ctx, a, station.ScansOf{Count: r.count, Item: v.Item})
		if err != nil {
			return err
		}
		if *asJSON {
			return t.json(map[string]any{"variance": v, "item": r.items[v.Item], "scans": scans, "lots": lots})
		}
		r.printOne(t, v, scans, lots)
		return nil
	})
}

// printOne opens one variance down to what made it.
func (r reviewed) printOne(t *terminal, v agent.Variance, scans []agent.ShownScan, lots []agent.Lot) {
	item := r.items[v.Item]
	t.printf("%s  %s\n%s: %s\n", clean(cmp.Or(item.SKU, string(v.Item))), clean(item.Name), statusOf(v), clean(v.Sentence))
	if len(v.Missing) > 0 {
		t.printf("Not counted: %s\n", clean(joinBins(v.Missing)))
	}
	for _, l := range lots {
		t.printf("%s\n", clean(strings.TrimSpace(string(l.Bin)+" "+l.String())))
		if len(l.Serials) > 0 {
			t.printf("  serial numbers: %s\n", clean(strings.Join(l.Serials, ", ")))
		}
	}
	rows := [][]string{{"TIME", "WHAT", "QUANTITY", "BIN", "WHERE FROM"}}
	for _, e := range v.Effects {
		m := e.Movement
		rows = append(rows, []string{
			clockTime(t, m.Occurred.At), string(m.Kind) + " " + string(e.Verdict) + " the cut-off",
			fmt.Sprintf("%+d", m.Quantity), string(m.Bin), clean(strings.TrimSpace(m.Source + " " + m.Receipt)),
		})
	}
	for _, s := range scans {
		what := string(s.Op)
		if s.Accepted {
			what += ", counted after all"
		} else if s.Voided {
			what += ", undone"
		} else if why := whyNot(s); why != "" {
			what += ", " + why
		}
		rows = append(rows, []string{t.here(s.At).Format("15:04:05"), what, fmt.Sprint(s.Quantity), string(s.Bin), clean(countedBy(s) + " " + s.Code)})
	}
	t.table(rows)
}

// clockTime returns the time of day; nothing where there is none.
func clockTime(t *terminal, at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return t.here(at).Format("15:04:05")
}

func countRecount(ctx context.Context, t *terminal, args []string) error {
	set := flags("count recount")
	path, asJSON, why := configFlag(set), set.Bool("json", false, ""), set.String("why", "", "")
	rest, err := parse(set, args)
	if err != nil {
		return err
	}
	if len(rest) < 2 {
		return usageError{"say which count and which items: count recount COUNT ITEM..."}
	}
	return with(ctx, t, *path, func(a asker) error {
		r, err := review(ctx, a, rest[0])
		if err != nil {
			return err
		}
		chosen, err := r.findAll(rest[1:])
		if err != nil {
			return err
		}
		ask := station.AskRecount{Count: r.count, Why: *why}
		for _, v := range chosen {
			ask.Items = append(ask.Items, v.Item)
		}
		var recount agent.Recount
		if err := a.ask(ctx, call{op: "count.recount", args: ask, result: &recount}); err != nil {
			return err
		}
		if *asJSON {
			return t.json(recount)
		}
		t.printf("Recount %d of %s: %s.\n", recount.Round, r.count, plural(int64(len(recount.Items)), "item", "items"))
		t.printf("Begin it with: stockhand pass open %s --scanner NAME\n", r.count)
		return nil
	})
}

// countedBy says who counted a scan, and who said later that it counts.
func countedBy(s agent.ShownScan) string {
	if s.Later != nil && *s.Later != s.By {
		return fmt.Sprintf("%s (counted later by %s)", s.By.ID, s.Later.ID)
	}
	return s.By.ID
}
