package station

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/stockhand/stockhand/agent"
)

// What one call can tell, and how it is believed.
const (
	MaxTold = 1_000 // rows of a call

	toldPiece    = 50 // rows of a write: scans wait for the one that is running
	toldText     = 200
	defaultSlack = 5 * time.Second // by which a till's clock may be wrong
	longestSlack = time.Hour
	ahead        = 5 * time.Minute // a till's clock may be ahead by so much
	oldest       = 400 * 24 * time.Hour
	mostSources  = 20 // of one access: counts wait for each
)

// TakeMovements tells what moved at a till or in another program. Each row is taken,
// known already or refused by itself; a refused row can be told again.
type TakeMovements struct {
	// Source is whose record it is, such as "till-2": ids are unique within it. Of an
	// access of the role pos it is a part of the access: its name stands before it.
	Source    string            `json:"source,omitempty"`
	Movements []json.RawMessage `json:"movements"` // MovedRow
	// CompleteUntil says that everything up to then is told. Counts wait for it from
	// then on, so whoever tells it once must go on telling it.
	CompleteUntil time.Time `json:"complete_until,omitzero"`
	// Gone says that the source will tell nothing more, so that nobody waits for it.
	Gone bool `json:"gone,omitempty"`
	// Uncertainty is by how many seconds the source's clock may be wrong; 0 is 5.
	Uncertainty int64 `json:"uncertainty,omitempty"`
	// SentAt is the time by the source's clock at which this is sent. Its difference to the
	// arrival shows how wrong that clock is; where that is more than the uncertainty, that
	// is widened.
	SentAt time.Time `json:"sent_at,omitzero"`
}

// MovedRow is one row: an item by one of its names, and the signed change of what
// is on hand. Without a kind goods that left were sold, and goods that came returned.
type MovedRow struct {
	ID       string             `json:"id"`
	Occurred time.Time          `json:"occurred"`
	Item     agent.ItemID       `json:"item,omitempty"`
	SKU      string             `json:"sku,omitempty"`
	Barcode  string             `json:"barcode,omitempty"` // of a pack: Quantity is in packs
	Quantity int64              `json:"quantity"`
	Kind     agent.MovementKind `json:"kind,omitempty"`
	Receipt  string             `json:"receipt,omitempty"`
	Bin      agent.Bin          `json:"bin,omitempty"`
	// Posted is when the shop's own number was changed by it, where the till knows that.
	Posted time.Time `json:"posted,omitzero"`
}

// Taken is what became of the rows, in their order.
type Taken struct {
	Source  string     `json:"source"`
	New     int        `json:"new"`
	Known   int        `json:"known"`
	Refused int        `json:"refused"`
	Rows    []TakenRow `json:"rows"`
	// CompleteUntil is up to when the source counts as complete now; Note says why that
	// is not what was told.
	CompleteUntil time.Time `json:"complete_until,omitzero"`
	Note          string    `json:"note,omitempty"`
	// ClockAhead is by how many seconds the source's clock is ahead of ours, as far as is
	// known; below zero where it is behind. ClockNote warns where that is too much.
	ClockAhead float64 `json:"clock_ahead,omitempty"`
	ClockNote  string  `json:"clock_note,omitempty"`
}

// TakenRow is what became of one row.
type TakenRow struct {
	ID       string `json:"id"`
	Outcome  string `json:"outcome"` // new, known or refused
	Code     string `json:"code,omitempty"`
	Sentence string `json:"sentence"`
}

// The outcomes of a row.
const (
	RowNew     = "new"
	RowKnown   = "known"
	RowRefused = "refused"
)

func (s *Station) takeMovements(ctx context.Context, c command, a TakeMovements) (Taken, error) {
	if err := c.caller.Require(agent.MayTell); err != nil {
		return Taken{}, err
	}
	source, err := s.sourceOf(c.caller, a.Source)
	if err != nil {
		return Taken{}, err
	}
	if err := errors.Join(a.check(), s.checkSent(a)); err != nil {
		return Taken{}, err
	}
	in := &intake{station: s, call: a, told: Taken{Source: source, Rows: make([]TakenRow, len(a.Movements))}}
	if err := s.store.Read(ctx, in.understand); err != nil {
		return Taken{}, err
	}
	for piece := range slices.Chunk(in.fit, toldPiece) {
		if err := in.keep(ctx, c.caller.Actor, piece); err != nil {
			return Taken{}, err
		}
	}
	if err := in.mark(ctx, c.caller.Actor); err != nil {
		return Taken{}, err
	}
	for _, row := range in.told.Rows {
		switch row.Outcome {
		case RowNew:
			in.told.New++
		case RowKnown:
			in.told.Known++
		default:
			in.told.Refused++
		}
	}
	return in.told, nil
}

