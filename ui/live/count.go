package live

import (
	"encoding/json"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// countRow is a count in a list.
type countRow struct {
	agent.Count
	Tally      agent.Tally `json:"tally"`
	PassesOpen int         `json:"passes_open"`
	// Undecided is how many lines wait for a person. It is 0 for counters, who
	// must not learn how many of their lines differ.
	Undecided int `json:"undecided"`
}

// lineRow is a line. It says nothing of what is expected.
type lineRow struct {
	Item    agent.ItemID `json:"item"`
	SKU     string       `json:"sku"`
	Name    string       `json:"name"`
	Bin     agent.Bin    `json:"bin"`
	Round   int64        `json:"round"`
	Good    int64        `json:"good"`
	Damaged int64        `json:"damaged"`
	Counted int64        `json:"counted"`
	Entries int64        `json:"entries"` // 0 where all were undone: the line is gone
	Last    agent.Seq    `json:"last"`
	CutOff  agent.Stamp  `json:"cut_off"`
}

// passRow is a pass, and what was said of its next item.
type passRow struct {
	agent.Pass
	Awaited *agent.Awaited `json:"awaited,omitempty"`
	// Together are the other open passes in the same place.
	Together []agent.PassID `json:"together,omitempty"`
}

// passRows returns the rows of some of the passes that a count has.
func passRows(v agent.View, some, all []agent.Pass) ([]passRow, error) {
	rows := make([]passRow, len(some))
	for i, p := range some {
		rows[i].Pass = p
		if !p.Open() {
			continue
		}
		for _, o := range p.Together(all) {
			rows[i].Together = append(rows[i].Together, o.ID)
		}
		if next, found, err := v.Awaited(p.ID); err != nil {
			return nil, err
		} else if found {
			rows[i].Awaited = &next
		}
		// Whose badge was scanned with its scanner walks now.
		if bearer, found, err := v.Bearer(p.Device); err != nil {
			return nil, err
		} else if found {
			rows[i].Person = bearer.Actor
		}
	}
	return rows, nil
}

type unknownRow struct {
	Code     string    `json:"code"`
	Times    int64     `json:"times"`
	FirstBin agent.Bin `json:"first_bin"`
	LastSeq  agent.Seq `json:"last_seq"`
}

func lineOf(l agent.Line, item agent.Item) lineRow {
	return lineRow{
		Item: l.Item, SKU: item.SKU, Name: item.Name, Bin: l.Bin, Round: l.Round, Good: l.Good, Damaged: l.Damaged,
		Counted: l.Counted(), Entries: l.Entries, Last: l.Last, CutOff: l.Window.To,
	}
}

// countRows returns a count's row for those who manage and for those who count.
func (h *Hub) countRows(v agent.View, id agent.CountID) (manager, counter countRow, err error) {
	row := countRow{}
	if row.Count, _, err = v.Count(id); err != nil {
		return row, row, err
	}
	if row.Tally, err = v.Tally(id); err != nil {
		return row, row, err
	}
	passes, err := v.Passes(id)
	if err != nil {
		return row, row, err
	}
	for _, p := range passes {
		if p.Open() {
			row.PassesOpen++
		}
	}
	counter = row
	row.Undecided, err = h.undecided(v, row.Count)
	return row, counter, err
}

// undecided counts what waits for a person: deliveries, and what the review says
// if somebody has looked at it.
func (h *Hub) undecided(v agent.View, count agent.Count) (n int, err error) {
	if count.State != agent.CountClosed {
		return 0, nil
	}
	deliveries, err := v.DeliveriesOf(count.ID)
	for _, d := range deliveries {
		if d.State == agent.Conflict || d.State == agent.InDoubt || d.State == agent.Rejected {
			n++
		}
	}
	if r := h.reviews[count.ID]; r != nil {
		n += r.undecided
	}
	return n, err
}

func (h *Hub) snapCounts(v agent.View, p *page) (*snapshot, error) {
	counts, err := v.Counts()
	if err != nil {
		return nil, err
	}
	var list []json.RawMessage
	for _, c := range slices.Backward(counts) {
		row, err := h.countRowFor(v, p, c.ID)
		if err != nil {
			return nil, err
		}
		list = append(list, encode(row))
	}
	s := &snapshot{}
	s.list("counts", list)
	return s, nil
}

func (h *Hub) countRowFor(v agent.View, p *page, id agent.CountID) (countRow, error) {
	manager, counter, err := h.countRows(v, id)
	if p.caller.May(agent.MayManage) {
		return manager, err
	}
	return counter, err
}

// snapCount is the present of one count: its lines, its newest scans, its passes.
func (h *Hub) snapCount(v agent.View, p *page, id agent.CountID) (*snapshot, error) {
	s := &snapshot{values: map[string]any{"count": nil}}
	count, found, err := v.Count(id)
	if err != nil {
		return nil, err
	}
	if found {
		row, err := h.countRowFor(v, p, id)
		if err != nil {
			return nil, err
		}
		s.values["count"] = row
	}
	passes, err := v.Passes(id)
	if err != nil {
		return nil, err
	}
	recounts, err := v.Recounts(id)
	if err != nil {
		return nil, err
	}
	rows, err := passRows(v, passes, passes)
	if err != nil {
		return nil, err
	}
	s.list("passes", encoded(rows))
	asked, err := recountRows(v, recounts)
	if err != nil {
		return nil, err
	}
	s.list("recounts", encoded(asked))
	if err := h.snapScans(v, s, id, p.hidden(recounts)); err != nil {
		return nil, err
	}
	if err := h.snapStrays(v, s, count); err != nil {
		return nil, err
	}
	return s, snapLines(v, s, id, p.hidden(recounts))
}

func (h *Hub) snapScans(v agent.View, s *snapshot, id agent.CountID, hidden func(agent.ItemID, int64) bool) error {
	scans, err := v.Scans(agent.ScanQuery{Count: id, Limit: shownScans})
	if err != nil {
		return err
	}
	scans = slices.DeleteFunc(scans, func(scan agent.Scan) bool { return hidden(scan.Item, scan.Round) })
	shown, err := agent.Show(v, scans)
	if err != nil {
		return err
	}
	s.list("scans", encoded(shown))
	codes, err := h.codesOf(v, id)
	if err != nil {
		return err
	}
	s.list("unknown", encoded(codes.rows()))
	return nil
}

// hidden tells what a page must not show: to who only counts, what was counted of an
// item before it was asked for once more.
func (p *page) hidden(recounts []agent.Recount) func(item agent.ItemID, round int64) bool {
	asked := map[agent.ItemID]int64{}
	if !p.caller.May(agent.MayManage) {
		asked = agent.AskedAgain(recounts)
	}
	return func(item agent.ItemID, round int64) bool { return round < asked[item] }
}

func snapLines(v agent.View, s *snapshot, id agent.CountID, hidden func(agent.ItemID, int64) bool) error {
	lines, err := v.Lines(id)
	if err != nil {
		return err
	}
	lines = slices.DeleteFunc(lines, func(l agent.Line) bool { return hidden(l.Item, l.Round) })
	ids := make([]agent.ItemID, len(lines))
	for i, l := range lines {
		ids[i] = l.Item
	}
	names, err := itemsOf(v, ids)
	if err != nil {
		return err
	}
	list := make([]json.RawMessage, len(lines))
	for i, l := range lines {
		list[i] = encode(lineOf(l, names[l.Item]))
	}
	s.list("lines", list)
	return nil
}

func encoded[T any](list []T) []json.RawMessage {
	all := make([]json.RawMessage, len(list))
	for i, one := range list {
		all[i] = encode(one)
	}
	return all
}

// itemsOf returns items by id, each asked for once.
func itemsOf(v agent.View, ids []agent.ItemID) (map[agent.ItemID]agent.Item, error) {
	known := map[agent.ItemID]agent.Item{}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(ids) == 0 {
		return known, nil // Items without ids would mean all of them
	}
	items, err := v.Items(ids...)
	for _, item := range items {
		known[item.ID] = item
	}
	return known, err
}

// countFrames tells what happened to counts.
func (h *Hub) countFrames(v agent.View, b *batch, c collected, wanted func(string) bool) error {
	for id, t := range c.counts {
		topic := "count/" + string(id)
		follows := wanted(topic)
		if !follows && !wanted("counts") {
			continue
		}
		if err := h.countState(v, b, id, wanted); err != nil {
			return err
		}
		if !follows {
			continue
		}
		if err := passStates(v, b, topic, id, t); err != nil {
			return err
		}
		lines, err := lineStates(v, b, topic, id, t.scans)
		if err != nil {
			return err
		}
		if err := h.unknownStates(v, b, topic, id, t.scans); err != nil {
			return err
		}
		if err := scanFrames(v, b, topic, t.scans, lines); err != nil {
			return err
		}
	}
	slices.SortStableFunc(b.scans, func(x, y frame) int { return int(x.seq - y.seq) })
	return nil
}

func (h *Hub) countState(v agent.View, b *batch, id agent.CountID, wanted func(string) bool) error {
	manager, counter, err := h.countRows(v, id)
	if err != nil {
		return err
	}
	for _, topic := range []string{"count/" + string(id), "counts"} {
		if !wanted(topic) {
			continue
		}
		b.state(topic, "count", manager)
		if manager.Undecided != counter.Undecided {
			b.states[len(b.states)-1].counter = encode(event{T: "ev", Topic: topic, Seq: b.from, K: "count", D: counter})
		}
	}
	return nil
}

// passStates tells of passes that were opened, closed or moved on.
func passStates(v agent.View, b *batch, topic string, id agent.CountID, t *touched) error {
	passes, err := v.Passes(id)
	if err != nil {
		return err
	}
	var touched []agent.Pass
	for _, p := range passes {
		if t.all || t.passes[p.ID] || t.moved && p.Open() {
			touched = append(touched, p)
		}
	}
	rows, err := passRows(v, touched, passes)
	if err != nil {
		return err
	}
	for _, row := range rows {
		b.state(topic, "pass", row)
	}
	if !t.recounts {
		return nil
	}
	recounts, err := v.Recounts(id)
	if err != nil {
		return err
	}
	asked, err := recountRows(v, recounts)
	for _, r := range asked {
		b.state(topic, "recount", r)
	}
	return err
}

type lineKey struct {
	item agent.ItemID
	bin  agent.Bin
}

// lineStates tells of the lines that scans changed: one state a line, however
// many scans there were.
func lineStates(v agent.View, b *batch, topic string, id agent.CountID, scans []agent.Scan) (map[lineKey]agent.Line, error) {
	lines := map[lineKey]agent.Line{}
	var order []lineKey
	var items []agent.ItemID
	for _, s := range scans {
		key := lineKey{s.Item, s.Bin}
		if _, seen := lines[key]; seen || s.Item == "" || s.Op == agent.Note {
			continue
		}
		lines[key] = agent.Line{Count: id, Item: s.Item, Bin: s.Bin, Round: s.Round, Last: s.Seq, Window: agent.Window{To: s.Read}}
		order = append(order, key)
		items = append(items, s.Item)
	}
	names, err := itemsOf(v, items)
	if err != nil {
		return nil, err
	}
	for _, item := range slices.Compact(slices.Sorted(slices.Values(items))) {
		now, err := v.LinesOf(id, item)
		if err != nil {
			return nil, err
		}
		for _, l := range now {
			if _, asked := lines[lineKey{l.Item, l.Bin}]; asked {
				lines[lineKey{l.Item, l.Bin}] = l
			}
		}
	}
	for _, key := range order {
		b.state(topic, "line", lineOf(lines[key], names[key.item]))
	}
	return lines, nil
}

// scanFrames tells of each scan.
func scanFrames(v agent.View, b *batch, topic string, scans []agent.Scan, lines map[lineKey]agent.Line) error {
	shown, err := agent.Show(v, scans)
	if err != nil {
		return err
	}
	after := map[lineKey]int64{}
	for key, line := range lines {
		after[key] = line.Counted()
	}
	for i := range slices.Backward(shown) {
		s := scans[i]
		key := lineKey{s.Item, s.Bin}
		counted, known := after[key]
		if !known {
			continue
		}
		shown[i].Line = &counted
		// Only before an added quantity it is clear what the line was.
		if s.Op == agent.Add && s.Round == lines[key].Round && !shown[i].Voided {
			after[key] = counted - s.Quantity
		} else {
			delete(after, key)
		}
	}
	for i, s := range shown {
		b.scans = append(b.scans, frame{topic: topic, seq: scans[i].Seq, data: encode(event{T: "ev", Topic: topic, Seq: scans[i].Seq, K: "scan", D: s})})
	}
	return nil
}
