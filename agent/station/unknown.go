package station

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// How much of what is not known is shown at once.
const (
	shownGroups = 100 // barcodes
	shownSeen   = 10  // scans of each
	looksNear   = 50  // rows in which a neighbour is looked for
)

// ListUnknown asks for the barcodes that no item has, or of which it is not known how
// many they stand for. Without a count it is those of all that are under way.
type ListUnknown struct {
	Count agent.CountID `json:"count,omitempty"`
}

// UnknownList is the answer to ListUnknown, the barcode that was scanned last first.
type UnknownList struct {
	Codes []UnknownCode `json:"codes"`
	More  int64         `json:"more,omitempty"` // barcodes that are not shown
}

// UnknownCode is one barcode with everything that was heard of it. It holds nothing of
// what is expected, so that whoever may count may see it.
type UnknownCode struct {
	Text    string `json:"text"`
	Meaning string `json:"meaning,omitempty"` // in words, where it is more than a number
	// Case is what it is a pack of, where only its size is not known. Known is what it
	// is today, where it was taught or came with a catalogue since: its scans can be
	// counted by teaching the same.
	Case  *agent.Match `json:"case,omitempty"`
	Known *agent.Match `json:"known,omitempty"`

	Times int64         `json:"times"`
	First time.Time     `json:"first"`
	Last  time.Time     `json:"last"`
	Bins  []agent.Bin   `json:"bins"`
	By    []agent.Actor `json:"by"` // who walked there
	// Names are what they are called, in the same order.
	Names  []string         `json:"by_names"`
	Counts []UnknownIn      `json:"counts"`
	Near   []NearItem       `json:"near"` // what was scanned beside it, the most frequent first
	Seen   []UnknownSighted `json:"seen"` // the newest of its scans
}

// UnknownIn is how often a barcode was scanned in one count.
type UnknownIn struct {
	Count agent.CountID    `json:"count"`
	Name  string           `json:"name"`
	State agent.CountState `json:"state"`
	Times int64            `json:"times"`
}

// NearItem is an item that was scanned beside a barcode.
type NearItem struct {
	Item  agent.ItemID `json:"item"`
	SKU   string       `json:"sku"`
	Name  string       `json:"name"`
	Times int64        `json:"times,omitempty"`
}

// UnknownSighted is one scan of it, with the items that were scanned before and after
// it in the same pass: its neighbours on the shelf.
type UnknownSighted struct {
	Seq    agent.Seq      `json:"seq"`
	At     time.Time      `json:"at"`
	Count  agent.CountID  `json:"count"`
	Pass   agent.PassID   `json:"pass"`
	Bin    agent.Bin      `json:"bin"`
	Device agent.DeviceID `json:"device,omitempty"`
	By     agent.Actor    `json:"by"`
	Before *NearItem      `json:"before,omitempty"`
	After  *NearItem      `json:"after,omitempty"`
}

func (s *Station) unknown(ctx context.Context, c command, a ListUnknown) (UnknownList, error) {
	list := UnknownList{Codes: []UnknownCode{}}
	if err := c.caller.Require(agent.MayCount); err != nil {
		return list, err
	}
	err := s.store.Read(ctx, func(v agent.View) error {
		t := tray{station: s, view: v, groups: map[string]*trayGroup{}, passes: map[agent.PassID]agent.Pass{}}
		counts, err := countsAsked(v, a.Count)
		if err != nil {
			return err
		}
		for _, count := range counts {
			if err := t.take(count); err != nil {
				return err
			}
		}
		if t.who, err = s.calling(v); err != nil {
			return err
		}
		if list, err = t.list(); err == nil {
			err = t.who.err
		}
		return err
	})
	return list, err
}

// countsAsked returns one count, or all that are under way.
func countsAsked(v agent.View, id agent.CountID) ([]agent.Count, error) {
	if id != "" {
		count, err := findCount(v, id)
		return []agent.Count{count}, err
	}
	counts, err := v.Counts()
	return slices.DeleteFunc(counts, func(c agent.Count) bool { return !underWay(c) }), err
}

// tray gathers scans by the keys of their barcodes.
type tray struct {
	station *Station
	view    agent.View
	groups  map[string]*trayGroup
	passes  map[agent.PassID]agent.Pass
	who     *callings
}

type trayGroup struct {
	notes  []agent.Scan // oldest first within a count
	counts []UnknownIn
}

func (t *tray) take(count agent.Count) error {
	notes, err := unreadIn(t.view, count.ID)
	for _, n := range notes {
		g := t.groups[n.Code.Key]
		if g == nil {
			g = &trayGroup{}
			t.groups[n.Code.Key] = g
		}
		g.notes = append(g.notes, n)
		if last := len(g.counts) - 1; last >= 0 && g.counts[last].Count == count.ID {
			g.counts[last].Times++
		} else {
			g.counts = append(g.counts, UnknownIn{Count: count.ID, Name: count.Name, State: count.State, Times: 1})
		}
	}
	return err
}