// sourceOf says under which name a caller's movements are kept. Nobody may tell under
// the shop's own name: its movements would be taken for known ones.
func (s *Station) sourceOf(caller agent.Caller, source string) (string, error) {
	source = strings.TrimSpace(source)
	if caller.Role == agent.POS {
		source = strings.TrimSuffix(caller.Actor.ID+"/"+source, "/")
	}
	reserved := s.opts.Source != "" && strings.EqualFold(source, s.opts.Source)
	if source == "" || reserved || len(source) > toldText || source != agent.Harmless(source) {
		return "", refuse("bad_source", "Movements cannot be told under the name "+quote(agent.Harmless(source))+".",
			"Name the till or program that they come from, such as till-2, and not the shop's own system.")
	}
	return source, nil
}

func (a TakeMovements) check() error {
	switch {
	case len(a.Movements) > MaxTold:
		return refuse("too_many_movements", fmt.Sprintf("%d movements were told at once.", len(a.Movements)), fmt.Sprintf("Tell at most %d at a time.", MaxTold))
	case a.Uncertainty < 0 || time.Duration(a.Uncertainty) > longestSlack/time.Second:
		return refuse("bad_uncertainty", fmt.Sprintf("A clock cannot be wrong by %d seconds and be of use.", a.Uncertainty), "Say between 0 and 3600 seconds.")
	case a.Gone && !a.CompleteUntil.IsZero():
		return refuse("bad_arguments", "A source that is gone is not complete up to a time.", "Say either gone or complete_until.")
	}
	return nil
}

func (a TakeMovements) slack() time.Duration {
	if a.Uncertainty == 0 {
		return defaultSlack
	}
	return time.Duration(a.Uncertainty) * time.Second
}

// intake carries out one call.
type intake struct {
	station *Station
	call    TakeMovements
	told    Taken
	fit     []fitting
	// missing is when the oldest refused row happened: the source is not complete past
	// it. unclear: that is not even known of one of them.
	missing time.Time
	unclear bool
	// fast is by how much the source's clock is certainly ahead.
	fast time.Duration
	// clock is by how much it seems to be ahead, by when this was sent.
	clock time.Duration
}

// fitting is a row that can be kept.
type fitting struct {
	at       int // among the rows
	movement agent.Movement
}

// understand finds out what each row means. It looks before the writes, so that no
// scan waits for it.
func (in *intake) understand(v agent.View) error {
	if err := in.fewSources(v); err != nil {
		return err
	}
	if err := in.compareClocks(v); err != nil {
		return err
	}
	n := &names{view: v, rules: in.station.opts.Barcodes}
	rows, wrong := make([]MovedRow, len(in.call.Movements)), make([]error, len(in.call.Movements))
	for i, text := range in.call.Movements {
		rows[i], wrong[i] = parseRow(text)
		in.fast = max(in.fast, in.ahead(rows[i].Occurred))
	}
	for i, row := range rows {
		var m agent.Movement
		err := wrong[i]
		if err == nil {
			m, err = in.movement(n, row)
		}
		var e *agent.Error
		switch {
		case errors.As(err, &e) && e.Class == agent.Refuse:
			in.refuse(i, row.ID, row.Occurred, e)
		case err != nil:
			return err
		default:
			in.fit = append(in.fit, fitting{i, m})
		}
	}
	return nil
}

// fewSources refuses a till that tells under ever more names: counts would wait for each
// of them.
func (in *intake) fewSources(v agent.View) error {
	till, _, own := strings.Cut(in.told.Source, "/")
	if !own || in.call.CompleteUntil.IsZero() {
		return nil
	}
	marks, err := sourcesOf(v, in.station.opts.Location, till)
	known := slices.ContainsFunc(marks, func(w agent.Watermark) bool { return w.Source == in.told.Source })
	if err != nil || known || len(marks) < mostSources {
		return err
	}
	return refuse("too_many_sources", fmt.Sprintf("%s tells under %d names already, and counts wait for each of them.", quote(till), len(marks)),
		"Tell under one of them, or tell first of those that are not used any more that they are gone.")
}

func (in *intake) refuse(i int, id string, occurred time.Time, e *agent.Error) {
	in.told.Rows[i] = TakenRow{ID: agent.Harmless(id), Outcome: RowRefused, Code: e.Code, Sentence: e.What + " The row was not kept. " + e.Do}
	switch {
	case occurred.IsZero() || e.Code == "bad_time": // what a wrong clock says is no time
		in.unclear = true
	case in.missing.IsZero() || occurred.Before(in.missing):
		in.missing = occurred
	}
}

