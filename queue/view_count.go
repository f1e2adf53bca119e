package queue

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

const countColumns = `id, name, type, location, policy, state, opened, opened_uncertainty, closed, closed_uncertainty, opened_by,
	scope, listed, sample`

func readCount(r row) (c agent.Count, err error) {
	var by, sample string
	var listed int64
	err = r.Scan(&c.ID, &c.Name, &c.Type, &c.Location, document{&c.Policy}, &c.State,
		instant{&c.Opened.At}, span{&c.Opened.Uncertainty}, instant{&c.Closed.At}, span{&c.Closed.Uncertainty}, &by,
		document{&c.Scope}, &listed, &sample)
	c.OpenedBy, c.Scope.Listed = splitActor(by), listed
	if sample != "" {
		c.Sample = json.RawMessage(sample)
	}
	return c, err
}

func (v *view) Counts() ([]agent.Count, error) {
	return list(v, readCount, "SELECT "+countColumns+" FROM count ORDER BY seq")
}

func (v *view) Count(id agent.CountID) (agent.Count, bool, error) {
	return get(v, readCount, "SELECT "+countColumns+" FROM count WHERE id = ?", string(id))
}

func (v *view) Listed(count agent.CountID) ([]agent.ItemID, error) {
	return list(v, value[agent.ItemID], "SELECT item FROM listed WHERE count = ? ORDER BY position", string(count))
}

func (v *view) IsListed(count agent.CountID, item agent.ItemID) (bool, error) {
	_, found, err := get(v, value[int64], "SELECT 1 FROM listed WHERE count = ? AND item = ?", string(count), string(item))
	return found, err
}

const passColumns = `id, count, zone, bin, person, device, round, started, started_uncertainty,
	last, last_uncertainty, closed, closed_uncertainty`

func readPass(r row) (p agent.Pass, err error) {
	var person string
	err = r.Scan(&p.ID, &p.Count, &p.Zone, &p.Bin, &person, &p.Device, &p.Round,
		instant{&p.Started.At}, span{&p.Started.Uncertainty}, instant{&p.Last.At}, span{&p.Last.Uncertainty},
		instant{&p.Closed.At}, span{&p.Closed.Uncertainty})
	p.Person = splitActor(person)
	return p, err
}

func (v *view) Passes(count agent.CountID) ([]agent.Pass, error) {
	return list(v, readPass, "SELECT "+passColumns+" FROM pass WHERE count = ? ORDER BY seq", string(count))
}

func (v *view) Pass(id agent.PassID) (agent.Pass, bool, error) {
	return get(v, readPass, "SELECT "+passColumns+" FROM pass WHERE id = ?", string(id))
}

func (v *view) PassOf(device agent.DeviceID) (agent.Pass, bool, error) {
	return get(v, readPass, "SELECT "+passColumns+" FROM pass WHERE device = ? AND closed IS NULL AND device <> ''", string(device))
}

// Visits reads where passes began from the events that opened them, and where they
// went from the circumstances of their scans, of which there are few.
func (v *view) OpenedIn(pass agent.PassID) (agent.Bin, error) {
	bin, _, err := get(v, value[agent.Bin], `SELECT ifnull(json_extract(e.data, '$.bin'), '') FROM pass p JOIN event e ON e.seq = p.seq WHERE p.id = ?`, string(pass))
	return bin, err
}

func (v *view) Visits(count agent.CountID) ([]agent.Visit, error) {
	return list(v, func(r row) (visit agent.Visit, err error) {
		err = r.Scan(&visit.Pass, &visit.Bin, &visit.Heard)
		return visit, err
	}, `SELECT pass, bin, max(heard) FROM (
		SELECT p.seq, p.id AS pass, json_extract(e.data, '$.bin') AS bin, 0 AS heard
			FROM pass p JOIN event e ON e.seq = p.seq WHERE p.count = ?1
		UNION ALL
		SELECT p.seq, p.id, b.text, 1
			FROM pass p JOIN symbol n ON n.text = p.id JOIN context c ON c.pass = n.no JOIN symbol b ON b.no = c.bin
			WHERE p.count = ?1
		) GROUP BY pass, bin ORDER BY seq, bin`, string(count))
}

