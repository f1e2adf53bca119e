package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
	"github.com/stockhand/stockhand/scanner"
)

// addPairing adds what has to do with scanners coming and going.
func (w *works) addPairing() {
	w.station.Handle("pairing.begin", operation(agent.MayManage, w.pairingBegin))
	w.station.Handle("pairing.state", operation(agent.MayManage, w.pairingState))
	w.station.Handle("pairing.end", operation(agent.MayManage, w.pairingEnd))
	w.station.Handle("pairing.finish", w.handlePairing(w.pairingFinish))
	w.station.Handle("device.unpair", w.handlePairing(w.deviceUnpair))
}

// onePairing names a device, and what it is to be called.
type onePairing struct {
	Device agent.DeviceID `json:"device"`
	Name   string         `json:"name,omitempty"`
}

// handlePairing keeps the command's id, which the log needs to know a repeat by.
func (w *works) handlePairing(do func(context.Context, agent.Caller, string, onePairing) (agent.PairedDevice, error)) station.Handler {
	return func(ctx context.Context, caller agent.Caller, commandID string, args json.RawMessage) (any, error) {
		handle := operation(agent.MayManage, func(ctx context.Context, caller agent.Caller, a onePairing) (agent.PairedDevice, error) {
			return do(ctx, caller, commandID, a)
		})
		return handle(ctx, caller, commandID, args)
	}
}

func (w *works) pairingBegin(context.Context, agent.Caller, nothing) (pairingShown, error) {
	if w.scanners == nil {
		return pairingShown{}, notRunning("There is no agent that could listen for a scanner.")
	}
	if err := w.pairing.begin(); err != nil {
		return pairingShown{}, err
	}
	w.changed()
	return w.pairingShown(), nil
}

func (w *works) pairingState(context.Context, agent.Caller, nothing) (pairingShown, error) {
	return w.pairingShown(), nil
}

func (w *works) pairingEnd(context.Context, agent.Caller, nothing) (nothing, error) {
	w.pairing.stop()
	return nothing{}, nil
}

// pairingFinish takes the scanner that was heard: it is remembered and opened.
func (w *works) pairingFinish(ctx context.Context, caller agent.Caller, commandID string, a onePairing) (agent.PairedDevice, error) {
	f, err := w.pairing.found(string(a.Device))
	if err != nil {
		return agent.PairedDevice{}, err
	}
	section := maps.Clone(f.Candidate.Settings)
	maps.Copy(section, f.Settings)
	section["driver"], section["name"] = f.Candidate.Driver, a.Name
	device, err := drivers.Device(section)
	if err != nil {
		return agent.PairedDevice{}, fmt.Errorf("settings of a scanner that was heard: %w", err)
	}
	text, err := json.Marshal(section)
	if err != nil {
		return agent.PairedDevice{}, fmt.Errorf("write down the settings of a scanner: %w", err)
	}
	paired, err := w.station.PairDevice(ctx, caller, commandID, agent.PairedDevice{Device: agent.DeviceID(device.ID), Name: a.Name, Settings: text})
	if err != nil {
		return agent.PairedDevice{}, err
	}
	w.pairing.stop() // it must be released before it can be opened
	device.Name = paired.Name
	w.roster.put(device.ID, rosterEntry{paired.Name, true})
	return paired, w.scanners.Add(device)
}

func (w *works) deviceUnpair(ctx context.Context, caller agent.Caller, commandID string, a onePairing) (agent.PairedDevice, error) {
	gone, err := w.station.UnpairDevice(ctx, caller, commandID, a.Device)
	if err != nil || w.scanners == nil || w.isConfigured(gone.Device) {
		return gone, err
	}
	defer w.changed()
	if !slices.ContainsFunc(w.scanners.States(), func(s scanner.State) bool { return s.Device == string(gone.Device) }) {
		return gone, nil // its settings could not be used, so nobody reads it
	}
	return gone, w.scanners.Remove(ctx, string(gone.Device))
}

// isConfigured reports whether the configuration names a scanner, too: then it goes on.
func (w *works) isConfigured(id agent.DeviceID) bool {
	devices, err := scannersOf(w.config)
	return err == nil && slices.ContainsFunc(devices, func(d scanner.Device) bool { return d.ID == string(id) })
}

// allScanners returns the scanners of the configuration and those that were paired
// at work, and gets everything ready for more.
func (w *works) allScanners(ctx context.Context) ([]scanner.Device, error) {
	w.pairing.finds, w.pairing.clock, w.pairing.changed = w.config.finds(), w.clock, w.changed
	w.pairing.taken = func(id string) bool {
		return slices.ContainsFunc(w.scanners.States(), func(s scanner.State) bool { return s.Device == id })
	}
	devices, err := scannersOf(w.config)
	if err != nil {
		return nil, err
	}
	for _, d := range devices {
		w.roster.put(d.ID, rosterEntry{title: d.Name})
	}
	paired, err := w.pairedScanners(ctx, devices)
	for _, d := range paired {
		w.roster.put(d.ID, rosterEntry{d.Name, true})
	}
	return append(devices, paired...), err
}

// pairedScanners returns the scanners that were paired at work and can be opened.
// What cannot is logged: the others must not wait for it.
func (w *works) pairedScanners(ctx context.Context, configured []scanner.Device) ([]scanner.Device, error) {
	paired, err := w.station.PairedDevices(ctx)
	if err != nil {
		return nil, err
	}
	var devices []scanner.Device
	for _, p := range paired {
		if slices.ContainsFunc(configured, func(d scanner.Device) bool { return d.ID == string(p.Device) }) {
			continue // the configuration says how it is opened
		}
		section, err := sectionOf(p.Settings)
		var d scanner.Device
		if err == nil {
			d, err = drivers.Device(section)
		}
		if err == nil && d.ID != string(p.Device) {
			err = fmt.Errorf("its settings are those of %s", d.ID)
		}
		if err != nil {
			w.log.Error("a paired scanner cannot be used; pair it again", "code", "paired-settings", "device", p.Device, "error", err)
			continue
		}
		d.Name = p.Name
		devices = append(devices, d)
	}
	return devices, nil
}

// sectionOf reads the settings of a scanner as they stand in the log. Numbers
// become whole ones, as in a configuration file.
func sectionOf(text json.RawMessage) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var section map[string]any
	if err := decoder.Decode(&section); err != nil {
		return nil, err
	}
	if section == nil {
		return nil, errors.New("there are no settings")
	}
	for key, value := range section {
		number, ok := value.(json.Number)
		if !ok {
			continue
		}
		whole, err := number.Int64()
		if err != nil {
			return nil, fmt.Errorf("%s is no whole number: %w", key, err)
		}
		section[key] = whole
	}
	return section, nil
}
