package main

import (
	"context"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/cmd/stockhand/internal/local"
)

// ownedDevice is a scanner with the pass that has it.
type ownedDevice struct {
	deviceState
	Pass agent.PassID `json:"pass,omitempty"`
}

// devicesStates tells how the scanners are doing, and which pass has each.
func (w *works) devicesStates(ctx context.Context, _ agent.Caller, _ nothing) ([]ownedDevice, error) {
	all := []ownedDevice{}
	err := w.queue.Read(ctx, func(v agent.View) error {
		for _, d := range w.deviceStates() {
			pass, _, err := v.PassOf(d.Device)
			if err != nil {
				return err
			}
			all = append(all, ownedDevice{d, pass.ID})
		}
		return nil
	})
	return all, err
}

// devicesWatch tells every scan that is stored from now on, until the caller
// hangs up.
func (w *works) devicesWatch(ctx context.Context, _ agent.Caller, _ nothing) (nothing, error) {
	stored, leave := w.watchers.join()
	defer leave()
	x := local.From(ctx)
	var after agent.Seq
	err := w.queue.Read(ctx, func(v agent.View) (err error) {
		_, after, err = v.Head()
		return err
	})
	for err == nil {
		select {
		case <-ctx.Done():
			return nothing{}, ctx.Err()
		case <-stored:
			after, err = w.tellScans(ctx, x, after)
		}
	}
	return nothing{}, err
}

// tellScans tells the scans after a row and returns the last row it has seen.
func (w *works) tellScans(ctx context.Context, x local.Exchange, after agent.Seq) (agent.Seq, error) {
	for {
		shown, seen, err := w.scansAfter(ctx, after)
		for _, scan := range shown {
			if err == nil {
				err = x.Tell(scan)
			}
		}
		if err != nil || seen == after {
			return seen, err
		}
		after = seen
	}
}

// scansAfter returns the next scans of devices and the last row that was looked at.
func (w *works) scansAfter(ctx context.Context, after agent.Seq) (shown []agent.ShownScan, seen agent.Seq, err error) {
	seen = after
	err = w.queue.Read(ctx, func(v agent.View) error {
		records, err := v.Log(after, 500)
		if err != nil {
			return err
		}
		var scans []agent.Scan
		for _, r := range records {
			seen = r.Seq
			if r.Scan != nil && r.Scan.Device != "" {
				scans = append(scans, *r.Scan)
			}
		}
		shown, err = agent.Show(v, scans)
		return err
	})
	return shown, seen, err
}
