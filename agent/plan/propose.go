package plan

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// Kind is which rhythm a proposal belongs to.
type Kind string

// The kinds of proposal.
const (
	Daily     Kind = "daily"
	Zeros     Kind = "zeros"
	Weekly    Kind = "weekly"
	Monthly   Kind = "monthly"
	Quarterly Kind = "quarterly"
)

// Proposal is a job that is ready to be opened.
type Proposal struct {
	Kind  Kind            `json:"kind"`
	Type  agent.CountType `json:"type"`
	Name  string          `json:"name"`
	Items []agent.ItemID  `json:"items"`
	// Bins are the known bins of the items, each once.
	Bins    []agent.Bin `json:"bins"`
	Lines   int64       `json:"lines"`
	Minutes int64       `json:"minutes"`
	Why     string      `json:"why"`
	// Sample is how the items of a spot check were drawn; items that are not in it
	// were added for another reason and certify nothing.
	Sample *Sample `json:"sample,omitempty"`
}

// proposals returns the jobs that make sense now. What is being counted in an open
// count is in none of them, unless chance has drawn it.
//
// Source: "count a portion of your inventory each week ... over a quarter you cover
// your entire catalog", "weekly spot-checks", "monthly full reconciliations", "a
// complete inventory count at least quarterly"; zero confirmations are a count of
// their own in SAP, OCA and Oracle.
func (m *maker) proposals(c Coverage) []Proposal {
	list := []Proposal{}
	add := func(p Proposal, ok bool) {
		if ok {
			list = append(list, p)
		}
	}
	today, late := m.share()
	add(m.daily(today))
	add(m.zeros())
	add(m.weekly())
	add(m.monthly(late))
	add(m.quarterly(c))
	return list
}

// onlyZero reports whether an item is due for nothing but the confirmation that
// there is none left.
func onlyZero(d dueItem) bool {
	return len(d.Because) == 1 && d.Because[0].Reason == Emptied
}

// share divides what is due into what a day can do and what is left over. The first
// item is taken however many lines it has.
func (m *maker) share() (today, late []int) {
	limit := cmp.Or(m.Rules.LinesPerDay, m.work.LinesPerDay)
	var have int64
	for _, d := range m.due {
		item := &m.Items[d.index]
		if item.Counting != "" || onlyZero(d) {
			continue
		}
		if len(late) == 0 && (len(today) == 0 || have+item.lines() <= limit) {
			today, have = append(today, d.index), have+item.lines()
			continue
		}
		late = append(late, d.index)
	}
	return today, late
}

func (m *maker) daily(today []int) (Proposal, bool) {
	if len(today) == 0 {
		return Proposal{}, false
	}
	p := m.job(Daily, agent.Cycle, "Cycle count of "+m.date(), today)
	first := m.due[slices.IndexFunc(m.due, func(d dueItem) bool { return d.index == today[0] })]
	p.Why = fmt.Sprintf("%s %s due, %s %s into a day. First comes %s: %s",
		items(int64(len(m.due))), are(int64(len(m.due))), thousands(int64(len(today))), verb(int64(len(today)), "fit"), m.name(today[0]), first.Sentence)
	return p, true
}

func (m *maker) zeros() (Proposal, bool) {
	var empty []int
	for _, d := range m.due {
		if onlyZero(d) && m.Items[d.index].Counting == "" {
			empty = append(empty, d.index)
		}
	}
	if len(empty) == 0 {
		return Proposal{}, false
	}
	p := m.job(Zeros, agent.ZeroConfirmation, "Zero confirmation of "+m.date(), empty)
	n := int64(len(empty))
	p.Why = fmt.Sprintf("The books say that %s %s gone, and nobody has looked. One glance each tells.", items(n), are(n))
	return p, true
}

// weekly draws the spot check, where the last one is old enough, and adds the best
// sellers.
func (m *maker) weekly() (Proposal, bool) {
	if last := m.last(agent.Spot); len(m.Items) == 0 || m.Now.Sub(last) < m.Rules.SpotEvery {
		return Proposal{}, false
	}
	sample := Draw(m.members(), m.Seed, m.Rules)
	place := make(map[agent.ItemID]int, len(m.Items))
	for i := range m.Items {
		place[m.Items[i].Item.ID] = i
	}
	var chosen []int
	for _, id := range sample.Items() {
		chosen = append(chosen, place[id])
	}
	drawn := int64(len(chosen))
	for _, i := range m.bestSellers() {
		if !slices.Contains(chosen, i) {
			chosen = append(chosen, i)
		}
	}
	p := m.job(Weekly, agent.Spot, "Spot check of "+m.date(), chosen)
	p.Sample = &sample
	p.Why = fmt.Sprintf("%s of %s, drawn by chance from each class: if all are right, at least %s of everything is, with %s confidence.",
		thousands(drawn), items(int64(len(m.Items))), percent(float64(m.Rules.Right)/10_000), percent(float64(m.Rules.Confidence)/10_000))
	if more := int64(len(chosen)) - drawn; more > 0 {
		p.Why += fmt.Sprintf(" With %s that sell best.", items(more))
	}
	return p, true
}

