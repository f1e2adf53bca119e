package connectortest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// suite lists the cases with what they play.
var suite = []struct {
	name Case
	play func(*testing.T, *System)
}{
	{Locations, locations},
	{Checks, checks},
	{CatalogPages, catalogPages},
	{StatesLevels, statesLevels},
	{LeavesOutUnknown, leavesOutUnknown},
	{TellsUntracked, tellsUntracked},
	{TellsUnstocked, tellsUnstocked},
	{PlansPurely, plansPurely},
	{RefusesInPlan, refusesInPlan},
	{Applies, applies},
	{RepeatsHarmless, repeatsHarmless},
	{SurvivesRequest, survivesRequest},
	{SurvivesReply, survivesReply},
	{OldKey, oldKey},
	{Finds, finds},
	{FindsNothing, findsNothing},
	{Stages, stages},
	{Stale, stale},
	{RejectsLines, rejectsLines},
	{Throttled, throttled},
	{Offline, offline},
	{NoAccess, noAccess},
	{FeedsMovements, feedsMovements},
	{BookAndFeedAgree, bookAndFeedAgree},
	{SkewedClock, skewedClock},
	{HostileAnswers, hostileAnswers},
	{Cancelled, cancelled},
}

// The SKUs that the cases talk about; the shelf holds enough others for paging.
const (
	tea       = "TEA-100"
	mug       = "MUG-BLUE"
	service   = "GIFT-WRAP" // untracked
	elsewhere = "LAMP-9"    // not stocked at the location
)

func shelf() []Stock {
	stock := []Stock{
		{SKU: tea, Name: "Green tea, 100 g", Barcodes: []string{"4006381333931"}, OnHand: 40},
		{SKU: mug, Name: "Mug, blue", Barcodes: []string{"5901234123457", "MUG-OLD"}, OnHand: 12},
		{SKU: service, Name: "Gift wrapping", OnHand: 0, Untracked: true},
		{SKU: elsewhere, Name: "Desk lamp", OnHand: 0, Unstocked: true},
	}
	for i := range 117 {
		stock = append(stock, Stock{SKU: fmt.Sprintf("BULK-%03d", i), Name: fmt.Sprintf("Bulk article %d", i), OnHand: int64(i)})
	}
	return stock
}

func locations(t *testing.T, s *System) {
	all, err := s.Connector.Locations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		if l.ID == s.Location && l.Active {
			return
		}
	}
	t.Fatalf("the location %q is not among %v", s.Location, all)
}

func checks(t *testing.T, s *System) {
	findings := s.Connector.Check(t.Context())
	if len(findings) == 0 {
		t.Fatal("a check that finds nothing, not even that all is fine, tells a person nothing")
	}
	for _, f := range findings {
		if f.Code == "" || !isSentence(f.What) {
			t.Errorf("finding %q says %q", f.Code, f.What)
		}
		if f.Severity == agent.Broken {
			t.Errorf("a healthy system is called broken: %s", f.What)
		}
	}
}

func catalogPages(t *testing.T, s *System) {
	seen := make(map[string]agent.Item)
	cursor := ""
	for range 1000 {
		page, err := s.Connector.Catalog(t.Context(), s.Location, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Rows {
			if _, twice := seen[item.SKU]; twice {
				t.Errorf("%s came twice", item.SKU)
			}
			seen[item.SKU] = item
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	for _, want := range shelf() {
		item, ok := seen[want.SKU]
		if !ok {
			t.Errorf("%s is missing", want.SKU)
			continue
		}
		if item.ID != s.ID(want.SKU) || item.Name != want.Name || item.Tracked == want.Untracked {
			t.Errorf("%s came as %+v", want.SKU, item)
		}
		for i, code := range want.Barcodes {
			if i >= len(item.Codes) || item.Codes[i].Text != code || item.Codes[i].Pack < 1 {
				t.Errorf("%s lacks the barcode %s: %v", want.SKU, code, item.Codes)
			}
		}
	}
	if len(seen) != len(shelf()) {
		t.Errorf("%d items, want %d", len(seen), len(shelf()))
	}
}

func statesLevels(t *testing.T, s *System) {
	ids := make([]agent.ItemID, 0, 60)
	for _, stock := range shelf()[:60] {
		if !stock.Unstocked && !stock.Untracked {
			ids = append(ids, s.ID(stock.SKU))
		}
	}
	for id, b := range s.settled(t, ids...) {
		if want := s.OnHand(id); b.OnHand != want || !b.Tracked || !b.Stocked || b.Location != s.Location {
			t.Errorf("%s stated as %+v, on hand is %d", id, b, want)
		}
		if b.At.Earliest().After(s.Clock.Now()) {
			t.Errorf("%s was stated in the future: %v", id, b.At.At)
		}
	}
}

func leavesOutUnknown(t *testing.T, s *System) {
	ghost := s.ID(tea) + "404"
	books, err := s.Connector.Levels(t.Context(), s.Location, []agent.ItemID{ghost, s.ID(mug)})
	if err != nil {
		t.Fatal(err)
	}
	if len(books) != 1 || books[0].Item != s.ID(mug) {
		t.Fatalf("asked for an unknown item and a mug, got %+v", books)
	}
}

func tellsUntracked(t *testing.T, s *System) {
	books, err := s.Connector.Levels(t.Context(), s.Location, []agent.ItemID{s.ID(service)})
	if err != nil || len(books) != 1 || books[0].Tracked {
		t.Fatalf("an untracked item is stated as %+v, %v", books, err)
	}
}

func tellsUnstocked(t *testing.T, s *System) {
	books, err := s.Connector.Levels(t.Context(), s.Location, []agent.ItemID{s.ID(elsewhere)})
	if err != nil || len(books) != 1 || books[0].Stocked {
		t.Fatalf("an item that is not stocked here is stated as %+v, %v", books, err)
	}
}

func cancelled(t *testing.T, s *System) {
	r := s.request(t, map[string]int64{tea: -2})
	before := s.truth(tea)
	ctx, cancel := contextThatIsOver(t)
	defer cancel()
	if outcome := s.Connector.Send(ctx, r); outcome.Class == agent.OutcomeApplied && s.truth(tea) == before {
		t.Fatal("a request that was called off is reported as applied")
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Connector.Levels(ctx, s.Location, []agent.ItemID{s.ID(tea)})
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("a call outlived its context")
	}
}

// isRetry reports whether an error says that the same call can succeed later.
func isRetry(err error) bool {
	var e *agent.Error
	return errors.As(err, &e) && e.Class == agent.Retry
}

// isSentence holds texts for people to the least that can be asked of them.
func isSentence(s string) bool {
	s = strings.TrimSpace(s)
	return len(s) > 10 && strings.Contains(s, " ") && strings.ContainsAny(s[len(s)-1:], ".?!")
}

// explained fails unless an outcome that is not a success tells people why.
func explained(t *testing.T, o agent.Outcome) {
	t.Helper()
	problem := o.Problem
	if problem == nil && len(o.Lines) > 0 {
		problem = o.Lines[0].Problem
	}
	if problem == nil || problem.Code == "" || !isSentence(problem.What) {
		t.Errorf("the outcome %q explains itself as %+v", o.Class, problem)
	}
}
