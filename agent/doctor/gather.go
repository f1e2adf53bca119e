package doctor

import (
	"context"
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/metrics"
	"github.com/stockhand/stockhand/agent/plan"
)

const (
	// Most is how many items are looked at closely: the shop is asked for each.
	Most = 250
	// back is how far back the shop's history, and our own, is read.
	back = 14 * 24 * time.Hour
)

// Patient is what facts are collected from.
type Patient struct {
	Store     agent.Store
	Connector agent.Connector // nil where there is no shop
	Location  agent.LocationID
	Now       func() time.Time
	// Review, Plan and Shrinkage are the use cases' own answers. Nil ones are not asked.
	Review    func(ctx context.Context, count agent.CountID) ([]agent.Variance, error)
	Plan      func(ctx context.Context) (plan.Plan, error)
	Shrinkage func(ctx context.Context, count agent.CountID) ([]metrics.Shrinkage, error)
	Sync      func(ctx context.Context) (*Sync, error)
	// Items are those to look at; empty are those of open counts, of what was sent, and
	// with the worst books.
	Items []agent.ItemID
}

// Checks are the checks of one examination: each gathers its part of the facts, and the
// last one says what they show.
func (p Patient) Checks() []Check {
	f := &Facts{Now: p.Now(), Location: p.Location}
	g := &gathering{Patient: p, facts: f}
	checks := []Check{g.check("store", "reading what is stored", 0, g.stored)}
	if p.Review != nil {
		checks = append(checks, g.check("counts", "looking at the counts", 0, g.counts))
	}
	if p.Connector != nil {
		info := p.Connector.Info()
		if info.Survey { // before the settings, which are looked at for the location that was used
			checks = append(checks, g.check("items", "asking the shop for its items", 45*time.Second, g.survey))
		}
		checks = append(checks, Check{Name: "shop", Title: "asking the shop for its settings", Look: g.connection})
		if info.Transfers {
			checks = append(checks, g.check("transfers", "asking the shop for transfers", 45*time.Second, g.transfers))
		}
		if info.History {
			checks = append(checks, g.check("history", "asking the shop for its history", time.Minute, g.history))
		}
	}
	return append(checks, Check{Name: "diagnoses", Title: "looking for reasons", Look: g.diagnose})
}

// ItemChecks are the checks of the patient's items alone, which cost the shop little: its
// history is not read.
func (p Patient) ItemChecks() []Check {
	g := &gathering{Patient: p, facts: &Facts{Now: p.Now(), Location: p.Location}}
	checks := []Check{g.check("store", "reading what is stored", 0, g.stored)}
	if p.Connector != nil {
		checks = append(checks, g.close()...)
	}
	return append(checks, Check{Name: "diagnoses", Title: "looking for reasons", Look: g.diagnose})
}

// CountChecks are the checks of the differences of one count that nobody has decided.
func (p Patient) CountChecks(count agent.CountID) []Check {
	g := &gathering{Patient: p, facts: &Facts{Now: p.Now(), Location: p.Location}}
	checks := []Check{g.check("count", "looking at the count", 0, func(ctx context.Context) (gathered, error) { return g.differing(ctx, count) })}
	if p.Connector != nil {
		checks = append(checks, g.close()...)
	}
	return append(checks, Check{Name: "diagnoses", Title: "looking for reasons", Look: g.diagnose})
}

// close asks the shop for some items and for what is on its way.
func (g *gathering) close() []Check {
	var checks []Check
	if g.Connector.Info().Survey {
		checks = append(checks, g.check("items", "asking the shop for its items", 0, g.survey))
	}
	if g.Connector.Info().Transfers {
		checks = append(checks, g.check("transfers", "asking the shop for transfers", 0, g.transfers))
	}
	return checks
}

// differing judges one count. Only what differs is looked at closely, and everything
// that may show a pattern.
func (g *gathering) differing(ctx context.Context, count agent.CountID) (gathered, error) {
	variances, err := g.Review(ctx, count)
	if err != nil {
		return nil, err
	}
	of := Facts{Variances: variances, Items: map[agent.ItemID]agent.Item{}}
	var items []agent.ItemID
	for _, v := range of.undecided() {
		if len(items) < Most {
			items = append(items, v.Item)
		}
	}
	err = g.Store.Read(ctx, func(v agent.View) error {
		if len(items) == 0 {
			return nil
		}
		all, err := v.Items(items...)
		for _, item := range all {
			of.Items[item.ID] = item
		}
		return err
	})
	return func(f *Facts) { f.Variances, f.Items, g.items = variances, of.Items, items }, err
}

