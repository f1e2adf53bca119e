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

// checkName accepts an empty name: whether one must be said is another question.
func checkName(what, name string) error {
	unprintable := strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) })
	if !unprintable && utf8.ValidString(name) && strings.TrimSpace(name) == name && utf8.RuneCountInString(name) <= longestPlaceName {
		return nil
	}
	return refuse("bad_name", quote(agent.Harmless(name))+" can't be the name of "+what+".",
		"Use up to 100 letters, digits and signs, without blanks at its ends.")
}
