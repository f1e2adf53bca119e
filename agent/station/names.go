package station

import (
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stockhand/stockhand/agent"
)

// longestPlaceName is how long the name of a place or a count may be, in characters.
const longestPlaceName = 100

// showable refuses arguments of an operation in which a place or a scanner has a name
// that nobody could read: it would stand in sentences, on pages and on terminals.
func showable(args any) error {
	return showableIn(reflect.ValueOf(args))
}

var placeNames = map[reflect.Type]string{
	reflect.TypeFor[agent.Bin]():  "a bin",
	reflect.TypeFor[agent.Zone](): "a zone",
}

func showableIn(v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		if what := placeNames[v.Type()]; what != "" {
			return checkName(what, v.String())
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return showableIn(v.Elem())
		}
	case reflect.Slice:
		if k := v.Type().Elem().Kind(); k != reflect.String && k != reflect.Struct && k != reflect.Pointer {
			return nil
		}
		for i := range v.Len() {
			if err := showableIn(v.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if err := showableIn(v.Field(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// readable reports whether people can read a name wherever it stands: it is text without
// anything invisible, and not too long.
func readable(name string, longest int) bool {
	unprintable := strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) })
	return !unprintable && utf8.ValidString(name) && utf8.RuneCountInString(name) <= longest
}

// checkName accepts an empty name: whether one must be said is another question.
func checkName(what, name string) error {
	if readable(name, longestPlaceName) && strings.TrimSpace(name) == name {
		return nil
	}
	return refuse("bad_name", quote(agent.Harmless(name))+" can't be the name of "+what+".",
		"Use up to 100 letters, digits and signs, without blanks at its ends.")
}

// whichBin returns the bin that is meant by its name or by its label. A zone or a bin
// that the catalogue does not have is refused, where it has any, unless it is said to be
// new: what is counted in a place that was misspelt is added to what lies in the right one.
func (s *Station) whichBin(v agent.View, zone agent.Zone, bin agent.Bin, isNew bool) (agent.Bin, error) {
	if zone != "" && !isNew {
		_, known, err := zoneOf(v, zone)
		if err == nil && !known {
			err = noSuch(v, "zone", string(zone))
		}
		if err != nil {
			return bin, err
		}
	}
	if _, known, err := v.PlaceOf(bin); err != nil || known || bin == "" {
		return bin, err
	}
	if place, found, err := placeOf(v, s.opts.Barcodes.Parse([]byte(bin))); err != nil || found && place.Bin != "" {
		return place.Bin, err
	}
	items, err := v.ItemsIn(bin)
	if err == nil && len(items) == 0 && !isNew {
		err = noSuch(v, "bin", string(bin))
	}
	return bin, err
}

// keepsBins reports whether the catalogue says where items lie.
func keepsBins(v agent.View) (bool, error) {
	places, err := v.Places()
	return len(places) > 0, err
}

// noSuch is nil where the catalogue has no places at all.
func noSuch(v agent.View, what, name string) error {
	kept, err := keepsBins(v)
	if err != nil || !kept {
		return err
	}
	return refuse("no_such_"+what, "The catalogue has no "+what+" "+quote(name)+".",
		"Choose one that it has, or say that this one is new.")
}