// list tells the groups, that with the newest scan first.
func (t *tray) list() (UnknownList, error) {
	list := UnknownList{Codes: []UnknownCode{}}
	for _, g := range t.groups {
		slices.SortFunc(g.notes, func(a, b agent.Scan) int { return cmp.Compare(b.Seq, a.Seq) })
	}
	keys := slices.SortedFunc(maps.Keys(t.groups), func(a, b string) int {
		return cmp.Compare(t.groups[b].notes[0].Seq, t.groups[a].notes[0].Seq)
	})
	if more := len(keys) - shownGroups; more > 0 {
		list.More, keys = int64(more), keys[:shownGroups]
	}
	for _, key := range keys {
		code, err := t.tell(t.groups[key])
		if err != nil {
			return list, err
		}
		list.Codes = append(list.Codes, code)
	}
	return list, nil
}

func (t *tray) tell(g *trayGroup) (UnknownCode, error) {
	newest := g.notes[0]
	u := UnknownCode{Text: newest.Code.Common(), Meaning: newest.Meaning(), Times: int64(len(g.notes)), Counts: g.counts, Near: []NearItem{}, Seen: []UnknownSighted{}}
	if err := t.identify(&u, newest); err != nil {
		return u, err
	}
	u.First, u.Last = newest.Read.At, newest.Read.At
	for i, n := range g.notes {
		pass, err := t.pass(n.Pass)
		if err != nil {
			return u, err
		}
		if n.Read.At.Before(u.First) {
			u.First = n.Read.At
		}
		if n.Read.At.After(u.Last) {
			u.Last = n.Read.At
		}
		u.Bins, u.By = withOne(u.Bins, n.Bin), withOne(u.By, pass.Person)
		if i < shownSeen {
			if err := t.sight(&u, n, pass); err != nil {
				return u, err
			}
		}
	}
	slices.SortStableFunc(u.Near, func(a, b NearItem) int { return cmp.Compare(b.Times, a.Times) })
	u.Names = []string{}
	for _, by := range u.By {
		u.Names = append(u.Names, t.who.name(by))
	}
	return u, nil
}

func withOne[T comparable](list []T, one T) []T {
	if slices.Contains(list, one) {
		return list
	}
	return append(list, one)
}

// identify tells what a barcode is by now.
func (t *tray) identify(u *UnknownCode, note agent.Scan) error {
	m, err := t.station.understand(t.view, note.Code)
	switch {
	case err != nil:
	case m.heard == Counted:
		u.Known = &m.match
	case m.heard == NoPack:
		u.Case = &m.match
	}
	return err
}

func (t *tray) pass(id agent.PassID) (agent.Pass, error) {
	pass, known := t.passes[id]
	if known {
		return pass, nil
	}
	pass, _, err := t.view.Pass(id)
	t.passes[id] = pass
	return pass, err
}

// sight adds one scan with its neighbours.
func (t *tray) sight(u *UnknownCode, n agent.Scan, pass agent.Pass) error {
	seen := UnknownSighted{Seq: n.Seq, At: n.Read.At, Count: n.Count, Pass: n.Pass, Bin: n.Bin, Device: n.Device, By: pass.Person}
	before, err := t.before(n)
	if err == nil {
		seen.Before, err = t.near(u, before)
	}
	if err != nil {
		return err
	}
	after, err := t.after(n)
	if err == nil {
		seen.After, err = t.near(u, after)
	}
	u.Seen = append(u.Seen, seen)
	return err
}

// near names a neighbour and counts it among those of the barcode.
func (t *tray) near(u *UnknownCode, id agent.ItemID) (*NearItem, error) {
	if id == "" {
		return nil, nil
	}
	item, _, err := t.view.Item(id)
	one := NearItem{Item: id, SKU: item.SKU, Name: item.Name}
	i := slices.IndexFunc(u.Near, func(x NearItem) bool { return x.Item == id })
	if i < 0 {
		i = len(u.Near)
		u.Near = append(u.Near, one)
	}
	u.Near[i].Times++
	return &one, err
}

// before returns the item that was scanned last before a scan, in the same pass and
// bin; where none was, what was typed there last.
func (t *tray) before(n agent.Scan) (agent.ItemID, error) {
	rows, err := t.view.Scans(agent.ScanQuery{Pass: n.Pass, Before: n.Seq, Limit: looksNear})
	if err != nil {
		return "", err
	}
	undone, err := t.view.Voided(seqsOf(rows)...)
	var typed agent.ItemID
	for _, row := range rows {
		if row.Bin != n.Bin {
			break
		}
		if row.Item != "" && row.Device != "" && row.Op == agent.Add && undone[row.Seq] == 0 {
			return row.Item, err
		}
		if typed == "" && row.Op == agent.Set && row.Quantity > 0 && undone[row.Seq] == 0 {
			typed = row.Item
		}
	}
	return typed, err
}

// after returns the item that was scanned first after a scan, in the same pass and
// bin.
func (t *tray) after(n agent.Scan) (agent.ItemID, error) {
	rows, err := t.view.Entered(n.Count, n.Seq, looksNear)
	if err != nil {
		return "", err
	}
	for _, row := range rows {
		if row.Pass != n.Pass || row.Op != agent.Add {
			continue
		}
		entry, _, err := t.view.Scan(row.Seq)
		switch {
		case err != nil:
			return "", err
		case entry.Device == "": // counted by hand, of goods that lie elsewhere
		case row.Bin != n.Bin:
			return "", nil
		default:
			return row.Item, nil
		}
	}
	return "", nil
}
