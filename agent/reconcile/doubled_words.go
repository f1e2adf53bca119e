package reconcile

import (
	"fmt"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// sentence says a hint in words.
func (d *detector) sentence(h Doubled) string {
	at := func(t time.Time) string { return t.In(d.zone).Format("15:04") }
	where := "A shelf"
	switch {
	case h.Bin != "" && h.Zone != "":
		where = fmt.Sprintf("%s in %s", h.Bin, h.Zone)
	case h.Bin != "" || h.Zone != "":
		where = string(h.Bin) + string(h.Zone)
	}
	n := len(h.Items)
	switch h.Trace {
	case Together:
		return fmt.Sprintf("%s and %s both counted in %s between %s and %s, %d %s of them the same: look whether one shelf was counted by both.",
			d.person(h.Passes[0]), d.person(h.Passes[1]), strings.Replace(where, "A shelf", "one place", 1), at(h.First), at(h.Second),
			n, plural(int64(n), "item", "items"))
	case Twice:
		times := at(h.First)
		if !h.Second.IsZero() {
			times += " and " + at(h.Second)
		}
		return fmt.Sprintf("%s looks scanned twice, %s: %s.", where, times, d.examples(h.Items))
	}
	order := "same"
	if h.Trace == Backwards {
		order = "opposite"
	}
	return fmt.Sprintf("%s looks scanned twice, %s and %s: %d items in the %s order%s.", where, at(h.First), at(h.Second), n, order, d.whose(h))
}

// examples names neighbours that were counted about twice.
func (d *detector) examples(items []agent.ItemID) string {
	var parts []string
	for _, id := range items[:min(len(items), leastTwice)] {
		j := d.judge(id)
		parts = append(parts, fmt.Sprintf("%d of %s where %s expected", j.Counted, j.Name, were(j.Expected)))
	}
	text := strings.Join(parts, ", ")
	if more := len(items) - leastTwice; more > 0 {
		text += fmt.Sprintf(", and %d more", more)
	}
	return text
}

func were(i agent.Interval) string {
	if !i.Certain() {
		return fmt.Sprintf("%d to %d were", i.Lo, i.Hi)
	}
	return fmt.Sprintf("%d %s", i.Lo, plural(i.Lo, "was", "were"))
}

// whose says who walked.
func (d *detector) whose(h Doubled) string {
	a, b := d.person(h.Passes[0]), d.person(h.Passes[1])
	if a == b {
		return ", both times by " + a
	}
	return ", by " + a + " and by " + b
}

func (d *detector) person(id agent.PassID) string { return d.name(d.passes[d.byPass[id]].Person) }
