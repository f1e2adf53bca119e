package queue

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// RowsOf looks every table that has the item through for the rows that filled it.
// Scans have no index (see Scans), so that a page costs one walk through them.
func (v *view) RowsOf(item agent.ItemID, before agent.Seq, limit int) ([]agent.Record, int64, error) {
	all, err := v.seqsOf(item)
	if err != nil {
		return nil, 0, err
	}
	end := len(all)
	if before != 0 {
		end, _ = slices.BinarySearch(all, before)
	}
	from := max(0, end-limit)
	rows, err := v.records(all[from:end])
	return rows, int64(from), err
}

// seqsOf returns the rows that tell of an item, in order, each once.
func (v *view) seqsOf(item agent.ItemID) ([]agent.Seq, error) {
	seqs, err := list(v, value[agent.Seq], `SELECT seq FROM scan WHERE item = (SELECT no FROM symbol WHERE text = ?1)
		UNION SELECT seq FROM movement WHERE item = (SELECT no FROM symbol WHERE text = ?1)
		UNION SELECT seq FROM book WHERE item = (SELECT no FROM symbol WHERE text = ?1)
		UNION SELECT seq FROM adjustment WHERE item = ?1`, string(item))
	if err != nil {
		return nil, err
	}
	adjustments, err := v.AdjustmentsOf(item)
	if err != nil {
		return nil, err
	}
	told, err := v.deliveryEvents(adjustments)
	if err != nil {
		return nil, err
	}
	named, err := v.countsWith(item)
	if err != nil {
		return nil, err
	}
	for _, e := range append(told, named...) {
		seqs = append(seqs, e.Seq)
	}
	slices.Sort(seqs)
	return slices.Compact(seqs), nil
}

func (v *view) AdjustmentsOf(item agent.ItemID) ([]agent.Adjustment, error) {
	return list(v, func(r row) (a agent.Adjustment, err error) {
		err = r.Scan(document{&a})
		return a, err
	}, "SELECT body FROM adjustment WHERE item = ? ORDER BY seq, ordinal", string(item))
}

// deliveryEvents returns the events that tell of the deliveries of some adjustments.
func (v *view) deliveryEvents(adjustments []agent.Adjustment) ([]agent.Event, error) {
	if len(adjustments) == 0 {
		return nil, nil
	}
	wanted := map[string]bool{}
	for _, a := range adjustments {
		wanted[`"adjustment":`+quoted(string(a.ID))] = true
	}
	events, err := v.eventsOf([]agent.Kind{agent.DeliveryChanged, agent.RequestPlanned, agent.RequestAttempted, agent.RequestOutcome},
		"SELECT min(seq) FROM adjustment WHERE id = ?", string(adjustments[0].ID))
	if err != nil {
		return nil, err
	}
	var told []agent.Event
	for _, e := range events {
		text := string(e.Data)
		if e.Kind == agent.RequestPlanned && mentions(text, wanted) {
			if request, err := agent.Decode[agent.Request](e); err == nil {
				wanted[`"request":`+quoted(string(request.ID))] = true
			}
		}
		if mentions(text, wanted) {
			told = append(told, e)
		}
	}
	return told, nil
}

// mentions reports whether a payload has one of some members. Payloads are compact.
func mentions(data string, wanted map[string]bool) bool {
	for member := range wanted {
		if strings.Contains(data, member) {
			return true
		}
	}
	return false
}

func quoted(text string) string {
	data, _ := json.Marshal(text) // a text can always be written
	return string(data)
}

