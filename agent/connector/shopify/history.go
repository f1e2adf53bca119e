package shopify

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/connector/shopify/internal/admin"
)

const (
	// historyRows is how many rows one answer may have, the oldest of a window.
	historyRows = 1000
	// historyPace is how many questions a minute the shop's own bucket for this pays
	// for: one takes about 231 of the 1,000 points that come back in a minute.
	historyPace = 4
	// historyLife is how far back the history is asked for.
	historyLife = 90 * 24 * time.Hour
	// historyPatience is how long one reading waits for its turns, in all: others wait
	// for the connector meanwhile.
	historyPatience = 90 * time.Second
	// historyItems is how many items one question names.
	historyItems = 100
	// shopTime is how the history writes times where it names no zone: we ask for UTC.
	shopTime = "2006-01-02T15:04:05"
)

// historyColumns are what the rows are told by, in the order of the question.
var historyColumns = []string{
	"second", "inventory_adjustment_group_id", "inventory_adjustment_id", "inventory_item_id", "inventory_location_id",
	"inventory_state", "inventory_change_reason", "inventory_app_name", "staff_member_name", "reference_document_uri",
}

// window is a stretch of time, both ends in it, in whole seconds.
type window struct{ since, until time.Time }

// History implements agent.Historian. The questions are put strictly one after
// another, and no faster than the shop's bucket for them allows: what takes more than
// some thousand rows ends as an error of class Retry.
func (c *Connector) History(ctx context.Context, location agent.LocationID, items []agent.ItemID, since time.Time) ([]agent.BookChange, error) {
	if err := c.use(location); err != nil {
		return nil, err
	}
	var numbers []string
	for _, id := range items {
		if itemGID.MatchString(string(id)) {
			numbers = append(numbers, number(string(id)))
		}
	}
	if len(items) > 0 && len(numbers) == 0 {
		return nil, nil
	}
	_, now := c.client.upstream(c.client.clock.Now())
	whole := window{since.UTC().Truncate(tick), now.Truncate(tick).Add(tick)}
	if oldest := now.Add(-historyLife).Truncate(tick); whole.since.Before(oldest) {
		whole.since = oldest
	}
	if whole.since.After(whole.until) {
		return nil, nil
	}
	all := newChanges(location)
	parts := slices.Collect(slices.Chunk(numbers, historyItems))
	if len(parts) == 0 {
		parts = [][]string{nil}
	}
	patience := historyPatience
	for _, part := range parts {
		if err := c.historyOf(ctx, location, part, whole, all, &patience); err != nil {
			return nil, err
		}
	}
	return all.sorted(), nil
}

// historyOf reads the rows of some items in a window; without items of all.
func (c *Connector) historyOf(ctx context.Context, location agent.LocationID, items []string, w window, into *changes, patience *time.Duration) error {
	for {
		if err := c.historyTurn(ctx, patience); err != nil {
			return err
		}
		whole, err := c.historyWindow(ctx, location, items, w, into)
		switch {
		case err != nil || !whole.Before(w.until):
			return err
		case !whole.After(w.since):
			return crowded(w.since)
		}
		w.since = whole
	}
}

// historyTurn waits until a question can be paid, as long as there is patience.
func (c *Connector) historyTurn(ctx context.Context, patience *time.Duration) error {
	pause := c.others.pause(c.client.clock.Now())
	if *patience -= pause; pause <= 0 {
		return nil
	}
	if *patience < 0 || c.client.sleep(ctx, pause) != nil {
		return busyFault(pause).problem
	}
	return nil
}

// historyWindow puts one question and returns up to when its answer is whole: the
// window's end, or the second of the last row where there may be more. That second is
// asked for again; rows that are told twice are taken once.
func (c *Connector) historyWindow(ctx context.Context, location agent.LocationID, items []string, w window, into *changes) (whole time.Time, err error) {
	c.others.asked(c.client.clock.Now())
	answered, _, err := admin.AdjustmentHistory(ctx, c.client, historyQuestion(location, items, w))
	switch {
	case err != nil:
		return whole, lacks(err, historyScope)
	case answered.ShopifyqlQuery == nil:
		return whole, senseless("it holds no history")
	case len(answered.ShopifyqlQuery.ParseErrors) > 0:
		return whole, notUnderstood(answered.ShopifyqlQuery.ParseErrors)
	case answered.ShopifyqlQuery.TableData == nil:
		return whole, senseless("it holds no table of its history")
	}
	rows, err := historyTable(answered.ShopifyqlQuery.TableData.Rows)
	if err != nil {
		return whole, err
	}
	last := w.since
	for _, row := range rows {
		at, err := into.add(row)
		if err != nil {
			return whole, err
		}
		if at.Before(last) {
			return whole, senseless("its history is not in order")
		}
		last = at
	}
	if len(rows) >= historyRows {
		return last, nil
	}
	return w.until, nil
}

// historyQuestion asks for a window of a location. Its clauses stand in the order
// that the reference demands.
func historyQuestion(location agent.LocationID, items []string, w window) string {
	only := ""
	if len(items) > 0 {
		only = " AND inventory_item_id IN (" + strings.Join(items, ", ") + ")"
	}
	return "FROM inventory_adjustment_history\nSHOW inventory_adjustment_change" +
		"\nWHERE inventory_location_id = " + number(string(location)) + only +
		"\nSINCE " + w.since.UTC().Format(shopTime) + " UNTIL " + w.until.UTC().Format(shopTime) +
		"\nGROUP BY " + strings.Join(historyColumns, ", ") +
		"\nORDER BY second ASC\nLIMIT " + strconv.Itoa(historyRows) + "\nWITH TIMEZONE 'UTC'"
}

