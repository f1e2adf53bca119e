package station

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// How many rows of the log one answer tells of.
const (
	defaultHistory = 200
	maxHistory     = 1_000
)

// HistoryOf asks for what the log tells of an item. Item is its id, its SKU or a
// barcode.
type HistoryOf struct {
	Item   string    `json:"item"`
	Before agent.Seq `json:"before,omitempty"` // what is older than this row
	Limit  int       `json:"limit,omitempty"`  // of rows; one row can tell several things
}

// History is what the log tells of an item, in the order in which it became known.
// Older is how many rows are left out before the first: whoever wants them asks for
// those before Next.
type History struct {
	Item    agent.Item `json:"item"`
	Entries []Told     `json:"entries"`
	Older   int64      `json:"older"`
	Next    agent.Seq  `json:"next,omitempty"`
}

// Told is one thing that the log tells of an item: who, when, what and why.
type Told struct {
	Seq  agent.Seq `json:"seq"`
	At   time.Time `json:"at"`    // when it happened
	What string    `json:"what"`  // one word: see the constants
	Does string    `json:"words"` // the same in a sentence
	// Quantity is in base units: counted, moved or stated.
	Quantity *int64 `json:"quantity,omitempty"`
	// By is who did it, Source whose record it is: a scanner, a till, the shop.
	By     string        `json:"by"`
	Actor  agent.Actor   `json:"actor"`
	Source string        `json:"source,omitempty"`
	ID     string        `json:"id,omitempty"` // of a movement, at its source
	Why    string        `json:"why,omitempty"`
	Count  agent.CountID `json:"count,omitempty"`
	Bin    agent.Bin     `json:"bin,omitempty"`
	Round  int64         `json:"round,omitempty"`
	Undone bool          `json:"undone,omitempty"`
	// Learned is when the agent came to know it, where that was later than At.
	Learned time.Time `json:"learned,omitzero"`
}

// What can be told of an item.
const (
	ToldScan       = "scan"
	ToldTyped      = "typed"
	ToldGone       = "gone" // confirmed to be gone with all that was not counted
	ToldUndone     = "undo"
	ToldNoted      = "noted" // kept, counts nothing
	ToldCount      = "count" // a count began or ended
	ToldRecount    = "recount"
	ToldMovement   = "movement"
	ToldBook       = "book"
	ToldApproval   = "approval"
	ToldAdjustment = "adjustment" // the shop's number changed by it
	ToldDelivery   = "delivery"
	ToldBarcode    = "barcode"
)

func (s *Station) itemHistory(ctx context.Context, c command, a HistoryOf) (History, error) {
	if err := c.caller.Require(agent.MayManage); err != nil {
		return History{}, err
	}
	if a.Limit <= 0 {
		a.Limit = defaultHistory
	}
	a.Limit = min(a.Limit, maxHistory)
	var h History
	err := s.store.Read(ctx, func(v agent.View) (err error) {
		if h.Item, err = s.theItem(v, a.Item); err != nil {
			return err
		}
		rows, older, err := v.RowsOf(h.Item.ID, a.Before, a.Limit)
		if err != nil {
			return err
		}
		if h.Older = older; older > 0 {
			h.Next = rows[0].Seq
		}
		h.Entries, err = s.tellAll(v, h.Item.ID, rows)
		return err
	})
	return h, err
}

// theItem finds the item that a text means. One that the catalogue does not have any
// more is found by its id.
func (s *Station) theItem(v agent.View, text string) (agent.Item, error) {
	n := names{view: v, rules: s.opts.Barcodes}
	found, ok, err := n.any(text)
	if err != nil || ok {
		return found.item, err
	}
	if rows, _, err := v.RowsOf(agent.ItemID(text), 0, 1); err != nil || text != "" && len(rows) > 0 {
		return agent.Item{ID: agent.ItemID(text)}, err
	}
	do := "Name it by its SKU, a barcode or its id."
	if near := n.similar(text); near != "" {
		do = "Did you mean " + quote(near) + "?"
	}
	return agent.Item{}, &agent.Error{Code: "no_item", Class: agent.Missing, What: "No item is " + quote(text) + ".", Means: "There is nothing to show.", Do: do}
}

// telling puts rows of the log into words.
type telling struct {
	item   agent.ItemID
	voided map[agent.Seq]agent.Seq
	own    map[agent.AdjustmentID]agent.Adjustment // of the item
	who    *callings
}