// countsWith returns the events that tell of the counts that an item was in, and
// those that name it.
func (v *view) countsWith(item agent.ItemID) ([]agent.Event, error) {
	counts, err := list(v, value[string], `SELECT id FROM count c WHERE EXISTS (SELECT 1 FROM listed WHERE count = c.id AND item = ?1)
		OR EXISTS (SELECT 1 FROM part WHERE count = (SELECT no FROM symbol WHERE text = c.id) AND item = (SELECT no FROM symbol WHERE text = ?1))`, string(item))
	if err != nil {
		return nil, err
	}
	events, err := v.eventsOf([]agent.Kind{agent.CountOpened, agent.CountChanged, agent.CountWidened, agent.RecountAsked, agent.UncountedDecided, agent.BarcodeTaught}, "SELECT 0")
	if err != nil {
		return nil, err
	}
	its := map[string]bool{}
	for _, id := range counts {
		its[`"count":`+quoted(id)], its[`"id":`+quoted(id)] = true, true
	}
	return slices.DeleteFunc(events, func(e agent.Event) bool {
		switch e.Kind {
		case agent.CountOpened, agent.CountChanged:
			return !mentions(string(e.Data), its)
		}
		return !strings.Contains(string(e.Data), quoted(string(item)))
	}), nil
}

func (v *view) EventsOf(count agent.CountID) ([]agent.Event, error) {
	own := map[string]bool{`"count":` + quoted(string(count)): true, `"id":` + quoted(string(count)): true}
	events, err := v.eventsOf([]agent.Kind{agent.CountOpened, agent.CountChanged, agent.CountWidened, agent.RecountAsked, agent.UncountedDecided},
		"SELECT seq - 1 FROM count WHERE id = ?", string(count))
	if err != nil {
		return nil, err
	}
	events = slices.DeleteFunc(events, func(e agent.Event) bool { return !mentions(string(e.Data), own) })
	adjustments, err := v.Adjustments(count)
	if err != nil {
		return nil, err
	}
	told, err := v.deliveryEvents(adjustments)
	events = append(events, told...)
	slices.SortFunc(events, func(a, b agent.Event) int { return int(a.Seq - b.Seq) })
	return events, err
}

// eventsOf returns the events of some kinds after the row that a query says.
func (v *view) eventsOf(kinds []agent.Kind, after string, args ...any) ([]agent.Event, error) {
	where, names := in("e.kind", kinds)
	return list(v, readEvent, "SELECT "+eventColumns+" FROM "+eventTables+where+" AND e.seq > ifnull(("+after+"), 0) ORDER BY e.seq", append(names, args...)...)
}

// records returns rows of the log by their numbers, in order.
func (v *view) records(seqs []agent.Seq) ([]agent.Record, error) {
	found := make([]agent.Record, 0, len(seqs))
	for some := range slices.Chunk(seqs, knownAtOnce) {
		marks, args := "?"+strings.Repeat(",?", len(some)-1), make([]any, len(some))
		for i, seq := range some {
			args[i] = int64(seq)
		}
		scans, err := list(v, readScan, fmt.Sprintf("SELECT %s FROM %s WHERE s.seq IN (%s)", scanColumns, scanTables, marks), args...)
		if err != nil {
			return nil, err
		}
		events, err := list(v, readEvent, fmt.Sprintf("SELECT %s FROM %s WHERE e.seq IN (%s)", eventColumns, eventTables, marks), args...)
		if err != nil {
			return nil, err
		}
		for i := range scans {
			found = append(found, agent.Record{Seq: scans[i].Seq, Scan: &scans[i]})
		}
		for i := range events {
			found = append(found, agent.Record{Seq: events[i].Seq, Event: &events[i]})
		}
	}
	slices.SortFunc(found, func(a, b agent.Record) int { return int(a.Seq - b.Seq) })
	return found, nil
}

func (v *view) MovementsBy(source string, ids ...string) (map[string]agent.Movement, error) {
	known := make(map[string]agent.Movement)
	for some := range slices.Chunk(ids, knownAtOnce) {
		where, args := in("m.source_id", some)
		found, err := list(v, readMovement, "SELECT "+movementColumns+where+" AND m.source = "+symbolIs, append(args, source)...)
		if err != nil {
			return nil, err
		}
		for _, m := range found {
			known[m.SourceID] = m
		}
	}
	return known, nil
}
