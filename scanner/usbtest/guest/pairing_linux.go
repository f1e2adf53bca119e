package main

import (
	"context"
	"slices"
	"sync"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/usbtest"
)

// find lists what could be a scanner.
func (a *agent) find(struct{}) (any, error) {
	found, err := candidates()
	if err != nil {
		return nil, err
	}
	all := make([]usbtest.Candidate, len(found))
	for i, c := range found {
		all[i] = usbtest.Candidate{
			ID: c.ID, Driver: c.Driver, Name: c.Name, Physical: c.Physical, Settings: c.Settings,
			Likely: c.Likely, Unnumbered: c.Unnumbered, Fault: faultText(c.Fault),
		}
	}
	return all, nil
}

func candidates() ([]scanner.Candidate, error) {
	var all []scanner.Candidate
	for _, find := range finders {
		found, err := find(context.Background())
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func faultText(f *scanner.Fault) string {
	if f == nil {
		return ""
	}
	return f.Error()
}

// listen hears what some candidates send, as pairing does, and tells the host.
func (a *agent) listen(ids []string) (any, error) {
	found, err := candidates()
	if err != nil {
		return nil, err
	}
	before := held()
	ctx, cancel := context.WithCancel(context.Background())
	var listening sync.WaitGroup
	for _, c := range found {
		if !slices.Contains(ids, c.ID) {
			continue
		}
		listening.Go(func() {
			if err := c.Listen(ctx, a.tellHearing); err != nil {
				a.tellHearing(scanner.Hearing{Candidate: c.ID, Lost: true})
			}
		})
	}
	a.deafen = func() usbtest.Leaks {
		cancel()
		listening.Wait()
		return leaks(before)
	}
	return nil, nil
}

// hush ends the listening and returns what it left behind.
func (a *agent) hush(struct{}) (any, error) { return a.deafen(), nil }

func (a *agent) tellHearing(h scanner.Hearing) {
	heard := &usbtest.Hearing{Candidate: h.Candidate, Lost: h.Lost}
	for _, m := range h.Meanings {
		heard.Meanings = append(heard.Meanings, string(m.Raw))
	}
	a.host.say(usbtest.Line{Hearing: heard})
}
