package shopify

import (
	"math"
	"strconv"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// exponents are the numbers of decimals of the currencies that have not two
// (ISO 4217).
var exponents = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
	"RWF": 0, "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}

// money reads an amount such as "12.5", rounded half away from zero to the
// smallest unit of its currency. What is no amount is not known: the zero Money.
func money(amount, currency string) agent.Money {
	exponent, known := exponents[currency]
	if !known {
		exponent = 2
	}
	digits, negative := strings.CutPrefix(strings.TrimSpace(amount), "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	if currency == "" || currency == "XXX" || whole == "" || !isDigits(whole) || !isDigits(fraction) {
		return agent.Money{}
	}
	padded := fraction + strings.Repeat("0", exponent+1)
	minor, err := strconv.ParseInt(whole+padded[:exponent], 10, 64)
	if err != nil || minor == math.MaxInt64 {
		return agent.Money{}
	}
	if padded[exponent] >= '5' {
		minor++
	}
	if negative {
		minor = -minor
	}
	return agent.Money{Minor: minor, Currency: currency}
}

func isDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}