// locatedPart is a part with the line that it belongs to.
type locatedPart struct {
	item agent.ItemID
	bin  agent.Bin
	part
}

func (v *view) Lines(count agent.CountID) ([]agent.Line, error) { return v.lines(count, "") }

func (v *view) LinesOf(count agent.CountID, item agent.ItemID) ([]agent.Line, error) {
	return v.lines(count, item)
}

// lines returns the lines of a count, or of one item of it, by item and bin.
func (v *view) lines(count agent.CountID, item agent.ItemID) ([]agent.Line, error) {
	where, args := "p.count = "+symbolIs, []any{string(count)}
	if item != "" {
		where, args = where+" AND p.item = "+symbolIs, append(args, string(item))
	}
	parts, err := list(v, func(r row) (p locatedPart, err error) {
		err = r.Scan(&p.item, &p.bin, &p.round, &p.pass, &p.cond, &p.quantity, &p.entries, &p.last,
			instant{&p.window.From.At}, span{&p.window.From.Uncertainty},
			instant{&p.window.To.At}, span{&p.window.To.Uncertainty}, &p.first)
		return p, err
	}, `SELECT i.text, b.text, `+partColumns+` FROM part p JOIN symbol i ON i.no = p.item JOIN symbol b ON b.no = p.bin
		WHERE `+where+` ORDER BY p.item, p.bin`, args...)
	if err != nil {
		return nil, err
	}
	lines := linesOf(count, parts)
	slices.SortFunc(lines, func(a, b agent.Line) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Bin, b.Bin))
	})
	return lines, nil
}

func (v *view) LinedBins(count agent.CountID) ([]agent.Bin, error) {
	return list(v, value[agent.Bin], `SELECT b.text FROM (SELECT DISTINCT bin FROM part WHERE count = `+symbolIs+` AND entries > 0) p
		JOIN symbol b ON b.no = p.bin ORDER BY b.text`, string(count))
}

// linesOf adds up parts that are grouped by line.
func linesOf(count agent.CountID, parts []locatedPart) []agent.Line {
	var lines []agent.Line
	var same []part
	for i, p := range parts {
		same = append(same, p.part)
		if i+1 < len(parts) && parts[i+1].item == p.item && parts[i+1].bin == p.bin {
			continue
		}
		if line, ok := lineOf(same); ok {
			line.Count, line.Item, line.Bin = count, p.item, p.bin
			lines = append(lines, line)
		}
		same = same[:0]
	}
	return lines
}

func (v *view) Recounts(count agent.CountID) ([]agent.Recount, error) {
	return list(v, func(r row) (c agent.Recount, err error) {
		var by string
		err = r.Scan(&c.Count, &c.Round, document{&c.Items}, &by, &c.Why)
		c.By = splitActor(by)
		return c, err
	}, "SELECT count, round, items, by, why FROM recount WHERE count = ? ORDER BY seq", string(count))
}

// Tally returns the receipt of a count. Moves and voiding scans are no entries of
// it, so that Entries = counted + Voided + Noted.
func (v *view) Tally(count agent.CountID) (agent.Tally, error) {
	t, _, err := get(v, func(r row) (t agent.Tally, err error) {
		err = r.Scan(&t.Entries, &t.Voided, &t.Noted, &t.Unknown, &t.Lines, &t.Units, &t.Head)
		return t, err
	}, "SELECT entries, voided, noted, unknown, lines, units, head FROM tally WHERE count = ?", string(count))
	return t, err
}

func (v *view) Devices() ([]agent.DeviceTally, error) {
	return list(v, func(r row) (d agent.DeviceTally, err error) {
		err = r.Scan(&d.Device, &d.Stored, &d.Unowned, instant{&d.Last.At}, span{&d.Last.Uncertainty}, &d.LastSeq)
		return d, err
	}, "SELECT id, stored, unowned, last, last_uncertainty, last_seq FROM device ORDER BY id")
}
