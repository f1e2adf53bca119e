package station

import (
	"slices"
	"strconv"
	"strings"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
)

// The names of our command barcodes; that of a number of times is X and the number.
const (
	UndoCommand    = "UNDO"
	NextCommand    = "NEXT"
	DamagedCommand = "DAMAGED"
	FinishCommand  = "FINISH"
)

// TimesCommand is the command by which the next item counts n times.
func TimesCommand(n int64) string { return "X" + strconv.FormatInt(n, 10) }

// timesOf reads the number of a command such as X12. It must be one that could be
// typed, and not 0.
func timesOf(name string) (int64, bool) {
	digits, ok := strings.CutPrefix(name, "X")
	if !ok || len(digits) == 0 || len(digits) > len("9999") || strings.Trim(digits, "0123456789") != "" || digits[0] == '0' {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil && n <= MaxQuantity
}

// order carries out one of our command barcodes that was read in a pass. Whoever has
// the sheet can scan it: so it can do nothing that a scanner of the pass could not do
// by scanning, besides ending the pass with all that it counted. What is no command, or
// cannot be done, is kept as evidence like any code that is no article.
func (s *Station) order(v agent.View, in Ingested, pass agent.Pass) (Ingested, error) {
	name := strings.ToUpper(in.Scan.Code.Value)
	carryOut := s.orders()[name]
	times, isTimes := timesOf(name)
	if carryOut == nil && !isTimes {
		return in, nil
	}
	if matches, _, err := find(v, in.Scan.Code); err != nil || len(matches) > 0 {
		// An article has this barcode: it is not known which of the two is meant.
		in.Heard = Several
		in.Scan.Flags = in.Scan.Flags&^agent.NotArticle | agent.Ambiguous
		return in, err
	}
	if in.Scan.Flags&agent.Repeated != 0 {
		in.Heard = Twice // it was carried out already
		return in, nil
	}
	next, _, err := v.Awaited(pass.ID)
	if err != nil {
		return in, err
	}
	if isTimes {
		return awaiting(in, times, next.Cond), nil
	}
	return carryOut(v, in, pass, next)
}

// orders are the commands without a number. next is what awaits an item.
func (s *Station) orders() map[string]func(v agent.View, in Ingested, pass agent.Pass, next agent.Awaited) (Ingested, error) {
	return map[string]func(agent.View, Ingested, agent.Pass, agent.Awaited) (Ingested, error){
		UndoCommand:   undo,
		NextCommand:   nextBin,
		FinishCommand: s.finish,
		DamagedCommand: func(_ agent.View, in Ingested, _ agent.Pass, next agent.Awaited) (Ingested, error) {
			return awaiting(in, next.Times, agent.Damaged), nil
		},
	}
}

// awaiting makes a scan one that says what the next item counts as.
func awaiting(in Ingested, times int64, cond agent.Condition) Ingested {
	in.Heard = Awaits
	in.Scan.Flags |= agent.NotArticle | agent.Awaiting | agent.Done
	in.Scan.Quantity, in.Scan.Cond = max(1, times), agent.Good
	if cond == agent.Damaged {
		in.Scan.Cond = cond
	}
	return in
}

// finish ends the pass. What was not counted stays as it is: only a person who looks
// at the page can say that it is gone. Whoever said something of a next item has not
// finished.
func (s *Station) finish(_ agent.View, in Ingested, pass agent.Pass, next agent.Awaited) (Ingested, error) {
	if next.Seq != 0 {
		return in, nil
	}
	in.Heard = Finished
	in.Scan.Flags |= agent.Done
	in.events = []agent.Event{agent.NewEvent(agent.PassClosed, agent.PassFact{Pass: pass.ID, At: s.now()})}
	return in, nil
}

// nextBin leads on to the next bin of the pass's zone, in the order of the catalogue.
func nextBin(v agent.View, in Ingested, pass agent.Pass, next agent.Awaited) (Ingested, error) {
	places, err := v.Places()
	if err != nil {
		return in, err
	}
	at := slices.IndexFunc(places, func(p agent.Place) bool { return p.Bin == pass.Bin && pass.Bin != "" })
	zone := pass.Zone
	if at >= 0 {
		zone = places[at].Zone
	} else if pass.Bin != "" || zone == "" {
		return in, nil // nobody can say what comes after that
	}
	for _, p := range places[at+1:] {
		if p.Zone == zone {
			return moved(in, p.Bin, next), nil
		}
	}
	return in, nil
}

// moved makes a scan one by which its pass goes on in a bin.
func moved(in Ingested, bin agent.Bin, next agent.Awaited) Ingested {
	in.Heard, in.Scan.Op, in.Scan.Bin = Moved, agent.Move, bin
	if in.Scan.Code.Kind == barcode.Command {
		in.Scan.Flags = in.Scan.Flags&^agent.NotArticle | agent.Done
	}
	if next.Seq != 0 { // it was said of goods in the bin before
		in.Scan.Flags |= agent.Dropped
	}
	return in
}

// multiply makes the next item count as it was said before it. What could not be
// counted keeps that, so that it is there when the item can be.
func (in *Ingested) multiply(next agent.Awaited) {
	if next.Seq == 0 {
		return
	}
	in.Scan.Cond = next.Cond
	switch {
	case in.Scan.Op != agent.Add:
		in.Scan.Quantity = next.Times
	case next.Times == 1:
	case in.Scan.Flags&agent.HasSerial != 0:
		in.Scan.Flags |= agent.Dropped // a serial number is one piece, whatever was said
	case in.Scan.Quantity*next.Times > MaxQuantity:
		in.keep(NoPack, agent.PackUnknown, next.Times)
	default:
		in.Scan.Quantity *= next.Times
	}
}

// keep makes an entry a note: nobody can want what it would count.
func (in *Ingested) keep(heard Heard, why agent.ScanFlag, times int64) {
	in.Heard, in.Scan.Op, in.Scan.Quantity = heard, agent.Note, times
	in.Scan.Flags = in.Scan.Flags&^agent.HasSerial | why
}

// unitsOf returns how many units a scan that was kept stands for, which is one where it
// has a serial number, whatever was said before it.
func unitsOf(note agent.Scan, each int64) int64 {
	if note.Code.Elements().Serial() != "" {
		return each
	}
	return each * note.Times()
}

// serialOf looks whether a serial number of an item was counted before, in the same
// round of the count. One piece counts once, wherever it is seen again.
func serialOf(v agent.View, scan *agent.Scan) (seen bool, err error) {
	serial := scan.Code.Elements().Serial()
	if serial == "" {
		return false, nil
	}
	scan.Flags |= agent.HasSerial
	_, seen, err = v.CountedSerial(scan.Count, scan.Item, scan.Round, serial)
	return seen, err
}
