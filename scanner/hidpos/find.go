package hidpos

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/stockhand/stockhand/scanner"
)

// Find lists the HID POS scanners that are plugged in. It opens none.
func Find(ctx context.Context) ([]scanner.Candidate, error) { return find(ctx, thisSystem) }

func find(ctx context.Context, s system) ([]scanner.Candidate, error) {
	all, err := s.list(ctx)
	if err != nil {
		return nil, err
	}
	scanners := slices.DeleteFunc(all, func(d hidDevice) bool { return !d.isScanner })
	var found []scanner.Candidate
	for _, d := range scanners {
		found = append(found, candidate(s, d, whereOf(d, scanners)))
	}
	return found, nil
}

// whereOf returns the lasting way to find a scanner again. Serial numbers that
// several scanners share are no numbers.
func whereOf(d hidDevice, all []hidDevice) Where {
	w := Where{Vendor: d.Vendor, Product: d.Product, Serial: d.Serial, Socket: d.Socket, Interface: -1}
	shared := false
	for _, o := range all {
		switch {
		case o.path == d.path || o.Vendor != d.Vendor || o.Product != d.Product:
		case o.physical == d.physical:
			w.Interface = d.Interface
		case o.Serial == d.Serial:
			shared = true
		}
	}
	if w.Serial != "" && !(shared && w.Socket != "") {
		w.Socket = ""
	} else {
		w.Serial = ""
	}
	return w
}

func candidate(s system, d hidDevice, w Where) scanner.Candidate {
	c := scanner.Candidate{
		ID: w.Identity(), Driver: "hid-pos", Name: d.name, Physical: d.physical,
		Settings: w.settings(), Likely: true, Unnumbered: w.Serial == "",
	}
	var f *scanner.Fault
	if errors.As(d.err, &f) {
		c.Fault = f
	}
	c.Listen = func(ctx context.Context, hear func(scanner.Hearing)) error { return listen(ctx, s, d, c.ID, hear) }
	return c
}

func (w Where) settings() map[string]any {
	set := map[string]any{"vid": w.Vendor, "pid": w.Product}
	if w.Serial != "" {
		set["serial"] = w.Serial
	}
	if w.Socket != "" {
		set["socket"] = w.Socket
	}
	if w.Interface >= 0 {
		set["interface"] = w.Interface
	}
	return set
}

// listen hears one scanner for pairing. Every program that opens a HID POS
// scanner gets all its scans, so nobody misses any meanwhile.
func listen(ctx context.Context, s system, d hidDevice, id string, hear func(scanner.Hearing)) error {
	c, err := open(s, d, false)
	if err != nil {
		return err
	}
	err = c.run(ctx, &pairingEar{candidate: id, hear: hear})
	if closing := c.Close(); closing != nil && err == nil {
		err = fmt.Errorf("close %s: %w", d.path, closing)
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// pairingEar hears for pairing. What HID POS sends has one meaning.
type pairingEar struct {
	candidate string
	hear      func(scanner.Hearing)
	missed    bool
}

func (p *pairingEar) frame(f scanner.Frame) {
	p.hear(scanner.Hearing{
		Candidate: p.candidate, First: f.First, Last: f.Last, Lost: p.missed,
		Meanings: []scanner.Meaning{{Settings: map[string]any{}, Raw: bytes.Clone(f.Raw)}},
	})
	p.missed = false
}

func (p *pairingEar) lost(string, time.Time)  { p.missed = true }
func (p *pairingEar) aside(string, time.Time) {}