func (s *Station) tellAll(v agent.View, item agent.ItemID, rows []agent.Record) ([]Told, error) {
	t := telling{item: item, own: map[agent.AdjustmentID]agent.Adjustment{}}
	var scans []agent.Seq
	for _, row := range rows {
		if row.Scan != nil {
			scans = append(scans, row.Seq)
		}
	}
	var err error
	if t.voided, err = v.Voided(scans...); err != nil {
		return nil, err
	}
	adjustments, err := v.AdjustmentsOf(item)
	if err != nil {
		return nil, err
	}
	for _, a := range adjustments {
		t.own[a.ID] = a
	}
	if t.who, err = s.calling(v); err != nil {
		return nil, err
	}
	all := []Told{} // never null
	for _, row := range rows {
		told, err := t.row(row)
		if err != nil {
			return nil, err
		}
		all = append(all, told...)
	}
	return all, t.who.err
}

func (t *telling) row(row agent.Record) ([]Told, error) {
	if row.Scan != nil {
		return []Told{t.scan(*row.Scan)}, nil
	}
	told, err := t.event(*row.Event)
	for i := range told {
		told[i].Seq = row.Seq
		if told[i].Actor == (agent.Actor{}) {
			told[i].Actor = row.Event.Actor
		}
		told[i].By = t.who.name(told[i].Actor)
		if told[i].At.IsZero() {
			told[i].At = row.Event.At
		}
		if row.Event.At.After(told[i].At) {
			told[i].Learned = row.Event.At
		}
	}
	return told, err
}

func (t *telling) scan(s agent.Scan) Told {
	_, undone := t.voided[s.Seq]
	told := Told{
		Seq: s.Seq, At: s.Read.At, Actor: s.Actor, By: t.who.holder(s), Count: s.Count, Bin: s.Bin, Round: s.Round, Undone: undone,
		Source: t.who.device(s.Device),
	}
	n := s.Quantity
	switch {
	case s.Op == agent.Void:
		told.What, told.Does = ToldUndone, fmt.Sprintf("Undid row %d.", s.Voids)
	case s.Op == agent.Set && s.Flags&agent.Confirmed != 0:
		told.What, told.Does, told.Quantity = ToldGone, "Confirmed to be gone, with all that was not counted there.", &n
	case s.Op == agent.Set:
		told.What, told.Does, told.Quantity = ToldTyped, fmt.Sprintf("Typed %d.", n), &n
	case s.Op == agent.Add && s.Voids != 0:
		told.What, told.Does, told.Quantity = ToldScan, fmt.Sprintf("Counted %d that had only been noted in row %d.", n, s.Voids), &n
		told.Why = "counted later by " + t.who.name(s.Actor)
		note, _, err := t.who.view.Scan(s.Voids)
		if err != nil && t.who.err == nil {
			t.who.err = err
		}
		told.Actor, told.By, told.Source = note.Actor, t.who.holder(note), t.who.device(note.Device)
	case s.Op == agent.Add:
		told.What, told.Does, told.Quantity = ToldScan, fmt.Sprintf("Scanned %s: counted %d.", agent.Harmless(s.Code.Text), n), &n
	default:
		told.What, told.Does, told.Why = ToldNoted, fmt.Sprintf("Scanned %s: kept, counted nothing.", agent.Harmless(s.Code.Text)), flagWords(s.Flags)
	}
	if s.Cond == agent.Damaged {
		told.Why = strings.TrimPrefix(told.Why+", damaged", ", ")
	}
	return told
}

// decoded gives an event's payload to what makes words of it.
func decoded[T any](e agent.Event, tell func(T) []Told) ([]Told, error) {
	payload, err := agent.Decode[T](e)
	if err != nil {
		return nil, err
	}
	return tell(payload), nil
}

