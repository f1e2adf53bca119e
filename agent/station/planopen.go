package station

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/plan"
)

// OpenPlanned opens a job that the plan proposes.
type OpenPlanned struct {
	Job  plan.Kind `json:"job"`
	Name string    `json:"name,omitempty"` // instead of the plan's
}

// openPlan opens a count of a job's items. How a spot check was drawn is stored with
// the count, since only then it can be certified what it says about all the others.
func (s *Station) openPlan(ctx context.Context, c command, a OpenPlanned) (agent.Count, error) {
	if err := c.caller.Require(agent.MayManage); err != nil {
		return agent.Count{}, err
	}
	facts, err := s.planFacts(ctx)
	if err != nil {
		return agent.Count{}, err
	}
	job, err := theJob(plan.Make(facts).Proposals, a.Job)
	if err != nil {
		return agent.Count{}, err
	}
	name := a.Name
	if name == "" {
		name = job.Name
	}
	count, err := s.newCount(c, OpenCount{Name: name, Type: job.Type})
	if err != nil {
		return count, err
	}
	if job.Type != agent.Full {
		count.Scope.Items = job.Items
	}
	if job.Sample != nil {
		if count.Sample, err = json.Marshal(job.Sample); err != nil {
			return count, fmt.Errorf("write down how the sample was drawn: %w", err)
		}
	}
	return s.opened(ctx, c, count)
}

// Certified is what a spot check says about all items.
type Certified struct {
	Count agent.CountID `json:"count"`
	plan.Certificate
	Seed string `json:"seed"` // the sample was drawn by it, and can be drawn again
	// Open are the items that were drawn and of which nothing can be said yet.
	Open []PlannedItem `json:"open"`
	// Wrong are those that were not what the books had.
	WrongItems []PlannedItem `json:"wrong_items"`
}

// certificate says what a spot check that was drawn by the plan certifies.
func (s *Station) certificate(ctx context.Context, c command, a OneCount) (Certified, error) {
	if err := c.caller.Require(agent.MayManage); err != nil {
		return Certified{}, err
	}
	var certified Certified
	err := s.store.Read(ctx, func(v agent.View) error {
		count, err := findCount(v, a.Count)
		if err != nil {
			return err
		}
		if len(count.Sample) == 0 {
			return refuse("no_sample", "The items of "+quote(count.Name)+" were not drawn by chance, so they say nothing about the others.",
				"Open the spot check that the plan proposes: only what chance has drawn certifies anything.")
		}
		certified, err = s.certify(v, count)
		return err
	})
	return certified, err
}

func (s *Station) certify(v agent.View, count agent.Count) (Certified, error) {
	var sample plan.Sample
	if err := json.Unmarshal(count.Sample, &sample); err != nil {
		return Certified{}, fmt.Errorf("read how the sample was drawn: %w", err)
	}
	variances, err := s.review(v, count)
	if err != nil {
		return Certified{}, err
	}
	findings := map[agent.ItemID]plan.Finding{}
	for _, variance := range variances {
		if f := findingOf(variance); f != "" {
			findings[variance.Item] = f
		}
	}
	if count.State == agent.CountOpen || count.State == agent.CountCancelled {
		clear(findings) // somebody may still find more of them
	}
	var open, wrong []agent.ItemID
	for _, id := range sample.Items() {
		switch findings[id] {
		case plan.IsWrong:
			wrong = append(wrong, id)
		case "":
			open = append(open, id)
		}
	}
	certified := Certified{Count: count.ID, Certificate: sample.Certify(findings), Seed: sample.Seed}
	if certified.Open, err = calledNow(v, open); err != nil {
		return certified, err
	}
	certified.WrongItems, err = calledNow(v, wrong)
	return certified, err
}

// findingOf says what a count found of an item: right is exactly what the books had.
func findingOf(v agent.Variance) plan.Finding {
	switch v.Status {
	case agent.Matches, agent.Ready, agent.Settled, agent.NeedsRecount, agent.Tolerated:
	default:
		return ""
	}
	switch {
	case v.Variance == agent.Exactly(0):
		return plan.IsRight
	case v.Variance.Lo > 0 || v.Variance.Hi < 0:
		return plan.IsWrong
	}
	return "" // it may be either
}

// calledNow returns what items are called today.
func calledNow(v agent.View, ids []agent.ItemID) ([]PlannedItem, error) {
	list := make([]PlannedItem, 0, len(ids))
	if len(ids) == 0 {
		return list, nil
	}
	items, err := itemsOf(v, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		i := slices.IndexFunc(items, func(item agent.Item) bool { return item.ID == id })
		list = append(list, PlannedItem{Item: id, SKU: items[i].SKU, Name: items[i].Name, Bins: append([]agent.Bin{}, items[i].Bins...)})
	}
	return list, nil
}
