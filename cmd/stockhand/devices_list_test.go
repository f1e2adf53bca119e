package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/scanner"
	"github.com/stockhand/stockhand/scanner/serialport"
)

// plugged is what is plugged in, as the drivers would find it.
func plugged(candidates ...scanner.Candidate) []scanner.Find {
	return []scanner.Find{func(context.Context) ([]scanner.Candidate, error) { return candidates, nil }}
}

var (
	voyager = scanner.Candidate{
		ID: "hidpos:usb-0c2e-0b61-19A2", Driver: "hid-pos", Name: "Honeywell Voyager 1450g", Physical: "1-2", Likely: true,
		Settings: map[string]any{"vid": "0c2e", "pid": "0b61", "serial": "19A2"},
	}
	voyagerKeys = scanner.Candidate{
		ID: "keyboard:usb-0c2e-0b61-19A2", Driver: "keyboard", Name: "Honeywell Voyager 1450g", Physical: "1-2", Likely: true,
		Settings: map[string]any{"vid": "0c2e", "pid": "0b61", "serial": "19A2"},
	}
	cable = scanner.Candidate{
		ID: "serial:usb-0403-6001@1-3.1", Driver: "serial", Name: "FT232R", Physical: "1-3.1", Unnumbered: true,
		Settings: map[string]any{"vid": "0403", "pid": "6001", "socket": "1-3.1"},
	}
	board   = scanner.Candidate{ID: "serial:/dev/ttyS0", Driver: "serial", Name: "Serial port ttyS0", Settings: map[string]any{"port": "/dev/ttyS0"}}
	refused = scanner.Candidate{
		ID: "serial:usb-05e0-1701-7", Driver: "serial", Name: "Symbol Bar Code Scanner", Physical: "1-4", Likely: true,
		Settings: map[string]any{"vid": "05e0", "pid": "1701", "serial": "7"},
		Fault: &scanner.Fault{
			State: scanner.NoRights, Sentence: "This program may not open the scanner's port /dev/ttyACM0.", Remedy: "Run: sudo usermod -aG dialout",
		},
	}
)

// Whoever has plugged nothing in, or the wrong thing, learns what to do next. The
// wanted texts are files of their own, to be read as a person reads them.
func TestWhatPeopleSeeOfTheirScanners(t *testing.T) {
	rights := []string{"Your user may not open every scanner."}
	for name, c := range map[string]struct {
		finds  []scanner.Find
		rights []string
		states []deviceState
	}{
		"nothing":  {finds: plugged(), rights: rights},
		"unlikely": {finds: plugged(board, cable)},
		"found":    {finds: plugged(board, voyager, voyagerKeys, refused), rights: rights},
		"working": {finds: plugged(voyager), states: []deviceState{
			{Device: "hidpos:usb-0c2e-0b61-19A2", Name: "reading", Title: "Till 2", Sentence: "Ready to scan."},
			{Device: "serial:/dev/ttyUSB7", Name: "missing", Sentence: "The scanner is not connected.", Remedy: "Plug it in. It is found by itself."},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := lookForDevices(t.Context(), filepath.Join(t.TempDir(), "none.toml"), c.finds)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range c.states {
				list.Running = true
				list.add(s)
			}
			list.Hints = hints(list, c.rights)
			var out strings.Builder
			list.print(&terminal{out: &out, err: io.Discard})
			golden(t, filepath.Join("testdata", "devices", name+".golden"), strings.ReplaceAll(out.String(), keyboardWords, "KEYBOARD"))
		})
	}
}

// golden compares a text with a file. GOLDEN=write makes the file anew.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if os.Getenv("GOLDEN") == "write" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if text := strings.ReplaceAll(string(want), "\r\n", "\n"); text != got {
		t.Errorf("%s (GOLDEN=write makes it anew): got\n%s\nwant\n%s", path, got, text)
	}
}

// What one driver cannot look at does not hide what the others find.
func TestWhatCouldNotBeLookedAtIsSaid(t *testing.T) {
	finds := append(plugged(voyager), func(context.Context) ([]scanner.Candidate, error) {
		return []scanner.Candidate{board}, errors.New("no /sys")
	})
	list, err := lookForDevices(t.Context(), filepath.Join(t.TempDir(), "none.toml"), finds)
	if err != nil || len(list.Devices) != 2 || len(list.Missed) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
}

