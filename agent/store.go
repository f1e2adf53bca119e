package agent

import (
	"context"
	"encoding/json"
	"time"
)

// Store keeps the log and its views on disk.
//
// Write and Read may be called from any goroutine. What Write returned without
// error is on disk, synced, and will be there after a power cut.
type Store interface {
	// Write decides and stores in one step. decide runs inside the single writer's
	// transaction, one at a time, and sees everything that was stored before it;
	// what it returns is appended and applied to the views, or nothing is. decide
	// must be quick and do no I/O of its own. If it returns an error nothing is
	// stored and Write returns that error.
	//
	// A command that was carried out before is not carried out again: Write
	// returns its first Ack with Repeated set and decide does not run.
	//
	// Writes that wait for each other share one sync of the disk.
	Write(ctx context.Context, command Command, decide func(View) (Facts, error)) (Ack, error)

	// Read calls look with a view of one moment. look must fetch what it needs and
	// return: it must not wait for anything else.
	Read(ctx context.Context, look func(View) error) error
}

// Command identifies a client's request so that a repeat is harmless. The zero
// Command is never a repeat.
type Command struct {
	Origin string // the conversation's device, or "local"
	ID     string // a ULID made by the client
	Op     string // the operation that it asks for, where that has a name
}

// Facts is what a decision adds to the log: scans first, then events, in order.
type Facts struct {
	Actor  Actor
	At     time.Time
	Scans  []Scan
	Events []Event
	// Watermarks are remembered, not logged: they can be asked for again.
	Watermarks []Watermark
	// Levels and UnderWay are remembered, too. The Seq of a level is the head of the log
	// when it was asked for: one that a change of our own has overtaken since is left out.
	Levels   []Level
	UnderWay *UnderWay
	// Result is kept with the command and returned to repeats of it.
	Result any
}

// Ack tells what became of a Write.
type Ack struct {
	First, Last Seq             // the rows added; 0 if none
	Repeated    bool            // the command had been carried out before
	Result      json.RawMessage // Facts.Result
}

// View is what can be read of the store at one moment. Methods that find nothing
// return zero values and false, or an empty slice, not an error.
type View interface {
	PeopleView
	ClassView
	EvidenceView
	CatalogView
	TaughtView
	KnownView
	LevelView
	PauseView
	// Head returns the epoch of the log (a ULID made when the database is created
	// or restored) and the sequence number of its newest row.
	Head() (epoch string, head Seq, err error)
	// Log returns up to limit rows after a sequence number, in order.
	Log(after Seq, limit int) ([]Record, error)
	// Next returns the next free number for "count", "pass", "adjustment" or
	// "request".
	Next(noun string) (int64, error)

	// Lookup finds items by a barcode's key. More than one match is an ambiguity.
	Lookup(key string) ([]Match, error)
	Item(id ItemID) (Item, bool, error)
	// Items returns items by id; unknown ids are left out. With no ids it returns
	// the whole catalogue.
	Items(ids ...ItemID) ([]Item, error)
	// ItemCount returns how many items the catalogue has.
	ItemCount() (int64, error)
	Places() ([]Place, error)
	PlaceByLabel(label string) (Place, bool, error)
	// PlaceOf returns the place of a bin.
	PlaceOf(bin Bin) (Place, bool, error)
	// ItemsIn returns the items known to lie in a bin.
	ItemsIn(bin Bin) ([]ItemID, error)

	Counts() ([]Count, error)
	Count(id CountID) (Count, bool, error)
	// Listed returns the items of a directed count, in the order of its list, and
	// what was taken in later; IsListed whether one item is among them.
	Listed(count CountID) ([]ItemID, error)
	IsListed(count CountID, item ItemID) (bool, error)
	Passes(count CountID) ([]Pass, error)
	Pass(id PassID) (Pass, bool, error)
	// PassOf returns the open pass that owns a device.
	PassOf(device DeviceID) (Pass, bool, error)
	// Whereabouts returns those scans of a pass that tell where it has been, oldest
	// first: every way to another bin, and of everything else but commands the first
	// in each bin.
	Whereabouts(pass PassID) ([]Scan, error)
	// OpenedIn returns the bin in which a pass was opened; empty where that was not said.
	OpenedIn(pass PassID) (Bin, error)
	// Visits returns the bins that the passes of a count have been to.
	Visits(count CountID) ([]Visit, error)
	Lines(count CountID) ([]Line, error)
	LinesOf(count CountID, item ItemID) ([]Line, error)
	// LinedBins returns the bins in which a count has lines.
	LinedBins(count CountID) ([]Bin, error)
	// Parts returns what each pass entered for each line, in every round, by item,
	// bin, round and pass.
	Parts(count CountID) ([]Part, error)
	// Entered returns up to limit entries of a count that count and were not undone,
	// after a sequence number, in order.
	Entered(count CountID, after Seq, limit int) ([]Entered, error)
	Recounts(count CountID) ([]Recount, error)
	Entering
	DamagedView
	Scan(seq Seq) (Scan, bool, error)
	// Scans returns the scans that a query selects, newest first.
	Scans(q ScanQuery) ([]Scan, error)
	// ScanCount returns how many scans a query selects in all, whatever its Limit.
	ScanCount(q ScanQuery) (int64, error)
	// Voided returns, for those of the given scans that were undone, the scan that
	// undid them.
	Voided(scans ...Seq) (map[Seq]Seq, error)
	Tally(count CountID) (Tally, error)
	Devices() ([]DeviceTally, error)
	// PairedDevices returns the scanners that are paired, in the order in which
	// they were.
	PairedDevices() ([]PairedDevice, error)

	// Books returns all statements about an item made since a time (by Book.At),
	// oldest first, and before them the newest earlier one if there is one.
	Books(location LocationID, item ItemID, since time.Time) ([]Book, error)
	// MovementsOf returns the movements of an item that occurred after a time, and those
	// that came to be known after it and more than a day after they occurred: the shop
	// posted them since, or they were told since and it has not. With the latter comes
	// what the shop posted of the same receipts. The oldest is first.
	MovementsOf(location LocationID, item ItemID, after time.Time) ([]Movement, error)
	// KnownMovements returns which of a source's movements are stored, by their ids.
	// It costs what is asked for, however much is stored.
	KnownMovements(source string, ids ...string) (map[string]bool, error)
	AppliedTo(location LocationID, item ItemID) ([]Applied, error)
	// Activities returns how items were counted and how they moved since two times,
	// a year and a quarter ago.
	Activities(location LocationID, year, quarter time.Time) (Activities, error)
	// ClockSteps returns every step of the agent's clock, oldest first.
	ClockSteps() ([]ClockStep, error)
	Watermarks(location LocationID) ([]Watermark, error)

	Adjustments(count CountID) ([]Adjustment, error)
	Deliveries(states ...DeliveryState) ([]Delivery, error)
	DeliveriesOf(count CountID) ([]Delivery, error)
	Delivery(id AdjustmentID) (Delivery, bool, error)
	Requests(states ...RequestState) ([]Request, error)
	Request(id RequestID) (Request, bool, error)

	AccessByHash(hash string) (Access, bool, error)
	Accesses() ([]Access, error)
}

