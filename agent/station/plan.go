package station

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/plan"
)

// defaultDue is how many of the items that are due are shown where no more is asked for.
const defaultDue = 50

// pacesOf is how many counts the seconds of a line are measured from: the newest, since
// shops and people change.
const pacesOf = 20

// ShowPlan asks what to count, when and why.
type ShowPlan struct {
	Limit int `json:"limit,omitempty"` // of the items that are due
	// Job names a proposal of which the items are wanted instead.
	Job plan.Kind `json:"job,omitempty"`
}

// PlanShown is a plan with what its items are called.
type PlanShown struct {
	plan.Plan
	// Items are those that are due, or those of the job that was asked for.
	Items []PlannedItem `json:"items"`
}

// PlannedItem is an item of a plan as people know it.
type PlannedItem struct {
	Item agent.ItemID `json:"item"`
	SKU  string       `json:"sku"`
	Name string       `json:"name"`
	Bins []agent.Bin  `json:"bins"`
}

func (s *Station) showPlan(ctx context.Context, c command, a ShowPlan) (PlanShown, error) {
	if err := c.caller.Require(agent.MayManage); err != nil {
		return PlanShown{}, err
	}
	facts, err := s.planFacts(ctx)
	if err != nil {
		return PlanShown{}, err
	}
	shown := PlanShown{Plan: plan.Make(facts)}
	if a.Limit <= 0 {
		a.Limit = defaultDue
	}
	shown.Due = shown.Due[:min(len(shown.Due), a.Limit)]
	wanted := make([]agent.ItemID, len(shown.Due))
	for i, d := range shown.Due {
		wanted[i] = d.Item
	}
	if a.Job != "" {
		job, err := theJob(shown.Proposals, a.Job)
		if err != nil {
			return PlanShown{}, err
		}
		wanted = job.Items
	}
	shown.Items = called(facts.Items, wanted)
	return shown, nil
}

func theJob(jobs []plan.Proposal, kind plan.Kind) (plan.Proposal, error) {
	for _, job := range jobs {
		if job.Kind == kind {
			return job, nil
		}
	}
	return plan.Proposal{}, &agent.Error{
		Code: "no_job", Class: agent.Missing, What: "The plan proposes no job " + quote(string(kind)) + " now.",
		Means: "Nothing was changed.", Do: "Look at the plan: it says what is to be counted, and why.",
	}
}

// called returns what items are called, in the order in which they are wanted.
func called(items []plan.Item, wanted []agent.ItemID) []PlannedItem {
	place := make(map[agent.ItemID]int, len(wanted))
	for _, id := range wanted {
		place[id] = -1
	}
	for i := range items {
		if _, ok := place[items[i].Item.ID]; ok {
			place[items[i].Item.ID] = i
		}
	}
	list := make([]PlannedItem, len(wanted))
	for n, id := range wanted {
		item := items[place[id]].Item
		list[n] = PlannedItem{Item: id, SKU: item.SKU, Name: item.Name, Bins: append([]agent.Bin{}, item.Bins...)}
	}
	return list
}

// planFacts collects what a plan is made from.
func (s *Station) planFacts(ctx context.Context) (plan.Facts, error) {
	f := plan.Facts{Now: s.clock.Now().UTC(), Zone: s.opts.Zone}
	err := s.store.Read(ctx, func(v agent.View) error {
		known, err := v.Activities(s.opts.Location, f.Now.AddDate(0, 0, -365), f.Now.AddDate(0, 0, -91))
		if err != nil {
			return err
		}
		f.Moving = known.Moving
		items, err := v.Items()
		if err != nil {
			return err
		}
		f.Items, f.Untracked = planned(items, known.Items)
		if f.Counts, f.Walks, err = s.pastCounts(v); err != nil {
			return err
		}
		f.Seed, err = spotSeed(v, f.Now, s.opts.Zone)
		return err
	})
	return f, err
}

// planned puts items and what is known of them together, and leaves out those of which
// the shop keeps no number here.
func planned(items []agent.Item, known []agent.Activity) (list []plan.Item, untracked int64) {
	of := make(map[agent.ItemID]*agent.Activity, len(known))
	for i := range known {
		of[known[i].Item] = &known[i]
	}
	list = make([]plan.Item, 0, len(items))
	for _, item := range items {
		p := plan.Item{Item: item}
		if a := of[item.ID]; a != nil {
			p.Activity = *a
		}
		stated := !p.Book.At.At.IsZero()
		if !item.Tracked || stated && !(p.Book.Tracked && p.Book.Stocked) {
			untracked++
			continue
		}
		list = append(list, p)
	}
	return list, untracked
}

// pastCounts returns the counts of this location, and how long the newest ones took.
func (s *Station) pastCounts(v agent.View) ([]agent.Count, []plan.Walk, error) {
	all, err := v.Counts()
	if err != nil {
		return nil, nil, err
	}
	var here []agent.Count
	var walks []plan.Walk
	for i := len(all) - 1; i >= 0; i-- {
		count := all[i]
		if count.Location != s.opts.Location {
			continue
		}
		here = append(here, count)
		over := count.State == agent.CountClosed || count.State == agent.CountDone
		if !over || len(walks) == pacesOf {
			continue
		}
		walk, err := walkOf(v, count.ID)
		if err != nil {
			return nil, nil, err
		}
		walks = append(walks, walk)
	}
	return here, walks, nil
}

// walkOf is how long people were on their way in a count: from the start of each pass
// to its last entry.
func walkOf(v agent.View, count agent.CountID) (plan.Walk, error) {
	var walk plan.Walk
	passes, err := v.Passes(count)
	if err != nil {
		return walk, err
	}
	for _, p := range passes {
		if !p.Last.IsZero() {
			walk.Took += p.Last.At.Sub(p.Started.At)
		}
	}
	tally, err := v.Tally(count)
	walk.Lines = tally.Lines
	return walk, err
}

// spotSeed is what this week's spot check is drawn by: it stays the same all week, so
// that nobody asks again until the sample pleases, and differs from shop to shop.
func spotSeed(v agent.View, now time.Time, zone *time.Location) (string, error) {
	epoch, _, err := v.Head()
	year, week := now.In(cmp.Or(zone, time.UTC)).ISOWeek()
	return fmt.Sprintf("%s %d-W%02d", epoch, year, week), err
}
