package doctor

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/metrics"
	"github.com/stockhand/stockhand/agent/plan"
)

// Facts are what the diagnoses are made from. What is not known is empty, and nothing
// is said of it.
type Facts struct {
	Now      time.Time
	Location agent.LocationID
	// Items are what the items are called.
	Items map[agent.ItemID]agent.Item

	// Situations are what the shop says of some items now.
	Situations []agent.Situation
	// History is the shop's own record of these items, oldest first.
	History []agent.BookChange
	// Transfers are what is on its way from and to the location.
	Transfers []agent.OpenTransfer

	// Variances are those of counts that are not over.
	Variances []agent.Variance
	// Books are our own statements of items, oldest first.
	Books map[agent.ItemID][]agent.Book
	// Movements are what is known to have moved, oldest first.
	Movements map[agent.ItemID][]agent.Movement
	// Deliveries are what we sent or want to send, Own the receipts of what arrived, and
	// Unanswered the references of requests of which we have no receipt.
	Deliveries []agent.Delivery
	Own        map[string]bool
	Unanswered map[string]bool

	Duplicates []agent.Duplicate
	// CatalogFresh is up to when the catalogue is known; zero where nobody says so.
	CatalogFresh time.Time
	Sync         *Sync
	Plan         *plan.Plan
	Shrinkage    []metrics.Shrinkage // of the newest count that is over
	Shrunk       agent.Count         // that count
}

// Sync is how the talk with the shop goes.
type Sync struct {
	State       string // "ok", "idle", "offline", "throttled", "paused"
	Since       time.Time
	Problem     *agent.Error
	LastSuccess time.Time
	NextAt      time.Time
	Running     bool // an agent runs, not only one command
	Waiting     int64
	Oldest      time.Time // of what waits
}

// Diagnosis finds one failure.
type Diagnosis struct {
	Code string
	Find func(f *Facts) []agent.Finding
}

// Diagnoses are all that can be told from facts, in the order in which they are told.
func Diagnoses() []Diagnosis {
	return []Diagnosis{
		{"sync-stopped", syncStopped},
		{"sync-late", syncLate},
		{"throttled", throttled},
		{"backlog", backlog},
		{"gone", gone},
		{"untracked", untracked},
		{"not-stocked", notStocked},
		{"bundle", bundle},
		{"negative", negative},
		{"oversold", oversold},
		{"transfer-explains", transferExplains},
		{"committed-explains", committedExplains},
		{"wrong-location", wrongLocation},
		{"quantity-absurd", absurd},
		{"other-agent", otherAgent},
		{"ping-pong", pingPong},
		{"put-back", putBack},
		{"duplicate-deduction", duplicateDeduction},
		{"set-to-zero", setToZero},
		{"unexplained-change", unexplained},
		{"override", override},
		{"conflict", conflicts},
		{"transfer-open", transferOpen},
		{"oversell", oversell},
		{"shared-barcode", sharedBarcode},
		{"shared-sku", sharedSKU},
		{"catalog-old", catalogOld},
		{"counts-overdue", countsOverdue},
		{"discrepancy", discrepancy},
		{"shrinkage", shrinkage},
		{"safety-stock", safetyStock},
	}
}

// Diagnose returns what the facts show.
func Diagnose(f *Facts) []agent.Finding {
	var found []agent.Finding
	for _, d := range Diagnoses() {
		for _, finding := range d.Find(f) {
			finding.Code = d.Code
			found = append(found, finding)
		}
	}
	return found
}

const (
	// shownItems and shownEvidence are how much a finding tells.
	shownItems    = 50
	shownEvidence = 20
)

// list collects the items of one finding.
type list struct {
	items    []agent.ItemID
	evidence []string
}

// add takes an item in, once, and what is so of it.
func (l *list) add(item agent.ItemID, format string, a ...any) {
	if !slices.Contains(l.items, item) {
		l.items = append(l.items, item)
	}
	l.evidence = append(l.evidence, fmt.Sprintf(format, a...))
}

// finding makes the finding, none where nothing was added. one and more are what it
// says of one item and of several; more holds a %d.
func (l *list) finding(severity agent.Severity, one, more, means, do string) []agent.Finding {
	if len(l.items) == 0 {
		return nil
	}
	what := one
	if len(l.items) > 1 {
		what = fmt.Sprintf(more, len(l.items))
	}
	return []agent.Finding{{
		Severity: severity, What: what, Means: means, Do: do, Items: l.items[:min(len(l.items), shownItems)],
		Total: int64(len(l.items)), Evidence: l.evidence[:min(len(l.evidence), shownEvidence)],
	}}
}

// with adds a button to findings.
func with(found []agent.Finding, label, op string, args map[string]any) []agent.Finding {
	for i := range found {
		found[i].Action = &agent.Action{Label: label, Op: op, Args: args}
	}
	return found
}

// called is what people know an item by.
func (f *Facts) called(id agent.ItemID) string {
	item := f.Items[id]
	switch {
	case item.SKU != "" && item.Name != "" && item.SKU != item.Name:
		return item.SKU + " (" + item.Name + ")"
	default:
		return cmp.Or(item.SKU, item.Name, string(id))
	}
}

// situation returns what the shop says of an item that it knows.
func (f *Facts) situation(id agent.ItemID) (agent.Situation, bool) {
	i := slices.IndexFunc(f.Situations, func(s agent.Situation) bool { return s.Item == id && !s.Gone })
	if i < 0 {
		return agent.Situation{}, false
	}
	return f.Situations[i], true
}

// undecided are variances that are sure and not zero, and of which nobody has decided.
func (f *Facts) undecided() []agent.Variance {
	return slices.DeleteFunc(slices.Clone(f.Variances), func(v agent.Variance) bool {
		return v.Left || v.Status == agent.Settled || v.Status == agent.NotComplete || !v.Variance.Certain() || v.Variance.Lo == 0
	})
}

func at(t time.Time) string { return t.UTC().Format("2 January 2006 15:04") + " UTC" }

// days writes how long ago something was.
func days(d time.Duration) string {
	switch n := int64(d / (24 * time.Hour)); {
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes", max(1, int64(d/time.Minute)))
	case n < 2:
		return fmt.Sprintf("%d hours", int64(d/time.Hour))
	default:
		return fmt.Sprintf("%d days", n)
	}
}
