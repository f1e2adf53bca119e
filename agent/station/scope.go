package station

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
	"github.com/stockhand/stockhand/agent/plan"
)

// maxListed is how many items a list can have. Whoever wants more counts everything.
const maxListed = 250_000

// OpenScope is what a count shall be about, as people name it. Where it names places
// and items, an item is asked for in these places.
type OpenScope struct {
	Zones []agent.Zone   `json:"zones,omitempty"`
	Bins  []agent.Bin    `json:"bins,omitempty"`
	Items []agent.ItemID `json:"items,omitempty"`
	// Names are items by SKU, barcode or id.
	Names []string `json:"names,omitempty"`
	// Classes are those of the plan: A, B, C and none.
	Classes []string `json:"classes,omitempty"`
}

func (a OpenScope) free() bool {
	return len(a.Zones)+len(a.Bins)+len(a.Items)+len(a.Names)+len(a.Classes) == 0
}

// scoping finds out what a scope is made of.
type scoping struct {
	station *Station
	view    agent.View
	items   []agent.Item
	places  []agent.Place
	known   map[agent.Bin]bool // by the places and by the items
}

// scopeOf resolves what a count shall be about. What does not exist is refused: a
// misspelled zone would make an empty count. Where there is a list and it comes out
// empty that is refused, too, since an empty list would ask for everything.
func (s *Station) scopeOf(ctx context.Context, count agent.Count, a OpenScope) (agent.Scope, error) {
	zero := count.Type == agent.ZeroConfirmation
	if a.free() && !zero {
		return agent.Scope{}, nil
	}
	var scope agent.Scope
	err := s.store.Read(ctx, func(v agent.View) error {
		z, err := s.scoping(v)
		if err == nil {
			err = z.checkPlaces(a)
		}
		if err != nil {
			return err
		}
		scope = agent.Scope{Zones: unique(a.Zones), Bins: unique(a.Bins), Classes: unique(a.Classes)}
		chosen, err := z.chosen(a)
		if err != nil {
			return err
		}
		if chosen, err = z.narrowed(chosen, count, scope, len(a.Items)+len(a.Names) > 0); err != nil {
			return err
		}
		scope.Items = chosen
		return nil
	})
	listed := zero || len(a.Items)+len(a.Names)+len(a.Classes) > 0
	switch {
	case err != nil || !listed:
		return scope, err
	case len(scope.Items) == 0 && zero:
		return scope, refuse("empty_list", "There is nothing to confirm: no item of that scope is at zero or below, as far as its number is known.",
			"Look at the plan, or open a count of another type.")
	case len(scope.Items) == 0:
		return scope, refuse("empty_list", "No item is left on the list of this count.", "Name other classes, places or items.")
	case len(scope.Items) > maxListed:
		return scope, refuse("list_too_long", fmt.Sprintf("The list has %d items, more than the %d that one can have.", len(scope.Items), maxListed),
			"Open a full count, or several ones.")
	}
	return scope, nil
}

func unique[T comparable](list []T) []T {
	seen := make(map[T]bool, len(list))
	var each []T
	for _, one := range list {
		if !seen[one] {
			seen[one] = true
			each = append(each, one)
		}
	}
	return each
}

func (s *Station) scoping(v agent.View) (*scoping, error) {
	z := &scoping{station: s, view: v, known: map[agent.Bin]bool{}}
	var err error
	if z.items, err = v.Items(); err != nil {
		return nil, err
	}
	if z.places, err = v.Places(); err != nil {
		return nil, err
	}
	for _, p := range z.places {
		z.known[p.Bin] = true
	}
	for i := range z.items {
		for _, bin := range z.items[i].Bins {
			z.known[bin] = true
		}
	}
	return z, nil
}

// checkPlaces refuses zones and bins that nobody knows.
func (z *scoping) checkPlaces(a OpenScope) error {
	for _, zone := range a.Zones {
		if !slices.ContainsFunc(z.places, func(p agent.Place) bool { return p.Zone == zone && zone != "" }) {
			return missing("no_zone", "There is no zone "+quote(string(zone))+" in the catalogue"+z.zones()+".")
		}
	}
	for _, bin := range a.Bins {
		if bin == "" || !z.known[bin] {
			return missing("no_bin", "There is no bin "+quote(string(bin))+" in the catalogue.")
		}
	}
	return nil
}

// zones names the first of the zones that there are.
func (z *scoping) zones() string {
	var names []string
	for _, p := range z.places {
		if name := string(p.Zone); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ", which has none"
	}
	return ", only " + strings.Join(names[:min(len(names), 8)], ", ")
}

// chosen returns the items that were named, in that order, and those of the classes.
func (z *scoping) chosen(a OpenScope) ([]agent.ItemID, error) {
	list, err := z.named(a)
	if err != nil {
		return nil, err
	}
	more, err := z.inClasses(a.Classes)
	return unique(append(list, more...)), err
}

// named finds the items that were named one by one.
func (z *scoping) named(a OpenScope) ([]agent.ItemID, error) {
	if len(a.Items)+len(a.Names) == 0 {
		return nil, nil
	}
	ids := make(map[agent.ItemID]bool, len(z.items))
	called := make(map[string][]agent.ItemID, 2*len(z.items))
	for _, item := range z.items {
		ids[item.ID] = true
		names := []string{string(item.ID), item.SKU}
		for _, code := range item.Codes {
			names = append(names, barcode.Key(code.Text))
		}
		for _, name := range unique(names) {
			called[name] = append(called[name], item.ID)
		}
	}
	var list []agent.ItemID
	var unknown, several []string
	for _, id := range a.Items {
		if !ids[id] {
			unknown = append(unknown, string(id))
			continue
		}
		list = append(list, id)
	}
	for _, name := range a.Names {
		name = strings.TrimSpace(name)
		if name == "" {
			continue
		}
		found := called[name]
		if len(found) == 0 {
			found = called[barcode.Key(name)]
		}
		switch len(found) {
		case 0:
			unknown = append(unknown, name)
		case 1:
			list = append(list, found[0])
		default:
			several = append(several, name)
		}
	}
	return list, cmp.Or(notFound(unknown), notOne(several))
}

