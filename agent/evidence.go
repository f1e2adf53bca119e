package agent

// EvidenceView is what can be read to show how something came about, from the log
// itself.
type EvidenceView interface {
	// RowsOf returns the rows of the log that tell of an item: its scans, what moved,
	// what was stated of it, approvals, their way to the upstream, wishes to count it
	// again, and the beginnings and ends of the counts that it was in. They are the
	// newest limit rows before a row (0: of all), oldest first; older is how many there
	// are before these.
	RowsOf(item ItemID, before Seq, limit int) (rows []Record, older int64, err error)
	// EventsOf returns the events that tell of a count as a whole and of what became of
	// its adjustments, in order.
	EventsOf(count CountID) ([]Event, error)
	// AdjustmentsOf returns every adjustment of an item, in order.
	AdjustmentsOf(item ItemID) ([]Adjustment, error)
	// MovementsBy returns a source's stored movements by their ids.
	MovementsBy(source string, ids ...string) (map[string]Movement, error)
}