// movement makes a movement of a row, or says why it is none.
func (in *intake) movement(n *names, row MovedRow) (agent.Movement, error) {
	for _, text := range []struct{ name, value string }{{"id", row.ID}, {"receipt", row.Receipt}, {"bin", string(row.Bin)}} {
		if len(text.value) > toldText || text.value != agent.Harmless(text.value) || !utf8.ValidString(text.value) {
			return agent.Movement{}, refuse("bad_row", "The "+text.name+" is longer than 200 bytes or holds characters that nobody sees.", "Correct it.")
		}
	}
	if row.ID != strings.TrimSpace(row.ID) || row.Receipt != strings.TrimSpace(row.Receipt) {
		return agent.Movement{}, refuse("bad_row", "The id or the receipt begins or ends with a blank.", "Leave the blanks out: with them it is another one.")
	}
	if row.ID == "" {
		return agent.Movement{}, refuse("no_id", "The row has no id.", "Give each movement an id of its own, which stays the same when it is told again.")
	}
	if err := in.dated(row.Occurred); err != nil {
		return agent.Movement{}, err
	}
	if err := in.booked(row); err != nil {
		return agent.Movement{}, err
	}
	kind, err := kindOf(row)
	if err != nil {
		return agent.Movement{}, err
	}
	found, err := itemOf(n, row)
	if err != nil {
		return agent.Movement{}, err
	}
	quantity := row.Quantity * found.pack
	if most := MaxQuantity / found.pack; row.Quantity > most || row.Quantity < -most {
		return agent.Movement{}, refuse("bad_quantity", fmt.Sprintf("%d is more than anybody can have moved.", row.Quantity), "Look whether a barcode stands where the quantity belongs.")
	}
	return agent.Movement{
		Source: in.told.Source, SourceID: row.ID, Receipt: row.Receipt, Kind: kind, Item: found.item.ID, Location: in.station.opts.Location, Bin: row.Bin,
		Quantity: quantity, Posted: row.Posted.UTC().Truncate(time.Microsecond), Occurred: agent.Stamp{At: row.Occurred.UTC().Truncate(time.Microsecond), Uncertainty: in.slack()},
	}, nil
}

// dated refuses times that only a wrong clock can show: a sale that is put years away
// from when it happened would be missing where it belongs.
func (in *intake) dated(at time.Time) error {
	now := in.station.clock.Now()
	switch {
	case at.IsZero():
		return refuse("no_time", "The row does not say when it happened.", "Tell occurred as 2026-05-04T09:30:00Z.")
	case at.After(now.Add(ahead)):
		return refuse("bad_time", fmt.Sprintf("It is said to have happened at %s, which is yet to come.", at.UTC().Format(time.RFC3339)), "Look at the clock of the till.")
	case at.Before(now.Add(-oldest)):
		return refuse("bad_time", fmt.Sprintf("It is said to have happened at %s, which is more than 400 days ago.", at.UTC().Format(time.RFC3339)), "Look at the clock of the till.")
	}
	return nil
}

// booked refuses what cannot be: the shop's number changed by a movement before it
// happened, or is yet to.
func (in *intake) booked(row MovedRow) error {
	if at := row.Posted; !at.IsZero() && (at.Before(row.Occurred.Add(-in.slack())) || at.After(in.station.clock.Now().Add(ahead))) {
		return refuse("bad_posted", fmt.Sprintf("The shop is said to have booked it at %s, which is yet to come or before it happened.", at.UTC().Format(time.RFC3339)),
			"Leave posted out where it is not known.")
	}
	return nil
}

// keep stores those rows of a piece that are new. What was told before is looked up
// inside the write: the same rows may be told twice at the same moment.
func (in *intake) keep(ctx context.Context, by agent.Actor, piece []fitting) error {
	var outcome []TakenRow
	_, err := in.station.store.Write(ctx, agent.Command{}, func(v agent.View) (agent.Facts, error) {
		ids := make([]string, len(piece))
		for i, f := range piece {
			ids[i] = f.movement.SourceID
		}
		known, err := v.MovementsBy(in.told.Source, ids...)
		if err != nil {
			return agent.Facts{}, err
		}
		outcome = make([]TakenRow, len(piece))
		var fresh []agent.Movement
		for i, f := range piece {
			before, seen := known[f.movement.SourceID]
			outcome[i] = judgeRow(before, seen, f.movement)
			if !seen {
				known[f.movement.SourceID] = f.movement
				fresh = append(fresh, f.movement)
			}
		}
		if len(fresh) == 0 {
			return agent.Facts{}, errNothingNew
		}
		return agent.Facts{
			Actor: by, At: in.station.clock.Now(),
			Events: []agent.Event{agent.NewEvent(agent.MovementsReceived, agent.MovementsFact{Movements: fresh})},
		}, nil
	})
	if err != nil && !errors.Is(err, errNothingNew) {
		return fmt.Errorf("store movements: %w", err)
	}
	for i, f := range piece {
		if in.told.Rows[f.at] = outcome[i]; outcome[i].Outcome == RowRefused {
			in.missingSince(f.movement.Occurred.At)
		}
	}
	return nil
}

