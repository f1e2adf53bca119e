package station

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// Forget takes back what was taught of a barcode.
type Forget struct {
	Text string `json:"text"`
}

// Forgotten is the answer to Forget.
type Forgotten struct {
	Text   string        `json:"text"`
	Item   agent.ItemID  `json:"item"`
	SKU    string        `json:"sku"`
	Name   string        `json:"name"`
	Pack   int64         `json:"pack"`
	Undone []CountedBack `json:"undone,omitempty"` // scans that are kept without effect again
	Left   []LeftBack    `json:"left,omitempty"`   // scans that go on counting
	// More is how many scans are still to be undone. Until they are, the barcode is
	// known: the same request once more goes on.
	More int64 `json:"more,omitempty"`
}

// maxTakenBack is how many entries are undone at once. Each makes its line anew from
// all scans of its pass, and the scans that come meanwhile wait for that.
const maxTakenBack = 25

// forget takes a taught barcode back, and with it what teaching it made of earlier
// scans. Scans that came since were counted while somebody looked: they are only
// told.
func (s *Station) forget(ctx context.Context, c command, a Forget) (Forgotten, error) {
	if err := c.caller.Require(agent.MayManage); err != nil {
		return Forgotten{}, err
	}
	entries, head, err := s.gatherCounted(ctx, strings.TrimSpace(a.Text))
	if err != nil {
		return Forgotten{}, err
	}
	var f Forgotten
	_, err = s.record(ctx, c, &f, func(v agent.View) (agent.Facts, error) {
		facts := s.facts(c)
		taught, err := s.taughtText(v, strings.TrimSpace(a.Text))
		if err != nil {
			return facts, err
		}
		item, _, err := v.Item(taught.Item)
		if err != nil {
			return facts, err
		}
		f = Forgotten{Text: taught.Text, Item: taught.Item, SKU: item.SKU, Name: item.Name, Pack: taught.Pack}
		facts.Scans, err = s.takeBack(v, c, taught, entries, head, &f)
		if f.More == 0 {
			facts.Events = []agent.Event{agent.NewEvent(agent.BarcodeForgotten, agent.ForgottenFact{Text: taught.Text})}
		}
		facts.Result = f
		return facts, err
	})
	return f, err
}

// taughtText finds a taught barcode by what it is called, or by how it reads.
func (s *Station) taughtText(v agent.View, text string) (agent.Taught, error) {
	for _, as := range []string{text, s.opts.Barcodes.Parse([]byte(text)).Key} {
		taught, found, err := v.TaughtAs(as)
		if err != nil || found {
			return taught, err
		}
	}
	return agent.Taught{}, missing("not_taught", "The barcode "+quote(text)+" was not taught.")
}

// gatherCounted reads the entries of counts under way that may count because a barcode
// was taught, and how far it read. No scan shall wait for that.
func (s *Station) gatherCounted(ctx context.Context, text string) (entries []agent.Scan, head agent.Seq, err error) {
	return entries, head, s.store.Read(ctx, func(v agent.View) error {
		if _, head, err = v.Head(); err != nil {
			return err
		}
		t, err := s.taughtText(v, text)
		if errors.Is(err, &agent.Error{Code: "not_taught"}) {
			return nil // a repeat of a command has its answer
		}
		if err != nil {
			return err
		}
		counts, err := v.Counts()
		if err != nil {
			return err
		}
		for _, count := range counts {
			if !underWay(count) {
				continue
			}
			all, err := v.Scans(agent.ScanQuery{Count: count.ID, Item: t.Item, Limit: wholeCount})
			if err != nil {
				return err
			}
			for _, e := range slices.Backward(all) {
				if isBy(e, t) {
					entries = append(entries, e)
				}
			}
		}
		return nil
	})
}

// isBy reports whether an entry was made by a taught barcode.
func isBy(e agent.Scan, t agent.Taught) bool {
	return e.Op == agent.Add && e.Item == t.Item && (e.Code.Key == t.Key || e.Code.OtherKey == t.Key)
}

// takeBack returns the entries that undo what teaching a barcode counted. Where the
// catalogue says the same by now there is nothing to undo.
func (s *Station) takeBack(v agent.View, c command, t agent.Taught, entries []agent.Scan, head agent.Seq, f *Forgotten) ([]agent.Scan, error) {
	err := eachSince(v, head, func(e agent.Scan) {
		if isBy(e, t) {
			entries = append(entries, e)
		}
	})
	if err != nil {
		return nil, err
	}
	undone, err := v.Voided(seqsOf(entries)...)
	if err != nil {
		return nil, err
	}
	same, err := s.sameWithout(v, t)
	if err != nil || same {
		return nil, err
	}
	counts := map[agent.CountID]*judgedCount{}
	var voids []agent.Scan
	var taken, left Backward
	for _, e := range entries {
		if undone[e.Seq] != 0 {
			continue
		}
		count := counts[e.Count]
		if count == nil {
			if count, err = judgedFor(v, e.Count, t.Item); err != nil {
				return nil, err
			}
			counts[e.Count] = count
		}
		why, err := staysCounted(v, count, e)
		switch {
		case err != nil:
			return nil, err
		case why != "":
			left.leave(count.Count, 1, why)
		case len(voids) == maxTakenBack:
			f.More++
		default:
			taken.count(count.Count, e.Quantity)
			voids = append(voids, s.voidOf(c, e))
		}
	}
	f.Undone, f.Left = taken.Counted, left.Left
	return voids, nil
}

