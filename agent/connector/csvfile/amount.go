package csvfile

import (
	"fmt"

	"github.com/stockhand/stockhand/agent"
)

// Amount writes money as this package reads it: 1234.50.
func Amount(m agent.Money) string {
	digits, ok := minorDigits[m.Currency]
	if !ok {
		digits = 2
	}
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
