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
	// Limit is how many of the items that are due are told, or of those of Job.
	Limit int `json:"limit,omitempty"`
	// Job names a proposal of which the items are wanted instead, after the first From.
	Job  plan.Kind `json:"job,omitempty"`
	From int       `json:"from,omitempty"`
}

// PlanShown is a plan with what its items are called.
type PlanShown struct {
	plan.Plan
	// Proposals are told without their items, which may be all that there are: they are
	// told of one job where somebody asks for it.
	Proposals []ProposedJob `json:"proposals"`
	// Items are those that are due, or those of the job that was asked for.
	Items []PlannedItem `json:"items"`
}

// ProposedJob is a job that the plan proposes.
type ProposedJob struct {
	Kind    plan.Kind       `json:"kind"`
	Type    agent.CountType `json:"type"`
	Name    string          `json:"name"`
	Items   int64           `json:"items"`
	Bins    int64           `json:"bins"` // known ones of the items
	Lines   int64           `json:"lines"`
	Minutes int64           `json:"minutes"`
	Why     string          `json:"why"`
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
	wanted, err := shown.wanted(a)
	if err != nil {
		return PlanShown{}, err
	}
	shown.Items = called(facts.Items, wanted)
	shown.Proposals = proposedJobs(shown.Plan.Proposals)
	shown.Plan.Proposals = nil
	return shown, nil
}

// wanted returns the items to name, and cuts the list of what is due to them.
func (p *PlanShown) wanted(a ShowPlan) ([]agent.ItemID, error) {
	if a.Job != "" {
		p.Due = p.Due[:0]
		job, err := theJob(p.Plan.Proposals, a.Job)
		from := min(max(a.From, 0), len(job.Items))
		return job.Items[from:min(from+a.Limit, len(job.Items))], err
	}
	p.Due = p.Due[:min(len(p.Due), a.Limit)]
	due := make([]agent.ItemID, len(p.Due))
	for i, d := range p.Due {
		due[i] = d.Item
	}
	return due, nil
}

func proposedJobs(proposals []plan.Proposal) []ProposedJob {
	jobs := make([]ProposedJob, len(proposals))
	for n, p := range proposals {
		jobs[n] = ProposedJob{
			Kind: p.Kind, Type: p.Type, Name: p.Name, Items: int64(len(p.Items)), Bins: int64(len(p.Bins)),
			Lines: p.Lines, Minutes: p.Minutes, Why: p.Why,
		}
	}
	return jobs
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
	if err := s.learnFirst(ctx); err != nil {
		return f, err
	}
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
