package live

import (
	"cmp"
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
	u := &unknownCodes{codes: map[string]*unknownRow{}}
	for _, s := range slices.Backward(scans) {
		u.add(s)
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
	code := shownCode(s)
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

// shownCode is what an unknown code is told apart by: its text, but the item's
// number where the text also holds what differs from piece to piece.
func shownCode(s agent.Scan) string {
	if len(s.Code.Elements()) > 0 {
		return s.Code.Key
	}
	return s.Code.Text
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

// unknownStates tells of codes that no item has.
func (h *Hub) unknownStates(v agent.View, b *batch, topic string, id agent.CountID, scans []agent.Scan) error {
	scans = slices.DeleteFunc(slices.Clone(scans), func(s agent.Scan) bool { return s.Flags&agent.Unknown == 0 })
	if len(scans) == 0 {
		return nil
	}
	u, err := h.codesOf(v, id)
	if err != nil {
		return err
	}
	changed := map[string]bool{}
	for _, s := range scans {
		if s.Seq > u.upTo {
			u.add(s)
			u.upTo = s.Seq
		}
		changed[shownCode(s)] = true
	}
	for _, row := range u.rows() {
		if changed[row.Code] {
			b.state(topic, "unknown", row)
		}
	}
	return nil
}