// number is the last part of a global id.
func number(gid string) string { return gid[strings.LastIndexByte(gid, '/')+1:] }

// historyRow is a row of the history by the names of its columns. A value is a text,
// a number or null.
type historyRow map[string]any

func historyTable(raw json.RawMessage) ([]historyRow, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var rows []historyRow
	if err := decoder.Decode(&rows); err != nil {
		return nil, nonsense("the rows of its history have not the expected form", err)
	}
	if len(rows) > 2*historyRows {
		return nil, senseless("its history has more rows than were asked for")
	}
	return rows, nil
}

func (r historyRow) text(name string) string {
	switch value := r[name].(type) {
	case string:
		return clip(value, 200)
	case json.Number:
		return value.String()
	}
	return ""
}

// gid is a value as a global id, whether it is told as one or as its number.
func (r historyRow) gid(name, kind string) string {
	text := r.text(name)
	if text == "" || strings.HasPrefix(text, "gid://") {
		return text
	}
	return "gid://shopify/" + kind + "/" + text
}

// change reads a row.
func (r historyRow) change() (agent.BookChange, error) {
	at, err := historyTime(r.text("second"))
	if err != nil {
		return agent.BookChange{}, nonsense("a row of its history has no time", err)
	}
	delta, err := strconv.ParseInt(strings.TrimSuffix(r.text("inventory_adjustment_change"), ".0"), 10, 64)
	if err != nil {
		return agent.BookChange{}, nonsense("a row of its history has no quantity", err)
	}
	return agent.BookChange{
		At: at, Delta: delta,
		Item:     agent.ItemID(r.gid("inventory_item_id", "InventoryItem")),
		Location: agent.LocationID(r.gid("inventory_location_id", "Location")),
		State:    strings.ReplaceAll(strings.ToLower(r.text("inventory_state")), " ", "_"),
		Reason:   r.text("inventory_change_reason"), App: r.text("inventory_app_name"),
		Staff: r.text("staff_member_name"), Reference: r.text("reference_document_uri"),
		Group: r.gid("inventory_adjustment_group_id", "InventoryAdjustmentGroup"),
	}, nil
}

// historyTime reads a time. Without a zone it is UTC, which was asked for.
func historyTime(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, shopTime, time.DateTime} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC().Truncate(tick), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time", text)
}

// changes collects rows and leaves out those that are told again.
type changes struct {
	location agent.LocationID
	rows     []agent.BookChange
	seen     map[string]bool
}

func newChanges(location agent.LocationID) *changes {
	return &changes{location: location, seen: make(map[string]bool)}
}

// add takes a row in, and returns its time.
func (c *changes) add(row historyRow) (time.Time, error) {
	change, err := row.change()
	if err != nil || change.Location != c.location || change.Item == "" || change.Delta == 0 {
		return change.At, err
	}
	id := row.text("inventory_adjustment_id")
	if id == "" {
		id = fmt.Sprint(change.At.Unix(), change.Group, change.Delta, change.Reason, change.Reference)
	}
	if key := id + " " + string(change.Item) + " " + change.State; !c.seen[key] {
		c.seen[key] = true
		c.rows = append(c.rows, change)
	}
	return change.At, nil
}

// sorted are the rows, oldest first.
func (c *changes) sorted() []agent.BookChange {
	slices.SortStableFunc(c.rows, func(a, b agent.BookChange) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Group, b.Group), cmp.Compare(a.Item, b.Item), cmp.Compare(a.State, b.State))
	})
	return c.rows
}

// optional is a permission that the connector does without.
type optional struct{ scopes, means, do string }

var (
	historyScope = optional{
		"read_reports", "Who changed a quantity, and with which program, can't be told. Counting goes on.",
		"Add read_reports to the app's permissions in the shop's admin, with access to protected customer data, and install it again.",
	}
	transfersScope = optional{
		"read_inventory_transfers and read_inventory_shipments", "What is on its way between locations can't be told. Counting goes on.",
		"Add read_inventory_transfers and read_inventory_shipments to the app's permissions in the shop's admin and install it again.",
	}
)

// lacks explains a refusal by the permission that a reading needs.
func lacks(err error, need optional) error {
	told := plain(err)
	if known := agent.AsError(told); known.Code == "shopify.scope" {
		return &agent.Error{
			Code: "shopify.scope", Class: agent.Refuse, Err: known,
			What: "The app lacks the permission " + need.scopes + ".", Means: need.means, Do: need.do,
		}
	}
	return told
}

func notUnderstood(said []string) error {
	return &agent.Error{
		Code: "shopify.history", Class: agent.Fault, Err: errors.New(clip(strings.Join(said, "; "), 500)),
		What:  "The shop does not understand the question for its history.",
		Means: "Who changed a quantity can't be told. Counting goes on.",
		Do:    "Update the agent. If it is the newest, report this with the log.",
	}
}

func crowded(at time.Time) error {
	return &agent.Error{
		Code: "shopify.history-crowded", Class: agent.Refuse,
		What:  fmt.Sprintf("More quantities were changed at %s UTC than the shop's history tells of one second.", at.UTC().Format(time.DateTime)),
		Means: "Who changed them can't be told from here.",
		Do:    "Look at the items' history in the shop's admin.",
	}
}
