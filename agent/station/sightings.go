package station

import (
	"slices"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// wholeCount is more scans than a count can have.
const wholeCount = 10_000_000

// place is an item in a bin, in one round of a count.
type place struct {
	item  agent.ItemID
	bin   agent.Bin
	round int64
}

// sighting is something that was scanned and not counted, and that may be an item:
// the goods were there.
type sighting struct {
	scan agent.Seq
	why  string // it was not counted, as a clause
}

// sighted are the flags of scans that may be goods of a known item.
const sighted = agent.Ambiguous | agent.PackUnknown | agent.Repeated | agent.Unknown | agent.SameSerial | agent.NotSigned | agent.NoBin

// sightings returns what was scanned in a count, not counted and not undone, by all
// that it may mean today; of several the oldest.
func (s *Station) sightings(v agent.View, count agent.CountID) (map[place]sighting, error) {
	notes, err := standingNotes(v, count)
	if err != nil {
		return nil, err
	}
	g := s.sightseeing(v, nil)
	return g.seen, g.addAll(notes)
}

func (s *Station) sightseeing(v agent.View, means func(agent.Scan, []agent.ItemID)) sightseeing {
	return sightseeing{station: s, view: v, seen: map[place]sighting{}, meanings: map[string][]agent.ItemID{}, means: means}
}

// sightseeing collects what scans that do not count may be.
type sightseeing struct {
	station  *Station
	view     agent.View
	seen     map[place]sighting
	meanings map[string][]agent.ItemID // by code: one may have been scanned very often
	// means, if there is one, is told of each scan and the items that it may be.
	means func(note agent.Scan, items []agent.ItemID)
}

func (g sightseeing) addAll(notes []agent.Scan) error {
	for _, note := range notes {
		if err := g.add(note); err != nil {
			return err
		}
	}
	return nil
}

func (g sightseeing) add(note agent.Scan) error {
	code := note.Code.Symbology + note.Code.Text
	items, known := g.meanings[code]
	if note.Item != "" {
		items = []agent.ItemID{note.Item}
	} else if !known {
		var err error
		if items, err = g.station.mayMean(g.view, note.Code); err != nil {
			return err
		}
		g.meanings[code] = items
	}
	if note.Flags&agent.NotSigned != 0 && note.Item != "" {
		lines, err := g.view.LinesOf(note.Count, note.Item)
		if err != nil || slices.ContainsFunc(lines, func(l agent.Line) bool { return l.Bin == note.Bin && l.Round == note.Round && l.Last > note.Seq }) {
			return err // it was counted since, by somebody known
		}
	}
	for _, item := range items {
		if at := (place{item, note.Bin, note.Round}); g.seen[at].scan == 0 {
			g.seen[at] = sighting{note.Seq, whySighted(note.Flags)}
		}
	}
	if g.means != nil {
		g.means(note, items)
	}
	return nil
}

// isSighted reports whether a scan that does not count may be goods of a known item.
func isSighted(n agent.Scan) bool {
	return n.Op == agent.Note && n.Flags&sighted != 0 && n.Flags&agent.NotArticle == 0
}

// standingNotes returns the scans of a count that may be goods and that neither count
// nor were undone, oldest first.
func standingNotes(v agent.View, count agent.CountID) ([]agent.Scan, error) {
	return notesOf(v, count, sighted)
}

// notesOf returns the scans of a count that were kept for one of some reasons and that
// neither count nor were undone, oldest first.
func notesOf(v agent.View, count agent.CountID, flags agent.ScanFlag) ([]agent.Scan, error) {
	tally, err := v.Tally(count)
	if err != nil || tally.Noted == 0 { // no need to walk through a long count
		return nil, err
	}
	notes, err := v.Scans(agent.ScanQuery{Count: count, Any: flags, Limit: wholeCount})
	if err != nil {
		return nil, err
	}
	notes = slices.DeleteFunc(notes, func(n agent.Scan) bool { return n.Op != agent.Note || n.Flags&agent.NotArticle != 0 })
	gone, err := v.Voided(seqsOf(notes)...)
	notes = slices.DeleteFunc(notes, func(n agent.Scan) bool { return gone[n.Seq] != 0 })
	slices.Reverse(notes)
	return notes, err
}

// mayMean returns the items that a code leads to, or the two codes in it if it came as
// one read.
func (s *Station) mayMean(v agent.View, code barcode.Code) ([]agent.ItemID, error) {
	codes := []barcode.Code{code}
	if first, second, two := barcode.Halves(code.Text); two && code.Kind == barcode.Joined {
		codes = append(codes, s.opts.Barcodes.Parse([]byte(first)), s.opts.Barcodes.Parse([]byte(second)))
	}
	var items []agent.ItemID
	for _, c := range codes {
		matches, _, err := find(v, c)
		if err != nil {
			return nil, err
		}
		for _, m := range matches {
			items = append(items, m.Item)
		}
	}
	return items, nil
}

// whySighted says why goods that were scanned were not counted. The first that fits
// says most.
func whySighted(f agent.ScanFlag) string {
	switch {
	case f&agent.Ambiguous != 0:
		return "a barcode was scanned that several items have"
	case f&agent.PackUnknown != 0:
		return "a pack or label of it was scanned, and it is not known how many that are"
	case f&agent.Joined != 0:
		return "two barcodes came as one scan, and one of them is its own"
	case f&agent.Unknown != 0:
		return "it was scanned before its barcode was known"
	case f&agent.NotSigned != 0:
		return "it was scanned, and nobody had signed in"
	case f&agent.SameSerial != 0:
		return "one was scanned whose serial number was counted elsewhere"
	case f&agent.Repeated == 0 && f&agent.NoBin != 0:
		return "it was scanned where it was not known in which bin"
	}
	return "a scan of it was kept aside because it may have come twice"
}
