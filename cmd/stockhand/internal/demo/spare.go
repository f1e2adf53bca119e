package demo

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// spare is a simulated scanner that is plugged in and that nobody has added to the
// agent yet. Who adds a scanner finds it: a simulated person scans the code that is
// shown. The agent sees it in a tree of simulated devices, so that a demo never
// listens to what is really plugged in.
type spare struct {
	scanner *Scanner
	lead    *page
}

// devices is the folder of the simulated devices.
func (w *world) devices() string { return filepath.Join(w.dir, "devices") }

// plugSpare makes the tree of simulated devices with the spare scanner in it.
func (w *world) plugSpare() error {
	dev := filepath.Join(w.devices(), "dev")
	for _, folder := range []string{dev, filepath.Join(w.devices(), "sys", "class", "tty", "ttyUSB0", "device")} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return fmt.Errorf("make the tree of simulated devices: %w", err)
		}
	}
	var err error
	w.spare, err = NewScanner(filepath.Join(dev, "ttyUSB0"))
	return err
}

// serve scans the first code whenever somebody adds a scanner, until ctx ends.
func (s spare) serve(ctx context.Context) error {
	for {
		if err := sleep(ctx, 2*time.Second); err != nil {
			return err
		}
		var p struct {
			Active     bool                    `json:"active"`
			Codes      []struct{ Text string } `json:"codes"`
			Candidates []struct{ ID string }   `json:"candidates"`
			Findings   []struct{}              `json:"findings"`
		}
		if err := s.lead.do(ctx, "pairing.state", nil, &p); err != nil {
			return err
		}
		if p.Active && len(p.Codes) > 0 && len(p.Candidates) > 0 && len(p.Findings) == 0 {
			if err := s.scanner.Scan("]C0" + p.Codes[0].Text); err != nil {
				return err
			}
		}
	}
}
