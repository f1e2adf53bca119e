package reconcile

import (
	"cmp"
	"slices"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// sameSale is how far apart the times of two records of one receipt may be. Tills
// begin their numbers anew.
const sameSale = 24 * time.Hour

// sameMoment is how far they may be apart, clocks aside, to be certainly of one sale.
// Where several tills begin at 1, two of them may have a receipt of one number within a day.
const sameMoment = 15 * time.Minute

// merge returns each movement once, oldest first. A till's record and the
// upstream's record of one receipt are one movement: the upstream's says whether
// the book contains it, the till's often says better when it happened and where. upstream
// is the upstream's name; where it is not known, what was posted is the upstream's.
func merge(all []agent.Movement, upstream string) []agent.Movement {
	all = once(all)
	ofTill := func(m agent.Movement) bool { return m.Posted.IsZero() || upstream != "" && m.Source != upstream }
	if !slices.ContainsFunc(all, ofTill) {
		return all
	}
	type receipt struct {
		number string
		kind   agent.MovementKind
	}
	posted, bare := map[receipt][]agent.Movement{}, map[receipt][]agent.Movement{}
	var list []agent.Movement
	for _, m := range all {
		switch key := (receipt{m.Receipt, m.Kind}); {
		case m.Receipt == "":
			list = append(list, m)
		case ofTill(m):
			bare[key] = append(bare[key], m)
		default:
			posted[key] = append(posted[key], m)
		}
	}
	for key, group := range posted {
		list = append(list, join(group, bare[key])...)
		delete(bare, key)
	}
	for _, group := range bare {
		list = append(list, group...)
	}
	slices.SortFunc(list, order)
	return list
}

// record is the name of a movement at its source.
type record struct{ source, id string }

func recordOf(m agent.Movement) record { return record{m.Source, m.SourceID} }

// once leaves out repeated records of a source, whatever their order.
func once(all []agent.Movement) []agent.Movement {
	list := slices.SortedFunc(slices.Values(all), order)
	seen := map[record]bool{}
	return slices.DeleteFunc(list, func(m agent.Movement) bool {
		known := seen[recordOf(m)]
		seen[recordOf(m)] = true
		return known
	})
}

func order(a, b agent.Movement) int {
	if c := a.Occurred.At.Compare(b.Occurred.At); c != 0 {
		return c
	}
	if c := cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.SourceID, b.SourceID)); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(a.Occurred.Uncertainty, b.Occurred.Uncertainty), a.Posted.Compare(b.Posted), cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Receipt, b.Receipt), cmp.Compare(a.Bin, b.Bin), cmp.Compare(a.Quantity, b.Quantity),
	)
}

// join makes the upstream's and a till's rows of one receipt one set of movements.
// What the till sold beyond what the upstream posted is left over, still unposted.
func join(posted, bare []agent.Movement) []agent.Movement {
	if len(bare) == 0 || !oneSale(posted, bare) {
		return append(posted, bare...)
	}
	if !atOnce(posted, bare) {
		// It may be another record of the same sale, or another sale.
		for i := range bare {
			bare[i].Receipt = ""
		}
		return append(posted, bare...)
	}
	when := bare[0].Occurred
	bin := bare[0].Bin
	rest := int64(0)
	for _, m := range bare {
		when = either(when, m.Occurred)
		if m.Bin != bin {
			bin = ""
		}
		rest += m.Quantity
	}
	for i := range posted {
		posted[i].Occurred = both(posted[i].Occurred, when)
		if posted[i].Bin == "" {
			posted[i].Bin = bin
		}
		rest -= posted[i].Quantity
	}
	left := bare[0]
	left.Quantity, left.Occurred, left.Bin = rest, when, bin
	if rest != 0 && (rest < 0) == (bare[0].Quantity < 0) {
		posted = append(posted, left)
	}
	return posted
}

// oneSale reports whether two records can be of one receipt: told by one till, and
// of about the same time.
func oneSale(posted, bare []agent.Movement) bool {
	for _, b := range bare {
		for _, p := range posted {
			if b.Source != bare[0].Source || b.Occurred.At.Sub(p.Occurred.At).Abs() > sameSale {
				return false
			}
		}
	}
	return true
}

// atOnce reports whether two records of a receipt are of one moment.
func atOnce(posted, bare []agent.Movement) bool {
	for _, b := range bare {
		for _, p := range posted {
			if b.Occurred.Earliest().Sub(p.Occurred.Latest()) > sameMoment || p.Occurred.Earliest().Sub(b.Occurred.Latest()) > sameMoment {
				return false
			}
		}
	}
	return true
}

// both returns the time that two records of one thing leave. If they contradict
// each other, either may be right.
func both(a, b agent.Stamp) agent.Stamp {
	from, to := latest(a.Earliest(), b.Earliest()), earliest(a.Latest(), b.Latest())
	if to.Before(from) {
		return either(a, b)
	}
	return between(from, to)
}

// either returns the time that holds both.
func either(a, b agent.Stamp) agent.Stamp {
	return between(earliest(a.Earliest(), b.Earliest()), latest(a.Latest(), b.Latest()))
}

func between(from, to time.Time) agent.Stamp {
	half := (to.Sub(from) + 1) / 2
	return agent.Stamp{At: from.Add(half), Uncertainty: half}
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
