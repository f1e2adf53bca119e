package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/metrics"
	"github.com/stockhand/stockhand/agent/reconcile"
	"github.com/stockhand/stockhand/agent/station"
)

// measured are a count's figures with what their items are called.
type measured struct {
	station.Figures
	Metrics []metrics.Metric `json:"metrics"`
	items   map[agent.ItemID]agent.Item
}

// mostListed is how many items to investigate are shown without --json.
const mostListed = 20

func countMetrics(ctx context.Context, t *terminal, args []string) error {
	set := flags("count metrics")
	path, asJSON := configFlag(set), set.Bool("json", false, "")
	named, err := optional(parse(set, args))
	if err != nil {
		return err
	}
	return with(ctx, t, *path, func(a asker) error {
		id, err := theCount(ctx, a, named, agent.CountClosed, agent.CountOpen, agent.CountDone)
		if err != nil {
			return err
		}
		var m measured
		if err := a.ask(ctx, call{op: "count.metrics", args: station.OneCount{Count: id}, result: &m.Figures}); err != nil {
			return err
		}
		m.Metrics = m.Accuracy.Metrics(m.Rules, priced)
		if *asJSON {
			return t.json(m)
		}
		if err := m.name(ctx, a); err != nil {
			return err
		}
		m.print(t)
		return nil
	})
}

// priced writes money with its currency.
func priced(m agent.Money) string { return strings.TrimSpace(amount(m) + " " + m.Currency) }

// name looks up what the items that are shown are called.
func (m *measured) name(ctx context.Context, a asker) (err error) {
	var wanted []agent.ItemID
	for _, n := range m.Investigations[:min(len(m.Investigations), mostListed)] {
		wanted = append(wanted, n.Item)
	}
	if len(wanted) > 0 {
		m.items, err = itemsOf(ctx, a, wanted)
	}
	return err
}

func (m *measured) print(t *terminal) {
	n := m.Accuracy.Items
	t.printf("%s: %s measured", m.Count, plural(n, "item", "items"))
	if out := m.LeftOut.Says(); out != "" {
		t.printf("; %s", out)
	}
	t.printf(".\n")
	if n > 0 {
		m.printFigures(t)
	}
	m.printPeople(t)
	m.printHints(t)
}

// printFigures shows every metric, of all items and of each class, zone and counter.
func (m *measured) printFigures(t *terminal) {
	t.printf("\n")
	rows := [][]string{{"METRIC", "VALUE", "WHAT IT IS"}}
	for _, metric := range m.Metrics {
		rows = append(rows, []string{metric.Name, metric.Says, metric.Formula})
	}
	t.table(rows)
	m.printShrinkage(t)
	m.printInvestigations(t)
	printGroups(t, "CLASS", "class", m.Classes)
	printGroups(t, "ZONE", "zone", m.Zones)
	printGroups(t, "COUNTER", "counter", m.Counters)
}

// printShrinkage shows what is missing, each currency by itself.
func (m *measured) printShrinkage(t *terminal) {
	for _, s := range m.Shrinkage {
		exact := func(minor int64) string { return priced(agent.Money{Minor: minor, Currency: s.Currency}) }
		sold := exact(s.Sold)
		if m.SalesFrom.IsZero() {
			sold = "not known"
		} else {
			sold += ", since " + t.here(m.SalesFrom).Format("2 January 2006")
		}
		t.printf("\n")
		t.table([][]string{
			{"MONEY AT COST", fmt.Sprintf("of %s in %s", plural(s.Items, "item", "items"), clean(s.Currency))},
			{"Expected stock", s.Expected.Says(priced)},
			{"Unknown loss", s.Loss.Says(priced)},
			{"Unknown gain", s.Gain.Says(priced)},
			{"Written off as damaged or expired", s.WrittenOff.Says(priced)},
			{"Net", s.Net.Says(priced)},
			{"Damaged on the shelf", exact(s.Damaged)},
			{"Sold", sold},
		})
		for _, r := range s.Rates {
			t.printf("%s: %s (%s).\n", r.Name(), r.Says(m.Rules), r.Formula())
		}
	}
}

// printInvestigations shows what is over the limit, item by item.
func (m *measured) printInvestigations(t *terminal) {
	limit := m.Rules.Investigate
	t.printf("\nTo be investigated (%s): %s of the items.\n", overWords(limit), m.OverLimit.Says())
	if len(m.Investigations) == 0 {
		return
	}
	rows := [][]string{{"SKU", "COUNTED", "EXPECTED", "VARIANCE", "ZONE", ""}}
	for _, n := range m.Investigations[:min(len(m.Investigations), mostListed)] {
		doubt := ""
		if !n.Certain {
			doubt = "only if the worse end is true"
		}
		rows = append(rows, []string{
			clean(cmp.Or(m.items[n.Item].SKU, string(n.Item))), fmt.Sprint(n.Counted), interval(n.Expected), signed(n.Variance), clean(strings.Join(n.Zones, ", ")), doubt,
		})
	}
	t.table(rows)
	if more := len(m.Investigations) - mostListed; more > 0 {
		t.printf("and %d more; --json shows all.\n", more)
	}
}

