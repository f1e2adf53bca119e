package keyboard

import (
	"strings"
	"testing"
	"time"

	"github.com/stockhand/stockhand/scanner"
)

var registry = scanner.Registry{"keyboard": Decode}

func TestSettingsBecomeADriver(t *testing.T) {
	d, err := registry.Device(map[string]any{
		"driver": "keyboard", "vid": "0C2E", "pid": "0b61", "serial": "19A2", "layout": "de", "caps": "on", "suffix": "tab",
	})
	if err != nil {
		t.Fatal(err)
	}
	driver := d.Driver.(*Driver)
	if d.ID != "keyboard:usb-0c2e-0b61-19A2" || driver.Layout.Name != "de" || !driver.Caps {
		t.Errorf("%+v %+v", d, driver)
	}
	if d.Framing.Suffix != "\t" || d.Framing.Gap != 120*time.Millisecond || d.Physical != "" {
		t.Errorf("%+v", d)
	}
}

func TestIdentities(t *testing.T) {
	for want, w := range map[string]Where{
		"keyboard:usb-0c2e-0b61-19A2":          {"0c2e", "0b61", "19A2", ""},
		"keyboard:usb-0c2e-0b61-19A2@1-2":      {"0c2e", "0b61", "19A2", "1-2"},
		"keyboard:socket-1-2.3":                {"0c2e", "0b61", "", "1-2.3"},
		"keyboard:usb-0c2e-0b61":               {"0c2e", "0b61", "", ""},
		"keyboard:bluetooth-00:11:22:aa:bb:cc": {"05e0", "2050", "00:11:22:aa:bb:cc", ""},
	} {
		if got := w.Identity(); got != want {
			t.Errorf("%s instead of %s", got, want)
		}
	}
}

func TestTheSocketIsThePieceOfHardware(t *testing.T) {
	d, err := registry.Device(map[string]any{"driver": "keyboard", "vid": "0c2e", "pid": "0b61", "socket": "1-2.3"})
	if err != nil || d.Physical != "1-2.3" || d.ID != "keyboard:socket-1-2.3" {
		t.Fatalf("%+v, %v", d, err)
	}
	if l := d.Driver.(*Driver).Layout; l.Name != "us" {
		t.Errorf("without a layout it is %s", l.Name)
	}
}

func TestWrongSettingsAreExplained(t *testing.T) {
	for want, section := range map[string]map[string]any{
		"say which scanner it is":                        {"layout": "us"},
		"four hexadecimal digits each":                   {"vid": "0c2e", "pid": "b61"},
		`layout "xx" is not known: use us, uk, de, fr`:   {"vid": "0c2e", "pid": "0b61", "layout": "xx"},
		`caps "yes" is not known: use on or off`:         {"vid": "0c2e", "pid": "0b61", "caps": "yes"},
		`"baud" is not a setting here; the settings are`: {"vid": "0c2e", "pid": "0b61", "baud": int64(9600)},
	} {
		section["driver"] = "keyboard"
		if _, err := registry.Device(section); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %s", section, err, want)
		}
	}
}

func TestOtherSystemsAreExplained(t *testing.T) {
	f := notOn("windows")
	if f.State != scanner.WrongMode || !strings.Contains(f.Sentence, "Windows lets no service") {
		t.Errorf("%+v", f)
	}
	for _, way := range []string{"COM port", "HID POS", "Honeywell", "Zebra", "Datalogic", "page in the browser"} {
		if !strings.Contains(f.Remedy, way) {
			t.Errorf("%s is missing in %q", way, f.Remedy)
		}
	}
	if f := notOn("plan9"); !strings.Contains(f.Sentence, "This system") {
		t.Errorf("%+v", f)
	}
}
