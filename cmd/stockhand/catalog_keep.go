package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/csvfile"
	"github.com/stockhand/stockhand/agent/feed"
)

// duplicatesShown is how many barcodes and SKUs that items share are named.
const duplicatesShown = 100

// keepCatalog keeps the catalogue like the shop's while the agent runs.
func (w *works) keepCatalog(ctx context.Context) error {
	return w.feed.Keep(ctx, w.queue, func(ctx context.Context) error {
		r, err := w.catalogSync(ctx, agent.Caller{Actor: agent.System("feed")}, nothing{})
		if err == nil {
			w.log.Info("the whole catalogue was read", "items", r.Fact.Items, "came", r.Changes.Came, "changed", r.Changes.Changed, "went", r.Changes.Went)
		}
		return err
	})
}

// shared adds what several items share to what a reading of the catalogue has to
// say. A file's own lines are told by its reader.
func (w *works) shared(ctx context.Context, r *imported) error {
	if !w.merges() {
		return nil
	}
	findings, err := w.sharedFindings(ctx)
	for _, f := range findings {
		r.take([]csvfile.Problem{{What: f.What, Do: f.Do, Warning: true}}, 0, 1)
	}
	return err
}

func (w *works) sharedFindings(ctx context.Context) (findings []agent.Finding, err error) {
	var all []agent.Duplicate
	err = w.queue.Read(ctx, func(v agent.View) (err error) {
		all, err = v.Duplicates(duplicatesShown)
		return err
	})
	for _, d := range all {
		findings = append(findings, sharedFinding(d))
	}
	return findings, err
}

func sharedFinding(d agent.Duplicate) agent.Finding {
	names := make([]string, len(d.Items))
	for i, m := range d.Items {
		names[i] = fmt.Sprintf("%q", m.Name)
		if m.SKU != "" && d.SKU == "" {
			names[i] += " (" + m.SKU + ")"
		}
	}
	if d.More > 0 {
		names = append(names, fmt.Sprintf("%s more", thousands(d.More)))
	}
	f := agent.Finding{
		Severity: agent.Warning, Code: "catalog.shared-barcode",
		What:  fmt.Sprintf("The barcode %s belongs to %s: %s.", d.Barcode, plural(int64(len(d.Items))+d.More, "item", "items"), strings.Join(names, ", ")),
		Means: "Whoever scans it is asked which of them it is.", Do: "Give each item a barcode of its own in the shop.",
	}
	if d.SKU != "" {
		f.Code = "catalog.shared-sku"
		f.What = fmt.Sprintf("The SKU %s belongs to %s: %s.", d.SKU, plural(int64(len(d.Items))+d.More, "item", "items"), strings.Join(names, ", "))
		f.Means, f.Do = "A file that is imported can't say which of them a line is about.", "Give each item a SKU of its own in the shop."
	}
	return f
}

// catalogState is how new the catalogue is, and what is to be said about it.
type catalogState struct {
	Items int64 `json:"items"`
	// Full and Fresh are when the whole catalogue was read from the shop, and its
	// changes.
	Full     time.Time       `json:"full,omitzero"`
	Fresh    time.Time       `json:"fresh,omitzero"`
	Running  bool            `json:"running,omitempty"`
	Progress agent.Progress  `json:"progress,omitzero"`
	Words    string          `json:"words,omitempty"` // the progress, to be shown
	Problem  *agent.Error    `json:"problem,omitempty"`
	NextAt   time.Time       `json:"next_at,omitzero"`
	Findings []agent.Finding `json:"findings"`
}

func (w *works) catalogState(ctx context.Context, _ agent.Caller, _ nothing) (catalogState, error) {
	s := catalogState{Findings: []agent.Finding{}}
	err := w.queue.Read(ctx, func(v agent.View) (err error) {
		if s.Items, err = v.ItemCount(); err != nil || w.feed == nil {
			return err
		}
		mark, _, err := v.CatalogMark(w.upstream.Info().Name)
		s.Full, s.Fresh = mark.Full, mark.Fresh
		return err
	})
	if err != nil {
		return s, err
	}
	if w.feed != nil {
		s.take(w.feed.CatalogStatus())
	}
	found, err := w.sharedFindings(ctx)
	s.Findings = append(s.Findings, found...)
	return s, err
}

func (s *catalogState) take(now feed.CatalogStatus) {
	s.Running, s.Progress, s.Problem, s.NextAt = now.Running, now.Progress, now.Problem, now.NextAt
	if s.Running {
		s.Words = progressWords(now.Progress)
	}
	for i, f := range now.Skipped {
		if i == shownProblems {
			break
		}
		s.Findings = append(s.Findings, f)
	}
}
