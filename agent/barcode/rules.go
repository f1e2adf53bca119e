package barcode

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// DefaultPrefix begins our own codes.
const DefaultPrefix = "SH."

// PairingPrefix begins the code by which a scanner is recognised in set-up.
const PairingPrefix = "STOCKHAND-"

// Rules are what a shop says about its barcodes. The zero value is right where
// goods are not weighed.
type Rules struct {
	// Prefix begins our own codes: bins, zones, badges, commands. Empty means
	// DefaultPrefix.
	Prefix string
	// Weighed are the patterns of numbers that hold a price, a weight or a count,
	// in the order in which they are tried. None: such numbers are like any other.
	Weighed []Pattern
}

// Check reports what is wrong with the rules.
func (r Rules) Check() error {
	for i := range len(r.Prefix) {
		if sets[r.Prefix[i]]&(in82|in39) == 0 {
			return fmt.Errorf("the prefix %q has a character that not every barcode can hold", r.Prefix)
		}
	}
	if n := len(r.Prefix); n == 1 || n > 10 {
		return fmt.Errorf("the prefix %q has not two to ten characters", r.Prefix)
	}
	if allDigits(r.Prefix) {
		return fmt.Errorf("the prefix %q is a number, as articles have", r.Prefix)
	}
	for _, p := range r.Weighed {
		if err := p.Check(); err != nil {
			return err
		}
	}
	return nil
}

func (r *Rules) prefix() string {
	if r.Prefix == "" {
		return DefaultPrefix
	}
	return r.Prefix
}

// ownKinds are the kinds of our own codes, by the letter behind the prefix.
var ownKinds = [...]struct {
	letter byte
	kind   Kind
}{{'B', Bin}, {'Z', Zone}, {'P', Badge}, {'C', Command}}

// Label returns the text to print for one of our own codes: "SH.B.A-01" for the
// bin A-01. It is empty for kinds that have none.
func (r Rules) Label(kind Kind, value string) string {
	for _, own := range ownKinds {
		if own.kind == kind {
			return r.prefix() + string(own.letter) + "." + value
		}
	}
	return ""
}

// own reads one of our own codes, or one for setting up scanners. It only says
// what the code is: what follows, and whether anything does, is the station's.
func (r *Rules) own(c *Code) bool {
	if isPairing(c.Text) {
		c.Kind = Pairing
		return true
	}
	if isSetup(c.Text) {
		c.Kind = Setup
		return true
	}
	rest, ok := strings.CutPrefix(c.Text, r.prefix())
	if !ok || len(rest) < 3 || rest[1] != '.' {
		return false
	}
	for _, own := range ownKinds {
		if own.letter == rest[0] {
			c.Kind, c.Value = own.kind, rest[2:]
			return true
		}
	}
	return false
}

// isPairing recognises the code of set-up also as a scanner types it whose layout
// or Caps Lock is wrong: that is what set-up wants to find out.
func isPairing(text string) bool {
	n := len(PairingPrefix) - 1
	return len(text) > n && (strings.EqualFold(text[:n], PairingPrefix[:n]) || strings.EqualFold(text[:n], "STOCKHQND"))
}

// isSetup recognises what a scanner sends of another maker's set-up barcodes.
// CipherLab's stand between #@ and #.
func isSetup(text string) bool {
	return len(text) > 4 && strings.HasPrefix(text, "#@") && strings.HasSuffix(text, "#")
}

// Pattern says where a number of 13 digits, of which the last is its check digit,
// holds an amount.
type Pattern struct {
	// Form has twelve characters, one for each digit: digits that must be there, P
	// for the item's number, C for a check digit of the value, V for the value.
	Form string
	// Of is Price, Kilogram or Pieces.
	Of       Measure
	Decimals int
}

// Check reports what is wrong with a pattern.
func (p Pattern) Check() error {
	if len(p.Form) != 12 {
		return fmt.Errorf("the pattern %q has not twelve characters", p.Form)
	}
	if strings.Trim(p.Form, "0123456789PCV") != "" || strings.Contains(strings.TrimLeft(p.Form, "0123456789"), "0") {
		return fmt.Errorf("the pattern %q has something else than digits in front, P, C and V", p.Form)
	}
	if fixed := strings.TrimRight(p.Form, "PCV"); fixed == "" || !allDigits(fixed) || fixed[0] != '2' && !strings.HasPrefix(fixed, "02") && !strings.HasPrefix(fixed, "04") {
		return fmt.Errorf("the pattern %q does not begin with 2, 02 or 04, as a shop's own numbers do", p.Form)
	}
	if !strings.Contains(p.Form, "P") || !strings.Contains(p.Form, "V") {
		return fmt.Errorf("the pattern %q has no place for the item (P) or its value (V)", p.Form)
	}
	switch p.Of {
	case Price, Kilogram, Pieces:
	default:
		return fmt.Errorf("the pattern %q is for %q, not for price, kg or pieces", p.Form, p.Of)
	}
	if p.Decimals < 0 || p.Decimals > 6 {
		return fmt.Errorf("the pattern %q has %d decimals", p.Form, p.Decimals)
	}
	return nil
}

