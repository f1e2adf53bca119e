package shopifysim

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// HistoryOptions say how the shop's own history of quantities behaves, as ShopifyQL
// tells it. What of it is not documented is a switch.
type HistoryOptions struct {
	// Lag is how long a change takes to get into the history. Nothing is promised;
	// others read it again over minutes and over days.
	Lag time.Duration
	// WithoutOrders leaves out what orders changed. Others have seen these rows, some
	// of them late.
	WithoutOrders bool
	// BareOrders leaves the reference to the order out of such rows. Others have seen
	// it there.
	BareOrders bool
	// PartsOnly leaves out the rows of on_hand, which is the sum of its parts. Others
	// have seen both.
	PartsOnly bool
	// Zoned writes times with their zone, and numbers as numbers.
	Zoned bool
	// Repeats tells some rows twice, as others have seen.
	Repeats bool
}

// entry is one change in the ledger from which the history is told.
type entry struct {
	at       time.Time // unrounded
	item     *item
	location string
	moved    deltas
	why      cause
	group    int64
	no       int64
}

// note writes a change of states into the ledger. What an item is opened with is no
// change of anything.
func (s *Shop) note(it *item, location string, moved deltas, why cause) {
	if len(moved) == 0 || len(it.history) == 0 && why.what == "stocked" {
		return
	}
	group := s.within
	if group == 0 {
		group = 700_000_000 + int64(len(s.ledger))
	}
	s.ledger = append(s.ledger, entry{s.options.Now(), it, location, moved, why, group, 800_000_000 + 10*int64(len(s.ledger))})
}

// SetByApp is another app that writes a new on hand for a location; an empty
// location is the first one.
func (s *Shop) SetByApp(itemID, locationID string, onHand int64, app, reference string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	it, at, err := s.find(itemID, locationID)
	if err != nil {
		return err
	}
	l := it.levels[at.id]
	if l == nil || !l.active {
		return errors.New("the item is not stocked at the location")
	}
	s.apps[app] = true
	s.move(it, at.id, deltas{"available": onHand - l.states["on_hand"].units}, cause{app, "correction", reference})
	return nil
}

// The history is bounded: shopify.md 3 and 5 name 1,000 rows in one answer, and a
// bucket of its own, out of which a query of others took 231 of the 1,000 points that
// come back in a minute.
const (
	historyRows  = 1000
	historyPrice = 231
	historyPurse = 1000
)

// historyDimensions are what rows can be told by, as public connectors use them.
var historyDimensions = []string{
	"second", "inventory_adjustment_group_id", "inventory_adjustment_id", "inventory_item_id", "inventory_location_id",
	"inventory_state", "inventory_change_reason", "inventory_app_name", "staff_member_name", "reference_document_uri",
}

// inquiry is a ShopifyQL query of the one shape that the simulation understands.
type inquiry struct {
	location     string
	items        []string
	since, until time.Time
	columns      []string
	limit        int
}

var historyShape = regexp.MustCompile(`^FROM (\w+) SHOW (\w+) WHERE (.+) SINCE (\S+) UNTIL (\S+) GROUP BY (.+) ORDER BY (\w+) ASC LIMIT (\d+) WITH TIMEZONE '([^']*)'$`)

// parseHistory reads a query; what it does not understand it says, as the real one
// does in parseErrors. The order of the clauses is that of the reference.
func parseHistory(text string) (a inquiry, wrong []string) {
	parts := historyShape.FindStringSubmatch(strings.Join(strings.Fields(text), " "))
	if parts == nil {
		return a, []string{"Syntax error: the simulated shop knows FROM, SHOW, WHERE, SINCE, UNTIL, GROUP BY, ORDER BY, LIMIT and WITH TIMEZONE, in this order."}
	}
	refuse := func(format string, values ...any) { wrong = append(wrong, fmt.Sprintf(format, values...)) }
	if parts[1] != "inventory_adjustment_history" {
		refuse("Dataset %s not found.", parts[1])
	}
	if parts[2] != "inventory_adjustment_change" {
		refuse("Column %s not found.", parts[2])
	}
	for _, condition := range strings.Split(parts[3], " AND ") {
		switch name, value := splitCondition(condition); name {
		case "inventory_location_id =":
			a.location = value
		case "inventory_item_id IN":
			a.items = strings.Split(strings.Trim(value, "()"), ", ")
		default:
			refuse("The condition %s is not understood.", condition)
		}
	}
	var err error
	if a.since, err = time.Parse("2006-01-02T15:04:05", parts[4]); err != nil {
		refuse("%s is no time.", parts[4])
	}
	if a.until, err = time.Parse("2006-01-02T15:04:05", parts[5]); err != nil || a.until.Before(a.since) {
		refuse("%s is no time after SINCE.", parts[5])
	}
	a.columns = strings.Split(parts[6], ", ")
	for _, column := range a.columns {
		if !slices.Contains(historyDimensions, column) {
			refuse("Column %s not found.", column)
		}
	}
	if !slices.Contains(a.columns, parts[7]) {
		refuse("ORDER BY %s: no such column in the result.", parts[7])
	}
	if a.limit, err = strconv.Atoi(parts[8]); err != nil || a.limit < 1 || a.limit > historyRows {
		refuse("LIMIT must be between 1 and %d.", historyRows)
	}
	if parts[9] != "UTC" {
		refuse("The simulated shop knows the time zone UTC only.")
	}
	return a, wrong
}