// ScanQuery selects scans. Empty fields do not restrict.
type ScanQuery struct {
	Count  CountID
	Pass   PassID
	Item   ItemID
	Bin    *Bin
	Device DeviceID
	Only   ScanFlag // scans that have all of these flags
	Any    ScanFlag // scans that have one of these flags
	Before Seq      // older than this row
	From   int64    // of this round or a later one
	Since  CountID  // newer than the opening of this count, whatever they belong to
	Limit  int      // at most so many; 0 means 100
}

// Tally is the receipt of a count: everything that was heard is either counted,
// voided or noted.
type Tally struct {
	Entries int64 `json:"entries"` // scans and typed quantities of the count, each once
	Voided  int64 `json:"voided"`  // undone by somebody; what was kept and counted after all is not
	Noted   int64 `json:"noted"`   // kept without effect: unknown, too long
	Unknown int64 `json:"unknown"` // of the noted ones: barcodes no item has
	Lines   int64 `json:"lines"`
	Units   int64 `json:"units"`
	Head    Seq   `json:"head"` // the count's newest row
}

// DeviceTally is what one scanner has delivered in all.
type DeviceTally struct {
	Device  DeviceID `json:"device"`
	Stored  int64    `json:"stored"`
	Unowned int64    `json:"unowned"`
	Last    Stamp    `json:"last"`
	LastSeq Seq      `json:"last_seq"`
}

// Catalog replaces the catalogue without keeping scans waiting.
type Catalog interface {
	// Replace reads items until next returns false and makes them the catalogue in
	// force, all at once at the end, or not at all if next or the disk fails.
	// progress may be nil; it is called now and then with the items read so far.
	Replace(ctx context.Context, actor Actor, at time.Time, source string, next func() (Item, bool, error), places []Place, progress func(items int64)) (CatalogFact, error)
	// Update adds or changes items of the catalogue in force, with one event if
	// anything differs and none otherwise, and keeps the mark unless it is zero. What
	// was added here to an item stays: see Item.Keep.
	Update(ctx context.Context, actor Actor, at time.Time, source string, items []Item, mark CatalogMark) (CatalogChange, error)
}

// CatalogMark says how new the catalogue in force is, as far as a source goes.
type CatalogMark struct {
	Source string
	// Cursor is what Refresher.Changed goes on from.
	Cursor string
	Full   time.Time // when the newest whole catalogue was begun to be read
	Fresh  time.Time // up to when changes are known
}

// CatalogView is what can be read of the catalogue as a whole.
type CatalogView interface {
	// CatalogMark returns the mark of a source, if it has one.
	CatalogMark(source string) (CatalogMark, bool, error)
	// Duplicates returns what several items share, up to limit of it: barcodes first,
	// then SKUs.
	Duplicates(limit int) ([]Duplicate, error)
}

// Duplicate is a barcode or a SKU that several items have.
type Duplicate struct {
	Barcode string  `json:"barcode,omitempty"` // as the first of the items has it
	SKU     string  `json:"sku,omitempty"`
	Items   []Match `json:"items"` // the first of them
	More    int64   `json:"more,omitempty"`
}

// Publisher is told that rows were added. Committed must not block.
type Publisher interface {
	Committed(head Seq)
}
