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

// A byte that a scanner takes for a command can switch it off: of Datalogic's single
// letters only 'B' is sent, and that only by its own profile.
func TestNoProfileSendsWhatSwitchesAScannerOff(t *testing.T) {
	for _, name := range []string{"", "none", "ack", "bel", "honeywell", "honeywell-2020", "datalogic", "cipherlab"} {
		f, err := scanner.FeedbackProfile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range []scanner.Verdict{scanner.None, scanner.Stored, scanner.Unknown, scanner.Refused} {
			if bytes.ContainsAny(f.For(v), "FDER") || v == scanner.None && f.For(v) != nil {
				t.Errorf("%s answers %v with %q", name, v, f.For(v))
			}
		}
	}
}

// The bytes are those of the makers' manuals.
func TestTheProfilesSayWhatTheManualsSay(t *testing.T) {
	for name, want := range map[string][3]string{
		"none":           {"", "", ""},
		"ack":            {"\x06", "\x06", "\x15"},
		"bel":            {"\x07", "", ""},
		"honeywell":      {"\x16\x07\r", "\x16\x07\r\x16\x07\r", "\x16\x07\r\x16\x07\r"},
		"honeywell-2020": {"\x1b7", "\x1b8", "\x1b8"},
		"datalogic":      {"B", "", ""},
		"cipherlab":      {"#@////\r", "", ""},
	} {
		f, err := scanner.FeedbackProfile(name)
		if got := [3]string{string(f.Stored), string(f.Unknown), string(f.Refused)}; err != nil || got != want || f.Awaited != (name == "ack") {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
