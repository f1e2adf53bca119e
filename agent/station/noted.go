package station

import (
	"cmp"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// afterClose is how long after a count was closed what comes from the scanners of its
// passes is taken for a part of their walk.
const afterClose = time.Hour

// noting collects, item by item, what was scanned in a count and does not count.
type noting struct {
	answered answers
	noted    map[agent.ItemID][]reconcile.Noted
}

// notedIn returns where the items of a count may lie although nobody counted them
// there, or lie besides what was counted.
func (s *Station) notedIn(v agent.View, count agent.Count, ended map[agent.DeviceID]agent.Pass) (map[agent.ItemID][]reconcile.Noted, error) {
	notes, err := standingNotes(v, count.ID)
	if err != nil {
		return nil, err
	}
	n := noting{noted: map[agent.ItemID][]reconcile.Noted{}}
	if n.answered, err = answersTo(v, count.ID, notes); err != nil {
		return nil, err
	}
	if err := s.sightseeing(v, n.add).addAll(notes); err != nil {
		return nil, err
	}
	if err := s.noteLate(v, count, ended, n); err != nil {
		return nil, err
	}
	for _, list := range n.noted {
		slices.SortStableFunc(list, func(a, b reconcile.Noted) int {
			return cmp.Or(cmp.Compare(a.Bin, b.Bin), cmp.Compare(a.Round, b.Round))
		})
	}
	return n.noted, nil
}

// add takes a scan for each item that it may be. A serial number counts once, wherever it
// is seen again, so that it says nothing against what was counted.
func (n noting) add(note agent.Scan, items []agent.ItemID) {
	held := note.Flags&(sighted&^agent.SameSerial) != 0 && !n.answered.has(note, items)
	for _, item := range items {
		n.put(item, reconcile.Noted{
			Bin: note.Bin, Round: note.Round, Why: whySighted(note.Flags), Seqs: []agent.Seq{note.Seq},
			Held: held, Late: note.Flags&unread != 0,
		})
	}
}

// put adds a scan to those that say the same.
func (n noting) put(item agent.ItemID, one reconcile.Noted) {
	list := n.noted[item]
	for i, o := range list {
		if o.Bin == one.Bin && o.Round == one.Round && o.Why == one.Why && o.Held == one.Held {
			list[i].Seqs, list[i].Late = append(o.Seqs, one.Seqs...), o.Late || one.Late
			return
		}
	}
	n.noted[item] = append(list, one)
}

// answers are the newest entries by which somebody may have answered scans that were
// not counted.
type answers struct {
	typed   map[answer]agent.Seq // quantities, by pass, bin and item
	entered map[answer]agent.Seq // entries of any kind, by pass and item
}

type answer struct {
	pass agent.PassID
	bin  agent.Bin
	item agent.ItemID
}

// answersTo goes once through what was entered since the first of some scans.
func answersTo(v agent.View, count agent.CountID, notes []agent.Scan) (answers, error) {
	a := answers{map[answer]agent.Seq{}, map[answer]agent.Seq{}}
	if len(notes) == 0 {
		return a, nil
	}
	passes := map[agent.PassID]bool{}
	for _, n := range notes {
		passes[n.Pass] = true
	}
	for head := notes[0].Seq; ; {
		rows, err := v.Entered(count, head, looksBack)
		if err != nil || len(rows) == 0 {
			return a, err
		}
		for _, row := range rows {
			head = row.Seq
			if !passes[row.Pass] {
				continue
			}
			a.entered[answer{row.Pass, "", row.Item}] = row.Seq
			if row.Op == agent.Set {
				a.typed[answer{row.Pass, row.Bin, row.Item}] = row.Seq
			}
		}
	}
}

// has reports whether a scan was answered: a quantity of one of the items was typed after
// it, by whoever had the goods in view; or what was scanned without a bin, or by nobody known,
// came once more.
func (a answers) has(note agent.Scan, items []agent.ItemID) bool {
	return slices.ContainsFunc(items, func(item agent.ItemID) bool {
		return a.typed[answer{note.Pass, note.Bin, item}] > note.Seq ||
			note.Flags&(agent.NoBin|agent.NotSigned) != 0 && a.entered[answer{note.Pass, "", item}] > note.Seq
	})
}

// endedBy returns the passes that the closing of a count ended, by their scanners.
func endedBy(count agent.Count, passes []agent.Pass) map[agent.DeviceID]agent.Pass {
	ended := map[agent.DeviceID]agent.Pass{}
	for _, p := range passes {
		if p.Device != "" && p.Round == 0 && !p.Closed.IsZero() && p.Closed.At.Equal(count.Closed.At) {
			ended[p.Device] = p
		}
	}
	return ended
}

// noteLate adds what came, without a pass, from the scanners of passes that the closing of
// the count ended: whoever held them may not have known.
func (s *Station) noteLate(v agent.View, count agent.Count, ended map[agent.DeviceID]agent.Pass, n noting) error {
	late, err := scansAfterClose(v, count, ended)
	if err != nil {
		return err
	}
	return s.sightseeing(v, func(scan agent.Scan, items []agent.ItemID) {
		for _, item := range items {
			n.put(item, reconcile.Noted{
				Bin: ended[scan.Device].Bin, Why: "it was scanned when the count had been closed already", Seqs: []agent.Seq{scan.Seq}, Held: true,
			})
		}
	}).addAll(late)
}

// scansAfterClose returns them, oldest first.
func scansAfterClose(v agent.View, count agent.Count, ended map[agent.DeviceID]agent.Pass) ([]agent.Scan, error) {
	if count.State != agent.CountClosed || !anyUnowned(v, ended) {
		return nil, nil
	}
	scans, err := v.Scans(agent.ScanQuery{Since: count.ID, Only: agent.Unowned, Limit: maxStrays})
	until := count.Closed.At.Add(afterClose)
	scans = slices.DeleteFunc(scans, func(s agent.Scan) bool {
		pass, was := ended[s.Device]
		return !was || s.Op != agent.Note || s.Flags&agent.NotArticle != 0 || s.Read.At.Before(pass.Started.At) || s.Read.At.After(until)
	})
	slices.Reverse(scans)
	return scans, err
}

// anyUnowned reports whether a scanner among some has delivered anything without a pass:
// to look for that takes as long as the log is.
func anyUnowned(v agent.View, of map[agent.DeviceID]agent.Pass) bool {
	if len(of) == 0 {
		return false
	}
	tallies, err := v.Devices()
	return err != nil || slices.ContainsFunc(tallies, func(t agent.DeviceTally) bool {
		_, is := of[t.Device]
		return is && t.Unowned > 0
	})
}