// About returns what findings say of some items, and leaves out the others.
func About(found []agent.Finding, items []agent.ItemID) []agent.Finding {
	asked := make(map[agent.ItemID]bool, len(items))
	for _, id := range items {
		asked[id] = true
	}
	var about []agent.Finding
	for _, f := range found {
		all := f.Items
		f.Items = nil
		for _, id := range all {
			if asked[id] {
				f.Items = append(f.Items, id)
			}
		}
		if len(f.Items) > 0 {
			about = append(about, f)
		}
	}
	return about
}

// gathering collects the facts of one examination.
type gathering struct {
	Patient
	facts *Facts
	items []agent.ItemID
	// silent is true once the shop did not tell what every shop can tell: it is not
	// asked for more.
	silent bool
}

// gathered puts what a step found into the facts.
type gathered func(f *Facts)

// check makes a check of a step: where it fails, that is the finding. A step that was
// left behind writes nothing into facts that others read.
func (g *gathering) check(name, title string, limit time.Duration, step func(ctx context.Context) (gathered, error)) Check {
	var put gathered
	return Check{
		Name: name, Title: title, Limit: limit,
		Look: func(ctx context.Context) []agent.Finding {
			var err error
			if put, err = step(ctx); err != nil {
				return []agent.Finding{notTold(err)}
			}
			return nil
		},
		Keep: func() {
			if put != nil {
				put(g.facts)
			}
		},
	}
}

// notTold says what could not be asked. A permission that is only for more is nothing
// wrong.
func notTold(err error) agent.Finding {
	f := FindingOf(agent.Warning, err)
	if e := agent.AsError(err); e.Class == agent.Refuse && e.Code == "shopify.scope" {
		f.Severity, f.Code = agent.Fine, "not-permitted"
	}
	return f
}

// stored reads what the diagnoses need from the database.
func (g *gathering) stored(ctx context.Context) (gathered, error) {
	f := Facts{
		Items: map[agent.ItemID]agent.Item{}, Books: map[agent.ItemID][]agent.Book{}, Movements: map[agent.ItemID][]agent.Movement{},
		Own: map[string]bool{}, Unanswered: map[string]bool{},
	}
	var open []agent.Count
	var over agent.Count
	var items []agent.ItemID
	var activities agent.Activities
	now := g.Now().UTC()
	err := g.Store.Read(ctx, func(v agent.View) (err error) {
		if activities, err = v.Activities(g.Location, now.AddDate(-1, 0, 0), now.AddDate(0, 0, -91)); err != nil {
			return err
		}
		if f.Deliveries, err = v.Deliveries(); err != nil {
			return err
		}
		if f.Duplicates, err = v.Duplicates(shownItems); err != nil {
			return err
		}
		if err := g.requests(v, &f); err != nil {
			return err
		}
		counts, err := v.Counts()
		if err != nil {
			return err
		}
		for _, c := range counts {
			switch {
			case c.Location != g.Location:
			case c.State == agent.CountOpen || c.State == agent.CountClosed:
				open = append(open, c)
			case c.State == agent.CountDone:
				over = c
			}
		}
		items = g.choose(v, open, f.Deliveries, activities)
		if f.CatalogFresh, err = g.fresh(v); err != nil {
			return err
		}
		return g.known(v, &f, items)
	})
	if err != nil {
		return nil, err
	}
	if g.Sync != nil {
		if f.Sync, err = g.Sync(ctx); err != nil {
			return nil, err
		}
	}
	return func(to *Facts) {
		f.Now, f.Location, f.Shrunk = to.Now, to.Location, over
		g.items = items
		*to = f
	}, nil
}

// requests notes by what our own changes can be known.
func (g *gathering) requests(v agent.View, f *Facts) error {
	all, err := v.Requests()
	if err != nil {
		return err
	}
	count := map[agent.AdjustmentID]agent.CountID{}
	for _, d := range f.Deliveries {
		count[d.Adjustment.ID] = d.Adjustment.Count
	}
	for _, r := range all {
		switch {
		case r.Outcome != nil && r.Outcome.Ref != "":
			f.Own[r.Outcome.Ref] = true
		case r.Attempts > 0 && len(r.Lines) > 0:
			f.Unanswered[fmt.Sprintf("%sCycleCount/%s.%s", ofAgent, count[r.Lines[0].Adjustment], r.ID)] = true
		}
	}
	return nil
}

