package main

import (
	"fmt"
	"time"

	"github.com/stockhand/stockhand/agent/station"
)

// peopleConfig says when people who signed in on a page are signed out again.
type peopleConfig struct {
	SignOutAfter        string   `toml:"sign_out_after"`         // without activity, who may manage; default "15m"
	CounterSignOutAfter string   `toml:"counter_sign_out_after"` // without activity, who counts; default "12h"
	ShiftEnds           []string `toml:"shift_ends"`             // times of a day, such as "14:00": everybody
}

// signOut returns when people are signed out.
func (c *config) signOut() (o station.SignOut, err error) {
	if o.Manager, err = c.idleTime("sign_out_after", c.People.SignOutAfter); err != nil {
		return o, err
	}
	if o.Counter, err = c.idleTime("counter_sign_out_after", c.People.CounterSignOutAfter); err != nil {
		return o, err
	}
	for _, text := range c.People.ShiftEnds {
		at, err := time.Parse("15:04", text)
		if err != nil {
			return o, configError(c.path, fmt.Sprintf("The end of a shift %q is no time of a day.", text), `Write it as "14:00".`, nil)
		}
		o.ShiftEnds = append(o.ShiftEnds, time.Duration(at.Hour())*time.Hour+time.Duration(at.Minute())*time.Minute)
	}
	return o, nil
}

func (c *config) idleTime(key, text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < time.Second || d > 24*time.Hour {
		return 0, configError(c.path, fmt.Sprintf("%s is %q, which is no time between a second and a day.", key, text), "Write it as 15m or 8h.", nil)
	}
	return d, nil
}
