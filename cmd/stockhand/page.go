package main

import (
	"context"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/ui"
	"github.com/stockhand/stockhand/ui/live"
)

// page is the web page, as the wiring sees it.
type page interface {
	agent.Publisher
	Run(ctx context.Context) error
	URL() string
	// Changed is told that the upstream or a device is in another state.
	Changed()
	Link(role agent.Role, name string) (url string, expires time.Time, err error)
}

var _ page = (*ui.Server)(nil)

// openPage opens the port of the page.
func openPage(ctx context.Context, w *works) (page, error) {
	o := ui.Options{
		Store: w.queue, Clock: w.clock, Port: w.config.Page.Port, Log: w.log,
		Dispatch: w.dispatch, Devices: w.liveDevices, Damage: w.damage, Pairing: w.pairingShown, Version: version,
	}
	if w.upload != nil {
		o.Upstream = func() live.Upstream { return live.Upstream(w.upstreamState()) }
	}
	if w.simulation != nil {
		o.Simulation = w.simulation
	}
	server, err := ui.New(ctx, o)
	if err != nil {
		return nil, err
	}
	return server, nil
}

func (w *works) liveDevices() []live.DeviceState {
	states := w.deviceStates()
	all := make([]live.DeviceState, len(states))
	for i, s := range states {
		all[i] = live.DeviceState(s)
	}
	return all
}
