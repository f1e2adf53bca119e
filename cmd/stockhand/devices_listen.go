package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/barcode"
	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/serialport"
)

// tryAgain is how long after it ended a device is listened to again.
const tryAgain = time.Second

// shownMeanings bounds in how many ways one scan is shown.
const shownMeanings = 3

// ear shows what scanners send, byte for byte, without storing it.
type ear struct {
	t     *terminal
	json  bool
	rules barcode.Rules

	mu   sync.Mutex
	told map[string]string // the last trouble of each device
}

// listenTo hears what somebody named: a device, a port, or everything there is.
func (e *ear) listenTo(ctx context.Context, name string, baud int, finds []scanner.Find) error {
	chosen, err := chosenDevices(ctx, name, baud, finds)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.t.err, "Listening to %d devices. What they send is shown and not stored. End with Ctrl-C.\n", len(chosen))
	var all sync.WaitGroup
	for _, c := range chosen {
		all.Go(func() { e.keepHearing(ctx, c) })
	}
	all.Wait()
	return nil
}

func chosenDevices(ctx context.Context, name string, baud int, finds []scanner.Find) ([]scanner.Candidate, error) {
	var found []scanner.Candidate
	var missed []error
	for _, find := range finds {
		some, err := find(ctx)
		found, missed = append(found, some...), append(missed, err)
	}
	if name == "all" {
		found = slices.DeleteFunc(found, func(c scanner.Candidate) bool { return c.Listen == nil })
		if len(found) > 0 {
			return found, nil
		}
		return nil, nothingToHear("There is nothing to listen to.", errors.Join(missed...))
	}
	if i := slices.IndexFunc(found, func(c scanner.Candidate) bool { return c.ID == name && c.Listen != nil }); i >= 0 {
		return found[i : i+1], nil
	}
	if strings.Contains(name, ":") && !strings.ContainsAny(name, `/\`) {
		return nil, nothingToHear("There is no device "+clean(name)+".", errors.Join(missed...))
	}
	return []scanner.Candidate{serialport.At(name, baud)}, nil
}

func nothingToHear(what string, err error) error {
	return &agent.Error{
		Code: "no_device", Class: agent.Missing, What: what, Means: "Nothing was opened.",
		Do: `Plug the scanner in; "stockhand devices" shows what there is and how it is set up.`, Err: err,
	}
}

// keepHearing listens to a device until ctx ends, also after it was unplugged.
func (e *ear) keepHearing(ctx context.Context, c scanner.Candidate) {
	for ctx.Err() == nil {
		err := c.Listen(ctx, e.hear)
		if ctx.Err() != nil {
			return
		}
		e.trouble(c.ID, err)
		select {
		case <-ctx.Done():
		case <-time.After(tryAgain):
		}
	}
}

// trouble says once why a device cannot be heard.
func (e *ear) trouble(id string, err error) {
	var f *scanner.Fault
	if !errors.As(err, &f) {
		f = scanner.Gone(err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.told[id] == f.Sentence {
		return
	}
	if e.told == nil {
		e.told = map[string]string{}
	}
	e.told[id] = f.Sentence
	fmt.Fprintf(e.t.err, "%s  %s: %s %s\n", time.Now().Format("15:04:05"), clean(id), f.Sentence, f.Remedy)
}

// heardRow is one scan as a program reads it.
type heardRow struct {
	Device   string       `json:"device"`
	At       time.Time    `json:"at"`
	TookMS   float64      `json:"took_ms"`     // from the first byte to the last
	ByteMS   float64      `json:"ms_per_byte"` // on average
	Lost     bool         `json:"lost,omitempty"`
	Meanings []meaningRow `json:"meanings"` // one for each setting that makes sense
	Stored   bool         `json:"stored"`   // never: nothing that is heard is
}

type meaningRow struct {
	Settings   map[string]any `json:"settings,omitempty"`
	Hex        string         `json:"hex"`
	Text       string         `json:"text"`
	Terminator string         `json:"terminator"` // CR, CR LF, TAB ..., or none
	Meaning    string         `json:"meaning"`
	Code       barcode.Code   `json:"code"`
}

func (e *ear) hear(h scanner.Hearing) {
	took := h.Last.Sub(h.First)
	row := heardRow{Device: h.Candidate, At: h.Last.UTC(), TookMS: milliseconds(took), Lost: h.Lost}
	for _, m := range h.Meanings {
		row.Meanings = append(row.Meanings, e.meaning(m, h.Last))
	}
	if n := len(h.Meanings[0].Raw); n > 1 {
		row.ByteMS = milliseconds(took / time.Duration(n-1))
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.told, h.Candidate)
	if e.json {
		if text, err := json.Marshal(row); err == nil {
			fmt.Fprintf(e.t.out, "%s\n", text)
		}
		return
	}
	e.print(row, len(h.Meanings[0].Raw))
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// endMarks are the bytes that can stand behind a code, with their names.
var endMarks = map[byte]string{'\r': "CR", '\n': "LF", '\t': "TAB", 0x03: "ETX", 0: "NUL"}

func (e *ear) meaning(m scanner.Meaning, at time.Time) meaningRow {
	code := bytes.TrimRight(m.Raw, "\r\n\t\x03\x00")
	names := []string{}
	for _, b := range m.Raw[len(code):] {
		names = append(names, endMarks[b])
	}
	parsed := e.rules.Parse(bytes.TrimLeft(code, "\x02\x00"))
	return meaningRow{
		Settings: m.Settings, Hex: fmt.Sprintf("% x", m.Raw), Text: agent.ShowRaw(code),
		Terminator: cmp.Or(strings.Join(names, " "), "none"), Code: parsed,
		Meaning: agent.Harmless(parsed.Describe(at.Year())),
	}
}

func (e *ear) print(row heardRow, n int) {
	first := row.Meanings[0]
	e.t.printf("%s  %s  %d bytes in %.1f ms (%.1f ms a byte), terminator: %s\n",
		e.t.here(row.At).Format("15:04:05.000"), clean(row.Device), n, row.TookMS, row.ByteMS, first.Terminator)
	e.t.printf("  %s\n", shortHex(first.Hex))
	for i, m := range row.Meanings {
		if i == shownMeanings {
			e.t.printf("  ... and %d more ways to read it\n", len(row.Meanings)-i)
			break
		}
		e.t.printf("  %s  %s%s\n", m.Text, m.Meaning, under(m.Settings))
	}
	if row.Lost {
		e.t.printf("  Something was lost before or in it: the line is disturbed, or the computer too slow.\n")
	}
}

// under names the settings that make bytes mean what they do.
func under(settings map[string]any) string {
	var words []string
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		words = append(words, fmt.Sprintf("%s %v", key, settings[key]))
	}
	if len(words) == 0 {
		return ""
	}
	return "  [" + strings.Join(words, ", ") + "]"
}

// shortHex bounds a line of bytes.
func shortHex(hex string) string {
	const most = 64 * len("00 ")
	if len(hex) <= most {
		return hex
	}
	return hex[:most] + "..."
}
