package agent

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Lot is what was counted of one lot of an item in a bin, as its codes say. What was
// typed, or has a code that says nothing of a lot, is a Lot without a number.
type Lot struct {
	Item   ItemID `json:"item"`
	Bin    Bin    `json:"bin"`
	Number string `json:"lot,omitempty"`
	// Expiry is until when it may be used or is at its best, as in 2027-01-31.
	Expiry  string   `json:"expiry,omitempty"`
	Serials []string `json:"serials,omitempty"` // the serial numbers that were counted
	Good    int64    `json:"good"`
	Damaged int64    `json:"damaged,omitempty"`
}

// String says it in words.
func (l Lot) String() string {
	text := "no lot"
	if l.Number != "" {
		text = "lot " + Harmless(l.Number)
	}
	if l.Expiry != "" {
		text += ", until " + l.Expiry
	}
	if l.Damaged > 0 {
		return fmt.Sprintf("%s: %d, %d of them damaged", text, l.Good+l.Damaged, l.Damaged)
	}
	return fmt.Sprintf("%s: %d", text, l.Good)
}

// InLots says lots in words.
func InLots(lots []Lot) string {
	words := make([]string, len(lots))
	for i, l := range lots {
		words[i] = l.String()
	}
	return strings.Join(words, "; ")
}

// LotsOf splits the lines of a count by what the codes of its entries say of lots,
// expiry and serial numbers. scans are all of the count or of items of it, oldest
// first; undone tells of those that do not count. Items without any such code are left
// out: their lines say it all.
func LotsOf(scans []Scan, undone map[Seq]Seq) []Lot {
	s := splitting{newest: map[place]int64{}, parts: map[partKey][]Lot{}}
	for _, scan := range scans {
		if _, gone := undone[scan.Seq]; !gone && (scan.Op == Add || scan.Op == Set) {
			s.add(scan)
		}
	}
	return s.lots()
}

type place struct {
	item ItemID
	bin  Bin
}

// partKey is what one pass enters for a line in one condition: a typed quantity stands
// for all of it.
type partKey struct {
	place
	round int64
	pass  PassID
	cond  Condition
}

type splitting struct {
	newest map[place]int64 // round
	parts  map[partKey][]Lot
	told   []ItemID // whose codes say anything
}

func (s *splitting) add(scan Scan) {
	at := place{scan.Item, scan.Bin}
	s.newest[at] = max(s.newest[at], scan.Round)
	key := partKey{at, scan.Round, scan.Pass, scan.Cond}
	if scan.Op == Set {
		s.parts[key] = nil
	}
	lot := Lot{Item: scan.Item, Bin: scan.Bin, Good: scan.Quantity}
	if scan.Cond == Damaged {
		lot.Good, lot.Damaged = 0, scan.Quantity
	}
	if all := scan.Code.Elements(); len(all) > 0 {
		lot.Number = all.Lot()
		if day, known := all.Expiry(scan.Read.At.Year()); known {
			lot.Expiry = day.String()
		}
		if serial := all.Serial(); serial != "" {
			lot.Serials = []string{serial}
		}
	}
	if (lot.Number != "" || lot.Expiry != "" || lot.Serials != nil) && !slices.Contains(s.told, lot.Item) {
		s.told = append(s.told, lot.Item)
	}
	s.parts[key] = append(s.parts[key], lot)
}

// lots adds up the newest round.
func (s *splitting) lots() []Lot {
	var lots []Lot
	for key, part := range s.parts {
		if key.round != s.newest[key.place] || !slices.Contains(s.told, key.item) {
			continue
		}
		for _, one := range part {
			i := slices.IndexFunc(lots, func(l Lot) bool {
				return l.Item == one.Item && l.Bin == one.Bin && l.Number == one.Number && l.Expiry == one.Expiry
			})
			if i < 0 {
				lots = append(lots, one)
				continue
			}
			lots[i].Good, lots[i].Damaged = lots[i].Good+one.Good, lots[i].Damaged+one.Damaged
			lots[i].Serials = append(lots[i].Serials, one.Serials...)
		}
	}
	for i := range lots {
		slices.Sort(lots[i].Serials)
	}
	slices.SortFunc(lots, func(a, b Lot) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Bin, b.Bin), cmp.Compare(a.Expiry, b.Expiry), cmp.Compare(a.Number, b.Number))
	})
	return slices.DeleteFunc(lots, func(l Lot) bool { return l.Good == 0 && l.Damaged == 0 && l.Number == "" })
}