// choose finds out which items to look at: first those that somebody said, else those
// that are being counted, of which something was sent, and whose books are below zero;
// then those that moved most.
func (g *gathering) choose(v agent.View, open []agent.Count, sent []agent.Delivery, known agent.Activities) []agent.ItemID {
	var items []agent.ItemID
	seen := map[agent.ItemID]bool{}
	add := func(id agent.ItemID) {
		if !seen[id] && len(items) < Most {
			seen[id] = true
			items = append(items, id)
		}
	}
	for _, id := range g.Items {
		add(id)
	}
	if len(g.Items) > 0 {
		return items
	}
	for _, c := range open {
		lines, err := v.Lines(c.ID)
		if err != nil {
			continue
		}
		for _, l := range lines {
			add(l.Item)
		}
	}
	for i := len(sent) - 1; i >= 0; i-- {
		add(sent[i].Adjustment.Item)
	}
	for _, a := range known.Items {
		if a.OnHand < 0 {
			add(a.Item)
		}
	}
	for _, a := range known.Items {
		if a.Quarter.Handled > 0 {
			add(a.Item)
		}
	}
	if all, err := v.Items(); err == nil { // a shop where nothing was counted yet
		for _, item := range all {
			if len(items) >= Most {
				break
			}
			add(item.ID)
		}
	}
	return items
}

func (g *gathering) fresh(v agent.View) (time.Time, error) {
	if g.Connector == nil || !g.Connector.Info().Refresh {
		return time.Time{}, nil
	}
	mark, _, err := v.CatalogMark(g.Connector.Info().Name)
	return mark.Fresh, err
}

// known reads what the items are called and what was told of them.
func (g *gathering) known(v agent.View, f *Facts, items []agent.ItemID) error {
	if len(items) == 0 {
		return nil
	}
	all, err := v.Items(items...)
	if err != nil {
		return err
	}
	for _, item := range all {
		f.Items[item.ID] = item
	}
	since := g.Now().Add(-back)
	told, err := v.KnownOf(g.Location, since, since, items...)
	for id, k := range told {
		f.Books[id], f.Movements[id] = k.Books, k.Movements
	}
	return err
}

// counts judges the counts that are not over, and asks for the plan and the figures.
func (g *gathering) counts(ctx context.Context) (gathered, error) {
	var variances []agent.Variance
	var open []agent.Count
	err := g.Store.Read(ctx, func(v agent.View) (err error) {
		open, err = v.Counts()
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, c := range open {
		if c.Location == g.Location && (c.State == agent.CountOpen || c.State == agent.CountClosed) {
			some, err := g.Review(ctx, c.ID)
			if err != nil {
				return nil, err
			}
			variances = append(variances, some...)
		}
	}
	var planned *plan.Plan
	if g.Plan != nil {
		p, err := g.Plan(ctx)
		if err != nil {
			return nil, err
		}
		planned = &p
	}
	var lost []metrics.Shrinkage
	if over := g.facts.Shrunk.ID; g.Shrinkage != nil && over != "" {
		if lost, err = g.Shrinkage(ctx, over); err != nil {
			return nil, err
		}
	}
	return func(f *Facts) { f.Variances, f.Plan, f.Shrinkage = variances, planned, lost }, nil
}

func (g *gathering) connection(ctx context.Context) []agent.Finding { return g.Connector.Check(ctx) }

func (g *gathering) survey(ctx context.Context) (gathered, error) {
	surveyor, ok := g.Connector.(agent.Surveyor)
	if !ok || len(g.items) == 0 {
		return nil, nil
	}
	told, err := surveyor.Survey(ctx, g.Location, g.items)
	return func(f *Facts) { f.Situations, g.silent = told, err != nil }, err
}

func (g *gathering) transfers(ctx context.Context) (gathered, error) {
	transferrer, ok := g.Connector.(agent.Transferrer)
	if !ok || g.silent {
		return nil, nil
	}
	told, err := transferrer.Transfers(ctx, g.Location)
	return func(f *Facts) { f.Transfers = told }, err
}

func (g *gathering) history(ctx context.Context) (gathered, error) {
	historian, ok := g.Connector.(agent.Historian)
	if !ok || len(g.items) == 0 || g.silent {
		return nil, nil
	}
	told, err := historian.History(ctx, g.Location, g.items, g.Now().Add(-back))
	return func(f *Facts) { f.History = told }, err
}

// diagnose says what the facts show; where they show nothing, that too.
func (g *gathering) diagnose(context.Context) []agent.Finding {
	found := Diagnose(g.facts)
	if len(found) > 0 || len(g.facts.Situations) == 0 {
		return found
	}
	return []agent.Finding{{
		Severity: agent.Fine, Code: "items", Total: int64(len(g.facts.Situations)),
		What: fmt.Sprintf("Of %d items that were looked at, none shows a reason to differ from its books.", len(g.facts.Situations)),
	}}
}
