package agent

// Limits are those of one class of items. What is nil is as for every other item.
type Limits struct {
	Tolerance   *Limit `json:"tolerance,omitempty"`
	Investigate *Limit `json:"investigate,omitempty"`
}

// For returns the rules as they are for an item of a class.
func (p Policy) For(class string) Policy {
	limits, own := p.Classes[class]
	if own && limits.Tolerance != nil {
		p.Tolerance = *limits.Tolerance
	}
	if own && limits.Investigate != nil {
		p.Investigate = *limits.Investigate
	}
	return p
}

// CountClassed tells of which class items were when a count was opened. Only classes
// with limits of their own are told.
const CountClassed Kind = "count.classed" // ClassFact

// ClassFact holds the items of each class.
type ClassFact struct {
	Count   CountID             `json:"count"`
	Classes map[string][]ItemID `json:"classes"`
}

// ClassView is what can be read about classes.
type ClassView interface {
	// ClassesOf returns of which class items were when a count was opened, as far as
	// its policy has limits for the class.
	ClassesOf(count CountID) (map[ItemID]string, error)
}
