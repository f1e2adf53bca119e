package station

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// namedLoose is how many of each kind are named one by one.
const namedLoose = 3

// Loose is what a count leaves undone as it stands: what closing it would end, and what
// was scanned in it and counts for nothing yet.
type Loose struct {
	Passes []LoosePass `json:"passes,omitempty"`
	// Uncounted is how many items of it are not counted in every bin where they are kept.
	Uncounted int64 `json:"uncounted,omitempty"`
	// Asks are barcodes that several items have, Unknown those that none has.
	Asks    []LooseCode `json:"asks,omitempty"`
	Unknown []LooseCode `json:"unknown,omitempty"`
	// Kept are the other scans that do not count, by the reason.
	Kept []LooseScans `json:"kept,omitempty"`
	// After is how many scans came from the scanners of its passes when the close had
	// ended them.
	After int64 `json:"after,omitempty"`
	// Said is all of this in sentences.
	Said []string `json:"said"`
}

// LoosePass is a pass that is open.
type LoosePass struct {
	Pass   agent.PassID   `json:"pass"`
	By     agent.Actor    `json:"by"`
	Zone   agent.Zone     `json:"zone,omitempty"`
	Bin    agent.Bin      `json:"bin,omitempty"`
	Device agent.DeviceID `json:"device,omitempty"`
	// Heard is when its newest entry was made; its beginning where it has none.
	Heard time.Time `json:"heard"`
}

// LooseCode is a barcode of which it is not known what it is.
type LooseCode struct {
	Text  string      `json:"text"`
	Times int64       `json:"times"`
	Bins  []agent.Bin `json:"bins"`
	Names []string    `json:"names,omitempty"` // of the items that have it
}

// LooseScans are scans that were kept for one reason.
type LooseScans struct {
	Why   string `json:"why"` // as a clause
	Times int64  `json:"times"`
}

// looseOf tells what is loose in a count.
func (s *Station) looseOf(ctx context.Context, c command, a OneCount) (Loose, error) {
	if err := c.caller.Require(agent.MayManage); err != nil {
		return Loose{}, err
	}
	loose := Loose{Said: []string{}}
	err := s.store.Read(ctx, func(v agent.View) error {
		count, err := findCount(v, a.Count)
		if err != nil || !underWay(count) {
			return err
		}
		passes, err := v.Passes(count.ID)
		if err != nil {
			return err
		}
		loose.walking(passes, count)
		if err := loose.items(v, count); err != nil {
			return err
		}
		if err := s.looseScans(v, count, &loose); err != nil {
			return err
		}
		late, err := scansAfterClose(v, count, endedBy(count, passes))
		loose.After = int64(len(late))
		return err
	})
	loose.say(s.opts.Zone)
	return loose, err
}

// walking takes the passes that are open. Those of recounts go on when a count is closed.
func (l *Loose) walking(passes []agent.Pass, count agent.Count) {
	for _, p := range passes {
		if p.Open() && count.State == agent.CountOpen {
			l.Passes = append(l.Passes, LoosePass{Pass: p.ID, By: p.Person, Zone: p.Zone, Bin: p.Bin, Device: p.Device, Heard: p.Heard()})
		}
	}
}

// items counts what nobody counted in all of its bins.
func (l *Loose) items(v agent.View, count agent.Count) error {
	lines, err := v.Lines(count.ID)
	if err != nil {
		return err
	}
	visits, err := v.Visits(count.ID)
	if err != nil {
		return err
	}
	items, err := scope(v, count, lines, visits)
	byItem := linesByItem(lines)
	for _, item := range items {
		missing := func(bin agent.Bin) bool {
			return !slices.ContainsFunc(byItem[item.ID], func(l agent.Line) bool { return l.Bin == bin })
		}
		if !gone(item) && (len(byItem[item.ID]) == 0 || slices.ContainsFunc(item.Bins, missing)) {
			l.Uncounted++
		}
	}
	return err
}

// looseScans sorts the scans that were kept and that nobody answered, undid or counted.
func (s *Station) looseScans(v agent.View, count agent.Count, l *Loose) error {
	notes, err := notesOf(v, count.ID, sighted|agent.NotAsked|agent.OwnRecount|agent.TooLong)
	if err != nil {
		return err
	}
	answered, err := answersTo(v, count.ID, notes)
	if err != nil {
		return err
	}
	err = s.sightseeing(v, func(note agent.Scan, items []agent.ItemID) {
		switch {
		case answered.has(note, items):
		case note.Flags&agent.Ambiguous != 0:
			l.Asks = withCode(l.Asks, note, items)
		case note.Flags&agent.Unknown != 0:
			l.Unknown = withCode(l.Unknown, note, items)
		default:
			why := whyKept(note.Flags)
			i := slices.IndexFunc(l.Kept, func(k LooseScans) bool { return k.Why == why })
			if i < 0 {
				i, l.Kept = len(l.Kept), append(l.Kept, LooseScans{Why: why})
			}
			l.Kept[i].Times++
		}
	}).addAll(notes)
	if err != nil {
		return err
	}
	return l.nameItems(v)
}

