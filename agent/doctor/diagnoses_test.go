package doctor

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/metrics"
	"github.com/stockhand/stockhand/agent/plan"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

const here, there = agent.LocationID("here"), agent.LocationID("there")

// stocked is a situation in which nothing is wrong.
func stocked(item string, onHand, committed int64) agent.Situation {
	return agent.Situation{Item: agent.ItemID(item), Book: agent.Book{
		Item: agent.ItemID(item), OnHand: onHand, Committed: committed, Available: onHand - committed, Tracked: true, Stocked: true, At: agent.Stamp{At: noon},
	}}
}

func elsewhere(s agent.Situation, units int64) agent.Situation {
	s.Elsewhere = []agent.Elsewhere{{Location: there, Name: "Harbour", OnHand: units}}
	return s
}

// judged is a certain variance of an open count.
func judged(item string, counted, expected int64) agent.Variance {
	status := agent.Ready
	if counted == expected {
		status = agent.Matches
	}
	return agent.Variance{
		Count: "count-1", Item: agent.ItemID(item), Status: status, Counted: counted, Expected: agent.Exactly(expected), Variance: agent.Exactly(counted - expected),
		Book: agent.Book{OnHand: expected, At: agent.Stamp{At: noon}}, CutOff: agent.Stamp{At: noon.Add(-time.Hour)},
	}
}

func transfer(from, to agent.LocationID, since time.Duration, line agent.TransferLine) []agent.OpenTransfer {
	return []agent.OpenTransfer{{ID: "1", Name: "T-104", From: from, FromName: "Harbour", To: to, Since: noon.Add(-since), Lines: []agent.TransferLine{line}}}
}

// row is a change of the history so many minutes ago.
func row(minutes int, state string, delta int64, app, staff, reference, group string) agent.BookChange {
	return agent.BookChange{At: noon.Add(-time.Duration(minutes) * time.Minute), Item: "tea", Location: here, State: state, Delta: delta, App: app, Staff: staff, Reference: reference, Group: group}
}

func byApp(minutes int, delta int64, app string) agent.BookChange {
	return row(minutes, "on_hand", delta, app, "", "", fmt.Sprint("g", minutes))
}

func byOrder(minutes int, state string, delta int64, order, group string) agent.BookChange {
	return row(minutes, state, delta, "", "", "gid://shopify/Order/"+order, group)
}

func wrongPlace(n int, fits int) (f Facts) {
	for i := range n {
		item := fmt.Sprint("s", i)
		counted := int64(3 + i)
		if i >= fits {
			counted = int64(50 + i) // what is expected here
		}
		f.Situations = append(f.Situations, elsewhere(stocked(item, int64(50+i), 0), int64(3+i)))
		f.Variances = append(f.Variances, judged(item, counted, int64(50+i)))
	}
	return f
}

// delivered is a correction of ours from 10 to 14, half an hour ago.
func delivered() agent.Delivery {
	return agent.Delivery{
		Adjustment: agent.Adjustment{ID: "adjustment-1", Item: "tea", Location: here, Variance: 4},
		State:      agent.Delivered, Observed: 10, Target: 14, Changed: noon.Add(-30 * time.Minute),
	}
}

func change(s agent.Situation, with func(*agent.Situation)) []agent.Situation {
	with(&s)
	return []agent.Situation{s}
}

func left(v agent.Variance) agent.Variance { v.Left = true; return v }

func status(v agent.Variance, s agent.Status) agent.Variance { v.Status = s; return v }

func between(v agent.Variance, lo, hi int64) agent.Variance {
	v.Variance = agent.Interval{Lo: lo, Hi: hi}
	return v
}

func investigate(v agent.Variance) agent.Variance { v.Investigate = true; return v }

