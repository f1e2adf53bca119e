package station

import (
	"context"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/metrics"
	"github.com/stockhand/stockhand/agent/plan"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// Damage is the reason by which a loss is known and no unknown one.
const Damage = "Damaged or expired"

// salesTime is the period of which sales are set against what is missing.
const salesTime = 91 * 24 * time.Hour

// entriesAtOnce is how many entries are read at a time: the database is not held for
// the whole of a long count, and neither is the memory.
const entriesAtOnce = 10_000

// Figures is a count in figures, with hints what to look at.
type Figures struct {
	Count agent.CountID `json:"count"`
	// Definitions are the names and formulas of what Accuracy holds.
	Definitions []metrics.Metric `json:"definitions"`
	metrics.Report
	// SalesFrom is from when on the sales are known that a shrinkage rate divides by;
	// zero if none are.
	SalesFrom time.Time       `json:"sales_from,omitzero"`
	Speed     metrics.Speed   `json:"speed"`
	Speeds    []metrics.Speed `json:"speeds"`
	// Finish foretells the end of a count that is open.
	Finish *metrics.Finish `json:"finish,omitempty"`
	// Doubled are shelves that look scanned twice, and MoreDoubled how many others do;
	// Offsets are items that may have been taken for each other. All are hints.
	Doubled     []reconcile.Doubled `json:"doubled"`
	MoreDoubled int                 `json:"more_doubled,omitempty"`
	Offsets     []reconcile.Offset  `json:"offsets"`
}

// metrics works out the figures of a count.
func (s *Station) metrics(ctx context.Context, c command, a OneCount) (Figures, error) {
	if err := c.caller.Require(agent.MayManage); err != nil {
		return Figures{}, err
	}
	var f figures
	err := s.store.Read(ctx, func(v agent.View) (err error) {
		f, err = s.figures(v, a.Count)
		return err
	})
	if err != nil {
		return Figures{}, err
	}
	if err := s.walk(ctx, &f); err != nil {
		return Figures{}, err
	}
	rules := metrics.RulesOf(f.count.Policy)
	result := Figures{
		Count: f.count.ID, Definitions: metrics.Definitions(rules), SalesFrom: f.sales,
		Report:  metrics.Measure(metrics.Facts{Items: f.items, Rules: rules, Verifications: f.verified}),
		Offsets: reconcile.Offsets(f.differing(), f.places),
	}
	result.Speeds, result.Speed = f.pace.Speeds(f.linesBy)
	if f.count.State == agent.CountOpen {
		finish := f.pace.Finish(f.remaining, f.working())
		result.Finish = &finish
	}
	result.Doubled, result.MoreDoubled = f.walks.Doubled(f.judge(rules), func(a agent.Actor) string { return f.names[a] }, s.opts.Zone)
	return result, nil
}

// figures is what the figures of a count are made of.
type figures struct {
	count    agent.Count
	items    []metrics.Item
	at       map[agent.ItemID]int // in items
	bins     [][]agent.Bin        // of items that may be looked for elsewhere: nil for others
	known    map[agent.ItemID]*agent.Item
	places   []agent.Place
	zones    map[agent.Bin]agent.Zone
	passes   map[agent.PassID]agent.Pass
	names    map[agent.Actor]string // what those who walked are called
	parts    map[agent.ItemID][]agent.Part
	linesBy  map[string]int64
	verified []metrics.Verification
	sales    time.Time
	// remaining is the units that are expected and not counted yet.
	remaining int64
	pace      *metrics.Pace
	walks     *reconcile.Walks
}

// figures collects what is known, but for the entries.
func (s *Station) figures(v agent.View, id agent.CountID) (figures, error) {
	f := figures{
		at: map[agent.ItemID]int{}, known: map[agent.ItemID]*agent.Item{}, zones: map[agent.Bin]agent.Zone{},
		passes: map[agent.PassID]agent.Pass{}, parts: map[agent.ItemID][]agent.Part{}, linesBy: map[string]int64{}, pace: metrics.NewPace(),
	}
	var err error
	if f.count, err = findCount(v, id); err != nil {
		return f, err
	}
	what := func(v agent.View) error {
		all, err := s.review(v, f.count)
		if err != nil {
			return err
		}
		return f.what(v, all)
	}
	for _, step := range []func(agent.View) error{f.where, func(v agent.View) error { return f.who(s, v) }, what, func(v agent.View) error { return s.moved(v, &f) }} {
		if err := step(v); err != nil {
			return f, err
		}
	}
	return f, f.verify(v)
}

// where collects the places.
func (f *figures) where(v agent.View) (err error) {
	f.places, err = v.Places()
	for _, p := range f.places {
		f.zones[p.Bin] = p.Zone
	}
	return err
}

// who collects the passes and what each of them entered.
func (f *figures) who(s *Station, v agent.View) error {
	passes, err := v.Passes(f.count.ID)
	if err != nil {
		return err
	}
	who, err := s.calling(v)
	if err != nil {
		return err
	}
	f.walks, f.names = reconcile.NewWalks(passes), map[agent.Actor]string{}
	for _, p := range passes {
		f.names[p.Person] = who.name(p.Person)
		f.passes[p.ID] = p
		f.pace.Add(metrics.Worked{Pass: p.ID, Counter: p.Person.ID, At: p.Started.At})
	}
	if who.err != nil {
		return who.err
	}
	parts, err := v.Parts(f.count.ID)
	for _, p := range parts {
		f.parts[p.Item] = append(f.parts[p.Item], p)
		for _, who := range p.Counters {
			f.linesBy[who.ID]++
		}
	}
	return err
}

// what makes the items of the variances, which are not kept: they explain themselves at
// length.
func (f *figures) what(v agent.View, all []agent.Variance) error {
	deliveries, err := v.DeliveriesOf(f.count.ID)
	if err != nil {
		return err
	}
	damaged := map[agent.ItemID]bool{}
	for _, d := range deliveries {
		if d.State != agent.Superseded {
			damaged[d.Adjustment.Item] = d.Adjustment.Reason == Damage // the newest one is last
		}
	}
	catalog, err := v.Items()
	if err != nil {
		return err
	}
	for n := range catalog {
		f.known[catalog[n].ID] = &catalog[n]
	}
	f.items, f.bins = make([]metrics.Item, len(all)), make([][]agent.Bin, len(all))
	for n, variance := range all {
		item := metrics.Of(variance)
		item.Cost, item.WrittenOff = f.item(item.ID).Cost, damaged[item.ID]
		if variance.Book.At.IsZero() && item.Status != agent.NotComplete && item.Status != agent.NotAdjustable {
			item.Status = agent.Waiting // whatever was decided, nothing was compared
		}
		for _, l := range variance.Lines {
			f.attribute(&item, l)
		}
		f.items[n], f.at[item.ID], f.bins[n] = item, n, f.binsOf(variance)
		if left := variance.Book.OnHand - variance.Counted; variance.Status == agent.NotComplete && left > 0 {
			f.remaining += left
		}
	}
	return nil
}

// item returns an item of the catalogue; of one that has left it only the id.
func (f *figures) item(id agent.ItemID) agent.Item {
	if item := f.known[id]; item != nil {
		return *item
	}
	return agent.Item{ID: id}
}

// attribute says of an item where a line of it lies and who counted it.
func (f *figures) attribute(item *metrics.Item, l agent.Line) {
	for _, p := range f.parts[l.Item] {
		if p.Bin == l.Bin && p.Round == l.Round {
			for _, who := range p.Counters {
				item.Counters = with(item.Counters, who.ID)
			}
			item.Zones = with(item.Zones, string(f.zoneOf(p.Bin, p.Pass)))
		}
	}
}

// zoneOf returns the zone of a bin, or of the pass where the catalogue has no such bin.
func (f *figures) zoneOf(bin agent.Bin, pass agent.PassID) agent.Zone {
	if zone, known := f.zones[bin]; known {
		return zone
	}
	return f.passes[pass].Zone
}

// with returns a list with a name that it has once and that is not empty.
func with(list []string, name string) []string {
	for _, n := range list {
		if n == name {
			return list
		}
	}
	if name == "" {
		return list
	}
	return append(list, name)
}

// moved says of each item how much was sold, and of which class it is.
func (s *Station) moved(v agent.View, f *figures) error {
	now := s.clock.Now()
	activities, err := v.Activities(f.count.Location, now.Add(-365*24*time.Hour), now.Add(-salesTime))
	if err != nil {
		return err
	}
	all := make([]plan.Item, 0, len(activities.Items))
	for _, a := range activities.Items {
		if at, counted := f.at[a.Item]; counted {
			f.items[at].Sold = a.Quarter.Used
		}
		if item := f.known[a.Item]; item != nil { // what never moved has no class
			all = append(all, plan.Item{Item: *item, Activity: agent.Activity{Item: a.Item, Year: a.Year, Quarter: a.Quarter}})
		}
	}
	for n, standing := range plan.Classify(all, plan.Rules{}) {
		if at, counted := f.at[all[n].Item.ID]; counted && standing.Class != plan.NoClass {
			f.items[at].Class = string(standing.Class)
		}
	}
	if err := f.limits(v); err != nil {
		return err
	}
	if f.sales = activities.Moving; !f.sales.IsZero() && f.sales.Before(now.Add(-salesTime)) {
		f.sales = now.Add(-salesTime)
	}
	return nil
}
