package main

import (
	"testing"

	"github.com/stockhand/stockhand/agent"
)

// Whoever writes that nobody carries goods about does not get the quarter of an hour
// that stands for a missing setting.
func TestNoBasketTimeIsNotTheDefault(t *testing.T) {
	for written, least := range map[string]bool{"0s": true, "0": true, "": false, "15m": false} {
		policy, err := (&config{Count: countConfig{BasketTime: written}}).policy()
		if err != nil || (policy.BasketTime == 1) != least {
			t.Errorf("basket_time = %q becomes %s, %v", written, policy.BasketTime, err)
		}
	}
}

// An amount is read as the catalogue's prices are, or a limit would be a hundred times
// what was meant.
func TestAmountsOfLimitsHaveTheDecimalsOfTheirCurrency(t *testing.T) {
	for text, want := range map[string]agent.Money{
		"5.00 EUR": {Minor: 500, Currency: "EUR"}, "5 EUR": {Minor: 500, Currency: "EUR"}, "5000 PYG": {Minor: 5_000, Currency: "PYG"},
		"500 JPY": {Minor: 500, Currency: "JPY"}, "1.500 IQD": {Minor: 1_500, Currency: "IQD"}, "2.5 KWD": {Minor: 2_500, Currency: "KWD"},
	} {
		if got, ok := parseMoney(text); !ok || got != want {
			t.Errorf("%q is read as %+v, %t", text, got, ok)
		}
	}
	for _, text := range []string{"5.001 EUR", "5.0 PYG", "5,00 EUR", "EUR 5", "-5 EUR", "5"} {
		if got, ok := parseMoney(text); ok {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}
