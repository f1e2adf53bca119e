package station

import (
	"context"
	"fmt"
	"strings"

	"github.com/stockhand/stockhand/agent"
)

// longestName is how long the name of a scanner may be, in characters.
const longestName = 60

// PairDevice remembers a scanner and what opens it, or changes what is remembered
// of it. It is for the program that found the scanner: the settings are not
// checked here, so they must never come from a page.
func (s *Station) PairDevice(ctx context.Context, caller agent.Caller, commandID string, d agent.PairedDevice) (agent.PairedDevice, error) {
	if err := caller.Require(agent.MayManage); err != nil {
		return agent.PairedDevice{}, err
	}
	d.Name = strings.TrimSpace(d.Name)
	if err := properName(d.Name); err != nil {
		return agent.PairedDevice{}, err
	}
	return write(ctx, s, command{caller: caller, id: commandID}, func(v agent.View) (agent.PairedDevice, []agent.Event, error) {
		paired, err := v.PairedDevices()
		if err != nil {
			return agent.PairedDevice{}, nil, err
		}
		for _, other := range paired {
			if other.Device != d.Device && strings.EqualFold(other.Name, d.Name) {
				return agent.PairedDevice{}, nil, clash("name_taken", "Another scanner is called "+quote(d.Name)+".", "Give this one another name, such as its number on a sticker.")
			}
		}
		return d, []agent.Event{agent.NewEvent(agent.DevicePaired, d)}, nil
	})
}

// UnpairDevice forgets a scanner. What it delivered stays, and a pass that it is
// used in stays open.
func (s *Station) UnpairDevice(ctx context.Context, caller agent.Caller, commandID string, id agent.DeviceID) (agent.PairedDevice, error) {
	if err := caller.Require(agent.MayManage); err != nil {
		return agent.PairedDevice{}, err
	}
	return write(ctx, s, command{caller: caller, id: commandID}, func(v agent.View) (agent.PairedDevice, []agent.Event, error) {
		paired, err := v.PairedDevices()
		if err != nil {
			return agent.PairedDevice{}, nil, err
		}
		d, err := pairedAs(paired, id)
		if err != nil {
			return d, nil, err
		}
		return d, []agent.Event{agent.NewEvent(agent.DeviceUnpaired, agent.DeviceFact{Device: d.Device})}, nil
	})
}

// pairedAs finds a paired scanner by its identity or by what people call it. One without a number that is in another socket now is listed there
// under another identity: so those that are paired are named.
func pairedAs(paired []agent.PairedDevice, id agent.DeviceID) (agent.PairedDevice, error) {
	var all []string
	for _, d := range paired {
		if d.Device == id || d.Name == string(id) {
			return d, nil
		}
		all = append(all, fmt.Sprintf("%s (%s)", d.Device, quote(d.Name)))
	}
	what := "No scanner " + quote(string(id)) + " is paired."
	if len(all) > 0 {
		what += " Paired are " + strings.Join(all, ", ") + "."
	}
	return agent.PairedDevice{}, missing("no_device", what)
}

// PairedDevices returns the scanners that are paired.
func (s *Station) PairedDevices(ctx context.Context) (paired []agent.PairedDevice, err error) {
	err = s.store.Read(ctx, func(v agent.View) error {
		paired, err = v.PairedDevices()
		return err
	})
	return paired, err
}

func properName(name string) error {
	if name == "" {
		return refuse("no_name", "The scanner has no name.", "Give it one that people find on it, such as its number on a sticker.")
	}
	if !readable(name, longestName) {
		return refuse("bad_name", "That is no name for a scanner.", "Use up to 60 letters, digits and signs.")
	}
	return nil
}
