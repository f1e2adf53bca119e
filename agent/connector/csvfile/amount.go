package csvfile

import (
	"fmt"

	"github.com/stockhand/stockhand/agent"
)

// Decimals returns how many a currency has.
func Decimals(currency string) int {
	if digits, other := minorDigits[currency]; other {
		return digits
	}
	return 2
}

// Amount writes money as this package reads it: 1234.50.
func Amount(m agent.Money) string {
	digits := Decimals(m.Currency)
	sign, text := "", fmt.Sprint(m.Minor)
	if m.Minor < 0 {
		sign, text = "-", text[1:]
	}
	if digits == 0 {
		return sign + text
	}
	text = fmt.Sprintf("%0*s", digits+1, text)
	return sign + text[:len(text)-digits] + "." + text[len(text)-digits:]
}
