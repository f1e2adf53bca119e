package station

import (
	"slices"
	"strings"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/reconcile"
)

// walks is what the passes of a count say about its lines besides their sums.
type walks struct {
	recounts []agent.Recount
	// open are the passes of recounts that have not ended, and scanning what they scanned
	// last of each item. A quantity that was typed is the whole of what lies there.
	open     map[agent.PassID]agent.Pass
	scanning map[agent.PassID]map[agent.ItemID]bool
	rounds   map[agent.ItemID]rounds
	parts    map[agent.ItemID][]agent.Part
}

// walksOf looks at the passes of a count that can be approved. What each of them entered
// is read only where that can matter: where a recount was asked for, or two passes went
// to one bin.
func walksOf(v agent.View, count agent.Count, passes []agent.Pass, visits []agent.Visit) (w walks, err error) {
	if count.State != agent.CountClosed {
		return w, nil
	}
	if w.recounts, err = v.Recounts(count.ID); err != nil || len(w.recounts) == 0 && !meet(passes, visits) {
		return w, err
	}
	parts, err := v.Parts(count.ID)
	if err != nil {
		return w, err
	}
	w.parts, w.rounds = map[agent.ItemID][]agent.Part{}, roundsOf(parts)
	w.open, w.scanning = map[agent.PassID]agent.Pass{}, map[agent.PassID]map[agent.ItemID]bool{}
	for _, p := range passes {
		if p.Open() && p.Round > 0 {
			w.open[p.ID] = p
			if w.scanning[p.ID], err = scannedLast(v, p.ID); err != nil {
				return w, err
			}
		}
	}
	for _, p := range parts {
		w.parts[p.Item] = append(w.parts[p.Item], p)
	}
	return w, nil
}

// scannedLast returns the items of a pass of which the newest entry that counts is a scan.
func scannedLast(v agent.View, pass agent.PassID) (map[agent.ItemID]bool, error) {
	scans, err := v.Scans(agent.ScanQuery{Pass: pass, Limit: wholeCount})
	if err != nil {
		return nil, err
	}
	newest, undone := map[agent.ItemID]bool{}, map[agent.Seq]bool{}
	for _, scan := range scans { // the newest first
		_, seen := newest[scan.Item]
		switch {
		case scan.Op == agent.Void:
			undone[scan.Voids] = true
		case !undone[scan.Seq] && !seen && (scan.Op == agent.Add || scan.Op == agent.Set):
			newest[scan.Item] = scan.Op == agent.Add
		}
	}
	return newest, nil
}

// meet reports whether two passes of one round have been to one bin.
func meet(passes []agent.Pass, visits []agent.Visit) bool {
	round := make(map[agent.PassID]int64, len(passes))
	for _, p := range passes {
		round[p.ID] = p.Round
	}
	type stop struct {
		bin   agent.Bin
		round int64
	}
	by := map[stop]agent.PassID{}
	for _, visit := range visits {
		at := stop{visit.Bin, round[visit.Pass]}
		if other, been := by[at]; been && other != visit.Pass && visit.Bin != "" {
			return true
		}
		by[at] = visit.Pass
	}
	return false
}

// recounting tells of the newest recount that asks for an item and has not ended.
func (w walks) recounting(item agent.ItemID) reconcile.Recounting {
	for _, r := range slices.Backward(w.recounts) {
		if !slices.Contains(r.Items, item) {
			continue
		}
		if w.rounds[item][r.Round] == nil {
			return reconcile.Recounting{Round: r.Round}
		}
		var by []string
		for _, p := range w.parts[item] {
			if pass, open := w.open[p.Pass]; open && p.Round == r.Round && w.scanning[p.Pass][item] {
				by = withOne(by, whoWhere(pass))
			}
		}
		if len(by) > 0 {
			return reconcile.Recounting{Round: r.Round, By: strings.Join(by, ", ")}
		}
		return reconcile.Recounting{}
	}
	return reconcile.Recounting{}
}

func whoWhere(p agent.Pass) string {
	if p.Bin == "" {
		return p.Person.ID
	}
	return p.Person.ID + " in " + string(p.Bin)
}

// shared tells in which bins several passes of the newest round counted an item.
func (w walks) shared(item agent.ItemID) []reconcile.Shared {
	newest := map[agent.Bin]int64{}
	for _, p := range w.parts[item] {
		newest[p.Bin] = max(newest[p.Bin], p.Round)
	}
	var all []reconcile.Shared
	for _, p := range w.parts[item] {
		if p.Bin == "" || p.Round != newest[p.Bin] || p.Quantity == 0 {
			continue
		}
		i := slices.IndexFunc(all, func(s reconcile.Shared) bool { return s.Bin == p.Bin })
		if i < 0 {
			i, all = len(all), append(all, reconcile.Shared{Bin: p.Bin})
		}
		all[i].Units = append(all[i].Units, p.Quantity)
	}
	return slices.DeleteFunc(all, func(s reconcile.Shared) bool { return len(s.Units) < 2 })
}
