package plan

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// Facts are what a plan is made from.
type Facts struct {
	Now time.Time
	// Items are the tracked items of the catalogue.
	Items []Item
	// Untracked is how many items of the catalogue have no book and so no plan.
	Untracked int64
	// Counts are all counts of the location.
	Counts []agent.Count
	// Walks are past counts' paces, Moving is since when movements are known; zero if
	// none is.
	Walks  []Walk
	Moving time.Time
	// Seed draws the spot check.
	Seed  string
	Rules Rules
	// Zone is the time zone of sentences; nil is UTC.
	Zone *time.Location
}

// Plan is what to count, when and why.
type Plan struct {
	At       time.Time  `json:"at"`
	Rules    Rules      `json:"rules"`
	Classes  []ClassSum `json:"classes"`
	Coverage Coverage   `json:"coverage"`
	Work     Work       `json:"work"`
	// Due is what is due now, the most pressing first; Overdue how many of these are
	// past their grace. DueItems is their number even where the list is cut.
	Due       []Due      `json:"due"`
	DueItems  int64      `json:"due_items"`
	Overdue   int64      `json:"overdue"`
	Proposals []Proposal `json:"proposals"`
	// Notes say what the plan could not know.
	Notes []string `json:"notes"`
}

// ClassSum is one class as a whole.
type ClassSum struct {
	Class   Class `json:"class"`
	Items   int64 `json:"items"`
	Days    int64 `json:"days"` // its interval
	Due     int64 `json:"due"`
	Counted int64 `json:"counted"` // within the time of the coverage
}

// Make makes a plan. The order of the items does not matter.
func Make(f Facts) Plan {
	f.Rules, f.Items = f.Rules.WithDefaults(), byID(f.Items)
	standings := Classify(f.Items, f.Rules)
	m := maker{Facts: f, standings: standings, work: WorkOf(f.Items, standings, f.Walks, f.Rules)}
	m.list()
	p := Plan{
		At: f.Now, Rules: f.Rules, Coverage: Cover(f.Items, f.Now, f.Rules), Work: m.work,
		Due: make([]Due, len(m.due)), DueItems: int64(len(m.due)), Notes: m.notes(),
	}
	for n, d := range m.due {
		p.Due[n] = d.Due
		if d.Overdue {
			p.Overdue++
		}
	}
	p.Classes = m.classes(p.Coverage.Since)
	p.Proposals = m.proposals(p.Coverage)
	return p
}

// byID returns items in the order of their ids, as they mostly come.
func byID(items []Item) []Item {
	order := func(a, b Item) int { return cmp.Compare(a.Item.ID, b.Item.ID) }
	if slices.IsSortedFunc(items, order) {
		return items
	}
	return slices.SortedFunc(slices.Values(items), order)
}

// maker is a plan in the making.
type maker struct {
	Facts
	standings []Standing
	work      Work
	due       []dueItem
}

// dueItem is what is due, with its item's place in the facts.
type dueItem struct {
	Due
	index int
}

// list finds what is due, in order.
func (m *maker) list() {
	for i := range m.Items {
		if d := When(&m.Items[i], m.standings[i], m.Now, m.Rules, m.Zone); !d.At.After(m.Now) {
			m.due = append(m.due, dueItem{d, i})
		}
	}
	order := pressing(m.Now)
	slices.SortFunc(m.due, func(a, b dueItem) int { return order(a.Due, b.Due) })
}

func (m *maker) classes(since time.Time) []ClassSum {
	sums := make([]ClassSum, len(Classes))
	of := map[Class]*ClassSum{}
	for n, c := range Classes {
		sums[n] = ClassSum{Class: c, Days: int64(m.Rules.every(c) / day)}
		of[c] = &sums[n]
	}
	for i, s := range m.standings {
		of[s.Class].Items++
		if !m.Items[i].counted().Before(since) {
			of[s.Class].Counted++
		}
	}
	for _, d := range m.due {
		of[d.Standing.Class].Due++
	}
	return sums
}

// notes say what could not be known, so that nobody takes a guess for a fact.
func (m *maker) notes() []string {
	notes := []string{}
	note := func(format string, a ...any) { notes = append(notes, fmt.Sprintf(format, a...)) }
	if m.Untracked > 0 {
		note("%s of the catalogue %s left out: the shop does not keep their number.", items(m.Untracked), are(m.Untracked))
	}
	if known := m.Now.Sub(m.Moving); m.Moving.IsZero() {
		note("No movements are known, so there are no classes: everything is counted once in %d days.", int64(m.Rules.Every/day))
	} else if known < 365*day {
		note("Movements are known for %d days, not for a year: the classes are preliminary.", max(1, int64(known/day)))
	}
	var cost, moved int64
	currency := commonCurrency(m.Items)
	for i := range m.Items {
		if c := m.Items[i].Cost; c.Currency == "" || c.Currency != currency || c.Minor < 0 {
			cost++
		}
		if m.Items[i].Year.Handled == 0 {
			moved++
		}
	}
	if cost > 0 {
		note("%s %s no cost that can be compared: velocity alone gives the class.", items(cost), have(cost))
	}
	if moved > 0 && !m.Moving.IsZero() {
		note("%s did not move in the last 365 days, as far as is known, and %s without a class, counted once in %d days.", items(moved), are(moved), int64(m.Rules.Every/day))
	}
	return notes
}