func (t *telling) event(e agent.Event) ([]Told, error) {
	switch e.Kind {
	case agent.MovementsReceived:
		return decoded(e, t.movements)
	case agent.BookStated:
		return decoded(e, t.books)
	case agent.AdjustmentApproved:
		return decoded(e, t.approvals)
	case agent.DeliveryChanged:
		return decoded(e, func(f agent.DeliveryFact) []Told { return t.deliveries("", f) })
	case agent.RequestPlanned:
		return decoded(e, t.planned)
	case agent.RequestAttempted:
		return decoded(e, func(f agent.AttemptFact) []Told {
			return []Told{{What: ToldDelivery, Does: fmt.Sprintf("Sent to the shop, try %d.", f.Attempt), Source: string(f.Request), At: f.At}}
		})
	case agent.RequestOutcome:
		return decoded(e, t.answered)
	case agent.CountOpened:
		return decoded(e, func(c agent.Count) []Told {
			return []Told{{What: ToldCount, Does: fmt.Sprintf("%s was opened: %s, %s.", c.ID, quote(c.Name), c.Type), Count: c.ID, At: c.Opened.At}}
		})
	case agent.CountChanged:
		return decoded(e, func(f agent.CountFact) []Told {
			if f.State == agent.CountOpen {
				return []Told{{What: ToldCount, Does: fmt.Sprintf("%s was opened again.", f.Count), Count: f.Count, At: f.At.At}}
			}
			return []Told{{What: ToldCount, Does: fmt.Sprintf("%s is %s.", f.Count, f.State), Count: f.Count, At: f.At.At}}
		})
	case agent.CountWidened:
		return decoded(e, func(f agent.WidenFact) []Told {
			return []Told{{What: ToldCount, Does: fmt.Sprintf("It was taken into %s.", f.Count), Count: f.Count}}
		})
	case agent.RecountAsked:
		return decoded(e, func(r agent.Recount) []Told {
			return []Told{{What: ToldRecount, Does: fmt.Sprintf("It is to be counted again, recount %d of %s.", r.Round, r.Count), Why: r.Why, Count: r.Count, Round: r.Round}}
		})
	case agent.UncountedDecided:
		return decoded(e, t.uncounted)
	case agent.BarcodeTaught:
		return decoded(e, func(f agent.TaughtFact) []Told {
			return []Told{{What: ToldBarcode, Does: fmt.Sprintf("The barcode %s was taught: it stands for %d.", agent.Harmless(f.Text), f.Pack)}}
		})
	}
	return nil, fmt.Errorf("tell of row %d: nothing is known of the kind %s", e.Seq, e.Kind)
}

// uncounted tells what was decided of an item that nobody counted in a zone. The zeros
// are entries, told by themselves.
func (t *telling) uncounted(f agent.UncountedFact) (all []Told) {
	for _, d := range f.Decided {
		if d.Item == t.item {
			all = append(all, Told{What: ToldCount, Does: uncountedWords[d.As], Count: f.Count, Bin: d.Bin, Round: f.Round})
		}
	}
	return all
}

var uncountedWords = map[agent.Uncounted]string{
	agent.KeepUncounted:  "Nobody counted it here; it was decided that it stays uncounted.",
	agent.ZeroUncounted:  "Nobody counted it here; it was decided that it is gone.",
	agent.EmptyUncounted: "Nobody counted it here; somebody looked for it and it was not there.",
}

func (t *telling) movements(f agent.MovementsFact) (all []Told) {
	for _, m := range f.Movements {
		if m.Item != t.item {
			continue
		}
		n := m.Quantity
		told := Told{What: ToldMovement, Does: fmt.Sprintf("%s of %+d.", kindWords[m.Kind], n), Quantity: &n, Source: m.Source, ID: agent.Harmless(m.SourceID), Bin: m.Bin, At: m.Occurred.At}
		if m.Receipt != "" {
			told.Why = "receipt " + agent.Harmless(m.Receipt)
		}
		all = append(all, told)
	}
	return all
}

// kindWords are the kinds of movement as a sentence begins with them.
var kindWords = map[agent.MovementKind]string{
	agent.Sale: "Sale", agent.Return: "Return", agent.Shipment: "Shipment", agent.Receipt: "Delivery received", agent.Transfer: "Transfer",
	agent.Unexplained: "Unexplained change", agent.Adjusted: "Adjustment", agent.Edited: "Change by somebody else",
}

func (t *telling) books(f agent.BookFact) (all []Told) {
	for _, b := range f.Books {
		if b.Item == t.item {
			n := b.OnHand
			all = append(all, Told{What: ToldBook, Does: fmt.Sprintf("The shop's number was %d.", n), Quantity: &n, Source: "the shop", At: b.At.At})
		}
	}
	return all
}

func (t *telling) approvals(f agent.AdjustmentFact) (all []Told) {
	for _, a := range f.Adjustments {
		if a.Item != t.item {
			continue
		}
		n := a.Variance
		told := Told{What: ToldApproval, Does: fmt.Sprintf("Approved %+d (%s). %s", n, a.ID, a.Sentence), Quantity: &n, Why: a.Reason, Count: a.Count, Actor: a.By}
		if a.Decided {
			told.Does = fmt.Sprintf("Decided %+d, which could not be known (%s). %s", n, a.ID, a.Sentence)
		}
		all = append(all, told)
	}
	return all
}