// errNothingNew ends a write that has nothing to add.
var errNothingNew = errors.New("nothing new")

func (in *intake) missingSince(at time.Time) {
	if in.missing.IsZero() || at.Before(in.missing) {
		in.missing = at
	}
}

// judgeRow compares a row with what was told under its id before.
func judgeRow(before agent.Movement, seen bool, m agent.Movement) TakenRow {
	row := TakenRow{ID: m.SourceID, Outcome: RowNew, Sentence: fmt.Sprintf("%+d of %s is stored.", m.Quantity, m.Item)}
	same := before
	same.Seq, same.Occurred.Uncertainty, same.Posted = m.Seq, m.Occurred.Uncertainty, m.Posted
	switch {
	case seen && same == m:
		row.Outcome, row.Sentence = RowKnown, "It was told before and is stored once."
	case seen:
		row.Outcome, row.Code = RowRefused, "told_otherwise"
		row.Sentence = fmt.Sprintf("Under this id %+d of %s at %s was told before, and that is kept. The row was not kept. Correct it by another movement with an id of its own.",
			before.Quantity, before.Item, before.Occurred.At.UTC().Format(time.RFC3339))
	}
	return row
}

// mark moves the source's watermark on: never past a row that is missing, and never into
// what is yet to come. It goes back only to before a row that is refused after the source
// was said to be complete.
func (in *intake) mark(ctx context.Context, by agent.Actor) error {
	_, err := in.station.store.Write(ctx, agent.Command{}, func(v agent.View) (agent.Facts, error) {
		w, found, err := markOf(v, in.station.opts.Location, in.told.Source)
		if err != nil {
			return agent.Facts{}, err
		}
		live := found && !w.Offline
		if live {
			in.told.CompleteUntil = w.Upstream
		}
		until, before := in.until(), w
		w.Clock = in.clock
		switch {
		case in.call.Gone:
			w.Offline = true
			in.told.CompleteUntil = time.Time{}
		case live && in.lost(w.Upstream):
			in.told.Note = "It counts as complete only up to the oldest row that was not kept, though more was said before."
			w.Upstream = in.missing.Add(-time.Microsecond)
		case until.IsZero() || !until.After(in.told.CompleteUntil):
			if !found || w == before {
				return agent.Facts{}, errNothingNew
			}
			return agent.Facts{Actor: by, At: in.station.clock.Now(), Watermarks: []agent.Watermark{w}}, nil
		default:
			w.Upstream, w.Offline = until, false
		}
		if !in.call.Gone {
			w.Local, in.told.CompleteUntil = w.Upstream.Add(-in.slack()), w.Upstream
		}
		return agent.Facts{Actor: by, At: in.station.clock.Now(), Watermarks: []agent.Watermark{w}}, nil
	})
	if err != nil && !errors.Is(err, errNothingNew) {
		return fmt.Errorf("store up to when %s is complete: %w", in.told.Source, err)
	}
	return nil
}

// lost reports whether a row was refused that happened before a time up to which the
// source was said to be complete.
func (in *intake) lost(until time.Time) bool {
	return !in.missing.IsZero() && !in.missing.After(until)
}

// until is up to when the source is complete by this call.
func (in *intake) until() time.Time {
	until, now := in.call.CompleteUntil.UTC().Truncate(time.Microsecond), in.station.clock.Now().UTC().Truncate(time.Microsecond)
	switch {
	case in.call.CompleteUntil.IsZero():
		return time.Time{}
	case in.unclear:
		in.told.Note = "It does not count as complete: of a row that was not kept nobody knows when it happened."
		return time.Time{}
	case in.lost(until):
		in.told.Note = "It counts as complete only up to the oldest row that was not kept."
		until = in.missing.Add(-time.Microsecond)
	}
	if until.After(now) {
		in.told.Note = "It counts as complete only up to now: nobody knows yet what comes later."
		until = now
	}
	return until
}

// sourcesOf returns the watermarks of the sources of an access that are waited for.
func sourcesOf(v agent.View, location agent.LocationID, till string) ([]agent.Watermark, error) {
	marks, err := v.Watermarks(location)
	return slices.DeleteFunc(marks, func(w agent.Watermark) bool {
		return w.Offline || w.Source != till && !strings.HasPrefix(w.Source, till+"/")
	}), err
}

func markOf(v agent.View, location agent.LocationID, source string) (agent.Watermark, bool, error) {
	marks, err := v.Watermarks(location)
	for _, w := range marks {
		if w.Source == source {
			return w, true, err
		}
	}
	return agent.Watermark{Source: source, Location: location}, false, err
}