// overWords says from where something is investigated.
func overWords(l agent.Limit) string {
	text := fmt.Sprintf("over %g %%", float64(l.BasisPoints)/100)
	if l.Units > 0 {
		text += fmt.Sprintf(" and %s", plural(l.Units, "unit", "units"))
	}
	if l.Money.Minor > 0 {
		text += ", or over " + priced(l.Money)
	}
	return text
}

// printGroups shows the same figures of every class, zone or counter, by name.
func printGroups(t *terminal, heading, noun string, groups []metrics.Group) {
	rows := [][]string{{heading, "ITEMS", "IRA", "HIT RATE", "ABSOLUTE ERROR", "SHRINK", "SHRINKAGE", "INVESTIGATE", "DEVIATION", "LEFT OUT"}}
	for _, g := range groups {
		name := g.Name
		switch {
		case g.Several:
			name = "more than one " + noun
		case name == "":
			name = "no " + noun
		}
		a := g.Accuracy
		rows = append(rows, []string{
			clean(name), fmt.Sprint(a.Items), a.Exact.Says(), a.HitRate.Says(), interval(a.Absolute), amounts(a.Shrink), rates(g.Shrinkage),
			g.OverLimit.Says(), a.Deviation.Says() + ": " + g.Investigate, fmt.Sprint(g.LeftOut.All()),
		})
	}
	if len(rows) > 1 {
		t.printf("\n")
		t.table(rows)
	}
}

func amounts(list []metrics.Amount) string {
	var parts []string
	for _, a := range list {
		parts = append(parts, a.Says(priced))
	}
	return strings.Join(parts, ", ")
}

// rates writes the loss as a share of expected stock and of sales.
func rates(list []metrics.Shrinkage) string {
	var parts []string
	for _, s := range list {
		for _, r := range s.Rates {
			if r.Loss.Known {
				parts = append(parts, r.Loss.Says()+" of "+r.Of)
			}
		}
	}
	return strings.Join(parts, ", ")
}

// printPeople shows how far counters agree, how fast they are and when they will be
// through. Nobody is ranked: they come by name.
func (m *measured) printPeople(t *terminal) {
	if len(m.Agreement) > 0 {
		t.printf("\nLines that somebody else counted again, which are those that were doubted and no sample:\n")
		for _, a := range m.Agreement {
			t.printf("  %s: %s.\n", clean(a.Counter), a.Says())
		}
	}
	if m.Speed.UnitsPerHour > 0 {
		t.printf("\nPace, breaks over two minutes cut off:\n")
		for _, s := range append(m.Speeds, m.Speed) {
			t.printf("  %s: %.0f units and %.0f lines an hour in %s.\n", clean(cmp.Or(s.Counter, "all")), s.UnitsPerHour, s.LinesPerHour, took(s.Active))
		}
	}
	if f := m.Finish; f != nil && f.Known {
		t.printf("%s expected where somebody has been and not counted yet: about %s with %s, between %s and %s.\n", plural(f.Remaining, "unit", "units"),
			took(f.Likely), plural(f.Working, "person", "people"), took(f.Early), took(f.Late))
	}
}

// took writes a stretch of time in hours and minutes.
func took(d time.Duration) string {
	d = d.Round(time.Minute)
	switch hours := int64(d / time.Hour); {
	case d < time.Minute:
		return "less than a minute"
	case hours == 0:
		return fmt.Sprintf("%d min", int64(d/time.Minute))
	default:
		return fmt.Sprintf("%d h %d min", hours, int64(d%time.Hour/time.Minute))
	}
}

func (m *measured) printHints(t *terminal) {
	if len(m.Doubled)+len(m.Offsets) == 0 {
		return
	}
	t.printf("\nHints, each worth one look:\n")
	for _, h := range m.Doubled {
		t.printf("  %s\n", clean(doubledWords(h)))
	}
	if m.MoreDoubled > 0 {
		t.printf("  and %d more.\n", m.MoreDoubled)
	}
	for _, o := range m.Offsets {
		t.printf("  %s\n", clean(o.Sentence))
	}
}

// doubledWords adds to a hint which passes it is about, so that one can be undone.
func doubledWords(h reconcile.Doubled) string {
	if h.Passes[0] == h.Passes[1] {
		return fmt.Sprintf("%s (%s)", h.Sentence, h.Passes[0])
	}
	return fmt.Sprintf("%s (%s, %s)", h.Sentence, h.Passes[0], h.Passes[1])
}