// cases are facts and the codes that they must give, no more and no fewer; none is a
// near miss.
var cases = []struct {
	name  string
	facts Facts
	want  string
}{
	{"nothing is known", Facts{}, ""},
	{"all is well", Facts{Situations: []agent.Situation{stocked("tea", 10, 2)}, Variances: []agent.Variance{judged("tea", 10, 10)}}, ""},

	{"untracked", Facts{Situations: change(stocked("tea", 1, 0), func(s *agent.Situation) { s.Book.Tracked = false })}, "untracked"},
	{"a bundle is not called untracked", Facts{Situations: change(stocked("tea", 1, 0), func(s *agent.Situation) { s.Book.Tracked, s.Bundle = false, true })}, "bundle"},
	{"a bundle is not called not stocked", Facts{Situations: change(stocked("tea", 1, 0), func(s *agent.Situation) { s.Book.Stocked, s.Bundle = false, true })}, "bundle"},
	{"what is gone is not called untracked", Facts{Situations: []agent.Situation{{Item: "tea", Gone: true}}}, "gone"},
	{"not stocked", Facts{Situations: change(stocked("tea", 0, 0), func(s *agent.Situation) { s.Book.Stocked = false })}, "not-stocked"},
	{"not stocked here hides that it is negative", Facts{Situations: change(stocked("tea", -1, 0), func(s *agent.Situation) { s.Book.Stocked = false })}, "not-stocked"},
	{"one below zero", Facts{Situations: []agent.Situation{stocked("tea", -1, 0)}}, "negative"},
	{"zero is not below zero", Facts{Situations: []agent.Situation{stocked("tea", 0, 0)}}, ""},
	{"one more sold than there is", Facts{Situations: []agent.Situation{stocked("tea", 4, 5)}}, "oversold"},
	{"all sold", Facts{Situations: []agent.Situation{stocked("tea", 5, 5)}}, ""},
	{"sold on", Facts{Situations: change(stocked("tea", 5, 0), func(s *agent.Situation) { s.Oversell = true })}, "oversell"},
	{"sold on, but not tracked", Facts{Situations: change(stocked("tea", 5, 0), func(s *agent.Situation) { s.Oversell, s.Book.Tracked = true, false })}, "untracked"},
	{"kept back", Facts{Situations: change(stocked("tea", 50, 5), func(s *agent.Situation) { s.States = map[string]int64{"safety_stock": 5} })}, "safety-stock"},
	{"nothing kept back", Facts{Situations: change(stocked("tea", 50, 0), func(s *agent.Situation) { s.States = map[string]int64{"safety_stock": 0} })}, ""},

	{"exactly what comes", Facts{Variances: []agent.Variance{judged("tea", 22, 10)}, Transfers: transfer(there, here, time.Hour, agent.TransferLine{Item: "tea", Asked: 12, Shipped: 12})}, "transfer-explains"},
	{"exactly what has not come yet", Facts{Variances: []agent.Variance{judged("tea", 8, 20)}, Transfers: transfer(there, here, time.Hour, agent.TransferLine{Item: "tea", Asked: 12, Shipped: 12})}, "transfer-explains"},
	{"one more than what comes", Facts{Variances: []agent.Variance{judged("tea", 23, 10)}, Transfers: transfer(there, here, time.Hour, agent.TransferLine{Item: "tea", Asked: 12, Shipped: 12})}, ""},
	{"what was refused does not come", Facts{Variances: []agent.Variance{judged("tea", 22, 10)}, Transfers: transfer(there, here, time.Hour, agent.TransferLine{Item: "tea", Asked: 12, Shipped: 12, Refused: 1})}, ""},
	{"another item comes", Facts{Variances: []agent.Variance{judged("tea", 22, 10)}, Transfers: transfer(there, here, time.Hour, agent.TransferLine{Item: "mug", Asked: 12, Shipped: 12})}, ""},
	{"it goes elsewhere", Facts{Variances: []agent.Variance{judged("tea", 22, 10)}, Transfers: transfer(here, there, time.Hour, agent.TransferLine{Item: "tea", Asked: 12, Shipped: 12})}, ""},
	{"exactly what leaves", Facts{Variances: []agent.Variance{judged("tea", 6, 10)}, Transfers: transfer(here, there, time.Hour, agent.TransferLine{Item: "tea", Asked: 4})}, "transfer-explains"},
	{"a surplus of what leaves", Facts{Variances: []agent.Variance{judged("tea", 14, 10)}, Transfers: transfer(here, there, time.Hour, agent.TransferLine{Item: "tea", Asked: 4})}, ""},
	{"what was approved is not explained", Facts{Variances: []agent.Variance{status(judged("tea", 22, 10), agent.Settled)}, Transfers: transfer(there, here, time.Hour, agent.TransferLine{Item: "tea", Asked: 12, Shipped: 12})}, ""},
	{"what is not sure is not explained", Facts{Variances: []agent.Variance{between(judged("tea", 22, 10), 11, 12)}, Transfers: transfer(there, here, time.Hour, agent.TransferLine{Item: "tea", Asked: 12, Shipped: 12})}, ""},
	{"incoming by the shop's number alone", Facts{
		Situations: change(stocked("tea", 10, 0), func(s *agent.Situation) { s.States = map[string]int64{"incoming": 12} }), Variances: []agent.Variance{judged("tea", 22, 10)},
	}, "transfer-explains"},
	{"a named transfer goes before the shop's number", Facts{
		Situations: change(stocked("tea", 10, 0), func(s *agent.Situation) { s.States = map[string]int64{"incoming": 12} }), Variances: []agent.Variance{judged("tea", 22, 10)},
		Transfers: transfer(there, here, time.Hour, agent.TransferLine{Item: "tea", Asked: 20, Shipped: 11}),
	}, ""},
	{"received in part", Facts{Transfers: transfer(there, here, time.Hour, agent.TransferLine{Item: "tea", Asked: 12, Shipped: 12, Received: 2})}, "transfer-open"},
	{"under way for an hour", Facts{Transfers: transfer(there, here, time.Hour, agent.TransferLine{Item: "tea", Asked: 12, Shipped: 12})}, ""},
	{"under way for eight days", Facts{Transfers: transfer(there, here, 8*24*time.Hour, agent.TransferLine{Item: "tea", Asked: 12, Shipped: 12})}, "transfer-open"},
	{"leaving for eight days", Facts{Transfers: transfer(here, there, 8*24*time.Hour, agent.TransferLine{Item: "tea", Asked: 12, Shipped: 12})}, ""},

	{"exactly what is in orders", Facts{Situations: []agent.Situation{stocked("tea", 10, 3)}, Variances: []agent.Variance{func() agent.Variance { v := judged("tea", 7, 10); v.Book.Committed = 3; return v }()}}, "committed-explains"},
	{"less than what is in orders", Facts{Variances: []agent.Variance{func() agent.Variance { v := judged("tea", 8, 10); v.Book.Committed = 3; return v }()}}, ""},
	{"as many over as in orders", Facts{Variances: []agent.Variance{func() agent.Variance { v := judged("tea", 13, 10); v.Book.Committed = 3; return v }()}}, ""},
	{"in orders, of a count that is over", Facts{Variances: []agent.Variance{left(func() agent.Variance { v := judged("tea", 7, 10); v.Book.Committed = 3; return v }())}}, ""},

	{"five of five fit elsewhere", wrongPlace(5, 5), "wrong-location"},
	{"four fit elsewhere", wrongPlace(4, 4), ""},
	{"five of eight fit elsewhere", wrongPlace(8, 5), ""},
	{"six of eight fit elsewhere", wrongPlace(8, 6), "wrong-location"},

	{"a barcode for a quantity", Facts{Variances: []agent.Variance{judged("tea", 4_006_381_333_931, 10)}}, "quantity-absurd"},
	{"many, and many are expected", Facts{Variances: []agent.Variance{judged("tea", 12_000, 11_000)}}, ""},
	{"9,999 are possible", Facts{Variances: []agent.Variance{judged("tea", 9_999, 10)}}, ""},

	{"over the limit", Facts{Variances: []agent.Variance{investigate(judged("tea", 5, 10))}}, "discrepancy"},
	{"within the limit", Facts{Variances: []agent.Variance{judged("tea", 9, 10)}}, ""},

	{"another agent", Facts{History: []agent.BookChange{row(5, "on_hand", -1, "Stockhand", "", "gid://stockhand/CycleCount/count-1.request-1", "g")}}, "other-agent"},
	{"this agent, by its receipt", Facts{Own: map[string]bool{"g": true}, History: []agent.BookChange{row(5, "on_hand", -1, "Stockhand", "", "gid://stockhand/CycleCount/count-1.request-1", "g")}}, ""},
	{"this agent, of which no receipt came", Facts{Unanswered: map[string]bool{"gid://stockhand/CycleCount/count-1.request-1": true}, History: []agent.BookChange{row(5, "on_hand", -1, "Stockhand", "", "gid://stockhand/CycleCount/count-1.request-1", "g")}}, ""},
	{"another agent with our numbers", Facts{Own: map[string]bool{"g": true}, History: []agent.BookChange{row(5, "on_hand", -1, "Stockhand", "", "gid://stockhand/CycleCount/count-1.request-1", "other")}}, "other-agent"},

	{"to and fro and to", Facts{History: []agent.BookChange{byApp(9, -4, "A"), byApp(8, 4, "B"), byApp(7, -4, "A")}}, "ping-pong"},
	{"to and fro", Facts{History: []agent.BookChange{byApp(9, -4, "A"), byApp(8, 4, "B")}}, ""},
	{"one who changes their mind", Facts{History: []agent.BookChange{byApp(9, -4, "A"), byApp(8, 4, "A"), byApp(7, -4, "A")}}, ""},
	{"other amounts", Facts{History: []agent.BookChange{byApp(9, -4, "A"), byApp(8, 5, "B"), byApp(7, -4, "A")}}, ""},
	{"sales and returns", Facts{History: []agent.BookChange{byOrder(9, "on_hand", -1, "1", "a"), byOrder(8, "on_hand", 1, "1", "b"), byOrder(7, "on_hand", -1, "2", "c")}}, ""},

	{"taken back, by the history", Facts{
		Own: map[string]bool{"g30": true}, Deliveries: []agent.Delivery{delivered()}, History: []agent.BookChange{byApp(30, 4, ""), byApp(20, -4, "ERP")},
	}, "put-back"},
	{"taken back by an order of as many", Facts{
		Own: map[string]bool{"g30": true}, Deliveries: []agent.Delivery{delivered()}, History: []agent.BookChange{byApp(30, 4, ""), byOrder(20, "on_hand", -4, "1", "x")},
	}, ""},
	{"changed by another amount since", Facts{
		Own: map[string]bool{"g30": true}, Deliveries: []agent.Delivery{delivered()}, History: []agent.BookChange{byApp(30, 4, ""), byApp(20, -3, "ERP")},
	}, ""},
	{"taken back, by our own statements", Facts{Deliveries: []agent.Delivery{delivered()}, Movements: map[agent.ItemID][]agent.Movement{
		"tea": {{Item: "tea", Kind: agent.Unexplained, Quantity: -4, Occurred: agent.Stamp{At: noon.Add(-10 * time.Minute)}}},
	}}, "put-back"},
	{"a sale of as many", Facts{Deliveries: []agent.Delivery{delivered()}, Movements: map[agent.ItemID][]agent.Movement{
		"tea": {{Item: "tea", Kind: agent.Sale, Quantity: -4, Occurred: agent.Stamp{At: noon.Add(-10 * time.Minute)}}},
	}}, ""},
	{"not explained before we sent", Facts{Deliveries: []agent.Delivery{delivered()}, Movements: map[agent.ItemID][]agent.Movement{
		"tea": {{Item: "tea", Kind: agent.Unexplained, Quantity: -4, Occurred: agent.Stamp{At: noon.Add(-50 * time.Minute)}}},
	}}, ""},

	{"one order, twice", Facts{History: []agent.BookChange{byOrder(9, "available", -5, "1", "a"), byOrder(8, "available", -5, "1", "b")}}, "duplicate-deduction"},
	{"one row told twice", Facts{History: []agent.BookChange{byOrder(9, "available", -5, "1", "a"), byOrder(9, "available", -5, "1", "a")}}, ""},
	{"two orders", Facts{History: []agent.BookChange{byOrder(9, "available", -5, "1", "a"), byOrder(8, "available", -5, "2", "b")}}, ""},
	{"one order in two parcels", Facts{History: []agent.BookChange{
		byOrder(9, "available", -2, "1", "a"), byOrder(8, "on_hand", -1, "1", "b"), byOrder(8, "committed", -1, "1", "b"), byOrder(7, "on_hand", -1, "1", "c"), byOrder(7, "committed", -1, "1", "c"),
	}}, ""},
	{"an order that was added to", Facts{History: []agent.BookChange{byOrder(9, "available", -5, "1", "a"), byOrder(8, "available", -1, "1", "b")}}, ""},

	{"set to zero", Facts{Situations: []agent.Situation{stocked("tea", 0, 0)}, History: []agent.BookChange{byApp(9, -20, "Importer")}}, "set-to-zero"},
	{"set to zero, and counted since", Facts{Own: map[string]bool{"g8": true}, Situations: []agent.Situation{stocked("tea", 20, 0)}, History: []agent.BookChange{byApp(9, -20, "Importer"), byApp(8, 20, "")}}, "set-to-zero"},
	{"sold out", Facts{Situations: []agent.Situation{stocked("tea", 0, 0)}, History: []agent.BookChange{byOrder(9, "on_hand", -20, "1", "a")}}, ""},
	{"the last one written off", Facts{Situations: []agent.Situation{stocked("tea", 0, 0)}, History: []agent.BookChange{byApp(9, -1, "Importer")}}, ""},

	{"much at once", Facts{Situations: []agent.Situation{stocked("tea", 500, 0)}, History: []agent.BookChange{byOrder(20, "on_hand", -2, "1", "a"), byApp(9, 400, "Importer")}}, "unexplained-change"},
	{"nine at once", Facts{Situations: []agent.Situation{stocked("tea", 500, 0)}, History: []agent.BookChange{byOrder(20, "on_hand", -1, "1", "a"), byApp(9, 9, "Importer")}}, ""},
	{"as usual here", Facts{Situations: []agent.Situation{stocked("tea", 500, 0)}, History: []agent.BookChange{byOrder(20, "on_hand", -30, "1", "a"), byApp(9, 60, "Importer")}}, ""},
	{"a person's doing", Facts{Situations: []agent.Situation{stocked("tea", 500, 0)}, History: []agent.BookChange{row(9, "on_hand", 400, "", "Anna", "", "g")}}, ""},
	{"not explained by our own statements", Facts{Movements: map[agent.ItemID][]agent.Movement{"tea": {{Item: "tea", Kind: agent.Unexplained, Quantity: 40, Occurred: agent.Stamp{At: noon}}}}}, "unexplained-change"},
	{"a delivery of goods", Facts{Movements: map[agent.ItemID][]agent.Movement{"tea": {{Item: "tea", Kind: agent.Receipt, Quantity: 40, Occurred: agent.Stamp{At: noon}}}}}, ""},

	{"typed after it was counted", Facts{Variances: []agent.Variance{judged("tea", 10, 10)}, History: []agent.BookChange{row(9, "on_hand", -1, "", "Anna", "", "g")}}, "override"},
	{"typed before it was counted", Facts{Variances: []agent.Variance{judged("tea", 10, 10)}, History: []agent.BookChange{row(90, "on_hand", -1, "", "Anna", "", "g")}}, ""},
	{"sold by a person", Facts{Variances: []agent.Variance{judged("tea", 10, 10)}, History: []agent.BookChange{row(9, "on_hand", -1, "", "Anna", "gid://shopify/Order/1", "g")}}, ""},
	{"waits for a decision", Facts{Deliveries: []agent.Delivery{{Adjustment: agent.Adjustment{Item: "tea", Location: here}, State: agent.Conflict}}}, "conflict"},
	{"waits for the shop", Facts{Deliveries: []agent.Delivery{{Adjustment: agent.Adjustment{Item: "tea", Location: here}, State: agent.Pending}}}, ""},

	{"a barcode of two", Facts{Duplicates: []agent.Duplicate{{Barcode: "12", Items: []agent.Match{{Item: "tea"}, {Item: "mug"}}}}}, "shared-barcode"},
	{"a SKU of two", Facts{Duplicates: []agent.Duplicate{{SKU: "T", Items: []agent.Match{{Item: "tea"}, {Item: "mug"}}}}}, "shared-sku"},

	{"paused", Facts{Sync: &Sync{State: "paused", Since: noon, Problem: &agent.Error{Code: "shopify.token", What: "No.", Do: "Renew it."}, Running: true}}, "sync-stopped"},
	{"silent for an hour", Facts{Sync: &Sync{State: "offline", LastSuccess: noon.Add(-time.Hour), Running: true}}, "sync-late"},
	{"silent for ten minutes", Facts{Sync: &Sync{State: "offline", LastSuccess: noon.Add(-10 * time.Minute), Running: true}}, ""},
	{"no agent runs", Facts{Sync: &Sync{State: "idle", Since: noon.Add(-100 * time.Hour)}}, ""},
	{"come later", Facts{Sync: &Sync{State: "throttled", LastSuccess: noon, Running: true}}, "throttled"},
	{"waits for two hours", Facts{Sync: &Sync{State: "ok", LastSuccess: noon, Running: true, Waiting: 2, Oldest: noon.Add(-2 * time.Hour)}}, "backlog"},
	{"waits for a minute", Facts{Sync: &Sync{State: "ok", LastSuccess: noon, Running: true, Waiting: 2, Oldest: noon.Add(-time.Minute)}}, ""},
	{"an old catalogue", Facts{CatalogFresh: noon.Add(-40 * time.Hour)}, "catalog-old"},
	{"a fresh catalogue", Facts{CatalogFresh: noon.Add(-20 * time.Hour)}, ""},

	{"counts are overdue", Facts{Plan: &plan.Plan{Overdue: 3, Coverage: plan.Coverage{Sentence: "So it is."}}}, "counts-overdue"},
	{"counts are due", Facts{Plan: &plan.Plan{DueItems: 3}}, ""},
	{"more is missing than 2 %", Facts{Shrinkage: []metrics.Shrinkage{{Rates: []metrics.Rate{{Of: metrics.OfExpected, Verdict: metrics.Over, Loss: metrics.Ratio{Lo: .03, Hi: .03, Known: true}}}}}}, "shrinkage"},
	{"it may be more than 2 %", Facts{Shrinkage: []metrics.Shrinkage{{Rates: []metrics.Rate{{Of: metrics.OfExpected, Verdict: metrics.Unclear}}}}}, ""},
}