// splitCondition cuts a condition after its operator.
func splitCondition(text string) (name, value string) {
	for _, operator := range []string{" IN ", " = "} {
		if left, right, found := strings.Cut(text, operator); found {
			return left + strings.TrimSuffix(operator, " "), right
		}
	}
	return text, ""
}

// shopifyql answers a query of the history. Reading it also takes "level 2" access to
// protected customer data (shopify.md 1.5), which the scope stands for here.
func (x *execution) shopifyql(args arguments) any {
	if !x.shop.payHistory() {
		x.fail(problem{message: "Throttled", code: "THROTTLED"})
		return nil
	}
	question, wrong := parseHistory(args.text("query"))
	if len(wrong) > 0 {
		return object{"__typename": "ShopifyqlQueryResponse", "parseErrors": wrong, "tableData": object(nil)}
	}
	return object{
		"__typename": "ShopifyqlQueryResponse", "parseErrors": []string{},
		"tableData": object{"__typename": "ShopifyqlTableData", "rows": x.shop.historyRows(question)},
	}
}

// payHistory takes the price of a query from the bucket of the minute.
func (s *Shop) payHistory() bool {
	now := s.options.Now()
	s.historyAsked = slices.DeleteFunc(s.historyAsked, func(at time.Time) bool { return now.Sub(at) >= time.Minute })
	if (len(s.historyAsked)+1)*historyPrice > historyPurse {
		return false
	}
	s.historyAsked = append(s.historyAsked, now)
	return true
}

// historyRows are the rows of a query, oldest first.
func (s *Shop) historyRows(a inquiry) []map[string]any {
	orders := s.orderIDs()
	known := s.options.Now().Add(-s.options.History.Lag)
	rows := []map[string]any{}
	for _, e := range s.ledger {
		at := e.at.UTC().Truncate(time.Second)
		here := number(e.location) == a.location && (len(a.items) == 0 || slices.Contains(a.items, number(e.item.ids.Item)))
		if !here || e.at.After(known) || at.Before(a.since) || at.After(a.until) {
			continue
		}
		ofOrder := e.why.who == "till" || e.why.who == "web" || e.why.who == "pos"
		if ofOrder && s.options.History.WithoutOrders {
			continue
		}
		rows = append(rows, s.entryRows(e, ofOrder, orders, a.columns)...)
	}
	return rows[:min(len(rows), a.limit)]
}

// entryRows are the rows of one change: one for each state.
func (s *Shop) entryRows(e entry, ofOrder bool, orders map[string]string, columns []string) []map[string]any {
	how := s.options.History
	values := map[string]any{
		"inventory_adjustment_group_id": strconv.FormatInt(e.group, 10), "inventory_item_id": number(e.item.ids.Item),
		"inventory_location_id": number(e.location), "inventory_change_reason": e.why.what,
		"inventory_app_name": "", "staff_member_name": "", "reference_document_uri": nil,
		"second": e.at.UTC().Format("2006-01-02T15:04:05"),
	}
	if how.Zoned {
		values["second"] = e.at.UTC().Format(time.RFC3339)
	}
	switch {
	case ofOrder && !how.BareOrders:
		values["reference_document_uri"] = orders[e.why.reference]
	case ofOrder:
	case e.why.who == "app":
		values["inventory_app_name"] = "Stockhand"
	case s.apps[e.why.who]:
		values["inventory_app_name"] = e.why.who
	case e.why.who != "admin":
		values["staff_member_name"] = e.why.who
	}
	if !ofOrder && e.why.reference != "" {
		values["reference_document_uri"] = e.why.reference
	}
	var rows []map[string]any
	for i, state := range stateNames {
		units := e.moved[state]
		if units == 0 || state == "on_hand" && how.PartsOnly {
			continue
		}
		row := map[string]any{"inventory_adjustment_change": strconv.FormatInt(units, 10)}
		for _, column := range columns {
			row[column] = values[column]
		}
		if how.Zoned {
			row["inventory_adjustment_change"] = units
		}
		if slices.Contains(columns, "inventory_state") {
			row["inventory_state"] = state
		}
		if slices.Contains(columns, "inventory_adjustment_id") {
			row["inventory_adjustment_id"] = strconv.FormatInt(e.no+int64(i), 10)
		}
		rows = append(rows, row)
		if how.Repeats && e.no%3 == 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

// orderIDs are the orders by what their changes were noted with: a receipt or a name.
func (s *Shop) orderIDs() map[string]string {
	ids := map[string]string{}
	for _, o := range s.orders {
		ids[o.name] = o.id
		if o.sourceID != "" {
			ids[o.sourceID] = o.id
		}
	}
	return ids
}

// number is the last part of a global id.
func number(gid string) string { return gid[strings.LastIndexByte(gid, '/')+1:] }
