package station

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
)

// rowFields are the names of a row's fields.
var rowFields = func() map[string]bool {
	names := map[string]bool{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[MovedRow]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		names[name] = true
	}
	return names
}()

// parseRow reads a row. What it says twice, or under a name that is only nearly one of
// ours, is not guessed at.
func parseRow(text json.RawMessage) (row MovedRow, err error) {
	if problem := misnamed(text); problem != "" {
		err = badRow(problem)
	} else if decoded := json.Unmarshal(text, &row); decoded != nil {
		err = badRow(misread(decoded))
	}
	return row, err
}

func badRow(what string) error {
	return refuse("bad_row", "The row cannot be understood: "+what+".", "Check the names and types of its fields.")
}

// misnamed says what is wrong with the names of a row's fields.
func misnamed(text json.RawMessage) string {
	d := json.NewDecoder(bytes.NewReader(text))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return "it is no object"
	}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		name, _ := token.(string)
		switch {
		case err != nil:
			return misread(err)
		case !rowFields[name]:
			return "there is no field " + quote(agent.Harmless(name))
		case seen[name]:
			return "it has the field " + name + " twice"
		}
		seen[name] = true
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return misread(err)
		}
	}
	return ""
}

// misread says in words why a row is no row.
func misread(err error) string {
	var kind *json.UnmarshalTypeError
	var moment *time.ParseError
	switch {
	case errors.As(err, &kind) && kind.Field == "quantity":
		return "quantity is a whole number, such as -2, and no " + kind.Value
	case errors.As(err, &kind) && kind.Field != "":
		return fmt.Sprintf("%s is a text, and no %s", kind.Field, kind.Value)
	case errors.As(err, &kind):
		return "it is no object"
	case errors.As(err, &moment) || strings.Contains(err.Error(), "Time.UnmarshalJSON"):
		return "occurred and posted are times with their zone, such as 2026-05-04T09:30:00Z"
	}
	return "it is no JSON"
}

// kindOf reads what kind of movement a row is. The sign says which way goods went, so
// a kind that contradicts it is not guessed at.
func kindOf(row MovedRow) (agent.MovementKind, error) {
	switch {
	case row.Quantity == 0:
		return "", refuse("bad_quantity", "The row moves nothing: its quantity is 0.", "Tell only what moved: goods that left as negative quantities.")
	case row.Kind == "" && row.Quantity < 0:
		return agent.Sale, nil
	case row.Kind == "":
		return agent.Return, nil
	}
	switch row.Kind {
	case agent.Sale, agent.Shipment:
		if row.Quantity > 0 {
			return "", refuse("bad_quantity", fmt.Sprintf("A %s of %d would add to the stock.", row.Kind, row.Quantity), "Tell goods that left as negative quantities; what came back has the kind return.")
		}
	case agent.Return, agent.Receipt:
		if row.Quantity < 0 {
			return "", refuse("bad_quantity", fmt.Sprintf("A %s of %d would take from the stock.", row.Kind, row.Quantity), "Tell goods that came as positive quantities; what left has the kind sale or shipment.")
		}
	case agent.Transfer:
	default:
		return "", refuse("bad_kind", quote(agent.Harmless(string(row.Kind)))+" is no kind of movement.", "Tell sale, return, shipment, receipt or transfer, or leave the kind out.")
	}
	return row.Kind, nil
}

// itemOf finds the item that a row names.
func itemOf(n *names, row MovedRow) (named, error) {
	given := 0
	for _, name := range []string{string(row.Item), row.SKU, row.Barcode} {
		if name != "" {
			given++
		}
	}
	if given != 1 {
		return named{}, refuse("bad_item", "The row names its item not once.", "Tell exactly one of item, sku and barcode.")
	}
	var found named
	var ok bool
	var err error
	switch {
	case row.Item != "":
		found, ok, err = n.byID(row.Item)
	case row.SKU != "":
		found, ok, err = n.bySKU(row.SKU)
	default:
		found, ok, err = n.byBarcode(row.Barcode)
	}
	if err != nil || ok {
		return found, err
	}
	name := string(row.Item) + row.SKU + row.Barcode
	do := "Bring the catalogue up to date, then tell the row again."
	if near := n.similar(row.SKU); near != "" {
		do = "Did you mean " + quote(near) + "?"
	}
	return named{}, refuse("unknown_item", "No item is "+quote(agent.Harmless(name))+".", do)
}