// sameWithout reports whether the catalogue says of a barcode what was taught of it.
func (s *Station) sameWithout(v agent.View, t agent.Taught) (bool, error) {
	code := s.opts.Barcodes.Parse([]byte(t.Text))
	code.Key, code.OtherKey = t.Key, t.OtherKey
	m, err := s.understand(taughtNot{v, t.Text}, code)
	return m.heard == Counted && m.match.Item == t.Item && m.match.Pack == t.Pack, err
}

// staysCounted tells why an entry is not undone with the teaching, as a clause.
func staysCounted(v agent.View, count *judgedCount, e agent.Scan) (string, error) {
	if why := count.decided(e); why != "" {
		return why, nil
	}
	byTeaching, err := wasUnread(v, e)
	if !byTeaching {
		return "it was scanned when the barcode was known: undo it in the count if it is wrong", err
	}
	return "", err
}

// voidOf returns the entry that undoes another.
func (s *Station) voidOf(c command, e agent.Scan) agent.Scan {
	void := s.typed(c, agent.Pass{ID: e.Pass, Count: e.Count, Round: e.Round}, e.Item, e.Bin, 0, e.Cond)
	void.Op, void.Voids = agent.Void, e.Seq
	return void
}

// wasUnread reports whether an entry counts a scan whose barcode was not known, or not
// how many it stands for.
func wasUnread(v agent.View, entry agent.Scan) (bool, error) {
	if entry.Voids == 0 {
		return false, nil
	}
	note, _, err := v.Scan(entry.Voids)
	return note.Flags&unread != 0, err
}

// taughtNot is a view in which one barcode is not taught.
type taughtNot struct {
	agent.View
	text string
}

func (v taughtNot) TaughtAs(key string) (agent.Taught, bool, error) {
	t, found, err := v.View.TaughtAs(key)
	if found && t.Text == v.text {
		return agent.Taught{}, false, err
	}
	return t, found, err
}

// TaughtShown is a taught barcode as people see it.
type TaughtShown struct {
	agent.Taught
	SKU  string `json:"sku"`
	Name string `json:"name"`
	// Gone is true where the catalogue does not have the item any more, so that the
	// barcode is unknown again.
	Gone bool `json:"gone,omitempty"`
	// Instead is what the catalogue has the barcode for by now, if that is something
	// else: this is what counts.
	Instead *agent.Match `json:"instead,omitempty"`
	Warning string       `json:"warning,omitempty"`
}

func (s *Station) taught(ctx context.Context, c command, _ struct{}) ([]TaughtShown, error) {
	if err := c.caller.Require(agent.MayManage); err != nil {
		return nil, err
	}
	return s.Taught(ctx)
}

// Taught returns the taught barcodes, the newest first, each with what is wrong with
// it by now.
func (s *Station) Taught(ctx context.Context) ([]TaughtShown, error) {
	list := []TaughtShown{}
	err := s.store.Read(ctx, func(v agent.View) error {
		all, err := v.TaughtBarcodes()
		if err != nil {
			return err
		}
		for _, t := range all {
			shown, err := s.showTaught(v, t)
			if err != nil {
				return err
			}
			list = append(list, shown)
		}
		return nil
	})
	return list, err
}

// showTaught compares a taught barcode with the catalogue in force.
func (s *Station) showTaught(v agent.View, t agent.Taught) (TaughtShown, error) {
	shown := TaughtShown{Taught: t}
	item, found, err := v.Item(t.Item)
	if err != nil {
		return shown, err
	}
	shown.SKU, shown.Name, shown.Gone = item.SKU, item.Name, !found
	if !found {
		shown.Name = string(t.Item)
		shown.Warning = fmt.Sprintf("The catalogue does not have the item %s any more, so the barcode %s is unknown again.", quote(shown.Name), quote(t.Text))
	}
	code := s.opts.Barcodes.Parse([]byte(t.Text))
	code.Key, code.OtherKey = t.Key, t.OtherKey
	matches, code, err := catalogued(v, code)
	if err != nil || len(matches) == 0 {
		return shown, err
	}
	m, err := s.understand(v, code)
	if err != nil || m.heard == Counted && m.match.Item == t.Item && m.match.Pack == t.Pack {
		return shown, err
	}
	shown.Instead = &matches[0]
	shown.Warning = fmt.Sprintf("The catalogue has the barcode %s for %s (%s) by now. The catalogue counts, since it is what the shop sells by; what was taught (%s of %s) has no effect.",
		quote(t.Text), matches[0].Name, packWords(matches[0].Pack), packWords(t.Pack), shown.Name)
	return shown, nil
}
