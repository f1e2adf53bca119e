package main

import "testing"

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
