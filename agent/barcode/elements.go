package barcode

import "fmt"

// amount returns how much of an item the elements stand for: a count before a
// weight before a price.
func (all Elements) amount() Amount {
	if n := all.Get("30"); n != "" {
		return Amount{Of: Pieces, Value: wholeNumber(n)}
	}
	if weight, ok := all.Weight(); ok {
		return weight
	}
	price, _ := all.Price()
	return price // none if there is none
}

// GTIN returns the item, or the item inside a logistic unit, as 14 digits.
func (all Elements) GTIN() string {
	if item := all.Get("01"); item != "" {
		return item
	}
	return all.Get("02")
}

// Lot returns the lot or batch, empty if there is none.
func (all Elements) Lot() string { return all.Get("10") }

// Serial returns the serial number, empty if there is none.
func (all Elements) Serial() string { return all.Get("21") }

// Count returns how many items there are: in a variable unit, or inside a logistic
// unit. It is false if the code does not say.
func (all Elements) Count() (int64, bool) {
	for _, ai := range [...]string{"30", "37"} {
		if n := all.Get(ai); n != "" {
			return wholeNumber(n), true
		}
	}
	return 0, false
}

// Weight returns the net weight in kilograms. It is false if the code does not
// say.
func (all Elements) Weight() (Amount, bool) {
	ai, value := all.find("310n")
	if ai == "" {
		return Amount{}, false
	}
	return Amount{Of: Kilogram, Value: wholeNumber(value), Decimals: decimals(ai)}, true
}

// Price returns the price. It is false if the code does not say.
func (all Elements) Price() (Amount, bool) {
	if ai, value := all.find("393n"); ai != "" {
		return Amount{Of: Price, Value: wholeNumber(value[3:]), Decimals: decimals(ai), Currency: value[:3]}, true
	}
	if ai, value := all.find("392n"); ai != "" {
		return Amount{Of: Price, Value: wholeNumber(value), Decimals: decimals(ai)}, true
	}
	return Amount{}, false
}

// Expiry returns until when the item may be used, or is at its best. Elements say
// two digits of the year only: the century is the one that GS1 means in the given
// year. It is false if the code does not say.
func (all Elements) Expiry(now int) (Date, bool) {
	for _, ai := range [...]string{"17", "15"} {
		if v := all.Get(ai); v != "" {
			return dateOf(v, now), true
		}
	}
	return Date{}, false
}

// Date is a day of the calendar.
type Date struct{ Year, Month, Day int }

// String returns the date as in 2025-12-31.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// dateOf returns the date of six digits. A year lies less than 51 years ahead and
// less than 50 years back (GS1 General Specifications, section 7.12).
func dateOf(v string, now int) Date {
	d := Date{now - now%100 + two(v), two(v[2:]), two(v[4:])}
	switch ahead := d.Year - now; {
	case ahead > 50:
		d.Year -= 100
	case ahead < -49:
		d.Year += 100
	}
	if d.Day == 0 {
		d.Day = daysIn(d.Year, d.Month)
	}
	return d
}

// decimals returns what the last digit of an identifier says about its value.
func decimals(ai string) int {
	return int(ai[len(ai)-1] - '0')
}

// wholeNumber returns the value of at most 18 digits.
func wholeNumber(digits string) (n int64) {
	for i := range len(digits) {
		n = n*10 + int64(digits[i]-'0')
	}
	return n
}
