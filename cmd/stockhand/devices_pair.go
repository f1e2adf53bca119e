package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/scanner/pairing"
)

// lookAgain is how often a pairing in the terminal asks for news.
const lookAgain = 200 * time.Millisecond

// devicesPair pairs a scanner in the terminal.
func devicesPair(ctx context.Context, t *terminal, args []string) error {
	set := flags("devices")
	path := configFlag(set)
	name, sheet := set.String("name", "", ""), set.String("sheet", "", "")
	if err := noMore(parse(set, args)); err != nil {
		return err
	}
	return withAgent(ctx, *path, func(a asker) error {
		p := terminalPairing{t: t, agent: a}
		if err := a.ask(ctx, call{op: "pairing.begin", result: &p.state}); err != nil {
			return err
		}
		defer func() { _ = a.ask(context.WithoutCancel(ctx), call{op: "pairing.end"}) }()
		if *sheet != "" {
			if err := os.WriteFile(*sheet, []byte(sheetPage(p.state)), 0o600); err != nil {
				return fmt.Errorf("write the codes to %s: %w", *sheet, err)
			}
			t.printf("The codes are in %s. Open it in a browser and print it.\n", *sheet)
		}
		p.showCode()
		found, err := p.listen(ctx)
		if err != nil {
			return err
		}
		return p.finish(ctx, found, *name)
	})
}

// devicesRemove forgets a scanner that was paired.
func devicesRemove(ctx context.Context, t *terminal, args []string) error {
	set := flags("devices")
	path := configFlag(set)
	rest, err := parse(set, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usageError{`say which scanner: devices remove DEVICE, as "stockhand devices" shows it`}
	}
	return withAgent(ctx, *path, func(a asker) error {
		var gone agent.PairedDevice
		if err := a.ask(ctx, call{op: "device.unpair", args: onePairing{Device: agent.DeviceID(rest[0])}, result: &gone}); err != nil {
			return err
		}
		t.printf("The scanner %s (%s) is removed. What it scanned stays.\n", gone.Device, clean(gone.Name))
		return nil
	})
}

// terminalPairing is a pairing as a terminal shows it.
type terminalPairing struct {
	t     *terminal
	agent asker
	state pairingShown

	heard time.Time       // the newest that was shown
	told  map[string]bool // faults and candidates that were
}

// showCode draws the first code, for scanners that read a screen.
func (p *terminalPairing) showCode() {
	p.t.printf("Scan this with the new scanner. End with Ctrl-C.\n\n")
	for _, c := range p.state.Codes {
		if c.Step == string(pairing.Identify) && len(c.Rows) > 1 {
			p.t.printf("%s\n", blocks(c.Rows, c.Quiet))
		}
	}
	p.t.printf("Scanners that read no QR, or no screen, find the same code on the page under Scanners, Add a scanner.\n")
}

// listen shows what arrives until a scanner has sent the code.
func (p *terminalPairing) listen(ctx context.Context) (string, error) {
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for {
		p.tell()
		if n := len(p.state.Findings); n > 0 {
			return p.state.Findings[n-1].Candidate, nil
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-tick.C:
		}
		p.state = pairingShown{}
		if err := p.agent.ask(ctx, call{op: "pairing.state", result: &p.state}); err != nil {
			return "", err
		}
		if !p.state.Active {
			return "", &agent.Error{
				Code: "no_pairing", Class: agent.Missing, What: "The time is up, and no scanner has sent the code.", Means: "Nothing was changed.",
				Do: "See what the scanner does in another program, or what its manual says of HID POS and USB serial, and try again.",
			}
		}
	}
}

// tell prints what is new.
func (p *terminalPairing) tell() {
	if p.told == nil {
		p.told = map[string]bool{}
	}
	once := func(format string, a ...any) {
		if line := fmt.Sprintf(format, a...); !p.told[line] {
			p.told[line] = true
			p.t.printf("%s", line)
		}
	}
	for _, c := range p.state.Candidates {
		if c.Sentence != "" {
			once("%s (%s): %s %s\n", c.Name, c.ID, c.Sentence, c.Remedy)
			continue
		}
		once("listening to %s (%s)\n", c.Name, c.ID)
	}
	for _, h := range slices.Backward(p.state.Heard) {
		if h.At.After(p.heard) {
			p.heard = h.At
			p.t.printf("%s  %s  %s  %s  in %d ms  %s\n", p.t.here(h.At).Format("15:04:05.000"), h.Candidate, h.Text, h.Bytes, h.Took, h.Meaning)
		}
	}
}

// finish shows what was learned and takes the scanner.
func (p *terminalPairing) finish(ctx context.Context, candidate, name string) error {
	i := slices.IndexFunc(p.state.Findings, func(f findingRow) bool { return f.Candidate == candidate })
	f := p.state.Findings[i]
	p.t.printf("\nThis is it: %s (%s)\n", f.Name, f.Candidate)
	if f.Socket {
		p.t.printf("  It has no number of its own: keep it in this USB socket.\n")
	}
	for _, key := range []string{"suffix", "prefix", "aim", "layout", "caps", "baud"} {
		if value := f.Learned[key]; value != "" {
			p.t.printf("  %s: %s\n", key, value)
		}
	}
	for _, fault := range f.Faults {
		p.t.printf("  %s\n  %s\n", fault.Sentence, fault.Remedy)
	}
	if name == "" {
		var err error
		if name, err = p.askName(ctx); err != nil {
			return err
		}
	}
	var paired agent.PairedDevice
	if err := p.agent.ask(ctx, call{op: "pairing.finish", args: onePairing{agent.DeviceID(candidate), name}, result: &paired}); err != nil {
		return err
	}
	p.t.printf("%s is ready.\n", clean(paired.Name))
	return nil
}

func (p *terminalPairing) askName(ctx context.Context) (string, error) {
	p.t.printf("\nWhat do people call it? ")
	type answer struct {
		text string
		err  error
	}
	answered := make(chan answer, 1)
	go func() { // reading a terminal cannot be interrupted; the process ends soon
		text, err := bufio.NewReader(p.t.in).ReadString('\n')
		answered <- answer{strings.TrimSpace(text), err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case a := <-answered:
		if a.err != nil && a.err != io.EOF {
			return "", fmt.Errorf("read the name: %w", a.err)
		}
		if a.text == "" {
			return "", usageError{"the scanner needs a name: say it with --name NAME"}
		}
		return a.text, nil
	}
}
