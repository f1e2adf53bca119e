package station

import (
	"context"
	"fmt"

	"github.com/stockhand/stockhand/agent"
)

// maxAccepted is how many scans can be accepted at once: a full batch memory of a
// cordless scanner.
const maxAccepted = 1_000

// AcceptScans names scans that were kept because the scanner may have sent them
// twice, or because their serial number was counted before, and that a person says
// are real: one, or several at once.
type AcceptScans struct {
	Seq  agent.Seq   `json:"seq,omitempty"`
	Seqs []agent.Seq `json:"seqs,omitempty"`
}

// acceptScans counts scans that were only noted. Each gets an entry of its own,
// which refers to it; accepting one again changes nothing and returns that entry,
// unless the entry was undone: then the scan is a noted one as before.
func (s *Station) acceptScans(ctx context.Context, c command, a AcceptScans) ([]agent.Scan, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return nil, err
	}
	seqs := a.Seqs
	if a.Seq != 0 {
		seqs = append([]agent.Seq{a.Seq}, seqs...)
	}
	if len(seqs) == 0 || len(seqs) > maxAccepted {
		return nil, refuse("bad_arguments", fmt.Sprintf("Between 1 and %d scans can be accepted at once.", maxAccepted),
			"Name the scans that shall count.")
	}
	accepted := []agent.Scan{}
	first, err := s.record(ctx, c, &accepted, func(v agent.View) (agent.Facts, error) {
		facts := s.facts(c)
		accepted = accepted[:0]
		named := map[agent.Seq]bool{}
		for _, seq := range seqs {
			if named[seq] {
				continue
			}
			named[seq] = true
			entry, err := s.accept(v, c, seq)
			if err != nil {
				return agent.Facts{}, err
			}
			accepted = append(accepted, entry)
			if entry.Seq == 0 {
				facts.Scans = append(facts.Scans, entry)
			}
		}
		facts.Result = accepted
		return facts, nil
	})
	number(accepted, first)
	return accepted, err
}

// accept returns the entry that counts a noted scan; it has a Seq if there is one
// already. The goods were seen when they were scanned, so that is its time.
func (s *Station) accept(v agent.View, c command, seq agent.Seq) (agent.Scan, error) {
	note, entry, err := acceptable(v, seq)
	if err != nil || entry.Seq != 0 {
		return entry, err
	}
	item, units, err := s.countedBy(v, note)
	if err == nil {
		err = mayTakeIn(v, c, note, item)
	}
	if err == nil {
		err = notTypedSince(v, note, item)
	}
	units = unitsOf(note, units)
	if err == nil && units > MaxQuantity {
		err = refuse("bad_quantity", fmt.Sprintf("It would be %d units, and at most %d can be entered at once.", units, MaxQuantity),
			"Type the quantity of the item instead.")
	}
	if err != nil {
		return entry, err
	}
	pass := agent.Pass{ID: note.Pass, Count: note.Count, Round: note.Round}
	entry = s.typed(c, pass, item, note.Bin, units, note.Cond)
	entry.Op, entry.Voids, entry.Code = agent.Add, seq, note.Code
	entry.Read, entry.Run, entry.Mono = note.Read, note.Run, note.Mono
	return entry, nil
}

// mayTakeIn refuses to count a scan afterwards that must not count: neither who made it
// nor who takes it in may be somebody who counted the item first.
func mayTakeIn(v agent.View, c command, note agent.Scan, item agent.ItemID) error {
	pass, _, err := v.Pass(note.Pass)
	if err != nil {
		return err
	}
	if err := mayCount(v, pass, item, note.Counter(pass)); err != nil {
		return err
	}
	return mayCount(v, pass, item, c.caller.Actor)
}

// acceptable returns the noted scan, or the entry by which it counts already.
func acceptable(v agent.View, seq agent.Seq) (note, entry agent.Scan, err error) {
	note, found, err := v.Scan(seq)
	if err != nil {
		return note, entry, err
	}
	if !found || note.Op != agent.Note || note.Flags&(agent.Repeated|agent.SameSerial) == 0 || note.Flags&agent.NotArticle != 0 {
		return note, entry, missing("no_repeat", fmt.Sprintf("There is no scan %d that was kept as a possible repeat.", seq))
	}
	done, err := v.Voided(seq)
	if err != nil {
		return note, entry, err
	}
	if by, gone := done[seq]; gone {
		if entry, _, err = v.Scan(by); err == nil && entry.Op == agent.Void {
			err = clash("already_undone", fmt.Sprintf("Scan %d was undone.", seq), "Scan the item again.")
		}
		return note, entry, err
	}
	if note.Count == "" {
		return note, entry, clash("unowned", fmt.Sprintf("Scan %d belongs to no count.", seq),
			"Open a count and scan the item again.")
	}
	count, err := findCount(v, note.Count)
	if err == nil && !takes(count, note.Round) {
		err = clash("count_state", fmt.Sprintf("The count %s is %s: scan %d can not be counted any more.", quote(count.Name), count.State, seq),
			"Ask for a recount of the item instead.")
	}
	return note, entry, err
}

// countedBy returns the item of a noted scan and how many units it stands for, if
// the scan would have counted but for being a possible repeat.
func (s *Station) countedBy(v agent.View, note agent.Scan) (agent.ItemID, int64, error) {
	m, err := s.understand(v, note.Code)
	if err != nil {
		return "", 0, err
	}
	if m.heard != Counted {
		return "", 0, refuse("no_item", fmt.Sprintf("It is not certain which item scan %d is, or how many it stands for.", note.Seq),
			"Choose the item from the list and type its quantity instead.")
	}
	item := m.match.Item
	pass := agent.Pass{Count: note.Count, Round: note.Round}
	asked, err := askedFor(v, pass, item, note.Bin)
	if err != nil {
		return "", 0, err
	}
	homeless, err := lacksBin(v, pass, note.Bin, item)
	if err != nil {
		return "", 0, err
	}
	switch {
	case !asked:
		return "", 0, notAsked(pass)
	case homeless:
		return "", 0, refuse("no_bin", "This item lies in bins, and it is not said in which one it was counted.",
			"Scan the label of the bin first, then the item again.")
	}
	return item, m.units, nil
}

// notTypedSince refuses a scan whose line has got a typed quantity after it: who
// typed that had all the goods in view. One that was undone is as if never typed.
func notTypedSince(v agent.View, note agent.Scan, item agent.ItemID) error {
	later, err := v.Scans(agent.ScanQuery{Pass: note.Pass, Item: item, Bin: &note.Bin, Limit: 10 * maxAccepted})
	if err != nil {
		return err
	}
	var typed []agent.Seq
	for _, entry := range later {
		if entry.Seq > note.Seq && entry.Op == agent.Set {
			typed = append(typed, entry.Seq)
		}
	}
	undone, err := v.Voided(typed...)
	if err == nil && len(undone) < len(typed) {
		err = clash("typed_since", fmt.Sprintf("A quantity was typed after scan %d, which holds the item already.", note.Seq),
			"Correct the quantity by typing it again.")
	}
	return err
}