// nameItems says what the items are called that share a barcode.
func (l *Loose) nameItems(v agent.View) error {
	for _, c := range l.Asks {
		for i, id := range c.Names {
			item, _, err := v.Item(agent.ItemID(id))
			if err != nil {
				return err
			}
			c.Names[i] = cmp.Or(item.Name, item.SKU, id)
		}
	}
	return nil
}

func withCode(codes []LooseCode, note agent.Scan, items []agent.ItemID) []LooseCode {
	text := note.Code.Common()
	i := slices.IndexFunc(codes, func(c LooseCode) bool { return c.Text == text })
	if i < 0 {
		i, codes = len(codes), append(codes, LooseCode{Text: text})
		for _, item := range items {
			codes[i].Names = withOne(codes[i].Names, string(item))
		}
	}
	codes[i].Times++
	codes[i].Bins = withOne(codes[i].Bins, note.Bin)
	return codes
}

// whyKept says why scans are kept, as what they are.
func whyKept(f agent.ScanFlag) string {
	switch {
	case f&agent.PackUnknown != 0:
		return "a case or label of which it is not known how many it stands for"
	case f&agent.NotAsked != 0:
		return "nobody asked for"
	case f&agent.OwnRecount != 0:
		return "by whoever counted it first"
	case f&agent.NotSigned != 0:
		return "nobody had signed in"
	case f&agent.SameSerial != 0:
		return "a serial number that was counted before"
	case f&agent.TooLong != 0:
		return "too long for a barcode"
	case f&agent.Repeated == 0 && f&agent.NoBin != 0:
		return "not known in which bin"
	}
	return "perhaps one scan that came twice"
}

// say puts it into sentences.
func (l *Loose) say(zone *time.Location) {
	for n, p := range l.Passes {
		if n == namedLoose && len(l.Passes) > namedLoose+1 {
			l.Said = append(l.Said, fmt.Sprintf("%d more passes are open and end.", len(l.Passes)-n))
			break
		}
		l.Said = append(l.Said, p.sentence(zone))
	}
	if l.Uncounted > 0 {
		l.Said = append(l.Said, many(l.Uncounted, "item is not counted in every bin where it is kept", "items are not counted in every bin where they are kept")+".")
	}
	for _, c := range first(l.Asks) {
		l.Said = append(l.Said, fmt.Sprintf("%s which item it is: %s%s (%s).", many(c.Times, "scan asks", "scans ask"), agent.Harmless(c.Text), inBins(c.Bins), strings.Join(c.Names, " or ")))
	}
	l.more(len(l.Asks), "of which several items have it")
	for _, c := range first(l.Unknown) {
		l.Said = append(l.Said, fmt.Sprintf("The barcode %s is unknown: %s%s.", agent.Harmless(c.Text), many(c.Times, "scan", "scans"), inBins(c.Bins)))
	}
	l.more(len(l.Unknown), "that no item has")
	for _, k := range l.Kept {
		l.Said = append(l.Said, fmt.Sprintf("%s for nothing: %s.", many(k.Times, "scan is kept and counts", "scans are kept and count"), k.Why))
	}
	if l.After > 0 {
		l.Said = append(l.Said, fmt.Sprintf("After the close %s from scanners of its passes, for nothing: reopen the count, or ask for a recount.", many(l.After, "scan came", "scans came")))
	}
}

func (l *Loose) more(codes int, which string) {
	if n := codes - namedLoose; n > 0 {
		l.Said = append(l.Said, many(int64(n), "more barcode ", "more barcodes ")+which+".")
	}
}

func first(codes []LooseCode) []LooseCode { return codes[:min(len(codes), namedLoose)] }

func inBins(bins []agent.Bin) string {
	bins = slices.DeleteFunc(slices.Clone(bins), func(b agent.Bin) bool { return b == "" })
	if len(bins) == 0 {
		return ""
	}
	text := make([]string, len(bins))
	for i, b := range bins {
		text[i] = string(b)
	}
	return " in " + strings.Join(text, ", ")
}

func (p LoosePass) sentence(zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	where := cmp.Or(string(p.Bin), string(p.Zone))
	if where != "" {
		where = " in " + where
	}
	return fmt.Sprintf("%s of %s%s is open and ends: last heard of at %s.", p.Pass, p.By.ID, where, p.Heard.In(zone).Format("15:04:05"))
}
