package agent

// Flags of commands and serial numbers. Their values are stored: never renumber.
const (
	SameSerial ScanFlag = 1 << 14 // its serial number counts once, and it did; it counts again once it is accepted
	Awaiting   ScanFlag = 1 << 15 // no entry: the pass's next item counts Quantity times, in condition Cond
	Dropped    ScanFlag = 1 << 16 // what awaited an item ended here without one, or could not be meant of it
	Done       ScanFlag = 1 << 17 // one of our own commands, and it was carried out
	HasSerial  ScanFlag = 1 << 18 // it counts one serial number
)

// Awaited is what somebody said of the next item of a pass before scanning it.
type Awaited struct {
	Seq   Seq       `json:"seq"` // the scan that said it
	Times int64     `json:"times"`
	Cond  Condition `json:"condition"`
}

// Times returns how many times a scan counts, or would have counted: once, unless
// something else was said before it.
func (s Scan) Times() int64 {
	if s.Op == Note && s.Quantity > 1 {
		return s.Quantity
	}
	return 1
}

// AwaitedAfter returns the scan that says what the next item of the pass counts as,
// after s was stored; before is the one before it, 0 for none. Only the newest counts,
// and it ends with one item, with a typed quantity or in another bin. What is no item
// leaves it, and so does whoever counts or undoes something else meanwhile.
func (s Scan) AwaitedAfter(before Seq) Seq {
	switch {
	case s.Flags&Awaiting != 0:
		return s.Seq
	case s.Op == Note && s.Flags&(NotArticle|TooLong) != 0:
		return before
	case s.Device == "" && s.Voids != 0 && s.Voids != before:
		return before
	}
	return 0
}

// Serial returns the serial number that a scan counts, empty if it counts none.
func (s Scan) Serial() string {
	if s.Flags&HasSerial == 0 {
		return ""
	}
	return s.Code.Elements().Serial()
}

// Bearer is who scanned a badge with a scanner: until its pass is closed, or somebody
// else scans a badge, that is who counts.
type Bearer struct {
	Actor Actor
	Since Stamp
	Seq   Seq `json:"-"` // the scan of the badge
}

// Entering tells what bears on the next entry of a pass.
type Entering interface {
	// Bearer returns whose badge was scanned with a scanner.
	Bearer(device DeviceID) (Bearer, bool, error)
	// Awaited returns what was said of the next item of a pass.
	Awaited(pass PassID) (Awaited, bool, error)
	// CountedSerial returns the entry that counts a serial number of an item in one
	// round of a count.
	CountedSerial(count CountID, item ItemID, round int64, serial string) (Seq, bool, error)
}
