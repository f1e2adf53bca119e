package station

import (
	"context"
	"errors"
	"slices"

	"github.com/stockhand/stockhand/agent"
)

// WidenCount takes items and bins into a count that it had left out.
type WidenCount struct {
	Count agent.CountID  `json:"count"`
	Items []agent.ItemID `json:"items,omitempty"`
	Bins  []agent.Bin    `json:"bins,omitempty"`
}

// WidenedCount is the answer to WidenCount.
type WidenedCount struct {
	agent.Count
	// Taken are the entries of what had been scanned before and counts now.
	Taken []agent.Scan `json:"taken,omitempty"`
}

// widenCount takes items and bins into an open count, and counts what was scanned of
// them and kept. Whoever stands in front of the goods may do it: it asks for more, and
// decides nothing. What the count asks for already is left as it is.
func (s *Station) widenCount(ctx context.Context, c command, a WidenCount) (WidenedCount, error) {
	if err := c.caller.Require(agent.MayCount); err != nil {
		return WidenedCount{}, err
	}
	var widened WidenedCount
	first, err := s.record(ctx, c, &widened, func(v agent.View) (agent.Facts, error) {
		facts := s.facts(c)
		w, err := widening(v, a)
		if err != nil {
			return facts, err
		}
		if widened.Taken, err = s.takenIn(v, c, w); err != nil {
			return facts, err
		}
		w.count.Scope.Bins = append(slices.Clone(w.count.Scope.Bins), w.bins...)
		w.count.Scope.Listed += int64(len(w.items))
		widened.Count = w.count
		if len(w.items)+len(w.bins) > 0 {
			facts.Events = []agent.Event{agent.NewEvent(agent.CountWidened, agent.WidenFact{Count: a.Count, Items: w.items, Bins: w.bins})}
		}
		facts.Scans, facts.Result = widened.Taken, widened
		return facts, nil
	})
	number(widened.Taken, first)
	return widened, err
}

// wider is a count with what is taken into it.
type wider struct {
	view  agent.View
	ask   WidenCount
	count agent.Count // as it was
	items []agent.ItemID
	bins  []agent.Bin
	// pieces are the serial numbers among what is taken in.
	pieces map[string]bool
}

// widening finds out what of a request the count does not ask for yet.
func widening(v agent.View, a WidenCount) (wider, error) {
	w := wider{view: v, ask: a, pieces: map[string]bool{}}
	var err error
	if w.count, err = findCount(v, a.Count); err != nil {
		return w, err
	}
	if w.count.State != agent.CountOpen {
		return w, clash("count_state", "The count "+quote(w.count.Name)+" is "+string(w.count.State)+" and takes nothing in any more.",
			"Ask for a recount, or open another count.")
	}
	if len(a.Items)+len(a.Bins) == 0 || len(a.Items) > maxListed {
		return w, refuse("bad_arguments", "It is not said what to take into the count.", "Name an item or a bin.")
	}
	for _, id := range unique(a.Items) {
		if err := w.item(id); err != nil {
			return w, err
		}
	}
	for _, bin := range unique(a.Bins) {
		in, err := inPlaces(v, w.count.Scope, bin)
		if err != nil {
			return w, err
		}
		if !in {
			w.bins = append(w.bins, bin)
		}
	}
	return w, nil
}

// item takes an item in, if there is a list and it is not on it.
func (w *wider) item(id agent.ItemID) error {
	_, found, err := w.view.Item(id)
	if err == nil && !found {
		err = missing("no_item", "There is no item "+quote(string(id))+" in the catalogue.")
	}
	if err != nil || !w.count.Scope.HasList() {
		return err
	}
	listed, err := w.view.IsListed(w.count.ID, id)
	if err == nil && !listed {
		w.items = append(w.items, id)
	}
	return err
}

// means reports whether a scan is among those that the request is about: of an item
// that it names, or in a bin. What somebody undid stays undone by all other requests.
func (w *wider) means(item agent.ItemID, bin agent.Bin) bool {
	return slices.Contains(w.ask.Items, item) || slices.Contains(w.bins, bin) || len(w.ask.Items) == 0 && slices.Contains(w.ask.Bins, bin)
}

