package station

import (
	"cmp"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// history is how far before a count movements are looked at: a till may have been
// offline for days when the count was opened.
const history = 7 * 24 * time.Hour

// reach is from when on movements are asked for where statements from a time on are
// looked at. Those that came late are found by when they became known: the shop says
// that by its own clock, and a day after they occurred is not late.
func reach(from time.Time) time.Time { return from.Add(-history - 2*24*time.Hour) }

// judgedAtOnce is how many items are read at a time: enough to read each table in one
// go, and few enough that what is read of them is small beside what is said of them.
const judgedAtOnce = 1_000

// judging is what is known of a whole count, by which each of its items is judged.
type judging struct {
	station    *Station
	count      agent.Count
	lines      map[agent.ItemID][]agent.Line
	opened     []agent.Bin
	noted      map[agent.ItemID][]reconcile.Noted
	ended      map[agent.DeviceID]agent.Pass // by the closing of the count
	walks      walks
	deliveries map[agent.ItemID][]agent.Delivery
	marks      []agent.Watermark
	steps      []agent.ClockStep
	classes    map[agent.ItemID]string
	// earlier are the counts that may stand for bins which this one did not reach.
	earlier []agent.Count
	// later are the lines by which counts that came after this one counted its items.
	later map[agent.ItemID][]agent.Line
}

// judging collects what is known of a count, and the items that it is about.
func (s *Station) judging(v agent.View, count agent.Count) (*judging, []agent.Item, error) {
	lines, err := v.Lines(count.ID)
	if err != nil {
		return nil, nil, err
	}
	visits, err := v.Visits(count.ID)
	if err != nil {
		return nil, nil, err
	}
	items, err := scope(v, count, lines, visits)
	if err != nil {
		return nil, nil, err
	}
	lined := make([]agent.Bin, len(lines))
	for n, l := range lines {
		lined[n] = l.Bin
	}
	j := &judging{station: s, count: count, opened: openedBins(visits, lined), lines: linesByItem(lines)}
	if j.deliveries, err = deliveriesOf(v, count); err != nil {
		return nil, nil, err
	}
	if err = j.readLater(v, v.Lines); err != nil {
		return nil, nil, err
	}
	return j, items, j.around(v, visits)
}

// judgingOne collects what is known of a count as far as it concerns one item, which is
// judged by it as among all the others.
func (s *Station) judgingOne(v agent.View, count agent.Count, id agent.ItemID) (*judging, agent.Item, error) {
	j := &judging{station: s, count: count, lines: map[agent.ItemID][]agent.Line{}, deliveries: map[agent.ItemID][]agent.Delivery{}}
	items, err := itemsOf(v, []agent.ItemID{id})
	if err != nil {
		return nil, agent.Item{}, err
	}
	if j.lines[id], err = v.LinesOf(count.ID, id); err != nil {
		return nil, items[0], err
	}
	visits, err := v.Visits(count.ID)
	if err != nil {
		return nil, items[0], err
	}
	lined, err := v.LinedBins(count.ID)
	if err != nil {
		return nil, items[0], err
	}
	j.opened = openedBins(visits, lined)
	if j.deliveries[id], err = deliveriesFor(v, count, id); err != nil {
		return nil, items[0], err
	}
	err = j.readLater(v, func(later agent.CountID) ([]agent.Line, error) { return v.LinesOf(later, id) })
	if err != nil {
		return nil, items[0], err
	}
	return j, items[0], j.around(v, visits)
}

// readLater reads what counts that came after an unfinished one counted of its items.
func (j *judging) readLater(v agent.View, linesOf func(agent.CountID) ([]agent.Line, error)) error {
	if j.count.State != agent.CountOpen && j.count.State != agent.CountClosed {
		return nil
	}
	counts, err := v.Counts()
	if err != nil {
		return err
	}
	j.later = map[agent.ItemID][]agent.Line{}
	for _, c := range counts {
		over := c.State == agent.CountClosed || c.State == agent.CountDone
		if !over || c.ID == j.count.ID || c.Location != j.count.Location || c.Policy.Method == agent.Snapshot || c.Closed.At.Before(j.count.Opened.At) {
			continue
		}
		lines, err := linesOf(c.ID)
		if err != nil {
			return err
		}
		for _, l := range lines {
			if len(j.lines[l.Item]) > 0 {
				j.later[l.Item] = append(j.later[l.Item], l)
			}
		}
	}
	return nil
}

// linesByItem divides lines, which are in the order of their items.
func linesByItem(lines []agent.Line) map[agent.ItemID][]agent.Line {
	byItem := make(map[agent.ItemID][]agent.Line, len(lines))
	for first, n := 0, 1; n <= len(lines); n++ {
		if n == len(lines) || lines[n].Item != lines[first].Item {
			byItem[lines[first].Item] = lines[first:n:n]
			first = n
		}
	}
	return byItem
}

// around collects what concerns all items alike.
func (j *judging) around(v agent.View, visits []agent.Visit) error {
	passes, err := v.Passes(j.count.ID)
	if err != nil {
		return err
	}
	j.ended = endedBy(j.count, passes)
	if j.noted, err = j.station.notedIn(v, j.count, j.ended); err != nil {
		return err
	}
	if j.walks, err = walksOf(v, j.count, passes, visits); err != nil {
		return err
	}
	if j.marks, err = v.Watermarks(j.count.Location); err != nil {
		return err
	}
	if j.steps, err = v.ClockSteps(); err != nil {
		return err
	}
	if j.classes, err = v.ClassesOf(j.count.ID); err != nil {
		return err
	}
	j.earlier, err = earlierCounts(v, j.count)
	return err
}

// all judges items. Those that need somebody come first.
func (j *judging) all(v agent.View, items []agent.Item) ([]agent.Variance, error) {
	all := make([]agent.Variance, 0, len(items))
	for some := range slices.Chunk(items, judgedAtOnce) {
		ahead, err := j.ahead(v, some)
		if err != nil {
			return nil, err
		}
		for _, item := range some {
			variance, err := j.one(ahead, item)
			if err != nil {
				return nil, err
			}
			all = append(all, variance)
		}
	}
	slices.SortStableFunc(all, func(a, b agent.Variance) int {
		return cmp.Or(cmp.Compare(rank(a.Status), rank(b.Status)), cmp.Compare(a.Item, b.Item))
	})
	return all, nil
}

// one judges an item of the count.
func (j *judging) one(v agent.View, item agent.Item) (agent.Variance, error) {
	return judge(v, j.known(item), j.earlier)
}

// known is what is known of an item but for what the upstream and the tills told.
func (j *judging) known(item agent.Item) reconcile.Item {
	opts := j.station.opts
	return reconcile.Item{
		Item: item, Gone: gone(item), Class: j.classes[item.ID], Location: j.count.Location, Count: j.count, Lines: j.lines[item.ID],
		Opened: j.opened, Noted: j.noted[item.ID], Recount: j.walks.recounting(item.ID), Shared: j.walks.shared(item.ID),
		Later: j.later[item.ID], Watermarks: j.marks, Deliveries: j.deliveries[item.ID], Steps: j.steps,
		OwnClock: opts.Files, Feed: opts.Feed, Source: opts.Source, Files: opts.Files, Alone: opts.Alone, Zone: opts.Zone,
	}
}

// since is from when on the upstream's statements are looked at, where no earlier count
// reaches further back.
func since(count agent.Count, steps []agent.ClockStep, rolled []agent.Line) time.Time {
	from := count.Opened.At
	for _, l := range rolled {
		if l.Window.From.At.Before(from) {
			from = l.Window.From.At
		}
	}
	return agent.SetBack(from, steps)
}

// ahead reads what is known of some items at once, for a view that has it at hand.
func (j *judging) ahead(v agent.View, items []agent.Item) (agent.View, error) {
	ids := make([]agent.ItemID, len(items))
	wanted := make(map[agent.ItemID]bool, len(items))
	for n, item := range items {
		ids[n], wanted[item.ID] = item.ID, true
	}
	from := since(j.count, j.steps, nil)
	known, err := v.KnownOf(j.count.Location, from, reach(from), ids...)
	return readAhead{v, j.count.Location, from, wanted, known}, err
}

// readAhead is a view in which what is known of some items was read already.
type readAhead struct {
	agent.View
	location agent.LocationID
	since    time.Time
	wanted   map[agent.ItemID]bool
	known    map[agent.ItemID]agent.Known
}

func (v readAhead) holds(location agent.LocationID, item agent.ItemID) bool {
	return location == v.location && v.wanted[item]
}

func (v readAhead) Books(location agent.LocationID, item agent.ItemID, since time.Time) ([]agent.Book, error) {
	if v.holds(location, item) && since.Equal(v.since) {
		return v.known[item].Books, nil
	}
	return v.View.Books(location, item, since)
}

func (v readAhead) MovementsOf(location agent.LocationID, item agent.ItemID, after time.Time) ([]agent.Movement, error) {
	if v.holds(location, item) && after.Equal(reach(v.since)) {
		return v.known[item].Movements, nil
	}
	return v.View.MovementsOf(location, item, after)
}

func (v readAhead) AppliedTo(location agent.LocationID, item agent.ItemID) ([]agent.Applied, error) {
	if v.holds(location, item) {
		return v.known[item].Applied, nil
	}
	return v.View.AppliedTo(location, item)
}

// judge completes what is known about one item and reconciles it.
// earlier are the counts that may stand for bins which this one did not reach.
func judge(v agent.View, in reconcile.Item, earlier []agent.Count) (agent.Variance, error) {
	rolled, err := rolledForward(v, in, earlier)
	if err != nil {
		return agent.Variance{}, err
	}
	from := since(in.Count, in.Steps, rolled)
	if in.Books, err = v.Books(in.Location, in.Item.ID, from); err != nil {
		return agent.Variance{}, err
	}
	in.Since = from.Add(-history)
	for _, l := range rolled {
		if reachesBack(in.Books, in.Since, l) {
			in.Lines = append(slices.Clip(in.Lines), l)
		}
	}
	if in.Movements, err = v.MovementsOf(in.Location, in.Item.ID, reach(from)); err != nil {
		return agent.Variance{}, err
	}
	if in.Applied, err = v.AppliedTo(in.Location, in.Item.ID); err != nil {
		return agent.Variance{}, err
	}
	if in.Deliveries, err = withApplied(v, in); err != nil {
		return agent.Variance{}, err
	}
	return reconcile.Reconcile(in), nil
}

// withApplied returns the deliveries of an item and those, of other counts, that
// changed its book since the oldest of its statements.
func withApplied(v agent.View, in reconcile.Item) ([]agent.Delivery, error) {
	all := slices.Clip(in.Deliveries)
	for _, a := range in.Applied {
		old := len(in.Books) > 0 && a.After < in.Books[0].Seq
		if old || slices.ContainsFunc(all, func(d agent.Delivery) bool { return d.Adjustment.ID == a.Adjustment }) {
			continue
		}
		d, found, err := v.Delivery(a.Adjustment)
		if err != nil {
			return nil, err
		}
		if found && d.Adjustment.Count != in.Count.ID {
			all = append(all, d)
		}
	}
	return all, nil
}