// members are what a spot check is drawn from.
func (m *maker) members() []Member {
	list := make([]Member, len(m.Items))
	for i := range list {
		list[i] = Member{m.Items[i].Item.ID, m.standings[i].Class}
	}
	return list
}

// bestSellers are the items that moved most in the quarter.
func (m *maker) bestSellers() []int {
	var moved []int
	for i := range m.Items {
		if m.Items[i].Quarter.Handled > 0 && m.Items[i].Counting == "" {
			moved = append(moved, i)
		}
	}
	slices.SortFunc(moved, func(a, b int) int {
		return cmp.Or(cmp.Compare(m.Items[b].Quarter.Handled, m.Items[a].Quarter.Handled), cmp.Compare(m.Items[a].Item.ID, m.Items[b].Item.ID))
	})
	return moved[:min(len(moved), int(m.Rules.BestSellers))]
}

// monthly is what of class A did not find room in the day: who counts daily has
// none.
func (m *maker) monthly(late []int) (Proposal, bool) {
	late = slices.DeleteFunc(slices.Clone(late), func(i int) bool { return m.standings[i].Class != A })
	if len(late) == 0 {
		return Proposal{}, false
	}
	p := m.job(Monthly, agent.Cycle, "Monthly count of "+m.Now.In(m.zone()).Format("January 2006"), late)
	n := int64(len(late))
	p.Why = fmt.Sprintf("%s of class A %s due and did not fit into the day's count.", items(n), are(n))
	return p, true
}

// quarterly is what was not counted in the quarter: where that is more than half of
// everything, a full count is less walking.
func (m *maker) quarterly(c Coverage) (Proposal, bool) {
	var left, all []int
	for i := range m.Items {
		if m.Items[i].Counting != "" {
			continue
		}
		all = append(all, i)
		if m.Items[i].counted().Before(c.Since) {
			left = append(left, i)
		}
	}
	if len(left) == 0 {
		return Proposal{}, false
	}
	days := int64(m.Rules.Covered / day)
	n := int64(len(left))
	name := fmt.Sprintf("Quarterly count of %s", m.date())
	if 2*len(left) <= len(m.Items) {
		p := m.job(Quarterly, agent.Cycle, name, left)
		p.Why = fmt.Sprintf("%s %s not counted in the last %d days. With these everything is.", items(n), were(n), days)
		return p, true
	}
	p := m.job(Quarterly, agent.Full, name, all)
	p.Why = fmt.Sprintf("%s of %s %s not counted in the last %d days: a full count is less walking than so many single ones.",
		thousands(n), items(int64(len(m.Items))), were(n), days)
	return p, true
}

// last returns when the newest count of a type was opened that was not cancelled.
func (m *maker) last(t agent.CountType) time.Time {
	var last time.Time
	for _, c := range m.Counts {
		if c.Type == t && c.State != agent.CountCancelled && c.Opened.At.After(last) {
			last = c.Opened.At
		}
	}
	return last
}

// job makes a proposal of items.
func (m *maker) job(kind Kind, t agent.CountType, name string, chosen []int) Proposal {
	p := Proposal{Kind: kind, Type: t, Name: name, Items: make([]agent.ItemID, len(chosen)), Bins: []agent.Bin{}}
	for n, i := range chosen {
		item := &m.Items[i]
		p.Items[n] = item.Item.ID
		p.Lines += item.lines()
		p.Bins = append(p.Bins, item.Bins...)
	}
	slices.Sort(p.Bins)
	p.Bins = slices.Compact(p.Bins)
	p.Minutes = m.work.minutes(p.Lines)
	return p
}

func (m *maker) zone() *time.Location {
	if m.Zone == nil {
		return time.UTC
	}
	return m.Zone
}

func (m *maker) date() string { return words{m.Zone}.date(m.Now) }

// name is what people call an item.
func (m *maker) name(i int) string {
	item := m.Items[i].Item
	return cmp.Or(item.SKU, item.Name, string(item.ID))
}
