package doctor

import (
	"cmp"
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// How long the shop may be silent before it is worth a word, and before it is broken;
// how long an adjustment may wait; and how old the catalogue may be.
const (
	silent   = 15 * time.Minute
	dead     = 4 * time.Hour
	waits    = time.Hour
	oldItems = 36 * time.Hour
)

// syncStopped finds that nothing goes on before a person acts.
func syncStopped(f *Facts) []agent.Finding {
	if f.Sync == nil || f.Sync.State != "paused" {
		return nil
	}
	p := f.Sync.Problem
	if p == nil {
		p = &agent.Error{What: "It does not say why."}
	}
	found := []agent.Finding{{
		Severity: agent.Broken, What: "The upload stands still. " + p.What,
		Means: fmt.Sprintf("%d adjustments wait, safe on disk, since %s. Nothing goes on by itself.", f.Sync.Waiting, at(f.Sync.Since)), Do: cmp.Or(p.Do, "Look at the log."),
	}}
	if p.Code != "" {
		found[0].Evidence = []string{"The problem's code is " + p.Code + "."}
	}
	return f.goOn(found)
}

// goOn offers to try at once where an agent runs that can.
func (f *Facts) goOn(found []agent.Finding) []agent.Finding {
	if !f.Sync.Running {
		return found
	}
	return with(found, "Try now", "upload.now", nil)
}

// syncLate finds that the shop was not reached for long.
func syncLate(f *Facts) []agent.Finding {
	s := f.Sync
	if s == nil || !s.Running || s.State == "paused" {
		return nil
	}
	since := s.LastSuccess
	if since.IsZero() {
		since = s.Since
	}
	age := f.Now.Sub(since)
	if age < silent || s.State == "ok" && s.Problem == nil && age < dead {
		return nil
	}
	severity := agent.Warning
	if age >= dead {
		severity = agent.Broken
	}
	what := "The shop was not reached for " + days(age) + "."
	if s.LastSuccess.IsZero() {
		what = "The shop was never reached since the agent started, " + days(age) + " ago."
	}
	found := []agent.Finding{{
		Severity: severity, What: what, Means: "Counting goes on. Sales that the shop knows are not known here, and nothing is sent.",
		Do: "Check the connection to the internet. It is tried again by itself.",
	}}
	if p := s.Problem; p != nil {
		found[0].Evidence = []string{p.What}
		found[0].Do = cmp.Or(p.Do, found[0].Do)
	}
	return f.goOn(found)
}

// throttled finds that the shop asks us to come later.
func throttled(f *Facts) []agent.Finding {
	if f.Sync == nil || f.Sync.State != "throttled" {
		return nil
	}
	text := "The shop asks the agent to come later: it limits how much is asked at once."
	if !f.Sync.NextAt.IsZero() {
		text += " It goes on at " + at(f.Sync.NextAt) + "."
	}
	return []agent.Finding{{
		Severity: agent.Warning, What: text, Means: fmt.Sprintf("%d adjustments wait, and none is lost.", f.Sync.Waiting),
		Do: "There is nothing to do. If it lasts, look which other apps ask the shop much.",
	}}
}

// backlog finds that adjustments wait for long.
func backlog(f *Facts) []agent.Finding {
	s := f.Sync
	if s == nil || s.Waiting == 0 || s.Oldest.IsZero() || f.Now.Sub(s.Oldest) < waits {
		return nil
	}
	return f.goOn([]agent.Finding{{
		Severity: agent.Warning, What: fmt.Sprintf("%d adjustments wait to be sent, the oldest for %s.", s.Waiting, days(f.Now.Sub(s.Oldest))),
		Means: "The shop's numbers are those from before the count.", Do: "Let the agent run with a connection to the shop.", Total: s.Waiting,
	}})
}

// catalogOld finds that the catalogue was not read for long.
func catalogOld(f *Facts) []agent.Finding {
	if f.CatalogFresh.IsZero() || f.Now.Sub(f.CatalogFresh) < oldItems {
		return nil
	}
	return with([]agent.Finding{{
		Severity: agent.Warning, What: "The catalogue was last compared with the shop's " + days(f.Now.Sub(f.CatalogFresh)) + " ago.",
		Means: "New items and barcodes are not known here.", Do: "Read the catalogue from the shop.",
	}}, "Read the catalogue", "catalog.sync", nil)
}
