package doctor

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// Limit is how long a check may take that does not say otherwise.
const Limit = 20 * time.Second

// Check is one thing to look at.
type Check struct {
	Name  string // for programs: "shop", "disk"
	Title string // what goes on while it runs: "asking the shop"
	// Limit is how long it may take; Limit if zero.
	Limit time.Duration
	// Look returns what it found, that all is fine included.
	Look func(ctx context.Context) []agent.Finding
	// Keep is called when Look ended in time, before the next check: what Look has left
	// for others may be used from then on. May be nil.
	Keep func()
}

// Progress says how far an examination is.
type Progress struct {
	Done  int    `json:"done"`
	Of    int    `json:"of"`
	Title string `json:"title,omitempty"` // of the check that runs
}

// Report is what an examination found.
type Report struct {
	At       time.Time      `json:"at"`
	Severity agent.Severity `json:"severity"` // the worst of the findings
	// Findings are sorted: the worst first, then in the order of the checks.
	Findings []agent.Finding `json:"findings"`
}

// Run carries out checks one after another; told may be nil. What the context leaves no
// time for is not begun, and named.
func Run(ctx context.Context, now time.Time, checks []Check, told func(Progress)) Report {
	r := Report{At: now, Findings: []agent.Finding{}}
	for i, c := range checks {
		if told != nil {
			told(Progress{i, len(checks), c.Title})
		}
		r.Findings = append(r.Findings, c.run(ctx)...)
	}
	if told != nil {
		told(Progress{Done: len(checks), Of: len(checks)})
	}
	r.sort()
	return r
}

var order = map[agent.Severity]int{agent.Broken: 0, agent.Warning: 1, agent.Fine: 2}

// sort puts the worst first, and leaves out what is said twice.
func (r *Report) sort() {
	r.Severity = agent.Fine
	type said struct{ code, what string }
	seen := map[said]bool{}
	r.Findings = slices.DeleteFunc(r.Findings, func(f agent.Finding) bool {
		again := seen[said{f.Code, f.What}]
		seen[said{f.Code, f.What}] = true
		return again
	})
	for _, f := range r.Findings {
		if order[f.Severity] < order[r.Severity] {
			r.Severity = f.Severity
		}
	}
	slices.SortStableFunc(r.Findings, func(a, b agent.Finding) int { return cmp.Compare(order[a.Severity], order[b.Severity]) })
}

// run carries out one check. One that does not heed its context is left behind: its
// answer is not waited for.
func (c Check) run(ctx context.Context) []agent.Finding {
	if ctx.Err() != nil {
		return []agent.Finding{c.unfinished("was not begun: there was no time left")}
	}
	limit := cmp.Or(c.Limit, Limit)
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	found := make(chan []agent.Finding, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				found <- []agent.Finding{c.panicked(p)}
			}
		}()
		found <- c.Look(ctx)
	}()
	keep := func(f []agent.Finding) []agent.Finding {
		if c.Keep != nil {
			c.Keep()
		}
		return f
	}
	select {
	case f := <-found:
		return keep(f)
	case <-ctx.Done():
	}
	select { // it may have ended at the same moment
	case f := <-found:
		return keep(f)
	default:
		return []agent.Finding{c.unfinished("did not end within " + limit.String())}
	}
}

func (c Check) unfinished(why string) agent.Finding {
	return agent.Finding{
		Severity: agent.Warning, Code: "doctor.unfinished", What: fmt.Sprintf("The check %q %s.", c.Name, why),
		Means: "What it would have found is not known.", Do: "Run the doctor again. If it happens again, look at the log.",
	}
}

func (c Check) panicked(p any) agent.Finding {
	stack := debug.Stack()
	return agent.Finding{
		Severity: agent.Warning, Code: "doctor.failed", What: fmt.Sprintf("The check %q failed inside the agent.", c.Name),
		Means: "What it would have found is not known. Everything else was looked at.", Do: "Report this with what it says.",
		Evidence: []string{fmt.Sprint(p), string(stack[:min(len(stack), 2000)])},
	}
}

// FindingOf shows an error as a finding.
func FindingOf(severity agent.Severity, err error) agent.Finding {
	e := agent.AsError(err)
	return agent.Finding{Severity: severity, Code: e.Code, What: e.What, Means: e.Means, Do: e.Do}
}