func TestEachDiagnosisIsMadeFromItsFactsAndFromNoOthers(t *testing.T) {
	made := map[string]bool{}
	for _, c := range cases {
		c.facts.Now, c.facts.Location = noon, here
		found := Diagnose(&c.facts)
		got := strings.Join(codes(found), " ")
		if got != c.want {
			t.Errorf("%s: %q, want %q: %+v", c.name, got, c.want, found)
		}
		for _, f := range found {
			made[f.Code] = true
			if f.What == "" || f.Means == "" || f.Do == "" && f.Severity != agent.Fine {
				t.Errorf("%s: says too little: %+v", c.name, f)
			}
			if strings.Contains(f.What+f.Means+f.Do, "%!") {
				t.Errorf("%s: %+v", c.name, f)
			}
		}
	}
	for _, d := range Diagnoses() {
		if !made[d.Code] {
			t.Errorf("no case makes the diagnosis %s", d.Code)
		}
	}
}

// A finding tells the first of many items, and how many there are.
func TestAFindingIsBounded(t *testing.T) {
	f := Facts{Now: noon}
	for i := range 120 {
		f.Situations = append(f.Situations, stocked(fmt.Sprint("s", i), -1, 0))
	}
	found := Diagnose(&f)
	if len(found) != 1 || len(found[0].Items) != shownItems || found[0].Total != 120 || len(found[0].Evidence) != shownEvidence || found[0].Action != nil {
		t.Errorf("told %+v", found)
	}
	if !strings.Contains(found[0].What, "120") {
		t.Errorf("it says %q", found[0].What)
	}
}

func TestWhatIsAtRiskMostIsCountedFirst(t *testing.T) {
	got := AtRisk([]agent.Finding{
		{Severity: agent.Fine, Code: "a", Items: []agent.ItemID{"fine"}},
		{Severity: agent.Warning, Code: "b", Items: []agent.ItemID{"tea", "mug"}},
		{Severity: agent.Broken, Code: "c", Items: []agent.ItemID{"mug"}},
	})
	if !slices.Equal(got, []agent.ItemID{"mug", "tea"}) {
		t.Errorf("at risk are %q", got)
	}
}
