package hidpos

import (
	"strings"
	"testing"

	"github.com/stockhand/stockhand/scanner"
)

var registry = scanner.Registry{"hid-pos": Decode}

func TestSettingsBecomeADriver(t *testing.T) {
	d, err := registry.Device(map[string]any{
		"driver": "hid-pos", "vid": "0C2E", "pid": "0b61", "serial": "19A2", "feedback": "on",
	})
	if err != nil {
		t.Fatal(err)
	}
	driver := d.Driver.(*Driver)
	want := Where{Vendor: "0c2e", Product: "0b61", Serial: "19A2", Interface: -1}
	if d.ID != "hidpos:usb-0c2e-0b61-19A2" || driver.Where != want || !driver.Beeps {
		t.Fatalf("%+v %+v", d, driver)
	}
}

func TestWrongSettingsAreExplained(t *testing.T) {
	for want, section := range map[string]map[string]any{
		`say which scanner it is`:      {},
		`four hexadecimal digits each`: {"vid": "c2e", "pid": "0b61"},
		`feedback "bel" is not known`:  {"vid": "0c2e", "pid": "0b61", "feedback": "bel"},
		`it must be a whole number`:    {"vid": "0c2e", "pid": "0b61", "interface": "one"},
		`"baud" is not a setting here`: {"vid": "0c2e", "pid": "0b61", "baud": int64(9600)},
	} {
		section["driver"] = "hid-pos"
		if _, err := registry.Device(section); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %s", section, err, want)
		}
	}
}

func TestIdentities(t *testing.T) {
	for want, w := range map[string]Where{
		"hidpos:usb-0c2e-0b61-19A2":     {Vendor: "0c2e", Product: "0b61", Serial: "19A2", Interface: -1},
		"hidpos:socket-1-2.3":           {Vendor: "0c2e", Product: "0b61", Socket: "1-2.3", Interface: -1},
		"hidpos:usb-0c2e-0b61":          {Vendor: "0c2e", Product: "0b61", Interface: -1},
		"hidpos:usb-0c2e-0b61-19A2:if1": {Vendor: "0c2e", Product: "0b61", Serial: "19A2", Interface: 1},
	} {
		if got := w.Identity(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
