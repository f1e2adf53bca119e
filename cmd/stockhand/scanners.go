package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/hidpos"
	"github.com/stockhand/stockhand/scanner/keyboard"
	"github.com/stockhand/stockhand/scanner/replay"
	"github.com/stockhand/stockhand/scanner/serialport"
)

// drivers are the kinds of scanner that a configuration can name.
var drivers = scanner.Registry{
	"serial":   serialport.Decode,
	"keyboard": keyboard.Decode,
	"hid-pos":  hidpos.Decode,
	"replay":   replay.Decode,
}

// finds look for what could be a scanner, for pairing.
var finds = []scanner.Find{
	serialport.Find, keyboard.Find, hidpos.Find,
}

// finds looks in what is plugged in; in a demo, in what is simulated to be.
func (c *config) finds() []scanner.Find {
	if c.Simulate == nil {
		return finds
	}
	in := func(folder string) string { return filepath.Join(c.Simulate.Devices, folder) }
	// Who has a port open is not looked at: the demo holds its simulated ones.
	return []scanner.Find{serialport.Tree{Sys: in("sys"), Dev: in("dev"), Proc: in("proc")}.Find}
}

// watchPlugs makes the scanners look as soon as something was plugged in. Where the
// system does not tell, they look by themselves.
func (w *works) watchPlugs(ctx context.Context) error {
	err := scanner.Watch(ctx, w.scanners.Look)
	if ctx.Err() == nil {
		w.log.Info("the system does not tell what is plugged in: scanners look every few seconds", "error", err)
		<-ctx.Done()
	}
	return ctx.Err()
}

// scannersOf decodes the sections [[scanner]].
func scannersOf(c *config) ([]scanner.Device, error) {
	var devices []scanner.Device
	names := map[string]string{}
	for i, section := range c.Scanner {
		d, err := drivers.Device(c.atHome(section))
		if err != nil {
			return nil, c.badScanner(i, section, err)
		}
		if other, taken := names[d.ID]; taken {
			return nil, configError(c.path, fmt.Sprintf("The scanners %q and %q are the same device %s.", other, d.Name, d.ID),
				"Remove one of the two sections [[scanner]], or tell them apart by serial or socket.", nil)
		}
		names[d.ID] = d.Name
		devices = append(devices, d)
	}
	return devices, nil
}

// atHome returns a scanner's section with the name of a file looked up beside the
// configuration, as all its paths are.
func (c *config) atHome(section map[string]any) map[string]any {
	file, ok := section["file"].(string)
	if !ok || file == "" {
		return section
	}
	section = maps.Clone(section)
	section["file"] = c.beside(file)
	return section
}

func (c *config) badScanner(i int, section map[string]any, err error) error {
	which := fmt.Sprintf("section [[scanner]] number %d", i+1)
	if name, ok := section["name"].(string); ok && name != "" {
		which += fmt.Sprintf(" (%q)", name)
	}
	var driver *scanner.UnknownDriver
	if errors.As(err, &driver) {
		return c.noDriver(which, section, driver)
	}
	var unknown *scanner.UnknownKey
	if errors.As(err, &unknown) {
		do := "Remove it, or correct its name."
		if s := nearest(unknown.Key, unknown.Known); s != "" {
			do = fmt.Sprintf("Did you mean %q?", s)
		}
		return configError(c.path, fmt.Sprintf("The %s has the key %q, which does not exist.", which, unknown.Key), do, err)
	}
	return configError(c.path, fmt.Sprintf("The %s cannot be used.", which), "Correct it as the reason says.", err)
}

// noDriver tells of a section whose driver is misspelt, as its value or as its key.
func (c *config) noDriver(which string, section map[string]any, err *scanner.UnknownDriver) error {
	do := "Set driver to one of: " + strings.Join(err.Known, ", ") + "."
	if err.Driver != "" {
		if s := nearest(err.Driver, err.Known); s != "" {
			do = fmt.Sprintf("Did you mean %q?", s)
		}
		return configError(c.path, fmt.Sprintf("The %s has the driver %q, which does not exist.", which, err.Driver), do, err)
	}
	for _, key := range slices.Sorted(maps.Keys(section)) {
		if key != "driver" && nearest(key, []string{"driver"}) != "" {
			return configError(c.path, fmt.Sprintf("The %s has the key %q, which does not exist.", which, key), "Did you mean \"driver\"?", nil)
		}
	}
	return configError(c.path, fmt.Sprintf("The %s does not say which driver it is for.", which), do, nil)
}
