package station

import (
	"slices"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// looksBack is how many rows are read at once for the one that is undone.
const looksBack = 100

// undo takes back what happened last in the pass: what was said of the next item, an
// entry, a scan that was only kept, a way to another bin. Once more takes back what was
// before that.
func undo(v agent.View, in Ingested, pass agent.Pass, next agent.Awaited) (Ingested, error) {
	if next.Seq != 0 {
		return undone(in, agent.Scan{Seq: next.Seq, Bin: pass.Bin, Cond: next.Cond}), nil
	}
	last, before, err := lastOf(v, pass, in)
	switch {
	case err != nil || last.Seq == 0:
		return in, err
	case last.Op == agent.Add || last.Op == agent.Set:
		why, err := barred(v, pass, last.Item, in.reader(pass))
		if err == nil && why == "" {
			return undone(in, last), nil
		}
		in.Heard = why
		in.Scan.Flags |= barredFlags[why]
		return in, err
	case last.Op != agent.Move:
		return undone(in, last), nil
	}
	bin, known, err := binBefore(v, last, before)
	if err != nil || !known {
		return in, err
	}
	in = moved(in, bin, agent.Awaited{})
	in.Heard, in.Scan.Voids = Undone, last.Seq
	return in, nil
}

// undone makes a scan the one that voids another.
func undone(in Ingested, old agent.Scan) Ingested {
	in.Heard, in.Scan.Op, in.Scan.Voids = Undone, agent.Void, old.Seq
	in.Scan.Item, in.Scan.Bin, in.Scan.Cond = old.Item, old.Bin, old.Cond
	in.Scan.Flags = in.Scan.Flags&^agent.NotArticle | agent.Done
	return in
}

// lastOf returns the newest row of a pass that can still be undone by whoever scans that,
// and what lies before it, newest first, as far as it was read. What somebody else typed
// on a page is not theirs.
func lastOf(v agent.View, pass agent.Pass, in Ingested) (last agent.Scan, before []agent.Scan, err error) {
	left := map[agent.Seq]bool{} // ways to other bins that were taken back
	for until := agent.Seq(0); ; {
		rows, err := v.Scans(agent.ScanQuery{Pass: pass.ID, Before: until, Limit: looksBack})
		if err != nil || len(rows) == 0 {
			return last, nil, err
		}
		gone, err := v.Voided(seqsOf(rows)...)
		if err != nil {
			return last, nil, err
		}
		for i, row := range rows {
			if row.Op == agent.Move && row.Voids != 0 {
				left[row.Voids] = true
			} else if gone[row.Seq] == 0 && !left[row.Seq] && undoable(row) && !ofAnother(row, in, pass) {
				return row, rows[i+1:], nil
			}
		}
		until = rows[len(rows)-1].Seq
	}
}

// ofAnother reports whether a row was made by somebody else than whoever made a read, and
// not with the same scanner.
func ofAnother(row agent.Scan, in Ingested, pass agent.Pass) bool {
	one, other := row.Counter(pass), in.reader(pass)
	return row.Device != in.Scan.Device && one != other && one.Kind != agent.DeviceActor && other.Kind != agent.DeviceActor
}

func seqsOf(scans []agent.Scan) []agent.Seq {
	seqs := make([]agent.Seq, len(scans))
	for i, scan := range scans {
		seqs[i] = scan.Seq
	}
	return seqs
}

// undoable reports whether somebody who undoes the last thing can mean a row. A scan
// that came twice sounded once, and the zeros of a bin are not single things.
func undoable(row agent.Scan) bool {
	switch row.Op {
	case agent.Note:
		return row.Flags&(agent.NotArticle|agent.Repeated) == 0
	case agent.Add, agent.Move:
		return true
	case agent.Set:
		return row.Flags&agent.Confirmed == 0
	}
	return false
}

// binBefore returns where a pass was before a way to another bin. rows are what lies
// before that, newest first. The label with which a pass began leads from nowhere.
func binBefore(v agent.View, way agent.Scan, rows []agent.Scan) (agent.Bin, bool, error) {
	var oldest *agent.Scan
	for {
		for i, row := range rows {
			if row.Op == agent.Move {
				return row.Bin, true, nil
			}
			if row.Device != "" && (row.Op == agent.Note || row.Op == agent.Add) {
				oldest = &rows[i]
			}
		}
		if len(rows) == 0 {
			break
		}
		var err error
		if rows, err = v.Scans(agent.ScanQuery{Pass: way.Pass, Before: rows[len(rows)-1].Seq, Limit: looksBack}); err != nil {
			return "", false, err
		}
	}
	if oldest != nil {
		return oldest.Bin, true, nil // scans are where the pass was
	}
	bin, err := v.OpenedIn(way.Pass)
	return bin, bin != "" && bin != way.Bin, err
}

// heardIn returns the bins of scans, in order, in which something was heard besides
// commands: these, and a label that was taken back, tell nothing of what lies there.
func heardIn(oldestFirst []agent.Scan) []agent.Bin {
	left := map[agent.Seq]bool{}
	for _, scan := range oldestFirst {
		if scan.Op == agent.Move {
			left[scan.Voids] = true
		}
	}
	var bins []agent.Bin
	for _, scan := range oldestFirst {
		if !left[scan.Seq] && scan.Code.Kind != barcode.Command && !slices.Contains(bins, scan.Bin) {
			bins = append(bins, scan.Bin)
		}
	}
	return bins
}