func (t *telling) deliveries(source string, facts ...agent.DeliveryFact) (all []Told) {
	for _, f := range facts {
		a, own := t.own[f.Adjustment]
		if !own {
			continue
		}
		told := Told{What: ToldDelivery, Does: fmt.Sprintf("%s is %s.", f.Adjustment, f.State), Count: a.Count, Source: source}
		if f.Problem != nil {
			told.Why = f.Problem.What
		}
		all = append(all, told)
	}
	return all
}

func (t *telling) planned(r agent.Request) (all []Told) {
	for _, l := range r.Lines {
		if a, own := t.own[l.Adjustment]; own {
			n := l.Target
			all = append(all, Told{
				What: ToldDelivery, Count: a.Count, Source: string(r.ID), Quantity: &n,
				Does: fmt.Sprintf("%s is to make the shop's %d into %d.", l.Adjustment, l.Observed.OnHand, l.Target),
			})
		}
	}
	return all
}

func (t *telling) answered(f agent.AnswerFact) []Told {
	all := t.deliveries(string(f.Request), f.Changes...)
	for _, a := range f.Applied {
		if a.Item == t.item {
			n := a.Delta
			all = append(all, Told{What: ToldAdjustment, Does: fmt.Sprintf("The shop's number changed by %+d.", n), Quantity: &n, Source: string(f.Request), Count: t.own[a.Adjustment].Count})
		}
	}
	if len(all) == 0 && len(t.own) > 0 {
		all = append(all, Told{What: ToldDelivery, Does: fmt.Sprintf("The shop's answer: %s.", f.Outcome.Class), Source: string(f.Request)})
	}
	return all
}

// flagWords says why a scan counted nothing.
func flagWords(f agent.ScanFlag) string {
	return strings.ReplaceAll(strings.Join(f.Names(), ", "), "_", " ")
}

// callings are what people and scanners are called.
type callings struct {
	view    agent.View
	people  map[string]string
	devices map[agent.DeviceID]string
	passes  map[agent.PassID]agent.Actor
	err     error
}

func (s *Station) calling(v agent.View) (*callings, error) {
	who := &callings{view: v, people: map[string]string{}, devices: map[agent.DeviceID]string{}, passes: map[agent.PassID]agent.Actor{}}
	maps.Copy(who.devices, s.opts.Scanners)
	paired, err := v.PairedDevices()
	if err != nil {
		return who, err
	}
	for _, d := range paired {
		who.devices[d.Device] = d.Name
	}
	accesses, err := v.Accesses()
	for _, a := range accesses {
		if a.Name != "" {
			who.devices[PageDevice(a.ID)] = a.Name // what is typed into a browser
		}
	}
	return who, err
}

// device returns the name of a scanner, or its identity where it has none.
func (c *callings) device(id agent.DeviceID) string {
	if name := c.devices[id]; name != "" {
		return name
	}
	return string(id)
}

// holder returns the name of who made a scan: of what a scanner read it is who walked
// with it.
func (c *callings) holder(s agent.Scan) string {
	if s.Actor.Kind != agent.DeviceActor || s.Pass == "" {
		return c.name(s.Actor)
	}
	walker, known := c.passes[s.Pass]
	if !known {
		pass, _, err := c.view.Pass(s.Pass)
		if err != nil && c.err == nil {
			c.err = err
		}
		walker = pass.Person
		c.passes[s.Pass] = walker
	}
	if walker == (agent.Actor{}) {
		walker = s.Actor
	}
	return c.name(walker)
}

// name returns what an actor is called. Who was removed keeps the name.
func (c *callings) name(a agent.Actor) string {
	switch a.Kind {
	case agent.DeviceActor:
		return c.device(agent.DeviceID(a.ID))
	case agent.SystemActor:
		return "the agent"
	case agent.BrowserActor:
		return a.ID
	}
	if name, known := c.people[a.ID]; known {
		return name
	}
	p, _, found, err := c.view.PersonEver(agent.PersonID(a.ID))
	if err != nil && c.err == nil {
		c.err = err
	}
	name := a.ID
	if found && p.Name != "" {
		name = p.Name
	}
	c.people[a.ID] = name
	return name
}
