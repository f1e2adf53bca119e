package barcode

import (
	"strconv"
	"strings"
)

// Describe says in words what a code means: "EAN-13, item key 04006381333931".
// now is the present year, by which dates of two digits are understood. What
// stands in the code is repeated as it is: make it harmless before it is shown.
func (c Code) Describe(now int) string {
	words := append(make([]string, 0, 8), c.form())
	switch c.Kind {
	case Bin, Zone, Badge, Command:
		return words[0] + " " + c.Value
	case Pairing, Setup, Noise:
		return words[0]
	case Joined:
		first, second, _ := Halves(c.Text)
		return words[0] + ": " + first + " and " + second
	}
	if c.BadCheckDigit {
		words = append(words, "wrong check digit")
	}
	words = append(words, "item key "+c.Key)
	if c.OtherKey != "" {
		words = append(words, "or "+c.OtherKey)
	}
	if c.AddOn != "" {
		words = append(words, "add-on "+c.AddOn)
	}
	if i, ok := Indicator(c.Key); ok && i > 0 && i < 9 {
		words = append(words, "a case")
	}
	words = c.describeElements(words, now)
	if c.Kind == Article && c.Amount.Of != "" {
		words = append(words, c.Amount.String())
	}
	if c.Malformed {
		words = append(words, "the rest can't be read: is a separator lost?")
	}
	return strings.Join(words, ", ")
}

func (c Code) describeElements(words []string, now int) []string {
	for _, e := range c.Elements() {
		switch e.AI {
		case "01", "02":
		case "11", "12", "13", "15", "16", "17":
			words = append(words, e.Name()+" "+dateOf(e.Value, now).String())
		default:
			words = append(words, e.Name()+" "+e.shown())
		}
	}
	return words
}

// shown returns a value as people write it: measures with their decimals.
func (e Element) shown() string {
	if e.AI[0] != '3' || len(e.AI) != 4 {
		return e.Value
	}
	value, currency := e.Value, ""
	if e.AI[:3] == "391" || e.AI[:3] == "393" {
		currency, value = " in currency "+value[:3], value[3:]
	}
	return Amount{Value: wholeNumber(value), Decimals: decimals(e.AI)}.number() + currency
}

// String returns the amount as people write it.
func (a Amount) String() string {
	switch a.Of {
	case Pieces:
		return a.number() + " pieces"
	case Kilogram:
		return a.number() + " kg"
	case Price:
		if a.Currency != "" {
			return "price " + a.number() + " in currency " + a.Currency
		}
		return "price " + a.number()
	case Part:
		return "one part of " + a.number()
	}
	return ""
}

func (a Amount) number() string {
	digits := strconv.FormatInt(a.Value, 10)
	if a.Decimals <= 0 {
		return digits
	}
	if short := a.Decimals + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	point := len(digits) - a.Decimals
	return digits[:point] + "." + digits[point:]
}

// form names what kind of code it is.
func (c Code) form() string {
	switch c.Kind {
	case Bin:
		return "our label of the bin"
	case Zone:
		return "our label of the zone"
	case Badge:
		return "our badge"
	case Command:
		return "our command"
	case Pairing:
		return "the code of set-up"
	case Setup:
		return "a code that sets up scanners"
	case Noise:
		if c.Symbology == "" || c.Symbology[0] != 'Z' {
			return "no barcode"
		}
	case Joined:
		return "two numbers in one scan"
	case DigitalLink:
		return "GS1 Digital Link"
	}
	if s, ok := SymbologyOf(c.Symbology); ok && c.Symbology != "E0" && c.Symbology != "E3" {
		if s.Modifier == "" || strings.HasPrefix(s.Name, "GS1") {
			return s.Name
		}
		return s.Name + " (" + s.Modifier + ")"
	}
	if c.Kind == ElementString {
		return "GS1 element string"
	}
	return c.family()
}

// family names the family of an article number by its length.
func (c Code) family() string {
	digits := c.Text[:len(c.Text)-len(c.AddOn)]
	if !allDigits(digits) || c.BadCheckDigit || len(c.Key) != 14 {
		return "text"
	}
	switch len(digits) {
	case 8:
		if upca, ok := ExpandUPCE(digits); ok && c.Key == padded(upca) {
			return "UPC-E"
		}
		return "EAN-8"
	case 12:
		return "UPC-A"
	case 13:
		if digits[0] == '0' && c.Symbology != "" {
			return "UPC-A"
		}
		return "EAN-13"
	case 14:
		return "GTIN-14"
	}
	return "text"
}