func notFound(names []string) error {
	if len(names) == 0 {
		return nil
	}
	return missing("no_item", "The catalogue has no item "+someOf(names)+".")
}

func notOne(names []string) error {
	if len(names) == 0 {
		return nil
	}
	return refuse("ambiguous_item", "Several items are called "+someOf(names)+".", "Name them by their ids, or by barcodes that only one item has.")
}

// someOf lists the first of some names and says how many there are.
func someOf(names []string) string {
	const shown = 5
	quoted := make([]string, min(len(names), shown))
	for i := range quoted {
		quoted[i] = quote(names[i])
	}
	text := strings.Join(quoted, ", ")
	if more := len(names) - shown; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// inClasses returns the items of some classes of the plan.
func (z *scoping) inClasses(classes []string) ([]agent.ItemID, error) {
	if len(classes) == 0 {
		return nil, nil
	}
	for _, c := range classes {
		if !slices.Contains(plan.Classes[:], plan.Class(c)) {
			return nil, missing("no_class", "There is no class "+quote(c)+", only A, B, C and none.")
		}
	}
	items, err := z.activities()
	if err != nil {
		return nil, err
	}
	var list []agent.ItemID
	for i, standing := range plan.Classify(items, plan.Rules{}) {
		if slices.Contains(classes, string(standing.Class)) {
			list = append(list, items[i].Item.ID)
		}
	}
	return list, nil
}

// activities returns the items of which the shop keeps a number here, as a plan sees
// them.
func (z *scoping) activities() ([]plan.Item, error) {
	now := z.station.clock.Now().UTC()
	known, err := z.view.Activities(z.station.opts.Location, now.AddDate(0, 0, -365), now.AddDate(0, 0, -91))
	items, _ := planned(z.items, known.Items)
	return items, err
}

// narrowed leaves of a list what a count of its type and places can be about. What
// was named one by one stays, wherever it is known to lie.
func (z *scoping) narrowed(list []agent.ItemID, count agent.Count, scope agent.Scope, named bool) ([]agent.ItemID, error) {
	if count.Type == agent.ZeroConfirmation && !named {
		empty, err := z.empty()
		if err != nil {
			return nil, err
		}
		if len(scope.Classes) == 0 {
			list = empty
		} else {
			list = both(list, empty)
		}
	}
	if !scope.HasPlaces() || named {
		return list, nil
	}
	in := map[agent.ItemID]bool{}
	for i := range z.items {
		if len(z.items[i].Bins) == 0 {
			in[z.items[i].ID] = true // it may lie there
		}
	}
	bins, err := scopedBins(z.view, scope)
	if err != nil {
		return nil, err
	}
	for _, bin := range bins {
		items, err := z.view.ItemsIn(bin)
		if err != nil {
			return nil, err
		}
		for _, id := range items {
			in[id] = true
		}
	}
	return slices.DeleteFunc(list, func(id agent.ItemID) bool { return !in[id] }), nil
}

// empty returns the items that are at zero or below by all that was told.
func (z *scoping) empty() ([]agent.ItemID, error) {
	items, err := z.activities()
	var list []agent.ItemID
	for i := range items {
		if !items[i].Book.At.At.IsZero() && items[i].OnHand <= 0 {
			list = append(list, items[i].Item.ID)
		}
	}
	return list, err
}

func both(a, b []agent.ItemID) []agent.ItemID {
	in := make(map[agent.ItemID]bool, len(b))
	for _, id := range b {
		in[id] = true
	}
	return slices.DeleteFunc(slices.Clone(a), func(id agent.ItemID) bool { return !in[id] })
}

// scopedBins returns the bins of a scope that has places, in walking order.
func scopedBins(v agent.View, scope agent.Scope) ([]agent.Bin, error) {
	var bins []agent.Bin
	places, err := v.Places()
	for _, p := range places {
		if slices.Contains(scope.Zones, p.Zone) || slices.Contains(scope.Bins, p.Bin) {
			bins = append(bins, p.Bin)
		}
	}
	return unique(append(bins, scope.Bins...)), err
}

// inPlaces reports whether a scope asks for what lies in a bin. Where it is not known
// in which bin something lies, other rules speak.
func inPlaces(v agent.View, scope agent.Scope, bin agent.Bin) (bool, error) {
	if !scope.HasPlaces() || bin == "" || slices.Contains(scope.Bins, bin) {
		return true, nil
	}
	if len(scope.Zones) == 0 {
		return false, nil
	}
	place, found, err := v.PlaceOf(bin)
	return found && slices.Contains(scope.Zones, place.Zone), err
}

// inScope reports whether a count asks for an item in a bin.
func inScope(v agent.View, id agent.CountID, item agent.ItemID, bin agent.Bin) (bool, error) {
	count, _, err := v.Count(id)
	if err != nil || count.Scope.Free() {
		return true, err
	}
	in, err := inPlaces(v, count.Scope, bin)
	if err != nil || !in || !count.Scope.HasList() {
		return in, err
	}
	return v.IsListed(id, item)
}

// ageLimit bounds how far back a count may reach for an earlier counting.
const ageLimit = 90 * 24 * time.Hour