// Without an agent the configured scanners are listed as such, also those that are
// not plugged in.
func TestConfiguredScannersAreListedWithoutAnAgent(t *testing.T) {
	file := filepath.Join(t.TempDir(), "stockhand.toml")
	write(t, file, `[agent]
data = "data"
[[scanner]]
driver = "hid-pos"
name = "Till 2"
vid = "0c2e"
pid = "0b61"
serial = "19A2"
[[scanner]]
driver = "serial"
name = "Till 3"
port = "/dev/ttyS7"
disabled = true
`, 0o600)
	list, err := lookForDevices(t.Context(), file, plugged(voyager))
	if err != nil || len(list.Devices) != 2 || list.Running {
		t.Fatalf("%+v, %v", list, err)
	}
	if d := list.Devices[0]; d.What != "Till 2" || d.State != "configured" || !d.Found {
		t.Errorf("%+v", d)
	}
	if d := list.Devices[1]; d.What != "Till 3" || d.State != "disabled" || d.Found {
		t.Errorf("%+v", d)
	}
}

// A program reads the list as JSON.
func TestTheListIsJSON(t *testing.T) {
	list, err := lookForDevices(t.Context(), filepath.Join(t.TempDir(), "none.toml"), plugged(refused))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"device":"serial:usb-05e0-1701-7"`, `"state":"no-rights"`, `"remedy":"Run: sudo`, `"settings":{"pid":"1701"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s is not in %s", want, text)
		}
	}
}

// What a scanner calls itself cannot write on the terminal what it likes.
func TestANameCannotWriteOnTheTerminal(t *testing.T) {
	evil := board
	evil.Name, evil.ID = "A\x1b[2J\r\nreading", "serial:\x1b]0;x\x07"
	list, err := lookForDevices(t.Context(), filepath.Join(t.TempDir(), "none.toml"), plugged(evil))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	list.print(&terminal{out: &out, err: io.Discard})
	if strings.ContainsAny(out.String(), "\x1b\r\x07") {
		t.Fatalf("%q", out.String())
	}
}

// What was heard is shown byte for byte, with its pace, its end and its meaning.
func TestWhatIsHeardIsShownByteForByte(t *testing.T) {
	at := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	hearing := scanner.Hearing{
		Candidate: "keyboard:1", First: at, Last: at.Add(65 * time.Millisecond), Lost: true,
		Meanings: []scanner.Meaning{
			{Settings: map[string]any{"layout": "us"}, Raw: []byte("]E04006381333931\r\n")},
			{Settings: map[string]any{"layout": "de"}, Raw: []byte("+E04006381333931\r\n")},
		},
	}
	var text, lines strings.Builder
	(&ear{t: &terminal{out: &text, err: io.Discard}}).hear(hearing)
	for _, want := range []string{
		"keyboard:1  18 bytes in 65.0 ms (3.8 ms a byte), terminator: CR LF",
		"5d 45 30 34 30 30 36 33 38 31 33 33 33 39 33 31 0d 0a",
		"]E04006381333931  EAN-13, item key 04006381333931  [layout us]", "+E04006381333931", "[layout de]", "Something was lost",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is not in\n%s", want, text.String())
		}
	}
	(&ear{t: &terminal{out: &lines, err: io.Discard}, json: true}).hear(hearing)
	var row heardRow
	if err := json.Unmarshal([]byte(lines.String()), &row); err != nil {
		t.Fatal(err)
	}
	if m := row.Meanings[0]; row.Device != "keyboard:1" || row.TookMS != 65 || row.Stored || m.Terminator != "CR LF" || m.Text != "]E04006381333931" || m.Code.Key != "04006381333931" {
		t.Errorf("%+v", row)
	}
}

func TestWhoIsListenedTo(t *testing.T) {
	hears := voyager
	hears.Listen = func(context.Context, func(scanner.Hearing)) error { return nil }
	for name, want := range map[string]string{
		"all": hears.ID, hears.ID: hears.ID, "/dev/ttyUSB9": "serial:/dev/ttyUSB9", "COM3": "serial:COM3", `\\.\COM12`: `serial:\\.\COM12`,
	} {
		chosen, err := chosenDevices(t.Context(), name, serialport.DefaultBaud, plugged(hears, board))
		if err != nil || len(chosen) != 1 || chosen[0].ID != want {
			t.Errorf("%s: %+v, %v", name, chosen, err)
		}
	}
	for _, name := range []string{"hidpos:none", board.ID[:6] + ":x"} {
		if chosen, err := chosenDevices(t.Context(), name, 0, plugged(hears)); err == nil {
			t.Errorf("%s: %+v", name, chosen)
		}
	}
	if _, err := chosenDevices(t.Context(), "all", 0, plugged()); err == nil {
		t.Error("there is nothing to hear")
	}
}
