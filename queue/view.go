package queue

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// view implements agent.View on one connection inside a transaction.
type view struct {
	session
	over bool // the function it was made for has returned
	// undone is who undid what in a count, by item, once it was asked for.
	undone map[agent.CountID]map[agent.ItemID][]agent.CountedBy
}

var _ agent.View = (*view)(nil)

var errOver = errors.New("queue: a view was used after the function it was given to had returned")

// list returns the rows of a query, explained.
func list[T any](v *view, read func(row) (T, error), query string, args ...any) ([]T, error) {
	if v.over {
		return nil, errOver
	}
	rows, err := all(v.session, read, query, args...)
	return rows, explain("read", err)
}

// get returns the first row of a query, explained.
func get[T any](v *view, read func(row) (T, error), query string, args ...any) (T, bool, error) {
	if v.over {
		var none T
		return none, false, errOver
	}
	one, found, err := first(v.session, read, query, args...)
	return one, found, explain("read", err)
}

// symbolIs is the number of a text inside a query; null, which equals nothing,
// where the log never had the text.
const symbolIs = "(SELECT no FROM symbol WHERE text = ?)"

func (v *view) Head() (epoch string, head agent.Seq, err error) {
	_, _, err = get(v, func(r row) (int, error) { return 0, r.Scan(&epoch, &head) }, "SELECT epoch, seq FROM head")
	return epoch, head, err
}

func (v *view) Log(after agent.Seq, limit int) ([]agent.Record, error) {
	scans, err := list(v, readScan, "SELECT "+scanColumns+" FROM "+scanTables+" WHERE s.seq > ? ORDER BY s.seq LIMIT ?", int64(after), limit)
	if err != nil {
		return nil, err
	}
	events, err := list(v, readEvent, "SELECT "+eventColumns+" FROM "+eventTables+" WHERE e.seq > ? ORDER BY e.seq LIMIT ?", int64(after), limit)
	if err != nil {
		return nil, err
	}
	records := make([]agent.Record, 0, len(scans)+len(events))
	for i := range scans {
		records = append(records, agent.Record{Seq: scans[i].Seq, Scan: &scans[i]})
	}
	for i := range events {
		records = append(records, agent.Record{Seq: events[i].Seq, Event: &events[i]})
	}
	slices.SortFunc(records, func(a, b agent.Record) int { return int(a.Seq - b.Seq) })
	if limit >= 0 && len(records) > limit {
		records = records[:limit]
	}
	return records, nil
}

func (v *view) Next(noun string) (int64, error) {
	last, _, err := get(v, value[int64], "SELECT last FROM number WHERE noun = ?", noun)
	return last + 1, err
}

func (v *view) AccessByHash(hash string) (agent.Access, bool, error) {
	return get(v, readAccess, "SELECT id, name, role, hash, given FROM access WHERE hash = ?", hash)
}

func (v *view) Access(id string) (agent.Access, bool, error) {
	return get(v, readAccess, "SELECT id, name, role, hash, given FROM access WHERE id = ?", id)
}

func (v *view) Accesses() ([]agent.Access, error) {
	return list(v, readAccess, "SELECT id, name, role, hash, given FROM access ORDER BY seq")
}

func (v *view) PairedDevices() ([]agent.PairedDevice, error) {
	return list(v, readPaired, "SELECT device, name, settings FROM paired ORDER BY seq")
}

func readPaired(r row) (d agent.PairedDevice, err error) {
	var settings string
	err = r.Scan(&d.Device, &d.Name, &settings)
	d.Settings = json.RawMessage(settings)
	return d, err
}

func readAccess(r row) (a agent.Access, err error) {
	err = r.Scan(&a.ID, &a.Name, &a.Role, &a.Hash, instant{&a.Given})
	return a, err
}
