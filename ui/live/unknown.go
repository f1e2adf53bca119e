package live

import (
	"cmp"
	"maps"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// unknownCodes are the barcodes of a count that no item has, by code. A flood of
// them is bounded: the tally goes on counting what is not listed.
type unknownCodes struct {
	codes map[string]*unknownRow
	upTo  agent.Seq // scans up to here are in it
}

// codesOf returns the unknown codes of a count up to now.
func (h *Hub) codesOf(v agent.View, id agent.CountID) (*unknownCodes, error) {
	if u := h.unknown[id]; u != nil {
		return u, nil
	}
	scans, err := v.Scans(agent.ScanQuery{Count: id, Only: agent.Unknown, Limit: 10 * shownUnknown})
	if err != nil {
		return nil, err
	}
	seqs := make([]agent.Seq, len(scans))
	for i, s := range scans {
		seqs[i] = s.Seq
	}
	gone, err := v.Voided(seqs...)
	if err != nil {
		return nil, err
	}
	u := &unknownCodes{codes: map[string]*unknownRow{}}
	for _, s := range slices.Backward(scans) {
		if gone[s.Seq] == 0 {
			u.add(s)
		}
	}
	if _, u.upTo, err = v.Head(); err != nil {
		return nil, err
	}
	if h.followed("count/" + string(id)) {
		h.unknown[id] = u
	}
	return u, nil
}

// add counts a scan and returns its code's row, nil where the list is full.
func (u *unknownCodes) add(s agent.Scan) *unknownRow {
	code := s.Code.Common()
	row := u.codes[code]
	if row == nil {
		if len(u.codes) == shownUnknown {
			return nil
		}
		row = &unknownRow{Code: code, FirstBin: s.Bin}
		u.codes[code] = row
	}
	row.Times++
	row.LastSeq = s.Seq
	return row
}

// rows returns the codes, the newest first.
func (u *unknownCodes) rows() []unknownRow {
	list := make([]unknownRow, 0, len(u.codes))
	for _, row := range u.codes {
		list = append(list, *row)
	}
	slices.SortFunc(list, func(a, b unknownRow) int { return cmp.Compare(b.LastSeq, a.LastSeq) })
	return list
}

// unknownStates tells of codes that no item has, and of those whose scans count by now
// or do not any more. For these the codes are gathered anew: that is seldom.
func (h *Hub) unknownStates(v agent.View, b *batch, topic string, id agent.CountID, scans []agent.Scan) error {
	turns, err := turnsOf(v, scans)
	if err != nil || len(turns) == 0 {
		return err
	}
	if slices.ContainsFunc(turns, func(t turn) bool { return t.back }) {
		delete(h.unknown, id)
	}
	u, err := h.codesOf(v, id)
	if err != nil {
		return err
	}
	told := map[string]bool{}
	for _, t := range turns {
		if !t.back && t.note.Seq > u.upTo {
			u.add(t.note)
			u.upTo = t.note.Seq
		}
		told[t.note.Code.Common()] = true
	}
	for _, code := range slices.Sorted(maps.Keys(told)) {
		if row := u.codes[code]; row != nil {
			b.state(topic, "unknown", *row)
		} else if len(u.codes) < shownUnknown {
			b.state(topic, "unknown", unknownRow{Code: code}) // none is left
		}
	}
	return nil
}

// turn is a scan of an unknown code: it came, or something was done about it later.
type turn struct {
	note agent.Scan
	back bool
}

// turnsOf returns what some rows do to scans of unknown codes: they are such scans, or
// they count one, or they undo that.
func turnsOf(v agent.View, scans []agent.Scan) ([]turn, error) {
	var turns []turn
	for _, s := range scans {
		if s.Op == agent.Note && s.Flags&agent.Unknown != 0 {
			turns = append(turns, turn{note: s})
			continue
		}
		if s.Voids == 0 || s.Op != agent.Add && s.Op != agent.Void {
			continue
		}
		note, _, err := v.Scan(s.Voids)
		if err == nil && s.Op == agent.Void && note.Voids != 0 { // of an entry that counted one
			note, _, err = v.Scan(note.Voids)
		}
		if err != nil {
			return nil, err
		}
		if note.Op == agent.Note && note.Flags&agent.Unknown != 0 {
			turns = append(turns, turn{note: note, back: true})
		}
	}
	return turns, nil
}