// ParsePattern reads a pattern as it is written in a configuration: its form, what
// it holds, and with how many decimals, as in "28PPPPCVVVVV kg 3".
func ParsePattern(text string) (Pattern, error) {
	words := strings.Fields(text)
	if len(words) != 3 || len(words[2]) != 1 || words[2][0]-'0' > 9 {
		return Pattern{}, fmt.Errorf("the pattern %q is not written as in \"28PPPPCVVVVV kg 3\"", text)
	}
	p := Pattern{Form: words[0], Of: Measure(words[1]), Decimals: int(words[2][0] - '0')}
	return p, p.Check()
}

// Labels of weighed goods by country. Se and no use the same ones, and so do the
// countries around the eastern Baltic.
var (
	scandinavian = []Pattern{
		{"20PPPPPPVVVV", Price, 2},
		{"21PPPPPPVVVV", Price, 1},
		{"22PPPPPPVVVV", Price, 0},
		{"23PPPPPPVVVV", Kilogram, 3},
		{"24PPPPPPVVVV", Kilogram, 2},
		{"25PPPPPPVVVV", Kilogram, 1},
	}
	baltic  = scandinavian[3:]
	weighed = []struct {
		country  string
		patterns []Pattern
	}{
		{"de", []Pattern{
			{"22PPPPCVVVVV", Price, 2},
			{"23PPPPCVVVVV", Price, 2},
			{"25PPPPCVVVVV", Pieces, 0},
			{"26PPPPCVVVVV", Pieces, 0},
			{"28PPPPCVVVVV", Kilogram, 3},
			{"29PPPPCVVVVV", Kilogram, 3},
		}},
		{"dk", []Pattern{
			{"21PPPPVVVVVV", Price, 2},
			{"22PPPPVVVVVV", Price, 2},
			{"23PPPPVVVVVV", Price, 2},
			{"24PPPPVVVVVV", Price, 2},
			{"26PPPPVVVVVV", Kilogram, 3},
			{"27PPPPPVVVVV", Kilogram, 3},
			{"28PPPPVVVVVV", Kilogram, 3},
		}},
		{"ee", baltic},
		{"fi", baltic},
		{"gb", []Pattern{{"20PPPPPCVVVV", Price, 2}}},
		{"lt", baltic},
		{"lv", baltic},
		{"no", scandinavian},
		{"se", scandinavian},
	}
)

// Countries returns the countries whose labels of weighed goods are known.
func Countries() []string {
	names := make([]string, len(weighed))
	for i, w := range weighed {
		names[i] = w.country
	}
	return names
}

// ErrCountry is returned for a country whose labels are not known.
var ErrCountry = errors.New("the labels of this country are not known")

// WeighedIn returns the patterns of a country, by its two letters.
func WeighedIn(country string) ([]Pattern, error) {
	for _, w := range weighed {
		if w.country == country {
			return slices.Clone(w.patterns), nil
		}
	}
	return nil, ErrCountry
}

// weigh takes the amount out of a number that has a pattern. The item is known by
// the number without it.
func (r *Rules) weigh(c *Code) {
	if c.Kind != Article || len(c.Text) != 13 && len(c.Text) != 12 || len(c.Key) != 14 || c.Key[0] != '0' || !allDigits(c.Key) {
		return
	}
	for i := range r.Weighed {
		p := &r.Weighed[i]
		if item, value, ok := p.split(c.Key[1:13]); ok {
			c.OtherKey, c.Key = c.Key, item
			c.Amount = Amount{Of: p.Of, Value: value, Decimals: p.Decimals}
			if c.OtherKey == c.Key {
				c.OtherKey = ""
			}
			return
		}
	}
}

// split returns the item's key and the value in twelve digits of the pattern.
func (p *Pattern) split(payload string) (item string, value int64, ok bool) {
	var b [14]byte
	b[0] = '0'
	copy(b[1:], payload)
	for i := range len(payload) {
		switch f := p.Form[i]; f {
		case 'P':
		case 'V':
			value = value*10 + int64(payload[i]-'0')
			b[i+1] = '0'
		case 'C':
			b[i+1] = '0'
		default:
			if payload[i] != f {
				return "", 0, false
			}
		}
	}
	b[13] = CheckDigit(string(b[:13]))
	return string(b[:]), value, true
}