// asks reports whether the count asks for an item in a bin from now on.
func (w *wider) asks(item agent.ItemID, bin agent.Bin) (bool, error) {
	in, err := inPlaces(w.view, w.count.Scope, bin)
	if err != nil || !in && !slices.Contains(w.bins, bin) {
		return false, err
	}
	if !w.count.Scope.HasList() || slices.Contains(w.items, item) {
		return true, nil
	}
	return w.view.IsListed(w.count.ID, item)
}

// takenIn returns the entries by which scans count now that were kept because the
// count did not ask for them. Each has the time of its own read.
func (s *Station) takenIn(v agent.View, c command, w wider) ([]agent.Scan, error) {
	notes, err := v.Scans(agent.ScanQuery{Count: w.count.ID, Only: agent.NotAsked, Limit: wholeCount})
	if err != nil {
		return nil, err
	}
	gone, err := v.Voided(seqsOf(notes)...)
	if err != nil {
		return nil, err
	}
	var taken []agent.Scan
	for _, note := range slices.Backward(notes) {
		if note.Op != agent.Note || note.Round != 0 || gone[note.Seq] != 0 {
			continue
		}
		entry, ok, err := s.takeIn(v, c, &w, note)
		if err != nil {
			return nil, err
		}
		if ok {
			taken = append(taken, entry)
		}
	}
	return taken, nil
}

// lacking are the flags of scans that could not be counted for another reason, too.
const lacking = agent.TooLong | agent.Unowned | agent.Unknown | agent.Ambiguous | agent.Repeated | agent.SameSerial | agent.PackUnknown | agent.NotArticle | agent.NoBin

// serial looks whether the serial number of an entry was counted before, or is among
// what is taken in now.
func (w *wider) serial(v agent.View, entry *agent.Scan) (seen bool, err error) {
	if seen, err = serialOf(v, entry); err != nil || seen || entry.Flags&agent.HasSerial == 0 {
		return seen, err
	}
	piece := string(entry.Item) + "\n" + entry.Code.Elements().Serial()
	seen = w.pieces[piece]
	w.pieces[piece] = true
	return seen, nil
}

// takeIn makes the entry of one scan, if nothing else keeps it from being counted.
func (s *Station) takeIn(v agent.View, c command, w *wider, note agent.Scan) (entry agent.Scan, ok bool, err error) {
	if note.Flags&lacking != 0 {
		return entry, false, nil
	}
	m, err := s.understand(v, note.Code)
	if err != nil || m.heard != Counted || !w.means(m.match.Item, note.Bin) {
		return entry, false, err
	}
	asked, err := w.asks(m.match.Item, note.Bin)
	if err != nil || !asked {
		return entry, false, err
	}
	homeless, err := lacksBin(v, agent.Pass{Count: note.Count, Round: note.Round}, note.Bin, m.match.Item)
	if err != nil || homeless {
		return entry, false, err
	}
	walk, _, err := v.Pass(note.Pass)
	if err != nil {
		return entry, false, err
	}
	if why, err := barred(v, walk, m.match.Item, note.Counter(walk)); err != nil || why != "" {
		return entry, false, err
	}
	var typed *agent.Error
	if err := notTypedSince(v, note, m.match.Item); errors.As(err, &typed) && typed.Class == agent.Clash {
		return entry, false, nil
	} else if err != nil {
		return entry, false, err
	}
	pass := agent.Pass{ID: note.Pass, Count: note.Count, Round: note.Round}
	entry = s.typed(c, pass, m.match.Item, note.Bin, unitsOf(note, m.units), note.Cond)
	entry.Op, entry.Voids, entry.Code = agent.Add, note.Seq, note.Code
	entry.Read, entry.Run, entry.Mono = note.Read, note.Run, note.Mono
	seen, err := w.serial(v, &entry)
	return entry, !seen && entry.Quantity <= MaxQuantity, err
}
