package scanner_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/scanner"
)

func decodeFake(s *scanner.Settings) (scanner.Device, error) {
	s.Number("baud", 9600)
	s.Feedback()
	return scanner.Device{ID: "fake:" + s.Text("port", "?"), Driver: &fake{}, Framing: s.Framing(scanner.Framing{})}, nil
}

func TestSectionBecomesADevice(t *testing.T) {
	d, err := scanner.Registry{"fake": decodeFake}.Device(map[string]any{
		"driver": "fake", "name": "Till 2", "port": "COM3", "suffix": "crlf", "gap": "80ms", "baud": int64(115200), "disabled": true,
		"repeat": "500ms", "prefix": "T2:",
	})
	if err != nil || d.ID != "fake:COM3" || d.Name != "Till 2" || !d.Disabled {
		t.Fatalf("%+v, %v", d, err)
	}
	if d.Repeat != 500*time.Millisecond || d.Prefix != "T2:" {
		t.Fatalf("%+v", d)
	}
	if d.Framing.Suffix != "\r\n" || d.Framing.Gap != 80*time.Millisecond {
		t.Fatalf("%+v", d.Framing)
	}
}

func TestWrongSettingsAreExplained(t *testing.T) {
	for want, section := range map[string]map[string]any{
		`scanner driver "usb" is not known: use one of fake`:    {"driver": "usb"},
		`"prot" is not a setting here; the settings are baud, `: {"driver": "fake", "prot": "COM3"},
		`baud = 9600: it must be a whole number`:                {"driver": "fake", "baud": "9600"},
		`gap = 60: it must be a duration such as "60ms"`:        {"driver": "fake", "gap": int64(60)},
		`gap = -1s: it must be a duration`:                      {"driver": "fake", "gap": "-1s"},
		`repeat = off: it must be a duration`:                   {"driver": "fake", "repeat": "off"},
		`suffix "enter" is not known`:                           {"driver": "fake", "suffix": "enter"},
		`feedback "beep" is not known`:                          {"driver": "fake", "feedback": "beep"},
		`disabled = yes: it must be true or false`:              {"driver": "fake", "disabled": "yes"},
	} {
		_, err := scanner.Registry{"fake": decodeFake}.Device(section)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %s", section, err, want)
		}
	}
}

// A byte that a scanner takes for a command can switch it off.
func TestNoProfileSendsWhatSwitchesAScannerOff(t *testing.T) {
	if f, err := scanner.FeedbackProfile("none"); err != nil || f.For(scanner.Stored) != nil {
		t.Fatalf("%+v, %v", f, err)
	}
	f, err := scanner.FeedbackProfile("datalogic")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []scanner.Verdict{scanner.None, scanner.Stored, scanner.Unknown, scanner.Refused} {
		if bytes.ContainsAny(f.For(v), "FD") {
			t.Fatalf("the answer to %v switches a Datalogic scanner off: %q", v, f.For(v))
		}
	}
	h, err := scanner.FeedbackProfile("honeywell")
	if err != nil || !bytes.Equal(h.For(scanner.Stored), []byte{0x16, 0x07, 0x0D}) {
		t.Fatalf("%+v, %v", h, err)
	}
}
